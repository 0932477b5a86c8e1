package storetest

import (
	"fmt"
	"slices"

	"gongkai/catalog"
)

var datasetCases = []testCase{
	{"CreateDataset", "keeps every field", func(w *world) {
		d := &catalog.Dataset{Slug: "beds", Department: w.department().ID, Metadata: metadata()}
		w.must(w.CreateDataset(w.ctx, d))
		w.recent(d.CreatedAt)
		w.equal(d.UpdatedAt, d.CreatedAt)
		got, err := w.Dataset(w.ctx, d.ID)
		w.must(err)
		w.equal(got, d)
	}},
	{"CreateDataset", "refuses a taken slug and a missing department", func(w *world) {
		d := w.dataset()
		w.want(catalog.Conflict, w.CreateDataset(w.ctx, &catalog.Dataset{Slug: d.Slug, Department: d.Department, Metadata: catalog.Metadata{Open: catalog.OpenUnconditional}}))
		w.want(catalog.NotFound, w.CreateDataset(w.ctx, &catalog.Dataset{Slug: "new", Department: 99, Metadata: catalog.Metadata{Open: catalog.OpenUnconditional}}))
	}},
	{"CreateDataset", "refuses a slug that is no name and codes that are none", func(w *world) {
		dep := w.department().ID
		good := catalog.Metadata{Open: catalog.OpenUnconditional}
		w.want(catalog.Invalid, w.CreateDataset(w.ctx, &catalog.Dataset{Slug: "../x", Department: dep, Metadata: good}))
		w.want(catalog.Invalid, w.CreateDataset(w.ctx, &catalog.Dataset{Slug: "x", Department: dep, Metadata: catalog.Metadata{Open: "maybe"}}))
		w.want(catalog.Invalid, w.CreateDepartment(w.ctx, &catalog.Department{Slug: "A b"}))
	}},
	{"UpdateDataset", "refuses codes that are none", func(w *world) {
		d := w.dataset()
		d.Theme = "nonsense"
		w.want(catalog.Invalid, w.UpdateDataset(w.ctx, d))
	}},
	{"UpdateDataset", "replaces the metadata and nothing else", func(w *world) {
		d := w.dataset()
		v := w.published(d)
		before := w.revision()
		d.Metadata, d.Current = metadata(), 77
		w.must(w.UpdateDataset(w.ctx, d))
		got, err := w.Dataset(w.ctx, d.ID)
		w.must(err)
		d.Current, d.Issued = v.Number, v.PublishedAt
		w.equal(got, d)
		if w.revision() <= before {
			w.Fatal("the revision did not grow")
		}
	}},
	{"UpdateDataset", "refuses what does not exist, another slug and another department", func(w *world) {
		d := w.dataset()
		w.want(catalog.NotFound, w.UpdateDataset(w.ctx, &catalog.Dataset{ID: 99, Slug: "x", Metadata: catalog.Metadata{Open: catalog.OpenUnconditional}}))
		w.want(catalog.Conflict, w.UpdateDataset(w.ctx, &catalog.Dataset{ID: d.ID, Slug: "x", Department: d.Department, Metadata: catalog.Metadata{Open: catalog.OpenUnconditional}}))
		w.want(catalog.Conflict, w.UpdateDataset(w.ctx, &catalog.Dataset{ID: d.ID, Slug: d.Slug, Department: w.department().ID, Metadata: catalog.Metadata{Open: catalog.OpenUnconditional}}))
	}},
	{"Dataset", "is not found where there is none", func(w *world) {
		_, err := w.Dataset(w.ctx, 99)
		w.want(catalog.NotFound, err)
	}},
	{"DatasetBySlug", "finds by slug", func(w *world) {
		d := w.dataset()
		got, err := w.DatasetBySlug(w.ctx, d.Slug)
		w.must(err)
		w.equal(got, d)
		_, err = w.DatasetBySlug(w.ctx, "none")
		w.want(catalog.NotFound, err)
	}},
	{"ListDatasets", "narrows, pages and bounds", func(w *world) {
		department := w.department()
		for i := range 105 {
			d := &catalog.Dataset{Slug: fmt.Sprintf("d%03d", i), Department: department.ID, Metadata: catalog.Metadata{Open: catalog.OpenUnconditional}}
			w.must(w.CreateDataset(w.ctx, d))
		}
		public := w.dataset()
		w.published(public)
		hidden := w.dataset()
		w.published(hidden)
		hidden.Open = catalog.OpenNone
		w.must(w.UpdateDataset(w.ctx, hidden))
		slugs := func(f catalog.DatasetFilter) []string {
			w.Helper()
			list, err := w.ListDatasets(w.ctx, f)
			w.must(err)
			var slugs []string
			for _, d := range list {
				slugs = append(slugs, d.Slug)
			}
			if !slices.IsSorted(slugs) {
				w.Fatalf("not by slug: %v", slugs)
			}
			return slugs
		}
		w.equal(len(slugs(catalog.DatasetFilter{})), 100)
		w.equal(len(slugs(catalog.DatasetFilter{Limit: 5000})), 107)
		w.equal(slugs(catalog.DatasetFilter{Department: department.ID, After: "d101"}), []string{"d102", "d103", "d104"})
		w.equal(slugs(catalog.DatasetFilter{Department: department.ID, After: "d009", Limit: 2}), []string{"d010", "d011"})
		w.equal(slugs(catalog.DatasetFilter{PublicOnly: true}), []string{public.Slug})
	}},
}

func metadata() catalog.Metadata {
	return catalog.Metadata{Title: catalog.Text{ZH: "医院床位", EN: "Hospital beds"}, Description: catalog.Text{ZH: "各医院", EN: "By hospital"},
		KeywordsZH: []string{"医院", "床位"}, KeywordsEN: []string{"hospital"}, Theme: "health", ResourceCode: "307/1",
		SpatialCode: "330100", Spatial: catalog.Text{ZH: "示例市", EN: "Example City"}, TemporalStart: "2024-01-01", TemporalEnd: "2024-12-31",
		Licence: "cc-by-4.0", Cycle: catalog.CycleYearly, Open: catalog.OpenConditional, OpenCondition: catalog.Text{ZH: "申请", EN: "ask"},
		Sharing: catalog.ShareConditional, ShareCond: catalog.Text{ZH: "条件", EN: "condition"}, ShareMethod: catalog.Text{ZH: "接口", EN: "API"},
		Contact: catalog.Contact{Name: catalog.Text{ZH: "统计处", EN: "Statistics"}, Email: "a@b.c", Phone: "1"}}
}
