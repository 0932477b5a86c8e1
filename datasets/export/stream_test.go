package export_test

import (
	"context"
	"errors"
	"io"
	"runtime"
	"testing"
	"time"

	"gongkai/catalog"
	"gongkai/datasets/export"
)

var rowFormats = []export.Format{export.CSV, export.JSON, export.NDJSON, export.XLSX}

// endless gives rows for ever, or up to a number of them.
type endless struct {
	fixed
	n, most int
	pause   time.Duration
}

func (e *endless) Next() ([]catalog.Value, bool) {
	if e.most > 0 && e.n >= e.most {
		return nil, false
	}
	time.Sleep(e.pause)
	e.n++
	return e.rows[e.n%len(e.rows)], true
}

// counter counts what is written and remembers when the first byte came.
type counter struct {
	bytes, writes int
	first         time.Time
	failAt        int
	flushes       int
}

var errFull = errors.New("no room left")

func (c *counter) Write(p []byte) (int, error) {
	if c.writes++; c.writes == 1 {
		c.first = time.Now()
	}
	c.bytes += len(p)
	if c.failAt > 0 && c.bytes > c.failAt {
		return 0, errFull
	}
	return len(p), nil
}

func (c *counter) Flush() error { c.flushes++; return nil }

func TestErrorsEndTheFile(t *testing.T) {
	broken := errors.New("the engine stopped")
	for _, f := range rowFormats {
		var out counter
		before := &fixed{columns: columns, err: broken}
		if err := export.Write(context.Background(), &out, export.Form{Format: f}, before, export.Meta{}); !errors.Is(err, broken) || out.bytes > 0 || !before.closed {
			t.Errorf("%s: an error before the first row: %v, %d bytes", f, err, out.bytes)
		}
		later := &fixed{columns: columns, rows: benchRows(3), err: broken}
		if err := export.Write(context.Background(), &out, export.Form{Format: f}, later, export.Meta{}); !errors.Is(err, broken) {
			t.Errorf("%s: an error after rows: %v", f, err)
		}
		full := &counter{failAt: 1}
		if err := export.Write(context.Background(), full, export.Form{Format: f}, &fixed{columns: columns, rows: benchRows(3)}, export.Meta{}); !errors.Is(err, errFull) {
			t.Errorf("%s: a full disk: %v", f, err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		source := &endless{fixed: fixed{columns: columns, rows: benchRows(10)}}
		time.AfterFunc(20*time.Millisecond, cancel)
		if err := export.Write(ctx, io.Discard, export.Form{Format: f}, source, export.Meta{}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: cancelled: %v", f, err)
		}
	}
	if err := export.Write(context.Background(), io.Discard, export.Form{Format: export.Parquet}, &fixed{}, export.Meta{}); catalog.KindOf(err) != catalog.Unsupported {
		t.Error(err)
	}
}

// TestSlowRowsAreNotHeldBack: a query that finds a row now and then shows them.
func TestSlowRowsAreNotHeldBack(t *testing.T) {
	for _, f := range []export.Format{export.CSV, export.NDJSON, export.JSON} {
		out := &counter{}
		source := &endless{fixed: fixed{columns: columns, rows: benchRows(10)}, most: 300, pause: time.Millisecond}
		start := time.Now()
		if err := export.Write(context.Background(), out, export.Form{Format: f}, source, export.Meta{}); err != nil {
			t.Fatal(err)
		}
		if took := out.first.Sub(start); took > 290*time.Millisecond && time.Since(start)-took < 20*time.Millisecond || out.flushes == 0 {
			t.Errorf("%s: the first byte after %v, %d flushes", f, took, out.flushes)
		}
	}
}

// TestMemoryIsBounded writes 300,000 rows, some 40 MB, and looks at the heap.
func TestMemoryIsBounded(t *testing.T) {
	for _, f := range rowFormats {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		out := &counter{}
		source := &endless{fixed: fixed{columns: columns, rows: benchRows(1000)}, most: 300_000}
		if err := export.Write(context.Background(), out, export.Form{Format: f}, source, export.Meta{}); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		if grown := int64(after.TotalAlloc - before.TotalAlloc); grown > 30<<20 {
			t.Errorf("%s: %d MB allocated in all for %d MB written", f, grown>>20, out.bytes>>20)
		}
		if out.writes < 10 {
			t.Errorf("%s: %d bytes in %d writes", f, out.bytes, out.writes)
		}
	}
}
