package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"gongkai/catalog"
	"gongkai/datasets/wire"
)

// Rows is the answer to a statement. It implements query.Rows.
type Rows struct {
	pool    *Pool
	proc    *process
	ctx     context.Context
	free    func()
	columns []catalog.Column
	row     []catalog.Value
	data    []byte // rows of the present frame that were not given yet
	left    int64  // bytes that may still come
	ending  wire.Ending
	ended   bool
	err     error
}

// open talks to the process until the columns of the answer are known.
func (r *Rows) open(ctx context.Context, resolve Resolve) error {
	var names []wire.Name
	if err := wire.Expect(r.proc.out, wire.Wants, &names); err != nil {
		return err
	}
	if len(names) > mostTables {
		return fmt.Errorf("the process names %d tables", len(names))
	}
	sources, err := resolve(ctx, names)
	if err != nil {
		return err
	}
	if err := wire.Send(r.proc.in, wire.Grants, sources); err != nil {
		return err
	}
	var head []wire.Column
	if err := wire.Expect(r.proc.out, wire.Head, &head); err != nil {
		return err
	}
	for _, c := range head {
		r.columns = append(r.columns, catalog.Column{Name: c.Name, Label: c.Label, Unit: c.Unit, Type: c.Type})
	}
	if len(head) == 0 {
		return errors.New("the answer has no columns")
	}
	r.row = make([]catalog.Value, len(head))
	return nil
}

// mostTables is more than a statement may name: the process is not believed.
const mostTables = 100

// Columns describes the columns of the answer.
func (r *Rows) Columns() []catalog.Column { return r.columns }

// Next gives the next row; it and its texts are good until the following call.
func (r *Rows) Next() ([]catalog.Value, bool) {
	for len(r.data) == 0 {
		if r.ended || r.err != nil {
			return nil, false
		}
		if err := r.fetch(); err != nil {
			r.err = r.failure(err)
			return nil, false
		}
	}
	var err error
	if r.data, err = wire.ReadRow(r.data, r.row); err != nil {
		r.err = r.failure(err)
		return nil, false
	}
	return r.row, true
}

// fetch reads the next frame.
func (r *Rows) fetch() error {
	kind, payload, err := wire.Read(r.proc.out)
	if err != nil {
		return err
	}
	switch kind {
	case wire.Rows:
		if r.left -= int64(len(payload)); r.left < 0 {
			return fmt.Errorf("the answer is longer than its limit")
		}
		r.data = payload
		return nil
	case wire.End:
		r.ended = true
		return json.Unmarshal(payload, &r.ending)
	default:
		return wire.Decode(kind, payload, wire.End, &r.ending)
	}
}

// Err is the error that ended the rows early.
func (r *Rows) Err() error { return r.err }

// Ending says how many rows there were, and whether the answer is whole; it is
// known when Next has given the last.
func (r *Rows) Ending() wire.Ending { return r.ending }

// Close ends the process; it may be called twice.
func (r *Rows) Close() error {
	r.free()
	return nil
}
