package check_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/xuri/excelize/v2"

	"gongkai/ingest/sheet"
)

// TestOutsideFile writes a workbook with a person in each place outside its
// table, and wants all of them found when the file is read.
func TestOutsideFile(t *testing.T) {
	f := excelize.NewFile()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(f.SetSheetName("Sheet1", "名册"))
	for i, row := range [][]any{{"示例区窗口名册（联系人13800138000）"}, {"编号", "窗口", "件数"}, {1, "甲窗口", 30}, {2, "乙窗口", 40}, {3, "丙窗口", 50}} {
		at, err := excelize.CoordinatesToCellName(1, i+1)
		must(err)
		must(f.SetSheetRow("名册", at, &row))
	}
	must(f.AddComment("名册", excelize.Comment{Cell: "B3", Author: "王五", Text: "张三 11010519491231002X"}))
	_, err := f.NewSheet("底稿")
	must(err)
	must(f.SetSheetRow("底稿", "A1", &[]any{"姓名", "住址"}))
	must(f.SetSheetRow("底稿", "A2", &[]any{"张三", "甲街1号"}))
	must(f.SetSheetVisible("底稿", false))
	must(f.SetDocProps(&excelize.DocProperties{Creator: "wang.wu@example.com"}))
	path := filepath.Join(t.TempDir(), "册.xlsx")
	must(f.SaveAs(path))

	wb, err := sheet.Open(context.Background(), path, sheet.Options{TempDir: t.TempDir()})
	must(err)
	defer wb.Close()
	got := map[string]string{}
	for _, f := range checked(t, wb, "册.xlsx") {
		if f.Code == "personal-outside" {
			got[f.Args["place"]] = f.Where
		}
	}
	want := map[string]string{
		"the document properties": "", "comments of the sheet 名册": "名册!B3", "the hidden sheet 底稿": "底稿!A1",
		"cells of the sheet 名册 outside its tables": "名册!A1",
	}
	for place, where := range want {
		if at, ok := got[place]; !ok || at != where {
			t.Errorf("%s: %q, want %q in %v", place, at, where, got)
		}
	}
	if len(got) != len(want) {
		t.Errorf("too many: %v", got)
	}
}
