package sheet

import (
	"encoding/binary"
	"errors"
	"io"
	"strconv"
	"unicode/utf16"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// xlsNotes gathers the comments of a sheet: Excel 97 keeps their text with the
// box that it is drawn in.
type xlsNotes struct {
	notes []xlsNote
	texts map[int]string // by the number of the box
	box   int            // the number of the note's box at hand, 0 for none
}

type xlsNote struct {
	Comment
	box int
}

const noteBox = 0x19 // the kind of an object that is a note's box

// remark takes a record of a comment.
func (s *xlsSheet) remark(rec record) error {
	n := &s.notes
	switch rec.id {
	case recObj:
		n.box = 0
		if rec.u16(0) == 0x15 && rec.u16(4) == noteBox {
			n.box = rec.u16(6)
		}
	case recTXO:
		if n.box == 0 || s.remarks.full || len(n.texts) >= s.opt.Limits.Comments {
			return nil
		}
		length := rec.u16(10)
		p := newPayload(s.b.r, nil)
		text := string(unicodeText(nil, p, length, false))
		if n.texts == nil {
			n.texts = map[int]string{}
		}
		n.texts[n.box], n.box = text, 0
		return p.err
	case recNote:
		return s.note(rec)
	}
	return nil
}

// note reads a NOTE record. Before Excel 97 it has the text itself, a long one
// in several records.
func (s *xlsSheet) note(rec record) error {
	n := &s.notes
	if s.remarks.full || len(n.notes) >= 2*s.opt.Limits.Comments {
		return nil
	}
	c := xlsNote{Comment: Comment{Sheet: s.sheet.Name, Row: rec.u16(0) + 1, Col: rec.u16(2) + 1}}
	if s.b.version == 8 {
		c.box = rec.u16(6)
		p := newPayload(s.b.r, rec.rest(8))
		c.Author = string(s.b.text(nil, p, 2))
		n.notes = append(n.notes, c)
		return p.err
	}
	text := rec.rest(6)
	text = s.b.bytes(nil, newPayload(s.b.r, text), min(rec.u16(4), len(text)))
	if last := len(n.notes) - 1; rec.u16(0) == 0xFFFF && last >= 0 {
		n.notes[last].Text += string(text)
		return nil
	}
	c.Text = string(text)
	n.notes = append(n.notes, c)
	return nil
}

// remarked hands over the comments of the sheet.
func (s *xlsSheet) remarked() {
	for _, n := range s.notes.notes {
		if n.box != 0 {
			n.Text = s.notes.texts[n.box]
		}
		s.comment(n.Comment)
	}
	s.notes = xlsNotes{}
}

// propertyBytes is how much of a stream of properties is read.
const propertyBytes = 4 << 20

// propertiesOLE reads what the streams beside a workbook say about it.
func (rd *reading) propertiesOLE(f *oleFile) error {
	for _, name := range []string{"\x05SummaryInformation", "\x05DocumentSummaryInformation"} {
		e, ok := f.has(name)
		if !ok || !e.stream {
			continue
		}
		s, err := f.stream(e)
		if err != nil {
			if err = rd.unreadable(err); err != nil {
				return err
			}
			continue
		}
		b, err := io.ReadAll(io.NewSectionReader(s, 0, propertyBytes))
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		rd.propertySet(b, name[1:])
	}
	return nil
}

// propertySet reads a stream of properties (MS-OLEPS): sections of numbered
// values; the second one of a document has names for its own.
func (rd *reading) propertySet(b []byte, name string) {
	if le16(b, 0) != 0xFFFE {
		rd.unread(name, "it cannot be read")
		return
	}
	for i := range min(int(le32(b, 24)), 2) {
		at := le32(b, 28+20*i+16)
		if int64(at) >= int64(len(b)) {
			continue
		}
		s := propertySection{b: b[at:], codec: charmap.Windows1252}
		s.read(rd, name == "SummaryInformation", i == 1)
	}
}

// propertySection is one section of a stream of properties.
type propertySection struct {
	b     []byte
	wide  bool // its names are UTF-16
	codec encoding.Encoding
	names map[uint32]string
}

func (s *propertySection) read(rd *reading, summary, custom bool) {
	n := min(int(le32(s.b, 4)), rd.opt.Limits.Comments, len(s.b)/8)
	for i := range n { // how its texts are written
		if at := le32(s.b, 12+8*i); le32(s.b, 8+8*i) == 1 && s.has(at) {
			page := int(le16(s.b, int(at)+4))
			s.wide = page == 1200
			if codec, _ := codePages(page); codec != nil {
				s.codec = codec
			}
		}
	}
	for i := range n {
		if at := le32(s.b, 12+8*i); custom && le32(s.b, 8+8*i) == 0 && s.has(at) {
			s.dictionary(s.b[at:])
		}
	}
	for i := range n {
		id, at := le32(s.b, 8+8*i), le32(s.b, 12+8*i)
		name := s.names[id]
		if !custom {
			name = summaryName(id, summary)
		}
		if name != "" && id > 1 && s.has(at) {
			rd.property(name, s.value(s.b[at:]))
		}
	}
}

func (s *propertySection) has(at uint32) bool { return int64(at)+8 <= int64(len(s.b)) }

// summaryName names the values that people write.
func summaryName(id uint32, summary bool) string {
	if summary {
		switch id {
		case 2:
			return "title"
		case 3:
			return "subject"
		case 4:
			return "author"
		case 5:
			return "keywords"
		case 6:
			return "description"
		case 8:
			return "last modified by"
		}
		return ""
	}
	switch id {
	case 2:
		return "category"
	case 14:
		return "manager"
	case 15:
		return "company"
	}
	return ""
}

// dictionary reads the names of values.
func (s *propertySection) dictionary(b []byte) {
	s.names = map[uint32]string{}
	n := le32(b, 0)
	b = b[4:]
	for ; n > 0 && len(b) >= 8; n-- {
		id, size := le32(b, 0), int64(le32(b, 4))
		if b = b[8:]; s.wide {
			size *= 2
		}
		size = min(size, int64(len(b)))
		s.names[id] = s.text(b[:size], s.wide)
		if s.wide {
			size = min((size+3)&^3, int64(len(b)))
		}
		b = b[size:]
	}
}

// value gives a value as text: what people write is text or a number.
func (s *propertySection) value(b []byte) string {
	rest := b[4:]
	switch le32(b, 0) {
	case 0x1E: // text in the section's code page
		size := min(int64(le32(rest, 0)), int64(len(rest)-4))
		return s.text(rest[4:4+size], s.wide)
	case 0x1F:
		size := min(2*int64(le32(rest, 0)), int64(len(rest)-4))
		return s.text(rest[4:4+size], true)
	case 2:
		return strconv.Itoa(int(int16(le16(rest, 0))))
	case 3, 0x16:
		return strconv.Itoa(int(int32(le32(rest, 0))))
	case 5:
		return string(appendFloat(nil, float(rest)))
	}
	return ""
}

// text reads the bytes of a text up to its end.
func (s *propertySection) text(b []byte, wide bool) string {
	if wide {
		u := make([]uint16, 0, len(b)/2)
		for i := 0; i+1 < len(b) && le16(b, i) != 0; i += 2 {
			u = append(u, le16(b, i))
		}
		return string(utf16.Decode(u))
	}
	for i, c := range b {
		if c == 0 {
			b = b[:i]
			break
		}
	}
	text, err := s.codec.NewDecoder().Bytes(b)
	if err != nil {
		return string(b)
	}
	return string(text)
}

// le16 and le32 read numbers; what is not there is 0.
func le16(b []byte, off int) uint16 {
	if off < 0 || off+2 > len(b) {
		return 0
	}
	return binary.LittleEndian.Uint16(b[off:])
}

func le32(b []byte, off int) uint32 {
	if off < 0 || off+4 > len(b) {
		return 0
	}
	return binary.LittleEndian.Uint32(b[off:])
}
