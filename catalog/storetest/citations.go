package storetest

import (
	"fmt"
	"sync/atomic"
	"time"

	"gongkai/catalog"
)

func (w *world) citation(d *catalog.Dataset, where string) *catalog.Citation {
	c := &catalog.Citation{Dataset: d.ID, Version: 1, Table: "t", Query: catalog.CitationQuery{Where: where}, As: catalog.CitedAs{Title: catalog.Text{ZH: "一", EN: "One"}, Published: time.Unix(1714665600, 0).UTC()}, Content: "aa", Result: "bb", Rows: 7}
	c.ID = catalog.NewCitationID(c)
	return c
}

var citationCases = []testCase{
	{"CreateCitation", "keeps what is cited", func(w *world) {
		c := w.citation(w.dataset(), "a = '一'")
		created, err := w.CreateCitation(w.ctx, c, 100)
		if err != nil || !created {
			w.Fatal(created, err)
		}
		w.recent(c.At)
		got, err := w.again().Citation(w.ctx, c.ID)
		w.must(err)
		w.equal(got, c)
	}},
	{"CreateCitation", "never changes one that is there, whoever comes at once", func(w *world) {
		d := w.dataset()
		var made atomic.Int32
		w.parallel(10, func(i int) error {
			c := w.citation(d, "")
			c.Result = fmt.Sprint(i)
			created, err := w.CreateCitation(w.ctx, c, 100)
			if created {
				made.Add(1)
			}
			return err
		})
		if made.Load() != 1 {
			w.Errorf("made %d times", made.Load())
		}
		again := w.citation(d, "")
		first, err := w.Citation(w.ctx, again.ID)
		w.must(err)
		created, err := w.CreateCitation(w.ctx, again, 100)
		if err != nil || created {
			w.Error(created, err)
		}
		w.equal(again, first)
	}},
	{"CreateCitation", "wants a dataset that exists", func(w *world) {
		d := w.dataset()
		c := w.citation(&catalog.Dataset{ID: d.ID + 99}, "")
		_, err := w.CreateCitation(w.ctx, c, 100)
		w.want(catalog.NotFound, err)
	}},
	{"CreateCitation", "takes no more than there may be, and gives those that are there", func(w *world) {
		d := w.dataset()
		for i, where := range []string{"a = 1", "a = 2", "a = 1"} {
			if created, err := w.CreateCitation(w.ctx, w.citation(d, where), 2); err != nil || created != (i < 2) {
				w.Fatalf("%s: %v, %v", where, created, err)
			}
		}
		c := w.citation(d, "a = 3")
		_, err := w.CreateCitation(w.ctx, c, 2)
		w.want(catalog.Full, err)
		_, err = w.Citation(w.ctx, c.ID)
		w.want(catalog.NotFound, err)
	}},
	{"Citation", "says what is not there", func(w *world) {
		_, err := w.Citation(w.ctx, "nothing")
		w.want(catalog.NotFound, err)
	}},
}
