package portal

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"gongkai/api/portal/page"
	"gongkai/catalog"
	"gongkai/datasets"
	"gongkai/datasets/cite"
	"gongkai/datasets/query"
)

// Citation shows what is cited, in the language that the address or the
// browser asks for: the address itself has none, for it is for everybody.
func (p *Portal) Citation(w http.ResponseWriter, r *http.Request, c *datasets.Cited, source *cite.Source) {
	lang := preferred(r.Header.Get("Accept-Language"))
	for _, l := range page.Languages {
		if asks := r.URL.Query().Get("lang"); asks == page.Prefix(l) || asks == string(l) {
			lang = l
		}
	}
	f := p.frame(lang, r)
	words := page.For(lang)
	here := "/c/" + string(c.ID)
	f.Canonical, f.Switch = f.Host+here, here+"?lang="+page.Prefix(page.Other(lang))
	f.OtherURL = f.Host + f.Switch
	title := c.As.Title.In(lang)
	f.Title, f.Section, f.Description = words.Citation()+" · "+title, page.AtDatasets, source.Text(lang)
	slug := url.PathEscape(c.Dataset.Slug)
	at := f.Base() + "/datasets/" + slug
	out := &page.Citation{
		Frame: f, Title: title, Dataset: page.Link{Text: c.Dataset.Title.In(lang), URL: at},
		Texts: []page.Quote{{Language: "中文", Text: source.Text(catalog.ZH)}, {Language: "English", Text: source.Text(catalog.EN)}},
		Forms: []page.Link{{Text: "BibTeX", URL: here + ".bib"}, {Text: "RIS", URL: here + ".ris"}, {Text: "JSON", URL: here + ".json"}},
		Facts: []page.Fact{
			{Name: words.FactPublisher, Value: c.As.Publisher.In(lang), URL: f.Base() + "/departments/" + c.Department.Slug},
			{Name: words.Version, Value: words.VersionNumber(c.Version), URL: at + "/versions/" + strconv.Itoa(c.Version)},
			{Name: words.FactCitedRows(), Value: words.Rows(c.Rows)},
			{Name: words.FactCitedOn(), Value: page.Date(lang, c.At)},
		},
	}
	if c.Result != "" {
		out.Facts = append(out.Facts, page.Fact{Name: "SHA-256", Value: c.Result, Code: true})
	}
	if c.As.Table != "" {
		out.Facts = slices.Insert(out.Facts, 1, page.Fact{Name: words.FactCitedTable(), Value: c.As.Table})
	}
	if now := c.Dataset.Title.In(lang); now != title {
		out.Facts = slices.Insert(out.Facts, 0, page.Fact{Name: words.FactCalledNow(), Value: now, URL: at})
	}
	out.Standing, out.Now = standing(words, c)
	if out.Standing != page.StandsSame && out.Standing != page.StandsGone && c.Now.Version != 0 {
		out.Current = &page.Link{Text: words.ToCurrent, URL: at}
	}
	if lang == catalog.EN {
		slices.Reverse(out.Texts)
	}
	if c.Gone == nil {
		out.RowsURL = here + ".csv"
		out.ViewURL = citedOnPage(at, c)
	}
	for _, part := range c.Query.Params() {
		out.Asked = append(out.Asked, page.FieldOf{Name: part[0], Text: part[1]})
	}
	if out.Sentence = words.WholeTable(); len(out.Asked) > 0 {
		out.Sentence = citedInWords(lang, c)
	}
	w.Header().Set("Vary", "Accept, Accept-Language")
	p.write(w, r, http.StatusOK, out)
}

// citedInWords says what a citation selects; "" where it cannot be said.
func citedInWords(lang catalog.Lang, c *datasets.Cited) string {
	if c.Ref == nil {
		return ""
	}
	r := datasets.CitedRequest(c.Query)
	r.Limit = 1
	bound, err := query.Bind(r, c.Ref.Table, c.Ref.Version.ContentHash)
	if err != nil {
		return ""
	}
	sentence := query.Describe(bound, lang)
	if c.Query.Limit > 0 {
		sentence = page.For(lang).TheFirst(c.Query.Limit, sentence)
	}
	return capital(sentence)
}

// citedOnPage is the page that shows what is cited, at is that of the dataset;
// "" where the query does more than a page can.
func citedOnPage(at string, c *datasets.Cited) string {
	q := c.Query
	if c.Ref == nil || q.Select != "" || q.GroupBy != "" || q.Having != "" || q.Distinct || q.Totals != "" || q.Limit > 0 {
		return ""
	}
	values := asked{q.Q, q.Where, q.OrderBy}.values()
	if len(c.Ref.Version.Tables) > 1 {
		values.Set("table", c.Ref.Table.Name)
	}
	at += "/versions/" + strconv.Itoa(c.Version)
	if len(values) > 0 {
		at += "?" + values.Encode()
	}
	return at + "#rows"
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
	case c.Now.Later:
		return page.StandsOpen, words.CitedLater(c.Now.Version)
	case c.Now.Problem != "":
		return page.StandsOpen, words.CitedUnasked(c.Now.Version)
	}
	return page.StandsOther, words.CitedOther(c.Now.Version, c.Now.Answer.Rows)
}
