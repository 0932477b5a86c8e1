package shape

import "strings"

// CountsPeople reports whether a column counts people: its unit says so, or its
// label where it has no unit. Counts of people below a few may tell who they
// are. Rates, averages and amounts of people count nobody.
func CountsPeople(label, unit string) bool {
	unit = strings.ToLower(strings.Trim(unit, " ()（）"))
	switch unit {
	case "人", "名", "人次", "位", "户", "人数", "person", "persons", "people", "patients", "pupils", "students", "households":
		return true
	case "":
	default:
		return false // 万人, %, 元/人: no single person shows
	}
	low := strings.ToLower(label)
	for _, w := range [...]string{"率", "比例", "比重", "占比", "平均", "人均", "密度", "指数", "金额", "万人", "增长", "增速", "±", "编号", "代码", "序号", "rate", "ratio", "average", "mean", "percent", "per capita", "share", "%"} {
		if strings.Contains(low, w) {
			return false
		}
	}
	for _, w := range [...]string{"人数", "人口", "人次", "户数", "病例", "死亡数", "患者数", "确诊", "学生数", "教师数", "职工数", "党员数", "残疾人", "低保对象", "申请人数", "number of people", "number of persons", "persons", "patients", "deaths", "population", "headcount", "households", "pupils", "students"} {
		if strings.Contains(low, w) {
			return true
		}
	}
	return false
}
