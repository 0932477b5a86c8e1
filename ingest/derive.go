package ingest

import (
	"slices"

	"gongkai/catalog"
	"gongkai/ingest/infer"
	"gongkai/ingest/shape"
)

// Recipe gives how the workbook was read, as a recipe: it reads the same
// workbook the same way, and the next of its series alike. It names what was
// decided, but for header rows, sheet rows, labels and units unless somebody
// wrote them into the recipe that was given: those are read anew from each
// workbook, so that a moved header and 万元 that became 元 are noticed, and
// 2024年末人口 is not called that of 2023.
func (r *Reading) Recipe() *catalog.Recipe {
	out := &catalog.Recipe{Tables: []catalog.RecipeTable{}}
	if g := r.given; g != nil {
		out.Schema, out.Encoding, out.SkipSheets, out.Dictionary, out.Outside = g.Schema, g.Encoding, g.SkipSheets, g.Dictionary, g.Outside
	}
	for i, p := range r.Plans {
		out.Tables = append(out.Tables, derived(&r.Shape.Tables[i], p))
	}
	for i := range r.bare {
		if d := r.bare[i].Decided; d != nil { // what is dropped stays so
			out.Tables = append(out.Tables, *d)
		}
	}
	return out
}

// derived is the recipe of one table.
func derived(s *shape.Table, p *infer.Plan) catalog.RecipeTable {
	var out catalog.RecipeTable
	if s.Decided != nil {
		out = *s.Decided
	}
	out.Name, out.Columns = p.Table.Name, []catalog.RecipeColumn{}
	if len(out.Sheets) == 0 {
		out.Sheets = sheetsOf(&p.Table)
	}
	if len(p.Table.Key) > 0 {
		out.Key = slices.Clone(p.Table.Key)
	}
	taken := map[string]bool{}
	for i := range s.Columns {
		c := &s.Columns[i]
		if c.Made == catalog.MadeSheet {
			out.SheetColumn = c.Name
		}
		out.Columns = append(out.Columns, derivedColumn(c, p))
		taken[c.Name] = true
	}
	if s.Decided == nil {
		return out
	}
	// A decision about a person's data holds for later workbooks, though this
	// one has no such column.
	for _, c := range s.Decided.Columns {
		if c.Personal != nil && !taken[c.Name] {
			out.Columns = append(out.Columns, c)
		}
	}
	return out
}

// sheetsOf names the sheets that a table lies on; none for text files.
func sheetsOf(t *catalog.Table) []string {
	var out []string
	for _, part := range t.Origin.Parts {
		out = append(out, part.Sheet)
	}
	if len(out) == 0 && t.Sheet != "" {
		out = []string{t.Sheet}
	}
	return out
}

func derivedColumn(c *shape.Column, p *infer.Plan) catalog.RecipeColumn {
	var out catalog.RecipeColumn
	if c.Decided != nil {
		out = *c.Decided
	}
	out.Name = c.Name
	if c.Made == "" {
		out.Source = c.SourceLabel
	}
	read := p.Table.Column(c.Name)
	if read == nil {
		return out // left out, as somebody decided
	}
	out.Type, out.CRS = read.Type, read.CRS
	how := p.Manner(c.Name)
	out.NullMarkers, out.KeepMarkers, out.DateOrder, out.DecimalMark = how.NullMarkers, how.KeepMarkers, how.DateOrder, how.DecimalMark
	if c.FillDown && out.FillDown == nil {
		yes := true
		out.FillDown = &yes
	}
	return out
}
