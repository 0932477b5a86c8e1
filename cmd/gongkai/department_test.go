package main

import (
	"strings"
	"testing"
)

// TestDepartments names a department that publish made by its slug alone, and
// makes another before anything is published.
func TestDepartments(t *testing.T) {
	data := t.TempDir()
	must(t, "publish", writeFile(t, "new.csv", "编号,数量\n1,2\n2,3\n"), "--data", data, "--dataset", "stock", "--department", "finance")
	s := boot(t, data)
	if out := must(t, "department", "set", "finance", "--data", data, "--title", "示例市财政局", "--title-en", "Finance Bureau", "--phone", "0960-1"); !strings.Contains(out, "changed: finance") {
		t.Errorf("set: %s", out)
	}
	must(t, "department", "set", "finance", "--data", data, "--hours", "工作日 9:00–17:00")
	must(t, "department", "set", "budget-office", "--data", data, "--title", "预算科", "--parent", "finance")
	must(t, "token", "create", "--data", data, "--department", "budget-office")
	if page := string(s.get("/zh/departments/finance", 200).body); !strings.Contains(page, "示例市财政局") || !strings.Contains(page, "0960-1") || !strings.Contains(page, "工作日") {
		t.Errorf("the department's page does not say what was set: %s", page)
	}
	if out := must(t, "department", "list", "--data", data); out != "budget-office\t预算科\t\t0\nfinance\t示例市财政局\tFinance Bureau\t1\n" {
		t.Errorf("list: %q", out)
	}
	for _, bad := range [][]string{{"set", "Bad Slug"}, {"set", "finance", "--level", "planet"}, {"set", "finance", "--title", ""},
		{"set", "finance", "--parent", "nobody"}, {"set", "finance", "--parent", "budget-office"}} {
		if out, _, code := gk(t, append(append([]string{"department"}, bad...), "--data", data)...); code == 0 {
			t.Errorf("%v: taken: %s", bad, out)
		}
	}
	if out := must(t, "department", "list", "--data", data, "--json"); !strings.Contains(out, `"title_en":"Finance Bureau"`) || strings.Count(out, "\n") != 2 {
		t.Errorf("list --json: %s", out)
	}
}
