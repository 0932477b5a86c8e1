package catalog_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"gongkai/catalog"
)

func TestAliasesEnd(t *testing.T) {
	table := &catalog.Table{Name: "t", Columns: []catalog.Column{
		{Name: "a", Aliases: []string{"b", "c", "d"}, AliasUntil: catalog.Days{"b": "2027-03-31", "c": "2028-01-01"}}, {Name: "e"}}}
	at := func(text string) time.Time {
		out, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for moment, want := range map[string]string{
		"2027-03-31T15:59:59Z": "b c d", "2027-03-31T16:00:00Z": "c d", "2028-01-01T15:59:59Z": "c d", "2028-01-01T16:00:00Z": "d", "2099-01-01T00:00:00Z": "d",
	} {
		got := table.On(at(moment))
		if have := strings.Join(got.Columns[0].Aliases, " "); have != want {
			t.Errorf("%s: %s, want %s", moment, have, want)
		}
		if (got == table) != (want == "b c d") {
			t.Errorf("%s: copied %v", moment, got != table)
		}
		if got.Successor("b") == nil || got.Columns[0].Was("e") {
			t.Errorf("%s: what followed whom is forgotten", moment)
		}
	}
	if got := table.On(at("2027-12-31T00:00:00Z")).Columns[0].Ended(); !reflect.DeepEqual(got, catalog.Days{"b": "2027-03-31"}) {
		t.Error(got)
	}
	if got := table.Columns[0].Sunset("b"); got.Format(time.RFC3339) != "2027-03-31T16:00:00Z" || !table.Columns[0].Sunset("d").IsZero() {
		t.Error(got)
	}
	if len(table.Columns[0].Aliases) != 3 {
		t.Error("the shared table was changed")
	}
}

func TestRecipeAliasUntil(t *testing.T) {
	recipe := func(until string) error {
		r, err := catalog.ReadRecipe(strings.NewReader(`{"tables":[{"name":"t","columns":[{"name":"a","aliases":["b"]` + until + `}]}]}`))
		if err == nil && until != "" && r.Tables[0].Columns[0].AliasUntil["b"] != "2027-03-31" {
			t.Errorf("%+v", r)
		}
		return err
	}
	for until, field := range map[string]string{
		"": "", `,"alias_until":{"b":"2027-03-31"}`: "",
		`,"alias_until":{"c":"2027-03-31"}`: "tables[0].columns[0].alias_until.c", `,"alias_until":{"b":"2027-02-30"}`: "tables[0].columns[0].alias_until.b",
		`,"alias_until":{"b":""}`: "tables[0].columns[0].alias_until.b", `,"alias_until":"2027-03-31"`: "tables[0].columns[0].alias_until",
	} {
		err := recipe(until)
		var told *catalog.Error
		errors.As(err, &told)
		switch {
		case field == "" && err != nil:
			t.Errorf("%s: %v", until, err)
		case field != "" && (told == nil || told.Field != field || told.Kind != catalog.Invalid):
			t.Errorf("%s: %v", until, err)
		}
	}
}
