package api_test

import (
	"context"
	"testing"

	"gongkai/catalog"
	"gongkai/catalog/search"
)

type index struct{ store catalog.Store }

func newIndex(t testing.TB, s catalog.Store) *index { return &index{s} }

func (x *index) Search(ctx context.Context, q search.Query) (*search.Results, error) {
	ds, err := x.store.ListDatasets(ctx, catalog.DatasetFilter{PublicOnly: true, Limit: 1000})
	if err != nil {
		return nil, err
	}
	vs, err := x.store.CurrentVersions(ctx)
	if err != nil {
		return nil, err
	}
	r := &search.Results{Total: len(ds)}
	for i := q.Offset; i < len(ds) && i < q.Offset+q.Limit; i++ {
		dep, err := x.store.Department(ctx, ds[i].Department)
		if err != nil {
			return nil, err
		}
		r.Hits = append(r.Hits, search.Hit{Document: &search.Document{Dataset: ds[i], Department: *dep, Version: vs[ds[i].ID]}})
	}
	return r, nil
}
