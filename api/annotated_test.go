package api_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gongkai/api"
	"gongkai/catalog"
)

// kept stands for the maker of annotated workbooks, which starts processes; the
// tests of the program use the real one.
type kept struct {
	path     string
	findings []catalog.Finding
	lang     catalog.Lang
}

func (k *kept) File(_ context.Context, _ *catalog.Upload, findings []catalog.Finding, lang catalog.Lang) (string, error) {
	k.findings, k.lang = findings, lang
	return k.path, nil
}

func TestAnnotatedWorkbook(t *testing.T) {
	maker := &kept{path: filepath.Join(t.TempDir(), strings.Repeat("ab", 32)+".xlsx")}
	if err := os.WriteFile(maker.path, []byte("PK: a workbook"), 0o600); err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, func(c *api.Config) { c.Annotated = maker })
	ours := w.bearer("environment")
	var u upload
	w.do("POST", uploads+"?filename=空气.xls", strings.NewReader("a,b\n1,2\n"), ours...).want(202).json(&u)
	at := u.URL + "/annotated.xlsx"

	e := w.get(at, ours...).want(409).problem()
	if !strings.Contains(e.Fix, u.URL) {
		t.Errorf("while it is read: %+v", e)
	}
	w.get(at).want(401)
	w.get(at, w.bearer("finance")...).want(404).problem()

	ctx := context.Background()
	job, err := w.store.ClaimJob(ctx, "test", time.Minute, 0)
	w.must(err)
	w.must(w.store.FailJob(ctx, job.ID, job.Attempt, catalog.NewFinding("no-table-found", "", nil)))
	a := w.get(at+"?lang=en", ours...).want(200)
	if string(a.body) != "PK: a workbook" || len(maker.findings) != 1 || maker.findings[0].Code != "no-table-found" || maker.lang != catalog.EN {
		t.Errorf("%q for %v in %s", a.body, maker.findings, maker.lang)
	}
	if got := a.Header.Get("Content-Disposition"); !strings.Contains(got, `filename="annotated.xlsx"`) || !strings.Contains(got, "-annotated.xlsx") {
		t.Errorf("called %s", got)
	}
	if got := a.Header.Get("Cache-Control"); !strings.HasPrefix(got, "private") {
		t.Errorf("may be kept: %s", got)
	}
	w.get(at+"?lang=en", append(ours, "If-None-Match", a.Header.Get("ETag"))...).want(304)
	w.get(at, append(ours, "Range", "bytes=0-1")...).want(206)
	w.get(at, append(ours, "Accept", "text/html")...).want(406)
	w.do(http.MethodHead, at, nil, ours...).want(200)
}

// TestAnnotatedWorkbookOfALimit: what a child could not read, another cannot
// annotate.
func TestAnnotatedWorkbookOfALimit(t *testing.T) {
	w := newWorld(t, func(c *api.Config) { c.Annotated = &kept{} })
	ours := w.bearer("environment")
	var u upload
	w.do("POST", uploads, strings.NewReader("a,b\n"), ours...).want(202).json(&u)
	ctx := context.Background()
	job, err := w.store.ClaimJob(ctx, "test", time.Minute, 0)
	w.must(err)
	f := catalog.NewFinding("job-limit-memory", "", nil)
	w.must(w.store.FailJob(ctx, job.ID, job.Attempt, f))
	e := w.get(u.URL+"/annotated.xlsx", ours...).want(422).problem()
	if !strings.Contains(e.Detail, f.Sentence(catalog.EN)) || !strings.Contains(e.Fix, f.Fix(catalog.EN)) {
		t.Errorf("%+v", e)
	}
}
