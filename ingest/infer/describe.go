package infer

import (
	"maps"
	"slices"
	"strings"

	"gongkai/catalog"
	"gongkai/ingest/shape"
)

// describe fills the catalogue's table and the findings.
func (p *Plan) describe(tallies []tally, rows, totals int64) {
	t := p.source
	p.Table = catalog.Table{
		Name: t.Name, Label: t.Label, Sheet: t.Sheet.Name, Title: t.Title, Unit: t.Unit, Period: t.Period,
		Notes: append([]string{}, t.Notes...), HeaderRow: t.HeaderRows, FirstRow: t.FirstRow, LastRow: t.LastRow,
		Rows: rows, TotalRows: totals, Origin: t.Origin,
	}
	if d := t.Decided; d != nil {
		p.Table.Key = slices.Clone(d.Key)
		if d.Label != "" {
			p.Table.Label = d.Label
		}
	}
	taken := map[string]bool{}
	for i := range p.columns {
		taken[p.columns[i].source.Name] = true
	}
	for i := range p.columns {
		p.Table.Columns = append(p.Table.Columns, p.described(&p.columns[i], &tallies[i]))
		if p.small != nil {
			p.small.said[i] = [2]int{len(p.Findings), len(p.Findings) + len(tallies[i].findings)}
		}
		p.Findings = append(p.Findings, tallies[i].findings...)
	}
	for i := range p.columns {
		c := &p.columns[i]
		if c.kind != catalog.TypePeriod {
			continue
		}
		c.helper = len(p.Table.Columns)
		p.Table.Columns = append(p.Table.Columns, p.periodHelpers(c, taken)...)
	}
	p.duplicateNames()
}

// described gives a column as the catalogue has it.
func (p *Plan) described(c *column, t *tally) catalog.Column {
	unit, from := p.unit(c)
	t.sayUnit(unit, from)
	out := catalog.Column{
		Name: c.source.Name, Label: label(c.source), SourceLabel: c.source.SourceLabel,
		Type: c.kind, SQLType: c.sqlType, Unit: unit, Col: c.source.Col, Made: c.source.Made,
		Kind: c.meaning, CRS: c.crs, Evidence: t.evidence,
	}
	if out.Made != "" {
		out.Col = 0
	}
	if d := c.source.Decided; d != nil {
		out.Aliases, out.AliasUntil, out.Constraints = slices.Clone(d.Aliases), maps.Clone(d.AliasUntil), d.Constraints
		if d.Description != nil {
			out.Description = *d.Description
		}
	}
	return out
}

func label(c shape.Column) string {
	switch {
	case c.Decided != nil && c.Decided.Label != "":
		return c.Decided.Label
	case c.Label == "":
		return c.Name
	}
	return c.Label
}

// periodHelpers describes the three columns that stand beside a period.
func (p *Plan) periodHelpers(c *column, taken map[string]bool) []catalog.Column {
	of := label(c.source)
	helper := func(suffix, part string, kind catalog.Type, sqlType string, about catalog.Text) catalog.Column {
		name := c.source.Name + suffix
		for taken[name] {
			name += "_"
		}
		taken[name] = true
		return catalog.Column{Name: name, Label: of + " / " + part, Type: kind, SQLType: sqlType, Description: about, Made: catalog.MadePeriod, Evidence: madeFrom(c)}
	}
	return []catalog.Column{
		helper("_start", "start", catalog.TypeDate, "DATE", catalog.Text{ZH: "“" + of + "”的第一天", EN: "First day of " + of}),
		helper("_end", "end", catalog.TypeDate, "DATE", catalog.Text{ZH: "“" + of + "”的最后一天", EN: "Last day of " + of}),
		helper("_granularity", "granularity", catalog.TypeText, "VARCHAR",
			catalog.Text{ZH: "“" + of + "”的粒度：year、half-year、quarter、month、months", EN: "Length of " + of + ": year, half-year, quarter, month or months"}),
	}
}

// unitFrom says where the unit of a column was found.
type unitFrom uint8

const (
	unitNone unitFrom = iota
	unitRecipe
	unitHeader
	unitTable
)

// unit gives a column the unit that the recipe names, else its own, else the
// table's where the column holds amounts rather than numbers of rows, years or
// codes.
func (p *Plan) unit(c *column) (string, unitFrom) {
	if d := c.source.Decided; d != nil && d.Unit != "" {
		return d.Unit, unitRecipe
	}
	if c.kind == catalog.TypePercent && percentUnit(c.source.Unit) {
		return "", unitNone // the stored fraction is no number of per cent
	}
	if c.source.Unit != "" {
		return c.source.Unit, unitHeader
	}
	if p.source.Unit == "" || !c.kind.Numeric() || c.kind == catalog.TypePercent || c.years || c.meaning != "" || c.source.Made == catalog.MadeLevel {
		return "", unitNone
	}
	for _, w := range [...]string{"序号", "编号", "行次", "代码", "年份", "年度", "比", "率", "%", "％", "增速", "no.", "year", "code", "rate", "percent"} {
		if strings.Contains(strings.ToLower(c.source.Label), w) {
			return "", unitNone
		}
	}
	return p.source.Unit, unitTable
}

// percentUnit reports whether a header's unit says per cent or the like.
func percentUnit(unit string) bool {
	switch strings.ToLower(unit) {
	case "%", "％", "‰", "percent", "per cent", "百分点":
		return true
	}
	return false
}

func (p *Plan) duplicateNames() {
	seen := map[string]string{}
	for i := range p.columns {
		c := &p.columns[i].source
		if c.Label == "" || c.Made != "" {
			continue
		}
		if _, again := seen[c.Label]; again {
			f := catalog.NewFinding("name-duplicate", shape.Where(p.source.Sheet.Name, max(p.source.HeaderRows[1], 1), c.Col), nil)
			f.Table, f.Actual, f.Expected = p.source.Name, c.Label, c.Name
			p.Findings = append(p.Findings, f)
		}
		seen[c.Label] = c.Name
	}
}
