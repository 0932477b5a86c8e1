package api_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"gongkai/catalog"
)

type citation struct {
	ID, URL, SHA256 string
	CSV             *string `json:"csv_url"`
	Rows            int
	Version         struct{ Number int }
	Text            catalog.Text
	Now             struct {
		Version *int
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
	data := w.get("/c/" + c.ID + ".csv").want(http.StatusOK)
	sum := sha256.Sum256(data.body)
	if hex.EncodeToString(sum[:]) != c.SHA256 || !strings.HasPrefix(string(data.body), "item,amount\n合计,110.00\n") {
		t.Errorf("%q has not the hash %s", data.body, c.SHA256)
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
	w.get("/api/v1/citations/" + c.ID).want(http.StatusOK)
	w.get("/c/nothing").want(http.StatusNotFound)
	w.get("/c/" + c.ID + ".pdf").want(http.StatusNotFound)

	same := w.cite(http.StatusCreated, `{"dataset": "books"}`)
	if !same.Now.Same || same.Rows != 3 {
		t.Errorf("%+v", same)
	}
	w.must(w.store.Withdraw(context.Background(), first.ID, "test", "wrong figures"))
	gone := citation{}
	w.get("/api/v1/citations/" + c.ID).want(http.StatusOK).json(&gone)
	if gone.CSV != nil || gone.SHA256 != c.SHA256 {
		t.Errorf("%+v", gone)
	}
	w.get("/c/" + c.ID + ".csv").want(http.StatusGone)
}

func TestCitationsThatCannotBe(t *testing.T) {
	w := newWorld(t)
	twoVersions(w)
	w.dataset("finance", "drafts", "草稿", "Drafts", "finance")
	w.draft("drafts", w.income())
	for body, want := range map[string]int{
		`{"dataset": "books", "query": {"where": "nothing = 1"}}`: http.StatusBadRequest,
		`{"dataset": "books", "version": "9"}`:                    http.StatusNotFound,
		`{"dataset": "drafts", "version": "1"}`:                   http.StatusNotFound,
		`{"dataset": "nowhere"}`:                                  http.StatusNotFound,
		`{"dataset": "books", "limit": 3}`:                        http.StatusBadRequest,
		`{`:                                                       http.StatusBadRequest,
		fmt.Sprintf(`{"dataset": "books", "query": {"where": %q}}`, strings.Repeat("x", 70<<10)): http.StatusRequestEntityTooLarge,
	} {
		w.do(http.MethodPost, "/api/v1/citations", strings.NewReader(body), "Content-Type", "application/json").want(want)
	}
}
