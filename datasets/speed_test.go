package datasets_test

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"

	"gongkai/datasets"
	"gongkai/datasets/export"
	"gongkai/datasets/query"
)

const manyRows = 1_000_000

// BenchmarkPage is the filtered page that the yardstick names: 100 rows of a
// million, one per cent match, source order, another filter each time.
func BenchmarkPage(b *testing.B) {
	h := newHouse(b, datasets.Config{})
	ref := h.wide(b, manyRows)
	page := func(i int64) error {
		p, err := h.lib.Page(context.Background(), ref, query.Request{Where: "district = 'district-" + strconv.FormatInt(i%100, 10) + "'"})
		if err == nil && len(p.Rows) != 100 {
			return fmt.Errorf("%d rows", len(p.Rows))
		}
		return err
	}
	for _, clients := range []int{1, 8} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
			var i atomic.Int64
			b.SetParallelism((clients + 1) / 2)
			if clients == 1 {
				for b.Loop() {
					if err := page(i.Add(1)); err != nil {
						b.Fatal(err)
					}
				}
				return
			}
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := page(i.Add(1)); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
	b.Run("engine-through-driver", func(b *testing.B) {
		db, err := sql.Open("duckdb", filepath.Join(h.dir, "versions", ref.Version.FileHash+".duckdb")+"?access_mode=read_only&threads=2")
		if err != nil {
			b.Fatal(err)
		}
		defer db.Close()
		var i int64
		for b.Loop() {
			i++
			if n := countThroughDriver(b, db, "district-"+strconv.FormatInt(i%100, 10)); n != 101 {
				b.Fatal(n)
			}
		}
	})
}

// countThroughDriver is the same page by the engine's usual driver: what the
// yardstick compares with.
func countThroughDriver(b *testing.B, db *sql.DB, district string) (n int) {
	rows, err := db.Query("SELECT * FROM t1 WHERE district = ? LIMIT 101", district)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	cells := make([]any, 12)
	for k := range cells {
		cells[k] = new(any)
	}
	for rows.Next() {
		n++
		if err := rows.Scan(cells...); err != nil {
			b.Fatal(err)
		}
	}
	if rows.Err() != nil {
		b.Fatal(rows.Err())
	}
	return n
}

func BenchmarkPageOrdered(b *testing.B) {
	h := newHouse(b, datasets.Config{})
	ref := h.wide(b, manyRows)
	for b.Loop() {
		if _, err := h.lib.Page(context.Background(), ref, query.Request{OrderBy: "amount desc"}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFind is what it costs to get from names to a table.
func BenchmarkFind(b *testing.B) {
	h := newHouse(b, datasets.Config{})
	h.wide(b, 10)
	for b.Loop() {
		if _, err := h.lib.Table(context.Background(), public, "wide", "", ""); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkStream(b *testing.B) {
	h := newHouse(b, datasets.Config{})
	ref := h.wide(b, manyRows)
	for _, where := range []string{"", "count > 100"} {
		b.Run("where="+where, func(b *testing.B) {
			for b.Loop() {
				rows, err := h.lib.Stream(context.Background(), ref, query.Request{Where: where})
				if err != nil {
					b.Fatal(err)
				}
				n := 0
				start := time.Now()
				for {
					if _, ok := rows.Next(); !ok {
						break
					}
					if n++; n == 1 {
						b.ReportMetric(float64(time.Since(start).Microseconds()), "µs-to-first")
					}
				}
				if rows.Err() != nil {
					b.Fatal(rows.Err())
				}
				rows.Close()
			}
		})
	}
}

func BenchmarkCopy(b *testing.B) {
	h := newHouse(b, datasets.Config{})
	ref := h.wide(b, manyRows)
	for _, f := range []export.Format{export.CSV, export.NDJSON, export.Parquet} {
		b.Run(string(f), func(b *testing.B) {
			for b.Loop() {
				if err := h.lib.Copy(context.Background(), ref, query.Request{Where: "count > 100"}, export.Form{Format: f}, io.Discard); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkStats is the statistics of all columns of a million rows, as the
// page of a table asks for them.
func BenchmarkStats(b *testing.B) {
	h := newHouse(b, datasets.Config{})
	ref := h.wide(b, manyRows)
	b.Logf("%d columns", len(ref.Table.Columns))
	for _, c := range ref.Table.Columns {
		b.Run(c.Name, func(b *testing.B) {
			for b.Loop() {
				if _, err := h.lib.Stats(context.Background(), ref, datasets.StatsRequest{Columns: []string{c.Name}}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("all", func(b *testing.B) {
		for b.Loop() {
			if _, err := h.lib.Stats(context.Background(), ref, datasets.StatsRequest{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
