package portal

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"gongkai/api/portal/page"
	"gongkai/catalog"
	"gongkai/datasets"
)

// changesWait is how long a page waits for comparisons of versions that nobody
// asked for yet. What was compared once is kept.
const changesWait = 2 * time.Second

// changes says what changed since the version before.
func (p *Portal) changes(ctx context.Context, s *shown, all []catalog.Version, i int, until time.Time, line *page.VersionLine) error {
	if !all[i].State.Public() {
		return nil
	}
	w := page.For(s.lang)
	before := slices.IndexFunc(all[i+1:], func(v catalog.Version) bool { return v.State.Public() })
	if before < 0 {
		line.Changes = w.FirstVersion()
		return nil
	}
	old := &all[i+1+before]
	known, err := p.summary(ctx, s, old, &all[i], time.Until(until))
	if err != nil {
		return err
	}
	if known == nil {
		line.Changes = w.NotCompared()
		return nil
	}
	var added, removed, changed int64
	versions := url.Values{"from": {strconv.Itoa(old.Number)}, "to": {strconv.Itoa(all[i].Number)}}.Encode()
	for _, t := range known.Tables {
		added, removed, changed = added+t.Added, removed+t.Removed, changed+t.Changed
		if t.Added+t.Removed+t.Changed == 0 {
			continue
		}
		file := page.ChangeFile{URL: "/api/v1/datasets/" + url.PathEscape(s.Dataset.Slug) + "/tables/" + url.PathEscape(t.Table) + "/changes.csv?" + versions}
		if len(known.Tables) > 1 {
			file.Table = labelOf(s.Version, t.Table)
		}
		line.Files = append(line.Files, file)
	}
	line.Changes = w.ChangedRows(added, removed, changed)
	if schema := w.ChangedSchema(known.Schema); schema != "" {
		line.Changes += w.Pause() + schema
	}
	return nil
}

// labelOf is what people call a table.
func labelOf(v *catalog.Version, name string) string {
	if t := v.Table(name); t != nil && t.Label != "" {
		return t.Label
	}
	return name
}

// summary compares two versions, or finds what came of it before; nil where
// that takes too long for a page.
func (p *Portal) summary(ctx context.Context, s *shown, old, now *catalog.Version, wait time.Duration) (*datasets.Summary, error) {
	if known := p.cfg.Library.KnownSummary(old, now); known != nil || wait <= 0 {
		return known, nil
	}
	whole := make([]*catalog.Version, 2)
	for i, v := range []*catalog.Version{old, now} {
		var err error
		if _, whole[i], err = p.cfg.Library.Version(ctx, public, s.Dataset.Slug, strconv.Itoa(v.Number)); err != nil {
			return nil, err
		}
	}
	return p.cfg.Library.SummaryWithin(ctx, s.Dataset, whole[0], whole[1], wait), nil
}

// usageDays is how many days back a page counts.
const usageDays = 30

// usage says how much a dataset was used lately.
func (p *Portal) usage(ctx context.Context, s *shown) (string, error) {
	since := catalog.Day(p.now().AddDate(0, 0, -usageDays))
	all, err := p.cfg.Store.Usage(ctx, s.Dataset.ID, since)
	if err != nil {
		return "", fmt.Errorf("use of dataset %s: %w", s.Dataset.Slug, err)
	}
	n := map[catalog.UsageKind]int64{}
	for _, u := range all {
		n[u.Kind] += u.Count
	}
	return page.For(s.lang).Used(usageDays, n[catalog.UsagePage], n[catalog.UsageQuery], n[catalog.UsageDownload]), nil
}
