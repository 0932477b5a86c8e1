package catalog_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gongkai/catalog"
)

// drawTable draws a table and the recipe that reads it so.
func drawTable(t *rapid.T) (catalog.Table, catalog.RecipeTable) {
	table, recipe := catalog.Table{Name: "beds"}, catalog.RecipeTable{Name: "beds"}
	var periods []catalog.Column
	for i := range rapid.IntRange(1, 6).Draw(t, "columns") {
		name := fmt.Sprintf("c%d", i)
		r := catalog.RecipeColumn{Source: "源" + name, Name: name, Label: rapid.SampledFrom([]string{"床位 " + name, "Beds " + name}).Draw(t, "label"),
			Type: rapid.SampledFrom(catalog.Types).Draw(t, "type")}
		c := catalog.Column{Name: name, Label: r.Label, Type: r.Type, Constraints: drawConstraints(t, r.Type)}
		if rapid.Bool().Draw(t, "described") {
			r.Description = rapid.SampledFrom([]*catalog.Text{{ZH: "说明"}, {EN: "about"}, {ZH: "说明", EN: "about"}}).Draw(t, "description")
			c.Description = *r.Description
		}
		if rapid.Bool().Draw(t, "marked") {
			r.NullMarkers = []string{"—", "n.d."}
		}
		r.Constraints = c.Constraints
		table.Columns, recipe.Columns = append(table.Columns, c), append(recipe.Columns, r)
		if r.Type == catalog.TypePeriod {
			periods = append(periods, catalog.Column{Name: name + "_start", Label: "start", Type: catalog.TypeDate, Made: catalog.MadePeriod})
		}
	}
	if rapid.Bool().Draw(t, "key") {
		table.Key = []string{"c0"}
		recipe.Key = []string{"c0"}
	}
	table.Columns = append(table.Columns, periods...)
	return table, recipe
}

func drawConstraints(t *rapid.T, of catalog.Type) *catalog.Constraints {
	if rapid.Bool().Draw(t, "free") {
		return nil
	}
	c := &catalog.Constraints{Required: rapid.Bool().Draw(t, "required"), Unique: rapid.Bool().Draw(t, "unique")}
	switch of {
	case catalog.TypeText:
		if rapid.Bool().Draw(t, "pattern") {
			c.Pattern, c.MinLength, c.MaxLength = "[a-z]+", 1, 9
		} else {
			c.Enum = []string{"公立", "12"}
		}
	case catalog.TypeInteger:
		c.Minimum, c.Maximum = "-9007199254740993", "12345678901234567890"
	case catalog.TypeDecimal:
		c.Minimum, c.Enum = "0.10", []string{"0.10", "2.50"}
	case catalog.TypeDate:
		c.Minimum, c.Maximum = "2024-01-01", "2024-12-31"
	}
	if rapid.Bool().Draw(t, "foreign") {
		c.Reference = rapid.SampledFrom([]*catalog.Reference{
			{Column: "code"}, {Table: "other", Column: "code"}, {Dataset: "regions", Column: "code"}, {Dataset: "regions", Table: "all", Column: "code"},
		}).Draw(t, "reference")
	}
	if reflect.ValueOf(*c).IsZero() {
		return nil
	}
	return c
}

// TestTableSchemaSurvives: what a table says as a Table Schema is what the
// recipe says that took it in.
func TestTableSchemaSurvives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table, recipe := drawTable(t)
		out := catalog.TableSchemaOf(&table, &recipe)
		text, err := json.Marshal(out)
		if err != nil {
			t.Fatal(err)
		}
		in, err := catalog.ReadTableSchema(strings.NewReader(string(text)))
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		got := cloned(t, recipe)
		for i := range got.Columns { // all of it has to come from the schema
			got.Columns[i].Constraints, got.Columns[i].NullMarkers = nil, nil
		}
		got.Key = nil
		if err := in.Apply(&got); err != nil {
			t.Fatalf("%v (%s)\n%s", err, err.(*catalog.Error).Field, text) //nolint:errorlint // it is one
		}
		if want := cloned(t, recipe); !reflect.DeepEqual(got, want) {
			t.Fatalf("got %+v\nwant %+v\n%s", got, want, text)
		}
	})
}

func cloned(t *rapid.T, r catalog.RecipeTable) (out catalog.RecipeTable) {
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTableSchemaApply(t *testing.T) {
	recipe := func() catalog.RecipeTable {
		return catalog.RecipeTable{Name: "beds", Key: []string{"jigou"}, Columns: []catalog.RecipeColumn{
			{Source: "机构①", Name: "jigou", Label: "机构", Type: catalog.TypeText, Aliases: []string{"old"}},
			{Source: "床位", Name: "chuangwei", Label: "床位", Type: catalog.TypePercent},
			{Source: "期间", Name: "qijian", Label: "期间", Type: catalog.TypePeriod},
		}}
	}
	for _, c := range []struct{ name, schema, field string }{
		{"unknown property", `{"fields":[{"name":"jigou","rdfType":"x"}]}`, "fields[0].rdfType"},
		{"unknown column", `{"fields":[{"name":"jigou"},{"name":"x","title":"y"}]}`, "fields[1].name"},
		{"twice", `{"fields":[{"name":"jigou"},{"name":"old"}]}`, "fields[1].name"},
		{"type", `{"fields":[{"name":"jigou","type":"geopoint"}]}`, "fields[0].type"},
		{"format", `{"fields":[{"name":"jigou","format":"email"}]}`, "fields[0].format"},
		{"no fields", `{"fields":[]}`, "fields"},
		{"not a text", `{"fields":[{"name":3}]}`, "fields[0].name"},
		{"bound", `{"fields":[{"name":"chuangwei","constraints":{"minimum":{}}}]}`, "fields[0].constraints.minimum"},
		{"pattern", `{"fields":[{"name":"jigou","constraints":{"pattern":"("}}]}`, "fields[0].constraints.pattern"},
		{"key", `{"fields":[{"name":"jigou"}],"primaryKey":["jigou","x"]}`, "primaryKey[1]"},
		{"wide foreign key", `{"fields":[],"foreignKeys":[{"fields":["a","b"],"reference":{"resource":"","fields":["a","b"]}}]}`, "foreignKeys[0].fields"},
		{"foreign key of nothing", `{"fields":[],"foreignKeys":[{"fields":"a","reference":{"resource":"","fields":"a"}}]}`, "foreignKeys[0].fields[0]"},
		{"rule for a helper", `{"fields":[{"name":"qijian_start","constraints":{"required":true}}]}`, "fields[0].name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := catalog.ReadTableSchema(strings.NewReader(c.schema))
			if err == nil {
				r := recipe()
				err = s.Apply(&r)
			}
			e, ok := err.(*catalog.Error) //nolint:errorlint // it must be one
			if !ok || e.Kind != catalog.Invalid || e.Field != c.field || e.Fix == "" {
				t.Errorf("%+v, want field %s", err, c.field)
			}
		})
	}
	s, err := catalog.ReadTableSchema(strings.NewReader(`{"fields":[
		{"name":"institution","title":"机构","description":"Where the beds stand","type":"string","constraints":{"required":true}},
		{"name":"chuangwei","type":"number"},{"name":"qijian_start","type":"date"}],"missingValues":["","-"],"primaryKey":"institution"}`))
	if err != nil {
		t.Fatal(err)
	}
	got := recipe()
	if err := s.Apply(&got); err != nil {
		t.Fatal(err)
	}
	want := recipe()
	want.Key = []string{"institution"}
	want.Columns[0].Name, want.Columns[0].Aliases = "institution", []string{"old", "jigou"}
	want.Columns[0].Description = &catalog.Text{EN: "Where the beds stand"}
	want.Columns[0].Constraints = &catalog.Constraints{Required: true}
	want.Columns[0].NullMarkers, want.Columns[1].NullMarkers = []string{"-"}, []string{"-"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func TestReadRecipe(t *testing.T) {
	for _, c := range []struct{ text, field string }{
		{`{"tables":[{"name":"a","columns":[{"name":"b","sorce":"x"}]}]}`, "tables[0].columns[0].sorce"},
		{`{"tables":[{"name":"a","columns":[{"name":"b"},{"name":3}]}]}`, "tables[0].columns[1].name"},
		{`{"tables":[{"name":"a","header_rows":[1],"columns":[]}]}`, "tables[0].header_rows"},
		{`{"tables":{}}`, "tables"},
		{`{"dictionary":{"a":1},"tables":[]}`, "dictionary.a"},
		{`{"tables":[{"name":"a","small_counts":{"below":"5"},"columns":[]}]}`, "tables[0].small_counts.below"},
		{`{"tables":[{"name":"A B","columns":[]}]}`, "tables[0].name"},
		{`[]`, ""}, {`{"tables":[]} {}`, ""}, {`{`, ""},
	} {
		_, err := catalog.ReadRecipe(strings.NewReader(c.text))
		e, ok := err.(*catalog.Error) //nolint:errorlint // it must be one
		if !ok || e.Kind != catalog.Invalid || e.Field != c.field {
			t.Errorf("%s: %+v, want field %q", c.text, err, c.field)
		}
	}
	got, err := catalog.ReadRecipe(strings.NewReader(`{"$schema":"https://example.cn/schemas/recipe.json","tables":[{"name":"a","header_rows":[3,4],"columns":[]}]}`))
	if err != nil || *got.Tables[0].HeaderRows != [2]int{3, 4} {
		t.Errorf("%+v %v", got, err)
	}
}

func TestSign(t *testing.T) {
	recipe := func(basis string) *catalog.Recipe {
		return &catalog.Recipe{Outside: &catalog.PersonalDecision{Action: catalog.PublishPersonal, Basis: "b", By: "forged", At: "never"},
			Tables: []catalog.RecipeTable{{Name: "t", Columns: []catalog.RecipeColumn{{Name: "c", Personal: &catalog.PersonalDecision{Action: catalog.DropColumn, Basis: basis}}}}}}
	}
	old := recipe("x")
	at := time.Date(2024, 5, 3, 9, 30, 0, 0, time.UTC)
	old.Sign(nil, "first", at)
	if d := old.Outside; d.By != "first" || d.At != "2024-05-03T09:30:00Z" {
		t.Errorf("%+v", d)
	}
	next := recipe("y")
	next.Sign(old, "second", at.AddDate(1, 0, 0))
	if d := next.Outside; d.By != "first" || d.At != "2024-05-03T09:30:00Z" {
		t.Errorf("a decision that stays: %+v", d)
	}
	if d := next.Tables[0].Columns[0].Personal; d.By != "second" || d.At != "2025-05-03T09:30:00Z" {
		t.Errorf("a new decision: %+v", d)
	}
	if got := next.NewDecisions(old); !reflect.DeepEqual(got, []string{"drop t.c (y)"}) {
		t.Errorf("%q", got)
	}
	next.Unsign()
	if next.Outside.By != "" || next.Outside.At != "" {
		t.Errorf("%+v", next.Outside)
	}
}
