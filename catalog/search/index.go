package search

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"gongkai/catalog"
)

// Index answers queries from a snapshot of the public catalogue. It is safe
// for concurrent use: readers keep the snapshot they began with.
type Index struct {
	now atomic.Pointer[snapshot]
}

// New makes an index without documents.
func New() *Index {
	ix := &Index{}
	ix.now.Store(build(nil))
	return ix
}

// Replace indexes docs and then puts them in the place of those before, all
// at once. It keeps docs; the caller must not change them.
func (ix *Index) Replace(docs []Document) { ix.now.Store(build(docs)) }

// Document finds a document by the slug of its dataset.
func (ix *Index) Document(slug string) (*Document, bool) {
	s := ix.now.Load()
	i, ok := slices.BinarySearchFunc(s.docs, slug, func(d *Document, slug string) int {
		return strings.Compare(d.Dataset.Slug, slug)
	})
	if !ok {
		return nil, false
	}
	return s.docs[i], true
}

// All gives every document, by slug. The slice is the caller's.
func (ix *Index) All() []*Document { return slices.Clone(ix.now.Load().docs) }

// Totals says how much there is to find.
type Totals struct {
	Datasets    int
	Departments int // with a dataset
	Tables      int
	Columns     int
	Rows        int64
}

// Totals counts over all documents.
func (ix *Index) Totals() Totals { return ix.now.Load().totals }

// field is a part of a document that is weighted by itself.
type field uint8

const (
	titleField field = iota
	keywordField
	columnField
	departmentField
	descriptionField
	fields
)

// weights say how much a word in a field is worth; spread says how much the
// length of the field takes away from it.
var (
	weights = [fields]float32{titleField: 6, keywordField: 4, columnField: 2, departmentField: 1.5, descriptionField: 1}
	spread  = [fields]float32{titleField: 0.5, keywordField: 0.3, columnField: 0.6, departmentField: 0.3, descriptionField: 0.75}
)

// saturation is BM25's k1: how soon more of the same word stops to count.
const saturation = 1.2

// posting says that a document has a term, and how much of it.
type posting struct {
	doc    uint32
	weight float32 // BM25F's pseudo-frequency over all fields
}

// termID numbers the distinct terms of a snapshot: stems, numbers, characters
// and pairs of characters.
type termID = uint32

// surface is a word as written, folded, with the term of its stem.
type surface struct {
	word string
	term termID
}

// snapshot is an index that never changes.
type snapshot struct {
	docs     []*Document // by slug
	totals   Totals
	stems    map[string]termID // of words and numbers
	grams    map[uint64]termID // of characters and pairs; see gram
	words    []surface         // by word
	starts   []uint32          // where each term's postings begin; one more at the end
	postings []posting         // by term, then document
	newest   []uint32          // ranks by time of publication
	titlesZH func() []uint32   // ranks by title
	titlesEN func() []uint32
	phrases  func() []string // what a misspelt Chinese phrase may have meant
}

// gram packs one character, or a pair of neighbours.
func gram(before, char rune) uint64 { return uint64(uint32(before))<<32 | uint64(uint32(char)) }

func (s *snapshot) list(t termID) []posting { return s.postings[s.starts[t]:s.starts[t+1]] }

// idf is BM25's weight of a term that n of the documents have.
func (s *snapshot) idf(n int) float32 {
	return float32(math.Log(1 + (float64(len(s.docs))-float64(n)+0.5)/(float64(n)+0.5)))
}

func build(docs []Document) *snapshot {
	s := &snapshot{docs: make([]*Document, len(docs)), stems: map[string]termID{}, grams: map[uint64]termID{}}
	for i := range docs {
		s.docs[i] = &docs[i]
	}
	slices.SortFunc(s.docs, func(a, b *Document) int { return strings.Compare(a.Dataset.Slug, b.Dataset.Slug) })
	b := &builder{snapshot: s, surfaces: map[string]termID{}}
	for _, d := range s.docs {
		b.document(d)
	}
	b.finish()
	s.newest = ranks(len(docs), func(i, j uint32) int {
		return s.docs[j].published().Compare(s.docs[i].published())
	})
	s.titlesZH = sync.OnceValue(func() []uint32 { return titleRanks(s.docs, catalog.ZH) })
	s.titlesEN = sync.OnceValue(func() []uint32 { return titleRanks(s.docs, catalog.EN) })
	s.phrases = sync.OnceValue(func() []string { return phrasesOf(s.docs) })
	return s
}

// ranks gives each document its place in an order; ties go by slug.
func ranks(n int, compare func(i, j uint32) int) []uint32 {
	order := make([]uint32, n)
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(i, j uint32) int { return cmp.Or(compare(i, j), cmp.Compare(i, j)) })
	rank := make([]uint32, n)
	for place, doc := range order {
		rank[doc] = uint32(place)
	}
	return rank
}

// entry is a term of a document with its number of occurrences by field.
type entry struct {
	term  termID
	count [fields]uint16
}

// builder collects the terms of all documents before it weighs them, because
// weights depend on the mean length of fields.
type builder struct {
	*snapshot
	surfaces map[string]termID
	entries  []entry
	ends     []int             // where each document's entries end
	lengths  [][fields]float32 // of each document's fields, in terms
	slots    []int             // by term: its entry in the present document, plus one
	used     int               // first entry of the present document
	scratch  []byte
}

func (b *builder) document(d *Document) {
	b.used = len(b.entries)
	b.lengths = append(b.lengths, [fields]float32{})
	b.texts(titleField, d.Dataset.Title)
	for _, k := range d.Dataset.KeywordsZH {
		b.text(keywordField, k)
	}
	for _, k := range d.Dataset.KeywordsEN {
		b.text(keywordField, k)
	}
	b.text(keywordField, d.Dataset.Slug)
	b.text(keywordField, d.Dataset.ResourceCode)
	if theme, ok := catalog.Lookup(catalog.Themes, d.Dataset.Theme); ok {
		b.texts(descriptionField, theme.Name)
	}
	b.texts(departmentField, d.Department.Title)
	b.texts(descriptionField, d.Dataset.Description)
	b.texts(descriptionField, d.Dataset.Spatial)
	if d.Version != nil {
		for i := range d.Version.Tables {
			b.table(&d.Version.Tables[i])
		}
		b.totals.Rows += d.Version.Rows
		b.totals.Tables += len(d.Version.Tables)
	}
	b.totals.Datasets++
	b.ends = append(b.ends, len(b.entries))
}

func (b *builder) table(t *catalog.Table) {
	b.text(columnField, t.Label)
	if t.Title != t.Label {
		b.text(columnField, t.Title)
	}
	for i := range t.Columns {
		c := &t.Columns[i]
		b.text(columnField, c.Label)
		b.text(columnField, c.Name)
		b.texts(descriptionField, c.Description)
	}
	b.totals.Columns += len(t.Columns)
}

func (b *builder) texts(f field, t catalog.Text) {
	b.text(f, t.ZH)
	b.text(f, t.EN)
}

func (b *builder) text(f field, text string) {
	t := tokens{text: text}
	for {
		tok, ok := t.next()
		if !ok {
			return
		}
		if tok.kind != hanToken {
			b.add(f, b.word(tok.word))
			continue
		}
		b.add(f, b.gram(0, tok.char))
		if tok.before != 0 {
			b.add(f, b.gram(tok.before, tok.char))
		}
	}
}

func (b *builder) word(w []byte) termID {
	if id, ok := b.surfaces[string(w)]; ok {
		return id
	}
	b.scratch = append(b.scratch[:0], w...)
	root := stem(b.scratch)
	id, ok := b.stems[string(root)]
	if !ok {
		id = b.newTerm()
		b.stems[string(root)] = id
	}
	b.surfaces[string(w)] = id
	return id
}

func (b *builder) gram(before, char rune) termID {
	key := gram(before, char)
	id, ok := b.grams[key]
	if !ok {
		id = b.newTerm()
		b.grams[key] = id
	}
	return id
}

func (b *builder) newTerm() termID {
	b.slots = append(b.slots, 0)
	return termID(len(b.slots) - 1)
}

func (b *builder) add(f field, t termID) {
	slot := b.slots[t] - 1
	if slot < b.used {
		slot = len(b.entries)
		b.entries = append(b.entries, entry{term: t})
		b.slots[t] = slot + 1
	}
	if e := &b.entries[slot]; e.count[f] < math.MaxUint16 {
		e.count[f]++
	}
	b.lengths[len(b.lengths)-1][f]++
}

// finish weighs the entries and sorts them by term.
func (b *builder) finish() {
	s := b.snapshot
	s.starts = make([]uint32, len(b.slots)+1)
	for _, e := range b.entries {
		s.starts[e.term+1]++
	}
	for i := 1; i < len(s.starts); i++ {
		s.starts[i] += s.starts[i-1]
	}
	s.postings = make([]posting, len(b.entries))
	at := slices.Clone(s.starts)
	mean := b.meanLengths()
	first := 0
	for doc, end := range b.ends {
		var scale [fields]float32
		for f := range scale {
			scale[f] = weights[f] / (1 - spread[f] + spread[f]*b.lengths[doc][f]/mean[f])
		}
		for _, e := range b.entries[first:end] {
			var w float32
			for f, n := range e.count {
				w += float32(n) * scale[f]
			}
			s.postings[at[e.term]] = posting{uint32(doc), w}
			at[e.term]++
		}
		first = end
	}
	s.words = make([]surface, 0, len(b.surfaces))
	for w, id := range b.surfaces {
		s.words = append(s.words, surface{w, id})
	}
	slices.SortFunc(s.words, func(a, b surface) int { return strings.Compare(a.word, b.word) })
	departments := map[catalog.DepartmentID]bool{}
	for _, d := range s.docs {
		departments[d.Department.ID] = true
	}
	s.totals.Departments = len(departments)
}

func (b *builder) meanLengths() [fields]float32 {
	var sum [fields]float64
	for _, l := range b.lengths {
		for f, n := range l {
			sum[f] += float64(n)
		}
	}
	var mean [fields]float32
	for f := range mean {
		mean[f] = max(1, float32(sum[f]/float64(max(1, len(b.lengths)))))
	}
	return mean
}
