package infer

import (
	"math"
	"strings"
)

// counts are the columns of a table whose small counts are left out, line by
// line.
type counts struct {
	rows   []int // numbers of the records
	total  []bool
	n      [][]float64 // by column; NaN where there is no number
	hidden [][]bool
}

// sum is a column that may be the sum of others in every line.
type sum struct {
	of    int
	parts []int
}

// sumColumns finds columns that are called a total, each with the counts to
// its right and with those to its left, as far as the next total.
func (p *Plan) sumColumns(columns []int) (out []sum) {
	isTotal := func(k int) bool { return totalLabel(p.columns[columns[k]].source.Label) }
	for k := range columns {
		if !isTotal(k) {
			continue
		}
		for _, step := range [...]int{1, -1} {
			s := sum{of: k}
			for j := k + step; j >= 0 && j < len(columns) && !isTotal(j); j += step {
				s.parts = append(s.parts, j)
			}
			if len(s.parts) > 1 {
				out = append(out, s)
			}
		}
	}
	return out
}

// totalLabel reports whether a heading, or its lowest level, names a total.
func totalLabel(label string) bool {
	last := label[strings.LastIndexByte(label, '/')+1:]
	for _, s := range [...]string{label, last} {
		s = strings.ToLower(strings.TrimSpace(s))
		if i := strings.IndexAny(s, "(（"); i > 0 {
			s = strings.TrimSpace(s[:i])
		}
		switch s {
		case "合计", "总计", "小计", "共计", "总数", "总人数", "人数合计", "合计人数", "total", "totals", "all", "sum":
			return true
		}
	}
	return false
}

// holds reports whether the sum is right in nine lines of ten that have all of
// its numbers.
func (g *counts) holds(s *sum) bool {
	right, n := 0, 0
	for i := range g.rows {
		total := g.n[s.of][i]
		for _, k := range s.parts {
			total -= g.n[k][i]
		}
		if math.IsNaN(total) {
			continue
		}
		n++
		if math.Abs(total) < 1e-6 {
			right++
		}
	}
	return n > 0 && right*10 >= n*9
}

// holding gives those of some sums that are right.
func (g *counts) holding(sums []sum) (hold []sum) {
	for i := range sums {
		if g.holds(&sums[i]) {
			hold = append(hold, sums[i])
		}
	}
	return hold
}

// givenAway finds the cells from which a count that is left out could be had
// by subtraction: totals, of lines or of columns, of which exactly one part is
// left out. A cell that is left out for that may be one that another total
// gives away, so this goes on until nothing more is found.
func (g *counts) givenAway(hold []sum) (cells []cellOf) {
	hide := func(column, row int) {
		g.hidden[column][row] = true
		cells = append(cells, cellOf{column, row})
	}
	budget := 50_000_000 // lines that are looked at; a table of counts needs far fewer
	for before := -1; before < len(cells) && budget > 0; {
		before = len(cells)
		for k := range g.n {
			for i := range g.rows {
				if n := g.n[k][i]; g.total[i] && n > 0 && !g.hidden[k][i] && g.downGivesAway(k, i, &budget) {
					hide(k, i)
				}
			}
		}
		for _, s := range hold {
			for i := range g.rows {
				if k, ok := g.acrossGivesAway(&s, i); ok {
					hide(k, i)
				}
			}
		}
	}
	return cells
}

// downGivesAway tries the sums that the total in line i may be: of the records
// next to it, above or below, or of the totals there.
func (g *counts) downGivesAway(k, i int, budget *int) bool {
	for _, totals := range [...]bool{false, true} {
		for _, step := range [...]int{-1, 1} {
			sum, hidden := 0.0, 0
			for j := i + step; j >= 0 && j < len(g.rows) && *budget > 0; j += step {
				*budget--
				if g.total[j] != totals || math.IsNaN(g.n[k][j]) {
					continue
				}
				sum += g.n[k][j]
				if g.hidden[k][j] {
					hidden++
				}
				if hidden == 1 && math.Abs(sum-g.n[k][i]) < 1e-6*math.Max(1, math.Abs(sum)) {
					return true
				}
			}
		}
	}
	return false
}

// acrossGivesAway finds what must be left out of line i, where exactly one cell
// of a sum of columns is: the total, or where that is the one, the smallest of
// the others, for they add up to it.
func (g *counts) acrossGivesAway(s *sum, i int) (column int, ok bool) {
	hidden, smallest := 0, -1
	for _, k := range s.parts {
		switch n := g.n[k][i]; {
		case math.IsNaN(n):
			return 0, false
		case g.hidden[k][i]:
			hidden++
		case n > 0 && (smallest < 0 || n < g.n[smallest][i]):
			smallest = k
		}
	}
	switch {
	case math.IsNaN(g.n[s.of][i]):
		return 0, false
	case g.hidden[s.of][i]:
		return smallest, hidden == 0 && smallest >= 0
	}
	return s.of, hidden == 1
}
