package query

import (
	"fmt"
	"maps"
	"strings"

	"gongkai/catalog"
)

// expr is a bound part of a query: SQL with its arguments, its type, the same
// in the words of the language, normalised, and in a sentence.
type expr struct {
	sql     string
	args    []any
	typ     valueType
	normal  string
	value   *literal // not nil where it is a value whose type its surroundings decide
	name    string   // how messages call it
	says    catalog.Text
	unit    string
	field   *field // where it is a column by itself
	bulk    bulk
	rough   bool // a floating-point number that may be infinite or none at all
	several bool // a sentence of several parts, which wants parentheses in another
	at      int

	node      node   // of a group
	inner     string // of a group that is an expression: its SQL, where sql is its name
	innerArgs []any
}

// bulk bounds how long a text can get: how often each column may be in it, and
// how many bytes it has of its own.
type bulk struct {
	columns map[string]int
	bytes   int
}

// size is how long a text can get; of a column, as long as it is.
func (x expr) size() bulk {
	if x.field != nil {
		return bulk{columns: map[string]int{x.field.column.Name: 1}}
	}
	return x.bulk
}

func (b bulk) times(n int) bulk {
	out := bulk{columns: map[string]int{}, bytes: b.bytes * n}
	for c, k := range b.columns {
		out.columns[c] = k * n
	}
	return out
}

// plus is both, one behind the other.
func (b bulk) plus(other bulk) bulk {
	out := bulk{columns: maps.Clone(b.columns), bytes: b.bytes + other.bytes}
	if out.columns == nil {
		out.columns = map[string]int{}
	}
	for c, k := range other.columns {
		out.columns[c] += k
	}
	return out
}

// either is one of both.
func (b bulk) either(other bulk) bulk {
	out := bulk{columns: maps.Clone(b.columns), bytes: max(b.bytes, other.bytes)}
	if out.columns == nil {
		out.columns = map[string]int{}
	}
	for c, k := range other.columns {
		out.columns[c] = max(out.columns[c], k)
	}
	return out
}

// fits reports whether the text stays within what a result may have.
func (b bulk) fits() bool {
	for _, k := range b.columns {
		if k > MaxCopies {
			return false
		}
	}
	return b.bytes <= MaxText
}

// joined makes one expression's SQL of several, in the order of their arguments.
func joined(format string, parts ...expr) (sql string, args []any) {
	texts := make([]any, len(parts))
	for i, p := range parts {
		texts[i] = p.sql
		args = append(args, p.args...)
	}
	return fmt.Sprintf(format, texts...), args
}

func condition(normal, format string, parts ...expr) expr {
	sql, args := joined(format, parts...)
	return expr{sql: sql, args: args, typ: valueType{class: classBoolean}, normal: normal}
}

// value makes an expression of a type out of others.
func value(typ valueType, format string, parts ...expr) expr {
	sql, args := joined(format, parts...)
	return expr{sql: sql, args: args, typ: typ}
}

// never is false where x has a value and unknown where it has none; always is
// its opposite. Both keep the three-valued logic of SQL where a comparison is
// decided before it is run.
func never(normal string, x expr) expr {
	return condition(normal, "(%s IS NULL AND NULL)", x)
}

func always(normal string, x expr) expr {
	return condition(normal, "(%s IS NOT NULL OR NULL)", x)
}

func negated(x expr) expr {
	return condition("not ("+x.normal+")", "(NOT %s)", x)
}

// quoteText writes a text as the language does.
func quoteText(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
