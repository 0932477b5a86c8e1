// Package search is the full-text index of the catalogue: it finds the public
// datasets that match what somebody typed, in Chinese and English, ranks them,
// counts facets and says where the words were found.
//
// It must not decide who may see what: the Index is given the public documents
// and answers from them, all in memory; a Follower keeps it in step with the
// catalogue. Why an index of our own: docs/adr/0004-search-index.md.
package search

import "gongkai/catalog"

// Document is a public dataset with everything that people search for. An
// Index shares its documents with all who ask; nobody may change them.
type Document struct {
	Dataset    catalog.Dataset
	Department catalog.Department
	Version    *catalog.Version // the published one, with tables
}

// Query is what somebody looks for; zero fields do not narrow.
type Query struct {
	Text       string
	Department string // slug
	Theme      string // code of catalog.Themes
	Sort       Sort
	Lang       catalog.Lang // for titles in ordering and excerpts
	Offset     int          // how many results to pass over
	After      string       // slug of the last result seen: where it is still among the results, they go on behind it, whatever Offset says
	Limit      int          // default 20; at most 1,000
}

// Sort is an order of results.
type Sort string

// The orders of results; ties are broken by slug. Chinese titles are ordered by
// pinyin.
const (
	ByRelevance Sort = "relevance" // the default where there is text
	ByUpdated   Sort = "updated"   // newest publication first; the default where there is none
	ByTitle     Sort = "title"
)

// Hit is a result.
type Hit struct {
	Document *Document
	Excerpt  []Span   // of the description in the query's language, about 160 characters
	Title    []Span   // the title with matches marked
	Columns  []string // labels of columns that match, at most five
}

// Span is a piece of text; Match marks what the reader typed.
type Span struct {
	Text  string
	Match bool
}

// Facet counts results by a value, without regard to the facet's own filter:
// how many there would be with this value chosen.
type Facet struct {
	Value string // slug or code
	Name  catalog.Text
	Count int
}

// Results answers a Query.
type Results struct {
	Total       int
	Offset      int // where Hits begin
	Hits        []Hit
	Departments []Facet // most frequent first
	Themes      []Facet
	Suggestion  string // a spelling that would find something, where nothing was found
}
