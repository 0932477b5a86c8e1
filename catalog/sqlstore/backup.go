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
	part := path + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return failure("remove an unfinished backup", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, removeIfThere(part))
		}
	}()
	if err := s.copyTo(ctx, part); err != nil {
		return failure("copy the catalogue", err)
	}
	if err := syncFile(part); err != nil {
		return failure("sync the backup", err)
	}
	if err := os.Rename(part, path); err != nil {
		return failure("name the backup", err)
	}
	return failure("sync the backup's folder", syncDir(filepath.Dir(path)))
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Sync(), f.Close())
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
