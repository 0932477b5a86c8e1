package query

import (
	"encoding/json"
	"strconv"
	"strings"

	"gongkai/catalog"
)

// Bound is a request with its meaning in one table: every name resolved, every
// value typed. It may be used by several goroutines.
type Bound struct {
	columns []*field
	where   *expr // nil takes every row
	keys    []key // without the row number, unless it was asked for
	limit   int
	after   *position // nil starts at the first row
	table   string
	hash    string // of the content that cursors hold for
	whole   bool
	cursor  string
}

// Bind gives a request its meaning in table t of a version with that content
// hash. Its errors are *catalog.Error of kind Invalid with Field (select,
// where, order_by, limit or cursor), Pos in the text of that field where there
// is one, and Fix; kind Internal where the table cannot be queried.
func Bind(r Request, t *catalog.Table, contentHash string) (*Bound, error) {
	s, err := newScope(t)
	if err != nil {
		return nil, err
	}
	b := &Bound{limit: r.Limit, table: t.Name, hash: contentHash}
	if r.Limit > MaxLimit {
		bad := catalog.Errorf(catalog.Invalid, "ask for pages of at most "+strconv.Itoa(MaxLimit)+" rows, or use the export, which has no limit", "limit is %d, the most is %d", r.Limit, MaxLimit)
		bad.Field = "limit"
		return nil, bad
	}
	if b.limit < 0 {
		b.limit = Unlimited
	}
	var fault *catalog.Error
	if b.columns, fault = parseSelect(r.Select, s); fault != nil {
		return nil, fault
	}
	if strings.TrimSpace(r.Where) != "" {
		if b.where, fault = bindWhere(r.Where, s); fault != nil {
			return nil, fault
		}
	}
	if strings.TrimSpace(r.OrderBy) != "" {
		if b.keys, fault = parseOrder(r.OrderBy, s); fault != nil {
			return nil, fault
		}
	}
	b.whole = b.where == nil && len(b.keys) == 0 && r.Cursor == "" && sameColumns(b.columns, s)
	if r.Cursor != "" {
		if b.after, fault = b.readCursor(r.Cursor); fault != nil {
			return nil, fault
		}
		b.cursor = r.Cursor
	}
	return b, nil
}

func bindWhere(text string, s *scope) (*expr, *catalog.Error) {
	n, err := parseWhere(text)
	if err != nil {
		return nil, err
	}
	x, err := (&binder{text: text, scope: s}).condition(n)
	return &x, err
}

// sameColumns reports whether the chosen columns are the table's own, in order.
func sameColumns(chosen []*field, s *scope) bool {
	n := 0
	for i := range s.fields {
		if s.fields[i].hidden {
			continue
		}
		if n >= len(chosen) || chosen[n] != &s.fields[i] {
			return false
		}
		n++
	}
	return n == len(chosen)
}

// Columns describes the visible columns of the result, in order.
func (b *Bound) Columns() []catalog.Column {
	list := make([]catalog.Column, len(b.columns))
	for i, f := range b.columns {
		list[i] = f.column
	}
	return list
}

// Hidden describes the columns that the SQL gives behind the visible ones: the
// row of the source sheet, the kind of the row, and then what the order needs.
// A request with limit Unlimited has none.
func (b *Bound) Hidden() []catalog.Column {
	if b.limit < 0 {
		return nil
	}
	list := rowColumns()
	for _, k := range b.keys {
		list = append(list, k.field.column)
	}
	return list
}

// Limit is the number of rows in a page, Unlimited where all were asked for.
func (b *Bound) Limit() int { return b.limit }

// WholeTable reports whether the request is for all columns and all rows in
// source order, so that a file made before answers it.
func (b *Bound) WholeTable() bool { return b.whole }

// Normal is the request in normal form: two requests of one table with the
// same Normal have the same answer.
func (b *Bound) Normal() string {
	return b.shape() + " limit " + strconv.Itoa(b.limit) + " cursor " + b.cursor
}

// shape is the part of the normal form that a cursor holds for. The parts are
// a JSON list, so that no name can run into what follows it.
func (b *Bound) shape() string {
	parts := []string{b.table, ""}
	if b.where != nil {
		parts[1] = b.where.normal
	}
	var names []string
	for _, f := range b.columns {
		names = append(names, f.column.Name)
	}
	var order []string
	for _, k := range b.keys {
		order = append(order, k.normal())
	}
	text, err := json.Marshal([]any{parts, names, order})
	if err != nil {
		return "" // lists of strings always encode
	}
	return string(text)
}
