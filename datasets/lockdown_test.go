package datasets

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

func openTest(t *testing.T, cfg Config) *Store {
	t.Helper()
	if cfg.Dir == "" {
		cfg.Dir = t.TempDir()
	}
	s, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestReaderIsLockedDown(t *testing.T) {
	dir := t.TempDir()
	outside := filepath.Join(dir, "outside.csv")
	if err := os.WriteFile(outside, []byte("a\n1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := openTest(t, Config{Dir: dir})
	ctx := context.Background()
	for _, sql := range []string{
		"SELECT * FROM read_csv('" + outside + "')",
		"SELECT * FROM read_blob('/etc/passwd')",
		"SELECT * FROM '" + outside + "'",
		"COPY (SELECT 1) TO '" + filepath.Join(dir, "planted.csv") + "'",
		"COPY (SELECT 1) TO '" + filepath.Join(dir, "versions", "..", "planted.csv") + "'",
		"ATTACH '" + filepath.Join(dir, "other.duckdb") + "' AS other",
		"SET enable_external_access = true",
		"SET GLOBAL allowed_directories = ['/']",
		"SET memory_limit = '100GB'",
		"RESET lock_configuration",
		"INSTALL httpfs",
		"LOAD httpfs",
	} {
		if err := s.admin.exec(ctx, sql); err == nil {
			t.Errorf("the engine did: %s", sql)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "planted.csv")); err == nil {
		t.Error("a file was planted")
	}
}

func TestLockdownReadsEverySettingBack(t *testing.T) {
	lock := readerLock(t.TempDir(), t.TempDir(), Config{}.withDefaults())
	for i := range lock.expect {
		e, err := openEngine("", lock.config...)
		if err != nil {
			t.Fatal(err)
		}
		c, err := e.connect()
		if err != nil {
			t.Fatal(err)
		}
		broken := lock
		broken.expect = append([]setting{}, lock.expect...)
		broken.expect[i].value += "x"
		if err := broken.apply(context.Background(), c); err == nil {
			t.Errorf("a wrong %s went unnoticed", lock.expect[i].name)
		}
		c.close()
		e.close()
	}
}
