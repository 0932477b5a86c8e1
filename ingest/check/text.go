package check

import (
	"strings"
	"unicode/utf8"
)

// kind is a sort of personal information that a value itself proves.
type kind uint8

const (
	residentID kind = iota
	oldIDs          // of fifteen digits: no check digit
	bankCard
	passport
	mobile
	email
	plate
	masked // what is left of one of them: 138****1234
	kinds

	// What is built like one of them and has the wrong check digit tells how
	// many of the right ones are chance.
	wrongID
	wrongCard
	allKinds
)

// hits is a set of kinds.
type hits uint16

func (h hits) has(k kind) bool { return h&(1<<k) != 0 }

func one(k kind) hits { return 1 << k }

// personal is what counts by itself.
const personal = hits(1<<masked - 1)

// classes says which bytes begin something to look at.
const (
	isDigit = 1 + iota
	isUpper // letters of plates and passports
	isAt
	isStar
	isWide // first byte of full-width letters and digits
	isThin // first byte of odd blanks, hyphens and signs that nobody sees
)

var class = func() (t [256]uint8) {
	for c := byte('0'); c <= '9'; c++ {
		t[c] = isDigit
	}
	for c := byte('A'); c <= 'Z'; c++ {
		t[c] = isUpper
	}
	t['@'], t['*'], t[0xEF], t[0xC2], t[0xE2], t[0xE3] = isAt, isStar, isWide, isThin, isThin, isThin
	return t
}()

// ofText finds what a text holds, free text included. Digits are taken as
// whole runs: a window sliding over long serial numbers would flag half of
// them. about is a hint that numbers of passports may stand there.
func ofText(s string, about bool) (found hits) {
	asked, thinned := about, false
	for i := 0; i < len(s); {
		switch class[s[i]] {
		case isDigit:
			h, end := ofRun(s, i)
			found |= h
			i = end
		case isUpper:
			if afterProvince(s, i) && isPlate(s[i+1:]) {
				found |= one(plate)
			} else if !asked && isPassport(s, i) {
				about, asked = about || aboutPassports(s), true
			}
			if about && isPassport(s, i) {
				found |= one(passport)
			}
			i++
		case isAt:
			if isEmail(s, i) {
				found |= one(email)
			}
			i++
		case isStar:
			h, end := ofStars(s, i)
			found |= h
			i = end
		case isWide:
			if _, wide := narrowByte(s, i); wide {
				return ofText(narrow(s), about)
			}
			fallthrough
		case isThin:
			// Both readings count: two numbers may stand on either side of it.
			if _, size := thin(s, i); size > 0 && !thinned && i > 0 && s[i-1]-'0' <= 9 {
				found |= ofText(narrow(s), about)
				thinned = true
			}
			i++
		default:
			i++
		}
	}
	return found
}

// ofRun judges the digits that begin at i, and gives the place behind them.
func ofRun(s string, i int) (found hits, end int) {
	j := i
	for j < len(s) && s[j]-'0' <= 9 {
		j++
	}
	end = j
	if j < len(s) && j-i == 17 && upper(s[j]) == 'X' {
		end++
	}
	if alone(s, i, end) {
		found = ofDigits(s[i:end])
	}
	if j-i > 14 || j == len(s) || !between(s[j]) {
		return found, end
	}
	if h, after := ofGroups(s, i); after > 0 {
		return found | h, after
	}
	return found, end
}

// between reports whether a byte may part the groups of one number.
func between(c byte) bool { return c == ' ' || c == '-' || c == '.' || c == '\n' || c == '\t' }

// ofGroups judges a number written in groups with single blanks, hyphens,
// points or ends of lines: a phone as 138 0013 8000, a card in fours, an
// identity number as 6-8-4, and in two where a line or a column was full. It
// gives the place behind the groups, 0 where there are none.
func ofGroups(s string, i int) (found hits, end int) {
	var buf [24]byte
	var sizes [6]int
	n, groups, at, point := 0, 0, i, false
	for groups < len(sizes) {
		start := at
		for at < len(s) && (s[at]-'0' <= 9 || n == 17 && upper(s[at]) == 'X') {
			if n == len(buf) {
				return 0, 0
			}
			buf[n] = s[at]
			n++
			at++
		}
		sizes[groups] = at - start
		groups++
		if at+1 >= len(s) || !between(s[at]) || s[at+1]-'0' > 9 {
			break
		}
		point = point || s[at] == '.'
		at++
	}
	if groups < 2 || groups == 2 && point || !alone(s, i, at) {
		return 0, 0
	}
	g := sizes[:groups]
	if g[0] == 2 && buf[0] == '8' && buf[1] == '6' {
		g = g[1:]
	}
	switch {
	case len(g) == 3 && g[0] == 3 && g[1] == 4 && g[2] == 4, len(g) == 3 && g[0] == 6 && g[1] == 8 && g[2] == 4,
		len(g) == 2 && g[0] == 6 && g[1] == 12, len(g) == 2 && g[0] == 14 && g[1] == 4,
		len(g) >= 4 && g[0] == 4 && g[1] == 4 && g[2] == 4 && g[3] <= 4:
		return ofDigits(string(buf[:n])), at
	}
	return 0, 0
}

// alone reports whether the run s[i:j] is not part of a longer code, a decimal
// number or a dotted one.
func alone(s string, i, j int) bool {
	word := func(c byte) bool {
		return c-'0' <= 9 || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c == '.' || c == '-' || c == '*'
	}
	return (i == 0 || !word(s[i-1])) && (j == len(s) || !word(s[j]) || s[j] == '.' && j == len(s)-1)
}

// ofDigits judges a whole run of digits.
func ofDigits(s string) hits {
	switch len(s) {
	case 11:
		if validMobile(s) {
			return one(mobile)
		}
	case 13:
		if validMobile(s) {
			return one(mobile)
		}
	case 15:
		if oldID(s) {
			return one(oldIDs)
		}
	case 18:
		switch {
		case validID(s) || roundedID(s):
			return one(residentID)
		case idLike(s):
			return one(wrongID)
		}
	}
	if cardLike(s) {
		if luhn(s) {
			return one(bankCard)
		}
		return one(wrongCard)
	}
	return 0
}

// isEmail judges the address around the @ at i. Mailboxes of offices, by their
// government domain or their role, are no personal information.
func isEmail(s string, i int) bool {
	a, z := i, i+1
	for a > 0 && mailByte(s[a-1]) {
		a--
	}
	for z < len(s) && mailByte(s[z]) {
		z++
	}
	local, domain := strings.ToLower(s[a:i]), strings.ToLower(strings.TrimRight(s[i+1:z], ".-"))
	dot := strings.LastIndexByte(domain, '.')
	if local == "" || dot < 1 || len(domain)-dot < 3 || digits(domain[dot+1:]) {
		return false
	}
	if ofState(domain) {
		return false
	}
	switch strings.TrimRight(local, "0123456789") {
	case "info", "contact", "office", "service", "services", "support", "admin", "webmaster", "help", "helpdesk", "enquiries", "enquiry", "press", "media", "mail", "hotline", "complaints", "feedback", "opendata", "data", "noreply", "no-reply":
		return false
	}
	return true
}

// ofState reports whether a domain is that of a government.
func ofState(domain string) bool {
	dotted := "." + domain + "."
	for _, s := range [...]string{".gov.", ".gouv.", ".gob.", ".govt.", ".gub.", ".mil.", ".go.jp.", ".go.kr.", ".gc.ca.", ".admin.ch.", ".bund.de.", ".gv.at.", ".europa.eu."} {
		if strings.Contains(dotted, s) {
			return true
		}
	}
	return false
}

func mailByte(c byte) bool {
	return c-'0' <= 9 || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '.' || c == '-' || c == '_' || c == '+'
}

// afterProvince reports whether the letter at i follows the short name of a
// province, as on plates.
func afterProvince(s string, i int) bool {
	if i < 3 || s[i-1] < utf8.RuneSelf {
		return false
	}
	r, size := utf8.DecodeLastRuneInString(s[:i])
	return size == 3 && plateProvince(r)
}

func plateProvince(r rune) bool {
	return strings.ContainsRune("京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼", r)
}

// isPlate judges what follows province and letter of a vehicle plate: five or
// six letters and digits, at least one of them a digit.
func isPlate(s string) bool {
	s = strings.TrimPrefix(s, "·")
	n, ds := 0, 0
	for n < len(s) && (s[n]-'0' <= 9 || s[n] >= 'A' && s[n] <= 'Z') {
		if s[n]-'0' <= 9 {
			ds++
		}
		n++
	}
	return (n == 5 || n == 6) && ds >= 1
}

// isPassport judges the number that begins at i: a letter, perhaps a second,
// and eight digits in all but the letters, as passports and travel permits of
// China have them. Many product codes look so: it counts beside a hint only.
func isPassport(s string, i int) bool {
	j := i + 1
	if j < len(s) && s[j] >= 'A' && s[j] <= 'Z' {
		j++
	}
	start := j
	for j < len(s) && s[j]-'0' <= 9 {
		j++
	}
	n := j - start
	return strings.IndexByte("CDEGHLMPSTW", s[i]) >= 0 && (n == 8 || n == 7 && start == i+2) && alone(s, i, j)
}

// aboutPassports reports whether words say that a passport is meant.
func aboutPassports(s string) bool {
	return len(s) > 9 && (strings.Contains(s, "护照") || strings.Contains(s, "通行证") || strings.Contains(s, "assport"))
}

// ofStars judges a run of stars at i: with digits before and behind it may be
// what is left of an identity, phone or card number.
func ofStars(s string, i int) (found hits, end int) {
	end = i
	for end < len(s) && s[end] == '*' {
		end++
	}
	a, z := i, end
	for a > 0 && s[a-1]-'0' <= 9 {
		a--
	}
	for z < len(s) && (s[z]-'0' <= 9 || upper(s[z]) == 'X') {
		z++
	}
	if head := i - a; end-i >= 3 && head >= 1 && head+z-end >= 4 {
		switch z - a {
		case 11, 15, 16, 17, 18, 19:
			return one(masked), z
		}
	}
	return 0, end
}

// narrow writes full-width letters and digits, odd blanks and hyphens as plain
// ones and leaves out what nobody sees.
func narrow(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		if c, ok := narrowByte(s, i); ok {
			b.WriteByte(c)
			i += 3
			continue
		}
		if plain, size := thin(s, i); size > 0 {
			b.WriteString(plain)
			i += size
			continue
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}

// narrowByte gives the ASCII form of the full-width character at i, if it is a
// letter, a digit, @, * or a point or hyphen between them.
func narrowByte(s string, i int) (byte, bool) {
	if i+2 >= len(s) || s[i] != 0xEF || s[i+1] != 0xBC && s[i+1] != 0xBD {
		return 0, false
	}
	r, _ := utf8.DecodeRuneInString(s[i:])
	c := r - 0xFF01 + '!'
	if c < '!' || c > '~' || class[byte(c)] == 0 && c != '.' && c != '-' && (c < 'a' || c > 'z') {
		return 0, false
	}
	return byte(c), true
}

// thin gives the plain form of the odd blank or hyphen at i, "" of a sign that
// nobody sees, and its length in bytes; 0 where there is none. Such signs come
// with numbers that were copied from pages and letters.
func thin(s string, i int) (plain string, size int) {
	if class[s[i]] != isThin && class[s[i]] != isWide {
		return "", 0
	}
	r, size := utf8.DecodeRuneInString(s[i:])
	switch {
	case r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x2064, r == 0xFEFF, r == 0xAD:
		return "", size
	case r == 0xA0, r >= 0x2000 && r <= 0x200A, r == 0x202F, r == 0x3000:
		return " ", size
	case r >= 0x2010 && r <= 0x2013, r == 0x2212:
		return "-", size
	}
	return "", 0
}
