package main

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"gongkai/catalog"
	"gongkai/catalog/search"
	"gongkai/datasets"
	"gongkai/datasets/export"
)

// preparer makes the whole-table files of what is published before anybody
// asks for them, so that a download starts at once and its size is known. It
// works on one file at a time and rests as long as it worked.
type preparer struct {
	library *datasets.Library
	index   *search.Index
	log     *slog.Logger
	done    map[string]bool // content hashes that were seen to
}

func (p *preparer) run(ctx context.Context) {
	p.done = map[string]bool{}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		p.all(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// all sees to every dataset that is new, newest publications first.
func (p *preparer) all(ctx context.Context) {
	docs := slices.DeleteFunc(p.index.All(), func(d *search.Document) bool { return p.done[d.Version.ContentHash] })
	slices.SortFunc(docs, func(a, b *search.Document) int { return b.Version.PublishedAt.Compare(a.Version.PublishedAt) })
	for _, d := range docs {
		for i := range d.Version.Tables {
			ref := &datasets.Ref{Dataset: &d.Dataset, Department: &d.Department, Version: d.Version, Table: &d.Version.Tables[i]}
			if !p.table(ctx, ref) {
				return
			}
		}
		p.changes(ctx, d)
		p.done[d.Version.ContentHash] = true
	}
}

// changes computes what changed since the version before, for the page and the feed.
func (p *preparer) changes(ctx context.Context, d *search.Document) {
	before, err := p.library.Before(ctx, catalog.Actor{}, &d.Dataset, d.Version)
	if err == nil && before != nil {
		_, err = p.library.Summary(ctx, &d.Dataset, before, d.Version)
	}
	if err != nil && ctx.Err() == nil {
		p.log.Warn("compare with the version before", "dataset", d.Dataset.Slug, "err", err)
	}
}

// table makes the files of one table; false where ctx has ended. A file that
// cannot be made now is made when it is asked for, and then says why.
func (p *preparer) table(ctx context.Context, ref *datasets.Ref) bool {
	for _, f := range export.Formats {
		if file, ok := p.library.Made(ref, f); ok && p.packed(&file, f) {
			continue
		}
		start := time.Now()
		file, err := p.library.Export(ctx, ref, f)
		for _, e := range datasets.Encodings {
			if err == nil && f.Compressible() {
				_, err = p.library.Pack(ctx, file, e)
			}
		}
		if err != nil && ctx.Err() == nil {
			p.log.Warn("prepare a download", "dataset", ref.Dataset.Slug, "table", ref.Table.Name, "format", f, "err", err)
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(time.Since(start)):
		}
	}
	return true
}

// packed reports whether the file is there in all encodings that are kept of it.
func (p *preparer) packed(file *datasets.File, f export.Format) bool {
	for _, e := range datasets.Encodings {
		if f.Compressible() && !p.library.IsPacked(file, e) {
			return false
		}
	}
	return true
}
