package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"time"

	_ "github.com/mattn/go-sqlite3" // registers the driver "sqlite3"

	"gongkai/catalog"
)

// Config says where the catalogue lies and how it is opened.
type Config struct {
	Path        string           // the SQLite file; its folder must exist; no default
	Readers     int              // connections for reading; default twice the CPUs, at least 4
	BusyTimeout time.Duration    // how long a write waits for another process; default 10 s
	Now         func() time.Time // the clock; default time.Now
}

// Store is a catalog.Store over SQLite. It is safe for concurrent use.
type Store struct {
	cfg   Config
	write *sql.DB // one connection, BEGIN IMMEDIATE
	read  *sql.DB

	mu      sync.Mutex
	current map[catalog.VersionID][]catalog.Table // tables that CurrentVersions gave last; never changed
}

var _ catalog.Store = (*Store)(nil)

// Open opens the catalogue at cfg.Path, makes it where it is missing and
// brings its schema up to date. Several processes may open one file at once.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Readers <= 0 {
		cfg.Readers = max(4, 2*runtime.NumCPU())
	}
	if cfg.BusyTimeout <= 0 {
		cfg.BusyTimeout = 10 * time.Second
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if err := makeFile(cfg.Path); err != nil {
		return nil, failure("make the catalogue", err)
	}
	s := &Store{cfg: cfg}
	var err error
	if s.write, err = sql.Open("sqlite3", dsn(cfg, forWriting)); err != nil {
		return nil, failure("open the catalogue", err)
	}
	s.write.SetMaxOpenConns(1)
	if s.read, err = sql.Open("sqlite3", dsn(cfg, forReading)); err != nil {
		return nil, errors.Join(failure("open the catalogue", err), s.Close())
	}
	s.read.SetMaxOpenConns(cfg.Readers)
	s.read.SetMaxIdleConns(cfg.Readers)
	if err := s.prepare(ctx, cfg.BusyTimeout); err != nil {
		return nil, errors.Join(failure("open the catalogue", err), s.Close())
	}
	return s, nil
}

// makeFile creates an empty catalogue that only its owner may read, for it
// holds drafts and hashes of tokens, and makes the new name durable.
func makeFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// access says what a connection is for.
type access int

const (
	forReading access = iota
	forWriting
	forCopying // reads, but VACUUM INTO refuses to run where query_only is set
)

func dsn(cfg Config, a access) string {
	q := url.Values{
		"_busy_timeout":    {strconv.FormatInt(cfg.BusyTimeout.Milliseconds(), 10)},
		"_foreign_keys":    {"1"},
		"_stmt_cache_size": {"64"},
	}
	switch a {
	case forReading:
		q.Set("_query_only", "1")
	case forWriting:
		q.Set("_journal_mode", "WAL")
		q.Set("_synchronous", "FULL")
		q.Set("_txlock", "immediate")
		q.Set("_secure_delete", "1") // what is purged is overwritten, not only forgotten
	}
	return "file:" + (&url.URL{Path: cfg.Path}).EscapedPath() + "?" + q.Encode()
}

// prepare connects and migrates. Turning WAL on needs the file for oneself for
// a moment and SQLite does not wait for that, so it is tried again here.
func (s *Store) prepare(ctx context.Context, patience time.Duration) error {
	deadline := time.Now().Add(patience)
	for {
		err := s.write.PingContext(ctx)
		if err == nil {
			return s.migrate(ctx)
		}
		if catalog.KindOf(failure("", err)) != catalog.Busy || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// Close closes all connections; running statements end with an error.
func (s *Store) Close() error {
	var errs []error
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// Revision implements catalog.Store.
func (s *Store) Revision(ctx context.Context) (n int64, err error) {
	err = s.reading(ctx, "read the revision", func(q querier) error {
		return q.row(`SELECT revision FROM catalogue_state WHERE id = 1`).Scan(&n)
	})
	return n, err
}

func bump(q querier) error {
	_, err := q.exec(`UPDATE catalogue_state SET revision = revision + 1 WHERE id = 1`)
	return err
}

// querier runs statements in one transaction.
type querier struct {
	ctx context.Context
	tx  *sql.Tx
}

// statement is where placeholders would be numbered for PostgreSQL; SQLite
// takes them as they are written.
func statement(text string) string { return text }

func (q querier) exec(text string, args ...any) (sql.Result, error) {
	return q.tx.ExecContext(q.ctx, statement(text), args...)
}

func (q querier) row(text string, args ...any) *sql.Row {
	return q.tx.QueryRowContext(q.ctx, statement(text), args...)
}

// changed runs a statement and reports whether it changed any row.
func (q querier) changed(text string, args ...any) (bool, error) {
	res, err := q.exec(text, args...)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// scanner is a row to read from.
type scanner interface{ Scan(dest ...any) error }

// each calls take for every row of the result.
func (q querier) each(take func(scanner) error, text string, args ...any) error {
	rows, err := q.tx.QueryContext(q.ctx, statement(text), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := take(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// writing runs fn in a writing transaction; doing names it in errors.
func (s *Store) writing(ctx context.Context, doing string, fn func(querier) error) error {
	return inTx(ctx, s.write, doing, fn)
}

// reading runs fn over one consistent state of the catalogue.
func (s *Store) reading(ctx context.Context, doing string, fn func(querier) error) error {
	return inTx(ctx, s.read, doing, fn)
}

func inTx(ctx context.Context, db *sql.DB, doing string, fn func(querier) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return failure(doing, err)
	}
	if err := fn(querier{ctx, tx}); err != nil {
		if rerr := tx.Rollback(); rerr != nil && !errors.Is(rerr, sql.ErrTxDone) {
			err = fmt.Errorf("%w (and to roll back: %w)", err, rerr)
		}
		return failure(doing, err)
	}
	return failure(doing, tx.Commit())
}

// stamp is the present in the precision that the catalogue keeps.
func (s *Store) stamp() time.Time { return fromMillis(s.cfg.Now().UnixMilli()) }

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
