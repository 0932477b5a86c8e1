package check

import (
	"fmt"
	"strings"
	"testing"

	"gongkai/catalog"
)

// TestTogether: one cause in 500 sheets is one finding; what differs stays apart.
func TestTogether(t *testing.T) {
	var fs []catalog.Finding
	for i := range 500 {
		sheet := fmt.Sprintf("S%d", i)
		same := catalog.NewFinding("small-count", sheet+"!C7", map[string]string{"column": "人数"})
		same.Table, same.Expected, same.Count, same.Cells = "t"+sheet, "5", 2, []string{sheet + "!C7", sheet + "!C9"}
		skipped := catalog.NewFinding("sheet-skipped", sheet, map[string]string{"sheet": sheet, "reason": "prose"})
		varied := catalog.NewFinding("column-constant", sheet+"!A1", map[string]string{"column": "年份"})
		varied.Table, varied.Actual = "t"+sheet, fmt.Sprint(1500+i)
		fs = append(fs, same, skipped, varied)
	}
	alone := catalog.NewFinding("small-count", "S3!D7", map[string]string{"column": "户数"})
	alone.Table = "tS3"
	fs = append(fs, alone)
	for range 2 { // done again it stays
		fs = Order(fs)
		if len(fs) != 4 {
			t.Fatalf("%d findings: %v", len(fs), fs)
		}
		for _, f := range fs {
			places, cells := 500, 10
			switch {
			case f.Code == "small-count" && f.Args["column"] == "户数":
				if f.Table != "tS3" || f.Count != 1 || f.Args[placesArg] != "" {
					t.Errorf("%+v", f)
				}
				continue
			case f.Code == "small-count" && (f.Count != 1000 || f.Where != "S0!C7" || f.Cells[2] != "S1!C7"),
				f.Code == "sheet-skipped" && (f.Count != 500 || f.Cells[1] != "S1"),
				f.Code == "column-constant" && (f.Count != 500 || f.Actual != "1500"):
				t.Errorf("%+v", f)
			}
			if f.Args[placesArg] != fmt.Sprint(places) || len(f.Cells) != cells || f.Table != "" {
				t.Errorf("%+v", f)
			}
			if !strings.Contains(f.Sentence(catalog.EN), "first of 500") || !strings.Contains(f.Sentence(catalog.ZH), "500") {
				t.Errorf("%s / %s", f.Sentence(catalog.EN), f.Sentence(catalog.ZH))
			}
		}
	}
}

// TestApart: few findings that say different things, and several of one table,
// are not put together.
func TestApart(t *testing.T) {
	f := func(where, actual string) catalog.Finding {
		f := catalog.NewFinding("column-constant", where, map[string]string{"column": "年份"})
		f.Table, f.Actual = strings.ToLower(where[:1]), actual
		return f
	}
	if got := Order([]catalog.Finding{f("a!A1", "1"), f("b!A1", "2"), f("c!A1", "3"), f("c!B1", "3"), f("c!C1", "3"), f("c!D1", "3"), f("d!D1", "3")}); len(got) != 7 {
		t.Errorf("%v", got)
	}
}
