package annotate_test

import (
	"archive/zip"
	"os"
	"path/filepath"
	"testing"

	"gongkai/catalog"
	"gongkai/ingest/annotate"
	"gongkai/ingest/sheet"
)

// rewritten gives a copy of a workbook with one part changed.
func rewritten(t testing.TB, path, part string, change func(xml string) string) string {
	t.Helper()
	in, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.Create(filepath.Join(t.TempDir(), "changed.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	zw := zip.NewWriter(out)
	for _, f := range in.File {
		if f.Name != part {
			if err := zw.Copy(f); err != nil {
				t.Fatal(err)
			}
			continue
		}
		w, err := zw.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(change(string(content(t, f))))); err != nil {
			t.Fatal(err)
		}
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Name()
}

// FuzzParts puts anything into the parts that are changed: the result is a
// workbook that our own reader reads, with the same cells.
func FuzzParts(f *testing.F) {
	parts := []string{"xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml", "xl/comments1.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/_rels/sheet1.xml.rels", "xl/drawings/vmlDrawing1.vml"}
	for i := range parts {
		f.Add(uint8(i), 40, "<", "")
		f.Add(uint8(i), 100, "/>", ">")
		f.Add(uint8(i), 300, `"`, "'")
		f.Add(uint8(i), 0, "", "<x:y z='1'/>")
	}
	book := richBook(f)
	f.Fuzz(func(t *testing.T, part uint8, at int, old, text string) {
		path := rewritten(t, book, parts[int(part)%len(parts)], func(xml string) string {
			at = max(0, min(at, len(xml)))
			end := min(len(xml), at+len(old))
			return xml[:at] + text + xml[end:]
		})
		wb, err := sheet.Open(t.Context(), path, sheet.Options{TempDir: t.TempDir()})
		if err != nil {
			return
		}
		defer wb.Close()
		findings := []catalog.Finding{finding(catalog.SeverityError, "personal-id", hostile+"!B2", hostile+"!D9")}
		out, err := os.Create(filepath.Join(t.TempDir(), "out.xlsx"))
		if err != nil {
			t.Fatal(err)
		}
		defer out.Close()
		if _, err := annotate.Write(t.Context(), annotate.Source{Path: path, Workbook: wb, TempDir: t.TempDir()}, findings, catalog.ZH, out); err != nil {
			t.Fatal(err)
		}
		again, err := sheet.Open(t.Context(), out.Name(), sheet.Options{TempDir: t.TempDir()})
		if err != nil {
			t.Fatalf("what was written is not read: %v", err)
		}
		defer again.Close()
		if len(again.Sheets) != len(wb.Sheets)+1 {
			t.Fatalf("%d sheets, were %d", len(again.Sheets), len(wb.Sheets))
		}
		for i, s := range wb.Sheets {
			for r := 1; r <= min(s.Rows(), 20); r++ {
				was, _ := s.Row(r, nil)
				is, _ := again.Sheets[i+1].Row(r, nil)
				for c := range was {
					if c >= len(is) || is[c].Raw != was[c].Raw {
						t.Fatalf("row %d of sheet %d: %q, was %q", r, i, is, was)
					}
				}
			}
		}
	})
}
