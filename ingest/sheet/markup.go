package sheet

import (
	"bytes"
	"unicode/utf8"
)

// A hand-written scanner for the large XML parts: no allocation per tag. The
// functions give more where the bytes at hand end too early, and bad where no
// XML can go on like this.
const (
	more = -1
	bad  = -2
	dtd  = -3
)

// markup is one tag.
type markup struct {
	name  []byte // with its prefix; nil for comments and the like
	attrs []byte // what stands between name and end
	shut  bool   // </name>
	empty bool   // <name/>
}

// readMarkup reads the tag that begins with the "<" at p and gives the place
// behind it.
func readMarkup(b []byte, p int) (markup, int) {
	if p+1 >= len(b) {
		return markup{}, more
	}
	switch b[p+1] {
	case '?':
		return markup{}, after(b, p+2, "?>")
	case '!':
		return markup{}, declaration(b, p)
	}
	m := markup{}
	q := p + 1
	if b[q] == '/' {
		m.shut = true
		q++
	}
	start := q
	for q < len(b) && nameByte[b[q]] {
		q++
	}
	if q >= len(b) {
		return m, more
	}
	if q == start {
		return m, bad
	}
	m.name = b[start:q]
	attrs := q
	for q < len(b) {
		switch b[q] {
		case '>':
			m.attrs = b[attrs:q]
			if n := len(m.attrs); n > 0 && m.attrs[n-1] == '/' {
				m.attrs, m.empty = m.attrs[:n-1], true
			}
			return m, q + 1
		case '<':
			return m, bad
		case '"', '\'':
			i := bytes.IndexByte(b[q+1:], b[q])
			if i < 0 {
				return m, more
			}
			q += i + 1
		}
		q++
	}
	return m, more
}

// declaration skips a comment or CDATA; a document type is refused.
func declaration(b []byte, p int) int {
	rest := b[p:]
	switch {
	case bytes.HasPrefix(rest, []byte("<!--")):
		return after(b, p+4, "-->")
	case bytes.HasPrefix(rest, []byte("<![CDATA[")):
		return after(b, p+9, "]]>")
	case bytes.HasPrefix(rest, []byte("<!DOCTYPE")), bytes.HasPrefix(rest, []byte("<!ENTITY")):
		return dtd
	case len(rest) < 9:
		return more
	}
	return bad
}

// after gives the place behind the next mark.
func after(b []byte, p int, mark string) int {
	if p > len(b) {
		return more
	}
	i := bytes.Index(b[p:], []byte(mark))
	if i < 0 {
		return more
	}
	return p + i + len(mark)
}

var nameByte = func() (t [256]bool) {
	for c := range t {
		switch c {
		case ' ', '\t', '\r', '\n', '/', '>', '<', '=', '"', '\'', '?', '!', '&', 0:
		default:
			t[c] = true
		}
	}
	return t
}()

// attribute takes the first attribute off attrs.
func attribute(attrs []byte) (name, value, rest []byte, ok bool) {
	p := 0
	for p < len(attrs) && attrs[p] <= ' ' {
		p++
	}
	start := p
	for p < len(attrs) && nameByte[attrs[p]] {
		p++
	}
	name = attrs[start:p]
	for p < len(attrs) && attrs[p] <= ' ' {
		p++
	}
	if len(name) == 0 || p >= len(attrs) || attrs[p] != '=' {
		return nil, nil, nil, false
	}
	p++
	for p < len(attrs) && attrs[p] <= ' ' {
		p++
	}
	if p >= len(attrs) || attrs[p] != '"' && attrs[p] != '\'' {
		return nil, nil, nil, false
	}
	end := bytes.IndexByte(attrs[p+1:], attrs[p])
	if end < 0 {
		return nil, nil, nil, false
	}
	return name, attrs[p+1 : p+1+end], attrs[p+2+end:], true
}

// attr gives the value of the attribute with that name, "" where it is absent.
func (m markup) attr(name string) []byte {
	for rest := m.attrs; ; {
		n, v, r, ok := attribute(rest)
		if !ok {
			return nil
		}
		if string(n) == name {
			return v
		}
		rest = r
	}
}

// yes reads a boolean attribute.
func yes(v []byte) bool { return string(v) == "1" || string(v) == "true" }

// content reads character data from p up to the tag that closes it, CDATA and
// comments included. It appends the text to dst and gives the place of that tag's
// "<". Elements inside are an error.
func content(dst, b []byte, p int) ([]byte, int) {
	for {
		i := bytes.IndexByte(b[p:], '<')
		if i < 0 {
			return dst, more
		}
		var ok bool
		if dst, ok = unescape(dst, b[p:p+i]); !ok {
			return dst, bad
		}
		p += i
		if p+1 >= len(b) {
			return dst, more
		}
		switch b[p+1] {
		case '/':
			return dst, p
		case '!':
			end := declaration(b, p)
			if end < 0 {
				return dst, end
			}
			if bytes.HasPrefix(b[p:], []byte("<![CDATA[")) {
				dst = normalise(dst, b[p+9:end-3])
			}
			p = end
		case '?':
			end := after(b, p+2, "?>")
			if end < 0 {
				return dst, end
			}
			p = end
		default:
			return dst, bad
		}
	}
}

// normalise appends text with its line ends made "\n", as XML wants.
func normalise(dst, text []byte) []byte {
	for {
		i := bytes.IndexByte(text, '\r')
		if i < 0 {
			return append(dst, text...)
		}
		dst = append(append(dst, text[:i]...), '\n')
		text = text[i+1:]
		if len(text) > 0 && text[0] == '\n' {
			text = text[1:]
		}
	}
}

// unescape appends text with its entities replaced. Only the five of XML and
// numbers are known: a document type is refused before.
func unescape(dst, text []byte) ([]byte, bool) {
	for {
		i := bytes.IndexByte(text, '&')
		if i < 0 {
			return normalise(dst, text), true
		}
		dst = normalise(dst, text[:i])
		text = text[i+1:]
		end := bytes.IndexByte(text[:min(len(text), 12)], ';')
		if end < 0 {
			return dst, false
		}
		r, ok := entity(text[:end])
		if !ok {
			return dst, false
		}
		dst = utf8.AppendRune(dst, r)
		text = text[end+1:]
	}
}

func entity(name []byte) (rune, bool) {
	switch string(name) {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	digits, base := name[1:], rune(10)
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	r := rune(0)
	for _, c := range digits {
		d, ok := hexDigit(c)
		if !ok || d >= base || r > utf8.MaxRune {
			return 0, false
		}
		r = r*base + d
	}
	return r, len(digits) > 0 && r <= utf8.MaxRune
}

func hexDigit(c byte) (rune, bool) {
	switch {
	case c >= '0' && c <= '9':
		return rune(c - '0'), true
	case c >= 'a' && c <= 'f':
		return rune(c-'a') + 10, true
	case c >= 'A' && c <= 'F':
		return rune(c-'A') + 10, true
	}
	return 0, false
}

// unescapeX replaces the _xHHHH_ escapes of spreadsheets in dst[from:].
func unescapeX(dst []byte, from int) []byte {
	i := bytes.Index(dst[from:], []byte("_x"))
	if i < 0 {
		return dst
	}
	w := from + i // never ahead of r: an escape of 7 bytes becomes at most 4
	for r := w; r < len(dst); {
		u, ok := escapeX(dst[r:])
		if !ok {
			dst[w] = dst[r]
			w, r = w+1, r+1
			continue
		}
		r += 7
		if u >= 0xD800 && u < 0xDC00 {
			if low, ok := escapeX(dst[r:]); ok && low >= 0xDC00 && low < 0xE000 {
				u = (u-0xD800)<<10 + (low - 0xDC00) + 0x10000
				r += 7
			}
		}
		w += utf8.EncodeRune(dst[w:w+4], u)
	}
	return dst[:w]
}

// escapeX reads _xHHHH_ at the start of b.
func escapeX(b []byte) (rune, bool) {
	if len(b) < 7 || b[0] != '_' || b[1] != 'x' || b[6] != '_' {
		return 0, false
	}
	u := rune(0)
	for _, c := range b[2:6] {
		d, ok := hexDigit(c)
		if !ok {
			return 0, false
		}
		u = u<<4 | d
	}
	return u, true
}
