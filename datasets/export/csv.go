package export

import (
	"strings"

	"gongkai/catalog"
)

// csvEncoder writes CSV: UTF-8 without byte order mark, comma, lines end in
// LF, the first line has the API names. A field is quoted only where it must
// be. A value that is missing is an empty field, the empty text is "". Where
// there is one column only, a missing value is "" too: an empty line would be
// skipped by readers and a row lost.
type csvEncoder struct {
	columns []catalog.Column
}

func newCSV(columns []catalog.Column) *csvEncoder { return &csvEncoder{columns} }

func (e *csvEncoder) begin(dst []byte) []byte {
	for i := range e.columns {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendCSVText(dst, e.columns[i].Name)
	}
	return append(dst, '\n')
}

func (e *csvEncoder) row(dst []byte, row []catalog.Value) []byte {
	for i := range row {
		if i > 0 {
			dst = append(dst, ',')
		}
		v := &row[i]
		switch v.Kind {
		case catalog.TextValue:
			dst = appendCSVText(dst, v.S)
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

func appendCSVText(dst []byte, s string) []byte {
	if s == "" {
		return append(dst, `""`...)
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; c == ',' || c == '"' || c == '\n' || c == '\r' {
			return appendCSVQuoted(dst, s)
		}
	}
	return append(dst, s...)
}

func appendCSVQuoted(dst []byte, s string) []byte {
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
