package catalog

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// What errors say, in Chinese. The code says it in English, where the error is
// made; here stands each of these sentences once, in both languages, with a
// place for what the program fills in:
//
//	{}   something that stays as it is: a name, a number, a piece of the request
//	{w}  words that are told in Chinese themselves, or a sentence in a sentence
//
// Chinese may name places by number, from {1}, where its order is another. So
// whoever makes an error writes plain English, errors pass between processes as
// they are, and a test that walks the sources keeps every one of them here.

// Wording gives an error's message and what to do about it, in lang.
func (e *Error) Wording(lang Lang) (message, fix string) {
	if lang != ZH {
		return e.Message, e.Fix
	}
	message, _ = InChinese(e.Message)
	fix, _ = InChinese(e.Fix)
	return message, fix
}

// InChinese says a sentence of an error in Chinese; a sentence that is not
// known stays as it is, and ok is false.
func InChinese(sentence string) (said string, ok bool) {
	if sentence == "" {
		return "", true
	}
	if said, known := translate(sentence, sentences(), 0); known > 0 {
		return said, true
	}
	return sentence, false
}

// sentences are all that errors say, and what fills a {w}. They never change, so
// they are put together once.
var sentences = sync.OnceValue(func() []Text {
	var all []Text
	for _, part := range [][]Text{words(), querySentences(), calculationSentences(), requestSentences(), statementSentences(), readingSentences(),
		recipeSentences(), publishingSentences(), mistakeSentences(), findingSentences()} {
		all = append(all, part...)
	}
	return all
})

// findingSentences are what findings say: some errors quote them.
func findingSentences() []Text {
	var all []Text
	for _, r := range Rules() {
		all = append(all, numbered(r.Sentence), numbered(r.Fix))
	}
	return all
}

// numbered turns a finding's places, which have names, into a sentence's. Where
// Chinese names what English does not, there is nothing to fill it with.
func numbered(t Text) Text {
	var names []string
	t.EN = namedPlace.ReplaceAllStringFunc(t.EN, func(name string) string {
		names = append(names, name)
		return "{}"
	})
	t.ZH = namedPlace.ReplaceAllStringFunc(t.ZH, func(name string) string {
		if at := slices.Index(names, name); at >= 0 {
			return "{" + strconv.Itoa(at+1) + "}"
		}
		return "…"
	})
	return t
}

var namedPlace = regexp.MustCompile(`\{[a-z_]+\}`)

// deepest is how many sentences may stand in one another.
const deepest = 3

// translate takes the template that the most words of the sentence are told by,
// those of sentences inside it included; known counts them in bytes, and is 0
// where no template fits.
func translate(sentence string, among []Text, depth int) (said string, known int) {
	for i := range among {
		var filled []string
		if !mayBeFrom(among[i].EN, sentence, nil) {
			continue
		}
		own := ownWords(among[i].EN)
		mayBeFrom(among[i].EN, sentence, func(place, text string) {
			if place == "w" && depth < deepest {
				if inside, more := translate(text, among, depth+1); more > 0 {
					text, own = inside, own+more
				}
			}
			filled = append(filled, text)
		})
		if own > known {
			said, known = fillPlaces(among[i].ZH, filled), own
		}
	}
	return said, known
}

// nextPlace finds the first place of a template: its name, and where it begins
// and ends; start is -1 where there is none.
func nextPlace(template string) (name string, start, end int) {
	for from := 0; ; {
		at := strings.IndexByte(template[from:], '{')
		if at < 0 {
			return "", -1, -1
		}
		start = from + at
		rest := template[start+1:]
		if shut := strings.IndexByte(rest, '}'); shut == 0 || shut == 1 && (rest[0] == 'w' || rest[0] >= '1' && rest[0] <= '9') {
			return rest[:shut], start, start + shut + 2
		}
		from = start + 1 // a brace that belongs to the sentence
	}
}

// ownWords counts the bytes of a template that are no places.
func ownWords(template string) int {
	own := len(template)
	for {
		_, start, end := nextPlace(template)
		if start < 0 {
			return own
		}
		own -= end - start
		template = template[end:]
	}
}

// mayBeFrom reports whether a sentence may have been made from a template, and
// gives what stands in its places, in order.
func mayBeFrom(template, sentence string, give func(place, text string)) bool {
	name, start, end := nextPlace(template)
	if start < 0 {
		return template == sentence
	}
	if !strings.HasPrefix(sentence, template[:start]) {
		return false
	}
	sentence, template = sentence[start:], template[end:]
	for {
		next, start, end := nextPlace(template)
		if start < 0 {
			if !strings.HasSuffix(sentence, template) {
				return false
			}
			if give != nil {
				give(name, sentence[:len(sentence)-len(template)])
			}
			return true
		}
		at := strings.Index(sentence, template[:start])
		if at < 0 {
			return false
		}
		if give != nil {
			give(name, sentence[:at])
		}
		sentence, template, name = sentence[at+start:], template[end:], next
	}
}

// fillPlaces puts texts into the places of a template.
func fillPlaces(template string, texts []string) string {
	var b strings.Builder
	for i := 0; ; i++ {
		name, start, end := nextPlace(template)
		if start < 0 {
			b.WriteString(template)
			return b.String()
		}
		at := i
		if n, err := strconv.Atoi(name); err == nil {
			at = n - 1
		}
		b.WriteString(template[:start])
		if at < len(texts) {
			b.WriteString(texts[at])
		}
		template = template[end:]
	}
}
