package datasets

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"gongkai/catalog"
	"gongkai/datasets/diff"
)

// twoTables builds two versions of a table of n rows in which every third row
// differs, without a catalogue.
func twoTables(t *testing.T, cfg Config, n int) (k *comparisons, old, now *Ref) {
	t.Helper()
	cfg.Dir = t.TempDir()
	var refs [2]*Ref
	for v := range refs {
		b, err := NewBuilder(cfg.Dir, BuildOptions{})
		if err != nil {
			t.Fatal(err)
		}
		table := catalog.Table{Name: "t", Storage: "t1", Columns: []catalog.Column{
			{Name: "a", Type: catalog.TypeInteger, SQLType: "BIGINT"}, {Name: "b", Type: catalog.TypeInteger, SQLType: "BIGINT"}, {Name: "c", Type: catalog.TypeText, SQLType: "VARCHAR"}}}
		w, err := b.Table(table)
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			r := catalog.Record{Row: i + 2, Kind: catalog.RowRecord, Values: []catalog.Value{{Kind: catalog.IntValue, I: int64(i)}, {Kind: catalog.IntValue, I: int64(i % 7)}, {Kind: catalog.TextValue, S: "x"}}}
			if i%3 == 0 {
				r.Values[2].S = "x" + strconv.Itoa(v)
			}
			if err := w.Append(&r); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		sealed, err := b.Seal(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		refs[v] = &Ref{Dataset: &catalog.Dataset{Slug: "d"}, Version: &catalog.Version{Number: v + 1, FileHash: sealed.FileHash, ContentHash: sealed.ContentHash}, Table: &table}
	}
	files, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { files.Close() })
	return newComparisons(files), refs[0], refs[1]
}

func pairOf(t *testing.T, old, now *Ref, key ...string) *Changes {
	t.Helper()
	c, err := diff.Compare(old.Table, now.Table, key)
	if err != nil {
		t.Fatal(err)
	}
	return &Changes{Old: old, New: now, Comparison: c}
}

func keptIn(t *testing.T, k *comparisons) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(k.files.cfg.Dir, exportsDir, comparedDir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// TestComparedOnce lets twenty ask at once, and again: the work is done once.
func TestComparedOnce(t *testing.T) {
	k, old, now := twoTables(t, Config{}, 30_000)
	c := pairOf(t, old, now, "a")
	begun := k.files.memory.started.Load()
	ask := func(k *comparisons) {
		found, err := k.of(t.Context(), c)
		if err != nil {
			t.Error(err)
			return
		}
		defer found.close()
		places, err := found.places(9_990, 100)
		if err != nil || found.Changed != 10_000 || found.Added+found.Removed != 0 || len(places) != 10 || places[9] != (diff.Place{Old: 29_999, New: 29_999}) {
			t.Error(found, places, err)
		}
	}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() { ask(k) })
	}
	wg.Wait()
	again := newComparisons(k.files) // as after a restart
	ask(again)
	if n := k.files.memory.started.Load() - begun; n != 1 {
		t.Errorf("compared %d times", n)
	}
	if paths := keptIn(t, k); len(paths) != 1 || !strings.HasSuffix(paths[0], ".rows") {
		t.Error(paths)
	}
}

// TestComparisonsAreBounded asks for more pairs and keys than there is room for.
func TestComparisonsAreBounded(t *testing.T) {
	k, old, now := twoTables(t, Config{ComparedLimit: 2 * leastKept}, 30)
	pairs := []*Changes{pairOf(t, old, now, "a"), pairOf(t, old, now, "a", "b"), pairOf(t, now, old, "a"), pairOf(t, old, now), pairOf(t, old, now, "b")}
	for _, i := range []int{0, 1, 0, 2, 0, 3, 0, 4, 0} { // the first one is used again and again
		found, err := k.of(t.Context(), pairs[i])
		if err != nil {
			t.Fatal(err)
		}
		if err := found.close(); err != nil {
			t.Fatal(err)
		}
		if n := len(keptIn(t, k)); n > 2 {
			t.Fatalf("%d are kept", n)
		}
		time.Sleep(2 * time.Millisecond)
	}
	if _, err := os.Stat(k.path(pairs[0])); err != nil {
		t.Error("what was used last is gone:", err)
	}
	if len(k.used) != 2 || len(k.made.made) != 2 {
		t.Errorf("%d and %d are remembered", len(k.used), len(k.made.made))
	}
}

// TestNobodyWaits: what nobody waits for any more is not begun.
func TestNobodyWaits(t *testing.T) {
	k, old, now := twoTables(t, Config{MaxCompares: 1}, 30)
	k.made.slots <- struct{}{} // somebody else compares
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := k.of(ctx, pairOf(t, old, now, "a")); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
	<-k.made.slots
	time.Sleep(50 * time.Millisecond)
	if paths := keptIn(t, k); len(paths) > 0 {
		t.Errorf("made for nobody: %v", paths)
	}
	found, err := k.of(t.Context(), pairOf(t, old, now, "a"))
	if err != nil || found.Changed != 10 {
		t.Fatal(found, err)
	}
	found.close()
}

// TestComparedInMemory: where the disk has no room the answer is the same.
func TestComparedInMemory(t *testing.T) {
	k, old, now := twoTables(t, Config{}, 30)
	c := pairOf(t, old, now, "a")
	found, err := k.inMemory(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := k.of(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer kept.close()
	a, err := found.places(0, 100)
	b, err2 := kept.places(0, 100)
	if err != nil || err2 != nil || len(a) != 10 || len(b) != 10 || a[9] != b[9] || found.Changed != kept.Changed {
		t.Error(a, b, err, err2)
	}
	if err := k.compare(t.Context(), c, &atMost{&bytes.Buffer{}, 100}); catalog.KindOf(err) != catalog.Full {
		t.Error(err)
	}
}
