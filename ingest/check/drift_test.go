package check

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gongkai/catalog"
)

// lastVersion is a table as it was published: 100 records with profiles.
func lastVersion() catalog.Table {
	number := func(mean, low, high string) catalog.Profile {
		return catalog.Profile{Count: 100, Distinct: 90, Mean: mean, Min: low, Max: high}
	}
	words := func(values ...string) catalog.Profile {
		p := catalog.Profile{Count: 100, Distinct: int64(len(values))}
		for _, v := range values {
			p.Top = append(p.Top, catalog.ValueCount{Value: v, Count: 100 / int64(len(values))})
		}
		return p
	}
	return catalog.Table{
		Name: "fees", Sheet: "收费", Label: "收费", HeaderRow: [2]int{3, 4}, FirstRow: 5, LastRow: 105, Rows: 101, TotalRows: 1, Key: []string{"code"}, Unit: "万元",
		Columns: []catalog.Column{
			{Name: "code", Label: "编码", Type: catalog.TypeText, Col: 1, Profile: catalog.Profile{Count: 100, Distinct: 100}},
			{Name: "district", Label: "区", Type: catalog.TypeText, Col: 2, Profile: words("东区", "西区", "云湖区")},
			{Name: "day", Label: "日期", Type: catalog.TypeDate, Col: 3, Profile: catalog.Profile{Count: 100, Distinct: 80, Min: "2024-01-01", Max: "2024-06-30"}},
			{Name: "cases", Label: "件数", Type: catalog.TypeInteger, Col: 4, Unit: "件", Profile: number("50.5", "1", "99")},
			{Name: "amount", Label: "金额", Type: catalog.TypeDecimal, Col: 5, Unit: "万元", Profile: number("1234.5", "0.5", "9999")},
			{Name: "month", Label: "月份", Type: catalog.TypePeriod, Col: 6, Profile: catalog.Profile{Count: 100, Distinct: 6}},
			{Name: "month_end", Label: "月份 / end", Type: catalog.TypeDate, Made: catalog.MadePeriod, Profile: catalog.Profile{Count: 100, Max: "2024-06-30"}},
		},
	}
}

// everything is the recipe that a published reading gives.
func everything(t *catalog.Table) *catalog.Recipe {
	rt := catalog.RecipeTable{Name: t.Name, Key: t.Key}
	for _, c := range t.Columns {
		if c.Made == "" {
			rt.Columns = append(rt.Columns, catalog.RecipeColumn{Source: c.Label, Name: c.Name, Type: c.Type, Unit: c.Unit})
		}
	}
	return &catalog.Recipe{Tables: []catalog.RecipeTable{rt}}
}

func TestDrift(t *testing.T) {
	col := func(tab *catalog.Table, name string) *catalog.Column { return tab.Column(name) }
	for name, c := range map[string]struct {
		change func(*catalog.Table)
		recipe func(*catalog.Recipe)
		want   string // code, severity and actual of each finding
	}{
		"nothing":    {func(*catalog.Table) {}, nil, ""},
		"a few rows": {func(n *catalog.Table) { n.Rows = 131 }, nil, ""},
		"many rows":  {func(n *catalog.Table) { n.Rows = 202 }, nil, "drift-row-count warning 201"},
		"few rows":   {func(n *catalog.Table) { n.Rows = 50 }, nil, "drift-row-count warning 49"},
		"no rows":    {func(n *catalog.Table) { n.Rows, n.TotalRows = 1, 1 }, nil, "drift-no-rows error 0"},
		"header":     {func(n *catalog.Table) { n.HeaderRow = [2]int{2, 2} }, nil, "drift-header-moved info 2"},
		"new": {func(n *catalog.Table) {
			n.Columns = append(n.Columns, catalog.Column{Name: "remarks", Label: "备注", Col: 7})
		}, nil, "drift-column-new info remarks"},
		"order":      {func(n *catalog.Table) { n.Columns[0], n.Columns[1] = n.Columns[1], n.Columns[0] }, nil, "drift-columns-reordered info 区"},
		"missing":    {func(n *catalog.Table) { n.Columns = slices.Delete(n.Columns, 2, 3) }, nil, "drift-column-missing error "},
		"not wanted": {func(n *catalog.Table) { n.Columns = slices.Delete(n.Columns, 2, 3) }, func(r *catalog.Recipe) { c := &r.Tables[0].Columns; *c = slices.Delete(*c, 2, 3) }, "drift-column-left info "},
		"dropped": {func(n *catalog.Table) { n.Columns = slices.Delete(n.Columns, 2, 3) }, func(r *catalog.Recipe) {
			r.Tables[0].Columns[2].Personal = &catalog.PersonalDecision{Action: catalog.DropColumn, Basis: "x"}
		}, "drift-column-left info "},
		"renamed":   {func(n *catalog.Table) { c := col(n, "amount"); c.Name, c.Label = "fee_amount", "收费金额" }, nil, "drift-column-renamed error fee_amount"},
		"by values": {func(n *catalog.Table) { c := col(n, "district"); c.Name, c.Label = "area", "所在行政单位" }, nil, "drift-column-renamed error area"},
		"by place":  {func(n *catalog.Table) { c := col(n, "cases"); c.Name, c.Label = "n", "业务总量" }, nil, "drift-column-renamed error n"},
		"another one": {func(n *catalog.Table) {
			c := col(n, "cases")
			c.Name, c.Label, c.Profile.Mean = "n", "业务总量", "90000"
		}, nil, "drift-column-missing error , drift-column-new info n"},
		"alias":      {func(n *catalog.Table) { c := col(n, "amount"); c.Name, c.Aliases = "fee", []string{"amount"} }, nil, "drift-accepted info fee"},
		"type":       {func(n *catalog.Table) { col(n, "cases").Type = catalog.TypeText }, func(r *catalog.Recipe) { r.Tables[0].Columns[3].Type = "" }, "drift-type error text"},
		"type, told": {func(n *catalog.Table) { col(n, "cases").Type = catalog.TypeText }, nil, ""}, // as column-retyped, with its cells
		"declared":   {func(n *catalog.Table) { col(n, "cases").Type = catalog.TypeText }, func(r *catalog.Recipe) { r.Tables[0].Columns[3].Type = catalog.TypeText }, "drift-accepted info text"},
		"masked": {func(n *catalog.Table) { col(n, "cases").Type = catalog.TypeText }, func(r *catalog.Recipe) {
			r.Tables[0].Columns[3].Type, r.Tables[0].Columns[3].Personal = "", &catalog.PersonalDecision{Action: catalog.MaskColumn, Basis: "x"}
		}, "drift-accepted info text"},
		"wider": {func(n *catalog.Table) { col(n, "cases").Type = catalog.TypeDecimal }, func(r *catalog.Recipe) { r.Tables[0].Columns[3].Type = "" }, "drift-type-wider warning decimal"},
		"all empty": {func(n *catalog.Table) {
			c := col(n, "day")
			c.Type, c.Profile = catalog.TypeText, catalog.Profile{Nulls: 100}
		}, nil, "drift-nulls warning 100%"},
		"unit":       {func(n *catalog.Table) { col(n, "amount").Unit = "元"; n.Unit = "元" }, nil, "drift-unit error 元"},
		"sheet unit": {func(n *catalog.Table) { n.Unit = "元" }, nil, "drift-unit error 元"}, // the recipe keeps the column's
		"heading":    {func(n *catalog.Table) { n.Unit = ""; col(n, "amount").SourceLabel = "金额（亿元）" }, nil, "drift-unit error 亿元"},
		"unit meant": {func(n *catalog.Table) { col(n, "amount").Unit = "元" }, func(r *catalog.Recipe) { r.Tables[0].Columns[4].Unit = "元" }, "drift-accepted info 元"},
		"no unit":    {func(n *catalog.Table) { col(n, "cases").Unit = "" }, nil, "drift-unit-unsaid warning –"},
		"mixed up":   {func(n *catalog.Table) { col(n, "amount").Profile.Mean = "12700000" }, nil, "drift-total warning 1.27e+09"},
		"a tenth":    {func(n *catalog.Table) { col(n, "amount").Profile.Mean = "123.45" }, nil, "drift-total warning 12345"},
		"ten times": {func(n *catalog.Table) {
			n.Rows = 1001
			for i := range n.Columns {
				n.Columns[i].Profile.Count = 1000
			}
		}, nil, "drift-row-count warning 1000"},
		"grown":  {func(n *catalog.Table) { col(n, "amount").Profile.Mean = "9000" }, nil, ""},
		"blanks": {func(n *catalog.Table) { p := &col(n, "amount").Profile; p.Count, p.Nulls = 70, 30 }, nil, "drift-nulls warning 30%"},
		"datum":  {func(n *catalog.Table) { col(n, "code").CRS = catalog.GCJ02 }, nil, ""},
	} {
		last, now := lastVersion(), lastVersion()
		for i := range last.Columns { // the heading says where its unit is from
			if last.Columns[i].Unit != "" {
				last.Columns[i].SourceLabel = last.Columns[i].Label + "（" + last.Columns[i].Unit + "）"
				now.Columns[i].SourceLabel = last.Columns[i].SourceLabel
			}
		}
		c.change(&now)
		recipe := everything(&last)
		if c.recipe != nil {
			c.recipe(recipe)
		}
		var got []string
		for _, f := range Drift([]catalog.Table{last}, []catalog.Table{now}, recipe) {
			got = append(got, fmt.Sprintf("%s %s %s", f.Code, f.Severity, f.Actual))
			if s := f.Sentence(catalog.EN) + f.Sentence(catalog.ZH) + f.Fix(catalog.EN); strings.Contains(s, "{") || f.Severity != catalog.SeverityInfo && f.Fix(catalog.ZH) == "" || f.Table != "fees" {
				t.Errorf("%s: %+v", name, f)
			}
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: %q, want %q", name, strings.Join(got, ", "), c.want)
		}
	}
}

func TestDriftOfTables(t *testing.T) {
	last := []catalog.Table{{Name: "a", Rows: 3}, {Name: "b", Rows: 5}}
	now := []catalog.Table{{Name: "b", Rows: 5}, {Name: "c"}}
	codes := func(r *catalog.Recipe) string {
		var out []string
		for _, f := range Drift(last, now, r) {
			out = append(out, f.Code+" "+f.Actual)
		}
		return strings.Join(out, ", ")
	}
	for want, r := range map[string]*catalog.Recipe{
		"drift-table-missing a, drift-table-new c": nil,
		"drift-table-new c":                        {Tables: []catalog.RecipeTable{{Name: "b"}}},
	} {
		if got := codes(r); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := codes(&catalog.Recipe{Encoding: "utf-8"}); got != codes(nil) {
		t.Error("a recipe without tables says that tables may go:", got)
	}
	if fs := Drift(nil, now, nil); len(fs) > 0 {
		t.Error("the first version drifts:", fs)
	}
}

// TestResembles: names of which none comes twice are known by the first and the last.
func TestResembles(t *testing.T) {
	of := func(label, first, last string) *catalog.Column {
		return &catalog.Column{Label: label, Type: catalog.TypeText, Col: 2, Profile: catalog.Profile{Count: 8, Distinct: 8, Min: first, Max: last}}
	}
	if _, en := resembles(of("区", "七里河区", "西固区"), of("区名", "七里河区", "西固区")); en == "" {
		t.Error("区 became 区名 with the same names, and is not known again")
	}
	if _, en := resembles(of("区", "七里河区", "西固区"), of("主任", "丁一", "张三")); en != "" {
		t.Error("other names are taken for the same")
	}
}

func TestWatched(t *testing.T) {
	if got := strings.Join(Watched(lastVersion()), " "); got != "code district" {
		t.Error(got)
	}
	now := lastVersion()
	now.Columns[1].Name, now.Columns[1].Aliases = "area", []string{"district"}
	last := lastVersion()
	if c := now.Successor(last.Columns[1].Name); c == nil || c.Name != "area" {
		t.Error(c)
	}
	if c := now.Successor("x"); c != nil {
		t.Error(c)
	}
}

func TestPeriodsInText(t *testing.T) {
	p := newPeriods()
	for text, want := range map[string]string{
		"2024年": "2024-01-01 2024-12-31", "2023—2024年度": "2024-01-01 2024-12-31", "2024年5月": "2024-05-01 2024-05-31", "2024年1-5月": "2024-01-01 2024-05-31", "2024年1月至11月": "2024-01-01 2024-11-30",
		"2024年第三季度": "2024-07-01 2024-09-30", "2024 Q1": "2024-01-01 2024-03-31", "二〇二四年上半年": "2024-01-01 2024-06-30", "2024年下半年": "2024-07-01 2024-12-31", "截至2024年2月29日": "2024-02-29 2024-02-29",
		"2024-05": "2024-05-01 2024-05-31", "2024.5.3": "2024-05-03 2024-05-03", "March 2024": "2024-03-01 2024-03-31", "示例市2019-2023年人口": "2023-01-01 2023-12-31",
		"": "", "第5批": "", "120245人": "", "1024年": "", "prices since 1952": "", "2010年以来的价格": "", "prices since 1952, to March 2024": "2024-03-01 2024-03-31",
	} {
		s, ok := p.in(text)
		if got := s.start.Format(time.DateOnly) + " " + s.end.Format(time.DateOnly); ok != (want != "") || ok && got != want {
			t.Errorf("%q: %s %v, want %q", text, got, ok, want)
		}
	}
}

func TestFreshness(t *testing.T) {
	today := time.Date(2024, 11, 23, 15, 0, 0, 0, time.UTC)
	column := func(label string, typ catalog.Type, most string) catalog.Column {
		return catalog.Column{Name: "c", Label: label, Type: typ, Col: 1, Profile: catalog.Profile{Max: most}}
	}
	for name, c := range map[string]struct {
		table catalog.Table
		cycle catalog.UpdateCycle
		want  string
	}{
		"fresh":             {catalog.Table{Columns: []catalog.Column{column("日期", catalog.TypeDate, "2024-10-31")}}, catalog.CycleMonthly, ""},
		"stale":             {catalog.Table{Columns: []catalog.Column{column("日期", catalog.TypeDate, "2024-08-31")}}, catalog.CycleMonthly, "data-stale 2024-08-31"},
		"stale by title":    {catalog.Table{Title: "2021年收费目录"}, catalog.CycleYearly, "data-stale 2021年收费目录"},
		"last year":         {catalog.Table{Title: "2023年收费目录"}, catalog.CycleYearly, ""},
		"the year before":   {catalog.Table{Period: "2022年", Title: "2019年版目录"}, catalog.CycleYearly, ""},
		"irregular":         {catalog.Table{Period: "2012年"}, catalog.CycleIrregular, ""},
		"real time":         {catalog.Table{Columns: []catalog.Column{column("时间", catalog.TypeDatetime, "2024-11-19T08:00:00")}}, catalog.CycleRealtime, "data-stale 2024-11-19T08:00:00"},
		"years as columns":  {catalog.Table{Columns: []catalog.Column{column("2019年", catalog.TypeInteger, "5"), column("2020年", catalog.TypeInteger, "7")}}, catalog.CycleYearly, "data-stale 2020年"},
		"a column of years": {catalog.Table{Columns: []catalog.Column{column("年份", catalog.TypeInteger, "2020")}}, catalog.CycleYearly, "data-stale 2020"},
		"amounts":           {catalog.Table{Columns: []catalog.Column{column("金额", catalog.TypeInteger, "2020")}}, catalog.CycleYearly, ""},
		"future":            {catalog.Table{Columns: []catalog.Column{column("日期", catalog.TypeDate, "2042-10-31")}}, catalog.CycleMonthly, "data-future 2042-10-31"},
		"this year's plan":  {catalog.Table{Period: "2025年"}, catalog.CycleYearly, ""},
		"valid until":       {catalog.Table{Columns: []catalog.Column{column("有效期至", catalog.TypeDate, "2042-10-31")}}, catalog.CycleMonthly, ""},
		"no period":         {catalog.Table{}, catalog.CycleDaily, ""},
		"no cycle":          {catalog.Table{Period: "2012年"}, "", ""},
		"future, no cycle":  {catalog.Table{Period: "2030年"}, "", "data-future 2030年"},
	} {
		c.table.Name, c.table.Sheet, c.table.HeaderRow, c.table.FirstRow = "t", "S", [2]int{1, 1}, 2
		var got []string
		for _, f := range Freshness([]catalog.Table{c.table}, c.cycle, today) {
			got = append(got, f.Code+" "+f.Actual)
			if f.Severity != catalog.SeverityWarning || f.Where == "" || f.Table != "t" {
				t.Errorf("%s: %+v", name, f)
			}
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	two := []catalog.Table{{Name: "old", Period: "2012年"}, {Name: "new", Period: "2024年10月"}}
	if fs := Freshness(two, catalog.CycleMonthly, today); len(fs) > 0 {
		t.Error("one table is fresh:", fs)
	}
}
