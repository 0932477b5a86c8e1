package demo

import (
	"fmt"

	"gongkai/catalog"
)

func communities() draft {
	yunhu := districts()[0]
	return draft{
		slug: "hubin-neighbourhoods", department: "hubin",
		meta: catalog.Metadata{
			Title: catalog.Text{ZH: "湖滨街道社区基本情况", EN: "Neighbourhoods of Hubin Subdistrict"},
			Description: catalog.Text{
				ZH: "湖滨街道所辖十二个社区的居民委员会办公地址、对外服务电话、服务时间、网格数、户数和常住人口，以及社区养老服务站、卫生服务站等便民设施的设置情况。街道办事处每年年底根据社区台账汇总，供居民办事和志愿服务查询。",
				EN: "The twelve neighbourhoods of Hubin Subdistrict: office address, public telephone and hours of each committee, its grids, households and residents, and whether it has a care station and a clinic. The subdistrict office compiles the table at the end of each year for residents and volunteers."},
			KeywordsZH: []string{"社区", "居民委员会", "便民服务", "湖滨街道"}, KeywordsEN: []string{"neighbourhoods", "local services", "Hubin"},
			Theme: "population", ResourceCode: "990102-HB-0001", TemporalStart: "2025-01-01", TemporalEnd: "2025-12-31", Cycle: catalog.CycleYearly,
			SpatialCode: yunhu.townCode(0), Spatial: catalog.Text{ZH: yunhu.name.ZH + yunhu.towns[0].zh, EN: yunhu.towns[0].en},
		},
		files: []file{{name: "湖滨街道社区基本情况表.xlsx", write: writeCommunities}},
	}
}

func writeCommunities(path string) (Expect, error) {
	const columns = 10
	r := dice("communities")
	w := newWorkbook()
	p := w.page("社区情况")
	p.widths(8, 18, 30, 18, 22, 10, 10, 14, 16, 16)
	title := "湖滨街道社区基本情况表（2025年）"
	p.title(columns, title)
	p.across(columns, "填报单位：云湖区湖滨街道办事处　　填报日期：2025年12月31日", styleMeta)
	g := p.grid(title, "",
		field{"序号", catalog.TypeInteger, "", stylePlain}, field{"社区名称", catalog.TypeText, "", styleCentre}, field{"居委会办公地址", catalog.TypeText, "", styleText}, field{"服务电话", catalog.TypeText, "", styleCentre}, field{"服务时间", catalog.TypeText, "", styleCentre},
		field{"规模|网格数（个）", catalog.TypeInteger, "个", stylePlain}, field{"规模|户数（户）", catalog.TypeInteger, "户", styleInt}, field{"规模|常住人口（人）", catalog.TypeInteger, "人", styleInt},
		field{"设施|养老服务站", catalog.TypeBoolean, "", styleCentre}, field{"设施|卫生服务站", catalog.TypeBoolean, "", styleCentre})
	has := func(odds int) cell {
		if r.IntN(10) < odds {
			return cell{raw: "是", truth: "true"}
		}
		return cell{raw: "否", truth: "false"}
	}
	var grids, homes, people int64
	for i, name := range []string{"湖滨", "望湖", "柳浪", "观澜", "荷塘里", "石桥", "听雨巷", "文昌里", "新园", "翠屏", "画舫", "长堤"} {
		n := between(r, 6, 14)
		h := n * between(r, 290, 360)
		k := rounded(h*between(r, 235, 268), 100)
		grids, homes, people = grids+n, homes+h, people+k
		g.record(whole(int64(i+1)), text(name+"社区"), text(fmt.Sprintf("云湖区%s%d号", pick(r, []string{"湖滨路", "观湖大道", "柳营路", "青石巷"}), between(r, 6, 190))), text(phone(86_212_000+i*17)), text("每日8:30—18:00"),
			whole(n), whole(h), whole(k), has(8), has(6))
	}
	g.total(label("合计"), blank(), blank(), blank(), blank(), whole(grids), whole(homes), whole(people), blank(), blank())
	g.end("注：户数和常住人口为社区台账数，与统计部门抽样调查推算数口径不同。")
	return w.save(path, "云湖区湖滨街道办事处")
}
