package datasets

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"gongkai/catalog"
)

// BuildOptions bounds a build.
type BuildOptions struct {
	MemoryLimit  int64 // bytes for the engine; default 384 MiB; the process needs about twice as much
	Threads      int   // of the engine where it reads what was stored; default 2
	ExpectedRows int64 // over all tables, where known: a small file is then stored in small blocks at once
	Once         bool  // the process ends after the build: the engine is left to that
}

// Below smallRows rows small blocks make the smaller file. Beyond wideColumns
// columns blocks of the usual size, one and more for each, would need more
// memory than a build has.
const (
	smallRows   = 5000
	wideColumns = 200

	smallBlocks = 16 << 10
	wideBlocks  = 64 << 10
	usualBlocks = 256 << 10
)

// Builder makes one version file beside the others. It is used by one
// goroutine; nobody sees the file before Seal.
type Builder struct {
	dir     string // the data folder
	path    string // of the build
	opts    BuildOptions
	small   bool // the file has small blocks
	lock    *os.File
	engine  *engine
	conn    *conn
	threads int // of the engine
	hash    *contentHasher
	tables  []catalog.Table // with the rows appended so far
	raw     *rawWriter
	open    *tableWriter
	err     error // of an append: the build is lost
}

// TableWriter takes the records of one table in sheet order.
type TableWriter interface {
	// Append stores a record; it copies what it keeps. It fails where a column
	// cannot hold a value exactly; such values are to be NULL with a RawCell.
	Append(r *catalog.Record) error
	// Close ends the table; every table is closed before Profile and Seal.
	Close() error
}

// NewBuilder creates <dir>/builds/<random>/ and holds a lock on it until Seal
// or Abort. Errors about the disk are of kind Full.
func NewBuilder(dir string, opts BuildOptions) (*Builder, error) {
	builds, err := makeDir(dir, buildsDir)
	if err != nil {
		return nil, err
	}
	b := &Builder{dir: dir, path: filepath.Join(builds, rand.Text()), opts: opts.withDefaults(), hash: newContentHasher()}
	if err := b.start(); err != nil {
		return nil, errors.Join(err, b.Abort())
	}
	return b, nil
}

func (b *Builder) start() error {
	if err := os.Mkdir(b.path, 0o750); err != nil {
		return fullError(err)
	}
	lock, err := lockDir(b.path)
	if err != nil {
		return fullError(err)
	}
	b.lock = lock
	return nil
}

// openFor makes the file when its first table is known, for the size of its
// blocks is settled then.
func (b *Builder) openFor(columns int) (err error) {
	if b.engine != nil {
		return nil
	}
	blocks := usualBlocks
	switch {
	case b.opts.ExpectedRows > 0 && b.opts.ExpectedRows < smallRows:
		blocks, b.small = smallBlocks, true
	case columns > wideColumns:
		blocks = wideBlocks
	}
	if b.engine, err = openEngine("", b.opts.settings(b.path)...); err != nil {
		return err
	}
	if b.conn, err = b.engine.connect(); err != nil {
		return err
	}
	b.threads = 1
	return b.conn.exec(context.Background(), attachNew(b.file(), "build", blocks)+`; USE build;
		CREATE TABLE `+metaTable+` (key VARCHAR NOT NULL, value VARCHAR NOT NULL);
		CREATE TABLE `+rawTable+` (table_name VARCHAR NOT NULL, _row BIGINT NOT NULL, column_name VARCHAR NOT NULL,
			raw VARCHAR NOT NULL, reason VARCHAR NOT NULL)`)
}

// attachNew is the SQL that makes a version file. One engine makes it, lets go
// of it and reads it again: starting another would take longer than a small
// file as a whole.
func attachNew(path, alias string, blocks int) string {
	// The storage is newer than the engine's default: a fifth smaller and faster to write.
	return fmt.Sprintf("ATTACH %s AS %s (BLOCK_SIZE %d, STORAGE_VERSION 'v1.4.0')", literal(path), alias, blocks)
}

func (o BuildOptions) withDefaults() BuildOptions {
	set(&o.MemoryLimit, 384<<20)
	set(&o.Threads, 2)
	return o
}

func (o BuildOptions) settings(path string) []setting {
	return []setting{
		{"threads", "1"}, // see useThreads
		{"memory_limit", sizeSetting(o.MemoryLimit)},
		{"temp_directory", filepath.Join(path, spillDir)},
		{"preserve_insertion_order", "true"},
		{"autoinstall_known_extensions", "false"},
		{"autoload_known_extensions", "false"},
		// One checkpoint at the end: the log is never replayed, a dead build is swept.
		{"checkpoint_threshold", "1TiB"},
		// A group of rows is compressed when it is full, while the next is read; the
		// engine would wait for five of them.
		{"write_buffer_row_group_count", "1"},
	}
}

// useThreads says how many threads the engine works with. Rows are appended
// with one: they are stored in order, so a second would only wait, and it waits
// by asking all the time, while the processor is wanted for reading.
func (b *Builder) useThreads(ctx context.Context, n int) error {
	if b.threads == n {
		return nil
	}
	b.threads = n
	return b.conn.exec(ctx, "SET threads = "+strconv.Itoa(n))
}

func (b *Builder) file() string { return filepath.Join(b.path, buildFile) }

// Table creates a table; Storage, Name and for each column Name, Type and
// SQLType are set. Tables are written one after the other, in sheet order.
func (b *Builder) Table(t catalog.Table) (TableWriter, error) {
	if b.err != nil {
		return nil, b.err
	}
	if b.path == "" {
		return nil, errors.New("the build has ended")
	}
	if b.open != nil {
		return nil, fmt.Errorf("table %s is still open", b.open.table.Storage)
	}
	stores, err := b.create(&t)
	if err != nil {
		return nil, fmt.Errorf("create table %s: %w", t.Name, err)
	}
	if err := b.hash.table(&t); err != nil {
		return nil, err
	}
	t.Rows, t.TotalRows = 0, 0
	t.Columns, t.Notes = slices.Clone(t.Columns), slices.Clone(t.Notes) // the caller goes on with his own
	w, err := newTableWriter(b, t, stores)
	if err != nil {
		return nil, fmt.Errorf("append to table %s: %w", t.Name, err)
	}
	b.open = w
	return w, nil
}

// MaxColumns is how many columns a table may have: each costs the engine and
// every reader memory whether it holds anything or not.
const MaxColumns = 2000

// create makes the table in the file and gives the storage of its own columns.
func (b *Builder) create(t *catalog.Table) ([]storage, error) {
	if len(t.Columns) == 0 {
		return nil, errors.New("no columns")
	}
	if len(t.Columns) > MaxColumns {
		return nil, catalog.Errorf(catalog.TooLarge, "split the table, or turn its columns into rows", "table %s has %d columns, the most is %d", t.Name, len(t.Columns), MaxColumns)
	}
	if t.Storage == "" || strings.HasPrefix(t.Storage, "_") {
		return nil, fmt.Errorf("%q cannot be the name of a stored table", t.Storage)
	}
	var sql strings.Builder
	fmt.Fprintf(&sql, "BEGIN; CREATE TABLE %s (%s BIGINT NOT NULL, %s VARCHAR NOT NULL", quote(t.Storage), catalog.ColumnRow, catalog.ColumnKind)
	stores := make([]storage, len(t.Columns))
	for i, c := range t.Columns {
		st, err := storageOf(c.SQLType)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
		stores[i] = st
		fmt.Fprintf(&sql, ", %s %s", quote(c.Name), st.sql())
	}
	sql.WriteString(")")
	if err := b.openFor(len(t.Columns)); err != nil {
		return nil, err
	}
	ctx := context.Background()
	if err := b.useThreads(ctx, 1); err != nil {
		return nil, err
	}
	if err := b.conn.exec(ctx, sql.String()); err != nil {
		return nil, errors.Join(tooLarge(err), b.conn.exec(ctx, "ROLLBACK"))
	}
	return stores, nil
}

// tooLarge says that a build, not a query, needs more memory than it has.
func tooLarge(err error) error {
	if err == nil || catalog.KindOf(err) != catalog.TooLarge {
		return err
	}
	return &catalog.Error{Kind: catalog.TooLarge, Message: "the table is too large for the memory that a build has", Cause: err,
		Fix: "send fewer columns, or ask the operator to give jobs more memory"}
}

// Abort removes the build. After Seal, and the second time, it does nothing.
func (b *Builder) Abort() error {
	if b.path == "" {
		return nil
	}
	b.closeEngine()
	err := os.RemoveAll(b.path)
	b.unlock()
	b.path = ""
	return err
}

// closeEngine ends the writers and the engine.
func (b *Builder) closeEngine() {
	if b.open != nil {
		b.open.abandon()
		b.open = nil
	}
	if b.raw != nil {
		b.raw.abandon()
		b.raw = nil
	}
	if b.opts.Once {
		return
	}
	if b.conn != nil {
		b.conn.close()
		b.conn = nil
	}
	if b.engine != nil {
		b.engine.close()
		b.engine = nil
	}
}

func (b *Builder) unlock() {
	if b.lock != nil {
		b.lock.Close()
		b.lock = nil
	}
}
