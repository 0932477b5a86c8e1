package check

import (
	"context"
	"strings"
	"testing"

	"gongkai/catalog"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

// findingsWith is findings with a recipe's decisions.
func findingsWith(t *catalog.Table, decided *catalog.RecipeTable, rows ...[]string) map[string]catalog.Finding {
	c := New(t, decided)
	for i, row := range rows {
		c.Record(record(t, i+2, row...))
	}
	out := map[string]catalog.Finding{}
	for _, f := range c.Findings(t) {
		out[f.Code+" "+f.Args["column"]] = f
	}
	return out
}

// blocks lists the codes that stop publication.
func blocks(fs map[string]catalog.Finding) string {
	var out []string
	for k, f := range fs {
		if f.Severity == catalog.SeverityError {
			out = append(out, k)
		}
	}
	if len(out) > 1 {
		return "several: " + strings.Join(out, ", ")
	}
	return strings.Join(out, "")
}

func TestLabels(t *testing.T) {
	for label, want := range map[string]sense{
		"身份证号码": sensitive, "法人身份证号": sensitive, "银行卡": sensitive, "开户银行账号": sensitive, "指纹": sensitive, "人脸照片": sensitive, "ID card number": sensitive, "Passport No.": sensitive,
		"身份证办理数量": harmless, "身份证受理点数": harmless, "银行卡发卡量（万张）": harmless, "指纹采集率": harmless, "Number of ID cards": harmless, "人脸识别设备": harmless, "身份证办理地点": harmless,
		"姓名": names, "法定代表人姓名": names, "户主": names, "Full name": names, "单位名称": harmless, "name": harmless, "联系人": harmless,
		"出生日期": detail, "手机号": detail, "家庭住址": detail, "现住址": detail, "Date of birth": detail, "手机用户数": harmless, "地址": harmless, "Adobe": harmless, "dob": detail,
	} {
		if got, _ := senseOf(label); got != want {
			t.Errorf("%s: %d, want %d", label, got, want)
		}
	}
}

func TestCombination(t *testing.T) {
	rows := [][]string{{"张一", "a", "x"}, {"李二", "b", "y"}, {"王三", "c", "z"}}
	for _, c := range []struct {
		labels  []string
		values  string // of the second column
		blocked string
	}{
		{[]string{"姓名", "住址", "备注"}, "甲街1号", "personal-combination 姓名"},
		{[]string{"姓名", "#出生年月", "备注"}, "198001", "personal-combination 姓名"},
		{[]string{"姓名", "号码", "备注"}, "110105********002X", "personal-combination 姓名"}, // masked, and still beside a name
		{[]string{"单位", "号码", "备注"}, "110105********002X", ""},
		{[]string{"姓名", "单位", "备注"}, "甲局", ""},
		{[]string{"姓名", "住址", "备注"}, "", ""}, // nothing below the header
		{[]string{"#姓名", "住址", "备注"}, "甲街", ""},
	} {
		var filled [][]string
		for i, r := range rows {
			first := r[0]
			if c.labels[0][0] == '#' {
				first = itoa(int64(i))
			}
			filled = append(filled, []string{first, c.values, r[2]})
		}
		if got := blocks(findingsWith(table(c.labels...), nil, filled...)); got != c.blocked {
			t.Errorf("%v %q: %q, want %q", c.labels, c.values, got, c.blocked)
		}
	}
}

// TestHeadersOfCounts: a header that names documents blocks where documents
// can stand below it.
func TestHeadersOfCounts(t *testing.T) {
	counts := [][]string{{"甲区", "1205"}, {"乙区", "998"}, {"丙区", "3410"}}
	if got := blocks(findingsWith(table("区", "#身份证办理"), nil, counts...)); got != "" {
		t.Error("counts of documents block:", got)
	}
	if got := blocks(findingsWith(table("区", "身份证办理情况"), nil, []string{"甲区", "已办"}, []string{"乙区", "未办"})); got != "personal-header 身份证办理情况" {
		t.Error("words below such a header:", got)
	}
	long := [][]string{{"甲", "110105194912310"}, {"乙", "110105194912311"}, {"丙", "110105194912312"}}
	if got := findingsWith(table("区", "#身份证"), nil, long...)["personal-header 身份证"]; got.Count != 3 {
		t.Error("long numbers below such a header:", got)
	}
}

func TestDecisions(t *testing.T) {
	rows := [][]string{{"张一", "甲街1号", "电话13800138000"}, {"李二", "乙街2号", "无"}, {"王三", "丙街3号", "无二"}}
	decide := func(name string, a catalog.PersonalAction, basis string) *catalog.RecipeTable {
		return &catalog.RecipeTable{Columns: []catalog.RecipeColumn{{Name: name, Personal: &catalog.PersonalDecision{Action: a, Basis: basis, By: "officer wang", At: "2024-05-03T09:30:00Z"}}}}
	}
	labels := []string{"姓名", "住址", "备注"}
	both := decide("c2", catalog.PublishPersonal, "行政处罚公示办法第六条")
	both.Columns = append(both.Columns, decide("c0", catalog.PublishPersonal, "同上").Columns...)
	for name, c := range map[string]struct {
		decided *catalog.RecipeTable
		want    string
	}{
		"none":             {nil, "personal-combination 姓名 personal-mobile 备注"},
		"published":        {decide("c2", catalog.PublishPersonal, "行政处罚公示办法第六条"), "personal-combination 姓名"},
		"without a basis":  {decide("c2", catalog.PublishPersonal, " "), "personal-combination 姓名 personal-mobile 备注"},
		"masked, but left": {decide("c2", catalog.MaskColumn, "x"), "personal-combination 姓名 personal-mobile 备注"},
		"names masked":     {decide("c0", catalog.MaskColumn, "x"), "personal-mobile 备注"},
		"homes published":  {decide("c1", catalog.PublishPersonal, "x"), "personal-mobile 备注"},
		"both":             {both, ""},
	} {
		got := findingsWith(table(labels...), c.decided, rows...)
		var blocked []string
		for _, code := range []string{"personal-combination 姓名", "personal-mobile 备注"} {
			if got[code].Severity == catalog.SeverityError {
				blocked = append(blocked, code)
			}
		}
		if strings.Join(blocked, " ") != c.want {
			t.Errorf("%s: %q, want %q", name, blocked, c.want)
		}
	}
	masked := decide("c0", catalog.MaskColumn, "x")
	idTable := table("身份证号", "区")
	idTable.Columns[0].Constraints = &catalog.Constraints{Pattern: "[0-9X]{18}", Unique: true, Required: true}
	got := findingsWith(idTable, masked, []string{"***", "甲"}, []string{"***", "乙"}, []string{"***", "丙"})
	if blocks(got) != "" || got["rule-unchecked 身份证号"].Severity != catalog.SeverityWarning {
		t.Errorf("a masked column blocks by its header or by its rules: %v", got)
	}
	f := findingsWith(table(labels...), decide("c2", catalog.PublishPersonal, "行政处罚公示办法第六条"), rows...)["personal-decided 备注"]
	for _, lang := range []catalog.Lang{catalog.ZH, catalog.EN} {
		s := f.Sentence(lang)
		if f.Severity != catalog.SeverityInfo || !strings.Contains(s, "officer wang") || !strings.Contains(s, "2024-05-03") || !strings.Contains(s, "第六条") || strings.Contains(s, "138001") {
			t.Errorf("%s: %+v", s, f)
		}
	}
}

// TestDecodedNumbers: what was typed as a number, or lies beside a value as raw
// text, is looked at, too.
func TestDecodedNumbers(t *testing.T) {
	tab := &catalog.Table{Name: "t", Sheet: "S", HeaderRow: [2]int{1, 1}, FirstRow: 2, Columns: []catalog.Column{
		{Name: "a", Label: "甲", Type: catalog.TypeInteger, Col: 1}, {Name: "b", Label: "联系电话", Type: catalog.TypeDecimal, Col: 2},
		{Name: "c", Label: "丙", Type: catalog.TypeDecimal, Col: 3}, {Name: "d", Label: "丁", Type: catalog.TypeDate, Col: 4},
	}}
	c := New(tab, nil)
	for i := range 5 {
		r := &catalog.Record{Row: 2 + i, Kind: catalog.RowRecord, Values: []catalog.Value{
			{Kind: catalog.IntValue, I: 440524188001010014}, {Kind: catalog.DecimalValue, I: 13800138000_00 + int64(i)*700, Scale: 2},
			{Kind: catalog.FloatValue, F: 4111111111111111}, {},
		}, Raw: []catalog.RawCell{{Column: 3, Raw: "见13800138000", Reason: "type-mismatch"}}}
		c.Record(r)
	}
	got := map[string]int64{}
	for _, f := range c.Findings(tab) {
		got[f.Code+" "+f.Args["column"]] = f.Count
	}
	for _, want := range []string{"personal-id 甲", "personal-mobile 联系电话", "personal-bank-card 丙", "personal-mobile 丁"} {
		if got[want] != 5 {
			t.Errorf("%s: %d in %v", want, got[want], got)
		}
	}
}

func TestSmallCounts(t *testing.T) {
	rows := [][]string{{"甲", "3", "3"}, {"乙", "0", "1"}, {"丙", "5", "9"}, {"丁", "", "2"}}
	cells := func(decided *catalog.RecipeTable, labels ...string) string {
		var out []string
		for _, f := range findingsWith(table(labels...), decided, rows...) {
			if f.Code == "small-count" {
				out = append(out, f.Args["column"]+" <"+f.Expected+" "+strings.Join(f.Cells, " "))
			}
		}
		return strings.Join(out, "; ")
	}
	for _, c := range []struct {
		decided *catalog.RecipeTable
		labels  []string
		want    string
	}{
		{nil, []string{"地区", "#确诊人数", "#床位数"}, "确诊人数 <5 S!B2"},
		{nil, []string{"地区", "#床位数", "#车辆数"}, ""},
		{nil, []string{"#序号", "#确诊人数"}, ""}, // nothing that it is broken down by
		{&catalog.RecipeTable{SmallCounts: &catalog.SmallCounts{Below: 6}}, []string{"地区", "#确诊人数", "#床位数"}, "确诊人数 <6 S!B2 S!B4"},
		{&catalog.RecipeTable{SmallCounts: &catalog.SmallCounts{Below: 3, Columns: []string{"c2"}}}, []string{"地区", "#确诊人数", "#床位数"}, "床位数 <3 S!C3 S!C5"},
		{&catalog.RecipeTable{SmallCounts: &catalog.SmallCounts{Below: 1}}, []string{"地区", "#确诊人数", "#床位数"}, ""},
	} {
		if len(c.labels) == 2 {
			rows = [][]string{{"1", "3"}, {"2", "1"}}
		}
		if got := cells(c.decided, c.labels...); got != c.want {
			t.Errorf("%v: %q, want %q", c.labels, got, c.want)
		}
		rows = [][]string{{"甲", "3", "3"}, {"乙", "0", "1"}, {"丙", "5", "9"}, {"丁", "", "2"}}
	}
}

// book is a workbook of a table in rows 3 to 5, with something in each place
// outside of it.
func book(hidden, title, side, note string) (*sheet.Workbook, []shape.Table) {
	data := sheet.FromRows("数据", [][]string{{title}, {"区", "数", "说"}, {"甲", "1", "电话13800138000"}, {"乙", "2", "b"}, {"丙", "3", "c", side}, {}, {note}})
	other := sheet.FromRows("底稿", [][]string{{"部门", "内容"}, {"x", hidden}})
	other.Hidden = true
	return sheet.NewWorkbook(data, other), []shape.Table{{Sheet: data, FirstRow: 3, LastRow: 5, FirstCol: 1, LastCol: 3}}
}

func TestOutside(t *testing.T) {
	ctx := context.Background()
	const id, phone = "11010519491231002X", "13800138000"
	look := func(wb *sheet.Workbook, filename string, tables []shape.Table, d *catalog.PersonalDecision) (out []string) {
		fs, err := Outside(ctx, wb, filename, tables, d)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range fs {
			out = append(out, f.Code+" "+strings.Join(f.Cells, " ")+": "+f.Actual)
			if s := f.Sentence(catalog.EN) + f.Sentence(catalog.ZH) + f.Actual + f.Where; strings.Contains(s, id) || strings.Contains(s, phone) || strings.Contains(s, "{") {
				t.Errorf("a personal value is told: %+v", f)
			}
		}
		return out
	}
	wb, tables := book("无", "2024年目录", "", "注：无")
	if got := look(wb, "目录.xlsx", tables, nil); len(got) > 0 {
		t.Error("a clean workbook:", got)
	}
	for want, c := range map[string][4]string{
		"personal-outside 底稿!B2: Resident identity numbers":                  {"张三 " + id, "", "", ""},
		"personal-outside 数据!A1: Mobile phone numbers":                       {"", "联系人：李四 " + phone, "", ""},
		"personal-outside 数据!D5: Personal e-mail addresses":                  {"", "", "zhang@example.com", ""},
		"personal-outside 数据!A7: Mobile phone numbers":                       {"", "", "", phone},
		"personal-outside 数据!A1 数据!A7: Mobile phone numbers, Vehicle plates": {"", "京A12345", "", "电话" + phone},
	} {
		wb, tables := book(c[0], c[1], c[2], c[3])
		if got := look(wb, "a.xlsx", tables, nil); strings.Join(got, "; ") != want && !strings.HasPrefix(want, "personal-outside 数据!A1 数据") || len(got) != 1 {
			t.Errorf("%q, want %q", got, want)
		}
	}
	wb, tables = book("", "", "", "")
	wb.Comments = []sheet.Comment{{Sheet: "数据", Row: 3, Col: 2, Author: "王五", Text: "王五:\n找" + phone}, {Sheet: "底稿", Row: 9, Col: 1, Author: "wang@example.com", Text: "x"}}
	wb.Properties = []sheet.Property{{Name: "author", Value: "王五"}, {Name: "manager", Value: "王五 " + id}}
	want := "personal-outside : Mobile phone numbers; personal-outside manager: Resident identity numbers; personal-outside 数据!B3: Mobile phone numbers; personal-outside 底稿!A9: Personal e-mail addresses"
	if got := strings.Join(look(wb, "名单"+phone+".xlsx", tables, nil), "; "); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	d := &catalog.PersonalDecision{Action: catalog.PublishPersonal, Basis: "批注不公开", By: "officer", At: "2024-05-03T09:30:00Z"}
	for _, f := range look(wb, "a.xlsx", tables, d) {
		if !strings.HasPrefix(f, "personal-decided") {
			t.Error("decided, and still:", f)
		}
	}
	wb, _ = book("", "", "", "")
	wb.Sheets[1] = sheet.FromRows("底稿", [][]string{{"姓名", "单位", "家庭住址"}, {"张三", "甲局", "乙街"}})
	wb.Sheets[1].Hidden = true
	if got := look(wb, "a.xlsx", tables, nil); len(got) == 0 {
		t.Error("a hidden list of people is not seen")
	}
}

// TestOutsideRows: rows of a body that are no records are outside, on the
// second of two sheets that are one table, too.
func TestOutsideRows(t *testing.T) {
	first := sheet.FromRows("2023", [][]string{{"区", "数"}, {"甲", "1"}, {"电话13800138000"}, {"乙", "2"}})
	second := sheet.FromRows("2024", [][]string{{"区", "数"}, {"联系13900139000"}, {"丙", "3"}, {"丁", "找13700137000"}})
	tables := []shape.Table{{
		Sheet: first, FirstRow: 2, LastRow: 4, FirstCol: 1, LastCol: 2, SectionRows: []int{3, 12},
		Origin: catalog.Origin{Parts: []catalog.Part{{Sheet: "2023", HeaderRow: 1, FirstRow: 2, LastRow: 4}, {Sheet: "2024", Offset: 10, HeaderRow: 1, FirstRow: 2, LastRow: 4}}},
	}}
	fs, err := Outside(context.Background(), sheet.NewWorkbook(first, second), "", tables, nil)
	if err != nil || len(fs) != 2 || strings.Join(fs[0].Cells, " ") != "2023!A3" || strings.Join(fs[1].Cells, " ") != "2024!A2" {
		t.Error(fs, err)
	}
}

// TestOutsideAmounts: eleven digits in a hidden sheet of amounts are none of
// phones.
func TestOutsideAmounts(t *testing.T) {
	rows := [][]string{{"项目", "金额"}}
	for i := range 50 {
		rows = append(rows, []string{"x", itoa(10_000_000_000 + int64(i)*1_711_111_111)})
	}
	hidden := sheet.FromRows("底稿", rows)
	hidden.Hidden = true
	fs, err := Outside(context.Background(), sheet.NewWorkbook(hidden), "", nil, nil)
	if err != nil || len(fs) > 0 {
		t.Error(fs, err)
	}
}

// TestOutsideBound: what lies outside is looked at up to a bound, and told.
func TestOutsideBound(t *testing.T) {
	rows := make([][]string, 0, mostOutside/100+10)
	for range mostOutside/100 + 5 {
		row := make([]string, 100)
		for i := range row {
			row[i] = "x"
		}
		rows = append(rows, row)
	}
	hidden := sheet.FromRows("底稿", rows)
	hidden.Hidden = true
	fs, err := Outside(context.Background(), sheet.NewWorkbook(hidden, sheet.FromRows("b", rows)), "", nil, nil)
	if err != nil || len(fs) != 1 || fs[0].Code != "personal-unscanned" || fs[0].Severity != catalog.SeverityWarning || fs[0].Where == "" {
		t.Error(fs, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Outside(ctx, sheet.NewWorkbook(sheet.FromRows("b", append(rows, make([][]string, 20_000)...)[:2000])), "", nil, nil); err != nil {
		t.Log("small sheets end before the context is asked:", err)
	}
}

func TestOrder(t *testing.T) {
	f := func(code, table, where string) catalog.Finding {
		f := catalog.NewFinding(code, where, nil)
		f.Table = table
		return f
	}
	fs := []catalog.Finding{
		f("header-guessed", "b", "S2!A1"), f("column-empty", "a", "S!C9"), f("personal-id", "a", "S!D7"), f("rule-enum", "a", "S!B9"), f("total-mismatch", "b", "S2!AA3"), f("key-blank", "b", "S2!A3"),
		f("personal-outside", "", "x"), f("rule-enum", "a", "S!B4"), f("small-count", "a", "S!C1"), f("total-mismatch", "b", "S2!B3"),
	}
	fs[3].Cells = make([]string, 30)
	got := ""
	for _, f := range Order(fs) {
		got += f.Code + " " + f.Where + "\n"
		if len(f.Cells) > 10 {
			t.Error("more than ten cells")
		}
	}
	if want := "personal-outside x\nkey-blank S2!A3\nrule-enum S!B4\nrule-enum S!B9\npersonal-id S!D7\ntotal-mismatch S2!B3\ntotal-mismatch S2!AA3\nsmall-count S!C1\nheader-guessed S2!A1\ncolumn-empty S!C9\n"; got != want {
		t.Errorf("%s, want\n%s", got, want)
	}
	var many []catalog.Finding
	for range 80 {
		many = append(many, f("column-empty", "a", "S!A1"), f("rule-enum", "a", "S!A1"))
	}
	many = Order(many)
	if n := len(many); n != 102 || many[100].Code != "findings-left-out" || many[100].Count != 30 || many[100].Actual != "rule-enum" || many[101].Actual != "column-empty" {
		t.Error(n, many[len(many)-2:])
	}
	if len(Order(nil)) != 0 {
		t.Error("of nothing")
	}
}
