package export_test

import (
	"context"
	"fmt"
	"testing"

	"gongkai/catalog"
	"gongkai/datasets/export"
)

// benchRows makes rows of ten mixed columns and a wide one, as tables have them.
func benchRows(n int) [][]catalog.Value {
	districts := []string{"东城区", "西城区", "朝阳区", "Haidian District"}
	rows := make([][]catalog.Value, n)
	for i := range rows {
		k := int64(i)
		rows[i] = []catalog.Value{
			text(fmt.Sprintf("%06d", i*7919%1000000)), text(districts[i%4] + "人民路" + fmt.Sprint(i) + "号"),
			{Kind: catalog.IntValue, I: k * 7919}, {Kind: catalog.DecimalValue, I: k*1234567 - 99, Scale: 2},
			{Kind: catalog.DecimalValue, I: k % 10000, Scale: 4}, {Kind: catalog.FloatValue, F: float64(i) / 8},
			{Kind: catalog.BoolValue, I: k % 2}, {Kind: catalog.DateValue, I: 15000 + k%5000},
			{Kind: catalog.DatetimeValue, I: (1_600_000_000 + k*61) * 1e6}, {Kind: catalog.TimeValue, I: k % 86400 * 1e6}, {},
		}
	}
	return rows
}

func BenchmarkWrite(b *testing.B) {
	for _, f := range rowFormats {
		b.Run(string(f), func(b *testing.B) {
			rows := benchRows(1000)
			const n = 100_000
			out := &counter{}
			if err := export.Write(context.Background(), out, export.Form{Format: f}, &endless{fixed: fixed{columns: columns, rows: rows}, most: n}, export.Meta{}); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(out.bytes))
			b.ReportAllocs()
			for b.Loop() {
				if err := export.Write(context.Background(), &counter{}, export.Form{Format: f}, &endless{fixed: fixed{columns: columns, rows: rows}, most: n}, export.Meta{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)*n/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func BenchmarkAppendJSONValue(b *testing.B) {
	row := benchRows(2)[1]
	buf := make([]byte, 0, 4096)
	b.ReportAllocs()
	for b.Loop() {
		buf = buf[:0]
		for i := range row {
			buf = export.AppendJSONValue(buf, row[i])
		}
	}
}
