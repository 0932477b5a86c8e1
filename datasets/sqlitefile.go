package datasets

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/mattn/go-sqlite3"

	"gongkai/catalog"
	"gongkai/datasets/export"
	"gongkai/datasets/query"
)

// What a SQLite file of ours is written with. Nobody reads it before it is
// whole, so nothing is kept for a crash; the cache is all the memory it takes.
const (
	sqliteOptions = "?_journal_mode=OFF&_synchronous=OFF&_cache_size=-8192&_locking_mode=EXCLUSIVE"
	sqliteValues  = 2000 // of one INSERT, about
)

// The tables of a SQLite file that describe the other one.
const (
	sqliteAbout   = "_about"
	sqliteColumns = "_columns"
)

// writeSQLite writes the rows of a bound query to an existing, empty file as a
// SQLite database: one table with the rows in their order, and two that say
// what it holds.
func (s *Store) writeSQLite(ctx context.Context, ref *Ref, b *query.Bound, _ export.Format, to string) error {
	rows, err := s.stream(ctx, ref, b)
	if err != nil {
		return err
	}
	defer rows.Close()
	db, err := sql.Open("sqlite3", "file:"+(&url.URL{Path: to}).EscapedPath()+sqliteOptions)
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	return sqliteError(errors.Join(fillSQLite(ctx, db, ref, b, rows), db.Close()))
}

func fillSQLite(ctx context.Context, db *sql.DB, ref *Ref, b *query.Bound, rows query.Rows) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // says that it is over after the commit
	if err := describeSQLite(ctx, tx, ref, b); err != nil {
		return err
	}
	columns := rows.Columns()
	names, words := make([]string, len(columns)), make([]string, len(columns))
	for i := range columns {
		names[i] = quote(columns[i].Name)
		words[i] = strings.TrimSpace(names[i] + " " + sqliteType(&columns[i]))
	}
	table := quote(ref.Table.Name)
	if _, err := tx.ExecContext(ctx, "CREATE TABLE "+table+" ("+strings.Join(words, ", ")+")"); err != nil {
		return err
	}
	w := sqliteWriter{tx: tx, insert: "INSERT INTO " + table + " (" + strings.Join(names, ", ") + ") VALUES ", width: len(columns)}
	if err := w.rows(ctx, rows); err != nil {
		return err
	}
	return tx.Commit()
}

// describeSQLite makes the tables that say what the file holds.
func describeSQLite(ctx context.Context, tx *sql.Tx, ref *Ref, b *query.Bound) error {
	about := aboutFile(ref, b)
	if ref.Table.Name == sqliteAbout || ref.Table.Name == sqliteColumns {
		return fmt.Errorf("a table called %s has no place in a SQLite file", ref.Table.Name)
	}
	if _, err := tx.ExecContext(ctx, "CREATE TABLE "+sqliteAbout+" (key TEXT PRIMARY KEY, value TEXT)"); err != nil {
		return err
	}
	for _, kv := range about.pairs {
		if _, err := tx.ExecContext(ctx, "INSERT INTO "+sqliteAbout+" VALUES (?, ?)", kv[0], kv[1]); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, "CREATE TABLE "+sqliteColumns+" (position INTEGER PRIMARY KEY, name TEXT, label TEXT, type TEXT, unit TEXT, description TEXT)"); err != nil {
		return err
	}
	for i, c := range about.columns {
		if _, err := tx.ExecContext(ctx, "INSERT INTO "+sqliteColumns+" VALUES (?, ?, ?, ?, ?, ?)", i+1, c.Name, c.Label, string(c.Type), c.Unit, c.Description); err != nil {
			return err
		}
	}
	return nil
}

// sqliteType is the type that a column is declared with. SQLite turns values
// into what the declared type says; exact decimals are declared without one,
// so that none of their digits is lost.
func sqliteType(c *catalog.Column) string {
	switch c.SQLType {
	case "BIGINT":
		return "INTEGER"
	case "DOUBLE":
		return "REAL"
	case "BOOLEAN":
		return "BOOLEAN"
	}
	if strings.HasPrefix(c.SQLType, "DECIMAL") {
		return ""
	}
	return "TEXT"
}

// sqliteWriter adds rows, several with one statement.
type sqliteWriter struct {
	tx     *sql.Tx
	insert string
	width  int
	args   []any
}

func (w *sqliteWriter) rows(ctx context.Context, rows query.Rows) error {
	batch := max(1, sqliteValues/max(w.width, 1))
	full, err := w.tx.PrepareContext(ctx, w.statement(batch))
	if err != nil {
		return err
	}
	defer full.Close()
	for row, ok := rows.Next(); ok; row, ok = rows.Next() {
		for i := range row {
			w.args = append(w.args, sqliteValue(&row[i]))
		}
		if len(w.args) < batch*w.width {
			continue
		}
		if _, err := full.ExecContext(ctx, w.args...); err != nil {
			return err
		}
		w.args = w.args[:0]
	}
	if err := rows.Err(); err != nil || len(w.args) == 0 {
		return err
	}
	_, err = w.tx.ExecContext(ctx, w.statement(len(w.args)/w.width), w.args...)
	return err
}

func (w *sqliteWriter) statement(rows int) string {
	one := "(" + strings.Repeat("?, ", w.width-1) + "?)"
	return w.insert + strings.Repeat(one+", ", rows-1) + one
}

// sqliteValue is a value as SQLite keeps it. A decimal that its doubles do not
// keep is text, as in json and xlsx.
func sqliteValue(v *catalog.Value) any {
	switch v.Kind {
	case catalog.Null:
		return nil
	case catalog.TextValue:
		return strings.Clone(v.S) // the row is spoilt by the next one
	case catalog.IntValue:
		if v.S == "" {
			return v.I
		}
	case catalog.BoolValue:
		return v.I
	case catalog.FloatValue:
		return v.F
	case catalog.DecimalValue:
		if v.Scale == 0 && v.S == "" {
			return v.I
		}
		if export.DoubleKeeps(v) {
			if f, err := strconv.ParseFloat(v.String(), 64); err == nil {
				return f
			}
		}
	}
	return v.String()
}

// sqliteError makes kind Full of an error that says so, and hands on ours.
func sqliteError(err error) error {
	var told sqlite3.Error
	if errors.As(err, &told) && (told.Code == sqlite3.ErrFull || told.Code == sqlite3.ErrIoErr) {
		return fullError(err)
	}
	return err
}
