package datasets

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"
	"unsafe"

	duck "github.com/duckdb/duckdb-go-bindings"

	"gongkai/catalog"
)

// result is a stream of rows of one query. Rows are read out of the engine's
// column vectors in place; nothing is boxed or copied but what the caller
// keeps.
type result struct {
	ctx    context.Context
	conn   *conn
	limit  time.Duration // for each piece of work; 0 is none
	slow   bool          // a piece took longer
	done   func()        // ends the watch over ctx
	res    duck.Result
	chunk  duck.DataChunk
	cols   []column
	names  []string
	row    int // next row of the chunk
	rows   int // in the chunk
	err    error
	ended  bool // there are no more chunks
	large  bool // it is worth to free what the engine keeps for it
	closed bool
}

// column reads one column of the present chunk.
type column struct {
	data  unsafe.Pointer
	valid unsafe.Pointer // a bit per row, or nil where no value is NULL
	read  func(c *column, row int, v *catalog.Value)
	scale uint8
}

// describe learns names and types of the columns.
func (r *result) describe() error {
	n := int(duck.ColumnCount(&r.res))
	r.cols = make([]column, n)
	r.names = make([]string, n)
	for i := range n {
		at := duck.IdxT(i)
		r.names[i] = duck.ColumnName(&r.res, at)
		if err := r.cols[i].describe(&r.res, at); err != nil {
			return fmt.Errorf("column %s: %w", r.names[i], err)
		}
	}
	return nil
}

// unreadError tells of a column of a type that no value of ours holds.
type unreadError struct{ t duck.Type }

func (e unreadError) Error() string {
	return fmt.Sprintf("results of engine type %d are not read", e.t)
}

func (c *column) describe(res *duck.Result, at duck.IdxT) error {
	t := duck.ColumnType(res, at)
	if t != duck.TypeDecimal {
		return c.reader(t)
	}
	logical := duck.ColumnLogicalType(res, at)
	defer duck.DestroyLogicalType(&logical)
	c.scale = duck.DecimalScale(logical)
	switch duck.DecimalInternalType(logical) {
	case duck.TypeSmallInt:
		c.read = readDecimal[int16]
	case duck.TypeInteger:
		c.read = readDecimal[int32]
	case duck.TypeBigInt:
		c.read = readDecimal[int64]
	default:
		c.read = readWideDecimal
	}
	return nil
}

// reader picks the way to read values of a type other than DECIMAL.
func (c *column) reader(t duck.Type) error {
	switch t {
	case duck.TypeVarchar:
		c.read = readText
	case duck.TypeBoolean:
		c.read = readBool
	case duck.TypeTinyInt:
		c.read = readInt[int8]
	case duck.TypeSmallInt:
		c.read = readInt[int16]
	case duck.TypeInteger:
		c.read = readInt[int32]
	case duck.TypeBigInt:
		c.read = readInt[int64]
	case duck.TypeUTinyInt:
		c.read = readInt[uint8]
	case duck.TypeUSmallInt:
		c.read = readInt[uint16]
	case duck.TypeUInteger:
		c.read = readInt[uint32]
	case duck.TypeHugeInt:
		c.read = readHuge
	case duck.TypeDouble:
		c.read = readFloat[float64]
	case duck.TypeFloat:
		c.read = readFloat[float32]
	case duck.TypeDate:
		c.read = readDate
	case duck.TypeTime:
		c.read = readMicros(catalog.TimeValue)
	case duck.TypeTimestamp:
		c.read = readMicros(catalog.DatetimeValue)
	default:
		return unreadError{t}
	}
	return nil
}

// next reads the next row into row, one value for each column; its texts lie
// in the engine's memory and are good until the following call or close. It is
// false at the end and on an error, which is in r.err.
func (r *result) next(row []catalog.Value) bool {
	if r.row == r.rows && !r.fetch() {
		return false
	}
	at := r.row
	r.row++
	for i := range r.cols {
		c := &r.cols[i]
		if c.null(at) {
			row[i] = catalog.Value{}
			continue
		}
		c.read(c, at, &row[i])
	}
	return true
}

// fetch takes the next chunk; only the last one has no rows.
func (r *result) fetch() bool {
	if r.closed || r.ended || r.err != nil {
		return false
	}
	duck.DestroyDataChunk(&r.chunk)
	r.row, r.rows = 0, 0
	var state duck.State
	slow := r.within(func() { state = duck.StreamFetchChunk(r.res, &r.chunk) })
	if state == duck.StateError { // an error, or the end: only the message tells
		if duck.ResultError(&r.res) != "" {
			r.err = r.failure(slow)
		}
		r.ended = true
		return false
	}
	r.rows = int(duck.DataChunkGetSize(r.chunk))
	for i := range r.cols {
		v := duck.DataChunkGetVector(r.chunk, duck.IdxT(i))
		r.cols[i].data = duck.VectorGetData(v)
		r.cols[i].valid = duck.VectorGetValidity(v)
	}
	r.ended = r.rows == 0
	return !r.ended
}

// within interrupts work that takes longer than the limit, and tells whether it
// did. It returns only when no interrupt can reach what comes next.
func (r *result) within(work func()) (slow bool) {
	if r.limit == 0 {
		work()
		return false
	}
	over, last := make(chan struct{}), make(chan struct{})
	timer := time.AfterFunc(r.limit, func() {
		defer close(last)
		for {
			duck.Interrupt(r.conn.c)
			select {
			case <-over:
				return
			case <-time.After(interruptAgain):
			}
		}
	})
	work()
	close(over)
	if timer.Stop() {
		return false
	}
	<-last
	r.slow = true // the interrupt may have come too late for this piece: then the next ends
	return true
}

// interruptAgain is how long after an interrupt the next follows: the engine
// forgets one that comes while it begins.
const interruptAgain = 20 * time.Millisecond

// failure is the error that the engine ended the result with.
func (r *result) failure(slow bool) error {
	err := engineError(duck.ResultError(&r.res), duck.ResultErrorType(&r.res))
	if (slow || r.slow) && errors.Is(err, errInterrupted) {
		return fmt.Errorf("%w: %w", err, errSlow)
	}
	return withCause(r.ctx, err)
}

// close frees what the result holds; it may be called twice.
func (r *result) close() {
	if r.closed {
		return
	}
	r.closed = true
	if r.conn.once {
		r.done()
		return
	}
	duck.DestroyDataChunk(&r.chunk)
	duck.DestroyResult(&r.res)
	r.done()
	if !r.ended || r.err != nil || r.large {
		r.conn.clear()
	}
}

func (c *column) null(row int) bool {
	if c.valid == nil {
		return false
	}
	word := *(*uint64)(unsafe.Add(c.valid, row/64*8))
	return word&(1<<(row%64)) == 0
}

// at reads element row of a vector of T.
func at[T any](c *column, row int) T {
	var zero T
	return *(*T)(unsafe.Add(c.data, row*int(unsafe.Sizeof(zero))))
}

type integer interface {
	int8 | int16 | int32 | int64 | uint8 | uint16 | uint32
}

func readInt[T integer](c *column, row int, v *catalog.Value) {
	*v = catalog.Value{Kind: catalog.IntValue, I: int64(at[T](c, row))}
}

func readFloat[T float32 | float64](c *column, row int, v *catalog.Value) {
	*v = catalog.Value{Kind: catalog.FloatValue, F: float64(at[T](c, row))}
}

// decimalKind: integers too wide for BIGINT are stored with scale 0.
func (c *column) decimalKind() catalog.ValueKind {
	if c.scale == 0 {
		return catalog.IntValue
	}
	return catalog.DecimalValue
}

func readDecimal[T integer](c *column, row int, v *catalog.Value) {
	*v = catalog.Value{Kind: c.decimalKind(), I: int64(at[T](c, row)), Scale: c.scale}
}

func readWideDecimal(c *column, row int, v *catalog.Value) {
	n := at[int128](c, row)
	*v = catalog.Value{Kind: c.decimalKind(), Scale: c.scale}
	if i, ok := n.small(); ok {
		v.I = i
		return
	}
	v.S = string(n.append(nil, int(c.scale)))
}

func readHuge(c *column, row int, v *catalog.Value) {
	n := at[int128](c, row)
	*v = catalog.Value{Kind: catalog.IntValue}
	if i, ok := n.small(); ok {
		v.I = i
		return
	}
	v.S = string(n.append(nil, 0))
}

func readBool(c *column, row int, v *catalog.Value) {
	*v = catalog.Value{Kind: catalog.BoolValue, I: int64(at[uint8](c, row))}
}

// The engine's infinite days and times are the ends of their integers. They are
// no days: as infinite numbers they have no value.
func readDate(c *column, row int, v *catalog.Value) {
	days := at[int32](c, row)
	if *v = (catalog.Value{}); days < math.MaxInt32 && days > -math.MaxInt32 {
		*v = catalog.Value{Kind: catalog.DateValue, I: int64(days)}
	}
}

func readMicros(kind catalog.ValueKind) func(*column, int, *catalog.Value) {
	return func(c *column, row int, v *catalog.Value) {
		micros := at[int64](c, row)
		if *v = (catalog.Value{}); micros < math.MaxInt64 && micros > -math.MaxInt64 {
			*v = catalog.Value{Kind: kind, I: micros}
		}
	}
}

// The engine holds a text in 16 bytes (duckdb_string_t of duckdb.h): its length
// in four, then the text itself up to twelve bytes; of a longer one the first
// four bytes and a pointer to all of it.
const (
	textSize   = 16
	inlineText = 12
)

func readText(c *column, row int, v *catalog.Value) {
	text := unsafe.Add(c.data, row*textSize)
	length := *(*uint32)(text)
	from := unsafe.Add(text, 4)
	if length > inlineText {
		from = *(*unsafe.Pointer)(unsafe.Add(text, 8))
	}
	*v = catalog.Value{Kind: catalog.TextValue, S: unsafe.String((*byte)(from), int(length))}
}
