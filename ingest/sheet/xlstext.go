package sheet

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/traditionalchinese"
)

// appendRune is utf8.AppendRune: half of a pair becomes U+FFFD.
func appendRune(dst []byte, c rune) []byte { return utf8.AppendRune(dst, c) }

// codePages are the encodings of texts before Excel 97, by their number.
func codePages(n int) (encoding.Encoding, string) {
	switch n {
	case 437:
		return charmap.CodePage437, "ibm437"
	case 850:
		return charmap.CodePage850, "ibm850"
	case 852:
		return charmap.CodePage852, "ibm852"
	case 855:
		return charmap.CodePage855, "ibm855"
	case 860:
		return charmap.CodePage860, "ibm860"
	case 862:
		return charmap.CodePage862, "ibm862"
	case 863:
		return charmap.CodePage863, "ibm863"
	case 865:
		return charmap.CodePage865, "ibm865"
	case 866:
		return charmap.CodePage866, "ibm866"
	case 874:
		return charmap.Windows874, "windows-874"
	case 932:
		return japanese.ShiftJIS, "shift_jis"
	case 936, 54936:
		return gb18030, "gb18030"
	case 949:
		return korean.EUCKR, "euc-kr"
	case 950:
		return traditionalchinese.Big5, "big5"
	case 1250:
		return charmap.Windows1250, "windows-1250"
	case 1251:
		return charmap.Windows1251, "windows-1251"
	case 1252, 0x8001:
		return charmap.Windows1252, "windows-1252"
	case 1253:
		return charmap.Windows1253, "windows-1253"
	case 1254:
		return charmap.Windows1254, "windows-1254"
	case 1255:
		return charmap.Windows1255, "windows-1255"
	case 1256:
		return charmap.Windows1256, "windows-1256"
	case 1257:
		return charmap.Windows1257, "windows-1257"
	case 1258:
		return charmap.Windows1258, "windows-1258"
	case 10000, 0x8000:
		return charmap.Macintosh, "macintosh"
	case 10007:
		return charmap.MacintoshCyrillic, "x-mac-cyrillic"
	case 65001:
		return encoding.Nop, "utf-8"
	}
	return nil, ""
}

// declaredCodec obeys a sender who names the encoding; only texts from before
// Excel 97 have one.
func (b *xlsBook) declaredCodec(name string) error {
	b.codec, b.encoding, b.why = charmap.Windows1252, "windows-1252", "the workbook names no code page"
	if name == "" || b.version == 8 {
		return nil
	}
	codec, err := htmlindex.Get(strings.TrimSpace(name))
	if err != nil {
		return reject(EncodingUnknown, "encoding", name)
	}
	b.codec, b.encoding, b.why, b.settled = codec, strings.ToLower(strings.TrimSpace(name)), "the sender declared it", true
	return nil
}

// codePage obeys the workbook.
func (b *xlsBook) codePage(n int) error {
	if b.settled || b.version == 8 {
		return nil
	}
	codec, name := codePages(n)
	if codec == nil {
		b.problems.of(EncodingGuessed, "", "encoding", b.encoding, "why", fmt.Sprintf("the workbook names code page %d, which is not known", n))
		return nil
	}
	b.codec, b.encoding, b.why = codec, name, fmt.Sprintf("the workbook names code page %d", n)
	return nil
}

// guessCodec looks at all texts from before Excel 97 where the workbook says
// that they are Western, or nothing: programs of East Asia that could not set
// the code page wrote that, too.
func (b *xlsBook) guessCodec() error {
	if b.version == 8 || b.opt.Encoding != "" {
		return nil
	}
	all, texts := probes(), textEvidence{utf8: true}
	page := 0
	b.r.seek(0)
	for {
		rec, ok, err := b.r.next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		if rec.id == recCodePage && page == 0 {
			page = rec.u16(0)
		}
		text := textBytes(rec, b.version)
		if texts.take(text) {
			for _, p := range all {
				p.take(text, 0)
				p.end(0)
				p.lead, p.four = 0, 0
			}
		}
	}
	if page != 0 && page != 1252 && page != 0x8001 || texts.high == 0 {
		return nil
	}
	const likely, enough = 0.8, 4
	if texts.utf8 && texts.high >= enough {
		b.guessed(encoding.Nop, "utf-8", "all of its texts are strict UTF-8")
		return nil
	}
	for _, p := range all {
		if p.wrong == 0 && p.chars >= enough && p.score() >= likely {
			b.guessed(p.codec, p.name, fmt.Sprintf("the workbook says that its texts are Western; all of them are %s, %.0f %% of %d characters are common ones", p.name, 100*p.score(), p.chars))
			return nil
		}
	}
	return nil
}

// guessed sets an encoding that the workbook does not name.
func (b *xlsBook) guessed(codec encoding.Encoding, name, why string) {
	e := b.reading.guessed(textEncoding{name: name, why: why, codec: codec})
	b.codec, b.encoding, b.why, b.settled = codec, e.name, e.why, true
}

// textEvidence is what speaks for and against UTF-8.
type textEvidence struct {
	high int // bytes beyond ASCII
	utf8 bool
}

// take reports whether a text is beyond ASCII.
func (e *textEvidence) take(text []byte) bool {
	before := e.high
	for _, c := range text {
		e.high += int(c >> 7)
	}
	if e.high == before {
		return false
	}
	e.utf8 = e.utf8 && utf8.Valid(text)
	return true
}

// textBytes gives the bytes of the text in a record from before Excel 97.
func textBytes(rec record, version int) []byte {
	at, width := 6, 2
	switch {
	case rec.id == recBoundSheet:
		width = 1
	case rec.id == recString:
		at = 0
	case rec.id != recLabel && rec.id != recRString:
		return nil
	}
	if rec.old(version) && rec.id != recBoundSheet {
		if width = 1; at > 0 {
			at++
		}
	}
	n := rec.u16(at)
	if width == 1 {
		n = int(rec.u8(at))
	}
	text := rec.rest(at + width)
	return text[:min(n, len(text))]
}

// bytes appends a text of n bytes in the workbook's code page. A byte that the
// code page does not have becomes U+FFFD.
func (b *xlsBook) bytes(dst []byte, p *payload, n int) []byte {
	from, plain := len(dst), true
	for n > 0 {
		if p.fill(); p.cut {
			break
		}
		k := min(n, len(p.data))
		for _, c := range p.data[:k] {
			plain = plain && c < 0x80
		}
		dst = append(dst, p.data[:k]...)
		p.data, n = p.data[k:], n-k
	}
	if plain {
		return dst
	}
	text, err := b.codec.NewDecoder().Bytes(dst[from:])
	if err != nil || !utf8.Valid(text) {
		text = []byte(strings.ToValidUTF8(string(text), "\uFFFD"))
	}
	return append(dst[:from], text...)
}
