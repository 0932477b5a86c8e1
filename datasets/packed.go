package datasets

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Encoding is a content coding in which a finished download is kept, too.
type Encoding string

// The encodings, by their names in HTTP.
const (
	Gzip Encoding = "gzip"
	Zstd Encoding = "zstd"
)

// Encodings are all of them.
var Encodings = []Encoding{Zstd, Gzip}

// ext ends the name of the packed file.
func (e Encoding) ext() string {
	if e == Gzip {
		return ".gz"
	}
	return ".zst"
}

// Pack keeps a finished download in an encoding beside it, so that nobody has
// to wait for a compressor and the length is known. What is older than the
// download is made again.
func (l *Library) Pack(ctx context.Context, file *File, e Encoding) (*File, error) {
	path := file.Path + e.ext()
	if info, err := os.Stat(path); err == nil && info.ModTime().Before(file.ModTime) {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("remove an old download: %w", err)
		}
	}
	packed, err := l.made.get(ctx, path, func(ctx context.Context, to string) error { return pack(ctx, file.Path, e, to) })
	if err != nil {
		return nil, fmt.Errorf("pack a download: %w", err)
	}
	return packed, nil
}

// Packed gives a download in an encoding where it was packed before, and makes
// nothing; nil where it was not.
func (l *Library) Packed(ctx context.Context, file *File, e Encoding) (*File, error) {
	if !l.IsPacked(file, e) {
		return nil, nil
	}
	return l.Pack(ctx, file, e)
}

// IsPacked tells whether a download lies there in an encoding.
func (l *Library) IsPacked(file *File, e Encoding) bool {
	info, err := os.Stat(file.Path + e.ext())
	return err == nil && !info.ModTime().Before(file.ModTime)
}

// pack writes a file in an encoding to another one.
func pack(ctx context.Context, from string, e Encoding, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	var enc io.WriteCloser = gzip.NewWriter(out)
	if e == Zstd {
		// Browsers refuse windows over 8 MB; one goroutine leaves the others to those who wait.
		if enc, err = zstd.NewWriter(out, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(4<<20)); err != nil {
			return errors.Join(err, out.Close())
		}
	}
	_, err = io.Copy(enc, &untilDone{ctx: ctx, in: in})
	return errors.Join(err, enc.Close(), out.Close())
}

// untilDone reads until the context ends.
type untilDone struct {
	ctx context.Context
	in  io.Reader
}

func (u *untilDone) Read(p []byte) (int, error) {
	if u.ctx.Err() != nil {
		return 0, context.Cause(u.ctx)
	}
	return u.in.Read(p)
}
