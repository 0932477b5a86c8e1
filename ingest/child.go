package ingest

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"gongkai/catalog"
)

// child is a run of this program as `exe worker verb`, with limits: what
// strangers sent is read there, never in the server's own process.
type child struct {
	exe    string
	verb   string
	limits Limits
	log    *slog.Logger
}

// run gives the child its order and follows it to its end. It always gives
// either how the child ended or an error of ours: that the child could not be
// started, or the cause for which ctx ended.
func (c child) run(ctx context.Context, order any, progress func(catalog.Progress)) (*message, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	cmd := exec.CommandContext(ctx, c.exe, "worker", c.verb)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.Getenv("TMPDIR"), "LANG=C.UTF-8", "GOGC=" + strconv.Itoa(collectAt)}
	stderr := &ends{}
	cmd.Stderr = stderr
	cmd.WaitDelay = 5 * time.Second
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start a child: %w", err)
	}
	defer stdin.Close()
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start a child: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start a child: %w", err)
	}
	if err := json.NewEncoder(stdin).Encode(order); err != nil {
		stop(err)
	}
	kill := time.AfterFunc(c.limits.Wall+5*time.Second, func() { stop(errDeadline) })
	defer kill.Stop()

	end, readErr := follow(stdout, progress)
	waitErr := cmd.Wait()
	cause := context.Cause(ctx)
	switch {
	case end != nil && waitErr == nil:
		return end, nil
	case errors.Is(cause, errDeadline):
		f := limitFinding("time", c.limits)
		return &message{Refused: &f}, nil
	case cause != nil:
		return nil, cause
	default:
		return c.died(waitErr, readErr, stderr.String()), nil
	}
}

var errDeadline = errors.New("the job took longer than it may")

// died explains a child that ended without a result.
func (c child) died(waitErr, readErr error, stderr string) *message {
	c.log.Error("child died", "wait", waitErr, "read", readErr, "stderr", stderr)
	var used time.Duration
	code := -1
	var exit *exec.ExitError
	if errors.As(waitErr, &exit) {
		code = exit.ExitCode()
		used = exit.UserTime() + exit.SystemTime()
	}
	says := func(parts ...string) bool {
		return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(stderr, p) })
	}
	var f catalog.Finding
	switch {
	case code == exitDeadline:
		f = limitFinding("time", c.limits)
	case used >= c.limits.CPU: // SIGXCPU or SIGKILL, whichever the process could not handle
		f = limitFinding("cpu", c.limits)
	case says("out of memory", "cannot allocate memory", "bad_alloc", "Out of Memory"):
		f = limitFinding("memory", c.limits)
	default:
		f = broken("the process that read the file ended without a result")
	}
	return &message{Refused: &f}
}

// follow reads a child's messages until its last.
func follow(out io.Reader, progress func(catalog.Progress)) (*message, error) {
	var end *message
	dec := json.NewDecoder(bufio.NewReader(out))
	for {
		var m message
		err := dec.Decode(&m)
		if err == io.EOF {
			return end, nil
		}
		if err != nil {
			io.Copy(io.Discard, out) //nolint:errcheck // so that the child is not blocked while it ends
			return end, err
		}
		if m.Progress != nil {
			progress(*m.Progress)
			continue
		}
		end = &m
	}
}

// ends keeps the first and the last bytes that a child wrote to its standard
// error: a crash says what it was at the start, and where at the end.
type ends struct {
	mu         sync.Mutex
	head, tail []byte
}

// endSize is how much of each end is kept.
const endSize = 4 << 10

func (e *ends) Write(p []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	rest := p
	if room := endSize - len(e.head); room > 0 {
		n := min(room, len(rest))
		e.head, rest = append(e.head, rest[:n]...), rest[n:]
	}
	e.tail = append(e.tail, rest...)
	if over := len(e.tail) - endSize; over > 0 {
		e.tail = append(e.tail[:0], e.tail[over:]...)
	}
	return len(p), nil
}

func (e *ends) String() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return string(e.head) + string(e.tail)
}
