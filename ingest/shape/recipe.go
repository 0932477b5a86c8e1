package shape

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"gongkai/catalog"
	"gongkai/ingest/sheet"
)

// series applies the recipe of a series of workbooks to the tables that were
// found in one of them.
type series struct {
	recipe   *catalog.Recipe
	names    *names
	sheets   []string          // of the workbook that are not hidden, in order
	skipped  map[string]bool   // sheets that the recipe leaves out
	here     []map[string]bool // for each table of the recipe the sheets that it names
	used     []bool            // tables of the recipe that have their table
	findings []catalog.Finding
}

func newSeries(recipe *catalog.Recipe, sheets []*sheet.Sheet) *series {
	if recipe == nil {
		recipe = &catalog.Recipe{}
	}
	s := &series{recipe: recipe, names: newNames(recipe.Dictionary), used: make([]bool, len(recipe.Tables))}
	for _, sh := range sheets {
		if !sh.Hidden {
			s.sheets = append(s.sheets, sh.Name)
		}
	}
	for i := range recipe.Tables {
		s.here = append(s.here, s.named(recipe.Tables[i].Sheets))
	}
	s.skipped = s.named(recipe.SkipSheets)
	return s
}

// named gives the sheets that some patterns mean.
func (s *series) named(patterns []string) map[string]bool {
	out := map[string]bool{}
	for _, p := range patterns {
		re := matcher(p)
		for _, name := range s.sheets {
			if re.MatchString(foldLabel(name)) {
				out[name] = true
			}
		}
	}
	return out
}

// reaches reports whether the i-th table of the recipe looks on a sheet first;
// elsewhere is set where no sheet of the workbook has such a name, so that any
// will do.
func (s *series) reaches(i int, sheetName string) (here, elsewhere bool) {
	return s.here[i][sheetName], len(s.here[i]) == 0
}

// assign decides which detected table each table of the recipe is about: the
// pair with the most columns in common first, each table once. A table that is
// about all sheets of one layout takes one from each.
func (s *series) assign(tables []Table) {
	type pair struct{ recipe, table, common int }
	var pairs []pair
	for i := range s.recipe.Tables {
		rt := &s.recipe.Tables[i]
		layout := s.layoutOf(i, tables)
		for k := range tables {
			here, elsewhere := s.reaches(i, tables[k].Sheet.Name)
			common, of := inCommon(rt, tables[k].Columns)
			enough := here && (common > 0 || of == 0) || elsewhere && (common > 0 && common*2 >= of || of == 0 && len(rt.Sheets) == 0)
			if rt.SheetColumn != "" {
				enough = (here || len(rt.Sheets) == 0) && (common > 0 && common*2 >= of || of == 0 && layout != "" && tables[k].layoutKey() == layout)
			}
			if enough {
				pairs = append(pairs, pair{i, k, common})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return b.common - a.common })
	taken := map[[2]int]bool{} // recipe table and sheet
	for _, p := range pairs {
		rt, t := &s.recipe.Tables[p.recipe], &tables[p.table]
		on := [2]int{p.recipe, slices.Index(s.sheets, t.Sheet.Name)}
		if t.Decided != nil || s.used[p.recipe] && rt.SheetColumn == "" || taken[on] {
			continue
		}
		s.used[p.recipe], taken[on] = true, true
		t.Decided = rt
		decideColumns(rt, t.Columns)
	}
}

// layoutOf gives the layout that most of the sheets have which a table of the
// recipe with a sheet column, but without columns of the sheet, may take.
func (s *series) layoutOf(i int, tables []Table) (layout string) {
	rt := &s.recipe.Tables[i]
	if rt.SheetColumn == "" || slices.ContainsFunc(rt.Columns, func(c catalog.RecipeColumn) bool { return c.Source != "" }) {
		return ""
	}
	n := map[string]int{}
	for k := range tables {
		key := tables[k].layoutKey()
		if here, _ := s.reaches(i, tables[k].Sheet.Name); key == "" || !here && len(rt.Sheets) > 0 {
			continue
		}
		if n[key]++; n[key] > n[layout] {
			layout = key
		}
	}
	return layout
}

// unmet reports the tables of the recipe that nothing was found for.
func (s *series) unmet() {
	for i := range s.recipe.Tables {
		if !s.used[i] {
			s.notApplied(s.recipe.Tables[i].Name, "", "no table has most of its columns", "没有数据表含有它的多数字段")
		}
	}
}

// notApplied says which part of the recipe could not be followed.
func (s *series) notApplied(table, where, why, whyZH string) {
	f := catalog.NewFinding("recipe-not-applied", where, map[string]string{"why": why, "why_zh": whyZH})
	f.Actual = table
	s.findings = append(s.findings, f)
}

// inCommon counts the columns of a recipe table that are among some columns,
// and those that a sheet can have at all. Columns without a heading count where
// they are found by their names.
func inCommon(t *catalog.RecipeTable, columns []Column) (common, of int) {
	for i := range t.Columns {
		if t.Columns[i].Source != "" {
			of++
		}
	}
	for i, p := range pairUp(t, columns) {
		if p == nil || columns[i].Made != "" {
			continue
		}
		if common++; p.Source == "" {
			of++
		}
	}
	return common, of
}

// decideColumns gives columns what the recipe says about them.
func decideColumns(t *catalog.RecipeTable, columns []Column) {
	for i, d := range pairUp(t, columns) {
		if d != nil {
			columns[i].decide(d)
		}
	}
}

func (c *Column) decide(d *catalog.RecipeColumn) {
	c.Decided = d
	if d.Label != "" {
		c.Label = d.Label
	}
	if d.FillDown != nil {
		c.FillDown = *d.FillDown
	}
}

// pairUp finds for each column what the recipe says about it: by the heading as
// written, by the heading without footnote marks, and at last by the heading
// with other digits, where only one column of either side reads so. Columns of
// the same heading go in order.
func pairUp(t *catalog.RecipeTable, columns []Column) []*catalog.RecipeColumn {
	out := make([]*catalog.RecipeColumn, len(columns))
	used := make([]bool, len(t.Columns))
	found := func(c *Column) string { return c.found }
	bare := func(c *Column) string { return unmarked(c.SourceLabel) }
	for _, key := range [...]func(*Column) string{nil, found, bare} {
		left := map[string][]int{}
		for i := range columns {
			c := &columns[i]
			if out[i] != nil || c.Made != "" {
				continue
			}
			k := c.SourceLabel
			if key != nil {
				k = key(c)
			}
			left[foldLabel(k)] = append(left[foldLabel(k)], i)
		}
		for k := range t.Columns {
			want := t.Columns[k].Source
			if key != nil {
				want = unmarked(want)
			}
			if want = foldLabel(want); used[k] || want == "" || len(left[want]) == 0 {
				continue
			}
			out[left[want][0]], used[k] = &t.Columns[k], true
			left[want] = left[want][1:]
		}
	}
	otherDigits(t, columns, out, used)
	unheaded(t, columns, out, used)
	return out
}

// otherDigits pairs columns whose headings differ in digits only. A heading
// that comes in several years or numbers pairs none of them: the figures of
// one year are not those of another.
func otherDigits(t *catalog.RecipeTable, columns []Column, out []*catalog.RecipeColumn, used []bool) {
	of, want := map[string][]int{}, map[string][]int{}
	for i := range columns {
		if key := undated(columns[i].SourceLabel); columns[i].Made == "" && key != "" {
			of[key] = append(of[key], i)
		}
	}
	for k := range t.Columns {
		if key := undated(t.Columns[k].Source); key != "" {
			want[key] = append(want[key], k)
		}
	}
	for key, ks := range want {
		if is := of[key]; len(ks) == 1 && len(is) == 1 && !used[ks[0]] && out[is[0]] == nil {
			out[is[0]], used[ks[0]] = &t.Columns[ks[0]], true
		}
	}
}

// unheaded pairs columns that have no heading, and made ones, by their names.
func unheaded(t *catalog.RecipeTable, columns []Column, out []*catalog.RecipeColumn, used []bool) {
	byName := map[string]int{}
	for i := range columns {
		if out[i] == nil && columns[i].SourceLabel == "" {
			byName[columns[i].Name] = i
		}
	}
	for k := range t.Columns {
		d := &t.Columns[k]
		if used[k] || d.Source != "" {
			continue
		}
		for _, name := range append([]string{d.Name}, d.Aliases...) {
			if i, ok := byName[name]; ok && out[i] == nil {
				out[i], used[k] = d, true
				break
			}
		}
	}
}

// foldLabel leaves out what the same heading may be written with differently:
// white space, width and case of letters, characters that nobody sees.
func foldLabel(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cc, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKC.String(s))
}

// unmarked takes footnote marks off the levels of a heading.
func unmarked(s string) string {
	levels := strings.Split(s, " / ")
	for i := range levels {
		levels[i] = footnotes{}.strip(visible(levels[i]))
	}
	return join(levels)
}

// undated gives the folded heading with a # for each run of digits; "" where it
// has no digits or nothing else.
func undated(s string) string {
	s = foldLabel(unmarked(s))
	out := hashDigits(s)
	if out == s || strings.Trim(out, "#/-.") == "" {
		return ""
	}
	return out
}

// hashDigits puts a # for each run of digits.
func hashDigits(s string) string {
	var b strings.Builder
	last := false
	for _, r := range s {
		digit := unicode.IsDigit(r)
		if digit && !last {
			b.WriteByte('#')
		}
		if !digit {
			b.WriteRune(r)
		}
		last = digit
	}
	return b.String()
}

// matcher reads a pattern: * stands for any characters, # for digits, one at
// least. The pattern may differ from a text in what foldLabel leaves out.
func matcher(pattern string) *regexp.Regexp {
	expr := regexp.QuoteMeta(foldLabel(pattern))
	expr = strings.NewReplacer(`\*`, ".*", "#", "([0-9]+|#)").Replace(expr)
	return regexp.MustCompile("^(?s:" + expr + ")$")
}
