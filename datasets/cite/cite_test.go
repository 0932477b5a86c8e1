package cite_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gongkai/catalog"
	"gongkai/datasets/cite"
)

func source() *cite.Source {
	day := time.Date(2024, 5, 3, 8, 0, 0, 0, time.UTC)
	return &cite.Source{
		ID: "abc", URL: "https://data.example/c/abc", Publisher: catalog.Text{ZH: "统计局", EN: "Statistics Office"}, Title: catalog.Text{ZH: "年鉴 {A_1}", EN: "Yearbook"},
		Version: 3, Published: day, Query: catalog.CitationQuery{Where: "a > 5%", OrderBy: "b"}, Result: "ff", Rows: 12, Made: day.AddDate(0, 1, 0),
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
}

func TestBibTeXAndRIS(t *testing.T) {
	s := source()
	want := "@misc{gongkai-abc,\n  author = {{统计局}},\n  title = {{年鉴 \\{A\\_1\\}}},\n  year = {2024},\n  month = {may},\n  edition = {3},\n  howpublished = {\\url{https://data.example/c/abc}},\n" +
		"  url = {https://data.example/c/abc},\n  urldate = {2024-06-03},\n  note = {Version 3, 12 rows, SHA-256 ff; where=a > 5\\%; order\\_by=b},\n}\n"
	if got := s.BibTeX(); got != want {
		t.Errorf("%s", got)
	}
	lines := strings.Split(strings.TrimSuffix(s.RIS(), "\r\n"), "\r\n")
	if lines[0] != "TY  - DATA" || lines[len(lines)-1] != "ER  - " || len(lines) != 11 {
		t.Errorf("%q", lines)
	}
}

// TestNothingBreaksOut: whatever a title holds, BibTeX stays one balanced entry
// and RIS one record of lines with tags.
func TestNothingBreaksOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := source()
		s.Title.ZH, s.Query.Where = rapid.String().Draw(t, "title"), rapid.String().Draw(t, "where")
		depth := 0
		text := strings.NewReplacer(`\{`, "", `\}`, "", `\textbackslash{}`, "", `\^{}`, "", `\~{}`, "").Replace(s.BibTeX())
		for _, c := range text {
			switch c {
			case '{':
				depth++
			case '}':
				depth--
			}
			if depth < 0 {
				t.Fatal(text)
			}
		}
		if depth != 0 {
			t.Fatal(text)
		}
		for _, line := range strings.Split(strings.TrimSuffix(s.RIS(), "\r\n"), "\r\n") {
			if len(line) < 6 || line[2:6] != "  - " || strings.ContainsAny(line, "\r\n") {
				t.Fatalf("%q", line)
			}
		}
	})
}
