package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"gongkai/catalog"
)

// yearBook writes the workbook of one year of a series; header is where its
// header row stands, column and unit how that year calls the amounts.
func yearBook(t testing.TB, year, header int, column, unit string, factor float64) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	const sheet = "支出"
	f.SetSheetName("Sheet1", sheet)
	set := func(cell string, v any) {
		t.Helper()
		if err := f.SetCellValue(sheet, cell, v); err != nil {
			t.Fatal(err)
		}
	}
	set("A1", fmt.Sprintf("%d年区县财政支出", year))
	set("A2", "单位："+unit)
	if header > 3 {
		set("A3", "数据来源：财政局国库处")
	}
	for i, label := range []string{"区县", "功能科目", column, "支付日期"} {
		set(fmt.Sprintf("%c%d", 'A'+i, header), label)
	}
	for i := range 24 {
		r := header + 1 + i
		set(fmt.Sprintf("A%d", r), []string{"城关区", "七里河区", "安宁区", "西固区"}[i%4])
		set(fmt.Sprintf("B%d", r), []string{"教育", "卫生健康", "城乡社区"}[i%3])
		set(fmt.Sprintf("C%d", r), (float64(i)*3.25+float64(year-2000)+10)*factor)
		set(fmt.Sprintf("D%d", r), fmt.Sprintf("%d-%02d-%02d", year, i%12+1, i%27+1))
	}
	path := filepath.Join(t.TempDir(), fmt.Sprintf("支出%d.xlsx", year))
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// findingsOf gives the findings of an upload, code to severity.
func (s *server) findingsOf(token, upload string) map[string]string {
	s.t.Helper()
	var found struct {
		Data []struct{ Code, Severity string }
	}
	s.get(upload+"/findings", 200, "Authorization", "Bearer "+token).json(s.t, &found)
	out := map[string]string{}
	for _, f := range found.Data {
		out[f.Code] = f.Severity
	}
	return out
}

// send uploads a file, waits for its reading and gives the path of the upload.
func (s *server) send(token, dataset, file, query string) (string, uploadState) {
	s.t.Helper()
	r := s.upload(token, dataset, file, query, 202)
	at := strings.TrimPrefix(r.Header.Get("Location"), s.url)
	return at, s.await(token, at)
}

// columnNames gives the names of a table's columns in a version.
func (s *server) columnNames(dataset string, version int) []string {
	s.t.Helper()
	var v struct {
		Tables []struct {
			Columns []struct{ Name, Unit string }
		}
	}
	s.get(fmt.Sprintf("/api/v1/datasets/%s/versions/%d", dataset, version), 200).json(s.t, &v)
	var names []string
	for _, c := range v.Tables[0].Columns {
		names = append(names, strings.TrimSpace(c.Name+" "+c.Unit))
	}
	return names
}

// putRecipe changes the recipe in force as edit does, as its department would.
func (s *server) putRecipe(token, dataset string, edit func(*catalog.Recipe)) {
	s.t.Helper()
	at := "/api/v1/datasets/" + dataset + "/recipe"
	r := s.get(at, 200, "Authorization", "Bearer "+token)
	var recipe catalog.Recipe
	r.json(s.t, &recipe)
	edit(&recipe)
	text, err := json.Marshal(recipe)
	if err != nil {
		s.t.Fatal(err)
	}
	put := s.do("PUT", at, bytes.NewReader(text), "Authorization", "Bearer "+token, "Content-Type", "application/json", "If-Match", r.Header.Get("ETag"))
	if put.StatusCode != 200 {
		s.t.Fatalf("PUT %s: %d %s", at, put.StatusCode, put.body)
	}
}

// TestSeries reads three years of a series: the first makes the recipe, the
// second is read by it, the third changed under it and stays a draft until the
// recipe says what changed.
func TestSeries(t *testing.T) {
	data := t.TempDir()
	must(t, "publish", yearBook(t, 2022, 3, "支出金额", "万元", 1), "--data", data, "--dataset", "spending", "--department", "finance", "--title", "支出", "--quiet")
	secret := token(t, data, "finance")
	s := boot(t, data)
	names := s.columnNames("spending", 1)
	if want := []string{"quxian", "gongnengkemu", "zhichujine 万元", "zhifuriqi"}; !slices.Equal(names, want) {
		t.Fatalf("columns %q, want %q", names, want)
	}

	_, u := s.send(secret, "spending", yearBook(t, 2023, 3, "支出金额", "万元", 1), "?publish=true&acknowledge=true")
	if u.State != "done" || u.Version == nil || u.Version.Number != 2 || u.Version.State != "published" {
		t.Fatalf("the second year: %+v %+v\n%s", u, u.Problem, s.log)
	}
	if got := s.columnNames("spending", 2); !slices.Equal(got, names) {
		t.Errorf("the second year has the columns %q, not %q", got, names)
	}

	at, u := s.send(secret, "spending", yearBook(t, 2024, 4, "支出数额", "元", 10000), "?publish=true&acknowledge=true")
	if u.State != "done" || u.Version == nil || u.Version.Number != 3 || u.Version.State != "draft" {
		t.Fatalf("the third year: %+v", u)
	}
	found := s.findingsOf(secret, at)
	if found["drift-column-renamed"] != "error" && found["drift-column-missing"] != "error" || found["drift-header-moved"] == "" {
		t.Fatalf("the third year has the findings %v", found)
	}

	s.putRecipe(secret, "spending", func(r *catalog.Recipe) {
		c := r.Tables[0].Column("zhichujine")
		c.Name, c.Source, c.Label, c.Unit, c.Aliases = "zhichushue", "支出数额", "支出数额", "元", []string{"zhichujine"}
	})
	if r := s.do("POST", at+"/reread", nil, "Authorization", "Bearer "+secret); r.StatusCode != 202 {
		t.Fatalf("reread: %d %s", r.StatusCode, r.body)
	}
	u = s.await(secret, at)
	found = s.findingsOf(secret, at)
	if u.Version == nil || u.Version.Number != 4 || u.Version.State != "draft" {
		t.Fatalf("read again: %+v %v", u, found)
	}
	warnings := []string{}
	for code, severity := range found {
		switch severity {
		case "error":
			t.Errorf("still an error: %s", code)
		case "warning":
			warnings = append(warnings, code)
		}
	}
	body, err := json.Marshal(map[string]any{"acknowledge": warnings})
	if err != nil {
		t.Fatal(err)
	}
	if r := s.do("POST", "/api/v1/datasets/spending/versions/4/publish", bytes.NewReader(body), "Authorization", "Bearer "+secret, "Content-Type", "application/json"); r.StatusCode != 200 {
		t.Fatalf("publish: %d %s", r.StatusCode, r.body)
	}
	if got, want := s.columnNames("spending", 4), []string{"quxian", "gongnengkemu", "zhichushue 元", "zhifuriqi"}; !slices.Equal(got, want) {
		t.Errorf("columns %q, want %q", got, want)
	}
	var page struct{ Data []map[string]any }
	s.get("/api/v1/datasets/spending/rows?limit=1&select=quxian,zhichushue", 200).json(t, &page)
	if len(page.Data) != 1 || page.Data[0]["zhichushue"] != 340000.0 {
		t.Errorf("rows: %v", page.Data)
	}
	s.get("/api/v1/datasets/spending/rows?limit=1&where="+url.QueryEscape("zhichujine > 340000"), 200).json(t, &page)
	if len(page.Data) != 1 {
		t.Errorf("by the old name: %v", page.Data)
	}
	must(t, "verify", "--data", data)
}
