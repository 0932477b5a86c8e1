package query

import (
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gongkai/catalog"
)

func (b *binder) call(n *call) (expr, *catalog.Error) {
	f := n.function
	if f.aggregate {
		return b.aggregate(n)
	}
	return b.apply(n)
}

// aggregate binds a function over the rows of a group.
func (b *binder) aggregate(n *call) (expr, *catalog.Error) {
	switch {
	case b.plainRows != "":
		return expr{}, b.fail(n.at, b.plainRows, "%s is computed over groups of rows and cannot stand here", n.function.Name)
	case b.inAggregate:
		return expr{}, b.fail(n.at, "write one aggregate only", "%s stands inside another aggregate", n.function.Name)
	}
	b.inAggregate = true
	x, err := b.apply(n)
	b.inAggregate = false
	b.aggregates++
	return x, err
}

// apply binds a function with its arguments.
func (b *binder) apply(n *call) (expr, *catalog.Error) {
	f := n.function
	if n.rows {
		return expr{sql: "count(*)", typ: bigintType, normal: "count(*)", name: "count(*)", says: catalog.Text{ZH: "行数", EN: "number of rows"}, at: n.at}, nil
	}
	args, normal := make([]expr, len(n.args)), make([]string, len(n.args))
	for i, a := range n.args {
		x, err := b.bind(a)
		if err != nil {
			return x, err
		}
		says := x.says
		if x, err = b.argument(f, f.param(i), x); err != nil {
			return x, err
		}
		normal[i] = x.normal
		x.says = says
		args[i] = x
	}
	if f.same {
		if err := b.unify(f.Name, args); err != nil {
			return expr{}, err
		}
	}
	var x expr
	switch {
	case f.beside != "":
		beside, err := b.beside(f, args[0])
		if err != nil {
			return beside, err
		}
		x = beside
	case n.distinct:
		x = value(bigintType, "count(DISTINCT %s)", args[0])
	default:
		x = f.build(args)
	}
	distinct := map[bool]string{true: "distinct "}[n.distinct]
	x.normal = f.Name + "(" + distinct + strings.Join(normal, ", ") + ")"
	x.name, x.at, x.field, x.value = x.normal, n.at, nil, nil
	x.says = sayCall(f, args)
	if n.distinct {
		x.says = fill(catalog.Text{ZH: "不同{0}的个数", EN: "number of different {0}"}, args...)
	}
	return x, nil
}

// argument checks an argument against its parameter and types it.
func (b *binder) argument(f *Function, p *Param, x expr) (expr, *catalog.Error) {
	fix := "write it as " + f.Signature() + ", for example " + f.Example
	if p.written == onlyColumn {
		if x.field == nil {
			return x, b.fail(x.at, fix, "%s of %s is a column by itself, not %s", p.Name, f.Name, x.name)
		}
	} else if p.written != anyWriting {
		return b.written(f, p, x, fix)
	}
	if x.value == nil && x.typ.class == classPeriod && x.field != nil && !p.takes(classPeriod) && p.takes(classDate) {
		return b.beside(functionNamed("period_start"), x)
	}
	if x.value != nil {
		typed, ok, err := b.typedFor(f, p, x)
		if err != nil || ok {
			return typed, err
		}
		return x, b.fail(x.at, fix, "%s of %s is %s, not the value %s", p.Name, f.Name, p.Types, x.name)
	}
	if !p.takes(x.typ.class) {
		return x, b.fail(x.at, fix, "%s takes %s, and %s is %s", f.Name, p.Types, x.name, x.typ.class)
	}
	return x, nil
}

// typedFor gives a value the type that a parameter takes; ok is false where it
// takes none that fits. The arguments of functions whose arguments have one
// type are typed together later.
func (b *binder) typedFor(f *Function, p *Param, x expr) (typed expr, ok bool, err *catalog.Error) {
	switch x.value.kind {
	case literalNull:
		return x, f.same, nil
	case literalNumber, literalPercent:
		ok = p.takes(classNumber)
	case literalBoolean:
		ok = p.takes(classBoolean)
	case literalString:
		if p.takes(classText) {
			ok = true
			break
		}
		for _, c := range p.classes {
			if typed, ok := momentOf(x, c); ok {
				return typed, true, nil
			}
		}
	}
	if ok && !f.same {
		x, err = b.settle(x)
	}
	return x, ok, err
}

// takes reports whether a parameter takes values of a class.
func (p *Param) takes(c class) bool {
	return p.classes == nil || slices.Contains(p.classes, c)
}

// written checks what has to be written out.
func (b *binder) written(f *Function, p *Param, x expr, fix string) (expr, *catalog.Error) {
	wrong := func() (expr, *catalog.Error) {
		return x, b.fail(x.at, fix, "%s of %s is %s, not %s", p.Name, f.Name, p.Types, x.name)
	}
	if x.value == nil {
		return wrong()
	}
	text := x.value.text
	switch p.written {
	case writtenWhole:
		n, err := strconv.Atoi(text)
		if x.value.kind != literalNumber || err != nil || n < p.low || n > p.high || strconv.Itoa(n) != text {
			return x, b.fail(x.at, fix, "%s of %s is a whole number from %d to %d, not %s", p.Name, f.Name, p.low, p.high, x.name)
		}
		x.sql = text
	case writtenPart, writtenNumber:
		low, high := float64(p.low), float64(p.high)
		if p.written == writtenPart {
			low, high = 0, 1
		}
		v, err := strconv.ParseFloat(text, 64)
		if x.value.kind != literalNumber || err != nil || v < low || v > high {
			return wrong()
		}
		x.value = &literal{literalNumber, strconv.FormatFloat(v, 'f', -1, 64), x.at}
		x.normal = x.value.text
	case writtenWord:
		if x.value.kind != literalString || !slices.Contains(p.words, strings.ToLower(text)) {
			return x, b.fail(x.at, fix+suggestion(text, p.words), "%s of %s is one of %s, not %s", p.Name, f.Name, strings.Join(p.words, ", "), x.name)
		}
		x.value = &literal{literalString, strings.ToLower(text), x.at}
		x.normal = literalText(x.value)
	case writtenText:
		if x.value.kind != literalString || len(text) < p.low {
			return wrong()
		}
		x.sql, x.args, x.bulk = "CAST(? AS VARCHAR)", []any{text}, bulk{bytes: len(text)}
	case writtenRegex:
		if x.value.kind != literalString {
			return wrong()
		}
		return b.regex(x)
	}
	return x, nil
}

// regex checks a regular expression. What we take and the engine does not, the
// engine says; it never takes more than linear time.
func (b *binder) regex(x expr) (expr, *catalog.Error) {
	text := x.value.text
	if utf8.RuneCountInString(text) > MaxRegex {
		return x, b.fail(x.at, "shorten it", "a regular expression of more than %d characters", MaxRegex)
	}
	const fix = "the syntax is RE2's: [0-9]+, (a|b), ^, $, \\. for a point, (?i) for any case"
	_, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return x, b.fail(x.at, fix, "the regular expression is not understood: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	if strings.Contains(text, "(?<") {
		return x, b.fail(x.at, fix, "the regular expression is not understood: groups have no names here")
	}
	x.sql, x.args = "CAST(? AS VARCHAR)", []any{text}
	return x, nil
}

// beside finds the column that a period column has for a function.
func (b *binder) beside(f *Function, x expr) (expr, *catalog.Error) {
	if x.field != nil {
		if i, ok := b.scope.byName[x.field.column.Name+f.beside]; ok {
			found := fieldExpr(&b.scope.fields[i], x.at)
			found.normal, found.name = f.Name+"("+x.normal+")", x.name
			if b.used != nil {
				b.used[b.scope.fields[i].column.Name] = true
			}
			return found, nil
		}
	}
	return x, b.fail(x.at, "name a period column by itself that has first and last days, or a date", "%s has no column %s for %s", x.name, x.name+f.beside, f.Name)
}
