package query

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"gongkai/catalog"
)

// settle gives a value the type that it has by itself: numbers as many digits
// as they are written with.
func (b *binder) settle(x expr) (expr, *catalog.Error) {
	if x.value == nil {
		return x, nil
	}
	v := x.value
	x.value = nil
	switch v.kind {
	case literalNull:
		return x, b.fail(v.at, "write a value, or cast(null as text)", "null alone has no type")
	case literalBoolean:
		x.sql, x.typ = strings.ToUpper(v.text), valueType{class: classBoolean}
		return x, nil
	case literalString:
		x.sql, x.args, x.typ, x.bulk = "CAST(? AS VARCHAR)", []any{v.text}, textType, bulk{bytes: len(v.text)}
		return x, nil
	}
	d, ok := parseDecimal(v.text)
	if !ok {
		return x, b.fail(v.at, "write digits and a point: 1000.50", "%s is not a number", shorten(v.text))
	}
	if v.kind == literalPercent {
		d = d.hundredth()
	}
	digits := len(strings.TrimLeft(strings.ReplaceAll(strings.TrimPrefix(d.String(), "-"), ".", ""), "0"))
	digits = max(digits, d.scale, 1)
	if digits > 38 {
		f, err := strconv.ParseFloat(v.text, 64)
		if err != nil {
			return x, b.fail(v.at, "write a smaller number", "%s is beyond what can be calculated with", shorten(v.text))
		}
		x.sql, x.args, x.typ = "CAST(? AS DOUBLE)", []any{f}, doubleType
		return x, nil
	}
	x.typ = decimalType(digits, d.scale)
	x.sql, x.args = "CAST(? AS "+x.typ.sql()+")", []any{d.String()}
	x.normal = d.String()
	return x, nil
}

// momentOf reads a text as a date, a datetime or a time.
func momentOf(x expr, c class) (expr, bool) {
	text := strings.TrimSpace(x.value.text)
	var ok bool
	switch c {
	case classDate:
		text, ok = parseDate(text)
	case classDatetime:
		text, ok = parseDatetime(text)
	case classTime:
		text, ok = parseClock(text)
	case classText, classNumber, classBoolean, classPeriod:
	}
	if !ok {
		return x, false
	}
	x.typ = valueType{class: c}
	x.sql, x.args, x.value, x.normal = "CAST(? AS "+x.typ.sql()+")", []any{text}, nil, quoteText(text)
	return x, true
}

// unify brings values to one type, that of the first which has one.
func (b *binder) unify(what string, args []expr) *catalog.Error {
	first := -1
	for i := range args {
		if args[i].value == nil {
			first = i
			break
		}
	}
	if first < 0 {
		for i := range args {
			if args[i].value.kind != literalNull {
				x, err := b.settle(args[i])
				if err != nil {
					return err
				}
				args[i], first = x, i
				break
			}
		}
	}
	if first < 0 {
		return b.fail(args[0].at, "name a column or write a value", "%s has no value with a type", what)
	}
	target := args[first].typ
	for i := range args {
		x, err := b.sameAs(what, args[i], target, args[first].name)
		if err != nil {
			return err
		}
		if args[i] = x; x.typ.class == classDatetime && x.value == nil {
			target = x.typ
		}
	}
	return b.convertAll(args, target)
}

// sameAs types a value, and checks that it is of the class of target.
func (b *binder) sameAs(what string, x expr, target valueType, name string) (expr, *catalog.Error) {
	if x.value != nil {
		switch v := x.value; {
		case v.kind == literalNull:
			return x, nil // typed when the type of all is known
		case v.kind == literalString && target.class != classText && target.class != classPeriod:
			if typed, ok := momentOf(x, target.class); ok {
				return typed, nil
			}
			return x, b.fail(v.at, "write "+sample(target), "%s of %s is %s, and %s is not", name, what, target.class, shorten(x.name))
		}
		typed, err := b.settle(x)
		if err != nil {
			return x, err
		}
		typed.typ.percent = target.percent && typed.typ.class == classNumber
		x = typed
	}
	if family(x.typ.class) != family(target.class) {
		return x, b.fail(x.at, "give values of one type, or convert with cast(x as text)", "%s is %s and %s is %s: %s takes one type only", name, target.class, x.name, x.typ.class, what)
	}
	return x, nil
}

// convertAll brings values of one class to a type that holds all of them.
func (b *binder) convertAll(args []expr, target valueType) *catalog.Error {
	started := false
	for i := range args {
		if args[i].value != nil {
			continue
		}
		switch {
		case !started:
			target, started = args[i].typ, true
		case target.class == classNumber:
			target, _ = commonNumber(target, args[i].typ)
		case args[i].typ.class == classDatetime:
			target = args[i].typ
		}
	}
	for i := range args {
		x := &args[i]
		switch {
		case x.value != nil:
			x.sql, x.args, x.typ, x.value = "CAST(NULL AS "+target.sql()+")", nil, target, nil
		case target.class == classNumber && target.float:
			*x = toDouble(*x)
		case target.class == classNumber:
			*x = exact(*x, target)
		case target.class == classDatetime && x.typ.class == classDate:
			x.sql, x.typ = "CAST("+x.sql+" AS TIMESTAMP)", target
		}
		x.typ.percent = target.percent
	}
	return nil
}

func (b *binder) arithmetic(n *arithmetic) (expr, *catalog.Error) {
	left, err := b.bind(n.left)
	if err != nil {
		return left, err
	}
	right, err := b.bind(n.right)
	if err != nil {
		return right, err
	}
	var x expr
	switch name := n.operator.Name; {
	case name == "||":
		x, err = b.joinTexts(left, right, n.at)
	case isMoment(left) || isMoment(right):
		x, err = b.days(n.operator, left, right, n.at)
	default:
		x, err = b.numbers(n.operator, left, right, n.at)
	}
	if err != nil {
		return x, err
	}
	x.normal = "(" + left.normal + " " + n.operator.Name + " " + right.normal + ")"
	x.name, x.at, x.several = x.normal, n.at, true
	x.says = say(n.operator, left, right)
	if utf8.RuneCountInString(x.name) > 60 {
		x.name = "the calculation"
	}
	return x, nil
}

func isMoment(x expr) bool {
	return x.value == nil && (x.typ.class == classDate || x.typ.class == classDatetime)
}

func (b *binder) joinTexts(left, right expr, at int) (expr, *catalog.Error) {
	for _, x := range []*expr{&left, &right} {
		if x.value != nil && x.value.kind == literalString {
			*x, _ = b.settle(*x)
		}
		if x.value != nil || family(x.typ.class) != classText {
			return *x, b.fail(at, "write concat("+left.normal+", "+right.normal+"), which takes all types", "|| joins texts, and %s is none", x.name)
		}
	}
	x := value(textType, "(%s || %s)", left, right)
	x.bulk = left.size().plus(right.size())
	return x, nil
}

// numbers calculates with two numbers: exactly where both are exact, but for /.
func (b *binder) numbers(op *Operator, left, right expr, at int) (expr, *catalog.Error) {
	for _, x := range []*expr{&left, &right} {
		if x.value != nil && x.value.kind != literalNumber && x.value.kind != literalPercent || x.value == nil && x.typ.class != classNumber {
			kind := "a value that is no number"
			if x.value == nil {
				kind = x.typ.class.String()
			}
			return *x, b.fail(at, "calculate with numbers; a text that is one becomes it by try_cast(x as decimal)", "%s takes numbers, and %s is %s", op.Name, x.name, kind)
		}
	}
	divisor := right.value
	var err *catalog.Error
	if left, err = b.settle(left); err != nil {
		return left, err
	}
	if right, err = b.settle(right); err != nil {
		return right, err
	}
	switch op.Name {
	case "/":
		return b.quotient(left, right, divisor)
	case "*":
		return product(left, right), nil
	}
	t := decimalType(0, max(left.typ.scale, right.typ.scale))
	t.width = min(38, max(left.typ.width-left.typ.scale, right.typ.width-right.typ.scale)+1+t.scale)
	t.percent = left.typ.percent && right.typ.percent
	unit := left.unit
	if unit == "" || right.unit != "" && right.unit != unit {
		unit = right.unit
	}
	if left.typ.float || right.typ.float {
		x := value(doubleType, "(%s "+op.Name+" %s)", toDouble(left), toDouble(right))
		x.rough, x.unit = true, unit
		return x, nil
	}
	x := value(t, "CAST((%s "+op.Name+" %s) AS "+t.sql()+")", exact(left, t), exact(right, t))
	x.unit = unit
	return x, nil
}

func product(left, right expr) expr {
	scale := left.typ.scale + right.typ.scale
	if left.typ.float || right.typ.float || scale > 38 {
		x := value(doubleType, "(%s * %s)", toDouble(left), toDouble(right))
		x.rough = true
		return x
	}
	t := decimalType(min(38, left.typ.width+right.typ.width), scale)
	for _, x := range []*expr{&left, &right} {
		if x.typ.bigint {
			*x = exact(*x, decimalType(19, 0))
		}
	}
	return value(t, "CAST((%s * %s) AS "+t.sql()+")", left, right)
}

// quotient has no value where the divisor is 0.
func (b *binder) quotient(left, right expr, divisor *literal) (expr, *catalog.Error) {
	left, right = toDouble(left), toDouble(right)
	if divisor != nil {
		if d, _ := parseDecimal(divisor.text); d.unscaled.Sign() == 0 {
			return left, b.fail(divisor.at, "divide by another number", "a division by 0 has no value")
		}
		x := value(doubleType, "(%s / %s)", left, right)
		x.rough = true
		return x, nil
	}
	x := value(doubleType, "(CASE WHEN %s <> 0 THEN %s / %s END)", right, left, right)
	x.rough = true
	return x, nil
}

// days calculates with dates: a date and days give a date, two dates the days
// between them.
func (b *binder) days(op *Operator, left, right expr, at int) (expr, *catalog.Error) {
	fix := "write day + 30, day - 30, or the difference of two dates: issued - day"
	if op.Name != "+" && op.Name != "-" {
		return left, b.fail(at, fix, "%s does not take dates", op.Name)
	}
	for _, x := range []*expr{&left, &right} {
		if x.value != nil && x.value.kind == literalString {
			typed, ok := momentOf(*x, classDate)
			if !ok {
				return *x, b.fail(x.at, "write '2024-05-03'", "%s is no date", x.name)
			}
			*x = typed
		}
	}
	if op.Name == "+" && isMoment(right) {
		left, right = right, left
	}
	if isMoment(right) {
		if op.Name == "+" || !isMoment(left) {
			return left, b.fail(at, fix, "%s %s %s gives no date", left.name, op.Name, right.name)
		}
		if left.typ.class != classDate || right.typ.class != classDate {
			return left, b.fail(at, "write date("+left.normal+") - date("+right.normal+")", "only dates without time give days")
		}
		return value(bigintType, "date_diff('day', %s, %s)", right, left), nil
	}
	n, err := b.settle(right)
	if err != nil {
		return n, err
	}
	if n.typ.class != classNumber || n.typ.float || n.typ.scale > 0 {
		return n, b.fail(at, fix, "%s is no whole number of days", right.name)
	}
	if left.typ.class == classDatetime {
		return value(left.typ, "(%s "+op.Name+" to_days(CAST(%s AS INTEGER)))", left, n), nil
	}
	return value(left.typ, "(%s "+op.Name+" CAST(%s AS INTEGER))", left, n), nil
}

func (b *binder) negative(n *negative) (expr, *catalog.Error) {
	x, err := b.bind(n.x)
	if err != nil {
		return x, err
	}
	if x, err = b.settle(x); err != nil {
		return x, err
	}
	if x.typ.class != classNumber {
		return x, b.fail(n.at, "put a minus before a number only", "%s is %s and has no opposite", x.name, x.typ.class)
	}
	if x.typ.bigint {
		x = exact(x, decimalType(19, 0))
	}
	return expr{sql: "(-" + x.sql + ")", args: x.args, typ: x.typ, normal: "(-" + x.normal + ")", name: "-" + x.name, unit: x.unit, rough: x.rough,
		says: fill(catalog.Text{ZH: "−{0}", EN: "−{0}"}, bracketed(x)), at: n.at}, nil
}

func (b *binder) choice(n *choice) (expr, *catalog.Error) {
	var subject *expr
	normal := "case"
	if n.subject != nil {
		x, err := b.bind(n.subject)
		if err != nil {
			return x, err
		}
		subject, normal = &x, normal+" "+x.normal
	}
	var conditions, results []expr
	for i, when := range n.when {
		c, err := b.branch(subject, when)
		if err != nil {
			return c, err
		}
		x, err := b.bind(n.then[i])
		if err != nil {
			return x, err
		}
		normal += " when " + c.normal + " then " + x.normal
		conditions, results = append(conditions, c), append(results, x)
	}
	if n.otherwise != nil {
		x, err := b.bind(n.otherwise)
		if err != nil {
			return x, err
		}
		normal += " else " + x.normal
		results = append(results, x)
	}
	says := sayChoice(conditions, results)
	if err := b.unify("case", results); err != nil {
		return expr{}, err
	}
	x := expr{typ: results[0].typ, normal: normal + " end", name: "the case", says: says, at: n.at, several: true}
	var sql strings.Builder
	sql.WriteString("(CASE")
	for i, r := range results {
		if i < len(conditions) {
			sql.WriteString(" WHEN " + conditions[i].sql + " THEN " + r.sql)
			x.args = append(x.args, conditions[i].args...)
		} else {
			sql.WriteString(" ELSE " + r.sql)
		}
		x.args = append(x.args, r.args...)
		x.bulk, x.rough = x.bulk.either(r.size()), x.rough || r.rough
		if i == 0 {
			x.unit = r.unit
		}
	}
	x.sql = sql.String() + " END)"
	return x, nil
}

// branch is the condition of one branch of a case.
func (b *binder) branch(subject *expr, when node) (expr, *catalog.Error) {
	if subject == nil {
		return b.condition(when)
	}
	x, err := b.bind(when)
	if err != nil {
		return x, err
	}
	return b.compare(operatorNamed("="), *subject, x, when.pos())
}

func (b *binder) conversion(n *conversion) (expr, *catalog.Error) {
	x, err := b.bind(n.x)
	if err != nil {
		return x, err
	}
	word := map[bool]string{false: "cast", true: "try_cast"}[n.try]
	to := n.to
	if x.value != nil && x.value.kind == literalNull {
		x.sql, x.value, x.typ = "CAST(NULL AS "+to.sql()+")", nil, to
	} else if x, err = b.settle(x); err != nil {
		return x, err
	}
	if !convertible(x.typ.class, to.class) {
		return x, b.fail(n.at, "convert it to text first, or choose another type: "+castNames(), "%s is %s and cannot become %s", x.name, x.typ.class, to.class)
	}
	out := expr{sql: strings.ToUpper(word) + "(" + x.sql + " AS " + to.sql() + ")", args: x.args, typ: to, unit: x.unit}
	switch {
	case to.class == classText:
		t := asText(x)
		out.sql, out.args, out.bulk = t.sql, t.args, t.size()
	case to == decimalType(38, 6) && x.typ.class == classNumber && !x.typ.float:
		out.sql, out.typ = x.sql, x.typ // exact as it is
	}
	out.normal = word + "(" + x.normal + " as " + to.sql() + ")"
	out.name, out.at, out.rough = out.normal, n.at, to.float
	out.says = x.says
	return out, nil
}

// convertible says which classes become which.
func convertible(from, to class) bool {
	switch {
	case to == classText, from == to, family(from) == classText && to != classPeriod:
		return true
	case to == classDate, to == classTime:
		return from == classDatetime
	case to == classDatetime:
		return from == classDate
	case to == classNumber:
		return from == classBoolean
	}
	return false
}
