package datasets

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"gongkai/catalog"
	"gongkai/datasets/diff"
)

// Summary is what changed from one version of a dataset to another, in numbers.
type Summary struct {
	From   int                    `json:"from"` // number of the older version
	To     int                    `json:"to"`
	Major  bool                   `json:"major"` // the schema changed so that programs may break
	Schema []catalog.SchemaChange `json:"schema"`
	Tables []TableSummary         `json:"tables"` // that both versions have
}

// TableSummary counts the rows of one table that differ.
type TableSummary struct {
	Table   string   `json:"table"`
	Key     []string `json:"key"` // columns by which rows are the same row; empty: rows of equal content are
	Added   int64    `json:"added"`
	Removed int64    `json:"removed"`
	Changed int64    `json:"changed"`
}

// Before finds the version that was public before v: the one with the next
// lower number that may still be read; nil where there is none.
func (l *Library) Before(ctx context.Context, who catalog.Actor, d *catalog.Dataset, v *catalog.Version) (*catalog.Version, error) {
	versions, err := l.store.ListVersions(ctx, d.ID)
	if err != nil {
		return nil, fmt.Errorf("list versions of dataset %s: %w", d.Slug, err)
	}
	for i := range versions { // newest first
		if before := &versions[i]; before.Number < v.Number && before.State.Public() && catalog.May(who, catalog.ReadVersion, catalog.Subject{Dataset: d, Version: before}) {
			return l.known.version(ctx, d, before.Number)
		}
	}
	return nil, nil
}

// Summary compares two versions. It is computed once and kept as a file beside
// the exports of the newer one.
func (l *Library) Summary(ctx context.Context, d *catalog.Dataset, old, now *catalog.Version) (*Summary, error) {
	file, err := l.made.get(ctx, l.summaryPath(old, now), func(ctx context.Context, to string) error {
		s, err := l.summarise(ctx, d, old, now)
		if err != nil {
			return err
		}
		text, err := json.Marshal(s)
		if err != nil {
			return err
		}
		return os.WriteFile(to, text, 0)
	})
	if err != nil {
		return nil, fmt.Errorf("compare versions %d and %d of %s: %w", old.Number, now.Number, d.Slug, err)
	}
	return readSummary(file.Path)
}

// SummaryWithin gives the summary if it is known or comes soon enough; nil
// where it does not, while it is made for who asks later. A comparison that
// failed is not tried again for a while.
func (l *Library) SummaryWithin(ctx context.Context, d *catalog.Dataset, old, now *catalog.Version, wait time.Duration) *Summary {
	if known := l.KnownSummary(old, now); known != nil || wait <= 0 {
		return known
	}
	path := l.summaryPath(old, now)
	if l.compared.failedLately(path) {
		return nil
	}
	waiting, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	s, err := l.Summary(waiting, d, old, now)
	if err != nil {
		if waiting.Err() == nil {
			l.compared.fail(path, err)
		}
		return nil
	}
	return s
}

// KnownSummary gives a summary that was computed before; nil where none was.
func (l *Library) KnownSummary(old, now *catalog.Version) *Summary {
	s, err := readSummary(l.summaryPath(old, now))
	if err != nil {
		return nil
	}
	return s
}

func readSummary(path string) (*Summary, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	s := &Summary{}
	return s, json.Unmarshal(text, s)
}

// summaryPath names both versions by number and content: numbers stand inside.
func (l *Library) summaryPath(old, now *catalog.Version) string {
	name := fmt.Sprintf("changes-%d-%d-%s.json", old.Number, now.Number, old.ContentHash[:shortestHash])
	return filepath.Join(l.files.cfg.Dir, exportsDir, now.ContentHash, name)
}

func (l *Library) summarise(ctx context.Context, d *catalog.Dataset, old, now *catalog.Version) (*Summary, error) {
	out := &Summary{From: old.Number, To: now.Number, Schema: diff.Schema(old.Tables, now.Tables), Tables: []TableSummary{}}
	for _, c := range out.Schema {
		out.Major = out.Major || c.Major
	}
	for i := range now.Tables {
		t := &now.Tables[i]
		before := tableNamed(old, t.Name)
		if before == nil {
			continue
		}
		c, err := l.Changes(ctx, &Ref{Dataset: d, Version: old, Table: before}, &Ref{Dataset: d, Version: now, Table: t}, nil)
		if catalog.KindOf(err) == catalog.Conflict && err != nil {
			continue // no column in common: the schema says it all
		}
		if err != nil {
			return nil, err
		}
		out.Tables = append(out.Tables, TableSummary{t.Name, c.KeyNames(), c.Added, c.Removed, c.Changed})
	}
	return out, nil
}

func tableNamed(v *catalog.Version, name string) *catalog.Table {
	for i := range v.Tables {
		if v.Tables[i].Name == name {
			return &v.Tables[i]
		}
	}
	return nil
}

// KeyNames gives the columns by which rows are the same row; empty where those
// of equal content are.
func (c *Changes) KeyNames() []string {
	out := []string{}
	for _, i := range c.Comparison.Key {
		out = append(out, c.Comparison.Pairs[i].New.Name)
	}
	return out
}

// ChangesCSV writes all changes as csv, a line for each cell: what happened to
// the row, its numbers, its key, the column, and the value before and after. A
// row of which there is no cell to tell, for all its columns are of the key, has
// a line without one. Errors are those of AllChanges.
func (l *Library) ChangesCSV(ctx context.Context, c *Changes, out io.Writer) error {
	var piece bytes.Buffer
	w := csv.NewWriter(&piece)
	key := c.KeyNames()
	send := func() error {
		w.Flush()
		_, err := out.Write(piece.Bytes())
		piece.Reset()
		return errors.Join(w.Error(), err)
	}
	if err := w.Write(append(append([]string{"change", "old_row", "new_row"}, key...), "column", "old", "new")); err != nil {
		return err
	}
	if c.Added+c.Removed+c.Changed == 0 {
		return send()
	}
	line := make([]string, 3+len(key)+3)
	return l.AllChanges(ctx, c, func(r *ChangedRow) error { return writeChange(w, c, r, line) }, send)
}

func writeChange(w *csv.Writer, c *Changes, r *ChangedRow, line []string) error {
	line[0], line[1], line[2] = string(r.Change), rowText(r.OldRow), rowText(r.NewRow)
	for i, at := range c.Comparison.Key {
		v := r.New[at]
		if r.Change == diff.Removed {
			v = r.Old[at]
		}
		line[3+i] = v.String()
	}
	cell, written := line[len(line)-3:], false
	for i, p := range c.Comparison.Pairs {
		if r.Change == diff.Changed && !r.Differs[i] || c.Comparison.IsKey(i) {
			continue
		}
		cell[0], cell[1], cell[2] = p.New.Name, r.Old[i].String(), r.New[i].String()
		if err := w.Write(line); err != nil {
			return err
		}
		written = true
	}
	if written {
		return nil
	}
	cell[0], cell[1], cell[2] = "", "", ""
	return w.Write(line)
}

func rowText(row int64) string {
	if row == 0 {
		return ""
	}
	return strconv.FormatInt(row, 10)
}
