package infer_test

import (
	"context"
	"fmt"
	"math/big"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

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

// TestNothingIsChanged holds the law of this package: the canonical text of a
// stored value, or else the raw text kept beside it, gives the cell back.
func TestNothingIsChanged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.IntRange(3, 30).Draw(t, "rows")
		cells := [][]sheet.Cell{{{Kind: sheet.Text, Raw: "id"}, {Kind: sheet.Text, Raw: "value"}}}
		for i, s := range columnText(t, rows) {
			cells = append(cells, []sheet.Cell{{Kind: sheet.Number, Raw: fmt.Sprint(i + 1)}, {Kind: sheet.Text, Raw: s}})
		}
		delimiter := rapid.SampledFrom([]string{",", ";"}).Draw(t, "delimiter")
		wb := &sheet.Workbook{Format: sheet.CSV, Delimiter: delimiter, Formats: formats(), Sheets: []*sheet.Sheet{sheet.FromCells("", cells)}}
		tab := &shape.Table{Sheet: wb.Sheets[0], Name: "t", HeaderRows: [2]int{1, 1}, FirstRow: 2, LastRow: rows + 1, FirstCol: 1, LastCol: 2,
			Columns: []shape.Column{{Col: 1, Label: "id", Name: "id"}, {Col: 2, Label: "value", Name: "value"}}}
		p, err := infer.Columns(context.Background(), wb, tab, nil)
		if err != nil {
			t.Fatal(err)
		}
		err = p.Records(func(r *catalog.Record) error {
			raw := cells[r.Row-1][1].Raw
			for _, k := range r.Raw {
				if k.Column == 1 {
					if k.Raw != raw {
						t.Fatalf("row %d kept %q of %q", r.Row, k.Raw, raw)
					}
					return nil
				}
			}
			givesBack(t, p.Table.Columns[1], r.Values[1], raw, delimiter)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// givesBack compares a value without kept text with its cell by other means
// than the package's own parsers.
func givesBack(t *rapid.T, c catalog.Column, v catalog.Value, raw, delimiter string) {
	s := strings.Trim(raw, " \u3000\t\r\n\u00a0\u0085\u2028\u2029\v\f\u200b\ufeff")
	switch {
	case v.IsNull():
		if strings.TrimFunc(raw, func(r rune) bool {
			return r <= ' ' || strings.ContainsRune("\u3000\u00a0\u0085\u2028\u2029\u200b\ufeff\u1680\u202f\u205f", r) || r >= 0x2000 && r <= 0x200a
		}) != "" {
			t.Fatalf("%q became NULL and nothing was kept (%s)", raw, c.Type)
		}
	case c.Type == catalog.TypeText || c.Type == catalog.TypePeriod:
		if v.S != shape.Trim(raw) || !strings.Contains(raw, v.S) {
			t.Fatalf("%q became %q", raw, v.S)
		}
	case c.Type.Numeric():
		if got, want := rat(v.String()), plainRat(s, c.Evidence.EN); got == nil || want == nil || got.Cmp(want) != 0 {
			t.Fatalf("%q became %s (%s, %s)", raw, v, c.Type, c.Evidence)
		}
	case c.Type == catalog.TypeBoolean:
		yes := strings.Contains("是 yes true TRUE √", s)
		if (v.I == 1) != yes {
			t.Fatalf("%q became %s", raw, v)
		}
	case c.Type == catalog.TypeTime:
		if v.String() != s {
			t.Fatalf("%q became %s", raw, v)
		}
	default:
		order := "DMY"
		if strings.Contains(c.Evidence.EN, "month first") {
			order = "MDY"
		}
		if !dateReads(v, s, order) {
			t.Fatalf("%q became %s (%s)", raw, v, c.Evidence)
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

// plainRat reads a number in its column's notation.
func plainRat(s, evidence string) *big.Rat {
	percent := strings.HasSuffix(s, "%")
	for _, sign := range []string{"%", "￥", "¥", "$", "£", "€", "元", "USD", "EUR", "GBP", "RMB", "CNY"} {
		s = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(s, sign), sign))
	}
	if strings.Contains(evidence, "comma is the decimal mark") {
		s = strings.ReplaceAll(strings.ReplaceAll(s, ".", ""), ",", ".")
	}
	s = strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(s, ",", ""), " ", ""), "\u00a0", "")
	r := rat(s)
	if r != nil && percent {
		r.Quo(r, big.NewRat(100, 1))
	}
	return r
}

func dateReads(v catalog.Value, s, order string) bool {
	layouts := []string{"2006-1-2", "2006/1/2", "2006.1.2", "2006年1月2日", "20060102", "2 January 2006", "2 Jan 2006", "02-Jan-06", "2-Jan-06", "January 2, 2006", "2006-1-2 15:04", "2006-01-02 15:04:05", "2006/1/2 15:04"}
	if order == "DMY" {
		layouts = append(layouts, "2/1/2006", "2.1.2006", "2-1-2006")
	} else {
		layouts = append(layouts, "1/2/2006", "1.2.2006", "1-2-2006")
	}
	for _, l := range layouts {
		if d, err := time.Parse(l, s); err == nil {
			got := catalog.Value{Kind: v.Kind, I: d.Unix() / 86400}
			if v.Kind == catalog.DatetimeValue {
				got.I = d.UnixMicro()
			}
			if got == v {
				return true
			}
		}
	}
	return false
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
