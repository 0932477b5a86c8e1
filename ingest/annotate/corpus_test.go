package annotate_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"gongkai/catalog"
	"gongkai/ingest/annotate"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

// TestCorpus annotates every real file that can be read and wants an
// independent reader to find the marks, and every part and cell as before.
func TestCorpus(t *testing.T) {
	root := os.Getenv("GONGKAI_CORPUS")
	if root == "" {
		root = "../../../shared/corpus/files"
	}
	if _, err := os.Stat(root); err != nil {
		t.Skip("the corpus is not here: ", err)
	}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if info, err := d.Info(); err != nil || info.Size() > 200<<10 {
			return err
		}
		t.Run(d.Name(), func(t *testing.T) { annotateReal(t, path) })
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func annotateReal(t *testing.T, path string) {
	wb, err := sheet.Open(t.Context(), path, sheet.Options{Name: path, TempDir: t.TempDir()})
	var rejected *sheet.Rejected
	if errors.As(err, &rejected) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer wb.Close()
	var findings []catalog.Finding
	for _, s := range wb.Sheets {
		// A cell with content, one in a row without, one beside the content.
		for _, at := range [][2]int{{max(s.Rows(), 1), 1}, {s.Rows() + 3, 2}, {1, s.Cols() + 2}} {
			f := catalog.NewFinding("cell-error", shape.Where(s.Name, at[0], at[1]), nil)
			f.Cells = []string{f.Where}
			findings = append(findings, f)
		}
	}
	var out bytes.Buffer
	res, err := annotate.Write(t.Context(), annotate.Source{Path: path, Name: path, Workbook: wb, TempDir: t.TempDir()}, findings, catalog.ZH, &out)
	if err != nil {
		t.Fatal(err)
	}
	if res.Copied != (wb.Format != sheet.XLSX) {
		t.Errorf("%s was copied: %v", wb.Format, res.Copied)
	}
	f, err := excelize.OpenReader(bytes.NewReader(out.Bytes()), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	names := f.GetSheetList()
	if names[0] != "问题" || len(names) < len(wb.Sheets)+1 {
		t.Fatalf("sheets %q", names)
	}
	marks := 0
	for _, name := range names[1:] {
		comments, err := f.GetComments(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range comments {
			if strings.Contains(c.Text+paragraphs(c), "#") || c.Author == "Gongkai" {
				marks++
			}
		}
	}
	if marks < res.Marked || res.Marked != 3*len(wb.Sheets) {
		t.Errorf("%d comments, %d marked, %d sheets", marks, res.Marked, len(wb.Sheets))
	}
	if wb.Format == sheet.XLSX {
		sameParts(t, path, out.Bytes())
		sameCells(t, path, f)
	}
}

func paragraphs(c excelize.Comment) string {
	var b strings.Builder
	for _, p := range c.Paragraph {
		b.WriteString(p.Text)
	}
	return b.String()
}

// sameParts wants every part that marks do not touch byte for byte.
func sameParts(t *testing.T, path string, annotated []byte) {
	t.Helper()
	before, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer before.Close()
	after, err := zip.NewReader(bytes.NewReader(annotated), int64(len(annotated)))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]byte{}
	for _, f := range after.File {
		if got[f.Name] != nil {
			t.Errorf("part %s twice", f.Name)
		}
		got[f.Name] = content(t, f)
	}
	for _, f := range before.File {
		b, ok := got[f.Name]
		if !ok {
			if !strings.HasSuffix(f.Name, "/") {
				t.Errorf("part %s is gone", f.Name)
			}
			continue
		}
		name := strings.ToLower(f.Name)
		touched := strings.HasPrefix(name, "xl/worksheets/") || strings.Contains(name, "comments") || strings.HasSuffix(name, ".vml") ||
			name == "[content_types].xml" || strings.HasPrefix(name, "xl/workbook.xml") || name == "xl/_rels/workbook.xml.rels" || name == "xl/styles.xml"
		if !touched && !bytes.Equal(b, content(t, f)) {
			t.Errorf("part %s changed", f.Name)
		}
	}
}

func content(t testing.TB, f *zip.File) []byte {
	t.Helper()
	r, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// sameCells wants values and formulas as excelize reads them of the original,
// and the number format of each.
func sameCells(t *testing.T, path string, after *excelize.File) {
	t.Helper()
	before, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Skip("excelize does not read the original: ", err)
	}
	defer before.Close()
	for _, name := range before.GetSheetList() {
		rows, err := before.GetRows(name)
		if err != nil {
			continue
		}
		again, err := after.GetRows(name)
		if err != nil || len(again) < len(rows) {
			t.Fatalf("%s has %d rows, had %d (%v)", name, len(again), len(rows), err)
		}
		for r, row := range rows[:min(len(rows), 300)] {
			for c, want := range row {
				at, err := excelize.CoordinatesToCellName(c+1, r+1)
				if err != nil {
					t.Fatal(err)
				}
				if got := again[r][c]; got != want {
					t.Fatalf("%s!%s is %q, was %q", name, at, got, want)
				}
				formula, _ := before.GetCellFormula(name, at)
				if got, _ := after.GetCellFormula(name, at); got != formula {
					t.Fatalf("%s!%s calculates %q, was %q", name, at, got, formula)
				}
				if got, want := format(t, after, name, at), format(t, before, name, at); got != want {
					t.Fatalf("%s!%s has format %v, was %v", name, at, got, want)
				}
			}
		}
		merged, _ := before.GetMergeCells(name)
		if got, _ := after.GetMergeCells(name); len(got) != len(merged) {
			t.Errorf("%s: %d merges, were %d", name, len(got), len(merged))
		}
	}
}

type cellFormat struct {
	number int
	custom string
	bold   bool
}

func format(t *testing.T, f *excelize.File, name, at string) cellFormat {
	t.Helper()
	id, err := f.GetCellStyle(name, at)
	if err != nil {
		t.Fatal(err)
	}
	st, err := f.GetStyle(id)
	if err != nil {
		return cellFormat{} // excelize reads not all of them
	}
	out := cellFormat{number: st.NumFmt}
	if st.CustomNumFmt != nil {
		out.custom = *st.CustomNumFmt
	}
	if st.Font != nil {
		out.bold = st.Font.Bold
	}
	return out
}
