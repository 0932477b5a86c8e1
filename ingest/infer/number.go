package infer

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// notation says how a number was written, beyond plain digits and a point.
type notation uint16

const (
	grouped    notation = 1 << iota // 1,234 or 1 234
	currency                        // ￥12
	percentage                      // 12 %
	fullWidth                       // １２
	footnoted                       // 41.487(1)
	bracketed                       // (12) is -12
	odd                             // +5, −5, inner or leading zeros: not how numbers are usually written
)

// number is a decimal number as it was written: mantissa x 10^-scale.
type number struct {
	mantissa int64
	big      string // sign and digits where they exceed 18, then mantissa is 0
	scale    int    // digits after the point
	whole    int    // digits before it, at least 1
	how      notation
	split    bool // one mark stands before exactly three digits: grouping or point?
}

// plainNumber reads sign, digits and at most one point, up to 18 digits. It is
// the fast way for nearly all cells.
func plainNumber(s string) (n number, ok bool) {
	i := 0
	if len(s) > 0 && s[0] == '-' {
		i = 1
	}
	if len(s)-i > 19 || len(s) == i {
		return n, false
	}
	start, point := i, -1
	var m int64
	for ; i < len(s); i++ {
		c := s[i] - '0'
		if c <= 9 {
			m = m*10 + int64(c)
			continue
		}
		if s[i] != '.' || point >= 0 || i == start || i == len(s)-1 {
			return n, false
		}
		point = i
	}
	n.whole = len(s) - start
	if point >= 0 {
		n.scale = len(s) - point - 1
		n.whole = point - start
		n.split = n.scale == 3 && n.whole <= 3 && s[start] != '0'
	}
	if n.whole+n.scale > 18 {
		return n, false
	}
	if s[start] == '0' && n.whole > 1 {
		n.how |= odd
	}
	n.mantissa = m
	if start == 1 {
		n.mantissa = -m
		if m == 0 {
			n.how |= odd // -0
		}
	}
	return n, true
}

// fewDigits reads sign, up to fifteen digits and at most one point, which is
// how files write nearly all numeric cells: mantissa x 10^-scale, without zeros
// at the end of the fraction. whole is the number of digits before the point.
func fewDigits(s string) (mantissa int64, whole, scale int, ok bool) {
	start, point := 0, 0
	if s != "" && s[0] == '-' {
		start = 1
	}
	if len(s)-start > 16 || len(s) == start {
		return 0, 0, 0, false
	}
	var m int64
	for i := start; i < len(s); i++ {
		c := s[i] - '0'
		if c <= 9 {
			m = m*10 + int64(c)
			continue
		}
		if s[i] != '.' || point > 0 || i == start || i == len(s)-1 {
			return 0, 0, 0, false
		}
		point = i
	}
	whole = len(s) - start
	if point > 0 {
		whole, scale = point-start, len(s)-point-1
		for ; scale > 0 && m%10 == 0; scale-- {
			m /= 10
		}
	}
	if start == 1 {
		m = -m
	}
	return m, whole, scale, whole+scale <= 15
}

// rawNumber reads the number of a numeric cell as its file writes it. Files
// write binary floating point in up to 17 digits, 41.487000000000002; the
// shortest text of the same number is what was meant, 41.487.
func rawNumber(s string) (number, bool) {
	if m, whole, scale, ok := fewDigits(s); ok {
		return number{mantissa: m, whole: whole, scale: scale}, true
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return number{}, false
	}
	if f == 0 {
		return number{whole: 1}, true
	}
	var buf [400]byte
	return longNumber(string(strconv.AppendFloat(buf[:0], f, 'f', -1, 64)))
}

// damaged reports whether the number of a numeric cell has lost digits:
// spreadsheets keep fifteen, and what is longer and no round amount, such as
// 1E+20, was cut.
func (n number) damaged() bool {
	if n.scale > 0 || n.whole < 16 {
		return false
	}
	const round = 12 // digits at most before the zeros
	digits := strings.TrimPrefix(n.text(0), "-")
	return len(strings.TrimRight(digits, "0")) > round
}

// longNumber reads plain digits of any length.
func longNumber(s string) (number, bool) {
	if n, ok := plainNumber(s); ok {
		return n, true
	}
	t := strings.TrimPrefix(s, "-")
	whole, frac, _ := strings.Cut(t, ".")
	if !allDigits(whole) || (frac != "" && !allDigits(frac)) || strings.HasSuffix(t, ".") {
		return number{}, false
	}
	n := number{scale: len(frac)}
	if len(whole) > 1 && whole[0] == '0' {
		n.how |= odd
	}
	whole = strings.TrimLeft(whole, "0")
	n.whole = max(len(whole), 1)
	digits := strings.TrimLeft(whole+frac, "0")
	if len(digits) <= 18 {
		if digits != "" {
			n.mantissa, _ = strconv.ParseInt(digits, 10, 64)
		}
		if len(t) < len(s) {
			n.mantissa = -n.mantissa
		}
		return n, true
	}
	n.big = digits
	if len(t) < len(s) {
		n.big = "-" + digits
	}
	return n, true
}

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i]-'0' > 9 {
			return false
		}
	}
	return s != ""
}

// longestNumber is how many bytes a number may be written with, as it stands or
// as canonical text: every text of a value reads back.
const longestNumber = 64

// textNumber reads a number as people write it. point is the decimal mark,
// '.' or ','; the other one and spaces may group the digits before it. It
// accepts a sign, a currency, a percent sign and a trailing footnote mark, and
// says in how which of them it met. It never guesses: what does not fit is no
// number.
func textNumber(s string, point byte) (n number, ok bool) {
	if point == '.' {
		if n, ok = plainNumber(s); ok {
			return n, true
		}
	}
	if len(s) > longestNumber || s == "" {
		return n, false
	}
	var how notation
	s, how = widthFolded(s)
	s, neg := signed(strings.TrimSpace(s), &how)
	if s == "" {
		return n, false
	}
	s = unmarked(s, &how)
	if t, found := strings.CutSuffix(s, "%"); found {
		how |= percentage
		s = strings.TrimRight(t, " ")
	}
	s = priced(s, &how)
	if !neg {
		s, neg = signed(s, &how)
	}
	if in, found := strings.CutPrefix(s, "("); found && !neg {
		in, found = strings.CutSuffix(in, ")")
		if !found || len(in) < 3 {
			return n, false
		}
		s, neg = priced(in, &how), true
		how |= bracketed
	}
	plain, split, ok := ungrouped(s, point, &how)
	if !ok {
		return n, false
	}
	if neg {
		plain = "-" + plain
	}
	if n, ok = longNumber(plain); ok {
		n.how |= how
		n.split = split
	}
	if ok && len(plain) > longestNumber-4 && len(n.text(n.scale)) > longestNumber {
		return n, false // a zero before its point makes it longer than what is read as a number
	}
	return n, ok
}

// widthFolded turns full-width digits, signs and spaces into ASCII.
func widthFolded(s string) (string, notation) {
	ascii := true
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	if ascii {
		return s, 0
	}
	var how notation
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= '０' && r <= '９':
			r = r - '０' + '0'
			how |= fullWidth
		case r == '．' || r == '，' || r == '％' || r == '（' || r == '）' || r == '－' || r == '＋':
			r = r - 0xFEE0
			how |= fullWidth
		case r == '−' || r == '–':
			r = '-'
			how |= odd
		case r == '\u00a0' || r == '\u202f' || r == '\u2009' || r == '\u3000':
			r = ' '
		}
		b.WriteRune(r)
	}
	return b.String(), how
}

func signed(s string, how *notation) (string, bool) {
	if len(s) < 2 {
		return s, false
	}
	switch s[0] {
	case '-':
		if s[1] == ' ' {
			*how |= odd
		}
		return strings.TrimLeft(s[1:], " "), true
	case '+':
		*how |= odd
		return s[1:], false
	}
	return s, false
}

// unmarked takes a footnote mark off the end: (1), [1], ①, *, †, ².
func unmarked(s string, how *notation) string {
	t := strings.TrimRight(s, "*†‡§¹²³⁴⁵⁶⁷⁸⁹①②③④⑤⑥⑦⑧⑨ ")
	for _, p := range [...]string{"()", "[]"} {
		i := strings.LastIndexByte(t, p[0])
		if i < 1 || t[len(t)-1] != p[1] {
			continue
		}
		in := t[i+1 : len(t)-1]
		letter := len(in) == 1 && (in[0]|0x20 >= 'a' && in[0]|0x20 <= 'z')
		if d := t[i-1]; len(in) <= 2 && allDigits(in) || letter {
			if d-'0' <= 9 || d == ' ' || d == '%' {
				t = strings.TrimRight(t[:i], " ")
			}
		}
	}
	if i := len(t) - 2; i > 0 && t[i] == ' ' && strings.IndexByte("rpeRPE", t[i+1]) >= 0 {
		t = strings.TrimRight(t[:i], " ")
	}
	if len(t) < len(strings.TrimRight(s, " ")) {
		*how |= footnoted
	}
	return t
}

// priced takes a currency off either end.
func priced(s string, how *notation) string {
	for _, p := range [...]string{"￥", "¥", "US$", "HK$", "$", "£", "€", "RMB", "CNY", "USD", "EUR", "GBP", "人民币"} {
		if t, found := strings.CutPrefix(s, p); found {
			*how |= currency
			return strings.TrimLeft(t, " ")
		}
	}
	for _, p := range [...]string{"元", "圆", "€", "£", "$", "￥", "¥"} {
		if t, found := strings.CutSuffix(s, p); found {
			*how |= currency
			return strings.TrimRight(t, " ")
		}
	}
	return s
}

// ungrouped takes the grouping out of digits and makes the decimal mark a
// point. Groups must be right: three digits each, or 2,2,3 as in India.
func ungrouped(s string, point byte, how *notation) (plain string, split, ok bool) {
	whole, frac := s, ""
	i := strings.LastIndexByte(s, point)
	if i >= 0 {
		whole, frac = s[:i], s[i+1:]
		if !allDigits(frac) || strings.IndexByte(whole, point) >= 0 {
			return "", false, false
		}
	}
	if whole == "" && frac != "" {
		whole = "0" // ".5"
		*how |= odd
	}
	var mark byte
	for k := 0; k < len(whole); k++ {
		if c := whole[k]; c-'0' > 9 {
			if (c != ',' && c != '.' && c != ' ' && c != '\'') || (mark != 0 && mark != c) {
				return "", false, false
			}
			mark = c
		}
	}
	groups := 1
	if mark != 0 {
		parts := strings.Split(whole, string(mark))
		if !groupsRight(parts) {
			return "", false, false
		}
		groups = len(parts)
		whole = strings.Join(parts, "")
		*how |= grouped
	} else if !allDigits(whole) {
		return "", false, false
	}
	split = i >= 0 && groups == 1 && len(frac) == 3 && len(whole) <= 3 && whole[0] != '0' ||
		i < 0 && groups == 2 && (mark == ',' || mark == '.')
	if i >= 0 {
		return whole + "." + frac, split, true
	}
	return whole, split, true
}

func groupsRight(parts []string) bool {
	n := len(parts)
	if n < 2 || len(parts[0]) == 0 || len(parts[0]) > 3 || len(parts[n-1]) != 3 || parts[0][0] == '0' {
		return false
	}
	inner := 3
	if n > 2 && len(parts[1]) == 2 && len(parts[0]) <= 2 {
		inner = 2
	}
	for k, p := range parts {
		if !allDigits(p) || k > 0 && k < n-1 && len(p) != inner {
			return false
		}
	}
	return true
}
