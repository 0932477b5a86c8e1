package datasets

import (
	"context"
	"strconv"

	"gongkai/catalog"
	"gongkai/datasets/query"
)

// groupsWithin refuses an export of more groups than the pages of a query give,
// before anything of it is written: a file must never look whole that is not. No
// table has more groups than rows, so only those of long tables are counted,
// within the deadline of a page.
func (s *Store) groupsWithin(ctx context.Context, ref *Ref, b *query.Bound) error {
	if first := b.First(); !b.Grouped() || ref.Table.Rows <= query.MaxGroups || first > 0 && first <= query.MaxGroups {
		return nil
	}
	var groups int64
	err := s.reading(ctx, false, func(ctx context.Context) error {
		lease, err := s.lease(ctx, ref.Version.FileHash)
		if err != nil {
			return s.failure(ctx, ref, err)
		}
		defer lease.release()
		sql, args := b.SQL(lease.from(ref.Table.Storage))
		groups, err = lease.conn.int64Of(ctx, "SELECT count(*) FROM (SELECT 1 FROM ("+sql+") LIMIT "+strconv.Itoa(query.MaxGroups+1)+")", args...)
		if err != nil {
			err = s.failure(ctx, ref, err)
		}
		return err
	})
	if err != nil || groups <= query.MaxGroups {
		return err
	}
	e := catalog.Errorf(catalog.TooLarge, "group by fewer or coarser columns, filter with where, or ask for the first groups with limit="+strconv.Itoa(query.MaxGroups),
		"there are more than %d groups, the most that one query gives", query.MaxGroups)
	e.Field = "group_by"
	return e
}
