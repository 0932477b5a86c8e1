package api_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"gongkai/api"
	"gongkai/catalog"
	"gongkai/catalog/search"
)

type datasetPage struct {
	Data []struct {
		Slug, Excerpt string
		Rows          int
		Version       int
		URL, Page     string
	}
	Total  int
	Cursor *string
	Next   *string
	Facets *struct{ Departments, Themes []struct{ Value string } }
}

func TestDatasets(t *testing.T) {
	w := newWorld(t)
	var l datasetPage
	w.get("/api/v1/datasets?facets=true").want(200).json(&l)
	if l.Total != 2 || len(l.Data) != 2 || l.Next != nil || l.Facets == nil || len(l.Facets.Departments) != 2 {
		t.Errorf("%+v", l)
	}
	for query, want := range map[string]string{
		"q=" + url.QueryEscape("空气"): "air-quality", "q=budget": "budget", "theme=finance": "budget", "department=environment": "air-quality",
	} {
		l = datasetPage{}
		w.get("/api/v1/datasets?" + query).want(200).json(&l)
		if l.Total != 1 || len(l.Data) != 1 || l.Data[0].Slug != want || l.Facets != nil {
			t.Errorf("%s: %+v", query, l)
		}
	}
	w.get("/api/v1/datasets?limit=1&sort=title").want(200).json(&l)
	if l.Next == nil || len(l.Data) != 1 {
		t.Fatalf("%+v", l)
	}
	first := l.Data[0].Slug
	cursor := *l.Cursor
	w.get(*l.Next).want(200).json(&l)
	if len(l.Data) != 1 || l.Data[0].Slug == first || l.Next != nil {
		t.Errorf("second page %+v", l)
	}
	w.get("/api/v1/datasets?limit=1&sort=updated&cursor=" + cursor).want(400).problem()
	w.get("/api/v1/datasets?q=%E5%AF%B9%E4%B8%8D%E4%B8%8A%E5%8F%B7").want(200)
}

func TestResources(t *testing.T) {
	w := newWorld(t)
	var d struct {
		Slug    string
		Version struct {
			Tables []struct {
				Name          string
				URL           string
				Distributions []struct{ Format, URL string }
			}
		}
		NextDue     string `json:"next_due"`
		VersionsURL string `json:"versions_url"`
		Department  struct{ URL string }
	}
	w.get("/api/v1/datasets/budget").want(200).json(&d)
	if len(d.Version.Tables) != 2 || d.NextDue == "" {
		t.Fatalf("%+v", d)
	}
	w.get(d.VersionsURL).want(200)
	w.get(d.Department.URL).want(200)
	for _, table := range d.Version.Tables {
		w.get(table.URL).want(200)
		for _, dist := range table.Distributions {
			a := w.get(dist.URL).want(200)
			if name := a.Header.Get("Content-Disposition"); !strings.Contains(name, `filename="budget-`+table.Name+"-v1."+dist.Format+`"`) ||
				!strings.Contains(name, "filename*=UTF-8''%E9%A2%84%E7%AE%97") {
				t.Errorf("%s: %s", dist.URL, name)
			}
		}
	}
	var service struct {
		Limits struct {
			Upload int `json:"upload_bytes"`
			Rows   int `json:"rows_per_page"`
		}
	}
	w.get("/api/v1").want(200).json(&service)
	if service.Limits.Upload != 1<<20 {
		t.Errorf("%+v", service)
	}
	w.get(fmt.Sprintf("/api/v1/datasets/air-quality/rows?limit=%d", service.Limits.Rows)).want(200)
	w.get(fmt.Sprintf("/api/v1/datasets/air-quality/rows?limit=%d", service.Limits.Rows+1)).want(400)
	var deps struct{ Data []struct{ Slug string } }
	w.get("/api/v1/departments").want(200).json(&deps)
	if len(deps.Data) != 2 {
		t.Errorf("%+v", deps)
	}
}

// TestManyDatasets wants a page of a catalogue of 5,000 within 50 ms.
func TestManyDatasets(t *testing.T) {
	v := &catalog.Version{Number: 1, State: catalog.Published, Rows: 10, PublishedAt: time.Now(), Tables: []catalog.Table{{Name: "t", Label: "表",
		Columns: []catalog.Column{{Name: "a", Label: "名称"}, {Name: "b", Label: "地址"}}}}}
	docs := make([]search.Document, 5000)
	for i := range docs {
		docs[i] = search.Document{Version: v, Department: catalog.Department{Slug: fmt.Sprintf("dep-%d", i%40)}, Dataset: catalog.Dataset{
			Slug: fmt.Sprintf("dataset-%d", i), Current: 1, Metadata: catalog.Metadata{
				Title:       catalog.Text{ZH: fmt.Sprintf("第%d号医院床位统计", i), EN: fmt.Sprintf("Hospital beds %d", i)},
				Description: catalog.Text{ZH: "全市医院床位、医生与护士人数统计，按月更新。", EN: "Beds, doctors and nurses of hospitals."},
			}}}
	}
	w := newWorld(t, func(c *api.Config) { c.Index.Replace(docs) })
	for _, path := range []string{"/api/v1/datasets", "/api/v1/datasets?q=%E5%8C%BB%E9%99%A2&facets=true", "/api/v1/datasets?q=hospital&sort=title&limit=100"} {
		w.get(path).want(200)
		best := time.Hour
		for range 5 {
			start := time.Now()
			w.get(path)
			best = min(best, time.Since(start))
		}
		if best > 50*time.Millisecond {
			t.Errorf("%s takes %v", path, best)
		}
	}
}
