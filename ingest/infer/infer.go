// Package infer decides what each column of a table is: its type from all of
// its rows, how numbers and dates are written in it, its unit; and it decodes
// the table's cells into typed records. docs/reading.md explains the method.
//
// It must not change a value to make it fit: what a cell says is stored as it
// is, or becomes NULL with the cell's text kept beside it and a finding.
package infer

import (
	"context"
	"fmt"
	"strings"

	"gongkai/catalog"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

// Plan says how a table is stored. Table.Columns lists everything that is
// stored, in order: the columns of the sheet, then the helpers of periods
// (x_start, x_end, x_granularity), which have Col 0.
type Plan struct {
	Table    catalog.Table // without ID and Storage
	Findings []catalog.Finding

	source    *shape.Table
	formats   []sheet.Format
	date1904  bool
	year      int // that the title names, for periods without one
	columns   []column
	readerSaw map[string]bool // codes of problems that the reader reported already
}

// column is what was decided about one column of the sheet.
type column struct {
	source  shape.Column
	kind    catalog.Type
	sqlType string
	point   byte // decimal mark
	scale   int
	wide    bool // integers beyond 64 bits, or decimals beyond 18 digits
	double  bool // decimals beyond 38 digits
	style   notation
	order   dateOrder
	layout  uint16
	padded  int8
	yearDot bool     // 2024.5 is May
	compact bool     // 20240503 is a date
	years   bool     // whole numbers that are years
	keep    []string // null markers that are values here: NA among codes, 无 beside 有
	words   uint8    // which pair of words a boolean is written with
	pad     int      // digits that the number format shows: 000000
	whole   int      // digits before the point
	helper  int      // index of x_start among the stored values; 0 for none
}

// Columns decides the types of a table's columns from all of its rows.
// progress, which may be nil, is told now and then how many rows were seen. An
// error means that cells could not be read or ctx ended.
func Columns(ctx context.Context, wb *sheet.Workbook, t *shape.Table, progress func(rows int64)) (*Plan, error) {
	p := &Plan{source: t, formats: wb.Formats, date1904: wb.Date1904, year: yearOf(t.Title, t.Period)}
	if p.year == 0 {
		p.year = yearOf(t.Sheet.Name)
	}
	p.readerSaw = map[string]bool{}
	for _, problem := range wb.Problems {
		if problem.Sheet == t.Sheet.Name {
			p.readerSaw[problem.Code] = true
		}
	}
	tallies := make([]tally, len(t.Columns))
	for i := range tallies {
		tallies[i].init(p, t.Columns[i], len(tallies))
	}
	var rows, totals int64
	var totalRows []int
	err := t.Records(func(r shape.Row) error {
		rows++
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
			totalRows = append(totalRows, r.Row)
			return nil
		}
		for i := range tallies {
			if c := t.Columns[i].Col; c <= len(r.Cells) {
				tallies[i].add(&r.Cells[c-1], r.Row)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read table %q: %w", t.Name, err)
	}
	p.columns = make([]column, len(tallies))
	for i := range tallies {
		p.columns[i] = tallies[i].decide(wb)
	}
	if err := p.widenForTotals(tallies, totalRows); err != nil {
		return nil, fmt.Errorf("read the totals of table %q: %w", t.Name, err)
	}
	p.describe(tallies, rows, totals)
	return p, nil
}

// describe fills the catalogue's table and the findings.
func (p *Plan) describe(tallies []tally, rows, totals int64) {
	t := p.source
	p.Table = catalog.Table{
		Name: t.Name, Label: t.Label, Sheet: t.Sheet.Name, Title: t.Title, Unit: t.Unit, Period: t.Period,
		Notes: append([]string{}, t.Notes...), HeaderRow: t.HeaderRows, FirstRow: t.FirstRow, LastRow: t.LastRow,
		Rows: rows, TotalRows: totals,
	}
	taken := map[string]bool{}
	for i := range p.columns {
		taken[t.Columns[i].Name] = true
	}
	for i := range p.columns {
		c := &p.columns[i]
		p.Table.Columns = append(p.Table.Columns, catalog.Column{
			Name: c.source.Name, Label: label(c.source), SourceLabel: c.source.SourceLabel,
			Type: c.kind, SQLType: c.sqlType, Unit: p.unit(c), Col: c.source.Col, Evidence: tallies[i].evidence,
		})
		p.Findings = append(p.Findings, tallies[i].findings...)
	}
	for i := range p.columns {
		c := &p.columns[i]
		if c.kind != catalog.TypePeriod {
			continue
		}
		c.helper = len(p.Table.Columns)
		p.Table.Columns = append(p.Table.Columns, p.periodHelpers(c, taken)...)
	}
	p.duplicateNames()
}

func label(c shape.Column) string {
	if c.Label == "" {
		return c.Name
	}
	return c.Label
}

// periodHelpers describes the three columns that stand beside a period.
func (p *Plan) periodHelpers(c *column, taken map[string]bool) []catalog.Column {
	name := func(suffix string) string {
		n := c.source.Name + suffix
		for taken[n] {
			n += "_"
		}
		taken[n] = true
		return n
	}
	of := label(c.source)
	return []catalog.Column{
		{Name: name("_start"), Label: of + " / start", Type: catalog.TypeDate, SQLType: "DATE",
			Description: catalog.Text{ZH: "“" + of + "”的第一天", EN: "First day of " + of}, Evidence: madeFrom(c)},
		{Name: name("_end"), Label: of + " / end", Type: catalog.TypeDate, SQLType: "DATE",
			Description: catalog.Text{ZH: "“" + of + "”的最后一天", EN: "Last day of " + of}, Evidence: madeFrom(c)},
		{Name: name("_granularity"), Label: of + " / granularity", Type: catalog.TypeText, SQLType: "VARCHAR",
			Description: catalog.Text{ZH: "“" + of + "”的粒度：year、half-year、quarter、month、months", EN: "Length of " + of + ": year, half-year, quarter, month or months"}, Evidence: madeFrom(c)},
	}
}

// unit gives a column its own unit, else the table's where the column holds
// amounts rather than numbers of rows, years or codes.
func (p *Plan) unit(c *column) string {
	if c.kind == catalog.TypePercent && percentUnit(c.source.Unit) {
		return "" // the stored fraction is no number of per cent
	}
	if c.source.Unit != "" || p.source.Unit == "" || !c.kind.Numeric() || c.kind == catalog.TypePercent || c.years {
		return c.source.Unit
	}
	for _, w := range [...]string{"序号", "编号", "行次", "代码", "年份", "年度", "比", "率", "%", "％", "增速", "no.", "year", "code", "rate", "percent"} {
		if strings.Contains(strings.ToLower(c.source.Label), w) {
			return ""
		}
	}
	return p.source.Unit
}

// percentUnit reports whether a header's unit says per cent or the like.
func percentUnit(unit string) bool {
	switch strings.ToLower(unit) {
	case "%", "％", "‰", "percent", "per cent", "百分点":
		return true
	}
	return false
}

func (p *Plan) duplicateNames() {
	seen := map[string]string{}
	for i := range p.source.Columns {
		c := &p.source.Columns[i]
		if c.Label == "" {
			continue
		}
		if _, again := seen[c.Label]; again {
			f := catalog.NewFinding("name-duplicate", shape.Where(p.source.Sheet.Name, max(p.source.HeaderRows[1], 1), c.Col), nil)
			f.Table, f.Actual, f.Expected = p.source.Name, c.Label, c.Name
			p.Findings = append(p.Findings, f)
		}
		seen[c.Label] = c.Name
	}
}
