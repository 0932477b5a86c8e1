package datasets_test

import (
	"reflect"
	"testing"

	"gongkai/catalog"
	"gongkai/datasets"
)

// TestLacking holds columns of a build against each other and against those of
// a sealed file: numbers as numbers, all else by its text, totals and NULL left
// out.
func TestLacking(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	record := func(row int, kind catalog.RowKind, values ...catalog.Value) catalog.Record {
		return catalog.Record{Row: row, Kind: kind, Values: values}
	}
	decimal := func(i int64) catalog.Value { return catalog.Value{Kind: catalog.DecimalValue, I: i, Scale: 2} }
	day := func(i int64) catalog.Value { return catalog.Value{Kind: catalog.DateValue, I: i} }
	none := catalog.Value{}
	sealed, _ := h.build(t, []catalog.Table{{Name: "regions", Columns: []catalog.Column{
		column("code", catalog.TypeInteger, "BIGINT"), column("name", catalog.TypeText, "VARCHAR"), column("day", catalog.TypeDate, "DATE"),
	}}}, [][]catalog.Record{{
		record(2, catalog.RowRecord, whole(1), text("城关区"), day(0)),
		record(3, catalog.RowRecord, whole(2), text("安宁区"), day(1)),
		record(4, catalog.RowTotal, whole(3), text("合计"), none),
	}})
	b, err := datasets.NewBuilder(h.dir, datasets.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Abort()
	w, err := b.Table(catalog.Table{Name: "beds", Storage: "t1", Columns: []catalog.Column{
		column("region", catalog.TypeDecimal, "DECIMAL(9,2)"), column("name", catalog.TypeText, "VARCHAR"), column("first_day", catalog.TypeText, "VARCHAR"),
	}})
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range [][]catalog.Value{
		{decimal(100), text("城关区"), text("1970-01-01")}, {decimal(250), text("合计"), text("1970/01/02")}, {decimal(300), none, none},
		{decimal(250), text("'; DROP TABLE x"), text("1970-01-02")}, {none, text("合计"), none},
	} {
		rec := record(i+2, catalog.RowRecord, r...)
		if err := w.Append(&rec); err != nil {
			t.Fatal(err)
		}
	}
	total := record(9, catalog.RowTotal, decimal(99900), text("共计"), none)
	if err := w.Append(&total); err != nil {
		t.Fatal(err)
	}
	here := func(c string) datasets.ColumnOf { return datasets.ColumnOf{Storage: "t1", Column: c} }
	there := func(c string) datasets.ColumnOf {
		return datasets.ColumnOf{File: sealed.FileHash, Storage: "t1", Column: c}
	}
	if _, err := b.Lacking(t.Context(), here("region"), there("code")); err == nil {
		t.Error("a table that is still open is compared")
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		x, y datasets.ColumnOf
		want datasets.Lacking
	}{
		{here("region"), there("code"), datasets.Lacking{Values: []string{"2.50", "3.00"}, Rows: []int64{3, 4}, Count: 2, Cells: 3}},
		{there("code"), here("region"), datasets.Lacking{Values: []string{"2"}, Rows: []int64{3}, Count: 1, Cells: 1}},
		{here("name"), there("name"), datasets.Lacking{Values: []string{"合计", "'; DROP TABLE x"}, Rows: []int64{3, 5}, Count: 2, Cells: 3}},
		{here("first_day"), there("day"), datasets.Lacking{Values: []string{"1970/01/02"}, Rows: []int64{3}, Count: 1, Cells: 1}},
		{here("name"), here("name"), datasets.Lacking{}},
	} {
		got, err := b.Lacking(t.Context(), c.x, c.y)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v against %v: %+v %v, want %+v", c.x, c.y, got, err, c.want)
		}
	}
	if _, err := b.Lacking(t.Context(), here("none"), there("code")); err == nil {
		t.Error("a column that is not there")
	}
	if _, err := b.Lacking(t.Context(), here("region"), datasets.ColumnOf{File: "0000", Storage: "t1", Column: "code"}); err == nil {
		t.Error("a file that is not there")
	}
	if got, err := b.Lacking(t.Context(), here("region"), there("code")); err != nil || got.Count != 2 { // after failures as before
		t.Errorf("%+v %v", got, err)
	}
}
