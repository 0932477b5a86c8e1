package sqlstore

import (
	"context"
	"database/sql"

	"gongkai/catalog"
)

const departmentColumns = `d.id, d.slug, d.parent_id, d.level, d.title_zh, d.title_en, d.description_zh, d.description_en,
	d.division_code, d.credit_code, d.address_zh, d.address_en, d.phone, d.email, d.hours_zh, d.hours_en, d.created_at`

func scanDepartment(row scanner, d *catalog.Department, more ...any) error {
	var parent sql.NullInt64
	var created int64
	dest := []any{&d.ID, &d.Slug, &parent, &d.Level, &d.Title.ZH, &d.Title.EN, &d.Description.ZH, &d.Description.EN,
		&d.DivisionCode, &d.CreditCode, &d.Address.ZH, &d.Address.EN, &d.Phone, &d.Email, &d.Hours.ZH, &d.Hours.EN, &created}
	if err := row.Scan(append(dest, more...)...); err != nil {
		return err
	}
	d.Parent, d.CreatedAt = catalog.DepartmentID(parent.Int64), fromMillis(created)
	return nil
}

// departmentValues are the columns that people may change, in the order of the
// statements below.
func departmentValues(d *catalog.Department) []any {
	parent := sql.NullInt64{Int64: int64(d.Parent), Valid: d.Parent != 0}
	return []any{parent, d.Level, d.Title.ZH, d.Title.EN, d.Description.ZH, d.Description.EN,
		d.DivisionCode, d.CreditCode, d.Address.ZH, d.Address.EN, d.Phone, d.Email, d.Hours.ZH, d.Hours.EN}
}

// CreateDepartment implements catalog.Store.
func (s *Store) CreateDepartment(ctx context.Context, d *catalog.Department) error {
	if err := catalog.CheckSlug("department", d.Slug); err != nil {
		return err
	}
	now := s.stamp()
	var id catalog.DepartmentID
	err := s.writing(ctx, "create the department", func(q querier) error {
		args := append(departmentValues(d), d.Slug, millis(now))
		err := q.row(`INSERT INTO departments (parent_id, level, title_zh, title_en, description_zh, description_en,
			division_code, credit_code, address_zh, address_en, phone, email, hours_zh, hours_en, slug, created_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`, args...).Scan(&id)
		switch {
		case duplicate(err):
			return taken("department", d.Slug)
		case dangling(err):
			return missing("parent department %d", d.Parent)
		case err != nil:
			return err
		}
		return s.changedByOperator(q, now, "department.create", "department/"+d.Slug)
	})
	if err == nil {
		d.ID, d.CreatedAt = id, now
	}
	return err
}

func taken(noun, slug string) error {
	e := catalog.Errorf(catalog.Conflict, "choose another slug", "there is a %s with the slug %q already", noun, slug)
	e.Field = "slug"
	return e
}

// UpdateDepartment implements catalog.Store. The slug stays: it is in URLs
// that others keep.
func (s *Store) UpdateDepartment(ctx context.Context, d *catalog.Department) error {
	return s.writing(ctx, "update the department", func(q querier) error {
		var slug string
		err := q.row(`SELECT slug FROM departments WHERE id = ?`, d.ID).Scan(&slug)
		if err != nil {
			return found(err, "department %d", d.ID)
		}
		if slug != d.Slug {
			return slugFixed("department", slug)
		}
		if err := noCycle(q, d); err != nil {
			return err
		}
		_, err = q.exec(`UPDATE departments SET parent_id = ?, level = ?, title_zh = ?, title_en = ?, description_zh = ?,
			description_en = ?, division_code = ?, credit_code = ?, address_zh = ?, address_en = ?, phone = ?, email = ?,
			hours_zh = ?, hours_en = ? WHERE id = ?`, append(departmentValues(d), d.ID)...)
		if dangling(err) {
			return missing("parent department %d", d.Parent)
		}
		if err != nil {
			return err
		}
		return s.changedByOperator(q, s.stamp(), "department.update", "department/"+d.Slug)
	})
}

func slugFixed(noun, slug string) error {
	e := catalog.Errorf(catalog.Conflict, "leave the slug as it is", "the slug of the %s %q cannot change", noun, slug)
	e.Field = "slug"
	return e
}

// noCycle refuses a parent that is d itself or stands below it.
func noCycle(q querier, d *catalog.Department) error {
	if d.Parent == 0 {
		return nil
	}
	var below int
	err := q.row(`WITH RECURSIVE up (id, parent_id) AS (
			SELECT id, parent_id FROM departments WHERE id = ?
			UNION
			SELECT p.id, p.parent_id FROM departments p JOIN up ON p.id = up.parent_id)
		SELECT COUNT(*) FROM up WHERE id = ?`, d.Parent, d.ID).Scan(&below)
	if err != nil {
		return err
	}
	if below > 0 {
		e := catalog.Errorf(catalog.Invalid, "choose a parent that is not below the department",
			"the department %q cannot stand below itself", d.Slug)
		e.Field = "parent"
		return e
	}
	return nil
}

// Department implements catalog.Store.
func (s *Store) Department(ctx context.Context, id catalog.DepartmentID) (*catalog.Department, error) {
	var d catalog.Department
	err := s.reading(ctx, "read the department", func(q querier) error {
		row := q.row(`SELECT `+departmentColumns+` FROM departments d WHERE d.id = ?`, id)
		return found(scanDepartment(row, &d), "department %d", id)
	})
	if err != nil {
		return nil, err
	}
	return &d, nil
}

// DepartmentBySlug implements catalog.Store.
func (s *Store) DepartmentBySlug(ctx context.Context, slug string) (*catalog.Department, error) {
	var d catalog.Department
	err := s.reading(ctx, "read the department", func(q querier) error {
		row := q.row(`SELECT `+departmentColumns+` FROM departments d WHERE d.slug = ?`, slug)
		return found(scanDepartment(row, &d), "department %q", slug)
	})
	if err != nil {
		return nil, err
	}
	return &d, nil
}

// ListDepartments implements catalog.Store.
func (s *Store) ListDepartments(ctx context.Context) ([]catalog.DepartmentCount, error) {
	var list []catalog.DepartmentCount
	err := s.reading(ctx, "list the departments", func(q querier) error {
		return q.each(func(row scanner) error {
			var d catalog.DepartmentCount
			if err := scanDepartment(row, &d.Department, &d.Datasets); err != nil {
				return err
			}
			list = append(list, d)
			return nil
		}, `SELECT `+departmentColumns+`, COALESCE(n.datasets, 0)
			FROM departments d
			LEFT JOIN (SELECT s.department_id, COUNT(*) AS datasets FROM datasets s
				WHERE `+publicDataset+` GROUP BY s.department_id) n ON n.department_id = d.id
			ORDER BY d.slug`)
	})
	return list, err
}
