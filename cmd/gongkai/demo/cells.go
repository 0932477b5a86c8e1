package demo

import (
	"strconv"
	"strings"
	"time"

	"gongkai/catalog"
)

// text is a text cell.
func text(s string) cell { return cell{raw: s, truth: s} }

// in gives the cell another style than its column's.
func (c cell) in(style string) cell {
	c.style = style
	return c
}

// whole is a number cell without a fraction.
func whole(n int64) cell { return cell{raw: n, truth: strconv.FormatInt(n, 10)} }

// fixed is a number cell of so many decimals: fixed(1234, 2) is 12.34.
func fixed(unscaled int64, scale uint8) cell {
	return cell{raw: asFloat(unscaled, scale), truth: canonical(unscaled, scale)}
}

func asFloat(unscaled int64, scale uint8) float64 {
	f, err := strconv.ParseFloat(canonical(unscaled, scale), 64)
	if err != nil {
		panic(err) // canonical text of a decimal is a number
	}
	return f
}

func canonical(unscaled int64, scale uint8) string {
	return catalog.Value{Kind: catalog.DecimalValue, I: unscaled, Scale: scale}.String()
}

// share is a cell with a percent format: share(853) is 85.3 %, held as 0.853.
func share(permille int64) cell { return fixed(permille, 3) }

// typed is a number that somebody typed as text with thousands separators.
func typed(n int64) cell {
	return cell{raw: grouped(n), truth: strconv.FormatInt(n, 10), style: styleRight}
}

func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// wide is a number that an input method typed as text in full-width digits.
func wide(n int64) cell {
	s := strconv.FormatInt(n, 10)
	return cell{raw: strings.Map(func(r rune) rune { return r - '0' + '０' }, s), truth: s, style: styleCentre}
}

// marked is a number with a footnote mark typed behind it, which makes it text.
func marked(unscaled int64, scale uint8, mark string) cell {
	s := canonical(unscaled, scale)
	return cell{raw: s + mark, truth: s, style: styleRight}
}

// day is a date cell: a serial with a date format.
func day(t time.Time) cell { return cell{raw: serial(t), truth: t.Format(time.DateOnly)} }

// serial is the number by which Excel knows a moment.
func serial(t time.Time) float64 {
	return float64(t.Unix()-time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).Unix()) / 86400
}

// none is a cell with a sign for "no value".
func none(marker string) cell { return cell{raw: marker, style: styleCentre} }

// blank is an empty cell.
func blank() cell { return cell{} }

// label is the name of a total in a column of numbers, where it is no value.
func label(s string) cell { return cell{raw: s, style: styleCentre} }

// above is a cell merged with the one above it, whose value it shares.
func above(value string) cell { return cell{truth: value, same: true} }

func date(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}
