package shape

import (
	"slices"

	"gongkai/ingest/sheet"
)

// filled tells of a column that is filled down which cells are blank on the
// sheet: the first ten, and how many.
type filled struct {
	col, n int
	lines  []int
}

// readFills finds the columns whose labels are given once per group: the blank
// cells below a label have it too. Only the columns at the left can be such,
// for a blank further right is a value that is missing.
func (d *detector) readFills(l *layout, t *Table) {
	if l.foot == l.head || l.typical < 2 {
		return
	}
	for i := range t.Columns {
		c := t.Columns[i].Col
		if d.runningNumbers(c, l) || slices.ContainsFunc(t.merged, func(m sheet.Range) bool { return m.FirstCol <= c && c <= m.LastCol }) {
			continue // numbers of the records; or the merged cells say it
		}
		x, once := d.oncePerGroup(c, l, t)
		if !once {
			break
		}
		t.fills = append(t.fills, x)
		t.Columns[i].FillDown = true
	}
	if len(t.fills) == len(t.Columns) {
		for i := range t.Columns {
			t.Columns[i].FillDown = false
		}
		t.fills = nil
	}
}

// runningNumbers reports whether a column counts the records in its first lines.
func (d *detector) runningNumbers(c int, l *layout) bool {
	next := 1
	for i := l.body; i < min(l.end, l.body+5); i++ {
		if d.n(i, l.region) < 2 {
			continue
		}
		if d.words(d.ln.row(i), c) != itoa(next) {
			return false
		}
		next++
	}
	return next > 2
}

// oncePerGroup reports whether a column gives its labels once per group: the
// first record of the table, of each section and after each total has one, as
// has the first of each group of the columns further left; a record without
// one fills what the others fill, and nothing that the first of its group
// leaves out; half of the groups at least have two records and more; and no
// label comes twice in a row. Blanks in no such order are values that are
// missing, or the label heads an outline.
func (d *detector) oncePerGroup(c int, l *layout, t *Table) (x filled, ok bool) {
	x.col = c
	groups, several, size := 0, 0, 0 // several: groups of two records and more
	outline, first := 0, 0           // groups whose first record fills no more than the next; what it fills
	fresh := true                    // no label may be taken over from above
	for i := l.body; i < l.end; i++ {
		if d.ln.has(d.ln.marks, i, c) {
			return x, false
		}
		n := d.n(i, l.region)
		if n == 0 {
			continue
		}
		if d.ln.has(d.ln.filled, i, c) {
			if r := d.ln.row(i); in(t.SectionRows, r) || in(t.TotalRows, r) {
				fresh = true
			} else if !in(t.SkipRows, r) {
				groups++
				size, fresh, first = 1, false, n
			}
			continue
		}
		switch r := d.ln.row(i); {
		case in(t.SkipRows, r):
		case in(t.SectionRows, r), in(t.TotalRows, r):
			fresh = true
		case fresh || d.begins(i, t.fills) || n+1+len(t.fills) < l.typical:
			return x, false
		default:
			if x.n++; len(x.lines) < 10 {
				x.lines = append(x.lines, r)
			}
			if size++; size == 2 {
				several++
				if first <= n {
					outline++
				}
			}
		}
	}
	return x, several >= 2 && several*2 >= groups && outline*4 <= several && d.labels(c, l, t)
}

// begins reports whether line i has a label in one of some columns.
func (d *detector) begins(i int, columns []filled) bool {
	for _, x := range columns {
		if d.ln.has(d.ln.filled, i, x.col) {
			return true
		}
	}
	return false
}

// labels reports whether what a column says are labels of groups: words, years
// or dates, none of them in two records in a row.
func (d *detector) labels(c int, l *layout, t *Table) bool {
	last, at := "", -2
	for i := l.body; i < min(l.end, l.body+sampleLines); i++ {
		r := d.ln.row(i)
		if !d.ln.has(d.ln.filled, i, c) || in(t.SkipRows, r) || in(t.SectionRows, r) || in(t.TotalRows, r) {
			continue
		}
		w := d.words(r, c)
		if d.class(r, c) == classNumber || w == last && at == i-1 {
			return false
		}
		last, at = w, i
	}
	return true
}
