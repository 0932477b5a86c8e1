package query

import (
	"strconv"

	"gongkai/catalog"
)

// How tightly operators bind; more is tighter.
const (
	bindingOr = 1 + iota
	bindingAnd
	bindingNot
	bindingCompare
	bindingJoin
	bindingAdd
	bindingMultiply
	bindingMinus
)

// Operator is a line of the operator table, from which come the parser's
// binding, the SQL, the sentences and the reference.
type Operator struct {
	Name    string       // as typed, lower case
	Also    []string     // other ways to type it
	Label   catalog.Text // for people who choose from a list
	Says    catalog.Text // a sentence over its sides {0}, {1}, ...; what stands in [ ] needs the side in it
	Types   string       // what it takes, in words
	Doc     string
	Example string
	binding int
	prefix  bool
	sql     string // the SQL operator of a comparison
	flipped string // the comparison that holds with both sides exchanged
	moment  catalog.Text
}

// operators is the table of the operators. The first entry whose first word
// fits gives the binding, so in stands for all that may have not before them.
var operators = []Operator{
	{Name: "=", Also: []string{"==", "＝"}, Label: catalog.Text{ZH: "等于", EN: "is"}, Says: catalog.Text{ZH: "{0}等于{1}", EN: "{0} is {1}"}, Types: "all", binding: bindingCompare, sql: "=", flipped: "=",
		moment: catalog.Text{ZH: "{0}为{1}", EN: "{0} is {1}"},
		Doc:    "Equal. Text is compared exactly, upper and lower case are different.", Example: "code = '007'"},
	{Name: "<>", Also: []string{"!=", "≠"}, Label: catalog.Text{ZH: "不等于", EN: "is not"}, Says: catalog.Text{ZH: "{0}不等于{1}", EN: "{0} is not {1}"}, Types: "all", binding: bindingCompare, sql: "<>", flipped: "<>",
		moment: catalog.Text{ZH: "{0}不为{1}", EN: "{0} is not {1}"},
		Doc:    "Not equal. Rows without a value are not found.", Example: "district <> '东城区'"},
	{Name: "<", Also: []string{"＜"}, Label: catalog.Text{ZH: "小于", EN: "is under"}, Says: catalog.Text{ZH: "{0}小于{1}", EN: "{0} is under {1}"}, Types: ordered, binding: bindingCompare, sql: "<", flipped: ">",
		moment: catalog.Text{ZH: "{0}早于{1}", EN: "{0} is before {1}"},
		Doc:    "Less than, or before.", Example: "amount < 1000"},
	{Name: "<=", Also: []string{"≤"}, Label: catalog.Text{ZH: "不超过", EN: "is at most"}, Says: catalog.Text{ZH: "{0}不超过{1}", EN: "{0} is at most {1}"}, Types: ordered, binding: bindingCompare, sql: "<=", flipped: ">=",
		moment: catalog.Text{ZH: "{0}不晚于{1}", EN: "{0} is not after {1}"},
		Doc:    "Less than or equal, or not after.", Example: "day <= '2024-06-30'"},
	{Name: ">", Also: []string{"＞"}, Label: catalog.Text{ZH: "大于", EN: "is over"}, Says: catalog.Text{ZH: "{0}大于{1}", EN: "{0} is over {1}"}, Types: ordered, binding: bindingCompare, sql: ">", flipped: "<",
		moment: catalog.Text{ZH: "{0}晚于{1}", EN: "{0} is after {1}"},
		Doc:    "Greater than, or after.", Example: "share > 12.5%"},
	{Name: ">=", Also: []string{"≥"}, Label: catalog.Text{ZH: "不少于", EN: "is at least"}, Says: catalog.Text{ZH: "{0}不少于{1}", EN: "{0} is at least {1}"}, Types: ordered, binding: bindingCompare, sql: ">=", flipped: "<=",
		moment: catalog.Text{ZH: "{0}不早于{1}", EN: "{0} is not before {1}"},
		Doc:    "Greater than or equal, or not before.", Example: `"金额（元）" >= 1000.50`},
	{Name: "in", Label: catalog.Text{ZH: "属于", EN: "is one of"}, Says: catalog.Text{ZH: "{0}是{1}之一", EN: "{0} is one of {1}"}, Types: "all", binding: bindingCompare,
		Doc: "Equal to one of up to " + strconv.Itoa(MaxList) + " values.", Example: "code in ('007', '008')"},
	{Name: "not in", Label: catalog.Text{ZH: "不属于", EN: "is none of"}, Says: catalog.Text{ZH: "{0}不是{1}中的任何一个", EN: "{0} is none of {1}"}, Types: "all", binding: bindingCompare,
		Doc: "Equal to none of the values. Rows without a value are not found.", Example: "code not in ('007', '008')"},
	{Name: "between", Label: catalog.Text{ZH: "介于", EN: "is between"}, Says: catalog.Text{ZH: "{0}介于{1}和{2}之间", EN: "{0} is between {1} and {2}"}, Types: ordered, binding: bindingCompare,
		Doc: "From the first value to the second, both included.", Example: "day between '2024-01-01' and '2024-06-30'"},
	{Name: "not between", Label: catalog.Text{ZH: "不介于", EN: "is not between"}, Says: catalog.Text{ZH: "{0}不在{1}和{2}之间", EN: "{0} is not between {1} and {2}"}, Types: ordered, binding: bindingCompare,
		Doc: "Before the first value or behind the second. Rows without a value are not found.", Example: "amount not between 0 and 1000"},
	{Name: "like", Label: catalog.Text{ZH: "匹配", EN: "fits"}, Says: catalog.Text{ZH: "{0}符合{1}", EN: "{0} fits {1}"}, Types: "text, period", binding: bindingCompare,
		Doc: "Fits a pattern: % stands for any text, _ for one character, a backslash takes the meaning from the sign behind it; escape 'x' names another sign for that.", Example: `name like '%路_号'`},
	{Name: "not like", Label: catalog.Text{ZH: "不匹配", EN: "does not fit"}, Says: catalog.Text{ZH: "{0}不符合{1}", EN: "{0} does not fit {1}"}, Types: "text, period", binding: bindingCompare,
		Doc: "Does not fit the pattern. Rows without a value are not found.", Example: `name not like '%路%'`},
	{Name: "ilike", Label: catalog.Text{ZH: "匹配（不分大小写）", EN: "fits, any case"}, Says: catalog.Text{ZH: "{0}符合{1}（不分大小写）", EN: "{0} fits {1} in any case"}, Types: "text, period", binding: bindingCompare,
		Doc: "Like, but upper and lower case are the same.", Example: "name ilike '%road%'"},
	{Name: "not ilike", Label: catalog.Text{ZH: "不匹配（不分大小写）", EN: "does not fit, any case"}, Says: catalog.Text{ZH: "{0}不符合{1}（不分大小写）", EN: "{0} does not fit {1} in any case"}, Types: "text, period", binding: bindingCompare,
		Doc: "Not like, but upper and lower case are the same.", Example: "name not ilike '%road%'"},
	{Name: "is null", Label: catalog.Text{ZH: "无值", EN: "has no value"}, Says: catalog.Text{ZH: "{0}无值", EN: "{0} has no value"}, Types: "all", binding: bindingCompare,
		Doc: "There is no value.", Example: "amount is null"},
	{Name: "is not null", Label: catalog.Text{ZH: "有值", EN: "has a value"}, Says: catalog.Text{ZH: "{0}有值", EN: "{0} has a value"}, Types: "all", binding: bindingCompare,
		Doc: "There is a value.", Example: "amount is not null"},
	{Name: "not", Label: catalog.Text{ZH: "非", EN: "not"}, Says: catalog.Text{ZH: "并非（{0}）", EN: "not ({0})"}, Types: "conditions", binding: bindingNot, prefix: true,
		Doc: "The condition does not hold. Rows for which it is unknown, because a value is missing, are not found either.", Example: "not (code = '007' or amount > 5)"},
	{Name: "and", Label: catalog.Text{ZH: "并且", EN: "and"}, Says: catalog.Text{ZH: "，且", EN: " and "}, Types: "conditions", binding: bindingAnd, sql: " AND ",
		Doc: "Both conditions hold. Binds tighter than or.", Example: "code = '007' and amount > 5"},
	{Name: "or", Label: catalog.Text{ZH: "或者", EN: "or"}, Says: catalog.Text{ZH: "或", EN: " or "}, Types: "conditions", binding: bindingOr, sql: " OR ",
		Doc: "One condition holds, or both.", Example: "code = '007' or amount > 5"},
	{Name: "||", Label: catalog.Text{ZH: "连接", EN: "joined to"}, Says: catalog.Text{ZH: "{0}连接{1}", EN: "{0} joined to {1}"}, Types: "text", binding: bindingJoin,
		Doc: "Two texts as one. Without a value where either has none; concat leaves those out.", Example: "district || '-' || code = '东城区-007'"},
	{Name: "+", Also: []string{"＋"}, Label: catalog.Text{ZH: "加", EN: "plus"}, Says: catalog.Text{ZH: "{0} + {1}", EN: "{0} + {1}"}, Types: "numbers; a date and days", binding: bindingAdd,
		Doc: "The sum; of a date and a whole number the date so many days later.", Example: "day + 30 > '2024-06-30'"},
	{Name: "-", Also: []string{"－"}, Label: catalog.Text{ZH: "减", EN: "minus"}, Says: catalog.Text{ZH: "{0} − {1}", EN: "{0} − {1}"}, Types: "numbers; a date and days; two dates", binding: bindingAdd,
		Doc: "The difference; of two dates the days between them. Before a number, its opposite.", Example: "issued - day <= 14"},
	{Name: "*", Also: []string{"×", "＊"}, Label: catalog.Text{ZH: "乘", EN: "times"}, Says: catalog.Text{ZH: "{0} × {1}", EN: "{0} × {1}"}, Types: "numbers", binding: bindingMultiply,
		Doc: "The product, exact where both are.", Example: "amount * 1.13 > 1000"},
	{Name: "/", Also: []string{"÷", "／"}, Label: catalog.Text{ZH: "除以", EN: "divided by"}, Says: catalog.Text{ZH: "{0} ÷ {1}", EN: "{0} ÷ {1}"}, Types: "numbers", binding: bindingMultiply,
		Doc: "The quotient, a floating-point number; without a value where the divisor is 0.", Example: "amount / 10000 > 1.5"},
}

const ordered = "text, numbers, dates and times"

// Operators gives the operator table, for forms that offer a choice.
func Operators() []Operator { return append([]Operator(nil), operators...) }

func operatorNamed(name string) *Operator {
	for i := range operators {
		if operators[i].Name == name {
			return &operators[i]
		}
	}
	return nil
}
