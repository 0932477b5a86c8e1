package sandbox

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"gongkai/catalog"
)

func testQueue(change func(*Config)) *queue {
	cfg := Config{Running: 3}
	if change != nil {
		change(&cfg)
	}
	return newQueue(cfg.withDefaults())
}

// TestTurns: who sends one statement waits for one place, however many another
// has sent before.
func TestTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := testQueue(func(c *Config) { c.Running, c.Waiting, c.Wait = 2, 50, time.Hour })
		var mu sync.Mutex
		var order []string
		work := func(client string) {
			leave, err := q.enter(t.Context(), client)
			if err != nil {
				t.Error(err)
				return
			}
			time.Sleep(time.Second)
			mu.Lock()
			order = append(order, client)
			mu.Unlock()
			leave()
		}
		for range 20 {
			go work("greedy")
		}
		synctest.Wait()
		time.Sleep(100 * time.Millisecond)
		go work("modest")
		go work("quiet")
		synctest.Wait()
		time.Sleep(3 * time.Second)
		mu.Lock()
		done := map[string]int{}
		for _, c := range order {
			done[c]++
		}
		mu.Unlock()
		if done["modest"] != 1 || done["quiet"] != 1 || done["greedy"] > 4 {
			t.Errorf("after three seconds: %v", done)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if len(order) != 22 || q.free != 2 || len(q.running) != 0 || len(q.waiting) != 0 || len(q.turns) != 0 || q.tickets != 0 {
			t.Errorf("at the end: %d done, %+v", len(order), q)
		}
	})
}

// TestBounds: one client may have so many waiting, all together so many, and
// nobody waits for ever.
func TestBounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := testQueue(func(c *Config) { c.Running, c.Waiting, c.Queue, c.Wait = 1, 2, 3, 5*time.Second })
		leave, err := q.enter(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		var busy atomic.Int32
		wait := func(client string) {
			if _, err := q.enter(t.Context(), client); catalog.KindOf(err) == catalog.Busy {
				busy.Add(1)
			}
		}
		go wait("a")
		go wait("a")
		synctest.Wait()
		if _, err := q.enter(t.Context(), "a"); catalog.KindOf(err) != catalog.TooMany {
			t.Errorf("a third that waits: %v", err)
		}
		go wait("b")
		synctest.Wait()
		if _, err := q.enter(t.Context(), "c"); catalog.KindOf(err) != catalog.Busy {
			t.Errorf("beyond the queue: %v", err)
		}
		time.Sleep(6 * time.Second)
		synctest.Wait()
		if busy.Load() != 3 {
			t.Errorf("%d were told to come back", busy.Load())
		}
		leave()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for range 10 { // granted and gone at the same moment
			if leave, err := q.enter(ctx, "d"); err == nil {
				leave()
			}
		}
		if q.free != 1 || len(q.running) != 0 || q.tickets != 0 {
			t.Errorf("%+v", q)
		}
	})
}
