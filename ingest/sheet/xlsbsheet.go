package sheet

import (
	"bytes"
	"strconv"
)

// binSheet reads one sheet of a binary workbook into the spool.
type binSheet struct {
	*worksheet
	r       *brtReader
	inData  bool
	started bool // a row was begun
	digits  []byte
}

// sheetBin reads a sheet.
func (x *xlsxReading) sheetBin(entry sheetEntry) (*Sheet, error) {
	w := &worksheet{
		xlsxReading: x, name: entry.part,
		sheet: &Sheet{Name: entry.name, Hidden: entry.hidden, store: x.store},
		spool: &x.spool, win: &window{},
	}
	s := &binSheet{worksheet: w}
	err := x.brtPart(x.a, entry.part, brtBeginSheet, brtEndSheet, func() { x.progress(false) }, s.record)
	if err != nil {
		return nil, err
	}
	x.progress(false)
	w.settle()
	return w.sheet, nil
}

// record takes one record.
func (s *binSheet) record(r *brtReader, rec brt) error {
	s.r = r
	switch {
	case rec.id == brtBeginSheetData:
		s.inData = true
	case rec.id == brtEndSheetData:
		s.inData = false
		return s.end()
	case rec.id == brtColInfo:
		if rec.u16(16)&1 != 0 {
			s.hide(int64(rec.u32(0))+1, int64(rec.u32(4))+1)
		}
	case rec.id == brtMergeCell:
		return s.mergeRecord(rec)
	case !s.inData:
	case rec.id == brtRowHdr:
		return s.begin(rec)
	case rec.id <= brtShortLast || rec.id == brtRichText:
		return s.cellRecord(rec)
	}
	return nil
}

func (s *binSheet) hide(first, last int64) {
	last = min(last, int64(s.opt.Limits.Columns))
	if first <= last && len(s.sheet.hiddenCols) <= s.opt.Limits.Columns {
		s.sheet.hiddenCols.add(int(first), int(last))
	}
}

func (s *binSheet) mergeRecord(rec brt) error {
	if n, most := len(s.sheet.Merges), s.opt.Limits.Merges; n >= most {
		return tooLarge("merges", int64(n)+1, int64(most))
	}
	within := func(off, most int) int { return int(min(int64(rec.u32(off)), 1<<31-2, int64(most)-1)) + 1 }
	l := s.opt.Limits
	m := Range{within(0, l.Rows), within(8, l.Columns), within(4, l.Rows), within(12, l.Columns)}
	if m.FirstRow > m.LastRow || m.FirstCol > m.LastCol {
		s.problems.of(CellAddress, s.sheet.Name, "merge", Address(m.FirstRow, m.FirstCol)+":"+Address(m.LastRow, m.LastCol))
		return nil
	}
	s.sheet.Merges = append(s.sheet.Merges, m)
	return nil
}

// begin ends the row before and begins another.
func (s *binSheet) begin(rec brt) error {
	if err := s.end(); err != nil {
		return err
	}
	row := int64(rec.u32(0)) + 1
	if most := int64(s.opt.Limits.Rows); row > most {
		return tooLarge("rows", row, most)
	}
	s.row, s.started = int(row), true
	if rec.u8(11)&0x10 != 0 {
		s.sheet.hiddenRows.add(s.row, s.row)
	}
	s.beginRow()
	return nil
}

func (s *binSheet) end() error {
	if !s.started {
		return nil
	}
	s.started = false
	if s.endRow(0) == stop {
		return s.err
	}
	return nil
}

// cellRecord takes a cell. The short ones stand in the column behind the cell
// before and are the long ones otherwise.
func (s *binSheet) cellRecord(rec brt) error {
	if !s.started {
		return s.r.broken("a cell stands in no row")
	}
	c := cellValue{}
	p := 4
	kind := rec.id
	if kind >= brtShortBlank && kind <= brtShortLast {
		kind -= brtShortBlank - brtBlank
		c.style = int(rec.u32(0) & 0xFFFFFF)
	} else {
		c.col = int(min(int64(rec.u32(0)), 1<<30)) + 1
		c.style, p = int(rec.u32(4)&0xFFFFFF), 8
	}
	if len(rec.data) < p+brtValueBytes(kind) {
		return s.r.broken("a cell is cut short")
	}
	c.formula, c.class = kind >= brtFmlaText && kind <= brtFmlaError, byteHigh
	if kind == brtBlank {
		if s.skipCell(c.col, 0) == stop {
			return s.err
		}
		return nil
	}
	s.value(&c, kind, rec, p)
	c.valued = true
	if s.commit(&c, 0) == stop {
		return s.err
	}
	return nil
}

// value sets the value of a cell, which stands at p.
func (s *binSheet) value(c *cellValue, kind int, rec brt, p int) {
	switch kind {
	case brtRK:
		s.digits = appendRK(s.digits[:0], rec.u32(p))
		c.v = s.digits
	case brtReal, brtFmlaReal:
		s.digits = appendFloat(s.digits[:0], float(rec.data[p:]))
		c.v = s.digits
	case brtBool, brtFmlaBool:
		boolOrError(c, rec.u8(p), false)
	case brtError, brtFmlaError:
		boolOrError(c, rec.u8(p), true)
	case brtShared:
		s.digits = strconv.AppendUint(s.digits[:0], uint64(rec.u32(p)), 10)
		c.typ, c.v = typeShared, s.digits
	default:
		if kind == brtRichText {
			p++ // its marks
		}
		src, _ := rec.wide(p)
		s.digits = appendWide(s.digits[:0], src)
		c.typ, c.v = typeString, s.digits
		if bytes.IndexByte(c.v, 0) >= 0 {
			s.problems.at(NULBytes, s.sheet.Name, "", s.row, max(c.col, s.col+1))
		}
	}
}

// brtValueBytes is how many bytes the value of a cell has at least.
func brtValueBytes(kind int) int {
	switch kind {
	case brtReal, brtFmlaReal:
		return 8
	case brtRK, brtShared, brtText, brtFmlaText:
		return 4
	case brtRichText:
		return 5
	case brtBlank:
		return 0
	}
	return 1
}
