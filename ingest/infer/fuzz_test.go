package infer

import (
	"math/big"
	"strings"
	"testing"

	"gongkai/catalog"
)

// FuzzNumber: whatever is read as a number has the digits of its text, and
// writes as a text that reads back as the same number.
func FuzzNumber(f *testing.F) {
	for _, s := range []string{"1", "-0", "1,234.50", "1.234,5", "￥1,2", "12%", "(3)", "(1,200)", "41.487(1)", "１２３", "1 234", "12,34,567", ".5", "5.", "1e9", "99999999999999999999999999999999999999999", "−5", "007", "1.5 r", "12元", "1'234"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, point := range []byte{'.', ','} {
			n, ok := textNumber(s, point)
			if !ok {
				continue
			}
			text := n.text(n.scale)
			value, good := new(big.Rat).SetString(text)
			if !good {
				t.Fatalf("%q gives %q, no number", s, text)
			}
			again, ok := textNumber(text, '.')
			if !ok || again.text(again.scale) != strings.TrimPrefix(text, "") && value.Sign() != 0 {
				t.Fatalf("%q gives %q, which reads as %q", s, text, again.text(again.scale))
			}
			if digitsOf(text) != digitsOf(folded(s, n)) {
				t.Fatalf("%q gives %q: other digits", s, text)
			}
		}
		if n, ok := rawNumber(s); ok && n.text(n.scale) == "" {
			t.Fatalf("%q gives nothing", s)
		}
	})
}

// folded is the text without what is no part of the number: the footnote mark.
func folded(s string, n number) string {
	s, _ = widthFolded(s)
	if n.how&footnoted != 0 {
		how := notation(0)
		s = unmarked(strings.TrimSpace(s), &how)
	}
	return s
}

// digitsOf gives the digits without zeros at the edges, which carry no more
// than their place does.
func digitsOf(s string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s), "0")
}

// FuzzDate: whatever is read as a date is one of the calendar.
func FuzzDate(f *testing.F) {
	for _, s := range []string{"2024-05-03", "2024/5/3", "3.5.2024", "31/01/24", "24 October 2011", "Oct 3, 2011", "24-Oct-11", "Monday, 3 May 2021", "2024年5月3日", "二〇二四年五月三日", "2024-05-03 09:30:15.5", "2024-05-03T9:30 PM", "20240503", "2024-02-30", "９９９９年１２月３１日"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, ok := parseDate(s, false)
		if !ok {
			return
		}
		any := false
		for _, o := range []dateOrder{orderDMY, orderMDY} {
			days, good := d.days(o)
			if !good {
				continue
			}
			any = true
			iso := catalog.Value{Kind: catalog.DateValue, I: days}.String()
			back, good := isoDate(iso)
			if !good || back != days {
				t.Fatalf("%q gives %q, which does not read back", s, iso)
			}
		}
		if !any || d.micros < 0 || d.micros >= dayMicros {
			t.Fatalf("%q gives %+v", s, d)
		}
	})
}

// FuzzPeriod: whatever is read as a period begins before it ends.
func FuzzPeriod(f *testing.F) {
	for _, s := range []string{"2024年5月", "2024-05", "2024.5", "2024年一季度", "2024Q1", "Q4 1952", "2024年上半年", "2024年1-5月", "1-5月", "5月", "上半年", "October 2011", "Oct-11", "二〇二三年", "2024年度", "4Q2024", "第一季度", "2024年1-3季度"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, year := range []int{0, 2024} {
			p, ok := parsePeriod(s, year)
			if !ok {
				continue
			}
			if p.granularity == "" || (!p.needsYear || year != 0) && p.end < p.start {
				t.Fatalf("%q gives %+v", s, p)
			}
		}
	})
}
