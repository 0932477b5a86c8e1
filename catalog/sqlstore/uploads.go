package sqlstore

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"gongkai/catalog"
)

const uploadColumns = `u.id, u.dataset_id, u.blob, u.bytes, u.filename, u.options, u.created_at, u.created_by,
	u.purged_at, u.purged_by, u.purge_reason, j.id,
	COALESCE((SELECT MAX(v.number) FROM versions v WHERE v.upload_id = u.id), 0)`

const uploadTables = `uploads u JOIN jobs j ON j.upload_id = u.id`

func scanUpload(row scanner, u *catalog.Upload) error {
	var options []byte
	var created, purged int64
	err := row.Scan(&u.ID, &u.Dataset, &u.Blob, &u.Bytes, &u.Filename, &options, &created, &u.CreatedBy,
		&purged, &u.Purged.By, &u.Purged.Reason, &u.Job, &u.Version)
	if err != nil {
		return err
	}
	u.CreatedAt, u.Purged.At = fromMillis(created), fromMillis(purged)
	if err := json.Unmarshal(options, &u.Options); err != nil {
		return fmt.Errorf("options of upload %s: %w", u.ID, err)
	}
	return nil
}

// optionsText is the JSON of the options that were given, by name. What is left
// at its zero value is left out, so that an option which a later release adds
// does not make another upload of the same bytes.
func optionsText(o catalog.UploadOptions) (string, error) {
	whole, err := json.Marshal(o)
	if err != nil {
		return "", err
	}
	given := map[string]any{}
	if err := json.Unmarshal(whole, &given); err != nil {
		return "", err
	}
	for name, value := range given {
		if value == "" || value == false || value == nil || value == float64(0) {
			delete(given, name)
		}
	}
	text, err := json.Marshal(given)
	return string(text), err
}

// CreateUpload implements catalog.Store. Where u has no ID it gets a random
// one. Two intents to publish become one: an acknowledgement that was given
// is not taken back by one that was not.
func (s *Store) CreateUpload(ctx context.Context, u *catalog.Upload, publish *catalog.PublishIntent) (created bool, err error) {
	options, err := optionsText(u.Options)
	if err != nil {
		return false, fmt.Errorf("encode the upload's options: %w", err)
	}
	stored := catalog.Upload{}
	err = s.writing(ctx, "record the upload", func(q querier) error {
		id := u.ID
		if id == "" {
			id = randomID()
		}
		now := s.stamp()
		created, err = q.changed(`INSERT INTO uploads (id, dataset_id, blob, bytes, filename, options, created_at, created_by)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (dataset_id, blob, options) DO NOTHING`,
			id, u.Dataset, u.Blob, u.Bytes, u.Filename, options, millis(now), u.CreatedBy)
		switch {
		case dangling(err):
			return missing("dataset %d", u.Dataset)
		case duplicate(err):
			return catalog.Errorf(catalog.Conflict, "leave the ID empty", "there is another upload with the ID %s", id)
		case err != nil:
			return err
		case created:
			_, err = q.exec(`INSERT INTO jobs (upload_id, state, created_at) VALUES (?, 'queued', ?)`, id, millis(now))
			if err != nil {
				return err
			}
		}
		row := q.row(`SELECT `+uploadColumns+` FROM `+uploadTables+`
			WHERE u.dataset_id = ? AND u.blob = ? AND u.options = ?`, u.Dataset, u.Blob, options)
		if err := scanUpload(row, &stored); err != nil {
			return err
		}
		if stored.Purged.Stands() {
			return purgedUpload(&stored)
		}
		return intend(q, stored.Job, publish)
	})
	if err != nil {
		return false, err
	}
	*u = stored
	return created, nil
}

func intend(q querier, job catalog.JobID, publish *catalog.PublishIntent) error {
	if publish == nil {
		return nil
	}
	acknowledge := 0
	if publish.Acknowledge {
		acknowledge = 1
	}
	_, err := q.exec(`UPDATE jobs SET publish_by = ?, publish_acknowledge = ?
		WHERE id = ? AND state IN ('queued', 'running') AND (publish_by IS NULL OR publish_acknowledge < ?)`,
		publish.By, acknowledge, job, acknowledge)
	return err
}

func randomID() catalog.UploadID {
	var b [16]byte
	rand.Read(b[:]) // never fails since Go 1.24
	return catalog.UploadID(hex.EncodeToString(b[:]))
}

// Upload implements catalog.Store.
func (s *Store) Upload(ctx context.Context, id catalog.UploadID) (*catalog.Upload, error) {
	var u catalog.Upload
	err := s.reading(ctx, "read the upload", func(q querier) error {
		row := q.row(`SELECT `+uploadColumns+` FROM `+uploadTables+` WHERE u.id = ?`, id)
		return found(scanUpload(row, &u), "upload %q", id)
	})
	if err != nil {
		return nil, err
	}
	return &u, nil
}

// ListUploads implements catalog.Store.
func (s *Store) ListUploads(ctx context.Context, dataset catalog.DatasetID) ([]catalog.Upload, error) {
	var list []catalog.Upload
	err := s.reading(ctx, "list the uploads", func(q querier) error {
		return q.each(func(row scanner) error {
			var u catalog.Upload
			if err := scanUpload(row, &u); err != nil {
				return err
			}
			list = append(list, u)
			return nil
		}, `SELECT `+uploadColumns+` FROM `+uploadTables+`
			WHERE u.dataset_id = ? ORDER BY u.created_at DESC, j.id DESC`, dataset)
	})
	return list, err
}
