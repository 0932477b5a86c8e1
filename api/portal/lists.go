package portal

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"gongkai/api/portal/page"
	"gongkai/catalog"
	"gongkai/catalog/search"
)

// How many entries the lists of the front page have.
const (
	newestShown  = 6
	dueShown     = 4
	popularShown = 8
)

// figures sums up the catalogue, and lists the datasets that are due soon or
// late, the most overdue first.
func (p *Portal) figures() (page.Figures, []*search.Document) {
	totals, now := p.cfg.Index.Totals(), p.now()
	out := page.Figures{Datasets: totals.Datasets, Departments: totals.Departments, Rows: totals.Rows}
	var due []*search.Document
	when := map[*search.Document]time.Time{}
	for _, doc := range p.cfg.Index.All() {
		if doc.Version == nil {
			continue
		}
		at, state := punctuality(doc.Dataset.Cycle, doc.Version.PublishedAt, now)
		if state == page.Unplanned {
			continue
		}
		out.Scheduled++
		if state != page.Late {
			out.OnTime++
		}
		if state != page.OnTime {
			when[doc] = at
			due = append(due, doc)
		}
	}
	slices.SortStableFunc(due, func(a, b *search.Document) int { return when[a].Compare(when[b]) })
	return out, due[:min(dueShown, len(due))]
}

func (p *Portal) home(r *http.Request, f page.Frame) (page.Page, error) {
	ctx, lang, w := r.Context(), f.Lang, f.W()
	newest, err := p.cfg.Index.Search(search.Query{Sort: search.ByUpdated, Lang: lang, Limit: newestShown})
	if err != nil {
		return nil, fmt.Errorf("newest datasets: %w", err)
	}
	departments, err := p.cfg.Store.ListDepartments(ctx)
	if err != nil {
		return nil, fmt.Errorf("list departments: %w", err)
	}
	f.Section, f.Plain, f.Description = page.AtHome, true, w.Lead
	settle(&f, f.Base()+"/")
	figures, due := p.figures()
	out := &page.Home{Frame: f, SearchURL: f.Base() + "/datasets", Figures: figures, Popular: p.popular(lang, newest.Themes)}
	for i := range newest.Hits {
		out.Newest = append(out.Newest, p.item(lang, newest.Hits[i].Document))
	}
	for _, doc := range due {
		out.Due = append(out.Due, p.item(lang, doc))
	}
	for i := range departments {
		if c := &departments[i]; c.Datasets > 0 {
			out.Departments = append(out.Departments, page.DepartmentLine{Link: departmentLink(lang, &c.Department), Datasets: c.Datasets})
		}
	}
	return out, nil
}

// popular puts the subjects that have datasets into the words of people who
// come with a question.
func (p *Portal) popular(lang catalog.Lang, themes []search.Facet) []page.Entry {
	var out []page.Entry
	for _, t := range themes {
		if text := page.For(lang).Question(t.Value); text != "" && t.Count > 0 && len(out) < popularShown {
			out = append(out, page.Entry{Text: text, URL: searchURL(lang, map[string]string{"theme": t.Value}), Count: t.Count})
		}
	}
	return out
}

// item makes a line of a list from a document of the index.
func (p *Portal) item(lang catalog.Lang, doc *search.Document) page.Item {
	out := page.Item{
		Title: doc.Dataset.Title.In(lang), URL: datasetURL(lang, doc.Dataset.Slug), Department: departmentLink(lang, &doc.Department),
		Description: firstWords(doc.Dataset.Description.In(lang), 200), Freshness: p.freshness(lang, &doc.Dataset, doc.Version),
	}
	if doc.Version != nil {
		out.Rows = doc.Version.Rows
	}
	return out
}

func (p *Portal) departments(r *http.Request, f page.Frame) (page.Page, error) {
	all, err := p.cfg.Store.ListDepartments(r.Context())
	if err != nil {
		return nil, fmt.Errorf("list departments: %w", err)
	}
	w := f.W()
	f.Section, f.Title, f.Description = page.AtDepartments, w.Departments, w.DepartmentsLead
	settle(&f, f.Base()+"/departments")
	return &page.Departments{Frame: f, Lines: tree(f.Lang, all, 0)}, nil
}

// deepest is how far the list of departments is indented.
const deepest = 3

// tree lists the departments below a department, each followed by its own. A
// department whose parent is unknown stands at the top.
func tree(lang catalog.Lang, all []catalog.DepartmentCount, root catalog.DepartmentID) []page.DepartmentLine {
	known, below := map[catalog.DepartmentID]bool{}, map[catalog.DepartmentID][]*catalog.DepartmentCount{}
	for i := range all {
		known[all[i].ID] = true
	}
	for i := range all {
		parent := all[i].Parent
		if !known[parent] {
			parent = 0
		}
		below[parent] = append(below[parent], &all[i])
	}
	var out []page.DepartmentLine
	seen := map[catalog.DepartmentID]bool{root: true}
	var walk func(catalog.DepartmentID, int)
	walk = func(id catalog.DepartmentID, depth int) {
		for _, d := range below[id] {
			if seen[d.ID] {
				continue
			}
			seen[d.ID] = true
			out = append(out, page.DepartmentLine{
				Link: departmentLink(lang, &d.Department), Depth: min(depth, deepest), Level: page.For(lang).Level(d.Level), Datasets: d.Datasets,
			})
			walk(d.ID, depth+1)
		}
	}
	walk(root, 0)
	return out
}

// departmentShown is how many datasets the page of a department lists itself.
const departmentShown = 50

func (p *Portal) department(r *http.Request, f page.Frame) (page.Page, error) {
	ctx, lang, w := r.Context(), f.Lang, f.W()
	d, err := p.cfg.Store.DepartmentBySlug(ctx, chi.URLParam(r, "department"))
	if err != nil {
		return nil, err
	}
	all, err := p.cfg.Store.ListDepartments(ctx)
	if err != nil {
		return nil, fmt.Errorf("list departments: %w", err)
	}
	found, err := p.cfg.Index.Search(search.Query{Department: d.Slug, Sort: search.ByUpdated, Lang: lang, Limit: departmentShown})
	if err != nil {
		return nil, fmt.Errorf("datasets of department %s: %w", d.Slug, err)
	}
	f.Section, f.Title = page.AtDepartments, d.Title.In(lang)
	f.Description = firstWords(d.Description.In(lang), 160)
	settle(&f, departmentLink(lang, d).URL)
	out := &page.Department{
		Frame: f, Title: f.Title, OtherTitle: otherText(d.Title, lang), Description: d.Description.In(lang), Level: w.Level(d.Level),
		Trail: trail(lang, all, d), Parts: tree(lang, all, d.ID), SearchURL: searchURL(lang, map[string]string{"department": d.Slug}),
		Facts: known([]page.Fact{
			{Name: w.FactLevel, Value: w.Level(d.Level)}, {Name: w.FactAddress, Value: d.Address.In(lang)}, {Name: w.FactHours, Value: d.Hours.In(lang)},
			{Name: w.FactPhone, Value: d.Phone}, {Name: w.FactEmail, Value: d.Email, URL: mailto(d.Email)},
			{Name: w.FactDivision, Value: d.DivisionCode, Code: true}, {Name: w.FactCredit, Value: d.CreditCode, Code: true},
		}),
	}
	for i := range found.Hits {
		out.Datasets = append(out.Datasets, p.item(lang, found.Hits[i].Document))
	}
	return out, nil
}

func mailto(address string) string {
	if !strings.Contains(address, "@") {
		return ""
	}
	return "mailto:" + url.PathEscape(address)
}

// trail leads from the list of departments down to d's parent.
func trail(lang catalog.Lang, all []catalog.DepartmentCount, d *catalog.Department) []page.Link {
	byID := map[catalog.DepartmentID]*catalog.Department{}
	for i := range all {
		byID[all[i].ID] = &all[i].Department
	}
	var up []page.Link
	for at := byID[d.Parent]; at != nil && len(up) < len(all); at = byID[at.Parent] {
		up = append(up, departmentLink(lang, at))
	}
	up = append(up, page.Link{Text: page.For(lang).Departments, URL: "/" + page.Prefix(lang) + "/departments"})
	slices.Reverse(up)
	return up
}
