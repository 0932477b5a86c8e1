package check

import (
	"strings"
	"unicode/utf8"

	"gongkai/catalog"
	"gongkai/ingest/shape"
)

// kind is a sort of personal information that a value itself proves.
type kind uint8

const (
	none kind = iota
	residentID
	mobile
	bankCard
	email
	plate
	kinds
)

func (k kind) code() string {
	return [...]string{"", "personal-id", "personal-mobile", "personal-bank-card", "personal-email", "personal-plate"}[k]
}

// person looks for personal information in a value. Texts that come again are
// not looked at twice.
func (c *Checker) person(col *column, v *catalog.Value, row int) {
	if v.Kind == catalog.IntValue {
		if v.I < 13_000_000_000 && v.S == "" {
			return // too short for anything that is looked for
		}
		text := v.String()
		if len(text) >= 13 {
			col.long++
		}
		c.hit(col, ofDigits(text), row)
		return
	}
	s := v.S
	if len(s) < 7 {
		return
	}
	if digits(s) {
		col.runs++
		if len(s) >= 13 {
			col.long++
		}
	}
	m := &col.memo[(uint(len(s))*7+uint(s[0])*31+uint(s[len(s)-1])*131+uint(s[len(s)/2])*17)&63]
	if m.text != s {
		*m = memo{s, ofText(s)}
	}
	c.hit(col, m.hit, row)
}

func (c *Checker) hit(col *column, k kind, row int) {
	if k != none {
		col.kinds[k].add(func() string { return shape.Where(c.sheet, row, col.col) })
	}
}

// scanRaw looks at the raw texts that are kept beside the values: they are
// published with them.
func (c *Checker) scanRaw(r *catalog.Record) {
	for _, raw := range r.Raw {
		if len(raw.Raw) >= 7 && raw.Column < len(c.columns) && c.columns[raw.Column].col > 0 && r.Values[raw.Column].IsNull() {
			c.hit(&c.columns[raw.Column], ofText(raw.Raw), r.Row)
		}
	}
}

// ofText finds the gravest kind in a text, free text included. Digits are
// taken as whole runs: a window sliding over long serial numbers would flag
// half of them.
func ofText(s string) kind {
	found := none
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c-'0' <= 9:
			j := i
			for j < len(s) && s[j]-'0' <= 9 {
				j++
			}
			end := j
			if j < len(s) && (s[j] == 'X' || s[j] == 'x') && j-i == 17 {
				end++
			}
			if alone(s, i, end) {
				found = graver(found, ofDigits(s[i:end]))
			}
			i = end
		case c == '@':
			found = graver(found, ofEmail(s, i))
			i++
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRuneInString(s[i:])
			if plateProvince(r) {
				found = graver(found, ofPlate(s[i+size:]))
			}
			i += size
		default:
			i++
		}
	}
	return found
}

// graver keeps the first kind in the order of the constants.
func graver(a, b kind) kind {
	if a == none || b != none && b < a {
		return b
	}
	return a
}

// alone reports whether the run s[i:j] is not part of a longer code, a decimal
// number or a dotted one.
func alone(s string, i, j int) bool {
	word := func(c byte) bool {
		return c-'0' <= 9 || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c == '.' || c == '-'
	}
	return (i == 0 || !word(s[i-1])) && (j == len(s) || !word(s[j]) || s[j] == '.' && j == len(s)-1)
}

// ofDigits judges a whole run of digits.
func ofDigits(s string) kind {
	switch {
	case validID(s):
		return residentID
	case validMobile(s):
		return mobile
	case validCard(s):
		return bankCard
	}
	return none
}

// validID checks a resident identity number by GB 11643: province, date of
// birth and check digit; the old form of 15 digits has none.
func validID(s string) bool {
	if len(s) == 15 {
		return digits(s) && province(s) && birthday("19"+s[6:12])
	}
	if len(s) != 18 || !digits(s[:17]) || !province(s) || !birthday(s[6:14]) {
		return false
	}
	weights := [...]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += int(s[i]-'0') * w
	}
	last := s[17]
	if last == 'x' {
		last = 'X'
	}
	return last == "10X98765432"[sum%11]
}

func province(s string) bool {
	p := int(s[0]-'0')*10 + int(s[1]-'0')
	return p >= 11 && p <= 82 || p == 91
}

func birthday(s string) bool {
	n := func(s string) (v int) {
		for i := range len(s) {
			v = v*10 + int(s[i]-'0')
		}
		return v
	}
	y, m, d := n(s[:4]), n(s[4:6]), n(s[6:8])
	if y < 1850 || y > 2100 || m < 1 || m > 12 || d < 1 {
		return false
	}
	days := [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[m-1]
	if m == 2 && y%4 == 0 && (y%100 != 0 || y%400 == 0) {
		days = 29
	}
	return d <= days
}

func digits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i]-'0' > 9 {
			return false
		}
	}
	return s != ""
}

// validMobile accepts the number ranges of mainland mobile phones.
func validMobile(s string) bool {
	if len(s) == 13 && strings.HasPrefix(s, "86") {
		s = s[2:]
	}
	if len(s) != 11 || s[0] != '1' || !digits(s) {
		return false
	}
	c := s[2]
	switch s[1] {
	case '3', '8':
		return true
	case '4':
		return c != '2' && c != '3'
	case '5', '9':
		return c != '4'
	case '6':
		return c == '2' || c == '5' || c == '6' || c == '7'
	case '7':
		return c <= '8'
	}
	return false
}

// validCard accepts bank cards: a known prefix with its length, and Luhn's
// check digit.
func validCard(s string) bool {
	n := len(s)
	if n < 13 || n > 19 || !digits(s) {
		return false
	}
	four := int(s[0]-'0')*1000 + int(s[1]-'0')*100 + int(s[2]-'0')*10 + int(s[3]-'0')
	two := four / 100
	switch {
	case two == 62:
		if n < 16 {
			return false
		}
	case s[0] == '4':
		if n != 13 && n != 16 {
			return false
		}
	case two >= 51 && two <= 55, four >= 2221 && four <= 2720, two == 81:
		if n != 16 {
			return false
		}
	case two == 34, two == 37:
		if n != 15 {
			return false
		}
	default:
		return false
	}
	return luhn(s)
}

func luhn(s string) bool {
	sum := 0
	for i := len(s) - 1; i >= 0; i-- {
		d := int(s[i] - '0')
		if (len(s)-i)%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// ofEmail judges the address around the @ at i. Mailboxes of offices, by their
// government domain or their role, are no personal information.
func ofEmail(s string, i int) kind {
	a, z := i, i+1
	for a > 0 && mailByte(s[a-1]) {
		a--
	}
	for z < len(s) && mailByte(s[z]) {
		z++
	}
	local, domain := strings.ToLower(s[a:i]), strings.ToLower(strings.TrimRight(s[i+1:z], ".-"))
	dot := strings.LastIndexByte(domain, '.')
	if local == "" || dot < 1 || len(domain)-dot < 3 {
		return none
	}
	if strings.Contains("."+domain+".", ".gov.") {
		return none
	}
	switch strings.TrimRight(local, "0123456789") {
	case "info", "contact", "office", "service", "services", "support", "admin", "webmaster", "help", "helpdesk", "enquiries", "enquiry", "press", "media", "mail", "hotline", "complaints", "feedback", "opendata", "data", "noreply", "no-reply":
		return none
	}
	return email
}

func mailByte(c byte) bool {
	return c-'0' <= 9 || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '.' || c == '-' || c == '_' || c == '+'
}

func plateProvince(r rune) bool {
	return strings.ContainsRune("京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼", r)
}

// ofPlate judges what follows the province of a vehicle plate: a letter, then
// five or six letters and digits, at least one of them a digit.
func ofPlate(s string) kind {
	if len(s) < 6 || s[0] < 'A' || s[0] > 'Z' {
		return none
	}
	s = strings.TrimPrefix(s[1:], "·")
	n, ds := 0, 0
	for n < len(s) && (s[n]-'0' <= 9 || s[n] >= 'A' && s[n] <= 'Z') {
		if s[n]-'0' <= 9 {
			ds++
		}
		n++
	}
	if (n == 5 || n == 6) && ds >= 1 {
		return plate
	}
	return none
}

// What a header may name, beside what blocks by itself.
const (
	namesPerson = "name"
	namesDetail = "detail"
)

// sensitive judges a column's label: "" for harmless ones, namesPerson,
// namesDetail, or the words that block.
func sensitive(label string) string {
	for _, w := range [...]string{"身份证", "公民身份号码", "居民身份号码", "银行卡", "银行账号", "银行帐号", "指纹", "人脸", "护照号", "社保卡号"} {
		if strings.Contains(label, w) {
			return w
		}
	}
	for _, w := range [...]string{"姓名", "被处罚人姓名", "联系人姓名", "户主"} {
		if strings.HasSuffix(label, w) {
			return namesPerson
		}
	}
	for _, w := range [...]string{"手机", "出生日期", "出生年月", "住址", "家庭地址", "家庭住址", "户籍地址"} {
		if strings.Contains(label, w) {
			return namesDetail
		}
	}
	return ""
}
