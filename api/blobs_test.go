package api_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"

	"gongkai/catalog"
)

type blobs struct{ full bool }

func (b *blobs) Put(_ context.Context, r io.Reader, limit int64) (string, int64, error) {
	sum := sha256.New()
	n, err := io.Copy(sum, io.LimitReader(r, limit+1))
	if err != nil {
		return "", 0, &catalog.Error{Kind: catalog.Invalid, Message: "broke off", Cause: err}
	}
	if n > limit {
		return "", 0, catalog.Errorf(catalog.TooLarge, "split it", "larger than %d bytes", limit)
	}
	if b.full {
		return "", 0, catalog.Errorf(catalog.Full, "wait", "no room")
	}
	return hex.EncodeToString(sum.Sum(nil)), n, nil
}
