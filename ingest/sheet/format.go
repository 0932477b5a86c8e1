package sheet

import (
	"strings"
	"unicode/utf8"
)

// ParseFormat finds out what a number format makes of a number. The first
// section that shows a number or a date decides; quoted and escaped text,
// colours and conditions count for nothing.
func ParseFormat(code string) Format {
	f := Format{Code: code}
	for _, section := range formatSections(code) {
		class, decimals, zeros := classify(section)
		if class != ClassGeneral {
			f.Class, f.Decimals, f.Zeros = class, decimals, zeros
			break
		}
		if strings.Contains(strings.ToLower(section), "general") || strings.Contains(section, "通用格式") {
			break
		}
	}
	return f
}

// formatSections splits a code at ";" outside of quotes, escapes and brackets.
func formatSections(code string) []string {
	var out []string
	start, quoted, bracket := 0, false, false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case c == '"' && !bracket:
			quoted = !quoted
		case quoted:
		case c == '\\' || c == '_' || c == '*' || c == '!':
			i++
		case c == '[':
			bracket = true
		case c == ']':
			bracket = false
		case c == ';' && !bracket:
			out = append(out, code[start:i])
			start = i + 1
		}
	}
	return append(out, code[start:])
}

// section is what a walk over one section of a format found.
type section struct {
	digits, zeros, decimals int
	point, percent, text    bool
	date, clock, month      bool
	other                   bool // anything shown besides zeros
	lastClock               byte // the date or time letter before: decides what m is
	pendingMonth, exponent  bool
}

func classify(code string) (FormatClass, int, int) {
	s := section{}
	s.walk(code)
	s.settleMonth(false)
	switch {
	case s.date && s.clock:
		return ClassDatetime, 0, 0
	case s.date:
		return ClassDate, 0, 0
	case s.clock && s.month:
		return ClassDatetime, 0, 0
	case s.clock:
		return ClassTime, 0, 0
	case s.month:
		return ClassDate, 0, 0
	case s.digits > 0 && s.percent:
		return ClassPercent, s.decimals, 0
	case s.digits > 1 && s.zeros == s.digits && !s.other && !s.point:
		return ClassCode, 0, s.zeros
	case s.digits > 0:
		return ClassNumber, s.decimals, 0
	case s.text:
		return ClassText, 0, 0
	}
	return ClassGeneral, 0, 0
}

// settleMonth decides a run of m that waits for what follows: before seconds
// it is minutes, else a month.
func (s *section) settleMonth(seconds bool) {
	if !s.pendingMonth {
		return
	}
	s.pendingMonth = false
	if seconds {
		s.clock = true
		return
	}
	s.month = true
}

func (s *section) walk(code string) {
	for i := 0; i < len(code); {
		c := code[i]
		switch c {
		case '"':
			end := strings.IndexByte(code[i+1:], '"')
			if end < 0 {
				return
			}
			s.other = s.other || end > 0
			i += end + 2
			continue
		case '\\', '_', '*', '!':
			_, n := utf8.DecodeRuneInString(code[i+1:])
			s.other = s.other || c == '\\' || c == '!'
			i += 1 + n
			continue
		case '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				return
			}
			s.bracket(code[i+1 : i+end])
			i += end + 1
			continue
		}
		if n := s.word(code[i:]); n > 0 {
			i += n
			continue
		}
		_, n := utf8.DecodeRuneInString(code[i:])
		s.symbol(code, i)
		i += n
	}
}

// bracket reads what stands in brackets: elapsed time counts, colours,
// conditions, currencies and languages do not.
func (s *section) bracket(inside string) {
	lower := strings.ToLower(inside)
	if lower == "" || strings.Trim(lower, lower[:1]) != "" {
		if strings.HasPrefix(lower, "$") && !strings.HasPrefix(lower, "$-") {
			s.other = true // a currency sign
		}
		return
	}
	switch lower[0] {
	case 'h', 's':
		s.settleMonth(lower[0] == 's')
		s.clock, s.lastClock = true, lower[0]
	case 'm':
		s.clock, s.lastClock = true, 'm'
	}
}

// word reads a run of letters that means something together and gives its
// length.
func (s *section) word(code string) int {
	lower := strings.ToLower(code[:min(len(code), 16)])
	for _, w := range []string{"am/pm", "a/p", "上午/下午", "午前/午後"} {
		if strings.HasPrefix(lower, w) {
			s.settleMonth(false)
			s.clock = true
			return len(w)
		}
	}
	for _, w := range []string{"general", "g/通用格式", "通用格式", "standard"} {
		if strings.HasPrefix(lower, w) {
			return len(w)
		}
	}
	n := 1
	for n < len(lower) && lower[n] == lower[0] {
		n++
	}
	switch lower[0] {
	case 'y', 'd', 'g', 'b':
		if lower[0] == 'b' && n != 2 && n != 4 {
			return 0
		}
		s.settleMonth(false)
		s.date, s.lastClock = true, 0
	case 'a':
		if n < 3 {
			return 0
		}
		s.settleMonth(false)
		s.date, s.lastClock = true, 0
	case 'e':
		if s.digits > 0 && len(lower) > n && (lower[n] == '+' || lower[n] == '-') {
			s.exponent, s.other = true, true
			return n + 1
		}
		s.settleMonth(false)
		s.date, s.lastClock = true, 0
	case 'h':
		s.settleMonth(false)
		s.clock, s.lastClock = true, 'h'
	case 's':
		s.settleMonth(true)
		s.clock, s.lastClock = true, 's'
	case 'm':
		s.settleMonth(false)
		if s.lastClock == 'h' && n <= 2 {
			s.clock, s.lastClock = true, 'm'
		} else {
			s.pendingMonth, s.lastClock = true, 0
		}
	default:
		return 0
	}
	return n
}

// symbol reads one character that is no letter.
func (s *section) symbol(code string, i int) {
	switch c := code[i]; c {
	case '0', '#', '?':
		if s.exponent || s.clock && s.lastClock == 's' { // of the exponent; fractions of a second
			return
		}
		s.digits++
		if c == '0' {
			s.zeros++
		} else {
			s.other = true
		}
		if s.point {
			s.decimals++
		}
	case '.':
		s.point = true
	case '%':
		s.percent = true
	case '@':
		s.text = true
	case ' ':
	default:
		s.other = true
	}
}

// builtinFormat gives the code of a format that workbooks name by number only.
// 27-36 and 50-58 depend on the language of the program; these are the Chinese
// ones, and all other languages have dates and times at the same places.
func builtinFormat(id int) string {
	if id < 0 || id >= len(builtinFormats) {
		return "General"
	}
	return builtinFormats[id]
}

var builtinFormats = [...]string{
	0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
	5: `"¥"#,##0;"¥"\-#,##0`, 6: `"¥"#,##0;[Red]"¥"\-#,##0`, 7: `"¥"#,##0.00;"¥"\-#,##0.00`, 8: `"¥"#,##0.00;[Red]"¥"\-#,##0.00`,
	9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
	14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy",
	18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm",
	23: "General", 24: "General", 25: "General", 26: "General",
	27: `yyyy"年"m"月"`, 28: `m"月"d"日"`, 29: `m"月"d"日"`, 30: "m-d-yy", 31: `yyyy"年"m"月"d"日"`,
	32: `h"时"mm"分"`, 33: `h"时"mm"分"ss"秒"`, 34: `上午/下午h"时"mm"分"`, 35: `上午/下午h"时"mm"分"ss"秒"`, 36: `yyyy"年"m"月"`,
	37: `#,##0;\-#,##0`, 38: `#,##0;[Red]\-#,##0`, 39: `#,##0.00;\-#,##0.00`, 40: `#,##0.00;[Red]\-#,##0.00`,
	41: `_ * #,##0_ ;_ * \-#,##0_ ;_ * "-"_ ;_ @_ `, 42: `_ "¥"* #,##0_ ;_ "¥"* \-#,##0_ ;_ "¥"* "-"_ ;_ @_ `,
	43: `_ * #,##0.00_ ;_ * \-#,##0.00_ ;_ * "-"??_ ;_ @_ `, 44: `_ "¥"* #,##0.00_ ;_ "¥"* \-#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ `,
	45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
	50: `yyyy"年"m"月"`, 51: `m"月"d"日"`, 52: `yyyy"年"m"月"`, 53: `m"月"d"日"`, 54: `m"月"d"日"`,
	55: `上午/下午h"时"mm"分"`, 56: `上午/下午h"时"mm"分"ss"秒"`, 57: `yyyy"年"m"月"`, 58: `m"月"d"日"`,
	59: "0", 60: "0.00", 61: "#,##0", 62: "#,##0.00",
	67: "0%", 68: "0.00%", 69: "# ?/?", 70: "# ??/??",
	71: "d/m/yyyy", 72: "d-mmm-yy", 73: "d-mmm", 74: "mmm-yy", 75: "h:mm", 76: "h:mm:ss", 77: "d/m/yyyy h:mm",
	78: "mm:ss", 79: "[h]:mm:ss", 80: "mm:ss.0", 81: "d/m/yyyy",
}
