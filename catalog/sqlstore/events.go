package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"gongkai/catalog"
)

// operator is the actor of changes that only the command line can ask for.
const operator = "system"

// AddEvent implements catalog.Store.
func (s *Store) AddEvent(ctx context.Context, e catalog.Event) error {
	if e.At.IsZero() {
		e.At = s.stamp()
	}
	return s.writing(ctx, "add the event", func(q querier) error { return addEvent(q, e) })
}

func addEvent(q querier, e catalog.Event) error {
	details, err := json.Marshal(e.Details)
	if err != nil {
		return fmt.Errorf("encode the event: %w", err)
	}
	_, err = q.exec(`INSERT INTO events (at, actor, action, object, details) VALUES (?, ?, ?, ?, ?)`,
		millis(e.At), e.Actor, e.Action, e.Object, string(details))
	return err
}

// changedByOperator records a change of what the public sees that the Store's
// contract gives no name for: only the operator can ask for it.
func (s *Store) changedByOperator(q querier, at time.Time, action, object string) error {
	if err := addEvent(q, catalog.Event{At: at, Actor: operator, Action: action, Object: object}); err != nil {
		return err
	}
	return bump(q)
}

// ListEvents implements catalog.Store.
func (s *Store) ListEvents(ctx context.Context, before int64, limit int) ([]catalog.Event, error) {
	if limit <= 0 {
		limit = defaultListing
	}
	if before == 0 {
		before = math.MaxInt64
	}
	var list []catalog.Event
	err := s.reading(ctx, "list the events", func(q querier) error {
		return q.each(func(row scanner) error {
			var e catalog.Event
			var at int64
			var details []byte
			if err := row.Scan(&e.ID, &at, &e.Actor, &e.Action, &e.Object, &details); err != nil {
				return err
			}
			e.At = fromMillis(at)
			if err := json.Unmarshal(details, &e.Details); err != nil {
				return fmt.Errorf("details of event %d: %w", e.ID, err)
			}
			list = append(list, e)
			return nil
		}, `SELECT id, at, actor, action, object, details FROM events
			WHERE id < ? ORDER BY id DESC LIMIT ?`, before, limit)
	})
	return list, err
}
