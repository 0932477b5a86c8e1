// Package datasets keeps the rows: it builds, seals, verifies, opens and reads
// immutable DuckDB version files, and it is the only package that imports
// DuckDB.
//
// A Builder makes one version file (build.go, append.go, chunk.go, profile.go,
// seal.go); a Store reads all of them through one engine (store.go,
// lockdown.go, engine.go, result.go); a Library is the one way from a request
// to rows (library.go, read.go, exports.go). ADR 3 says why.
//
// It must not know how a spreadsheet looks or how HTTP answers: rows come in as
// catalog.Record and go out as query.Rows.
package datasets
