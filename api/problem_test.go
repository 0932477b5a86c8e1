package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gongkai/api"
)

// TestBadRequests sends what clients get wrong: each is told what, where and
// what to do.
func TestBadRequests(t *testing.T) {
	w := newWorld(t)
	rows := "/api/v1/datasets/air-quality/rows?"
	where := func(text string) string { return rows + "where=" + url.QueryEscape(text) }
	for _, c := range []struct {
		path     string
		status   int
		field    string
		position int
		says     string // in detail or fix
	}{
		{"/api/v1/datasets/nothing", 404, "", 0, "nothing"},
		{"/api/v1/datasets/Air%20Quality", 404, "dataset", 0, "Air Quality"},
		{"/api/v1/datasets/nothing/rows", 404, "", 0, "nothing"},
		{"/api/v1/datasets/air-quality/tables/other", 404, "", 0, "stations"},
		{"/api/v1/datasets/budget/rows", 400, "table", 0, "income, spending"},
		{"/api/v1/datasets/air-quality/versions/99", 404, "", 0, "99"},
		{"/api/v1/datasets/air-quality/versions/new", 404, "version", 0, "whole number"},
		{"/api/v1/datasets/plans", 404, "", 0, "plans"},
		{"/api/v1/departments/none", 404, "", 0, "none"},
		{"/api/v1/datasets?theme=weather", 400, "theme", 0, "environment"},
		{"/api/v1/nothing", 404, "", 0, "/docs"},
		{"/api/v1/datasets/", 404, "", 0, "slash"},
		{rows + "limit=0", 400, "limit", 0, "from 1 to 10000"},
		{rows + "limit=10001", 400, "limit", 0, "10000"},
		{rows + "limit=99999999999999999999", 400, "limit", 0, "10000"},
		{rows + "limit=ten", 400, "limit", 0, "whole number"},
		{rows + "limit=1&limit=2", 400, "limit", 0, "once"},
		{rows + "fliter=a", 400, "fliter", 0, "where"},
		{rows + "version=0", 400, "version", 0, "number of a version"},
		{rows + "version=7", 404, "", 0, "7"},
		{rows + "numbers=float", 400, "numbers", 0, "string"},
		{rows + "source=1", 400, "source", 0, "true or false"},
		{rows + "cursor=garbage", 400, "cursor", 0, "cursor"},
		{rows + "cursor=1.garbage", 400, "cursor", 0, "cursor"},
		{rows + "cursor=99.garbage", 404, "", 0, "99"},
		{rows + "cursor=", 400, "cursor", 0, "empty"},
		{rows + "cursor=1.abc&version=2", 400, "cursor", 0, "version"},
		{rows + "select=nope", 400, "select", 1, "station"},
		{rows + "select=station,nope", 400, "select", 9, "station"},
		{rows + "order_by=nope", 400, "order_by", 1, "station"},
		{where("nope = 1"), 400, "where", 1, "station"},
		{where("station = '站点01' and nope = 1"), 400, "where", 22, "station"},
		{where("pm25 = 'high'"), 400, "where", 8, "number"},
		{where("day > 5"), 400, "where", 7, "date"},
		{where("pm25 >"), 400, "where", 7, ""},
		{where("(pm25 > 1"), 400, "where", 10, ""},
		{where(strings.Repeat("(", 9000)), 400, "where", -1, ""},
		{where(strings.Repeat("x", 10001)), 400, "where", 0, "10000"},
		{rows + "where=pm25>1;drop", 400, "", 0, "%3B"},
		{rows + "where=%zz", 400, "", 0, "percent-encode"},
		{rows + "where=%ff", 400, "where", 0, "UTF-8"},
		{"/api/v1/datasets/air-quality/export.docx", 404, "format", 0, "parquet"},
		{"/api/v1/datasets/air-quality/export.csv?limit=5", 400, "limit", 0, "where"},
		{"/api/v1/datasets/air-quality/export.csv?where=nope%3D1", 400, "where", 1, "station"},
		{"/api/v1/datasets/air-quality/export.parquet?select=nope", 400, "select", 1, "station"},
		{"/api/v1/datasets?theme=weather", 400, "theme", 0, "environment"},
		{"/api/v1/datasets?department=weather", 400, "department", 0, "/api/v1/departments"},
		{"/api/v1/datasets?limit=5000", 400, "limit", 0, "1000"},
		{"/api/v1/datasets?cursor=zzz", 400, "cursor", 0, "leave it out"},
		{"/api/v1/departments?q=x", 400, "q", 0, "no parameters"},
		{"/api/v1/uploads/unknown", 401, "", 0, "oken"},
	} {
		a := w.get(c.path)
		if a.StatusCode != c.status {
			t.Errorf("%s: %d, want %d\n%s", c.path, a.StatusCode, c.status, a.body)
			continue
		}
		p := a.problem()
		if p.Field != c.field || (c.position >= 0 && p.Position != c.position) || !strings.Contains(p.Detail+" "+p.Fix, c.says) {
			t.Errorf("%s: want field %q position %d and %q\n%s", c.path, c.field, c.position, c.says, a.body)
		}
		if a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: headers %v", c.path, a.Header)
		}
	}
}

func TestMethods(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct{ method, path, allow string }{
		{"DELETE", "/api/v1/datasets/air-quality", "GET, HEAD, OPTIONS"},
		{"POST", "/api/v1/datasets", "GET, HEAD, OPTIONS"},
		{"PUT", "/api/v1/datasets/air-quality/uploads", "GET, HEAD, POST, OPTIONS"},
		{"GET", "/api/v1/uploads/x/cancel", "POST, OPTIONS"},
		{"POST", "/healthz", "GET, HEAD, OPTIONS"},
		{"BREW", "/healthz", "GET, HEAD, OPTIONS"},
	} {
		a := w.do(c.method, c.path, nil).want(http.StatusMethodNotAllowed)
		if got := a.Header.Get("Allow"); got != c.allow {
			t.Errorf("%s %s: Allow %q, want %q", c.method, c.path, got, c.allow)
		}
		a.problem()
	}
	a := w.do("OPTIONS", "/api/v1/datasets/air-quality/rows", nil, "Origin", "https://example.org",
		"Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "if-none-match").want(204)
	if a.Header.Get("Access-Control-Allow-Origin") != "*" || a.Header.Get("Access-Control-Allow-Methods") != "GET, HEAD, OPTIONS" ||
		!strings.Contains(a.Header.Get("Access-Control-Allow-Headers"), "If-None-Match") || len(a.body) != 0 {
		t.Errorf("preflight: %v", a.Header)
	}
	w.do("OPTIONS", "/api/v1/nothing", nil).want(404)
	for _, path := range []string{
		"/api/v1", "/api/v1/datasets", "/api/v1/datasets/air-quality", "/api/v1/datasets/air-quality/rows",
		"/api/v1/datasets/air-quality/export.csv", "/api/v1/datasets/air-quality/export.csv?select=day", "/openapi.json", "/docs", "/healthz",
	} {
		get := w.get(path).want(200)
		head := w.do("HEAD", path, nil).want(200)
		if len(head.body) != 0 {
			t.Errorf("HEAD %s has a body", path)
		}
		for _, name := range []string{"Content-Type", "ETag", "Last-Modified", "Cache-Control", "Content-Disposition"} {
			if get.Header.Get(name) != head.Header.Get(name) {
				t.Errorf("%s: %s is %q for GET and %q for HEAD", path, name, get.Header.Get(name), head.Header.Get(name))
			}
		}
	}
	w.do("HEAD", "/api/v1/datasets/nothing", nil).want(404)
	w.do("HEAD", "/api/v1/datasets/air-quality/export.csv?where=nope", nil).want(400)
}

func TestTokens(t *testing.T) {
	w := newWorld(t)
	for _, header := range []string{"Bearer gk_nothing", "Bearer ", "Basic dTpw", "nonsense", "Bearer " + w.tokens["environment"] + "x"} {
		a := w.get("/api/v1/datasets", "Authorization", header).want(401)
		if a.problem(); !strings.HasPrefix(a.Header.Get("WWW-Authenticate"), "Bearer") {
			t.Errorf("%q: %v", header, a.Header)
		}
	}
	a := w.get("/api/v1/datasets/plans", w.bearer("environment")...).want(200)
	if a.Header.Get("Cache-Control") != "private, no-cache" {
		t.Errorf("a department's own view may be kept by others: %v", a.Header)
	}
	w.get("/api/v1/datasets/plans", w.bearer("finance")...).want(404)
	w.get("/api/v1/datasets/plans/rows?version=1", w.bearer("environment")...).want(200)
	w.get("/api/v1/datasets/plans/rows?version=1").want(404)
	w.get("/api/v1/datasets/plans/uploads", w.bearer("environment")...).want(200)
	w.get("/api/v1/datasets/air-quality/uploads", w.bearer("finance")...).want(403)
}

func TestProblemType(t *testing.T) {
	w := newWorld(t, func(c *api.Config) { c.BaseURL = "https://data.example.cn" })
	p := w.get("/api/v1/datasets/none", "X-Request-Id", "abc-1").want(404).problem()
	if p.Type != "https://data.example.cn/docs/problems#not-found" || p.Instance != "/api/v1/datasets/none" || p.RequestID != "abc-1" {
		t.Errorf("%+v", p)
	}
	a := w.get("/api/v1/datasets/none", "X-Request-Id", "evil\tid").want(404)
	if p := a.problem(); p.RequestID == "evil\tid" || a.Header.Get("X-Request-Id") != p.RequestID {
		t.Errorf("%+v", p)
	}
	if p := w.page("/api/v1/datasets/air-quality/rows?limit=1"); !strings.HasPrefix(*p.Next, "https://data.example.cn/api/v1/datasets/air-quality/rows?") {
		t.Errorf("next %s", *p.Next)
	}
}

// TestProblemsSpeakBothLanguages: the parameter lang decides, then
// Accept-Language, and who says nothing gets both.
func TestProblemsSpeakBothLanguages(t *testing.T) {
	w := newWorld(t)
	const path = "/api/v1/datasets/air-quality/rows?select=nope"
	zh, en := "没有名为 nope 的字段", "there is no column nope"
	for _, c := range []struct{ path, accept, detail, title, tag string }{
		{path, "", zh + " / " + en, "请求有误 / Invalid request", "zh-CN, en"},
		{path, "*", zh + " / " + en, "请求有误 / Invalid request", "zh-CN, en"},
		{path, "zh-CN,zh;q=0.9,en;q=0.8", zh, "请求有误", "zh-CN"},
		{path, "en-GB,zh;q=0.5", en, "Invalid request", "en"},
		{path, "zh;q=0.4,en;q=0.7", en, "Invalid request", "en"},
		{path, "fr", en, "Invalid request", "en"},
		{"/api/v1/nothing?lang=zh-CN", "en", "这里没有内容：/api/v1/nothing", "未找到", "zh-CN"},
		{"/api/v1/nothing?lang=en", "zh", "nothing is served at /api/v1/nothing", "Not found", "en"},
	} {
		a := w.get(c.path, "Accept-Language", c.accept)
		if c.accept == "" {
			a = w.get(c.path)
		}
		p := a.problem()
		if p.Detail != c.detail || p.Title != c.title || a.Header.Get("Content-Language") != c.tag {
			t.Errorf("%s for %q: Content-Language %q\n%s", c.path, c.accept, a.Header.Get("Content-Language"), a.body)
		}
	}
	if a := w.get("/api/v1/datasets/air-quality/rows?where=pm25+%3E+%27x%27", "Accept-Language", "zh"); strings.Contains(a.problem().Fix, "write ") {
		t.Errorf("the fix is English: %s", a.body)
	}
}
