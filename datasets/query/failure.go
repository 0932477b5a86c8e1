package query

import (
	"strings"

	"gongkai/catalog"
)

// Failure makes of a message of the engine what its client is told, where the
// values in the table are to blame and the query that met them: a sum of more
// than 38 digits, a text that is no number. It is nil for all other messages,
// which are faults of ours.
func Failure(message string) *catalog.Error {
	first, _, _ := strings.Cut(message, "\n")
	kind, detail, _ := strings.Cut(first, ": ")
	switch kind {
	case "Conversion Error":
		if strings.Contains(detail, "timestamp range") || strings.Contains(detail, "Date out of range") {
			return dateFailure()
		}
		if _, rest, ok := strings.Cut(detail, "'"); ok && strings.Contains(rest, "'") {
			rest = rest[:strings.LastIndex(rest, "'")]
			return catalog.Errorf(catalog.Invalid, "use try_cast(x as type), which gives no value where it cannot, or leave such rows out with where",
				"%q cannot be converted", shorten(strings.ToValidUTF8(rest, "\uFFFD")))
		}
		return catalog.Errorf(catalog.Invalid, "use try_cast(x as type), which gives no value where it cannot; try_cast(x as double) holds large numbers",
			"a value cannot be converted, or has too many digits for the result")
	case "Out of Range Error":
		lower := strings.ToLower(detail)
		if strings.Contains(lower, "date") || strings.Contains(lower, "timestamp") || strings.Contains(lower, "interval") {
			return dateFailure()
		}
		return catalog.Errorf(catalog.Invalid, "calculate with floating-point numbers, cast(x as double), or filter the values that are too large",
			"a result of the calculation has too many digits: exact numbers have 38")
	case "Invalid Input Error":
		if strings.Contains(detail, "pattern") || strings.Contains(detail, "regex") || strings.Contains(detail, "perl") || strings.Contains(detail, "repetition") {
			return catalog.Errorf(catalog.Invalid, "write a simpler one: fewer and smaller counts in braces", "the regular expression is too large or not understood")
		}
	}
	return nil
}

func dateFailure() *catalog.Error {
	return catalog.Errorf(catalog.Invalid, "add fewer days, or leave such rows out with where", "a date of the calculation lies beyond the calendar")
}
