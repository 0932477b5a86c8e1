package sheet

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// The records of a workbook that are read. Where older versions number them
// differently, biffID gives these numbers.
const (
	recDimensions  = 0x0200
	recBlank       = 0x0201
	recInteger     = 0x0202 // of Excel 2 only
	recNumber      = 0x0203
	recLabel       = 0x0204
	recBoolErr     = 0x0205
	recFormula     = 0x0006
	recString      = 0x0207
	recRow         = 0x0208
	recBOF         = 0x0809
	recEOF         = 0x000A
	recExternSheet = 0x0017
	recNote        = 0x001C
	recObj         = 0x005D
	recFormat      = 0x041E
	recDateMode    = 0x0022
	recColWidth    = 0x0024
	recFilePass    = 0x002F
	recFont        = 0x0031
	recContinue    = 0x003C
	recCodePage    = 0x0042
	recIXFE        = 0x0044
	recColInfo     = 0x007D
	recBoundSheet  = 0x0085
	recMulRK       = 0x00BD
	recMulBlank    = 0x00BE
	recRString     = 0x00D6
	recXF          = 0x00E0
	recMergeCells  = 0x00E5
	recSST         = 0x00FC
	recLabelSST    = 0x00FD
	recSupBook     = 0x01AE
	recTXO         = 0x01B6
	recArray       = 0x0221
	recTable       = 0x0236
	recShrFmla     = 0x04BC
	recRK          = 0x027E
)

// biffID gives the number that a record has in Excel 5 to 2003.
func biffID(id uint16) uint16 {
	switch id {
	case 0x0000, 0x0001, 0x0003, 0x0004, 0x0005, 0x0007, 0x0008:
		return id | 0x0200
	case 0x0002:
		return recInteger
	case 0x0009, 0x0209, 0x0409:
		return recBOF
	case 0x0206, 0x0406:
		return recFormula
	case 0x001E:
		return recFormat
	case 0x0021:
		return recArray
	case 0x0036:
		return recTable
	case 0x0231:
		return recFont
	case 0x0043, 0x0243, 0x0443:
		return recXF
	}
	return id
}

// record is one record of the stream.
type record struct {
	id   uint16 // as biffID gives it
	raw  uint16 // as it is written
	at   int64  // where its head lies
	data []byte // valid until the reader moves on
}

// old reports a cell as Excel 2 lays it out: with three bytes of attributes
// where others have the number of a style, and texts of up to 255 bytes. Other
// versions may write such cells, too.
func (r *record) old(version int) bool {
	if r.id == recFormula {
		return r.raw == 0x0006 && version < 5
	}
	return r.raw < 0x0009
}

// u16 reads from the record; what is not there is 0.
func (r *record) u16(off int) int {
	if off+2 > len(r.data) {
		return 0
	}
	return int(binary.LittleEndian.Uint16(r.data[off:]))
}

func (r *record) u32(off int) uint32 {
	if off+4 > len(r.data) {
		return 0
	}
	return binary.LittleEndian.Uint32(r.data[off:])
}

func (r *record) u8(off int) byte {
	if off >= len(r.data) {
		return 0
	}
	return r.data[off]
}

// rest is the record's data from off.
func (r *record) rest(off int) []byte { return r.data[min(off, len(r.data)):] }

const (
	biffHead   = 4
	biffBuffer = 256 << 10
	biffJump   = 256 // read at once where the records are jumped to
)

// biffReader gives the records of a stream one by one.
type biffReader struct {
	ctx    context.Context
	src    io.ReaderAt
	size   int64
	name   string // of the stream, for refusals
	buf    []byte // of the stream from base
	base   int64
	p      int // of the next record in buf
	room   []byte
	step   int             // how much is read at once
	cipher *biffCipher     // of records behind FILEPASS, nil where they are plain
	read   func(bytes int) // is told what was read. Default: nobody
}

func newBiffReader(ctx context.Context, src io.ReaderAt, size int64, name string) *biffReader {
	room := make([]byte, min(size, biffBuffer)+biffHead)
	return &biffReader{ctx: ctx, src: src, size: size, name: name, room: room, step: len(room)}
}

// pos is where the next record begins.
func (r *biffReader) pos() int64 { return r.base + int64(r.p) }

// seek makes the record at off the next one.
func (r *biffReader) seek(off int64) {
	if off >= r.base && off <= r.base+int64(len(r.buf)) {
		r.p = int(off - r.base)
		return
	}
	r.base, r.buf, r.p = off, nil, 0
}

// need makes n bytes of the next record be at hand, if the stream has them.
func (r *biffReader) need(n int) (bool, error) {
	if len(r.buf)-r.p >= n {
		return true, nil
	}
	if err := r.ctx.Err(); err != nil {
		return false, err
	}
	pos := r.pos()
	if pos < 0 || pos+int64(n) > r.size {
		return false, nil
	}
	kept := copy(r.room, r.buf[r.p:])
	end := min(int64(max(r.step, n)), r.size-pos)
	got, err := r.src.ReadAt(r.room[kept:max(int64(kept), end)], pos+int64(kept))
	if err != nil && !errors.Is(err, io.EOF) {
		return false, fmt.Errorf("read spreadsheet: %w", err)
	}
	if r.read != nil {
		r.read(got)
	}
	r.base, r.buf, r.p = pos, r.room[:kept+got], 0
	return len(r.buf) >= n, nil
}

// next gives the next record. ok is false at the end of the stream, be it
// within a record.
func (r *biffReader) next() (rec record, ok bool, err error) {
	if ok, err = r.need(biffHead); !ok {
		return rec, false, err
	}
	n := int(binary.LittleEndian.Uint16(r.buf[r.p+2:]))
	if ok, err = r.need(biffHead + n); !ok {
		return rec, false, err
	}
	raw := binary.LittleEndian.Uint16(r.buf[r.p:])
	rec = record{id: biffID(raw), raw: raw, at: r.pos(), data: r.buf[r.p+biffHead : r.p+biffHead+n]}
	r.p += biffHead + n
	if r.cipher != nil {
		rec.data = r.cipher.open(rec)
	}
	return rec, true, nil
}

// peek gives the kind of the next record, without reading it.
func (r *biffReader) peek() (uint16, bool, error) {
	ok, err := r.need(biffHead)
	if !ok {
		return 0, false, err
	}
	return biffID(binary.LittleEndian.Uint16(r.buf[r.p:])), true, nil
}

// broken makes the refusal for what was met at a place of the stream.
func (r *biffReader) broken(at int64, reason string) *Rejected {
	return reject(FileDamaged, "entry", r.name, "offset", strconv.FormatInt(at, 10), "reason", reason)
}

// endsEarly is the refusal of a stream that breaks off.
func (r *biffReader) endsEarly() *Rejected { return r.broken(r.size, "it ends too early") }

// payload reads the data of a record and of those that continue it.
type payload struct {
	r    *biffReader
	data []byte
	cut  bool // the data ended too early
	err  error
}

func newPayload(r *biffReader, data []byte) *payload { return &payload{r: r, data: data} }

// fill makes data be at hand: where a record is used up the one that continues
// it comes next. fresh says that it did.
func (p *payload) fill() (fresh bool) {
	for len(p.data) == 0 && !p.cut {
		id, ok, err := p.r.peek()
		if err != nil || !ok || id != recContinue {
			p.err, p.cut = err, true
			return false
		}
		rec, ok, err := p.r.next()
		if err != nil || !ok {
			p.err, p.cut = err, true
			return false
		}
		p.data, fresh = rec.data, true
	}
	return fresh
}

// number reads an unsigned number of n bytes.
func (p *payload) number(n int) int {
	v := 0
	for i := range n {
		if p.fill(); p.cut {
			return 0
		}
		v |= int(p.data[0]) << (8 * i)
		p.data = p.data[1:]
	}
	return v
}

// skip leaves n bytes out.
func (p *payload) skip(n int) {
	for n > 0 {
		if p.fill(); p.cut {
			return
		}
		k := min(n, len(p.data))
		p.data, n = p.data[k:], n-k
	}
}
