package ingest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gongkai/catalog"
	"gongkai/ingest"
	"gongkai/ingest/sheet"
)

// understand reads a file; nil where it is refused as a whole.
func understand(t *testing.T, path string, recipe *catalog.Recipe) (*ingest.Reading, func()) {
	t.Helper()
	wb, err := sheet.Open(t.Context(), path, sheet.Options{Name: path, TempDir: t.TempDir()})
	var refused *sheet.Rejected
	if errors.As(err, &refused) {
		return nil, func() {}
	}
	if err != nil {
		t.Fatal(err)
	}
	r, err := ingest.Understand(t.Context(), wb, recipe, func(float64, int64) {})
	if err != nil {
		t.Fatal(err)
	}
	return r, func() { wb.Close() }
}

// throughJSON is a recipe as it comes back from where it was kept.
func throughJSON(t *testing.T, r *catalog.Recipe) (*catalog.Recipe, []byte) {
	t.Helper()
	text, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	back, err := catalog.ReadRecipe(bytes.NewReader(text))
	if err != nil {
		var e *catalog.Error
		errors.As(err, &e)
		t.Fatalf("the recipe of a reading is refused: %v (%s)\n%s", err, e.Field, text)
	}
	return back, text
}

// told is what a reading says of its tables, evidence aside: that a column is
// as the recipe says is new.
func told(t *testing.T, r *ingest.Reading) string {
	t.Helper()
	var out strings.Builder
	for _, p := range r.Plans {
		table := p.Table
		table.Columns = append([]catalog.Column{}, table.Columns...)
		for i := range table.Columns {
			table.Columns[i].Evidence = catalog.Text{}
		}
		text, err := json.MarshalIndent(table, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		out.Write(text)
	}
	return out.String()
}

// wantStable reads a file, reads it again with the recipe of that reading, and
// wants the same tables and the same recipe.
func wantStable(t *testing.T, path string) {
	t.Helper()
	first, end := understand(t, path, nil)
	defer end()
	if first == nil {
		return
	}
	recipe, text := throughJSON(t, first.Recipe())
	second, end := understand(t, path, recipe)
	defer end()
	if a, b := told(t, first), told(t, second); a != b {
		t.Errorf("read by its own recipe it is another: %s\n%s", difference(a, b), text)
	}
	if _, again := throughJSON(t, second.Recipe()); !bytes.Equal(again, text) {
		t.Errorf("the recipe of the second reading is another: %s", difference(string(text), string(again)))
	}
}

// difference gives the first line in which two texts differ.
func difference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return strings.Join(x[max(0, i-3):i+1], "\n") + "\n  became\n" + y[i]
		}
	}
	return "one is longer"
}

// TestDeriveCorpus derives, applies and derives again over real files.
func TestDeriveCorpus(t *testing.T) {
	dir := os.Getenv("GONGKAI_CORPUS")
	if dir == "" {
		dir = "../../shared/corpus/files"
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no corpus of real files at", dir)
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".json") || strings.HasSuffix(path, ".md") {
			return err
		}
		if info, err := d.Info(); err != nil || info.Size() > 3<<20 {
			return err
		}
		t.Run(filepath.Base(path), func(t *testing.T) { wantStable(t, path) })
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
