package infer

import (
	"math"
	"slices"
	"strconv"

	"gongkai/catalog"
	"gongkai/ingest/shape"
)

// smallest is the bound below which counts are small, where a recipe names
// none.
const smallest = 5

// smallCounts are the counts of a table that are left out.
type smallCounts struct {
	below  int64
	hidden map[cellOf]struct{} // totals that would give one away
}

// cellOf is a cell of a column of the plan.
type cellOf struct {
	column, row int
}

// chooseSmall finds the columns whose small counts the recipe leaves out:
// those it names, else those that count people.
func (p *Plan) chooseSmall(tallies []tally) {
	d := p.source.Decided
	if d == nil || d.SmallCounts == nil || !d.SmallCounts.Suppress {
		return
	}
	s := d.SmallCounts
	p.small = &smallCounts{below: s.Below, hidden: map[cellOf]struct{}{}}
	if s.Below <= 0 {
		p.small.below = smallest
	}
	for i := range p.columns {
		c := &p.columns[i]
		unit, _ := p.unit(c)
		c.small = c.mask == maskNone && slices.Contains(s.Columns, c.source.Name) ||
			len(s.Columns) == 0 && tallies[i].mostlyNumbers() && c.kind != catalog.TypePercent && shape.CountsPeople(c.source.Label, unit)
		if !c.small {
			continue
		}
		for k := range tallies[i].findings {
			f := &tallies[i].findings[k]
			f.Actual = "" // it may be a count that is left out
			delete(f.Args, "actual_zh")
			delete(f.Args, "example")
		}
		tallies[i].sayMore("；小于 %d 的计数已隐去", "; counts below %d are left out", p.small.below)
	}
}

// mostlyNumbers reports whether more than half of the values are numbers, as
// counts are whatever stands among them.
func (t *tally) mostlyNumbers() bool {
	return (t.by[sortInteger].n+t.by[sortDecimal].n)*2 > t.cells-t.nulls
}

// hides reports whether a cell is left out: its count is small, or it is a
// total that would give one away. A text that begins with a small number, which
// no type could take, says it too.
func (s *smallCounts) hides(column, row int, v *catalog.Value, raw string) bool {
	if _, ok := s.hidden[cellOf{column, row}]; ok {
		return true
	}
	if n, ok := countOf(v); ok {
		return s.small(n)
	}
	n, ok := numberIn(raw)
	return ok && s.small(n)
}

func (s *smallCounts) small(n float64) bool { return n > 0 && n < float64(s.below) }

// countOf gives the number that a value is.
func countOf(v *catalog.Value) (float64, bool) {
	switch v.Kind {
	case catalog.IntValue:
		return float64(v.I), v.S == ""
	case catalog.DecimalValue:
		return float64(v.I) / math.Pow10(int(v.Scale)), v.S == ""
	case catalog.FloatValue:
		return v.F, true
	case catalog.Null, catalog.TextValue, catalog.BoolValue, catalog.DateValue, catalog.DatetimeValue, catalog.TimeValue:
	}
	return 0, false
}

// numberIn gives the first run of digits in a text: 3 of 3(1), 约3 and 3人.
func numberIn(s string) (float64, bool) {
	s, _ = widthFolded(s)
	n, seen := 0.0, false
	for i := 0; i < len(s); i++ {
		switch d := s[i] - '0'; {
		case d <= 9:
			n, seen = n*10+float64(d), true
		case seen:
			return n, true
		}
	}
	return n, seen
}

// findSmall looks at the counts once: it names those that are left out, and
// finds the totals that would give one away.
func (p *Plan) findSmall() error {
	if p.small == nil {
		return nil
	}
	var columns []int
	for i := range p.columns {
		if p.columns[i].small {
			columns = append(columns, i)
			p.columns[i].small = false // for this look alone
		}
	}
	g := counts{n: make([][]float64, len(columns)), hidden: make([][]bool, len(columns))}
	found := make([]places, len(columns))
	err := p.Records(func(r *catalog.Record) error {
		g.rows, g.total = append(g.rows, r.Row), append(g.total, r.Kind == catalog.RowTotal)
		for k, i := range columns {
			v := &r.Values[i]
			hidden := p.small.hides(i, r.Row, v, rawOf(r, i))
			if hidden {
				found[k].add(r.Row, "")
			}
			n, ok := countOf(v)
			if !ok {
				n = math.NaN()
			}
			g.n[k], g.hidden[k] = append(g.n[k], n), append(g.hidden[k], hidden)
		}
		return nil
	})
	for _, i := range columns {
		p.columns[i].small = true
	}
	if err != nil {
		return err
	}
	for _, cell := range g.givenAway(p.sumColumns(columns)) {
		p.small.hidden[cellOf{columns[cell.column], g.rows[cell.row]}] = struct{}{}
		one := places{}
		one.add(g.rows[cell.row], "")
		found[cell.column] = found[cell.column].merge(&one)
	}
	for k, i := range columns {
		p.reportSmall(i, found[k])
	}
	return nil
}

// rawOf gives the text of a column in a record, as far as it was kept.
func rawOf(r *catalog.Record, column int) string {
	for _, k := range r.Raw {
		if k.Column == column {
			return k.Raw
		}
	}
	return r.Values[column].S
}

func (p *Plan) reportSmall(i int, found places) {
	if found.n == 0 {
		return
	}
	c := &p.columns[i].source
	f := catalog.NewFinding("small-count-suppressed", p.where(found.rows[0], c), map[string]string{"column": label(*c), "below": strconv.FormatInt(p.small.below, 10)})
	f.Table, f.Count = p.source.Name, found.n
	for _, row := range found.rows[:min(found.n, int64(len(found.rows)))] {
		f.Cells = append(f.Cells, p.where(row, c))
	}
	p.Findings = append(p.Findings, f)
}
