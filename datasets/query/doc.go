// Package query is the query language of the house: it parses what strangers
// type, binds it to the columns of a table and renders SQL with bound
// arguments, by one operator and function table.
//
// It must not run anything: it is pure Go, knows no database driver, and every
// identifier it writes into SQL comes from the table's own columns.
package query
