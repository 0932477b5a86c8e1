package catalog

import "testing"

// TestPlace: every row number leads back to its cell.
func TestPlace(t *testing.T) {
	one := Table{Sheet: "A", HeaderRow: [2]int{1, 2}, FirstRow: 3, LastRow: 9, Origin: Origin{Sections: [][2]int{{4, 1}, {7, 2}, {9, 0}}}}
	wide := Table{Sheet: "A", HeaderRow: [2]int{1, 1}, FirstRow: 2, LastRow: 9, Origin: Origin{Wide: []int{3, 5}}}
	stacked := Table{Sheet: "2022", HeaderRow: [2]int{2, 2}, FirstRow: 3, LastRow: 5, Origin: Origin{
		Parts: []Part{
			{Sheet: "2022", HeaderRow: 2, FirstRow: 3, LastRow: 5},
			{Sheet: "2023", Offset: 4, HeaderRow: 1, FirstRow: 2, LastRow: 8, Cols: []int{2, 1, 0, 4}},
		},
		Wide: []int{2, 4}, Sections: [][2]int{{4, 1}},
	}}
	for _, c := range []struct {
		table          *Table
		number         int
		column         Column
		sheet          string
		line, row, col int
	}{
		{&one, 5, Column{Col: 3}, "A", 5, 5, 3},
		{&one, 3, Column{Made: MadeSection}, "A", 3, 0, 0},
		{&one, 5, Column{Made: MadeSection}, "A", 5, 4, 1},
		{&one, 8, Column{Made: MadeSection}, "A", 8, 7, 2},
		{&one, 9, Column{Made: MadeSection}, "A", 9, 0, 0},
		{&one, 9, Column{Made: MadeLevel}, "A", 9, 0, 0},
		{&wide, wide.Origin.Number(0, 4, 1), Column{Made: MadeValue}, "A", 4, 4, 5},
		{&wide, wide.Origin.Number(0, 4, 0), Column{Made: MadeHeading}, "A", 4, 1, 3},
		{&wide, wide.Origin.Number(0, 4, 1), Column{Col: 1}, "A", 4, 4, 1},
		{&stacked, stacked.Origin.Number(0, 5, 1), Column{Made: MadeValue}, "2022", 5, 5, 4},
		{&stacked, stacked.Origin.Number(1, 2, 0), Column{Made: MadeValue}, "2023", 2, 2, 1},
		{&stacked, stacked.Origin.Number(1, 2, 0), Column{Col: 1}, "2023", 2, 2, 2},
		{&stacked, stacked.Origin.Number(1, 2, 0), Column{Col: 3}, "2023", 2, 0, 0},
		{&stacked, stacked.Origin.Number(0, 5, 0), Column{Made: MadeSection}, "2022", 5, 4, 1},
		{&stacked, stacked.Origin.Number(1, 2, 0), Column{Made: MadeSection}, "2023", 2, 0, 0},
	} {
		if sheet, line, row, col := c.table.Place(int64(c.number), &c.column); sheet != c.sheet || line != c.line || row != c.row || col != c.col {
			t.Errorf("%s record %d %+v: %s line %d row %d col %d, want %s %d %d %d", c.table.Sheet, c.number, c.column, sheet, line, row, col, c.sheet, c.line, c.row, c.col)
		}
	}
}
