package ingest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"gongkai/catalog"
)

// Blobs keeps uploaded bytes, each once, under the hash of what they are.
type Blobs struct {
	dir  string
	sync func(*os.File) error // (*os.File).Sync; tests make it fail as a dying disk does
}

// NewBlobs opens the uploads of a data folder, making the folder where it is missing.
func NewBlobs(data string) (*Blobs, error) {
	dir := filepath.Join(data, "uploads")
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("make the folder of uploads: %w", err)
	}
	return &Blobs{dir: dir, sync: (*os.File).Sync}, nil
}

// Path gives where a blob lies.
func (b *Blobs) Path(hash string) string { return filepath.Join(b.dir, hash) }

// Put streams r into a blob and returns its SHA-256 in hex and its size. When
// it returns without error the bytes are durable: file and folder are synced.
// Errors are *catalog.Error: TooLarge beyond limit bytes, Full where the disk
// has no room or cannot make bytes durable, Invalid where r breaks off.
func (b *Blobs) Put(ctx context.Context, r io.Reader, limit int64) (hash string, size int64, err error) {
	tmp, err := os.OpenFile(filepath.Join(b.dir, partPrefix+rand.Text()), os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o640)
	if err != nil {
		return "", 0, full(err)
	}
	defer func() {
		tmp.Close()
		if err != nil {
			os.Remove(tmp.Name()) // the sweep takes what stays
		}
	}()
	sum := sha256.New()
	size, err = copyAtMost(ctx, tmp, sum, r, limit)
	if err != nil {
		return "", 0, err
	}
	hash = hex.EncodeToString(sum.Sum(nil))
	if err := b.sync(tmp); err != nil {
		return "", 0, full(err)
	}
	if err := os.Chmod(tmp.Name(), 0o440); err != nil {
		return "", 0, full(err)
	}
	if err := os.Rename(tmp.Name(), b.Path(hash)); err != nil {
		return "", 0, full(err)
	}
	if err := b.syncDir(); err != nil {
		return "", 0, full(err)
	}
	return hash, size, nil
}

// partPrefix marks uploads that have not ended.
const partPrefix = ".part-"

func copyAtMost(ctx context.Context, dst io.Writer, sum io.Writer, src io.Reader, limit int64) (int64, error) {
	buf := make([]byte, 256<<10)
	var size int64
	for {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		n, readErr := src.Read(buf)
		size += int64(n)
		if size > limit {
			return 0, catalog.Errorf(catalog.TooLarge, "split the workbook, or ask the operator to raise the limit on uploads",
				"the file is larger than the limit of %d bytes", limit)
		}
		if _, err := dst.Write(buf[:n]); err != nil {
			return 0, full(err)
		}
		sum.Write(buf[:n]) //nolint:errcheck // a hash never fails
		switch {
		case readErr == io.EOF:
			return size, nil
		case readErr != nil:
			e := catalog.Errorf(catalog.Invalid, "send the file again", "the upload broke off after %d bytes", size)
			e.Cause = readErr
			return 0, e
		}
	}
}

// Sweep removes uploads that never ended and are older than age.
func (b *Blobs) Sweep(age time.Duration) error {
	parts, err := filepath.Glob(filepath.Join(b.dir, partPrefix+"*"))
	if err != nil {
		return err
	}
	for _, p := range parts {
		if st, err := os.Stat(p); err == nil && time.Since(st.ModTime()) > age {
			if err := os.Remove(p); err != nil && !errors.Is(err, os.ErrNotExist) {
				return fmt.Errorf("remove an upload that never ended: %w", err)
			}
		}
	}
	return nil
}

// Remove takes blobs away for good. One that is not there is no error.
func (b *Blobs) Remove(hashes ...string) error {
	var errs []error
	for _, hash := range hashes {
		if err := os.Remove(b.Path(filepath.Base(hash))); !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(append(errs, b.syncDir())...)
}

// SweepUnneeded removes blobs older than age that needed does not name: of
// uploads that were purged, or that never came into the catalogue. It gives
// their hashes.
func (b *Blobs) SweepUnneeded(age time.Duration, needed func(hash string) bool) (removed []string, err error) {
	entries, err := os.ReadDir(b.dir)
	if err != nil {
		return nil, fmt.Errorf("list the uploads: %w", err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || strings.HasPrefix(e.Name(), partPrefix) || needed(e.Name()) || time.Since(info.ModTime()) < age {
			continue
		}
		if err := b.Remove(e.Name()); err != nil {
			return removed, fmt.Errorf("remove an upload that nothing needs: %w", err)
		}
		removed = append(removed, e.Name())
	}
	return removed, nil
}

// full makes of a failing disk an error that says so to the client.
func full(err error) error {
	e := catalog.Errorf(catalog.Full, "nothing was stored; try again later, the operator has to make room", "the store cannot take the file now")
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		e.Message = "the store has no room left for the file"
	}
	e.Cause = err
	return e
}

// syncDir makes the names in the folder durable, as fsync(2) says one has to.
func (b *Blobs) syncDir() error {
	d, err := os.Open(b.dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return b.sync(d)
}
