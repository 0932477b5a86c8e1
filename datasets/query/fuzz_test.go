package query_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	duckdb "github.com/duckdb/duckdb-go/v2"

	"gongkai/catalog"
	"gongkai/datasets/query"
)

// fuzzColumns has every type, and names that are hard to quote.
var fuzzColumns = append([]catalog.Column{
	{Name: "code", Label: "代码", SQLType: "VARCHAR", Type: catalog.TypeText},
	{Name: `q"uote`, Label: `La"bel`, SQLType: "VARCHAR", Type: catalog.TypeText},
	{Name: "share", Label: "占比", SQLType: "DECIMAL(9,4)", Type: catalog.TypePercent},
	{Name: "quarter", Label: "季度", SQLType: "VARCHAR", Type: catalog.TypePeriod},
	{Name: "quarter_start", Label: "季度始", SQLType: "DATE", Type: catalog.TypeDate},
	{Name: "quarter_end", Label: "季度末", SQLType: "DATE", Type: catalog.TypeDate},
	{Name: "quarter_granularity", Label: "季度粒度", SQLType: "VARCHAR", Type: catalog.TypeText},
	{Name: "wide0", Label: "宽", SQLType: "DECIMAL(38,0)", Type: catalog.TypeInteger},
	{Name: "deep", Label: "深", SQLType: "DECIMAL(38,38)", Type: catalog.TypeDecimal},
}, pagedColumns...)

// fuzzEngine has a few rows with the values at the ends of each type.
func fuzzEngine(t testing.TB) *engine {
	var rows []storedRow
	for i := range 12 {
		r := storedRow{row: int64(i + 1), kind: catalog.RowRecord}
		for _, c := range fuzzColumns {
			values := few[c.Name]
			switch {
			case c.SQLType == "VARCHAR":
				values = few["txt"]
			case strings.HasSuffix(c.SQLType, ",0)"):
				values = []string{"99999999999999999999999999999999999999", "-99999999999999999999999999999999999999", "0"}
			case c.Name == "share" || c.Name == "deep":
				values = []string{"0.5", "-0.125", "0"}
			case c.SQLType == "DATE":
				values = few["day"]
			}
			if at := i % (len(values) + 1); at < len(values) {
				r.values = append(r.values, &values[at])
			} else {
				r.values = append(r.values, nil)
			}
		}
		rows = append(rows, r)
	}
	return store(t, open(t), fuzzColumns, rows)
}

// checkRequest wants an error that points into the text, or SQL that the
// engine runs without an error on rows that reach the ends of every type.
func checkRequest(t *testing.T, e *engine, r query.Request, text string) {
	t.Helper()
	b, err := query.Bind(r, e.table, "hash")
	if err != nil {
		var bad *catalog.Error
		if !errors.As(err, &bad) || bad.Kind != catalog.Invalid || bad.Message == "" || bad.Fix == "" || bad.Field == "" {
			t.Fatalf("%q: %#v", text, err)
		}
		if bad.Pos < 1 && bad.Field != "distinct" && len(r.Select) <= query.MaxNodes || bad.Pos > utf8.RuneCountInString(text)+1 {
			t.Fatalf("%q: position %d: %s", text, bad.Pos, describe(err))
		}
		for _, sentence := range []string{bad.Message, bad.Fix} {
			if _, ok := catalog.InChinese(sentence); !ok {
				t.Fatalf("%q: no Chinese for %q", text, sentence)
			}
		}
		if !utf8.ValidString(bad.Message) || !utf8.ValidString(bad.Fix) {
			t.Fatalf("%q: %q", text, describe(err))
		}
		return
	}
	for _, lang := range []catalog.Lang{catalog.ZH, catalog.EN} {
		if says := query.Describe(b, lang); says == "" || !utf8.ValidString(says) {
			t.Fatalf("%q says %q", text, says)
		}
	}
	if _, err := e.run(b); err != nil && !errors.Is(err, context.Canceled) && dataFault(err) == nil {
		t.Fatalf("%q: %v", text, err)
	}
	// The normal form is the same question again.
	if r.Where != "" && b.Normal() == "" {
		t.Fatal("no normal form")
	}
}

// dataFault tells of an error of the engine that values and query are to blame
// for, as a sum of too many digits; nil where it is our own.
func dataFault(err error) *catalog.Error {
	var engine *duckdb.Error
	if !errors.As(err, &engine) {
		return nil
	}
	return query.Failure(engine.Error())
}

// scriptLines gives what stands behind a word in all scripts.
func scriptLines(t testing.TB, word string) []string {
	files, err := filepath.Glob("testdata/*.test")
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(data), "\n") {
			if rest, ok := strings.CutPrefix(line, word+" "); ok {
				lines = append(lines, rest)
			}
		}
	}
	return lines
}

func FuzzWhere(f *testing.F) {
	for _, line := range scriptLines(f, "where") {
		f.Add(line)
	}
	for _, line := range []string{
		"deep = 0.5 and wide0 > deep", "wide > num or dec < wide0", "abs(deep) = round(deep, 18)", "round(wide,2) = round(dbl)", `"q""uote" like '%_%_%'`,
		"round(wide0) = abs(wide0)", "round(wide) > 5", "abs(wide) < 1e38", "deep > 1", "deep = 1e-39", "day in ('2024-01-01','9999-12-31')", "ts = day", "dbl = dec or dbl < wide",
		strings.Repeat("(", 101) + "yes" + strings.Repeat(")", 101), strings.Repeat("not ", 99) + "yes", "num in (" + strings.Repeat("1,", 1000) + "1)",
		strings.Repeat("num = 1 or ", 800) + "yes", "code like '" + strings.Repeat("_%", 240) + "'", "code like '" + strings.Repeat("长", 501) + "'",
		"year(day) < 1 and month(ts) = 2 and date(ts) > '2000-01-01'", strings.Repeat("yes or ", 1400) + "yes", strings.Repeat("yes and not yes or ", 500) + "yes", strings.Repeat("(yes or ", 95) + "yes" + strings.Repeat(" and not yes)", 95),
		"num + num > wide0 * dec", "wide0 * wide0 = 1", "dbl / num > dec", "day + num > '2024-01-01'", "ts + wide0 is null", "cast(txt as integer) = 1", "try_cast(txt as date) < day", "matches(txt, '(a{1000}){1}')", "matches(txt, '^(\\pL+)*$')",
		"mod(deep, wide) < 1", "power(dbl, 10) > 1", "age(day, ts) > 5", "date_trunc('week', ts) < day", "distance(dbl, dec, 1, 2) < 5", "within_box(dbl, deep, -1, -1, 1, 1)", "case when yes then num else dec end > wide",
		"coalesce(num, dec, wide0, deep, dbl) = 1", "nullif(dec, 0) / nullif(num, 0) > 1", "greatest(num, wide0, dec) > least(deep, dbl)", "replace(txt, 'a', 'bbbb') || txt = ''", "year(quarter) = 2024", strings.Repeat("-", 99) + "num > 1", strings.Repeat("num + ", 190) + "1 > 0", strings.Repeat("(", 90) + "num" + strings.Repeat(" / num)", 90) + " > 1",
		strings.Repeat("abs(", 95) + "num" + strings.Repeat(")", 95) + " > 1", strings.Repeat("coalesce(num, 1 / ", 40) + "num" + strings.Repeat(")", 40) + " > 1", strings.Repeat("case when yes then 1 else ", 90) + "2" + strings.Repeat(" end", 90) + " = 1",
		"dec in (" + strings.Repeat("1.5,", 999) + "1)", "lower(upper(lower(txt))) ilike 'A%'", "\xff", "a\x00", "num = 1e999", "num = 1e-999", "dbl = 1e-400", "quarter_start < '2024-01-01'",
	} {
		f.Add(line)
	}
	e := fuzzEngine(f)
	f.Fuzz(func(t *testing.T, text string) {
		if strings.TrimSpace(text) == "" {
			return
		}
		checkRequest(t, e, query.Request{Where: text, Limit: 5}, text)
	})
}

func FuzzOrderBy(f *testing.F) {
	for _, line := range scriptLines(f, "order_by") {
		f.Add(line)
	}
	e := fuzzEngine(f)
	f.Fuzz(func(t *testing.T, text string) {
		if strings.TrimSpace(text) == "" {
			return
		}
		checkRequest(t, e, query.Request{OrderBy: text, Limit: 5}, text)
	})
}

func FuzzSelect(f *testing.F) {
	for _, line := range scriptLines(f, "select") {
		f.Add(line)
	}
	e := fuzzEngine(f)
	f.Fuzz(func(t *testing.T, text string) {
		checkRequest(t, e, query.Request{Select: query.SplitSelect(text), Limit: 5}, text)
	})
}

func FuzzGroups(f *testing.F) {
	groups, having := scriptLines(f, "group_by"), scriptLines(f, "having")
	for i, line := range scriptLines(f, "select") {
		f.Add(line, groups[i%len(groups)], having[i%len(having)])
	}
	for _, line := range []string{"sum(wide0), sum(num), sum(dbl), avg(deep), stddev(wide)", "median(wide0), quantile(dbl, 0.5), min(txt), max(ts), max(tod)", "sum(deep * deep), sum(wide * wide0), sum(num * num)"} {
		f.Add(line, "yes", "count(*) > 0")
		f.Add(line, "", "")
	}
	e := fuzzEngine(f)
	f.Fuzz(func(t *testing.T, what, groups, having string) {
		r := query.Request{Select: query.SplitSelect(what), GroupBy: groups, Having: having, Limit: 5}
		longest := what
		for _, text := range []string{groups, having} {
			if utf8.RuneCountInString(text) > utf8.RuneCountInString(longest) {
				longest = text
			}
		}
		checkRequest(t, e, r, longest)
	})
}

func FuzzSearch(f *testing.F) {
	for _, line := range scriptLines(f, "q") {
		f.Add(line)
	}
	e := fuzzEngine(f)
	f.Fuzz(func(t *testing.T, text string) {
		checkRequest(t, e, query.Request{Q: text, Limit: 5}, text)
	})
}

func FuzzCursor(f *testing.F) {
	table := &catalog.Table{Name: "t", Columns: pagedColumns}
	r := query.Request{OrderBy: "num desc, txt", Limit: 10}
	f.Add(cursorFor(f, table, r, "hash"))
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		r.Cursor = text
		if b, err := query.Bind(r, table, "hash"); err == nil {
			b.SQL("t")
		} else if catalog.KindOf(err) != catalog.Invalid {
			t.Fatalf("%q: %v", text, err)
		}
	})
}
