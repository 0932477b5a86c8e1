package demo

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"gongkai/catalog"
)

// The city's place in the administrative tree; 99 is the code of no province.
const cityCode = "990100"

var cityName = catalog.Text{ZH: "示例市", EN: "Example City"}

// district is a district or county of the city.
type district struct {
	code     string
	name     catalog.Text
	short    string // the name as firms and schools use it
	lon, lat int64  // of its middle, in millionths of a degree
	people   int64  // resident population at the end of 2015
	growth   int64  // of it a year, per 100,000
	towns    []town
}

// town is a subdistrict, town or township.
type town struct {
	zh, en string
	weight int64 // its share of the district's people, of the sum of weights
}

// districts lists the districts and counties in the order of their codes.
func districts() []district {
	return []district{
		{code: "990102", name: catalog.Text{ZH: "云湖区", EN: "Yunhu District"}, short: "云湖", lon: 113_260_000, lat: 30_410_000, people: 589_200, growth: 1450, towns: []town{
			{"湖滨街道", "Hubin Subdistrict", 15}, {"鼓楼前街道", "Gulouqian Subdistrict", 9}, {"文昌里街道", "Wenchangli Subdistrict", 12}, {"云山街道", "Yunshan Subdistrict", 14}, {"白鹭洲街道", "Bailuzhou Subdistrict", 18}, {"学府街道", "Xuefu Subdistrict", 16}, {"莲塘街道", "Liantang Subdistrict", 11}}},
		{code: "990103", name: catalog.Text{ZH: "东桥区", EN: "Dongqiao District"}, short: "东桥", lon: 113_318_000, lat: 30_402_000, people: 498_700, growth: 820, towns: []town{
			{"桥头街道", "Qiaotou Subdistrict", 14}, {"机床厂街道", "Jichuangchang Subdistrict", 9}, {"河东街道", "Hedong Subdistrict", 16}, {"三里亭街道", "Sanliting Subdistrict", 12}, {"竹园街道", "Zhuyuan Subdistrict", 10}, {"东桥镇", "Dongqiao Town", 8}}},
		{code: "990104", name: catalog.Text{ZH: "望川区", EN: "Wangchuan District"}, short: "望川", lon: 113_205_000, lat: 30_362_000, people: 402_300, growth: 410, towns: []town{
			{"望川街道", "Wangchuan Subdistrict", 15}, {"码头街道", "Matou Subdistrict", 11}, {"柏塘镇", "Baitang Town", 9}, {"石埠镇", "Shibu Town", 7}, {"清泉镇", "Qingquan Town", 6}}},
		{code: "990105", name: catalog.Text{ZH: "临澜区", EN: "Linlan District"}, short: "临澜", lon: 113_392_000, lat: 30_447_000, people: 286_500, growth: 2650, towns: []town{
			{"临澜街道", "Linlan Subdistrict", 13}, {"科创街道", "Kechuang Subdistrict", 14}, {"高铁新城街道", "Gaotie Xincheng Subdistrict", 11}, {"杨渡镇", "Yangdu Town", 7}, {"麦家镇", "Maijia Town", 5}}},
		{code: "990121", name: catalog.Text{ZH: "枫岭县", EN: "Fengling County"}, short: "枫岭", lon: 113_061_000, lat: 30_556_000, people: 331_800, growth: -1060, towns: []town{
			{"枫城镇", "Fengcheng Town", 16}, {"松岗镇", "Songgang Town", 8}, {"大坪镇", "Daping Town", 6}, {"溪口乡", "Xikou Township", 4}, {"茶林乡", "Chalin Township", 3}, {"云门乡", "Yunmen Township", 3}}},
		{code: "990122", name: catalog.Text{ZH: "禾塘县", EN: "Hetang County"}, short: "禾塘", lon: 113_437_000, lat: 30_238_000, people: 274_600, growth: -1180, towns: []town{
			{"禾城镇", "Hecheng Town", 14}, {"新圩镇", "Xinxu Town", 8}, {"沙洲镇", "Shazhou Town", 7}, {"藕田乡", "Outian Township", 4}, {"双塘乡", "Shuangtang Township", 3}}},
	}
}

// point is a place within about five kilometres of the district's middle, in
// millionths of a degree.
func (d district) point(r *rand.Rand) (lon, lat int64) {
	spread := func() int64 { return between(r, -22_000, 22_000) + between(r, -22_000, 22_000) }
	return d.lon + spread(), d.lat + spread()
}

// townCode is the code of the district's i-th town, of nine digits:
// subdistricts are numbered from 001, towns and townships, which come after
// them, from 100.
func (d district) townCode(i int) string {
	subdistricts := 0
	for _, t := range d.towns {
		if strings.HasSuffix(t.zh, "街道") {
			subdistricts++
		}
	}
	if i < subdistricts {
		return fmt.Sprintf("%s%03d", d.code, i+1)
	}
	return fmt.Sprintf("%s%03d", d.code, 100+i-subdistricts)
}

// roads are the names of streets, by district in the order of districts.
func roads() [][]string {
	return [][]string{
		{"湖滨路", "鼓楼大街", "文昌路", "云山路", "白鹭洲路", "学府路", "莲塘路", "人民中路", "解放路", "书院街", "观湖大道", "青石巷", "北门大街", "柳营路"},
		{"东桥路", "机床厂路", "河东大道", "三里亭路", "竹园路", "人民东路", "工农路", "铁路东街", "石榴路", "永安街", "建设大道", "船坞路"},
		{"望川大道", "码头路", "柏塘路", "石埠街", "清泉路", "人民西路", "滨江西路", "粮库街", "渡口路", "梧桐路"},
		{"临澜大道", "科创一路", "科创三路", "站前大道", "站东路", "杨渡路", "麦家路", "智谷街", "澜江路", "会展路"},
		{"枫城大道", "松岗路", "县前街", "茶林路", "云门路", "枫林街", "南门路"},
		{"禾城大道", "新圩路", "沙洲路", "藕田街", "双塘路", "县府街", "粮棉路"},
	}
}

// phone is a landline of the city: area codes from 0960 are not given out.
func phone(number int) string { return fmt.Sprintf("0960-%08d", number) }
