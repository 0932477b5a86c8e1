package datasets

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// sweepGrace is how long a version file may lie there before the catalogue
// names it: a builder seals first and commits a moment later.
const sweepGrace = 10 * time.Minute

// Sweep removes what the dead left behind: builds and spilled sorts whose lock
// can be taken, half-made exports of yesterday, and version files that known
// does not name and that are older than the grace period of ten minutes. It
// gives the paths it removed, relative to the data folder. known is asked at
// the moment of removal.
func (s *Store) Sweep(ctx context.Context, known func(hash string) bool) ([]string, error) {
	removed, err := sweepLocked(ctx, s.cfg.Dir, buildsDir)
	if err == nil {
		var spilled []string
		spilled, err = sweepLocked(ctx, s.cfg.Dir, spillDir)
		removed = append(removed, spilled...)
	}
	if err == nil {
		var half []string
		half, err = sweepTemporary(s.cfg.Dir, time.Now().Add(-tempAge))
		removed = append(removed, half...)
	}
	orphans, err2 := sweepVersions(ctx, s.cfg.Dir, time.Now().Add(-sweepGrace), known)
	return append(removed, orphans...), errors.Join(err, err2)
}

// sweepLocked removes the folders below one that no living process holds.
func sweepLocked(ctx context.Context, dir, below string) (removed []string, err error) {
	entries, err := os.ReadDir(filepath.Join(dir, below))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, e := range entries {
		if ctx.Err() != nil {
			return removed, ctx.Err()
		}
		name := filepath.Join(below, e.Name())
		done, err := sweepFolder(filepath.Join(dir, name))
		if err != nil {
			return removed, err
		}
		if done {
			removed = append(removed, name)
		}
	}
	return removed, err
}

func sweepFolder(path string) (bool, error) {
	// The folder is made a moment before the lock in it.
	info, err := os.Stat(path)
	if err != nil || time.Since(info.ModTime()) < lockGrace && !hasLock(path) {
		return false, nil
	}
	lock, err := lockDir(path)
	if errors.Is(err, errLocked) || errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer lock.Close()
	return true, os.RemoveAll(path)
}

// lockGrace is how long a folder may go without a lock file.
const lockGrace = time.Minute

func hasLock(path string) bool {
	_, err := os.Stat(filepath.Join(path, lockFile))
	return err == nil
}

// sweepVersions removes version files older than before that nothing names.
func sweepVersions(ctx context.Context, dir string, before time.Time, known func(string) bool) (removed []string, err error) {
	entries, err := os.ReadDir(filepath.Join(dir, versionsDir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, e := range entries {
		if ctx.Err() != nil {
			return removed, ctx.Err()
		}
		hash, ok := strings.CutSuffix(e.Name(), ".duckdb")
		info, err := e.Info()
		if !ok || !isHash(hash) || err != nil || info.ModTime().After(before) || known(hash) {
			continue
		}
		name := filepath.Join(versionsDir, e.Name())
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			return removed, err
		}
		removed = append(removed, name)
	}
	return removed, err
}

// tempAge is when a file that was being made is taken for lost: twice as long
// as making one may take.
const tempAge = 2 * buildTime

// sweepTemporary removes half-made exports older than before.
func sweepTemporary(dir string, before time.Time) (removed []string, err error) {
	for _, pattern := range []string{"*" + tempExt + "*", filepath.Join("*", "*"+tempExt+"*")} {
		paths, err := filepath.Glob(filepath.Join(dir, exportsDir, pattern))
		if err != nil {
			return removed, err
		}
		for _, path := range paths {
			info, err := os.Stat(path)
			if err != nil || info.ModTime().After(before) {
				continue
			}
			if err := os.RemoveAll(path); err != nil {
				return removed, err
			}
			name, err := filepath.Rel(dir, path)
			if err != nil {
				return removed, err
			}
			removed = append(removed, name)
		}
	}
	return removed, nil
}
