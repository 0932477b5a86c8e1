package infer

import (
	"slices"
	"strings"

	"gongkai/catalog"
	"gongkai/ingest/sheet"
)

// decide chooses the type that all but a few cells of the column have.
func (t *tally) decide(wb *sheet.Workbook) column {
	t.settle()
	t.layouts['-'] += t.isoDates
	t.padded[0] += t.isoDates
	c := t.blankColumn()
	if t.mask != maskNone {
		t.decideMasked(&c)
		return c
	}
	t.keepValues(&c)
	n := t.cells - t.nulls - t.by[sortError].n
	t.infer(&c, n, wb)
	t.hold(&c, n, wb)
	t.widen(&c)
	c.setSQL(t)
	t.findMeaning(&c, n)
	t.sayMade()
	t.report(&c)
	t.reportDates(&c, n)
	return c
}

// blankColumn is a column of text, before anything was decided.
func (t *tally) blankColumn() column {
	return column{source: t.col, kind: catalog.TypeText, point: '.', nulls: t.nullMarks, keep: slices.Clone(t.keepMarks), mask: t.mask}
}

// infer finds out the type from the n values of the column alone.
func (t *tally) infer(c *column, n int64, wb *sheet.Workbook) {
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
	case t.chooseNumber(c, n, wb), t.chooseBool(c, n), t.chooseDate(c, n), t.chooseTime(c, n), t.choosePeriod(c, n):
	default:
		t.stayText(n)
	}
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
		if v := t.judge(w); v.sort == sortText && !v.marker {
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
	lost := t.lost(c.point)
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
	case c.scaleOf(t) > 0, t.shownN*2 > n && t.shown <= maxShown:
		c.kind = catalog.TypeDecimal // of them whole amounts, shown as 120,000.00
	case nameOfCode(t.col.Label):
		t.say("都是数字，但表头说明是不用于加总的编号", "digits only, but the header names numbers that nobody adds up")
		c.meaning = catalog.KindCode
		return true
	default:
		c.kind, c.years = catalog.TypeInteger, t.years*10 >= n*9
	}
	t.writeNumbers(c, n)
	t.sayNumbers(c, numbers+written, n)
	return true
}

// maxShown is the most digits after the point that a number format may ask of
// whole numbers.
const maxShown = 6

// writeNumbers settles how wide the numbers are and how most are written.
func (t *tally) writeNumbers(c *column, n int64) {
	c.scale, c.whole = c.scaleOf(t), t.whole
	if c.point == ',' {
		c.whole = t.commaWhole
	}
	if c.kind == catalog.TypeDecimal && c.scale == 0 && t.shownN*2 > n && t.shown <= maxShown {
		c.scale = t.shown
	}
	if c.kind == catalog.TypePercent {
		c.style |= percentage
	}
	if (t.styles[0] > 0 || c.point == ',') && t.bigPlain == 0 {
		c.style |= grouped
	}
	if t.styles[1] == t.by[sortInteger].n+t.by[sortDecimal].n+t.by[sortPercent].n && t.oneSign {
		c.style |= currency
	}
}

func (c *column) scaleOf(t *tally) int {
	if c.point == ',' {
		return t.commaScale
	}
	return t.scale
}

// choosePoint decides which mark is the decimal one: the one that the recipe
// names if the numbers bear it out, else from all of the column.
func (t *tally) choosePoint(c *column, wb *sheet.Workbook) {
	switch {
	case t.pointHolds():
		c.point = t.decided.DecimalMark[0]
	case t.comma.n > t.point.n:
		c.point = ','
	case t.point.n == 0 && t.both.n > 0 && wb.Delimiter == ";":
		c.point = ',' // files that separate by semicolons do so because the comma is taken
	}
}

// lost counts the numbers that only the other decimal mark makes numbers.
func (t *tally) lost(point byte) int64 {
	if point == ',' {
		return t.point.n
	}
	return t.comma.n
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

func (t *tally) chooseBool(c *column, n int64) bool {
	if t.by[sortBool].n != n { // any other word says more than yes or no
		return false
	}
	c.kind = catalog.TypeBoolean
	t.chooseWords(c)
	t.say("全部 %d 个值都表示是或否", "all %d values are words for true or false", n)
	return true
}

// chooseWords finds the pair of words that most booleans are written with.
func (t *tally) chooseWords(c *column) {
	for pair, k := range t.pairs {
		if pair > 0 && k > t.pairs[c.words] {
			c.words = uint8(pair)
		}
	}
}

// keepValues finds marks that are values in this column: 无 where the others
// say 有, NA among codes of two letters.
func (t *tally) keepValues(c *column) {
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
		if t.markers[k] == nil {
			continue // the recipe names it, or it does not occur
		}
		t.nulls -= t.markers[k].n
		t.by[sortText].n += t.markers[k].n
		delete(t.markers, k)
	}
}
