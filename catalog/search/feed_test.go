package search_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gongkai/catalog"
	"gongkai/catalog/search"
	"gongkai/catalog/sqlstore"
)

// twoProcesses is a catalogue on the disk that two processes have open.
type twoProcesses struct {
	*testing.T
	ours, theirs *sqlstore.Store
	department   catalog.Department
}

func openTwice(t *testing.T) *twoProcesses {
	t.Helper()
	c := &twoProcesses{T: t}
	path := filepath.Join(t.TempDir(), "catalogue.db")
	for _, s := range []**sqlstore.Store{&c.ours, &c.theirs} {
		var err error
		if *s, err = sqlstore.Open(t.Context(), sqlstore.Config{Path: path}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { (*s).Close() })
	}
	c.department = catalog.Department{Slug: "health", Level: catalog.LevelBureau, Title: catalog.Text{ZH: "卫生局"}}
	if err := c.theirs.CreateDepartment(t.Context(), &c.department); err != nil {
		t.Fatal(err)
	}
	return c
}

// publish makes a dataset and publishes a version in the other process.
func (c *twoProcesses) publish(slug, title string) *catalog.Version {
	c.Helper()
	ctx := c.Context()
	d := catalog.Dataset{Slug: slug, Department: c.department.ID, Metadata: catalog.Metadata{Open: catalog.OpenUnconditional}}
	d.Title.ZH = title
	if err := c.theirs.CreateDataset(ctx, &d); err != nil {
		c.Fatal(err)
	}
	u := catalog.Upload{Dataset: d.ID, Blob: slug}
	if _, err := c.theirs.CreateUpload(ctx, &u, &catalog.PublishIntent{By: "x"}); err != nil {
		c.Fatal(err)
	}
	j, err := c.theirs.ClaimJob(ctx, "x", time.Minute, u.Job)
	if err != nil {
		c.Fatal(err)
	}
	table := catalog.Table{Name: "t", Columns: []catalog.Column{{Name: "c", Label: "编制床位"}}}
	v, err := c.theirs.CommitDraft(ctx, j.ID, j.Attempt, catalog.NewVersion{Tables: []catalog.Table{table}})
	if err != nil {
		c.Fatal(err)
	}
	return v
}

func TestRefresh(t *testing.T) {
	c := openTwice(t)
	ix := search.New()
	f := search.NewFollower(search.FollowerConfig{Store: c.ours, Index: ix})
	want := func(text, slug string) {
		t.Helper()
		if err := f.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := slugs(find(t, ix, search.Query{Text: text})); got != slug {
			t.Errorf("%q finds %q, want %q", text, got, slug)
		}
	}
	want("床位", "")
	beds := c.publish("beds", "医院床位")
	c.publish("beds-2", "床位")
	want("编制床位 医院", "beds")
	want("卫生局 床位", "beds-2 beds")
	if d, ok := ix.Document("beds"); !ok || d.Department.Slug != "health" || d.Version.Number != 1 || len(d.Version.Tables) != 1 {
		t.Errorf("the document is %+v", d)
	}
	if err := c.theirs.Withdraw(t.Context(), beds.ID, "x", "wrong"); err != nil {
		t.Fatal(err)
	}
	want("卫生局 床位", "beds-2")
	d, err := c.theirs.DatasetBySlug(t.Context(), "beds-2")
	if err != nil {
		t.Fatal(err)
	}
	d.Title.ZH = "养老机构"
	if err := c.theirs.UpdateDataset(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	want("养老机构", "beds-2")
	before := ix.All()
	want("养老机构", "beds-2")
	if ix.All()[0] != before[0] {
		t.Error("an unchanged catalogue was indexed again")
	}
}

func TestLoadOfManyPages(t *testing.T) {
	c := openTwice(t)
	for i := range 1001 {
		c.publish(fmt.Sprintf("d%04d", i), "床位")
	}
	docs, err := search.Load(t.Context(), c.ours)
	if err != nil || len(docs) != 1001 {
		t.Errorf("%d documents, %v", len(docs), err)
	}
}

func TestRunFollows(t *testing.T) {
	c := openTwice(t)
	ix := search.New()
	var log strings.Builder
	f := search.NewFollower(search.FollowerConfig{Store: c.ours, Index: ix, Every: 5 * time.Millisecond,
		Log: slog.New(slog.NewTextHandler(&log, nil))})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { f.Run(ctx); close(done) }()
	c.publish("beds", "医院床位")
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		if _, ok := ix.Document("beds"); ok {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("what another process published is not found")
		}
	}
	// A catalogue that cannot be read leaves the index as it is.
	if err := c.ours.Close(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond)
	stop()
	<-done
	if _, ok := ix.Document("beds"); !ok {
		t.Error("the index lost its documents")
	}
	if n := strings.Count(log.String(), "level=ERROR"); n != 1 {
		t.Errorf("logged %d errors:\n%s", n, log.String())
	}
}
