package shape

import (
	"slices"
	"unicode/utf8"
)

// Headers of several lines without merged cells, as typewriters and old
// programs wrote them: each heading takes as many lines as it needs, the
// heading of the labels stands where there is room, lines of dashes part the
// levels. What tells such a line from a record is that it has no label.

// sureLevel reports whether line i is a level of the header whatever its words
// say: it has merged cells, years above figures, units, or no key though every
// record has one.
func (d *detector) sureLevel(i int, l *layout) bool {
	return d.mergedAcross(i, l.region) || d.mergedOver(i, l) || d.yearRun(i, l.region, l.values) || d.unitRow(i, l) || d.withoutKey(i, l)
}

// withoutKey reports whether line i leaves the columns blank by which nearly
// all records below are told apart: those of words that they fill, and the
// first in any case.
func (d *detector) withoutKey(i int, l *layout) bool {
	if d.textIn(i, l.values) == 0 && !d.ruledBelow(i) || !d.nearlyFilled(i, l.c1, l.region) {
		return false
	}
	for c := l.c1; c <= l.c2; c++ {
		if (c == l.c1 || !l.values.has(c) && d.nearlyFilled(i, c, l.region)) && d.ln.has(d.ln.filled, i, c) {
			return false
		}
	}
	return true
}

// ruledBelow reports whether a line of dashes follows line i.
func (d *detector) ruledBelow(i int) bool {
	k, _ := slices.BinarySearch(d.ln.rules, int32(d.ln.row(i)))
	return k < len(d.ln.rules) && i+1 < d.ln.len() && int(d.ln.rules[k]) < d.ln.row(i+1)
}

// namesKey reports whether line i has the heading of the labels that no line
// of the header below it has, beside others.
func (d *detector) namesKey(i int, l *layout) bool {
	if d.n(i, l.region) < 2 || d.class(d.ln.row(i), l.c1) != classText || utf8.RuneCountInString(d.words(d.ln.row(i), l.c1)) > 30 || d.metaLine(i, l.region) {
		return false
	}
	for j := i + 1; j < l.foot; j++ {
		if d.ln.has(d.ln.filled, j, l.c1) {
			return false
		}
	}
	return d.textIn(i, l.values) > 0 && d.nearlyFilled(l.foot-1, l.c1, l.region)
}

// nearlyFilled reports whether nine in ten of the lines below that have values
// fill a column.
func (d *detector) nearlyFilled(i, c int, g region) bool {
	n, filled := 0, 0
	for j := i + 1; j < min(g.hi, i+41); j++ {
		if d.n(j, g) < 2 || d.ln.count(d.ln.values, j, g.c1, g.c2) == 0 {
			continue
		}
		n++
		if d.ln.has(d.ln.filled, j, c) {
			filled++
		}
	}
	return n >= 2 && filled*10 >= n*9
}

// unitRow reports whether line i says in brackets what the values below are
// counted in, (1,000) or (percent), where the lines below have no brackets.
func (d *detector) unitRow(i int, l *layout) bool {
	in, n := d.bracketed(i, l)
	if n < 2 || in < n {
		return false
	}
	for j := i + 1; j < min(l.hi, i+6); j++ {
		if in, n := d.bracketed(j, l); n >= 2 && in*2 < n {
			return true
		}
	}
	return false
}

// bracketed counts the cells of a line in value columns but the first, where
// the labels stand, and those of them that stand in brackets.
func (d *detector) bracketed(i int, l *layout) (in, n int) {
	r := d.ln.row(i)
	d.eachFilled(i, l.region, func(c int) {
		if !l.values.has(c) || c == l.c1 {
			return
		}
		n++
		if w := d.words(r, c); trimParens(w) != w {
			in++
		}
	})
	return in, n
}

// keyHeading reports whether the only cell of a line heads a column that the
// header below it, down to line first, leaves without a heading, while the
// line above has headings too.
func (d *detector) keyHeading(i, first int, l *layout) bool {
	c := d.firstColumn(i, l.region)
	if d.n(i, l.region) != 1 || i <= l.lo || first-i > 12 || d.class(d.ln.row(i), c) != classText || utf8.RuneCountInString(d.words(d.ln.row(i), c)) > 30 {
		return false
	}
	headings := false
	for j := i + 1; j < first; j++ {
		if d.ln.has(d.ln.filled, j, c) {
			return false
		}
		headings = headings || d.textIn(j, l.values) > 0 || d.yearRun(j, l.region, l.values)
	}
	return headings && d.nearlyFilled(first-1, c, l.region) && d.headsGroups(i-1, l)
}

// headsGroups reports whether line i has headings over some columns, two at
// least, and none over the first: no title and no remark begins so.
func (d *detector) headsGroups(i int, l *layout) bool {
	if d.n(i, l.region) < 2 || d.ln.has(d.ln.filled, i, l.c1) || d.metaLine(i, l.region) || d.textIn(i, l.values) == 0 && !d.yearRun(i, l.region, l.values) {
		return false
	}
	long := false
	d.eachFilled(i, l.region, func(c int) {
		long = long || utf8.RuneCountInString(d.words(d.ln.row(i), c)) > 60
	})
	return !long
}

// keyHeadingsBelow adds the line right below the header that has words over
// columns only which the header leaves without: the headings of the labels.
func (d *detector) keyHeadingsBelow(first int, l *layout) {
	i := l.foot
	if i >= first || i >= l.hi || d.n(i, l.region) < 2 || d.ln.count(d.ln.values, i, l.c1, l.c2) > 0 || d.ln.count(d.ln.marks, i, l.c1, l.c2) > 0 {
		return
	}
	named, unnamed := d.namedColumns(l.head, i), true
	d.eachFilled(i, l.region, func(c int) { unnamed = unnamed && !named[c] && !l.values.has(c) })
	if unnamed {
		l.foot, l.body = i+1, i+1
	}
}

// titleOver reports whether a cell over all columns but those of the labels is
// a title: the headings of the labels begin below it, beside groups of
// headings that tell the columns apart.
func (d *detector) titleOver(i int, l *layout) bool {
	return i+1 < l.hi && d.ln.has(d.ln.filled, i+1, l.c1) && d.mergedAcross(i+1, l.region) && d.class(d.ln.row(i), d.firstColumn(i, l.region)) == classText
}
