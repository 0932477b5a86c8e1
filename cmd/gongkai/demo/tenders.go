package demo

import (
	"fmt"
	"time"

	"gongkai/catalog"
)

func tenders() draft {
	return draft{
		slug: "procurement-results", department: "procurement-centre",
		meta: catalog.Metadata{
			Title: catalog.Text{ZH: "政府采购中标（成交）结果", EN: "Public procurement results"},
			Description: catalog.Text{
				ZH: "市公共资源交易中心组织的政府采购项目结果，逐项列明采购人、采购方式、预算金额、中标（成交）金额、节约率、中标供应商和公告日期。流标、废标的项目同样列出，成交栏以“/”表示。可用于了解财政资金的采购方向、竞争程度和资金节约情况。",
				EN: "Results of procurements run by the city's trading centre: buyer, procedure, budget, award, saving, supplier and dates of every project. Failed tenders are listed as well, with a slash in place of the award. The data show what public money buys, how open the competition was and how much it saved."},
			KeywordsZH: []string{"政府采购", "中标结果", "公开招标", "供应商"}, KeywordsEN: []string{"procurement", "tenders", "contracts", "suppliers"},
			Theme: "finance", ResourceCode: "990100-GZ-0001", TemporalStart: "2025-01-01", TemporalEnd: "2025-12-31", Cycle: catalog.CycleMonthly,
		},
		files: []file{{name: "2025年政府采购中标（成交）结果汇总表.xlsx", write: writeTenders}},
	}
}

// purchase is something that is bought: who buys it, roughly for how much.
type purchase struct {
	subject  string
	buyers   []string
	lo, hi   int64 // in yuan
	supplier int   // index into firmTrades
}

func purchases() []purchase {
	offices := []string{"示例市教育局", "示例市卫生健康委员会", "示例市交通运输局", "示例市政务服务和数据管理局", "示例市生态环境局", "示例市水利局"}
	local := []string{"云湖区人民政府", "东桥区人民政府", "望川区人民政府", "临澜区人民政府", "枫岭县人民政府", "禾塘县人民政府"}
	return []purchase{
		{"公共数据平台运维服务", offices[3:4], 860_000, 3_200_000, 8}, {"信息系统安全等级测评服务", offices, 180_000, 620_000, 8}, {"办公计算机采购", offices, 240_000, 980_000, 9},
		{"多功能一体机采购", local, 120_000, 460_000, 9}, {"办公楼物业服务", append(offices, local...), 620_000, 2_400_000, 10}, {"道路绿化养护服务", local, 900_000, 4_600_000, 11},
		{"公园绿地提升工程", local, 1_800_000, 9_500_000, 11}, {"空气自动监测站运行维护", offices[4:5], 750_000, 1_900_000, 7}, {"河道水质监测服务", offices[4:], 380_000, 1_300_000, 5},
		{"学校食堂食材配送", offices[:1], 1_200_000, 6_800_000, 1}, {"医疗设备采购", offices[1:2], 900_000, 12_600_000, 3}, {"中小学校舍维修工程", offices[:1], 650_000, 5_400_000, 6},
		{"农村公路养护工程", offices[2:3], 1_600_000, 14_800_000, 6}, {"公务用车维修保养服务", append(offices, local...), 80_000, 360_000, 12}, {"污水管网改造工程", local, 3_200_000, 26_000_000, 6},
	}
}

func writeTenders(path string) (Expect, error) {
	const columns = 12
	r := dice("tenders")
	w := newWorkbook()
	p := w.page("结果汇总")
	p.widths(8, 20, 42, 26, 14, 18, 20, 10, 36, 24, 16, 16)
	title := "示例市2025年政府采购中标（成交）结果汇总表"
	p.title(columns, title)
	p.pair(columns, "填报单位：示例市公共资源交易中心", "填报日期：2026年1月8日")
	g := p.grid(title, "",
		field{"序号", catalog.TypeInteger, "", stylePlain}, field{"项目|项目编号", catalog.TypeText, "", styleText}, field{"项目|项目名称", catalog.TypeText, "", styleWrap},
		field{"项目|采购人", catalog.TypeText, "", styleText}, field{"项目|采购方式", catalog.TypeText, "", styleCentre},
		field{"金额|预算金额（元）", catalog.TypeDecimal, "元", styleDec2}, field{"金额|中标（成交）金额（元）", catalog.TypeDecimal, "元", styleDec2}, field{"金额|节约率", catalog.TypePercent, "", stylePercent},
		field{"供应商|名称", catalog.TypeText, "", styleText}, field{"供应商|统一社会信用代码", catalog.TypeText, "", styleText},
		field{"公告日期", catalog.TypeDate, "", styleSlash}, field{"合同签订日期", catalog.TypeDate, "", styleSlash})
	suppliers := make([][]firm, len(firmTrades()))
	for i := range suppliers {
		suppliers[i] = firms(r, 9, firmTrades()[i:i+1])
	}
	var planned, awarded int64
	times := map[string]int{}
	at := date(2025, 1, 6)
	for n := 1; at.Year() == 2025; n++ {
		x := pick(r, purchases())
		budget := between(r, x.lo/1000, x.hi/1000) * 1000 * 100
		planned += budget
		buyer, way := pick(r, x.buyers), procedure(budget, r.IntN(10))
		award, saving, supplier, code, signed := none("/"), none("/"), none("/"), none("/"), none("/")
		if r.IntN(100) >= 6 {
			cents := rounded(budget*between(r, 8420, 9960), 10_000)
			awarded += cents
			s := pick(r, suppliers[x.supplier])
			award, saving, supplier, code = fixed(cents, 2), share(rounded((budget-cents)*1000, budget)), text(s.name), text(s.code)
			signed = day(at.AddDate(0, 0, int(between(r, 8, 29))))
		}
		project := buyer + x.subject + "项目"
		times[project]++
		if again := times[project]; again > 1 {
			project += "（第" + chineseOrdinal(again) + "批）"
		}
		g.record(whole(int64(n)), text(fmt.Sprintf("SLZC-2025-%04d", n)), text(project), text(buyer), text(way), fixed(budget, 2), award, saving, supplier, code, day(at), signed)
		at = at.AddDate(0, 0, int(between(r, 0, 2)))
		for at.Weekday() == time.Saturday || at.Weekday() == time.Sunday || holiday(at) {
			at = at.AddDate(0, 0, 1)
		}
	}
	g.total(label("合计"), blank(), blank(), blank(), blank(), fixed(planned, 2), fixed(awarded, 2), blank(), blank(), blank(), blank(), blank())
	g.end("注：“/”表示流标或者废标，无成交结果；节约率＝（预算金额－成交金额）÷预算金额。")
	return w.save(path, "示例市公共资源交易中心")
}

// procedure is how a purchase of so many cents is put out.
func procedure(cents int64, luck int) string {
	switch {
	case cents >= 4_000_000_00 || cents >= 1_500_000_00 && luck < 7:
		return "公开招标"
	case luck < 4:
		return "竞争性磋商"
	case luck < 6:
		return "竞争性谈判"
	case luck < 9:
		return "询价"
	default:
		return "单一来源"
	}
}
