package datasets

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Remove takes away version files and all that was made of contents, for good:
// nothing in the catalogue needs them any more. What a query is reading just
// now goes with the end of the last one; another process that has a file open lets go of it
// when it opens others or ends.
func (s *Store) Remove(files, contents []string) error {
	s.mu.Lock()
	for _, hash := range files {
		a := s.attached[hash]
		if a == nil || s.closed {
			continue
		}
		if a.gone = true; a.users == 0 {
			s.detach(a)
		}
	}
	s.mu.Unlock()
	return RemoveFiles(s.cfg.Dir, files, contents)
}

// RemoveFiles is Remove where no Store is open, for a data folder.
func RemoveFiles(dir string, files, contents []string) error {
	var errs []error
	for _, hash := range files {
		if !isHash(hash) {
			continue
		}
		if err := os.Remove(versionPath(dir, hash)); !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	for _, hash := range contents {
		if isHash(hash) {
			errs = append(errs, os.RemoveAll(filepath.Join(dir, exportsDir, hash)))
		}
	}
	return errors.Join(errs...)
}

// SweepExports removes what was made of contents that needed does not name and
// that lies there for longer than the grace period of ten minutes. It gives the
// paths that it removed, relative to the data folder.
func (s *Store) SweepExports(ctx context.Context, needed func(content string) bool) (removed []string, err error) {
	entries, err := os.ReadDir(filepath.Join(s.cfg.Dir, exportsDir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, e := range entries {
		info, infoErr := e.Info()
		if ctx.Err() != nil || infoErr != nil || !isHash(e.Name()) || needed(e.Name()) || time.Since(info.ModTime()) < sweepGrace {
			continue
		}
		name := filepath.Join(exportsDir, e.Name())
		if err := os.RemoveAll(filepath.Join(s.cfg.Dir, name)); err != nil {
			return removed, err
		}
		removed = append(removed, name)
	}
	return removed, err
}
