package check

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"gongkai/catalog"
)

// column compares a column with what it was.
func (d *drift) column(l, n *catalog.Column) {
	if l.Name != n.Name {
		d.accepted(n, "名称", "name", l.Name, n.Name)
	}
	d.types(l, n)
	units := d.units(l, n)
	if l.CRS != n.CRS && l.CRS != "" && n.CRS != "" {
		if d.declared(n).CRS == n.CRS {
			d.accepted(n, "坐标系", "coordinate system", l.CRS, n.CRS)
		} else {
			d.add("drift-unit", n, l.CRS, n.CRS)
		}
	}
	if d.now.Rows > d.now.TotalRows {
		if !units {
			d.totals(l, n)
		}
		d.nulls(l, n)
	}
}

// types compares the types, where both versions have values. That a column is
// not of the type that the recipe declares is told where it is read, with its
// cells (column-retyped).
func (d *drift) types(l, n *catalog.Column) {
	declared := d.declared(n).Type
	switch {
	case l.Type == n.Type || l.Profile.Count == 0 || n.Profile.Count == 0 || declared != "" && declared != n.Type:
	case declared == n.Type, masks(d.decided, n.Name):
		d.accepted(n, "类型", "type", string(l.Type), string(n.Type))
	case l.Type.Widens(n.Type):
		d.add("drift-type-wider", n, string(l.Type), string(n.Type))
	default:
		d.add("drift-type", n, string(l.Type), string(n.Type))
	}
}

// units compares the units and reports whether they differ. A column that had
// its unit from the sheet or from its heading has it from there again,
// whatever the recipe kept.
func (d *drift) units(l, n *catalog.Column) (differ bool) {
	was, is := strings.TrimSpace(l.Unit), strings.TrimSpace(n.Unit)
	if of := strings.TrimSpace(d.now.Unit); of != "" && was != "" && was == strings.TrimSpace(d.last.Unit) && is == was {
		is = of
	}
	if u := unitIn(n.SourceLabel); u != "" && is == was && unitIn(l.SourceLabel) == was {
		is = u
	}
	switch declared := strings.TrimSpace(d.declared(n).Unit); {
	case was == is:
		return false
	case declared != "" && declared == is:
		d.accepted(n, "单位", "unit", said(was), said(is))
	case was == "" || is == "":
		d.add("drift-unit-unsaid", n, said(was), said(is))
		return false
	default:
		d.add("drift-unit", n, was, is)
	}
	return true
}

// unitIn gives what stands in the last brackets of a heading.
func unitIn(heading string) string {
	heading = strings.NewReplacer("（", "(", "）", ")", "[", "(", "]", ")").Replace(heading)
	open, end := strings.LastIndexByte(heading, '('), strings.LastIndexByte(heading, ')')
	if open < 0 || end < open {
		return ""
	}
	return strings.TrimSpace(strings.TrimPrefix(heading[open+1:end], "单位："))
}

func said(unit string) string {
	if unit == "" {
		return "–"
	}
	return unit
}

// totals compares what a column of amounts adds up to. A total that grows with
// the number of records is none to tell of; ten times the values are.
func (d *drift) totals(l, n *catalog.Column) {
	if !l.Type.Numeric() || !n.Type.Numeric() || numbersThings(n.Label) || numbersThings(n.SourceLabel) {
		return
	}
	was, errL := strconv.ParseFloat(l.Profile.Mean, 64)
	is, errN := strconv.ParseFloat(n.Profile.Mean, 64)
	if errL != nil || errN != nil || was == 0 || is == 0 || l.Profile.Count == 0 || n.Profile.Count == 0 {
		return
	}
	each := math.Abs(is / was)
	all := each * float64(n.Profile.Count) / float64(l.Profile.Count)
	power := math.Round(math.Log10(each))
	ten := power != 0 && math.Abs(each/math.Pow(10, power)-1) < 0.1 // a unit or a decimal point, while the amounts grew a little
	large := (all >= 10 || all <= 0.1) && (each >= 4 || each <= 0.25)
	if !large && !(ten && (all >= 9.5 || all <= 0.105)) {
		return
	}
	f := d.add("drift-total", n, sum(was, l.Profile.Count), sum(is, n.Profile.Count))
	times := strconv.FormatFloat(each, 'g', 3, 64)
	zh, en := "平均值是上一版的 "+times+" 倍", "the mean is "+times+" times as large"
	if ten {
		factor := strconv.FormatFloat(math.Pow(10, math.Abs(power)), 'f', 0, 64)
		zh += "，接近 " + factor + " 的整倍数，单位是否弄混了？"
		en += fmt.Sprintf(", close to a factor of %s: were units mixed up?", factor)
	}
	why(f, zh, en)
}

func sum(mean float64, count int64) string {
	return strconv.FormatFloat(mean*float64(count), 'g', 6, 64)
}

// numbersThings reports whether a label names numbers that tell things apart:
// their total says nothing.
func numbersThings(label string) bool {
	low := strings.ToLower(label)
	for _, w := range [...]string{"序号", "编号", "行次", "代码", "年份", "年度", "邮编", "电话", "经度", "纬度", "code", "year", "longitude", "latitude", "postcode", "zip", "phone"} {
		if strings.Contains(low, w) {
			return true
		}
	}
	return low == "id" || low == "no." || low == "no" || strings.HasSuffix(low, "_id") || strings.HasSuffix(low, " id")
}

// nulls compares how many cells are empty.
func (d *drift) nulls(l, n *catalog.Column) {
	share := func(p *catalog.Profile) float64 {
		return float64(p.Nulls) / float64(max(p.Count+p.Nulls, 1))
	}
	was, is := share(&l.Profile), share(&n.Profile)
	if is-was >= 0.2 && n.Profile.Nulls >= 5 {
		percent := func(x float64) string { return strconv.FormatFloat(100*x, 'f', 0, 64) + "%" }
		d.add("drift-nulls", n, percent(was), percent(is))
	}
}

// resembles says in both languages why a column of this version may be one
// that was: its label is close, or it stands in the same place and holds the
// same sort of values. "" where it may not.
func resembles(l, n *catalog.Column) (zh, en string) {
	if l.Type != n.Type && !l.Type.Widens(n.Type) {
		return "", ""
	}
	switch {
	case alike(l.Label, n.Label) >= 0.6:
		return "名称相近，类型相同", "the headings are alike and the type is the same"
	case l.Col == n.Col && l.Col > 0 && similar(&l.Profile, &n.Profile, n.Type):
		return "位置、类型相同，取值相近", "place and type are the same, the values are alike"
	}
	return "", ""
}

// alike compares two labels by their pairs of neighbouring characters, from 0
// to 1; one that begins or ends with the other is close.
func alike(a, b string) float64 {
	a, b = strings.ToLower(strings.ReplaceAll(a, " ", "")), strings.ToLower(strings.ReplaceAll(b, " ", ""))
	if a == b {
		return 1
	}
	x, y := []rune(a), []rune(b)
	if len(x) >= 2 && len(y) >= 2 && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a) || strings.HasSuffix(a, b) || strings.HasSuffix(b, a)) {
		return 0.8
	}
	pairs := map[[2]rune]int{}
	for i := 1; i < len(x); i++ {
		pairs[[2]rune{x[i-1], x[i]}]++
	}
	both := 0
	for i := 1; i < len(y); i++ {
		if p := [2]rune{y[i-1], y[i]}; pairs[p] > 0 {
			pairs[p]--
			both++
		}
	}
	return 2 * float64(both) / float64(max(len(x)+len(y)-2, 1))
}

// similar reports whether two columns hold the same sort of values: texts of
// which half come again, or the first and the last, numbers of one magnitude, dates of one time.
func similar(l, n *catalog.Profile, t catalog.Type) bool {
	if l.Count == 0 || n.Count == 0 {
		return false
	}
	if t.Numeric() {
		was, errL := strconv.ParseFloat(l.Mean, 64)
		is, errN := strconv.ParseFloat(n.Mean, 64)
		return errL == nil && errN == nil && (was == is || was*is > 0 && math.Abs(math.Log2(math.Abs(is/was))) < 1)
	}
	if t != catalog.TypeText {
		return l.Min <= n.Max && n.Min <= l.Max
	}
	known := map[string]bool{}
	for _, v := range l.Top {
		known[v.Value] = true
	}
	both := 0
	for _, v := range n.Top {
		if known[v.Value] {
			both++
		}
	}
	if len(l.Top) == 0 && len(n.Top) == 0 { // no value comes twice, as in columns of names
		return l.Min == n.Min && l.Max == n.Max && l.Distinct <= 2*n.Distinct && n.Distinct <= 2*l.Distinct
	}
	return both > 0 && 2*both >= min(len(l.Top), len(n.Top))
}
