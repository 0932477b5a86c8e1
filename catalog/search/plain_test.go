package search

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gongkai/catalog"
)

// plainMatch says without any index whether a text has what a query asks for:
// every word or a longer form of the last, every pair-covered character.
func plainMatch(text, query string) bool {
	pairs, words := map[string]bool{}, []string{}
	each := func(text string, take func(tok token)) {
		t := tokens{text: text}
		for tok, ok := t.next(); ok; tok, ok = t.next() {
			take(tok)
		}
	}
	each(text, func(tok token) {
		if tok.kind != hanToken {
			words = append(words, string(tok.word))
			return
		}
		pairs[string(tok.char)] = true
		if tok.before != 0 {
			pairs[string([]rune{tok.before, tok.char})] = true
		}
	})
	for _, c := range parse(query) {
		if c.run == nil {
			root := string(stem([]byte(c.word)))
			if !slices.ContainsFunc(words, func(w string) bool {
				return string(stem([]byte(w))) == root || c.prefix && strings.HasPrefix(w, c.word)
			}) {
				return false
			}
			continue
		}
		for i := range c.run {
			has := func(from, to int) bool {
				return from >= 0 && to <= len(c.run) && pairs[string(c.run[from:to])]
			}
			if len(c.run) == 1 && !has(0, 1) || len(c.run) > 1 && !has(i-1, i+1) && !has(i, i+2) {
				return false
			}
		}
	}
	return true
}

// TestIndexAgreesWithPlainMatching compares the index with reading every
// document; a loose match is allowed where a strict one finds nothing.
func TestIndexAgreesWithPlainMatching(t *testing.T) {
	piece := rapid.SampledFrom([]string{"医", "院", "床", "位", "医院", "床位", "bed", "beds", "bedding", "plan", "planned", "2024", " ", "，", "Ａ", "２"})
	text := rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(piece, 0, 8).Draw(t, "pieces"), "") })
	rapid.Check(t, func(t *rapid.T) {
		docs := make([]Document, rapid.IntRange(0, 6).Draw(t, "documents"))
		for i := range docs {
			docs[i].Dataset.Slug = "x" + string(rune('a'+i)) // no word of any query
			docs[i].Dataset.Title.ZH = text.Draw(t, "title")
			docs[i].Dataset.Description.EN = text.Draw(t, "description")
			docs[i].Version = &catalog.Version{Tables: []catalog.Table{{Columns: []catalog.Column{{Label: text.Draw(t, "label")}}}}}
		}
		ix := New()
		ix.Replace(docs)
		query := text.Draw(t, "query")
		res, err := ix.Search(Query{Text: query, Limit: 100, Sort: ByTitle})
		if err != nil {
			t.Fatal(err)
		}
		var got, want []string
		for _, h := range res.Hits {
			got = append(got, h.Document.Dataset.Slug)
		}
		for _, d := range docs {
			all := strings.Join([]string{d.Dataset.Slug, d.Dataset.Title.ZH, d.Dataset.Description.EN, d.Version.Tables[0].Columns[0].Label}, "\n")
			if plainMatch(all, query) {
				want = append(want, d.Dataset.Slug)
			}
		}
		slices.Sort(got)
		if len(want) > 0 && !slices.Equal(got, want) {
			t.Fatalf("%q finds %q, want %q", query, got, want)
		}
		if res.Total != len(res.Hits) {
			t.Fatalf("%d hits of %d", len(res.Hits), res.Total)
		}
	})
}
