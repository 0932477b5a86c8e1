package api

import (
	"context"
	"fmt"
	"math"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"gongkai/api/fair"
	"gongkai/catalog"
)

// asker is who sends a request, found out once.
type asker struct {
	who    catalog.Actor
	err    error // the token is wrong
	client fair.Client
	key    bool // it has one
	local  bool // the machine itself, and nobody for whom a proxy asks: it is not limited
}

// askerOf gives what the edge found out.
func askerOf(ctx context.Context) asker {
	a, _ := ctx.Value(askerKey).(asker)
	return a
}

// identify finds out who asks: by token where a good one is sent, else by
// address. Config.Proxies are believed who they ask for; others cannot choose
// who they are.
func (s *Server) identify(r *http.Request) asker {
	a := asker{}
	var token catalog.TokenID
	a.who, token, a.err = s.actor(r)
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if peer, err := netip.ParseAddr(host); err == nil {
		forwarded := r.Header.Values("X-Forwarded-For")
		a.local = peer.Unmap().IsLoopback() && len(forwarded) == 0
		a.client = fair.Address(fair.Sender(peer, forwarded, s.cfg.Proxies))
	}
	if token != 0 {
		a.client, a.key = fair.Key(int64(token)), true
	}
	return a
}

// fairUse gives every client its share, says in RateLimit fields
// (draft-ietf-httpapi-ratelimit-headers-10) where it stands, and tells who asks
// for more to wait.
func (s *Server) fairUse(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if free(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		a := s.identify(r)
		r = r.WithContext(context.WithValue(r.Context(), askerKey, a))
		if a.local {
			next.ServeHTTP(w, r)
			return
		}
		quota, name := s.cfg.Quota, "public"
		if a.key {
			quota, name = s.cfg.KeyQuota, "key"
		}
		state, done := s.limiter.Enter(a.client, quota, time.Now())
		h := w.Header()
		h.Set("RateLimit-Policy", fmt.Sprintf(`"%s";q=%d;w=%d`, name, quota.Requests, int(quotaWindow.Seconds())))
		h.Set("RateLimit", fmt.Sprintf(`"%s";r=%d;t=%d`, name, state.Remaining, up(state.Reset)))
		if state.Refused != fair.None {
			h.Set("Retry-After", strconv.Itoa(max(up(state.Retry), 1)))
			s.refuse(w, r, overQuota(state))
			return
		}
		defer done()
		next.ServeHTTP(w, r)
	})
}

// quotaWindow is the time that the quotas of requests are for.
const quotaWindow = time.Minute

// free reports whether requests for a path are not counted: what watches the
// server, and what pages are made of, which caches keep.
func free(path string) bool {
	return path == "/healthz" || path == "/readyz" || path == "/metrics" || strings.HasPrefix(path, "/assets/")
}

func up(d time.Duration) int { return int(math.Ceil(d.Seconds())) }

func overQuota(state fair.State) error {
	if state.Refused == fair.TooMany {
		return catalog.Errorf(catalog.TooMany, "wait until one has ended, and send fewer side by side; for a whole table one download is faster than many pages",
			"%d requests of yours are under way, and no more may be", state.Quota.AtOnce)
	}
	return catalog.Errorf(catalog.TooMany, "wait as long as Retry-After says; for a whole table use export, and ask the operator for a key if you need more",
		"you have made more than %d requests in a minute", state.Quota.Requests)
}
