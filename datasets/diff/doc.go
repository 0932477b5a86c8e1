// Package diff says what changed between two versions of a table: its schema,
// change by change, and the SQL that finds the rows and cells that differ.
//
// It must not open files or run queries; package datasets does.
package diff
