package demo

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"

	"gongkai/catalog"
)

func violations(rows int) draft {
	return draft{
		slug: "traffic-violations", department: "traffic-police",
		meta: catalog.Metadata{
			Title: catalog.Text{ZH: "道路交通违法记录", EN: "Traffic violations"},
			Description: catalog.Text{
				ZH: "示例市2025年查处的道路交通违法记录，逐条列出违法时间、区县、地点编码和地点、违法代码与行为、车辆类型、罚款金额、记分和采集方式。数据由交通管理系统导出并去除了号牌、驾驶人等全部个人信息，可用于分析事故隐患路段、违法高发时段和设施改善效果。",
				EN: "Traffic violations recorded in Example City in 2025, one row each: time, district, place and its code, the offence and its code, kind of vehicle, fine, penalty points and how it was recorded. Plates, drivers and all that is personal were removed. Use it to find dangerous junctions and hours."},
			KeywordsZH: []string{"交通违法", "罚款", "记分", "道路安全"}, KeywordsEN: []string{"traffic", "violations", "fines", "road safety"},
			Theme: "safety", ResourceCode: "990100-GA-0001", TemporalStart: "2025-01-01", TemporalEnd: "2025-12-31", Cycle: catalog.CycleYearly,
			Sharing: catalog.ShareConditional, ShareCond: catalog.Text{ZH: "含号牌的原始记录仅向有法定职责的部门按需共享。", EN: "Original records with plates are shared only with departments whose duties require them."},
		},
		files: []file{{name: "道路交通违法记录_2025.xlsx", write: func(path string) (Expect, error) { return writeViolations(path, rows) }}},
	}
}

// offence is a kind of violation with its share of all, of the sum of weights.
type offence struct {
	code, name   string
	fine, points int64
	weight       int
	bySpot       bool // found by officers, not by cameras
}

func offences() []offence {
	return []offence{
		{"0101", "违反规定停放、临时停车，妨碍其他车辆通行", 100, 0, 310, false}, {"0102", "不按规定车道行驶", 100, 1, 120, false}, {"0103", "违反禁止标线指示", 100, 1, 170, false},
		{"0104", "违反禁令标志指示", 100, 1, 110, false}, {"0205", "违反道路交通信号灯通行", 200, 6, 75, false}, {"0206", "超过规定时速不足百分之二十", 50, 0, 60, false},
		{"0207", "超过规定时速百分之二十以上未达到百分之五十", 200, 6, 38, false}, {"0208", "不礼让行人", 200, 3, 46, false}, {"0209", "驾驶时拨打、接听手持电话", 50, 3, 22, false},
		{"0210", "未按规定使用安全带", 50, 1, 64, false}, {"0301", "非机动车逆向行驶", 20, 0, 58, true}, {"0302", "非机动车驾乘人员未戴安全头盔", 20, 0, 72, true},
		{"0303", "非机动车闯红灯", 30, 0, 36, true}, {"0404", "饮酒后驾驶机动车", 1500, 12, 3, true}, {"0405", "货车超过核定载质量", 500, 3, 9, true}, {"0406", "逾期未检验机动车上道路行驶", 200, 0, 14, true},
	}
}

// spot is a place where violations are recorded.
type spot struct {
	code, name, district string
}

func spots(r *rand.Rand) []spot {
	var list []spot
	for at, d := range districts() {
		names := roads()[at]
		for i, a := range names {
			for _, b := range []string{names[(i+1)%len(names)], names[(i+3)%len(names)]} {
				list = append(list, spot{fmt.Sprintf("%06d", (at+1)*2000+len(list)*7+r.IntN(7)), a + "与" + b + "交叉口", d.name.ZH})
			}
			list = append(list, spot{fmt.Sprintf("%06d", (at+1)*2000+len(list)*7+r.IntN(7)), a + "中段", d.name.ZH})
		}
	}
	return list
}

// violation is one record.
type violation struct {
	number  int
	at      time.Time
	spot    spot
	offence offence
	vehicle string
	source  string
}

func (v *violation) values() []string {
	return []string{fmt.Sprintf("%012d", v.number), v.at.Format("2006-01-02T15:04:05"), v.spot.district, v.spot.code, v.spot.name,
		v.offence.code, v.offence.name, v.vehicle, strconv.FormatInt(v.offence.fine, 10), strconv.FormatInt(v.offence.points, 10), v.source}
}

// allViolations gives the records in order of time, the same on each call.
func allViolations(rows int) iter.Seq[*violation] {
	return func(yield func(*violation) bool) {
		r := dice("violations")
		places, kinds, hours := spots(dice("spots")), offences(), busyHours()
		var weights []int // index of an offence as often as it weighs
		for i, k := range kinds {
			for range k.weight {
				weights = append(weights, i)
			}
		}
		v, n := &violation{}, 0
		for d, count := range daily(rows) {
			today := date(2025, 1, 1+d)
			minutes := make([]int, count)
			for i := range minutes {
				minutes[i] = pick(r, hours)*60 + r.IntN(60)
			}
			slices.Sort(minutes)
			for _, minute := range minutes {
				n++
				// The smaller of two throws: some places see far more than others.
				place := places[min(r.IntN(len(places)), r.IntN(len(places)))]
				*v = violation{number: n, at: today.Add(time.Duration(minute) * time.Minute), spot: place, offence: kinds[pick(r, weights)]}
				v.vehicle, v.source = vehicle(r, v.offence), v.offence.source(r)
				if !yield(v) {
					return
				}
			}
		}
	}
}

// busyHours lists the hours of the day as often as they see violations, of
// 100: there are two rush hours.
func busyHours() []int {
	var hours []int
	for h, n := range []int{1, 1, 1, 1, 1, 1, 3, 7, 9, 6, 5, 5, 4, 4, 5, 5, 6, 9, 9, 6, 5, 4, 3, 2} {
		for range n {
			hours = append(hours, h)
		}
	}
	return hours
}

// daily deals rows out to the days of 2025: fewer at weekends and on holidays.
func daily(rows int) []int {
	r := dice("days")
	upTo, sum := make([]int64, 365), int64(0)
	for d := range upTo {
		today, weight := date(2025, 1, 1+d), int64(100)
		switch {
		case holiday(today):
			weight = 62
		case today.Weekday() == time.Saturday || today.Weekday() == time.Sunday:
			weight = 81
		}
		sum += weight * between(r, 88, 112)
		upTo[d] = sum
	}
	counts, before := make([]int, 365), 0
	for d := range counts {
		end := int(int64(rows) * upTo[d] / sum)
		counts[d], before = end-before, end
	}
	return counts
}

// source is how the offence came to notice.
func (o offence) source(r *rand.Rand) string {
	switch {
	case o.bySpot:
		return "现场查处"
	case o.code == "0206" || o.code == "0207":
		return "固定测速设备"
	case o.code == "0101":
		return pick(r, []string{"移动抓拍", "移动抓拍", "电子警察"})
	default:
		return "电子警察"
	}
}

func vehicle(r *rand.Rand, o offence) string {
	switch {
	case o.code == "0405":
		return "重型货车"
	case o.code >= "0301" && o.code <= "0303":
		return "电动自行车"
	case r.IntN(100) < 84:
		return "小型汽车"
	case o.code == "0210":
		return pick(r, []string{"中型客车", "轻型货车", "重型货车", "大型客车"}) // motorcycles have no belts
	default:
		return pick(r, []string{"中型客车", "轻型货车", "重型货车", "摩托车", "大型客车"})
	}
}

func writeViolations(path string, rows int) (Expect, error) {
	w := newWorkbook()
	const name = "违法记录"
	w.page(name)
	table := Table{Sheet: name, HeaderRow: [2]int{1, 1}, FirstRow: 2, LastRow: rows + 1, Rows: rows, Columns: []Column{
		{Label: "记录编号", Type: catalog.TypeText, Unit: ""}, {Label: "违法时间", Type: catalog.TypeDatetime, Unit: ""}, {Label: "区县", Type: catalog.TypeText, Unit: ""}, {Label: "地点编码", Type: catalog.TypeText, Unit: ""}, {Label: "违法地点", Type: catalog.TypeText, Unit: ""},
		{Label: "违法代码", Type: catalog.TypeText, Unit: ""}, {Label: "违法行为", Type: catalog.TypeText, Unit: ""}, {Label: "车辆类型", Type: catalog.TypeText, Unit: ""}, {Label: "罚款金额（元）", Type: catalog.TypeInteger, Unit: "元"}, {Label: "记分", Type: catalog.TypeInteger, Unit: ""}, {Label: "采集方式", Type: catalog.TypeText, Unit: ""}}}
	table.Truth = func(yield func(Record) bool) {
		row := 2
		for v := range allViolations(rows) {
			if !yield(Record{Row: row, Kind: catalog.RowRecord, Values: v.values()}) {
				return
			}
			row++
		}
	}
	w.keep(w.streamViolations(name, table.Columns, rows))
	e, err := w.save(path, "示例市公安局交通警察支队")
	e.Tables = []Table{table}
	return e, err
}

// streamViolations writes the sheet row by row, as an export of a system does:
// the header first, then records, and nothing else.
func (w *workbook) streamViolations(name string, columns []Column, rows int) error {
	s, err := w.f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for i, width := range []float64{16, 18, 10, 10, 34, 10, 44, 12, 14, 8, 14} {
		if err := s.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	head, minute := w.style(styleHead), w.style(styleMinute)
	cells := make([]any, len(columns))
	for i, c := range columns {
		cells[i] = excelize.Cell{StyleID: head, Value: c.Label}
	}
	if err := s.SetRow("A1", cells); err != nil {
		return err
	}
	row := 2
	for v := range allViolations(rows) {
		values := v.values()
		for i, x := range values {
			cells[i] = x
		}
		cells[1] = excelize.Cell{StyleID: minute, Value: serial(v.at)}
		cells[8], cells[9] = v.offence.fine, v.offence.points
		if err := s.SetRow(address(1, row), cells); err != nil {
			return err
		}
		row++
	}
	return s.Flush()
}
