package infer

import (
	"strings"

	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

// addVerdict counts k cells of one text.
func (t *tally) addVerdict(v *verdict, row int, k int64) {
	s := shape.Trim(v.text)
	if s == "" {
		return
	}
	t.cells += k
	if v.marker {
		t.marker(s, row, k)
		return
	}
	if len(t.words) <= manyWords {
		t.words[s] += k
	}
	switch v.sort {
	case sortInteger, sortDecimal, sortPercent:
		t.addWritten(v, s, row, k)
	case sortDate, sortDatetime:
		t.addDate(v, s, row, k)
	case sortPeriod:
		if v.year {
			t.needYear.addMany(row, s, k)
			t.unnamed.add(row)
		} else {
			t.named.add(row)
			t.wholeYears = t.wholeYears || v.whole
		}
		t.by[sortPeriod].addMany(row, s, k)
	case sortText:
		t.by[sortText].addMany(row, s, k)
		if v.alnum {
			t.alnum += k
		}
		if v.badDate {
			t.badDates.addMany(row, s, k)
		}
		if v.angle {
			t.angles.addMany(row, s, k)
		}
		if n := t.by[sortText].n; !t.settled && n > settleAfter && n*10 > t.cells*9 {
			t.settled, t.settledAt = true, t.cells-t.nulls
		}
	default:
		t.pairs[v.bool.pair] += k
		t.by[v.sort].addMany(row, s, k)
	}
}

// addWritten counts a number with grouping, currency, or other writing.
func (t *tally) addWritten(v *verdict, s string, row int, k int64) {
	t.by[v.sort].addMany(row, s, k)
	if v.zero {
		t.zeros.addMany(row, s, k)
	}
	if v.ydot {
		t.yearDot += k
	}
	if len(s) == 8 || len(s) == 4 {
		t.compactOrYear(s, row, k)
	}
	switch {
	case v.pOK && !v.cOK:
		t.point.addMany(row, s, k)
	case v.cOK && !v.pOK:
		t.comma.addMany(row, s, k)
	case v.point.split || v.comma.split:
		t.both.addMany(row, s, k)
	}
	n := v.point
	if v.pOK {
		t.scale, t.whole = max(t.scale, v.point.scale+percentScale(v.point)), max(t.whole, v.point.whole)
	} else {
		n = v.comma
	}
	if v.cOK {
		t.commaScale, t.commaWhole = max(t.commaScale, v.comma.scale+percentScale(v.comma)), max(t.commaWhole, v.comma.whole)
	}
	t.style |= n.how
	if n.how&currency != 0 {
		sign := strings.Trim(s, "0123456789., -+()")
		if t.styles[1] == 0 {
			t.sign, t.oneSign = sign, true
		}
		t.oneSign = t.oneSign && sign == t.sign
	}
	for b := range t.styles {
		if n.how>>b&1 == 1 {
			t.styles[b] += k
		}
	}
	if n.how&footnoted != 0 {
		t.footnotes.addMany(row, s, k)
	} else if n.how&(odd|fullWidth|bracketed) != 0 {
		t.odds.addMany(row, s, k)
	}
}

// percentScale is how many digits a percent sign moves the point.
func percentScale(n number) int {
	if n.how&percentage != 0 {
		return 2
	}
	return 0
}

func (t *tally) addDate(v *verdict, s string, row int, k int64) {
	d := &v.date
	if d.form == formShort {
		switch {
		case d.a > 12:
			t.dayFirst.addMany(row, s, k)
		case d.b > 12:
			t.monthFirst.addMany(row, s, k)
		case d.a != d.b:
			t.eitherOrder.addMany(row, s, k)
		}
		if d.layout == '.' {
			t.dotted += k
		}
	}
	t.texts += k
	for o := range t.orders {
		if _, ok := d.days(dateOrder(o)); ok {
			t.orders[o] += k
		}
	}
	t.layouts[d.layout] += k
	switch d.padded {
	case 1:
		t.padded[0] += k
	case -1:
		t.padded[1] += k
	}
	if d.hasClock && d.micros != 0 {
		t.clocks += k
	}
	t.by[v.sort].addMany(row, s, k)
}

// room is what the widest of some numbers needs.
type room struct{ whole, scale int }

func (r *room) widen(whole, scale int) { r.whole, r.scale = max(r.whole, whole), max(r.scale, scale) }

// The classes of numbers that totals are told apart by.
const (
	totalInteger = iota
	totalDecimal
	totalPercent
)

// addTotal makes room for a total, which takes no part in choosing the type.
func (t *tally) addTotal(c *sheet.Cell) {
	switch c.Kind {
	case sheet.Number:
		class := t.plan.class(c.Format)
		if class == sheet.ClassDate || class == sheet.ClassDatetime || class == sheet.ClassTime {
			return
		}
		n, ok := rawNumber(c.Raw)
		if !ok || n.damaged() {
			return
		}
		for point := range t.totals {
			t.totals[point][min(n.scale, totalDecimal)].widen(n.whole, n.scale)
			if class == sheet.ClassPercent {
				t.totals[point][totalPercent].widen(n.whole, n.scale)
			}
		}
	case sheet.Text:
		s := shape.Trim(c.Raw)
		for point, mark := range [...]byte{'.', ','} {
			n, ok := textNumber(s, mark)
			switch {
			case !ok:
			case n.how&percentage != 0:
				t.totals[point][totalPercent].widen(n.whole, n.scale+2)
			default:
				t.totals[point][min(n.scale, totalDecimal)].widen(n.whole, n.scale)
			}
		}
	}
}
