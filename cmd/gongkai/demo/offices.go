package demo

import (
	"fmt"
	"strings"

	"gongkai/catalog"
)

func offices() draft {
	return draft{
		slug: "office-directory", department: "data-bureau",
		meta: catalog.Metadata{
			Title: catalog.Text{ZH: "政府部门职能与联系方式", EN: "Public offices: functions and contacts"},
			Description: catalog.Text{
				ZH: "市级政府部门的主要职能、办公地址、办公时间和对外咨询、监督电话，以及全市乡镇（街道）便民服务中心的窗口数、可办事项数和服务电话。电话均为对外公开的固定电话，不含任何个人联系方式。机构调整或者办公地址变动后十个工作日内更新。",
				EN: "What each city department does, where it is, when it is open and which numbers to call for questions and complaints, with the service centres of all townships, their counters and services. All telephones are public landlines; no personal contacts are included. Changes appear within ten working days."},
			KeywordsZH: []string{"机构职能", "联系方式", "便民服务中心", "办公地址"}, KeywordsEN: []string{"departments", "contacts", "service centres"},
			Theme: "government", ResourceCode: "990100-SJ-0001", TemporalStart: "2025-12-01", TemporalEnd: "2025-12-31", Cycle: catalog.CycleIrregular,
		},
		files: []file{{name: "政府部门职能与联系方式（2025年12月）.xlsx", write: writeOffices}},
	}
}

func writeOffices(path string) (Expect, error) {
	w := newWorkbook()
	cover(w.page("填表说明"))
	departmentPage(w.page("市级部门"))
	centrePage(w.page("便民服务中心"))
	return w.save(path, "示例市政务服务和数据管理局")
}

// cover is a sheet of prose, which is no table.
func cover(p *page) {
	p.widths(100)
	p.title(1, "填表说明")
	for _, line := range []string{
		"一、本表由示例市政务服务和数据管理局汇总，各部门对所填内容的真实性和时效性负责。",
		"二、“主要职能”应依据部门“三定”规定概括填写，不超过一百字，不得照抄内设机构职责。",
		"三、电话一律填写对外公开的固定电话，区号与号码之间用短横线连接；不得填写个人手机号码。",
		"四、办公时间按工作日填写，实行错时、延时服务的，应当注明具体时段和可办理的事项范围。",
		"五、机构撤并、更名或者搬迁的，应当自变动之日起十个工作日内重新报送，旧表同时作废。",
		"六、填报中的问题请与政务公开科联系，技术问题请与市数据运营中心联系。",
	} {
		p.across(1, line, styleNote)
	}
}

func departmentPage(p *page) {
	const columns = 8
	p.widths(8, 12, 32, 60, 40, 34, 20, 20)
	title := "示例市市级政府部门职能与联系方式一览表"
	p.title(columns, title)
	p.across(columns, "填报单位：示例市政务服务和数据管理局　　填报日期：2025年12月20日", styleMeta)
	g := p.grid(title, "",
		field{"序号", catalog.TypeInteger, "", stylePlain}, field{"部门编码", catalog.TypeText, "", styleCentre}, field{"部门名称", catalog.TypeText, "", styleText}, field{"主要职能", catalog.TypeText, "", styleWrap},
		field{"办公地址", catalog.TypeText, "", styleWrap}, field{"办公时间", catalog.TypeText, "", styleWrap}, field{"联系方式|咨询电话", catalog.TypeText, "", styleCentre}, field{"联系方式|监督电话", catalog.TypeText, "", styleCentre})
	add := func(n int, name, duty, place string, number int) {
		g.record(whole(int64(n)), text(fmt.Sprintf("%03d", n*3-2)), text(name), text(duty), text(place), text("工作日9:00—12:00，13:30—17:00"), text(phone(number)), text(phone(number+9)))
	}
	n := 0
	for _, b := range cityBureaus() {
		if b.level == catalog.LevelBureau {
			n++
			add(n, b.zh, b.dutyZH, b.addressZH, b.phone)
		}
	}
	for i, b := range moreBureaus() {
		n++
		add(n, "示例市"+b[0], b[1], b[2], 86_120_100+i*137)
	}
	g.end("注：部门编码为三位，前导零不可省略。监督电话由各部门机关纪委值守。")
}

// moreBureaus are departments that publish no dataset yet: name, function, address.
func moreBureaus() [][3]string {
	return [][3]string{
		{"科学技术局", "组织科技计划项目，推进科技成果转化和创新平台建设。", "临澜区智谷街9号"},
		{"民政局", "负责社会救助、养老服务、婚姻登记和社会组织管理。", "东桥区永安街33号"},
		{"司法局", "负责行政立法、行政复议、公共法律服务和普法宣传。", "云湖区文昌路40号"},
		{"人力资源和社会保障局", "负责就业创业、社会保险、人才服务和劳动关系。", "云湖区观湖大道18号市民中心"},
		{"自然资源和规划局", "负责国土空间规划、不动产登记和矿产资源管理。", "望川区望川大道77号"},
		{"住房和城乡建设局", "负责房地产市场、建筑业、城市建设和住房保障。", "东桥区建设大道12号"},
		{"城市管理局", "负责市容环卫、市政公用设施和城市管理执法。", "东桥区河东大道56号"},
		{"水利局", "负责水资源管理、防汛抗旱和水利工程建设。", "望川区滨江西路8号"},
		{"农业农村局", "统筹乡村振兴，负责种植业、畜牧业、渔业和农产品质量安全。", "枫岭县枫城大道3号"},
		{"文化广电和旅游局", "负责公共文化服务、文物保护和旅游市场管理。", "云湖区书院街6号"},
		{"应急管理局", "负责安全生产监管、灾害防治和应急救援。", "东桥区铁路东街20号"},
		{"审计局", "依法审计财政收支和国有企业、重大投资项目。", "云湖区人民中路13号"},
		{"林业局", "负责森林资源保护、造林绿化和自然保护地管理。", "枫岭县枫林街15号"},
		{"医疗保障局", "负责医疗保险、医药价格和基金监管。", "云湖区观湖大道18号市民中心"},
		{"体育局", "负责全民健身、竞技体育和体育场馆管理。", "临澜区会展路16号"},
	}
}

func centrePage(p *page) {
	const columns = 8
	r := dice("centres")
	p.widths(14, 18, 40, 18, 18, 14, 16, 26)
	title := "示例市乡镇（街道）便民服务中心一览表"
	p.title(columns, title)
	g := p.grid(title, "",
		field{"区县", catalog.TypeText, "", styleCentre}, field{"乡镇街道代码", catalog.TypeText, "", styleCentre}, field{"中心名称", catalog.TypeText, "", styleText}, field{"服务电话", catalog.TypeText, "", styleCentre},
		field{"启用时间", catalog.TypePeriod, "", styleCentre}, field{"窗口数（个）", catalog.TypeInteger, "个", stylePlain}, field{"可办事项（项）", catalog.TypeInteger, "项", stylePlain}, field{"办公时间", catalog.TypeText, "", styleCentre})
	var windows, services int64
	for at, d := range districts() {
		for i, t := range d.towns {
			name := above(d.name.ZH)
			if i == 0 {
				name = text(d.name.ZH)
			}
			n, s := between(r, 4, 12), between(r, 96, 168)
			windows, services = windows+n, services+s
			hours := "工作日9:00—17:00"
			if strings.HasSuffix(t.zh, "街道") {
				hours = "每日9:00—18:00"
			}
			g.record(name, text(d.townCode(i)), text(t.zh+"便民服务中心"), text(phone(86_220_000+at*1000+i*31)),
				text(fmt.Sprintf("%d年%d月", between(r, 2016, 2024), between(r, 1, 12))), whole(n), whole(s), text(hours))
		}
	}
	g.total(text("合计"), blank(), blank(), blank(), blank(), whole(windows), whole(services), blank())
	g.end("注：可办事项含帮办代办事项。")
}
