package api

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"

	"gongkai/catalog"
)

// usageFlush is how often counts go to the catalogue; a crash loses what came since.
const usageFlush = 30 * time.Second

// counts is the use since the last flush. What is asked for is counted, who
// asks is not known here.
type counts struct {
	mu sync.Mutex
	n  map[counted]int64
}

type counted struct {
	slug, day string
	kind      catalog.UsageKind
}

// maxCounted bounds how many counts wait: as many as there are datasets, and
// only requests that found one are counted.
const maxCounted = 100_000

// count adds a request that was answered, if it was for a dataset.
func (c *counts) count(route string, r *http.Request, status int) {
	if r.Method != http.MethodGet || status != http.StatusOK && status != http.StatusPartialContent && status != http.StatusNotModified {
		return
	}
	kind, ok := useOf(route)
	slug := chi.URLParam(r, "dataset")
	if !ok || slug == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	key := counted{slug, time.Now().UTC().Format(time.DateOnly), kind}
	if _, known := c.n[key]; !known && len(c.n) >= maxCounted {
		return
	}
	if c.n == nil {
		c.n = map[counted]int64{}
	}
	c.n[key]++
}

// useOf says what kind of use a route is.
func useOf(route string) (catalog.UsageKind, bool) {
	const api = "/api/v1/datasets/{dataset}"
	switch {
	case strings.HasPrefix(route, api) && (strings.Contains(route, "/export.") || strings.HasSuffix(route, "/package.zip")):
		return catalog.UsageDownload, true
	case strings.HasPrefix(route, api):
		for _, end := range []string{"/rows", "/facets", "/stats", "/changes", "/changes.csv"} {
			if strings.HasSuffix(route, end) {
				return catalog.UsageQuery, true
			}
		}
	case strings.HasSuffix(route, "/datasets/{dataset}"):
		return catalog.UsagePage, true
	}
	return "", false
}

// take gives the counts and begins anew.
func (c *counts) take() map[counted]int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.n
	c.n = nil
	return n
}

// back puts counts back that could not be kept.
func (c *counts) back(n map[counted]int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n == nil {
		c.n = n
		return
	}
	for k, v := range n {
		c.n[k] += v
	}
}

// keepUsage moves counts into the catalogue until ctx ends, and then once more.
func (s *Server) keepUsage(ctx context.Context) {
	tick := time.NewTicker(usageFlush)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			s.flushUsage(last)
			return
		case <-tick.C:
			s.flushUsage(ctx)
		}
	}
}

func (s *Server) flushUsage(ctx context.Context) {
	taken := s.counts.take()
	var use []catalog.Usage
	for k, n := range taken {
		d, err := s.cfg.Store.DatasetBySlug(ctx, k.slug)
		if catalog.KindOf(err) == catalog.NotFound {
			delete(taken, k) // a dataset that is no more
			continue
		}
		if err != nil {
			s.usageNotKept(ctx, taken, err)
			return
		}
		use = append(use, catalog.Usage{Dataset: d.ID, Day: k.day, Kind: k.kind, Count: n})
	}
	if len(use) == 0 {
		return
	}
	if err := s.cfg.Store.AddUsage(ctx, use); err != nil {
		s.usageNotKept(ctx, taken, err)
	}
}

// usageNotKept leaves counts for the next time.
func (s *Server) usageNotKept(ctx context.Context, taken map[counted]int64, err error) {
	s.counts.back(taken)
	s.log.WarnContext(ctx, "keep the use of datasets", "error", err)
}

// usageDays is how far back statistics go.
const usageDays = 365

type usageView struct {
	Since string           `json:"since"`
	Total usageCounts      `json:"total"`
	Days  []usageCountsDay `json:"days"` // that had any use
}

type usageCounts struct {
	Page     int64 `json:"page"`
	Query    int64 `json:"query"`
	Download int64 `json:"download"`
}

type usageCountsDay struct {
	Day string `json:"day"`
	usageCounts
}

func (c *usageCounts) add(u catalog.Usage) {
	switch u.Kind {
	case catalog.UsagePage:
		c.Page += u.Count
	case catalog.UsageQuery:
		c.Query += u.Count
	case catalog.UsageDownload:
		c.Download += u.Count
	}
}

// getUsage tells how much a dataset is used, by day.
func (s *Server) getUsage(w http.ResponseWriter, r *request) error {
	d, err := s.cfg.Library.Dataset(r.Context(), r.who, r.params.Text("dataset"))
	if err != nil {
		return err
	}
	since := time.Now().UTC().AddDate(0, 0, -usageDays).Format(time.DateOnly)
	all, err := s.cfg.Store.Usage(r.Context(), d.ID, since)
	if err != nil {
		return err
	}
	view := usageView{Since: since, Days: []usageCountsDay{}}
	for _, u := range all {
		view.Total.add(u)
		if n := len(view.Days); n == 0 || view.Days[n-1].Day != u.Day {
			view.Days = append(view.Days, usageCountsDay{Day: u.Day})
		}
		view.Days[len(view.Days)-1].add(u)
	}
	return s.reply(w, r, http.StatusOK, view, freshness{private: !d.Public()})
}
