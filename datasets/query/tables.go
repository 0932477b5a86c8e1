package query

import (
	"strconv"
	"strings"

	"gongkai/catalog"
)

// How tightly operators bind; more is tighter.
const (
	bindingOr = 1 + iota
	bindingAnd
	bindingNot
	bindingCompare
)

// Operator is a line of the operator table, from which come the parser's
// binding, the SQL and the reference.
type Operator struct {
	Name    string       // as typed, lower case
	Also    []string     // other ways to type it
	Label   catalog.Text // for people who choose from a list
	Types   string       // what it compares, in words
	Doc     string
	Example string
	binding int
	prefix  bool
	sql     string // the SQL operator of a comparison
	flipped string // the comparison that holds with both sides exchanged
}

// operators is the table of the operators. The first entry whose first word
// fits gives the binding, so in stands for all that may have not before them.
var operators = []Operator{
	{Name: "=", Also: []string{"==", "＝"}, Label: catalog.Text{ZH: "等于", EN: "is"}, Types: "all", binding: bindingCompare, sql: "=", flipped: "=",
		Doc: "Equal. Text is compared exactly, upper and lower case are different.", Example: "code = '007'"},
	{Name: "<>", Also: []string{"!=", "≠"}, Label: catalog.Text{ZH: "不等于", EN: "is not"}, Types: "all", binding: bindingCompare, sql: "<>", flipped: "<>",
		Doc: "Not equal. Rows without a value are not found.", Example: "district <> '东城区'"},
	{Name: "<", Also: []string{"＜"}, Label: catalog.Text{ZH: "小于", EN: "is less than"}, Types: ordered, binding: bindingCompare, sql: "<", flipped: ">",
		Doc: "Less than, or before.", Example: "amount < 1000"},
	{Name: "<=", Also: []string{"≤"}, Label: catalog.Text{ZH: "小于或等于", EN: "is at most"}, Types: ordered, binding: bindingCompare, sql: "<=", flipped: ">=",
		Doc: "Less than or equal, or not after.", Example: "day <= '2024-06-30'"},
	{Name: ">", Also: []string{"＞"}, Label: catalog.Text{ZH: "大于", EN: "is more than"}, Types: ordered, binding: bindingCompare, sql: ">", flipped: "<",
		Doc: "Greater than, or after.", Example: "share > 12.5%"},
	{Name: ">=", Also: []string{"≥"}, Label: catalog.Text{ZH: "大于或等于", EN: "is at least"}, Types: ordered, binding: bindingCompare, sql: ">=", flipped: "<=",
		Doc: "Greater than or equal, or not before.", Example: `"金额（元）" >= 1000.50`},
	{Name: "in", Label: catalog.Text{ZH: "属于", EN: "is one of"}, Types: "all", binding: bindingCompare,
		Doc: "Equal to one of up to " + strconv.Itoa(MaxList) + " values.", Example: "code in ('007', '008')"},
	{Name: "not in", Label: catalog.Text{ZH: "不属于", EN: "is none of"}, Types: "all", binding: bindingCompare,
		Doc: "Equal to none of the values. Rows without a value are not found.", Example: "code not in ('007', '008')"},
	{Name: "between", Also: []string{"not between"}, Label: catalog.Text{ZH: "介于", EN: "is between"}, Types: ordered, binding: bindingCompare,
		Doc: "From the first value to the second, both included.", Example: "day between '2024-01-01' and '2024-06-30'"},
	{Name: "like", Also: []string{"not like"}, Label: catalog.Text{ZH: "匹配", EN: "matches"}, Types: "text, period", binding: bindingCompare,
		Doc: "Fits a pattern: % stands for any text, _ for one character, a backslash takes the meaning from the sign behind it; escape 'x' names another sign for that.", Example: `name like '%路_号'`},
	{Name: "ilike", Also: []string{"not ilike"}, Label: catalog.Text{ZH: "匹配（不分大小写）", EN: "matches, any case"}, Types: "text, period", binding: bindingCompare,
		Doc: "Like, but upper and lower case are the same.", Example: "name ilike '%road%'"},
	{Name: "is null", Label: catalog.Text{ZH: "无值", EN: "has no value"}, Types: "all", binding: bindingCompare,
		Doc: "There is no value.", Example: "amount is null"},
	{Name: "is not null", Label: catalog.Text{ZH: "有值", EN: "has a value"}, Types: "all", binding: bindingCompare,
		Doc: "There is a value.", Example: "amount is not null"},
	{Name: "not", Label: catalog.Text{ZH: "非", EN: "not"}, Types: "conditions", binding: bindingNot, prefix: true,
		Doc: "The condition does not hold. Rows for which it is unknown, because a value is missing, are not found either.", Example: "not (code = '007' or amount > 5)"},
	{Name: "and", Label: catalog.Text{ZH: "并且", EN: "and"}, Types: "conditions", binding: bindingAnd, sql: " AND ",
		Doc: "Both conditions hold. Binds tighter than or.", Example: "code = '007' and amount > 5"},
	{Name: "or", Label: catalog.Text{ZH: "或者", EN: "or"}, Types: "conditions", binding: bindingOr, sql: " OR ",
		Doc: "One condition holds, or both.", Example: "code = '007' or amount > 5"},
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

// Param is a parameter of a Function.
type Param struct {
	Name     string
	Types    string // what it takes, in words
	Optional bool
	classes  []class
	digits   bool // a whole number written out, 0 to 18
}

// Function is a line of the function table, from which come the parser's
// arity, the type check, the SQL and the reference.
type Function struct {
	Name    string
	Label   catalog.Text
	Params  []Param
	Result  string // what it gives, in words
	Doc     string
	Example string
	build   func(args []expr) expr
}

var (
	textParam   = []class{classText, classPeriod}
	numberParam = []class{classNumber}
	dayParam    = []class{classDate, classDatetime}
)

// functions is the table of the functions, in alphabetical order.
var functions = []Function{
	{Name: "abs", Label: catalog.Text{ZH: "绝对值", EN: "absolute value"}, Params: []Param{{Name: "x", Types: "number", classes: numberParam}}, Result: "number",
		Doc: "The number without its sign.", Example: "abs(change) > 5", build: buildAbs},
	{Name: "contains", Label: catalog.Text{ZH: "包含", EN: "contains"}, Params: []Param{{Name: "x", Types: "text", classes: textParam}, {Name: "part", Types: "text", classes: textParam}}, Result: "condition",
		Doc: "Whether the part occurs in the text, upper and lower case being different.", Example: "contains(name, '路')", build: plain("contains", valueType{class: classBoolean})},
	{Name: "date", Label: catalog.Text{ZH: "日期", EN: "date"}, Params: []Param{{Name: "x", Types: "date or datetime", classes: dayParam}}, Result: "date",
		Doc: "The day, without the time.", Example: "date(reported_at) = '2024-05-03'", build: buildDate},
	{Name: "day", Label: catalog.Text{ZH: "日", EN: "day"}, Params: []Param{{Name: "x", Types: "date or datetime", classes: dayParam}}, Result: "integer",
		Doc: "The day of the month, 1 to 31.", Example: "day(issued) = 1", build: plain("day", bigintType)},
	{Name: "length", Label: catalog.Text{ZH: "长度", EN: "length"}, Params: []Param{{Name: "x", Types: "text", classes: textParam}}, Result: "integer",
		Doc: "How many characters the text has.", Example: "length(code) <> 18", build: plain("length", bigintType)},
	{Name: "lower", Label: catalog.Text{ZH: "小写", EN: "lower case"}, Params: []Param{{Name: "x", Types: "text", classes: textParam}}, Result: "text",
		Doc: "The text in lower case.", Example: "lower(name) = 'ann'", build: plain("lower", valueType{class: classText})},
	{Name: "month", Label: catalog.Text{ZH: "月", EN: "month"}, Params: []Param{{Name: "x", Types: "date or datetime", classes: dayParam}}, Result: "integer",
		Doc: "The month, 1 to 12.", Example: "month(issued) in (1, 2, 3)", build: plain("month", bigintType)},
	{Name: "round", Label: catalog.Text{ZH: "四舍五入", EN: "rounded"}, Params: []Param{{Name: "x", Types: "number", classes: numberParam}, {Name: "digits", Types: "0 to 18", Optional: true, digits: true}}, Result: "number",
		Doc: "The number rounded to that many decimal places, none where they are left out; halves go away from zero.", Example: "round(amount, 1) = 12.5", build: buildRound},
	{Name: "starts_with", Label: catalog.Text{ZH: "开头是", EN: "starts with"}, Params: []Param{{Name: "x", Types: "text", classes: textParam}, {Name: "start", Types: "text", classes: textParam}}, Result: "condition",
		Doc: "Whether the text begins so, upper and lower case being different.", Example: "starts_with(code, '1101')", build: plain("starts_with", valueType{class: classBoolean})},
	{Name: "upper", Label: catalog.Text{ZH: "大写", EN: "upper case"}, Params: []Param{{Name: "x", Types: "text", classes: textParam}}, Result: "text",
		Doc: "The text in upper case.", Example: "upper(plate) = 'A12345'", build: plain("upper", valueType{class: classText})},
	{Name: "year", Label: catalog.Text{ZH: "年", EN: "year"}, Params: []Param{{Name: "x", Types: "date or datetime", classes: dayParam}}, Result: "integer",
		Doc: "The year.", Example: "year(issued) = 2024", build: plain("year", bigintType)},
}

// Functions gives the function table, in alphabetical order.
func Functions() []Function { return append([]Function(nil), functions...) }

func functionNamed(name string) *Function {
	for i := range functions {
		if strings.EqualFold(functions[i].Name, name) {
			return &functions[i]
		}
	}
	return nil
}

func functionList() []string {
	list := make([]string, len(functions))
	for i := range functions {
		list[i] = functions[i].Name
	}
	return list
}

func functionNames() string { return strings.Join(functionList(), ", ") }

// Signature is how the function is written: round(x, digits?).
func (f *Function) Signature() string {
	params := make([]string, len(f.Params))
	for i, p := range f.Params {
		params[i] = p.Name
		if p.Optional {
			params[i] += "?"
		}
	}
	return f.Name + "(" + strings.Join(params, ", ") + ")"
}

func (f *Function) required() int {
	n := 0
	for _, p := range f.Params {
		if !p.Optional {
			n++
		}
	}
	return n
}

func (f *Function) arity() string {
	least, most := f.required(), len(f.Params)
	if least == most {
		return strconv.Itoa(most) + " value" + map[bool]string{false: "s"}[most == 1]
	}
	return strconv.Itoa(least) + " to " + strconv.Itoa(most) + " values"
}
