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
