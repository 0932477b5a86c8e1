package sheet

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

// corpus gives the real files with one of the endings; the test is skipped
// where they are not at hand.
func corpus(t testing.TB, endings ...string) []string {
	t.Helper()
	dir := os.Getenv("GONGKAI_CORPUS")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "corpus", "files")
	}
	var files []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		for _, e := range endings {
			if strings.EqualFold(filepath.Ext(path), e) {
				files = append(files, path)
			}
		}
		return nil
	})
	if err != nil || len(files) == 0 {
		t.Skipf("no corpus of real files at %s (set GONGKAI_CORPUS)", dir)
	}
	return files
}

func open(t testing.TB, path string) *Workbook {
	t.Helper()
	wb, err := Open(context.Background(), path, Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	t.Cleanup(func() { _ = wb.Close() })
	return wb
}

// Every cell of every real workbook is what excelize reads.
func TestCorpusAsExcelize(t *testing.T) {
	for _, path := range corpus(t, ".xlsx", ".xlsm") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			wb := open(t, path)
			sameAsExcelize(t, wb, path)
			for _, p := range wb.Problems {
				t.Logf("%+v", p)
			}
		})
	}
}

type failer interface {
	Helper()
	Errorf(string, ...any)
	Fatalf(string, ...any)
}

// sameAsExcelize compares every cell with the raw values of excelize.
func sameAsExcelize(t failer, wb *Workbook, path string) {
	t.Helper()
	f, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatalf("excelize: %v", err)
	}
	defer f.Close()
	var names []string
	for _, name := range f.GetSheetList() {
		if _, err := f.GetRows(name, excelize.Options{RawCellValue: true}); err == nil {
			names = append(names, name)
		}
	}
	if len(names) != len(wb.Sheets) {
		t.Fatalf("%d sheets, excelize has %q", len(wb.Sheets), names)
	}
	wrong := 0
	for i, s := range wb.Sheets {
		if s.Name != names[i] {
			t.Fatalf("sheet %d is %q, excelize has %q", i+1, s.Name, names[i])
		}
		visible, _ := f.GetSheetVisible(s.Name)
		if visible == s.Hidden {
			t.Errorf("%s: hidden %v", s.Name, s.Hidden)
		}
		rows, _ := f.GetRows(s.Name, excelize.Options{RawCellValue: true})
		var buf []Cell
		for r := 1; r <= max(len(rows), s.Rows()); r++ {
			if buf, err = s.Row(r, buf); err != nil {
				t.Fatalf("%v", err)
			}
			var theirs []string
			if r <= len(rows) {
				theirs = rows[r-1]
			}
			for c := 1; c <= max(len(theirs), len(buf)); c++ {
				if ours, want := cellAt(buf, c), textAt(theirs, c); !sameCell(ours, want) {
					if wrong++; wrong <= 5 {
						t.Errorf("%s!%s: %q (kind %d), excelize has %q", s.Name, Address(r, c), ours.Raw, ours.Kind, want)
					}
				}
			}
		}
		merges, err := f.GetMergeCells(s.Name)
		if err == nil && len(merges) != len(s.Merges) {
			t.Errorf("%s: %d merges, excelize has %d", s.Name, len(s.Merges), len(merges))
		}
	}
}

func cellAt(row []Cell, c int) Cell {
	if c > len(row) {
		return Cell{}
	}
	return row[c-1]
}

func textAt(row []string, c int) string {
	if c > len(row) {
		return ""
	}
	return row[c-1]
}

func sameCell(ours Cell, theirs string) bool {
	if ours.Raw == theirs || strings.TrimSpace(theirs) == "" && ours.IsEmpty() {
		return true
	}
	if ours.Kind == Bool {
		return (theirs == "1" || theirs == "TRUE") == (ours.Raw == "TRUE")
	}
	return ours.Kind == Number && strings.TrimSpace(theirs) == ours.Raw
}

// Generated workbooks read as they were written.
func TestGeneratedAsWritten(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		f := excelize.NewFile()
		defer f.Close()
		text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"_x0041_", "a\nb", " x ", "<&>\"'", "合计", "𠮷", "_x", "tab\tx", "a_x005F_b"}))
		for range rapid.IntRange(0, 40).Draw(t, "cells") {
			at := Address(rapid.IntRange(1, 30).Draw(t, "row"), rapid.IntRange(1, 60).Draw(t, "col"))
			var v any
			switch rapid.IntRange(0, 3).Draw(t, "kind") {
			case 0:
				v = rapid.Float64Range(-1e12, 1e12).Draw(t, "number")
			case 1:
				v = rapid.Bool().Draw(t, "bool")
			default:
				v = strings.Map(func(r rune) rune {
					if r < ' ' && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF || r == utf8.RuneError {
						return -1
					}
					return r
				}, text.Draw(t, "text"))
			}
			if err := f.SetCellValue("Sheet1", at, v); err != nil {
				t.Fatal(err)
			}
		}
		path := filepath.Join(dir, "g.xlsx")
		if err := f.SaveAs(path); err != nil {
			t.Fatal(err)
		}
		wb, err := Open(context.Background(), path, Options{TempDir: dir})
		if err != nil {
			t.Fatal(err)
		}
		defer wb.Close()
		sameAsExcelize(t, wb, path)
	})
}

// parts makes a workbook file of raw parts; what a workbook needs and is not
// given is filled in.
func parts(t testing.TB, given map[string]string) string {
	t.Helper()
	all := map[string]string{
		"_rels/.rels":                `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="一" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://x/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://x/relationships/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId3" Type="http://x/relationships/styles" Target="/xl/styles.xml"/></Relationships>`,
	}
	for name, text := range given {
		all[name] = text
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range all {
		if text == "-" {
			continue
		}
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "p.xlsx")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// dump writes a sheet as one line a row: kind letter, raw text, flags.
func dump(t testing.TB, s *Sheet) string {
	t.Helper()
	var b strings.Builder
	err := s.Scan(1, 1<<30, func(r int, cells []Cell) error {
		fmt.Fprintf(&b, "%d:", r)
		for _, c := range cells {
			b.WriteString(" " + string(".tnbde"[c.Kind]) + strconv.Quote(c.Raw))
			for _, f := range []struct {
				flag Flag
				name string
			}{{Formula, "f"}, {Bold, "b"}, {HiddenCol, "h"}, {Strike, "s"}} {
				if c.Flags&f.flag != 0 {
					b.WriteString(f.name)
				}
			}
			if c.Indent > 0 {
				fmt.Fprintf(&b, ">%d", c.Indent)
			}
			if c.Format > 0 {
				fmt.Fprintf(&b, "#%d", c.Format)
			}
		}
		b.WriteString("\n")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(b.String(), `.""`, ".")
}

func problemCodes(wb *Workbook) string {
	var codes []string
	for _, p := range wb.Problems {
		codes = append(codes, p.Code+"@"+p.Cell)
	}
	return strings.Join(codes, " ")
}

const worksheetNS = `<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`

func TestWorksheets(t *testing.T) {
	for _, c := range []struct{ name, xml, want, problems string }{
		{"plain", `<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="C1" t="s"><v>1</v></c></row></sheetData>`, "1: n\"1\" . t\"two runs\"\n", ""},
		{"kinds", `<sheetData><row r="2"><c r="A2" t="b"><v>1</v></c><c r="B2" t="e"><v>#REF!</v></c><c r="C2" t="d"><v>2024-05-03</v></c><c r="D2" t="str"><f>A1&amp;"x"</f><v>r&#10;s</v></c><c r="E2" t="inlineStr"><is><r><t>in</t></r><r><t xml:space="preserve"> line</t></r><rPh sb="0" eb="1"><t>no</t></rPh></is></c><c r="F2" t="n"><f>1+1</f><v>2</v></c></row></sheetData>`,
			"2: b\"TRUE\" e\"#REF!\" d\"2024-05-03\" t\"r\\ns\"f t\"in line\" n\"2\"f\n", "cell-error@B2"},
		{"no addresses", `<sheetData><row><c><v>1</v></c><c/><c><v>3</v></c></row><row/><row><c><v>5</v></c></row></sheetData>`, "1: n\"1\" . n\"3\"\n3: n\"5\"\n", ""},
		{"addresses in cells only", `<sheetData><row><c r="B4"><v>1</v></c></row><row><c r="A5"><v>2</v></c></row></sheetData>`, "4: . n\"1\"\n5: n\"2\"\n", ""},
		{"odd writing", "<sheetData ><row  r = '1' ><c\n r='A1'  s = \"0\" ><v >1</v ></c ><c r=\"b1\" t='str'><v><![CDATA[<x>&]]>y<!-- no --></v></c></row ></sheetData >", "1: n\"1\" t\"<x>&y\"\n", ""},
		{"out of order", `<sheetData><row r="3"><c r="C3"><v>3</v></c><c r="A3"><v>1</v></c><c r="C3"><v>4</v></c></row><row r="1"><c r="A1"><v>9</v></c></row></sheetData>`, "1: n\"9\"\n3: n\"1\" . n\"4\"\n", "cell-address@A3 cell-address@A1"},
		{"formula without value", `<sheetData><row r="1"><c r="A1"><f>SUM(B1)</f></c><c r="B1"><f>x</f><v></v></c><c r="C1" t="str"><f>""</f><v></v></c></row></sheetData>`, "", "formula-without-value@A1"},
		{"long numbers", `<sheetData><row r="1"><c r="A1"><v>110105194912310020</v></c><c r="B1"><v>1.1010519491231E+17</v></c><c r="C1"><v>0.10000000000000001</v></c><c r="D1"><v>123456789012345</v></c><c r="E1"><v>6.02E+23</v></c></row></sheetData>`,
			"1: n\"110105194912310020\" n\"1.1010519491231E+17\" n\"0.10000000000000001\" n\"123456789012345\" n\"6.02E+23\"\n", "number-damaged@A1"},
		{"no number", `<sheetData><row r="1"><c r="A1"><v>1,5</v></c><c r="B1"><v> 7 </v></c><c r="C1"><v>-</v></c><c r="D1"><v>1e</v></c></row></sheetData>`, "1: t\"1,5\" n\"7\" t\"-\" t\"1e\"\n", "number-unreadable@A1"},
		{"missing text", `<sheetData><row r="1"><c r="A1" t="s"><v>99</v></c><c r="B1" t="s"><v>0</v></c></row></sheetData>`, "1: . t\"one\"\n", "text-missing@A1"},
		{"escapes", `<sheetData><row r="1"><c r="A1" t="s"><v>2</v></c><c r="B1" t="str"><v>_x0041_&amp;_x4E00_</v></c></row></sheetData>`, "1: t\"a_x0041_𠮷\\r\" t\"A&一\"\n", ""},
		{"styles", `<cols><col min="2" max="3" hidden="1"/></cols><sheetData><row r="1" hidden="1"><c r="A1" s="1"><v>1</v></c><c r="B1" s="2"><v>2</v></c><c r="D1" s="3"><v>3</v></c><c r="E1" s="77"><v>4</v></c></row></sheetData><mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>`,
			"1: n\"1\"bs#1 n\"2\"h>3#2 . n\"3\"#3 n\"4\"\n", ""},
		{"white space only", `<sheetData><row r="1"><c r="A1" t="s"><v>3</v></c></row><row r="2"><c r="A2"><v>1</v></c><c r="B2" t="s"><v>3</v></c></row></sheetData>`, "2: n\"1\" t\" \\u3000\"\n", ""},
		{"phantom range", `<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="65536"><c r="A65536" s="1"/></row></sheetData>`, "1: n\"1\"\n", "used-range-empty@"},
		{"foreign elements", `<sheetData><row r="1" x14ac:dyDescent="0.25"><c r="A1"><v>1</v><extLst><ext><x14:v>9</x14:v></ext></extLst></c></row></sheetData><extLst><ext><x14:c>5</x14:c></ext></extLst>`, "1: n\"1\"\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := parts(t, map[string]string{"xl/worksheets/sheet1.xml": worksheetNS + c.xml + `</worksheet>`, "xl/sharedStrings.xml": testStrings, "xl/styles.xml": testStyles})
			wb := open(t, path)
			if got := dump(t, wb.Sheets[0]); got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
			if got := problemCodes(wb); got != c.problems {
				t.Errorf("problems %q, want %q", got, c.problems)
			}
		})
		t.Run(c.name+", prefixed", func(t *testing.T) {
			path := parts(t, map[string]string{"xl/worksheets/sheet1.xml": prefixed(worksheetNS + c.xml + `</worksheet>`), "xl/sharedStrings.xml": prefixed(testStrings), "xl/styles.xml": prefixed(testStyles)})
			if got := dump(t, open(t, path).Sheets[0]); got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
		})
	}
}

// prefixed gives every element of the main namespace a prefix.
func prefixed(xml string) string {
	xml = strings.ReplaceAll(xml, "xmlns=", "xmlns:x=")
	var b strings.Builder
	for i := 0; i < len(xml); i++ {
		b.WriteByte(xml[i])
		if xml[i] == '<' && strings.HasPrefix(xml[i:], "<![CDATA[") {
			n := strings.Index(xml[i:], "]]>")
			b.WriteString(xml[i+1 : i+n])
			i += n - 1
			continue
		}
		if xml[i] != '<' || xml[i+1] == '?' || xml[i+1] == '!' {
			continue
		}
		if xml[i+1] == '/' {
			b.WriteByte('/')
			i++
		}
		if name, _, _ := strings.Cut(xml[i+1:], " "); !strings.Contains(strings.SplitN(name, ">", 2)[0], ":") {
			b.WriteString("x:")
		}
	}
	return b.String()
}

const testStrings = `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="9"><si><t>one</t></si><si><r><rPr><b/></rPr><t>two</t></r><r><t xml:space="preserve"> runs</t></r><rPh sb="0" eb="1"><t>phonetic</t></rPh><phoneticPr fontId="1"/></si><si><t>a_x005F_x0041__xD842__xDFB7__x000D_</t></si><si><t> 　</t></si><si/><si><t/></si></sst>`

const testStyles = `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts><numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/></numFmts><fonts><font/><font><b/><strike/></font><font><b val="0"/></font></fonts><cellXfs><xf numFmtId="0" fontId="0"/><xf numFmtId="10" fontId="1"/><xf numFmtId="176" fontId="2"><alignment indent="3"/></xf><xf numFmtId="31" fontId="0"/></cellXfs><dxfs><dxf><font><b/></font></dxf></dxfs></styleSheet>`

func TestHiddenMergesFormats(t *testing.T) {
	wb := open(t, parts(t, map[string]string{
		"xl/worksheets/sheet1.xml": worksheetNS + `<sheetData><row r="2" hidden="1"><c r="A2" s="3"><v>1</v></c></row><row r="9" hidden="true"/></sheetData><mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="$C$3:$D$9"/></mergeCells></worksheet>`,
		"xl/styles.xml":            testStyles,
	}))
	s := wb.Sheets[0]
	if s.HiddenRow(1) || !s.HiddenRow(2) || s.HiddenRow(3) || !s.HiddenRow(9) || s.HiddenRow(10) {
		t.Error("hidden rows")
	}
	if want := []Range{{1, 1, 2, 2}, {3, 3, 9, 4}}; fmt.Sprint(s.Merges) != fmt.Sprint(want) {
		t.Errorf("merges %v, want %v", s.Merges, want)
	}
	if f := wb.Formats[3]; f.Class != ClassDate || f.Code != `yyyy"年"m"月"d"日"` {
		t.Errorf("format %+v", f)
	}
}

// rejected opens a file that must be refused.
func rejected(t testing.TB, path string, opt Options) *Rejected {
	t.Helper()
	wb, err := Open(context.Background(), path, opt)
	var r *Rejected
	if !errors.As(err, &r) {
		if wb != nil {
			_ = wb.Close()
		}
		t.Fatalf("%s: %v, want a refusal", path, err)
	}
	return r
}
