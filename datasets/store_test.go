package datasets_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"gongkai/catalog"
	"gongkai/datasets"
	"gongkai/datasets/export"
	"gongkai/datasets/query"
)

// numbered publishes n datasets whose only value says which they are.
func (h *house) numbered(t testing.TB, n int) []*datasets.Ref {
	t.Helper()
	refs := make([]*datasets.Ref, n)
	for i := range refs {
		slug := "d" + strconv.Itoa(i)
		sealed, tables := h.build(t, []catalog.Table{{Name: "t", Columns: []catalog.Column{column("which", catalog.TypeText, "VARCHAR")}}},
			[][]catalog.Record{{{Row: 1, Kind: catalog.RowRecord, Values: []catalog.Value{text(slug)}}}})
		h.add(t, h.dataset(t, slug), sealed, tables, true)
		ref, err := h.lib.Table(context.Background(), public, slug, "", "")
		if err != nil {
			t.Fatal(err)
		}
		refs[i] = ref
	}
	return refs
}

// TestReadersWhileFilesComeAndGo keeps far fewer files attached than are read,
// by many readers at once; each must get its own file's rows.
func TestReadersWhileFilesComeAndGo(t *testing.T) {
	h := newHouse(t, datasets.Config{MaxAttached: 3})
	refs := h.numbered(t, 20)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 150 {
				ref := refs[rand.IntN(len(refs))]
				p, err := h.lib.Page(context.Background(), ref, query.Request{Where: "which like 'd%'"})
				if err != nil || len(p.Rows) != 1 || p.Rows[0][0].S != ref.Dataset.Slug {
					t.Errorf("%s: %+v %v", ref.Dataset.Slug, p, err)
					return
				}
			}
		})
	}
	wg.Wait()
	if n := h.files.Attached(); n > 3 {
		t.Errorf("%d files stay attached", n)
	}
}

// TestStreamKeepsItsFile reads a stream to its end while its file would be the
// first to be detached.
func TestStreamKeepsItsFile(t *testing.T) {
	h := newHouse(t, datasets.Config{MaxAttached: 1})
	wide := h.wide(t, 30000)
	refs := h.numbered(t, 5)
	rows, err := h.lib.Stream(context.Background(), wide, query.Request{})
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	n := 0
	for _, ok := rows.Next(); ok; _, ok = rows.Next() {
		if n++; n%5000 == 0 {
			if _, err := h.lib.Page(context.Background(), refs[n/5000%5], query.Request{}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if rows.Err() != nil || n != 30000 {
		t.Fatal(n, rows.Err())
	}
	rows.Close()
	rows.Close()
	if n := h.files.Attached(); n != 1 {
		t.Errorf("%d files stay attached", n)
	}
}

// slow is a query that takes long: a like pattern over every row, sorted.
var slow = query.Request{Where: "name like '%1%9%' or name like '%示%7%' or code like '%9%8%7%'", OrderBy: "name desc, code, amount", Limit: 1000}

func TestSlowQueriesAreStopped(t *testing.T) {
	h := newHouse(t, datasets.Config{QueryDeadline: 3 * time.Millisecond})
	ref := h.wide(t, 300_000)
	start := time.Now()
	_, err := h.lib.Page(context.Background(), ref, slow)
	if catalog.KindOf(err) != catalog.Deadline {
		t.Errorf("a page past its deadline: %v", err)
	}
	rows, err := h.lib.Stream(context.Background(), ref, slow)
	if err == nil {
		for _, ok := rows.Next(); ok; _, ok = rows.Next() {
		}
		err = rows.Err()
		rows.Close()
	}
	if catalog.KindOf(err) != catalog.Deadline {
		t.Errorf("a stream past its deadline: %v", err)
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("stopping took %v", took)
	}
	// On a loaded machine even the least query may take three milliseconds once.
	var p *datasets.Page
	for range 50 {
		if p, err = h.lib.Page(context.Background(), ref, query.Request{Limit: 1}); catalog.KindOf(err) != catalog.Deadline {
			break
		}
	}
	if err != nil || len(p.Rows) != 1 {
		t.Errorf("the next query: %v", err)
	}
}

func TestAClosedBrowserStopsItsQuery(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	ref := h.wide(t, 300_000)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
	defer cancel()
	if _, err := h.lib.Page(ctx, ref, slow); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a page of a closed browser: %v", err)
	}
	ctx, cancel = context.WithCancel(context.Background())
	rows, err := h.lib.Stream(ctx, ref, query.Request{})
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if _, ok := rows.Next(); !ok {
		t.Fatal(rows.Err())
	}
	cancel()
	time.Sleep(10 * time.Millisecond)
	n := 1
	for _, ok := rows.Next(); ok; _, ok = rows.Next() {
		n++
	}
	if !errors.Is(rows.Err(), context.Canceled) || n > 100_000 {
		t.Errorf("a stream of a closed browser: %d rows, %v", n, rows.Err())
	}
	rows.Close()
	if all := readAll(t, h, ref, query.Request{Where: "id < 10"}); len(all) != 10 {
		t.Errorf("the next query gives %d rows", len(all))
	}
}

func TestTooManyStreams(t *testing.T) {
	h := newHouse(t, datasets.Config{MaxStreams: 2})
	ref := h.wide(t, 10)
	var open []query.Rows
	for range 2 {
		rows, err := h.lib.Stream(context.Background(), ref, query.Request{})
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, rows)
	}
	if _, err := h.lib.Stream(context.Background(), ref, query.Request{}); catalog.KindOf(err) != catalog.Busy {
		t.Errorf("a third stream: %v", err)
	}
	if _, err := h.lib.Page(context.Background(), ref, query.Request{}); err != nil {
		t.Errorf("pages wait for streams: %v", err)
	}
	for _, rows := range open {
		rows.Close()
	}
	if _, err := h.lib.Stream(context.Background(), ref, query.Request{}); err != nil {
		t.Errorf("after closing: %v", err)
	}
}

// TestSlowReadersCostNoMemory opens many streams of a large result, reads a
// little of each and lets them stand.
func TestSlowReadersCostNoMemory(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	ref := h.wide(t, 400_000)
	readAll(t, h, ref, query.Request{Where: "id < 1000"})
	before := residentBytes(t)
	const readers = 30
	for range readers {
		rows, err := h.lib.Stream(context.Background(), ref, query.Request{})
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for range 100 {
			rows.Next()
		}
	}
	grown := residentBytes(t) - before
	t.Logf("%d standing streams: %d MB more", readers, grown>>20)
	if grown > 100<<20 {
		t.Errorf("%d standing streams take %d MB", readers, grown>>20)
	}
}

// residentBytes is the memory of this process that is really there, peakBytes
// the most there was.
func residentBytes(t testing.TB) int64 { return memory(t, "VmRSS:") }
func peakBytes(t testing.TB) int64     { return memory(t, "VmHWM:") }

func memory(t testing.TB, which string) int64 {
	t.Helper()
	runtime.GC()
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip("no /proc here")
	}
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, which); ok {
			n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return n << 10
		}
	}
	t.Skip("no " + which + " here")
	return 0
}

// TestPagesFollow walks a table by cursors in several orders and wants each row
// once, in order.
func TestPagesFollow(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	ref := h.wide(t, 2500)
	for _, r := range []query.Request{
		{Limit: 700},
		{Limit: 333, OrderBy: "count desc, name"},
		{Limit: 100, Where: "open = true", OrderBy: "amount"},
		{Limit: 1250, Select: []string{"name"}},
	} {
		seen, want := map[int64]bool{}, 2500
		if r.Where != "" {
			want = 1250
		}
		pages := 0
		for {
			p, err := h.lib.Page(context.Background(), ref, r)
			if err != nil {
				t.Fatal(err)
			}
			pages++
			for _, row := range p.SourceRows {
				if seen[row] {
					t.Fatalf("%+v: row %d twice", r, row)
				}
				seen[row] = true
			}
			if p.More != (p.Next != "") {
				t.Fatalf("%+v: more %v, next %q", r, p.More, p.Next)
			}
			if !p.More {
				break
			}
			r.Cursor = p.Next
		}
		if len(seen) != want || pages != (want+r.Limit-1)/r.Limit {
			t.Errorf("%+v: %d rows in %d pages", r, len(seen), pages)
		}
	}
	for _, limit := range []int{-1, datasets.MaxPage + 1} {
		_, err := h.lib.Page(context.Background(), ref, query.Request{Limit: limit})
		if catalog.KindOf(err) != catalog.Invalid || !strings.Contains(fixOf(err), strconv.Itoa(datasets.MaxPage)) {
			t.Errorf("limit %d: %v", limit, err)
		}
	}
}

// TestLargeSort orders more than memory holds and spills, within its limit.
func TestLargeSort(t *testing.T) {
	h := newHouse(t, datasets.Config{MemoryLimit: 100 << 20})
	const n = 600_000
	ref := h.wide(t, n)
	all := 0
	rows, err := h.lib.Stream(context.Background(), ref, query.Request{OrderBy: "amount desc, name"})
	if err != nil {
		t.Fatal(err)
	}
	last := int64(1 << 62)
	for row, ok := rows.Next(); ok; row, ok = rows.Next() {
		if row[4].I > last {
			t.Fatal("not in order")
		}
		last = row[4].I
		all++
	}
	if rows.Err() != nil || all != n {
		t.Error(all, rows.Err())
	}
	rows.Close()
	h2 := newHouse(t, datasets.Config{MemoryLimit: 16 << 20, SpillLimit: 1 << 20})
	ref = h2.wide(t, 400_000)
	rows, err = h2.lib.Stream(context.Background(), ref, query.Request{OrderBy: "amount desc, name"})
	if err == nil {
		for _, ok := rows.Next(); ok; _, ok = rows.Next() {
		}
		err = rows.Err()
		rows.Close()
	}
	if k := catalog.KindOf(err); k != catalog.TooLarge && k != catalog.Full {
		t.Errorf("a sort that fits nowhere: %v", err)
	}
	if p, err := h2.lib.Page(context.Background(), ref, query.Request{}); err != nil || len(p.Rows) != 100 {
		t.Errorf("reading goes on: %v", err)
	}
}

func TestMissingFile(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	ref := h.wide(t, 10)
	if err := os.Remove(filepath.Join(h.dir, "versions", ref.Version.FileHash+".duckdb")); err != nil {
		t.Fatal(err)
	}
	if _, err := h.lib.Page(context.Background(), ref, query.Request{}); err == nil || catalog.KindOf(err) != catalog.Internal {
		t.Errorf("a missing file: %v", err)
	}
	if _, err := h.lib.Export(context.Background(), ref, export.CSV); err == nil {
		t.Error("an export of a missing file succeeded")
	}
	entries, _ := os.ReadDir(filepath.Join(h.dir, "exports", ref.Version.ContentHash))
	if len(entries) != 0 {
		t.Errorf("left behind: %v", entries)
	}
}

// TestExportOfAMillionRowsStreams wants the first byte soon and memory bounded.
func TestExportOfAMillionRowsStreams(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a million rows")
	}
	h := newHouse(t, datasets.Config{})
	ref := h.wide(t, manyRows)
	readAll(t, h, ref, query.Request{Where: "id < 1000"})
	before := residentBytes(t)
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		t.Skipf("the peak of memory cannot be reset here: %v", err)
	}
	w := &firstByte{start: time.Now()}
	if err := h.lib.Copy(context.Background(), ref, query.Request{Where: "count > 5"}, export.Form{Format: export.CSV}, w); err != nil {
		t.Fatal(err)
	}
	grown := peakBytes(t) - before
	t.Logf("%d MB in %v, first byte after %v, %d MB of memory", w.n>>20, time.Since(w.start), w.after, grown>>20)
	if grown > 100<<20 {
		t.Errorf("memory grew by %d MB", grown>>20)
	}
	if w.after > 200*time.Millisecond {
		t.Errorf("first byte after %v", w.after)
	}
}

// firstByte notes when writing began and how much came.
type firstByte struct {
	start time.Time
	after time.Duration
	n     int64
}

func (w *firstByte) Write(p []byte) (int, error) {
	if w.n == 0 {
		w.after = time.Since(w.start)
	}
	w.n += int64(len(p))
	return len(p), nil
}

// TestRottenFile damages a served file; queries of it fail and those of others
// go on.
func TestRottenFile(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	healthy := h.numbered(t, 1)[0]
	ref := h.wide(t, 200_000)
	path := filepath.Join(h.dir, "versions", ref.Version.FileHash+".duckdb")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	junk := make([]byte, 1000)
	for at := int64(300 << 10); at < info.Size()-1000; at += 100 << 10 {
		if _, err := f.WriteAt(junk, at); err != nil {
			t.Fatal(err)
		}
	}
	f.Close()
	for range 3 {
		for _, r := range []query.Request{{Where: "name like '%9%' and id > 150000", OrderBy: "amount"}, {OrderBy: "code"}} {
			if _, err := h.lib.Page(context.Background(), ref, r); err == nil {
				t.Error("a damaged file was read")
			} else {
				t.Log(err)
			}
		}
		if p, err := h.lib.Page(context.Background(), healthy, query.Request{}); err != nil || len(p.Rows) != 1 {
			t.Fatalf("a healthy file beside it: %v", err)
		}
	}
	if found := datasets.VerifyFile(context.Background(), h.dir, ref.Version); len(found) == 0 {
		t.Error("verify finds nothing")
	}
}
