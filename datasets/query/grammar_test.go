package query_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gongkai/datasets/query"
)

// operand draws a column, a function of one, or a value of any type.
func operand(t *rapid.T) string {
	var names []string
	for _, c := range fuzzColumns {
		names = append(names, `"`+strings.ReplaceAll(c.Name, `"`, `""`)+`"`)
	}
	names = append(names, "_row", "_row_type")
	column := rapid.SampledFrom(names).Draw(t, "column")
	switch rapid.IntRange(0, 7).Draw(t, "operand") {
	case 0:
		f := rapid.SampledFrom(functionForms()).Draw(t, "function")
		other := rapid.SampledFrom(append(names, "5", "'a'", "'2024-05-03'")).Draw(t, "other")
		return strings.NewReplacer("X", column, "Y", other).Replace(f)
	case 6:
		return "(" + operand(t) + rapid.SampledFrom([]string{" + ", " - ", " * ", " / ", " || "}).Draw(t, "arithmetic") + operand(t) + ")"
	case 7:
		form := rapid.SampledFrom([]string{"case when X is null then Y else X end", "coalesce(X, Y)", "nullif(X, Y)", "greatest(X, Y)", "cast(X as text)", "try_cast(X as decimal)", "try_cast(X as date)", "-X"}).Draw(t, "form")
		return strings.NewReplacer("X", column, "Y", operand(t)).Replace(form)
	case 1:
		return rapid.SampledFrom([]string{"'a'", "''", "'2024-02-29'", "'2024-02-29T12:00:00'", "'12:30'", "true", "0", "-1.5", "12.5%", "1e38", "-1e39", "0.00000000000000000000000000000000000000001", "9223372036854775808", "99999999999999999999999999999999999999", "1e400"}).Draw(t, "value")
	}
	return column
}

// functionForms writes each function of the table over a column X and another
// value Y.
func functionForms() []string {
	forms := []string{"round(X, 1)", "round(X, 18)", "abs(round(X, 2))", "length(lower(X))"}
	written := map[string]string{"digits": "2", "n": "3", "start": "2", "pattern": "'^a.*'", "part": "'a'", "by": "'bb'", "separator": "'a'", "unit": "'month'", "x": "X",
		"lon": "dbl", "lat": "deep", "y": "5", "west": "-10", "south": "-10", "east": "10.5", "north": "10.5"}
	for _, f := range query.Functions() {
		if f.Topic == query.TopicAggregate {
			continue
		}
		var args []string
		for i, p := range f.Params {
			text, ok := written[p.Name]
			switch {
			case f.Topic == query.TopicGeo && p.Name == "x":
				text = "5"
			case i > 0 && !ok:
				text = "Y"
			case !ok:
				text = "X"
			}
			args = append(args, text)
		}
		forms = append(forms, f.Name+"("+strings.Join(args, ", ")+")")
	}
	return forms
}

// anyCondition draws a condition that the grammar takes; its types may be wrong.
func anyCondition(t *rapid.T, depth int) string {
	not := rapid.SampledFrom([]string{"", "not "}).Draw(t, "not")
	choice := rapid.IntRange(0, 8).Draw(t, "condition")
	if depth <= 0 {
		choice %= 6
	}
	switch choice {
	case 0:
		return operand(t) + " is " + not + "null"
	case 1:
		return operand(t) + " " + not + "between " + operand(t) + " and " + operand(t)
	case 2:
		return operand(t) + " " + not + "in (" + operand(t) + ", " + operand(t) + ")"
	case 3:
		return operand(t) + " " + not + rapid.SampledFrom([]string{"like ", "ilike "}).Draw(t, "like") + rapid.SampledFrom([]string{"'a%'", "'%_%b'", "'%'", "'_'", `'\%%'`}).Draw(t, "pattern")
	case 6, 7:
		return "(" + anyCondition(t, depth-1) + rapid.SampledFrom([]string{" and ", " or "}).Draw(t, "logic") + anyCondition(t, depth-1) + ")"
	case 8:
		return "not " + anyCondition(t, 0)
	}
	return operand(t) + rapid.SampledFrom([]string{" = ", " <> ", " < ", " <= ", " > ", " >= "}).Draw(t, "compare") + operand(t)
}

// TestConditionsOfTheGrammar: whatever can be written is refused with a place
// or runs without an error; and no row is found by a condition and its
// opposite both.
func TestConditionsOfTheGrammar(t *testing.T) {
	e := fuzzEngine(t)
	ran, drawn := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		drawn++
		where := anyCondition(rt, 3)
		for range 20 { // most wrong types are found at once; look for one that fits
			if _, err := query.Bind(query.Request{Where: where}, e.table, "hash"); err == nil {
				ran++
				break
			}
			checkRequest(t, e, query.Request{Where: where, Limit: 5}, where)
			where = anyCondition(rt, 2)
		}
		checkRequest(t, e, query.Request{Where: where, Limit: 5}, where)
		if _, err := query.Bind(query.Request{Where: where}, e.table, "hash"); err != nil {
			return
		}
		found := map[string]bool{}
		for _, text := range []string{where, "not (" + where + ")"} {
			b, err := query.Bind(query.Request{Where: text, Select: []string{"_row"}, Limit: query.Unlimited}, e.table, "hash")
			if err != nil {
				rt.Fatal(describe(err))
			}
			rows, err := e.run(b)
			if err != nil && dataFault(err) != nil {
				return // a calculation with too many digits
			}
			if err != nil {
				rt.Fatal(err)
			}
			for _, row := range rows {
				if found[row[0].String()] {
					rt.Fatalf("row %s is found by %s and by its opposite", row[0].String(), where)
				}
				found[row[0].String()] = true
			}
		}
	})
	if ran < drawn/3 { // rapid draws fewer in short runs
		t.Errorf("only %d conditions of %d were run", ran, drawn)
	}
}
