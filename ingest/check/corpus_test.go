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
	"gongkai/ingest/check"
	"gongkai/ingest/infer"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

// TestCorpus checks real files, published by governments: few of their tables
// hold what must not be public. Each hit is logged, to be looked at by a person.
func TestCorpus(t *testing.T) {
	dir := os.Getenv("GONGKAI_CORPUS")
	if dir == "" {
		dir = "../../../shared/corpus/files"
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no corpus of real files at", dir)
	}
	files, blocked := 0, 0
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
		found := checked(t, wb, filepath.Base(path))
		personal := 0
		for _, f := range found {
			if strings.HasPrefix(f.Code, "personal-") || f.Code == "small-count" {
				t.Logf("%s: %s %s", filepath.Base(path), f.Severity, f.Sentence(catalog.EN))
			}
			if f.Severity == catalog.SeverityError {
				personal = 1
			}
		}
		blocked += personal
		return wb.Close()
	})
	if err != nil || files == 0 {
		t.Fatal(files, err)
	}
	t.Logf("%d files, %d blocked", files, blocked)
	if blocked*10 > files {
		t.Errorf("%d of %d files of public data are blocked", blocked, files)
	}
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
