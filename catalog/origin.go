package catalog

import "sort"

// Origin says where the records of a table lie in the workbook, so that every
// value leads back to its cell at no cost per cell. The zero Origin is that of
// a table that lies on one sheet: its row numbers are those of the sheet.
//
// A row number is made so: line = row of the sheet + offset of its part; and
// where columns became rows, (line-1)*len(Wide) + index of the column + 1.
type Origin struct {
	Parts    []Part   `json:"parts,omitempty"`    // of several sheets, in order
	Wide     []int    `json:"wide,omitempty"`     // sheet columns that became rows, in order
	Sections [][2]int `json:"sections,omitempty"` // line and sheet column of each section's label, by line; column 0: from this line on there is none
}

// Part is a sheet whose rows are part of a table.
type Part struct {
	Sheet     string `json:"sheet"`
	Offset    int    `json:"offset"`         // what is added to its row numbers
	HeaderRow int    `json:"header_row"`     // last row of its header; 0 where there is none
	FirstRow  int    `json:"first_row"`      // first sheet row of the body
	LastRow   int    `json:"last_row"`       // last sheet row of the body
	Cols      []int  `json:"cols,omitempty"` // sheet column that holds column 1, 2, … of the table, 0 where the sheet lacks it; none: the same as in the table
}

// Column gives the sheet column that holds a column of the table, or 0.
func (p *Part) Column(col int) int {
	switch {
	case len(p.Cols) == 0:
		return col
	case col > 0 && col <= len(p.Cols):
		return p.Cols[col-1]
	}
	return 0
}

// Made says what a column was made from that is no column of the sheet.
type Made string

// The ways in which columns are made.
const (
	MadePeriod  Made = "period"  // start, end or granularity of the period column before
	MadeSheet   Made = "sheet"   // the name of the sheet
	MadeSection Made = "section" // the label of the section that the record stands in, behind those of the sections around it
	MadeLevel   Made = "level"   // how deep the record stands, by its indent, from 1
	MadePath    Made = "path"    // the labels above it, joined by " / "
	MadeHeading Made = "heading" // the heading of a column that became a row
	MadeValue   Made = "value"   // the value of a column that became a row
)

// Number gives the row number of a record.
func (o *Origin) Number(part, row, wide int) int {
	if len(o.Parts) > 0 {
		row += o.Parts[part].Offset
	}
	if len(o.Wide) > 0 {
		return (row-1)*len(o.Wide) + wide + 1
	}
	return row
}

// Place finds the cell that a value comes from: the sheet, and row and column
// on it from 1; row and col are 0 where the value lies in no single cell. line
// is the row of the record on the sheet all the same.
func (t *Table) Place(number int64, c *Column) (sheet string, line, row, col int) {
	n, wide := int(number), 0
	if k := len(t.Origin.Wide); k > 0 {
		n, wide = (n-1)/k+1, (n-1)%k
	}
	part := t.part(n)
	sheet, line = part.Sheet, n-part.Offset
	switch c.Made {
	case "":
		row, col = line, part.Column(c.Col)
	case MadeValue:
		row, col = line, part.Column(t.Origin.Wide[wide])
	case MadeHeading:
		row, col = part.HeaderRow, part.Column(t.Origin.Wide[wide])
	case MadeSection:
		s := t.Origin.Sections
		i := sort.Search(len(s), func(i int) bool { return s[i][0] > n }) - 1
		if i >= 0 && s[i][0] >= part.FirstRow+part.Offset {
			row, col = s[i][0]-part.Offset, s[i][1]
		}
	case MadePeriod, MadeSheet, MadeLevel, MadePath:
	}
	if row == 0 || col == 0 {
		return sheet, line, 0, 0
	}
	return sheet, line, row, col
}

// part finds the part that holds a line.
func (t *Table) part(line int) Part {
	parts := t.Origin.Parts
	if len(parts) == 0 {
		return Part{Sheet: t.Sheet, HeaderRow: t.HeaderRow[1], FirstRow: t.FirstRow, LastRow: t.LastRow}
	}
	i := sort.Search(len(parts), func(i int) bool { return parts[i].LastRow+parts[i].Offset >= line })
	return parts[min(i, len(parts)-1)]
}
