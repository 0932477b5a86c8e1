package shape

import (
	"slices"
	"strings"

	"gongkai/catalog"
)

// together makes one table of those on several sheets that a recipe table with
// a sheet column took. The others stay as they are; where some of them are of
// one layout, that is offered.
func (s *series) together(tables []Table) []Table {
	var out []Table
	joined := map[*catalog.RecipeTable]bool{}
	for i := range tables {
		t := &tables[i]
		if t.Decided == nil || t.Decided.SheetColumn == "" {
			out = append(out, *t)
			continue
		}
		if joined[t.Decided] {
			continue // is part of that one
		}
		joined[t.Decided] = true
		var group []*Table
		for k := range tables[i:] {
			if tables[i+k].Decided == t.Decided {
				group = append(group, &tables[i+k])
			}
		}
		out = append(out, s.join(group))
	}
	s.offerTogether(out)
	return out
}

// join makes one table of several. Its columns are those of the first, in that
// order, then those that only others have; line numbers go on from sheet to
// sheet.
func (s *series) join(group []*Table) Table {
	t := *group[0]
	t.Columns = slices.Clone(t.Columns)
	maps := make([]map[int]int, len(group)) // column of the table to that of the sheet
	last := t.LastCol
	for k, g := range group {
		maps[k] = map[int]int{}
		pairs := make([]int, len(g.Columns))
		for i := range pairs {
			pairs[i] = i
		}
		if k > 0 {
			pairs = t.columnsOf(g)
		}
		for i, at := range pairs {
			if at < 0 {
				last++
				c := g.Columns[i]
				c.Col, c.Levels = last, slices.Clone(c.Levels)
				at = len(t.Columns)
				t.Columns = append(t.Columns, c)
				if g.values.has(g.Columns[i].Col) {
					t.values = t.values.with(last)
				}
			}
			if t.Columns[at].Decided == nil {
				t.Columns[at].Decided = g.Columns[i].Decided
			}
			t.Columns[at].FillDown = t.Columns[at].FillDown || g.Columns[i].FillDown
			maps[k][t.Columns[at].Col] = g.Columns[i].Col
		}
	}
	t.TotalRows, t.SectionRows, t.SkipRows, t.sections, t.merged, t.fills, t.hierarchy, t.outline = nil, nil, nil, nil, nil, nil, nil, nil
	offset := 0
	for k, g := range group {
		p := part{sheet: g.Sheet, first: g.FirstRow, last: g.LastRow, firstCol: g.FirstCol, lastCol: g.LastCol, levelRows: g.levelRows, offset: offset, merged: g.merged, fills: map[int]bool{}}
		p.cols = make([]int, last)
		for i := range t.Columns {
			c := &t.Columns[i]
			p.cols[c.Col-1] = maps[k][c.Col]
			if c.Decided != nil && c.Decided.FillDown != nil {
				p.fills[c.Col] = true
			}
			for _, x := range g.fills {
				if x.col == maps[k][c.Col] {
					p.fills[c.Col] = true
					t.takeFills(x, c.Col, offset)
				}
			}
		}
		t.takeRows(g, &p)
		t.parts = append(t.parts, p)
		t.Origin.Parts = append(t.Origin.Parts, catalog.Part{Sheet: g.Sheet.Name, Offset: offset, HeaderRow: g.HeaderRows[1], FirstRow: g.FirstRow, LastRow: g.LastRow, Cols: p.cols})
		offset += g.LastRow
	}
	s.sumSheets(&t)
	t.sameColumns()
	s.reportJoin(&t, group, maps)
	return t
}

// sameColumns forgets the lists of columns where every sheet has the same.
func (t *Table) sameColumns() {
	for i := range t.parts {
		for k := range t.Columns {
			if col := t.Columns[k].Col; t.parts[i].cols[col-1] != col {
				return
			}
		}
	}
	for i := range t.parts {
		t.parts[i].cols, t.Origin.Parts[i].Cols = nil, nil
	}
}

// takeRows adds the rows of a sheet's table that are no plain records.
func (t *Table) takeRows(g *Table, p *part) {
	lines := func(to *[]int, rows []int) {
		for _, r := range rows {
			*to = append(*to, r+p.offset)
		}
	}
	lines(&t.TotalRows, g.TotalRows)
	lines(&t.SectionRows, g.SectionRows)
	lines(&t.outline, g.outline)
	lines(&t.SkipRows, g.SkipRows)
	for _, x := range g.sections {
		x.line += p.offset
		t.sections = append(t.sections, x)
	}
	if g.hierarchy != nil && t.hierarchy == nil {
		for k, c := range p.cols {
			if c != g.hierarchy.col {
				continue
			}
			h := *g.hierarchy
			if h.col = k + 1; h.last > 0 {
				h.last = h.col + h.last - c
			}
			if h.last <= len(p.cols) && (h.last == 0 || p.cols[h.last-1] == g.hierarchy.last) {
				t.hierarchy = &h
			}
		}
	}
}

// takeFills adds the cells of a sheet's column that are filled down.
func (t *Table) takeFills(x filled, col, offset int) {
	at := slices.IndexFunc(t.fills, func(f filled) bool { return f.col == col })
	if at < 0 {
		at = len(t.fills)
		t.fills = append(t.fills, filled{col: col})
	}
	t.fills[at].n += x.n
	for _, line := range x.lines[:min(len(x.lines), 10-len(t.fills[at].lines))] {
		t.fills[at].lines = append(t.fills[at].lines, line+offset)
	}
}

// columnsOf finds for each column of g that of t with the same heading, at last
// one with the same but for the unit; -1 where there is none.
func (t *Table) columnsOf(g *Table) []int {
	like := catalog.RecipeTable{Columns: make([]catalog.RecipeColumn, len(t.Columns))}
	place, decided := map[*catalog.RecipeColumn]int{}, map[*catalog.RecipeColumn]int{}
	for i := range t.Columns {
		c := &t.Columns[i]
		like.Columns[i] = catalog.RecipeColumn{Source: c.SourceLabel, Name: c.Name}
		place[&like.Columns[i]] = i
		if c.Decided != nil {
			decided[c.Decided] = i
		}
	}
	out, used := make([]int, len(g.Columns)), map[int]bool{}
	for i := range out {
		out[i] = -1
		if at, ok := decided[g.Columns[i].Decided]; ok {
			out[i], used[at] = at, true
		}
	}
	for i, d := range pairUp(&like, g.Columns) {
		if at := place[d]; d != nil && out[i] < 0 && !used[at] {
			out[i], used[at] = at, true
		}
	}
	bare := map[string][]int{}
	for at := range t.Columns {
		if key := foldLabel(t.Columns[at].nameLabel); !used[at] && key != "" {
			bare[key] = append(bare[key], at)
		}
	}
	for i := range out {
		if at := bare[foldLabel(g.Columns[i].nameLabel)]; out[i] < 0 && len(at) == 1 && !used[at[0]] && g.Columns[i].Decided == nil {
			out[i], used[at[0]] = at[0], true
		}
	}
	return out
}

// reportJoin says in what the sheets differ: columns that one lacks, and units,
// for a sum over sheets would be wrong.
func (s *series) reportJoin(t *Table, group []*Table, maps []map[int]int) {
	for i := range t.Columns {
		c := &t.Columns[i]
		var lacking, units []string
		var cells, unitCells []string
		for k, g := range group {
			col, ok := maps[k][c.Col]
			if !ok {
				lacking = append(lacking, g.Sheet.Name)
				cells = append(cells, Where(g.Sheet.Name, max(g.HeaderRows[1], 1), g.FirstCol))
				continue
			}
			if unit := g.unitAt(col); !slices.Contains(units, unit) {
				units = append(units, unit)
				unitCells = append(unitCells, Where(g.Sheet.Name, max(g.HeaderRows[1], 1), col))
			}
		}
		label := c.Label
		if label == "" {
			label = c.Name
		}
		if len(lacking) > 0 {
			f := catalog.NewFinding("sheet-column-missing", cells[0], map[string]string{"column": label})
			f.Table = t.Decided.Name
			f.Count, f.Cells, f.Actual = int64(len(lacking)), cells[:min(len(cells), 10)], listed(lacking)
			s.findings = append(s.findings, f)
		}
		if len(units) > 1 {
			f := catalog.NewFinding("sheet-units-differ", unitCells[1], map[string]string{"column": label})
			f.Table = t.Decided.Name
			f.Count, f.Cells, f.Expected, f.Actual = int64(len(units)-1), unitCells[1:min(len(unitCells), 11)], written(units[0]), written(units[1])
			s.findings = append(s.findings, f)
		}
	}
}

func written(unit string) string {
	if unit == "" {
		return "—"
	}
	return unit
}

// unitAt gives the unit of a column's figures: its own, else the table's.
func (t *Table) unitAt(col int) string {
	for i := range t.Columns {
		if c := &t.Columns[i]; c.Col == col && c.Unit != "" {
			return c.Unit
		}
	}
	if t.values.has(col) {
		return t.Unit
	}
	return ""
}

// offerTogether finds tables on several sheets that have the same columns and
// says what to write to have them as one. A table that has become one of
// several sheets already takes part, if another sheet is like it.
func (s *series) offerTogether(tables []Table) {
	var order []string
	alike := map[string][]*Table{}
	for i := range tables {
		t := &tables[i]
		key := t.layoutKey()
		if key == "" || t.Decided != nil && t.Decided.SheetColumn == "" {
			continue
		}
		if len(alike[key]) == 0 {
			order = append(order, key)
		}
		if !slices.ContainsFunc(alike[key], func(o *Table) bool { return o.Sheet == t.Sheet }) {
			alike[key] = append(alike[key], t)
		}
	}
	for _, key := range order {
		if len(alike[key]) > 1 {
			s.offerOne(alike[key])
		}
	}
}

func (s *series) offerOne(alike []*Table) {
	var names []string
	word := ""
	f := catalog.NewFinding("sheets-alike", "", nil)
	for _, t := range alike {
		for _, p := range t.pieces() {
			names = append(names, p.sheet.Name)
			f.Cells = append(f.Cells, Where(p.sheet.Name, max(p.first-1, 1), p.firstCol))
		}
		if t.Decided != nil {
			word = t.Decided.SheetColumn
		}
	}
	if word == "" {
		word = sheetWord(names)
	}
	f.Where, f.Cells, f.Count, f.Actual = f.Cells[0], f.Cells[:min(len(f.Cells), 10)], int64(len(names)), listed(names)
	f.Args = map[string]string{"recipe": `"sheets": ` + quoted(sheetPatterns(names, s.sheets)) + `, "sheet_column": "` + word + `"`}
	s.findings = append(s.findings, f)
}

// layoutKey tells tables of one layout: the headings in any order, those that
// differ in a time only taken as the same. "" where there are too few to tell.
func (t *Table) layoutKey() string {
	var labels []string
	for i := range t.Columns {
		label := foldLabel(unmarked(t.Columns[i].SourceLabel))
		if label == "" {
			return ""
		}
		labels = append(labels, hashDigits(label))
	}
	if len(labels) < 2 {
		return ""
	}
	slices.Sort(labels)
	return strings.Join(labels, "\x00")
}

// sheetPatterns writes the names of sheets, as one pattern where that means no
// other sheet.
func sheetPatterns(names, all []string) []string {
	if len(names) < 4 {
		return names
	}
	short := hashDigits(foldLabel(names[0]))
	re := matcher(short)
	n := 0
	for _, name := range all {
		if re.MatchString(foldLabel(name)) {
			n++
		}
	}
	if n == len(names) && !slices.ContainsFunc(names, func(name string) bool { return !re.MatchString(foldLabel(name)) }) {
		return []string{short}
	}
	return names
}

// sheetWord proposes a name for the column of sheet names: year, month,
// quarter or date where the names say so.
func sheetWord(names []string) string {
	word := timeSort(names[0])
	for _, name := range names {
		if timeSort(name) != word {
			word = ""
		}
	}
	if word == "" {
		return "sheet"
	}
	return word
}

// listed writes the first names of a list.
func listed(names []string) string {
	const most = 10
	out := strings.Join(names[:min(len(names), most)], ", ")
	if len(names) > most {
		out += ", …"
	}
	return out
}
