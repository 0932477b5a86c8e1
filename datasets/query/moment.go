package query

import (
	"strings"
	"time"

	"gongkai/catalog"
)

// moment reads a date, a date with time or a time of day from a text in single
// quotes, as the type of x asks for.
func (b *binder) moment(x expr, v *literal, op *Operator) (constant, *catalog.Error) {
	text := strings.TrimSpace(v.text)
	fix := "write " + x.normal + " " + op.Name + " " + sample(x.typ)
	var canonical, cast string
	var ok bool
	switch x.typ.class {
	case classDate:
		cast = "CAST(? AS DATE)"
		if canonical, ok = parseDate(text); !ok {
			if _, isTime := parseDatetime(text); isTime && len(text) > 10 {
				return constant{}, b.fail(v.at, "write "+x.normal+" "+op.Name+" '"+text[:10]+"'", "%s is a date without time, and %s has one", x.name, quoteText(text))
			}
		}
	case classDatetime:
		cast = "CAST(? AS TIMESTAMP)"
		if canonical, ok = parseDatetime(text); !ok && zoned(text) {
			return constant{}, b.fail(v.at, fix, "%s has no time zone, and %s names one", x.name, shorten(quoteText(text)))
		}
	default:
		cast = "CAST(? AS TIME)"
		canonical, ok = parseClock(text)
	}
	if !ok {
		return constant{}, b.fail(v.at, fix, "%s is %s, and %s is none", x.name, x.typ.class, shorten(quoteText(v.text)))
	}
	return constant{sql: cast, arg: canonical, normal: quoteText(canonical), fits: true}, nil
}

// parseDate reads YYYY-MM-DD, a day that exists, years 1 to 9999.
func parseDate(text string) (canonical string, ok bool) {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil || day.Year() < 1 {
		return "", false
	}
	return text, true
}

// parseDatetime reads a date, or a date and a time with T or a space between.
func parseDatetime(text string) (canonical string, ok bool) {
	if len(text) < len(time.DateOnly) {
		return "", false
	}
	day, rest := text[:len(time.DateOnly)], text[len(time.DateOnly):]
	if day, ok = parseDate(day); !ok {
		return "", false
	}
	if rest == "" {
		return day + "T00:00:00", true
	}
	if rest[0] != 'T' && rest[0] != 't' && rest[0] != ' ' {
		return "", false
	}
	clock, ok := parseClock(rest[1:])
	return day + "T" + clock, ok
}

// parseClock reads HH:MM, HH:MM:SS and fractions of seconds of up to six digits.
func parseClock(text string) (canonical string, ok bool) {
	if len(text) == len("15:04") {
		text += ":00"
	}
	whole, fraction, dotted := strings.Cut(text, ".")
	if _, err := time.Parse(time.TimeOnly, whole); err != nil || len(whole) != len(time.TimeOnly) {
		return "", false
	}
	if !dotted {
		return whole, true
	}
	if fraction == "" || len(fraction) > 6 || strings.Trim(fraction, "0123456789") != "" {
		return "", false
	}
	if fraction = strings.TrimRight(fraction, "0"); fraction == "" {
		return whole, true
	}
	return whole + "." + fraction, true
}

// zoned reports whether a text is a date with time but for a zone behind it.
func zoned(text string) bool {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 Z07:00"} {
		if _, err := time.Parse(layout, text); err == nil {
			return true
		}
	}
	return false
}
