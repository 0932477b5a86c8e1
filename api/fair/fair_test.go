package fair_test

import (
	"encoding/binary"
	"math"
	"net/netip"
	"runtime"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gongkai/api/fair"
)

// client is the n-th of many.
func client(n uint32) fair.Client {
	return fair.Address(netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, 0x0b000000+n))))
}

func TestQuota(t *testing.T) {
	l, now := fair.New(time.Minute), time.Unix(1000, 0)
	q := fair.Quota{Requests: 60, AtOnce: 2}
	for i := range 60 {
		s, done := l.Enter(client(1), q, now)
		if s.Refused != fair.None || s.Remaining != 59-i {
			t.Fatalf("request %d: %+v", i, s)
		}
		done()
	}
	s, done := l.Enter(client(1), q, now)
	if s.Refused != fair.TooFast || s.Retry.Round(time.Millisecond) != time.Second || s.Reset.Round(time.Millisecond) != time.Minute || done != nil {
		t.Errorf("%+v", s)
	}
	if s, _ := l.Enter(client(2), q, now); s.Refused != fair.None {
		t.Errorf("another client: %+v", s)
	}
	if s, _ := l.Enter(client(1), q, now.Add(time.Second)); s.Refused != fair.None || s.Remaining != 0 {
		t.Errorf("a second later: %+v", s)
	}
	if s, _ := l.Enter(client(1), q, now.Add(10*time.Minute)); s.Refused != fair.None || s.Remaining != 59 {
		t.Errorf("much later: %+v", s)
	}
}

func TestAtOnce(t *testing.T) {
	l, now := fair.New(time.Minute), time.Unix(1000, 0)
	q := fair.Quota{Requests: 600, AtOnce: 2}
	_, first := l.Enter(client(1), q, now)
	l.Enter(client(1), q, now)
	// They run on for so long that the counts of others are forgotten.
	for i := range 5 {
		now = now.Add(time.Minute)
		l.Enter(client(2), q, now)
		if s, _ := l.Enter(client(1), q, now); s.Refused != fair.TooMany || s.Retry != time.Second {
			t.Fatalf("window %d: %+v", i, s)
		}
	}
	first()
	if s, _ := l.Enter(client(1), q, now); s.Refused != fair.None {
		t.Errorf("%+v", s)
	}
}

// TestNeverMoreThanItsShare: whatever the times, a client gets no more in any
// stretch than a full bucket and what flowed in meanwhile, and who waits as long
// as it was told is let in.
func TestNeverMoreThanItsShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		window := time.Duration(rapid.IntRange(1, 90_000).Draw(t, "window")) * time.Second
		l, now := fair.New(window), time.Unix(1_700_000_000, 0)
		q := fair.Quota{Requests: rapid.IntRange(1, 50).Draw(t, "quota"), AtOnce: 1000}
		var given int
		start := now
		for range rapid.IntRange(1, 200).Draw(t, "requests") {
			now = now.Add(time.Duration(rapid.IntRange(0, 3000).Draw(t, "pause")) * time.Millisecond)
			s, done := l.Enter(client(1), q, now)
			if s.Refused != fair.None && rapid.Bool().Draw(t, "waits") {
				now = now.Add(s.Retry)
				if s, done = l.Enter(client(1), q, now); s.Refused != fair.None {
					t.Fatalf("waited for nothing: %+v", s)
				}
			}
			if s.Refused == fair.None {
				given++
				done()
			}
			if s.Remaining < 0 || s.Remaining > q.Requests || s.Reset < 0 || s.Reset > window+time.Millisecond {
				t.Fatalf("%+v", s)
			}
		}
		if most := float64(q.Requests) * (1 + now.Sub(start).Seconds()/window.Seconds()); float64(given) > most+1e-3 {
			t.Fatalf("%d requests, at most %f", given, most)
		}
	})
}

// TestManyClients: a million addresses fill no memory and keep nobody else out;
// who goes on asking stays known.
func TestManyClients(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	l, now := fair.New(time.Minute), time.Unix(1000, 0)
	q := fair.Quota{Requests: 10, AtOnce: 5}
	steady, refused, took := client(math.MaxUint32), 0, time.Now()
	for i := range uint32(1_000_000) {
		s, done := l.Enter(client(i), q, now)
		if s.Refused != fair.None {
			t.Fatalf("client %d: %+v", i, s)
		}
		done()
		if i == 950_000 { // two windows are nearly full
			runtime.GC()
			runtime.ReadMemStats(&after)
		}
		if i%50_000 == 0 {
			if s, done := l.Enter(steady, q, now); s.Refused == fair.None {
				done()
			} else {
				refused++
			}
		}
	}
	perRequest := time.Since(took) / 1_000_000
	grown := float64(after.HeapAlloc-before.HeapAlloc) / (1 << 20)
	t.Logf("1,000,000 clients: %.1f MB, %s each", grown, perRequest)
	if grown > 40 {
		t.Errorf("%.1f MB", grown)
	}
	if refused != 10 {
		t.Errorf("the client that went on asking was refused %d times of 20, want 10", refused)
	}
	runtime.KeepAlive(l)
}

func TestConcurrentUse(t *testing.T) {
	l, now := fair.New(time.Minute), time.Now()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 2000 {
				_, done := l.Enter(client(uint32(j%7)), fair.Quota{Requests: 100, AtOnce: 3}, now.Add(time.Duration(i*j)*time.Millisecond))
				if done != nil {
					done()
				}
			}
		})
	}
	wg.Wait()
	for i := range uint32(7) { // nobody is taken for running who is not
		later := now.Add(time.Hour)
		for range 3 {
			if s, _ := l.Enter(client(i), fair.Quota{Requests: 100, AtOnce: 3}, later); s.Refused != fair.None {
				t.Errorf("client %d: %+v", i, s)
			}
		}
	}
}
