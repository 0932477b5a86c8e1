package portal

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"gongkai/api/portal/page"
	"gongkai/catalog"
	"gongkai/datasets"
)

// public is who looks at pages: nobody in particular.
var public = catalog.Actor{}

// shown is a table of a dataset on its way to a page.
type shown struct {
	*datasets.Ref
	lang   catalog.Lang
	pinned bool   // the address names the version
	path   string // of the page
	base   string // scheme and host
}

// dataset serves the page of a dataset and of each of its versions.
func (p *Portal) dataset(r *http.Request, f page.Frame) (page.Page, error) {
	ctx, slug, number := r.Context(), chi.URLParam(r, "dataset"), chi.URLParam(r, "version")
	d, v, err := p.cfg.Library.Version(ctx, public, slug, number)
	if catalog.KindOf(err) == catalog.Gone {
		return p.withdrawn(ctx, f, slug, number, err)
	}
	if err != nil {
		return nil, err
	}
	dep, err := p.cfg.Store.Department(ctx, d.Department)
	if err != nil {
		return nil, fmt.Errorf("department of dataset %s: %w", slug, err)
	}
	s := &shown{
		Ref:  &datasets.Ref{Dataset: d, Department: dep, Version: v},
		lang: f.Lang, pinned: number != "", path: r.URL.Path, base: f.Host,
	}
	out := p.describe(s, f)
	if len(v.Tables) > 0 {
		if s.Table, err = chooseTable(v, r.URL.Query().Get("table")); err != nil {
			return nil, err
		}
		if err := p.fillTable(ctx, s, r.URL.Query(), out); err != nil {
			return nil, err
		}
	}
	out.FeedURL = "/api/v1/datasets/" + url.PathEscape(s.Dataset.Slug) + "/changes.atom?lang=" + string(s.lang)
	out.Feed = s.base + out.FeedURL
	if out.Usage, err = p.usage(ctx, s); err != nil {
		return nil, err
	}
	if out.Versions, err = p.versions(ctx, s); err != nil {
		return nil, err
	}
	if out.Understood, err = p.understood(ctx, s); err != nil {
		return nil, err
	}
	out.JSONLD = p.jsonLD(s, out)
	return out, nil
}

// withdrawn says of a version that was taken back why, in the words of its
// department.
func (p *Portal) withdrawn(ctx context.Context, f page.Frame, slug, number string, gone error) (page.Page, error) {
	f.NoIndex, f.Canonical, f.Section = true, "", page.AtDatasets
	out := explain(f, gone)
	d, err := p.cfg.Store.DatasetBySlug(ctx, slug)
	if err != nil {
		return nil, err
	}
	all, err := p.cfg.Store.ListVersions(ctx, d.ID)
	if err != nil {
		return nil, fmt.Errorf("versions of dataset %s: %w", slug, err)
	}
	reason, others := "", []page.Link(nil)
	for i := range all { // newest first
		v := &all[i]
		if v.TakenBack() && reason == "" && (number == "" || number == strconv.Itoa(v.Number)) {
			reason = v.Reason
		}
		if v.State.Public() && d.Public() {
			others = append(others, page.Link{Text: d.Title.In(f.Lang) + " · " + f.W().VersionNumber(v.Number),
				URL: datasetURL(f.Lang, slug) + "/versions/" + strconv.Itoa(v.Number)})
		}
	}
	out.Reason = reason
	if len(others) == 0 {
		out.Fix = ""
	}
	out.Ways = append(others[:min(len(others), mostOthers)], out.Ways...)
	return out, nil
}

// mostOthers is how many versions the page of a withdrawn one leads to.
const mostOthers = 5

// chooseTable finds a table by name, the first one where none is named.
func chooseTable(v *catalog.Version, name string) (*catalog.Table, error) {
	for i := range v.Tables {
		if name == "" || v.Tables[i].Name == name {
			return &v.Tables[i], nil
		}
	}
	return nil, catalog.Errorf(catalog.NotFound, "", "version %d has no table %q", v.Number, name)
}

// describe fills what a page says without looking at rows.
func (p *Portal) describe(s *shown, f page.Frame) *page.Dataset {
	d, v := s.Dataset, s.Version
	f.Section, f.Title = page.AtDatasets, d.Title.In(f.Lang)
	f.Description = firstWords(d.Description.In(f.Lang), 160)
	if f.Description == "" {
		f.Description = f.Title
	}
	out := &page.Dataset{
		Frame: f, Slug: d.Slug, Title: f.Title, OtherTitle: otherText(d.Title, f.Lang), Description: d.Description.In(f.Lang),
		Department: departmentLink(f.Lang, s.Department),
		Contact:    page.Contact{Name: d.Contact.Name.In(f.Lang), Email: d.Contact.Email, Phone: d.Contact.Phone},
		Freshness:  p.freshness(f.Lang, d, v),
		Facts:      facts(s), Keywords: keywords(s),
	}
	if s.pinned {
		out.Title += " · " + f.W().VersionNumber(v.Number)
		out.Frame.Title = out.Title
		out.NoIndex = true
		out.Pinned = &page.Pinned{Number: v.Number, Published: v.PublishedAt, URL: datasetURL(f.Lang, d.Slug)}
		if v.Number != d.Current {
			out.Pinned.Newer = d.Current
		}
	}
	settle(&out.Frame, s.path)
	return out
}

// fillTable fills what a page says about one table: its rows, downloads,
// columns and how to call it.
func (p *Portal) fillTable(ctx context.Context, s *shown, q url.Values, out *page.Dataset) error {
	if len(s.Version.Tables) > 1 {
		for i := range s.Version.Tables {
			t := &s.Version.Tables[i]
			out.Tables = append(out.Tables, page.TableTab{Text: tableLabel(t), URL: s.at(url.Values{"table": {t.Name}}), Rows: t.Rows, Current: t == s.Table})
		}
		if s.Table != &s.Version.Tables[0] {
			settle(&out.Frame, s.path+"?table="+url.QueryEscape(s.Table.Name))
		}
	}
	browser, err := p.browse(ctx, s, q)
	if err != nil {
		return err
	}
	out.Browser, out.Notes = browser, s.Table.Notes
	out.NoIndex = out.NoIndex || browser.Narrowed || browser.Sorted != "" || browser.Later
	out.Download = p.downloads(s, browser)
	out.Columns, out.Key = columnCards(s), keyLinks(s.Table)
	out.Code = samples(s)
	return nil
}

// at is the address of the page with other parameters; the table is kept.
func (s *shown) at(q url.Values) string {
	if s.Table != nil && len(s.Version.Tables) > 1 && s.Table != &s.Version.Tables[0] && !q.Has("table") {
		q.Set("table", s.Table.Name)
	}
	if len(q) == 0 {
		return s.path
	}
	return s.path + "?" + q.Encode()
}

// endpoint is the path of the table's rows and exports in the API; last is
// "rows" or "export.csv".
func (s *shown) endpoint(last string, q url.Values) string {
	path := "/api/v1/datasets/" + url.PathEscape(s.Dataset.Slug)
	if len(s.Version.Tables) > 1 {
		path += "/tables/" + url.PathEscape(s.Table.Name)
	}
	path += "/" + last
	if s.pinned {
		q.Set("version", strconv.Itoa(s.Version.Number))
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

func (p *Portal) versions(ctx context.Context, s *shown) ([]page.VersionLine, error) {
	all, err := p.cfg.Store.ListVersions(ctx, s.Dataset.ID)
	if err != nil {
		return nil, fmt.Errorf("versions of dataset %s: %w", s.Dataset.Slug, err)
	}
	w := page.For(s.lang)
	var out []page.VersionLine
	until := time.Now().Add(changesWait)
	for i := range all {
		v := &all[i]
		if v.PublishedAt.IsZero() {
			continue
		}
		line := page.VersionLine{
			Number: v.Number, State: string(v.State), Word: w.VersionState(v.State), Published: v.PublishedAt,
			Rows: v.Rows, Hash: v.ContentHash, Reason: v.Reason, Current: v.Number == s.Version.Number,
		}
		if err := p.changes(ctx, s, all, i, until, &line); err != nil {
			return nil, err
		}
		if v.State.Public() {
			line.URL = datasetURL(s.lang, s.Dataset.Slug) + "/versions/" + strconv.Itoa(v.Number)
		}
		out = append(out, line)
	}
	return out, nil
}

// understood lists how the published tables were read, the gravest first.
// Findings beyond that, and who of the department accepted them, are not the
// public's.
func (p *Portal) understood(ctx context.Context, s *shown) (page.Findings, error) {
	found, err := p.cfg.Store.Findings(ctx, s.Version.ID)
	if err != nil {
		return page.Findings{}, fmt.Errorf("findings of dataset %s: %w", s.Dataset.Slug, err)
	}
	acks, err := p.cfg.Store.Acknowledgements(ctx, s.Version.ID)
	if err != nil {
		return page.Findings{}, fmt.Errorf("acknowledgements of dataset %s: %w", s.Dataset.Slug, err)
	}
	accepted := map[string]bool{}
	for _, a := range acks {
		accepted[a.Code] = true
	}
	w := page.For(s.lang)
	var out []page.Finding
	for _, severity := range []catalog.Severity{catalog.SeverityError, catalog.SeverityWarning, catalog.SeverityInfo} {
		for _, f := range found {
			if f.Severity != severity || !f.Public() || (f.Table != "" && s.Table != nil && f.Table != s.Table.Name) {
				continue
			}
			sentence, where := f.Sentence(s.lang), f.Where
			if strings.Contains(sentence, where) {
				where = "" // once is enough
			}
			line := page.Finding{
				Severity: string(severity), Word: w.Severity(severity), Sentence: sentence,
				Where: where, Expected: f.Expected, Actual: f.Actual, Count: f.Count,
			}
			if accepted[f.Code] {
				line.Accepted = s.Department.Title.In(s.lang)
			}
			out = append(out, line)
		}
	}
	return page.NewFindings(out), nil
}
