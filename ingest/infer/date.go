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
	twoFirst bool   // two digits stand first: they may be a year
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
	orderYMD // of two digits; only where the recipe says so
	orders
)

// orderOf gives the order that a recipe names.
func orderOf(name string) dateOrder {
	switch strings.ToLower(name) {
	case "dmy":
		return orderDMY
	case "mdy":
		return orderMDY
	case "ymd":
		return orderYMD
	}
	return orderNone
}

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
	case orderYMD:
		if t.twoFirst && t.layout%layoutFolded >= layoutShortYear { // c was completed to a year
			return civil(century(t.a), t.b, t.c%100)
		}
	}
	return 0, false
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
// anything else, and for numbers that are no date in any order. yearFirst adds
// the order of 24/05/03.
func parseDate(s string, yearFirst bool) (t dateText, ok bool) {
	if len(s) < 6 || len(s) > 48 {
		return t, false
	}
	ascii := foldDate(s)
	p := &dateScanner{s: ascii}
	switch {
	case ascii[0]-'0' <= 9:
		ok = p.numericDate(&t)
	default:
		ok = p.wordDate(&t)
	}
	if !ok {
		return t, false
	}
	if ascii != s {
		t.layout += layoutFolded
	}
	if !t.possible() {
		if _, ok = t.days(orderYMD); !ok || !yearFirst {
			return t, false
		}
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

// Layouts of dates: the separator, and which family it is.
const (
	layoutChinese   = 'y' // 2024年5月3日
	layoutDayWord   = 1000
	layoutMonthWord = 2000
	layoutWordShort = 4000 // month as three letters
	layoutShortYear = 8000
	layoutFolded    = 16000 // written in other digits: 二〇二四年五月三日
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
		*t = dateText{a: a, b: b, c: century(c), form: formShort, layout: layoutShortYear + uint16(sep), padded: padding(a, an, b, bn), twoFirst: an == 2}
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
