package ingest

import (
	"fmt"
	"runtime/debug"
	"time"

	"golang.org/x/sys/unix"
)

// collectAt is how far the memory of a child grows before it is collected, in
// percent. The process is young and ends soon: most that it keeps, it keeps to
// its end. It holds from the start, for starting needs memory already.
const collectAt = 400

// addressSpace is only a backstop: Go and DuckDB reserve far more than they use.
const addressSpace = 6 << 30

// apply sets the limits on the process it runs in. Private memory is the bound
// that counts; Go is asked to stay well below it, so that it collects before it dies.
func (l Limits) apply() error {
	cpu := max(1, uint64(l.CPU/time.Second))
	for _, r := range []struct {
		name       string
		resource   int
		soft, hard uint64
	}{
		{"address space", unix.RLIMIT_AS, addressSpace, addressSpace},
		{"memory", unix.RLIMIT_DATA, uint64(l.Memory), uint64(l.Memory)},
		// The soft limit ends the process with a message, the hard one kills what ignores it.
		{"processor time", unix.RLIMIT_CPU, cpu, cpu + 1},
		{"core files", unix.RLIMIT_CORE, 0, 0},
	} {
		if err := unix.Setrlimit(r.resource, &unix.Rlimit{Cur: r.soft, Max: r.hard}); err != nil {
			return fmt.Errorf("limit %s: %w", r.name, err)
		}
	}
	debug.SetMemoryLimit(l.Memory / 2)
	debug.SetGCPercent(collectAt)
	return nil
}
