package shape

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"gongkai/ingest/sheet"
)

// verifiable bounds the tables whose sums are looked for.
const verifiable = 3000

// sums holds the figures of a body, line by line, with running sums, so that
// the sum of any run of lines is one subtraction.
type sums struct {
	first   int // line of the first row
	columns []int
	values  [][]float64 // [line][column], NaN where there is no figure
	running [][]float64 // sums of the lines before, NaN counted as 0
}

// findTotals marks the lines whose key says that they sum up others.
func (d *detector) findTotals(l *layout, t *Table) {
	keys := d.totalColumns(l)
	var maybe []int
	for _, i := range d.ln.totals {
		if int(i) < l.body || int(i) >= l.end {
			continue
		}
		r := d.ln.row(int(i))
		if _, found := slices.BinarySearch(t.SkipRows, r); found {
			continue
		}
		switch d.totalLine(int(i), keys, l) {
		case namesNothing:
		case namesMaybe:
			maybe = append(maybe, int(i)-l.body)
		case namesTotal:
			t.TotalRows = append(t.TotalRows, d.underLabel(int(i), keys, l)...)
		}
	}
	t.TotalRows = sortedRows(t.TotalRows)
	d.verifyTotals(l, t, maybe)
	t.SectionRows = slices.DeleteFunc(t.SectionRows, func(r int) bool {
		_, found := slices.BinarySearch(t.TotalRows, r)
		return found
	})
	d.grouped("total-row", t.TotalRows, l.c1, "")
}

// underLabel gives the row of line i, and the rows below it that a cell of its
// is merged over, where that cell says that it is a total: 2023, 2024 and the
// change are all those of the total.
func (d *detector) underLabel(i int, keys []int, l *layout) []int {
	r := d.ln.row(i)
	rows := []int{r}
	for _, c := range keys {
		m, ok := d.merge(r, c)
		if !ok || m.FirstRow != r || m.LastRow == r || totalWord(d.words(r, c)) != namesTotal {
			continue
		}
		for j := i + 1; j < l.end && d.ln.row(j) <= m.LastRow; j++ {
			rows = append(rows, d.ln.row(j))
		}
	}
	return rows
}

// totalColumns picks the columns whose words can call a row a total: those up
// to the end of the first run of columns of words, but for remarks.
func (d *detector) totalColumns(l *layout) []int {
	var keys []int
	if l.values.n == 0 && !d.remarks(l.c1, l) {
		keys = []int{l.c1}
	}
	if l.values.n == 0 {
		return keys
	}
	words := false
	for c := l.c1; c <= l.c2 && (!words || !l.values.has(c)); c++ {
		words = words || !l.values.has(c)
		if !d.remarks(c, l) {
			keys = append(keys, c)
		}
	}
	if !words {
		return keys[:min(len(keys), 1)]
	}
	return keys
}

// remarks reports whether the header calls a column remarks.
func (d *detector) remarks(c int, l *layout) bool {
	for i := l.head; i < l.foot; i++ {
		switch w := strings.ToLower(d.words(d.ln.row(i), c)); {
		case strings.Contains(w, "备注"), strings.Contains(w, "说明"), strings.Contains(w, "備考"), strings.Contains(w, "remark"), strings.Contains(w, "note"), strings.Contains(w, "comment"):
			return true
		}
	}
	return false
}

// totalLine judges a line by its key. A total that stands behind a name is one
// only where its neighbours have that name too: 云湖区 | 小计.
func (d *detector) totalLine(i int, keys []int, l *layout) naming {
	r := d.ln.row(i)
	if l.values.n > 0 && d.n(i, l.region) < 2 {
		return namesNothing
	}
	alone := true
	for _, c := range keys {
		if d.ln.has(d.ln.values, i, c) {
			alone = alone && c == l.c1 // a running number may stand before
			continue
		}
		if !d.ln.has(d.ln.filled, i, c) || d.ln.has(d.ln.marks, i, c) {
			continue
		}
		if k := totalWord(d.words(r, c)); k > namesNothing {
			if !alone {
				return namesMaybe
			}
			return k
		}
		alone = alone && d.nameShared(i, c, l)
	}
	return namesNothing
}

// nameShared reports whether the cell reaches over several rows or the line
// above or below says the same.
func (d *detector) nameShared(i, c int, l *layout) bool {
	r := d.ln.row(i)
	if m, ok := d.merge(r, c); ok && (m.LastRow > m.FirstRow || m.LastCol > m.FirstCol) {
		return true
	}
	for _, k := range [...]int{i - 1, i + 1} {
		if k >= l.body && k < l.end && d.words(d.ln.row(k), c) == d.words(r, c) {
			return true
		}
	}
	// The group's name is given once, in the row of its total: the others are blank.
	for _, k := range [...]int{i - 1, i + 1} {
		if k >= l.body && k < l.end && !d.ln.has(d.ln.filled, k, c) {
			return true
		}
	}
	return false
}

// verifyTotals compares the totals of a table with the rows that they sum up,
// and finds totals that no word names: a row that equals the sum of a run of
// rows in nearly all columns. Lines that may be totals by their name are, if
// their sums agree.
func (d *detector) verifyTotals(l *layout, t *Table, maybe []int) {
	if l.end-l.body > verifiable || l.end-l.body < 3 || l.values.n == 0 {
		return
	}
	s := d.figures(l, t)
	if len(s.columns) == 0 {
		return
	}
	isTotal := map[int]bool{}
	for _, r := range t.TotalRows {
		isTotal[d.lineOf(r)-l.body] = true
	}
	d.confirm(s, t, isTotal, maybe)
	var verified []sentence
	for k := range s.values {
		if isTotal[k] {
			if run, ok := s.sumOf(k, isTotal, 0.6); ok {
				d.span(t, s, k, run)
				verified = append(verified, d.reportSum(l, s, k, run, isTotal))
			}
			continue
		}
		if run, ok := s.discover(k, isTotal); ok {
			r := d.ln.row(l.body + k)
			t.TotalRows = sortedRows(append(t.TotalRows, r))
			d.span(t, s, k, run)
			verified = append(verified, d.reportSum(l, s, k, run, nil))
			isTotal[k] = true
		}
	}
	verified = slices.DeleteFunc(verified, func(v sentence) bool { return v.en == "" })
	if len(verified) > 0 {
		var en, zh []string
		for _, v := range verified[:min(len(verified), 3)] {
			en, zh = append(en, v.en), append(zh, v.zh)
		}
		f := d.note(t, "total-verified", t.TotalRows[0], l.c1, map[string]string{"actual_zh": strings.Join(zh, "；")})
		f.Count, f.Actual = int64(len(verified)), strings.Join(en, "; ")
	}
}

// span notes from which row on total k sums up.
func (d *detector) span(t *Table, s *sums, k int, r run) {
	if t.spans == nil {
		t.spans = map[int]int{}
	}
	first := r.a
	if r.parts != nil {
		first = r.parts[0]
	}
	for first < k && allNaN(s.values[first]) {
		first++ // a section row has nothing to sum up
	}
	t.spans[d.ln.row(s.first+k)] = d.ln.row(s.first + first)
}

// confirm makes totals of the lines that may be some and whose sums agree, be
// the others totals or not.
func (d *detector) confirm(s *sums, t *Table, isTotal map[int]bool, maybe []int) {
	all := maps.Clone(isTotal)
	for _, k := range maybe {
		all[k] = true
	}
	for _, k := range maybe {
		_, ok := s.sumOf(k, isTotal, 0.6)
		if !ok {
			_, ok = s.sumOf(k, all, 0.6)
		}
		if ok {
			isTotal[k] = true
			t.TotalRows = sortedRows(append(t.TotalRows, d.ln.row(s.first+k)))
		}
	}
}

// sentence is a piece of prose in both languages.
type sentence struct{ en, zh string }

// figures reads the value columns of a body. Rows that are no records count as
// empty.
func (d *detector) figures(l *layout, t *Table) *sums {
	s := &sums{first: l.body}
	for c := l.c1; c <= l.c2; c++ {
		if l.values.has(c) {
			s.columns = append(s.columns, c)
		}
	}
	zero := make([]float64, len(s.columns))
	s.running = append(s.running, zero)
	for i := l.body; i < l.end; i++ {
		row := make([]float64, len(s.columns))
		sum := slices.Clone(s.running[len(s.running)-1])
		_, skipped := slices.BinarySearch(t.SkipRows, d.ln.row(i))
		cells := d.row(d.ln.row(i))
		for k, c := range s.columns {
			row[k] = math.NaN()
			if skipped || c > len(cells) {
				continue
			}
			if v, ok := figure(&cells[c-1]); ok {
				row[k] = v
				sum[k] += v
			}
		}
		s.values = append(s.values, row)
		s.running = append(s.running, sum)
	}
	return s
}

// figure reads a plain or grouped number; anything else does not take part.
func figure(c *sheet.Cell) (float64, bool) {
	raw := c.Raw
	if c.Kind == sheet.Text {
		raw = strings.ReplaceAll(strings.ReplaceAll(Trim(raw), ",", ""), " ", "")
	} else if c.Kind != sheet.Number {
		return 0, false
	}
	v, err := strconv.ParseFloat(raw, 64)
	return v, err == nil && !math.IsInf(v, 0) && !math.IsNaN(v)
}

// run is a run of lines from a to b-1 whose sum was compared; subtotals in it
// are left out where apart is set.
type run struct {
	a, b  int
	parts []int // the subtotals themselves, where they are what sums up
}

// sumOf finds the rows that total k sums up: those since the total before it,
// all before it, all after it, or the subtotals. share is how many of the
// columns must agree.
func (s *sums) sumOf(k int, isTotal map[int]bool, share float64) (run, bool) {
	prev := k - 1
	for prev >= 0 && !isTotal[prev] {
		prev--
	}
	next := k + 1
	for next < len(s.values) && !isTotal[next] {
		next++
	}
	candidates := []run{{a: prev + 1, b: k}, {a: k + 1, b: next}, {a: 0, b: k}, {a: k + 1, b: len(s.values)}}
	var above, below []int
	for i := range s.values {
		if isTotal[i] && i < k {
			above = append(above, i)
		} else if isTotal[i] && i > k {
			below = append(below, i)
		}
	}
	candidates = append(candidates, run{parts: above}, run{parts: below})
	for _, c := range candidates {
		if c.b-c.a < 2 && len(c.parts) < 2 {
			continue
		}
		if ok, n := s.agree(k, c, isTotal); n > 0 && float64(ok) >= share*float64(n) {
			return c, true
		}
	}
	return run{}, false
}

// agree counts the columns in which line k is the sum of a run, and those that
// could be compared.
func (s *sums) agree(k int, r run, isTotal map[int]bool) (ok, n int) {
	for c := range s.columns {
		v := s.values[k][c]
		if math.IsNaN(v) || v == 0 {
			continue
		}
		n++
		if near(v, s.sum(r, c, isTotal)) {
			ok++
		}
	}
	return ok, n
}

func (s *sums) sum(r run, c int, isTotal map[int]bool) float64 {
	total := 0.0
	if r.parts != nil {
		for _, i := range r.parts {
			if v := s.values[i][c]; !math.IsNaN(v) {
				total += v
			}
		}
		return total
	}
	for i := r.a; i < r.b; i++ {
		if v := s.values[i][c]; !math.IsNaN(v) && !isTotal[i] {
			total += v
		}
	}
	return total
}

// near compares sums: equal but for the noise of binary fractions.
func near(a, b float64) bool {
	return math.Abs(a-b) <= 1e-9*math.Max(math.Abs(a), math.Abs(b))+1e-9
}

// discover looks for a run of at least two lines whose sum line k is. It must
// hold in three columns at least and in half of those that have figures, with
// sums that chance does not make.
func (s *sums) discover(k int, isTotal map[int]bool) (run, bool) {
	base := s.base(k)
	if base < 0 || len(s.columns) < 3 || len(s.values) > 250 {
		return run{}, false
	}
	want := s.values[k][base]
	for a := range s.values {
		if a == k {
			continue
		}
		for b := a + 2; b <= len(s.values) && (b <= k || a > k); b++ {
			if !near(s.running[b][base]-s.running[a][base], want) {
				continue
			}
			r := run{a: a, b: b}
			if s.convincing(k, r) {
				return r, true
			}
		}
	}
	return run{}, false
}

// base picks the column by which runs are looked for: the largest figure.
func (s *sums) base(k int) int {
	best, at := 99.0, -1
	for c, v := range s.values[k] {
		if !math.IsNaN(v) && math.Abs(v) > best {
			best, at = math.Abs(v), c
		}
	}
	return at
}

func (s *sums) convincing(k int, r run) bool {
	ok, n, distinct := 0, 0, map[float64]bool{}
	for c := range s.columns {
		v := s.values[k][c]
		if math.IsNaN(v) {
			continue
		}
		n++
		parts := 0
		for i := r.a; i < r.b; i++ {
			if x := s.values[i][c]; !math.IsNaN(x) && x != 0 {
				parts++
			}
		}
		if near(s.running[r.b][c]-s.running[r.a][c], v) && parts >= 2 && math.Abs(v) >= 10 {
			ok++
			distinct[v] = true
		}
	}
	return ok >= 3 && ok*2 >= n && len(distinct) >= 3
}

// reportSum says that a total adds up, or names the cells that do not.
func (d *detector) reportSum(l *layout, s *sums, k int, r run, isTotal map[int]bool) sentence {
	r0 := d.ln.row(l.body + k)
	var wrong []int
	ok, rounded := 0, 0
	for c := range s.columns {
		v := s.values[k][c]
		if math.IsNaN(v) || v == 0 {
			continue
		}
		switch sum := s.sum(r, c, isTotal); {
		case near(v, sum):
			ok++
		case s.rounding(v, sum, r, c):
			rounded++
		case s.comparable(r, c, v, sum):
			wrong = append(wrong, c)
		}
	}
	// A total that nobody called one is told apart by its sums; that other
	// columns do not add up says nothing about them.
	if len(wrong) > 0 && isTotal != nil && len(wrong)*2 <= ok {
		c := wrong[0]
		f := d.note(nil, "total-mismatch", r0, s.columns[c], nil)
		f.Actual, f.Expected, f.Count = number(s.values[k][c]), number(s.sum(r, c, isTotal)), int64(len(wrong))
		for _, w := range wrong[:min(len(wrong), 10)] {
			f.Cells = append(f.Cells, d.where(r0, s.columns[w]))
		}
		return sentence{}
	}
	about, aboutZH := "", ""
	if rounded > 0 {
		about, aboutZH = fmt.Sprintf(", but for rounding in %d", rounded), fmt.Sprintf("，另 %d 列仅有舍入误差", rounded)
	}
	if r.parts != nil {
		return sentence{
			fmt.Sprintf("row %d is the sum of %d subtotals in %d columns%s", r0, len(r.parts), ok, about),
			fmt.Sprintf("第 %d 行在 %d 列上等于 %d 个小计之和%s", r0, ok, len(r.parts), aboutZH),
		}
	}
	first, last := d.ln.row(l.body+r.a), d.ln.row(l.body+r.b-1)
	return sentence{
		fmt.Sprintf("row %d is the sum of rows %d–%d in %d columns%s", r0, first, last, ok, about),
		fmt.Sprintf("第 %d 行在 %d 列上等于第 %d–%d 行之和%s", r0, ok, first, last, aboutZH),
	}
}

// rounding reports whether a total differs from its sum by no more than the
// rounding of its parts makes: half a last digit each.
func (s *sums) rounding(v, sum float64, r run, c int) bool {
	most := 0.5 * lastDigit(v)
	for _, i := range r.lines() {
		if x := s.values[i][c]; !math.IsNaN(x) {
			most += 0.5 * lastDigit(x)
		}
	}
	return math.Abs(v-sum) <= most+1e-9
}

// lastDigit gives the place of the last digit of a figure: 0.1 for 12.3.
func lastDigit(v float64) float64 {
	text := strconv.FormatFloat(v, 'f', -1, 64)
	if i := strings.IndexByte(text, '.'); i >= 0 {
		return math.Pow10(i + 1 - len(text))
	}
	return 1
}

// comparable reports whether a difference between a total and its sum tells of
// a mistake: every part has a figure, and the sum comes near.
func (s *sums) comparable(r run, c int, v, sum float64) bool {
	for _, i := range r.lines() {
		if math.IsNaN(s.values[i][c]) && !allNaN(s.values[i]) {
			return false
		}
	}
	return math.Abs(v-sum) <= 0.2*math.Abs(v)
}

func allNaN(row []float64) bool {
	return !slices.ContainsFunc(row, func(v float64) bool { return !math.IsNaN(v) })
}

// lines lists the lines of a run.
func (r run) lines() []int {
	if r.parts != nil {
		return r.parts
	}
	out := make([]int, 0, r.b-r.a)
	for i := r.a; i < r.b; i++ {
		out = append(out, i)
	}
	return out
}

func number(v float64) string {
	return strconv.FormatFloat(math.Round(v*1e9)/1e9, 'f', -1, 64)
}
