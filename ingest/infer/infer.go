// Package infer decides what each column of a table is: its type from all of
// its rows, how numbers and dates are written in it, its unit; and it decodes
// the table's cells into typed records. What the recipe of the series decided
// holds as far as the data bear it out. docs/reading.md explains the method.
//
// It must not change a value to make it fit: what a cell says is stored as it
// is, or becomes NULL with the cell's text kept beside it and a finding. Only
// what a person decided to hide is stored otherwise: columns that are dropped
// or masked, and small counts.
package infer

import (
	"context"
	"fmt"
	"slices"

	"gongkai/catalog"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

// Plan says how a table is stored. Table.Columns lists everything that is
// stored, in order: the columns of the sheet and those made from its shape,
// then the helpers of periods (x_start, x_end, x_granularity).
type Plan struct {
	Table    catalog.Table // without ID and Storage
	Findings []catalog.Finding

	source   *shape.Table
	formats  []sheet.Format
	date1904 bool
	year     int // that the title names, for periods without one; of several sheets that of the first
	years    []partYear

	yearColumn *shape.Column // that gives records their year, or nil
	yearCell   int           // index of its cells
	first      int           // number of the first record; 0 where there is none
	columns    []column
	readerSaw  map[string]bool // codes of problems that the reader reported already
	small      *smallCounts    // that are left out, or nil
}

// column is what was decided about one stored column that has cells.
type column struct {
	source  shape.Column
	kind    catalog.Type
	meaning string // a catalog.Kind
	crs     string
	sqlType string
	point   byte // decimal mark
	scale   int
	wide    bool // integers beyond 64 bits, or decimals beyond 18 digits
	double  bool // decimals beyond 38 digits
	style   notation
	order   dateOrder
	ordered bool // the dates of this workbook prove the order
	layout  uint16
	padded  int8
	yearDot bool     // 2024.5 is May
	compact bool     // 20240503 is a date
	years   bool     // whole numbers that are years
	keep    []string // null markers that are values here: NA among codes, 无 beside 有
	nulls   []string // marks for a missing value that the recipe adds
	mask    mask     // what is left of personal values
	small   bool     // small counts are left out
	held    bool     // the recipe named the type
	quick   quick    // how most cells are decoded
	words   uint8    // which pair of words a boolean is written with
	pad     int      // digits that the number format shows: 000000
	whole   int      // digits before the point
	year    yearFrom // of periods that name none
	helper  int      // index of x_start among the stored values; 0 for none
}

// manyLines is from how many lines on a second goroutine is worth its start.
const manyLines = 5000

// Columns decides the types of a table's columns from all of its rows.
// progress, which may be nil, is told now and then how many rows were seen. An
// error means that cells could not be read or ctx ended.
func Columns(ctx context.Context, wb *sheet.Workbook, t *shape.Table, progress func(rows int64)) (*Plan, error) {
	p := &Plan{source: t, formats: wb.Formats, date1904: wb.Date1904, readerSaw: map[string]bool{}}
	p.findYear()
	for _, problem := range wb.Problems {
		if p.on(problem.Sheet) {
			p.readerSaw[problem.Code] = true
		}
	}
	tallies := p.tallies()
	pairs := coordinatePairs(tallies)
	var rows, totals int64
	records := t.Records
	if t.Lines() >= manyLines {
		records = t.Ahead
	}
	err := records(func(r shape.Row) error {
		if rows++; rows == 1 {
			p.first = r.Row
		}
		if rows&0x1fff == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			if progress != nil {
				progress(rows)
			}
		}
		if r.Total {
			totals++
			for i := range tallies {
				if k := tallies[i].at; k < len(r.Cells) {
					tallies[i].addTotal(&r.Cells[k])
				}
			}
			return nil
		}
		for i := range tallies {
			if k := tallies[i].at; k < len(r.Cells) {
				tallies[i].add(&r.Cells[k], r.Row)
			}
		}
		for i := range pairs {
			pairs[i].add(&r)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read table %q: %w", t.Name, err)
	}
	p.findYearColumn(tallies, rows-totals)
	p.columns = make([]column, len(tallies))
	for i := range tallies {
		p.columns[i] = tallies[i].decide(wb)
	}
	p.locate(tallies, pairs)
	p.chooseSmall(tallies)
	p.describe(tallies, rows, totals)
	for i := range p.columns {
		p.columns[i].setQuick()
	}
	if err := p.findSmall(); err != nil {
		return nil, fmt.Errorf("read the counts of table %q: %w", t.Name, err)
	}
	return p, nil
}

// tallies readies one for each column that is stored.
func (p *Plan) tallies() []tally {
	kept := make([]shape.Column, 0, len(p.source.Columns))
	for _, c := range p.source.Columns {
		if c.Decided != nil && c.Decided.Personal.Drops() {
			p.dropped(&c)
			continue
		}
		kept = append(kept, c)
	}
	out := make([]tally, len(kept))
	for i := range out {
		out[i].init(p, kept[i], len(out))
	}
	return out
}

// on reports whether the table has records of a sheet.
func (p *Plan) on(sheetName string) bool {
	parts := p.source.Origin.Parts
	if len(parts) == 0 {
		return p.source.Sheet.Name == sheetName
	}
	return slices.ContainsFunc(parts, func(part catalog.Part) bool { return part.Sheet == sheetName })
}

// where gives the address of a column's cell in a record; number 0 is the
// first record.
func (p *Plan) where(number int, c *shape.Column) string {
	if number == 0 {
		number = p.first
	}
	if number == 0 { // a table without a record
		return shape.Where(p.source.Sheet.Name, p.source.FirstRow, max(c.Col, 1))
	}
	return p.source.Where(number, c)
}
