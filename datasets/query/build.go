package query

import (
	"fmt"
	"strconv"
	"strings"
)

// The builders make the SQL of functions. Their arguments are checked and
// typed by the binder; what had to be written out is in value.

// plain makes the function of SQL with the same name.
func plain(name string, result valueType) func([]expr) expr {
	return func(args []expr) expr {
		x := value(result, name+"("+places(len(args))+")", args...)
		if result.class == classText {
			x.bulk = args[0].size()
		}
		return x
	}
}

// places are n places for values, for joined.
func places(n int) string { return strings.TrimSuffix(strings.Repeat("%s, ", n), ", ") }

// buildInline makes a function of SQL whose whole numbers are written into the
// statement.
func buildInline(name string) func([]expr) expr {
	return func(args []expr) expr {
		x := value(textType, name+"("+places(len(args))+")", args...)
		x.bulk = args[0].size()
		return x
	}
}

// whole is the whole number that an argument was written as.
func whole(x expr) int {
	n, _ := strconv.Atoi(x.value.text) // checked by the binder
	return n
}

// asText writes a value as CSV does.
func asText(x expr) expr {
	switch x.typ.class {
	case classText, classPeriod:
		return x
	case classDatetime:
		x.sql = "replace(CAST(" + x.sql + " AS VARCHAR), ' ', 'T')"
	default:
		x.sql = "CAST(" + x.sql + " AS VARCHAR)"
	}
	x.typ, x.bulk = textType, bulk{bytes: 50}
	return x
}

func buildConcat(args []expr) expr {
	texts := make([]expr, len(args))
	var all bulk
	for i, a := range args {
		texts[i] = asText(a)
		all = all.plus(texts[i].size())
	}
	x := value(textType, "concat("+places(len(args))+")", texts...)
	x.bulk = all
	return x
}

func buildReplace(args []expr) expr {
	x := value(textType, "replace(%s, %s, %s)", args...)
	part, by := len(args[1].value.text), len(args[2].value.text)
	x.bulk = args[0].size().times(max(1, (by+part-1)/part))
	return x
}

// spaces are what trim takes away: those of full width and without a break are
// what spreadsheets are full of.
const spaces = " \t\r\n\u00a0\u3000"

func buildTrim(args []expr) expr {
	x := value(textType, "trim(%s, ?)", args...)
	x.args = append(x.args[:len(x.args):len(x.args)], spaces)
	x.bulk = args[0].size()
	return x
}

func buildRegexExtract(args []expr) expr {
	group := "0"
	if len(args) > 2 {
		group = strconv.Itoa(whole(args[2]))
	}
	x := value(textType, "regexp_extract(%s, %s, "+group+")", args[:2]...)
	x.bulk = args[0].size()
	return x
}

// buildAbs widens first: the least BIGINT has no absolute value of its type.
func buildAbs(args []expr) expr {
	x := args[0]
	if x.typ.bigint {
		x.sql = "CAST(" + x.sql + " AS DECIMAL(38,0))"
		x.typ = decimalType(38, 0)
	}
	return expr{sql: "abs(" + x.sql + ")", args: x.args, typ: x.typ, unit: x.unit, rough: x.rough}
}

// buildWhole makes floor or ceil; a decimal keeps its digits in all, so that
// 9.9 goes up to 10.
func buildWhole(name string) func([]expr) expr {
	return func(args []expr) expr {
		x := args[0]
		if x.typ.scale == 0 && !x.typ.float {
			return x
		}
		typ := x.typ
		if !typ.float {
			typ = decimalType(x.typ.width, 0)
		}
		typ.percent = x.typ.percent
		return expr{sql: name + "(" + x.sql + ")", args: x.args, typ: typ, unit: x.unit, rough: x.rough}
	}
}

func buildRound(args []expr) expr {
	x, digits := args[0], 0
	if len(args) > 1 {
		digits = whole(args[1])
	}
	out := expr{sql: x.sql, args: x.args, typ: x.typ, unit: x.unit, rough: x.rough}
	switch {
	case x.typ.float:
		out.sql = fmt.Sprintf("round(%s, %d)", x.sql, digits)
		return out
	case x.typ.scale <= digits:
		return out
	}
	// A digit more before the point: 9.9 rounds to 10.
	width := min(38, x.typ.width-x.typ.scale+1+digits)
	t := decimalType(max(width, digits, 1), digits)
	t.percent = x.typ.percent
	out.sql, out.typ = fmt.Sprintf("CAST(round(%s, %d) AS DECIMAL(%d,%d))", x.sql, digits, t.width, t.scale), t
	return out
}

func buildSign(args []expr) expr { return value(bigintType, "CAST(sign(%s) AS BIGINT)", args[0]) }

// toDouble converts a number to floating point.
func toDouble(x expr) expr {
	if !x.typ.float {
		x.sql = "CAST(" + x.sql + " AS DOUBLE)"
		x.typ = valueType{class: classNumber, float: true, percent: x.typ.percent}
	}
	return x
}

func buildMod(args []expr) expr {
	a, b := args[0], args[1]
	if t, ok := commonNumber(a.typ, b.typ); ok && !t.float {
		a, b = exact(a, t), exact(b, t)
		x := value(t, "(%s %% %s)", a, b)
		x.unit = args[0].unit
		return x
	}
	x := value(doubleType, "(%s %% %s)", toDouble(a), toDouble(b))
	x.rough = true
	return x
}

func buildPower(args []expr) expr {
	x := value(doubleType, "pow(%s, "+strconv.Itoa(whole(args[1]))+")", toDouble(args[0]))
	x.rough = true
	return x
}

// buildSame makes a function over values of one type.
func buildSame(name string) func([]expr) expr {
	return func(args []expr) expr {
		x := value(args[0].typ, name+"("+places(len(args))+")", args...)
		for _, a := range args {
			x.bulk, x.rough = x.bulk.either(a.size()), x.rough || a.rough
			if x.unit == "" {
				x.unit = a.unit
			}
		}
		return x
	}
}

// buildNullIf is written as a function of two values, each of them once: SQL's
// nullif repeats its first.
func buildNullIf(args []expr) expr {
	x := value(args[0].typ, "(CASE WHEN %s = %s THEN NULL ELSE %s END)", args[0], args[1], args[0])
	x.unit, x.bulk, x.rough = args[0].unit, args[0].size(), args[0].rough
	return x
}

// asDate makes a day of a day with time.
func asDate(x expr) expr {
	if x.typ.class == classDatetime {
		x.sql = "CAST(" + x.sql + " AS DATE)"
	}
	x.typ = valueType{class: classDate}
	return x
}

func buildDate(args []expr) expr {
	x := asDate(args[0])
	return expr{sql: x.sql, args: x.args, typ: x.typ}
}

func buildAddMonths(args []expr) expr {
	return value(valueType{class: classDate}, "CAST((%s + to_months("+strconv.Itoa(whole(args[1]))+")) AS DATE)", asDate(args[0]))
}

// buildBetween counts the full units between two days.
func buildBetween(unit string) func([]expr) expr {
	return func(args []expr) expr {
		return value(bigintType, "date_sub('"+unit+"', %s, %s)", asDate(args[0]), asDate(args[1]))
	}
}

func buildDateDiff(args []expr) expr {
	return buildBetween(args[0].value.text)(args[1:])
}

func buildTruncate(args []expr) expr {
	unit := args[0].value.text
	if unit == "hour" || unit == "minute" {
		return value(valueType{class: classDatetime}, "date_trunc('"+unit+"', CAST(%s AS TIMESTAMP))", args[1])
	}
	return value(valueType{class: classDate}, "CAST(date_trunc('"+unit+"', %s) AS DATE)", asDate(args[1]))
}

// earthRadius is the mean radius of the earth in metres.
const earthRadius = "6371008.8"

// buildDistance is the haversine formula; what is no place on earth has no
// distance.
func buildDistance(args []expr) expr {
	lon, lat := toDouble(args[0]), toDouble(args[1])
	x, y := degrees(args[2]), degrees(args[3])
	out := value(doubleType, "(CASE WHEN %s BETWEEN -180 AND 180 AND %s BETWEEN -90 AND 90 THEN 2 * "+earthRadius+
		" * asin(least(1, sqrt(pow(sin(radians(%s - %s) / 2), 2) + cos(radians(%s)) * cos(radians(%s)) * pow(sin(radians(%s - %s) / 2), 2)))) END)",
		lon, lat, lat, y, lat, y, lon, x)
	out.unit = "m"
	return out
}

// degrees is a number that was written out.
func degrees(x expr) expr {
	f, _ := strconv.ParseFloat(x.value.text, 64) // checked by the binder
	return expr{sql: "CAST(? AS DOUBLE)", args: []any{f}, typ: doubleType}
}

func buildWithinBox(args []expr) expr {
	lon, lat := toDouble(args[0]), toDouble(args[1])
	west, south, east, north := degrees(args[2]), degrees(args[3]), degrees(args[4]), degrees(args[5])
	sides := "(%s >= %s AND %s <= %s)"
	if west.args[0].(float64) > east.args[0].(float64) {
		sides = "(%s >= %s OR %s <= %s)"
	}
	return value(valueType{class: classBoolean}, "("+sides+" AND %s BETWEEN %s AND %s)", lon, west, lon, east, lat, south, north)
}
