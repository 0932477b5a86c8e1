package api_test

import (
	"fmt"
	"strings"
	"testing"

	"gongkai/catalog"
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

// TestOldNamesEnd gives old names a last day: until then the answer names it,
// afterwards the name is refused and the error says what to write; a version
// that is asked for by its number or hash keeps its names.
func TestOldNamesEnd(t *testing.T) {
	w := newWorld(t)
	c := w.stations(5)
	c.table.Columns[3].Aliases = []string{"readings", "measured", "n"}
	c.table.Columns[3].AliasUntil = catalog.Days{"readings": "2999-03-31", "measured": "2020-02-29"}
	v := w.publish("air-quality", c)
	at := "/api/v1/datasets/air-quality/"
	for path, want := range map[string]string{
		"rows?select=readings": "Sun, 31 Mar 2999 16:00:00 GMT", "rows?select=READINGS": "Sun, 31 Mar 2999 16:00:00 GMT", "export.csv?where=readings>1": "Sun, 31 Mar 2999 16:00:00 GMT",
		"facets?column=readings": "Sun, 31 Mar 2999 16:00:00 GMT", "rows?select=n": "", "rows?select=n,readings as x": "Sun, 31 Mar 2999 16:00:00 GMT",
		"rows?select=readings&version=2": "", "rows?select=measured&version=2": "", "rows?select=measured&version=" + v.ContentHash[:12]: "",
	} {
		a := w.get(at + strings.ReplaceAll(path, " ", "%20")).want(200)
		if got := a.Header.Get("Sunset"); got != want || a.Header.Get("Deprecation") == "" {
			t.Errorf("%s: Sunset %q, want %q", path, got, want)
		}
	}
	for _, path := range []string{"rows?select=measured", "rows?where=Measured>1", "export.csv?select=measured", "facets?column=measured", "stats?columns=measured"} {
		p := w.get(at + path).want(400).problem()
		if !strings.Contains(p.Detail, "is called count") || !strings.Contains(p.Detail, "2020-02-29") || !strings.Contains(p.Fix, "use count") || p.Field == "" {
			t.Errorf("%s: %+v", path, p)
		}
	}
	var table struct {
		Columns []struct {
			Name       string
			Aliases    []string
			AliasUntil map[string]string `json:"alias_until"`
		}
	}
	w.get(at + "tables/stations").want(200).json(&table)
	if got := fmt.Sprint(table.Columns[3]); got != "{count [readings n] map[measured:2020-02-29 readings:2999-03-31]}" {
		t.Error(got)
	}
	// What became of a renamed column is still told.
	old := w.stations(5)
	old.table.Columns[3].Name = "measured"
	w.dataset("finance", "renamed", "改名", "Renamed", "finance")
	w.publish("renamed", old)
	w.publish("renamed", c)
	var got struct {
		Schema                  []struct{ Kind string }
		Added, Removed, Changed int
	}
	w.get("/api/v1/datasets/renamed/changes").want(200).json(&got)
	if fmt.Sprint(got) != "{[{column-renamed}] 0 0 0}" {
		t.Errorf("%+v", got)
	}
}
