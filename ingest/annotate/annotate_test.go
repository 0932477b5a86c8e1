package annotate_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"gongkai/catalog"
	"gongkai/ingest/annotate"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

// annotated writes a file annotated and opens it with an independent reader.
func annotated(t *testing.T, path string, findings []catalog.Finding, lang catalog.Lang) (*excelize.File, *annotate.Result, []byte) {
	t.Helper()
	wb, err := sheet.Open(t.Context(), path, sheet.Options{Name: path, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer wb.Close()
	var out bytes.Buffer
	res, err := annotate.Write(t.Context(), annotate.Source{Path: path, Name: path, Workbook: wb, TempDir: t.TempDir()}, findings, lang, &out)
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f, res, out.Bytes()
}

func finding(severity catalog.Severity, code string, cells ...string) catalog.Finding {
	f := catalog.NewFinding(code, cells[0], nil)
	f.Severity, f.Cells, f.Count = severity, cells, 40_000
	return f
}

func must(t testing.TB, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// fill gives the colour of a cell's fill as the styles write it: excelize
// knows no colours without a theme.
func fill(t *testing.T, f *excelize.File, name, at string) string {
	t.Helper()
	id, err := f.GetCellStyle(name, at)
	must(t, err)
	if x := f.Styles.Fills.Fill[*f.Styles.CellXfs.Xf[id].FillID].PatternFill; x != nil && x.FgColor != nil {
		return x.FgColor.RGB
	}
	return ""
}

const hostile = `it's "a" <b>&1!`

// richBook holds what annotation must keep.
func richBook(t testing.TB) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	must(t, f.SetSheetName("Sheet1", hostile))
	long := strings.Repeat("长", 31)
	for _, name := range []string{long, "问题", "空"} {
		_, err := f.NewSheet(name)
		must(t, err)
	}
	red, err := f.NewStyle(&excelize.Style{
		Fill: excelize.Fill{Type: "pattern", Color: []string{"00FF00"}, Pattern: 1}, Font: &excelize.Font{Bold: true, Color: "0000FF"},
		NumFmt: 10, Alignment: &excelize.Alignment{Horizontal: "center"}, Border: []excelize.Border{{Type: "top", Style: 1, Color: "FF0000"}},
	})
	must(t, err)
	for i := 1; i <= 5; i++ {
		must(t, f.SetCellValue(hostile, "A"+strconv.Itoa(i), "行"+strconv.Itoa(i)), f.SetCellValue(hostile, "B"+strconv.Itoa(i), float64(i)/8))
	}
	var picture bytes.Buffer
	img := image.NewRGBA(image.Rect(0, 0, 4, 4))
	img.Set(1, 1, color.Black)
	must(t, png.Encode(&picture, img))
	must(t,
		f.SetCellStyle(hostile, "B2", "B3", red), f.SetCellFormula(hostile, "C1", "SUM(B1:B5)"), f.MergeCell(hostile, "A7", "C8"),
		f.SetColWidth(hostile, "B", "B", 33), f.SetRowHeight(hostile, 3, 44),
		f.AddComment(hostile, excelize.Comment{Cell: "A1", Author: "张三", Text: "原有批注"}),
		f.AddComment(hostile, excelize.Comment{Cell: "B5", Author: "张三", Text: "不动"}),
		f.AddPictureFromBytes(hostile, "E2", &excelize.Picture{Extension: ".png", File: picture.Bytes()}),
		f.AddChart(hostile, "G2", &excelize.Chart{Type: excelize.Col, Series: []excelize.ChartSeries{{Values: "'" + long + "'!$A$1:$A$2"}}}),
		f.SetCellValue(long, "A1", 1), f.SetCellValue("问题", "A1", "部门自己的表"),
		f.SetDefinedName(&excelize.DefinedName{Name: "范围", RefersTo: "'" + long + "'!$A$1", Scope: long}),
		f.SetCellHyperLink(hostile, "A2", "https://example.cn/", "External"),
		f.AddDataValidation(hostile, &excelize.DataValidation{Type: "whole", Operator: "between", Sqref: "B1:B5", Formula1: "0", Formula2: "9"}),
	)
	f.SetActiveSheet(1)
	path := filepath.Join(t.TempDir(), "书.xlsx")
	must(t, f.SaveAs(path))
	return path
}

func TestMarksKeepTheRest(t *testing.T) {
	path := richBook(t)
	long := strings.Repeat("长", 31)
	findings := []catalog.Finding{
		finding(catalog.SeverityInfo, "null-marker", hostile+"!B4"),
		finding(catalog.SeverityWarning, "mixed-column", hostile+"!A1", hostile+"!B2", hostile+"!D12"),
		finding(catalog.SeverityError, "personal-id", hostile+"!B2", long+"!A1:A9", "空!C3"),
	}
	findings[1].Actual = "=HYPERLINK(\"http://x\")\x01\uFFFF"
	f, res, out := annotated(t, path, findings, catalog.ZH)
	if res.Copied || res.Macros || res.Marked != 5 {
		t.Errorf("%+v", res)
	}
	zr, err := zip.NewReader(bytes.NewReader(out), int64(len(out)))
	must(t, err)
	selected := 0
	for _, part := range zr.File {
		selected += bytes.Count(content(t, part), []byte(`tabSelected="1"`)) + bytes.Count(content(t, part), []byte(`tabSelected="true"`))
	}
	if selected != 1 {
		t.Errorf("%d sheets are selected and would be edited together", selected)
	}
	if got := f.GetSheetList(); !slices.Equal(got, []string{"问题 2", hostile, long, "问题", "空"}) {
		t.Fatalf("sheets %q", got)
	}
	if f.GetActiveSheetIndex() != 0 {
		t.Error("it opens at another sheet")
	}
	for at, want := range map[string]string{"A1": "FFFFE0A3", "B2": "FFFFC7CE", "B3": "FF00FF00", "B4": "", "D12": "FFFFE0A3", "A2": ""} {
		if got := fill(t, f, hostile, at); got != want {
			t.Errorf("%s is filled with %q, want %q", at, got, want)
		}
	}
	id, err := f.GetCellStyle(hostile, "B2")
	must(t, err)
	st, err := f.GetStyle(id)
	must(t, err)
	if st.NumFmt != 10 || !st.Font.Bold || st.Alignment.Horizontal != "center" || len(st.Border) != 1 {
		t.Errorf("B2 lost its style: %+v", st)
	}
	texts := map[string]string{}
	for _, name := range []string{hostile, long, "空"} {
		comments, err := f.GetComments(name)
		must(t, err)
		for _, c := range comments {
			texts[name+"!"+c.Cell] = c.Text + paragraphs(c)
		}
	}
	if len(texts) != 6 || !strings.Contains(texts[hostile+"!A1"], "原有批注") || !strings.Contains(texts[hostile+"!A1"], "警告") ||
		texts[hostile+"!B5"] != "不动" || !strings.HasPrefix(texts[hostile+"!B2"], "错误") || !strings.Contains(texts[hostile+"!B2"], "警告") {
		t.Errorf("comments %q", texts)
	}
	keeps(t, f, long)
	list(t, f)
}

// keeps wants what the workbook held besides cells.
func keeps(t *testing.T, f *excelize.File, long string) {
	t.Helper()
	if formula, _ := f.GetCellFormula(hostile, "C1"); formula != "SUM(B1:B5)" {
		t.Errorf("formula %q", formula)
	}
	if merges, _ := f.GetMergeCells(hostile); len(merges) != 1 || merges[0].GetStartAxis() != "A7" {
		t.Errorf("merges %v", merges)
	}
	if width, _ := f.GetColWidth(hostile, "B"); width != 33 {
		t.Errorf("width %v", width)
	}
	if height, _ := f.GetRowHeight(hostile, 3); height != 44 {
		t.Errorf("height %v", height)
	}
	if pictures, err := f.GetPictures(hostile, "E2"); err != nil || len(pictures) != 1 {
		t.Errorf("pictures %d %v", len(pictures), err)
	}
	if _, ok := f.Pkg.Load("xl/charts/chart1.xml"); !ok {
		t.Error("the chart is gone")
	}
	if names := f.GetDefinedName(); len(names) != 1 || names[0].Scope != long {
		t.Errorf("names %+v", names)
	}
	if ok, link, _ := f.GetCellHyperLink(hostile, "A2"); !ok || link != "https://example.cn/" {
		t.Errorf("link %q", link)
	}
	if v, _ := f.GetDataValidations(hostile); len(v) != 1 {
		t.Errorf("validations %v", v)
	}
	if v, _ := f.GetCellValue("问题", "A1"); v != "部门自己的表" {
		t.Errorf("the department's sheet says %q", v)
	}
}

// list checks the first sheet: worst first, links to cells that are there, no
// formula.
func list(t *testing.T, f *excelize.File) {
	t.Helper()
	const front = "问题 2"
	rows, err := f.GetRows(front)
	must(t, err)
	head := slices.IndexFunc(rows, func(r []string) bool { return len(r) > 1 && r[0] == "级别" })
	if head < 0 || len(rows) != head+4 || rows[head+1][0] != "错误" || rows[head+2][0] != "警告" || rows[head+3][0] != "提示" {
		t.Fatalf("list %q", rows)
	}
	if rows[head+2][5] != `=HYPERLINK("http://x")` || rows[head+2][7] != "40000" {
		t.Errorf("row %q", rows[head+2])
	}
	links := 0
	for r := head + 2; r <= head+4; r++ {
		for c := 1; c <= 17; c++ {
			at := sheet.Address(r, c)
			if formula, _ := f.GetCellFormula(front, at); formula != "" {
				t.Errorf("%s calculates %q", at, formula)
			}
			ok, link, err := f.GetCellHyperLink(front, at)
			must(t, err)
			if !ok {
				continue
			}
			links++
			i := strings.LastIndexByte(link, '!')
			name := strings.ReplaceAll(strings.Trim(link[:i], "'"), "''", "'")
			if n, err := f.GetSheetIndex(name); err != nil || n < 0 {
				t.Errorf("%s links to %q, which is no sheet (%v)", at, link, err)
			}
		}
	}
	if links != 1+3+3 {
		t.Errorf("%d links", links)
	}
}

func TestOtherFormats(t *testing.T) {
	path := filepath.Join(t.TempDir(), "表.csv")
	must(t, os.WriteFile(path, []byte("代码,值\n007,=1+1\n008,\"@x\ny\"\n"), 0o600))
	f, res, _ := annotated(t, path, []catalog.Finding{finding(catalog.SeverityError, "personal-id", "A2", "B3")}, catalog.EN)
	if !res.Copied || res.Marked != 2 || !slices.Equal(f.GetSheetList(), []string{"Findings", "Sheet1"}) {
		t.Fatalf("%+v %q", res, f.GetSheetList())
	}
	for at, want := range map[string]string{"A1": "代码", "A2": "007", "B2": "=1+1", "B3": "@x\ny"} {
		if got, _ := f.GetCellValue("Sheet1", at); got != want {
			t.Errorf("%s is %q, want %q", at, got, want)
		}
		if formula, _ := f.GetCellFormula("Sheet1", at); formula != "" {
			t.Errorf("%s calculates %q", at, formula)
		}
	}
	if got := fill(t, f, "Sheet1", "A2"); got != "FFFFC7CE" {
		t.Errorf("A2 is filled with %q", got)
	}
	// What is said of the file as a whole leads to its only sheet.
	f, _, _ = annotated(t, path, []catalog.Finding{catalog.NewFinding("drift-table-missing", "", nil)}, catalog.EN)
	rows, err := f.GetRows("Findings")
	must(t, err)
	if last := rows[len(rows)-1]; last[1] != "drift-table-missing" || last[2] != "Sheet1" {
		t.Errorf("of the whole file: %q", last)
	}
}

// TestCopiedKinds writes cells of all kinds anew, under names that no
// spreadsheet program takes.
func TestCopiedKinds(t *testing.T) {
	long := strings.Repeat("很", 40)
	cells := [][]sheet.Cell{{
		{Raw: "0.1", Kind: sheet.Number, Format: 1}, {Raw: "45000.5", Kind: sheet.Number, Format: 2}, {Raw: "TRUE", Kind: sheet.Bool},
		{Raw: "2024-05-03", Kind: sheet.Date}, {Raw: "#N/A", Kind: sheet.Error}, {Raw: "NaN", Kind: sheet.Number}, {Raw: "1899-01-01", Kind: sheet.Date},
		{Raw: "粗", Kind: sheet.Text, Flags: sheet.Bold}, {Raw: "_x0041_\x00", Kind: sheet.Text},
	}}
	wb := sheet.NewWorkbook(sheet.FromCells("a/b:[c]*?", cells), sheet.FromCells(long, cells), sheet.FromCells(long+"2", cells), sheet.FromCells("History", cells), sheet.FromCells("'", cells))
	wb.Format = sheet.ODS
	wb.Formats = []sheet.Format{sheet.ParseFormat("General"), sheet.ParseFormat("0.00%"), sheet.ParseFormat("yyyy-mm-dd hh:mm")}
	wb.Sheets[0].Merges = []sheet.Range{{FirstRow: 3, FirstCol: 1, LastRow: 4, LastCol: 2}, {FirstRow: 4, FirstCol: 2, LastRow: 5, LastCol: 3}}
	var out bytes.Buffer
	findings := []catalog.Finding{finding(catalog.SeverityWarning, "mixed-column", shape.Where(long+"2", 1, 1)), finding(catalog.SeverityWarning, "mixed-column", "a/b:[c]*?!A2000000")}
	if _, err := annotate.Write(t.Context(), annotate.Source{Workbook: wb, TempDir: t.TempDir()}, findings, catalog.EN, &out); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
	must(t, err)
	defer f.Close()
	short := strings.Repeat("很", 27) + " (2)"
	if got := f.GetSheetList(); !slices.Equal(got, []string{"Findings", "a_b__c___", strings.Repeat("很", 31), short, "Sheet4", "Sheet5"}) {
		t.Fatalf("sheets %q", got)
	}
	for at, want := range map[string]string{
		"A1": "10.00%", "B1": "2023-03-15 12:00", "C1": "TRUE", "D1": "2024-05-03", "E1": "#N/A", "F1": "NaN", "G1": "1899-01-01", "H1": "粗",
	} {
		if got, err := f.GetCellValue("a_b__c___", at); got != want {
			t.Log(err)
			t.Errorf("%s is %q, want %q", at, got, want)
		}
	}
	if merges, _ := f.GetMergeCells("a_b__c___"); len(merges) != 1 {
		t.Errorf("merges %v", merges)
	}
	if got := fill(t, f, short, "A1"); got != "FFFFE0A3" {
		t.Errorf("filled with %q", got)
	}
}

// TestOddWorkbooksAreCopied: a sheet whose rows are out of order cannot be
// added to, and is still annotated.
func TestOddWorkbooksAreCopied(t *testing.T) {
	path := rewritten(t, richBook(t), "xl/worksheets/sheet1.xml", func(xml string) string {
		return strings.Replace(xml, `<row r="2"`, `<row r="1"`, 1)
	})
	f, res, _ := annotated(t, path, []catalog.Finding{finding(catalog.SeverityError, "personal-id", hostile+"!A4")}, catalog.ZH)
	if !res.Copied || res.Marked != 1 {
		t.Errorf("%+v", res)
	}
	rows, err := f.GetRows(f.GetSheetList()[0])
	must(t, err)
	if !slices.ContainsFunc(rows, func(r []string) bool { return len(r) > 0 && strings.Contains(r[0], "重新写出") }) {
		t.Errorf("it is not said: %q", rows)
	}
}
