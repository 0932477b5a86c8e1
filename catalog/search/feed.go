package search

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"gongkai/catalog"
)

// Load reads the public documents from the catalogue.
func Load(ctx context.Context, store catalog.Store) ([]Document, error) {
	departments, err := store.ListDepartments(ctx)
	if err != nil {
		return nil, err
	}
	byID := make(map[catalog.DepartmentID]*catalog.Department, len(departments))
	for i := range departments {
		byID[departments[i].ID] = &departments[i].Department
	}
	versions, err := store.CurrentVersions(ctx)
	if err != nil {
		return nil, err
	}
	docs := make([]Document, 0, len(versions))
	for after, more := "", true; more; {
		const page = 1000
		list, err := store.ListDatasets(ctx, catalog.DatasetFilter{PublicOnly: true, After: after, Limit: page})
		if err != nil {
			return nil, err
		}
		for _, d := range list {
			// What was published or withdrawn between the reads has a new
			// revision, so it is read again at once.
			if v := versions[d.ID]; v != nil && v.Number == d.Current && byID[d.Department] != nil {
				docs = append(docs, Document{Dataset: d, Department: *byID[d.Department], Version: v})
			}
			after = d.Slug
		}
		more = len(list) == page
	}
	return docs, nil
}

// FollowerConfig says what a Follower keeps in step.
type FollowerConfig struct {
	Store catalog.Store
	Index *Index
	Every time.Duration // between looks at the catalogue; default 500 ms
	Log   *slog.Logger  // default discards
}

// Follower keeps an Index in step with a catalogue that other processes write too.
type Follower struct {
	cfg      FollowerConfig
	mu       sync.Mutex
	revision int64 // of what is indexed; 0 before the first time
}

// NewFollower makes a follower; nothing is read before Refresh or Run.
func NewFollower(cfg FollowerConfig) *Follower {
	if cfg.Every <= 0 {
		cfg.Every = 500 * time.Millisecond
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Follower{cfg: cfg}
}

// Refresh indexes the catalogue if it has changed. When it returns nil, what
// was in the catalogue when it was called can be found.
func (f *Follower) Refresh(ctx context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	revision, err := f.cfg.Store.Revision(ctx)
	if err != nil {
		return err
	}
	if revision == f.revision {
		return nil
	}
	docs, err := Load(ctx, f.cfg.Store)
	if err != nil {
		return err
	}
	f.cfg.Index.Replace(docs)
	f.revision = revision
	return nil
}

// Run refreshes until ctx ends. A catalogue that cannot be read is logged once
// and tried again: readers keep the index they have.
func (f *Follower) Run(ctx context.Context) {
	tick := time.NewTicker(f.cfg.Every)
	defer tick.Stop()
	failing := false
	for {
		err := f.Refresh(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil && !failing {
			f.cfg.Log.Error("the search index does not follow the catalogue", "error", err)
		}
		if err == nil && failing {
			f.cfg.Log.Info("the search index follows the catalogue again")
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
