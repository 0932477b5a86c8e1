package query

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"gongkai/catalog"
)

// tokenKind says what a token is.
type tokenKind uint8

const (
	tokenEnd     tokenKind = iota
	tokenName              // a bare word, not a keyword: column or function
	tokenQuoted            // "a label", text without its quotes
	tokenKeyword           // text in lower case
	tokenString            // 'text', text without its quotes
	tokenNumber            // 12.5
	tokenPercent           // 12.5%, text without the sign
	tokenSymbol            // = <> < <= > >= ( ) , + - * / ||
)

// token is one word of a text; pos is its byte offset.
type token struct {
	kind tokenKind
	text string
	pos  int
	end  int
}

// String is how messages call the token.
func (t token) String() string {
	switch t.kind {
	case tokenEnd:
		return "the end"
	case tokenString:
		return "'" + shorten(t.text) + "'"
	case tokenQuoted:
		return `"` + shorten(t.text) + `"`
	case tokenPercent:
		return shorten(t.text) + "%"
	}
	return shorten(t.text)
}

// shorten keeps messages readable where somebody typed a page of text.
func shorten(s string) string {
	const most = 60
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}

// symbols are the signs of the language and what they stand for. Signs of full
// width are what a Chinese keyboard gives, so they are taken as well.
var symbols = []struct{ typed, means string }{
	{"<>", "<>"}, {"!=", "<>"}, {"<=", "<="}, {">=", ">="}, {"==", "="},
	{"=", "="}, {"<", "<"}, {">", ">"}, {"(", "("}, {")", ")"}, {",", ","}, {"-", "-"},
	{"||", "||"}, {"+", "+"}, {"*", "*"}, {"/", "/"}, {"｜｜", "||"},
	{"＋", "+"}, {"－", "-"}, {"−", "-"}, {"＊", "*"}, {"×", "*"}, {"／", "/"}, {"÷", "/"},
	{"＜＞", "<>"}, {"！＝", "<>"}, {"＜＝", "<="}, {"＞＝", ">="},
	{"≠", "<>"}, {"≤", "<="}, {"≥", ">="}, {"＝", "="}, {"＜", "<"}, {"＞", ">"},
	{"（", "("}, {"）", ")"}, {"，", ","},
}

// lexer cuts the text of one parameter into tokens.
type lexer struct {
	field, text string
	off         int
}

func (l *lexer) fail(off int, fix, format string, args ...any) *catalog.Error {
	return invalid(l.field, l.text, off, fix, format, args...)
}

// check refuses texts that are too long or no text at all.
func (l *lexer) check() *catalog.Error {
	if len(l.text) > MaxText {
		return l.fail(MaxText, "shorten it; for many values, ask in several requests or download the whole table",
			"%s is %d bytes long, the limit is %d", l.field, len(l.text), MaxText)
	}
	for i, r := range l.text {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(l.text[i:]); n == 1 {
				return l.fail(i, "send it as UTF-8, percent-encoded in a URL", "%s is not valid UTF-8", l.field)
			}
		}
		if r == 0 {
			return l.fail(i, "leave it out", "%s contains a NUL character", l.field)
		}
	}
	return nil
}

// next gives the following token; at the end, tokenEnd again and again.
func (l *lexer) next() (token, *catalog.Error) {
	for l.off < len(l.text) {
		r, n := utf8.DecodeRuneInString(l.text[l.off:])
		if !unicode.IsSpace(r) {
			break
		}
		l.off += n
	}
	start := l.off
	if start >= len(l.text) {
		return token{kind: tokenEnd, pos: start, end: start}, nil
	}
	r, _ := utf8.DecodeRuneInString(l.text[start:])
	switch {
	case r == '\'':
		return l.quoted(tokenString, '\'')
	case r == '"':
		return l.quoted(tokenQuoted, '"')
	case r >= '0' && r <= '9', r == '.':
		return l.number()
	case r == '_' || unicode.IsLetter(r):
		return l.word(), nil
	}
	for _, s := range symbols {
		if strings.HasPrefix(l.text[start:], s.typed) {
			l.off += len(s.typed)
			return token{tokenSymbol, s.means, start, l.off}, nil
		}
	}
	return token{}, l.strange(r, start)
}

// strange says what to write instead of a sign that the language does not have.
func (l *lexer) strange(r rune, off int) *catalog.Error {
	fix := "remove it, or put text in single quotes: name = 'a*b'"
	switch r {
	case '“', '”', '„', '`', '「', '」', '『', '』', '＂':
		fix = `use straight quotes: "label" for a column, 'text' for a value`
	case '‘', '’', '＇':
		fix = "use straight single quotes: name = 'text'"
	case ';':
		fix = "remove it: there is one expression"
	case '&', '|':
		fix = "write and, or; texts are joined by ||"
	case '!':
		fix = "write not, or <> for unequal"
	case '%':
		fix = "write the sign right behind a number: 12.5%; the rest of a division is mod(a, b)"
	}
	return l.fail(off, fix, "%q is not understood here", r)
}

// quoted reads a text in quotes; the quote twice is the quote itself.
func (l *lexer) quoted(kind tokenKind, quote byte) (token, *catalog.Error) {
	start := l.off
	var b strings.Builder
	for i := start + 1; i < len(l.text); i++ {
		if l.text[i] != quote {
			b.WriteByte(l.text[i])
			continue
		}
		if i+1 < len(l.text) && l.text[i+1] == quote {
			b.WriteByte(quote)
			i++
			continue
		}
		l.off = i + 1
		return token{kind, b.String(), start, l.off}, nil
	}
	q := string(quote)
	return token{}, l.fail(start, "close it with "+q+"; a "+q+" inside is written twice: "+q+"it"+q+q+"s"+q,
		"the quote that opens here is never closed").Mark(catalog.SlipQuote)
}

// number reads digits, a fraction and an exponent, and the sign of percent.
func (l *lexer) number() (token, *catalog.Error) {
	start, i := l.off, l.off
	digits := func() int {
		from := i
		for i < len(l.text) && l.text[i] >= '0' && l.text[i] <= '9' {
			i++
		}
		return i - from
	}
	whole, fraction := digits(), 0
	if i < len(l.text) && l.text[i] == '.' {
		i++
		if fraction = digits(); fraction == 0 {
			return token{}, l.fail(start, "write digits behind the point: 1.5", "a number cannot end in a point")
		}
	}
	if i < len(l.text) && (l.text[i] == 'e' || l.text[i] == 'E') {
		mark := i
		i++
		if i < len(l.text) && (l.text[i] == '+' || l.text[i] == '-') {
			i++
		}
		if n := digits(); n == 0 || n > 3 {
			i = mark
		}
	}
	l.off = i
	if whole+fraction > MaxDigits {
		return token{}, l.fail(start, "no column holds such a number", "a number of %d digits, the limit is %d", whole+fraction, MaxDigits)
	}
	if r, _ := utf8.DecodeRuneInString(l.text[i:]); i < len(l.text) && (r == '_' || r == '.' || unicode.IsLetter(r) || unicode.IsDigit(r)) {
		l.word()
		return token{}, l.fail(start, "put text and dates in single quotes: '2024-05-03'; numbers have digits and a point only",
			"%s is neither a number nor a name", shorten(l.text[start:max(l.off, i+utf8.RuneLen(r))]))
	}
	if i < len(l.text) && (l.text[i] == '%' || strings.HasPrefix(l.text[i:], "％")) {
		_, n := utf8.DecodeRuneInString(l.text[i:])
		l.off += n
		return token{tokenPercent, l.text[start:i], start, l.off}, nil
	}
	return token{tokenNumber, l.text[start:i], start, i}, nil
}

// word reads a name or a keyword.
func (l *lexer) word() token {
	start := l.off
	for l.off < len(l.text) {
		r, n := utf8.DecodeRuneInString(l.text[l.off:])
		if r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			break
		}
		l.off += n
	}
	text := l.text[start:l.off]
	if lower := strings.ToLower(text); keywords[lower] {
		return token{tokenKeyword, lower, start, l.off}
	}
	return token{tokenName, text, start, l.off}
}

// keywords are the words that are no column unless they stand in double quotes.
var keywords = map[string]bool{
	"and": true, "or": true, "not": true, "in": true, "between": true, "like": true, "ilike": true,
	"is": true, "null": true, "true": true, "false": true, "escape": true,
}
