package annotate

import (
	"path"
	"strconv"
	"strings"

	"gongkai/catalog"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

// front makes the first sheet: what the file is, what was left out, and a row
// for each finding with links to its cells.
func (j *job) front(ns string, st frontStyles, nameIn func(string) string) string {
	f := &frontSheet{job: j, styles: st, nameIn: nameIn}
	f.text.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<worksheet xmlns="` + ns + `">`)
	lines := f.lines()
	head := strconv.Itoa(len(lines) + 1)
	below := "A" + strconv.Itoa(len(lines)+2)
	f.text.WriteString(`<sheetViews><sheetView tabSelected="1" workbookViewId="0"><pane ySplit="` + head + `" topLeftCell="` + below + `" activePane="bottomLeft" state="frozen"/>` +
		`<selection pane="bottomLeft" activeCell="` + below + `" sqref="` + below + `"/></sheetView></sheetViews><cols>`)
	for i, width := range [...]int{9, 24, 24, 60, 24, 24, 48, 9} {
		n := strconv.Itoa(i + 1)
		f.text.WriteString(`<col min="` + n + `" max="` + n + `" width="` + strconv.Itoa(width) + `" customWidth="1"/>`)
	}
	f.text.WriteString(`<col min="9" max="17" width="20" customWidth="1"/></cols><sheetData>`)
	for i, line := range lines {
		f.row++
		style := 0
		if i == 0 {
			style = st.title
		}
		f.begin()
		f.cell(1, style, line)
		f.text.WriteString("</row>")
	}
	f.row++
	f.begin()
	for i, h := range j.words.head {
		f.cell(i+1, st.head, h)
	}
	f.text.WriteString("</row>")
	for i := range j.findings {
		f.finding(&j.findings[i], j.places[i])
	}
	f.text.WriteString("</sheetData>")
	if f.links.Len() > 0 {
		f.text.WriteString("<hyperlinks>" + f.links.String() + "</hyperlinks>")
	}
	f.text.WriteString("</worksheet>")
	return f.text.String()
}

// lines are what stands above the list.
func (j *job) lines() []string {
	out := []string{j.words.title}
	if name := path.Base(strings.ReplaceAll(j.src.Name, `\`, "/")); name != "." && name != "/" {
		out = append(out, j.words.file+name)
	}
	return append(append(out, j.words.hint), j.notes...)
}

type frontSheet struct {
	*job
	styles      frontStyles
	nameIn      func(string) string
	text, links strings.Builder
	row         int
}

func (f *frontSheet) begin() { f.text.WriteString(`<row r="` + strconv.Itoa(f.row) + `">`) }

// cell writes a text, never as a formula whatever it begins with.
func (f *frontSheet) cell(col, style int, text string) {
	f.text.WriteString(`<c r="` + sheet.Address(f.row, col) + `" s="` + strconv.Itoa(style) + `" t="inlineStr"><is><t xml:space="preserve">` + cellText(text) + `</t></is></c>`)
}

func (f *frontSheet) finding(x *catalog.Finding, places []spot) {
	f.row++
	f.begin()
	f.cell(1, f.styles.severity[gravity(x.Severity)], f.words.severity(x.Severity))
	f.cell(2, f.styles.text, x.Code)
	first := spot{}
	if len(places) > 0 {
		first = places[0]
	}
	if s, ok := f.parse(x.Where); ok {
		first = s
	}
	f.place(3, x.Where, first)
	f.cell(4, f.styles.text, x.Sentence(f.lang))
	f.cell(5, f.styles.text, f.said(x, "expected", x.Expected))
	f.cell(6, f.styles.text, f.said(x, "actual", x.Actual))
	f.cell(7, f.styles.text, x.Fix(f.lang))
	f.text.WriteString(`<c r="` + sheet.Address(f.row, 8) + `" s="` + strconv.Itoa(f.styles.text) + `"><v>` + strconv.FormatInt(max(x.Count, 1), 10) + `</v></c>`)
	col := 9
	for _, p := range places {
		if p != first {
			f.place(col, "", p)
			col++
		}
	}
	f.text.WriteString("</row>")
}

// said gives what was expected or there, in Chinese where the finding has that.
func (f *frontSheet) said(x *catalog.Finding, name, text string) string {
	if zh := x.Args[name+"_zh"]; zh != "" && f.lang == catalog.ZH {
		return zh
	}
	return text
}

// place writes where something is, with a link to the cell or the sheet.
func (f *frontSheet) place(col int, text string, s spot) {
	name := f.nameIn(s.sheet)
	row, column := max(s.row, 1), max(s.col, 1)
	if name == "" || row > mostRows {
		f.cell(col, f.styles.text, text)
		return
	}
	switch {
	case text == "" && s.row == 0: // of a text file as a whole
		text = name
	case text == "":
		text = shape.Where(s.sheet, s.row, s.col)
	}
	f.cell(col, f.styles.link, text)
	location := "'" + strings.ReplaceAll(name, "'", "''") + "'!" + sheet.Address(row, column)
	f.links.WriteString(`<hyperlink ref="` + sheet.Address(f.row, col) + `" location="` + escape(location) + `"/>`)
}

// IsFront reports whether a sheet is the first sheet of a workbook that was
// annotated: not data, should the workbook be sent again.
func IsFront(s *sheet.Sheet) bool {
	for _, lang := range []catalog.Lang{catalog.ZH, catalog.EN} {
		w := wordsOf(lang)
		row, err := s.Row(1, nil)
		if err != nil || len(row) == 0 || row[0].Raw != w.title || len(row) > 1 && !row[1].IsEmpty() {
			continue
		}
		for r := 2; r <= 12; r++ {
			if row, err := s.Row(r, nil); err == nil && len(row) > 1 && row[0].Raw == w.head[0] && row[1].Raw == w.head[1] {
				return true
			}
		}
	}
	return false
}
