// Package cite writes citations of data as people and reference managers want
// them: one line of text in both languages, BibTeX and RIS.
//
// It must not know where a citation comes from or how it is answered.
package cite

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"gongkai/catalog"
)

// Source is what is cited.
type Source struct {
	ID      catalog.CitationID
	URL     string // permanent, of the citation
	As      catalog.CitedAs
	Version int
	Query   catalog.CitationQuery
	Result  string // SHA-256 of the csv, hex; "" where it is kept no more
	Rows    int64
	Made    time.Time // when it was cited
}

// Text is the citation in one line: publisher (year): title. Version, date.
// Query. URL (SHA-256 of the result).
func (s *Source) Text(lang catalog.Lang) string {
	day, year := catalog.Day(s.As.Published), catalog.CityTime(s.As.Published).Year()
	title := s.As.Title.In(lang)
	if lang == catalog.EN {
		if s.As.Table != "" {
			title += ", " + s.As.Table
		}
		return oneLine(fmt.Sprintf("%s (%d): %s. Version %d, %s.%s %s (%d rows%s)", s.As.Publisher.In(lang), year, title, s.Version, day, s.asked(" Query: ", "."), s.URL, s.Rows, s.hash(", ")))
	}
	if s.As.Table != "" {
		title += "：" + s.As.Table
	}
	return oneLine(fmt.Sprintf("%s（%d）：《%s》，第 %d 版，%s。%s%s（%d 行%s）", s.As.Publisher.In(lang), year, title, s.Version, day, s.asked("查询：", "。"), s.URL, s.Rows, s.hash("，")))
}

// hash says which bytes the rows are; nothing where that is kept no more.
func (s *Source) hash(before string) string {
	if s.Result == "" {
		return ""
	}
	return before + "SHA-256 " + s.Result
}

// asked says which rows; nothing for a whole table.
func (s *Source) asked(before, after string) string {
	text := s.Asked()
	if text == "" {
		return ""
	}
	return before + text + after
}

// Asked is the query in the words of its parameters, "" for a whole table.
func (s *Source) Asked() string {
	var parts []string
	for _, p := range s.Query.Params() {
		parts = append(parts, p[0]+"="+p[1])
	}
	return strings.Join(parts, "; ")
}

// BibTeX is an entry of type misc, which every style knows.
func (s *Source) BibTeX() string {
	var b strings.Builder
	fmt.Fprintf(&b, "@misc{gongkai-%s,\n", s.ID)
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "  %s = {%s},\n", name, value)
		}
	}
	field("author", "{"+tex(s.As.Publisher.In(catalog.ZH))+"}")
	field("title", "{"+tex(s.heading())+"}")
	published := catalog.CityTime(s.As.Published)
	field("year", fmt.Sprint(published.Year()))
	fmt.Fprintf(&b, "  month = %s,\n", strings.ToLower(published.Format("Jan"))) // a name that every style knows
	field("edition", fmt.Sprint(s.Version))
	field("howpublished", `\url{`+s.URL+`}`)
	field("url", s.URL)
	field("urldate", catalog.Day(s.Made))
	field("note", tex(s.note()))
	return b.String() + "}\n"
}

func (s *Source) heading() string {
	title := s.As.Title.In(catalog.ZH)
	if s.As.Table != "" {
		title += "：" + s.As.Table
	}
	return title
}

func (s *Source) note() string {
	note := fmt.Sprintf("Version %d, %d rows%s", s.Version, s.Rows, s.hash(", "))
	if asked := s.Asked(); asked != "" {
		note += "; " + asked
	}
	return note
}

// tex escapes what TeX and BibTeX give a meaning of its own. BibTeX counts
// braces also behind a backslash, so that a single \{ would swallow the rest of
// the file.
func tex(s string) string {
	return strings.NewReplacer(`\`, `\textbackslash{}`, "{", `\textbraceleft{}`, "}", `\textbraceright{}`, "$", `\$`, "&", `\&`, "#", `\#`, "%", `\%`, "_", `\_`,
		"^", `\textasciicircum{}`, "~", `\textasciitilde{}`).Replace(oneLine(s))
}

// oneLine makes line breaks and characters that are not seen into spaces.
func oneLine(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd")))
}

// RIS is a record of type DATA in the format of Research Information Systems.
func (s *Source) RIS() string {
	var b strings.Builder
	line := func(tag, value string) {
		if value = oneLine(value); value != "" {
			fmt.Fprintf(&b, "%s  - %s\r\n", tag, value)
		}
	}
	line("TY", "DATA")
	line("AU", s.As.Publisher.In(catalog.ZH)+",")
	line("TI", s.heading())
	published := catalog.CityTime(s.As.Published)
	line("PY", published.Format("2006"))
	line("DA", published.Format("2006/01/02/"))
	line("PB", s.As.Publisher.In(catalog.ZH))
	line("ET", fmt.Sprint(s.Version))
	line("UR", s.URL)
	line("Y2", catalog.CityTime(s.Made).Format("2006/01/02/"))
	line("N1", s.note())
	b.WriteString("ER  - \r\n")
	return b.String()
}
