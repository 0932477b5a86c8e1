package portal_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"golang.org/x/net/html"

	"gongkai/api/portal"
	"gongkai/catalog"
	"gongkai/catalog/search"
	"gongkai/catalog/sqlstore"
	"gongkai/datasets"
)

// hostile is what a department might write to break a page.
const hostile = `</script><script>alert(1)</script><img src=x onerror=alert(2)>"'`

// world is a small city with a real catalogue, real version files and the
// portal over them.
type world struct {
	t     *testing.T
	dir   string
	store *sqlstore.Store
	index *search.Index
	url   string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	ctx := context.Background()
	w := &world{t: t, dir: t.TempDir(), index: search.New()}
	var err error
	w.store, err = sqlstore.Open(ctx, sqlstore.Config{Path: filepath.Join(w.dir, "catalog.db")})
	w.must(err)
	t.Cleanup(func() { w.store.Close() })
	files, err := datasets.Open(datasets.Config{Dir: w.dir})
	w.must(err)
	t.Cleanup(func() { files.Close() })
	r := chi.NewRouter()
	srv := httptest.NewServer(r)
	t.Cleanup(srv.Close)
	w.url = srv.URL
	pages, err := portal.New(portal.Config{
		Library: datasets.NewLibrary(w.store, files), Store: w.store, Index: w.index,
		BaseURL: srv.URL, City: catalog.Text{ZH: "示例市", EN: "Example City"},
	})
	w.must(err)
	pages.Routes(r)
	r.NotFound(pages.NotFound)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// city publishes what most tests look at: two versions of an air quality table
// of 120 rows, a budget of two tables, and a dataset whose every text is hostile.
func (w *world) city() {
	city := w.department("city", "示例市", "Example City", 0)
	environment := w.department("environment", "生态环境局", "Environment Bureau", city)
	finance := w.department("finance", "财政局", "Finance Bureau", city)
	w.dataset(environment, "air-quality", catalog.Metadata{
		Title: catalog.Text{ZH: "空气质量日均值", EN: "Daily air quality"}, Description: catalog.Text{ZH: "各站每日平均浓度。", EN: "Means of each day and station."},
		KeywordsZH: []string{"空气"}, Theme: "environment", Licence: "cc-by-4.0", Cycle: catalog.CycleMonthly, Open: catalog.OpenUnconditional,
		TemporalStart: "2024-01-01", TemporalEnd: "2024-06-30", Contact: catalog.Contact{Name: catalog.Text{ZH: "监测科"}, Email: "air@example.cn", Phone: "0573-1234567"},
	})
	w.publish("air-quality", nil, stations(60))
	w.publish("air-quality", []catalog.Finding{
		catalog.NewFinding("header-guessed", "Sheet1!A1:D1", map[string]string{"actual": "1", "why": "it is text above numbers", "why_zh": "文字在数字上方"}),
	}, stations(120))
	w.dataset(finance, "budget", catalog.Metadata{
		Title: catalog.Text{ZH: "预算执行", EN: "Budget execution"}, Theme: "finance", Licence: "cc-by-4.0", Cycle: catalog.CycleIrregular, Open: catalog.OpenUnconditional,
	})
	w.publish("budget", nil, budget("income", "收入", "t1"), budget("spending", "支出", "t2"))
	bad := catalog.Text{ZH: hostile, EN: hostile}
	w.dataset(finance, "hostile", catalog.Metadata{
		Title: bad, Description: bad, KeywordsZH: []string{hostile}, KeywordsEN: []string{hostile}, Spatial: bad,
		Open: catalog.OpenUnconditional, Contact: catalog.Contact{Name: bad, Email: hostile, Phone: `javascript:alert(1)`},
	})
	c := budget("t", hostile, "t1")
	c.table.Notes = []string{hostile}
	c.table.Columns[0].Label, c.table.Columns[0].Unit, c.table.Columns[0].Evidence, c.table.Columns[0].Description = hostile, hostile, bad, bad
	c.rows[0].Values[0], c.rows[1].Values[0] = text(hostile), text(hostile)
	w.publish("hostile", nil, c)
	w.reindex()
}

func (w *world) reindex() {
	w.t.Helper()
	w.must(search.NewFollower(search.FollowerConfig{Store: w.store, Index: w.index}).Refresh(context.Background()))
}

func (w *world) department(slug, zh, en string, parent catalog.DepartmentID) catalog.DepartmentID {
	w.t.Helper()
	d := catalog.Department{Slug: slug, Parent: parent, Level: catalog.LevelBureau, Title: catalog.Text{ZH: zh, EN: en}, Address: catalog.Text{ZH: "中山路 1 号", EN: "1 Zhongshan Road"}}
	w.must(w.store.CreateDepartment(context.Background(), &d))
	return d.ID
}

func (w *world) dataset(department catalog.DepartmentID, slug string, m catalog.Metadata) {
	w.t.Helper()
	w.must(w.store.CreateDataset(context.Background(), &catalog.Dataset{Slug: slug, Department: department, Metadata: m}))
}

// content is a table with its rows.
type content struct {
	table catalog.Table
	rows  []catalog.Record
}

func text(s string) catalog.Value { return catalog.Value{Kind: catalog.TextValue, S: s} }

func stations(n int) content {
	c := content{table: catalog.Table{Name: "daily", Label: "日均值", Storage: "t1", Sheet: "Sheet1", Columns: []catalog.Column{
		{Name: "station", Label: "监测站", Type: catalog.TypeText, SQLType: "VARCHAR", Col: 1},
		{Name: "day", Label: "日期", Type: catalog.TypeDate, SQLType: "DATE", Col: 2},
		{Name: "pm25", Label: "细颗粒物", Unit: "µg/m³", Type: catalog.TypeDecimal, SQLType: "DECIMAL(9,2)", Col: 3},
		{Name: "people", Label: "受影响人数", Type: catalog.TypeInteger, SQLType: "BIGINT", Col: 4},
	}}}
	for i := range n {
		r := catalog.Record{Row: i + 2, Kind: catalog.RowRecord, Values: []catalog.Value{
			text(fmt.Sprintf("%02d号站", i%10)), {Kind: catalog.DateValue, I: 19723 + int64(i)},
			{Kind: catalog.DecimalValue, I: int64(i) * 125, Scale: 2}, {Kind: catalog.IntValue, I: int64(i) * 1000},
		}}
		if i == 3 {
			r.Values[2] = catalog.Value{}
		}
		c.rows = append(c.rows, r)
	}
	return c
}

func budget(name, label, storage string) content {
	return content{
		table: catalog.Table{Name: name, Label: label, Storage: storage, Sheet: "表", Columns: []catalog.Column{
			{Name: "item", Label: "项目", Type: catalog.TypeText, SQLType: "VARCHAR", Col: 1},
			{Name: "share", Label: "占比", Type: catalog.TypePercent, SQLType: "DECIMAL(9,4)", Col: 2},
			{Name: "done", Label: "完成", Type: catalog.TypeBoolean, SQLType: "BOOLEAN", Col: 3},
		}},
		rows: []catalog.Record{
			{Row: 2, Kind: catalog.RowRecord, Values: []catalog.Value{text("税收"), {Kind: catalog.DecimalValue, I: 9125, Scale: 4}, {Kind: catalog.BoolValue, I: 1}}},
			{Row: 3, Kind: catalog.RowRecord, Values: []catalog.Value{text("其他"), {Kind: catalog.DecimalValue, I: 875, Scale: 4}, {Kind: catalog.BoolValue}}},
			{Row: 4, Kind: catalog.RowTotal, Values: []catalog.Value{text("合计"), {Kind: catalog.DecimalValue, I: 10000, Scale: 4}, {}}},
		},
	}
}

// publish builds a version file of the tables and publishes it.
func (w *world) publish(slug string, findings []catalog.Finding, tables ...content) *catalog.Version {
	w.t.Helper()
	ctx := context.Background()
	d, err := w.store.DatasetBySlug(ctx, slug)
	w.must(err)
	b, err := datasets.NewBuilder(w.dir, datasets.BuildOptions{ExpectedRows: 1000})
	w.must(err)
	v := catalog.NewVersion{Findings: findings}
	for _, c := range tables {
		tw, err := b.Table(c.table)
		w.must(err)
		for i := range c.rows {
			w.must(tw.Append(&c.rows[i]))
			if c.rows[i].Kind == catalog.RowTotal {
				c.table.TotalRows++
			}
		}
		w.must(tw.Close())
		c.table.Rows = int64(len(c.rows))
		w.must(b.Profile(ctx, &c.table))
		v.Tables = append(v.Tables, c.table)
	}
	sealed, err := b.Seal(ctx)
	w.must(err)
	v.FileHash, v.ContentHash, v.Bytes, v.Rows = sealed.FileHash, sealed.ContentHash, sealed.Bytes, sealed.Rows
	u := catalog.Upload{Dataset: d.ID, Blob: sealed.FileHash, Bytes: 1, CreatedBy: "test", Filename: "test.xlsx"}
	_, err = w.store.CreateUpload(ctx, &u, nil)
	w.must(err)
	job, err := w.store.ClaimJob(ctx, "test", time.Minute, u.Job)
	w.must(err)
	made, err := w.store.CommitDraft(ctx, job.ID, job.Attempt, v)
	w.must(err)
	made, err = w.store.Publish(ctx, made.ID, "test", nil)
	w.must(err)
	return made
}

// answer is a page that was fetched.
type answer struct {
	*http.Response
	text string
	doc  *html.Node
}

func (w *world) get(path string, headers ...string) answer {
	w.t.Helper()
	req, err := http.NewRequest(http.MethodGet, w.url+path, nil)
	w.must(err)
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	w.must(err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	w.must(err)
	doc, err := html.Parse(strings.NewReader(string(body)))
	w.must(err)
	return answer{res, string(body), doc}
}

// page fetches a page that must be there.
func (w *world) page(path string) answer {
	w.t.Helper()
	a := w.get(path)
	if a.StatusCode != http.StatusOK {
		w.t.Fatalf("%s: %d\n%s", path, a.StatusCode, words(a.doc))
	}
	return a
}

func words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// all gives the elements below n that have a tag and, where one is named, a class.
func all(n *html.Node, tag, class string) []*html.Node {
	var out []*html.Node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && (tag == "" || d.Data == tag) && (class == "" || strings.Contains(" "+attr(d, "class")+" ", " "+class+" ")) {
			out = append(out, d)
		}
	}
	return out
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
