package export

import (
	"bytes"
	"math"
	"strconv"
	"unicode/utf8"

	"gongkai/catalog"
)

// jsonEncoder writes an object for each row, with the API names as keys; the
// texts before, between and after make an array of it, or lines.
type jsonEncoder struct {
	keys                   [][]byte // {"a": and ,"b": ready to be copied
	before, between, after string
	started                bool
}

func newJSON(columns []catalog.Column, before, between, after string) *jsonEncoder {
	e := &jsonEncoder{before: before, between: between, after: after}
	for i := range columns {
		key := []byte{','}
		if i == 0 {
			key[0] = '{'
		}
		e.keys = append(e.keys, append(appendJSONText(key, columns[i].Name), ':'))
	}
	return e
}

func (e *jsonEncoder) begin(dst []byte) []byte { return append(dst, e.before...) }

func (e *jsonEncoder) row(dst []byte, row []catalog.Value) []byte {
	if e.started {
		dst = append(dst, e.between...)
	}
	e.started = true
	if len(row) == 0 {
		dst = append(dst, '{')
	}
	for i := range row {
		dst = append(dst, e.keys[i]...)
		dst = AppendJSONValue(dst, row[i])
	}
	return append(dst, '}')
}

func (e *jsonEncoder) end(dst []byte, rows int64) []byte {
	if rows == 0 && e.before == "" {
		return dst // no lines
	}
	return append(dst, e.after...)
}

// The most that readers keep which take every JSON number for a double.
const (
	maxExactInteger = 1 << 53
	maxExactDecimal = 1e15 // digits without the point
)

// AppendJSONValue adds the JSON of a value to dst. It is the one place that
// says how values look in JSON: numbers are numbers as long as every reader
// keeps them exactly, and else strings (integers beyond 2^53, decimals that a
// double does not give back); dates and times are strings by ISO 8601; a missing value,
// and a float that is no number, is null.
func AppendJSONValue(dst []byte, v catalog.Value) []byte {
	return appendJSON(dst, &v, false)
}

// AppendJSONStrings is AppendJSONValue with every number as a string, for
// clients that ask for it.
func AppendJSONStrings(dst []byte, v catalog.Value) []byte {
	return appendJSON(dst, &v, true)
}

func appendJSON(dst []byte, v *catalog.Value, strings bool) []byte {
	quoted := strings
	switch v.Kind {
	case catalog.Null:
		return append(dst, "null"...)
	case catalog.TextValue:
		return appendJSONText(dst, v.S)
	case catalog.BoolValue:
		return appendPlain(dst, v)
	case catalog.FloatValue:
		if math.IsNaN(v.F) || math.IsInf(v.F, 0) {
			return append(dst, "null"...)
		}
	case catalog.IntValue:
		quoted = quoted || v.S != "" || v.I > maxExactInteger || v.I < -maxExactInteger
	case catalog.DecimalValue:
		quoted = quoted || !DoubleKeeps(v)
	default:
		quoted = true
	}
	if !quoted {
		return appendPlain(dst, v)
	}
	dst = append(dst, '"')
	dst = appendPlain(dst, v)
	return append(dst, '"')
}

// DoubleKeeps reports whether a reader that takes the decimal for a double has
// the same decimal still: it has no more than 15 digits, zeros at its ends left
// out, or it is the shortest that names its double, as those of a spreadsheet
// are (12.333333333333334).
func DoubleKeeps(v *catalog.Value) bool {
	if v.S == "" && v.I < maxExactDecimal && v.I > -maxExactDecimal {
		return true
	}
	var exact, double [64]byte
	text := cutFraction(v.Append(exact[:0]))
	f, err := strconv.ParseFloat(string(text), 64)
	return err == nil && bytes.Equal(text, strconv.AppendFloat(double[:0], f, 'f', -1, 64))
}

// cutFraction takes the zeros at the end of a fraction.
func cutFraction(text []byte) []byte {
	if bytes.IndexByte(text, '.') < 0 {
		return text
	}
	return bytes.TrimSuffix(bytes.TrimRight(text, "0"), []byte{'.'})
}

// AppendJSONText adds a text to dst as a JSON string; bytes that are no UTF-8
// become U+FFFD.
func AppendJSONText(dst []byte, s string) []byte { return appendJSONText(dst, s) }

func appendJSONText(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				dst = append(append(dst, s[start:i]...), "\ufffd"...)
				start = i + 1
			}
			i += n
			continue
		}
		dst = append(dst, s[start:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
		i++
		start = i
	}
	return append(append(dst, s[start:]...), '"')
}
