package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"gongkai/catalog"
)

// Backup implements catalog.Store. The copy appears under its name only when
// it is whole and on the disk; a file that is there already is not replaced.
func (s *Store) Backup(ctx context.Context, path string) (err error) {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		if err != nil {
			return failure("back up the catalogue", err)
		}
		return catalog.Errorf(catalog.Conflict, "choose a name that is not in use", "%s exists already", path)
	}
	// A name of its own, so that two backups to one place cannot mix. VACUUM INTO
	// takes a file that is empty.
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.part")
	if err != nil {
		return failure("make the backup's file", err)
	}
	part := file.Name()
	defer func() {
		if err == nil {
			return
		}
		if rerr := os.Remove(part); !errors.Is(rerr, fs.ErrNotExist) {
			err = errors.Join(err, rerr)
		}
	}()
	defer file.Close()
	if err = s.copyTo(ctx, part); err != nil {
		return failure("copy the catalogue", err)
	}
	if err = file.Sync(); err != nil {
		return failure("sync the backup", err)
	}
	if err = os.Rename(part, path); err != nil {
		return failure("name the backup", err)
	}
	if err := syncDir(filepath.Dir(path)); err != nil {
		return failure("sync the backup's folder", err)
	}
	return nil
}

// copyTo reads one state of the catalogue and lets others write meanwhile.
func (s *Store) copyTo(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite3", dsn(s.cfg, forCopying))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `VACUUM INTO ?`, path)
	return errors.Join(err, db.Close())
}
