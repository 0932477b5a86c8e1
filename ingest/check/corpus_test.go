package check_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gongkai/catalog"
	"gongkai/ingest"
	"gongkai/ingest/check"
	"gongkai/ingest/infer"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

// eachBook calls fn for every real file that can be read.
func eachBook(t *testing.T, fn func(name string, wb *sheet.Workbook)) {
	t.Helper()
	dir := os.Getenv("GONGKAI_CORPUS")
	if dir == "" {
		dir = "../../../shared/corpus/files"
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no corpus of real files at", dir)
	}
	files := 0
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasSuffix(path, ".json") {
			return err
		}
		wb, err := sheet.Open(context.Background(), path, sheet.Options{TempDir: t.TempDir()})
		var rejected *sheet.Rejected
		if errors.As(err, &rejected) {
			return nil
		}
		if err != nil {
			return err
		}
		files++
		fn(filepath.Base(path), wb)
		return wb.Close()
	})
	if err != nil || files == 0 {
		t.Fatal(files, err)
	}
}

// TestCorpus checks real files, published by governments: few of their tables
// hold what must not be public. Each hit is logged, to be looked at by a person.
func TestCorpus(t *testing.T) {
	files, blocked := 0, 0
	eachBook(t, func(name string, wb *sheet.Workbook) {
		files++
		personal := 0
		for _, f := range checked(t, wb, name) {
			if strings.HasPrefix(f.Code, "personal-") || f.Code == "small-count" {
				t.Logf("%s: %s %s", name, f.Severity, f.Sentence(catalog.EN))
			}
			if f.Severity == catalog.SeverityError {
				personal = 1
			}
		}
		blocked += personal
	})
	t.Logf("%d files, %d blocked", files, blocked)
	if blocked*10 > files {
		t.Errorf("%d of %d files of public data are blocked", blocked, files)
	}
}

// TestCorpusAgain reads real files again with the recipe of their own reading:
// it is a good recipe, and nothing drifts.
func TestCorpusAgain(t *testing.T) {
	ctx, still := context.Background(), func(float64, int64) {}
	tables := func(r *ingest.Reading) (out []catalog.Table) {
		for _, p := range r.Plans {
			out = append(out, p.Table)
		}
		return out
	}
	eachBook(t, func(name string, wb *sheet.Workbook) {
		first, err := ingest.Understand(ctx, wb, nil, still)
		if err != nil {
			t.Fatal(name, err)
		}
		recipe := first.Recipe()
		if err := recipe.Check(); err != nil {
			t.Errorf("%s: its recipe is refused: %v", name, err)
		}
		again, err := ingest.Understand(ctx, wb, recipe, still)
		if err != nil {
			t.Fatal(name, err)
		}
		for _, f := range check.Drift(tables(first), tables(again), recipe) {
			t.Errorf("%s: %s", name, f.Sentence(catalog.EN))
		}
	})
}

// checked gives the findings of this package about a workbook.
func checked(t *testing.T, wb *sheet.Workbook, name string) []catalog.Finding {
	t.Helper()
	ctx := context.Background()
	found, err := shape.Detect(ctx, wb, nil)
	if err != nil {
		t.Fatal(err)
	}
	out, err := check.Outside(ctx, wb, name, found.Tables, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range found.Tables {
		p, err := infer.Columns(ctx, wb, &found.Tables[i], nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := (&catalog.Recipe{Tables: []catalog.RecipeTable{{Name: p.Table.Name}}}).Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, col := range p.Table.Columns {
			if !catalog.Identifier(col.Name) {
				t.Errorf("%s: a recipe cannot have the column %q", name, col.Name)
			}
		}
		c := check.New(&p.Table, nil)
		if err := p.Records(func(r *catalog.Record) error { c.Record(r); return nil }); err != nil {
			t.Fatal(err)
		}
		out = append(out, c.Findings(&p.Table)...)
	}
	return check.Order(out)
}
