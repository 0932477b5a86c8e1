package portal

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"gongkai/api/portal/page"
	"gongkai/catalog"
	"gongkai/datasets"
	"gongkai/datasets/cite"
)

// Citation shows what is cited, in the language that the address or the
// browser asks for: the address itself has none, for it is for everybody.
func (p *Portal) Citation(w http.ResponseWriter, r *http.Request, c *datasets.Cited, source *cite.Source) {
	lang := preferred(r.Header.Get("Accept-Language"))
	if l := catalog.Lang(r.URL.Query().Get("lang")); l == catalog.ZH || l == catalog.EN {
		lang = l
	}
	f := p.frame(lang, r)
	words := page.For(lang)
	here := "/c/" + string(c.ID)
	f.Canonical, f.Switch = f.Host+here, here+"?lang="+page.Prefix(page.Other(lang))
	f.OtherURL = f.Host + f.Switch
	f.Title, f.Section, f.Description = words.Citation()+" · "+c.Dataset.Title.In(lang), page.AtDatasets, source.Text(lang)
	slug := url.PathEscape(c.Dataset.Slug)
	at := f.Base() + "/datasets/" + slug
	out := &page.Citation{
		Frame: f, Title: c.Dataset.Title.In(lang), Dataset: page.Link{Text: c.Dataset.Title.In(lang), URL: at},
		Texts: []page.Quote{{Language: "中文", Text: source.Text(catalog.ZH)}, {Language: "English", Text: source.Text(catalog.EN)}},
		Forms: []page.Link{{Text: "BibTeX", URL: here + ".bib"}, {Text: "RIS", URL: here + ".ris"}, {Text: "JSON", URL: here + ".json"}},
		Facts: []page.Fact{
			{Name: words.FactPublisher, Value: c.Department.Title.In(lang), URL: f.Base() + "/departments/" + c.Department.Slug},
			{Name: words.Versions, Value: words.VersionNumber(c.Version), URL: at + "/versions/" + strconv.Itoa(c.Version)},
			{Name: words.FactCitedRows(), Value: words.Rows(c.Rows)},
			{Name: words.FactCitedOn(), Value: c.At.UTC().Format(time.DateOnly)},
			{Name: "SHA-256", Value: c.Result, Code: true},
		},
	}
	out.Standing, out.Now = standing(words, c)
	if out.Standing != page.StandsSame && out.Standing != page.StandsGone && c.Now.Version != 0 {
		out.Current = &page.Link{Text: words.ToCurrent, URL: at}
	}
	if c.Gone == nil {
		out.RowsURL = here + ".csv"
	}
	q := c.Query
	for _, part := range []page.FieldOf{{Name: "select", Text: q.Select}, {Name: "where", Text: q.Where}, {Name: "q", Text: q.Q}, {Name: "group_by", Text: q.GroupBy}, {Name: "having", Text: q.Having}, {Name: "order_by", Text: q.OrderBy}, {Name: "totals", Text: q.Totals}} {
		if part.Text != "" {
			out.Asked = append(out.Asked, part)
		}
	}
	if q.Distinct {
		out.Asked = append(out.Asked, page.FieldOf{Name: "distinct", Text: "true"})
	}
	w.Header().Set("Vary", "Accept, Accept-Language")
	p.write(w, r, http.StatusOK, out)
}

// standing says whether the same would be found today.
func standing(words *page.Words, c *datasets.Cited) (page.Standing, string) {
	switch {
	case c.Gone != nil:
		return page.StandsGone, words.CitedGone(c.Cited.Reason)
	case c.Now.Same:
		return page.StandsSame, words.CitedSame()
	case c.Now.Version == 0:
		return page.StandsOpen, words.CitedNothing()
	case c.Now.Problem != "":
		return page.StandsOpen, words.CitedUnasked(c.Now.Version)
	}
	return page.StandsOther, words.CitedOther(c.Now.Version, c.Now.Answer.Rows)
}
