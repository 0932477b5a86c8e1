package portal

import (
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"gongkai/api/portal/page"
	"gongkai/catalog"
	"gongkai/catalog/search"
	"gongkai/datasets/export"
)

// resultsShown is how many results a page of a search has.
const resultsShown = 20

// facetOpen is how many values of a facet are shown before the rest is folded.
const facetOpen = 8

// wish is what the address of a search asks for.
type wish struct {
	lang   catalog.Lang
	values map[string]string // q, department, theme, sort
	page   int               // from 1
}

func readWish(r *http.Request, lang catalog.Lang) wish {
	q := r.URL.Query()
	out := wish{lang: lang, values: map[string]string{}, page: 1}
	for _, name := range []string{"q", "department", "theme", "sort"} {
		if value := strings.TrimSpace(q.Get(name)); value != "" {
			out.values[name] = strings.ToValidUTF8(value, "\uFFFD")
		}
	}
	if runes := []rune(out.values["q"]); len(runes) > 200 {
		out.values["q"] = string(runes[:200])
	}
	if n, err := strconv.Atoi(q.Get("page")); err == nil && n > 1 && n <= 10_000 {
		out.page = n
	}
	return out
}

// with is the address of the search with one value changed; "" removes it. It
// begins at the first page.
func (s wish) with(name, value string) string {
	values := maps.Clone(s.values)
	values[name] = value
	return searchURL(s.lang, values)
}

func (p *Portal) search(r *http.Request, f page.Frame) (page.Page, error) {
	asked, w := readWish(r, f.Lang), f.W()
	order := search.Sort(asked.values["sort"])
	if order != search.ByRelevance && order != search.ByUpdated && order != search.ByTitle {
		delete(asked.values, "sort")
		order = search.ByUpdated
		if asked.values["q"] != "" {
			order = search.ByRelevance
		}
	}
	found, err := p.cfg.Index.Search(search.Query{
		Text: asked.values["q"], Department: asked.values["department"], Theme: asked.values["theme"],
		Sort: order, Lang: f.Lang, Offset: (asked.page - 1) * resultsShown, Limit: resultsShown,
	})
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	out := &page.Search{
		Frame: f, Action: f.Base() + "/datasets", Text: asked.values["q"], Total: found.Total,
		Facets: facets(asked, &found), Sorts: sorts(asked, order), Pager: pager(asked, &found), AllURL: f.Base() + "/datasets",
	}
	out.Section, out.Plain, out.Query = page.AtDatasets, true, out.Text
	out.Title, out.Description = w.SearchTitle, w.Lead
	out.NoIndex = len(asked.values) > 0
	settle(&out.Frame, f.Base()+"/datasets")
	if out.Text != "" {
		out.Title = w.Results(out.Text)
	}
	for _, name := range []string{"department", "theme", "sort"} {
		if value := asked.values[name]; value != "" {
			out.Hidden = append(out.Hidden, page.Field{Name: name, Value: value})
		}
	}
	out.Chosen = p.choices(r, asked, &found)
	for i := range found.Hits {
		out.Results = append(out.Results, p.result(f.Lang, &found.Hits[i]))
	}
	if len(out.Results) == 0 {
		if found.Suggestion != "" {
			out.Suggestion = &page.Link{Text: found.Suggestion, URL: asked.with("q", found.Suggestion)}
		}
		if all, err := p.cfg.Index.Search(search.Query{Limit: 1}); err == nil {
			out.Topics = p.popular(f.Lang, all.Themes)
		}
	}
	return out, nil
}

func (p *Portal) result(lang catalog.Lang, h *search.Hit) page.Result {
	out := page.Result{Item: p.item(lang, h.Document), TitlePieces: pieces(h.Title), Excerpt: pieces(h.Excerpt), Columns: h.Columns}
	for _, f := range export.Formats {
		out.Formats = append(out.Formats, formatNames[f])
	}
	return out
}

func pieces(spans []search.Span) []page.Piece {
	var out []page.Piece
	for _, s := range spans {
		out = append(out, page.Piece{Text: s.Text, Mark: s.Match})
	}
	return out
}

func sorts(asked wish, order search.Sort) []page.Option {
	w := page.For(asked.lang)
	all := []page.Option{
		{Text: w.SortRelevance, URL: asked.with("sort", string(search.ByRelevance)), Current: order == search.ByRelevance},
		{Text: w.SortUpdated, URL: asked.with("sort", string(search.ByUpdated)), Current: order == search.ByUpdated},
		{Text: w.SortTitle, URL: asked.with("sort", string(search.ByTitle)), Current: order == search.ByTitle},
	}
	if asked.values["q"] == "" {
		return all[1:] // nothing to be relevant to
	}
	return all
}

func facets(asked wish, found *search.Results) []page.FacetGroup {
	w := page.For(asked.lang)
	var out []page.FacetGroup
	for _, group := range []struct {
		name, title string
		values      []search.Facet
	}{{"department", w.FacetDepartment, found.Departments}, {"theme", w.FacetTheme, found.Themes}} {
		g := page.FacetGroup{Name: group.title}
		for i, v := range group.values {
			value := page.FacetValue{Text: v.Name.In(asked.lang), URL: asked.with(group.name, v.Value), Count: v.Count}
			if value.Text == "" {
				value.Text = v.Value
			}
			if asked.values[group.name] == v.Value {
				value.Chosen, value.URL = true, asked.with(group.name, "")
			}
			if i < facetOpen || value.Chosen {
				g.Values = append(g.Values, value)
			} else {
				g.Folded = append(g.Folded, value)
			}
		}
		if len(g.Values) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// choices names the narrowings in force, also one that finds nothing.
func (p *Portal) choices(r *http.Request, asked wish, found *search.Results) []page.Choice {
	w := page.For(asked.lang)
	var out []page.Choice
	if slug := asked.values["department"]; slug != "" {
		name := facetName(found.Departments, slug, asked.lang)
		if d, err := p.cfg.Store.DepartmentBySlug(r.Context(), slug); name == "" && err == nil {
			name = d.Title.In(asked.lang)
		}
		out = append(out, page.Choice{Facet: w.FacetDepartment, Text: orCode(name, slug), RemoveURL: asked.with("department", "")})
	}
	if code := asked.values["theme"]; code != "" {
		out = append(out, page.Choice{Facet: w.FacetTheme, Text: termName(catalog.Themes, code, asked.lang), RemoveURL: asked.with("theme", "")})
	}
	return out
}

func orCode(name, code string) string {
	if name == "" {
		return code
	}
	return name
}

func facetName(all []search.Facet, value string, lang catalog.Lang) string {
	for _, f := range all {
		if f.Value == value {
			return f.Name.In(lang)
		}
	}
	return ""
}

func pager(asked wish, found *search.Results) page.Pager {
	first := (asked.page - 1) * resultsShown
	out := page.Pager{First: min(first+1, found.Total), Last: first + len(found.Hits), Total: found.Total}
	numbered := func(n int) string {
		if n == 1 {
			return asked.with("page", "")
		}
		return asked.with("page", strconv.Itoa(n))
	}
	if asked.page > 1 {
		out.Previous = numbered(asked.page - 1)
	}
	if out.Last < found.Total && len(found.Hits) > 0 {
		out.Next = numbered(asked.page + 1)
	}
	return out
}
