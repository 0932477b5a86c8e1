package shape_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"gongkai/catalog"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

// TestPlaces reads random sheets with random recipes: sections, groups whose
// label is given once or merged, totals, years as columns, sheets of one layout
// with their columns in another order. Every value of every record is what the
// cell says that its row number leads to, and no cell of the body is lost.
func TestPlaces(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		g := generator{rt: rt, years: rapid.IntRange(0, 4).Draw(rt, "years"), levels: rapid.IntRange(1, 2).Draw(rt, "levels")}
		var sheets []*sheet.Sheet
		for k := range rapid.IntRange(1, 3).Draw(rt, "sheets") {
			sheets = append(sheets, g.sheet(fmt.Sprintf("%d年", 2020+k)))
		}
		wb := sheet.NewWorkbook(sheets...)
		recipe := g.recipe()
		found, err := shape.Detect(context.Background(), wb, recipe)
		if err != nil {
			rt.Fatal(err)
		}
		for i := range found.Tables {
			s := &found.Tables[i]
			placesHold(rt, wb, s)
			uniqueNames(rt, s)
			nothingLost(rt, s)
		}
		for _, f := range found.Findings {
			if f.Sentence(catalog.ZH) == "" || f.Sentence(catalog.EN) == "" {
				rt.Errorf("a finding without a sentence: %+v", f)
			}
		}
	})
}

type generator struct {
	rt            *rapid.T
	years, levels int
	next          int
}

func (g *generator) value() sheet.Cell {
	g.next++
	return sheet.Cell{Kind: sheet.Number, Raw: fmt.Sprintf("%d.5", 100+g.next)}
}

func word(s string) sheet.Cell {
	if s == "" {
		return sheet.Cell{}
	}
	return sheet.Cell{Kind: sheet.Text, Raw: s}
}

func (g *generator) chance(of int, label string) bool {
	return rapid.IntRange(0, of-1).Draw(g.rt, label) == 0
}

// sheet makes a sheet of the generator's layout, its columns in any order.
func (g *generator) sheet(name string) *sheet.Sheet {
	columns := []string{"户数", "面积", "人口"}
	for y := range g.years {
		columns = append(columns, fmt.Sprintf("%d", 2019+y))
	}
	if g.chance(2, "shuffle") {
		columns = rapid.Permutation(columns).Draw(g.rt, "order")
	}
	if g.chance(4, "lacking") {
		columns = columns[1:]
	}
	var rows [][]sheet.Cell
	var merges []sheet.Range
	if g.chance(2, "title") {
		rows = append(rows, []sheet.Cell{word(name + "情况表")}, nil)
	}
	if g.levels == 2 {
		rows = append(rows, []sheet.Cell{word("地区"), word("街道"), word("指标")})
		top := len(rows)
		head := []sheet.Cell{{}, {}}
		for _, c := range columns {
			head = append(head, word(c))
		}
		rows = append(rows, head)
		merges = append(merges, sheet.Range{FirstRow: top, FirstCol: 1, LastRow: top + 1, LastCol: 1}, sheet.Range{FirstRow: top, FirstCol: 2, LastRow: top + 1, LastCol: 2},
			sheet.Range{FirstRow: top, FirstCol: 3, LastRow: top, LastCol: 2 + len(columns)})
	} else {
		head := []sheet.Cell{word("地区"), word("街道")}
		for _, c := range columns {
			head = append(head, word(c))
		}
		rows = append(rows, head)
	}
	merged := g.chance(2, "merged")
	for range rapid.IntRange(1, 4).Draw(g.rt, "groups") {
		if g.chance(3, "section") {
			rows = append(rows, []sheet.Cell{word(rapid.SampledFrom([]string{"城区：", "郊区：", "其他："}).Draw(g.rt, "label"))})
		}
		size := rapid.IntRange(1, 4).Draw(g.rt, "size")
		g.next++
		label := fmt.Sprintf("东%d区", g.next)
		if merged && size > 1 {
			merges = append(merges, sheet.Range{FirstRow: len(rows) + 1, FirstCol: 1, LastRow: len(rows) + size, LastCol: 1})
		}
		for k := range size {
			g.next++
			row := []sheet.Cell{word(label), word(fmt.Sprintf("第%d街", g.next))}
			if k > 0 {
				row[0] = sheet.Cell{}
			}
			row[1].Indent = uint8(rapid.IntRange(0, 1).Draw(g.rt, "indent"))
			for range columns {
				row = append(row, g.value())
			}
			rows = append(rows, row)
		}
		if g.chance(3, "total") {
			row := []sheet.Cell{word("小计"), {}}
			for range columns {
				row = append(row, g.value())
			}
			rows = append(rows, row)
		}
	}
	s := sheet.FromCells(name, rows)
	s.Merges = merges
	return s
}

func (g *generator) recipe() *catalog.Recipe {
	if g.chance(4, "none") {
		return nil
	}
	yes := true
	t := catalog.RecipeTable{Name: "t", Columns: []catalog.RecipeColumn{{Source: "地区", Name: "area", FillDown: rapid.SampledFrom([]*bool{nil, &yes}).Draw(g.rt, "fill")}, {Source: "街道", Name: "street"}}}
	if g.chance(2, "together") {
		t.SheetColumn = "year"
	}
	if g.chance(2, "unpivot") {
		t.Unpivot = &catalog.Unpivot{Columns: []string{"#", "* / #", "人口", "* / 人口"}, Heading: "item", Value: "value"}
	}
	t.Sections = rapid.SampledFrom([]string{"", "column", "skip"}).Draw(g.rt, "sections")
	t.Hierarchy = rapid.SampledFrom([]string{"", "none"}).Draw(g.rt, "hierarchy")
	return &catalog.Recipe{Tables: []catalog.RecipeTable{t}}
}

func uniqueNames(t *rapid.T, s *shape.Table) {
	names, cols := map[string]bool{}, map[int]bool{}
	for _, c := range s.Columns {
		if c.Name == "" || names[c.Name] || cols[c.Col] {
			t.Errorf("column %q at %d is there twice", c.Name, c.Col)
		}
		names[c.Name], cols[c.Col] = true, true
	}
}

// nothingLost: every number of the body, each is there once, is in a record.
func nothingLost(t *rapid.T, s *shape.Table) {
	got := map[string]bool{}
	must(t, s.Records(func(r shape.Row) error {
		for _, c := range s.Columns {
			if c.Col <= len(r.Cells) && r.Cells[c.Col-1].Kind == sheet.Number {
				got[r.Cells[c.Col-1].Raw] = true
			}
		}
		return nil
	}))
	parts := s.Origin.Parts
	if len(parts) == 0 {
		parts = []catalog.Part{{Sheet: s.Sheet.Name, FirstRow: s.FirstRow, LastRow: s.LastRow}}
	}
	if len(parts) > 1 {
		return // the cells of the others are checked where they are tables of their own
	}
	must(t, s.Sheet.Scan(s.FirstRow, s.LastRow, func(r int, cells []sheet.Cell) error {
		for _, c := range cells {
			if c.Kind == sheet.Number && !got[c.Raw] && !slices.Contains(s.SkipRows, r) {
				t.Errorf("row %d: %s is in no record", r, c.Raw)
			}
		}
		return nil
	}))
}

// TestAnyRecipe reads sheets of any cells with recipes that say anything:
// nothing panics, names are unique, and values are found again.
func TestAnyRecipe(t *testing.T) {
	words := rapid.SampledFrom([]string{"", "", "合计", "小计", "总计", "单位：万元", "注：说明", "名称", "地区", "2023年", "2024", "　一街", "　　二街", "1", "2", "3", "12.5", "-", "1月", "一、收入", "（一）税收", "城区：", "甲", "乙", "a[1]"})
	sources := rapid.SampledFrom([]string{"名称", "地区", "2023年", "2024", "甲", "a", "1", "", "城区：", "名称 / 甲"})
	rapid.Check(t, func(rt *rapid.T) {
		var sheets []*sheet.Sheet
		for k := range rapid.IntRange(1, 3).Draw(rt, "sheets") {
			var grid [][]sheet.Cell
			for range rapid.IntRange(0, 12).Draw(rt, "rows") {
				var row []sheet.Cell
				for range rapid.IntRange(1, 6).Draw(rt, "cols") {
					c := word(words.Draw(rt, "word"))
					if rapid.IntRange(0, 3).Draw(rt, "number") == 0 {
						c = sheet.Cell{Kind: sheet.Number, Raw: "3.5"}
					}
					row = append(row, c)
				}
				grid = append(grid, row)
			}
			s := sheet.FromCells(fmt.Sprint("表", k), grid)
			for range rapid.IntRange(0, 2).Draw(rt, "merges") {
				a, b := rapid.IntRange(1, 10).Draw(rt, "row"), rapid.IntRange(1, 5).Draw(rt, "col")
				m := sheet.Range{FirstRow: a, FirstCol: b, LastRow: a + rapid.IntRange(0, 2).Draw(rt, "h"), LastCol: b + rapid.IntRange(0, 2).Draw(rt, "w")}
				if !slices.ContainsFunc(s.Merges, func(o sheet.Range) bool {
					return m.FirstRow <= o.LastRow && o.FirstRow <= m.LastRow && m.FirstCol <= o.LastCol && o.FirstCol <= m.LastCol
				}) {
					s.Merges = append(s.Merges, m)
				}
			}
			sheets = append(sheets, s)
		}
		recipe := &catalog.Recipe{Dictionary: map[string]string{"名称": "name", "地区": "2nd"}}
		for k := range rapid.IntRange(0, 2).Draw(rt, "tables") {
			rc := catalog.RecipeTable{Name: fmt.Sprint("t", k), Sheets: rapid.SampledFrom([][]string{nil, {"表*"}, {"表#"}, {"表1"}, {"别"}}).Draw(rt, "where")}
			for i := range rapid.IntRange(0, 4).Draw(rt, "columns") {
				rc.Columns = append(rc.Columns, catalog.RecipeColumn{Source: sources.Draw(rt, "source"), Name: fmt.Sprint("c", i), FillDown: rapid.SampledFrom([]*bool{nil, new(bool)}).Draw(rt, "fill")})
				if d := rc.Columns[i].FillDown; d != nil {
					*d = rapid.Bool().Draw(rt, "down")
				}
			}
			if rapid.Bool().Draw(rt, "forced") {
				a := rapid.IntRange(0, 9).Draw(rt, "first")
				rc.HeaderRows = &[2]int{a, a + min(a, rapid.IntRange(0, 2).Draw(rt, "more"))}
			}
			if rapid.Bool().Draw(rt, "together") {
				rc.SheetColumn = "sheet"
			}
			if rapid.Bool().Draw(rt, "unpivot") {
				rc.Unpivot = &catalog.Unpivot{Columns: []string{rapid.SampledFrom([]string{"*", "#", "#年", "甲", "* / *"}).Draw(rt, "pattern")}, Heading: "heading", Value: "c1"}
			}
			rc.Sections = rapid.SampledFrom([]string{"", "skip"}).Draw(rt, "sections")
			recipe.Tables = append(recipe.Tables, rc)
		}
		wb := sheet.NewWorkbook(sheets...)
		found, err := shape.Detect(context.Background(), wb, recipe)
		if err != nil {
			rt.Fatal(err)
		}
		names := map[string]bool{}
		for i := range found.Tables {
			if s := &found.Tables[i]; names[s.Name] {
				rt.Errorf("two tables %s", s.Name)
			} else {
				names[s.Name] = true
				uniqueNames(rt, s)
				placesHold(rt, wb, s)
			}
		}
	})
}
