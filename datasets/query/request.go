package query

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"gongkai/catalog"
)

// The limits of a request. What goes over one is told in an error of kind
// Invalid; nothing is cut.
const (
	MaxText      = 10_000    // bytes of each parameter
	MaxDepth     = 100       // parentheses, not and function calls inside one another
	MaxNesting   = 200       // anything inside another, and operators in one chain
	MaxNodes     = 4_000     // names, values and operators in one parameter
	MaxList      = 1_000     // values in one in (...)
	MaxArguments = 50        // of a function that takes many, and branches of a case
	MaxPattern   = 500       // characters in a like pattern
	MaxRegex     = 200       // characters in a regular expression
	MaxWords     = 10        // in q
	MaxDigits    = 400       // digits of a number
	MaxKeys      = 10        // columns in order_by and in group_by
	MaxColumns   = 100       // columns of a distinct
	MaxName      = 100       // bytes of a name behind as
	MaxCopies    = 4         // times that a text may hold one column
	MaxSQL       = 200_000   // bytes of an expression in SQL
	MaxLimit     = 100_000   // rows in a page; a whole export has no limit
	MaxGroups    = 1_000_000 // groups that one query gives, by pages or as an export
)

// Unlimited as a Request's Limit asks for all rows, without cursor and without
// the hidden columns that pages need.
const Unlimited = -1

// What becomes of rows of totals. Where nothing is said, a list of rows has
// them, marked, and groups and aggregates leave them out, unless the query
// speaks of _row_type itself.
const (
	TotalsInclude = "include"
	TotalsExclude = "exclude"
)

// Request is what every protocol translates its queries into.
type Request struct {
	Select   []string // columns and expressions, each perhaps with a name behind as; empty: all columns, or the groups with their number of rows
	Where    string   // the expression language; "" takes every row
	And      []string // further conditions; for what a server adds to what its client asked
	Q        string   // words that must all occur in the row's text columns
	GroupBy  string   // "a, year(b)"
	Having   string   // a condition on groups
	Distinct bool     // equal rows of the result once
	OrderBy  string   // "a desc, b"; "" is source order, of groups the order of what they are grouped by
	Totals   string   // TotalsInclude, TotalsExclude or ""
	Limit    int      // rows in a page, given by the caller also where the client gave none; Unlimited for exports
	Most     int      // rows of an Unlimited request, the first ones; 0 for all
	Cursor   string   // what Page gave for the page before; "" starts at the first row
}

// check looks at what needs no table.
func (r *Request) check() *catalog.Error {
	if r.Limit > MaxLimit {
		return fieldError("limit", "ask for pages of at most "+strconv.Itoa(MaxLimit)+" rows, or use the export, which has no limit", "limit is %d, the most is %d", r.Limit, MaxLimit)
	}
	if r.Totals != "" && r.Totals != TotalsInclude && r.Totals != TotalsExclude {
		return fieldError("totals", "write totals=include or totals=exclude, or leave it out", "totals cannot be %s", shorten(r.Totals))
	}
	if len(r.Select) > MaxNodes {
		return fieldError("select", "select fewer columns", "select has %d columns, the most is %d", len(r.Select), MaxNodes)
	}
	return nil
}

// fieldError is an error about a parameter as a whole.
func fieldError(field, fix, format string, args ...any) *catalog.Error {
	err := catalog.Errorf(catalog.Invalid, fix, format, args...)
	err.Field = field
	return err
}

// SplitSelect cuts the text of a select parameter at its commas, those inside
// quotes and parentheses excepted. The parts keep their spaces, so that an
// error's Pos counts in the text as it was typed. Where single quotes or
// parentheses have no end they are taken for parts of labels.
func SplitSelect(text string) []string {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	parts, balanced := splitSelect(text, true)
	if !balanced {
		parts, _ = splitSelect(text, false)
	}
	return parts
}

func splitSelect(text string, expressions bool) (parts []string, balanced bool) {
	start, depth := 0, 0
	var quote rune
	for i, r := range text {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '"' || r == '\'' && expressions:
			quote = r
		case (r == '(' || r == '（') && expressions:
			depth++
		case (r == ')' || r == '）') && expressions:
			depth--
		case (r == ',' || r == '，') && depth == 0:
			parts = append(parts, text[start:i])
			start = i + utf8.RuneLen(r)
		}
	}
	return append(parts, text[start:]), quote == 0 && depth == 0
}

// invalid makes the error for a fault at byte offset off of the text of a
// parameter.
func invalid(field, text string, off int, fix, format string, args ...any) *catalog.Error {
	err := catalog.Errorf(catalog.Invalid, fix, format, args...)
	err.Field = field
	off = max(0, min(off, len(text)))
	err.Pos = utf8.RuneCountInString(text[:off]) + 1
	return err
}
