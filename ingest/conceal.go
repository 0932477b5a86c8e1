package ingest

import (
	"strconv"
	"strings"

	"gongkai/catalog"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

// concealed stands for a value that a finding must not show.
const concealed = "***"

// conceal takes the values out of findings about cells that somebody decided
// to drop, to mask or, being small counts, to leave out: readers and shape know
// nothing of that when they write down what they saw.
func conceal(findings []catalog.Finding, tables []shape.Table) {
	hidden := make([]map[string]bool, len(tables)) // by table, letters of its columns
	any := false
	for i := range tables {
		hidden[i] = hiddenColumns(&tables[i])
		any = any || len(hidden[i]) > 0 || suppresses(&tables[i])
	}
	if !any {
		return
	}
	for i := range findings {
		f := &findings[i]
		for j := range tables {
			if hidesAny(f, &tables[j], hidden[j]) {
				hide(f)
				break
			}
		}
	}
}

// hiddenColumns gives the letters of the sheet columns whose values nobody may see.
func hiddenColumns(t *shape.Table) map[string]bool {
	out := map[string]bool{}
	for i := range t.Columns {
		c := &t.Columns[i]
		if c.Made == "" && c.Decided != nil && c.Decided.Personal.Hides() {
			out[sheet.ColumnName(c.Col)] = true
		}
	}
	return out
}

func suppresses(t *shape.Table) bool {
	return t.Decided != nil && t.Decided.SmallCounts != nil && t.Decided.SmallCounts.Suppress
}

// hidesAny reports whether a finding is about a hidden cell of a table, or adds
// up counts of which some are left out.
func hidesAny(f *catalog.Finding, t *shape.Table, hidden map[string]bool) bool {
	sums := suppresses(t) && strings.HasPrefix(f.Code, "total-")
	if len(hidden) == 0 && !sums {
		return false
	}
	for _, cell := range append([]string{f.Where}, f.Cells...) {
		column, row, ok := cellOf(cell, t)
		if ok && row >= t.FirstRow && row <= t.LastRow && (sums || hidden[column]) {
			return true
		}
	}
	return false
}

// cellOf splits an address such as Sheet!B7, B7 or Sheet!B7:B90 on one of the
// table's sheets.
func cellOf(where string, t *shape.Table) (column string, row int, ok bool) {
	name, cell := "", where
	if i := strings.LastIndexByte(where, '!'); i >= 0 {
		name, cell = where[:i], where[i+1:]
	}
	if name != t.Sheet.Name && !inParts(name, t) {
		return "", 0, false
	}
	cell, _, _ = strings.Cut(cell, ":")
	column = strings.TrimRight(cell, "0123456789")
	row, err := strconv.Atoi(cell[len(column):])
	return column, row, err == nil
}

func inParts(name string, t *shape.Table) bool {
	for _, p := range t.Origin.Parts {
		if p.Sheet == name {
			return true
		}
	}
	return false
}

func hide(f *catalog.Finding) {
	if f.Actual != "" {
		f.Actual = concealed
	}
	if f.Expected != "" {
		f.Expected = concealed
	}
	for name := range f.Args {
		if strings.HasPrefix(name, "actual") || strings.HasPrefix(name, "expected") || name == "value" || name == "text" {
			f.Args[name] = concealed
		}
	}
}
