// Package sheet reads spreadsheets: it finds out by content what a file is and
// turns every format into the same thing, a Workbook of Sheets whose cells keep
// their raw text, number format, indent, merges and hidden flags.
//
// It must not guess what the cells mean: where tables are is shape's job and
// what types columns have is infer's. It imports nothing else of ours.
package sheet

import (
	"strconv"
	"strings"
)

// Kind is what the file says a cell is.
type Kind uint8

// The kinds of cells.
const (
	Empty  Kind = iota
	Text        // Raw is the text
	Number      // Raw is the number as the file writes it, "." as the point
	Bool        // Raw is "TRUE" or "FALSE"
	Date        // Raw is an ISO 8601 date or date-time (xlsx t="d", ods)
	Error       // Raw is "#REF!", "#N/A", ...
)

// Flag is a property of a cell that carries meaning.
type Flag uint8

// The flags of cells.
const (
	Formula Flag = 1 << iota // the value is the cached result of a formula
	Bold
	HiddenCol // the column is hidden
	Strike
	Filled // no reader sets it: shape gave a blank cell the label above it
)

// Cell is one cell of a row. Raw stays valid until the Workbook is closed.
type Cell struct {
	Raw    string
	Format int32 // index into Workbook.Formats; 0 is General
	Kind   Kind
	Flags  Flag
	Indent uint8 // alignment indent, in steps
}

// IsEmpty reports whether the cell has no content; white space is none.
func (c Cell) IsEmpty() bool {
	return c.Kind == Empty || (c.Kind == Text && strings.TrimSpace(c.Raw) == "")
}

// Float gives the value of a Number cell.
func (c Cell) Float() (float64, bool) {
	if c.Kind != Number {
		return 0, false
	}
	f, err := strconv.ParseFloat(c.Raw, 64)
	return f, err == nil
}

// Range is a rectangle of cells, rows and columns from 1, ends included.
type Range struct{ FirstRow, FirstCol, LastRow, LastCol int }

// Address gives the A1 address of a cell.
func Address(row, col int) string { return ColumnName(col) + strconv.Itoa(row) }

// ColumnName gives the letters of a column: 1 is A, 27 is AA.
func ColumnName(col int) string {
	var buf [8]byte
	i := len(buf)
	for ; col > 0; col = (col - 1) / 26 {
		i--
		buf[i] = byte('A' + (col-1)%26)
	}
	return string(buf[i:])
}

// FormatClass says what a number format makes of a number.
type FormatClass uint8

// The classes of number formats.
const (
	ClassGeneral FormatClass = iota
	ClassNumber              // digits, grouping, currency
	ClassPercent
	ClassDate     // a calendar date, no clock
	ClassDatetime // both
	ClassTime     // a clock or an elapsed time, no date
	ClassText     // @
	ClassCode     // only zeros, at least two: 000000 is a code, leading zeros count
)

// Format is a number format of the workbook.
type Format struct {
	Code     string // as the workbook writes it: 0.00%, yyyy"年"m"月"
	Class    FormatClass
	Decimals int // digits after the point
	Zeros    int // of ClassCode: how many digits
}

// FileFormat is what a file is.
type FileFormat string

// The formats that are read.
const (
	XLSX FileFormat = "xlsx"
	XLSB FileFormat = "xlsb"
	XLS  FileFormat = "xls" // of Excel 2 to 2003, WPS .et
	CSV  FileFormat = "csv" // any delimited text

	ODS     FileFormat = "ods"     // OpenDocument, also flat XML
	HTML    FileFormat = "html"    // tables of a page, often called .xls
	MHTML   FileFormat = "mhtml"   // a page with its parts in one file
	XML2003 FileFormat = "xml2003" // SpreadsheetML of Excel 2003
	ZIP     FileFormat = "zip"     // several files of these formats
)

// Problem is something that the reader noticed in the file and that a person
// should know; ingest turns it into a finding. Places of one kind on one sheet
// are one Problem: Args["count"] says how many there are and Args["cells"]
// names the first ten, separated by spaces.
type Problem struct {
	Code  string // a code of the finding catalogue
	Sheet string
	Cell  string // A1 of the first place, or "" for the whole sheet
	Args  map[string]string
}

// Workbook is a file that was read: every cell of it is at hand, from disk,
// until Close.
type Workbook struct {
	Format    FileFormat
	Encoding  string // of text files: utf-8, gb18030, ...
	Why       string // evidence for the encoding and delimiter that were chosen, for a reader
	Delimiter string // of text files
	Date1904  bool   // serial 0 is 1904-01-01
	Formats   []Format
	Sheets    []*Sheet
	Problems  []Problem

	// What is no cell and may still say who somebody is; the cells of hidden
	// sheets are among Sheets.
	Comments   []Comment
	Properties []Property

	close func() error
}

// NewWorkbook puts sheets made by FromRows or FromCells together, for tests of
// other packages. Formats holds General only; set it where cells name others.
func NewWorkbook(sheets ...*Sheet) *Workbook {
	return &Workbook{Format: XLSX, Formats: []Format{{Code: "General"}}, Sheets: sheets}
}

// Close releases the cells; no Raw of them may be used afterwards. Closing
// again does nothing.
func (w *Workbook) Close() error {
	if w == nil || w.close == nil {
		return nil
	}
	closing := w.close
	w.close = nil
	return closing()
}
