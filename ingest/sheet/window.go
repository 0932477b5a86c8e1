package sheet

import (
	"bytes"
	"context"
	"errors"
	"io"
	"regexp"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// The source is read in one goroutine and scanned in another, in blocks. In
// front of each block is room for what the scanner could not use of the one
// before, so that only those few bytes are copied.
const (
	blockBytes = 512 << 10
	blockRoom  = 64 << 10
	blockLeast = 16 << 10
	blocks     = 4
)

// window is the part of a stream that a scanner sees.
type window struct {
	b    []byte // at hand
	base int64  // of b[0] in the stream
	eof  bool   // nothing follows b

	limit  int // of bytes that one more may have to keep
	room   int // in front of a block
	size   int // of a block
	cancel context.CancelFunc
	full   chan filled
	free   chan []byte
	holds  []byte // the block that b lies in
	done   chan struct{}
}

type filled struct {
	block []byte // window.room, then the bytes
	err   error  // io.EOF at the end
}

// newWindow starts to read r. What must be at hand at once, a cell or a quoted
// field, may have limit bytes; hint is about how many bytes r has. The window
// must be closed.
func newWindow(ctx context.Context, r io.Reader, limit int, hint int64) *window {
	ctx, cancel := context.WithCancel(ctx)
	size := int(min(max(hint+1, blockLeast), blockBytes))
	w := &window{limit: limit, room: min(size, blockRoom), size: size, cancel: cancel, full: make(chan filled, blocks), free: make(chan []byte, blocks+1), done: make(chan struct{})}
	for range blocks {
		w.free <- nil // made when first needed: most parts are small
	}
	go w.read(ctx, r)
	return w
}

// read fills blocks until the stream ends or nobody wants more.
func (w *window) read(ctx context.Context, r io.Reader) {
	defer close(w.done)
	for {
		var block []byte
		select {
		case block = <-w.free:
		case <-ctx.Done():
			w.full <- filled{err: ctx.Err()}
			return
		}
		if block == nil {
			block = make([]byte, w.room+w.size)
		}
		block = block[:w.room+w.size]
		n, err := io.ReadFull(r, block[w.room:])
		if errors.Is(err, io.ErrUnexpectedEOF) && n < w.size {
			// ReadFull says this of a short end; a damaged part says it as a
			// Rejected, so this one is the plain end.
			err = io.EOF
		}
		w.full <- filled{block: block[:w.room+n], err: err}
		if err != nil {
			return
		}
	}
}

// more drops b[:used] and puts the next block behind the rest.
func (w *window) more(used int) error {
	rest := w.b[used:]
	w.base += int64(used)
	next := <-w.full
	if next.err != nil && !errors.Is(next.err, io.EOF) {
		w.full <- next // it stays the answer
		return next.err
	}
	w.eof = next.err != nil
	if len(rest) > w.limit {
		return errWindow
	}
	if len(rest) <= w.room {
		from := w.room - len(rest)
		copy(next.block[from:], rest)
		w.b = next.block[from:]
		w.release()
		w.holds = next.block
		return nil
	}
	joined := make([]byte, 0, 2*len(rest)+len(next.block))
	joined = append(append(joined, rest...), next.block[w.room:]...)
	w.release()
	w.b = joined
	w.free <- next.block
	return nil
}

// errWindow says that one thing is larger than the window may become.
var errWindow = errors.New("sheet: larger than the window")

func (w *window) release() {
	if w.holds != nil {
		w.free <- w.holds
		w.holds = nil
	}
}

// close stops the reader and waits for it.
func (w *window) close() {
	w.cancel()
	for {
		select {
		case <-w.full: // make room for its last word
		case <-w.done:
			return
		}
	}
}

// recoded gives an XML part as UTF-8, whatever encoding it declares.
func recoded(r io.Reader) io.Reader {
	head := make([]byte, 256)
	n, err := io.ReadFull(r, head)
	head = head[:n]
	var whole io.Reader = bytes.NewReader(head)
	switch {
	case err == nil:
		whole = io.MultiReader(whole, r)
	case !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		whole = io.MultiReader(whole, failingReader{err})
	}
	if bytes.HasPrefix(head, []byte{0xFF, 0xFE}) || bytes.HasPrefix(head, []byte{0xFE, 0xFF}) {
		return transform.NewReader(whole, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
	}
	m := xmlEncoding.FindSubmatch(head)
	if m == nil || strings.EqualFold(string(m[1]), "utf-8") {
		return whole
	}
	enc, err := htmlindex.Get(string(m[1]))
	if err != nil || strings.HasPrefix(strings.ToLower(string(m[1])), "utf-16") {
		return whole
	}
	return transform.NewReader(whole, enc.NewDecoder())
}

var xmlEncoding = regexp.MustCompile(`^\s*<\?xml[^>]*\sencoding\s*=\s*["']([A-Za-z0-9_.:-]+)["']`)

type failingReader struct{ err error }

func (f failingReader) Read([]byte) (int, error) { return 0, f.err }
