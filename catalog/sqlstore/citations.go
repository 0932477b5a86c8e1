package sqlstore

import (
	"context"
	"encoding/json"

	"gongkai/catalog"
)

const citationColumns = `id, dataset_id, version, table_name, query, content, result, row_count, created_at`

func scanCitation(row scanner, c *catalog.Citation) error {
	var query string
	var at int64
	if err := row.Scan(&c.ID, &c.Dataset, &c.Version, &c.Table, &query, &c.Content, &c.Result, &c.Rows, &at); err != nil {
		return err
	}
	c.At = fromMillis(at)
	return json.Unmarshal([]byte(query), &c.Query)
}

// CreateCitation implements catalog.Store. Readers of the catalogue see no
// citations, so its revision stays.
func (s *Store) CreateCitation(ctx context.Context, c *catalog.Citation) (created bool, err error) {
	now := s.stamp()
	err = s.writing(ctx, "keep the citation", func(q querier) error {
		query, err := json.Marshal(c.Query)
		if err != nil {
			return err
		}
		res, err := q.exec(`INSERT INTO citations (`+citationColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
			c.ID, c.Dataset, c.Version, c.Table, string(query), c.Content, c.Result, c.Rows, millis(now))
		if dangling(err) {
			return missing("dataset %d", c.Dataset)
		}
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if err != nil {
			return err
		}
		created = n > 0
		row := q.row(`SELECT `+citationColumns+` FROM citations WHERE id = ?`, c.ID)
		return scanCitation(row, c)
	})
	return created, err
}

// Citation implements catalog.Store.
func (s *Store) Citation(ctx context.Context, id catalog.CitationID) (*catalog.Citation, error) {
	var c catalog.Citation
	err := s.reading(ctx, "read the citation", func(q querier) error {
		return found(scanCitation(q.row(`SELECT `+citationColumns+` FROM citations WHERE id = ?`, id), &c), "citation %q", id)
	})
	if err != nil {
		return nil, err
	}
	return &c, nil
}
