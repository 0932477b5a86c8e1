package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"gongkai/catalog"
)

func recipeCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "recipe", Short: "How the workbooks of a dataset are read"}
	cmd.AddCommand(recipeGetCommand(), recipePutCommand(), recipeListCommand())
	return cmd
}

// readRecipe reads a recipe from a file, or from standard input for "-"; nil
// for "". Who decided about personal information is not the file's to say.
func readRecipe(cmd *cobra.Command, path string) (*catalog.Recipe, error) {
	var from io.Reader
	switch path {
	case "":
		return nil, nil
	case "-":
		from = cmd.InOrStdin()
	default:
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		from = f
	}
	recipe, err := catalog.ReadRecipe(from)
	var wrong *catalog.Error
	if errors.As(err, &wrong) && wrong.Field != "" {
		wrong.Message = wrong.Field + ": " + wrong.Message
	}
	if err != nil {
		return nil, &exitError{exitUsage, fmt.Errorf("the recipe %s: %w", path, err)}
	}
	recipe.Unsign()
	return recipe, nil
}

// ofDataset runs do with the data folder and the dataset that flags name.
func ofDataset(cmd *cobra.Command, data, slug string, do func(fo *folder, d *catalog.Dataset) error) error {
	if slug == "" {
		return &exitError{exitUsage, errors.New("--dataset is needed")}
	}
	if err := mustExist(data); err != nil {
		return err
	}
	fo, err := openFolder(cmd.Context(), data)
	if err != nil {
		return err
	}
	defer fo.close()
	d, err := fo.store.DatasetBySlug(cmd.Context(), slug)
	if err != nil {
		return err
	}
	return do(fo, d)
}

const datasetHelp = "slug of the dataset"

func recipeGetCommand() *cobra.Command {
	var slug string
	var revision int
	cmd := &cobra.Command{Use: "get --dataset SLUG", Short: "Print the recipe as JSON", Args: exactArgs(0)}
	data := dataFlag(cmd)
	cmd.Flags().StringVar(&slug, "dataset", "", datasetHelp)
	cmd.Flags().IntVar(&revision, "revision", 0, "number of an older revision; 0: the newest, which is in force")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if revision < 0 {
			return &exitError{exitUsage, fmt.Errorf("--revision is %d; give 1 or more, or 0 for the newest", revision)}
		}
		return ofDataset(cmd, *data, slug, func(fo *folder, d *catalog.Dataset) error {
			rev, err := fo.store.Recipe(cmd.Context(), d.ID, revision)
			if err != nil {
				return err
			}
			return writeJSON(cmd.OutOrStdout(), &rev.Recipe)
		})
	}
	return cmd
}

func recipePutCommand() *cobra.Command {
	var slug, as string
	var expect int
	cmd := &cobra.Command{
		Use:   "put FILE --dataset SLUG",
		Short: "Make a recipe the one in force",
		Long: "Make the recipe in FILE, or on standard input for -, the one in force. Older revisions stay. Nothing that is\n" +
			"published or drafted changes by it; gongkai reread reads an upload again with it.",
		Args: exactArgs(1),
	}
	data := dataFlag(cmd)
	cmd.Flags().StringVar(&slug, "dataset", "", datasetHelp)
	cmd.Flags().StringVar(&as, "as", systemUser, "who changes it and decides about personal information")
	cmd.Flags().IntVar(&expect, "expect", -1, "refuse unless the newest revision has this number, 0 for none; -1: whatever it is")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		recipe, err := readRecipe(cmd, args[0])
		if err != nil {
			return err
		}
		return ofDataset(cmd, *data, slug, func(fo *folder, d *catalog.Dataset) error {
			newest, err := fo.store.Recipe(cmd.Context(), d.ID, 0)
			if catalog.KindOf(err) == catalog.NotFound {
				newest, err = &catalog.RecipeRevision{}, nil
			}
			if err != nil {
				return err
			}
			if expect < 0 {
				expect = newest.Number
			}
			recipe.Sign(&newest.Recipe, as, time.Now())
			rev, err := fo.store.SaveRecipe(cmd.Context(), d.ID, recipe, as, expect)
			if catalog.KindOf(err) == catalog.Conflict {
				return &exitError{exitRefused, err}
			}
			if err != nil {
				return err
			}
			verb := "is"
			if rev.Number == newest.Number {
				verb = "was already"
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s: this %s revision %d\n", d.Slug, verb, rev.Number)
			return nil
		})
	}
	return cmd
}

// revisionLine is a revision as `recipe list --json` prints it.
type revisionLine struct {
	Revision  int       `json:"revision"`
	Version   int       `json:"version"` // whose publication made it; 0 where somebody wrote it
	CreatedAt time.Time `json:"created_at"`
	CreatedBy string    `json:"created_by"`
}

func recipeListCommand() *cobra.Command {
	var slug string
	var asJSON bool
	cmd := &cobra.Command{Use: "list --dataset SLUG", Short: "List the revisions of the recipe, newest first", Args: exactArgs(0)}
	data := dataFlag(cmd)
	cmd.Flags().StringVar(&slug, "dataset", "", datasetHelp)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON, one revision a line")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return ofDataset(cmd, *data, slug, func(fo *folder, d *catalog.Dataset) error {
			all, err := fo.store.ListRecipes(cmd.Context(), d.ID)
			if err != nil {
				return err
			}
			for _, rev := range all {
				if asJSON {
					if err := writeJSONLine(cmd.OutOrStdout(), revisionLine{rev.Number, rev.Version, rev.CreatedAt, rev.CreatedBy}); err != nil {
						return err
					}
					continue
				}
				from := "written"
				if rev.Version > 0 {
					from = fmt.Sprintf("reading of version %d", rev.Version)
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%d\t%s\t%s\t%s\n", rev.Number, rev.CreatedAt.Format(time.RFC3339), rev.CreatedBy, from)
			}
			return nil
		})
	}
	return cmd
}
