package export

import (
	"strings"

	"gongkai/catalog"
)

// csvEncoder writes lines of fields between delimiters: UTF-8, lines end in
// LF, the first line has the headings. A field is quoted only where it must
// be. A value that is missing is an empty field, the empty text is "". Where
// there is one column only, a missing value is "" too: an empty line would be
// skipped by readers and a row lost.
type csvEncoder struct {
	headings  []string
	delimiter byte
	bom       bool
	guarded   bool // no text begins like a formula
}

// newCSV makes the encoder of a form; its headings are those of the columns.
func newCSV(columns []catalog.Column, f Form) *csvEncoder {
	e := &csvEncoder{delimiter: f.Delimiter, bom: f.BOM, guarded: f.Guarded}
	if e.delimiter == 0 {
		e.delimiter = ','
		if f.Format == TSV {
			e.delimiter = '\t'
		}
	}
	for i := range columns {
		e.headings = append(e.headings, f.heading(&columns[i]))
	}
	return e
}

func (e *csvEncoder) begin(dst []byte) []byte {
	if e.bom {
		dst = append(dst, "\ufeff"...)
	}
	for i, h := range e.headings {
		if i > 0 {
			dst = append(dst, e.delimiter)
		}
		dst = e.text(dst, h)
	}
	return append(dst, '\n')
}

func (e *csvEncoder) row(dst []byte, row []catalog.Value) []byte {
	for i := range row {
		if i > 0 {
			dst = append(dst, e.delimiter)
		}
		v := &row[i]
		switch v.Kind {
		case catalog.TextValue:
			dst = e.text(dst, v.S)
		case catalog.Null:
			if len(row) == 1 {
				dst = append(dst, `""`...)
			}
		default:
			dst = appendPlain(dst, v)
		}
	}
	return append(dst, '\n')
}

func (e *csvEncoder) end(dst []byte, _ int64) []byte { return dst }

// text adds a field. A guarded text that a spreadsheet would run as a formula
// gets an apostrophe before it, which shows that it is text.
func (e *csvEncoder) text(dst []byte, s string) []byte {
	if e.guarded && s != "" && strings.IndexByte("=+-@\t\r", s[0]) >= 0 {
		s = "'" + s
	}
	if s == "" {
		return append(dst, `""`...)
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; c == e.delimiter || c == '"' || c == '\n' || c == '\r' {
			return appendQuoted(dst, s)
		}
	}
	return append(dst, s...)
}

func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for {
		i := strings.IndexByte(s, '"')
		if i < 0 {
			dst = append(dst, s...)
			return append(dst, '"')
		}
		dst = append(append(dst, s[:i]...), `""`...)
		s = s[i+1:]
	}
}
