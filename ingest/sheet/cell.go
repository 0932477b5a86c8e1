package sheet

import "bytes"

// cellType is the t attribute.
type cellType uint8

const (
	typeNumber cellType = iota
	typeShared
	typeString // result of a formula
	typeBool
	typeError
	typeDate
	typeInline
)

// The classes of bytes in a value; a value's bytes are or-ed together.
const (
	byteEnd    = 1 << iota // "<"
	byteEscape             // "&" and CR: the text must be rewritten
	byteHigh               // not ASCII
	byteUnder              // "_" may begin _xHHHH_
)

var valueByte = func() (t [256]uint8) {
	for c := 0x80; c < 0x100; c++ {
		t[c] = byteHigh
	}
	t['<'], t['&'], t['\r'], t['_'] = byteEnd, byteEscape, byteEscape, byteUnder
	return t
}()

// cell reads one cell; p is behind "<c". It gives the place behind "</c>".
// Nothing is written before the whole cell was seen.
func (w *worksheet) cell(b []byte, p int) int {
	col, cellRow, st, typ := 0, 0, 0, typeNumber
	for {
		for p < len(b) && b[p] <= ' ' {
			p++
		}
		if p+3 >= len(b) {
			return more
		}
		if b[p] == '>' {
			p++
			break
		}
		if b[p] == '/' {
			if b[p+1] != '>' {
				return bad
			}
			return w.skipCell(col, p+2)
		}
		if b[p+1] != '=' || b[p+2] != '"' {
			var v []byte
			var name byte
			if name, v, p = oddAttribute(b, p); p < 0 {
				return p
			}
			switch name {
			case 'r':
				col, cellRow, _ = parseAddress(v)
			case 's':
				st = small(v)
			case 't':
				typ = typeOf(v)
			}
			continue
		}
		name := b[p]
		p += 3
		start := p
		if name == 'r' {
			col, cellRow = 0, 0
			for p < len(b) && b[p]-'A' < 26 && p-start < 4 {
				col = col*26 + int(b[p]-'A') + 1
				p++
			}
			for p < len(b) && b[p]-'0' < 10 && p-start < 14 {
				cellRow = cellRow*10 + int(b[p]-'0')
				p++
			}
			if p < len(b) && b[p] != '"' {
				col = w.oddAddress(b[start:min(len(b), start+16)])
			}
		}
		for p < len(b) && b[p] != '"' {
			if b[p] == '<' {
				return bad
			}
			p++
		}
		if p >= len(b) {
			return more
		}
		switch name {
		case 's':
			st = small(b[start:p])
		case 't':
			typ = typeOf(b[start:p])
		}
		p++
	}
	if cellRow != 0 && !w.rowNamed {
		w.adopt(cellRow)
	}
	return w.value(b, p, col, st, typ)
}

// oddAttribute reads an attribute that is not name="value" with a name of one
// letter. Names that are not of one letter are given as 0.
func oddAttribute(b []byte, p int) (name byte, value []byte, end int) {
	q := p
	for q < len(b) && b[q] != '=' && b[q] != '>' && b[q] != '<' {
		q++
	}
	if q >= len(b) {
		return 0, nil, more
	}
	if b[q] != '=' {
		return 0, nil, bad
	}
	for q++; q < len(b) && b[q] <= ' '; q++ {
	}
	if q >= len(b) {
		return 0, nil, more
	}
	i := bytes.IndexByte(b[q+1:], b[q])
	if b[q] != '"' && b[q] != '\'' {
		return 0, nil, bad
	}
	if i < 0 {
		return 0, nil, more
	}
	n, v, _, ok := attribute(b[p : q+i+2])
	if !ok {
		return 0, nil, bad
	}
	if len(n) == 1 {
		name = n[0]
	}
	return name, v, q + i + 2
}

// oddAddress notes an address that cannot be read; the cell then stands behind
// the one before.
func (w *worksheet) oddAddress(found []byte) int {
	if i := bytes.IndexByte(found, '"'); i >= 0 {
		found = found[:i]
	}
	if col, _, ok := parseAddress(found); ok {
		return col
	}
	w.problems.at(CellAddress, w.sheet.Name, "", w.row, w.col+1, "found", string(found))
	return 0
}

// small reads a number of a few digits; what is none gives 0.
func small(v []byte) int {
	n := 0
	for _, c := range v {
		if c-'0' > 9 || n > 1<<30 {
			return 0
		}
		n = n*10 + int(c-'0')
	}
	return n
}

func typeOf(v []byte) cellType {
	switch string(v) {
	case "s":
		return typeShared
	case "str":
		return typeString
	case "b":
		return typeBool
	case "e":
		return typeError
	case "d":
		return typeDate
	case "inlineStr":
		return typeInline
	}
	return typeNumber
}

// value reads what is inside a cell.
func (w *worksheet) value(b []byte, p, col, st int, typ cellType) int {
	c := cellValue{col: col, style: st, typ: typ}
	plain := len(w.prefix) == 0
	for {
		for p < len(b) && b[p] != '<' {
			p++
		}
		if p+3 >= len(b) {
			return more
		}
		if plain && b[p+1] == '/' && b[p+2] == 'c' && b[p+3] == '>' {
			return w.commit(&c, p+4)
		}
		if plain && b[p+1] == 'v' && b[p+2] == '>' {
			q, class := p+3, uint8(0)
			for q < len(b) {
				k := valueByte[b[q]]
				class |= k
				if k == byteEnd {
					break
				}
				q++
			}
			if q+3 >= len(b) {
				return more
			}
			if b[q+1] == '/' && b[q+2] == 'v' && b[q+3] == '>' {
				c.v, c.class, c.valued = b[p+3:q], class, true
				p = q + 4
				continue
			}
		}
		if plain && b[p+1] == 'i' {
			if text, class, end := plainText(b, p, "<is>", "</is>"); end == more {
				return more
			} else if end > 0 {
				c.v, c.class, c.valued = text, class, true
				p = end
				continue
			}
		}
		m, end := readMarkup(b, p)
		if end < 0 {
			return end
		}
		p = end
		local, ours := bytes.CutPrefix(m.name, w.prefix)
		if !ours || len(local) == 0 {
			continue
		}
		if m.shut && string(local) == "c" {
			return w.commit(&c, p)
		}
		if p = w.child(&c, b, p, m, local); p < 0 {
			return p
		}
	}
}

// plainText reads <is><t>text</t></is> or the same with <si>, as nearly all
// texts are written; end is 0 where this one is not.
func plainText(b []byte, p int, head, tail string) (text []byte, class uint8, end int) {
	const t, kept, shut = "<t>", `<t xml:space="preserve">`, "</t>"
	q := p + len(head)
	if len(b) < q+len(kept) || string(b[p:q]) != head {
		return nil, 0, 0
	}
	switch {
	case string(b[q:q+len(t)]) == t:
		q += len(t)
	case string(b[q:q+len(kept)]) == kept:
		q += len(kept)
	default:
		return nil, 0, 0
	}
	start := q
	for q < len(b) {
		k := valueByte[b[q]]
		class |= k
		if k == byteEnd {
			break
		}
		q++
	}
	after := q + len(shut) + len(tail)
	if after > len(b) {
		return nil, 0, more
	}
	if string(b[q:q+len(shut)]) != shut || string(b[q+len(shut):after]) != tail {
		return nil, 0, 0
	}
	return b[start:q], class, after
}

// child reads one element inside a cell; p is behind its tag.
func (w *worksheet) child(c *cellValue, b []byte, p int, m markup, local []byte) int {
	switch string(local) {
	case "c", "row", "sheetData", "worksheet":
		return bad
	case "v", "is", "f":
		if m.shut {
			return bad
		}
	default:
		return p
	}
	switch local[0] {
	case 'f':
		c.formula = true
		if m.empty {
			return p
		}
		if p = skipContent(b, p); p < 0 {
			return p
		}
		return closeTag(b, p)
	case 'v':
		c.v, c.valued = nil, true
		if m.empty {
			return p
		}
		if w.scratch, p = content(w.scratch[:0], b, p); p < 0 {
			return p
		}
		c.v, c.class = w.scratch, byteHigh|byteUnder
		return closeTag(b, p)
	}
	c.v, c.valued = nil, true
	if !m.empty {
		w.scratch, p = richText(w.scratch[:0], b, p, string(w.prefix), "is")
		c.v, c.class = w.scratch, byteHigh
	}
	return p
}

// skipContent gives the place of the tag that ends character data.
func skipContent(b []byte, p int) int {
	for {
		i := bytes.IndexByte(b[p:], '<')
		if i < 0 || p+i+1 >= len(b) {
			return more
		}
		p += i
		if b[p+1] == '/' {
			return p
		}
		if b[p+1] != '!' {
			return bad
		}
		if p = declaration(b, p); p < 0 {
			return p
		}
	}
}

// closeTag reads any closing tag.
func closeTag(b []byte, p int) int {
	m, end := readMarkup(b, p)
	if end >= 0 && !m.shut {
		return bad
	}
	return end
}

// cellValue is a cell as it was read.
type cellValue struct {
	col, style int
	typ        cellType
	v          []byte
	class      uint8 // of v; byteEscape where it still has entities
	formula    bool
	valued     bool // there was a value, if an empty one
}
