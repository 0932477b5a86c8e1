package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"gongkai/catalog"
	"gongkai/catalog/sqlstore"
	"gongkai/ingest"
)

// folder is an open data folder: the catalogue and the uploads.
type folder struct {
	dir   string
	store *sqlstore.Store
	blobs *ingest.Blobs
}

// catalogFile is the catalogue in a data folder.
const catalogFile = "catalog.db"

func dataFlag(cmd *cobra.Command) *string {
	return cmd.Flags().String("data", "data", "data folder; made where it is missing")
}

func openFolder(ctx context.Context, dir string) (*folder, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	store, err := sqlstore.Open(ctx, sqlstore.Config{Path: filepath.Join(dir, catalogFile)})
	if err != nil {
		return nil, fmt.Errorf("open the catalogue: %w", err)
	}
	blobs, err := ingest.NewBlobs(dir)
	if err != nil {
		store.Close()
		return nil, err
	}
	return &folder{dir: dir, store: store, blobs: blobs}, nil
}

// mustExist refuses to make a new data folder where a command only reads one.
func mustExist(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, catalogFile)); err != nil {
		return fmt.Errorf("%s is no data folder: %w", dir, err)
	}
	return nil
}

func (f *folder) close() { f.store.Close() }

// annotator makes annotated workbooks of this folder's uploads.
func (f *folder) annotator(log *slog.Logger, limits ingest.Limits) (*ingest.Annotator, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find the program itself: %w", err)
	}
	return ingest.NewAnnotator(ingest.AnnotatorConfig{Blobs: f.blobs, Data: f.dir, Exe: exe, Limits: limits, Log: log})
}

// runner makes a runner of jobs for this folder.
func (f *folder) runner(log *slog.Logger, limits ingest.Limits, done func(catalog.JobID)) (*ingest.Runner, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find the program itself: %w", err)
	}
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	return ingest.NewRunner(ingest.Config{
		Store: f.store, Blobs: f.blobs, Data: f.dir, Exe: exe, Log: log, Limits: limits, Done: done,
		Owner: fmt.Sprintf("%s/%d/%d", host, os.Getpid(), time.Now().UnixMilli()),
	}), nil
}
