package catalog_test

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gongkai/catalog"
)

// day counts the days from 1970 to a date.
func day(year, month, d int) int64 {
	return time.Date(year, time.Month(month), d, 0, 0, 0, 0, time.UTC).Unix() / 86400
}

func TestCanonicalText(t *testing.T) {
	const hour, minute, second = 3600e6, 60e6, 1e6
	for _, c := range []struct {
		v    catalog.Value
		want string
	}{
		{catalog.Value{}, ""},
		{catalog.Value{Kind: catalog.TextValue, S: "  as is \n"}, "  as is \n"},
		{catalog.Value{Kind: catalog.TextValue}, ""},
		{catalog.Value{Kind: catalog.IntValue}, "0"},
		{catalog.Value{Kind: catalog.IntValue, I: -1234567}, "-1234567"},
		{catalog.Value{Kind: catalog.IntValue, I: math.MinInt64}, "-9223372036854775808"},
		{catalog.Value{Kind: catalog.IntValue, S: "99999999999999999999999999999999999999"}, "99999999999999999999999999999999999999"},
		{catalog.Value{Kind: catalog.DecimalValue}, "0"},
		{catalog.Value{Kind: catalog.DecimalValue, I: 12, Scale: 0}, "12"},
		{catalog.Value{Kind: catalog.DecimalValue, Scale: 2}, "0.00"},
		{catalog.Value{Kind: catalog.DecimalValue, I: 5, Scale: 2}, "0.05"},
		{catalog.Value{Kind: catalog.DecimalValue, I: 12, Scale: 2}, "0.12"},
		{catalog.Value{Kind: catalog.DecimalValue, I: 120, Scale: 2}, "1.20"},
		{catalog.Value{Kind: catalog.DecimalValue, I: -5, Scale: 3}, "-0.005"},
		{catalog.Value{Kind: catalog.DecimalValue, I: 1, Scale: 38}, "0.00000000000000000000000000000000000001"},
		{catalog.Value{Kind: catalog.DecimalValue, I: math.MinInt64, Scale: 18}, "-9.223372036854775808"},
		{catalog.Value{Kind: catalog.DecimalValue, I: math.MinInt64, Scale: 19}, "-0.9223372036854775808"},
		{catalog.Value{Kind: catalog.DecimalValue, I: 3000000, Scale: 6}, "3.000000"},
		{catalog.Value{Kind: catalog.DecimalValue, I: 30000000, Scale: 7}, "3"},
		{catalog.Value{Kind: catalog.DecimalValue, I: -3100000000000000000, Scale: 18}, "-3.1"},
		{catalog.Value{Kind: catalog.DecimalValue, Scale: 17}, "0"},
		{catalog.Value{Kind: catalog.DecimalValue, S: "100.00000000000000000", Scale: 17}, "100"},
		{catalog.Value{Kind: catalog.DecimalValue, S: "12345678901234567890.12"}, "12345678901234567890.12"},
		{catalog.Value{Kind: catalog.FloatValue, F: 0.1}, "0.1"},
		{catalog.Value{Kind: catalog.FloatValue, F: math.Copysign(0, -1)}, "0"},
		{catalog.Value{Kind: catalog.FloatValue, F: 100}, "100"},
		{catalog.Value{Kind: catalog.FloatValue, F: 1e20}, "100000000000000000000"},
		{catalog.Value{Kind: catalog.FloatValue, F: 1e21}, "1e+21"},
		{catalog.Value{Kind: catalog.FloatValue, F: 1e-7}, "0.0000001"},
		{catalog.Value{Kind: catalog.FloatValue, F: -2.5e-8}, "-2.5e-08"},
		{catalog.Value{Kind: catalog.BoolValue, I: 1}, "true"},
		{catalog.Value{Kind: catalog.BoolValue}, "false"},
		{catalog.Value{Kind: catalog.DateValue}, "1970-01-01"},
		{catalog.Value{Kind: catalog.DateValue, I: -1}, "1969-12-31"},
		{catalog.Value{Kind: catalog.DateValue, I: day(2024, 2, 29)}, "2024-02-29"},
		{catalog.Value{Kind: catalog.DateValue, I: day(1900, 3, 1)}, "1900-03-01"},
		{catalog.Value{Kind: catalog.DateValue, I: day(2000, 2, 29)}, "2000-02-29"},
		{catalog.Value{Kind: catalog.DateValue, I: day(1, 1, 1)}, "0001-01-01"},
		{catalog.Value{Kind: catalog.DateValue, I: day(9999, 12, 31)}, "9999-12-31"},
		{catalog.Value{Kind: catalog.DatetimeValue}, "1970-01-01T00:00:00"},
		{catalog.Value{Kind: catalog.DatetimeValue, I: -1}, "1969-12-31T23:59:59.999999"},
		{catalog.Value{Kind: catalog.DatetimeValue, I: day(2024, 5, 3)*24*hour + 9*hour + 30*minute}, "2024-05-03T09:30:00"},
		{catalog.Value{Kind: catalog.TimeValue, I: 9*hour + 5*minute + 7*second}, "09:05:07"},
		{catalog.Value{Kind: catalog.TimeValue, I: 23*hour + 59*minute + 59*second + 120000}, "23:59:59.12"},
		{catalog.Value{Kind: catalog.TimeValue, I: 1}, "00:00:00.000001"},
	} {
		if got := c.v.String(); got != c.want {
			t.Errorf("%+v is %q, want %q", c.v, got, c.want)
		}
		if got := string(c.v.Append([]byte("x"))); got != "x"+c.want {
			t.Errorf("%+v appends %q, want %q", c.v, got, "x"+c.want)
		}
		if c.v.IsNull() != (c.v.Kind == catalog.Null) {
			t.Errorf("%+v: IsNull is %v", c.v, c.v.IsNull())
		}
	}
}

// TestDecimalsReadBack checks every scale against exact arithmetic.
func TestDecimalsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := catalog.Value{Kind: catalog.DecimalValue, I: rapid.Int64().Draw(t, "unscaled"), Scale: rapid.Uint8Range(0, 38).Draw(t, "scale")}
		text := v.String()
		got, ok := new(big.Rat).SetString(text)
		if !ok {
			t.Fatalf("%q is no number", text)
		}
		power := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(v.Scale)), nil)
		if want := new(big.Rat).SetFrac(big.NewInt(v.I), power); got.Cmp(want) != 0 {
			t.Fatalf("%q is not %v", text, want)
		}
		whole, fraction, _ := strings.Cut(text, ".")
		if v.Scale <= 6 && len(fraction) != int(v.Scale) || v.Scale > 6 && strings.HasSuffix(fraction, "0") {
			t.Fatalf("%q has not %d digits after the point", text, v.Scale)
		}
		if digits := strings.TrimPrefix(whole, "-"); len(digits) > 1 && digits[0] == '0' || digits == "" {
			t.Fatalf("%q does not begin with its first digit", text)
		}
	})
}

func TestFloatsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.Float64().Draw(t, "f")
		text := catalog.Value{Kind: catalog.FloatValue, F: f}.String()
		if got, err := strconv.ParseFloat(text, 64); err != nil || got != f { // 0 and -0 are the same value
			t.Fatalf("%q reads back as %v, want %v (%v)", text, got, f, err)
		}
	})
}

func TestDatesAndTimesReadBack(t *testing.T) {
	const micros = int64(86400e6)
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.Int64Range(day(1, 1, 1), day(9999, 12, 31)).Draw(t, "days")
		clock := rapid.Int64Range(0, micros-1).Draw(t, "micros")
		at := time.Unix(days*86400, clock*1000).UTC()
		for _, c := range []struct {
			v      catalog.Value
			layout string
			want   time.Time
		}{
			{catalog.Value{Kind: catalog.DateValue, I: days}, "2006-01-02", at.Truncate(24 * time.Hour)},
			{catalog.Value{Kind: catalog.DatetimeValue, I: days*micros + clock}, "2006-01-02T15:04:05", at},
			{catalog.Value{Kind: catalog.TimeValue, I: clock}, "15:04:05", time.Date(0, 1, 1, 0, 0, 0, int(clock%1e6)*1000, time.UTC).Add(time.Duration(clock/1e6) * time.Second)},
		} {
			text := c.v.String()
			got, err := time.Parse(c.layout, text)
			if err != nil || !got.Equal(c.want) {
				t.Fatalf("%q reads back as %v, want %v (%v)", text, got, c.want, err)
			}
			if strings.Contains(text, ".") && strings.HasSuffix(text, "0") {
				t.Fatalf("%q has zeros that say nothing", text)
			}
		}
	})
}

func TestAppendDoesNotAllocate(t *testing.T) {
	dst := make([]byte, 0, 64)
	for _, v := range []catalog.Value{
		{Kind: catalog.IntValue, I: -1 << 40}, {Kind: catalog.DecimalValue, I: -12345, Scale: 2}, {Kind: catalog.FloatValue, F: 0.1},
		{Kind: catalog.DateValue, I: 19000}, {Kind: catalog.DatetimeValue, I: 1e15}, {Kind: catalog.TextValue, S: "text"},
	} {
		if n := testing.AllocsPerRun(100, func() { dst = v.Append(dst[:0]) }); n > 0 {
			t.Errorf("%+v: %v allocations", v, n)
		}
	}
}
