package demo

import (
	"math"
	"strconv"

	"gongkai/catalog"
)

func air() draft {
	return draft{
		slug: "air-quality", department: "environment-bureau",
		meta: catalog.Metadata{
			Title: catalog.Text{ZH: "环境空气质量监测数据", EN: "Air quality by station"},
			Description: catalog.Text{
				ZH: "示例市八个环境空气自动监测站2025年的逐日监测结果，包括六项污染物浓度、空气质量指数（AQI）、首要污染物和质量等级，并附站点经纬度与年均值。仪器校准、停电和通信中断造成的缺测以“—”标出，未作插补；结果经市级审核，年度复核后可能微调。",
				EN: "Daily results of the city's eight automatic air monitoring stations in 2025: six pollutants, the air quality index, the leading pollutant and the grade, with coordinates and annual means by station. Days lost to calibration or power cuts are marked with a dash and not filled in."},
			KeywordsZH: []string{"空气质量", "PM2.5", "臭氧", "监测站"}, KeywordsEN: []string{"air quality", "PM2.5", "ozone", "monitoring stations"},
			Theme: "environment", ResourceCode: "990100-HJ-0001", TemporalStart: "2025-01-01", TemporalEnd: "2025-12-31", Cycle: catalog.CycleYearly,
		},
		files: []file{{name: "2025年环境空气质量监测数据.xlsx", write: writeAir}},
	}
}

// station is a monitoring station; dust and traffic are in percent of the
// city's mean for particles and for nitrogen dioxide.
type station struct {
	code, name, kind, built string
	district                int
	lon, lat                int64
	dust, traffic           int64
}

func stations() []station {
	return []station{
		{"0001A", "湖滨公园", "国控", "2013年1月", 0, 113_262_140, 30_412_385, 92, 88}, {"0002A", "鼓楼前", "国控", "2013年1月", 0, 113_270_915, 30_405_772, 106, 128},
		{"0003A", "机床厂", "国控", "2013年5月", 1, 113_331_460, 30_398_214, 118, 121}, {"0004A", "望川码头", "国控", "2014年3月", 2, 113_198_337, 30_357_906, 109, 104},
		{"0005A", "科创园", "国控", "2019年10月", 3, 113_401_582, 30_451_629, 97, 96}, {"0006B", "枫城镇", "省控", "2018年5月", 4, 113_059_774, 30_558_103, 78, 62},
		{"0007B", "禾城镇", "省控", "2018年5月", 5, 113_439_206, 30_236_451, 95, 71}, {"0008C", "云山（对照点）", "对照", "2016年8月", 0, 113_221_873, 30_463_320, 58, 38},
	}
}

// reading is one day of one station: SO2, NO2, PM10, PM2.5 and O3 in µg/m³, CO
// in hundredths of mg/m³; below 0 where there is none.
type reading [6]int64

const (
	so2 = iota
	no2
	pm10
	pm25
	co
	ozone
)

func writeAir(path string) (Expect, error) {
	const columns = 12
	r := dice("air")
	w := newWorkbook()
	p := w.page("逐日监测结果")
	p.widths(18, 12, 18, 12, 12, 12, 12, 12, 14, 10, 14, 14)
	title := "2025年环境空气质量逐日监测结果"
	p.title(columns, title)
	g := p.grid(title, "",
		field{"监测日期", catalog.TypeDate, "", styleDate}, field{"站点编码", catalog.TypeText, "", styleCentre}, field{"站点名称", catalog.TypeText, "", styleCentre},
		field{"SO₂（μg/m³）", catalog.TypeInteger, "μg/m³", stylePlain}, field{"NO₂（μg/m³）", catalog.TypeInteger, "μg/m³", stylePlain},
		field{"PM₁₀（μg/m³）", catalog.TypeInteger, "μg/m³", stylePlain}, field{"PM₂.₅（μg/m³）", catalog.TypeInteger, "μg/m³", stylePlain},
		field{"CO（mg/m³）", catalog.TypeDecimal, "mg/m³", styleDec1}, field{"O₃-8h（μg/m³）", catalog.TypeInteger, "μg/m³", stylePlain},
		field{"AQI", catalog.TypeInteger, "", stylePlain}, field{"首要污染物", catalog.TypeText, "", styleCentre}, field{"空气质量等级", catalog.TypeText, "", styleCentre})
	days := map[string][]reading{}
	weather := 0.0
	for d := date(2025, 1, 1); d.Year() == 2025; d = d.AddDate(0, 0, 1) {
		weather = 0.72*weather + 0.34*r.NormFloat64() // stagnant air lasts some days
		for _, s := range stations() {
			x := s.reading(d.YearDay(), weather, func() float64 { return math.Exp(0.11 * r.NormFloat64()) })
			if r.IntN(160) == 0 {
				x = reading{-1, -1, -1, -1, -1, -1}
			} else if r.IntN(220) == 0 {
				x[r.IntN(6)] = -1
			}
			days[s.code] = append(days[s.code], x)
			g.record(append([]cell{day(d), text(s.code), text(s.name)}, x.cells()...)...)
		}
	}
	g.end("注：O₃-8h为日最大8小时滑动平均；“—”表示仪器校准、停电或者通信中断造成的缺测。", "资料来源：示例市生态环境监测中心")
	stationPage(w.page("监测站点"), days)
	return w.save(path, "示例市生态环境监测中心")
}

// reading makes a day of the station: winter has the particles, summer the ozone.
func (s station) reading(yearDay int, weather float64, noise func() float64) reading {
	winter := math.Cos(2 * math.Pi * float64(yearDay-15) / 365) // 1 in mid-January, -1 in mid-July
	still := math.Exp(0.8 * weather)
	dust, traffic := float64(s.dust)/100, float64(s.traffic)/100
	fine := (33 + 19*winter) * still * dust * noise()
	n := func(f float64) int64 { return max(1, int64(math.Round(f))) }
	return reading{
		so2:   n((7 + 2*winter) * dust * noise()),
		no2:   n((24 + 11*winter) * math.Sqrt(still) * traffic * noise()),
		pm10:  n(fine*1.35 + 14*dust*noise()),
		pm25:  n(fine),
		co:    n((70+22*winter)*math.Sqrt(still)*noise()) / 10 * 10,
		ozone: n((95 - 45*winter) * math.Exp(0.3*weather) * (1.12 - 0.12*traffic) * noise()),
	}
}

func (x reading) cells() []cell {
	var cells []cell
	for i, n := range x {
		switch {
		case n < 0:
			cells = append(cells, none("—"))
		case i == co:
			cells = append(cells, fixed(n/10, 1))
		default:
			cells = append(cells, whole(n))
		}
	}
	index, leading, ok := x.aqi()
	if !ok {
		return append(cells, none("—"), none("—"), none("—"))
	}
	first := none("—")
	if index > 50 {
		first = text(leading)
	}
	return append(cells, whole(index), first, text(grade(index)))
}

// aqi works out the air quality index (HJ 633-2012, daily means); ok is false
// where a pollutant is missing.
func (x reading) aqi() (index int64, leading string, ok bool) {
	steps := [...]int64{0, 50, 100, 150, 200, 300}
	limits := [6][6]int64{
		so2: {0, 50, 150, 475, 800, 1600}, no2: {0, 40, 80, 180, 280, 565}, pm10: {0, 50, 150, 250, 350, 420},
		pm25: {0, 35, 75, 115, 150, 250}, co: {0, 200, 400, 1400, 2400, 3600}, ozone: {0, 100, 160, 215, 265, 800},
	}
	names := [6]string{"SO₂", "NO₂", "PM₁₀", "PM₂.₅", "CO", "O₃"}
	for i, n := range x {
		if n < 0 {
			return 0, "", false
		}
		for k := 1; k < len(steps); k++ {
			lo, hi := limits[i][k-1], limits[i][k]
			if n > hi && k < len(steps)-1 {
				continue
			}
			part := steps[k-1] + ((steps[k]-steps[k-1])*(n-lo)+hi-lo-1)/(hi-lo)
			if part > index {
				index, leading = part, names[i]
			}
			break
		}
	}
	return index, leading, true
}

func grade(index int64) string {
	for _, g := range []struct {
		to   int64
		name string
	}{{50, "优"}, {100, "良"}, {150, "轻度污染"}, {200, "中度污染"}, {300, "重度污染"}} {
		if index <= g.to {
			return g.name
		}
	}
	return "严重污染"
}

// stationPage lists the stations with their places and the means of their days.
func stationPage(p *page, days map[string][]reading) {
	const columns = 10
	p.widths(12, 18, 12, 12, 14, 14, 14, 16, 16, 14)
	title := "环境空气监测站点及2025年年均值"
	p.title(columns, title)
	g := p.grid(title, "",
		field{"站点编码", catalog.TypeText, "", styleCentre}, field{"站点名称", catalog.TypeText, "", styleCentre}, field{"所在区县", catalog.TypeText, "", styleCentre}, field{"站点类型", catalog.TypeText, "", styleCentre},
		field{"经度", catalog.TypeDecimal, "", styleCoord}, field{"纬度", catalog.TypeDecimal, "", styleCoord}, field{"启用时间", catalog.TypePeriod, "", styleCentre},
		field{"PM₂.₅年均值（μg/m³）", catalog.TypeDecimal, "μg/m³", styleDec1}, field{"优良天数（天）", catalog.TypeInteger, "天", stylePlain}, field{"优良天数比率", catalog.TypePercent, "", stylePercent})
	for _, s := range stations() {
		var sum, n, good, valid int64
		for _, x := range days[s.code] {
			if x[pm25] >= 0 {
				sum, n = sum+x[pm25], n+1
			}
			if index, _, ok := x.aqi(); ok {
				valid++
				if index <= 100 {
					good++
				}
			}
		}
		g.record(text(s.code), text(s.name), text(districts()[s.district].name.ZH), text(s.kind), fixed(s.lon, 6), fixed(s.lat, 6), text(s.built),
			fixed(rounded(sum*10, n), 1), whole(good), share(rounded(good*1000, valid)))
	}
	g.end("注：优良天数比率＝AQI不大于100的天数÷有效监测天数；站点数：" + strconv.Itoa(len(stations())) + "个。坐标系为WGS 84。")
}
