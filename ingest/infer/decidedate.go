package infer

import (
	"fmt"
	"strings"

	"gongkai/catalog"
)

func (t *tally) isCompactDate(n int64) bool {
	return n >= 3 && t.compact == n || n > 0 && t.compact == n && namesDate(t.col.Label)
}

func namesDate(label string) bool {
	low := strings.ToLower(label)
	return strings.Contains(low, "日期") || strings.Contains(low, "时间") || strings.Contains(low, "年月日") || strings.Contains(low, "date")
}

func (t *tally) isYearDot(n int64) bool {
	if n == 0 || t.yearDot != n || t.numeric > 0 {
		return false
	}
	low := strings.ToLower(t.col.Label)
	for _, w := range [...]string{"月", "期", "时间", "month", "period", "date"} {
		if strings.Contains(low, w) {
			return true
		}
	}
	return false
}

func (t *tally) chooseDate(c *column, n int64) bool {
	dates := t.by[sortDate].n + t.by[sortDatetime].n
	if !t.fits(dates, n) {
		return false
	}
	why, ok := t.chooseOrder(c, n)
	if !ok {
		return false
	}
	c.kind = catalog.TypeDate
	if t.by[sortDatetime].n > 0 {
		c.kind = catalog.TypeDatetime
	}
	t.writeDates(c)
	t.sayDates(dates, n, why)
	return true
}

// writeDates settles how most dates are written.
func (t *tally) writeDates(c *column) {
	best := int64(-1)
	for l, k := range t.layouts {
		if k > best || k == best && l < c.layout {
			best, c.layout = k, l
		}
	}
	c.padded = 1
	if t.padded[1] > t.padded[0] {
		c.padded = -1
	}
}

func (t *tally) sayDates(dates, n int64, why catalog.Text) {
	t.say("%[2]d 个值中有 %[1]d 个是日期", "%[1]d of %[2]d values are dates", dates, n)
	if !why.Empty() {
		t.evidence.ZH += "，" + why.ZH
		t.evidence.EN += ", " + why.EN
	}
}

// chooseOrder decides the order of dates such as 03/05/2024: the one that the
// recipe names if the dates bear it out, else from all of the column. ok is
// false where nothing tells.
func (t *tally) chooseOrder(c *column, n int64) (why catalog.Text, ok bool) {
	if o := t.orderHolds(n); o != orderNone {
		c.order = o
		return orderWords(o, catalog.Text{ZH: "配方如此规定", EN: "as the recipe says"}), true
	}
	d, m, either := t.dayFirst.n, t.monthFirst.n, t.eitherOrder.n
	shown, count := "", int64(0)
	switch {
	case d == 0 && m == 0 && either == 0:
		c.order = orderDMY // all of 05/05/2024, or none at all
		return why, true
	case d > 0 && few(m, n) && d > m:
		c.order, shown, count = orderDMY, t.dayFirst.text, d
	case m > 0 && few(d, n) && m > d:
		c.order, shown, count = orderMDY, t.monthFirst.text, m
	case d == 0 && m == 0 && t.dotted >= either:
		c.order, why = orderDMY, catalog.Text{ZH: "以点分隔的日期都这样写", EN: "dates with points are written so"}
	default:
		f := t.finding("date-ambiguous", &t.eitherOrder)
		f.Actual = t.eitherOrder.text
		return why, false
	}
	c.ordered = true
	f := t.finding("date-order-decided", &t.eitherOrder)
	f.Expected, f.Count = c.order.String(), either
	if shown != "" {
		why = catalog.Text{ZH: "出现了 " + shown, EN: shown + " appears"}
	}
	f.Args["why"], f.Args["why_zh"] = why.EN, why.ZH
	if either == 0 {
		f.Where = t.plan.where(0, &t.col)
	}
	why = catalog.Text{ZH: "因为" + why.ZH, EN: "because " + why.EN}
	if shown != "" {
		why.ZH += fmt.Sprintf("（%d 个如此，%d 个单独看有歧义）", count, either)
		why.EN += fmt.Sprintf(" (%d such, %d ambiguous by themselves)", count, either)
	}
	return orderWords(c.order, why), true
}

// orderWords says an order and why.
func orderWords(o dateOrder, why catalog.Text) catalog.Text {
	switch o {
	case orderDMY:
		return catalog.Text{ZH: "日在前，" + why.ZH, EN: "day first " + why.EN}
	case orderMDY:
		return catalog.Text{ZH: "月在前，" + why.ZH, EN: "month first " + why.EN}
	case orderNone, orderYMD, orders:
	}
	return catalog.Text{ZH: "年在前，" + why.ZH, EN: "year first " + why.EN}
}

func (t *tally) chooseTime(c *column, n int64) bool {
	if t.overDay > 0 || !t.fits(t.by[sortTime].n, n) {
		return false
	}
	c.kind = catalog.TypeTime
	t.say("%[2]d 个值中有 %[1]d 个是时刻", "%[1]d of %[2]d values are times of day", t.by[sortTime].n, n)
	return true
}

func (t *tally) choosePeriod(c *column, n int64) bool {
	known := t.by[sortPeriod].n
	c.year = t.yearFrom()
	if c.year == yearUnknown {
		known -= t.needYear.n
	}
	if !t.fits(known, n) {
		return false
	}
	c.kind = catalog.TypePeriod
	t.say("%[2]d 个值中有 %[1]d 个是时期", "%[1]d of %[2]d values name periods", known, n)
	if t.needYear.n > 0 && c.year != yearUnknown {
		f := t.finding("period-year-added", &t.needYear)
		years, from := t.plan.yearWords(c.year)
		f.Actual, f.Expected = t.needYear.text, years
		f.Args["from"], f.Args["from_zh"] = from.EN, from.ZH
		if years != "" {
			f.Args["from"], f.Args["from_zh"] = from.EN+", "+years, from.ZH+"中的 "+years
		}
	}
	return true
}
