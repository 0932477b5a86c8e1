package catalog

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// TestBoundExact: a bound compares with every number as exact fractions do,
// whatever the number is stored as.
func TestBoundExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(
			rapid.StringMatching(`-?[0-9]{1,4}(\.[0-9]{1,4})?`), rapid.StringMatching(`-?[0-9]{15,25}(\.[0-9]{1,25})?`),
		).Draw(t, "bound")
		b, err := ParseBound(TypeDecimal, text)
		if err != nil {
			t.Fatal(err)
		}
		limit, _ := new(big.Rat).SetString(text)
		scale := rapid.IntRange(0, 20).Draw(t, "scale")
		near := new(big.Rat).Mul(limit, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)))
		values := []Value{
			{Kind: DecimalValue, I: rapid.Int64().Draw(t, "i"), Scale: uint8(scale)},
			{Kind: IntValue, I: int64(rapid.IntRange(-9999, 9999).Draw(t, "small"))},
			{Kind: FloatValue, F: rapid.Float64Range(-1e20, 1e20).Draw(t, "f")},
			{Kind: DecimalValue, S: rapid.StringMatching(`-?[1-9][0-9]{19,30}\.[0-9]{2}`).Draw(t, "wide"), Scale: 2},
			{Kind: IntValue, S: rapid.StringMatching(`-?[1-9][0-9]{19,30}`).Draw(t, "whole")},
			{Kind: FloatValue, F: b.near}, {Kind: FloatValue, F: math.Nextafter(b.near, 1e30)}, {Kind: FloatValue, F: math.Nextafter(b.near, -1e30)},
		}
		if floor := new(big.Int).Div(near.Num(), near.Denom()); floor.IsInt64() {
			values = append(values, Value{Kind: DecimalValue, I: floor.Int64(), Scale: uint8(scale)})
		}
		for _, v := range values {
			exact, ok := new(big.Rat).SetString(v.String())
			if v.Kind == FloatValue {
				exact, ok = new(big.Rat).SetFloat64(v.F), true
			}
			if !ok {
				t.Fatalf("%+v", v)
			}
			if got, want := b.Compare(&v), exact.Cmp(limit); got != want {
				t.Fatalf("%s and the bound %s: %d, want %d", v.String(), text, got, want)
			}
		}
	})
}

func TestBoundMoments(t *testing.T) {
	for _, c := range []struct {
		typ         Type
		bound       string
		below, same Value
	}{
		{TypeDate, "1970-01-03", Value{Kind: DateValue, I: 1}, Value{Kind: DateValue, I: 2}},
		{TypeDate, "1969-12-31", Value{Kind: DateValue, I: -2}, Value{Kind: DateValue, I: -1}},
		{TypeDatetime, "1970-01-01T00:00:01.5", Value{Kind: DatetimeValue, I: 1_499_999}, Value{Kind: DatetimeValue, I: 1_500_000}},
		{TypeTime, "09:30:00", Value{Kind: TimeValue, I: 0}, Value{Kind: TimeValue, I: 34_200_000_000}},
	} {
		b, err := ParseBound(c.typ, c.bound)
		if err != nil {
			t.Fatal(err)
		}
		above := c.same
		above.I++
		if b.Compare(&c.below) != -1 || b.Compare(&c.same) != 0 || b.Compare(&above) != 1 || b.Compare(&Value{}) != 0 {
			t.Errorf("%s %s", c.typ, c.bound)
		}
		if got := c.same.String(); got != c.bound {
			t.Errorf("%s reads back as %s", c.bound, got)
		}
	}
	for _, c := range []struct {
		typ  Type
		text string
	}{{TypeText, "a"}, {TypePeriod, "2024"}, {TypeBoolean, "true"}, {TypeInteger, "1e3"}, {TypeInteger, ""}, {TypeInteger, "-"}, {TypeDecimal, "1."}, {TypeDecimal, ".5"}, {TypeDecimal, "1,5"}, {TypeDate, "2024-02-30"}, {TypeTime, "25:00:00"}} {
		if _, err := ParseBound(c.typ, c.text); KindOf(err) != Invalid {
			t.Errorf("%s %q: %v", c.typ, c.text, err)
		}
	}
}
