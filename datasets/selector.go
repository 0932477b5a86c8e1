package datasets

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gongkai/catalog"
)

// selector is what a reader says of the version wanted; the zero selector is
// the published one.
type selector struct {
	number int
	day    string    // as of this day, of the city's clock
	end    time.Time // of the day
	hash   string    // prefix of a content hash
}

// shortestHash is how many digits of a content hash tell it from a number and
// from every other.
const shortestHash = 12

// parseSelector reads what a reader says; the error is of kind Invalid.
func parseSelector(text string) (selector, error) {
	if text == "" {
		return selector{}, nil
	}
	if n, err := strconv.Atoi(text); err == nil && n >= 1 && len(text) < shortestHash {
		return selector{number: n}, nil
	}
	if day, err := catalog.StartOfDay(text); err == nil {
		return selector{day: text, end: day.AddDate(0, 0, 1)}, nil
	}
	if len(text) >= shortestHash && len(text) <= 64 && strings.Trim(text, "0123456789abcdef") == "" {
		return selector{hash: text}, nil
	}
	e := catalog.Errorf(catalog.Invalid, "give the number of a version, as 3, a day, as 2024-05-03, or twelve digits or more of a content hash; leave it out for the published one",
		"%q is no version number, no day and no hash", text)
	e.Field = "version"
	return selector{}, e
}

// Pinned reports whether a version selector always means the same version.
func Pinned(version string) bool {
	s, err := parseSelector(version)
	return err == nil && (s.number != 0 || s.hash != "")
}

// selected finds the version of a day or of a content hash. Versions that were
// withdrawn since are none of a day: readers get what was right then, as far as
// it may still be read. A hash goes on meaning the version that it meant, so
// that who cited one that was taken back is told so.
func (l *Library) selected(ctx context.Context, who catalog.Actor, d *catalog.Dataset, wanted selector) (int, error) {
	versions, err := l.store.ListVersions(ctx, d.ID)
	if err != nil {
		return 0, fmt.Errorf("list versions of dataset %s: %w", d.Slug, err)
	}
	var found, back *catalog.Version
	for i := range versions {
		v := &versions[i]
		if wanted.hash != "" && v.TakenBack() && strings.HasPrefix(v.ContentHash, wanted.hash) && (back == nil || v.Number > back.Number) {
			back = v
		}
		if !catalog.May(who, catalog.ReadVersion, catalog.Subject{Dataset: d, Version: v}) {
			continue
		}
		switch {
		case wanted.hash != "":
			if strings.HasPrefix(v.ContentHash, wanted.hash) && (found == nil || v.Number > found.Number) {
				found = v
			}
		case v.State.Public() && v.PublishedAt.Before(wanted.end) && (found == nil || v.PublishedAt.After(found.PublishedAt)):
			found = v
		}
	}
	if found != nil {
		return found.Number, nil
	}
	if back != nil && d.Open != catalog.OpenNone {
		return back.Number, nil
	}
	see := "see /api/v1/datasets/" + d.Slug + "/versions for its versions"
	if wanted.hash != "" {
		return 0, catalog.Errorf(catalog.NotFound, see, "dataset %q has no version with the content hash %s that you may read", d.Slug, wanted.hash)
	}
	return 0, catalog.Errorf(catalog.NotFound, see, "dataset %q had no published version on %s", d.Slug, wanted.day)
}
