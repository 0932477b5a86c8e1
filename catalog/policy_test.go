package catalog_test

import (
	"fmt"
	"testing"
	"time"

	"gongkai/catalog"
)

// TestMay asks every action of every actor about every dataset and version.
func TestMay(t *testing.T) {
	const own, other = catalog.DepartmentID(1), catalog.DepartmentID(2)
	actors := map[string]catalog.Actor{
		"public": {}, "owner": {Name: "a", Department: own}, "other": {Name: "b", Department: other}, "operator": {System: true},
	}
	actions := []catalog.Action{catalog.ReadDataset, catalog.ReadVersion, catalog.ReadUpload, catalog.CreateUpload, catalog.EditRecipe,
		catalog.CancelJob, catalog.Publish, catalog.Withdraw, catalog.Purge, "made.up"}
	states := []catalog.VersionState{catalog.Draft, catalog.Published, catalog.Superseded, catalog.Withdrawn, catalog.Purged}
	for who, actor := range actors {
		for _, do := range actions {
			for _, current := range []int{0, 3} {
				for _, terms := range []catalog.OpenAttribute{"", catalog.OpenUnconditional, catalog.OpenConditional, catalog.OpenNone} {
					for _, state := range states {
						d := &catalog.Dataset{Department: own, Current: current}
						if current > 0 {
							d.Issued = time.Unix(1, 0)
						}
						d.Open = terms
						what := catalog.Subject{Dataset: d, Version: &catalog.Version{State: state}}
						seen := current > 0 && terms != catalog.OpenNone
						want := who == "operator"
						switch do {
						case catalog.ReadDataset:
							want = want || who == "owner" || seen
						case catalog.ReadVersion:
							want = want || who == "owner" || seen && (state == catalog.Published || state == catalog.Superseded)
						case "made.up":
						default:
							want = want || who == "owner"
						}
						name := fmt.Sprintf("%s %s %s version of dataset at %d, open %q", who, do, state, current, terms)
						if got := catalog.May(actor, do, what); got != want {
							t.Errorf("%s: %v, want %v", name, got, want)
						}
					}
				}
			}
		}
	}
}

// An actor of no department owns nothing, not even a dataset of none.
func TestMayOfNoDepartment(t *testing.T) {
	if catalog.May(catalog.Actor{Name: "x"}, catalog.Publish, catalog.Subject{Dataset: &catalog.Dataset{}}) {
		t.Error("an actor without a department publishes")
	}
}

func TestBlocking(t *testing.T) {
	finding := func(s catalog.Severity, code string) catalog.Finding { return catalog.Finding{Severity: s, Code: code} }
	findings := []catalog.Finding{finding(catalog.SeverityInfo, "i"), finding(catalog.SeverityWarning, "a"),
		finding(catalog.SeverityError, "e"), finding(catalog.SeverityWarning, "b"), finding(catalog.SeverityWarning, "a")}
	for _, c := range []struct {
		acks []catalog.Acknowledgement
		want string
	}{
		{nil, "e|aba"},
		{[]catalog.Acknowledgement{{Code: "a"}}, "e|b"},
		{[]catalog.Acknowledgement{{Code: "b"}, {Code: "a"}, {Code: "e"}, {Code: "x"}}, "e|"},
	} {
		errs, warnings := catalog.Blocking(findings, c.acks)
		got := ""
		for _, f := range errs {
			got += f.Code
		}
		got += "|"
		for _, f := range warnings {
			got += f.Code
		}
		if got != c.want {
			t.Errorf("with %v: %s, want %s", c.acks, got, c.want)
		}
	}
}
