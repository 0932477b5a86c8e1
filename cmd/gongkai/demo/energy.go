package demo

import (
	"fmt"

	"gongkai/catalog"
)

func energy() draft {
	return draft{
		slug: "energy-use", department: "reform-commission",
		meta: catalog.Metadata{
			Title: catalog.Text{ZH: "全社会用电量与重点行业能耗", EN: "Electricity and energy use"},
			Description: catalog.Text{
				ZH: "2024年1月至2025年12月示例市分月全社会用电量，按第一、第二、第三产业和城乡居民生活细分，其中第二产业单列工业；并附规模以上工业十个重点行业两年的综合能源消费量。用电量来自供电企业营业数据，能耗来自能源统计报表，可用于观察经济运行和节能进展。",
				EN: "Monthly electricity use in Example City from January 2024 to December 2025, by primary, secondary and tertiary industry and by urban and rural households, with the energy used by ten industries in both years. Electricity comes from the grid company's sales, energy from statistical returns."},
			KeywordsZH: []string{"用电量", "能源消费", "工业能耗", "节能"}, KeywordsEN: []string{"electricity", "energy", "industry"},
			Theme: "energy", ResourceCode: "990100-FG-0005", TemporalStart: "2024-01-01", TemporalEnd: "2025-12-31", Cycle: catalog.CycleMonthly,
		},
		files: []file{{name: "全社会用电量及重点行业能耗（2024-2025年）.xlsx", write: writeEnergy}},
	}
}

func writeEnergy(path string) (Expect, error) {
	w := newWorkbook()
	p := w.page("能源")
	p.widths(36, 16, 16, 16, 16, 16, 16, 16)
	electricity(p)
	p.row += 2
	industries(p)
	return w.save(path, "示例市发展和改革委员会")
}

// electricity writes the use of each month, in 万千瓦时.
func electricity(p *page) {
	const columns = 8
	r := dice("electricity")
	title := "表一　示例市分月全社会用电量"
	p.title(columns, title)
	p.across(columns, "单位：万千瓦时", styleRight)
	amount := func(path string) field { return field{path, catalog.TypeInteger, "", styleInt} }
	g := p.grid(title, "万千瓦时", field{"月份", catalog.TypePeriod, "", styleCentre}, amount("全社会用电量"),
		amount("产业用电|第一产业"), amount("产业用电|第二产业|小计"), amount("产业用电|第二产业|其中：工业"), amount("产业用电|第三产业"),
		amount("居民生活用电|城镇"), amount("居民生活用电|乡村"))
	// Permille of a mean month: air conditioning in summer, heating in winter,
	// factories idle at Spring Festival.
	homes := [12]int64{1190, 1120, 920, 780, 790, 980, 1390, 1460, 1110, 800, 810, 1050}
	works := [12]int64{960, 720, 1030, 1010, 1040, 1030, 1060, 1050, 1030, 1000, 1040, 1090}
	for m := range 24 {
		growth := 1000 + int64(m/12)*46
		n := func(base, season int64) int64 {
			return rounded(base*season*growth*between(r, 982, 1018), 1_000_000_000)
		}
		farms, industry, building := n(1_640, (homes[m%12]+1000)/2), n(78_900, works[m%12]), n(2_870, works[m%12])
		services, town, village := n(31_400, (homes[m%12]+1000)/2), n(19_800, homes[m%12]), n(11_600, homes[m%12])
		second := industry + building
		g.record(text(fmt.Sprintf("%d年%d月", 2024+m/12, m%12+1)), whole(farms+second+services+town+village),
			whole(farms), whole(second), whole(industry), whole(services), whole(town), whole(village))
	}
	g.end("注：全社会用电量为三次产业与居民生活用电之和。", "资料来源：国网示例供电公司")
}

// industries writes what ten industries used in two years, in tonnes of coal
// equivalent.
func industries(p *page) {
	const columns = 5
	r := dice("industries")
	title := "表二　规模以上工业重点行业综合能源消费量"
	p.title(columns, title)
	p.across(columns, "单位：吨标准煤", styleRight)
	g := p.grid(title, "吨标准煤", field{"行业", catalog.TypeText, "", styleText}, field{"行业代码", catalog.TypeText, "", styleCentre},
		field{"综合能源消费量|2024年", catalog.TypeInteger, "", styleInt}, field{"综合能源消费量|2025年", catalog.TypeInteger, "", styleInt}, field{"同比增长（%）", catalog.TypeDecimal, "%", styleDec1})
	var before, now int64
	row := func(name, code cell, a, b int64) []cell {
		return []cell{name, code, whole(a), whole(b), fixed(rounded((b-a)*1000, a), 1)}
	}
	for _, x := range []struct {
		code, name string
		use        int64
	}{
		{"13", "农副食品加工业", 41_300}, {"17", "纺织业", 68_700}, {"22", "造纸和纸制品业", 52_900}, {"26", "化学原料和化学制品制造业", 386_400}, {"27", "医药制造业", 37_800},
		{"30", "非金属矿物制品业", 512_600}, {"31", "黑色金属冶炼和压延加工业", 298_500}, {"34", "通用设备制造业", 26_100}, {"39", "计算机、通信和其他电子设备制造业", 74_200}, {"44", "电力、热力生产和供应业", 645_900},
	} {
		a := rounded(x.use*between(r, 970, 1030), 1000)
		b := rounded(a*between(r, 935, 1045), 1000)
		before, now = before+a, now+b
		g.record(row(text(x.name), text(x.code), a, b)...)
	}
	g.total(row(text("合计"), blank(), before, now)...)
	g.end("注：行业按《国民经济行业分类》（GB/T 4754—2017）划分。")
}
