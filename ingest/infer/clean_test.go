package infer_test

import (
	"context"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"gongkai/catalog"
	"gongkai/ingest/infer"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

// TestCleanFile: a text file with a header and regular records is read exactly,
// whatever its columns hold and although some cells are empty.
func TestCleanFile(t *testing.T) {
	kinds := map[catalog.Type]*rapid.Generator[string]{
		catalog.TypeInteger: rapid.Map(rapid.IntRange(-3000, 3000), func(n int) string { return fmt.Sprint(n) }),
		catalog.TypeDecimal: rapid.Map(rapid.IntRange(-99999, 99999), func(n int) string { return fmt.Sprintf("%.2f", float64(n)/100+0.01) }),
		catalog.TypeDate:    rapid.Map(rapid.IntRange(0, 27), func(n int) string { return fmt.Sprintf("2024-05-%02d", n+1) }),
		catalog.TypeText:    rapid.StringMatching(`[a-z]{3,8} [a-z]{4,6}|[甲乙丙丁东西南北]{2,5}街`),
	}
	order := []catalog.Type{catalog.TypeInteger, catalog.TypeDecimal, catalog.TypeDate, catalog.TypeText}
	rapid.Check(t, func(t *rapid.T) {
		types := rapid.SliceOfN(rapid.SampledFrom(order), 2, 6).Draw(t, "types")
		rows := rapid.IntRange(3, 20).Draw(t, "rows")
		grid := [][]string{{}}
		for i := range types {
			grid[0] = append(grid[0], rapid.SampledFrom([]string{"name", "数量", "value", "日期", "code x", "城市"}).Draw(t, "label")+string(rune('A'+i)))
		}
		for r := range rows {
			var row []string
			empty := 0
			for i, k := range types {
				cell := kinds[k].Draw(t, "cell")
				// The first record and the first column are full, so that no row is
				// blank; a record that lacks three values reads like a heading.
				if r > 0 && i > 0 && empty < 2 && rapid.IntRange(0, 9).Draw(t, "empty") == 0 {
					cell = ""
					empty++
				}
				row = append(row, cell)
			}
			grid = append(grid, row)
		}
		wb := &sheet.Workbook{Format: sheet.CSV, Delimiter: ",", Formats: formats(), Sheets: []*sheet.Sheet{sheet.FromRows("", grid)}}
		found, err := shape.Detect(context.Background(), wb, nil)
		if err != nil || len(found.Tables) != 1 {
			t.Fatal(len(found.Tables), err)
		}
		s := &found.Tables[0]
		p, err := infer.Columns(context.Background(), wb, s, nil)
		if err != nil {
			t.Fatal(err)
		}
		if s.HeaderRows != [2]int{1, 1} || s.FirstRow != 2 || s.LastRow != rows+1 || p.Table.Rows != int64(rows) || len(s.TotalRows)+len(s.SectionRows)+len(s.SkipRows) > 0 || len(s.Columns) != len(types) {
			t.Fatalf("header %v rows %d-%d (%d of %d) totals %v sections %v skips %v, %d columns", s.HeaderRows, s.FirstRow, s.LastRow, p.Table.Rows, rows, s.TotalRows, s.SectionRows, s.SkipRows, len(s.Columns))
		}
		for i, k := range types {
			if c := p.Table.Columns[i]; c.Type != k || c.Label != grid[0][i] {
				t.Fatalf("column %q is %s, want %q %s (%s)", c.Label, c.Type, grid[0][i], k, c.Evidence)
			}
		}
	})
}
