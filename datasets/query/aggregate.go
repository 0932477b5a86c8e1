package query

import (
	"strconv"

	"gongkai/catalog"
)

func buildCount(args []expr) expr { return value(bigintType, "count(%s)", args[0]) }

func buildCountIf(args []expr) expr {
	return value(bigintType, "count(CASE WHEN %s THEN 1 END)", args[0])
}

// buildSum keeps sums exact. Adding up floating-point numbers gives other last
// digits in another order, and several threads have no order: so they are added
// in that of their rows.
func buildSum(args []expr) expr {
	x := args[0]
	if x.typ.float {
		out := value(x.typ, "sum(%s ORDER BY "+columnSQL(catalog.ColumnRow)+")", x)
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
	format := "avg(%s)"
	if x.typ.float {
		format = "avg(%s ORDER BY " + columnSQL(catalog.ColumnRow) + ")"
	}
	out := value(t, format, x)
	out.unit, out.rough = x.unit, x.rough || x.typ.float
	return out
}

func buildExtreme(name string) func([]expr) expr {
	return func(args []expr) expr {
		x := args[0]
		out := value(x.typ, name+"(%s)", x)
		out.unit, out.bulk, out.rough = x.unit, x.bulk, x.rough
		return out
	}
}

func buildMedian(args []expr) expr { return quantile(args[0], "0.5") }

func buildQuantile(args []expr) expr { return quantile(args[0], args[1].value.text) }

func quantile(arg expr, p string) expr {
	x := toDouble(arg)
	out := value(x.typ, "quantile_cont(%s, "+p+")", x)
	out.unit, out.rough = x.unit, x.rough
	return out
}

func buildDeviation(name string) func([]expr) expr {
	return func(args []expr) expr {
		x := toDouble(args[0])
		out := value(x.typ, name+"(%s ORDER BY "+columnSQL(catalog.ColumnRow)+")", x)
		out.unit, out.rough = x.unit, x.rough
		return out
	}
}
