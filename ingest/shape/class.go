package shape

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"gongkai/ingest/sheet"
)

// class is what a cell looks like, as far as finding tables needs it.
type class uint8

const (
	classBlank class = iota
	classText
	classMarker // stands for a missing value
	classNumber
	classYear // a whole number that can be a year
	classDate // a date, a clock or a period
)

// value reports whether the class is one of data rather than of words.
func (c class) value() bool { return c >= classNumber }

func classOf(c *sheet.Cell, formats []sheet.Format) class {
	switch c.Kind {
	case sheet.Empty:
		return classBlank
	case sheet.Number:
		if c.Format > 0 && int(c.Format) < len(formats) {
			switch formats[c.Format].Class {
			case sheet.ClassDate, sheet.ClassDatetime, sheet.ClassTime:
				return classDate
			}
		}
		if isYear(c.Raw) {
			return classYear
		}
		return classNumber
	case sheet.Bool:
		return classNumber
	case sheet.Date:
		return classDate
	case sheet.Error:
		return classMarker
	}
	return classOfText(c.Raw)
}

func isYear(s string) bool {
	return len(s) == 4 && (s[0] == '1' && s[1] >= '8' || s[0] == '2' && s[1] <= '1') && digits(s)
}

func digits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// classOfPlain is classOfText for what is nothing but digits, a point and
// hyphens between them, which seldom comes again; classBlank for all else.
func classOfPlain(s string) class {
	hyphen := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c-'0' <= 9 || c == '.' && i > 0:
		case c == '-' && i > 0:
			hyphen = true
		default:
			return classBlank
		}
	}
	switch {
	case s == "" || len(s) > 40 || s[0]-'0' > 9:
		return classBlank
	case isYear(s):
		return classYear
	case hyphen:
		return classDate
	}
	return classNumber
}

// classOfText looks at the text of a cell. Most texts are settled by their
// first letter, for this runs over every cell of a file.
func classOfText(s string) class {
	s = Trim(s)
	if s == "" {
		return classBlank
	}
	if len(s) > 40 {
		return classText
	}
	if len(s) <= 24 && NullMarker(s) {
		return classMarker
	}
	var hasDigit, hasLetter, hasWide, hasDash bool
	for i := 0; i < len(s); i++ {
		switch b := s[i]; {
		case b >= '0' && b <= '9':
			hasDigit = true
		case b >= utf8.RuneSelf:
			hasWide = true
		case b|0x20 >= 'a' && b|0x20 <= 'z':
			hasLetter = true
			if !hasDigit && i > 8 {
				return classText
			}
		case b == '-' && i > 0 || b == '/' || b == ':':
			hasDash = true
		}
	}
	switch {
	case hasWide || hasLetter:
		return classOfMixed(s)
	case !hasDigit:
		return classText
	case isYear(s):
		return classYear
	case hasDash:
		return classDate
	}
	return classNumber
}

// classOfMixed judges texts with letters or wide characters: full-width
// numbers, currency, 2024年5月, Q4 1952, 24 October 2011.
func classOfMixed(s string) class {
	words, dates, digits, latin := 0, 0, 0, false
	for _, r := range s {
		switch r {
		case '年', '月', '季', '半', '日', '度', '上', '下', '第', '旬', '号', '～', '至':
			dates++
		case '〇', '○', '一', '二', '三', '四', '五', '六', '七', '八', '九', '十':
			words++
		default:
			switch {
			case r >= '0' && r <= '9' || r >= '０' && r <= '９':
				digits++
			case r < utf8.RuneSelf && unicode.IsLetter(r):
				latin = true
			case unicode.IsLetter(r):
				return classText
			}
		}
	}
	switch {
	case latin:
		if digits > 0 && dates+words == 0 && englishDate(s) {
			return classDate
		}
	case dates > 0 && digits+words > 0 && strings.ContainsAny(s, "年月季半"):
		return classDate
	case dates+words == 0 && digits > 0:
		return classNumber
	}
	return classText
}

// englishDate accepts texts whose only words are months, quarters and ordinal
// endings, beside at least one digit: 24 October 2011, Q4 1952, Oct-11.
func englishDate(s string) bool {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) })
	found := false
	for _, w := range words {
		switch {
		case monthWord(w) || w == "q" || w == "h":
			found = true
		case w == "st" || w == "nd" || w == "rd" || w == "th" || w == "t" || w == "z" || w == "am" || w == "pm":
		default:
			return false
		}
	}
	return found
}

func monthWord(w string) bool {
	if len(w) < 3 {
		return false
	}
	for _, m := range [...]string{"january", "february", "march", "april", "may", "june", "july",
		"august", "september", "october", "november", "december"} {
		if w == m || w == m[:3] || w == "sept" {
			return true
		}
	}
	return false
}

// NullMarker reports whether a trimmed cell text is one of the marks by which
// departments and statistics offices say that a value is missing.
func NullMarker(s string) bool {
	if len(s) > 24 {
		return false
	}
	switch s {
	case ".", "-", "--", "---", "—", "——", "―", "–", "－", "…", "……", "...", "..", "/", "／", "//", "\\", "*", "**", "***", "＊", "x", "×",
		"无", "無", "暂无", "无数据", "缺", "缺失", "保密", "不详", "未知", "未公布", "空",
		"未监测", "未统计", "未填报", "未上报", "未报", "不适用", "数据缺失", "尚未公布", "未发布",
		"[c]", "[x]", "[z]", "[u]", "[low]", "c", ":", "：", "#", "(X)", "(NA)", "(D)", "(S)", "(Z)", "(-)", "(--)", "[-]", "n.a.", "N.A.", "n.d.", "?", "？", "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!":
		return s != "x" && s != "c" && s != "×"
	}
	if oneMark(s) {
		return true
	}
	if len(s) <= 7 {
		switch strings.ToLower(s) {
		case "n/a", "na", "nan", "null", "nil", "none", "#n/a", "n.a", "(null)", "<null>":
			return true
		}
	}
	return false
}

// oneMark reports whether a text is one mark again and again: ***, . ., — —.
func oneMark(s string) bool {
	first, n := rune(0), 0
	for _, r := range s {
		switch {
		case r == ' ':
		case first == 0 && strings.ContainsRune("*-._—–…－·", r):
			first = r
			n++
		case r != first || first == 0:
			return false
		default:
			n++
		}
	}
	return n > 1
}

// Trim removes the white space around a cell's text, the ideographic and the
// no-break space and byte order marks included.
func Trim(s string) string {
	if s == "" {
		return s
	}
	if !edgeSpace(s[:min(3, len(s))]) && !edgeSpace(s[max(0, len(s)-3):]) {
		return s
	}
	return strings.TrimFunc(s, func(r rune) bool {
		return r <= ' ' || unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff'
	})
}

// edgeSpace reports whether the up to three bytes at an edge of a text may
// hold white space; it is quick and may say yes in vain.
func edgeSpace(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case 0xC2, 0xE1, 0xE2, 0xEF:
			return true
		case 0xE3:
			if i+1 < len(s) && s[i+1] == 0x80 {
				return true
			}
		default:
			if c <= ' ' {
				return true
			}
		}
	}
	return false
}
