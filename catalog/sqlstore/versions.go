package sqlstore

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"gongkai/catalog"
)

const versionColumns = `v.id, v.dataset_id, v.number, v.state, v.upload_id, v.file_hash, v.content_hash, v.bytes, v.row_count,
	v.created_at, v.created_by, v.published_at, v.published_by, v.withdrawn_at, v.reason,
	v.recipe_number, v.recipe_sent, v.purged_at, v.purged_by, v.purge_reason`

func scanVersion(row scanner, v *catalog.Version) error {
	var created, published, withdrawn, purged int64
	err := row.Scan(&v.ID, &v.Dataset, &v.Number, &v.State, &v.Upload, &v.FileHash, &v.ContentHash, &v.Bytes, &v.Rows,
		&created, &v.CreatedBy, &published, &v.PublishedBy, &withdrawn, &v.Reason,
		&v.Recipe, &v.RecipeSent, &purged, &v.Purged.By, &v.Purged.Reason)
	if v.Purged.At = fromMillis(purged); v.Purged.Stands() {
		v.State = catalog.Purged
	}
	v.CreatedAt, v.PublishedAt, v.WithdrawnAt = fromMillis(created), fromMillis(published), fromMillis(withdrawn)
	return err
}

func decodeTable(id catalog.TableID, body []byte) (catalog.Table, error) {
	var t catalog.Table
	if err := json.Unmarshal(body, &t); err != nil {
		return t, fmt.Errorf("table %d: %w", id, err)
	}
	t.ID = id
	return t, nil
}

func tablesOf(q querier, version catalog.VersionID) (tables []catalog.Table, err error) {
	err = q.each(func(row scanner) error {
		var id catalog.TableID
		var body []byte
		if err := row.Scan(&id, &body); err != nil {
			return err
		}
		t, err := decodeTable(id, body)
		tables = append(tables, t)
		return err
	}, `SELECT id, body FROM version_tables WHERE version_id = ? ORDER BY position`, version)
	return tables, err
}

// CommitDraft implements catalog.Store.
func (s *Store) CommitDraft(ctx context.Context, job catalog.JobID, attempt int, n catalog.NewVersion) (*catalog.Version, error) {
	reading, err := encodeReading(n.Recipe)
	if err != nil {
		return nil, err
	}
	var v *catalog.Version
	err = s.writing(ctx, "record the draft", func(q querier) error {
		now := s.stamp()
		ok, err := q.changed(`UPDATE jobs SET state = 'done', owner = '', share = 1, ended_at = ?
			WHERE id = ? AND attempt = ? AND state = 'running'`, millis(now), job, attempt)
		if err := fenced(q, ok, err, job, attempt); err != nil {
			return err
		}
		if v, err = sameAsBefore(q, job, reading, &n); err != nil || v != nil {
			if v == nil || v.State != catalog.Draft {
				return err
			}
			return s.publishAsIntended(q, job, v, n.Findings)
		}
		var id catalog.VersionID
		err = q.row(`INSERT INTO versions (dataset_id, number, state, upload_id, file_hash, content_hash, bytes, row_count,
				created_at, created_by, recipe_number, recipe_sent, reading)
			SELECT u.dataset_id, COALESCE((SELECT MAX(v.number) FROM versions v WHERE v.dataset_id = u.dataset_id), 0) + 1,
				'draft', u.id, ?, ?, ?, ?, ?, CASE WHEN j.reread_by = '' THEN u.created_by ELSE j.reread_by END, ?, ?, ?
			FROM jobs j JOIN uploads u ON u.id = j.upload_id WHERE j.id = ? RETURNING id`,
			n.FileHash, n.ContentHash, n.Bytes, n.Rows, millis(now), n.ReadWith, number(n.RecipeSent), reading, job).Scan(&id)
		if err != nil {
			return err
		}
		if err := addTables(q, id, n.Tables); err != nil {
			return err
		}
		if err := addFindings(q, id, n.Findings); err != nil {
			return err
		}
		if v, err = versionByID(q, id); err != nil {
			return err
		}
		return s.publishAsIntended(q, job, v, n.Findings)
	})
	if err != nil {
		return nil, err
	}
	return v, nil
}

// number is how a truth value is stored.
func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// sameAsBefore gives the newest version of an upload that was read again where
// the new reading tells nothing new; nil where it does, or where nobody asked.
func sameAsBefore(q querier, job catalog.JobID, reading sql.NullString, n *catalog.NewVersion) (*catalog.Version, error) {
	var id catalog.VersionID
	err := q.row(`SELECT v.id FROM jobs j JOIN versions v ON v.upload_id = j.upload_id
		WHERE j.id = ? AND j.reread_by <> '' AND v.purged_at = 0 AND v.content_hash = ? AND COALESCE(v.reading, '') = ?
			AND v.number = (SELECT MAX(w.number) FROM versions w WHERE w.upload_id = j.upload_id)`,
		job, n.ContentHash, reading.String).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	before, err := findingsOf(q, id)
	if err != nil {
		return nil, err
	}
	same, err := sameFindings(before, n.Findings)
	if err != nil || !same {
		return nil, err
	}
	return versionByID(q, id)
}

// sameFindings compares findings but for notes: what was found out before and is
// in the recipe since leaves no note any more.
func sameFindings(a, b []catalog.Finding) (bool, error) {
	note := func(f catalog.Finding) bool { return f.Severity == catalog.SeverityInfo }
	a, b = slices.DeleteFunc(slices.Clone(a), note), slices.DeleteFunc(slices.Clone(b), note)
	if len(a) == 0 || len(b) == 0 {
		return len(a) == len(b), nil
	}
	x, err := json.Marshal(a)
	if err != nil {
		return false, fmt.Errorf("compare findings: %w", err)
	}
	y, err := json.Marshal(b)
	if err != nil {
		return false, fmt.Errorf("compare findings: %w", err)
	}
	return bytes.Equal(x, y), nil
}

func addTables(q querier, version catalog.VersionID, tables []catalog.Table) error {
	for i := range tables {
		body, err := json.Marshal(&tables[i])
		if err != nil {
			return fmt.Errorf("encode table %s: %w", tables[i].Name, err)
		}
		_, err = q.exec(`INSERT INTO version_tables (version_id, position, name, body) VALUES (?, ?, ?, ?)`,
			version, i, tables[i].Name, string(body))
		if err != nil {
			return err
		}
	}
	return nil
}

// versionByID reads a version with its tables.
func versionByID(q querier, id catalog.VersionID) (*catalog.Version, error) {
	var v catalog.Version
	err := scanVersion(q.row(`SELECT `+versionColumns+` FROM versions v WHERE v.id = ?`, id), &v)
	if err != nil {
		return nil, found(err, "version with the ID %d", id)
	}
	v.Tables, err = tablesOf(q, id)
	return &v, err
}

// Version implements catalog.Store.
func (s *Store) Version(ctx context.Context, dataset catalog.DatasetID, number int) (*catalog.Version, error) {
	var v catalog.Version
	err := s.reading(ctx, "read the version", func(q querier) error {
		row := q.row(`SELECT `+versionColumns+` FROM versions v WHERE v.dataset_id = ? AND v.number = ?`, dataset, number)
		err := scanVersion(row, &v)
		if err != nil {
			return found(err, "version %d of dataset %d", number, dataset)
		}
		v.Tables, err = tablesOf(q, v.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &v, nil
}

// ListVersions implements catalog.Store.
func (s *Store) ListVersions(ctx context.Context, dataset catalog.DatasetID) ([]catalog.Version, error) {
	return s.listVersions(ctx, `WHERE v.dataset_id = ? ORDER BY v.number DESC`, dataset)
}

// AllVersions implements catalog.Store: by dataset and number.
func (s *Store) AllVersions(ctx context.Context) ([]catalog.Version, error) {
	return s.listVersions(ctx, `ORDER BY v.dataset_id, v.number`)
}

func (s *Store) listVersions(ctx context.Context, tail string, args ...any) (list []catalog.Version, err error) {
	err = s.reading(ctx, "list the versions", func(q querier) error {
		return q.each(func(row scanner) error {
			var v catalog.Version
			if err := scanVersion(row, &v); err != nil {
				return err
			}
			list = append(list, v)
			return nil
		}, `SELECT `+versionColumns+` FROM versions v `+tail, args...)
	})
	return list, err
}
