package ingest_test

import (
	"encoding/json"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"gongkai/catalog"
)

// TestFindingsConcealWhatIsHidden drops a column of names and leaves small
// counts out: no finding says a name again, or a sum that gives a count away.
func TestFindingsConcealWhatIsHidden(t *testing.T) {
	f := excelize.NewFile()
	for i, row := range [][]any{
		{"负责人", "街道", "人数", "金额", "面积", "长度"},
		{"赵钱孙", "东街", 40, 1.5, 10, 7}, {nil, "西街", 3, 2.5, 20, 8}, {nil, "南街", 57, 4.5, 30, 9}, {"周吴郑", "北街", 12, 1.25, 40, 6}, {nil, "中街", 30, 2.25, 50, 5},
		{nil, "合计", 160, 12, 150, 35},
	} {
		for j, v := range row {
			cell, _ := excelize.CoordinatesToCellName(j+1, i+1)
			f.SetCellValue("Sheet1", cell, v)
		}
	}
	for _, m := range [][2]string{{"A2", "A4"}, {"A5", "A6"}} {
		if err := f.MergeCell("Sheet1", m[0], m[1]); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "book.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	read := func(recipe *catalog.Recipe) string {
		r, closeBook := understand(t, path, recipe)
		defer closeBook()
		if err := r.Check(t.Context()); err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(r.Findings)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if plain := read(nil); !strings.Contains(plain, "142") {
		t.Fatalf("nothing to conceal: %s", plain)
	}
	decided := read(&catalog.Recipe{Tables: []catalog.RecipeTable{{
		Name: "table", Sheets: []string{"Sheet1"}, SmallCounts: &catalog.SmallCounts{Below: 5, Columns: []string{"ren_shu"}, Suppress: true},
		Columns: []catalog.RecipeColumn{
			{Source: "负责人", Name: "fu_ze_ren", Personal: &catalog.PersonalDecision{Action: catalog.DropColumn, Basis: "no need", By: "officer"}},
			{Source: "街道", Name: "jie_dao"}, {Source: "人数", Name: "ren_shu"}, {Source: "金额", Name: "jin_e"}, {Source: "面积", Name: "mian_ji"}, {Source: "长度", Name: "chang_du"},
		},
	}}})
	for _, secret := range []string{"赵钱孙", "周吴郑", "142"} {
		if strings.Contains(decided, secret) {
			t.Errorf("%s is told: %s", secret, decided)
		}
	}
}

// TestFindingsConcealOnEverySheet drops a column of numbers from a table of two
// sheets, of which the second is longer and has the column in another place.
func TestFindingsConcealOnEverySheet(t *testing.T) {
	const secret = 123456789012345678 // more digits than a spreadsheet keeps
	f := excelize.NewFile()
	sheets := map[string][][]any{
		"东区": {{"证号", "街道", "人数"}, {1001, "东街", 40}, {1002, "西街", 31}, {1003, "北街", 12}},
		"西区": {{"街道", "证号", "人数"}, {"一街", 2001, 40}, {"二街", 2002, 31}, {"三街", 2003, 57}, {"四街", 2004, 12}, {"五街", 2005, 30}, {"六街", secret, 8}},
	}
	for name, rows := range sheets {
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			for j, v := range row {
				cell, _ := excelize.CoordinatesToCellName(j+1, i+1)
				f.SetCellValue(name, cell, v)
			}
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "book.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	read := func(decided *catalog.PersonalDecision) string {
		r, closeBook := understand(t, path, &catalog.Recipe{Tables: []catalog.RecipeTable{{
			Name: "table", Sheets: []string{"*区"}, SheetColumn: "district",
			Columns: []catalog.RecipeColumn{{Source: "证号", Name: "number", Personal: decided}, {Source: "街道", Name: "street"}, {Source: "人数", Name: "people"}},
		}}})
		defer closeBook()
		text, err := json.Marshal(r.Findings)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if plain := read(nil); !strings.Contains(plain, strconv.Itoa(secret)) {
		t.Fatalf("nothing to conceal: %s", plain)
	}
	dropped := read(&catalog.PersonalDecision{Action: catalog.DropColumn, Basis: "no need", By: "officer"})
	if strings.Contains(dropped, strconv.Itoa(secret)) {
		t.Errorf("%d is told: %s", secret, dropped)
	}
}
