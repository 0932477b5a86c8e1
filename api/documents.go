package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"regexp"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/swaggest/swgui"
	"github.com/swaggest/swgui/v5emb"

	"gongkai/catalog"
)

// documents serves the contract and what is readable of it.
func (s *Server) documents(r chi.Router) error {
	r.Get("/openapi.yaml", s.document("application/yaml; charset=utf-8", s.contract.YAML(), ""))
	r.Get("/openapi.json", s.document(jsonType, s.contract.JSON(), ""))
	recipes, err := s.contract.Schema("Recipe")
	if err != nil {
		return err
	}
	r.Get("/schemas/recipe.json", s.document("application/schema+json", recipes, ""))
	reference := v5emb.NewHandlerWithConfig(swgui.Config{
		Title: "API", SwaggerJSON: "/openapi.json", BasePath: "/docs",
		SettingsUI: map[string]string{"defaultModelsExpandDepth": "1", "tryItOutEnabled": "true", "displayRequestDuration": "true"},
	})
	page, policy, err := referencePage(reference)
	if err != nil {
		return err
	}
	r.Get("/docs", s.document(htmlType, page, policy))
	list, err := problemsPage()
	if err != nil {
		return err
	}
	r.Get("/docs/problems", s.document(htmlType, list, plainPolicy))
	parts := map[string]bool{}
	for _, m := range referencePart.FindAllSubmatch(page, -1) {
		parts[string(m[1])] = true
	}
	r.Get("/docs/*", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/docs/" {
			http.Redirect(w, r, "/docs", http.StatusMovedPermanently)
			return
		}
		if !parts[r.URL.Path] { // the handler's own 404 is a line of plain text
			s.notFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "public, max-age=86400")
		reference.ServeHTTP(w, r)
	})
	return nil
}

// document serves bytes that stay the same while the process runs.
func (s *Server) document(mediaType string, body []byte, policy string) http.HandlerFunc {
	f := freshness{tag: nameOf(string(body))}
	return func(w http.ResponseWriter, r *http.Request) {
		if policy != "" {
			w.Header().Set("Content-Security-Policy", policy)
		}
		encoding, done, err := s.prepare(w, r, mediaType, f)
		if err == nil && !done {
			err = s.send(w, r, http.StatusOK, encoding, body)
		}
		if err != nil {
			s.fail(w, r, err)
		}
	}
}

var (
	inlineScript  = regexp.MustCompile(`(?s)<script>(.*?)</script>`)
	referencePart = regexp.MustCompile(`(?:src|href)="(/docs/[^"]+)"`)
)

// framing is what the interface's own page lacks: a width that phones
// understand, a title in both languages, and a way back to the pages.
var framing = []struct{ old, with string }{
	{"<title>API - Swagger UI</title>", `<meta name="viewport" content="width=device-width, initial-scale=1"><title>接口文档 API reference</title>
    <style>
        .ways { display: flex; flex-wrap: wrap; gap: 0 24px; padding: 0 16px; font: 16px/44px system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; border-bottom: 3px double #1c1e20; background: #fbfaf7 }
        .ways a { color: #0b4f8a }
        @media (max-width: 600px) { .swagger-ui .wrapper { padding: 0 12px } .swagger-ui .opblock .opblock-summary-path { max-width: 100%; overflow-wrap: anywhere } }
    </style>`},
	{`<div id="swagger-ui"></div>`, `<nav class="ways" aria-label="网站 Site"><a href="/zh/">首页</a><a href="/en/" lang="en">Home</a>` +
		`<a href="/docs/problems">错误说明 Errors</a><a href="/openapi.yaml">openapi.yaml</a></nav>
<div id="swagger-ui"></div>`},
}

// referencePage renders the reference once and allows its inline scripts by
// their hashes, so that the page needs no unsafe-inline for scripts. Styles
// need it: the interface writes its own into elements.
func referencePage(reference http.Handler) (page []byte, policy string, err error) {
	rec := &recorder{header: http.Header{}}
	req, err := http.NewRequest(http.MethodGet, "/docs", nil)
	if err != nil {
		return nil, "", err
	}
	reference.ServeHTTP(rec, req)
	if rec.status != 0 && rec.status != http.StatusOK {
		return nil, "", fmt.Errorf("render the API reference: %s", &rec.body)
	}
	page = rec.body.Bytes()
	for _, f := range framing {
		if !bytes.Contains(page, []byte(f.old)) {
			return nil, "", fmt.Errorf("render the API reference: it has no %s any more", f.old)
		}
		page = bytes.Replace(page, []byte(f.old), []byte(f.with), 1)
	}
	scripts := []string{"'self'"}
	for _, m := range inlineScript.FindAllSubmatch(page, -1) {
		sum := sha256.Sum256(m[1])
		scripts = append(scripts, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
	}
	return page, "default-src 'none'; script-src " + strings.Join(scripts, " ") + "; style-src 'self' 'unsafe-inline'; " +
		"img-src 'self' data:; connect-src 'self'; font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", nil
}

// recorder keeps what a handler writes.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(p []byte) (int, error) { return r.body.Write(p) }

const htmlType = "text/html; charset=utf-8"

const plainPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

var problemsTemplate = template.Must(template.New("problems").Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>接口错误说明 Errors of the API</title>
<meta name="color-scheme" content="light dark">
<style>
body { font: 1rem/1.6 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; color: #1c1e20; background: #fbfaf7 }
h1 { font: 700 1.75rem/1.4 "Source Han Serif SC", "Noto Serif CJK SC", "Songti SC", STSong, Georgia, serif } [lang="zh-CN"] { line-height: 1.75 }
h2 { font-size: 1.1rem; margin: 2rem 0 .3rem } h2 small { font-weight: 400; color: #5b6066 } p { margin: .3rem 0 }
code { font-size: .95em } a { color: #0b4f8a }
@media (prefers-color-scheme: dark) { body { color: #e8e6e1; background: #16181a } h2 small { color: #a5a9ae } a { color: #7db4e6 } }
</style>
</head>
<body>
<p><a href="/zh/" lang="zh-CN">首页</a> · <a href="/en/">Home</a></p>
<h1><span lang="zh-CN">接口错误说明</span> Errors of the API</h1>
<p lang="zh-CN">每个错误都是 <code>application/problem+json</code>（RFC 9457）：<code>detail</code> 说明错在哪里，<code>fix</code> 说明怎么办，
<code>field</code> 和 <code>position</code> 指明位置。语言由参数 <code>lang</code> 或请求头 Accept-Language 决定；都没有时两种语言都给。见<a href="/docs">接口文档</a>。</p>
<p>Every error is <code>application/problem+json</code> (RFC 9457). <code>detail</code> says what was wrong,
<code>fix</code> what to do about it, <code>field</code> and <code>position</code> where. The parameter <code>lang</code> or the header
Accept-Language chooses the language; without either you get both. See the <a href="/docs">reference</a>.</p>
{{range .}}<h2 id="{{.Slug}}"><span lang="zh-CN">{{.Title.ZH}}</span> {{.Title.EN}} <small>{{.Status}}</small></h2>
<p lang="zh-CN">{{.Help.ZH}}。怎么办：{{.Fix.ZH}}。</p>
<p>{{.Help.EN}} What to do: {{.Fix.EN}}.</p>
{{end}}</body>
</html>
`))

// problemsPage is what the type of every problem points at.
func problemsPage() ([]byte, error) {
	type row struct {
		Slug             string
		Title, Help, Fix catalog.Text
		Status           int
	}
	var rows []row
	for _, p := range problems {
		rows = append(rows, row{p.slug, p.title, p.help, p.fix, p.status})
	}
	var buf bytes.Buffer
	if err := problemsTemplate.Execute(&buf, rows); err != nil {
		return nil, fmt.Errorf("render the page of problems: %w", err)
	}
	return buf.Bytes(), nil
}

// plainJSON answers the operator's questions, which are no part of the API.
func (s *Server) plainJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", jsonType)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v) //nolint:errcheck // a client that has gone hears nothing
}
