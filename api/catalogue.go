package api

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"gongkai/catalog"
	"gongkai/catalog/search"
)

// The largest pages; openapi.yaml says the same, and a test compares them.
const (
	maxRows     = 10_000
	maxDatasets = 1_000
)

type serviceView struct {
	Name        catalog.Text `json:"name"`
	API         string       `json:"api"`
	Docs        string       `json:"docs"`
	OpenAPI     string       `json:"openapi"`
	Datasets    string       `json:"datasets"`
	Departments string       `json:"departments"`
	Limits      limitsView   `json:"limits"`
}

type limitsView struct {
	RowsPerPage     int   `json:"rows_per_page"`
	DatasetsPerPage int   `json:"datasets_per_page"`
	UploadBytes     int64 `json:"upload_bytes"`
}

func (s *Server) getService(w http.ResponseWriter, r *request) error {
	return s.reply(w, r, http.StatusOK, serviceView{
		Name: s.cfg.CityName, API: "v1", Docs: r.base + "/docs", OpenAPI: r.base + "/openapi.json",
		Datasets: r.base + "/api/v1/datasets", Departments: r.base + "/api/v1/departments",
		Limits: limitsView{maxRows, maxDatasets, s.cfg.MaxUpload},
	}, freshness{})
}

// listView is a list that comes whole.
type listView[T any] struct {
	Data  []T `json:"data"`
	Total int `json:"total"`
}

func list[T any](data []T) listView[T] { return listView[T]{orEmpty(data), len(data)} }

func (s *Server) listDepartments(w http.ResponseWriter, r *request) error {
	all, err := s.departments(r)
	if err != nil {
		return err
	}
	return s.reply(w, r, http.StatusOK, list(all), freshness{})
}

func (s *Server) getDepartment(w http.ResponseWriter, r *request) error {
	all, err := s.departments(r)
	if err != nil {
		return err
	}
	slug := r.params.Text("department")
	for _, d := range all {
		if d.Slug == slug {
			return s.reply(w, r, http.StatusOK, d, freshness{})
		}
	}
	return catalog.Errorf(catalog.NotFound, "use a slug of "+r.base+"/api/v1/departments", "there is no department %q", slug)
}

func (s *Server) departments(r *request) ([]departmentView, error) {
	all, err := s.cfg.Store.ListDepartments(r.Context())
	if err != nil {
		return nil, err
	}
	slugs := map[catalog.DepartmentID]string{}
	for _, d := range all {
		slugs[d.ID] = d.Slug
	}
	views := make([]departmentView, 0, len(all))
	for _, d := range all {
		views = append(views, departmentView{
			Slug: d.Slug, Parent: orNull(slugs[d.Parent]), Level: d.Level, Title: d.Title, Description: d.Description,
			DivisionCode: d.DivisionCode, CreditCode: d.CreditCode, Address: d.Address, Phone: d.Phone, Email: d.Email,
			Hours: d.Hours, Datasets: d.Datasets, URL: r.base + "/api/v1/departments/" + d.Slug,
			DatasetsURL: r.base + "/api/v1/datasets?department=" + d.Slug,
		})
	}
	return views, nil
}

type datasetSummary struct {
	Slug           string        `json:"slug"`
	Title          catalog.Text  `json:"title"`
	Description    catalog.Text  `json:"description"`
	Department     departmentRef `json:"department"`
	Theme          termView      `json:"theme"`
	Keywords       keywordsView  `json:"keywords"`
	Licence        termView      `json:"licence"`
	UpdateCycle    termView      `json:"update_cycle"`
	OpenAttribute  termView      `json:"open_attribute"`
	Version        int           `json:"version"`
	Rows           int64         `json:"rows"`
	PublishedAt    time.Time     `json:"published_at"`
	UpdatedAt      time.Time     `json:"updated_at"`
	Excerpt        string        `json:"excerpt"`
	MatchedColumns []string      `json:"matched_columns"`
	URL            string        `json:"url"`
	Page           string        `json:"page"`
}

type facetView struct {
	Value string       `json:"value"`
	Name  catalog.Text `json:"name"`
	Count int          `json:"count"`
}

type facetsView struct {
	Departments []facetView `json:"departments"`
	Themes      []facetView `json:"themes"`
}

type datasetList struct {
	Data       []datasetSummary `json:"data"`
	Total      int              `json:"total"`
	Cursor     *string          `json:"cursor"`
	Next       *string          `json:"next"`
	Suggestion string           `json:"suggestion,omitempty"`
	Facets     *facetsView      `json:"facets,omitempty"`
}

func (s *Server) listDatasets(w http.ResponseWriter, r *request) error {
	q := search.Query{
		Text: r.params.Text("q"), Department: r.params.Text("department"), Theme: r.params.Text("theme"),
		Sort: search.Sort(r.params.Text("sort")), Lang: catalog.Lang(r.params.Text("lang")), Limit: r.params.Int("limit"),
	}
	if q.Department != "" {
		_, err := s.cfg.Store.DepartmentBySlug(r.Context(), q.Department)
		if catalog.KindOf(err) == catalog.NotFound { // an empty list would pass a slip for an answer
			e := catalog.Errorf(catalog.Invalid, "take the slug of a department from /api/v1/departments", "there is no department %q", q.Department)
			e.Field = "department"
			return e
		}
		if err != nil {
			return err
		}
	}
	if _, known := catalog.Lookup(catalog.Themes, q.Theme); !known && q.Theme != "" {
		codes := make([]string, len(catalog.Themes))
		for i, t := range catalog.Themes {
			codes[i] = t.Code
		}
		e := catalog.Errorf(catalog.Invalid, "use one of: "+strings.Join(codes, ", "), "there is no theme %q", q.Theme)
		e.Field = "theme"
		return e
	}
	if text := r.params.Text("cursor"); text != "" {
		var err error
		if q.Offset, q.After, err = readPlace(text, q); err != nil {
			return err
		}
	}
	found, err := s.cfg.Index.Search(q)
	if err != nil {
		return err
	}
	answer := datasetList{Data: []datasetSummary{}, Total: found.Total, Suggestion: found.Suggestion}
	for i := range found.Hits {
		answer.Data = append(answer.Data, viewHit(r.base, &found.Hits[i]))
	}
	if end := found.Offset + len(found.Hits); end < found.Total && len(found.Hits) > 0 {
		cursor := writePlace(end, answer.Data[len(answer.Data)-1].Slug, q)
		answer.Cursor = &cursor
		answer.Next = nextURL(r, url.Values{"cursor": {cursor}})
		w.Header().Add("Link", linkTo(*answer.Next, "next"))
	}
	if r.params.Bool("facets") {
		answer.Facets = &facetsView{viewFacets(found.Departments), viewFacets(found.Themes)}
	}
	return s.reply(w, r, http.StatusOK, answer, freshness{})
}

func viewHit(base string, h *search.Hit) datasetSummary {
	d, v := &h.Document.Dataset, h.Document.Version
	return datasetSummary{
		Slug: d.Slug, Title: d.Title, Description: d.Description, Department: refOf(base, &h.Document.Department),
		Theme: term(catalog.Themes, d.Theme), Keywords: keywords(d), Licence: term(catalog.Licences, d.Licence),
		UpdateCycle: term(catalog.Cycles, string(d.Cycle)), OpenAttribute: term(catalog.OpenAttributes, string(d.Open)),
		Version: v.Number, Rows: v.Rows, PublishedAt: v.PublishedAt, UpdatedAt: d.UpdatedAt,
		Excerpt: plain(h.Excerpt), MatchedColumns: orEmpty(h.Columns), URL: datasetURL(base, d), Page: pageURL(base, d),
	}
}

func plain(spans []search.Span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.Text)
	}
	return b.String()
}

func viewFacets(facets []search.Facet) []facetView {
	views := make([]facetView, 0, len(facets))
	for _, f := range facets {
		views = append(views, facetView(f))
	}
	return views
}

// A cursor of the catalogue is a place in a ranking: the last result seen, and
// its number in case that is gone. It holds for one search, so that nobody
// carries it over to another and misses results.
func writePlace(offset int, last string, q search.Query) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(offset) + "." + last + "." + searchName(q)))
}

func readPlace(cursor string, q search.Query) (offset int, last string, err error) {
	text, bad := base64.RawURLEncoding.DecodeString(cursor)
	if parts := strings.Split(string(text), "."); bad == nil && len(parts) == 3 && parts[2] == searchName(q) {
		if offset, bad = strconv.Atoi(parts[0]); bad == nil && offset >= 0 {
			return offset, parts[1], nil
		}
	}
	e := catalog.Errorf(catalog.Invalid, "take cursor or next from the page before, with the other parameters unchanged; leave it out to begin",
		"the cursor is none of this search")
	e.Field = "cursor"
	return 0, "", e
}

func searchName(q search.Query) string {
	return nameOf(q.Text, q.Department, q.Theme, q.Sort, q.Lang)[:8]
}

// nextURL is the request's own URL with some parameters changed.
func nextURL(r *request, change url.Values) *string {
	values := r.URL.Query()
	for name, v := range change {
		values[name] = v
	}
	next := r.base + r.URL.EscapedPath() + "?" + values.Encode()
	return &next
}

func linkTo(target, rel string) string { return "<" + target + `>; rel="` + rel + `"` }

func (s *Server) getDataset(w http.ResponseWriter, r *request) error {
	ctx := r.Context()
	d, err := s.cfg.Library.Dataset(ctx, r.who, r.params.Text("dataset"))
	if err != nil {
		return err
	}
	dep, err := s.cfg.Store.Department(ctx, d.Department)
	if err != nil {
		return fmt.Errorf("department of %s: %w", d.Slug, err)
	}
	var v *catalog.Version
	f := freshness{modified: d.UpdatedAt, private: !d.Public()}
	if d.Current > 0 {
		if v, err = s.cfg.Store.Version(ctx, d.ID, d.Current); err != nil {
			return fmt.Errorf("version %d of %s: %w", d.Current, d.Slug, err)
		}
	}
	return s.reply(w, r, http.StatusOK, viewDataset(r.base, d, dep, v), f)
}

func (s *Server) listVersions(w http.ResponseWriter, r *request) error {
	d, err := s.cfg.Library.Dataset(r.Context(), r.who, r.params.Text("dataset"))
	if err != nil {
		return err
	}
	all, err := s.cfg.Store.ListVersions(r.Context(), d.ID)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(v catalog.Version) bool {
		// That a version was withdrawn, when and why is public; its rows are not.
		return !v.TakenBack() && !catalog.May(r.who, catalog.ReadVersion, catalog.Subject{Dataset: d, Version: &v})
	})
	views := make([]versionSummary, 0, len(all))
	for i := range all {
		views = append(views, summarise(r.base, d, &all[i]))
	}
	return s.reply(w, r, http.StatusOK, list(views), freshness{private: !d.Public()})
}

func (s *Server) getVersion(w http.ResponseWriter, r *request) error {
	d, v, err := s.cfg.Library.Version(r.Context(), r.who, r.params.Text("dataset"), strconv.Itoa(r.params.Int("version")))
	if err != nil {
		return err
	}
	view := viewVersion(r.base, d, v)
	if view.Changes, err = s.changesOf(r, d, v); err != nil {
		return err
	}
	return s.reply(w, r, http.StatusOK, view,
		freshness{pinned: view.Changes.Tables != nil, private: !v.State.Public() || !d.Public(), modified: v.PublishedAt})
}

func (s *Server) getTable(w http.ResponseWriter, r *request) error {
	ref, err := s.table(r)
	if err != nil {
		return err
	}
	view := viewTable(r.base, ref.Dataset, ref.Version, ref.Table)
	for i := range view.Distributions {
		d := &view.Distributions[i]
		if file, ok := s.cfg.Library.Made(ref, d.Format); ok {
			d.Bytes = &file.Bytes
			if file.SHA256 != "" {
				d.SHA256 = &file.SHA256
			}
		}
	}
	return s.reply(w, r, http.StatusOK, view, s.freshness(r, ref))
}
