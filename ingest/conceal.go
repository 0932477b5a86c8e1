package ingest

import (
	"slices"
	"strconv"
	"strings"

	"gongkai/catalog"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

// concealed stands for a value that a finding must not show.
const concealed = "***"

// hidden is a part of a sheet whose values nobody may see.
type hidden struct {
	sheet       string
	first, last int             // rows of the body
	columns     map[string]bool // letters of the columns that are dropped or masked
	sums        bool            // small counts are left out: their sums would tell them
}

// conceal takes the values out of findings about cells that somebody decided
// to drop, to mask or, being small counts, to leave out: readers and shape know
// nothing of that when they write down what they saw.
func conceal(findings []catalog.Finding, tables []shape.Table) {
	var all []hidden
	for i := range tables {
		all = append(all, hiddenOf(&tables[i])...)
	}
	for i := range findings {
		f := &findings[i]
		if slices.ContainsFunc(all, func(h hidden) bool { return h.has(f) }) {
			hide(f)
		}
	}
}

// hiddenOf gives what is hidden of a table, sheet by sheet: where several are
// one table, each has its own rows and columns.
func hiddenOf(t *shape.Table) []hidden {
	parts := t.Origin.Parts
	if len(parts) == 0 {
		parts = []catalog.Part{{Sheet: t.Sheet.Name, FirstRow: t.FirstRow, LastRow: t.LastRow}}
	}
	var out []hidden
	for _, p := range parts {
		h := hidden{sheet: p.Sheet, first: p.FirstRow, last: p.LastRow, columns: map[string]bool{}}
		h.sums = t.Decided != nil && t.Decided.SmallCounts != nil && t.Decided.SmallCounts.Suppress
		for i := range t.Columns {
			c := &t.Columns[i]
			if col := p.Column(c.Col); c.Made == "" && col > 0 && c.Decided != nil && c.Decided.Personal.Hides() {
				h.columns[sheet.ColumnName(col)] = true
			}
		}
		if len(h.columns) > 0 || h.sums {
			out = append(out, h)
		}
	}
	return out
}

// has reports whether a finding is about a hidden cell, or adds up counts of
// which some are left out.
func (h *hidden) has(f *catalog.Finding) bool {
	sums := h.sums && strings.HasPrefix(f.Code, "total-")
	for _, where := range append([]string{f.Where}, f.Cells...) {
		name, column, row, ok := cellOf(where)
		if ok && name == h.sheet && row >= h.first && row <= h.last && (sums || h.columns[column]) {
			return true
		}
	}
	return false
}

// cellOf splits an address such as Sheet!B7, B7 or Sheet!B7:B90.
func cellOf(where string) (name, column string, row int, ok bool) {
	cell := where
	if i := strings.LastIndexByte(where, '!'); i >= 0 {
		name, cell = where[:i], where[i+1:]
	}
	cell, _, _ = strings.Cut(cell, ":")
	column = strings.TrimRight(cell, "0123456789")
	row, err := strconv.Atoi(cell[len(column):])
	return name, column, row, err == nil
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
