package sheet

import (
	"testing"

	"pgregory.net/rapid"
)

// What is put into a sheet comes back, dense, with nothing past the last cell.
func TestFromRowsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(rapid.SampledFrom([]string{"", "", "a", "合计", " ", "12"}), 0, 9), 0, 12).Draw(t, "rows")
		s := FromRows("s", rows)
		lastRow, lastCol := 0, 0
		for i, row := range rows {
			for j, v := range row {
				if v != "" && v != " " {
					lastRow, lastCol = i+1, max(lastCol, j+1)
				}
			}
		}
		if s.Rows() != lastRow || s.Cols() != lastCol {
			t.Fatalf("size %d x %d, want %d x %d", s.Rows(), s.Cols(), lastRow, lastCol)
		}
		next := 1
		err := s.Scan(1, 1<<30, func(r int, cells []Cell) error {
			for ; next < r; next++ {
				wantBlank(t, rows[next-1])
			}
			next++
			for j, v := range rows[r-1] {
				got := ""
				if j < len(cells) {
					got = cells[j].Raw
				}
				if got != v {
					t.Fatalf("%s: %q, want %q", Address(r, j+1), got, v)
				}
			}
			single, err := s.Row(r, nil)
			if err != nil || len(single) != len(cells) {
				t.Fatalf("Row(%d): %d cells, %v; Scan gave %d", r, len(single), err, len(cells))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func wantBlank(t *rapid.T, row []string) {
	for _, v := range row {
		if v != "" && v != " " {
			t.Fatalf("row %q was not scanned", row)
		}
	}
}

func TestFromCellsKeepsStyle(t *testing.T) {
	s := FromCells("s", [][]Cell{{}, {{}, {Raw: "5", Kind: Number, Format: 3, Flags: Bold | Formula, Indent: 2}, {Raw: "TRUE", Kind: Bool, Flags: HiddenCol}}})
	row, err := s.Row(2, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []Cell{{}, {Raw: "5", Kind: Number, Format: 3, Flags: Bold | Formula, Indent: 2}, {Raw: "TRUE", Kind: Bool, Flags: HiddenCol}}
	if len(row) != len(want) {
		t.Fatalf("%d cells, want %d", len(row), len(want))
	}
	for i := range want {
		if row[i] != want[i] {
			t.Errorf("cell %d: %+v, want %+v", i+1, row[i], want[i])
		}
	}
}
