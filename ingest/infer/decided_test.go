package infer_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"gongkai/catalog"
	"gongkai/ingest/infer"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

// given is a table that is read without looking for its shape: labels, what the
// recipe says of them, and rows; cells that begin with # are numeric.
type given struct {
	labels  []string
	decided map[string]catalog.RecipeColumn // by label
	small   *catalog.SmallCounts
	title   string
	notes   []string
	totals  []int // lines of rows, from 0
	fill    []string
	rows    []string // cells between bars
}

// stored is what became of it.
type stored struct {
	*infer.Plan
	records []catalog.Record
}

func (g given) read(t testing.TB) stored {
	t.Helper()
	var cells [][]sheet.Cell
	header := []sheet.Cell{}
	for _, l := range g.labels {
		header = append(header, sheet.Cell{Kind: sheet.Text, Raw: l})
	}
	cells = append(cells, header)
	for _, line := range g.rows {
		cells = append(cells, parseRow(line))
	}
	tab := &shape.Table{Sheet: sheet.FromCells("表", cells), Name: "t", Title: g.title, Notes: g.notes, HeaderRows: [2]int{1, 1},
		FirstRow: 2, LastRow: len(cells), FirstCol: 1, LastCol: len(g.labels), Decided: &catalog.RecipeTable{SmallCounts: g.small}}
	for _, i := range g.totals {
		tab.TotalRows = append(tab.TotalRows, i+2)
	}
	for i, l := range g.labels {
		c := shape.Column{Col: i + 1, Label: l, SourceLabel: l, Name: fmt.Sprintf("c%d", i+1), FillDown: slices.Contains(g.fill, l)}
		if d, ok := g.decided[l]; ok {
			c.Decided = &d
		}
		tab.Columns = append(tab.Columns, c)
	}
	wb := &sheet.Workbook{Format: sheet.XLSX, Formats: formats(), Sheets: []*sheet.Sheet{tab.Sheet}}
	p, err := infer.Columns(context.Background(), wb, tab, nil)
	if err != nil {
		t.Fatal(err)
	}
	out := stored{Plan: p}
	err = p.Records(func(r *catalog.Record) error {
		c := *r
		c.Values, c.Raw = slices.Clone(r.Values), slices.Clone(r.Raw)
		out.records = append(out.records, c)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range p.Table.Columns {
		if c.Evidence.ZH == "" || c.Evidence.EN == "" || strings.Contains(c.Evidence.ZH+c.Evidence.EN, "%!") {
			t.Errorf("%s: evidence %+v", c.Label, c.Evidence)
		}
	}
	for _, f := range p.Findings {
		if s := f.Sentence(catalog.ZH) + f.Sentence(catalog.EN); strings.Contains(s, "%!") {
			t.Errorf("%s: %s", f.Code, s)
		}
	}
	return out
}

// column gives the stored values of a column, NULL as ∅.
func (s stored) column(i int) string {
	var out []string
	for _, r := range s.records {
		if r.Values[i].IsNull() {
			out = append(out, "∅")
		} else {
			out = append(out, r.Values[i].String())
		}
	}
	return strings.Join(out, " ")
}

// raws gives what was kept beside the values: column, text, reason.
func (s stored) raws() string {
	var out []string
	for _, r := range s.records {
		for _, k := range r.Raw {
			out = append(out, fmt.Sprintf("%d/%d %q %s", r.Row, k.Column, k.Raw, k.Reason))
		}
	}
	return strings.Join(out, "\n")
}

func (s stored) finding(code string) *catalog.Finding {
	for i := range s.Findings {
		if s.Findings[i].Code == code {
			return &s.Findings[i]
		}
	}
	return nil
}

// numbered gives n rows of one cell.
func numbered(n int, cell func(i int) string) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = cell(i)
	}
	return out
}

func TestRecipeTypes(t *testing.T) {
	type of = catalog.RecipeColumn
	for _, c := range []struct {
		name     string
		decided  of
		rows     []string
		want     catalog.Type
		severity catalog.Severity // of column-retyped; "" where it holds
		values   string           // the first ones
	}{
		{"text holds for numbers", of{Type: catalog.TypeText}, []string{"#1", "2", "3"}, catalog.TypeText, "", "1 2 3"},
		{"nothing contradicts", of{Type: catalog.TypeDate}, []string{"", "—", ""}, catalog.TypeDate, "", "∅"},
		{"period of nothing has its helpers", of{Type: catalog.TypePeriod}, []string{"—"}, catalog.TypePeriod, "", "∅"},
		{"nineteen in twenty", of{Type: catalog.TypeInteger}, numbered(20, func(i int) string {
			if i == 3 {
				return "3,5x"
			}
			return fmt.Sprint(i + 1)
		}), catalog.TypeInteger, "", "1 2 3 ∅ 5"},
		{"eighteen in twenty", of{Type: catalog.TypeInteger}, numbered(20, func(i int) string {
			if i%10 == 3 {
				return "keine Angabe " + fmt.Sprint(i)
			}
			return fmt.Sprint(i + 1)
		}), catalog.TypeText, catalog.SeverityError, "1 2 3"},
		{"codes as numbers", of{Type: catalog.TypeInteger}, []string{"007", "010"}, catalog.TypeInteger, "", "7 10"},
		{"whole amounts of a decimal", of{Type: catalog.TypeDecimal}, []string{"#7", "#8"}, catalog.TypeDecimal, "", "7 8"},
		{"integers became decimals", of{Type: catalog.TypeInteger}, []string{"#7", "#8.5"}, catalog.TypeDecimal, catalog.SeverityWarning, "7.0 8.5"},
		{"one fraction in twenty", of{Type: catalog.TypeInteger}, numbered(20, func(i int) string {
			if i == 1 {
				return "#1.5"
			}
			return "#4"
		}), catalog.TypeInteger, "", "4 ∅ 4"},
		{"dates became date-times", of{Type: catalog.TypeDate}, []string{"2024-05-03 09:30", "2024-05-04 10:00"}, catalog.TypeDatetime, catalog.SeverityWarning, "2024-05-03T09:30:00"},
		{"dates became words", of{Type: catalog.TypeDate}, []string{"soon", "later"}, catalog.TypeText, catalog.SeverityError, "soon later"},
		{"digits that are dates", of{Type: catalog.TypeDate}, []string{"20240503", "20240504"}, catalog.TypeDate, "", "2024-05-03 2024-05-04"},
		{"day first", of{Type: catalog.TypeDate, DateOrder: "dmy"}, []string{"03/05/2024", "04/05/2024"}, catalog.TypeDate, "", "2024-05-03 2024-05-04"},
		{"month first", of{DateOrder: "mdy"}, []string{"03/05/2024", "04/05/2024"}, catalog.TypeDate, "", "2024-03-05 2024-04-05"},
		{"year first", of{DateOrder: "ymd"}, []string{"24/05/03", "99-12-31"}, catalog.TypeDate, "", "2024-05-03 1999-12-31"},
		{"month first does not hold", of{Type: catalog.TypeDate, DateOrder: "mdy"}, []string{"13/05/2024", "04/05/2024"}, catalog.TypeDate, "", "2024-05-13 2024-05-04"},
		{"decimal comma", of{DecimalMark: ","}, []string{"1,234", "2,500"}, catalog.TypeDecimal, "", "1.234 2.500"},
		{"decimal comma does not hold", of{DecimalMark: ","}, []string{"12.5", "2.25"}, catalog.TypeDecimal, "", "12.50 2.25"},
		{"words for yes", of{Type: catalog.TypeBoolean}, []string{"是", "否"}, catalog.TypeBoolean, "", "true false"},
		{"no percentages", of{Type: catalog.TypePercent}, []string{"0.5", "0.25"}, catalog.TypeDecimal, catalog.SeverityError, "0.50 0.25"},
		{"fractions that the format shows as percentages", of{Type: catalog.TypeDecimal}, []string{"#0.5!percent", "#0.25!percent"}, catalog.TypeDecimal, "", "0.50 0.25"},
		{"periods became words", of{Type: catalog.TypePeriod}, []string{"x", "y"}, catalog.TypeText, catalog.SeverityWarning, "x y"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := given{labels: []string{"值"}, decided: map[string]of{"值": c.decided}, rows: c.rows}.read(t)
			col := s.Table.Columns[0]
			if col.Type != c.want || !strings.HasPrefix(s.column(0), c.values) {
				t.Errorf("%s %s %q, want %s %q (%s)", col.Type, col.SQLType, s.column(0), c.want, c.values, col.Evidence.EN)
			}
			f := s.finding("column-retyped")
			switch {
			case c.severity == "" && f != nil:
				t.Errorf("the recipe holds, but: %s", f.Sentence(catalog.EN))
			case c.severity != "" && f == nil:
				t.Error("no column-retyped")
			case f != nil && (f.Severity != c.severity || f.Expected != string(c.decided.Type) || f.Actual != string(c.want) || len(f.Cells) == 0):
				t.Errorf("%+v", f)
			}
			if c.decided.Type != "" && !strings.Contains(col.Evidence.EN, "recipe") || !strings.Contains(col.Evidence.ZH, "配方") && c.decided.Type != "" {
				t.Errorf("the evidence does not name the recipe: %+v", col.Evidence)
			}
			if c.want == catalog.TypePeriod && len(s.Table.Columns) != 4 {
				t.Error("a period without its helpers")
			}
		})
	}
}

func TestRecipeWords(t *testing.T) {
	about := catalog.Text{ZH: "说明", EN: "about"}
	must := &catalog.Constraints{Required: true}
	s := given{labels: []string{"金额（元）"}, rows: []string{"#1", "#2"}, decided: map[string]catalog.RecipeColumn{
		"金额（元）": {Label: "金额", Unit: "千元", Description: &about, Aliases: []string{"old"}, Constraints: must, Type: catalog.TypeInteger},
	}}.read(t)
	c := s.Table.Columns[0]
	if c.Label != "金额" || c.SourceLabel != "金额（元）" || c.Unit != "千元" || c.Description != about || !slices.Equal(c.Aliases, []string{"old"}) || c.Constraints != must || c.Col != 1 {
		t.Errorf("%+v", c)
	}
}

func TestRecipeMarkers(t *testing.T) {
	s := given{labels: []string{"a", "b", "c"}, rows: []string{"#9999|停|/", "12|3|x", "#-1|4|/", "13|5|y"}, decided: map[string]catalog.RecipeColumn{
		"a": {NullMarkers: []string{"9999", "-1"}}, "b": {NullMarkers: []string{"停"}}, "c": {KeepMarkers: []string{"/"}},
	}}.read(t)
	if got := s.column(0) + "|" + s.column(1) + "|" + s.column(2); got != "∅ 12 ∅ 13|∅ 3 4 5|/ x / y" {
		t.Error(got)
	}
	if got, want := s.raws(), `2/0 "9999" null-marker`+"\n"+`2/1 "停" null-marker`+"\n"+`4/0 "-1" null-marker`; got != want {
		t.Errorf("kept:\n%s\nwant:\n%s", got, want)
	}
	if s.Table.Columns[0].Type != catalog.TypeInteger || s.Table.Columns[1].Type != catalog.TypeInteger {
		t.Error("the marks count as values", s.Table.Columns)
	}
}

// TestPersonal: of a column that is dropped or masked nothing else is left
// anywhere, be it values, kept texts, findings or evidence.
func TestPersonal(t *testing.T) {
	decide := func(a catalog.PersonalAction) catalog.RecipeColumn {
		return catalog.RecipeColumn{Personal: &catalog.PersonalDecision{Action: a, Basis: "个人信息保护法第十三条"}}
	}
	s := given{labels: []string{"身份证号", "姓名", "电话", "年龄", "住址"}, rows: []string{
		"11010519491231002X|张三丰|13800138000|#40|SECRET 1", "440524188001010014|李四|#13900139000|#41|SECRET 2", "—|—|—|#42|—", "2024-05-03|SECRET 7|#REF!|#43|１２３"},
		decided: map[string]catalog.RecipeColumn{"身份证号": decide(catalog.DropColumn), "姓名": decide(catalog.MaskColumn), "电话": decide(catalog.MaskColumn), "年龄": decide(catalog.PublishPersonal), "住址": decide(catalog.MaskColumn)}}.read(t)
	if len(s.Table.Columns) != 4 || s.Table.Columns[0].Label != "姓名" {
		t.Fatal("the column is not dropped", s.Table.Columns)
	}
	if got := s.column(0) + "|" + s.column(1) + "|" + s.column(2) + "|" + s.column(3); got != "张** 李** ∅ ***|*** *** ∅ ∅|40 41 42 43|*** *** ∅ ***" {
		t.Error(got)
	}
	for _, c := range []int{0, 1, 3} {
		if s.Table.Columns[c].Type != catalog.TypeText {
			t.Error(s.Table.Columns[c])
		}
	}
	all := fmt.Sprintf("%+v %+v %+v %s", s.Table, s.Findings, s.records, s.raws())
	for _, secret := range []string{"110105", "440524", "三丰", "李四", "138001", "139001", "SECRET", "１２３", "2024-05-03", "REF"} {
		if strings.Contains(all, secret) {
			t.Errorf("%s is still there: %s", secret, all)
		}
	}
	if s.finding("column-dropped") == nil || s.finding("column-masked") == nil {
		t.Error("nothing tells that columns were dropped or masked")
	}
}

func TestSmallCounts(t *testing.T) {
	suppress := &catalog.SmallCounts{Below: 5, Suppress: true}
	for _, c := range []struct {
		name, want string
		rows       []string
		totals     []int
		small      *catalog.SmallCounts
	}{
		{"no totals", "12 ∅ 0 5 ∅", []string{"a|12", "b|3(1)", "c|0", "d|5", "e|约4人"}, nil, suppress},
		{"one of a sum", "12 ∅ 30 ∅", []string{"a|12", "b|3", "c|30", "合计|45"}, []int{3}, suppress},
		{"two of a sum hide each other", "12 ∅ ∅ 17", []string{"a|12", "b|3", "c|2", "合计|17"}, []int{3}, suppress},
		{"total above", "∅ 12 ∅ 30", []string{"合计|45", "a|12", "b|3", "c|30"}, []int{0}, suppress},
		{"a subtotal is given away in turn", "12 ∅ ∅ 20 30 50 ∅", []string{"a|12", "b|3", "小计|15", "c|20", "d|30", "小计|50", "合计|65"}, []int{2, 5, 6}, suppress},
		{"a total of other rows stays", "12 ∅ 99", []string{"a|12", "b|3", "合计|99"}, []int{2}, suppress},
		{"only named", "12 3", []string{"a|12", "b|3"}, nil, &catalog.SmallCounts{Below: 5}},
		{"five is the default", "∅ 5", []string{"a|4", "b|5"}, nil, &catalog.SmallCounts{Suppress: true}},
		{"another bound", "12 ∅ 10", []string{"a|12", "b|9", "c|10"}, nil, &catalog.SmallCounts{Below: 10, Suppress: true, Columns: []string{"c2"}}},
		{"another column", "12 3", []string{"a|12", "b|3"}, nil, &catalog.SmallCounts{Below: 10, Suppress: true, Columns: []string{"c9"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := given{labels: []string{"地区", "确诊人数"}, rows: c.rows, totals: c.totals, small: c.small}.read(t)
			if got := s.column(1); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			hidden := strings.Count(c.want, "∅")
			f := s.finding("small-count-suppressed")
			if hidden == 0 && f != nil || hidden > 0 && (f == nil || f.Count != int64(hidden)) {
				t.Errorf("%d cells are hidden: %+v", hidden, f)
			}
			for _, k := range strings.Split(s.raws(), "\n") {
				if k != "" && !strings.HasSuffix(k, `"" small-count-suppressed`) {
					t.Errorf("kept: %s", k)
				}
			}
			for _, f := range s.Findings {
				if f.Code != "small-count-suppressed" && hidden > 0 && f.Actual != "" {
					t.Errorf("a finding tells a value: %+v", f)
				}
			}
		})
	}
	for name, c := range map[string]struct {
		rows []string
		want [3]string
	}{
		"the sum of a line":             {[]string{"#3|#10|#13", "#20|#30|#50"}, [3]string{"∅ 20", "10 30", "∅ 50"}},
		"two of a line":                 {[]string{"#3|#4|#7", "#20|#30|#50"}, [3]string{"∅ 20", "∅ 30", "7 50"}},
		"no sum":                        {[]string{"#3|#10|#90", "#20|#30|#80"}, [3]string{"∅ 20", "10 30", "90 80"}},
		"lines and columns, both ways":  {[]string{"#3|#10|#13", "#20|#30|#50", "#23|#40|#63"}, [3]string{"∅ 20 ∅", "10 30 40", "∅ 50 ∅"}},
		"a small sum is that of others": {[]string{"#4|#0|#4", "#20|#30|#50"}, [3]string{"∅ 20", "0 30", "∅ 50"}},
	} {
		g := given{labels: []string{"男性人数", "女性人数", "合计"}, rows: c.rows, small: &catalog.SmallCounts{Suppress: true, Columns: []string{"c1", "c2", "c3"}}}
		if len(c.rows) == 3 {
			g.totals = []int{2}
		}
		s := g.read(t)
		if got := [3]string{s.column(0), s.column(1), s.column(2)}; got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	for want, rows := range map[string][]string{
		"∅ 20|10 30|∅ 50": {"#3|#10|#13", "#20|#30|#50"}, // named by nobody, but their sum
		"∅ 20|10 30|4 99": {"#3|#10|#4", "#20|#30|#99"},
	} {
		s := given{labels: []string{"男性人数", "女性人数", "合计"}, rows: rows, small: suppress}.read(t)
		if got := s.column(0) + "|" + s.column(1) + "|" + s.column(2); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		if e := s.Table.Columns[2].Evidence.EN; strings.Contains(e, "left out") != strings.HasSuffix(want, "50") {
			t.Error(e)
		}
	}
	s := given{labels: []string{"金额", "占比"}, rows: []string{"3|4", "2|1"}, small: suppress}.read(t)
	if got := s.column(0) + s.column(1); strings.Contains(got, "∅") {
		t.Error("columns that count nobody were touched", got)
	}
}

func TestLabelsFilled(t *testing.T) {
	s := given{labels: []string{"地区", "数量"}, fill: []string{"地区"}, rows: []string{"东区|#1", "|#2", "|#3", "西区|#4", "|#5"}}.read(t)
	if got := s.column(0); got != "东区 东区 东区 西区 西区" {
		t.Fatal(got)
	}
	if got := s.raws(); got != "3/0 \"\" labels-filled\n4/0 \"\" labels-filled\n6/0 \"\" labels-filled" {
		t.Error(got)
	}
	if c := s.Table.Columns[0]; !strings.Contains(c.Evidence.EN, "3 blank cells have the label above") {
		t.Error(c.Evidence)
	}
}

// TestRepeatedTexts: texts that come again and again count as often as those
// that come once.
func TestRepeatedTexts(t *testing.T) {
	words := []string{"12%", "5%", "—", "待定", "7%(1)"}
	g := given{labels: []string{"完成率", "序"}}
	for i := range 1000 {
		w := words[i%2]
		switch {
		case i%10 == 7:
			w = words[2]
		case i%50 == 3:
			w = words[3]
		case i%10 == 1:
			w = words[4]
		}
		g.rows = append(g.rows, fmt.Sprintf("%s|#%d", w, i))
	}
	s := g.read(t)
	c := s.Table.Columns[0]
	if c.Type != catalog.TypePercent || !strings.Contains(c.Evidence.EN, "880 of 900 values are percentages, 100 of them with a footnote mark") {
		t.Errorf("%s: %s", c.Type, c.Evidence.EN)
	}
	for code, want := range map[string]int64{"null-marker": 100, "type-mismatch": 20, "value-footnoted": 100} {
		if f := s.finding(code); f == nil || f.Count != want || len(f.Cells) != 10 {
			t.Errorf("%s: %+v, want %d", code, f, want)
		}
	}
}

// TestOrderOnlyWhereProven wants a recipe to say the order of dates only where
// the dates prove it: else the next workbook would be read by it.
func TestOrderOnlyWhereProven(t *testing.T) {
	for rows, want := range map[string]string{
		"2024-05-03|2024-06-04": "", "05/05/2024|06/06/2024": "", "13/05/2024|04/05/2024": "dmy", "05/13/2024|04/05/2024": "mdy",
	} {
		s := given{labels: []string{"日期"}, rows: strings.Split(rows, "|")}.read(t)
		if got := s.Manner("c1").DateOrder; got != want {
			t.Errorf("%s: %q, want %q", rows, got, want)
		}
		if s.Table.Columns[0].Type != catalog.TypeDate {
			t.Errorf("%s: %s", rows, s.Table.Columns[0].Type)
		}
	}
}
