package page

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"
	"unicode"

	"gongkai/catalog"
)

// functions are what templates may call, bound to a language.
func functions(lang catalog.Lang, assets *Assets) template.FuncMap {
	return template.FuncMap{
		"asset": assets.URL,
		"num":   Number[int],
		"num64": Number[int64],
		"bytes": Bytes,
		"date":  func(t time.Time) string { return Date(lang, t) },
		"day":   func(iso string) string { return Day(lang, iso) },
		"iso":   catalog.Day,
		"lang":  func(text string) template.HTMLAttr { return langAttr(lang, text) },
		"w":     func() *Words { return For(lang) },
		"add":   func(a, b int) int { return a + b },
		"short": func(hash string) string { return hash[:min(12, len(hash))] },
	}
}

// Number writes a number with its thousands grouped, as both languages do.
func Number[N int | int64](n N) string { return Group(strconv.FormatInt(int64(n), 10)) }

// Group puts commas between the thousands of a canonical number.
func Group(number string) string {
	sign, digits := "", number
	if strings.HasPrefix(digits, "-") {
		sign, digits = "\u2212", digits[1:] // a minus sign is as wide as a digit
	}
	whole, fraction := digits, ""
	if i := strings.IndexByte(digits, '.'); i >= 0 {
		whole, fraction = digits[:i], digits[i:]
	}
	if strings.ContainsAny(number, "eE") {
		return number
	}
	var b strings.Builder
	b.WriteString(sign)
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(whole[i])
	}
	b.WriteString(fraction)
	return b.String()
}

// Bytes writes a size as people read it, in powers of 1,000 as disks are sold.
func Bytes(n int64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	f, i := float64(n), 0
	for f >= 999.5 && i < len(units)-1 {
		f, i = f/1000, i+1
	}
	if i == 0 || f >= 99.5 {
		return fmt.Sprintf("%.0f %s", f, units[i])
	}
	return fmt.Sprintf("%.1f %s", f, units[i])
}

// Date writes a day in words: 2024年7月3日, 3 July 2024.
func Date(lang catalog.Lang, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = catalog.CityTime(t)
	if lang == catalog.EN {
		return t.Format("2 January 2006")
	}
	return t.Format("2006年1月2日")
}

// Day writes an ISO day in words, and anything else as it is.
func Day(lang catalog.Lang, iso string) string {
	t, err := catalog.StartOfDay(iso)
	if err != nil {
		return iso
	}
	return Date(lang, t)
}

// Span writes a stretch of days in words, as coarsely as it is exact: years,
// months or days.
func Span(lang catalog.Lang, from, to string) string {
	a, errA := time.Parse(time.DateOnly, from)
	b, errB := time.Parse(time.DateOnly, to)
	switch {
	case errA != nil && errB != nil:
		return ""
	case errB != nil:
		return For(lang).SinceDay(Day(lang, from))
	case errA != nil:
		return For(lang).UntilDay(Day(lang, to))
	}
	year, month, day := "2006年", "2006年1月", "2006年1月2日"
	if lang == catalog.EN {
		year, month, day = "2006", "January 2006", "2 January 2006"
	}
	layout := day
	switch startsMonth, endsMonth := a.Day() == 1, b.AddDate(0, 0, 1).Day() == 1; {
	case startsMonth && endsMonth && a.Month() == time.January && b.Month() == time.December:
		layout = year
	case startsMonth && endsMonth:
		layout = month
	}
	first, last := a.Format(layout), b.Format(layout)
	if first == last {
		return first
	}
	return For(lang).FromTo(first, last)
}

// langAttr marks text of the other language, so that it is read aloud and set
// as what it is. Names of columns and codes are of no language.
func langAttr(lang catalog.Lang, text string) template.HTMLAttr {
	han := strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	switch {
	case lang == catalog.EN && han:
		return ` lang="zh-CN"`
	case lang == catalog.ZH && !han && strings.Count(text, " ") > 1:
		return ` lang="en"`
	}
	return ""
}
