package ingest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"gongkai/catalog"
	"gongkai/ingest/annotate"
	"gongkai/ingest/sheet"
)

// AnnotatorConfig says how annotated workbooks are made.
type AnnotatorConfig struct {
	Blobs   *Blobs
	Data    string       // data folder; files are kept in annotated/
	Exe     string       // program to start as `Exe worker annotate`
	Limits  Limits       // of each
	AtOnce  int          // children that run at the same time. Default 1.
	Waiting int          // that may wait for their turn beside those. Default 16.
	Log     *slog.Logger //
}

// Annotator makes annotated workbooks of uploads, each once, in child
// processes, and keeps them under a hash of all that they are made of.
type Annotator struct {
	cfg   AnnotatorConfig
	dir   string
	slots chan struct{}

	mu     sync.Mutex
	flying map[string]*flight
}

// flight is a workbook that is being made.
type flight struct {
	done chan struct{}
	path string
	err  error
}

// annotatedExt are the names that kept files end in: the second where the
// workbook has macros.
var annotatedExt = [...]string{".xlsx", ".xlsm"}

// NewAnnotator opens the annotated files of a data folder.
func NewAnnotator(cfg AnnotatorConfig) (*Annotator, error) {
	if cfg.AtOnce == 0 {
		cfg.AtOnce = 1
	}
	if cfg.Waiting == 0 {
		cfg.Waiting = 16
	}
	cfg.Limits = cfg.Limits.withDefaults()
	a := &Annotator{cfg: cfg, dir: filepath.Join(cfg.Data, "annotated"), slots: make(chan struct{}, cfg.AtOnce), flying: map[string]*flight{}}
	if err := os.MkdirAll(a.dir, 0o750); err != nil {
		return nil, fmt.Errorf("make the folder of annotated workbooks: %w", err)
	}
	return a, nil
}

// File gives the path of an upload's workbook with these findings marked, made
// now where it was not before; it ends in .xlsm where the workbook has macros.
// Its name stands for its content. Errors are *catalog.Error: Unprocessable
// where the file cannot be read, with the reason; Busy where too many wait;
// Full where the disk has no room.
func (a *Annotator) File(ctx context.Context, up *catalog.Upload, findings []catalog.Finding, lang catalog.Lang) (string, error) {
	key, err := annotatedKey(up, findings, lang)
	if err != nil {
		return "", err
	}
	if path := a.kept(key); path != "" {
		return path, nil
	}
	f, err := a.join(ctx, key, up, findings, lang)
	if err != nil {
		return "", err
	}
	select {
	case <-f.done:
		return f.path, f.err
	case <-ctx.Done():
		return "", ctx.Err() // others may wait for the same file: it is made to its end
	}
}

// annotatedKey names what a file is made of, and begins with the upload's hash:
// who removes that finds what was made of it.
func annotatedKey(up *catalog.Upload, findings []catalog.Finding, lang catalog.Lang) (string, error) {
	b, err := json.Marshal([]any{annotate.Revision, up.Blob, up.Filename, up.Options, lang, findings})
	if err != nil {
		return "", fmt.Errorf("name an annotated workbook: %w", err)
	}
	sum := sha256.Sum256(b)
	return up.Blob + "-" + hex.EncodeToString(sum[:16]), nil
}

// Forget removes the annotated workbooks of uploads, by their hashes. One that
// is being made just now is removed by the next sweep.
func (a *Annotator) Forget(blobs ...string) error {
	return a.remove(func(name string, _ time.Duration) bool {
		blob, _, named := strings.Cut(name, "-")
		return !strings.HasPrefix(name, partPrefix) && (!named || slices.Contains(blobs, blob)) // without: made by an older release
	})
}

// kept gives the path of a file that was made before.
func (a *Annotator) kept(key string) string {
	for _, ext := range annotatedExt {
		path := filepath.Join(a.dir, key+ext)
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return ""
}

// join begins to make a file, or joins those who wait for it.
func (a *Annotator) join(ctx context.Context, key string, up *catalog.Upload, findings []catalog.Finding, lang catalog.Lang) (*flight, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if f := a.flying[key]; f != nil {
		return f, nil
	}
	if len(a.flying) >= a.cfg.AtOnce+a.cfg.Waiting {
		return nil, catalog.Errorf(catalog.Busy, "try again in a moment", "too many annotated workbooks are being made")
	}
	f := &flight{done: make(chan struct{})}
	a.flying[key] = f
	go func() {
		a.slots <- struct{}{}
		if f.path = a.kept(key); f.path == "" { // made since it was looked for
			f.path, f.err = a.make(context.WithoutCancel(ctx), key, up, findings, lang)
		}
		<-a.slots
		a.mu.Lock()
		delete(a.flying, key)
		a.mu.Unlock()
		close(f.done)
	}()
	return f, nil
}

// make runs the child. Its file gets its name when it is whole and durable.
func (a *Annotator) make(ctx context.Context, key string, up *catalog.Upload, findings []catalog.Finding, lang catalog.Lang) (path string, err error) {
	part := filepath.Join(a.dir, partPrefix+rand.Text())
	defer os.Remove(part)
	start := time.Now()
	c := child{exe: a.cfg.Exe, verb: "annotate", limits: a.cfg.Limits, log: a.cfg.Log.With("upload", up.ID)}
	end, err := c.run(ctx, AnnotateOrder{
		Blob: a.cfg.Blobs.Path(up.Blob), Filename: up.Filename, Encoding: up.Options.Encoding,
		Findings: findings, Lang: lang, Out: part, Limits: a.cfg.Limits,
	}, func(catalog.Progress) {})
	if err != nil {
		return "", err
	}
	switch {
	case end.Marked != nil:
	case end.Refused != nil:
		return "", RefusalError(end.Refused)
	case end.Failed != nil:
		e := catalog.Errorf(end.Failed.Kind, "", "the annotated workbook could not be made")
		e.Cause = errors.New(end.Failed.Message)
		return "", e
	default:
		return "", errors.New("the child that annotates ended with another answer")
	}
	ext := annotatedExt[0]
	if end.Marked.Macros {
		ext = annotatedExt[1]
	}
	path = filepath.Join(a.dir, key+ext)
	if err := os.Rename(part, path); err != nil {
		return "", full(err)
	}
	a.cfg.Log.Info("workbook annotated", "upload", up.ID, "cells", end.Marked.Marked, "copied", end.Marked.Copied, "took", time.Since(start))
	return path, nil
}

// RefusalError makes of the finding that refused a file an error for its
// department.
func RefusalError(f *catalog.Finding) *catalog.Error {
	return catalog.Errorf(catalog.Unprocessable, f.Fix(catalog.EN), "there is no annotated workbook (%s): %s", f.Code, f.Sentence(catalog.EN))
}

// Sweep removes what never ended, files that were made more than age ago, for
// they are made again when somebody asks, and those of uploads that needed does
// not name.
func (a *Annotator) Sweep(age time.Duration, needed func(blob string) bool) error {
	return a.remove(func(name string, old time.Duration) bool {
		if strings.HasPrefix(name, partPrefix) {
			return old >= min(age, a.cfg.Limits.Wall+time.Minute)
		}
		blob, _, _ := strings.Cut(name, "-")
		return old >= age || !needed(blob)
	})
}

// remove removes the files that are to go, by name and age.
func (a *Annotator) remove(goes func(name string, old time.Duration) bool) error {
	entries, err := os.ReadDir(a.dir)
	if err != nil {
		return fmt.Errorf("list the annotated workbooks: %w", err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !goes(e.Name(), time.Since(info.ModTime())) {
			continue // gone by itself, or to stay
		}
		if err := os.Remove(filepath.Join(a.dir, e.Name())); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("remove an annotated workbook: %w", err)
		}
	}
	return nil
}

// WorkAnnotate is the whole life of `worker annotate`: it reads an
// AnnotateOrder from in, limits itself, writes the workbook and tells out.
func WorkAnnotate(ctx context.Context, in io.Reader, out io.Writer) error {
	var order AnnotateOrder
	if err := begin(in, &order); err != nil {
		return err
	}
	if err := order.Limits.impose(); err != nil {
		return err
	}
	w := &reporter{out: json.NewEncoder(out)}
	res, err := order.write(ctx)
	if err != nil {
		return w.ended(err)
	}
	return w.send(message{Marked: res})
}

// write reads the file as ingest does and writes it annotated, durably.
func (o AnnotateOrder) write(ctx context.Context) (*annotate.Result, error) {
	wb, err := sheet.Open(ctx, o.Blob, sheet.Options{
		Name: o.Filename, Encoding: o.Encoding, Limits: sheet.Limits{Inflated: o.Limits.Inflated}, TempDir: os.TempDir(),
	})
	if err != nil {
		return nil, err
	}
	defer wb.Close()
	dropFront(wb)
	f, err := os.OpenFile(o.Out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o440)
	if err != nil {
		return nil, full(err)
	}
	res, err := annotate.Write(ctx, annotate.Source{Path: o.Blob, Name: o.Filename, Workbook: wb, TempDir: os.TempDir()}, o.Findings, o.Lang, f)
	if err != nil {
		f.Close()
		return nil, err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return nil, full(err)
	}
	return res, nil
}
