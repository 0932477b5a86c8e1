package datasets

import (
	"errors"
	"fmt"
	"math/bits"
	"strconv"

	"gongkai/catalog"
)

// int128 is a signed integer of 128 bits in two's complement: what a wide
// DECIMAL holds.
type int128 struct {
	lo uint64
	hi int64
}

var errTooWide = errors.New("more digits than the column takes")

func int128Of(i int64) int128 { return int128{uint64(i), i >> 63} }

// small gives the value where 64 bits hold it.
func (n int128) small() (i int64, ok bool) {
	i = int64(n.lo)
	return i, i>>63 == n.hi
}

func (n int128) negate() int128 {
	lo, borrow := bits.Sub64(0, n.lo, 0)
	hi, _ := bits.Sub64(0, uint64(n.hi), borrow)
	return int128{lo, int64(hi)}
}

// magnitude gives the sign and the absolute value.
func (n int128) magnitude() (negative bool, hi, lo uint64) {
	if n.hi < 0 {
		m := n.negate()
		return true, uint64(m.hi), m.lo
	}
	return false, uint64(n.hi), n.lo
}

// append writes n x 10^-scale with all digits of the scale.
func (n int128) append(dst []byte, scale int) []byte {
	negative, hi, lo := n.magnitude()
	var buf [48]byte
	digits := buf[:0]
	// 10^19 is the largest power of ten in 64 bits; hi is at most 2^63, below it.
	q, r := bits.Div64(hi, lo, 1e19)
	if q > 0 {
		digits = strconv.AppendUint(digits, q, 10)
		tail := strconv.FormatUint(r, 10)
		for range 19 - len(tail) {
			digits = append(digits, '0')
		}
		digits = append(digits, tail...)
	} else {
		digits = strconv.AppendUint(digits, r, 10)
	}
	if negative {
		dst = append(dst, '-')
	}
	if scale == 0 {
		return append(dst, digits...)
	}
	if len(digits) <= scale {
		dst = append(dst, '0', '.')
		for range scale - len(digits) {
			dst = append(dst, '0')
		}
		return append(dst, digits...)
	}
	dst = append(dst, digits[:len(digits)-scale]...)
	dst = append(dst, '.')
	return append(dst, digits[len(digits)-scale:]...)
}

// mulAdd gives n x 10 + digit of a magnitude.
func mulAdd(hi, lo, digit uint64) (uint64, uint64, bool) {
	h, l := bits.Mul64(lo, 10)
	l, carry := bits.Add64(l, digit, 0)
	over, h2 := bits.Mul64(hi, 10)
	h, carry2 := bits.Add64(h2, h, carry)
	return h, l, over == 0 && carry2 == 0 && h < 1<<63
}

// decimalOf gives the unscaled integer of an IntValue or DecimalValue at a
// scale; it fails where digits would be lost or do not fit 128 bits.
func decimalOf(v catalog.Value, scale int) (int128, error) {
	if v.Kind != catalog.IntValue && v.Kind != catalog.DecimalValue {
		return int128{}, fmt.Errorf("a value of kind %d is no decimal", v.Kind)
	}
	if v.S != "" {
		return parseDecimal(v.S, scale)
	}
	from := 0
	if v.Kind == catalog.DecimalValue {
		from = int(v.Scale)
	}
	if from == scale {
		return int128Of(v.I), nil
	}
	return rescale(v.I, from, scale)
}

func rescale(i int64, from, to int) (int128, error) {
	for ; from > to; from-- {
		if i%10 != 0 {
			return int128{}, fmt.Errorf("%d decimals, the column has %d", from, to)
		}
		i /= 10
	}
	negative, hi, lo := int128Of(i).magnitude()
	for ; from < to; from++ {
		var ok bool
		if hi, lo, ok = mulAdd(hi, lo, 0); !ok {
			return int128{}, errTooWide
		}
	}
	n := int128{lo, int64(hi)}
	if negative {
		n = n.negate()
	}
	return n, nil
}

// parseDecimal reads canonical decimal text: sign, digits, and a fraction.
func parseDecimal(text string, scale int) (int128, error) {
	rest := text
	negative := rest[0] == '-'
	if negative || rest[0] == '+' {
		rest = rest[1:]
	}
	var hi, lo uint64
	decimals, point, digits := 0, false, 0
	for i := range len(rest) {
		c := rest[i]
		if c == '.' && !point {
			point = true
			continue
		}
		if c < '0' || c > '9' {
			return int128{}, fmt.Errorf("%q is no decimal number", text)
		}
		digits++
		if point {
			decimals++
		}
		if decimals > scale {
			if c != '0' {
				return int128{}, fmt.Errorf("%q has more than %d decimals", text, scale)
			}
			continue
		}
		var ok bool
		if hi, lo, ok = mulAdd(hi, lo, uint64(c-'0')); !ok {
			return int128{}, errTooWide
		}
	}
	if digits == 0 {
		return int128{}, fmt.Errorf("%q is no decimal number", text)
	}
	for ; decimals < scale; decimals++ {
		var ok bool
		if hi, lo, ok = mulAdd(hi, lo, 0); !ok {
			return int128{}, errTooWide
		}
	}
	n := int128{lo, int64(hi)}
	if negative {
		n = n.negate()
	}
	return n, nil
}

// below reports whether |n| is below a positive limit.
func (n int128) below(limit int128) bool {
	_, hi, lo := n.magnitude()
	return hi < uint64(limit.hi) || (hi == uint64(limit.hi) && lo < limit.lo)
}
