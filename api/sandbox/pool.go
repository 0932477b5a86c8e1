// Package sandbox runs the SQL of strangers in processes of their own: it keeps
// some waiting, lets clients in by turns, hands each statement to a process that
// is good for that one only, and kills it when the deadline passes or nobody
// waits any more.
//
// It must not look at the SQL, know files or decide who may read what: a process
// says which tables a statement names, the caller says which files these are.
package sandbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"gongkai/catalog"
	"gongkai/datasets/wire"
)

// Config says how a Pool works.
type Config struct {
	Exe       string        // this program; no default
	Args      []string      // what makes it a worker; default worker sql
	Memory    int64         // bytes of private memory of a statement's process; default 512 MiB
	Time      time.Duration // of a statement, wall and processor; default 10 s
	Rows      int64         // of an answer; default 100,000
	Bytes     int64         // of an answer as JSON, about; default 16 MiB, which is the most
	Threads   int           // of a statement; default 1: sums of floats then come out the same each time
	Running   int           // statements at once; default 2
	PerClient int           // of these, of one client; default one less than Running, at least 1
	Waiting   int           // statements of one client that may wait; default 4
	Queue     int           // statements that may wait; default 64
	Wait      time.Duration // how long one waits before it is told to come back; default 10 s
	Warm      int           // processes that stand ready; default Running
	Log       *slog.Logger  // default discards
}

func (c Config) withDefaults() Config {
	if len(c.Args) == 0 {
		c.Args = []string{"worker", "sql"}
	}
	set(&c.Memory, 512<<20)
	set(&c.Time, 10*time.Second)
	set(&c.Rows, 100_000)
	set(&c.Bytes, 16<<20)
	c.Bytes = min(c.Bytes, wire.MaxFrame/2)
	set(&c.Threads, 1)
	set(&c.Running, 2)
	set(&c.PerClient, max(1, c.Running-1))
	set(&c.Waiting, 4)
	set(&c.Queue, 64)
	set(&c.Wait, 10*time.Second)
	set(&c.Warm, c.Running)
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

func set[T int | int64 | time.Duration](to *T, value T) {
	if *to <= 0 {
		*to = value
	}
}

// Pool runs statements. It is safe for concurrent use.
type Pool struct {
	cfg   Config
	queue *queue

	mu       sync.Mutex
	warm     []*process // started, and not yet asked
	starting int
	live     map[*process]struct{}
	closed   bool
}

// New makes a Pool and starts its first processes in the background.
func New(cfg Config) *Pool {
	cfg = cfg.withDefaults()
	p := &Pool{cfg: cfg, queue: newQueue(cfg), live: map[*process]struct{}{}}
	p.fill()
	return p
}

// Limits is what a statement may cost.
func (p *Pool) Limits() wire.Limits {
	return wire.Limits{
		Memory: p.cfg.Memory, CPU: p.cfg.Time + time.Second, Wall: p.cfg.Time, Rows: p.cfg.Rows, Bytes: p.cfg.Bytes, Threads: p.cfg.Threads,
	}
}

// Close kills all processes; statements that run end with an error.
func (p *Pool) Close() {
	p.mu.Lock()
	p.closed = true
	p.warm = nil
	all := make([]*process, 0, len(p.live))
	for c := range p.live {
		all = append(all, c)
	}
	p.mu.Unlock()
	for _, c := range all {
		c.end()
	}
}

var errClosed = errors.New("the pool is closed")

// fill starts processes until enough stand ready.
func (p *Pool) fill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for !p.closed && len(p.warm)+p.starting < p.cfg.Warm {
		p.starting++
		go func() {
			c, err := p.start()
			p.mu.Lock()
			p.starting--
			if err == nil && !p.closed {
				p.warm = append(p.warm, c)
				p.mu.Unlock()
				return
			}
			p.mu.Unlock()
			if err != nil {
				p.cfg.Log.Error("start a worker ahead", "err", err)
				return
			}
			c.end()
		}()
	}
}

// start starts a process and remembers it until it has ended.
func (p *Pool) start() (*process, error) {
	p.mu.Lock()
	closed := p.closed
	p.mu.Unlock()
	if closed {
		return nil, errClosed
	}
	c, err := startProcess(p.cfg.Exe, p.cfg.Args, p.Limits())
	if err != nil {
		return nil, fmt.Errorf("start a worker: %w", err)
	}
	p.mu.Lock()
	p.live[c] = struct{}{}
	p.mu.Unlock()
	go func() {
		<-c.done
		p.mu.Lock()
		delete(p.live, c)
		p.mu.Unlock()
	}()
	return c, nil
}

// take gives a process that has taken a statement: one that was started ahead,
// or a new one. Some may have died while they stood there, or die with the
// statement in their hands that they have not looked at; then another gets it.
func (p *Pool) take(ctx context.Context, st wire.Statement) (*process, error) {
	// Starting another takes a core for a while, which a short statement needs.
	defer time.AfterFunc(fillLater, p.fill)
	for try := 0; ; try++ {
		c, err := p.next()
		if err == nil {
			stop := context.AfterFunc(ctx, c.end)
			err = c.hand(st, startTime)
			stop()
			if err == nil {
				return c, nil
			}
			c.end()
			<-c.done
			c.close()
			err = fmt.Errorf("%w: %s: %s", err, c.state(), c.stderr)
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		p.cfg.Log.Warn("a worker did not take its statement", "err", err)
		if try == spare+p.cfg.Warm || errors.Is(err, errClosed) {
			return nil, &catalog.Error{Kind: catalog.Busy, Field: "sql", Cause: fmt.Errorf("no worker gets ready: %w", err),
				Message: "no process can be started for the statement at present", Fix: "try again after the seconds that Retry-After says"}
		}
		if try >= p.cfg.Warm { // those that were started ahead are used up
			time.Sleep(again)
		}
	}
}

// spare is how many processes are started for one statement where none of them
// gets ready, and again how long is waited in between: the machine may have come
// to the end of its memory or of its processes for a moment.
const (
	spare = 3
	again = 100 * time.Millisecond
)

// fillLater is how long after a process was taken another one is started, where
// the statement is not answered before.
const fillLater = 50 * time.Millisecond

// startTime is how long a process may take to get ready on a busy machine.
const startTime = 15 * time.Second

func (p *Pool) next() (*process, error) {
	p.mu.Lock()
	if n := len(p.warm); n > 0 {
		c := p.warm[0]
		p.warm = p.warm[1:]
		p.mu.Unlock()
		return c, nil
	}
	p.mu.Unlock()
	return p.start()
}

// Resolve says which files the tables of a statement are, one for each name.
// Its error is the client's: *catalog.Error with the place in Pos.
type Resolve func(ctx context.Context, names []wire.Name) ([]wire.Source, error)

// Run runs a statement of a client: client names who it is for taking turns.
// Errors are *catalog.Error: Invalid for what is wrong with the statement, with
// the place in Pos; Deadline and TooLarge where it took too long or too much
// memory; TooMany where the client has too many waiting and Busy where all have.
// The caller closes the rows; the process is gone then. When ctx ends, it is
// killed.
func (p *Pool) Run(ctx context.Context, client string, st wire.Statement, resolve Resolve) (*Rows, error) {
	leave, err := p.queue.enter(ctx, client)
	if err != nil {
		return nil, err
	}
	c, err := p.take(ctx, st)
	if err != nil {
		leave()
		return nil, err
	}
	// The process stops itself at its deadline; this is for one that does not.
	ctx, cancel := context.WithTimeoutCause(ctx, p.cfg.Time+2*time.Second, errDeadline)
	r := &Rows{pool: p, proc: c, ctx: ctx, left: p.cfg.Bytes + slack}
	stop := context.AfterFunc(ctx, c.end)
	r.free = sync.OnceFunc(func() {
		stop()
		cancel()
		c.end()
		go func() { // nobody waits for a process to vanish
			<-c.done
			c.close()
			leave()
			p.fill()
		}()
	})
	if err := r.open(ctx, resolve); err != nil {
		err = r.failure(err)
		r.free()
		return nil, err
	}
	return r, nil
}

var errDeadline = errors.New("the statement took longer than it may")

// slack is how much more than its limit of bytes a process may send: the limit
// is of JSON, which is longer, but for short rows of many columns not by much.
const slack = 1 << 20

// failure makes of an error what the client is told. A process that ended
// without a word was killed, by its limits or by us.
func (r *Rows) failure(err error) error {
	var no *wire.Refusal
	var told *catalog.Error
	switch cause := context.Cause(r.ctx); {
	case errors.As(err, &no):
		return r.refused(no)
	case errors.As(err, &told):
		return err
	case errors.Is(cause, errDeadline):
		return r.pool.tooSlow(err)
	case cause != nil:
		return cause
	}
	r.proc.end()
	<-r.proc.done
	return r.died(err)
}

// refused passes on what a worker said, of a kind that it may say.
func (r *Rows) refused(no *wire.Refusal) error {
	e := &catalog.Error{Kind: no.Kind, Message: clip(no.Message), Fix: clip(no.Fix), Field: "sql", Pos: max(0, no.Pos)}
	if no.Cause != "" {
		e.Cause = errors.New(clip(no.Cause))
	}
	switch no.Kind {
	case catalog.Invalid, catalog.Deadline, catalog.TooLarge:
		return e
	case catalog.Internal: // its files could not be read, or it could not lock itself up
		r.pool.cfg.Log.Error("a worker could not begin", "why", clip(no.Cause))
		return e
	}
	r.pool.cfg.Log.Warn("a statement broke its worker", "why", clip(no.Cause))
	return broke(e.Cause)
}

// broke is what is told where a worker broke over a statement.
func broke(cause error) error {
	return &catalog.Error{Kind: catalog.Unprocessable, Field: "sql", Cause: cause, Fix: "write it in another way, in smaller steps",
		Message: "the process that ran the statement broke; nothing else was touched"}
}

// clip keeps what a worker says short enough to be read.
func clip(text string) string {
	const most = 2000
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

func (p *Pool) tooSlow(cause error) error {
	return &catalog.Error{Kind: catalog.Deadline, Field: "sql", Cause: cause, Fix: "filter on fewer rows, join on equal values, group before you join",
		Message: fmt.Sprintf("the statement took longer than the %s that one may take", p.cfg.Time)}
}

// died explains a process that ended without an answer.
func (r *Rows) died(err error) error {
	p, c := r.pool, r.proc
	said := c.stderr.String()
	p.cfg.Log.Warn("a worker died", "state", c.state(), "read", err, "stderr", said)
	cause := fmt.Errorf("the worker ended: %s: %w", c.state(), err)
	p.mu.Lock()
	closed := p.closed
	p.mu.Unlock()
	switch {
	case closed:
		return &catalog.Error{Kind: catalog.Busy, Field: "sql", Cause: cause, Message: "the server is stopping", Fix: "try again after the seconds that Retry-After says"}
	case c.usedCPU() >= p.cfg.Time || c.exitCode() == wire.ExitTooLong:
		return p.tooSlow(cause)
	case c.saidMemory():
		return &catalog.Error{Kind: catalog.TooLarge, Field: "sql", Cause: cause, Fix: "group by fewer values, sort or join fewer rows, and build no long texts",
			Message: fmt.Sprintf("the statement needs more memory than the %d MB that one may use", p.cfg.Memory>>20)}
	}
	return broke(cause)
}

// environment is all that a worker gets of ours.
func environment() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "TZ=UTC", "GOMAXPROCS=2", "GOTRACEBACK=none"}
}
