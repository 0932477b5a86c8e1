package page

import (
	"fmt"
	"strconv"

	"gongkai/catalog"
)

// Words are the phrases of the interface in one language. Phrases that hold
// numbers are methods, for the languages count differently.
type Words struct {
	lang                catalog.Lang
	OtherTag, OtherName string // the other language, in its own words

	Skip, MainNav, FootNav, TrailNav, LocalNav, TablesNav, PagerNav, RowsNav string
	Datasets, AllDatasets, Departments, API, APIDocs, Sitemap, DesignPage    string
	FootLicence                                                              string

	Search, SearchLabel, SearchHint, Narrow, SortLabel, ChosenLabel, Remove string
	SortRelevance, SortUpdated, SortTitle, FacetDepartment, FacetTheme      string
	MatchingColumns, NothingFound, NothingFoundFix, DidYouMean              string
	PreviousPage, NextPage, SearchTitle                                     string

	Lead, PopularTitle, NewestTitle, DueTitle, LatestOn string
	NothingYet, NothingYetFix                           string
	DepartmentsLead, NoDatasetsHere, SearchHere         string
	Subordinate, Office                                 string

	Covers, PublishedOn, NextDue, CycleIs                                        string
	StateOnTime, StateSoon, StateLate                                            string
	AnswersFor, Data, Downloads, Columns, Metadata                               string
	Version, Versions, VersionList, VersionsLead, State, RowsWord                string
	ToCurrent, IsCurrent, NoTable, Notes                                         string
	Understood, UnderstoodLead, Expected, Found                                  string
	WhatYouSee, SeenNote, Checksums, ContentHash                                 string
	ContentHashNote, About                                                       string
	APILead, Copy, Copied                                                        string
	FilterLabel, FilterHelp, Filter, ResetFilter                                 string
	NotUnderstood, SourceRow, SourceRowLong, SortBy                              string
	NoRows, NoRowsMatch, NoValue, WholeText                                      string
	FirstRows, NextRows, LastRows                                                string
	UnitIs, Range, Mean, TopValues                                               string
	Keywords, True, False                                                        string
	SeverityError, SeverityWarning, SeverityInfo                                 string
	StateDraft, StatePublished, StateSuperseded                                  string
	StatePurged, StateWithdrawn                                                  string
	NoteCSV, NoteExcel, NoteXLSX, NoteJSON, NoteNDJSON, NoteParquet, NoteGeoJSON string
	FactTheme, FactSpatial, FactTemporal, FactLicence                            string
	FactCycle, FactOpen, FactOpenCondition, FactSharing                          string
	FactShareCondition, FactShareMethod, FactCode                                string
	FactSlug, FactPublisher                                                      string
	FactModified, FactSheet, FactUnit, FactPeriod                                string
	FactAddress, FactPhone, FactEmail, FactHours                                 string
	FactDivision, FactCredit, FactLevel                                          string
	LevelCity, LevelBureau, LevelDistrict, LevelTownship                         string

	TypeText, TypeInteger, TypeDecimal, TypePercent, TypeBoolean string
	TypeDate, TypeDatetime, TypeTime, TypePeriod                 string

	FailNotFound, FailNotFoundText, FailNotFoundFix string
	FailGone, FailGoneText, FailGoneFix             string
	FailInvalid, FailInvalidText                    string
	FailForbidden, FailForbiddenText                string
	FailBusy, FailBusyText, FailBusyFix             string
	FailInternal, FailInternalText, FailInternalFix string
	BackHome                                        string

	DesignTitle, DesignLead string
}

// For gives the phrases of a language.
func For(lang catalog.Lang) *Words {
	if lang == catalog.EN {
		return &english
	}
	return &chinese
}

var chinese, english = phrases(catalog.ZH), phrases(catalog.EN)

// phrases is the one catalogue of interface phrases, Chinese and English side
// by side; a test wants every field of Words filled in both.
func phrases(lang catalog.Lang) Words {
	t := (&Words{lang: lang}).pick
	return Words{
		lang:      lang,
		OtherTag:  t("en", "zh-CN"),
		OtherName: t("English", "中文"),

		Skip:        t("跳到正文", "Skip to the content"),
		MainNav:     t("主导航", "Main navigation"),
		FootNav:     t("页脚导航", "Footer navigation"),
		TrailNav:    t("所在位置", "You are here"),
		LocalNav:    t("本页目录", "On this page"),
		TablesNav:   t("数据表", "Tables"),
		PagerNav:    t("翻页", "Pages"),
		RowsNav:     t("翻看数据", "More rows"),
		Datasets:    t("数据集", "Datasets"),
		AllDatasets: t("全部数据集", "All datasets"),
		Departments: t("部门", "Departments"),
		API:         t("接口", "API"),
		APIDocs:     t("接口文档", "API reference"),
		Sitemap:     t("网站地图", "Sitemap"),
		DesignPage:  t("界面规范", "Design of these pages"),
		FootLicence: t("各数据集的许可载于其页面。下载无须登记，接口无须密钥。", "Each dataset states its licence. No registration to download, no key for the API."),

		Search:          t("搜索", "Search"),
		SearchLabel:     t("搜索数据", "Search the data"),
		SearchHint:      t("名称、字段、部门", "A title, a column, a department"),
		Narrow:          t("缩小范围", "Narrow down"),
		SortLabel:       t("排序", "Sort by"),
		ChosenLabel:     t("已选条件", "Chosen"),
		Remove:          t("移除", "Remove"),
		SortRelevance:   t("相关程度", "relevance"),
		SortUpdated:     t("最近公布", "newest first"),
		SortTitle:       t("名称", "title"),
		FacetDepartment: t("部门", "Department"),
		FacetTheme:      t("主题", "Subject"),
		MatchingColumns: t("相符字段", "Matching columns"),
		NothingFound:    t("没有找到相符的数据集。", "No dataset matches."),
		NothingFoundFix: t("换一个更短或更常用的词，去掉已选条件，或从主题入手。", "Try a shorter or more common word, remove what you chose, or start from a subject."),
		DidYouMean:      t("您是不是要找", "Did you mean"),
		PreviousPage:    t("上一页", "Previous page"),
		NextPage:        t("下一页", "Next page"),
		SearchTitle:     t("搜索数据集", "Search datasets"),

		Lead:            t("各部门公布的数据，与原表逐格相符，可以查、可以下载、可以用程序调用。", "What the departments publish, true to their own tables cell by cell: to read, to download and to query."),
		PopularTitle:    t("常查的事", "What people come for"),
		NewestTitle:     t("最近公布", "Newly published"),
		DueTitle:        t("即将到期与逾期", "Due and late"),
		LatestOn:        t("最近公布于", "Latest publication"),
		NothingYet:      t("还没有公布数据集。", "No dataset has been published yet."),
		NothingYetFix:   t("部门上传表格并公布之后，数据集会出现在这里。", "Datasets appear here once a department has uploaded a table and published it."),
		DepartmentsLead: t("数据由各部门公布，并由其负责解答。", "Departments publish the data and answer for it."),
		NoDatasetsHere:  t("该部门还没有公布数据集。", "This department has not published a dataset yet."),
		SearchHere:      t("在该部门的数据集中搜索", "Search the datasets of this department"),
		Subordinate:     t("下属部门", "Departments below it"),
		Office:          t("机构信息", "The office"),

		Covers:          t("数据期间", "Covers"),
		PublishedOn:     t("公布于", "Published"),
		NextDue:         t("下次更新", "Next due"),
		CycleIs:         t("更新周期", "Update cycle:"),
		StateOnTime:     t("按期", "on time"),
		StateSoon:       t("即将到期", "due soon"),
		StateLate:       t("逾期", "late"),
		AnswersFor:      t("负责部门", "Responsible:"),
		Data:            t("数据", "Data"),
		Downloads:       t("下载", "Downloads"),
		Columns:         t("字段", "Columns"),
		Metadata:        t("元数据", "Metadata"),
		Version:         t("版本", "Version"),
		Versions:        t("版本", "Versions"),
		VersionList:     t("版本列表", "List of versions"),
		VersionsLead:    t("每个版本公布后不再改动，旧版本照常可查、可下载。", "A version never changes once it is published; earlier ones can still be read and downloaded."),
		State:           t("状态", "State"),
		RowsWord:        t("行数", "Rows"),
		ToCurrent:       t("查看数据集的最新页面", "Go to the page of the dataset"),
		IsCurrent:       t("这是现行版本，本页地址固定指向它。", "This is the current version; this address will always show it."),
		NoTable:         t("这个版本没有数据表。", "This version has no table."),
		Notes:           t("表注", "Notes"),
		Understood:      t("读表记录", "How the table was read"),
		UnderstoodLead:  t("程序读取原表时所作的判断与发现的问题，逐条列出。", "What was assumed and what was noticed while the department’s workbook was read, one by one."),
		Expected:        t("应为", "Expected"),
		Found:           t("实为", "Found"),
		WhatYouSee:      t("只下载筛选结果", "What you see"),
		SeenNote:        t("只含符合当前筛选条件的行。", "Only the rows that match your filter."),
		Checksums:       t("校验和", "Checksums"),
		ContentHash:     t("内容指纹", "Content hash"),
		ContentHashNote: t("内容指纹由字段与各行的值算出：指纹相同，数据就相同。", "The content hash is taken over columns and values: the same hash is the same data."),
		About:           t("约", "about"),
		APILead:         t("无须密钥。", "No key needed."),
		Copy:            t("复制", "Copy"),
		Copied:          t("已复制", "Copied"),
		FilterLabel:     t("筛选条件", "Filter by a condition"),
		FilterHelp:      t("可用 =、<>、<、>、in、between、like、is null、and、or、not。例如", "You can use =, <>, <, >, in, between, like, is null, and, or, not. Try"),
		Filter:          t("筛选", "Apply"),
		ResetFilter:     t("清除筛选与排序", "Clear filter and order"),
		NotUnderstood:   t("没有看懂这个条件。", "This could not be understood."),
		SourceRow:       t("行", "Row"),
		SourceRowLong:   t("部门原表中的行号", "Row in the department’s sheet"),
		SortBy:          t("按此列排序", "sort by this column"),
		NoRows:          t("表中没有数据行。", "The table has no rows."),
		NoRowsMatch:     t("没有符合条件的行。", "No row matches the filter."),
		NoValue:         t("无值", "no value"),
		WholeText:       t("全文（JSON）", "whole text (JSON)"),
		FirstRows:       t("回到最前", "First rows"),
		NextRows:        t("后 50 行", "Next 50 rows"),
		LastRows:        t("已到末尾", "End of the table"),
		UnitIs:          t("单位", "in"),
		Range:           t("范围", "From"),
		Mean:            t("平均", "mean"),
		TopValues:       t("常见值", "Most frequent values"),
		Keywords:        t("关键词", "Keywords"),
		True:            t("是", "yes"),
		False:           t("否", "no"),
		SeverityError:   t("错误", "Error"),
		SeverityWarning: t("注意", "Warning"),
		SeverityInfo:    t("说明", "Note"),
		StateDraft:      t("草稿", "draft"),
		StatePublished:  t("现行", "current"),
		StateSuperseded: t("已被替代", "superseded"),
		StateWithdrawn:  t("已撤回", "withdrawn"),
		StatePurged:     t("已撤回并清除", "withdrawn and purged"),
		NoteCSV:         t("通用", "any program"),
		NoteExcel:       t("双击用 Excel 打开，中文不乱码", "opens in Excel with Chinese intact"),
		NoteXLSX:        t("Excel、WPS", "Excel, WPS"),
		NoteJSON:        t("网页与程序", "web"),
		NoteNDJSON:      t("逐行处理", "by line"),
		NoteParquet:     t("大数据分析", "analysis"),
		NoteGeoJSON:     t("地图", "maps"),

		FactTheme:          t("主题", "Subject"),
		FactSpatial:        t("地域范围", "Area"),
		FactTemporal:       t("数据期间", "Period covered"),
		FactLicence:        t("许可", "Licence"),
		FactCycle:          t("更新周期", "Update cycle"),
		FactOpen:           t("开放属性", "Access"),
		FactOpenCondition:  t("开放条件", "Conditions of access"),
		FactSharing:        t("共享类型", "Sharing between departments"),
		FactShareCondition: t("共享条件", "Conditions of sharing"),
		FactShareMethod:    t("共享方式", "How it is shared"),
		FactCode:           t("信息资源代码", "Resource code"),
		FactSlug:           t("标识", "Identifier"),
		FactPublisher:      t("信息资源提供方", "Publisher"),
		FactModified:       t("最近更新", "Last changed"),
		FactSheet:          t("原工作表", "Source sheet"),
		FactUnit:           t("表内单位", "Unit of the table"),
		FactPeriod:         t("表内期间", "Period of the table"),
		FactAddress:        t("地址", "Address"),
		FactPhone:          t("电话", "Telephone"),
		FactEmail:          t("电子邮箱", "E-mail"),
		FactHours:          t("办公时间", "Office hours"),
		FactDivision:       t("行政区划代码", "Division code"),
		FactCredit:         t("统一社会信用代码", "Unified social credit code"),
		FactLevel:          t("层级", "Level"),
		LevelCity:          t("市", "City"),
		LevelBureau:        t("局、委、办", "Bureau"),
		LevelDistrict:      t("区、县", "District"),
		LevelTownship:      t("街道、乡镇", "Township"),

		TypeText:     t("文本", "text"),
		TypeInteger:  t("整数", "integer"),
		TypeDecimal:  t("小数", "decimal"),
		TypePercent:  t("百分比", "percent"),
		TypeBoolean:  t("是否", "yes/no"),
		TypeDate:     t("日期", "date"),
		TypeDatetime: t("日期时间", "date and time"),
		TypeTime:     t("时刻", "time"),
		TypePeriod:   t("期间", "period"),

		FailNotFound:      t("这个地址没有内容", "There is nothing at this address"),
		FailNotFoundText:  t("数据集或页面可能改了名，也可能从未存在。", "The dataset or page may have been renamed, or may never have existed."),
		FailNotFoundFix:   t("请核对地址，或搜索数据的名称。", "Check the address, or search for the name of the data."),
		FailGone:          t("这个版本已经撤回", "This version was withdrawn"),
		FailGoneText:      t("部门公布过它，后来撤回，理由如下。", "The department published it and took it back, for this reason:"),
		FailGoneFix:       t("数据集的其他版本仍可查看。", "Other versions of the dataset can still be read."),
		FailInvalid:       t("请求有误", "The request could not be understood"),
		FailInvalidText:   t("地址中的某个参数不对。", "Something in the address is not right."),
		FailForbidden:     t("不能查看", "This cannot be shown"),
		FailForbiddenText: t("该内容不对公众开放。", "It is not open to the public."),
		FailBusy:          t("现在太忙", "Too busy right now"),
		FailBusyText:      t("请求太多，或这次查询用时太长。", "There are too many requests, or this query took too long."),
		FailBusyFix:       t("请稍等片刻再试，或缩小筛选范围。", "Wait a moment and try again, or narrow the filter."),
		FailInternal:      t("出错了", "Something went wrong here"),
		FailInternalText:  t("问题出在我们这边，已经记录。", "The fault is ours and has been recorded."),
		FailInternalFix:   t("请稍后再试。您的数据没有受到影响。", "Try again in a while. Nothing was lost."),
		BackHome:          t("回到首页", "Go to the front page"),

		DesignTitle: t("界面规范", "The design of these pages"),
		DesignLead:  t("每一个构件的每一种状态，用真实的模板画出。", "Every component in every state, drawn by the templates that draw the pages."),
	}
}

// pick chooses between the two languages, and never takes one for the other.
func (w *Words) pick(zh, en string) string {
	if w.lang == catalog.EN {
		return en
	}
	return zh
}

func plural[N int | int64](n N, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Number(n) + " " + many
}

// SiteName names the portal of a city.
func (w *Words) SiteName(city string) string { return w.pick(city+"公共数据", city+" Open Data") }

// DatasetCount says how many datasets there are.
func (w *Words) DatasetCount(n int) string {
	return w.pick(Number(n)+" 个数据集", plural(n, "dataset", "datasets"))
}

// DatasetsWord follows a bare number of datasets, for who does not see the layout.
func (w *Words) DatasetsWord(n int) string {
	if n == 1 {
		return w.pick("个数据集", "dataset")
	}
	return w.pick("个数据集", "datasets")
}

// DepartmentCount says how many departments there are.
func (w *Words) DepartmentCount(n int) string {
	return w.pick(Number(n)+" 个部门", plural(n, "department", "departments"))
}

// Rows says how many rows there are.
func (w *Words) Rows(n int64) string { return w.pick(Number(n)+" 行", plural(n, "row", "rows")) }

// OnTimeShare says which share of the scheduled datasets is up to date.
func (w *Words) OnTimeShare(percent int) string {
	n := strconv.Itoa(percent)
	return w.pick("按期更新 "+n+"%", n+"% on time")
}

// OnTimeNote explains OnTimeShare.
func (w *Words) OnTimeNote(kept, scheduled int) string {
	return w.pick(fmt.Sprintf("有更新期限的 %d 个数据集中，%d 个按期", scheduled, kept),
		fmt.Sprintf("%d of the %d datasets with a due date", kept, scheduled))
}

// FoundCount says how many datasets a search found.
func (w *Words) FoundCount(n int) string {
	if n == 0 {
		return w.pick("没有结果", "No results")
	}
	return w.pick("找到 "+w.DatasetCount(n), w.DatasetCount(n))
}

// Showing says which part of a list is on the page.
func (w *Words) Showing(first, last, total int) string {
	return w.pick(fmt.Sprintf("第 %s–%s 个，共 %s 个", Number(first), Number(last), Number(total)),
		fmt.Sprintf("%s–%s of %s", Number(first), Number(last), Number(total)))
}

// More names what is folded away.
func (w *Words) More(n int) string {
	return w.pick(fmt.Sprintf("其余 %d 项", n), fmt.Sprintf("%d more", n))
}

// Results is the title of a search.
func (w *Words) Results(text string) string {
	return w.pick("搜索“"+text+"”", "Search for “"+text+"”")
}

// AtPosition says where in an expression something is wrong.
func (w *Words) AtPosition(pos int) string {
	return w.pick(fmt.Sprintf("位置：第 %d 个字符", pos), fmt.Sprintf("At character %d", pos))
}

// EverythingNote says what the downloads hold.
func (w *Words) EverythingNote(rows int64) string {
	return w.pick("全表，"+w.Rows(rows), "The whole table, "+w.Rows(rows))
}

// VersionNumber names a version.
func (w *Words) VersionNumber(n int) string {
	return w.pick(fmt.Sprintf("第 %d 版", n), fmt.Sprintf("Version %d", n))
}

// NewerExists says that another version is the current one.
func (w *Words) NewerExists(n int) string {
	return w.pick(fmt.Sprintf("不是现行版本，现行的是第 %d 版。", n), fmt.Sprintf("is not the current one; version %d is.", n))
}

// Cells says in how many cells a finding was made.
func (w *Words) Cells(n int64) string {
	return w.pick("共 "+Number(n)+" 格", "in "+plural(n, "cell", "cells"))
}

// AcceptedBy says who let a warning pass.
func (w *Words) AcceptedBy(who string) string {
	return w.pick("已由 "+who+" 确认", "Accepted by "+who)
}

// SourceColumn names a column of the department's sheet.
func (w *Words) SourceColumn(letters string) string {
	return w.pick("原表 "+letters+" 列", "Column "+letters+" of the sheet")
}

// FromTo joins the ends of a stretch of time.
func (w *Words) FromTo(from, to string) string { return w.pick(from+"至"+to, from+" to "+to) }

// SinceDay names a stretch of time without an end.
func (w *Words) SinceDay(day string) string { return w.pick(day+"起", "since "+day) }

// UntilDay names a stretch of time without a beginning.
func (w *Words) UntilDay(day string) string { return w.pick("截至"+day, "until "+day) }

// MissingShare says how much of a column has no value.
func (w *Words) MissingShare(nulls, all int64) string {
	if nulls == 0 || all == 0 {
		return ""
	}
	share := fmt.Sprintf("%.1f%%", float64(nulls)*100/float64(all))
	switch {
	case nulls == all:
		share = "100%"
	case nulls*1000 < all:
		share = "<0.1%"
	case share == "100.0%":
		share = ">99.9%"
	}
	return w.pick("缺 "+share, share+" missing")
}

// DistinctValues says how many different values a column has.
func (w *Words) DistinctValues(n int64, approx bool) string {
	if approx {
		return w.pick("约 "+Number(n)+" 个不同值", "about "+plural(n, "distinct value", "distinct values"))
	}
	return w.pick(Number(n)+" 个不同值", plural(n, "distinct value", "distinct values"))
}

// Punctuality puts a dataset's standing into words, "" where there is nothing to say.
func (w *Words) Punctuality(p Punctuality) string {
	switch p {
	case OnTime:
		return w.StateOnTime
	case DueSoon:
		return w.StateSoon
	case Late:
		return w.StateLate
	case Unplanned, Historical:
	}
	return ""
}

// Type names a type of values.
func (w *Words) Type(t catalog.Type) string {
	return map[catalog.Type]string{
		catalog.TypeText: w.TypeText, catalog.TypeInteger: w.TypeInteger, catalog.TypeDecimal: w.TypeDecimal,
		catalog.TypePercent: w.TypePercent, catalog.TypeBoolean: w.TypeBoolean, catalog.TypeDate: w.TypeDate,
		catalog.TypeDatetime: w.TypeDatetime, catalog.TypeTime: w.TypeTime, catalog.TypePeriod: w.TypePeriod,
	}[t]
}

// Question puts a subject into the words of somebody who comes with a question;
// "" for one that is unknown.
func (w *Words) Question(theme string) string {
	q := map[string]catalog.Text{
		"government":  {ZH: "办事要交多少钱、找谁", EN: "Public services: fees, licences, offices"},
		"finance":     {ZH: "政府的钱怎么花", EN: "How public money is spent"},
		"population":  {ZH: "这里住着多少人", EN: "How many people live here"},
		"health":      {ZH: "看病、医院与床位", EN: "Doctors, hospitals and beds"},
		"education":   {ZH: "孩子上学、学校名录", EN: "Schools for children"},
		"transport":   {ZH: "公交、出行与交通", EN: "Buses, roads and traffic"},
		"environment": {ZH: "空气与水好不好", EN: "How clean air and water are"},
		"energy":      {ZH: "用了多少电和能源", EN: "How much energy is used"},
		"safety":      {ZH: "治安与安全", EN: "Safety and order"},
		"region":      {ZH: "城市建设与房屋", EN: "Building and housing"},
		"agriculture": {ZH: "农业与农村", EN: "Farming and the countryside"},
		"technology":  {ZH: "科技与创新", EN: "Science and technology"},
	}[theme]
	return w.pick(q.ZH, q.EN)
}

// Level names a level of the administrative tree.
func (w *Words) Level(l catalog.Level) string {
	return map[catalog.Level]string{
		catalog.LevelCity: w.LevelCity, catalog.LevelBureau: w.LevelBureau,
		catalog.LevelDistrict: w.LevelDistrict, catalog.LevelTownship: w.LevelTownship,
	}[l]
}

// Severity names a severity.
func (w *Words) Severity(s catalog.Severity) string {
	return map[catalog.Severity]string{
		catalog.SeverityError: w.SeverityError, catalog.SeverityWarning: w.SeverityWarning, catalog.SeverityInfo: w.SeverityInfo,
	}[s]
}

// VersionState names a state of a version.
func (w *Words) VersionState(s catalog.VersionState) string {
	return map[catalog.VersionState]string{
		catalog.Draft: w.StateDraft, catalog.Published: w.StatePublished,
		catalog.Superseded: w.StateSuperseded, catalog.Withdrawn: w.StateWithdrawn, catalog.Purged: w.StatePurged,
	}[s]
}
