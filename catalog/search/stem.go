package search

import "bytes"

// stem takes the commonest English endings off a lower-case ASCII word, in
// place: plurals, -ing, -ed and a silent e. It is light on purpose: what comes
// out need not be a word, and decide and decision need not meet.
func stem(w []byte) []byte {
	if len(w) < 4 || !ascii(w) {
		return w
	}
	w = singular(w)
	for _, ending := range [2]string{"ing", "ed"} {
		if base, ok := bytes.CutSuffix(w, []byte(ending)); ok && len(base) >= 3 && hasVowel(base) {
			return silentE(single(base))
		}
	}
	return silentE(w)
}

func singular(w []byte) []byte {
	n := len(w)
	switch {
	case w[n-1] != 's':
		return w
	case n > 4 && bytes.HasSuffix(w, []byte("ies")):
		w[n-3] = 'y'
		return w[:n-2]
	case bytes.HasSuffix(w, []byte("ses")), bytes.HasSuffix(w, []byte("xes")),
		bytes.HasSuffix(w, []byte("ches")), bytes.HasSuffix(w, []byte("shes")):
		return w[:n-2]
	case w[n-2] == 's', w[n-2] == 'u', w[n-2] == 'i':
		return w
	}
	return w[:n-1]
}

// single undoes the doubling before -ing and -ed: planning, plan.
func single(w []byte) []byte {
	n := len(w)
	if w[n-1] == w[n-2] && !bytes.ContainsRune([]byte("aeioulsz"), rune(w[n-1])) {
		return w[:n-1]
	}
	return w
}

func silentE(w []byte) []byte {
	if n := len(w); n > 3 && w[n-1] == 'e' {
		return w[:n-1]
	}
	return w
}

func hasVowel(w []byte) bool { return bytes.ContainsAny(w, "aeiouy") }

func ascii(w []byte) bool {
	for _, b := range w {
		if b >= 0x80 {
			return false
		}
	}
	return true
}

// stopWords are too common in English to ask for. They are indexed, so that a
// query of nothing else still works.
var stopWords = map[string]bool{
	"a": true, "an": true, "and": true, "by": true, "for": true, "in": true, "of": true, "on": true,
	"or": true, "the": true, "to": true, "with": true,
}

// particles hold Chinese phrases together: a query may have them where the
// catalogue does not.
var particles = map[rune]bool{'的': true, '和': true, '与': true, '及': true, '之': true}
