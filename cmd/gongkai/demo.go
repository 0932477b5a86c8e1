package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"gongkai/catalog"
	"gongkai/cmd/gongkai/demo"
)

func demoCommand() *cobra.Command {
	var rows int
	var keep string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Fill a data folder with the demo city: workbooks as departments write them, through the real pipeline",
		Args:  exactArgs(0),
	}
	data := dataFlag(cmd)
	cmd.Flags().IntVar(&rows, "rows", 200_000, "rows of its largest dataset")
	cmd.Flags().StringVar(&keep, "workbooks", "", "folder to keep the generated workbooks in; thrown away where it is empty")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return seed(cmd.Context(), *data, keep, rows, cmd.OutOrStdout(), cmd.ErrOrStderr())
	}
	return cmd
}

// seed generates the city and publishes what is not published yet, so that a
// second run changes nothing and one that was broken off goes on.
func seed(ctx context.Context, data, keep string, rows int, out, progress io.Writer) error {
	if keep == "" {
		dir, err := os.MkdirTemp("", "gongkai-demo-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		keep = dir
	}
	city, err := demo.Generate(ctx, keep, demo.Options{Rows: rows})
	if err != nil {
		return fmt.Errorf("generate the demo city: %w", err)
	}
	fo, err := openFolder(ctx, data)
	if err != nil {
		return err
	}
	defer fo.close()
	if err := seedDepartments(ctx, fo.store, city); err != nil {
		return err
	}
	for _, item := range city.Datasets {
		if ds, err := fo.store.DatasetBySlug(ctx, item.Slug); err == nil && ds.Current >= len(item.Files) {
			continue // all of it is published
		}
		for i, file := range item.Files {
			recipe, err := recipeBeside(keep, item.Recipes[i])
			if err != nil {
				return err
			}
			p := &publication{
				file: filepath.Join(keep, file), dataset: item.Slug, department: item.Department, recipe: recipe,
				as: "demo", describe: func(m *catalog.Metadata) error {
					*m = item.Metadata
					return nil
				},
			}
			show := newProgress(progress, file, false)
			o, err := p.run(ctx, fo, show)
			show.end()
			if o != nil {
				if err == nil { // the findings are on the demo's pages; here they would drown the news
					o.Findings = nil
				}
				o.print(out)
			}
			if err != nil {
				return fmt.Errorf("publish %s: %w", file, err)
			}
		}
	}
	return nil
}

// recipeBeside reads the recipe that comes with a workbook; nil where none does.
func recipeBeside(folder, name string) (*catalog.Recipe, error) {
	if name == "" {
		return nil, nil
	}
	return readRecipe(nil, filepath.Join(folder, name))
}

func seedDepartments(ctx context.Context, store catalog.Store, city *demo.City) error {
	for _, d := range city.Departments {
		_, err := store.DepartmentBySlug(ctx, d.Slug)
		if err == nil {
			continue
		}
		if catalog.KindOf(err) != catalog.NotFound {
			return err
		}
		dep := d.Department
		if d.ParentSlug != "" {
			parent, err := store.DepartmentBySlug(ctx, d.ParentSlug)
			if err != nil {
				return err
			}
			dep.Parent = parent.ID
		}
		if err := store.CreateDepartment(ctx, &dep); err != nil {
			return err
		}
	}
	return nil
}
