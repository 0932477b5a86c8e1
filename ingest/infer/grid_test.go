package infer_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"gongkai/catalog"
	"gongkai/ingest/check"
	"gongkai/ingest/infer"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

// TestAnyGrid reads sheets of any cells and merges: nothing panics, tables lie
// where they say, and every filled cell of a table's rows is in a record, in a
// row that is set apart, or outside of its columns.
func TestAnyGrid(t *testing.T) {
	word := rapid.SampledFrom([]string{"", "", "合计", "小计", "单位：万元", "注：说明", "名称", "地区", "2023年", "2024", "total", "Total x", "1", "2", "3", "12.5", "1,234", "-", "2024-05-03", "1月", "一、收入", "Source: x", "（%）", "甲", "乙", "a[1]"})
	rapid.Check(t, func(t *rapid.T) {
		rows, cols := rapid.IntRange(0, 14).Draw(t, "rows"), rapid.IntRange(1, 7).Draw(t, "cols")
		grid := make([][]sheet.Cell, rows)
		for r := range grid {
			for range cols {
				c := sheet.Cell{Kind: sheet.Text, Raw: word.Draw(t, "word")}
				if c.Raw == "" {
					c.Kind = sheet.Empty
				} else if rapid.IntRange(0, 4).Draw(t, "kind") == 0 {
					c = sheet.Cell{Kind: sheet.Number, Raw: "3.5", Format: int32(rapid.IntRange(0, 6).Draw(t, "format"))}
				}
				grid[r] = append(grid[r], c)
			}
		}
		s := sheet.FromCells("表", grid)
		for range rapid.IntRange(0, 3).Draw(t, "merges") {
			a, b := rapid.IntRange(1, 14).Draw(t, "row"), rapid.IntRange(1, 7).Draw(t, "col")
			s.Merges = append(s.Merges, sheet.Range{FirstRow: a, FirstCol: b, LastRow: a + rapid.IntRange(0, 3).Draw(t, "h"), LastCol: b + rapid.IntRange(0, 4).Draw(t, "w")})
		}
		format := rapid.SampledFrom([]sheet.FileFormat{sheet.XLSX, sheet.CSV}).Draw(t, "file")
		wb := &sheet.Workbook{Format: format, Formats: formats(), Sheets: []*sheet.Sheet{s}}
		found, err := shape.Detect(context.Background(), wb, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range found.Tables {
			consistent(t, wb, &found.Tables[i], rows)
		}
		for _, f := range found.Findings {
			if f.Sentence(catalog.ZH) == "" || f.Sentence(catalog.EN) == "" {
				t.Fatalf("a finding without a sentence: %+v", f)
			}
		}
	})
}

func consistent(t *rapid.T, wb *sheet.Workbook, s *shape.Table, rows int) {
	if s.HeaderRows[1] >= s.FirstRow || s.HeaderRows[0] > s.HeaderRows[1] || s.FirstRow > s.LastRow || s.LastRow > rows || s.FirstCol > s.LastCol || len(s.Columns) == 0 {
		t.Fatalf("a table lies nowhere: %+v", s)
	}
	names := map[string]bool{}
	for _, c := range s.Columns {
		if c.Name == "" || names[c.Name] || c.Name[0] < 'a' || c.Name[0] > 'z' || c.Made == "" && (c.Col < s.FirstCol || c.Col > s.LastCol) {
			t.Fatalf("column %+v", c)
		}
		names[c.Name] = true
	}
	for _, list := range [][]int{s.TotalRows, s.SectionRows, s.SkipRows} {
		if !slices.IsSorted(list) || len(slices.Compact(slices.Clone(list))) != len(list) {
			t.Fatalf("rows out of order: %+v", s)
		}
	}
	p, err := infer.Columns(context.Background(), wb, s, nil)
	if err != nil {
		t.Fatal(err)
	}
	var n, totals int64
	last := 0
	checks := check.New(&p.Table, nil)
	err = p.Records(func(r *catalog.Record) error {
		n++
		if r.Kind == catalog.RowTotal {
			totals++
		}
		if r.Row <= last || r.Row < s.FirstRow || r.Row > s.LastRow || len(r.Values) != len(p.Table.Columns) || slices.Contains(s.SectionRows, r.Row) || slices.Contains(s.SkipRows, r.Row) {
			t.Fatalf("record in row %d of %+v", r.Row, s)
		}
		last = r.Row
		checks.Record(r)
		return nil
	})
	if err != nil || n != p.Table.Rows || totals != p.Table.TotalRows {
		t.Fatal(err, n, totals, p.Table.Rows, p.Table.TotalRows)
	}
	checks.Findings(&p.Table)
	if err := p.Records(func(*catalog.Record) error { return context.Canceled }); n > 0 && !errors.Is(err, context.Canceled) {
		t.Fatal("Records did not stop at the caller's error", err)
	}
}
