package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gongkai/catalog"
)

// editRecipe changes a dataset's recipe in force as text.
func editRecipe(t testing.TB, data, dataset string, change ...string) {
	t.Helper()
	old := must(t, "recipe", "get", "--data", data, "--dataset", dataset)
	text := strings.NewReplacer(change...).Replace(old)
	if text == old {
		t.Fatalf("nothing to change in\n%s", old)
	}
	must(t, "recipe", "put", writeFile(t, "recipe.json", text), "--data", data, "--dataset", dataset, "--as", "officer")
}

// rereadLine is what the tests need of a line of `reread --json`.
type rereadLine struct {
	Dataset    string
	Before     int
	Draft      int
	Unchanged  bool
	Refused    *struct{ Code string }
	Difference *struct {
		Tables []struct {
			Name, Change string
			Columns      []struct {
				Name, Change string
				Cells        int
				First        []struct {
					Where         string
					Before, After *string
				}
			}
		}
	}
}

func rereadOf(t testing.TB, args ...string) (list []rereadLine) {
	t.Helper()
	out := must(t, append([]string{"reread", "--json"}, args...)...)
	for line := range strings.Lines(out) {
		var l rereadLine
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		list = append(list, l)
	}
	return list
}

// TestRereadCommand: an upload that is read again by another recipe gives a
// draft and the values that differ; what is published stays.
func TestRereadCommand(t *testing.T) {
	data := t.TempDir()
	file := writeFile(t, "beds.csv", "机构,床位,备注\n甲院,10,a\n乙院,另册,b\n丙院,30,c\n丁院,40,d\n")
	must(t, "publish", file, "--data", data, "--dataset", "beds", "--department", "health", "--quiet")
	must(t, "publish", writeFile(t, "b.csv", "a,b\n1,2\n3,4\n"), "--data", data, "--dataset", "other", "--department", "health", "--quiet")

	all := rereadOf(t, "--data", data, "--all")
	if len(all) != 2 || !all[0].Unchanged || !all[1].Unchanged || all[0].Draft != 0 || all[0].Difference != nil {
		t.Errorf("read again as before: %+v", all)
	}
	editRecipe(t, data, "beds", `"name": "chuangwei",`, `"name": "beds", "aliases": ["chuangwei"], "null_markers": ["另册"],`, `"type": "text"`, `"type": ""`)
	got := rereadOf(t, "--data", data, "--dataset", "beds")
	if len(got) != 1 || got[0].Unchanged || got[0].Before != 1 || got[0].Draft != 2 {
		t.Fatalf("%+v", got)
	}
	columns := got[0].Difference.Tables[0].Columns
	if len(columns) != 1 || columns[0].Name != "beds" || columns[0].Cells != 1 || columns[0].First[0].Where != "B3" || *columns[0].First[0].Before != "另册" || columns[0].First[0].After != nil {
		t.Errorf("%+v", columns)
	}
	if out := must(t, "reread", "--data", data, "--dataset", "beds", "--version", "2"); !strings.Contains(out, "beds: unchanged (version 2)") {
		t.Errorf("once more: %s", out)
	}
	fo, err := openFolder(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	defer fo.close()
	d, err := fo.store.DatasetBySlug(t.Context(), "beds")
	if err != nil {
		t.Fatal(err)
	}
	versions, err := fo.store.ListVersions(t.Context(), d.ID)
	if err != nil || d.Current != 1 || len(versions) != 2 || versions[0].State != catalog.Draft || versions[0].CreatedBy != systemUser {
		t.Errorf("current version %d of %+v, %v", d.Current, versions, err)
	}
	must(t, "publish", file, "--data", data, "--dataset", "beds", "--department", "health", "--quiet")
	if list := must(t, "recipe", "list", "--data", data, "--dataset", "beds"); strings.Count(list, "\n") != 3 {
		t.Errorf("the reading of version 2 is no revision:\n%s", list)
	}
	for _, args := range [][]string{{"reread"}, {"reread", "--all", "--dataset", "beds"}, {"reread", "--all", "--version", "1"}, {"recipe", "get"}, {"recipe", "put"}} {
		if _, errs, code := gk(t, append(args, "--data", data)...); code != 2 || errs == "" {
			t.Errorf("%v: exit %d %s", args, code, errs)
		}
	}
}

// TestRecipeCommand: a recipe is put whole or not at all, and by whom saw the
// one before.
func TestRecipeCommand(t *testing.T) {
	data := t.TempDir()
	must(t, "publish", writeFile(t, "a.csv", "a,b\n1,2\n3,4\n"), "--data", data, "--dataset", "a", "--department", "d", "--quiet")
	for _, c := range []struct{ recipe, says string }{
		{`{"tables":[{"name":"table","colums":[]}]}`, "tables[0].colums"},
		{`{"tables":[{"name":"table","columns":[{"name":"a","type":"number"}]}]}`, "tables[0].columns[0].type"},
		{`{"tables":`, "not JSON"},
	} {
		file := writeFile(t, "r.json", c.recipe)
		for _, args := range [][]string{
			{"recipe", "put", file, "--data", data, "--dataset", "a"}, {"inspect", file, "--recipe", file},
			{"publish", file, "--recipe", file, "--data", data, "--dataset", "a", "--department", "d"},
		} {
			if _, errs, code := gk(t, args...); code != 2 || !strings.Contains(errs, c.says) {
				t.Errorf("%v: exit %d %s", args, code, errs)
			}
		}
	}
	good := writeFile(t, "r.json", `{"tables":[{"name":"table","columns":[{"source":"a","name":"first"}]}]}`)
	if _, errs, code := gk(t, "recipe", "put", good, "--data", data, "--dataset", "a", "--expect", "2"); code != 3 || !strings.Contains(errs, "changed meanwhile") {
		t.Errorf("exit %d %s", code, errs)
	}
	if out := must(t, "recipe", "put", good, "--data", data, "--dataset", "a", "--expect", "1"); !strings.Contains(out, "is revision 2") {
		t.Errorf("%s", out)
	}
	if out := must(t, "recipe", "put", good, "--data", data, "--dataset", "a"); !strings.Contains(out, "was already revision 2") {
		t.Errorf("%s", out)
	}
	if out := must(t, "inspect", writeFile(t, "b.csv", "a,b\n1,2\n3,4\n"), "--recipe", good, "--print-recipe"); !strings.Contains(out, `"name": "first"`) {
		t.Errorf("%s", out)
	}
	if _, errs, code := gk(t, "recipe", "get", "--data", data, "--dataset", "a", "--revision", "9"); code != 1 || !strings.Contains(errs, "no revision 9") {
		t.Errorf("exit %d %s", code, errs)
	}
}

// TestSentRecipe: a recipe that comes along reads that file, and its reading
// becomes the dataset's; one that was changed since is what reading again takes.
func TestSentRecipe(t *testing.T) {
	data := t.TempDir()
	file := writeFile(t, "a.csv", "编号,数量\n01,2\n02,4\n")
	sent := writeFile(t, "r.json", `{"tables":[{"name":"goods","columns":[{"source":"编号","name":"code"}]}]}`)
	must(t, "publish", file, "--recipe", sent, "--data", data, "--dataset", "a", "--department", "d", "--quiet")
	if got := must(t, "recipe", "get", "--data", data, "--dataset", "a"); !strings.Contains(got, `"name": "goods"`) || !strings.Contains(got, `"name": "code"`) || !strings.Contains(got, `"name": "shuliang"`) {
		t.Errorf("%s", got)
	}
	if all := rereadOf(t, "--data", data, "--all"); len(all) != 1 || !all[0].Unchanged {
		t.Errorf("%+v", all)
	}
	editRecipe(t, data, "a", `"name": "shuliang"`, `"name": "amount"`)
	if got := rereadOf(t, "--data", data, "--all"); len(got) != 1 || got[0].Draft != 2 || got[0].Difference.Tables[0].Columns[0].Name != "amount" {
		t.Errorf("%+v", got)
	}
}

// TestReferences: a foreign key is held against the published version of
// another dataset, and one into nothing is told.
func TestReferences(t *testing.T) {
	data := t.TempDir()
	must(t, "publish", writeFile(t, "regions.csv", "code,name\n620102,城关区\n620103,七里河区\n"), "--data", data, "--dataset", "regions", "--department", "civil", "--quiet")
	beds := "code,parent,beds\n620102,620102,10\n620103,620102,20\n620199,620198,30\n"
	for _, c := range []struct {
		name, recipe, code, actual string
		exit                       int
	}{
		{"lacking", `{"tables":[{"name":"beds","columns":[{"source":"code","name":"code","constraints":{"reference":{"dataset":"regions","column":"code"}}}]}]}`, "rule-reference", "620199", 3},
		{"no dataset", `{"tables":[{"name":"beds","columns":[{"source":"code","name":"code","constraints":{"reference":{"dataset":"none","column":"code"}}}]}]}`, "rule-unchecked", "none.code", 0},
		{"no column", `{"tables":[{"name":"beds","columns":[{"source":"code","name":"code","constraints":{"reference":{"dataset":"regions","table":"table","column":"x"}}}]}]}`, "rule-unchecked", "regions.table.x", 0},
		{"itself", `{"tables":[{"name":"beds","columns":[{"source":"parent","name":"parent","constraints":{"reference":{"dataset":"","column":"code"}}}]}]}`, "rule-reference", "620198", 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "beds.csv")
			if err := os.WriteFile(file, []byte(beds), 0o600); err != nil {
				t.Fatal(err)
			}
			out, errs, code := gk(t, "publish", file, "--recipe", writeFile(t, "r.json", c.recipe), "--data", data, "--dataset", "beds-"+strings.ReplaceAll(c.name, " ", "-"), "--department", "health", "--json")
			var got struct {
				Findings []struct{ Code, Actual string }
			}
			if err := json.Unmarshal([]byte(out), &got); err != nil {
				t.Fatalf("%v: %s%s", err, out, errs)
			}
			found := false
			for _, f := range got.Findings {
				found = found || f.Code == c.code && strings.Contains(f.Actual, c.actual)
			}
			if !found || code != c.exit {
				t.Errorf("exit %d, findings %+v\n%s", code, got.Findings, errs)
			}
		})
	}
}
