package shape

import (
	"context"
	"errors"
	"hash/maphash"
	"math/bits"
	"runtime"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"gongkai/ingest/sheet"
)

// lines holds what finding tables needs to know about every row with content:
// which columns are filled and which of those hold values. It is a few bytes a
// row, so that a million rows need no more than that; a row's cells are read
// again where their words matter.
type lines struct {
	rows   []int32  // sheet row of each line
	filled []uint64 // stride words a line, one bit a column
	values []uint64 // of the filled ones: numbers, years, dates
	marks  []uint64 // of the filled ones: null markers
	keys   []uint64 // hash of the first filled cell's text
	stride int
	cols   int
	rules  []int32 // rows of dashes that draw a line: they are in no list above
	beyond beyond  // cells right of cols
	totals []int32 // lines of whose first three texts one may name a total
}

// beyond counts cells that take no part because they lie too far right.
type beyond struct{ n, row, col int }

func (b *beyond) add(r, cols int, cells []sheet.Cell) {
	for i := cols; i < len(cells); i++ {
		if cells[i].IsEmpty() {
			continue
		}
		if b.n == 0 {
			b.row, b.col = r, i+1
		}
		b.n++
	}
}

// maxWords bounds the bit sets of a sheet; of a sheet that is both very long
// and very wide only the first columns take part in finding tables.
const maxWords = 8 << 20

func scanLines(ctx context.Context, sh *sheet.Sheet, formats []sheet.Format, seed maphash.Seed) (*lines, error) {
	cols := max(sh.Cols(), 1)
	stride := (cols + 63) / 64
	if stride*sh.Rows() > maxWords {
		stride = min(stride, max(maxWords/max(sh.Rows(), 1), 1))
		cols = stride * 64
	}
	n := 1
	if sh.Rows() >= manyLines {
		n = min(runtime.GOMAXPROCS(0), maxScans)
	}
	parts, errs := make([]*lines, n), make([]error, n)
	var wg sync.WaitGroup
	for i := range parts {
		parts[i] = &lines{stride: stride, cols: cols}
		from, to := sh.Rows()*i/n+1, sh.Rows()*(i+1)/n
		wg.Go(func() { errs[i] = parts[i].scan(ctx, sh, from, to, formats, seed) })
	}
	wg.Wait()
	ln := parts[0]
	for _, p := range parts[1:] {
		ln.join(p)
	}
	return ln, errors.Join(errs...)
}

// Long sheets are scanned by several goroutines at once.
const (
	manyLines = 20_000
	maxScans  = 4
)

// scan adds the rows of the sheet from one to another.
func (ln *lines) scan(ctx context.Context, sh *sheet.Sheet, from, to int, formats []sheet.Format, seed maphash.Seed) error {
	stride, cols := ln.stride, ln.cols
	memo := newClassMemo()
	buf := make([]uint64, 3*stride)
	filled, values, marks := buf[:stride], buf[stride:2*stride], buf[2*stride:]
	return sh.Scan(from, to, func(r int, cells []sheet.Cell) error {
		if len(ln.rows)&0xfff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		clear(buf)
		first, texts, total := -1, 0, false
		for i := range cells[:min(len(cells), cols)] {
			k := memo.class(&cells[i], formats)
			if k == classBlank {
				continue
			}
			if first < 0 {
				first = i
			}
			bit := uint64(1) << (i & 63)
			filled[i>>6] |= bit
			switch {
			case k.value():
				values[i>>6] |= bit
			case k == classMarker:
				marks[i>>6] |= bit
			case texts < 3:
				texts++
				total = total || memo.total(&cells[i])
			}
		}
		if len(cells) > cols {
			ln.beyond.add(r, cols, cells)
		}
		if first < 0 {
			return nil
		}
		if texts == 0 && ruled(cells[:min(len(cells), cols)]) {
			ln.rules = append(ln.rules, int32(r))
			return nil
		}
		if total {
			ln.totals = append(ln.totals, int32(len(ln.rows)))
		}
		ln.rows = append(ln.rows, int32(r))
		ln.filled = append(ln.filled, filled...)
		ln.values = append(ln.values, values...)
		ln.marks = append(ln.marks, marks...)
		ln.keys = append(ln.keys, maphash.String(seed, cells[first].Raw))
		return nil
	})
}

// ruled reports whether cells draw a line, as typewriters did: nothing but
// dashes from the first column on, in three cells and more, or in long runs.
func ruled(cells []sheet.Cell) bool {
	n, long := 0, false
	for i := range cells {
		raw := Trim(cells[i].Raw)
		if raw == "" {
			continue
		}
		if cells[i].Kind != sheet.Text || strings.Trim(raw, "-=_─━═") != "" {
			return false
		}
		n++
		long = long || utf8.RuneCountInString(raw) >= 5
	}
	return long || n >= 3 && Trim(cells[0].Raw) != ""
}

// join puts the lines of a later part behind.
func (ln *lines) join(p *lines) {
	for _, t := range p.totals {
		ln.totals = append(ln.totals, t+int32(len(ln.rows)))
	}
	ln.rules = append(ln.rules, p.rules...)
	ln.rows = append(ln.rows, p.rows...)
	ln.filled = append(ln.filled, p.filled...)
	ln.values = append(ln.values, p.values...)
	ln.marks = append(ln.marks, p.marks...)
	ln.keys = append(ln.keys, p.keys...)
	if ln.beyond.n == 0 {
		ln.beyond = p.beyond
	} else {
		ln.beyond.n += p.beyond.n
	}
}

func (ln *lines) len() int      { return len(ln.rows) }
func (ln *lines) row(i int) int { return int(ln.rows[i]) }

// runs calls fn for the first of every run of lines from lo to hi-1 that fill
// the same columns, with the length of the run.
func (ln *lines) runs(lo, hi int, fn func(i, n int)) {
	for from := lo; from < hi; {
		to := from + 1
		for first := ln.filled[from*ln.stride : (from+1)*ln.stride]; to < hi && slices.Equal(first, ln.filled[to*ln.stride:(to+1)*ln.stride]); {
			to++
		}
		fn(from, to-from)
		from = to
	}
}

// has reports whether column c (from 1) has its bit set for line i.
func (ln *lines) has(set []uint64, i, c int) bool {
	return c > 0 && c <= ln.cols && set[i*ln.stride+(c-1)>>6]>>((c-1)&63)&1 == 1
}

// count gives how many columns from c1 to c2 have their bit set for line i.
func (ln *lines) count(set []uint64, i, c1, c2 int) int {
	n := 0
	for w := (c1 - 1) >> 6; w <= (c2-1)>>6 && w < ln.stride; w++ {
		n += bits.OnesCount64(set[i*ln.stride+w] & wordMask(w, c1, c2))
	}
	return n
}

// overlap counts the columns from c1 to c2 that line i has in set and cols has too.
func (ln *lines) overlap(set []uint64, i int, cols []uint64) int {
	n := 0
	for w := range ln.stride {
		n += bits.OnesCount64(set[i*ln.stride+w] & cols[w])
	}
	return n
}

// wordMask keeps the bits of word w that lie in columns c1 to c2.
func wordMask(w, c1, c2 int) uint64 {
	m := ^uint64(0)
	if lo := c1 - 1 - w*64; lo > 0 {
		m <<= lo
	}
	if hi := w*64 + 63 - (c2 - 1); hi > 0 {
		m &= ^uint64(0) >> hi
	}
	return m
}

// classMemo remembers what texts look like: the shared strings of a workbook
// come by again and again at the same place in memory.
type classMemo struct{ slots []memoSlot }

type memoSlot struct {
	text  string
	k     class
	total int8 // 1: may name a total, -1: does not, 0: not asked yet
}

func newClassMemo() *classMemo { return &classMemo{slots: make([]memoSlot, 1024)} }

func (m *classMemo) class(c *sheet.Cell, formats []sheet.Format) class {
	if c.Kind != sheet.Text {
		return classOf(c, formats)
	}
	if n := len(c.Raw); n < 3 || n > 40 {
		return classOfText(c.Raw)
	}
	if k := classOfPlain(c.Raw); k != classBlank {
		return k
	}
	return m.slot(c.Raw).k
}

// total reports whether a text may name a total.
func (m *classMemo) total(c *sheet.Cell) bool {
	if n := len(c.Raw); n < 3 || n > 40 {
		return mayTotal(c.Raw) && totalWord(Trim(c.Raw)) > namesNothing
	}
	slot := m.slot(c.Raw)
	if slot.total == 0 {
		slot.total = -1
		if mayTotal(c.Raw) && totalWord(Trim(c.Raw)) > namesNothing {
			slot.total = 1
		}
	}
	return slot.total > 0
}

func (m *classMemo) slot(s string) *memoSlot {
	n := len(s)
	h := uint(s[0])*31 + uint(s[n-1])*977 + uint(s[n-2])*131 + uint(s[n/2])*17 + uint(n)*7
	slot := &m.slots[h&1023]
	if slot.text != s {
		*slot = memoSlot{text: s, k: classOfText(s)}
	}
	return slot
}
