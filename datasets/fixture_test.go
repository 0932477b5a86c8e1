package datasets_test

import (
	"context"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"gongkai/catalog"
	"gongkai/catalog/sqlstore"
	"gongkai/datasets"
)

// house is a data folder with a catalogue, its files and the library over both.
type house struct {
	dir     string
	catalog *sqlstore.Store
	files   *datasets.Store
	lib     *datasets.Library
	office  *catalog.Department
	uploads int
}

var public = catalog.Actor{}

func newHouse(t testing.TB, cfg datasets.Config) *house {
	t.Helper()
	h := &house{dir: t.TempDir()}
	var err error
	if h.catalog, err = sqlstore.Open(context.Background(), sqlstore.Config{Path: filepath.Join(h.dir, "catalog.db")}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.catalog.Close() })
	cfg.Dir = h.dir
	if h.files, err = datasets.Open(cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.files.Close() })
	h.lib = datasets.NewLibrary(h.catalog, h.files)
	h.office = &catalog.Department{Slug: "office", Level: catalog.LevelBureau, Title: catalog.Text{ZH: "办公室", EN: "Office"}}
	if err := h.catalog.CreateDepartment(context.Background(), h.office); err != nil {
		t.Fatal(err)
	}
	return h
}

// dataset makes an open dataset without versions.
func (h *house) dataset(t testing.TB, slug string) *catalog.Dataset {
	t.Helper()
	d := &catalog.Dataset{Slug: slug, Department: h.office.ID, Metadata: catalog.Metadata{
		Title: catalog.Text{ZH: "数据", EN: "Data"}, Licence: "cc-by-4.0", Open: catalog.OpenUnconditional}}
	if err := h.catalog.CreateDataset(context.Background(), d); err != nil {
		t.Fatal(err)
	}
	return d
}

// add records a built version, published or as a draft.
func (h *house) add(t testing.TB, d *catalog.Dataset, sealed datasets.Sealed, tables []catalog.Table, publish bool) *catalog.Version {
	t.Helper()
	ctx := context.Background()
	h.uploads++
	u := &catalog.Upload{ID: catalog.UploadID("u" + strconv.Itoa(h.uploads)), Dataset: d.ID, Blob: sealed.FileHash, Bytes: 1}
	if _, err := h.catalog.CreateUpload(ctx, u, nil); err != nil {
		t.Fatal(err)
	}
	job, err := h.catalog.ClaimJob(ctx, "test", time.Hour, u.Job)
	if err != nil || job == nil {
		t.Fatal(job, err)
	}
	v, err := h.catalog.CommitDraft(ctx, job.ID, job.Attempt, catalog.NewVersion{FileHash: sealed.FileHash,
		ContentHash: sealed.ContentHash, Bytes: sealed.Bytes, Rows: sealed.Rows, Tables: tables})
	if err != nil {
		t.Fatal(err)
	}
	if publish {
		if v, err = h.catalog.Publish(ctx, v.ID, "test", nil); err != nil {
			t.Fatal(err)
		}
	}
	return v
}

// build makes a version file of tables with their records.
func (h *house) build(t testing.TB, tables []catalog.Table, records [][]catalog.Record) (datasets.Sealed, []catalog.Table) {
	t.Helper()
	b, err := datasets.NewBuilder(h.dir, datasets.BuildOptions{ExpectedRows: 1000})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Abort()
	for i := range tables {
		tables[i].Storage = "t" + strconv.Itoa(i+1)
		w, err := b.Table(tables[i])
		if err != nil {
			t.Fatal(err)
		}
		for j := range records[i] {
			if err := w.Append(&records[i][j]); err != nil {
				t.Fatal(err)
			}
			tables[i].Rows++
			if records[i][j].Kind == catalog.RowTotal {
				tables[i].TotalRows++
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	sealed, err := b.Seal(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return sealed, tables
}

// wide publishes n rows of wideRows as dataset "wide".
func (h *house) wide(t testing.TB, n int) *datasets.Ref {
	t.Helper()
	v := buildWide(t, h.dir, n)
	h.add(t, h.dataset(t, "wide"), datasets.Sealed{FileHash: v.FileHash, ContentHash: v.ContentHash, Bytes: v.Bytes, Rows: v.Rows}, v.Tables, true)
	ref, err := h.lib.Table(context.Background(), public, "wide", "", "")
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func text(s string) catalog.Value { return catalog.Value{Kind: catalog.TextValue, S: s} }
func whole(i int64) catalog.Value { return catalog.Value{Kind: catalog.IntValue, I: i} }
func column(name string, t catalog.Type, sql string) catalog.Column {
	return catalog.Column{Name: name, Label: name, Type: t, SQLType: sql}
}
