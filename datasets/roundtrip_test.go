package datasets_test

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gongkai/catalog"
	"gongkai/datasets"
	"gongkai/datasets/query"
)

// everyType has a column for each way of storing values.
var everyType = []catalog.Column{
	column("text", catalog.TypeText, "VARCHAR"),
	column("integer", catalog.TypeInteger, "BIGINT"),
	column("wide", catalog.TypeInteger, "DECIMAL(38,0)"),
	column("d4", catalog.TypeDecimal, "DECIMAL(4,1)"),
	column("d9", catalog.TypePercent, "DECIMAL(9,9)"),
	column("d18", catalog.TypeDecimal, "DECIMAL(18,2)"),
	column("d38", catalog.TypeDecimal, "DECIMAL(38,10)"),
	column("double", catalog.TypeDecimal, "DOUBLE"),
	column("boolean", catalog.TypeBoolean, "BOOLEAN"),
	column("date", catalog.TypeDate, "DATE"),
	column("datetime", catalog.TypeDatetime, "TIMESTAMP"),
	column("time", catalog.TypeTime, "TIME"),
}

// anyValue draws a value that a column holds, in the form that it is read back.
func anyValue(t *rapid.T, c catalog.Column) catalog.Value {
	if rapid.IntRange(0, 5).Draw(t, "null") == 0 {
		return catalog.Value{}
	}
	switch c.SQLType {
	case "VARCHAR":
		return text(rapid.OneOf(rapid.String(), rapid.StringN(10, 20, -1), rapid.Just(strings.Repeat("长文本", 300)), rapid.Just("12 bytes sta"), rapid.Just("13 bytes stay"), rapid.Just("")).Draw(t, "text"))
	case "BIGINT":
		return whole(rapid.Int64().Draw(t, "integer"))
	case "DOUBLE":
		return catalog.Value{Kind: catalog.FloatValue, F: rapid.Float64().Draw(t, "float")}
	case "BOOLEAN":
		return catalog.Value{Kind: catalog.BoolValue, I: int64(rapid.IntRange(0, 1).Draw(t, "bool"))}
	case "DATE": // 0001-01-01 to 9999-12-31
		return catalog.Value{Kind: catalog.DateValue, I: rapid.Int64Range(-719162, 2932896).Draw(t, "date")}
	case "TIMESTAMP":
		return catalog.Value{Kind: catalog.DatetimeValue, I: rapid.Int64Range(-719162*86400e6, 2932896*86400e6).Draw(t, "datetime")}
	case "TIME":
		return catalog.Value{Kind: catalog.TimeValue, I: rapid.Int64Range(0, 86400e6-1).Draw(t, "time")}
	}
	var digits, scale int
	fmt.Sscanf(c.SQLType, "DECIMAL(%d,%d)", &digits, &scale)
	kind := catalog.DecimalValue
	if scale == 0 {
		kind = catalog.IntValue
	}
	if digits <= 18 || rapid.Bool().Draw(t, "small") {
		limit := int64(math.Pow10(min(digits, 18))) - 1
		return catalog.Value{Kind: kind, I: rapid.Int64Range(-limit, limit).Draw(t, "unscaled"), Scale: uint8(scale)}
	}
	n := rapid.StringMatching(`-?[1-9][0-9]{20,37}`).Draw(t, "digits")
	if strings.TrimPrefix(n, "-") == n && len(n) > 38 {
		n = n[:38]
	}
	if scale > 0 {
		n = n[:len(n)-scale] + "." + n[len(n)-scale:]
	}
	return catalog.Value{Kind: kind, S: n, Scale: uint8(scale)}
}

func same(a, b catalog.Value) bool {
	if a.Kind == catalog.FloatValue && b.Kind == catalog.FloatValue {
		if a.F == 0 && b.F == 0 {
			return true // the two zeros are one value
		}
		return math.Float64bits(a.F) == math.Float64bits(b.F)
	}
	return a == b
}

// TestEveryValueComesBack writes drawn rows, seals, and reads them as a page,
// as a stream and by the content hash of the file.
func TestEveryValueComesBack(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		table := catalog.Table{Name: "t", Columns: everyType}
		var records []catalog.Record
		row := 0
		for range rapid.IntRange(0, 30).Draw(rt, "rows") {
			row += rapid.IntRange(1, 1000).Draw(rt, "gap")
			r := catalog.Record{Row: row, Kind: catalog.RowRecord}
			for _, c := range everyType {
				r.Values = append(r.Values, anyValue(rt, c))
			}
			records = append(records, r)
		}
		sealed, tables := h.build(t, []catalog.Table{table}, [][]catalog.Record{records})
		v := h.add(t, h.dataset(t, fmt.Sprintf("d%d", n)), sealed, tables, true)
		verify(t, h.dir, v)
		ref, err := h.lib.Table(context.Background(), public, fmt.Sprintf("d%d", n), "", "")
		if err != nil {
			rt.Fatal(err)
		}
		page, err := h.lib.Page(context.Background(), ref, query.Request{})
		if err != nil {
			rt.Fatal(err)
		}
		streamed := readAll(rt, h, ref, query.Request{})
		if len(page.Rows) != len(records) || len(streamed) != len(records) {
			rt.Fatalf("%d records, %d in the page, %d streamed", len(records), len(page.Rows), len(streamed))
		}
		for i, r := range records {
			if page.SourceRows[i] != int64(r.Row) || page.RowKinds[i] != catalog.RowRecord {
				rt.Fatalf("row %d came back as %d %s", r.Row, page.SourceRows[i], page.RowKinds[i])
			}
			for j := range r.Values {
				if !same(page.Rows[i][j], r.Values[j]) || !same(streamed[i][j], r.Values[j]) {
					rt.Fatalf("%s: wrote %+v, read %+v and %+v", everyType[j].Name, r.Values[j], page.Rows[i][j], streamed[i][j])
				}
			}
		}
	})
}

// TestZeroHasNoSign seals columns in which both zeros appear: the engine gives
// one of them back for both, so a hash over the sign would not come out again.
func TestZeroHasNoSign(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	negative := math.Copysign(0, -1)
	for i, values := range [][]float64{{negative}, {0, negative}, {negative, 0, 1.5}, {0, 0, negative, 1.5, 2.5, 3.25}} {
		table := catalog.Table{Name: "t", Columns: []catalog.Column{column("double", catalog.TypeDecimal, "DOUBLE")}}
		var records []catalog.Record
		for j, f := range values {
			records = append(records, catalog.Record{Row: j + 1, Kind: catalog.RowRecord, Values: []catalog.Value{{Kind: catalog.FloatValue, F: f}}})
		}
		sealed, tables := h.build(t, []catalog.Table{table}, [][]catalog.Record{records})
		verify(t, h.dir, h.add(t, h.dataset(t, fmt.Sprintf("zero%d", i)), sealed, tables, true))
	}
}

// readAll streams and keeps everything.
func readAll(t interface{ Fatal(...any) }, h *house, ref *datasets.Ref, r query.Request) (all [][]catalog.Value) {
	rows, err := h.lib.Stream(context.Background(), ref, r)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for row, ok := rows.Next(); ok; row, ok = rows.Next() {
		kept := append([]catalog.Value{}, row...)
		for i := range kept {
			kept[i].S = strings.Clone(kept[i].S)
		}
		all = append(all, kept)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestAnotherReaderAgrees reads a version file with the engine's usual driver.
func TestAnotherReaderAgrees(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	const huge = "-99999999999999999999999999999999999999"
	table := catalog.Table{Name: "t", Columns: append([]catalog.Column{column(`we"ird 名 'x'`, catalog.TypeText, "VARCHAR")}, everyType...)}
	records := []catalog.Record{
		{Row: 3, Kind: catalog.RowRecord, Raw: []catalog.RawCell{{Column: 1, Raw: "n/a \xff", Reason: "null-marker"}}, Values: []catalog.Value{
			text("q'\"\x00z"), {}, whole(math.MinInt64), {Kind: catalog.IntValue, S: huge}, {Kind: catalog.DecimalValue, I: -9999, Scale: 1},
			{Kind: catalog.DecimalValue, I: 1, Scale: 9}, {Kind: catalog.DecimalValue, I: -123456, Scale: 2}, {Kind: catalog.DecimalValue, I: 15, Scale: 1},
			{Kind: catalog.FloatValue, F: 1e300}, {Kind: catalog.BoolValue, I: 1}, {Kind: catalog.DateValue, I: -719162},
			{Kind: catalog.DatetimeValue, I: -1}, {Kind: catalog.TimeValue, I: 86399999999}}},
		{Row: 9, Kind: catalog.RowTotal, Values: make([]catalog.Value, 13)},
	}
	sealed, _ := h.build(t, []catalog.Table{table}, [][]catalog.Record{records})
	db, err := sql.Open("duckdb", filepath.Join(h.dir, "versions", sealed.FileHash+".duckdb")+"?access_mode=read_only")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, check := range []struct{ sql, want string }{
		{`SELECT count(*) FROM t1 WHERE _row IN (3, 9)`, "2"},
		{`SELECT string_agg(_row_type ORDER BY _row) FROM t1`, "record,total"},
		{`SELECT "we""ird 名 'x'" FROM t1 WHERE _row = 3`, "q'\"\x00z"},
		{`SELECT wide::VARCHAR FROM t1 WHERE _row = 3`, huge},
		{`SELECT integer::VARCHAR FROM t1 WHERE _row = 3`, "-9223372036854775808"},
		{`SELECT concat_ws(' ', d4, d9, d18, d38) FROM t1 WHERE _row = 3`, "-999.9 .000000001 -1234.56 1.5000000000"},
		{`SELECT date::VARCHAR FROM t1 WHERE _row = 3`, "0001-01-01"},
		{`SELECT datetime::VARCHAR FROM t1 WHERE _row = 3`, "1969-12-31 23:59:59.999999"},
		{`SELECT time::VARCHAR FROM t1 WHERE _row = 3`, "23:59:59.999999"},
		{`SELECT (double = 1e300 AND boolean)::VARCHAR FROM t1 WHERE _row = 3`, "true"},
		{`SELECT concat_ws('|', table_name, _row, column_name, raw, reason) FROM _raw`, "t|3|text|n/a \uFFFD|null-marker"},
		{`SELECT value FROM _gongkai WHERE key = 'format'`, "1"},
	} {
		var got string
		if err := db.QueryRow(check.sql).Scan(&got); err != nil || got != check.want {
			t.Errorf("%s: %q, want %q (%v)", check.sql, got, check.want, err)
		}
	}
}

// TestValuesThatDoNotFit are refused by name, not bent.
func TestValuesThatDoNotFit(t *testing.T) {
	for _, c := range []struct {
		sqlType string
		v       catalog.Value
	}{
		{"BIGINT", catalog.Value{Kind: catalog.IntValue, S: "9223372036854775808"}},
		{"BIGINT", text("7")},
		{"BIGINT", catalog.Value{Kind: catalog.DecimalValue, I: 15, Scale: 1}},
		{"DECIMAL(4,1)", catalog.Value{Kind: catalog.DecimalValue, I: 10000, Scale: 1}},
		{"DECIMAL(4,1)", catalog.Value{Kind: catalog.DecimalValue, I: 125, Scale: 2}},
		{"DECIMAL(4,1)", catalog.Value{Kind: catalog.FloatValue, F: 1}},
		{"DECIMAL(38,0)", catalog.Value{Kind: catalog.IntValue, S: "100000000000000000000000000000000000000"}},
		{"DECIMAL(38,38)", whole(1)},
		{"DATE", catalog.Value{Kind: catalog.DatetimeValue, I: 1}},
		{"TIME", catalog.Value{Kind: catalog.TimeValue, I: 86400e6 + 1}},
		{"BOOLEAN", whole(1)},
		{"DOUBLE", text("x")},
		{"VARCHAR", text("a\xffb")},
	} {
		b, err := datasets.NewBuilder(t.TempDir(), datasets.BuildOptions{})
		if err != nil {
			t.Fatal(err)
		}
		w, err := b.Table(catalog.Table{Name: "t", Storage: "t1", Columns: []catalog.Column{column("fee", catalog.TypeText, c.sqlType)}})
		if err != nil {
			t.Fatal(err)
		}
		err = w.Append(&catalog.Record{Row: 7, Values: []catalog.Value{c.v}})
		if err == nil || !strings.Contains(err.Error(), "row 7") || !strings.Contains(err.Error(), "fee") {
			t.Errorf("%s took %+v: %v", c.sqlType, c.v, err)
		}
		if err := w.Close(); err == nil {
			t.Errorf("%s: closing a lost table succeeded", c.sqlType)
		}
		if _, err := b.Seal(context.Background()); err == nil {
			t.Errorf("%s: a lost build was sealed", c.sqlType)
		}
	}
}

func TestTablesThatCannotBe(t *testing.T) {
	b, err := datasets.NewBuilder(t.TempDir(), datasets.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Abort()
	for name, table := range map[string]catalog.Table{
		"no columns":      {Name: "t", Storage: "t1"},
		"storage of ours": {Name: "t", Storage: "_raw", Columns: everyType},
		"no storage":      {Name: "t", Columns: everyType},
		"type with SQL":   {Name: "t", Storage: "t1", Columns: []catalog.Column{column("a", catalog.TypeText, "VARCHAR); DROP TABLE _raw; --")}},
		"two of a name":   {Name: "t", Storage: "t1", Columns: []catalog.Column{column("a", catalog.TypeText, "VARCHAR"), column("A", catalog.TypeText, "VARCHAR")}},
		"decimal of 39":   {Name: "t", Storage: "t1", Columns: []catalog.Column{column("a", catalog.TypeDecimal, "DECIMAL(39,0)")}},
		"column of ours":  {Name: "t", Storage: "t1", Columns: []catalog.Column{column("_row", catalog.TypeText, "VARCHAR")}},
	} {
		if _, err := b.Table(table); err == nil {
			t.Errorf("%s: made", name)
		}
	}
	w, err := b.Table(catalog.Table{Name: "t", Storage: "t1", Columns: everyType})
	if err != nil {
		t.Fatalf("a good table after bad ones: %v", err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Seal(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func TestThousandColumns(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	table := catalog.Table{Name: "t"}
	for i := range 1000 {
		table.Columns = append(table.Columns, column(fmt.Sprintf("列%d", i), catalog.TypeText, "VARCHAR"))
	}
	var records []catalog.Record
	for i := range 3000 {
		r := catalog.Record{Row: i + 1, Kind: catalog.RowRecord, Values: make([]catalog.Value, 1000)}
		r.Values[i%1000] = text(fmt.Sprintf("value of row %d, longer than inline", i))
		records = append(records, r)
	}
	sealed, tables := h.build(t, []catalog.Table{table}, [][]catalog.Record{records})
	v := h.add(t, h.dataset(t, "d"), sealed, tables, true)
	verify(t, h.dir, v)
	ref, err := h.lib.Table(context.Background(), public, "d", "", "")
	if err != nil {
		t.Fatal(err)
	}
	all := readAll(t, h, ref, query.Request{})
	for i, row := range all {
		if row[i%1000].S != records[i].Values[i%1000].S {
			t.Fatalf("row %d: %+v", i, row[i%1000])
		}
	}
}

// TestContentHashIsOfTheData builds the same rows twice: other bytes, perhaps,
// but the same content; and any change of the data changes it.
func TestContentHashIsOfTheData(t *testing.T) {
	build := func(change func(*catalog.Table, *catalog.Record)) datasets.Sealed {
		b, err := datasets.NewBuilder(t.TempDir(), datasets.BuildOptions{})
		if err != nil {
			t.Fatal(err)
		}
		table := wideRows()
		r := catalog.Record{Values: make([]catalog.Value, len(table.Columns))}
		change(&table, &r)
		w, err := b.Table(table)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 25000 {
			fillWide(&r, i)
			change(&table, &r)
			if err := w.Append(&r); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		s, err := b.Seal(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	first := build(func(*catalog.Table, *catalog.Record) {})
	again := build(func(t *catalog.Table, _ *catalog.Record) {
		t.Sheet, t.HeaderRow, t.Columns[0].Evidence, t.Columns[0].Col = "Elsewhere", [2]int{1, 2}, catalog.Text{EN: "otherwise"}, 4
	})
	if first.ContentHash != again.ContentHash {
		t.Error("the same data has another content hash")
	}
	for name, change := range map[string]func(*catalog.Table, *catalog.Record){
		"label": func(t *catalog.Table, _ *catalog.Record) { t.Columns[3].Label = "x" },
		"unit":  func(t *catalog.Table, _ *catalog.Record) { t.Columns[4].Unit = "万元" },
		"a value": func(_ *catalog.Table, r *catalog.Record) {
			if r.Row == 20000 {
				r.Values[8].I ^= 1
			}
		},
		"a row number": func(_ *catalog.Table, r *catalog.Record) {
			if r.Row == 25001 {
				r.Row++
			}
		},
		"a total": func(_ *catalog.Table, r *catalog.Record) {
			if r.Row == 25001 {
				r.Kind = catalog.RowTotal
			}
		},
	} {
		if build(change).ContentHash == first.ContentHash {
			t.Errorf("%s changed and the content hash did not", name)
		}
	}
}
