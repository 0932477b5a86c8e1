package shape

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// outlineTotals finds the records of a hierarchy that sum up those right below
// them. Where the indents say what belongs together, sums may differ by what
// rounding makes, and need not hold in every column: growth rates do not add up.
func (d *detector) outlineTotals(l *layout, t *Table) {
	if t.hierarchy == nil || l.end-l.body > verifiable {
		return
	}
	s := d.figures(l, t)
	var open []int // lines above, from the body's first
	depths, children := map[int]int{}, map[int][]int{}
	for k := range s.values {
		r := d.ln.row(l.body + k)
		if in(t.SectionRows, r) {
			open = nil
			continue
		}
		depth, label, ok := t.hierarchy.shows(d.row(r))
		if !ok || in(t.SkipRows, r) || in(t.TotalRows, r) && totalWord(label) == namesTotal {
			continue
		}
		for len(open) > 0 && depths[open[len(open)-1]] >= depth {
			open = open[:len(open)-1]
		}
		if n := len(open); n > 0 {
			children[open[n-1]] = append(children[open[n-1]], k)
		}
		depths[k] = depth
		open = append(open, k)
	}
	var rows []int
	var en, zh []string
	for k := range s.values {
		r := d.ln.row(l.body + k)
		if d.labelGoesOn(l.body+k, l, t) {
			continue // the rows of one label would be totals in part
		}
		if ok := s.sumsUp(k, children[k]); ok > 0 && !in(t.TotalRows, r) {
			rows = append(rows, r)
			en = append(en, fmt.Sprintf("row %d is the sum of the %d rows one level below it in %s", r, len(children[k]), count(ok, "column")))
			zh = append(zh, fmt.Sprintf("第 %d 行在 %d 列上等于其下一级 %d 行之和", r, ok, len(children[k])))
		}
	}
	if len(rows) == 0 {
		return
	}
	t.outline = rows
	t.TotalRows = sortedRows(append(t.TotalRows, rows...))
	d.grouped("total-row", rows, l.c1, "")
	f := d.note(t, "total-verified", rows[0], l.c1, map[string]string{"actual_zh": strings.Join(zh[:min(len(zh), 3)], "；")})
	f.Count, f.Actual = int64(len(rows)), strings.Join(en[:min(len(en), 3)], "; ")
}

// labelGoesOn reports whether the label of line i is that of the next line, too:
// merged down, or given once.
func (d *detector) labelGoesOn(i int, l *layout, t *Table) bool {
	if i+1 >= l.end || in(t.SectionRows, d.ln.row(i+1)) || in(t.SkipRows, d.ln.row(i+1)) {
		return false
	}
	_, _, ok := t.hierarchy.shows(d.row(d.ln.row(i + 1)))
	return !ok
}

// sumsUp counts the columns in which line k is the sum of two lines and more: in
// two columns at least, but for rounding, and in half of those that can be
// compared; or exactly in the only one.
func (s *sums) sumsUp(k int, parts []int) int {
	if len(parts) < 2 {
		return 0
	}
	ok, exact, n := 0, 0, 0
	r := run{parts: parts}
	for c := range s.columns {
		v := s.values[k][c]
		if math.IsNaN(v) || v == 0 || slices.ContainsFunc(parts, func(i int) bool { return math.IsNaN(s.values[i][c]) }) {
			continue
		}
		n++
		switch sum := s.sum(r, c, nil); {
		case near(v, sum):
			ok++
			exact++
		case math.Abs(v) >= 100*lastDigit(v) && s.rounding(v, sum, r, c):
			ok++
		}
	}
	if ok >= 2 && ok*2 >= n && exact > 0 || n == 1 && exact == 1 && math.Abs(s.values[k][s.only(k, parts)]) >= 10 {
		return ok
	}
	return 0
}

// only gives the first column in which line k and its parts have figures.
func (s *sums) only(k int, parts []int) int {
	for c := range s.columns {
		if !math.IsNaN(s.values[k][c]) && !slices.ContainsFunc(parts, func(i int) bool { return math.IsNaN(s.values[i][c]) }) {
			return c
		}
	}
	return 0
}
