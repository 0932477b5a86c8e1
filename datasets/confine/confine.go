// Package confine takes from the process that runs a stranger's statement what
// it does not need: memory and time beyond a limit at first, and in the end the
// right to open anything and every system call but those of computing.
//
// It must not know what the process computes. It has no C in it, so that the
// rules of every system can be compiled anywhere.
package confine

import (
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"golang.org/x/sys/unix"
)

// addressSpace is only a backstop: Go and the engine reserve far more than they
// use.
const addressSpace = 6 << 30

// openFiles is enough for the version files of one statement.
const openFiles = 64

// Resources sets the limits of the process, for the engine's own do not bound
// everything: list and text functions allocate outside of its memory limit.
// memory is in bytes of private memory, cpu the processor time from its start.
func Resources(memory int64, cpu time.Duration) error {
	seconds := max(1, uint64(cpu/time.Second))
	for _, r := range []struct {
		name       string
		resource   int
		soft, hard uint64
	}{
		{"address space", unix.RLIMIT_AS, addressSpace, addressSpace},
		{"memory", unix.RLIMIT_DATA, uint64(memory), uint64(memory)},
		{"processor time", unix.RLIMIT_CPU, seconds, seconds + 1},
		{"core files", unix.RLIMIT_CORE, 0, 0},
		{"file size", unix.RLIMIT_FSIZE, 0, 0},
		{"open files", unix.RLIMIT_NOFILE, openFiles, openFiles},
	} {
		if err := unix.Setrlimit(r.resource, &unix.Rlimit{Cur: r.soft, Max: r.hard}); err != nil {
			return fmt.Errorf("limit %s: %w", r.name, err)
		}
	}
	debug.SetMemoryLimit(memory / 4)
	// Where the machine runs out of memory, this process goes first.
	os.WriteFile("/proc/self/oom_score_adj", []byte("1000"), 0) //nolint:errcheck // not everywhere
	return nil
}

// OpenNothing takes from the process the right to open any file, socket or
// pipe, for what it needs is open, and that to do anything but compute.
func OpenNothing() error {
	time.Sleep(time.Microsecond) // Go opens what it waits with when it first waits
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{}); err != nil {
		return fmt.Errorf("limit open files: %w", err)
	}
	return onlyCompute()
}
