// Package wire is what the server and a worker that runs a stranger's SQL say
// to one another over two pipes: a few messages in frames of bounded length,
// and rows in a compact binary form. Both sides take what they read for
// hostile: nothing is allocated because a length says so, and nothing panics.
//
// It must not know SQL, DuckDB or HTTP: it moves messages and rows.
package wire
