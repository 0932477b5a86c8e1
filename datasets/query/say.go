package query

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"gongkai/catalog"
)

// Sentences are put together from the phrases of the operator and function
// tables, in both languages at once, while a query is bound.

// fill puts phrases into the places of a template: {0}, {1}, ... and {*} for
// all of them. What stands in [ ] is left out where a place in it has none.
func fill(template catalog.Text, parts ...expr) catalog.Text {
	zh, en := make([]string, len(parts)), make([]string, len(parts))
	for i, p := range parts {
		zh[i], en[i] = p.says.ZH, p.says.EN
	}
	return catalog.Text{ZH: fillOne(template.ZH, zh, "、", true), EN: fillOne(template.EN, en, ", ", false)}
}

func fillOne(template string, parts []string, comma string, spaced bool) string {
	var out phrase
	out.spaced = spaced
	for template != "" {
		at := strings.IndexAny(template, "{[")
		if at < 0 {
			break
		}
		out.add(template[:at])
		closing := map[byte]string{'{': "}", '[': "]"}[template[at]]
		end := strings.Index(template, closing)
		inside := template[at+1 : end]
		switch {
		case template[at] == '[':
			if place := inside[strings.IndexByte(inside, '{')+1]; int(place-'0') < len(parts) {
				out.add(fillOne(inside, parts, comma, spaced))
			}
		case inside == "*":
			out.add(strings.Join(parts, comma))
		default:
			if i := int(inside[0] - '0'); i < len(parts) {
				out.add(parts[i])
			}
		}
		template = template[end+1:]
	}
	out.add(template)
	return out.String()
}

// phrase puts texts together; in Chinese, with a space between Han characters
// and Latin letters or digits that come from different texts.
type phrase struct {
	strings.Builder
	spaced bool
}

func (p *phrase) add(text string) {
	if p.spaced && p.Len() > 0 && text != "" {
		last, _ := utf8.DecodeLastRuneInString(p.String())
		first, _ := utf8.DecodeRuneInString(text)
		if unicode.Is(unicode.Han, last) && isLatin(first) || isLatin(last) && unicode.Is(unicode.Han, first) {
			p.WriteByte(' ')
		}
	}
	p.WriteString(text)
}

// inChinese puts texts together with the spaces that they need.
func inChinese(parts ...string) string {
	p := phrase{spaced: true}
	for _, part := range parts {
		p.add(part)
	}
	return p.String()
}

func isLatin(r rune) bool {
	return r < 0x250 && (unicode.IsLetter(r) || unicode.IsDigit(r)) || r == '%' || r == '-' || r == '−'
}

// say makes the phrase of an operator over its sides.
func say(op *Operator, sides ...expr) catalog.Text {
	if op.binding > bindingCompare {
		for i := range sides {
			sides[i] = bracketed(sides[i])
		}
	}
	return fill(op.Says, sides...)
}

// bracketed is a phrase that stays together in another.
func bracketed(x expr) expr {
	if x.several {
		x.says = catalog.Text{ZH: "（" + x.says.ZH + "）", EN: "(" + x.says.EN + ")"}
	}
	return x
}

// sayComparison chooses later for dates where it says greater for numbers.
func sayComparison(op *Operator, left, right expr) catalog.Text {
	if isMoment(left) || left.typ.class == classTime {
		return fill(op.moment, left, right)
	}
	return say(op, left, right)
}

func sayLogic(op *Operator, terms []expr) catalog.Text {
	var out catalog.Text
	for i, t := range terms {
		t = bracketed(t)
		if i > 0 {
			out.ZH, out.EN = out.ZH+op.Says.ZH, out.EN+op.Says.EN
		}
		out.ZH, out.EN = out.ZH+t.says.ZH, out.EN+t.says.EN
	}
	return out
}

func sayCall(f *Function, args []expr) catalog.Text {
	return fill(f.Says, args...)
}

func sayChoice(conditions, results []expr) catalog.Text {
	var zh, en []string
	for i, r := range results {
		if i < len(conditions) {
			both := fill(catalog.Text{ZH: "{0}时为{1}", EN: "{1} where {0}"}, conditions[i], r)
			zh, en = append(zh, both.ZH), append(en, both.EN)
			continue
		}
		rest := fill(catalog.Text{ZH: "否则为{0}", EN: "else {0}"}, r)
		zh, en = append(zh, rest.ZH), append(en, rest.EN)
	}
	return catalog.Text{ZH: strings.Join(zh, "，"), EN: strings.Join(en, ", ")}
}

// sayList joins values as in "a, b or c".
func sayList(list []expr) catalog.Text {
	const most = 5
	var zh, en []string
	for i, x := range list {
		if i == most {
			zh, en = append(zh, "…"), append(en, "…")
			break
		}
		zh, en = append(zh, x.says.ZH), append(en, x.says.EN)
	}
	return catalog.Text{ZH: strings.Join(zh, "、"), EN: strings.Join(en, ", ")}
}

func sayLiteral(v *literal) catalog.Text {
	text := v.text
	switch v.kind {
	case literalString:
		text = "“" + shorten(text) + "”"
	case literalNumber:
		text = groupDigits(text)
	case literalPercent:
		text += "%"
	case literalBoolean:
		return catalog.Text{ZH: map[string]string{"true": "是", "false": "否"}[text], EN: text}
	case literalNull:
		return catalog.Text{ZH: "无值", EN: "no value"}
	}
	return catalog.Text{ZH: text, EN: text}
}

// groupDigits writes 1234567.5 as 1,234,567.5.
func groupDigits(text string) string {
	if strings.ContainsAny(text, "eE") {
		return text
	}
	whole, fraction, dotted := strings.Cut(text, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if dotted {
		whole += "." + fraction
	}
	return sign + whole
}

// Describe says in a sentence what a query asks for, in the reader's language:
// "rows where 金额 is over 1,000".
func Describe(b *Bound, lang catalog.Lang) string {
	if lang == catalog.ZH {
		return b.describeZH()
	}
	return b.describeEN()
}

// conditions are the phrases of what rows must meet.
func (b *Bound) conditions(lang catalog.Lang) []string {
	var list []string
	for _, c := range b.where {
		if c.says.ZH == "" {
			continue // not asked for in words
		}
		if c.several && len(b.where) > 1 {
			c = bracketed(c)
		}
		list = append(list, c.says.In(lang))
	}
	return list
}

func (b *Bound) describeEN() string {
	rows := "all rows"
	if c := b.conditions(catalog.EN); len(c) > 0 {
		rows = "rows where " + strings.Join(c, " and ")
	}
	out := rows
	switch {
	case b.distinct:
		out = "different " + b.itemList(catalog.EN, ", ") + " of " + rows
	case b.grouped:
		out = b.itemList(catalog.EN, ", ")
		if len(b.groups) > 0 {
			out += " by " + phrases(b.groups, catalog.EN, ", ")
		}
		out += ", of " + rows
	case !b.allColumns:
		out = b.itemList(catalog.EN, ", ") + " of " + rows
	}
	if b.having != nil {
		out += ", only groups where " + b.having.says.EN
	}
	var order []string
	for _, k := range b.keys[:b.asked] {
		order = append(order, k.expr.says.EN+map[bool]string{true: " descending"}[k.desc])
	}
	if len(order) > 0 {
		out += ", ordered by " + strings.Join(order, ", ")
	}
	return out
}

func (b *Bound) describeZH() string {
	rows := "全部行"
	if c := b.conditions(catalog.ZH); len(c) > 0 {
		rows = inChinese(strings.Join(c, "，且"), "的行")
	}
	out := rows
	switch {
	case b.distinct:
		out = inChinese(rows, "中不同的", b.itemList(catalog.ZH, "、"))
	case b.grouped:
		out = rows
		if len(b.groups) > 0 {
			out = inChinese(out, "，按", phrases(b.groups, catalog.ZH, "、"), "分组")
		}
		out += "：" + b.itemList(catalog.ZH, "、")
	case !b.allColumns:
		out = inChinese(rows, "的", b.itemList(catalog.ZH, "、"))
	}
	if b.having != nil {
		out = inChinese(out, "，只取", b.having.says.ZH, "的组")
	}
	var order []string
	for _, k := range b.keys[:b.asked] {
		order = append(order, inChinese(k.expr.says.ZH, map[bool]string{false: "从小到大", true: "从大到小"}[k.desc]))
	}
	if len(order) > 0 {
		out = inChinese(out, "，按", strings.Join(order, "、"), "排列")
	}
	return out
}

func (b *Bound) itemList(lang catalog.Lang, comma string) string {
	list := make([]expr, 0, len(b.items))
	for i := range b.items {
		if b.grouped && !b.distinct && b.isGroup(b.items[i].expr) {
			continue // named behind by
		}
		list = append(list, b.items[i].expr)
	}
	if len(list) == 0 {
		return map[catalog.Lang]string{catalog.ZH: "各组", catalog.EN: "groups"}[lang]
	}
	return phrases(list, lang, comma)
}

func (b *Bound) isGroup(x expr) bool {
	for _, g := range b.groups {
		if g.normal == x.normal {
			return true
		}
	}
	return false
}

func phrases(list []expr, lang catalog.Lang, comma string) string {
	texts := make([]string, len(list))
	for i, x := range list {
		texts[i] = x.says.In(lang)
	}
	return strings.Join(texts, comma)
}
