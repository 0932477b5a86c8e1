package query_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"gongkai/datasets/query"
)

// hostile are arguments that somebody may give to any function: columns of each
// type with the ends of what they hold, and values of every sort.
var hostile = []string{
	"txt", `"q""uote"`, "num", "dec", "wide", "wide0", "deep", "dbl", "share", "yes", "day", "ts", "tod", "quarter", "quarter_start", "_row", "_row_type",
	"null", "''", "'中文'", "'😀👩‍👩‍👧'", "'%_\\'", "'a''b'", "'2024-02-29'", "'2023-02-29'", "'0000-00-00'", "'24:00:00'", "'year'", "'month'", "'fortnight'", "'(a{1000}){1000}'", "'(?<n>a)'", "'['",
	"0", "-0", "1", "-1", "2", "9", "1e308", "-1e308", "1e-400", "99999999999999999999999999999999999999999", "9223372036854775807", "-9223372036854775808", "0.5", "1.0000000000000000000000001", "12.5%", "100000", "12001",
	"true", "false", "num * num", "dec / num", "wide0 + 1", "-num", "cast(txt as double)", "try_cast(txt as integer)", "cast(dbl as decimal(38, 10))", "day + num", "day - 730000", "ts - day", "txt || txt", "num > 1",
	"case when yes then 1 else null end", "coalesce(num, wide0)", "nullif(txt, '')", "count(*)", "sum(num)", "*", "distinct num", "nope", "year(day)", "upper(txt)", "date_trunc('month', ts)",
}

// TestFunctionsStandAnything gives every function and operator arguments that
// it was not made for. Each is refused in both languages, or answered, or told
// to fail for the values that it meets; nothing else may happen.
func TestFunctionsStandAnything(t *testing.T) {
	e := fuzzEngine(t)
	r := rand.New(rand.NewPCG(1, 2))
	any := func() string { return hostile[r.IntN(len(hostile))] }
	ask := func(text string) {
		switch r.IntN(4) {
		case 0:
			checkRequest(t, e, query.Request{Where: text + " is not null", Limit: 5}, text+" is not null")
		case 1:
			checkRequest(t, e, query.Request{OrderBy: text + " desc", Limit: 5}, text+" desc")
		default:
			checkRequest(t, e, query.Request{Select: []string{text}, Limit: 5}, text)
		}
	}
	for _, f := range query.Functions() {
		for range 12 {
			args := make([]string, max(1, len(f.Params)+r.IntN(3)-1))
			for i := range args {
				args[i] = any()
			}
			ask(f.Name + "(" + strings.Join(args, ", ") + ")")
		}
		for _, a := range hostile { // the first argument of each kind, the others as they should be
			inside := strings.TrimSuffix(f.Example[strings.Index(f.Example, "(")+1:], ")")
			_, rest, _ := strings.Cut(inside, ",")
			if end := strings.Index(rest, ")"); end >= 0 {
				rest = rest[:end]
			}
			if rest != "" {
				rest = "," + rest
			}
			ask(f.Name + "(" + a + rest + ")")
		}
	}
	for _, op := range []string{"=", "<>", "<", ">=", "+", "-", "*", "/", "||", "like", "not ilike", "and", "or"} {
		for range 30 {
			ask("(" + any() + " " + op + " " + any() + ")")
		}
	}
	for _, to := range []string{"text", "integer", "decimal", "decimal(38, 38)", "decimal(1, 0)", "double", "boolean", "date", "datetime", "time"} {
		for _, a := range hostile {
			ask("cast(" + a + " as " + to + ")")
			ask("try_cast(" + a + " as " + to + ")")
		}
	}
}

// TestLongQueriesAreRefused: what is too long or too deep is told, at once.
func TestLongQueriesAreRefused(t *testing.T) {
	e := fuzzEngine(t)
	for name, r := range map[string]query.Request{
		"conditions": {Where: "num = 1" + strings.Repeat(" or num = 1", 899)},
		"too many":   {Where: "num=1" + strings.Repeat(" or num=1", 10_000)},
		"nested":     {Where: strings.Repeat("(", 200) + "yes" + strings.Repeat(")", 200)},
		"functions":  {Where: strings.Repeat("abs(", 200) + "num" + strings.Repeat(")", 200) + " > 1"},
		"nots":       {Where: strings.Repeat("not ", 200) + "yes"},
		"minus":      {Where: strings.Repeat("- ", 200) + "num > 1"},
		"cases":      {Where: strings.Repeat("case when yes then ", 200) + "num" + strings.Repeat(" end", 200) + " > 1"},
		"words":      {Q: strings.Repeat("词 ", 200)},
		"long word":  {Q: strings.Repeat("词", 3300)},
		"signs":      {Q: `%_\'";--` + "`$(){}"},
		"open quote": {Q: `"朝阳 医院`},
		"empty":      {Q: `"" " "`},
		"list":       {Where: "num in (" + strings.Repeat("1,", 5000) + "1)"},
		"pattern":    {Where: "txt like '" + strings.Repeat("%a", 5000) + "'"},
		"columns":    {Select: strings.Split(strings.Repeat("num,", 5000), ",")},
	} {
		r.Limit = 5
		longest := r.Where + r.Q + strings.Join(r.Select, ",")
		t.Run(name, func(t *testing.T) { checkRequest(t, e, r, longest) })
	}
}
