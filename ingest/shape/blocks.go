package shape

// segments cuts a region into parts that hold one table each at most. Columns
// come first: tables beside each other may have blank rows at different
// heights. Then rows: a part ends where a new header begins.
func (d *detector) segments(g region) []region {
	var out []region
	for _, band := range d.bands(g) {
		for _, part := range d.stacks(band) {
			// Below each other first, side by side only further down.
			if inner := d.bands(part); len(inner) > 1 {
				for _, b := range inner {
					out = append(out, d.stacks(b)...)
				}
				continue
			}
			out = append(out, d.halves(part)...)
		}
	}
	return out
}

// halves cuts a region whose header says the same again from the middle on, or
// from each third: a long list that was put beside itself to save paper.
func (d *detector) halves(g region) []region {
	h := g.lo
	for h < g.hi && d.n(h, g)*10 < g.width()*8 {
		h++
	}
	if h >= g.hi || d.n(h, g) != g.width() || d.mergedAcross(h, g) {
		return []region{g}
	}
	r := d.ln.row(h)
	for p := 2; p*2 <= g.width(); p++ {
		if g.width()%p != 0 {
			continue
		}
		same := true
		words := map[string]bool{}
		for c := g.c1; c <= g.c2 && same; c++ {
			w := d.words(r, c)
			same = w == d.words(r, g.c1+(c-g.c1)%p) && d.class(r, c) == classText && (c >= g.c1+p || !words[w])
			words[w] = true
		}
		if same && g.hi-h > 2 {
			var out []region
			for c := g.c1; c <= g.c2; c += p {
				out = append(out, d.shrink(region{h, g.hi, c, c + p - 1}))
			}
			out[0].lo = g.lo
			return out
		}
	}
	return []region{g}
}

// bands cuts a region at blank columns, where what lies on the right is a
// table of its own: it has its own column of labels and its own header.
func (d *detector) bands(g region) []region {
	used := d.usedColumns(g)
	var out []region
	start := 0
	for c := g.c1; c <= g.c2; c++ {
		if used[c] == 0 {
			continue
		}
		if start == 0 {
			start = c
			continue
		}
		if used[c-1] == 0 {
			left := region{g.lo, g.hi, start, c - 2}
			for left.c2 > start && used[left.c2] == 0 {
				left.c2--
			}
			right := region{g.lo, g.hi, c, c}
			for right.c2 < g.c2 && used[right.c2+1] != 0 {
				right.c2++
			}
			if d.standsAlone(left) && d.standsAlone(right) && d.ownLabels(left, right) {
				out = append(out, d.shrink(left))
				start = c
			}
		}
	}
	if start == 0 {
		return nil
	}
	last := region{g.lo, g.hi, start, g.c2}
	return append(out, d.shrink(last))
}

// usedColumns counts for each column the lines that fill it, among lines that
// fill more than one column: a title does not bridge a gap.
func (d *detector) usedColumns(g region) []int {
	used := make([]int, g.c2+2)
	narrow := g.width() == 1 || d.narrow(g)
	d.ln.runs(g.lo, g.hi, func(i, n int) {
		if !narrow && d.ln.count(d.ln.filled, i, g.c1, g.c2) < 2 {
			return
		}
		d.eachFilled(i, g, func(c int) { used[c] += n })
	})
	return used
}

// narrow reports whether a region has no line that fills two columns.
func (d *detector) narrow(g region) bool {
	for i := g.lo; i < min(g.hi, g.lo+2000); i++ {
		if d.ln.count(d.ln.filled, i, g.c1, g.c2) > 1 {
			return false
		}
	}
	return true
}

func (d *detector) eachFilled(i int, g region, fn func(c int)) {
	for w := (g.c1 - 1) >> 6; w <= (g.c2-1)>>6 && w < d.ln.stride; w++ {
		for m := d.ln.filled[i*d.ln.stride+w] & wordMask(w, g.c1, g.c2); m != 0; m &= m - 1 {
			fn(w*64 + trailing(m) + 1)
		}
	}
}

// standsAlone reports whether a band could be a table: two columns at least
// and three lines that fill two of them.
func (d *detector) standsAlone(g region) bool {
	if g.width() < 2 {
		return false
	}
	n := 0
	for i := g.lo; i < g.hi && n < 3; i++ {
		if d.ln.count(d.ln.filled, i, g.c1, g.c2) >= 2 {
			n++
		}
	}
	return n >= 3
}

// ownLabels reports whether the right band begins with a column of labels, or
// repeats the left band's first heading: what only continues the left table
// after an empty spacer column has neither.
func (d *detector) ownLabels(left, right region) bool {
	if h := d.firstWide(left); h >= 0 && d.firstWide(right) == h {
		a, b := d.words(d.ln.row(h), left.c1), d.words(d.ln.row(h), right.c1)
		if a != "" && a == b {
			return true
		}
	}
	text, n := 0, 0
	for i := right.lo; i < min(right.hi, right.lo+500); i++ {
		if d.ln.count(d.ln.filled, i, right.c1, right.c2) < 2 || !d.ln.has(d.ln.filled, i, right.c1) {
			continue
		}
		n++
		if !d.ln.has(d.ln.values, i, right.c1) && !d.ln.has(d.ln.marks, i, right.c1) {
			text++
		}
	}
	return n >= 3 && text*5 >= n*4 && d.hasValues(right)
}

func (d *detector) hasValues(g region) bool {
	for i := g.lo; i < min(g.hi, g.lo+200); i++ {
		if d.ln.count(d.ln.values, i, g.c1, g.c2) > 0 {
			return true
		}
	}
	return false
}

func (d *detector) firstWide(g region) int {
	for i := g.lo; i < g.hi; i++ {
		if d.ln.count(d.ln.filled, i, g.c1, g.c2) >= 2 {
			return i
		}
	}
	return -1
}

// shrink leaves out the lines that have nothing between the band's columns and
// the columns at its edges that no line fills.
func (d *detector) shrink(g region) region {
	for g.lo < g.hi && d.ln.count(d.ln.filled, g.lo, g.c1, g.c2) == 0 {
		g.lo++
	}
	for g.hi > g.lo && d.ln.count(d.ln.filled, g.hi-1, g.c1, g.c2) == 0 {
		g.hi--
	}
	return g
}

// stacks cuts a region where a new table begins below another one. Blank rows
// alone prove nothing: departments set groups apart by them. What begins a
// table is a new header.
func (d *detector) stacks(g region) []region {
	var out []region
	cur := stack{region: region{g.lo, g.lo, g.c1, g.c2}}
	for _, b := range d.blocks(g) {
		if cur.hi == cur.lo || len(out) >= maxTables || d.continues(&cur, b) {
			cur.grow(d, b.hi)
			continue
		}
		body, preface := d.splitPreface(cur.region)
		out = append(out, body)
		cur = stack{region: region{preface, preface, g.c1, g.c2}}
		cur.grow(d, b.hi)
	}
	out = append(out, cur.region)
	var cut []region
	for _, part := range out {
		if len(cut) >= maxTables {
			cut = append(cut, part)
			continue
		}
		cut = append(cut, d.cutInside(part)...)
	}
	return cut
}

// maxTables bounds into how many tables a sheet is cut.
const maxTables = 200

// stack is a table that grows block by block. What its columns hold is found
// out anew only when it has grown by half.
type stack struct {
	region
	wide   int // lines that fill two columns, up to those seen
	values columnSet
	judged int // lines when values was found
}

func (s *stack) grow(d *detector, hi int) {
	for i := s.hi; i < hi; i++ {
		if d.n(i, s.region) >= 2 {
			s.wide++
		}
	}
	s.hi = hi
	if n := s.hi - s.lo; s.values.bits == nil || n*2 >= s.judged*3 {
		s.values, s.judged = d.valueColumns(s.region), n
	}
}

// blocks gives the runs of lines without a blank row between them.
func (d *detector) blocks(g region) []region {
	var out []region
	lo, last := -1, -1
	for i := g.lo; i < g.hi; i++ {
		if d.ln.count(d.ln.filled, i, g.c1, g.c2) == 0 {
			continue
		}
		if lo < 0 {
			lo = i
		} else if d.ln.row(i) > d.ln.row(last)+1 {
			out = append(out, region{lo, last + 1, g.c1, g.c2})
			lo = i
		}
		last = i
	}
	if lo >= 0 {
		out = append(out, region{lo, last + 1, g.c1, g.c2})
	}
	return out
}

// continues reports whether block b goes on with the table in cur.
func (d *detector) continues(cur *stack, b region) bool {
	h := d.firstWide(b)
	if h < 0 {
		return true // a note, a section label, or the next table's title
	}
	v := cur.values
	if v.n == 0 && cur.wide < 7 && !d.ownTable(cur.region, b) {
		return true // only titles and header so far
	}
	if d.headerKnown(cur.region, h) {
		return true
	}
	own := d.valueColumns(b)
	if v.n > 0 && !d.bodyBegun(cur.region, v, region{cur.lo, b.hi, b.c1, b.c2}, own) {
		return true
	}
	if own.n > 0 && d.headingOver(h, b, own)*2 > own.n {
		return h == b.lo && d.recordAgain(h, cur.region, v) // else a header of its own
	}
	if d.yearRun(h, b, own) {
		return false
	}
	if v.n > 0 && own.n == 0 && b.hi-h >= 3 && d.textIn(h, v)*2 > v.n && d.extentDiffers(cur.region, b) {
		return false // a table of words below a table of figures
	}
	return true
}

// recordAgain reports whether line h, that has words where the table above has
// values, is one of its records all the same: its key reads like those above,
// and the header above does not read so itself.
func (d *detector) recordAgain(h int, above region, v columnSet) bool {
	head := d.firstWide(above)
	if head < 0 {
		return false
	}
	for c := above.c1; c <= above.c2; c++ {
		if v.has(c) || !d.ln.has(d.ln.filled, h, c) {
			continue
		}
		body := region{max(head+1, above.hi-40), above.hi, above.c1, above.c2}
		made, ends := d.likeness(h, c, body)
		if ends && !made {
			_, headEnds := d.likeness(head, c, body)
			ends = !headEnds
		}
		return (made || ends) && d.n(h, above)*2 > d.n(head, above)
	}
	return false
}

// headingOver counts the columns of a set that have words in line h or in the
// lines right below it, up to the first line with values in those columns.
func (d *detector) headingOver(h int, g region, set columnSet) int {
	covered := make([]uint64, d.ln.stride)
	for i := h; i < g.hi && i < h+5 && d.ln.overlap(d.ln.values, i, set.bits) == 0; i++ {
		for w := range covered {
			k := i*d.ln.stride + w
			covered[w] |= d.ln.filled[k] &^ d.ln.values[k] &^ d.ln.marks[k] & set.bits[w]
		}
	}
	n := 0
	for _, w := range covered {
		n += ones(w)
	}
	return n
}

// ownTable reports whether lines of words only are a table by themselves
// rather than the heading of what follows: at least a header and two rows of
// the same three or more columns, other columns than those of b.
func (d *detector) ownTable(cur, b region) bool {
	h := d.firstWide(cur)
	if h < 0 {
		return false
	}
	n := d.ln.count(d.ln.filled, h, cur.c1, cur.c2)
	if n < 3 || cur.hi-h < 3 {
		return false
	}
	for i := h; i < cur.hi; i++ {
		if d.ln.count(d.ln.filled, i, cur.c1, cur.c2) != n {
			return false
		}
	}
	return d.extentDiffers(cur, b)
}

// extentDiffers compares the columns that the widest lines of two regions fill.
func (d *detector) extentDiffers(a, b region) bool {
	x, y := d.widest(a), d.widest(b)
	both, any := 0, 0
	for w := range d.ln.stride {
		p, q := d.ln.filled[x*d.ln.stride+w], d.ln.filled[y*d.ln.stride+w]
		m := wordMask(w, a.c1, a.c2)
		both += ones(p & q & m)
		any += ones((p | q) & m)
	}
	return both*4 < any*3
}

func (d *detector) widest(g region) int {
	best, n := g.lo, -1
	for i := g.lo; i < min(g.hi, g.lo+500); i++ {
		if k := d.ln.count(d.ln.filled, i, g.c1, g.c2); k > n {
			best, n = i, k
		}
	}
	return best
}

// bodyBegun reports whether a region has a line with values in its value columns
// that are no headings, such as years, of what stands further down in whole.
func (d *detector) bodyBegun(g region, v columnSet, whole region, below columnSet) bool {
	runs := 0
	for i := g.lo; i < g.hi && runs < 3; i++ {
		if d.ln.overlap(d.ln.values, i, v.bits) == 0 {
			continue
		}
		if below.n < 2 || !d.yearRun(i, whole, below) {
			return true
		}
		runs++
	}
	return runs > 2
}

// headerKnown reports whether line h says the same as one of the first lines
// of cur: a header that repeats.
func (d *detector) headerKnown(cur region, h int) bool {
	for i := cur.lo; i < min(cur.hi, cur.lo+12); i++ {
		if i != h && d.ln.keys[i] == d.ln.keys[h] && d.ln.count(d.ln.filled, i, cur.c1, cur.c2) >= 2 && d.sameLine(i, h) {
			return true
		}
	}
	return false
}

// sameLine compares the words of two lines.
func (d *detector) sameLine(i, j int) bool {
	for w := range d.ln.stride {
		if d.ln.filled[i*d.ln.stride+w] != d.ln.filled[j*d.ln.stride+w] {
			return false
		}
	}
	a, b := d.row(d.ln.row(i)), d.row(d.ln.row(j))
	for c := range min(len(a), len(b)) {
		if oneLine(a[c].Raw) != oneLine(b[c].Raw) {
			return false
		}
	}
	return true
}

// splitPreface takes the last narrow lines of a finished table that are the
// title of the next: those that do not read like notes.
func (d *detector) splitPreface(g region) (body region, preface int) {
	i := g.hi
	for i > g.lo+1 {
		l := i - 1
		if d.ln.count(d.ln.filled, l, g.c1, g.c2) > 1 && !d.metaLine(l, g) || d.noteLine(l, g) {
			break
		}
		i = l
	}
	if i == g.lo+1 {
		return g, g.hi
	}
	return region{g.lo, i, g.c1, g.c2}, i
}

// cutInside cuts a region at headers that stand in the middle of it without a
// blank row before: a line of words where the table has figures, below a
// title or in bold, with other words than the table's own header.
func (d *detector) cutInside(g region) []region {
	v := d.valueColumns(g)
	if v.n < 2 {
		return []region{g}
	}
	var out []region
	begun := false
	for i := g.lo + 1; i+2 < g.hi && len(out) < maxTables; i++ {
		if d.ln.overlap(d.ln.values, i, v.bits) > 0 {
			begun = begun || !d.yearRun(i, g, v)
			continue
		}
		if !begun || d.textIn(i, v)*3 < v.n*2 || d.textIn(i, v) < 2 {
			continue
		}
		known := d.headerKnown(g, i)
		top := i
		for top > g.lo+1 && d.headsBelow(top-1, g, v) {
			top-- // a header of several levels
			known = known && d.headerKnown(g, top)
		}
		if known || d.recordAgain(i, region{g.lo, i, g.c1, g.c2}, v) || !d.looksLikeHeading(top, i, g) || d.ln.overlap(d.ln.values, i+1, v.bits) == 0 && d.ln.overlap(d.ln.values, i+2, v.bits) == 0 {
			continue
		}
		body, preface := d.splitPreface(region{g.lo, top, g.c1, g.c2})
		out = append(out, body)
		g = region{preface, g.hi, g.c1, g.c2}
		begun = false
	}
	return append(out, g)
}

// headsBelow reports whether line i may be a level of the header that goes on
// below it: words or years over value columns.
func (d *detector) headsBelow(i int, g region, v columnSet) bool {
	if d.n(i, g) < 2 {
		return false
	}
	if d.ln.overlap(d.ln.values, i, v.bits) > 0 {
		return d.yearRun(i, g, v)
	}
	return d.textIn(i, v) > 0
}

// looksLikeHeading reports whether the lines from top to i are set off from the
// body: a single label right above them, a blank row, or bold type.
func (d *detector) looksLikeHeading(top, i int, g region) bool {
	if d.ln.row(top) > d.ln.row(top-1)+1 || d.ln.count(d.ln.filled, top-1, g.c1, g.c2) == 1 {
		return true
	}
	return d.boldLine(i, g) && !d.boldLine(i+1, g) && !d.boldLine(top-1, g)
}
