package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"gongkai/catalog"
)

const recipeURL = "/api/v1/datasets/air-quality/recipe"

// stationRecipe is the recipe of the stations as a department writes it.
const stationRecipe = `{"$schema":"https://data.example.cn/schemas/recipe.json","tables":[{"name":"stations","sheets":["Sheet1"],"key":["station","day"],"columns":[
	{"source":"站点","name":"station","label":"站点","type":"text","personal":{"action":"publish","basis":"法规","by":"forged","at":"never"}},
	{"source":"日期","name":"day","label":"日期","type":"date"},
	{"source":"PM2.5","name":"pm25","label":"PM2.5","type":"decimal","null_markers":["—"],"constraints":{"minimum":"0"}}]}]}`

func (w *world) put(path, body string, headers ...string) *answer {
	w.t.Helper()
	return w.do(http.MethodPut, path, strings.NewReader(body), append(slices.Concat(w.bearer("environment"), []string{"Content-Type", "application/json"}), headers...)...)
}

func TestRecipe(t *testing.T) {
	w := newWorld(t)
	own := w.bearer("environment")
	w.get(recipeURL).want(401)
	w.get(recipeURL, w.bearer("finance")...).want(403)
	w.get(recipeURL, own...).want(404)
	if p := w.put(recipeURL, stationRecipe, "If-Match", `"r1"`).want(409).problem(); p.Field != "If-Match" {
		t.Errorf("of a recipe that is not there: %+v", p)
	}
	first := w.put(recipeURL, stationRecipe).want(201)
	if first.Header.Get("ETag") != `"r1"` {
		t.Errorf("ETag %q", first.Header.Get("ETag"))
	}
	var stored catalog.Recipe
	got := w.get(recipeURL, own...).want(200).json(&stored)
	if !bytes.Equal(got.body, first.body) || got.Header.Get("Cache-Control") != "private, no-cache" {
		t.Errorf("%s %v", got.body, got.Header)
	}
	d := stored.Tables[0].Columns[0].Personal
	if at, err := time.Parse(time.RFC3339, d.At); d.By != "environment clerk" || err != nil || time.Since(at) > time.Minute {
		t.Errorf("who decided: %+v", d)
	}
	w.get(recipeURL, append(own, "If-None-Match", `"r1"`)...).want(304)

	// A change wants the revision that it was made to.
	changed := strings.Replace(string(got.body), `"name":"pm25"`, `"name":"pm","aliases":["pm25"]`, 1)
	if p := w.put(recipeURL, changed).want(409).problem(); p.Field != "If-Match" || p.Fix == "" {
		t.Errorf("%+v", p)
	}
	w.put(recipeURL, changed, "If-Match", `"r2"`).want(409)
	second := w.put(recipeURL, changed, "If-Match", `W/"r1-zstd"`).want(200)
	if second.Header.Get("ETag") != `"r2"` {
		t.Errorf("ETag %q", second.Header.Get("ETag"))
	}
	second.json(&stored)
	if again := stored.Tables[0].Columns[0].Personal; *again != *d {
		t.Errorf("a decision that stayed is now %+v", again)
	}
	w.put(recipeURL, changed, "If-Match", `"r1"`).want(409)
	if same := w.put(recipeURL, string(second.body), "If-Match", "*").want(200); same.Header.Get("ETag") != `"r2"` {
		t.Errorf("the same again is %s", same.Header.Get("ETag"))
	}
	if old := w.get(recipeURL+"?revision=1", own...).want(200); !bytes.Equal(old.body, first.body) {
		t.Errorf("revision 1 is %s", old.body)
	}
	w.get(recipeURL+"?revision=3", own...).want(404)
	var list struct {
		Data []struct {
			Revision  int
			Version   *int
			CreatedBy string `json:"created_by"`
			URL       string
		}
	}
	w.get(recipeURL+"/revisions", own...).want(200).json(&list)
	if len(list.Data) != 2 || list.Data[0].Revision != 2 || list.Data[0].CreatedBy != "environment clerk" || list.Data[0].Version != nil {
		t.Errorf("%+v", list)
	}
	w.get(list.Data[1].URL, own...).want(200)
}

func TestRecipeRefused(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct{ body, field string }{
		{`{"tables":[{"name":"stations","colums":[]}]}`, "tables[0].colums"},
		{`{"tables":[{"name":"stations","columns":[{"name":"a","type":"number"}]}]}`, "tables[0].columns[0].type"},
		{`{"tables":[{"name":"stations","columns":[{"name":"a","constraints":{"pattern":"("}}]}]}`, "tables[0].columns[0].constraints.pattern"},
		{`{"tables":[{"name":"stations","columns":[{"name":"a","personal":{"action":"drop","basis":""}}]}]}`, "tables[0].columns[0].personal.basis"},
		{`{"tables":`, ""},
	} {
		if p := w.put(recipeURL, c.body).want(400).problem(); p.Field != c.field {
			t.Errorf("%s: %+v", c.body, p)
		}
	}
	w.put(recipeURL, `{"dictionary":{"a":"`+strings.Repeat("x", catalog.MaxRecipe)+`"},"tables":[]}`).want(413)
	w.do("PUT", recipeURL, strings.NewReader(stationRecipe), append(w.bearer("environment"), "Content-Type", "text/plain")...).want(415)
	w.do("PUT", recipeURL, strings.NewReader(stationRecipe), append(w.bearer("finance"), "Content-Type", "application/json")...).want(403)
	w.do("PUT", recipeURL, strings.NewReader(stationRecipe), "Content-Type", "application/json").want(401)
	w.get(recipeURL, w.bearer("environment")...).want(404)
}

// read makes a published version of the stations that was read as stationRecipe says.
func (w *world) read() *catalog.Version {
	w.t.Helper()
	recipe, err := catalog.ReadRecipe(strings.NewReader(stationRecipe))
	w.must(err)
	recipe.Sign(nil, "officer", time.Now())
	c := w.stations(12)
	c.table.Key = []string{"station", "day"}
	c.table.Columns[2].Constraints = &catalog.Constraints{Minimum: "0"}
	w.reading = recipe
	v, err := w.store.Publish(context.Background(), w.draft("air-quality", c).ID, "test", nil)
	w.must(err)
	w.reading = nil
	return v
}

func TestVersionRecipe(t *testing.T) {
	w := newWorld(t)
	w.get("/api/v1/datasets/air-quality/versions/1/recipe").want(404) // stored without one
	w.read()
	public := w.get("/api/v1/datasets/air-quality/versions/2/recipe").want(200)
	if strings.Contains(string(public.body), "officer") || !strings.Contains(string(public.body), `"basis":"法规"`) {
		t.Errorf("for the public: %s", public.body)
	}
	if own := w.get("/api/v1/datasets/air-quality/versions/2/recipe", w.bearer("environment")...).want(200); !strings.Contains(string(own.body), "officer") {
		t.Errorf("for its department: %s", own.body)
	}
	w.get("/api/v1/datasets/plans/versions/1/recipe").want(404)
	if rev := w.get(recipeURL, w.bearer("environment")...).want(200); rev.Header.Get("ETag") != `"r1"` {
		t.Errorf("publishing made no recipe: %v", rev.Header)
	}
}

func TestTableSchema(t *testing.T) {
	w := newWorld(t)
	w.read()
	const at = "/api/v1/datasets/air-quality/tables/stations/schema.json"
	var s catalog.TableSchema
	out := w.get(at).want(200).json(&s)
	if len(s.Fields) != 5 || s.Fields[2].Type != "number" || s.Fields[2].Title != "PM2.5" || !slices.Equal(s.Fields[2].MissingValues, []string{"", "—"}) ||
		!slices.Equal(s.PrimaryKey, []string{"station", "day"}) || !strings.Contains(string(out.body), `"minimum":0`) {
		t.Errorf("%s", out.body)
	}
	w.get("/api/v1/datasets/air-quality/tables/none/schema.json").want(404)
	if a := w.get("/api/v1/datasets/budget/tables/income/schema.json").want(200); !strings.Contains(string(a.body), `"name":"amount"`) {
		t.Errorf("of a version without a reading: %s", a.body)
	}

	put := func(body string, headers ...string) *answer { return w.put(at, body, headers...) }
	const in = `{"fields":[{"name":"site","title":"站点","type":"string","constraints":{"required":true}},{"name":"pm25","type":"number","constraints":{"minimum":1.5}}],"primaryKey":"site"}`
	got := put(in).want(200)
	var recipe catalog.Recipe
	got.json(&recipe)
	c := recipe.Tables[0].Columns
	if got.Header.Get("ETag") != `"r2"` || c[0].Name != "site" || !slices.Equal(c[0].Aliases, []string{"station"}) || c[2].Constraints.Minimum != "1.5" || c[2].NullMarkers != nil {
		t.Errorf("%s %s", got.Header.Get("ETag"), got.body)
	}
	if p := put(`{"fields":[{"name":"site"},{"name":"x"}]}`).want(400).problem(); p.Field != "fields[1].name" {
		t.Errorf("%+v", p)
	}
	put(in, "If-Match", `"r1"`).want(409)
	put(in, "If-Match", `"r2"`).want(200)
	w.put("/api/v1/datasets/plans/tables/stations/schema.json", in).want(404)
	w.do("PUT", at, strings.NewReader(in), append(w.bearer("finance"), "Content-Type", "application/json")...).want(403)
}

func TestUploadWithRecipe(t *testing.T) {
	w := newWorld(t)
	send := func(parts ...string) *answer {
		t.Helper()
		var buf bytes.Buffer
		mw := multipart.NewWriter(&buf)
		for i := 0; i < len(parts); i += 2 {
			part, err := mw.CreateFormFile(parts[i], parts[i]+".bin")
			w.must(err)
			_, err = io.WriteString(part, parts[i+1])
			w.must(err)
		}
		w.must(mw.Close())
		return w.do("POST", uploads, &buf, append(w.bearer("environment"), "Content-Type", mw.FormDataContentType())...)
	}
	var plain, with, again upload
	send("file", "a,b\n1,2\n").want(202).json(&plain)
	send("recipe", stationRecipe, "file", "a,b\n1,2\n").want(202).json(&with)
	send("file", "a,b\n1,2\n", "recipe", strings.ReplaceAll(stationRecipe, "forged", "another")).want(202).json(&again)
	if plain.ID == with.ID || with.ID != again.ID || plain.SHA256 != with.SHA256 {
		t.Errorf("%s, %s, %s", plain.ID, with.ID, again.ID)
	}
	u, err := w.store.Upload(t.Context(), catalog.UploadID(with.ID))
	w.must(err)
	if r := u.Options.Recipe; r == nil || len(r.Tables[0].Columns) != 3 || r.Tables[0].Columns[0].Personal.By != "" {
		t.Errorf("%+v", r)
	}
	events, err := w.store.ListEvents(t.Context(), 0, 1)
	w.must(err)
	if events[0].Details["personal"] != "publish stations.station (法规)" {
		t.Errorf("%+v", events[0])
	}
	for _, c := range []struct {
		field string
		parts []string
	}{
		{"recipe.tables[0].colums", []string{"file", "a\n", "recipe", `{"tables":[{"name":"a","colums":[]}]}`}},
		{"recipe", []string{"recipe", stationRecipe, "recipe", stationRecipe}},
		{"file", []string{"recipe", stationRecipe}},
		{"file", []string{"file", "a", "file", "b"}},
		{"other", []string{"other", "a"}},
	} {
		if p := send(c.parts...).want(400).problem(); p.Field != c.field {
			t.Errorf("%v: %+v", c.parts, p)
		}
	}
}

func TestReread(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	d, err := w.store.DatasetBySlug(ctx, "air-quality")
	w.must(err)
	list, err := w.store.ListUploads(ctx, d.ID)
	w.must(err)
	at := "/api/v1/uploads/" + string(list[0].ID) + "/reread"
	w.do("POST", at, nil).want(401)
	w.do("POST", at, nil, w.bearer("finance")...).want(404)
	var u upload
	w.do("POST", at, nil, w.bearer("environment")...).want(202).json(&u)
	if u.State != "queued" || u.Version == nil || u.Version.Number != 1 || w.woken != 1 {
		t.Errorf("%+v, woken %d", u, w.woken)
	}
	w.do("POST", at, nil, w.bearer("environment")...).want(409)
}

// TestRecipeSchema wants /schemas/recipe.json to be whole, and to take what the
// API gives and nothing else.
func TestRecipeSchema(t *testing.T) {
	w := newWorld(t)
	a := w.get("/schemas/recipe.json").want(200)
	if a.Header.Get("Content-Type") != "application/schema+json" || a.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("%v", a.Header)
	}
	var schema openapi3.Schema
	var doc map[string]any
	a.json(&doc)
	if doc["$schema"] != "https://json-schema.org/draft/2020-12/schema" || strings.Contains(string(a.body), "#/components/") {
		t.Errorf("%.300s", a.body)
	}
	w.must(json.Unmarshal(a.body, &schema))
	for text, want := range map[string]bool{
		stationRecipe: true, `{"tables":[]}`: true, `{}`: false, `{"tables":[],"x":1}`: false,
		`{"tables":[{"name":"a","columns":[{"name":"b","date_order":"ydm"}]}]}`: false,
	} {
		var value any
		w.must(json.Unmarshal([]byte(text), &value))
		if err := schema.VisitJSON(value, openapi3.EnableJSONSchema2020()); (err == nil) != want {
			t.Errorf("%.60s: %v", text, err)
		}
	}
}
