package query

import (
	"strconv"
	"strings"

	"gongkai/catalog"
)

// binder gives the names and values of a parsed condition their meaning.
type binder struct {
	text  string
	scope *scope
}

func (b *binder) fail(at int, fix, format string, args ...any) *catalog.Error {
	return invalid("where", b.text, at, fix, format, args...)
}

// condition binds a part that must be true or false.
func (b *binder) condition(n node) (expr, *catalog.Error) {
	x, err := b.bind(n)
	if err != nil {
		return x, err
	}
	switch {
	case x.value != nil && x.value.kind == literalBoolean:
		truth := condition(x.value.text, strings.ToUpper(x.value.text))
		return truth, nil
	case x.value != nil:
		return x, b.fail(x.at, "compare a column with it: name = "+x.normal, "%s alone is no condition", x.name)
	case x.typ.class != classBoolean:
		return x, b.fail(x.at, "compare it with a value: "+x.normal+" = "+sample(x.typ), "%s is %s, which alone is no condition", x.name, x.typ.class)
	}
	return x, nil
}

// bind binds any part.
func (b *binder) bind(n node) (expr, *catalog.Error) {
	switch n := n.(type) {
	case *literal:
		return expr{value: n, normal: literalText(n), name: literalText(n), at: n.at}, nil
	case *columnRef:
		return b.column(n)
	case *call:
		return b.call(n)
	case *not:
		x, err := b.condition(n.x)
		if err != nil {
			return x, err
		}
		return b.placed(negated(x), n.at), nil
	case *logic:
		return b.logic(n)
	case *comparison:
		return b.comparison(n)
	case *like:
		return b.like(n)
	case *in:
		return b.in(n)
	case *between:
		return b.between(n)
	case *isNull:
		return b.isNull(n)
	}
	return expr{}, b.fail(n.pos(), "write a condition such as name = 'text'", "this is not understood")
}

func (b *binder) placed(x expr, at int) expr {
	x.at, x.name = at, "the condition"
	return x
}

func literalText(n *literal) string {
	switch n.kind {
	case literalString:
		return quoteText(n.text)
	case literalPercent:
		return n.text + "%"
	}
	return n.text
}

func (b *binder) column(n *columnRef) (expr, *catalog.Error) {
	f, err := b.scope.find(n.name)
	if err != nil {
		return expr{}, b.fail(n.at, err.Fix, "%s", err.Message)
	}
	x := expr{sql: columnSQL(f.column.Name), typ: f.typ, normal: f.column.Name, name: f.column.Name, at: n.at}
	if !isName(x.normal) {
		x.normal = `"` + strings.ReplaceAll(x.normal, `"`, `""`) + `"`
	}
	return x, nil
}

// columnSQL names a column of the table that SQL reads.
func columnSQL(name string) string {
	if name == catalog.ColumnKind {
		return "CAST(t." + quoteName(name) + " AS VARCHAR)" // however it is stored
	}
	return "t." + quoteName(name)
}

func (b *binder) logic(n *logic) (expr, *catalog.Error) {
	var sql, normal []string
	var args []any
	for _, term := range n.terms {
		x, err := b.condition(term)
		if err != nil {
			return x, err
		}
		sql, normal, args = append(sql, x.sql), append(normal, x.normal), append(args, x.args...)
	}
	x := condition("("+strings.Join(normal, " "+n.operator.Name+" ")+")", "")
	x.sql, x.args = "("+strings.Join(sql, n.operator.sql)+")", args
	return b.placed(x, n.at), nil
}

func (b *binder) call(n *call) (expr, *catalog.Error) {
	args, normal := make([]expr, len(n.args)), make([]string, len(n.args))
	for i, a := range n.args {
		x, err := b.bind(a)
		if err != nil {
			return x, err
		}
		if args[i], err = b.argument(n.function, &n.function.Params[i], x); err != nil {
			return x, err
		}
		normal[i] = x.normal
	}
	x := n.function.build(args)
	x.normal = n.function.Name + "(" + strings.Join(normal, ", ") + ")"
	x.name, x.at = x.normal, n.at
	return x, nil
}

// argument checks an argument against its parameter and types it.
func (b *binder) argument(f *Function, p *Param, x expr) (expr, *catalog.Error) {
	fix := "write it as " + f.Signature() + ", for example " + f.Example
	if p.digits {
		if x.value == nil || x.value.kind != literalNumber || !wholeUpTo(x.value.text, 18) {
			return x, b.fail(x.at, fix, "%s of %s is a whole number from 0 to 18, not %s", p.Name, f.Name, x.name)
		}
		return x, nil
	}
	if x.value != nil {
		if x.value.kind == literalString && p.takes(classText) {
			x.sql, x.args, x.typ = "CAST(? AS VARCHAR)", []any{x.value.text}, valueType{class: classText}
			x.value = nil
			return x, nil
		}
		return x, b.fail(x.at, fix, "%s of %s is %s, not the value %s", p.Name, f.Name, p.Types, x.name)
	}
	if !p.takes(x.typ.class) {
		return x, b.fail(x.at, fix, "%s takes %s, and %s is %s", f.Name, p.Types, x.name, x.typ.class)
	}
	return x, nil
}

func (p *Param) takes(c class) bool {
	for _, have := range p.classes {
		if have == c {
			return true
		}
	}
	return false
}

func wholeUpTo(text string, most int) bool {
	n, err := strconv.Atoi(text)
	return err == nil && n >= 0 && n <= most && strconv.Itoa(n) == text
}

func (b *binder) isNull(n *isNull) (expr, *catalog.Error) {
	x, err := b.bind(n.x)
	if err != nil {
		return x, err
	}
	if x.value != nil {
		return x, b.fail(x.at, "name a column: amount is null", "%s is a value, not a column", x.name)
	}
	words := map[bool]string{false: " is null", true: " is not null"}[n.negate]
	return b.placed(condition(x.normal+words, "(%s"+strings.ToUpper(words)+")", x), n.at), nil
}

func (b *binder) between(n *between) (expr, *catalog.Error) {
	x, err := b.bind(n.x)
	if err != nil {
		return x, err
	}
	ends := [2]expr{}
	for i, side := range []node{n.low, n.high} {
		end, err := b.bind(side)
		if err != nil {
			return end, err
		}
		if ends[i], err = b.compare(operatorNamed([]string{">=", "<="}[i]), x, end, side.pos()); err != nil {
			return end, err
		}
	}
	low, high := ends[0], ends[1]
	both := condition("("+low.normal+" and "+high.normal+")", "(%s AND %s)", low, high)
	if n.negate {
		both = negated(both)
	}
	return b.placed(both, n.at), nil
}

func (b *binder) in(n *in) (expr, *catalog.Error) {
	x, err := b.bind(n.x)
	if err != nil {
		return x, err
	}
	if x.value != nil {
		return x, b.fail(x.at, "put a column before in: code in ('007', '008')", "%s is a value, not a column", x.name)
	}
	places, args, normal := make([]string, 0, len(n.list)), x.args, make([]string, 0, len(n.list))
	args = args[:len(args):len(args)]
	for _, item := range n.list {
		v, err := b.bind(item)
		if err != nil {
			return v, err
		}
		if v.value == nil {
			return v, b.fail(v.at, "write code = a or code = b, or put text in single quotes", "in (...) takes values, and %s is a column", v.name)
		}
		c, err := b.constant(x, v, operatorNamed("="))
		if err != nil {
			return v, err
		}
		normal = append(normal, c.normal)
		if c.fits {
			places, args = append(places, c.sql), append(args, c.arg)
		}
	}
	words := x.normal + " in (" + strings.Join(normal, ", ") + ")"
	found := never(words, x)
	if len(places) > 0 {
		found = expr{sql: "(" + x.sql + " IN (" + strings.Join(places, ", ") + "))", args: args, typ: valueType{class: classBoolean}, normal: words}
	}
	if n.negate {
		found = negated(found)
	}
	return b.placed(found, n.at), nil
}
