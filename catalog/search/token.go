package search

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// tokenKind says what a token is made of.
type tokenKind uint8

const (
	wordToken   tokenKind = iota + 1 // letters of an alphabet
	numberToken                      // digits
	hanToken                         // one character of a script without spaces
)

// token is a piece of text as the index sees it: compatibility forms and case
// folded away, with its place in the text as written.
type token struct {
	kind       tokenKind
	word       []byte // of words and numbers; valid until the next token
	char       rune   // of a hanToken
	before     rune   // the hanToken directly before it, 0 where there is none
	start, end int    // bytes in the text
}

// letter is a folded character with its place in the text.
type letter struct {
	r          rune
	kind       tokenKind // 0: it separates
	start, end int
}

// tokens reads the tokens of a text one after another. The zero value with
// text set is ready.
type tokens struct {
	text  string
	pos   int      // next byte to fold
	queue []letter // folded from one segment
	head  int      // first of queue that is not used yet
	word  []byte
	last  letter // the letter before, where it was a hanToken
}

// next gives the next token; ok is false at the end.
func (t *tokens) next() (tok token, ok bool) {
	for {
		l, ok := t.peek()
		if !ok {
			return token{}, false
		}
		switch l.kind {
		case hanToken:
			t.skip()
			tok := token{kind: hanToken, char: l.r, start: l.start, end: l.end}
			if t.last.kind == hanToken {
				tok.before = t.last.r
			}
			t.last = l
			return tok, true
		case wordToken, numberToken:
			t.last = letter{}
			return t.run(l.kind), true
		}
		t.last = letter{}
		t.skip()
	}
}

// run collects a word or a number: letters of one kind in a row.
func (t *tokens) run(kind tokenKind) token {
	t.word = t.word[:0]
	first, _ := t.peek()
	tok := token{kind: kind, start: first.start}
	for {
		l, ok := t.peek()
		if !ok || l.kind != kind {
			tok.word = t.word
			return tok
		}
		t.word = utf8.AppendRune(t.word, l.r)
		tok.end = l.end
		t.skip()
	}
}

func (t *tokens) peek() (letter, bool) {
	if t.head == len(t.queue) && !t.fold() {
		return letter{}, false
	}
	return t.queue[t.head], true
}

func (t *tokens) skip() { t.head++ }

// fold queues the folded letters of the next segment of the text. What needs
// no table is folded by hand: Han, full-width ASCII, and ASCII that nothing
// can combine with.
func (t *tokens) fold() bool {
	t.queue, t.head = t.queue[:0], 0
	for t.pos < len(t.text) && len(t.queue) == 0 {
		start := t.pos
		r, size := utf8.DecodeRuneInString(t.text[start:])
		t.pos += size
		switch {
		case r == utf8.RuneError && size <= 1:
			t.put(' ', start)
		case r < utf8.RuneSelf && !t.combines():
			t.put(r, start)
		case isCommonHan(r):
			t.put(r, start)
		case r >= '！' && r <= '～' && !t.combines():
			t.put(r-'！'+'!', start)
		default:
			t.pos = start
			t.foldSegment()
		}
	}
	return len(t.queue) > 0
}

// isCommonHan covers the Han characters that have no other form under NFKC and
// combine with nothing.
func isCommonHan(r rune) bool { return r >= 0x4e00 && r <= 0x9fff }

// combines reports whether the next character may combine with the one before.
func (t *tokens) combines() bool {
	if t.pos == len(t.text) || t.text[t.pos] < utf8.RuneSelf {
		return false
	}
	r, _ := utf8.DecodeRuneInString(t.text[t.pos:])
	return !isCommonHan(r) && (r < 0x3000 || r > 0x3002) && (r < '！' || r > '～')
}

func (t *tokens) foldSegment() {
	start := t.pos
	n := norm.NFKC.NextBoundaryInString(t.text[start:], true)
	t.pos += max(n, 1)
	for _, r := range norm.NFKC.String(t.text[start:t.pos]) {
		t.put(r, start)
	}
}

func (t *tokens) put(r rune, start int) {
	l := letter{r: r, start: start, end: t.pos}
	switch {
	case r >= 'a' && r <= 'z':
		l.kind = wordToken
	case r >= 'A' && r <= 'Z':
		l.kind, l.r = wordToken, r+'a'-'A'
	case r >= '0' && r <= '9':
		l.kind = numberToken
	case r < utf8.RuneSelf:
	case isCommonHan(r), unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul):
		l.kind = hanToken
	case unicode.In(r, unicode.Letter, unicode.Mark):
		l.kind, l.r = wordToken, unicode.ToLower(r)
	case unicode.IsDigit(r):
		l.kind = numberToken
	}
	t.queue = append(t.queue, l)
}
