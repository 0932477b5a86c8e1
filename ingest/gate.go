package ingest

import (
	"context"
	"sync"

	"gongkai/catalog"
)

// gate says which jobs run side by side: small ones do, a large one has the
// machine for itself, and those of one dataset come one after the other.
type gate struct {
	most int // small jobs at once

	mu      sync.Mutex
	running int
	alone   bool // the one that runs is large
	busy    map[catalog.DatasetID]bool
	changed chan struct{} // closed when a job leaves
}

// smallUpload is how many bytes a file may have to be read beside others:
// starting the child is then most of the work.
const smallUpload = 1 << 20

func newGate(most int) *gate {
	return &gate{most: most, busy: map[catalog.DatasetID]bool{}, changed: make(chan struct{})}
}

// room waits until one more small job could run.
func (g *gate) room(ctx context.Context) error {
	return g.wait(ctx, func() bool { return !g.alone && g.running < g.most })
}

// enter waits until the job may run; leave is then called after it.
func (g *gate) enter(ctx context.Context, up *catalog.Upload) error {
	small := up.Bytes <= smallUpload
	return g.wait(ctx, func() bool {
		if g.running > 0 && (!small || g.alone || g.running >= g.most || g.busy[up.Dataset]) {
			return false
		}
		g.running++
		g.alone, g.busy[up.Dataset] = !small, true
		return true
	})
}

func (g *gate) leave(up *catalog.Upload) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.running--
	g.alone = false
	delete(g.busy, up.Dataset)
	close(g.changed)
	g.changed = make(chan struct{})
}

// wait asks again whenever a job has left. The error is the cause for which ctx
// ended.
func (g *gate) wait(ctx context.Context, ready func() bool) error {
	for {
		g.mu.Lock()
		ok, changed := ready(), g.changed
		g.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-changed:
		}
	}
}
