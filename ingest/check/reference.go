package check

import (
	"strings"

	"gongkai/catalog"
)

// ReferenceFinding tells of values of a column that the column it refers to
// has not: the first of them with the records in which they stand first, how
// many different ones there are and how many records have one.
func ReferenceFinding(t *catalog.Table, c *catalog.Column, values []string, rows []int64, count, cells int64) catalog.Finding {
	f := about("rule-reference", t, c)
	f.Count, f.Actual = max(cells, 1), some(c, values, count)
	if c.Constraints != nil && c.Constraints.Reference != nil {
		f.Expected = c.Constraints.Reference.String()
	}
	for i := range rows[:min(len(rows), mostCells)] {
		f.Cells = append(f.Cells, where(t, rows[i], c))
	}
	if len(f.Cells) > 0 {
		f.Where = f.Cells[0]
	}
	return f
}

// GoneFinding tells of values that a column has in the last version and not in
// this one: the first of them and how many different ones there are. t and c
// are of this version.
func GoneFinding(t *catalog.Table, c *catalog.Column, values []string, count int64) catalog.Finding {
	f := about("drift-values-gone", t, c)
	f.Count, f.Actual = max(count, 1), some(c, values, count)
	return f
}

// about makes a finding about a column as a whole.
func about(code string, t *catalog.Table, c *catalog.Column) catalog.Finding {
	f := catalog.NewFinding(code, top(t, c), map[string]string{"column": c.Label})
	f.Table = t.Name
	return f
}

// some lists the first values, without those that name a person.
func some(c *catalog.Column, values []string, count int64) string {
	var out []string
	for i, v := range values[:min(len(values), mostCells)] {
		if v = shown(c, v); v != left || i == 0 {
			out = append(out, v)
		}
	}
	if count > int64(len(out)) && out[len(out)-1] != left {
		out = append(out, left)
	}
	return strings.Join(out, ", ")
}
