package query

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"gongkai/catalog"
)

func buildCount(args []expr) expr { return value(bigintType, "count(%s)", args[0]) }

func buildCountIf(args []expr) expr {
	return value(bigintType, "count(CASE WHEN %s THEN 1 END)", args[0])
}

// Adding up floating-point numbers gives other last digits in another order,
// and several threads have no order. The same question must have the same
// answer, so such numbers are added as exact ones where the column's ends say
// that they fit; else in the order of their rows, which takes ten times as long.

// steadyMargin is how many digits more than its greatest value a column's sum
// may have, totals included; steadyScale is the least number of decimal places
// that loses nothing of values much smaller than that one.
const (
	steadyMargin = 10
	steadyScale  = 12
)

// steady converts a floating-point column to exact numbers that are finer than
// what its greatest value can tell apart; ok is false where its ends are not
// known or too far out.
func steady(x expr) (exact expr, ok bool) {
	if x.field == nil {
		return x, false
	}
	greatest := 0.0
	for _, end := range []string{x.field.column.Profile.Min, x.field.column.Profile.Max} {
		f, err := strconv.ParseFloat(end, 64)
		if err != nil {
			return x, false
		}
		greatest = max(greatest, math.Abs(f))
	}
	if greatest == 0 {
		greatest = 1
	}
	scale := min(38, 38-steadyMargin-int(math.Floor(math.Log10(greatest)))-1)
	if scale < steadyScale {
		return x, false
	}
	x.typ = decimalType(38, scale)
	x.sql = "CAST(" + x.sql + " AS " + x.typ.sql() + ")"
	return x, true
}

// inRowOrder is an aggregate that takes its rows in their order.
func inRowOrder(name string) string {
	return name + "(%s ORDER BY " + columnSQL(catalog.ColumnRow) + ")"
}

// buildSum keeps sums exact.
func buildSum(args []expr) expr {
	x := args[0]
	if x.typ.float {
		format, exact := inRowOrder("sum"), x
		if same, ok := steady(x); ok {
			format, exact = "CAST(sum(%s) AS DOUBLE)", same
		}
		out := value(x.typ, format, exact)
		out.unit, out.rough = x.unit, true
		return out
	}
	t := decimalType(38, x.typ.scale)
	t.percent = x.typ.percent
	out := value(t, "CAST(sum(%s) AS DECIMAL(38,"+strconv.Itoa(x.typ.scale)+"))", x)
	out.unit = x.unit
	return out
}

func buildAverage(args []expr) expr {
	x := args[0]
	t := doubleType
	t.percent = x.typ.percent
	format, exact := "avg(%s)", x
	switch {
	case x.field != nil && !x.typ.bigint && x.typ.width > 38-steadyMargin: // the sum may have more digits than there are
		format, exact = inRowOrder("avg"), toDouble(x)
	case x.typ.float:
		same, ok := steady(x)
		if exact = same; !ok {
			format = inRowOrder("avg")
		}
	}
	out := value(t, format, exact)
	out.unit, out.rough = x.unit, x.typ.float
	return out
}

func buildExtreme(name string) func([]expr) expr {
	return func(args []expr) expr {
		x := args[0]
		out := value(x.typ, name+"(%s)", x)
		out.unit, out.bulk, out.rough = x.unit, x.size(), x.rough
		return out
	}
}

func buildMedian(args []expr) expr { return quantile(args[0], "0.5") }

// Parts are those that quantiles are usually asked for. Each quantile that the
// engine computes holds all values of its own; in a list they share them, and
// lists that are the same are computed once.
func Parts() []string { return []string{"0.05", "0.25", "0.5", "0.75", "0.95"} }

func buildQuantile(args []expr) expr {
	at := slices.Index(Parts(), args[1].value.text)
	if at < 0 {
		return quantile(args[0], args[1].value.text)
	}
	x := toDouble(args[0])
	out := value(x.typ, "quantile_cont(%s, ["+strings.Join(Parts(), ", ")+"])["+strconv.Itoa(at+1)+"]", x)
	out.unit, out.rough = x.unit, x.rough
	return out
}

func quantile(arg expr, p string) expr {
	x := toDouble(arg)
	out := value(x.typ, "quantile_cont(%s, "+p+")", x)
	out.unit, out.rough = x.unit, x.rough
	return out
}

// squared bounds the floating-point numbers whose squares the engine can add up
// by the billion; beyond it gives an error.
const squared = "1e145"

// buildDeviation gives ten digits, which are the same in any order of the rows.
// Numbers that are too large to be squared have no deviation.
func buildDeviation(name string) func([]expr) expr {
	return func(args []expr) expr {
		x := toDouble(args[0])
		out := value(x.typ, "CAST(format('{:.10g}', "+name+"(%s)) AS DOUBLE)", x)
		if args[0].typ.float {
			out = value(x.typ, "CASE WHEN max(abs(%s)) < "+squared+" THEN CAST(format('{:.10g}', "+name+"(%s) FILTER (abs(%s) < "+squared+")) AS DOUBLE) END", x, x, x)
		}
		out.unit, out.rough = x.unit, x.rough
		return out
	}
}
