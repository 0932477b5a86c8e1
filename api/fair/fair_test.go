package fair_test

import (
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gongkai/api/fair"
)

func TestQuota(t *testing.T) {
	l, now := fair.New(), time.Unix(1000, 0)
	q := fair.Quota{Requests: 60, AtOnce: 2}
	for i := range 60 {
		s, done := l.Enter("a", q, now)
		if s.Refused != fair.None || s.Remaining != 59-i {
			t.Fatalf("request %d: %+v", i, s)
		}
		done()
	}
	s, done := l.Enter("a", q, now)
	if s.Refused != fair.TooFast || s.Retry != time.Second || s.Reset != time.Minute || done != nil {
		t.Errorf("%+v", s)
	}
	if s, _ := l.Enter("b", q, now); s.Refused != fair.None {
		t.Errorf("another client: %+v", s)
	}
	if s, _ := l.Enter("a", q, now.Add(time.Second)); s.Refused != fair.None || s.Remaining != 0 {
		t.Errorf("a second later: %+v", s)
	}
	if s, _ := l.Enter("a", q, now.Add(10*time.Minute)); s.Refused != fair.None || s.Remaining != 59 {
		t.Errorf("much later: %+v", s)
	}
}

func TestAtOnce(t *testing.T) {
	l, now := fair.New(), time.Unix(1000, 0)
	q := fair.Quota{Requests: 600, AtOnce: 2}
	_, first := l.Enter("a", q, now)
	l.Enter("a", q, now)
	// They run on for so long that the counts of others are forgotten.
	for i := range 5 {
		now = now.Add(fair.Window)
		l.Enter("other", q, now)
		if s, _ := l.Enter("a", q, now); s.Refused != fair.TooMany || s.Retry != time.Second {
			t.Fatalf("window %d: %+v", i, s)
		}
	}
	first()
	if s, _ := l.Enter("a", q, now); s.Refused != fair.None {
		t.Errorf("%+v", s)
	}
}

// TestNeverMoreThanItsShare: whatever the times, a client gets no more in any
// stretch than a full bucket and what flowed in meanwhile.
func TestNeverMoreThanItsShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, now := fair.New(), time.Unix(1000, 0)
		q := fair.Quota{Requests: rapid.IntRange(1, 50).Draw(t, "quota"), AtOnce: 1000}
		var given int
		start := now
		for range rapid.IntRange(1, 200).Draw(t, "requests") {
			now = now.Add(time.Duration(rapid.IntRange(0, 3000).Draw(t, "pause")) * time.Millisecond)
			s, done := l.Enter("a", q, now)
			if s.Refused == fair.None {
				given++
				done()
			}
			if s.Remaining < 0 || s.Remaining > q.Requests || s.Reset < 0 || s.Reset > fair.Window {
				t.Fatalf("%+v", s)
			}
		}
		if most := float64(q.Requests) * (1 + now.Sub(start).Seconds()/fair.Window.Seconds()); float64(given) > most+1e-6 {
			t.Fatalf("%d requests, at most %f", given, most)
		}
	})
}

// TestManyClients: millions of addresses fill no memory, and share what is left.
func TestManyClients(t *testing.T) {
	l, now := fair.New(), time.Unix(1000, 0)
	q := fair.Quota{Requests: 10, AtOnce: 5}
	refused := 0
	for i := range 300_000 {
		s, done := l.Enter(fmt.Sprint(i), q, now)
		if s.Refused != fair.None {
			refused++
			continue
		}
		done()
	}
	if refused != 300_000-200_000-10 {
		t.Errorf("%d refused", refused)
	}
}

func TestConcurrentUse(t *testing.T) {
	l, now := fair.New(), time.Now()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 2000 {
				_, done := l.Enter(fmt.Sprint(j%7), fair.Quota{Requests: 100, AtOnce: 3}, now.Add(time.Duration(i*j)*time.Millisecond))
				if done != nil {
					done()
				}
			}
		})
	}
	wg.Wait()
}

func TestAddress(t *testing.T) {
	for in, want := range map[string]string{"192.0.2.7": "192.0.2.7", "::ffff:192.0.2.7": "192.0.2.7", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64"} {
		if got := fair.Address(netip.MustParseAddr(in)); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}
