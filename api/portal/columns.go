package portal

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"gongkai/api/portal/page"
	"gongkai/catalog"
	"gongkai/datasets/export"
)

// columnCards makes the data dictionary of a table.
func columnCards(s *shown) []page.ColumnCard {
	w := page.For(s.lang)
	out := make([]page.ColumnCard, len(s.Table.Columns))
	for i := range s.Table.Columns {
		c := &s.Table.Columns[i]
		card := page.ColumnCard{
			Label: c.Label, Name: c.Name, Type: w.Type(c.Type), Unit: c.Unit, Description: c.Description.In(s.lang),
			Evidence: c.Evidence.In(s.lang), Made: madeFrom(s, c), Kind: w.Kind(c.Kind), Rules: w.Rules(c.Constraints),
			Aliases: earlierNames(w, c, catalog.Day(time.Now())), InKey: slices.Contains(s.Table.Key, c.Name), Missing: w.MissingShare(c.Profile.Nulls, c.Profile.Nulls+c.Profile.Count),
			SourceCol: columnLetters(c.Col),
		}
		if card.Label == "" {
			card.Label = c.Name
		}
		if c.CRS != "" || c.Kind == catalog.KindLongitude || c.Kind == catalog.KindLatitude {
			card.Notes = append(card.Notes, w.System(c.CRS))
		}
		if c.SourceLabel != c.Label {
			card.SourceLabel = c.SourceLabel
		}
		if c.Profile.Distinct > 0 {
			card.Distinct = w.DistinctValues(c.Profile.Distinct, c.Profile.Approx)
		}
		if c.Type != catalog.TypeText && c.Type != catalog.TypeBoolean && c.Profile.Min != c.Profile.Max {
			all := figureTexts(c, c.Profile.Min, c.Profile.Max, shorten(c.Profile.Mean))
			card.Min, card.Max, card.Mean = all[0], all[1], all[2]
		}
		card.Bars = bars(s.lang, c)
		out[i] = card
	}
	return out
}

// madeFrom says what a column was made from; nothing where its description, as
// that of the parts of a period, says so already.
func madeFrom(s *shown, c *catalog.Column) string {
	if c.Made != catalog.MadePeriod {
		return page.For(s.lang).MadeFrom(c.Made, c.Name, "")
	}
	if !c.Description.Empty() {
		return ""
	}
	from := c.Name
	for _, end := range []string{"_start", "_end", "_granularity"} {
		if period := s.Table.Column(strings.TrimSuffix(c.Name, end)); period != nil && period != c {
			from = cmp.Or(period.Label, period.Name)
		}
	}
	return page.For(s.lang).MadeFrom(c.Made, c.Name, from)
}

// keyLinks lead to the columns that tell the rows of a table apart.
func keyLinks(t *catalog.Table) []page.Link {
	var out []page.Link
	for _, name := range t.Key {
		if c := t.Column(name); c != nil {
			out = append(out, page.Link{Text: cmp.Or(c.Label, c.Name), URL: "#column-" + c.Name})
		}
	}
	return out
}

// columnLetters names a column as spreadsheets do; "" for 0.
func columnLetters(n int) string {
	letters := ""
	for ; n > 0; n = (n - 1) / 26 {
		letters = string(rune('A'+(n-1)%26)) + letters
	}
	return letters
}

// profileText sets a canonical value of a profile as people read it.
func profileText(c *catalog.Column, value string) string { return figureTexts(c, value)[0] }

// figureTexts sets canonical values of one column that stand together: their
// thousands are grouped where one of them has five digits, so that years stay
// years.
func figureTexts(c *catalog.Column, values ...string) []string {
	grouped := slices.ContainsFunc(values, func(v string) bool {
		whole, _, _ := strings.Cut(strings.TrimPrefix(v, "-"), ".")
		return len(whole) > 4
	})
	out := make([]string, len(values))
	for i, v := range values {
		switch {
		case v == "" || !c.Type.Numeric():
			out[i] = v
		case c.Type == catalog.TypePercent:
			out[i] = percent(v)
		case grouped || strings.HasPrefix(v, "-"):
			out[i] = page.Group(v)
		default:
			out[i] = v
		}
	}
	return out
}

// shorten cuts a computed figure to four significant digits, whole digits kept.
func shorten(number string) string {
	f, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return number
	}
	short := strconv.FormatFloat(f, 'g', 4, 64)
	if strings.ContainsAny(short, "eE") {
		return strconv.FormatFloat(f, 'f', 0, 64)
	}
	return short
}

// mostBars is how many values a column card shows.
const mostBars = 5

// bars shows the most frequent values, where they say something: a column
// whose values are all different has none, nor one whose dates or numbers are
// all as frequent.
func bars(lang catalog.Lang, c *catalog.Column) []page.Bar {
	top := c.Profile.Top
	if len(top) == 0 || top[0].Count < 2 {
		return nil
	}
	if c.Type != catalog.TypeText && len(top) > 1 && top[0].Count == top[len(top)-1].Count {
		return nil
	}
	var out []page.Bar
	for _, v := range top[:min(mostBars, len(top))] {
		out = append(out, page.Bar{Value: profileText(c, valueWord(lang, c, v.Value)), Count: v.Count, Width: int(max(1, v.Count*100/top[0].Count))})
	}
	return out
}

// formatNames are what people call the formats.
var formatNames = map[export.Format]string{export.CSV: "CSV", export.XLSX: "XLSX", export.JSON: "JSON", export.NDJSON: "NDJSON", export.Parquet: "Parquet", export.GeoJSON: "GeoJSON"}

// forPrograms are the formats that people seldom open themselves.
var forPrograms = map[export.Format]bool{export.JSON: true, export.NDJSON: true, export.Parquet: true}

// formats lists what a table's page offers; the API has a few more.
func formats(t *catalog.Table) []export.Format {
	return slices.DeleteFunc(export.Offered(t.Columns), func(f export.Format) bool { return formatNames[f] == "" })
}

// downloads lists the files of a table: sizes are exact for files that are
// there, about right where they can be told from the profile, and absent
// otherwise; no file is made for a page.
func (p *Portal) downloads(s *shown, b *page.Browser) page.Download {
	w := page.For(s.lang)
	notes := map[export.Format]string{
		export.CSV: w.NoteCSV, export.XLSX: w.NoteXLSX, export.JSON: w.NoteJSON, export.NDJSON: w.NoteNDJSON, export.Parquet: w.NoteParquet, export.GeoJSON: w.NoteGeoJSON,
	}
	version := strconv.Itoa(s.Version.Number)
	out := page.Download{Rows: s.Table.Rows, SHA256: s.Version.ContentHash, Package: "/api/v1/datasets/" + url.PathEscape(s.Dataset.Slug) + "/package.zip?version=" + version}
	out.Cite = []page.Field{{Name: "dataset", Value: s.Dataset.Slug}, {Name: "version", Value: version}, {Name: "table", Value: s.Table.Name}}
	for _, f := range formats(s.Table) {
		file := page.File{Format: formatNames[f], Note: notes[f], Media: f.MediaType(), Code: forPrograms[f], URL: s.endpoint("export."+string(f), url.Values{})}
		if made, ok := p.cfg.Library.Made(s.Ref, f); ok {
			file.Bytes, file.Exact, file.SHA256 = made.Bytes, true, made.SHA256
		} else {
			file.Bytes = estimate(s.Table, f)
		}
		out.Everything = append(out.Everything, file)
		if f == export.CSV {
			out.Everything = append(out.Everything, page.File{Format: w.ExcelCSV(), Note: w.NoteExcel, Bytes: file.Bytes, URL: s.endpoint("export.csv", url.Values{"excel": {"true"}})})
		}
	}
	if b.Problem == nil {
		for _, f := range []page.Field{{Name: "q", Value: b.Q}, {Name: "where", Value: b.Where}, {Name: "order_by", Value: b.OrderBy}} {
			if f.Value != "" {
				out.Cite = append(out.Cite, f)
			}
		}
	}
	if b.Problem == nil && b.Narrowed {
		for _, f := range formats(s.Table) {
			out.Seen = append(out.Seen, page.File{Format: formatNames[f], URL: s.endpoint("export."+string(f), asked{b.Q, b.Where, b.OrderBy}.values())})
			if f == export.CSV {
				q := asked{b.Q, b.Where, b.OrderBy}.values()
				q.Set("excel", "true")
				out.Seen = append(out.Seen, page.File{Format: w.ExcelCSV(), URL: s.endpoint("export.csv", q)})
			}
		}
	}
	return out
}

// estimate tells the size of a text format from the lengths of the values that
// the profile holds, to two digits; 0 for formats that are packed.
func estimate(t *catalog.Table, f export.Format) int64 {
	if f != export.CSV && f != export.JSON && f != export.NDJSON {
		return 0
	}
	var row int64 = 2
	for i := range t.Columns {
		c := &t.Columns[i]
		row += meanLength(c)*c.Profile.Count/max(1, c.Profile.Count+c.Profile.Nulls) + 1
		if f != export.CSV {
			row += int64(len(c.Name)) + 3
			if !c.Type.Numeric() {
				row += 2
			}
		}
	}
	size := row * t.Rows
	digits := int64(1)
	for size/digits >= 100 {
		digits *= 10
	}
	return (size + digits/2) / digits * digits
}

func meanLength(c *catalog.Column) int64 {
	var sum, n int64
	for _, v := range c.Profile.Top {
		sum, n = sum+int64(len(v.Value))*v.Count, n+v.Count
	}
	for _, v := range []string{c.Profile.Min, c.Profile.Max} {
		sum, n = sum+int64(len(v)), n+1
	}
	return sum / max(1, n)
}

// firstWords cuts a text to at most n characters, at a space where there is one.
func firstWords(text string, n int) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	runes := []rune(text)[:n]
	for i := len(runes) - 1; i > n*3/4; i-- {
		if unicode.IsSpace(runes[i]) || strings.ContainsRune("，。；、", runes[i]) {
			runes = runes[:i]
			break
		}
	}
	return string(runes) + "…"
}

// earlierNames are the names that a column had before, with their last days.
func earlierNames(w *page.Words, c *catalog.Column, today string) []page.EarlierName {
	out := make([]page.EarlierName, 0, len(c.Aliases))
	for _, name := range c.Aliases {
		one := page.EarlierName{Name: name}
		if until, ok := c.AliasUntil[name]; ok {
			one.Note = w.WorksUntil(until, until < today)
		}
		out = append(out, one)
	}
	return out
}
