package shape

import (
	"math"
	"slices"
	"strings"

	"gongkai/catalog"
	"gongkai/ingest/sheet"
)

// sumSheets marks the sheets of a table that sum up the others, such as one of
// the whole city beside one for each district: by their name, as the key of a
// total, or by their figures.
func (s *series) sumSheets(t *Table) {
	if len(t.parts) < 2 {
		return
	}
	byFigures := t.sumsByFigures()
	var names, cells []string
	for i := range t.parts {
		p := &t.parts[i]
		if p.sums = totalWord(p.sheet.Name) == namesTotal || byFigures == i; p.sums {
			names, cells = append(names, p.sheet.Name), append(cells, Where(p.sheet.Name, p.first, p.firstCol))
		}
	}
	if len(names) == 0 {
		return
	}
	f := catalog.NewFinding("sheet-of-sums", cells[0], nil)
	f.Table, f.Count, f.Cells, f.Actual = t.Decided.Name, int64(len(names)), cells[:min(len(cells), 10)], listed(names)
	s.findings = append(s.findings, f)
}

// addends are the figures of the records of one key, sheet by sheet: of one
// column after the other.
type addends map[string][]float64

// sumsByFigures finds the sheet whose figures are the sums of those of the same
// records on all other sheets, two at least, in nine of ten; -1 for none.
// Tables that are too long for that have none.
func (t *Table) sumsByFigures() int {
	var words, values []int // indexes of columns
	lines := 0
	for i := range t.Columns {
		if t.values.has(t.Columns[i].Col) {
			values = append(values, i)
		} else {
			words = append(words, i)
		}
	}
	for i := range t.parts {
		lines += t.parts[i].last - t.parts[i].first + 1
	}
	if len(t.parts) < 3 || len(words) == 0 || len(values) == 0 || lines*len(values) > 100*verifiable {
		return -1
	}
	all := addends{}
	each := make([]addends, len(t.parts))
	for i := range t.parts {
		each[i] = t.addends(&t.parts[i], words, values)
		for key, figures := range each[i] {
			all.add(key, figures)
		}
	}
	return slices.IndexFunc(each, func(a addends) bool { return a.sumsUp(all) })
}

// addends reads the figures of one sheet.
func (t *Table) addends(p *part, words, values []int) addends {
	out := addends{}
	at := func(cells []sheet.Cell, i int) *sheet.Cell {
		if col := p.cols[t.Columns[i].Col-1]; col > 0 && col <= len(cells) {
			return &cells[col-1]
		}
		return &sheet.Cell{}
	}
	figures := make([]float64, len(values))
	err := p.sheet.Scan(p.first, p.last, func(r int, cells []sheet.Cell) error {
		if line := r + p.offset; in(t.SkipRows, line) || in(t.SectionRows, line) {
			return nil
		}
		var key strings.Builder
		for _, i := range words {
			key.WriteString(foldLabel(at(cells, i).Raw))
			key.WriteByte(0)
		}
		for k, i := range values {
			figures[k], _ = figure(at(cells, i))
		}
		out.add(key.String(), figures)
		return nil
	})
	if err != nil {
		return nil // those who read the records meet it again
	}
	return out
}

func (a addends) add(key string, figures []float64) {
	if a[key] == nil {
		a[key] = make([]float64, len(figures))
	}
	for k, n := range figures {
		a[key][k] += n
	}
}

// sumsUp reports whether figures are half of what all sheets have together, and
// so the sum of the others.
func (a addends) sumsUp(all addends) bool {
	right, n := 0, 0
	for key, sums := range all {
		for k, sum := range sums {
			if sum == 0 {
				continue
			}
			n++
			if own := a[key]; own != nil && math.Abs(2*own[k]-sum) < 1e-6*math.Max(1, math.Abs(sum)) {
				right++
			}
		}
	}
	return right > 2 && right*10 >= n*9
}
