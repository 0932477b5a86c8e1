package sheet

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// Bombs that are small and mean very much: refused, or read for what they are.
func TestBombs(t *testing.T) {
	rows := func(body string) map[string]string {
		return map[string]string{sheetPart: worksheetNS + body + `</worksheet>`}
	}
	one := `<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>`
	t.Run("a text that is used often", func(t *testing.T) {
		cells := `<sheetData>` + strings.Repeat(`<row>`+strings.Repeat(`<c t="s"><v>0</v></c>`, 100)+`</row>`, 30) + `</sheetData>`
		files := rows(cells)
		files["xl/sharedStrings.xml"] = stringsHead + `<si><t>` + strings.Repeat("a", 1<<20) + `</t></si></sst>`
		if r := refuse(t, parts(t, files), FileTooLarge); r.Args["limit"] != "text-bytes" {
			t.Error(r)
		}
	})
	t.Run("a row that stands often", func(t *testing.T) {
		row := `<table:table-row table:number-rows-repeated="%d"><table:table-cell table:number-columns-repeated="%d" office:value-type="float" office:value="1"/></table:table-row>`
		files := func(rows, cols int) string {
			return odsFile(t, odsContent(`<table:table>`+fmt.Sprintf(row, rows, cols)+`</table:table>`), nil)
		}
		if r := refuse(t, files(500_000, 10), FileTooLarge); r.Args["limit"] != "repeated-cells" {
			t.Error(r)
		}
		if wb := open(t, files(100_000, 10)); wb.Sheets[0].Rows() != 100_000 {
			t.Error("what is not too much was not read")
		}
		b, err := os.ReadFile(files(300_000, 10))
		if err != nil {
			t.Fatal(err)
		}
		if r := refuse(t, zipFile(t, "a.ods", string(b), "b.ods", string(b)), FileTooLarge); r.Args["limit"] != "repeated-cells" {
			t.Error(r)
		}
	})
	t.Run("a lone value at the right edge of every row", func(t *testing.T) {
		if r := refuse(t, blown(t, sheetPart, worksheetNS+`<sheetData>`, `<row><c r="XFD1"><v>1</v></c></row>`, `</sheetData></worksheet>`, 100_000, nil), FileTooLarge); r.Args["limit"] != "blank-cells" {
			t.Error(r)
		}
		if r := refuse(t, odsFile(t, odsContent(`<table:table><table:table-row table:number-rows-repeated="500000"><table:table-cell table:number-columns-repeated="9999"/><table:table-cell office:value-type="float" office:value="1"/></table:table-row></table:table>`), nil), FileTooLarge); r.Args["limit"] != "blank-cells" && r.Args["limit"] != "repeated-cells" {
			t.Error(r)
		}
	})
	t.Run("counts that lie", func(t *testing.T) {
		files := rows(`<dimension ref="A1:XFD1048576"/>` + one)
		files["xl/sharedStrings.xml"] = strings.Replace(stringsHead, "<sst", `<sst count="4294967295" uniqueCount="4294967295"`, 1) + `<si><t>a</t></si></sst>`
		wb := open(t, parts(t, files))
		if s := wb.Sheets[0]; s.Rows() != 1 || s.Cols() != 1 {
			t.Errorf("%d x %d", s.Rows(), s.Cols())
		}
		wb = open(t, oneSheet(t, [][]byte{biffRecord(0xFC, u32(0xFFFFFFFF), u32(0xFFFFFFFF), labelled(narrow("a")))}, biffRecord(0x200, u32(0), u32(0xFFFFFFFF), u16(0), u16(0xFFFF)), numberRec(0, 0, 1)))
		if s := wb.Sheets[0]; s.Rows() != 1 || s.Cols() != 1 {
			t.Errorf("%d x %d", s.Rows(), s.Cols())
		}
	})
	t.Run("merged ranges over everything", func(t *testing.T) {
		body := one + `<mergeCells>` + strings.Repeat(`<mergeCell ref="A1:XFD1048576"/>`, 1000) + `</mergeCells>`
		if wb := open(t, parts(t, rows(body))); len(wb.Sheets[0].Merges) != 1000 {
			t.Errorf("%d merges", len(wb.Sheets[0].Merges))
		}
		body = one + `<mergeCells>` + strings.Repeat(`<mergeCell ref="A1:XFD1048576"/><mergeCell ref="B2:C3"/>`, 10_000) + `</mergeCells>`
		if wb := open(t, parts(t, rows(body))); len(wb.Sheets[0].Merges) != 2 || problemCodes(wb) != "cell-address@A1" {
			t.Errorf("%d merges, %s", len(wb.Sheets[0].Merges), problemCodes(wb))
		}
		refuse(t, blown(t, sheetPart, worksheetNS+one+`<mergeCells>`, `<mergeCell ref="A1:XFD1048576"/>`, `</mergeCells></worksheet>`, 3_000_000, nil), ZipBomb)
	})
	t.Run("very many comments", func(t *testing.T) {
		files := map[string]string{
			sheetPart: emptySheet, "xl/worksheets/_rels/sheet1.xml.rels": relsElement + `<Relationship Id="c" Type="http://x/comments" Target="../comments.xml"/></Relationships>`,
		}
		const head, body = `<comments><commentList>`, `<comment ref="A1" authorId="0"><text><t>x</t></text></comment>`
		refuse(t, blown(t, "xl/comments.xml", head, body, `</commentList></comments>`, 5_000_000, files), ZipBomb)
		wb := open(t, blown(t, "xl/comments.xml", head, body, `</commentList></comments>`, 150_000, files))
		if len(wb.Comments) != 100_000 || problemCodes(wb) != "comments-unread@" {
			t.Errorf("%d comments, %+v", len(wb.Comments), wb.Problems)
		}
	})
	t.Run("a million entries", func(t *testing.T) {
		if r := refuse(t, manyEntries(t, 1_000_000), FileTooLarge); r.Args["limit"] != "zip-entries" {
			t.Error(r)
		}
	})
	t.Run("zips in zips", func(t *testing.T) {
		inner := strings.Repeat("0", 1<<20)
		for range 10 {
			b, err := os.ReadFile(zipFile(t, "a.csv", inner))
			if err != nil {
				t.Fatal(err)
			}
			inner = string(b)
		}
		if r := refuse(t, zipFile(t, "a.zip", inner, "b.zip", inner), FileTypeUnsupported); r.Args["found"] != "zip in a zip" {
			t.Error(r)
		}
	})
	t.Run("a field of 100 MB", func(t *testing.T) {
		wb := open(t, textFile(t, "a,b\n1,\""+strings.Repeat("x,\"\"\n", 20<<20)+"\"\n")) // read as rows, and told
		if got := problemCodes(wb); !strings.Contains(got, CSVOpenQuote) {
			t.Error(got)
		}
		refuse(t, textFile(t, "a,b\n1,"+strings.Repeat("x", 100<<20)+"\n"), FileTooLarge)
	})
	t.Run("quotes that open and do not close", func(t *testing.T) {
		for _, row := range []string{"\"", "a,\"b\n", "\"a\"b\n", "\"\"\"\n", "\"a\n\"\"\n", "a\tb,\"\n;\"\"\n", "\"a\" ,\"\n", "=\"a\n"} {
			path := textFile(t, "a,b\n"+strings.Repeat(row, (16<<20)/len(row)))
			begin := time.Now()
			wb, err := Open(context.Background(), path, Options{TempDir: t.TempDir()})
			var r *Rejected
			if err != nil && !errors.As(err, &r) {
				t.Fatal(err)
			}
			if took := time.Since(begin); took > 5*time.Second {
				t.Errorf("%q: %v", row, took)
			}
			_ = wb.Close()
		}
	})
}

// manyEntries makes a zip whose directory names n files, all of them one.
func manyEntries(t *testing.T, n int) string {
	t.Helper()
	le := binary.LittleEndian
	local := append([]byte("PK\x03\x04"), make([]byte, 26)...)
	local = append(local, 'a')
	le.PutUint16(local[26:], 1)
	out := bytes.NewBuffer(local)
	entry := append([]byte("PK\x01\x02"), make([]byte, 42)...)
	le.PutUint16(entry[28:], 8)
	from := out.Len()
	for i := range n {
		out.Write(entry)
		fmt.Fprintf(out, "%08d", i)
	}
	end := append([]byte("PK\x06\x06"), make([]byte, 52)...) // zip64
	le.PutUint64(end[4:], 44)
	le.PutUint64(end[24:], uint64(n))
	le.PutUint64(end[32:], uint64(n))
	le.PutUint64(end[40:], uint64(out.Len()-from))
	le.PutUint64(end[48:], uint64(from))
	at := out.Len()
	out.Write(end)
	locator := append([]byte("PK\x06\x07"), make([]byte, 16)...)
	le.PutUint64(locator[8:], uint64(at))
	le.PutUint32(locator[16:], 1)
	out.Write(locator)
	last := append([]byte("PK\x05\x06"), make([]byte, 18)...)
	le.PutUint16(last[8:], 0xFFFF)
	le.PutUint16(last[10:], 0xFFFF)
	le.PutUint32(last[12:], 0xFFFFFFFF)
	le.PutUint32(last[16:], 0xFFFFFFFF)
	out.Write(last)
	return textFile(t, out.String())
}
