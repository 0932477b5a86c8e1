package sheet

import (
	"errors"
	"fmt"
	"io"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

var gb18030 encoding.Encoding = simplifiedchinese.GB18030

// probe reads a text as one of the encodings of two bytes: is its structure
// right, and are its characters ones that people write?
type probe struct {
	name  string
	codec encoding.Encoding
	// pair judges a lead byte and the byte behind it: 0 is no character,
	// 1 a rare one, 2 a common one, 3 is the first half of four bytes.
	pair func(lead, trail byte) int
	// single judges a byte that may be the first: 0 no character, 1 one of its
	// own, 2 a lead byte.
	single func(c byte) int

	lowTrails bool // about half of the second bytes are ASCII; else it is another one's text

	lead          byte
	low           int // second bytes that are ASCII
	four          int // bytes of four that were seen
	chars, common int
	wrong         int
	bad           int64
}

func probes() []*probe {
	return []*probe{
		{name: "gb18030", codec: gb18030, single: gbSingle, pair: gbPair, bad: -1},
		{name: "big5", codec: traditionalchinese.Big5, single: gbSingle, pair: big5Pair, lowTrails: true, bad: -1},
		{name: "euc-jp", codec: japanese.EUCJP, single: eucSingle, pair: eucPair, bad: -1},
		{name: "shift_jis", codec: japanese.ShiftJIS, single: sjisSingle, pair: sjisPair, bad: -1},
	}
}

func gbSingle(c byte) int {
	switch {
	case c < 0x80:
		return 1
	case c > 0x80 && c < 0xFF:
		return 2
	}
	return 0
}

func gbPair(lead, trail byte) int {
	switch {
	case trail >= 0x30 && trail <= 0x39:
		return 3
	case trail < 0x40 || trail == 0x7F || trail == 0xFF:
		return 0
	case trail >= 0xA1 && (lead >= 0xB0 && lead <= 0xD7 || lead >= 0xA1 && lead <= 0xA3):
		return 2
	}
	return 1
}

func big5Pair(lead, trail byte) int {
	switch {
	case trail < 0x40 || trail > 0x7E && trail < 0xA1 || trail == 0xFF:
		return 0
	case lead >= 0xA4 && lead <= 0xC6 || lead >= 0xA1 && lead <= 0xA3:
		return 2
	}
	return 1
}

func eucSingle(c byte) int {
	switch {
	case c < 0x80:
		return 1
	case c == 0x8E, c >= 0xA1 && c < 0xFF:
		return 2
	}
	return 0
}

func eucPair(lead, trail byte) int {
	switch {
	case trail < 0xA1 || trail == 0xFF:
		return 0
	case lead == 0xA1 || lead >= 0xA3 && lead <= 0xA5 || lead >= 0xB0 && lead <= 0xCF:
		return 2
	}
	return 1
}

func sjisSingle(c byte) int {
	switch {
	case c < 0x80, c >= 0xA1 && c <= 0xDF:
		return 1
	case c >= 0x81 && c <= 0x9F, c >= 0xE0 && c <= 0xFC:
		return 2
	}
	return 0
}

func sjisPair(lead, trail byte) int {
	switch {
	case trail < 0x40 || trail == 0x7F || trail > 0xFC:
		return 0
	case lead >= 0x88 && lead <= 0x97 || lead >= 0x81 && lead <= 0x83:
		return 2
	}
	return 1
}

// take reads the bytes at off.
func (p *probe) take(b []byte, off int64) {
	for i, c := range b {
		if p.lead == 0 {
			if c < 0x80 {
				continue
			}
			switch p.single(c) {
			case 0:
				p.miss(off + int64(i))
			case 1: // half-width kana: characters, but not common ones
				p.chars++
			case 2:
				p.lead = c
			}
			continue
		}
		if p.four > 0 {
			p.fourth(c, off+int64(i))
			continue
		}
		if c < 0x80 {
			p.low++
		}
		switch p.pair(p.lead, c) {
		case 0:
			p.miss(off + int64(i) - 1)
		case 1:
			p.chars++
		case 2:
			p.chars++
			p.common++
		case 3:
			p.four = 2
			continue
		}
		p.lead = 0
	}
}

// fourth reads the third and fourth byte of a character of four.
func (p *probe) fourth(c byte, at int64) {
	if p.four++; p.four == 3 {
		if c < 0x81 || c > 0xFE {
			p.miss(at - 2)
			p.lead, p.four = 0, 0
		}
		return
	}
	if c < 0x30 || c > 0x39 {
		p.miss(at - 3)
	} else {
		p.chars++
	}
	p.lead, p.four = 0, 0
}

func (p *probe) miss(at int64) {
	if p.wrong++; p.bad < 0 {
		p.bad = at
	}
}

// end is told that nothing follows.
func (p *probe) end(size int64) {
	if p.lead != 0 {
		p.miss(size - 1)
	}
}

// score is the share of common characters.
func (p *probe) score() float64 {
	if p.chars == 0 || p.lowTrails && p.low*10 < p.chars {
		return 0
	}
	return float64(p.common) / float64(p.chars)
}

// singleByte gathers evidence for the Windows code pages of one byte.
type singleByte struct {
	high     int // bytes from 0x80
	fits     int // of them, letters beside letters and signs where signs stand
	runs     int // of high bytes
	central  int // letters of Central Europe where others have signs
	cyrillic int // bytes from 0xC0 in runs of two and more
	unused   int // bytes that windows-1252 does not have
	p2, p1   byte
}

func (s *singleByte) take(b []byte) {
	for _, c := range b {
		s.judge(s.p2, s.p1, c)
		s.p2, s.p1 = s.p1, c
	}
}

// judge looks at the byte c between two others.
func (s *singleByte) judge(before, c, next byte) {
	if c < 0x80 {
		return
	}
	s.high++
	if before < 0x80 {
		s.runs++
	}
	if c >= 0xC0 && (before >= 0xC0 || next >= 0xC0) {
		s.cyrillic++
	}
	beside := asciiLetter(before) || asciiLetter(next)
	switch c {
	case 0x81, 0x8D, 0x8F, 0x90, 0x9D:
		s.unused++
	case 0xA3, 0xA5, 0xAA, 0xAF, 0xB3, 0xB9, 0xBA, 0xBC, 0xBE, 0xBF:
		if insideWord(before) && insideWord(next) {
			s.central++
		}
	}
	switch {
	case c >= 0xC0 && c != 0xD7 && c != 0xF7, c == 0x8A, c == 0x8C, c == 0x8E, c == 0x9A, c == 0x9C, c == 0x9E, c == 0x9F:
		if beside {
			s.fits++
		}
	case c >= 0x91 && c <= 0x97, c == 0x80, c == 0x85, c == 0x99, c >= 0xA0 && c <= 0xBF:
		s.fits++
	}
}

// insideWord reports small letters, also those of windows-1250.
func insideWord(c byte) bool {
	return asciiLower(c) || c >= 0xE0 || c >= 0x9A && c <= 0x9F || c == 0xB3 || c == 0xB9
}

func asciiLetter(c byte) bool { return asciiLower(c | 0x20) }
func asciiLower(c byte) bool  { return c >= 'a' && c <= 'z' }

// guessLegacy chooses among the encodings from before Unicode. bad is where
// the file stopped to be UTF-8.
func (rd *reading) guessLegacy(bad int64) (textEncoding, error) {
	all, one := probes(), &singleByte{}
	buf := make([]byte, 256<<10)
	for off := int64(0); off < rd.size; {
		if err := rd.ctx.Err(); err != nil {
			return textEncoding{}, err
		}
		n, err := rd.file.ReadAt(buf, off)
		if n == 0 && err != nil && !errors.Is(err, io.EOF) {
			return textEncoding{}, fmt.Errorf("read text file: %w", err)
		}
		if n == 0 {
			break
		}
		for _, p := range all {
			p.take(buf[:n], off)
		}
		one.take(buf[:n])
		off += int64(n)
	}
	one.take([]byte{'\n'})
	for _, p := range all {
		p.end(rd.size)
	}
	return rd.weigh(all, one, bad)
}

func (rd *reading) weigh(all []*probe, one *singleByte, bad int64) (textEncoding, error) {
	const likely = 0.6
	gb := all[0]
	var best *probe
	for _, p := range all {
		if p.wrong == 0 && p.score() >= likely && (best == nil || p.score() > best.score()+0.1) {
			best = p
		}
	}
	if best != nil {
		why := fmt.Sprintf("not UTF-8 (byte %d); all of it is %s, %.0f %% of %d characters are common ones", bad, best.name, 100*best.score(), best.chars)
		e := textEncoding{name: best.name, why: why, codec: best.codec}
		if best == gb && gb.score() >= 0.8 {
			return e, nil
		}
		return rd.guessed(e), nil
	}
	for _, p := range all {
		if p.score() >= 0.8 && p.wrong*50 <= p.chars {
			return textEncoding{}, rd.undecodable(p.name, p.bad) // meant so, and damaged
		}
	}
	if gb.wrong == 0 && one.fits*10 < one.high*8 {
		return rd.guessed(textEncoding{name: "gb18030", codec: gb18030,
			why: fmt.Sprintf("not UTF-8 (byte %d); all of it is gb18030, though with rare characters", bad)}), nil
	}
	return rd.weighSingle(one, bad)
}

// weighSingle chooses a Windows code page, or refuses.
func (rd *reading) weighSingle(one *singleByte, bad int64) (textEncoding, error) {
	why := fmt.Sprintf("not UTF-8 (byte %d) and no East Asian encoding; its %d bytes beyond ASCII stand where ", bad, one.high)
	switch {
	case one.cyrillic*10 > one.high*8 && one.high >= 3*one.runs:
		return rd.guessed(textEncoding{name: "windows-1251", codec: charmap.Windows1251, why: why + "Cyrillic letters stand"}), nil
	case one.central >= 2 && one.central*20 > one.high:
		return rd.guessed(textEncoding{name: "windows-1250", codec: charmap.Windows1250, why: why + "letters of Central Europe stand"}), nil
	case one.unused == 0 && one.fits*10 >= one.high*8:
		return rd.guessed(textEncoding{name: "windows-1252", codec: charmap.Windows1252, why: why + "Western letters and signs stand"}), nil
	}
	return textEncoding{}, rd.undecodable("utf-8", bad)
}
