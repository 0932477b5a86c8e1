package ingest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"

	"gongkai/catalog"
)

func newBlobs(t testing.TB) *Blobs {
	t.Helper()
	b, err := NewBlobs(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestPutKeepsTheBytes(t *testing.T) {
	b := newBlobs(t)
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")
		hash, n, err := b.Put(context.Background(), iotest.OneByteReader(bytes.NewReader(want)), 1<<20)
		if err != nil || n != int64(len(want)) {
			t.Fatalf("put: %d bytes, %v", n, err)
		}
		sum := sha256.Sum256(want)
		if hash != hex.EncodeToString(sum[:]) {
			t.Fatalf("hash %s", hash)
		}
		got, err := os.ReadFile(b.Path(hash))
		if err != nil || !bytes.Equal(got, want) {
			t.Fatalf("read back %d bytes: %v", len(got), err)
		}
	})
}

func TestPutRefuses(t *testing.T) {
	broken := errors.New("connection reset")
	for _, c := range []struct {
		name  string
		r     io.Reader
		limit int64
		sync  func(*os.File) error
		want  catalog.Kind
	}{
		{"over the limit", strings.NewReader("12345"), 4, nil, catalog.TooLarge},
		{"broken off", io.MultiReader(strings.NewReader("123"), iotest.ErrReader(broken)), 100, nil, catalog.Invalid},
		{"fsync fails", strings.NewReader("12345"), 100, func(*os.File) error { return syscall.EIO }, catalog.Full},
		{"disk full on fsync", strings.NewReader("12345"), 100, func(*os.File) error { return syscall.ENOSPC }, catalog.Full},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBlobs(t)
			if c.sync != nil {
				b.sync = c.sync
			}
			hash, _, err := b.Put(context.Background(), c.r, c.limit)
			if catalog.KindOf(err) != c.want || err == nil {
				t.Fatalf("put: %q %v", hash, err)
			}
			var e *catalog.Error
			if !errors.As(err, &e) || e.Fix == "" {
				t.Errorf("no fix: %v", err)
			}
			left, err := filepath.Glob(filepath.Join(b.dir, "*"))
			if err != nil || len(left) > 0 {
				t.Errorf("left behind: %v %v", left, err)
			}
			parts, err := filepath.Glob(filepath.Join(b.dir, partPrefix+"*"))
			if err != nil || len(parts) > 0 {
				t.Errorf("left behind: %v %v", parts, err)
			}
			// The next one works again, without a restart.
			b.sync = (*os.File).Sync
			if _, _, err := b.Put(context.Background(), strings.NewReader("12345"), 100); err != nil {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

func TestPutTheSameAtOnce(t *testing.T) {
	b := newBlobs(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, _, err := b.Put(context.Background(), strings.NewReader("same"), 100); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	files, err := os.ReadDir(b.dir)
	if err != nil || len(files) != 1 {
		t.Errorf("%d files, %v", len(files), err)
	}
}

func TestSweepTakesOldParts(t *testing.T) {
	b := newBlobs(t)
	old, young := filepath.Join(b.dir, partPrefix+"old"), filepath.Join(b.dir, partPrefix+"young")
	for _, p := range []string{old, young} {
		if err := os.WriteFile(p, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	day := time.Now().Add(-25 * time.Hour)
	if err := os.Chtimes(old, day, day); err != nil {
		t.Fatal(err)
	}
	if err := b.Sweep(24 * time.Hour); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old); !errors.Is(err, os.ErrNotExist) {
		t.Error("an old part is still there")
	}
	if _, err := os.Stat(young); err != nil {
		t.Error("a young part is gone")
	}
}
