package export

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/xuri/excelize/v2"

	"gongkai/catalog"
)

type numbers struct{ n, most int }

func (n *numbers) Columns() []catalog.Column {
	return []catalog.Column{{Name: "n", Label: "数", Type: catalog.TypeInteger, SQLType: "BIGINT"}}
}
func (n *numbers) Err() error   { return nil }
func (n *numbers) Close() error { return nil }
func (n *numbers) Next() ([]catalog.Value, bool) {
	n.n++
	return []catalog.Value{{Kind: catalog.IntValue, I: int64(n.n)}}, n.n <= n.most
}

// TestSheetsGoOn: a full sheet is followed by another, with the header again.
func TestSheetsGoOn(t *testing.T) {
	for rows, sheets := range map[int]int{0: 1, 9: 1, 10: 2, 18: 2, 19: 3} {
		var b bytes.Buffer
		if err := writeWorkbook(t.Context(), &b, &numbers{most: rows}, Meta{Table: "t"}, 10); err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(&b)
		if err != nil {
			t.Fatal(err)
		}
		names := f.GetSheetList()
		if len(names) != sheets+1 || names[len(names)-1] != aboutSheet {
			t.Fatalf("%d rows: sheets %v", rows, names)
		}
		var got []string
		for _, name := range names[:sheets] {
			lines, err := f.GetRows(name)
			if err != nil {
				t.Fatal(err)
			}
			if lines[0][0] != "数" || len(lines) > 10 {
				t.Fatalf("%s: header %v, %d lines", name, lines[0], len(lines))
			}
			for _, l := range lines[1:] {
				got = append(got, l[0])
			}
		}
		if len(got) != rows || rows > 0 && got[rows-1] != fmt.Sprint(rows) {
			t.Fatalf("%d rows: %v", rows, got)
		}
	}
}

func TestColumnLetters(t *testing.T) {
	for i := range maxSheetCols {
		want, err := excelize.ColumnNumberToName(i + 1)
		if err != nil || string(columnLetters(i)) != want {
			t.Fatalf("column %d: %s, want %s (%v)", i, columnLetters(i), want, err)
		}
	}
}

// TestDaysAreTheStandardLibrarys compares the arithmetic with Value.Append
// around every year's ends and on leap days.
func TestDaysAreTheStandardLibrarys(t *testing.T) {
	for day := int64(-719162 - 400); day < 2932896+400; day++ {
		v := catalog.Value{Kind: catalog.DateValue, I: day}
		if got, want := string(appendPlain(nil, &v)), v.String(); got != want {
			t.Fatalf("day %d: %s, want %s", day, got, want)
		}
	}
	for _, micros := range []int64{-1, 0, 1, -dayMicros, -dayMicros - 1, 1714728600123456, -62135596800000000} {
		v := catalog.Value{Kind: catalog.DatetimeValue, I: micros}
		if got, want := string(appendPlain(nil, &v)), v.String(); got != want {
			t.Fatalf("%d: %s, want %s", micros, got, want)
		}
	}
}
