package datasets

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"gongkai/catalog"
	"gongkai/datasets/export"
	"gongkai/datasets/query"
)

// Answer is what a query gave: the SHA-256 of its csv, and its rows.
type Answer struct {
	SHA256 string
	Rows   int64
}

// Answer computes what a request for all rows gives. Errors as of Stream.
func (l *Library) Answer(ctx context.Context, ref *Ref, r query.Request) (Answer, error) {
	rows, err := l.Stream(ctx, ref, r)
	if err != nil {
		return Answer{}, err
	}
	counted := &counter{Rows: rows}
	sum := sha256.New()
	if err := export.Write(ctx, sum, export.Form{Format: export.CSV}, counted, metaOf(ref)); err != nil {
		return Answer{}, err
	}
	return Answer{hex.EncodeToString(sum.Sum(nil)), counted.n}, nil
}

type counter struct {
	query.Rows
	n int64
}

func (c *counter) Next() ([]catalog.Value, bool) {
	row, ok := c.Rows.Next()
	if ok {
		c.n++
	}
	return row, ok
}

// CitedRequest is the query of a citation as a Request.
func CitedRequest(q catalog.CitationQuery) query.Request {
	return query.Request{
		Select: query.SplitSelect(q.Select), Where: q.Where, Q: q.Q, GroupBy: q.GroupBy, Having: q.Having, Distinct: q.Distinct, OrderBy: q.OrderBy, Totals: q.Totals,
		Limit: query.Unlimited, Most: q.Limit,
	}
}

// CiteLimits bound what citations may cost.
type CiteLimits struct {
	Most int64        // citations that the catalogue may have
	New  func() error // called before a citation that is not there is made, and may refuse it; default allows all
}

// Cite freezes what a request gives: the citation is kept, and is the same one
// where the same rows of the same version were cited before. Kind Conflict for
// versions that are not public, for what nobody can read cannot be cited; Full
// where there are as many citations as there may be; TooLarge for long queries.
func (l *Library) Cite(ctx context.Context, ref *Ref, q catalog.CitationQuery, limits CiteLimits) (c *catalog.Citation, created bool, err error) {
	if !ref.Version.State.Public() || !ref.Dataset.Public() {
		return nil, false, catalog.Errorf(catalog.Conflict, "publish the version first", "version %d of %s is not public and cannot be cited", ref.Version.Number, ref.Dataset.Slug)
	}
	if err := q.Check(); err != nil {
		return nil, false, err
	}
	request := CitedRequest(q)
	if _, err := bindAll(ref, request); err != nil {
		return nil, false, err
	}
	c = &catalog.Citation{Dataset: ref.Dataset.ID, Version: ref.Version.Number, Table: ref.Table.Name, Query: q, As: citedAs(ref), Content: ref.Version.ContentHash}
	c.ID = catalog.NewCitationID(c)
	known, err := l.store.Citation(ctx, c.ID)
	if err == nil || catalog.KindOf(err) != catalog.NotFound {
		return known, false, err
	}
	a, err := l.answers.get(ctx, string(c.ID), func() (Answer, error) {
		if limits.New != nil {
			if err := limits.New(); err != nil {
				return Answer{}, err
			}
		}
		return l.Answer(ctx, ref, request)
	})
	if err != nil {
		return nil, false, err
	}
	c.Result, c.Rows = a.SHA256, a.Rows
	created, err = l.store.CreateCitation(ctx, c, limits.Most)
	if err != nil {
		return nil, false, err
	}
	return c, created, nil
}

// citedAs is what a table is called today.
func citedAs(ref *Ref) catalog.CitedAs {
	return calledNow(ref.Department, ref.Dataset, ref.Version, ref.Table.Name)
}

func calledNow(dep *catalog.Department, d *catalog.Dataset, v *catalog.Version, table string) catalog.CitedAs {
	as := catalog.CitedAs{Publisher: dep.Title, Title: d.Title, Published: v.PublishedAt.UTC().Truncate(time.Second)}
	if len(v.Tables) < 2 {
		return as
	}
	for _, t := range v.Tables {
		if t.Name == table {
			as.Table = t.Label
		}
	}
	return as
}

// Cited is a citation with what it is about, as it stands today.
type Cited struct {
	*catalog.Citation
	Dataset    *catalog.Dataset
	Department *catalog.Department
	Cited      *catalog.Version // the version that is cited
	Ref        *Ref             // where its rows may still be read; else nil
	Gone       error            // why they may not
	Now        Standing
}

// Standing says what the same query gives of the version that is published now.
type Standing struct {
	Version int    // that is published now; 0 where none is
	Same    bool   // it gives the same rows
	Problem string // why the query cannot be asked of it, in English; "" where it can
	Later   bool   // it is a passing problem: asked again later, there may be an answer
	Answer  Answer
}

// Citation finds a citation that who may read.
func (l *Library) Citation(ctx context.Context, who catalog.Actor, id catalog.CitationID) (*Cited, error) {
	c, err := l.store.Citation(ctx, id)
	if catalog.KindOf(err) == catalog.NotFound && err != nil {
		return nil, catalog.Errorf(catalog.NotFound, "check the address: it ends in sixteen letters and digits", "there is no citation %q", id)
	}
	if err != nil {
		return nil, err
	}
	d, err := l.store.Dataset(ctx, c.Dataset)
	if err != nil {
		return nil, fmt.Errorf("dataset of citation %s: %w", id, err)
	}
	if !catalog.May(who, catalog.ReadDataset, catalog.Subject{Dataset: d}) {
		return nil, catalog.Errorf(catalog.Gone, "ask the department", "the dataset of this citation is no longer public")
	}
	out := &Cited{Citation: c, Dataset: d}
	if out.Department, err = l.known.department(ctx, d.Department); err != nil {
		return nil, fmt.Errorf("department of citation %s: %w", id, err)
	}
	if out.Cited, err = l.store.Version(ctx, d.ID, c.Version); err != nil {
		return nil, fmt.Errorf("version of citation %s: %w", id, err)
	}
	if c.As == (catalog.CitedAs{}) {
		c.As = calledNow(out.Department, d, out.Cited, c.Table)
	}
	out.Ref, out.Gone = l.Table(ctx, who, d.Slug, strconv.Itoa(c.Version), c.Table)
	if out.Gone != nil && catalog.KindOf(out.Gone) != catalog.Gone {
		return nil, out.Gone
	}
	if out.Now, err = l.standing(ctx, who, out); err != nil {
		return nil, err
	}
	return out, nil
}

// standing asks the published version the same.
func (l *Library) standing(ctx context.Context, who catalog.Actor, c *Cited) (Standing, error) {
	s := Standing{Version: c.Dataset.Current}
	if s.Version == c.Version {
		s.Same, s.Answer = true, Answer{c.Result, c.Rows}
		return s, nil
	}
	if s.Version == 0 {
		return s, nil
	}
	ref, err := l.Table(ctx, who, c.Dataset.Slug, "", c.Table)
	if err == nil && ref.Version.ContentHash == c.Content {
		s.Same, s.Answer = true, Answer{c.Result, c.Rows}
		return s, nil
	}
	if err == nil {
		s.Answer, err = l.answers.get(ctx, string(c.ID)+ref.Version.ContentHash, func() (Answer, error) { return l.Answer(ctx, ref, CitedRequest(c.Query)) })
	}
	var told *catalog.Error
	switch {
	case err == nil:
		s.Same = s.Answer.SHA256 == c.Result
	case errors.As(err, &told) && (told.Kind == catalog.Invalid || told.Kind == catalog.NotFound || told.Kind == catalog.Gone):
		s.Problem = told.Message
	case errors.As(err, &told) && (told.Kind == catalog.Busy || told.Kind == catalog.Deadline || told.Kind == catalog.TooLarge || told.Kind == catalog.Unprocessable):
		// What was cited is told all the same.
		s.Problem, s.Later = told.Message, told.Kind == catalog.Busy || told.Kind == catalog.Deadline
	default:
		return s, err
	}
	return s, nil
}

// answers keeps what queries gave of versions, which never changes. What many
// ask for at once is computed once.
type answers struct {
	mu      sync.Mutex
	known   map[string]Answer
	running map[string]*answering
}

// answering is a computation that others wait for.
type answering struct {
	ended chan struct{} // closed at the end
	out   Answer
	err   error
}

// keptAnswers bounds how many are kept.
const keptAnswers = 10_000

func (a *answers) get(ctx context.Context, key string, compute func() (Answer, error)) (Answer, error) {
	for {
		a.mu.Lock()
		if known, ok := a.known[key]; ok {
			a.mu.Unlock()
			return known, nil
		}
		first := a.running[key]
		if first == nil {
			mine := a.begin(key)
			a.mu.Unlock()
			defer a.end(key, mine)
			mine.err = errAbandoned // what a panic leaves behind
			mine.out, mine.err = compute()
			return mine.out, mine.err
		}
		a.mu.Unlock()
		select {
		case <-first.ended:
		case <-ctx.Done():
			return Answer{}, context.Cause(ctx)
		}
		if !ofTheFirst(first.err) {
			return first.out, first.err
		}
	}
}

var errAbandoned = errors.New("the computation was abandoned")

// ofTheFirst reports whether an error is about who asked first, so that who
// waited has to ask for himself.
func ofTheFirst(err error) bool {
	return err != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, errAbandoned) || catalog.KindOf(err) == catalog.TooMany)
}

func (a *answers) begin(key string) *answering {
	if a.running == nil {
		a.running = map[string]*answering{}
	}
	mine := &answering{ended: make(chan struct{})}
	a.running[key] = mine
	return mine
}

func (a *answers) end(key string, mine *answering) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.running, key)
	close(mine.ended)
	if mine.err != nil {
		return
	}
	if a.known == nil || len(a.known) >= keptAnswers {
		a.known = map[string]Answer{}
	}
	a.known[key] = mine.out
}
