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

// Table is one rectangle of records on a sheet, or several of one layout on
// several sheets. Rows and columns count from 1 as on the sheet, and where
// there are several as on the first; TotalRows, SectionRows and SkipRows are
// lines then (see catalog.Origin). All row lists are sorted.
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

	merged    []sheet.Range // cells of the body that reach over several rows
	parts     []part        // of several sheets; none: the table lies on Sheet alone
	sections  []section     // labels of groups, by line
	outline   []int         // of the total rows those that only the hierarchy shows
	hierarchy *hierarchy    // what level and path are made of, or nil
	wide      []wide        // columns that become rows
	spans     map[int]int   // of total rows the first row that they sum up
	values    columnSet     // columns that hold values
	fills     []filled      // columns whose labels are given once per group
	levelRows []int         // sheet rows of the header's levels
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
	FillDown    bool                  // its labels are given once per group: see Row.Cells
	Decided     *catalog.RecipeColumn // what the recipe says about the column, or nil

	found     string // the label before a recipe gave another
	nameLabel string // that without its unit, of which Name is made
	fixedName string // that a recipe gives to a column which it has made
}

// Detect finds the tables of every visible sheet of a workbook. A workbook
// without any gives the finding no-table-found, not an error; an error means
// that cells could not be read or ctx ended.
//
// recipe, which may be nil, says what was decided about earlier workbooks of
// the series.
func Detect(ctx context.Context, wb *sheet.Workbook, recipe *catalog.Recipe) (*Reading, error) {
	out := &Reading{}
	s := newSeries(recipe, wb.Sheets)
	skipped := 0
	for _, sh := range wb.Sheets {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		d := &detector{sheet: sh, formats: wb.Formats, text: wb.Format == sheet.CSV}
		switch {
		case sh.Hidden:
			if !hiddenReported(wb, sh) {
				out.Findings = append(out.Findings, catalog.NewFinding("hidden-sheet", sh.Name, map[string]string{"sheet": sh.Name}))
			}
		case s.skipped[sh.Name]:
			d.skip("the recipe says so", "配方如此规定")
		default:
			if err := d.run(ctx, s); err != nil {
				return nil, err
			}
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
	s.assign(out.Tables)
	out.Tables = s.together(out.Tables)
	s.names.nameTables(out.Tables, s.recipe)
	for i := range out.Tables {
		s.finish(&out.Tables[i])
	}
	s.unmet()
	out.Findings = append(out.Findings, s.findings...)
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
