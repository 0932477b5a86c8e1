// Package sqlstore keeps the catalogue in one SQLite file through
// database/sql. Its one job is to implement catalog.Store; it must not decide
// who may do what, nor touch version files, blobs or HTTP.
//
// # Schema
//
// The tables follow the nouns of package catalog; migrations/ has them with
// their constraints. What is written once and read whole (a version's tables
// with their columns and profiles, a dataset's metadata, a finding's
// arguments) is JSON text; what queries narrow or order by is a column.
//
//	catalogue_state   one row: the revision that caches compare
//	departments       a tree by parent_id
//	datasets          current_number names the published version, 0 is none
//	uploads           (dataset, blob, options) is unique: the same three are the same upload
//	jobs              one for each upload; attempt is the fencing number
//	versions          numbered by dataset; an index allows one published each
//	version_tables    one row for each table, body is catalog.Table
//	recipes           numbered by dataset, the newest is in force
//	findings, acknowledgements, tokens, events
//
// Times are BIGINT milliseconds since 1970, 0 for never: they compare and
// order alike in SQLite and PostgreSQL, keep exactly the precision that the
// Store promises, and no driver converts them by zone on the way.
//
// # Two pools
//
// All writing goes through one connection per process that begins with
// BEGIN IMMEDIATE, so a transaction either has the write lock from its start
// or waits for it, and never fails half way for want of it. Readers have their
// own connections and, the file being in WAL mode, never wait for a writer.
// Every commit is synced to the disk before it is acknowledged.
//
// # PostgreSQL
//
// The statements keep to what both databases speak: RETURNING, ON CONFLICT,
// partial indexes, no PRAGMA, no rowid. Placeholders are written as ? and pass
// through statement, the one place that would number them.
package sqlstore
