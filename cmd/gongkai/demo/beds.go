package demo

import (
	"fmt"

	"gongkai/catalog"
)

func beds() draft {
	return draft{
		slug: "hospital-beds", department: "health-commission",
		meta: catalog.Metadata{
			Title: catalog.Text{ZH: "医疗机构床位使用情况", EN: "Hospital beds and their use"},
			Description: catalog.Text{
				ZH: "按季度公布全市二十二家公立医院和基层医疗机构的编制床位、实有床位、床位使用率、平均住院日和门急诊人次，覆盖2024年一季度至2025年四季度。数据由各机构通过卫生资源统计直报系统填报，市卫生健康委员会审核，可用于了解医疗资源的分布和负荷变化。",
				EN: "Quarterly figures of twenty-two public hospitals and health centres from 2024 to 2025: planned and actual beds, bed occupancy, average stay and outpatient visits. Institutions report through the health resources system and the commission checks them."},
			KeywordsZH: []string{"医院", "床位", "床位使用率", "门急诊"}, KeywordsEN: []string{"hospitals", "beds", "occupancy", "outpatients"},
			Theme: "health", ResourceCode: "990100-WJ-0001", TemporalStart: "2024-01-01", TemporalEnd: "2025-12-31", Cycle: catalog.CycleQuarterly,
		},
		files: []file{{name: "医疗机构床位使用情况（2024-2025年分季度）.xlsx", write: writeBeds}},
	}
}

// hospital is a medical institution; full is its usual occupancy in permille,
// stay its average stay in tenths of a day.
type hospital struct {
	name, kind, grade string
	district          int
	beds, full, stay  int64
	visits            int64 // of outpatients in a quarter
}

func hospitals() []hospital {
	const general, chinese, special, mother, centre = "综合医院", "中医医院", "专科医院", "妇幼保健院", "基层医疗卫生机构"
	return []hospital{
		{"示例市第一人民医院", general, "三级甲等", 0, 1680, 958, 78, 512_000}, {"示例市第二人民医院", general, "三级甲等", 1, 1240, 932, 81, 386_000},
		{"示例市第三人民医院", general, "三级乙等", 2, 860, 887, 84, 241_000}, {"示例市中医医院", chinese, "三级甲等", 0, 920, 904, 92, 298_000},
		{"示例市妇幼保健院", mother, "三级甲等", 0, 480, 815, 54, 263_000}, {"示例市儿童医院", special, "三级乙等", 1, 420, 846, 61, 318_000},
		{"示例市精神卫生中心", special, "三级乙等", 2, 640, 968, 412, 58_000}, {"示例市口腔医院", special, "二级甲等", 0, 60, 612, 49, 97_000},
		{"示例市传染病医院", special, "二级甲等", 1, 300, 574, 106, 41_000}, {"示例市临澜医院", general, "三级乙等", 3, 780, 812, 76, 207_000},
		{"东桥区人民医院", general, "二级甲等", 1, 380, 836, 79, 138_000}, {"望川区人民医院", general, "二级甲等", 2, 410, 842, 80, 146_000},
		{"望川区中医医院", chinese, "二级甲等", 2, 220, 798, 95, 74_000}, {"枫岭县人民医院", general, "二级甲等", 4, 620, 893, 77, 189_000},
		{"枫岭县中医医院", chinese, "二级甲等", 4, 310, 864, 93, 92_000}, {"禾塘县人民医院", general, "二级甲等", 5, 560, 871, 78, 164_000},
		{"禾塘县妇幼保健院", mother, "二级乙等", 5, 130, 655, 52, 48_000}, {"湖滨街道社区卫生服务中心", centre, "未定级", 0, 40, 486, 64, 52_000},
		{"桥头街道社区卫生服务中心", centre, "未定级", 1, 36, 452, 66, 44_000}, {"柏塘镇中心卫生院", centre, "一级甲等", 2, 90, 547, 71, 36_000},
		{"松岗镇中心卫生院", centre, "一级甲等", 4, 110, 568, 73, 33_000}, {"新圩镇中心卫生院", centre, "一级甲等", 5, 100, 539, 70, 31_000},
	}
}

func writeBeds(path string) (Expect, error) {
	const columns = 11
	r := dice("beds")
	w := newWorkbook()
	p := w.page("床位使用")
	p.widths(8, 18, 32, 20, 14, 14, 14, 14, 14, 18, 18)
	title := "示例市医疗机构床位使用情况表"
	p.title(columns, title)
	p.pair(columns, "填报单位：示例市卫生健康委员会", "填报日期：2026年1月12日")
	g := p.grid(title, "",
		field{"序号", catalog.TypeInteger, "", stylePlain}, field{"季度", catalog.TypePeriod, "", styleCentre}, field{"机构名称", catalog.TypeText, "", styleText},
		field{"机构类别", catalog.TypeText, "", styleCentre}, field{"等级", catalog.TypeText, "", styleCentre}, field{"所在区县", catalog.TypeText, "", styleCentre},
		field{"床位（张）|编制床位", catalog.TypeInteger, "张", styleInt}, field{"床位（张）|实有床位", catalog.TypeInteger, "张", styleInt},
		field{"床位使用率", catalog.TypePercent, "", stylePercent}, field{"平均住院日（天）", catalog.TypeDecimal, "天", styleDec1}, field{"门急诊人次（人次）", catalog.TypeInteger, "人次", styleInt})
	season := [4]int64{1035, 985, 960, 1020}
	number := int64(0)
	for q := range 8 {
		for i, h := range hospitals() {
			number++
			actual := h.beds + h.beds*int64(q)/160 + int64(i%3)*4
			visits := typed(rounded(h.visits*season[q%4]*between(r, 975, 1040)+int64(q)*h.visits*4000, 1_000_000))
			g.record(whole(number), text(fmt.Sprintf("%d年%s季度", 2024+q/4, chineseOrdinal(q%4+1))), text(h.name), text(h.kind), text(h.grade), text(districts()[h.district].name.ZH),
				whole(h.beds), whole(actual), share(min(995, rounded(h.full*season[q%4]*between(r, 982, 1018), 1_000_000))), fixed(h.stay+between(r, -3, 3)-int64(q)/2, 1), visits)
		}
	}
	g.end("注：床位使用率＝实际占用总床日数÷实际开放总床日数。", "资料来源：示例市卫生资源统计直报系统")
	return w.save(path, "示例市卫生健康委员会")
}
