package sheet

import (
	"encoding/binary"
	"errors"
	"slices"
	"sort"
	"strconv"
	"unsafe"
)

// ErrClosed is returned for rows of a workbook that was closed.
var ErrClosed = errors.New("sheet: workbook is closed")

// Sheet is one worksheet, or the one table of a text file. All rows are read;
// they lie in a spool on disk and are decoded when asked for, so that a sheet
// of a million rows costs little memory and any row can be looked at again.
// Several goroutines may read one Sheet at the same time.
type Sheet struct {
	Name   string // "" for text files and pages
	Hidden bool
	Merges []Range

	store      *store
	rows       rowIndex
	cols       int
	hiddenRows spans
	hiddenCols spans
}

// Rows is the number of the last row with content; 0 for an empty sheet.
func (s *Sheet) Rows() int { return s.rows.last() }

// Cols is the number of the last column with content; 0 for an empty sheet.
func (s *Sheet) Cols() int { return s.cols }

// HiddenRow reports whether a row is hidden.
func (s *Sheet) HiddenRow(r int) bool { return s.hiddenRows.has(r) }

// HiddenCol reports whether a column is hidden.
func (s *Sheet) HiddenCol(c int) bool { return s.hiddenCols.has(c) }

// Row gives the cells of row r, from column 1 to the last used one, Empty ones
// between; none where the row has no content. It uses buf where that is large
// enough. The error is ErrClosed.
func (s *Sheet) Row(r int, buf []Cell) ([]Cell, error) {
	i, ok := s.rows.find(r)
	if !ok {
		return buf[:0], nil
	}
	if s.store.closed {
		return nil, ErrClosed
	}
	return s.decode(s.rows.bytes(s.store.data, i), buf[:0]), nil
}

// Scan calls fn for every row from first to last that has content, in order.
// The cells are valid during the call only, their Raw until the workbook is
// closed. An error of fn ends the scan and is returned.
func (s *Sheet) Scan(first, last int, fn func(r int, cells []Cell) error) error {
	if s.store == nil {
		return nil // the zero Sheet is empty
	}
	if s.store.closed {
		return ErrClosed
	}
	var buf []Cell
	for i := s.rows.search(first); i < s.rows.len(); i++ {
		r := s.rows.number(i)
		if r > last {
			break
		}
		buf = s.decode(s.rows.bytes(s.store.data, i), buf[:0])
		if err := fn(r, buf); err != nil {
			return err
		}
	}
	return nil
}

// The first byte of a cell in the spool: its kind and what follows. Order:
// tag, gap, style, then the index of a shared text or length and bytes.
const (
	tagKind    = 0x07
	tagShared  = 0x08 // an index into the shared texts follows
	tagGap     = 0x10 // that many empty columns lie before this cell
	tagFormula = 0x20
	tagStyle   = 0x40 // a style other than 0 follows
)

// style is what a cell's style says that we keep.
type style struct {
	format int32
	flags  Flag
	indent uint8
}

// store holds the bytes of all sheets of a workbook. It is not written after
// it was made.
type store struct {
	data    []byte   // the spool: rows, and the shared texts
	texts   []uint32 // where shared text i begins, from base; one more for the end
	base    int64
	styles  []style
	closed  bool
	release func() error
}

func (st *store) close() error {
	if st.closed {
		return nil
	}
	st.closed = true
	st.data = nil
	if st.release == nil {
		return nil
	}
	return st.release()
}

// text gives the shared text i.
func (st *store) text(i int) string {
	if i+1 >= len(st.texts) {
		return ""
	}
	return view(st.data, int(st.base)+int(st.texts[i]), int(st.base)+int(st.texts[i+1]))
}

// view is data[from:to] as a string that shares its bytes.
func view(data []byte, from, to int) string {
	if from >= to {
		return ""
	}
	return unsafe.String(&data[from], to-from)
}

// decode appends the cells of one spooled row to buf.
func (s *Sheet) decode(b []byte, buf []Cell) []Cell {
	styles, hidden := s.store.styles, len(s.hiddenCols) > 0
	for p := 0; p < len(b); {
		tag := b[p]
		p++
		if tag&tagGap != 0 {
			gap, n := uvarint(b[p:])
			p += n
			for ; gap > 0; gap-- {
				buf = append(buf, Cell{})
			}
		}
		st := 0
		if tag&tagStyle != 0 {
			v, n := uvarint(b[p:])
			p += n
			st = v
		}
		v, n := uvarint(b[p:])
		p += n
		c := Cell{Kind: Kind(tag & tagKind)}
		switch {
		case tag&tagShared != 0:
			c.Raw = s.store.text(v)
		case c.Kind == Bool:
			c.Raw = boolText(v != 0)
		default:
			c.Raw = view(b, p, p+v)
			p += v
		}
		if st < len(styles) {
			c.Format, c.Flags, c.Indent = styles[st].format, styles[st].flags, styles[st].indent
		}
		if tag&tagFormula != 0 {
			c.Flags |= Formula
		}
		if hidden && s.hiddenCols.has(len(buf)+1) {
			c.Flags |= HiddenCol
		}
		buf = append(buf, c)
	}
	return buf
}

func boolText(v bool) string {
	if v {
		return "TRUE"
	}
	return "FALSE"
}

// uvarint is binary.Uvarint with the one-byte case inlined.
func uvarint(b []byte) (value, n int) {
	if len(b) > 0 && b[0] < 0x80 {
		return int(b[0]), 1
	}
	v, n := binary.Uvarint(b)
	return int(v), n
}

// rowIndex says where each row with content lies in the spool. It grows with
// the rows that are there, not with their numbers: a lone cell in row
// 1,048,576 costs nothing.
type rowIndex struct {
	at      []int64 // where row i begins
	end     int64   // where the last row ends
	numbers []int32 // row numbers, ascending; nil while row i is number i+1
	tails   map[int]int64
}

func (x *rowIndex) len() int { return len(x.at) }

// add appends row number r, which lies at [from, to). Numbers may come in any
// order; order puts them right. A row that stands several times is added so
// often, at the same place.
func (x *rowIndex) add(r int, from, to int64) {
	if x.numbers == nil && r != len(x.at)+1 {
		x.numbers = make([]int32, len(x.at), 2*len(x.at)+16)
		for i := range x.numbers {
			x.numbers[i] = int32(i + 1)
		}
	}
	if x.numbers != nil {
		x.numbers = append(x.numbers, int32(r))
	}
	if n := len(x.at); n > 0 && x.end != from && x.at[n-1] != from {
		if x.tails == nil {
			x.tails = map[int]int64{}
		}
		x.tails[n-1] = x.end
	}
	x.at, x.end = append(x.at, from), to
}

// reserve makes room for n more rows.
func (x *rowIndex) reserve(n int) {
	x.at = slices.Grow(x.at, n)
	if x.numbers != nil {
		x.numbers = slices.Grow(x.numbers, n)
	}
}

func (x *rowIndex) number(i int) int {
	if x.numbers == nil {
		return i + 1
	}
	return int(x.numbers[i])
}

func (x *rowIndex) last() int {
	if len(x.at) == 0 {
		return 0
	}
	return x.number(len(x.at) - 1)
}

// search gives the first index whose row number is at least r.
func (x *rowIndex) search(r int) int {
	if x.numbers == nil {
		return min(max(r-1, 0), len(x.at))
	}
	return sort.Search(len(x.numbers), func(i int) bool { return int(x.numbers[i]) >= r })
}

func (x *rowIndex) find(r int) (int, bool) {
	i := x.search(r)
	return i, i < len(x.at) && x.number(i) == r
}

// bytes gives the spooled cells of row i.
func (x *rowIndex) bytes(data []byte, i int) []byte {
	from, to := x.extent(i)
	return data[from:to]
}

// extent gives where row i lies. Rows that lie in one place are one row that
// stands several times; the last of them knows its end.
func (x *rowIndex) extent(i int) (from, to int64) {
	if i+1 < len(x.at) && x.at[i+1] == x.at[i] {
		i += sort.Search(len(x.at)-i-1, func(n int) bool { return x.at[i+1+n] != x.at[i] })
	}
	if i == len(x.at)-1 {
		return x.at[i], x.end
	}
	if to, ok := x.tails[i]; ok {
		return x.at[i], to
	}
	return x.at[i], x.at[i+1]
}

// ascending reports whether the rows came in order, none twice.
func (x *rowIndex) ascending() bool {
	for i := 1; i < len(x.numbers); i++ {
		if x.numbers[i] <= x.numbers[i-1] {
			return false
		}
	}
	return true
}

// order sorts the rows. Of two with one number the later counts; it gives how
// many were dropped so.
func (x *rowIndex) order() (dropped int) {
	type entry struct {
		number   int32
		from, to int64
	}
	all := make([]entry, x.len())
	for i := range all {
		from, to := x.extent(i)
		all[i] = entry{x.numbers[i], from, to}
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].number < all[j].number })
	*x = rowIndex{}
	for i, e := range all {
		if i+1 < len(all) && all[i+1].number == e.number {
			dropped++
			continue
		}
		x.add(int(e.number), e.from, e.to)
	}
	return dropped
}

// spans are ascending, disjoint ranges of row or column numbers.
type spans []span

type span struct{ first, last int32 }

func (x *spans) add(first, last int) {
	if n := len(*x); n > 0 && int((*x)[n-1].last) == first-1 {
		(*x)[n-1].last = int32(last)
		return
	}
	*x = append(*x, span{int32(first), int32(last)})
}

// settle sorts spans that came in any order.
func (x spans) settle() {
	sort.Slice(x, func(i, j int) bool { return x[i].first < x[j].first })
}

func (x spans) has(n int) bool {
	i := sort.Search(len(x), func(i int) bool { return int(x[i].last) >= n })
	return i < len(x) && int(x[i].first) <= n
}

// FromRows makes a sheet of text cells in memory, for tests; "" is no cell.
func FromRows(name string, rows [][]string) *Sheet {
	return fromStrings(name, rows, func(string) Kind { return Text })
}

// FromRowsTyped is FromRows with numbers as Number cells.
func FromRowsTyped(name string, rows [][]string) *Sheet {
	return fromStrings(name, rows, func(v string) Kind {
		if _, err := strconv.ParseFloat(v, 64); err == nil {
			return Number
		}
		return Text
	})
}

func fromStrings(name string, rows [][]string, kind func(string) Kind) *Sheet {
	cells := make([][]Cell, len(rows))
	for i, row := range rows {
		cells[i] = make([]Cell, len(row))
		for j, v := range row {
			if v != "" {
				cells[i][j] = Cell{Raw: v, Kind: kind(v)}
			}
		}
	}
	return FromCells(name, cells)
}

// FromCells makes a sheet of any cells in memory, for tests. HiddenCol on any
// cell hides its column.
func FromCells(name string, rows [][]Cell) *Sheet {
	st := &store{}
	s := &Sheet{Name: name, store: st}
	known, hidden := map[style]int{{}: 0}, map[int]bool{}
	st.styles = []style{{}}
	w := rowWriter{}
	for r, row := range rows {
		from := int64(len(w.b))
		w.begin()
		for i, c := range row {
			if c.Kind == Empty {
				continue
			}
			k := style{c.Format, c.Flags & (Bold | Strike), c.Indent}
			n, ok := known[k]
			if !ok {
				n = len(st.styles)
				known[k] = n
				st.styles = append(st.styles, k)
			}
			if c.Flags&HiddenCol != 0 && !hidden[i+1] {
				hidden[i+1] = true
				s.hiddenCols.add(i+1, i+1)
			}
			w.put(i+1, c.Kind, n, c.Flags&Formula != 0, c.Raw, !c.IsEmpty())
		}
		if w.content {
			s.rows.add(r+1, from, int64(len(w.b)))
			s.cols = max(s.cols, w.last)
		}
	}
	s.hiddenCols.settle()
	st.data = w.b
	return s
}

// rowWriter encodes cells in column order.
type rowWriter struct {
	b       []byte
	col     int // of the last cell written
	last    int // last column with content
	content bool
}

func (w *rowWriter) begin() { w.col, w.last, w.content = 0, 0, false }

// put encodes one cell with its text; col must be above the one before.
func (w *rowWriter) put(col int, kind Kind, style int, formula bool, raw string, content bool) {
	var flags byte
	if formula {
		flags = tagFormula
	}
	w.head(col, byte(kind)|flags, style)
	if kind == Bool {
		v := byte(0)
		if raw == "TRUE" {
			v = 1
		}
		w.b = append(w.b, v)
	} else {
		w.b = binary.AppendUvarint(w.b, uint64(len(raw)))
		w.b = append(w.b, raw...)
	}
	if content {
		w.last, w.content = col, true
	}
}

// head encodes what stands before a cell's value.
func (w *rowWriter) head(col int, tag byte, style int) {
	gap := col - w.col - 1
	w.col = col
	if gap > 0 {
		tag |= tagGap
	}
	if style != 0 {
		tag |= tagStyle
	}
	w.b = append(w.b, tag)
	if gap > 0 {
		w.b = binary.AppendUvarint(w.b, uint64(gap))
	}
	if style != 0 {
		w.b = binary.AppendUvarint(w.b, uint64(style))
	}
}
