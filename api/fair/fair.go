// Package fair shares a server among its clients: how many requests each may
// make in a stretch of time and how many it may have under way at once.
//
// It must not know what a request is for, nor keep who asked for longer than
// it takes to count: addresses live in memory for two windows and go nowhere.
package fair

import (
	"sync"
	"time"
)

// Quota is what one client may do.
type Quota struct {
	Requests int // in the window of the Limiter, and at once where none were made for so long
	AtOnce   int // under way at the same time
}

// Limiter counts. It is safe for concurrent use.
type Limiter struct {
	window  time.Duration
	mu      sync.Mutex
	clients map[Client]bucket // touched in this window
	before  map[Client]bucket // touched in the window before, not since
	turned  time.Time         // when this window began
	running map[Client]int    // of those that have requests under way
}

// maxClients bounds how many clients are known from one window, some 25 MB of
// two. When more come a new window begins early: who came lately is known in
// it, and nobody waits because others are many.
const maxClients = 200_000

// bucket is what a client may still do.
type bucket struct {
	tokens float64
	at     int64 // nanoseconds since 1970, when tokens was right
}

// New makes a Limiter that knows nobody. window is the time that the requests
// of quotas are for.
func New(window time.Duration) *Limiter {
	return &Limiter{window: window, clients: map[Client]bucket{}, before: map[Client]bucket{}, running: map[Client]int{}}
}

// State says where a client stands after a request.
type State struct {
	Quota     Quota
	Remaining int           // requests that it may make at once
	Reset     time.Duration // until it may make all of its quota again
	Retry     time.Duration // until it may make the next, where this one was refused
	Refused   Reason
}

// Reason says why a request is refused.
type Reason int

// The reasons.
const (
	None    Reason = iota
	TooFast        // more requests than the quota
	TooMany        // more under way than the quota
)

// Enter counts a request of a client at a time. Where it is not refused, the
// caller calls done once, when it has ended.
func (l *Limiter) Enter(key Client, q Quota, now time.Time) (state State, done func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.bucket(key, q, now)
	perSecond := float64(q.Requests) / l.window.Seconds()
	if passed := float64(now.UnixNano()-b.at) / 1e9; passed > 0 {
		b.tokens, b.at = min(b.tokens+passed*perSecond, float64(q.Requests)), now.UnixNano()
	}
	state.Quota = q
	switch {
	case l.running[key] >= q.AtOnce:
		state.Refused, state.Retry = TooMany, time.Second
	case b.tokens < 1:
		state.Refused, state.Retry = TooFast, seconds((1-b.tokens)/perSecond)
	default:
		b.tokens--
		l.running[key]++
		done = func() { l.leave(key) }
	}
	l.clients[key] = b
	state.Remaining, state.Reset = int(b.tokens), seconds((float64(q.Requests)-b.tokens)/perSecond)
	return state, done
}

func (l *Limiter) leave(key Client) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.running[key]--; l.running[key] <= 0 {
		delete(l.running, key)
	}
}

// seconds is not less than s: who waits so long may go on.
func seconds(s float64) time.Duration {
	return time.Duration(s*float64(time.Second)) + time.Microsecond
}

// bucket finds or makes the count of a client. Counts that nobody touched for a
// whole window are full again and need not be kept.
func (l *Limiter) bucket(key Client, q Quota, now time.Time) bucket {
	b, known := l.clients[key]
	if now.Sub(l.turned) >= l.window || !known && len(l.clients) >= maxClients {
		l.before, l.clients, l.turned = l.clients, map[Client]bucket{}, now
	}
	if known {
		return b
	}
	if b, ok := l.before[key]; ok {
		delete(l.before, key)
		return b
	}
	return bucket{tokens: float64(q.Requests), at: now.UnixNano()}
}
