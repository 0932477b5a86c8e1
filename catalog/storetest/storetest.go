// Package storetest is the conformance suite that every catalog.Store must
// pass. Its one job is to say in tests what the contract says in words; it
// must not know how a store keeps anything.
package storetest

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"gongkai/catalog"
)

// Opener opens the catalogue that lies in dir. Opening the same folder again
// gives another Store over the same catalogue, as another process has it. The
// suite closes what it opens.
type Opener func(t *testing.T, dir string) catalog.Store

// Run runs the suite, one subtest for each method of catalog.Store and some
// for what several methods promise together.
func Run(t *testing.T, open Opener) {
	cases := slices.Concat(departmentCases, datasetCases, uploadCases, jobCases, rereadCases, versionCases, publishCases, purgeCases, recipeCases, tokenCases, usageCases, citationCases, storeCases)
	t.Run("every method has a case", func(t *testing.T) {
		for m := range reflect.TypeFor[catalog.Store]().Methods() {
			if !slices.ContainsFunc(cases, func(c testCase) bool { return c.method == m.Name }) {
				t.Errorf("no case for Store.%s", m.Name)
			}
		}
	})
	for _, c := range cases {
		t.Run(c.method+"/"+c.says, func(t *testing.T) {
			dir := t.TempDir()
			s := open(t, dir)
			t.Cleanup(func() { s.Close() })
			c.run(&world{T: t, ctx: t.Context(), Store: s, open: open, dir: dir})
		})
	}
	t.Run("model", func(t *testing.T) { checkModel(t, open) })
}

// testCase is one promise of one method.
type testCase struct {
	method string
	says   string
	run    func(w *world)
}

// world is a fresh catalogue and what tests do with it again and again.
type world struct {
	*testing.T
	catalog.Store
	ctx  context.Context
	open Opener
	dir  string
	made int
}

// again opens the same catalogue a second time.
func (w *world) again() catalog.Store {
	w.Helper()
	s := w.open(w.T, w.dir)
	w.Cleanup(func() { s.Close() })
	return s
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// want fails unless err is of the kind.
func (w *world) want(kind catalog.Kind, err error) {
	w.Helper()
	if err == nil {
		w.Fatalf("no error, want kind %d", kind)
	}
	if got := catalog.KindOf(err); got != kind {
		w.Fatalf("error of kind %d, want %d: %v", got, kind, err)
	}
}

// equal compares what was stored with what came back.
func (w *world) equal(got, want any) {
	w.Helper()
	if !reflect.DeepEqual(got, want) {
		w.Fatalf("got\n%+v\nwant\n%+v", got, want)
	}
}

// recent fails unless at is now, in UTC and whole milliseconds.
func (w *world) recent(at time.Time) {
	w.Helper()
	if age := time.Since(at); age < -time.Second || age > time.Minute {
		w.Fatalf("time %v is not now", at)
	}
	if at.Location() != time.UTC || at.Nanosecond()%1e6 != 0 {
		w.Fatalf("time %v is not in UTC and milliseconds", at)
	}
}

func (w *world) next(stem string) string {
	w.made++
	return stem + "-" + strconv.Itoa(w.made)
}

func (w *world) department() *catalog.Department {
	w.Helper()
	d := &catalog.Department{Slug: w.next("department"), Level: catalog.LevelBureau, Title: catalog.Text{ZH: "局", EN: "Bureau"}}
	w.must(w.CreateDepartment(w.ctx, d))
	return d
}

func (w *world) dataset() *catalog.Dataset {
	w.Helper()
	d := &catalog.Dataset{Slug: w.next("dataset"), Department: w.department().ID, Metadata: catalog.Metadata{Open: catalog.OpenUnconditional}}
	d.Title = catalog.Text{ZH: "医院床位", EN: "Hospital beds"}
	d.Open = catalog.OpenUnconditional
	w.must(w.CreateDataset(w.ctx, d))
	return d
}

// upload records a new upload for d and gives it with its job queued.
func (w *world) upload(d *catalog.Dataset, publish *catalog.PublishIntent) *catalog.Upload {
	w.Helper()
	u := &catalog.Upload{Dataset: d.ID, Blob: w.next("blob"), Bytes: 10, CreatedBy: "uploader"}
	created, err := w.CreateUpload(w.ctx, u, publish)
	w.must(err)
	if !created {
		w.Fatal("a new upload is not new")
	}
	return u
}

// claim takes one job, which must be there.
func (w *world) claim(only catalog.JobID) *catalog.Job {
	w.Helper()
	j, err := w.ClaimJob(w.ctx, "me", time.Minute, only)
	w.must(err)
	if j == nil {
		w.Fatal("no job to claim")
	}
	return j
}

// draft makes a draft of d with the findings.
func (w *world) draft(d *catalog.Dataset, findings ...catalog.Finding) *catalog.Version {
	w.Helper()
	j := w.claim(w.upload(d, nil).Job)
	v, err := w.CommitDraft(w.ctx, j.ID, j.Attempt, w.build(findings...))
	w.must(err)
	return v
}

// published makes a version of d and publishes it.
func (w *world) published(d *catalog.Dataset) *catalog.Version {
	w.Helper()
	v, err := w.Publish(w.ctx, w.draft(d).ID, "publisher", nil)
	w.must(err)
	return v
}

func (w *world) revision() int64 {
	w.Helper()
	n, err := w.Revision(w.ctx)
	w.must(err)
	return n
}

// build is what a finished build brings: two tables with everything filled.
func (w *world) build(findings ...catalog.Finding) catalog.NewVersion {
	column := catalog.Column{Name: "beds", Label: "床位 / 编制", SourceLabel: "床位①", Type: catalog.TypeInteger, SQLType: "BIGINT",
		Unit: "张", Description: catalog.Text{ZH: "说明", EN: "about"}, Col: 3, Evidence: catalog.Text{ZH: "全部 12 个值都是整数", EN: "all 12 values are whole numbers"},
		Profile: catalog.Profile{Count: 12, Nulls: 1, Distinct: 9, Approx: true, Min: "1", Max: "900", Mean: "44.5",
			Top: []catalog.ValueCount{{Value: "20", Count: 3}, {Value: "\"quoted\" \u0000 <&>", Count: 1}}}}
	first := catalog.Table{Name: "beds", Label: "床位", Storage: "t1", Sheet: "Sheet1", Title: "2024年床位", Unit: "张", Period: "2024年",
		Notes: []string{"注：不含民营"}, HeaderRow: [2]int{2, 4}, FirstRow: 5, LastRow: 17, Rows: 13, TotalRows: 1,
		Columns: []catalog.Column{column, {Name: "name", Type: catalog.TypeText}}}
	return catalog.NewVersion{FileHash: w.next("file"), ContentHash: w.next("content"), Bytes: 1 << 40, Rows: 14,
		Tables: []catalog.Table{first, {Name: "other", Rows: 1}}, Findings: findings}
}

func finding(severity catalog.Severity, code string) catalog.Finding {
	return catalog.Finding{Code: code, Severity: severity, Table: "beds", Where: "Sheet1!B7:B9", Expected: "整数", Actual: "－",
		Args: map[string]string{"column": "床位"}, Count: 3, Cells: []string{"Sheet1!B7", "Sheet1!B9"}}
}

// parallel runs n functions at once and fails on the first error.
func (w *world) parallel(n int, fn func(i int) error) {
	w.Helper()
	errs := make(chan error, n)
	for i := range n {
		go func() {
			if err := fn(i); err != nil {
				errs <- fmt.Errorf("worker %d: %w", i, err)
				return
			}
			errs <- nil
		}()
	}
	for range n {
		w.must(<-errs)
	}
}
