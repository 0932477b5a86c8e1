package check

import (
	"testing"

	"gongkai/catalog"
)

// TestGiveaways: what stands beside a count that is left out is named, in that
// row and no other.
func TestGiveaways(t *testing.T) {
	tab := table("区", "#人数", "治愈率（%）", "备注", "#床位")
	tab.Columns[2].Type = catalog.TypeDecimal
	decided := &catalog.RecipeTable{SmallCounts: &catalog.SmallCounts{Below: 5, Suppress: true}}
	run := func(decided *catalog.RecipeTable) map[string]catalog.Finding {
		c := New(tab, decided)
		for row, note := range []string{"", "共3人，均已治愈", "含12例重症", "另有30张床"} {
			left := record(tab, row+2, "甲", "", "66.7", note, "30")
			left.Values[2] = catalog.Value{Kind: catalog.DecimalValue, I: 667, Scale: 1}
			if row != 2 { // the third has its count
				left.Raw = []catalog.RawCell{{Column: 1, Reason: reasonSuppressed}}
			}
			c.Record(left)
		}
		out := map[string]catalog.Finding{}
		for _, f := range c.Findings(tab) {
			if f.Code == "small-count-derivable" {
				out[f.Args["column"]] = f
			}
		}
		return out
	}
	got := run(decided)
	if f := got["治愈率（%）"]; f.Count != 3 || f.Cells[2] != "S!C5" || f.Severity != catalog.SeverityWarning {
		t.Errorf("rate: %+v", f)
	}
	if f := got["备注"]; f.Count != 1 || f.Where != "S!D3" {
		t.Errorf("remark: %+v", f)
	}
	if len(got) != 2 || len(run(nil)) != 0 {
		t.Errorf("%+v", got)
	}
	for label, want := range map[string]bool{"死亡率": true, "占比": true, "每万人床位": true, "人均支出": true, "Share of total": true, "比例尺": true, "床位数": false, "Person": false, "percentile rank": false} {
		if rateWords.MatchString(label) != want {
			t.Error(label)
		}
	}
}
