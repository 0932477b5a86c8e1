package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// shapedBook writes two sheets of one layout, with years as columns and labels
// given once per group, and a sheet with sections.
func shapedBook(t testing.TB) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	put := func(sheet string, at int, row ...any) {
		t.Helper()
		if err := f.SetSheetRow(sheet, fmt.Sprintf("A%d", at), &row); err != nil {
			t.Fatal(err)
		}
	}
	f.SetSheetName("Sheet1", "城关区")
	for s, sheet := range []string{"城关区", "安宁区"} {
		if s > 0 {
			if _, err := f.NewSheet(sheet); err != nil {
				t.Fatal(err)
			}
		}
		at := 2 + s // the second sheet begins a row further down
		put(sheet, 1, sheet+"预算支出")
		put(sheet, at, "科目", "项目", "2022年", "2023年")
		for i := range 9 {
			var group any
			if i%3 == 0 {
				group = []string{"教育", "卫生健康", "城乡社区"}[i/3]
			}
			put(sheet, at+1+i, group, fmt.Sprintf("项目%s%d", sheet, i), 1000*(s+1)+i*10, 1000*(s+1)+i*10+5)
		}
	}
	const sections = "机构名录"
	if _, err := f.NewSheet(sections); err != nil {
		t.Fatal(err)
	}
	put(sections, 1, "机构", "地址", "床位")
	at := 2
	for _, section := range []string{"一、公立医院", "二、民营医院"} {
		put(sections, at, section)
		if err := f.MergeCell(sections, fmt.Sprintf("A%d", at), fmt.Sprintf("C%d", at)); err != nil {
			t.Fatal(err)
		}
		for i := range 5 {
			put(sections, at+1+i, fmt.Sprintf("第%d医院%s", i+1, section[len("一、"):]), fmt.Sprintf("人民路%d号", at+i), at*10+i)
		}
		at += 6
	}
	path := filepath.Join(t.TempDir(), "shaped.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

const shapedRecipe = `{"tables": [
	{"name": "budget", "sheets": ["*区"], "sheet_column": "district", "unpivot": {"columns": ["####年"], "heading": "year", "value": "amount"},
	 "columns": [{"source": "科目", "name": "subject", "fill_down": true}, {"source": "项目", "name": "item"}]},
	{"name": "hospitals", "sheets": ["机构名录"], "columns": [{"source": "机构", "name": "hospital"}, {"source": "床位", "name": "beds"}]}]}`

// provenRow is a row of the API with its provenance.
type provenRow struct {
	values map[string]any
	sheet  string
	row    int
	cells  map[string]any
}

func (s *server) proven(path string) []provenRow {
	s.t.Helper()
	var page struct{ Data []map[string]any }
	s.get(path, 200).json(s.t, &page)
	var out []provenRow
	for _, values := range page.Data {
		p, ok := values["_provenance"].(map[string]any)
		if !ok {
			s.t.Fatalf("%s: no provenance in %v", path, values)
		}
		delete(values, "_provenance")
		out = append(out, provenRow{values, p["sheet"].(string), int(p["row"].(float64)), p["cells"].(map[string]any)})
	}
	return out
}

// TestProvenance looks up every value in the workbook, in the cell that its
// provenance names.
func TestProvenance(t *testing.T) {
	data := t.TempDir()
	path := shapedBook(t)
	must(t, "publish", path, "--data", data, "--dataset", "shaped", "--department", "finance", "--quiet",
		"--recipe", writeFile(t, "recipe.json", shapedRecipe))
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	s := boot(t, data)
	made := map[string]int{}
	for table, want := range map[string]int{"budget": 36, "hospitals": 10} {
		rows := s.proven("/api/v1/datasets/shaped/tables/" + table + "/rows?provenance=true&limit=100")
		if len(rows) != want {
			t.Errorf("table %s has %d rows, want %d", table, len(rows), want)
		}
		for _, r := range rows {
			wantProven(t, book, table, r, made)
		}
	}
	// Filled down: six in nine labels on two sheets, of two years.
	if made["labels-filled"] != 24 || made["no cell"] == 0 {
		t.Errorf("%v", made)
	}
}

func wantProven(t *testing.T, book *excelize.File, table string, r provenRow, made map[string]int) {
	t.Helper()
	for name, value := range r.values {
		if strings.HasPrefix(name, "_") || value == nil {
			continue
		}
		where := fmt.Sprintf("%s, %s row %d, %s = %v", table, r.sheet, r.row, name, value)
		cell, ok := r.cells[name].(map[string]any)
		if !ok {
			t.Errorf("%s: no provenance", where)
			continue
		}
		at, ok := cell["cell"].(string)
		if !ok {
			made["no cell"]++
			if name == "district" && value != r.sheet {
				t.Errorf("%s: made of another sheet", where)
			}
			continue
		}
		got, err := book.GetCellValue(r.sheet, at)
		if err != nil {
			t.Fatal(err)
		}
		if cell["reason"] == "labels-filled" {
			made["labels-filled"]++
			if got != "" {
				t.Errorf("%s: %s is not blank but %q", where, at, got)
			}
			continue
		}
		if got != fmt.Sprint(value) && name != "year" || name == "year" && !strings.HasPrefix(got, fmt.Sprint(value)) {
			t.Errorf("%s: %s has %q", where, at, got)
		}
	}
}
