package sheet

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/xuri/excelize/v2"
)

// bigWorkbook writes rows x 10 cells as departments do: texts that repeat and
// texts that do not, codes, dates, amounts. GONGKAI_BENCH_ROWS overrides rows.
func bigWorkbook(t testing.TB, rows int) string {
	t.Helper()
	if n, err := strconv.Atoi(os.Getenv("GONGKAI_BENCH_ROWS")); err == nil {
		rows = n
	}
	path := filepath.Join(os.TempDir(), fmt.Sprintf("gongkai-bench-%d.xlsx", rows))
	if _, err := os.Stat(path); err == nil {
		return path
	}
	f := excelize.NewFile()
	defer f.Close()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	date, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		t.Fatal(err)
	}
	districts := []string{"东城区", "西城区", "朝阳区", "海淀区", "丰台区", "石景山区"}
	if err := w.SetRow("A1", []any{"序号", "区", "编码", "日期", "金额", "数量", "名称", "备注", "比例", "是否"}); err != nil {
		t.Fatal(err)
	}
	for r := 2; r <= rows+1; r++ {
		err := w.SetRow("A"+strconv.Itoa(r), []any{
			r - 1, districts[r%len(districts)], fmt.Sprintf("%06d", r*7%1000000),
			excelize.Cell{StyleID: date, Value: 40000 + r%5000}, float64(r*37%1000000) / 100, r * 13 % 977,
			"单位" + strconv.Itoa(r%5000), "note " + strconv.Itoa(r%37), float64(r%1000) / 1000, r%2 == 0,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	tmp := path + ".tmp.xlsx"
	if err := f.SaveAs(tmp); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(tmp, path); err != nil {
		t.Fatal(err)
	}
	return path
}

// sharedWorkbook writes the same kind of rows with shared texts, as Excel does.
func sharedWorkbook(t testing.TB, rows int) string {
	t.Helper()
	if n, err := strconv.Atoi(os.Getenv("GONGKAI_BENCH_ROWS")); err == nil {
		rows = n
	}
	path := filepath.Join(os.TempDir(), fmt.Sprintf("gongkai-bench-shared-%d.xlsx", rows))
	if _, err := os.Stat(path); err == nil {
		return path
	}
	if err := os.Rename(sharedRows(t, rows), path); err != nil {
		t.Fatal(err)
	}
	return path
}

func sharedRows(t testing.TB, rows int) string {
	t.Helper()
	var sheet, texts bytes.Buffer
	sheet.WriteString(worksheetNS + "<sheetData>")
	texts.WriteString(stringsHead)
	for i := range rows + 6000 {
		fmt.Fprintf(&texts, "<si><t>单位 %d</t></si>", i)
	}
	texts.WriteString("</sst>")
	for r := 1; r <= rows; r++ {
		fmt.Fprintf(&sheet, `<row r="%d" spans="1:10"><c r="A%d"><v>%d</v></c>`, r, r, r)
		for i, col := range "BCDE" {
			fmt.Fprintf(&sheet, `<c r="%c%d" t="s"><v>%d</v></c>`, col, r, []int{r % 6, r % 5000, 6000 + r - 1, r * 7 % 5000}[i])
		}
		fmt.Fprintf(&sheet, `<c r="F%d" s="1"><v>%d</v></c><c r="G%d"><v>%.2f</v></c><c r="H%d"><v>%d</v></c><c r="I%d"><v>%.3f</v></c><c r="J%d" t="b"><v>%d</v></c></row>`,
			r, 40000+r%5000, r, float64(r*37%1000000)/100, r, r*13%977, r, float64(r%1000)/1000, r, r%2)
	}
	sheet.WriteString("</sheetData></worksheet>")
	return parts(t, map[string]string{sheetPart: sheet.String(), "xl/sharedStrings.xml": texts.String(), "xl/styles.xml": testStyles})
}

// BenchmarkFloor inflates the sheet with the standard library and counts its
// cells: what no reader in Go can go under by much.
func BenchmarkFloor(b *testing.B) {
	b.Run("inline", func(b *testing.B) { benchmarkFloor(b, bigWorkbook(b, 100_000)) })
	b.Run("shared", func(b *testing.B) { benchmarkFloor(b, sharedWorkbook(b, 100_000)) })
}

func benchmarkFloor(b *testing.B, path string) {
	for b.Loop() {
		z, err := zip.OpenReader(path)
		if err != nil {
			b.Fatal(err)
		}
		r, err := z.Open("xl/worksheets/sheet1.xml")
		if err != nil {
			b.Fatal(err)
		}
		buf := make([]byte, 1<<20)
		cells, total := 0, 0
		for {
			n, err := r.Read(buf)
			cells += bytes.Count(buf[:n], []byte("<c "))
			total += n
			if err != nil {
				break
			}
		}
		b.SetBytes(int64(total))
		_ = z.Close()
	}
}

func BenchmarkOpenXLSX(b *testing.B) {
	b.Run("inline", func(b *testing.B) { benchmarkOpen(b, bigWorkbook(b, 100_000)) })
	b.Run("shared", func(b *testing.B) { benchmarkOpen(b, sharedWorkbook(b, 100_000)) })
}

func benchmarkOpen(b *testing.B, path string) {
	b.ReportAllocs()
	for b.Loop() {
		wb, err := Open(context.Background(), path, Options{TempDir: b.TempDir()})
		if err != nil {
			b.Fatal(err)
		}
		_ = wb.Close()
	}
}

func BenchmarkScan(b *testing.B) {
	wb := open(b, bigWorkbook(b, 100_000))
	b.ReportAllocs()
	for b.Loop() {
		cells := 0
		err := wb.Sheets[0].Scan(1, 1<<30, func(_ int, row []Cell) error {
			cells += len(row)
			return nil
		})
		if err != nil || cells < 1000 {
			b.Fatal(cells, err)
		}
	}
}

func BenchmarkOpenCSV(b *testing.B) {
	var text bytes.Buffer
	for r := range 400_000 {
		fmt.Fprintf(&text, "%d,朝阳区,%06d,2024-05-%02d,%d.%02d,\"单位, 第%d号\",note %d,%d\n", r, r*7%1000000, r%28+1, r*37%10000, r%100, r%5000, r%37, r%977)
	}
	path := textFile(b, text.String())
	b.SetBytes(int64(text.Len()))
	benchmarkOpen(b, path)
}
