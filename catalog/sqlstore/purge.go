package sqlstore

import (
	"context"
	"strconv"
	"strings"
	"time"

	"gongkai/catalog"
)

// uploadOf reads an upload and the slug of its dataset.
func uploadOf(q querier, id catalog.UploadID) (*catalog.Upload, string, error) {
	var u catalog.Upload
	if err := scanUpload(q.row(`SELECT `+uploadColumns+` FROM `+uploadTables+` WHERE u.id = ?`, id), &u); err != nil {
		return nil, "", found(err, "upload %q", id)
	}
	var slug string
	err := q.row(`SELECT slug FROM datasets WHERE id = ?`, u.Dataset).Scan(&slug)
	return &u, slug, err
}

func purgedUpload(u *catalog.Upload) *catalog.Error {
	return catalog.Errorf(catalog.Conflict, "correct the workbook and upload that; this very file is not taken again",
		"the file was purged on %s: %s", catalog.Day(u.Purged.At), u.Purged.Reason)
}

// givenReason refuses a purge that nobody could explain later.
func givenReason(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	if reason == "" {
		e := catalog.Errorf(catalog.Invalid, "say why; it is kept", "a purge wants a reason")
		e.Field = "reason"
		return "", e
	}
	return reason, nil
}

// PurgeUpload implements catalog.Store.
func (s *Store) PurgeUpload(ctx context.Context, id catalog.UploadID, by, reason string) (left *catalog.Leftovers, err error) {
	if reason, err = givenReason(reason); err != nil {
		return nil, err
	}
	left = &catalog.Leftovers{}
	err = s.purging(ctx, "purge the upload", left, func(q querier) error {
		u, slug, err := uploadOf(q, id)
		if err != nil {
			return err
		}
		left.Blobs = []string{u.Blob}
		versions, err := versionsWhere(q, `v.upload_id = ?`, id)
		if err != nil {
			return err
		}
		for i := range versions {
			if v := &versions[i]; !v.State.Public() {
				if err := s.purgeVersion(q, v, by, reason, left); err != nil {
					return err
				}
			}
		}
		if u.Purged.Stands() {
			return nil
		}
		// What a failed job says of the file may quote it.
		ok, err := q.changed(`UPDATE jobs SET failure = NULL, publish_by = NULL WHERE id = ? AND state IN ('done', 'failed', 'cancelled')`, u.Job)
		if err := refused(q, ok, err, u.Job, "purged", "wait until it has ended, or cancel it"); err != nil {
			return err
		}
		now := s.stamp()
		if _, err := q.exec(`UPDATE uploads SET purged_at = ?, purged_by = ?, purge_reason = ? WHERE id = ?`, millis(now), by, reason, id); err != nil {
			return err
		}
		return addEvent(q, catalog.Event{At: now, Actor: by, Action: "upload.purge", Object: "upload/" + string(id), Details: map[string]string{
			"dataset": slug, "sha256": u.Blob, "bytes": strconv.FormatInt(u.Bytes, 10), "reason": reason,
		}})
	})
	return left, err
}

// PurgeVersion implements catalog.Store.
func (s *Store) PurgeVersion(ctx context.Context, id catalog.VersionID, by, reason string) (left *catalog.Leftovers, err error) {
	if reason, err = givenReason(reason); err != nil {
		return nil, err
	}
	left = &catalog.Leftovers{}
	err = s.purging(ctx, "purge the version", left, func(q querier) error {
		v, err := versionByID(q, id)
		if err != nil {
			return err
		}
		if v.State.Public() {
			return catalog.Errorf(catalog.Conflict, "withdraw it first, with a reason that readers see", "version %d is %s", v.Number, v.State)
		}
		return s.purgeVersion(q, v, by, reason, left)
	})
	return left, err
}

// overtaken are drafts of which a newer version of the same upload was made, or
// after which another version was published, before a moment given twice.
const overtaken = `v.state = 'draft' AND v.purged_at = 0 AND (
	EXISTS (SELECT 1 FROM versions n WHERE n.upload_id = v.upload_id AND n.number > v.number AND n.created_at < ?)
	OR EXISTS (SELECT 1 FROM versions n WHERE n.dataset_id = v.dataset_id AND n.number > v.number AND n.published_at > 0 AND n.published_at < ?))
	AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.upload_id = v.upload_id AND j.state IN ('queued', 'running'))`

// PurgeOvertaken implements catalog.Store.
func (s *Store) PurgeOvertaken(ctx context.Context, before time.Time) (purged int, left *catalog.Leftovers, err error) {
	some := false
	err = s.reading(ctx, "look for drafts that were overtaken", func(q querier) error {
		return q.row(`SELECT EXISTS (SELECT 1 FROM versions v WHERE `+overtaken+`)`, millis(before), millis(before)).Scan(&some)
	})
	left = &catalog.Leftovers{}
	if err != nil || !some {
		return 0, left, err
	}
	err = s.purging(ctx, "purge drafts that were overtaken", left, func(q querier) error {
		versions, err := versionsWhere(q, overtaken, millis(before), millis(before))
		if err != nil {
			return err
		}
		purged = len(versions)
		for i := range versions {
			if err := s.purgeVersion(q, &versions[i], catalog.Sweeper, "a later version took its place", left); err != nil {
				return err
			}
		}
		return nil
	})
	return purged, left, err
}

// purging runs fn, strikes from left what something still needs, and empties
// the log of writes, in which the values would else stay for a while.
func (s *Store) purging(ctx context.Context, doing string, left *catalog.Leftovers, fn func(querier) error) error {
	err := s.writing(ctx, doing, func(q querier) error {
		if err := fn(q); err != nil {
			return err
		}
		need, err := needed(q)
		if err != nil {
			return err
		}
		left.Blobs = without(left.Blobs, need.Blobs)
		left.Files = without(left.Files, need.Files)
		left.Contents = without(left.Contents, need.Contents)
		return nil
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.current = nil
	s.mu.Unlock()
	// Whoever reads an old state keeps the log from being emptied; it is then
	// overwritten with time, and emptied by the next purge or when all close.
	_, err = s.write.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
	return failure("empty the log of the catalogue", err)
}

func without(hashes []string, needed map[string]bool) (out []string) {
	for _, h := range hashes {
		if !needed[h] {
			out = append(out, h)
		}
	}
	return out
}

// purgeVersion forgets what a version holds; its tables are not filled in v.
func (s *Store) purgeVersion(q querier, v *catalog.Version, by, reason string, left *catalog.Leftovers) error {
	left.Files = append(left.Files, v.FileHash)
	left.Contents = append(left.Contents, v.ContentHash)
	if v.State == catalog.Purged {
		return nil
	}
	for _, forget := range []string{
		`DELETE FROM version_tables WHERE version_id = ?`,
		`DELETE FROM findings WHERE version_id = ?`,
		`UPDATE versions SET reading = NULL WHERE id = ?`,
	} {
		if _, err := q.exec(forget, v.ID); err != nil {
			return err
		}
	}
	// Of few rows a hash tells what they were to who can guess.
	if _, err := q.exec(`UPDATE citations SET result = '' WHERE dataset_id = ? AND version = ?`, v.Dataset, v.Number); err != nil {
		return err
	}
	now := s.stamp()
	if _, err := q.exec(`UPDATE versions SET purged_at = ?, purged_by = ?, purge_reason = ? WHERE id = ?`, millis(now), by, reason, v.ID); err != nil {
		return err
	}
	return s.versionEvent(q, v, now, by, "version.purge", map[string]string{
		"was": string(v.State), "file": v.FileHash, "content": v.ContentHash, "bytes": strconv.FormatInt(v.Bytes, 10), "reason": reason,
	})
}

// versionsWhere gives versions without their tables.
func versionsWhere(q querier, condition string, args ...any) (list []catalog.Version, err error) {
	err = q.each(func(row scanner) error {
		var v catalog.Version
		if err := scanVersion(row, &v); err != nil {
			return err
		}
		list = append(list, v)
		return nil
	}, `SELECT `+versionColumns+` FROM versions v WHERE `+condition+` ORDER BY v.id`, args...)
	return list, err
}

// Needed implements catalog.Store.
func (s *Store) Needed(ctx context.Context) (need *catalog.Needed, err error) {
	err = s.reading(ctx, "list the files that are needed", func(q querier) error {
		need, err = needed(q)
		return err
	})
	return need, err
}

func needed(q querier) (*catalog.Needed, error) {
	n := &catalog.Needed{Blobs: map[string]bool{}, Files: map[string]bool{}, Contents: map[string]bool{}}
	err := q.each(func(row scanner) error {
		var file, content string
		if err := row.Scan(&file, &content); err != nil {
			return err
		}
		n.Files[file], n.Contents[content] = true, true
		return nil
	}, `SELECT file_hash, content_hash FROM versions WHERE purged_at = 0`)
	if err != nil {
		return nil, err
	}
	err = q.each(func(row scanner) error {
		var blob string
		err := row.Scan(&blob)
		n.Blobs[blob] = true
		return err
	}, `SELECT DISTINCT blob FROM uploads WHERE purged_at = 0`)
	return n, err
}
