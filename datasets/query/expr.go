package query

import (
	"fmt"
	"strconv"
	"strings"
)

// expr is a bound part of a condition: SQL with its arguments, its type, and
// the same in the words of the language, normalised.
type expr struct {
	sql    string
	args   []any
	typ    valueType
	normal string
	value  *literal // not nil where it is a value whose type its surroundings decide
	name   string   // how messages call it
	at     int
}

// join makes one expression's SQL of several, in the order of their arguments.
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

// plain makes the function of SQL with the same name.
func plain(name string, result valueType) func([]expr) expr {
	return func(args []expr) expr {
		sql, values := joined(name+"("+strings.TrimSuffix(strings.Repeat("%s, ", len(args)), ", ")+")", args...)
		return expr{sql: sql, args: values, typ: result}
	}
}

// buildAbs widens first: the least BIGINT has no absolute value of its type.
func buildAbs(args []expr) expr {
	x := args[0]
	if x.typ.bigint {
		x.sql = "CAST(" + x.sql + " AS DECIMAL(38,0))"
		x.typ = decimalType(38, 0)
	}
	return expr{sql: "abs(" + x.sql + ")", args: x.args, typ: x.typ}
}

func buildDate(args []expr) expr {
	x := args[0]
	if x.typ.class == classDatetime {
		x.sql = "CAST(" + x.sql + " AS DATE)"
	}
	return expr{sql: x.sql, args: x.args, typ: valueType{class: classDate}}
}

func buildRound(args []expr) expr {
	x, digits := args[0], 0
	if len(args) > 1 {
		digits, _ = strconv.Atoi(args[1].value.text) // checked by the binder
	}
	switch {
	case x.typ.float:
		return expr{sql: fmt.Sprintf("round(%s, %d)", x.sql, digits), args: x.args, typ: x.typ}
	case x.typ.scale <= digits:
		return expr{sql: x.sql, args: x.args, typ: x.typ}
	}
	// A digit more before the point: 9.9 rounds to 10.
	width := min(38, x.typ.width-x.typ.scale+1+digits)
	t := decimalType(max(width, digits, 1), digits)
	t.percent = x.typ.percent
	sql := fmt.Sprintf("CAST(round(%s, %d) AS DECIMAL(%d,%d))", x.sql, digits, t.width, t.scale)
	return expr{sql: sql, args: x.args, typ: t}
}

// quoteText writes a text as the language does.
func quoteText(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
