package datasets_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"gongkai/catalog"
	"gongkai/datasets"
)

func TestProfile(t *testing.T) {
	table := catalog.Table{Name: "t", Storage: "t1", Columns: []catalog.Column{
		column("word", catalog.TypeText, "VARCHAR"),
		column("n", catalog.TypeInteger, "BIGINT"),
		column("price", catalog.TypeDecimal, "DECIMAL(9,2)"),
		column("huge", catalog.TypeDecimal, "DECIMAL(38,2)"),
		column("f", catalog.TypeDecimal, "DOUBLE"),
		column("day", catalog.TypeDate, "DATE"),
		column("yes", catalog.TypeBoolean, "BOOLEAN"),
		column("never", catalog.TypeText, "VARCHAR"),
	}}
	b, err := datasets.NewBuilder(t.TempDir(), datasets.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Abort()
	w, err := b.Table(table)
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("长", 200)
	const huge = "999999999999999999999999999999999999.99"
	records := []catalog.Record{
		{Row: 2, Values: []catalog.Value{text("b"), whole(9223372036854775807), {Kind: catalog.DecimalValue, I: 1050, Scale: 2}, {Kind: catalog.DecimalValue, S: huge, Scale: 2}, {Kind: catalog.FloatValue, F: 0.1}, {Kind: catalog.DateValue, I: -1}, {Kind: catalog.BoolValue, I: 1}, {}}},
		{Row: 3, Values: []catalog.Value{text("b"), whole(9223372036854775807), {Kind: catalog.DecimalValue, I: -25, Scale: 2}, {Kind: catalog.DecimalValue, S: huge, Scale: 2}, {Kind: catalog.FloatValue, F: 0.2}, {Kind: catalog.DateValue, I: 19000}, {Kind: catalog.BoolValue, I: 0}, {}}},
		{Row: 4, Values: []catalog.Value{text(long), whole(1), {}, {}, {Kind: catalog.FloatValue, F: 0.3}, {}, {}, {}}},
		{Row: 5, Kind: catalog.RowTotal, Values: []catalog.Value{text("total"), whole(-5), {Kind: catalog.DecimalValue, I: 99999, Scale: 2}, {}, {}, {}, {}, text("x")}},
	}
	for i := range records {
		if err := w.Append(&records[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := b.Profile(context.Background(), &table); err != nil {
		t.Fatal(err)
	}
	shortened := strings.Repeat("长", 120) + "…"
	want := []catalog.Profile{
		{Count: 3, Distinct: 2, Min: "b", Max: shortened, Top: []catalog.ValueCount{{Value: "b", Count: 2}, {Value: shortened, Count: 1}}},
		{Count: 3, Distinct: 2, Min: "1", Max: "9223372036854775807", Mean: "6148914691236517205", Top: []catalog.ValueCount{{Value: "9223372036854775807", Count: 2}, {Value: "1", Count: 1}}},
		{Count: 2, Nulls: 1, Distinct: 2, Min: "-0.25", Max: "10.50", Mean: "5.125"},
		{Count: 2, Nulls: 1, Distinct: 1, Min: huge, Max: huge, Mean: "1000000000000000000000000000000000000", Top: []catalog.ValueCount{{Value: huge, Count: 2}}},
		{Count: 3, Distinct: 3, Min: "0.1", Max: "0.3", Mean: "0.2"},
		{Count: 2, Nulls: 1, Distinct: 2, Min: "1969-12-31", Max: "2022-01-08"},
		{Count: 2, Nulls: 1, Distinct: 2, Min: "false", Max: "true"},
		{Nulls: 3},
	}
	for i, c := range table.Columns {
		got := c.Profile
		if c.Name == "huge" { // beyond 29 digits the mean is a floating number
			if !strings.HasPrefix(got.Mean, "1") {
				t.Errorf("mean of huge is %q", got.Mean)
			}
			got.Mean = want[i].Mean
		}
		if !reflect.DeepEqual(got, want[i]) {
			t.Errorf("%s:\n got %+v\nwant %+v", c.Name, got, want[i])
		}
	}
}

func TestProfileOfManyColumns(t *testing.T) {
	table := catalog.Table{Name: "t", Storage: "t1"}
	r := catalog.Record{Row: 1}
	for i := range 1000 {
		table.Columns = append(table.Columns, column(fmt.Sprintf("c%d", i), catalog.TypeInteger, "BIGINT"))
		r.Values = append(r.Values, whole(int64(i)))
	}
	b, err := datasets.NewBuilder(t.TempDir(), datasets.BuildOptions{ExpectedRows: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Abort()
	w, err := b.Table(table)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Append(&r); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if err := b.Profile(context.Background(), &table); err != nil {
		t.Fatal(err)
	}
	t.Log("1,000 columns profiled in", time.Since(start))
	for i, c := range table.Columns {
		if c.Profile.Min != fmt.Sprint(i) || c.Profile.Distinct != 1 {
			t.Fatalf("%s: %+v", c.Name, c.Profile)
		}
	}
}

func BenchmarkProfile(b *testing.B) {
	builder, err := datasets.NewBuilder(b.TempDir(), datasets.BuildOptions{})
	if err != nil {
		b.Fatal(err)
	}
	defer builder.Abort()
	table := wideRows()
	appendWide(b, builder, table, manyRows)
	for b.Loop() {
		if err := builder.Profile(context.Background(), &table); err != nil {
			b.Fatal(err)
		}
	}
}
