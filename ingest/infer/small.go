package infer

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gongkai/catalog"
	"gongkai/ingest/shape"
)

// smallCounts are the counts of a table that are left out.
type smallCounts struct {
	below  int64
	hidden map[cellOf]struct{} // totals that would give one away
	sums   []int               // columns that count people only if they are the sum of others that do
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
	p.small = &smallCounts{below: cmp.Or(s.Below, catalog.SmallBelow), hidden: map[cellOf]struct{}{}}
	counts := 0
	for i := range p.columns {
		c := &p.columns[i]
		unit, _ := p.unit(c)
		c.small = c.mask == maskNone && slices.Contains(s.Columns, c.source.Name) ||
			len(s.Columns) == 0 && tallies[i].mostlyNumbers() && c.kind != catalog.TypePercent && shape.CountsPeople(c.source.Label, unit)
		if c.small {
			counts++
			tallies[i].hideSmall(p.small.below)
		}
	}
	for i := range p.columns {
		c := &p.columns[i]
		if unit, _ := p.unit(c); counts > 1 && len(s.Columns) == 0 && !c.small && c.kind == catalog.TypeInteger && unit == "" && totalLabel(c.source.Label) {
			c.small, p.small.sums = true, append(p.small.sums, i)
			tallies[i].hideSmall(p.small.below)
		}
	}
}

// hideSmall takes out of a column's findings what may be a count that is left
// out.
func (t *tally) hideSmall(below int64) {
	for k := range t.findings {
		f := &t.findings[k]
		f.Actual = ""
		delete(f.Args, "actual_zh")
		delete(f.Args, "example")
	}
	said := smallEvidence(below)
	t.evidence = catalog.Text{ZH: t.evidence.ZH + said.ZH, EN: t.evidence.EN + said.EN}
}

func smallEvidence(below int64) catalog.Text {
	return catalog.Text{ZH: fmt.Sprintf("；小于 %d 的计数已隐去", below), EN: fmt.Sprintf("; counts below %d are left out", below)}
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
	hold := g.holding(p.sumColumns(columns))
	for k, i := range columns {
		if slices.Contains(p.small.sums, i) && !slices.ContainsFunc(hold, func(s sum) bool { return s.of == k }) {
			p.columns[i].small, found[k] = false, places{} // a total of something else
			clear(g.hidden[k])
			e := &p.Table.Columns[i].Evidence
			said := smallEvidence(p.small.below)
			*e = catalog.Text{ZH: strings.TrimSuffix(e.ZH, said.ZH), EN: strings.TrimSuffix(e.EN, said.EN)}
		}
	}
	for _, cell := range g.givenAway(hold) {
		if !p.columns[columns[cell.column]].small {
			continue
		}
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
