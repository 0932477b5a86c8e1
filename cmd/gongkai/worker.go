package main

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"gongkai/catalog"
	"gongkai/datasets"
	"gongkai/ingest"
)

func workerCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "worker", Short: "Child processes of the server", Hidden: true}
	cmd.AddCommand(&cobra.Command{
		Use:   "ingest",
		Short: "Read one upload, as the server orders on standard input",
		Args:  exactArgs(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return ingest.Work(cmd.Context(), os.Stdin, os.Stdout, openSink)
		},
	})
	cmd.AddCommand(&cobra.Command{
		Use:   "annotate",
		Short: "Mark the bad cells of one upload, as the server orders on standard input",
		Args:  exactArgs(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return ingest.WorkAnnotate(cmd.Context(), os.Stdin, os.Stdout)
		},
	})
	cmd.AddCommand(&cobra.Command{
		Use:   "sql",
		Short: "Run one statement of a stranger, as the server orders on standard input",
		Args:  exactArgs(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return datasets.RunStranger(cmd.Context(), os.Stdin, os.Stdout)
		},
	})
	return cmd
}

// sink lets the pipeline write into a version file: ingest declares the
// interface, datasets builds the file, and neither knows the other.
type sink struct {
	*datasets.Builder
	table datasets.TableWriter
}

func openSink(o ingest.Order, rows int64) (ingest.Sink, error) {
	b, err := datasets.NewBuilder(o.Data, datasets.BuildOptions{MemoryLimit: o.Limits.Memory / 3, ExpectedRows: rows, Once: true})
	if err != nil {
		return nil, err
	}
	return &sink{Builder: b}, nil
}

func (s *sink) MaxColumns() int { return datasets.MaxColumns }

func (s *sink) Begin(t catalog.Table) (err error) {
	s.table, err = s.Table(t)
	return err
}

func (s *sink) Append(r *catalog.Record) error { return s.table.Append(r) }

func (s *sink) End() error { return s.table.Close() }

func (s *sink) Lacking(ctx context.Context, a, b ingest.ColumnOf) (ingest.Lacking, error) {
	out, err := s.Builder.Lacking(ctx, datasets.ColumnOf(a), datasets.ColumnOf(b))
	return ingest.Lacking(out), err
}

func (s *sink) Seal(ctx context.Context) (catalog.NewVersion, error) {
	sealed, err := s.Builder.Seal(ctx)
	return catalog.NewVersion{
		FileHash: sealed.FileHash, ContentHash: sealed.ContentHash, Bytes: sealed.Bytes, Rows: sealed.Rows,
	}, err
}
