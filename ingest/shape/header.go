package shape

import (
	"fmt"
	"strconv"
	"unicode/utf8"
)

// layout is how the lines of a region divide: preface from g.lo, header from
// head to foot-1, body from body to end-1, notes up to g.hi.
type layout struct {
	region
	values           columnSet
	head, foot       int // header lines; equal where there is none
	body, end        int
	numbering        []int // sheet rows that only number the columns
	why, whyZH       string
	full             region // before columns that nothing fills were taken off
	typical          int    // columns that a line of the body usually fills
	headless, prosey bool
	lone             bool // the first column holds labels of groups only
}

// table reads a region as one table; ok is false where it is none. header, if
// it is given, holds the rows of the header.
func (d *detector) table(g region, header *[2]int) (t Table, ok bool) {
	g = d.shrink(g)
	if g.lo >= g.hi {
		return t, false
	}
	l := &layout{region: g, values: d.valueColumns(g)}
	l.typical = d.typicalWidth(g)
	switch {
	case header != nil:
		d.headerGiven(l, *header)
	case l.values.n > 0:
		d.headerAboveValues(l)
	default:
		d.headerAboveWords(l)
	}
	d.bodyEnd(l)
	l.full = l.region
	d.trimColumns(l)
	if header == nil && (!d.plausible(l) || d.contents(l)) || l.end <= l.body {
		return t, false
	}
	t = Table{Sheet: d.sheet, FirstCol: l.c1, LastCol: l.c2}
	t.FirstRow, t.LastRow = d.ln.row(l.body), d.ln.row(l.end-1)
	if l.foot > l.head {
		t.HeaderRows = [2]int{d.ln.row(l.head), d.ln.row(l.foot - 1)}
	}
	d.readBody(l, &t)
	d.readColumns(l, &t)
	d.readMeta(l, &t)
	d.reportHeader(l, &t)
	t.values = l.values
	d.readSections(l, &t)
	d.readFills(l, &t)
	d.readHierarchy(l, &t)
	d.outlineTotals(l, &t)
	return t, true
}

func (d *detector) n(i int, g region) int { return d.ln.count(d.ln.filled, i, g.c1, g.c2) }

// typicalWidth is the median of how many columns the lower wide lines fill.
func (d *detector) typicalWidth(g region) int {
	lower := d.lowerHalf(g)
	if len(lower) == 0 {
		return 1
	}
	counts := make([]int, g.width()+1)
	for _, i := range lower {
		counts[d.n(i, g)]++
	}
	left := len(lower) / 2
	for n, k := range counts {
		if left -= k; left < 0 {
			return n
		}
	}
	return g.width()
}

// headerAboveValues finds the header of a table that has value columns: the
// last line of words above the first line of values.
func (d *detector) headerAboveValues(l *layout) {
	first := d.firstValues(l)
	run := first // first line of the words right above
	for run > l.lo && (d.headerLike(run-1, run, first, l) || d.unitBetween(run-1, first, l)) {
		run--
	}
	if run == first {
		l.head, l.foot, l.body, l.headless = first, first, first, true
		return
	}
	// Lines of the body may lack all values at first; the header does not lack
	// words above them.
	foot := first
	for i := first - 1; i >= run; i-- {
		if d.textIn(i, l.values) > 0 || d.yearRun(i, l.region, l.values) || d.headerTail(i, l) || d.unitRow(i, l) {
			foot = i + 1
			break
		}
	}
	l.head, l.foot, l.body = run, foot, foot
	for l.head < l.foot-1 && !d.joinsHeader(l.head, l) {
		l.head++
	}
	d.cutLevels(l)
	d.keyHeadingsBelow(first, l)
	if l.foot-l.head == 1 && l.width() > 1 && l.typical > 1 && d.n(l.head, l.region) == 1 {
		l.head, l.body, l.headless = l.foot, l.foot, true
		return
	}
	d.skipNumbering(l)
	l.why, l.whyZH = d.headerWhy(l)
}

// firstValues finds the first line of the body: the first that has values in
// the value columns, and words in fewer of them, unless a header follows soon.
func (d *detector) firstValues(l *layout) int {
	found := -1
	for i := l.lo; i < l.hi; i++ {
		v := d.ln.overlap(d.ln.values, i, l.values.bits)
		words := d.textIn(i, l.values)
		n := d.n(i, l.region)
		switch {
		case found >= 0 && i-found > 8:
			return found
		case found >= 0 && v == 0 && words*2 > l.values.n && words >= 2:
			if thin := d.thinBetween(found, i, l); thin {
				found = -1 // what came before belongs to the preface
			}
		case found >= 0 || v == 0 || v < words:
		case n < 2 && l.typical > 2 || n*4 < l.typical:
		case d.metaLine(i, l.region) || d.yearRun(i, l.region, l.values) || d.numbering(i, l.region) || d.unitRow(i, l) || d.withoutKey(i, l):
		default:
			found = i
		}
	}
	if found < 0 {
		return l.lo
	}
	return found
}

// thinBetween reports whether the lines from a to b fill much fewer columns
// than the body does.
func (d *detector) thinBetween(a, b int, l *layout) bool {
	for i := a; i < b; i++ {
		if d.n(i, l.region)*5 > l.typical*3 {
			return false
		}
	}
	return b-a <= 5
}

// headerLike reports whether line i may belong to the header that ends above
// line below; first is where the body begins.
func (d *detector) headerLike(i, below, first int, l *layout) bool {
	n := d.n(i, l.region)
	if first-i > 12 && n*10 < l.typical*6 || d.metaLine(i, l.region) || d.noteLine(i, l.region) && n == 1 && !(l.typical <= 2 && d.sectionAhead(i, l)) {
		return false
	}
	if d.headingBeside(i, below, l) || d.headerTail(i, l) {
		return true
	}
	if n >= 2 {
		return true
	}
	if d.sectionAhead(i, l) || d.keyHeading(i, first, l) {
		return true
	}
	if below < first && d.ln.row(below) > d.ln.row(i)+1 {
		return false
	}
	return d.groupLabel(i, l)
}

// headingBeside reports whether the only cell of a line is merged down to the
// line of the header below it, and no further to the right: it stands for
// itself beside that.
func (d *detector) headingBeside(i, below int, l *layout) bool {
	if d.n(i, l.region) != 1 {
		return false
	}
	c := d.firstColumn(i, l.region)
	m, ok := d.merge(d.ln.row(i), c)
	return ok && m.FirstRow == d.ln.row(i) && m.FirstCol == m.LastCol && below < l.hi && m.LastRow >= d.ln.row(below) && !d.ln.has(d.ln.filled, below, c) && d.n(below, l.region) >= 2
}

// headerTail reports whether the only cell of a line ends a header over one
// column: right below a line that has headings over most value columns.
func (d *detector) headerTail(i int, l *layout) bool {
	if d.n(i, l.region) != 1 || i <= l.lo || d.gapBefore(i) || d.firstColumn(i, l.region) == l.c1 {
		return false
	}
	return d.textIn(i-1, l.values)*2 > l.values.n || d.yearRun(i-1, l.region, l.values)
}

// unitBetween reports whether line i is a lone unit right below the header.
func (d *detector) unitBetween(i, first int, l *layout) bool {
	return i == first-1 && i > l.lo && d.n(i, l.region) == 1 && d.metaLine(i, l.region) &&
		d.n(i-1, l.region) >= 2 && d.textIn(i-1, l.values)*2 > l.values.n
}

// groupLabel reports whether a line with one cell heads some of the columns:
// merged over several, or standing away from the first column.
func (d *detector) groupLabel(i int, l *layout) bool {
	r := d.ln.row(i)
	c := d.firstColumn(i, l.region)
	if c == l.c1 || c == 0 {
		return false
	}
	// A heading over a part of the columns leaves none uncovered on its right:
	// what stands in the middle above all of them is a title.
	if m, ok := d.merge(r, c); ok && m.LastCol > m.FirstCol {
		return m.LastCol >= l.c2 && !d.titleOver(i, l)
	}
	if i+1 >= l.hi || d.n(i+1, l.region) < 2 || utf8.RuneCountInString(d.words(r, c)) > 30 {
		return false
	}
	return i > l.lo && d.n(i-1, l.region) >= 2 || len(d.merges) == 0 && !d.ln.has(d.ln.filled, i+1, l.c1)
}

// sectionAhead reports whether a line with one cell stands between the header
// and the first values: the label of the first group.
func (d *detector) sectionAhead(i int, l *layout) bool {
	if l.typical <= 2 && d.recordsAhead(i, l) {
		return true
	}
	for k := i - 1; k >= l.lo && k > i-4 && d.firstColumn(k+1, l.region) == l.c1; k-- {
		if d.numbering(k, l.region) {
			return true
		}
		if d.n(k, l.region) >= 2 {
			return d.textIn(k, l.values)*2 > l.values.n || d.yearRun(k, l.region, l.values) || d.withoutKey(k, l)
		}
		if d.firstColumn(k, l.region) != l.c1 {
			return true // the last line of a header, over one column
		}
	}
	return false
}

// recordsAhead reports whether the lines from i up to a header have one cell
// each: records of a narrow table that lack the other.
func (d *detector) recordsAhead(i int, l *layout) bool {
	for k := i; k >= l.lo && k > i-12; k-- {
		if d.n(k, l.region) >= 2 {
			return d.textIn(k, l.values)*2 > l.values.n && !d.metaLine(k, l.region)
		}
		if d.gapBefore(k) || d.mergedAcross(k, l.region) {
			return false
		}
	}
	return false
}

func (d *detector) firstColumn(i int, g region) int {
	first := 0
	d.eachFilled(i, g, func(c int) {
		if first == 0 {
			first = c
		}
	})
	return first
}

// joinsHeader reports whether the topmost line found belongs to the header at
// all: a line of few words over the first columns, with no merged cell among
// them, is a remark such as "Department | Finance".
func (d *detector) joinsHeader(i int, l *layout) bool {
	n, below := d.n(i, l.region), d.n(l.foot-1, l.region)
	if n >= 2 && d.mergedAcross(i, l.region) && d.wordsIn(i, l.region) > 0 || d.headingBeside(i, i+1, l) {
		return true
	}
	if d.ln.overlap(d.ln.values, i, l.values.bits) > 0 && !d.yearRun(i, l.region, l.values) {
		return false
	}
	if d.ln.row(i+1) > d.ln.row(i)+1 && n*2 < below && !d.headsGroups(i, l) && !d.namesKey(i, l) {
		return false
	}
	if n*2 >= below || d.mergedAcross(i, l.region) || d.groupLabel(i, l) && n == 1 {
		return true
	}
	last := 0
	d.eachFilled(i, l.region, func(c int) { last = c })
	return n >= 2 && last > l.c1+n-1
}

// wordsIn counts the cells of a line that are words.
func (d *detector) wordsIn(i int, g region) int {
	return d.n(i, g) - d.ln.count(d.ln.values, i, g.c1, g.c2) - d.ln.count(d.ln.marks, i, g.c1, g.c2)
}

// mergedAcross reports whether a cell of the line is merged over some columns,
// but not over all of them.
func (d *detector) mergedAcross(i int, g region) bool {
	for _, m := range d.merges[d.ln.row(i)] {
		w := m.LastCol - m.FirstCol + 1
		if m.FirstRow == d.ln.row(i) && w > 1 && w < g.width() && m.FirstCol >= g.c1 && m.LastCol <= g.c2 {
			return true
		}
	}
	return false
}

// headerAboveWords finds the header of a table that has words only: its first
// line that fills most columns, unless what it says comes again below.
func (d *detector) headerAboveWords(l *layout) {
	h := l.lo
	for h < l.hi && (d.n(h, l.region)*10 < l.typical*6 || d.n(h, l.region) < 2 && l.typical > 1 || d.metaLine(h, l.region)) {
		h++
	}
	if h >= l.hi {
		l.head, l.foot, l.body, l.prosey = l.lo, l.lo, l.lo, true
		return
	}
	if d.repeatsBelow(h, l) {
		l.head, l.foot, l.body, l.headless = h, h, h, true
		return
	}
	l.head, l.foot = h, h+1
	for l.head > l.lo && d.mergedAcross(l.head-1, l.region) && !d.metaLine(l.head-1, l.region) {
		l.head--
	}
	for l.foot < l.hi-1 && l.foot-l.head < 5 && (d.mergedAcross(l.foot-1, l.region) || d.mergedDown(l.foot-1, l.region)) {
		l.foot++
	}
	l.body = l.foot
	l.why, l.whyZH = "it is the first row that fills the columns, and its words do not come again below", "它是第一行填满各列的文字，且下方不再出现"
	d.skipNumbering(l)
}

// mergedDown reports whether a cell of the line is merged with cells below it.
func (d *detector) mergedDown(i int, g region) bool {
	r := d.ln.row(i)
	for _, m := range d.merges[r] {
		if m.FirstCol >= g.c1 && m.LastCol <= g.c2 && m.LastRow > r && m.LastRow <= r+4 {
			return true
		}
	}
	return false
}

// repeatsBelow reports whether the words of line h are values of their
// columns: two in five of them come again in the lines below.
func (d *detector) repeatsBelow(h int, l *layout) bool {
	r := d.ln.row(h)
	again, n := 0, 0
	d.eachFilled(h, l.region, func(c int) {
		n++
		w := d.words(r, c)
		for j := h + 1; j < min(l.hi, h+200); j++ {
			if d.ln.has(d.ln.filled, j, c) && d.words(d.ln.row(j), c) == w && !d.sameLine(h, j) {
				again++
				return
			}
		}
	})
	return n > 0 && again*5 >= n*2
}

// skipNumbering steps over rows right below the header that only number the
// columns.
func (d *detector) skipNumbering(l *layout) {
	for l.body < l.hi-1 && d.numbering(l.body, l.region) && d.countsAll(l.body, l) {
		l.numbering = append(l.numbering, d.ln.row(l.body))
		l.body++
	}
	for l.foot > l.head+1 && d.numbering(l.foot-1, l.region) && d.countsAll(l.foot-1, l) {
		l.numbering = append(l.numbering, d.ln.row(l.foot-1))
		l.foot--
	}
}

// countsAll reports whether line i fills every column that the header names.
func (d *detector) countsAll(i int, l *layout) bool {
	for c := range d.namedColumns(l.head, min(l.foot, i)) {
		if c >= l.c1 && c <= l.c2 && !d.ln.has(d.ln.filled, i, c) {
			return false
		}
	}
	return true
}

// numbering reports whether a line counts the columns: 1 2 3 4, (1) (2) (3),
// 甲 乙 1 2, A B C D. A record may read so too: the rows below must be of
// another sort in the columns that are counted.
func (d *detector) numbering(i int, g region) bool {
	if d.n(i, g) < 3 {
		return false
	}
	r := d.ln.row(i)
	next, counted := 1, 0
	var stems []int
	ok, bare := true, true
	d.eachFilled(i, g, func(c int) {
		w := trimParens(d.words(r, c))
		bare = bare && w == d.words(r, c)
		switch {
		case isStem(w, len(stems)):
			stems = append(stems, c)
		case w == strconv.Itoa(next) || counted == 0 && (w == "0" || w == strconv.Itoa(next+len(stems))):
			if n, err := strconv.Atoi(w); err == nil {
				next = n + 1
			}
			counted++
		default:
			ok = false
		}
	})
	switch {
	case !ok || counted < 2 && len(stems) < 3:
		return false
	case counted == 0:
		return i > g.lo && d.n(i-1, g) >= 2 && d.below(i, stems[1:], g, class.value)
	case len(stems) > 0:
		return !d.lettersBelow(i, stems[0], g)
	case bare:
		return d.countsWords(i, g)
	}
	return true
}

// countsWords reports whether a row 1 2 3 … stands above a column of words: a
// record of a table of figures may read 1 2 3 too.
func (d *detector) countsWords(i int, g region) bool {
	r := d.ln.row(i)
	found := false
	d.eachFilled(i, g, func(c int) {
		found = found || d.class(r, c).value() && d.below(i, []int{c}, g, func(k class) bool { return k == classText })
	})
	return found
}

// below reports whether all cells of some columns in the lines below line i
// are of a class; blanks and marks do not count.
func (d *detector) below(i int, columns []int, g region, is func(class) bool) bool {
	n := 0
	for j := i + 1; j < min(g.hi, i+21); j++ {
		if d.n(j, g) < 2 {
			continue
		}
		for _, c := range columns {
			switch k := d.class(d.ln.row(j), c); {
			case k == classBlank || k == classMarker:
			case !is(k):
				return false
			default:
				n++
			}
		}
	}
	return n > 0
}

// lettersBelow reports whether cells of a column below line i are single
// letters too: A 1 2 is a record then.
func (d *detector) lettersBelow(i, c int, g region) bool {
	for j := i + 1; j < min(g.hi, i+21); j++ {
		if w := d.words(d.ln.row(j), c); d.n(j, g) >= 2 && utf8.RuneCountInString(w) == 1 && d.class(d.ln.row(j), c) == classText {
			return true
		}
	}
	return false
}

// isStem reports whether w is the k-th of the letters that number columns.
func isStem(w string, k int) bool {
	stems := [...]string{"甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"}
	return k < len(stems) && w == stems[k] || len(w) == 1 && k < 26 && (w[0] == 'A'+byte(k) || w[0] == 'a'+byte(k))
}

func trimParens(s string) string {
	for _, p := range [][2]string{{"(", ")"}, {"（", "）"}, {"[", "]"}, {"【", "】"}} {
		if len(s) > len(p[0])+len(p[1]) && s[:len(p[0])] == p[0] && s[len(s)-len(p[1]):] == p[1] {
			return Trim(s[len(p[0]) : len(s)-len(p[1])])
		}
	}
	return s
}

func (d *detector) headerWhy(l *layout) (en, zh string) {
	words := d.textIn(l.foot-1, l.values)
	if words == 0 {
		return "it names years or periods above figures", "它是数字上方的年份或时间"
	}
	return fmt.Sprintf("it has words in %d of the %d columns that hold values below", words, l.values.n),
		fmt.Sprintf("下方 %d 个数值列中有 %d 列在此是文字", l.values.n, words)
}
