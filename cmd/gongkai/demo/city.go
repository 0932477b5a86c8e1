package demo

import (
	"fmt"

	"gongkai/catalog"
)

// bureau is what differs from one department to the next.
type bureau struct {
	slug, parent string
	level        catalog.Level
	zh, en       string
	dutyZH       string
	dutyEN       string
	addressZH    string
	addressEN    string
	phone        int
	code         string // administrative division; "" is the city's
}

// departments gives the tree of the city: parents before children.
func departments() []Department {
	var list []Department
	for i, b := range append(cityBureaus(), localGovernments()...) {
		if b.code == "" {
			b.code = cityCode
		}
		list = append(list, Department{ParentSlug: b.parent, Department: catalog.Department{
			Slug: b.slug, Level: b.level, DivisionCode: b.code, CreditCode: organCode(b.code[:6], i),
			Title:       catalog.Text{ZH: b.zh, EN: b.en},
			Description: catalog.Text{ZH: b.dutyZH, EN: b.dutyEN},
			Address:     catalog.Text{ZH: b.addressZH, EN: b.addressEN},
			Phone:       phone(b.phone),
			Email:       b.slug + "@example-city.example",
			Hours:       catalog.Text{ZH: "工作日 9:00—12:00，13:30—17:00", EN: "Weekdays 9:00-12:00, 13:30-17:00"},
		}})
	}
	return list
}

func cityBureaus() []bureau {
	const root = "example-city"
	b := catalog.LevelBureau
	return []bureau{
		{root, "", catalog.LevelCity, "示例市人民政府", "Example City People's Government", "统一领导全市政务公开与公共数据开放工作。示例市为本系统虚构的演示城市，所有数据均由程序生成。", "Leads the disclosure of public information and open data in the city. Example City is invented for this demonstration; all its data are generated.", "云湖区人民中路1号", "1 Renmin Middle Road, Yunhu District", 86110001, ""},
		{"data-bureau", root, b, "示例市政务服务和数据管理局", "Government Services and Data Bureau", "统筹公共数据资源管理与开放利用，管理政务服务大厅和12345热线。", "Manages public data and its reuse, the public service hall and the 12345 hotline.", "云湖区观湖大道18号市民中心", "Civic Centre, 18 Guanhu Avenue, Yunhu District", 86110120, ""},
		{"finance-bureau", root, b, "示例市财政局", "Finance Bureau", "编制并执行市级预算，管理非税收入和政府采购政策。", "Prepares and executes the city budget; manages non-tax revenue and procurement policy.", "云湖区人民中路9号", "9 Renmin Middle Road, Yunhu District", 86112300, ""},
		{"reform-commission", root, b, "示例市发展和改革委员会", "Development and Reform Commission", "拟订国民经济和社会发展规划，负责能源运行监测和价格管理。", "Plans economic and social development; monitors energy use and administers prices.", "云湖区人民中路11号", "11 Renmin Middle Road, Yunhu District", 86112600, ""},
		{"market-regulation", root, b, "示例市市场监督管理局", "Market Regulation Bureau", "负责经营主体登记、食品和特种设备安全以及行政许可。", "Registers businesses, supervises food and special equipment, and grants licences.", "东桥区建设大道66号", "66 Jianshe Avenue, Dongqiao District", 86115100, ""},
		{"procurement-centre", root, b, "示例市公共资源交易中心", "Public Resources Trading Centre", "组织政府采购、工程建设招标投标等公共资源交易并公布结果。", "Runs public procurement and tenders for works and publishes their results.", "云湖区观湖大道18号市民中心4层", "4th floor, Civic Centre, 18 Guanhu Avenue, Yunhu District", 86110450, ""},
		{"statistics-bureau", root, b, "示例市统计局", "Statistics Bureau", "组织人口、经济等统计调查，发布统计公报和统计年鉴。", "Runs population and economic surveys; publishes the city's statistics and yearbook.", "云湖区人民中路15号", "15 Renmin Middle Road, Yunhu District", 86112900, ""},
		{"commerce-bureau", root, b, "示例市商务局", "Commerce Bureau", "负责内外贸易、口岸协调和招商引资工作。", "Promotes trade and investment and coordinates the port of entry.", "临澜区会展路2号", "2 Huizhan Road, Linlan District", 86118200, ""},
		{"environment-bureau", root, b, "示例市生态环境局", "Ecology and Environment Bureau", "负责生态环境监测、污染防治和环境执法。", "Monitors the environment, prevents pollution and enforces environmental law.", "望川区滨江西路30号", "30 Binjiang West Road, Wangchuan District", 86116700, ""},
		{"education-bureau", root, b, "示例市教育局", "Education Bureau", "管理全市基础教育、职业教育和教育考试工作。", "Administers schools, vocational education and examinations.", "云湖区学府路5号", "5 Xuefu Road, Yunhu District", 86113400, ""},
		{"health-commission", root, b, "示例市卫生健康委员会", "Health Commission", "规划医疗卫生资源，监管医疗机构和公共卫生服务。", "Plans health services and supervises hospitals and public health.", "东桥区永安街21号", "21 Yong'an Street, Dongqiao District", 86114800, ""},
		{"transport-bureau", root, b, "示例市交通运输局", "Transport Bureau", "负责公路水路建设养护、公共交通和道路运输管理。", "Builds and maintains roads and waterways; runs public transport.", "东桥区河东大道101号", "101 Hedong Avenue, Dongqiao District", 86117500, ""},
		{"traffic-police", root, b, "示例市公安局交通警察支队", "Traffic Police", "维护道路交通秩序，处理交通违法和交通事故。", "Keeps order on the roads; deals with traffic violations and accidents.", "东桥区铁路东街8号", "8 Tielu East Street, Dongqiao District", 86119110, ""},
	}
}

func localGovernments() []bureau {
	const root = "example-city"
	slugs := map[string]string{"990102": "yunhu", "990103": "dongqiao", "990104": "wangchuan", "990105": "linlan", "990121": "fengling", "990122": "hetang"}
	var list []bureau
	for i, d := range districts() {
		road := roads()[i]
		list = append(list, bureau{slugs[d.code], root, catalog.LevelDistrict, d.name.ZH + "人民政府", d.name.EN + " Government",
			fmt.Sprintf("负责%s行政区域内的公共服务、城市管理和基层治理。", d.name.ZH),
			fmt.Sprintf("Provides public services and local administration in %s.", d.name.EN),
			d.name.ZH + road[0] + "1号", "1 " + romanised(road[0]) + ", " + d.name.EN, 86210001 + i*100_000, d.code})
	}
	yunhu := districts()[0]
	for i, t := range []struct{ slug, zh, en, road, roadEN string }{
		{"hubin", yunhu.towns[0].zh, yunhu.towns[0].en, "湖滨路88号", "88 Hubin Road"},
		{"gulouqian", yunhu.towns[1].zh, yunhu.towns[1].en, "鼓楼大街120号", "120 Gulou Street"},
	} {
		list = append(list, bureau{t.slug, slugs[yunhu.code], catalog.LevelTownship, yunhu.name.ZH + t.zh + "办事处", t.en + " Office",
			fmt.Sprintf("办理%s辖区便民服务，指导社区居民委员会工作。", t.zh),
			fmt.Sprintf("Serves the residents of %s and supports its neighbourhood committees.", t.en),
			yunhu.name.ZH + t.road, t.roadEN + ", " + yunhu.name.EN, 86211001 + i*100, yunhu.townCode(i)})
	}
	return list
}

// romanised is the English name of a district's main road.
func romanised(road string) string {
	return map[string]string{
		"湖滨路": "Hubin Road", "东桥路": "Dongqiao Road", "望川大道": "Wangchuan Avenue",
		"临澜大道": "Linlan Avenue", "枫城大道": "Fengcheng Avenue", "禾城大道": "Hecheng Avenue",
	}[road]
}
