package datasets

import (
	"context"
	"fmt"
	"strings"

	"gongkai/catalog"
	"gongkai/datasets/diff"
	"gongkai/datasets/query"
)

// Changes is what differs between two versions of a table.
type Changes struct {
	Old, New   *Ref
	Comparison *diff.Comparison
	Added      int64
	Removed    int64
	Changed    int64
	Cells      []int64 // by pair of Comparison: the changed rows in which it differs
}

// Changes compares two versions of a table; key names the columns by which rows
// are the same row, empty takes those that the table declares, and where it
// declares none, rows of equal content. Errors are those of diff.Compare and
// Page.
func (l *Library) Changes(ctx context.Context, old, now *Ref, key []string) (*Changes, error) {
	cmp, err := diff.Compare(old.Table, now.Table, key)
	if err != nil {
		return nil, err
	}
	out := &Changes{Old: old, New: now, Comparison: cmp, Cells: make([]int64, len(cmp.Pairs))}
	err = l.files.compared(ctx, out, func(c *conn, before, after string) error {
		for side, sql := range cmp.Repeats(before, after) {
			n, err := c.int64Of(ctx, sql)
			if err != nil {
				return err
			}
			cmp.Unique[side] = n == 0
		}
		rows, err := c.rowsOf(ctx, cmp.Counts(before, after))
		if err != nil {
			return err
		}
		r := rows[0]
		out.Added, out.Removed, out.Changed = r[0].I, r[1].I, r[2].I
		for i := range cmp.Pairs {
			out.Cells[i] = r[3+i].I
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// compared runs work with both version files at hand, within the deadline of
// queries and the memory that is left.
func (s *Store) compared(ctx context.Context, c *Changes, work func(conn *conn, before, after string) error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, s.cfg.QueryDeadline, errSlow)
	defer cancel()
	return s.memory.within(ctx, false, func() (bool, error) {
		if err := enter(ctx, s.pages); err != nil {
			return false, err
		}
		defer func() { <-s.pages }()
		alone, end := s.memory.begin()
		defer end()
		leases, err := s.both(ctx, c)
		if err != nil {
			return alone(), err
		}
		defer leases.release()
		err = work(leases.new.conn, leases.old.from(c.Old.Table.Storage), leases.new.from(c.New.Table.Storage))
		if err != nil {
			return alone(), s.failure(ctx, c.New, err)
		}
		return false, nil
	})
}

// pairOfFiles holds two attached version files; the engine is one, so either's
// connection sees both.
type pairOfFiles struct{ old, new *lease }

func (p pairOfFiles) release() {
	p.old.release()
	p.new.release()
}

func (s *Store) both(ctx context.Context, c *Changes) (p pairOfFiles, err error) {
	if p.old, err = s.lease(ctx, c.Old.Version.FileHash); err != nil {
		return p, s.failure(ctx, c.Old, err)
	}
	if p.new, err = s.lease(ctx, c.New.Version.FileHash); err != nil {
		p.old.release()
		return p, s.failure(ctx, c.New, err)
	}
	return p, nil
}

// ChangedRow is one row that differs. Old and New are by pair of the
// Comparison; they are good until the next row.
type ChangedRow struct {
	Change         diff.Change
	OldRow, NewRow int64 // 0 where there is none
	Old, New       []catalog.Value
}

// EachChange gives the rows that differ, from number skip on, at most limit
// (query.Unlimited: all), in the order of the newer version; more tells that
// there are others. It stops at fn's error.
func (l *Library) EachChange(ctx context.Context, c *Changes, skip, limit int, fn func(*ChangedRow) error) (more bool, err error) {
	err = l.files.compared(ctx, c, func(conn *conn, before, after string) error {
		sql := c.Comparison.Rows(before, after)
		if limit != query.Unlimited {
			sql += fmt.Sprintf(" LIMIT %d OFFSET %d", limit+1, skip)
		}
		res, err := conn.query(ctx, sql)
		if err != nil {
			return err
		}
		defer res.close()
		row := make([]catalog.Value, len(res.cols))
		out := ChangedRow{Old: make([]catalog.Value, len(c.Comparison.Pairs)), New: make([]catalog.Value, len(c.Comparison.Pairs))}
		for n := 0; res.next(row); n++ {
			if limit != query.Unlimited && n == limit {
				more = true
				break
			}
			out.Change, out.OldRow, out.NewRow = diff.Change(strings.Clone(row[diff.ColumnChange].S)), row[diff.ColumnOldRow].I, row[diff.ColumnNewRow].I
			for i := range c.Comparison.Pairs {
				out.Old[i], out.New[i] = row[diff.FirstPair+2*i], row[diff.FirstPair+2*i+1]
			}
			if err := fn(&out); err != nil {
				return err
			}
		}
		return res.err
	})
	return more, err
}
