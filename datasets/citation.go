package datasets

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"sync"

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
		Limit: query.Unlimited,
	}
}

// Cite freezes what a request gives: the citation is kept, and is the same one
// where the same rows of the same version were cited before. Kind Conflict for
// versions that are not public, for what nobody can read cannot be cited.
func (l *Library) Cite(ctx context.Context, ref *Ref, q catalog.CitationQuery) (c *catalog.Citation, created bool, err error) {
	if !ref.Version.State.Public() || !ref.Dataset.Public() {
		return nil, false, catalog.Errorf(catalog.Conflict, "Publish the version first.", "version %d of %s is not public and cannot be cited", ref.Version.Number, ref.Dataset.Slug)
	}
	c = &catalog.Citation{Dataset: ref.Dataset.ID, Version: ref.Version.Number, Table: ref.Table.Name, Query: q, Content: ref.Version.ContentHash}
	c.ID = catalog.NewCitationID(c)
	if known, err := l.store.Citation(ctx, c.ID); err == nil {
		return known, false, nil
	}
	a, err := l.Answer(ctx, ref, CitedRequest(q))
	if err != nil {
		return nil, false, err
	}
	c.Result, c.Rows = a.SHA256, a.Rows
	created, err = l.store.CreateCitation(ctx, c)
	return c, created, err
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
	Problem string // why the query cannot be asked of it any more, in English; "" where it can
	Answer  Answer
}

// Citation finds a citation that who may read.
func (l *Library) Citation(ctx context.Context, who catalog.Actor, id catalog.CitationID) (*Cited, error) {
	c, err := l.store.Citation(ctx, id)
	if catalog.KindOf(err) == catalog.NotFound && err != nil {
		return nil, catalog.Errorf(catalog.NotFound, "Check the address: it ends in sixteen letters and digits.", "there is no citation %q", id)
	}
	if err != nil {
		return nil, err
	}
	d, err := l.store.Dataset(ctx, c.Dataset)
	if err != nil {
		return nil, fmt.Errorf("dataset of citation %s: %w", id, err)
	}
	if !catalog.May(who, catalog.ReadDataset, catalog.Subject{Dataset: d}) {
		return nil, catalog.Errorf(catalog.Gone, "Ask the department.", "the dataset of this citation is no longer public")
	}
	out := &Cited{Citation: c, Dataset: d}
	if out.Department, err = l.known.department(ctx, d.Department); err != nil {
		return nil, fmt.Errorf("department of citation %s: %w", id, err)
	}
	if out.Cited, err = l.store.Version(ctx, d.ID, c.Version); err != nil {
		return nil, fmt.Errorf("version of citation %s: %w", id, err)
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
		s.Answer, err = l.answers.get(string(c.ID)+ref.Version.ContentHash, func() (Answer, error) { return l.Answer(ctx, ref, CitedRequest(c.Query)) })
	}
	var told *catalog.Error
	switch {
	case err == nil:
		s.Same = s.Answer.SHA256 == c.Result
	case errors.As(err, &told) && (told.Kind == catalog.Invalid || told.Kind == catalog.NotFound || told.Kind == catalog.Gone):
		s.Problem = told.Message
	default:
		return s, err
	}
	return s, nil
}

// answers keeps what queries gave of versions, which never changes.
type answers struct {
	mu    sync.Mutex
	known map[string]Answer
}

// keptAnswers bounds how many are kept.
const keptAnswers = 10_000

func (a *answers) get(key string, compute func() (Answer, error)) (Answer, error) {
	a.mu.Lock()
	known, ok := a.known[key]
	a.mu.Unlock()
	if ok {
		return known, nil
	}
	out, err := compute()
	if err != nil {
		return out, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.known == nil || len(a.known) >= keptAnswers {
		a.known = map[string]Answer{}
	}
	a.known[key] = out
	return out, nil
}
