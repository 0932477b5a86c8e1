package sheet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"sort"
	"strconv"
	"sync/atomic"
)

// The formats of a text file's cells: ="001" says that it is text.
const (
	plainFormat = 0
	textFormat  = 1
)

// text reads a delimited text file. All its cells are Text.
func (rd *reading) text() (*Workbook, error) {
	enc, err := rd.findEncoding()
	if err != nil {
		return nil, err
	}
	read := new(atomic.Int64)
	raw := &countingReader{r: io.NewSectionReader(rd.file, enc.skip, rd.size-enc.skip), n: read}
	win := newWindow(rd.ctx, rd.decoded(raw, enc), 2*rd.opt.Limits.CellBytes, 2*rd.size)
	defer win.close()
	if err := win.more(0); err != nil {
		return nil, err
	}
	if win.eof && len(bytes.TrimSpace(win.b)) == 0 {
		return nil, reject(FileEmpty)
	}
	d := findDialect(win.b, win.eof)
	st := &store{styles: []style{{}, {format: textFormat}}, texts: []uint32{0}}
	t := &textSheet{reading: rd, sheet: &Sheet{store: st}, widths: map[int]*rowsOfWidth{}}
	scanner := newCSVScanner(d.delimiter, rd.opt.Limits.CellBytes, t)
	used := d.declared
	if d.declared > 0 {
		scanner.row++ // the line counts, its text is no cell
	}
	rd.spool.disk = rd.spool.disk || rd.size >= spoolInMemory // its cells take more than its bytes
	t.begin()
	for first := true; ; first = false {
		if !first {
			if err := win.more(used); err != nil {
				return nil, tooWideField(err, scanner, len(win.b)-used, rd.opt.Limits)
			}
			used = 0
		}
		n, err := scanner.scan(win.b[used:], win.eof)
		if err != nil {
			return nil, err
		}
		used += n
		if rd.opt.Progress != nil {
			rd.opt.Progress(min(float64(read.Load())/float64(rd.size), 1), rd.rows)
		}
		if win.eof {
			break
		}
	}
	t.finish()
	wb := &Workbook{
		Format: CSV, Encoding: enc.name, Why: enc.why + "; " + d.why, Delimiter: string(d.delimiter),
		Formats: []Format{{Code: "General"}, ParseFormat("@")}, Sheets: []*Sheet{t.sheet}, Problems: rd.problems.all(),
	}
	if st.data, st.release, err = rd.spool.finish(); err != nil {
		return nil, err
	}
	wb.close = st.close
	return wb, nil
}

func tooWideField(err error, s *csvScanner, size int, l Limits) error {
	if !errors.Is(err, errWindow) {
		return err
	}
	return tooLarge("cell-bytes", int64(size), int64(l.CellBytes)).at(s.row, s.col)
}

// textSheet puts the fields of a text file into the spool.
type textSheet struct {
	*reading
	sheet     *Sheet
	from      int64
	lastEmpty bool // the last field of the row
	widths    map[int]*rowsOfWidth
}

// rowsOfWidth are the rows with one number of fields.
type rowsOfWidth struct {
	count, trailing int // trailing: of these, ended with an empty field
	first           []int
}

func (t *textSheet) begin() {
	t.spool.begin()
	t.from = t.spool.offset()
}

func (t *textSheet) field(row, col int, v []byte, form fieldForm) error {
	if t.lastEmpty = len(v) == 0; t.lastEmpty {
		return nil
	}
	if col > t.opt.Limits.Columns {
		return tooLarge("columns", int64(col), int64(t.opt.Limits.Columns)).at(row, col)
	}
	st := plainFormat
	switch form {
	case formExcelText:
		st = textFormat
	case formStrayQuote:
		t.problems.at(CSVStrayQuote, "", "", row, col)
	case formOpenQuote:
		t.problems.at(CSVOpenQuote, "", "", row, col)
	}
	if bytes.IndexByte(v, 0) >= 0 {
		t.problems.at(NULBytes, "", "", row, col)
	}
	sp := &t.spool
	if len(sp.b) > midRow {
		if err := sp.flush(); err != nil {
			return err
		}
	}
	sp.head(col, byte(Text), st)
	if len(v) < 0x80 {
		sp.b = append(sp.b, byte(len(v)))
	} else {
		sp.b = binary.AppendUvarint(sp.b, uint64(len(v)))
	}
	sp.b = append(sp.b, v...)
	if !blankText(v) {
		sp.content, sp.last = true, col
	}
	return nil
}

func (t *textSheet) line(row, width int) error {
	sp := &t.spool
	if sp.content {
		t.sheet.rows.add(row, t.from, sp.offset())
		t.sheet.cols = max(t.sheet.cols, sp.last)
		t.rows++
	} else if back := int(sp.offset() - t.from); back <= len(sp.b) {
		sp.b = sp.b[:len(sp.b)-back]
	}
	if width > 0 && sp.content {
		t.note(row, width)
	}
	if err := sp.settle(); err != nil {
		return err
	}
	t.begin()
	return nil
}

// manyWidths is how many different widths of rows are told apart.
const manyWidths = 1000

func (t *textSheet) note(row, width int) {
	w := t.widths[width]
	if w == nil {
		if len(t.widths) >= manyWidths {
			return
		}
		w = &rowsOfWidth{}
		t.widths[width] = w
	}
	w.count++
	if t.lastEmpty {
		w.trailing++
	}
	if len(w.first) < placesShown {
		w.first = append(w.first, row)
	}
}

// finish reports the rows that have not the usual number of fields. Lines of
// one field are titles and notes; a delimiter at the end is only a habit.
func (t *textSheet) finish() {
	usual := 0
	for width, w := range t.widths {
		if width > 1 && (usual == 0 || w.count > t.widths[usual].count || w.count == t.widths[usual].count && width > usual) {
			usual = width
		}
	}
	for _, longer := range []bool{false, true} {
		rows, count := []int{}, 0
		for width, w := range t.widths {
			switch {
			case width < 2 || width == usual || (width > usual) != longer:
			case width == usual+1 && w.trailing == w.count:
			case width == usual-1 && t.sheet.cols < usual:
			default:
				rows, count = append(rows, w.first...), count+w.count
			}
		}
		if count > 0 {
			t.ragged(rows, count, usual, longer)
		}
	}
}

func (t *textSheet) ragged(rows []int, count, usual int, longer bool) {
	sort.Ints(rows)
	rows = rows[:min(len(rows), placesShown)]
	variant := "fewer"
	if longer {
		variant = "more"
	}
	for _, r := range rows {
		t.problems.at(CSVRaggedRow, "", variant, r, 1, "width", strconv.Itoa(usual), "fields", variant)
	}
	t.problems.groups[problemKey{CSVRaggedRow, "", variant}].count = count
}
