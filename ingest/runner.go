package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"gongkai/catalog"
)

// Config of a Runner.
type Config struct {
	Store  catalog.Store
	Blobs  *Blobs
	Data   string              // data folder
	Exe    string              // program to start as `Exe worker ingest`
	Owner  string              // names this process in the catalogue: host, pid and start
	Limits Limits              // of each job
	Stale  time.Duration       // a job without heartbeat for so long belongs to a dead process. Default 6 s.
	Poll   time.Duration       // how often the queue is looked at without being woken. Default 1 s.
	Beside int                 // how many small files are read at once. Default the number of processors, at most 4.
	Done   func(catalog.JobID) // called when a job has ended, whatever came of it; by several goroutines. Default nothing.
	Log    *slog.Logger        //
}

// Runner claims jobs from the catalogue and runs each in a child process. A
// large file is read alone, for that uses all cores as it is; small files are
// read side by side.
type Runner struct {
	cfg  Config
	wake chan struct{}
	gate *gate
}

// NewRunner makes a Runner; Run starts it.
func NewRunner(cfg Config) *Runner {
	if cfg.Stale == 0 {
		cfg.Stale = 6 * time.Second
	}
	if cfg.Poll == 0 {
		cfg.Poll = time.Second
	}
	if cfg.Beside == 0 {
		cfg.Beside = min(runtime.GOMAXPROCS(0), 4)
	}
	if cfg.Done == nil {
		cfg.Done = func(catalog.JobID) {}
	}
	cfg.Limits = cfg.Limits.withDefaults()
	return &Runner{cfg: cfg, wake: make(chan struct{}, 1), gate: newGate(cfg.Beside)}
}

// Wake tells the runner that a job was queued.
func (r *Runner) Wake() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Run works until ctx ends; the jobs then under way go back into the queue.
func (r *Runner) Run(ctx context.Context) {
	tick := time.NewTicker(r.cfg.Poll)
	defer tick.Stop()
	var jobs sync.WaitGroup
	defer jobs.Wait()
	for r.gate.room(ctx) == nil && ctx.Err() == nil {
		started, err := r.start(ctx, &jobs)
		if err != nil && ctx.Err() == nil {
			r.cfg.Log.Error("job", "err", err)
		}
		if started && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		case <-r.wake:
		}
	}
}

// start claims the oldest job, waits until it may run beside what runs, and
// starts it.
func (r *Runner) start(ctx context.Context, jobs *sync.WaitGroup) (started bool, err error) {
	job, err := r.claim(ctx, 0)
	if job == nil || err != nil {
		return false, err
	}
	up, err := r.cfg.Store.Upload(ctx, job.Upload)
	if err != nil {
		return false, r.release(job, err)
	}
	err = r.admit(ctx, job, up)
	switch {
	case ctx.Err() != nil:
		return false, r.release(job, ctx.Err())
	case err != nil:
		r.gaveUp(job, err)
		return true, nil
	}
	jobs.Go(func() {
		defer r.gate.leave(up)
		if err := r.finish(ctx, job); err != nil && ctx.Err() == nil {
			r.cfg.Log.Error("job", "err", err)
			select { // what went wrong is ours: not at once again
			case <-ctx.Done():
			case <-time.After(r.cfg.Poll):
			}
		}
	})
	return true, nil
}

// admit waits until the job may run and keeps its claim meanwhile. The error
// is of kind Stale where the job was taken away.
func (r *Runner) admit(ctx context.Context, job *catalog.Job, up *catalog.Upload) error {
	ctx, stop := context.WithCancelCause(ctx)
	beat := r.heartbeat(ctx, job, &latest{}, stop)
	err := r.gate.enter(ctx, up)
	stop(nil)
	<-beat
	return err
}

// RunNext claims one job and runs it to its end; only narrows it to one job, 0
// takes the oldest. ran is false where there was nothing to claim. What is
// wrong with the upload ends in the job's record; an error means that the
// catalogue or the child could not be used.
func (r *Runner) RunNext(ctx context.Context, only catalog.JobID) (ran bool, err error) {
	job, err := r.claim(ctx, only)
	if job == nil || err != nil {
		return false, err
	}
	return true, r.finish(ctx, job)
}

func (r *Runner) claim(ctx context.Context, only catalog.JobID) (*catalog.Job, error) {
	job, err := r.cfg.Store.ClaimJob(ctx, r.cfg.Owner, r.cfg.Stale, only)
	if err != nil {
		return nil, fmt.Errorf("claim a job: %w", err)
	}
	return job, nil
}

// finish runs a claimed job to its end.
func (r *Runner) finish(ctx context.Context, job *catalog.Job) error {
	start := time.Now()
	err := r.run(ctx, job)
	if catalog.KindOf(err) == catalog.Stale {
		r.gaveUp(job, err)
		err = nil
	}
	r.cfg.Log.Info("job ended", "job", job.ID, "upload", job.Upload, "attempt", job.Attempt, "took", time.Since(start), "err", err)
	r.cfg.Done(job.ID)
	return err
}

// gaveUp logs that a job was cancelled, or taken over by another process: its
// record is not ours to write.
func (r *Runner) gaveUp(job *catalog.Job, why error) {
	r.cfg.Log.Info("job given up", "job", job.ID, "attempt", job.Attempt, "why", why)
}

func (r *Runner) run(ctx context.Context, job *catalog.Job) error {
	up, err := r.cfg.Store.Upload(ctx, job.Upload)
	if err != nil {
		return r.release(job, err)
	}
	order, with, err := r.order(ctx, job, up)
	if err != nil {
		return r.release(job, err)
	}
	end, err := r.supervise(ctx, job, order)
	if err != nil {
		if ctx.Err() != nil {
			return r.release(job, err)
		}
		return err
	}
	// The work is done; a shutdown in this moment must not lose it.
	save, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	switch {
	case end.Built != nil:
		end.Built.ReadWith, end.Built.RecipeSent = with.revision, with.sent
		_, err := r.cfg.Store.CommitDraft(save, job.ID, job.Attempt, *end.Built)
		if err == nil || catalog.KindOf(err) == catalog.Stale {
			return err
		}
		return errors.Join(err, r.cfg.Store.FailJob(save, job.ID, job.Attempt, broken("the catalogue could not record the version")))
	case end.Refused != nil:
		return r.cfg.Store.FailJob(save, job.ID, job.Attempt, *end.Refused)
	default:
		r.cfg.Log.Error("child failed", "job", job.ID, "why", end.Failed.Message)
		return r.cfg.Store.FailJob(save, job.ID, job.Attempt, end.Failed.finding(r.cfg.Limits))
	}
}

// release puts the job back for whoever comes next.
func (r *Runner) release(job *catalog.Job, cause error) error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return errors.Join(cause, r.cfg.Store.ReleaseJob(ctx, job.ID, job.Attempt))
}

// supervise runs the job's child to its end. It always gives either how the
// child ended or an error of ours (kind Stale where the job was taken away).
func (r *Runner) supervise(ctx context.Context, job *catalog.Job, order Order) (*message, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var progress latest
	beat := r.heartbeat(ctx, job, &progress, stop)
	c := child{exe: r.cfg.Exe, verb: "ingest", limits: order.Limits, log: r.cfg.Log.With("job", job.ID)}
	end, err := c.run(ctx, order, progress.set)
	stop(nil)
	<-beat
	return end, err
}

// heartbeat keeps the claim while the child works, and stops the child where
// the claim is lost. The channel closes when it has ended.
func (r *Runner) heartbeat(ctx context.Context, job *catalog.Job, progress *latest, stop context.CancelCauseFunc) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(500 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			err := r.cfg.Store.Heartbeat(ctx, job.ID, job.Attempt, progress.get())
			if err != nil && catalog.KindOf(err) == catalog.Stale {
				stop(err)
				return
			}
			if err != nil && ctx.Err() == nil {
				r.cfg.Log.Warn("heartbeat", "job", job.ID, "err", err)
			}
		}
	}()
	return done
}

// latest holds the newest progress of a child.
type latest struct {
	mu sync.Mutex
	p  catalog.Progress
}

func (l *latest) set(p catalog.Progress) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.p = p
}

func (l *latest) get() catalog.Progress {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.p
}
