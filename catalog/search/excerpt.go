package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gongkai/catalog"
)

const (
	excerptLength = 160 // characters
	excerptLead   = 40  // characters before the first match
	mostColumns   = 5
)

// marker knows what of a text matches a query.
type marker struct {
	stems  map[string]bool
	prefix string
	grams  map[uint64]bool
}

func newMarker(clauses []clause) *marker {
	m := &marker{stems: map[string]bool{}, grams: map[uint64]bool{}}
	for _, c := range clauses {
		switch {
		case c.run == nil:
			m.stems[string(stem([]byte(c.word)))] = true
			if c.prefix {
				m.prefix = c.word
			}
		case len(c.run) == 1:
			m.grams[gram(0, c.run[0])] = true
		}
		for i := 1; i < len(c.run); i++ {
			m.grams[gram(c.run[i-1], c.run[i])] = true
		}
	}
	return m
}

// place is a range of bytes in a text.
type place struct{ start, end int }

// places finds what matches in the text, in order, neighbours joined.
func (m *marker) places(text string) []place {
	var found []place
	mark := func(start, end int) {
		if n := len(found); n > 0 && found[n-1].end >= start {
			found[n-1].end = max(found[n-1].end, end)
			return
		}
		found = append(found, place{start, end})
	}
	t := tokens{text: text}
	var last token
	for {
		tok, ok := t.next()
		if !ok {
			return found
		}
		switch {
		case tok.kind != hanToken:
			if m.word(tok.word) {
				mark(tok.start, tok.end)
			}
		case tok.before != 0 && m.grams[gram(tok.before, tok.char)]:
			mark(last.start, tok.end)
		case m.grams[gram(0, tok.char)]:
			mark(tok.start, tok.end)
		}
		last = tok
	}
}

func (m *marker) word(w []byte) bool {
	if m.prefix != "" && strings.HasPrefix(string(w), m.prefix) {
		return true
	}
	return m.stems[string(stem(slices.Clone(w)))]
}

// spans cuts a text where matches begin and end.
func (m *marker) spans(text string) []Span { return cut(text, m.places(text)) }

func cut(text string, found []place) []Span {
	var spans []Span
	at := 0
	for _, p := range found {
		if p.start > at {
			spans = append(spans, Span{Text: text[at:p.start]})
		}
		spans = append(spans, Span{Text: text[p.start:p.end], Match: true})
		at = p.end
	}
	if at < len(text) {
		spans = append(spans, Span{Text: text[at:]})
	}
	return spans
}

func (s *snapshot) hit(doc uint32, m *marker, lang catalog.Lang) Hit {
	d := s.docs[doc]
	h := Hit{Document: d, Title: m.spans(d.Dataset.Title.In(lang)), Excerpt: m.excerpt(d.Dataset.Description.In(lang))}
	if d.Version == nil {
		return h
	}
	for i := range d.Version.Tables {
		for _, c := range d.Version.Tables[i].Columns {
			if len(h.Columns) == mostColumns {
				return h
			}
			if len(m.places(c.Label)) == 0 && len(m.places(c.Name)) == 0 {
				continue
			}
			label := c.Label
			if label == "" {
				label = c.Name
			}
			if !slices.Contains(h.Columns, label) {
				h.Columns = append(h.Columns, label)
			}
		}
	}
	return h
}

// excerpt gives the part of a text where most matches stand, on one line.
func (m *marker) excerpt(text string) []Span {
	text = oneLine(text)
	found := m.places(text)
	if utf8.RuneCountInString(text) <= excerptLength {
		return cut(text, found)
	}
	start := 0
	if len(found) > 0 {
		start = back(text, densest(text, found), excerptLead)
	}
	end := forward(text, start, excerptLength)
	start, end = wordBorder(text, start, true), wordBorder(text, end, false)
	var inside []place
	for _, p := range found {
		if p.end > start && p.start < end {
			inside = append(inside, place{max(p.start, start) - start, min(p.end, end) - start})
		}
	}
	spans := cut(text[start:end], inside)
	if start > 0 {
		spans = slices.Insert(spans, 0, Span{Text: "…"})
	}
	if end < len(text) {
		spans = append(spans, Span{Text: "…"})
	}
	return spans
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// densest gives the start of the match that has the most matches after it
// within one excerpt.
func densest(text string, found []place) int {
	best, most := found[0].start, 0
	for i, p := range found {
		end := forward(text, p.start, excerptLength-excerptLead)
		n := 0
		for _, q := range found[i:] {
			if q.end <= end {
				n++
			}
		}
		if n > most {
			best, most = p.start, n
		}
	}
	return best
}

// back goes n characters back from a place in the text.
func back(text string, from, n int) int {
	for ; n > 0 && from > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(text[:from])
		from -= size
	}
	return from
}

// forward goes n characters on from a place in the text.
func forward(text string, from, n int) int {
	for ; n > 0 && from < len(text); n-- {
		_, size := utf8.DecodeRuneInString(text[from:])
		from += size
	}
	return from
}

// wordBorder moves a cut out of an alphabetic word: to its end where the
// excerpt starts, to its start where the excerpt ends, at most a dozen letters.
func wordBorder(text string, at int, starts bool) int {
	if at == 0 || at == len(text) {
		return at
	}
	moved := at
	for range 12 {
		before, size := utf8.DecodeLastRuneInString(text[:moved])
		after, next := utf8.DecodeRuneInString(text[moved:])
		switch {
		case !joined(before) || !joined(after):
			return moved
		case starts && moved+next < len(text):
			moved += next
		case !starts && moved-size > 0:
			moved -= size
		default:
			return at
		}
	}
	return at
}

// joined reports whether a character is part of a word that a cut would break.
func joined(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsDigit(r)) && !unicode.Is(unicode.Han, r)
}
