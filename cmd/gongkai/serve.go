package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"gongkai/api"
	"gongkai/api/fair"
	"gongkai/api/portal"
	"gongkai/api/sandbox"
	"gongkai/catalog"
	"gongkai/catalog/search"
	"gongkai/datasets"
	"gongkai/ingest"
)

// serveOptions are the flags of serve.
type serveOptions struct {
	data, listen, baseURL, logFormat string
	city                             catalog.Text
	maxUpload, jobMemory, queryMem   int64
	jobCPU, jobTime, queryTime       time.Duration
	grace, keepDrafts                time.Duration
	sqlRunning                       int
	sqlMemory, sqlRows, sqlBytes     int64
	sqlTime                          time.Duration
	prepare                          bool
	quota, keyQuota                  fair.Quota
	proxies                          string
	trusted                          []netip.Prefix
	citations                        int64
	newCitations                     int
}

func serveCommand() *cobra.Command {
	var o serveOptions
	cmd := &cobra.Command{Use: "serve", Short: "Serve a data folder: pages, API, uploads", Args: exactArgs(0)}
	data := dataFlag(cmd)
	f := cmd.Flags()
	f.StringVar(&o.listen, "listen", "127.0.0.1:8080", "address to listen on; port 0 takes a free one")
	f.StringVar(&o.baseURL, "base-url", "", "scheme and host under which clients reach it, where a proxy stands in front")
	f.StringVar(&o.city.ZH, "city", "示例市", "name of the city, in Chinese")
	f.StringVar(&o.city.EN, "city-en", "Example City", "name of the city, in English")
	f.StringVar(&o.logFormat, "log-format", "text", "text or json")
	f.Int64Var(&o.maxUpload, "max-upload", 1<<30, "bytes of an upload")
	f.Int64Var(&o.jobMemory, "job-memory", 1<<30, "bytes of private memory of a job")
	f.DurationVar(&o.jobCPU, "job-cpu", 10*time.Minute, "processor time of a job")
	f.DurationVar(&o.jobTime, "job-time", 15*time.Minute, "wall time of a job")
	f.Int64Var(&o.queryMem, "query-memory", 512<<20, "bytes of memory of all queries together")
	f.DurationVar(&o.queryTime, "query-time", 30*time.Second, "wall time of a page's query")
	f.DurationVar(&o.grace, "grace", 10*time.Minute, "how long downloads may take to end after the order to stop")
	f.DurationVar(&o.keepDrafts, "keep-drafts", 24*time.Hour, "how long a draft is kept after a later version took its place")
	f.IntVar(&o.sqlRunning, "sql-running", 2, "SQL statements of strangers that run at once, each in a process of its own; 0 answers none")
	f.Int64Var(&o.sqlMemory, "sql-memory", 512<<20, "bytes of private memory of a statement's process")
	f.DurationVar(&o.sqlTime, "sql-time", 10*time.Second, "wall and processor time of a statement")
	f.Int64Var(&o.sqlRows, "sql-rows", 100_000, "rows of a statement's answer; what is cut off is told")
	f.Int64Var(&o.sqlBytes, "sql-bytes", 16<<20, "bytes of a statement's answer, about; what is cut off is told")
	f.IntVar(&o.quota.Requests, "quota", 1200, "requests that a client without a key may make in a minute; this machine itself is not limited")
	f.IntVar(&o.quota.AtOnce, "quota-at-once", 16, "requests that a client without a key may have under way")
	f.IntVar(&o.keyQuota.Requests, "key-quota", 12_000, "requests that a client with a key may make in a minute")
	f.IntVar(&o.keyQuota.AtOnce, "key-quota-at-once", 64, "requests that a client with a key may have under way")
	f.StringVar(&o.proxies, "trusted-proxies", "127.0.0.0/8,::1", "networks whose X-Forwarded-For is believed, separated by commas; also "+proxiesVariable+" in the environment")
	f.Int64Var(&o.citations, "citations", 1_000_000, "citations that the catalogue keeps; no more are taken")
	f.IntVar(&o.newCitations, "citations-a-day", 200, "new citations that a client without a key may make in a day; ten times as many with one")
	f.BoolVar(&o.prepare, "prepare", true, "make the download files of what is published before anybody asks for them")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		o.data = *data
		if set, ok := os.LookupEnv(proxiesVariable); ok && !cmd.Flags().Changed("trusted-proxies") {
			o.proxies = set
		}
		if err := o.check(); err != nil {
			return &exitError{exitUsage, err}
		}
		log := slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), nil))
		if o.logFormat == "json" {
			log = slog.New(slog.NewJSONHandler(cmd.ErrOrStderr(), nil))
		}
		return serve(cmd.Context(), o, log, func(url string) {
			fmt.Fprintln(cmd.OutOrStdout(), "serving "+o.data+" at "+url)
		})
	}
	return cmd
}

// proxiesVariable is where the environment says what --trusted-proxies does.
const proxiesVariable = "GONGKAI_TRUSTED_PROXIES"

// leastSQLMemory is what the process of a statement starts with on a busy machine.
const leastSQLMemory = 256 << 20

// check refuses limits with which nothing would be answered.
func (o *serveOptions) check() error {
	for _, limit := range []struct {
		flag  string
		value int64
	}{
		{"max-upload", o.maxUpload}, {"job-memory", o.jobMemory}, {"job-cpu", int64(o.jobCPU)}, {"job-time", int64(o.jobTime)}, {"keep-drafts", int64(o.keepDrafts)},
		{"query-memory", o.queryMem}, {"query-time", int64(o.queryTime)},
		{"sql-memory", o.sqlMemory}, {"sql-time", int64(o.sqlTime)}, {"sql-rows", o.sqlRows}, {"sql-bytes", o.sqlBytes},
		{"quota", int64(o.quota.Requests)}, {"quota-at-once", int64(o.quota.AtOnce)},
		{"citations", o.citations}, {"citations-a-day", int64(o.newCitations)},
		{"key-quota", int64(o.keyQuota.Requests)}, {"key-quota-at-once", int64(o.keyQuota.AtOnce)},
	} {
		if limit.value <= 0 {
			return fmt.Errorf("--%s is a limit and wants more than zero", limit.flag)
		}
	}
	if o.sqlMemory < leastSQLMemory {
		return fmt.Errorf("--sql-memory wants at least %d: the engine alone takes most of less", int64(leastSQLMemory))
	}
	var err error
	if o.trusted, err = fair.ParseProxies(o.proxies); err != nil {
		return fmt.Errorf("--trusted-proxies (or %s) wants networks such as 10.0.0.0/8, separated by commas: %w", proxiesVariable, err)
	}
	if o.logFormat != "text" && o.logFormat != "json" {
		return fmt.Errorf("--log-format is text or json, not %q", o.logFormat)
	}
	return nil
}

// serve runs until ctx ends; ready is called with the URL once it listens.
func serve(ctx context.Context, o serveOptions, log *slog.Logger, ready func(url string)) error {
	fo, err := openFolder(ctx, o.data)
	if err != nil {
		return err
	}
	defer fo.close()
	files, err := datasets.Open(datasets.Config{Dir: fo.dir, MemoryLimit: o.queryMem, QueryDeadline: o.queryTime, Log: log})
	if err != nil {
		return fmt.Errorf("open the version files: %w", err)
	}
	defer files.Close()
	library := datasets.NewLibrary(fo.store, files)
	index := search.New()
	follower := search.NewFollower(search.FollowerConfig{Store: fo.store, Index: index, Log: log})
	if err := follower.Refresh(ctx); err != nil {
		return fmt.Errorf("index the catalogue: %w", err)
	}
	ln, err := net.Listen("tcp", o.listen)
	if err != nil {
		return err
	}
	if o.baseURL == "" {
		log.Info("no --base-url is set: links begin as each request's Host says, and shared caches keep nothing")
	}
	pages, err := portal.New(portal.Config{Library: library, Store: fo.store, Index: index, BaseURL: o.baseURL, City: o.city, Log: log})
	if err != nil {
		return err
	}
	var srv *api.Server // set before the runner starts
	refresh := seldom(follower, log)
	// Who reads pages goes before what is read in.
	limits := ingest.Limits{Memory: o.jobMemory, CPU: o.jobCPU, Wall: o.jobTime, Nice: 10}
	runner, err := fo.runner(log, limits, func(id catalog.JobID) {
		refresh(ctx)
		srv.JobEnded(ctx, id)
	})
	if err != nil {
		return err
	}
	annotator, err := fo.annotator(log, limits)
	if err != nil {
		return err
	}
	clean := &cleaner{fo: fo, files: files, annotator: annotator, drafts: o.keepDrafts, log: log}
	pool, err := statements(o, log)
	if err != nil {
		return err
	}
	if pool != nil {
		defer pool.Close()
	}
	srv, err = api.New(api.Config{
		SQL:     pool,
		Library: library, Store: fo.store, Index: index, Uploads: fo.blobs, Annotated: annotator, Dir: fo.dir, Remove: clean.remove, Wake: runner.Wake, Changed: follower.Refresh, Pages: pages,
		BaseURL: strings.TrimRight(o.baseURL, "/"), CityName: o.city, MaxUpload: o.maxUpload, Grace: o.grace, Log: log,
		Quota: o.quota, KeyQuota: o.keyQuota, Proxies: o.trusted, Citations: o.citations, NewCitations: o.newCitations,
	})
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var background sync.WaitGroup
	background.Go(func() { follower.Run(ctx) })
	background.Go(func() { runner.Run(ctx) })
	if o.prepare {
		background.Go(func() { (&preparer{library: library, index: index, log: log}).run(ctx) })
	}
	background.Go(func() { clean.hourly(ctx) })
	background.Go(func() { clean.lettingGo(ctx) })
	ready("http://" + ln.Addr().String())
	err = srv.Run(ctx, ln)
	stop()
	background.Wait()
	return err
}

// seldom gives a function that indexes the catalogue, once a second at most:
// each time all of it is read, which is too much for every one of many small
// jobs. The follower looks twice a second anyway.
func seldom(follower *search.Follower, log *slog.Logger) func(context.Context) {
	var lately atomic.Int64 // milliseconds
	return func(ctx context.Context) {
		now, was := time.Now().UnixMilli(), lately.Load()
		if now-was <= 1000 || !lately.CompareAndSwap(was, now) {
			return
		}
		if err := follower.Refresh(ctx); err != nil && ctx.Err() == nil {
			log.Error("index the catalogue", "err", err)
		}
	}
}

// statements makes the pool of processes that run the SQL of strangers; nil
// where none is wanted.
func statements(o serveOptions, log *slog.Logger) (*sandbox.Pool, error) {
	if o.sqlRunning <= 0 {
		return nil, nil
	}
	exe, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find the program itself: %w", err)
	}
	return sandbox.New(sandbox.Config{
		Exe: exe, Running: o.sqlRunning, Memory: o.sqlMemory, Time: o.sqlTime, Rows: o.sqlRows, Bytes: o.sqlBytes, Log: log,
	}), nil
}
