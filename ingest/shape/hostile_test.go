package shape_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"gongkai/catalog"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

// TestHostileRecipes: workbooks and recipes made to be slow are read in a few
// seconds.
func TestHostileRecipes(t *testing.T) {
	wide := make([][]string, 20)
	for r := range wide {
		wide[r] = make([]string, 16384)
		for c := range wide[r] {
			if wide[r][c] = strconv.Itoa(r*c + 5); r == 0 {
				wide[r][c] = "第" + strconv.Itoa(c) + "列"
			}
		}
	}
	same := make([][]string, 4)
	for r := range same {
		same[r] = make([]string, 16384)
		for c := range same[r] {
			if same[r][c] = "7"; r == 0 {
				same[r][c] = "值"
			}
		}
	}
	deep := [][]string{{"项目", "甲", "乙", "丙"}}
	for r := range 120_000 {
		switch r % 4 {
		case 0:
			deep = append(deep, []string{fmt.Sprintf("组%d：", r)})
		case 1:
			deep = append(deep, []string{"　一", "1", "2", "3"})
		default:
			deep = append(deep, []string{"　　二", "1", "2", "3"})
		}
	}
	var many []*sheet.Sheet
	for k := range 800 {
		many = append(many, sheet.FromRowsTyped(fmt.Sprintf("%d年", 1200+k), [][]string{{"地区", "人口", "面积"}, {"东区", "1", "2"}, {"西区", "3", "4"}}))
	}
	tables := make([]catalog.RecipeTable, 100)
	for i := range tables {
		tables[i] = catalog.RecipeTable{Name: "t" + strconv.Itoa(i), Sheets: []string{"*1*2*", "没有*" + strconv.Itoa(i)}, Columns: []catalog.RecipeColumn{{Source: "地区", Name: "a"}}}
	}
	for _, c := range []struct {
		name   string
		sheets []*sheet.Sheet
		recipe *catalog.Recipe
	}{
		{"wide", []*sheet.Sheet{sheet.FromRowsTyped("s", wide)}, &catalog.Recipe{Tables: []catalog.RecipeTable{{Name: "t", Unpivot: &catalog.Unpivot{Columns: []string{"第#列"}, Heading: "h", Value: "v"}, Columns: []catalog.RecipeColumn{{Source: "第0列", Name: "a"}}}}}},
		{"same", []*sheet.Sheet{sheet.FromRowsTyped("s", same), sheet.FromRowsTyped("u", same)}, &catalog.Recipe{Tables: []catalog.RecipeTable{{Name: "t", SheetColumn: "s", Columns: []catalog.RecipeColumn{{Source: "值", Name: "a"}}}}}},
		{"deep", []*sheet.Sheet{sheet.FromRowsTyped("s", deep)}, nil},
		{"many", many, nil},
		{"together", many, &catalog.Recipe{Tables: []catalog.RecipeTable{{Name: "t", SheetColumn: "year", Columns: []catalog.RecipeColumn{{Source: "地区", Name: "a"}, {Source: "人口", Name: "b"}}}}}},
		{"tables", many, &catalog.Recipe{Tables: tables}},
	} {
		start := time.Now()
		found, err := shape.Detect(context.Background(), sheet.NewWorkbook(c.sheets...), c.recipe)
		if err != nil {
			t.Fatal(c.name, err)
		}
		records := 0
		for i := range found.Tables {
			must(t, found.Tables[i].Records(func(shape.Row) error { records++; return nil }))
		}
		if d := time.Since(start); d > 10*time.Second {
			t.Errorf("%s took %v", c.name, d)
		} else {
			t.Logf("%s: %d tables, %d records in %v", c.name, len(found.Tables), records, d)
		}
	}
}
