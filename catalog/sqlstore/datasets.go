package sqlstore

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"gongkai/catalog"
)

// publicDataset are the datasets that anybody may read and that have a
// published version: what listings for the public hold.
const publicDataset = `s.current_number > 0 AND s.open_attribute <> 'none'`

const datasetColumns = `s.id, s.slug, s.department_id, s.current_number, s.issued_at, s.metadata, s.created_at, s.updated_at`

// Listings of datasets are bounded; see catalog.DatasetFilter.
const (
	defaultListing = 100
	largestListing = 1000
)

func scanDataset(row scanner, d *catalog.Dataset) error {
	var metadata []byte
	var issued, created, updated int64
	if err := row.Scan(&d.ID, &d.Slug, &d.Department, &d.Current, &issued, &metadata, &created, &updated); err != nil {
		return err
	}
	if err := json.Unmarshal(metadata, &d.Metadata); err != nil {
		return fmt.Errorf("metadata of dataset %s: %w", d.Slug, err)
	}
	d.Issued, d.CreatedAt, d.UpdatedAt = fromMillis(issued), fromMillis(created), fromMillis(updated)
	return nil
}

// CreateDataset implements catalog.Store.
func (s *Store) CreateDataset(ctx context.Context, d *catalog.Dataset) error {
	if err := cmp.Or(catalog.CheckSlug("dataset", d.Slug), d.Check()); err != nil {
		return err
	}
	now := s.stamp()
	metadata, err := json.Marshal(d.Metadata)
	if err != nil {
		return fmt.Errorf("encode the metadata: %w", err)
	}
	var id catalog.DatasetID
	err = s.writing(ctx, "create the dataset", func(q querier) error {
		err := q.row(`INSERT INTO datasets (slug, department_id, open_attribute, metadata, created_at, updated_at)
			VALUES (?, ?, ?, ?, ?, ?) RETURNING id`,
			d.Slug, d.Department, d.Open, string(metadata), millis(now), millis(now)).Scan(&id)
		switch {
		case duplicate(err):
			return taken("dataset", d.Slug)
		case dangling(err):
			return missing("department %d", d.Department)
		case err != nil:
			return err
		}
		return s.changedByOperator(q, now, "dataset.create", "dataset/"+d.Slug)
	})
	if err == nil {
		d.ID, d.Current, d.Issued, d.CreatedAt, d.UpdatedAt = id, 0, time.Time{}, now, now
	}
	return err
}

// UpdateDataset implements catalog.Store. Slug and department stay: the one is
// in URLs that others keep, the other decides who may change the dataset.
func (s *Store) UpdateDataset(ctx context.Context, d *catalog.Dataset) error {
	if err := d.Check(); err != nil {
		return err
	}
	now := s.stamp()
	metadata, err := json.Marshal(d.Metadata)
	if err != nil {
		return fmt.Errorf("encode the metadata: %w", err)
	}
	err = s.writing(ctx, "update the dataset", func(q querier) error {
		var slug string
		var department catalog.DepartmentID
		err := q.row(`SELECT slug, department_id FROM datasets WHERE id = ?`, d.ID).Scan(&slug, &department)
		if err != nil {
			return found(err, "dataset %d", d.ID)
		}
		if slug != d.Slug {
			return slugFixed("dataset", slug)
		}
		if department != d.Department {
			return catalog.Errorf(catalog.Conflict, "leave the department as it is",
				"the department of the dataset %q cannot change", slug)
		}
		if _, err = q.exec(`UPDATE datasets SET open_attribute = ?, metadata = ?, updated_at = ? WHERE id = ?`,
			d.Open, string(metadata), millis(now), d.ID); err != nil {
			return err
		}
		return s.changedByOperator(q, now, "dataset.update", "dataset/"+d.Slug)
	})
	if err == nil {
		d.UpdatedAt = now
	}
	return err
}

// Dataset implements catalog.Store.
func (s *Store) Dataset(ctx context.Context, id catalog.DatasetID) (*catalog.Dataset, error) {
	var d catalog.Dataset
	err := s.reading(ctx, "read the dataset", func(q querier) error {
		row := q.row(`SELECT `+datasetColumns+` FROM datasets s WHERE s.id = ?`, id)
		return found(scanDataset(row, &d), "dataset %d", id)
	})
	if err != nil {
		return nil, err
	}
	return &d, nil
}

// DatasetBySlug implements catalog.Store.
func (s *Store) DatasetBySlug(ctx context.Context, slug string) (*catalog.Dataset, error) {
	var d catalog.Dataset
	err := s.reading(ctx, "read the dataset", func(q querier) error {
		row := q.row(`SELECT `+datasetColumns+` FROM datasets s WHERE s.slug = ?`, slug)
		return found(scanDataset(row, &d), "dataset %q", slug)
	})
	if err != nil {
		return nil, err
	}
	return &d, nil
}

// ListDatasets implements catalog.Store.
func (s *Store) ListDatasets(ctx context.Context, f catalog.DatasetFilter) ([]catalog.Dataset, error) {
	where, args := []string{"s.slug > ?"}, []any{f.After}
	if f.Department != 0 {
		where, args = append(where, "s.department_id = ?"), append(args, f.Department)
	}
	if f.PublicOnly {
		where = append(where, publicDataset)
	}
	if f.Limit <= 0 {
		f.Limit = defaultListing
	}
	args = append(args, min(f.Limit, largestListing))
	var list []catalog.Dataset
	err := s.reading(ctx, "list the datasets", func(q querier) error {
		return q.each(func(row scanner) error {
			var d catalog.Dataset
			if err := scanDataset(row, &d); err != nil {
				return err
			}
			list = append(list, d)
			return nil
		}, `SELECT `+datasetColumns+` FROM datasets s WHERE `+strings.Join(where, " AND ")+` ORDER BY s.slug LIMIT ?`, args...)
	})
	return list, err
}
