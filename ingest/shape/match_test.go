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

// TestSheetOfSums has workbooks of a sheet for each district and one of all.
func TestSheetOfSums(t *testing.T) {
	east, west, north := page("东区", "类型|户数|人口", "甲|#10|#5", "乙|#20|#6"), page("西区", "类型|户数|人口", "甲|#30|#7", "乙|#40|#8"), page("北区", "类型|户数|人口", "甲|#1|#9", "乙|#2|#11")
	for name, c := range map[string]struct {
		sheets []*sheet.Sheet
		want   string // the sheets whose records are totals
	}{
		"by its name":       {[]*sheet.Sheet{page("合计", "类型|户数|人口", "甲|#40|#12", "乙|#60|#14"), east, west}, "合计"},
		"by its figures":    {[]*sheet.Sheet{east, west, north, page("全市", "类型|人口|户数", "甲|#21|#41", "乙|#25|#62")}, "全市"},
		"figures of others": {[]*sheet.Sheet{east, west, north, page("南区", "类型|人口|户数", "甲|#21|#42", "乙|#24|#62")}, ""},
		"two alike":         {[]*sheet.Sheet{east, page("西区", "类型|户数|人口", "甲|#10|#5", "乙|#20|#6")}, ""},
	} {
		rt := catalog.RecipeTable{Name: "t", Sheets: []string{"*"}, SheetColumn: "area"}
		r, err := shape.Detect(context.Background(), book(c.sheets...), &catalog.Recipe{Tables: []catalog.RecipeTable{rt}})
		if err != nil || len(r.Tables) != 1 {
			t.Fatal(err, len(r.Tables))
		}
		area, got := -1, map[string]int{}
		for _, col := range r.Tables[0].Columns {
			if col.Made == catalog.MadeSheet {
				area = col.Col
			}
		}
		err = r.Tables[0].Records(func(row shape.Row) error {
			if row.Total {
				got[row.Cells[area-1].Raw]++
			}
			return nil
		})
		if want := map[string]int{c.want: 2}; err != nil || c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || got[c.want] != want[c.want]) {
			t.Errorf("%s: %v, want %v (%v)", name, got, want, err)
		}
		found := ""
		for _, f := range r.Findings {
			if f.Code == "sheet-of-sums" {
				found = f.Actual
			}
		}
		if found != c.want {
			t.Errorf("%s: told %q", name, found)
		}
	}
}

// TestHiddenColumns wants hidden columns named until somebody decided.
func TestHiddenColumns(t *testing.T) {
	hide := func(s string) sheet.Cell { return sheet.Cell{Kind: sheet.Text, Raw: s, Flags: sheet.HiddenCol} }
	text := func(s string) sheet.Cell { return sheet.Cell{Kind: sheet.Text, Raw: s} }
	wb := book(sheet.FromCells("表", [][]sheet.Cell{
		{text("户名"), hide("内部意见"), text("金额")}, {text("甲"), hide("缓办"), {Kind: sheet.Number, Raw: "10"}}, {text("乙"), hide("同意"), {Kind: sheet.Number, Raw: "20"}},
	}))
	for _, decided := range []*catalog.PersonalDecision{nil, {Action: catalog.DropColumn, Basis: "内部"}} {
		rt := catalog.RecipeTable{Name: "t", Columns: []catalog.RecipeColumn{{Source: "内部意见", Name: "yijian", Personal: decided}}}
		r, err := shape.Detect(context.Background(), wb, &catalog.Recipe{Tables: []catalog.RecipeTable{rt}})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, f := range r.Findings {
			if f.Code == "hidden-columns" {
				got = f.Where + " " + f.Actual
			}
		}
		if want := map[bool]string{true: "表!B1 内部意见"}[decided == nil]; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
