package sandbox

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"gongkai/catalog"
)

// queue lets statements in: a few at once, clients by turns, however many one
// of them sends.
type queue struct {
	cfg Config

	mu      sync.Mutex
	free    int
	running map[string]int
	waiting map[string][]*ticket
	turns   []string // clients with tickets, whose turn is first first
	tickets int
}

// ticket is a statement that waits.
type ticket struct {
	granted chan struct{} // closed when it may run
}

func newQueue(cfg Config) *queue {
	return &queue{cfg: cfg, free: cfg.Running, running: map[string]int{}, waiting: map[string][]*ticket{}}
}

// enter waits for a place. leave gives it back and is called once.
func (q *queue) enter(ctx context.Context, client string) (leave func(), err error) {
	t, err := q.draw(client)
	if err != nil {
		return nil, err
	}
	timer := time.NewTimer(q.cfg.Wait)
	defer timer.Stop()
	select {
	case <-t.granted:
		return func() { q.leave(client) }, nil
	case <-ctx.Done():
		err = context.Cause(ctx)
	case <-timer.C:
		err = q.full(fmt.Sprintf("others were served for %s", q.cfg.Wait.Round(time.Second)))
	}
	if !q.giveUp(client, t) { // the place came at the same moment
		q.leave(client)
	}
	return nil, err
}

func (q *queue) full(why string) error {
	return catalog.Errorf(catalog.Busy, "try again after the seconds that Retry-After says", "as many statements run as the server can bear, and %s", why)
}

// draw takes a ticket, granted at once where a place is free.
func (q *queue) draw(client string) (*ticket, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	t := &ticket{granted: make(chan struct{})}
	if len(q.waiting[client]) >= q.cfg.Waiting {
		return nil, catalog.Errorf(catalog.TooMany, "send the next when one is answered; one statement may join many tables",
			"%d statements of yours run and %d wait; that is the most", q.running[client], len(q.waiting[client]))
	}
	if q.tickets >= q.cfg.Queue {
		return nil, q.full("no more may wait")
	}
	if len(q.waiting[client]) == 0 {
		q.turns = append(q.turns, client)
	}
	q.waiting[client] = append(q.waiting[client], t)
	q.tickets++
	q.grant()
	return t, nil
}

// grant gives free places to those whose turn it is. The caller holds q.mu.
func (q *queue) grant() {
	for q.free > 0 {
		at := slices.IndexFunc(q.turns, func(c string) bool { return q.running[c] < q.cfg.PerClient })
		if at < 0 {
			return
		}
		client := q.turns[at]
		t := q.waiting[client][0]
		q.turns = slices.Delete(q.turns, at, at+1)
		q.remove(client, 0)
		if len(q.waiting[client]) > 0 {
			q.turns = append(q.turns, client)
		}
		q.free--
		q.running[client]++
		close(t.granted)
	}
}

// remove takes a ticket out. The caller holds q.mu.
func (q *queue) remove(client string, at int) {
	q.tickets--
	q.waiting[client] = slices.Delete(q.waiting[client], at, at+1)
	if len(q.waiting[client]) == 0 {
		delete(q.waiting, client)
	}
}

// giveUp takes a ticket back; it is false where it was granted already.
func (q *queue) giveUp(client string, t *ticket) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	at := slices.Index(q.waiting[client], t)
	if at < 0 {
		return false
	}
	q.remove(client, at)
	if len(q.waiting[client]) == 0 {
		q.turns = slices.DeleteFunc(q.turns, func(c string) bool { return c == client })
	}
	return true
}

func (q *queue) leave(client string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.free++
	if q.running[client]--; q.running[client] == 0 {
		delete(q.running, client)
	}
	q.grant()
}
