package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"gongkai/catalog"
	"gongkai/datasets"
	"gongkai/ingest"
)

func rereadCommand() *cobra.Command {
	var slug, as string
	var version int
	var all, asJSON, quiet bool
	cmd := &cobra.Command{
		Use:   "reread --dataset SLUG | --all",
		Short: "Read uploads again, with the present readers and recipes, and say what differs",
		Long: "Read the upload of a version again, with the present readers and the dataset's recipe, and say what differs from\n" +
			"the version that was made of it before. What differs is left as a draft; nothing published changes. Where nothing\n" +
			"differs there is no draft. Exit code 3: an upload is refused now.",
		Args: exactArgs(0),
	}
	data := dataFlag(cmd)
	f := cmd.Flags()
	f.StringVar(&slug, "dataset", "", datasetHelp)
	f.IntVar(&version, "version", 0, "number of the version whose upload is read again; 0: the published one, else the newest")
	f.BoolVar(&all, "all", false, "all datasets")
	f.StringVar(&as, "as", systemUser, "who has it read again")
	f.BoolVar(&asJSON, "json", false, "print JSON, one upload a line")
	f.BoolVar(&quiet, "quiet", false, "no progress")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		switch {
		case all == (slug != ""):
			return &exitError{exitUsage, errors.New("give --dataset or --all")}
		case version < 0 || all && version > 0:
			return &exitError{exitUsage, errors.New("--version is a number from 1 and wants --dataset")}
		}
		if err := mustExist(*data); err != nil {
			return err
		}
		fo, err := openFolder(cmd.Context(), *data)
		if err != nil {
			return err
		}
		defer fo.close()
		list, err := rereadable(cmd.Context(), fo, slug, all)
		if err != nil {
			return err
		}
		refused := 0
		for i := range list {
			job := rereading{dataset: &list[i], version: version, as: as}
			out, err := job.run(cmd.Context(), fo, newProgress(cmd.ErrOrStderr(), list[i].Slug, quiet || asJSON))
			if catalog.KindOf(err) == catalog.Conflict && all { // another process is at it: the others do not wait
				refused++
				fmt.Fprintf(cmd.ErrOrStderr(), "%s: %v\n", list[i].Slug, err)
				continue
			}
			if err != nil {
				return err
			}
			if out != nil && out.Refused != nil {
				refused++
			}
			if err := out.write(cmd.OutOrStdout(), asJSON); err != nil {
				return err
			}
		}
		if refused > 0 {
			return &exitError{exitRefused, fmt.Errorf("%d of %d uploads could not be read again", refused, len(list))}
		}
		return nil
	}
	return cmd
}

// rereadable gives the datasets that are to be read again.
func rereadable(ctx context.Context, fo *folder, slug string, all bool) (list []catalog.Dataset, err error) {
	if !all {
		d, err := fo.store.DatasetBySlug(ctx, slug)
		if err != nil {
			return nil, err
		}
		return []catalog.Dataset{*d}, nil
	}
	for after := ""; ; {
		page, err := fo.store.ListDatasets(ctx, catalog.DatasetFilter{After: after, Limit: 1000})
		if err != nil {
			return nil, err
		}
		list = append(list, page...)
		if len(page) < 1000 {
			return list, nil
		}
		after = page[len(page)-1].Slug
	}
}

// rereading is one upload that is read again.
type rereading struct {
	dataset *catalog.Dataset
	version int // 0: the published one, else the newest
	as      string
}

// reread is what came of it.
type reread struct {
	Dataset    string                `json:"dataset"`
	Upload     catalog.UploadID      `json:"upload"`
	Before     int                   `json:"before"`    // version that was read before
	Draft      int                   `json:"draft"`     // version that was made now; 0 where there is none
	Unchanged  bool                  `json:"unchanged"` // nothing came out differently
	Refused    *ingest.FindingReport `json:"refused"`   // why the upload cannot be read now; null where it can
	Findings   findingsChange        `json:"findings"`
	Difference *datasets.Rereading   `json:"difference"` // null where there is no draft, or where what was read before was purged
}

// findingsChange names the codes of findings that came and went.
type findingsChange struct {
	Added   []string `json:"added"`
	Removed []string `json:"removed"`
}

// run reads the upload again. A nil answer means that the dataset has no version.
func (j *rereading) run(ctx context.Context, fo *folder, show *progressLine) (*reread, error) {
	defer show.end()
	before, err := j.before(ctx, fo.store)
	if before == nil || err != nil {
		return nil, err
	}
	up, err := fo.store.Upload(ctx, before.Upload)
	if err != nil {
		return nil, err
	}
	if err := fo.store.RereadUpload(ctx, up.ID, j.as); err != nil {
		return nil, err
	}
	job, err := finishJob(ctx, fo, up.Job, show)
	if err != nil {
		return nil, err
	}
	out := &reread{Dataset: j.dataset.Slug, Upload: up.ID, Before: up.Version, Findings: findingsChange{[]string{}, []string{}}}
	if job.State != catalog.JobDone {
		report := ingest.ReportFindings([]catalog.Finding{*cmp.Or(job.Failure, &catalog.Finding{Code: "job-broken", Severity: catalog.SeverityError})}, catalog.EN)
		out.Refused = &report[0]
		return out, nil
	}
	fresh, err := fo.store.Upload(ctx, up.ID)
	if err != nil {
		return nil, err
	}
	if out.Unchanged = fresh.Version == up.Version; out.Unchanged {
		return out, nil
	}
	out.Draft = fresh.Version
	return out, j.compare(ctx, fo, out)
}

// before picks the version whose upload is read again; nil where there is none.
func (j *rereading) before(ctx context.Context, store catalog.Store) (*catalog.Version, error) {
	number := cmp.Or(j.version, j.dataset.Current)
	if number == 0 {
		all, err := store.ListVersions(ctx, j.dataset.ID)
		if err != nil || len(all) == 0 {
			return nil, err
		}
		number = all[0].Number
	}
	return store.Version(ctx, j.dataset.ID, number)
}

// compare fills in how the draft differs from what was read before.
func (j *rereading) compare(ctx context.Context, fo *folder, out *reread) error {
	old, err := fo.store.Version(ctx, j.dataset.ID, out.Before)
	if err != nil {
		return err
	}
	now, err := fo.store.Version(ctx, j.dataset.ID, out.Draft)
	if err != nil {
		return err
	}
	if old.State == catalog.Purged { // nothing is left to compare with
		return nil
	}
	if out.Difference, err = datasets.CompareReadings(ctx, fo.dir, old, now); err != nil {
		return err
	}
	had, err := findingCodes(ctx, fo.store, old)
	if err != nil {
		return err
	}
	has, err := findingCodes(ctx, fo.store, now)
	if err != nil {
		return err
	}
	for _, code := range slices.Sorted(maps.Keys(has)) {
		if !had[code] {
			out.Findings.Added = append(out.Findings.Added, code)
		}
	}
	for _, code := range slices.Sorted(maps.Keys(had)) {
		if !has[code] {
			out.Findings.Removed = append(out.Findings.Removed, code)
		}
	}
	return nil
}

func findingCodes(ctx context.Context, store catalog.Store, v *catalog.Version) (map[string]bool, error) {
	findings, err := store.Findings(ctx, v.ID)
	if err != nil {
		return nil, err
	}
	codes := map[string]bool{}
	for _, f := range findings {
		codes[f.Code] = true
	}
	return codes, nil
}

// write says what came of it as JSON or in words; nil, of a dataset without a
// version, says nothing.
func (r *reread) write(w io.Writer, asJSON bool) error {
	switch {
	case r == nil:
		return nil
	case asJSON:
		return writeJSONLine(w, r)
	}
	return r.print(w)
}

// print says in words what differs.
func (r *reread) print(w io.Writer) error {
	p := &lines{w: w}
	switch {
	case r.Refused != nil:
		p.line("%s: version %d cannot be read again: %s %s", r.Dataset, r.Before, r.Refused.Message, r.Refused.Fix)
	case r.Unchanged:
		p.line("%s: unchanged (version %d)", r.Dataset, r.Before)
	case r.Difference == nil:
		p.line("%s: version %d was read again as draft %d; it was purged, so there is nothing to compare with", r.Dataset, r.Before, r.Draft)
	default:
		p.line("%s: version %d was read again as draft %d", r.Dataset, r.Before, r.Draft)
		for _, t := range r.Difference.Tables {
			p.table(&t)
		}
		if len(r.Difference.Tables) == 0 {
			p.line("  the same tables and values")
		}
		for _, code := range r.Findings.Added {
			p.line("  finding came: %s", code)
		}
		for _, code := range r.Findings.Removed {
			p.line("  finding went: %s", code)
		}
	}
	return p.err
}

// lines writes lines until one cannot be written.
type lines struct {
	w   io.Writer
	err error
}

func (p *lines) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

func (p *lines) table(t *datasets.TableChange) {
	name := t.Name
	if t.Before != "" {
		name += " (was " + t.Before + ")"
	}
	p.line("  table %s: %s, %d rows before, %d now", name, t.Change, t.RowsBefore, t.RowsAfter)
	if t.Change != "changed" {
		return
	}
	if t.Unaligned {
		p.line("    its rows are made another way, so that values cannot be compared")
	}
	if t.OnlyBefore+t.OnlyAfter > 0 {
		p.line("    %d records are no more, %d are new", t.OnlyBefore, t.OnlyAfter)
	}
	for _, c := range t.Columns {
		p.line("    column %s: %s", c.Name, c.Change)
		for _, field := range slices.Sorted(maps.Keys(c.Fields)) {
			p.line("      %s: %s -> %s", field, told(c.Fields[field][0]), told(c.Fields[field][1]))
		}
		if c.Cells > 0 {
			p.line("      %d values differ, the first:", c.Cells)
		}
		for _, cell := range c.First {
			p.line("      %s: %s -> %s", cell.Where, shown(cell.Before), shown(cell.After))
		}
	}
}

// told is a part of a column's description as the terminal has it.
func told(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}

// shown is a value as the terminal has it.
func shown(s *string) string {
	if s == nil {
		return "none"
	}
	return fmt.Sprintf("%q", *s)
}
