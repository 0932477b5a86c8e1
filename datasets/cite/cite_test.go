package cite_test

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"gongkai/catalog"
	"gongkai/datasets/cite"
)

func source() *cite.Source {
	day := time.Date(2024, 5, 3, 8, 0, 0, 0, time.UTC)
	return &cite.Source{
		ID: "abc", URL: "https://data.example/c/abc", Version: 3, Query: catalog.CitationQuery{Where: "a > 5%", OrderBy: "b"}, Result: "ff", Rows: 12, Made: day.AddDate(0, 1, 0),
		As: catalog.CitedAs{Publisher: catalog.Text{ZH: "统计局", EN: "Statistics Office"}, Title: catalog.Text{ZH: "年鉴 {A_1}", EN: "Yearbook"}, Published: day},
	}
}

func TestText(t *testing.T) {
	s := source()
	for lang, want := range map[catalog.Lang]string{
		catalog.ZH: "统计局（2024）：《年鉴 {A_1}》，第 3 版，2024-05-03。查询：where=a > 5%; order_by=b。https://data.example/c/abc（12 行，SHA-256 ff）",
		catalog.EN: "Statistics Office (2024): Yearbook. Version 3, 2024-05-03. Query: where=a > 5%; order_by=b. https://data.example/c/abc (12 rows, SHA-256 ff)",
	} {
		if got := s.Text(lang); got != want {
			t.Errorf("%s", got)
		}
	}
	s.As.Table, s.Query, s.As.Title.EN = "表\n一", catalog.CitationQuery{Distinct: true, Select: "a", Limit: 5}, ""
	for lang, want := range map[catalog.Lang]string{
		catalog.ZH: "统计局（2024）：《年鉴 {A_1}：表 一》，第 3 版，2024-05-03。查询：select=a; distinct=true; limit=5。https://data.example/c/abc（12 行，SHA-256 ff）",
		catalog.EN: "Statistics Office (2024): 年鉴 {A_1}, 表 一. Version 3, 2024-05-03. Query: select=a; distinct=true; limit=5. https://data.example/c/abc (12 rows, SHA-256 ff)",
	} {
		if got := s.Text(lang); got != want {
			t.Errorf("%s", got)
		}
	}
}

// TestDays: what was published on New Year's morning of the city is of the new
// year, whatever year it was in London.
func TestDays(t *testing.T) {
	s := source()
	s.As.Published, s.Made = time.Date(2024, 12, 31, 16, 30, 0, 0, time.UTC), time.Date(2025, 1, 31, 23, 0, 0, 0, time.UTC)
	if got := s.Text(catalog.EN); !strings.Contains(got, "(2025)") || !strings.Contains(got, "Version 3, 2025-01-01.") {
		t.Error(got)
	}
	_, bib, err := readBibTeX(s.BibTeX())
	if err != nil || bib["year"] != "2025" || bib["month"] != "jan" || bib["urldate"] != "2025-02-01" {
		t.Errorf("%v, %v", bib, err)
	}
	ris, err := readRIS(s.RIS())
	if err != nil || ris["PY"][0] != "2025" || ris["DA"][0] != "2025/01/01/" || ris["Y2"][0] != "2025/02/01/" {
		t.Errorf("%v, %v", ris, err)
	}
}

func TestBibTeXAndRIS(t *testing.T) {
	s := source()
	key, bib, err := readBibTeX(s.BibTeX())
	if err != nil || key != "gongkai-abc" {
		t.Fatalf("%v, %s\n%s", err, key, s.BibTeX())
	}
	for name, want := range map[string]string{
		"author": "统计局", "title": "年鉴 {A_1}", "year": "2024", "month": "may", "edition": "3", "howpublished": s.URL, "url": s.URL, "urldate": "2024-06-03",
		"note": "Version 3, 12 rows, SHA-256 ff; where=a > 5%; order_by=b",
	} {
		if bib[name] != want {
			t.Errorf("%s is %q, want %q", name, bib[name], want)
		}
	}
	ris, err := readRIS(s.RIS())
	if err != nil {
		t.Fatal(err)
	}
	for tag, want := range map[string]string{
		"TY": "DATA", "AU": "统计局,", "TI": "年鉴 {A_1}", "PY": "2024", "DA": "2024/05/03/", "PB": "统计局", "ET": "3", "UR": s.URL, "Y2": "2024/06/03/",
		"N1": "Version 3, 12 rows, SHA-256 ff; where=a > 5%; order_by=b", "ER": "",
	} {
		if len(ris[tag]) != 1 || ris[tag][0] != want {
			t.Errorf("%s is %q, want %q", tag, ris[tag], want)
		}
	}
}

// TestWhateverIsWritten: whatever a title and a query hold, the forms stay what
// they are, and who reads them reads what was written.
func TestWhateverIsWritten(t *testing.T) {
	words := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("{}\\&%$#_^~\"'@,= \r\n\t\u2028\u0000甲乙TY  - ER\\url{}"))))
	plain := func(text string) string {
		return strings.TrimSpace(strings.Map(func(r rune) rune {
			if unicode.IsControl(r) || r == 0x2028 || r == 0x2029 {
				return ' '
			}
			return r
		}, strings.ToValidUTF8(text, "\ufffd")))
	}
	rapid.Check(t, func(t *rapid.T) {
		s := source()
		s.As.Title.ZH, s.As.Publisher.ZH, s.Query = "题"+words.Draw(t, "title"), words.Draw(t, "publisher")+"局", catalog.CitationQuery{Where: "x" + words.Draw(t, "where")}
		note := plain("Version 3, 12 rows, SHA-256 ff; where=" + s.Query.Where)
		key, bib, err := readBibTeX(s.BibTeX())
		if err != nil || key != "gongkai-abc" || bib["title"] != plain(s.As.Title.ZH) || bib["author"] != plain(s.As.Publisher.ZH) || bib["note"] != note {
			t.Fatalf("%v\n%q\n%s", err, bib, s.BibTeX())
		}
		ris, err := readRIS(s.RIS())
		if err != nil || ris["TI"][0] != plain(s.As.Title.ZH) || ris["PB"][0] != plain(s.As.Publisher.ZH) || ris["N1"][0] != note {
			t.Fatalf("%v\n%q", err, ris)
		}
		for _, lang := range []catalog.Lang{catalog.ZH, catalog.EN} {
			if text := s.Text(lang); strings.ContainsFunc(text, unicode.IsControl) {
				t.Fatalf("%q is not one line", text)
			}
		}
	})
}
