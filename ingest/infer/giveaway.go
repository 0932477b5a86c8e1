package infer

import (
	"math"
	"slices"
)

// counts are the columns of numbers of a table whose small counts are left out,
// line by line.
type counts struct {
	rows   []int // numbers of the records
	total  []bool
	level  []int64     // how deep each stands, or none
	wide   int         // records of one line of the sheet
	n      [][]float64 // by column; NaN where there is no number
	said   [][]float64 // likewise, with the number that a text begins with
	counts []bool      // by column: small counts are left out of it
	hidden [][]bool
	sums   []lineSum // lines that may be the sum of others
	value  int       // column that took the values of columns that became rows; -1 for none
}

// sum is a column that is the sum of others in nearly every line.
type sum struct {
	of    int
	parts []int
}

// lineSum is a line that may be the sum of others, column by column.
type lineSum struct {
	of    int
	parts []int
}

// within tells what rounding of doubles may add to a sum.
func within(a, b float64) bool { return math.Abs(a-b) < 1e-6*math.Max(1, math.Abs(a)) }

// hideSmall hides what is too small.
func (g *counts) hideSmall(below float64) {
	g.hidden = make([][]bool, len(g.n))
	for k := range g.n {
		g.hidden[k] = make([]bool, len(g.rows))
		for i, n := range g.said[k] {
			if g.hidden[k][i] = g.counts[k] && n > 0 && n < below; g.hidden[k][i] && math.IsNaN(g.n[k][i]) {
				g.n[k][i] = n
			}
		}
	}
}

// found gives the records in which a column is hidden.
func (g *counts) found(k int) (out places) {
	for i, hidden := range g.hidden[k] {
		if hidden {
			out.add(g.rows[i], "")
		}
	}
	return out
}

// mostColumns bounds the tables in which any run of columns is tried as a sum;
// in wider ones only those next to the total.
const mostColumns = 60

// addingUp finds the columns that are the sum of a run of columns beside them
// or, in tables that are not too wide, elsewhere: 在校生 = 男 + 女, whatever
// they are called.
func (g *counts) addingUp() (out []sum) {
	n := len(g.n)
	for of := range n {
		for _, step := range [...]int{1, -1} {
			for first := of + step; first >= 0 && first < n; first += step {
				if n > mostColumns && first != of+step {
					break
				}
				if s := g.runFrom(of, first, step); s != nil && !slices.ContainsFunc(out, func(o sum) bool { return o.of == of && slices.Equal(o.parts, s.parts) }) {
					out = append(out, *s)
				}
			}
		}
	}
	return out
}

// runFrom finds the shortest run of two columns and more from a first one on
// that adds up to another column. A few lines tell which are worth a look at
// all of them.
func (g *counts) runFrom(of, first, step int) *sum {
	const most, mostProbes = 200, 20 // columns of a sum, lines
	var probes []int
	for i := 0; i < len(g.rows) && len(probes) < mostProbes; i++ {
		if g.n[of][i] > 0 {
			probes = append(probes, i)
		}
	}
	s, so := sum{of: of}, make([]float64, len(probes))
	for k := first; k >= 0 && k < len(g.n) && k != of && len(s.parts) < most; k += step {
		s.parts = append(s.parts, k)
		right := 0
		for j, i := range probes {
			if so[j] += g.n[k][i]; within(so[j], g.n[of][i]) {
				right++
			}
		}
		if right > 0 && right*10 >= len(probes)*8 && len(s.parts) > 1 && g.holds(&s) {
			slices.Sort(s.parts)
			return &s
		}
	}
	return nil
}

// holds reports whether the sum is right in nine lines of ten that have all of
// its numbers, and more than one part ever counts.
func (g *counts) holds(s *sum) bool {
	right, wrong, n := 0, 0, len(g.rows)
	count := map[int]bool{}
	for i := range g.rows {
		total := 0.0
		for _, k := range s.parts {
			total += g.n[k][i]
		}
		if math.IsNaN(total) || math.IsNaN(g.n[s.of][i]) {
			continue
		}
		if !within(total, g.n[s.of][i]) {
			if wrong++; wrong*10 > n {
				return false
			}
			continue
		}
		right++
		for _, k := range s.parts {
			if g.n[k][i] != 0 {
				count[k] = true
			}
		}
	}
	return right > 0 && right >= 9*wrong && len(count) > 1
}

// families makes a sum of every record that others stand below.
func (g *counts) families() {
	if g.level == nil {
		return
	}
	for w := range g.wide {
		var above []int // indexes into sums
		for _, i := range g.strand(w) {
			if g.total[i] {
				continue
			}
			for len(above) > 0 && g.level[g.sums[above[len(above)-1]].of] >= g.level[i] {
				above = above[:len(above)-1]
			}
			if len(above) > 0 {
				at := above[len(above)-1]
				g.sums[at].parts = append(g.sums[at].parts, i)
			}
			g.sums = append(g.sums, lineSum{of: i})
			above = append(above, len(g.sums)-1)
		}
	}
	g.sums = slices.DeleteFunc(g.sums, func(s lineSum) bool { return len(s.parts) == 0 })
}

// strand gives the lines of one of the columns that became rows; all lines
// where there are none.
func (g *counts) strand(w int) []int {
	out := make([]int, 0, len(g.rows)/g.wide+1)
	for i, row := range g.rows {
		if (row-1)%g.wide == w || g.wide == 1 {
			out = append(out, i)
		}
	}
	return out
}

// across finds labels, the names of sheets or headings that became rows, under
// which stand the sums of what stands under the others, such as a sheet of the
// whole city beside those of its districts. Records of one key belong together:
// all else that is said of them is the same.
func (g *counts) across(labels, keys []int) {
	var order []int
	groups := map[int][]int{}
	for i := range labels {
		if groups[keys[i]] == nil {
			order = append(order, keys[i])
		}
		groups[keys[i]] = append(groups[keys[i]], i)
	}
	right, tried := map[int]int{}, map[int]int{}
	for _, key := range order {
		if lines := groups[key]; len(lines) > 2 {
			g.compareAcross(lines, labels, right, tried)
		}
	}
	for _, key := range order {
		lines := groups[key]
		for at, i := range lines {
			if n := tried[labels[i]]; n > 0 && right[labels[i]]*2 >= n {
				g.sums = append(g.sums, lineSum{of: i, parts: slices.Delete(slices.Clone(lines), at, at+1)})
			}
		}
	}
}

// compareAcross counts for each label in how many columns its line is the sum of
// the others.
func (g *counts) compareAcross(lines, labels []int, right, tried map[int]int) {
	for k := range g.n {
		sum := 0.0
		for _, i := range lines {
			if n := g.n[k][i]; n > 0 {
				sum += n
			}
		}
		if sum == 0 {
			continue
		}
		for _, i := range lines {
			tried[labels[i]]++
			if within(sum, 2*g.n[k][i]) {
				right[labels[i]]++
			}
		}
	}
}

// repeated finds the columns that are, on each line of the sheet, the sum of the
// columns that became rows.
func (g *counts) repeated() (out []sum) {
	for of := range g.n {
		right, n := 0, 0
		for i := 0; g.value >= 0 && of != g.value && i+g.wide <= len(g.rows); i += g.wide {
			if n++; within(g.lineValue(i), g.n[of][i]) && g.n[of][i] > 0 {
				right++
			}
		}
		if right > 0 && right*10 >= n*9 {
			out = append(out, sum{of: of, parts: []int{g.value}})
		}
	}
	return out
}

// lineValue adds up the values of the line of the sheet whose first record is i.
func (g *counts) lineValue(i int) (sum float64) {
	for _, n := range g.n[g.value][i : i+g.wide] {
		if !math.IsNaN(n) {
			sum += n
		}
	}
	return sum
}

// givenAway finds the cells from which a count that is left out could be had
// by subtraction: those of sums of which exactly one cell is left out. A cell
// that is left out for that may be one that another sum gives away, so this
// goes on until nothing more is found.
func (g *counts) givenAway(sums, repeated []sum) {
	summed := map[int]bool{} // lines whose parts are known
	for _, s := range g.sums {
		summed[s.of] = true
	}
	strands := make([][]int, g.wide)
	for w := range strands {
		strands[w] = g.strand(w)
	}
	budget := 50_000_000 // lines that are looked at; a table of counts needs far fewer
	for again := true; again; {
		again = false
		for k := range g.n {
			for _, lines := range strands {
				for at, i := range lines {
					if g.counts[k] && g.total[i] && !summed[i] && g.n[k][i] > 0 && !g.hidden[k][i] && g.downGivesAway(k, at, lines, &budget) {
						g.hidden[k][i], again = true, true
					}
				}
			}
		}
		again = g.sumsGiveAway(sums, repeated) || again
	}
}

// sumsGiveAway looks once at all sums whose parts are known: of columns in each
// line, of lines in each column, of the records that a line of the sheet became.
func (g *counts) sumsGiveAway(sums, repeated []sum) (some bool) {
	for _, s := range sums {
		for i := range g.rows {
			some = g.hideOne(cellOf{s.of, i}, len(s.parts), func(j int) cellOf { return cellOf{s.parts[j], i} }) || some
		}
	}
	for _, l := range g.sums {
		for k := range g.n {
			some = g.hideOne(cellOf{k, l.of}, len(l.parts), func(j int) cellOf { return cellOf{k, l.parts[j]} }) || some
		}
	}
	for _, s := range repeated {
		for i := 0; i+g.wide <= len(g.rows); i += g.wide {
			some = g.hideOne(cellOf{s.of, i}, g.wide, func(j int) cellOf { return cellOf{g.value, i + j} }) || some
			for j := range g.wide { // it stands in each of the records
				g.hidden[s.of][i+j] = g.hidden[s.of][i]
			}
		}
	}
	return some
}

// hideOne hides what gives a cell away, where exactly one cell of a sum is left
// out: the total, or where that is the one, the smallest of the others, for they
// add up to it.
func (g *counts) hideOne(of cellOf, n int, part func(int) cellOf) bool {
	if !g.counts[of.column] {
		return false
	}
	sum, hidden, smallest := 0.0, 0, cellOf{column: -1}
	for j := range n {
		c := part(j)
		x := g.n[c.column][c.row]
		if !math.IsNaN(x) {
			sum += x
		}
		if g.hidden[c.column][c.row] {
			hidden++
		} else if x > 0 && g.counts[c.column] && (smallest.column < 0 || x < g.n[smallest.column][smallest.row]) {
			smallest = c
		}
	}
	total := &g.hidden[of.column][of.row]
	switch {
	case !within(sum, g.n[of.column][of.row]):
	case !*total && hidden == 1:
		*total = true
		return true
	case *total && hidden == 0 && smallest.column >= 0:
		g.hidden[smallest.column][smallest.row] = true
		return true
	}
	return false
}

// downGivesAway tries the sums that a total, the at-th of some lines, may be:
// of the records next to it, above or below, or of the totals there.
func (g *counts) downGivesAway(k, at int, lines []int, budget *int) bool {
	total := g.n[k][lines[at]]
	for _, totals := range [...]bool{false, true} {
		for _, step := range [...]int{-1, 1} {
			sum, hidden := 0.0, 0
			for j := at + step; j >= 0 && j < len(lines) && *budget > 0; j += step {
				*budget--
				i := lines[j]
				if g.total[i] != totals || math.IsNaN(g.n[k][i]) {
					continue
				}
				sum += g.n[k][i]
				if g.hidden[k][i] {
					hidden++
				}
				if hidden == 1 && within(sum, total) {
					return true
				}
			}
		}
	}
	return false
}
