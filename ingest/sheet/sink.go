package sheet

import (
	"bytes"
	"strconv"
)

// copiesPerRow times Limits.Rows is how many cells a workbook may have that
// its file says once and means often; above copiesFrom they may be Limits.Ratio
// times as many as those that it writes out.
const (
	copiesPerRow = 64
	copiesFrom   = 4 << 20
)

// sink takes the cells of the formats that are not xlsx into the spool of a
// reading, by the rules that worksheets have.
type sink struct {
	*reading
	name   string // of the part, for refusals
	st     *store
	looks  looks
	sheets []*Sheet

	w *worksheet // the sheet at hand, nil between sheets
}

func newSink(rd *reading, name string) *sink {
	k := &sink{reading: rd, name: name, st: &store{texts: []uint32{0}}}
	k.looks.of(Format{Code: "General"}, 0, 0)
	return k
}

// begin starts a sheet.
func (k *sink) begin(name string, hidden bool) error {
	if n, most := len(k.sheets)+1, k.opt.Limits.Sheets; n > most {
		return tooLarge("sheets", int64(n), int64(most))
	}
	s := &Sheet{Name: name, Hidden: hidden, store: k.st}
	k.sheets = append(k.sheets, s)
	k.w = &worksheet{xlsxReading: &xlsxReading{reading: k.reading, store: k.st}, name: k.name, sheet: s, spool: &k.spool, win: &window{}}
	return nil
}

// end settles the sheet at hand.
func (k *sink) end() {
	k.w.store.styles = k.looks.styles
	k.w.settle()
	k.w = nil
}

// row starts row r.
func (k *sink) row(r int) error {
	if most := k.opt.Limits.Rows; r > most {
		return tooLarge("rows", int64(r), int64(most))
	}
	k.w.row = r
	k.w.beginRow()
	return nil
}

// cell is one cell that a reader found.
type cell struct {
	kind    Kind
	raw     []byte
	look    int // of looks
	formula bool
	valued  bool // there was a value, if an empty one
}

// put takes a cell into the row at hand.
func (k *sink) put(col int, c cell) error {
	k.cells++
	if bytes.IndexByte(c.raw, 0) >= 0 {
		k.problems.at(NULBytes, k.w.sheet.Name, "", k.w.row, col)
	}
	k.st.styles = k.looks.styles
	v := cellValue{col: col, style: c.look, v: c.raw, class: byteHigh, formula: c.formula, valued: c.valued}
	switch c.kind {
	case Number:
		v.typ = typeNumber
	case Bool:
		v.typ = typeBool
	case Date:
		v.typ = typeDate
	case Error:
		v.typ = typeError
	default:
		v.typ = typeString
	}
	if end := k.w.commit(&v, 0); end < 0 {
		return k.w.err
	}
	return nil
}

// putAll takes a cell into the columns from first to last.
func (k *sink) putAll(first, last int, c cell) error {
	if err := k.copied(int64(last - first)); err != nil {
		return err
	}
	written := k.cells + 1
	defer func() { k.cells = written }()
	sp := &k.spool
	for col := first; col <= last; col++ {
		from := sp.offset()
		if err := k.put(col, c); err != nil {
			return err
		}
		size := int(sp.offset() - from)
		if col == first || size > plainCell || col == last || len(k.w.loose) > 0 || !c.plain() {
			continue
		}
		// What follows is the same, byte for byte.
		written := append([]byte(nil), sp.b[len(sp.b)-size:]...)
		sp.b = append(sp.b, bytes.Repeat(written, last-col)...)
		sp.col, k.w.col = last, last
		if sp.last == col {
			sp.last = last
		}
		k.w.textBytes += int64(last-col) * int64(size)
		break
	}
	return nil
}

// plainCell is how many bytes a plain cell has at most.
const plainCell = 32

// plain reports a cell about which there is nothing to say.
func (c cell) plain() bool {
	if c.kind == Error || len(c.raw) == 0 || len(c.raw) > 15 || bytes.IndexByte(c.raw, 0) >= 0 {
		return false
	}
	_, _, number := numeral(c.raw)
	return c.kind != Number || number
}

// endRow ends the row at hand, which stands n times.
func (k *sink) endRow(n int) error {
	w := k.w
	if w.endRow(0) < 0 {
		return w.err
	}
	if n < 2 || !w.spool.content {
		return nil
	}
	if last, most := w.row+n-1, k.opt.Limits.Rows; last > most {
		return tooLarge("rows", int64(last), int64(most))
	}
	if err := k.copied(int64(n-1) * int64(max(w.spool.col, 4))); err != nil {
		return err
	}
	from, to := w.rowFrom, w.sheet.rows.end
	w.textBytes += (to - from) * int64(n-1)
	if most := w.textLimit(); w.textBytes > most {
		return tooLarge("text-bytes", w.textBytes, most).at(w.row, 1)
	}
	if err := w.widen(int64(n - 1)); err != nil {
		return err
	}
	w.sheet.rows.reserve(n)
	for ; n > 1; n-- {
		w.row++
		w.rows++
		w.sheet.rows.add(w.row, from, to)
	}
	return nil
}

// copied counts cells that the file does not write out.
func (k *sink) copied(n int64) error {
	k.copies += n
	l := k.opt.Limits
	if most := min(copiesPerRow*int64(l.Rows), max(copiesFrom, l.Ratio*k.cells)); k.copies > most {
		return tooLarge("repeated-cells", k.copies, most)
	}
	return nil
}

// merge notes a merged range, cut off at the limits of a sheet.
func (k *sink) merge(r Range) error {
	s := k.w.sheet
	r.LastRow, r.LastCol = min(r.LastRow, k.opt.Limits.Rows), min(r.LastCol, k.opt.Limits.Columns)
	if r.FirstRow >= r.LastRow && r.FirstCol >= r.LastCol {
		return nil
	}
	if n, most := len(s.Merges), k.opt.Limits.Merges; n >= most {
		return tooLarge("merges", int64(n)+1, int64(most))
	}
	s.Merges = append(s.Merges, r)
	return nil
}

// hideRows and hideCols note hidden rows and columns, cut off at the limits.
func (k *sink) hideRows(first, last int) {
	if last = min(last, k.opt.Limits.Rows); first <= last {
		k.w.sheet.hiddenRows.add(first, last)
	}
}

func (k *sink) hideCols(first, last int) {
	if last = min(last, k.opt.Limits.Columns); first <= last {
		k.w.sheet.hiddenCols.add(first, last)
	}
}

// hide notes that a sheet is hidden.
func (k *sink) hide(s *Sheet, state string) {
	if !s.Hidden {
		s.Hidden = true
		k.problems.of(HiddenSheet, s.Name, "state", state)
	}
}

// workbook hands everything over.
func (k *sink) workbook(format FileFormat) (*Workbook, error) {
	wb := &Workbook{Format: format, Formats: k.looks.formats, Sheets: k.sheets, Problems: k.problems.all()}
	k.st.styles = k.looks.styles
	var err error
	if k.st.data, k.st.release, err = k.spool.finish(); err != nil {
		return nil, err
	}
	wb.close = k.st.close
	if k.opt.Progress != nil {
		k.opt.Progress(1, k.rows)
	}
	return wb, nil
}

// looks are the number formats and styles of a workbook, each kept once.
type looks struct {
	formats []Format
	styles  []style
	codes   map[string]int32
	known   map[style]int
}

// of gives the number of a look. Look 0 is plain.
func (l *looks) of(f Format, flags Flag, indent uint8) int {
	if l.codes == nil {
		l.codes, l.known = map[string]int32{}, map[style]int{}
	}
	key := f.Code + "\x00" + strconv.Itoa(int(f.Class))
	n, ok := l.codes[key]
	if !ok {
		if len(l.formats) == 0 || f.Class != ClassGeneral {
			n = int32(len(l.formats))
			l.formats = append(l.formats, f)
		}
		l.codes[key] = n
	}
	st := style{n, flags & (Bold | Strike), indent}
	at, ok := l.known[st]
	if !ok {
		at = len(l.styles)
		l.styles = append(l.styles, st)
		l.known[st] = at
	}
	return at
}
