package shape

import (
	"context"
	"fmt"
	"hash/maphash"
	"slices"
	"strconv"
	"strings"

	"gongkai/catalog"
	"gongkai/ingest/sheet"
)

// detector finds the tables of one sheet.
type detector struct {
	sheet    *sheet.Sheet
	formats  []sheet.Format
	text     bool            // a text file: no merges, no styles, and every line counts
	others   map[string]bool // folded names of the workbook's other sheets
	listing  bool            // what lies here lists them
	ln       *lines
	seed     maphash.Seed
	merges   map[int][]sheet.Range // by every row they cover, within the first columns
	cells    map[int][]sheet.Cell
	tables   []Table
	findings []catalog.Finding
}

// region is a run of lines lo to hi-1 between columns c1 and c2.
type region struct{ lo, hi, c1, c2 int }

func (r region) width() int { return r.c2 - r.c1 + 1 }

// mergesKept bounds how many merged ranges take part; headers lie early.
const mergesKept = 200_000

func (d *detector) run(ctx context.Context, s *series) error {
	d.seed = maphash.MakeSeed()
	d.cells = map[int][]sheet.Cell{}
	var err error
	if d.ln, err = scanLines(ctx, d.sheet, d.formats, d.seed); err != nil {
		return fmt.Errorf("read rows of sheet %q: %w", d.sheet.Name, err)
	}
	if d.ln.len() == 0 {
		d.skip("it is empty", "没有内容")
		return nil
	}
	d.indexMerges()
	d.others = map[string]bool{}
	for _, name := range s.sheets {
		if name != d.sheet.Name {
			d.others[foldLabel(name)] = true
		}
	}
	var found []attempt
	for _, g := range d.segments(region{0, d.ln.len(), 1, d.ln.cols}) {
		found = append(found, d.attempt(g, nil))
	}
	found = d.force(s, found)
	var left []region
	for _, a := range found {
		if !a.ok {
			left = append(left, d.shrink(a.region))
			continue
		}
		d.tables = append(d.tables, a.table)
		d.findings = append(d.findings, a.findings...)
	}
	if len(d.tables) == 0 {
		if d.listing {
			d.skip("it lists what the other sheets hold", "是其他工作表的目录")
		} else {
			d.skip("it holds prose, no rows and columns", "是文字说明，没有行列结构")
		}
		return nil
	}
	d.severalTables()
	d.leftOut(left)
	d.farAway()
	return ctx.Err()
}

// attempt is a region that was read as a table; ok is false where it is none.
type attempt struct {
	region   region
	table    Table
	ok       bool
	forced   bool // by a recipe
	findings []catalog.Finding
}

// attempt reads a region as a table, with the header that is given, if one is.
func (d *detector) attempt(g region, header *[2]int) attempt {
	before := d.findings
	d.findings = nil
	a := attempt{region: g}
	a.table, a.ok = d.table(g, header)
	a.findings, d.findings = d.findings, before
	return a
}

// leftOut says which lines beside the tables are in none of them.
func (d *detector) leftOut(left []region) {
	for _, g := range left[:min(len(left), maxTables)] {
		if g.lo >= g.hi {
			continue
		}
		f := catalog.NewFinding("table-left-out", d.where(d.ln.row(g.lo), d.firstColumn(g.lo, g)), nil)
		f.Count, f.Actual = int64(g.hi-g.lo), excerpt(d.lineText(g.lo, g))
		d.findings = append(d.findings, f)
	}
}

// farAway says which cells lie so far right that they took no part.
func (d *detector) farAway() {
	if b := d.ln.beyond; b.n > 0 {
		f := catalog.NewFinding("table-left-out", d.where(b.row, b.col), nil)
		f.Count, f.Actual, f.Severity = int64(b.n), excerpt(d.words(b.row, b.col)), catalog.SeverityWarning
		d.findings = append(d.findings, f)
	}
}

// excerpt cuts a text to what a finding can show.
func excerpt(s string) string {
	const most = 60
	if rs := []rune(s); len(rs) > most {
		return string(rs[:most]) + "…"
	}
	return s
}

func (d *detector) indexMerges() {
	d.merges = map[int][]sheet.Range{}
	for _, m := range d.sheet.Merges[:min(len(d.sheet.Merges), mergesKept)] {
		for r := m.FirstRow; r <= min(m.LastRow, m.FirstRow+49, d.sheet.Rows()); r++ {
			d.merges[r] = append(d.merges[r], m)
		}
	}
}

// merge gives the merged range that covers a cell.
func (d *detector) merge(row, col int) (sheet.Range, bool) {
	for _, m := range d.merges[row] {
		if col >= m.FirstCol && col <= m.LastCol {
			return m, true
		}
	}
	return sheet.Range{}, false
}

func (d *detector) skip(reason, reasonZH string) {
	f := catalog.NewFinding("sheet-skipped", d.sheet.Name, map[string]string{"sheet": d.sheet.Name, "reason": reason, "reason_zh": reasonZH})
	f.Actual = reason
	d.findings = append(d.findings, f)
}

func (d *detector) severalTables() {
	if len(d.tables) < 2 {
		return
	}
	f := catalog.NewFinding("several-tables", d.sheet.Name, map[string]string{"sheet": d.sheet.Name})
	f.Count = int64(len(d.tables))
	for _, t := range d.tables {
		f.Cells = append(f.Cells, d.where(t.FirstRow, t.FirstCol))
	}
	f.Actual = strings.Join(f.Cells, ", ")
	d.findings = append(d.findings, f)
}

// row gives the cells of a sheet row; rows near the edges of tables are asked
// for many times.
func (d *detector) row(r int) []sheet.Cell {
	if c, ok := d.cells[r]; ok {
		return c
	}
	c, err := d.sheet.Row(r, nil)
	if err != nil {
		return nil // the scan before has read every row, and nothing is closed while we run
	}
	if len(d.cells) > 4096 {
		clear(d.cells)
	}
	d.cells[r] = c
	return c
}

func (d *detector) cell(row, col int) *sheet.Cell {
	cells := d.row(row)
	if col < 1 || col > len(cells) { // a line may fill no column of a region
		return &sheet.Cell{}
	}
	return &cells[col-1]
}

// words gives a cell's text on one line, trimmed.
func (d *detector) words(row, col int) string {
	return oneLine(d.cell(row, col).Raw)
}

func (d *detector) class(row, col int) class { return classOf(d.cell(row, col), d.formats) }

// where gives an address as findings write it; text files have no sheet name.
func (d *detector) where(row, col int) string { return Where(d.sheet.Name, row, col) }

// Where gives the address of a cell as findings write it: Sheet!B7, or B7
// where the sheet has no name.
func Where(name string, row, col int) string {
	if name == "" {
		return sheet.Address(row, col)
	}
	return name + "!" + sheet.Address(row, col)
}

func (d *detector) note(t *Table, code string, row, col int, args map[string]string) *catalog.Finding {
	d.findings = append(d.findings, catalog.NewFinding(code, d.where(row, col), args))
	return &d.findings[len(d.findings)-1]
}

// grouped adds one finding for several rows: its first ten cells and a count.
func (d *detector) grouped(code string, rows []int, col int, actual string) {
	if len(rows) == 0 {
		return
	}
	f := catalog.NewFinding(code, d.where(rows[0], col), nil)
	f.Count, f.Actual = int64(len(rows)), actual
	for _, r := range rows[:min(len(rows), 10)] {
		f.Cells = append(f.Cells, d.where(r, col))
	}
	d.findings = append(d.findings, f)
}

func oneLine(s string) string {
	s = Trim(s)
	if !strings.ContainsAny(s, "\r\n\t") {
		return s
	}
	return strings.Join(strings.Fields(s), " ")
}

func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}

func sortedRows(rows []int) []int {
	slices.Sort(rows)
	return slices.Compact(rows)
}
