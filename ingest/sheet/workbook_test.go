package sheet

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

const (
	strictNS    = "http://purl.oclc.org/ooxml/spreadsheetml/main"
	strictRel   = "http://purl.oclc.org/ooxml/officeDocument/relationships"
	emptySheet  = worksheetNS + `<sheetData/></worksheet>`
	bookRels    = "xl/_rels/workbook.xml.rels"
	relsElement = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
)

func oneCell(text string) string {
	return worksheetNS + `<sheetData><row><c t="str"><v>` + text + `</v></c></row></sheetData></worksheet>`
}

// Order, names and states come from workbook.xml, places from the relationships.
func TestSheetsOfAWorkbook(t *testing.T) {
	wb := open(t, parts(t, map[string]string{
		"xl/workbook.xml": `<workbook xmlns:r="http://x"><workbookPr date1904="true"/><sheets><sheet name="乙" r:id="b"/><sheet name="图" r:id="chart"/><sheet name="甲" state="hidden" r:id="a"/><sheet name="丙" state="veryHidden" r:id="c"/></sheets></workbook>`,
		bookRels: relsElement + `<Relationship Id="a" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="b" Type="http://x/worksheet" Target="/xl/worksheets/Sheet2.XML"/>` +
			`<Relationship Id="c" Type="http://x/worksheet" Target="../other/last.xml"/><Relationship Id="chart" Type="http://x/chartsheet" Target="chartsheets/sheet1.xml"/><Relationship Id="e" Type="http://x/externalLink" Target="externalLinks/externalLink1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml":             oneCell("a"),
		"xl/worksheets/sheet2.xml":             oneCell("b"),
		"other/last.xml":                       oneCell("c"),
		"xl/externalLinks/externalLink1.xml":   "<x/>",
		"xl/externalLinks/_rels/e.xml.rels":    "<x/>",
		"xl/worksheets/_rels/sheet1.xml.rels":  "<not xml>",
		"xl/drawings/never-read-so-never-bad.": "\x00\x01",
	}))
	var got []string
	for _, s := range wb.Sheets {
		got = append(got, fmt.Sprint(s.Name, s.Hidden, strings.TrimSpace(dump(t, s))))
	}
	want := `[乙false1: t"b" 甲true1: t"a" 丙true1: t"c"]`
	if fmt.Sprint(got) != want {
		t.Errorf("%v, want %v", got, want)
	}
	if !wb.Date1904 {
		t.Error("dates from 1904 were not noticed")
	}
	if got := problemCodes(wb); got != "hidden-sheet@ hidden-sheet@ external-link@ comments-unread@" {
		t.Errorf("problems %q", got)
	}
}

func TestStrictWorkbook(t *testing.T) {
	wb := open(t, parts(t, map[string]string{
		"_rels/.rels":     relsElement + `<Relationship Id="x" Type="` + strictRel + `/officeDocument" Target="/book/main.xml"/></Relationships>`,
		"xl/workbook.xml": "-",
		bookRels:          "-",
		"book/main.xml":   `<x:workbook xmlns:x="` + strictNS + `" xmlns:q="` + strictRel + `"><x:sheets><x:sheet name="s" q:id="r1"/></x:sheets></x:workbook>`,
		"book/_rels/main.xml.rels": relsElement + `<Relationship Id="r1" Type="` + strictRel + `/worksheet" Target="sheet.xml"/>` +
			`<Relationship Id="r2" Type="` + strictRel + `/sharedStrings" Target="texts.xml"/></Relationships>`,
		"book/sheet.xml": strings.ReplaceAll(worksheetNS, "http://schemas.openxmlformats.org/spreadsheetml/2006/main", strictNS) + `<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="d"><v>2024-05-03T00:00:00</v></c></row></sheetData></worksheet>`,
		"book/texts.xml": `<sst xmlns="` + strictNS + `"><si><t>strict</t></si></sst>`,
	}))
	if got, want := dump(t, wb.Sheets[0]), "1: t\"strict\" d\"2024-05-03T00:00:00\"\n"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// A part may be written in UTF-16 or name another encoding.
func TestPartEncodings(t *testing.T) {
	utf16 := func(s string) string {
		b := []byte{0xFF, 0xFE}
		for _, r := range s {
			b = append(b, byte(r), byte(r>>8))
		}
		return string(b)
	}
	for name, xml := range map[string]string{
		"utf-16":     utf16(strings.ReplaceAll(oneCell("中文"), "UTF-8", "UTF-16")),
		"gb2312":     strings.ReplaceAll(oneCell("\xD6\xD0\xCE\xC4"), "UTF-8", "gb2312"),
		"with mark":  "\xEF\xBB\xBF" + oneCell("中文"),
		"undeclared": strings.TrimPrefix(oneCell("中文"), `<?xml version="1.0" encoding="UTF-8"?>`),
	} {
		wb := open(t, parts(t, map[string]string{sheetPart: xml}))
		if got, want := dump(t, wb.Sheets[0]), "1: t\"中文\"\n"; got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// Forty thousand problems of one kind are one Problem.
func TestProblemsAreGrouped(t *testing.T) {
	cells := strings.Repeat(`<row><c t="e"><v>#REF!</v></c><c t="e"><v>#N/A</v></c></row>`, 40_000)
	wb := open(t, parts(t, map[string]string{sheetPart: worksheetNS + `<sheetData>` + cells + `</sheetData></worksheet>`}))
	if len(wb.Problems) != 2 {
		t.Fatalf("%d problems", len(wb.Problems))
	}
	p := wb.Problems[0]
	if p.Code != CellError || p.Sheet != "一" || p.Cell != "A1" || p.Args["count"] != "40000" || p.Args["error"] != "#REF!" || p.Args["cells"] != "A1 A2 A3 A4 A5 A6 A7 A8 A9 A10" {
		t.Errorf("%+v", p)
	}
}

// A workbook that does not fit in memory's share goes to disk and reads the same.
func TestSpooledToDisk(t *testing.T) {
	var b strings.Builder
	for r := 1; r <= 400_000; r++ {
		fmt.Fprintf(&b, "%d,名称%d,text number %d\n", r, r%100, r)
	}
	var shares []float64
	path := textFile(t, b.String())
	wb, err := Open(context.Background(), path, Options{TempDir: t.TempDir(), Progress: func(share float64, _ int64) { shares = append(shares, share) }})
	if err != nil {
		t.Fatal(err)
	}
	defer wb.Close()
	s := wb.Sheets[0]
	if s.Rows() != 400_000 || s.Cols() != 3 {
		t.Fatalf("%d x %d", s.Rows(), s.Cols())
	}
	for _, r := range []int{1, 2, 77_777, 399_999, 400_000} {
		row, err := s.Row(r, nil)
		if err != nil || len(row) != 3 || row[0].Raw != fmt.Sprint(r) || row[1].Raw != fmt.Sprintf("名称%d", r%100) {
			t.Fatalf("row %d: %v, %v", r, row, err)
		}
	}
	if len(shares) < 2 || shares[len(shares)-1] != 1 {
		t.Errorf("progress %v", shares)
	}
}
