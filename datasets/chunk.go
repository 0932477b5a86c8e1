package datasets

import (
	"fmt"
	"math"
	"runtime"
	"strconv"
	"strings"
	"unicode/utf8"
	"unsafe"

	duck "github.com/duckdb/duckdb-go-bindings"

	"gongkai/catalog"
)

// A chunk is filled in place: each value is written where the engine will read
// it, without a call into the engine. chunkRows is the engine's vector size.
const chunkRows = 2048

// chunk is a batch of rows on its way into a table.
type chunk struct {
	c     duck.DataChunk
	cols  []cell
	rows  int
	texts arena
}

// cell writes one column of a chunk.
type cell struct {
	store  storage
	vector duck.Vector
	data   unsafe.Pointer
	valid  unsafe.Pointer
}

// storage is how a column is stored.
type storage struct {
	kind   storageKind
	digits int // of a DECIMAL
	scale  int
	width  int    // bytes of a stored value
	limit  int128 // of a DECIMAL: 10^digits
}

type storageKind uint8

const (
	storeText storageKind = iota
	storeInt
	storeDecimal
	storeFloat
	storeBool
	storeDate
	storeDatetime
	storeTime
)

// storageOf reads a column's SQLType; only what it knows goes into SQL.
func storageOf(sqlType string) (storage, error) {
	switch sqlType {
	case "VARCHAR":
		return storage{kind: storeText, width: textSize}, nil
	case "BIGINT":
		return storage{kind: storeInt, width: 8}, nil
	case "DOUBLE":
		return storage{kind: storeFloat, width: 8}, nil
	case "BOOLEAN":
		return storage{kind: storeBool, width: 1}, nil
	case "DATE":
		return storage{kind: storeDate, width: 4}, nil
	case "TIMESTAMP":
		return storage{kind: storeDatetime, width: 8}, nil
	case "TIME":
		return storage{kind: storeTime, width: 8}, nil
	}
	inner, ok := strings.CutPrefix(sqlType, "DECIMAL(")
	inner, ok2 := strings.CutSuffix(inner, ")")
	p, s, ok3 := strings.Cut(inner, ",")
	digits, err := strconv.Atoi(strings.TrimSpace(p))
	scale, err2 := strconv.Atoi(strings.TrimSpace(s))
	if !ok || !ok2 || !ok3 || err != nil || err2 != nil || digits < 1 || digits > 38 || scale < 0 || scale > digits {
		return storage{}, fmt.Errorf("SQL type %q is not one that version files have", sqlType)
	}
	limit, err := rescale(1, 0, digits)
	return storage{kind: storeDecimal, digits: digits, scale: scale, width: decimalWidth(digits), limit: limit}, err
}

// decimalWidth is how many bytes the engine stores a DECIMAL in.
func decimalWidth(digits int) int {
	switch {
	case digits <= 4:
		return 2
	case digits <= 9:
		return 4
	case digits <= 18:
		return 8
	}
	return 16
}

// sql is the type as it is written into SQL.
func (s storage) sql() string {
	switch s.kind {
	case storeInt:
		return "BIGINT"
	case storeDecimal:
		return fmt.Sprintf("DECIMAL(%d,%d)", s.digits, s.scale)
	case storeFloat:
		return "DOUBLE"
	case storeBool:
		return "BOOLEAN"
	case storeDate:
		return "DATE"
	case storeDatetime:
		return "TIMESTAMP"
	case storeTime:
		return "TIME"
	}
	return "VARCHAR"
}

// newChunk makes an empty chunk for rows of these columns.
func newChunk(types []duck.LogicalType, stores []storage) *chunk {
	c := &chunk{c: duck.CreateDataChunk(types), cols: make([]cell, len(stores))}
	for i := range stores {
		c.cols[i].store = stores[i]
	}
	c.point()
	return c
}

// point learns where the engine wants the values.
func (c *chunk) point() {
	for i := range c.cols {
		v := duck.DataChunkGetVector(c.c, duck.IdxT(i))
		duck.VectorEnsureValidityWritable(v)
		c.cols[i].vector = v
		c.cols[i].data = duck.VectorGetData(v)
		c.cols[i].valid = duck.VectorGetValidity(v)
	}
}

// reset empties the chunk after the engine copied it.
func (c *chunk) reset() {
	duck.DataChunkReset(c.c)
	c.point()
	c.rows = 0
	c.texts.reset()
}

func (c *chunk) free() {
	duck.DestroyDataChunk(&c.c)
	c.texts.free()
}

// setNull marks a value of the present row as missing.
func (c *chunk) setNull(col int) {
	cell := &c.cols[col]
	word := (*uint64)(unsafe.Add(cell.valid, c.rows/64*8))
	*word &^= 1 << (c.rows % 64)
}

func (c *chunk) setInt(col int, i int64) {
	*(*int64)(unsafe.Add(c.cols[col].data, c.rows*8)) = i
}

// setText stores a text; the engine copies it when the chunk is appended.
func (c *chunk) setText(col int, s string) {
	to := unsafe.Add(c.cols[col].data, c.rows*textSize)
	*(*[textSize]byte)(to) = [textSize]byte{}
	*(*uint32)(to) = uint32(len(s))
	if len(s) <= inlineText {
		copy(unsafe.Slice((*byte)(unsafe.Add(to, 4)), inlineText), s)
		return
	}
	copy(unsafe.Slice((*byte)(unsafe.Add(to, 4)), 4), s)
	*(*uintptr)(unsafe.Add(to, 8)) = uintptr(c.texts.keep(s))
}

// set stores v in the present row as the column's type and adds its canonical
// bytes to the content hash. It fails where the column cannot hold the value
// exactly.
func (c *chunk) set(col int, v *catalog.Value, h *contentHasher) error {
	if v.Kind == catalog.Null {
		c.setNull(col)
		h.null()
		return nil
	}
	cell := &c.cols[col]
	switch cell.store.kind {
	case storeText:
		s := v.S
		if v.Kind != catalog.TextValue {
			s = v.String()
		}
		if !utf8.ValidString(s) {
			return fmt.Errorf("text %q is not valid UTF-8", s)
		}
		if len(s) > math.MaxUint32/2 {
			return fmt.Errorf("a text of %d bytes is too long", len(s))
		}
		c.setText(col, s)
		h.text(s)
		return nil
	case storeFloat:
		f, err := floatOf(v)
		if err != nil {
			return err
		}
		if f == 0 {
			f = 0 // without a sign: the engine keeps one of the two zeros of a block for both
		}
		*(*float64)(unsafe.Add(cell.data, c.rows*8)) = f
		h.float(f)
		return nil
	case storeDecimal:
		return c.setDecimal(col, v, h)
	}
	i, err := cell.store.integer(v)
	if err != nil {
		return err
	}
	switch cell.store.width {
	case 1:
		*(*uint8)(unsafe.Add(cell.data, c.rows)) = uint8(i)
	case 4:
		*(*int32)(unsafe.Add(cell.data, c.rows*4)) = int32(i)
	default:
		c.setInt(col, i)
	}
	h.integer(i)
	return nil
}

func (c *chunk) setDecimal(col int, v *catalog.Value, h *contentHasher) error {
	cell := &c.cols[col]
	st := cell.store
	var n int128
	if v.Kind == catalog.DecimalValue && int(v.Scale) == st.scale && v.S == "" {
		n = int128Of(v.I)
	} else {
		var err error
		if n, err = decimalOf(*v, st.scale); err != nil {
			return err
		}
	}
	if !n.below(st.limit) {
		return fmt.Errorf("%w: %s does not fit %s", errTooWide, v.String(), st.sql())
	}
	switch st.width {
	case 2:
		*(*int16)(unsafe.Add(cell.data, c.rows*2)) = int16(n.lo)
	case 4:
		*(*int32)(unsafe.Add(cell.data, c.rows*4)) = int32(n.lo)
	case 8:
		*(*int64)(unsafe.Add(cell.data, c.rows*8)) = int64(n.lo)
	default:
		*(*int128)(unsafe.Add(cell.data, c.rows*16)) = n
	}
	h.wide(n)
	return nil
}

// integer gives what a column of integers, dates, times or booleans stores.
func (s storage) integer(v *catalog.Value) (int64, error) {
	want := catalog.IntValue
	switch s.kind {
	case storeBool:
		want = catalog.BoolValue
	case storeDate:
		want = catalog.DateValue
	case storeDatetime:
		want = catalog.DatetimeValue
	case storeTime:
		want = catalog.TimeValue
	}
	if v.Kind == want && v.S == "" {
		if s.kind == storeDate && v.I != int64(int32(v.I)) {
			return 0, fmt.Errorf("date %d is out of range", v.I)
		}
		if s.kind == storeTime && (v.I < 0 || v.I > 24*60*60*1e6) {
			return 0, fmt.Errorf("time %d is out of range", v.I)
		}
		return v.I, nil
	}
	if s.kind == storeInt && v.Kind == catalog.DecimalValue {
		n, err := decimalOf(*v, 0)
		if i, ok := n.small(); ok && err == nil {
			return i, nil
		}
	}
	return 0, fmt.Errorf("%q is no value of a %s column", v.String(), s.sql())
}

func floatOf(v *catalog.Value) (float64, error) {
	switch v.Kind {
	case catalog.FloatValue:
		return v.F, nil
	case catalog.IntValue, catalog.DecimalValue:
		return strconv.ParseFloat(v.String(), 64)
	}
	return 0, fmt.Errorf("%q is no number", v.String())
}

// arena holds the long texts of a chunk. Its blocks are pinned, for the engine
// reads them until it has copied the chunk.
type arena struct {
	blocks [][]byte
	used   int // blocks in use; the last of them is being filled
	pins   runtime.Pinner
}

const arenaBlock = 64 << 10

// keep copies s and gives its address.
func (a *arena) keep(s string) unsafe.Pointer {
	for a.used > 0 {
		b := a.blocks[a.used-1]
		if cap(b)-len(b) >= len(s) {
			n := len(b)
			a.blocks[a.used-1] = append(b, s...)
			return unsafe.Pointer(&a.blocks[a.used-1][n])
		}
		if a.used == len(a.blocks) {
			break
		}
		a.used++
	}
	if a.used == 0 && len(a.blocks) > 0 {
		a.used = 1
		return a.keep(s)
	}
	b := make([]byte, 0, max(arenaBlock, len(s)))
	a.pins.Pin(unsafe.SliceData(b))
	a.blocks = append(a.blocks, b)
	a.used = len(a.blocks)
	return a.keep(s)
}

// maxKept is how much of an arena stays for the next chunk.
const maxKept = 64

func (a *arena) reset() {
	if len(a.blocks) > maxKept {
		a.free()
		return
	}
	for i := range a.blocks {
		a.blocks[i] = a.blocks[i][:0]
	}
	a.used = 0
}

func (a *arena) free() {
	a.pins.Unpin()
	a.blocks, a.used = nil, 0
}
