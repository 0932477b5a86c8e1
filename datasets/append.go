package datasets

import (
	"context"
	"fmt"
	"strings"
	"sync"

	duck "github.com/duckdb/duckdb-go-bindings"

	"gongkai/catalog"
)

// appender writes chunks to a table of the file being built.
type appender struct {
	a      duck.Appender
	types  []duck.LogicalType
	stores []storage
	rows   int // appended and not flushed
}

func newAppender(c *conn, table string, stores []storage) (*appender, error) {
	a := &appender{stores: stores}
	if duck.AppenderCreateExt(c.c, "", "", table, &a.a) == duck.StateError {
		err := a.failure()
		duck.AppenderDestroy(&a.a)
		return nil, err
	}
	for i := range duck.AppenderColumnCount(a.a) {
		a.types = append(a.types, duck.AppenderColumnType(a.a, i))
	}
	if len(a.types) != len(stores) {
		defer a.free()
		return nil, fmt.Errorf("%s has %d columns, %d wanted", table, len(a.types), len(stores))
	}
	return a, nil
}

func (a *appender) newChunk() *chunk { return newChunk(a.types, a.stores) }

// rowGroup is how many rows the engine compresses together.
const rowGroup = 60 * chunkRows

// flushRows is how many rows the engine gathers before they go on to the
// table, where they are compressed: a group of them at once. It gathers rows
// outside of its memory limit, which wide tables need for themselves.
func flushRows(columns int) int {
	if columns > wideColumns {
		return (1 << 19) / columns
	}
	return rowGroup
}

// append hands the rows of a chunk to the engine, which copies them.
func (a *appender) append(c *chunk) error {
	if c.rows == 0 {
		return nil
	}
	duck.DataChunkSetSize(c.c, duck.IdxT(c.rows))
	if duck.AppendDataChunk(a.a, c.c) == duck.StateError {
		return a.failure()
	}
	if a.rows += c.rows; a.rows < flushRows(len(a.stores)) {
		return nil
	}
	a.rows = 0
	if duck.AppenderFlush(a.a) == duck.StateError {
		return a.failure()
	}
	return nil
}

// close writes what the engine still holds back.
func (a *appender) close() error {
	defer a.free()
	if duck.AppenderFlush(a.a) == duck.StateError {
		err := a.failure()
		duck.AppenderClear(a.a)
		return err
	}
	return nil
}

// abandon drops what the engine still holds back.
func (a *appender) abandon() {
	duck.AppenderClear(a.a)
	a.free()
}

func (a *appender) failure() error {
	data := duck.AppenderErrorData(a.a)
	defer duck.DestroyErrorData(&data)
	return engineError(duck.ErrorDataMessage(data), duck.ErrorDataErrorType(data))
}

func (a *appender) free() {
	for i := range a.types {
		duck.DestroyLogicalType(&a.types[i])
	}
	a.types = nil
	duck.AppenderDestroy(&a.a)
}

// tableWriter fills chunks in the caller's goroutine and appends them in its
// own, so that reading a sheet and storing it overlap.
type tableWriter struct {
	b     *Builder
	table catalog.Table
	app   *appender
	last  int // sheet row of the record before

	cur  *chunk
	all  []*chunk
	full chan *chunk
	free chan *chunk
	wg   sync.WaitGroup

	mu  sync.Mutex
	err error // of the appending goroutine
}

// The stored columns before those of the table.
const (
	colRow  = 0
	colKind = 1
	ownCols = 2
)

// chunkBudget is about how many bytes of chunks wait for the engine, and
// chunksAhead how many chunks at most: while it compresses a group of rows,
// the next ones go on being read.
const (
	chunkBudget = 16 << 20
	chunksAhead = 32
)

func newTableWriter(b *Builder, t catalog.Table, stores []storage) (*tableWriter, error) {
	all := append([]storage{{kind: storeInt, width: 8}, {kind: storeText, width: textSize}}, stores...)
	app, err := newAppender(b.conn, t.Storage, all)
	if err != nil {
		return nil, err
	}
	n := min(chunksAhead, max(1, chunkBudget/(len(all)*textSize*chunkRows)))
	w := &tableWriter{b: b, table: t, app: app, full: make(chan *chunk, n), free: make(chan *chunk, n)}
	for range n {
		c := app.newChunk()
		w.all = append(w.all, c)
		w.free <- c
	}
	w.cur = <-w.free
	w.wg.Go(w.work)
	return w, nil
}

// work appends chunks until there are no more.
func (w *tableWriter) work() {
	for c := range w.full {
		if w.failed() == nil {
			if err := w.app.append(c); err != nil {
				w.fail(tooLarge(err))
			}
		}
		c.reset()
		w.free <- c
	}
}

func (w *tableWriter) failed() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

func (w *tableWriter) fail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		w.err = err
	}
}

// Append implements TableWriter.
func (w *tableWriter) Append(r *catalog.Record) error {
	if w.b.err != nil {
		return w.b.err
	}
	if err := w.add(r); err != nil {
		w.b.err = fmt.Errorf("append row %d of table %s: %w", r.Row, w.table.Name, err)
		return w.b.err
	}
	if w.cur.rows == chunkRows {
		return w.hand()
	}
	return nil
}

func (w *tableWriter) add(r *catalog.Record) error {
	if len(r.Values) != len(w.table.Columns) {
		return fmt.Errorf("%d values for %d columns", len(r.Values), len(w.table.Columns))
	}
	if r.Row <= w.last {
		return fmt.Errorf("row %d came before it", w.last)
	}
	w.last = r.Row
	kind := r.Kind
	if kind == "" {
		kind = catalog.RowRecord
	}
	h := w.b.hash
	h.row(int64(r.Row), kind)
	c := w.cur
	c.setInt(colRow, int64(r.Row))
	c.setText(colKind, string(kind))
	for i := range r.Values {
		if err := c.set(ownCols+i, &r.Values[i], h); err != nil {
			return fmt.Errorf("column %s: %w", w.table.Columns[i].Name, err)
		}
	}
	c.rows++
	w.table.Rows++
	if kind == catalog.RowTotal {
		w.table.TotalRows++
	}
	if len(r.Raw) > 0 {
		return w.keepRaw(r)
	}
	return nil
}

func (w *tableWriter) keepRaw(r *catalog.Record) error {
	if w.b.raw == nil {
		raw, err := newRawWriter(w.b.engine)
		if err != nil {
			return err
		}
		w.b.raw = raw
	}
	for _, cell := range r.Raw {
		if cell.Column < 0 || cell.Column >= len(w.table.Columns) {
			return fmt.Errorf("raw text of column %d, there are %d", cell.Column, len(w.table.Columns))
		}
		err := w.b.raw.add(w.table.Name, int64(r.Row), w.table.Columns[cell.Column].Name,
			strings.ToValidUTF8(cell.Raw, "\uFFFD"), cell.Reason)
		if err != nil {
			return err
		}
	}
	return nil
}

// hand gives the present chunk to the appending goroutine and takes an empty one.
func (w *tableWriter) hand() error {
	w.full <- w.cur
	w.cur = <-w.free
	if err := w.failed(); err != nil {
		w.b.err = err
		return err
	}
	return nil
}

// Close implements TableWriter.
func (w *tableWriter) Close() error {
	if w.b.open != w {
		return w.b.err
	}
	w.full <- w.cur
	w.finish()
	err := w.failed()
	if err == nil {
		err = w.app.close()
	} else {
		w.app.abandon()
	}
	if err == nil {
		err = w.b.conn.exec(context.Background(), "COMMIT")
	}
	err = tooLarge(err)
	w.b.open = nil
	if err == nil {
		w.b.hash.endTable()
		w.b.tables = append(w.b.tables, w.table)
	}
	if w.b.err == nil {
		w.b.err = err
	}
	return w.b.err
}

// finish waits for the appending goroutine and frees the chunks.
func (w *tableWriter) finish() {
	close(w.full)
	w.wg.Wait()
	for _, c := range w.all {
		c.free()
	}
	w.all, w.cur = nil, nil
}

// abandon ends a table that will not be kept.
func (w *tableWriter) abandon() {
	w.finish()
	w.app.abandon()
}
