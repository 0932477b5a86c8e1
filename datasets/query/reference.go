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
	b.WriteString("From the loosest to the tightest: `or`, `and`, `not`, and all others. Two others do not chain: write `a < b and b < c`.\n\n")
	b.WriteString("| operator | 中文 | compares | meaning | example |\n|---|---|---|---|---|\n")
	for i := range operators {
		o := &operators[i]
		names := "`" + strings.Join(append([]string{o.Name}, o.Also...), "` `") + "`"
		fmt.Fprintf(&b, "| %s | %s | %s | %s | `%s` |\n", names, o.Label.ZH, o.Types, o.Doc, o.Example)
	}
	b.WriteString("\n## Functions\n\n| function | 中文 | takes | gives | meaning | example |\n|---|---|---|---|---|---|\n")
	for i := range functions {
		f := &functions[i]
		takes := make([]string, len(f.Params))
		for j, p := range f.Params {
			takes[j] = p.Types
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | `%s` |\n", f.Signature(), f.Label.ZH, strings.Join(takes, "; "), f.Result, f.Doc, f.Example)
	}
	fmt.Fprintf(&b, referenceTail, MaxText, MaxDepth, MaxNodes, MaxList, MaxPattern, MaxKeys, MaxLimit)
	return b.String()
}

const referenceHead = `# Asking for rows

Made from the tables in datasets/query; change those and run ` + "`go test ./datasets/query -run TestReference -update`" + `.

Rows and exports take the same parameters: ` + "`select`, `where`, `order_by`" + `; rows also take ` + "`limit` and `cursor`" + `.

` + "```" + `
select=code,"金额（元）"&where="金额（元）" > 1000 and day >= '2024-01-01'&order_by="金额（元）" desc&limit=100
` + "```" + `

In a URL the values are percent-encoded: ` + "`curl -G URL --data-urlencode \"where=code = '007'\"`" + ` does it for you.

## Columns

A column is named by its API name, or by its label in double quotes: ` + "`amount`, `\"金额（元）\"`" + `. A label that is one word needs no quotes.
Width of signs, spaces and case of a label do not matter. Where several columns have one label, use their API names.
A column whose name is a word of the language stands in double quotes: ` + "`\"in\"`" + `.

Every table has two more columns, which may be asked for and are not given otherwise:
` + "`_row`" + ` is the row in the source sheet, from 1; ` + "`_row_type`" + ` is ` + "`record`, or `total`" + ` for a row that adds others up.
**Totals are rows like the others**: leave them out with ` + "`_row_type = 'record'`" + `.
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
There is no arithmetic. Types are never mixed: ` + "`code = 007`" + ` is an error where code is text, and the error says to write ` + "`code = '007'`" + `.

**Missing values.** A comparison with a missing value is neither true nor false, so its row is found neither by ` + "`amount > 5` nor by `not amount > 5`" + `, nor by ` + "`<>`" + `. Ask with ` + "`is null`" + `.

Signs of full width from a Chinese keyboard are taken too: ＝ ＞ ≥ ≠ （ ） ，
`

const referenceTail = `
## Order and pages

` + "`order_by`" + ` lists columns, each with ` + "`desc`" + ` where the greatest comes first. Text is ordered by Unicode code points.
Rows without a value come last, in both directions. Ties are broken by ` + "`_row`" + `, so the order is total and the same every time.
Without ` + "`order_by`" + ` rows come in the order of the source sheet; that is also the fastest.

A page that is not the last gives a cursor for the next. A cursor holds for one version of the data and one query (columns, conditions and order; the limit may change);
with another it is refused. Leave it out to start again.

## Limits

| what | at most |
|---|---|
| bytes in each of where, order_by, select | %d |
| nesting of parentheses, not and functions | %d |
| names, values and operators in where | %d |
| values in in (...) | %d |
| characters in a pattern | %d |
| columns in order_by | %d |
| rows in a page | %d (an export has no limit) |

What goes over a limit is an error that names it; nothing is cut.
Errors say at which character of the text they were found, counted from 1, and what to write instead.
`
