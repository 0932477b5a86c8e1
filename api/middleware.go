package api

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"gongkai/catalog"
)

type contextKey int

const (
	requestKey contextKey = iota
	askerKey
	useKey
)

// requestID gives the id under which the log knows the request.
func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey).(string)
	return id
}

var goodID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// edge wraps everything: it names the request, writes its one line into the
// log, counts it, drops stalled clients and turns a panic into a problem.
func (s *Server) edge(next http.Handler) http.Handler {
	return http.HandlerFunc(func(plain http.ResponseWriter, r *http.Request) {
		start := time.Now()
		id := r.Header.Get("X-Request-Id")
		if !goodID.MatchString(id) {
			id = strings.ToLower(rand.Text()[:16])
		}
		w := newResponseWriter(plain, s.cfg.Stall)
		w.Header().Set("X-Request-Id", id)
		var u use
		ctx := context.WithValue(context.WithValue(r.Context(), requestKey, id), useKey, &u)
		s.metrics.inFlight.Inc()
		aborted := true
		defer func() {
			s.metrics.inFlight.Dec()
			s.record(ctx, w, r, &u, time.Since(start), aborted)
		}()
		s.guarded(w, r.WithContext(ctx), next)
		aborted = false
	})
}

// guarded runs next; a panic becomes a 500 where nothing was sent yet, and
// ends the connection where something was.
func (s *Server) guarded(w *responseWriter, r *http.Request, next http.Handler) {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		if v == http.ErrAbortHandler { //nolint:errorlint // the value that net/http compares with
			panic(v)
		}
		err := fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		if w.status != 0 {
			s.log.ErrorContext(r.Context(), "request broke off", "request_id", requestID(r.Context()), "error", err)
			panic(http.ErrAbortHandler)
		}
		s.fail(w, r, err)
	}()
	next.ServeHTTP(w, r)
}

// clientGone stands in logs and metrics for requests that nobody waited for;
// no client ever sees it.
const clientGone = 499

func (s *Server) record(ctx context.Context, w *responseWriter, r *http.Request, u *use, took time.Duration, aborted bool) {
	route := "none"
	if rc := chi.RouteContext(r.Context()); rc != nil && rc.RoutePattern() != "" {
		route = rc.RoutePattern()
	}
	status := w.status
	switch {
	case status == 0 && aborted:
		status = clientGone
	case status == 0:
		status = http.StatusOK
	}
	method := r.Method
	if !slices.Contains(methods, method) {
		method = "other" // a stranger's word is no label
	}
	s.metrics.requests.WithLabelValues(route, method, strconv.Itoa(status)).Inc()
	s.metrics.seconds.WithLabelValues(route).Observe(took.Seconds())
	s.metrics.bytes.Add(float64(w.bytes))
	if !aborted {
		s.counts.count(u, route, w, r)
	}
	level := slog.LevelInfo
	if status >= http.StatusInternalServerError {
		level = slog.LevelWarn
	}
	s.log.LogAttrs(ctx, level, "request", slog.String("request_id", requestID(ctx)), slog.String("method", r.Method),
		slog.String("path", r.URL.Path), slog.String("route", route), slog.Int("status", status),
		slog.Int64("bytes", w.bytes), slog.Duration("took", took), slog.Bool("aborted", aborted),
		slog.String("from", r.RemoteAddr))
}

// The headers that pages of other sites may send and see.
const (
	corsSend = "Accept, Accept-Language, If-None-Match, If-Modified-Since, If-Range, Range, X-Request-Id"
	corsSee  = "ETag, Link, Last-Modified, Content-Disposition, Content-Length, Content-Range, Accept-Ranges, Result-Truncated, Result-Limit, Retry-After, RateLimit, RateLimit-Policy, Deprecation, Sunset, X-Request-Id"
)

// secure sets the headers that keep browsers from doing what nobody asked
// for, and those that let pages of any site read the API. Writing stays closed
// to them: no preflight allows it. Pages may narrow their policy further.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
		h.Set("X-Frame-Options", "DENY")
		if forPrograms(r.URL.Path) {
			h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
			h.Set("Access-Control-Allow-Origin", "*")
			h.Set("Access-Control-Expose-Headers", corsSee)
			h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		} else {
			h.Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data:; object-src 'none'; "+
				"base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
		}
		next.ServeHTTP(w, r)
	})
}

// forPrograms reports whether a path is the API's and not a page's.
func forPrograms(path string) bool {
	return strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/openapi.") || strings.HasPrefix(path, "/schemas/")
}

// methods are those that a metric names.
var methods = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodOptions, http.MethodPut, http.MethodPatch, http.MethodDelete}

// allowed lists the methods that a path answers; none where it is unknown.
// HEAD comes with GET, OPTIONS with every path.
func (s *Server) allowed(path string) []string {
	var list []string
	for _, m := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		if s.router.Match(chi.NewRouteContext(), m, path) {
			list = append(list, m)
		}
	}
	if slices.Contains(list, http.MethodGet) {
		list = slices.Insert(list, 1, http.MethodHead)
	}
	if list != nil {
		list = append(list, http.MethodOptions)
	}
	return list
}

// options answers OPTIONS on every path, a browser's preflight included.
func (s *Server) options(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodOptions {
			next.ServeHTTP(w, r)
			return
		}
		list := s.allowed(r.URL.Path)
		if list == nil {
			s.notFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Allow", strings.Join(list, ", "))
		if forPrograms(r.URL.Path) {
			h.Set("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS")
			h.Set("Access-Control-Allow-Headers", corsSend)
			h.Set("Access-Control-Max-Age", "86400")
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

// actor finds out who asks. A token that is sent is checked, also where none
// is needed: a wrong one is an error and not the public. Every token costs one
// hash and one look-up, whatever it looks like and whether it is known.
func (s *Server) actor(r *http.Request) (catalog.Actor, catalog.TokenID, error) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return catalog.Actor{}, 0, nil
	}
	scheme, secret, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return catalog.Actor{}, 0, catalog.Errorf(catalog.Unauthenticated, "send Authorization: Bearer followed by the token",
			"the header Authorization is not of the scheme Bearer")
	}
	token, err := s.cfg.Store.TokenByHash(r.Context(), catalog.HashSecret(strings.TrimSpace(secret)))
	switch {
	case err != nil && catalog.KindOf(err) != catalog.NotFound:
		return catalog.Actor{}, 0, fmt.Errorf("look up the token: %w", err)
	case err != nil || !token.Valid(time.Now()):
		return catalog.Actor{}, 0, catalog.Errorf(catalog.Unauthenticated,
			"ask the operator for a new token (gongkai token create)", "the token is unknown, expired or revoked")
	}
	return catalog.Actor{Name: token.Label, Department: token.Department}, token.ID, nil
}
