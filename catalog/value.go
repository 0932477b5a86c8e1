package catalog

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"
)

// ValueKind says which field of a Value holds it.
type ValueKind uint8

// The kinds of values that tables hold.
const (
	Null          ValueKind = iota
	TextValue               // S
	IntValue                // I
	DecimalValue            // I x 10^-Scale; where that is too wide for I, S holds the canonical text
	FloatValue              // F
	BoolValue               // I is 0 or 1
	DateValue               // I is days since 1970-01-01
	DatetimeValue           // I is microseconds since 1970-01-01T00:00:00, no zone
	TimeValue               // I is microseconds since midnight
)

// Value is one cell of a table. It is small, comparable and boxes nothing, for
// millions of them pass from the sheet to the version file and from there to
// every format.
type Value struct {
	S     string
	I     int64
	F     float64
	Kind  ValueKind
	Scale uint8 // of a DecimalValue
}

// IsNull reports whether there is no value.
func (v Value) IsNull() bool { return v.Kind == Null }

// String is the canonical text of the value, "" for NULL: what CSV holds, and
// what reads back as the same value.
func (v Value) String() string {
	if v.Kind == TextValue {
		return v.S
	}
	return string(v.Append(nil))
}

// fullScale is the largest scale whose decimals are written with all of their
// digits, as money is. A larger one comes of computed values: one cell with
// 0.30000000000000004 must not give all others seventeen zeros.
const fullScale = 6

// Append adds the canonical text of the value to dst: numbers without grouping
// or exponent and with '.', decimals with the digits of their scale (without
// zeros at the end where it is beyond 6), booleans true and false, dates and times by ISO 8601 without zone, fractions of
// seconds only where there are any.
func (v Value) Append(dst []byte) []byte {
	switch v.Kind {
	case Null:
		return dst
	case TextValue:
		return append(dst, v.S...)
	case IntValue:
		if v.S != "" {
			return append(dst, v.S...) // an integer beyond 64 bits
		}
		return strconv.AppendInt(dst, v.I, 10)
	case DecimalValue:
		start := len(dst)
		if v.S != "" {
			dst = append(dst, v.S...)
		} else {
			dst = appendDecimal(dst, v.I, int(v.Scale))
		}
		if v.Scale > fullScale {
			return cutZeros(dst, start)
		}
		return dst
	case FloatValue:
		return appendFloat(dst, v.F)
	case BoolValue:
		return strconv.AppendBool(dst, v.I != 0)
	case DateValue:
		return appendDate(dst, v.I)
	case DatetimeValue:
		const day = 24 * 60 * 60 * 1e6
		days := floorDiv(v.I, day)
		dst = append(appendDate(dst, days), 'T')
		return appendClock(dst, v.I-days*day)
	case TimeValue:
		return appendClock(dst, v.I)
	}
	return dst
}

func appendDecimal(dst []byte, unscaled int64, scale int) []byte {
	if scale == 0 {
		return strconv.AppendInt(dst, unscaled, 10)
	}
	u := uint64(unscaled)
	if unscaled < 0 {
		dst = append(dst, '-')
		u = -u
	}
	var buf [20]byte
	digits := strconv.AppendUint(buf[:0], u, 10)
	if pad := scale + 1 - len(digits); pad > 0 {
		dst = append(dst, "0.000000000000000000000000"[:2]...)
		for range pad - 1 {
			dst = append(dst, '0')
		}
		return append(dst, digits...)
	}
	dst = append(dst, digits[:len(digits)-scale]...)
	dst = append(dst, '.')
	return append(dst, digits[len(digits)-scale:]...)
}

// cutZeros takes the zeros at the end of the fraction that begins after start,
// and a point that is left without one.
func cutZeros(dst []byte, start int) []byte {
	if bytes.IndexByte(dst[start:], '.') < 0 {
		return dst
	}
	dst = bytes.TrimRight(dst, "0")
	return bytes.TrimSuffix(dst, []byte{'.'})
}

// appendFloat writes the shortest text that reads back as f, without exponent
// between 1e-7 and 1e21, as ECMAScript and JSON writers do.
// Zero has no sign: SQL holds 0 and -0 equal, and sorting gives back either.
func appendFloat(dst []byte, f float64) []byte {
	if f == 0 {
		return append(dst, '0')
	}
	abs := math.Abs(f)
	if abs < 1e-7 || abs >= 1e21 {
		return strconv.AppendFloat(dst, f, 'e', -1, 64)
	}
	return strconv.AppendFloat(dst, f, 'f', -1, 64)
}

func appendDate(dst []byte, days int64) []byte {
	return time.Unix(days*86400, 0).UTC().AppendFormat(dst, "2006-01-02")
}

func appendClock(dst []byte, micros int64) []byte {
	s := micros / 1e6
	for i, n := range [3]int64{s / 3600, s / 60 % 60, s % 60} {
		if i > 0 {
			dst = append(dst, ':')
		}
		dst = append(dst, byte('0'+n/10), byte('0'+n%10))
	}
	if frac := micros % 1e6; frac != 0 {
		text := strconv.FormatInt(1e6+frac, 10)
		dst = append(append(dst, '.'), strings.TrimRight(text[1:], "0")...)
	}
	return dst
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

// RowKind says what a row of a table is.
type RowKind string

// The kinds of rows; totals stay in the table, marked.
const (
	RowRecord RowKind = "record"
	RowTotal  RowKind = "total"
)

// Columns that every stored table has beside its own.
const (
	ColumnRow  = "_row"      // BIGINT: row in the source sheet, from 1; unique, ascending
	ColumnKind = "_row_type" // a RowKind
)

// RawCell keeps what a cell said where the stored value does not give it back:
// it became NULL, or was interpreted.
type RawCell struct {
	Column int    // index into the table's columns, from 0
	Raw    string // the cell's text
	Reason string // code of the finding that says why: null-marker, type-mismatch, ...
}

// Record is one row on its way into a version file. Values and Raw belong to
// the caller again after the call that takes the record.
type Record struct {
	Row    int // in the source sheet, from 1
	Kind   RowKind
	Values []Value // one for each column of the table, in order
	Raw    []RawCell
}
