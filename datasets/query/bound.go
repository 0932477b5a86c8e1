package query

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gongkai/catalog"
)

// Bound is a request with its meaning in one table: every name resolved, every
// value typed. It may be used by several goroutines.
type Bound struct {
	items    []item
	where    []expr // all of which must hold
	groups   []expr
	having   *expr
	keys     []key // without the row number, unless it was asked for
	asked    int   // how many of the keys were asked for
	grouped  bool  // the rows of the result are groups
	distinct bool
	limit    int
	most     int       // rows where limit is Unlimited; 0 for all
	after    *position // nil starts at the first row
	offset   int       // groups before the first one
	table    string
	hash     string // of the content that cursors hold for
	cursor   string
	renamed  []Renamed

	allColumns bool // the result has the table's columns, no others
	whole      bool
}

// Renamed tells that a query named a column by a name that it had before.
type Renamed struct{ Old, Name string }

// Bind gives a request its meaning in table t of a version with that content
// hash. Its errors are *catalog.Error of kind Invalid with Field (select,
// where, q, group_by, having, order_by, totals, limit or cursor), Pos in the
// text of that field where there is one, and Fix; kind Internal where the table
// cannot be queried.
func Bind(r Request, t *catalog.Table, contentHash string) (*Bound, error) {
	s, err := newScope(t)
	if err != nil {
		return nil, err
	}
	b := &Bound{limit: r.Limit, table: t.Name, hash: contentHash}
	if b.limit < 0 {
		b.limit, b.most = Unlimited, max(0, r.Most)
	}
	if fault := b.bind(r, t, s); fault != nil {
		return nil, fault
	}
	b.renamed = s.renamed
	return b, nil
}

func (b *Bound) bind(r Request, t *catalog.Table, s *scope) *catalog.Error {
	if err := r.check(); err != nil {
		return err
	}
	w := &binder{scope: s, used: map[string]bool{}}
	if err := b.bindResult(r, w); err != nil {
		return err
	}
	if err := b.bindWhere(r, w); err != nil {
		return err
	}
	if err := b.bindOrder(r, w); err != nil {
		return err
	}
	if b.leavesOutTotals(r, t, w.used) {
		b.where = append(b.where, totalsCondition())
	}
	b.allColumns = !b.grouped && sameColumns(b.items, s)
	b.whole = b.allColumns && len(b.where) == 0 && len(b.keys) == 0 && r.Cursor == "" && b.most == 0
	if r.Cursor == "" {
		return nil
	}
	b.cursor = r.Cursor
	return b.readCursor(r.Cursor)
}

// bindResult binds what the result consists of: select, group_by and distinct.
func (b *Bound) bindResult(r Request, w *binder) *catalog.Error {
	var text string
	var err *catalog.Error
	if b.items, text, err = readSelect(r.Select, w.scope); err != nil {
		return err
	}
	if err := nameItems(b.items, text); err != nil {
		return err
	}
	w.aliases = map[string]node{}
	aggregates := false
	for _, it := range b.items {
		if _, plain := it.node.(*columnRef); !plain || it.given {
			w.aliases[it.name] = it.node
		}
		aggregates = aggregates || hasAggregate(it.node)
	}
	groupBy := strings.TrimSpace(r.GroupBy) != ""
	having := strings.TrimSpace(r.Having) != ""
	if r.Distinct && (groupBy || having || aggregates) {
		return fieldError("distinct", "leave distinct out: groups differ from one another", "distinct goes with plain columns, not with groups and aggregates")
	}
	b.distinct, b.grouped = r.Distinct, groupBy || having || aggregates || r.Distinct
	if groupBy {
		if b.groups, err = readGroups(r.GroupBy, w); err != nil {
			return err
		}
		numberGroups(b.groups)
		w.groups = b.groups
	}
	if len(b.items) == 0 {
		b.defaultItems(w.scope)
	}
	w.distinct = b.distinct
	w.field, w.text = "select", text
	w.plainRows = "give group_by, or select aggregates only"
	if b.grouped && !b.distinct {
		w.plainRows = ""
	}
	aliases := w.aliases
	w.aliases = nil
	for i := range b.items {
		it := &b.items[i]
		if it.expr, err = w.item(it.node); err != nil {
			return err
		}
		it.column = it.describe()
	}
	w.aliases = aliases
	if b.distinct {
		if len(b.items) > MaxColumns {
			return fieldError("distinct", "select fewer columns", "distinct over %d columns, the most is %d", len(b.items), MaxColumns)
		}
		for i := range b.items {
			b.groups = append(b.groups, b.items[i].expr)
		}
		numberGroups(b.groups)
		w.groups = b.groups
		for i := range b.items {
			b.items[i].expr.sql, b.items[i].expr.args = b.groups[i].sql, nil
		}
	}
	return nil
}

// defaultItems are what a request without select gives: all columns, or the
// groups and how many rows each has.
func (b *Bound) defaultItems(s *scope) {
	if !b.grouped || b.distinct {
		for i := range s.fields {
			if f := &s.fields[i]; !f.hidden {
				b.items = append(b.items, item{node: &columnRef{f.column.Name, true, 0}, name: f.column.Name})
			}
		}
		return
	}
	taken := map[string]bool{}
	for i, g := range b.groups {
		name := "column_" + strconv.Itoa(i+1)
		if g.field != nil {
			name = g.field.column.Name
		} else if n := defaultName(g.node); n != "" {
			name = n
		}
		taken[name] = true
		b.items = append(b.items, item{node: g.node, name: name})
	}
	name := "count"
	for taken[name] {
		name += "_rows"
	}
	b.items = append(b.items, item{node: &call{function: functionNamed("count"), rows: true}, name: name})
}

// describe says what a column of the result is.
func (it *item) describe() catalog.Column {
	x := &it.expr
	if x.field != nil {
		c := x.field.column
		if it.given {
			c.Name = it.name
		}
		return c
	}
	c := catalog.Column{Name: it.name, Label: x.says.ZH, SourceLabel: "", Type: x.typ.catalogType(), SQLType: x.typ.sql(), Unit: x.unit, Description: x.says}
	if it.given {
		c.Label = it.name
	}
	return c
}

// numberGroups gives expressions names in SQL, so that what is selected and
// ordered by is the very thing that is grouped by.
func numberGroups(groups []expr) {
	for i := range groups {
		if groups[i].field == nil {
			groups[i].inner, groups[i].innerArgs = groups[i].sql, groups[i].args
			groups[i].sql, groups[i].args = "t."+Quote("_g"+strconv.Itoa(i)), nil
		}
	}
}

// bindWhere binds the conditions on rows and on groups.
func (b *Bound) bindWhere(r Request, w *binder) *catalog.Error {
	aliases, groups := w.aliases, w.groups
	w.plainRows, w.aliases, w.groups = "conditions on aggregates go to having", nil, nil
	for _, text := range append([]string{r.Where}, r.And...) {
		if strings.TrimSpace(text) == "" {
			continue
		}
		x, err := w.whole("where", text)
		if err != nil {
			return err
		}
		b.where = append(b.where, x)
	}
	if strings.TrimSpace(r.Q) != "" {
		words, err := bindSearch(r.Q, w.scope)
		if err != nil {
			return err
		}
		b.where = append(b.where, words...)
	}
	w.aliases, w.groups = aliases, groups
	if strings.TrimSpace(r.Having) == "" {
		return nil
	}
	w.plainRows = ""
	x, err := w.whole("having", r.Having)
	if err != nil {
		return err
	}
	b.having = &x
	return w.oneOfGroup(x)
}

// whole binds a condition that is the whole text of a parameter.
func (b *binder) whole(field, text string) (expr, *catalog.Error) {
	n, err := parseCondition(field, text)
	if err != nil {
		return expr{}, err
	}
	b.field, b.text, b.bare = field, text, nil
	return b.condition(n)
}

func (b *Bound) bindOrder(r Request, w *binder) *catalog.Error {
	w.aliasFirst = true
	w.plainRows = "leave the aggregate out, or give group_by"
	if b.grouped {
		w.plainRows = ""
	}
	if strings.TrimSpace(r.OrderBy) != "" {
		var err *catalog.Error
		if b.keys, err = readOrder(r.OrderBy, w, b.grouped); err != nil {
			return err
		}
	}
	b.asked = len(b.keys)
	if !b.grouped {
		return nil
	}
	for _, g := range b.groups {
		if !slices.ContainsFunc(b.keys, func(k key) bool { return k.expr.normal == g.normal }) {
			b.keys = append(b.keys, key{expr: g})
		}
	}
	return nil
}

// leavesOutTotals says whether rows of totals are no part of the answer: of
// groups they are not, or everything would be counted twice.
func (b *Bound) leavesOutTotals(r Request, t *catalog.Table, used map[string]bool) bool {
	switch r.Totals {
	case TotalsInclude:
		return false
	case TotalsExclude:
		return true
	}
	return b.grouped && t.TotalRows > 0 && !used[catalog.ColumnKind]
}

func totalsCondition() expr {
	return condition("_row_type = 'record'", "t."+Quote(catalog.ColumnKind)+" = 'record'")
}

// sameColumns reports whether the items are the table's own columns, in order.
func sameColumns(items []item, s *scope) bool {
	n := 0
	for i := range s.fields {
		if s.fields[i].hidden {
			continue
		}
		if n >= len(items) || items[n].expr.field != &s.fields[i] || items[n].given {
			return false
		}
		n++
	}
	return n == len(items)
}

// Columns describes the visible columns of the result, in order.
func (b *Bound) Columns() []catalog.Column {
	list := make([]catalog.Column, len(b.items))
	for i := range b.items {
		list[i] = b.items[i].column
	}
	return list
}

// Grouped reports whether the rows of the result are groups or aggregates, and
// no rows of the table.
func (b *Bound) Grouped() bool { return b.grouped }

// Renamed tells which columns were named by a name that they had before.
func (b *Bound) Renamed() []Renamed { return slices.Clone(b.renamed) }

// Limit is the number of rows in a page, Unlimited where all were asked for.
func (b *Bound) Limit() int { return b.limit }

// First is how many rows an Unlimited request asks for, 0 where it wants all.
func (b *Bound) First() int { return b.most }

// WholeTable reports whether the request is for all columns and all rows in
// source order, so that a file made before answers it.
func (b *Bound) WholeTable() bool { return b.whole }

// Normal is the request in normal form: two requests of one table with the
// same Normal have the same answer.
func (b *Bound) Normal() string {
	text := b.shape() + " limit " + strconv.Itoa(b.limit) + " cursor " + b.cursor
	if b.most > 0 {
		text += " first " + strconv.Itoa(b.most)
	}
	return text
}

// shape is the part of the normal form that a cursor holds for. The parts are
// a JSON list, so that no name can run into what follows it.
func (b *Bound) shape() string {
	var where, items, order, groups []string
	for _, c := range b.where {
		where = append(where, c.normal)
	}
	for i := range b.items {
		items = append(items, b.items[i].expr.normal, b.items[i].column.Name)
	}
	for _, k := range b.keys {
		order = append(order, k.normal())
	}
	for _, g := range b.groups {
		groups = append(groups, g.normal)
	}
	having := ""
	if b.having != nil {
		having = b.having.normal
	}
	text, err := json.Marshal([]any{b.table, where, items, order, groups, having, b.grouped})
	if err != nil {
		return "" // lists of strings always encode
	}
	return string(text)
}

func sortedNames(names map[string]node) []string { return slices.Sorted(maps.Keys(names)) }
