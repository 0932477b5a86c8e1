package infer_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"

	"gongkai/catalog"
	"gongkai/ingest/check"
	"gongkai/ingest/infer"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

const benchRows = 100_000

// benchBook is a register as departments send it: codes with leading zeros,
// words that repeat, dates as day numbers, whole and decimal numbers.
func benchBook() *sheet.Workbook {
	header := []string{"序号", "编码", "区县", "类别", "日期", "数量", "金额", "比率", "备注", "状态"}
	rows := [][]sheet.Cell{nil}
	for _, h := range header {
		rows[0] = append(rows[0], sheet.Cell{Kind: sheet.Text, Raw: h})
	}
	text := func(s string) sheet.Cell { return sheet.Cell{Kind: sheet.Text, Raw: s} }
	number := func(s string, format int32) sheet.Cell {
		return sheet.Cell{Kind: sheet.Number, Raw: s, Format: format}
	}
	for i := range benchRows {
		rows = append(rows, []sheet.Cell{
			number(strconv.Itoa(i+1), 0), text(fmt.Sprintf("%08d", i*7)), text([]string{"东城区", "西城区", "海淀区", "朝阳区"}[i%4]),
			text("类别" + strconv.Itoa(i%50)), number(strconv.Itoa(43000+i%2000), 1), number(strconv.Itoa(i%977), 0),
			number(strconv.FormatFloat(float64(i%100000)/100, 'f', -1, 64), 0), number(strconv.FormatFloat(float64(i%1000)/1000, 'f', -1, 64), 2),
			text("第" + strconv.Itoa(i) + "号登记事项说明"), text([]string{"是", "否"}[i%2]),
		})
	}
	return &sheet.Workbook{
		Format:  sheet.XLSX,
		Formats: []sheet.Format{{}, {Code: "yyyy-mm-dd", Class: sheet.ClassDate}, {Code: "0.0%", Class: sheet.ClassPercent, Decimals: 1}},
		Sheets:  []*sheet.Sheet{sheet.FromCells("登记", rows)},
	}
}

func BenchmarkDetect(b *testing.B) {
	wb := benchBook()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := shape.Detect(context.Background(), wb, nil); err != nil {
			b.Fatal(err)
		}
	}
	perRow(b)
}

func BenchmarkScan(b *testing.B) {
	wb := benchBook()
	b.ReportAllocs()
	for b.Loop() {
		_ = wb.Sheets[0].Scan(1, 1<<30, func(int, []sheet.Cell) error { return nil })
	}
	perRow(b)
}

func BenchmarkColumns(b *testing.B) {
	wb := benchBook()
	found, err := shape.Detect(context.Background(), wb, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := infer.Columns(context.Background(), wb, &found.Tables[0], nil); err != nil {
			b.Fatal(err)
		}
	}
	perRow(b)
}

func BenchmarkRecords(b *testing.B) { benchRecords(b, false) }

func BenchmarkRecordsChecked(b *testing.B) { benchRecords(b, true) }

func benchRecords(b *testing.B, checked bool) {
	wb := benchBook()
	found, err := shape.Detect(context.Background(), wb, nil)
	if err != nil {
		b.Fatal(err)
	}
	p, err := infer.Columns(context.Background(), wb, &found.Tables[0], nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		c := check.New(&p.Table, nil)
		err := p.Records(func(r *catalog.Record) error {
			if checked {
				c.Record(r)
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	perRow(b)
}

func perRow(b *testing.B) {
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N)*1e6/benchRows, "ms/1Mrows")
}
