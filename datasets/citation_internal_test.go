package datasets

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"gongkai/catalog"
)

// TestAnswersAreComputedOnce: of many who ask the same at once one computes,
// and what is its own misfortune is nobody else's.
func TestAnswersAreComputedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var a answers
		var computed atomic.Int32
		want := Answer{SHA256: "ff", Rows: 3}
		slow := func() (Answer, error) {
			computed.Add(1)
			time.Sleep(time.Second)
			return want, nil
		}
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				if got, err := a.get(t.Context(), "same", slow); got != want || err != nil {
					t.Errorf("%v, %v", got, err)
				}
			})
		}
		wg.Wait()
		if n := computed.Load(); n != 1 || len(a.running) != 0 {
			t.Errorf("computed %d times, %d still running", n, len(a.running))
		}

		// The first is refused or goes away: the others go on by themselves.
		for i, own := range []error{catalog.Errorf(catalog.TooMany, "wait", "too many"), fmt.Errorf("gone: %w", context.Canceled)} {
			key := fmt.Sprint("refused", i)
			go func() {
				if _, err := a.get(t.Context(), key, func() (Answer, error) { time.Sleep(time.Second); return Answer{}, own }); !errors.Is(err, own) {
					t.Errorf("who is refused hears %v", err)
				}
			}()
			synctest.Wait()
			if got, err := a.get(t.Context(), key, slow); got != want || err != nil {
				t.Errorf("who comes second: %v, %v", got, err)
			}
		}

		// What is wrong with the query is wrong for all, and not remembered.
		wrong := catalog.Errorf(catalog.Deadline, "narrow it", "too slow")
		computed.Store(0)
		for range 5 {
			wg.Go(func() {
				_, err := a.get(t.Context(), "wrong", func() (Answer, error) { computed.Add(1); time.Sleep(time.Second); return Answer{}, wrong })
				if !errors.Is(err, wrong) {
					t.Errorf("%v", err)
				}
			})
		}
		wg.Wait()
		if _, known := a.known["wrong"]; computed.Load() != 1 || known {
			t.Errorf("computed %d times", computed.Load())
		}

		// Who waits may leave.
		go a.get(t.Context(), "long", func() (Answer, error) { time.Sleep(time.Hour); return want, nil })
		synctest.Wait()
		impatient, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := a.get(impatient, "long", slow); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
		time.Sleep(2 * time.Hour)
	})
}
