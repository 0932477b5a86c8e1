package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"gongkai/catalog"
	"gongkai/ingest"
	"gongkai/ingest/annotate"
	"gongkai/ingest/sheet"
)

func inspectCommand() *cobra.Command {
	var asJSON, values, printRecipe bool
	var encoding, lang, annotated, recipeFile string
	cmd := &cobra.Command{
		Use:   "inspect FILE",
		Short: "Say what is understood of a file; store nothing",
		Args:  exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			language, err := parseLang(lang)
			if err != nil {
				return err
			}
			recipe, err := readRecipe(cmd, recipeFile)
			if err != nil {
				return err
			}
			if recipe != nil && encoding == "" {
				encoding = recipe.Encoding
			}
			wb, err := sheet.Open(cmd.Context(), args[0], sheet.Options{Name: args[0], Encoding: encoding, TempDir: os.TempDir()})
			if err != nil {
				return refused(cmd.OutOrStdout(), err, asJSON, language)
			}
			defer wb.Close()
			reading, err := ingest.Understand(cmd.Context(), wb, recipe, func(float64, int64) {})
			if err != nil {
				return err
			}
			if printRecipe {
				return writeJSON(cmd.OutOrStdout(), reading.Recipe())
			}
			reading.Filename = filepath.Base(args[0])
			if err := reading.Check(cmd.Context()); err != nil { // what an upload of it would say
				return err
			}
			report, err := ingest.NewReport(cmd.Context(), reading, values, language)
			if err != nil {
				return err
			}
			if annotated != "" {
				src := annotate.Source{Path: args[0], Name: args[0], Workbook: wb, TempDir: os.TempDir()}
				if err := writeAnnotated(cmd, annotated, src, reading.Findings, language); err != nil {
					return err
				}
			}
			if asJSON {
				return writeJSON(cmd.OutOrStdout(), report)
			}
			printReport(cmd.OutOrStdout(), report)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().BoolVar(&values, "values", false, "with --json: the typed values of every record too")
	cmd.Flags().StringVar(&encoding, "encoding", "", "encoding of a text file, where it is known")
	cmd.Flags().StringVar(&annotated, "annotate", "", "write the workbook with its bad cells marked and the findings on a first sheet to this xlsx")
	cmd.Flags().StringVar(&recipeFile, "recipe", "", "JSON file with the recipe to read the file with; see docs/recipes.md")
	cmd.Flags().BoolVar(&printRecipe, "print-recipe", false, "print how the file was read, as a recipe, and nothing else")
	cmd.Flags().StringVar(&lang, "lang", "en", "language of the findings: zh or en")
	return cmd
}

// writeAnnotated writes the marked workbook beside its place and then puts it
// there, so that a file of that name is whole or as it was.
func writeAnnotated(cmd *cobra.Command, path string, src annotate.Source, findings []catalog.Finding, lang catalog.Lang) (err error) {
	out, err := os.CreateTemp(filepath.Dir(path), ".gongkai-annotated-*")
	if err != nil {
		return fmt.Errorf("write the annotated workbook: %w", err)
	}
	defer func() {
		if err != nil {
			os.Remove(out.Name())
		}
	}()
	res, err := annotate.Write(cmd.Context(), src, findings, lang, out)
	if err = errors.Join(err, out.Chmod(0o644), out.Close()); err != nil {
		return err
	}
	if err := os.Rename(out.Name(), path); err != nil {
		return fmt.Errorf("write the annotated workbook: %w", err)
	}
	if res.Macros && !strings.EqualFold(filepath.Ext(path), ".xlsm") {
		fmt.Fprintf(cmd.ErrOrStderr(), "the workbook has macros: spreadsheet programs open %s only once its name ends in .xlsm\n", path)
	}
	return nil
}

func parseLang(s string) (catalog.Lang, error) {
	switch strings.ToLower(s) {
	case "zh", "zh-cn":
		return catalog.ZH, nil
	case "en":
		return catalog.EN, nil
	}
	return "", &exitError{exitUsage, fmt.Errorf("--lang is zh or en, not %q", s)}
}

// refused prints why a file cannot be read at all.
func refused(w io.Writer, err error, asJSON bool, lang catalog.Lang) error {
	var r *sheet.Rejected
	if !errors.As(err, &r) {
		return err
	}
	report := &ingest.Report{Tables: []ingest.TableReport{}, Findings: ingest.ReportFindings([]catalog.Finding{ingest.Refusal(r)}, lang)}
	if asJSON {
		if err := writeJSON(w, report); err != nil {
			return err
		}
	} else {
		printReport(w, report)
	}
	return &exitError{exitRefused, nil}
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(v)
}

// writeJSONLine writes one value on a line of its own.
func writeJSONLine(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

func printReport(w io.Writer, r *ingest.Report) {
	for _, t := range r.Tables {
		header := "no header"
		if t.HeaderRows != nil {
			header = fmt.Sprintf("header rows %d-%d", t.HeaderRows[0], t.HeaderRows[1])
		}
		fmt.Fprintf(w, "Table on sheet %q: %s, data rows %d-%d, %d records (%d totals)\n",
			t.Sheet, header, t.FirstDataRow, t.LastDataRow, t.Rows, len(t.TotalRows))
		for _, c := range t.Columns {
			unit := ""
			if c.Unit != "" {
				unit = " (" + c.Unit + ")"
			}
			fmt.Fprintf(w, "  %-3s %-9s %-24s %s%s\n", sheet.ColumnName(c.Col), c.Type, c.Name, c.Label, unit)
		}
	}
	printFindings(w, r.Findings)
}

func printFindings(w io.Writer, findings []ingest.FindingReport) {
	for _, f := range findings {
		fmt.Fprintf(w, "%-7s %s", f.Severity, f.Code)
		if f.Where != "" {
			fmt.Fprintf(w, " at %s", f.Where)
		}
		fmt.Fprintf(w, ": %s", f.Message)
		if f.Fix != "" && f.Severity != catalog.SeverityInfo {
			fmt.Fprintf(w, " %s", f.Fix)
		}
		fmt.Fprintln(w)
	}
}
