package ingest

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"gongkai/catalog"
	"gongkai/ingest/sheet"
)

// Exit codes of a child whose standard output does not say how it ended.
const (
	exitOrphan   = 17 // its server is gone
	exitDeadline = 18 // it took longer than it may
)

// Work is the whole life of `worker ingest`: it reads an Order from in, limits
// itself, runs the pipeline into a sink that open makes for so many rows, and
// writes what came of it to out.
func Work(ctx context.Context, in io.Reader, out io.Writer, open func(o Order, rows int64) (Sink, error)) error {
	var order Order
	if err := begin(in, &order); err != nil {
		return err
	}
	if err := order.Limits.impose(); err != nil {
		return err
	}
	w := &reporter{out: json.NewEncoder(out)}
	return w.ended(build(ctx, order, open, w))
}

// begin reads a child's order. When in closes it ends the process at once: its
// server is gone and nobody would take the result.
func begin(in io.Reader, order any) error {
	lines := bufio.NewReader(in)
	line, err := lines.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("read the order: %w", err)
	}
	if err := json.Unmarshal(line, order); err != nil {
		return fmt.Errorf("understand the order: %w", err)
	}
	go func() {
		lines.ReadByte() //nolint:errcheck // nothing more is ever sent; it returns when the server is gone
		os.Exit(exitOrphan)
	}()
	return nil
}

// impose sets the limits on the process it runs in.
func (l Limits) impose() error {
	if err := l.apply(); err != nil {
		return err
	}
	time.AfterFunc(l.Wall, func() { os.Exit(exitDeadline) })
	return nil
}

// ended reports the error that the work ended with, if any.
func (r *reporter) ended(err error) error {
	var rejected *sheet.Rejected
	var refused *Refused
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refused):
		return r.send(message{Refused: &refused.Finding})
	case errors.As(err, &rejected):
		f := Refusal(rejected)
		return r.send(message{Refused: &f})
	default:
		return r.send(message{Failed: &failure{Kind: catalog.KindOf(err), Message: err.Error()}})
	}
}

// reporter writes messages; progress at most five times a second.
type reporter struct {
	mu   sync.Mutex
	out  *json.Encoder
	last time.Time
}

func (r *reporter) send(m message) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.out.Encode(m)
}

func (r *reporter) progress(p catalog.Progress) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if time.Since(r.last) < 200*time.Millisecond {
		return
	}
	r.last = time.Now()
	r.out.Encode(message{Progress: &p}) //nolint:errcheck // the result's own error tells
}

// build runs the pipeline and sends what it built. The workbook stays open
// until that is sent, for labels and findings may point into its cells.
func build(ctx context.Context, order Order, open func(o Order, rows int64) (Sink, error), w *reporter) error {
	wb, err := sheet.Open(ctx, order.Blob, sheet.Options{
		Name: order.Filename, Encoding: order.Encoding, Limits: sheet.Limits{Inflated: order.Limits.Inflated}, TempDir: os.TempDir(),
		Progress: func(share float64, rows int64) {
			w.progress(catalog.Progress{Phase: "read", Share: share * shareRead, Rows: rows})
		},
	})
	if err != nil {
		return err
	}
	defer wb.Close()
	reading, err := Understand(ctx, wb, order.Recipe, func(share float64, rows int64) {
		w.progress(catalog.Progress{Phase: "infer", Share: shareRead + share*shareInfer, Rows: rows})
	})
	if err != nil {
		return err
	}
	if len(reading.Plans) == 0 {
		f := reading.nothing()
		return w.send(message{Refused: &f})
	}
	reading.Filename, reading.Series = order.Filename, order.Series
	sink, err := open(order, reading.rows())
	if err != nil {
		return err
	}
	built, err := reading.Store(ctx, sink, func(share float64, rows int64) {
		w.progress(catalog.Progress{Phase: "build", Share: shareRead + shareInfer + share*shareBuild, Rows: rows})
	})
	if err != nil {
		return errors.Join(err, sink.Abort())
	}
	return w.send(message{Built: built})
}

// How much of a job each phase takes, as measured on a million rows; what is
// left is sealing.
const (
	shareRead  = 0.45
	shareInfer = 0.2
	shareBuild = 0.3
)
