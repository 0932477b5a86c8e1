package export

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/klauspost/compress/flate"

	"gongkai/catalog"
	"gongkai/datasets/query"
)

// The limits of the format.
const (
	maxSheetRows  = 1 << 20
	maxSheetCols  = 1 << 14
	maxCellText   = 32767 // UTF-16 units
	maxSheetName  = 31
	maxNotedCells = 20 // addresses of shortened cells that the last sheet names
)

// workbook writes an xlsx file front to back, holding one buffer. The sheets
// come first in the archive and what counts them last, because how many there
// are is known at the end only.
type workbook struct {
	ctx     context.Context
	out     io.Writer
	zip     *zip.Writer
	part    io.Writer // the sheet being written
	buf     []byte
	columns []xlsxColumn
	styles  styleSheet
	names   []string // of the sheets so far
	base    string   // name of the data sheets
	row     int      // last row written on the present sheet, from 1
	rows    int64    // of data, over all sheets
	notes   notes
	maxRows int // of a sheet, header included
}

// xlsxColumn is what is the same for all cells of a column.
type xlsxColumn struct {
	ref   []byte // <c r="AB
	style [4]int // of numbers, dates, datetimes and times
	width float64
	label string
}

// notes is what the last sheet says about cells that are not as stored.
type notes struct {
	shortened int64
	cells     []string
	asText    int64 // numbers of more than 15 digits
	early     int64 // days before March 1900
}

func writeXLSX(ctx context.Context, w io.Writer, rows query.Rows, meta Meta) error {
	if n := len(rows.Columns()); n > maxSheetCols {
		return catalog.Errorf(catalog.TooLarge, "choose columns with select, or take csv", "%d columns do not fit into a worksheet, which has %d", n, maxSheetCols)
	}
	return writeWorkbook(ctx, w, rows, meta, maxSheetRows)
}

func writeWorkbook(ctx context.Context, w io.Writer, rows query.Rows, meta Meta, maxRows int) error {
	row, ok := rows.Next()
	if err := rows.Err(); err != nil && !ok {
		return err
	}
	b := newWorkbook(ctx, w, rows.Columns(), meta, maxRows)
	if err := b.openData(); err != nil {
		return err
	}
	for ; ok; row, ok = rows.Next() {
		if err := b.add(row); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if err := b.closeSheet(); err != nil {
		return err
	}
	meta.Columns = described(rows.Columns(), meta.Columns)
	return b.finish(meta)
}

// described gives the columns of the rows in the words of those that describe
// them, by name.
func described(columns, by []catalog.Column) []catalog.Column {
	words := make(map[string]*catalog.Column, len(by))
	for i := range by {
		words[by[i].Name] = &by[i]
	}
	list := append([]catalog.Column(nil), columns...)
	for i := range list {
		if c := words[list[i].Name]; c != nil {
			list[i] = *c
		}
	}
	return list
}

func newWorkbook(ctx context.Context, w io.Writer, columns []catalog.Column, meta Meta, maxRows int) *workbook {
	b := &workbook{ctx: ctx, out: w, zip: zip.NewWriter(w), maxRows: maxRows, base: sheetName(meta.Table)}
	b.zip.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.BestSpeed)
	})
	b.buf = make([]byte, 0, holdBytes+holdBytes/4)
	b.columns = make([]xlsxColumn, len(columns))
	for i := range columns {
		c := &b.columns[i]
		c.ref = append([]byte(`<c r="`), columnLetters(i)...)
		c.style = b.styles.forColumn(&columns[i])
		c.label = columns[i].Label
		if c.label == "" {
			c.label = columns[i].Name
		}
		c.width = columnWidth(&columns[i], c.label)
	}
	return b
}

// openSheet begins the next part of the archive that is a sheet.
func (b *workbook) openSheet(name string) error {
	b.names = append(b.names, name)
	part, err := b.zip.Create("xl/worksheets/sheet" + strconv.Itoa(len(b.names)) + ".xml")
	b.part, b.row = part, 0
	b.buf = append(b.buf[:0], xmlHead...)
	b.buf = append(b.buf, `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`...)
	return err
}

// openData begins a sheet of data: its header stays in view.
func (b *workbook) openData() error {
	name := b.base
	if n := len(b.names); n > 0 {
		name = fitName(b.base, " ("+strconv.Itoa(n+1)+")")
	}
	if err := b.openSheet(name); err != nil {
		return err
	}
	b.buf = append(b.buf, `<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>`...)
	if len(b.columns) > 0 {
		b.buf = append(b.buf, "<cols>"...)
		for i := range b.columns {
			b.buf = fmt.Appendf(b.buf, `<col min="%d" max="%d" width="%.2f" customWidth="1"/>`, i+1, i+1, b.columns[i].width)
		}
		b.buf = append(b.buf, "</cols>"...)
	}
	b.buf = append(b.buf, "<sheetData>"...)
	b.openRow()
	for i := range b.columns {
		b.text(&b.columns[i], b.columns[i].label, styleHeader)
	}
	return b.closeRow()
}

func (b *workbook) openRow() {
	b.row++
	b.buf = append(b.buf, `<row r="`...)
	b.buf = strconv.AppendInt(b.buf, int64(b.row), 10)
	b.buf = append(b.buf, `">`...)
}

func (b *workbook) closeRow() error {
	b.buf = append(b.buf, "</row>"...)
	if len(b.buf) < holdBytes {
		return nil
	}
	return b.spill()
}

// spill hands the buffer to the compressor.
func (b *workbook) spill() error {
	if err := b.ctx.Err(); err != nil {
		return err
	}
	_, err := b.part.Write(b.buf)
	b.buf = b.buf[:0]
	return err
}

func (b *workbook) closeSheet() error {
	b.buf = append(b.buf, "</sheetData></worksheet>"...)
	return b.spill()
}

// add writes a row of data, on a further sheet where this one is full.
func (b *workbook) add(row []catalog.Value) error {
	if b.row >= b.maxRows {
		if err := b.closeSheet(); err != nil {
			return err
		}
		if err := b.openData(); err != nil {
			return err
		}
	}
	b.rows++
	b.openRow()
	for i := range row {
		b.cell(&b.columns[i], &row[i])
	}
	return b.closeRow()
}

// sheetName makes the name of a table fit for a worksheet.
func sheetName(table string) string {
	clean := make([]rune, 0, len(table))
	for _, r := range table {
		switch r {
		case '[', ']', ':', '*', '?', '/', '\\', '\'', 0:
			r = '_'
		}
		if r < ' ' || r == 0xfffd {
			r = '_'
		}
		clean = append(clean, r)
	}
	if len(clean) == 0 {
		return "data"
	}
	name := fitName(string(clean), "")
	if name == aboutSheet || name == "History" || name == "history" { // taken, or reserved by Excel
		return "data"
	}
	return name
}

// fitName cuts a name so that it and its ending are no longer than a sheet's
// name may be, in UTF-16 units.
func fitName(name, ending string) string {
	runes, room := []rune(name), maxSheetName-len(ending)
	for i, r := range runes {
		if room -= units(r); room < 0 {
			return string(runes[:i]) + ending
		}
	}
	return name + ending
}

// units is how many UTF-16 units a rune takes.
func units(r rune) int {
	if r >= 0x10000 {
		return 2
	}
	return 1
}

// columnLetters is the letters of a column, counted from 0.
func columnLetters(i int) []byte {
	var letters []byte
	for i++; i > 0; i = (i - 1) / 26 {
		letters = append([]byte{byte('A' + (i-1)%26)}, letters...)
	}
	return letters
}
