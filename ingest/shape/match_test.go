package shape_test

import (
	"context"
	"strings"
	"testing"

	"gongkai/catalog"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

// page makes a sheet of lines of cells between bars; those with # are numbers.
func page(name string, lines ...string) *sheet.Sheet {
	var cells [][]sheet.Cell
	for _, line := range lines {
		var row []sheet.Cell
		for _, s := range strings.Split(line, "|") {
			switch n, number := strings.CutPrefix(s, "#"); {
			case number:
				row = append(row, sheet.Cell{Kind: sheet.Number, Raw: n})
			case s != "":
				row = append(row, sheet.Cell{Kind: sheet.Text, Raw: s})
			default:
				row = append(row, sheet.Cell{})
			}
		}
		cells = append(cells, row)
	}
	return sheet.FromCells(name, cells)
}

func book(sheets ...*sheet.Sheet) *sheet.Workbook {
	return &sheet.Workbook{Format: sheet.XLSX, Formats: []sheet.Format{{}}, Sheets: sheets}
}

// TestRecipeWithoutColumns has recipes that leave all columns to be found out.
func TestRecipeWithoutColumns(t *testing.T) {
	wb := book(page("说明", "项目|内容", "电话|无", "地址|无"), page("东区", "社区|户数", "甲|#10", "乙|#20"), page("西区", "社区|户数", "丙|#30", "丁|#40"),
		page("历年", "指标|2020年|2021年|2022年", "产量|#1|#2|#3", "销量|#4|#5|#6"))
	years := &catalog.Unpivot{Columns: []string{"####年"}, Heading: "year", Value: "amount"}
	for name, c := range map[string]struct {
		table catalog.RecipeTable
		want  string // sheets of the table, and how many records
	}{
		"sheets of one layout":         {catalog.RecipeTable{Name: "t", Sheets: []string{"*区"}, SheetColumn: "area"}, "东区 西区"},
		"of the layout that most have": {catalog.RecipeTable{Name: "t", Sheets: []string{"*"}, SheetColumn: "area"}, "东区 西区"},
		"a sheet":                      {catalog.RecipeTable{Name: "t", Sheets: []string{"历年"}, Unpivot: years}, "历年"},
	} {
		r, err := shape.Detect(context.Background(), wb, &catalog.Recipe{Tables: []catalog.RecipeTable{c.table}})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for i := range r.Tables {
			if x := &r.Tables[i]; x.Name == "t" {
				got = x.Sheet.Name
				for k := range x.Origin.Parts {
					if k > 0 {
						got += " " + x.Origin.Parts[k].Sheet
					}
				}
				if (c.table.Unpivot != nil) != (len(x.Origin.Wide) == 3) {
					t.Errorf("%s: columns that became rows: %v", name, x.Origin.Wide)
				}
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	wb = book(page("Sheet1", "指标|2020年|2021年|2022年", "产量|#1|#2|#3", "销量|#4|#5|#6"))
	r, err := shape.Detect(context.Background(), wb, &catalog.Recipe{Tables: []catalog.RecipeTable{{Name: "t", Unpivot: years}}})
	if err != nil || len(r.Tables) != 1 || len(r.Tables[0].Origin.Wide) != 3 {
		t.Errorf("the only table: %v %+v", err, r)
	}
}
