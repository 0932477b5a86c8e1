package datasets

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"gongkai/catalog"
)

// All queries share the engine's memory, and the engine refuses one that finds
// too little of it left. A query that others left no room for is not too large:
// it is run again, one such query at a time, and is Busy where that does not
// help. Only one that finds no room while it is alone is TooLarge.

// errMemory is in the chain of an error of a query that found no memory.
var errMemory = errors.New("out of memory")

const (
	memoryTries = 6                      // of a query that others leave no room for
	lonelyTries = 3                      // of one that finds no room while it is alone
	memoryPause = 100 * time.Millisecond // before the second try, each longer than the one before
)

// The engine reads vectorRows rows at once, so that a table with long texts
// costs as much for each of its readers, however few rows they want. From
// wideVector bytes on they are let in one by one.
const (
	vectorRows = 2048
	wideVector = 32 << 20
	mostWide   = 1000 // tables that are remembered
)

// largePage is how many bytes of text make the engine free at once what it
// keeps for a page.
const largePage = 1 << 20

// MaxPageBytes is how many bytes the texts of one page may have.
const MaxPageBytes = 64 << 20

// memory settles who may use the engine's memory.
type memory struct {
	running atomic.Int64 // queries that hold some
	started atomic.Int64 // queries so far
	large   chan struct{}

	mu   sync.Mutex
	wide map[string]bool // tables with long texts
}

// tableKey names a table of a version file.
func tableKey(ref *Ref) string { return ref.Version.FileHash + "." + ref.Table.Storage }

func newMemory() *memory {
	return &memory{large: make(chan struct{}, 1), wide: map[string]bool{}}
}

// begin counts a query in. The function it gives counts it out; alone reports,
// until then, whether no other has run beside it.
func (m *memory) begin() (alone func() bool, end func()) {
	others, order := m.running.Add(1)-1, m.started.Add(1)
	return func() bool { return others == 0 && m.started.Load() == order }, sync.OnceFunc(func() { m.running.Add(-1) })
}

func (m *memory) isWide(key string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.wide[key]
}

// learn remembers a table whose rows are long.
func (m *memory) learn(key string, rows int, bytes int64) {
	if rows == 0 || bytes/int64(rows)*vectorRows < wideVector {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.wide) == mostWide {
		clear(m.wide)
	}
	m.wide[key] = true
}

// within runs a query until it finds enough memory, oneByOne or at first beside
// others. work counts itself in with begin and tells whether it was alone.
func (m *memory) within(ctx context.Context, oneByOne bool, work func() (alone bool, err error)) error {
	for try, lonely := 1, 0; ; try++ {
		alone, err := m.try(ctx, oneByOne, work)
		if alone {
			lonely++
		}
		// The engine takes a moment to free what a query before held, so that once is no proof.
		if !errors.Is(err, errMemory) || lonely == lonelyTries {
			return err
		}
		if try == memoryTries {
			e := busy("other queries use the memory that this one needs")
			e.Cause = err
			return e
		}
		oneByOne = true
		select {
		case <-time.After(memoryPause * time.Duration(try)):
		case <-ctx.Done():
			return busy("other queries use the memory that this one needs")
		}
	}
}

func (m *memory) try(ctx context.Context, oneByOne bool, work func() (bool, error)) (alone bool, err error) {
	if oneByOne {
		if err := enter(ctx, m.large); err != nil {
			return false, err
		}
		defer func() { <-m.large }()
	}
	return work()
}

// pageTooLarge is the error for a page with more bytes than one may have.
func pageTooLarge(rows int) error {
	e := catalog.Errorf(catalog.TooLarge, "ask for fewer rows with limit, select fewer columns, or download the table with export, which has no limit",
		"the page has more than %d MB of text after %d rows", MaxPageBytes>>20, rows)
	e.Field = "limit"
	return e
}
