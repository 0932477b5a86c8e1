package search_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gongkai/catalog"
	"gongkai/catalog/search"
)

// small is a catalogue that one can hold in one's head.
func small() []search.Document {
	health := catalog.Department{ID: 1, Slug: "health", Title: catalog.Text{ZH: "卫生健康委员会", EN: "Health Commission"}}
	traffic := catalog.Department{ID: 2, Slug: "traffic", Title: catalog.Text{ZH: "公安局交通警察支队", EN: "Traffic Police"}}
	doc := func(slug string, dep catalog.Department, zh, en, theme string, day int, labels ...string) search.Document {
		d := catalog.Dataset{ID: catalog.DatasetID(len(slug)), Slug: slug, Department: dep.ID, Current: 1}
		d.Title, d.Theme = catalog.Text{ZH: zh, EN: en}, theme
		v := &catalog.Version{Number: 1, Rows: 7, PublishedAt: time.Date(2024, 5, day, 0, 0, 0, 0, time.UTC)}
		t := catalog.Table{Name: "t"}
		for _, l := range labels {
			t.Columns = append(t.Columns, catalog.Column{Name: "c", Label: l})
		}
		v.Tables = []catalog.Table{t}
		return search.Document{Dataset: d, Department: dep, Version: v}
	}
	beds := doc("hospital-beds", health, "医院床位", "Hospital beds", "health", 3, "医院名称", "编制床位 / 张", "实有床位")
	beds.Dataset.Description = catalog.Text{ZH: strings.Repeat("本数据集由各区县上报后汇总。", 20) + "包括全市各级医疗机构的床位数。" + strings.Repeat("更新于每年一月。", 20),
		EN: strings.Repeat("Collected by the districts every year. ", 10) + "Beds of all hospitals in the city, including planned capacity. " + strings.Repeat("See the notes below the table. ", 10)}
	beds.Dataset.KeywordsZH = []string{"卫生资源"}
	clinics := doc("clinics", health, "社区卫生服务中心", "Community clinics", "health", 4, "名称", "床位数", "医院等级")
	fines := doc("traffic-violations", traffic, "交通违法处罚决定", "Traffic violation decisions", "safety", 2, "违法时间", "罚款金额")
	air := doc("air-quality", health, "空气质量日报", "Air quality, daily", "environment", 5, "ＰＭ２．５ 浓度", "AQI")
	air.Dataset.Description = catalog.Text{ZH: "PM₂.₅与PM10的日均值", EN: "PM2.5 and the café index of 2024"}
	return []search.Document{beds, clinics, fines, air}
}

func find(t *testing.T, ix *search.Index, q search.Query) search.Results {
	t.Helper()
	res, err := ix.Search(q)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func slugs(res search.Results) string {
	var list []string
	for _, h := range res.Hits {
		list = append(list, h.Document.Dataset.Slug)
	}
	return strings.Join(list, " ")
}

func TestSearchFinds(t *testing.T) {
	ix := search.New()
	ix.Replace(small())
	for _, c := range []struct{ text, want string }{
		{"医院床位", "hospital-beds clinics"}, // clinics has 医院 and 床位 in two columns
		{"床位", "hospital-beds clinics"},
		{"床", "hospital-beds clinics"},
		{"医院的床位", "hospital-beds clinics"}, // 的 is no obstacle
		{"罚款 决定", "traffic-violations"},
		{"处罚决定", "traffic-violations"},
		{"交警", ""}, // never side by side
		{"hospital bed", "hospital-beds"},
		{"HOSPITALS", "hospital-beds"},
		{"the beds of hospitals", "hospital-beds"},
		{"violat", "traffic-violations"},
		{"plan", "hospital-beds"}, // planned
		{"planning", "hospital-beds"},
		{"pm2.5", "air-quality"},
		{"ＰＭ２．５", "air-quality"},
		{"PM 2.5", "air-quality"},
		{"cafe\u0301", "air-quality"}, // e with a combining accent is é
		{"2024", "air-quality"},
		{"202", "air-quality"},
		{"卫生", "clinics hospital-beds air-quality"},
		{"health commission", "clinics hospital-beds air-quality"},
		{"不存在", ""},
		{"  ", "air-quality clinics hospital-beds traffic-violations"},
		{"!?，。", "air-quality clinics hospital-beds traffic-violations"},
		{"the", "hospital-beds air-quality"}, // of nothing but stop words
	} {
		got := slugs(find(t, ix, search.Query{Text: c.text}))
		if got != c.want {
			t.Errorf("%q finds %q, want %q", c.text, got, c.want)
		}
	}
}

func TestFiltersAndFacets(t *testing.T) {
	ix := search.New()
	ix.Replace(small())
	res := find(t, ix, search.Query{Department: "health", Theme: "health"})
	if res.Total != 2 || slugs(res) != "clinics hospital-beds" {
		t.Errorf("found %d: %s", res.Total, slugs(res))
	}
	facets := func(list []search.Facet) (s string) {
		for _, f := range list {
			s += fmt.Sprintf("%s %d;", f.Value, f.Count)
		}
		return s
	}
	if got := facets(res.Departments); got != "health 2;" { // within the theme
		t.Errorf("departments %s", got)
	}
	if got := facets(res.Themes); got != "health 2;environment 1;" { // within the department
		t.Errorf("themes %s", got)
	}
	if got := res.Themes[1].Name; got != (catalog.Text{ZH: "生态环境", EN: "Environment"}) {
		t.Errorf("theme is called %v", got)
	}
	res = find(t, ix, search.Query{Department: "traffic", Theme: "health"})
	if res.Total != 0 || facets(res.Departments) != "health 2;" || facets(res.Themes) != "safety 1;" {
		t.Errorf("%d %v %v", res.Total, res.Departments, res.Themes)
	}
}

func TestOrders(t *testing.T) {
	ix := search.New()
	ix.Replace(small())
	for _, c := range []struct {
		q    search.Query
		want string
	}{
		{search.Query{}, "air-quality clinics hospital-beds traffic-violations"},
		{search.Query{Sort: search.ByUpdated, Text: "床位"}, "clinics hospital-beds"},
		{search.Query{Sort: search.ByTitle}, "traffic-violations air-quality clinics hospital-beds"}, // jiāo, kōng, shè, yī
		{search.Query{Sort: search.ByTitle, Lang: catalog.EN}, "air-quality clinics hospital-beds traffic-violations"},
		{search.Query{Sort: search.ByRelevance}, "air-quality clinics hospital-beds traffic-violations"},
		{search.Query{Offset: 1, Limit: 2}, "clinics hospital-beds"},
		{search.Query{Offset: 9}, ""},
	} {
		res := find(t, ix, c.q)
		if got := slugs(res); got != c.want {
			t.Errorf("%+v gives %q, want %q", c.q, got, c.want)
		}
	}
}

func marked(spans []search.Span) (s string) {
	for _, p := range spans {
		if p.Match {
			s += "[" + p.Text + "]"
		} else {
			s += p.Text
		}
	}
	return s
}

func TestMarks(t *testing.T) {
	ix := search.New()
	ix.Replace(small())
	hit := find(t, ix, search.Query{Text: "医院床位", Limit: 1}).Hits[0]
	if got := marked(hit.Title); got != "[医院床位]" {
		t.Errorf("title %s", got)
	}
	excerpt := marked(hit.Excerpt)
	if !strings.Contains(excerpt, "医疗机构的[床位]数") || !strings.HasPrefix(excerpt, "…") || !strings.HasSuffix(excerpt, "…") {
		t.Errorf("excerpt %s", excerpt)
	}
	if n := len([]rune(excerpt)); n < 120 || n > 180 {
		t.Errorf("excerpt of %d characters", n)
	}
	if !slices.Equal(hit.Columns, []string{"医院名称", "编制床位 / 张", "实有床位"}) {
		t.Errorf("columns %q", hit.Columns)
	}
	hit = find(t, ix, search.Query{Text: "hospital beds plann", Lang: catalog.EN}).Hits[0]
	if got := marked(hit.Title); got != "[Hospital] [beds]" {
		t.Errorf("title %s", got)
	}
	if got := marked(hit.Excerpt); !strings.Contains(got, "[Beds] of all [hospitals] in the city, including [planned] capacity") {
		t.Errorf("excerpt %s", got)
	}
	hit = find(t, ix, search.Query{Text: "pm2.5"}).Hits[0]
	if got := marked(hit.Excerpt); got != "[PM₂].[₅]与[PM]10的日均值" {
		t.Errorf("excerpt %s", got)
	}
	if got := marked(find(t, ix, search.Query{Limit: 1}).Hits[0].Title); got != "空气质量日报" {
		t.Errorf("title %s", got)
	}
}

func TestSuggestions(t *testing.T) {
	ix := search.New()
	ix.Replace(small())
	for _, c := range []struct{ text, want string }{
		{"hospitel beds", "hospital beds"},
		{"Comunity clinics", "community clinics"},
		{"医院床未", "医院床位"},
		{"空汽质量日报", "空气质量日报"},
		{"zzzzzzzz", ""},
		{"医院 罚款", ""}, // both exist, never together
		{"hospital", ""},
	} {
		if got := find(t, ix, search.Query{Text: c.text}).Suggestion; got != c.want {
			t.Errorf("%q suggests %q, want %q", c.text, got, c.want)
		}
	}
	if got := find(t, ix, search.Query{Text: "hospitel", Department: "traffic"}).Suggestion; got != "" {
		t.Errorf("suggests %q, which finds nothing in that department", got)
	}
}

func TestTitleOutranksDescription(t *testing.T) {
	docs := make([]search.Document, 3)
	for i := range docs {
		docs[i].Dataset.Slug = string(rune('a' + i))
		docs[i].Dataset.Title.EN = "Nothing of note"
	}
	docs[0].Dataset.Description.EN = "energy"
	docs[1].Dataset.KeywordsEN = []string{"energy"}
	docs[2].Dataset.Title.EN = "Use of energy"
	ix := search.New()
	ix.Replace(docs)
	if got := slugs(find(t, ix, search.Query{Text: "energy"})); got != "c b a" {
		t.Errorf("order %s", got)
	}
}

func TestBadQueries(t *testing.T) {
	ix := search.New()
	for _, q := range []search.Query{{Offset: -1}, {Limit: -1}, {Limit: 1001}, {Sort: "best"}, {Text: strings.Repeat("长", 501)}} {
		if _, err := ix.Search(q); catalog.KindOf(err) != catalog.Invalid {
			t.Errorf("%+v: error %v", q, err)
		}
	}
	if res := find(t, ix, search.Query{Text: "x"}); res.Total != 0 || res.Hits != nil {
		t.Errorf("an empty index finds %+v", res)
	}
}

func TestDocuments(t *testing.T) {
	ix := search.New()
	ix.Replace(small())
	if got := ix.Totals(); got != (search.Totals{Datasets: 4, Departments: 2, Tables: 4, Columns: 10, Rows: 28}) {
		t.Errorf("totals %+v", got)
	}
	all := ix.All()
	for _, d := range all {
		got, ok := ix.Document(d.Dataset.Slug)
		if !ok || got != d {
			t.Errorf("document %s is %v", d.Dataset.Slug, got)
		}
	}
	if _, ok := ix.Document("none"); ok || len(all) != 4 {
		t.Errorf("%d documents; one too many is found", len(all))
	}
}

// TestPlaceIsKept pages while datasets come and go: what was not seen yet is
// seen once.
func TestPlaceIsKept(t *testing.T) {
	ix := search.New()
	docs := small()
	ix.Replace(docs)
	all, err := ix.Search(search.Query{Sort: search.ByTitle, Lang: catalog.EN})
	if err != nil || len(all.Hits) < 4 {
		t.Fatal(len(all.Hits), err)
	}
	slug := func(i int) string { return all.Hits[i].Document.Dataset.Slug }
	without := func(gone string) []search.Document {
		return slices.DeleteFunc(slices.Clone(docs), func(d search.Document) bool { return d.Dataset.Slug == gone })
	}
	next := func(want string, offset int) {
		t.Helper()
		page, err := ix.Search(search.Query{Sort: search.ByTitle, Lang: catalog.EN, Offset: 2, After: slug(1), Limit: 1})
		if err != nil || page.Hits[0].Document.Dataset.Slug != want || page.Offset != offset {
			t.Errorf("after %s comes %s at %d, want %s at %d: %v", slug(1), page.Hits[0].Document.Dataset.Slug, page.Offset, want, offset, err)
		}
	}
	next(slug(2), 2)
	ix.Replace(without(slug(0))) // one that was seen is gone
	next(slug(2), 1)
	ix.Replace(without(slug(1))) // the last that was seen is gone: its number counts
	next(slug(3), 2)
}
