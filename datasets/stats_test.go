package datasets_test

import (
	"context"
	"strconv"
	"testing"

	"gongkai/catalog"
	"gongkai/datasets"
	"gongkai/datasets/query"
)

// TestStatsAddUp: the statistics of columns of every type agree with one
// another and with the rows that they are about.
func TestStatsAddUp(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	ref := h.wide(t, 700)
	ctx := context.Background()
	for _, where := range []string{"", "id > 300", "id = 5", "id < 0"} {
		rows := readAll(t, h, ref, query.Request{Where: where})
		s, err := h.lib.Stats(ctx, ref, datasets.StatsRequest{Bins: 7, Rows: query.Request{Where: where}})
		if err != nil {
			t.Fatal(err)
		}
		if s.Rows != int64(len(rows)) || len(s.Columns) != len(ref.Table.Columns) {
			t.Fatalf("%q: %d rows, %d columns", where, s.Rows, len(s.Columns))
		}
		for i, c := range s.Columns {
			values, different := int64(0), map[string]int64{}
			for _, row := range rows {
				if !row[i].IsNull() {
					values++
					different[row[i].String()]++
				}
			}
			if c.Count != values || c.Missing != s.Rows-values || c.Distinct != int64(len(different)) {
				t.Errorf("%q %s: %d values, %d missing, %d different; %d and %d", where, c.Column.Name, c.Count, c.Missing, c.Distinct, values, len(different))
			}
			inBars := int64(0)
			for _, b := range c.Histogram {
				inBars += b.Count
			}
			if len(c.Histogram) > 7 || len(c.Histogram) > 0 && inBars != values {
				t.Errorf("%q %s: %d values in %d bars, %d in all", where, c.Column.Name, inBars, len(c.Histogram), values)
			}
			for _, top := range c.Top {
				if different[top.Value.String()] != top.Count {
					t.Errorf("%q %s: %s is there %d times, not %d", where, c.Column.Name, top.Value, different[top.Value.String()], top.Count)
				}
			}
			f, err := h.lib.Facet(ctx, ref, datasets.FacetRequest{Column: c.Column.Name, Limit: 1000, Rows: query.Request{Where: where}})
			if err != nil {
				t.Fatal(err)
			}
			sum := int64(0)
			for _, v := range f.Values {
				if sum += v.Count; !v.Value.IsNull() && different[v.Value.String()] != v.Count {
					t.Errorf("%q %s: facet %s counts %d", where, c.Column.Name, v.Value, v.Count)
				}
			}
			if sum != s.Rows || f.Distinct != c.Distinct {
				t.Errorf("%q %s: the facet counts %d rows and %d values", where, c.Column.Name, sum, f.Distinct)
			}
		}
	}
}

// TestManyColumns: statistics of a wide table say what they leave out.
func TestManyColumns(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	table := catalog.Table{Name: "t"}
	record := catalog.Record{Row: 2, Kind: catalog.RowRecord}
	for i := range datasets.MaxStats + 3 {
		table.Columns = append(table.Columns, column("c"+strconv.Itoa(i), catalog.TypeInteger, "BIGINT"))
		record.Values = append(record.Values, whole(int64(i)))
	}
	sealed, tables := h.build(t, []catalog.Table{table}, [][]catalog.Record{{record}})
	h.add(t, h.dataset(t, "many"), sealed, tables, true)
	ref, err := h.lib.Table(context.Background(), public, "many", "", "")
	if err != nil {
		t.Fatal(err)
	}
	s, err := h.lib.Stats(context.Background(), ref, datasets.StatsRequest{})
	if err != nil || len(s.Columns) != datasets.MaxStats || len(s.Omitted) != 3 || s.Omitted[0] != "c50" {
		t.Fatalf("%d columns, %v left out, %v", len(s.Columns), s.Omitted, err)
	}
	if s, err = h.lib.Stats(context.Background(), ref, datasets.StatsRequest{Columns: s.Omitted}); err != nil || len(s.Columns) != 3 {
		t.Fatal(err)
	}
}

// TestGroupsStream: an export of groups has them all, and says so where a
// value cannot be computed.
func TestGroupsStream(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	ref := h.wide(t, 700)
	all := readAll(t, h, ref, query.Request{Select: []string{"id", "count(*)"}, GroupBy: "id"})
	if len(all) != 700 || all[699][1].I != 1 {
		t.Fatalf("%d groups", len(all))
	}
	_, err := h.lib.Page(context.Background(), ref, query.Request{Select: []string{"cast(name as integer)"}})
	if catalog.KindOf(err) != catalog.Invalid || fixOf(err) == "" {
		t.Errorf("%v", err)
	}
}
