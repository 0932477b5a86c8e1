package datasets_test

import (
	"encoding/json"
	"testing"

	"gongkai/catalog"
	"gongkai/datasets"
)

// TestCompareReadings compares two versions of one file: values that changed
// with their type, a renamed column, one that came and one that went, records
// that only one has.
func TestCompareReadings(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	at := func(c catalog.Column, col int) catalog.Column { c.Col = col; return c }
	record := func(row int, values ...catalog.Value) catalog.Record {
		return catalog.Record{Row: row, Kind: catalog.RowRecord, Values: values}
	}
	table := func(name string, columns ...catalog.Column) catalog.Table {
		return catalog.Table{Name: name, Label: name, Sheet: "表", HeaderRow: [2]int{1, 1}, FirstRow: 2, LastRow: 9, Columns: columns}
	}
	none := catalog.Value{}
	sealed, tables := h.build(t, []catalog.Table{
		table("beds", at(column("code", catalog.TypeInteger, "BIGINT"), 1), at(column("fee", catalog.TypeDecimal, "DECIMAL(9,2)"), 2),
			at(column("old_name", catalog.TypeText, "VARCHAR"), 3), at(column("gone", catalog.TypeText, "VARCHAR"), 4)),
		{Name: "lost", Sheet: "别的", FirstRow: 1, LastRow: 2, Columns: []catalog.Column{at(column("a", catalog.TypeText, "VARCHAR"), 1)}},
	}, [][]catalog.Record{{
		record(2, whole(1), catalog.Value{Kind: catalog.DecimalValue, I: 150, Scale: 2}, text("x"), text("y")),
		record(3, whole(2), catalog.Value{Kind: catalog.DecimalValue, I: 200, Scale: 2}, text("x"), text("y")),
		record(4, whole(3), none, text("x"), text("y")),
	}, {record(1, text("a"))}})
	d := h.dataset(t, "beds")
	before := h.add(t, d, sealed, tables, true)
	sealed, tables = h.build(t, []catalog.Table{
		table("beds", at(column("code", catalog.TypeText, "VARCHAR"), 1), at(column("fee", catalog.TypeInteger, "BIGINT"), 2),
			at(column("new_name", catalog.TypeText, "VARCHAR"), 3), at(column("fresh", catalog.TypeText, "VARCHAR"), 5)),
	}, [][]catalog.Record{{
		record(2, text("01"), whole(1), text("x"), text("z")),
		record(3, text("2"), whole(2), none, text("z")),
		record(5, text("5"), whole(5), text("x"), text("z")),
	}})
	after := h.add(t, d, sealed, tables, false)
	got, err := datasets.CompareReadings(t.Context(), h.dir, before, after)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"tables":[{"name":"beds","change":"changed","rows_before":3,"rows_after":3,"only_before":1,"only_after":1,"columns":[` +
		`{"name":"code","change":"changed","fields":{"sql_type":["BIGINT","VARCHAR"],"type":["integer","text"]},"cells":1,"first":[{"where":"表!A2","before":"1","after":"01"}]},` +
		`{"name":"fee","change":"changed","fields":{"sql_type":["DECIMAL(9,2)","BIGINT"],"type":["decimal","integer"]},"cells":1,"first":[{"where":"表!B2","before":"1.50","after":"1"}]},` +
		`{"name":"new_name","change":"changed","fields":{"label":["old_name","new_name"],"name":["old_name","new_name"]},"cells":1,"first":[{"where":"表!C3","before":"x","after":null}]},` +
		`{"name":"fresh","change":"added","cells":0},{"name":"gone","change":"removed","cells":0}]},` +
		`{"name":"lost","change":"removed","rows_before":1,"rows_after":0,"only_before":1,"only_after":0,"columns":[]}]}`
	if string(text) != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
	if same, err := datasets.CompareReadings(t.Context(), h.dir, before, before); err != nil || len(same.Tables) != 0 {
		t.Errorf("with itself: %+v %v", same, err)
	}
}
