package portal

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"gongkai/api/portal/page"
	"gongkai/catalog"
	"gongkai/datasets"
	"gongkai/datasets/query"
)

// pageRows is how many rows a page shows.
const pageRows = 50

// browse reads a page of rows as the parameters q, where, order_by and cursor
// ask for. A request that is not understood is no error here: the page says where
// and why.
func (p *Portal) browse(ctx context.Context, s *shown, q url.Values) (*page.Browser, error) {
	ask := asked{q: strings.TrimSpace(q.Get("q")), where: strings.TrimSpace(q.Get("where")), order: strings.TrimSpace(q.Get("order_by"))}
	cursor := q.Get("cursor")
	b := &page.Browser{
		Caption: s.Dataset.Title.In(s.lang) + captionOf(s), Action: s.path, Q: ask.q, Where: ask.where, OrderBy: ask.order,
		Total: s.Table.Rows, Totals: s.Table.TotalRows, Matching: s.Table.Rows, Narrowed: ask.narrows(), Sorted: ask.order, Later: cursor != "",
		FirstURL: s.at(ask.values()), ResetURL: s.at(url.Values{}),
		Examples: examples(s),
	}
	if s.Table != &s.Version.Tables[0] {
		b.Hidden = append(b.Hidden, page.Field{Name: "table", Value: s.Table.Name})
	}
	r := ask.request()
	r.Select, r.Cursor, r.Limit = shownColumns(s.Table), cursor, pageRows
	rows, err := p.cfg.Library.Page(ctx, s.Ref, r)
	if b.Problem = queryProblem(err, ask); b.Problem != nil {
		inWords(s, err, b.Problem)
		b.Later = false
		return b, nil
	}
	if err != nil {
		return nil, err
	}
	b.Heads = heads(s, rows.Columns, ask)
	b.Rows = rowsOf(s, rows)
	shortenCells(s, rows.Columns, b.Rows)
	if rows.Next != "" {
		next := ask.values()
		next.Set("cursor", rows.Next)
		b.NextURL = s.at(next) + "#rows"
	}
	return b, p.narrow(ctx, s, ask, b)
}

// shownColumns names the columns that a page shows: those of the department's
// sheet, and those made of its sections, sheets and headings. The first and
// last day of a period are in the dictionary and the downloads. nil selects all.
func shownColumns(t *catalog.Table) []string {
	var names []string
	for i := range t.Columns {
		if shownColumn(&t.Columns[i]) {
			names = append(names, t.Columns[i].Name)
		}
	}
	if len(names) == len(t.Columns) {
		return nil
	}
	return names
}

func shownColumn(c *catalog.Column) bool {
	return c.Col > 0 || c.Made != "" && c.Made != catalog.MadePeriod
}

func captionOf(s *shown) string {
	if len(s.Version.Tables) > 1 {
		return " · " + tableLabel(s.Table)
	}
	return ""
}

func tableLabel(t *catalog.Table) string {
	if t.Label != "" {
		return t.Label
	}
	return t.Name
}

// asked is what a reader wants to see of a table.
type asked struct{ q, where, order string }

func (a asked) narrows() bool { return a.q != "" || a.where != "" }

// values holds the parameters that are set.
func (a asked) values() url.Values {
	q := url.Values{}
	for name, value := range map[string]string{"q": a.q, "where": a.where, "order_by": a.order} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q
}

// request is all the rows that are asked for.
func (a asked) request() query.Request {
	return query.Request{Q: a.q, Where: a.where, OrderBy: a.order}
}

// queryProblem makes of an error about the query what the page shows beside
// the form; nil for every other error.
func queryProblem(err error, ask asked) *page.QueryProblem {
	var e *catalog.Error
	if !errors.As(err, &e) || e.Kind != catalog.Invalid {
		return nil
	}
	out := &page.QueryProblem{Field: e.Field, Message: e.Message, Fix: e.Fix}
	text := map[string]string{"q": ask.q, "where": ask.where, "order_by": ask.order}[e.Field]
	if text == "" || e.Pos < 1 {
		return out
	}
	runes := []rune(text)
	at := min(e.Pos-1, len(runes))
	end := at
	for end < len(runes) && !strings.ContainsRune(" ()=<>,'\"", runes[end]) {
		end++
	}
	end = min(max(end, at+1), len(runes))
	out.Pos, out.Before, out.At, out.After = e.Pos, string(runes[:at]), string(runes[at:end]), string(runes[end:])
	return out
}

// inWords tells a common slip in the language of the page.
func inWords(s *shown, err error, to *page.QueryProblem) {
	var e *catalog.Error
	if !errors.As(err, &e) {
		return
	}
	var near []string
	if e.Slip == catalog.SlipColumn && len(e.Args) > 0 {
		near = lookAlike(s.Table, e.Args[0])
	}
	message, fix, ok := page.For(s.lang).Slip(e.Slip, e.Args, near)
	if !ok {
		message, fix = e.Wording(s.lang)
	}
	to.Message, to.Fix = message, fix
}

// lookAlike finds the columns whose name or label somebody may have meant.
func lookAlike(t *catalog.Table, text string) []string {
	const most = 4
	var out []string
	for i := range t.Columns {
		if c := &t.Columns[i]; len(out) < most && query.Suggest(text, []string{c.Name, c.Label}) != "" {
			out = append(out, c.Name+"（"+c.Label+"）")
		}
	}
	return out
}

// heads makes the heads of the table, each a link that sorts by it: ascending
// first, then descending, then as the sheet has it.
func heads(s *shown, columns []catalog.Column, ask asked) []page.ColumnHead {
	w := page.For(s.lang)
	by, descending := sortedBy(ask.order)
	out := make([]page.ColumnHead, len(columns))
	for i := range columns {
		c := &columns[i]
		h := page.ColumnHead{Label: c.Label, Name: c.Name, Type: w.Type(c.Type), Unit: c.Unit, Align: alignOf(c.Type)}
		if h.Label == "" {
			h.Label = c.Name
		}
		if saysUnit(h.Label, c.Unit) {
			h.Unit = ""
		}
		next := c.Name
		switch {
		case by == c.Name && descending:
			h.Order, next = "descending", ""
		case by == c.Name:
			h.Order, next = "ascending", c.Name+" desc"
		}
		h.Label, h.Name = clip(h.Label, longestHead), clip(h.Name, longestHead)
		h.SortURL = s.at(asked{ask.q, ask.where, next}.values()) + "#rows"
		out[i] = h
	}
	return out
}

// saysUnit reports whether a label names the unit by itself. There are two
// characters for micro, and people write either.
func saysUnit(label, unit string) bool {
	const micro, mu = "\u00b5", "\u03bc"
	return unit != "" && strings.Contains(strings.ReplaceAll(label, micro, mu), strings.ReplaceAll(unit, micro, mu))
}

// sortedBy reads an order of one column, as the heads write it.
func sortedBy(order string) (column string, descending bool) {
	words := strings.Fields(order)
	if len(words) == 0 || len(words) > 2 || strings.Contains(order, ",") {
		return "", false
	}
	return words[0], len(words) == 2 && strings.EqualFold(words[1], "desc")
}

func alignOf(t catalog.Type) page.Align {
	switch t {
	case catalog.TypeInteger, catalog.TypeDecimal, catalog.TypePercent:
		return page.AlignNumber
	case catalog.TypeDate, catalog.TypeDatetime, catalog.TypeTime, catalog.TypePeriod, catalog.TypeBoolean:
		return page.AlignFixed
	case catalog.TypeText:
	}
	return page.AlignText
}

// rowsOf sets the values of a page as people read them.
func rowsOf(s *shown, p *datasets.Page) []page.Row {
	out := make([]page.Row, len(p.Rows))
	for i, values := range p.Rows {
		_, line, _, _ := s.Table.Place(p.SourceRows[i], &catalog.Column{})
		out[i] = page.Row{Source: int64(line), Number: p.SourceRows[i], Total: p.RowKinds[i] == catalog.RowTotal, Cells: make([]page.Cell, len(values))}
	}
	for c := range p.Columns {
		column := &p.Columns[c]
		grouped := wide(p.Rows, c)
		for i, values := range p.Rows {
			out[i].Cells[c] = cellOf(s.lang, column.Type, values[c], grouped)
		}
		if column.Type.Numeric() {
			alignPoints(out, c)
		}
	}
	return out
}

// The most signs that a page shows of a text in a cell, and of a column's head;
// the dictionary has the whole label, downloads and the API the whole text.
const (
	longestCell = 1000
	longestHead = 200
)

// clip cuts a text to so many signs, the last being … where it was longer.
func clip(text string, most int) string {
	if len(text) <= most {
		return text
	}
	n := 0
	for i := range text {
		if n++; n > most {
			return strings.TrimRight(text[:i], " \r\n\t") + "…"
		}
	}
	return text
}

// shortenCells cuts texts that would make the page too long to read, and links
// to the whole of each.
func shortenCells(s *shown, columns []catalog.Column, rows []page.Row) {
	for i := range rows {
		for c := range rows[i].Cells {
			cell := &rows[i].Cells[c]
			short := clip(cell.Text, longestCell)
			if short == cell.Text {
				continue
			}
			cell.Text = strings.Clone(short)
			cell.More = s.endpoint("rows", url.Values{"select": {columns[c].Name}, "where": {catalog.ColumnRow + " = " + strconv.FormatInt(rows[i].Number, 10)}})
		}
	}
}

// wide reports whether a column has a number of five digits or more: only then
// are its thousands grouped, so that years stay years.
func wide(rows [][]catalog.Value, c int) bool {
	return slices.ContainsFunc(rows, func(row []catalog.Value) bool {
		whole, _, _ := strings.Cut(strings.TrimPrefix(row[c].String(), "-"), ".")
		return len(whole) > 4 && row[c].Kind != catalog.TextValue
	})
}

func cellOf(lang catalog.Lang, t catalog.Type, v catalog.Value, grouped bool) page.Cell {
	cell := page.Cell{Align: alignOf(t)}
	if v.IsNull() {
		cell.Null = true
		return cell
	}
	exact := v.String()
	cell.Text = exact
	switch {
	case v.Kind == catalog.BoolValue:
		cell.Text = page.For(lang).False
		if v.I != 0 {
			cell.Text = page.For(lang).True
		}
	case v.Kind == catalog.DatetimeValue:
		cell.Text = strings.Replace(exact, "T", " ", 1)
	case t == catalog.TypePercent:
		cell.Text = percent(exact)
	case t.Numeric() && grouped:
		cell.Text = page.Group(exact)
	case t.Numeric() && strings.HasPrefix(exact, "-"):
		cell.Text = "\u2212" + exact[1:]
	}
	if cell.Text != exact {
		cell.Exact = exact
	}
	return cell
}

// percent writes a fraction in percent without passing through a float:
// 0.125 is 12.5%.
func percent(fraction string) string {
	sign, digits := "", fraction
	if strings.HasPrefix(digits, "-") {
		sign, digits = "\u2212", digits[1:]
	}
	if strings.ContainsAny(digits, "eE") {
		return fraction
	}
	whole, part, _ := strings.Cut(digits, ".")
	for len(part) < 2 {
		part += "0"
	}
	whole = strings.TrimLeft(whole+part[:2], "0")
	part = strings.TrimRight(part[2:], "0")
	if whole == "" {
		whole = "0"
	}
	if part != "" {
		whole += "." + part
	}
	return sign + page.Group(whole) + "%"
}

// alignPoints pads the numbers of a column behind, so that their points stand
// below one another.
func alignPoints(rows []page.Row, c int) {
	decimals := func(cell *page.Cell) int {
		_, part, _ := strings.Cut(strings.TrimSuffix(cell.Text, "%"), ".")
		return utf8.RuneCountInString(part)
	}
	most := 0
	for i := range rows {
		most = max(most, decimals(&rows[i].Cells[c]))
	}
	if most > 12 {
		return // floating-point noise is no reason to push a column apart
	}
	for i := range rows {
		cell := &rows[i].Cells[c]
		has := decimals(cell)
		if cell.Null || has == most {
			continue
		}
		cell.Pad = strings.Repeat("0", most-has)
		if has == 0 {
			cell.Pad = "." + cell.Pad
		}
	}
}

// examples are filters that find something in this very table.
func examples(s *shown) []page.Example {
	var out []page.Example
	for _, text := range exampleFilters(s.Table) {
		out = append(out, page.Example{Text: text, URL: s.at(asked{where: text}.values()) + "#rows"})
	}
	return out
}

// exampleFilters makes at most one filter on a text, one on a number and one on
// a day, from values that are there: they show how each is written.
func exampleFilters(t *catalog.Table) []string {
	var text, number, day string
	made := shownColumns(t) != nil // some columns are not shown
	for i := range t.Columns {
		c := &t.Columns[i]
		switch {
		case made && !shownColumn(c):
		case text == "" && c.Type == catalog.TypeText && len(c.Profile.Top) > 0 && c.Profile.Top[0].Count > 1:
			if v := c.Profile.Top[0].Value; short(v) && !masked(v) {
				text = c.Name + " = '" + strings.ReplaceAll(v, "'", "''") + "'"
			}
		case number == "" && c.Type.Numeric() && !serial(c) && c.Kind == "" && c.Made != catalog.MadeLevel && c.Profile.Min != c.Profile.Max && c.Profile.Max != "":
			number = c.Name + " > " + roundValue(c)
		case day == "" && (c.Type == catalog.TypeDate || c.Type == catalog.TypeDatetime) && len(c.Profile.Max) >= len(time.DateOnly):
			day = c.Name + " >= '" + c.Profile.Max[:len(time.DateOnly)] + "'"
		}
	}
	var out []string
	for _, e := range []string{text, number, day} {
		if e != "" {
			out = append(out, e)
		}
	}
	return out
}

// serial reports whether a column only counts the rows.
func serial(c *catalog.Column) bool {
	return c.Type == catalog.TypeInteger && c.Profile.Min == "1" && c.Profile.Distinct == c.Profile.Count
}

// roundValue shortens the mean of a column to something that a person would
// type.
func roundValue(c *catalog.Column) string {
	f, err := strconv.ParseFloat(c.Profile.Mean, 64)
	if err != nil {
		return c.Profile.Min
	}
	if f >= 10 || f <= -10 || c.Type == catalog.TypeInteger {
		return strconv.FormatFloat(f, 'f', 0, 64)
	}
	return strconv.FormatFloat(f, 'g', 2, 64)
}
