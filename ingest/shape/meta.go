package shape

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// readMeta reads what stands above and below: title, unit, period and notes.
func (d *detector) readMeta(l *layout, t *Table) {
	for i := l.lo; i < l.head; i++ {
		d.metaCells(i, l, t)
	}
	if l.foot == l.head {
		for i := l.lo; i < l.body; i++ {
			d.metaCells(i, l, t)
		}
	}
	var below []int
	for i := l.end; i < l.hi; i++ {
		below = append(below, d.ln.row(i))
		t.Notes = append(t.Notes, d.lineText(i, l.full))
	}
	if len(below) > 0 {
		d.grouped("note-row", below, d.firstColumn(l.end, l.full), excerpt(t.Notes[len(t.Notes)-len(below)]))
	}
	t.NoteRows = append(t.NoteRows, below...)
	t.NoteRows = sortedRows(t.NoteRows)
	if t.Period == "" {
		t.Period = periodIn(t.Title)
	}
	t.Label = t.Title
	if t.Label == "" {
		t.Label = d.sheet.Name
	}
	if t.Unit != "" {
		f := d.note(t, "unit-found", t.FirstRow, t.FirstCol, nil)
		f.Actual = t.Unit
	}
}

func (d *detector) lineText(i int, g region) string {
	var parts []string
	r := d.ln.row(i)
	d.eachFilled(i, g, func(c int) { parts = append(parts, d.words(r, c)) })
	return strings.Join(parts, " ")
}

func (d *detector) metaCells(i int, l *layout, t *Table) {
	r := d.ln.row(i)
	t.NoteRows = append(t.NoteRows, r)
	var rest []string
	pending := metaNone
	d.eachFilled(i, region{i, i + 1, 1, max(l.c2, d.ln.cols)}, func(c int) {
		w := d.words(r, c)
		kind := metaKind(w)
		_, value, _ := cutColon(trimParens(w))
		if pending != metaNone && kind == metaNone {
			kind, value = pending, w
		}
		pending = metaNone
		switch {
		case kind == metaNone:
			rest = append(rest, w)
			return
		case value == "":
			pending = kind
		case kind == metaUnit && t.Unit == "":
			t.Unit = value
		case kind == metaPeriod && t.Period == "":
			t.Period = value
		}
		if kind == metaMaker {
			rest = append(rest, w)
		}
	})
	text := strings.Join(rest, " ")
	switch {
	case text == "":
	case t.Unit == "" && metaKind(text) == metaNone && unitWord(trimParens(text)) != "":
		t.Unit = trimParens(text)
	case t.Title != "" && titleGoesOn(t.Title, text):
		t.Title += " " + text
	case t.Title == "" && metaKind(text) == metaNone && utf8.RuneCountInString(text) <= 120:
		t.Title = text
		if u := titleUnit(text); u != "" && t.Unit == "" {
			t.Unit = u
		}
	case t.Period == "" && classOfText(trimParens(text)) >= classYear:
		t.Period = trimParens(text)
	default:
		t.Notes = append(t.Notes, text)
	}
}

// titleGoesOn reports whether a line goes on with the title above it: that only
// numbers the table, Table 12 or 表3-5, or the line begins with a small letter.
func titleGoesOn(title, line string) bool {
	if metaKind(line) != metaNone || noteStart(line) || utf8.RuneCountInString(title)+utf8.RuneCountInString(line) > 160 {
		return false
	}
	number := title
	for _, w := range [...]string{"Table", "TABLE", "table", "附表", "续表", "表"} {
		number = strings.TrimPrefix(number, w)
	}
	if number != title && strings.Trim(number, "0123456789.-—–－ABCDEFabcdef一二三四五六七八九十 　") == "" {
		return true
	}
	r, _ := utf8.DecodeRuneInString(line)
	return unicode.IsLower(r)
}

// periodIn finds the period that a title names: 2024年1-5月, 2023年, 2025年上半年.
func periodIn(title string) string {
	rs := []rune(title)
	for i, r := range rs {
		if r != '年' || i < 4 || !isYear(string(rs[i-4:i])) {
			continue
		}
		end := i + 1
		for end < len(rs) && strings.ContainsRune("0123456789年月季度上下半第一二三四至—–-~～Q", rs[end]) {
			end++
		}
		return strings.TrimRight(string(rs[i-4:end]), "第上下半至—–-~～")
	}
	return ""
}

// titleUnit finds "（单位：万元）" inside a title.
func titleUnit(s string) string {
	for _, key := range [...]string{"单位：", "单位:", "Unit:", "unit:"} {
		if i := strings.Index(s, key); i >= 0 {
			rest := s[i+len(key):]
			if j := strings.IndexAny(rest, "）)，,； "); j >= 0 {
				rest = rest[:j]
			}
			if utf8.RuneCountInString(rest) <= 12 {
				return Trim(rest)
			}
		}
	}
	return ""
}
