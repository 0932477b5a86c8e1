package infer

import (
	"math"
	"strconv"
)

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

// impossibleCompact reports whether eight digits begin like a date of our time
// and are none: 20240230.
func impossibleCompact(s string) bool {
	if len(s) != 8 || !allDigits(s) || s < "19000101" || s > "20991231" {
		return false
	}
	_, ok := compactDate(s)
	return !ok && s[4:6] <= "12" && s[6:] <= "31" && s[4:6] > "00" && s[6:] > "00"
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

// serialOf reads the number of a cell that a date format shows.
func serialOf(raw string) (float64, bool) {
	if m, _, scale, ok := fewDigits(raw); ok && scale == 0 {
		return float64(m), true
	}
	f, err := strconv.ParseFloat(raw, 64)
	return f, err == nil
}

// Day numbers of spreadsheets.
const (
	serialOf1970 = 25569   // 1970-01-01
	marchOf1900  = 61      // 1900-03-01, the first day that all programs agree on
	lastSerial   = 2950000 // some day of 9976, before the last whatever the epoch is
	days1904     = 1462    // what the epoch of 1904 adds
)

// serialDate turns a spreadsheet's day number into days since 1970-01-01 and
// microseconds since midnight. ok is false outside of the years 1900 to 9999
// and for the day that 1900 never had.
func serialDate(f float64, date1904 bool) (days, micros int64, ok bool) {
	whole := math.Floor(f)
	micros = int64(math.Round((f-whole)*86_400_000)) * 1000
	if micros == 86_400_000_000 {
		whole, micros = whole+1, 0
	}
	if date1904 {
		whole += days1904
	}
	switch {
	case whole < 1 || whole > 2958465 || whole == 60:
		return 0, 0, false
	case whole < 60:
		return int64(whole) - 25568, micros, true
	}
	return int64(whole) - serialOf1970, micros, true
}
