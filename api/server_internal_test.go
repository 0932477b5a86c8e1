package api

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"gongkai/catalog"
)

// TestBrokenStreams ends answers in all the ways they can end: before the
// first byte with a problem, afterwards with the connection.
func TestBrokenStreams(t *testing.T) {
	s, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	fail := errors.New("the disk is on fire")
	for _, c := range []struct {
		name, encoding string
		bytes          int
		err            error
		status         int // 0: the connection ends
	}{
		{"at once", identity, 0, catalog.Errorf(catalog.Deadline, "", "too slow"), 504},
		{"at once, compressed", zstdied, 0, catalog.Errorf(catalog.Busy, "", "busy"), 503},
		{"unknown", identity, 0, fail, 500},
		{"in the middle", identity, 1000, fail, 0},
		{"in the middle, compressed", gzipped, 1000, fail, 0},
		{"late", zstdied, 1 << 20, fail, 0},
		{"never", gzipped, 1 << 20, nil, 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			var missing error
			h := s.operation("getService", false, func(w http.ResponseWriter, _ *request) error {
				if c.encoding != identity {
					w.Header().Set("Content-Encoding", c.encoding)
				}
				return s.stream(w, c.encoding, func(out io.Writer) error {
					if c.bytes > 0 {
						if _, err := out.Write(make([]byte, c.bytes)); err != nil {
							return err
						}
					}
					return c.err
				})
			}, &missing)
			srv := httptest.NewServer(s.edge(h))
			defer srv.Close()
			client := http.Client{Transport: &http.Transport{DisableCompression: true}}
			defer client.CloseIdleConnections()
			res, err := client.Get(srv.URL)
			if err == nil {
				_, err = io.Copy(io.Discard, res.Body)
				res.Body.Close()
			}
			switch {
			case c.status == 0 && err == nil:
				t.Error("a part passes for the whole")
			case c.status != 0 && (err != nil || res.StatusCode != c.status):
				t.Errorf("%v %v", res, err)
			case c.status >= 400 && (res.Header.Get("Content-Encoding") != "" || res.Header.Get("Content-Type") != "application/problem+json"):
				t.Errorf("headers %v", res.Header)
			}
		})
	}
}

// kernel takes the pieces that a writer hands to the connection.
type kernel struct {
	http.ResponseWriter
	steps []int64
	file  bool
}

func (k *kernel) ReadFrom(src io.Reader) (int64, error) {
	l, ok := src.(*io.LimitedReader)
	if !ok {
		return 0, fmt.Errorf("handed a %T", src)
	}
	_, k.file = l.R.(*os.File)
	n, err := io.Copy(io.Discard, src)
	k.steps = append(k.steps, n)
	return n, err
}

// TestFilesGoByTheKernel wants files to reach the connection as files, in
// steps, for then the kernel copies them.
func TestFilesGoByTheKernel(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, make([]byte, 5<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	k := &kernel{ResponseWriter: httptest.NewRecorder()}
	w := newResponseWriter(k, time.Minute)
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	if err := serveContent(w, r, time.Now(), f); err != nil {
		t.Fatal(err)
	}
	if !k.file || len(k.steps) < 3 || k.steps[0] != firstStep || w.bytes != 5<<20 {
		t.Errorf("steps %v, of a file %v, %d bytes", k.steps, k.file, w.bytes)
	}
}

func TestProblemsHaveOneStatusEach(t *testing.T) {
	for kind := catalog.Internal; kind <= catalog.Stale; kind++ {
		if p := problemOf(kind); p.kind != kind {
			t.Errorf("kind %d has no entry", kind)
		}
	}
	slugs := map[string]bool{}
	for _, p := range problems {
		if slugs[p.slug] || slices.ContainsFunc([]catalog.Text{p.title, p.help, p.fix}, func(t catalog.Text) bool { return t.ZH == "" || t.EN == "" }) {
			t.Errorf("%+v", p)
		}
		slugs[p.slug] = true
	}
	if got := asError(fmt.Errorf("query: %w", os.ErrDeadlineExceeded)).Kind; got != catalog.Internal {
		t.Errorf("a deadline of the network is kind %d", got)
	}
}

// TestLargePagesWait fills what may be held for slow readers.
func TestLargePagesWait(t *testing.T) {
	s, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	send := func(n int) error {
		return s.send(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil), http.StatusOK, identity, make([]byte, n))
	}
	s.held.Store(maxHeld)
	if err := send(2 << 20); catalog.KindOf(err) != catalog.Busy {
		t.Errorf("a large page: %v", err)
	}
	if err := send(1000); err != nil {
		t.Errorf("a small page: %v", err)
	}
	s.held.Store(0)
	if err := send(2 << 20); err != nil || s.held.Load() != 0 {
		t.Errorf("with room: %v, %d held", err, s.held.Load())
	}
}
