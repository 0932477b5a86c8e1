package ingest

import (
	"context"
	"fmt"

	"gongkai/catalog"
	"gongkai/ingest/check"
	"gongkai/ingest/shape"
)

// compare holds stored and profiled tables against what is known of their
// series: the foreign keys, the last published version and the declared cycle.
func (r *Reading) compare(ctx context.Context, sink Sink, tables []catalog.Table) ([]catalog.Finding, error) {
	var out []catalog.Finding
	for i := range tables {
		for j := range tables[i].Columns {
			f, err := r.reference(ctx, sink, tables, &tables[i], &tables[i].Columns[j])
			if err != nil {
				return nil, fmt.Errorf("look up what %s.%s refers to: %w", tables[i].Name, tables[i].Columns[j].Name, err)
			}
			if f != nil {
				out = append(out, *f)
			}
		}
	}
	out = append(out, check.Freshness(tables, r.Series.Cycle, r.Series.Today)...)
	last := r.Series.Last
	if last == nil {
		return out, nil
	}
	out = append(out, check.Drift(last.Tables, tables, r.given)...)
	for i := range last.Tables {
		for j := range tables {
			if last.Tables[i].Name != tables[j].Name {
				continue
			}
			gone, err := r.gone(ctx, sink, &last.Tables[i], &tables[j])
			if err != nil {
				return nil, fmt.Errorf("compare table %s with version %d: %w", tables[j].Name, last.Number, err)
			}
			out = append(out, gone...)
		}
	}
	return out, nil
}

// reference holds a column against the one that its foreign key names; nil
// where it has none, or nothing is wrong.
func (r *Reading) reference(ctx context.Context, sink Sink, tables []catalog.Table, t *catalog.Table, c *catalog.Column) (*catalog.Finding, error) {
	if c.Constraints == nil || c.Constraints.Reference == nil {
		return nil, nil
	}
	to, missing := r.Series.find(*c.Constraints.Reference, tables)
	if missing != "" {
		f := unresolved(t, c, missing)
		return &f, nil
	}
	lacking, err := sink.Lacking(ctx, ColumnOf{Storage: t.Storage, Column: c.Name}, to)
	if err != nil || lacking.Count == 0 {
		return nil, err
	}
	f := check.ReferenceFinding(t, c, lacking.Values, lacking.Rows, lacking.Count, lacking.Cells)
	return &f, nil
}

// find gives the column that a reference names: one that was looked up in
// another dataset, else one of the tables that are being stored.
func (s *Series) find(ref catalog.Reference, tables []catalog.Table) (c ColumnOf, missing string) {
	for _, known := range s.References {
		if known.Reference == ref {
			return known.Column, known.Missing
		}
	}
	return findColumn(tables, ref)
}

// unresolved tells of a foreign key into nothing.
func unresolved(t *catalog.Table, c *catalog.Column, missing string) catalog.Finding {
	ref := c.Constraints.Reference
	zh := map[string]string{"dataset": "没有公开的数据集", "version": "没有已发布版本的数据集", "table": "没有该数据表", "column": "没有该字段"}[missing]
	f := catalog.NewFinding("rule-unchecked", shape.Where(t.Sheet, max(t.HeaderRow[1], 1), max(c.Col, 1)), map[string]string{
		"column": c.Label, "why": "there is no such " + missing + " to look in", "why_zh": zh + "可供核对",
	})
	f.Table, f.Expected, f.Actual = t.Name, "reference", ref.String()
	return f
}

// gone finds values of the last version that are not there any more, in the
// columns where that would be odd.
func (r *Reading) gone(ctx context.Context, sink Sink, last, now *catalog.Table) ([]catalog.Finding, error) {
	var out []catalog.Finding
	for _, name := range check.Watched(*last) {
		c := now.Successor(name)
		if c == nil {
			continue
		}
		lacking, err := sink.Lacking(ctx,
			ColumnOf{File: r.Series.Last.FileHash, Storage: last.Storage, Column: name}, ColumnOf{Storage: now.Storage, Column: c.Name})
		if err != nil {
			return nil, err
		}
		if lacking.Count > 0 {
			out = append(out, check.GoneFinding(now, c, lacking.Values, lacking.Count))
		}
	}
	return out, nil
}
