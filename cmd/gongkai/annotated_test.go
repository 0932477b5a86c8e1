package main

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/xuri/excelize/v2"
)

// openBook reads a workbook with an independent reader.
func openBook(t *testing.T, b []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// flawedBook has two errors and a formula below a title.
func flawedBook(t *testing.T) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for cell, v := range map[string]any{
		"A1": "站点", "B1": "数值", "A2": "甲", "B2": 1, "A3": "乙", "B3": 2, "A4": "丙", "B4": "约3", "A5": "丁", "B5": 4, "A6": "戊", "B6": 5,
	} {
		if err := f.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SetCellFormula("Sheet1", "D1", "SUM(B2:B6)"); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "测量.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAnnotatedWorkbookOfAnUpload(t *testing.T) {
	data := t.TempDir()
	must(t, "publish", writeFile(t, "first.csv", "站点,数值\n甲,1\n乙,2\n"), "--data", data, "--dataset", "measures", "--department", "environment", "--title", "测量")
	tok := token(t, data, "environment")
	s := boot(t, data)
	auth := []string{"Authorization", "Bearer " + tok}

	r := s.upload(tok, "measures", flawedBook(t), "", 202)
	at := r.Header.Get("Location")
	if u := s.await(tok, at); u.State != "done" {
		t.Fatalf("%+v\n%s", u, s.log)
	}
	var wait sync.WaitGroup // who asks at once gets one file
	for range 4 {
		wait.Go(func() {
			if r := s.do("GET", at+"/annotated.xlsx", nil, auth...); r.StatusCode != 200 {
				t.Errorf("%d %s", r.StatusCode, r.body)
			}
		})
	}
	wait.Wait()
	if n := strings.Count(s.log.String(), "workbook annotated"); n != 1 {
		t.Errorf("annotated %d times", n)
	}
	f := openBook(t, s.get(at+"/annotated.xlsx", 200, auth...).body)
	if names := f.GetSheetList(); len(names) != 2 || names[0] != "问题" {
		t.Fatalf("sheets %q", names)
	}
	comments, err := f.GetComments("Sheet1")
	if err != nil || !slices.ContainsFunc(comments, func(c excelize.Comment) bool { return c.Cell == "B4" }) {
		t.Errorf("comments %+v %v", comments, err)
	}
	if formula, _ := f.GetCellFormula("Sheet1", "D1"); formula != "SUM(B2:B6)" {
		t.Errorf("formula %q", formula)
	}
	if f := openBook(t, s.get(at+"/annotated.xlsx?lang=en", 200, auth...).body); f.GetSheetList()[0] != "Findings" {
		t.Errorf("sheets %q", f.GetSheetList())
	}
	files, err := os.ReadDir(filepath.Join(data, "annotated"))
	if err != nil || len(files) != 2 {
		t.Errorf("kept %v %v", files, err)
	}

	// A csv comes as a new workbook; a workbook without a table with the reason.
	r = s.upload(tok, "measures", writeFile(t, "prose.csv", "=1+1\n只有一句话\n"), "", 202)
	s.await(tok, r.Header.Get("Location"))
	f = openBook(t, s.get(r.Header.Get("Location")+"/annotated.xlsx", 200, auth...).body)
	if v, _ := f.GetCellValue(f.GetSheetList()[1], "A1"); v != "=1+1" {
		t.Errorf("A1 is %q", v)
	}
	if formula, _ := f.GetCellFormula(f.GetSheetList()[1], "A1"); formula != "" {
		t.Errorf("A1 calculates %q", formula)
	}

	// What cannot be read has no workbook, and the reason is told.
	r = s.upload(tok, "measures", writeFile(t, "no.pdf", "%PDF-1.7 no table"), "", 202)
	s.await(tok, r.Header.Get("Location"))
	var problem struct{ Detail, Fix string }
	s.get(r.Header.Get("Location")+"/annotated.xlsx", 422, auth...).json(t, &problem)
	if !strings.Contains(problem.Detail, "pdf") || problem.Fix == "" {
		t.Errorf("%+v", problem)
	}
}

func TestInspectAnnotates(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out.xlsx")
	book := flawedBook(t)
	must(t, "inspect", book, "--annotate", out, "--lang", "en")
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if names := openBook(t, b).GetSheetList(); len(names) != 2 || names[0] != "Findings" {
		t.Fatalf("sheets %q", names)
	}
	// Sent again, its first sheet is no data, and it is annotated in its place.
	if report := must(t, "inspect", out, "--lang", "en"); strings.Contains(report, `"Findings"`) || !strings.Contains(report, `"Sheet1"`) {
		t.Error(report)
	}
	must(t, "inspect", out, "--annotate", out, "--lang", "zh")
	if b, err = os.ReadFile(out); err != nil {
		t.Fatal(err)
	}
	f := openBook(t, b)
	if names := f.GetSheetList(); len(names) != 2 {
		t.Errorf("sheets %q", names)
	}
	if title, _ := f.GetCellValue("Findings", "A1"); title != "Gongkai 检查结果" {
		t.Errorf("title %q", title)
	}
	// It says what an upload would: personal information too.
	people := writeFile(t, "people.csv", "姓名,身份证号\n张三,11010519491231002X\n")
	if report := must(t, "inspect", people, "--annotate", out, "--lang", "en"); !strings.Contains(report, "personal-id") {
		t.Error(report)
	}
	zr, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range zr.File {
		r, err := p.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, r); err != nil {
			t.Errorf("%s: %v", p.Name, err)
		}
		r.Close()
	}
}
