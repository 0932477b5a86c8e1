package api_test

import (
	"net/http"
	"net/netip"
	"strconv"
	"strings"
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

// TestTrustedProxies: who stands between is believed only where it is said.
func TestTrustedProxies(t *testing.T) {
	proxies, err := fair.ParseProxies("127.0.0.1,10.0.0.0/8")
	if err != nil {
		t.Fatal(err)
	}
	trusting := newWorld(t, func(c *api.Config) { c.Quota, c.Proxies = fair.Quota{Requests: 1, AtOnce: 2}, proxies })
	get := func(w *world, forwarded string) int {
		return w.get("/api/v1/departments", "X-Forwarded-For", forwarded).StatusCode
	}
	for forwarded, want := range map[string]int{"192.0.2.1": 200, "192.0.2.2, 10.0.0.3": 200, "2001:db8:0:1::1": 200, "2001:db8:0:2::1, 10.0.0.3": 200} {
		if got := get(trusting, forwarded); got != want {
			t.Errorf("%s: %d", forwarded, got)
		}
	}
	// The same again, however they write it; 192.168 is nobody's proxy here.
	for _, forwarded := range []string{"192.0.2.1, 10.9.9.9", "1.2.3.4, 192.0.2.2", "2001:db8:0:1:ffff::2", "::1, 2001:db8:0:2::7"} {
		if got := get(trusting, forwarded); got != 429 {
			t.Errorf("%s: %d", forwarded, got)
		}
	}
	if first, second := get(trusting, "192.0.2.5, 192.168.0.1"), get(trusting, "192.0.2.6, 192.168.0.1"); first != 200 || second != 429 {
		t.Errorf("behind a proxy that is not trusted: %d, %d", first, second)
	}
	nobody := newWorld(t, func(c *api.Config) { c.Quota, c.Proxies = fair.Quota{Requests: 1, AtOnce: 2}, []netip.Prefix{} })
	if first, second := get(nobody, "192.0.2.1"), get(nobody, "192.0.2.2"); first != 200 || second != 429 {
		t.Errorf("where nobody is trusted: %d, %d", first, second)
	}
}

// TestRetryAfterIsTrue waits as long as it is told, and is let in.
func TestRetryAfterIsTrue(t *testing.T) {
	w := newWorld(t, func(c *api.Config) { c.Quota = fair.Quota{Requests: 90, AtOnce: 2} })
	from := []string{"X-Forwarded-For", "192.0.2.1"}
	for range 90 {
		w.get("/api/v1", from...).want(http.StatusOK)
	}
	refused := w.get("/api/v1", from...).want(http.StatusTooManyRequests)
	wait, err := strconv.Atoi(refused.Header.Get("Retry-After"))
	if err != nil || wait < 1 || wait > 2 {
		t.Fatalf("Retry-After %q", refused.Header.Get("Retry-After"))
	}
	time.Sleep(time.Duration(wait) * time.Second)
	w.get("/api/v1", from...).want(http.StatusOK)
}

// TestRefusedToPeople shows a page to who reads pages, and counts nobody who
// watches the server.
func TestRefusedToPeople(t *testing.T) {
	w := newWorld(t, func(c *api.Config) { c.Quota, c.Pages = fair.Quota{Requests: 1, AtOnce: 1}, newRooms() })
	from := []string{"X-Forwarded-For", "192.0.2.1", "Accept", "text/html,*/*;q=0.8"}
	w.get("/c/nothing", from...).want(http.StatusTeapot) // the page of these tests
	if a := w.get("/zh/none", from...).want(http.StatusTeapot); a.Header.Get("Retry-After") == "" || !strings.Contains(string(a.body), "more than 1 requests") {
		t.Errorf("%s", a.body)
	}
	w.get("/api/v1", from...).want(http.StatusTooManyRequests).problem()
	for range 3 {
		w.get("/healthz", from...).want(http.StatusOK)
		w.get("/readyz", from...).want(http.StatusOK)
		if a := w.get("/metrics", from...).want(http.StatusOK); a.Header.Get("RateLimit") != "" {
			t.Error("what watches the server is limited")
		}
	}
}
