package catalog

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

const goodRecipe = `{
	"encoding": "gb18030", "skip_sheets": ["说明*"], "dictionary": {"收费标准": "fee"},
	"outside": {"action": "publish", "basis": "the author's name is public"},
	"tables": [{
		"name": "fees", "label": "收费", "sheets": ["2*年"], "sheet_column": "year", "header_rows": [3, 5], "sections": "skip", "hierarchy": "none",
		"unpivot": {"columns": ["####年"], "heading": "of_year", "value": "amount"},
		"key": ["code", "of_year", "month_start"], "small_counts": {"below": 5, "columns": ["cases"], "suppress": true},
		"columns": [
			{"source": "编码", "name": "code", "type": "text", "aliases": ["bianma"], "constraints": {"required": true, "unique": true, "pattern": "[0-9]{6}", "min_length": 6, "max_length": 6}},
			{"source": "件数", "name": "cases", "type": "integer", "constraints": {"minimum": "0", "maximum": "1000000", "enum": ["1", "2"]}},
			{"source": "月份", "name": "month"},
			{"source": "日期", "name": "day", "type": "date", "date_order": "dmy", "constraints": {"minimum": "2020-01-01"}},
			{"source": "区", "name": "district", "constraints": {"reference": {"dataset": "districts", "column": "name"}}, "null_markers": ["待定"], "keep_markers": ["无"]},
			{"source": "联系人", "name": "contact", "personal": {"action": "drop", "basis": "PIPL article 6"}},
			{"name": "amount", "type": "decimal", "unit": "元", "decimal_mark": ","}
		]
	}]
}`

// TestRecipeCheck breaks one thing of a good recipe at a time and wants the
// place of the fault.
func TestRecipeCheck(t *testing.T) {
	var good Recipe
	if err := json.Unmarshal([]byte(goodRecipe), &good); err != nil {
		t.Fatal(err)
	}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ field, old, new string }{
		{"tables[0].name", `"name": "fees"`, `"name": "Fees"`},
		{"tables[0].name", `"name": "fees"`, `"name": "收费"`},
		{"tables[0].columns[1].name", `"name": "cases"`, `"name": "order"`},
		{"tables[0].columns[0].name", `"name": "code"`, `"name": "编码"`},
		{"tables[0].columns[1].name", `"name": "cases"`, `"name": "code"`},
		{"tables[0].columns[0].aliases[0]", `"bianma"`, `"cases"`},
		{"tables[0].columns[0].aliases[0]", `"bianma"`, `"code"`},
		{"tables[0].columns[0].aliases[0]", `"bianma"`, `"Bian"`},
		{"tables[0].sheet_column", `"sheet_column": "year"`, `"sheet_column": "code"`},
		{"tables[0].unpivot.value", `"value": "amount"`, `"value": "of_year"`},
		{"tables[0].unpivot.value", `"value": "amount"`, `"value": "cases"`},
		{"tables[0].unpivot.heading", `"heading": "of_year"`, `"heading": ""`},
		{"tables[0].unpivot.columns", `["####年"]`, `[]`},
		{"tables[0].key[0]", `"key": ["code"`, `"key": ["kode"`},
		{"tables[0].key[1]", `"of_year", "month_start"]`, `"code", "month_start"]`},
		{"tables[0].key[2]", `"month_start"]`, `"cases_start"]`},
		{"tables[0].key[0]", `"key": ["code"`, `"key": ["contact"`},
		{"tables[0].small_counts.below", `"below": 5`, `"below": 0`},
		{"tables[0].small_counts.columns[0]", `["cases"]`, `["kases"]`},
		{"tables[0].header_rows", `[3, 5]`, `[5, 3]`},
		{"tables[0].header_rows", `[3, 5]`, `[0, 3]`},
		{"tables[0].sections", `"sections": "skip"`, `"sections": "keep"`},
		{"tables[0].hierarchy", `"hierarchy": "none"`, `"hierarchy": "skip"`},
		{"tables[0].sheets[0]", `["2*年"]`, `[" "]`},
		{"tables[0].columns[1].type", `"type": "integer"`, `"type": "number"`},
		{"tables[0].columns[0].constraints.pattern", `[0-9]{6}`, `[0-9{6}`},
		{"tables[0].columns[0].constraints.pattern", `[0-9]{6}`, `a)|(b`},
		{"tables[0].columns[0].constraints.pattern", `[0-9]{6}`, `(([a-z0-9]{50}){10}){5}`},
		{"tables[0].columns[0].constraints.pattern", `[0-9]{6}`, `((a{10}){100}){100}`},
		{"tables[0].columns[0].constraints.pattern", `[0-9]{6}`, strings.Repeat("a", 2000)},
		{"tables[0].columns[0].constraints.max_length", `"max_length": 6`, `"max_length": 5`},
		{"tables[0].columns[0].constraints.min_length", `"min_length": 6`, `"min_length": -1`},
		{"tables[0].columns[1].constraints.minimum", `"minimum": "0"`, `"minimum": "none"`},
		{"tables[0].columns[1].constraints.maximum", `"maximum": "1000000"`, `"maximum": "-1"`},
		{"tables[0].columns[1].constraints.enum[1]", `["1", "2"]`, `["1", "1"]`},
		{"tables[0].columns[1].constraints.enum[1]", `["1", "2"]`, `["1", "x"]`},
		{"tables[0].columns[0].constraints.minimum", `"unique": true`, `"minimum": "a"`},
		{"tables[0].columns[3].constraints.pattern", `"minimum": "2020-01-01"`, `"pattern": "2.*"`},
		{"tables[0].columns[3].constraints.minimum", `2020-01-01`, `2020-13-01`},
		{"tables[0].columns[4].constraints.reference.dataset", `"districts"`, `"Districts"`},
		{"tables[0].columns[4].constraints.reference.column", `"column": "name"`, `"column": ""`},
		{"tables[0].columns[4].keep_markers", `["无"]`, `["待定"]`},
		{"tables[0].columns[3].date_order", `"dmy"`, `"ydm"`},
		{"tables[0].columns[5].personal.action", `"drop"`, `"hide"`},
		{"tables[0].columns[5].personal.basis", `"PIPL article 6"`, `" "`},
		{"tables[0].columns[6].decimal_mark", `"decimal_mark": ","`, `"decimal_mark": ";"`},
		{"outside.basis", `"the author's name is public"`, `""`},
		{"outside.action", `"outside": {"action": "publish"`, `"outside": {"action": "mask"`},
		{"dictionary.收费标准", `"收费标准": "fee"`, `"收费标准": ""`},
		{"tables", `"tables": [{`, `"tables": [` + strings.Repeat(`{"name": "a"},`, 300) + `{`},
	} {
		body := strings.Replace(goodRecipe, c.old, c.new, 1)
		var r Recipe
		if err := json.Unmarshal([]byte(body), &r); err != nil || body == goodRecipe {
			t.Fatal(c, err)
		}
		var e *Error
		if err := r.Check(); !errors.As(err, &e) || e.Field != c.field || e.Kind != Invalid || e.Fix == "" || e.Message == "" {
			t.Errorf("%s to %s: %v, want the field %s", c.old, c.new, err, c.field)
			if e != nil {
				t.Log(e.Field)
			}
		}
	}
}

// TestRecipeOpenEnds: what is left out is found out; rules whose type is not
// known yet are taken where some type has such values.
func TestRecipeOpenEnds(t *testing.T) {
	for body, want := range map[string]string{
		`{"tables": []}`: "",
		`{"tables": [{"name": "table", "columns": []}]}`:                                                                                      "",
		`{"tables": [{"name": "a", "key": ["x"], "columns": []}]}`:                                                                            "",
		`{"tables": [{"name": "a", "columns": [{"name": "x", "constraints": {"minimum": "2020-01-01", "maximum": "2021-01-01"}}]}]}`:          "",
		`{"tables": [{"name": "a", "columns": [{"name": "x", "constraints": {"minimum": "2020-01-01", "maximum": "5"}}]}]}`:                   "tables[0].columns[0].constraints",
		`{"tables": [{"name": "a", "columns": [{"name": "x"}]}, {"name": "a", "columns": []}]}`:                                               "tables[1].name",
		`{"tables": [{"name": "a", "columns": [{"name": "x"}], "unpivot": {"columns": ["*"], "heading": "h", "value": "v"}, "key": ["h"]}]}`:  "",
		`{"tables": [{"name": "a", "columns": [{"name": "h", "source": "H"}], "unpivot": {"columns": ["*"], "heading": "h", "value": "v"}}]}`: "tables[0].unpivot.heading",
	} {
		var r Recipe
		if err := json.Unmarshal([]byte(body), &r); err != nil {
			t.Fatal(err)
		}
		var e *Error
		err := r.Check()
		if errors.As(err, &e); (err == nil) != (want == "") || e != nil && e.Field != want {
			t.Errorf("%s: %v, want %q", body, err, want)
		}
	}
	big := Recipe{Tables: []RecipeTable{{Name: "a", Label: strings.Repeat("x", MaxRecipe)}}}
	if KindOf(big.Check()) != TooLarge {
		t.Error("a recipe beyond the limit is taken")
	}
}

// FuzzRecipeCheck: whatever strangers send, a recipe is refused or can be used:
// its rules compile.
func FuzzRecipeCheck(f *testing.F) {
	f.Add(goodRecipe)
	f.Add(`{"tables": [{"name": "a", "columns": [{"name": "x", "type": "decimal", "constraints": {"minimum": "-0", "maximum": "99999999999999999999999999999999999999.9"}}]}]}`)
	f.Add(`{"tables": [{"name": "a", "columns": [{"name": "x", "constraints": {"pattern": "((a{1000}){1000}"}}]}]}`)
	f.Add(`{"tables": [{"name": "a", "header_rows": [1, -1], "unpivot": {}, "small_counts": {}, "columns": null}]}`)
	f.Fuzz(func(t *testing.T, body string) {
		var r Recipe
		if json.Unmarshal([]byte(body), &r) != nil {
			return
		}
		if err := r.Check(); err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Fix == "" || e.Kind != Invalid && e.Kind != TooLarge {
				t.Fatal(err)
			}
			return
		}
		for i := range r.Tables {
			for _, c := range r.Tables[i].Columns {
				if c.Constraints == nil {
					continue
				}
				if _, err := c.Constraints.Whole(); err != nil {
					t.Fatal(err)
				}
				if _, err := ParseBound(c.Type, c.Constraints.Minimum); err != nil && c.Constraints.Minimum != "" && c.Type != "" {
					t.Fatal(err)
				}
			}
		}
	})
}
