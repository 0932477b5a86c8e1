// Package portal serves the pages that people read: it asks the catalogue, the
// index and the library what is public and fills one page struct for each
// request.
//
// It must not decide how a page looks (that is package page), read a file of
// rows by itself or show what the policy does not give to the public.
package portal

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"gongkai/api/portal/page"
	"gongkai/catalog"
	"gongkai/catalog/search"
	"gongkai/datasets"
)

// Config is what a Portal needs. Library, Store, Index and City must be set.
type Config struct {
	Library *datasets.Library
	Store   catalog.Store
	Index   *search.Index
	BaseURL string       // scheme and host of the portal's own addresses; default http:// and the request's Host
	City    catalog.Text // the name of the city
	Log     *slog.Logger // default slog.Default()
}

// Portal serves the pages.
type Portal struct {
	cfg   Config
	pages *page.Renderer
	now   func() time.Time

	packers packers
}

// New makes a Portal; it fails where a template or an asset is broken.
func New(cfg Config) (*Portal, error) {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	cfg.BaseURL = strings.TrimRight(cfg.BaseURL, "/")
	pages, err := page.New()
	if err != nil {
		return nil, fmt.Errorf("prepare the pages: %w", err)
	}
	return &Portal{cfg: cfg, pages: pages, now: time.Now}, nil
}

// Routes mounts the pages and their assets.
func (p *Portal) Routes(r chi.Router) {
	r.Get("/", p.redirect)
	r.Get("/design", p.redirect)
	r.Get("/assets/{name}", p.asset)
	r.Get("/sitemap.xml", p.sitemap)
	r.Get("/robots.txt", p.robots)
	for _, lang := range page.Languages {
		r.Route("/"+page.Prefix(lang), func(r chi.Router) {
			r.Get("/", p.handle(lang, p.home))
			r.Get("/datasets", p.handle(lang, p.search))
			r.Get("/datasets/{dataset}", p.handle(lang, p.dataset))
			r.Get("/datasets/{dataset}/versions/{version}", p.handle(lang, p.dataset))
			r.Get("/departments", p.handle(lang, p.departments))
			r.Get("/departments/{department}", p.handle(lang, p.department))
			r.Get("/design", p.handle(lang, p.design))
		})
	}
}

// build fills the page struct for a request.
type build func(r *http.Request, f page.Frame) (page.Page, error)

// handle serves the pages of one kind in one language.
func (p *Portal) handle(lang catalog.Lang, make build) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		content, err := make(r, p.frame(lang, r))
		if err != nil {
			p.Fail(w, r, err)
			return
		}
		p.write(w, r, statusOf(content), content)
	}
}

// statusOf is the status of a page: one that shows what is wrong with a filter
// is no success.
func statusOf(content page.Page) int {
	switch c := content.(type) {
	case *page.Failure:
		return c.Status
	case *page.Dataset:
		if c.Browser != nil && c.Browser.Problem != nil {
			return http.StatusBadRequest
		}
	}
	return http.StatusOK
}

// base is the start of the absolute addresses on pages.
func (p *Portal) base(r *http.Request) string {
	if p.cfg.BaseURL != "" {
		return p.cfg.BaseURL
	}
	return "http://" + r.Host
}

// frame fills what every page has from its own address.
func (p *Portal) frame(lang catalog.Lang, r *http.Request) page.Frame {
	self := r.URL.Path
	if r.URL.RawQuery != "" {
		self += "?" + r.URL.RawQuery
	}
	base, other := p.base(r), switchLanguage(lang, self)
	return page.Frame{
		Lang: lang, City: p.cfg.City.In(lang), Host: base, Self: self, Switch: other,
		Canonical: base + self, OtherURL: base + other,
	}
}

// settle sets the address under which search engines know the page, which has
// no parameters but those that name another page.
func settle(f *page.Frame, path string) {
	f.Canonical = f.Host + path
	f.OtherURL = f.Host + switchLanguage(f.Lang, path)
}

// switchLanguage gives the same place in the other language.
func switchLanguage(lang catalog.Lang, self string) string {
	base, other := "/"+page.Prefix(lang), "/"+page.Prefix(page.Other(lang))
	if rest, ok := strings.CutPrefix(self, base); ok && (rest == "" || rest[0] == '/' || rest[0] == '?') {
		return other + rest
	}
	return other + "/"
}

// secure lets a page load from this server alone and be framed by nobody.
func secure(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
}

// redirect sends a reader without a language to the one that the browser asks for.
func (p *Portal) redirect(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Vary", "Accept-Language")
	w.Header().Set("Cache-Control", "private, max-age=300")
	target := url.URL{Path: "/" + page.Prefix(preferred(r.Header.Get("Accept-Language"))) + r.URL.Path, RawQuery: r.URL.RawQuery}
	http.Redirect(w, r, target.String(), http.StatusFound)
}

func (p *Portal) asset(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if !p.pages.Assets.Serve(w, r, chi.URLParam(r, "name")) {
		p.NotFound(w, r)
	}
}

func (p *Portal) design(_ *http.Request, f page.Frame) (page.Page, error) {
	f.NoIndex = true
	return page.Specimens(f), nil
}

// NotFound answers an address that has no page.
func (p *Portal) NotFound(w http.ResponseWriter, r *http.Request) {
	p.Fail(w, r, catalog.Errorf(catalog.NotFound, "", "no page"))
}

// Fail answers with the page that says what happened and what to try, with the
// status of the error's kind.
func (p *Portal) Fail(w http.ResponseWriter, r *http.Request, err error) {
	lang := preferred(r.Header.Get("Accept-Language"))
	for _, l := range page.Languages {
		if base := "/" + page.Prefix(l); r.URL.Path == base || strings.HasPrefix(r.URL.Path, base+"/") {
			lang = l
		}
	}
	f := p.frame(lang, r)
	f.Canonical, f.NoIndex = "", true
	failure := explain(f, err)
	if failure.Status >= http.StatusInternalServerError && !errors.Is(err, r.Context().Err()) {
		p.cfg.Log.ErrorContext(r.Context(), "page", "path", r.URL.Path, "error", err)
	}
	w.Header().Set("Cache-Control", "no-store")
	if failure.Status == http.StatusServiceUnavailable && w.Header().Get("Retry-After") == "" {
		w.Header().Set("Retry-After", "5")
	}
	p.write(w, r, failure.Status, failure)
}
