package datasets

import (
	"context"

	"gongkai/catalog"
)

// BuildOptions bounds a build.
type BuildOptions struct {
	MemoryLimit  int64 // bytes for the engine; default 256 MiB
	Threads      int   // default 2
	ExpectedRows int64 // over all tables, where known; small files are then stored in small blocks
}

// Builder makes one version file beside the others. It is used by one
// goroutine; nobody sees the file before Seal.
type Builder struct{ dir string }

// TableWriter takes the records of one table in sheet order.
type TableWriter interface {
	// Append stores a record; it copies what it keeps.
	Append(r *catalog.Record) error
	// Close ends the table; every table is closed before Profile and Seal.
	Close() error
}

// Sealed is what a finished build is called and how large it is.
type Sealed struct {
	FileHash    string // SHA-256 of the file, hex; names it in versions/
	ContentHash string // see ContentHash in hash.go
	Bytes       int64
	Rows        int64 // over all tables, totals included
}

// NewBuilder creates <dir>/builds/<random>/ and holds a lock on it until Seal
// or Abort.
func NewBuilder(dir string, opts BuildOptions) (*Builder, error) { return nil, errSkeleton }

// Table creates a table; Storage, Name and for each column Name, Type and
// SQLType are set. One table is written at a time.
func (b *Builder) Table(t catalog.Table) (TableWriter, error) { return nil, errSkeleton }

// Profile fills the profiles of t's columns from the stored rows, totals left
// out. The table is closed.
func (b *Builder) Profile(ctx context.Context, t *catalog.Table) error { return errSkeleton }

// Seal finishes the file and gives it its name in versions/.
func (b *Builder) Seal(ctx context.Context) (Sealed, error) { return Sealed{}, errSkeleton }

// Abort removes the build. After Seal it does nothing.
func (b *Builder) Abort() error { return errSkeleton }

// Difference is something about a version file that is not as the catalogue
// says.
type Difference struct {
	File     string // relative to the data folder
	What     string // file, size, file hash, rows of a table, content hash, ...
	Expected string
	Actual   string
}

// VerifyFile compares a version file with what the catalogue says of it. It
// only reads.
func VerifyFile(ctx context.Context, dir string, v *catalog.Version) []Difference { return nil }
