package shape

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

func itoa(n int) string { return strconv.Itoa(n) }

// naming says how surely a text names a total.
type naming uint8

const (
	namesNothing naming = iota
	namesMaybe          // 合计人数, Total murders: or 合计划社区, Total E&P; the sums decide
	namesTotal          // 合计, 全市合计, 小计（含郊区）, Total:
)

// totalWord judges the key of a row: a whole word for a total, which a bracket,
// a colon or a qualifier set apart may follow and in Chinese a name may
// precede. A name that only begins with such a word may be that of a place or
// a company.
func totalWord(s string) naming {
	if len(s) > 64 || s == "" {
		return namesNothing
	}
	k := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '*' || r == '　' {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
	k = strings.TrimRight(k, "0123456789[]†‡.\\①②③④⑤⑥⑦⑧⑨")
	if i := strings.IndexAny(k, "(（:：、，,"); i > 0 {
		k = k[:i]
	}
	if wholeTotal(k) {
		return namesTotal
	}
	first, rest := "", ""
	if words := strings.Fields(s); len(words) > 1 {
		first, rest = words[0], words[len(words)-1]
	}
	for _, w := range [...]string{"合计", "小计", "总计", "共计", "合計", "小計", "総計"} {
		switch {
		case strings.HasSuffix(k, w), first == w && hasHan(first):
			return namesTotal
		case strings.HasPrefix(k, w) && utf8.RuneCountInString(k) <= 8:
			return namesMaybe
		}
	}
	switch {
	case strings.EqualFold(rest, "total"), strings.EqualFold(rest, "subtotal"):
		return namesTotal
	case strings.EqualFold(first, "total"), strings.EqualFold(first, "subtotal"):
		if strings.HasSuffix(s, ":") {
			return namesTotal
		}
		return namesMaybe
	}
	return namesNothing
}

func wholeTotal(k string) bool {
	switch k {
	case "合计", "总计", "小计", "共计", "总数", "总和", "总合计", "计", "合計", "總計", "小計", "総計", "総数", "計", "累计", "全部",
		"total", "totals", "subtotal", "sub-total", "grandtotal", "sum", "summe", "gesamt", "insgesamt", "zusammen", "totale", "totaal", "totalgeneral", "alltotal", "overall":
		return true
	}
	return false
}

// mayTotal is a cheap test that lets pass everything totalWord knows.
func mayTotal(s string) bool {
	wide := false
	for i := 0; i < len(s); i++ {
		switch c := s[i] | 0x20; {
		case s[i] >= utf8.RuneSelf:
			wide = true
		case i+2 >= len(s):
		case c == 't' && s[i+1]|0x20 == 'o' && s[i+2]|0x20 == 't', c == 's' && s[i+1]|0x20 == 'u' && s[i+2]|0x20 == 'm',
			c == 'a' && s[i+1]|0x20 == 'm' && s[i+2]|0x20 == 't', c == 'm' && s[i+1]|0x20 == 'm' && s[i+2]|0x20 == 'e', c == 'r' && s[i+1]|0x20 == 'a' && s[i+2]|0x20 == 'l':
			return true
		}
	}
	return wide && (strings.Contains(s, "计") || strings.Contains(s, "計") || strings.Contains(s, "和") || strings.Contains(s, "数") || strings.Contains(s, "全部"))
}

// metaLine reports whether every cell of a line is a remark about the table:
// 填报单位：市财政局, 单位：万元, a lone date, or key and value side by side.
func (d *detector) metaLine(i int, g region) bool {
	n := d.n(i, g)
	if n == 0 || n > 8 {
		return false
	}
	r := d.ln.row(i)
	if n == 1 && unitWord(trimParens(d.words(r, d.firstColumn(i, g)))) != "" {
		return true
	}
	meta, pending, bad := 0, false, false
	d.eachFilled(i, g, func(c int) {
		w := d.words(r, c)
		switch {
		case pending:
			pending = false
		case d.periodCell(r, c):
			// a date or a month beside remarks is one of them
		case metaKind(w) != metaNone:
			meta++
			pending = strings.HasSuffix(w, "：") || strings.HasSuffix(w, ":")
		default:
			bad = true
		}
	})
	return meta > 0 && !bad
}

// periodCell reports whether a cell names a day or a period in words: 2024年5月.
func (d *detector) periodCell(row, col int) bool {
	return d.class(row, col) == classDate && strings.Contains(d.words(row, col), "年")
}

// metaSort is what a remark above or below a table is about.
type metaSort uint8

const (
	metaNone metaSort = iota
	metaUnit
	metaPeriod
	metaMaker
)

// metaKind judges a remark by how it begins.
func metaKind(s string) metaSort {
	s = trimParens(s)
	key, _, found := cutColon(s)
	if !found || utf8.RuneCountInString(key) > 12 {
		return metaNone
	}
	k := strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, key))
	switch k {
	case "单位", "计量单位", "金额单位", "数据单位", "货币单位", "單位", "単位", "unit", "units", "unitofmeasure":
		return metaUnit
	case "统计日期", "统计时间", "报告期", "所属期", "数据期", "数据时间", "期间", "时间", "日期", "统计期", "截止日期", "截至日期", "年度", "年份", "period", "date", "reportingperiod", "asof":
		return metaPeriod
	case "填报日期", "填报时间", "制表日期", "制表时间", "报表日期", "编制日期", "填表日期", "填报单位", "统计单位", "制表单位", "编制单位", "报送单位", "单位名称", "填报部门", "报送部门", "编制部门", "填报人", "制表人", "统计人", "审核人", "复核人", "负责人", "单位负责人", "填表人", "联系人", "联系电话", "经办人", "电话", "传真", "邮箱", "报出日期", "报送日期", "报送时间", "上报日期", "统计负责人", "填报负责人", "主要负责人", "分管负责人", "分管领导", "主管领导", "单位主管", "填报人员", "审批人", "批准人", "校对人", "制表", "审核", "复核", "经办", "签字", "盖章", "负责人签字", "领导签字", "单位公章", "填报机关", "主管部门", "表号", "制定机关", "批准机关", "批准文号", "备案机关", "备案文号", "有效期至", "有效期", "数据库", "指标", "地区", "部门", "preparedby", "department", "table", "agency":
		return metaMaker
	}
	return metaNone
}

func cutColon(s string) (key, value string, found bool) {
	i := strings.IndexAny(s, ":：")
	if i < 0 {
		return s, "", false
	}
	_, size := utf8.DecodeRuneInString(s[i:])
	return Trim(s[:i]), Trim(s[i+size:]), true
}

// noteLine reports whether a line begins like a note.
func (d *detector) noteLine(i int, g region) bool {
	c := d.firstColumn(i, g)
	if c == 0 || d.ln.has(d.ln.values, i, c) && d.n(i, g) > 2 {
		return false
	}
	w := d.words(d.ln.row(i), c)
	if d.n(i, g) == 1 && utf8.RuneCountInString(w) > 80 {
		return true
	}
	return noteStart(w)
}

// noteStart reports whether a text begins like a note below a table.
func noteStart(s string) bool {
	for _, p := range [...]string{"注：", "注:", "注1", "注 ", "注１", "附注", "备注：", "备注:", "说明：", "说明:", "资料来源", "数据来源", "来源：", "来源:", "制表人", "制表单位", "制表时间", "制表日期", "制表：", "制表:", "填表人", "填表单位", "填表时间", "填表日期", "填表说明", "填表：", "填表:", "审核人", "（注", "※", "資料：", "出典", "注）", "(注)", "数据说明"} {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	low := strings.ToLower(s[:min(len(s), 24)])
	for _, p := range [...]string{"note:", "notes:", "note ", "notes", "source:", "sources:", "source ", "footnote", "1/ ", "[1]", "\\1", "* ", "** ", "† ", "‡ "} {
		if strings.HasPrefix(low, p) && utf8.RuneCountInString(s) > len(p) {
			return true
		}
	}
	return numberedNote(s)
}

// numberedNote accepts "1 Total structure includes ..." and "(2) see above":
// a footnote mark followed by a sentence.
func numberedNote(s string) bool {
	t := strings.TrimLeft(s, "([（*†‡§")
	n := 0
	for n < len(t) && n < 2 && t[n] >= '0' && t[n] <= '9' {
		n++
	}
	if n == 0 && len(t) == len(s) {
		return false
	}
	rest := strings.TrimLeft(t[n:], ")）]. 、")
	return n > 0 && len(rest) < len(t[n:]) && utf8.RuneCountInString(rest) >= 25 || n == 0 && utf8.RuneCountInString(rest) >= 25
}
