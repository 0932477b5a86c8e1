package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"gongkai/catalog"
	"gongkai/datasets"
)

func verifyCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Hash every version file and upload again and compare them with the catalogue",
		Args:  exactArgs(0),
	}
	data := dataFlag(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := mustExist(*data); err != nil {
			return err
		}
		fo, err := openFolder(cmd.Context(), *data)
		if err != nil {
			return err
		}
		defer fo.close()
		result, err := verify(cmd.Context(), fo)
		if err != nil {
			return err
		}
		if asJSON {
			err = writeJSON(cmd.OutOrStdout(), result)
		} else {
			result.print(cmd.OutOrStdout())
		}
		if err == nil && len(result.Differences) > 0 {
			return &exitError{1, errors.New("the data folder differs from its catalogue")}
		}
		return err
	}
	return cmd
}

// verification is what verify found.
type verification struct {
	Versions    int      `json:"versions"`
	Uploads     int      `json:"uploads"`
	Bytes       int64    `json:"bytes"`
	Purged      int      `json:"purged"` // versions and uploads of which only the record is left
	Differences []string `json:"differences"`
}

func (v *verification) print(w io.Writer) {
	for _, d := range v.Differences {
		fmt.Fprintln(w, d)
	}
	fmt.Fprintf(w, "%d versions and %d uploads, %d bytes: %d differences\n", v.Versions, v.Uploads, v.Bytes, len(v.Differences))
	if v.Purged > 0 {
		fmt.Fprintf(w, "%d versions and uploads were purged; their records are there\n", v.Purged)
	}
}

// verify checks every version and every upload that the catalogue names.
func verify(ctx context.Context, fo *folder) (*verification, error) {
	out := &verification{Differences: []string{}}
	all, err := fo.store.AllVersions(ctx)
	if err != nil {
		return nil, err
	}
	names := map[catalog.DatasetID]string{}
	blobs := map[string]bool{}
	for i := range all {
		if all[i].State == catalog.Purged {
			out.Purged++
			continue
		}
		name, err := datasetName(ctx, fo.store, names, all[i].Dataset)
		if err != nil {
			return nil, err
		}
		v, err := fo.store.Version(ctx, all[i].Dataset, all[i].Number) // with its tables
		if err != nil {
			return nil, err
		}
		for _, d := range datasets.VerifyFile(ctx, fo.dir, v) {
			out.Differences = append(out.Differences, fmt.Sprintf("%s version %d: %s", name, v.Number, d))
		}
		out.Versions++
		out.Bytes += v.Bytes
	}
	err = eachDataset(ctx, fo.store, func(d *catalog.Dataset) error {
		ups, err := fo.store.ListUploads(ctx, d.ID)
		if err != nil {
			return err
		}
		for _, u := range ups {
			if u.Purged.Stands() {
				out.Purged++
				continue
			}
			out.Uploads++
			if blobs[u.Blob] {
				continue
			}
			blobs[u.Blob] = true
			out.Bytes += u.Bytes
			if err := rehash(fo.blobs.Path(u.Blob), u.Blob); err != nil {
				out.Differences = append(out.Differences, fmt.Sprintf("%s upload %s: %v", d.Slug, u.ID, err))
			}
		}
		return nil
	})
	return out, err
}

func datasetName(ctx context.Context, store catalog.Store, names map[catalog.DatasetID]string, id catalog.DatasetID) (string, error) {
	if n, ok := names[id]; ok {
		return n, nil
	}
	d, err := store.Dataset(ctx, id)
	if err != nil {
		return "", err
	}
	names[id] = d.Slug
	return d.Slug, nil
}

// eachDataset visits every dataset of the catalogue, by slug.
func eachDataset(ctx context.Context, store catalog.Store, visit func(*catalog.Dataset) error) error {
	const page = 500
	for after := ""; ; {
		list, err := store.ListDatasets(ctx, catalog.DatasetFilter{After: after, Limit: page})
		if err != nil {
			return err
		}
		for i := range list {
			if err := visit(&list[i]); err != nil {
				return err
			}
		}
		if len(list) < page {
			return nil
		}
		after = list[len(list)-1].Slug
	}
}

func rehash(path, want string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != want {
		return fmt.Errorf("its SHA-256 is %s, the catalogue says %s", got, want)
	}
	return nil
}
