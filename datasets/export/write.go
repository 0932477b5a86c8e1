package export

import (
	"context"
	"io"
	"time"

	"gongkai/catalog"
	"gongkai/datasets/query"
)

// Meta says what a file holds; formats that have room for it keep it inside.
type Meta struct {
	Title       string           // of the dataset, in the reader's language
	Dataset     string           // slug
	Version     int              // number
	Table       string           // name of the table
	URL         string           // where this version is found
	Licence     string           // its name, with its URL where it has one
	PublishedAt time.Time        // zero for drafts
	Columns     []catalog.Column // describe those of the rows, by name; what is missing describes itself
}

// Write encodes rows to w and closes them. Nothing is written before the first
// row has come, or the end, so that an error until then can still be answered
// otherwise. An error of the rows or of w ends the file early and is returned:
// what was written is then no complete file.
func Write(ctx context.Context, w io.Writer, f Form, rows query.Rows, meta Meta) error {
	defer rows.Close()
	var e encoder
	switch f.Format {
	case CSV, TSV:
		e = newCSV(rows.Columns(), f)
	case GeoJSON:
		var err error
		if e, err = newGeoJSON(rows.Columns()); err != nil {
			return err
		}
	case JSON:
		e = newJSON(rows.Columns(), "[\n", ",\n", "\n]\n")
	case NDJSON:
		e = newJSON(rows.Columns(), "", "\n", "\n")
	case XLSX:
		return writeXLSX(ctx, w, rows, meta)
	case Arrow:
		return writeArrow(ctx, w, rows, meta)
	default:
		return catalog.Errorf(catalog.Unsupported, "ask for csv, tsv, xlsx, json, ndjson, geojson or arrow", "%s is not written row by row", string(f.Format))
	}
	return stream(ctx, w, rows, e)
}

// encoder appends a text format piece by piece to dst.
type encoder interface {
	begin(dst []byte) []byte
	row(dst []byte, row []catalog.Value) []byte
	end(dst []byte, rows int64) []byte
}

// How much is held back at most before it is written: an amount of bytes, and a
// time, so that a slow query's first rows are not kept from its reader.
const (
	holdBytes = 64 << 10
	holdTime  = 200 * time.Millisecond
)

// stream runs the rows through e. The clock and the context are looked at
// every few rows only.
func stream(ctx context.Context, w io.Writer, rows query.Rows, e encoder) error {
	const look = 64
	row, ok := rows.Next()
	if !ok {
		if err := rows.Err(); err != nil {
			return err
		}
	}
	buf := e.begin(make([]byte, 0, holdBytes+holdBytes/4))
	last := time.Now()
	var n int64
	for ; ok; row, ok = rows.Next() {
		buf = e.row(buf, row)
		n++
		late := false
		if n%look == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			late = time.Since(last) > holdTime
		}
		if len(buf) >= holdBytes || late {
			if err := write(w, buf, late); err != nil {
				return err
			}
			buf, last = buf[:0], time.Now()
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return write(w, e.end(buf, n), false)
}

// write hands over; push also asks w, where it can, not to hold the bytes back.
func write(w io.Writer, data []byte, push bool) error {
	if _, err := w.Write(data); err != nil {
		return err
	}
	if !push {
		return nil
	}
	switch f := w.(type) {
	case interface{ Flush() error }:
		return f.Flush()
	case interface{ Flush() }:
		f.Flush()
	}
	return nil
}
