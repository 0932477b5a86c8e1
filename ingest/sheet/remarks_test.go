package sheet

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// remarksOf writes comments and properties down.
func remarksOf(wb *Workbook) string {
	var b strings.Builder
	for _, c := range wb.Comments {
		fmt.Fprintf(&b, "%s!%s %s: %s\n", c.Sheet, Address(c.Row, c.Col), c.Author, c.Text)
	}
	for _, p := range wb.Properties {
		fmt.Fprintf(&b, "%s=%s\n", p.Name, p.Value)
	}
	return b.String()
}

func wantRemarks(t *testing.T, wb *Workbook, want string) {
	t.Helper()
	if got := remarksOf(wb); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestRemarksOfXLSX(t *testing.T) {
	rels := func(kind, target string) string {
		return `<Relationship Id="` + kind + `" Type="http://x/` + kind + `" Target="` + target + `"/>`
	}
	files := map[string]string{
		"xl/workbook.xml": `<workbook><sheets><sheet name="一" r:id="a"/><sheet name="藏" state="veryHidden" r:id="b"/></sheets></workbook>`,
		bookRels: relsElement + `<Relationship Id="a" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="b" Type="http://x/worksheet" Target="worksheets/sheet2.xml"/>` +
			rels("person", "persons/person.xml") + `</Relationships>`,
		"xl/worksheets/sheet1.xml": oneCell("a"), "xl/worksheets/sheet2.xml": oneCell("身份证"),
		"xl/worksheets/_rels/sheet1.xml.rels": relsElement + rels("comments", "../comments1.xml") + rels("threadedComment", "../threadedComments/t1.xml") + `</Relationships>`,
		"xl/worksheets/_rels/sheet2.xml.rels": relsElement + rels("comments", "/xl/comments2.xml") + `</Relationships>`,
		"xl/comments1.xml": `<comments xmlns="m"><authors><author>tc={1}</author><author>王五</author></authors><commentList><comment ref="A1" authorId="0"><text><t>[Threaded comment]</t></text></comment>` +
			`<comment ref="B2" authorId="1"><text><r><t>王五:</t></r><r><t xml:space="preserve">
电话 &lt;139_x0031_&gt;</t></r><rPh><t>x</t></rPh></text></comment></commentList></comments>`,
		"xl/comments2.xml":              `<x:comments xmlns:x="m"><x:authors><x:author/></x:authors><x:commentList><x:comment ref="C9" authorId="0"><x:text><x:t>二</x:t></x:text></x:comment></x:commentList></x:comments>`,
		"xl/threadedComments/t1.xml":    `<ThreadedComments><threadedComment ref="A1" personId="{p}" id="{1}"><text>请核对</text></threadedComment><threadedComment ref="A1" personId="{q}" parentId="{1}"><text>已核对</text></threadedComment></ThreadedComments>`,
		"xl/persons/person.xml":         `<personList><person displayName="赵六" id="{p}" userId="x"/></personList>`,
		"docProps/core.xml":             `<cp:coreProperties xmlns:cp="c" xmlns:dc="d"><dc:title>表</dc:title><dc:creator>张三</dc:creator><cp:lastModifiedBy>李四</cp:lastModifiedBy><dc:description>说明&amp;</dc:description><cp:keywords> </cp:keywords><dcterms:created>2024</dcterms:created></cp:coreProperties>`,
		"docProps/app.xml":              `<Properties><Application>Excel</Application><Company>统计局</Company><Manager>陈七</Manager><TitlesOfParts><vt:vector><vt:lpstr>一</vt:lpstr></vt:vector></TitlesOfParts></Properties>`,
		"docProps/custom.xml":           `<Properties><property name="填报人" pid="2"><vt:lpwstr>周八</vt:lpwstr></property><property name="空" pid="3"><vt:lpwstr/></property></Properties>`,
		"xl/drawings/vmlDrawing1.vml":   "<xml>",
		"xl/threadedComments/other.xml": "<x>",
	}
	wb := open(t, parts(t, files))
	want := "一!A1 赵六: 请核对\n一!A1 : 已核对\n一!B2 王五: 王五:\n电话 <1391>\n藏!C9 : 二\n" +
		"title=表\nauthor=张三\nlast modified by=李四\ndescription=说明&\ncompany=统计局\nmanager=陈七\n填报人=周八\n"
	wantRemarks(t, wb, want)
	if got := strings.TrimSpace(dump(t, wb.Sheets[1])); !wb.Sheets[1].Hidden || got != `1: t"身份证"` {
		t.Errorf("the hidden sheet reads %q", got)
	}
	if len(wb.Problems) != 1 {
		t.Errorf("%+v", wb.Problems)
	}

	files["xl/comments2.xml"] = "<comments><comment>"
	files["docProps/app.xml"] = "\x00"
	wb = open(t, parts(t, files))
	if got := problemCodes(wb); got != "hidden-sheet@ comments-unread@ comments-unread@" || len(wb.Comments) != 3 {
		t.Errorf("%s, %s", got, remarksOf(wb))
	}
	files["xl/comments2.xml"] = `<!DOCTYPE x [<!ENTITY a "b">]><comments/>`
	refuse(t, parts(t, files), XMLDTD)
}

// Comments that excelize writes, with its own properties.
func TestRemarksOfExcelize(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	for _, err := range []error{
		f.AddComment("Sheet1", excelize.Comment{Cell: "C3", Author: "王五", Paragraph: []excelize.RichTextRun{{Text: "某某 13912345678"}}}),
		f.SetDocProps(&excelize.DocProperties{Creator: "张三", Title: "表", LastModifiedBy: "李四"}),
		f.SaveAs(t.TempDir() + "/x.xlsx"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	wantRemarks(t, open(t, f.Path), "Sheet1!C3 王五: 某某 13912345678\ntitle=表\nauthor=张三\nlast modified by=李四\n")
}

// In a zip the sheets of comments are called as its sheets are, and the bounds
// hold for all files together.
func TestRemarksOfZips(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	if err := f.AddComment("Sheet1", excelize.Comment{Cell: "C3", Author: "王五", Paragraph: []excelize.RichTextRun{{Text: "甲"}}}); err != nil {
		t.Fatal(err)
	}
	book, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	path := zipFile(t, "a.xlsx", book.String(), "b.xlsx", book.String(), "c.html", `<title>题</title><table><tr><td>1</table>`)
	wb := open(t, path)
	if got := remarksOf(wb); !strings.HasPrefix(got, "a.xlsx/Sheet1!C3 王五: 甲\nb.xlsx/Sheet1!C3 王五: 甲\n") || !strings.HasSuffix(got, "title=题\n") {
		t.Error(got)
	}
	few, err := Open(t.Context(), path, Options{Limits: Limits{Comments: 1}})
	if err != nil {
		t.Fatal(err)
	}
	defer few.Close()
	if len(few.Comments) != 1 || len(few.Properties) > 1 || !strings.Contains(problemCodes(few), CommentsUnread) {
		t.Errorf("%s %s", remarksOf(few), problemCodes(few))
	}
}

func TestRemarksAreBounded(t *testing.T) {
	var b strings.Builder
	for i := range 50 {
		fmt.Fprintf(&b, `<comment ref="A%d" authorId="0"><text><t>%s</t></text></comment>`, i+1, strings.Repeat("x", 100))
	}
	path := parts(t, map[string]string{
		sheetPart: emptySheet, "xl/comments.xml": `<comments><commentList>` + b.String() + `</commentList></comments>`,
		"xl/worksheets/_rels/sheet1.xml.rels": relsElement + `<Relationship Id="c" Type="http://x/comments" Target="../comments.xml"/></Relationships>`,
	})
	for _, c := range []struct {
		limits Limits
		want   int
	}{{Limits{}, 50}, {Limits{Comments: 20}, 20}, {Limits{CommentBytes: 1050}, 10}} {
		wb, err := Open(context.Background(), path, Options{Limits: c.limits})
		if err != nil {
			t.Fatal(err)
		}
		defer wb.Close()
		told := problemCodes(wb) == "comments-unread@"
		if len(wb.Comments) != c.want || told != (c.want < 50) {
			t.Errorf("%d comments, want %d; %+v", len(wb.Comments), c.want, wb.Problems)
		}
	}
}

func TestRemarksOfODS(t *testing.T) {
	content := `<table:table table:name="s"><table:table-row><table:table-cell/><table:table-cell office:value-type="string"><office:annotation office:display="true"><dc:creator>王五</dc:creator><dc:date>2024</dc:date>` +
		`<text:p>一<text:s/>二</text:p><text:p>三<text:span>四</text:span></text:p></office:annotation><text:p>a</text:p></table:table-cell></table:table-row></table:table>`
	meta := `<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" xmlns:d="http://purl.org/dc/elements/1.1/"><office:meta>` +
		`<d:title>表</d:title><meta:initial-creator>张三</meta:initial-creator><d:creator>李四</d:creator><meta:user-defined meta:name="填报人">周八</meta:user-defined><meta:editing-cycles>3</meta:editing-cycles></office:meta></office:document-meta>`
	wb := open(t, odsFile(t, odsContent(content), map[string]string{"meta.xml": meta}))
	wantRemarks(t, wb, "s!B1 王五: 一 二\n三四\ntitle=表\nauthor=张三\nlast modified by=李四\n填报人=周八\n")
	if got := strings.TrimSpace(dump(t, wb.Sheets[0])); got != `1: . t"a"` {
		t.Error(got)
	}
}

func TestRemarksOfXML2003(t *testing.T) {
	wb := open(t, textFile(t, `<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:o="urn:schemas-microsoft-com:office:office">`+
		`<DocumentProperties xmlns="urn:schemas-microsoft-com:office:office"><Title>表</Title><Author>张三</Author><LastAuthor>李四</LastAuthor><Version>16</Version></DocumentProperties>`+
		`<CustomDocumentProperties xmlns="urn:schemas-microsoft-com:office:office"><Filler dt:dt="string">周八</Filler></CustomDocumentProperties>`+
		`<Worksheet ss:Name="s"><Table><Row><Cell><Data ss:Type="String">a</Data><Comment ss:Author="王五"><ss:Data xmlns="http://www.w3.org/TR/REC-html40"><B>王五:</B><Font>请改</Font></ss:Data></Comment></Cell></Row></Table></Worksheet></Workbook>`))
	wantRemarks(t, wb, "s!A1 王五: 王五:请改\ntitle=表\nauthor=张三\nlast modified by=李四\nFiller=周八\n")
	if got := strings.TrimSpace(dump(t, wb.Sheets[0])); got != `1: t"a"` {
		t.Error(got)
	}
}

func TestRemarksOfPages(t *testing.T) {
	wb := open(t, textFile(t, `<html><head><title>表&amp;</title><meta name=Author content="张三"><meta charset=utf-8><!--[if gte mso 9]><xml><o:DocumentProperties><o:LastAuthor>李&#22235;</o:LastAuthor>`+
		`<o:Company>统计局</o:Company><o:Version>12</o:Version></o:DocumentProperties></xml><![endif]--><xml><o:documentproperties><o:manager>陈七</o:manager></o:documentproperties></xml></head><table><tr><td>a</table></html>`))
	wantRemarks(t, wb, "title=表&\nauthor=张三\nlast modified by=李四\ncompany=统计局\nmanager=陈七\n")
	wb = open(t, pageFile(t, strings.Replace(webArchive, "<xml><x:Excel", "<xml><o:DocumentProperties><o:Author>ab</o:Author></o:DocumentProperties><x:Excel", 1)))
	wantRemarks(t, wb, "author=ab\n")
}

// propertySet makes a stream of one or two sections of text values.
func propertySet(page uint16, sections ...map[uint32]string) []byte {
	b := append([]byte{0xFE, 0xFF, 0, 0}, make([]byte, 20)...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(sections)))
	var bodies []byte
	for _, s := range sections {
		b = append(b, make([]byte, 16)...)
		b = binary.LittleEndian.AppendUint32(b, uint32(28+20*len(sections)+len(bodies)))
		head := binary.LittleEndian.AppendUint32(make([]byte, 4), uint32(len(s)+1))
		at := 8 + 8*(len(s)+1)
		values := binary.LittleEndian.AppendUint32(nil, 2)
		values = binary.LittleEndian.AppendUint32(values, uint32(page))
		head = append(head, num32(1)...)
		head = append(head, num32(uint32(at))...)
		for id := uint32(0); id < 40; id++ {
			text, ok := s[id]
			if !ok {
				continue
			}
			head = append(append(head, num32(id)...), num32(uint32(at+len(values)))...)
			if id == 0 {
				values = append(values, text...)
				continue
			}
			values = append(append(append(values, num32(0x1E)...), num32(uint32(len(text)+1))...), text...)
			values = append(values, 0)
		}
		bodies = append(append(bodies, head...), values...)
	}
	return append(b, bodies...)
}

func num32(v uint32) []byte { return binary.LittleEndian.AppendUint32(nil, v) }

func TestRemarksOfXLS(t *testing.T) {
	note := func(row, col, box uint16, author []byte) []byte {
		return biffRecord(0x1C, row, col, u16(0), box, author, u8(0))
	}
	box := func(kind, id uint16) []byte {
		return biffRecord(0x5D, u16(0x15), u16(0x12), kind, id, make([]byte, 14), u32(0))
	}
	text := func(n uint16) []byte { return biffRecord(0x1B6, make([]byte, 10), n, u16(16), u32(0)) }
	book := biffBook(bof8, nil, xlsSheetOf{name: "一", records: [][]byte{
		numberRec(0, 0, 1), box(0x19, 7), text(4), biffRecord(0x3C, u8(0), "ab"), biffRecord(0x3C, u8(1), []byte{0x2D, 0x4E, 0x87, 0x65}), biffRecord(0x3C, make([]byte, 16)),
		box(6, 8), text(3), biffRecord(0x3C, u8(0), "box"), note(2, 1, 7, labelled(wide("王五"))), numberRec(3, 0, 2), note(4, 0, 99, labelled(narrow("x"))),
	}})
	gb := func(s string) string {
		out, err := gb18030.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	summary := propertySet(936, map[uint32]string{2: gb("表"), 4: gb("张三"), 8: gb("李四"), 18: "Excel"})
	names := string(num32(1)) + string(num32(2)) + string(num32(7)) + gb("填报人") + "\x00"
	more := propertySet(936, map[uint32]string{15: gb("统计局")}, map[uint32]string{0: names, 2: gb("周八")})
	wb := open(t, textFile(t, string(oleOf(512, oleStreamOf{"Workbook", book}, oleStreamOf{"\x05SummaryInformation", summary}, oleStreamOf{"\x05DocumentSummaryInformation", more}))))
	wantRemarks(t, wb, "一!B3 王五: ab中文\n一!A5 x: \ntitle=表\nauthor=张三\nlast modified by=李四\ncompany=统计局\n填报人=周八\n")
	if got := strings.TrimSpace(dump(t, wb.Sheets[0])); got != "1: n\"1\"\n4: n\"2\"" {
		t.Errorf("%q", got)
	}

	old := biffBook(bof5, [][]byte{biffRecord(0x42, u16(936))}, xlsSheetOf{name: "s", records: [][]byte{
		numberRec(0, 0, 1), biffRecord(0x1C, u16(0), u16(2), u16(8), gb("张三")+":a"), biffRecord(0x1C, u16(0xFFFF), u16(0), u16(2), "bc"),
	}})
	wantRemarks(t, open(t, textFile(t, string(oleOf(512, oleStreamOf{"Book", old})))), "s!C1 : 张三:abc\n")
}

// Any parts that hold comments and properties are read or told, and what is
// kept of them is bounded text.
func FuzzComments(f *testing.F) {
	f.Add([]byte(`<comments><authors><author>a</author></authors><commentList><comment ref="A1" authorId="0"><text><r><t>b</t></r><rPh><t>c</t></rPh></text></comment></commentList></comments>`),
		[]byte(`<ThreadedComments><threadedComment ref="A1" personId="{p}"><text>x</text></threadedComment></ThreadedComments>`), []byte(`<personList><person displayName="n" id="{p}"/></personList>`),
		[]byte(`<Properties><property name="a"><vt:lpwstr>b</vt:lpwstr></property></Properties>`), propertySet(936, map[uint32]string{2: "\xB1\xED", 4: "x"}, map[uint32]string{0: "\x01\x00\x00\x00\x02\x00\x00\x00\x02\x00\x00\x00a\x00", 2: "y"}))
	f.Add([]byte(`<x:comments xmlns:x="y"><x:comment ref="ZZZZ99999999999999999" authorId="99999999999">`), []byte(`<a>`), []byte{}, []byte(`<a><b>c</b></a>`), propertySet(1200, map[uint32]string{4: "a\x00b\x00"}))
	dir := f.TempDir()
	rel := func(kind, target string) string {
		return `<Relationship Id="` + kind + `" Type="http://x/` + kind + `" Target="` + target + `"/>`
	}
	f.Fuzz(func(t *testing.T, notes, threads, persons, custom, set []byte) {
		if len(notes)+len(threads)+len(persons)+len(custom)+len(set) > 1<<20 {
			return
		}
		book := filepath.Join(dir, "f.xlsx")
		storedZip(t, book, map[string]string{
			"_rels/.rels":     relsElement + rel("officeDocument", "xl/workbook.xml") + `</Relationships>`,
			"xl/workbook.xml": `<workbook><sheets><sheet name="s" r:id="worksheet"/></sheets></workbook>`, bookRels: relsElement + rel("worksheet", "worksheets/sheet1.xml") + rel("person", "persons.xml") + `</Relationships>`,
			sheetPart: emptySheet, "xl/worksheets/_rels/sheet1.xml.rels": relsElement + rel("comments", "../comments.xml") + rel("threadedComment", "../threads.xml") + `</Relationships>`,
			"xl/comments.xml": string(notes), "xl/threads.xml": string(threads), "xl/persons.xml": string(persons), "docProps/custom.xml": string(custom), "docProps/core.xml": string(custom),
		})
		old := filepath.Join(dir, "f.xls")
		if err := os.WriteFile(old, oleOf(512, oleStreamOf{"Workbook", fuzzBooks()[0]}, oleStreamOf{"\x05SummaryInformation", set}, oleStreamOf{"\x05DocumentSummaryInformation", set}), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{book, old} {
			wb := readAll(t, path, Options{})
			if wb == nil {
				continue
			}
			bytes := 0
			for _, c := range wb.Comments {
				if bytes += len(c.Text) + len(c.Author); !utf8.ValidString(c.Text+c.Author) || c.Sheet == "" {
					t.Fatalf("%+v", c)
				}
			}
			for _, p := range wb.Properties {
				if bytes += len(p.Name) + len(p.Value); !utf8.ValidString(p.Name+p.Value) || p.Value == "" {
					t.Fatalf("%+v", p)
				}
			}
			if int64(bytes) > smallLimits().CommentBytes || len(wb.Comments) > smallLimits().Comments {
				t.Fatalf("%d bytes of %d comments", bytes, len(wb.Comments))
			}
		}
	})
}
