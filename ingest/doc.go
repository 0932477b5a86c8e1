// Package ingest is the way in: it keeps what departments upload, queues and
// supervises jobs, and runs the pipeline upload -> sheets -> tables -> columns
// -> checks -> version file in a child process with limits.
//
// It must not know how rows are stored: they leave through Sink. And nothing
// that a stranger sent is parsed in the server's own process.
package ingest
