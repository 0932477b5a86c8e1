// Package datasets keeps the rows: it builds, seals, verifies, opens and reads
// immutable DuckDB version files, and it is the only package that imports
// DuckDB.
//
// It must not know how a spreadsheet looks or how HTTP answers: rows come in as
// catalog.Record and go out as query.Rows.
package datasets
