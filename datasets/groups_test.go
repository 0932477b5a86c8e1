package datasets_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"gongkai/catalog"
	"gongkai/datasets"
	"gongkai/datasets/export"
	"gongkai/datasets/query"
)

// TestExportsOfTooManyGroups are refused before anything is written, in every
// format; the first groups can be had.
func TestExportsOfTooManyGroups(t *testing.T) {
	if testing.Short() {
		t.Skip("writes a million rows")
	}
	h, ref := pairs(t, query.MaxGroups+1)
	for _, r := range []query.Request{{Select: []string{"n", "count(*)"}, GroupBy: "n"}, {Select: []string{"n"}, Distinct: true}} {
		for _, f := range []export.Format{export.CSV, export.XLSX, export.Parquet, export.SQLite} {
			var out bytes.Buffer
			err := h.lib.Copy(context.Background(), ref, r, export.Form{Format: f}, &out)
			if catalog.KindOf(err) != catalog.TooLarge || fixOf(err) == "" || out.Len() > 0 {
				t.Errorf("%s of %+v: %d bytes, %v", f, r, out.Len(), err)
			}
		}
	}
	for name, r := range map[string]query.Request{
		"fewer groups":     {Select: []string{"m", "count(*)"}, GroupBy: "m"},
		"the first groups": {Select: []string{"n", "count(*)"}, GroupBy: "n", Most: 1000},
		"rows":             {Select: []string{"n"}},
	} {
		var out bytes.Buffer
		if err := h.lib.Copy(context.Background(), ref, r, export.Form{Format: export.CSV}, &out); err != nil || out.Len() == 0 {
			t.Errorf("%s: %d bytes, %v", name, out.Len(), err)
		}
	}
}

// TestGroupsInAFileHaveADeadline as those on a page have.
func TestGroupsInAFileHaveADeadline(t *testing.T) {
	h := newHouse(t, datasets.Config{QueryDeadline: time.Millisecond})
	ref := h.wide(t, 100_000)
	r := query.Request{Select: []string{"code", "count(distinct name)", "median(amount)", "stddev(amount)", "quantile(amount, 0.9)", "count(distinct amount)"}, GroupBy: "code"}
	for _, f := range []export.Format{export.CSV, export.Parquet, export.DuckDB, export.SQLite} {
		var out bytes.Buffer
		err := h.lib.Copy(context.Background(), ref, r, export.Form{Format: f}, &out)
		if catalog.KindOf(err) != catalog.Deadline || out.Len() > 0 {
			t.Errorf("%s: %d bytes, %v", f, out.Len(), err)
		}
	}
}

// pairs publishes n rows of a number and half of it.
func pairs(t *testing.T, n int64) (*house, *datasets.Ref) {
	t.Helper()
	h := newHouse(t, datasets.Config{})
	b, err := datasets.NewBuilder(h.dir, datasets.BuildOptions{ExpectedRows: n})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Abort()
	table := catalog.Table{Name: "data", Storage: "t1", Rows: n, Columns: []catalog.Column{column("n", catalog.TypeInteger, "BIGINT"), column("m", catalog.TypeInteger, "BIGINT")}}
	w, err := b.Table(table)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		r := catalog.Record{Row: int(i) + 2, Kind: catalog.RowRecord, Values: []catalog.Value{whole(i), whole(i / 2)}}
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
	h.add(t, h.dataset(t, "many"), sealed, []catalog.Table{table}, true)
	ref, err := h.lib.Table(context.Background(), public, "many", "", "")
	if err != nil {
		t.Fatal(err)
	}
	return h, ref
}

// TestWorkbookOfMoreThanASheet: the sheet that Excel can hold is full to its
// last row, and the next goes on behind it.
func TestWorkbookOfMoreThanASheet(t *testing.T) {
	if testing.Short() {
		t.Skip("writes a million rows")
	}
	const sheetRows, rows = 1 << 20, 1<<20 + 3
	h, ref := pairs(t, rows)
	file, err := h.lib.Export(context.Background(), ref, export.XLSX)
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenFile(file.Path, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sheets, next := f.GetSheetList(), 0
	if len(sheets) != 3 {
		t.Fatalf("sheets %v", sheets)
	}
	for i, name := range sheets[:2] {
		lines, err := f.Rows(name)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for ; lines.Next(); n++ {
			cells, err := lines.Columns()
			if err != nil {
				t.Fatal(err)
			}
			want := []string{"n", "m"}
			if n > 0 {
				want = []string{strconv.Itoa(next), strconv.Itoa(next / 2)}
				next++
			}
			if !slices.Equal(cells, want) {
				t.Fatalf("%s, row %d: %q, want %q", name, n+1, cells, want)
			}
		}
		if err := errors.Join(lines.Error(), lines.Close()); err != nil {
			t.Fatal(err)
		}
		if wanted := []int{sheetRows, rows - (sheetRows - 1) + 1}[i]; n != wanted {
			t.Errorf("%s has %d rows, want %d", name, n, wanted)
		}
	}
	if next != rows {
		t.Errorf("%d rows, want %d", next, rows)
	}
}
