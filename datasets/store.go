package datasets

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"gongkai/catalog"
)

// Config says how a Store opens.
type Config struct {
	Dir           string        // the data folder; must exist
	MaxAttached   int           // version files kept attached; default 64
	MaxQueries    int           // pages read at once, others wait; default 16
	MaxStreams    int           // streams open at once, others get kind Busy; default 64
	MemoryLimit   int64         // bytes for the engine, all queries together; default 512 MiB
	SpillLimit    int64         // bytes of temporary files for sorts that do not fit; default 4 GiB
	Threads       int           // of the engine beside the goroutines that ask; default 2, see ADR 3
	QueryDeadline time.Duration // for a page, and for each piece of a stream; default 30 s
	MaxBuilds     int           // whole-table files made at once; default 2
	MaxCompares   int           // pairs of versions compared at once, others wait; default 2
	ComparedLimit int64         // bytes of comparisons kept on disk, those used longest ago go; default 1 GiB
	Log           *slog.Logger  // default discards
}

func (c Config) withDefaults() Config {
	set(&c.MaxAttached, 64)
	set(&c.MaxQueries, 16)
	set(&c.MaxStreams, 64)
	set(&c.MemoryLimit, 512<<20)
	set(&c.SpillLimit, 4<<30)
	set(&c.Threads, 2)
	set(&c.QueryDeadline, 30*time.Second)
	set(&c.MaxBuilds, 2)
	set(&c.MaxCompares, 2)
	set(&c.ComparedLimit, 1<<30)
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

func set[T int | int64 | time.Duration](to *T, value T) {
	if *to == 0 {
		*to = value
	}
}

// Store reads version files through one locked-down engine. Only SQL that
// query.Bound wrote reaches it. It is safe for concurrent use.
type Store struct {
	cfg       Config
	engine    *engine
	pages     chan struct{} // a slot for each page being read
	streams   chan struct{} // a slot for each open stream
	builds    chan struct{} // a slot for each file being made
	wideBuild chan struct{} // a slot for the one of them that needs much memory
	memory    *memory

	spill string // folder of the engine's temporary files, locked
	lock  *os.File

	mu       sync.Mutex
	admin    *conn   // attaches and detaches
	idle     []*conn // least recently used first; one for each slot of pages and streams
	attached map[string]*attachment
	uses     int64 // counts leases, for least recent use
	closed   bool
}

// Open starts the engine, closes it against everything but reading versions/
// and reads every setting back; it fails where one differs.
func Open(cfg Config) (*Store, error) {
	cfg = cfg.withDefaults()
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, err
	}
	cfg.Dir = dir
	s := &Store{
		cfg:       cfg,
		pages:     make(chan struct{}, cfg.MaxQueries),
		streams:   make(chan struct{}, cfg.MaxStreams),
		builds:    make(chan struct{}, cfg.MaxBuilds),
		wideBuild: make(chan struct{}, 1),
		memory:    newMemory(),
		attached:  map[string]*attachment{},
	}
	if err := s.start(); err != nil {
		s.Close()
		return nil, fmt.Errorf("start the reading engine: %w", err)
	}
	return s, nil
}

func (s *Store) start() error {
	versions, err := makeDir(s.cfg.Dir, versionsDir)
	if err != nil {
		return err
	}
	if err := s.makeSpill(); err != nil {
		return err
	}
	lock := readerLock(versions, s.spill, s.cfg)
	if s.engine, err = openEngine("", lock.config...); err != nil {
		return err
	}
	if s.admin, err = s.engine.connect(); err != nil {
		return err
	}
	if err := s.connectAll(); err != nil {
		return err
	}
	return lock.apply(context.Background(), s.admin)
}

// makeSpill makes a folder for temporary files that Sweep removes when this
// process is dead.
func (s *Store) makeSpill() error {
	all, err := makeDir(s.cfg.Dir, spillDir)
	if err != nil {
		return err
	}
	s.spill = filepath.Join(all, rand.Text())
	if err := os.Mkdir(s.spill, 0o750); err != nil {
		return fullError(err)
	}
	s.lock, err = lockDir(s.spill)
	return err
}

// streamBuffer is how much of a result the engine computes ahead of its
// reader: little, for many slow readers may stand at once.
const streamBuffer = "64KiB"

// connectAll makes all connections that will ever be needed, for the buffer is
// a setting of each and settings are about to be locked.
func (s *Store) connectAll() error {
	for range s.cfg.MaxQueries + s.cfg.MaxStreams {
		c, err := s.engine.connect()
		if err != nil {
			return err
		}
		s.idle = append(s.idle, c)
		if err := c.exec(context.Background(), "SET SESSION streaming_buffer_size = "+literal(streamBuffer)); err != nil {
			return err
		}
	}
	return nil
}

// Close ends the engine. The caller has ended all queries before.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for _, c := range s.idle {
		c.close()
	}
	s.idle = nil
	if s.admin != nil {
		s.admin.close()
		s.admin = nil
	}
	if s.engine != nil {
		s.engine.close()
		s.engine = nil
	}
	if s.lock == nil {
		return nil
	}
	err := errors.Join(os.RemoveAll(s.spill), s.lock.Close())
	s.lock = nil
	return err
}

// attachment is a version file that the engine has open. Its name in SQL is
// made of the file's hash and so never means another file: a prepared
// statement would read whatever bears the name.
type attachment struct {
	hash  string
	alias string
	users int   // leases that are out
	used  int64 // the last lease
	gone  bool  // its file was removed: it goes with the last lease
}

// lease is a connection to one version file, until release.
type lease struct {
	s    *Store
	a    *attachment
	conn *conn
}

// from is a table of the file as SQL refers to it.
func (l *lease) from(storage string) string { return quote(l.a.alias) + ".main." + quote(storage) }

var errClosed = errors.New("the store is closed")

// lease attaches a file where it is not, and gives a connection for it. The
// caller holds a slot, so there is one.
func (s *Store) lease(ctx context.Context, hash string) (*lease, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(s.idle) == 0 {
		return nil, errClosed
	}
	a := s.attached[hash]
	if a == nil {
		var err error
		if a, err = s.attach(ctx, hash); err != nil {
			return nil, err
		}
	}
	s.uses++
	a.used = s.uses
	a.users++
	return &lease{s: s, a: a, conn: s.take(a.alias)}, nil
}

// take gives an idle connection, best one that has prepared statements for the
// file already.
func (s *Store) take(alias string) *conn {
	at := 0
	for i := len(s.idle) - 1; i > 0; i-- {
		if s.idle[i].reads == alias {
			at = i
			break
		}
	}
	c := s.idle[at]
	s.idle = append(s.idle[:at], s.idle[at+1:]...)
	if c.reads != alias {
		c.forget()
		c.reads = alias
	}
	return c
}

// release gives the connection back; the query on it is over.
func (l *lease) release() {
	s := l.s
	s.mu.Lock()
	defer s.mu.Unlock()
	l.a.users--
	if s.closed {
		l.conn.close()
		return
	}
	s.idle = append(s.idle, l.conn)
	if l.a.gone && l.a.users == 0 {
		s.detach(l.a)
	}
	s.evict()
}

// attach opens a version file in the engine. The caller holds s.mu.
func (s *Store) attach(ctx context.Context, hash string) (*attachment, error) {
	if !isHash(hash) {
		return nil, fmt.Errorf("%q names no version file", hash)
	}
	a := &attachment{hash: hash, alias: "v" + hash}
	path := versionPath(s.cfg.Dir, hash)
	if err := s.admin.exec(ctx, "ATTACH "+literal(path)+" AS "+quote(a.alias)+" (READ_ONLY)"); err != nil {
		return nil, fmt.Errorf("attach version file %s: %w", hash, err)
	}
	s.attached[hash] = a
	s.evict()
	return a, nil
}

// evict detaches the files that were not used for longest while there are more
// than the cap. Files that are being read stay, so the cap may be passed by as
// many as there are queries. The caller holds s.mu.
func (s *Store) evict() {
	for len(s.attached) > s.cfg.MaxAttached {
		var oldest *attachment
		for _, a := range s.attached {
			if a.users == 0 && a.used > 0 && (oldest == nil || a.used < oldest.used) {
				oldest = a
			}
		}
		if oldest == nil {
			return
		}
		s.detach(oldest)
	}
}

// detach closes a file that nobody reads, and the statements prepared for it.
// The caller holds s.mu.
func (s *Store) detach(a *attachment) {
	for _, c := range s.idle {
		if c.reads == a.alias {
			c.forget()
		}
	}
	delete(s.attached, a.hash)
	if err := s.admin.exec(context.Background(), "DETACH "+quote(a.alias)); err != nil {
		s.cfg.Log.Error("detach version file", "hash", a.hash, "err", err)
	}
}

// enter takes a slot, waiting for it until ctx ends.
func enter(ctx context.Context, slots chan struct{}) error {
	select {
	case slots <- struct{}{}:
		return nil
	default:
	}
	select {
	case slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return busy("the server is reading as many tables as it can")
	}
}

func busy(message string) *catalog.Error {
	return catalog.Errorf(catalog.Busy, "try again in a few seconds", "%s", message)
}
