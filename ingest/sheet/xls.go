package sheet

import (
	"io"
	"strconv"
	"unicode/utf16"

	"golang.org/x/text/encoding"
)

// What a BOF record says that follows.
const (
	bofGlobals   = 0x0005
	bofSheet     = 0x0010
	bofChart     = 0x0020
	bofMacros    = 0x0040
	bofWorkspace = 0x0100
)

// xls reads a workbook of Excel 2 to 2003, and of what else writes them.
func (rd *reading) xls() (*Workbook, error) {
	b, err := rd.xlsBook()
	if err != nil {
		return nil, err
	}
	st := &store{texts: []uint32{0}}
	b.xlsxReading = &xlsxReading{reading: rd, store: st}
	b.r.read = b.told
	st.base = rd.spool.offset()
	b.texts = &stringTable{x: b.xlsxReading, name: b.r.name, from: st.base}
	if err := b.guessCodec(); err != nil {
		return nil, err
	}
	b.r.seek(b.first)
	if err := b.globals(); err != nil {
		return nil, err
	}
	wb := &Workbook{Format: XLS, Date1904: b.date1904}
	if b.version < 8 {
		wb.Encoding, wb.Why = b.encoding, b.why
	}
	if b.version == 2 {
		b.cellStyles()
	}
	wb.Formats, st.styles = b.styles.settle()
	if b.external > 0 {
		rd.problems.of(ExternalLink, "", "count", strconv.Itoa(b.external))
	}
	for _, entry := range b.sheets {
		s, err := b.sheet(entry)
		if err != nil {
			return nil, inSheet(err, entry.name)
		}
		if s != nil {
			wb.Sheets = append(wb.Sheets, s)
		}
	}
	if b.ole != nil {
		if err := rd.propertiesOLE(b.ole); err != nil {
			return nil, err
		}
	}
	if st.data, st.release, err = rd.spool.finish(); err != nil {
		return nil, err
	}
	wb.close = st.close
	wb.Problems = rd.problems.all()
	if rd.opt.Progress != nil {
		rd.opt.Progress(1, rd.rows)
	}
	return wb, nil
}

// xlsBook is the workbook stream and what its first part, the globals, says.
type xlsBook struct {
	*xlsxReading // the table of shared texts and the rows are written as those of xlsx
	r            *biffReader
	ole          *oleFile // around the stream, nil where there is none
	cut          bool     // the stream is shorter than it says
	version      int      // of the records: 2, 3, 4, 5 or 8
	kind         int      // of the stream: bofGlobals or a lone sheet
	first        int64    // where the records behind the first BOF begin
	done         int64
	taken        int64 // bytes of the sheets so far: each is there once

	texts    *stringTable
	sheets   []xlsEntry
	styles   styleParts
	formats  int // FORMAT records so far
	date1904 bool
	external int
	codec    encoding.Encoding // of texts before Excel 97
	encoding string
	why      string
	settled  bool // whatever code page the workbook names
	scratch  []byte
}

type xlsEntry struct {
	name   string
	hidden bool
	at     int64
}

// xlsBook finds the workbook stream and reads its first record.
func (rd *reading) xlsBook() (*xlsBook, error) {
	b := &xlsBook{styles: styleParts{custom: map[int]string{}}}
	magic := make([]byte, len(oleMagic))
	if _, err := readUpTo(rd.file, magic, 0); err != nil {
		return nil, err
	}
	var src io.ReaderAt = rd.file
	name, size := "xls", rd.size
	if string(magic) == oleMagic {
		f, err := openOLE(rd.file, rd.size)
		if err != nil {
			return nil, err
		}
		b.ole = f
		entry, _ := f.workbook()
		s, err := f.stream(entry)
		if err != nil {
			return nil, err
		}
		src, name, size, b.cut = s, entry.name, s.size, s.cut
	}
	b.r = newBiffReader(rd.ctx, src, size, name)
	bof, ok, err := b.r.next()
	switch {
	case err != nil:
		return nil, err
	case !ok || bof.id != recBOF:
		return nil, b.r.broken(0, "it does not begin as a workbook does")
	}
	b.version, b.kind, b.first = bofVersion(bof), bof.u16(2), b.r.pos()
	switch b.kind {
	case bofWorkspace:
		return nil, unsupported("xls (workbook of Excel 4)")
	case bofChart:
		return nil, unsupported("xls (chart)")
	case bofMacros:
		return nil, unsupported("xls (macros)")
	}
	return b, b.declaredCodec(rd.opt.Encoding)
}

// workbook finds the stream of the workbook: a file for Excel 95 and 97 has
// both, and the newer one knows more.
func (f *oleFile) workbook() (oleEntry, bool) {
	for _, name := range []string{"Workbook", "Book"} {
		if e, ok := f.has(name); ok && e.stream {
			return e, true
		}
	}
	return oleEntry{}, false
}

func bofVersion(bof record) int {
	switch bof.raw {
	case 0x0009:
		return 2
	case 0x0209:
		return 3
	case 0x0409:
		return 4
	}
	if v := bof.u16(0); v == 0x0600 || v != 0x0500 && len(bof.data) >= 16 {
		return 8
	}
	return 5
}

// told takes note of bytes that were read. A sheet is read twice.
func (b *xlsBook) told(n int) {
	b.done += int64(n)
	if b.opt.Progress != nil {
		b.opt.Progress(min(float64(b.done)/float64(2*b.r.size+1), 1), b.rows)
	}
}

// globals reads what stands in front of the sheets; in a lone sheet it stands
// in front of the cells.
func (b *xlsBook) globals() error {
	if b.kind != bofGlobals {
		b.sheets = []xlsEntry{{name: "Sheet1"}}
	}
	depth := 1
	for {
		rec, ok, err := b.r.next()
		if err != nil {
			return err
		}
		if !ok {
			return b.ended()
		}
		switch rec.id {
		case recBOF:
			depth++
			continue
		case recEOF:
			if depth--; depth == 0 {
				return nil
			}
		}
		if depth == 1 {
			if err := b.global(rec); err != nil {
				return err
			}
		}
	}
}

// ended judges a stream that ends without an EOF record: some programs forget
// it behind the last sheet.
func (b *xlsBook) ended() error {
	if b.cut || b.r.pos() != b.r.size {
		return b.r.endsEarly()
	}
	return nil
}

func (b *xlsBook) global(rec record) error {
	switch rec.id {
	case recFilePass:
		if b.version == 8 && b.r.cipher == nil {
			b.r.cipher = newBiffCipher(rec)
		}
		if b.r.cipher == nil {
			return reject(FileEncrypted, "found", "xls", "fix", "open it, remove the password and save it again")
		}
	case recCodePage:
		return b.codePage(rec.u16(0))
	case recDateMode:
		b.date1904 = rec.u16(0) == 1
	case recFont:
		b.font(rec)
	case recFormat:
		return b.format(rec)
	case recXF:
		b.xf(rec)
	case recBoundSheet:
		return b.boundSheet(rec)
	case recSST:
		return b.sharedTexts(rec)
	case recSupBook:
		// One of two characters is the workbook itself or the add-ins.
		if n := rec.u16(2); n != 0x0401 && n != 0x3A01 && len(rec.data) > 4 {
			b.external++
		}
	case recExternSheet:
		if b.version < 8 && rec.u8(0) > 1 && rec.u8(1) == 1 && rec.u8(2) != 0x3A {
			b.external++
		}
	}
	return nil
}

// fontGap is a number that no font has: the fifth record is number 5.
const fontGap = 4

func (b *xlsBook) font(rec record) {
	bits := rec.u16(2)
	var f Flag
	if bits&8 != 0 {
		f |= Strike
	}
	if b.version >= 5 && rec.u16(6) >= 600 || b.version < 5 && bits&1 != 0 {
		f |= Bold
	}
	if len(b.styles.fonts) == fontGap {
		b.styles.fonts = append(b.styles.fonts, 0)
	}
	b.styles.fonts = append(b.styles.fonts, f)
}

// format reads a number format. Before Excel 5 they are numbered as they come.
func (b *xlsBook) format(rec record) error {
	id, from, width := b.formats, 0, 1
	b.formats++
	switch {
	case b.version >= 5:
		id, from = rec.u16(0), 2
		if b.version == 8 {
			width = 2
		}
	case b.version == 4:
		from = 2
	}
	p := newPayload(b.r, rec.rest(from))
	b.scratch = b.text(b.scratch[:0], p, width)
	b.styles.custom[id] = string(b.scratch)
	return p.err
}

// xf reads a cell style.
func (b *xlsBook) xf(rec record) {
	var x xf
	switch {
	case b.version >= 5:
		x = xf{font: rec.u16(0), format: rec.u16(2)}
		if b.version == 8 {
			x.indent = rec.u8(8) & 0x0F
		}
	case b.version >= 3:
		x = xf{font: int(rec.u8(0)), format: int(rec.u8(1))}
	default:
		return // the cells of Excel 2 say it themselves
	}
	b.styles.xfs = append(b.styles.xfs, x)
}

// cellStyles makes a style of every number format and font that a cell of Excel
// 2 can name: six bits and two.
func (b *xlsBook) cellStyles() {
	for i := range 256 {
		b.styles.xfs = append(b.styles.xfs, xf{format: i & 63, font: i >> 6})
	}
}

// boundSheet reads the name and place of a sheet. Charts, macro sheets and
// modules hold no rows.
func (b *xlsBook) boundSheet(rec record) error {
	state, kind := rec.u8(4)&3, rec.u8(5)
	at := int64(rec.u32(0))
	p := newPayload(b.r, rec.rest(6))
	b.scratch = b.text(b.scratch[:0], p, 1)
	if p.err != nil {
		return p.err
	}
	entry := xlsEntry{name: string(b.scratch), at: at}
	switch state {
	case 1, 2:
		entry.hidden = true
		b.problems.of(HiddenSheet, entry.name, "state", [...]string{1: "hidden", 2: "veryHidden"}[state])
	}
	if kind != 0 {
		return nil
	}
	b.sheets = append(b.sheets, entry)
	if n, most := len(b.sheets), b.opt.Limits.Sheets; n > most {
		return tooLarge("sheets", int64(n), int64(most))
	}
	return nil
}

// sharedTexts spools the table of shared texts: runs of other fonts and
// phonetic ones are left out.
func (b *xlsBook) sharedTexts(rec record) error {
	p := newPayload(b.r, rec.data)
	p.number(4) // how often they are used
	n := p.number(4)
	sp := &b.spool
	for range n {
		if p.fill(); p.cut {
			break
		}
		from := len(sp.b)
		sp.b = b.text(sp.b, p, 2)
		if p.err != nil {
			return p.err
		}
		if p.cut && len(sp.b) == from {
			break
		}
		if err := b.texts.add(); err != nil {
			return err
		}
	}
	return p.err
}

// text appends a text whose length stands in front of it, in width bytes.
func (b *xlsBook) text(dst []byte, p *payload, width int) []byte {
	n := p.number(width)
	if b.version < 8 {
		return b.bytes(dst, p, n)
	}
	bits := p.number(1)
	runs, extra := 0, 0
	if bits&8 != 0 {
		runs = p.number(2)
	}
	if bits&4 != 0 {
		extra = p.number(4)
	}
	dst = unicodeText(dst, p, n, bits&1 != 0)
	p.skip(4 * runs)
	p.skip(extra)
	return dst
}

// unicodeText appends n characters of one byte, Latin-1, or of two, UTF-16.
// Which of them is said anew wherever another record continues the text.
func unicodeText(dst []byte, p *payload, n int, wide bool) []byte {
	var lead rune
	for n > 0 {
		if len(p.data) == 0 {
			if !p.fill() {
				break
			}
			wide = p.data[0]&1 != 0
			p.data = p.data[1:]
			continue
		}
		if !wide {
			k := min(n, len(p.data))
			for _, c := range p.data[:k] {
				if c < 0x80 {
					dst = append(dst, c)
				} else {
					dst = append(dst, 0xC0|c>>6, 0x80|c&0x3F)
				}
			}
			p.data, n = p.data[k:], n-k
			continue
		}
		if len(p.data) == 1 { // half a character
			p.data, n = nil, n-1
			continue
		}
		k := min(n, len(p.data)/2)
		dst, lead = appendUTF16(dst, p.data[:2*k], lead)
		p.data, n = p.data[2*k:], n-k
	}
	if lead != 0 {
		dst = append(dst, "\uFFFD"...)
	}
	return dst
}

// appendUTF16 appends UTF-16; lead is the first half of a character whose
// second one may follow. A half of its own becomes U+FFFD.
func appendUTF16(dst, src []byte, lead rune) ([]byte, rune) {
	for i := 0; i+1 < len(src); i += 2 {
		c := rune(src[i]) | rune(src[i+1])<<8
		if lead != 0 {
			if full := utf16.DecodeRune(lead, c); full != '\uFFFD' {
				dst, lead = appendRune(dst, full), 0
				continue
			}
			dst, lead = append(dst, "\uFFFD"...), 0
		}
		if c >= 0xD800 && c < 0xDC00 {
			lead = c
			continue
		}
		dst = appendRune(dst, c)
	}
	return dst, lead
}
