// Package fair shares a server among its clients: how many requests each may
// make in a minute and how many it may have under way at once.
//
// It must not know what a request is for, nor keep who asked for longer than
// it takes to count: addresses live in memory for two minutes and go nowhere.
package fair

import (
	"net/netip"
	"sync"
	"time"
)

// Window is the time that quotas are for.
const Window = time.Minute

// Quota is what one client may do.
type Quota struct {
	Requests int // in a Window, and at once where none were made for so long
	AtOnce   int // under way at the same time
}

// Limiter counts. It is safe for concurrent use.
type Limiter struct {
	mu      sync.Mutex
	clients map[string]*client // touched in this window
	before  map[string]*client // touched in the window before, not since
	turned  time.Time          // when this window began
	many    client             // stands for all who come when there are too many to tell apart
}

// maxClients bounds how many clients are told apart: some 20 MB.
const maxClients = 200_000

type client struct {
	tokens  float64
	at      time.Time // when tokens was right
	running int
}

// New makes a Limiter that knows nobody.
func New() *Limiter { return &Limiter{clients: map[string]*client{}, before: map[string]*client{}} }

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
// caller calls done when it has ended.
func (l *Limiter) Enter(key string, q Quota, now time.Time) (state State, done func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.client(key, q, now)
	perSecond := float64(q.Requests) / Window.Seconds()
	if passed := now.Sub(c.at).Seconds(); passed > 0 {
		c.tokens, c.at = min(c.tokens+passed*perSecond, float64(q.Requests)), now
	}
	state.Quota = q
	switch {
	case c.running >= q.AtOnce:
		state.Refused, state.Retry = TooMany, time.Second
	case c.tokens < 1:
		state.Refused, state.Retry = TooFast, seconds((1-c.tokens)/perSecond)
	default:
		c.tokens--
		c.running++
		done = func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			c.running--
		}
	}
	state.Remaining, state.Reset = int(c.tokens), seconds((float64(q.Requests)-c.tokens)/perSecond)
	return state, done
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// client finds or makes the count of a client. Counts that nobody touched for a
// whole window are full again and need not be kept, unless a request runs on.
func (l *Limiter) client(key string, q Quota, now time.Time) *client {
	if now.Sub(l.turned) >= Window {
		for k, c := range l.before {
			if c.running > 0 {
				l.clients[k] = c
			}
		}
		l.before, l.clients, l.turned = l.clients, map[string]*client{}, now
	}
	if c := l.clients[key]; c != nil {
		return c
	}
	if c := l.before[key]; c != nil {
		delete(l.before, key)
		l.clients[key] = c
		return c
	}
	if len(l.clients) >= maxClients {
		if l.many.at.IsZero() {
			l.many = client{tokens: float64(q.Requests), at: now}
		}
		return &l.many
	}
	c := &client{tokens: float64(q.Requests), at: now}
	l.clients[key] = c
	return c
}

// Address is the name of a client without a key: its address, of IPv6 the
// network of 64 bits, for that is what one household has.
func Address(ip netip.Addr) string {
	ip = ip.Unmap()
	if ip.Is4() {
		return ip.String()
	}
	p, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return "unknown"
	}
	return p.String()
}
