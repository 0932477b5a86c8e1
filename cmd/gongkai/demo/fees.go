package demo

import "gongkai/catalog"

func fees() draft {
	return draft{
		slug: "administrative-fees", department: "reform-commission",
		meta: catalog.Metadata{
			Title: catalog.Text{ZH: "行政事业性收费目录清单", EN: "Administrative fees and charges"},
			Description: catalog.Text{
				ZH: "列出示例市各执收部门依法收取的行政事业性收费，逐项说明收费对象、计费单位、收费标准、资金管理方式和收费依据。清单之外的收费，公民和企业有权拒绝缴纳。标准调整时本清单同步更新；停征、免征项目不再列入。",
				EN: "Every administrative fee that the city's departments may lawfully collect: who pays it, per what unit, how much, how the money is managed and the legal basis. Nobody has to pay a fee that is not on this list. It is revised whenever a standard changes; abolished fees are removed."},
			KeywordsZH: []string{"收费目录", "收费标准", "收费依据", "非税收入"}, KeywordsEN: []string{"fees", "charges", "legal basis"},
			Theme: "government", ResourceCode: "990100-FG-0003", TemporalStart: "2025-01-01", TemporalEnd: "2025-12-31", Cycle: catalog.CycleYearly,
		},
		files: []file{{name: "示例市行政事业性收费目录清单（2025年版）.xlsx", write: writeFees}},
	}
}

// fee is one standard in hundredths of a yuan per unit, below 0 where the law sets a
// formula instead.
type fee struct {
	item, payer, unit string
	cents             int64
	basis             string
}

func writeFees(path string) (Expect, error) {
	const columns = 9
	w := newWorkbook()
	p := w.page("收费目录")
	p.widths(6, 18, 28, 24, 14, 12, 14, 46, 20)
	title := "示例市行政事业性收费目录清单（2025年版）"
	p.title(columns, title)
	p.across(columns, "填报单位：示例市发展和改革委员会　　填报日期：2025年1月10日", styleMeta)
	g := p.grid(title, "",
		field{"序号", catalog.TypeInteger, "", stylePlain}, field{"执收部门", catalog.TypeText, "", styleCentre},
		field{"收费项目", catalog.TypeText, "", styleWrap}, field{"收费对象", catalog.TypeText, "", styleWrap},
		field{"收费标准|计费单位", catalog.TypeText, "", styleCentre}, field{"收费标准|标准（元）", catalog.TypeDecimal, "元", styleDec2},
		field{"资金管理方式", catalog.TypeText, "", styleCentre}, field{"收费依据", catalog.TypeText, "", styleWrap},
		field{"批准文号", catalog.TypeText, "", styleText})
	number := int64(0)
	for i, c := range collectors() {
		for j, f := range c.fees {
			number++
			department := above(c.name)
			if j == 0 {
				department = text(c.name)
			}
			amount, treasury := none("—"), "缴入国库"
			if c.name == "教育部门" {
				treasury = "缴入财政专户"
			}
			if f.cents >= 0 {
				amount = fixed(f.cents, 2)
			}
			g.record(whole(number), department, text(f.item), text(f.payer), text(f.unit), amount, text(treasury), text(f.basis),
				text("示发改价费〔"+[]string{"2019", "2021", "2023", "2024"}[(i+j)%4]+"〕"+[]string{"7", "12", "23", "31", "46", "58"}[(i*5+j)%6]+"号"))
		}
	}
	g.end("注：1. “—”表示按公式或者分档计收，具体办法见收费依据。", "　　2. 对低保家庭、残疾人等免收的项目，按国家和省有关规定执行。")
	return w.save(path, "示例市发展和改革委员会")
}

type collector struct {
	name string
	fees []fee
}

func collectors() []collector {
	const road, land, water, school, arms = "《中华人民共和国道路交通安全法》", "《中华人民共和国土地管理法》", "《中华人民共和国水污染防治法》", "《中华人民共和国教育法》", "《中华人民共和国人民防空法》"
	return []collector{
		{"公安部门", []fee{
			{"机动车号牌工本费（汽车反光号牌）", "机动车所有者", "元/副", 100_00, road}, {"机动车号牌工本费（摩托车反光号牌）", "机动车所有者", "元/副", 35_00, road},
			{"机动车行驶证工本费", "机动车所有者", "元/本", 15_00, road}, {"机动车登记证书工本费", "机动车所有者", "元/证", 10_00, road},
			{"驾驶证工本费", "驾驶许可申请者", "元/证", 10_00, road}, {"驾驶许可考试费（小型汽车科目二）", "驾驶许可申请者", "元/人次", 210_00, road},
			{"出入境通行证工本费", "申请者", "元/证", 15_00, "《中华人民共和国出境入境管理法》"}}},
		{"自然资源部门", []fee{
			{"不动产登记费（住宅类）", "申请登记的单位和个人", "元/件", 80_00, "《不动产登记暂行条例》"}, {"不动产登记费（非住宅类）", "申请登记的单位和个人", "元/件", 550_00, "《不动产登记暂行条例》"},
			{"不动产权属证书工本费（增发）", "申请登记的单位和个人", "元/本", 10_00, "《不动产登记暂行条例》"}, {"耕地开垦费（一般耕地）", "占用耕地的建设单位", "元/平方米", 30_00, land},
			{"耕地开垦费（永久基本农田）", "占用耕地的建设单位", "元/平方米", 60_00, land}, {"土地复垦费", "损毁土地的单位", "元/平方米", 15_50, land}, {"土地闲置费", "闲置土地使用权人", "按出让价款比例", -1, land}}},
		{"住房和城乡建设部门", []fee{
			{"污水处理费（居民）", "用水居民", "元/立方米", 95, water}, {"污水处理费（非居民）", "用水单位", "元/立方米", 1_40, water}, {"污水处理费（特种行业）", "用水单位", "元/立方米", 2_10, water},
			{"城镇垃圾处理费（居民）", "居民户", "元/户·月", 6_00, "《中华人民共和国固体废物污染环境防治法》"}, {"城镇垃圾处理费（单位）", "机关、企业事业单位", "元/吨", 110_00, "《中华人民共和国固体废物污染环境防治法》"},
			{"城市道路占用费", "占用道路的单位", "元/平方米·日", 30, "《城市道路管理条例》"}, {"城市道路挖掘修复费（沥青混凝土路面）", "挖掘道路的单位", "元/平方米", 320_00, "《城市道路管理条例》"}, {"城市道路挖掘修复费（人行道板）", "挖掘道路的单位", "元/平方米", 135_00, "《城市道路管理条例》"}}},
		{"水利部门", []fee{
			{"水土保持补偿费（一般性生产建设项目）", "生产建设单位", "元/平方米", 1_00, "《中华人民共和国水土保持法》"}, {"水土保持补偿费（开采期石油天然气以外矿产）", "开采单位", "元/吨", 50, "《中华人民共和国水土保持法》"}}},
		{"国防动员部门", []fee{
			{"防空地下室易地建设费（六级）", "不能修建防空地下室的建设单位", "元/平方米", 1_650_00, arms}, {"防空地下室易地建设费（六B级）", "不能修建防空地下室的建设单位", "元/平方米", 1_250_00, arms}}},
		{"教育部门", []fee{
			{"公办幼儿园保教费（示范性）", "在园幼儿", "元/生·月", 560_00, school}, {"公办幼儿园保教费（一级）", "在园幼儿", "元/生·月", 450_00, school}, {"公办幼儿园保教费（二级）", "在园幼儿", "元/生·月", 340_00, school},
			{"普通高中学费（示范性）", "在校学生", "元/生·学期", 850_00, school}, {"普通高中学费（一般）", "在校学生", "元/生·学期", 500_00, school}, {"公办学校住宿费（四人间）", "住宿学生", "元/生·学期", 400_00, school},
			{"普通话水平测试费（学生）", "应试者", "元/人次", 25_00, "《中华人民共和国国家通用语言文字法》"}, {"普通话水平测试费（其他人员）", "应试者", "元/人次", 50_00, "《中华人民共和国国家通用语言文字法》"}}},
		{"卫生健康部门", []fee{
			{"预防接种服务费（非免疫规划疫苗）", "自愿接种者", "元/剂次", 28_00, "《中华人民共和国疫苗管理法》"}, {"医疗事故技术鉴定费", "申请鉴定的单位和个人", "元/例", 2_600_00, "《医疗事故处理条例》"}}},
		{"市场监督管理部门", []fee{
			{"特种设备检验检测费（乘客电梯，十层以下）", "特种设备使用单位", "元/台次", 620_00, "《中华人民共和国特种设备安全法》"}, {"特种设备检验检测费（起重机械）", "特种设备使用单位", "按设备原值比例", -1, "《中华人民共和国特种设备安全法》"}}},
		{"人力资源社会保障部门", []fee{
			{"职业技能鉴定费（中级工）", "参加鉴定的人员", "元/人次", 180_00, "《中华人民共和国劳动法》"}, {"专业技术人员职业资格考试费（每科）", "报考人员", "元/人科", 61_00, "《国家职业资格目录》"}}},
	}
}
