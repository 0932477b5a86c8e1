package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gongkai/catalog"
)

const jobColumns = `id, upload_id, state, attempt, owner, heartbeat, phase, share, phase_rows, failure,
	publish_by, publish_acknowledge, reread_by, created_at, started_at, ended_at`

func scanJob(row scanner, j *catalog.Job) error {
	var heartbeat, created, started, ended int64
	var by sql.NullString
	var acknowledge int
	var failure []byte
	err := row.Scan(&j.ID, &j.Upload, &j.State, &j.Attempt, &j.Owner, &heartbeat,
		&j.Progress.Phase, &j.Progress.Share, &j.Progress.Rows, &failure,
		&by, &acknowledge, &j.RereadBy, &created, &started, &ended)
	if err != nil {
		return err
	}
	j.Heartbeat, j.CreatedAt = fromMillis(heartbeat), fromMillis(created)
	j.StartedAt, j.EndedAt = fromMillis(started), fromMillis(ended)
	if failure != nil {
		j.Failure = new(catalog.Finding)
		if err := json.Unmarshal(failure, j.Failure); err != nil {
			return fmt.Errorf("failure of job %d: %w", j.ID, err)
		}
	}
	if by.Valid {
		j.Publish = &catalog.PublishIntent{By: by.String, Acknowledge: acknowledge != 0}
	}
	return nil
}

// Job implements catalog.Store.
func (s *Store) Job(ctx context.Context, id catalog.JobID) (*catalog.Job, error) {
	var j catalog.Job
	err := s.reading(ctx, "read the job", func(q querier) error {
		row := q.row(`SELECT `+jobColumns+` FROM jobs WHERE id = ?`, id)
		return found(scanJob(row, &j), "job %d", id)
	})
	if err != nil {
		return nil, err
	}
	return &j, nil
}

// claimable picks the job that ClaimJob takes; its arguments are the oldest
// heartbeat that counts and twice the only job wanted, or 0.
const claimable = `SELECT id FROM jobs WHERE state IN ('queued', 'running')
	AND (state = 'queued' OR heartbeat < ?) AND (? = 0 OR id = ?) ORDER BY id LIMIT 1`

// ClaimJob implements catalog.Store. It looks before it takes the write lock,
// so that idle workers may ask often.
func (s *Store) ClaimJob(ctx context.Context, owner string, stale time.Duration, only catalog.JobID) (*catalog.Job, error) {
	oldest := millis(s.cfg.Now().Add(-stale))
	var id catalog.JobID
	err := s.reading(ctx, "look for a job", func(q querier) error {
		return q.row(claimable, oldest, only, only).Scan(&id)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var j catalog.Job
	err = s.writing(ctx, "claim a job", func(q querier) error {
		now := s.cfg.Now()
		return scanJob(q.row(`UPDATE jobs SET state = 'running', attempt = attempt + 1, owner = ?, heartbeat = ?,
			started_at = ?, phase = '', share = 0, phase_rows = 0
			WHERE id = (`+claimable+`) RETURNING `+jobColumns,
			owner, millis(now), millis(now), millis(now.Add(-stale)), only, only), &j)
	})
	if errors.Is(err, sql.ErrNoRows) { // another worker was faster
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &j, nil
}

// Heartbeat implements catalog.Store.
func (s *Store) Heartbeat(ctx context.Context, job catalog.JobID, attempt int, p catalog.Progress) error {
	return s.writing(ctx, "record the job's progress", func(q querier) error {
		ok, err := q.changed(`UPDATE jobs SET heartbeat = ?, phase = ?, share = ?, phase_rows = ?
			WHERE id = ? AND attempt = ? AND state = 'running'`,
			millis(s.cfg.Now()), p.Phase, p.Share, p.Rows, job, attempt)
		return fenced(q, ok, err, job, attempt)
	})
}

// FailJob implements catalog.Store.
func (s *Store) FailJob(ctx context.Context, job catalog.JobID, attempt int, why catalog.Finding) error {
	failure, err := json.Marshal(why)
	if err != nil {
		return fmt.Errorf("encode why the job failed: %w", err)
	}
	return s.writing(ctx, "end the job", func(q querier) error {
		ok, err := q.changed(`UPDATE jobs SET state = 'failed', owner = '', failure = ?, ended_at = ?
			WHERE id = ? AND attempt = ? AND state = 'running'`, string(failure), millis(s.cfg.Now()), job, attempt)
		return fenced(q, ok, err, job, attempt)
	})
}

// ReleaseJob implements catalog.Store. The attempt stays counted.
func (s *Store) ReleaseJob(ctx context.Context, job catalog.JobID, attempt int) error {
	return s.writing(ctx, "release the job", func(q querier) error {
		ok, err := q.changed(`UPDATE jobs SET state = 'queued', owner = '', phase = '', share = 0, phase_rows = 0
			WHERE id = ? AND attempt = ? AND state = 'running'`, job, attempt)
		return fenced(q, ok, err, job, attempt)
	})
}

// fenced explains why a statement for one attempt of a job changed nothing.
func fenced(q querier, ok bool, err error, job catalog.JobID, attempt int) error {
	if err != nil || ok {
		return err
	}
	var state catalog.JobState
	var now int
	if err := q.row(`SELECT state, attempt FROM jobs WHERE id = ?`, job).Scan(&state, &now); err != nil {
		return found(err, "job %d", job)
	}
	return catalog.Errorf(catalog.Stale, "stop this attempt and drop what it made",
		"attempt %d of job %d is over: the job is %s at attempt %d", attempt, job, state, now)
}

// CancelJob implements catalog.Store.
func (s *Store) CancelJob(ctx context.Context, job catalog.JobID) error {
	return s.writing(ctx, "cancel the job", func(q querier) error {
		ok, err := q.changed(`UPDATE jobs SET state = 'cancelled', owner = '', ended_at = ?
			WHERE id = ? AND state IN ('queued', 'running')`, millis(s.cfg.Now()), job)
		return refused(q, ok, err, job, "cancelled", "only a queued or running job can be cancelled")
	})
}

// RetryJob implements catalog.Store.
func (s *Store) RetryJob(ctx context.Context, job catalog.JobID) error {
	return s.writing(ctx, "queue the job again", func(q querier) error {
		ok, err := q.changed(`UPDATE jobs SET state = 'queued', owner = '', failure = NULL, ended_at = 0,
			phase = '', share = 0, phase_rows = 0 WHERE id = ? AND state IN ('failed', 'cancelled')
			AND upload_id NOT IN (SELECT id FROM uploads WHERE purged_at > 0)`, job)
		return refused(q, ok, err, job, "run again", "only a failed or cancelled job of an upload that was not purged can run again")
	})
}

// RereadUpload implements catalog.Store.
func (s *Store) RereadUpload(ctx context.Context, id catalog.UploadID, by string) error {
	return s.writing(ctx, "queue the upload again", func(q querier) error {
		u, slug, err := uploadOf(q, id)
		if err != nil {
			return err
		}
		if u.Purged.Stands() {
			return purgedUpload(u)
		}
		job := u.Job
		ok, err := q.changed(`UPDATE jobs SET state = 'queued', owner = '', failure = NULL, ended_at = 0, phase = '', share = 0,
			phase_rows = 0, publish_by = NULL, publish_acknowledge = 0, reread_by = ?
			WHERE id = ? AND state IN ('done', 'failed', 'cancelled')`, by, job)
		if err := refused(q, ok, err, job, "read again", "wait until it has ended, or cancel it"); err != nil {
			return err
		}
		return addEvent(q, catalog.Event{At: s.stamp(), Actor: by, Action: "upload.reread", Object: "upload/" + string(id),
			Details: map[string]string{"dataset": slug}})
	})
}

// refused explains why a request about a job changed nothing.
func refused(q querier, ok bool, err error, job catalog.JobID, what, fix string) error {
	if err != nil || ok {
		return err
	}
	var state catalog.JobState
	if err := q.row(`SELECT state FROM jobs WHERE id = ?`, job).Scan(&state); err != nil {
		return found(err, "job %d", job)
	}
	return catalog.Errorf(catalog.Conflict, fix, "job %d cannot be %s: it is %s", job, what, state)
}
