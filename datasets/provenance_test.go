package datasets_test

import (
	"context"
	"fmt"
	"testing"

	"gongkai/catalog"
	"gongkai/datasets"
)

func TestOriginals(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	columns := []catalog.Column{column("a", catalog.TypeText, "VARCHAR"), column("b", catalog.TypeText, "VARCHAR")}
	tables := []catalog.Table{{Name: "t", Columns: columns}, {Name: "it's", Columns: columns}}
	var rows [2][]catalog.Record
	for i := range 3000 {
		for k := range rows {
			r := catalog.Record{Row: 2*i + 5, Kind: catalog.RowRecord, Values: []catalog.Value{text("x"), {}}}
			if i%3 == k {
				r.Raw = []catalog.RawCell{{Column: 1, Raw: fmt.Sprintf("原文 %d of %d", i, k), Reason: "null-marker"}}
			}
			rows[k] = append(rows[k], r)
		}
	}
	sealed, built := h.build(t, tables, rows[:])
	h.add(t, h.dataset(t, "d"), sealed, built, true)
	ctx := context.Background()
	for k, name := range []string{"t", "it's"} {
		ref, err := h.lib.Table(ctx, public, "d", "", name)
		if err != nil {
			t.Fatal(err)
		}
		var all []int64
		for _, r := range rows[k] {
			all = append(all, int64(r.Row))
		}
		got, err := h.lib.Originals(ctx, ref, all)
		if err != nil || len(got) != 1000 {
			t.Fatalf("%s: %d texts, %v", name, len(got), err)
		}
		for i, r := range rows[k] {
			want := datasets.Original{}
			if i%3 == k {
				want = datasets.Original{Raw: fmt.Sprintf("原文 %d of %d", i, k), Reason: "null-marker"}
			}
			if o := got[datasets.CellKey{Row: int64(r.Row), Column: "b"}]; o != want {
				t.Fatalf("%s row %d: %+v, want %+v", name, r.Row, o, want)
			}
		}
		if got, err = h.lib.Originals(ctx, ref, []int64{11, 5, 7, 4}); err != nil || len(got) != 2-k {
			t.Errorf("%s: %v %v", name, got, err)
		}
		if got, err = h.lib.Originals(ctx, ref, nil); err != nil || len(got) != 0 {
			t.Errorf("of no rows: %v %v", got, err)
		}
	}
}
