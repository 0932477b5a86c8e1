package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"gongkai"
	"gongkai/api"
	"gongkai/catalog"
	"gongkai/catalog/search"
	"gongkai/catalog/sqlstore"
	"gongkai/datasets"
	"gongkai/ingest"
)

// world is a small city with everything real: catalogue, version files, blobs
// and the HTTP surface.
type world struct {
	t        testing.TB
	dir      string
	store    *sqlstore.Store
	files    *datasets.Store
	api      *api.Server
	url      string
	client   *http.Client
	tokens   map[string]string // by department
	woken    int
	index    *search.Index
	follower *search.Follower
	checker  *checker
	reading  *catalog.Recipe // of the versions that draft makes
}

// stationRows is how many records the air quality table has, without its total.
const stationRows = 250

func newWorld(t testing.TB, change ...func(*api.Config)) *world {
	t.Helper()
	dir := t.TempDir()
	ctx := context.Background()
	w := &world{t: t, dir: dir, tokens: map[string]string{}, checker: newChecker(t)}
	var err error
	if w.store, err = sqlstore.Open(ctx, sqlstore.Config{Path: filepath.Join(dir, "catalog.db")}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.store.Close() })
	if w.files, err = datasets.Open(datasets.Config{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.files.Close() })
	w.department("environment", "生态环境局", "Environment bureau")
	w.department("finance", "财政局", "Finance bureau")
	w.dataset("environment", "air-quality", "空气质量", "Air quality", "environment")
	w.dataset("environment", "plans", "规划", "Plans", "environment")
	w.dataset("finance", "budget", "预算执行", "Budget execution", "finance")
	w.publish("air-quality", w.stations(stationRows))
	w.publish("budget", w.income(), w.spending())
	w.draft("plans", w.stations(3))
	store, err := ingest.NewBlobs(dir)
	w.must(err)
	w.index = search.New()
	w.follower = search.NewFollower(search.FollowerConfig{Store: w.store, Index: w.index})
	w.must(w.follower.Refresh(ctx))
	cfg := api.Config{
		Library: datasets.NewLibrary(w.store, w.files), Store: w.store, Index: w.index, Changed: w.follower.Refresh, Uploads: store,
		Dir: dir, Wake: func() { w.woken++ }, CityName: catalog.Text{ZH: "示例市", EN: "Example City"}, MaxUpload: 1 << 20,
	}
	for _, f := range change {
		f(&cfg)
	}
	if w.api, err = api.New(cfg); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(w.api.Handler())
	t.Cleanup(srv.Close)
	w.url = srv.URL
	w.client = &http.Client{
		Transport:     &http.Transport{DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	t.Cleanup(w.client.CloseIdleConnections)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) department(slug, zh, en string) {
	ctx := context.Background()
	d := catalog.Department{Slug: slug, Level: catalog.LevelBureau, Title: catalog.Text{ZH: zh, EN: en}}
	w.must(w.store.CreateDepartment(ctx, &d))
	secret, hash := catalog.NewSecret()
	w.must(w.store.CreateToken(ctx, &catalog.Token{Hash: hash, Department: d.ID, Label: slug + " clerk"}))
	w.tokens[slug] = secret
}

func (w *world) dataset(department, slug, zh, en, theme string) {
	ctx := context.Background()
	dep, err := w.store.DepartmentBySlug(ctx, department)
	w.must(err)
	w.must(w.store.CreateDataset(ctx, &catalog.Dataset{Slug: slug, Department: dep.ID, Metadata: catalog.Metadata{
		Title: catalog.Text{ZH: zh, EN: en}, Description: catalog.Text{ZH: zh + "数据", EN: en + " data"}, Theme: theme,
		Licence: "cc-by-4.0", Cycle: catalog.CycleMonthly, Open: catalog.OpenUnconditional, Sharing: catalog.ShareUnconditional,
		KeywordsZH: []string{zh}, TemporalStart: "2024-01-01",
	}}))
}

// content is a table with its rows.
type content struct {
	table catalog.Table
	rows  []catalog.Record
}

func text(s string) catalog.Value { return catalog.Value{Kind: catalog.TextValue, S: s} }

func (w *world) stations(n int) content {
	c := content{table: catalog.Table{
		Name: "stations", Label: "站点日均值", Storage: "t1", Sheet: "Sheet1", HeaderRow: [2]int{1, 1}, FirstRow: 2, LastRow: n + 2,
		Columns: []catalog.Column{
			{Name: "station", Label: "站点", Type: catalog.TypeText, SQLType: "VARCHAR", Col: 1},
			{Name: "day", Label: "日期", Type: catalog.TypeDate, SQLType: "DATE", Col: 2},
			{Name: "pm25", Label: "PM2.5", Unit: "μg/m³", Type: catalog.TypeDecimal, SQLType: "DECIMAL(9,2)", Col: 3},
			{Name: "count", Label: "次数", Type: catalog.TypeInteger, SQLType: "BIGINT", Col: 4},
			{Name: "valid", Label: "有效", Type: catalog.TypeBoolean, SQLType: "BOOLEAN", Col: 5},
		},
	}}
	for i := range n {
		r := catalog.Record{Row: i + 2, Kind: catalog.RowRecord, Values: []catalog.Value{
			text(fmt.Sprintf("站点%02d", i%10)),
			{Kind: catalog.DateValue, I: 19723 + int64(i/10)}, // 2024-01-01 and on
			{Kind: catalog.DecimalValue, I: int64(i*37%20000) + 5, Scale: 2},
			{Kind: catalog.IntValue, I: int64(i)},
			{Kind: catalog.BoolValue, I: int64(i % 2)},
		}}
		switch i {
		case 7:
			r.Values[2] = catalog.Value{}
			r.Raw = []catalog.RawCell{{Column: 2, Raw: "—", Reason: "null-marker"}}
		case 8:
			r.Values[3] = catalog.Value{Kind: catalog.IntValue, I: 9007199254740993}
		}
		c.rows = append(c.rows, r)
	}
	return c
}

func (w *world) income() content {
	return content{
		table: catalog.Table{Name: "income", Label: "收入", Storage: "t1", Sheet: "收入", FirstRow: 2, LastRow: 4, Columns: []catalog.Column{
			{Name: "item", Label: "项目", Type: catalog.TypeText, SQLType: "VARCHAR", Col: 1},
			{Name: "amount", Label: "金额", Unit: "万元", Type: catalog.TypeDecimal, SQLType: "DECIMAL(18,2)", Col: 2},
		}},
		rows: []catalog.Record{
			{Row: 2, Kind: catalog.RowRecord, Values: []catalog.Value{text("税收"), {Kind: catalog.DecimalValue, I: 10050, Scale: 2}}},
			{Row: 3, Kind: catalog.RowRecord, Values: []catalog.Value{text("其他"), {Kind: catalog.DecimalValue, I: 950, Scale: 2}}},
			{Row: 4, Kind: catalog.RowTotal, Values: []catalog.Value{text("合计"), {Kind: catalog.DecimalValue, I: 11000, Scale: 2}}},
		},
	}
}

func (w *world) spending() content {
	c := w.income()
	c.table.Name, c.table.Label, c.table.Storage, c.table.Sheet = "spending", "支出", "t2", "支出"
	return c
}

// draft builds a version file of the tables and records it as a draft.
func (w *world) draft(slug string, tables ...content) *catalog.Version {
	w.t.Helper()
	return w.draftWith(slug, nil, tables...)
}

func (w *world) draftWith(slug string, findings []catalog.Finding, tables ...content) *catalog.Version {
	w.t.Helper()
	ctx := context.Background()
	d, err := w.store.DatasetBySlug(ctx, slug)
	w.must(err)
	b, err := datasets.NewBuilder(w.dir, datasets.BuildOptions{ExpectedRows: 1000})
	w.must(err)
	v := catalog.NewVersion{Findings: findings, Recipe: w.reading}
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
	return made
}

func (w *world) publish(slug string, tables ...content) *catalog.Version {
	w.t.Helper()
	v := w.draft(slug, tables...)
	v, err := w.store.Publish(context.Background(), v.ID, "test", nil)
	w.must(err)
	return v
}

// answer is a response whose body was read.
type answer struct {
	*http.Response
	t    testing.TB
	body []byte
}

// do sends a request; headers are pairs. Every JSON answer of the API is
// checked against openapi.yaml.
func (w *world) do(method, path string, body io.Reader, headers ...string) *answer {
	w.t.Helper()
	target := path
	if !strings.HasPrefix(path, "http") {
		target = w.url + path
	}
	req, err := http.NewRequest(method, target, body)
	w.must(err)
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	res, err := w.client.Do(req)
	w.must(err)
	defer res.Body.Close()
	a := &answer{Response: res, t: w.t}
	a.body, err = io.ReadAll(res.Body)
	w.must(err)
	w.checker.check(w.t, req, res, a.body)
	return a
}

func (w *world) get(path string, headers ...string) *answer {
	w.t.Helper()
	return w.do(http.MethodGet, path, nil, headers...)
}

func (w *world) bearer(department string) []string {
	return []string{"Authorization", "Bearer " + w.tokens[department]}
}

func (a *answer) want(status int) *answer {
	a.t.Helper()
	if a.StatusCode != status {
		a.t.Fatalf("%s %s: %d, want %d\n%s", a.Request.Method, a.Request.URL, a.StatusCode, status, a.body)
	}
	return a
}

func (a *answer) json(v any) *answer {
	a.t.Helper()
	dec := json.NewDecoder(bytes.NewReader(a.body))
	dec.UseNumber()
	if err := dec.Decode(v); err != nil {
		a.t.Fatalf("%s: %v\n%s", a.Request.URL, err, a.body)
	}
	return a
}

type problem struct {
	Type, Title, Detail, Fix, Field, Instance string
	Status, Position                          int
	RequestID                                 string `json:"request_id"`
}

func (a *answer) problem() problem {
	a.t.Helper()
	var p problem
	if got := a.Header.Get("Content-Type"); got != "application/problem+json" {
		a.t.Fatalf("%s: Content-Type %q\n%s", a.Request.URL, got, a.body)
	}
	a.json(&p)
	if a.Header.Get("Content-Language") == "zh-CN, en" { // who says nothing gets both
		for _, text := range []string{p.Title, p.Detail, p.Fix} {
			if !strings.Contains(text, " / ") {
				a.t.Errorf("%s: %q is in one language only", a.Request.URL, text)
			}
		}
	}
	if p.Status != a.StatusCode || p.Title == "" || p.Detail == "" || p.Fix == "" || p.RequestID == "" {
		a.t.Errorf("%s: problem is not complete: %s", a.Request.URL, a.body)
	}
	return p
}

type page struct {
	Data []map[string]any
	Meta struct {
		Version, Count, Limit int
		Table                 string
		Columns               []struct{ Name, Label, Type, Unit string }
	}
	More   bool
	Cursor *string
	Next   *string
}

func (w *world) page(path string, headers ...string) page {
	w.t.Helper()
	var p page
	w.get(path, headers...).want(200).json(&p)
	return p
}

// checker holds answers against openapi.yaml, more strictly than clients may:
// a member that the document does not have is an error here.
type checker struct {
	doc   *openapi3.T
	paths []checkedPath
}

type checkedPath struct {
	path    string
	pattern *regexp.Regexp
	item    *openapi3.PathItem
}

var template = regexp.MustCompile(`\\\{[^}]+\\\}`)

func newChecker(t testing.TB) *checker {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(gongkai.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	for _, ref := range doc.Components.Schemas {
		strict(ref.Value)
	}
	c := &checker{doc: doc}
	for path, item := range doc.Paths.Map() {
		pattern := template.ReplaceAllString(regexp.QuoteMeta(path), "[^/]+?")
		c.paths = append(c.paths, checkedPath{path, regexp.MustCompile("^" + pattern + "$"), item})
	}
	return c
}

// strict forbids members that a schema does not name.
func strict(s *openapi3.Schema) {
	if s == nil {
		return
	}
	if len(s.Properties) > 0 && s.AdditionalProperties.Has == nil && s.AdditionalProperties.Schema == nil {
		no := false
		s.AdditionalProperties.Has = &no
	}
	for _, p := range s.Properties {
		if p.Ref == "" {
			strict(p.Value)
		}
	}
	if s.Items != nil && s.Items.Ref == "" {
		strict(s.Items.Value)
	}
	for _, o := range s.OneOf {
		if o.Ref == "" {
			strict(o.Value)
		}
	}
}

func (c *checker) check(t testing.TB, req *http.Request, res *http.Response, body []byte) {
	t.Helper()
	if !strings.HasPrefix(req.URL.Path, "/api/v1") || !strings.Contains(res.Header.Get("Content-Type"), "json") ||
		res.Header.Get("Content-Encoding") != "" || req.Method == http.MethodHead {
		return
	}
	if strings.Contains(res.Header.Get("Content-Type"), "ndjson") || res.StatusCode == http.StatusPartialContent {
		return
	}
	for _, p := range c.paths {
		op := p.item.GetOperation(req.Method)
		if op == nil || !p.pattern.MatchString(req.URL.Path) || (strings.Contains(req.URL.Path, "/export.") != strings.Contains(p.path, "/export.")) {
			continue
		}
		in := &openapi3filter.ResponseValidationInput{
			RequestValidationInput: &openapi3filter.RequestValidationInput{
				Request: req, Route: &routers.Route{Spec: c.doc, Path: p.path, PathItem: p.item, Method: req.Method, Operation: op},
			},
			Status: res.StatusCode, Header: res.Header,
		}
		in.SetBodyBytes(body)
		if err := openapi3filter.ValidateResponse(req.Context(), in); err != nil {
			t.Errorf("%s %s answered %d, which openapi.yaml does not allow: %v\n%s", req.Method, req.URL, res.StatusCode, err, body)
		}
		return
	}
	if res.StatusCode != http.StatusNotFound && res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("%s %s is not in openapi.yaml and answered %s", req.Method, req.URL, strconv.Itoa(res.StatusCode))
	}
}
