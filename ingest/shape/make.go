package shape

import (
	"sort"

	"gongkai/catalog"
	"gongkai/ingest/sheet"
)

// maker turns the cells of a sheet row into those of a record: it moves columns
// to their places, fills labels down, adds the cells of made columns, and makes
// several records of one where columns become rows.
type maker struct {
	table    *Table
	part     *part
	buf      []sheet.Cell
	fills    []fill
	sheet    int // places of made cells in the record, from 1; 0 for none
	section  int
	level    int
	path     int
	heading  int
	value    int
	branches branches
}

// fill is a column whose labels are given once per group.
type fill struct {
	col   int
	label sheet.Cell
}

// newMaker is nil where records are the rows of the sheet as they are.
func newMaker(t *Table, p *part) *maker {
	m := &maker{table: t, part: p}
	width, plain := 0, p.cols == nil
	for i := range t.Columns {
		c := &t.Columns[i]
		width = max(width, c.Col)
		if c.FillDown && (p.fills == nil || p.fills[c.Col]) {
			m.fills = append(m.fills, fill{col: c.Col})
		}
		plain = plain && !c.FillDown && c.Made == ""
		switch c.Made {
		case catalog.MadeSheet:
			m.sheet = c.Col
		case catalog.MadeSection:
			m.section = c.Col
		case catalog.MadeLevel:
			m.level = c.Col
		case catalog.MadePath:
			m.path = c.Col
		case catalog.MadeHeading:
			m.heading = c.Col
		case catalog.MadeValue:
			m.value = c.Col
		case "", catalog.MadePeriod:
		}
	}
	if plain {
		return nil
	}
	for _, w := range t.wide {
		width = max(width, w.col)
	}
	if t.hierarchy != nil {
		width = max(width, t.hierarchy.col, t.hierarchy.last)
	}
	m.buf = make([]sheet.Cell, width)
	return m
}

// interrupt ends the groups: what stands above a section row is no label of
// what stands below.
func (m *maker) interrupt() {
	for i := range m.fills {
		m.fills[i].label = sheet.Cell{}
	}
	m.branches.reset()
}

func (m *maker) row(r Row, fn func(Row) error) error {
	m.place(r.Cells)
	m.fillDown(r.Total)
	if m.sheet > 0 {
		m.buf[m.sheet-1] = text(m.part.sheet.Name)
	}
	if m.section > 0 {
		m.buf[m.section-1] = text(m.table.sectionOf(r.Row, m.part))
	}
	if h := m.table.hierarchy; h != nil {
		level, path := m.branches.place(h, m.buf, r.Total)
		if m.level > 0 {
			m.buf[m.level-1] = level
		}
		if m.path > 0 {
			m.buf[m.path-1] = text(path)
		}
	}
	r.Cells, r.Total = m.buf, r.Total || m.part.sums
	if m.value == 0 {
		return fn(r)
	}
	line := r.Row
	for k, w := range m.table.wide {
		r.Row = (line-1)*len(m.table.wide) + k + 1
		m.buf[m.heading-1], m.buf[m.value-1] = w.heading, m.buf[w.col-1]
		if err := fn(r); err != nil {
			return err
		}
	}
	return nil
}

// place copies the cells of a sheet row to their places in the record.
func (m *maker) place(cells []sheet.Cell) {
	if m.part.cols == nil {
		n := copy(m.buf, cells)
		clear(m.buf[n:])
		return
	}
	clear(m.buf)
	for i, c := range m.part.cols {
		if c > 0 && c <= len(cells) && i < len(m.buf) {
			m.buf[i] = cells[c-1]
		}
	}
}

// fillDown gives blank cells the label of their group. A label of a column
// further left begins a new group in those behind it; totals end all groups
// and take no label, for they may sum up several.
func (m *maker) fillDown(total bool) {
	if total {
		for i := range m.fills {
			m.fills[i].label = sheet.Cell{}
		}
		return
	}
	for i := range m.fills {
		f := &m.fills[i]
		cell := &m.buf[f.col-1]
		switch {
		case !cell.IsEmpty():
			f.label = *cell
			f.label.Flags |= sheet.Filled
			for k := range m.fills[i+1:] {
				m.fills[i+1+k].label = sheet.Cell{}
			}
		case !f.label.IsEmpty():
			*cell = f.label
		}
	}
}

// text makes a cell of a text; "" makes an empty one.
func text(s string) sheet.Cell {
	if s == "" {
		return sheet.Cell{}
	}
	return sheet.Cell{Kind: sheet.Text, Raw: s}
}

// sectionOf gives the label of the group that a line of a part stands in.
func (t *Table) sectionOf(line int, p *part) string {
	i := sort.Search(len(t.sections), func(i int) bool { return t.sections[i].line > line }) - 1
	if i < 0 || t.sections[i].line < p.first+p.offset {
		return ""
	}
	return t.sections[i].path
}

// branches are the labels above the record that is read.
type branches struct{ open []branch }

type branch struct {
	depth int
	label string
	path  string // the labels above it
	full  string // path and label, once something stands below
}

// below gives the path of what stands below a branch.
func (b *branch) below() string {
	if b.full == "" {
		if b.full = b.label; b.path != "" {
			b.full = b.path + " / " + b.label
		}
	}
	return b.full
}

func (b *branches) reset() { b.open = b.open[:0] }

// place gives level and path of a record. A total that
// is indented for itself stands beside the records before it.
func (b *branches) place(h *hierarchy, cells []sheet.Cell, total bool) (level sheet.Cell, path string) {
	depth, label, ok := h.shows(cells)
	if !ok {
		return sheet.Cell{}, ""
	}
	if n := len(b.open); total && n > 0 && b.open[n-1].depth < depth && totalWord(label) == namesTotal {
		depth = b.open[n-1].depth
	}
	for len(b.open) > 0 && b.open[len(b.open)-1].depth >= depth {
		b.open = b.open[:len(b.open)-1]
	}
	if n := len(b.open); n > 0 {
		path = b.open[n-1].below()
	}
	b.open = append(b.open, branch{depth: depth, label: label, path: path})
	return sheet.Cell{Kind: sheet.Number, Raw: itoa(len(b.open))}, path
}
