package sqlstore_test

import (
	"path/filepath"
	"testing"

	"gongkai/catalog"
	"gongkai/catalog/sqlstore"
)

func open(t *testing.T, path string) *sqlstore.Store {
	t.Helper()
	s, err := sqlstore.Open(t.Context(), sqlstore.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestOpenTwice(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a b?%41.db")
	first, second := open(t, path), open(t, path)
	d := catalog.Department{Slug: "health", Level: catalog.LevelBureau}
	if err := first.CreateDepartment(t.Context(), &d); err != nil {
		t.Fatal(err)
	}
	if _, err := second.DepartmentBySlug(t.Context(), "health"); err != nil {
		t.Fatal(err)
	}
}
