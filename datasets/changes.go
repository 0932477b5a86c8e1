package datasets

import (
	"context"
	"errors"
	"fmt"

	"gongkai/catalog"
	"gongkai/datasets/diff"
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
// declares none, rows of equal content. It is done once for everybody who asks,
// and kept. Errors are those of diff.Compare and Page.
func (l *Library) Changes(ctx context.Context, old, now *Ref, key []string) (*Changes, error) {
	cmp, err := diff.Compare(old.Table, now.Table, key)
	if err != nil {
		return nil, err
	}
	out := &Changes{Old: old, New: now, Comparison: cmp}
	found, err := l.compared.of(ctx, out)
	if err != nil {
		return nil, err
	}
	out.Added, out.Removed, out.Changed, out.Cells = found.Added, found.Removed, found.Changed, found.Cells
	return out, found.close()
}

// compared runs work with both version files at hand, within the deadline of
// queries and the memory that is left.
func (s *Store) compared(ctx context.Context, c *Changes, work func(ctx context.Context, conn *conn, before, after string) error) error {
	return s.reading(ctx, false, func(ctx context.Context) error {
		leases, err := s.both(ctx, c)
		if err != nil {
			return err
		}
		defer leases.release()
		err = work(ctx, leases.new.conn, leases.old.from(c.Old.Table.Storage), leases.new.from(c.New.Table.Storage))
		if err != nil {
			return s.failure(ctx, c.New, err)
		}
		return nil
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

// ChangedRow is one row that differs. Old, New and Differs are by pair of the
// Comparison; they are good until the next row.
type ChangedRow struct {
	Change         diff.Change
	OldRow, NewRow int64 // 0 where there is none
	Old, New       []catalog.Value
	Differs        []bool
}

// EachChange gives the rows that differ, from number skip on, at most limit, in
// the order of the newer version; more tells that there are others. It reads
// those rows and no others, and stops at fn's error. Beside the errors of Page,
// TooLarge where the values have more than MaxPageBytes.
func (l *Library) EachChange(ctx context.Context, c *Changes, skip, limit int, fn func(*ChangedRow) error) (more bool, err error) {
	found, err := l.compared.of(ctx, c)
	if err != nil {
		return false, err
	}
	places, err := found.places(int64(skip), limit)
	if err := errors.Join(err, found.close()); err != nil {
		return false, err
	}
	n, err := l.files.eachAt(ctx, c, places, MaxPageBytes, fn)
	if err == nil && n < len(places) {
		err = pageTooLarge(n)
	}
	return int64(skip+n) < c.Added+c.Removed+c.Changed, err
}

// AllChanges gives all rows that differ, piece by piece. After each piece it
// calls send, which may be slow: nothing of the engine is held meanwhile. As
// many run at once as streams may; who comes later is told Busy.
func (l *Library) AllChanges(ctx context.Context, c *Changes, fn func(*ChangedRow) error, send func() error) (err error) {
	select {
	case l.files.streams <- struct{}{}:
		defer func() { <-l.files.streams }()
	default:
		return busy(fmt.Sprintf("%d exports are running, no more are started", cap(l.files.streams)))
	}
	found, err := l.compared.of(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, found.close()) }()
	for skip := int64(0); ; {
		places, err := found.places(skip, pieceRows)
		if err != nil || len(places) == 0 {
			return err
		}
		n, err := l.files.eachAt(ctx, c, places, pieceBytes, fn)
		if err != nil {
			return err
		}
		if err := send(); err != nil {
			return err
		}
		skip += int64(n)
	}
}

// A piece of all changes has at most so many rows, and ends with the row that
// brings its texts to so many bytes.
const (
	pieceRows  = 5000
	pieceBytes = 4 << 20
)

// eachAt reads the rows at some places until their texts have more than most
// bytes, and tells how many it gave to fn, which must not wait for anybody.
func (s *Store) eachAt(ctx context.Context, c *Changes, places []diff.Place, most int64, fn func(*ChangedRow) error) (n int, err error) {
	if len(places) == 0 {
		return 0, nil
	}
	pairs := len(c.Comparison.Pairs)
	out := ChangedRow{Old: make([]catalog.Value, pairs), New: make([]catalog.Value, pairs), Differs: make([]bool, pairs)}
	err = s.compared(ctx, c, func(ctx context.Context, conn *conn, before, after string) error {
		if n == len(places) { // all were given when the memory ran out
			return nil
		}
		res, err := conn.query(ctx, c.Comparison.Values(before, after), diff.Places(places[n:]))
		if err != nil {
			return err
		}
		defer res.close()
		res.large = true
		row := make([]catalog.Value, len(res.cols))
		for bytes := int64(0); bytes <= most && res.next(row); n++ {
			out.Change, out.OldRow, out.NewRow = places[n].Change(), places[n].Old, places[n].New
			for i := range pairs {
				out.Old[i], out.New[i], out.Differs[i] = row[3*i], row[3*i+1], row[3*i+2].I != 0
				bytes += int64(len(out.Old[i].S) + len(out.New[i].S))
			}
			if err := fn(&out); err != nil {
				return err
			}
		}
		return res.err
	})
	return n, err
}
