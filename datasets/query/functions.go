package query

import (
	"slices"
	"strconv"
	"strings"

	"gongkai/catalog"
)

// Param is a parameter of a Function.
type Param struct {
	Name     string
	Types    string // what it takes, in words
	Optional bool
	Many     bool // may be given again and again; the last one only
	classes  []class
	written  writing // what must be written out, as the server has to see it
	low      int     // of a number that is written out
	high     int
	words    []string // one of which must be written out
}

// writing says that an argument is no column and no calculation.
type writing uint8

const (
	anyWriting    writing = iota
	writtenWhole          // a whole number from low to high
	writtenPart           // a number from 0 to 1
	writtenWord           // one of words, in quotes
	writtenText           // a text in quotes
	writtenRegex          // a regular expression in quotes
	writtenNumber         // a number from low to high
	onlyColumn            // a column by itself
)

// Topic puts functions together for their readers.
type Topic string

// The topics of functions, in the order of the reference.
const (
	TopicText      Topic = "text"
	TopicNumber    Topic = "number"
	TopicDate      Topic = "date"
	TopicChoice    Topic = "choice"
	TopicGeo       Topic = "geo"
	TopicAggregate Topic = "aggregate"
)

// Topics gives all topics with what people call them, in the order of the
// reference.
func Topics() []catalog.Term {
	return []catalog.Term{
		{Code: string(TopicText), Name: catalog.Text{ZH: "文本", EN: "Text"}},
		{Code: string(TopicNumber), Name: catalog.Text{ZH: "数字", EN: "Numbers"}},
		{Code: string(TopicDate), Name: catalog.Text{ZH: "日期和时期", EN: "Dates and periods"}},
		{Code: string(TopicChoice), Name: catalog.Text{ZH: "选择和转换", EN: "Choice"}},
		{Code: string(TopicGeo), Name: catalog.Text{ZH: "位置", EN: "Places"}},
		{Code: string(TopicAggregate), Name: catalog.Text{ZH: "汇总", EN: "Aggregates"}},
	}
}

// Function is a line of the function table, from which come the parser's
// arity, the type check, the SQL, the sentences and the reference.
type Function struct {
	Name      string
	Also      []string // other names
	Topic     Topic
	Label     catalog.Text
	Says      catalog.Text // a phrase over its arguments {0}, {1}, ...; what stands in [ ] needs the argument in it
	Params    []Param
	Result    string // what it gives, in words
	Doc       string
	Example   string
	aggregate bool
	same      bool   // all arguments are brought to one type first
	part      bool   // may be written extract(name from x)
	beside    string // ending of the column that a period column has for it
	build     func(args []expr) expr
}

var (
	textClasses   = []class{classText, classPeriod}
	numberClasses = []class{classNumber}
	dayClasses    = []class{classDate, classDatetime}
	clockClasses  = []class{classDatetime, classTime}
	orderClasses  = []class{classText, classNumber, classDate, classDatetime, classTime}
	boolClasses   = []class{classBoolean}
)

func textParam(name string) Param { return Param{Name: name, Types: "text", classes: textClasses} }
func numberParam(name string) Param {
	return Param{Name: name, Types: "number", classes: numberClasses}
}
func dayParam(name string) Param {
	return Param{Name: name, Types: "date, datetime or period", classes: dayClasses}
}
func clockParam() Param { return Param{Name: "x", Types: "time or datetime", classes: clockClasses} }
func anyParam(name string) Param {
	return Param{Name: name, Types: "all"}
}
func wholeParam(name string, low, high int, optional bool) Param {
	return Param{Name: name, Types: strconv.Itoa(low) + " to " + strconv.Itoa(high), written: writtenWhole, low: low, high: high, Optional: optional}
}
func wordParam(name string, words ...string) Param {
	return Param{Name: name, Types: "'" + strings.Join(words, "', '") + "'", written: writtenWord, words: words}
}
func columnParam(name string) Param {
	return Param{Name: name, Types: "number column", classes: numberClasses, written: onlyColumn}
}
func degreeParam(name string, most int) Param {
	return Param{Name: name, Types: "-" + strconv.Itoa(most) + " to " + strconv.Itoa(most), written: writtenNumber, low: -most, high: most}
}

// functions is the table of the functions, by topic and then by name.
var functions = slices.Concat(textFunctions, numberFunctions, dateFunctions, choiceFunctions, geoFunctions, aggregateFunctions)

var textFunctions = []Function{
	{Name: "concat", Topic: TopicText, Label: catalog.Text{ZH: "连接", EN: "joined"}, Says: catalog.Text{ZH: "{*}的连接", EN: "{*} joined"},
		Params: []Param{anyParam("x"), {Name: "more", Types: "all", Optional: true, Many: true}}, Result: "text",
		Doc: "The values as one text, in the way that CSV writes them; those that are missing are left out.", Example: "concat(district, ' ', code) = '东城区 007'", build: buildConcat},
	{Name: "contains", Topic: TopicText, Label: catalog.Text{ZH: "包含", EN: "contains"}, Says: catalog.Text{ZH: "{0}包含{1}", EN: "{0} contains {1}"},
		Params: []Param{textParam("x"), textParam("part")}, Result: "condition",
		Doc: "Whether the part occurs in the text, upper and lower case being different.", Example: "contains(name, '路')", build: plain("contains", valueType{class: classBoolean})},
	{Name: "ends_with", Topic: TopicText, Label: catalog.Text{ZH: "结尾是", EN: "ends with"}, Says: catalog.Text{ZH: "{0}以{1}结尾", EN: "{0} ends with {1}"},
		Params: []Param{textParam("x"), textParam("end")}, Result: "condition",
		Doc: "Whether the text ends so.", Example: "ends_with(name, '号')", build: plain("ends_with", valueType{class: classBoolean})},
	{Name: "left", Topic: TopicText, Label: catalog.Text{ZH: "左边", EN: "beginning"}, Says: catalog.Text{ZH: "{0}的前 {1} 个字", EN: "the first {1} characters of {0}"},
		Params: []Param{textParam("x"), wholeParam("n", 0, 10000, false)}, Result: "text",
		Doc: "The first n characters.", Example: "left(code, 2) = '11'", build: buildInline("left")},
	{Name: "length", Also: []string{"len", "char_length"}, Topic: TopicText, Label: catalog.Text{ZH: "长度", EN: "length"}, Says: catalog.Text{ZH: "{0}的长度", EN: "length of {0}"},
		Params: []Param{textParam("x")}, Result: "integer",
		Doc: "How many characters the text has.", Example: "length(code) <> 18", build: plain("length", bigintType)},
	{Name: "lower", Topic: TopicText, Label: catalog.Text{ZH: "小写", EN: "lower case"}, Says: catalog.Text{ZH: "小写的{0}", EN: "{0} in lower case"},
		Params: []Param{textParam("x")}, Result: "text",
		Doc: "The text in lower case.", Example: "lower(name) = 'ann'", build: plain("lower", textType)},
	{Name: "matches", Also: []string{"regexp_matches"}, Topic: TopicText, Label: catalog.Text{ZH: "匹配正则表达式", EN: "matches"}, Says: catalog.Text{ZH: "{0}匹配正则表达式{1}", EN: "{0} matches the regular expression {1}"},
		Params: []Param{textParam("x"), {Name: "pattern", Types: "regular expression in quotes", written: writtenRegex}}, Result: "condition",
		Doc: "Whether a part of the text fits the regular expression (RE2, which takes linear time), ^ and $ standing for its ends and (?i) for any case.", Example: "matches(code, '^[0-9]{2}[A-Z]$')", build: plain("regexp_matches", valueType{class: classBoolean})},
	{Name: "position", Also: []string{"strpos"}, Topic: TopicText, Label: catalog.Text{ZH: "位置", EN: "position"}, Says: catalog.Text{ZH: "{1}在{0}中的位置", EN: "position of {1} in {0}"},
		Params: []Param{textParam("x"), textParam("part")}, Result: "integer",
		Doc: "At which character the part begins, from 1; 0 where it does not occur.", Example: "position(name, '路') > 3", build: plain("strpos", bigintType)},
	{Name: "regexp_extract", Topic: TopicText, Label: catalog.Text{ZH: "提取", EN: "part that matches"}, Says: catalog.Text{ZH: "{0}中匹配{1}的部分", EN: "what matches {1} in {0}"},
		Params: []Param{textParam("x"), {Name: "pattern", Types: "regular expression in quotes", written: writtenRegex}, wholeParam("group", 0, 9, true)}, Result: "text",
		Doc: "The first part of the text that fits the regular expression, or its group in parentheses; empty where nothing fits.", Example: "regexp_extract(code, '([0-9]+)', 1) = '007'", build: buildRegexExtract},
	{Name: "replace", Topic: TopicText, Label: catalog.Text{ZH: "替换", EN: "with replacements"}, Says: catalog.Text{ZH: "把{1}换成{2}的{0}", EN: "{0} with {2} for {1}"},
		Params: []Param{textParam("x"), {Name: "part", Types: "text in quotes", written: writtenText, low: 1}, {Name: "by", Types: "text in quotes", written: writtenText}}, Result: "text",
		Doc: "The text with every occurrence of the part replaced.", Example: "replace(code, '-', '') = '110'", build: buildReplace},
	{Name: "right", Topic: TopicText, Label: catalog.Text{ZH: "右边", EN: "end"}, Says: catalog.Text{ZH: "{0}的后 {1} 个字", EN: "the last {1} characters of {0}"},
		Params: []Param{textParam("x"), wholeParam("n", 0, 10000, false)}, Result: "text",
		Doc: "The last n characters.", Example: "right(code, 1) = 'X'", build: buildInline("right")},
	{Name: "split_part", Topic: TopicText, Label: catalog.Text{ZH: "第几段", EN: "part"}, Says: catalog.Text{ZH: "{0}按{1}分开的第 {2} 段", EN: "part {2} of {0} split at {1}"},
		Params: []Param{textParam("x"), {Name: "separator", Types: "text in quotes", written: writtenText, low: 1}, wholeParam("n", 1, 1000, false)}, Result: "text",
		Doc: "The n-th of the parts between separators, from 1; empty where there are fewer.", Example: "split_part(code, '-', 2) = '07'", build: buildInline("split_part")},
	{Name: "starts_with", Topic: TopicText, Label: catalog.Text{ZH: "开头是", EN: "starts with"}, Says: catalog.Text{ZH: "{0}以{1}开头", EN: "{0} starts with {1}"},
		Params: []Param{textParam("x"), textParam("start")}, Result: "condition",
		Doc: "Whether the text begins so, upper and lower case being different.", Example: "starts_with(code, '1101')", build: plain("starts_with", valueType{class: classBoolean})},
	{Name: "substring", Also: []string{"substr"}, Topic: TopicText, Label: catalog.Text{ZH: "截取", EN: "part of the text"}, Says: catalog.Text{ZH: "{0}第 {1} 个字起的[ {2} 个]字", EN: "[{2} ]characters of {0} from {1}"},
		Params: []Param{textParam("x"), wholeParam("start", 1, 100000, false), wholeParam("n", 0, 100000, true)}, Result: "text",
		Doc: "The text from a character on, counted from 1; n characters of it, or all.", Example: "substring(code, 3, 2) = '01'", build: buildInline("substring")},
	{Name: "trim", Topic: TopicText, Label: catalog.Text{ZH: "去空格", EN: "trimmed"}, Says: catalog.Text{ZH: "去掉两端空格的{0}", EN: "{0} without spaces at its ends"},
		Params: []Param{textParam("x")}, Result: "text",
		Doc: "The text without spaces at its ends, those of full width and line ends included.", Example: "trim(name) = 'Ann'", build: buildTrim},
	{Name: "upper", Topic: TopicText, Label: catalog.Text{ZH: "大写", EN: "upper case"}, Says: catalog.Text{ZH: "大写的{0}", EN: "{0} in upper case"},
		Params: []Param{textParam("x")}, Result: "text",
		Doc: "The text in upper case.", Example: "upper(plate) = 'A12345'", build: plain("upper", textType)},
}

var numberFunctions = []Function{
	{Name: "abs", Topic: TopicNumber, Label: catalog.Text{ZH: "绝对值", EN: "absolute value"}, Says: catalog.Text{ZH: "{0}的绝对值", EN: "absolute value of {0}"},
		Params: []Param{numberParam("x")}, Result: "number",
		Doc: "The number without its sign.", Example: "abs(change) > 5", build: buildAbs},
	{Name: "ceil", Also: []string{"ceiling"}, Topic: TopicNumber, Label: catalog.Text{ZH: "向上取整", EN: "rounded up"}, Says: catalog.Text{ZH: "{0}向上取整", EN: "{0} rounded up"},
		Params: []Param{numberParam("x")}, Result: "number",
		Doc: "The least whole number that is not below it.", Example: "ceil(amount) = 13", build: buildWhole("ceil")},
	{Name: "floor", Topic: TopicNumber, Label: catalog.Text{ZH: "向下取整", EN: "rounded down"}, Says: catalog.Text{ZH: "{0}向下取整", EN: "{0} rounded down"},
		Params: []Param{numberParam("x")}, Result: "number",
		Doc: "The greatest whole number that is not above it.", Example: "floor(amount) = 12", build: buildWhole("floor")},
	{Name: "greatest", Topic: TopicNumber, Label: catalog.Text{ZH: "最大的", EN: "greatest of"}, Says: catalog.Text{ZH: "{*}中最大的", EN: "the greatest of {*}"}, same: true,
		Params: []Param{{Name: "x", Types: ordered, classes: orderClasses}, {Name: "more", Types: "the same", classes: orderClasses, Many: true}}, Result: "as the values",
		Doc: "The greatest of the values; those that are missing are left out.", Example: "greatest(amount, 100) = 100", build: buildSame("greatest")},
	{Name: "least", Topic: TopicNumber, Label: catalog.Text{ZH: "最小的", EN: "least of"}, Says: catalog.Text{ZH: "{*}中最小的", EN: "the least of {*}"}, same: true,
		Params: []Param{{Name: "x", Types: ordered, classes: orderClasses}, {Name: "more", Types: "the same", classes: orderClasses, Many: true}}, Result: "as the values",
		Doc: "The least of the values; those that are missing are left out.", Example: "least(day, issued) < '2024-01-01'", build: buildSame("least")},
	{Name: "mod", Topic: TopicNumber, Label: catalog.Text{ZH: "余数", EN: "rest"}, Says: catalog.Text{ZH: "{0}除以{1}的余数", EN: "the rest of {0} divided by {1}"},
		Params: []Param{numberParam("x"), numberParam("by")}, Result: "number",
		Doc: "The rest of a division, with the sign of x; without a value where the divisor is 0.", Example: "mod(amount, 2) = 0", build: buildMod},
	{Name: "power", Topic: TopicNumber, Label: catalog.Text{ZH: "乘方", EN: "power"}, Says: catalog.Text{ZH: "{0}的 {1} 次方", EN: "{0} to the power of {1}"},
		Params: []Param{numberParam("x"), wholeParam("n", 0, 10, false)}, Result: "number",
		Doc: "The number times itself, n times; a floating-point number.", Example: "power(change, 2) > 100", build: buildPower},
	{Name: "round", Topic: TopicNumber, Label: catalog.Text{ZH: "四舍五入", EN: "rounded"}, Says: catalog.Text{ZH: "{0}四舍五入[到 {1} 位小数]", EN: "{0} rounded[ to {1} decimal places]"},
		Params: []Param{numberParam("x"), wholeParam("digits", 0, 18, true)}, Result: "number",
		Doc: "The number rounded to that many decimal places, none where they are left out; halves go away from zero.", Example: "round(amount, 1) = 12.5", build: buildRound},
	{Name: "sign", Topic: TopicNumber, Label: catalog.Text{ZH: "符号", EN: "sign"}, Says: catalog.Text{ZH: "{0}的符号", EN: "sign of {0}"},
		Params: []Param{numberParam("x")}, Result: "integer",
		Doc: "-1, 0 or 1.", Example: "sign(change) = -1", build: buildSign},
}

var dateFunctions = []Function{
	{Name: "add_months", Topic: TopicDate, Label: catalog.Text{ZH: "加月", EN: "months later"}, Says: catalog.Text{ZH: "{0}之后 {1} 个月", EN: "{1} months after {0}"},
		Params: []Param{dayParam("x"), wholeParam("n", -12000, 12000, false)}, Result: "date",
		Doc: "The day so many months later, or earlier where n is negative; the last of a month where that has no such day.", Example: "add_months(issued, 6) < '2024-12-31'", build: buildAddMonths},
	{Name: "age", Topic: TopicDate, Label: catalog.Text{ZH: "周岁", EN: "age"}, Says: catalog.Text{ZH: "从{0}到{1}的整年数", EN: "full years from {0} to {1}"},
		Params: []Param{dayParam("from"), dayParam("to")}, Result: "integer",
		Doc: "Full years from one day to another. Today is not known here: an answer would change without its data.", Example: "age(issued, '2024-06-30') >= 18", build: buildBetween("year")},
	{Name: "date", Topic: TopicDate, Label: catalog.Text{ZH: "日期", EN: "date"}, Says: catalog.Text{ZH: "{0}的日期", EN: "date of {0}"},
		Params: []Param{dayParam("x")}, Result: "date",
		Doc: "The day, without the time.", Example: "date(reported_at) = '2024-05-03'", build: buildDate},
	{Name: "date_diff", Topic: TopicDate, Label: catalog.Text{ZH: "相隔", EN: "time between"}, Says: catalog.Text{ZH: "从{1}到{2}的整 {0} 数", EN: "full {0}s from {1} to {2}"},
		Params: []Param{wordParam("unit", "year", "quarter", "month", "week", "day"), dayParam("from"), dayParam("to")}, Result: "integer",
		Doc: "Full units from one day to another.", Example: "date_diff('month', day, issued) > 3", build: buildDateDiff},
	{Name: "date_trunc", Topic: TopicDate, Label: catalog.Text{ZH: "期初", EN: "beginning of"}, Says: catalog.Text{ZH: "{1}所在 {0} 的开始", EN: "the {0} of {1}"},
		Params: []Param{wordParam("unit", "year", "quarter", "month", "week", "day", "hour", "minute"), dayParam("x")}, Result: "date; datetime for hour and minute",
		Doc: "When the year, quarter, month, week (from Monday), day, hour or minute begins.", Example: "date_trunc('month', day) = '2024-05-01'", build: buildTruncate},
	datePart("day", "日", "day", "The day of the month, 1 to 31.", "day(issued) = 1", dayParam("x"), "day"),
	datePart("hour", "时", "hour", "The hour, 0 to 23.", "hour(reported_at) < 12", clockParam(), "hour"),
	datePart("minute", "分", "minute", "The minute, 0 to 59.", "minute(reported_at) = 30", clockParam(), "minute"),
	datePart("month", "月", "month", "The month, 1 to 12.", "month(issued) in (1, 2, 3)", dayParam("x"), "month"),
	{Name: "period_end", Topic: TopicDate, Label: catalog.Text{ZH: "期末", EN: "end of the period"}, Says: catalog.Text{ZH: "{0}的期末", EN: "end of {0}"}, beside: "_end",
		Params: []Param{{Name: "x", Types: "period column", classes: []class{classPeriod}}}, Result: "date",
		Doc: "The last day of the period.", Example: "period_end(quarter) <= '2024-06-30'"},
	{Name: "period_granularity", Topic: TopicDate, Label: catalog.Text{ZH: "时期粒度", EN: "granularity"}, Says: catalog.Text{ZH: "{0}的粒度", EN: "granularity of {0}"}, beside: "_granularity",
		Params: []Param{{Name: "x", Types: "period column", classes: []class{classPeriod}}}, Result: "text",
		Doc: "How long the period is, as its column x_granularity says: year, quarter, month, ...", Example: "period_granularity(quarter) = 'quarter'"},
	{Name: "period_start", Topic: TopicDate, Label: catalog.Text{ZH: "期初", EN: "start of the period"}, Says: catalog.Text{ZH: "{0}的期初", EN: "start of {0}"}, beside: "_start",
		Params: []Param{{Name: "x", Types: "period column", classes: []class{classPeriod}}}, Result: "date",
		Doc: "The first day of the period.", Example: "period_start(quarter) >= '2024-01-01'"},
	datePart("quarter", "季度", "quarter", "The quarter, 1 to 4.", "quarter(issued) = 2", dayParam("x"), "quarter"),
	datePart("second", "秒", "second", "The second, 0 to 59.", "second(reported_at) = 0", clockParam(), "second"),
	datePart("week", "周", "week", "The week of the year by ISO 8601, 1 to 53.", "week(issued) = 18", dayParam("x"), "week"),
	datePart("weekday", "星期", "weekday", "The day of the week, 1 for Monday to 7 for Sunday.", "weekday(issued) in (6, 7)", dayParam("x"), "isodow"),
	datePart("year", "年", "year", "The year.", "year(issued) = 2024", dayParam("x"), "year"),
}

// datePart is a line for a part of a date or a time.
func datePart(name, zh, en, doc, example string, x Param, sql string) Function {
	return Function{Name: name, Topic: TopicDate, Label: catalog.Text{ZH: zh, EN: en}, Says: catalog.Text{ZH: "{0}的" + zh, EN: en + " of {0}"}, part: true,
		Params: []Param{x}, Result: "integer", Doc: doc, Example: example, build: plain(sql, bigintType)}
}

var choiceFunctions = []Function{
	{Name: "coalesce", Topic: TopicChoice, Label: catalog.Text{ZH: "第一个有值的", EN: "first value of"}, Says: catalog.Text{ZH: "{*}中第一个有值的", EN: "the first value of {*}"}, same: true,
		Params: []Param{anyParam("x"), {Name: "more", Types: "the same", Many: true}}, Result: "as the values",
		Doc: "The first of the values that is not missing.", Example: "coalesce(amount, 0) = 0", build: buildSame("coalesce")},
	{Name: "nullif", Topic: TopicChoice, Label: catalog.Text{ZH: "除非等于", EN: "unless it is"}, Says: catalog.Text{ZH: "{0}（等于{1}时无值）", EN: "{0} unless it is {1}"}, same: true,
		Params: []Param{anyParam("x"), anyParam("value")}, Result: "as x",
		Doc: "The value x, and none where it equals the other.", Example: "nullif(amount, 0) is null", build: buildNullIf},
}

var geoFunctions = []Function{
	{Name: "distance", Topic: TopicGeo, Label: catalog.Text{ZH: "距离（米）", EN: "distance in metres"}, Says: catalog.Text{ZH: "到（{2}，{3}）的距离", EN: "the distance to ({2}, {3})"},
		Params: []Param{columnParam("lon"), columnParam("lat"), degreeParam("x", 180), degreeParam("y", 90)}, Result: "number",
		Doc: "Metres on the sphere from the place in the columns to the point x (longitude), y (latitude), both in degrees and in the same coordinate system (GCJ-02 and WGS 84 differ by some hundred metres).", Example: "distance(lon, lat, 116.397, 39.909) < 2000", build: buildDistance},
	{Name: "within_box", Topic: TopicGeo, Label: catalog.Text{ZH: "在范围内", EN: "is inside the box"}, Says: catalog.Text{ZH: "位置在（{2}，{3}）到（{4}，{5}）的范围内", EN: "the place is within ({2}, {3}) to ({4}, {5})"},
		Params: []Param{columnParam("lon"), columnParam("lat"), degreeParam("west", 180), degreeParam("south", 90), degreeParam("east", 180), degreeParam("north", 90)}, Result: "condition",
		Doc: "Whether the place lies in a box of degrees, its edges included; one whose west is greater than its east crosses the antimeridian.", Example: "within_box(lon, lat, 116.3, 39.8, 116.5, 40.0)", build: buildWithinBox},
}

var aggregateFunctions = []Function{
	{Name: "avg", Also: []string{"mean"}, Topic: TopicAggregate, Label: catalog.Text{ZH: "平均值", EN: "average"}, Says: catalog.Text{ZH: "{0}的平均值", EN: "average {0}"}, aggregate: true,
		Params: []Param{numberParam("x")}, Result: "number", Doc: "The mean, a floating-point number.", Example: "avg(amount) > 1000", build: buildAverage},
	{Name: "count", Topic: TopicAggregate, Label: catalog.Text{ZH: "个数", EN: "number"}, Says: catalog.Text{ZH: "{0}的个数", EN: "number of {0}"}, aggregate: true,
		Params: []Param{anyParam("x")}, Result: "integer", Doc: "How many rows: count(*); how many have a value: count(x); how many different values there are: count(distinct x).", Example: "count(*) > 5", build: buildCount},
	{Name: "count_if", Topic: TopicAggregate, Label: catalog.Text{ZH: "符合的行数", EN: "number of rows where"}, Says: catalog.Text{ZH: "{0}的行数", EN: "number of rows where {0}"}, aggregate: true,
		Params: []Param{{Name: "condition", Types: "condition", classes: boolClasses}}, Result: "integer", Doc: "For how many rows the condition holds.", Example: "count_if(amount > 1000) = 0", build: buildCountIf},
	{Name: "max", Topic: TopicAggregate, Label: catalog.Text{ZH: "最大值", EN: "maximum"}, Says: catalog.Text{ZH: "{0}的最大值", EN: "greatest {0}"}, aggregate: true,
		Params: []Param{{Name: "x", Types: ordered, classes: orderClasses}}, Result: "as x", Doc: "The greatest value, or the latest.", Example: "max(amount) > 1000", build: buildExtreme("max")},
	{Name: "median", Topic: TopicAggregate, Label: catalog.Text{ZH: "中位数", EN: "median"}, Says: catalog.Text{ZH: "{0}的中位数", EN: "median {0}"}, aggregate: true,
		Params: []Param{numberParam("x")}, Result: "number", Doc: "The value in the middle, or the mean of the two that are; a floating-point number.", Example: "median(amount) > 1000", build: buildMedian},
	{Name: "min", Topic: TopicAggregate, Label: catalog.Text{ZH: "最小值", EN: "minimum"}, Says: catalog.Text{ZH: "{0}的最小值", EN: "least {0}"}, aggregate: true,
		Params: []Param{{Name: "x", Types: ordered, classes: orderClasses}}, Result: "as x", Doc: "The least value, or the earliest.", Example: "min(day) < '2024-01-01'", build: buildExtreme("min")},
	{Name: "quantile", Topic: TopicAggregate, Label: catalog.Text{ZH: "分位数", EN: "quantile"}, Says: catalog.Text{ZH: "{0}的 {1} 分位数", EN: "{1} quantile of {0}"}, aggregate: true,
		Params: []Param{numberParam("x"), {Name: "p", Types: "0 to 1", written: writtenPart}}, Result: "number", Doc: "The value that a part p of the values lie below, between two values where it falls there; a floating-point number.", Example: "quantile(amount, 0.9) > 1000", build: buildQuantile},
	{Name: "stddev", Also: []string{"stddev_samp"}, Topic: TopicAggregate, Label: catalog.Text{ZH: "标准差", EN: "standard deviation"}, Says: catalog.Text{ZH: "{0}的标准差", EN: "standard deviation of {0}"}, aggregate: true,
		Params: []Param{numberParam("x")}, Result: "number", Doc: "The standard deviation of a sample (divided by n - 1), to ten digits; without a value for fewer than two, and for numbers beyond 1e145.", Example: "stddev(amount) > 10", build: buildDeviation("stddev_samp")},
	{Name: "stddev_pop", Topic: TopicAggregate, Label: catalog.Text{ZH: "总体标准差", EN: "standard deviation of all"}, Says: catalog.Text{ZH: "{0}的总体标准差", EN: "population standard deviation of {0}"}, aggregate: true,
		Params: []Param{numberParam("x")}, Result: "number", Doc: "The standard deviation of a whole population (divided by n), to ten digits; without a value for numbers beyond 1e145.", Example: "stddev_pop(amount) > 10", build: buildDeviation("stddev_pop")},
	{Name: "sum", Topic: TopicAggregate, Label: catalog.Text{ZH: "合计", EN: "sum"}, Says: catalog.Text{ZH: "{0}的合计", EN: "sum of {0}"}, aggregate: true,
		Params: []Param{numberParam("x")}, Result: "number", Doc: "The sum, exact with up to 38 digits; of floating-point numbers the same every time, in whatever order the engine meets them.", Example: "sum(amount) > 1000000", build: buildSum},
}

// Functions gives the function table, by topic and then by name.
func Functions() []Function { return append([]Function(nil), functions...) }

func functionNamed(name string) *Function {
	name = strings.ToLower(name)
	for i := range functions {
		if functions[i].Name == name || slices.Contains(functions[i].Also, name) {
			return &functions[i]
		}
	}
	return nil
}

func functionList() []string {
	list := make([]string, len(functions), len(functions)+3)
	for i := range functions {
		list[i] = functions[i].Name
	}
	list = append(list, "cast", "try_cast", "extract")
	slices.Sort(list)
	return list
}

func functionNames() string { return strings.Join(functionList(), ", ") }

// dateParts are the functions that extract names.
func dateParts() []string {
	var list []string
	for i := range functions {
		if functions[i].part {
			list = append(list, functions[i].Name)
		}
	}
	return list
}

// Signature is how the function is written: round(x, digits?).
func (f *Function) Signature() string {
	params := make([]string, len(f.Params))
	for i, p := range f.Params {
		params[i] = p.Name
		if p.Many {
			params[i] += ", …"
		}
		if p.Optional {
			params[i] += "?"
		}
	}
	return f.Name + "(" + strings.Join(params, ", ") + ")"
}

// many reports whether the last parameter may be given again.
func (f *Function) many() bool { return f.Params[len(f.Params)-1].Many }

// param is the parameter of an argument.
func (f *Function) param(i int) *Param { return &f.Params[min(i, len(f.Params)-1)] }

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
	switch {
	case f.many():
		return strconv.Itoa(least) + " values or more"
	case least == most:
		return strconv.Itoa(most) + " value" + map[bool]string{false: "s"}[most == 1]
	}
	return strconv.Itoa(least) + " to " + strconv.Itoa(most) + " values"
}
