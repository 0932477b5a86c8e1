package catalog

import (
	"math"
	"math/big"
	"strings"
	"time"
)

// Bound is a smallest or largest value that a column may have. Numbers are
// compared exactly, whatever they are stored as.
type Bound struct {
	kind  ValueKind // IntValue for all numbers, else that of the type
	text  string    // of numbers: digits, sign and point
	at    int64     // of dates and times: what Value.I holds
	near  float64   // of numbers: the nearest float
	side  int       // the bound compared with near
	whole [maxShift + 1]scaled
}

// scaled is a bound times ten to a scale, rounded down.
type scaled struct {
	floor int64
	exact bool // nothing was rounded
	fits  bool // in 64 bits
}

// maxShift is the largest scale of decimals that fit 64 bits.
const maxShift = 18

// longestNumber bounds the digits of a bound; DECIMAL holds 38.
const longestNumber = 80

// ParseBound reads the canonical text of a value of the type. The error is of
// kind Invalid, without Field: texts, booleans and periods have no order that
// a reader would expect, and other texts are no value of the type.
func ParseBound(t Type, text string) (*Bound, error) {
	switch t {
	case TypeInteger, TypeDecimal, TypePercent:
		return numberBound(t, text)
	case TypeDate, TypeDatetime, TypeTime:
		return momentBound(t, text)
	}
	return nil, Errorf(Invalid, "give minimum and maximum to numbers, dates and times only; texts take enum, pattern, min_length and max_length, of a period its column _start",
		"a column of type %s has no minimum or maximum", t)
}

func numberBound(t Type, text string) (*Bound, error) {
	if !plainNumber(text) {
		return nil, Errorf(Invalid, "write a number as 12 or -0.5: digits, a point, no grouping; a percentage as its fraction, 0.05 for 5 %", "%q is no %s", text, t)
	}
	exact, _ := new(big.Rat).SetString(text)
	b := &Bound{kind: IntValue, text: text}
	b.near, _ = exact.Float64()
	if !math.IsInf(b.near, 0) {
		b.side = exact.Cmp(new(big.Rat).SetFloat64(b.near))
	}
	shifted, ten := new(big.Rat).Set(exact), big.NewRat(10, 1)
	for i := range b.whole {
		floor := new(big.Int).Div(shifted.Num(), shifted.Denom()) // Euclidean: down, for the denominator is positive
		b.whole[i] = scaled{floor: floor.Int64(), exact: shifted.IsInt(), fits: floor.IsInt64()}
		shifted.Mul(shifted, ten)
	}
	return b, nil
}

// plainNumber reports whether text is digits, perhaps with a sign and a point.
func plainNumber(text string) bool {
	s := strings.TrimPrefix(text, "-")
	whole, fraction, point := strings.Cut(s, ".")
	if len(s) > longestNumber || whole == "" || point && fraction == "" {
		return false
	}
	for _, c := range []byte(whole + fraction) {
		if c-'0' > 9 {
			return false
		}
	}
	return true
}

func momentBound(t Type, text string) (*Bound, error) {
	layout, kind, such := time.DateOnly, DateValue, "2024-05-31"
	switch t {
	case TypeDatetime:
		layout, kind, such = "2006-01-02T15:04:05", DatetimeValue, "2024-05-31T09:30:00"
	case TypeTime:
		layout, kind, such = time.TimeOnly, TimeValue, "09:30:00"
	}
	at, err := time.Parse(layout, text)
	if err != nil {
		return nil, Errorf(Invalid, "write it as "+such, "%q is no %s", text, t)
	}
	b := &Bound{kind: kind, at: at.Unix()*1e6 + int64(at.Nanosecond()/1000)}
	switch t {
	case TypeDate:
		b.at = at.Unix() / 86400
	case TypeTime:
		b.at = int64(at.Hour())*3600e6 + int64(at.Minute())*60e6 + int64(at.Second())*1e6 + int64(at.Nanosecond()/1000)
	}
	return b, nil
}

// Compare gives -1, 0 or +1 for a value below, at or above the bound, and 0
// for NULL and for values of another kind. It allocates nothing for values
// that fit 64 bits.
func (b *Bound) Compare(v *Value) int {
	switch v.Kind {
	case IntValue, DecimalValue:
		if b.kind == IntValue {
			return b.compareExact(v)
		}
	case FloatValue:
		switch {
		case b.kind != IntValue:
		case v.F < b.near:
			return -1
		case v.F > b.near:
			return 1
		default:
			return -b.side
		}
	case DateValue, DatetimeValue, TimeValue:
		if v.Kind == b.kind {
			return compareInts(v.I, b.at)
		}
	case Null, TextValue, BoolValue:
	}
	return 0
}

func (b *Bound) compareExact(v *Value) int {
	scale := int(v.Scale)
	if v.Kind == IntValue {
		scale = 0
	}
	if v.S != "" {
		return compareNumbers(v.S, b.text)
	}
	if scale > maxShift || !b.whole[scale].fits {
		return compareNumbers(v.String(), b.text)
	}
	w := &b.whole[scale]
	if v.I == w.floor && !w.exact {
		return -1
	}
	return compareInts(v.I, w.floor)
}

func compareInts(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// compareNumbers compares two numbers written without exponent, of any length.
func compareNumbers(a, b string) int {
	a, minusA := strings.CutPrefix(a, "-")
	b, minusB := strings.CutPrefix(b, "-")
	wholeA, fractionA, _ := strings.Cut(a, ".")
	wholeB, fractionB, _ := strings.Cut(b, ".")
	wholeA, wholeB = strings.TrimLeft(wholeA, "0"), strings.TrimLeft(wholeB, "0")
	fractionA, fractionB = strings.TrimRight(fractionA, "0"), strings.TrimRight(fractionB, "0")
	minusA, minusB = minusA && wholeA+fractionA != "", minusB && wholeB+fractionB != ""
	if minusA != minusB {
		if minusA {
			return -1
		}
		return 1
	}
	c := len(wholeA) - len(wholeB)
	if c == 0 {
		c = strings.Compare(wholeA, wholeB)
	}
	if c == 0 {
		c = strings.Compare(fractionA, fractionB) // 0.5 and 0.45: digit by digit; a longer one that begins so is larger
	}
	if minusA {
		c = -c
	}
	return compareInts(int64(c), 0)
}
