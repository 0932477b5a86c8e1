package demo

import (
	"fmt"

	"gongkai/catalog"
)

func schools() draft {
	return draft{
		slug: "schools", department: "education-bureau",
		meta: catalog.Metadata{
			Title: catalog.Text{ZH: "中小学校名录", EN: "Primary and secondary schools"},
			Description: catalog.Text{
				ZH: "2025学年全市中小学校名录，包括学校代码、学段、办学性质、所在区县、地址、办公电话、班级数、在校学生数、专任教师数、是否寄宿和经纬度，并附分区县汇总。数据来自各区县教育局秋季学期填报，市教育局汇总核对，可用于查询就近学校和比较班额、师生比。",
				EN: "All primary and secondary schools of the school year 2025: code, stage, ownership, district, address, office phone, classes, pupils, teachers, boarding and coordinates, with a summary by district. Districts report each autumn. Use it to find a school nearby or to compare class sizes."},
			KeywordsZH: []string{"学校", "小学", "中学", "在校学生"}, KeywordsEN: []string{"schools", "education", "pupils", "teachers"},
			Theme: "education", ResourceCode: "990100-JY-0001", TemporalStart: "2025-09-01", TemporalEnd: "2026-07-31", Cycle: catalog.CycleYearly,
		},
		files: []file{{name: "2025学年中小学校名录.xlsx", write: writeSchools}},
	}
}

// stage is a kind of school: how many classes it has and how many pupils sit in one.
type stage struct {
	name, suffix   string
	classes        [2]int64
	pupils         [2]int64
	teachers       int64 // of 100 classes
	boarding       bool
	perHundredThou int64 // schools of it for 100,000 people, in tenths
}

func stages() []stage {
	return []stage{
		{"小学", "小学", [2]int64{12, 42}, [2]int64{34, 45}, 215, false, 62},
		{"初中", "初级中学", [2]int64{12, 36}, [2]int64{38, 48}, 305, false, 20},
		{"九年一贯制", "学校", [2]int64{18, 45}, [2]int64{35, 45}, 240, false, 9},
		{"普通高中", "高级中学", [2]int64{30, 60}, [2]int64{44, 50}, 330, true, 8},
		{"中等职业学校", "职业技术学校", [2]int64{24, 48}, [2]int64{36, 44}, 260, true, 3},
	}
}

// tally adds up schools.
type tally struct{ schools, classes, pupils, teachers int64 }

func (t *tally) add(o tally) {
	t.schools += o.schools
	t.classes += o.classes
	t.pupils += o.pupils
	t.teachers += o.teachers
}

func writeSchools(path string) (Expect, error) {
	const columns = 14
	w := newWorkbook()
	p := w.page("名录")
	p.widths(8, 14, 34, 16, 12, 14, 34, 18, 10, 12, 12, 10, 14, 14)
	title := "示例市2025学年中小学校名录"
	p.title(columns, title)
	p.across(columns, "填报单位：示例市教育局　　填报日期：2025年10月20日", styleMeta)
	g := p.grid(title, "",
		field{"序号", catalog.TypeInteger, "", stylePlain}, field{"学校代码", catalog.TypeText, "", styleCentre}, field{"学校名称", catalog.TypeText, "", styleText}, field{"学段", catalog.TypeText, "", styleCentre},
		field{"办学性质", catalog.TypeText, "", styleCentre}, field{"所在区县", catalog.TypeText, "", styleCentre}, field{"地址", catalog.TypeText, "", styleText}, field{"办公电话", catalog.TypeText, "", styleCentre},
		field{"班级数（个）", catalog.TypeInteger, "个", stylePlain}, field{"在校学生数（人）", catalog.TypeInteger, "人", styleInt}, field{"专任教师数（人）", catalog.TypeInteger, "人", styleInt},
		field{"是否寄宿", catalog.TypeBoolean, "", styleCentre}, field{"经度", catalog.TypeDecimal, "", styleCoord}, field{"纬度", catalog.TypeDecimal, "", styleCoord})
	var sums []tally
	number := int64(0)
	for i := range districts() {
		sums = append(sums, districtSchools(g, i, &number))
	}
	g.end("注：学校代码前两位为区县顺序号；专任教师不含代课和外聘人员。")
	p.row += 2
	schoolSummary(p, sums)
	return w.save(path, "示例市教育局")
}

// districtSchools writes the schools of a district. One district's clerk types
// numbers of classes in full-width digits.
func districtSchools(g *grid, at int, number *int64) tally {
	d := districts()[at]
	r := dice("schools" + d.code)
	road := roads()[at]
	names := schoolNames(at)
	var sum tally
	for _, st := range stages() {
		for n := range max(1, rounded(d.residents(2025, 2025)*st.perHundredThou, 1_000_000)) {
			*number++
			name := d.short + names[(int(n)+len(st.suffix))%len(names)] + st.suffix
			if st.name == "普通高中" || st.name == "中等职业学校" || n >= int64(len(names)) {
				name = fmt.Sprintf("%s第%s%s", d.name.ZH, chineseOrdinal(int(n)+1), st.suffix)
			}
			classes := between(r, st.classes[0], st.classes[1])
			t := tally{1, classes, classes * between(r, st.pupils[0], st.pupils[1]), rounded(classes*st.teachers, 100)}
			sum.add(t)
			ownership, boards := "公办", "否"
			if r.IntN(9) == 0 {
				ownership = "民办"
			}
			truth := "false"
			if st.boarding || r.IntN(8) == 0 {
				boards, truth = "是", "true"
			}
			count := whole(classes)
			if d.short == "禾塘" {
				count = wide(classes)
			}
			lon, lat := d.point(r)
			g.record(whole(*number), text(fmt.Sprintf("%02d%04d", at+1, *number)), text(name), text(st.name), text(ownership), text(d.name.ZH),
				text(fmt.Sprintf("%s%s%d号", d.name.ZH, pick(r, road), between(r, 2, 260))), text(phone(86_300_000+at*20_000+int(n)*113+len(st.name)*7)),
				count, whole(t.pupils), whole(t.teachers), cell{raw: boards, truth: truth}, fixed(lon, 6), fixed(lat, 6))
		}
	}
	return sum
}

// schoolNames are the names that schools of a district go by: its roads and
// townships without their endings, and a few that are found everywhere.
func schoolNames(at int) []string {
	local := [][]string{
		{"湖滨", "鼓楼", "文昌", "云山", "白鹭洲", "学府", "莲塘", "观湖", "书院街", "柳营"}, {"桥头", "机床厂", "河东", "三里亭", "竹园", "工农", "石榴", "永安", "船坞"},
		{"望江", "码头", "柏塘", "石埠", "清泉", "渡口", "梧桐"}, {"科创", "站前", "杨渡", "麦家", "智谷", "澜江", "会展"},
		{"枫城", "松岗", "大坪", "溪口", "茶林", "云门"}, {"禾城", "新圩", "沙洲", "藕田", "双塘"},
	}[at]
	return append(local, "实验", "育英", "新华", "育才", "民主", "和平", "光明", "红旗", "希望", "青年", "东风", "向阳")
}

func chineseOrdinal(n int) string {
	digits := []string{"", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	switch {
	case n < 10:
		return digits[n]
	case n < 20:
		return "十" + digits[n-10]
	default:
		return digits[n/10] + "十" + digits[n%10]
	}
}

func schoolSummary(p *page, sums []tally) {
	title := "附表：分区县中小学校汇总"
	p.title(6, title)
	g := p.grid(title, "", field{"区县", catalog.TypeText, "", styleCentre}, field{"学校数（所）", catalog.TypeInteger, "所", styleInt}, field{"班级数（个）", catalog.TypeInteger, "个", styleInt},
		field{"在校学生数（人）", catalog.TypeInteger, "人", styleInt}, field{"专任教师数（人）", catalog.TypeInteger, "人", styleInt}, field{"平均班额（人）", catalog.TypeDecimal, "人", styleDec1})
	row := func(name string, t tally) []cell {
		return []cell{text(name), whole(t.schools), whole(t.classes), whole(t.pupils), whole(t.teachers), fixed(rounded(t.pupils*10, t.classes), 1)}
	}
	var all tally
	for i, d := range districts() {
		all.add(sums[i])
		g.record(row(d.name.ZH, sums[i])...)
	}
	g.total(row("合计", all)...)
	g.end("资料来源：2025学年秋季学期学校基本情况统计")
}
