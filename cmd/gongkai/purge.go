package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/spf13/cobra"

	"gongkai/catalog"
	"gongkai/datasets"
	"gongkai/ingest"
)

func purgeCommand() *cobra.Command {
	var upload, slug, as, reason string
	var version int
	cmd := &cobra.Command{
		Use:   "purge --upload ID | --dataset SLUG --version N",
		Short: "Remove an upload, a draft or a withdrawn version for good; its record stays",
		Long: "Remove bytes for good. Of an upload: the file, its annotated workbooks and every draft and withdrawn version that was\n" +
			"made of it; versions that are public stay as they are. Of a version: its rows and what was made of them; the upload stays\n" +
			"and can be read again. The record stays: what it was, its hashes, who purged it, when and why. Backups that were made\n" +
			"before are not touched.",
		Args: exactArgs(0),
	}
	data := dataFlag(cmd)
	f := cmd.Flags()
	f.StringVar(&upload, "upload", "", "the upload to purge, by its ID")
	f.StringVar(&slug, "dataset", "", "the dataset whose version is purged")
	f.IntVar(&version, "version", 0, "the version to purge, by its number")
	f.StringVar(&reason, "reason", "", "why; kept in the record")
	f.StringVar(&as, "as", "operator", "name recorded as the one who purged it")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		switch {
		case (upload == "") == (slug == ""), (slug == "") != (version == 0):
			return &exitError{exitUsage, errors.New("give --upload, or --dataset and --version")}
		case reason == "":
			return &exitError{exitUsage, errors.New("give --reason: it is all that will be left to tell why")}
		}
		if err := mustExist(*data); err != nil {
			return err
		}
		fo, err := openFolder(cmd.Context(), *data)
		if err != nil {
			return err
		}
		defer fo.close()
		left, err := purge(cmd.Context(), fo.store, upload, slug, version, as, reason)
		if err != nil {
			return err
		}
		if err := removeLeft(fo, left); err != nil {
			return err
		}
		return tellPurged(cmd.OutOrStdout(), left)
	}
	return cmd
}

func purge(ctx context.Context, store catalog.Store, upload, slug string, version int, as, reason string) (*catalog.Leftovers, error) {
	if upload != "" {
		return store.PurgeUpload(ctx, catalog.UploadID(upload), as, reason)
	}
	d, err := store.DatasetBySlug(ctx, slug)
	if err != nil {
		return nil, err
	}
	v, err := store.Version(ctx, d.ID, version)
	if err != nil {
		return nil, err
	}
	return store.PurgeVersion(ctx, v.ID, as, reason)
}

// removeLeft removes files without a server's engine.
func removeLeft(fo *folder, left *catalog.Leftovers) error {
	annotator, err := fo.annotator(slog.New(slog.DiscardHandler), ingest.Limits{})
	if err != nil {
		return err
	}
	return errors.Join(datasets.RemoveFiles(fo.dir, left.Files, left.Contents), fo.blobs.Remove(left.Blobs...), annotator.Forget(left.Blobs...))
}

func tellPurged(w io.Writer, left *catalog.Leftovers) error {
	if len(left.Blobs)+len(left.Files) == 0 {
		_, err := fmt.Fprintln(w, "the record is marked; no file was removed: another upload or a published version still needs them (withdraw and purge that version first)")
		return err
	}
	for _, hash := range left.Blobs {
		if _, err := fmt.Fprintln(w, "removed upload "+hash); err != nil {
			return err
		}
	}
	for _, hash := range left.Files {
		if _, err := fmt.Fprintln(w, "removed version file "+hash); err != nil {
			return err
		}
	}
	return nil
}
