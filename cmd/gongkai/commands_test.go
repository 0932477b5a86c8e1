package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// mixed is a file with a warning: a column of numbers and one word.
const mixed = "编号,数量\n1,2\n2,无法统计\n3,4\n4,5\n5,6\n6,7\n7,8\n"

func readJSON(t testing.TB, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
}

// TestPublishSaysWhatItDid walks through what publish promises beside success:
// what it refuses, what it keeps and whose name stands where.
func TestPublishSaysWhatItDid(t *testing.T) {
	data := t.TempDir()
	to := func(file string, more ...string) []string {
		return append([]string{"publish", file, "--data", data, "--dataset", "stock", "--department", "office", "--json"}, more...)
	}
	var o outcome

	// Warnings: --strict refuses them and keeps the draft, --as accepts them by name.
	warned := writeFile(t, "mixed.csv", mixed)
	out, errs, code := gk(t, to(warned, "--strict")...)
	if readJSON(t, out, &o); code != exitRefused || o.State != "draft" || !strings.Contains(errs, "mixed-column") {
		t.Fatalf("--strict: exit %d, %s, %s", code, o.State, errs)
	}
	if readJSON(t, must(t, to(warned, "--as", "张三")...), &o); o.State != "published" || o.Version != 1 {
		t.Fatalf("--as: %+v", o)
	}
	s := boot(t, data)
	var version struct {
		State string `json:"state"`
	}
	if s.get("/api/v1/datasets/stock/versions/1", 200).json(t, &version); version.State != "published" {
		t.Errorf("version 1 is %s", version.State)
	}
	s.kill()

	// A newer file, and then the old one again: nothing is published, and that is no success.
	must(t, to(writeFile(t, "new.csv", "编号,数量\n1,2\n2,3\n"))...)
	if out, errs, code = gk(t, to(warned)...); code != exitRefused || !strings.Contains(errs, "superseded") {
		t.Errorf("an old file again: exit %d, %s%s", code, out, errs)
	}

	// A name that cannot stand in a URL makes nothing.
	_, errs, code = gk(t, "publish", warned, "--data", data, "--dataset", "Bad Slug", "--department", "new-office")
	if code != 1 || !strings.Contains(errs, "lower-case") {
		t.Errorf("a bad slug: exit %d, %s", code, errs)
	}
	if _, _, code = gk(t, "token", "create", "--data", data, "--department", "new-office"); code == 0 {
		t.Error("the department of a refused dataset was made")
	}
}

// TestPublishDescribes gives a dataset a description and later changes parts of it.
func TestPublishDescribes(t *testing.T) {
	data := t.TempDir()
	publish := func(rows, metadata string) (string, int) {
		_, errs, code := gk(t, "publish", writeFile(t, "a.csv", "编号,数量\n"+rows), "--data", data, "--dataset", "a", "--department", "office",
			"--metadata", writeFile(t, "m.json", metadata), "--quiet")
		return errs, code
	}
	if errs, code := publish("1,2\n", `{"title": {"zh": "库存"}, "theme": "health", "keywords_zh": ["仓库", "粮食"], "temporal_end": "2024-06-30"}`); code != 0 {
		t.Fatal(errs)
	}
	if errs, code := publish("1,2\n2,3\n", `{"temporal_end": "2024-12-31", "keywords_zh": ["粮食"]}`); code != 0 {
		t.Fatal(errs)
	}
	for _, bad := range []string{`{"theme": "nonsense"}`, `{"keywords": []}`, `{`} {
		if errs, code := publish("1,2\n2,3\n3,4\n", bad); code == 0 {
			t.Errorf("%s was taken: %s", bad, errs)
		}
	}
	var ds struct {
		Title, Keywords map[string]any
		Theme           struct{ Code string }
		Temporal        struct{ End string }
		Version         struct{ Number int }
	}
	boot(t, data).get("/api/v1/datasets/a", 200).json(t, &ds)
	if ds.Title["zh"] != "库存" || ds.Theme.Code != "health" || ds.Temporal.End != "2024-12-31" || ds.Version.Number != 2 ||
		!reflect.DeepEqual(ds.Keywords["zh"], []any{"粮食"}) {
		t.Errorf("described as %+v", ds)
	}
}

// TestInspectShape holds `inspect --json` to the shape that programs rely on.
func TestInspectShape(t *testing.T) {
	file := writeFile(t, "a.csv", "编号,金额（元）,日期\n001,1.50,2024年5月3日\n002,—,2024-05-04\n合计,1.50,\n")
	keys := func(m map[string]any, want ...string) {
		t.Helper()
		for _, k := range want {
			if _, ok := m[k]; !ok {
				t.Errorf("no %q in %v", k, m)
			}
		}
	}
	var r struct {
		Tables   []map[string]any
		Findings []map[string]any
	}
	readJSON(t, must(t, "inspect", "--json", file), &r)
	if len(r.Tables) != 1 || len(r.Findings) == 0 {
		t.Fatalf("%+v", r)
	}
	table := r.Tables[0]
	keys(table, "sheet", "header_rows", "first_data_row", "last_data_row", "columns", "total_rows", "section_rows", "skip_rows", "note_rows", "rows")
	keys(table["columns"].([]any)[1].(map[string]any), "name", "label", "type", "unit", "col")
	keys(r.Findings[0], "code", "severity", "where", "expected", "actual", "fix")
	if table["sheet"] != "" || !reflect.DeepEqual(table["header_rows"], []any{1.0, 1.0}) || !reflect.DeepEqual(table["total_rows"], []any{4.0}) ||
		table["rows"] != 3.0 {
		t.Errorf("read as %v", table)
	}
	if _, ok := table["values"]; ok {
		t.Error("values without --values")
	}
	readJSON(t, must(t, "inspect", file, "--values", "--json"), &r)
	values := r.Tables[0]["values"].([]any)
	want := []any{map[string]any{"row": 2.0, "values": []any{"001", 1.5, "2024-05-03"}}, map[string]any{"row": 3.0, "values": []any{"002", nil, "2024-05-04"}}}
	if len(values) != 3 || !reflect.DeepEqual(values[:2], want) {
		t.Errorf("values %v", values)
	}
	if entries, err := os.ReadDir(filepath.Dir(file)); err != nil || len(entries) != 1 {
		t.Errorf("inspect stored something: %v %v", entries, err)
	}
}

// TestTokens makes, lists and ends a token.
func TestTokens(t *testing.T) {
	data := t.TempDir()
	must(t, "publish", writeFile(t, "a.csv", "编号,数量\n1,2\n"), "--data", data, "--dataset", "a", "--department", "office", "--quiet")
	var made struct {
		ID    int    `json:"id"`
		Token string `json:"token"`
	}
	readJSON(t, must(t, "token", "create", "--data", data, "--department", "office", "--json"), &made)
	if list := must(t, "token", "list", "--data", data); strings.Contains(list, made.Token) || !strings.Contains(list, "in force") {
		t.Errorf("listed as %s", list)
	}
	s := boot(t, data)
	s.get("/api/v1/datasets/a/uploads", 200, "Authorization", "Bearer "+made.Token)
	must(t, "token", "revoke", "--data", data, "1")
	s.get("/api/v1/datasets/a/uploads", 401, "Authorization", "Bearer "+made.Token)
}
