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

// Sweep removes what the dead left behind: builds whose lock can be taken, and
// version files that known does not name and that are older than the grace
// period of ten minutes, with the exports made from nothing else. It gives the
// paths it removed, relative to the data folder. known is asked at the moment
// of removal.
func (s *Store) Sweep(ctx context.Context, known func(hash string) bool) ([]string, error) {
	removed, err := sweepBuilds(ctx, s.cfg.Dir)
	orphans, err2 := sweepVersions(ctx, s.cfg.Dir, time.Now().Add(-sweepGrace), known)
	return append(removed, orphans...), errors.Join(err, err2)
}

// sweepBuilds removes the builds that no living process holds.
func sweepBuilds(ctx context.Context, dir string) (removed []string, err error) {
	entries, err := os.ReadDir(filepath.Join(dir, buildsDir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, e := range entries {
		if ctx.Err() != nil {
			return removed, ctx.Err()
		}
		name := filepath.Join(buildsDir, e.Name())
		done, err := sweepBuild(filepath.Join(dir, name))
		if err != nil {
			return removed, err
		}
		if done {
			removed = append(removed, name)
		}
	}
	return removed, err
}

func sweepBuild(path string) (bool, error) {
	// A builder makes its folder a moment before it takes the lock in it.
	info, err := os.Stat(path)
	if err != nil || time.Since(info.ModTime()) < buildGrace && !hasLock(path) {
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

// buildGrace is how long a build may go without a lock file.
const buildGrace = time.Minute

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
