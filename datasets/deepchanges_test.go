package datasets_test

import (
	"context"
	"io"
	"testing"
	"time"

	"gongkai/catalog"
	"gongkai/datasets"
)

// shuffledWide builds n rows of wideRows in another order, each with other
// values but for its key.
func shuffledWide(t testing.TB, dir string, n int) (datasets.Sealed, []catalog.Table) {
	t.Helper()
	b, err := datasets.NewBuilder(dir, datasets.BuildOptions{ExpectedRows: int64(n)})
	if err != nil {
		t.Fatal(err)
	}
	table := wideRows()
	w, err := b.Table(table)
	if err != nil {
		t.Fatal(err)
	}
	r, other := catalog.Record{Values: make([]catalog.Value, len(table.Columns))}, catalog.Record{Values: make([]catalog.Value, len(table.Columns))}
	for i := range n {
		fillWide(&r, i*7919%n)
		fillWide(&other, i*7919%n+1)
		copy(r.Values[1:], other.Values[1:])
		r.Row = i + 2
		if err := w.Append(&r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	sealed, err := b.Seal(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	table.Rows = int64(n)
	return sealed, []catalog.Table{table}
}

// TestDeepChanges compares two versions of which every row changed and moved:
// the last page costs what the first does.
func TestDeepChanges(t *testing.T) {
	if testing.Short() {
		t.Skip("builds two million rows")
	}
	const n = 200_000
	h := newHouse(t, datasets.Config{})
	old := h.wide(t, n)
	sealed, tables := shuffledWide(t, h.dir, n)
	h.add(t, old.Dataset, sealed, tables, true)
	now, err := h.lib.Table(t.Context(), public, "wide", "", "")
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	c, err := h.lib.Changes(t.Context(), old, now, []string{"id"})
	if err != nil || c.Changed != n || c.Added+c.Removed != 0 {
		t.Fatal(c, err)
	}
	t.Logf("compared in %s", time.Since(start))
	start = time.Now()
	if _, err := h.lib.Changes(t.Context(), old, now, []string{"id"}); err != nil {
		t.Fatal(err)
	}
	t.Logf("again in %s", time.Since(start))
	for _, limit := range []int{100, 1000, 10_000} {
		for _, skip := range []int{0, n / 2, n - limit} {
			rows, start := 0, time.Now()
			more, err := h.lib.EachChange(t.Context(), c, skip, limit, func(r *datasets.ChangedRow) error {
				if rows++; r.NewRow != int64(skip+rows+1) || r.Old[0] != r.New[0] || r.OldRow == 0 || r.Differs[0] {
					t.Fatalf("row %d: %+v", rows, r)
				}
				return nil
			})
			if err != nil || rows != limit || more != (skip < n-limit) {
				t.Fatal(rows, more, err)
			}
			took := time.Since(start)
			t.Logf("%d rows from %d: %s", limit, skip, took)
			if took > time.Second {
				t.Errorf("%d rows from %d took %s", limit, skip, took)
			}
		}
	}
	start = time.Now()
	var bytes counter
	if err := h.lib.ChangesCSV(t.Context(), c, &bytes); err != nil {
		t.Fatal(err)
	}
	t.Logf("all as csv, %d MB: %s", bytes>>20, time.Since(start))
}

type counter int64

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }

var _ io.Writer = (*counter)(nil)
