package datasets

import "context"

// rawWriter fills the sparse table of raw texts: one row for each cell whose
// text cannot be had again from its stored value. It has a connection of its
// own, for the one of the build is busy with chunks.
type rawWriter struct {
	conn *conn
	app  *appender
	cur  *chunk
	rows int64
}

func newRawWriter(e *engine) (*rawWriter, error) {
	c, err := e.connect()
	if err != nil {
		return nil, err
	}
	if err := c.exec(context.Background(), "USE build"); err != nil {
		c.close()
		return nil, err
	}
	text := storage{kind: storeText, width: textSize}
	app, err := newAppender(c, rawTable, []storage{text, {kind: storeInt, width: 8}, text, text, text})
	if err != nil {
		c.close()
		return nil, err
	}
	return &rawWriter{conn: c, app: app, cur: app.newChunk()}, nil
}

// add stores the raw text of one cell; the texts are valid UTF-8.
func (w *rawWriter) add(table string, row int64, column, raw, reason string) error {
	c := w.cur
	c.setText(0, table)
	c.setInt(1, row)
	c.setText(2, column)
	c.setText(3, raw)
	c.setText(4, reason)
	c.rows++
	w.rows++
	if c.rows < chunkRows {
		return nil
	}
	return w.flush()
}

func (w *rawWriter) flush() error {
	err := w.app.append(w.cur)
	w.cur.reset()
	return err
}

// close stores what is left.
func (w *rawWriter) close() error {
	err := w.flush()
	w.cur.free()
	if err != nil {
		w.app.abandon()
	} else {
		err = w.app.close()
	}
	w.conn.close()
	return err
}

// abandon lets go of everything.
func (w *rawWriter) abandon() {
	w.cur.free()
	w.app.abandon()
	w.conn.close()
}
