package demo

import (
	"fmt"
	"math/rand/v2"

	"gongkai/catalog"
)

// budgetLine is one line of the budget; figures in 万元, growth in tenths of a
// percent.
type budgetLine struct {
	code, name string
	planned    int64 // at the beginning of the year
	adjusted   int64
	months     [12]int64
	before     [12]int64 // a year earlier
}

// budgetGroup is a part of the budget with a subtotal of its own.
type budgetGroup struct {
	label string
	lines []budgetLine
}

func budget() draft {
	return draft{
		slug: "budget-execution", department: "finance-bureau",
		meta: catalog.Metadata{
			Title: catalog.Text{ZH: "一般公共预算收支执行情况", EN: "Execution of the general public budget"},
			Description: catalog.Text{
				ZH: "按科目列出示例市市级一般公共预算收入和支出的年初预算、调整预算、当期与累计执行数，以及同比增长和完成调整预算的比例。收入分税收与非税两部分并列小计，支出按功能分类编报。数据取自国库集中收付系统的月度旬报，年终以人民代表大会批准的决算为准，可用于比较各科目的执行进度。",
				EN: "The city's general public budget by item: the budget as approved, the adjusted budget, the month and the year to date, with growth and the share executed. Tax and non-tax revenue carry subtotals; spending is classified by function. Figures are provisional until the accounts are approved."},
			KeywordsZH: []string{"预算执行", "财政收入", "财政支出", "税收"}, KeywordsEN: []string{"budget", "revenue", "expenditure", "tax"},
			Theme: "finance", ResourceCode: "990100-CZ-0001", TemporalStart: "2025-01-01", TemporalEnd: "2025-12-31", Cycle: catalog.CycleHalfYearly,
		},
		files: []file{
			{name: "2025年上半年一般公共预算收支执行情况表.xlsx", write: func(path string) (Expect, error) { return writeBudget(path, 6) }},
			{name: "2025年全年一般公共预算收支执行情况表.xlsx", write: func(path string) (Expect, error) { return writeBudget(path, 12) }},
		},
	}
}

func writeBudget(path string, months int) (Expect, error) {
	r := dice("budget")
	w := newWorkbook()
	budgetPage(w, months, "一般公共预算收入", "收入", revenueLines(r), "注：当期指报告期最后一个月；同比增长按可比口径计算。")
	budgetPage(w, months, "一般公共预算支出", "支出", spendingLines(r), "注：支出数不含预备费；债务付息支出为政府债券利息。")
	return w.save(path, "示例市财政局")
}

func budgetPage(w *workbook, months int, name, kind string, groups []budgetGroup, note string) {
	const columns = 9
	p := w.page(name)
	p.widths(30, 12, 14, 14, 14, 14, 14, 14, 16)
	title := fmt.Sprintf("示例市2025年1—%d月一般公共预算%s执行情况表", months, kind)
	p.title(columns, title)
	p.pair(columns, "编制单位：示例市财政局", "单位：万元")
	money := func(path string) field { return field{path, catalog.TypeInteger, "", styleInt} }
	growth := func(path string) field { return field{path, catalog.TypeDecimal, "%", styleDec1} }
	g := p.grid(title, "万元",
		field{"预算科目", catalog.TypeText, "", styleText},
		field{"科目编码", catalog.TypeText, "", styleCentre},
		money("预算数|年初预算"), money("预算数|调整预算"),
		money("执行情况|当期|金额"), growth("执行情况|当期|同比增长（%）"),
		money("执行情况|累计|金额"), growth("执行情况|累计|同比增长（%）"),
		field{"执行情况|累计|完成调整预算", catalog.TypePercent, "", stylePercent})
	g.numbers()
	var all budgetLine
	for _, group := range groups {
		var sub budgetLine
		if group.label != "" {
			g.section(group.label)
		}
		for _, line := range group.lines {
			g.record(line.cells(months, text(line.name).in(styleIndent), text(line.code))...)
			sub.add(line)
		}
		if group.label != "" {
			g.total(sub.cells(months, text("小计"), blank())...)
		}
		all.add(sub)
	}
	g.total(all.cells(months, text("合计"), blank())...)
	g.end(note, "资料来源：示例市财政局国库处，数据为快报数。")
}

func (b *budgetLine) add(o budgetLine) {
	b.planned += o.planned
	b.adjusted += o.adjusted
	for i := range b.months {
		b.months[i] += o.months[i]
		b.before[i] += o.before[i]
	}
}

// cells gives the line up to a month of the year, behind its first two cells.
func (b *budgetLine) cells(months int, name, code cell) []cell {
	var sum, before int64
	for i := range months {
		sum, before = sum+b.months[i], before+b.before[i]
	}
	now, then := b.months[months-1], b.before[months-1]
	return []cell{
		name, code, whole(b.planned), whole(b.adjusted),
		whole(now), fixed(rounded((now-then)*1000, then), 1),
		whole(sum), fixed(rounded((sum-before)*1000, before), 1),
		share(rounded(sum*1000, b.adjusted)),
	}
}

// rounded divides and rounds half away from zero.
func rounded(a, b int64) int64 {
	if b == 0 {
		return 0
	}
	if (a < 0) != (b < 0) {
		return (a - b/2) / b
	}
	return (a + b/2) / b
}

// plan is a line's planned figure and the permille by which it grew on the
// year before.
type plan struct {
	code, name string
	planned    int64
	growth     int64
}

func revenueLines(r *rand.Rand) []budgetGroup {
	// The share of each month in a year: taxes peak after the quarters end.
	season := [12]int64{118, 62, 74, 98, 76, 84, 96, 66, 72, 94, 74, 86}
	return []budgetGroup{
		{"一、税收收入", spread(r, season, []plan{
			{"10101", "增值税", 462_800, 31}, {"10104", "企业所得税", 188_400, 12}, {"10106", "个人所得税", 61_300, 54},
			{"10107", "资源税", 4_260, -23}, {"10109", "城市维护建设税", 71_500, 29}, {"10110", "房产税", 52_700, 61},
			{"10111", "印花税", 24_900, 18}, {"10112", "城镇土地使用税", 33_800, -14}, {"10113", "土地增值税", 74_600, -126},
			{"10114", "车船税", 21_450, 43}, {"10118", "耕地占用税", 9_320, -78}, {"10119", "契税", 96_100, -85}, {"10121", "环境保护税", 2_180, 9}})},
		{"二、非税收入", spread(r, season, []plan{
			{"10302", "专项收入", 68_900, 22}, {"10304", "行政事业性收费收入", 31_700, -36}, {"10305", "罚没收入", 27_600, -48},
			{"10307", "国有资源（资产）有偿使用收入", 118_300, 74}, {"10309", "政府住房基金收入", 12_850, 15}, {"10399", "其他收入", 8_640, -19}})},
	}
}

func spendingLines(r *rand.Rand) []budgetGroup {
	season := [12]int64{72, 68, 96, 70, 74, 104, 68, 74, 92, 66, 82, 134}
	return []budgetGroup{{"", spread(r, season, []plan{
		{"201", "一般公共服务支出", 214_600, 8}, {"203", "国防支出", 2_150, 21}, {"204", "公共安全支出", 148_300, 19},
		{"205", "教育支出", 498_200, 42}, {"206", "科学技术支出", 86_400, 87}, {"207", "文化旅游体育与传媒支出", 41_900, 27},
		{"208", "社会保障和就业支出", 387_500, 63}, {"210", "卫生健康支出", 246_800, 34}, {"211", "节能环保支出", 72_300, 12},
		{"212", "城乡社区支出", 283_700, -52}, {"213", "农林水支出", 224_900, 37}, {"214", "交通运输支出", 118_600, -17},
		{"215", "资源勘探工业信息等支出", 59_800, 46}, {"216", "商业服务业等支出", 14_700, 29}, {"217", "金融支出", 3_260, -8},
		{"220", "自然资源海洋气象等支出", 28_450, 14}, {"221", "住房保障支出", 92_100, 58}, {"222", "粮油物资储备支出", 7_930, 11},
		{"224", "灾害防治及应急管理支出", 23_600, 39}, {"229", "其他支出", 5_480, -64}, {"232", "债务付息支出", 47_200, 93}})}}
}

// spread makes lines of plans, with months that add up to about the adjusted
// budget by the season of the year.
func spread(r *rand.Rand, season [12]int64, plans []plan) []budgetLine {
	lines := make([]budgetLine, 0, len(plans))
	for _, p := range plans {
		line := budgetLine{code: p.code, name: p.name, planned: p.planned}
		line.adjusted = rounded(p.planned*between(r, 985, 1035), 1000)
		reached := between(r, 962, 1012)
		for i, share := range season {
			line.months[i] = rounded(line.adjusted*reached*share*between(r, 930, 1070), 1_000_000_000)
			line.before[i] = rounded(line.months[i]*1000*between(r, 960, 1040), (1000+p.growth)*1000)
		}
		lines = append(lines, line)
	}
	return lines
}
