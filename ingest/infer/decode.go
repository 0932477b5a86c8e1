package infer

import (
	"errors"

	"gongkai/catalog"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

// Reasons for which a cell's raw text is kept: codes of findings. reasonBlank
// stands for a cell without content, of which nothing is kept.
const (
	reasonNone     = ""
	reasonBlank    = "blank"
	reasonMarker   = "null-marker"
	reasonMismatch = "type-mismatch"
	reasonError    = "cell-error"
	reasonDamaged  = "number-damaged"
	reasonFootnote = "value-footnoted"
	reasonOther    = "value-interpreted"
	reasonTotal    = "total-row"
	reasonFilled   = "labels-filled"
	reasonSmall    = "small-count-suppressed"
)

// batchValues is how many values are decoded before they are handed over, and
// batchRows how many records at most: wide tables take fewer rows at a time.
const (
	batchValues = 1 << 15
	batchRows   = 512
)

// Records decodes every record row in sheet order and calls fn for it; the
// record belongs to Records again when fn returns. It stops at fn's error.
// Decoding runs ahead of fn in a second goroutine.
func (p *Plan) Records(fn func(*catalog.Record) error) error {
	free, full := make(chan *batch, 4), make(chan *batch, 4)
	stop := make(chan struct{})
	for range cap(free) {
		free <- newBatch(len(p.Table.Columns))
	}
	var failed error
	go func() {
		defer close(full)
		failed = p.decode(free, full, stop)
	}()
	err := hand(fn, free, full)
	close(stop)
	if err != nil {
		for range full { // until decoding has seen the stop
		}
		return err
	}
	return failed
}

func hand(fn func(*catalog.Record) error, free, full chan *batch) error {
	for b := range full {
		for i := range b.records[:b.n] {
			if err := fn(&b.records[i]); err != nil {
				return err
			}
		}
		free <- b
	}
	return nil
}

// batch is a run of decoded records with the memory of their values.
type batch struct {
	records []catalog.Record
	n       int
}

func newBatch(width int) *batch {
	rows := min(max(batchValues/max(width, 1), 1), batchRows)
	b := &batch{records: make([]catalog.Record, rows)}
	values := make([]catalog.Value, rows*width)
	for i := range b.records {
		b.records[i].Values = values[i*width : (i+1)*width : (i+1)*width]
	}
	return b
}

// errStopped ends decoding early; it is never returned.
type errStopped struct{}

func (errStopped) Error() string { return "stopped" }

func (p *Plan) decode(free, full chan *batch, stop chan struct{}) error {
	b := <-free
	b.n = 0
	at := place{above: map[*column]int{}}
	err := p.source.Records(func(r shape.Row) error {
		at.Row = r
		if b.n == len(b.records) {
			select {
			case full <- b:
			case <-stop:
				return errStopped{}
			}
			select {
			case b = <-free:
				b.n = 0
			case <-stop:
				return errStopped{}
			}
		}
		p.record(&at, &b.records[b.n])
		b.n++
		return nil
	})
	if errors.Is(err, errStopped{}) {
		return nil
	}
	if err != nil {
		return err
	}
	select {
	case full <- b:
	case <-stop:
	}
	return nil
}

// place is the record that is decoded, with what stands above it.
type place struct {
	shape.Row
	above map[*column]int // the year of the last period that named one
}

func (p *Plan) record(r *place, out *catalog.Record) {
	out.Row, out.Kind, out.Raw = r.Row.Row, catalog.RowRecord, out.Raw[:0]
	if r.Total {
		out.Kind = catalog.RowTotal
	}
	for i := range p.columns {
		c := &p.columns[i]
		v := &out.Values[i]
		if c.source.Col <= len(r.Cells) {
			cell := &r.Cells[c.source.Col-1]
			if c.quick != quickNone && c.decodeQuick(cell, v, p) {
				continue
			}
			*v = catalog.Value{}
			if c.helper > 0 {
				clear(out.Values[c.helper : c.helper+3])
			}
			if cell.Kind != sheet.Empty {
				p.field(i, cell, r, out)
			}
			continue
		}
		*v = catalog.Value{}
		if c.helper > 0 {
			clear(out.Values[c.helper : c.helper+3])
		}
	}
}

// field decodes one cell that has content, and keeps its text where that is
// due.
func (p *Plan) field(i int, cell *sheet.Cell, r *place, out *catalog.Record) {
	c, v := &p.columns[i], &out.Values[i]
	reason, raw := p.value(c, cell, v, r, out), cell.Raw
	if reason == reasonBlank {
		return
	}
	switch {
	case c.mask != maskNone:
		return // nothing of it is kept
	case c.small && p.small.hides(i, r.Row.Row, v, raw):
		*v = catalog.Value{}
		reason, raw = reasonSmall, ""
	case cell.Flags&sheet.Filled != 0:
		reason, raw = reasonFilled, "" // the sheet says nothing here
	case reason == reasonNone:
		return
	case r.Total && reason == reasonMismatch:
		reason = reasonTotal
	}
	out.Raw = append(out.Raw, catalog.RawCell{Column: i, Raw: raw, Reason: reason})
}
