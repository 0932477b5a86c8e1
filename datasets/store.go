package datasets

import (
	"errors"
	"log/slog"
	"time"
)

// Config says how a Store opens.
type Config struct {
	Dir           string        // the data folder; must exist
	MaxAttached   int           // version files attached at once; default 64
	MaxQueries    int           // queries running at once, others wait; default 32
	MemoryLimit   int64         // bytes for all queries together; default 512 MiB
	SpillLimit    int64         // bytes of temporary files for sorts that do not fit; default 4 GiB
	Threads       int           // threads of the engine for all queries together; default 2
	QueryDeadline time.Duration // of one page; default 30 s
	MaxBuilds     int           // whole-table files made at once; default 2
	Log           *slog.Logger  // default discards
}

// Store reads version files through one locked-down engine. It is safe for
// concurrent use.
type Store struct {
	cfg Config
}

var errSkeleton = errors.New("datasets: not built yet")

// Open starts the engine, closes it against everything but reading versions/
// and reads every setting back; it fails where one differs.
func Open(cfg Config) (*Store, error) { return &Store{cfg: cfg}, nil }

// Close ends all queries and the engine.
func (s *Store) Close() error { return nil }
