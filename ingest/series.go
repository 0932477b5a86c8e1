package ingest

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"gongkai/catalog"
)

// Series is what is known about the dataset that a workbook is read for: what
// it is compared with, beside the recipe that it is read with.
type Series struct {
	Last       *catalog.Version    // the published version before, with its tables; nil where there is none
	LastRecipe *catalog.Recipe     // how that was read; nil where nobody knows
	Cycle      catalog.UpdateCycle // how often the dataset is due
	Today      time.Time           // the day on which the workbook was sent
	References []Referenced        // where the columns are that foreign keys of the recipe name
}

// Referenced is a column that a foreign key names, or why there is none.
type Referenced struct {
	Reference catalog.Reference
	Column    ColumnOf
	Missing   string // what there is not: dataset, version, table or column; "" where Column is it
}

// readWith says which recipe a job reads with.
type readWith struct {
	revision int  // in force for the dataset; 0 for none
	sent     bool // it came with the upload
}

// order says what the child is to read, with what.
func (r *Runner) order(ctx context.Context, job *catalog.Job, up *catalog.Upload) (o Order, with readWith, err error) {
	o = Order{
		Data: r.cfg.Data, Blob: r.cfg.Blobs.Path(up.Blob),
		Filename: up.Filename, Encoding: up.Options.Encoding, Limits: r.cfg.Limits,
	}
	d, err := r.cfg.Store.Dataset(ctx, up.Dataset)
	if err != nil {
		return o, with, fmt.Errorf("dataset of upload %s: %w", up.ID, err)
	}
	if o.Recipe, with, err = r.recipe(ctx, job, up); err != nil {
		return o, with, fmt.Errorf("recipe of dataset %s: %w", d.Slug, err)
	}
	// Data do not grow stale by being read again.
	o.Series = Series{Cycle: d.Cycle, Today: up.CreatedAt}
	if o.Series.Last, err = r.last(ctx, d, up.ID); err != nil {
		return o, with, fmt.Errorf("version before upload %s: %w", up.ID, err)
	}
	if last := o.Series.Last; last != nil {
		o.Series.LastRecipe, err = r.cfg.Store.Reading(ctx, last.ID)
		if err != nil && catalog.KindOf(err) != catalog.NotFound {
			return o, with, fmt.Errorf("reading of version %d of %s: %w", last.Number, d.Slug, err)
		}
	}
	if o.Recipe == nil {
		return o, with, nil
	}
	o.Encoding = cmp.Or(o.Encoding, o.Recipe.Encoding)
	o.Series.References, err = r.references(ctx, d, o.Recipe)
	return o, with, err
}

// recipe picks what an upload is read with: the recipe that came with it, else
// the one in force. Where the upload is read again, what was decided since it
// came holds.
func (r *Runner) recipe(ctx context.Context, job *catalog.Job, up *catalog.Upload) (*catalog.Recipe, readWith, error) {
	newest, err := r.cfg.Store.Recipe(ctx, up.Dataset, 0)
	if err != nil {
		if catalog.KindOf(err) != catalog.NotFound {
			return nil, readWith{}, err
		}
		newest = nil
	}
	var with readWith
	if newest != nil {
		with.revision = newest.Number
	}
	if sent := up.Options.Recipe; sent != nil && (newest == nil || job.RereadBy == "" || newest.CreatedAt.Before(up.CreatedAt)) {
		sent.Sign(nil, up.CreatedBy, up.CreatedAt)
		with.sent = true
		return sent, with, nil
	}
	if newest == nil {
		return nil, with, nil
	}
	return &newest.Recipe, with, nil
}

// last finds the published version that a new version of an upload is compared
// with. An upload that was public already and is read again is compared with
// what was published before it: what its differences say stays the same then.
func (r *Runner) last(ctx context.Context, d *catalog.Dataset, upload catalog.UploadID) (*catalog.Version, error) {
	all, err := r.cfg.Store.ListVersions(ctx, d.ID)
	if err != nil {
		return nil, err
	}
	first := 0 // number of the upload's first version that was public
	for _, v := range all {
		if v.Upload == upload && !v.PublishedAt.IsZero() {
			first = v.Number
		}
	}
	number := 0
	for _, v := range all { // newest first
		if v.Upload == upload || !v.State.Public() || first > 0 && v.Number > first {
			continue
		}
		if number == 0 || first == 0 && v.State == catalog.Published {
			number = v.Number
		}
	}
	if number == 0 {
		return nil, nil
	}
	return r.cfg.Store.Version(ctx, d.ID, number)
}

// references finds the columns of other datasets that the recipe's foreign keys
// name. A dataset that is not public can be named by its own department only.
func (r *Runner) references(ctx context.Context, own *catalog.Dataset, recipe *catalog.Recipe) ([]Referenced, error) {
	var out []Referenced
	seen := map[catalog.Reference]bool{}
	for i := range recipe.Tables {
		for j := range recipe.Tables[i].Columns {
			c := recipe.Tables[i].Columns[j].Constraints
			if c == nil || c.Reference == nil || c.Reference.Dataset == "" || c.Reference.Dataset == own.Slug || seen[*c.Reference] {
				continue
			}
			seen[*c.Reference] = true
			found, err := r.reference(ctx, own, *c.Reference)
			if err != nil {
				return nil, fmt.Errorf("column that %s.%s refers to: %w", recipe.Tables[i].Name, recipe.Tables[i].Columns[j].Name, err)
			}
			out = append(out, found)
		}
	}
	return out, nil
}

func (r *Runner) reference(ctx context.Context, own *catalog.Dataset, ref catalog.Reference) (Referenced, error) {
	out := Referenced{Reference: ref, Missing: "dataset"}
	d, err := r.cfg.Store.DatasetBySlug(ctx, ref.Dataset)
	if err != nil {
		if catalog.KindOf(err) == catalog.NotFound {
			err = nil
		}
		return out, err
	}
	if d.Department != own.Department && !d.Public() {
		return out, nil
	}
	if d.Current == 0 {
		out.Missing = "version"
		return out, nil
	}
	v, err := r.cfg.Store.Version(ctx, d.ID, d.Current)
	if err != nil {
		return out, err
	}
	out.Column, out.Missing = findColumn(v.Tables, ref)
	out.Column.File = v.FileHash
	return out, nil
}

// findColumn finds the column that a reference names among tables; missing says
// what there is not.
func findColumn(tables []catalog.Table, ref catalog.Reference) (c ColumnOf, missing string) {
	for i := range tables {
		t := &tables[i]
		if t.Name != ref.Table && (ref.Table != "" || len(tables) > 1) {
			continue
		}
		for j := range t.Columns {
			if t.Columns[j].Name == ref.Column {
				return ColumnOf{Storage: t.Storage, Column: ref.Column}, ""
			}
		}
		return c, "column"
	}
	return c, "table"
}
