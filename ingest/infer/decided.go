package infer

import (
	"fmt"
	"strings"

	"gongkai/catalog"
	"gongkai/ingest/sheet"
)

// most reports whether what the recipe says holds: of n values nineteen in
// twenty conform.
func most(conform, n int64) bool { return (n-conform)*20 <= n }

// pointHolds reports whether the decimal mark that the recipe names is that of
// the column.
func (t *tally) pointHolds() bool {
	if t.decided == nil || t.decided.DecimalMark == "" {
		return false
	}
	numbers := t.by[sortInteger].n + t.by[sortDecimal].n + t.by[sortPercent].n
	return most(numbers-t.lost(t.decided.DecimalMark[0]), numbers)
}

// orderHolds gives the order of dates that the recipe names, if it is that of
// the column's n values; else orderNone.
func (t *tally) orderHolds(n int64) dateOrder {
	if t.decided == nil {
		return orderNone
	}
	if o := orderOf(t.decided.DateOrder); o != orderNone && most(n-t.outOfOrder(o), n) {
		return o
	}
	return orderNone
}

// outOfOrder counts the dates that an order makes none of.
func (t *tally) outOfOrder(o dateOrder) int64 { return t.texts - t.orders[o] }

// asSays ends the evidence of what the recipe named.
const asSays = "as the recipe says"

// hold takes the type that the recipe names instead of the inferred one, if
// the values bear it out; else the column has changed, and that is reported.
func (t *tally) hold(c *column, n int64, wb *sheet.Workbook) {
	if t.decided == nil || t.decided.Type == "" {
		return
	}
	want := t.decided.Type
	if c.kind == want {
		if strings.HasSuffix(t.evidence.EN, asSays) {
			return // of the order already
		}
		t.sayMore("；与配方一致", "; as the recipe says")
		return
	}
	inferred := t.findings
	t.findings = nil
	held := t.blankColumn()
	held.kind, held.held, held.keep = want, true, c.keep
	holds := t.force(&held, n, wb)
	unfit := t.others(&held)
	if holds {
		*c = held
		t.evidence = catalog.Text{ZH: fmt.Sprintf("配方规定为%s，%d 个值中有 %d 个符合", want.In(catalog.ZH), n, n-unfit.n),
			EN: fmt.Sprintf("%s, as the recipe says: %d of %d values are", want.In(catalog.EN), n-unfit.n, n)}
		switch {
		case want.Numeric():
			t.sayNotation(c)
		case !t.order.Empty() && (want == catalog.TypeDate || want == catalog.TypeDatetime):
			t.evidence.ZH += "，" + t.order.ZH
			t.evidence.EN += ", " + t.order.EN
		}
		return
	}
	t.findings = inferred
	f := t.finding("column-retyped", &unfit)
	f.Expected, f.Actual, f.Args["example"] = string(want), string(c.kind), unfit.text
	f.Args["actual_zh"] = c.kind.In(catalog.ZH)
	if want.Widens(c.kind) {
		f.Severity = catalog.SeverityWarning
	}
	t.evidence.ZH += fmt.Sprintf("；配方规定为%s，但有 %d 个值不符", want.In(catalog.ZH), unfit.n)
	t.evidence.EN += fmt.Sprintf("; the recipe says %s, but %d values are not", want.In(catalog.EN), unfit.n)
}

// force settles a column of the kind that the recipe names; it reports false
// where fewer than nineteen in twenty values have it.
func (t *tally) force(c *column, n int64, wb *sheet.Workbook) bool {
	switch c.kind {
	case catalog.TypeText:
		c.pad = t.coded
		return true
	case catalog.TypeInteger, catalog.TypeDecimal, catalog.TypePercent:
		return t.forceNumber(c, n, wb)
	case catalog.TypeBoolean:
		t.chooseWords(c)
		return most(t.by[sortBool].n, n)
	case catalog.TypeDate, catalog.TypeDatetime:
		return t.forceDate(c, n)
	case catalog.TypeTime:
		return t.overDay == 0 && most(t.by[sortTime].n, n)
	case catalog.TypePeriod:
		c.yearDot = t.yearDot*2 > n
		known := t.by[sortPeriod].n
		if c.yearDot {
			known += t.yearDot
		}
		if c.year = t.yearFrom(); c.year == yearUnknown {
			known -= t.needYear.n
		}
		return most(known, n)
	}
	return false
}

func (t *tally) forceNumber(c *column, n int64, wb *sheet.Workbook) bool {
	t.choosePoint(c, wb)
	t.writeNumbers(c, n)
	n -= t.by[sortDamaged].n // NULL, their text kept
	if t.by[sortDamaged].n > n {
		return false
	}
	switch c.kind {
	case catalog.TypeInteger:
		c.scale, c.years = 0, n > 0 && t.years*10 >= n*9
		return most(t.by[sortInteger].n, n)
	case catalog.TypePercent:
		return most(t.by[sortPercent].n+t.percents-t.lost(c.point), n)
	}
	return most(t.by[sortInteger].n+t.by[sortDecimal].n-t.lost(c.point), n)
}

func (t *tally) forceDate(c *column, n int64) bool {
	if t.compact > 0 && most(t.compact, n) {
		c.compact = true
		return c.kind == catalog.TypeDate
	}
	var ok bool
	if t.order, ok = t.chooseOrder(c, n); !ok {
		return false
	}
	t.writeDates(c)
	dates := t.by[sortDate].n - t.outOfOrder(c.order)
	if c.kind == catalog.TypeDatetime {
		dates += t.by[sortDatetime].n
	}
	return most(dates, n)
}
