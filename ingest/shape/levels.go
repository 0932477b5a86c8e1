package shape

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// cutLevels ends the header above the first line that is a record rather than
// a further level of headings. Without merged cells a level must show why it
// is one, for the first record of a table may well have a word where the
// others have figures: 未检出, 停产, 约5.
func (d *detector) cutLevels(l *layout) {
	sure := l.head
	for i := l.head + 1; i < l.foot; i++ {
		if d.sureLevel(i, l) {
			sure = i // what stands above a heading is no record
		}
	}
	for i := sure + 1; i < l.foot; i++ {
		if d.n(i, l.region) >= 2 && !d.furtherLevel(i, l) {
			l.foot, l.body = i, i
			return
		}
	}
}

// furtherLevel reports whether line i goes on with the header that begins at
// l.head. What speaks for it: merged cells above, columns that have no heading
// yet, headings above that are all the same, words of its own for every value
// column where nothing below has words, a row of units, a row that says
// the headings again in another script, bold type that the body lacks. What speaks against it, and wins: a
// value, or a key such as the rows below have.
func (d *detector) furtherLevel(i int, l *layout) bool {
	if d.mergedAcross(i-1, l.region) || d.mergedAcross(i, l.region) || d.mergedOver(i, l) {
		return true
	}
	if d.metaLine(i, l.region) || d.numbering(i, l.region) || d.yearRun(i, l.region, l.values) {
		return true
	}
	named := d.namedColumns(l.head, i)
	gaps, record := 0, false
	d.eachFilled(i, l.region, func(c int) {
		switch {
		case !named[c]:
			gaps++
		case d.ln.has(d.ln.values, i, c):
			record = record || l.values.has(c) && !d.headsValues(i, c, l.region)
		case d.ln.has(d.ln.marks, i, c):
		case !l.values.has(c):
			record = record || d.likeBelow(i, c, l.region)
		}
	})
	if record {
		return false
	}
	return gaps > 0 || d.keyBlank(i, l, named) || d.namesAll(i, l) || d.unitLine(i, l) || d.headingsRepeat(i-1, l) || d.otherScript(i, l) ||
		d.boldLine(i-1, l.region) && d.boldLine(i, l.region) && i+1 < l.hi && !d.boldLine(max(l.foot, i+1), l.region)
}

// namesAll reports whether line i gives each of three and more value columns
// a word of its own, where no other line has any: the words of a record are
// remarks such as 停产, which are the same or stand in some columns only.
func (d *detector) namesAll(i int, l *layout) bool {
	r, words := d.ln.row(i), map[string]bool{}
	for c := l.c1; c <= l.c2; c++ {
		if !l.values.has(c) {
			continue
		}
		w := d.words(r, c)
		if w == "" || words[w] || d.class(r, c) != classText || strings.ContainsFunc(w, unicode.IsDigit) {
			return false
		}
		words[w] = true
	}
	if len(words) < 3 || l.values.n < 3 {
		return false
	}
	for j := i + 1; j < min(l.hi, i+sampleLines); j++ {
		if d.n(j, l.region) >= 2 && d.textIn(j, l.values) > 0 {
			return false
		}
	}
	return true
}

// mergedOver reports whether a cell of the header reaches down to line i.
func (d *detector) mergedOver(i int, l *layout) bool {
	r := d.ln.row(i)
	for _, m := range d.merges[r] {
		if m.FirstRow < r && m.FirstRow >= d.ln.row(l.head) && m.LastCol >= l.c1 && m.FirstCol <= l.c2 {
			return true
		}
	}
	return false
}

// namedColumns tells which columns lines head to i-1 have words for.
func (d *detector) namedColumns(head, i int) map[int]bool {
	named := map[int]bool{}
	for k := head; k < i; k++ {
		d.eachFilled(k, region{k, k + 1, 1, d.ln.cols}, func(c int) { named[c] = true })
	}
	return named
}

// headsValues reports whether a value in a header's line is a heading: a year
// or a date above values that are none.
func (d *detector) headsValues(i, c int, g region) bool {
	switch d.headingClass(d.ln.row(i), c) {
	case classYear:
		return !d.mostlyYears(i, c, g)
	case classDate:
		return !d.mostlyDates(i, c, g)
	}
	return false
}

// keyBlank reports whether line i leaves every column of words blank that the
// header has named and the rows below fill: a level below a heading that
// stands for itself.
func (d *detector) keyBlank(i int, l *layout, named map[int]bool) bool {
	keys, filled := 0, 0
	for c := l.c1; c <= l.c2; c++ {
		if !named[c] || l.values.has(c) || !d.filledBelow(i, c, l.region) {
			continue
		}
		keys++
		if d.ln.has(d.ln.filled, i, c) {
			filled++
		}
	}
	return keys > 0 && filled == 0 && d.textIn(i, l.values) > 0
}

// filledBelow reports whether column c is filled in most lines below i.
func (d *detector) filledBelow(i, c int, g region) bool {
	n, filled := 0, 0
	for j := i + 1; j < min(g.hi, i+21); j++ {
		if d.n(j, g) < 2 {
			continue
		}
		n++
		if d.ln.has(d.ln.filled, j, c) {
			filled++
		}
	}
	return filled*2 > n
}

// unitLine reports whether the words of line i in the value columns are units.
func (d *detector) unitLine(i int, l *layout) bool {
	units, words := 0, 0
	r := d.ln.row(i)
	d.eachFilled(i, l.region, func(c int) {
		if !l.values.has(c) {
			return
		}
		words++
		if w := d.words(r, c); unitWord(trimParens(w)) != "" || w != trimParens(w) {
			units++
		}
	})
	return words > 0 && units*2 > words
}

// headingsRepeat reports whether line i says the same above value columns
// beside each other: what tells those apart must come below.
func (d *detector) headingsRepeat(i int, l *layout) bool {
	r := d.ln.row(i)
	for c := l.c1; c < l.c2; c++ {
		if w := d.words(r, c); w != "" && l.values.has(c) && l.values.has(c+1) && d.words(r, c+1) == w {
			return true
		}
	}
	return false
}

// otherScript reports whether line i names each of several value columns in
// another script than the line above: name, people, area above 名称 人口 面积.
func (d *detector) otherScript(i int, l *layout) bool {
	r, n := d.ln.row(i), 0
	words := map[string]bool{}
	for c := l.c1; c <= l.c2; c++ {
		w, up := d.words(r, c), d.words(d.ln.row(i-1), c)
		if w == "" || up == "" || words[w] || hasHan(w) == hasHan(up) {
			return false
		}
		words[w] = true
		if l.values.has(c) {
			if d.ln.has(d.ln.values, i, c) || d.ln.has(d.ln.marks, i, c) {
				return false
			}
			n++
		}
	}
	return n >= 2
}

func hasHan(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// likeBelow reports whether the word at line i, column c reads like those of
// the column below.
func (d *detector) likeBelow(i, c int, g region) bool {
	return d.alike(i, c, region{i + 1, min(g.hi, i+41), g.c1, g.c2})
}

// alike reports whether the word at line i, column c reads like those of the
// column in the lines of g.
func (d *detector) alike(i, c int, g region) bool {
	made, ends := d.likeness(i, c, g)
	return made || ends
}

// likeness compares the word at line i, column c with those of the column in
// the lines of g. made: it comes again, or most are made of letters and digits
// in the same way (站0, 站1; A-01, B-17). ends: most begin or end as it does.
func (d *detector) likeness(i, c int, g region) (made, ends bool) {
	w := d.words(d.ln.row(i), c)
	if w == "" {
		return false, false
	}
	how := makeOf(w)
	n, sameMake, sameEnd := 0, 0, 0
	for j := g.lo; j < g.hi; j++ {
		v := d.words(d.ln.row(j), c)
		if v == "" || d.n(j, g) < 2 {
			continue
		}
		if v == w {
			if d.sameLine(i, j) {
				continue // the header again
			}
			return true, false
		}
		n++
		if how != "" && makeOf(v) == how {
			sameMake++
		}
		if sameEnds(w, v) {
			sameEnd++
		}
	}
	return n > 0 && sameMake*2 >= n, n > 0 && sameEnd*2 >= n
}

// makeOf describes a text by the sorts of its characters, runs of one sort
// once. It is empty for plain words, which are all made alike.
func makeOf(s string) string {
	var b strings.Builder
	last, plain := rune(0), true
	for _, r := range s {
		k := r
		switch {
		case unicode.IsDigit(r):
			k, plain = '0', false
		case unicode.Is(unicode.Han, r):
			k = '字'
		case unicode.IsLetter(r):
			k = 'a'
		}
		if k != last {
			b.WriteRune(k)
		}
		last = k
	}
	if plain {
		return ""
	}
	return b.String()
}

// sameEnds reports whether two words begin or end alike: by one Chinese
// character, or by three letters.
func sameEnds(a, b string) bool {
	x, size := utf8.DecodeLastRuneInString(a)
	y, _ := utf8.DecodeLastRuneInString(b)
	if x == y && unicode.Is(unicode.Han, x) && len(a) > size {
		return true
	}
	x, size = utf8.DecodeRuneInString(a)
	y, _ = utf8.DecodeRuneInString(b)
	if x == y && unicode.Is(unicode.Han, x) && len(a) > size {
		return true
	}
	const letters = 3
	return len(a) > letters && len(b) > letters && a[0] < utf8.RuneSelf && (a[:letters] == b[:letters] || a[len(a)-letters:] == b[len(b)-letters:])
}
