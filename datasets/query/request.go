package query

import (
	"strings"
	"unicode/utf8"

	"gongkai/catalog"
)

// The limits of a request. What goes over one is told in an error of kind
// Invalid; nothing is cut.
const (
	MaxText    = 10_000  // bytes of where, of order_by and of select
	MaxDepth   = 100     // parentheses, not and function calls inside one another
	MaxNodes   = 4_000   // names, values and operators in one where
	MaxList    = 1_000   // values in one in (...)
	MaxPattern = 500     // characters in a like pattern
	MaxDigits  = 400     // digits of a number
	MaxKeys    = 10      // columns in order_by
	MaxLimit   = 100_000 // rows in a page; a whole export has no limit
)

// Unlimited as a Request's Limit asks for all rows, without cursor and without
// the hidden columns that pages need.
const Unlimited = -1

// Request is what every protocol translates its queries into.
type Request struct {
	Select  []string // API names, or labels with or without double quotes; empty: all columns
	Where   string   // the expression language; "" takes every row
	OrderBy string   // "a desc, b"; "" is source order
	Limit   int      // rows in a page, given by the caller also where the client gave none; Unlimited for exports
	Cursor  string   // what Page gave for the page before; "" starts at the first row
}

// SplitSelect cuts the text of a select parameter at its commas, those inside
// double quotes excepted. The parts keep their spaces, so that an error's Pos
// counts in the text as it was typed.
func SplitSelect(text string) []string {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	var parts []string
	start, quoted := 0, false
	for i, r := range text {
		switch {
		case r == '"':
			quoted = !quoted
		case (r == ',' || r == '，') && !quoted:
			parts = append(parts, text[start:i])
			start = i + utf8.RuneLen(r)
		}
	}
	return append(parts, text[start:])
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
