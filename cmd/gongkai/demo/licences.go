package demo

import (
	"fmt"
	"time"

	"gongkai/catalog"
)

func licences() draft {
	return draft{
		slug: "licence-decisions", department: "market-regulation",
		meta: catalog.Metadata{
			Title: catalog.Text{ZH: "行政许可决定公示信息", EN: "Licence decisions"},
			Description: catalog.Text{
				ZH: "公示市、区县市场监管部门作出的食品经营、药品经营、特种设备和计量等行政许可决定，含决定文书号、申请单位及其统一社会信用代码、许可证编号、决定日期、有效期和当前状态。自决定作出之日起七个工作日内上网公示；证照变更或者注销后更新状态，不删除原记录。",
				EN: "Licences granted by the market regulators for food, medicines and special equipment: the decision's number, the company and its unified social credit code, the licence, its dates and present status. They appear within seven working days; cancelled licences stay listed with their new status."},
			KeywordsZH: []string{"行政许可", "双公示", "食品经营", "统一社会信用代码"}, KeywordsEN: []string{"licences", "permits", "businesses", "credit code"},
			Theme: "government", ResourceCode: "990100-SC-0002", TemporalStart: "2025-01-01", TemporalEnd: "2025-12-31", Cycle: catalog.CycleHalfYearly,
		},
		files: []file{
			{name: "行政许可公示信息（2025年1-6月）.xlsx", write: func(path string) (Expect, error) { return writeLicences(path, date(2025, 6, 30)) }},
			{name: "行政许可公示信息（2025年1-12月）.xlsx", write: func(path string) (Expect, error) { return writeLicences(path, date(2025, 12, 31)) }},
		},
	}
}

// permit is a licence decision; ended and changed say when its status changed.
type permit struct {
	number   int
	category string
	firm     firm
	licence  string
	content  string
	decided  time.Time
	until    time.Time
	status   string
	changed  time.Time // when the status became what it is
}

func writeLicences(path string, end time.Time) (Expect, error) {
	const columns = 11
	w := newWorkbook()
	p := w.page("行政许可")
	p.widths(8, 28, 16, 38, 24, 22, 34, 18, 18, 28, 12)
	title := "示例市市场监督管理局行政许可决定公示表"
	p.title(columns, title)
	p.across(columns, fmt.Sprintf("填报单位：示例市市场监督管理局　　填报日期：%d年%d月%d日", end.Year(), end.Month(), end.Day()), styleMeta)
	g := p.grid(title, "",
		field{"序号", catalog.TypeInteger, "", stylePlain}, field{"行政许可决定文书号", catalog.TypeText, "", styleText},
		field{"许可类别", catalog.TypeText, "", styleCentre}, field{"申请单位", catalog.TypeText, "", styleText},
		field{"统一社会信用代码", catalog.TypeText, "", styleText}, field{"许可证编号", catalog.TypeText, "", styleText},
		field{"许可内容", catalog.TypeText, "", styleWrap}, field{"许可决定日期", catalog.TypeDate, "", styleDate},
		field{"有效期至", catalog.TypeDate, "", styleDate}, field{"许可机关", catalog.TypeText, "", styleText}, field{"当前状态", catalog.TypeText, "", styleCentre})
	for _, x := range permits() {
		if x.decided.After(end) {
			break
		}
		status := "有效"
		if !x.changed.IsZero() && !x.changed.After(end) {
			status = x.status
		}
		g.record(whole(int64(x.number)), text(fmt.Sprintf("示市监许可〔2025〕%04d号", x.number)), text(x.category), text(x.firm.name), text(x.firm.code),
			text(x.licence), text(x.content), day(x.decided), day(x.until), text(districts()[x.firm.district].name.ZH+"市场监督管理局"), text(status))
	}
	g.end("注：统一社会信用代码为公开的主体标识；自然人申请的许可不在本表公示。")
	w.dictionary("字典", "当前状态", p, "K4:K2000", "有效", "已变更", "已注销")
	return w.save(path, "示例市市场监督管理局")
}

// permits gives the decisions of the year by date.
func permits() []permit {
	kinds := []struct {
		category, prefix string
		years            int
		contents         []string
		trades           []string
	}{
		{"食品经营许可", "JY", 5, []string{"热食类食品制售", "预包装食品销售，冷藏冷冻食品销售", "热食类食品制售，冷食类食品制售", "自制饮品制售，糕点类食品制售", "散装食品销售"}, firmTrades()[:2]},
		{"食品生产许可", "SC", 5, []string{"粮食加工品", "调味品", "饮料", "糕点", "茶叶及相关制品"}, firmTrades()[1:2]},
		{"药品经营许可", "YP", 5, []string{"中成药、化学药制剂、生物制品（零售）", "中药饮片、中成药（零售）"}, firmTrades()[2:3]},
		{"医疗器械经营许可", "QX", 5, []string{"第三类医疗器械批发", "第三类医疗器械零售"}, firmTrades()[3:4]},
		{"特种设备许可", "TS", 4, []string{"电梯安装（含修理），曳引驱动乘客电梯B级", "压力管道安装GC2", "锅炉安装（含修理、改造）B级"}, firmTrades()[4:5]},
		{"检验检测机构资质认定", "CMA", 6, []string{"环境空气、水质参数检测", "建筑材料力学性能检测", "食品理化检验"}, firmTrades()[5:6]},
	}
	r := dice("licences")
	var list []permit
	pools := make([][]firm, len(kinds))
	for i, k := range kinds {
		pools[i] = firms(r, 70, k.trades)
	}
	at, number := date(2025, 1, 2), 0
	for at.Year() == 2025 {
		for range between(r, 1, 5) {
			i := pick(r, []int{0, 0, 0, 0, 0, 1, 2, 2, 3, 4, 5})
			k := kinds[i]
			number++
			x := permit{number: number, category: k.category, firm: pick(r, pools[i]), content: pick(r, k.contents), decided: at, until: at.AddDate(k.years, 0, -1)}
			x.licence = fmt.Sprintf("%s%s2025%04d", k.prefix, districts()[x.firm.district].code, number)
			if n := r.IntN(100); n < 7 {
				x.status, x.changed = "已变更", at.AddDate(0, 0, int(between(r, 20, 150)))
			} else if n < 12 {
				x.status, x.changed = "已注销", at.AddDate(0, 0, int(between(r, 30, 200)))
			}
			list = append(list, x)
		}
		at = at.AddDate(0, 0, 1)
		for at.Weekday() == time.Saturday || at.Weekday() == time.Sunday || holiday(at) {
			at = at.AddDate(0, 0, 1)
		}
	}
	return list
}

// holiday reports whether offices are closed for Spring Festival or National Day in 2025.
func holiday(t time.Time) bool {
	return t.Month() == time.October && t.Day() <= 8 || !t.Before(date(2025, 1, 28)) && t.Before(date(2025, 2, 5))
}
