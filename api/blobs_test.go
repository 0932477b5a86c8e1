package api_test

import (
	"context"
	"io"
	"sync/atomic"
	"syscall"

	"gongkai/api"
	"gongkai/catalog"
)

// fragile stands before the real blobs as a disk does that fills up.
type fragile struct {
	api.Uploads
	full atomic.Bool
}

func (f *fragile) Put(ctx context.Context, r io.Reader, limit int64) (string, int64, error) {
	if f.full.Load() {
		e := catalog.Errorf(catalog.Full, "try again in a moment", "the store has no room left for the file")
		e.Cause = syscall.ENOSPC
		return "", 0, e
	}
	return f.Uploads.Put(ctx, r, limit)
}
