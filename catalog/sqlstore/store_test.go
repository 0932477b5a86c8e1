package sqlstore_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

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

func open(t testing.TB, path string) *sqlstore.Store {
	t.Helper()
	s, err := sqlstore.Open(t.Context(), sqlstore.Config{Path: path, BusyTimeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestOddPath(t *testing.T) {
	path := filepath.Join(t.TempDir(), "目录 a?b%41#c.db")
	open(t, path)
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the catalogue is %v, %v; want it for its owner alone", info, err)
	}
}

// raw opens the file beside the store, as another program would.
func raw(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	return db
}

func execAll(t *testing.T, db *sql.DB, statements ...string) {
	t.Helper()
	for _, text := range statements {
		if _, err := db.ExecContext(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
}

func TestReadersNeverWaitForWriters(t *testing.T) {
	path := filepath.Join(t.TempDir(), "catalogue.db")
	s, err := sqlstore.Open(t.Context(), sqlstore.Config{Path: path, BusyTimeout: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	other := raw(t, path)
	execAll(t, other, "BEGIN IMMEDIATE", "UPDATE catalogue_state SET revision = 99")
	if _, err := s.Revision(t.Context()); err != nil {
		t.Errorf("reading while another writes: %v", err)
	}
	if j, err := s.ClaimJob(t.Context(), "me", time.Minute, 0); j != nil || err != nil {
		t.Errorf("an idle worker waits for a writer: %v, %v", j, err)
	}
	if err := s.AddEvent(t.Context(), catalog.Event{}); catalog.KindOf(err) != catalog.Busy {
		t.Errorf("writing while another writes: %v", err)
	}
	execAll(t, other, "ROLLBACK")
	if err := s.AddEvent(t.Context(), catalog.Event{}); err != nil {
		t.Error(err)
	}
}

func TestSettings(t *testing.T) {
	path := filepath.Join(t.TempDir(), "catalogue.db")
	open(t, path)
	var mode string
	if err := raw(t, path).QueryRowContext(t.Context(), "PRAGMA journal_mode").Scan(&mode); err != nil || mode != "wal" {
		t.Errorf("journal mode %q, %v", mode, err)
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	newer := filepath.Join(dir, "newer.db")
	open(t, newer)
	execAll(t, raw(t, newer), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)")
	text := filepath.Join(dir, "text.db")
	if err := os.WriteFile(text, []byte("this is no catalogue, but it is long enough to be read as one"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{newer, text, filepath.Join(dir, "none", "catalogue.db"), dir} {
		s, err := sqlstore.Open(t.Context(), sqlstore.Config{Path: path})
		if err == nil {
			s.Close()
			t.Errorf("%s was opened", path)
		}
	}
}

func TestOpenStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if s, err := sqlstore.Open(ctx, sqlstore.Config{Path: filepath.Join(t.TempDir(), "catalogue.db")}); err == nil {
		s.Close()
		t.Error("opened after its context ended")
	}
}

// large fills a catalogue with n public datasets of one table with ten
// profiled columns, in one go.
func large(t testing.TB, path string, n int) *sqlstore.Store {
	t.Helper()
	s := open(t, path)
	ctx := context.Background()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	table := catalog.Table{Name: "t", Label: "医院床位", Storage: "t1", Sheet: "Sheet1", Title: "2024年医院床位情况"}
	for c := range 10 {
		col := catalog.Column{Name: fmt.Sprintf("column_%d", c), Label: fmt.Sprintf("字段 / 第%d列", c), SourceLabel: fmt.Sprintf("字段第%d列①", c),
			Type: catalog.TypeInteger, SQLType: "BIGINT", Unit: "万元", Col: c + 1, Evidence: catalog.Text{EN: "every one of 1,000 values is a whole number"},
			Profile: catalog.Profile{Count: 1000, Distinct: 900, Min: "1", Max: "99999", Mean: "1234.5"}}
		for v := range 10 {
			col.Profile.Top = append(col.Profile.Top, catalog.ValueCount{Value: fmt.Sprintf("示例取值 %d", v), Count: int64(100 - v)})
		}
		table.Columns = append(table.Columns, col)
	}
	dep := catalog.Department{Slug: "department", Level: catalog.LevelBureau}
	check(s.CreateDepartment(ctx, &dep))
	for i := range n {
		d := catalog.Dataset{Slug: fmt.Sprintf("dataset-%05d", i), Department: dep.ID, Metadata: catalog.Metadata{Open: catalog.OpenUnconditional}}
		d.Title = catalog.Text{ZH: "全市医疗卫生机构床位数统计", EN: "Beds of all hospitals in the city"}
		d.Description = catalog.Text{ZH: "本数据集由各区县卫生健康局每年上报，经市卫生健康委员会审核后发布，包括编制床位与实有床位。", EN: "Collected every year."}
		d.KeywordsZH = []string{"医院", "床位", "卫生资源"}
		check(s.CreateDataset(ctx, &d))
		u := catalog.Upload{Dataset: d.ID, Blob: "b"}
		_, err := s.CreateUpload(ctx, &u, &catalog.PublishIntent{By: "x"})
		check(err)
		j, err := s.ClaimJob(ctx, "x", time.Minute, u.Job)
		check(err)
		_, err = s.CommitDraft(ctx, j.ID, j.Attempt, catalog.NewVersion{Tables: []catalog.Table{table}})
		check(err)
	}
	return s
}

func BenchmarkLargeCatalogue(b *testing.B) {
	path := filepath.Join(b.TempDir(), "catalogue.db")
	s := large(b, path, 5000)
	ctx := context.Background()
	b.Run("open and CurrentVersions", func(b *testing.B) {
		for b.Loop() {
			fresh, err := sqlstore.Open(ctx, sqlstore.Config{Path: path})
			if err != nil {
				b.Fatal(err)
			}
			if list, err := fresh.CurrentVersions(ctx); err != nil || len(list) != 5000 {
				b.Fatal(len(list), err)
			}
			fresh.Close()
		}
	})
	b.Run("CurrentVersions again", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.CurrentVersions(ctx); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("ListDatasets of 1000", func(b *testing.B) {
		for b.Loop() {
			if list, err := s.ListDatasets(ctx, catalog.DatasetFilter{PublicOnly: true, Limit: 1000}); err != nil || len(list) != 1000 {
				b.Fatal(len(list), err)
			}
		}
	})
	b.Run("ListDepartments", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.ListDepartments(ctx); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("DatasetBySlug", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.DatasetBySlug(ctx, "dataset-02500"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Version", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Version(ctx, 2500, 1); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Revision", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Revision(ctx); err != nil {
				b.Fatal(err)
			}
		}
	})
}
