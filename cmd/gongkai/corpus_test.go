package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// corpusFolder finds the real files that reading is tested on. They are not
// part of the project; where they are not at hand the test says so.
func corpusFolder(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("GONGKAI_CORPUS")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "corpus", "files")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no corpus of real files at %s; set GONGKAI_CORPUS to run this test", dir)
	}
	return dir
}

// TestCorpus publishes every file of the corpus and reads each table back
// through the API. A file may be refused, but only with findings.
func TestCorpus(t *testing.T) {
	dir := corpusFolder(t)
	data := t.TempDir()
	var files []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		ext := strings.ToLower(filepath.Ext(path))
		if err == nil && !d.IsDir() && ext != ".json" { // those are answers
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if testing.Short() {
		files = files[:min(len(files), 6)]
	}
	outcomes := map[string]outcome{}
	for i, file := range files {
		slug := fmt.Sprintf("file-%d", i)
		out, errs, code := gk(t, "publish", file, "--data", data, "--dataset", slug, "--department", "corpus", "--json")
		var o outcome
		if err := json.Unmarshal([]byte(out), &o); err != nil {
			t.Errorf("%s: exit %d and no JSON: %s%s", file, code, out, errs)
			continue
		}
		switch code {
		case 0:
			outcomes[slug] = o
		case exitRefused:
			if len(o.Findings) == 0 {
				t.Errorf("%s: refused without a finding: %s", file, errs)
			}
			t.Logf("%s: refused: %v", filepath.Base(file), o.Findings[0].Message)
		default:
			t.Errorf("%s: exit %d: %s", file, code, errs)
		}
	}
	t.Logf("%d of %d files published", len(outcomes), len(files))
	s := boot(t, data)
	for slug, o := range outcomes {
		var rows int64
		for _, table := range o.Tables {
			rows += countRows(t, s, slug, table)
		}
		if rows != o.Rows {
			t.Errorf("%s: read %d rows back, published %d", slug, rows, o.Rows)
		}
	}
}

// countRows pages through a table by its cursors.
func countRows(t *testing.T, s *server, dataset, table string) (n int64) {
	t.Helper()
	next := fmt.Sprintf("/api/v1/datasets/%s/tables/%s/rows?limit=5000", dataset, url.PathEscape(table))
	for next != "" {
		var page struct {
			Data []json.RawMessage `json:"data"`
			Next string            `json:"next"`
		}
		s.get(next, 200).json(t, &page)
		n += int64(len(page.Data))
		next = strings.TrimPrefix(page.Next, s.url)
	}
	return n
}
