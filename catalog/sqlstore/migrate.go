package sqlstore

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migrate brings the schema up to date. Another process may be doing the same:
// each migration is one transaction under the write lock, so the loser of a
// race fails on what the winner has done already, sees that the schema has
// moved, and goes on from there.
func (s *Store) migrate(ctx context.Context) error {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, s.write, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	for {
		before, target, err := p.GetVersions(ctx)
		if err != nil {
			return fmt.Errorf("read the schema's version: %w", err)
		}
		if before > target {
			return fmt.Errorf("the catalogue has schema %d, this program knows %d: use the newer program", before, target)
		}
		if before == target {
			return nil
		}
		if _, err = p.Up(ctx); err == nil {
			return nil
		}
		if after, verr := p.GetDBVersion(ctx); verr != nil || after == before {
			return fmt.Errorf("bring the schema up to date: %w", err)
		}
	}
}
