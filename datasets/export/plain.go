package export

import "gongkai/catalog"

const (
	secondMicros = int64(1e6)
	dayMicros    = 86400 * secondMicros
)

// appendPlain adds the canonical text of a value, as Value.Append does. Dates
// have a way of their own, for there are millions of them.
func appendPlain(dst []byte, v *catalog.Value) []byte {
	switch v.Kind {
	case catalog.DateValue:
		if text, ok := appendDay(dst, v.I); ok {
			return text
		}
	case catalog.DatetimeValue:
		days := v.I / dayMicros
		if v.I%dayMicros < 0 {
			days--
		}
		if text, ok := appendDay(dst, days); ok {
			clock := catalog.Value{Kind: catalog.TimeValue, I: v.I - days*dayMicros}
			return clock.Append(append(text, 'T'))
		}
	}
	return v.Append(dst)
}

// appendDay adds YYYY-MM-DD of a day counted from 1970-01-01; ok is false, and
// dst unchanged, for years that do not have four digits. The arithmetic counts
// years from March, so that the leap day is the last of its year.
func appendDay(dst []byte, day int64) (text []byte, ok bool) {
	const (
		firstDay = -719162 // 0001-01-01
		lastDay  = 2932896 // 9999-12-31
		era      = 146097  // days in 400 years
	)
	if day < firstDay || day > lastDay {
		return dst, false
	}
	z := uint32(day + 719468) // days from 0000-03-01
	ofEra := z % era
	year := (ofEra - ofEra/1460 + ofEra/36524 - ofEra/146096) / 365
	ofYear := ofEra - (365*year + year/4 - year/100)
	fromMarch := (5*ofYear + 2) / 153
	d := ofYear - (153*fromMarch+2)/5 + 1
	m := fromMarch + 3
	y := z/era*400 + year
	if m > 12 {
		m -= 12
		y++
	}
	return append(dst, byte('0'+y/1000), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10), '-',
		byte('0'+m/10), byte('0'+m%10), '-', byte('0'+d/10), byte('0'+d%10)), true
}
