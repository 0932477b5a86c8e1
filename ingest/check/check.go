// Package check looks at what the values of a table say: whether they keep the
// declared rules, what changed since the last version, columns that say
// nothing, counts that are too small, and personal information that must not
// be published. It sees every record once, as it passes to the version file.
//
// It must not change a record, and it never keeps or prints a personal value:
// its findings name cells.
package check

import (
	"gongkai/catalog"
	"gongkai/ingest/shape"
)

// Checker collects what its findings need while records pass. It is for one
// table and one goroutine.
type Checker struct {
	table   *catalog.Table
	decided *catalog.RecipeTable
	columns []column
	mix     mixer
	rows    hashes // of the records' values
	waiting []hashed
	records int64
	twice   seen
	key     *key       // nil where the table has none
	gives   *giveaways // nil where no count is left out
	scratch []byte
}

// mostCells is how many cells a finding names.
const mostCells = 10

// seen keeps how often something was met and its first ten cells.
type seen struct {
	n     int64
	cells []string
}

func (s *seen) add(cell func() string) {
	if s.n++; len(s.cells) < mostCells {
		s.cells = append(s.cells, cell())
	}
}

// merge adds what another kind of the same finding met, later in the rows.
func (s seen) merge(o seen) seen {
	cells := append(append([]string(nil), s.cells...), o.cells...)
	return seen{s.n + o.n, cells[:min(len(cells), mostCells)]}
}

// column is what is known about one column so far.
type column struct {
	of     *catalog.Column
	helper bool // of a period: made from what stands beside it, and left alone
	scan   scan
	values int64
	first  catalog.Value
	varied bool
	rules  *rules // nil where none are declared
	below  int64  // counts above zero and below this are small; 0 where it counts no people
	small  seen
	person people
}

// New makes a Checker for the records of a table. decided, which may be nil, is
// what the recipe says about it.
func New(t *catalog.Table, decided *catalog.RecipeTable) *Checker {
	c := &Checker{table: t, decided: decided, mix: newMixer(), columns: make([]column, len(t.Columns))}
	for i := range t.Columns {
		of := &t.Columns[i]
		c.columns[i] = column{of: of, helper: of.Made == catalog.MadePeriod || of.Made == "" && of.Col == 0, scan: scanOf(of)}
		if !masks(decided, of.Name) {
			c.columns[i].rules = newRules(of)
		}
		c.columns[i].person.phone, c.columns[i].person.passport = namesPhone(of.Label), namesPassport(of.Label)
	}
	c.countPeople()
	c.key = newKey(t, decided)
	c.gives = newGiveaways(t, decided)
	c.share()
	return c
}

// share bounds what is remembered: unique columns and the key have even parts.
func (c *Checker) share() {
	c.rows.most = mostRows
	c.rows.expect(c.table.Rows)
	var sets []*hashes
	for i := range c.columns {
		if r := c.columns[i].rules; r != nil && r.known != nil {
			sets = append(sets, r.known)
		}
	}
	if c.key != nil {
		sets = append(sets, &c.key.known)
	}
	for _, s := range sets {
		s.most = mostKeys / len(sets)
	}
}

// Record looks at one record. It keeps nothing of it but texts that live as
// long as the workbook.
func (c *Checker) Record(r *catalog.Record) {
	if len(r.Raw) > 0 {
		c.scanRaw(r)
		if c.gives != nil {
			c.gives.record(c, r)
		}
	}
	total := r.Kind == catalog.RowTotal
	if !total {
		c.records++
	}
	h := uint64(1)
	for i := range c.columns {
		col, v := &c.columns[i], &r.Values[i]
		if col.below > 0 && v.Kind == catalog.IntValue && v.I > 0 && v.I < col.below && v.S == "" {
			col.small.add(func() string { return c.where(r.Row, col) })
		}
		if total {
			continue
		}
		h = c.mix.add(h, v)
		if col.rules != nil {
			c.keep(col, v, r, i)
		}
		if v.Kind == catalog.Null || col.helper {
			continue
		}
		if col.values++; col.values == 1 {
			col.first = *v
		} else if !col.varied && *v != col.first {
			col.varied = true
		}
		if col.scan != scanNothing && (v.Kind != catalog.IntValue || v.I >= least || v.S != "") {
			c.person(col, v, r.Row)
		}
	}
	if total {
		return
	}
	if c.waiting = append(c.waiting, hashed{h, r.Row}); len(c.waiting) == hashesAtOnce {
		c.addRows()
	}
	if c.key != nil {
		c.key.record(c, r)
	}
}

// addRows looks for rows that were there before.
func (c *Checker) addRows() {
	c.rows.fetch(c.waiting)
	for _, row := range c.waiting {
		if _, again := c.rows.add(row.sum); again {
			c.twice.add(func() string { return c.where(row.number, &c.columns[0]) })
		}
	}
	c.waiting = c.waiting[:0]
}

// where gives the address of a column's cell in the record of a number.
func (c *Checker) where(number int, col *column) string {
	return where(c.table, int64(number), col.of)
}

// where gives the address of a column's cell in the record of a number; of a
// column without cells that of the record's first.
func where(t *catalog.Table, number int64, of *catalog.Column) string {
	sheet, line, row, col := t.Place(number, of)
	if row == 0 {
		row, col = line, 1
		if first := firstColumn(t); first != nil {
			if _, _, r, k := t.Place(number, first); r > 0 {
				col = k
			}
		}
	}
	return shape.Where(sheet, row, col)
}

// firstColumn gives the first column that lies on the sheet; nil for none.
func firstColumn(t *catalog.Table) *catalog.Column {
	for i := range t.Columns {
		if t.Columns[i].Col > 0 {
			return &t.Columns[i]
		}
	}
	return nil
}

// top gives the address of a column: its heading, or the first cell of the
// body where there is none.
func top(t *catalog.Table, of *catalog.Column) string {
	sheet, row, body := t.Sheet, t.HeaderRow[1], t.FirstRow
	if p := t.Origin.Parts; len(p) > 0 {
		sheet, row, body = p[0].Sheet, p[0].HeaderRow, p[0].FirstRow
	}
	if row == 0 || of.Col == 0 {
		return where(t, int64(t.Origin.Number(0, max(body, 1), 0)), of)
	}
	return shape.Where(sheet, row, of.Col)
}

// Findings gives what was found, after the last record.
func (c *Checker) Findings(t *catalog.Table) []catalog.Finding {
	c.table = t
	c.addRows()
	var out []catalog.Finding
	for i := range c.columns {
		col := &c.columns[i]
		if col.helper {
			continue
		}
		switch {
		case c.records == 0:
		case col.values == 0:
			out = append(out, c.finding("column-empty", col, seen{n: 1}))
		case !col.varied && col.values > 2 && col.values == c.records:
			f := c.finding("column-constant", col, seen{n: col.values})
			f.Actual = shown(col.of, col.first.String())
			out = append(out, f)
		}
		if col.small.n > 0 {
			f := c.finding("small-count", col, col.small)
			f.Expected = itoa(col.below)
			out = append(out, f)
		}
		if col.rules != nil {
			out = append(out, c.broken(col)...)
		}
	}
	if c.twice.n > 0 {
		f := c.finding("row-duplicate", nil, c.twice)
		out = append(out, f)
	}
	if c.key != nil {
		out = append(out, c.key.findings(c)...)
	}
	if c.gives != nil {
		out = append(out, c.gives.findings(c)...)
	}
	out = append(out, c.unchecked()...)
	return append(out, c.personal()...)
}

// finding makes a finding about a column, or about the table where col is nil.
func (c *Checker) finding(code string, col *column, s seen) catalog.Finding {
	f := catalog.NewFinding(code, c.table.Sheet, nil)
	f.Table, f.Count, f.Cells = c.table.Name, s.n, s.cells
	if col != nil {
		f.Args = map[string]string{"column": col.of.Label}
		f.Where = top(c.table, col.of)
	}
	if len(s.cells) > 0 {
		f.Where = s.cells[0]
	}
	return f
}
