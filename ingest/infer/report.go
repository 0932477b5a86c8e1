package infer

import (
	"slices"
	"strings"

	"gongkai/catalog"
)

// finding adds a finding about the column, placed where p was seen.
func (t *tally) finding(code string, p *places) *catalog.Finding {
	name := t.col.Label
	if name == "" {
		name = t.col.Name
	}
	f := catalog.NewFinding(code, t.plan.where(p.rows[0], &t.col), map[string]string{"column": name})
	f.Table, f.Count = t.plan.source.Name, max(p.n, 1)
	for _, r := range p.rows[:min(p.n, int64(len(p.rows)))] {
		f.Cells = append(f.Cells, t.plan.where(r, &t.col))
	}
	t.findings = append(t.findings, f)
	return &t.findings[len(t.findings)-1]
}

// report says what the chosen type makes of cells that are not quite so.
func (t *tally) report(c *column) {
	t.reportMarkers()
	if p := &t.by[sortError]; p.n > 0 && !t.readerSaw("cell-error") {
		t.finding("cell-error", p).Actual = p.text
	}
	if p := &t.by[sortDamaged]; p.n > 0 && !t.readerSaw("number-damaged") {
		t.finding("number-damaged", p).Actual = p.text
	}
	if other := t.others(c); other.n > 0 {
		f := t.finding("type-mismatch", &other)
		f.Expected, f.Actual = string(c.kind), other.text
	}
	if !c.kind.Numeric() {
		return
	}
	if c.kind == catalog.TypePercent && percentUnit(t.col.Unit) {
		t.finding("percent-fraction", &places{}).Actual = t.col.Unit
	}
	if t.footnotes.n > 0 {
		t.finding("value-footnoted", &t.footnotes).Actual = t.footnotes.text
	}
	if t.odds.n > 0 {
		f := t.finding("value-interpreted", &t.odds)
		f.Actual, f.Expected = t.odds.text, string(c.kind)
	}
	if en, zh := t.ways(c); len(en) > 0 {
		f := t.finding("number-notation", &places{})
		f.Actual, f.Args["actual_zh"] = strings.Join(en, ", "), strings.Join(zh, "、")
	}
	if t.both.n > 0 && c.point == '.' && !t.pointHolds() && axisOf(t.col.Label) == axisNone && t.point.n == 0 && t.comma.n == 0 && strings.Contains(t.both.text, ".") {
		f := t.finding("number-ambiguous", &t.both)
		f.Actual, f.Expected = t.both.text, "a decimal point"
	}
}

// reportDates says that cells look like dates of days that no calendar has,
// where most of the column are dates but the column could not become one.
func (t *tally) reportDates(c *column, n int64) {
	if c.kind == catalog.TypeDate || c.kind == catalog.TypeDatetime {
		return // a type-mismatch names them
	}
	dates, bad := t.by[sortDate].n+t.by[sortDatetime].n, &t.badDates
	if t.compact+t.badCompact.n == n {
		dates, bad = t.compact, &t.badCompact
	}
	if bad.n > 0 && dates >= bad.n {
		f := t.finding("date-impossible", bad)
		f.Actual, f.Expected = bad.text, string(c.kind)
	}
}

func (t *tally) readerSaw(code string) bool { return t.plan.readerSaw[code] }

// ways lists what the numbers of the column carry beside digits and a point.
func (t *tally) ways(c *column) (en, zh []string) {
	for _, w := range [...]struct {
		bit    notation
		en, zh string
	}{{grouped, "grouping", "千分位"}, {currency, "currency signs", "货币符号"}, {fullWidth, "full-width digits", "全角数字"}, {bracketed, "brackets for negatives", "括号负数"}} {
		if t.style&w.bit != 0 {
			en, zh = append(en, w.en), append(zh, w.zh)
		}
	}
	if c.point == ',' {
		en, zh = append(en, "decimal comma"), append(zh, "逗号小数点")
	}
	return en, zh
}

func (t *tally) reportMarkers() {
	var words []string
	all := places{}
	for w, p := range t.markers {
		words = append(words, w)
		all = all.merge(p)
	}
	if len(words) == 0 {
		return
	}
	slices.Sort(words)
	f := t.finding("null-marker", &all)
	f.Actual = strings.Join(words, " ")
}

// merge joins two places, rows in order.
func (p places) merge(q *places) places {
	rows := append([]int{}, p.rows[:min(p.n, 10)]...)
	rows = append(rows, q.rows[:min(q.n, 10)]...)
	slices.Sort(rows)
	out := places{n: p.n + q.n, text: p.text}
	if out.text == "" || q.n > 0 && q.rows[0] < p.rows[0] {
		out.text = q.text
	}
	copy(out.rows[:], rows)
	return out
}

// others collects the cells that the chosen type cannot take.
func (t *tally) others(c *column) places {
	out := places{}
	add := func(sorts ...sort) {
		for _, s := range sorts {
			if t.by[s].n > 0 {
				out = out.merge(&t.by[s])
			}
		}
	}
	switch c.kind {
	case catalog.TypeInteger, catalog.TypeDecimal:
		add(sortText, sortBool, sortDate, sortDatetime, sortTime, sortPeriod, sortPercent)
		if c.held && c.kind == catalog.TypeInteger {
			add(sortDecimal)
			break
		}
		if c.point == ',' {
			out = out.merge(&t.point)
		} else {
			out = out.merge(&t.comma)
		}
	case catalog.TypePercent:
		add(sortText, sortBool, sortDate, sortDatetime, sortTime, sortPeriod)
		if t.percents == 0 {
			add(sortInteger, sortDecimal)
		}
	case catalog.TypeBoolean:
		add(sortText, sortDate, sortDatetime, sortTime, sortPeriod, sortPercent, sortInteger, sortDecimal)
	case catalog.TypeDate, catalog.TypeDatetime:
		add(sortText, sortBool, sortTime, sortPeriod, sortPercent, sortDecimal)
		if !c.compact {
			add(sortInteger)
		}
		if c.held && c.kind == catalog.TypeDate {
			add(sortDatetime)
		}
		switch c.order {
		case orderDMY:
			out = out.merge(&t.monthFirst)
		case orderMDY:
			out = out.merge(&t.dayFirst)
		case orderNone:
		}
	case catalog.TypeTime:
		add(sortText, sortBool, sortDate, sortDatetime, sortPeriod, sortPercent, sortInteger, sortDecimal)
	case catalog.TypePeriod:
		add(sortText, sortBool, sortDate, sortDatetime, sortTime, sortPercent, sortInteger)
		if !c.yearDot {
			add(sortDecimal)
		}
		if c.year == yearUnknown {
			out = out.merge(&t.needYear)
		}
	}
	return out
}
