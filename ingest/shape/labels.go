package shape

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gongkai/catalog"
	"gongkai/ingest/sheet"
)

// readColumns reads the header into columns: merged cells are filled right and
// down, levels joined, footnote marks taken off, units found.
func (d *detector) readColumns(l *layout, t *Table) {
	var levels [][]string // [level][column]
	for i := l.head; i < l.foot; i++ {
		levels = append(levels, d.headerLine(i, l))
		t.levelRows = append(t.levelRows, d.ln.row(i))
	}
	d.fillRight(l, levels)
	joinBroken(levels)
	units := unitLevels(levels)
	body := d.columnUse(l)
	marks := d.footnoteMarks(l)
	for c := l.c1; c <= l.c2; c++ {
		col := Column{Col: c}
		for _, level := range levels {
			col.Levels = append(col.Levels, level[c-l.c1])
		}
		col.SourceLabel = join(col.Levels)
		if !body[c-l.c1] && !d.ownHeading(c, l) {
			continue // a spacer, or the rest of a merged heading
		}
		clean := make([]string, len(col.Levels))
		for k, level := range col.Levels {
			clean[k] = marks.strip(visible(level))
		}
		col.Label = join(clean)
		col.found = col.Label
		col.Unit, col.nameLabel = unitOf(clean, units)
		t.Columns = append(t.Columns, col)
	}
	d.reportLabels(t)
	newNames(nil).nameColumns(t)
}

// visible leaves out the characters of a label that nobody sees: control
// characters and marks that turn the direction of writing.
func visible(s string) string {
	hidden := func(r rune) bool { return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cc, r) }
	if !strings.ContainsFunc(s, hidden) {
		return s
	}
	return Trim(strings.Map(func(r rune) rune {
		if hidden(r) {
			return -1
		}
		return r
	}, s))
}

// ownHeading reports whether a header cell of the column itself says something.
func (d *detector) ownHeading(c int, l *layout) bool {
	for i := l.head; i < l.foot; i++ {
		if d.words(d.ln.row(i), c) != "" {
			return true
		}
	}
	return false
}

// headerLine gives the words of one header level, merged cells filled in.
func (d *detector) headerLine(i int, l *layout) []string {
	r := d.ln.row(i)
	out := make([]string, l.width())
	for c := l.c1; c <= l.c2; c++ {
		out[c-l.c1] = d.words(r, c)
		if strings.Trim(out[c-l.c1], "-=_─━═") == "" {
			out[c-l.c1] = "" // a line, no heading
		}
		if m, ok := d.merge(r, c); ok && out[c-l.c1] == "" && m.FirstRow >= d.ln.row(l.head) {
			out[c-l.c1] = d.words(m.FirstRow, m.FirstCol)
		}
		out[c-l.c1] = d.labelText(d.cell(r, c), out[c-l.c1])
	}
	return out
}

// labelText writes a date that serves as a heading in words that people read.
func (d *detector) labelText(c *sheet.Cell, words string) string {
	if c.Kind == sheet.Number && strings.HasSuffix(words, ".0") {
		return strings.TrimSuffix(words, ".0")
	}
	return words
}

// fillRight carries a group's heading over the columns to its right where the
// file has no merged cells to say so: from a heading with a lower heading of
// its own to the blank cells beside it that have one too.
func (d *detector) fillRight(l *layout, levels [][]string) {
	for k := 0; k+1 < len(levels); k++ {
		if d.mergedAcross(l.head+k, l.region) {
			continue
		}
		carry := ""
		for c := range levels[k] {
			lower := below(levels, k, c) != ""
			switch {
			case levels[k][c] != "":
				carry = ""
				if lower && !d.mergedOnlyDown(l.head+k, l.c1+c) && !goesOn(levels[k][c], below(levels, k, c)) {
					carry = levels[k][c]
				}
			case !lower || above(levels, k, c):
				carry = ""
			default:
				levels[k][c] = carry
			}
		}
	}
}

// mergedOnlyDown reports whether a heading is merged with the cells below it
// and none beside: it stands for its own column.
func (d *detector) mergedOnlyDown(i, c int) bool {
	m, ok := d.merge(d.ln.row(i), c)
	return ok && m.FirstCol == m.LastCol && m.LastRow > m.FirstRow
}

// joinBroken puts headings together that take several lines over one column.
// What stands over several columns is a level of its own.
func joinBroken(levels [][]string) {
	for k := range levels {
		for c, w := range levels[k] {
			alone := (c == 0 || levels[k][c-1] != w) && (c+1 == len(levels[k]) || levels[k][c+1] != w)
			if w == "" || !alone {
				continue
			}
			for n := k + 1; n < len(levels); n++ {
				lower := levels[n][c]
				if lower == "" {
					continue
				}
				if lower != w && goesOn(w, lower) {
					if !strings.HasSuffix(w, "-") {
						w += " "
					}
					levels[n][c], levels[k][c] = w+lower, ""
				}
				break
			}
		}
	}
}

// goesOn reports whether a heading was broken into two lines: the lower begins
// with a small letter, or the upper ends with a hyphen or a word that asks for
// another.
func goesOn(upper, lower string) bool {
	r, _ := utf8.DecodeRuneInString(lower)
	if unicode.IsLower(r) && unitWord(lower) == "" || strings.HasSuffix(upper, "-") {
		return true
	}
	for _, w := range [...]string{" and", " of", " to", " for", " in", " or", " the"} {
		if strings.HasSuffix(strings.ToLower(upper), w) {
			return true
		}
	}
	return false
}

func below(levels [][]string, k, c int) string {
	for _, level := range levels[k+1:] {
		if level[c] != "" {
			return level[c]
		}
	}
	return ""
}

// above reports whether a heading of level k at column c would cross into
// another group of the level above.
func above(levels [][]string, k, c int) bool {
	return k > 0 && c > 0 && levels[k-1][c] != levels[k-1][c-1]
}

// columnUse tells which columns have any content in the body.
func (d *detector) columnUse(l *layout) []bool {
	used := make([]bool, l.width())
	g := region{l.body, l.end, l.c1, l.c2}
	words := make([]uint64, d.ln.stride)
	for i := g.lo; i < g.hi; i++ {
		for w := range words {
			words[w] |= d.ln.filled[i*d.ln.stride+w]
		}
	}
	for c := l.c1; c <= l.c2; c++ {
		used[c-l.c1] = words[(c-1)>>6]>>((c-1)&63)&1 == 1
	}
	return used
}

func join(levels []string) string {
	out := ""
	last := ""
	for _, w := range levels {
		if w == "" || w == last {
			continue
		}
		if out != "" {
			out += " / "
		}
		out += w
		last = w
	}
	return out
}

// footnotes are the marks that the notes of a table explain.
type footnotes struct{ numbers map[string]bool }

// footnoteMarks collects the numbers by which notes below the body begin: only
// those may be taken off a label, for a digit may also belong to it (PM10).
func (d *detector) footnoteMarks(l *layout) footnotes {
	f := footnotes{map[string]bool{}}
	for i := l.end; i < l.hi; i++ {
		c := d.firstColumn(i, l.region)
		if c == 0 {
			continue
		}
		w := strings.TrimLeft(d.words(d.ln.row(i), c), "([（注")
		n := 0
		for n < len(w) && n < 2 && w[n] >= '0' && w[n] <= '9' {
			n++
		}
		if n > 0 && (n == len(w) || !strings.ContainsRune("0123456789%", rune(w[n]))) {
			f.numbers[w[:n]] = true
		}
	}
	return f
}

// strip takes footnote marks off the end of a label.
func (f footnotes) strip(s string) string {
	for {
		t := strings.TrimRight(s, " *†‡§※")
		t = withoutSlashes(t)
		t = stripSlash(f.stripBracket(t))
		t = f.stripDigits(t)
		if t == s || t == "" {
			return s
		}
		s = t
	}
}

func (f footnotes) stripBracket(s string) string {
	for _, p := range [...][2]string{{"[", "]"}, {"【", "】"}, {"(", ")"}, {"（", "）"}, {"［", "］"}} {
		if !strings.HasSuffix(s, p[1]) {
			continue
		}
		i := strings.LastIndex(s, p[0])
		if i <= 0 {
			continue
		}
		in := s[i+len(p[0]) : len(s)-len(p[1])]
		note := strings.HasPrefix(in, "注") && utf8.RuneCountInString(in) <= 3
		number := digits(in) && len(in) <= 2 && (p[0] == "[" || f.numbers[in])
		letter := p[0] == "[" && len(in) == 1 && unicode.IsLetter(rune(in[0]))
		if note || number || letter {
			return Trim(s[:i])
		}
	}
	return s
}

// stripSlash takes footnotes such as \\1 off, as the US census writes them.
func stripSlash(s string) string {
	i := strings.LastIndexByte(s, '\\')
	if i > 0 && len(s)-i <= 4 && digits(strings.TrimSpace(s[i+1:])) {
		return strings.TrimRight(s[:i], " ,")
	}
	return s
}

// withoutSlashes takes such footnotes out wherever they stand: Total \1 (1,000).
func withoutSlashes(s string) string {
	i := strings.IndexByte(s, '\\')
	if i <= 0 {
		return s
	}
	j := i
	for j < len(s) && strings.IndexByte("\\0123456789, ", s[j]) >= 0 {
		j++
	}
	if j == len(s) || strings.Trim(s[i:j], "\\, ") == "" || s[j] != '(' && s[j] != ')' {
		return s
	}
	head := strings.TrimRight(s[:i], " ,")
	if s[j] == '(' {
		head += " "
	}
	return head + s[j:]
}

// stripDigits takes bare digits (superscripts in the workbook) off a word
// where a note below begins with them: "Rape1", "States2, 3".
func (f footnotes) stripDigits(s string) string {
	if r, size := utf8.DecodeLastRuneInString(s); strings.ContainsRune("①②③④⑤⑥⑦⑧⑨", r) && len(s) > size {
		return s[:len(s)-size]
	}
	i := len(s)
	for i > 0 && (s[i-1] >= '0' && s[i-1] <= '9' || s[i-1] == ',' || s[i-1] == ' ') {
		i--
	}
	if i == len(s) || i == 0 || s[i] == ' ' {
		return s
	}
	for _, mark := range strings.FieldsFunc(s[i:], func(r rune) bool { return r == ',' || r == ' ' }) {
		if !f.numbers[mark] {
			return s
		}
	}
	r, _ := utf8.DecodeLastRuneInString(s[:i])
	if unicode.IsLower(r) || r == ')' || r == ':' || unicode.Is(unicode.Han, r) || r == '.' {
		return s[:i]
	}
	return s
}

// unitLevels tells which levels of a header say units: half of their words do,
// or stand in brackets. Headings merged down from above do not count.
func unitLevels(levels [][]string) []bool {
	out := make([]bool, len(levels))
	for k, level := range levels {
		words, units := map[string]bool{}, 0
		for c, w := range level {
			if w == "" || words[w] || k > 0 && levels[k-1][c] == w {
				continue
			}
			words[w] = true
			if trimParens(w) != w || unitWord(w) != "" {
				units++
			}
		}
		out[k] = units*2 >= len(words)
	}
	return out
}

// unitOf finds the unit that a label names: in brackets at its end, or as a
// last level that is nothing else, in brackets or among units. bare is the
// label without it.
func unitOf(levels []string, units []bool) (unit, bare string) {
	for k, s := range slices.Backward(levels) {
		if s == "" {
			continue
		}
		if u := unitWord(trimParens(s)); u != "" && join(levels[:k]) != "" && (trimParens(s) != s || units[k]) {
			if u == s && join(levels[:k]) == s {
				continue // a heading merged down, whose word happens to be a unit
			}
			return u, join(without(levels, s, ""))
		}
		for _, p := range [...][2]string{{"（", "）"}, {"(", ")"}, {"[", "]"}} {
			i := strings.LastIndex(s, p[0])
			if i <= 0 || !strings.HasSuffix(s, p[1]) {
				continue
			}
			if u := unitWord(Trim(s[i+len(p[0]) : len(s)-len(p[1])])); u != "" {
				return u, join(without(levels, s, s[:i]))
			}
		}
	}
	return "", join(levels)
}

// without replaces a level wherever it stands: a heading merged down is there
// more than once, and one above others must not take them with it.
func without(levels []string, level, by string) []string {
	out := slices.Clone(levels)
	for i := range out {
		if out[i] == level {
			out[i] = by
		}
	}
	return out
}

// unitWord gives the unit if s is one: "万元", "单位：人", "%", "km²", "元/吨".
func unitWord(s string) string {
	if key, value, ok := cutColon(s); ok && metaKind(key+"：") == metaUnit {
		s = value
	}
	if s == "" || utf8.RuneCountInString(s) > 24 {
		return ""
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '/' || r == '／' || r == '·' || r == ' ' })
	for k, p := range parts {
		if !unitPart(p) && (k == 0 || k == len(parts)-1 || p != "per" && p != "of") {
			return ""
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return s
}

func unitPart(s string) bool {
	for _, lead := range [...]string{"每", "十亿", "百万", "千万", "百", "千", "万", "亿", "十"} {
		if rest := strings.TrimPrefix(s, lead); rest != s && (rest == "" || unitPart(rest)) {
			return true
		}
	}
	switch strings.ToLower(s) {
	case "元", "美元", "欧元", "港元", "人", "人次", "户", "个", "家", "所", "件", "张", "台", "辆", "套", "宗", "起", "次", "项", "条", "座", "名", "例", "份", "册", "只", "头", "株", "棵", "班", "床", "辆次", "分",
		"吨", "公斤", "千克", "克", "毫克", "斤", "标准煤", "吨标准煤", "米", "公里", "千米", "毫米", "厘米", "平方米", "平方公里", "平方千米", "公顷", "亩", "立方米", "升", "千瓦", "千瓦时", "度", "兆瓦", "摄氏度", "小时", "天", "日", "月", "年", "周岁", "岁", "分钟", "秒", "百分点",
		"%", "％", "‰", "℃", "°c", "㎡", "m", "m2", "m²", "m³", "m3", "km", "km2", "km²", "kg", "g", "t", "mg", "μg", "µg", "ug", "ha", "kw", "kwh", "kw·h", "mwh", "gwh", "db", "dba", "db(a)", "mm", "cm", "h", "min", "s", "l", "ml",
		"$", "£", "€", "￥", "¥", "usd", "gbp", "eur", "cny", "rmb", "yuan", "percent", "per cent", "people", "persons", "thousand", "thousands", "million", "millions", "000s", "number", "no.", "hectares", "hectare", "tonnes", "tonne", "tons", "ton", "litres", "barrels", "dollars", "pounds", "euros", "acres", "square", "kilometres", "metres", "miles", "billion", "billions", "head", "years", "months", "days", "hours":
		return true
	}
	return false
}

func (d *detector) reportLabels(t *Table) {
	joined, stripped := 0, 0
	var units, unitCells []string
	var j, s *Column
	for i := range t.Columns {
		c := &t.Columns[i]
		if strings.Contains(c.Label, " / ") {
			joined++
			if j == nil {
				j = c
			}
		}
		if c.Label != visible(c.SourceLabel) {
			stripped++
			if s == nil {
				s = c
			}
		}
		if c.SourceLabel == "" && t.HeaderRows[0] > 0 {
			d.note(t, "column-unnamed", t.FirstRow, c.Col, nil).Actual = "column_" + strings.ToLower(sheet.ColumnName(c.Col))
		}
		if c.Unit != "" {
			units = append(units, c.Unit)
			unitCells = append(unitCells, d.where(max(t.HeaderRows[1], 1), c.Col))
		}
	}
	if len(units) > 0 {
		f := catalog.NewFinding("unit-found", unitCells[0], nil)
		f.Count, f.Cells = int64(len(units)), unitCells[:min(len(unitCells), 10)]
		slices.Sort(units)
		f.Actual = strings.Join(slices.Compact(units), ", ")
		d.findings = append(d.findings, f)
	}
	if j != nil {
		f := d.note(t, "header-joined", t.HeaderRows[0], j.Col, nil)
		f.Count, f.Actual = int64(joined), j.Label
	}
	if s != nil {
		f := d.note(t, "footnote-dropped", t.HeaderRows[1], s.Col, nil)
		f.Count, f.Actual, f.Expected = int64(stripped), s.SourceLabel, s.Label
	}
}

func (d *detector) reportHeader(l *layout, t *Table) {
	if t.HeaderRows[0] == 0 {
		f := d.note(t, "header-missing", t.FirstRow, t.FirstCol, nil)
		f.Actual = itoa(t.FirstRow)
		return
	}
	if t.HeaderRows == [2]int{1, 1} && len(t.SkipRows) == 0 && d.text {
		return // nothing was guessed: the first row of a text file
	}
	rows := itoa(t.HeaderRows[0])
	if t.HeaderRows[1] > t.HeaderRows[0] {
		rows = fmt.Sprintf("%d–%d", t.HeaderRows[0], t.HeaderRows[1])
	}
	f := d.note(t, "header-guessed", t.HeaderRows[0], t.FirstCol, map[string]string{"why": l.why, "why_zh": l.whyZH})
	f.Actual = rows
}
