package check

import (
	"cmp"
	"slices"
	"strings"

	"gongkai/catalog"
)

// mostOfCode is how many findings of one code are listed.
const mostOfCode = 50

// Order puts the findings of a version in the order in which to deal with
// them: what blocks, then what wants somebody's agreement, then what is for the
// record; in each the file, then table by table as they come, then by column
// and row. One cause that many tables or sheets have is one finding, see
// together. Of one code and severity the first fifty stay, of one finding the
// first ten cells; a finding findings-left-out counts the others. fs is
// changed.
func Order(fs []catalog.Finding) []catalog.Finding {
	arrange(fs)
	fs = together(fs, sameCause, fewPlaces)
	fs = together(fs, likeCause, mostOfCode+1)
	arrange(fs)
	type sort struct {
		code     string
		severity catalog.Severity
	}
	listed, left := map[sort]int{}, []sort{}
	out := fs[:0]
	for _, f := range fs {
		s := sort{f.Code, f.Severity}
		if listed[s]++; listed[s] <= mostOfCode {
			out = append(out, f)
		} else if listed[s] == mostOfCode+1 {
			left = append(left, s)
		}
	}
	for _, s := range left {
		f := catalog.NewFinding("findings-left-out", "", nil)
		f.Actual, f.Count = s.code, int64(listed[s]-mostOfCode)
		out = append(out, f)
	}
	return out
}

// arrange sorts findings by severity, table, column and row, and shortens their
// lists of cells.
func arrange(fs []catalog.Finding) {
	tables := map[string]int{"": -1}
	for i := range fs {
		if _, ok := tables[fs[i].Table]; !ok {
			tables[fs[i].Table] = len(tables)
		}
		fs[i].Cells = fs[i].Cells[:min(len(fs[i].Cells), mostCells)]
	}
	slices.SortStableFunc(fs, func(a, b catalog.Finding) int {
		aRow, aCol := rowAndColumn(a.Where)
		bRow, bCol := rowAndColumn(b.Where)
		return cmp.Or(cmp.Compare(rank(a.Severity), rank(b.Severity)), cmp.Compare(tables[a.Table], tables[b.Table]),
			cmp.Compare(aCol, bCol), cmp.Compare(aRow, bRow))
	})
}

func rank(s catalog.Severity) int {
	switch s {
	case catalog.SeverityError:
		return 0
	case catalog.SeverityWarning:
		return 1
	case catalog.SeverityInfo:
	}
	return 2
}

// rowAndColumn reads the end of an address such as Sheet!B7; 0, 0 where it is
// none.
func rowAndColumn(where string) (row, col int) {
	where = where[strings.LastIndexByte(where, '!')+1:]
	where, _, _ = strings.Cut(where, ":")
	i := 0
	for i < len(where) && i < 3 && where[i]-'A' < 26 {
		col = col*26 + int(where[i]-'A') + 1
		i++
	}
	for _, c := range []byte(where[i:]) {
		if c-'0' > 9 || row > 1<<30 {
			return 0, 0
		}
		row = row*10 + int(c-'0')
	}
	if row == 0 {
		col = 0
	}
	return row, col
}
