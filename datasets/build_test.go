package datasets_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"

	"gongkai/catalog"
	"gongkai/datasets"
)

// wideRows is a table like the one that speed is measured with: ten columns of
// text codes, names, numbers and dates.
func wideRows() catalog.Table {
	return catalog.Table{
		Name: "records", Label: "Records", Storage: "t1",
		Columns: []catalog.Column{
			{Name: "id", Label: "编号", Type: catalog.TypeInteger, SQLType: "BIGINT"},
			{Name: "code", Label: "代码", Type: catalog.TypeText, SQLType: "VARCHAR"},
			{Name: "name", Label: "名称", Type: catalog.TypeText, SQLType: "VARCHAR"},
			{Name: "district", Label: "区", Type: catalog.TypeText, SQLType: "VARCHAR"},
			{Name: "amount", Label: "金额", Type: catalog.TypeDecimal, SQLType: "DECIMAL(18,2)"},
			{Name: "share", Label: "占比", Type: catalog.TypePercent, SQLType: "DECIMAL(9,4)"},
			{Name: "day", Label: "日期", Type: catalog.TypeDate, SQLType: "DATE"},
			{Name: "at", Label: "时间", Type: catalog.TypeDatetime, SQLType: "TIMESTAMP"},
			{Name: "open", Label: "公开", Type: catalog.TypeBoolean, SQLType: "BOOLEAN"},
			{Name: "count", Label: "数量", Type: catalog.TypeInteger, SQLType: "BIGINT"},
		},
	}
}

// fillWide sets the values of row i, from 0.
func fillWide(r *catalog.Record, i int) {
	v := r.Values
	r.Row, r.Kind = i+2, catalog.RowRecord
	v[0] = catalog.Value{Kind: catalog.IntValue, I: int64(i)}
	v[1] = catalog.Value{Kind: catalog.TextValue, S: "C" + strconv.Itoa(1000000+i*7919%1000000)}
	v[2] = catalog.Value{Kind: catalog.TextValue, S: "示例市测试单位第" + strconv.Itoa(i%5000) + "号"}
	v[3] = catalog.Value{Kind: catalog.TextValue, S: "district-" + strconv.Itoa(i*31%100)}
	v[4] = catalog.Value{Kind: catalog.DecimalValue, I: int64(i*37%10000000 - 500), Scale: 2}
	v[5] = catalog.Value{Kind: catalog.DecimalValue, I: int64(i % 10001), Scale: 4}
	v[6] = catalog.Value{Kind: catalog.DateValue, I: int64(i % 20000)}
	v[7] = catalog.Value{Kind: catalog.DatetimeValue, I: int64(i) * 61e6}
	v[8] = catalog.Value{Kind: catalog.BoolValue, I: int64(i % 2)}
	v[9] = catalog.Value{Kind: catalog.IntValue, I: int64(i % 977)}
	if i%50 == 0 {
		v[9] = catalog.Value{}
	}
}

// buildWide builds a version of n rows of wideRows in dir.
func buildWide(t testing.TB, dir string, n int) *catalog.Version {
	t.Helper()
	b, err := datasets.NewBuilder(dir, datasets.BuildOptions{ExpectedRows: int64(n)})
	if err != nil {
		t.Fatal(err)
	}
	table := wideRows()
	appendWide(t, b, table, n)
	sealed, err := b.Seal(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	table.Rows = int64(n)
	return &catalog.Version{ID: 1, Dataset: 1, Number: 1, State: catalog.Published, FileHash: sealed.FileHash,
		ContentHash: sealed.ContentHash, Bytes: sealed.Bytes, Rows: sealed.Rows, Tables: []catalog.Table{table}}
}

func appendWide(t testing.TB, b *datasets.Builder, table catalog.Table, n int) {
	t.Helper()
	w, err := b.Table(table)
	if err != nil {
		t.Fatal(err)
	}
	r := catalog.Record{Values: make([]catalog.Value, len(table.Columns))}
	for i := range n {
		fillWide(&r, i)
		if err := w.Append(&r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func verify(t *testing.T, dir string, v *catalog.Version) {
	t.Helper()
	for _, d := range datasets.VerifyFile(context.Background(), dir, v) {
		t.Error(d)
	}
}

func TestSealedFileVerifies(t *testing.T) {
	for _, n := range []int{0, 1, 2047, 2048, 2049, 30000} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			dir := t.TempDir()
			verify(t, dir, buildWide(t, dir, n))
		})
	}
}

// TestSmallFilesAreSmall builds few rows without having said so.
func TestSmallFilesAreSmall(t *testing.T) {
	dir := t.TempDir()
	b, err := datasets.NewBuilder(dir, datasets.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	table := wideRows()
	appendWide(t, b, table, 200)
	sealed, err := b.Seal(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if sealed.Bytes > 250<<10 {
		t.Errorf("200 rows take %d KB", sealed.Bytes>>10)
	}
	told := buildWide(t, t.TempDir(), 200)
	if told.ContentHash != sealed.ContentHash {
		t.Error("compacting changed the content")
	}
	table.Rows = 200
	verify(t, dir, &catalog.Version{FileHash: sealed.FileHash, ContentHash: sealed.ContentHash, Bytes: sealed.Bytes, Rows: 200, Tables: []catalog.Table{table}})
	t.Logf("compacted %d KB, small from the start %d KB", sealed.Bytes>>10, told.Bytes>>10)
}

func BenchmarkAppend(b *testing.B) {
	const n = 1_000_000
	for b.Loop() {
		builder, err := datasets.NewBuilder(b.TempDir(), datasets.BuildOptions{})
		if err != nil {
			b.Fatal(err)
		}
		appendWide(b, builder, wideRows(), n)
		b.StopTimer()
		if err := builder.Abort(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

func BenchmarkFill(b *testing.B) {
	r := catalog.Record{Values: make([]catalog.Value, 10)}
	for b.Loop() {
		for i := range 1_000_000 {
			fillWide(&r, i)
		}
	}
}

func BenchmarkSeal(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		builder, err := datasets.NewBuilder(b.TempDir(), datasets.BuildOptions{})
		if err != nil {
			b.Fatal(err)
		}
		appendWide(b, builder, wideRows(), 1_000_000)
		b.StartTimer()
		s, err := builder.Seal(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(s.Bytes), "filebytes")
	}
}
