package storetest

import (
	"fmt"
	"sync"

	"gongkai/catalog"
)

var usageCases = []testCase{
	{"AddUsage", "adds to what is there, from several at once", func(w *world) {
		d := w.dataset()
		other := w.again()
		var wg sync.WaitGroup
		for i := range 20 {
			s := w.Store
			if i%2 == 0 {
				s = other
			}
			wg.Go(func() {
				if err := s.AddUsage(w.ctx, []catalog.Usage{{Dataset: d.ID, Day: "2026-01-02", Kind: catalog.UsageQuery, Count: 3}, {Dataset: d.ID, Day: "2026-01-02", Kind: catalog.UsagePage, Count: 1}}); err != nil {
					w.Error(err)
				}
			})
		}
		wg.Wait()
		got, err := w.Usage(w.ctx, d.ID, "")
		if err != nil || fmt.Sprint(got) != fmt.Sprint([]catalog.Usage{use(d.ID, "2026-01-02", catalog.UsagePage, 20), use(d.ID, "2026-01-02", catalog.UsageQuery, 60)}) {
			w.Errorf("%v %v", got, err)
		}
	}},
	{"AddUsage", "adds nothing where a dataset does not exist", func(w *world) {
		d := w.dataset()
		w.want(catalog.NotFound, w.AddUsage(w.ctx, []catalog.Usage{use(d.ID, "2026-01-02", catalog.UsagePage, 1), use(d.ID+99, "2026-01-02", catalog.UsagePage, 1)}))
		if got, err := w.Usage(w.ctx, d.ID, ""); err != nil || len(got) != 0 {
			w.Errorf("%v %v", got, err)
		}
	}},
	{"AddUsage", "leaves the revision as it is", func(w *world) {
		d := w.dataset()
		before, err := w.Revision(w.ctx)
		w.must(err)
		w.must(w.AddUsage(w.ctx, []catalog.Usage{use(d.ID, "2026-01-02", catalog.UsagePage, 1)}))
		if after, err := w.Revision(w.ctx); err != nil || after != before {
			w.Errorf("revision %d, before %d: %v", after, before, err)
		}
	}},
	{"Usage", "gives one dataset's days from a day on, in order", func(w *world) {
		d, other := w.dataset(), w.dataset()
		for _, day := range []string{"2026-01-03", "2026-01-01", "2026-01-02"} {
			w.must(w.AddUsage(w.ctx, []catalog.Usage{use(d.ID, day, catalog.UsagePage, 1), use(other.ID, day, catalog.UsagePage, 7)}))
		}
		got, err := w.Usage(w.ctx, d.ID, "2026-01-02")
		if err != nil || fmt.Sprint(got) != fmt.Sprint([]catalog.Usage{use(d.ID, "2026-01-02", catalog.UsagePage, 1), use(d.ID, "2026-01-03", catalog.UsagePage, 1)}) {
			w.Errorf("%v %v", got, err)
		}
	}},
}

func use(d catalog.DatasetID, day string, kind catalog.UsageKind, n int64) catalog.Usage {
	return catalog.Usage{Dataset: d, Day: day, Kind: kind, Count: n}
}
