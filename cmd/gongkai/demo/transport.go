package demo

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gongkai/catalog"
)

func busStops() draft {
	return draft{
		slug: "bus-stops", department: "transport-bureau",
		meta: catalog.Metadata{
			Title: catalog.Text{ZH: "公交站点信息", EN: "Bus stops"},
			Description: catalog.Text{
				ZH: "全市常规公交站点的编码、名称、所在区县和道路、上下行方向、途经线路、候车亭设置情况及经纬度坐标（WGS 84）。站点编码共六位，前导零有意义，可与公交智能调度系统的到站数据关联；同名站点上下行分列。线路调整后七日内更新。",
				EN: "Every stop of the regular bus network: code, name, district, road, direction, the lines that call there, whether there is a shelter, and coordinates (WGS 84). Codes have six digits; their leading zeros count, and they join with the arrival data. Both directions of a stop are listed separately."},
			KeywordsZH: []string{"公交站点", "公交线路", "公共交通", "经纬度"}, KeywordsEN: []string{"bus stops", "public transport", "coordinates"},
			Theme: "transport", ResourceCode: "990100-JT-0001", TemporalStart: "2025-12-01", TemporalEnd: "2025-12-31", Cycle: catalog.CycleMonthly,
		},
		files: []file{{name: "公交站点信息_20251231.csv", write: writeBusStops}},
	}
}

func writeBusStops(path string) (Expect, error) {
	r := dice("bus")
	c := newCSV(
		Column{Label: "站点编码", Type: catalog.TypeText, Unit: ""}, Column{Label: "站点名称", Type: catalog.TypeText, Unit: ""}, Column{Label: "所在区县", Type: catalog.TypeText, Unit: ""}, Column{Label: "所在道路", Type: catalog.TypeText, Unit: ""}, Column{Label: "方向", Type: catalog.TypeText, Unit: ""},
		Column{Label: "途经线路", Type: catalog.TypeText, Unit: ""}, Column{Label: "线路数", Type: catalog.TypeInteger, Unit: ""}, Column{Label: "是否有候车亭", Type: catalog.TypeBoolean, Unit: ""}, Column{Label: "经度", Type: catalog.TypeDecimal, Unit: ""}, Column{Label: "纬度", Type: catalog.TypeDecimal, Unit: ""})
	landmarks := []string{"市民中心", "人民公园", "第一人民医院", "火车站", "汽车客运站", "图书馆", "体育馆", "农贸市场", "邮电局", "实验小学", "科技馆", "税务局", "水厂", "变电站", "新村", "批发市场"}
	number := 0
	for at, d := range districts() {
		for i, road := range roads()[at] {
			names := []string{road + "口", road + "中段", d.short + landmarks[(at*5+i*3)%len(landmarks)], road + landmarks[(at+i*7)%len(landmarks)]}
			if d.short == "枫岭" && i == 2 {
				names = append(names, "𬇕尾村") // outside GBK: four bytes in GB18030
			}
			lon, lat := d.point(r)
			east, north := between(r, -4_600, 4_600), between(r, 1_400, 4_000)
			for _, name := range names {
				lines := busLines(at, i, int(between(r, 1, 6)))
				lon, lat = lon+east, lat+north
				shelter := r.IntN(10) < 6
				for side, direction := range []string{"上行", "下行"} {
					number++
					yes, truth := "否", "false"
					if shelter {
						yes, truth = "是", "true"
					}
					c.record(text(fmt.Sprintf("%06d", 1000*(at+1)+number)), text(name), text(d.name.ZH), text(road), text(direction),
						text(strings.Join(lines, "；")), cell{raw: len(lines), truth: strconv.Itoa(len(lines))}, cell{raw: yes, truth: truth},
						decimal(lon+int64(side)*210, 6), decimal(lat-int64(side)*160, 6))
				}
			}
		}
	}
	return c.save(path)
}

// busLines are the numbers of the lines that serve a road.
func busLines(district, road, n int) []string {
	var numbers []int
	for k := range n {
		line := 1 + (district*11+road*5+k*k*7)%68
		if !slices.Contains(numbers, line) {
			numbers = append(numbers, line)
		}
	}
	slices.Sort(numbers)
	lines := make([]string, len(numbers))
	for i, n := range numbers {
		lines[i] = strconv.Itoa(n) + "路"
	}
	return lines
}

func parking() draft {
	yunhu := districts()[0]
	return draft{
		slug: "yunhu-car-parks", department: "yunhu",
		meta: catalog.Metadata{
			Title: catalog.Text{ZH: "云湖区公共停车场", EN: "Public car parks in Yunhu District"},
			Description: catalog.Text{
				ZH: "云湖区面向社会开放的公共停车场名录，包括停车场编号、名称、地址、类型、泊位总数、新能源充电泊位和无障碍泊位数、收费标准、开放时间和经纬度。由区城市管理部门按备案资料整理，每半年核对一次；单位内部停车场不在其中。",
				EN: "Car parks in Yunhu District that anybody may use: number, name, address, kind, spaces in all, spaces with chargers and for disabled drivers, price, hours and coordinates. Compiled from the district's registrations and checked twice a year; private car parks are not included."},
			KeywordsZH: []string{"停车场", "停车位", "充电桩", "云湖区"}, KeywordsEN: []string{"car parks", "parking", "charging", "Yunhu"},
			Theme: "transport", ResourceCode: "990102-CG-0001", TemporalStart: "2025-07-01", TemporalEnd: "2025-12-31", Cycle: catalog.CycleHalfYearly,
			SpatialCode: yunhu.code, Spatial: yunhu.name,
		},
		files: []file{{name: "云湖区公共停车场名录.xlsx", write: writeParking}},
	}
}

func writeParking(path string) (Expect, error) {
	const columns = 12
	r := dice("parking")
	d, streets := districts()[0], roads()[0]
	w := newWorkbook()
	p := w.page("停车场")
	p.widths(8, 12, 28, 30, 14, 12, 12, 12, 26, 16, 14, 14)
	title := "云湖区公共停车场名录"
	p.title(columns, title)
	p.across(columns, "填报单位：云湖区城市管理局　　统计日期：2025年12月31日", styleMeta)
	g := p.grid(title, "",
		field{"序号", catalog.TypeInteger, "", stylePlain}, field{"停车场编号", catalog.TypeText, "", styleCentre}, field{"停车场名称", catalog.TypeText, "", styleText}, field{"地址", catalog.TypeText, "", styleText}, field{"类型", catalog.TypeText, "", styleCentre},
		field{"泊位数（个）|总数", catalog.TypeInteger, "个", styleInt}, field{"泊位数（个）|充电", catalog.TypeInteger, "个", styleInt}, field{"泊位数（个）|无障碍", catalog.TypeInteger, "个", styleInt},
		field{"收费标准", catalog.TypeText, "", styleWrap}, field{"开放时间", catalog.TypeText, "", styleCentre}, field{"经度", catalog.TypeDecimal, "", styleCoord}, field{"纬度", catalog.TypeDecimal, "", styleCoord})
	kinds := []string{"路内停车场", "地下停车场", "地面停车场", "立体停车楼"}
	prices := []string{"首小时5元，之后每小时2元，24小时封顶30元", "首小时4元，之后每小时2元，24小时封顶24元", "每次5元", "免费"}
	landmarks := []string{"东侧", "西侧", "南口", "北口"}
	var total, charging, disabled int64
	for i := range int64(56) {
		street, kind := streets[int(i)%len(streets)], r.IntN(len(kinds))
		spaces := between(r, 40, 140) + int64(kind)*between(r, 30, 130)
		chargers, access := spaces*between(r, 0, 22)/100, max(1, spaces/50)
		total, charging, disabled = total+spaces, charging+chargers, disabled+access
		hours := "全天"
		if kind == 0 {
			hours = "7:00—22:00"
		}
		lon, lat := d.point(r)
		g.record(whole(i+1), text(fmt.Sprintf("02%04d", 101+i*3)), text(street+landmarks[int(i)/len(streets)]+kinds[kind]), text(fmt.Sprintf("%s%s%d号", d.name.ZH, street, between(r, 3, 288))), text(kinds[kind]),
			whole(spaces), whole(chargers), whole(access), text(prices[min(kind, 1+r.IntN(3))]), text(hours), fixed(lon, 6), fixed(lat, 6))
	}
	g.total(label("合计"), blank(), blank(), blank(), blank(), whole(total), whole(charging), whole(disabled), blank(), blank(), blank(), blank())
	g.end("注：坐标系为WGS 84；收费标准以现场公示为准。")
	return w.save(path, "云湖区城市管理局")
}
