package shape

import (
	"strings"
	"unicode"
)

// contents reports whether lines only list what the other sheets of the
// workbook hold: most of them name a sheet or a numbered table, or the sheet is
// called contents and has no figures.
func (d *detector) contents(l *layout) bool {
	if len(d.others) == 0 || l.values.n > 1 {
		return false
	}
	if l.values.n == 0 && contentsWord(d.sheet.Name) {
		d.listing = true
		return true
	}
	n, named := 0, 0
	for i := l.head; i < min(l.end, l.head+200); i++ {
		n++
		found := false
		r := d.ln.row(i)
		d.eachFilled(i, l.region, func(c int) {
			w := d.words(r, c)
			found = found || d.others[foldLabel(w)] || numberedTable(w)
		})
		if found {
			named++
		}
	}
	if named < 2 || named*2 <= n {
		return false
	}
	d.listing = true
	return true
}

func contentsWord(s string) bool {
	switch foldLabel(s) {
	case "contents", "content", "tableofcontents", "index", "toc", "listoftables", "目录", "目錄", "目次", "索引", "inhalt", "inhaltsverzeichnis", "sommaire":
		return true
	}
	return false
}

// numberedTable reports whether a text begins like "Table 3", 表2-1 or 附表一.
func numberedTable(s string) bool {
	s = strings.ToLower(s)
	for _, p := range [...]string{"table", "figure", "chart", "sheet", "annex", "附表", "表", "图"} {
		if rest, ok := strings.CutPrefix(s, p); ok {
			rest = strings.TrimLeft(rest, " .　")
			return rest != "" && (unicode.IsDigit([]rune(rest)[0]) || strings.ContainsRune("一二三四五六七八九十", []rune(rest)[0]))
		}
	}
	return false
}
