package page

import (
	"fmt"
	"strings"

	"gongkai/catalog"
)

// RowsShown says which rows of a table are on the page: n of those that match,
// total rows are in the whole table.
func (w *Words) RowsShown(n int, matching, total int64, narrowed, later bool) string {
	all := w.Rows(total)
	switch {
	case narrowed && later:
		return w.pick(fmt.Sprintf("符合条件 %s，此处为后续 %d 行；全表 %s", w.Rows(matching), n, all), fmt.Sprintf("%s match, the following %d are shown; the table has %s", w.Rows(matching), n, all))
	case narrowed && int64(n) < matching:
		return w.pick(fmt.Sprintf("符合条件 %s，此处为前 %d 行；全表 %s", w.Rows(matching), n, all), fmt.Sprintf("%s match, the first %d are shown; the table has %s", w.Rows(matching), n, all))
	case narrowed:
		return w.pick(fmt.Sprintf("符合条件 %s；全表 %s", w.Rows(matching), all), fmt.Sprintf("%s of %s", Number(matching), all))
	case later:
		return w.pick(fmt.Sprintf("后续 %d 行，共 %s", n, all), fmt.Sprintf("The following %d of %s", n, all))
	case int64(n) >= total:
		return w.pick("全部 "+all, "All "+all)
	}
	return w.pick(fmt.Sprintf("前 %d 行，共 %s", n, all), fmt.Sprintf("The first %d of %s", n, all))
}

// TotalsAmong warns of rows that add others up.
func (w *Words) TotalsAmong(n int64) string {
	return w.pick("表中含 "+Number(n)+" 个合计行，求和时不要计入。", plural(n, "row adds others up: leave it", "rows add others up: leave them")+" out of sums.")
}

// WithoutTotals leads to the table without them.
func (w *Words) WithoutTotals() string { return w.pick("不看合计行", "Without totals") }

// TotalMark stands at a row that adds others up.
func (w *Words) TotalMark() string { return w.pick("合计", "total") }

// FindLabel labels the field for words.
func (w *Words) FindLabel() string { return w.pick("在表中查找", "Find in the rows") }

// FindHint is an example of what can be typed there.
func (w *Words) FindHint() string { return w.pick("任意文字", "any words") }

// ByValue heads the values that narrow the table.
func (w *Words) ByValue() string { return w.pick("按值筛选", "Narrow by value") }

// MoreValues says that a column has more values than are shown.
func (w *Words) MoreValues(n int64) string {
	return w.pick("另有 "+Number(n)+" 个值", Number(n)+" more")
}

// Selected heads the sentence that says what is shown.
func (w *Words) Selected() string { return w.pick("所见数据", "You see") }

// Computed heads the figures that the program worked out.
func (w *Words) Computed() string {
	return w.pick("符合条件各行的合计与平均", "Sums and means of the matching rows")
}

// ComputedNote says how they were worked out.
func (w *Words) ComputedNote() string {
	return w.pick("由程序计算，不计合计行与无值的格。", "Worked out here; rows of totals and missing values are left out.")
}

// SumWord heads sums.
func (w *Words) SumWord() string { return w.pick("合计", "Sum") }

// MeanWord heads means.
func (w *Words) MeanWord() string { return w.pick("平均", "Mean") }

// MinWord heads the least values.
func (w *Words) MinWord() string { return w.pick("最小", "Least") }

// MaxWord heads the greatest values.
func (w *Words) MaxWord() string { return w.pick("最大", "Greatest") }

// ColumnWord heads the names of columns.
func (w *Words) ColumnWord() string { return w.pick("字段", "Column") }

// Labelled joins a column's label and its unit: 金额（元）, Amount (yuan).
func (w *Words) Labelled(label, unit string) string {
	if unit == "" || strings.Contains(label, unit) {
		return label
	}
	return w.pick(label+"（"+unit+"）", label+" ("+unit+")")
}

// ForPrograms heads the formats that people do not open themselves.
func (w *Words) ForPrograms() string { return w.pick("供程序与分析使用", "For programs") }

// ExcelCSV names the CSV that spreadsheet programs read well.
func (w *Words) ExcelCSV() string { return w.pick("CSV，Excel 专用", "CSV for Excel") }

// PackageNote says what is in a data package.
func (w *Words) PackageNote() string {
	return w.pick("所有数据表、字段说明、许可与校验和，便于存档", "all tables, their description, licence and checksums, to keep")
}

// CiteNote says what the button does.
func (w *Words) CiteNote() string {
	return w.pick("生成永久地址：数据以后更新了，引用的内容也不变。", "Makes a permanent address: what is cited stays the same when the data changes.")
}

// KeyIs says what tells rows apart.
func (w *Words) KeyIs() string {
	return w.pick("主键（据以区分各行）：", "Key, by which rows are told apart:")
}

// PartOfKey marks such a column.
func (w *Words) PartOfKey() string { return w.pick("主键", "key") }

// RulesWord heads declared rules.
func (w *Words) RulesWord() string { return w.pick("部门声明的规则：", "Declared rules:") }

// EarlierNames heads the names that a column had before.
func (w *Words) EarlierNames() string {
	return w.pick("曾用名（查询中仍可使用，另有说明的除外）：", "Earlier names, understood in queries unless it says otherwise:")
}

// HowDecided heads how a column's type was decided.
func (w *Words) HowDecided() string { return w.pick("判定依据", "How this was decided") }

// MadeFrom says of a column that the sheet does not have what it was made
// from; from is the label of the column before it, where that matters.
func (w *Words) MadeFrom(m catalog.Made, name, from string) string {
	switch m {
	case catalog.MadePeriod:
		switch {
		case strings.HasSuffix(name, "_start"):
			return w.pick("由“"+from+"”得出：该期间的第一天。", "Made from "+from+": the first day of the period.")
		case strings.HasSuffix(name, "_end"):
			return w.pick("由“"+from+"”得出：该期间的最后一天。", "Made from "+from+": the last day of the period.")
		}
		return w.pick("由“"+from+"”得出：期间的长短（年、季、月等）。", "Made from "+from+": how long the period is (year, quarter, month and so on).")
	case catalog.MadeSheet:
		return w.pick("原表分在多个工作表中，合成一张；本字段是该行所在工作表的名称。", "The workbook has a sheet for each; they are one table here, and this is the name of the row’s sheet.")
	case catalog.MadeSection:
		return w.pick("取自表中分节的小标题；本字段是该行所在的那一节。", "Made from the section headings of the sheet: the section that the row stands in.")
	case catalog.MadeLevel:
		return w.pick("由原表的缩进得出：该行在第几层，最上层为 1。", "Made from the indents of the sheet: how deep the row stands, 1 at the top.")
	case catalog.MadePath:
		return w.pick("由原表的缩进得出：该行的各级上级项目，以“/”相连。", "Made from the indents of the sheet: the items above the row, joined by “/”.")
	case catalog.MadeHeading:
		return w.pick("原表中每个值各占一列，这里每个值一行；本字段是那一列的表头。", "The sheet has a column for each; here each has a row, and this is the heading of that column.")
	case catalog.MadeValue:
		return w.pick("原表中并排的各列转成了行；本字段是格中的值。", "Columns that stand side by side in the sheet became rows; this is the value of the cell.")
	}
	return ""
}

// Kind says what the values of a column are beyond their type; "" where the
// type says it all.
func (w *Words) Kind(kind string) string {
	switch kind {
	case catalog.KindYear:
		return w.pick("年份", "years")
	case catalog.KindCode:
		return w.pick("代码，不作加减", "codes, not to be added up")
	case catalog.KindDivisionCode:
		return w.pick("行政区划代码（GB/T 2260）", "division codes (GB/T 2260)")
	case catalog.KindCreditCode:
		return w.pick("统一社会信用代码（GB 32100）", "unified social credit codes (GB 32100)")
	case catalog.KindLongitude:
		return w.pick("经度，度", "longitude, degrees")
	case catalog.KindLatitude:
		return w.pick("纬度，度", "latitude, degrees")
	}
	return ""
}

// System says in which reference system coordinates are, and what that means.
func (w *Words) System(crs string) string {
	switch crs {
	case "":
		return w.pick("部门没有注明坐标系：叠加到地图上可能偏移数百米。", "The reference system is not stated: on a map places may be off by some hundred metres.")
	case catalog.WGS84:
		return w.pick("坐标系 WGS 84（GPS 所用）。", "Reference system WGS 84, that of GPS.")
	case catalog.CGCS2000:
		return w.pick("坐标系 CGCS2000（国家大地坐标系，与 WGS 84 相差不到一米）。", "Reference system CGCS2000, the national one, within a metre of WGS 84.")
	case catalog.GCJ02:
		return w.pick("坐标系 GCJ-02（高德、腾讯地图所用）：与 WGS 84 相差数百米，这里不作换算，也不提供 GeoJSON。", "Reference system GCJ-02, that of Amap and Tencent maps: some hundred metres from WGS 84, not converted here, and not given out as GeoJSON.")
	case catalog.BD09:
		return w.pick("坐标系 BD-09（百度地图所用）：与 WGS 84 相差数百米，这里不作换算，也不提供 GeoJSON。", "Reference system BD-09, that of Baidu maps: some hundred metres from WGS 84, not converted here, and not given out as GeoJSON.")
	}
	return w.pick("坐标系 "+crs+"。", "Reference system "+crs+".")
}

// Listed joins what stands side by side in a sentence.
func (w *Words) Listed(list []string) string { return strings.Join(list, w.pick("；", "; ")) }

// Rules puts declared rules into words.
func (w *Words) Rules(c *catalog.Constraints) []string {
	if c == nil {
		return nil
	}
	var out []string
	add := func(there bool, zh, en string) {
		if there {
			out = append(out, w.pick(zh, en))
		}
	}
	add(c.Required, "每行必须有值", "every row has a value")
	add(c.Unique, "值不得重复", "no value occurs twice")
	add(c.Minimum != "" && c.Maximum != "", "在 "+c.Minimum+" 与 "+c.Maximum+" 之间", "from "+c.Minimum+" to "+c.Maximum)
	add(c.Minimum != "" && c.Maximum == "", "不小于 "+c.Minimum, "at least "+c.Minimum)
	add(c.Minimum == "" && c.Maximum != "", "不大于 "+c.Maximum, "at most "+c.Maximum)
	switch {
	case c.MinLength > 0 && c.MinLength == c.MaxLength:
		add(true, fmt.Sprintf("恰为 %d 个字符", c.MinLength), fmt.Sprintf("%d characters", c.MinLength))
	default:
		add(c.MinLength > 0, fmt.Sprintf("至少 %d 个字符", c.MinLength), fmt.Sprintf("at least %d characters", c.MinLength))
		add(c.MaxLength > 0, fmt.Sprintf("至多 %d 个字符", c.MaxLength), fmt.Sprintf("at most %d characters", c.MaxLength))
	}
	add(c.Pattern != "", "符合格式 "+c.Pattern, "written as "+c.Pattern)
	if n := len(c.Enum); n > 0 {
		const most = 12
		rest := ""
		if n > most {
			rest = "…"
		}
		list := c.Enum[:min(n, most)]
		add(true, "只能是 "+strings.Join(list, "、")+rest, "one of "+strings.Join(list, ", ")+rest)
	}
	if r := c.Reference; r != nil {
		at := strings.Trim(r.Dataset+" / "+r.Table, " /")
		if at != "" {
			at += " / "
		}
		add(true, "值须见于 "+at+r.Column, "values occur in "+at+r.Column)
	}
	return out
}

// Used says how much a dataset was used in the last days; "" where it was not.
func (w *Words) Used(days int, pages, queries, downloads int64) string {
	var zh, en []string
	for _, u := range []struct {
		n             int64
		zh, one, many string
	}{{pages, "浏览", "view", "views"}, {queries, "查询", "query", "queries"}, {downloads, "下载", "download", "downloads"}} {
		if u.n > 0 {
			zh, en = append(zh, u.zh+" "+Number(u.n)+" 次"), append(en, plural(u.n, u.one, u.many))
		}
	}
	if len(zh) == 0 {
		return ""
	}
	return w.pick(fmt.Sprintf("最近 %d 天：%s。", days, strings.Join(zh, "，")), fmt.Sprintf("In the last %d days: %s.", days, strings.Join(en, ", ")))
}

// Slip tells a common slip in a query and what to do about it; ok is false
// where the words of the program itself are to be taken.
// near are names of columns that look like the one that is not there.
func (w *Words) Slip(slip catalog.Slip, args, near []string) (message, fix string, ok bool) {
	arg := func(i int) string {
		if i < len(args) {
			return args[i]
		}
		return ""
	}
	if w.lang != catalog.ZH {
		return "", "", false
	}
	switch slip {
	case catalog.SlipColumn:
		message, fix = "没有名为“"+arg(0)+"”的字段。", "字段名见下方“字段”一节；文字值要放在单引号里，例如 名称 = '文字'。"
		if len(near) > 0 {
			fix = "是不是要用 " + strings.Join(near, "、") + "？文字值要放在单引号里。"
		}
	case catalog.SlipFunction:
		message, fix = "没有名为“"+arg(0)+"”的函数。", "可用的函数见接口文档。"
	case catalog.SlipToken:
		message, fix = "这里不该是 "+arg(0)+"。", "检查前后是否漏写了运算符、and、or 或引号；数字中不写逗号，文字放在单引号里。"
		if arg(0) == "" {
			message, fix = "条件没有写完。", "在末尾补上，例如 字段 = '文字' 或 字段 > 1000。"
		}
	case catalog.SlipQuote:
		message, fix = "这里的引号没有配对。", "在文字末尾补上同样的引号；文字里的单引号写两遍。"
	case catalog.SlipValue:
		message, fix = "“"+arg(0)+"”不能与 "+arg(1)+" 比较：类型不同。", "可以写成 "+arg(2)+"。"
	case catalog.SlipCondition:
		message, fix = "“"+arg(0)+"”单独不成条件。", "要与一个值比较，例如 "+arg(1)+"。"
	default:
		return "", "", false
	}
	return message, fix, true
}
