package infer

import (
	"fmt"

	"gongkai/catalog"
)

// say sets how the column's type was decided, for readers of both languages.
// The verbs of zh and en take the same arguments in the same order.
func (t *tally) say(zh, en string, args ...any) {
	t.evidence = catalog.Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}
}

// sayMore appends to what say said.
func (t *tally) sayMore(zh, en string, args ...any) {
	t.evidence.ZH += fmt.Sprintf(zh, args...)
	t.evidence.EN += fmt.Sprintf(en, args...)
}

// sayNumbers says it of a column of numbers.
func (t *tally) sayNumbers(c *column, numbers, n int64) {
	what := map[catalog.Type]catalog.Text{
		catalog.TypeInteger: {ZH: "整数", EN: "whole numbers"},
		catalog.TypeDecimal: {ZH: "数字", EN: "numbers"},
		catalog.TypePercent: {ZH: "百分数", EN: "percentages"},
	}[c.kind]
	t.evidence = catalog.Text{ZH: fmt.Sprintf("全部 %d 个值都是%s", n, what.ZH), EN: fmt.Sprintf("all %d values are %s", n, what.EN)}
	if numbers < n {
		t.evidence = catalog.Text{ZH: fmt.Sprintf("%[2]d 个值中有 %[1]d 个是%[3]s", numbers, n, what.ZH), EN: fmt.Sprintf("%d of %d values are %s", numbers, n, what.EN)}
	}
	if t.footnotes.n > 0 {
		t.sayMore("，其中 %d 个带脚注标记", ", %d of them with a footnote mark", t.footnotes.n)
	}
	if c.point == ',' {
		t.sayMore("；逗号是小数点", "; the comma is the decimal mark")
	}
}

// madeFrom says where a helper column comes from.
func madeFrom(c *column) catalog.Text {
	return catalog.Text{ZH: "由 " + c.source.Name + " 得出", EN: "made from " + c.source.Name}
}
