package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"gongkai/catalog"
	"gongkai/datasets"
	"gongkai/ingest"
)

// cleaner removes files that nobody needs: at once what a purge leaves, and
// hourly what crashes left behind.
type cleaner struct {
	fo        *folder
	files     *datasets.Store
	annotator *ingest.Annotator
	drafts    time.Duration // how long drafts are kept that were overtaken
	log       *slog.Logger
}

// keptAnnotated is how long annotated workbooks are kept.
const keptAnnotated = 30 * 24 * time.Hour

// keptUnneeded is how long an upload lies there that never came into the
// catalogue: its sender may be about to be answered.
const keptUnneeded = 24 * time.Hour

// remove takes away the files that a purge leaves.
func (c *cleaner) remove(_ context.Context, left *catalog.Leftovers) error {
	return errors.Join(c.files.Remove(left.Files, left.Contents), c.fo.blobs.Remove(left.Blobs...), c.annotator.Forget(left.Blobs...))
}

// hourly sweeps at the start and then every hour.
func (c *cleaner) hourly(ctx context.Context) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		if err := c.sweep(ctx); err != nil && !errors.Is(err, context.Canceled) {
			c.log.Error("sweep", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// letGoEvery is how soon the server closes files that a purge on the command
// line removed.
const letGoEvery = 2 * time.Second

// lettingGo closes files that other processes removed, until ctx ends.
func (c *cleaner) lettingGo(ctx context.Context) {
	tick := time.NewTicker(letGoEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if n := c.files.LetGo(); n > 0 {
				c.log.Info("let go of removed files", "files", n)
			}
		}
	}
}

// sweep purges drafts that were overtaken and removes what crashes left behind:
// uploads that never ended or were never recorded, builds whose child is dead,
// files that the catalogue does not name.
func (c *cleaner) sweep(ctx context.Context) error {
	n, left, err := c.fo.store.PurgeOvertaken(ctx, time.Now().Add(-c.drafts))
	if err != nil {
		return err
	}
	if n > 0 {
		c.log.Info("drafts purged", "drafts", n)
		err = c.remove(ctx, left)
	}
	need, err2 := c.fo.store.Needed(ctx)
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	gone, err := c.files.Sweep(ctx, func(hash string) bool { return need.Files[hash] })
	made, err2 := c.files.SweepExports(ctx, func(content string) bool { return need.Contents[content] })
	blobs, err3 := c.fo.blobs.SweepUnneeded(keptUnneeded, func(hash string) bool { return need.Blobs[hash] })
	if gone = append(gone, made...); len(gone)+len(blobs) > 0 {
		c.log.Info("swept", "files", gone, "uploads", blobs)
	}
	return errors.Join(err, err2, err3, c.fo.blobs.Sweep(24*time.Hour),
		c.annotator.Sweep(keptAnnotated, func(blob string) bool { return need.Blobs[blob] }))
}
