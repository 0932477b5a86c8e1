package sqlstore

import (
	"context"
	"runtime"
	"sync"

	"gongkai/catalog"
)

// CurrentVersions implements catalog.Store. A version's tables never change,
// so those that were given last time are given again and only new ones are
// read and decoded, on all processors. Callers share the tables and must not
// change them.
func (s *Store) CurrentVersions(ctx context.Context) (map[catalog.DatasetID]*catalog.Version, error) {
	s.mu.Lock()
	known := s.current
	s.mu.Unlock()
	versions := map[catalog.DatasetID]*catalog.Version{}
	var fresh []encodedTable
	err := s.reading(ctx, "read the current versions", func(q querier) error {
		unknown := []*catalog.Version{}
		err := q.each(func(row scanner) error {
			v := new(catalog.Version)
			if err := scanVersion(row, v); err != nil {
				return err
			}
			versions[v.Dataset] = v
			if _, ok := known[v.ID]; !ok {
				unknown = append(unknown, v)
			}
			return nil
		}, `SELECT `+versionColumns+` FROM `+currentVersions)
		if err != nil {
			return err
		}
		fresh, err = encodedTables(q, unknown, len(known) == 0)
		return err
	})
	if err != nil {
		return nil, err
	}
	decoded, err := decodeTables(fresh)
	if err != nil {
		return nil, err
	}
	current := make(map[catalog.VersionID][]catalog.Table, len(versions))
	for _, v := range versions {
		tables, ok := known[v.ID]
		if !ok {
			tables = decoded[v.ID]
		}
		v.Tables, current[v.ID] = tables, tables
	}
	s.mu.Lock()
	s.current = current
	s.mu.Unlock()
	return versions, nil
}

const currentVersions = `datasets s JOIN versions v ON v.dataset_id = s.id AND v.number = s.current_number WHERE ` + publicDataset

// encodedTable is a row of version_tables.
type encodedTable struct {
	id      catalog.TableID
	version catalog.VersionID
	body    []byte
}

// encodedTables reads the tables of the given versions, in order; of all
// current versions at once where all are wanted.
func encodedTables(q querier, versions []*catalog.Version, all bool) (list []encodedTable, err error) {
	take := func(row scanner) error {
		var t encodedTable
		if err := row.Scan(&t.id, &t.version, &t.body); err != nil {
			return err
		}
		list = append(list, t)
		return nil
	}
	if all {
		err = q.each(take, `SELECT t.id, t.version_id, t.body FROM version_tables t
			WHERE t.version_id IN (SELECT v.id FROM `+currentVersions+`) ORDER BY t.version_id, t.position`)
		return list, err
	}
	for _, v := range versions {
		err = q.each(take, `SELECT id, version_id, body FROM version_tables WHERE version_id = ? ORDER BY position`, v.ID)
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

// decodeTables decodes on all processors: after a start there are thousands.
func decodeTables(encoded []encodedTable) (map[catalog.VersionID][]catalog.Table, error) {
	tables := make([]catalog.Table, len(encoded))
	workers := min(runtime.GOMAXPROCS(0), len(encoded)/64+1)
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(encoded) && errs[w] == nil; i += workers {
				tables[i], errs[w] = decodeTable(encoded[i].id, encoded[i].body)
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	decoded := map[catalog.VersionID][]catalog.Table{}
	for i, e := range encoded {
		decoded[e.version] = append(decoded[e.version], tables[i])
	}
	return decoded, nil
}
