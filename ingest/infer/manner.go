package infer

import (
	"strings"

	"gongkai/catalog"
)

// Manner gives how the cells of a column are read, as a recipe says it: what
// the catalogue's column has no field for. It is the zero RecipeColumn where the
// column is read as any other.
func (p *Plan) Manner(name string) catalog.RecipeColumn {
	var out catalog.RecipeColumn
	for i := range p.columns {
		c := &p.columns[i]
		if c.source.Name != name {
			continue
		}
		if d := c.source.Decided; d != nil {
			out.NullMarkers, out.KeepMarkers, out.DateOrder, out.DecimalMark = d.NullMarkers, d.KeepMarkers, d.DateOrder, d.DecimalMark
		}
		if len(c.keep) > 0 {
			out.KeepMarkers = c.keep
		}
		if c.ordered { // else the dates of another workbook would be read by what these do not prove
			out.DateOrder = strings.ToLower(c.order.String())
		}
		if c.point == ',' {
			out.DecimalMark = ","
		}
	}
	return out
}
