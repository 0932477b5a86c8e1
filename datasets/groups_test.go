package datasets_test

import (
	"bytes"
	"context"
	"testing"

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
	h := newHouse(t, datasets.Config{})
	b, err := datasets.NewBuilder(h.dir, datasets.BuildOptions{ExpectedRows: query.MaxGroups + 1})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Abort()
	table := catalog.Table{Name: "data", Storage: "t1", Columns: []catalog.Column{column("n", catalog.TypeInteger, "BIGINT"), column("m", catalog.TypeInteger, "BIGINT")}}
	w, err := b.Table(table)
	if err != nil {
		t.Fatal(err)
	}
	for i := range int64(query.MaxGroups + 1) {
		r := catalog.Record{Row: int(i) + 2, Kind: catalog.RowRecord, Values: []catalog.Value{whole(i), whole(i / 2)}}
		if err := w.Append(&r); err != nil {
			t.Fatal(err)
		}
		table.Rows++
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
