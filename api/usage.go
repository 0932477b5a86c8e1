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

// usageFlush is how often counts go to the catalogue; a crash loses what came
// since, an orderly stop nothing.
const usageFlush = 5 * time.Second

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

// use is what a request used, where its route does not say so: handlers fill it.
type use struct {
	mu    sync.Mutex
	slugs map[string]catalog.UsageKind
}

// used notes that the request of ctx uses a dataset, whatever its route is.
func used(ctx context.Context, slug string, kind catalog.UsageKind) {
	u, ok := ctx.Value(useKey).(*use)
	if !ok {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.slugs == nil {
		u.slugs = map[string]catalog.UsageKind{}
	}
	u.slugs[slug] = kind
}

// count adds a request that was answered to the use of what it was for. It
// counts answers that brought something to somebody: no HEAD, no 304, no
// refusal or error, no later part of a file that is fetched in parts, and
// nothing that went to a robot.
func (c *counts) count(u *use, route string, w *responseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodPost || !delivered(w) || robot(r.UserAgent()) {
		return
	}
	day := catalog.Day(time.Now())
	if kind, ok := useOf(route); ok && r.Method == http.MethodGet {
		if slug := chi.URLParam(r, "dataset"); slug != "" {
			c.add(counted{slug, day, kind})
			return
		}
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	for slug, kind := range u.slugs {
		c.add(counted{slug, day, kind})
	}
}

func (c *counts) add(key counted) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, known := c.n[key]; !known && len(c.n) >= maxCounted {
		return
	}
	if c.n == nil {
		c.n = map[counted]int64{}
	}
	c.n[key]++
}

// delivered reports whether an answer is whole, or the first part of a file.
func delivered(w *responseWriter) bool {
	switch w.status {
	case http.StatusOK:
		return true
	case http.StatusPartialContent:
		return strings.HasPrefix(w.Header().Get("Content-Range"), "bytes 0-")
	}
	return false
}

// robot reports whether a program calls itself one that reads all of the web.
func robot(agent string) bool {
	agent = strings.ToLower(agent)
	for _, word := range [...]string{"bot", "spider", "crawl", "slurp"} {
		if strings.Contains(agent, word) {
			return true
		}
	}
	return false
}

// useOf says what kind of use a route is.
func useOf(route string) (catalog.UsageKind, bool) {
	const api = "/api/v1/datasets/{dataset}"
	rest, ok := strings.CutPrefix(route, api)
	if !ok {
		_, page := strings.CutSuffix(strings.TrimSuffix(route, "/versions/{version}"), "/datasets/{dataset}")
		return catalog.UsagePage, page
	}
	rest = strings.TrimPrefix(rest, "/tables/{table}")
	switch rest {
	case "/export.{format}", "/rows.{format}", "/package.zip":
		return catalog.UsageDownload, true
	case "/rows", "/facets", "/stats", "/changes", "/changes.csv":
		return catalog.UsageQuery, true
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

// flushTime is how long the catalogue may take to keep counts.
const flushTime = 10 * time.Second

// keepUsage moves counts into the catalogue until ctx ends, and then once more.
func (s *Server) keepUsage(ctx context.Context) {
	tick := time.NewTicker(usageFlush)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			s.flushUsage(ctx)
			return
		case <-tick.C:
			s.flushUsage(ctx)
		}
	}
}

func (s *Server) flushUsage(ctx context.Context) {
	// An order to stop must not leave it open whether counts were kept.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTime)
	defer cancel()
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
	since := catalog.Day(time.Now().AddDate(0, 0, -usageDays))
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
