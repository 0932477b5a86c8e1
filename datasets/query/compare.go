package query

import (
	"math"
	"math/big"
	"strconv"

	"gongkai/catalog"
)

// constant is a value typed by what it is compared with.
type constant struct {
	sql    string
	arg    any
	normal string
	fits   bool     // the type of the other side holds the value itself
	exact  *decimal // of numbers
}

func (b *binder) comparison(n *comparison) (expr, *catalog.Error) {
	left, err := b.bind(n.left)
	if err != nil {
		return left, err
	}
	right, err := b.bind(n.right)
	if err != nil {
		return right, err
	}
	return b.compare(n.operator, left, right, n.at)
}

func (b *binder) compare(op *Operator, left, right expr, at int) (expr, *catalog.Error) {
	switch {
	case left.value != nil && right.value != nil:
		return left, b.fail(left.at, "put a column on one side: code = "+right.normal, "%s and %s are both values", left.name, right.name)
	case left.value != nil:
		left, right, op = right, left, operatorNamed(op.flipped)
	}
	var x expr
	var err *catalog.Error
	if right.value != nil {
		x, err = b.withConstant(op, left, right)
	} else {
		x, err = b.twoColumns(op, left, right, at)
	}
	return b.placed(x, at, sayComparison(op, left, right)), err
}

// orderable refuses < and the like where there is no order.
func (b *binder) orderable(op *Operator, x expr) *catalog.Error {
	if op.sql == "=" || op.sql == "<>" {
		return nil
	}
	switch x.typ.class {
	case classPeriod:
		fix := "compare it with =, in or like"
		if _, ok := b.scope.byName[x.name+"_start"]; ok {
			fix = "compare its dates: " + x.name + "_start >= '2024-01-01'"
		}
		return b.fail(x.at, fix, "%s is a period and has no order as a text", x.name)
	case classBoolean:
		return b.fail(x.at, "write "+x.normal+" = true, or = false", "%s is true or false and has no order", x.name)
	}
	return nil
}

func (b *binder) twoColumns(op *Operator, left, right expr, at int) (expr, *catalog.Error) {
	if err := b.orderable(op, left); err != nil {
		return left, err
	}
	if err := b.orderable(op, right); err != nil {
		return left, err
	}
	if family(left.typ.class) != family(right.typ.class) {
		fix := "compare columns of one type only"
		if isMoment(left) && right.typ.class == classNumber || isMoment(right) && left.typ.class == classNumber {
			fix = "put dates in single quotes: day > '2024-05-03'"
		}
		return left, b.fail(at, fix, "%s is %s and %s is %s: they cannot be compared",
			left.name, left.typ.class, right.name, right.typ.class)
	}
	if left.typ.class == classNumber && !common(left.typ, right.typ) {
		// No exact type holds both; an error halfway through the rows would be worse.
		left.sql, right.sql = "CAST("+left.sql+" AS DOUBLE)", "CAST("+right.sql+" AS DOUBLE)"
	}
	return condition(left.normal+" "+op.Name+" "+right.normal, "(%s "+op.sql+" %s)", left, right), nil
}

// family puts classes together that compare with one another.
func family(c class) class {
	switch c {
	case classPeriod:
		return classText
	case classDatetime:
		return classDate
	}
	return c
}

// withConstant compares with a value. A value that the type of x cannot hold
// is never sent to the engine: 1.5 lies between two integers, and what lies
// beyond a type is greater or less than all it holds.
func (b *binder) withConstant(op *Operator, x, value expr) (expr, *catalog.Error) {
	if err := b.orderable(op, x); err != nil {
		return x, err
	}
	c, err := b.constant(x, value, op)
	if err != nil {
		return x, err
	}
	normal := x.normal + " " + op.Name + " " + c.normal
	if c.fits {
		return condition(normal, "(%s "+op.sql+" %s)", x, expr{sql: c.sql, args: []any{c.arg}}), nil
	}
	switch op.sql {
	case "=":
		return never(normal, x), nil
	case "<>":
		return always(normal, x), nil
	}
	less := op.sql == "<" || op.sql == "<="
	below, outside := b.below(x.typ, c.exact)
	if outside != 0 {
		if less == (outside > 0) {
			return always(normal, x), nil
		}
		return never(normal, x), nil
	}
	sql, arg := x.typ.number(below)
	sign := map[bool]string{true: "<=", false: ">"}[less]
	return condition(normal, "(%s "+sign+" %s)", x, expr{sql: sql, args: []any{arg}}), nil
}

// below is the greatest number of type t under d, or on which side d lies
// outside of it.
func (b *binder) below(t valueType, d *decimal) (unscaled *big.Int, outside int) {
	if t.float {
		return nil, d.unscaled.Sign() // only what overflows a DOUBLE does not fit
	}
	floor, _ := d.floor(t.scale)
	return floor, t.compare(floor)
}

// constant types a value for a comparison with x, or says what is wrong with
// it and what to write instead.
func (b *binder) constant(x, value expr, op *Operator) (constant, *catalog.Error) {
	v := value.value
	if v.kind == literalNull {
		return constant{}, b.fail(v.at, "write "+x.normal+" is null, or "+x.normal+" is not null", "nothing is equal to null")
	}
	switch x.typ.class {
	case classText, classPeriod:
		if v.kind != literalString {
			return constant{}, b.wrongType(x, v, op)
		}
		return constant{sql: "?", arg: v.text, normal: quoteText(v.text), fits: true}, nil
	case classNumber:
		return b.number(x, v, op)
	case classBoolean:
		if v.kind != literalBoolean {
			return constant{}, b.wrongType(x, v, op)
		}
		return constant{sql: "?", arg: v.text == "true", normal: v.text, fits: true}, nil
	}
	if v.kind != literalString {
		return constant{}, b.wrongType(x, v, op)
	}
	return b.moment(x, v, op)
}

// wrongType says what the value should have looked like.
func (b *binder) wrongType(x expr, v *literal, op *Operator) *catalog.Error {
	want := sample(x.typ)
	switch {
	case x.typ.class == classText || x.typ.class == classPeriod:
		want = quoteText(v.text)
		if v.kind == literalPercent {
			want = quoteText(v.text + "%")
		}
	case x.typ.class == classNumber && v.kind == literalString:
		if _, ok := parseDecimal(v.text); ok {
			want = v.text
		}
	case x.typ.class == classBoolean && (v.text == "0" || v.text == "1"):
		want = map[string]string{"0": "false", "1": "true"}[v.text]
	}
	want = x.normal + " " + op.Name + " " + want
	return b.fail(v.at, "write "+want, "%s is %s, and %s is not", x.name, x.typ.class, shorten(literalText(v))).
		Mark(catalog.SlipValue, x.says.ZH, shorten(literalText(v)), want)
}

// sample is a value of the type, for messages.
func sample(t valueType) string {
	switch t.class {
	case classNumber:
		if t.percent {
			return "12.5%"
		}
		return "100"
	case classBoolean:
		return "true"
	case classDate:
		return "'2024-05-03'"
	case classDatetime:
		return "'2024-05-03T09:30:00'"
	case classTime:
		return "'09:30:00'"
	}
	return "'text'"
}

func (b *binder) number(x expr, v *literal, op *Operator) (constant, *catalog.Error) {
	if v.kind != literalNumber && v.kind != literalPercent {
		return constant{}, b.wrongType(x, v, op)
	}
	d, ok := parseDecimal(v.text)
	if !ok {
		return constant{}, b.fail(v.at, "write digits and a point: 1000.50", "%s is not a number", shorten(v.text))
	}
	if v.kind == literalPercent {
		if !x.typ.percent {
			return constant{}, b.fail(v.at, "write it as it stands in the column: "+x.normal+" "+op.Name+" "+v.text, "%s is not a percent column", x.name)
		}
		d = d.hundredth()
	}
	c := constant{normal: d.String(), exact: &d}
	if len(c.normal) > MaxDigits+10 {
		c.normal = v.text
	}
	if x.typ.float {
		f, err := strconv.ParseFloat(v.text, 64)
		if v.kind == literalPercent {
			f, err = strconv.ParseFloat(d.String(), 64)
		}
		c.sql, c.arg, c.fits = "?", f, err == nil && !math.IsInf(f, 0)
		return c, nil
	}
	unscaled, exact := d.floor(x.typ.scale)
	if c.fits = exact && x.typ.compare(unscaled) == 0; c.fits {
		c.sql, c.arg = x.typ.number(unscaled)
	}
	return c, nil
}
