package page

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"gongkai/catalog"
)

// mostlyNames are phrases that are the same, or Latin, in both languages.
var mostlyNames = []string{"OtherName", "OtherTag", "NoteXLSX"}

func TestNoPhraseIsMissing(t *testing.T) {
	zh, en := reflect.ValueOf(*For(catalog.ZH)), reflect.ValueOf(*For(catalog.EN))
	han := func(s string) bool {
		return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	}
	for i := range zh.NumField() {
		name := zh.Type().Field(i).Name
		a, b := zh.Field(i).String(), en.Field(i).String()
		if a == "" || b == "" {
			t.Errorf("%s: Chinese %q, English %q: one is missing", name, a, b)
		}
		exempt := strings.Contains(strings.Join(mostlyNames, " ")+" lang", name)
		if !exempt && (!han(a) || han(b)) {
			t.Errorf("%s: Chinese %q, English %q: one is in the wrong language", name, a, b)
		}
	}
}

func TestVocabulariesHaveWords(t *testing.T) {
	for _, lang := range Languages {
		w := For(lang)
		for _, ty := range catalog.Types {
			if w.Type(ty) == "" {
				t.Errorf("%s: no word for the type %s", lang, ty)
			}
		}
		for _, l := range []catalog.Level{catalog.LevelCity, catalog.LevelBureau, catalog.LevelDistrict, catalog.LevelTownship} {
			if w.Level(l) == "" {
				t.Errorf("%s: no word for the level %s", lang, l)
			}
		}
		for _, term := range catalog.Themes {
			if w.Question(term.Code) == "" {
				t.Errorf("%s: no question for the theme %s", lang, term.Code)
			}
		}
		for _, s := range []catalog.VersionState{catalog.Draft, catalog.Published, catalog.Superseded, catalog.Withdrawn} {
			if w.VersionState(s) == "" {
				t.Errorf("%s: no word for the state %s", lang, s)
			}
		}
	}
}

// TestEveryPhraseIsUsed finds phrases that no template and no code uses any more.
func TestEveryPhraseIsUsed(t *testing.T) {
	var text strings.Builder
	for _, pattern := range []string{"templates/*.html", "*.go", "../*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, f := range files {
			content, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			text.Write(content)
		}
	}
	for f := range reflect.TypeFor[Words]().Fields() {
		used := regexp.MustCompile(`(\(w\)|\bw|W\(\)|For\(\w+\))\.` + f.Name + `\b`)
		if f.Name != "lang" && !used.MatchString(text.String()) {
			t.Errorf("the phrase %s is used nowhere", f.Name)
		}
	}
}

func TestFormats(t *testing.T) {
	for in, want := range map[string]string{
		"0": "0", "999": "999", "1000": "1,000", "-1234567": "\u22121,234,567", "1234.5678": "1,234.5678", "1e+30": "1e+30",
		"12345678901234567890123": "12,345,678,901,234,567,890,123",
	} {
		if got := Group(in); got != want {
			t.Errorf("Group(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[int64]string{0: "0 B", 999: "999 B", 1000: "1.0 kB", 1_234_567: "1.2 MB", 999_950: "1.0 MB", 123_456_789: "123 MB"} {
		if got := Bytes(in); got != want {
			t.Errorf("Bytes(%d) = %q, want %q", in, got, want)
		}
	}
	late := time.Date(2024, 7, 2, 23, 30, 0, 0, time.UTC) // already the third in China
	if got := Date(catalog.ZH, late); got != "2024年7月3日" {
		t.Errorf("Date in Chinese: %q", got)
	}
	if got := Date(catalog.EN, late); got != "3 July 2024" {
		t.Errorf("Date in English: %q", got)
	}
	for _, c := range []struct{ from, to, zh, en string }{
		{"2024-01-01", "2024-12-31", "2024年", "2024"},
		{"2020-01-01", "2024-12-31", "2020年至2024年", "2020 to 2024"},
		{"2024-01-01", "2024-06-30", "2024年1月至2024年6月", "January 2024 to June 2024"},
		{"2024-02-01", "2024-02-29", "2024年2月", "February 2024"},
		{"2024-01-15", "2024-06-30", "2024年1月15日至2024年6月30日", "15 January 2024 to 30 June 2024"},
		{"2024-01-01", "", "2024年1月1日起", "since 1 January 2024"},
		{"", "2024-06-30", "截至2024年6月30日", "until 30 June 2024"},
		{"", "", "", ""},
		{"soon", "later", "", ""},
	} {
		if got := Span(catalog.ZH, c.from, c.to); got != c.zh {
			t.Errorf("Span(%s, %s) in Chinese: %q, want %q", c.from, c.to, got, c.zh)
		}
		if got := Span(catalog.EN, c.from, c.to); got != c.en {
			t.Errorf("Span(%s, %s) in English: %q, want %q", c.from, c.to, got, c.en)
		}
	}
}

func TestMissingShareNeverRoundsToAllOrNothing(t *testing.T) {
	w := For(catalog.EN)
	for _, c := range []struct {
		nulls, all int64
		want       string
	}{{0, 10, ""}, {10, 10, "100% missing"}, {1, 100_000, "<0.1% missing"}, {99_999, 100_000, ">99.9% missing"}, {1, 8, "12.5% missing"}} {
		if got := w.MissingShare(c.nulls, c.all); got != c.want {
			t.Errorf("MissingShare(%d, %d) = %q, want %q", c.nulls, c.all, got, c.want)
		}
	}
}
