package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"gongkai/catalog"
)

const citationColumns = `id, dataset_id, version, table_name, query, content, result, row_count, created_at, cited_as`

func scanCitation(row scanner, c *catalog.Citation) error {
	var query, as string
	var at int64
	if err := row.Scan(&c.ID, &c.Dataset, &c.Version, &c.Table, &query, &c.Content, &c.Result, &c.Rows, &at, &as); err != nil {
		return err
	}
	c.At = fromMillis(at)
	c.Query, c.As = catalog.CitationQuery{}, catalog.CitedAs{}
	if err := json.Unmarshal([]byte(query), &c.Query); err != nil || as == "" {
		return err
	}
	return json.Unmarshal([]byte(as), &c.As)
}

// CreateCitation implements catalog.Store. Readers of the catalogue see no
// citations, so its revision stays.
func (s *Store) CreateCitation(ctx context.Context, c *catalog.Citation, most int64) (created bool, err error) {
	now := s.stamp()
	err = s.writing(ctx, "keep the citation", func(q querier) error {
		query, err := json.Marshal(c.Query)
		if err != nil {
			return err
		}
		as, err := json.Marshal(c.As)
		if err != nil {
			return err
		}
		res, err := q.exec(`INSERT INTO citations (`+citationColumns+`) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
			WHERE (SELECT count(*) FROM citations) < ? ON CONFLICT (id) DO NOTHING`,
			c.ID, c.Dataset, c.Version, c.Table, string(query), c.Content, c.Result, c.Rows, millis(now), string(as), most)
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
		err = scanCitation(row, c)
		if errors.Is(err, sql.ErrNoRows) {
			return catalog.Errorf(catalog.Full, "use a citation that is there, or name dataset, version and query in your text; the operator can raise the limit (serve --citations)",
				"the catalogue keeps %d citations and takes no more", most)
		}
		return err
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
