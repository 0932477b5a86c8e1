package infer_test

import (
	"context"
	"fmt"
	"math"
	"math/big"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"gongkai/catalog"
	"gongkai/ingest/infer"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

// cellText draws a cell as people write them, plain and odd ones of every kind.
func cellText() *rapid.Generator[string] {
	number := rapid.Custom(func(t *rapid.T) string {
		n := rapid.Int64Range(-2_000_000, 2_000_000).Draw(t, "n")
		f := rapid.Float64Range(-5000, 5000).Draw(t, "f")
		return rapid.SampledFrom([]string{
			fmt.Sprint(n), fmt.Sprintf("%.2f", f), fmt.Sprintf("%.3f", f), fmt.Sprintf("%d,%03d", 1+n&0xff, n&511), fmt.Sprintf("%d.%03d,5", 1+n&0xff, n&511),
			fmt.Sprintf("%d(1)", n), fmt.Sprintf("￥%d", n&0xfff), fmt.Sprintf("%d%%", n&0xff), fmt.Sprintf("%.1f %%", f), fmt.Sprintf("0%d", n&0xfff),
			fmt.Sprintf("(%d.5)", n&0xfff), fmt.Sprintf("+%d", n&0xff), fmt.Sprintf("%d 元", n&0xff), fmt.Sprintf("%d*", n&0xff), "１２３", "1 234", "12345678901234567890", "1e5", "0,5",
		}).Draw(t, "number")
	})
	date := rapid.Custom(func(t *rapid.T) string {
		d := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 9000).Draw(t, "d"))
		return d.Format(rapid.SampledFrom([]string{"2006-01-02", "2006/1/2", "02/01/2006", "01/02/2006", "2.1.2006", "2 January 2006", "02-Jan-06", "2006年1月2日", "20060102", "2006-01-02 15:04", "2006年1月", "2006-01", "15:04:05", "3:04 PM"}).Draw(t, "layout"))
	})
	other := rapid.SampledFrom([]string{"", " ", "-", "—", "n/a", "无", "有", "NA", "CN", "是", "否", "yes", "TRUE", "甲", "Series discontinued", "A-12", "007", "2024年上半年", "Q4 1952", "1-5月", "二〇二三年", "　x　", "0", "-0", "1-2", "31/02/2024"})
	return rapid.OneOf(number, date, other, rapid.StringN(0, 6, 20))
}

// columnText draws a column: mostly cells of one way of writing, some others.
func columnText(t *rapid.T, rows int) []string {
	pool := rapid.SliceOfN(cellText(), 1, 4).Draw(t, "pool")
	out := make([]string, rows)
	for i := range out {
		switch rapid.IntRange(0, 19).Draw(t, "dice") {
		case 0:
			out[i] = cellText().Draw(t, "cell")
		default:
			out[i] = rapid.SampledFrom(pool).Draw(t, "same")
		}
	}
	return out
}

// failer is what tests, properties and fuzz targets have in common.
type failer interface {
	Fatalf(format string, args ...any)
}

// oneColumn is a column of cells and what the recipe says of it.
type oneColumn struct {
	cells     []sheet.Cell
	delimiter string
	title     string
	fill      bool
	decided   *catalog.RecipeColumn
}

// nothingIsChanged holds the law of this package: the canonical text of a
// stored value, or else the raw text kept beside it, gives the cell back.
func (o oneColumn) nothingIsChanged(t failer) {
	rows := [][]sheet.Cell{{{Kind: sheet.Text, Raw: "id"}, {Kind: sheet.Text, Raw: "value"}}}
	for i, c := range o.cells {
		rows = append(rows, []sheet.Cell{{Kind: sheet.Number, Raw: fmt.Sprint(i + 1)}, c})
	}
	wb := &sheet.Workbook{Format: sheet.CSV, Delimiter: o.delimiter, Formats: formats(), Sheets: []*sheet.Sheet{sheet.FromCells("", rows)}}
	tab := &shape.Table{Sheet: wb.Sheets[0], Name: "t", Title: o.title, HeaderRows: [2]int{1, 1}, FirstRow: 2, LastRow: len(rows), FirstCol: 1, LastCol: 2,
		Columns: []shape.Column{{Col: 1, Label: "id", Name: "id"}, {Col: 2, Label: "value", Name: "value", FillDown: o.fill, Decided: o.decided}}}
	p, err := infer.Columns(context.Background(), wb, tab, nil)
	if err != nil {
		t.Fatalf("%v", err)
	}
	if e := p.Table.Columns[1].Evidence; e.ZH == "" || e.EN == "" {
		t.Fatalf("no evidence: %+v", e)
	}
	err = p.Records(func(r *catalog.Record) error {
		cell := rows[r.Row-1][1]
		kept := false
		for _, k := range r.Raw {
			if k.Column != 1 {
				continue
			}
			kept = true
			if filled := k.Reason == "labels-filled"; k.Raw != cell.Raw && !(filled && k.Raw == "" && cell.IsEmpty()) {
				t.Fatalf("row %d kept %q of %q (%s)", r.Row, k.Raw, cell.Raw, k.Reason)
			}
		}
		if !kept {
			givesBack(t, p.Table.Columns[1], r.Values[1], cell, o.delimiter)
		}
		return nil
	})
	if err != nil {
		t.Fatalf("%v", err)
	}
}

// TestNothingIsChanged holds the law for columns as people write them, with and
// without a recipe.
func TestNothingIsChanged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := oneColumn{delimiter: rapid.SampledFrom([]string{",", ";"}).Draw(t, "delimiter"), fill: rapid.IntRange(0, 4).Draw(t, "fill") == 0, title: rapid.SampledFrom([]string{"", "2024年报表"}).Draw(t, "title")}
		for _, s := range columnText(t, rapid.IntRange(3, 30).Draw(t, "rows")) {
			o.cells = append(o.cells, sheet.Cell{Kind: sheet.Text, Raw: s})
		}
		if rapid.Bool().Draw(t, "recipe") {
			o.decided = &catalog.RecipeColumn{
				Type:        rapid.SampledFrom(append([]catalog.Type{""}, catalog.Types...)).Draw(t, "type"),
				DateOrder:   rapid.SampledFrom([]string{"", "ymd", "dmy", "mdy"}).Draw(t, "order"),
				DecimalMark: rapid.SampledFrom([]string{"", ".", ","}).Draw(t, "mark"),
				NullMarkers: rapid.SliceOfN(rapid.SampledFrom([]string{"12", "0", "甲", "有"}), 0, 2).Draw(t, "nulls"),
				KeepMarkers: rapid.SliceOfN(rapid.SampledFrom([]string{"-", "无", "n/a"}), 0, 2).Draw(t, "keep"),
			}
		}
		o.nothingIsChanged(t)
	})
}

// FuzzColumn holds the law for columns of any cells, one a line: # begins a
// numeric one, ! its number format; and for any recipe that hides nothing.
func FuzzColumn(f *testing.F) {
	for _, lines := range []string{
		"1\n2\n3", "1,234\n5.5\n-7", "1.234,5\n2,5\n3,25", "007\n010\n011", "12%\n5 %\n0.5%", "￥12\n￥1,200.50", "41.487(1)\n3\n4\n5\n6\n7\n8\n9",
		"2024-05-03\n2024-5-4\n2024/5/6", "31/01/2024\n03/05/2024", "24/05/03\n99-12-31", "2024年5月3日\n二〇二四年五月四日\n２０２４年５月５日", "3 May 2021\n4 June 2022", "2024-05-03 09:30\n2024-05-04 10:00:15.5",
		"2024年5月\n5月\n上半年", "2024.5\n2024.6", "20240503\n20240504", "09:30\n9时30分\n9:30 PM", "是\n否\n是", "yes\nTRUE\n√", "甲\n—\n无", "#1\n#2.5\n#1E+20", "#45000!date\n#45001!date\n#60!date", "#0.125!percent\n#0.5!percent\n12%",
		"#7!code\n#123456!code", "#0.5!time\n#1.5!time", "#41.487000000000002\n#3", "#9007199254740993\n#1", "北\n\n\n南\n", "&#REF!\n1\n2\n3\n4\n5\n6\n7", "@2024-05-03\n@2024-05-03T09:30:00", "?TRUE\n?FALSE",
	} {
		for settings := range uint16(4) {
			f.Add(lines, settings*977)
		}
	}
	f.Fuzz(func(t *testing.T, lines string, settings uint16) {
		if len(lines) > 4000 || !utf8.ValidString(lines) {
			return
		}
		pick := func(n uint16) uint16 { k := settings % n; settings /= n; return k }
		o := oneColumn{delimiter: []string{",", ";"}[pick(2)], fill: pick(2) == 1, title: []string{"", "2024年报表"}[pick(2)]}
		if pick(2) == 1 {
			o.decided = &catalog.RecipeColumn{Type: append(catalog.Types, "")[pick(uint16(len(catalog.Types)+1))],
				DateOrder: []string{"", "ymd", "dmy", "mdy"}[pick(4)], DecimalMark: []string{"", ".", ","}[pick(3)]}
			if first, _, _ := strings.Cut(lines, "\n"); pick(2) == 1 {
				o.decided.NullMarkers, o.decided.KeepMarkers = []string{first}, []string{"—", "-"}
			}
		}
		for line := range strings.SplitSeq(lines, "\n") {
			o.cells = append(o.cells, fuzzCell(line))
		}
		o.nothingIsChanged(t)
	})
}

// fuzzCell makes a cell of a line: one that a reader of spreadsheets could give.
func fuzzCell(line string) sheet.Cell {
	raw, format, _ := strings.Cut(line, "!")
	n, isNumber := strings.CutPrefix(raw, "#")
	switch f, err := strconv.ParseFloat(n, 64); {
	case isNumber && err == nil && !math.IsNaN(f) && strings.Trim(n, "0123456789.-+eE") == "":
		return sheet.Cell{Kind: sheet.Number, Raw: n, Format: formatNamed(format)}
	case line == "?TRUE" || line == "?FALSE":
		return sheet.Cell{Kind: sheet.Bool, Raw: line[1:]}
	case strings.HasPrefix(line, "&#"):
		return sheet.Cell{Kind: sheet.Error, Raw: line[1:]}
	case strings.HasPrefix(line, "@"):
		if _, err := time.Parse("2006-01-02", line[1:]); err == nil {
			return sheet.Cell{Kind: sheet.Date, Raw: line[1:]}
		}
	case line == "":
		return sheet.Cell{}
	}
	return sheet.Cell{Kind: sheet.Text, Raw: line}
}

// givesBack compares a value without kept text with its cell by other means
// than the package's own parsers.
func givesBack(t failer, c catalog.Column, v catalog.Value, cell sheet.Cell, delimiter string) {
	raw := cell.Raw
	s := strings.TrimFunc(raw, func(r rune) bool {
		return r <= ' ' || strings.ContainsRune("\u3000\u00a0\u0085\u2028\u2029\u200b\ufeff\u1680\u202f\u205f", r) || r >= 0x2000 && r <= 0x200a
	})
	switch {
	case v.IsNull():
		if s != "" {
			t.Fatalf("%q became NULL and nothing was kept (%s)", raw, c.Type)
		}
	case cell.Kind == sheet.Number:
		givesNumberBack(t, c, v, cell)
	case c.Type == catalog.TypeText || c.Type == catalog.TypePeriod:
		if v.S != shape.Trim(raw) || !strings.Contains(raw, v.S) {
			t.Fatalf("%q became %q", raw, v.S)
		}
	case c.Type.Numeric() && c.SQLType == "DOUBLE":
		got, err := strconv.ParseFloat(v.String(), 64)
		if want, _ := plainRat(s, c.Evidence.EN).Float64(); err != nil || got != want {
			t.Fatalf("%q became %s (%s)", raw, v, c.Evidence)
		}
	case c.Type.Numeric():
		if got, want := rat(v.String()), plainRat(s, c.Evidence.EN); got == nil || want == nil || got.Cmp(want) != 0 {
			t.Fatalf("%q became %s (%s, %s)", raw, v, c.Type, c.Evidence)
		}
	case c.Type == catalog.TypeBoolean:
		if yes := strings.Contains("是 yes true TRUE √ ✓ ✔", strings.ToLower(s)) || s == "TRUE"; (v.I == 1) != yes {
			t.Fatalf("%q became %s", raw, v)
		}
	case c.Type == catalog.TypeTime:
		if v.String() != s {
			t.Fatalf("%q became %s", raw, v)
		}
	case dateIn(s, c.Evidence.EN) != strings.TrimSuffix(v.String(), "T00:00:00"):
		t.Fatalf("%q became %s, want %s (%s)", raw, v, dateIn(s, c.Evidence.EN), c.Evidence)
	}
}

// givesNumberBack compares what a numeric cell became with its number.
func givesNumberBack(t failer, c catalog.Column, v catalog.Value, cell sheet.Cell) {
	f, err := strconv.ParseFloat(cell.Raw, 64)
	if err != nil {
		t.Fatalf("%q is no number", cell.Raw)
	}
	switch v.Kind {
	case catalog.DateValue, catalog.DatetimeValue:
		days := float64(v.I)
		if v.Kind == catalog.DatetimeValue {
			days /= 86_400_000_000
		}
		// Either a day number of the calendar of 1900, or eight digits.
		epoch := 25569.0
		if f < 60 {
			epoch = 25568
		}
		if math.Abs(days+epoch-f) > 1.0/86_400_000 && strings.ReplaceAll(v.String(), "-", "") != cell.Raw {
			t.Fatalf("%q became %s", cell.Raw, v)
		}
	case catalog.TimeValue:
		if math.Abs(float64(v.I)/86_400_000_000-f) > 1.0/86_400_000 {
			t.Fatalf("%q became %s", cell.Raw, v)
		}
	default:
		if got, err := strconv.ParseFloat(v.String(), 64); err != nil || got != f {
			t.Fatalf("%q became %s (%s)", cell.Raw, v, c.Type)
		}
	}
}

func rat(s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return nil
	}
	return r
}

// plainRat reads a number in its column's notation; nil where it is none.
func plainRat(s, evidence string) *big.Rat {
	percent := strings.HasSuffix(s, "%")
	s = strings.NewReplacer("US$", "", "HK$", "", "人民币", "").Replace(s)
	for _, sign := range []string{"%", "￥", "¥", "$", "£", "€", "元", "圆", "USD", "EUR", "GBP", "RMB", "CNY"} {
		s = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(s, sign), sign))
	}
	s = strings.NewReplacer("- ", "-").Replace(s)
	for _, sign := range []string{"￥", "¥", "$", "£", "€", "元", "圆", "USD", "EUR", "GBP", "RMB", "CNY"} {
		if rest, negative := strings.CutPrefix(s, "-"); negative {
			s = "-" + strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(rest, sign), sign))
		}
	}
	if strings.Contains(evidence, "comma is the decimal mark") {
		s = strings.ReplaceAll(strings.ReplaceAll(s, ".", ""), ",", ".")
	}
	s = strings.NewReplacer(",", "", " ", "", "\u00a0", "", "\u202f", "", "\u2009", "", "\u3000", "", "'", "").Replace(s)
	r := rat(s)
	if r != nil && percent {
		r.Quo(r, big.NewRat(100, 1))
	}
	return r
}

var numberRun = regexp.MustCompile(`\d+`)

// dateIn writes the date that a text names, in the order that the evidence
// tells: 2024-05-03, with T09:30 or more behind where it has a time of day.
func dateIn(s, evidence string) string {
	s = hanNumbers(s)
	low := strings.ToLower(s)
	var n []string
	for i, m := range []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"} {
		if strings.Contains(low, m) {
			n = numberRun.FindAllString(s, -1)
			n = append([]string{n[1], strconv.Itoa(i + 1), n[0]}, n[2:]...) // the day stands before the year
		}
	}
	if n == nil {
		n = numberRun.FindAllString(s, -1)
		switch {
		case len(n) > 0 && len(n[0]) == 8:
			n = append([]string{n[0][:4], n[0][4:6], n[0][6:]}, n[1:]...)
		case len(n) < 3 || len(n[0]) == 4 || strings.Contains(evidence, "year first"):
		case strings.Contains(evidence, "month first"):
			n[0], n[1], n[2] = n[2], n[0], n[1]
		default:
			n[0], n[2] = n[2], n[0]
		}
	}
	if len(n) < 3 {
		return ""
	}
	y, _ := strconv.Atoi(n[0])
	m, _ := strconv.Atoi(n[1])
	d, _ := strconv.Atoi(n[2])
	if len(n[0]) == 2 {
		if y += 1900; y < 1930 {
			y += 100
		}
	}
	out := fmt.Sprintf("%04d-%02d-%02d", y, m, d)
	if len(n) < 5 {
		return out
	}
	h, _ := strconv.Atoi(n[3])
	switch {
	case strings.Contains(low, "pm") || strings.Contains(low, "p.m"):
		h = h%12 + 12
	case strings.Contains(low, "am") || strings.Contains(low, "a.m"):
		h %= 12
	}
	minute, _ := strconv.Atoi(n[4])
	out += fmt.Sprintf("T%02d:%02d", h, minute)
	second := 0
	if len(n) > 5 {
		second, _ = strconv.Atoi(n[5])
	}
	out += fmt.Sprintf(":%02d", second)
	if len(n) > 6 && strings.Trim(n[6], "0") != "" {
		out += "." + strings.TrimRight(n[6], "0")
	}
	return strings.TrimSuffix(out, "T00:00:00")
}

// hanNumbers writes full-width digits and Chinese numerals up to 99 in ASCII.
func hanNumbers(s string) string {
	const numerals = "零一二三四五六七八九"
	rs := []rune(strings.NewReplacer("〇", "零", "○", "零").Replace(s))
	var b strings.Builder
	isOne := func(i int) bool { return i >= 0 && i < len(rs) && strings.ContainsRune(numerals, rs[i]) }
	for i, r := range rs {
		switch {
		case r >= '０' && r <= '９':
			b.WriteRune(r - '０' + '0')
		case isOne(i):
			b.WriteString(strconv.Itoa(strings.IndexRune(numerals, r) / len("零")))
		case r == '十' && isOne(i-1) && isOne(i+1):
		case r == '十' && isOne(i-1):
			b.WriteString("0")
		case r == '十' && isOne(i+1):
			b.WriteString("1")
		case r == '十':
			b.WriteString("10")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// TestWideTable: a table of very many columns costs memory by its cells, not
// by its columns times a buffer.
func TestWideTable(t *testing.T) {
	const width = 16384
	rows := make([][]string, 12)
	for r := range rows {
		rows[r] = make([]string, width)
		for c := range rows[r] {
			if rows[r][c] = fmt.Sprint(r*c + 5); r == 0 {
				rows[r][c] = fmt.Sprintf("列%d", c)
			}
		}
	}
	wb := &sheet.Workbook{Format: sheet.XLSX, Formats: formats(), Sheets: []*sheet.Sheet{sheet.FromRowsTyped("宽", rows)}}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	found, err := shape.Detect(context.Background(), wb, nil)
	if err != nil || len(found.Tables) != 1 {
		t.Fatal(len(found.Tables), err)
	}
	p, err := infer.Columns(context.Background(), wb, &found.Tables[0], nil)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	if err := p.Records(func(r *catalog.Record) error { n += len(r.Values); return nil }); err != nil || n != 11*width {
		t.Fatal(n, err)
	}
	runtime.ReadMemStats(&after)
	if mb := (after.TotalAlloc - before.TotalAlloc) >> 20; mb > 400 {
		t.Errorf("%d MB were allocated", mb)
	} else {
		t.Logf("%d MB allocated", mb)
	}
}

// TestNumericCells: what a workbook holds as binary floating point is stored
// as the decimal that reads back as the same number.
func TestNumericCells(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := [][]sheet.Cell{{{Kind: sheet.Text, Raw: "v"}}}
		var want []float64
		for range rapid.IntRange(1, 20).Draw(t, "rows") {
			f := rapid.OneOf(rapid.Float64Range(-1e9, 1e9), rapid.Float64Range(-1, 1), rapid.Float64(),
				rapid.Map(rapid.IntRange(-100000, 100000), func(n int) float64 { return float64(n) / 100 })).Draw(t, "f")
			want = append(want, f)
			cells = append(cells, []sheet.Cell{{Kind: sheet.Number, Raw: strconv.FormatFloat(f, 'G', 17, 64)}})
		}
		wb := &sheet.Workbook{Format: sheet.XLSX, Formats: formats(), Sheets: []*sheet.Sheet{sheet.FromCells("s", cells)}}
		tab := &shape.Table{Sheet: wb.Sheets[0], Name: "t", HeaderRows: [2]int{1, 1}, FirstRow: 2, LastRow: len(cells), FirstCol: 1, LastCol: 1,
			Columns: []shape.Column{{Col: 1, Label: "v", Name: "v"}}}
		p, err := infer.Columns(context.Background(), wb, tab, nil)
		if err != nil {
			t.Fatal(err)
		}
		err = p.Records(func(r *catalog.Record) error {
			if len(r.Raw) > 0 {
				return nil
			}
			got, err := strconv.ParseFloat(r.Values[0].String(), 64)
			if err != nil || got != want[r.Row-2] && !(got == 0 && want[r.Row-2] == 0) {
				t.Fatalf("%v became %s (%s)", want[r.Row-2], r.Values[0], p.Table.Columns[0].SQLType)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
