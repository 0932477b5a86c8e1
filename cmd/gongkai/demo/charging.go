package demo

import (
	"fmt"
	"strings"
	"time"

	"gongkai/catalog"
)

func charging() draft {
	edition := func(end time.Time) func(string) (Expect, error) {
		return func(path string) (Expect, error) { return writeCharging(path, end) }
	}
	return draft{
		slug: "charging-stations", department: "reform-commission",
		meta: catalog.Metadata{
			Title: catalog.Text{ZH: "电动汽车公共充电站", EN: "Public charging stations"},
			Description: catalog.Text{
				ZH: "全市对社会开放的电动汽车充电站：编码、名称、区县、地址、运营单位、快充桩和慢充桩数、服务费、投运日期、运营状态和坐标（GCJ-02）。每季度更新一次，按站点编码可以比较各版本，看出新建、拆除、调价和检修。",
				EN: "Every charging station that is open to the public: code, name, district, address, operator, chargers, price, first day, state and coordinates (GCJ-02). It is updated each quarter; by the station’s code the versions tell what was built, taken down, repriced or is under repair."},
			KeywordsZH: []string{"充电站", "充电桩", "新能源汽车", "经纬度"}, KeywordsEN: []string{"charging stations", "electric cars", "coordinates"},
			Theme: "energy", ResourceCode: "990100-FG-0004", TemporalStart: "2025-04-01", TemporalEnd: "2025-12-31", Cycle: catalog.CycleQuarterly,
		},
		files: []file{
			{name: "公共充电站名录（2025年6月末）.xlsx", recipe: chargingRecipe("直流桩（个）", ""), write: edition(date(2025, 6, 30))},
			{name: "公共充电站名录（2025年9月末）.xlsx", write: edition(date(2025, 9, 30))},
			{name: "公共充电站名录（2025年12月末）.xlsx", recipe: chargingRecipe("快充桩（个）", "dc_chargers"), write: edition(date(2025, 12, 31))},
		},
	}
}

// chargingRecipe reads a list of stations. The last one of the year calls a
// column by another name, and its recipe says that it is the same column.
func chargingRecipe(fast, earlier string) string {
	name, aliases := "dc_chargers", ""
	if earlier != "" {
		name, aliases = "fast_chargers", `, "aliases": ["`+earlier+`"]`
	}
	return `{
  "tables": [
    {
      "name": "stations",
      "label": "公共充电站名录",
      "key": ["code"],
      "columns": [
        {"source": "站点编码", "name": "code", "constraints": {"required": true, "unique": true, "pattern": "[0-9]{8}"}},
        {"source": "站点名称", "name": "station", "constraints": {"required": true}},
        {"source": "所在区县", "name": "district"},
        {"source": "地址", "name": "address"},
        {"source": "运营单位", "name": "operator"},
        {"source": "` + fast + `", "name": "` + name + `"` + aliases + `, "constraints": {"minimum": "0"}},
        {"source": "慢充桩（个）", "name": "slow_chargers", "constraints": {"minimum": "0"}},
        {"source": "服务费（元/千瓦时）", "name": "service_fee", "constraints": {"minimum": "0", "maximum": "1.2"},
         "description": {"zh": "另收电费；最高限价每千瓦时 1.2 元。", "en": "Electricity comes on top; the legal maximum is 1.2 yuan per kWh."}},
        {"source": "投运日期", "name": "opened"},
        {"source": "运营状态", "name": "state", "constraints": {"enum": ["运营中", "检修", "停用"]}},
        {"source": "经度", "name": "lon", "crs": "GCJ-02"},
        {"source": "纬度", "name": "lat", "crs": "GCJ-02"}
      ]
    }
  ]
}
`
}

// charger is a charging station; each of its dates may be none.
type charger struct {
	code, name, address, operator string
	district                      int
	fast, slow, fee, newFee       int64 // fees in hundredths of a yuan
	opened, closed, repaired      time.Time
	lon, lat                      int64
}

func stationsOfCity() []charger {
	r := dice("charging")
	operators := []string{"示例市城市能源有限公司", "云湖充电科技有限公司", "东桥新能源服务有限公司", "市公共交通集团有限公司"}
	places := []string{"停车场", "公交场站", "商业中心", "体育馆", "客运站", "科技园"}
	var list []charger
	for i := range 168 {
		at := i % len(districts())
		d := districts()[at]
		street := roads()[at][r.IntN(len(roads()[at]))]
		s := charger{
			district: at, code: fmt.Sprintf("%s%02d", d.code, i/len(districts())+1), name: street + places[r.IntN(len(places))] + "充电站",
			address: fmt.Sprintf("%s%s%d号", d.name.ZH, street, between(r, 2, 190)), operator: operators[r.IntN(len(operators))],
			fast: between(r, 2, 24), slow: between(r, 0, 16), fee: between(r, 6, 10) * 5, opened: date(2019, 3, 1).AddDate(0, 0, int(between(r, 0, 2490))),
		}
		s.newFee = s.fee
		if s.operator == operators[1] {
			s.newFee += 10
		}
		switch r.IntN(14) {
		case 0:
			s.closed = date(2025, 7, 1).AddDate(0, 0, int(between(r, 0, 180)))
		case 1, 2:
			s.repaired = date(2025, 7, 1).AddDate(0, 0, int(between(r, 0, 180)))
		}
		s.lon, s.lat = d.point(r)
		list = append(list, s)
	}
	return list
}

func writeCharging(path string, end time.Time) (Expect, error) {
	const columns = 12
	w := newWorkbook()
	p := w.page("充电站")
	p.widths(12, 30, 12, 30, 30, 12, 12, 18, 16, 12, 14, 14)
	title := "示例市电动汽车公共充电站名录"
	fast := "直流桩（个）"
	if end.Month() == time.December {
		fast = "快充桩（个）"
	}
	p.title(columns, title)
	p.across(columns, fmt.Sprintf("填报单位：示例市发展和改革委员会　　统计日期：%d年%d月%d日", end.Year(), end.Month(), end.Day()), styleMeta)
	g := p.grid(title, "",
		field{"站点编码", catalog.TypeText, "", styleCentre}, field{"站点名称", catalog.TypeText, "", styleText}, field{"所在区县", catalog.TypeText, "", styleCentre}, field{"地址", catalog.TypeText, "", styleText},
		field{"运营单位", catalog.TypeText, "", styleText}, field{fast, catalog.TypeInteger, "个", stylePlain}, field{"慢充桩（个）", catalog.TypeInteger, "个", stylePlain}, field{"服务费（元/千瓦时）", catalog.TypeDecimal, "元/千瓦时", styleDec2},
		field{"投运日期", catalog.TypeDate, "", styleSlash}, field{"运营状态", catalog.TypeText, "", styleCentre}, field{"经度", catalog.TypeDecimal, "", styleCoord}, field{"纬度", catalog.TypeDecimal, "", styleCoord})
	for _, s := range stationsOfCity() {
		gone := !s.closed.IsZero() && s.closed.AddDate(0, 2, 0).Before(end)
		if s.opened.After(end) || gone {
			continue
		}
		state, fee := "运营中", s.fee
		switch {
		case !s.closed.IsZero() && !s.closed.After(end):
			state = "停用"
		case !s.repaired.IsZero() && !s.repaired.After(end) && s.repaired.AddDate(0, 3, 0).After(end):
			state = "检修"
		}
		if end.Month() == time.December {
			fee = s.newFee
		}
		g.record(text(s.code), text(s.name), text(districts()[s.district].name.ZH), text(s.address), text(s.operator), whole(s.fast), whole(s.slow), fixed(fee, 2),
			day(s.opened), text(state), fixed(s.lon, 6), fixed(s.lat, 6))
	}
	notes := []string{"注：坐标系为GCJ-02。停用满两个月的站点不再列出。"}
	if strings.HasPrefix(fast, "快") {
		notes = append(notes, "“快充桩”此前称“直流桩”，口径不变。")
	}
	g.end(notes...)
	return w.save(path, "示例市发展和改革委员会")
}
