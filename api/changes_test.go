package api_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"gongkai/catalog"
)

// twoVersions publishes income twice: a figure corrected, a row gone, one new.
func twoVersions(w *world) (first, second *catalog.Version) {
	w.dataset("finance", "books", "预算", "Budget", "finance")
	c := w.income()
	c.table.Key = []string{"item"}
	first = w.publish("books", c)
	c = w.income()
	c.table.Key = []string{"item"}
	c.rows[0].Values[1].I = 20050
	c.rows[1].Values[0] = text("非税收入")
	c.rows[2].Values[1].I = 21000
	return first, w.publish("books", c)
}

func TestChanges(t *testing.T) {
	w := newWorld(t)
	first, second := twoVersions(w)
	var got struct {
		From, To                struct{ Number int }
		Key                     []string
		Added, Removed, Changed int
		Data                    []struct {
			Change string
			Key    map[string]string
			Cells  []struct {
				Column   string
				Old, New any
			}
		}
		More    bool
		Next    string
		CSV_URL string
	}
	w.get("/api/v1/datasets/books/changes").want(http.StatusOK).json(&got)
	if got.From.Number != first.Number || got.To.Number != second.Number || got.Added != 1 || got.Removed != 1 || got.Changed != 2 || got.More {
		t.Fatalf("%+v", got)
	}
	if d := got.Data[0]; d.Change != "changed" || d.Key["item"] != "税收" || len(d.Cells) != 1 || d.Cells[0].Column != "amount" || fmt.Sprintf("%v %v", d.Cells[0].Old, d.Cells[0].New) != "100.50 200.50" {
		t.Errorf("%+v", d)
	}
	w.get("/api/v1/datasets/books/tables/income/changes?from=1&to=2&limit=1").want(http.StatusOK).json(&got)
	if !got.More || len(got.Data) != 1 || !strings.Contains(got.Next, "cursor=1") {
		t.Errorf("%+v", got)
	}
	lines, err := csv.NewReader(bytes.NewReader(w.get("/api/v1/datasets/books/changes.csv").want(http.StatusOK).body)).ReadAll()
	if err != nil || len(lines) != 5 || strings.Join(lines[0], ",") != "change,old_row,new_row,item,column,old,new" || strings.Join(lines[1], ",") != "changed,2,2,税收,amount,100.50,200.50" {
		t.Errorf("%v %v", lines, err)
	}
	for path, field := range map[string]string{"?from=x": "from", "?to=0": "to", "?key=nothing": "key", "?cursor=-1": "cursor"} {
		if p := w.get("/api/v1/datasets/books/changes" + path).want(http.StatusBadRequest).problem(); p.Field != field {
			t.Errorf("%s: %+v", path, p)
		}
	}
	w.get("/api/v1/datasets/books/changes?to=1").want(http.StatusNotFound)
	// The other way round is a question too.
	w.get("/api/v1/datasets/books/changes?from=2&to=1").want(http.StatusOK).json(&got)
	if got.From.Number != 2 || got.Added != 1 {
		t.Errorf("%+v", got)
	}
}

func TestFeed(t *testing.T) {
	w := newWorld(t)
	twoVersions(w)
	a := w.get("/api/v1/datasets/books/changes.atom?lang=en").want(http.StatusOK)
	var feed struct {
		Title   string `xml:"title"`
		Entries []struct {
			ID      string `xml:"id"`
			Title   string `xml:"title"`
			Summary string `xml:"summary"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal(a.body, &feed); err != nil {
		t.Fatal(err)
	}
	if len(feed.Entries) != 2 || feed.Entries[0].Title != "Version 2" || feed.Entries[0].Summary != "1 row added, 1 removed, 2 changed" || feed.Entries[1].Summary != "First published, 3 rows." {
		t.Errorf("%+v", feed)
	}
	w.get("/api/v1/datasets/books/changes.atom?lang=en", "If-None-Match", a.Header.Get("ETag")).want(http.StatusNotModified)
}

// TestVersionSelectors reads versions by number, by day and by content.
func TestVersionSelectors(t *testing.T) {
	w := newWorld(t)
	first, second := twoVersions(w)
	version := func(selector string) int {
		var got struct{ Meta struct{ Version int } }
		w.get("/api/v1/datasets/books/rows?version=" + selector).want(http.StatusOK).json(&got)
		return got.Meta.Version
	}
	for selector, want := range map[string]int{
		"1": 1, "2": 2, catalog.Day(second.PublishedAt): 2, "2999-01-01": 2,
		first.ContentHash: 1, first.ContentHash[:12]: 1, second.ContentHash[:20]: 2,
	} {
		if got := version(selector); got != want {
			t.Errorf("%s: version %d, want %d", selector, got, want)
		}
	}
	w.get("/api/v1/datasets/books/rows?version=2001-01-01").want(http.StatusNotFound)
	w.get("/api/v1/datasets/books/rows?version=000000000000").want(http.StatusNotFound)
	for _, bad := range []string{"0", "-1", "2001-13-01", "abc", "latest"} {
		if p := w.get("/api/v1/datasets/books/rows?version=" + bad).want(http.StatusBadRequest).problem(); p.Field != "version" {
			t.Errorf("%s: %+v", bad, p)
		}
	}
	// Who holds the hash of a version that was taken back is told so, as by its number.
	w.do("POST", "/api/v1/datasets/books/versions/1/withdraw", strings.NewReader(`{"reason":"figures of another year"}`), append(w.bearer("finance"), "Content-Type", "application/json")...).want(http.StatusOK)
	for _, selector := range []string{"1", first.ContentHash, first.ContentHash[:12]} {
		if p := w.get("/api/v1/datasets/books/rows?version=" + selector).want(http.StatusGone).problem(); !strings.Contains(p.Detail, "figures of another year") {
			t.Errorf("%s: %+v", selector, p)
		}
	}
}

// TestFormsOfExport asks for downloads as different people wish for them.
func TestFormsOfExport(t *testing.T) {
	w := newWorld(t)
	twoVersions(w)
	for path, want := range map[string]string{
		"export.csv":                                  "item,amount,_row_type\n税收,200.50,record\n",
		"export.csv?labels=true&select=item":          "项目\n税收\n",
		"export.csv?excel=true&select=item":           "\ufeff项目\n税收\n",
		"export.csv?delimiter=semicolon":              "item;amount;_row_type\n税收;200.50;record\n",
		"export.tsv":                                  "item\tamount\t_row_type\n税收\t200.50\trecord\n",
		"export.tsv?bom=true&where=amount%3C10":       "\ufeffitem\tamount\t_row_type\n非税收入\t9.50\trecord\n",
		"export.csv?labels=true&order_by=amount":      "项目,金额,_row_type\n非税收入,9.50,record\n",
		"export.csv?labels=false&bom=false&version=1": "item,amount,_row_type\n税收,100.50,record\n",
	} {
		if got := string(w.get("/api/v1/datasets/books/" + path).want(http.StatusOK).body); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q", path, got)
		}
	}
	for path, field := range map[string]string{"export.json?labels=true": "labels", "export.xlsx?excel=true": "excel", "export.tsv?delimiter=bar": "delimiter", "export.csv?delimiter=x": "delimiter"} {
		if p := w.get("/api/v1/datasets/books/" + path).want(http.StatusBadRequest).problem(); p.Field != field {
			t.Errorf("%s: %+v", path, p)
		}
	}
	if a := w.get("/api/v1/datasets/books/export.geojson"); a.StatusCode != http.StatusNotAcceptable && a.StatusCode != http.StatusUnsupportedMediaType && a.StatusCode != http.StatusConflict {
		t.Errorf("geojson without coordinates: %d %s", a.StatusCode, a.body)
	}
	for _, f := range []string{"arrow", "duckdb", "parquet"} {
		if a := w.get("/api/v1/datasets/books/export." + f).want(http.StatusOK); len(a.body) < 100 {
			t.Errorf("%s: %q", f, a.body)
		}
	}
	data := w.get("/api/v1/datasets/books/package.zip").want(http.StatusOK)
	z, err := zip.NewReader(bytes.NewReader(data.body), int64(len(data.body)))
	if err != nil || len(z.File) != 5 {
		t.Errorf("%v", err)
	}
	w.get("/api/v1/datasets/books/package.zip", "Range", "bytes=0-3").want(http.StatusPartialContent)
}

// TestVersionTellsItsChanges wants the changes since the version before on the
// version itself, and of the first that it is the first.
func TestVersionTellsItsChanges(t *testing.T) {
	w := newWorld(t)
	twoVersions(w)
	w.publish("books", w.spending())
	type changes struct {
		Changes struct {
			From   *int
			Major  bool
			Schema []struct{ Kind, Table string }
			Tables []struct {
				Table                   string
				Key                     []string
				Added, Removed, Changed int
				URL                     string
			}
		}
	}
	at := func(n int) changes {
		var got changes
		w.get(fmt.Sprintf("/api/v1/datasets/books/versions/%d", n)).want(http.StatusOK).json(&got)
		return got
	}
	if got := at(1).Changes; got.From != nil || got.Tables == nil || len(got.Tables)+len(got.Schema) != 0 || got.Major {
		t.Errorf("the first: %+v", got)
	}
	second := at(2).Changes
	if second.From == nil || *second.From != 1 || len(second.Tables) != 1 || second.Major {
		t.Fatalf("the second: %+v", second)
	}
	one := second.Tables[0]
	if one.Table != "income" || fmt.Sprint(one.Key) != "[item]" || one.Added != 1 || one.Removed != 1 || one.Changed != 2 {
		t.Errorf("%+v", one)
	}
	var rows struct{ Added, Removed, Changed int }
	w.get(one.URL).want(http.StatusOK).json(&rows)
	if fmt.Sprint(rows) != "{1 1 2}" {
		t.Errorf("%s: %+v", one.URL, rows)
	}
	if third := at(3).Changes; *third.From != 2 || !third.Major || len(third.Tables) != 0 || len(third.Schema) != 2 {
		t.Errorf("the third, which has other tables: %+v", third)
	}
}
