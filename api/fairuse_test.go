package api_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"gongkai/api"
	"gongkai/api/fair"
	"gongkai/catalog"
)

// TestFairUse sends more than its share from one address; others, and who has
// a key, go on.
func TestFairUse(t *testing.T) {
	w := newWorld(t, func(c *api.Config) {
		c.Quota, c.KeyQuota = fair.Quota{Requests: 5, AtOnce: 2}, fair.Quota{Requests: 50, AtOnce: 4}
	})
	const path = "/api/v1/departments"
	from := func(address string, more ...string) *answer {
		return w.get(path, append([]string{"X-Forwarded-For", address}, more...)...)
	}
	for i := range 5 {
		a := from("192.0.2.1").want(http.StatusOK)
		if a.Header.Get("RateLimit-Policy") != `"public";q=5;w=60` || a.Header.Get("RateLimit")[:12] != `"public";r=`+strconv.Itoa(4-i) {
			t.Errorf("%d: %s, %s", i, a.Header.Get("RateLimit-Policy"), a.Header.Get("RateLimit"))
		}
	}
	refused := from("192.0.2.1").want(http.StatusTooManyRequests)
	if p := refused.problem(); p.Fix == "" || refused.Header.Get("Retry-After") != "12" {
		t.Errorf("%+v, Retry-After %s", p, refused.Header.Get("Retry-After"))
	}
	from("10.9.9.9, 192.0.2.1").want(http.StatusTooManyRequests) // what a client writes itself does not count
	from("192.0.2.2").want(http.StatusOK)
	from("2001:db8::1").want(http.StatusOK)
	w.get(path).want(http.StatusOK) // the machine itself
	if h := w.get(path).Header; h.Get("RateLimit") != "" {
		t.Error("the machine itself is limited")
	}
	w.get("/healthz", "X-Forwarded-For", "192.0.2.1").want(http.StatusOK)

	secret, hash := catalog.NewSecret()
	w.must(w.store.CreateToken(t.Context(), &catalog.Token{Hash: hash, Label: "a researcher"}))
	key := []string{"Authorization", "Bearer " + secret}
	for range 20 {
		a := from("192.0.2.1", key...).want(http.StatusOK)
		if a.Header.Get("RateLimit-Policy") != `"key";q=50;w=60` {
			t.Fatal(a.Header.Get("RateLimit-Policy"))
		}
	}
	w.get("/api/v1/datasets/air-quality/uploads", key...).want(http.StatusForbidden) // a key gives no rights
	// Wrong keys are no way round.
	from("192.0.2.1", "Authorization", "Bearer 0000").want(http.StatusTooManyRequests)
}

// TestUsage counts pages, queries and downloads, and nothing else.
func TestUsage(t *testing.T) {
	w := newWorld(t)
	url, stop, ended := serve(t, w)
	for _, path := range []string{"rows", "rows?limit=1", "export.csv", "tables/stations/export.ndjson?where=count%3C3", "rows?where=nonsense("} {
		res, err := http.Get(url + "/api/v1/datasets/air-quality/" + path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
	}
	http.Get(url + "/api/v1/datasets/nothing/rows")
	stop()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Fatal("the server does not end")
	}
	var got struct {
		Total struct{ Page, Query, Download int }
		Days  []struct {
			Day   string
			Query int
		}
	}
	w.get("/api/v1/datasets/air-quality/usage").want(http.StatusOK).json(&got)
	if got.Total.Query != 2 || got.Total.Download != 2 || got.Total.Page != 0 || len(got.Days) != 1 || got.Days[0].Query != 2 {
		t.Errorf("%+v", got)
	}
}
