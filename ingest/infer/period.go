package infer

import (
	"strings"
)

// period is a stretch of time as reports name it.
type period struct {
	start, end  int64 // first and last day, since 1970-01-01
	granularity string
	needsYear   bool // the text names no year: 5月, 上半年
}

// Granularities of periods.
const (
	granYear    = "year"
	granHalf    = "half-year"
	granQuarter = "quarter"
	granMonth   = "month"
	granMonths  = "months" // several months, often cumulative: 1-5月
)

// parsePeriod reads the name of a period: 2024年5月, 2024-05, 2024年一季度,
// Q4 1952, 2024年上半年, 2024年1-5月, October 2011, 2024年, 民国113年. Where the text has no
// year it takes year; 0 means that none is known, and then only needsYear and
// the granularity are right.
func parsePeriod(s string, year int) (period, bool) {
	if len(s) < 3 || len(s) > 40 {
		return period{}, false
	}
	s = strings.ReplaceAll(foldNumerals(s), " ", "")
	p := &dateScanner{s: s}
	if len(s) == 0 {
		return period{}, false
	}
	if s[0]-'0' <= 9 {
		return p.numericPeriod(year)
	}
	return p.wordPeriod(year)
}

// numericPeriod reads what begins with digits: a year, or a month.
func (p *dateScanner) numericPeriod(year int) (period, bool) {
	start := p.i
	y, n := p.digits(4)
	if n == 4 && y >= 1000 && y <= 2999 {
		switch {
		case p.eat("年度"):
			return yearPeriod(y), p.done()
		case p.eat("年"):
			if p.done() {
				return yearPeriod(y), true
			}
			return p.partOfYear(y)
		case p.eat("-") || p.eat("/") || p.eat("."):
			if p.eat("Q") || p.eat("q") {
				return p.quarter(y)
			}
			m, mn := p.digits(2)
			if mn == 0 || !p.done() {
				return period{}, false
			}
			return monthsPeriod(y, m, m)
		case p.eat("Q"), p.eat("q"):
			return p.quarter(y)
		case p.eat("H"), p.eat("h"):
			h, hn := p.digits(1)
			return halfPeriod(y, h, hn == 1 && p.done())
		}
		return period{}, false
	}
	p.i = start
	if q, qn := p.digits(1); qn == 1 && (p.eat("Q") || p.eat("q")) {
		p.eat("-")
		y, yn := p.digits(4)
		return quarterPeriod(y, q, yn == 4 && p.done())
	}
	p.i = start
	out, ok := p.partOfYear(year)
	out.needsYear = true
	return out, ok
}

// partOfYear reads what follows a year: 5月, 1-5月, 一季度 (already 1季度),
// 第1季度, 上半年, Q1.
func (p *dateScanner) partOfYear(y int) (period, bool) {
	p.eat("第")
	switch {
	case p.eat("上半年"):
		return halfPeriod(y, 1, p.done())
	case p.eat("下半年"):
		return halfPeriod(y, 2, p.done())
	case p.eat("Q"), p.eat("q"):
		return p.quarter(y)
	case p.eat("全年"):
		return yearPeriod(y), p.done()
	}
	a, n := p.digits(2)
	if n == 0 {
		return period{}, false
	}
	if p.eat("季度") || p.eat("季") {
		return quarterPeriod(y, a, p.done())
	}
	from := a
	if p.eat("月") && p.done() {
		return monthsPeriod(y, a, a)
	}
	p.eat("份")
	if p.eat("-") {
		b, bn := p.digits(2)
		if bn == 0 {
			return period{}, false
		}
		if p.eat("季度") {
			return quartersPeriod(y, from, b, p.done())
		}
		if !p.eat("月") {
			return period{}, false
		}
		p.eat("份")
		if !p.done() || b <= from {
			return period{}, false
		}
		return monthsPeriod(y, from, b)
	}
	if p.done() && strings.HasSuffix(p.s, "月份") {
		return monthsPeriod(y, a, a)
	}
	return period{}, false
}

func (p *dateScanner) quarter(y int) (period, bool) {
	q, n := p.digits(1)
	return quarterPeriod(y, q, n == 1 && p.done())
}

// republic is the year before the first of the Republic (民国).
const republic = 1911

// wordPeriod reads Q4 1952, H1 2024, October 2011, Oct-11, 上半年, 民国110年.
func (p *dateScanner) wordPeriod(year int) (period, bool) {
	if p.eat("民国") || p.eat("民國") {
		y, n := p.digits(3)
		if n == 0 || y == 0 || !p.eat("年") {
			return period{}, false
		}
		if p.eat("度"); p.done() {
			return yearPeriod(republic + y), true
		}
		return p.partOfYear(republic + y)
	}
	if p.eat("上半年") || p.eat("下半年") || p.eat("第") || p.eat("全年") {
		p.i = 0
		out, ok := p.partOfYear(year)
		out.needsYear = true
		return out, ok
	}
	if p.eat("Q") || p.eat("q") {
		q, n := p.digits(1)
		p.eat("-")
		p.eat("/")
		y, yn := p.digits(4)
		if n == 1 && yn == 0 && p.done() {
			out, ok := quarterPeriod(year, q, true)
			out.needsYear = true
			return out, ok
		}
		return quarterPeriod(y, q, n == 1 && yn == 4 && p.done())
	}
	if p.eat("H") {
		h, n := p.digits(1)
		y, yn := p.digits(4)
		return halfPeriod(y, h, n == 1 && yn == 4 && p.done())
	}
	m, _ := p.month()
	if m == 0 {
		return period{}, false
	}
	p.eat(",")
	p.eat("-")
	y, n := p.digits(4)
	if n == 2 {
		y = century(y)
	}
	if n != 4 && n != 2 || !p.done() {
		return period{}, false
	}
	return monthsPeriod(y, m, m)
}

func yearPeriod(y int) period {
	out, _ := span(y, 1, 12, granYear)
	return out
}

func halfPeriod(y, h int, ok bool) (period, bool) {
	if !ok || h < 1 || h > 2 {
		return period{}, false
	}
	return span(y, h*6-5, h*6, granHalf)
}

func quarterPeriod(y, q int, ok bool) (period, bool) {
	if !ok || q < 1 || q > 4 {
		return period{}, false
	}
	return span(y, q*3-2, q*3, granQuarter)
}

func quartersPeriod(y, a, b int, ok bool) (period, bool) {
	if !ok || a < 1 || b > 4 || a >= b {
		return period{}, false
	}
	return span(y, a*3-2, b*3, granMonths)
}

func monthsPeriod(y, a, b int) (period, bool) {
	if a == b {
		return span(y, a, b, granMonth)
	}
	return span(y, a, b, granMonths)
}

// span is the period from the first day of month a to the last of month b.
func span(y, a, b int, granularity string) (period, bool) {
	if a < 1 || b > 12 || a > b {
		return period{}, false
	}
	if y == 0 {
		return period{granularity: granularity}, true
	}
	start, ok := civil(y, a, 1)
	if !ok {
		return period{}, false
	}
	end, ok := civil(y, b, monthDays(y, b))
	return period{start: start, end: end, granularity: granularity}, ok
}

// yearOf finds the one year that a title or a period line names; 0 where it
// names none or several.
func yearOf(texts ...string) int {
	found := 0
	for _, s := range texts {
		s = foldNumerals(s)
		for i := 0; i+4 <= len(s); i++ {
			if (i > 0 && s[i-1]-'0' <= 9) || (i+4 < len(s) && s[i+4]-'0' <= 9) || !allDigits(s[i:i+4]) {
				continue
			}
			if s[i] != '1' && s[i] != '2' || s[i] == '1' && s[i+1] < '8' || s[i] == '2' && s[i+1] > '1' {
				continue
			}
			y := int(s[i]-'0')*1000 + int(s[i+1]-'0')*100 + int(s[i+2]-'0')*10 + int(s[i+3]-'0')
			if found != 0 && found != y {
				return 0
			}
			found = y
		}
	}
	return found
}
