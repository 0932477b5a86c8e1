package datasets_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"gongkai/catalog"
	"gongkai/datasets"
	"gongkai/datasets/export"
)

// TestParquetKeepsTheOrder: row groups are small enough that a table has many.
func TestParquetKeepsTheOrder(t *testing.T) {
	const rows = 300_000
	h := newHouse(t, datasets.Config{})
	file, err := h.lib.Export(context.Background(), h.wide(t, rows), export.Parquet)
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var n, moved, groups, most int64
	if err := db.QueryRow("SELECT count(*), count(*) FILTER (id <> file_row_number) FROM read_parquet('"+file.Path+"', file_row_number = true)").Scan(&n, &moved); err != nil {
		t.Fatal(err)
	}
	if err := db.QueryRow("SELECT count(DISTINCT row_group_id), max(row_group_num_rows) FROM parquet_metadata('"+file.Path+"')").Scan(&groups, &most); err != nil {
		t.Fatal(err)
	}
	if n != rows || moved != 0 || groups < 4 || most > 65_536 {
		t.Errorf("%d rows, %d out of place, %d row groups of at most %d", n, moved, groups, most)
	}
}

// TestVeryLongRows: rows that do not fit in what a file usually gets are
// written all the same, with more memory.
func TestVeryLongRows(t *testing.T) {
	const columns, rows = 300, 2200
	h := newHouse(t, datasets.Config{MemoryLimit: 400 << 20})
	table := catalog.Table{Name: "long"}
	for j := range columns {
		table.Columns = append(table.Columns, column(fmt.Sprintf("c%d", j), catalog.TypeText, "VARCHAR"))
	}
	cell := func(i, j int) string { return strings.Repeat(fmt.Sprintf("第%d号事项的说明", i*7919+j), 3) }
	records := make([]catalog.Record, rows)
	for i := range records {
		values := make([]catalog.Value, columns)
		for j := range values {
			values[j] = text(cell(i, j))
		}
		records[i] = catalog.Record{Row: i + 2, Kind: catalog.RowRecord, Values: values}
	}
	sealed, tables := h.build(t, []catalog.Table{table}, [][]catalog.Record{records})
	h.add(t, h.dataset(t, "long"), sealed, tables, true)
	ref, err := h.lib.Table(context.Background(), public, "long", "", "")
	if err != nil {
		t.Fatal(err)
	}
	for f, from := range map[export.Format]string{export.Parquet: "read_parquet('%s')", export.DuckDB: "made.long"} {
		file, err := h.lib.Export(context.Background(), ref, f)
		if err != nil {
			t.Errorf("%s: %v", f, err)
			continue
		}
		db, err := sql.Open("duckdb", "")
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if f == export.Parquet {
			from = fmt.Sprintf(from, file.Path)
		} else if _, err := db.Exec("ATTACH '" + file.Path + "' AS made (READ_ONLY)"); err != nil {
			t.Fatal(err)
		}
		got := scanned(t, db, "SELECT c0, c299 FROM "+from)
		if len(got) != rows {
			t.Fatalf("%s: %d rows", f, len(got))
		}
		for i, row := range got {
			if row[0] != cell(i, 0) || row[1] != cell(i, columns-1) {
				t.Fatalf("%s, row %d: %.40q %.40q", f, i, row[0], row[1])
			}
		}
	}
}
