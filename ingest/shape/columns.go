package shape

import (
	"math/bits"
	"strconv"
	"strings"

	"gongkai/ingest/sheet"
)

func trailing(m uint64) int { return bits.TrailingZeros64(m) }
func ones(m uint64) int     { return bits.OnesCount64(m) }

// columnSet is a set of columns of a sheet.
type columnSet struct {
	bits []uint64
	n    int
}

func (s columnSet) has(c int) bool {
	return (c-1)>>6 < len(s.bits) && s.bits[(c-1)>>6]>>((c-1)&63)&1 == 1
}

func (s *columnSet) add(c int) {
	s.bits[(c-1)>>6] |= 1 << ((c - 1) & 63)
	s.n++
}

// with gives the set with another column.
func (s columnSet) with(c int) columnSet {
	out := columnSet{bits: make([]uint64, max(len(s.bits), (c-1)>>6+1)), n: s.n}
	copy(out.bits, s.bits)
	out.add(c)
	return out
}

// sampleLines bounds how many lines vote about a column.
const sampleLines = 2000

// valueColumns finds the columns whose body holds values rather than words.
// The lower half of the wide lines votes, for headers and titles stand above.
func (d *detector) valueColumns(g region) columnSet {
	set := columnSet{bits: make([]uint64, d.ln.stride)}
	lower := d.lowerHalf(g)
	filled, values := make([]int, g.c2+1), make([]int, g.c2+1)
	for _, i := range lower {
		d.eachFilled(i, g, func(c int) {
			if d.ln.has(d.ln.marks, i, c) {
				return
			}
			filled[c]++
			if d.ln.has(d.ln.values, i, c) {
				values[c]++
			}
		})
	}
	for c := g.c1; c <= g.c2; c++ {
		if values[c]*5 >= filled[c]*3 && values[c] > 0 {
			set.add(c)
		}
	}
	return set
}

// lowerHalf picks lines that fill at least two columns (or the only one) from
// the lower half of a region, evenly spread where there are many.
func (d *detector) lowerHalf(g region) []int {
	need := 2
	if g.width() == 1 || d.narrow(g) {
		need = 1
	}
	wide := d.linesFilling(need, g)
	if len(wide) == 1 {
		wide = d.linesFilling(1, g) // a header above records of one value each
	}
	return wide[len(wide)/2:]
}

// linesFilling picks the lines that fill a number of columns at least.
func (d *detector) linesFilling(need int, g region) []int {
	step := max(1, (g.hi-g.lo)/(2*sampleLines))
	var lines []int
	for i := g.lo; i < g.hi; i += step {
		if d.ln.count(d.ln.filled, i, g.c1, g.c2) >= need {
			lines = append(lines, i)
		}
	}
	return lines
}

// textIn counts the words of line i in the columns of a set.
func (d *detector) textIn(i int, set columnSet) int {
	n := 0
	for w := range d.ln.stride {
		k := i*d.ln.stride + w
		n += ones(d.ln.filled[k] &^ d.ln.values[k] &^ d.ln.marks[k] & set.bits[w])
	}
	return n
}

// yearRun reports whether the values of line i are headings: years, months or
// dates that go up or down, above figures that are none; or classes such as 15,
// 16, 17, 18-24, 25-29.
func (d *detector) yearRun(i int, g region, v columnSet) bool {
	if d.classRun(i, g, v) {
		return true
	}
	r := d.ln.row(i)
	n, dates := 0, 0
	for c := g.c1; c <= g.c2; c++ {
		if !v.has(c) || !d.ln.has(d.ln.values, i, c) {
			continue
		}
		switch d.headingClass(r, c) {
		case classYear:
			n++
			if d.mostlyYears(i, c, g) {
				return false
			}
		case classDate:
			dates++
			if d.mostlyDates(i, c, g) {
				return false
			}
		default:
			return false
		}
	}
	if d.namedAbove(i, g, v) {
		return false // a record whose figures look like years
	}
	return n+dates >= 2 || n+dates == 1 && v.n == 1 && d.textIn(i, v) == 0 && d.ln.count(d.ln.filled, i, g.c1, g.c2) >= 2
}

// classRun reports whether the values of line i are classes of a number, each
// of which begins where the one on its left ends: ages, sizes, grades. There
// must be six at least, with a range or a heading in words among them, and no
// line near below may read so, too.
func (d *detector) classRun(i int, g region, v columnSet) bool {
	if v.n < 6 || d.ln.overlap(d.ln.values, i, v.bits) < 4 || !d.risingClasses(i, g, v) || d.namedAbove(i, g, v) {
		return false
	}
	for j := i + 1; j < min(g.hi, i+6); j++ {
		if d.risingClasses(j, g, v) {
			return false
		}
	}
	return true
}

func (d *detector) risingClasses(i int, g region, v columnSet) bool {
	r := d.ln.row(i)
	n, plain, end := 0, true, 0
	for c := g.c1; c <= g.c2; c++ {
		if !v.has(c) {
			continue
		}
		if !d.ln.has(d.ln.values, i, c) {
			plain = plain && !d.ln.has(d.ln.filled, i, c)
			continue
		}
		from, to, ok := classBounds(d.words(r, c))
		if !ok || n > 0 && from != end+1 {
			return false
		}
		plain, end = plain && from == to, to
		n++
	}
	return n >= 6 && !plain
}

// classBounds reads a class: 15, 25-29, 30～34.
func classBounds(s string) (from, to int, ok bool) {
	a, b, ranged := strings.Cut(strings.NewReplacer("–", "-", "—", "-", "～", "-", "~", "-", "－", "-").Replace(s), "-")
	from, err := strconv.Atoi(Trim(a))
	if err != nil || from < 0 {
		return 0, 0, false
	}
	if to = from; ranged {
		if to, err = strconv.Atoi(Trim(b)); err != nil || to <= from {
			return 0, 0, false
		}
	}
	return from, to, true
}

// namedAbove reports whether the line of several cells above line i gives each of its values a
// name of its own: then line i is no heading.
func (d *detector) namedAbove(i int, g region, v columnSet) bool {
	if i <= g.lo {
		return false
	}
	above := i - 1
	for above > g.lo && above > i-6 && d.n(above, g) < 2 {
		above-- // records of one value
	}
	r, up := d.ln.row(i), d.ln.row(above)
	names := map[string]bool{}
	for c := g.c1; c <= g.c2; c++ {
		if !v.has(c) || !d.ln.has(d.ln.values, i, c) {
			continue
		}
		w := d.words(up, c)
		if _, merged := d.merge(up, c); merged || w == "" || names[w] || d.class(up, c) != classText {
			return false
		}
		names[w] = true
	}
	return len(names) > 0 && d.words(up, d.firstColumn(i, g)) != "" && d.words(r, d.firstColumn(i, g)) != ""
}

// headingClass is the class of a cell, a footnote mark behind a year left out.
func (d *detector) headingClass(r, c int) class {
	k := d.class(r, c)
	if w := d.words(r, c); k == classNumber && len(w) > 4 && isYear(w[:4]) && strings.ContainsAny(w[4:], "[(\\*（") {
		return classYear
	}
	return k
}

func (d *detector) mostlyYears(i, c int, g region) bool {
	return d.mostly(i, c, g, func(k class) bool { return k == classYear })
}

func (d *detector) mostlyDates(i, c int, g region) bool {
	return d.mostly(i, c, g, func(k class) bool { return k == classDate })
}

// mostly looks at the values below line i in column c.
func (d *detector) mostly(i, c int, g region, is func(class) bool) bool {
	yes, n := 0, 0
	for j := i + 1; j < min(g.hi, i+sampleLines) && n < 40; j++ {
		if !d.ln.has(d.ln.values, j, c) {
			continue
		}
		n++
		if is(d.class(d.ln.row(j), c)) {
			yes++
		}
	}
	return n == 0 || yes*2 >= n
}

func (d *detector) boldLine(i int, g region) bool {
	bold, n := 0, 0
	cells := d.row(d.ln.row(i))
	for c := g.c1; c <= g.c2 && c <= len(cells); c++ {
		if cells[c-1].IsEmpty() {
			continue
		}
		n++
		if cells[c-1].Flags&sheet.Bold != 0 {
			bold++
		}
	}
	return n > 0 && bold*3 >= n*2
}
