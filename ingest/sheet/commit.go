package sheet

import (
	"bytes"
	"encoding/binary"
	"sort"
	"strconv"
	"unicode/utf8"
)

// place settles the column of a cell: the one it names, else the next.
func (w *worksheet) place(col int) (int, bool) {
	if col == 0 {
		col = w.col + 1
	}
	if col > w.opt.Limits.Columns {
		w.err = tooLarge("columns", int64(col), int64(w.opt.Limits.Columns)).at(w.row, min(col, 1<<20))
		return 0, false
	}
	w.col = col
	return col, true
}

// skipCell takes a cell without anything in it.
func (w *worksheet) skipCell(col, end int) int {
	if _, ok := w.place(col); !ok {
		return stop
	}
	return end
}

// commit writes a cell into the spool.
func (w *worksheet) commit(c *cellValue, end int) int {
	col, ok := w.place(c.col)
	if !ok {
		return stop
	}
	c.col = col
	if len(c.v) == 0 {
		if c.formula && (c.typ == typeNumber || !c.valued) {
			w.problems.at(FormulaWithoutValue, w.sheet.Name, "", w.row, col)
		}
		return end
	}
	if c.class&byteEscape != 0 {
		if w.scratch, ok = unescape(w.scratch[:0], c.v); !ok {
			return bad
		}
		c.v = w.scratch
	}
	switch c.typ {
	case typeShared:
		ok = w.shared(c)
	case typeNumber:
		ok = w.numberCell(c)
	case typeBool:
		v := byte(0)
		if string(c.v) == "1" || bytes.EqualFold(c.v, []byte("true")) {
			v = 1
		}
		if ok = w.head(c, byte(Bool)); ok {
			w.spool.b = append(w.spool.b, v)
			w.spool.content = true
			w.spool.last = max(w.spool.last, col)
		}
	case typeError:
		variant := string(c.v[:min(len(c.v), 16)])
		w.problems.at(CellError, w.sheet.Name, variant, w.row, col, "error", variant)
		ok = w.textCell(c, Error)
	case typeDate:
		ok = w.textCell(c, Date)
	default:
		ok = w.textCell(c, Text)
	}
	if !ok {
		return stop
	}
	return end
}

// shared writes a reference to a shared text.
func (w *worksheet) shared(c *cellValue) bool {
	i, n := 0, 0
	for _, d := range c.v {
		if d -= '0'; d > 9 || n > 9 {
			i = len(w.store.texts)
			break
		}
		i = i*10 + int(d)
		n++
	}
	texts := w.store.texts
	if i+1 >= len(texts) {
		w.problems.at(TextMissing, w.sheet.Name, "", w.row, c.col, "index", string(c.v[:min(len(c.v), 16)]))
		return true
	}
	size := int(texts[i+1] - texts[i])
	if size == 0 {
		return true
	}
	w.textBytes += int64(size)
	if !w.head(c, byte(Text)|tagShared) {
		return false
	}
	sp := w.spool
	if i < 0x80 {
		sp.b = append(sp.b, byte(i))
	} else {
		sp.b = binary.AppendUvarint(sp.b, uint64(i))
	}
	if w.blank == nil || !w.blank.has(i) {
		sp.content, sp.last = true, max(sp.last, c.col)
	}
	return true
}

// numberCell writes a number as the file has it. What is none stays as text.
func (w *worksheet) numberCell(c *cellValue) bool {
	if c.v[0] <= ' ' || c.v[len(c.v)-1] <= ' ' {
		if c.v = bytes.TrimSpace(c.v); len(c.v) == 0 {
			return true
		}
	}
	digits, exponent, ok := numeral(c.v)
	if !ok {
		w.problems.at(NumberUnreadable, w.sheet.Name, "", w.row, c.col, "found", string(c.v[:min(len(c.v), 32)]))
		return w.textCell(c, Text)
	}
	if digits > 15 || exponent {
		w.checkDigits(c)
	}
	if !w.head(c, byte(Number)) {
		return false
	}
	sp := w.spool
	if len(c.v) < 0x80 {
		sp.b = append(sp.b, byte(len(c.v)))
	} else {
		sp.b = binary.AppendUvarint(sp.b, uint64(len(c.v)))
	}
	sp.b = append(sp.b, c.v...)
	sp.content, sp.last = true, max(sp.last, c.col)
	return true
}

// checkDigits reports a number that is too long for a spreadsheet to hold: 16
// to 21 digits before the point, as account and identity numbers have.
func (w *worksheet) checkDigits(c *cellValue) {
	f, err := strconv.ParseFloat(string(c.v), 64)
	if f < 0 {
		f = -f
	}
	if err == nil && f >= 1e15 && f < 1e21 {
		w.problems.at(NumberDamaged, w.sheet.Name, "", w.row, c.col, "value", string(c.v[:min(len(c.v), 40)]))
	}
}

// numeral checks that v is a decimal number and counts the digits before the
// point, leading zeros left out.
func numeral(v []byte) (digits int, exponent, ok bool) {
	p := 0
	if v[0] == '-' || v[0] == '+' {
		p++
	}
	start := p
	for p < len(v) && v[p]-'0' < 10 {
		if digits > 0 || v[p] != '0' {
			digits++
		}
		p++
	}
	some := p > start
	if p < len(v) && v[p] == '.' {
		p++
		start = p
		for p < len(v) && v[p]-'0' < 10 {
			p++
		}
		some = some || p > start
	}
	if !some || p == len(v) {
		return digits, false, some
	}
	if v[p]|0x20 != 'e' {
		return 0, false, false
	}
	p++
	if p < len(v) && (v[p] == '-' || v[p] == '+') {
		p++
	}
	start = p
	for p < len(v) && v[p]-'0' < 10 {
		p++
	}
	return digits, true, p > start && p == len(v)
}

// textCell writes a text that is not shared.
func (w *worksheet) textCell(c *cellValue, kind Kind) bool {
	v := c.v
	if c.class&byteUnder != 0 && bytes.Contains(v, []byte("_x")) {
		w.scratch = unescapeX(append(w.scratch[:0], v...), 0)
		v = w.scratch
	}
	if len(v) > w.opt.Limits.CellBytes {
		w.err = tooLarge("cell-bytes", int64(len(v)), int64(w.opt.Limits.CellBytes)).at(w.row, c.col)
		return false
	}
	if c.class&byteHigh != 0 || c.class&byteEscape != 0 {
		if !utf8.Valid(v) {
			w.err = broken(bad, w.name, w.win.base, "a text is not UTF-8").at(w.row, c.col)
			return false
		}
	}
	if len(v) > w.opt.Limits.CellRunes && utf8.RuneCount(v) > w.opt.Limits.CellRunes {
		w.problems.at(TextTooLong, w.sheet.Name, "", w.row, c.col)
	}
	w.textBytes += int64(len(v))
	if !w.head(c, byte(kind)) {
		return false
	}
	sp := w.spool
	sp.b = append(binary.AppendUvarint(sp.b, uint64(len(v))), v...)
	if !blankText(v) {
		sp.content, sp.last = true, max(sp.last, c.col)
	}
	return true
}

// midRow is how much of one row may wait in memory.
const midRow = 2 * spoolInMemory

// head writes what stands before a value. Cells that are out of order are
// remembered and put right at the end of the row.
func (w *worksheet) head(c *cellValue, tag byte) bool {
	if c.formula {
		tag |= tagFormula
	}
	st := c.style
	if st >= len(w.store.styles) {
		st = 0
	}
	sp := w.spool
	if len(w.loose) == 0 && c.col > sp.col {
		if len(sp.b) > midRow {
			if w.err = sp.flush(); w.err != nil {
				return false
			}
		}
		sp.head(c.col, tag, st)
		return true
	}
	if len(w.loose) == 0 && !w.loosen() || len(w.loose) > 4*w.opt.Limits.Columns || len(sp.b) > 4*midRow {
		w.err = broken(bad, w.name, w.win.base, "the cells of a row are out of order").at(w.row, c.col)
		return false
	}
	w.problems.at(CellAddress, w.sheet.Name, "order", w.row, c.col, "cells", "out of order or twice")
	w.loose = append(w.loose, looseCell{c.col, len(sp.b)})
	sp.col = c.col - 1
	sp.head(c.col, tag, st)
	return true
}

// looseCell is a cell of a row that is out of order: where it lies in the
// spool's buffer.
type looseCell struct{ col, at int }

// loosen makes loose cells of what the row has so far.
func (w *worksheet) loosen() bool {
	from := len(w.spool.b) - int(w.spool.offset()-w.rowFrom)
	if from < 0 {
		return false
	}
	col := 0
	for p := from; p < len(w.spool.b); {
		e := readSpooled(w.spool.b[p:])
		col += e.gap + 1
		w.loose = append(w.loose, looseCell{col, p})
		p += e.size
	}
	return true
}

// orderCells writes the row again in column order; of two cells in one place
// the later one counts.
func (w *worksheet) orderCells() {
	sp := w.spool
	from := len(sp.b) - int(sp.offset()-w.rowFrom)
	sort.SliceStable(w.loose, func(i, j int) bool { return w.loose[i].col < w.loose[j].col })
	ordered := rowWriter{}
	for i, c := range w.loose {
		if i+1 < len(w.loose) && w.loose[i+1].col == c.col {
			continue
		}
		e := readSpooled(sp.b[c.at:])
		ordered.head(c.col, e.tag, e.style)
		ordered.b = append(ordered.b, sp.b[c.at+e.value:c.at+e.size]...)
	}
	sp.b = append(sp.b[:from], ordered.b...)
	w.loose = w.loose[:0]
}

// spooled is one cell in the spool, unread.
type spooled struct {
	tag         byte // without its gap and style
	gap, style  int
	value, size int // where the value begins, where the cell ends
}

func readSpooled(b []byte) spooled {
	e := spooled{tag: b[0] &^ (tagGap | tagStyle)}
	p := 1
	if b[0]&tagGap != 0 {
		v, n := uvarint(b[p:])
		e.gap, p = v, p+n
	}
	if b[0]&tagStyle != 0 {
		v, n := uvarint(b[p:])
		e.style, p = v, p+n
	}
	e.value = p
	v, n := uvarint(b[p:])
	p += n
	if e.tag&tagShared == 0 && Kind(e.tag&tagKind) != Bool {
		p += v
	}
	e.size = p
	return e
}
