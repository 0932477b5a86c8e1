package page

import (
	"fmt"
	"strings"
	"time"

	"gongkai/catalog"
)

// hostile is what a department or a reader might type to break a page.
const hostile = `</title></script><script>alert(1)</script><img src=x onerror=alert(2)>"'` + "`${x}`" + `javascript:alert(3)`

var published = time.Date(2024, time.July, 3, 1, 0, 0, 0, time.UTC)

func frame(lang catalog.Lang, path string) Frame {
	base, other := "/"+Prefix(lang), "/"+Prefix(Other(lang))
	return Frame{
		Lang: lang, City: catalog.Text{ZH: "示例市", EN: "Example City"}.In(lang), Description: "–",
		Self: base + path, Switch: other + path,
		Canonical: "http://127.0.0.1:8080" + base + path, OtherURL: "http://127.0.0.1:8080" + other + path,
	}
}

type sample struct{ slug, zh, en, dzh, den string }

var samples = []sample{
	{"air-quality", "空气质量监测站日均值", "Daily means of the air quality stations", "生态环境局", "Environment Bureau"},
	{"service-fees", "行政事业性收费项目与标准", "Administrative fees: items, basis and standards", "财政局", "Finance Bureau"},
	{"schools", "义务教育阶段学校名录", "Schools of compulsory education", "教育局", "Education Bureau"},
	{"hospital-beds", "医疗机构床位数", "Hospital beds by institution", "卫生健康委员会", "Health Commission"},
	{"bus-stops", "公交站点", "Bus stops", "交通运输局", "Transport Bureau"},
	{"violations", "交通违法处理情况", "Traffic violations handled", "公安局", "Public Security Bureau"},
}

func items(lang catalog.Lang) []Item {
	w := For(lang)
	var out []Item
	states := []Punctuality{OnTime, OnTime, Late, DueSoon, Unplanned, OnTime}
	for i, s := range samples {
		when := published.AddDate(0, 0, -3*i)
		f := Freshness{Covers: Span(lang, "2024-01-01", "2024-06-30"), Published: when, Cycle: w.pick("每季度", "Quarterly"), Due: when.AddDate(0, 3, 0), State: states[i]}
		if states[i] == Unplanned {
			f.Due, f.Cycle = time.Time{}, w.pick("不定期", "Irregular")
		}
		out = append(out, Item{
			Title: w.pick(s.zh, s.en), URL: "/" + Prefix(lang) + "/datasets/" + s.slug,
			Department:  Link{w.pick(s.dzh, s.den), "/" + Prefix(lang) + "/departments/x"},
			Description: w.pick("各监测站每日平均浓度，微克每立方米；仪器校准期间不计入。原表由各站按日填报，每季度汇总一次，经复核后公布。", "Mean concentration of each day and station, in micrograms per cubic metre; days of calibration are left out. The stations report daily; the bureau checks and publishes each quarter."),
			Freshness:   f, Rows: []int64{12345, 86, 412, 57, 2310, 200000}[i],
		})
	}
	return out
}

func departmentLines(lang catalog.Lang) []DepartmentLine {
	var out []DepartmentLine
	for i, s := range samples {
		out = append(out, DepartmentLine{Link{For(lang).pick(s.dzh, s.den), "/" + Prefix(lang) + "/departments/" + s.slug}, min(1, i), "", 6 - i})
	}
	return append(out, DepartmentLine{Link{For(lang).pick("城南区政务服务和数据管理局", "Government Services and Data Administration of Chengnan District"), "/x"}, 1, "", 1})
}

func homePage(lang catalog.Lang) *Home {
	w := For(lang)
	var topics []Entry
	for i, s := range [][2]string{{"办事要交多少钱", "What a public service costs"}, {"看病与医院", "Doctors and hospitals"}, {"孩子上学", "Schools for children"}, {"坐车出行", "Getting around"}, {"空气与环境", "Air and environment"}, {"政府的钱怎么花", "How public money is spent"}, {"人口有多少", "How many people live here"}, {"用了多少能源", "How much energy is used"}} {
		topics = append(topics, Entry{w.pick(s[0], s[1]), "/" + Prefix(lang) + "/datasets?theme=x", 8 - i})
	}
	f := frame(lang, "/")
	f.Section, f.Plain = AtHome, true
	return &Home{Frame: f, SearchURL: f.Base() + "/datasets", Figures: Figures{12, 8, 231876, 9, 11}, Popular: topics,
		Newest: items(lang), Due: items(lang)[2:4], Departments: departmentLines(lang)}
}

func searchPage(lang catalog.Lang) *Search {
	w := For(lang)
	f := frame(lang, "/datasets?q=%E7%A9%BA%E6%B0%94")
	f.Section, f.Plain, f.Title, f.Query = AtDatasets, true, w.Results("空气"), "空气"
	p := &Search{Frame: f, Action: f.Base() + "/datasets", Text: "空气", Hidden: []Field{{"theme", "environment"}}, Total: 46,
		Chosen: []Choice{{w.FacetTheme, w.pick("生态环境", "Environment"), f.Base() + "/datasets?q=x"}},
		Sorts:  []Option{{w.SortRelevance, "?q=x", true}, {w.SortUpdated, "?q=x&sort=updated", false}, {w.SortTitle, "?q=x&sort=title", false}},
		Pager:  Pager{First: 1, Last: 20, Total: 46, Next: "?q=x&page=2"},
	}
	for i, it := range items(lang) {
		r := Result{Item: it, Formats: []string{"CSV", "XLSX", "JSON", "Parquet"}}
		if i == 0 {
			r.TitlePieces = []Piece{{w.pick("空气", "Air"), true}, {w.pick("质量监测站日均值", " quality"), false}}
			r.Excerpt = []Piece{{w.pick("各监测站每日", "Each day’s "), false}, {w.pick("空气", "air"), true}, {w.pick("质量，微克每立方米。", " quality."), false}}
			r.Columns = []string{"空气质量指数", "首要污染物"}
		}
		p.Results = append(p.Results, r)
	}
	theme := FacetGroup{Name: w.FacetTheme}
	for i, v := range catalog.Themes {
		value := FacetValue{v.Name.In(lang), "?theme=" + v.Code, 12 - i, i == 6}
		if i < 8 {
			theme.Values = append(theme.Values, value)
		} else {
			theme.Folded = append(theme.Folded, value)
		}
	}
	dep := FacetGroup{Name: w.FacetDepartment}
	for _, d := range departmentLines(lang) {
		dep.Values = append(dep.Values, FacetValue{d.Text, "?department=x", d.Datasets, false})
	}
	p.Facets = []FacetGroup{dep, theme}
	return p
}

func emptySearch(lang catalog.Lang) *Search {
	p := searchPage(lang)
	p.Total, p.Results, p.Facets, p.Pager = 0, nil, nil, Pager{}
	p.Suggestion = &Link{"空气质量", p.Base() + "/datasets?q=x"}
	p.AllURL, p.Topics = p.Base()+"/datasets", homePage(lang).Popular
	return p
}

// grid makes a browser of n columns and rows.
func grid(lang catalog.Lang, columns, rows int) *Browser {
	w := For(lang)
	b := &Browser{Caption: w.pick("空气质量监测站日均值", "Daily means"), Action: "/" + Prefix(lang) + "/datasets/air-quality",
		Examples: []Example{{"pm25 > 35", "?where=pm25+%3E+35"}, {"district = '城南区'", "?where=x"}},
		Total:    12345, Matching: 12345, FirstURL: "?", NextURL: "?cursor=x", ResetURL: "?", Totals: 1, PlainURL: "?where=x",
		Values: sampleFilters(w, "?")}
	kinds := []ColumnHead{
		{Label: "监测站", Name: "station", Type: w.TypeText, Align: AlignText},
		{Label: "所在区", Name: "district", Type: w.TypeText, Align: AlignText},
		{Label: "日期", Name: "date", Type: w.TypeDate, Align: AlignFixed, Order: "descending"},
		{Label: "细颗粒物 PM2.5", Name: "pm25", Type: w.TypeDecimal, Unit: "µg/m³", Align: AlignNumber},
		{Label: "空气质量指数", Name: "aqi", Type: w.TypeInteger, Align: AlignNumber},
		{Label: "首要污染物 / 按日评价 / 依据环境空气质量指数技术规定", Name: "primary_pollutant_by_day_and_regulation", Type: w.TypeText, Align: AlignText},
		{Label: "有效监测小时数", Name: "valid_hours", Type: w.TypeInteger, Unit: "小时", Align: AlignNumber},
		{Label: "经度", Name: "lon", Type: w.TypeDecimal, Unit: "°", Align: AlignNumber},
	}
	stations := []string{"城南水厂", "北湖公园", "高新区管委会大楼楼顶自动监测站", "市监测中心", "第三中学"}
	for i := range columns {
		h := kinds[i%len(kinds)]
		h.SortURL = "?order_by=" + h.Name
		if i >= len(kinds) {
			h.Name, h.Order = fmt.Sprintf("%s_%d", h.Name, i), ""
		}
		b.Heads = append(b.Heads, h)
	}
	for i := range rows {
		r := Row{Source: int64(i + 4), Number: int64(i + 4), Total: i == rows-1 && rows > 3}
		for c := range columns {
			var cell Cell
			switch c % len(kinds) {
			case 0:
				cell.Text = stations[i%len(stations)]
			case 1:
				cell.Text = []string{"城南区", "北湖区", "高新区"}[i%3]
			case 2:
				cell.Text = published.AddDate(0, 0, -i).Format(time.DateOnly)
			case 3:
				cell = [...]Cell{{Text: "35.2"}, {Text: "8", Pad: ".0"}, {Text: "112.7"}, {Null: true}}[i%4]
			case 4:
				cell.Text = fmt.Sprint(31 + i*7%90)
			case 5:
				cell = [...]Cell{{Text: "PM2.5"}, {Null: true}, {Text: "O₃（臭氧，八小时滑动平均最大值）"}}[i%3]
			case 6:
				cell.Text = "24"
			case 7:
				cell = Cell{Text: fmt.Sprintf("118.%06d", 120031+i*977), Exact: fmt.Sprintf("118.%06d", 120031+i*977)}
			}
			cell.Align = b.Heads[c].Align
			if r.Total && c > 0 && cell.Align != AlignNumber {
				cell = Cell{Null: true, Align: cell.Align}
			} else if r.Total && c == 0 {
				cell.Text = "合计"
			}
			r.Cells = append(r.Cells, cell)
		}
		b.Rows = append(b.Rows, r)
	}
	return b
}

func datasetPage(lang catalog.Lang) *Dataset {
	w := For(lang)
	d := Specimens(frame(lang, "/datasets/air-quality"))
	f := frame(lang, "/datasets/air-quality")
	f.Section, f.Title = AtDatasets, w.pick(samples[0].zh, samples[0].en)
	f.JSONLD = map[string]any{"@context": "https://schema.org/", "@type": "Dataset", "name": f.Title}
	it := items(lang)[0]
	p := &Dataset{Frame: f, Slug: "air-quality", Title: f.Title, OtherTitle: w.pick(samples[0].en, samples[0].zh), Description: it.Description,
		Department: it.Department, Contact: Contact{w.pick("监测科", "Monitoring section"), "data@example.cn", "0573-1234567"}, Freshness: it.Freshness,
		Tables:  []TableTab{{"日均值", "?", 12345, true}, {"监测站", "?table=stations", 18, false}},
		Browser: grid(lang, 8, 50), Columns: d.Columns, Code: d.Code, Understood: d.Findings, Versions: d.Versions, Notes: []string{"注：仪器校准期间不计入。", "资料来源：市生态环境监测中心。"},
		Keywords: []Link{{w.pick("空气", "air"), "?q=1"}, {"PM2.5", "?q=2"}},
	}
	p.Code.RowsURL = "http://127.0.0.1:8080/api/v1/datasets/air-quality/tables/daily/rows"
	p.Code.DocsURL = "/docs"
	p.Key, p.Usage, p.FeedURL = []Link{{"监测站", "#column-station"}}, w.Used(30, 412, 87, 12), "/api/v1/datasets/air-quality/changes.atom"
	p.Feed = "http://127.0.0.1:8080" + p.FeedURL
	p.Download = Download{Rows: 12345, SHA256: strings.Repeat("5f1c9be0", 8), Package: "/api/v1/datasets/air-quality/package.zip", Cite: []Field{{"dataset", "air-quality"}}}
	p.Download.Everything = append(p.Download.Everything, File{Format: w.ExcelCSV(), Note: w.NoteExcel, URL: "/x?excel=true"})
	for i, format := range []string{"CSV", "XLSX", "JSON", "NDJSON", "Parquet"} {
		file := File{Format: format, Note: []string{w.NoteCSV, w.NoteXLSX, w.NoteJSON, w.NoteNDJSON, w.NoteParquet}[i], URL: "/api/v1/datasets/air-quality/export." + strings.ToLower(format), Media: "x", Code: i > 1}
		if i == 0 {
			file.Bytes, file.Exact, file.SHA256 = 1_234_567, true, strings.Repeat("88ab01c2", 8)
		}
		p.Download.Everything = append(p.Download.Everything, file)
	}
	p.Facts = append(d.Facts, d.Facts...)
	for range 5 {
		p.Facts = append(p.Facts, Fact{Name: w.FactCycle, Value: w.pick("每季度", "Quarterly")})
	}
	return p
}

func queryError(lang catalog.Lang) *Dataset {
	p := datasetPage(lang)
	p.Browser.Where, p.Browser.Problem = "pm25 > 35 and distric = '城南'", sampleProblem()
	p.Browser.Narrowed, p.Browser.Rows, p.Browser.Heads, p.Browser.NextURL = true, nil, nil, ""
	return p
}

func narrowed(lang catalog.Lang) *Dataset {
	p := datasetPage(lang)
	p.Browser.Where, p.Browser.OrderBy, p.Browser.Sorted = "district = '城南区'", "date desc", "date desc"
	p.Browser.Narrowed, p.Browser.Later, p.Browser.Matching = true, true, 731
	p.Browser.Q, p.Browser.Sentence, p.Browser.Chosen, p.Browser.Sums = "公园", sampleSentence(For(lang)), []Choice{{For(lang).pick("所在区", "District"), "城南区", "?"}}, sampleSums(For(lang))
	p.Download.Seen = p.Download.Everything
	p.NoIndex = true
	return p
}

func longDataset(lang catalog.Lang) *Dataset {
	p := datasetPage(lang)
	p.Title = "关于二〇二四年度全市机关事业单位及街道社区办公建筑能源消耗与可再生能源利用情况（含分项计量与分区汇总）的统计调查结果公布表"
	p.Tables = nil
	p.Browser = grid(lang, 60, 50)
	p.Pinned = &Pinned{Number: 2, Published: published, Newer: 3, URL: "?"}
	p.Key = nil
	for i := range 30 {
		c := p.Columns[i%2]
		c.Name += fmt.Sprint(i)
		p.Columns = append(p.Columns, c)
	}
	return p
}

func emptyDataset(lang catalog.Lang) *Dataset {
	p := datasetPage(lang)
	p.Browser = grid(lang, 5, 0)
	p.Browser.Total, p.Browser.NextURL = 0, ""
	p.Understood, p.Tables, p.Notes = Findings{}, nil, nil
	return p
}

func departmentPage(lang catalog.Lang) *Department {
	w := For(lang)
	f := frame(lang, "/departments/environment")
	f.Section, f.Title = AtDepartments, w.pick("生态环境局", "Environment Bureau")
	return &Department{Frame: f, Title: f.Title, OtherTitle: w.pick("Environment Bureau", "生态环境局"), Level: w.LevelBureau,
		Description: w.pick("负责全市生态环境的监督管理、监测与信息公布。", "Supervises and monitors the city’s environment and publishes the findings."),
		Trail:       []Link{{w.Departments, f.Base() + "/departments"}, {f.City, "/x"}}, Datasets: items(lang)[:3], Parts: departmentLines(lang)[5:],
		Facts: []Fact{{Name: w.FactAddress, Value: w.pick("中山路 1 号", "1 Zhongshan Road")}, {Name: w.FactPhone, Value: "0573-1234567"},
			{Name: w.FactHours, Value: w.pick("工作日 9:00–17:00", "Working days 9:00–17:00")}, {Name: w.FactCredit, Value: "11330400MB1234567X", Code: true}},
		SearchURL: f.Base() + "/datasets?department=environment"}
}

func departmentsPage(lang catalog.Lang) *Departments {
	f := frame(lang, "/departments")
	f.Section, f.Title = AtDepartments, f.W().Departments
	return &Departments{Frame: f, Lines: departmentLines(lang), Datasets: 12}
}

func failurePage(lang catalog.Lang) *Failure {
	f := frame(lang, "/nowhere")
	w := f.W()
	f.Title, f.NoIndex, f.Plain = w.FailNotFound, true, true
	return &Failure{Frame: f, Status: 404, Heading: w.FailNotFound, Message: w.FailNotFoundText, Fix: w.FailNotFoundFix,
		Ways: []Link{{w.BackHome, f.Base() + "/"}, {w.AllDatasets, f.Base() + "/datasets"}, {w.Departments, f.Base() + "/departments"}}}
}

func gonePage(lang catalog.Lang) *Failure {
	p := failurePage(lang)
	w := p.W()
	p.Status, p.Heading, p.Message, p.Fix, p.Reason = 410, w.FailGone, w.FailGoneText, w.FailGoneFix, "第三列单位写错，应为万元。"
	return p
}

func citationPage(lang catalog.Lang, stands Standing) *Citation {
	w := For(lang)
	f := frame(lang, "/c/aebagbafaydqqcik")
	f.Title, f.Section = w.Citation(), AtDatasets
	f.Switch = "/c/aebagbafaydqqcik?lang=" + Prefix(Other(lang))
	p := &Citation{Frame: f, Title: w.pick("空气质量日报", "Daily air quality"), Standing: stands, Now: w.CitedSame(),
		Texts: []Quote{{"中文", "生态环境局（2024）：《空气质量日报》，第 3 版，2024-07-03。查询：where=pm25 > 75。https://data.example/c/aebagbafaydqqcik（12 行，SHA-256 " + strings.Repeat("9f", 32) + "）"},
			{"English", "Environment Bureau (2024): Daily air quality. Version 3, 2024-07-03."}},
		Forms: []Link{{"BibTeX", "/c/x.bib"}, {"RIS", "/c/x.ris"}}, RowsURL: "/c/x.csv", Dataset: Link{w.pick("空气质量日报", "Daily air quality"), f.Base() + "/datasets/air-quality"},
		Facts:    []Fact{{Name: w.FactPublisher, Value: w.pick("生态环境局", "Environment Bureau"), URL: "/x"}, {Name: "SHA-256", Value: strings.Repeat("9f", 32), Code: true}},
		Sentence: w.pick("“PM2.5”大于 75，且“区”是“城南区”的行", "Rows where PM2.5 is over 75 and District is “城南区”"), ViewURL: "/x#rows",
		Asked: []FieldOf{{"where", "pm25 > 75 and district = '城南区'"}}}
	switch stands {
	case StandsOther:
		p.Now, p.Current = w.CitedOther(4, 15), &Link{w.ToCurrent, "/x"}
	case StandsGone:
		p.Now, p.RowsURL, p.Asked = w.CitedGone("第三列单位写错。"), "", nil
	case StandsOpen:
		p.Now = w.CitedUnasked(4)
	case StandsSame:
	}
	return p
}

// fixtures are all pages in every state that a screen or a test should see.
func fixtures(lang catalog.Lang) map[string]Page {
	design, empty := frame(lang, "/design"), frame(lang, "/")
	empty.Plain = true
	return map[string]Page{
		"home": homePage(lang), "home-empty": &Home{Frame: empty, SearchURL: "/x"},
		"search": searchPage(lang), "search-empty": emptySearch(lang),
		"dataset": datasetPage(lang), "dataset-error": queryError(lang), "dataset-narrowed": narrowed(lang),
		"dataset-long": longDataset(lang), "dataset-empty": emptyDataset(lang),
		"departments": departmentsPage(lang), "department": departmentPage(lang),
		"failure": failurePage(lang), "gone": gonePage(lang), "design": Specimens(design),
		"citation": citationPage(lang, StandsSame), "citation-other": citationPage(lang, StandsOther), "citation-gone": citationPage(lang, StandsGone), "citation-open": citationPage(lang, StandsOpen),
	}
}
