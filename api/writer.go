package api

import (
	"errors"
	"io"
	"net/http"
	"time"
)

// copyStep is how much of a file goes out under one deadline: a client slower
// than copyStep in the stall time is taken for dead.
const copyStep = 512 << 10

// responseWriter notes what was answered and drops clients that stall: every
// piece that is written has its own deadline, so that a download may take hours
// and a reader that has stopped may not. It passes files on to the kernel.
type responseWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	stall   time.Duration
	until   time.Time // deadline that is set
	status  int
	bytes   int64
}

func newResponseWriter(w http.ResponseWriter, stall time.Duration) *responseWriter {
	return &responseWriter{ResponseWriter: w, control: http.NewResponseController(w), stall: stall}
}

// Unwrap lets http.ResponseController find the connection.
func (w *responseWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// extend moves the deadline on; not for every small write, for it costs a lock.
func (w *responseWriter) extend() {
	now := time.Now()
	if w.until.Sub(now) > w.stall*3/4 {
		return
	}
	w.until = now.Add(w.stall)
	w.control.SetWriteDeadline(w.until) //nolint:errcheck // recorders in tests have none
}

func (w *responseWriter) WriteHeader(status int) {
	if status >= http.StatusOK && w.status == 0 {
		w.status = status
	}
	w.extend()
	w.ResponseWriter.WriteHeader(status)
}

func (w *responseWriter) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	w.extend()
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

// ReadFrom sends a file by the kernel, step by step, each with its deadline.
func (w *responseWriter) ReadFrom(src io.Reader) (int64, error) {
	rest := int64(-1)
	if l, ok := src.(*io.LimitedReader); ok { // the kernel takes a file in one limit, not in two
		src, rest = l.R, l.N
	}
	to, ok := w.ResponseWriter.(io.ReaderFrom)
	if !ok {
		to = writeOnly{w.ResponseWriter}
	}
	if w.status == 0 {
		w.status = http.StatusOK
	}
	var sent int64
	for rest != 0 {
		step := int64(copyStep)
		if rest > 0 {
			step = min(step, rest)
			rest -= step
		}
		w.extend()
		n, err := to.ReadFrom(&io.LimitedReader{R: src, N: step})
		sent += n
		w.bytes += n
		if err != nil || n < step {
			return sent, err
		}
	}
	return sent, nil
}

// Flush sends what is buffered.
func (w *responseWriter) Flush() {
	w.extend()
	if err := w.control.Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return // the next write tells
	}
}

type writeOnly struct{ io.Writer }

func (w writeOnly) ReadFrom(src io.Reader) (int64, error) {
	return io.Copy(struct{ io.Writer }{w.Writer}, src)
}

// slowest is the least that a sender must bring, in bytes a second on average
// after its first minutes: less is no upload but an occupied connection.
const slowest = 2 << 10

// progressReader reads a request's body under deadlines that move with it.
type progressReader struct {
	body    io.Reader
	control *http.ResponseController
	stall   time.Duration
	start   time.Time
	n       int64
	ended   bool
}

func newProgressReader(w http.ResponseWriter, body io.Reader, stall time.Duration) *progressReader {
	return &progressReader{body: body, control: http.NewResponseController(w), stall: stall, start: time.Now()}
}

func (p *progressReader) Read(b []byte) (int, error) {
	until := time.Now().Add(p.stall)
	if fair := p.start.Add(5*p.stall + time.Duration(p.n/slowest)*time.Second); fair.Before(until) {
		until = fair
	}
	p.control.SetReadDeadline(until) //nolint:errcheck // recorders in tests have none
	n, err := p.body.Read(b)
	p.n += int64(n)
	p.ended = p.ended || err == io.EOF
	return n, err
}

// done takes the deadline away from a body that was read to its end: left
// behind, it would end the connection while the answer is still being made.
// What was not read to its end keeps it, for the server reads some more before
// it answers, and would wait for a sender that has stopped.
func (p *progressReader) done() {
	if p.ended {
		p.control.SetReadDeadline(time.Time{}) //nolint:errcheck // recorders in tests have none
	}
}
