package ingest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"gongkai/catalog"
	"gongkai/ingest"
	"gongkai/ingest/sheet"
)

// understand reads a file; nil where it is refused as a whole.
func understand(t *testing.T, path string, recipe *catalog.Recipe) (*ingest.Reading, func()) {
	t.Helper()
	wb, err := sheet.Open(t.Context(), path, sheet.Options{Name: path, TempDir: t.TempDir()})
	var refused *sheet.Rejected
	if errors.As(err, &refused) {
		return nil, func() {}
	}
	if err != nil {
		t.Fatal(err)
	}
	r, err := ingest.Understand(t.Context(), wb, recipe, func(float64, int64) {})
	if err != nil {
		t.Fatal(err)
	}
	return r, func() { wb.Close() }
}

// throughJSON is a recipe as it comes back from where it was kept.
func throughJSON(t *testing.T, r *catalog.Recipe) (*catalog.Recipe, []byte) {
	t.Helper()
	text, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	back, err := catalog.ReadRecipe(bytes.NewReader(text))
	if err != nil {
		var e *catalog.Error
		errors.As(err, &e)
		t.Fatalf("the recipe of a reading is refused: %v (%s)\n%s", err, e.Field, text)
	}
	return back, text
}

// told is what a reading says of its tables, evidence aside: that a column is
// as the recipe says is new.
func told(t *testing.T, r *ingest.Reading) string {
	t.Helper()
	var out strings.Builder
	for _, p := range r.Plans {
		table := p.Table
		table.Columns = append([]catalog.Column{}, table.Columns...)
		for i := range table.Columns {
			table.Columns[i].Evidence = catalog.Text{}
		}
		text, err := json.MarshalIndent(table, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		out.Write(text)
	}
	return out.String()
}

// wantStable reads a file, reads it again with the recipe of that reading, and
// wants the same tables and the same recipe.
func wantStable(t *testing.T, path string) {
	t.Helper()
	first, end := understand(t, path, nil)
	defer end()
	if first == nil {
		return
	}
	recipe, text := throughJSON(t, first.Recipe())
	second, end := understand(t, path, recipe)
	defer end()
	if a, b := told(t, first), told(t, second); a != b {
		t.Errorf("read by its own recipe it is another: %s\n%s", difference(a, b), text)
	}
	if _, again := throughJSON(t, second.Recipe()); !bytes.Equal(again, text) {
		t.Errorf("the recipe of the second reading is another: %s", difference(string(text), string(again)))
	}
}

// difference gives the first line in which two texts differ.
func difference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return strings.Join(x[max(0, i-3):i+1], "\n") + "\n  became\n" + y[i]
		}
	}
	return "one is longer"
}

// TestDeriveCorpus derives, applies and derives again over real files.
func TestDeriveCorpus(t *testing.T) {
	dir := os.Getenv("GONGKAI_CORPUS")
	if dir == "" {
		dir = "../../shared/corpus/files"
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no corpus of real files at", dir)
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".json") || strings.HasSuffix(path, ".md") {
			return err
		}
		if info, err := d.Info(); err != nil || info.Size() > 3<<20 {
			return err
		}
		t.Run(filepath.Base(path), func(t *testing.T) { wantStable(t, path) })
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// decidedBook is a workbook of which a recipe decides much.
func decidedBook(t *testing.T) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for s, sheet := range []string{"城关区", "安宁区"} {
		if _, err := f.NewSheet(sheet); err != nil {
			t.Fatal(err)
		}
		rows := [][]any{{"科目", "经办人", "身份证号", "完成情况", "日期", "2022年", "2023年"}}
		for i := range 12 {
			var group any
			if i%4 == 0 {
				group = []string{"教育", "卫生", "社区"}[i/4]
			}
			rows = append(rows, []any{group, "王小" + string(rune('一'+i)), "62010219", "未报", fmt.Sprintf("%02d/%02d/2024", i%12+1, i%12+1), 100*(s+1) + i, 200*(s+1) + i})
		}
		for i, r := range rows {
			if err := f.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1+s), &r); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "decided.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

const decidedRecipe = `{"dictionary":{"科目":"subject"},"skip_sheets":["封面*"],"tables":[{"name":"budget","label":"预算","sheets":["*区"],"sheet_column":"district",
	"unpivot":{"columns":["####年"],"heading":"year","value":"amount"},"key":["district","subject","year"],"small_counts":{"below":5,"suppress":false},
	"columns":[{"source":"科目","name":"subject","label":"科目名称","fill_down":true,"aliases":["kemu"],"description":{"zh":"按功能分类","en":""}},
	{"source":"经办人","name":"clerk","personal":{"action":"mask","basis":"b","by":"officer","at":"2024-05-03T09:30:00Z"}},
	{"source":"身份证号","name":"id_number","personal":{"action":"drop","basis":"b"}},
	{"source":"手机号","name":"phone","personal":{"action":"drop","basis":"in other years"}},
	{"source":"完成情况","name":"done","null_markers":["未报"]},{"source":"日期","name":"day","type":"date","date_order":"dmy"},
	{"name":"amount","unit":"万元","constraints":{"required":true,"minimum":"0"}}]}]}`

// TestDeriveDecided wants all that was decided in the recipe of the reading,
// and that recipe to say the same again.
func TestDeriveDecided(t *testing.T) {
	path := decidedBook(t)
	given, err := catalog.ReadRecipe(strings.NewReader(decidedRecipe))
	if err != nil {
		t.Fatal(err)
	}
	first, end := understand(t, path, given)
	defer end()
	recipe, text := throughJSON(t, first.Recipe())
	second, end := understand(t, path, recipe)
	defer end()
	if a, b := told(t, first), told(t, second); a != b {
		t.Errorf("read by its own recipe it is another: %s\n%s", difference(a, b), text)
	}
	if _, again := throughJSON(t, second.Recipe()); !bytes.Equal(again, text) {
		t.Errorf("the recipe of the second reading is another: %s", difference(string(text), string(again)))
	}
	if len(recipe.Tables) != 1 {
		t.Fatalf("%s", text)
	}
	got, want := recipe.Tables[0], given.Tables[0]
	for _, c := range want.Columns {
		d := got.Column(c.Name)
		if d == nil {
			t.Errorf("column %s is lost\n%s", c.Name, text)
			continue
		}
		if c.Label == "" {
			c.Label = d.Label
		}
		if c.Type == "" {
			c.Type = d.Type
		}
		if !reflect.DeepEqual(*d, c) {
			t.Errorf("column %s became %+v", c.Name, *d)
		}
	}
	got.Columns, want.Columns = nil, nil
	if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(recipe.Dictionary, given.Dictionary) || !reflect.DeepEqual(recipe.SkipSheets, given.SkipSheets) {
		t.Errorf("the table became %+v\n%s", got, text)
	}
}

// TestLabelsFollow reads next year's workbook by the recipe of this year's: the
// names stay, the labels are those of the workbook.
func TestLabelsFollow(t *testing.T) {
	of := func(year int) string {
		f := excelize.NewFile()
		defer f.Close()
		rows := [][]any{{"地区", fmt.Sprintf("%d年末人口", year)}, {"甲区", 100}, {"乙区", 200}, {"丙区", 300}}
		for i, r := range rows {
			if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &r); err != nil {
				t.Fatal(err)
			}
		}
		path := filepath.Join(t.TempDir(), "population.xlsx")
		if err := f.SaveAs(path); err != nil {
			t.Fatal(err)
		}
		return path
	}
	first, end := understand(t, of(2023), nil)
	defer end()
	next, end := understand(t, of(2024), first.Recipe())
	defer end()
	if c := next.Plans[0].Table.Columns[1]; c.Name != "y2023nianmorenkou" || c.Label != "2024年末人口" {
		t.Errorf("%s is called %s", c.Name, c.Label)
	}
}

// TestAllDropped drops every column of a table: the table is left out, and the
// recipe of the reading says so for the next workbook.
func TestAllDropped(t *testing.T) {
	recipe, err := catalog.ReadRecipe(strings.NewReader(`{"tables":[{"name":"people","sheets":["安宁区"],"columns":[` +
		strings.Join(func() (out []string) {
			for i, s := range []string{"科目", "经办人", "身份证号", "完成情况", "日期", "2022年", "2023年"} {
				out = append(out, fmt.Sprintf(`{"source":%q,"name":"c%d","personal":{"action":"drop","basis":"b"}}`, s, i))
			}
			return out
		}(), ",") + `]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	r, end := understand(t, decidedBook(t), recipe)
	defer end()
	if len(r.Plans) != 1 || len(r.Shape.Tables) != 1 || r.Plans[0].Table.Sheet != "城关区" {
		t.Fatalf("%d tables", len(r.Plans))
	}
	again := r.Recipe()
	if len(again.Tables) != 2 || !reflect.DeepEqual(again.Tables[1], recipe.Tables[0]) {
		t.Errorf("the decision became %+v", again.Tables)
	}
	if err := r.Check(t.Context()); err != nil {
		t.Error(err)
	}
}
