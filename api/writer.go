package api

import (
	"errors"
	"io"
	"math"
	"net/http"
	"os"
	"time"
)

// A file goes out in steps, each under one deadline, that grow for fast clients
// because each costs some system calls. Who took leastStep of a step until its
// deadline goes on; who took less is taken for dead.
const (
	leastStep = 64 << 10
	firstStep = 512 << 10
	lastStep  = 8 << 20
	fastStep  = 100 * time.Millisecond
)

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
	rest := int64(math.MaxInt64)
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
	file, _ := src.(io.Seeker)
	var start, sent int64
	if file != nil {
		start, _ = file.Seek(0, io.SeekCurrent) // where it is matters only if it can seek
	}
	for size := int64(firstStep); rest > 0; {
		step := min(size, rest)
		w.extend()
		begin := time.Now()
		n, err := to.ReadFrom(&io.LimitedReader{R: src, N: step})
		slow := errors.Is(err, os.ErrDeadlineExceeded) && n >= leastStep && sent > 0 && file != nil
		sent, rest, w.bytes = sent+n, rest-n, w.bytes+n
		switch {
		case slow: // the deadline has passed and the connection is whole: headers went out with the first step
			w.until = time.Time{}
			if _, err := file.Seek(start+sent, io.SeekStart); err != nil {
				return sent, err
			}
		case err != nil || n < step:
			return sent, err
		}
		if size = firstStep; time.Since(begin) < fastStep {
			size = min(2*step, lastStep)
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
