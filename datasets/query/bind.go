package query

import (
	"strings"

	"gongkai/catalog"
)

// binder gives the names and values of a parsed parameter their meaning.
type binder struct {
	field, text string
	scope       *scope
	plainRows   string          // why there are no aggregates here; "" where there may be
	groups      []expr          // what the rows are grouped by, where they are
	aliases     map[string]node // names given in select
	aliasFirst  bool            // before the table's columns
	used        map[string]bool // API names of the columns that were named
	distinct    bool            // the groups are the different rows

	bare        []*columnRef // columns outside of aggregates and groups
	inAggregate bool
	aggregates  int
	named       int // columns that were named
	depth       int
}

func (b *binder) fail(at int, fix, format string, args ...any) *catalog.Error {
	return invalid(b.field, b.text, at, fix, format, args...)
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
		truth.says = x.says
		return truth, nil
	case x.value != nil:
		return x, b.fail(x.at, "compare a column with it: name = "+x.normal, "%s alone is no condition", x.name)
	case x.typ.class != classBoolean:
		want := x.normal + " = " + sample(x.typ)
		return x, b.fail(x.at, "compare it with a value: "+want, "%s is %s, which alone is no condition", x.name, x.typ.class).Mark(catalog.SlipCondition, x.name, want)
	}
	return x, nil
}

// bind binds any part, and takes what the rows are grouped by for what it is.
func (b *binder) bind(n node) (expr, *catalog.Error) {
	if b.depth++; b.depth > MaxNesting {
		return expr{}, b.fail(n.pos(), "make it shorter: fewer calculations in one another or in one chain", "the expression is nested deeper than %d", MaxNesting)
	}
	defer func() { b.depth-- }()
	mark := len(b.bare)
	x, err := b.part(n)
	if err != nil || x.value != nil {
		return x, err
	}
	for i := range b.groups {
		if b.groups[i].normal == x.normal {
			b.bare = b.bare[:mark]
			x.sql, x.args = b.groups[i].sql, b.groups[i].args
		}
	}
	if len(x.sql) > MaxSQL {
		return x, b.fail(n.pos(), "make it shorter", "the expression is too large")
	}
	if !x.bulk.fits() {
		return x, b.fail(n.pos(), "join fewer texts", "the text may grow to more than %d times what it is made of", MaxCopies)
	}
	return x, nil
}

func (b *binder) part(n node) (expr, *catalog.Error) {
	switch n := n.(type) {
	case *literal:
		return expr{value: n, normal: literalText(n), name: literalText(n), says: sayLiteral(n), at: n.at}, nil
	case *columnRef:
		return b.column(n)
	case *call:
		return b.call(n)
	case *not:
		x, err := b.condition(n.x)
		if err != nil {
			return x, err
		}
		return b.placed(negated(x), n.at, say(operatorNamed("not"), x)), nil
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
	case *arithmetic:
		return b.arithmetic(n)
	case *negative:
		return b.negative(n)
	case *choice:
		return b.choice(n)
	case *conversion:
		return b.conversion(n)
	}
	return expr{}, b.fail(n.pos(), "write a condition such as name = 'text'", "this is not understood")
}

// placed finishes a condition.
func (b *binder) placed(x expr, at int, says catalog.Text) expr {
	x.at, x.name, x.says = at, "the condition", says
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

// column finds what a name stands for: a column of the table, or what select
// gave the name to.
func (b *binder) column(n *columnRef) (expr, *catalog.Error) {
	given, renamed := b.aliases[n.name]
	if renamed && b.aliasFirst {
		return b.renamed(n, given)
	}
	f, err := b.scope.find(n.name)
	if err != nil {
		if renamed {
			return b.renamed(n, given)
		}
		fix := err.Fix
		if names := strings.Join(sortedNames(b.aliases), ", "); names != "" {
			fix += "; select gives the names " + names
		}
		return expr{}, b.fail(n.at, fix, "%s", err.Message).Mark(err.Slip, err.Args...)
	}
	if b.used != nil {
		b.used[f.column.Name] = true
	}
	b.named++
	if !b.inAggregate {
		b.bare = append(b.bare, n)
	}
	return fieldExpr(f, n.at), nil
}

// renamed binds what select gave a name to. Names in there are columns.
func (b *binder) renamed(n *columnRef, given node) (expr, *catalog.Error) {
	aliases := b.aliases
	b.aliases = nil
	x, err := b.bind(given)
	b.aliases = aliases
	if err != nil {
		return x, b.fail(n.at, err.Fix, "%s cannot stand here: %s", shorten(n.name), err.Message)
	}
	x.at, x.name = n.at, n.name
	return x, nil
}

func fieldExpr(f *field, at int) expr {
	x := expr{sql: columnSQL(f.column.Name), typ: f.typ, normal: Name(f.column.Name), name: f.column.Name, unit: f.column.Unit, field: f, at: at}
	label := f.column.Label
	if label == "" || f.hidden {
		label = f.column.Name
	}
	x.says = catalog.Text{ZH: label, EN: label}
	if f.hidden {
		x.says = f.column.Description
	}
	return x
}

// Name writes the API name of a column as the language does, in double quotes
// where it needs them.
func Name(name string) string {
	if isName(name) {
		return name
	}
	return Quote(name)
}

// columnSQL names a column of the table that SQL reads.
func columnSQL(name string) string {
	if name == catalog.ColumnKind {
		return "CAST(t." + Quote(name) + " AS VARCHAR)" // however it is stored
	}
	return "t." + Quote(name)
}

func (b *binder) logic(n *logic) (expr, *catalog.Error) {
	var sql, normal []string
	var terms []expr
	var args []any
	for _, term := range n.terms {
		x, err := b.condition(term)
		if err != nil {
			return x, err
		}
		sql, normal, args, terms = append(sql, x.sql), append(normal, x.normal), append(args, x.args...), append(terms, x)
	}
	x := condition("("+strings.Join(normal, " "+n.operator.Name+" ")+")", "")
	x.sql, x.args = "("+strings.Join(sql, n.operator.sql)+")", args
	x.several = true
	return b.placed(x, n.at, sayLogic(n.operator, terms)), nil
}

func (b *binder) isNull(n *isNull) (expr, *catalog.Error) {
	x, err := b.bind(n.x)
	if err != nil {
		return x, err
	}
	if x.value != nil {
		return x, b.fail(x.at, "name a column: amount is null", "%s is a value, not a column", x.name)
	}
	op := operatorNamed(map[bool]string{false: "is null", true: "is not null"}[n.negate])
	return b.placed(condition(x.normal+" "+op.Name, "(%s "+strings.ToUpper(op.Name)+")", x), n.at, say(op, x)), nil
}

func (b *binder) between(n *between) (expr, *catalog.Error) {
	x, err := b.bind(n.x)
	if err != nil {
		return x, err
	}
	ends, values := [2]expr{}, [2]expr{}
	for i, side := range []node{n.low, n.high} {
		end, err := b.bind(side)
		if err != nil {
			return end, err
		}
		values[i] = end
		if ends[i], err = b.compare(operatorNamed([]string{">=", "<="}[i]), x, end, side.pos()); err != nil {
			return end, err
		}
	}
	low, high := ends[0], ends[1]
	both := condition("("+low.normal+" and "+high.normal+")", "(%s AND %s)", low, high)
	op := operatorNamed("between")
	if n.negate {
		both, op = negated(both), operatorNamed("not between")
	}
	return b.placed(both, n.at, say(op, x, values[0], values[1])), nil
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
	list := make([]expr, 0, len(n.list))
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
		normal, list = append(normal, c.normal), append(list, v)
		if c.fits {
			places, args = append(places, c.sql), append(args, c.arg)
		}
	}
	words := x.normal + " in (" + strings.Join(normal, ", ") + ")"
	found := never(words, x)
	if len(places) > 0 {
		found = expr{sql: "(" + x.sql + " IN (" + strings.Join(places, ", ") + "))", args: args, typ: valueType{class: classBoolean}, normal: words}
	}
	op := operatorNamed("in")
	if n.negate {
		found, op = negated(found), operatorNamed("not in")
	}
	return b.placed(found, n.at, say(op, x, expr{says: sayList(list)})), nil
}
