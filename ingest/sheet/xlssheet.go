package sheet

import (
	"bytes"
	"encoding/binary"
	"math"
	"sort"
	"strconv"
)

// xlsSheet reads one sheet of the stream: once for what is not a cell and to
// see whether the cells stand in order, once for the cells.
type xlsSheet struct {
	*worksheet
	b       *xlsBook
	from    int64 // behind its BOF
	end     int64 // of its records
	started bool  // a row was begun
	ordered bool
	row     int // of the cell before, in the first pass
	col     int
	cells   int
	notes   xlsNotes
}

// sheet reads a sheet into the spool; nil where it turns out to be no table.
func (b *xlsBook) sheet(entry xlsEntry) (*Sheet, error) {
	b.r.seek(entry.at)
	bof, ok, err := b.r.next()
	switch {
	case err != nil:
		return nil, err
	case !ok && b.cut:
		return nil, b.r.endsEarly()
	case !ok || bof.id != recBOF:
		return nil, b.r.broken(entry.at, "there is no sheet where one is said to be")
	}
	if kind := bof.u16(2); kind == bofChart || kind == bofMacros {
		return nil, nil
	}
	w := &worksheet{
		xlsxReading: b.xlsxReading, name: b.r.name,
		sheet: &Sheet{Name: entry.name, Hidden: entry.hidden, store: b.store},
		spool: &b.spool, win: &window{},
	}
	s := &xlsSheet{worksheet: w, b: b, from: b.r.pos(), ordered: true}
	if err := s.survey(); err != nil {
		return nil, err
	}
	if b.taken += s.end - s.from; b.taken > b.r.size {
		return nil, b.r.broken(entry.at, "its sheets lie over each other")
	}
	if s.ordered {
		err = s.inOrder()
	} else {
		err = s.sorted()
	}
	if err == nil && s.started {
		err = s.endRow()
	}
	if err != nil {
		return nil, err
	}
	s.remarked()
	w.settle()
	return w.sheet, nil
}

// each calls fn for the records of the sheet itself; charts stand inside of
// it with records of their own.
func (s *xlsSheet) each(fn func(rec record) error) error {
	s.b.r.seek(s.from)
	for depth := 1; ; {
		rec, ok, err := s.b.r.next()
		if err != nil {
			return err
		}
		if !ok {
			s.end = s.b.r.pos()
			return s.b.ended()
		}
		switch rec.id {
		case recBOF:
			depth++
			continue
		case recEOF:
			if depth--; depth == 0 {
				s.end = rec.at
				return nil
			}
			continue
		}
		if depth == 1 {
			if err := fn(rec); err != nil {
				return err
			}
		}
	}
}

// survey is the first pass.
func (s *xlsSheet) survey() error {
	return s.each(func(rec record) error {
		switch rec.id {
		case recFilePass:
			return reject(FileEncrypted, "found", "xls", "fix", "open it, remove the password and save it again")
		case recRow:
			row := rec.u16(0) + 1
			if s.b.version >= 3 && rec.u16(12)&0x20 != 0 {
				s.sheet.hiddenRows.add(row, row)
			}
			s.seen = max(s.seen, row)
		case recColInfo:
			if rec.u16(8)&1 != 0 {
				s.hideColumns(rec.u16(0)+1, rec.u16(2)+1)
			}
		case recColWidth:
			if s.b.version == 2 && rec.u16(2) == 0 {
				s.hideColumns(int(rec.u8(0))+1, int(rec.u8(1))+1)
			}
		case recMergeCells:
			return s.merges(rec)
		case recNote, recObj, recTXO:
			return s.remark(rec)
		default:
			s.look(rec)
		}
		return nil
	})
}

// look takes note of where a cell stands.
func (s *xlsSheet) look(rec record) {
	if !isCell(rec.id) {
		return
	}
	row, col := rec.u16(0), rec.u16(2)
	s.seen = max(s.seen, row+1)
	if s.cells > 0 && (row < s.row || row == s.row && col <= s.col) {
		s.ordered = false
	}
	if rec.id == recMulRK {
		col += max((len(rec.data)-6)/6-1, 0)
	}
	s.row, s.col = row, col
	s.cells++
}

// isCell tells cells with content from other records.
func isCell(id uint16) bool {
	switch id {
	case recLabelSST, recNumber, recRK, recMulRK, recLabel, recRString, recBoolErr, recFormula, recInteger:
		return true
	}
	return false
}

func (s *xlsSheet) hideColumns(first, last int) {
	last = min(last, s.opt.Limits.Columns)
	if first <= last && len(s.sheet.hiddenCols) <= s.opt.Limits.Columns {
		s.sheet.hiddenCols.add(first, last)
	}
}

// merges reads merged ranges: each is first and last row, first and last column.
func (s *xlsSheet) merges(rec record) error {
	for off := 2; off+8 <= len(rec.data) && off < 2+8*rec.u16(0); off += 8 {
		if n, most := len(s.sheet.Merges), s.opt.Limits.Merges; n >= most {
			return tooLarge("merges", int64(n)+1, int64(most))
		}
		r := Range{rec.u16(off) + 1, rec.u16(off+4) + 1, rec.u16(off+2) + 1, rec.u16(off+6) + 1}
		if r.FirstRow > r.LastRow || r.FirstCol > r.LastCol {
			s.problems.of(CellAddress, s.sheet.Name, "merge", Address(r.FirstRow, r.FirstCol)+":"+Address(r.LastRow, r.LastCol))
			continue
		}
		s.sheet.Merges = append(s.sheet.Merges, r)
	}
	return nil
}

// inOrder is the second pass over cells that stand in order.
func (s *xlsSheet) inOrder() error {
	return s.each(func(rec record) error {
		if !isCell(rec.id) {
			return nil
		}
		return s.take(rec)
	})
}

// sorted is the second pass over cells in any order, as programs write them
// that put down one column after the other. Of two in one place the later counts.
func (s *xlsSheet) sorted() error {
	type place struct {
		row, col uint16
		at       int64
	}
	all := make([]place, 0, s.cells)
	err := s.each(func(rec record) error {
		if isCell(rec.id) {
			all = append(all, place{uint16(rec.u16(0)), uint16(rec.u16(2)), rec.at})
		}
		return nil
	})
	if err != nil {
		return err
	}
	sort.SliceStable(all, func(i, j int) bool {
		a, b := all[i], all[j]
		return a.row < b.row || a.row == b.row && a.col < b.col
	})
	defer func(step int) { s.b.r.step = step }(s.b.r.step)
	s.b.r.step = biffJump
	for i, c := range all {
		if i+1 < len(all) && all[i+1].row == c.row && all[i+1].col == c.col {
			s.problems.at(CellAddress, s.sheet.Name, "order", int(c.row)+1, int(c.col)+1, "cells", "out of order or twice")
			continue
		}
		s.b.r.seek(c.at)
		rec, ok, err := s.b.r.next()
		if err != nil {
			return err
		}
		if !ok {
			return s.b.r.endsEarly()
		}
		if err := s.take(rec); err != nil {
			return err
		}
	}
	return nil
}

// take writes the cells of a record.
func (s *xlsSheet) take(rec record) error {
	if err := s.toRow(rec.u16(0) + 1); err != nil {
		return err
	}
	c := cellValue{col: rec.u16(2) + 1, style: rec.u16(4)}
	p := 6 // where the value begins
	if rec.old(s.b.version) {
		c.style, p = int(rec.u8(4)&0x3F), 7
		if s.b.version == 2 {
			c.style = int(rec.u8(5)) // number format and font
		}
	}
	if len(rec.data) < p+valueBytes(rec.id) {
		return s.b.r.broken(rec.at, "a cell is cut short")
	}
	switch rec.id {
	case recMulRK:
		return s.mulRK(rec)
	case recFormula:
		return s.formula(rec, c, p)
	case recLabel, recRString:
		return s.label(rec, c, p)
	case recLabelSST:
		c.typ, c.v = typeShared, strconv.AppendUint(s.b.scratch[:0], uint64(rec.u32(p)), 10)
	case recRK:
		c.v = appendRK(s.b.scratch[:0], rec.u32(p))
	case recInteger:
		c.v = strconv.AppendInt(s.b.scratch[:0], int64(rec.u16(p)), 10)
	case recNumber:
		c.v = appendFloat(s.b.scratch[:0], float(rec.rest(p)))
	case recBoolErr:
		boolOrError(&c, rec.u8(p), rec.u8(p+1) != 0)
	}
	return s.put(&c)
}

// valueBytes is how many bytes the value of a cell has at least.
func valueBytes(id uint16) int {
	switch id {
	case recNumber, recFormula:
		return 8
	case recMulRK: // a number and the last column
		return 6
	case recLabelSST, recRK:
		return 4
	case recBoolErr, recInteger:
		return 2
	}
	return 1
}

// toRow ends the row before and begins this one.
func (s *xlsSheet) toRow(row int) error {
	if s.started && row == s.worksheet.row {
		return nil
	}
	if s.started {
		if err := s.endRow(); err != nil {
			return err
		}
	}
	if row > s.opt.Limits.Rows {
		return tooLarge("rows", int64(row), int64(s.opt.Limits.Rows))
	}
	s.started, s.worksheet.row = true, row
	s.beginRow()
	return nil
}

func (s *xlsSheet) endRow() error {
	if s.worksheet.endRow(0) == stop {
		return s.err
	}
	return nil
}

// put writes a cell as one of xlsx. Where records overlap the first one counts.
func (s *xlsSheet) put(c *cellValue) error {
	if c.col <= s.worksheet.col {
		s.problems.at(CellAddress, s.sheet.Name, "order", s.worksheet.row, c.col, "cells", "out of order or twice")
		return nil
	}
	if len(c.v) > 0 {
		c.valued = true
	}
	if c.typ == typeString && bytes.IndexByte(c.v, 0) >= 0 {
		s.problems.at(NULBytes, s.sheet.Name, "", s.worksheet.row, c.col)
	}
	if s.commit(c, 0) == stop {
		return s.err
	}
	return nil
}

// mulRK writes numbers that stand side by side.
func (s *xlsSheet) mulRK(rec record) error {
	first := rec.u16(2) + 1
	for i := 0; 4+6*i+6 <= len(rec.data)-2; i++ {
		c := cellValue{col: first + i, style: rec.u16(4 + 6*i), v: appendRK(s.b.scratch[:0], rec.u32(6+6*i))}
		if err := s.put(&c); err != nil {
			return err
		}
	}
	return nil
}

// label writes a text that is not shared.
func (s *xlsSheet) label(rec record, c cellValue, at int) error {
	c.typ = typeString
	return s.textOf(rec, at, &c)
}

// textOf writes a cell with the text that stands in a record, at at.
func (s *xlsSheet) textOf(rec record, at int, c *cellValue) error {
	p := newPayload(s.b.r, rec.rest(at))
	if rec.old(s.b.version) {
		s.b.scratch = s.b.bytes(s.b.scratch[:0], p, p.number(1))
	} else {
		s.b.scratch = s.b.text(s.b.scratch[:0], p, 2)
	}
	if p.err != nil {
		return p.err
	}
	c.v, c.valued = s.b.scratch, true
	return s.put(c)
}

// uncalculated are the marks "calculate always" and "calculate on load". A
// program that cannot calculate sets both and 0 as the result, which nobody
// ever saw in the sheet; Excel sets at most one of them.
const uncalculated = 3

// formula writes the saved result of a formula. A text stands in the record
// behind it.
func (s *xlsSheet) formula(rec record, c cellValue, at int) error {
	c.formula = true
	v := rec.rest(at)
	if v[6] != 0xFF || v[7] != 0xFF {
		if f := float(v); f != 0 || s.b.version < 5 || rec.u16(at+8)&uncalculated != uncalculated {
			c.v = appendFloat(s.b.scratch[:0], f)
		}
		return s.put(&c)
	}
	switch v[0] {
	case 0:
		c.typ = typeString
		return s.result(c)
	case 1, 2:
		boolOrError(&c, v[2], v[0] == 2)
	case 3:
		c.typ, c.valued = typeString, true // the empty text
	default:
		c.v = appendFloat(s.b.scratch[:0], float(v))
	}
	return s.put(&c)
}

// result finds the text of a formula.
func (s *xlsSheet) result(c cellValue) error {
	for {
		id, ok, err := s.b.r.peek()
		if err != nil {
			return err
		}
		switch {
		case ok && (id == recArray || id == recTable || id == recShrFmla || id == recContinue):
			if _, ok, err := s.b.r.next(); err != nil {
				return err
			} else if !ok {
				return s.b.r.endsEarly()
			}
			continue
		case !ok || id != recString:
			return s.put(&c)
		}
		rec, ok, err := s.b.r.next()
		if err != nil {
			return err
		}
		if !ok {
			return s.b.r.endsEarly()
		}
		return s.textOf(rec, 0, &c)
	}
}

// boolOrError sets the value of a cell that is one of both.
func boolOrError(c *cellValue, v byte, isError bool) {
	c.typ, c.v = typeBool, []byte("0")
	switch {
	case isError:
		c.typ, c.v = typeError, []byte(errorName(v))
	case v != 0:
		c.v = []byte("1")
	}
}

func errorName(v byte) string {
	switch v {
	case 0x00:
		return "#NULL!"
	case 0x07:
		return "#DIV/0!"
	case 0x0F:
		return "#VALUE!"
	case 0x17:
		return "#REF!"
	case 0x1D:
		return "#NAME?"
	case 0x24:
		return "#NUM!"
	case 0x2A:
		return "#N/A"
	case 0x2B:
		return "#GETTING_DATA"
	}
	return "#ERR" + strconv.Itoa(int(v))
}

// float reads a number of 8 bytes; 0 where they are not there.
func float(b []byte) float64 {
	if len(b) < 8 {
		return 0
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(b))
}

// appendRK writes a number that is packed into 30 bits: a whole one or the
// upper half of a float, either in hundredths.
func appendRK(dst []byte, rk uint32) []byte {
	var f float64
	if rk&2 != 0 {
		f = float64(int32(rk) >> 2)
	} else {
		f = math.Float64frombits(uint64(rk&^3) << 32)
	}
	if rk&1 != 0 {
		f /= 100
	}
	return appendFloat(dst, f)
}

// appendFloat writes the shortest decimal that reads back as f.
func appendFloat(dst []byte, f float64) []byte {
	if f == 0 {
		return append(dst, '0')
	}
	if f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return strconv.AppendInt(dst, int64(f), 10)
	}
	if a := math.Abs(f); a >= 1e-6 && a < 1e21 {
		return strconv.AppendFloat(dst, f, 'f', -1, 64)
	}
	return strconv.AppendFloat(dst, f, 'E', -1, 64)
}
