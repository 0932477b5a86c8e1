package shape

import (
	"strings"
	"testing"
)

func TestTotalWord(t *testing.T) {
	for s, want := range map[string]naming{
		"合计": namesTotal, "合　计": namesTotal, "总 计：": namesTotal, "农业小计": namesTotal, "全市合计": namesTotal, "合计（万元）": namesTotal, "合计 按年": namesTotal,
		"小计：含郊区": namesTotal, "Grand Total": namesTotal, "subtotal": namesTotal, "Total2": namesTotal, "Total structure:": namesTotal, "Wales total": namesTotal, "TOTAL, all ages": namesTotal,
		"合计人数": namesMaybe, "合计划社区": namesMaybe, "总计划处": namesMaybe, "小计庄村": namesMaybe, "共计镇": namesMaybe, "Total E&P": namesMaybe, "Total murders": namesMaybe,
		"合计费用说明及其计算方法": namesNothing, "设计": namesNothing, "统计局": namesNothing, "会计": namesNothing, "Totalenergies": namesNothing, "": namesNothing,
	} {
		if got := totalWord(s); got != want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	}
}

func TestVisible(t *testing.T) {
	for s, want := range map[string]string{"金额": "金额", "\u202eabc": "abc", "a\u200bb\x07": "ab", "a b": "a b"} {
		if got := visible(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

func TestLongIdentifier(t *testing.T) {
	name := Identifier(strings.Repeat("标题", 5000))
	if len(name) != 5000*len("biaoti") || name != Identifier(strings.Repeat("标题", 5000)) || name == "" {
		t.Error(len(name), name)
	}
}
