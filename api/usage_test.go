package api_test

import (
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"gongkai/catalog"
)

type usage struct {
	Since string
	Total struct{ Page, Query, Download int }
	Days  []struct {
		Day                   string
		Page, Query, Download int
	}
}

// used serves for as long as ask takes, stops, and gives what was counted.
func (w *world) used(t *testing.T, dataset string, ask func(base string)) (got usage) {
	t.Helper()
	url, stop, ended := serve(t, w)
	ask(url)
	stop()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Fatal("the server does not end")
	}
	w.get("/api/v1/datasets/" + dataset + "/usage").want(http.StatusOK).json(&got)
	return got
}

// TestUsage counts pages, queries and downloads, and nothing else.
func TestUsage(t *testing.T) {
	w := newWorld(t)
	c := w.cite(http.StatusCreated, `{"dataset": "air-quality", "query": {"where": "count < 3"}}`)
	file := "/api/v1/datasets/air-quality/export.csv"
	const api = "/api/v1/datasets/air-quality/"
	type one struct {
		method, path string
		headers      []string
		status       int
	}
	counted := []one{
		{"GET", api + "rows", nil, 200}, {"GET", api + "tables/stations/rows?limit=1", nil, 200}, {"GET", api + "facets?column=station", nil, 200}, {"GET", api + "stats?columns=pm25", nil, 200}, // 4 queries
		{"GET", file, nil, 200}, {"GET", api + "tables/stations/export.ndjson?where=count%3C3", nil, 200}, {"GET", api + "rows.csv", nil, 200},
		{"GET", api + "tables/stations/rows.json", nil, 200}, {"GET", api + "package.zip", nil, 200}, {"GET", "/c/" + c.ID + ".csv", nil, 200},
		{"GET", file, []string{"Range", "bytes=0-9"}, 206}, // 7 downloads
	}
	not := []one{
		{"HEAD", api + "rows", nil, 200}, {"HEAD", file, nil, 200}, {"GET", api + "rows", []string{"If-None-Match", "*"}, 304}, {"GET", api + "rows?where=nonsense(", nil, 400},
		{"GET", file, []string{"Range", "bytes=10-19"}, 206}, {"GET", file, []string{"Range", "bytes=99999999-"}, 416}, {"GET", api + "rows", []string{"Accept", "image/png"}, 406},
		{"GET", "/api/v1/datasets/nothing/rows", nil, 404}, {"GET", api + "rows", []string{"User-Agent", "Mozilla/5.0 (compatible; Baiduspider/2.0)"}, 200},
		{"GET", file, []string{"User-Agent", "Googlebot/2.1"}, 200}, {"GET", "/c/" + c.ID, nil, 200}, {"GET", "/c/" + c.ID + ".bib", nil, 200}, {"OPTIONS", api + "rows", nil, 204},
		{"GET", "/api/v1/datasets/air-quality", nil, 200}, {"GET", api + "versions", nil, 200}, {"GET", api + "usage", nil, 200}, {"POST", api + "rows", nil, 405}, {"GET", "/robots.txt", nil, 404},
	}
	got := w.used(t, "air-quality", func(base string) {
		for _, r := range append(counted, not...) {
			w.do(r.method, base+r.path, nil, r.headers...).want(r.status)
		}
	})
	if got.Total.Query != 4 || got.Total.Download != 7 || got.Total.Page != 0 || len(got.Days) != 1 || got.Days[0].Query != 4 || got.Days[0].Day != catalog.Day(time.Now()) {
		t.Errorf("%+v", got)
	}
}

// TestUsageIsExact asks from many sides at once, over two servers in turn.
func TestUsageIsExact(t *testing.T) {
	w := newWorld(t)
	const sides, each = 16, 40
	for round := 1; round <= 2; round++ {
		got := w.used(t, "budget", func(base string) {
			var wg sync.WaitGroup
			for i := range sides {
				wg.Go(func() {
					for range each {
						path := "/api/v1/datasets/budget/tables/income/rows?limit=1"
						if i%4 == 0 {
							path = "/api/v1/datasets/budget/tables/spending/export.csv"
						}
						res, err := http.Get(base + path)
						if err != nil {
							t.Error(err)
							return
						}
						io.Copy(io.Discard, res.Body)
						res.Body.Close()
					}
				})
			}
			wg.Wait()
		})
		if got.Total.Query != round*sides*each*3/4 || got.Total.Download != round*sides*each/4 {
			t.Errorf("round %d: %+v", round, got.Total)
		}
	}
}
