package infer

import (
	"fmt"
	"math"
	"strings"

	"gongkai/ingest/sheet"
)

// shownTime writes the number of a cell that has a time format as the sheet
// shows it: 0.5 is 12:00, and 1.25 is 30:00 where the format counts hours on
// ([h]:mm). Seconds are written where there are any, so that nothing is lost.
func shownTime(f float64, code string) string {
	low := strings.ToLower(code)
	sign := ""
	if f < 0 {
		sign, f = "-", -f
	}
	micros := int64(math.Round(f*86_400_000)) * 1000
	rest := micros % 1_000_000
	seconds := micros / 1_000_000
	var out string
	switch {
	case strings.Contains(low, "[s"):
		return sign + fmt.Sprint(seconds) + fraction(rest)
	case strings.Contains(low, "[m"):
		return sign + fmt.Sprintf("%02d:%02d", seconds/60, seconds%60) + fraction(rest)
	case strings.Contains(low, "[h"):
		out = fmt.Sprintf("%d:%02d", seconds/3600, seconds/60%60)
	case strings.Contains(low, "hh"):
		out = fmt.Sprintf("%02d:%02d", seconds/3600%24, seconds/60%60)
	default:
		out = fmt.Sprintf("%d:%02d", seconds/3600%24, seconds/60%60)
	}
	if seconds%60 != 0 || rest != 0 || strings.Contains(low, "s") {
		out += fmt.Sprintf(":%02d", seconds%60)
	}
	return sign + out + fraction(rest)
}

func fraction(micros int64) string {
	if micros == 0 {
		return ""
	}
	return "." + strings.TrimRight(fmt.Sprintf("%06d", micros), "0")
}

// timeFormat gives the format of a cell that shows a number as a time.
func timeFormat(c *sheet.Cell, formats []sheet.Format) (code string, ok bool) {
	if c.Kind != sheet.Number || c.Format <= 0 || int(c.Format) >= len(formats) || formats[c.Format].Class != sheet.ClassTime {
		return "", false
	}
	return formats[c.Format].Code, true
}
