package shape

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"gongkai/catalog"
	"gongkai/ingest/sheet"
)

// columnRun is a run of columns that differ in a time only: 2019, 2020, 2021;
// 1月 … 12月; 产量 / 2019, 产量 / 2020.
type columnRun struct {
	columns []int // indexes into the table's columns
	level   int   // of the heading, that tells the columns apart
}

// columnRuns finds columns over values whose headings are the same but for one
// level, which names a different year, month, quarter or date in each: three
// of them at least.
func (t *Table) columnRuns() []columnRun {
	var order []string
	runs := map[string]*columnRun{}
	times := map[string]map[string]bool{}
	for i := range t.Columns {
		c := &t.Columns[i]
		if c.Made != "" || !t.values.has(c.Col) {
			continue
		}
		level := timeLevel(c.Levels)
		if level < 0 {
			continue
		}
		levels := slices.Clone(c.Levels)
		levels[level] = "\x00" + timeSort(c.Levels[level])
		key := strings.Join(levels, "\x01") + c.Unit
		if runs[key] == nil {
			runs[key], times[key] = &columnRun{level: level}, map[string]bool{}
			order = append(order, key)
		}
		if times[key][c.Levels[level]] {
			continue
		}
		times[key][c.Levels[level]] = true
		runs[key].columns = append(runs[key].columns, i)
	}
	var out []columnRun
	for _, key := range order {
		if len(runs[key].columns) >= 3 {
			out = append(out, *runs[key])
		}
	}
	slices.SortStableFunc(out, func(a, b columnRun) int { return len(b.columns) - len(a.columns) })
	return out
}

// timeLevel finds the only level of a heading that names a time; -1 for none.
func timeLevel(levels []string) int {
	at, last := -1, ""
	for i, w := range levels {
		if w == "" || w == last {
			continue // merged down
		}
		last = w
		if timeSort(w) == "" {
			continue
		}
		if at >= 0 {
			return -1
		}
		at = i
	}
	return at
}

// timeSort says what sort of time a heading names: year, month, quarter, date,
// or "" for none.
func timeSort(s string) string {
	s = foldLabel(unmarked(s))
	if s == "" || len(s) > 40 {
		return ""
	}
	hashed := hashDigits(s)
	digitsIn := strings.IndexFunc(s, unicode.IsDigit) >= 0
	switch {
	case isYear(s), hashed == "#年" && isYear(s[:min(4, len(s))]), hashed == "#年度" && isYear(s[:4]):
		return "year"
	case (hashed == "#/#" || hashed == "#-#" || hashed == "#–#" || hashed == "fy#" || hashed == "fy#/#" || hashed == "fy#-#") && yearIn(s):
		return "year"
	case monthWord(s), hashed == "#月", hashed == "#月份", chineseMonth(s):
		return "month"
	case hashed == "q#", hashed == "#q", hashed == "第#季度", hashed == "#季度", strings.HasSuffix(s, "季度") && classOfText(s) == classDate:
		return "quarter"
	case digitsIn && classOfText(s) == classDate && (yearIn(s) || hasHan(s) || strings.IndexFunc(s, unicode.IsLetter) >= 0):
		return "date" // not 10-12, which may be ages
	}
	return ""
}

func yearIn(s string) bool {
	i := strings.IndexFunc(s, unicode.IsDigit)
	return i >= 0 && len(s) >= i+4 && isYear(s[i:i+4])
}

func chineseMonth(s string) bool {
	m, ok := strings.CutSuffix(s, "月")
	return ok && m != "" && strings.Trim(m, "一二三四五六七八九十") == ""
}

// offerUnpivot says which columns could be rows, and what to write for that.
func (s *series) offerUnpivot(t *Table) {
	runs := t.columnRuns()
	if len(runs) == 0 {
		return
	}
	run := runs[0]
	var labels []string
	for _, i := range run.columns {
		labels = append(labels, t.Columns[i].SourceLabel)
	}
	heading := timeSort(t.Columns[run.columns[0]].Levels[run.level])
	f := catalog.NewFinding("unpivot-offered", t.heads(&t.Columns[run.columns[0]]), map[string]string{
		"recipe": `"unpivot": {"columns": ` + quoted(t.pattern(run, labels)) + `, "heading": "` + heading + `", "value": "value"}`,
	})
	f.Table, f.Count = t.Name, int64(len(labels))
	f.Actual = labels[0] + " … " + labels[len(labels)-1]
	for _, i := range run.columns[:min(len(run.columns), 10)] {
		f.Cells = append(f.Cells, t.heads(&t.Columns[i]))
	}
	s.findings = append(s.findings, f)
}

// pattern writes the headings of a run with # for digits where that means no
// other column, else one by one.
func (t *Table) pattern(run columnRun, labels []string) []string {
	short := hashDigits(labels[0])
	re := matcher(short)
	n := 0
	for i := range t.Columns {
		if t.Columns[i].Made == "" && re.MatchString(foldLabel(t.Columns[i].SourceLabel)) {
			n++
		}
	}
	for _, l := range labels {
		if !re.MatchString(foldLabel(l)) {
			return labels
		}
	}
	if n != len(run.columns) {
		return labels
	}
	return []string{short}
}

// quoted writes a JSON list of texts.
func quoted(texts []string) string {
	list := make([]string, len(texts))
	for i, t := range texts {
		list[i] = jsonText(t)
	}
	return "[" + strings.Join(list, ", ") + "]"
}

// unpivot makes rows of the columns that the recipe names.
func (s *series) unpivot(t *Table) {
	u := t.Decided.Unpivot
	var patterns []*regexp.Regexp
	for _, p := range u.Columns {
		patterns = append(patterns, matcher(p))
	}
	var long []Column // those that become rows
	kept := t.Columns[:0:0]
	for _, c := range t.Columns {
		written, label := foldLabel(c.SourceLabel), foldLabel(c.found)
		if c.Made == "" && written != "" && slices.ContainsFunc(patterns, func(re *regexp.Regexp) bool { return re.MatchString(written) || re.MatchString(label) }) {
			long = append(long, c)
			continue
		}
		kept = append(kept, c)
	}
	if len(long) == 0 {
		s.notApplied(t.Name, t.heads(&t.Columns[0]), "no column has a heading that unpivot names", "没有字段的表头符合 unpivot 所列")
		return
	}
	level := differing(long)
	if level >= 0 && slices.ContainsFunc(long, func(c Column) bool { return c.Levels[level] == "" }) {
		level = -1 // one is blank where the others differ
	}
	t.Columns = kept
	cells := t.headingCells(long, level)
	for i, c := range long {
		t.Origin.Wide = append(t.Origin.Wide, c.Col)
		t.wide = append(t.wide, wide{c.Col, cells[i]})
	}
	t.headingRows()
	s.add(t, catalog.MadeHeading, u.Heading)
	value := s.add(t, catalog.MadeValue, u.Value)
	if rest := without(long[0].Levels, long[0].Levels[max(level, 0)], ""); level >= 0 && join(rest) != "" {
		t.Columns[value].Label = unmarked(join(rest))
	}
	if same(long, func(c *Column) string { return c.Unit }) {
		t.Columns[value].Unit = long[0].Unit
	}
}

// differing finds the only level in which some headings differ; -1 where there
// are several or none.
func differing(columns []Column) int {
	at := -1
	for k := range columns[0].Levels {
		if same(columns, func(c *Column) string { return c.Levels[k] }) {
			continue
		}
		if at >= 0 && !same(columns, func(c *Column) string {
			if c.Levels[k] == c.Levels[at] {
				return ""
			}
			return c.Levels[k]
		}) {
			return -1
		}
		if at < 0 {
			at = k
		}
	}
	if at < 0 {
		return len(columns[0].Levels) - 1
	}
	return at
}

func same(columns []Column, of func(*Column) string) bool {
	for i := range columns {
		if of(&columns[i]) != of(&columns[0]) {
			return false
		}
	}
	return true
}

// headingCells gives what the heading column says for each column: the cell of
// the level that tells them apart, so that years stay numbers and dates dates.
func (t *Table) headingCells(columns []Column, level int) []sheet.Cell {
	out := make([]sheet.Cell, len(columns))
	var cells []sheet.Cell
	row := 0
	if level >= 0 && level < len(t.levelRows) {
		row = t.levelRows[level]
		cells, _ = t.Sheet.Row(row, nil) // was read before; without it the words do
	}
	for i := range columns {
		c := &columns[i]
		if level < 0 || level >= len(c.Levels) {
			out[i] = text(c.SourceLabel)
			continue
		}
		out[i] = text(c.Levels[level])
		if at := anchor(t.Sheet, row, c.Col); at <= len(cells) && strings.TrimSuffix(oneLine(cells[at-1].Raw), ".0") == c.Levels[level] && !cells[at-1].IsEmpty() {
			out[i] = cells[at-1]
		}
	}
	return out
}

// anchor gives the column of the cell that says what the cell of a header says.
func anchor(sh *sheet.Sheet, row, col int) int {
	for _, m := range sh.Merges[:min(len(sh.Merges), 1000)] {
		if m.FirstRow == row && m.FirstCol <= col && col <= m.LastCol {
			return m.FirstCol
		}
	}
	return col
}

// headingRows notes the header row that says the headings, of each sheet, where
// it is not the last of the only one; 0 where they lie in no single row, for
// they differ in several levels.
func (t *Table) headingRows() {
	pieces := t.pieces()
	if row := pieces[0].headingRow(t.wide); row == t.HeaderRows[1] && len(t.parts) == 0 {
		return
	}
	if len(t.Origin.Parts) == 0 {
		t.Origin.Parts = []catalog.Part{{Sheet: t.Sheet.Name, FirstRow: t.FirstRow, LastRow: t.LastRow}}
	}
	for i := range pieces {
		t.Origin.Parts[i].HeaderRow = pieces[i].headingRow(t.wide)
	}
}

// headingRow finds the header row whose cells say the headings of some columns,
// or leave it to a heading on their left; 0 for none.
func (p *part) headingRow(columns []wide) int {
	for _, r := range p.levelRows {
		cells, err := p.sheet.Row(r, nil)
		if err != nil {
			continue
		}
		said := 0
		for i := range columns {
			col := columns[i].col
			if p.cols != nil {
				col = p.cols[col-1]
			}
			if col == 0 {
				continue
			}
			w := ""
			for at := anchor(p.sheet, r, col); at > 0 && w == ""; at-- {
				if at <= len(cells) {
					w = oneLine(cells[at-1].Raw)
				}
			}
			if w != oneLine(columns[i].heading.Raw) {
				said = 0
				break
			}
			said++
		}
		if said > 0 {
			return r
		}
	}
	return 0
}
