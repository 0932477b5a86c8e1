package query

import (
	"strconv"
	"strings"

	"gongkai/catalog"
)

// SQL renders the request over from, a quoted reference to the stored table.
// The result has the visible columns and then the Hidden ones; the arguments are
// of type string, int64, float64 and bool only. A page asks for
// one row more than its limit: that there is one says that more follow.
//
// Source order is the order in which the file holds its rows, and the engine
// keeps it where nothing is sorted (its setting preserve_insertion_order must
// stay on, as it is by default): so pages in source order end as soon as they
// are full, begin by zone map, and exports stream.
func (b *Bound) SQL(from string) (sql string, args []any) {
	var q strings.Builder
	q.WriteString("SELECT ")
	for i, f := range b.columns {
		if i > 0 {
			q.WriteString(", ")
		}
		q.WriteString(columnSQL(f.column.Name) + " AS " + quoteName(f.column.Name))
	}
	for i, c := range b.Hidden() {
		q.WriteString(", " + columnSQL(c.Name) + " AS " + quoteName("_hidden"+strconv.Itoa(i)))
	}
	q.WriteString(" FROM " + from + " AS t")
	var conditions []string
	if b.where != nil {
		conditions, args = append(conditions, b.where.sql), append(args, b.where.args...)
	}
	if b.after != nil {
		text, values := b.following(from)
		conditions, args = append(conditions, text), append(args, values...)
	}
	if len(conditions) > 0 {
		q.WriteString(" WHERE " + strings.Join(conditions, " AND "))
	}
	if len(b.keys) > 0 {
		q.WriteString(" ORDER BY " + b.ordering())
	}
	if b.limit >= 0 {
		q.WriteString(" LIMIT " + strconv.Itoa(b.limit+1))
	}
	return q.String(), args
}

func (b *Bound) ordering() string {
	var terms []string
	total := false
	for _, k := range b.keys {
		terms = append(terms, columnSQL(k.field.column.Name)+map[bool]string{false: " ASC", true: " DESC"}[k.desc]+" NULLS LAST")
		total = total || k.field.column.Name == catalog.ColumnRow
	}
	if !total {
		terms = append(terms, columnSQL(catalog.ColumnRow)+" ASC")
	}
	return strings.Join(terms, ", ")
}

// following is the condition on the rows behind the cursor's. Rows without a
// value come last, so behind a value also lie all rows without one, and behind
// a row without one nothing but ties.
func (b *Bound) following(from string) (sql string, args []any) {
	sql, args = "t."+quoteName(catalog.ColumnRow)+" > ?", []any{b.after.row}
	for i := len(b.keys) - 1; i >= 0; i-- {
		k, v := b.keys[i], b.after.keys[i]
		column := columnSQL(k.field.column.Name)
		if k.field.column.Name == catalog.ColumnRow {
			sql, args = column+map[bool]string{false: " > ?", true: " < ?"}[k.desc], []any{b.after.row}
			continue
		}
		if v.kind == positionNull {
			sql = "(" + column + " IS NULL AND " + sql + ")"
			continue
		}
		value, arg := v.sql, v.arg
		if v.kind == positionLong {
			value, arg = "(SELECT "+strings.Replace(column, "t.", "l.", 1)+" FROM "+from+" AS l WHERE l."+quoteName(catalog.ColumnRow)+" = ?)", b.after.row
		}
		sign := map[bool]string{false: " > ", true: " < "}[k.desc]
		sql = "(" + column + sign + value + " OR " + column + " IS NULL OR (" + column + " = " + value + " AND " + sql + "))"
		args = append([]any{arg, arg}, args...)
	}
	return sql, args
}
