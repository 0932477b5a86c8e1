package sheet

import (
	"bytes"
	"unicode/utf8"
)

// pageText gathers the text of a cell, or of the page between tables, as it
// is shown: white space is one space, elements begin lines.
type pageText struct {
	b           []byte
	space       bool // a space is due, if text follows on the line
	breaks      int  // lines that are due, if text follows
	bold        int  // elements around
	strike      int
	boldFirst   bool // the first text that was taken last is bold
	strikeFirst bool
	someBold    bool
	someStrike  bool
	hidden      string // the element that hides text
	depth       int    // elements of that name in it
}

func (t *pageText) add(text []byte) {
	for len(text) > 0 {
		c := text[0]
		if c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' {
			t.space = true
			text = text[1:]
			continue
		}
		n := bytes.IndexAny(text, " \t\n\r\f")
		if n < 0 {
			n = len(text)
		}
		t.word(text[:n])
		text = text[n:]
	}
}

func (t *pageText) word(word []byte) {
	switch {
	case len(t.b) == 0:
		t.someBold, t.someStrike = t.bold > 0, t.strike > 0
	case t.breaks > 0:
		for ; t.breaks > 0; t.breaks-- {
			t.b = append(t.b, '\n')
		}
	case t.space:
		t.b = append(t.b, ' ')
	}
	t.space, t.breaks = false, 0
	if utf8.Valid(word) {
		t.b = append(t.b, word...)
		return
	}
	t.b = append(t.b, bytes.ToValidUTF8(word, []byte("\uFFFD"))...)
}

// br breaks the line, line begins one where the text does not stand at the
// begin of one, gap leaves a space.
func (t *pageText) br()   { t.breaks++ }
func (t *pageText) line() { t.breaks = max(t.breaks, 1) }
func (t *pageText) gap()  { t.space = true }

// take gives the text and begins anew. It is valid until text is added.
func (t *pageText) take() []byte {
	text := t.b
	t.boldFirst, t.strikeFirst = t.someBold && len(text) > 0, t.someStrike && len(text) > 0
	t.b, t.space, t.breaks, t.hidden = t.b[:0], false, 0, ""
	t.bold, t.strike = 0, 0
	return text
}

// hide drops the text up to the end of an element.
func (t *pageText) hide(name string) {
	if t.hidden == "" {
		t.hidden, t.depth = name, 0
	}
	t.reopen(name)
}

func (t *pageText) reopen(name string) {
	if t.hidden == name {
		t.depth++
	}
}

// close ends an element; true where it was inside what is hidden.
func (t *pageText) close(name string) bool {
	if t.hidden != name || t.hidden == "" {
		return false
	}
	if t.depth--; t.depth <= 0 {
		t.hidden = ""
	}
	return true
}
