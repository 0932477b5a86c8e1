package sqlstore

import (
	"context"

	"gongkai/catalog"
)

// AddUsage implements catalog.Store. Readers of the catalogue see no use, so
// its revision stays.
func (s *Store) AddUsage(ctx context.Context, use []catalog.Usage) error {
	return s.writing(ctx, "count the use of datasets", func(q querier) error {
		for _, u := range use {
			_, err := q.exec(`INSERT INTO usage (dataset_id, day, kind, requests) VALUES (?, ?, ?, ?)
				ON CONFLICT (dataset_id, day, kind) DO UPDATE SET requests = usage.requests + excluded.requests`, u.Dataset, u.Day, u.Kind, u.Count)
			if dangling(err) {
				return missing("dataset %d", u.Dataset)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Usage implements catalog.Store.
func (s *Store) Usage(ctx context.Context, dataset catalog.DatasetID, from string) ([]catalog.Usage, error) {
	var list []catalog.Usage
	err := s.reading(ctx, "read the use of the dataset", func(q querier) error {
		return q.each(func(row scanner) error {
			u := catalog.Usage{Dataset: dataset}
			if err := row.Scan(&u.Day, &u.Kind, &u.Count); err != nil {
				return err
			}
			list = append(list, u)
			return nil
		}, `SELECT day, kind, requests FROM usage WHERE dataset_id = ? AND day >= ? ORDER BY day, kind`, dataset, from)
	})
	return list, err
}
