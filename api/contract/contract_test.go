package contract_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"gongkai"
	"gongkai/api/contract"
	"gongkai/catalog"
)

func load(t testing.TB) *contract.Contract {
	t.Helper()
	c, err := contract.Load(t.Context(), gongkai.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestEverythingIsSaid wants a summary in both languages, a tag and examples or
// descriptions that a reader of /docs can use.
func TestEverythingIsSaid(t *testing.T) {
	doc := load(t).Document()
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			if op.Summary == "" || op.Extensions["x-summary-zh"] == nil || len(op.Tags) != 1 {
				t.Errorf("%s %s: summary, x-summary-zh or tag is missing", method, path)
			}
			if op.Responses.Default() == nil {
				t.Errorf("%s %s: has no default response", method, path)
			}
			if method == http.MethodPost && op.Security == nil {
				t.Errorf("%s %s: writes without a token", method, path)
			}
		}
	}
	for name, ref := range doc.Components.Parameters {
		if ref.Value.Description == "" {
			t.Errorf("parameter %s has no description", name)
		}
	}
}

// request makes a request of an operation as the router would hand it on.
func request(t testing.TB, o *contract.Operation, query string) *http.Request {
	t.Helper()
	r := httptest.NewRequest(o.Method, "http://host"+o.Path, nil)
	r.URL.RawQuery = query
	for name, v := range pathValues {
		r.SetPathValue(name, v)
	}
	return r
}

var pathValues = map[string]string{"dataset": "air-quality", "table": "t", "version": "2", "format": "csv", "upload": "abc", "department": "env"}

func TestCheck(t *testing.T) {
	o, ok := load(t).Operation("listRows")
	if !ok {
		t.Fatal("listRows is missing")
	}
	p, err := o.Check(request(t, o, "where=a%3D1&source=true"))
	if err != nil {
		t.Fatal(err)
	}
	if p.Text("where") != "a=1" || !p.Bool("source") || p.Int("limit") != 100 || p.Text("numbers") != "number" || p.Has("version") || p.Text("dataset") != "air-quality" {
		t.Errorf("%+v", p)
	}
	if q := p.With("version", 3); q.Int("version") != 3 || p.Has("version") {
		t.Error("With changes what it is called on")
	}
	for query, field := range map[string]string{
		"limit=": "limit", "limit=1.5": "limit", "limit=-1": "limit", "limit=%2B1": "limit", "Limit=1": "Limit", "limit=1&limit=1": "limit",
		"source=TRUE": "source", "numbers=": "numbers", "x" + strings.Repeat("y", 500) + "=1": "x" + strings.Repeat("y", 59) + "…",
		"a=%00%ff": "a", "where=" + strings.Repeat("字", 10001): "where", "=": "",
	} {
		_, err := o.Check(request(t, o, query))
		var e *catalog.Error
		if !errors.As(err, &e) || e.Kind != catalog.Invalid || e.Field != field || e.Fix == "" || len(e.Message) > 400 {
			t.Errorf("%.60s: %+v", query, err)
		}
	}
}

// TestCheckAgreesWithKin holds our check of parameters against the library's,
// which is slower and speaks another language. Ours may be stricter only where
// the document cannot say it, unknown and repeated parameters, and takes only
// true and false for a boolean, as the document has it.
func TestCheckAgreesWithKin(t *testing.T) {
	c := load(t)
	values := []string{"", "0", "1", "2", "100", "1000", "1001", "10000", "10001", "-5", "true", "false", "csv", "en", "zh-CN", "abc", "number", "string",
		"relevance", "environment", "a-b", "A b", "数据", "gb18030", "error", strings.Repeat("x", 101), strings.Repeat("x", 256), strings.Repeat("x", 10001)}
	n := 0
	for _, o := range c.Operations() {
		item := c.Document().Paths.Value(o.Path)
		op := item.GetOperation(o.Method)
		for _, ref := range op.Parameters {
			for _, v := range values {
				boolean := ref.Value.Schema.Value.Type.Is("boolean") && (v == "0" || v == "1")
				if ref.Value.In != openapi3.ParameterInQuery || boolean {
					continue
				}
				r := request(t, o, url.Values{ref.Value.Name: {v}}.Encode())
				_, ours := o.Check(r)
				theirs := openapi3filter.ValidateParameter(t.Context(), &openapi3filter.RequestValidationInput{
					Request: r, PathParams: pathValues, Options: &openapi3filter.Options{SkipSettingDefaults: true},
					Route: &routers.Route{Spec: c.Document(), Path: o.Path, PathItem: item, Method: o.Method, Operation: op},
				}, ref.Value)
				n++
				if (ours == nil) != (theirs == nil) {
					t.Errorf("%s %s=%.20q: ours %v, kin's %v", o.ID, ref.Value.Name, v, ours, theirs)
				}
			}
		}
	}
	if n < 500 {
		t.Errorf("only %d comparisons", n)
	}
}

func TestBody(t *testing.T) {
	o, ok := load(t).Operation("withdrawVersion")
	if !ok {
		t.Fatal("withdrawVersion is missing")
	}
	for body, want := range map[string]catalog.Kind{
		`{"reason":"wrong district"}`: -1, "": catalog.Invalid, "null": catalog.Invalid, `{"reason":5}`: catalog.Invalid, `{"reason":"x"}`: catalog.Invalid,
		`{"reason":"wrong district","more":1}`: catalog.Invalid, `{"reason":"wrong district"} {}`: catalog.Invalid, "{": catalog.Invalid,
		`"` + strings.Repeat("x", 70000) + `"`: catalog.TooLarge,
	} {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json; charset=utf-8")
		var v struct{ Reason string }
		err := o.Body(r, &v)
		if got := catalog.KindOf(err); (err == nil) != (want == -1) || (err != nil && got != want) {
			t.Errorf("%.40s: %v", body, err)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	for change, with := range map[string]string{
		"operationId: getService":                                   "operationId: getDataset",
		"{type: integer, minimum: 1, maximum: 10000, default: 100}": "{type: integer, multipleOf: 5}",
		"openapi: 3.1.0":                                            "openapi: five",
		"name: facets\n          in: query":                         "name: facets\n          in: cookie",
	} {
		text := strings.Replace(string(gongkai.OpenAPI), change, with, 1)
		if text == string(gongkai.OpenAPI) {
			t.Fatalf("openapi.yaml does not say %q", change)
		}
		if _, err := contract.Load(t.Context(), []byte(text)); err == nil {
			t.Errorf("%s is taken", with)
		}
	}
}

// FuzzCheck wants every query string to be taken or refused with a message
// that can be shown.
func FuzzCheck(f *testing.F) {
	c, err := contract.Load(f.Context(), gongkai.OpenAPI)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"", "limit=5", "where=a%20%3D%20%27b%27&select=a,b", "limit=1&limit=2", "%zz", "a;b", "limit=%00", "version=9999999999999999999999"} {
		f.Add(seed)
	}
	o, _ := c.Operation("listRows")
	f.Fuzz(func(t *testing.T, query string) {
		_, err := o.Check(request(t, o, query))
		var e *catalog.Error
		if err != nil && (!errors.As(err, &e) || e.Kind != catalog.Invalid || e.Message == "" || e.Fix == "" || len(e.Message) > 1000) {
			t.Errorf("%q: %v", query, err)
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	o, _ := load(b).Operation("listRows")
	r := request(b, o, "where=a%3D1&limit=50&select=a,b")
	for b.Loop() {
		if _, err := o.Check(r); err != nil {
			b.Fatal(err)
		}
	}
}
