package infer

import (
	"fmt"
	"strings"

	"gongkai/catalog"
)

// stayText says why a column is text, where that is not plain.
func (t *tally) stayText(n int64) {
	text := t.by[sortText].n
	numbers := t.by[sortInteger].n + t.by[sortDecimal].n + t.by[sortPercent].n
	dates := t.by[sortDate].n + t.by[sortDatetime].n + t.by[sortPeriod].n
	t.say("%[2]d 个值中有 %[1]d 个是文字", "%[1]d of %[2]d values are words", text, n)
	if t.shownTimes.n > 0 {
		f := t.finding("time-as-shown", &t.shownTimes)
		f.Actual = t.shownTimes.text
	}
	switch {
	case t.overDay > 0 && t.shownTimes.n == n:
		t.say("%d 个时长，其中 %d 个不是一天之内的时刻；按显示的样子保留", "%d lengths of time, %d of them no times of a day; kept as shown", n, t.overDay)
	case t.eitherOrder.n > 0 && dates*2 > n && text == 0:
		t.say("日期的年月日次序无从判断，按原文保留", "dates whose order nothing tells, kept as written")
	case t.needYear.n*2 > n && t.plan.year != 0:
		t.say("没有写年份的时期与写明年份的交错，无从判断年份；按原文保留", "periods without a year take turns with others, so nothing tells their year; kept as written")
	case t.needYear.n*2 > n:
		t.say("时期没有写年份，标题也没有；按原文保留", "periods without a year, and the title names none; kept as written")
	case t.zeros.n > 0 && text*10 < n:
		t.say("%[2]d 个值中有 %[1]d 个以 0 开头，因此是代码", "%[1]d of %[2]d values begin with zero, so these are codes", t.zeros.n, n)
		f := t.finding("leading-zeros", &t.zeros)
		f.Actual = t.zeros.text
	case t.by[sortDamaged].n > 0 && numbers+t.by[sortDamaged].n == n:
		t.say("数字长于文件所能保存的位数，按文本保留", "numbers longer than the file can hold, kept as text")
	case t.alnum > 0 && numbers > 0:
		t.say("%d 个字母数字代码与 %d 个数字并存", "%d codes of letters and digits beside %d numbers", t.alnum, numbers)
		t.zerosLost(numbers)
	case (text+t.by[sortBool].n)*10 <= n*9:
		mixed, mixedZH := t.mixture()
		t.evidence = catalog.Text{ZH: mixedZH, EN: mixed}
		if text > 0 && text == t.badDates.n && dates >= text {
			return // reportDates says it better
		}
		if t.col.Made == catalog.MadePath || t.col.Made == catalog.MadeSection {
			return // labels may be codes
		}
		f := t.finding("mixed-column", &t.by[sortText])
		if text == 0 {
			f.Where, f.Cells = t.plan.where(0, &t.col), nil
		}
		f.Actual, f.Expected, f.Count = mixed, "one type", n
		f.Args["actual_zh"] = mixedZH
	}
}

// zerosLost reports codes that lie in the workbook as numbers among longer
// codes that begin with zero: 10101 beside 010103K.
func (t *tally) zerosLost(numbers int64) {
	if t.numeric == 0 || len(t.by[sortText].text) == 0 || t.by[sortText].text[0] != '0' {
		return
	}
	f := t.finding("code-zero-lost", &t.by[sortInteger])
	f.Actual, f.Count = t.by[sortInteger].text, numbers
	f.Expected = fmt.Sprint(len(t.by[sortText].text))
}

// mixture lists what kinds of values a column holds.
func (t *tally) mixture() (en, zh string) {
	var ens, zhs []string
	for _, k := range [...]struct {
		en, zh string
		sorts  []sort
	}{{"words", "个文字", []sort{sortText, sortBool}}, {"numbers", "个数值", []sort{sortInteger, sortDecimal, sortDamaged}}, {"percentages", "个百分比", []sort{sortPercent}},
		{"dates", "个日期", []sort{sortDate, sortDatetime}}, {"times", "个时刻", []sort{sortTime}}, {"periods", "个时期", []sort{sortPeriod}}} {
		n := int64(0)
		for _, s := range k.sorts {
			n += t.by[s].n
		}
		if n > 0 {
			ens, zhs = append(ens, fmt.Sprintf("%d %s", n, k.en)), append(zhs, fmt.Sprintf("%d %s", n, k.zh))
		}
	}
	if t.point.n > 0 && t.comma.n > 0 {
		ens = append(ens, fmt.Sprintf("%d with a decimal point and %d with a decimal comma", t.point.n, t.comma.n))
		zhs = append(zhs, fmt.Sprintf("其中 %d 个以点为小数点、%d 个以逗号为小数点", t.point.n, t.comma.n))
	}
	return strings.Join(ens, ", "), strings.Join(zhs, "、")
}
