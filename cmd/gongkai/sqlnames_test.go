package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"gongkai/catalog"
)

// renamedCity publishes a dataset twice: in the second version a column has
// another name, and its heading the signs that a name cannot have.
func renamedCity(t testing.TB) (data string) {
	t.Helper()
	data = t.TempDir()
	file := writeFile(t, "air.csv", "站点,\"读数 \"\"PM\"\"（微克）\",日期\n东站,5,2025-01-01\n西站,7,2025-01-02\n西站,8,2025-01-03\n")
	publish := func(more ...string) {
		must(t, append([]string{"publish", file, "--data", data, "--dataset", "air", "--department", "office", "--quiet"}, more...)...)
	}
	publish()
	out, _, code := gk(t, "recipe", "get", "--data", data, "--dataset", "air")
	var recipe catalog.Recipe
	if err := json.Unmarshal([]byte(out), &recipe); err != nil || code != 0 {
		t.Fatalf("%d %v %s", code, err, out)
	}
	c := recipe.Tables[0].Column("zhandian")
	c.Name, c.Aliases = "station", []string{"zhandian", "stop"}
	c.AliasUntil = catalog.Days{"zhandian": "2999-03-31", "stop": "2020-03-31"}
	text, err := json.Marshal(recipe)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("站点,\"读数 \"\"PM\"\"（微克）\",日期\n东站,5,2025-01-01\n西站,7,2025-01-02\n西站,9,2025-01-03\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	publish("--recipe", writeFile(t, "recipe.json", string(text)))
	return data
}

// TestSQLNames names columns as they were named before, and by their labels.
func TestSQLNames(t *testing.T) {
	s := boot(t, renamedCity(t), "--prepare=false")
	ask := func(sql string) (*reply, statementRows) {
		r := s.do("GET", "/api/v1/sql?sql="+url.QueryEscape(sql), nil)
		var a statementRows
		if r.StatusCode == 200 {
			r.json(t, &a)
		}
		return r, a
	}
	var now, before string
	for _, c := range s.rows("SELECT * EXCLUDE (_row, _row_type) FROM air").Meta.Columns {
		now += c.Name + " "
	}
	for _, c := range s.rows(`SELECT * EXCLUDE (_row, _row_type) FROM "air@1"`).Meta.Columns {
		before += c.Name + " "
	}
	number := strings.Fields(now)[1]
	if !strings.HasPrefix(now, "station ") || !strings.HasPrefix(before, "zhandian ") {
		t.Fatalf("the columns are %s, and were %s", now, before)
	}
	const pm = `"读数 ""PM""（微克）"`
	for sql, want := range map[string]string{
		// by the old name
		`SELECT zhandian FROM air`:          `[{"zhandian":"东站"},{"zhandian":"西站"},{"zhandian":"西站"}] deprecated`,
		`SELECT a.ZHANDIAN AS s FROM air a`: `[{"s":"东站"},{"s":"西站"},{"s":"西站"}] deprecated`,
		`SELECT zhandian, count(*) AS n FROM air GROUP BY zhandian HAVING zhandian > '' ORDER BY zhandian DESC`: `[{"n":2,"zhandian":"西站"},{"n":1,"zhandian":"东站"}] deprecated`,
		`SELECT zhandian, station FROM air WHERE zhandian = station LIMIT 1`:                                    `[{"station":"东站","zhandian":"东站"}] deprecated`,
		`SELECT * EXCLUDE (_row, _row_type, riqi) FROM air WHERE zhandian = '东站'`:                               `[{"` + number + `":5,"zhandian":"东站"}] deprecated`,
		`SELECT * EXCLUDE (zhandian, _row, _row_type, riqi) FROM air LIMIT 1`:                                   `[{"` + number + `":5}] deprecated`,
		`WITH w AS (SELECT * FROM air) SELECT count(w.zhandian) AS n FROM w`:                                    `[{"n":3}] deprecated`,
		`SELECT count(*) AS n FROM air JOIN "air@1" USING (zhandian)`:                                           `[{"n":5}] deprecated`,
		`SELECT count(*) AS n FROM air a JOIN "air@1" b ON a.zhandian = b.zhandian AND a.station <> ''`:         `[{"n":5}] deprecated`,
		// what means something keeps its meaning
		`SELECT station AS zhandian FROM air ORDER BY zhandian LIMIT 1`:           `[{"zhandian":"东站"}]`,
		`SELECT a.station, b.zhandian FROM air a, "air@1" b ORDER BY ALL LIMIT 1`: `[{"station":"东站","zhandian":"东站"}]`,
		`SELECT zhandian FROM "air@1" LIMIT 1`:                                    `[{"zhandian":"东站"}]`,
		// by the label
		`SELECT "站点" FROM air LIMIT 1`:                                             `[{"站点":"东站"}]`,
		`SELECT max(` + pm + `) AS most FROM air`:                                  `[{"most":9}]`,
		`SELECT 站点, sum(` + pm + `) AS n FROM air GROUP BY ALL ORDER BY n LIMIT 1`: `[{"n":5,"站点":"东站"}]`,
		`SELECT a."站点" FROM air a JOIN "air@1" b ON a."站点" = b.zhandian LIMIT 1`:   `[{"站点":"东站"}]`,
		`SELECT * EXCLUDE (_row, _row_type, "日期") FROM air WHERE "站点" = '东站'`:      `[{"` + number + `":5,"站点":"东站"}]`,
	} {
		r, a := ask(sql)
		text, err := json.Marshal(a.Data)
		if err != nil {
			t.Fatal(err)
		}
		got := string(text)
		if r.Header.Get("Deprecation") != "" {
			got += " deprecated"
		}
		if r.StatusCode != http.StatusOK || got != want {
			t.Errorf("%s\n%d %s\nwant %s\n%.300s", sql, r.StatusCode, got, want, r.body)
		}
	}
	// A column that is handed through keeps what is known of it under any name.
	if _, a := ask(`SELECT zhandian, "日期" FROM air LIMIT 1`); len(a.Meta.Columns) != 2 || a.Meta.Columns[0].Label != "站点" || a.Meta.Columns[1].Type != "date" {
		t.Errorf("%+v", a.Meta.Columns)
	}
	// The last day of a name is told, but where the version is pinned, which keeps its names.
	for sql, want := range map[string]bool{`SELECT zhandian FROM air`: true, `SELECT zhandian FROM "air@2"`: false, `SELECT station FROM air`: false} {
		if r, _ := ask(sql); strings.Contains(r.Header.Get("Sunset"), " 2999 ") != want {
			t.Errorf("%s: Sunset is %q", sql, r.Header.Get("Sunset"))
		}
	}
	// What cannot be told apart is refused, and says what to write.
	for sql, want := range map[string]string{
		`SELECT * FROM air WHERE zhandian = station`:             `write "station" everywhere`,
		`SELECT "站点" FROM air a, "air@1" b`:                      `Ambiguous`,
		`SELECT stop FROM air`:                                   `there is no column`,
		`SELECT zhandain FROM air`:                               `station`,
		`SELECT "x"" FROM read_text('/etc/passwd') --" FROM air`: `there is no column`,
	} {
		if r, _ := ask(sql); r.StatusCode != http.StatusBadRequest || !strings.Contains(strings.ReplaceAll(string(r.body), `\"`, `"`), want) {
			t.Errorf("%s\n%d %s", sql, r.StatusCode, r.body)
		}
	}
}

// TestSQLVersions pins versions by number, day and content hash.
func TestSQLVersions(t *testing.T) {
	s := boot(t, renamedCity(t), "--prepare=false")
	hash := func(name string) string {
		return s.rows(`SELECT 1 FROM ` + name).Meta.Tables[0].ContentHash
	}
	first, second := hash(`"air@1"`), hash("air")
	today, long := time.Now().AddDate(0, 0, 2).Format(time.DateOnly), "2001-02-03"
	for name, want := range map[string]string{
		"air@" + first[:12]: first, "air@" + first: first, "air.table@" + second[:20]: second, "AIR@" + strings.ToUpper(second[:14]): second, "air@" + today: second, "air@2": second,
	} {
		if got := hash(`"` + name + `"`); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	for name, want := range map[string]string{
		"air@" + long: "no published version on " + long, "air@" + first[:11]: "names no table", "air@aaaaaaaaaaaa": "no version with the content hash",
		"air@2024-02-31": "no day", "air@3": "no version 3",
	} {
		r := s.do("GET", "/api/v1/sql?sql="+url.QueryEscape(`SELECT 1 FROM "`+name+`"`), nil)
		var p problem
		r.json(t, &p)
		if r.StatusCode != http.StatusBadRequest || !strings.Contains(p.Detail, want) || p.Field != "sql" || p.Position != 15 {
			t.Errorf("%s: %d %+v", name, r.StatusCode, p)
		}
	}
}

// TestSQLCaps: what is cut off, and at how many rows and bytes answers are, is
// told in every format.
func TestSQLCaps(t *testing.T) {
	s := boot(t, renamedCity(t), "--prepare=false", "--sql-rows", "10", "--sql-bytes", "2000")
	for _, format := range []string{"json", "csv", "ndjson"} {
		for sql, cut := range map[string]string{
			"SELECT * FROM range(10)": "", "SELECT * FROM range(11)": "rows; limit=10", "SELECT repeat('x', 900) AS s FROM range(5)": "bytes; limit=2000",
		} {
			r := s.get("/api/v1/sql?format="+format+"&sql="+url.QueryEscape(sql), 200)
			if got := r.Header.Get("Result-Truncated"); got != cut {
				t.Errorf("%s as %s: Result-Truncated is %q, want %q", sql, format, got, cut)
			}
			if got := r.Header.Get("Result-Limit"); got != "rows=10, bytes=2000" {
				t.Errorf("%s as %s: Result-Limit is %q", sql, format, got)
			}
			name := r.Header.Get("Content-Disposition")
			if cut != "" && format != "json" && !strings.Contains(name, "cut-off") {
				t.Errorf("%s as %s is saved as %q", sql, format, name)
			}
			if cut == "" && strings.Contains(name, "cut-off") {
				t.Errorf("%s as %s is whole and saved as %q", sql, format, name)
			}
		}
	}
	if _, errs, code := gk(t, "serve", "--data", t.TempDir(), "--sql-memory", "100000000"); code == 0 || !strings.Contains(errs, "at least 268435456") {
		t.Errorf("too little memory: exit %d %s", code, errs)
	}
	// As many columns as a sheet has, and no more.
	many := s.do("GET", "/api/v1/sql?format=csv&sql="+url.QueryEscape("SELECT "+strings.Repeat("a.*,", 4000)+"1 FROM air a LIMIT 1"), nil)
	var p problem
	many.json(t, &p)
	if many.StatusCode != 400 || !strings.Contains(p.Detail, "20001 columns, more than 16384") {
		t.Errorf("%d %+v", many.StatusCode, p)
	}
}
