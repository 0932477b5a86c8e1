package infer

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"gongkai/ingest/shape"
)

// verdict is what a text says by itself; it is remembered for texts that come
// again, as the shared strings of a workbook do.
type verdict struct {
	text   string
	known  bool
	marker bool
	sort   sort
	point  number
	comma  number
	pOK    bool
	cOK    bool
	bool   boolWord
	date   dateText
	serial int64
	alnum  bool
	zero   bool // leading zero
	year   bool // a period that names no year
	whole  bool // a period of a whole year
	ydot   bool // 2024.5

	badDate bool // 31/02/2024
	angle   bool // 116°23'29"
}

// remembered is a verdict with what was not yet counted of it.
type remembered struct {
	key  string // the text
	seen int    // cells that were counted one by one
	due  int64  // cells that are still to be counted
	verdict
}

// pay counts what is due.
func (m *remembered) pay(t *tally) {
	if m.due > 0 {
		t.addVerdict(&m.verdict, 0, m.due)
		m.due = 0
	}
}

// recall finds out what a text says, or remembers it.
func (t *tally) recall(raw string) *remembered {
	n := len(raw)
	h := uint(n)*7 + uint(raw[0])*31 + uint(raw[n-1])*977 + uint(raw[n/2])*17 + uint(raw[n*3/4])*131
	m := &t.memo[h&uint(len(t.memo)-1)]
	if m.known && m.key == raw {
		return m
	}
	m.pay(t)
	*m = remembered{key: raw, verdict: t.judge(raw)}
	return m
}

// judge finds out what a text says by itself, but for marks that are none in
// this column.
func (t *tally) judge(raw string) verdict {
	v := judge(raw, t.plan.year, t.yearFirst)
	if v.marker && len(t.keepMarks) > 0 && !t.marks(shape.Trim(raw)) {
		v.marker = false
	}
	return v
}

// judge finds out what a text says by itself. year is that of periods without
// one; yearFirst says that dates such as 24/05/03 begin with the year.
func judge(raw string, year int, yearFirst bool) verdict {
	v := verdict{text: raw, known: true}
	s := shape.Trim(raw)
	if s == "" {
		return v
	}
	if shape.NullMarker(s) {
		v.marker = true
		return v
	}
	if v.bool = boolOf(s); v.bool.pair != 0 {
		v.sort = sortBool
		return v
	}
	digits, figurative := figures(s)
	if !figurative {
		v.alnum = digits > 0 && codeLike(s)
		v.angle = digits > 0 && isAngle(s)
		return v
	}
	if len(s) <= 64 {
		v.point, v.pOK = textNumber(s, '.')
		v.comma, v.cOK = textNumber(s, ',')
	}
	switch {
	case v.pOK || v.cOK:
		v.sort = numberSort(v.point, v.pOK, v.comma)
		v.zero = digits > 1 && s[0] == '0' && allDigits(s)
		v.ydot = v.pOK && v.point.whole == 4 && yearDot(s)
		return v
	case len(s) > 48:
		return v
	}
	if d, ok := parseDate(s, yearFirst); ok {
		v.date, v.sort = d, sortDate
		if d.hasClock {
			v.sort = sortDatetime
		}
		return v
	}
	if m, ok := parseClock(s); ok {
		v.serial, v.sort = m, sortTime
		return v
	}
	if p, ok := parsePeriod(s, year); ok {
		v.sort, v.year, v.whole = sortPeriod, p.needsYear, p.granularity == granYear
		return v
	}
	v.alnum = digits > 0 && codeLike(s)
	v.badDate = impossibleDate(s)
	v.angle = isAngle(s)
	return v
}

// figures counts the digits of a text and reports whether it could be a
// number, a date or a period at all: words cannot, and most texts are words.
func figures(s string) (digits int, could bool) {
	letters, wide := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c-'0' <= 9:
			digits++
		case c >= utf8.RuneSelf:
			wide = true
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			letters++
		}
	}
	if !wide {
		return digits, digits > 0 && len(s) <= 64 && letters <= 20
	}
	for _, r := range s {
		if r >= utf8.RuneSelf && unicode.IsLetter(r) && !calendarRune(r) {
			return digits, false
		}
	}
	return digits, len(s) <= 64
}

// calendarRune reports whether numbers, dates and periods are written with r.
func calendarRune(r rune) bool {
	switch r {
	case '年', '月', '日', '号', '季', '度', '上', '下', '半', '全', '第', '份', '至', '时', '時', '分', '秒', '点', '元', '圆', '人', '民', '币', '国', '國',
		'〇', '○', '零', '一', '二', '三', '四', '五', '六', '七', '八', '九', '十':
		return true
	}
	return false
}

// codeLike reports whether a text is letters, digits and hyphens only.
func codeLike(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c-'0' > 9 && (c|0x20 < 'a' || c|0x20 > 'z') && c != '-' && c != '_' && c != '/' && c != '.' {
			return false
		}
	}
	return len(s) <= 24
}

func numberSort(p number, pOK bool, c number) sort {
	n := p
	if !pOK {
		n = c
	}
	switch {
	case n.how&percentage != 0:
		return sortPercent
	case n.scale > 0:
		return sortDecimal
	}
	return sortInteger
}

// boolWord is a word for true or false; words of one pair go together.
type boolWord struct {
	pair  uint8 // 0: none
	value bool
}

func boolOf(s string) boolWord {
	if len(s) > 6 {
		return boolWord{}
	}
	switch s {
	case "是":
		return boolWord{1, true}
	case "否":
		return boolWord{1, false}
	case "√", "✓", "✔":
		return boolWord{4, true}
	case "×", "✗", "✘":
		return boolWord{4, false}
	}
	switch strings.ToLower(s) {
	case "yes":
		return boolWord{2, true}
	case "no":
		return boolWord{2, false}
	case "true":
		return boolWord{3, true}
	case "false":
		return boolWord{3, false}
	}
	return boolWord{}
}

// wordy reports quickly that a text has no white space around it and is no mark
// for a missing value; it may say no in vain. A test compares it with the marks.
func wordy(s string) bool {
	n := len(s)
	if n == 0 {
		return false
	}
	switch first := s[0]; {
	case first-'0' <= 9:
	case first == 'n' || first == 'N': // none, N/A
		if n <= 7 {
			return false
		}
	case first|0x20-'a' < 26:
		if n == 1 {
			return false
		}
	case first-0xE4 < 6 && n >= 3: // a Chinese character
		switch s[:3] {
		case "无", "無", "暂", "缺", "保", "不", "未", "空", "数", "尚":
			if n <= 12 {
				return false
			}
		}
	default:
		return false
	}
	return s[n-1] > ' ' && s[n-1] < 0x7F || n >= 3 && s[n-3]-0xE4 < 6
}
