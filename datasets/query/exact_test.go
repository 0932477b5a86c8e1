package query_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gongkai/catalog"
	"gongkai/datasets/query"
)

// exactColumns are the exact storage types, narrow and wide.
var exactColumns = []catalog.Column{
	{Name: "i", SQLType: "BIGINT", Type: catalog.TypeInteger},
	{Name: "d", SQLType: "DECIMAL(4,1)", Type: catalog.TypeDecimal},
	{Name: "e", SQLType: "DECIMAL(18,6)", Type: catalog.TypeDecimal},
	{Name: "w", SQLType: "DECIMAL(38,0)", Type: catalog.TypeInteger},
	{Name: "f", SQLType: "DECIMAL(38,38)", Type: catalog.TypeDecimal},
}

var exactValues = map[string][]string{
	"i": {"-9223372036854775808", "-10", "-1", "0", "1", "9", "10", "9223372036854775807"},
	"d": {"-999.9", "-1.5", "-0.1", "0.0", "0.1", "1.5", "999.9"},
	"e": {"-999999999999.999999", "-0.000001", "0.000000", "1.500000", "10.000000", "999999999999.999999"},
	"w": {"-99999999999999999999999999999999999999", "-1", "0", "10", "99999999999999999999999999999999999999"},
	"f": {"-0.99999999999999999999999999999999999999", "0.00000000000000000000000000000000000000", "0.10000000000000000000000000000000000000"},
}

// TestComparisonsAreExact: comparing a column with any number finds what
// rational arithmetic finds, however many digits the number has and wherever it
// lies.
func TestComparisonsAreExact(t *testing.T) {
	var rows []storedRow
	for i := range 9 {
		r := storedRow{row: int64(i + 1), kind: catalog.RowRecord}
		for _, c := range exactColumns {
			if v := exactValues[c.Name]; i < len(v) {
				r.values = append(r.values, &v[i])
			} else {
				r.values = append(r.values, nil)
			}
		}
		rows = append(rows, r)
	}
	e := store(t, open(t), exactColumns, rows)
	holds := map[string]func(sign int) bool{
		"=": func(s int) bool { return s == 0 }, "<>": func(s int) bool { return s != 0 }, "<": func(s int) bool { return s < 0 },
		"<=": func(s int) bool { return s <= 0 }, ">": func(s int) bool { return s > 0 }, ">=": func(s int) bool { return s >= 0 },
	}
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.IntRange(0, len(exactColumns)-1).Draw(t, "column")
		name := exactColumns[c].Name
		number := rapid.OneOf(
			rapid.SampledFrom(exactValues[name]),
			rapid.Map(rapid.SampledFrom(exactValues[name]), func(s string) string { // just beside a value
				if strings.Contains(s, ".") {
					return s + "1"
				}
				return s + ".000001"
			}),
			rapid.StringMatching(`-?[0-9]{1,3}(\.[0-9]{1,3})?(e-?[0-9]{1,2})?`),
			rapid.StringMatching(`-?[0-9]{17,42}(\.[0-9]{1,45})?`),
		).Draw(t, "number")
		op := rapid.SampledFrom([]string{"=", "<>", "<", "<=", ">", ">="}).Draw(t, "operator")
		negate := rapid.Bool().Draw(t, "not")
		where := name + " " + op + " " + number
		if rapid.Bool().Draw(t, "flip") {
			where = number + " " + map[string]string{"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}[op] + " " + name
		}
		if negate {
			where = "not (" + where + ")"
		}
		limit, ok := new(big.Rat).SetString(number)
		if !ok {
			t.Fatal(number)
		}
		var want, got []string
		for _, r := range rows {
			if v := r.values[c]; v != nil {
				value, _ := new(big.Rat).SetString(*v)
				if holds[op](value.Cmp(limit)) != negate {
					want = append(want, fmt.Sprint(r.row))
				}
			}
		}
		for _, row := range bindRun(t, e, query.Request{Where: where, Select: []string{"_row"}, Limit: query.Unlimited}) {
			got = append(got, row[0].String())
		}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Fatalf("%s: rows %v, want %v", where, got, want)
		}
	})
}

// TestLikeIsThePattern compares like with a matcher that tries everything.
func TestLikeIsThePattern(t *testing.T) {
	columns := []catalog.Column{{Name: "s", SQLType: "VARCHAR", Type: catalog.TypeText}}
	texts := []string{"", "a", "A", "ab", "ba", "aab", "a%b", "a_b", `a\b`, "a\nb", "路a路", "路", "a.b", "(a)", "[a]", "aXbXa", "%", "_", `\`}
	var rows []storedRow
	for i := range texts {
		rows = append(rows, storedRow{row: int64(i + 1), kind: catalog.RowRecord, values: []*string{&texts[i]}})
	}
	rows = append(rows, storedRow{row: 100, kind: catalog.RowRecord, values: []*string{nil}})
	e := store(t, open(t), columns, rows)
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.SampledFrom([]string{"%", "_", "a", "b", "A", "路", ".", "(", "[", "X", `\%`, `\_`, `\\`, "\n"}), 0, 5).Draw(t, "pattern")
		fold := rapid.Bool().Draw(t, "fold")
		where := "s " + map[bool]string{false: "like", true: "ilike"}[fold] + " '" + strings.Join(parts, "") + "'"
		var want, got []string
		for i, s := range texts {
			p := append([]string(nil), parts...)
			if fold {
				s = strings.ToLower(s)
				for i := range p {
					p[i] = strings.ToLower(p[i])
				}
			}
			if fits([]rune(s), p) {
				want = append(want, fmt.Sprint(i+1))
			}
		}
		for _, row := range bindRun(t, e, query.Request{Where: where, Select: []string{"_row"}, Limit: query.Unlimited}) {
			got = append(got, row[0].String())
		}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Fatalf("%s: rows %v, want %v", where, got, want)
		}
	})
}

func fits(s []rune, pattern []string) bool {
	if len(pattern) == 0 {
		return len(s) == 0
	}
	switch p := pattern[0]; {
	case p == "%":
		for i := range len(s) + 1 {
			if fits(s[i:], pattern[1:]) {
				return true
			}
		}
		return false
	case len(s) == 0:
		return false
	case p == "_":
		return fits(s[1:], pattern[1:])
	default:
		r := []rune(p)
		return s[0] == r[len(r)-1] && fits(s[1:], pattern[1:])
	}
}
