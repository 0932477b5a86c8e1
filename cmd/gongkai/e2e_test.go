package main

import (
	"bytes"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// uglyBook writes a workbook as a department does: a title, a unit row, a
// header of two levels, codes with leading zeros, a null marker, a total and
// a note. It gives the table that must be understood of it, as canonical text.
func uglyBook(t testing.TB, rows int) (path string, want [][]string) {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	const sheet = "收费"
	f.SetSheetName("Sheet1", sheet)
	set := func(cell string, v any) {
		if err := f.SetCellValue(sheet, cell, v); err != nil {
			t.Fatal(err)
		}
	}
	set("A1", "示例市行政事业性收费目录")
	f.MergeCell(sheet, "A1", "E1")
	set("A2", "单位：元")
	f.MergeCell(sheet, "A2", "E2")
	set("A3", "项目代码")
	f.MergeCell(sheet, "A3", "A4")
	set("B3", "项目名称")
	f.MergeCell(sheet, "B3", "B4")
	set("C3", "收费")
	f.MergeCell(sheet, "C3", "D3")
	set("C4", "标准")
	set("D4", "笔数")
	set("E3", "执行日期")
	f.MergeCell(sheet, "E3", "E4")
	var sum, count int
	for i := range rows {
		r := fmt.Sprint(i + 5)
		code, name, day := fmt.Sprintf("%06d", i+1), fmt.Sprintf("第%d项，含\"引号\"", i+1), fmt.Sprintf("2024-%02d-%02d", i%12+1, i%28+1)
		set("A"+r, code)
		set("B"+r, name)
		fee, n := fmt.Sprintf("%d.50", i*10), fmt.Sprint(i%7+1)
		if i%5 == 4 {
			set("C"+r, "—")
			fee = ""
		} else {
			set("C"+r, float64(i*10)+0.5)
			sum += i*100 + 5
		}
		set("D"+r, i%7+1)
		count += i%7 + 1
		set("E"+r, day)
		want = append(want, []string{code, name, fee, n, day})
	}
	r := fmt.Sprint(rows + 5)
	set("A"+r, "合计")
	set("C"+r, float64(sum)/10)
	set("D"+r, count)
	set("A"+fmt.Sprint(rows+6), "注：本表由财政局提供。")
	path = filepath.Join(t.TempDir(), "收费目录.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	want = append(want, []string{"合计", "", fmt.Sprintf("%d.%02d", sum/10, sum%10*10), fmt.Sprint(count), ""})
	return path, want
}

// TestPublishQueryDownload is the whole way: the real program boots, a workbook
// is uploaded with a token, published, queried and downloaded, and each
// download is read by an independent reader and compared value by value.
func TestPublishQueryDownload(t *testing.T) {
	data := t.TempDir()
	must(t, "publish", writeFile(t, "first.csv", "项目代码,项目名称,收费 / 标准,收费 / 笔数,执行日期\n000001,第一项,1.50,1,2024-01-01\n"), "--data", data, "--dataset", "fees", "--department", "finance", "--title", "收费", "--quiet")
	secret := token(t, data, "finance")
	s := boot(t, data)
	book, want := uglyBook(t, 40)

	r := s.upload(secret, "fees", book, "", 202)
	where := strings.TrimPrefix(r.Header.Get("Location"), s.url)
	if u := s.await(secret, where); u.State != "done" || u.Version == nil || u.Version.Number != 2 || u.Version.State != "draft" {
		t.Fatalf("upload: %+v", u)
	}
	if r := s.get("/api/v1/datasets/fees/rows?version=2", 404); !strings.Contains(r.Header.Get("Content-Type"), "problem+json") {
		t.Errorf("a draft shows to strangers: %s", r.body)
	}
	var found struct {
		Data []struct{ Code, Severity string }
	}
	s.get(where+"/findings", 200, "Authorization", "Bearer "+secret).json(t, &found)
	warnings := []string{}
	for _, f := range found.Data {
		if f.Severity == "warning" {
			warnings = append(warnings, f.Code)
		}
	}
	body, err := json.Marshal(map[string]any{"acknowledge": warnings})
	if err != nil {
		t.Fatal(err)
	}
	if r := s.do("POST", "/api/v1/datasets/fees/versions/2/publish", bytes.NewReader(body), "Authorization", "Bearer "+secret, "Content-Type", "application/json"); r.StatusCode != 200 {
		t.Fatalf("publish: %d %s", r.StatusCode, r.body)
	}
	wantDownloads(t, s, want)
	wantQuery(t, s)

	// The first version is still there for whoever asks for it.
	var old struct{ Data []map[string]any }
	s.get("/api/v1/datasets/fees/rows?version=1", 200).json(t, &old)
	if len(old.Data) != 1 || old.Data[0]["xiangmudaima"] != "000001" {
		t.Errorf("version 1: %v", old.Data)
	}
	must(t, "verify", "--data", data)
}

// feeColumns is how the five columns must be named.
var feeColumns = []string{"xiangmudaima", "xiangmumingcheng", "shoufei_biaozhun", "shoufei_bishu", "zhixingriqi"}

// feeLabels are the labels of those columns.
var feeLabels = map[string]string{
	"项目代码": "xiangmudaima", "项目名称": "xiangmumingcheng", "收费 / 标准": "shoufei_biaozhun", "收费 / 笔数": "shoufei_bishu", "执行日期": "zhixingriqi",
}

func wantQuery(t *testing.T, s *server) {
	t.Helper()
	var page struct {
		Data []map[string]any
		Next *string
	}
	where := url.QueryEscape(`"收费 / 标准" >= 100 and zhixingriqi between '2024-03-01' and '2024-12-31' and _row_type = 'record'`)
	s.get("/api/v1/datasets/fees/rows?limit=3&select=xiangmudaima,shoufei_biaozhun&order_by=shoufei_biaozhun%20desc&where="+where, 200).json(t, &page)
	if len(page.Data) != 3 || page.Data[0]["xiangmudaima"] != "000039" || page.Data[0]["shoufei_biaozhun"] != 380.5 || page.Next == nil {
		t.Errorf("query: %+v", page)
	}
}

// wantDownloads reads every format back with a reader that is not ours.
func wantDownloads(t *testing.T, s *server, want [][]string) {
	t.Helper()
	dir := t.TempDir()
	save := func(format string) string {
		path := filepath.Join(dir, "fees."+format)
		if err := os.WriteFile(path, s.get("/api/v1/datasets/fees/export."+format, 200).body, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	cols := ""
	for i, c := range feeColumns {
		if i > 0 {
			cols += ", "
		}
		cols += fmt.Sprintf(`coalesce("%s"::VARCHAR, '')`, c)
	}
	compare(t, "parquet", queryText(t, db, fmt.Sprintf("SELECT %s FROM '%s' ORDER BY ALL", cols, save("parquet"))), sorted(want))
	compare(t, "csv by DuckDB", queryText(t, db, fmt.Sprintf("SELECT %s FROM read_csv('%s', all_varchar=true) ORDER BY ALL", cols, save("csv"))), sorted(want))
	for _, format := range []string{"json", "ndjson"} {
		compare(t, format, queryText(t, db, fmt.Sprintf("SELECT %s FROM read_json('%s', columns={%s}) ORDER BY ALL", cols, save(format),
			`xiangmudaima: 'VARCHAR', xiangmumingcheng: 'VARCHAR', shoufei_biaozhun: 'DECIMAL(18,2)', shoufei_bishu: 'BIGINT', zhixingriqi: 'VARCHAR'`)), sorted(want))
	}

	records, err := csv.NewReader(bytes.NewReader(s.get("/api/v1/datasets/fees/export.csv", 200).body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "csv", pick(t, records), want)

	book, err := excelize.OpenFile(save("xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	cells, err := book.GetRows(book.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	for i, label := range cells[0] { // a workbook is for people: it has the labels
		if name, ok := feeLabels[label]; ok {
			cells[0][i] = name
		}
	}
	compare(t, "xlsx", pick(t, cells), want)
}

// pick takes the five columns by name from rows whose first is the header.
func pick(t testing.TB, rows [][]string) (out [][]string) {
	t.Helper()
	at := map[string]int{}
	for i, name := range rows[0] {
		at[name] = i
	}
	for _, row := range rows[1:] {
		var r []string
		for _, c := range feeColumns {
			i, ok := at[c]
			if !ok {
				t.Fatalf("no column %q in %v", c, rows[0])
			}
			cell := ""
			if i < len(row) {
				cell = row[i]
			}
			r = append(r, cell)
		}
		out = append(out, r)
	}
	return out
}

func queryText(t testing.TB, db *sql.DB, query string) (out [][]string) {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	for rows.Next() {
		row := make([]string, len(feeColumns))
		dst := make([]any, len(row))
		for i := range row {
			dst[i] = &row[i]
		}
		if err := rows.Scan(dst...); err != nil {
			t.Fatal(err)
		}
		out = append(out, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func sorted(rows [][]string) [][]string {
	out := slices.Clone(rows)
	slices.SortFunc(out, slices.Compare[[]string])
	return out
}

// plain drops the zeros that a decimal's scale adds: 380.50 and 380.5 are the
// same value, 000001 and 1 are not.
func plain(s string) string {
	if decimal.MatchString(s) {
		return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	return s
}

var decimal = regexp.MustCompile(`^-?\d+\.\d+$`)

func compare(t *testing.T, what string, got, want [][]string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d rows, want %d", what, len(got), len(want))
		return
	}
	for i := range want {
		for j := range want[i] {
			if plain(got[i][j]) != plain(want[i][j]) {
				t.Errorf("%s: row %d, %s: %q, want %q", what, i, feeColumns[j], got[i][j], want[i][j])
			}
		}
	}
}

// TestBackupWhileServing takes a backup from under a running server and
// restores it into a new folder.
func TestBackupWhileServing(t *testing.T) {
	data := t.TempDir()
	file := writeFile(t, "a.csv", "编号,数量\n1,2\n")
	must(t, "publish", file, "--data", data, "--dataset", "a", "--department", "office", "--quiet")
	s := boot(t, data)
	archive := filepath.Join(t.TempDir(), "backup.tar")
	must(t, "backup", archive, "--data", data)
	s.get("/api/v1/datasets/a/rows", 200)
	restored := filepath.Join(t.TempDir(), "restored")
	must(t, "restore", "--data", restored, archive)
	must(t, "verify", "--data", restored)
	again := boot(t, restored)
	again.get("/api/v1/datasets/a/rows", 200)

	empty := filepath.Join(t.TempDir(), "empty.tar")
	if err := os.WriteFile(empty, make([]byte, 1024), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, code := gk(t, "restore", empty, "--data", filepath.Join(t.TempDir(), "new")); code == 0 {
		t.Error("an empty archive was restored")
	}
	if _, _, code := gk(t, "restore", archive, "--data", restored); code == 0 {
		t.Error("a backup was restored over a folder that is in use")
	}
}

// TestVerifyFindsDamage changes one byte of a version file, and of an upload.
func TestVerifyFindsDamage(t *testing.T) {
	data := t.TempDir()
	must(t, "publish", writeFile(t, "a.csv", "编号,数量\n1,2\n"), "--data", data, "--dataset", "a", "--department", "office", "--quiet")
	for _, pattern := range []string{"versions/*.duckdb", "uploads/*"} {
		files, err := filepath.Glob(filepath.Join(data, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v %v", pattern, files, err)
		}
		raw, err := os.ReadFile(files[0])
		if err != nil {
			t.Fatal(err)
		}
		damaged := bytes.Clone(raw)
		damaged[len(raw)/2] ^= 1
		if err := os.Chmod(files[0], 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(files[0], damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		if out, _, code := gk(t, "verify", "--data", data); code == 0 {
			t.Errorf("%s: verify did not see a changed byte: %s", pattern, out)
		}
		if err := os.WriteFile(files[0], raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	must(t, "verify", "--data", data)
}

// TestPublishWhileServing publishes from the command line into a folder that a
// server serves; the server shows it without being told.
func TestPublishWhileServing(t *testing.T) {
	data := t.TempDir()
	must(t, "publish", writeFile(t, "a.csv", "编号,数量\n1,2\n"), "--data", data, "--dataset", "a", "--department", "office", "--quiet")
	s := boot(t, data)
	must(t, "publish", writeFile(t, "b.csv", "编号,数量\n1,2\n2,3\n"), "--data", data, "--dataset", "a", "--department", "office", "--quiet")
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		var page struct{ Data []any }
		s.get("/api/v1/datasets/a/rows", 200).json(t, &page)
		if len(page.Data) == 2 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the server still shows %d rows", len(page.Data))
		}
	}
	// The same bytes again are the same version.
	var o outcome
	out := must(t, "publish", "--dataset", "a", writeFile(t, "c.csv", "编号,数量\n1,2\n2,3\n"), "--department", "office", "--data", data, "--json")
	if err := json.Unmarshal([]byte(out), &o); err != nil {
		t.Fatal(err)
	}
	if o.Version != 2 || !o.Unchanged {
		t.Errorf("published again: %+v", o)
	}
}
