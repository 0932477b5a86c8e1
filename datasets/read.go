package datasets

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"
	"unsafe"

	"gongkai/catalog"
	"gongkai/datasets/query"
)

// The sizes of a page.
const (
	DefaultPage = 100   // rows, where the request names no limit
	MaxPage     = 10000 // rows at most
)

// Page is a bounded part of a result.
type Page struct {
	Columns    []catalog.Column
	Rows       [][]catalog.Value
	SourceRows []int64           // row in the sheet of each row; none of groups
	RowKinds   []catalog.RowKind // record or total, of each row; none of groups
	Next       string            // cursor of the next page; "" at the end
	More       bool              // rows follow
	Cut        bool              // groups follow that are not given: there are more than query.MaxGroups
	Bytes      int64             // of the texts in Rows, about
}

// errSlow is the cause of a context that ended at our deadline.
var errSlow = errors.New("query deadline passed")

// Page reads one page: DefaultPage rows where the request names no limit.
// Errors are those of query.Bind, kind Deadline where the engine took too
// long, TooLarge for more than MaxPageBytes, and Busy where the caller's context
// ended before a slot was free or other queries leave no memory for this one.
func (l *Library) Page(ctx context.Context, ref *Ref, r query.Request) (*Page, error) {
	if r.Limit == 0 {
		r.Limit = DefaultPage
	}
	if r.Limit < 0 || r.Limit > MaxPage {
		e := catalog.Errorf(catalog.Invalid, "ask for 1 to "+strconv.Itoa(MaxPage)+" rows and follow next; an export has no limit", "limit %d is not a size of page", r.Limit)
		e.Field = "limit"
		return nil, e
	}
	b, err := query.Bind(r, ref.Table, ref.Version.ContentHash)
	if err != nil {
		return nil, err
	}
	return l.files.page(ctx, ref, b)
}

func (s *Store) page(ctx context.Context, ref *Ref, b *query.Bound) (p *Page, err error) {
	key := tableKey(ref)
	err = s.reading(ctx, s.memory.isWide(key), func(ctx context.Context) error {
		p, err = s.pageOnce(ctx, ref, b)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.memory.learn(key, len(p.Rows), p.Bytes)
	return p, nil
}

// reading runs a short query in a slot of pages, within the deadline and the
// memory that is left; work may be run again. Errors of kind Busy and Deadline
// as of Page.
func (s *Store) reading(ctx context.Context, oneByOne bool, work func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, s.cfg.QueryDeadline, errSlow)
	defer cancel()
	return s.memory.within(ctx, oneByOne, func() (bool, error) {
		if err := enter(ctx, s.pages); err != nil {
			return false, err
		}
		defer func() { <-s.pages }()
		alone, end := s.memory.begin()
		defer end()
		err := work(ctx)
		return alone(), err
	})
}

func (s *Store) pageOnce(ctx context.Context, ref *Ref, b *query.Bound) (*Page, error) {
	lease, err := s.lease(ctx, ref.Version.FileHash)
	if err != nil {
		return nil, s.failure(ctx, ref, err)
	}
	defer lease.release()
	p, err := lease.page(ctx, ref, b)
	if err == nil && len(p.Rows) == 0 && !p.More {
		// An empty page was seen once of a query that finds rows; the engine ends
		// results the same way where it found nothing and where it could not say why.
		// So that an answer of nothing is asked for twice, which costs little.
		if p, err = lease.page(ctx, ref, b); err == nil && len(p.Rows) > 0 {
			s.cfg.Log.Error("a query found nothing, and then rows", "version", ref.Version.FileHash, "table", ref.Table.Storage)
		}
	}
	if err != nil {
		return nil, s.failure(ctx, ref, err)
	}
	return p, nil
}

// page runs the query of a page.
func (l *lease) page(ctx context.Context, ref *Ref, b *query.Bound) (*Page, error) {
	sql, args := b.SQL(l.from(ref.Table.Storage))
	res, err := l.conn.query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	defer res.close()
	p, err := readPage(res, b)
	if err != nil {
		return nil, err
	}
	res.large = p.Bytes > largePage
	return p, nil
}

// readPage reads the rows and keeps copies of their texts.
func readPage(res *result, b *query.Bound) (*Page, error) {
	p := &Page{Columns: b.Columns()}
	visible, width, limit := len(p.Columns), len(res.cols), b.Most()
	grouped := b.Grouped()
	if !grouped && width < visible+2 || width < visible {
		return nil, fmt.Errorf("%d result columns, %d visible ones and two of the row wanted", width, visible)
	}
	var texts textStore
	var block []catalog.Value
	n := 0
	for {
		if len(block) < width {
			block = make([]catalog.Value, width*min(limit+1, 128))
		}
		row := block[:width:width]
		if !res.next(row) {
			break
		}
		if n++; n > limit {
			continue // the row that says that more follow
		}
		block = block[width:]
		for i := range row {
			p.Bytes += int64(len(row[i].S))
		}
		if p.Bytes > MaxPageBytes {
			return nil, pageTooLarge(len(p.Rows))
		}
		for i := range row {
			row[i].S = texts.keep(row[i].S)
		}
		p.Rows = append(p.Rows, row)
		if grouped {
			continue
		}
		p.SourceRows = append(p.SourceRows, row[visible].I)
		p.RowKinds = append(p.RowKinds, catalog.RowKind(row[visible+1].S))
	}
	if res.err != nil {
		return nil, res.err
	}
	if len(p.Rows) > 0 {
		p.Next = b.Page(n, p.Rows[len(p.Rows)-1])
	}
	p.Cut = b.GroupLimit(n)
	p.More = n > limit && !p.Cut
	for i := range p.Rows {
		p.Rows[i] = p.Rows[i][:visible:visible]
	}
	return p, nil
}

// textStore copies texts into few blocks.
type textStore struct{ block []byte }

func (t *textStore) keep(s string) string {
	if s == "" {
		return ""
	}
	if cap(t.block)-len(t.block) < len(s) {
		t.block = make([]byte, 0, max(8<<10, len(s)))
	}
	at := len(t.block)
	t.block = append(t.block, s...)
	return unsafe.String(&t.block[at], len(s)) // the block is only ever appended to
}

// Stream reads all rows of a request, or its first Most, whatever its limit, in bounded memory:
// the engine computes about a megabyte ahead of the reader and then waits.
// Where the request selects all columns and the table has totals among its
// records, the column _row_type is added at the end, so that nobody adds totals
// up. The caller closes the rows. Errors as of Page; Busy where too many
// streams are open.
//
// In source order nothing is kept; another order is sorted by the engine
// within its memory limit, and beyond it in temporary files.
func (l *Library) Stream(ctx context.Context, ref *Ref, r query.Request) (query.Rows, error) {
	b, err := bindAll(ref, r)
	if err != nil {
		return nil, err
	}
	if err := l.files.groupsWithin(ctx, ref, b); err != nil {
		return nil, err
	}
	return l.files.stream(ctx, ref, b)
}

// bindAll binds a request for all rows.
func bindAll(ref *Ref, r query.Request) (*query.Bound, error) {
	r.Limit, r.Cursor = query.Unlimited, ""
	b, err := query.Bind(r, ref.Table, ref.Version.ContentHash)
	if err != nil || b.Grouped() || r.Totals == query.TotalsExclude {
		return b, err
	}
	if len(r.Select) == 0 && ref.Table.TotalRows > 0 {
		for _, c := range ref.Table.Columns {
			r.Select = append(r.Select, query.Name(c.Name))
		}
		r.Select = append(r.Select, catalog.ColumnKind)
		return query.Bind(r, ref.Table, ref.Version.ContentHash)
	}
	return b, nil
}

func (s *Store) stream(ctx context.Context, ref *Ref, b *query.Bound) (*stream, error) {
	select {
	case s.streams <- struct{}{}:
	default:
		return nil, busy(fmt.Sprintf("%d exports are running, no more are started", cap(s.streams)))
	}
	st := &stream{s: s, ref: ref, ctx: ctx, bound: b, columns: b.Columns()}
	if err := st.open(); err != nil {
		st.Close()
		return nil, s.failure(ctx, ref, err)
	}
	return st, nil
}

// stream implements query.Rows over a result of the engine. Where other queries
// take the memory in the middle, it goes on behind the rows that it gave: the
// file never changes and the order of its rows is total.
type stream struct {
	s       *Store
	ref     *Ref
	ctx     context.Context
	bound   *query.Bound
	columns []catalog.Column
	given   int64 // rows
	lease   *lease
	res     *result
	end     func() // counts it out of those that hold memory
	row     []catalog.Value
	err     error
	closed  bool
}

// open begins, or goes on behind the rows that were given, and fetches the
// first of what follows.
func (st *stream) open() error {
	return st.s.memory.within(st.ctx, st.given > 0, func() (bool, error) {
		alone, end := st.s.memory.begin()
		st.end = end
		err := st.start()
		if err == nil {
			return false, nil
		}
		defer st.stop()
		return alone(), err
	})
}

func (st *stream) start() (err error) {
	if st.lease, err = st.s.lease(st.ctx, st.ref.Version.FileHash); err != nil {
		return err
	}
	sql, args := st.bound.SQL(st.lease.from(st.ref.Table.Storage))
	if st.given > 0 {
		sql += " OFFSET " + strconv.FormatInt(st.given, 10)
	}
	if st.res, err = st.lease.conn.queryWithin(st.ctx, st.s.cfg.QueryDeadline, sql, args...); err != nil {
		return err
	}
	if len(st.res.cols) != len(st.columns) {
		return fmt.Errorf("%d result columns, %d wanted", len(st.res.cols), len(st.columns))
	}
	st.res.large = true
	st.row = make([]catalog.Value, len(st.columns))
	st.res.fetch()
	return st.res.err
}

// stop gives back what the engine holds for the stream.
func (st *stream) stop() {
	if st.res != nil {
		st.res.close()
		st.res = nil
	}
	if st.lease != nil {
		st.lease.release()
		st.lease = nil
	}
	if st.end != nil {
		st.end()
	}
}

// Columns implements query.Rows.
func (st *stream) Columns() []catalog.Column { return st.columns }

// Next implements query.Rows.
func (st *stream) Next() ([]catalog.Value, bool) {
	if st.closed || st.err != nil {
		return nil, false
	}
	if first := st.bound.First(); first > 0 && st.given >= int64(first) {
		return nil, false // what goes on behind given rows has its limit anew
	}
	if st.res.next(st.row) {
		st.given++
		return st.row, true
	}
	err := st.res.err
	if errors.Is(err, errMemory) {
		st.stop()
		if err = st.open(); err == nil {
			return st.Next()
		}
	}
	if err != nil {
		st.err = st.s.failure(st.ctx, st.ref, err)
	}
	return nil, false
}

// Err implements query.Rows.
func (st *stream) Err() error { return st.err }

// Close implements query.Rows.
func (st *stream) Close() error {
	if st.closed {
		return nil
	}
	st.closed = true
	st.stop()
	<-st.s.streams
	return nil
}

// failure makes what the client is told of an error of the engine.
func (s *Store) failure(ctx context.Context, ref *Ref, err error) error {
	var told *catalog.Error
	switch {
	case errors.As(err, &told):
		return err
	case errors.Is(err, errSlow):
		return &catalog.Error{Kind: catalog.Deadline, Cause: err,
			Message: "the query took longer than the " + s.cfg.QueryDeadline.Round(time.Millisecond).String() + " that a query may take",
			Fix:     "filter on fewer rows, order by fewer columns, or leave out order_by"}
	case ctx.Err() != nil && errors.Is(err, errInterrupted):
		return context.Cause(ctx)
	}
	if told := query.Failure(err.Error()); told != nil {
		told.Cause = err
		return told
	}
	return fmt.Errorf("read table %s of version %d of %s: %w", ref.Table.Name, ref.Version.Number, ref.Dataset.Slug, err)
}
