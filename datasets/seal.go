package datasets

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"gongkai/catalog"
)

// Sealed is what a finished build is called and how large it is.
type Sealed struct {
	FileHash    string // SHA-256 of the file, hex; names it in versions/
	ContentHash string // see contentHasher
	Bytes       int64
	Rows        int64 // over all tables, totals included
}

// Seal finishes the file: it writes the schema into it, checkpoints, closes,
// opens it again read-only, counts what is there against what was appended,
// makes the bytes durable and gives the file its name in versions/. The build
// is gone afterwards, whether it succeeded or not. Errors about the disk are
// of kind Full.
func (b *Builder) Seal(ctx context.Context) (Sealed, error) {
	s, err := b.seal(ctx)
	if err != nil {
		return Sealed{}, errors.Join(err, b.Abort())
	}
	return s, b.Abort()
}

func (b *Builder) seal(ctx context.Context) (Sealed, error) {
	if b.err != nil {
		return Sealed{}, b.err
	}
	if b.path == "" || b.open != nil || len(b.tables) == 0 {
		return Sealed{}, errors.New("seal wants a build with at least one table and all tables closed")
	}
	rawRows, err := b.finish(ctx)
	if err != nil {
		return Sealed{}, fmt.Errorf("finish version file: %w", tooLarge(err))
	}
	s := Sealed{ContentHash: b.hash.hex()}
	for _, t := range b.tables {
		s.Rows += t.Rows
	}
	if s.Rows < smallRows && !b.small {
		if err := b.compact(ctx); err != nil {
			return Sealed{}, fmt.Errorf("compact version file: %w", tooLarge(err))
		}
	}
	if err := b.check(ctx, s.ContentHash, rawRows); err != nil {
		return Sealed{}, fmt.Errorf("check version file: %w", tooLarge(err))
	}
	if s.FileHash, s.Bytes, err = hashOfFile(b.file()); err != nil {
		return Sealed{}, fullError(err)
	}
	if err := b.install(s.FileHash); err != nil {
		return Sealed{}, fullError(err)
	}
	return s, nil
}

// finish writes what describes the file and closes it, log and all.
func (b *Builder) finish(ctx context.Context) (rawRows int64, err error) {
	if b.raw != nil {
		rawRows = b.raw.rows
		err := b.raw.close()
		b.raw = nil
		if err != nil {
			return 0, err
		}
	}
	schema, err := json.Marshal(b.tables)
	if err != nil {
		return 0, err
	}
	err = b.conn.exec(ctx, fmt.Sprintf("INSERT INTO %s VALUES ('format', %s), ('schema', %s); CHECKPOINT",
		metaTable, literal(formatVersion), literal(string(schema))))
	if err != nil {
		return 0, err
	}
	b.conn.dropStatements()
	if err := b.conn.exec(ctx, "USE memory; DETACH build"); err != nil {
		return 0, err
	}
	log, err := os.Stat(b.file() + ".wal")
	if err == nil && log.Size() > 0 {
		return 0, fmt.Errorf("a log of %d bytes is left", log.Size())
	}
	return rawRows, nil
}

// compact writes a file with few rows anew, in small blocks: half a megabyte
// becomes a tenth.
func (b *Builder) compact(ctx context.Context) error {
	small := filepath.Join(b.path, "small.duckdb")
	for _, sql := range []string{
		"ATTACH " + literal(b.file()) + " AS usual (READ_ONLY)",
		attachNew(small, "small", smallBlocks),
		"COPY FROM DATABASE usual TO small",
		"CHECKPOINT small",
		"DETACH small",
		"DETACH usual",
	} {
		if err := b.conn.exec(ctx, sql); err != nil {
			return err
		}
	}
	return os.Rename(small, b.file())
}

// check opens the closed file as readers will and counts its rows; of a small
// file it also computes the content hash again, which costs next to nothing.
func (b *Builder) check(ctx context.Context, contentHash string, rawRows int64) error {
	if err := b.conn.exec(ctx, "ATTACH "+literal(b.file())+" AS sealed (READ_ONLY); USE sealed"); err != nil {
		return err
	}
	if err := b.compare(ctx, &versionFile{engine: b.engine, conn: b.conn}, contentHash, rawRows); err != nil {
		return err
	}
	b.conn.dropStatements()
	return b.conn.exec(ctx, "USE memory; DETACH sealed")
}

// compare compares what is in the file with what was appended.
func (b *Builder) compare(ctx context.Context, f *versionFile, contentHash string, rawRows int64) error {
	h, rows := newContentHasher(), int64(0)
	for i := range b.tables {
		t := &b.tables[i]
		if err := f.expectRows(ctx, t.Storage, t.Rows); err != nil {
			return err
		}
		if rows += t.Rows; rows < smallRows {
			if _, err := f.rehash(ctx, t, h); err != nil {
				return err
			}
		}
	}
	if rows < smallRows && h.hex() != contentHash {
		return errors.New("the stored rows are not the rows that were appended")
	}
	return f.expectRows(ctx, rawTable, rawRows)
}

// install makes the bytes durable and moves the file to its place. A file that
// is there under the same name holds the same bytes and stays.
func (b *Builder) install(hash string) error {
	versions, err := makeDir(b.dir, versionsDir)
	if err != nil {
		return err
	}
	if err := os.Chmod(b.file(), 0o444); err != nil {
		return err
	}
	f, err := os.Open(b.file())
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(b.file(), versionPath(b.dir, hash)); err != nil {
		return err
	}
	return errors.Join(syncDir(versions), syncDir(filepath.Dir(b.file())))
}

// versionFile is a version file opened by itself, read-only, to look it over.
type versionFile struct {
	engine *engine
	conn   *conn
}

// openVersionFile opens a file so that nothing can change it and it can reach
// nothing else.
func openVersionFile(path string) (*versionFile, error) {
	e, err := openEngine(path,
		setting{"access_mode", "READ_ONLY"},
		setting{"threads", "2"},
		setting{"memory_limit", "256MiB"},
		setting{"temp_directory", ""},
		setting{"autoinstall_known_extensions", "false"},
		setting{"autoload_known_extensions", "false"},
		setting{"enable_external_access", "false"},
	)
	if err != nil {
		return nil, err
	}
	c, err := e.connect()
	if err != nil {
		e.close()
		return nil, err
	}
	return &versionFile{engine: e, conn: c}, nil
}

func (f *versionFile) close() {
	f.conn.close()
	f.engine.close()
}

func (f *versionFile) rows(ctx context.Context, table string) (int64, error) {
	return f.conn.int64Of(ctx, "SELECT count(*) FROM "+quote(table))
}

func (f *versionFile) expectRows(ctx context.Context, table string, want int64) error {
	got, err := f.rows(ctx, table)
	if err != nil {
		return err
	}
	if got != want {
		return fmt.Errorf("table %s has %d rows, %d were appended", table, got, want)
	}
	return nil
}

// schema reads the tables that the file says it has.
func (f *versionFile) schema(ctx context.Context) (format string, tables []catalog.Table, err error) {
	rows, err := f.conn.rowsOf(ctx, "SELECT key, value FROM "+metaTable)
	if err != nil {
		return "", nil, err
	}
	for _, row := range rows {
		switch row[0].S {
		case "format":
			format = row[1].S
		case "schema":
			if err := json.Unmarshal([]byte(row[1].S), &tables); err != nil {
				return "", nil, fmt.Errorf("schema in the file: %w", err)
			}
		}
	}
	return format, tables, nil
}
