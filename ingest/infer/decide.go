package infer

import (
	"fmt"
	"strings"

	"gongkai/catalog"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

// decide chooses the type that all but a few cells of the column have.
func (t *tally) decide(wb *sheet.Workbook) column {
	t.layouts['-'] += t.isoDates
	t.padded[0] += t.isoDates
	c := column{source: t.col, kind: catalog.TypeText, point: '.'}
	t.keepMarkers(&c)
	n := t.cells - t.nulls - t.by[sortError].n
	switch {
	case n == 0:
		t.say("没有任何值", "no value in any row")
	case t.codedN*2 > n:
		c.pad = t.coded
		t.say("数字格式显示 %d 位，因此是代码", "the number format shows %d digits, so these are codes", t.coded)
	case t.isCompactDate(n):
		c.kind, c.compact = catalog.TypeDate, true
		t.say("全部 %d 个值都是八位数字的日期", "all %d values are eight digits that form dates", n)
	case t.isYearDot(n):
		c.kind, c.yearDot = catalog.TypePeriod, true
		t.say("每行都是“年.月”，且表头说的是时期", "year.month in every row, and the header names a period")
	case t.chooseNumber(&c, n, wb), t.chooseBool(&c, n), t.chooseDate(&c, n), t.chooseTime(&c, n), t.choosePeriod(&c, n):
	default:
		t.stayText(n)
	}
	c.setSQL(t)
	t.report(&c)
	t.reportDates(&c, n)
	return c
}

// few reports whether k of n cells are exceptions that need not change what
// the column is: one in twenty, in columns of at least eight.
func few(k, n int64) bool {
	return k == 0 || n >= 8 && k <= max(1, n/20)
}

// fits reports whether all but a few of n cells conform; words that repeat,
// such as "Series discontinued", may be more.
func (t *tally) fits(conform, n int64) bool {
	other := n - conform
	if conform <= 0 || t.alnum*50 > n {
		return false
	}
	return few(other, n) || other == t.by[sortText].n && other*5 <= n && conform >= 10 && t.fewWords(other)
}

// fewWords reports whether the texts among other sorts are at most three,
// each repeated.
func (t *tally) fewWords(other int64) bool {
	if len(t.words) > manyWords {
		return false
	}
	distinct, seen := 0, int64(0)
	for w, k := range t.words {
		if v := judge(w, t.plan.year); v.sort == sortText && !v.marker {
			distinct++
			seen += k
		}
	}
	return distinct <= 3 && seen == other && other >= int64(2*distinct)
}

func (t *tally) chooseNumber(c *column, n int64, wb *sheet.Workbook) bool {
	numbers := t.by[sortInteger].n + t.by[sortDecimal].n
	written := t.by[sortPercent].n
	t.choosePoint(c, wb)
	lost := t.comma.n
	if c.point == ',' {
		lost = t.point.n
	}
	if d := t.by[sortDamaged].n; d*2 > n {
		return false // numbers that are names
	} else if d > 0 {
		n -= d // NULL, their text kept
	}
	if t.zeros.n > 0 && c.scaleOf(t) == 0 && t.styles[0] == 0 {
		return false // leading zeros mean text
	}
	switch {
	case written > 0 && t.fits(written+t.percents-lost, n):
		c.kind = catalog.TypePercent
	case written == 0 && t.percents > 0 && t.percents == numbers && t.fits(numbers, n):
		c.kind = catalog.TypePercent
	case !t.fits(numbers-lost, n):
		return false
	case c.scaleOf(t) > 0:
		c.kind = catalog.TypeDecimal
	case t.shownN*2 > n && t.shown <= 6:
		c.kind, t.scale = catalog.TypeDecimal, t.shown // whole amounts, shown as 120,000.00
	case nameOfCode(t.col.Label):
		t.say("都是数字，但表头说明是不用于加总的编号", "digits only, but the header names numbers that nobody adds up")
		return true
	default:
		c.kind, c.years = catalog.TypeInteger, t.years*10 >= n*9
	}
	c.scale, c.whole = c.scaleOf(t), t.whole
	if c.point == ',' {
		c.whole = t.commaWhole
	}
	if c.kind == catalog.TypePercent {
		c.style |= percentage
	}
	if (t.styles[0] > 0 || c.point == ',') && t.bigPlain == 0 {
		c.style |= grouped
	}
	if t.styles[1] == numbers+written && t.oneSign {
		c.style |= currency
	}
	t.sayNumbers(c, numbers+written, n)
	return true
}

func (c *column) scaleOf(t *tally) int {
	if c.point == ',' {
		return t.commaScale
	}
	return t.scale
}

// choosePoint decides which mark is the decimal one, from all of the column.
func (t *tally) choosePoint(c *column, wb *sheet.Workbook) {
	switch {
	case t.comma.n > t.point.n:
		c.point = ','
	case t.point.n == 0 && t.both.n > 0 && wb.Delimiter == ";":
		c.point = ',' // files that separate by semicolons do so because the comma is taken
	}
}

// nameOfCode reports whether a header names numbers that are names: codes,
// phone numbers, postcodes, card numbers.
func nameOfCode(label string) bool {
	low := strings.ToLower(label)
	for _, w := range [...]string{"电话", "手机", "传真", "邮编", "邮政编码", "身份证", "证件号", "账号", "帐号", "卡号", "信用代码", "車牌", "车牌", "電話", "郵便番号", "telephone", "mobile", "fax", "postcode", "zip code", "zipcode", "postal code"} {
		if strings.Contains(low, w) {
			return true
		}
	}
	if strings.Contains(low, "代码") || strings.Contains(low, "编码") || strings.Contains(low, "コード") || low == "code" || strings.HasSuffix(low, " code") || strings.HasSuffix(low, "_code") {
		return true
	}
	return low == "phone" || strings.HasPrefix(low, "phone ") || strings.HasSuffix(low, " phone") || low == "zip" || low == "tel"
}

func (t *tally) isCompactDate(n int64) bool {
	return n >= 3 && t.compact == n || n > 0 && t.compact == n && namesDate(t.col.Label)
}

func namesDate(label string) bool {
	low := strings.ToLower(label)
	return strings.Contains(low, "日期") || strings.Contains(low, "时间") || strings.Contains(low, "年月日") || strings.Contains(low, "date")
}

func (t *tally) isYearDot(n int64) bool {
	if n == 0 || t.yearDot != n || t.numeric > 0 {
		return false
	}
	low := strings.ToLower(t.col.Label)
	for _, w := range [...]string{"月", "期", "时间", "month", "period", "date"} {
		if strings.Contains(low, w) {
			return true
		}
	}
	return false
}

func (t *tally) chooseBool(c *column, n int64) bool {
	if t.by[sortBool].n != n { // any other word says more than yes or no
		return false
	}
	c.kind = catalog.TypeBoolean
	for pair, k := range t.pairs {
		if pair > 0 && k > t.pairs[c.words] {
			c.words = uint8(pair)
		}
	}
	t.say("全部 %d 个值都表示是或否", "all %d values are words for true or false", n)
	return true
}

func (t *tally) chooseDate(c *column, n int64) bool {
	dates := t.by[sortDate].n + t.by[sortDatetime].n
	if !t.fits(dates, n) {
		return false
	}
	why, ok := t.chooseOrder(c, n)
	if !ok {
		return false
	}
	c.kind = catalog.TypeDate
	if t.by[sortDatetime].n > 0 {
		c.kind = catalog.TypeDatetime
	}
	best := int64(-1)
	for l, k := range t.layouts {
		if k > best || k == best && l < c.layout {
			best, c.layout = k, l
		}
	}
	c.padded = 1
	if t.padded[1] > t.padded[0] {
		c.padded = -1
	}
	t.say("%[2]d 个值中有 %[1]d 个是日期", "%[1]d of %[2]d values are dates", dates, n)
	if !why.Empty() {
		t.evidence.ZH += "，" + why.ZH
		t.evidence.EN += ", " + why.EN
	}
	return true
}

// chooseOrder decides the order of dates such as 03/05/2024 from all of the
// column. ok is false where nothing tells.
func (t *tally) chooseOrder(c *column, n int64) (why catalog.Text, ok bool) {
	d, m, either := t.dayFirst.n, t.monthFirst.n, t.eitherOrder.n
	switch {
	case d == 0 && m == 0 && either == 0:
		c.order = orderDMY // all of 05/05/2024, or none at all
		return why, true
	case d > 0 && few(m, n) && d > m:
		c.order = orderDMY
		why = catalog.Text{ZH: "日在前，因为出现了 " + t.dayFirst.text, EN: "day first because " + t.dayFirst.text + " appears"}
	case m > 0 && few(d, n) && m > d:
		c.order = orderMDY
		why = catalog.Text{ZH: "月在前，因为出现了 " + t.monthFirst.text, EN: "month first because " + t.monthFirst.text + " appears"}
	case d == 0 && m == 0 && t.dotted >= either:
		c.order = orderDMY
		why = catalog.Text{ZH: "日在前，因为以点分隔的日期都这样写", EN: "day first because dates with points are written so"}
	default:
		f := t.finding("date-ambiguous", &t.eitherOrder)
		f.Actual = t.eitherOrder.text
		return why, false
	}
	f := t.finding("date-order-decided", &t.eitherOrder)
	f.Expected, f.Count = c.order.String(), either
	_, f.Args["why"], _ = strings.Cut(why.EN, "because ")
	_, f.Args["why_zh"], _ = strings.Cut(why.ZH, "因为")
	if either == 0 {
		f.Where = shape.Where(t.plan.source.Sheet.Name, t.plan.source.FirstRow, t.col.Col)
	}
	return why, true
}

func (t *tally) chooseTime(c *column, n int64) bool {
	if t.overDay > 0 || !t.fits(t.by[sortTime].n, n) {
		return false
	}
	c.kind = catalog.TypeTime
	t.say("%[2]d 个值中有 %[1]d 个是时刻", "%[1]d of %[2]d values are times of day", t.by[sortTime].n, n)
	return true
}

func (t *tally) choosePeriod(c *column, n int64) bool {
	known := t.by[sortPeriod].n
	if t.plan.year == 0 {
		known -= t.needYear.n
	}
	if !t.fits(known, n) {
		return false
	}
	c.kind = catalog.TypePeriod
	t.say("%[2]d 个值中有 %[1]d 个是时期", "%[1]d of %[2]d values name periods", known, n)
	if t.needYear.n > 0 && t.plan.year != 0 {
		f := t.finding("period-year-added", &t.needYear)
		f.Actual, f.Expected = t.needYear.text, fmt.Sprint(t.plan.year)
	}
	return true
}

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
	case t.needYear.n > 0 && t.needYear.n*2 > n:
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
		f := t.finding("mixed-column", &t.by[sortText])
		if text == 0 {
			f.Where, f.Cells = shape.Where(t.plan.source.Sheet.Name, t.plan.source.FirstRow, t.col.Col), nil
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

// keepMarkers finds marks that are values in this column: 无 where the others
// say 有, NA among codes of two letters.
func (t *tally) keepMarkers(c *column) {
	if t.markers["无"] != nil && t.words["有"] > 0 {
		c.keep = append(c.keep, "无")
	}
	if t.markers["無"] != nil && t.words["有"] > 0 {
		c.keep = append(c.keep, "無")
	}
	if t.markers["NA"] != nil && len(t.words) >= 3 {
		codes := 0
		for w := range t.words {
			if len(w) == 2 && w == strings.ToUpper(w) && w[0] >= 'A' {
				codes++
			}
		}
		if codes == len(t.words) {
			c.keep = append(c.keep, "NA")
		}
	}
	for _, k := range c.keep {
		t.nulls -= t.markers[k].n
		t.by[sortText].n += t.markers[k].n
		delete(t.markers, k)
	}
}

// setSQL chooses how the column is stored.
func (c *column) setSQL(t *tally) {
	c.wide, c.double = false, false
	switch c.kind {
	case catalog.TypeInteger:
		switch {
		case c.whole <= 18:
			c.sqlType = "BIGINT"
		case c.whole <= 38:
			c.sqlType, c.wide = "DECIMAL(38,0)", true
		default:
			c.kind, c.sqlType = catalog.TypeText, "VARCHAR"
			t.say("位数超出任何数值类型", "digits beyond any number type")
			if !t.tooLong {
				t.tooLong = true
				f := t.finding("number-too-long", &t.by[sortInteger])
				f.Actual, f.Count = fmt.Sprint(c.whole), 1
				f.Where, f.Cells = shape.Where(t.plan.source.Sheet.Name, t.plan.source.FirstRow, t.col.Col), nil
			}
		}
	case catalog.TypeDecimal, catalog.TypePercent:
		switch p := c.whole + c.scale; {
		case p <= 18:
			c.sqlType = fmt.Sprintf("DECIMAL(18,%d)", c.scale)
		case p <= 38:
			c.sqlType, c.wide = fmt.Sprintf("DECIMAL(38,%d)", c.scale), true
		default:
			c.sqlType, c.double = "DOUBLE", true
			if !t.doubled {
				t.doubled = true
				t.finding("number-as-double", &t.by[sortDecimal])
			}
		}
	case catalog.TypeBoolean:
		c.sqlType = "BOOLEAN"
	case catalog.TypeDate:
		c.sqlType = "DATE"
	case catalog.TypeDatetime:
		c.sqlType = "TIMESTAMP"
	case catalog.TypeTime:
		c.sqlType = "TIME"
	default:
		c.sqlType = "VARCHAR"
	}
}

// widenForTotals makes room for the totals, which take no part in choosing the
// types.
func (p *Plan) widenForTotals(tallies []tally, rows []int) error {
	var buf []sheet.Cell
	for _, r := range rows {
		cells, err := p.source.Sheet.Row(r, buf)
		if err != nil {
			return err
		}
		buf = cells
		for i := range p.columns {
			if c := &p.columns[i]; c.kind.Numeric() && c.source.Col <= len(cells) {
				c.widen(&cells[c.source.Col-1], p)
			}
		}
	}
	for i := range p.columns {
		if c := &p.columns[i]; len(rows) > 0 && c.kind.Numeric() {
			c.setSQL(&tallies[i])
		}
	}
	return nil
}

func (c *column) widen(cell *sheet.Cell, p *Plan) {
	n, reason := c.numberOf(cell, p)
	switch reason {
	case reasonNone, reasonFootnote, reasonOther:
		if c.kind != catalog.TypeInteger || n.scale == 0 {
			c.whole, c.scale = max(c.whole, n.whole), max(c.scale, n.scale)
		}
	}
}
