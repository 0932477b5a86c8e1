package portal

import (
	"slices"
	"strings"
	"testing"

	"gongkai/catalog"
	"gongkai/datasets/query"
)

func TestConditions(t *testing.T) {
	for where, want := range map[string][]string{
		"":                                     nil,
		"a = 'x'":                              {"a = 'x'"},
		"a = 'x' and b > 3":                    {"a = 'x'", "b > 3"},
		"a = 'x and y' and \"b and c\" = true": {"a = 'x and y'", "\"b and c\" = true"},
		"a = 'it''s' and (b = 1 or c = 2)":     {"a = 'it''s'", "(b = 1 or c = 2)"},
		"a = 1 or b = 2":                       {"(a = 1 or b = 2)"},
		"a between 1 and 5":                    {"(a between 1 and 5)"},
		"(a = 1) or (b = 2)":                   {"((a = 1) or (b = 2))"},
		"a\n=\n1\nor\nb=2":                     {"(a\n=\n1\nor\nb=2)"},
		"not a = 1":                            {"(not a = 1)"},
		"a = 1 and":                            {"(a = 1 and)"},
	} {
		if got := conditions(where); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", where, got, want)
		}
	}
}

// FuzzConditions wants a filter and what it was cut into to select the same,
// and one condition more to be one condition more.
func FuzzConditions(f *testing.F) {
	table := &catalog.Table{Columns: []catalog.Column{
		{Name: "a", Label: "甲", Type: catalog.TypeText, SQLType: "VARCHAR", Col: 1}, {Name: "b", Label: "乙", Type: catalog.TypeInteger, SQLType: "BIGINT", Col: 2},
	}}
	for _, seed := range []string{"a = 'x' and b > 3", "a = 'x' or b = 2", "a = ')' and (b = 1)", "(a = '(') or (b = 2)", "b between 1 and 5 and a = 'y'", "乙 > 3 and \"甲\" = '''and'", "b=1or a='x'", "a = 'x'）or（b = 1"} {
		f.Add(seed)
	}
	bound := func(where string) (string, bool) {
		b, err := query.Bind(query.Request{Where: where, Limit: 1}, table, "hash")
		if err != nil {
			return "", false
		}
		sql, args := b.SQL("t")
		return sql + "\n" + b.Normal() + strings.Repeat("?", len(args)), true
	}
	f.Fuzz(func(t *testing.T, where string) {
		where = strings.TrimSpace(where)
		plain, ok := bound(where)
		if !ok || where == "" {
			return
		}
		terms := conditions(where)
		if again, ok := bound(strings.Join(terms, " and ")); !ok || again != plain {
			t.Errorf("%q was cut into %q: another question", where, terms)
		}
		more, _ := bound("(" + where + ") and b = 7")
		if got, ok := bound(joined(terms, "b = 7")); !ok || got != more {
			t.Errorf("%q with one condition more became %q", where, joined(terms, "b = 7"))
		}
	})
}

func TestWhatCanBeAddedUp(t *testing.T) {
	for _, c := range []struct {
		label, unit string
		typ         catalog.Type
		want        bool
	}{
		{"支出金额", "万元", catalog.TypeInteger, true}, {"常住人口", "万人", catalog.TypeDecimal, true}, {"班级数", "", catalog.TypeInteger, true},
		{"出生率", "‰", catalog.TypeDecimal, false}, {"服务费", "元/千瓦时", catalog.TypeDecimal, false}, {"平均工资", "元", catalog.TypeDecimal, false},
		{"细颗粒物", "µg/m³", catalog.TypeDecimal, false}, {"完成", "", catalog.TypePercent, false}, {"空气质量指数", "", catalog.TypeInteger, false},
	} {
		if got := adds(&catalog.Table{}, &catalog.Column{Label: c.label, Unit: c.unit, Type: c.typ}); got != c.want {
			t.Errorf("%s %s: %v", c.label, c.unit, got)
		}
	}
}
