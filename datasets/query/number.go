package query

import (
	"math/big"
	"strconv"
	"strings"
)

// decimal is an exact number: unscaled x 10^-scale, without trailing zeros.
type decimal struct {
	unscaled *big.Int
	scale    int
}

// parseDecimal reads digits with a sign, a fraction and an exponent of at most
// three digits; ok is false for anything else.
func parseDecimal(text string) (d decimal, ok bool) {
	mantissa, exponent := text, 0
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		n, err := strconv.Atoi(text[i+1:])
		if err != nil || n > 999 || n < -999 {
			return d, false
		}
		mantissa, exponent = text[:i], n
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := whole + fraction
	if bare := strings.TrimLeft(digits, "+-"); bare == "" || len(digits)-len(bare) > 1 || strings.Trim(bare, "0123456789") != "" {
		return d, false
	}
	u, ok := new(big.Int).SetString(digits, 10)
	if !ok {
		return d, false
	}
	return decimal{u, len(fraction) - exponent}.normal(), true
}

// normal brings the scale to the least one that is not negative.
func (d decimal) normal() decimal {
	if d.unscaled.Sign() == 0 {
		return decimal{d.unscaled, 0}
	}
	if d.scale < 0 {
		return decimal{new(big.Int).Mul(d.unscaled, pow10(-d.scale)), 0}
	}
	ten, rest := big.NewInt(10), new(big.Int)
	for d.scale > 0 {
		q, r := new(big.Int).QuoRem(d.unscaled, ten, rest)
		if r.Sign() != 0 {
			break
		}
		d.unscaled, d.scale = q, d.scale-1
	}
	return d
}

// hundredth is what a number with the sign of percent means.
func (d decimal) hundredth() decimal { return decimal{d.unscaled, d.scale + 2}.normal() }

// floor is the greatest number of at most that many decimal places that is not
// above d, unscaled; exact says that it is d itself.
func (d decimal) floor(scale int) (unscaled *big.Int, exact bool) {
	if d.scale <= scale {
		return new(big.Int).Mul(d.unscaled, pow10(scale-d.scale)), true
	}
	// DivMod is Euclidean: for a positive divisor it rounds down.
	q, m := new(big.Int).DivMod(d.unscaled, pow10(d.scale-scale), new(big.Int))
	return q, m.Sign() == 0
}

// String is the number without exponent.
func (d decimal) String() string {
	digits := new(big.Int).Abs(d.unscaled).String()
	if d.scale > 0 {
		if pad := d.scale + 1 - len(digits); pad > 0 {
			digits = strings.Repeat("0", pad) + digits
		}
		digits = digits[:len(digits)-d.scale] + "." + digits[len(digits)-d.scale:]
	}
	if d.unscaled.Sign() < 0 {
		return "-" + digits
	}
	return digits
}

func pow10(n int) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}
