package export

import (
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"gongkai/catalog"
)

// The first day that every reader of the format takes for the same day: the
// format has a 29 February 1900, which was none.
const (
	firstSerialDay = -25508 // 1900-03-01 as days since 1970-01-01
	serialEpoch    = 25569  // 1970-01-01 as a serial number
)

// cell writes one value, typed: text is never a formula, and numbers, dates
// and booleans are what they are. What the format cannot hold exactly is
// written as text.
func (b *workbook) cell(c *xlsxColumn, v *catalog.Value) {
	switch v.Kind {
	case catalog.Null:
	case catalog.TextValue:
		b.text(c, v.S, 0)
	case catalog.BoolValue:
		b.open(c, 0)
		b.buf = append(b.buf, ` t="b"><v>`...)
		b.buf = append(b.buf, byte('0'+v.I), '<', '/', 'v', '>', '<', '/', 'c', '>')
	case catalog.IntValue:
		b.exact(c, v, v.S != "" || v.I >= maxExactDecimal || v.I <= -maxExactDecimal)
	case catalog.DecimalValue:
		b.exact(c, v, !DoubleKeeps(v))
	case catalog.FloatValue:
		if math.IsNaN(v.F) || math.IsInf(v.F, 0) {
			b.plainText(c, v)
			return
		}
		b.number(c, c.style[kindNumber], v)
	case catalog.DateValue:
		b.day(c, v)
	case catalog.DatetimeValue:
		b.datetime(c, v)
	case catalog.TimeValue:
		if v.I%1000 != 0 {
			b.plainText(c, v)
			return
		}
		b.serial(c, c.style[kindTime], float64(v.I)/float64(dayMicros))
	}
}

// open begins a cell: <c r="AB12" s="3" without the bracket.
func (b *workbook) open(c *xlsxColumn, style int) {
	b.buf = append(b.buf, c.ref...)
	b.buf = strconv.AppendInt(b.buf, int64(b.row), 10)
	b.buf = append(b.buf, '"')
	if style > 0 {
		b.buf = append(b.buf, ` s="`...)
		b.buf = strconv.AppendInt(b.buf, int64(style), 10)
		b.buf = append(b.buf, '"')
	}
}

// exact writes an integer or a decimal; one that a double does not keep is
// written as text.
func (b *workbook) exact(c *xlsxColumn, v *catalog.Value, tooLong bool) {
	if tooLong {
		b.notes.asText++
		b.plainText(c, v)
		return
	}
	b.number(c, c.style[kindNumber], v)
}

func (b *workbook) number(c *xlsxColumn, style int, v *catalog.Value) {
	b.open(c, style)
	b.buf = append(b.buf, "><v>"...)
	b.buf = v.Append(b.buf)
	b.buf = append(b.buf, "</v></c>"...)
}

func (b *workbook) serial(c *xlsxColumn, style int, n float64) {
	b.open(c, style)
	b.buf = append(b.buf, "><v>"...)
	b.buf = strconv.AppendFloat(b.buf, n, 'f', -1, 64)
	b.buf = append(b.buf, "</v></c>"...)
}

func (b *workbook) day(c *xlsxColumn, v *catalog.Value) {
	if v.I < firstSerialDay {
		b.notes.early++
		b.plainText(c, v)
		return
	}
	b.open(c, c.style[kindDate])
	b.buf = append(b.buf, "><v>"...)
	b.buf = strconv.AppendInt(b.buf, v.I+serialEpoch, 10)
	b.buf = append(b.buf, "</v></c>"...)
}

// datetime writes the moment as a serial number: days with a fraction. Readers
// keep milliseconds, so what is finer is written as text.
func (b *workbook) datetime(c *xlsxColumn, v *catalog.Value) {
	if v.I < firstSerialDay*dayMicros {
		b.notes.early++
		b.plainText(c, v)
		return
	}
	if v.I%1000 != 0 {
		b.plainText(c, v)
		return
	}
	b.serial(c, c.style[kindDatetime], float64(v.I)/float64(dayMicros)+serialEpoch)
}

// plainText writes the canonical text of a value as a text.
func (b *workbook) plainText(c *xlsxColumn, v *catalog.Value) {
	b.text(c, v.String(), 0)
}

// text writes a text cell. A text beyond the format's limit is cut, ends in …
// and is named on the last sheet.
func (b *workbook) text(c *xlsxColumn, s string, style int) {
	b.open(c, style)
	b.buf = append(b.buf, ` t="inlineStr"><is><t`...)
	if s != "" && (s[0] <= ' ' || s[len(s)-1] <= ' ') {
		b.buf = append(b.buf, ` xml:space="preserve"`...)
	}
	b.buf = append(b.buf, '>')
	if len(s) > maxCellText {
		if kept, cut := cutText(s); cut {
			b.shorten(c, s)
			s = kept
		}
	}
	b.buf = appendXML(b.buf, s)
	b.buf = append(b.buf, "</t></is></c>"...)
}

// cutText gives as much of a text as a cell holds, with … as its last sign.
func cutText(s string) (kept string, cut bool) {
	n, keep := 0, 0
	for i, r := range s {
		if n < maxCellText {
			keep = i // the text up to here leaves room for one sign more
		}
		if n += units(r); n > maxCellText {
			return s[:keep] + "…", true
		}
	}
	return s, false
}

func (b *workbook) shorten(c *xlsxColumn, s string) {
	b.notes.shortened++
	if len(b.notes.cells) < maxNotedCells {
		address := string(c.ref[len(`<c r="`):]) + strconv.Itoa(b.row)
		b.notes.cells = append(b.notes.cells, fmt.Sprintf("%s!%s (%d)", b.names[len(b.names)-1], address, utf8.RuneCountInString(s)))
	}
}

// appendXML adds text as XML content. Control characters that XML cannot hold,
// and CR, which it would change, are written as _x000D_ as the format has it,
// and a text that looks like that is escaped itself.
func appendXML(dst []byte, s string) []byte {
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		var with string
		size := 1
		switch {
		case c == '&':
			with = "&amp;"
		case c == '<':
			with = "&lt;"
		case c == '>':
			with = "&gt;"
		case c == '_' && looksEscaped(s[i:]):
			with = "_x005F_"
		case c < ' ' && c != '\n' && c != '\t':
			with = fmt.Sprintf("_x%04X_", c)
		case c >= utf8.RuneSelf:
			var r rune
			r, size = utf8.DecodeRuneInString(s[i:])
			switch {
			case r == utf8.RuneError && size == 1:
				with = "\ufffd"
			case r == 0xfffe || r == 0xffff:
				with = fmt.Sprintf("_x%04X_", r)
			}
		}
		if with != "" {
			dst = append(append(dst, s[start:i]...), with...)
			start = i + size
		}
		i += size
	}
	return append(dst, s[start:]...)
}

// looksEscaped reports whether s begins like _x0041_.
func looksEscaped(s string) bool {
	if len(s) < 7 || s[1] != 'x' || s[6] != '_' {
		return false
	}
	for _, c := range []byte(s[2:6]) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return true
}
