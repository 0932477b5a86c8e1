package api_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"

	"gongkai/api"
	"gongkai/catalog"
)

type citation struct {
	ID, URL, SHA256, Table string
	Title                  catalog.Text
	CSV                    *string `json:"csv_url"`
	RowsURL                *string `json:"rows_url"`
	Rows                   int
	Version                struct{ Number int }
	Query                  map[string]any
	Text                   catalog.Text
	Now                    struct {
		Version *int
		Title   catalog.Text
		Same    bool
		Rows    *int
		Problem *string
	}
}

func (w *world) cite(status int, body string) (c citation) {
	w.t.Helper()
	w.do(http.MethodPost, "/api/v1/citations", strings.NewReader(body), "Content-Type", "application/json").want(status).json(&c)
	return c
}

// again reads a citation.
func (w *world) again(c citation) (out citation) {
	w.t.Helper()
	w.get("/api/v1/citations/" + c.ID).want(http.StatusOK).json(&out)
	return out
}

// recomputed does what a reader does who doubts: download and hash.
func (w *world) recomputed(c citation) [][]string {
	w.t.Helper()
	data := w.get(strings.TrimPrefix(*c.CSV, w.url)).want(http.StatusOK)
	sum := sha256.Sum256(data.body)
	if hex.EncodeToString(sum[:]) != c.SHA256 {
		w.t.Errorf("%v: %q has not the hash %s", c.Query, data.body, c.SHA256)
	}
	records, err := csv.NewReader(bytes.NewReader(data.body)).ReadAll()
	w.must(err)
	if len(records) != c.Rows+1 {
		w.t.Errorf("%v: %d records, %d rows are cited", c.Query, len(records)-1, c.Rows)
	}
	return records
}

// TestCitations cites, reads in every form, and sees newer data tell itself.
func TestCitations(t *testing.T) {
	w := newWorld(t)
	first, _ := twoVersions(w)
	const order = `{"dataset": "books", "version": "1", "query": {"where": "amount > 10", "select": "item, amount", "order_by": "amount desc"}}`
	c := w.cite(http.StatusCreated, order)
	if c.Version.Number != first.Number || c.Rows != 2 || c.Now.Same || c.Now.Version == nil || *c.Now.Version != 2 || *c.Now.Rows != 2 || !strings.Contains(c.Text.EN, c.SHA256) || !strings.HasSuffix(c.URL, "/c/"+c.ID) {
		t.Fatalf("%+v", c)
	}
	if again := w.cite(http.StatusOK, order); again.ID != c.ID || again.SHA256 != c.SHA256 {
		t.Errorf("%+v", again)
	}
	if records := w.recomputed(c); fmt.Sprint(records[:2]) != "[[item amount] [合计 110.00]]" {
		t.Errorf("%q", records)
	}
	for path, want := range map[string]string{
		c.ID + ".bib": "@misc{gongkai-" + c.ID, c.ID + ".ris": "TY  - DATA", c.ID + ".json": `"id":"` + c.ID,
	} {
		if a := w.get("/c/" + path).want(http.StatusOK); !strings.HasPrefix(strings.TrimPrefix(string(a.body), "{"), want) {
			t.Errorf("%s: %s", path, a.body)
		}
	}
	if a := w.get("/c/"+c.ID, "Accept", "text/html;q=0.5, text/csv;q=0.7, */*;q=0.1").want(http.StatusOK); !strings.HasPrefix(a.Header.Get("Content-Type"), "text/csv") {
		t.Errorf("what is liked most is text/csv, not %s", a.Header.Get("Content-Type"))
	}
	if a := w.get("/c/"+c.ID, "Accept", "application/x-bibtex").want(http.StatusOK); !strings.HasPrefix(string(a.body), "@misc") {
		t.Errorf("%s", a.body)
	}
	w.get("/c/nothing").want(http.StatusNotFound)
	w.get("/c/" + c.ID + ".pdf").want(http.StatusNotFound)

	same := w.cite(http.StatusCreated, `{"dataset": "books"}`)
	if !same.Now.Same || same.Rows != 3 {
		t.Errorf("%+v", same)
	}
	w.must(w.store.Withdraw(context.Background(), first.ID, "test", "wrong figures"))
	gone := w.again(c)
	if gone.CSV != nil || gone.RowsURL != nil || gone.SHA256 != c.SHA256 || gone.Text != c.Text || gone.Now.Version == nil {
		t.Errorf("%+v", gone)
	}
	w.get("/c/" + c.ID + ".csv").want(http.StatusGone)
	for _, form := range []string{".bib", ".ris", ".json"} {
		w.get("/c/" + c.ID + form).want(http.StatusOK)
	}
}

// TestCitedQueries cites every kind of query: each hash can be recomputed from
// the csv of the citation and from an export of the version, is the same when it
// is computed again, and its rows can be read page by page.
func TestCitedQueries(t *testing.T) {
	w := newWorld(t)
	w.publish("air-quality", w.stations(100)) // the second version; the first has 250 rows
	for _, c := range []struct {
		dataset, table string
		query          map[string]any
		rows           int
		lasts          bool // the second version gives the same
	}{
		{"air-quality", "", map[string]any{}, 250, false},
		{"air-quality", "stations", map[string]any{"where": "station = '站点03' and valid"}, 25, false},
		{"air-quality", "", map[string]any{"q": "站点07"}, 25, false},
		{"air-quality", "", map[string]any{"q": "站点07", "limit": 4, "order_by": "pm25 desc"}, 4, false},
		{"air-quality", "", map[string]any{"order_by": "valid"}, 250, false}, // many equal ones
		{"air-quality", "", map[string]any{"group_by": "station", "select": "station, sum(pm25) as total, avg(count) as mean, median(pm25) as middle"}, 10, false},
		{"air-quality", "", map[string]any{"group_by": "station, valid", "having": "count(*) > 1", "limit": 3}, 3, false},
		{"air-quality", "", map[string]any{"select": "station", "distinct": true}, 10, true},
		{"air-quality", "", map[string]any{"where": "within_box(pm25, count, 0, 0, 90, 40)", "select": "pm25, count"}, 39, true},
		{"air-quality", "", map[string]any{"limit": 20_000}, 250, false},
		{"budget", "spending", map[string]any{}, 3, false},
		{"budget", "income", map[string]any{"totals": "exclude"}, 2, false},
	} {
		body, err := json.Marshal(map[string]any{"dataset": c.dataset, "table": c.table, "version": "1", "query": c.query})
		w.must(err)
		got := w.cite(http.StatusCreated, string(body))
		if got.Rows != c.rows {
			t.Errorf("%v: %d rows, want %d", c.query, got.Rows, c.rows)
		}
		records := w.recomputed(got)
		rows, err := url.Parse(*got.RowsURL)
		w.must(err)
		export := w.get(rows.Path + ".csv?" + rows.RawQuery).want(http.StatusOK)
		sum := sha256.Sum256(export.body)
		if hex.EncodeToString(sum[:]) != got.SHA256 {
			t.Errorf("%v: the export %s has another hash", c.query, rows)
		}
		if n := len(w.page(rows.Path + "?" + rows.RawQuery).Data); n != min(len(records)-1, 100) && c.query["limit"] == nil {
			t.Errorf("%v: a page of %d rows", c.query, n)
		}
		switch {
		case c.dataset == "budget" && (!got.Now.Same || *got.Now.Version != 1):
			t.Errorf("%v: now %+v", c.query, got.Now)
		case c.dataset != "budget" && (got.Now.Same != c.lasts || *got.Now.Version != 2):
			t.Errorf("%v: now %+v", c.query, got.Now)
		}
	}
}

// TestCitedThroughTime follows a citation while its dataset goes on.
func TestCitedThroughTime(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	first := w.publish("plans", w.stations(30))
	day := catalog.Day(first.PublishedAt)
	c := w.cite(http.StatusCreated, `{"dataset": "plans", "query": {"where": "count < 20", "group_by": "valid"}}`)
	part := w.cite(http.StatusCreated, `{"dataset": "plans", "query": {"where": "count < 10"}}`)
	whole := w.cite(http.StatusCreated, `{"dataset": "plans"}`)
	if !strings.Contains(c.Text.ZH, "《规划》，第 2 版，"+day) || !strings.Contains(c.Text.EN, "Plans. Version 2, "+day) {
		t.Errorf("%+v", c.Text)
	}

	// The same data again, under another title: nothing that is printed changes.
	d, err := w.store.DatasetBySlug(ctx, "plans")
	w.must(err)
	d.Title = catalog.Text{ZH: "规划与实施", EN: "Plans & {deeds}"}
	w.must(w.store.UpdateDataset(ctx, d))
	w.publish("plans", w.stations(30))
	for _, was := range []citation{c, part, whole} {
		if now := w.again(was); !now.Now.Same || *now.Now.Version != 3 || now.Text != was.Text || now.Title.EN != "Plans" || now.Now.Title.EN != "Plans & {deeds}" {
			t.Errorf("the same data again: %+v", now)
		}
	}
	renamed := w.cite(http.StatusCreated, `{"dataset": "plans", "version": "2"}`)
	if renamed.ID == whole.ID || renamed.SHA256 != whole.SHA256 || !strings.Contains(renamed.Text.EN, "Plans & {deeds}") {
		t.Errorf("who cites under the new title reads %+v", renamed)
	}
	// Other data, of which the query sees nothing; then of which it does.
	w.publish("plans", w.stations(40))
	if now := w.again(part); !now.Now.Same || *now.Now.Version != 4 {
		t.Errorf("other data elsewhere: %+v", now.Now)
	}
	if now := w.again(whole); now.Now.Same || *now.Now.Rows != 40 {
		t.Errorf("other data: %+v", now.Now)
	}
	w.publish("plans", w.stations(15))
	if now := w.again(c); now.Now.Same || *now.Now.Rows != 2 || now.Now.Problem != nil {
		t.Errorf("fewer data: %+v", now.Now)
	}
	// Another structure.
	w.publish("plans", w.income())
	if now := w.again(c); now.Now.Same || now.Now.Problem == nil || now.Now.Rows != nil || now.Text != c.Text {
		t.Errorf("another structure: %+v", now.Now)
	}
	// The cited version is published again: its day in print stays.
	w.must(w.back(first))
	if now := w.again(c); !now.Now.Same || *now.Now.Version != 2 || now.Text != c.Text {
		t.Errorf("published again: %+v", now)
	}
	w.must(w.store.Withdraw(ctx, first.ID, "test", "wrong"))
	if now := w.again(c); now.Now.Version != nil || now.Now.Same || now.CSV != nil || now.Text != c.Text {
		t.Errorf("nothing is published: %+v", now)
	}
	_, err = w.store.PurgeVersion(ctx, first.ID, "test", "names of people")
	w.must(err)
	purged := w.again(c)
	if purged.SHA256 != "" || purged.CSV != nil || strings.Contains(purged.Text.EN, "SHA-256") || !strings.Contains(purged.Text.EN, "Plans. Version 2") || purged.Rows != c.Rows {
		t.Errorf("purged: %+v", purged)
	}
	w.get("/c/" + c.ID + ".csv").want(http.StatusGone)
	w.get("/c/" + c.ID + ".bib").want(http.StatusOK)
	// The dataset is closed.
	d, err = w.store.DatasetBySlug(ctx, "plans")
	w.must(err)
	d.Open = catalog.OpenNone
	w.must(w.store.UpdateDataset(ctx, d))
	w.get("/api/v1/citations/" + c.ID).want(http.StatusGone)
}

// back publishes a superseded version again.
func (w *world) back(v *catalog.Version) error {
	_, err := w.store.Publish(context.Background(), v.ID, "test", nil)
	return err
}

func TestCitationsThatCannotBe(t *testing.T) {
	w := newWorld(t)
	twoVersions(w)
	w.dataset("finance", "drafts", "草稿", "Drafts", "finance")
	w.draft("drafts", w.income())
	for body, want := range map[string]int{
		`{"dataset": "books", "query": {"where": "nothing = 1"}}`: http.StatusBadRequest,
		`{"dataset": "books", "query": {"limit": -1}}`:            http.StatusBadRequest,
		`{"dataset": "budget"}`:                                   http.StatusBadRequest, // which table?
		`{"dataset": "books", "version": "9"}`:                    http.StatusNotFound,
		`{"dataset": "drafts", "version": "1"}`:                   http.StatusNotFound,
		`{"dataset": "nowhere"}`:                                  http.StatusNotFound,
		`{"dataset": "books", "limit": 3}`:                        http.StatusBadRequest,
		`{"dataset": "books", "sql": "SELECT 1"}`:                 http.StatusBadRequest,
		`{`: http.StatusBadRequest,
		fmt.Sprintf(`{"dataset": "books", "query": {"where": %q}}`, strings.Repeat("x", 70<<10)):                                   http.StatusRequestEntityTooLarge,
		fmt.Sprintf(`{"dataset": "books", "query": {"where": %q, "q": %q}}`, strings.Repeat("x", 2001), strings.Repeat("x", 2000)): http.StatusRequestEntityTooLarge,
	} {
		w.do(http.MethodPost, "/api/v1/citations", strings.NewReader(body), "Content-Type", "application/json").want(want)
	}
}

// TestCitationsAreBounded: anybody may make citations, but not without end.
func TestCitationsAreBounded(t *testing.T) {
	w := newWorld(t, func(c *api.Config) { c.NewCitations, c.Citations = 3, 35 })
	from := func(address, key string, n int) *answer {
		headers := []string{"Content-Type", "application/json", "X-Forwarded-For", address}
		if key != "" {
			headers = append(headers, "Authorization", "Bearer "+key)
		}
		body := fmt.Sprintf(`{"dataset": "air-quality", "query": {"where": "count < %d"}}`, n)
		return w.do(http.MethodPost, "/api/v1/citations", strings.NewReader(body), headers...)
	}
	for n := range 3 {
		from("192.0.2.1", "", n).want(http.StatusCreated)
	}
	refused := from("192.0.2.1", "", 3).want(http.StatusTooManyRequests)
	if wait, err := strconv.Atoi(refused.Header.Get("Retry-After")); err != nil || wait < 28_790 || wait > 28_801 || !strings.Contains(refused.problem().Fix, "key") {
		t.Errorf("Retry-After %s: a third of a day is wanted", refused.Header.Get("Retry-After"))
	}
	from("192.0.2.1", "", 1).want(http.StatusOK) // what is there may be cited again
	from("192.0.2.2", "", 2).want(http.StatusOK)
	from("192.0.2.2", "", 3).want(http.StatusCreated)
	secret, hash := catalog.NewSecret()
	w.must(w.store.CreateToken(t.Context(), &catalog.Token{Hash: hash, Label: "a researcher"}))
	for n := range 30 {
		from("192.0.2.1", secret, 100+n).want(http.StatusCreated)
	}
	from("192.0.2.1", secret, 200).want(http.StatusTooManyRequests)
	from("192.0.2.3", "", 200).want(http.StatusCreated)
	full := from("192.0.2.3", "", 201).want(http.StatusInsufficientStorage)
	if !strings.Contains(full.problem().Detail, "35 citations") {
		t.Errorf("%s", full.body)
	}
	from("192.0.2.3", "", 101).want(http.StatusOK)
	w.get("/api/v1/datasets/air-quality/rows?limit=1").want(http.StatusOK)

	form := url.Values{"dataset": {"air-quality"}, "where": {"count < 300"}}.Encode()
	w.do(http.MethodPost, "/c", strings.NewReader(form), "Content-Type", "application/x-www-form-urlencoded").want(http.StatusInsufficientStorage)
}

// TestCitationOfOld: one that was made before names were kept is called what its
// dataset is.
func TestCitationOfOld(t *testing.T) {
	w := newWorld(t)
	d, err := w.store.DatasetBySlug(t.Context(), "budget")
	w.must(err)
	old := &catalog.Citation{Dataset: d.ID, Version: 1, Table: "income", Content: "aa", Result: "bb", Rows: 3}
	old.ID = catalog.NewCitationID(old)
	_, err = w.store.CreateCitation(t.Context(), old, 10)
	w.must(err)
	var got citation
	w.get("/api/v1/citations/" + string(old.ID)).want(http.StatusOK).json(&got)
	if !strings.HasPrefix(got.Text.ZH, "财政局（2") || !strings.Contains(got.Text.ZH, "《预算执行：收入》，第 1 版") || got.Title.EN != "Budget execution" {
		t.Errorf("%+v", got)
	}
}

// TestCitedAtOnce: who asks the same at once gets the same, which is computed once.
func TestCitedAtOnce(t *testing.T) {
	w := newWorld(t)
	const many = 50
	got := make([]citation, many)
	status := make([]int, many)
	var wg sync.WaitGroup
	for i := range many {
		wg.Go(func() {
			res, err := http.Post(w.url+"/api/v1/citations", "application/json", strings.NewReader(`{"dataset": "air-quality", "query": {"group_by": "station"}}`))
			if err != nil {
				t.Error(err)
				return
			}
			defer res.Body.Close()
			status[i] = res.StatusCode
			if err := json.NewDecoder(res.Body).Decode(&got[i]); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	created := 0
	for i := range many {
		if status[i] == http.StatusCreated {
			created++
		} else if status[i] != http.StatusOK {
			t.Errorf("answered %d", status[i])
		}
		if got[i].ID != got[0].ID || got[i].SHA256 != got[0].SHA256 || got[i].Rows != 10 {
			t.Errorf("%+v", got[i])
		}
	}
	if created != 1 {
		t.Errorf("%d were made", created)
	}
}

// TestCitationToPeople answers who opens an address in a browser with pages,
// also where something is wrong.
func TestCitationToPeople(t *testing.T) {
	w := newWorld(t, func(c *api.Config) { c.Pages = newRooms() })
	const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	w.get("/c/nothing", "Accept", browser).want(http.StatusTeapot) // the page of these tests
	w.get("/c/nothing").want(http.StatusNotFound).problem()
	w.get("/c/nothing", "Accept", "application/json").want(http.StatusNotFound).problem()
	w.get("/api/v1/citations/nothing", "Accept", browser).want(http.StatusNotFound).problem()
	w.do(http.MethodPost, "/c", strings.NewReader("dataset=nothing"), "Content-Type", "application/x-www-form-urlencoded", "Accept", browser).want(http.StatusTeapot)
	c := w.cite(http.StatusCreated, `{"dataset": "air-quality"}`)
	if a := w.get("/c/"+c.ID, "Accept", browser).want(http.StatusOK); !strings.Contains(string(a.body), c.SHA256) {
		t.Errorf("%s", a.body)
	}
}
