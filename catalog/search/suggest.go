package search

import (
	"slices"
	"strings"
	"unicode/utf8"

	"gongkai/catalog"
)

// longestPhrase bounds the Chinese phrases that a suggestion may offer, in
// characters.
const longestPhrase = 12

// suggest spells the words that no document has as the nearest ones that some
// document has, and offers the query if it then finds something.
func (s *snapshot) suggest(q *Query, clauses []clause) string {
	text, changed := q.Text, false
	for _, c := range slices.Backward(clauses) {
		if s.matchAll([]clause{c}, true, make(scores, len(s.docs))) > 0 {
			continue
		}
		better := s.nearest(c)
		if better == "" {
			return ""
		}
		text, changed = text[:c.start]+better+text[c.end:], true
	}
	if !changed {
		return ""
	}
	if res, _ := s.narrow(q, s.match(parse(text))); res.Total == 0 {
		return ""
	}
	return strings.TrimSpace(text)
}

func (s *snapshot) nearest(c clause) string {
	if c.run != nil {
		return nearestPhrase(string(c.run), s.phrases())
	}
	return s.nearestWord(c.word)
}

// nearestWord finds the indexed word at the smallest distance, the one in more
// documents first; a longer word may differ more.
func (s *snapshot) nearestWord(word string) string {
	from := []rune(word)
	best, distance, frequency := "", allowed(len(from))+1, 0
	for _, w := range s.words {
		if strings.TrimLeft(w.word, "0123456789") == "" {
			continue
		}
		n := utf8.RuneCountInString(w.word)
		if n < len(from)-allowed(len(from)) || n > len(from)+allowed(len(from)) {
			continue
		}
		d := editDistance(from, []rune(w.word), distance+1)
		if f := len(s.list(w.term)); d < distance || d == distance && best != "" && f > frequency {
			best, distance, frequency = w.word, d, f
		}
	}
	return best
}

// allowed is how many letters may differ in a word or phrase of n.
func allowed(n int) int {
	switch {
	case n < 3:
		return 0
	case n < 6:
		return 1
	}
	return 2
}

// nearestPhrase finds the phrase that differs in one character, or in two of
// six or more; Chinese of two characters may differ in one.
func nearestPhrase(run string, phrases []string) string {
	from := []rune(run)
	limit := max(1, allowed(len(from)))
	if len(from) < 2 {
		return ""
	}
	best, distance := "", limit+1
	for _, p := range phrases {
		if n := utf8.RuneCountInString(p); n < len(from)-limit || n > len(from)+limit || !strings.ContainsAny(p, run) {
			continue
		}
		if d := editDistance(from, []rune(p), distance); d < distance {
			best, distance = p, d
		}
	}
	return best
}

// phrasesOf collects short Chinese phrases: keywords, labels and titles, the
// commonest first.
func phrasesOf(docs []*Document) []string {
	counts := map[string]int{}
	add := func(text string) {
		t := tokens{text: text}
		var run []rune
		keep := func() {
			if n := len(run); n >= 2 && n <= longestPhrase {
				counts[string(run)]++
			}
			run = run[:0]
		}
		for {
			tok, ok := t.next()
			if !ok || tok.kind != hanToken || tok.before == 0 {
				keep()
			}
			if !ok {
				return
			}
			if tok.kind == hanToken {
				run = append(run, tok.char)
			}
		}
	}
	for _, d := range docs {
		add(d.Dataset.Title.ZH)
		for _, k := range d.Dataset.KeywordsZH {
			add(k)
		}
		add(d.Department.Title.ZH)
		for _, c := range columnsOf(d) {
			add(c.Label)
		}
	}
	phrases := make([]string, 0, len(counts))
	for p := range counts {
		phrases = append(phrases, p)
	}
	slices.SortFunc(phrases, func(a, b string) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return strings.Compare(a, b)
	})
	return phrases
}

func columnsOf(d *Document) []catalog.Column {
	var all []catalog.Column
	if d.Version != nil {
		for i := range d.Version.Tables {
			all = append(all, d.Version.Tables[i].Columns...)
		}
	}
	return all
}

// editDistance counts the letters to insert, delete, replace or swap with
// their neighbour; it gives up at limit.
func editDistance(a, b []rune, limit int) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least >= limit {
			return limit
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], limit)
}
