package portal_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestRootLeadsToTheLanguageOfTheReader(t *testing.T) {
	w := newWorld(t)
	for accept, want := range map[string]string{
		"": "/zh/", "zh-CN,zh;q=0.9": "/zh/", "en-GB,en;q=0.8": "/en/", "zh-TW": "/zh/", "fr": "/en/", "fr,zh;q=0.5": "/zh/", "*;;;nonsense": "/zh/",
	} {
		a := w.get("/", "Accept-Language", accept)
		if a.StatusCode != http.StatusFound || a.Header.Get("Location") != want {
			t.Errorf("%q: %d to %q, want %q", accept, a.StatusCode, a.Header.Get("Location"), want)
		}
		if a.Header.Get("Vary") != "Accept-Language" {
			t.Errorf("%q: Vary is %q", accept, a.Header.Get("Vary"))
		}
	}
}

// TestEveryPageInBothLanguages walks all links of the portal from its front
// pages and wants every page to be there, to be in the language of its
// address, to lead to itself in the other language, and to load only from here.
func TestEveryPageInBothLanguages(t *testing.T) {
	w := newWorld(t)
	w.city()
	seen, queue := map[string]bool{}, []string{"/zh/", "/en/"}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if seen[at] {
			continue
		}
		seen[at] = true
		a := w.get(at)
		if a.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", at, a.StatusCode)
			continue
		}
		lang := map[string]string{"/zh": "zh-CN", "/en": "en"}[at[:3]]
		if got := attr(all(a.doc, "html", "")[0], "lang"); got != lang {
			t.Errorf("%s is in %q", at, got)
		}
		if csp := a.Header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", at, csp)
		}
		checkSafe(t, at, a.doc)
		for _, link := range all(a.doc, "a", "") {
			u, err := url.Parse(attr(link, "href"))
			if err != nil || u.Scheme != "" || u.Host != "" || u.Path == "" {
				continue
			}
			if strings.HasPrefix(u.Path, "/zh/") || strings.HasPrefix(u.Path, "/en/") {
				u.Fragment = ""
				queue = append(queue, u.String())
			}
		}
	}
	for _, want := range []string{"/zh/datasets/air-quality", "/en/datasets/budget?table=spending", "/zh/departments/finance", "/en/datasets/air-quality/versions/1", "/zh/design"} {
		if !seen[want] {
			t.Errorf("no link leads to %s", want)
		}
	}
	if len(seen) < 60 {
		t.Errorf("only %d pages were found", len(seen))
	}
}

func checkSafe(t *testing.T, at string, doc *html.Node) {
	t.Helper()
	for _, e := range all(doc, "", "") {
		for _, a := range e.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || (a.Key == "href" && strings.HasPrefix(strings.ToLower(a.Val), "javascript:")) {
				t.Errorf("%s: %s has %s=%q", at, e.Data, a.Key, a.Val)
			}
		}
		if e.Data == "script" && attr(e, "type") != "application/ld+json" && !strings.HasPrefix(attr(e, "src"), "/assets/") {
			t.Errorf("%s: a script %q", at, attr(e, "src"))
		}
		if slices.Contains([]string{"img", "iframe", "style", "base", "object"}, e.Data) {
			t.Errorf("%s: an element %s", at, e.Data)
		}
	}
}

func TestHomeSumsUp(t *testing.T) {
	w := newWorld(t)
	w.city()
	a := w.page("/en/")
	line := words(all(a.doc, "p", "dateline")[0])
	for _, want := range []string{"3 datasets", "2 departments", "129 rows", "100% on time"} {
		if !strings.Contains(line, want) {
			t.Errorf("%q does not say %q", line, want)
		}
	}
	if got := len(all(all(a.doc, "ol", "chronicle")[0], "li", "")); got != 3 {
		t.Errorf("%d newest", got)
	}
}

func TestHomeOfAnEmptyCatalogue(t *testing.T) {
	w := newWorld(t)
	a := w.page("/zh/")
	if !strings.Contains(words(a.doc), "还没有公布数据集") {
		t.Error("an empty catalogue does not say so")
	}
	w.page("/zh/datasets")
	w.page("/en/departments")
}

func TestSearchNarrowsAndWidens(t *testing.T) {
	w := newWorld(t)
	w.city()
	a := w.page("/zh/datasets?q=" + url.QueryEscape("空气"))
	if h1 := words(all(a.doc, "h1", "")[0]); h1 != "搜索“空气”" {
		t.Errorf("title %q", h1)
	}
	if n := len(all(a.doc, "article", "item")); n != 1 {
		t.Fatalf("%d results", n)
	}
	if len(all(all(a.doc, "article", "item")[0], "mark", "")) == 0 {
		t.Error("nothing is marked")
	}
	a = w.page("/zh/datasets?theme=environment&department=finance&q=x")
	choices := all(all(a.doc, "ul", "choices")[0], "a", "")
	if len(choices) != 2 || strings.Contains(attr(choices[0], "href"), "department") || !strings.Contains(attr(choices[0], "href"), "theme=environment") {
		t.Errorf("%d choices; the first leads to %q", len(choices), attr(choices[0], "href"))
	}
	if len(all(a.doc, "div", "empty")) != 1 {
		t.Error("nothing found, and the page does not say so")
	}
	kept := 0
	for _, field := range all(all(a.doc, "main", "")[0], "input", "") {
		if attr(field, "type") == "hidden" {
			kept++
		}
	}
	if kept != 2 {
		t.Errorf("the form keeps %d values", kept)
	}
	for _, strange := range []string{"?page=0", "?page=-3", "?page=999999999999", "?sort=nonsense", "?q=%ff%fe", "?q=" + strings.Repeat("a", 5000), "?page=3"} {
		w.page("/en/datasets" + strange)
	}
}

func TestDatasetPage(t *testing.T) {
	w := newWorld(t)
	w.city()
	a := w.page("/zh/datasets/air-quality")
	main := words(all(a.doc, "main", "")[0])
	for _, want := range []string{"空气质量日均值", "Daily air quality", "2024年1月至2024年6月", "生态环境局", "air@example.cn", "下次更新", "按期", "前 50 行，共 120 行", "µg/m³", "无值", "知识共享 署名 4.0", "文字在数字上方"} {
		if !strings.Contains(main, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	grid := all(a.doc, "div", "grid")[0]
	if n := len(all(all(grid, "tbody", "")[0], "tr", "")); n != 50 {
		t.Errorf("%d rows", n)
	}
	second := all(all(grid, "tbody", "")[0], "tr", "")[1]
	cells := all(second, "td", "")
	if got := words(cells[3]); got != "1,000" {
		t.Errorf("1000 in a column of large numbers is written %q", got)
	}
	if data := all(cells[3], "data", ""); len(data) != 1 || attr(data[0], "value") != "1000" {
		t.Error("the exact value is not at hand")
	}
	files := all(all(a.doc, "aside", "downloads")[0], "a", "")
	if len(files) != 7 || !strings.Contains(attr(files[1], "href"), "excel=true") || attr(files[0], "href") != "/api/v1/datasets/air-quality/export.csv" {
		t.Errorf("%d downloads, the first %q", len(files), attr(files[0], "href"))
	}
	listed := 0
	for _, link := range all(a.doc, "a", "") {
		if strings.Contains(attr(link, "href"), "/air-quality/versions/") {
			listed++
		}
	}
	if listed != 2 {
		t.Errorf("%d versions are listed", listed)
	}
}

func TestDescriptionForMachines(t *testing.T) {
	w := newWorld(t)
	w.city()
	for _, slug := range []string{"air-quality", "hostile"} {
		a := w.page("/en/datasets/" + slug)
		var found int
		for _, s := range all(a.doc, "script", "") {
			if attr(s, "type") != "application/ld+json" {
				continue
			}
			found++
			var d struct {
				Type         string `json:"@type"`
				Name         string
				URL          string
				Distribution []struct{ ContentURL, EncodingFormat string }
			}
			if err := json.Unmarshal([]byte(s.FirstChild.Data), &d); err != nil {
				t.Fatal(err)
			}
			if d.Type != "Dataset" || d.Name == "" || d.URL != w.url+"/en/datasets/"+slug || len(d.Distribution) != 5 {
				t.Errorf("%s: %+v", slug, d)
			}
		}
		if found != 1 {
			t.Errorf("%s: %d descriptions", slug, found)
		}
	}
}

func TestRowsAreFilteredSortedAndPaged(t *testing.T) {
	w := newWorld(t)
	w.city()
	at := "/en/datasets/air-quality?where=" + url.QueryEscape("pm25 >= 50") + "&order_by=" + url.QueryEscape("day desc")
	seen := 0
	var last string
	for pages := 0; at != ""; pages++ {
		if pages > 5 {
			t.Fatal("the pages do not end")
		}
		a := w.page(at)
		rows := all(all(all(a.doc, "div", "grid")[0], "tbody", "")[0], "tr", "")
		for _, r := range rows {
			day := words(all(r, "td", "")[1])
			if last != "" && day >= last {
				t.Fatalf("%s after %s", day, last)
			}
			last = day
		}
		seen += len(rows)
		at = ""
		for _, link := range all(a.doc, "a", "") {
			if attr(link, "rel") == "next" {
				at = strings.TrimSuffix(attr(link, "href"), "#rows")
			}
		}
		if len(all(a.doc, "ul", "files-short")) != 1 {
			t.Error("what is seen cannot be downloaded")
		}
		robots := false
		for _, m := range all(a.doc, "meta", "") {
			robots = robots || attr(m, "content") == "noindex"
		}
		if !robots {
			t.Error("a filtered page may be indexed")
		}
	}
	if seen != 80 { // 1.25 x 40 is 50: rows 40 to 119
		t.Errorf("%d rows seen", seen)
	}
}

// TestLongTextsAreShortened: a page shows the beginning of a long text and leads
// to the whole of it.
func TestLongTextsAreShortened(t *testing.T) {
	w := newWorld(t)
	w.city()
	c := budget("t", "表", "t1")
	long := strings.Repeat("长文本", 30_000)
	c.table.Columns[0].Label = strings.Repeat("很长的名称", 5_000)
	c.rows[0].Values[0] = text(long)
	w.publish("budget", nil, c)
	a := w.page("/zh/datasets/budget")
	if len(a.text) > 300_000 {
		t.Errorf("the page has %d bytes", len(a.text))
	}
	cell := all(all(all(a.doc, "div", "grid")[0], "tbody", "")[0], "td", "")[0]
	links := all(cell, "a", "")
	if got := words(cell); !strings.HasPrefix(got, "长文本") || len([]rune(got)) > 1100 || len(links) != 1 {
		t.Fatalf("%d signs and %d links in the cell", len([]rune(got)), len(links))
	}
	at, err := url.Parse(attr(links[0], "href"))
	if err != nil || at.Path != "/api/v1/datasets/budget/rows" || !strings.HasPrefix(at.Query().Get("where"), "_row = ") || at.Query().Get("select") == "" {
		t.Errorf("the whole text is at %s %v", at, err)
	}
}

// TestExamplesFindSomething tries every example that a filter form offers.
func TestExamplesFindSomething(t *testing.T) {
	w := newWorld(t)
	w.city()
	for _, path := range []string{"/en/datasets/air-quality", "/zh/datasets/budget?table=spending"} {
		a := w.page(path)
		tried := 0
		for _, link := range all(all(a.doc, "p", "filter-help")[0], "a", "") {
			if len(all(link, "code", "")) == 0 {
				continue
			}
			tried++
			page := w.page(strings.TrimSuffix(attr(link, "href"), "#rows"))
			if len(all(page.doc, "div", "grid")) != 1 {
				t.Errorf("%s finds nothing", words(link))
			}
		}
		if tried == 0 {
			t.Errorf("%s offers no example", path)
		}
	}
}

func TestWrongFilterSaysWhere(t *testing.T) {
	w := newWorld(t)
	w.city()
	a := w.get("/zh/datasets/air-quality?where=" + url.QueryEscape("pm25 > 3 and statoin = '01号站'"))
	if a.StatusCode != http.StatusBadRequest {
		t.Errorf("status %d", a.StatusCode)
	}
	marks := all(all(a.doc, "pre", "caret")[0], "mark", "")
	if len(marks) != 1 || words(marks[0]) != "statoin" {
		t.Errorf("marked: %q", words(marks[0]))
	}
	if !strings.Contains(words(all(a.doc, "div", "problem")[0]), "station") {
		t.Error("the fix does not name the column that was meant")
	}
	for _, q := range []string{"order_by=nothing", "cursor=rubbish", "where=" + url.QueryEscape(strings.Repeat("(", 500))} {
		a := w.get("/en/datasets/air-quality?" + q)
		if a.StatusCode != http.StatusBadRequest || len(all(a.doc, "div", "problem")) != 1 {
			t.Errorf("%s: %d without a problem shown", q, a.StatusCode)
		}
	}
}

func TestSeveralTables(t *testing.T) {
	w := newWorld(t)
	w.city()
	a := w.page("/zh/datasets/budget?table=spending")
	tabs := all(all(a.doc, "nav", "tabs")[0], "a", "")
	if len(tabs) != 2 || attr(tabs[1], "aria-current") != "true" {
		t.Error("the second table is not the current one")
	}
	if href := attr(all(all(a.doc, "aside", "downloads")[0], "a", "")[0], "href"); !strings.HasSuffix(href, "/api/v1/datasets/budget/tables/spending/export.csv") {
		t.Errorf("the download is %q", href)
	}
	rows := all(all(all(a.doc, "div", "grid")[0], "tbody", "")[0], "tr", "")
	if got := words(all(rows[0], "td", "")[1]); got != "91.25%" {
		t.Errorf("91.25%% is written %q", got)
	}
	if attr(rows[2], "class") != "total" {
		t.Error("the totals row is not marked")
	}
	if a := w.get("/zh/datasets/budget?table=nothing"); a.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown table: %d", a.StatusCode)
	}
}

func TestVersionPages(t *testing.T) {
	w := newWorld(t)
	w.city()
	a := w.page("/en/datasets/air-quality/versions/1")
	text := words(all(a.doc, "main", "")[0])
	if !strings.Contains(text, "version 2 is") || !strings.Contains(text, "of 60 rows") {
		t.Error("the old version does not say what it is")
	}
	if href := attr(all(all(a.doc, "aside", "downloads")[0], "a", "")[0], "href"); !strings.HasSuffix(href, "export.csv?version=1") {
		t.Errorf("the download is %q", href)
	}
	ctx := context.Background()
	d, err := w.store.DatasetBySlug(ctx, "air-quality")
	w.must(err)
	v, err := w.store.Version(ctx, d.ID, 1)
	w.must(err)
	w.must(w.store.Withdraw(ctx, v.ID, "test", "单位写错"))
	gone := w.get("/zh/datasets/air-quality/versions/1")
	if gone.StatusCode != http.StatusGone || !strings.Contains(words(gone.doc), "单位写错") {
		t.Errorf("a withdrawn version: %d %s", gone.StatusCode, words(all(gone.doc, "main", "")[0]))
	}
	// It leads to versions that can be read, also where the newest was withdrawn.
	lead := func(a answer) string { return attr(all(all(a.doc, "ul", "ways")[0], "a", "")[0], "href") }
	if href := lead(gone); href != "/zh/datasets/air-quality/versions/2" {
		t.Errorf("a withdrawn version leads to %q", href)
	}
	if v, err = w.store.Version(ctx, d.ID, 2); err != nil {
		t.Fatal(err)
	}
	w.must(w.store.Withdraw(ctx, v.ID, "test", "单位写错"))
	if gone = w.get("/zh/datasets/air-quality"); gone.StatusCode != http.StatusGone || lead(gone) != "/zh/" || strings.Contains(words(gone.doc), "其他版本") {
		t.Errorf("a dataset without readable versions: %d, leads to %q", gone.StatusCode, lead(gone))
	}
	for path, want := range map[string]int{"/versions/9": 404, "/versions/x": 400, "/versions/-1": 400} {
		if a := w.get("/en/datasets/air-quality" + path); a.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, a.StatusCode, want)
		}
	}
}

func TestMissingPagesSayWhatToTry(t *testing.T) {
	w := newWorld(t)
	w.city()
	for _, path := range []string{"/zh/datasets/nothing", "/en/departments/nothing", "/en/nowhere", "/nowhere", "/zh", "/assets/portal.css"} {
		a := w.get(path, "Accept-Language", "en")
		if path == "/zh" {
			if a.StatusCode != http.StatusMovedPermanently && a.StatusCode != http.StatusOK {
				t.Errorf("%s: %d", path, a.StatusCode)
			}
			continue
		}
		if a.StatusCode != http.StatusNotFound || len(all(a.doc, "ul", "ways")) != 1 {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
		want := "en"
		if strings.HasPrefix(path, "/zh") {
			want = "zh-CN"
		}
		if got := attr(all(a.doc, "html", "")[0], "lang"); got != want {
			t.Errorf("%s answers in %q", path, got)
		}
	}
}

func TestAssetsAreKeptForEver(t *testing.T) {
	w := newWorld(t)
	a := w.page("/zh/")
	for _, e := range append(all(a.doc, "link", ""), all(a.doc, "script", "")...) {
		path := attr(e, "href") + attr(e, "src")
		if !strings.HasPrefix(path, "/assets/") {
			continue
		}
		file := w.get(path)
		if file.StatusCode != http.StatusOK || !strings.Contains(file.Header.Get("Cache-Control"), "immutable") || file.Header.Get("Content-Type") == "" {
			t.Errorf("%s: %d %q", path, file.StatusCode, file.Header.Get("Cache-Control"))
		}
	}
}

func TestPagesAreCompressedAndNotSentTwice(t *testing.T) {
	w := newWorld(t)
	w.city()
	plain := w.get("/zh/datasets/air-quality", "Accept-Encoding", "identity")
	packed := w.get("/zh/datasets/air-quality", "Accept-Encoding", "br, gzip;q=0.5")
	if packed.Header.Get("Content-Encoding") != "gzip" || len(packed.text) > len(plain.text)/3 {
		t.Errorf("%d bytes plain, %d in %q", len(plain.text), len(packed.text), packed.Header.Get("Content-Encoding"))
	}
	if refused := w.get("/zh/", "Accept-Encoding", "gzip;q=0"); refused.Header.Get("Content-Encoding") != "" {
		t.Error("gzip was refused and sent")
	}
	tag := plain.Header.Get("ETag")
	if again := w.get("/zh/datasets/air-quality", "If-None-Match", tag); tag == "" || again.StatusCode != http.StatusNotModified || again.text != "" {
		t.Errorf("the same page again: %d with %d bytes", again.StatusCode, len(again.text))
	}
}

func TestSitemapAndRobots(t *testing.T) {
	w := newWorld(t)
	w.city()
	a := w.get("/sitemap.xml")
	for _, want := range []string{"<loc>" + w.url + "/zh/datasets/air-quality</loc>", "<loc>" + w.url + "/en/departments/finance</loc>", `hreflang="zh-CN"`} {
		if !strings.Contains(a.text, want) {
			t.Errorf("the sitemap lacks %s", want)
		}
	}
	if robots := w.get("/robots.txt"); !strings.Contains(robots.text, "Sitemap: "+w.url+"/sitemap.xml") || !strings.Contains(robots.text, "Disallow: /zh/datasets?\n") {
		t.Errorf("robots.txt: %s", robots.text)
	}
}
