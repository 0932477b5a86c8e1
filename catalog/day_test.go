package catalog_test

import (
	"testing"
	"time"

	"gongkai/catalog"
)

// TestDay: the evening of UTC is the next day of the city.
func TestDay(t *testing.T) {
	for at, want := range map[string]string{
		"2024-05-03T15:59:59Z": "2024-05-03", "2024-05-03T16:00:00Z": "2024-05-04", "2024-12-31T16:00:00Z": "2025-01-01", "2024-05-04T00:00:00+08:00": "2024-05-04",
	} {
		moment, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := catalog.Day(moment); got != want {
			t.Errorf("%s is on %s, want %s", at, got, want)
		}
		start, err := catalog.StartOfDay(want)
		if err != nil || start.After(moment) || !start.AddDate(0, 0, 1).After(moment) {
			t.Errorf("%s begins at %s, %v: %s is not in it", want, start, err, at)
		}
	}
	if _, err := catalog.StartOfDay("2024-02-30"); err == nil {
		t.Error("30 February is a day")
	}
}
