package api_test

import (
	"bytes"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"gongkai"
	"gongkai/api/contract"
)

// TestRoutesAreTheContract walks the router and openapi.yaml and wants the
// same of both.
func TestRoutesAreTheContract(t *testing.T) {
	w := newWorld(t)
	var served []string
	err := chi.Walk(w.api.Handler().(chi.Routes), func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if strings.HasPrefix(route, "/api/v1") {
			served = append(served, method+" "+route)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := contract.Load(t.Context(), gongkai.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	var promised []string
	for _, o := range c.Operations() {
		promised = append(promised, o.Method+" "+o.Path)
	}
	slices.Sort(served)
	slices.Sort(promised)
	if !slices.Equal(served, promised) {
		t.Errorf("served:\n%s\npromised:\n%s", strings.Join(served, "\n"), strings.Join(promised, "\n"))
	}
}

// TestOperationsByRoute wants each route to check against its own operation.
func TestOperationsByRoute(t *testing.T) {
	source, err := os.ReadFile("routes.go")
	if err != nil {
		t.Fatal(err)
	}
	c, err := contract.Load(t.Context(), gongkai.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, m := range regexp.MustCompile(`r\.(Get|Post|Put)\("([^"]*)", (?:public|token)\("(\w+)"`).FindAllStringSubmatch(string(source), -1) {
		n++
		o, ok := c.Operation(m[3])
		if !ok || o.Method != strings.ToUpper(m[1]) || o.Path != m[2] {
			t.Errorf("%s %s checks against %s", m[1], m[2], m[3])
		}
	}
	if n != len(c.Operations()) {
		t.Errorf("found %d of %d routes", n, len(c.Operations()))
	}
}

// TestProblemsAreDocumented wants a heading in docs/api.md and an anchor on
// /docs/problems for every type of problem.
func TestProblemsAreDocumented(t *testing.T) {
	w := newWorld(t)
	guide, err := os.ReadFile("../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	list := string(w.get("/docs/problems").want(200).body)
	source, err := os.ReadFile("problem.go")
	if err != nil {
		t.Fatal(err)
	}
	slugs := regexp.MustCompile(`(?:http\.Status\w+|contract\.Status\(catalog\.\w+\)), "([a-z-]+)"`).FindAllStringSubmatch(string(source), -1)
	if len(slugs) < 15 {
		t.Fatalf("found %d problems", len(slugs))
	}
	for _, m := range slugs {
		if !strings.Contains(string(guide), "### "+m[1]+"\n") {
			t.Errorf("docs/api.md has no heading %s", m[1])
		}
		if !strings.Contains(list, `id="`+m[1]+`"`) {
			t.Errorf("/docs/problems has no anchor %s", m[1])
		}
	}
}

func TestDocuments(t *testing.T) {
	w := newWorld(t)
	if a := w.get("/openapi.yaml").want(200); string(a.body) != string(gongkai.OpenAPI) {
		t.Error("/openapi.yaml is not openapi.yaml")
	}
	var doc struct {
		OpenAPI string
		Paths   map[string]any
	}
	a := w.get("/openapi.json").want(200).json(&doc)
	if doc.OpenAPI != "3.1.0" || len(doc.Paths) < 15 || a.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("/openapi.json: %s with %d paths, %v", doc.OpenAPI, len(doc.Paths), a.Header)
	}
	a = w.get("/docs").want(200)
	policy := a.Header.Get("Content-Security-Policy")
	if !strings.Contains(string(a.body), "swagger-ui") || strings.Contains(policy, "script-src 'self' 'unsafe-inline'") || !strings.Contains(policy, "'sha256-") {
		t.Errorf("/docs: %s\n%s", policy, a.body)
	}
	if regexp.MustCompile(`(src|href)="https?://`).Match(a.body) {
		t.Error("/docs loads from another host")
	}
	for _, m := range regexp.MustCompile(`(?:src|href)="(/docs/[^"]+)"`).FindAllSubmatch(a.body, -1) {
		w.get(string(m[1])).want(200)
	}
	if !bytes.Contains(a.body, []byte(`name="viewport"`)) || !bytes.Contains(a.body, []byte(`href="/zh/"`)) {
		t.Error("/docs has no width for phones, or no way back to the pages")
	}
	w.get("/docs/", "Accept", "*/*").want(301)
	if a := w.get("/docs/query").want(404); a.Header.Get("Content-Type") == "text/plain; charset=utf-8" {
		t.Errorf("/docs/query: not our 404: %s", a.body)
	}
}
