package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"

	"gongkai/catalog"
)

func addFindings(q querier, version catalog.VersionID, findings []catalog.Finding) error {
	for i, f := range findings {
		args, err := json.Marshal(f.Args)
		if err != nil {
			return fmt.Errorf("encode finding %s: %w", f.Code, err)
		}
		cells, err := json.Marshal(f.Cells)
		if err != nil {
			return fmt.Errorf("encode finding %s: %w", f.Code, err)
		}
		_, err = q.exec(`INSERT INTO findings (version_id, position, code, severity, table_name, place, expected, actual,
				args, cell_count, cells) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			version, i, f.Code, f.Severity, f.Table, f.Where, f.Expected, f.Actual, string(args), f.Count, string(cells))
		if err != nil {
			return err
		}
	}
	return nil
}

// Findings implements catalog.Store: in the order in which they were recorded.
func (s *Store) Findings(ctx context.Context, version catalog.VersionID) (list []catalog.Finding, err error) {
	err = s.reading(ctx, "read the findings", func(q querier) error {
		list, err = findingsOf(q, version)
		return err
	})
	return list, err
}

func findingsOf(q querier, version catalog.VersionID) ([]catalog.Finding, error) {
	var list []catalog.Finding
	err := q.each(func(row scanner) error {
		var f catalog.Finding
		var args, cells []byte
		err := row.Scan(&f.Code, &f.Severity, &f.Table, &f.Where, &f.Expected, &f.Actual, &args, &f.Count, &cells)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(args, &f.Args); err != nil {
			return fmt.Errorf("arguments of finding %s: %w", f.Code, err)
		}
		if err := json.Unmarshal(cells, &f.Cells); err != nil {
			return fmt.Errorf("cells of finding %s: %w", f.Code, err)
		}
		list = append(list, f)
		return nil
	}, `SELECT code, severity, table_name, place, expected, actual, args, cell_count, cells
		FROM findings WHERE version_id = ? ORDER BY position`, version)
	return list, err
}

// Acknowledgements implements catalog.Store: by code.
func (s *Store) Acknowledgements(ctx context.Context, version catalog.VersionID) (list []catalog.Acknowledgement, err error) {
	err = s.reading(ctx, "read the acknowledgements", func(q querier) error {
		list, err = acknowledgementsOf(q, version)
		return err
	})
	return list, err
}

func acknowledgementsOf(q querier, version catalog.VersionID) ([]catalog.Acknowledgement, error) {
	var list []catalog.Acknowledgement
	err := q.each(func(row scanner) error {
		var a catalog.Acknowledgement
		var at int64
		if err := row.Scan(&a.Code, &a.By, &at); err != nil {
			return err
		}
		a.At = fromMillis(at)
		list = append(list, a)
		return nil
	}, `SELECT code, by_name, at FROM acknowledgements WHERE version_id = ? ORDER BY code`, version)
	return list, err
}
