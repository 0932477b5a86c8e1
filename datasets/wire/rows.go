package wire

import (
	"encoding/binary"
	"fmt"
	"math"
	"unsafe"

	"gongkai/catalog"
)

// wide marks a number that is too wide for 64 bits and comes as text.
const wide = 0x80

// AppendRow adds a row in binary form: for each value its kind, then the value.
func AppendRow(dst []byte, row []catalog.Value) []byte {
	for i := range row {
		v := &row[i]
		kind := byte(v.Kind)
		switch v.Kind {
		case catalog.Null:
			dst = append(dst, kind)
		case catalog.TextValue:
			dst = appendText(append(dst, kind), v.S)
		case catalog.FloatValue:
			dst = binary.LittleEndian.AppendUint64(append(dst, kind), math.Float64bits(v.F))
		default:
			if v.S != "" {
				dst = appendText(append(dst, kind|wide, v.Scale), v.S)
				continue
			}
			dst = binary.AppendVarint(append(dst, kind, v.Scale), v.I)
		}
	}
	return dst
}

func appendText(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// ReadRow reads a row of len(row) values from the start of data and gives what
// follows it. The texts share data.
func ReadRow(data []byte, row []catalog.Value) (rest []byte, err error) {
	r := reader{data: data}
	for i := range row {
		row[i] = r.value()
	}
	if r.failed {
		return nil, fmt.Errorf("%w: a row is not as it should be", errFrame)
	}
	return r.data, nil
}

// reader takes values from the front of data.
type reader struct {
	data   []byte
	failed bool
}

func (r *reader) take(n uint64) []byte {
	if r.failed || n > uint64(len(r.data)) {
		r.failed = true
		return nil
	}
	out := r.data[:n]
	r.data = r.data[n:]
	return out
}

func (r *reader) byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) text() string {
	n, size := binary.Uvarint(r.data)
	if size <= 0 {
		r.failed = true
		return ""
	}
	r.data = r.data[size:]
	b := r.take(n)
	return unsafe.String(unsafe.SliceData(b), len(b)) // data is never written again
}

func (r *reader) value() (v catalog.Value) {
	kind := r.byte()
	v.Kind = catalog.ValueKind(kind &^ wide)
	switch v.Kind {
	case catalog.Null:
		r.failed = r.failed || kind != 0
		return v
	case catalog.TextValue:
		r.failed = r.failed || kind&wide != 0
		v.S = r.text()
		return v
	case catalog.FloatValue:
		if b := r.take(8); b != nil {
			v.F = math.Float64frombits(binary.LittleEndian.Uint64(b))
		}
		return v
	case catalog.IntValue, catalog.DecimalValue, catalog.BoolValue, catalog.DateValue, catalog.DatetimeValue, catalog.TimeValue:
	default:
		r.failed = true
		return v
	}
	if v.Scale = r.byte(); v.Scale > maxScale {
		r.failed = true
	}
	if kind&wide != 0 {
		v.S = r.text()
		r.failed = r.failed || !isNumber(v.S) || (v.Kind != catalog.IntValue && v.Kind != catalog.DecimalValue)
		return v
	}
	i, size := binary.Varint(r.data)
	if size <= 0 {
		r.failed = true
		return v
	}
	r.data = r.data[size:]
	v.I = i
	r.failed = r.failed || !inRange(v)
	return v
}

// inRange keeps out what could not be written as a value of its kind.
func inRange(v catalog.Value) bool {
	switch v.Kind {
	case catalog.BoolValue:
		return v.I == 0 || v.I == 1
	case catalog.DateValue:
		return v.I == int64(int32(v.I))
	case catalog.TimeValue:
		return v.I >= 0 && v.I <= 24*60*60*1e6
	}
	return true
}

// The widest numbers of the engine.
const (
	maxScale  = 38
	maxDigits = 42
)

// isNumber reports whether text may stand for a wide number: it goes into JSON
// without quotes.
func isNumber(text string) bool {
	if len(text) == 0 || len(text) > maxDigits {
		return false
	}
	for _, c := range []byte(text) {
		if (c < '0' || c > '9') && c != '-' && c != '.' {
			return false
		}
	}
	return true
}

// Cost is how many bytes a row takes as JSON, about and never less: what counts
// for Limits.Bytes. names is what the names of the columns take.
func Cost(names int64, row []catalog.Value) int64 {
	n := names
	for i := range row {
		v := &row[i]
		if v.Kind != catalog.TextValue {
			n += 24 + int64(len(v.S))
			continue
		}
		n += int64(len(v.S)) + 2
		for _, c := range []byte(v.S) {
			switch {
			case c < ' ':
				n += 5
			case c == '"' || c == '\\':
				n++
			}
		}
	}
	return n
}
