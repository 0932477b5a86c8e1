package portal

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"gongkai/api/portal/page"
	"gongkai/catalog"
	"gongkai/datasets"
)

// comparedAtOnce is how many rows two versions may have together for a page to
// compare them itself; larger ones are compared when somebody asks for their
// changes or their feed. What was compared once is kept.
const comparedAtOnce = 100_000

// changes says what changed since the version before.
func (p *Portal) changes(ctx context.Context, s *shown, all []catalog.Version, i int, line *page.VersionLine) error {
	if !all[i].State.Public() {
		return nil
	}
	before := slices.IndexFunc(all[i+1:], func(v catalog.Version) bool { return v.State.Public() })
	if before < 0 {
		return nil
	}
	old := &all[i+1+before]
	known, err := p.summary(ctx, s, old, &all[i])
	if known == nil || err != nil {
		return err
	}
	var added, removed, changed int64
	for _, t := range known.Tables {
		added, removed, changed = added+t.Added, removed+t.Removed, changed+t.Changed
	}
	line.Changes = page.For(s.lang).ChangedRows(added, removed, changed, known.Major)
	if len(known.Tables) == 1 && added+removed+changed > 0 {
		line.ChangesAt = "/api/v1/datasets/" + url.PathEscape(s.Dataset.Slug) + "/tables/" + url.PathEscape(known.Tables[0].Table) + "/changes.csv?" +
			url.Values{"from": {strconv.Itoa(old.Number)}, "to": {strconv.Itoa(all[i].Number)}}.Encode()
	}
	return nil
}

// summary compares two versions, or finds what came of it before; nil where
// that takes too long for a page.
func (p *Portal) summary(ctx context.Context, s *shown, old, now *catalog.Version) (*datasets.Summary, error) {
	if known := p.cfg.Library.KnownSummary(old, now); known != nil || old.Rows+now.Rows > comparedAtOnce {
		return known, nil
	}
	whole := make([]*catalog.Version, 2)
	for i, v := range []*catalog.Version{old, now} {
		var err error
		if _, whole[i], err = p.cfg.Library.Version(ctx, public, s.Dataset.Slug, strconv.Itoa(v.Number)); err != nil {
			return nil, err
		}
	}
	sum, err := p.cfg.Library.Summary(ctx, s.Dataset, whole[0], whole[1])
	if err != nil && ctx.Err() == nil { // the page is worth more than this line of it
		p.cfg.Log.WarnContext(ctx, "compare versions for a page", "dataset", s.Dataset.Slug, "error", err)
		return nil, nil
	}
	return sum, err
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
