package demo

import (
	"fmt"
	"strconv"

	"gongkai/catalog"
)

func population() draft {
	return draft{
		slug: "population-by-district", department: "statistics-bureau",
		meta: catalog.Metadata{
			Title: catalog.Text{ZH: "分区县年末常住人口", EN: "Resident population by district and year"},
			Description: catalog.Text{
				ZH: "示例市各区县2016年以来历年年末常住人口，以及最近一年的出生、死亡和自然增长情况与乡镇街道人口。常住人口按人口变动情况抽样调查推算，最近三年在新一轮调查后作了修订，因此与此前发布的数字略有不同，两个版本均可查阅。",
				EN: "Resident population at year-end for each district and county since 2016, with births, deaths and natural growth of the latest year and the population of every township. Estimates come from the annual sample survey; three years were revised after the newest round, and both editions remain available."},
			KeywordsZH: []string{"常住人口", "人口自然增长", "区县", "统计年鉴"}, KeywordsEN: []string{"population", "births", "deaths", "districts"},
			Theme: "population", ResourceCode: "990100-TJ-0001", TemporalStart: "2016-01-01", TemporalEnd: "2025-12-31", Cycle: catalog.CycleYearly,
		},
		files: []file{
			{name: "2-1 分区县年末常住人口（2024）.xlsx", write: func(path string) (Expect, error) { return writePopulation(path, 2024) }},
			{name: "2-1 分区县年末常住人口（2025）.xlsx", write: func(path string) (Expect, error) { return writePopulation(path, 2025) }},
		},
	}
}

// residents is the resident population of a district at the end of a year, in
// persons. The edition of 2025 revised the three years before it.
func (d district) residents(year, edition int) int64 {
	n := d.people
	for y := 2016; y <= year; y++ {
		n += rounded(n*(d.growth-int64(y-2016)*60), 100_000)
	}
	if edition < 2025 && year >= 2022 {
		n -= rounded(n*int64(year-2021)*7, 10_000)
	}
	return n
}

func writePopulation(path string, last int) (Expect, error) {
	w := newWorkbook()
	p := w.page("2-1")
	p.widths(18, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12)
	residentsTable(p, last)
	p.row += 2
	naturalGrowth(p, last)
	townsTable(w.page("2-2 乡镇街道"), last)
	return w.save(path, "示例市统计局")
}

func residentsTable(p *page, last int) {
	columns := last - 2016 + 2
	title := "2-1　分区县年末常住人口"
	p.title(columns, title)
	p.across(columns, "单位：万人", styleRight)
	fields := []field{{"地区", catalog.TypeText, "", styleText}}
	for y := 2016; y <= last; y++ {
		fields = append(fields, field{strconv.Itoa(y) + "年", catalog.TypeDecimal, "", styleDec2})
	}
	g := p.grid(title, "万人", fields...)
	sums := make([]int64, columns-1)
	for _, d := range districts() {
		cells := []cell{text(d.name.ZH)}
		for y := 2016; y <= last; y++ {
			n := rounded(d.residents(y, last), 100)
			sums[y-2016] += n
			cells = append(cells, fixed(n, 2))
		}
		g.record(cells...)
	}
	cells := []cell{text("总　计")}
	for _, n := range sums {
		cells = append(cells, fixed(n, 2))
	}
	g.total(cells...)
	note := "注：本表为人口变动情况抽样调查推算数。"
	if last == 2025 {
		note = "注：本表为人口变动情况抽样调查推算数，2022—2024年数据已修订。"
	}
	g.end(note, "资料来源：示例市统计局人口和就业统计处")
}

func naturalGrowth(p *page, year int) {
	const columns = 7
	r := dice("births" + strconv.Itoa(year))
	title := fmt.Sprintf("2-1续　%d年分区县人口自然变动", year)
	p.title(columns, title)
	people := func(path string) field { return field{path, catalog.TypeInteger, "人", styleInt} }
	rate := func(path string) field { return field{path, catalog.TypeDecimal, "‰", styleDec2} }
	g := p.grid(title, "", field{"地区", catalog.TypeText, "", styleText},
		people("人数|出生（人）"), people("人数|死亡（人）"), people("人数|自然增长（人）"),
		rate("比率|出生率（‰）"), rate("比率|死亡率（‰）"), rate("比率|自然增长率（‰）"))
	row := func(name string, births, deaths, average int64) []cell {
		b, d := rounded(births*100_000, average), rounded(deaths*100_000, average)
		return []cell{text(name), whole(births), whole(deaths), whole(births - deaths), fixed(b, 2), fixed(d, 2), fixed(b-d, 2)}
	}
	var births, deaths, people2 int64
	for _, d := range districts() {
		average := (d.residents(year-1, year) + d.residents(year, year)) / 2
		b := rounded(average*(620+d.growth/25+between(r, -18, 18)), 100_000)
		x := rounded(average*(705-d.growth/20+between(r, -15, 15)), 100_000)
		births, deaths, people2 = births+b, deaths+x, people2+average
		g.record(row(d.name.ZH, b, x, average)...)
	}
	g.total(row("合计", births, deaths, people2)...)
	g.end("注：出生率、死亡率按年平均常住人口计算。")
}

func townsTable(p *page, year int) {
	const columns = 5
	r := dice("towns")
	p.widths(14, 18, 22, 16, 14)
	title := fmt.Sprintf("2-2　%d年末分乡镇（街道）常住人口和户数", year)
	p.title(columns, title)
	g := p.grid(title, "", field{"区县", catalog.TypeText, "", styleCentre},
		field{"乡镇（街道）代码", catalog.TypeText, "", styleCentre}, field{"乡镇（街道）名称", catalog.TypeText, "", styleText},
		field{"常住人口（人）", catalog.TypeInteger, "人", styleInt}, field{"户数（户）", catalog.TypeInteger, "户", styleInt})
	for _, d := range districts() {
		total, left, weights := d.residents(year, year), d.residents(year, year), int64(0)
		for _, t := range d.towns {
			weights += t.weight
		}
		for i, t := range d.towns {
			n := rounded(total*t.weight*between(r, 970, 1030), weights*1000)
			if i == len(d.towns)-1 {
				n = left
			}
			left -= n
			name := above(d.name.ZH)
			if i == 0 {
				name = text(d.name.ZH)
			}
			g.record(name, text(d.townCode(i)), text(t.zh), whole(n), whole(rounded(n*100, between(r, 248, 291))))
		}
	}
	g.end("注：各乡镇（街道）之和等于区县年末常住人口。")
}
