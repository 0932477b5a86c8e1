package infer

import (
	"strings"
)

// foldDate makes full-width and Chinese digits of a date ASCII.
func foldDate(s string) string {
	fold := false
	for _, r := range s {
		if r > 0x2000 && r != '年' && r != '月' && r != '日' {
			fold = true
			break
		}
	}
	if !fold {
		return s
	}
	return foldNumerals(s)
}

// foldNumerals writes full-width digits and Chinese numerals up to 99 as ASCII
// digits: 二〇二三年十二月 is 2023年12月.
func foldNumerals(s string) string {
	rs := []rune(s)
	var b strings.Builder
	for i := 0; i < len(rs); i++ {
		r := rs[i]
		d, isDigit := hanDigit(r)
		switch {
		case r >= '０' && r <= '９':
			b.WriteRune(r - '０' + '0')
		case r == '十':
			_, before := hanDigit(at(rs, i-1))
			_, after := hanDigit(at(rs, i+1))
			if !before {
				b.WriteByte('1')
			}
			if !after {
				b.WriteByte('0')
			}
		case isDigit:
			b.WriteByte(byte('0' + d))
		case r == '－' || r == '—' || r == '–' || r == '～' || r == '~' || r == '至':
			b.WriteByte('-')
		case r == '／':
			b.WriteByte('/')
		case r == '．':
			b.WriteByte('.')
		case r == '：':
			b.WriteByte(':')
		case r == '\u3000' || r == '\u00a0':
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func at(rs []rune, i int) rune {
	if i < 0 || i >= len(rs) {
		return 0
	}
	return rs[i]
}

func hanDigit(r rune) (int, bool) {
	switch r {
	case '〇', '○', '零':
		return 0, true
	case '一':
		return 1, true
	case '二':
		return 2, true
	case '三':
		return 3, true
	case '四':
		return 4, true
	case '五':
		return 5, true
	case '六':
		return 6, true
	case '七':
		return 7, true
	case '八':
		return 8, true
	case '九':
		return 9, true
	}
	return 0, false
}
