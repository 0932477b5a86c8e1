package search

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"gongkai/catalog"
)

var seeds = []string{"", "医院床位", "Hospital beds, planned", "ＰＭ２．５", "cafe\u0301", "\xff\xfe医\x00院", "한국어 조사", "ﬁﬂ㎡㈱", "a\u0301\u0302\u0303",
	"𠮷野家", "が\u3099", "１２３４年", "İstanbul ß ſ", strings.Repeat("床", 100), "的和与"}

// FuzzTokens holds tokens to their promises for any bytes.
func FuzzTokens(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		toks := tokens{text: text}
		at := 0
		var last token
		for {
			tok, ok := toks.next()
			if !ok {
				break
			}
			if tok.start < at && tok.start != last.start || tok.end <= tok.start || tok.end > len(text) {
				t.Fatalf("token at %d to %d after %d in %q", tok.start, tok.end, at, text)
			}
			if tok.kind == hanToken && tok.before != 0 && (last.kind != hanToken || last.char != tok.before) {
				t.Fatalf("token %c follows %c, not %c", tok.char, last.char, tok.before)
			}
			if tok.kind != hanToken && len(tok.word) == 0 {
				t.Fatalf("an empty word in %q", text)
			}
			last, at = tok, tok.start
		}
		if utf8.ValidString(text) {
			if a, b := written(text), written(norm.NFKC.String(text)); a != b {
				t.Fatalf("%q reads as %q, normalised as %q", text, a, b)
			}
		}
	})
}

// written joins the tokens of a text.
func written(text string) string {
	var b strings.Builder
	toks := tokens{text: text}
	for {
		tok, ok := toks.next()
		if !ok {
			return b.String()
		}
		if tok.before == 0 {
			b.WriteByte('|')
		}
		b.Write(tok.word)
		if tok.kind == hanToken {
			b.WriteRune(tok.char)
		}
	}
}

// FuzzSearch wants every title to be found by itself, spans to give back their
// text, and no query to break anything.
func FuzzSearch(f *testing.F) {
	for _, s := range seeds {
		f.Add(s, "医院床位 hospital beds")
		f.Add("医院床位 hospital beds", s)
	}
	f.Fuzz(func(t *testing.T, query, title string) {
		docs := make([]Document, 2)
		docs[0].Dataset.Slug, docs[1].Dataset.Slug = "a", "b"
		docs[0].Dataset.Title.ZH = title
		docs[0].Dataset.Description.EN = query + " " + title
		docs[1].Dataset.Title = catalog.Text{ZH: "医院床位", EN: "Hospital beds"}
		ix := New()
		ix.Replace(docs)
		res, err := ix.Search(Query{Text: query, Lang: catalog.EN})
		if err != nil && catalog.KindOf(err) != catalog.Invalid {
			t.Fatal(err)
		}
		for _, h := range res.Hits {
			if got := join(h.Title); got != h.Document.Dataset.Title.In(catalog.EN) {
				t.Fatalf("title %q became %q", h.Document.Dataset.Title, got)
			}
		}
		res, err = ix.Search(Query{Text: title})
		if err != nil {
			return
		}
		if res.Total == 0 {
			t.Fatalf("the title %q does not find itself", title)
		}
	})
}

func join(spans []Span) (s string) {
	for _, p := range spans {
		s += p.Text
	}
	return s
}

func TestStem(t *testing.T) {
	for word, want := range map[string]string{
		"beds": "bed", "bed": "bed", "cities": "city", "city": "city", "boxes": "box", "classes": "class", "class": "class",
		"status": "status", "analysis": "analysis", "planning": "plan", "planned": "plan", "plans": "plan", "licences": "licenc", "licensing": "licens", "licenses": "licens",
		"licence": "licenc", "using": "using", "bus": "bus", "buses": "bus", "cases": "cas", "case": "cas", "houses": "hous", "house": "hous", "time": "tim", "times": "tim", "string": "string", "schools": "school", "fees": "fee",
		"branches": "branch", "filling": "fill", "2024": "2024", "école": "école", "énergies": "énergies",
	} {
		if got := string(stem([]byte(word))); got != want {
			t.Errorf("stem of %s is %s, want %s", word, got, want)
		}
	}
}

func TestEditDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"beds", "beds", 0}, {"beds", "bed", 1}, {"beds", "bdes", 1}, {"hospitel", "hospital", 1}, {"床未", "床位", 1}, {"abc", "xyz", 3}} {
		if got := editDistance([]rune(c.a), []rune(c.b), 9); got != c.want {
			t.Errorf("%s to %s is %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
