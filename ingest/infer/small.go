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

// line is one record as the sums of one column see it.
type line struct {
	row    int
	n      float64
	known  bool // it has a number
	total  bool
	hidden bool
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
	lines := make([][]line, len(columns))
	found := make([]places, len(columns))
	err := p.Records(func(r *catalog.Record) error {
		for k, i := range columns {
			v := &r.Values[i]
			hidden := p.small.hides(i, r.Row, v, rawOf(r, i))
			if hidden {
				found[k].add(r.Row, "")
			}
			if len(p.source.TotalRows) > 0 {
				n, ok := countOf(v)
				lines[k] = append(lines[k], line{row: r.Row, n: n, known: ok, total: r.Kind == catalog.RowTotal, hidden: hidden})
			}
		}
		return nil
	})
	for k, i := range columns {
		p.columns[i].small = true
		for _, row := range givenAway(lines[k]) {
			p.small.hidden[cellOf{i, row}] = struct{}{}
			found[k].add(row, "")
		}
		p.reportSmall(i, found[k])
	}
	return err
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

// givenAway finds the totals of a column from which a count that is left out
// could be had by subtraction: those that are the sum of a run of lines of
// which exactly one is left out. A total that is left out may be the one that
// another gives away, so this goes on until nothing more is found.
func givenAway(lines []line) (rows []int) {
	budget := len(lines) + 50_000_000 // sums that are tried; a table of counts needs far fewer
	for again := true; again && budget > 0; {
		again = false
		for i := range lines {
			l := &lines[i]
			if l.total && l.known && !l.hidden && l.n != 0 && givesAway(lines, i, &budget) {
				l.hidden, again = true, true
				rows = append(rows, l.row)
			}
		}
	}
	return rows
}

// givesAway tries the sums that the total in line i may be: of the records
// next to it, above or below, or of the totals there.
func givesAway(lines []line, i int, budget *int) bool {
	for _, totals := range [...]bool{false, true} {
		for _, step := range [...]int{-1, 1} {
			sum, hidden := 0.0, 0
			for k := i + step; k >= 0 && k < len(lines) && *budget > 0; k += step {
				*budget--
				if lines[k].total != totals || !lines[k].known {
					continue
				}
				sum += lines[k].n
				if lines[k].hidden {
					hidden++
				}
				if hidden == 1 && math.Abs(sum-lines[i].n) < 1e-6*math.Max(1, math.Abs(sum)) {
					return true
				}
			}
		}
	}
	return false
}
