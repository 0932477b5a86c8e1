package query

import "gongkai/catalog"

// Rows is a stream of result rows. Every protocol and every export format
// reads results through it.
type Rows interface {
	// Columns describes the results, in order.
	Columns() []catalog.Column
	// Next gives the next row, one value for each column; ok is false at the end
	// or on an error. The slice and its texts are valid until the following call.
	Next() (row []catalog.Value, ok bool)
	// Err is the error that ended the stream early, nil at its proper end.
	Err() error
	// Close ends the stream and frees what it holds; it may be called twice.
	Close() error
}
