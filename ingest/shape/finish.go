package shape

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"gongkai/catalog"
)

// finish makes what tables have beside the columns of their sheet: sections,
// levels and the sheet's name become columns, columns become rows. Then every
// column gets its name, and what was made is reported.
func (s *series) finish(t *Table) {
	decided := t.Decided
	if decided == nil {
		decided = &catalog.RecipeTable{}
	}
	s.reportHiddenColumns(t)
	sections, hierarchy := t.sections, t.hierarchy
	hidden := t.hiddenColumns()
	if decided.Sections == "skip" || slices.ContainsFunc(t.sections, func(x section) bool { return hidden[x.col] }) {
		t.sections = nil
	}
	if decided.Hierarchy == "none" || t.hierarchy != nil && t.hierarchy.reads(hidden) {
		if decided.Hierarchy == "none" {
			t.TotalRows = slices.DeleteFunc(t.TotalRows, func(r int) bool { return in(t.outline, r) })
		}
		t.hierarchy = nil
	}
	if len(t.sections) > 0 {
		for _, x := range t.sections {
			t.Origin.Sections = append(t.Origin.Sections, [2]int{x.line, x.col})
		}
		s.add(t, catalog.MadeSection, "")
	}
	if t.hierarchy != nil {
		s.add(t, catalog.MadeLevel, "")
		s.add(t, catalog.MadePath, "")
	}
	if decided.SheetColumn != "" {
		s.add(t, catalog.MadeSheet, decided.SheetColumn)
	}
	if decided.Unpivot != nil && len(t.Columns) > 0 {
		s.unpivot(t)
	}
	if t.Decided != nil {
		s.nameMade(t)
		decideColumns(t.Decided, t.Columns)
	}
	s.names.nameColumns(t)
	if decided.Unpivot == nil {
		s.offerUnpivot(t)
	}
	s.reportSections(t, sections)
	s.reportHierarchy(t, hierarchy)
	s.reportFills(t)
}

// hiddenColumns gives the sheet columns whose values are dropped or masked: no
// column may be made of them, for it would say them again.
func (t *Table) hiddenColumns() map[int]bool {
	if t.Decided == nil {
		return nil
	}
	out := map[int]bool{}
	for i, d := range pairUp(t.Decided, t.Columns) {
		if d != nil && d.Personal.Hides() {
			out[t.Columns[i].Col] = true
		}
	}
	return out
}

// nameMade gives columns the names that they have where no recipe says
// anything, for the recipe finds made columns by those.
func (s *series) nameMade(t *Table) {
	plain := Table{Columns: slices.Clone(t.Columns)}
	for i := range plain.Columns {
		plain.Columns[i].Decided = nil
	}
	s.names.nameColumns(&plain)
	for i := range t.Columns {
		t.Columns[i].Name = plain.Columns[i].Name
	}
}

// add gives the table a made column, right of all that its sheets have, and
// tells its index. name is what the recipe calls it, if it does.
func (s *series) add(t *Table, made catalog.Made, name string) int {
	col := t.LastCol
	for i := range t.Columns {
		col = max(col, t.Columns[i].Col)
	}
	for i := range t.wide {
		col = max(col, t.wide[i].col)
	}
	c := Column{Col: col + 1, Made: made, Name: string(made), fixedName: name, Label: t.madeLabel(made)}
	if name != "" {
		c.Name, c.Label = name, name
	}
	for n, label := 2, c.Label; slices.ContainsFunc(t.Columns, func(x Column) bool { return x.Label == c.Label }); n++ {
		c.Label = label + " " + itoa(n)
	}
	t.Columns = append(t.Columns, c)
	return len(t.Columns) - 1
}

// madeLabel calls a made column by a word of the table's language.
func (t *Table) madeLabel(made catalog.Made) string {
	var en, zh string
	switch made {
	case catalog.MadeSection:
		en, zh = "Section", "分组"
	case catalog.MadeLevel:
		en, zh = "Level", "层级"
	case catalog.MadePath:
		en, zh = "Path", "上级"
	default:
		return string(made)
	}
	if hasHan(t.Title) || slices.ContainsFunc(t.Columns, func(c Column) bool { return hasHan(c.Label) }) {
		return zh
	}
	return en
}

// made finds the name of a made column; "" where there is none.
func (t *Table) made(made catalog.Made) string {
	for i := range t.Columns {
		if t.Columns[i].Made == made {
			return t.Columns[i].Name
		}
	}
	return ""
}

// at gives the address of a cell by its line and the column of the sheet.
func (t *Table) at(line, col int) string {
	for _, p := range t.pieces() {
		if line-p.offset <= p.last {
			return Where(p.sheet.Name, line-p.offset, col)
		}
	}
	return t.Sheet.Name
}

// heads gives the address of the heading of a column of the sheet, or of its
// first cell.
func (t *Table) heads(c *Column) string {
	row := t.HeaderRows[1]
	if row == 0 {
		row = t.FirstRow
	}
	return Where(t.Sheet.Name, row, c.Col)
}

func (s *series) reportSections(t *Table, sections []section) {
	var f *catalog.Finding
	for _, x := range sections {
		if x.col == 0 {
			continue
		}
		if f == nil {
			args := map[string]string{"use": "they are left out, as the recipe says", "use_zh": "已按配方略去"}
			if name := t.made(catalog.MadeSection); name != "" {
				args = map[string]string{"use": "the records below each have it in the column " + name, "use_zh": "其下方各记录在“" + name + "”字段中取该值"}
			}
			n := catalog.NewFinding("section-row", t.at(x.line, x.col), args)
			f = &n
			f.Table, f.Count, f.Actual = t.Name, 0, excerpt(x.label)
		}
		if f.Count++; len(f.Cells) < 10 {
			f.Cells = append(f.Cells, t.at(x.line, x.col))
		}
	}
	if f != nil {
		s.findings = append(s.findings, *f)
	}
}

func (s *series) reportHierarchy(t *Table, h *hierarchy) {
	if h == nil {
		return
	}
	by, byZH := "indents", "缩进"
	switch h.mark {
	case byLeader:
		by, byZH = "dashes or dots before them", "前面的短横或圆点"
	case byOrdinal:
		by, byZH = "their numbering", "编号"
	case byColumn:
		by, byZH = "the column in which they stand", "所在的列"
	case byIndent:
	}
	args := map[string]string{"why": by, "why_zh": byZH, "use": "not used, as the recipe says", "use_zh": "已按配方不使用"}
	if level := t.made(catalog.MadeLevel); level != "" {
		path := t.made(catalog.MadePath)
		args["use"], args["use_zh"] = "the columns "+level+" and "+path+" say it", "由“"+level+"”和“"+path+"”字段表示"
	}
	f := catalog.NewFinding("hierarchy-found", Where(t.Sheet.Name, h.row, h.at), args)
	f.Table = t.Name
	s.findings = append(s.findings, f)
}

// reportFills names the first cells that are blank on the sheet and have the
// label above.
func (s *series) reportFills(t *Table) {
	for i := range t.Columns {
		c := &t.Columns[i]
		if !c.FillDown || c.Made != "" || c.Decided != nil && c.Decided.FillDown != nil {
			continue
		}
		f := catalog.NewFinding("labels-filled", "", map[string]string{"column": c.Label})
		f.Table, f.Count = t.Name, 0
		for _, x := range t.fills {
			if x.col == c.Col {
				f.Count = int64(x.n)
				for _, line := range x.lines {
					f.Cells = append(f.Cells, t.at(line, t.sheetColumn(line, c.Col)))
				}
			}
		}
		if f.Count > 0 {
			f.Where = f.Cells[0]
			s.findings = append(s.findings, f)
		}
	}
}

// sheetColumn gives the column that holds a table's column on the sheet of a line.
func (t *Table) sheetColumn(line, col int) int {
	for _, p := range t.pieces() {
		if line-p.offset > p.last {
			continue
		}
		if p.cols != nil && p.cols[col-1] > 0 {
			return p.cols[col-1]
		}
		break
	}
	return col
}

// jsonText writes a text as JSON does, Chinese as it is.
func jsonText(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(s) != nil {
		return strconv.Quote(s)
	}
	return strings.TrimSpace(b.String())
}
