package query

import (
	"strconv"
	"strings"

	"gongkai/catalog"
)

// statement is SQL in the making; arguments come in the order of their places.
type statement struct {
	strings.Builder
	args []any
}

func (s *statement) add(text string, args ...any) {
	s.WriteString(text)
	s.args = append(s.args, args...)
}

// list adds expressions with something between them.
func (s *statement) list(between string, list []expr) {
	for i, x := range list {
		if i > 0 {
			s.WriteString(between)
		}
		s.add(x.sql, x.args...)
	}
}

// SQL renders the request over from, a quoted reference to the stored table.
// The result has the visible columns, and in pages of rows then the row of the
// source sheet, the kind of the row, and what the order needs; the arguments are
// of type string, int64, float64 and bool only. A page asks for
// one row more than its limit: that there is one says that more follow.
//
// Source order is the order in which the file holds its rows, and the engine
// keeps it where nothing is sorted (its setting preserve_insertion_order must
// stay on, as it is by default): so pages in source order end as soon as they
// are full, begin by zone map, and exports stream.
func (b *Bound) SQL(from string) (sql string, args []any) {
	var s statement
	s.add("SELECT ")
	for i := range b.items {
		if i > 0 {
			s.add(", ")
		}
		s.visible(&b.items[i].expr)
		s.add(" AS " + Quote(b.items[i].column.Name))
	}
	if !b.grouped && b.limit >= 0 {
		b.hidden(&s)
	}
	b.source(&s, from)
	if b.grouped {
		if len(b.groups) > 0 {
			s.add(" GROUP BY ")
			s.list(", ", b.groups)
		}
		if b.having != nil {
			s.add(" HAVING ")
			s.add(b.having.sql, b.having.args...)
		}
	}
	if len(b.keys) > 0 {
		b.ordering(&s)
	}
	b.bounds(&s)
	return s.String(), s.args
}

// visible is an expression as it is shown: what is no number has no value.
func (s *statement) visible(x *expr) {
	if !x.rough || x.field != nil {
		s.add(x.sql, x.args...)
		return
	}
	s.add("CASE WHEN isfinite("+x.sql+") THEN ", x.args...)
	s.add(x.sql+" END", x.args...)
}

// hidden adds the columns behind the visible ones.
func (b *Bound) hidden(s *statement) {
	columns := []expr{{sql: columnSQL(catalog.ColumnRow)}, {sql: columnSQL(catalog.ColumnKind)}}
	for _, k := range b.keys {
		columns = append(columns, k.expr)
	}
	for i, x := range columns {
		s.add(", "+x.sql+" AS "+Quote("_hidden"+strconv.Itoa(i)), x.args...)
	}
}

// source adds where the rows come from, and which. Expressions that are grouped
// by are computed first, once for each row.
func (b *Bound) source(s *statement, from string) {
	var inner []expr
	for i, g := range b.groups {
		if g.field == nil {
			inner = append(inner, expr{sql: g.inner + " AS " + Quote("_g"+strconv.Itoa(i)), args: g.innerArgs})
		}
	}
	s.add(" FROM ")
	if len(inner) > 0 {
		s.add("(SELECT t.*, ")
		s.list(", ", inner)
		s.add(" FROM ")
	}
	s.add(from + " AS t")
	conditions := b.where
	if b.after != nil {
		conditions = append(conditions[:len(conditions):len(conditions)], b.following(from))
	}
	if len(conditions) > 0 {
		s.add(" WHERE ")
		s.list(" AND ", conditions)
	}
	if len(inner) > 0 {
		s.add(") AS t")
	}
}

func (b *Bound) ordering(s *statement) {
	s.add(" ORDER BY ")
	total := b.grouped
	for i, k := range b.keys {
		if i > 0 {
			s.add(", ")
		}
		s.add(k.expr.sql+map[bool]string{false: " ASC", true: " DESC"}[k.desc]+" NULLS LAST", k.expr.args...)
		total = total || k.row()
	}
	if !total {
		s.add(", " + columnSQL(catalog.ColumnRow) + " ASC")
	}
}

// bounds adds how many rows of a page are wanted; one more says that more
// follow.
func (b *Bound) bounds(s *statement) {
	switch {
	case b.limit >= 0:
		s.add(" LIMIT " + strconv.Itoa(b.Most()+1))
	case b.most > 0:
		s.add(" LIMIT " + strconv.Itoa(b.most))
	}
	if b.offset > 0 {
		s.add(" OFFSET " + strconv.Itoa(b.offset))
	}
}

// following is the condition on the rows behind the cursor's. Rows without a
// value come last, so behind a value also lie all rows without one, and behind
// a row without one nothing but ties.
func (b *Bound) following(from string) expr {
	row := columnSQL(catalog.ColumnRow)
	sql, args := row+" > ?", []any{b.after.row}
	for i := len(b.keys) - 1; i >= 0; i-- {
		k, v := b.keys[i], b.after.keys[i]
		column := k.expr.sql
		if k.row() {
			sql, args = column+map[bool]string{false: " > ?", true: " < ?"}[k.desc], []any{b.after.row}
			continue
		}
		if v.kind == positionNull {
			sql = "(" + column + " IS NULL AND " + sql + ")"
			args = append(append([]any(nil), k.expr.args...), args...)
			continue
		}
		value, here := v.sql, []any{v.arg}
		if v.kind == positionLong {
			value = "(SELECT " + column + " FROM " + from + " AS t WHERE " + row + " = ?)"
			here = append(append([]any(nil), k.expr.args...), b.after.row)
		}
		sign := map[bool]string{false: " > ", true: " < "}[k.desc]
		sql = "(" + column + sign + value + " OR " + column + " IS NULL OR (" + column + " = " + value + " AND " + sql + "))"
		var all []any
		for _, part := range [][]any{k.expr.args, here, k.expr.args, k.expr.args, here, args} {
			all = append(all, part...)
		}
		args = all
	}
	return expr{sql: sql, args: args}
}
