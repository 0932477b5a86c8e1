// Package api is the way out: it answers HTTP. routes.go is the whole surface;
// handlers return errors, and one function writes them.
//
// It must not know SQL, read spreadsheets or decide who may do what: rows come
// from datasets.Library, uploads go to ingest, and catalog.May decides.
package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/prometheus/client_golang/prometheus"

	"gongkai"
	"gongkai/api/contract"
	"gongkai/api/fair"
	"gongkai/api/sandbox"
	"gongkai/catalog"
	"gongkai/catalog/search"
	"gongkai/datasets"
	"gongkai/datasets/cite"
)

// Uploads keeps the bytes that departments send; ingest.Blobs is one.
type Uploads interface {
	// Put streams r to disk and returns its SHA-256 in hex and its size once the
	// bytes are durable. Errors are *catalog.Error: TooLarge beyond limit bytes,
	// Full where the disk has no room or fails, Invalid where r breaks off.
	Put(ctx context.Context, r io.Reader, limit int64) (sha256 string, n int64, err error)
}

// Annotator makes annotated workbooks of uploads; ingest.Annotator is one.
type Annotator interface {
	// File gives the path of the workbook of an upload with these findings
	// marked; its base name stands for its content and ends in .xlsx or .xlsm.
	// Errors are *catalog.Error: Unprocessable where the file cannot be read.
	File(ctx context.Context, u *catalog.Upload, findings []catalog.Finding, lang catalog.Lang) (path string, err error)
}

// Pages are the pages for people; portal.Portal is one.
type Pages interface {
	Routes(r chi.Router)
	NotFound(w http.ResponseWriter, r *http.Request)
	// Citation shows what is cited, for people.
	Citation(w http.ResponseWriter, r *http.Request, c *datasets.Cited, source *cite.Source)
	// Fail says what went wrong, for people.
	Fail(w http.ResponseWriter, r *http.Request, err error)
}

// Config says what a Server serves and how.
type Config struct {
	Library   *datasets.Library // the way to rows; no default
	Store     catalog.Store     // no default
	Index     *search.Index     // finds public datasets; no default
	Uploads   Uploads           // no default
	Annotated Annotator         // default none: the operation answers 404
	SQL       *sandbox.Pool     // runs the SQL of strangers; default none: the operation answers 404
	Dir       string            // the data folder, for readiness; no default
	// Remove takes away the files that a purge leaves; default does nothing, and the sweep takes them.
	Remove    func(context.Context, *catalog.Leftovers) error
	Wake      func()                      // tells the runner that a job waits; default does nothing
	Changed   func(context.Context) error // called when a request has changed what the public sees, so that it is found at once; default does nothing
	Pages     Pages                       // default none
	BaseURL   string                      // scheme and host that clients use, no slash at the end; default http:// and the request's Host
	CityName  catalog.Text                // whose portal it is; default 开放数据 / Open data
	MaxUpload int64                       // bytes of one upload; default 1 GiB
	Quota     fair.Quota                  // of a client without a key; default 1,200 requests a minute, 16 at once
	KeyQuota  fair.Quota                  // of a client with a key; default 12,000 requests a minute, 64 at once
	Proxies   []netip.Prefix              // who is believed about X-Forwarded-For; default nobody but the machine itself
	Citations int64                       // that the catalogue may have; default 1,000,000
	// NewCitations is how many new ones a client may make in a day, ten times as
	// many with a key; default 200.
	NewCitations int
	Stall        time.Duration        // a client that takes or sends nothing for so long is dropped; default 60 s
	Grace        time.Duration        // how long downloads may run on after the order to stop; default 10 min
	Metrics      *prometheus.Registry // where metrics are registered; default a new one
	Log          *slog.Logger         // default discards
}

func (c *Config) setDefaults() {
	if c.Wake == nil {
		c.Wake = func() {}
	}
	if c.Remove == nil {
		c.Remove = func(context.Context, *catalog.Leftovers) error { return nil }
	}
	if c.Changed == nil {
		c.Changed = func(context.Context) error { return nil }
	}
	if c.CityName.Empty() {
		c.CityName = catalog.Text{ZH: "开放数据", EN: "Open data"}
	}
	if c.MaxUpload <= 0 {
		c.MaxUpload = 1 << 30
	}
	if c.Quota == (fair.Quota{}) {
		c.Quota = fair.Quota{Requests: 1200, AtOnce: 16}
	}
	if c.KeyQuota == (fair.Quota{}) {
		c.KeyQuota = fair.Quota{Requests: 12_000, AtOnce: 64}
	}
	if c.Proxies == nil {
		c.Proxies = fair.Loopback()
	}
	if c.Citations <= 0 {
		c.Citations = 1_000_000
	}
	if c.NewCitations <= 0 {
		c.NewCitations = 200
	}
	if c.Stall <= 0 {
		c.Stall = time.Minute
	}
	if c.Grace <= 0 {
		c.Grace = 10 * time.Minute
	}
	if c.Metrics == nil {
		c.Metrics = prometheus.NewRegistry()
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
}

// Server answers HTTP.
type Server struct {
	cfg      Config
	log      *slog.Logger
	contract *contract.Contract
	router   chi.Router
	metrics  *metrics
	encoders encoders
	stopping atomic.Bool
	held     atomic.Int64 // bytes of large bodies that are being sent
	tidy     tidier
	kept     keptPages
	limiter  *fair.Limiter // of requests
	citing   *fair.Limiter // of new citations
	counts   counts
}

// New makes a Server and its routes. It fails where openapi.yaml and the
// routes cannot be brought together.
func New(cfg Config) (*Server, error) {
	cfg.setDefaults()
	doc, err := contract.Load(context.Background(), gongkai.OpenAPI)
	if err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, log: cfg.Log, contract: doc, limiter: fair.New(quotaWindow), citing: fair.New(24 * time.Hour)}
	if s.metrics, err = newMetrics(cfg.Metrics); err != nil {
		return nil, fmt.Errorf("register metrics: %w", err)
	}
	if s.router, err = s.routes(); err != nil {
		return nil, err
	}
	return s, nil
}

// Handler is the whole surface.
func (s *Server) Handler() http.Handler { return s.router }

// Run serves on ln until ctx ends; then it takes no new connections, lets
// running requests end for as long as Config.Grace, and returns.
func (s *Server) Run(ctx context.Context, ln net.Listener) error {
	srv := &http.Server{
		Handler:           s.router,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	keeping, enough := context.WithCancel(context.WithoutCancel(ctx))
	var kept sync.WaitGroup
	kept.Go(func() { s.keepUsage(keeping) })
	defer kept.Wait()
	defer enough()
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(ln) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	s.stopping.Store(true)
	s.log.Info("stopping: running requests may end", "grace", s.cfg.Grace)
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.cfg.Grace)
	defer cancel()
	if err := srv.Shutdown(grace); err != nil {
		srv.Close()
		return fmt.Errorf("requests were still running after %s: %w", s.cfg.Grace, err)
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// base is the start of the URLs in answers.
func (s *Server) base(r *http.Request) string {
	if s.cfg.BaseURL != "" {
		return s.cfg.BaseURL
	}
	return "http://" + r.Host
}

// healthz says that the process answers.
func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	io.WriteString(w, "ok\n") //nolint:errcheck // a client that has gone hears nothing
}

// readyz says whether requests should be sent here: the catalogue answers and
// the files are there. A disk that cannot be written is told and does not make
// the server unready, for reading goes on.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	checks := map[string]string{"catalogue": "ok", "files": "ok", "disk": "ok", "serving": "ok"}
	ready := true
	unready := func(name string, err error) {
		ready = false
		checks[name] = "failing"
		s.log.WarnContext(ctx, "not ready", "check", name, "error", err)
	}
	if _, err := s.cfg.Store.Revision(ctx); err != nil {
		unready("catalogue", err)
	}
	if _, err := os.ReadDir(s.cfg.Dir); err != nil {
		unready("files", err)
	}
	if err := writable(s.cfg.Dir); err != nil {
		checks["disk"] = "read-only or full: uploads are refused, reading goes on"
	}
	if s.stopping.Load() {
		ready = false
		checks["serving"] = "stopping"
	}
	status := http.StatusOK
	if !ready {
		status = http.StatusServiceUnavailable
	}
	s.plainJSON(w, status, map[string]any{"ready": ready, "checks": checks})
}

// writable tries to make a file in dir durable.
func writable(dir string) error {
	f, err := os.CreateTemp(dir, ".ready-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if _, err := f.WriteString("ready\n"); err != nil {
		return err
	}
	return f.Sync()
}
