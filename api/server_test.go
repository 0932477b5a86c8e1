package api_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"gongkai/api"
	"gongkai/catalog"
	"gongkai/datasets"
	"gongkai/datasets/cite"
)

// lines keeps what was logged.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// rooms are pages that misbehave in the ways that a server has to bear.
type rooms struct {
	entered chan struct{}
	leave   chan struct{}
}

func (p *rooms) Routes(r chi.Router) {
	r.Get("/zh/panic", func(http.ResponseWriter, *http.Request) { panic("a page is broken") })
	r.Get("/zh/half", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		io.WriteString(w, "half")
		panic("a page is broken in its middle")
	})
	r.Get("/zh/slow", func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "begin ")
		w.(http.Flusher).Flush()
		close(p.entered)
		<-p.leave
		io.WriteString(w, "end")
	})
	r.Get("/zh/big", func(w http.ResponseWriter, _ *http.Request) {
		for range 4096 {
			if _, err := w.Write(make([]byte, 64<<10)); err != nil {
				close(p.entered)
				panic(http.ErrAbortHandler)
			}
		}
	})
}

func (p *rooms) NotFound(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusNotFound)
	io.WriteString(w, "<h1>no page</h1>")
}

func (p *rooms) Citation(w http.ResponseWriter, _ *http.Request, _ *datasets.Cited, source *cite.Source) {
	io.WriteString(w, source.Text(catalog.EN))
}

func (p *rooms) Fail(w http.ResponseWriter, _ *http.Request, err error) {
	w.WriteHeader(http.StatusTeapot)
	io.WriteString(w, err.Error())
}

func newRooms() *rooms { return &rooms{entered: make(chan struct{}), leave: make(chan struct{})} }

func TestEdge(t *testing.T) {
	log := &lines{}
	w := newWorld(t, func(c *api.Config) {
		c.Pages = newRooms()
		c.Log = slog.New(slog.NewJSONHandler(log, nil))
	})
	if a := w.get("/zh/none").want(404); string(a.body) != "<h1>no page</h1>" {
		t.Errorf("%s", a.body)
	}
	p := w.get("/zh/panic", "X-Request-Id", "find-me").want(500).problem()
	if p.RequestID != "find-me" || strings.Contains(p.Detail, "broken") {
		t.Errorf("%+v", p)
	}
	res, err := w.client.Get(w.url + "/zh/half")
	if err == nil {
		_, err = io.ReadAll(res.Body)
		res.Body.Close()
	}
	if err == nil {
		t.Error("half an answer passes for a whole one")
	}
	w.get("/api/v1/datasets/air-quality/rows").want(200)
	// The line is written when the answer is out, which its reader may notice first.
	for end := time.Now().Add(2 * time.Second); !strings.Contains(log.String(), "air-quality/rows") && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	var line struct {
		Msg, Method, Path, Route, Took string
		RequestID                      string `json:"request_id"`
		Status, Bytes                  int
	}
	found := 0
	for _, text := range strings.Split(strings.TrimSpace(log.String()), "\n") {
		if err := json.Unmarshal([]byte(text), &struct{}{}); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(text, `"msg":"request"`) && strings.Contains(text, "find-me") {
			found++
		}
		if strings.Contains(text, "air-quality/rows") {
			json.Unmarshal([]byte(text), &line)
		}
	}
	if found != 1 || !strings.Contains(log.String(), "a page is broken") {
		t.Errorf("%d lines for a request\n%s", found, log)
	}
	if line.Route != "/api/v1/datasets/{dataset}/rows" || line.Status != 200 || line.Bytes < 1000 {
		t.Errorf("%+v", line)
	}
	a := w.get("/metrics").want(200)
	for _, want := range []string{
		`gongkai_http_requests_total{method="GET",route="/api/v1/datasets/{dataset}/rows",status="200"} 1`,
		`gongkai_http_requests_total{method="GET",route="/zh/panic",status="500"} 1`,
		"gongkai_http_requests_in_flight 1", "go_goroutines", "process_resident_memory_bytes",
	} {
		if !strings.Contains(string(a.body), want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
	for path, policy := range map[string]string{"/api/v1": "default-src 'none'", "/zh/none": "default-src 'self'"} {
		h := w.get(path).Header
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") == "" || !strings.HasPrefix(h.Get("Content-Security-Policy"), policy) {
			t.Errorf("%s: %v", path, h)
		}
	}
}

func TestReadiness(t *testing.T) {
	w := newWorld(t)
	if a := w.get("/healthz").want(200); string(a.body) != "ok\n" {
		t.Errorf("%s", a.body)
	}
	var ready struct {
		Ready  bool
		Checks map[string]string
	}
	w.get("/readyz").want(200).json(&ready)
	if !ready.Ready || ready.Checks["disk"] != "ok" {
		t.Errorf("%+v", ready)
	}
	w.must(w.store.Close())
	w.get("/readyz").want(503).json(&ready)
	if ready.Ready || ready.Checks["catalogue"] == "ok" {
		t.Errorf("%+v", ready)
	}
	w.get("/healthz").want(200)
}

// TestReadyOnFullDisk takes the data folder's writability away by replacing it
// with a path that cannot hold files.
func TestReadyOnFullDisk(t *testing.T) {
	w := newWorld(t, func(c *api.Config) { c.Dir = "/proc/self/fd" })
	var ready struct {
		Ready  bool
		Checks map[string]string
	}
	w.get("/readyz").want(200).json(&ready)
	if !ready.Ready || ready.Checks["disk"] == "ok" {
		t.Errorf("%+v", ready)
	}
}

// serve runs the real server and gives its address and how it ended.
func serve(t *testing.T, w *world) (url string, stop func(), ended chan error) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	w.must(err)
	ctx, cancel := context.WithCancel(context.Background())
	ended = make(chan error, 1)
	go func() { ended <- w.api.Run(ctx, ln) }()
	t.Cleanup(cancel)
	return "http://" + ln.Addr().String(), cancel, ended
}

func TestShutdownFinishesDownloads(t *testing.T) {
	pages := newRooms()
	w := newWorld(t, func(c *api.Config) { c.Pages = pages })
	url, stop, ended := serve(t, w)
	res, err := http.Get(url + "/zh/slow")
	w.must(err)
	defer res.Body.Close()
	<-pages.entered
	stop()
	time.Sleep(50 * time.Millisecond)
	if _, err := net.DialTimeout("tcp", strings.TrimPrefix(url, "http://"), time.Second); err == nil {
		t.Error("new connections are still taken")
	}
	w.get("/readyz").want(503)
	select {
	case err := <-ended:
		t.Fatalf("did not wait: %v", err)
	default:
	}
	close(pages.leave)
	body, err := io.ReadAll(res.Body)
	if err != nil || string(body) != "begin end" {
		t.Errorf("download: %q %v", body, err)
	}
	if err := <-ended; err != nil {
		t.Errorf("Run: %v", err)
	}
}

func TestShutdownGrace(t *testing.T) {
	pages := newRooms()
	w := newWorld(t, func(c *api.Config) { c.Pages, c.Grace = pages, 50*time.Millisecond })
	url, stop, ended := serve(t, w)
	res, err := http.Get(url + "/zh/slow")
	w.must(err)
	defer res.Body.Close()
	<-pages.entered
	stop()
	if err := <-ended; !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Run: %v", err)
	}
	close(pages.leave)
}

// TestStall reads nothing of an answer: the connection is dropped. One who
// reads slowly but steadily gets all of it.
func TestStall(t *testing.T) {
	pages := newRooms()
	w := newWorld(t, func(c *api.Config) { c.Pages, c.Stall = pages, 300*time.Millisecond })
	url, _, _ := serve(t, w)
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	w.must(err)
	defer conn.Close()
	fmt.Fprintf(conn, "GET /zh/big HTTP/1.1\r\nHost: x\r\n\r\n")
	select {
	case <-pages.entered:
	case <-time.After(5 * time.Second):
		t.Error("a reader that has stopped holds its connection")
	}
}

func TestSlowUploadIsDropped(t *testing.T) {
	w := newWorld(t, func(c *api.Config) { c.Stall = 200 * time.Millisecond })
	url, _, _ := serve(t, w)
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	w.must(err)
	defer conn.Close()
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: 1000\r\n\r\na,b\n", uploads, w.tokens["environment"])
	conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("no answer: %v", err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusBadRequest {
		t.Errorf("answered %s", res.Status)
	}
}

// TestLongDownload takes longer over a file than a stalled reader may, without
// ever stalling.
func TestLongDownload(t *testing.T) {
	w := newWorld(t, func(c *api.Config) { c.Stall = 300 * time.Millisecond })
	url, _, _ := serve(t, w)
	file := grow(t, w, 12<<20)
	want, err := os.ReadFile(file)
	w.must(err)
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	w.must(err)
	defer conn.Close()
	conn.(*net.TCPConn).SetReadBuffer(64 << 10)
	fmt.Fprintf(conn, "GET /api/v1/datasets/air-quality/export.csv HTTP/1.1\r\nHost: x\r\n\r\n")
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	w.must(err)
	defer res.Body.Close()
	start := time.Now()
	var got bytes.Buffer
	for {
		_, err := io.CopyN(&got, res.Body, 256<<10)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("after %v and %d bytes: %v", time.Since(start), got.Len(), err)
		}
		time.Sleep(20 * time.Millisecond)
	}
	if !bytes.Equal(got.Bytes(), want) || time.Since(start) < 600*time.Millisecond {
		t.Errorf("%d of %d bytes in %v, or others", got.Len(), len(want), time.Since(start))
	}
}

// grow replaces the stored download of air quality by one of size bytes, each
// line another, and gives its path.
func grow(t testing.TB, w *world, size int) string {
	t.Helper()
	w.get("/api/v1/datasets/air-quality/export.csv").want(200)
	files, err := filepath.Glob(filepath.Join(w.dir, "exports", "*", "*.csv"))
	w.must(err)
	if len(files) != 1 {
		t.Fatalf("downloads %v", files)
	}
	w.must(os.Chmod(files[0], 0o600))
	var b bytes.Buffer
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "%d,abcdefghijk,zyxwvutsrq\n", i)
	}
	w.must(os.WriteFile(files[0], b.Bytes(), 0o600))
	return files[0]
}

// BenchmarkDownload compares the download of a whole table with a static file
// server on the same file.
func BenchmarkDownload(b *testing.B) {
	w := newWorld(b)
	file := grow(b, w, 100<<20)
	info, err := os.Stat(file)
	w.must(err)
	size := info.Size()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	w.must(err)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go w.api.Run(ctx, ln)
	static, err := net.Listen("tcp", "127.0.0.1:0")
	w.must(err)
	go http.Serve(static, http.FileServer(http.Dir(filepath.Dir(file))))
	fetch := func(b *testing.B, url string) {
		b.SetBytes(size)
		for range b.N {
			res, err := w.client.Get(url)
			w.must(err)
			n, err := io.Copy(io.Discard, res.Body)
			res.Body.Close()
			if n != size || err != nil {
				b.Fatalf("%d bytes: %v", n, err)
			}
		}
	}
	for range 3 {
		b.Run("static", func(b *testing.B) { fetch(b, "http://"+static.Addr().String()+"/"+filepath.Base(file)) })
		b.Run("api", func(b *testing.B) { fetch(b, "http://"+ln.Addr().String()+"/api/v1/datasets/air-quality/export.csv") })
	}
}
