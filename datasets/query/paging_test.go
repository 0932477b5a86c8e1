package query_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gongkai/catalog"
	"gongkai/datasets/query"
)

// pagedColumns has a column of every storage type, so that every kind of key
// passes through a cursor.
var pagedColumns = []catalog.Column{
	{Name: "txt", SQLType: "VARCHAR", Type: catalog.TypeText},
	{Name: "num", SQLType: "BIGINT", Type: catalog.TypeInteger},
	{Name: "dec", SQLType: "DECIMAL(5,2)", Type: catalog.TypeDecimal},
	{Name: "wide", SQLType: "DECIMAL(38,3)", Type: catalog.TypeDecimal},
	{Name: "dbl", SQLType: "DOUBLE", Type: catalog.TypeDecimal},
	{Name: "yes", SQLType: "BOOLEAN", Type: catalog.TypeBoolean},
	{Name: "day", SQLType: "DATE", Type: catalog.TypeDate},
	{Name: "ts", SQLType: "TIMESTAMP", Type: catalog.TypeDatetime},
	{Name: "tod", SQLType: "TIME", Type: catalog.TypeTime},
}

// few gives values with many ties.
var few = map[string][]string{
	"txt": {"", "a", "A", "ä", "东", "it's", "a\nb", "\U0001F600", strings.Repeat("长", 120), strings.Repeat("长", 120) + "b"},
	"num": {"-9223372036854775808", "-1", "0", "1", "9223372036854775807"},
	"dec": {"-999.99", "-0.01", "0.00", "1.50", "999.99"},
	"wide": {"-99999999999999999999999999999999999.999", "0.000", "0.001",
		"12345678901234567890.123", "99999999999999999999999999999999999.999"},
	"dbl": {"-1e300", "-0.1", "0", "-0", "0.1", "1e-7", "1e300", "5e-324"},
	"yes": {"true", "false"},
	"day": {"0001-01-01", "1969-12-31", "1970-01-01", "2024-02-29", "9999-12-31"},
	"ts":  {"0001-01-01 00:00:00", "1969-12-31 23:59:59.999999", "2024-02-29 12:00:00", "2024-02-29 12:00:00.000001", "9999-12-31 23:59:59.999999"},
	"tod": {"00:00:00", "00:00:00.000001", "12:30:00", "23:59:59.999999"},
}

// calculatedKeys are expressions that rows are ordered by.
var calculatedKeys = []string{
	"day + 9999999", "day - 3000000", "power(dbl, 2)", "dbl * 1e200 - dbl * 1e200", "add_months(ts, 12000)", "length(txt)", "upper(txt)", "dbl * 10", "dbl / 3", "num * num", "dec / 7", "wide / 1000", "round(dec)",
	"case when yes then num end", "coalesce(txt, 'x')", "nullif(dbl, 0)", "year(day)", "date_trunc('hour', ts)", "ts - 1", "num > 0", "concat(txt, num)", "-dec", "cast(num as text)",
}

// TestPagesGiveEveryRowOnce: going through a query page by page gives the rows
// of the query without pages, in the same order.
func TestPagesGiveEveryRowOnce(t *testing.T) {
	db := open(t)
	rapid.Check(t, func(rt *rapid.T) {
		var rows []storedRow
		at := int64(0)
		for range rapid.IntRange(0, 25).Draw(rt, "rows") {
			at += int64(rapid.IntRange(1, 3).Draw(rt, "gap"))
			r := storedRow{row: at, kind: catalog.RowRecord}
			for _, c := range pagedColumns {
				values := few[c.Name]
				if i := rapid.IntRange(-1, len(values)-1).Draw(rt, c.Name); i < 0 {
					r.values = append(r.values, nil)
				} else {
					r.values = append(r.values, &values[i])
				}
			}
			rows = append(rows, r)
		}
		e := store(t, db, pagedColumns, rows)
		var order []string
		keys := append([]string{"_row", "_row_type"}, calculatedKeys...)
		for _, c := range pagedColumns {
			keys = append(keys, c.Name)
		}
		for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(keys), 0, 4, rapid.ID[string]).Draw(rt, "keys") {
			order = append(order, name+rapid.SampledFrom([]string{"", " asc", " desc"}).Draw(rt, "direction"))
		}
		r := query.Request{
			OrderBy: strings.Join(order, ", "), Limit: query.MaxLimit,
			Where:  rapid.SampledFrom([]string{"", "num is null or num > -5", "dec <> 1.5 or yes"}).Draw(rt, "where"),
			Select: rapid.SampledFrom([][]string{nil, {"txt"}, {"_row", "num"}}).Draw(rt, "select"),
		}
		all := bindRun(rt, e, r)
		r.Limit = rapid.IntRange(1, 7).Draw(rt, "limit")
		var paged [][]catalog.Value
		for page := 0; ; page++ {
			b, err := query.Bind(r, e.table, "hash")
			if err != nil {
				rt.Fatalf("page %d of %+v: %s", page, r, describe(err))
			}
			found, err := e.run(b)
			if err != nil {
				rt.Fatal(err)
			}
			n := len(found)
			found = found[:min(n, r.Limit)]
			paged = append(paged, found...)
			if n == 0 {
				break
			}
			if r.Cursor = b.Page(n, found[len(found)-1]); r.Cursor == "" {
				break
			}
			if page > len(rows) {
				rt.Fatal("the pages do not end")
			}
		}
		if len(paged) != len(all) {
			rt.Fatalf("%d rows by pages of %d, %d without, ordered by %q", len(paged), r.Limit, len(all), r.OrderBy)
		}
		for i := range all {
			if fmt.Sprint(all[i]) != fmt.Sprint(paged[i]) {
				rt.Fatalf("row %d ordered by %q:\n%v by pages\n%v without", i, r.OrderBy, paged[i], all[i])
			}
		}
	})
}

// TestPagesGiveEveryGroupOnce does the same with groups and different rows, in
// every order.
func TestPagesGiveEveryGroupOnce(t *testing.T) {
	db := open(t)
	rapid.Check(t, func(rt *rapid.T) {
		var rows []storedRow
		for at := range rapid.IntRange(0, 30).Draw(rt, "rows") {
			r := storedRow{row: int64(at + 1), kind: catalog.RowRecord}
			for _, c := range pagedColumns {
				values := few[c.Name]
				if i := rapid.IntRange(-1, min(3, len(values)-1)).Draw(rt, c.Name); i < 0 {
					r.values = append(r.values, nil)
				} else {
					r.values = append(r.values, &values[i])
				}
			}
			rows = append(rows, r)
		}
		e := store(t, db, pagedColumns, rows)
		var names []string
		for _, i := range rapid.SliceOfNDistinct(rapid.IntRange(0, len(pagedColumns)-1), 1, 3, rapid.ID[int]).Draw(rt, "columns") {
			names = append(names, pagedColumns[i].Name)
		}
		r := query.Request{Limit: query.MaxLimit, Where: rapid.SampledFrom([]string{"", "num is null or num > -5", "yes"}).Draw(rt, "where")}
		order := append([]string{}, names...)
		if r.Distinct = rapid.Bool().Draw(rt, "distinct"); r.Distinct {
			r.Select = names
		} else {
			r.GroupBy = strings.Join(names, ", ")
			r.Having = rapid.SampledFrom([]string{"", "count(*) > 1", "max(num) is null or max(num) > 0"}).Draw(rt, "having")
			r.Select = append(names[:len(names):len(names)], "count(*) as n", "sum(dec) as s", "max(txt) as m")
			order = append(order, "n", "s", "m", "count(distinct day)")
		}
		var keys []string
		for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(order), 0, 2, rapid.ID[string]).Draw(rt, "keys") {
			keys = append(keys, name+rapid.SampledFrom([]string{"", " desc"}).Draw(rt, "direction"))
		}
		r.OrderBy = strings.Join(keys, ", ")
		all := bindRun(rt, e, r)
		r.Limit = rapid.IntRange(1, 5).Draw(rt, "limit")
		var paged [][]catalog.Value
		for page := 0; page <= len(all); page++ {
			b, err := query.Bind(r, e.table, "hash")
			if err != nil {
				rt.Fatalf("page %d of %+v: %s", page, r, describe(err))
			}
			found, err := e.run(b)
			if err != nil {
				rt.Fatal(err)
			}
			n := len(found)
			found = found[:min(n, r.Limit)]
			if paged = append(paged, found...); n == 0 {
				break
			}
			if r.Cursor = b.Page(n, found[len(found)-1]); r.Cursor == "" {
				break
			}
		}
		if fmt.Sprint(all) != fmt.Sprint(paged) {
			rt.Fatalf("%+v by pages of %d:\n%v\nwithout:\n%v", r, r.Limit, paged, all)
		}
	})
}

func bindRun(t rapid.TB, e *engine, r query.Request) [][]catalog.Value {
	t.Helper()
	b, err := query.Bind(r, e.table, "hash")
	if err != nil {
		t.Fatal(describe(err))
	}
	rows, err := e.run(b)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func cursorFor(t testing.TB, table *catalog.Table, r query.Request, hash string) string {
	t.Helper()
	b, err := query.Bind(r, table, hash)
	if err != nil {
		t.Fatal(describe(err))
	}
	row := make([]catalog.Value, len(b.Columns())+len(b.Hidden()))
	row[len(b.Columns())] = catalog.Value{Kind: catalog.IntValue, I: 42}
	row[len(row)-1] = catalog.Value{Kind: catalog.IntValue, I: 7}
	next := b.Page(r.Limit+1, row)
	if next == "" {
		t.Fatal("no cursor")
	}
	return next
}

func TestCursorsHoldForTheirQueryOnly(t *testing.T) {
	table := &catalog.Table{Name: "t", Columns: pagedColumns}
	r := query.Request{OrderBy: "num desc", Where: "num > 1", Limit: 10}
	cursor := cursorFor(t, table, r, "hash")
	good := r
	good.Cursor, good.Limit, good.Where = cursor, 20, "num>1.0" // another page size and spelling are the same query
	if _, err := query.Bind(good, table, "hash"); err != nil {
		t.Error(describe(err))
	}
	other := map[string]func(*query.Request, *catalog.Table) string{
		"content": func(*query.Request, *catalog.Table) string { return "other" },
		"where":   func(r *query.Request, _ *catalog.Table) string { r.Where = "num > 2"; return "hash" },
		"order":   func(r *query.Request, _ *catalog.Table) string { r.OrderBy = "num"; return "hash" },
		"select":  func(r *query.Request, _ *catalog.Table) string { r.Select = []string{"num"}; return "hash" },
		"table":   func(_ *query.Request, t *catalog.Table) string { t.Name = "u"; return "hash" },
		"export":  func(r *query.Request, _ *catalog.Table) string { r.Limit = query.Unlimited; return "hash" },
		"cut":     func(r *query.Request, _ *catalog.Table) string { r.Cursor = r.Cursor[:len(r.Cursor)-2]; return "hash" },
		"noise":   func(r *query.Request, _ *catalog.Table) string { r.Cursor = "'; drop table t"; return "hash" },
		"long":    func(r *query.Request, _ *catalog.Table) string { r.Cursor = strings.Repeat("A", 1<<20); return "hash" },
	}
	for name, change := range other {
		bad, copied := good, *table
		hash := change(&bad, &copied)
		_, err := query.Bind(bad, &copied, hash)
		var e *catalog.Error
		if !errors.As(err, &e) || e.Kind != catalog.Invalid || e.Field != "cursor" || e.Fix == "" {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// TestEveryAlteredCursorIsRefused flips each bit of a cursor.
func TestEveryAlteredCursorIsRefused(t *testing.T) {
	table := &catalog.Table{Name: "t", Columns: pagedColumns}
	r := query.Request{OrderBy: "num", Limit: 10}
	raw, err := base64.RawURLEncoding.DecodeString(cursorFor(t, table, r, "hash"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range len(raw) * 8 {
		raw[i/8] ^= 1 << (i % 8)
		r.Cursor = base64.RawURLEncoding.EncodeToString(raw)
		if _, err := query.Bind(r, table, "hash"); catalog.KindOf(err) != catalog.Invalid {
			t.Errorf("bit %d: %v", i, err)
		}
		raw[i/8] ^= 1 << (i % 8)
	}
}

func TestBoundTellsItsShape(t *testing.T) {
	table := &catalog.Table{Name: "t", Columns: pagedColumns}
	var names []string
	for _, c := range pagedColumns {
		names = append(names, c.Name)
	}
	for _, c := range []struct {
		r     query.Request
		whole bool
	}{
		{query.Request{Limit: query.Unlimited}, true},
		{query.Request{Limit: 10, Select: names, OrderBy: "_row"}, true},
		{query.Request{Limit: 10, Select: names[1:]}, false},
		{query.Request{Where: "num = 1"}, false},
		{query.Request{OrderBy: "num"}, false},
	} {
		b, err := query.Bind(c.r, table, "hash")
		if err != nil || b.WholeTable() != c.whole {
			t.Errorf("%+v: whole %v, %v", c.r, !c.whole, err)
		}
	}
	one, _ := query.Bind(query.Request{Where: `num>1 AND  "txt"='a'`}, table, "hash")
	two, _ := query.Bind(query.Request{Where: `"num" > 1.00 and txt = 'a'`}, table, "hash")
	three, _ := query.Bind(query.Request{Where: `num > 1 and txt = 'b'`}, table, "hash")
	if one.Normal() != two.Normal() || one.Normal() == three.Normal() {
		t.Errorf("normal forms:\n%s\n%s\n%s", one.Normal(), two.Normal(), three.Normal())
	}
}

// TestGroupsEndAtTheirLimit walks through the pages of more groups than a query
// gives: the last page ends at the most, and says that more follow.
func TestGroupsEndAtTheirLimit(t *testing.T) {
	table := &catalog.Table{Name: "t", Columns: pagedColumns}
	for _, limit := range []int{query.MaxLimit, 30_000, 999_999 / 13} {
		r := query.Request{GroupBy: "num", Limit: limit}
		given := 0
		for page := 0; ; page++ {
			b, err := query.Bind(r, table, "hash")
			if err != nil {
				t.Fatal(describe(err))
			}
			sql, _ := b.SQL("t")
			if !strings.Contains(sql, fmt.Sprintf(" LIMIT %d", b.Most()+1)) {
				t.Fatalf("pages of %d: %s", limit, sql)
			}
			given += b.Most()
			r.Cursor = b.Page(b.Most()+1, nil)
			if cut := b.GroupLimit(b.Most() + 1); cut != (given == query.MaxGroups) || cut != (r.Cursor == "") || b.GroupLimit(b.Most()) {
				t.Fatalf("pages of %d: at %d groups cut is %v and the cursor %q", limit, given, cut, r.Cursor)
			}
			if r.Cursor == "" {
				break
			}
		}
		if given != query.MaxGroups {
			t.Errorf("pages of %d give %d groups", limit, given)
		}
	}
}
