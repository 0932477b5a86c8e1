package diff

import (
	"fmt"
	"strings"
	"testing"

	"gongkai/catalog"
)

// tableOf makes a table from columns written as name:type:unit, an older name
// behind = .
func tableOf(name string, columns ...string) catalog.Table {
	t := catalog.Table{Name: name, Label: name}
	for _, text := range columns {
		text, alias, _ := strings.Cut(text, "=")
		part := append(strings.Split(text, ":"), "", "")
		c := catalog.Column{Name: part[0], Label: part[0], Type: catalog.Type(part[1]), Unit: part[2]}
		if alias != "" {
			c.Aliases, c.Label = []string{alias}, alias
		}
		t.Columns = append(t.Columns, c)
	}
	return t
}

func TestSchema(t *testing.T) {
	for name, c := range map[string]struct {
		old, now catalog.Table
		want     string
	}{
		"the same":     {tableOf("t", "a:text"), tableOf("t", "a:text"), ""},
		"another":      {tableOf("t", "a:text"), tableOf("u", "a:text"), "table-removed! t; table-added u"},
		"column gone":  {tableOf("t", "a:text", "b:text"), tableOf("t", "a:text"), "column-removed! b"},
		"column new":   {tableOf("t", "a:text"), tableOf("t", "a:text", "b:text"), "column-added b"},
		"renamed":      {tableOf("t", "a:text"), tableOf("t", "b:text=a"), "column-renamed b"},
		"wider":        {tableOf("t", "a:integer"), tableOf("t", "a:decimal"), "type-changed a"},
		"narrower":     {tableOf("t", "a:decimal"), tableOf("t", "a:integer"), "type-changed! a"},
		"another unit": {tableOf("t", "a:decimal:元"), tableOf("t", "a:decimal:万元"), "unit-changed! a"},
		"moved":        {tableOf("t", "a:text", "b:text"), tableOf("t", "b:text", "a:text"), "order-changed "},
		"one between":  {tableOf("t", "a:text", "b:text"), tableOf("t", "a:text", "c:text", "b:text"), "column-added c"},
	} {
		var got []string
		for _, x := range Schema([]catalog.Table{c.old}, []catalog.Table{c.now}) {
			mark := " "
			if x.Major {
				mark = "! "
			}
			what := x.Column
			if x.Kind == catalog.TableAdded || x.Kind == catalog.TableRemoved {
				what = x.Table
			}
			got = append(got, fmt.Sprint(string(x.Kind), mark, what))
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s: %q, want %q", name, strings.Join(got, "; "), c.want)
		}
	}
}

func TestCompareKeys(t *testing.T) {
	old, now := tableOf("t", "id:text", "v:integer"), tableOf("t", "code:text=id", "v:decimal", "w:text")
	now.Key = []string{"code"}
	c, err := Compare(&old, &now, nil)
	if err != nil || len(c.Pairs) != 2 || len(c.Key) != 1 || c.Pairs[c.Key[0]].Old.Name != "id" {
		t.Fatalf("the declared key under its older name: %+v %v", c, err)
	}
	if c, err = Compare(&old, &now, []string{"id"}); err != nil || !c.IsKey(0) {
		t.Errorf("a key by its older name: %+v %v", c, err)
	}
	if _, err = Compare(&old, &now, []string{"w"}); catalog.KindOf(err) != catalog.Invalid {
		t.Errorf("a key that the older version has not: %v", err)
	}
	now.Key = []string{"w"}
	if c, err = Compare(&old, &now, nil); err != nil || len(c.Key) != 0 {
		t.Errorf("a declared key that the older version has not: %+v %v", c, err)
	}
	other := tableOf("t", "x:text")
	if _, err = Compare(&old, &other, nil); catalog.KindOf(err) != catalog.Conflict {
		t.Errorf("nothing in common: %v", err)
	}
}
