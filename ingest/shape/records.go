package shape

import (
	"slices"

	"gongkai/catalog"
	"gongkai/ingest/sheet"
)

// Row is one record. Its cells are dense from sheet column 1, with those of
// made columns behind: a Column's cell is Cells[Col-1], if there are so many.
//
// A cell that a merged one covers is a copy of that. So is a blank cell of a
// column with FillDown of the label above, and it has the flag sheet.Filled:
// the sheet says nothing there, so its raw text is "". Cells of made columns
// are texts, but levels are numbers, and headings and values copies of the
// cells that they come from.
type Row struct {
	Row   int // number of the record: see catalog.Origin
	Total bool
	Cells []sheet.Cell // valid until the next row
}

// part is a sheet whose rows are part of a table.
type part struct {
	sheet             *sheet.Sheet
	first, last       int          // rows of the body
	firstCol, lastCol int          // what lies outside is of no record
	levelRows         []int        // rows of the levels of the header
	offset            int          // from rows to lines
	cols              []int        // for each column of the table that on this sheet, 0 where it lacks it; nil: the same
	fills             map[int]bool // columns of the table whose labels are filled down here; nil: all that have FillDown
	merged            []sheet.Range
	sums              bool // its records sum up those of the other sheets
}

// section is the label of a group of records; it holds from its line on.
type section struct {
	line, col int    // col 0: here a total ends groups
	label     string // as written
	path      string // with the labels of the groups around it; "" for none
}

// wide is a column that becomes rows.
type wide struct {
	col     int // of the cells of a record
	heading sheet.Cell
}

// Records calls fn for every record of the table in sheet order: totals are
// among them; section rows, skipped rows and rows that are blank between the
// table's first and last column are not. It stops at fn's error.
func (t *Table) Records(fn func(Row) error) error {
	left := slices.Clone(t.SectionRows)
	left = append(left, t.SkipRows...)
	slices.Sort(left)
	s := scan{table: t, left: left, totals: t.TotalRows, fn: fn}
	for _, p := range t.pieces() {
		if err := s.part(p); err != nil {
			return err
		}
	}
	return nil
}

// Lines is how many records the table has at most: rows of its bodies, each
// once for every column that becomes rows.
func (t *Table) Lines() int64 {
	var n int64
	for _, p := range t.pieces() {
		n += int64(p.last - p.first + 1)
	}
	return n * int64(max(len(t.wide), 1))
}

// pieces gives the parts of the table; the only one where it lies on one sheet.
func (t *Table) pieces() []part {
	if len(t.parts) > 0 {
		return t.parts
	}
	return []part{{sheet: t.Sheet, first: t.FirstRow, last: t.LastRow, firstCol: t.FirstCol, lastCol: t.LastCol, levelRows: t.levelRows, merged: t.merged}}
}

// scan goes through the rows of a table once.
type scan struct {
	table        *Table
	left, totals []int // lines that are no records, and totals, from here on
	fn           func(Row) error
}

func (s *scan) part(p part) error {
	fill := filler{left: p.merged}
	made := newMaker(s.table, &p)
	return p.sheet.Scan(p.first, p.last, func(r int, cells []sheet.Cell) error {
		if len(p.merged) > 0 {
			cells = fill.row(r, cells)
		}
		line := r + p.offset
		for len(s.left) > 0 && s.left[0] < line {
			s.left = s.left[1:]
		}
		if len(s.left) > 0 && s.left[0] == line {
			if made != nil && in(s.table.SectionRows, line) {
				made.interrupt()
			}
			return nil
		}
		if blank(cells, p.firstCol, p.lastCol) {
			return nil
		}
		for len(s.totals) > 0 && s.totals[0] < line {
			s.totals = s.totals[1:]
		}
		row := Row{Row: line, Total: len(s.totals) > 0 && s.totals[0] == line, Cells: cells}
		if made == nil {
			return s.fn(row)
		}
		return made.row(row, s.fn)
	})
}

// Where gives the address, as findings write it, of the cell that column c has
// in the record of a number; of made columns without a cell, that of the
// record's first.
func (t *Table) Where(number int, c *Column) string {
	place := catalog.Table{Sheet: t.Sheet.Name, HeaderRow: t.HeaderRows, FirstRow: t.FirstRow, LastRow: t.LastRow, Origin: t.Origin}
	name, line, row, col := place.Place(int64(number), &catalog.Column{Col: c.Col, Made: c.Made})
	if row == 0 {
		row, col = line, t.FirstCol
	}
	return Where(name, row, col)
}

// filler gives every row that a merged cell covers the value of that cell.
type filler struct {
	left []sheet.Range // that begin further down, by first row
	open []openMerge
	buf  []sheet.Cell
}

type openMerge struct {
	col, last int
	cell      sheet.Cell
}

func (f *filler) row(r int, cells []sheet.Cell) []sheet.Cell {
	for len(f.left) > 0 && f.left[0].FirstRow <= r {
		m := f.left[0]
		f.left = f.left[1:]
		if m.FirstRow == r && m.FirstCol <= len(cells) && !cells[m.FirstCol-1].IsEmpty() {
			f.open = append(f.open, openMerge{m.FirstCol, m.LastRow, cells[m.FirstCol-1]})
		}
	}
	f.open = slices.DeleteFunc(f.open, func(o openMerge) bool { return o.last < r })
	if len(f.open) == 0 {
		return cells
	}
	f.buf = append(f.buf[:0], cells...)
	for _, o := range f.open {
		for len(f.buf) < o.col {
			f.buf = append(f.buf, sheet.Cell{})
		}
		if f.buf[o.col-1].IsEmpty() {
			f.buf[o.col-1] = o.cell
		}
	}
	return f.buf
}

func blank(cells []sheet.Cell, first, last int) bool {
	for c := first; c <= last && c <= len(cells); c++ {
		if !cells[c-1].IsEmpty() {
			return false
		}
	}
	return true
}
