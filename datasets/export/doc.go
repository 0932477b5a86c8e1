// Package export writes query results in the formats that people download:
// csv, json, ndjson and xlsx. Every encoder streams: it holds a few rows at a
// time, however many there are.
//
// It must not run queries or know who asks; parquet is made where the engine
// is, in package datasets.
package export
