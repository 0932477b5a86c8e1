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
	hidden map[cellOf]struct{} // cells that would give one away
	maybe  []int               // columns of numbers that matter only if they add up with such counts
	said   map[int][2]int      // where the plan's findings about a column stand
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
	p.small = &smallCounts{below: cmp.Or(s.Below, catalog.SmallBelow), hidden: map[cellOf]struct{}{}, said: map[int][2]int{}}
	for i := range p.columns {
		c := &p.columns[i]
		unit, _ := p.unit(c)
		c.small = c.mask == maskNone && slices.Contains(s.Columns, c.source.Name) ||
			len(s.Columns) == 0 && tallies[i].mostlyNumbers() && c.kind != catalog.TypePercent && shape.CountsPeople(c.source.Label, unit)
		if c.small {
			concealNumbers(tallies[i].findings)
			tallies[i].evidence = withText(tallies[i].evidence, smallEvidence(p.small.below))
		}
	}
	for i := range p.columns {
		c := &p.columns[i]
		number := c.kind == catalog.TypeInteger || c.kind == catalog.TypeDecimal
		if number && !c.small && c.mask == maskNone && !c.years && c.meaning == "" && (c.source.Made == "" || c.source.Made == catalog.MadeValue) {
			c.small, p.small.maybe = true, append(p.small.maybe, i)
		}
	}
}

// concealNumbers takes out of findings what may be a count that is left out.
func concealNumbers(findings []catalog.Finding) {
	for k := range findings {
		f := &findings[k]
		f.Actual = ""
		delete(f.Args, "actual_zh")
		delete(f.Args, "example")
	}
}

func withText(a, b catalog.Text) catalog.Text { return catalog.Text{ZH: a.ZH + b.ZH, EN: a.EN + b.EN} }

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
	n, ok := saidBy(v, raw)
	return ok && n > 0 && n < float64(s.below)
}

// saidBy gives the number that a value is or, where it is none, that its text
// begins with.
func saidBy(v *catalog.Value, raw string) (float64, bool) {
	if n, ok := countOf(v); ok {
		return n, true
	}
	return numberIn(raw)
}

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
// finds what would give one away.
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
	g, err := p.readCounts(columns)
	if err != nil {
		return err
	}
	sums, repeated := g.addingUp(), g.repeated()
	p.takePart(columns, g, append(slices.Clone(sums), repeated...))
	g.hideSmall(float64(p.small.below))
	g.givenAway(sums, repeated)
	for k, i := range columns {
		p.columns[i].setQuick()
		for at, hidden := range g.hidden[k] {
			if hidden {
				p.small.hidden[cellOf{i, g.rows[at]}] = struct{}{}
			}
		}
		p.reportSmall(i, g.found(k))
	}
	return nil
}

// takePart settles which of the numbers matter: besides those that count people
// those of one sum with them.
func (p *Plan) takePart(columns []int, g *counts, sums []sum) {
	for k, i := range columns {
		g.counts[k] = !slices.Contains(p.small.maybe, i)
	}
	for again := true; again; {
		again = false
		for _, s := range sums {
			all := append(slices.Clone(s.parts), s.of)
			if !slices.ContainsFunc(all, func(k int) bool { return g.counts[k] }) {
				continue
			}
			for _, k := range all {
				again, g.counts[k] = again || !g.counts[k], true
			}
		}
	}
	for k, i := range columns {
		if p.columns[i].small = g.counts[k]; !g.counts[k] || !slices.Contains(p.small.maybe, i) {
			continue
		}
		at := p.small.said[i]
		concealNumbers(p.Findings[at[0]:at[1]])
		e := &p.Table.Columns[i].Evidence
		*e = withText(*e, smallEvidence(p.small.below))
	}
}

// readCounts reads the numbers of some columns, and where each record stands.
func (p *Plan) readCounts(columns []int) (*counts, error) {
	g := &counts{n: make([][]float64, len(columns)), said: make([][]float64, len(columns)), counts: make([]bool, len(columns)), wide: max(len(p.source.Origin.Wide), 1), value: -1}
	for k, i := range columns {
		if p.columns[i].source.Made == catalog.MadeValue {
			g.value = k
		}
	}
	level := p.made(catalog.MadeLevel)
	labels := [...]*labelled{{column: p.made(catalog.MadeSheet)}, {column: p.made(catalog.MadeHeading)}}
	for _, l := range labels {
		l.ids, l.keyIDs = map[string]int{}, map[string]int{}
		for i := range p.columns {
			if m := p.columns[i].source.Made; i != l.column && m != catalog.MadeLevel && m != catalog.MadeValue && !slices.Contains(columns, i) {
				l.others = append(l.others, i)
			}
		}
	}
	err := p.Records(func(r *catalog.Record) error {
		g.rows, g.total = append(g.rows, r.Row), append(g.total, r.Kind == catalog.RowTotal)
		if level >= 0 {
			g.level = append(g.level, r.Values[level].I)
		}
		for _, l := range labels {
			l.add(r)
		}
		for k, i := range columns {
			n, ok := countOf(&r.Values[i])
			if !ok {
				n = math.NaN()
			}
			said, _ := saidBy(&r.Values[i], rawOf(r, i))
			g.n[k], g.said[k] = append(g.n[k], n), append(g.said[k], said)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	g.families()
	for _, l := range labels {
		g.across(l.labels, l.keys)
	}
	return g, nil
}

// made gives the column that was made from something; -1 where there is none.
func (p *Plan) made(from catalog.Made) int {
	return slices.IndexFunc(p.columns, func(c column) bool { return c.source.Made == from })
}

// labelled tells records apart by one column, and by what the others say.
type labelled struct {
	column       int // -1: it does not
	others       []int
	ids, keyIDs  map[string]int
	labels, keys []int // by record
	key          strings.Builder
}

func (l *labelled) add(r *catalog.Record) {
	if l.column < 0 {
		return
	}
	l.key.Reset()
	for _, i := range l.others {
		l.key.WriteString(r.Values[i].String())
		l.key.WriteByte(0)
	}
	l.labels = append(l.labels, numbered(l.ids, r.Values[l.column].String()))
	l.keys = append(l.keys, numbered(l.keyIDs, l.key.String()))
}

// numbered gives each text its number.
func numbered(ids map[string]int, s string) int {
	n, ok := ids[s]
	if !ok {
		n = len(ids)
		ids[s] = n
	}
	return n
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
