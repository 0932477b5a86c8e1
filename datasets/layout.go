package datasets

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// The folders and names of the data folder that belong to this package.
const (
	buildsDir   = "builds"   // builds/<random>/build.duckdb and its lock, while it is built
	versionsDir = "versions" // versions/<sha256>.duckdb, never written again
	exportsDir  = "exports"  // exports/<content hash>/<table>.<ext>, made once
	comparedDir = "compared" // exports/compared/<hash>.rows: which rows two versions differ in
	spillDir    = "spill"    // temporary files of the reading engine

	buildFile = "build.duckdb"
	lockFile  = "lock"
)

// formatVersion is the version of the layout inside version files.
const formatVersion = "1"

// The tables of a version file beside the data.
const (
	metaTable = "_gongkai" // key, value: format, schema
	rawTable  = "_raw"     // table_name, _row, column_name, raw, reason
)

// versionPath is where the file of a version lies.
func versionPath(dir, hash string) string {
	return filepath.Join(dir, versionsDir, hash+".duckdb")
}

// isHash reports whether text is a SHA-256 in lower-case hex, so that it may
// become part of a path and of SQL.
func isHash(text string) bool {
	if len(text) != 2*sha256.Size {
		return false
	}
	for _, c := range []byte(text) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// hashOfFile reads a file through SHA-256.
func hashOfFile(path string) (hash string, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	sum := sha256.New()
	size, err = io.Copy(sum, f)
	if err != nil {
		return "", 0, err
	}
	return hex.EncodeToString(sum.Sum(nil)), size, nil
}

// syncDir makes the names in a folder durable.
func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// makeDir makes a folder of the data folder, durably.
func makeDir(dir string, name ...string) (string, error) {
	path := filepath.Join(append([]string{dir}, name...)...)
	_, err := os.Stat(path)
	if err == nil {
		return path, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	if err := os.MkdirAll(path, 0o750); err != nil {
		return "", fullError(fmt.Errorf("make %s: %w", path, err))
	}
	if err := syncDir(filepath.Dir(path)); err != nil {
		return "", fullError(err)
	}
	return path, nil
}
