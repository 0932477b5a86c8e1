package shape

import (
	"errors"

	"gongkai/ingest/sheet"
)

// A batch holds aheadRows records at most, fewer where they have more than
// aheadCells cells together; aheadBatches of them are under way.
const (
	aheadRows    = 512
	aheadCells   = 1 << 13
	aheadBatches = 4
)

// batch is some records with the memory of their cells.
type batch struct {
	rows  []Row // without Cells
	ends  []int // where the cells of each end
	cells []sheet.Cell
}

// Ahead is Records for long tables: a second goroutine reads the next records
// while fn looks at these.
func (t *Table) Ahead(fn func(Row) error) error {
	free, full := make(chan *batch, aheadBatches), make(chan *batch, aheadBatches)
	for range aheadBatches {
		free <- &batch{}
	}
	stop := make(chan struct{})
	var failed error
	go func() {
		defer close(full)
		failed = t.batches(free, full, stop)
	}()
	for b := range full {
		if err := b.each(fn); err != nil {
			close(stop)
			for range full { // until the reading goroutine has ended
			}
			return err
		}
		free <- b
	}
	return failed
}

// errStopped ends reading early; it is never returned.
var errStopped = errors.New("stopped")

// batches reads all records into batches, until stop is closed.
func (t *Table) batches(free, full chan *batch, stop chan struct{}) error {
	b := <-free
	err := t.Records(func(r Row) error {
		b.add(r)
		if len(b.rows) < aheadRows && len(b.cells) < aheadCells {
			return nil
		}
		full <- b // there is room for all batches
		select {
		case b = <-free:
			b.rows, b.ends, b.cells = b.rows[:0], b.ends[:0], b.cells[:0]
			return nil
		case <-stop:
			b = nil
			return errStopped
		}
	})
	switch {
	case errors.Is(err, errStopped):
		return nil
	case err == nil:
		full <- b
	}
	return err
}

func (b *batch) add(r Row) {
	b.cells = append(b.cells, r.Cells...)
	r.Cells = nil
	b.rows, b.ends = append(b.rows, r), append(b.ends, len(b.cells))
}

func (b *batch) each(fn func(Row) error) error {
	from := 0
	for i, r := range b.rows {
		r.Cells = b.cells[from:b.ends[i]:b.ends[i]]
		from = b.ends[i]
		if err := fn(r); err != nil {
			return err
		}
	}
	return nil
}
