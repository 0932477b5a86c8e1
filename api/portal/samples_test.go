package portal

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
	"time"

	"gongkai/api/portal/page"
	"gongkai/catalog"
	"gongkai/datasets"
)

// TestSamplesAreSafeToPaste puts what would break out of a string into the
// values that samples are made of, and lets a shell take the words apart.
func TestSamplesAreSafeToPaste(t *testing.T) {
	const evil = "it's $(touch x) `id` \"q\" \\ 站"
	table := catalog.Table{Name: "t", Columns: []catalog.Column{
		{Name: "a", Type: catalog.TypeText, Profile: catalog.Profile{Min: "0012", Top: []catalog.ValueCount{{Value: evil[:16], Count: 2}}}},
	}}
	s := &shown{
		Ref:  &datasets.Ref{Dataset: &catalog.Dataset{Slug: "d"}, Version: &catalog.Version{Tables: []catalog.Table{table}}, Table: &table},
		lang: catalog.EN, base: "http://127.0.0.1",
	}
	block := samples(s)
	if len(block.Samples) != 3 {
		t.Fatalf("%d samples", len(block.Samples))
	}
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no shell on this machine")
	}
	words, err := exec.Command(sh, "-c", `curl() { for w; do printf '%s\n' "$w"; done; }; `+block.Samples[0].Code).Output()
	if err != nil {
		t.Fatal(err)
	}
	want := "where=a = '" + strings.ReplaceAll(evil[:16], "'", "''") + "'"
	if !strings.Contains(string(words), want+"\n") {
		t.Errorf("the shell sees %q, want a word %q", words, want)
	}
	for _, code := range []string{block.Samples[1].Code, block.Samples[2].Code} {
		if !strings.Contains(code, `"a"`) {
			t.Errorf("the column with leading zeros is not kept as text:\n%s", code)
		}
	}
	var back string
	if err := json.Unmarshal([]byte(literal(evil)), &back); err != nil || back != evil {
		t.Errorf("%s: %q, %v", literal(evil), back, err)
	}
}

func TestPercent(t *testing.T) {
	for in, want := range map[string]string{"0.125": "12.5%", "1": "100%", "0": "0%", "-0.0005": "\u22120.05%", "12.3": "1,230%", "0.1": "10%", "0.10000": "10%", "1e-9": "1e-9"} {
		if got := percent(in); got != want {
			t.Errorf("percent(%s) = %s, want %s", in, got, want)
		}
	}
}

func TestNumbersLineUp(t *testing.T) {
	rows := []page.Row{{Cells: []page.Cell{{Text: "1.25"}}}, {Cells: []page.Cell{{Text: "7"}}}, {Cells: []page.Cell{{Text: "12.5"}}}, {Cells: []page.Cell{{Null: true}}}}
	alignPoints(rows, 0)
	for i, want := range []string{"", ".00", "0", ""} {
		if got := rows[i].Cells[0].Pad; got != want {
			t.Errorf("row %d is padded with %q, want %q", i, got, want)
		}
	}
}

func TestYearsAreNotGrouped(t *testing.T) {
	year := func(n int64) []catalog.Value { return []catalog.Value{{Kind: catalog.IntValue, I: n}} }
	if wide([][]catalog.Value{year(2019), year(-2024)}, 0) {
		t.Error("years are grouped")
	}
	if !wide([][]catalog.Value{year(2019), year(20240)}, 0) {
		t.Error("large numbers are not grouped")
	}
}

func TestPunctuality(t *testing.T) {
	day := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, c := range []struct {
		cycle catalog.UpdateCycle
		now   string
		want  page.Punctuality
	}{
		{catalog.CycleMonthly, "2024-03-05", page.OnTime},
		{catalog.CycleMonthly, "2024-03-30", page.DueSoon},
		{catalog.CycleMonthly, "2024-04-02", page.Late},
		{catalog.CycleDaily, "2024-03-01", page.OnTime},
		{catalog.CycleIrregular, "2030-01-01", page.Unplanned},
		{catalog.CycleNever, "2030-01-01", page.Unplanned},
		{"", "2030-01-01", page.Unplanned},
	} {
		if _, got := punctuality(c.cycle, day("2024-03-01"), day(c.now)); got != c.want {
			t.Errorf("%s on %s: %s, want %s", c.cycle, c.now, got, c.want)
		}
	}
}

func TestQueryProblemMarksTheWord(t *testing.T) {
	err := &catalog.Error{Kind: catalog.Invalid, Field: "where", Pos: 6, Message: "m"}
	for _, c := range []struct{ text, before, at, after string }{
		{"城 = 1 部门 = 2", "城 = 1", " ", "部门 = 2"},
		{"a = 1部门=2", "a = 1", "部门", "=2"},
		{"a = (", "a = (", "", ""},
		{"ab", "ab", "", ""},
	} {
		p := queryProblem(err, asked{where: c.text})
		if p.Before != c.before || p.At != c.at || p.After != c.after {
			t.Errorf("%q: %q %q %q", c.text, p.Before, p.At, p.After)
		}
	}
	if queryProblem(&catalog.Error{Kind: catalog.Deadline}, asked{where: "a"}) != nil {
		t.Error("a deadline is taken for a slip of the reader")
	}
}

func FuzzQueryProblem(f *testing.F) {
	f.Add("pm25 > 3", 3)
	f.Add("城南", 99)
	f.Fuzz(func(t *testing.T, text string, pos int) {
		p := queryProblem(&catalog.Error{Kind: catalog.Invalid, Field: "where", Pos: pos}, asked{where: text})
		if p.Pos > 0 && p.Before+p.At+p.After != string([]rune(text)) {
			t.Errorf("%q at %d became %q %q %q", text, pos, p.Before, p.At, p.After)
		}
	})
}
