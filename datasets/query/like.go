package query

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"gongkai/catalog"
)

// patternPart is a piece of a like pattern: literal text, any one character,
// or any text.
type patternPart struct {
	text string
	any  byte // '_' or '%'; 0 where text counts
}

// parsePattern cuts a pattern; ok is false where an escape stands at the end
// or before a sign that needs none.
func parsePattern(pattern string, escape rune) (parts []patternPart, badAt int, ok bool) {
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			parts = append(parts, patternPart{text: text.String()})
			text.Reset()
		}
	}
	escaped := false
	for i, r := range pattern {
		switch {
		case escaped:
			if r != '%' && r != '_' && r != escape {
				return nil, i, false
			}
			text.WriteRune(r)
			escaped = false
		case r == escape:
			escaped = true
		case r == '%' || r == '_':
			flush()
			parts = appendWildcard(parts, byte(r))
		default:
			text.WriteRune(r)
		}
	}
	flush()
	return parts, len(pattern), !escaped
}

// appendWildcard keeps runs of wildcards in one form, every _ before a single
// %, for which %_% and _%% are the same.
func appendWildcard(parts []patternPart, wildcard byte) []patternPart {
	if last := len(parts) - 1; last >= 0 && parts[last].any == '%' {
		if wildcard == '%' {
			return parts
		}
		parts[last].any = '_'
		wildcard = '%'
	}
	return append(parts, patternPart{any: wildcard})
}

func (b *binder) like(n *like) (expr, *catalog.Error) {
	x, err := b.bind(n.x)
	if err != nil {
		return x, err
	}
	word := map[bool]string{false: "like", true: "ilike"}[n.fold]
	switch {
	case x.value != nil:
		return x, b.fail(x.at, "put a column before "+word+": name like '%road%'", "%s is a value, not a column", x.name)
	case family(x.typ.class) != classText:
		return x, b.fail(x.at, "compare it with = < > or between", "%s is %s, and %s takes text", x.name, x.typ.class, word)
	case utf8.RuneCountInString(n.pattern.text) > MaxPattern:
		return x, b.fail(n.pattern.at, "shorten it", "a pattern of more than %d characters", MaxPattern)
	}
	parts, _, ok := parsePattern(n.pattern.text, n.escape)
	if !ok {
		e := string(n.escape)
		return x, b.fail(n.pattern.at, "write "+e+"% "+e+"_ or "+e+e+" for these signs themselves; escape 'x' names another escape",
			"in the pattern, %s stands before a sign that needs none", e)
	}
	words := x.normal + " " + word + " " + quoteText(n.pattern.text)
	if n.escape != '\\' {
		words += " escape " + quoteText(string(n.escape))
	}
	found := matches(words, x, parts, n.fold)
	if n.negate {
		found, word = negated(found), "not "+word
	}
	return b.placed(found, n.at, say(operatorNamed(word), x, expr{says: sayLiteral(&n.pattern)})), nil
}

// matches chooses the cheapest SQL that means the pattern. The engine's own
// like takes linear time where % is the only wildcard, and backtracks
// otherwise; then its regular expressions serve, which are always linear.
func matches(words string, x expr, parts []patternPart, fold bool) expr {
	arg := func(text string) expr {
		if fold {
			return expr{sql: "lower(?)", args: []any{text}}
		}
		return expr{sql: "?", args: []any{text}}
	}
	if fold {
		x.sql = "lower(" + x.sql + ")"
	}
	shape, text := shapeOf(parts)
	switch shape {
	case "":
		return condition(words, "(%s = %s)", x, arg(""))
	case "%":
		return condition(words, "(%s IS NOT NULL OR NULL)", x)
	case "t":
		return condition(words, "(%s = %s)", x, arg(text))
	case "t%":
		return condition(words, "starts_with(%s, %s)", x, arg(text))
	case "%t":
		return condition(words, "ends_with(%s, %s)", x, arg(text))
	case "%t%":
		return condition(words, "contains(%s, %s)", x, arg(text))
	}
	if native, ok := onlyPercent(parts); ok {
		return condition(words, "(%s LIKE %s)", x, arg(native))
	}
	return condition(words, "regexp_full_match(%s, %s, 's')", x, arg(expression(parts)))
}

// shapeOf writes a pattern as t for text, % and _, and gives its text.
func shapeOf(parts []patternPart) (shape, text string) {
	var b strings.Builder
	for _, p := range parts {
		if p.any != 0 {
			b.WriteByte(p.any)
			continue
		}
		b.WriteByte('t')
		text = p.text
	}
	return b.String(), text
}

// onlyPercent gives the pattern for the engine's own like, which is written
// without escape here; ok is false where it has _, or either sign as text.
func onlyPercent(parts []patternPart) (pattern string, ok bool) {
	var b strings.Builder
	for _, p := range parts {
		if p.any == '_' || strings.ContainsAny(p.text, "%_") {
			return "", false
		}
		if p.any == '%' {
			b.WriteByte('%')
		}
		b.WriteString(p.text)
	}
	return b.String(), true
}

// expression is the pattern as a regular expression. It has letters only from
// the pattern's own text, so that lower() may be applied to it.
func expression(parts []patternPart) string {
	var b strings.Builder
	for _, p := range parts {
		switch p.any {
		case '%':
			b.WriteString(".*")
		case '_':
			b.WriteString(".")
		default:
			b.WriteString(regexp.QuoteMeta(p.text))
		}
	}
	return b.String()
}
