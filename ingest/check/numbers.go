package check

import "strings"

// validID checks a resident identity number by GB 11643: province, date of
// birth and check digit.
func validID(s string) bool { return idLike(s) && checkDigit(s) == upper(s[17]) }

// idLike reports whether a number of 18 digits is built as a resident identity
// number is, whatever its check digit.
func idLike(s string) bool {
	return len(s) == 18 && digits(s[:17]) && (s[17]-'0' <= 9 || upper(s[17]) == 'X') && province(s) && birthday(s[6:14])
}

// roundedID reports whether a spreadsheet may have kept fifteen digits of an
// identity number and made the rest zeros: what is left tells who it is.
func roundedID(s string) bool { return strings.HasSuffix(s, "000") && idLike(s) }

// oldID checks the form of fifteen digits, which has no check digit.
func oldID(s string) bool {
	return len(s) == 15 && digits(s) && province(s) && birthday("19"+s[6:12])
}

// checkDigit gives the last character of an identity number by the 17 before.
func checkDigit(s string) byte {
	weights := [...]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += int(s[i]-'0') * w
	}
	return "10X98765432"[sum%11]
}

func upper(c byte) byte {
	if c == 'x' {
		return 'X'
	}
	return c
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

// cardLike reports whether a number has the beginning and length of a bank
// card's, whatever its check digit.
func cardLike(s string) bool {
	n := len(s)
	if n < 13 || n > 19 || !digits(s) {
		return false
	}
	four := int(s[0]-'0')*1000 + int(s[1]-'0')*100 + int(s[2]-'0')*10 + int(s[3]-'0')
	two := four / 100
	switch {
	case two == 62:
		return n >= 16
	case s[0] == '4':
		return n == 13 || n == 16
	case two >= 51 && two <= 55, four >= 2221 && four <= 2720, two == 81:
		return n == 16
	case two == 34, two == 37:
		return n == 15
	}
	return false
}

// luhn checks the check digit of a bank card.
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
