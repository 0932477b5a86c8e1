package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"gongkai/catalog"
)

// Bounds of a query.
const (
	defaultLimit = 20
	largestLimit = 1000
	longestText  = 500 // characters
	longestRun   = 32  // characters of Chinese that are looked up as one
)

// clause is one thing that a document must have.
type clause struct {
	word   string // folded, of words and numbers
	prefix bool   // longer words count too
	run    []rune // of Chinese
	start  int    // place in the query's text, bytes
	end    int
}

// parse gives the clauses of a query's text.
func parse(text string) []clause {
	var all []clause
	t := tokens{text: text}
	for {
		tok, ok := t.next()
		if !ok {
			break
		}
		last := len(all) - 1
		switch {
		case tok.kind != hanToken:
			all = append(all, clause{word: string(tok.word), start: tok.start, end: tok.end})
		case tok.before != 0 && len(all[last].run) < longestRun:
			all[last].run = append(all[last].run, tok.char)
			all[last].end = tok.end
		default:
			all = append(all, clause{run: []rune{tok.char}, start: tok.start, end: tok.end})
		}
	}
	if kept := slices.DeleteFunc(slices.Clone(all), func(c clause) bool { return stopWords[c.word] }); len(kept) > 0 {
		all = kept
	}
	if n := len(all); n > 0 && all[n-1].word != "" {
		all[n-1].prefix = true
	}
	return all
}

// scores holds what each document got; documents that do not match have a
// negative score.
type scores []float32

const unmatched = -1

// match scores all documents against all clauses. A strict match of Chinese
// wants every character covered by a pair that the document has; where that
// finds nothing, a loose one is satisfied by single characters beside a pair.
func (s *snapshot) match(clauses []clause) scores {
	total := make(scores, len(s.docs))
	if len(clauses) == 0 {
		return total
	}
	if s.matchAll(clauses, false, total) > 0 {
		return total
	}
	clear(total)
	s.matchAll(clauses, true, total)
	return total
}

func (s *snapshot) matchAll(clauses []clause, loose bool, total scores) (found int) {
	one := make(scores, len(s.docs))
	for _, c := range clauses {
		for i := range one {
			one[i] = unmatched
		}
		if c.run != nil {
			s.scoreRun(c.run, loose, one)
		} else {
			s.scoreWord(c, one)
		}
		found = 0
		for i, score := range one {
			if score < 0 || total[i] < 0 {
				total[i] = unmatched
				continue
			}
			total[i] += score
			found++
		}
		if found == 0 {
			return 0
		}
	}
	return found
}

// scoreWord scores the documents that have the word, its stem's other forms,
// or longer words where the clause says so; those count less.
func (s *snapshot) scoreWord(c clause, out scores) {
	take := func(t termID, share float32) {
		list := s.list(t)
		idf := s.idf(len(list)) * share
		for _, p := range list {
			out[p.doc] = max(out[p.doc], idf*p.weight/(saturation+p.weight))
		}
	}
	if t, ok := s.stems[string(stem([]byte(c.word)))]; ok {
		take(t, 1)
	}
	if c.prefix {
		for t := range s.longer(c.word) {
			take(t, 0.5)
		}
	}
}

// longer gives the terms of words that begin with prefix.
func (s *snapshot) longer(prefix string) map[termID]bool {
	i, _ := slices.BinarySearchFunc(s.words, prefix, func(w surface, prefix string) int { return strings.Compare(w.word, prefix) })
	terms := map[termID]bool{}
	for ; i < len(s.words) && strings.HasPrefix(s.words[i].word, prefix); i++ {
		terms[s.words[i].term] = true
	}
	return terms
}

// scoreRun scores the documents that cover a run of Chinese characters. The
// pairs may stand in any order and in any field: 医院床位 finds a dataset of
// 医院 with a column 床位. Particles may be missing.
func (s *snapshot) scoreRun(run []rune, loose bool, out scores) {
	if len(run) == 1 {
		s.scoreGram(gram(0, run[0]), func(doc uint32, score float32) { out[doc] = score })
		return
	}
	covered := make([]uint32, len(s.docs)) // by character of the run
	sums := make([]float32, len(s.docs))
	paired := make([]bool, len(s.docs))
	for i := 1; i < len(run); i++ {
		s.scoreGram(gram(run[i-1], run[i]), func(doc uint32, score float32) {
			covered[doc] |= 0b11 << (i - 1)
			sums[doc] += score
			paired[doc] = true
		})
	}
	all := uint32(1<<len(run) - 1)
	for i, r := range run {
		if particles[r] {
			all &^= 1 << i
		} else if loose {
			s.scoreGram(gram(0, r), func(doc uint32, score float32) {
				covered[doc] |= 1 << i
				sums[doc] += score / 4
			})
		}
	}
	for doc, c := range covered {
		if c&all == all && paired[doc] {
			out[doc] = sums[doc]
		}
	}
}

func (s *snapshot) scoreGram(key uint64, take func(doc uint32, score float32)) {
	t, ok := s.grams[key]
	if !ok {
		return
	}
	list := s.list(t)
	idf := s.idf(len(list))
	for _, p := range list {
		take(p.doc, idf*p.weight/(saturation+p.weight))
	}
}

// Search answers q. Errors are of kind Invalid.
func (ix *Index) Search(q Query) (Results, error) {
	if err := q.check(); err != nil {
		return Results{}, err
	}
	s := ix.now.Load()
	clauses := parse(q.Text)
	total := s.match(clauses)
	res, docs := s.narrow(&q, total)
	if res.Total == 0 && len(clauses) > 0 {
		res.Suggestion = s.suggest(&q, clauses)
	}
	s.order(&q, docs, total)
	res.Offset = min(s.start(&q, docs), len(docs))
	docs = docs[res.Offset:]
	docs = docs[:min(q.Limit, len(docs))]
	m := newMarker(clauses)
	for _, doc := range docs {
		res.Hits = append(res.Hits, s.hit(doc, m, q.Lang))
	}
	return res, nil
}

// start is where the page of q begins in the ordered results. A result seen
// holds its place better than a number: what was published in the meantime
// moves numbers.
func (s *snapshot) start(q *Query, docs []uint32) int {
	if q.After != "" {
		if i := slices.IndexFunc(docs, func(doc uint32) bool { return s.docs[doc].Dataset.Slug == q.After }); i >= 0 {
			return i + 1
		}
	}
	return q.Offset
}

// check refuses what cannot be meant and fills in the defaults.
func (q *Query) check() error {
	invalid := func(field, fix, format string, args ...any) error {
		e := catalog.Errorf(catalog.Invalid, fix, format, args...)
		e.Field = field
		return e
	}
	switch {
	case q.Offset < 0:
		return invalid("offset", "begin at 0", "the offset %d is negative", q.Offset)
	case q.Limit < 0 || q.Limit > largestLimit:
		return invalid("limit", "ask for 1 to 1000 results", "the limit %d is out of bounds", q.Limit)
	case utf8.RuneCountInString(q.Text) > longestText:
		return invalid("q", "search for a few words", "the text is longer than %d characters", longestText)
	}
	switch q.Sort {
	case "":
		q.Sort = ByRelevance
		if len(parse(q.Text)) == 0 {
			q.Sort = ByUpdated
		}
	case ByRelevance, ByUpdated, ByTitle:
	default:
		return invalid("sort", "use relevance, updated or title", "there is no order %q", string(q.Sort))
	}
	if q.Limit == 0 {
		q.Limit = defaultLimit
	}
	if q.Lang == "" {
		q.Lang = catalog.ZH
	}
	return nil
}

// narrow applies the filters and counts the facets, each without its own filter.
func (s *snapshot) narrow(q *Query, total scores) (Results, []uint32) {
	var docs []uint32
	departments, themes := map[string]*Facet{}, map[string]*Facet{}
	for i, score := range total {
		if score < 0 {
			continue
		}
		d := s.docs[i]
		inDepartment := q.Department == "" || d.Department.Slug == q.Department
		inTheme := q.Theme == "" || d.Dataset.Theme == q.Theme
		if inTheme {
			count(departments, d.Department.Slug, d.Department.Title)
		}
		if inDepartment && d.Dataset.Theme != "" {
			theme, _ := catalog.Lookup(catalog.Themes, d.Dataset.Theme)
			count(themes, d.Dataset.Theme, theme.Name)
		}
		if inDepartment && inTheme {
			docs = append(docs, uint32(i))
		}
	}
	return Results{Total: len(docs), Departments: byCount(departments), Themes: byCount(themes)}, docs
}

func count(facets map[string]*Facet, value string, name catalog.Text) {
	f := facets[value]
	if f == nil {
		f = &Facet{Value: value, Name: name}
		facets[value] = f
	}
	f.Count++
}

func byCount(facets map[string]*Facet) []Facet {
	list := make([]Facet, 0, len(facets))
	for _, f := range facets {
		list = append(list, *f)
	}
	slices.SortFunc(list, func(a, b Facet) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Value, b.Value))
	})
	return list
}

// order sorts docs, which come by slug, as the query asks.
func (s *snapshot) order(q *Query, docs []uint32, total scores) {
	by := func(rank []uint32) {
		slices.SortFunc(docs, func(i, j uint32) int { return cmp.Compare(rank[i], rank[j]) })
	}
	switch q.Sort {
	case ByTitle:
		by(s.byTitle(q.Lang))
	case ByUpdated:
		by(s.newest)
	default:
		slices.SortStableFunc(docs, func(i, j uint32) int { return cmp.Compare(total[j], total[i]) })
	}
}
