package sheet

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
)

// sheet reads one worksheet part into the spool.
func (x *xlsxReading) sheet(entry sheetEntry) (*Sheet, error) {
	p, err := x.a.open(entry.part)
	if err != nil {
		return nil, err
	}
	w := &worksheet{
		xlsxReading: x, name: entry.part,
		sheet: &Sheet{Name: entry.name, Hidden: entry.hidden, store: x.store},
		spool: &x.spool,
	}
	w.win = newWindow(x.ctx, recoded(p), 2*x.opt.Limits.CellBytes, int64(p.file.UncompressedSize64))
	defer w.win.close()
	if err := w.read(); err != nil {
		return nil, err
	}
	w.settle()
	return w.sheet, nil
}

// worksheet scans one worksheet part.
type worksheet struct {
	*xlsxReading
	name   string
	sheet  *Sheet
	spool  *spool
	win    *window
	prefix []byte // of the namespace, with its colon

	opened, closed bool
	inData, inRow  bool
	inMerges       bool
	err            error // of a cell; the scanners give stop then

	row      int   // of the row at hand
	rowNamed bool  // the row itself says its number
	rowFrom  int64 // where it begins in the spool
	seen     int   // highest row number met, with content or not
	col      int   // of the cell before, with content or not
	loose    []looseCell
	scratch  []byte
}

// stop ends a scan for the error in worksheet.err.
const stop = -4

func (w *worksheet) read() error {
	used := 0
	for !w.win.eof {
		if err := w.win.more(used); err != nil {
			if errors.Is(err, errWindow) {
				return tooLarge("cell-bytes", int64(len(w.win.b)), int64(w.opt.Limits.CellBytes)).at(max(w.row, 1), w.col+1)
			}
			return err
		}
		w.progress(false)
		var end int
		used, end = w.scan(w.win.b)
		if w.err != nil {
			return w.err
		}
		if end < more {
			return broken(end, w.name, w.win.base+int64(used), "a tag cannot be read or stands where it may not")
		}
	}
	if !w.closed {
		return broken(bad, w.name, w.win.base+int64(used), "it ends too early")
	}
	return nil
}

// scan takes whole tags and cells from b. It gives the place of the first byte
// that it did not use and, where that is an error, which.
func (w *worksheet) scan(b []byte) (used, code int) {
	plain := len(w.prefix) == 0
	for p := 0; ; {
		if p >= len(b) || b[p] != '<' {
			i := bytes.IndexByte(b[min(p, len(b)):], '<')
			if i < 0 {
				return len(b), more
			}
			p += i
		}
		var end int
		if plain && w.inRow && p+2 < len(b) && b[p+1] == 'c' && !nameByte[b[p+2]] {
			end = w.cell(b, p+2)
		} else {
			end = w.tag(b, p)
			plain = len(w.prefix) == 0
		}
		if end < 0 {
			return p, end
		}
		p = end
	}
}

// tag takes any tag but the cells of a plain file.
func (w *worksheet) tag(b []byte, p int) int {
	m, end := readMarkup(b, p)
	if end < 0 || m.name == nil {
		return end
	}
	if !w.opened {
		w.opened, w.prefix, w.closed = true, []byte(prefixOf(m.name)), m.empty
		if string(m.name[len(w.prefix):]) != "worksheet" {
			w.err = broken(bad, w.name, w.win.base+int64(p), "it is no worksheet")
			return stop
		}
		return end
	}
	local, ours := bytes.CutPrefix(m.name, w.prefix)
	if !ours || w.closed {
		return end
	}
	switch string(local) {
	case "c":
		if w.inRow && !m.shut {
			return w.cell(b, p+1+len(m.name))
		}
	case "row":
		return w.rowTag(m, end)
	case "sheetData":
		w.inData = !m.shut && !m.empty
		if w.inRow {
			return bad
		}
	case "col":
		if !m.shut && yes(m.attr("hidden")) {
			w.hideColumns(m)
		}
	case "mergeCells":
		w.inMerges = !m.shut && !m.empty
	case "mergeCell":
		if w.inMerges && !m.shut {
			return w.merge(m, end)
		}
	case "worksheet":
		w.closed = m.shut
		if w.inRow || w.inData {
			return bad
		}
	}
	return end
}

func (w *worksheet) hideColumns(m markup) {
	first, _ := strconv.Atoi(string(m.attr("min")))
	last, _ := strconv.Atoi(string(m.attr("max")))
	last = min(last, w.opt.Limits.Columns)
	if first >= 1 && first <= last && len(w.sheet.hiddenCols) <= w.opt.Limits.Columns {
		w.sheet.hiddenCols.add(first, last)
	}
}

func (w *worksheet) merge(m markup, end int) int {
	r, ok := parseRange(m.attr("ref"))
	if !ok {
		w.problems.of(CellAddress, w.sheet.Name, "merge", string(m.attr("ref")))
		return end
	}
	if n, most := len(w.sheet.Merges), w.opt.Limits.Merges; n >= most {
		w.err = tooLarge("merges", int64(n)+1, int64(most))
		return stop
	}
	w.sheet.Merges = append(w.sheet.Merges, r)
	return end
}

// parseRange reads A1:C5, also a lone A1.
func parseRange(ref []byte) (Range, bool) {
	first, last, two := bytes.Cut(ref, []byte(":"))
	if !two {
		last = first
	}
	c1, r1, ok1 := parseAddress(first)
	c2, r2, ok2 := parseAddress(last)
	return Range{min(r1, r2), min(c1, c2), max(r1, r2), max(c1, c2)}, ok1 && ok2
}

// parseAddress reads A1 or $A$1.
func parseAddress(ref []byte) (col, row int, ok bool) {
	p := 0
	for ; p < len(ref); p++ {
		c := ref[p] &^ 0x20
		if ref[p] == '$' {
			continue
		}
		if c < 'A' || c > 'Z' || col > 1<<20 {
			break
		}
		col = col*26 + int(c-'A') + 1
	}
	for ; p < len(ref); p++ {
		if ref[p] < '0' || ref[p] > '9' || row > 1<<40 {
			return 0, 0, false
		}
		row = row*10 + int(ref[p]-'0')
	}
	return col, row, col > 0 && row > 0
}

// rowTag begins or ends a row.
func (w *worksheet) rowTag(m markup, end int) int {
	switch {
	case m.shut:
		if !w.inRow {
			return bad
		}
		w.inRow = false
		return w.endRow(end)
	case !w.inData:
		return end
	case w.inRow:
		return bad
	}
	w.row++
	w.rowNamed = false
	hidden := false
	for name, value, rest, ok := attribute(m.attrs); ok; name, value, rest, ok = attribute(rest) {
		switch string(name) {
		case "r":
			n, err := strconv.Atoi(string(value))
			if err != nil || n < 1 {
				w.problems.at(CellAddress, w.sheet.Name, "", w.row, 1, "found", string(value))
				continue
			}
			w.row, w.rowNamed = n, true
		case "hidden":
			hidden = yes(value)
		}
	}
	if w.row > w.opt.Limits.Rows {
		w.err = tooLarge("rows", int64(w.row), int64(w.opt.Limits.Rows))
		return stop
	}
	if hidden {
		w.sheet.hiddenRows.add(w.row, w.row)
	}
	w.inRow = !m.empty
	w.beginRow()
	return end
}

func (w *worksheet) beginRow() {
	w.seen = max(w.seen, w.row)
	w.spool.begin()
	w.col = 0
	w.rowFrom = w.spool.offset()
}

// adopt takes the row number of a cell's address where the row has none.
func (w *worksheet) adopt(row int) {
	if w.rowNamed || row <= w.row || row > w.opt.Limits.Rows || w.spool.col > 0 {
		w.rowNamed = true
		return
	}
	w.row, w.rowNamed = row, true
	w.seen = max(w.seen, w.row)
}

// endRow enters the row into the index, or forgets it where it has no content.
func (w *worksheet) endRow(end int) int {
	if len(w.loose) > 0 {
		w.orderCells()
	}
	sp := w.spool
	if sp.content {
		w.sheet.rows.add(w.row, w.rowFrom, sp.offset())
		w.sheet.cols = max(w.sheet.cols, sp.last)
		w.rows++
		if w.err = w.widen(1); w.err != nil {
			return stop
		}
	} else if back := int(sp.offset() - w.rowFrom); back <= len(sp.b) {
		sp.b = sp.b[:len(sp.b)-back]
	}
	if most := w.textLimit(); w.textBytes > most {
		w.err = tooLarge("text-bytes", w.textBytes, most).at(w.row, 1)
		return stop
	}
	if w.err = sp.settle(); w.err != nil {
		return stop
	}
	return end
}

// widthFrom is how many cells all rows may reach over together whatever is in
// them; above it there must be a byte for so many of them.
const (
	widthFrom    = 32 << 20
	widthPerByte = 64
)

// widen counts the row at hand, which stands n times. Whoever reads a row goes
// over all of its cells, so a lone value at the right edge of very many rows is
// a bomb, too.
func (w *worksheet) widen(n int64) error {
	w.width += n * int64(w.spool.last)
	w.spooled += n * (w.spool.offset() - w.rowFrom)
	if most := max(widthFrom, widthPerByte*w.spooled); w.width > most {
		return tooLarge("blank-cells", w.width, most).at(w.row, w.spool.last)
	}
	return nil
}

// textFrom is how much text a file may have whatever its own size.
const textFrom = 256 << 20

// textLimit is how many bytes of text the cells read so far may have: a small
// file that says one long text in very many cells is a bomb like any other.
func (rd *reading) textLimit() int64 {
	l := rd.opt.Limits
	if rd.textBytes <= textFrom {
		return l.TextBytes
	}
	size := rd.size
	if rd.archive != nil {
		size = max(size, rd.archive.inflated.Load())
	}
	return min(l.TextBytes, max(textFrom, l.Ratio*(rd.taken+size)))
}

// mergesFrom is how many merged ranges a sheet has that are believed as they
// are; an honest one has fewer.
const mergesFrom = 10_000

// settleMerges keeps, of very many merged ranges, the first that begins in a
// cell: two of them cannot.
func (w *worksheet) settleMerges() {
	s := w.sheet
	if len(s.Merges) <= mergesFrom {
		return
	}
	first := make(map[[2]int]bool, mergesFrom)
	s.Merges = slices.DeleteFunc(s.Merges, func(m Range) bool {
		at := [2]int{m.FirstRow, m.FirstCol}
		twice := first[at]
		first[at] = true
		if twice {
			w.problems.at(CellAddress, s.Name, "merge", m.FirstRow, m.FirstCol, "cells", "merged twice")
		}
		return twice
	})
}

// phantom is how many formatted rows without content are worth a word.
const phantom = 1000

// settle puts what came in any order right, at the end of the part.
func (w *worksheet) settle() {
	s := w.sheet
	if !s.rows.ascending() {
		twice := s.rows.order()
		w.problems.at(CellAddress, s.Name, "", s.rows.number(0), 1, "rows", "out of order", "dropped", strconv.Itoa(twice))
	}
	s.hiddenRows.settle()
	s.hiddenCols.settle()
	w.settleMerges()
	if extra := w.seen - s.Rows(); extra >= phantom {
		w.problems.of(UsedRangeEmpty, s.Name, "rows", strconv.Itoa(extra), "last", strconv.Itoa(s.Rows()))
	}
}
