package datasets

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"gongkai/catalog"
)

// CellKey names a value of a table: its row in the source sheet and its column.
type CellKey struct {
	Row    int64
	Column string // API name
}

// Original is what a cell said where its stored value does not give it back.
type Original struct {
	Raw    string // the cell's text
	Reason string // code of the finding that says why the value differs
}

// Originals gives the kept texts of cells in these source rows of a table.
// Cells that are not in it have no text other than their value's. Errors are
// those of Page.
func (l *Library) Originals(ctx context.Context, ref *Ref, rows []int64) (map[CellKey]Original, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	return l.files.originals(ctx, ref, rows)
}

func (s *Store) originals(ctx context.Context, ref *Ref, rows []int64) (out map[CellKey]Original, err error) {
	err = s.reading(ctx, false, func(ctx context.Context) error {
		out, err = s.originalsOnce(ctx, ref, rows)
		return err
	})
	return out, err
}

func (s *Store) originalsOnce(ctx context.Context, ref *Ref, rows []int64) (map[CellKey]Original, error) {
	lease, err := s.lease(ctx, ref.Version.FileHash)
	if err != nil {
		return nil, s.failure(ctx, ref, err)
	}
	defer lease.release()
	var list []byte
	for i, r := range rows {
		if i > 0 {
			list = append(list, ',')
		}
		list = strconv.AppendInt(list, r, 10)
	}
	// The bounds let the engine skip what lies elsewhere; the list is one
	// argument, so that the statement is always the same.
	res, err := lease.conn.query(ctx, `SELECT _row, column_name, raw, reason FROM `+lease.from(rawTable)+`
		WHERE table_name = ? AND _row BETWEEN ? AND ? AND _row IN (SELECT CAST(unnest(string_split(?, ',')) AS BIGINT))`,
		ref.Table.Name, slices.Min(rows), slices.Max(rows), string(list))
	if err != nil {
		return nil, s.failure(ctx, ref, err)
	}
	defer res.close()
	out := map[CellKey]Original{}
	row := make([]catalog.Value, 4)
	bytes := 0
	for res.next(row) {
		if bytes += len(row[2].S); bytes > MaxPageBytes {
			return nil, pageTooLarge(len(rows))
		}
		out[CellKey{row[0].I, strings.Clone(row[1].S)}] = Original{strings.Clone(row[2].S), strings.Clone(row[3].S)}
	}
	if res.err != nil {
		return nil, s.failure(ctx, ref, res.err)
	}
	return out, nil
}
