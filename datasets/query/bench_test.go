package query_test

import (
	"strings"
	"testing"

	"gongkai/catalog"
	"gongkai/datasets/query"
)

var benchColumns = []catalog.Column{
	{Name: "code", SQLType: "VARCHAR", Type: catalog.TypeText}, {Name: "txt", SQLType: "VARCHAR", Type: catalog.TypeText},
	{Name: "n", SQLType: "BIGINT", Type: catalog.TypeInteger}, {Name: "k", SQLType: "BIGINT", Type: catalog.TypeInteger},
	{Name: "amount", SQLType: "DECIMAL(18,2)", Type: catalog.TypeDecimal}, {Name: "day", SQLType: "DATE", Type: catalog.TypeDate},
	{Name: "a", SQLType: "BIGINT", Type: catalog.TypeInteger}, {Name: "b", SQLType: "VARCHAR", Type: catalog.TypeText},
}

// million is a table of a million rows; one code in a hundred is 'code77'.
func million(t testing.TB) *engine {
	e := store(t, open(t), benchColumns, nil)
	must(t, e.db, "INSERT INTO "+e.from+` SELECT 'code' || (i % 100), 'some text ' || i || ' 东城区', (i * 7919) % 1000003, CASE WHEN i % 10 = 0 THEN NULL ELSE i % 5000 END,
		CAST((i * 7919) % 1000003 AS DECIMAL(18,2)) / 100, DATE '2000-01-01' + CAST(i % 9000 AS INTEGER), i, 'b' || i, i + 1, 'record' FROM range(1000000) r(i)`)
	return e
}

// BenchmarkPage is one page of 100 rows out of a million, SQL and scan included.
func BenchmarkPage(b *testing.B) {
	e := million(b)
	for _, c := range []struct {
		name string
		r    query.Request
	}{
		{"text equality", query.Request{Where: "code = 'code77'"}},
		{"nothing found", query.Request{Where: "code = 'none'"}},
		{"decimal range", query.Request{Where: "amount between 100 and 100.5"}},
		{"contains", query.Request{Where: "txt like '%99999%'"}},
		{"pattern", query.Request{Where: "txt like '%9_9%9_9'"}},
		{"hostile pattern", query.Request{Where: "txt like '" + strings.Repeat("%_", 200) + "x'"}},
		{"ilike", query.Request{Where: "txt ilike '%TEXT 99999%'"}},
		{"order by", query.Request{OrderBy: "n"}},
		{"order by ties", query.Request{OrderBy: "k desc, code"}},
		{"order by text", query.Request{OrderBy: "txt desc"}},
	} {
		c.r.Limit = 100
		b.Run(c.name, func(b *testing.B) { benchPage(b, e, c.r) })
		if strings.Contains(c.name, "order") || c.name == "text equality" {
			second := c.r
			second.Cursor = nextCursor(b, e, c.r)
			b.Run(c.name+", second page", func(b *testing.B) { benchPage(b, e, second) })
		}
	}
}

func nextCursor(b *testing.B, e *engine, r query.Request) string {
	bound, err := query.Bind(r, e.table, "hash")
	if err != nil {
		b.Fatal(describe(err))
	}
	rows, err := e.run(bound)
	if err != nil {
		b.Fatal(err)
	}
	return bound.Page(len(rows), rows[r.Limit-1])
}

func benchPage(b *testing.B, e *engine, r query.Request) {
	for b.Loop() {
		bound, err := query.Bind(r, e.table, "hash")
		if err != nil {
			b.Fatal(describe(err))
		}
		if _, err := e.run(bound); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBind is parsing and binding alone.
func BenchmarkBind(b *testing.B) {
	table := &catalog.Table{Name: "t", Columns: benchColumns}
	r := query.Request{Where: "code = 'code77' and amount between 100 and 200.5 and day >= '2024-01-01'", OrderBy: "amount desc", Limit: 100}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := query.Bind(r, table, "hash"); err != nil {
			b.Fatal(describe(err))
		}
	}
}
