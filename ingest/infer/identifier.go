package infer

import (
	"strings"

	"gongkai/catalog"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

// identifiers counts the codes of a column whose heading announces codes that
// have a rule of their own.
type identifiers struct {
	credit    bool // unified social credit codes, else divisions
	named     bool // the heading says exactly that, not merely: codes
	n, valid  int64
	shaped    int64 // of the length and characters of the code, checks aside
	misshaped places
	broken    places
}

// identifiersOf gives what to look for in a column; nil for nothing.
func identifiersOf(c *shape.Column) *identifiers {
	low := strings.ToLower(c.Label)
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(low, w) {
				return true
			}
		}
		return false
	}
	switch {
	case has("信用代码", "信用代號", "credit code", "uscc"):
		return &identifiers{credit: true, named: true}
	case has("邮政", "邮编", "post", "zip", "电话", "区号"):
		return nil
	case has("行政区划", "区划代码", "区划编码", "行政区代码", "行政区编码", "地区代码", "地区编码", "adcode", "division code", "divisioncode"):
		return &identifiers{named: true}
	case has("代码", "编码") || word(low, "code"):
		return &identifiers{}
	}
	return nil
}

// add judges a cell; it reports false where the column cannot be one of such
// codes any more.
func (d *identifiers) add(c *sheet.Cell, row int) bool {
	if c.Kind != sheet.Text && c.Kind != sheet.Number {
		return true
	}
	shaped, valid := d.judge(c.Raw)
	if !shaped {
		s := shape.Trim(c.Raw)
		if s == "" || shape.NullMarker(s) {
			return true
		}
		shaped, valid = d.judge(s)
	}
	d.n++
	switch {
	case valid:
		d.valid++
		d.shaped++
	case shaped:
		d.shaped++
		d.broken.add(row, c.Raw)
	default:
		d.misshaped.add(row, c.Raw)
	}
	return valid || d.named
}

func (d *identifiers) judge(s string) (shaped, valid bool) {
	if d.credit {
		return creditShape(s), creditCode(s)
	}
	return divisionCode(s)
}

// findMeaning says what a column's values are beyond their type: years, or
// codes, and which.
func (t *tally) findMeaning(c *column, n int64) {
	if c.years && c.kind == catalog.TypeInteger {
		c.meaning = catalog.KindYear
		t.sayMore("，都像年份", ", all like years")
	}
	if c.kind == catalog.TypeText && n > 0 && (c.meaning == catalog.KindCode || c.pad > 0 || t.zeros.n*2 > n || t.alnum*10 >= t.judged()*9) {
		c.meaning = catalog.KindCode
	}
	d := t.ident
	if d == nil || d.n == 0 || c.kind != catalog.TypeText && c.kind != catalog.TypeInteger {
		return
	}
	kind := catalog.Text{ZH: "行政区划代码", EN: "codes of administrative divisions"}
	why := catalog.Text{ZH: "省级前缀不存在", EN: "no province has this prefix"}
	meaning := catalog.KindDivisionCode
	if d.credit {
		kind = catalog.Text{ZH: "统一社会信用代码", EN: "unified social credit codes"}
		why = catalog.Text{ZH: "校验码不符", EN: "its check digits are wrong"}
		meaning = catalog.KindCreditCode
	}
	const least = 5 // codes under a heading that only says: codes
	if !d.named && (d.valid < d.n || d.n < least) || d.named && d.shaped*2 < d.n {
		return
	}
	c.meaning = meaning
	t.sayMore("；%d 个中有 %d 个是有效的"+kind.ZH, "; %[2]d of %[1]d are valid "+kind.EN, d.n, d.valid)
	bad, reason := &d.broken, why
	if bad.n == 0 {
		bad, reason = &d.misshaped, catalog.Text{ZH: "位数或字符不符", EN: "another length or other characters"}
	}
	if bad.n > 0 {
		all := d.broken.merge(&d.misshaped)
		f := t.finding("identifier-invalid", &all)
		f.Actual = bad.text
		f.Args["kind"], f.Args["kind_zh"] = kind.EN, kind.ZH
		f.Args["why"], f.Args["why_zh"] = reason.EN, reason.ZH
	}
}

// judged is how many values were looked at one by one.
func (t *tally) judged() int64 {
	n := t.cells - t.nulls - t.by[sortError].n
	if t.settledAt > 0 {
		return min(n, t.settledAt)
	}
	return n
}

// divisionCode judges a code of GB/T 2260 or of the statistical offices: 6, 9
// or 12 digits, the first two a province.
func divisionCode(s string) (shaped, valid bool) {
	if n := len(s); n != 6 && n != 9 && n != 12 || !allDigits(s) {
		return false, false
	}
	return true, province(s[:2])
}

// province reports whether two digits are the code of a province, an
// autonomous region, a municipality, Hong Kong, Macau or Taiwan.
func province(s string) bool {
	last := map[byte]byte{'1': '5', '2': '3', '3': '7', '4': '6', '5': '4', '6': '5', '8': '2'}
	if s == "71" || s == "50" {
		return true
	}
	top, ok := last[s[0]]
	return ok && s[1] >= '1' && s[1] <= top
}

const (
	creditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	creditLength   = 18
)

// creditShape reports whether a text has the length and characters of a
// unified social credit code.
func creditShape(s string) bool {
	if len(s) != creditLength {
		return false
	}
	for i := range len(s) {
		if strings.IndexByte(creditAlphabet, s[i]) < 0 {
			return false
		}
	}
	return true
}

// creditCode checks a unified social credit code by both rules: GB 32100 for
// the whole, GB 11714 for the organisation code in it.
func creditCode(s string) bool {
	if !creditShape(s) {
		return false
	}
	sum := 0
	for i, w := range [...]int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28} {
		sum += strings.IndexByte(creditAlphabet, s[i]) * w
	}
	if creditAlphabet[(31-sum%31)%31] != s[17] {
		return false
	}
	sum = 0
	for i, w := range [...]int{3, 7, 9, 10, 5, 8, 4, 2} {
		d := int(s[8+i] - '0')
		if s[8+i] >= 'A' {
			d = int(s[8+i]-'A') + 10
		}
		sum += d * w
	}
	check := 11 - sum%11
	switch check {
	case 10:
		return s[16] == 'X'
	case 11:
		return s[16] == '0'
	}
	return s[16] == byte('0'+check)
}
