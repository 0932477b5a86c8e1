package sheet

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const xml2003Head = `<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:html="http://www.w3.org/TR/REC-html40">`

const xml2003Styles = `<Styles><Style ss:ID="Default" ss:Name="Normal"><Font ss:FontName="宋体"/></Style><Style ss:ID="p" ss:Name="Percent"><NumberFormat ss:Format="0%"/></Style><Style ss:ID="s1" ss:Parent="p"><Font ss:Bold="1"/><Alignment ss:Horizontal="Left" ss:Indent="2"/></Style><Style ss:ID="d"><NumberFormat ss:Format="Short Date"/></Style><Style ss:ID="t"><NumberFormat ss:Format="h:mm"/></Style><Style ss:ID="dt"><NumberFormat ss:Format="General Date"/></Style><Style ss:ID="txt"><NumberFormat ss:Format="@"/><Font ss:StrikeThrough="1"/></Style><Style ss:ID="code"><NumberFormat ss:Format="000000"/></Style></Styles>`

func xml2003(tables string) string { return xml2003Head + xml2003Styles + tables + `</Workbook>` }

func TestXML2003Cells(t *testing.T) {
	for _, c := range []struct{ name, table, want, problems string }{
		{"kinds", `<Row><Cell><Data ss:Type="Number">1.50</Data></Cell><Cell><Data ss:Type="String">a&#10;b &amp; c</Data></Cell><Cell><Data ss:Type="Boolean">1</Data></Cell><Cell ss:StyleID="d"><Data ss:Type="DateTime">2024-05-03T00:00:00.000</Data></Cell><Cell ss:StyleID="dt"><Data ss:Type="DateTime">2024-05-03T09:30:00.000</Data></Cell><Cell ss:StyleID="t"><Data ss:Type="DateTime">1899-12-31T09:30:00.000</Data></Cell><Cell ss:Formula="=1/0"><Data ss:Type="Error">#DIV/0!</Data></Cell></Row>`,
			"1: n\"1.50\" t\"a\\nb & c\" b\"TRUE\" d\"2024-05-03\"#1 d\"2024-05-03T09:30:00\"#2 t\"09:30:00\"#3 e\"#DIV/0!\"f\n", "cell-error@G1"},
		{"places", `<Column ss:Index="2" ss:Hidden="1" ss:Span="1" ss:StyleID="code"/><Row ss:Index="3"><Cell ss:Index="2"><Data ss:Type="Number">7</Data></Cell><Cell ss:MergeAcross="1" ss:MergeDown="2"><Data ss:Type="String">m</Data></Cell><Cell><Data ss:Type="String">n</Data></Cell></Row><Row ss:Hidden="1" ss:Span="2"/><Row><Cell><Data ss:Type="Number">1</Data></Cell></Row>`,
			"3: . n\"7\"h#1 t\"m\"h#1 . t\"n\"\n7: n\"1\"\n", ""},
		{"styles", `<Row ss:StyleID="txt"><Cell><Data ss:Type="String">007</Data></Cell><Cell ss:StyleID="s1"><Data ss:Type="Number">0.5</Data></Cell><Cell ss:StyleID="none"><Data ss:Type="Number">1</Data></Cell></Row>`,
			"1: t\"007\"s#1 n\"0.5\"b>2#2 n\"1\"\n", ""},
		{"rich text and comments", `<Row><Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40"><B>a</B><Font html:Size="9">b<Sup>2</Sup></Font></ss:Data><Comment><ss:Data xmlns="http://www.w3.org/TR/REC-html40">no</ss:Data></Comment><PhoneticText>no</PhoneticText><NamedCell ss:Name="x"/></Cell><Cell><Comment><Data ss:Type="String">no</Data></Comment></Cell><Cell ss:StyleID="s1"/></Row><Row><Cell><Data ss:Type="String"><![CDATA[<x>]]></Data></Cell></Row>`,
			"1: t\"ab2\"\n2: t\"<x>\"\n", ""},
		{"formulas", `<Row><Cell ss:Formula="=A2"><Data ss:Type="Number">3</Data></Cell><Cell ss:Formula="=A3"/><Cell ss:Formula="=&quot;&quot;"><Data ss:Type="String"></Data></Cell></Row>`, "1: n\"3\"f\n", "formula-without-value@B1"},
		{"no number", `<Row><Cell><Data ss:Type="Number">1,5</Data></Cell><Cell><Data ss:Type="Number">110105194912310020</Data></Cell><Cell><Data>x</Data></Cell></Row>`, "1: t\"1,5\" n\"110105194912310020\" t\"x\"\n", "number-unreadable@A1 number-damaged@B1"},
		{"out of order", `<Row ss:Index="5"><Cell ss:Index="3"><Data ss:Type="Number">3</Data></Cell><Cell ss:Index="1"><Data ss:Type="Number">1</Data></Cell></Row><Row ss:Index="2"><Cell><Data ss:Type="Number">9</Data></Cell></Row>`, "2: n\"9\"\n5: n\"1\" . n\"3\"\n", "cell-address@A5 cell-address@A2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := xml2003(`<Worksheet ss:Name="一"><Table ss:ExpandedRowCount="9">` + c.table + `</Table></Worksheet>`)
			named := strings.NewReplacer("ss:", "q:", ":ss=", ":q=", "xmlns=\"urn", "xmlns:q1=\"urn").Replace(text)
			for _, tag := range []string{"Workbook", "Styles", "Style", "NumberFormat", "Font", "Alignment", "Worksheet", "Table", "Row", "Cell", "Column", "Data", "Comment", "PhoneticText", "NamedCell"} {
				named = strings.NewReplacer("<"+tag+" ", "<q1:"+tag+" ", "<"+tag+">", "<q1:"+tag+">", "<"+tag+"/>", "<q1:"+tag+"/>", "</"+tag+">", "</q1:"+tag+">").Replace(named)
			}
			for name, text := range map[string]string{"usual": text, "prefixed": named} {
				wb := open(t, pageFile(t, text))
				if got := dump(t, wb.Sheets[0]); got != c.want {
					t.Errorf("%s: got\n%swant\n%s", name, got, c.want)
				}
				if got := problemCodes(wb); got != c.problems {
					t.Errorf("%s: problems %q, want %q", name, got, c.problems)
				}
				if wb.Format != XML2003 {
					t.Errorf("%s", wb.Format)
				}
			}
		})
	}
}

func TestXML2003Sheets(t *testing.T) {
	row := `<Table><Row ss:Hidden="1"><Cell ss:MergeAcross="1"><Data ss:Type="Number">1</Data></Cell></Row></Table>`
	options := `<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>%s</Visible></WorksheetOptions>`
	wb := open(t, pageFile(t, xml2003(`<ExcelWorkbook xmlns="urn:schemas-microsoft-com:office:excel"><Date1904/></ExcelWorkbook><Worksheet ss:Name="a&amp;b">`+row+`</Worksheet><Worksheet ss:Name="h">`+row+fmt.Sprintf(options, "SheetHidden")+`</Worksheet><Worksheet ss:Name="v">`+fmt.Sprintf(options, "SheetVeryHidden")+`</Worksheet>`)))
	var got []string
	for _, s := range wb.Sheets {
		got = append(got, fmt.Sprint(s.Name, " ", s.Hidden, s.Rows(), s.Merges, s.HiddenRow(1)))
	}
	if want := "[a&b false 1 [{1 1 1 2}] true h true 1 [{1 1 1 2}] true v true 0 [] false]"; fmt.Sprint(got) != want {
		t.Errorf("%v, want %s", got, want)
	}
	if !wb.Date1904 || len(wb.Problems) != 2 || wb.Problems[1].Args["state"] != "veryHidden" {
		t.Errorf("%v %+v", wb.Date1904, wb.Problems)
	}
}

func TestXML2003Hostile(t *testing.T) {
	sheet := func(rows string) string {
		return xml2003(`<Worksheet ss:Name="s"><Table>` + rows + `</Table></Worksheet>`)
	}
	cell := `<Cell><Data ss:Type="Number">1</Data></Cell>`
	for _, c := range []struct{ name, text, code string }{
		{"too many rows", sheet(`<Row ss:Index="1048577">` + cell + `</Row>`), FileTooLarge},
		{"too wide", sheet(`<Row><Cell ss:Index="16385"><Data ss:Type="Number">1</Data></Cell></Row>`), FileTooLarge},
		{"DTD", strings.Replace(sheet(""), "<Workbook", `<!DOCTYPE x [<!ENTITY a "b">]><Workbook`, 1), XMLDTD},
		{"unknown entity", sheet(`<Row><Cell><Data ss:Type="String">&nbsp;</Data></Cell></Row>`), FileDamaged},
		{"long text", sheet(`<Row><Cell><Data ss:Type="String">` + strings.Repeat("<B>0123456789</B>", 500_000) + `</Data></Cell></Row>`), FileTooLarge},
		{"long text in one", sheet(`<Row><Cell><Data ss:Type="String">` + strings.Repeat("0123456789", 1_000_000) + `</Data></Cell></Row>`), FileTooLarge},
		{"deep", sheet(`<Row><Cell><Data ss:Type="String">` + strings.Repeat("<B>", 300)), FileDamaged},
		{"no sheet", xml2003(""), FileDamaged},
		{"cut", sheet(cell)[:300], FileDamaged},
	} {
		t.Run(c.name, func(t *testing.T) { refuse(t, pageFile(t, c.text), c.code) })
	}
	var b strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&b, `<Row><Cell><Data ss:Type="Number">%d</Data></Cell><Cell ss:StyleID="d"><Data ss:Type="String">单位</Data></Cell></Row>`, i)
	}
	text := sheet(b.String())
	for i := 1; i < 50; i++ {
		if r := rejected(t, pageFile(t, text[:len(text)*i/50]), Options{TempDir: t.TempDir()}); r.Code != FileDamaged {
			t.Errorf("cut at %d/50: %v", i, r)
		}
	}
}

func FuzzXML2003(f *testing.F) {
	for _, table := range []string{
		`<Column ss:Index="2" ss:Span="3" ss:Hidden="1"/><Row ss:Index="3" ss:Span="2"><Cell ss:MergeAcross="1" ss:MergeDown="1" ss:StyleID="s1"><Data ss:Type="Number">1</Data></Cell></Row>`,
		`<Row><Cell ss:Index="3" ss:StyleID="t"><Data ss:Type="DateTime">1899-12-31T01:00:00.000</Data></Cell><Cell ss:Index="1"><ss:Data xmlns="x"><B>a</B></ss:Data><Comment ss:Author="x"><ss:Data><B>y</B></ss:Data></Comment></Cell></Row>`,
		`</Table></Worksheet><DocumentProperties><Author>a</Author></DocumentProperties><Worksheet><Table>`,
	} {
		f.Add([]byte(xml2003(`<Worksheet ss:Name="s"><Table>` + table + `</Table></Worksheet>`)))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(dir, "f.xml")
		for _, head := range []string{"", xml2003Head} {
			if err := os.WriteFile(path, append([]byte(head), b...), 0o600); err != nil {
				t.Fatal(err)
			}
			readAll(t, path, Options{})
		}
	})
}
