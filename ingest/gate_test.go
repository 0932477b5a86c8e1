package ingest

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"gongkai/catalog"
)

// TestGate lets jobs in and out: small ones beside each other, large ones
// alone, those of one dataset one after the other, and none after the end.
func TestGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancelCause(context.Background())
		g := newGate(2)
		small := func(dataset catalog.DatasetID) *catalog.Upload {
			return &catalog.Upload{Dataset: dataset, Bytes: 1000}
		}
		large := &catalog.Upload{Dataset: 9, Bytes: smallUpload + 1}
		entered := func(up *catalog.Upload) chan error {
			c := make(chan error, 1)
			go func() { c <- g.enter(ctx, up) }()
			synctest.Wait()
			return c
		}
		in := func(what string, c chan error, want bool) {
			t.Helper()
			synctest.Wait()
			if got := len(c) == 1; got != want {
				t.Fatalf("%s: entered %v", what, got)
			}
		}
		a := small(1)
		in("the first", entered(a), true)
		again := entered(small(1))
		in("the same dataset", again, false)
		b := small(2)
		in("another dataset", entered(b), true)
		third := entered(small(3))
		in("a third", third, false)
		alone := entered(large)
		in("a large one beside small ones", alone, false)
		g.leave(b)
		in("a third when one has left", third, true)
		g.leave(a)
		in("the same dataset when its job has left", again, true)
		g.leave(a)
		in("a large one beside one small one", alone, false)
		g.leave(small(3))
		in("a large one alone", alone, true)
		last := entered(small(4))
		in("a small one beside a large one", last, false)
		ended := errors.New("ended")
		stop(ended)
		synctest.Wait()
		if err := <-last; !errors.Is(err, ended) {
			t.Errorf("%v, want the cause", err)
		}
		if err := g.room(ctx); !errors.Is(err, ended) {
			t.Errorf("room: %v, want the cause", err)
		}
	})
}
