package portal_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"gongkai/api/portal"
	"gongkai/catalog"
	"gongkai/datasets"
	"gongkai/datasets/cite"
)

// citing makes citations and shows their pages.
type citing struct {
	*world
	library *datasets.Library
	pages   *portal.Portal
}

func newCiting(t *testing.T) *citing {
	w := newWorld(t)
	w.city()
	files, err := datasets.Open(datasets.Config{Dir: w.dir})
	w.must(err)
	t.Cleanup(func() { files.Close() })
	c := &citing{world: w, library: datasets.NewLibrary(w.store, files)}
	c.pages, err = portal.New(portal.Config{Library: c.library, Store: w.store, Index: w.index, BaseURL: "https://data.example", City: catalog.Text{ZH: "示例市", EN: "Example City"}})
	w.must(err)
	return c
}

func (c *citing) cite(dataset, version, table string, q catalog.CitationQuery) catalog.CitationID {
	c.t.Helper()
	ref, err := c.library.Table(context.Background(), catalog.Actor{}, dataset, version, table)
	c.must(err)
	made, _, err := c.library.Cite(context.Background(), ref, q, datasets.CiteLimits{Most: 100})
	c.must(err)
	return made.ID
}

// show gives the page of a citation, parsed, and what it is about.
func (c *citing) show(id catalog.CitationID, lang string) (*html.Node, *cite.Source) {
	c.t.Helper()
	cited, err := c.library.Citation(context.Background(), catalog.Actor{}, id)
	c.must(err)
	source := &cite.Source{ID: id, URL: "https://data.example/c/" + string(id), As: cited.As, Version: cited.Version, Query: cited.Query, Result: cited.Result, Rows: cited.Rows, Made: cited.At}
	rec := httptest.NewRecorder()
	c.pages.Citation(rec, httptest.NewRequest("GET", "/c/"+string(id)+"?lang="+lang, nil), cited, source)
	doc, err := html.Parse(rec.Body)
	c.must(err)
	if rec.Code != 200 {
		c.t.Fatalf("answered %d", rec.Code)
	}
	return doc, source
}

// facts are what the page lists, by name.
func facts(doc *html.Node) map[string]string {
	out := map[string]string{}
	for _, dl := range all(doc, "dl", "facts") {
		for _, row := range all(dl, "div", "") {
			out[words(all(row, "dt", "")[0])] = words(all(row, "dd", "")[0])
		}
	}
	return out
}

// TestCitationPage reads the page as a person does: the citation to be copied,
// what is cited, in words and in parameters, and where its rows are.
func TestCitationPage(t *testing.T) {
	c := newCiting(t)
	part := c.cite("air-quality", "1", "", catalog.CitationQuery{Where: "pm25 > 10", OrderBy: "day desc", Limit: 7})
	for lang, want := range map[string][3]string{
		"zh": {"前 7 行：细颗粒物大于 10的行，按日期从大到小排列", "行数", "7 行"},
		"en": {"The first 7 rows: rows where 细颗粒物 is over 10, ordered by 日期 descending", "Rows", "7 rows"},
	} {
		doc, source := c.show(part, lang)
		quotes := all(doc, "pre", "quote")
		if len(quotes) != 2 {
			t.Fatalf("%s: %d texts to copy", lang, len(quotes))
		}
		both := []string{words(quotes[0]), words(quotes[1])}
		if lang == "en" {
			both[0], both[1] = both[1], both[0]
		}
		if both[0] != source.Text(catalog.ZH) || both[1] != source.Text(catalog.EN) {
			t.Errorf("%s: the texts are %q", lang, both)
		}
		if got := words(all(doc, "p", "sentence")[0]); strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want[0], " ", "") {
			t.Errorf("%s: the sentence is %q", lang, got)
		}
		f := facts(doc)
		if f["where"] != "pm25 > 10" || f["order_by"] != "day desc" || f["limit"] != "7" || f["SHA-256"] != source.Result || f[want[1]] != want[2] {
			t.Errorf("%s: %v", lang, f)
		}
		links := map[string]bool{}
		for _, a := range all(doc, "a", "onward") {
			links[attr(a, "href")] = true
		}
		for _, ending := range []string{".bib", ".ris", ".json", ".csv"} {
			if !links["/c/"+string(part)+ending] {
				t.Errorf("%s: no link to %s", lang, ending)
			}
		}
	}
	doc, _ := c.show(c.cite("budget", "", "spending", catalog.CitationQuery{}), "zh")
	if main := words(all(doc, "main", "")[0]); strings.Count(main, "整张数据表") != 1 || strings.Contains(main, "全部行") || facts(doc)["数据表"] != "支出" {
		t.Errorf("of a whole table: %.900s", main)
	}
}

// TestCitationPageThroughTime: other titles and withdrawals are told, and what
// is printed stays.
func TestCitationPageThroughTime(t *testing.T) {
	c := newCiting(t)
	ctx := context.Background()
	id := c.cite("air-quality", "", "", catalog.CitationQuery{})
	before, _ := c.show(id, "en")
	d, err := c.store.DatasetBySlug(ctx, "air-quality")
	c.must(err)
	d.Title = catalog.Text{ZH: "空气", EN: "Air"}
	c.must(c.store.UpdateDataset(ctx, d))
	v := c.publish("air-quality", nil, stations(30))
	after, _ := c.show(id, "en")
	if words(all(before, "pre", "quote")[0]) != words(all(after, "pre", "quote")[0]) || facts(after)["The dataset is now called"] != "Air" || facts(before)["The dataset is now called"] != "" {
		t.Errorf("%v", facts(after))
	}
	if notice := words(all(after, "div", "notice")[0]); !strings.Contains(notice, "another answer in Version 3 (30 rows)") {
		t.Errorf("%q", notice)
	}
	mine := c.cite("air-quality", "3", "", catalog.CitationQuery{})
	c.must(c.store.Withdraw(ctx, v.ID, "officer", "单位写错"))
	gone, _ := c.show(mine, "zh")
	if notice := words(all(gone, "div", "notice")[0]); !strings.Contains(notice, "撤回") || !strings.Contains(notice, "单位写错") {
		t.Errorf("%q", notice)
	}
	for _, a := range all(gone, "a", "") {
		if strings.HasSuffix(attr(a, "href"), ".csv") {
			t.Error("rows that were withdrawn are offered")
		}
	}
	_, err = c.store.PurgeVersion(ctx, v.ID, "officer", "names of people")
	c.must(err)
	purged, source := c.show(mine, "zh")
	if _, ok := facts(purged)["SHA-256"]; ok || source.Result != "" || strings.Contains(words(purged), "SHA-256") {
		t.Error("a purge left the hash on the page")
	}
}

// TestHostileCitationPage: what departments and who cites write stays text.
func TestHostileCitationPage(t *testing.T) {
	c := newCiting(t)
	id := c.cite("hostile", "", "", catalog.CitationQuery{Q: hostile})
	for _, lang := range []string{"zh", "en"} {
		doc, source := c.show(id, lang)
		checkSafe(t, "/c/"+string(id), doc)
		if got := words(all(doc, "pre", "quote")[0]); !strings.Contains(got, "</script><script>alert(1)") || !strings.Contains(source.Text(catalog.ZH), "alert(2)") {
			t.Errorf("%s: %q", lang, got)
		}
		if facts(doc)["q"] != hostile {
			t.Errorf("%s: %q", lang, facts(doc)["q"])
		}
	}
}
