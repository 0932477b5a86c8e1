package statement

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"gongkai/catalog"
	"gongkai/datasets/query"
)

// What people write who do not write SQL every day, and what they are told.

// width are signs of Chinese keyboards, and what SQL has in their place. Outside
// of quotes the engine takes most of them for letters of a name.
var width = map[rune]string{
	'，': ",", '、': ",", '；': ";", '（': "(", '）': ")", '“': "'", '”': "'", '‘': "'", '’': "'", '＂': `"`, '＇': "'", '＝': "=", '＞': ">", '＜': "<",
	'≥': ">=", '≤': "<=", '≠': "<>", '＋': "+", '－': "-", '＊': "*", '×': "*", '÷': "/", '／': "/", '％': "%", '！': "!", '。': ".", '．': ".", '：': ":", '［': "[", '］': "]",
}

// Wide finds the first sign of a Chinese keyboard that stands outside of quotes
// and comments: as an error that says what to write instead, or nil. It is asked
// where a statement has failed; alone such a sign is no fault.
func Wide(sql string) *catalog.Error {
	for at := 0; at < len(sql); {
		if after := quotedAt(sql, at); after > at {
			at = after
			continue
		}
		r, size := utf8.DecodeRuneInString(sql[at:])
		if plain, ok := width[r]; ok {
			e := catalog.Errorf(catalog.Invalid, "write "+plain+" in place of it; texts stand in single quotes, names with other signs than letters in double quotes", "%c is no sign of SQL", r)
			e.Field, e.Pos = "sql", Character(sql, at)
			return e
		}
		at += size
	}
	return nil
}

// HasWide reports whether a name has such a sign.
func HasWide(name string) bool {
	return strings.ContainsFunc(name, func(r rune) bool { return width[r] != "" })
}

// quotedAt is where the text, quoted name or comment ends that begins at a byte;
// the same byte where none does. It knows less than the engine: it only keeps
// Wide from looking where any sign may stand.
func quotedAt(sql string, at int) int {
	rest := sql[at:]
	end := func(mark string, from int) int {
		if i := strings.Index(rest[from:], mark); i >= 0 {
			return at + from + i + len(mark)
		}
		return len(sql)
	}
	switch {
	case rest[0] == '\'' || rest[0] == '"':
		return end(rest[:1], 1)
	case strings.HasPrefix(rest, "$$"):
		return end("$$", 2)
	case strings.HasPrefix(rest, "--"):
		return end("\n", 2)
	case strings.HasPrefix(rest, "/*"):
		return end("*/", 2)
	}
	return at
}

// unexpected is how the parser names what it stumbled over.
var unexpected = regexp.MustCompile(`(?s)^syntax error at or near "(.*)"$`)

// syntax says what may be wrong where the parser stopped.
func syntax(sql, said string, at int) *catalog.Error {
	e := catalog.Errorf(catalog.Invalid, "look at what stands before it; docs/sql.md shows what may be written", "the statement cannot be read: %s", said)
	e.Field, e.Pos = "sql", Character(sql, at)
	if at < 0 || at > len(sql) {
		return e
	}
	before := sql[:at]
	switch m := unexpected.FindStringSubmatch(said); {
	case strings.HasPrefix(said, "memory exhausted"): // the parser's own for so many brackets
		e.Message, e.Fix = tooDeep, flatter
	case strings.HasPrefix(said, "unterminated quoted string"):
		e.Message, e.Fix = "the quote that opens here is never closed", "close it with the same quote; a text is in single quotes, and a quote inside of it is written twice: 'it''s'"
	case strings.HasPrefix(said, "unterminated quoted identifier"):
		e.Message, e.Fix = "the quote that opens here is never closed", `close it with the same quote; double quotes are for names, as "open-data"`
	case strings.HasPrefix(said, "unterminated"):
		e.Message, e.Fix = "the comment or text that opens here is never closed", "close it"
	case said == "syntax error at end of input":
		e.Message, e.Fix = "the statement ends too early", "write what is missing"+closing(before)
	case m != nil:
		e.Message, e.Fix = shorten(m[1])+" was not expected here", stumble(before, m[1], sql[at:])
	}
	return e
}

// closing tells of brackets that are open.
func closing(before string) string {
	if open := strings.Count(before, "(") - strings.Count(before, ")"); open > 0 {
		return "; a ) is missing, too"
	}
	return ""
}

var (
	lastWord  = regexp.MustCompile(`([\pL_]\w*)\s*$`)
	dashes    = regexp.MustCompile(`[\pL_][\w.-]*$`)
	dashesOn  = regexp.MustCompile(`^[\w.@-]+`)
	afterFrom = regexp.MustCompile(`(?i)(?:from|join|,)\s+[\pL_][\w.-]*$`)
)

// stumble says what to do about a word or sign that the parser did not expect.
func stumble(before, found, rest string) string {
	word := ""
	if m := lastWord.FindStringSubmatch(before); m != nil {
		word = m[1]
	}
	switch {
	case found == "-" && afterFrom.MatchString(before):
		return `a name with - stands in double quotes: "` + dashes.FindString(before) + dashesOn.FindString(rest) + `"`
	case found == "`":
		return "write names in double quotes, texts in single quotes"
	case strings.EqualFold(word, "top"):
		return "write LIMIT and the number at the end"
	case found == "=>" || found == "=<":
		return "write >= or <="
	case found == "%" || found == "*":
		return "a text is in single quotes, as in LIKE '%路%'"
	}
	for _, w := range []string{found, word} {
		if near := nearKeyword(w); near != "" {
			return "did you mean " + near + " in place of " + shorten(w) + "?"
		}
	}
	if strings.Count(before, "(") > strings.Count(before, ")") {
		return "a ) or a comma may be missing before it"
	}
	return "look at what stands before it: a comma or an operator may be missing or too many"
}

// keywords are those that begin a part of a statement.
var keywords = []string{"SELECT", "FROM", "WHERE", "GROUP", "BY", "ORDER", "HAVING", "LIMIT", "OFFSET", "UNION", "JOIN", "LEFT", "INNER", "DISTINCT", "BETWEEN", "LIKE", "QUALIFY", "WITH"}

// nearKeyword is the keyword that a word is a slip of; "" where it is one itself
// or none is near.
func nearKeyword(word string) string {
	word = strings.ToUpper(word)
	for _, k := range keywords {
		if k == word || len(word) < 4 {
			return ""
		}
	}
	for _, k := range keywords {
		if query.Suggest(word, []string{k}) != "" {
			return k
		}
	}
	return ""
}
