package annotate_test

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

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

// TestForms annotates what other programs write for the same workbook.
func TestForms(t *testing.T) {
	long := strings.Repeat("长", 31)
	findings := []catalog.Finding{finding(catalog.SeverityError, "personal-id", hostile+"!B2", long+"!A1", "空!C3")}
	tagged := regexp.MustCompile(`<(/?)([a-zA-Z])`)
	prefix := func(xml string) string {
		return strings.Replace(tagged.ReplaceAllString(xml, "<${1}x:$2"), ` xmlns="`, ` xmlns:x="`, 1)
	}
	for _, c := range []struct {
		name, part string
		change     func(string) string
	}{
		{"prefixed sheet", "xl/worksheets/sheet1.xml", prefix},
		{"prefixed empty sheet", "xl/worksheets/sheet4.xml", prefix},
		{"prefixed styles", "xl/styles.xml", prefix},
		{"prefixed book", "xl/workbook.xml", prefix},
		{"prefixed comments", "xl/comments1.xml", prefix},
		{"prefixed relations", "xl/_rels/workbook.xml.rels", prefix},
		{"prefixed types", "[Content_Types].xml", prefix},
		{"empty list of authors", "xl/comments1.xml", func(string) string {
			return `<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><authors/><commentList/></comments>`
		}},
		{"single quotes", "xl/worksheets/sheet1.xml", func(xml string) string { return strings.ReplaceAll(xml, `"`, `'`) }},
		{"no addresses", "xl/worksheets/sheet2.xml", func(xml string) string {
			return regexp.MustCompile(` r="[A-Z]*[0-9]+"`).ReplaceAllString(xml, "")
		}},
		{"a comment and a section of characters", "xl/worksheets/sheet2.xml", func(xml string) string {
			return strings.Replace(xml, "<sheetData>", "<!-- <row r=\"9\"> --><sheetData>", 1)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := rewritten(t, richBook(t), c.part, c.change)
			f, res, _ := annotated(t, path, findings, catalog.EN)
			if res.Copied || res.Marked != 3 {
				t.Fatalf("%+v", res)
			}
			if c.part == "xl/styles.xml" || strings.HasPrefix(c.name, "prefixed") {
				return // excelize reads no prefixes; our own reader does
			}
			for name, at := range map[string]string{hostile: "B2", long: "A1", "空": "C3"} {
				if got := fill(t, f, name, at); got != "FFFFC7CE" {
					t.Errorf("%s!%s is filled with %q", name, at, got)
				}
			}
		})
	}
	path := rewritten(t, richBook(t), "[Content_Types].xml", func(xml string) string {
		return strings.Replace(xml, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml", 1)
	})
	if _, res, _ := annotated(t, path, findings, catalog.ZH); !res.Macros || res.Copied {
		t.Errorf("%+v", res)
	}
}

// TestAnnotatedAgain: what was annotated and sent again is annotated in place.
func TestAnnotatedAgain(t *testing.T) {
	findings := []catalog.Finding{finding(catalog.SeverityError, "personal-id", hostile+"!B2")}
	_, _, once := annotated(t, richBook(t), findings, catalog.ZH)
	path := filepath.Join(t.TempDir(), "again.xlsx")
	must(t, os.WriteFile(path, once, 0o600))
	wb, err := sheet.Open(t.Context(), path, sheet.Options{TempDir: t.TempDir()})
	must(t, err)
	defer wb.Close()
	if !annotate.IsFront(wb.Sheets[0]) || slices.ContainsFunc(wb.Sheets[1:], annotate.IsFront) {
		t.Fatal("its first sheet is not known")
	}
	wb.Sheets = slices.DeleteFunc(wb.Sheets, annotate.IsFront)
	var out bytes.Buffer
	_, err = annotate.Write(t.Context(), annotate.Source{Path: path, Workbook: wb, TempDir: t.TempDir()}, findings, catalog.EN, &out)
	must(t, err)
	f, err := excelize.OpenReader(&out)
	must(t, err)
	defer f.Close()
	if got := f.GetSheetList(); len(got) != 5 || got[0] != "问题 2" {
		t.Errorf("sheets %q", got)
	}
	if v, _ := f.GetCellValue("问题 2", "A1"); v != "Findings of Gongkai" {
		t.Errorf("title %q", v)
	}
	if v, _ := f.GetCellValue("问题", "A1"); v != "部门自己的表" {
		t.Errorf("the department's sheet says %q", v)
	}
	if comments, _ := f.GetComments(hostile); len(comments) != 3 {
		t.Errorf("%d comments", len(comments))
	}
}
