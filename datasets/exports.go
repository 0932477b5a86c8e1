package datasets

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"gongkai/catalog"
	"gongkai/datasets/export"
	"gongkai/datasets/query"
)

// File is a finished download. It is never changed, only replaced by one with
// the same content.
type File struct {
	Path    string
	Bytes   int64
	SHA256  string // hex
	ModTime time.Time
}

// Export gives a whole table as a file: made by the first who asks, kept for
// all others under the version's content hash. Who asks while it is being made
// waits for it. Errors of kind Full leave no half file behind; Busy is answered
// where the caller's context ended before the file was begun.
func (l *Library) Export(ctx context.Context, ref *Ref, f export.Format) (*File, error) {
	b, err := bindAll(ref, query.Request{})
	if err != nil {
		return nil, err
	}
	path, err := l.files.exportPath(ref, f)
	if err != nil {
		return nil, err
	}
	file, err := l.made.get(ctx, path, func(ctx context.Context, to string) error {
		return l.files.makeFile(ctx, ref, b, f, to)
	})
	if err != nil {
		return nil, fmt.Errorf("make %s of table %s of %s: %w", f, ref.Table.Name, ref.Dataset.Slug, err)
	}
	return file, nil
}

// Copy writes what a request selects to w in a form, as the rows come. Only
// Parquet, DuckDB and SQLite files, which are not written from their begin to
// their end, are made in a temporary file first; as many are made at once as
// Config.MaxBuilds says, and who comes later waits for madeWait and is then told
// Busy. More groups than query.MaxGroups are TooLarge, before anything is written.
func (l *Library) Copy(ctx context.Context, ref *Ref, r query.Request, f export.Form, w io.Writer) error {
	b, err := bindAll(ref, r)
	if err != nil {
		return err
	}
	if !inPlace(f.Format) {
		if err := l.files.groupsWithin(ctx, ref, b); err != nil {
			return err
		}
		rows, err := l.files.stream(ctx, ref, b)
		if err != nil {
			return err
		}
		return export.Write(ctx, w, f, rows, metaOf(ref))
	}
	return l.files.copyMade(ctx, ref, b, f.Format, w)
}

// madeWait is how long a filtered file that is made first waits for a slot.
const madeWait = 10 * time.Second

func (s *Store) copyMade(ctx context.Context, ref *Ref, b *query.Bound, form export.Format, w io.Writer) error {
	waiting, cancel := context.WithTimeout(ctx, madeWait)
	defer cancel()
	if err := enter(waiting, s.builds); err != nil {
		return busy(fmt.Sprintf("%d files are being made, no more are started", cap(s.builds)))
	}
	f, err := func() (*os.File, error) {
		defer func() { <-s.builds }()
		return s.madeFile(ctx, ref, b, form)
	}()
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(w, f)
	return err
}

// madeFile makes a file that has no name any more when it is given
// out: it is gone with its reader, however that ends.
func (s *Store) madeFile(ctx context.Context, ref *Ref, b *query.Bound, form export.Format) (*os.File, error) {
	dir, err := makeDir(s.cfg.Dir, exportsDir)
	if err != nil {
		return nil, err
	}
	temp, err := os.CreateTemp(dir, "filtered-*"+tempExt)
	if err != nil {
		return nil, diskError(err)
	}
	temp.Close()
	defer os.Remove(temp.Name())
	if err := s.writeInPlace(ctx, ref, b, form, temp.Name()); err != nil {
		return nil, err
	}
	return os.Open(temp.Name())
}

// exportPath is where the whole-table file of a format lies. What the file says
// beside the rows goes into its name, where the format has room for it.
func (s *Store) exportPath(ref *Ref, f export.Format) (string, error) {
	if !isHash(ref.Version.ContentHash) {
		return "", fmt.Errorf("version %d of %s has no content hash", ref.Version.Number, ref.Dataset.Slug)
	}
	name := "table"
	for i := range ref.Version.Tables {
		if ref.Version.Tables[i].Name == ref.Table.Name {
			name += strconv.Itoa(i + 1)
		}
	}
	if f == export.XLSX || inPlace(f) {
		meta := metaOf(ref)
		meta.Columns = ref.Table.Columns
		text, err := json.Marshal(meta)
		if err != nil {
			return "", err
		}
		sum := sha256.Sum256(text)
		name += "-" + hex.EncodeToString(sum[:4])
	}
	return filepath.Join(s.cfg.Dir, exportsDir, ref.Version.ContentHash, name+f.Ext()), nil
}

func metaOf(ref *Ref) export.Meta {
	licence := ref.Dataset.Licence
	if term, ok := catalog.Lookup(catalog.Licences, licence); ok {
		licence = term.Name.In(catalog.ZH) + " " + term.URI
	}
	return export.Meta{
		Title:       ref.Dataset.Title.In(catalog.ZH),
		Dataset:     ref.Dataset.Slug,
		Version:     ref.Version.Number,
		Table:       ref.Table.Name,
		Licence:     licence,
		PublishedAt: ref.Version.PublishedAt,
	}
}

// makeFile writes a whole table to a new file.
func (s *Store) makeFile(ctx context.Context, ref *Ref, b *query.Bound, f export.Format, to string) error {
	if inPlace(f) {
		return s.writeInPlace(ctx, ref, b, f, to)
	}
	rows, err := s.stream(ctx, ref, b)
	if err != nil {
		return err
	}
	defer rows.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	return errors.Join(export.Write(ctx, out, export.Form{Format: f}, rows, metaOf(ref)), out.Close())
}

// exports makes each file once.
type exports struct {
	s     *Store
	slots chan struct{} // one for each file being made
	asked bool          // a file is made only while somebody waits for it

	mu     sync.Mutex
	making map[string]*making
	made   map[string]*File // by path; the SHA-256 of a file is computed once by process
}

type making struct {
	done    chan struct{}
	cancel  context.CancelFunc
	waiting int
	file    *File
	err     error
}

func newExports(s *Store, slots chan struct{}) *exports {
	return &exports{s: s, slots: slots, making: map[string]*making{}, made: map[string]*File{}}
}

// buildTime bounds how long a file may take to make.
const buildTime = time.Hour

// get gives the file at path, made by write where it is not there. It is made
// for everybody: that the first who asked goes away does not stop it, nor, but
// for exports that are asked, that all do.
func (e *exports) get(ctx context.Context, path string, write func(ctx context.Context, to string) error) (*File, error) {
	e.mu.Lock()
	if f := e.made[path]; f != nil && f.same() {
		e.mu.Unlock()
		return f, nil
	}
	m := e.making[path]
	if m == nil {
		m = &making{done: make(chan struct{})}
		e.making[path] = m
		var making context.Context
		making, m.cancel = context.WithTimeoutCause(context.WithoutCancel(ctx), buildTime, errSlow)
		go e.run(making, path, m, write)
	}
	m.waiting++
	e.mu.Unlock()
	select {
	case <-m.done:
		return m.file, m.err
	case <-ctx.Done():
		e.leave(path, m)
		return nil, context.Cause(ctx)
	}
}

// leave counts out one who waits no longer.
func (e *exports) leave(path string, m *making) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if m.waiting--; m.waiting > 0 || !e.asked {
		return
	}
	m.cancel()
	if e.making[path] == m {
		delete(e.making, path) // who comes now begins anew
	}
}

func (e *exports) run(ctx context.Context, path string, m *making, write func(context.Context, string) error) {
	defer m.cancel()
	m.file, m.err = e.find(ctx, path, write)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.making[path] == m {
		delete(e.making, path)
	}
	if m.err == nil {
		e.made[path] = m.file
	}
	close(m.done)
}

// forget drops what is known of a file that was removed.
func (e *exports) forget(path string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.made, path)
}

// find takes the file that an earlier process made, or makes it.
func (e *exports) find(ctx context.Context, path string, write func(context.Context, string) error) (*File, error) {
	if f, err := fileAt(path); !errors.Is(err, fs.ErrNotExist) {
		return f, err
	}
	if err := enter(ctx, e.slots); err != nil {
		return nil, err
	}
	defer func() { <-e.slots }()
	if err := e.install(ctx, path, write); err != nil {
		return nil, diskError(err)
	}
	return fileAt(path)
}

// tempExt ends the names of files that are not finished; Sweep removes old ones.
const tempExt = ".tmp"

// install makes the file beside its place and moves it there when it is
// durable, so that nobody ever reads half of it.
func (e *exports) install(ctx context.Context, path string, write func(context.Context, string) error) error {
	if _, err := makeDir(e.s.cfg.Dir, exportsDir); err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if _, err := makeDir(filepath.Dir(dir), filepath.Base(dir)); err != nil {
		return err
	}
	temp, err := os.CreateTemp(dir, filepath.Base(path)+"-*"+tempExt)
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name()) // does nothing after the rename
	temp.Close()
	if err := write(ctx, temp.Name()); err != nil {
		return err
	}
	f, err := os.Open(temp.Name())
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Chmod(temp.Name(), 0o444); err != nil {
		return err
	}
	if err := os.Rename(temp.Name(), path); err != nil {
		return err
	}
	return syncDir(dir)
}

// fileAt describes a finished file.
func fileAt(path string) (*File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	hash, size, err := hashOfFile(path)
	if err != nil {
		return nil, err
	}
	return &File{Path: path, Bytes: size, SHA256: hash, ModTime: info.ModTime()}, nil
}

// same reports whether the file is still there as it was.
func (f *File) same() bool {
	info, err := os.Stat(f.Path)
	return err == nil && info.Size() == f.Bytes && info.ModTime().Equal(f.ModTime)
}

// diskError makes kind Full of an error of the file system that says so.
func diskError(err error) error {
	var told *catalog.Error
	if errors.As(err, &told) {
		return err
	}
	for _, sign := range []error{unix.ENOSPC, unix.EDQUOT, unix.EFBIG, unix.EIO, unix.EROFS} {
		if errors.Is(err, sign) {
			return fullError(err)
		}
	}
	return err
}
