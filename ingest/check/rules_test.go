package check

import (
	"slices"
	"strings"
	"testing"

	"gongkai/catalog"
)

// values makes a record of canonical texts; "" is NULL.
func record(t *catalog.Table, number int, texts ...string) *catalog.Record {
	r := &catalog.Record{Row: number, Kind: catalog.RowRecord, Values: make([]catalog.Value, len(t.Columns))}
	for i, s := range texts {
		if s == "" {
			continue
		}
		v := catalog.Value{Kind: catalog.TextValue, S: s}
		switch t.Columns[i].Type {
		case catalog.TypeInteger:
			v = catalog.Value{Kind: catalog.IntValue, I: parse(s, 0)}
		case catalog.TypeDecimal:
			v = catalog.Value{Kind: catalog.DecimalValue, I: parse(s, 2), Scale: 2}
		case catalog.TypeDate:
			v = catalog.Value{Kind: catalog.DateValue, I: parse(s, 0)}
		case catalog.TypeBoolean:
			v = catalog.Value{Kind: catalog.BoolValue, I: parse(s, 0)}
		}
		r.Values[i] = v
	}
	return r
}

// parse reads a number with a fixed number of decimals.
func parse(s string, scale int) (n int64) {
	whole, fraction, _ := strings.Cut(s, ".")
	for _, c := range whole + (fraction + "00")[:scale] {
		n = n*10 + int64(c-'0')
	}
	return n
}

// one makes a table of one column with rules, and gives what its values break.
func broken(typ catalog.Type, rules catalog.Constraints, values ...string) map[string]catalog.Finding {
	t := &catalog.Table{Name: "t", Sheet: "S", HeaderRow: [2]int{1, 1}, FirstRow: 2, Columns: []catalog.Column{{Name: "c", Label: "C", Type: typ, Col: 2, Constraints: &rules}}}
	c := New(t, nil)
	for i, v := range values {
		c.Record(record(t, i+2, v))
	}
	out := map[string]catalog.Finding{}
	for _, f := range c.Findings(t) {
		if strings.HasPrefix(f.Code, "rule-") {
			out[f.Code] = f
		}
	}
	return out
}

func TestRules(t *testing.T) {
	for name, c := range map[string]struct {
		typ    catalog.Type
		rules  catalog.Constraints
		values []string
		code   string // of the finding; "" for none
		cells  string
		want   string // expected / actual
	}{
		"required":            {catalog.TypeText, catalog.Constraints{Required: true}, []string{"a", "", "b", ""}, "rule-required", "S!B3 S!B5", "required/"},
		"required kept":       {catalog.TypeText, catalog.Constraints{Required: true}, []string{"a", "b"}, "", "", ""},
		"unique":              {catalog.TypeText, catalog.Constraints{Unique: true}, []string{"a", "b", "a", "", "", "a"}, "rule-unique", "S!B4 S!B7", "unique/a"},
		"unique numbers":      {catalog.TypeInteger, catalog.Constraints{Unique: true}, []string{"1", "2", "1"}, "rule-unique", "S!B4", "unique/1"},
		"enum":                {catalog.TypeText, catalog.Constraints{Enum: []string{"是", "否"}}, []string{"是", "不详", "", "否", "不详"}, "rule-enum", "S!B3 S!B6", "是, 否/不详"},
		"enum of decimals":    {catalog.TypeDecimal, catalog.Constraints{Enum: []string{"2.5", "10"}}, []string{"2.50", "10.00", "2.51"}, "rule-enum", "S!B4", "2.5, 10/2.51"},
		"pattern":             {catalog.TypeText, catalog.Constraints{Pattern: "[0-9]{6}|x"}, []string{"123456", "x", "1234567", "ax"}, "rule-pattern", "S!B4 S!B5", "[0-9]{6}|x/1234567"},
		"pattern, many lines": {catalog.TypeText, catalog.Constraints{Pattern: "(?m)^a$"}, []string{"a", "a\nb"}, "rule-pattern", "S!B3", "(?m)^a$/a\nb"},
		"minimum":             {catalog.TypeDecimal, catalog.Constraints{Minimum: "0.105"}, []string{"0.10", "0.11", "", "0.00"}, "rule-minimum", "S!B2 S!B5", "0.105/0.10"},
		"maximum":             {catalog.TypeInteger, catalog.Constraints{Maximum: "9007199254740993"}, []string{"9007199254740993", "9007199254740994"}, "rule-maximum", "S!B3", "9007199254740993/9007199254740994"},
		"dates":               {catalog.TypeDate, catalog.Constraints{Minimum: "1970-01-11"}, []string{"10", "9"}, "rule-minimum", "S!B3", "1970-01-11/1970-01-10"},
		"length":              {catalog.TypeText, catalog.Constraints{MinLength: 2, MaxLength: 3}, []string{"二字", "三个字", "四个字了", "一"}, "rule-length", "S!B4 S!B5", "2–3/四个字了"},
		"length, at least":    {catalog.TypeText, catalog.Constraints{MinLength: 2}, []string{"二字", "一"}, "rule-length", "S!B3", "≥ 2/一"},
		"bound of a text":     {catalog.TypeText, catalog.Constraints{Minimum: "3"}, []string{"2"}, "rule-unchecked", "", "minimum/"},
		"bad pattern":         {catalog.TypeText, catalog.Constraints{Pattern: "("}, []string{"2"}, "rule-unchecked", "", "pattern/"},
		"personal":            {catalog.TypeText, catalog.Constraints{Pattern: "x"}, []string{"11010519491231002X"}, "rule-pattern", "S!B2", "x/…"},
		"masked":              {catalog.TypeText, catalog.Constraints{Pattern: "x"}, []string{"138****0000"}, "rule-pattern", "S!B2", "x/…"},
		"too long":            {catalog.TypeText, catalog.Constraints{Pattern: ".*"}, []string{strings.Repeat("a", 40_000)}, "rule-pattern", "S!B2", ".*/" + strings.Repeat("a", 80) + "…"},
		"nothing":             {catalog.TypeText, catalog.Constraints{}, []string{"", "a", "a"}, "", "", ""},
	} {
		got := broken(c.typ, c.rules, c.values...)
		f, there := got[c.code]
		if len(got) != min(len(c.code), 1) || there == (c.code == "") {
			t.Errorf("%s: %v, want %q", name, got, c.code)
			continue
		}
		if there && (strings.Join(f.Cells, " ") != c.cells || f.Expected+"/"+f.Actual != c.want || f.Args["column"] != "C" || f.Table != "t" || f.Where == "") {
			t.Errorf("%s: %+v, want %s at %s", name, f, c.want, c.cells)
		}
		if there && c.cells != "" && (f.Severity != catalog.SeverityError || int(f.Count) != len(f.Cells)) {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

// TestManyBroken: one cause is one finding, ten cells and a count.
func TestManyBroken(t *testing.T) {
	values := slices.Repeat([]string{"no"}, 1000)
	f := broken(catalog.TypeText, catalog.Constraints{Enum: []string{"yes"}}, values...)["rule-enum"]
	if f.Count != 1000 || len(f.Cells) != 10 || f.Cells[9] != "S!B11" || f.Where != "S!B2" {
		t.Errorf("%+v", f)
	}
}

// TestMemo: many texts share the places of the memo, and each is judged by
// itself.
func TestMemo(t *testing.T) {
	var values []string
	for i := range 600 {
		values = append(values, []string{"yes", "no", "a", "b"}[i%4]+itoa(int64(i/100)))
	}
	var enum []string
	for i := range 6 {
		enum = append(enum, "yes"+itoa(int64(i)), "a"+itoa(int64(i)))
	}
	if f := broken(catalog.TypeText, catalog.Constraints{Enum: enum}, values...)["rule-enum"]; f.Count != 300 {
		t.Errorf("%+v", f)
	}
}

// TestTotalsAreNoRecords: rules and keys are about records.
func TestTotalsAreNoRecords(t *testing.T) {
	tab := table("地区", "#人数")
	tab.Key = []string{"c0"}
	tab.Columns[1].Constraints = &catalog.Constraints{Maximum: "10", Required: true, Unique: true}
	c := New(tab, nil)
	c.Record(record(tab, 2, "甲", "6"))
	c.Record(record(tab, 3, "乙", "7"))
	total := record(tab, 4, "", "13")
	total.Kind = catalog.RowTotal
	c.Record(total)
	for _, f := range c.Findings(tab) {
		t.Errorf("%+v", f)
	}
}

func TestKeys(t *testing.T) {
	rows := func(tab *catalog.Table, decided *catalog.RecipeTable) map[string]catalog.Finding {
		c := New(tab, decided)
		for i, r := range [][]string{{"甲", "1", "x"}, {"甲", "2", "x"}, {"乙", "1", ""}, {"", "3", "y"}, {"甲", "1", "z"}, {"甲", "2", "x"}} {
			c.Record(record(tab, i+2, r...))
		}
		out := map[string]catalog.Finding{}
		for _, f := range c.Findings(tab) {
			out[f.Code] = f
		}
		return out
	}
	tab := table("区", "#号", "备注")
	tab.Key = []string{"c0", "c1"}
	got := rows(tab, nil)
	if f := got["key-duplicate"]; f.Count != 2 || strings.Join(f.Cells, " ") != "S!A6 S!A7" || f.Expected != "c0, c1" || f.Actual != "甲, 1" || f.Severity != catalog.SeverityError {
		t.Errorf("%+v", f)
	}
	if f := got["key-blank"]; f.Count != 1 || f.Where != "S!A5" {
		t.Errorf("%+v", f)
	}
	tab.Key = nil
	if got := rows(tab, nil); got["key-duplicate"].Count+got["key-blank"].Count != 0 {
		t.Errorf("no key: %v", got)
	}
	if f := rows(tab, &catalog.RecipeTable{Key: []string{"c1"}})["key-duplicate"]; f.Count != 3 || f.Actual != "1" {
		t.Errorf("the recipe's key: %+v", f)
	}
	got = rows(tab, &catalog.RecipeTable{Key: []string{"c0", "gone"}, Columns: []catalog.RecipeColumn{{Name: "lost", Label: "丢失", Constraints: &catalog.Constraints{Required: true}}}})
	if f := got["rule-unchecked"]; f.Severity != catalog.SeverityWarning || f.Args["column"] != "丢失" {
		t.Errorf("rules without a column: %v", got)
	}
	if _, ok := got["key-duplicate"]; ok {
		t.Error("a key without one of its columns is compared")
	}
}

// TestPlaces: cells are named where they lie, on several sheets, where columns
// became rows, and for columns that lie nowhere.
func TestPlaces(t *testing.T) {
	tab := &catalog.Table{
		Name: "t", Sheet: "2023", HeaderRow: [2]int{2, 3}, FirstRow: 4, LastRow: 5,
		Origin: catalog.Origin{
			Parts: []catalog.Part{{Sheet: "2023", HeaderRow: 3, FirstRow: 4, LastRow: 5}, {Sheet: "2024", Offset: 10, HeaderRow: 1, FirstRow: 2, LastRow: 3}},
			Wide:  []int{3, 5},
		},
		Columns: []catalog.Column{
			{Name: "year", Label: "年", Type: catalog.TypeText, Made: catalog.MadeSheet, Constraints: &catalog.Constraints{Enum: []string{"2023"}}},
			{Name: "area", Label: "区", Type: catalog.TypeText, Col: 2, Constraints: &catalog.Constraints{Unique: true}},
			{Name: "of", Label: "项目", Type: catalog.TypeText, Made: catalog.MadeHeading, Constraints: &catalog.Constraints{Enum: []string{"男"}}},
			{Name: "value", Label: "值", Type: catalog.TypeText, Made: catalog.MadeValue, Constraints: &catalog.Constraints{Pattern: "[0-9]*"}},
		},
	}
	c := New(tab, nil)
	for part, sheet := range []string{"2023", "2024"} {
		for _, row := range [][]int{{4, 5}, {2, 3}}[part] {
			for wide, of := range []string{"男", "女"} {
				value := "1"
				if sheet == "2024" && row == 3 && wide == 1 {
					value = "电话13800138000"
				}
				c.Record(record(tab, tab.Origin.Number(part, row, wide), sheet, sheet+string(rune('A'+row))+of, of, value))
			}
		}
	}
	got := map[string]string{}
	for _, f := range c.Findings(tab) {
		got[f.Code+" "+f.Args["column"]] = strings.Join(f.Cells, " ")
	}
	for code, want := range map[string]string{
		"rule-enum 年":       "2024!B2 2024!B2 2024!B3 2024!B3",
		"rule-enum 项目":      "2023!E3 2023!E3 2024!E1 2024!E1",
		"rule-pattern 值":    "2024!E3",
		"personal-mobile 值": "2024!E3",
	} {
		if got[code] != want {
			t.Errorf("%s: %q, want %q", code, got[code], want)
		}
	}
}

// TestSuppressedIsNotMissing: a count that is left out was there.
func TestSuppressedIsNotMissing(t *testing.T) {
	tab := table("地区", "#人数")
	tab.Columns[1].Constraints = &catalog.Constraints{Required: true}
	c := New(tab, nil)
	left := record(tab, 2, "甲", "")
	left.Raw = []catalog.RawCell{{Column: 1, Reason: "small-count-suppressed"}}
	c.Record(left)
	c.Record(record(tab, 3, "乙", ""))
	for _, f := range c.Findings(tab) {
		if f.Code == "rule-required" && (f.Count != 1 || f.Where != "S!B3") {
			t.Errorf("%+v", f)
		}
	}
}

func TestReferenceFinding(t *testing.T) {
	tab := table("区", "身份证号")
	tab.Columns[0].Constraints = &catalog.Constraints{Reference: &catalog.Reference{Dataset: "districts", Column: "name"}}
	f := ReferenceFinding(tab, &tab.Columns[0], []string{"云湖区", "13800138000"}, []int64{4, 9}, 12, 30)
	if f.Expected != "districts.name" || f.Actual != "云湖区, …" || f.Count != 30 || strings.Join(f.Cells, " ") != "S!A4 S!A9" || f.Severity != catalog.SeverityError {
		t.Errorf("%+v", f)
	}
	if f := ReferenceFinding(tab, &tab.Columns[1], []string{"甲", "乙"}, []int64{4, 9}, 2, 2); f.Actual != "…" {
		t.Errorf("a personal value is told: %+v", f)
	}
	if f := GoneFinding(tab, &tab.Columns[0], []string{"东", "西"}, 2); f.Actual != "东, 西" || f.Count != 2 || f.Severity != catalog.SeverityWarning || len(f.Cells) > 0 {
		t.Errorf("%+v", f)
	}
}
