package query_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"gongkai/catalog"
	"gongkai/datasets/query"
)

var update = flag.Bool("update", false, "write docs/query.md")

func TestReferenceIsCurrent(t *testing.T) {
	const file = "../../docs/query.md"
	want := query.Reference()
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != want {
		t.Fatalf("%s is not what the tables say; run go test ./datasets/query -run TestReference -update (%v)", file, err)
	}
}

// TestExamplesWork binds every example of the tables to a table that has its
// columns, and runs it.
func TestExamplesWork(t *testing.T) {
	columns := []catalog.Column{
		{Name: "code", SQLType: "VARCHAR", Type: catalog.TypeText}, {Name: "name", SQLType: "VARCHAR", Type: catalog.TypeText}, {Name: "district", SQLType: "VARCHAR", Type: catalog.TypeText},
		{Name: "plate", SQLType: "VARCHAR", Type: catalog.TypeText}, {Name: "amount", SQLType: "DECIMAL(18,2)", Type: catalog.TypeDecimal, Label: "金额（元）"},
		{Name: "change", SQLType: "DOUBLE", Type: catalog.TypeDecimal}, {Name: "share", SQLType: "DECIMAL(9,4)", Type: catalog.TypePercent},
		{Name: "lon", SQLType: "DOUBLE", Type: catalog.TypeDecimal}, {Name: "lat", SQLType: "DECIMAL(9,6)", Type: catalog.TypeDecimal},
		{Name: "quarter", SQLType: "VARCHAR", Type: catalog.TypePeriod}, {Name: "quarter_start", SQLType: "DATE", Type: catalog.TypeDate}, {Name: "quarter_end", SQLType: "DATE", Type: catalog.TypeDate}, {Name: "quarter_granularity", SQLType: "VARCHAR", Type: catalog.TypeText},
		{Name: "day", SQLType: "DATE", Type: catalog.TypeDate}, {Name: "issued", SQLType: "DATE", Type: catalog.TypeDate}, {Name: "reported_at", SQLType: "TIMESTAMP", Type: catalog.TypeDatetime},
	}
	e := store(t, open(t), columns, nil)
	var examples []string
	for _, o := range query.Operators() {
		if o.Doc == "" || o.Label.ZH == "" || o.Label.EN == "" || o.Types == "" {
			t.Errorf("operator %s lacks its words", o.Name)
		}
		words := strings.Fields(strings.ReplaceAll(o.Example, "(", " ( "))
		if joined := " " + strings.Join(words, " ") + " "; !strings.Contains(joined, " "+o.Name+" ") {
			t.Errorf("the example of %s does not show it: %s", o.Name, o.Example)
		}
		examples = append(examples, o.Example)
	}
	for _, topic := range query.Topics() {
		last := ""
		for _, f := range query.Functions() {
			if string(f.Topic) != topic.Code {
				continue
			}
			if f.Doc == "" || f.Label.ZH == "" || f.Label.EN == "" || f.Says.ZH == "" || f.Says.EN == "" || f.Result == "" || !strings.Contains(f.Example, f.Name+"(") || f.Name < last {
				t.Errorf("function %s lacks its words or its place", f.Name)
			}
			last = f.Name
			examples = append(examples, f.Example)
		}
	}
	if len(examples) != len(query.Operators())+len(query.Functions()) {
		t.Errorf("%d examples: a function has no topic", len(examples))
	}
	for _, text := range examples {
		r := query.Request{Where: text, Limit: 10}
		b, err := query.Bind(r, e.table, "hash")
		if err != nil {
			r = query.Request{GroupBy: "code", Having: text, Limit: 10}
			b, err = query.Bind(r, e.table, "hash")
		}
		if err != nil {
			t.Errorf("%s: %s", text, describe(err))
			continue
		}
		if _, err := e.run(b); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		for _, lang := range []catalog.Lang{catalog.ZH, catalog.EN} {
			if says := query.Describe(b, lang); strings.Contains(says, "{0") || strings.Contains(says, "{1") || says == "" {
				t.Errorf("%s: %q", text, says)
			}
		}
	}
}

// TestThePageRuns asks what the prose of the language's page shows: its blocks
// of parameters, the parameters and conditions between its words, and what it
// says to be refused.
func TestThePageRuns(t *testing.T) {
	columns := []catalog.Column{
		{Name: "code", SQLType: "VARCHAR", Type: catalog.TypeText}, {Name: "district", SQLType: "VARCHAR", Type: catalog.TypeText}, {Name: "level", SQLType: "VARCHAR", Type: catalog.TypeText},
		{Name: "amount", SQLType: "DECIMAL(18,2)", Type: catalog.TypeDecimal, Label: "金额（元）"}, {Name: "day", SQLType: "DATE", Type: catalog.TypeDate}, {Name: "at", SQLType: "TIMESTAMP", Type: catalog.TypeDatetime},
		{Name: "open", SQLType: "BOOLEAN", Type: catalog.TypeBoolean}, {Name: "closed", SQLType: "BOOLEAN", Type: catalog.TypeBoolean}, {Name: "in", SQLType: "BIGINT", Type: catalog.TypeInteger},
		{Name: "a", SQLType: "BIGINT", Type: catalog.TypeInteger}, {Name: "b", SQLType: "BIGINT", Type: catalog.TypeInteger}, {Name: "c", SQLType: "BIGINT", Type: catalog.TypeInteger},
	}
	e := store(t, open(t), columns, nil)
	page, err := os.ReadFile("../../docs/query.md")
	if err != nil {
		t.Fatal(err)
	}
	refused := map[string]bool{"code = 007": true}
	ran := 0
	for _, shown := range shownIn(string(page)) {
		r, ok := requestOf(shown)
		if !ok {
			continue
		}
		ran++
		b, err := query.Bind(r, e.table, "hash")
		switch {
		case refused[shown]:
			if catalog.KindOf(err) != catalog.Invalid {
				t.Errorf("%s is said to be refused: %v", shown, err)
			}
		case err != nil:
			t.Errorf("%s: %s", shown, describe(err))
		default:
			if _, err := e.run(b); err != nil {
				t.Errorf("%s: %v", shown, err)
			}
		}
	}
	if ran < 14 {
		t.Errorf("%d examples, the page has more", ran)
	}
}

// shownIn gives the lines of code blocks, and what stands in backquotes outside
// of tables, but for the one of values.
func shownIn(page string) (list []string) {
	block := false
	for _, line := range strings.Split(page, "\n") {
		switch {
		case strings.HasPrefix(line, "```"):
			block = !block
		case block:
			list = append(list, line)
		default:
			for i, part := range strings.Split(line, "`") {
				if i%2 == 1 {
					list = append(list, part)
				}
			}
		}
	}
	return list
}

// requestOf reads parameters as in a URL, or a condition or expression alone;
// ok is false for single words and signs.
func requestOf(shown string) (r query.Request, ok bool) {
	r.Limit = 5
	name, _, given := strings.Cut(shown, "=")
	if !given || strings.ContainsAny(name, " '\"(<>!") {
		switch {
		case strings.HasPrefix(shown, "case "), strings.HasPrefix(shown, "extract("):
			r.Select = []string{shown}
			return r, true
		case strings.HasPrefix(shown, "code ="), strings.HasPrefix(shown, "amount >"), strings.HasPrefix(shown, "not amount"), strings.HasPrefix(shown, "a < b"), strings.HasPrefix(shown, "open "), strings.HasPrefix(shown, "date(at)"):
			r.Where = shown
			return r, true
		}
		return r, false
	}
	for _, parameter := range strings.Split(shown, "&") {
		name, value, _ := strings.Cut(parameter, "=")
		switch name {
		case "select":
			r.Select = query.SplitSelect(value)
		case "where":
			r.Where = value
		case "q":
			r.Q = value
		case "group_by":
			r.GroupBy = value
		case "having":
			r.Having = value
		case "order_by":
			r.OrderBy = value
		case "totals":
			r.Totals = value
		case "distinct":
			r.Distinct = value == "true"
		case "limit":
		default:
			return r, false
		}
		ok = true
	}
	return r, ok
}
