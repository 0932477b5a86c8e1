// Package check looks at what the values of a table say: columns that say
// nothing, rows that come twice, and personal information that must not be
// published. It sees every record once, as it passes to the version file.
//
// It must not change a record, and it never keeps or prints a personal value:
// its findings name cells.
package check

import (
	"hash/maphash"
	"math"
	"math/bits"
	"strings"

	"gongkai/catalog"
	"gongkai/ingest/shape"
)

// Checker collects what its findings need while records pass. It is for one
// table and one goroutine.
type Checker struct {
	sheet   string
	columns []column
	seed    maphash.Seed
	rows    hashes // of the records' values
	records int64
	twice   seen
}

// seen keeps how often something was met and its first ten cells.
type seen struct {
	n     int64
	cells []string
}

func (s *seen) add(cell func() string) {
	if s.n++; len(s.cells) < 10 {
		s.cells = append(s.cells, cell())
	}
}

// column is what is known about one column so far.
type column struct {
	name, label string
	col         int // on the sheet; 0 for helpers, which are left alone
	values      int64
	first       catalog.Value
	varied      bool
	digits      bool // may hold long digit runs: text and integers
	text        bool
	runs        int64 // texts that are digits only
	long        int64 // values of 13 and more digits
	kinds       [kinds]seen
	memo        [64]memo
}

type memo struct {
	text string
	hit  kind
}

// maxRows bounds how many rows are remembered to find duplicates.
const maxRows = 2_000_000

// New makes a Checker for the records of a table. decided, which may be nil, is
// what the recipe says about it.
func New(t *catalog.Table, decided *catalog.RecipeTable) *Checker {
	c := &Checker{sheet: t.Sheet, seed: maphash.MakeSeed(), columns: make([]column, len(t.Columns))}
	for i, col := range t.Columns {
		c.columns[i] = column{
			name: col.Name, label: col.Label, col: col.Col,
			text:   col.Type == catalog.TypeText,
			digits: col.Type == catalog.TypeText || col.Type == catalog.TypeInteger,
		}
	}
	return c
}

// Record looks at one record. It keeps nothing of it but texts that live as
// long as the workbook.
func (c *Checker) Record(r *catalog.Record) {
	c.scanRaw(r)
	if r.Kind == catalog.RowTotal {
		return
	}
	c.records++
	h := uint64(1)
	for i := range c.columns {
		col := &c.columns[i]
		v := &r.Values[i]
		h = c.mix(h, v)
		if v.Kind == catalog.Null || col.col == 0 {
			continue
		}
		if col.values++; col.values == 1 {
			col.first = *v
		} else if !col.varied && *v != col.first {
			col.varied = true
		}
		if col.digits {
			c.person(col, v, r.Row)
		}
	}
	c.duplicate(h, r.Row)
}

// mix adds a value to the hash of its record.
func (c *Checker) mix(h uint64, v *catalog.Value) uint64 {
	x := uint64(v.I) + uint64(v.Kind)<<60
	if v.S != "" {
		x ^= maphash.String(c.seed, v.S)
	}
	if v.F != 0 {
		x ^= math.Float64bits(v.F)
	}
	high, low := bits.Mul64(h^x, 0x9e3779b97f4a7c15)
	return (high ^ low) + 0x2545f4914f6cdd1d
}

func (c *Checker) duplicate(sum uint64, row int) {
	if c.rows.add(sum) {
		c.twice.add(func() string { return shape.Where(c.sheet, row, c.firstColumn()) })
	}
}

// hashes is a set of hashes, a few bytes each. Two records of one hash are
// taken for equal; with 64 bits that is one chance in millions for a table.
type hashes struct {
	slots []uint64 // 0 is free
	n     int
}

// add puts a hash in and reports whether it was there. A full set takes no
// more and knows what it has.
func (s *hashes) add(sum uint64) (known bool) {
	sum |= 1
	if s.n*4 >= len(s.slots)*3 {
		if s.n >= maxRows {
			return s.find(sum) >= 0 && s.slots[s.find(sum)] == sum
		}
		s.grow()
	}
	i := s.find(sum)
	if s.slots[i] == sum {
		return true
	}
	s.slots[i] = sum
	s.n++
	return false
}

// find gives the slot that holds a hash, or the free one where it belongs.
func (s *hashes) find(sum uint64) int {
	i := int(sum>>1) & (len(s.slots) - 1)
	for s.slots[i] != 0 && s.slots[i] != sum {
		i = (i + 1) & (len(s.slots) - 1)
	}
	return i
}

func (s *hashes) grow() {
	old := s.slots
	s.slots = make([]uint64, max(1024, 2*len(old)))
	for _, sum := range old {
		if sum != 0 {
			s.slots[s.find(sum)] = sum
		}
	}
}

func (c *Checker) firstColumn() int {
	for i := range c.columns {
		if c.columns[i].col > 0 {
			return c.columns[i].col
		}
	}
	return 1
}

// Findings gives what was found, after the last record.
func (c *Checker) Findings(t *catalog.Table) []catalog.Finding {
	var out []catalog.Finding
	add := func(code string, col *column, s seen, actual string) {
		f := catalog.NewFinding(code, c.sheet, nil)
		f.Table, f.Count, f.Cells, f.Actual = t.Name, s.n, s.cells, actual
		if col != nil {
			f.Args = map[string]string{"column": col.label}
			f.Where = shape.Where(c.sheet, t.FirstRow, col.col)
		}
		if len(s.cells) > 0 {
			f.Where = s.cells[0]
		}
		out = append(out, f)
	}
	for i := range c.columns {
		col := &c.columns[i]
		if col.col == 0 {
			continue
		}
		switch {
		case c.records == 0:
		case col.values == 0:
			add("column-empty", col, seen{n: 1}, "")
		case !col.varied && col.values > 2 && col.values == c.records:
			add("column-constant", col, seen{n: col.values}, col.first.String())
		}
		for k := kind(1); k < kinds; k++ {
			if col.proven(k) {
				add(k.code(), col, col.kinds[k], "")
			}
		}
	}
	if c.twice.n > 0 {
		add("row-duplicate", nil, c.twice, "")
	}
	return append(out, c.headers(t)...)
}

// proven reports whether the hits of a kind are what they look like. A phone
// number has no check digit and a card's is right in one of ten numbers: in a
// column of amounts or serial numbers some pass by chance, so there a third of
// the values must. In words every hit counts, and so does every resident ID.
func (col *column) proven(k kind) bool {
	n := col.kinds[k].n
	switch k {
	case mobile:
		return n > 0 && (!col.numbers() || n*3 >= col.values)
	case bankCard:
		return n > 0 && (!col.numbers() || n*3 >= col.long)
	}
	return n > 0
}

// numbers reports whether nearly all values are runs of digits.
func (col *column) numbers() bool { return !col.text || col.runs*10 >= col.values*9 }

// headers judges the names of columns: some name what must not be public, some
// do beside a column of people's names.
func (c *Checker) headers(t *catalog.Table) []catalog.Finding {
	var out []catalog.Finding
	var person *column
	var details []string
	for i := range c.columns {
		col := &c.columns[i]
		if col.col == 0 || col.values == 0 {
			continue
		}
		switch s := sensitive(col.label); {
		case s == namesPerson:
			if person == nil {
				person = col
			}
		case s == namesDetail:
			details = append(details, col.label)
		case s != "":
			f := catalog.NewFinding("personal-header", shape.Where(c.sheet, max(t.HeaderRow[1], 1), col.col), map[string]string{"column": col.label})
			f.Table, f.Actual, f.Count = t.Name, s, col.values
			out = append(out, f)
		}
	}
	if person != nil && len(details) > 0 {
		f := catalog.NewFinding("personal-combination", shape.Where(c.sheet, max(t.HeaderRow[1], 1), person.col), map[string]string{"column": person.label})
		f.Table, f.Actual, f.Count = t.Name, strings.Join(details, ", "), person.values
		out = append(out, f)
	}
	return out
}
