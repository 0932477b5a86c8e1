package datasets_test

import (
	"context"
	"database/sql"
	"math"
	"path/filepath"
	"strconv"
	"strings"
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

// hardColumns have nothing, one value again and again, or the ends of their
// types.
func hardColumns() (catalog.Table, []catalog.Record) {
	table := catalog.Table{Name: "hard", Columns: []catalog.Column{
		column("nothing_text", catalog.TypeText, "VARCHAR"), column("nothing_int", catalog.TypeInteger, "BIGINT"), column("nothing_dec", catalog.TypeDecimal, "DECIMAL(10,2)"),
		column("nothing_double", catalog.TypeDecimal, "DOUBLE"), column("nothing_bool", catalog.TypeBoolean, "BOOLEAN"), column("nothing_day", catalog.TypeDate, "DATE"),
		column("nothing_at", catalog.TypeDatetime, "TIMESTAMP"), column("nothing_time", catalog.TypeTime, "TIME"),
		column("ends", catalog.TypeInteger, "BIGINT"), column("wide", catalog.TypeInteger, "DECIMAL(38,0)"), column("same", catalog.TypeDecimal, "DECIMAL(10,2)"),
		column("tenth", catalog.TypeDecimal, "DECIMAL(10,2)"), column("double", catalog.TypeDecimal, "DOUBLE"), column("day", catalog.TypeDate, "DATE"), column("name", catalog.TypeText, "VARCHAR"),
		column("value", catalog.TypeInteger, "BIGINT"), column("in", catalog.TypeInteger, "BIGINT"), column("lon", catalog.TypeDecimal, "DOUBLE"), column("lat", catalog.TypeDecimal, "DOUBLE"),
	}}
	table.Columns[11].Label, table.Columns[14].Label = "十分之一（元）", "名称 / 说明"
	decimal := func(i int64) catalog.Value { return catalog.Value{Kind: catalog.DecimalValue, I: i, Scale: 2} }
	float := func(f float64) catalog.Value { return catalog.Value{Kind: catalog.FloatValue, F: f} }
	ends := []int64{math.MinInt64, math.MaxInt64, 0, 1, -1}
	wides := []string{"99999999999999999999999999999999999999", "-99999999999999999999999999999999999999", "0", "1", "12345678901234567890123456789"}
	doubles := []float64{-1e308, 1e308, 0, 0.1, 1e-300}
	var records []catalog.Record
	for i := range 100 {
		values := make([]catalog.Value, len(table.Columns))
		values[8], values[10], values[11] = whole(ends[i%5]), decimal(1250), decimal(int64(i)*10)
		values[9] = catalog.Value{Kind: catalog.IntValue, S: wides[i%5]}
		values[12], values[13] = float(doubles[i%5]), catalog.Value{Kind: catalog.DateValue, I: int64(i*i) - 800}
		values[14], values[15], values[16] = text([]string{"", "东城区", "it's", "😀", "100%_"}[i%5]), whole(int64(i)), whole(int64(i%3))
		values[17], values[18] = float(116+float64(i)/100), float(39.9)
		records = append(records, catalog.Record{Row: i + 2, Kind: catalog.RowRecord, Values: values})
	}
	return table, records
}

// TestStatsOfHardColumns: statistics and facets stand any column, and bars
// touch and hold every value.
func TestStatsOfHardColumns(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	ctx := context.Background()
	table, records := hardColumns()
	sealed, tables := h.build(t, []catalog.Table{table}, [][]catalog.Record{records})
	h.add(t, h.dataset(t, "hard"), sealed, tables, true)
	ref, err := h.lib.Table(ctx, public, "hard", "", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, rows := range []query.Request{{}, {Where: "value < 0"}, {Where: `"十分之一（元）" >= 2.5`}, {Q: "东城"}, {Q: `100%_`}, {Where: "distance(lon, lat, 116, 39.9) < 20000"}, {Where: `"in" = 1 and name <> ''`}} {
		for _, bins := range []int{1, 7, 100} {
			s, err := h.lib.Stats(ctx, ref, datasets.StatsRequest{Bins: bins, Rows: rows})
			if err != nil {
				t.Fatalf("%+v: %v", rows, err)
			}
			for _, c := range s.Columns {
				name := c.Column.Name
				if strings.HasPrefix(name, "nothing") && (c.Count != 0 || c.Missing != s.Rows || c.Distinct != 0 || !c.Min.IsNull() || !c.Mean.IsNull() || len(c.Quantiles) > 0 || len(c.Histogram) > 0 || len(c.Top) > 0) {
					t.Errorf("%+v: a column without values has %+v", rows, c)
				}
				sum := int64(0)
				for i, b := range c.Histogram {
					sum += b.Count
					if i > 0 && b.From.String() != c.Histogram[i-1].To.String() {
						t.Errorf("%+v %s: bar %d begins at %s, the one before ends at %s", rows, name, i, b.From, c.Histogram[i-1].To)
					}
				}
				if n := len(c.Histogram); n > 0 && (sum != c.Count || n > bins || c.Histogram[0].From.String() != c.Min.String()) {
					t.Errorf("%+v %s: %d bars hold %d of %d values from %s, least %s", rows, name, n, sum, c.Count, c.Histogram[0].From, c.Min)
				}
				top := int64(0)
				for _, v := range c.Top {
					top += v.Count
				}
				if top > c.Count {
					t.Errorf("%+v %s: the most frequent are %d of %d", rows, name, top, c.Count)
				}
			}
		}
	}
	for column, want := range map[string]int64{"nothing_day": 0, "name": 5, `"名称 / 说明"`: 5, "ends": 5, "value": 100, `"in"`: 3, "year(day)": 33, `upper("名称 / 说明")`: 5, "value > 5": 2} {
		f, err := h.lib.Facet(ctx, ref, datasets.FacetRequest{Column: column, Limit: 3})
		if err != nil {
			t.Errorf("%s: %v", column, err)
			continue
		}
		if column == "year(day)" {
			want = f.Distinct
		}
		if values := max(want, 1); f.Rows != 100 || f.Distinct != want || f.More != (values > 3) || len(f.Values) != int(min(values, 3)) {
			t.Errorf("%s: %+v", column, f)
		}
	}
	for search, want := range map[string]int{"": 5, "东": 1, "%": 1, "_": 1, "'": 1, "IT": 1, "none": 0, "\\": 0} {
		f, err := h.lib.Facet(ctx, ref, datasets.FacetRequest{Column: "name", Search: search})
		if err != nil || len(f.Values) != want || f.Distinct != 5 {
			t.Errorf("search %q: %+v %v", search, f, err)
		}
	}
	for _, bad := range []string{"", "nope", "name, value", "count(*)", "*", "name as n as m", "'x'", "sum(value)"} {
		if _, err := h.lib.Facet(ctx, ref, datasets.FacetRequest{Column: bad}); catalog.KindOf(err) != catalog.Invalid || fixOf(err) == "" {
			t.Errorf("facet of %q: %v", bad, err)
		}
	}
}

// TestQuantilesByHand compares quantiles, mean and deviation with the engine's
// own, asked in another way.
func TestQuantilesByHand(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	ref := h.wide(t, 5000)
	db, err := sql.Open("duckdb", filepath.Join(h.dir, "versions", ref.Version.FileHash+".duckdb")+"?access_mode=read_only")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s, err := h.lib.Stats(context.Background(), ref, datasets.StatsRequest{Columns: []string{"amount", "share", "count"}, Rows: query.Request{Where: "id > 17"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range s.Columns {
		parts := []string{}
		for _, q := range c.Quantiles {
			parts = append(parts, "quantile_cont(CAST(v AS DOUBLE), "+q.Part+")")
		}
		want := make([]float64, len(parts)+2)
		into := make([]any, len(want))
		for i := range want {
			into[i] = &want[i]
		}
		text := "SELECT " + strings.Join(parts, ", ") + ", avg(v), stddev_samp(CAST(v AS DOUBLE)) FROM (SELECT \"" + c.Column.Name + "\" AS v FROM main.\"" + ref.Table.Storage + "\" WHERE id > 17)"
		if err := db.QueryRow(text).Scan(into...); err != nil {
			t.Fatal(err)
		}
		got := []float64{}
		for _, q := range c.Quantiles {
			got = append(got, q.Value.F)
		}
		got = append(got, c.Mean.F, c.StdDev.F)
		for i := range want {
			if math.Abs(got[i]-want[i]) > 1e-9*math.Max(1, math.Abs(want[i])) {
				t.Errorf("%s: value %d is %v, by hand %v", c.Column.Name, i, got[i], want[i])
			}
		}
	}
}
