package datasets_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"gongkai/catalog"
	"gongkai/datasets"
	"gongkai/datasets/query"
)

// long is a table whose rows have texts of so many bytes.
func (h *house) long(t testing.TB, rows, bytes int) *datasets.Ref {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	tables := []catalog.Table{{Name: "long", Columns: []catalog.Column{column("n", catalog.TypeInteger, "BIGINT"), column("text", catalog.TypeText, "VARCHAR")}}}
	records := make([]catalog.Record, rows)
	letters := make([]byte, bytes)
	for i := range records {
		for j := range letters {
			letters[j] = byte('a' + random.IntN(26))
		}
		records[i] = catalog.Record{Row: i + 2, Values: []catalog.Value{whole(int64(i)), text(string(letters))}}
	}
	sealed, tables := h.build(t, tables, [][]catalog.Record{records})
	h.add(t, h.dataset(t, "long"), sealed, tables, true)
	ref, err := h.lib.Table(context.Background(), public, "long", "", "")
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// numbers reads a stream to its end and checks that it gives every row once.
func numbers(rows query.Rows, want int64) error {
	defer rows.Close()
	var n int64
	for row, ok := rows.Next(); ok; row, ok = rows.Next() {
		if row[0].I != n {
			return fmt.Errorf("row %d after %d rows", row[0].I, n)
		}
		n++
	}
	if rows.Err() == nil && n != want {
		return fmt.Errorf("%d rows", n)
	}
	return rows.Err()
}

// TestQueriesShareTheMemory: more readers of long texts than the memory has
// room for are all answered, and no export breaks off.
func TestQueriesShareTheMemory(t *testing.T) {
	h := newHouse(t, datasets.Config{MemoryLimit: 72 << 20})
	ref := h.long(t, 8000, 8<<10)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if p, err := h.lib.Page(context.Background(), ref, query.Request{Limit: 500}); err != nil || len(p.Rows) != 500 {
				t.Errorf("a page: %v", err)
			}
		})
	}
	for range 4 {
		wg.Go(func() {
			rows, err := h.lib.Stream(context.Background(), ref, query.Request{})
			if err == nil {
				err = numbers(rows, 8000)
			}
			if err != nil {
				t.Errorf("an export: %v", err)
			}
		})
	}
	wg.Wait()
}

// TestTooLargeIsToldFromBusy: a query that does not fit beside others is asked
// to come again; one that does not fit alone is told so.
func TestTooLargeIsToldFromBusy(t *testing.T) {
	h := newHouse(t, datasets.Config{MemoryLimit: 72 << 20})
	ref := h.long(t, 8000, 8<<10)
	sorted := query.Request{OrderBy: "n desc", Limit: 100} // sorts all texts, which takes more than there is
	if _, err := h.lib.Page(context.Background(), ref, sorted); catalog.KindOf(err) != catalog.TooLarge {
		t.Errorf("alone: %v", err)
	}
	rows, err := h.lib.Stream(context.Background(), ref, query.Request{})
	if err != nil {
		t.Fatal(err)
	}
	rows.Next() // and its reader stops
	if _, err := h.lib.Page(context.Background(), ref, sorted); catalog.KindOf(err) != catalog.Busy {
		t.Errorf("beside an export: %v", err)
	}
	rows.Close()
}

// TestPagesAreBounded: the texts of a page have a limit, which says what to do.
func TestPagesAreBounded(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	ref := h.long(t, 100, 1<<20)
	_, err := h.lib.Page(context.Background(), ref, query.Request{Limit: 100})
	var e *catalog.Error
	if !errors.As(err, &e) || e.Kind != catalog.TooLarge || e.Field != "limit" || !strings.Contains(e.Fix, "limit") {
		t.Errorf("a page of 100 MB: %v", err)
	}
	if p, err := h.lib.Page(context.Background(), ref, query.Request{Limit: 50}); err != nil || p.Bytes < 50<<20 {
		t.Errorf("a page of 50 MB: %v", err)
	}
}

// TestExportsGoOnWhereTheyWere when others took the memory in the middle.
func TestExportsGoOnWhereTheyWere(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	ref := h.wide(t, 10_000)
	for _, r := range []query.Request{{}, {Where: "name like '%1%'"}, {OrderBy: "code desc, name"}} {
		r.Select = []string{catalog.ColumnRow}
		read := func(broken ...int) (got []int64) {
			rows, err := h.lib.Stream(context.Background(), ref, r)
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close()
			for row, ok := rows.Next(); ok; row, ok = rows.Next() {
				got = append(got, row[0].I)
				if slices.Contains(broken, len(got)) {
					datasets.TakeMemory(rows)
				}
			}
			if err := rows.Err(); err != nil {
				t.Error(err)
			}
			return got
		}
		whole := read()
		if got := read(1, 700, 701, 2500, len(whole)); len(whole) < 1000 || !slices.Equal(got, whole) {
			t.Errorf("%v: %d rows of %d, or others", r, len(got), len(whole))
		}
	}
}

// TestBuildsTellTheirMemory: a build that finds no memory is too large, whatever
// the engine calls that and wherever it happens.
func TestBuildsTellTheirMemory(t *testing.T) {
	for _, message := range []string{
		"Out of Memory Error: could not allocate block of size 256.0 KiB (71.7 MiB/72.0 MiB used)",
		`TransactionContext Error: Failed to commit: Failed to re-allocate block of size 512.0 KiB: bad allocation`,
		"std::bad_alloc",
	} {
		if err := datasets.BuildError(message); catalog.KindOf(err) != catalog.TooLarge || !strings.HasPrefix(err.Error(), "the table is too large") {
			t.Errorf("%q is told as %v", message, err)
		}
	}
	b, err := datasets.NewBuilder(t.TempDir(), datasets.BuildOptions{MemoryLimit: 24 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Abort()
	w, err := b.Table(catalog.Table{Name: "t", Storage: "t1", Columns: []catalog.Column{column("text", catalog.TypeText, "VARCHAR")}})
	for i := 0; err == nil && i < 1500; i++ {
		err = w.Append(&catalog.Record{Row: i + 2, Values: []catalog.Value{text(strings.Repeat(fmt.Sprint(i, "长"), 20_000))}})
	}
	if err == nil {
		err = w.Close()
	}
	if err == nil {
		_, err = b.Seal(context.Background())
	}
	if catalog.KindOf(err) != catalog.TooLarge {
		t.Errorf("texts beyond the memory of a build: %v", err)
	}
}
