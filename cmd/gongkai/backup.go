package main

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"gongkai/catalog"
	"gongkai/catalog/sqlstore"
)

func backupCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "backup OUT.tar",
		Short: "Copy the catalogue and every file it names into one archive, also while a server runs",
		Args:  exactArgs(1),
	}
	data := dataFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := mustExist(*data); err != nil {
			return err
		}
		fo, err := openFolder(cmd.Context(), *data)
		if err != nil {
			return err
		}
		defer fo.close()
		n, damaged, err := writeBackup(cmd.Context(), fo, args[0])
		if err != nil {
			return err
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s: catalogue and %d files\n", args[0], n)
		if len(damaged) > 0 {
			return fmt.Errorf("the backup was written, but these files are not what the catalogue says: %s", strings.Join(damaged, ", "))
		}
		return nil
	}
	return cmd
}

func restoreCommand() *cobra.Command {
	var damaged bool
	cmd := &cobra.Command{
		Use:   "restore BACKUP.tar",
		Short: "Unpack a backup into a new data folder and verify it",
		Args:  exactArgs(1),
	}
	data := dataFlag(cmd)
	cmd.Flags().BoolVar(&damaged, "damaged", false, "restore also where files differ from what the catalogue says of them; they are listed")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		result, err := restore(cmd.Context(), args[0], *data, damaged)
		if err != nil {
			return err
		}
		result.print(cmd.OutOrStdout())
		return nil
	}
	return cmd
}

// writeBackup writes the archive beside its final name and renames it when it
// is durable, so that a backup either is there whole or is not there.
func writeBackup(ctx context.Context, fo *folder, path string) (files int, damaged []string, err error) {
	out, err := os.CreateTemp(filepath.Dir(path), ".backup-*")
	if err != nil {
		return 0, nil, err
	}
	defer os.Remove(out.Name()) // gone once it was renamed
	defer out.Close()
	tw := tar.NewWriter(out)
	snapshot := out.Name() + ".db"
	if err := fo.store.Backup(ctx, snapshot); err != nil {
		return 0, nil, fmt.Errorf("copy the catalogue: %w", err)
	}
	defer os.Remove(snapshot)
	if _, err := addFile(tw, snapshot, catalogFile); err != nil {
		return 0, nil, err
	}
	// What the copy names is immutable and kept as long as the catalogue names
	// it, so the files may be read at leisure after the copy was made.
	names, err := namedFiles(ctx, snapshot)
	if err != nil {
		return 0, nil, err
	}
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return 0, nil, err
		}
		sum, err := addFile(tw, filepath.Join(fo.dir, filepath.FromSlash(name)), name)
		if err != nil {
			return 0, nil, err
		}
		if !strings.Contains(name, sum) { // files are named by their hash
			damaged = append(damaged, name)
		}
	}
	if err := errors.Join(tw.Close(), out.Sync(), out.Close()); err != nil {
		return 0, nil, fmt.Errorf("write the backup: %w", err)
	}
	return len(names), damaged, os.Rename(out.Name(), path)
}

// namedFiles lists the version files and blobs that a catalogue names, as
// slash paths inside the data folder.
func namedFiles(ctx context.Context, db string) ([]string, error) {
	store, err := sqlstore.Open(ctx, sqlstore.Config{Path: db})
	if err != nil {
		return nil, err
	}
	defer store.Close()
	seen := map[string]bool{}
	var names []string
	add := func(name string) {
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	versions, err := store.AllVersions(ctx)
	if err != nil {
		return nil, err
	}
	for _, v := range versions {
		if v.State != catalog.Purged {
			add("versions/" + v.FileHash + ".duckdb")
		}
	}
	err = eachDataset(ctx, store, func(d *catalog.Dataset) error {
		ups, err := store.ListUploads(ctx, d.ID)
		for _, u := range ups {
			if !u.Purged.Stands() {
				add("uploads/" + u.Blob)
			}
		}
		return err
	})
	return names, err
}

// addFile copies a file into the archive and gives the SHA-256 of what it copied, in hex.
func addFile(tw *tar.Writer, path, name string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return "", err
	}
	if err := tw.WriteHeader(&tar.Header{Name: name, Mode: 0o640, Size: st.Size(), ModTime: st.ModTime(), Format: tar.FormatPAX}); err != nil {
		return "", err
	}
	sum := sha256.New()
	_, err = io.Copy(io.MultiWriter(tw, sum), f)
	return hex.EncodeToString(sum.Sum(nil)), err
}

// backedUp is what an archive may hold; anything else is refused.
var backedUp = regexp.MustCompile(`^(catalog\.db|versions/[0-9a-f]{64}\.duckdb|uploads/[0-9a-f]{64})$`)

// restore unpacks beside the target, verifies, and only then gives the folder
// its name.
func restore(ctx context.Context, archive, data string, damaged bool) (*verification, error) {
	if entries, err := os.ReadDir(data); err == nil && len(entries) > 0 {
		return nil, fmt.Errorf("%s is not empty; restore into a new folder", data)
	}
	in, err := os.Open(archive)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	if err := os.MkdirAll(filepath.Dir(filepath.Clean(data)), 0o750); err != nil {
		return nil, err
	}
	tmp, err := os.MkdirTemp(filepath.Dir(filepath.Clean(data)), ".restore-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp) // gone once it was renamed
	if err := unpack(ctx, in, tmp); err != nil {
		return nil, err
	}
	fo, err := openFolder(ctx, tmp)
	if err != nil {
		return nil, err
	}
	result, err := verify(ctx, fo)
	fo.close()
	if err != nil {
		return nil, err
	}
	if n := len(result.Differences); n > 0 && !damaged {
		return nil, fmt.Errorf("the backup differs from its catalogue in %d places, first: %s", n, result.Differences[0])
	}
	if err := os.Remove(data); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	return result, os.Rename(tmp, data)
}

func unpack(ctx context.Context, in io.Reader, dir string) error {
	tr := tar.NewReader(in)
	whole := false
	for {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) && !whole {
			return errors.New("the backup holds no catalogue; it is not one of ours, or broke off")
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the backup: %w", err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if h.Typeflag != tar.TypeReg || !backedUp.MatchString(h.Name) {
			return fmt.Errorf("the backup holds %q, which is no part of a data folder", h.Name)
		}
		whole = whole || h.Name == catalogFile
		if err := unpackFile(tr, filepath.Join(dir, filepath.FromSlash(h.Name)), h); err != nil {
			return err
		}
	}
}

func unpackFile(r io.Reader, path string, h *tar.Header) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	mode := os.FileMode(0o440)
	if h.Name == catalogFile {
		mode = 0o640
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("unpack %s: %w", h.Name, err)
	}
	return os.Chtimes(path, h.ModTime, h.ModTime)
}
