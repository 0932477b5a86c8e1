package query

import (
	"slices"
	"strconv"
	"strings"

	"gongkai/catalog"
)

// item is a column of the result: a column of the table, or an expression.
type item struct {
	node   node
	at     int // of its text
	name   string
	given  bool // the name stands behind as
	expr   expr
	column catalog.Column
}

// readSelect reads the columns of the result: names, expressions with names
// behind as, and * for all columns of the table. text is what errors point into.
func readSelect(names []string, s *scope) (items []item, text string, err *catalog.Error) {
	text = strings.Join(names, ",")
	if err := (&lexer{field: "select", text: text}).check(); err != nil {
		return nil, text, err
	}
	off := 0
	for _, raw := range names {
		at := off + len(raw) - len(strings.TrimLeft(raw, " \t\n\r"))
		end := off + len(raw)
		off = end + 1
		name := strings.TrimSpace(raw)
		switch name {
		case "":
			return nil, text, invalid("select", text, at, "write select as name, other_name; leave it out for all columns", "a column name is missing in select")
		case "*":
			for i := range s.fields {
				if !s.fields[i].hidden {
					items = append(items, item{node: &columnRef{s.fields[i].column.Name, true, at}, at: at, name: s.fields[i].column.Name})
				}
			}
			continue
		}
		it, err := readItem(text[:end], at, unquoted(name), s)
		if err != nil {
			return nil, text, err
		}
		items = append(items, it)
	}
	return items, text, nil
}

// unquoted takes the double quotes off a name that is nothing else.
func unquoted(name string) string {
	if len(name) >= 2 && name[0] == '"' && name[len(name)-1] == '"' {
		return strings.ReplaceAll(name[1:len(name)-1], `""`, `"`)
	}
	return name
}

// readItem reads one item, which begins at a place of the text and ends with
// it. What is the name of a column is that, whatever signs are in it.
func readItem(text string, at int, name string, s *scope) (item, *catalog.Error) {
	if f, err := s.find(name); err == nil {
		it := item{node: &columnRef{f.column.Name, true, at}, at: at, name: f.column.Name}
		if slices.Contains(f.column.Aliases, name) { // who asks by an old name looks for it in the answer
			it.name, it.given = name, true
		}
		return it, nil
	}
	p := &parser{lexer: lexer{field: "select", text: text, off: at}}
	if err := p.advance(); err != nil {
		return item{}, err
	}
	n, err := p.expression(0)
	if err != nil {
		return item{}, err
	}
	it := item{node: n, at: at}
	if p.word("as") {
		if err := p.advance(); err != nil {
			return item{}, err
		}
		if p.tok.kind != tokenName && p.tok.kind != tokenQuoted {
			return item{}, p.unexpected("a name", `write sum(amount) as total, or as "合计"`)
		}
		it.name, it.given = p.tok.text, true
		if strings.HasPrefix(it.name, "_") || strings.TrimSpace(it.name) == "" || len(it.name) > MaxName {
			return item{}, p.fail(p.tok.pos, "choose a name of letters and digits, up to "+strconv.Itoa(MaxName)+" bytes, that does not begin with _", "%s cannot be the name of a column", p.tok)
		}
		if err := p.advance(); err != nil {
			return item{}, err
		}
	}
	if p.tok.kind != tokenEnd {
		return item{}, p.unexpected("a comma, as or the end", "write select as name, other_name, sum(amount) as total")
	}
	return it, nil
}

// nameItems gives names to items that have none, and refuses one name twice.
func nameItems(items []item, text string) *catalog.Error {
	taken := map[string]bool{}
	for i := range items {
		if items[i].name == "" {
			continue
		}
		if taken[items[i].name] {
			return invalid("select", text, items[i].at, "name each column once; another name stands behind as", "%s stands in select twice", items[i].name)
		}
		taken[items[i].name] = true
	}
	for i := range items {
		if items[i].name != "" {
			continue
		}
		base := defaultName(items[i].node)
		if base == "" {
			base = "column_" + strconv.Itoa(i+1)
		}
		name := base
		for n := 2; taken[name]; n++ {
			name = base + "_" + strconv.Itoa(n)
		}
		taken[name] = true
		items[i].name = name
	}
	return nil
}

// defaultName is what an expression is called that got no name: sum_amount.
func defaultName(n node) string {
	c, ok := n.(*call)
	if !ok {
		return ""
	}
	name := c.function.Name
	if c.distinct {
		name += "_distinct"
	}
	for _, a := range c.args {
		if ref, ok := a.(*columnRef); ok {
			if !isName(ref.name) {
				return ""
			}
			return name + "_" + ref.name
		}
	}
	if c.rows {
		return name
	}
	return ""
}

// readGroups reads group_by: columns, expressions, and names that select gave.
func readGroups(text string, b *binder) ([]expr, *catalog.Error) {
	b.field, b.text = "group_by", text
	b.plainRows = "group by columns or by expressions over one row; conditions on aggregates go to having"
	p, err := newParser("group_by", text)
	if err != nil {
		return nil, err
	}
	var groups []expr
	for {
		columns := len(b.bare)
		n, err := p.expression(0)
		if err != nil {
			return nil, err
		}
		x, err := b.bind(n)
		if err != nil {
			return nil, err
		}
		if len(b.bare) == columns {
			return nil, p.fail(n.pos(), "write group_by as name, other_name, or year(day)", "a column was expected here, not %s", x.name)
		}
		for _, have := range groups {
			if have.normal == x.normal {
				return nil, p.fail(n.pos(), "name each once", "%s stands in group_by twice", x.name)
			}
		}
		if len(groups) == MaxKeys {
			return nil, p.fail(n.pos(), "group by fewer columns", "group_by has more than %d columns", MaxKeys)
		}
		x.node = n
		groups = append(groups, x)
		more, err := p.continues("write group_by as name, other_name")
		if err != nil {
			return nil, err
		}
		if !more {
			b.bare = nil
			return groups, nil
		}
	}
}

// continues reads the comma behind a part of a list; false at the end.
func (p *parser) continues(fix string) (bool, *catalog.Error) {
	switch {
	case p.tok.kind == tokenEnd:
		return false, nil
	case p.is(tokenSymbol, ","):
		return true, p.advance()
	case p.word("nulls"):
		return false, p.fail(p.tok.pos, "leave it out", "rows without a value always come last")
	}
	return false, p.unexpected("a comma or the end", fix)
}

// key is what rows are ordered by. Rows without a value come last in both
// directions.
type key struct {
	expr expr
	desc bool
}

// row reports whether the key is the number of the row itself.
func (k key) row() bool { return k.expr.field != nil && k.expr.field.column.Name == catalog.ColumnRow }

func (k key) normal() string {
	if k.desc {
		return k.expr.normal + " desc"
	}
	return k.expr.normal
}

const orderFix = "write order_by as name, or name desc, with commas between"

// readOrder reads "a desc, b". The row of the source sheet ends every order of
// rows, so that it is total; source order alone is the empty list. Groups are
// ordered at last by what they are grouped by.
func readOrder(text string, b *binder, grouped bool) ([]key, *catalog.Error) {
	b.field, b.text = "order_by", text
	p, err := newParser("order_by", text)
	if err != nil {
		return nil, err
	}
	var keys []key
	total := false
	for {
		k, err := readKey(p, b)
		if err != nil {
			return nil, err
		}
		at := k.expr.at
		if slices.ContainsFunc(keys, func(have key) bool { return have.expr.normal == k.expr.normal }) {
			return nil, p.fail(at, "name each column once", "%s stands in order_by twice", k.expr.name)
		}
		if len(keys) == MaxKeys {
			return nil, p.fail(at, "order by fewer columns", "order_by has more than %d columns", MaxKeys)
		}
		if !total { // what follows the row number changes nothing
			keys = append(keys, k)
			total = k.row() && !grouped
		}
		more, err := p.continues(orderFix)
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
	}
	if len(keys) == 1 && total && !keys[0].desc {
		return nil, nil
	}
	return keys, nil
}

func readKey(p *parser, b *binder) (key, *catalog.Error) {
	at := p.tok
	n, err := p.expression(0)
	if err != nil {
		return key{}, err
	}
	columns, aggregates := b.named, b.aggregates
	x, err := b.item(n)
	if err != nil {
		return key{}, err
	}
	if b.named == columns && b.aggregates == aggregates {
		return key{}, p.fail(at.pos, orderFix, "a column was expected here, not %s", at)
	}
	k := key{expr: x}
	k.expr.at = at.pos
	switch {
	case p.word("desc"):
		k.desc = true
		err = p.advance()
	case p.word("asc"):
		err = p.advance()
	}
	return k, err
}

// item binds a part of the result, and of groups refuses what is one thing in
// one row of a group and another in the next.
func (b *binder) item(n node) (expr, *catalog.Error) {
	b.bare = b.bare[:0]
	x, err := b.bind(n)
	if err != nil {
		return x, err
	}
	if x, err = b.settle(x); err != nil {
		return x, err
	}
	return x, b.oneOfGroup(x)
}

func (b *binder) oneOfGroup(expr) *catalog.Error {
	if b.plainRows != "" || len(b.bare) == 0 {
		return nil
	}
	name := b.bare[0].name
	if b.distinct {
		return b.fail(b.bare[0].at, "add "+name+" to select, or leave it out", "%s is not selected, and different rows have only what is", shorten(name))
	}
	return b.fail(b.bare[0].at, "add "+name+" to group_by, or compute one value for the group: max("+Name(name)+")",
		"%s is neither grouped by nor inside an aggregate", shorten(name))
}
