package demo

import (
	"iter"
	"math/big"
	"slices"

	"gongkai/catalog"
)

// Expect says what one file means: its tables in sheet order, then from top to
// bottom.
type Expect struct {
	Tables    []Table // as they stand on the sheets
	Published []Table // what a recipe makes of them: sheets stacked, years as rows, names masked; nil where it changes nothing
}

// Meant is what is to be published.
func (e Expect) Meant() []Table {
	if e.Published != nil {
		return e.Published
	}
	return e.Tables
}

// Table is one table as its author meant it. Rows count from 1 as in the sheet
// (in the lines of a csv).
type Table struct {
	Sheet       string // "" for csv
	Title       string // as written above the table, or ""
	Unit        string // of all figures, as written, or ""
	HeaderRow   [2]int // first and last row of the header
	FirstRow    int    // first row of the body
	LastRow     int    // last row of the body, totals included
	Rows        int    // records, totals included
	TotalRows   []int  // rows that add others up
	SectionRows []int  // rows that are only a label for those below
	SkipRows    []int  // rows that only number the columns
	Columns     []Column
	Truth       iter.Seq[Record] // every record with its true values, in sheet order
}

// Column is one column as its author meant it.
type Column struct {
	Label string // header levels joined with " / "
	Type  catalog.Type
	Unit  string // from the column's own header, or ""
	Name  string // API name, where a recipe gives one
	Made  catalog.Made
}

// Record is one row with its true values as canonical text, "" for none.
type Record struct {
	Row    int
	Kind   catalog.RowKind
	Values []string
}

// Same reports whether a published value, as canonical text, is the true one:
// numbers by value, everything else by text.
func (c Column) Same(truth, published string) bool {
	if truth == published {
		return true
	}
	if !c.Type.Numeric() || truth == "" || published == "" {
		return false
	}
	a, ok := new(big.Rat).SetString(truth)
	b, ok2 := new(big.Rat).SetString(published)
	return ok && ok2 && a.Cmp(b) == 0
}

// recorder takes down what a table means while it is written.
type recorder struct {
	table   Table
	records []Record
}

func (r *recorder) add(rec Record) {
	if r.table.FirstRow == 0 {
		r.table.FirstRow = rec.Row
	}
	r.table.LastRow = rec.Row
	r.table.Rows++
	if rec.Kind == catalog.RowTotal {
		r.table.TotalRows = append(r.table.TotalRows, rec.Row)
	}
	r.records = append(r.records, rec)
}

func (r *recorder) done() Table {
	r.table.Truth = slices.Values(r.records)
	return r.table
}
