package shape

import "gongkai/catalog"

// reportHiddenColumns names the columns of a table that nobody sees who opens
// the sheet: they are read like the others, which may not be meant.
func (s *series) reportHiddenColumns(t *Table) {
	var labels, cells []string
	for i := range t.Columns {
		c := &t.Columns[i]
		if c.Made != "" || c.Decided != nil && c.Decided.Personal != nil {
			continue // what becomes of it was decided
		}
		for _, p := range t.pieces() {
			col := c.Col
			if p.cols != nil {
				col = p.cols[c.Col-1]
			}
			if col == 0 || !p.sheet.HiddenCol(col) {
				continue
			}
			if cells = append(cells, Where(p.sheet.Name, max(p.first-1, 1), col)); len(labels) == 0 || labels[len(labels)-1] != c.Label {
				labels = append(labels, c.Label)
			}
		}
	}
	if len(cells) == 0 {
		return
	}
	f := catalog.NewFinding("hidden-columns", cells[0], nil)
	f.Count, f.Cells, f.Actual = int64(len(cells)), cells[:min(len(cells), 10)], listed(labels)
	if t.Decided != nil {
		f.Table = t.Decided.Name
	}
	s.findings = append(s.findings, f)
}
