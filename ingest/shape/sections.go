package shape

import (
	"slices"
	"strings"
	"unicode"

	"gongkai/ingest/sheet"
)

// readSections finds for every section row the groups that it stands in, and
// where they end: at a total that sums up more, or at a record that is indented
// no more than the label while those right below it are.
func (d *detector) readSections(l *layout, t *Table) {
	var open []heading
	ends := append(d.sectionEnds(t), d.outdents(l, t)...)
	slices.Sort(ends)
	end := func(until int) {
		for ; len(ends) > 0 && ends[0] < until; ends = ends[1:] {
			was := len(open)
			if first, sum := t.spans[ends[0]]; sum || in(t.TotalRows, ends[0]) {
				for len(open) > 0 && open[len(open)-1].row > first {
					open = open[:len(open)-1]
				}
			} else {
				depth := d.depthAt(d.lineOf(ends[0]), l)
				for len(open) > 0 && open[len(open)-1].indent >= depth {
					open = open[:len(open)-1]
				}
			}
			if len(open) < was {
				t.sections = append(t.sections, section{line: ends[0], path: pathOf(open)})
			}
		}
	}
	rows, last := t.SectionRows, -2
	for k, r := range rows {
		end(r)
		i := d.lineOf(r)
		h := d.heading(i, l)
		open = nest(open, h, last == i-1, k+1 < len(rows) && d.lineOf(rows[k+1]) == i+1)
		last = i
		t.sections = append(t.sections, section{line: r, col: d.firstColumn(i, l.region), label: h.text, path: pathOf(open)})
	}
	end(t.LastRow + 1)
}

// outdents gives the records that end a section by their indent. A section
// whose first record is not indented has none.
func (d *detector) outdents(l *layout, t *Table) []int {
	var out []int
	budget := 10 * sampleLines // lines that are read for it
	for k, r := range t.SectionRows {
		from, to := d.lineOf(r), l.end
		if k+1 < len(t.SectionRows) {
			to = d.lineOf(t.SectionRows[k+1])
		}
		label, deeper := d.depthAt(from, l), false
		for i := from + 1; i < to && budget > 0; i++ {
			row := d.ln.row(i)
			if d.n(i, l.region) < 2 || in(t.TotalRows, row) || in(t.SkipRows, row) {
				continue
			}
			budget--
			depth := d.depthAt(i, l)
			if depth > label {
				deeper = true
				continue
			}
			if deeper {
				out = append(out, row)
			}
			break
		}
	}
	return out
}

// depthAt tells how far the first cell of a line is indented.
func (d *detector) depthAt(i int, l *layout) int {
	c := d.firstColumn(i, l.region)
	if c == 0 {
		return 0
	}
	cell := d.cell(d.ln.row(i), c)
	return int(cell.Indent)*2 + leadingSpaces(cell.Raw) + c - l.c1
}

func pathOf(open []heading) string {
	path := make([]string, len(open))
	for n := range open {
		path[n] = open[n].text
	}
	return strings.Join(path, " / ")
}

// heading is the label of a group and how it is set off.
type heading struct {
	text     string
	row      int
	indent   int
	bold     bool
	merged   bool
	numbered int // how it is numbered, 0 for not at all
}

func (d *detector) heading(i int, l *layout) heading {
	r, c := d.ln.row(i), d.firstColumn(i, l.region)
	cell := d.cell(r, c)
	m, merged := d.merge(r, c)
	return heading{
		text: Trim(cell.Raw), row: r, indent: d.depthAt(i, l), bold: cell.Flags&sheet.Bold != 0,
		merged: merged && m.LastCol > m.FirstCol, numbered: numberingOf(Trim(cell.Raw)),
	}
}

func (h heading) sameStyle(o heading) bool {
	return h.indent == o.indent && h.bold == o.bold && h.merged == o.merged && h.numbered == o.numbered
}

// under reports whether a heading is set off less than another.
func (h heading) under(o heading) bool {
	if h.numbered > 0 && o.numbered > 0 && h.numbered != o.numbered {
		return h.numbered > o.numbered
	}
	return h.indent > o.indent || h.indent == o.indent && (o.bold && !h.bold || o.merged && !h.merged)
}

// nest gives the groups that are open from a heading on. One that looks like an
// open group's begins beside it; one that follows another at once, or is set
// off less, stands inside it. Where both levels look the same, the outer is the
// one that another heading follows at once.
func nest(open []heading, h heading, follows, before bool) []heading {
	if len(open) == 0 {
		return append(open, h)
	}
	var like []int
	for i := range open {
		if open[i].sameStyle(h) {
			like = append(like, i)
		}
	}
	switch n := len(like); {
	case n == 0 && (follows || h.under(open[len(open)-1])):
		return append(open, h)
	case n == 0:
		k := len(open)
		for k > 0 && !h.under(open[k-1]) {
			k--
		}
		return append(open[:k:k], h)
	case follows && like[n-1] == len(open)-1 && len(open) < 2:
		return append(open, h)
	case n > 1 && before:
		return append(open[:like[0]:like[0]], h)
	default:
		return append(open[:like[n-1]:like[n-1]], h)
	}
}

// sectionEnds gives the total rows that sum up more than the group that they
// stand in: nothing from there on belongs to it.
func (d *detector) sectionEnds(t *Table) []int {
	if len(t.SectionRows) < 2 {
		return nil
	}
	var ends []int
	for _, r := range t.TotalRows {
		before := 0 // the section row above
		for _, s := range t.SectionRows {
			if s < r {
				before = s
			}
		}
		first, known := t.spans[r]
		if before > 0 && (known && first < before || !known && d.grandTotal(r, t)) {
			ends = append(ends, r)
		}
	}
	return ends
}

// grandTotal reports whether the words of a row say that it sums up everything.
func (d *detector) grandTotal(r int, t *Table) bool {
	for c := t.FirstCol; c <= t.LastCol; c++ {
		w := strings.ToLower(strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) || unicode.IsPunct(r) {
				return -1
			}
			return r
		}, d.words(r, c)))
		switch w {
		case "":
		case "总计", "总合计", "總計", "総計", "全部", "grandtotal", "overall", "overalltotal", "gesamt", "insgesamt":
			return true
		default:
			return false
		}
	}
	return false
}

// leadingSpaces counts the white space before a text; a wide one counts twice.
func leadingSpaces(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r == '　':
			n += 2
		case r == '\t':
			n += 4
		case unicode.IsSpace(r):
			n++
		default:
			return n
		}
	}
	return 0
}
