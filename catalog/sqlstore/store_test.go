package sqlstore_test

import (
	"path/filepath"
	"testing"

	"gongkai/catalog"
	"gongkai/catalog/sqlstore"
	"gongkai/catalog/storetest"
)

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t *testing.T, dir string) catalog.Store {
		s, err := sqlstore.Open(t.Context(), sqlstore.Config{Path: filepath.Join(dir, "catalogue.db")})
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}
