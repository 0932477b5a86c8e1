package datasets_test

import (
	"fmt"
	"testing"

	"gongkai/catalog"
	"gongkai/datasets"
)

// TestRetypedValues compares columns that are of another type now: what is the
// same number, day or text as before did not change.
func TestRetypedValues(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	day := func(d int64) catalog.Value { return catalog.Value{Kind: catalog.DateValue, I: d} }
	moment := func(s int64) catalog.Value { return catalog.Value{Kind: catalog.DatetimeValue, I: s * 1e6} }
	dec := func(i int64) catalog.Value { return catalog.Value{Kind: catalog.DecimalValue, I: i, Scale: 2} }
	float := func(f float64) catalog.Value { return catalog.Value{Kind: catalog.FloatValue, F: f} }
	yes := catalog.Value{Kind: catalog.BoolValue, I: 1}
	type typ struct {
		of  catalog.Type
		sql string
	}
	words, numbers := typ{catalog.TypeText, "VARCHAR"}, typ{catalog.TypeInteger, "BIGINT"}
	money, days := typ{catalog.TypeDecimal, "DECIMAL(18,2)"}, typ{catalog.TypeDate, "DATE"}
	for i, c := range []struct {
		from, to typ
		old, now []catalog.Value
		want     string // rows that changed
	}{
		{numbers, money, []catalog.Value{whole(10), whole(-3), {}}, []catalog.Value{dec(1000), dec(-301), dec(0)}, "[1 2]"},
		{money, numbers, []catalog.Value{dec(1000), dec(1050)}, []catalog.Value{whole(10), whole(10)}, "[1]"},
		{numbers, words, []catalog.Value{whole(10), whole(1), whole(7)}, []catalog.Value{text("10"), text("01"), text("约7")}, "[1 2]"},
		{money, words, []catalog.Value{dec(1050), dec(1000), dec(5), dec(700)}, []catalog.Value{text("10.5"), text("10.00"), text("0.050"), text("7元")}, "[3]"},
		{words, money, []catalog.Value{text("10.5"), text("—"), text("10")}, []catalog.Value{dec(1050), {}, dec(1000)}, "[1]"},
		{days, typ{catalog.TypeDatetime, "TIMESTAMP"}, []catalog.Value{day(19723), day(19724)}, []catalog.Value{moment(19723 * 86400), moment(19724*86400 + 1)}, "[1]"},
		{typ{catalog.TypeDatetime, "TIMESTAMP"}, words, []catalog.Value{moment(0), moment(1)}, []catalog.Value{text("1970-01-01T00:00:00"), text("1970-01-01 00:00:01")}, "[1]"},
		{days, words, []catalog.Value{day(0)}, []catalog.Value{text("1970-01-01")}, "[]"},
		{typ{catalog.TypeBoolean, "BOOLEAN"}, words, []catalog.Value{yes, yes}, []catalog.Value{text("true"), text("是")}, "[1]"},
		{money, typ{catalog.TypeDecimal, "DOUBLE"}, []catalog.Value{dec(1050), dec(1)}, []catalog.Value{float(10.5), float(0.02)}, "[1]"},
		{typ{catalog.TypeDecimal, "DECIMAL(38,30)"}, typ{catalog.TypeInteger, "DECIMAL(38,0)"}, []catalog.Value{{Kind: catalog.DecimalValue, I: 0, Scale: 30, S: "5.000000000000000000000000000000"}}, []catalog.Value{whole(5)}, "[]"},
	} {
		tables := [2]catalog.Table{}
		var rows [2][][]catalog.Value
		for v, side := range []struct {
			typ
			values []catalog.Value
		}{{c.from, c.old}, {c.to, c.now}} {
			tables[v] = catalog.Table{Name: "t", Key: []string{"n"}, Columns: []catalog.Column{column("n", catalog.TypeInteger, "BIGINT"), column("v", side.of, side.sql)}}
			for n, value := range side.values {
				rows[v] = append(rows[v], []catalog.Value{whole(int64(n)), value})
			}
		}
		old, now := versionsOf(t, h, fmt.Sprintf("retyped%d", i), tables, rows)
		for _, way := range [][2]*datasets.Ref{{old, now}, {now, old}} {
			got := []int64{}
			found, err := h.lib.Changes(t.Context(), way[0], way[1], nil)
			if err != nil {
				t.Fatal(c, err)
			}
			if _, err := h.lib.EachChange(t.Context(), found, 0, 100, func(r *datasets.ChangedRow) error {
				got = append(got, r.New[0].I)
				return nil
			}); err != nil {
				t.Fatal(c, err)
			}
			if fmt.Sprint(got) != c.want || found.Added+found.Removed != 0 {
				t.Errorf("%s to %s, %s first: rows %v changed, want %s", c.from.sql, c.to.sql, way[0].Table.Columns[1].SQLType, got, c.want)
			}
		}
	}
}
