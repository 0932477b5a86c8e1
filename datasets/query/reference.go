package query

import (
	"fmt"
	"strings"
)

// Reference is the description of the language for its users, as Markdown,
// made from the operator and function tables. It is what docs/query.md holds.
func Reference() string {
	var b strings.Builder
	b.WriteString(referenceHead)
	b.WriteString("\n## Operators\n\n")
	b.WriteString("From the loosest to the tightest: `or`, `and`, `not`, comparisons, `||`, `+` and `-`, `*` and `/`. Two comparisons do not chain: write `a < b and b < c`.\n\n")
	b.WriteString("| operator | 中文 | takes | meaning | example |\n|---|---|---|---|---|\n")
	for i := range operators {
		o := &operators[i]
		names := "`" + strings.Join(append([]string{o.Name}, o.Also...), "` `") + "`"
		fmt.Fprintf(&b, "| %s | %s | %s | %s | `%s` |\n", inTable(names), o.Label.ZH, o.Types, inTable(o.Doc), inTable(o.Example))
	}
	b.WriteString("\n## Functions\n\nA `?` stands behind what may be left out.\n")
	for _, topic := range Topics() {
		fmt.Fprintf(&b, "\n### %s\n\n| function | 中文 | takes | gives | meaning | example |\n|---|---|---|---|---|---|\n", topic.Name.EN)
		for i := range functions {
			if f := &functions[i]; string(f.Topic) == topic.Code {
				f.reference(&b)
			}
		}
		b.WriteString(topicNotes[Topic(topic.Code)])
	}
	fmt.Fprintf(&b, referenceTail, MaxText, MaxDepth, MaxNesting, MaxNodes, MaxList, MaxArguments, MaxPattern, MaxRegex, MaxWords, MaxKeys, MaxColumns, MaxCopies, MaxGroups, MaxLimit)
	return b.String()
}

func (f *Function) reference(b *strings.Builder) {
	takes := make([]string, len(f.Params))
	for j, p := range f.Params {
		takes[j] = p.Types
	}
	names := "`" + f.Signature() + "`"
	for _, also := range f.Also {
		names += " `" + also + "`"
	}
	fmt.Fprintf(b, "| %s | %s | %s | %s | %s | `%s` |\n", names, f.Label.ZH, inTable(strings.Join(takes, "; ")), f.Result, inTable(f.Doc), inTable(f.Example))
}

// inTable keeps a | from ending the cell of a table.
func inTable(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// topicNotes stand behind the functions of a topic.
var topicNotes = map[Topic]string{
	TopicDate:   "\n`extract(year from day)` is `year(day)`; so for all parts of dates and times. A period column by itself stands for its first day in these functions. There is no `now()`: an answer depends on the data and the question only.\n",
	TopicChoice: "\n`case when amount > 100 then 'big' when amount > 10 then 'small' else 'tiny' end` gives the first branch that holds, `case level when '优' then 1 else 0 end` the one whose value is equal, and no value where none is and `else` is left out. All branches have one type.\n\n`cast(x as type)` converts: the types are `text`, `integer` (rounded), `decimal`, `decimal(12, 2)`, `double`, `boolean`, `date`, `datetime`, `time`. What cannot be converted is an error; with `try_cast(x as type)` it has no value.\n",
	TopicGeo:    "\nPlaces are two columns of degrees, longitude first.\n",
}

const referenceHead = `# Asking for rows

Made from the tables in datasets/query; change those and run ` + "`go test ./datasets/query -run TestReference -update`" + `.

Rows and exports take the same parameters: ` + "`select`, `where`, `q`, `group_by`, `having`, `distinct`, `order_by`, `totals`" + `; rows also take ` + "`limit` and `cursor`" + `.
Facets and statistics take the filters: ` + "`where`, `q`, `totals`" + `.

` + "```" + `
select=code,"金额（元）"&where="金额（元）" > 1000 and day >= '2024-01-01'&order_by="金额（元）" desc&limit=100
select=district,year(day) as year,sum(amount) as total&group_by=district,year(day)&having=count(*) > 5&order_by=total desc
` + "```" + `

In a URL the values are percent-encoded: ` + "`curl -G URL --data-urlencode \"where=code = '007'\"`" + ` does it for you.

## Columns

A column is named by its API name, or by its label in double quotes: ` + "`amount`, `\"金额（元）\"`" + `. A label that is one word needs no quotes.
Width of signs, spaces and case of a label do not matter. Where several columns have one label, use their API names.
A column whose name is a word of the language stands in double quotes: ` + "`\"in\"`" + `. A name that a column had in earlier versions goes on working.

Every table has two more columns, which may be asked for and are not given otherwise:
` + "`_row`" + ` is the row in the source sheet, from 1; ` + "`_row_type`" + ` is ` + "`record`, or `total`" + ` for a row that adds others up.
**Lists of rows have the totals of the sheet among them, marked; groups and aggregates leave them out**, or everything would be counted twice.
` + "`totals=include`" + ` takes them in everywhere, ` + "`totals=exclude`" + ` leaves them out everywhere; a query that speaks of ` + "`_row_type`" + ` itself decides itself.
A period column x usually has columns ` + "`x_start`, `x_end`" + ` (dates) and ` + "`x_granularity`" + ` beside it; the table's column list shows them.

## Values

| type | written as | notes |
|---|---|---|
| text | ` + "`'东城区'`, `'it''s'`" + ` | in single quotes, a quote inside is written twice |
| integer, decimal | ` + "`1000.50`, `-3`, `1e6`" + ` | without quotes and grouping; compared exactly, however many digits |
| percent | ` + "`12.5%` or `0.125`" + ` | the same; a column of figures with the unit % that is no percent column takes ` + "`12.5`" + ` |
| boolean | ` + "`true`, `false`" + ` | the column alone is a condition too: ` + "`open and not closed`" + ` |
| date | ` + "`'2024-05-03'`" + ` | |
| datetime | ` + "`'2024-05-03T09:30:00'`" + ` | seconds may be left out; a date alone is its midnight, so a day is ` + "`date(at) = '2024-05-03'`" + ` |
| time | ` + "`'09:30:00'`" + ` | seconds may be left out |
| period | ` + "`'2024年一季度'`" + ` | as written; ordered and ranged by ` + "`x_start`, `x_end`" + ` |

A column that holds floating-point numbers (its reference says DOUBLE) is compared with the double nearest to what you write.
Types are never mixed: ` + "`code = 007`" + ` is an error where code is text, and the error says to write ` + "`code = '007'`" + `.

**Missing values.** A comparison with a missing value is neither true nor false, so its row is found neither by ` + "`amount > 5` nor by `not amount > 5`" + `, nor by ` + "`<>`" + `. Ask with ` + "`is null`" + `.

**Calculating.** ` + "`+`, `-` and `*`" + ` of integers and decimals are exact, with up to 38 digits; a result with more is an error that says so, never a wrong number. ` + "`/`" + ` gives a floating-point number, and no value where the divisor is 0. A floating-point result beyond 1.8e308 has no value.

Signs of full width from a Chinese keyboard are taken too: ＝ ＞ ≥ ≠ （ ） ， ＋ － × ÷

## Columns of the result

` + "`select`" + ` lists columns and expressions, each with a name behind ` + "`as`" + ` if you like: ` + "`select=code, amount / 10000 as \"万元\"`" + `. ` + "`*`" + ` stands for all columns.
An expression without a name is called after its function, ` + "`sum_amount`" + `, or ` + "`column_3`" + `. ` + "`group_by`, `having` and `order_by`" + ` understand these names, ` + "`where`" + ` does not.
` + "`distinct=true`" + ` gives each different row of the result once.

## Groups

` + "`group_by`" + ` lists columns or expressions over one row; then ` + "`select`" + ` has these and aggregates: ` + "`select=district,count(*),avg(amount)&group_by=district`" + `.
Aggregates without ` + "`group_by`" + ` are over all rows. Without ` + "`select`" + ` you get the groups and how many rows each has. ` + "`having`" + ` chooses groups as ` + "`where`" + ` chooses rows: ` + "`having=sum(amount) > 1000`" + `.
Rows without a value make a group of their own. Aggregates leave missing values out; of none at all ` + "`sum`, `avg`, `min`, `max`" + ` have no value, and ` + "`count`" + ` is 0.

## Searching

` + "`q`" + ` is for people who look for something: ` + "`q=朝阳 医院`" + ` finds the rows in whose text columns each word occurs, in any case and also inside longer words. A phrase stands in double quotes.
`

const referenceTail = `
## Order and pages

` + "`order_by`" + ` lists columns or expressions, each with ` + "`desc`" + ` where the greatest comes first. Text is ordered by Unicode code points.
Rows without a value come last, in both directions. Ties are broken by ` + "`_row`" + `, so the order is total and the same every time.
Without ` + "`order_by`" + ` rows come in the order of the source sheet; that is also the fastest. Groups come in the order of what they are grouped by, which also breaks their ties.

A page that is not the last gives a cursor for the next. A cursor holds for one version of the data and one query (columns, conditions, groups and order; the limit may change);
with another it is refused. Leave it out to start again.

## Limits

| what | at most |
|---|---|
| bytes in each parameter | %d |
| nesting of parentheses, not and functions | %d |
| anything inside another, and operators in one chain | %d |
| names, values and operators in one parameter | %d |
| values in in (...) | %d |
| arguments of a function, branches of a case | %d |
| characters in a like pattern | %d |
| characters in a regular expression | %d |
| words in q | %d |
| columns in order_by, in group_by | %d |
| columns of a distinct | %d |
| times that a joined text may hold the same column | %d |
| groups that a query gives | %d (the last page then says so in its notes; an export of more is refused before it begins) |
| rows in a page | %d (an export has no limit) |

What goes over a limit is told; nothing is cut silently. A query that takes longer than the server's deadline is answered 504.
Errors say at which character of the text they were found, counted from 1, and what to write instead.
`
