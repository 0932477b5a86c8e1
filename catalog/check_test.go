package catalog_test

import (
	"errors"
	"strings"
	"testing"

	"gongkai/catalog"
)

func TestCheckSlug(t *testing.T) {
	for slug, ok := range map[string]bool{
		"a": true, "hospital-beds": true, "2024-fees": true, "a-1": true, strings.Repeat("a", 100): true,
		"": false, "A b": false, "../x": false, "a/b": false, "-a": false, "a-": false, "a--b": false, "医院": false, "a_b": false, "a.b": false, strings.Repeat("a", 101): false,
	} {
		err := catalog.CheckSlug("dataset", slug)
		if (err == nil) != ok {
			t.Errorf("%q: %v", slug, err)
		}
		if err != nil && (catalog.KindOf(err) != catalog.Invalid || fieldOf(err) != "dataset") {
			t.Errorf("%q: %#v", slug, err)
		}
	}
}

func fieldOf(err error) string {
	var e *catalog.Error
	errors.As(err, &e)
	if e == nil {
		return ""
	}
	return e.Field
}

func TestCheckMetadata(t *testing.T) {
	good := catalog.Metadata{Open: catalog.OpenUnconditional}
	for field, change := range map[string]func(*catalog.Metadata){
		"":               func(*catalog.Metadata) {},
		"open_attribute": func(m *catalog.Metadata) { m.Open = "maybe" },
		"theme":          func(m *catalog.Metadata) { m.Theme = "Finance" },
		"licence":        func(m *catalog.Metadata) { m.Licence = "free" },
		"update_cycle":   func(m *catalog.Metadata) { m.Cycle = "often" },
		"sharing_type":   func(m *catalog.Metadata) { m.Sharing = "yes" },
		"temporal_start": func(m *catalog.Metadata) { m.TemporalStart = "2024-02-30" },
		"temporal_end":   func(m *catalog.Metadata) { m.TemporalStart, m.TemporalEnd = "2024-02-03", "2024-02-01" },
	} {
		m := good
		change(&m)
		if err := m.Check(); fieldOf(err) != field || (err == nil) != (field == "") {
			t.Errorf("%s: %v", field, err)
		}
	}
	if err := (&catalog.Metadata{}).Check(); fieldOf(err) != "open_attribute" {
		t.Errorf("who may read it was not said: %v", err)
	}
}
