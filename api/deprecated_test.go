package api_test

import (
	"fmt"
	"testing"
)

// TestOldNamesAreDeprecated asks by a name that a column had before: the answer
// says since when, the version in which the column was renamed.
func TestOldNamesAreDeprecated(t *testing.T) {
	w := newWorld(t) // publishes version 1
	renamed := func(n int) content {
		c := w.stations(n)
		c.table.Columns[3].Aliases = []string{"readings"}
		return c
	}
	second := w.publish("air-quality", renamed(5))
	w.publish("air-quality", renamed(6))
	at := "/api/v1/datasets/air-quality/"
	want := fmt.Sprintf("@%d", second.PublishedAt.Unix())
	for _, old := range []string{"rows?select=readings", "rows?where=readings%3E1", "export.csv?select=READINGS", "rows.json?order_by=readings", "facets?column=readings",
		"facets?column=day&where=readings%3E1", "stats?columns=readings", "rows?select=readings&version=2"} {
		a := w.get(at + old).want(200)
		if got := a.Header.Get("Deprecation"); got != want || a.Header.Get("Sunset") != "" {
			t.Errorf("%s: Deprecation %q, want %q", old, got, want)
		}
		if a := w.get(at+old, "If-None-Match", a.Header.Get("ETag")).want(304); a.Header.Get("Deprecation") != want {
			t.Errorf("%s: 304 with Deprecation %q", old, a.Header.Get("Deprecation"))
		}
	}
	for _, now := range []string{"rows", "rows?select=count", "export.csv", "rows?version=1", "facets?column=count"} {
		if got := w.get(at + now).want(200).Header.Get("Deprecation"); got != "" {
			t.Errorf("%s: Deprecation %q", now, got)
		}
	}
	w.get(at + "rows?select=readings&version=1").want(400)
}
