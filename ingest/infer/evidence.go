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
	t.sayNotation(c)
}

// sayNotation says how the numbers of a column are written.
func (t *tally) sayNotation(c *column) {
	if t.footnotes.n > 0 {
		t.sayMore("，其中 %d 个带脚注标记", ", %d of them with a footnote mark", t.footnotes.n)
	}
	if c.kind == catalog.TypeDecimal && c.scaleOf(t) == 0 && c.scale > 0 {
		t.sayMore("，数字格式显示 %d 位小数", ", shown with %d decimals by their number format", c.scale)
	}
	switch {
	case c.point == ',' && t.comma.n > 0:
		t.sayMore("；逗号是小数点，因为出现了 %s", "; the comma is the decimal mark because %s appears", t.comma.text)
	case c.point == ',':
		t.sayMore("；逗号是小数点", "; the comma is the decimal mark")
	case t.point.n > 0:
		t.sayMore("；点是小数点，因为出现了 %s", "; the point is the decimal mark because %s appears", t.point.text)
	case t.both.n > 0:
		t.sayMore("；点是小数点（%s 也可以有别的读法）", "; the point is the decimal mark (%s could be read otherwise)", t.both.text)
	}
}

// sayUnit says where the unit comes from.
func (t *tally) sayUnit(unit string, from unitFrom) {
	switch from {
	case unitHeader:
		t.sayMore("；单位“%s”出自表头", "; unit %s from the header", unit)
	case unitTable:
		t.sayMore("；单位“%s”是全表的单位", "; unit %s, that of the whole table", unit)
	case unitRecipe:
		t.sayMore("；单位“%s”出自配方", "; unit %s from the recipe", unit)
	case unitNone:
	}
}

// sayMade says what a made column was made from, and which cells have their
// label from above.
func (t *tally) sayMade() {
	made := map[catalog.Made]catalog.Text{
		catalog.MadeSheet:   {ZH: "由工作表名称得出", EN: "made from the name of the sheet"},
		catalog.MadeSection: {ZH: "由分组标题行得出", EN: "made from the section rows"},
		catalog.MadeLevel:   {ZH: "由标签的层级得出", EN: "made from how the labels are set out"},
		catalog.MadePath:    {ZH: "由标签的层级得出", EN: "made from how the labels are set out"},
		catalog.MadeHeading: {ZH: "由转为行的列的表头得出", EN: "made from the headings of columns that became rows"},
		catalog.MadeValue:   {ZH: "由转为行的列的值得出", EN: "made from the values of columns that became rows"},
	}[t.col.Made]
	if !made.Empty() {
		t.evidence = catalog.Text{ZH: made.ZH + "；" + t.evidence.ZH, EN: made.EN + "; " + t.evidence.EN}
	}
	if t.filled.n > 0 {
		t.sayMore("；%d 个空白处沿用上方的标签", "; %d blank cells have the label above", t.filled.n)
	}
}

// madeFrom says where a helper column comes from.
func madeFrom(c *column) catalog.Text {
	return catalog.Text{ZH: "由 " + c.source.Name + " 得出", EN: "made from " + c.source.Name}
}
