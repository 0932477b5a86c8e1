package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"syscall"

	"github.com/mattn/go-sqlite3"

	"gongkai/catalog"
)

// failure wraps what SQLite said in the kind that callers act on; doing says
// what was being done. A *catalog.Error and an ended context pass as they are.
func failure(doing string, err error) error {
	if err == nil {
		return nil
	}
	var known *catalog.Error
	if errors.As(err, &known) {
		return err
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%s: %w", doing, err)
	}
	var system syscall.Errno
	if errors.As(err, &system) && (system == syscall.ENOSPC || system == syscall.EDQUOT || system == syscall.EIO) {
		return full(err)
	}
	var lite sqlite3.Error
	if !errors.As(err, &lite) {
		return fmt.Errorf("%s: %w", doing, err)
	}
	switch lite.Code {
	case sqlite3.ErrFull, sqlite3.ErrIoErr:
		return full(err)
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return &catalog.Error{Kind: catalog.Busy, Cause: err,
			Message: "the catalogue is being written by another process",
			Fix:     "try again in a moment"}
	case sqlite3.ErrInterrupt:
		return fmt.Errorf("%s: %w: %w", doing, context.Canceled, err)
	case sqlite3.ErrNotADB, sqlite3.ErrCorrupt:
		return fmt.Errorf("%s: the file is damaged or no catalogue; restore it from a backup: %w", doing, err)
	}
	return fmt.Errorf("%s: %w", doing, err)
}

func full(err error) error {
	return &catalog.Error{Kind: catalog.Full, Cause: err,
		Message: "the catalogue cannot be written: the disk is full or does not store what it is given",
		Fix:     "try again later; the operator has to make room in the data folder"}
}

// duplicate reports whether err says that a unique value is taken.
func duplicate(err error) bool {
	var lite sqlite3.Error
	return errors.As(err, &lite) &&
		(lite.ExtendedCode == sqlite3.ErrConstraintUnique || lite.ExtendedCode == sqlite3.ErrConstraintPrimaryKey)
}

// dangling reports whether err says that a row which is referred to is missing.
func dangling(err error) bool {
	var lite sqlite3.Error
	return errors.As(err, &lite) && lite.ExtendedCode == sqlite3.ErrConstraintForeignKey
}

// found turns "no rows" into kind NotFound, naming what was looked for.
func found(err error, format string, args ...any) error {
	if errors.Is(err, sql.ErrNoRows) {
		return missing(format, args...)
	}
	return err
}

func missing(format string, args ...any) error {
	return catalog.Errorf(catalog.NotFound, "check the name; listings give what exists", "there is no "+format, args...)
}
