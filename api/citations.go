package api

import (
	"io"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"gongkai/api/fair"
	"gongkai/catalog"
	"gongkai/datasets"
	"gongkai/datasets/cite"
	"gongkai/datasets/export"
)

// maxCitation is how many bytes the form of a citation may have.
const maxCitation = 64 << 10

// citationOrder is what is to be cited.
type citationOrder struct {
	Dataset string                `json:"dataset"`
	Table   string                `json:"table"`
	Version string                `json:"version"`
	Query   catalog.CitationQuery `json:"query"`
}

// createCitation freezes what a query gives: 201, or 200 where the same was
// cited before.
func (s *Server) createCitation(w http.ResponseWriter, r *request) error {
	var order citationOrder
	if err := s.body(w, r, &order); err != nil {
		return err
	}
	ref, err := s.cfg.Library.Table(r.Context(), catalog.Actor{}, order.Dataset, order.Version, order.Table)
	if err != nil {
		return err
	}
	c, created, err := s.cfg.Library.Cite(r.Context(), ref, order.Query, s.citeLimits(w, r.Request))
	if err != nil {
		return err
	}
	cited, err := s.cfg.Library.Citation(r.Context(), r.who, c.ID)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if created {
		status = http.StatusCreated
	}
	w.Header().Set("Location", s.citationURL(r.base, c.ID))
	return s.reply(w, r, status, s.viewCitation(r.base, cited), freshness{})
}

// citeLimits are those of the client of a request: citations are kept for ever,
// and anybody may make them.
func (s *Server) citeLimits(w http.ResponseWriter, r *http.Request) datasets.CiteLimits {
	return datasets.CiteLimits{Most: s.cfg.Citations, New: func() error {
		a := askerOf(r.Context())
		if a.local {
			return nil
		}
		quota := s.cfg.NewCitations
		if a.key {
			quota *= keyCitations
		}
		state, done := s.citing.Enter(a.client, fair.Quota{Requests: quota, AtOnce: math.MaxInt}, time.Now())
		if state.Refused == fair.None {
			done()
			return nil
		}
		w.Header().Set("Retry-After", strconv.Itoa(max(up(state.Retry), 1)))
		return catalog.Errorf(catalog.TooMany, "wait as long as Retry-After says; what was cited before may be cited again at any time, and the operator gives out keys for more",
			"you have made %d new citations, and no more are taken of one client in a day", quota)
	}}
}

// keyCitations is how many times more citations a client with a key may make.
const keyCitations = 10

// citeForm takes the form of a page and leads to the citation.
func (s *Server) citeForm(w http.ResponseWriter, plain *http.Request) {
	err := func() error {
		plain.Body = http.MaxBytesReader(w, plain.Body, maxCitation)
		if err := plain.ParseForm(); err != nil {
			return catalog.Errorf(catalog.Invalid, "send the form of a dataset's page", "the form is not understood: %s", err)
		}
		f := plain.PostForm.Get
		ref, err := s.cfg.Library.Table(plain.Context(), catalog.Actor{}, f("dataset"), f("version"), f("table"))
		if err != nil {
			return err
		}
		q := catalog.CitationQuery{Q: f("q"), Where: f("where"), OrderBy: f("order_by")}
		c, _, err := s.cfg.Library.Cite(plain.Context(), ref, q, s.citeLimits(w, plain))
		if err != nil {
			return err
		}
		http.Redirect(w, plain, "/c/"+string(c.ID), http.StatusSeeOther)
		return nil
	}()
	if err != nil {
		s.refuse(w, plain, err)
	}
}

func (s *Server) getCitation(w http.ResponseWriter, r *request) error {
	cited, err := s.cfg.Library.Citation(r.Context(), r.who, catalog.CitationID(r.params.Text("citation")))
	if err != nil {
		return err
	}
	return s.reply(w, r, http.StatusOK, s.viewCitation(r.base, cited), freshness{})
}

func (s *Server) citationURL(base string, id catalog.CitationID) string {
	return base + "/c/" + string(id)
}

type citationView struct {
	ID        catalog.CitationID    `json:"id"`
	URL       string                `json:"url"`
	Text      catalog.Text          `json:"text"`
	Title     catalog.Text          `json:"title"` // of the dataset when it was cited
	Dataset   string                `json:"dataset"`
	Table     string                `json:"table"`
	Version   versionSummary        `json:"version"`
	Query     catalog.CitationQuery `json:"query"`
	Rows      int64                 `json:"rows"`
	SHA256    *string               `json:"sha256"` // null where the version was purged
	CreatedAt time.Time             `json:"created_at"`
	RowsURL   *string               `json:"rows_url"` // null where the version was withdrawn
	CSV       *string               `json:"csv_url"`
	BibTeX    string                `json:"bibtex_url"`
	RIS       string                `json:"ris_url"`
	Now       standingView          `json:"now"`
}

type standingView struct {
	Version *int         `json:"version"` // published now
	Title   catalog.Text `json:"title"`
	Same    bool         `json:"same"` // it gives the same rows
	Rows    *int64       `json:"rows"`
	Problem *string      `json:"problem"` // why it cannot be asked the same
}

func (s *Server) viewCitation(base string, c *datasets.Cited) citationView {
	at := s.citationURL(base, c.ID)
	source := sourceOf(at, c)
	v := citationView{
		ID: c.ID, URL: at, Text: catalog.Text{ZH: source.Text(catalog.ZH), EN: source.Text(catalog.EN)}, Title: c.As.Title, Dataset: c.Dataset.Slug, Table: c.Table,
		Version: summarise(base, c.Dataset, c.Cited), Query: c.Query, Rows: c.Rows, SHA256: orNull(c.Result), CreatedAt: c.At, BibTeX: at + ".bib", RIS: at + ".ris",
		Now: standingView{Title: c.Dataset.Title, Same: c.Now.Same, Problem: orNull(c.Now.Problem)},
	}
	if c.Now.Version != 0 {
		v.Now.Version = &c.Now.Version
		if c.Now.Problem == "" {
			v.Now.Rows = &c.Now.Answer.Rows
		}
	}
	if c.Ref != nil {
		params := citedParams(c)
		if c.Query.Limit > datasets.MaxPage {
			params.Del("limit") // pages are followed as far as one likes
		}
		csv, rows := at+".csv", tableURL(base, c.Dataset, c.Ref.Table)+"/rows?"+params.Encode()
		v.CSV, v.RowsURL = &csv, &rows
	}
	return v
}

// citedParams are the parameters that ask for the rows of a citation.
func citedParams(c *datasets.Cited) url.Values {
	q := url.Values{"version": {strconv.Itoa(c.Version)}}
	for _, p := range c.Query.Params() {
		q.Set(p[0], p[1])
	}
	return q
}

func sourceOf(at string, c *datasets.Cited) *cite.Source {
	return &cite.Source{ID: c.ID, URL: at, As: c.As, Version: c.Version, Query: c.Query, Result: c.Result, Rows: c.Rows, Made: c.At}
}

// The media types that a citation's address answers with, the first for whom
// states no wish.
var citationTypes = []struct{ ending, media string }{
	{"", "text/html"}, {".json", jsonType}, {".csv", "text/csv"}, {".bib", "application/x-bibtex"}, {".ris", "application/x-research-info-systems"},
}

// cited answers the permanent address of a citation, in the form that its
// ending or Accept asks for.
func (s *Server) cited(w http.ResponseWriter, plain *http.Request) {
	if err := s.citedIn(w, plain); err != nil {
		s.refuse(w, plain, err)
	}
}

func (s *Server) citedIn(w http.ResponseWriter, plain *http.Request) error {
	id, ending := chi.URLParam(plain, "citation"), ""
	if i := strings.IndexByte(id, '.'); i >= 0 {
		id, ending = id[:i], id[i:]
	}
	media, err := citationType(plain, ending)
	if err != nil {
		return err
	}
	r := &request{Request: plain, who: askerOf(plain.Context()).who, base: s.base(plain)}
	c, err := s.cfg.Library.Citation(plain.Context(), r.who, catalog.CitationID(id))
	if err != nil {
		return err
	}
	w.Header().Add("Vary", "Accept")
	at := s.citationURL(r.base, c.ID)
	source := sourceOf(at, c)
	switch media {
	case jsonType:
		return s.reply(w, r, http.StatusOK, s.viewCitation(r.base, c), freshness{})
	case "text/csv":
		return s.citedRows(w, r, c)
	case "application/x-bibtex":
		return s.citedText(w, r, c, media, source.BibTeX())
	case "application/x-research-info-systems":
		return s.citedText(w, r, c, media, source.RIS())
	}
	if s.cfg.Pages == nil {
		return s.reply(w, r, http.StatusOK, s.viewCitation(r.base, c), freshness{})
	}
	s.cfg.Pages.Citation(w, plain, c, source)
	return nil
}

// citationType chooses by the ending, else by Accept.
func citationType(r *http.Request, ending string) (string, error) {
	for _, t := range citationTypes {
		if ending != "" && ending == t.ending {
			return t.media, nil
		}
	}
	if ending != "" {
		return "", catalog.Errorf(catalog.NotFound, "endings are .json, .csv, .bib and .ris", "a citation has no form %q", ending)
	}
	offered, best, most := make([]string, len(citationTypes)), "", 0.0
	for i, t := range citationTypes {
		offered[i] = t.media
		if q := quality(r, t.media); q > most { // the first of equals, that of people
			best, most = t.media, q
		}
	}
	if best != "" {
		return best, nil
	}
	return "", mustAccept(r, offered[0], offered[1:]...)
}

// citedFreshness is that of a form of a citation; what a department sees of its
// dataset when that is no longer public is for no shared cache.
func (s *Server) citedFreshness(r *request, c *datasets.Cited, tag string) freshness {
	return freshness{tag: tag, hosted: s.cfg.BaseURL == "", private: r.who != (catalog.Actor{}) || !c.Dataset.Public()}
}

func (s *Server) citedText(w http.ResponseWriter, r *request, c *datasets.Cited, media, text string) error {
	encoding, done, err := s.prepare(w, r.Request, media+"; charset=utf-8", s.citedFreshness(r, c, nameOf(text)))
	if err != nil || done {
		return err
	}
	return s.send(w, r.Request, http.StatusOK, encoding, []byte(text))
}

// citedRows answers with the rows themselves: the bytes that the hash is of.
func (s *Server) citedRows(w http.ResponseWriter, r *request, c *datasets.Cited) error {
	if c.Gone != nil {
		return c.Gone
	}
	used(r.Context(), c.Dataset.Slug, catalog.UsageDownload)
	f := s.citedFreshness(r, c, c.Result)
	f.pinned, f.modified = true, c.Cited.PublishedAt
	encoding, done, err := s.prepare(w, r.Request, export.CSV.MediaType(), f)
	if err != nil || done {
		return err
	}
	w.Header().Set("Content-Disposition", `attachment; filename="`+c.Dataset.Slug+"-"+string(c.ID)+`.csv"`)
	if r.Method == http.MethodHead {
		w.WriteHeader(http.StatusOK)
		return nil
	}
	return s.stream(w, encoding, func(out io.Writer) error {
		return s.cfg.Library.Copy(r.Context(), c.Ref, datasets.CitedRequest(c.Query), export.Form{Format: export.CSV}, out)
	})
}
