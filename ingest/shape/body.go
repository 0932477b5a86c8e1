package shape

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"gongkai/ingest/sheet"
)

// bodyEnd finds where the body ends: below it stand notes only, lines with a
// single text or such as begin like a note.
func (d *detector) bodyEnd(l *layout) {
	l.end = l.hi
	for l.end > l.body && !d.bodyLine(l.end-1, l) {
		l.end--
	}
}

func (d *detector) bodyLine(i int, l *layout) bool {
	n := d.n(i, l.region)
	first := d.firstColumn(i, l.region)
	// A unit stands above a table: below it, away from the first column, it is a remark.
	remarked := n == 1 && first > l.c1 && !d.gapBefore(i) && metaKind(d.words(d.ln.row(i), first)) == metaUnit
	if d.metaLine(i, l.region) && i > l.body && !remarked {
		return false
	}
	if d.noteLine(i, l.region) {
		return n >= 2 && (d.fullRecord(i, n, l) || d.likeAbove(i, first, l))
	}
	if n >= 2 || l.typical <= 1 {
		return !d.remark(i, n, l)
	}
	// One cell: a record that is otherwise empty, or a remark.
	if l.typical == 2 || d.text && l.typical <= 3 {
		return d.ln.overlap(d.ln.values, i, l.values.bits) > 0 || !d.gapBefore(i)
	}
	if d.gapBefore(i) {
		return false
	}
	if m, ok := d.merge(d.ln.row(i), first); ok && m.LastCol > m.FirstCol {
		return false
	}
	if d.text && first == l.c1 && utf8.RuneCountInString(d.words(d.ln.row(i), l.c1)) <= 40 {
		return true
	}
	return d.ln.overlap(d.ln.values, i, l.values.bits) > 0 || first > l.c1 && d.columnFilled(first, l) || d.likeAbove(i, first, l)
}

// fullRecord reports whether a line fills so many columns, or figures among
// them, that it is a record whatever its first word says.
func (d *detector) fullRecord(i, n int, l *layout) bool {
	return d.ln.overlap(d.ln.values, i, l.values.bits) > 0 && n*2 >= l.typical || n >= 3 && n*4 >= l.typical*3
}

// likeAbove reports whether the word at line i, column c reads like those of
// the column in the body above.
func (d *detector) likeAbove(i, c int, l *layout) bool {
	return d.alike(i, c, region{max(l.body, i-40), i, l.c1, l.c2})
}

// columnFilled reports whether the body above fills column c.
func (d *detector) columnFilled(c int, l *layout) bool {
	for i := l.body; i < min(l.hi, l.body+200); i++ {
		if d.n(i, l.region) >= 2 && d.ln.has(d.ln.filled, i, c) {
			return true
		}
	}
	return false
}

// remark reports whether a line of two cells is a numbered note: a mark and a
// long text, with nothing in the value columns beyond.
func (d *detector) remark(i, n int, l *layout) bool {
	if n != 2 || l.typical < 4 {
		return false
	}
	first := d.firstColumn(i, l.region)
	mark := strings.Trim(d.words(d.ln.row(i), first), "()（）[]【】.、：:注*†‡§※0123456789①②③④⑤⑥⑦⑧⑨")
	return len(mark) <= 1 && utf8.RuneCountInString(d.words(d.ln.row(i), first+1)) > 60
}

func (d *detector) gapBefore(i int) bool {
	return i > 0 && d.ln.row(i) > d.ln.row(i-1)+1
}

// trimColumns narrows the table to the columns that header or body fill.
func (d *detector) trimColumns(l *layout) {
	used := make([]bool, l.c2+1)
	d.ln.runs(l.head, l.end, func(i, _ int) {
		d.eachFilled(i, l.region, func(c int) { used[c] = true })
	})
	for l.c1 < l.c2 && !used[l.c1] {
		l.c1++
	}
	for l.c2 > l.c1 && !used[l.c2] {
		l.c2--
	}
}

// plausible reports whether a layout is a table: a body of records in columns,
// not sentences below each other.
func (d *detector) plausible(l *layout) bool {
	if l.prosey || l.end <= l.body {
		return false
	}
	wide, longest, texts := 0, 0, 0
	sample := 0
	for i := l.body; i < l.end && sample < 200; i++ {
		sample++
		if d.n(i, l.region) >= 2 {
			wide++
		}
		r := d.ln.row(i)
		d.eachFilled(i, l.region, func(c int) {
			texts++
			longest += utf8.RuneCountInString(d.words(r, c))
		})
	}
	mean := longest / max(texts, 1)
	if l.width() == 1 || l.typical <= 1 {
		// A single column is data in a text file, or where it has a header and
		// values; sentences are not.
		return mean <= 40 && (d.text || l.values.n > 0) && sample >= 2
	}
	if l.foot == l.head && sample < 2 {
		return false
	}
	if l.values.n == 0 && l.width() == 2 && (d.sentences(l) || l.headless && mean > 60) {
		return false
	}
	if wide*3 < sample && l.values.n == 0 && !d.text {
		return false
	}
	return wide > 0
}

// sentences reports whether both of two columns hold long texts, as pages of
// explanations do; in a table one of them names what the other is about.
func (d *detector) sentences(l *layout) bool {
	const long = 60
	for c := l.c1; c <= l.c2; c++ {
		n, short := 0, 0
		for i := l.body; i < min(l.end, l.body+200); i++ {
			if d.ln.has(d.ln.filled, i, c) {
				n++
				if utf8.RuneCountInString(d.words(d.ln.row(i), c)) <= long {
					short++
				}
			}
		}
		if short*2 > n {
			return false
		}
	}
	return true
}

// readBody goes through the body once and sets apart what is no record.
func (d *detector) readBody(l *layout, t *Table) {
	t.SkipRows = append(t.SkipRows, l.numbering...)
	for _, r := range d.ln.rules {
		if int(r) > t.FirstRow && int(r) < t.LastRow {
			t.SkipRows = append(t.SkipRows, int(r))
		}
	}
	known := map[uint64][]int{}
	for i := l.lo; i < l.foot; i++ {
		known[d.ln.keys[i]] = append(known[d.ln.keys[i]], i)
	}
	sections := d.sectionsLikely(l)
	gaps := sections && d.gaps(l)
	l.lone = sections && d.labelsAlone(l)
	var repeated, numbering []int
	for i := l.body; i < l.end; i++ {
		if d.ln.count(d.ln.filled, i, l.c1, l.c2) == 0 {
			continue
		}
		same := slices.ContainsFunc(known[d.ln.keys[i]], func(k int) bool { return d.sameLine(k, i) })
		switch n := d.n(i, l.region); {
		case same && (l.foot > l.head):
			repeated = append(repeated, d.ln.row(i))
		case n >= 3 && d.ln.row(i) != t.FirstRow && d.numbersAgain(i, l):
			numbering = append(numbering, d.ln.row(i))
		case n == 1 && continuedTitle(d.words(d.ln.row(i), d.firstColumn(i, l.region))):
			t.SkipRows = append(t.SkipRows, d.ln.row(i))
		case n == 1 && sections && d.sectionLine(i, gaps, l):
			t.SectionRows = append(t.SectionRows, d.ln.row(i))
		}
	}
	t.SkipRows = sortedRows(append(append(t.SkipRows, repeated...), numbering...))
	d.findTotals(l, t)
	d.grouped("header-repeated", repeated, l.c1, "")
	for _, r := range append(slices.Clone(l.numbering), numbering...) {
		f := d.note(t, "column-numbers", r, l.c1, nil)
		f.Actual = itoa(r)
	}
	d.hiddenRows(t)
	d.mergedBody(l, t)
}

// continuedTitle reports whether a text is the title of a further page: 续表 3-5,
// Table 7 (continued).
func continuedTitle(s string) bool {
	low := strings.ToLower(s)
	for _, w := range [...]string{"续表", "續表", "（续）", "(续)", "续完", "continued", "(cont.)", "(cont'd)"} {
		if strings.HasPrefix(low, w) || strings.HasSuffix(low, w) || strings.HasSuffix(strings.TrimRight(low, ")）"), w) {
			return true
		}
	}
	return false
}

// numbersAgain reports whether a line repeats the row that numbers the columns.
func (d *detector) numbersAgain(i int, l *layout) bool {
	return slices.ContainsFunc(l.numbering, func(r int) bool { return d.sameLine(d.lineOf(r), i) })
}

// mergedBody notes the cells of the body that reach over several rows: a word
// or a key is the value of every row that it covers. A figure is not, for it
// would count several times in every sum: it stays in its first row.
func (d *detector) mergedBody(l *layout, t *Table) {
	var figures []sheet.Range
	for _, m := range d.sheet.Merges[:min(len(d.sheet.Merges), mergesKept)] {
		if m.FirstRow < t.FirstRow || m.LastRow > t.LastRow || m.LastRow == m.FirstRow || m.FirstCol < l.c1 || m.FirstCol > l.c2 {
			continue
		}
		switch {
		case d.words(m.FirstRow, m.FirstCol) == "":
		case d.countsOnce(m, l):
			figures = append(figures, m)
		default:
			t.merged = append(t.merged, m)
		}
	}
	inOrder(t.merged)
	inOrder(figures)
	if len(t.merged) > 0 {
		d.grouped("merged-filled", firstRows(t.merged), t.merged[0].FirstCol, "")
	}
	if len(figures) > 0 {
		f := d.note(t, "merged-number", figures[0].FirstRow, figures[0].FirstCol, nil)
		f.Count, f.Actual = int64(len(figures)), d.words(figures[0].FirstRow, figures[0].FirstCol)
		for _, m := range figures[:min(len(figures), 10)] {
			f.Cells = append(f.Cells, d.where(m.FirstRow, m.FirstCol))
		}
	}
}

// countsOnce reports whether a merged cell holds a figure rather than a key: a
// number that is no date and no year among years, right of the first column of
// words.
func (d *detector) countsOnce(m sheet.Range, l *layout) bool {
	i, c := d.lineOf(m.FirstRow), m.FirstCol
	switch d.class(m.FirstRow, c) {
	case classNumber:
	case classYear:
		if d.mostlyYears(l.body-1, c, region{l.body, l.end, l.c1, l.c2}) {
			return false
		}
	default:
		return false
	}
	if f := d.cell(m.FirstRow, c).Format; f > 0 && int(f) < len(d.formats) && d.formats[f].Class == sheet.ClassCode || !d.ln.has(d.ln.values, i, c) {
		return false
	}
	key := l.c1 // the keys lie up to the first column of words
	for key < l.c2 && l.values.has(key) {
		key++
	}
	if l.values.has(key) {
		key = l.c1
	}
	return c > key
}

func inOrder(ranges []sheet.Range) {
	slices.SortFunc(ranges, func(a, b sheet.Range) int { return cmp.Or(a.FirstRow-b.FirstRow, a.FirstCol-b.FirstCol) })
}

func firstRows(ranges []sheet.Range) []int {
	var rows []int
	for _, m := range ranges {
		rows = append(rows, m.FirstRow)
	}
	return sortedRows(rows)
}

// lineOf finds the line of a sheet row.
func (d *detector) lineOf(r int) int {
	i, _ := slices.BinarySearch(d.ln.rows, int32(r))
	return i
}

// sectionsLikely reports whether a lone label can be told from a record whose
// other cells happen to be empty: records fill most columns here.
func (d *detector) sectionsLikely(l *layout) bool {
	if l.width() < 2 || l.typical < 2 || l.typical*10 < l.width()*5 && l.values.n == 0 {
		return false
	}
	lone, n := 0, 0
	for i := l.body; i < l.end; i++ {
		n++
		if d.n(i, l.region) == 1 {
			lone++
		}
	}
	return lone > 0 && lone*2 < n
}

// sectionLine reports whether a line with one cell is the label of a group.
// gaps says that records lack several values as it is.
func (d *detector) sectionLine(i int, gaps bool, l *layout) bool {
	c := d.firstColumn(i, l.region)
	if l.values.has(c) && d.ln.has(d.ln.values, i, c) || d.ln.has(d.ln.marks, i, c) {
		return false
	}
	r := d.ln.row(i)
	if m, ok := d.merge(r, c); ok && m.LastCol > m.FirstCol {
		return true
	}
	if c > l.c1 && (l.values.has(c) || d.alike(i, c, region{max(l.body, i-40), min(l.end, i+41), l.c1, l.c2})) {
		return false
	}
	if d.text && l.typical < l.width() {
		return false
	}
	w := d.words(r, c)
	if totalWord(w) == namesTotal || i+1 >= l.end {
		return false
	}
	// A record may lack one or two values; that it lacks three and more at once
	// is rarer than a heading, unless others do so too. In narrow tables
	// something must set it off.
	return l.width() >= 4 && l.values.n >= 3 && !gaps || l.lone && c == l.c1 && !d.ln.has(d.ln.filled, i+1, c) || strings.HasSuffix(w, ":") || strings.HasSuffix(w, "：") ||
		d.boldLine(i, l.region) && !d.boldLine(i+1, l.region) ||
		d.cell(d.ln.row(i+1), c).Indent > d.cell(r, c).Indent
}

// labelsAlone reports whether the first column holds nothing but labels that
// stand in their rows alone: what is right of it are the records.
func (d *detector) labelsAlone(l *layout) bool {
	alone := 0
	for i := l.body; i < l.end; i++ {
		switch {
		case !d.ln.has(d.ln.filled, i, l.c1):
		case d.ln.has(d.ln.values, i, l.c1):
			return false
		case d.n(i, l.region) == 1:
			alone++
		case totalWord(d.words(d.ln.row(i), l.c1)) != namesTotal:
			return false
		}
	}
	return alone >= 2
}

// gaps reports whether one record in twenty lacks two values and more.
func (d *detector) gaps(l *layout) bool {
	lacking, n := 0, 0
	for i := l.body; i < l.end; i++ {
		if d.n(i, l.region) < 2 {
			continue
		}
		n++
		if d.ln.overlap(d.ln.filled, i, l.values.bits)+2 <= l.values.n {
			lacking++
		}
	}
	return lacking*20 >= n
}

func (d *detector) hiddenRows(t *Table) {
	var hidden []int
	for r := t.FirstRow; r <= t.LastRow && len(hidden) < 1000 && t.LastRow-t.FirstRow < 100_000; r++ {
		if d.sheet.HiddenRow(r) && len(d.row(r)) > 0 {
			hidden = append(hidden, r)
		}
	}
	d.grouped("hidden-rows", hidden, t.FirstCol, "")
}
