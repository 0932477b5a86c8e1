package infer

import (
	"strings"
	"unicode"
)

// dateText is a date as it was written, before it is known in which order its
// numbers stand.
type dateText struct {
	a, b, c  int // the numbers as written: year, month, day where year is set first
	form     dateForm
	layout   uint16 // equal for dates that are written the same way
	padded   int8   // 1: zeros before single digits, -1: none, 0: cannot be told
	hasClock bool
	micros   int64 // since midnight
}

// dateForm is the order of the numbers, as far as the text itself tells it.
type dateForm uint8

const (
	formYMD   dateForm = iota + 1 // 2024-05-03, and every date with the month as a word
	formShort                     // 03/05/2024: day first or month first
)

// dateOrder is what a column decides for dates of formShort.
type dateOrder uint8

const (
	orderNone dateOrder = iota
	orderDMY
	orderMDY
)

func (o dateOrder) String() string {
	switch o {
	case orderDMY:
		return "DMY"
	case orderMDY:
		return "MDY"
	}
	return "YMD"
}

// days gives the date as days since 1970-01-01 if its numbers are one in the
// order of the column.
func (t *dateText) days(o dateOrder) (int64, bool) {
	if t.form == formYMD {
		return civil(t.a, t.b, t.c)
	}
	switch o {
	case orderDMY:
		return civil(t.c, t.b, t.a)
	case orderMDY:
		return civil(t.c, t.a, t.b)
	}
	return 0, false
}

// civil counts the days from 1970-01-01 to a date of the Gregorian calendar.
func civil(y, m, d int) (int64, bool) {
	if y < 1000 || y > 9999 || m < 1 || m > 12 || d < 1 || d > monthDays(y, m) {
		return 0, false
	}
	if m <= 2 {
		y--
		m += 12
	}
	era := y / 400
	yoe := y - era*400
	doy := (153*(m-3)+2)/5 + d - 1
	return int64(era*146097 + yoe*365 + yoe/4 - yoe/100 + doy - 719468), true
}

func monthDays(y, m int) int {
	switch m {
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// isoDate reads 2024-05-03, the fast way for most text dates.
func isoDate(s string) (int64, bool) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	y, m, d := 0, 0, 0
	for i := 0; i < 10; i++ {
		c := int(s[i]) - '0'
		switch {
		case i == 4 || i == 7:
		case c < 0 || c > 9:
			return 0, false
		case i < 4:
			y = y*10 + c
		case i < 7:
			m = m*10 + c
		default:
			d = d*10 + c
		}
	}
	return civil(y, m, d)
}

// dateScanner walks over the text of a date.
type dateScanner struct {
	s string
	i int
}

// digits reads a run of at most limit digits.
func (p *dateScanner) digits(limit int) (value, n int) {
	for p.i < len(p.s) && n < limit && p.s[p.i]-'0' <= 9 {
		value = value*10 + int(p.s[p.i]-'0')
		p.i++
		n++
	}
	return value, n
}

func (p *dateScanner) eat(word string) bool {
	if strings.HasPrefix(p.s[p.i:], word) {
		p.i += len(word)
		return true
	}
	return false
}

func (p *dateScanner) spaces() {
	for p.i < len(p.s) && p.s[p.i] == ' ' {
		p.i++
	}
}

func (p *dateScanner) done() bool { return p.i == len(p.s) }

// parseDate reads a date, with or without a clock time. ok is false for
// anything else, and for numbers that are no date in any order.
func parseDate(s string) (t dateText, ok bool) {
	if len(s) < 6 || len(s) > 48 {
		return t, false
	}
	s = foldDate(s)
	p := &dateScanner{s: s}
	switch {
	case s[0]-'0' <= 9:
		ok = p.numericDate(&t)
	default:
		ok = p.wordDate(&t)
	}
	if !ok || !t.possible() {
		return t, false
	}
	return t, p.clock(&t)
}

// possible reports whether the numbers are a date in at least one order.
func (t *dateText) possible() bool {
	if t.form == formYMD {
		_, ok := civil(t.a, t.b, t.c)
		return ok
	}
	_, d := t.days(orderDMY)
	_, m := t.days(orderMDY)
	return d || m
}

// impossibleDate reports whether a text is written like a date of a day that
// no calendar has: 31/02/2024, 2024-13-01.
func impossibleDate(s string) bool {
	if len(s) < 8 || len(s) > 24 || s[0]-'0' > 9 {
		return false
	}
	var t dateText
	p := &dateScanner{s: foldDate(s)}
	return p.numericDate(&t) && !t.possible() && p.clock(&t)
}

// impossibleCompact reports whether eight digits begin like a date of our time
// and are none: 20240230.
func impossibleCompact(s string) bool {
	if len(s) != 8 || !allDigits(s) || s < "19000101" || s > "20991231" {
		return false
	}
	_, ok := compactDate(s)
	return !ok && s[4:6] <= "12" && s[6:] <= "31" && s[4:6] > "00" && s[6:] > "00"
}

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

// Layouts of dates: the separator, and which family it is.
const (
	layoutChinese   = 'y' // 2024年5月3日
	layoutDayWord   = 1000
	layoutMonthWord = 2000
	layoutWordShort = 4000 // month as three letters
	layoutShortYear = 8000
)

func (p *dateScanner) numericDate(t *dateText) bool {
	start := p.i
	a, an := p.digits(4)
	if an == 4 && p.eat("年") {
		b, bn := p.digits(2)
		if bn == 0 || !p.eat("月") {
			return false
		}
		c, cn := p.digits(2)
		if cn == 0 || !p.eat("日") && !p.eat("号") {
			return false
		}
		*t = dateText{a: a, b: b, c: c, form: formYMD, layout: layoutChinese, padded: padding(b, bn, c, cn)}
		return true
	}
	if p.done() || an == 3 {
		return false
	}
	sep := p.s[p.i]
	if an <= 2 && (sep == ' ' || sep == '-' || unicode.IsLetter(rune(sep))) {
		q := *p
		if q.dayMonthWord(t, a, an, sep) {
			*p = q
			return true
		}
	}
	if sep != '-' && sep != '/' && sep != '.' {
		return false
	}
	p.i++
	b, bn := p.digits(2)
	if bn == 0 || p.done() || p.s[p.i] != sep {
		return false
	}
	p.i++
	c, cn := p.digits(4)
	switch {
	case an == 4 && cn >= 1 && cn <= 2:
		*t = dateText{a: a, b: b, c: c, form: formYMD, layout: uint16(sep), padded: padding(b, bn, c, cn)}
	case an <= 2 && cn == 4:
		*t = dateText{a: a, b: b, c: c, form: formShort, layout: uint16(sep), padded: padding(a, an, b, bn)}
	case an <= 2 && cn == 2 && sep != '.':
		*t = dateText{a: a, b: b, c: century(c), form: formShort, layout: layoutShortYear + uint16(sep), padded: padding(a, an, b, bn)}
	default:
		p.i = start
		return false
	}
	return true
}

// century completes a year of two digits as spreadsheets do: 00-29 is 20xx.
func century(y int) int {
	if y < 30 {
		return 2000 + y
	}
	return 1900 + y
}

// padding tells from the lengths of two numbers whether single digits carry a zero.
func padding(x, xn, y, yn int) int8 {
	switch {
	case x < 10 && xn == 2 && (y >= 10 || yn == 2), y < 10 && yn == 2 && (x >= 10 || xn == 2):
		return 1
	case x < 10 && xn == 1 && (y >= 10 || yn == 1), y < 10 && yn == 1 && (x >= 10 || xn == 1):
		return -1
	case x >= 10 && y >= 10:
		return 0
	}
	return 2 // one padded, the other not
}

// dayMonthWord reads the rest of 24 October 2011, 24-Oct-11, 24th Oct 2011.
func (p *dateScanner) dayMonthWord(t *dateText, day, dn int, sep byte) bool {
	ordinal := p.eat("st") || p.eat("nd") || p.eat("rd") || p.eat("th")
	p.separator(sep)
	m, short := p.month()
	if m == 0 {
		return false
	}
	p.eat(",")
	p.separator(sep)
	y, yn := p.digits(4)
	layout := layoutDayWord + uint16(sep)
	if short {
		layout += layoutWordShort
	}
	if yn == 2 {
		y = century(y)
		layout += layoutShortYear
	}
	if yn != 2 && yn != 4 || ordinal {
		layout += 500
	}
	*t = dateText{a: y, b: m, c: day, form: formYMD, layout: layout, padded: padding(day, dn, 10, 2)}
	return yn == 4 || yn == 2
}

func (p *dateScanner) separator(sep byte) {
	if sep == '-' && p.eat("-") {
		return
	}
	p.spaces()
}

// wordDate reads October 24, 2011 and Monday, 24 October 2011.
func (p *dateScanner) wordDate(t *dateText) bool {
	if p.weekday() {
		p.eat(",")
		p.spaces()
		a, an := p.digits(2)
		ok := an > 0 && !p.done() && p.dayMonthWord(t, a, an, p.s[p.i])
		t.layout += 300
		return ok
	}
	m, short := p.month()
	if m == 0 {
		return false
	}
	p.eat(".")
	p.spaces()
	d, dn := p.digits(2)
	ordinal := p.eat("st") || p.eat("nd") || p.eat("rd") || p.eat("th")
	if dn == 0 || !p.eat(",") && !p.eat(" ") {
		return false
	}
	p.spaces()
	y, yn := p.digits(4)
	layout := uint16(layoutMonthWord)
	if short {
		layout += layoutWordShort
	}
	if ordinal {
		layout += 500
	}
	*t = dateText{a: y, b: m, c: d, form: formYMD, layout: layout, padded: padding(d, dn, 10, 2)}
	return yn == 4
}

func (p *dateScanner) weekday() bool {
	w, n := p.word()
	for _, d := range [...]string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"} {
		if w == d || w == d[:3] {
			p.i += n
			return true
		}
	}
	return false
}

// word gives the letters ahead in lower case.
func (p *dateScanner) word() (string, int) {
	n := 0
	for p.i+n < len(p.s) && (p.s[p.i+n]|0x20 >= 'a' && p.s[p.i+n]|0x20 <= 'z') {
		n++
	}
	if n < 3 || n > 9 {
		return "", 0
	}
	return strings.ToLower(p.s[p.i : p.i+n]), n
}

// month reads the name of a month; short tells that it was abbreviated.
func (p *dateScanner) month() (m int, short bool) {
	w, n := p.word()
	if n == 0 {
		return 0, false
	}
	for k, name := range [...]string{"january", "february", "march", "april", "may", "june", "july",
		"august", "september", "october", "november", "december"} {
		if w == name || w == name[:3] || w == "sept" && k == 8 {
			p.i += n
			return k + 1, len(w) < len(name)
		}
	}
	return 0, false
}

// clock reads the rest of a date's text: nothing, or a time of day.
func (p *dateScanner) clock(t *dateText) bool {
	if p.done() {
		return true
	}
	if !p.eat("T") && !p.eat(" ") {
		return false
	}
	p.spaces()
	if p.done() {
		return true
	}
	micros, ok := parseClock(p.s[p.i:])
	t.hasClock, t.micros = true, micros
	return ok
}

// parseClock reads a time of day: 9:30, 09:30:15.5, 9:30 PM, 9时30分.
func parseClock(s string) (micros int64, ok bool) {
	p := &dateScanner{s: s}
	h, hn := p.digits(2)
	han := false
	if hn == 0 || !p.eat(":") {
		if han = p.eat("时") || p.eat("時") || p.eat("点"); hn == 0 || !han {
			return 0, false
		}
	}
	m, mn := p.digits(2)
	if mn != 2 && !han || mn == 0 || han && !p.eat("分") {
		return 0, false
	}
	sec, frac := 0, int64(0)
	if p.eat(":") || han && !p.done() {
		var sn int
		if sec, sn = p.digits(2); sn != 2 && !han || sn == 0 || han && !p.eat("秒") {
			return 0, false
		}
		if p.eat(".") {
			v, n := p.digits(6)
			if n == 0 {
				return 0, false
			}
			for ; n < 6; n++ {
				v *= 10
			}
			frac = int64(v)
		}
	}
	h, ok = p.halfDay(h)
	if !ok || !p.done() || h > 23 || m > 59 || sec > 59 {
		return 0, false
	}
	return (int64(h)*3600+int64(m)*60+int64(sec))*1e6 + frac, true
}

func (p *dateScanner) halfDay(h int) (int, bool) {
	p.spaces()
	low := strings.ToLower(p.s[p.i:])
	switch low {
	case "am", "a.m.", "pm", "p.m.":
		p.i = len(p.s)
		if h < 1 || h > 12 {
			return 0, false
		}
		h %= 12
		if low[0] == 'p' {
			h += 12
		}
	}
	return h, true
}

// compactDate reads 20240503; whether it is a date or a number its column decides.
func compactDate(s string) (int64, bool) {
	if len(s) != 8 || !allDigits(s) {
		return 0, false
	}
	n := func(s string) (v int) {
		for i := range len(s) {
			v = v*10 + int(s[i]-'0')
		}
		return v
	}
	y := n(s[:4])
	if y < 1850 || y > 2150 {
		return 0, false
	}
	return civil(y, n(s[4:6]), n(s[6:]))
}
