package catalog_test

import (
	"strings"
	"testing"
	"time"

	"gongkai/catalog"
)

func TestNextDue(t *testing.T) {
	for _, c := range []struct {
		cycle      catalog.UpdateCycle
		from, want string
	}{
		{catalog.CycleDaily, "2024-02-28", "2024-02-29"},
		{catalog.CycleWeekly, "2024-12-30", "2025-01-06"},
		{catalog.CycleMonthly, "2024-05-03", "2024-06-03"},
		{catalog.CycleMonthly, "2024-01-31", "2024-02-29"},
		{catalog.CycleMonthly, "2023-01-31", "2023-02-28"},
		{catalog.CycleMonthly, "2024-12-31", "2025-01-31"},
		{catalog.CycleQuarterly, "2024-11-30", "2025-02-28"},
		{catalog.CycleHalfYearly, "2024-08-31", "2025-02-28"},
		{catalog.CycleYearly, "2024-02-29", "2025-02-28"},
		{catalog.CycleYearly, "2023-05-03", "2024-05-03"},
		{catalog.CycleRealtime, "2024-05-03", ""},
		{catalog.CycleIrregular, "2024-05-03", ""},
		{catalog.CycleNever, "2024-05-03", ""},
		{"", "2024-05-03", ""},
	} {
		from, err := time.Parse(time.DateOnly, c.from)
		if err != nil {
			t.Fatal(err)
		}
		from = from.Add(13 * time.Hour)
		due, ok := c.cycle.NextDue(from)
		got := ""
		if ok {
			got = due.Format(time.DateOnly)
			if due.Hour() != 13 {
				t.Errorf("%s after %s moves the hour to %d", c.cycle, c.from, due.Hour())
			}
		}
		if got != c.want {
			t.Errorf("%s after %s is %q, want %q", c.cycle, c.from, got, c.want)
		}
	}
}

// Every cycle, open attribute and sharing type has its name for people.
func TestVocabulariesAreComplete(t *testing.T) {
	check := func(terms []catalog.Term, codes ...string) {
		t.Helper()
		if len(terms) != len(codes) {
			t.Errorf("%d terms for %d codes", len(terms), len(codes))
		}
		for _, code := range codes {
			term, ok := catalog.Lookup(terms, code)
			if !ok || term.Name.ZH == "" || term.Name.EN == "" {
				t.Errorf("no name for %q", code)
			}
		}
	}
	check(catalog.Cycles, "realtime", "daily", "weekly", "monthly", "quarterly", "halfyearly", "yearly", "irregular", "never")
	check(catalog.OpenAttributes, "unconditional", "conditional", "none")
	check(catalog.SharingTypes, "unconditional", "conditional", "none")
	for _, terms := range [][]catalog.Term{catalog.Themes, catalog.Licences} {
		for _, term := range terms {
			if term.Code == "" || term.Name.ZH == "" || term.Name.EN == "" || !strings.HasPrefix(term.URI, "http") {
				t.Errorf("incomplete term %+v", term)
			}
		}
	}
	if _, ok := catalog.Lookup(catalog.Themes, "nothing"); ok {
		t.Error("finds what is not there")
	}
}

func TestTextIn(t *testing.T) {
	for _, c := range []struct {
		text catalog.Text
		lang catalog.Lang
		want string
	}{
		{catalog.Text{ZH: "中", EN: "en"}, catalog.ZH, "中"}, {catalog.Text{ZH: "中", EN: "en"}, catalog.EN, "en"},
		{catalog.Text{ZH: "中"}, catalog.EN, "中"}, {catalog.Text{EN: "en"}, catalog.ZH, "en"}, {catalog.Text{}, catalog.ZH, ""},
	} {
		if got := c.text.In(c.lang); got != c.want {
			t.Errorf("%v in %s is %q, want %q", c.text, c.lang, got, c.want)
		}
	}
}

func TestTokens(t *testing.T) {
	secret, hash := catalog.NewSecret()
	another, _ := catalog.NewSecret()
	if secret == another || catalog.HashSecret(secret) != hash || strings.Contains(hash, secret) || len(secret) < 24 {
		t.Errorf("secret %s, hash %s", secret, hash)
	}
	now := time.Now()
	for _, c := range []struct {
		token catalog.Token
		want  bool
	}{
		{catalog.Token{}, true},
		{catalog.Token{ExpiresAt: now.Add(time.Second)}, true},
		{catalog.Token{ExpiresAt: now}, false},
		{catalog.Token{RevokedAt: now.Add(-time.Hour)}, false},
		{catalog.Token{RevokedAt: now.Add(-time.Hour), ExpiresAt: now.Add(time.Hour)}, false},
	} {
		if got := c.token.Valid(now); got != c.want {
			t.Errorf("%+v is valid: %v, want %v", c.token, got, c.want)
		}
	}
}
