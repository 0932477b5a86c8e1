package datasets

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"gongkai/catalog"
	"gongkai/datasets/export"
	"gongkai/datasets/query"
)

// inPlace reports whether a format is not written from its begin to its end, so
// that it needs a file of its own to be made in.
func inPlace(f export.Format) bool {
	return f == export.Parquet || f == export.DuckDB || f == export.SQLite
}

// writeInPlace writes the rows of a bound query to an existing, empty file.
func (s *Store) writeInPlace(ctx context.Context, ref *Ref, b *query.Bound, f export.Format, to string) error {
	if err := s.groupsWithin(ctx, ref, b); err != nil {
		return err
	}
	if b.Grouped() { // as long as a page may take to compute its groups
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, s.cfg.QueryDeadline, errSlow)
		defer cancel()
	}
	write := s.writeByEngine
	if f == export.SQLite {
		write = s.writeSQLite
	}
	err := write(ctx, ref, b, f, to)
	if err != nil && ctx.Err() != nil {
		return s.failure(ctx, ref, context.Cause(ctx)) // what was stopped does not always know why
	}
	return err
}

// What an engine that writes a file may use: little, for it stands beside the
// engine that serves. One thread needs a third of the memory of two, which keep
// much unwritten to give the rows their order, and leaves the other processor
// to whoever reads pages meanwhile. docs/performance.md has the figures.
const (
	fileThreads = 1
	fileMemory  = 64 << 20 // bytes; sorts that do not fit spill
	groupCells  = 1 << 20  // of a row group of Parquet, about
)

// writeByEngine writes the rows of a bound query to an existing, empty file.
// The few tables whose rows are too long for fileMemory get more, up to as much
// as all pages together, one after the other.
func (s *Store) writeByEngine(ctx context.Context, ref *Ref, b *query.Bound, f export.Format, to string) error {
	err := s.writeWithin(ctx, ref, b, f, to, min(fileMemory, s.cfg.MemoryLimit))
	if !errors.Is(err, errMemory) {
		return err
	}
	if err := enter(ctx, s.wideBuild); err != nil {
		return err
	}
	defer func() { <-s.wideBuild }()
	for _, memory := range []int64{s.cfg.MemoryLimit / 4, s.cfg.MemoryLimit / 2, s.cfg.MemoryLimit} {
		if memory <= fileMemory || !errors.Is(err, errMemory) {
			continue
		}
		if err := os.WriteFile(to, nil, 0o600); err != nil { // the engine removes what it could not finish
			return err
		}
		err = s.writeWithin(ctx, ref, b, f, to, memory)
	}
	return err
}

// writeWithin writes a file within some bytes of memory. The engine that serves
// cannot write: so an engine of its own is started for each file, with one
// version file and one output file to its name, and ends with it.
func (s *Store) writeWithin(ctx context.Context, ref *Ref, b *query.Bound, f export.Format, to string, memory int64) error {
	spill := filepath.Join(filepath.Dir(to), filepath.Base(to)+"-"+spillDir)
	defer os.RemoveAll(spill)
	e, err := openEngine("",
		setting{"threads", strconv.Itoa(fileThreads)},
		setting{"memory_limit", sizeSetting(memory)},
		setting{"temp_directory", spill},
		setting{"max_temp_directory_size", sizeSetting(s.cfg.SpillLimit)},
		setting{"storage_compatibility_version", "v1.2.0"}, // of duckdb files: readers of the last two years open them
		setting{"preserve_insertion_order", "true"})
	if err != nil {
		return err
	}
	defer e.close()
	c, err := e.connect()
	if err != nil {
		return err
	}
	defer c.close()
	if !isHash(ref.Version.FileHash) {
		return fmt.Errorf("%q names no version file", ref.Version.FileHash)
	}
	if err := c.exec(ctx, "ATTACH "+literal(versionPath(s.cfg.Dir, ref.Version.FileHash))+" AS v (READ_ONLY)"); err != nil {
		return err
	}
	write, made := s.copyParquet, to
	if f == export.DuckDB {
		// The engine takes no empty file for a database: it makes its own beside.
		write, made = s.fillDuckDB, to+".made"+tempExt
		defer os.Remove(made)
		attach := "ATTACH " + literal(made) + " AS made"
		if ref.Table.Rows < smallRows {
			attach += " (BLOCK_SIZE " + strconv.Itoa(smallBlocks) + ")"
		}
		if err := c.exec(ctx, attach); err != nil {
			return err
		}
	}
	lock := lockdown{
		sets:   append([]setting{{"allowed_paths", "[" + literal(to) + "]"}}, closing...),
		expect: closed,
	}
	if err := lock.apply(ctx, c); err != nil {
		return err
	}
	if err := write(ctx, c, ref, b, to); err != nil {
		return s.failure(ctx, ref, err)
	}
	if made != to {
		return os.Rename(made, to)
	}
	return nil
}

// groupRows is how many rows of so many columns go into a row group of Parquet:
// a multiple of what the engine handles at once, and as many as it takes to
// compress well.
func groupRows(columns int) int {
	const most = 30 * vectorRows
	return max(min(groupCells/max(columns, 1)/vectorRows*vectorRows, most), vectorRows)
}

// copyParquet writes one Parquet file. Its key-value metadata names the dataset
// and describes the columns as JSON, for Parquet has no place for it in them.
func (s *Store) copyParquet(ctx context.Context, c *conn, ref *Ref, b *query.Bound, to string) error {
	about := aboutFile(ref, b)
	columns, err := json.Marshal(about.columns)
	if err != nil {
		return err
	}
	metadata := ""
	for _, kv := range append(about.pairs, [2]string{"columns", string(columns)}) {
		if metadata != "" {
			metadata += ", "
		}
		metadata += quote(kv[0]) + ": " + literal(kv[1])
	}
	sql, args := b.SQL("v.main." + quote(ref.Table.Storage))
	return c.run(ctx, "COPY ("+sql+") TO "+literal(to)+" (FORMAT parquet, USE_TMP_FILE false, ROW_GROUP_SIZE "+strconv.Itoa(groupRows(len(about.columns)))+", KV_METADATA {"+metadata+"})", args...)
}

// fillDuckDB makes one table in a database file, with comments that describe it
// and its columns.
func (s *Store) fillDuckDB(ctx context.Context, c *conn, ref *Ref, b *query.Bound, _ string) error {
	about := aboutFile(ref, b)
	name := "made.main." + quote(ref.Table.Name)
	sql, args := b.SQL("v.main." + quote(ref.Table.Storage))
	if err := c.run(ctx, "CREATE TABLE "+name+" AS "+sql, args...); err != nil {
		return err
	}
	words := ""
	for _, kv := range about.pairs {
		words += kv[0] + ": " + kv[1] + "\n"
	}
	if err := c.exec(ctx, "COMMENT ON TABLE "+name+" IS "+literal(words)); err != nil {
		return err
	}
	for _, col := range about.columns {
		text := col.Label
		if col.Unit != "" {
			text += " (" + col.Unit + ")"
		}
		if col.Description != "" {
			text += ": " + col.Description
		}
		if err := c.exec(ctx, "COMMENT ON COLUMN "+name+"."+quote(col.Name)+" IS "+literal(text)); err != nil {
			return err
		}
	}
	return c.exec(ctx, "CHECKPOINT made; DETACH made")
}

// run executes a statement that answers with the number of rows it wrote.
func (c *conn) run(ctx context.Context, sql string, args ...any) error {
	res, err := c.query(ctx, sql, args...)
	if err != nil {
		return err
	}
	defer res.close()
	count := make([]catalog.Value, len(res.cols))
	for res.next(count) {
		// one row, with the number of rows written
	}
	return res.err
}

// describedColumn is what a file says of one of its columns.
type describedColumn struct {
	Name        string       `json:"name"`
	Label       string       `json:"label"`
	Type        catalog.Type `json:"type"`
	Unit        string       `json:"unit,omitempty"`
	Description string       `json:"description,omitempty"`
}

type fileWords struct {
	pairs   [][2]string
	columns []describedColumn
}

// aboutFile says what a file holds: only what follows from the version, so that
// the same version gives the same file.
func aboutFile(ref *Ref, b *query.Bound) fileWords {
	meta := metaOf(ref)
	out := fileWords{pairs: [][2]string{{"title", meta.Title}, {"dataset", meta.Dataset}, {"version", strconv.Itoa(meta.Version)}, {"table", meta.Table}, {"licence", meta.Licence}}}
	for _, c := range b.Columns() {
		out.columns = append(out.columns, describedColumn{c.Name, c.Label, c.Type, c.Unit, c.Description.In(catalog.ZH)})
	}
	return out
}
