package shape

import (
	"slices"
	"strings"
	"unicode/utf8"

	"gongkai/ingest/sheet"
)

// hierarchy says where the depth of a record shows: in the label of a column,
// by one sort of mark.
type hierarchy struct {
	col  int
	last int // of several columns that hold the labels, byColumn; else 0
	mark depthMark
	row  int // the first record that stands below another, for the finding,
	at   int // and the column of its label
}

// shows gives depth and label of a record; ok is false where it shows none.
func (h *hierarchy) shows(cells []sheet.Cell) (depth int, label string, ok bool) {
	if h.mark != byColumn {
		c := &cells[h.col-1]
		depth, ok = h.mark.depthOf(c)
		return depth, Trim(c.Raw), ok
	}
	for c := h.col; c <= min(h.last, len(cells)); c++ {
		if !cells[c-1].IsEmpty() {
			return c, Trim(cells[c-1].Raw), true
		}
	}
	return 0, "", false
}

// reads reports whether the labels come from one of some columns.
func (h *hierarchy) reads(columns map[int]bool) bool {
	for c := h.col; c <= max(h.col, h.last); c++ {
		if columns[c] {
			return true
		}
	}
	return false
}

// depthMark is how labels show their depth.
type depthMark uint8

const (
	byIndent  depthMark = iota // the cell's indent, or white space before the text
	byLeader                   // dashes or dots before the text: -, --; ·, ··
	byOrdinal                  // 一、（一）1. (1) ①; 1, 1.1, 1.1.1
	byColumn                   // each level has a column of its own
)

// depthOf gives the depth that a label shows; ok is false where it shows none.
func (m depthMark) depthOf(c *sheet.Cell) (depth int, ok bool) {
	if c.Kind != sheet.Text || c.IsEmpty() {
		return 0, false
	}
	switch m {
	case byLeader:
		return leaders(c.Raw), true
	case byOrdinal:
		n := numberingOf(Trim(c.Raw))
		return n, n > 0
	default:
		return int(c.Indent)*16 + leadingSpaces(c.Raw) + ofWhich(Trim(c.Raw)), true
	}
}

// ofWhich gives the width of the words by which a label says that it is a part
// of the one above; the parts beside it are indented so far.
func ofWhich(s string) int {
	for _, w := range [...]string{"其中：", "其中:", "其中", "＃", "#"} {
		if rest := strings.TrimPrefix(s, w); rest != s && rest != "" {
			return max(2, 2*utf8.RuneCountInString(strings.TrimSuffix(w, ":"))-strings.Count(w, "#"))
		}
	}
	if len(s) > 9 && strings.EqualFold(s[:8], "of which") {
		return 2
	}
	return 0
}

// leaders counts the dashes or dots before a text.
func leaders(s string) int {
	n := 0
	for _, r := range Trim(s) {
		switch r {
		case '-', '－', '–', '—', '·', '・', '.', '…', '•':
			n++
		case ' ', '　':
		default:
			return n
		}
	}
	return 0
}

// numberingOf tells how a text is numbered: 1 一、 2 （一） 3 1. 4 (1) 5 ①, and
// from 11 on 1.1 by how many numbers it joins; 0 where it is not.
func numberingOf(s string) int {
	const chinese = "一二三四五六七八九十"
	open := strings.HasPrefix(s, "（") || strings.HasPrefix(s, "(")
	rest := strings.TrimLeft(s, "（(")
	n := len(rest) - len(strings.TrimLeft(rest, chinese))
	if n > 0 && n < len(rest) {
		switch r, _ := utf8.DecodeRuneInString(rest[n:]); {
		case open && (r == '）' || r == ')'):
			return 2
		case !open && (r == '、' || r == '.' || r == '．'):
			return 1
		}
		return 0
	}
	if r, _ := utf8.DecodeRuneInString(rest); r >= '①' && r <= '⑳' {
		return 5
	}
	return arabicNumbering(rest, open)
}

func arabicNumbering(s string, open bool) int {
	parts, i := 0, 0
	for {
		start := i
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
		}
		if i == start || i-start > 3 {
			break
		}
		parts++
		if i+1 >= len(s) || s[i] != '.' || s[i+1] < '0' || s[i+1] > '9' {
			break
		}
		i++
	}
	if parts == 0 || i >= len(s) {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(s[i:])
	switch {
	case parts > 1 && (r == ' ' || r == '　' || r == '.' || r == '、' || r >= utf8.RuneSelf):
		return 10 + parts
	case open && (r == '）' || r == ')'):
		return 4
	case !open && (r == '.' || r == '．' || r == '、') && parts == 1 && len(s) > i+1:
		return 3
	}
	return 0
}

// shownWithin bounds among how many lines a hierarchy must show.
const shownWithin = 500

// readHierarchy finds out whether the labels of records show that some stand
// below others: by indents, by leaders, or by how they are numbered.
func (d *detector) readHierarchy(l *layout, t *Table) {
	if d.columnHierarchy(l.c1, l, t) {
		return
	}
	col := 0
	for _, c := range t.Columns {
		if !l.values.has(c.Col) && !d.numbers(c.Col, l) {
			col = c.Col
			break
		}
	}
	if col == 0 {
		return
	}
	for _, mark := range [...]depthMark{byIndent, byLeader, byOrdinal} {
		if l.values.n == 0 {
			break // in a table of words they may be anything
		}
		if row, ok := d.depths(col, mark, l, t); ok {
			t.hierarchy = &hierarchy{col: col, mark: mark, row: row, at: col}
			return
		}
	}
	if col != l.c1 {
		d.columnHierarchy(col, l, t)
	}
}

// columnHierarchy finds labels that stand in one of several columns beside each
// other, the further right the deeper: every record has exactly one of them.
func (d *detector) columnHierarchy(col int, l *layout, t *Table) bool {
	last := col
	for last < l.c2 && d.textColumn(last+1, l) {
		last++
	}
	for ; last > col; last-- {
		if row, ok := d.onePerRecord(col, last, l, t); ok {
			t.hierarchy = &hierarchy{col: col, last: last, mark: byColumn, row: row, at: d.firstColumn(d.lineOf(row), region{0, 0, col, last})}
			return true
		}
	}
	return false
}

// textColumn reports whether the cells of a column are texts, words or codes.
func (d *detector) textColumn(c int, l *layout) bool {
	n := 0
	for i := l.body; i < min(l.end, l.body+shownWithin); i++ {
		if d.ln.has(d.ln.filled, i, c) {
			if n++; d.cell(d.ln.row(i), c).Kind != sheet.Text {
				return false
			}
		}
	}
	return n > 0
}

// onePerRecord reports whether every record has a label in exactly one of the
// columns from col to last, and their depths are those of a hierarchy.
func (d *detector) onePerRecord(col, last int, l *layout, t *Table) (row int, ok bool) {
	if !d.textColumn(col, l) {
		return 0, false
	}
	var found, rows []int
	labels, used := map[string]bool{}, map[int]int{} // used: different labels of each column
	for i := l.body; i < min(l.end, l.body+shownWithin); i++ {
		r := d.ln.row(i)
		if in(t.SkipRows, r) {
			continue
		}
		if in(t.SectionRows, r) {
			found, rows = append(found, -1), append(rows, r)
			continue
		}
		c := d.firstColumn(i, region{i, i + 1, col, last})
		if c == 0 || d.ln.count(d.ln.filled, i, col, last) > 1 || d.ln.has(d.ln.marks, i, c) {
			return 0, false
		}
		if w := d.words(r, c); !in(t.TotalRows, r) || totalWord(w) != namesTotal {
			if key := itoa(c) + w; !labels[key] {
				labels[key] = true
				used[c]++
			}
			found, rows = append(found, c), append(rows, r)
		}
	}
	for c := col; c <= last; c++ {
		if used[c] == 0 || c > col && used[c] == 1 {
			return 0, false // ticks, not labels
		}
	}
	return judgeDepths(found, rows)
}

// numbers reports whether a column counts the records: 1, 2, 3.
func (d *detector) numbers(c int, l *layout) bool {
	n := 0
	for i := l.body; i < min(l.end, l.body+50); i++ {
		if d.ln.has(d.ln.filled, i, c) && !d.ln.has(d.ln.values, i, c) {
			return false
		}
		n++
	}
	return n > 0
}

// depths reports whether the labels of a column show several depths as a
// hierarchy does: it begins at the top, at least two records have some below
// them, and nobody is deeper than one step below the one before. row is the
// first that stands below another.
func (d *detector) depths(col int, mark depthMark, l *layout, t *Table) (row int, ok bool) {
	var found, rows []int
	for i := l.body; i < min(l.end, l.body+shownWithin); i++ {
		r := d.ln.row(i)
		if !d.ln.has(d.ln.filled, i, col) || in(t.SkipRows, r) || in(t.SectionRows, r) {
			if in(t.SectionRows, r) {
				found, rows = append(found, -1), append(rows, r)
			}
			continue
		}
		c := d.cell(r, col)
		if in(t.TotalRows, r) && totalWord(Trim(c.Raw)) == namesTotal {
			continue // a total may be indented for itself
		}
		depth, shown := mark.depthOf(c)
		if !shown {
			if mark == byOrdinal {
				return 0, false
			}
			continue
		}
		found, rows = append(found, depth), append(rows, r)
	}
	return judgeDepths(found, rows)
}

// judgeDepths looks at the depths of records in order; -1 begins a group anew.
func judgeDepths(depths, rows []int) (row int, ok bool) {
	ranks := slices.Clone(depths)
	slices.Sort(ranks)
	ranks = slices.Compact(ranks)
	if len(ranks) > 0 && ranks[0] == -1 {
		ranks = ranks[1:]
	}
	if len(ranks) < 2 || len(ranks) > 9 {
		return 0, false
	}
	parents, children, leaps, records, before := 0, 0, 0, 0, -1
	for k, depth := range depths {
		if depth < 0 {
			before = -1
			continue
		}
		records++
		rank, _ := slices.BinarySearch(ranks, depth)
		if rank > 0 {
			children++
		}
		switch {
		case before < 0:
			if rank > 0 && k == 0 {
				leaps += len(depths) // it does not begin at the top
			}
		case rank > before:
			parents++
			if row == 0 {
				row = rows[k]
			}
			if rank > before+1 {
				leaps++
			}
		}
		before = rank
	}
	return row, parents >= 2 && children >= 3 && leaps*10 <= records
}

func in(rows []int, r int) bool {
	_, found := slices.BinarySearch(rows, r)
	return found
}
