package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// textEncoding is how the bytes of a text file become characters.
type textEncoding struct {
	name  string
	why   string
	skip  int64             // byte order mark
	codec encoding.Encoding // nil for UTF-8, which was checked
}

// findEncoding decides by evidence, from the whole file, unless the sender
// declared an encoding. A file that does not decode is refused whole.
func (rd *reading) findEncoding() (textEncoding, error) {
	head := make([]byte, min(rd.size, 64<<10))
	if _, err := rd.file.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return textEncoding{}, fmt.Errorf("read text file: %w", err)
	}
	if rd.opt.Encoding != "" {
		return rd.declaredEncoding(head)
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		return rd.checkedUTF8("it begins with the byte order mark of UTF-8", 3)
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}):
		return utf16Encoding(unicode.LittleEndian, "it begins with the byte order mark of UTF-16 LE", 2), nil
	case bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		return utf16Encoding(unicode.BigEndian, "it begins with the byte order mark of UTF-16 BE", 2), nil
	}
	if e, ok := guessUTF16(head); ok {
		return e, nil
	}
	if bytes.Contains(head, []byte("\x1b$B")) || bytes.Contains(head, []byte("\x1b$@")) {
		codec, err := htmlindex.Get("iso-2022-jp")
		if err == nil {
			return rd.guessed(textEncoding{name: "iso-2022-jp", why: "it switches character sets with escapes", codec: codec}), nil
		}
	}
	u, err := rd.checkUTF8(0)
	if err != nil {
		return textEncoding{}, err
	}
	switch {
	case u.bad < 0 && u.sequences == 0:
		return textEncoding{name: "utf-8", why: "all bytes are ASCII"}, nil
	case u.bad < 0:
		return textEncoding{name: "utf-8", why: fmt.Sprintf("all of it is strict UTF-8, %d characters beyond ASCII", u.sequences)}, nil
	case u.sequences >= 2 && u.sequences >= 2*u.wrong:
		// It was meant as UTF-8; every other reading would be made of wrong characters.
		return textEncoding{}, rd.undecodable("utf-8", u.bad)
	}
	return rd.guessLegacy(u.bad)
}

// declaredEncoding obeys the sender.
func (rd *reading) declaredEncoding(head []byte) (textEncoding, error) {
	name := strings.ToLower(strings.TrimSpace(rd.opt.Encoding))
	why := "the sender declared it"
	switch name {
	case "utf-8", "utf8", "utf-8-sig":
		skip := int64(0)
		if bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")) {
			skip = 3
		}
		return rd.checkedUTF8(why, skip)
	case "utf-16", "utf16", "utf-16le", "utf-16be", "unicode":
		skip := int64(0)
		big := name == "utf-16be"
		if bytes.HasPrefix(head, []byte{0xFF, 0xFE}) || bytes.HasPrefix(head, []byte{0xFE, 0xFF}) {
			skip, big = 2, head[0] == 0xFE
		} else if e, ok := guessUTF16(head); ok && !strings.HasSuffix(name, "e") {
			big = e.name == "utf-16be"
		}
		if big {
			return utf16Encoding(unicode.BigEndian, why, skip), nil
		}
		return utf16Encoding(unicode.LittleEndian, why, skip), nil
	case "gbk", "gb2312", "cp936", "gb18030", "gb-18030":
		return textEncoding{name: "gb18030", why: why, codec: gb18030}, nil
	}
	codec, err := htmlindex.Get(name)
	if err != nil {
		return textEncoding{}, reject(EncodingUnknown, "encoding", rd.opt.Encoding, "fix", "name one of utf-8, utf-16, gb18030, big5, shift_jis, windows-1252")
	}
	if known, err := htmlindex.Name(codec); err == nil {
		name = known
	}
	return textEncoding{name: name, why: why, codec: codec}, nil
}

func (rd *reading) checkedUTF8(why string, skip int64) (textEncoding, error) {
	u, err := rd.checkUTF8(skip)
	if err != nil {
		return textEncoding{}, err
	}
	if u.bad >= 0 {
		return textEncoding{}, rd.undecodable("utf-8", u.bad)
	}
	return textEncoding{name: "utf-8", why: why, skip: skip}, nil
}

// guessed notes that an encoding was chosen by evidence that can mislead.
func (rd *reading) guessed(e textEncoding) textEncoding {
	rd.problems.of(EncodingGuessed, "", "encoding", e.name, "why", e.why)
	return e
}

func utf16Encoding(order unicode.Endianness, why string, skip int64) textEncoding {
	name := "utf-16le"
	if order == unicode.BigEndian {
		name = "utf-16be"
	}
	return textEncoding{name: name, why: why, skip: skip, codec: unicode.UTF16(order, unicode.IgnoreBOM)}
}

// guessUTF16 finds UTF-16 without a mark: zero bytes, which no other text has,
// and line ends, digits and separators on one side only.
func guessUTF16(head []byte) (textEncoding, bool) {
	if bytes.IndexByte(head, 0) < 0 || len(head) < 4 {
		return textEncoding{}, false
	}
	little, big, units := 0, 0, len(head)/2
	for i := 0; i+1 < len(head); i += 2 {
		if head[i+1] == 0 && plainASCII(head[i]) {
			little++
		}
		if head[i] == 0 && plainASCII(head[i+1]) {
			big++
		}
	}
	zeros := bytes.Count(head, []byte{0})
	why := "it has no mark, but every second byte of its plain characters is zero"
	switch {
	case zeros < 3: // stray ones
	case little > 20*big && little*50 >= units && zeros <= little+units/100:
		return utf16Encoding(unicode.LittleEndian, why, 0), true
	case big > 20*little && big*50 >= units && zeros <= big+units/100:
		return utf16Encoding(unicode.BigEndian, why, 0), true
	}
	return textEncoding{}, false
}

func plainASCII(c byte) bool {
	return c >= 0x20 && c < 0x7F || c == '\n' || c == '\r' || c == '\t'
}

// utf8Check is what reading the whole file as UTF-8 gave.
type utf8Check struct {
	bad       int64 // offset of the first wrong byte, or -1
	wrong     int   // wrong bytes
	sequences int   // characters beyond ASCII
}

// halves is from how many bytes on a file is looked at by two goroutines.
const halves = 1 << 20

// checkUTF8 reads the file from an offset on.
func (rd *reading) checkUTF8(from int64) (utf8Check, error) {
	if rd.size-from < halves {
		return rd.checkPart(from, rd.size)
	}
	mid, err := rd.characterFrom(from + (rd.size-from)/2)
	if err != nil {
		return utf8Check{}, err
	}
	var second utf8Check
	var failed error
	var wg sync.WaitGroup
	wg.Go(func() { second, failed = rd.checkPart(mid, rd.size) })
	u, err := rd.checkPart(from, mid)
	wg.Wait()
	if u.bad < 0 {
		u.bad = second.bad
	}
	u.sequences, u.wrong = u.sequences+second.sequences, u.wrong+second.wrong
	return u, errors.Join(err, failed)
}

// characterFrom gives where the first character at an offset or behind it
// begins, if the file is UTF-8.
func (rd *reading) characterFrom(off int64) (int64, error) {
	var b [utf8.UTFMax - 1]byte
	n, err := rd.file.ReadAt(b[:], off)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, fmt.Errorf("read text file: %w", err)
	}
	i := 0
	for i < n && !utf8.RuneStart(b[i]) {
		i++
	}
	return off + int64(i), nil
}

// checkPart reads the bytes from an offset up to another.
func (rd *reading) checkPart(from, to int64) (utf8Check, error) {
	u := utf8Check{bad: -1}
	buf := make([]byte, min(to-from+utf8.UTFMax, 256<<10))
	kept := 0
	for off := from; ; {
		if err := rd.ctx.Err(); err != nil {
			return u, err
		}
		at := off + int64(kept)
		n, err := rd.file.ReadAt(buf[kept:kept+int(min(int64(len(buf)-kept), to-at))], at)
		if err != nil && !errors.Is(err, io.EOF) {
			return u, fmt.Errorf("read text file: %w", err)
		}
		end := err != nil || at+int64(n) == to
		b := buf[:kept+n]
		used := u.take(b, off, end)
		off += int64(used)
		if end {
			return u, nil
		}
		kept = copy(buf, b[used:])
	}
}

// take counts the characters of b, which lies at off, and gives how many bytes
// it used: a character may be cut at the end.
func (u *utf8Check) take(b []byte, off int64, end bool) int {
	if cut := utf8Cut(b); !end && utf8.Valid(b[:cut]) || end && utf8.Valid(b) {
		if end {
			cut = len(b)
		}
		u.sequences += beyondASCII(b[:cut])
		return cut
	}
	p := 0
	for p < len(b) {
		if b[p] < 0x80 {
			p++
			continue
		}
		if !end && !utf8.FullRune(b[p:]) {
			break
		}
		r, n := utf8.DecodeRune(b[p:])
		if r == utf8.RuneError && n == 1 {
			if u.wrong++; u.bad < 0 {
				u.bad = off + int64(p)
			}
		} else {
			u.sequences++
		}
		p += n
	}
	return p
}

// utf8Cut gives the length of b without a character that is cut at its end.
func utf8Cut(b []byte) int {
	for i := 1; i <= 3 && i <= len(b); i++ {
		if c := b[len(b)-i]; utf8.RuneStart(c) {
			if c >= 0x80 && !utf8.FullRune(b[len(b)-i:]) {
				return len(b) - i
			}
			break
		}
	}
	return len(b)
}

// beyondASCII counts the characters of valid UTF-8 that are not ASCII.
func beyondASCII(b []byte) int {
	n := 0
	for _, c := range b {
		if c >= 0xC0 {
			n++
		}
	}
	return n
}

// decoded gives the text as UTF-8. A character that is none ends it with a
// Rejected.
func (rd *reading) decoded(r io.Reader, e textEncoding) io.Reader {
	if e.codec == nil {
		return r
	}
	return &strictReader{rd: rd, enc: e, r: transform.NewReader(r, e.codec.NewDecoder())}
}

// strictReader refuses what a decoder could only replace.
type strictReader struct {
	rd   *reading
	enc  textEncoding
	r    io.Reader
	tail [2]byte // the last bytes: a replacement may be cut in two
}

func (s *strictReader) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	joint := append(s.tail[:2:2], p[:min(n, 2)]...)
	if bytes.Contains(p[:n], []byte("\uFFFD")) || bytes.Contains(joint, []byte("\uFFFD")) {
		off, place := s.rd.locate(s.enc)
		if place != nil {
			return 0, place
		}
		return 0, s.rd.undecodable(s.enc.name, off)
	}
	switch {
	case n >= 2:
		s.tail = [2]byte{p[n-2], p[n-1]}
	case n == 1:
		s.tail = [2]byte{s.tail[1], p[0]}
	}
	return n, err
}

// locate finds the first byte that does not decode, reading again.
func (rd *reading) locate(e textEncoding) (int64, error) {
	const chunk = 4 << 10
	dec := e.codec.NewDecoder()
	src, dst := make([]byte, chunk), make([]byte, 8*chunk)
	for off := e.skip; off < rd.size; {
		n, err := rd.file.ReadAt(src, off)
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, fmt.Errorf("read text file: %w", err)
		}
		end := off+int64(n) >= rd.size
		written, used, _ := dec.Transform(dst, src[:n], end)
		if bytes.Contains(dst[:written], []byte("\uFFFD")) {
			return off + firstReplaced(e, src[:n], end), nil
		}
		if used == 0 {
			return off, nil
		}
		off += int64(used)
	}
	return rd.size, nil
}

// firstReplaced decodes one character after the other.
func firstReplaced(e textEncoding, src []byte, end bool) int64 {
	dec := e.codec.NewDecoder()
	var dst [8]byte
	for p := 0; p < len(src); {
		size, written, used := 1, 0, 0
		for ; used == 0 && p+size <= len(src) && size <= 8; size++ {
			written, used, _ = dec.Transform(dst[:], src[p:p+size], end && p+size == len(src))
		}
		if used == 0 || bytes.Contains(dst[:written], []byte("\uFFFD")) {
			return int64(p)
		}
		p += used
	}
	return 0
}

// undecodable makes the refusal for the byte at off. The row is the line of
// the file, counted from 1.
func (rd *reading) undecodable(name string, off int64) error {
	buf := make([]byte, 256<<10)
	row, last := 1, byte(0)
	wide := int64(1)
	if strings.HasPrefix(name, "utf-16") {
		wide = 2
	}
	for at := int64(0); at < off; {
		n, err := rd.file.ReadAt(buf[:min(int64(len(buf)), off-at)], at)
		if n == 0 && err != nil {
			return fmt.Errorf("read text file: %w", err)
		}
		for i, c := range buf[:n] {
			if wide == 2 && !utf16Plain(name, buf[:n], at, i) {
				continue
			}
			if c == '\n' && last != '\r' || c == '\r' {
				row++
			}
			last = c
		}
		at += int64(n)
	}
	r := reject(TextUndecodable, "encoding", name, "row", strconv.Itoa(row), "offset", strconv.FormatInt(off, 10),
		"fix", "save the file again as UTF-8, or correct the byte at the place named")
	var one [1]byte
	if _, err := rd.file.ReadAt(one[:], off); err == nil {
		r.Args["byte"] = fmt.Sprintf("0x%02X", one[0])
	}
	return r
}

// utf16Plain reports that byte i of b, which lies at off, is the low byte of a
// unit below 256.
func utf16Plain(name string, b []byte, off int64, i int) bool {
	at := off + int64(i)
	if name == "utf-16be" {
		return at%2 == 1 && i > 0 && b[i-1] == 0
	}
	return at%2 == 0 && i+1 < len(b) && b[i+1] == 0
}
