package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"gongkai/catalog"
	"gongkai/ingest"
)

// systemUser is recorded where nobody gave a name.
const systemUser = "system"

func publishCommand() *cobra.Command {
	var p publication
	var metadata, title, titleEN, recipe string
	var asJSON, quiet bool
	cmd := &cobra.Command{
		Use:   "publish FILE --dataset SLUG --department SLUG",
		Short: "Read a file and publish it as the next version of a dataset",
		Long: "Read a file and publish it as the next version of a dataset, whether a server serves the same folder or not.\n" +
			"The department and the dataset are made where they are missing. Warnings are printed and recorded as\n" +
			"acknowledged by --as; --strict refuses them. Errors always refuse: exit code 3, and the draft is kept.",
		Args: exactArgs(1),
	}
	data := dataFlag(cmd)
	f := cmd.Flags()
	f.StringVar(&p.dataset, "dataset", "", "slug of the dataset: lower-case letters, digits, hyphens")
	f.StringVar(&p.department, "department", "", "slug of the department")
	f.StringVar(&title, "title", "", "title of the dataset, in Chinese or whatever it is called")
	f.StringVar(&titleEN, "title-en", "", "English title of the dataset")
	f.StringVar(&metadata, "metadata", "", "JSON file with the dataset's metadata, of which what it names is taken; see docs/publishing.md")
	f.StringVar(&p.as, "as", systemUser, "who publishes and acknowledges the warnings")
	f.StringVar(&p.encoding, "encoding", "", "encoding of a text file, where it is known")
	f.StringVar(&recipe, "recipe", "", "JSON file with the recipe to read the file with, instead of the dataset's; see docs/recipes.md")
	f.BoolVar(&p.strict, "strict", false, "refuse warnings too")
	f.BoolVar(&p.again, "again", false, "where the file is an older version: make that the published one again")
	f.BoolVar(&asJSON, "json", false, "print JSON")
	f.BoolVar(&quiet, "quiet", false, "no progress")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if p.dataset == "" || p.department == "" {
			return &exitError{exitUsage, errors.New("--dataset and --department are needed")}
		}
		p.file = args[0]
		p.describe = func(m *catalog.Metadata) error {
			m.Title = catalog.Text{ZH: cmp.Or(title, m.Title.ZH), EN: cmp.Or(titleEN, m.Title.EN)}
			if metadata == "" {
				return nil
			}
			return readMetadata(metadata, m)
		}
		var err error
		if p.recipe, err = readRecipe(cmd, recipe); err != nil {
			return err
		}
		ctx := cmd.Context()
		fo, err := openFolder(ctx, *data)
		if err != nil {
			return err
		}
		defer fo.close()
		show := newProgress(cmd.ErrOrStderr(), filepath.Base(p.file), quiet || asJSON)
		out, err := p.run(ctx, fo, show)
		show.end()
		if out == nil {
			return err
		}
		if err == nil && out.Unchanged && out.State != catalog.Published {
			err = &exitError{exitRefused, catalog.Errorf(catalog.Conflict, "to publish it again, save it anew: other bytes make a new version",
				"this file is version %d of %s, which is %s; nothing was published", out.Version, out.Dataset, out.State)}
		}
		if asJSON {
			return errors.Join(writeJSON(cmd.OutOrStdout(), out), err)
		}
		out.print(cmd.OutOrStdout())
		return err
	}
	return cmd
}

// readMetadata writes what the file says over what is known; what it does not
// name stays.
func readMetadata(path string, into *catalog.Metadata) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return fmt.Errorf("read the metadata in %s: %w", path, err)
	}
	return nil
}

// publication is one file on its way into a dataset.
type publication struct {
	file, dataset, department, as, encoding string
	recipe                                  *catalog.Recipe               // to read the file with; nil: the dataset's
	describe                                func(*catalog.Metadata) error // writes what the publisher says over what is known
	strict                                  bool                          // refuse warnings
	again                                   bool                          // make an older version the published one again
}

// outcome is what publish prints.
type outcome struct {
	Dataset   string                 `json:"dataset"`
	Version   int                    `json:"version"`
	State     catalog.VersionState   `json:"state"`
	Unchanged bool                   `json:"unchanged"` // these bytes were published before
	Rows      int64                  `json:"rows"`
	Tables    []string               `json:"tables"`
	SHA256    string                 `json:"sha256"` // of the version file
	Findings  []ingest.FindingReport `json:"findings"`
}

func (o *outcome) print(w io.Writer) {
	printFindings(w, o.Findings)
	switch {
	case o.Version == 0:
	case o.Unchanged:
		fmt.Fprintf(w, "unchanged: %s has this file as version %d (%s)\n", o.Dataset, o.Version, o.State)
	default:
		fmt.Fprintf(w, "%s: %s version %d, %d tables, %d rows\n", o.State, o.Dataset, o.Version, len(o.Tables), o.Rows)
	}
}

// run takes the file through the whole pipeline. The outcome tells what came of
// it also where an error says that it was refused.
func (p *publication) run(ctx context.Context, fo *folder, show *progressLine) (*outcome, error) {
	ds, err := p.ensureDataset(ctx, fo.store)
	if err != nil {
		return nil, err
	}
	up, created, err := p.upload(ctx, fo, ds)
	if err != nil {
		return nil, err
	}
	job, err := fo.store.Job(ctx, up.Job)
	if err != nil {
		return nil, err
	}
	if !created && (job.State == catalog.JobFailed || job.State == catalog.JobCancelled) {
		if err := fo.store.RetryJob(ctx, job.ID); err != nil {
			return nil, err
		}
	}
	known := job.State == catalog.JobDone
	if job, err = finishJob(ctx, fo, up.Job, show); err != nil {
		return nil, err
	}
	if job.State != catalog.JobDone {
		return refusedJob(p.dataset, job), &exitError{exitRefused, errors.New("the file was refused")}
	}
	out, err := p.conclude(ctx, fo, ds, up.ID, known)
	if err != nil {
		return out, err
	}
	return out, p.redescribe(ctx, fo.store, ds)
}

func (p *publication) upload(ctx context.Context, fo *folder, ds *catalog.Dataset) (*catalog.Upload, bool, error) {
	f, err := os.Open(p.file)
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return nil, false, err
	}
	hash, size, err := fo.blobs.Put(ctx, f, max(st.Size(), 1))
	if err != nil {
		return nil, false, err
	}
	up := &catalog.Upload{
		Dataset: ds.ID, Blob: hash, Bytes: size, CreatedBy: p.as,
		Filename: filepath.Base(p.file), Options: catalog.UploadOptions{Encoding: p.encoding, Recipe: p.recipe},
	}
	created, err := fo.store.CreateUpload(ctx, up, &catalog.PublishIntent{By: p.as, Acknowledge: !p.strict})
	if catalog.KindOf(err) == catalog.Conflict && err != nil { // it was purged, and does not come back this way
		need, needErr := fo.store.Needed(ctx)
		if needErr == nil && !need.Blobs[hash] {
			needErr = fo.blobs.Remove(hash)
		}
		err = errors.Join(err, needErr)
	}
	return up, created, err
}

// ensureDataset finds the dataset, or makes it and its department. Names and
// descriptions that cannot be stop here, before anything is made.
func (p *publication) ensureDataset(ctx context.Context, store catalog.Store) (*catalog.Dataset, error) {
	if err := cmp.Or(catalog.CheckSlug("dataset", p.dataset), catalog.CheckSlug("department", p.department)); err != nil {
		return nil, err
	}
	ds, err := store.DatasetBySlug(ctx, p.dataset)
	isNew := catalog.KindOf(err) == catalog.NotFound
	if isNew {
		ds = &catalog.Dataset{Slug: p.dataset}
	} else if err != nil {
		return nil, err
	}
	metadata, err := p.described(ds)
	if err != nil {
		return nil, err
	}
	dep, err := store.DepartmentBySlug(ctx, p.department)
	switch {
	case err == nil && (isNew || ds.Department == dep.ID):
	case !isNew && (err == nil || catalog.KindOf(err) == catalog.NotFound):
		return nil, catalog.Errorf(catalog.Conflict, "name that department, or choose another slug for the dataset",
			"dataset %s belongs to another department than %s", p.dataset, p.department)
	case catalog.KindOf(err) == catalog.NotFound:
		dep = &catalog.Department{Slug: p.department, Level: catalog.LevelBureau, Title: catalog.Text{ZH: p.department}}
		if err := store.CreateDepartment(ctx, dep); err != nil {
			return nil, err
		}
	default:
		return nil, err
	}
	if !isNew {
		return ds, nil
	}
	ds.Department, ds.Metadata = dep.ID, metadata
	return ds, store.CreateDataset(ctx, ds)
}

// described is the description of ds as the publisher wants it.
func (p *publication) described(ds *catalog.Dataset) (catalog.Metadata, error) {
	m := ds.Metadata
	m.KeywordsZH, m.KeywordsEN = slices.Clone(m.KeywordsZH), slices.Clone(m.KeywordsEN)
	if err := p.describe(&m); err != nil {
		return m, err
	}
	m = withDefaults(m, p.dataset)
	return m, m.Check()
}

// redescribe gives the dataset the description that came with the file, once
// that is published. Where it says nothing new, nothing is written.
func (p *publication) redescribe(ctx context.Context, store catalog.Store, ds *catalog.Dataset) error {
	m, err := p.described(ds)
	if err != nil || reflect.DeepEqual(m, ds.Metadata) {
		return err
	}
	ds.Metadata = m
	return store.UpdateDataset(ctx, ds)
}

// withDefaults fills in what a dataset cannot be without.
func withDefaults(m catalog.Metadata, slug string) catalog.Metadata {
	if m.Title.Empty() {
		m.Title.ZH = slug
	}
	if m.Theme == "" {
		m.Theme = "government"
	}
	if m.Licence == "" {
		m.Licence = "cc-by-4.0"
	}
	if m.Cycle == "" {
		m.Cycle = catalog.CycleIrregular
	}
	if m.Open == "" {
		m.Open = catalog.OpenUnconditional
	}
	if m.Sharing == "" {
		m.Sharing = catalog.ShareUnconditional
	}
	return m
}

// finishJob runs the job here, or waits for the server that took it.
func finishJob(ctx context.Context, fo *folder, id catalog.JobID, show *progressLine) (*catalog.Job, error) {
	// What broke on our side goes to the terminal; what is wrong with the file is a finding.
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	runner, err := fo.runner(log, ingest.Limits{}, nil)
	if err != nil {
		return nil, err
	}
	ran := make(chan error, 1)
	go func() {
		for {
			if _, err := runner.RunNext(ctx, id); err != nil {
				ran <- err
				return
			}
			job, err := fo.store.Job(ctx, id)
			if err != nil || job.State.Ended() {
				ran <- err
				return
			}
			select { // another process runs it; if that dies, its claim grows stale and is ours
			case <-ctx.Done():
				ran <- ctx.Err()
				return
			case <-time.After(300 * time.Millisecond):
			}
		}
	}()
	for {
		select {
		case err := <-ran:
			if ctx.Err() != nil {
				return nil, giveUp(fo.store, id)
			}
			if err != nil {
				return nil, err
			}
			return fo.store.Job(ctx, id)
		case <-time.After(100 * time.Millisecond):
			if job, err := fo.store.Job(ctx, id); err == nil {
				show.set(job.Progress)
			}
		}
	}
}

// giveUp cancels a job that its sender interrupted, wherever it runs: what is
// not wanted any more must not be published a moment later.
func giveUp(store catalog.Store, id catalog.JobID) error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := store.CancelJob(ctx, id); err != nil {
		return fmt.Errorf("interrupted, and the job could not be cancelled: %w", err)
	}
	return errors.New("interrupted; the job was cancelled and nothing was published")
}

func refusedJob(dataset string, job *catalog.Job) *outcome {
	out := &outcome{Dataset: dataset, Tables: []string{}, Findings: []ingest.FindingReport{}}
	if job.Failure != nil {
		out.Findings = ingest.ReportFindings([]catalog.Finding{*job.Failure}, catalog.EN)
	}
	return out
}

// conclude publishes a draft that was not published with its job, and says
// what stands now.
func (p *publication) conclude(ctx context.Context, fo *folder, ds *catalog.Dataset, id catalog.UploadID, known bool) (*outcome, error) {
	up, err := fo.store.Upload(ctx, id)
	if err != nil {
		return nil, err
	}
	v, err := fo.store.Version(ctx, ds.ID, up.Version)
	if err != nil {
		return nil, err
	}
	findings, err := fo.store.Findings(ctx, v.ID)
	if err != nil {
		return nil, err
	}
	out := &outcome{
		Dataset: ds.Slug, Version: v.Number, State: v.State, Unchanged: known && v.State == catalog.Published,
		Rows: v.Rows, SHA256: v.FileHash, Tables: []string{}, Findings: ingest.ReportFindings(findings, catalog.EN),
	}
	for _, t := range v.Tables {
		out.Tables = append(out.Tables, t.Name)
	}
	switch {
	case v.State == catalog.Published:
		return out, nil
	case v.State == catalog.Superseded && !p.again:
		return out, &exitError{exitRefused, fmt.Errorf("this file is version %d, superseded since; --again makes it the published one again", v.Number)}
	}
	var accept []string
	if !p.strict {
		for _, f := range findings {
			if f.Severity == catalog.SeverityWarning {
				accept = append(accept, f.Code)
			}
		}
	}
	published, err := fo.store.Publish(ctx, v.ID, p.as, accept)
	if catalog.KindOf(err) == catalog.Conflict {
		return out, &exitError{exitRefused, p.readBefore(ctx, fo.store, v, err)}
	}
	if err != nil {
		return out, err
	}
	out.State = published.State
	return out, nil
}

// readBefore says, where a draft was read before its dataset's recipe changed,
// that it has to be read again.
func (p *publication) readBefore(ctx context.Context, store catalog.Store, v *catalog.Version, refusal error) error {
	newest, err := store.Recipe(ctx, v.Dataset, 0)
	var known *catalog.Error
	if err != nil || newest.Number <= v.Recipe || !errors.As(refusal, &known) {
		return refusal
	}
	known.Fix = fmt.Sprintf("the recipe was changed since the file was read; gongkai reread --dataset %s --version %d reads it again", p.dataset, v.Number)
	return known
}
