package sqlstore

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"gongkai/catalog"
)

// Publish implements catalog.Store. Of acknowledge it records the codes of
// warnings that the version has; the first to accept a warning stays named.
func (s *Store) Publish(ctx context.Context, id catalog.VersionID, by string, acknowledge []string) (*catalog.Version, error) {
	var v *catalog.Version
	err := s.writing(ctx, "publish the version", func(q querier) (err error) {
		if v, err = versionByID(q, id); err != nil {
			return err
		}
		if v.State == catalog.Published {
			return nil
		}
		if v.State == catalog.Withdrawn {
			return catalog.Errorf(catalog.Conflict, "correct the workbook and upload it; publish the draft that is made of it",
				"version %d was withdrawn: %s", v.Number, v.Reason)
		}
		if v.State == catalog.Purged {
			return catalog.Errorf(catalog.Conflict, "read its upload again, and publish the draft that is made of it",
				"version %d was purged: %s", v.Number, v.Purged.Reason)
		}
		findings, err := findingsOf(q, id)
		if err != nil {
			return err
		}
		acks, err := s.accept(q, id, by, acknowledge, findings)
		if err != nil {
			return err
		}
		if err := blocked(v, findings, acks); err != nil {
			return err
		}
		return s.makeCurrent(q, v, by, acks)
	})
	if err != nil {
		return nil, err
	}
	return v, nil
}

// publishAsIntended carries out a job's intent to publish in the transaction
// that commits its draft, so that no crash can come between the two. Where
// findings block, the draft stays one.
func (s *Store) publishAsIntended(q querier, job catalog.JobID, v *catalog.Version, findings []catalog.Finding) error {
	var j catalog.Job
	if err := scanJob(q.row(`SELECT `+jobColumns+` FROM jobs WHERE id = ?`, job), &j); err != nil {
		return err
	}
	if j.Publish == nil {
		return nil
	}
	var codes []string
	if j.Publish.Acknowledge {
		for _, f := range findings {
			codes = append(codes, f.Code)
		}
	}
	acks, err := s.accept(q, v.ID, j.Publish.By, codes, findings)
	if err != nil {
		return err
	}
	if errs, warnings := catalog.Blocking(findings, acks); len(errs)+len(warnings) > 0 {
		return nil
	}
	return s.makeCurrent(q, v, j.Publish.By, acks)
}

// accept records who accepts which warnings and gives all that are accepted.
func (s *Store) accept(q querier, id catalog.VersionID, by string, codes []string, findings []catalog.Finding) ([]catalog.Acknowledgement, error) {
	for _, f := range findings {
		if f.Severity != catalog.SeverityWarning || !slices.Contains(codes, f.Code) {
			continue
		}
		_, err := q.exec(`INSERT INTO acknowledgements (version_id, code, by_name, at) VALUES (?, ?, ?, ?)
			ON CONFLICT (version_id, code) DO NOTHING`, id, f.Code, by, millis(s.cfg.Now()))
		if err != nil {
			return nil, err
		}
	}
	return acknowledgementsOf(q, id)
}

// blocked is the Conflict that keeps v a draft, or nil.
func blocked(v *catalog.Version, findings []catalog.Finding, acks []catalog.Acknowledgement) error {
	errs, warnings := catalog.Blocking(findings, acks)
	switch {
	case len(errs) > 0:
		return catalog.Errorf(catalog.Conflict, "correct the workbook and upload it again; the findings name the cells",
			"version %d has errors: %s", v.Number, codesOf(errs))
	case len(warnings) > 0:
		return catalog.Errorf(catalog.Conflict, "acknowledge the warnings by their codes, or correct the workbook",
			"version %d has warnings that nobody acknowledged: %s", v.Number, codesOf(warnings))
	}
	return nil
}

func codesOf(findings []catalog.Finding) string {
	var codes []string
	for _, f := range findings {
		codes = append(codes, f.Code)
	}
	slices.Sort(codes)
	return strings.Join(slices.Compact(codes), ", ")
}

// makeCurrent moves the dataset's pointer to v, which becomes published.
func (s *Store) makeCurrent(q querier, v *catalog.Version, by string, acks []catalog.Acknowledgement) error {
	now := s.stamp()
	_, err := q.exec(`UPDATE versions SET state = 'superseded' WHERE dataset_id = ? AND state = 'published'`, v.Dataset)
	if err != nil {
		return err
	}
	// A version that comes back is published now: whoever asks what changed since
	// a day must hear of it. The event trail keeps when it was published before.
	_, err = q.exec(`UPDATE versions SET state = 'published', published_at = ?, published_by = ? WHERE id = ?`,
		millis(now), by, v.ID)
	if err != nil {
		return err
	}
	if err := s.point(q, v.Dataset, v.Number, now); err != nil {
		return err
	}
	if _, err := q.exec(`UPDATE datasets SET issued_at = ? WHERE id = ? AND issued_at = 0`, millis(now), v.Dataset); err != nil {
		return err
	}
	v.State, v.PublishedAt, v.PublishedBy = catalog.Published, now, by
	if err := s.keepReading(q, v, by, now); err != nil {
		return err
	}
	details := map[string]string{}
	if len(acks) > 0 {
		var codes []string
		for _, a := range acks {
			codes = append(codes, a.Code)
		}
		details["acknowledged"] = strings.Join(codes, ",")
	}
	return s.versionEvent(q, v, now, by, "version.publish", details)
}

// point sets the dataset's current version; 0 is none.
func (s *Store) point(q querier, dataset catalog.DatasetID, number int, now time.Time) error {
	_, err := q.exec(`UPDATE datasets SET current_number = ?, updated_at = ? WHERE id = ?`, number, millis(now), dataset)
	return err
}

// versionEvent records what was done to a version and tells caches of it.
func (s *Store) versionEvent(q querier, v *catalog.Version, now time.Time, by, action string, details map[string]string) error {
	var slug string
	if err := q.row(`SELECT slug FROM datasets WHERE id = ?`, v.Dataset).Scan(&slug); err != nil {
		return err
	}
	details["version"] = strconv.Itoa(v.Number)
	e := catalog.Event{At: now, Actor: by, Action: action, Object: "dataset/" + slug, Details: details}
	if err := addEvent(q, e); err != nil {
		return err
	}
	return bump(q)
}

// Withdraw implements catalog.Store.
func (s *Store) Withdraw(ctx context.Context, id catalog.VersionID, by, reason string) error {
	return s.writing(ctx, "withdraw the version", func(q querier) error {
		var v catalog.Version
		err := scanVersion(q.row(`SELECT `+versionColumns+` FROM versions v WHERE v.id = ?`, id), &v)
		if err != nil {
			return found(err, "version with the ID %d", id)
		}
		if !v.State.Public() {
			return catalog.Errorf(catalog.Conflict, "only a published or superseded version can be withdrawn",
				"version %d is %s", v.Number, v.State)
		}
		now := s.stamp()
		_, err = q.exec(`UPDATE versions SET state = 'withdrawn', withdrawn_at = ?, reason = ? WHERE id = ?`,
			millis(now), reason, id)
		if err != nil {
			return err
		}
		if v.State == catalog.Published {
			if err := s.point(q, v.Dataset, 0, now); err != nil {
				return err
			}
		}
		return s.versionEvent(q, &v, now, by, "version.withdraw", map[string]string{"reason": reason})
	})
}
