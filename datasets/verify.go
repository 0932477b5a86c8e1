package datasets

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"gongkai/catalog"
)

// Difference is something about a version file that is not as the catalogue
// says. It is a finding about data, not an error.
type Difference struct {
	File     string // relative to the data folder
	What     string // what differs, in words
	Expected string // as the catalogue says
	Actual   string
}

// String is the difference as one line.
func (d Difference) String() string {
	return fmt.Sprintf("%s: %s: expected %s, found %s", d.File, d.What, d.Expected, d.Actual)
}

// VerifyFile compares a version file with what the catalogue says of it: that
// it exists, its size and its bytes, that it opens, the rows of each table, and
// the content hash computed again from the stored rows. It only reads, and the
// engine is given the file only if its bytes are those that were sealed.
func VerifyFile(ctx context.Context, dir string, v *catalog.Version) []Difference {
	c := &verifier{file: filepath.Join(versionsDir, v.FileHash+".duckdb")}
	if !isHash(v.FileHash) {
		c.differ("file hash in the catalogue", "64 hex digits", strconv.Quote(v.FileHash))
		return c.found
	}
	path := versionPath(dir, v.FileHash)
	if !c.bytes(path, v) {
		return c.found
	}
	f, err := openVersionFile(path)
	if err != nil {
		c.differ("opening", "a readable version file", err.Error())
		return c.found
	}
	defer f.close()
	if err := c.content(ctx, f, v); err != nil {
		c.differ("reading", "a readable version file", err.Error())
	}
	return c.found
}

type verifier struct {
	file  string
	found []Difference
}

func (c *verifier) differ(what, expected, actual string) {
	c.found = append(c.found, Difference{File: c.file, What: what, Expected: expected, Actual: actual})
}

func (c *verifier) count(what string, expected, actual int64) {
	if expected != actual {
		c.differ(what, strconv.FormatInt(expected, 10), strconv.FormatInt(actual, 10))
	}
}

// bytes compares the file as bytes; false where it is not worth opening.
func (c *verifier) bytes(path string, v *catalog.Version) bool {
	info, err := os.Stat(path)
	if err != nil {
		c.differ("file", "to be there", err.Error())
		return false
	}
	if !info.Mode().IsRegular() {
		c.differ("file", "a regular file", info.Mode().String())
		return false
	}
	c.count("size in bytes", v.Bytes, info.Size())
	hash, _, err := hashOfFile(path)
	if err != nil {
		c.differ("reading", "a readable file", err.Error())
		return false
	}
	if hash != v.FileHash {
		c.differ("SHA-256 of the file", v.FileHash, hash)
		return false
	}
	return true
}

// content compares what the file holds.
func (c *verifier) content(ctx context.Context, f *versionFile, v *catalog.Version) error {
	format, tables, err := f.schema(ctx)
	if err != nil {
		return err
	}
	if format != formatVersion {
		c.differ("format of the file", formatVersion, strconv.Quote(format))
		return nil
	}
	c.count("number of tables", int64(len(v.Tables)), int64(len(tables)))
	stored := map[string]int64{}
	h := newContentHasher()
	total := int64(0)
	for i := range tables {
		t := &tables[i]
		n, err := f.rehash(ctx, t, h)
		if err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
		stored[t.Name] = n
		total += n
		c.count("rows of table "+t.Name+" against its own schema", t.Rows, n)
	}
	for _, t := range v.Tables {
		n, ok := stored[t.Name]
		if !ok {
			c.differ("table "+t.Name, "to be there", "none of that name")
			continue
		}
		c.count("rows of table "+t.Name, t.Rows, n)
	}
	c.count("rows of all tables", v.Rows, total)
	if got := h.hex(); got != v.ContentHash {
		c.differ("content hash", v.ContentHash, got)
	}
	return nil
}

// rehash adds a stored table to a content hash and counts its rows.
func (f *versionFile) rehash(ctx context.Context, t *catalog.Table, h *contentHasher) (rows int64, err error) {
	stores := make([]storage, len(t.Columns))
	for i, col := range t.Columns {
		if stores[i], err = storageOf(col.SQLType); err != nil {
			return 0, err
		}
	}
	if err := h.table(t); err != nil {
		return 0, err
	}
	// Rows come in the order they were appended in; sorting would need memory.
	r, err := f.conn.query(ctx, "SELECT * FROM "+quote(t.Storage))
	if err != nil {
		return 0, err
	}
	defer r.close()
	row := make([]catalog.Value, len(r.cols))
	if len(row) != ownCols+len(stores) {
		return 0, fmt.Errorf("%d columns stored, %d in the schema", len(row)-ownCols, len(stores))
	}
	last := int64(0)
	for r.next(row) {
		if row[colRow].I <= last {
			return 0, fmt.Errorf("row %d comes after row %d", row[colRow].I, last)
		}
		last = row[colRow].I
		rows++
		h.row(row[colRow].I, catalog.RowKind(row[colKind].S))
		for i := range stores {
			if err := h.value(&row[ownCols+i], stores[i]); err != nil {
				return 0, err
			}
		}
	}
	h.endTable()
	return rows, r.err
}
