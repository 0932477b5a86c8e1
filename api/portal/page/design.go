package page

import (
	"strings"
	"time"

	"gongkai/catalog"
)

// Design is the living page of components: each in every state.
type Design struct {
	Frame
	Names     DesignNames
	Colours   []string
	Scale     []string
	Chosen    []Choice
	Freshness []Freshness
	Item      Item
	Index     []DepartmentLine
	Pager     Pager
	PagerEnd  Pager
	Facets    []FacetGroup
	Browser   *Browser
	Problem   *QueryProblem
	EmptyRows *Browser
	NoMatch   *Browser
	Download  Download
	Columns   []ColumnCard
	Code      CodeBlock
	Findings  Findings
	Versions  []VersionLine
	Facts     []Fact
}

func (*Design) name() string { return "design" }

// DesignNames are the headings of the page of components.
type DesignNames struct {
	Colour, Type, Specimen, Forms, Fresh, Lists, Facets, Table, Problem, Empty, Code string
}

// Specimens makes the page of components in the language of its frame.
func Specimens(f Frame) *Design {
	w := f.W()
	here := f.Self
	day := time.Date(2024, time.July, 3, 1, 0, 0, 0, time.UTC)
	fresh := Freshness{
		Covers: Span(f.Lang, "2024-01-01", "2024-06-30"), Published: day,
		Cycle: w.pick("每季度", "Quarterly"), Due: day.AddDate(0, 3, 0), State: OnTime,
	}
	with := func(s Punctuality, cycle string, due time.Time) Freshness {
		v := fresh
		v.State, v.Cycle, v.Due = s, cycle, due
		return v
	}
	f.Title, f.Description, f.Section = w.DesignTitle, w.DesignLead, AtDesign
	return &Design{
		Frame: f,
		Names: DesignNames{
			Colour: w.pick("颜色", "Colour"), Type: w.pick("字号", "Type"), Forms: w.pick("表单", "Forms"),
			Specimen: w.pick("公共数据，逐格相符", "Official figures, cell by cell"),
			Fresh:    w.pick("时效", "Freshness"), Lists: w.pick("列表", "Lists"), Facets: w.pick("分面", "Facets"),
			Table: w.pick("数据表", "Data table"), Problem: w.pick("条件有误", "A filter that is not understood"),
			Empty: w.pick("空状态", "Nothing to show"), Code: w.pick("代码示例", "Code samples"),
		},
		Colours: []string{"paper", "raised", "hairline", "quiet", "ink", "seal", "link", "good", "warn", "mark"},
		Scale:   []string{"14", "16", "18", "22", "28", "36"},
		Chosen: []Choice{
			{w.FacetDepartment, w.pick("生态环境局", "Environment Bureau"), here},
			{w.FacetTheme, w.pick("生态环境", "Environment"), here},
		},
		Freshness: []Freshness{
			fresh, with(DueSoon, fresh.Cycle, day.AddDate(0, 3, 0)), with(Late, fresh.Cycle, day.AddDate(0, 3, 0)),
			with(Unplanned, w.pick("不定期", "Irregular"), time.Time{}),
		},
		Item: Item{
			Title: w.pick("空气质量监测站日均值", "Daily means of the air quality stations"), URL: here,
			Department:  Link{w.pick("生态环境局", "Environment Bureau"), here},
			Description: w.pick("各监测站每日平均浓度，微克每立方米。", "Mean concentration of each day and station, in micrograms per cubic metre."),
			Freshness:   fresh, Rows: 12345,
		},
		Index: []DepartmentLine{
			{Link{w.pick("生态环境局", "Environment Bureau"), here}, 0, "", 3},
			{Link{w.pick("教育局", "Education Bureau"), here}, 0, "", 1},
			{Link{w.pick("城南区教育科", "Education Office of the South District"), here}, 1, "", 0},
		},
		Pager:    Pager{First: 21, Last: 40, Total: 1234, Previous: here, Next: here},
		PagerEnd: Pager{First: 1221, Last: 1234, Total: 1234, Previous: here},
		Facets: []FacetGroup{{
			Name: w.FacetTheme,
			Values: []FacetValue{
				{w.pick("生态环境", "Environment"), here, 3, true},
				{w.pick("教育文化", "Education and culture"), here, 12, false},
			},
			Folded: []FacetValue{{w.pick("能源", "Energy"), here, 1, false}},
		}},
		Browser:   sampleBrowser(f.Lang, here),
		Problem:   sampleProblem(),
		EmptyRows: &Browser{Heads: sampleBrowser(f.Lang, here).Heads, ResetURL: here},
		NoMatch:   &Browser{Heads: sampleBrowser(f.Lang, here).Heads, Narrowed: true, Total: 8, ResetURL: here},
		Download:  sampleDownload(w, here),
		Columns:   sampleColumns(w),
		Code: CodeBlock{Samples: []Sample{
			{"curl", "curl", "curl 'https://data.example.cn/api/v1/datasets/air/rows?limit=10'"},
			{"python", "Python", "import pandas as pd\n\nair = pd.read_csv(\"https://data.example.cn/api/v1/datasets/air/export.csv\")"},
			{"r", "R", "air <- read.csv(\"https://data.example.cn/api/v1/datasets/air/export.csv\")"},
		}},
		Findings: sampleFindings(w),
		Versions: []VersionLine{
			{3, here, string(catalog.Published), w.StatePublished, day, 12345, "5f1c9be02d77a1b2", "", true, w.ChangedRows(402, 44, 7), []ChangeFile{{"", "/api/v1/datasets/air/changes.csv"}}},
			{2, here, string(catalog.Superseded), w.StateSuperseded, day.AddDate(0, -3, 0), 11987, "88ab01c2d3e4f506", "", false, w.ChangedRows(967, 0, 0) + w.pick("；", "; ") + w.ChangedSchema([]catalog.SchemaChange{{Kind: catalog.ColumnRemoved, Old: "SO₂"}}), []ChangeFile{{w.pick("日均值", "Daily means"), "/api/v1/datasets/air/changes.csv"}, {w.pick("站点", "Stations"), "/api/v1/datasets/air/changes.csv"}}},
			{1, "", string(catalog.Withdrawn), w.StateWithdrawn, day.AddDate(0, -6, 0), 11020, "c0ffee00d15ea5e1", w.pick("单位写错", "Wrong unit"), false, "", nil},
		},
		Facts: []Fact{
			{Name: w.FactTheme, Value: w.pick("生态环境", "Environment"), URL: here},
			{Name: w.FactLicence, Value: w.pick("知识共享 署名 4.0", "Creative Commons Attribution 4.0")},
			{Name: w.FactCode, Value: "3070011000/000123", Code: true},
		},
	}
}

func sampleProblem() *QueryProblem {
	return &QueryProblem{
		Field: "where", Before: "pm25 > 35 and ", At: "distric", After: " = '城南'", Pos: 15,
		Message: "there is no column distric", Fix: "did you mean district? The columns are station, district, date, pm25, good_days.",
	}
}

func sampleBrowser(lang catalog.Lang, here string) *Browser {
	w := For(lang)
	cell := func(text string) Cell { return Cell{Text: text, Align: AlignText} }
	number := func(text, exact, pad string) Cell {
		return Cell{Text: text, Exact: exact, Pad: pad, Align: AlignNumber}
	}
	date := func(text string) Cell { return Cell{Text: text, Align: AlignFixed} }
	none := Cell{Null: true, Align: AlignNumber}
	return &Browser{
		Caption: w.pick("空气质量监测站日均值", "Daily means of the air quality stations"),
		Action:  here, Where: "pm25 > 35", Examples: []Example{{"district = '城南'", here}},
		Heads: []ColumnHead{
			{Label: "监测站", Name: "station", Type: w.TypeText, Align: AlignText, SortURL: here},
			{Label: "日期", Name: "date", Type: w.TypeDate, Align: AlignFixed, SortURL: here, Order: "descending"},
			{Label: "细颗粒物 PM2.5", Name: "pm25", Type: w.TypeDecimal, Unit: "µg/m³", Align: AlignNumber, SortURL: here},
			{Label: "优良天数", Name: "good_days", Type: w.TypeInteger, Unit: "天", Align: AlignNumber, SortURL: here},
		},
		Rows: []Row{
			{Source: 4, Number: 4, Cells: []Cell{cell("城南水厂"), date("2024-06-30"), number("35.25", "", ""), number("1,204", "1204", "")}},
			{Source: 5, Number: 5, Cells: []Cell{cell("北湖公园"), date("2024-06-30"), number("12.5", "", "0"), none}},
			{Source: 6, Number: 6, Cells: []Cell{cell("高新区管委会大楼楼顶自动监测站（原工业园区子站）"), date("2024-06-29"), number("7", "", ".00"), number("98", "", "")}},
			{Source: 7, Number: 7, Total: true, Cells: []Cell{cell("合计"), {Null: true, Align: AlignFixed}, none, number("1,302", "1302", "")}},
		},
		Q: w.pick("公园", "park"), Sentence: sampleSentence(w), Chosen: []Choice{{w.pick("所在区", "District"), w.pick("城南区", "South"), here}},
		Values: sampleFilters(w, here), Sums: sampleSums(w),
		Total: 8, Totals: 1, Matching: 4, Narrowed: true, Later: true, Sorted: "date desc", FirstURL: here, NextURL: here, ResetURL: here, PlainURL: here,
	}
}

func sampleSentence(w *Words) string {
	return w.pick("文字中有“公园”，且“所在区”是“城南区”的行，按“日期”从大到小排列", "Rows where the text has “park” and District is “South”, ordered by Date descending")
}

func sampleFilters(w *Words, here string) []ValueFilter {
	return []ValueFilter{
		{Label: "监测站", Name: "station", Rest: 15, Values: []ValueLink{{"城南水厂", here, 731}, {"北湖公园", here, 720}, {"高新区管委会大楼楼顶自动监测站", here, 365}}},
		{Label: "有备注", Name: "remark", Values: []ValueLink{{w.False, here, 12000}, {w.True, here, 345}}},
	}
}

func sampleSums(w *Words) []Sum {
	return []Sum{
		{"细颗粒物 PM2.5", "µg/m³", "", "31.7", "3.2", "288.0"},
		{w.pick("优良天数", "Good days"), w.pick("天", "days"), "1,302", "434", "98", "1,204"},
	}
}

func sampleDownload(w *Words, here string) Download {
	return Download{
		Rows: 12345, SHA256: "5f1c9be02d77a1b25f1c9be02d77a1b25f1c9be02d77a1b25f1c9be02d77a1b2",
		Everything: []File{
			{Format: "CSV", Note: w.NoteCSV, URL: here, Bytes: 1_234_567, Exact: true, SHA256: "88ab01c2d3e4f50688ab01c2d3e4f50688ab01c2d3e4f50688ab01c2d3e4f506"},
			{Format: w.ExcelCSV(), Note: w.NoteExcel, URL: here},
			{Format: "XLSX", Note: w.NoteXLSX, URL: here, Bytes: 734_000},
			{Format: "JSON", Note: w.NoteJSON, URL: here, Code: true},
		},
		Package: here, Cite: []Field{{Name: "dataset", Value: "air"}},
		Seen: []File{{Format: "CSV", URL: here}, {Format: "XLSX", URL: here}, {Format: "JSON", URL: here}},
	}
}

func sampleColumns(w *Words) []ColumnCard {
	return []ColumnCard{
		{
			Label: "监测站", Name: "station", Type: w.TypeText, Distinct: w.DistinctValues(18, false),
			SourceCol: "A", SourceLabel: "监测站①", Evidence: "全部 12,345 个值都是文字",
			Bars: []Bar{{"城南水厂", 731, 100}, {"北湖公园", 720, 98}, {"高新区管委会大楼楼顶自动监测站", 365, 50}},
		},
		{
			Label: "细颗粒物 PM2.5", Name: "pm25", Type: w.TypeDecimal, Unit: "µg/m³", Min: "3.2", Max: "288.0", Mean: "31.7",
			Missing:     w.MissingShare(120, 12345),
			Description: w.pick("日均浓度，标准状态。", "Mean of the day, at standard conditions."),
		},
		{Label: "备注", Name: "remark", Type: w.TypeText, Missing: w.MissingShare(10, 10)},
		{
			Label: w.pick("监测区", "Zone"), Name: "zone", Type: w.TypeText, InKey: true, Made: w.MadeFrom(catalog.MadeSection, "zone", ""),
			Rules: w.Rules(&catalog.Constraints{Required: true, Enum: []string{"城南", "城北"}}), Aliases: []EarlierName{{"area", ""}, {"zone", w.WorksUntil("2027-03-31", false)}}, Evidence: strings.Repeat("全部 12,345 个值都是文字。", 6),
		},
		{Label: "经度", Name: "lon", Type: w.TypeDecimal, Kind: w.Kind(catalog.KindLongitude), Notes: []string{w.System(catalog.GCJ02)}, Min: "113.01", Max: "113.44", SourceCol: "F"},
	}
}

func sampleFindings(w *Words) Findings {
	return NewFindings([]Finding{
		{Severity: string(catalog.SeverityWarning), Word: w.SeverityWarning, Where: "日均值!C17:C41", Count: 25, Expected: "12.5", Actual: "12,5",
			Sentence: w.pick("小数点写成了逗号。", "A comma stands where the decimal point should be."), Fix: w.pick("在原表中改用小数点。", "Use a point in the sheet."), Accepted: "li.na"},
		{Severity: string(catalog.SeverityInfo), Word: w.SeverityInfo, Where: "日均值!A1", Count: 1,
			Sentence: w.pick("第 1 行读作标题，第 2–3 行读作表头。", "Row 1 was read as the title, rows 2 and 3 as the header.")},
		{Severity: string(catalog.SeverityError), Word: w.SeverityError, Where: "日均值!B9", Count: 1, Expected: w.TypeDate, Actual: "2024-02-30",
			Sentence: w.pick("没有这一天。", "There is no such day.")},
	})
}
