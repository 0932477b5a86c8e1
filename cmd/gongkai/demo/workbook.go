package demo

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/xuri/excelize/v2"

	"gongkai/catalog"
)

// workbook is an xlsx file being written. The first error is kept and given by
// save, so that the authors of the tables need not look at each cell.
type workbook struct {
	f      *excelize.File
	styles map[string]int
	pages  int
	tables []*recorder
	err    error
}

func newWorkbook() *workbook {
	return &workbook{f: excelize.NewFile(), styles: map[string]int{}}
}

// keep remembers the first error.
func (w *workbook) keep(err error) {
	if w.err == nil {
		w.err = err
	}
}

// save writes the file, with fixed times in its properties so that the bytes
// are the same on every run, and says what it means.
func (w *workbook) save(path, author string) (Expect, error) {
	const written = "2026-01-15T09:00:00Z"
	w.keep(w.f.SetDocProps(&excelize.DocProperties{
		Creator: author, LastModifiedBy: author, Created: written, Modified: written, Language: "zh-CN",
	}))
	w.f.SetActiveSheet(0)
	w.keep(w.write(path))
	w.keep(w.f.Close())
	var e Expect
	for _, t := range w.tables {
		e.Tables = append(e.Tables, t.done())
	}
	return e, w.err
}

func (w *workbook) write(path string) error {
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := w.f.Write(out); err != nil {
		return errors.Join(err, out.Close())
	}
	return out.Close()
}

// The styles of cells by name; a trailing "!" makes a bold one, of totals.
const (
	styleTitle   = "title"
	styleMeta    = "meta"
	styleRight   = "right"
	styleHead    = "head"
	styleNote    = "note"
	styleText    = "text"
	styleIndent  = "indent"
	styleIndent2 = "indent2"
	styleIndent3 = "indent3"
	styleWrap    = "wrap"
	styleCentre  = "centre"
	styleInt     = "#,##0"
	stylePlain   = "0"
	styleDec1    = "#,##0.0"
	styleDec2    = "#,##0.00"
	styleCoord   = "0.000000"
	stylePercent = "0.0%"
	styleDate    = `yyyy"年"m"月"d"日"`
	styleSlash   = "yyyy/m/d"
	styleMinute  = "yyyy/m/d h:mm"
)

func (w *workbook) style(name string) int {
	if id, ok := w.styles[name]; ok {
		return id
	}
	base, bold := strings.CutSuffix(name, "!")
	s := &excelize.Style{Font: &excelize.Font{Family: "宋体", Size: 11, Bold: bold}, Alignment: &excelize.Alignment{Vertical: "center"}}
	line := []excelize.Border{{Type: "left", Style: 1}, {Type: "right", Style: 1}, {Type: "top", Style: 1}, {Type: "bottom", Style: 1}}
	for i := range line {
		line[i].Color = "000000"
	}
	switch base {
	case styleTitle:
		s.Font = &excelize.Font{Family: "方正小标宋简体", Size: 18}
		s.Alignment.Horizontal = "center"
	case styleMeta:
	case styleRight:
		s.Alignment.Horizontal = "right"
	case styleNote:
		s.Alignment.WrapText = true
	case styleHead:
		s.Font.Bold, s.Border = true, line
		s.Alignment.Horizontal, s.Alignment.WrapText = "center", true
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"D9E2F3"}}
	case styleText:
		s.Border = line
	case styleIndent, styleIndent2, styleIndent3:
		s.Border, s.Alignment.Indent = line, map[string]int{styleIndent: 1, styleIndent2: 2, styleIndent3: 3}[base]
	case styleWrap:
		s.Border, s.Alignment.WrapText = line, true
	case styleCentre:
		s.Border, s.Alignment.Horizontal = line, "center"
	default:
		format := base
		s.Border, s.CustomNumFmt = line, &format
	}
	id, err := w.f.NewStyle(s)
	w.keep(err)
	w.styles[name] = id
	return id
}

// dictionary adds a hidden sheet with the values that a column of p may have,
// from which Excel offers a choice there.
func (w *workbook) dictionary(name, column string, p *page, cells string, values ...string) {
	hidden := w.page(name)
	hidden.set(1, 1, column, styleHead)
	for i, v := range values {
		hidden.set(1, i+2, v, styleText)
	}
	choice := excelize.NewDataValidation(true)
	choice.Sqref = cells
	choice.SetSqrefDropList(fmt.Sprintf("%s!$A$2:$A$%d", name, len(values)+1))
	w.keep(w.f.AddDataValidation(p.name, choice))
	w.keep(w.f.SetSheetVisible(name, false))
}

// page is one worksheet, written from the top down; row is the next to write.
type page struct {
	w    *workbook
	name string
	row  int
}

func (w *workbook) page(name string) *page {
	if w.pages == 0 {
		w.keep(w.f.SetSheetName("Sheet1", name))
	} else {
		_, err := w.f.NewSheet(name)
		w.keep(err)
	}
	w.pages++
	return &page{w: w, name: name, row: 1}
}

func address(col, row int) string {
	name, err := excelize.CoordinatesToCellName(col, row)
	if err != nil {
		panic(err) // the columns and rows of this package are constants
	}
	return name
}

func (p *page) set(col, row int, value any, style string) {
	at := address(col, row)
	if value != nil {
		p.w.keep(p.w.f.SetCellValue(p.name, at, value))
	}
	p.w.keep(p.w.f.SetCellStyle(p.name, at, at, p.w.style(style)))
}

func (p *page) merge(col1, row1, col2, row2 int) {
	if col1 != col2 || row1 != row2 {
		p.w.keep(p.w.f.MergeCell(p.name, address(col1, row1), address(col2, row2)))
	}
}

// across writes a line that is merged over the first n columns.
func (p *page) across(n int, text, style string) {
	p.set(1, p.row, text, style)
	p.merge(1, p.row, n, p.row)
	p.row++
}

// title writes the title of a table of n columns.
func (p *page) title(n int, text string) {
	p.w.keep(p.w.f.SetRowHeight(p.name, p.row, 32))
	p.across(n, text, styleTitle)
}

// pair writes two facts on one line of n columns: at the left, as who filled
// the form in, and at the right, as the unit.
func (p *page) pair(n int, left, right string) {
	half := (n + 1) / 2
	p.set(1, p.row, left, styleMeta)
	p.merge(1, p.row, half, p.row)
	p.set(half+1, p.row, right, styleRight)
	p.merge(half+1, p.row, n, p.row)
	p.row++
}

func (p *page) widths(widths ...float64) {
	for i, width := range widths {
		name, err := excelize.ColumnNumberToName(i + 1)
		p.w.keep(err)
		p.w.keep(p.w.f.SetColWidth(p.name, name, name, width))
	}
}

// field is a column to write: the levels of its header parted by "|", what its
// values are, and how they look.
type field struct {
	path  string
	typ   catalog.Type
	unit  string
	style string
}

// grid is a table being written on a page.
type grid struct {
	*recorder
	p      *page
	fields []field
	open   map[int]int // column -> first row of a vertical merge that still grows
}

// grid writes the header and begins a table of the given title and unit, both
// of which were written above it already.
func (p *page) grid(title, unit string, fields ...field) *grid {
	g := &grid{p: p, fields: fields, open: map[int]int{}, recorder: &recorder{table: Table{Sheet: p.name, Title: title, Unit: unit}}}
	p.w.tables = append(p.w.tables, g.recorder)
	paths, depth := headerPaths(fields)
	for i, f := range fields {
		g.table.Columns = append(g.table.Columns, Column{Label: strings.Join(paths[i], " / "), Type: f.typ, Unit: f.unit})
	}
	for level := range depth {
		for i := 0; i < len(fields); {
			i += p.headCell(paths, depth, level, i)
		}
	}
	g.table.HeaderRow = [2]int{p.row, p.row + depth - 1}
	p.row += depth
	return g
}

func headerPaths(fields []field) (paths [][]string, depth int) {
	for _, f := range fields {
		path := strings.Split(f.path, "|")
		paths, depth = append(paths, path), max(depth, len(path))
	}
	return paths, depth
}

// headCell writes the header cell of a level that begins at field i, merged
// over the neighbours it spans and down to the body where it is the last, and
// gives the number of columns it took.
func (p *page) headCell(paths [][]string, depth, level, i int) int {
	path := paths[i]
	if level >= len(path) {
		return 1
	}
	n := 1
	for i+n < len(paths) && len(paths[i+n]) > level+1 && strings.Join(paths[i+n][:level+1], "|") == strings.Join(path[:level+1], "|") {
		n++
	}
	last := p.row + level
	if level == len(path)-1 {
		n, last = 1, p.row+depth-1
	}
	for r := p.row + level; r <= last; r++ {
		for c := range n {
			p.set(i+1+c, r, nil, styleHead)
		}
	}
	p.set(i+1, p.row+level, path[level], styleHead)
	p.merge(i+1, p.row+level, i+n, last)
	return n
}

// cell is what is written and what it means.
type cell struct {
	raw   any
	truth string
	style string // "" takes the field's
	same  bool   // merged with the cell above
}

// record writes a row of the table.
func (g *grid) record(cells ...cell) { g.put(catalog.RowRecord, "", cells) }

// total writes a row that adds others up.
func (g *grid) total(cells ...cell) { g.put(catalog.RowTotal, "!", cells) }

func (g *grid) put(kind catalog.RowKind, bold string, cells []cell) {
	if len(cells) != len(g.fields) {
		g.p.w.keep(fmt.Errorf("%s row %d: %d cells for %d columns", g.p.name, g.p.row, len(cells), len(g.fields)))
		return
	}
	values := make([]string, len(cells))
	for i, c := range cells {
		style := c.style
		if style == "" {
			style = g.fields[i].style
		}
		if !c.same {
			g.closeMerge(i)
		} else if _, ok := g.open[i]; !ok {
			g.open[i] = g.p.row - 1
		}
		g.p.set(i+1, g.p.row, c.raw, style+bold)
		values[i] = c.truth
	}
	g.add(Record{Row: g.p.row, Kind: kind, Values: values})
	g.p.row++
}

func (g *grid) closeMerge(col int) {
	if first, ok := g.open[col]; ok {
		g.p.merge(col+1, first, col+1, g.p.row-1)
		delete(g.open, col)
	}
}

// section writes a row that holds only a label for those below.
func (g *grid) section(label string) {
	for i := range g.fields {
		g.p.set(i+1, g.p.row, nil, styleText+"!")
	}
	g.p.set(1, g.p.row, label, styleText+"!")
	if g.table.FirstRow == 0 {
		g.table.FirstRow = g.p.row
	}
	g.table.SectionRows = append(g.table.SectionRows, g.p.row)
	g.p.row++
}

// numbers writes the row that only numbers the columns: 甲 and 乙 for those of
// labels, 1, 2, 3 for those of figures.
func (g *grid) numbers() {
	stems, n := []string{"甲", "乙", "丙"}, 0
	for i, f := range g.fields {
		switch {
		case f.typ.Numeric():
			n++
			g.p.set(i+1, g.p.row, n, styleCentre)
		default:
			g.p.set(i+1, g.p.row, stems[i], styleCentre)
		}
	}
	g.table.SkipRows = append(g.table.SkipRows, g.p.row)
	g.p.row++
}

// end finishes the table and writes its notes below, each over all columns.
func (g *grid) end(notes ...string) {
	for i := range g.fields {
		g.closeMerge(i)
	}
	for _, n := range notes {
		g.p.across(len(g.fields), n, styleNote)
	}
}

// footnote puts a mark on a header cell that was written: col is the first
// column of the cell, on the first level.
func (g *grid) footnote(col int, marked string) {
	g.p.set(col+1, g.table.HeaderRow[0], marked, styleHead)
}
