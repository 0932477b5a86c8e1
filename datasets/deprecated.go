package datasets

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gongkai/catalog"
	"gongkai/datasets/query"
)

// Deprecated tells since when the oldest of some names that columns had before
// is out of use: the publication of the first version in which the column has
// another name. It is zero where no public version tells.
func (l *Library) Deprecated(ctx context.Context, who catalog.Actor, ref *Ref, old []query.Renamed) (time.Time, error) {
	var since time.Time
	if len(old) == 0 {
		return since, nil
	}
	versions, err := l.store.ListVersions(ctx, ref.Dataset.ID)
	if err != nil {
		return since, fmt.Errorf("list versions of dataset %s: %w", ref.Dataset.Slug, err)
	}
	left := slices.Clone(old)
	for i := range versions { // newest first
		v := &versions[i]
		if v.Number > ref.Version.Number || v.PublishedAt.IsZero() || !v.State.Public() ||
			!catalog.May(who, catalog.ReadVersion, catalog.Subject{Dataset: ref.Dataset, Version: v}) {
			continue
		}
		tables, err := l.known.version(ctx, ref.Dataset, v.Number)
		if err != nil {
			return since, fmt.Errorf("find version %d of dataset %s: %w", v.Number, ref.Dataset.Slug, err)
		}
		left = slices.DeleteFunc(left, func(r query.Renamed) bool { return !hasAlias(tables, ref.Table.Name, r.Old) })
		if len(left) == 0 {
			break
		}
		since = v.PublishedAt
	}
	return since, nil
}

// hasAlias reports whether a column of a table had that name before.
func hasAlias(v *catalog.Version, table, old string) bool {
	for i := range v.Tables {
		if t := &v.Tables[i]; t.Name == table {
			return slices.ContainsFunc(t.Columns, func(c catalog.Column) bool {
				return c.Was(strings.ToLower(old))
			})
		}
	}
	return false
}
