package sqlstore

import (
	"context"
	"database/sql"
	"strconv"
	"time"

	"gongkai/catalog"
)

const tokenColumns = `id, hash, department_id, label, created_at, expires_at, revoked_at`

func scanToken(row scanner, t *catalog.Token) error {
	var department sql.NullInt64
	var created, expires, revoked int64
	if err := row.Scan(&t.ID, &t.Hash, &department, &t.Label, &created, &expires, &revoked); err != nil {
		return err
	}
	t.Department = catalog.DepartmentID(department.Int64)
	t.CreatedAt, t.ExpiresAt, t.RevokedAt = fromMillis(created), fromMillis(expires), fromMillis(revoked)
	return nil
}

// CreateToken implements catalog.Store.
func (s *Store) CreateToken(ctx context.Context, t *catalog.Token) error {
	now := s.stamp()
	var id catalog.TokenID
	err := s.writing(ctx, "create the token", func(q querier) error {
		department := sql.NullInt64{Int64: int64(t.Department), Valid: t.Department != 0}
		err := q.row(`INSERT INTO tokens (hash, department_id, label, created_at, expires_at, revoked_at)
			VALUES (?, ?, ?, ?, ?, ?) RETURNING id`,
			t.Hash, department, t.Label, millis(now), millis(t.ExpiresAt), millis(t.RevokedAt)).Scan(&id)
		if duplicate(err) {
			return catalog.Errorf(catalog.Conflict, "make a new secret", "there is a token with this hash already")
		}
		if dangling(err) {
			return missing("department %d", t.Department)
		}
		if err != nil {
			return err
		}
		return addEvent(q, tokenEvent(now, "token.create", id, t.Label))
	})
	if err == nil {
		t.ID, t.CreatedAt = id, now
		t.ExpiresAt, t.RevokedAt = fromMillis(millis(t.ExpiresAt)), fromMillis(millis(t.RevokedAt))
	}
	return err
}

// TokenByHash implements catalog.Store.
func (s *Store) TokenByHash(ctx context.Context, hash string) (*catalog.Token, error) {
	var t catalog.Token
	err := s.reading(ctx, "read the token", func(q querier) error {
		row := q.row(`SELECT `+tokenColumns+` FROM tokens WHERE hash = ?`, hash)
		return found(scanToken(row, &t), "token with this hash")
	})
	if err != nil {
		return nil, err
	}
	return &t, nil
}

// ListTokens implements catalog.Store: oldest first.
func (s *Store) ListTokens(ctx context.Context) ([]catalog.Token, error) {
	var list []catalog.Token
	err := s.reading(ctx, "list the tokens", func(q querier) error {
		return q.each(func(row scanner) error {
			var t catalog.Token
			if err := scanToken(row, &t); err != nil {
				return err
			}
			list = append(list, t)
			return nil
		}, `SELECT `+tokenColumns+` FROM tokens ORDER BY id`)
	})
	return list, err
}

// RevokeToken implements catalog.Store. A token that is revoked already keeps
// the time of its first revocation.
func (s *Store) RevokeToken(ctx context.Context, id catalog.TokenID) error {
	return s.writing(ctx, "revoke the token", func(q querier) error {
		var label string
		var revoked int64
		err := q.row(`SELECT label, revoked_at FROM tokens WHERE id = ?`, id).Scan(&label, &revoked)
		if err != nil {
			return found(err, "token %d", id)
		}
		if revoked != 0 {
			return nil
		}
		now := s.stamp()
		if _, err := q.exec(`UPDATE tokens SET revoked_at = ? WHERE id = ?`, millis(now), id); err != nil {
			return err
		}
		return addEvent(q, tokenEvent(now, "token.revoke", id, label))
	})
}

// tokenEvent tells of a token, never of its secret. Readers of the catalogue
// see no token, so its revision stays.
func tokenEvent(at time.Time, action string, id catalog.TokenID, label string) catalog.Event {
	return catalog.Event{At: at, Actor: operator, Action: action, Object: "token/" + strconv.FormatInt(int64(id), 10), Details: map[string]string{"label": label}}
}
