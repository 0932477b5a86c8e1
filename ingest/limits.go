package ingest

import (
	"fmt"
	"runtime/debug"
	"time"

	"golang.org/x/sys/unix"
)

// addressSpace is only a backstop: Go and DuckDB reserve far more than they use.
const addressSpace = 6 << 30

// apply sets the limits on the process it runs in. Private memory is the bound
// that counts; Go is asked to stay well below it, so that it collects before it dies.
func (l Limits) apply() error {
	cpu := uint64(l.CPU / time.Second)
	for _, r := range []struct {
		name     string
		resource int
		limit    uint64
	}{
		{"address space", unix.RLIMIT_AS, addressSpace},
		{"memory", unix.RLIMIT_DATA, uint64(l.Memory)},
		{"processor time", unix.RLIMIT_CPU, cpu},
		{"core files", unix.RLIMIT_CORE, 0},
	} {
		if err := unix.Setrlimit(r.resource, &unix.Rlimit{Cur: r.limit, Max: r.limit}); err != nil {
			return fmt.Errorf("limit %s: %w", r.name, err)
		}
	}
	debug.SetMemoryLimit(l.Memory / 2)
	return nil
}
