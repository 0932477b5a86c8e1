package sheet

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
)

// The records of a binary workbook that are read (MS-XLSB 2.3).
const (
	brtRowHdr     = 0
	brtBlank      = 1
	brtRK         = 2
	brtError      = 3
	brtBool       = 4
	brtReal       = 5
	brtText       = 6
	brtShared     = 7
	brtFmlaText   = 8
	brtFmlaReal   = 9
	brtFmlaBool   = 10
	brtFmlaError  = 11
	brtShortBlank = 12 // to 18: the cells 1 to 7, in the column behind the one before
	brtShortLast  = 18
	brtSSTItem    = 19
	brtFont       = 43
	brtFormat     = 44
	brtXF         = 47
	brtColInfo    = 60
	brtRichText   = 62 // a cell whose text has several fonts

	brtBeginSheet     = 129
	brtEndSheet       = 130
	brtBeginBook      = 131
	brtEndBook        = 132
	brtBeginSheetData = 145
	brtEndSheetData   = 146
	brtBookProperties = 153
	brtBundleSheet    = 156
	brtBeginSST       = 159
	brtEndSST         = 160
	brtMergeCell      = 176
	brtBeginStyles    = 278
	brtEndStyles      = 279
	brtBeginCellXFs   = 617
	brtEndCellXFs     = 618
	brtBeginComments  = 628
	brtEndComments    = 629
	brtCommentAuthor  = 632
	brtBeginComment   = 635
	brtEndComment     = 636
	brtCommentText    = 637
)

// brtWanted is how large the number of a record is that is read at most.
const brtWanted = 640

// brtReader gives the records of a part of a binary workbook one by one, as
// they are inflated.
type brtReader struct {
	ctx  context.Context
	r    *bufio.Reader
	name string // of the part
	most int    // bytes of a record
	at   int64  // where the next record begins
	used int    // bytes of the record before that are not yet discarded
	big  []byte // for records that do not fit into r
	n    int
	tick func()
}

func (rd *reading) brtReader(p io.Reader, name string, tick func()) *brtReader {
	return &brtReader{ctx: rd.ctx, r: bufio.NewReaderSize(p, 128<<10), name: name, most: 2*rd.opt.Limits.CellBytes + 64<<10, tick: tick}
}

// brt is one record; its data is valid until the next one is asked for.
type brt struct {
	id   int
	at   int64
	data []byte
}

func (b *brt) u32(off int) uint32 { return le32(b.data, off) }
func (b *brt) u16(off int) int    { return int(le16(b.data, off)) }
func (b *brt) u8(off int) byte {
	if off >= len(b.data) {
		return 0
	}
	return b.data[off]
}

// wide gives the UTF-16 of the text at off and the place behind it. A text
// that is longer than its record is cut off.
func (b *brt) wide(off int) (text []byte, end int) {
	n := 2 * int64(b.u32(off))
	off = min(off+4, len(b.data))
	n = min(n, int64(len(b.data)-off))
	return b.data[off : off+int(n)], off + int(n)
}

// text is wide as UTF-8.
func (b *brt) text(off int) (string, int) {
	src, end := b.wide(off)
	return string(appendWide(nil, src)), end
}

// appendWide appends UTF-16 as UTF-8; half of a pair becomes U+FFFD.
func appendWide(dst, src []byte) []byte {
	dst, lead := appendUTF16(dst, src, 0)
	if lead != 0 {
		dst = append(dst, "\uFFFD"...)
	}
	return dst
}

// next gives the next record that may count. ok is false at the end of the part.
func (r *brtReader) next() (rec brt, ok bool, err error) {
	for {
		if _, err := r.r.Discard(r.used); err != nil {
			return rec, false, err
		}
		r.used = 0
		if r.n++; r.n%4096 == 0 {
			if err := r.ctx.Err(); err != nil {
				return rec, false, err
			}
			if r.tick != nil {
				r.tick()
			}
		}
		rec.at = r.at
		var size int
		if rec.id, size, ok, err = r.head(); !ok {
			return rec, false, err
		}
		r.at += int64(size)
		if rec.id >= brtWanted {
			if err = r.skip(size); err != nil {
				return rec, false, r.ended(err)
			}
			continue
		}
		rec.data, err = r.data(size)
		return rec, err == nil, r.ended(err)
	}
}

// head reads number and size of a record: seven bits a byte.
func (r *brtReader) head() (id, size int, ok bool, err error) {
	c, err := r.r.ReadByte()
	if errors.Is(err, io.EOF) {
		return 0, 0, false, nil
	}
	if err != nil {
		return 0, 0, false, err
	}
	r.at++
	if id = int(c); c >= 0x80 {
		if c, err = r.r.ReadByte(); err != nil {
			return 0, 0, false, r.ended(err)
		}
		r.at++
		id = id&0x7F | int(c&0x7F)<<7
	}
	for shift := 0; shift < 28; shift += 7 {
		if c, err = r.r.ReadByte(); err != nil {
			return 0, 0, false, r.ended(err)
		}
		r.at++
		size |= int(c&0x7F) << shift
		if c < 0x80 {
			break
		}
	}
	return id, size, true, nil
}

func (r *brtReader) skip(size int) error {
	_, err := r.r.Discard(size)
	return err
}

// data makes the bytes of a record be at hand. What a record says of its size
// is believed as far as the part has bytes.
func (r *brtReader) data(size int) ([]byte, error) {
	if size > r.most {
		return nil, tooLarge("cell-bytes", int64(size), int64(r.most))
	}
	if size <= r.r.Size() {
		b, err := r.r.Peek(size)
		r.used = len(b)
		return b, err
	}
	r.big = r.big[:0]
	for len(r.big) < size {
		from := len(r.big)
		r.big = append(r.big, make([]byte, min(size-from, 1<<20))...)
		if _, err := io.ReadFull(r.r, r.big[from:]); err != nil {
			return nil, err
		}
	}
	return r.big, nil
}

// ended judges an error inside of a record.
func (r *brtReader) ended(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return r.broken("it ends too early")
	}
	return err
}

func (r *brtReader) broken(reason string) error {
	return reject(FileDamaged, "entry", r.name, "offset", strconv.FormatInt(r.at, 10), "reason", reason)
}

// brtPart calls fn for the records of a part, which must begin with one kind
// and hold the other, as its end.
func (rd *reading) brtPart(a *archive, name string, first, last int, tick func(), fn func(r *brtReader, rec brt) error) error {
	p, err := a.open(name)
	if err != nil {
		return err
	}
	r := rd.brtReader(p, name, tick)
	for begun, ended := false, false; ; {
		rec, ok, err := r.next()
		switch {
		case err != nil:
			return err
		case !ok && !ended:
			return r.broken("it ends too early")
		case !ok:
			return nil
		case !begun && rec.id != first:
			return r.broken("it does not begin as it should")
		}
		begun = true
		if ended = ended || rec.id == last; !ended {
			if err := fn(r, rec); err != nil {
				return err
			}
		}
	}
}

// bookBin reads workbook.bin: the sheets in their order.
func (rd *reading) bookBin(a *archive, name string, rels map[string]relation) (book, error) {
	b := book{binary: true}
	err := rd.brtPart(a, name, brtBeginBook, brtEndBook, nil, func(_ *brtReader, rec brt) error {
		switch rec.id {
		case brtBookProperties:
			b.date1904 = rec.u32(0)&1 != 0
		case brtBundleSheet:
			id, end := "", 12
			if rec.u32(8) != 0xFFFFFFFF {
				id, end = rec.text(8)
			}
			title, _ := rec.text(end)
			state := [...]string{"", "hidden", "veryHidden", ""}[rec.u32(0)&3]
			if id == "" {
				return nil // a macro of Excel 4
			}
			return rd.bookEntry(&b, title, state, id, rels)
		}
		return nil
	})
	return b, err
}

// stylesBin reads styles.bin.
func (rd *reading) stylesBin(a *archive, name string) ([]Format, []style, error) {
	p := styleParts{custom: map[int]string{}}
	if a.has(name) == nil {
		formats, styles := p.settle()
		return formats, styles, nil
	}
	ofCells := false
	err := rd.brtPart(a, name, brtBeginStyles, brtEndStyles, nil, func(_ *brtReader, rec brt) error {
		switch rec.id {
		case brtFormat:
			p.custom[rec.u16(0)], _ = rec.text(2)
		case brtFont:
			var f Flag
			if rec.u16(2)&8 != 0 {
				f |= Strike
			}
			if rec.u16(4) >= 600 {
				f |= Bold
			}
			p.fonts = append(p.fonts, f)
		case brtBeginCellXFs, brtEndCellXFs:
			ofCells = rec.id == brtBeginCellXFs
		case brtXF:
			if ofCells {
				p.xfs = append(p.xfs, xf{format: rec.u16(2), font: rec.u16(4), indent: rec.u8(11)})
			}
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	formats, styles := p.settle()
	return formats, styles, nil
}

// sharedBin spools the table of shared texts, without fonts and phonetics.
func (x *xlsxReading) sharedBin(name string) error {
	if name == "" || x.a.has(name) == nil {
		return nil
	}
	x.store.base = x.spool.offset()
	t := &stringTable{x: x, name: name, win: &window{}, from: x.spool.offset()}
	return x.brtPart(x.a, name, brtBeginSST, brtEndSST, func() { x.progress(false) }, func(_ *brtReader, rec brt) error {
		if rec.id != brtSSTItem {
			return nil
		}
		src, _ := rec.wide(1)
		x.spool.b = appendWide(x.spool.b, src)
		return t.add()
	})
}

// notesBin reads the comments of a sheet.
func (rd *reading) notesBin(a *archive, part, sheet string, threaded bool) error {
	if a.has(part) == nil || rd.remarks.full {
		return nil
	}
	var authors []string
	var c Comment
	err := rd.brtPart(a, part, brtBeginComments, brtEndComments, nil, func(_ *brtReader, rec brt) error {
		switch rec.id {
		case brtCommentAuthor:
			if author, _ := rec.text(0); len(authors) < rd.opt.Limits.Comments {
				authors = append(authors, author)
			}
		case brtBeginComment:
			c = Comment{Sheet: sheet, Row: int(rec.u32(4)) + 1, Col: int(rec.u32(12)) + 1}
			if n := rec.u32(0); int64(n) < int64(len(authors)) {
				c.Author = authors[n]
			}
		case brtCommentText:
			c.Text, _ = rec.text(1)
		case brtEndComment:
			if !threaded || !strings.HasPrefix(c.Author, "tc=") {
				rd.comment(c)
			}
		}
		return nil
	})
	return rd.unreadable(err)
}

// isBin tells binary parts from those of XML.
func isBin(name string) bool { return strings.EqualFold(path.Ext(name), ".bin") }

// usualPart names the part of a sheet where nothing else does.
func (b *book) usualPart() string {
	ext := "xml"
	if b.binary {
		ext = "bin"
	}
	return fmt.Sprintf("xl/worksheets/sheet%d.%s", len(b.sheets)+1, ext)
}
