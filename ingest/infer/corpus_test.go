package infer_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gongkai/catalog"
	"gongkai/ingest/infer"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

// truth is what a person read in a real file.
type truth struct {
	Tables []struct {
		Sheet        string         `json:"sheet"`
		HeaderRows   *[2]int        `json:"header_rows"`
		FirstDataRow int            `json:"first_data_row"`
		LastDataRow  int            `json:"last_data_row"`
		Columns      []string       `json:"columns"`
		Types        []catalog.Type `json:"types"`
		Rows         int64          `json:"rows"`
		Empty        []string       `json:"empty_columns"`
		Alternatives struct {
			Types   json.RawMessage     `json:"types"`
			Columns map[string][]string `json:"columns"`
		} `json:"alternatives"`
	} `json:"tables"`
}

// TestCorpus reads the real files whose truth is known, as far as their format
// is read, and wants nine tables in ten exactly: header, body, labels, types.
func TestCorpus(t *testing.T) {
	dir := os.Getenv("GONGKAI_CORPUS")
	if dir == "" {
		dir = "../../../shared/corpus/files"
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no corpus of real files at", dir)
	}
	tables, wrong := 0, 0
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".truth.json") {
			return err
		}
		var want truth
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(b, &want); err != nil {
			return err
		}
		file := strings.TrimSuffix(path, ".truth.json")
		wb, err := sheet.Open(context.Background(), file, sheet.Options{TempDir: t.TempDir()})
		var rejected *sheet.Rejected
		if errors.As(err, &rejected) && rejected.Code == sheet.FileTypeUnsupported {
			return nil
		}
		if err != nil {
			return err
		}
		tables += len(want.Tables)
		for _, d := range differences(t, wb, want) {
			t.Logf("%s: %s", filepath.Base(file), d)
			wrong++
		}
		return wb.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d tables, %d differ", tables, wrong)
	if wrong*10 > tables {
		t.Errorf("%d of %d tables differ", wrong, tables)
	}
}

// TestCorpusEvidence: every column of every real file says in both languages
// how it was decided, and every finding has its sentences.
func TestCorpusEvidence(t *testing.T) {
	dir := os.Getenv("GONGKAI_CORPUS")
	if dir == "" {
		dir = "../../../shared/corpus/files"
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no corpus of real files at", dir)
	}
	columns := 0
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
		found, err := shape.Detect(context.Background(), wb, nil)
		if err != nil {
			return err
		}
		for i := range found.Tables {
			p, err := infer.Columns(context.Background(), wb, &found.Tables[i], nil)
			if err != nil {
				return err
			}
			columns += len(p.Table.Columns)
			told(t, filepath.Base(path), p)
		}
		return wb.Close()
	})
	if err != nil || columns == 0 {
		t.Fatal(columns, err)
	}
	t.Logf("%d columns", columns)
}

// told wants evidence and sentences, without holes in them.
func told(t *testing.T, name string, p *infer.Plan) {
	t.Helper()
	for _, c := range p.Table.Columns {
		if e := c.Evidence; e.ZH == "" || e.EN == "" || strings.Contains(e.ZH+e.EN, "%!") {
			t.Errorf("%s: column %s: evidence %+v", name, c.Name, e)
		}
		if (c.Col == 0) != (c.Made != "") {
			t.Errorf("%s: column %s lies in %d and is made from %q", name, c.Name, c.Col, c.Made)
		}
	}
	for _, f := range p.Findings {
		if zh, en := f.Sentence(catalog.ZH), f.Sentence(catalog.EN); zh == "" || en == "" || strings.Contains(zh+en, "%!") || f.Where == "" {
			t.Errorf("%s: %s at %q: %s / %s", name, f.Code, f.Where, zh, en)
		}
	}
}

// differences says for each table how the reading differs from the truth.
func differences(t *testing.T, wb *sheet.Workbook, want truth) []string {
	t.Helper()
	found, err := shape.Detect(context.Background(), wb, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Tables) != len(want.Tables) {
		return []string{"another number of tables"}
	}
	var out []string
	for i, w := range want.Tables {
		s := &found.Tables[i]
		p, err := infer.Columns(context.Background(), wb, s, nil)
		if err != nil {
			t.Fatal(err)
		}
		header := [2]int{}
		if w.HeaderRows != nil {
			header = *w.HeaderRows
		}
		onSheet := slices.DeleteFunc(slices.Clone(s.Columns), func(c shape.Column) bool { return c.Made != "" })
		if s.HeaderRows != header || s.FirstRow != w.FirstDataRow || s.LastRow != w.LastDataRow || p.Table.Rows != w.Rows || len(onSheet) != len(w.Columns) {
			out = append(out, "header or body")
			continue
		}
		var types map[string][]catalog.Type
		_ = json.Unmarshal(w.Alternatives.Types, &types) // some truths have a word there
		for k, label := range w.Columns {
			c := p.Table.Columns[k]
			sameLabel := label == "" || folded(c.Label) == folded(label) || slices.Contains(w.Alternatives.Columns[label], c.Label)
			sameType := c.Type == w.Types[k] || slices.Contains(types[label], c.Type) || slices.Contains(w.Empty, label) || c.Type == catalog.TypePercent && w.Types[k] == catalog.TypeDecimal
			if !sameLabel || !sameType {
				out = append(out, "column "+c.Label+" "+string(c.Type)+" want "+label+" "+string(w.Types[k]))
				break
			}
		}
	}
	return out
}

// folded leaves out what labels may differ in.
func folded(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" /|_-–—:：,，、.()（）[]", r) {
			return -1
		}
		return r
	}, strings.ToLower(s))
}
