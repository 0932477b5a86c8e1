package ingest

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
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
	if err := stepBack(l.Nice); err != nil {
		return err
	}
	debug.SetMemoryLimit(l.Memory / 2)
	debug.SetGCPercent(collectAt)
	return nil
}

// stepBack gives the threads of this process less of a busy processor; those
// that start later inherit it.
func stepBack(nice int) error {
	if nice == 0 {
		return nil
	}
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return fmt.Errorf("find the threads of the process: %w", err)
	}
	for _, t := range threads {
		id, err := strconv.Atoi(t.Name())
		if err != nil {
			continue
		}
		if err := unix.Setpriority(unix.PRIO_PROCESS, id, nice); err != nil && !errors.Is(err, unix.ESRCH) { // one may have ended
			return fmt.Errorf("step back for other processes: %w", err)
		}
	}
	return nil
}
