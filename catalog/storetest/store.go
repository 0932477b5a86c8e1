package storetest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"gongkai/catalog"
)

var storeCases = []testCase{
	{"AddEvent", "keeps every field", func(w *world) {
		at := time.Date(2024, 5, 3, 1, 2, 3, 4e6, time.FixedZone("CST", 8*3600))
		e := catalog.Event{At: at, Actor: "a", Action: "token.create", Object: "token/1", Details: map[string]string{"label": "x"}}
		w.must(w.AddEvent(w.ctx, e))
		w.must(w.AddEvent(w.ctx, catalog.Event{Action: "bare"}))
		list, err := w.ListEvents(w.ctx, 0, 0)
		w.must(err)
		w.equal(len(list), 2)
		w.recent(list[0].At)
		e.ID, e.At = list[1].ID, at.UTC()
		w.equal(list[1], e)
	}},
	{"ListEvents", "newest first, in pages", func(w *world) {
		for i := range 5 {
			w.must(w.AddEvent(w.ctx, catalog.Event{Action: strconv.Itoa(i)}))
		}
		var seen string
		var before int64
		for range 3 {
			list, err := w.ListEvents(w.ctx, before, 2)
			w.must(err)
			for _, e := range list {
				seen += e.Action
				before = e.ID
			}
		}
		w.equal(seen, "43210")
	}},
	{"Revision", "grows with what readers can see", func(w *world) {
		last := w.revision()
		grew := func(what string) {
			w.Helper()
			if now := w.revision(); now <= last {
				w.Fatalf("%s: the revision stayed %d", what, now)
			} else {
				last = now
			}
		}
		d := w.dataset()
		grew("create")
		v := w.published(d)
		grew("publish")
		w.must(w.Withdraw(w.ctx, v.ID, "x", "y"))
		grew("withdraw")
		other := w.again()
		w.must(other.UpdateDataset(w.ctx, d))
		grew("update elsewhere")
	}},
	{"Backup", "is whole and consistent while others write", func(w *world) {
		d := w.dataset()
		w.published(d)
		ctx, stop := context.WithCancel(w.ctx)
		var writer sync.WaitGroup
		writer.Go(func() {
			for ctx.Err() == nil {
				w.published(d)
			}
		})
		elsewhere := w.TempDir()
		path := filepath.Join(elsewhere, "copy")
		err := w.Backup(w.ctx, path)
		w.want(catalog.Conflict, w.Backup(w.ctx, path))
		stop()
		writer.Wait()
		w.must(err)
		entries, err := os.ReadDir(elsewhere)
		w.must(err)
		w.equal(len(entries), 1)
		// The copy takes the place of the catalogue that Opener makes in a folder.
		place := w.TempDir()
		w.must(w.open(w.T, place).Close())
		made, err := os.ReadDir(place)
		w.must(err)
		w.equal(len(made), 1)
		w.must(os.Rename(path, filepath.Join(place, made[0].Name())))
		restored := *w
		restored.Store = w.open(w.T, place)
		w.Cleanup(func() { restored.Store.Close() })
		restored.onePublished(d)
		v, err := restored.Version(w.ctx, d.ID, 1)
		w.must(err)
		w.equal(len(v.Tables), 2)
		restored.dataset()
	}},
	{"Close", "keeps what was acknowledged", func(w *world) {
		d := w.dataset()
		v := w.published(d)
		j := w.claim(w.upload(d, nil).Job)
		events, err := w.ListEvents(w.ctx, 0, 100)
		w.must(err)
		revision := w.revision()
		w.must(w.Close())
		w.Store = w.again()
		got, err := w.Version(w.ctx, d.ID, v.Number)
		w.must(err)
		w.equal(got, v)
		running, err := w.Job(w.ctx, j.ID)
		w.must(err)
		w.equal(running, j)
		kept, err := w.ListEvents(w.ctx, 0, 100)
		w.must(err)
		w.equal(kept, events)
		w.equal(w.revision(), revision)
	}},
	{"Close", "ends further use with an error", func(w *world) {
		w.must(w.Close())
		if _, err := w.Revision(w.ctx); err == nil {
			w.Fatal("a closed store answers")
		}
	}},
	{"Revision", "stops with its context", func(w *world) {
		ctx, cancel := context.WithCancel(w.ctx)
		cancel()
		if _, err := w.Store.Revision(ctx); !errors.Is(err, context.Canceled) {
			w.Fatalf("error %v, want %v", err, context.Canceled)
		}
		if err := w.CreateDepartment(ctx, &catalog.Department{Slug: "x"}); !errors.Is(err, context.Canceled) {
			w.Fatalf("error %v, want %v", err, context.Canceled)
		}
	}},
}
