// Package shape finds where the tables of a workbook are: on each sheet the
// title, unit and notes, the header rows, the body, and inside the body the
// totals, section labels and repeated headers. docs/reading.md explains the
// method for people.
//
// It must not decide what type a column has (infer does) and it never changes
// a cell. Every guess it makes leaves a finding.
package shape

import (
	"context"
	"slices"

	"gongkai/catalog"
	"gongkai/ingest/sheet"
)

// Reading is what was found in a workbook: its tables in sheet order, and what
// a person should know about how they were found.
type Reading struct {
	Tables   []Table
	Findings []catalog.Finding
}

// Table is one rectangle of records on a sheet. Rows and columns count from 1
// as on the sheet; all row lists are sorted.
type Table struct {
	Sheet       *sheet.Sheet
	Name        string // API identifier, unique in the reading
	Label       string // as a reader would call it: the title, else the sheet
	Title       string // as written above the table, or ""
	Unit        string // of all figures, as written, or ""
	Period      string // as written above the table, or ""
	Notes       []string
	NoteRows    []int
	HeaderRows  [2]int // first and last; 0,0 where there is none
	FirstRow    int    // of the body
	LastRow     int    // of the body, totals included
	FirstCol    int
	LastCol     int
	Columns     []Column
	TotalRows   []int // records that sum up others
	SectionRows []int // label only: no records
	SkipRows    []int // repeated headers and rows that number the columns: no records
	Origin      catalog.Origin
	Decided     *catalog.RecipeTable // what the recipe says about the table, or nil

	merged []sheet.Range // cells of the body that reach over several rows
}

// Column is one field of a table.
type Column struct {
	Col         int      // place in the cells of a Row, from 1: that on the sheet, but for made columns, which lie right of them
	Levels      []string // header cells from top to bottom, merged cells filled in
	Label       string   // levels joined by " / ", footnote marks removed
	SourceLabel string   // levels joined as written
	Unit        string   // as written in the header, or ""
	Name        string   // API identifier, unique in the table
	Made        catalog.Made
	Decided     *catalog.RecipeColumn // what the recipe says about the column, or nil

	nameLabel string // the label without its unit, of which Name is made
}

// Row is one record row as it lies on the sheet.
type Row struct {
	Row   int // number of the record: see catalog.Origin
	Total bool
	Cells []sheet.Cell // dense from sheet column 1, made columns behind; valid until the next row
}

// Records calls fn for every record row of the table in sheet order: totals
// are among them, section rows, skipped rows and rows that are blank between
// the table's first and last column are not. It stops at fn's error.
func (t *Table) Records(fn func(Row) error) error {
	left := slices.Clone(t.SectionRows)
	left = append(left, t.SkipRows...)
	slices.Sort(left)
	totals := t.TotalRows
	fill := filler{table: t, left: t.merged}
	return t.Sheet.Scan(t.FirstRow, t.LastRow, func(r int, cells []sheet.Cell) error {
		if len(t.merged) > 0 {
			cells = fill.row(r, cells)
		}
		for len(left) > 0 && left[0] < r {
			left = left[1:]
		}
		if len(left) > 0 && left[0] == r || blank(cells, t.FirstCol, t.LastCol) {
			return nil
		}
		for len(totals) > 0 && totals[0] < r {
			totals = totals[1:]
		}
		return fn(Row{Row: r, Total: len(totals) > 0 && totals[0] == r, Cells: cells})
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
	table *Table
	left  []sheet.Range // that begin further down, by first row
	open  []openMerge
	buf   []sheet.Cell
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

// Detect finds the tables of every visible sheet of a workbook. A workbook
// without any gives the finding no-table-found, not an error; an error means
// that cells could not be read or ctx ended.
//
// recipe, which may be nil, says what was decided about earlier workbooks of
// the series.
func Detect(ctx context.Context, wb *sheet.Workbook, recipe *catalog.Recipe) (*Reading, error) {
	out := &Reading{}
	skipped := 0
	for _, sh := range wb.Sheets {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if sh.Hidden {
			skipped++
			if !hiddenReported(wb, sh) {
				out.Findings = append(out.Findings, catalog.NewFinding("hidden-sheet", sh.Name, map[string]string{"sheet": sh.Name}))
			}
			continue
		}
		d := &detector{sheet: sh, formats: wb.Formats, text: wb.Format == sheet.CSV}
		if err := d.run(ctx); err != nil {
			return nil, err
		}
		if len(d.tables) == 0 {
			skipped++
		}
		out.Tables = append(out.Tables, d.tables...)
		out.Findings = append(out.Findings, d.findings...)
	}
	if len(out.Tables) == 0 {
		f := catalog.NewFinding("no-table-found", "", map[string]string{"actual_zh": "共 " + itoa(len(wb.Sheets)) + " 个工作表，均无行列结构"})
		f.Actual = noTable(skipped, len(wb.Sheets))
		out.Findings = append(out.Findings, f)
	}
	nameTables(out)
	return out, nil
}

func hiddenReported(wb *sheet.Workbook, sh *sheet.Sheet) bool {
	return slices.ContainsFunc(wb.Problems, func(p sheet.Problem) bool {
		return p.Code == "hidden-sheet" && p.Sheet == sh.Name
	})
}

func noTable(skipped, sheets int) string {
	if sheets == 0 {
		return "no sheet"
	}
	return count(skipped, "sheet") + " without a table"
}
