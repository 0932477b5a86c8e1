package portal

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"gongkai/api/portal/page"
	"gongkai/catalog"
	"gongkai/datasets"
	"gongkai/datasets/query"
)

// What a page offers to narrow a table by.
const (
	mostFilters = 4      // columns
	mostValues  = 5      // of each, as many as a profile has
	allValues   = 8      // a column that has no more of them shows all
	smallTable  = 50_000 // rows; larger ones are not counted for a page that nobody narrowed
	fewValues   = 40     // a column with more is no way to narrow
	longValue   = 20     // characters
	mostSums    = 8      // columns that are summed up
)

// narrow fills what a page says about a filter: what it selects, in words and in
// numbers, and how to narrow further or take a condition away.
func (p *Portal) narrow(ctx context.Context, s *shown, ask asked, b *page.Browser) error {
	terms := conditions(ask.where)
	taken := map[string]bool{}
	for i, term := range terms {
		if c, word := chosen(s, term); c != nil {
			taken[c.Name] = true
			rest := asked{ask.q, strings.Join(slices.Delete(slices.Clone(terms), i, i+1), " and "), ask.order}
			b.Chosen = append(b.Chosen, page.Choice{Facet: cmp.Or(c.Label, c.Name), Text: word, RemoveURL: s.at(rest.values()) + "#rows"})
		}
	}
	for _, i := range filterColumns(s.Table) {
		if taken[s.Table.Columns[i].Name] {
			continue
		}
		if f, ok, err := p.valueFilter(ctx, s, ask, terms, &s.Table.Columns[i]); err != nil {
			return err
		} else if ok {
			b.Values = append(b.Values, f)
		}
	}
	const records = catalog.ColumnKind + " = '" + string(catalog.RowRecord) + "'"
	among := !ask.narrows() || slices.ContainsFunc(b.Rows, func(r page.Row) bool { return r.Total })
	if s.Table.TotalRows > 0 && among && !strings.Contains(ask.where, catalog.ColumnKind) {
		b.PlainURL = s.at(asked{ask.q, joined(terms, records), ask.order}.values()) + "#rows"
	}
	if !ask.narrows() && ask.order == "" {
		return nil
	}
	r := ask.request()
	r.Limit = 1
	bound, err := query.Bind(r, s.Table, s.Version.ContentHash)
	if err != nil {
		return err
	}
	b.Sentence = capital(query.Describe(bound, s.lang))
	if !ask.narrows() {
		return nil
	}
	return p.count(ctx, s, ask, b)
}

// capital begins a sentence.
func capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return strings.ToUpper(string(first)) + text[size:]
}

// filterColumns finds the columns that have few different values, as places in
// the table.
func filterColumns(t *catalog.Table) []int {
	var out []int
	for i := range t.Columns {
		c, profile := &t.Columns[i], &t.Columns[i].Profile
		of := c.Type == catalog.TypeText || c.Type == catalog.TypeBoolean || c.Type == catalog.TypePeriod || c.Kind == catalog.KindYear
		if !of || !shownColumn(c) || c.Made == catalog.MadePath || profile.Distinct < 2 || profile.Distinct > fewValues || profile.Count < 2*profile.Distinct {
			continue
		}
		if slices.ContainsFunc(profile.Top, func(v catalog.ValueCount) bool { return !short(v.Value) || masked(v.Value) }) || twin(t, out, i) {
			continue
		}
		if out = append(out, i); len(out) == mostFilters {
			break
		}
	}
	return out
}

func short(value string) bool {
	return value != "" && utf8.RuneCountInString(value) <= longValue && !strings.ContainsAny(value, "\r\n\t\x00")
}

// masked reports whether a value is what is left of something personal.
func masked(value string) bool { return strings.HasSuffix(value, "**") }

// twin reports whether a column only says again what one of those before it
// says, such as the code of a district beside its name.
func twin(t *catalog.Table, before []int, i int) bool {
	top := t.Columns[i].Profile.Top
	return t.Columns[i].Kind != "" && t.Columns[i].Kind != catalog.KindYear && slices.ContainsFunc(before, func(at int) bool {
		return slices.EqualFunc(t.Columns[at].Profile.Top, top, func(a, b catalog.ValueCount) bool { return a.Count == b.Count })
	})
}

// chosen reads a condition that a page can take away; a nil column where it is
// none of these.
func chosen(s *shown, term string) (*catalog.Column, string) {
	m := simple.FindStringSubmatch(term)
	if m == nil {
		return nil, ""
	}
	c := s.Table.Column(strings.Trim(m[1], `"`))
	if c == nil {
		return nil, ""
	}
	word := m[3]
	if strings.HasPrefix(word, "'") {
		word = strings.ReplaceAll(word[1:len(word)-1], "''", "'")
	}
	word = valueWord(s.lang, c, word)
	if m[2] != "=" {
		word = m[2] + " " + word
	}
	return c, word
}

// valueFilter offers the values of a column; not where the rows have only one.
// Values and counts are those of the rows that match the filter so far.
func (p *Portal) valueFilter(ctx context.Context, s *shown, ask asked, terms []string, c *catalog.Column) (page.ValueFilter, bool, error) {
	out := page.ValueFilter{Label: cmp.Or(c.Label, c.Name), Name: c.Name}
	values, distinct := c.Profile.Top, c.Profile.Distinct
	if ask.narrows() || distinct > int64(len(values)) && distinct <= allValues && s.Table.Rows <= smallTable {
		f, err := p.cfg.Library.Facet(ctx, s.Ref, datasets.FacetRequest{Column: query.Name(c.Name), Limit: allValues + 1, Rows: ask.request()})
		if err != nil {
			return out, false, err
		}
		values, distinct = nil, f.Distinct
		for _, v := range f.Values {
			if !v.Value.IsNull() && short(v.Value.String()) {
				values = append(values, catalog.ValueCount{Value: v.Value.String(), Count: v.Count})
			}
		}
	}
	if distinct > allValues || int64(len(values)) < distinct {
		values = values[:min(mostValues, len(values))]
	}
	for _, v := range values {
		to := asked{ask.q, joined(terms, equals(c, v.Value)), ask.order}
		out.Values = append(out.Values, page.ValueLink{Text: valueWord(s.lang, c, v.Value), URL: s.at(to.values()) + "#rows", Count: v.Count})
	}
	out.Rest = max(0, distinct-int64(len(out.Values)))
	return out, len(out.Values) > 1, nil
}

// valueWord writes a canonical value as the table shows it.
func valueWord(lang catalog.Lang, c *catalog.Column, value string) string {
	switch {
	case c.Type == catalog.TypeBoolean && value == "true":
		return page.For(lang).True
	case c.Type == catalog.TypeBoolean && value == "false":
		return page.For(lang).False
	}
	return value
}

// equals is the condition that a column has a value.
func equals(c *catalog.Column, value string) string {
	if c.Type.Numeric() || c.Type == catalog.TypeBoolean {
		return query.Name(c.Name) + " = " + value
	}
	return query.Name(c.Name) + " = '" + strings.ReplaceAll(value, "'", "''") + "'"
}

// simple is a condition that can stand beside others as it is.
var simple = regexp.MustCompile(`^("[^"]+"|[\p{L}\p{N}_]+) (=|<>|<|>|<=|>=) ('([^']|'')*'|-?[0-9.]+|true|false)$`)

// conditions cuts a filter into what its "and" joins, so that one condition can
// be added or taken away. A filter with anything but plain comparisons stays
// whole, in parentheses: only the query language knows how it hangs together.
func conditions(where string) []string {
	if where == "" {
		return nil
	}
	var out []string
	rest := where
	for {
		term, more := firstTerm(rest)
		if !simple.MatchString(term) && !enclosed(term) {
			return []string{"(" + where + ")"}
		}
		out = append(out, term)
		if more == "" {
			return out
		}
		rest = more
	}
}

// firstTerm cuts at the first " and " outside quotes and parentheses.
func firstTerm(where string) (term, more string) {
	var quote byte
	depth := 0
	for i := range len(where) {
		switch c := where[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '(':
			depth++
		case c == ')':
			depth--
		case depth == 0 && strings.HasPrefix(where[i:], " and "):
			return where[:i], where[i+len(" and "):]
		}
	}
	return where, ""
}

// enclosed reports whether the parenthesis that a condition begins with is
// closed by its last sign.
func enclosed(term string) bool {
	if !strings.HasPrefix(term, "(") {
		return false
	}
	var quote rune
	depth := 0
	for i, c := range term {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth == 0 {
				return i == len(term)-1
			}
		}
	}
	return false
}

// joined adds a condition to others.
func joined(terms []string, more string) string {
	return strings.Join(append(slices.Clone(terms), more), " and ")
}

// count says how many rows match, and sums up their numbers.
func (p *Portal) count(ctx context.Context, s *shown, ask asked, b *page.Browser) error {
	r := query.Request{Q: ask.q, Where: ask.where, Select: []string{"count(*) as n"}, Totals: query.TotalsInclude, Limit: 1}
	counted, err := p.cfg.Library.Page(ctx, s.Ref, r)
	if err != nil {
		return err
	}
	b.Matching = counted.Rows[0][0].I
	columns := figures(s.Table)
	if b.Matching < 2 || len(columns) == 0 {
		return nil
	}
	r.Select, r.Totals = nil, ""
	for i, c := range columns {
		for j, f := range []string{"sum", "avg", "min", "max"} {
			r.Select = append(r.Select, fmt.Sprintf("%s(%s) as f%d_%d", f, query.Name(c.Name), i, j))
		}
	}
	sums, err := p.cfg.Library.Page(ctx, s.Ref, r)
	if catalog.KindOf(err) == catalog.Invalid && err != nil {
		return nil //nolint:nilerr // a sum too large to be exact is no sum
	}
	if err != nil {
		return err
	}
	for i, c := range columns {
		v := sums.Rows[0][4*i : 4*i+4]
		if v[1].IsNull() {
			continue
		}
		texts := figureTexts(c, v[0].String(), shorten(v[1].String()), v[2].String(), v[3].String())
		line := page.Sum{Label: cmp.Or(c.Label, c.Name), Unit: c.Unit, Sum: texts[0], Mean: texts[1], Min: texts[2], Max: texts[3]}
		if !adds(s.Table, c) {
			line.Sum = ""
		}
		b.Sums = append(b.Sums, line)
	}
	return nil
}

// figures are the columns of numbers that measure or count something.
func figures(t *catalog.Table) []*catalog.Column {
	var out []*catalog.Column
	for i := range t.Columns {
		if c := &t.Columns[i]; c.Type.Numeric() && c.Kind == "" && c.Made != catalog.MadeLevel && c.Profile.Count > 0 && !serial(c) && len(out) < mostSums {
			out = append(out, c)
		}
	}
	return out
}

// adds reports whether the sum of a column means something: it does of money
// and of what is counted, not of rates, prices, means and concentrations.
func adds(t *catalog.Table, c *catalog.Column) bool {
	if c.Type == catalog.TypePercent || strings.ContainsAny(c.Label, "率均价比%‰") || strings.Contains(c.Label, "指数") || strings.Contains(c.Label, "系数") || strings.Contains(c.Label, "分数") || strings.ContainsAny(c.Unit, "/%‰℃°") {
		return false
	}
	unit := cmp.Or(c.Unit, t.Unit)
	for _, of := range []string{"元", "人", "户", "个", "件", "项", "次", "辆", "台", "张", "所", "家", "套", "座", "处", "起", "宗", "条", "名", "床", "千瓦", "吨", "亩", "公顷", "平方米", "立方米", "yuan", "persons"} {
		if strings.Contains(unit, of) {
			return true
		}
	}
	return unit == "" && c.Type == catalog.TypeInteger && (strings.HasSuffix(c.Label, "数") || strings.HasSuffix(c.Label, "额"))
}
