package sheet

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/flate"
	"github.com/xuri/excelize/v2"
)

// refuse opens a hostile file: it must be refused with the code in two seconds
// and without taking much memory.
func refuse(t *testing.T, path, code string) *Rejected {
	t.Helper()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	begin := time.Now()
	r := rejected(t, path, Options{TempDir: t.TempDir()})
	took := time.Since(begin)
	runtime.ReadMemStats(&after)
	if r.Code != code {
		t.Errorf("refused as %v, want %s", r, code)
	}
	if took > 2*time.Second {
		t.Errorf("refused after %v", took)
	}
	if grown := int64(after.TotalAlloc - before.TotalAlloc); grown > 300<<20 {
		t.Errorf("took %d MB", grown>>20)
	}
	return r
}

// blown makes a workbook whose part is head, n times body, tail; deflated as
// it comes, so that n may be large.
func blown(t *testing.T, name, head, body, tail string, n int, others map[string]string) string {
	t.Helper()
	base, err := zip.OpenReader(parts(t, others))
	if err != nil {
		t.Fatal(err)
	}
	defer base.Close()
	path := filepath.Join(t.TempDir(), "blown.xlsx")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := zip.NewWriter(f)
	for _, e := range base.File {
		if e.Name != name {
			if err := z.Copy(e); err != nil {
				t.Fatal(err)
			}
		}
	}
	w, err := z.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	per := max(1, (1<<20)/max(1, len(body)))
	chunk := []byte(strings.Repeat(body, per))
	write := func(b []byte) {
		if _, err := w.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	write([]byte(head))
	for ; n > per; n -= per {
		write(chunk)
	}
	write([]byte(strings.Repeat(body, n) + tail))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

const (
	stringsHead = `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`
	sheetPart   = "xl/worksheets/sheet1.xml"
)

func TestZipBombs(t *testing.T) {
	sheet := worksheetNS + `<sheetData>`
	t.Run("ratio", func(t *testing.T) {
		r := refuse(t, blown(t, sheetPart, sheet, " ", `</sheetData></worksheet>`, 200<<20, nil), ZipBomb)
		if r.Args["limit"] != "ratio" || r.Sheet != "一" {
			t.Errorf("%v", r)
		}
	})
	t.Run("shared strings", func(t *testing.T) {
		refuse(t, blown(t, "xl/sharedStrings.xml", stringsHead, "<si><t>a</t></si>", `</sst>`, 12_000_000, map[string]string{sheetPart: sheet + `</sheetData></worksheet>`}), ZipBomb)
	})
	t.Run("empty rows", func(t *testing.T) {
		refuse(t, blown(t, sheetPart, sheet, "<row/>", `</sheetData></worksheet>`, 3_000_000, nil), FileTooLarge)
	})
	t.Run("styles", func(t *testing.T) {
		refuse(t, blown(t, "xl/styles.xml", `<styleSheet>`, "<x/>", `</styleSheet>`, 20<<20, map[string]string{sheetPart: sheet + `</sheetData></worksheet>`}), ZipBomb)
	})
	t.Run("one text in very many cells", func(t *testing.T) {
		// 12,000 cells of 1 MB each from a file of about 110 KB.
		cells := strings.Repeat(`<row>`+strings.Repeat(`<c t="s"><v>0</v></c>`, 100)+`</row>`, 120)
		path := parts(t, map[string]string{
			sheetPart:              sheet + cells + `</sheetData></worksheet>`,
			"xl/sharedStrings.xml": stringsHead + `<si><t>` + strings.Repeat("a", 1<<20) + `</t></si></sst>`,
		})
		if r := refuse(t, path, FileTooLarge); r.Args["limit"] != "text-bytes" {
			t.Errorf("%v", r)
		}
	})
	t.Run("text without end", func(t *testing.T) {
		refuse(t, blown(t, "xl/sharedStrings.xml", stringsHead+"<si><t>", "0123456789abcdefghijklmnopqrstuvwxyz", `</t></si></sst>`, 280_000, map[string]string{sheetPart: sheet + `</sheetData></worksheet>`}), FileTooLarge)
	})
	t.Run("inflated bytes", func(t *testing.T) {
		r := rejected(t, sharedRows(t, 20_000), Options{Limits: Limits{Inflated: 2 << 20}})
		if r.Code != FileTooLarge || r.Args["limit"] != "inflated-bytes" {
			t.Errorf("%v", r)
		}
	})
	t.Run("lying directory", func(t *testing.T) { refuse(t, lyingZip(t), FileDamaged) })
	t.Run("10,001 entries", func(t *testing.T) {
		others := map[string]string{}
		for i := range 10_001 {
			others[fmt.Sprintf("xl/media/%d.bin", i)] = ""
		}
		if r := refuse(t, parts(t, others), FileTooLarge); r.Args["limit"] != "zip-entries" {
			t.Errorf("%v", r)
		}
	})
}

// lyingZip says in its directory that its sheet has ten bytes.
func lyingZip(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	base, err := zip.OpenReader(parts(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	defer base.Close()
	for _, e := range base.File {
		if err := z.Copy(e); err != nil {
			t.Fatal(err)
		}
	}
	var deflated bytes.Buffer
	fw, err := flate.NewWriter(&deflated, 6)
	if err != nil {
		t.Fatal(err)
	}
	text := []byte(worksheetNS + `<sheetData>` + strings.Repeat(`<row><c><v>1</v></c></row>`, 1000) + `</sheetData></worksheet>`)
	if _, err := fw.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := fw.Close(); err != nil {
		t.Fatal(err)
	}
	w, err := z.CreateRaw(&zip.FileHeader{Name: sheetPart, Method: zip.Deflate, CRC32: crc32.ChecksumIEEE(text), CompressedSize64: uint64(deflated.Len()), UncompressedSize64: 10})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(deflated.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return textFile(t, b.String())
}

func TestUnsafeFiles(t *testing.T) {
	sheet := worksheetNS + `<sheetData></sheetData></worksheet>`
	for _, c := range []struct {
		name  string
		parts map[string]string
		code  string
	}{
		{"dot dot", map[string]string{sheetPart: sheet, "../evil": "x"}, ZipUnsafeEntry},
		{"dot dot inside", map[string]string{sheetPart: sheet, "xl/../../evil": "x"}, ZipUnsafeEntry},
		{"back slashes", map[string]string{sheetPart: sheet, `..\evil`: "x"}, ZipUnsafeEntry},
		{"absolute", map[string]string{sheetPart: sheet, "/etc/passwd": "x"}, ZipUnsafeEntry},
		{"drive", map[string]string{sheetPart: sheet, `C:\evil`: "x"}, ZipUnsafeEntry},
		{"entities in the sheet", map[string]string{sheetPart: `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>` + sheet}, XMLDTD},
		{"entities in the texts", map[string]string{sheetPart: sheet, "xl/sharedStrings.xml": `<!DOCTYPE x [<!ENTITY a "b">]><sst/>`}, XMLDTD},
		{"entities in the workbook", map[string]string{sheetPart: sheet, "xl/workbook.xml": `<!DOCTYPE x [<!ENTITY a "b">]><workbook/>`}, XMLDTD},
		{"entities in the styles", map[string]string{sheetPart: sheet, "xl/styles.xml": `<!DOCTYPE styleSheet SYSTEM "http://x/y.dtd"><styleSheet/>`}, XMLDTD},
		{"unknown entity", map[string]string{sheetPart: worksheetNS + `<sheetData><row><c t="str"><v>&lol;</v></c></row></sheetData></worksheet>`}, FileDamaged},
		{"sheet missing", map[string]string{}, FileDamaged},
		{"workbook missing", map[string]string{sheetPart: sheet, "xl/workbook.xml": "-", "[Content_Types].xml": "<Types/>"}, FileDamaged},
		{"no workbook", map[string]string{sheetPart: sheet, "xl/workbook.xml": "<other/>"}, FileDamaged},
		{"nested", map[string]string{sheetPart: sheet, "xl/workbook.xml": "<workbook>" + strings.Repeat("<a>", 100_000)}, FileDamaged},
		{"cell in a cell", map[string]string{sheetPart: worksheetNS + `<sheetData><row><c><c><v>1</v></c></c></row></sheetData></worksheet>`}, FileDamaged},
		{"row in a row", map[string]string{sheetPart: worksheetNS + `<sheetData><row><row></row></row></sheetData></worksheet>`}, FileDamaged},
		{"not UTF-8", map[string]string{sheetPart: worksheetNS + "<sheetData><row><c t=\"str\"><v>a\xff</v></c></row></sheetData></worksheet>"}, FileDamaged},
		{"too wide", map[string]string{sheetPart: worksheetNS + `<sheetData><row r="3"><c r="XFE3"><v>1</v></c></row></sheetData></worksheet>`}, FileTooLarge},
		{"too many rows", map[string]string{sheetPart: worksheetNS + `<sheetData><row r="1048577"><c><v>1</v></c></row></sheetData></worksheet>`}, FileTooLarge},
		{"too many sheets", map[string]string{"xl/workbook.xml": `<workbook><sheets>` + strings.Repeat(`<sheet name="a" r:id="rId1"/>`, 1001) + `</sheets></workbook>`, sheetPart: sheet}, FileTooLarge},
		{"word", map[string]string{"xl/workbook.xml": "-", "word/document.xml": "<x/>"}, FileTypeUnsupported},
		{"slides", map[string]string{"xl/workbook.xml": "-", "ppt/presentation.xml": "<x/>"}, FileTypeUnsupported},
		{"xlsb", map[string]string{"xl/workbook.xml": "-", "xl/workbook.bin": "x"}, FileDamaged},
		{"ods", map[string]string{"xl/workbook.xml": "-", "mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, FileDamaged},
		{"odt", map[string]string{"xl/workbook.xml": "-", "_rels/.rels": "-", "mimetype": "application/vnd.oasis.opendocument.text"}, FileTypeUnsupported},
	} {
		t.Run(c.name, func(t *testing.T) { refuse(t, parts(t, c.parts), c.code) })
	}
}

func TestWhatAFileIs(t *testing.T) {
	ole := "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("\x00", 1000)
	for _, c := range []struct{ name, bytes, code, found string }{
		{"empty", "", FileEmpty, ""},
		{"blank", " \n\t\n", FileEmpty, ""},
		{"mark only", "\xEF\xBB\xBF", FileEmpty, ""},
		{"pdf", "%PDF-1.7\n", FileTypeUnsupported, "pdf"},
		{"png", "\x89PNG\r\n\x1a\n\x00", FileTypeUnsupported, "png"},
		{"sqlite", "SQLite format 3\x00xx", FileTypeUnsupported, "sqlite"},
		{"parquet", "PAR1xxxx", FileTypeUnsupported, "parquet"},
		{"gzip", "\x1F\x8B\x08\x00", FileTypeUnsupported, "gzip"},
		{"html", "\n <!DOCTYPE html><html><p>please log in", FileTypeUnsupported, "html without a table"},
		{"html in utf-16", "\xFF\xFE<\x00h\x00t\x00m\x00l\x00>\x00", FileTypeUnsupported, "html without a table"},
		{"html with mark", "\xEF\xBB\xBF<html>", FileTypeUnsupported, "html without a table"},
		{"xml", "<?xml version=\"1.0\"?><a/>", FileTypeUnsupported, "xml"},
		{"xml spreadsheet", "<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">", FileDamaged, ""},
		{"flat text", "<?xml version=\"1.0\"?><office:document office:mimetype=\"application/vnd.oasis.opendocument.text\">", FileTypeUnsupported, "opendocument"},
		{"json", "{\"a\": 1}", FileTypeUnsupported, "json"},
		{"json rows", "[\n {\"a\": 1}]", FileTypeUnsupported, "json"},
		{"xls in a broken container", ole + string(streamName("Workbook")), FileDamaged, ""},
		{"doc", ole + string(streamName("WordDocument")), FileTypeUnsupported, "doc"},
		{"encrypted", ole + string(streamName("EncryptedPackage")), FileEncrypted, "xlsx"},
		{"junk", "\x01\x02\x03\x04\x05\x06\x07\x08\x10\x11\x12\x13", FileTypeUnknown, "01 02 03 04 05 06 07 08"},
		{"empty zip", "PK\x05\x06" + strings.Repeat("\x00", 18), FileEmpty, ""},
		{"cut zip", "PK\x03\x04" + strings.Repeat("\x00", 50), FileDamaged, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if r := refuse(t, textFile(t, c.bytes), c.code); r.Args["found"] != c.found {
				t.Errorf("%v, want found %q", r, c.found)
			}
		})
	}
}

func TestCorpusOldFormatsAreNamed(t *testing.T) {
	for _, path := range corpus(t, ".xls") {
		head, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.HasPrefix(head, []byte("<")) {
			continue // a page under another name
		}
		if bytes.HasPrefix(head, []byte("PK")) {
			sameAsExcelize(t, open(t, path), path) // an xlsx under another name
			continue
		}
		if bytes.HasPrefix(head, []byte(oleMagic)) {
			continue // read: TestCorpusXLS
		}
		r := rejected(t, path, Options{})
		if r.Code != FileTypeUnsupported || r.Args["fix"] == "" {
			t.Errorf("%s: %v", filepath.Base(path), r)
		}
	}
}

func TestEncryptedZip(t *testing.T) {
	b, err := os.ReadFile(parts(t, map[string]string{sheetPart: worksheetNS + `<sheetData/></worksheet>`}))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+10 < len(b); i++ { // the flag in every header of the directory
		if binary.LittleEndian.Uint32(b[i:]) == 0x02014b50 {
			b[i+8] |= 1
		}
	}
	refuse(t, textFile(t, string(b)), FileEncrypted)
}

// A workbook cut off anywhere is refused and nothing else happens.
func TestTruncated(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	for r := 1; r <= 2000; r++ {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", r), &[]any{r, fmt.Sprintf("单位%d", r*7919%1000), float64(r) / 7}); err != nil {
			t.Fatal(err)
		}
	}
	whole, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	b := whole.Bytes()
	for i := 1; i < 50; i++ {
		r := rejected(t, textFile(t, string(b[:len(b)*i/50])), Options{TempDir: t.TempDir()})
		if r.Code != FileDamaged {
			t.Errorf("cut at %d/50: %v", i, r)
		}
	}
	for i := 1; i < 50; i++ { // a wrong byte: refused, or in a part that is not read
		broken := bytes.Clone(b)
		broken[len(b)*i/50] ^= 0x55
		wb, err := Open(context.Background(), textFile(t, string(broken)), Options{TempDir: t.TempDir()})
		var r *Rejected
		if err != nil && !errors.As(err, &r) {
			t.Errorf("wrong byte at %d/50: %v", i, err)
		}
		if err == nil {
			_ = wb.Close()
		}
	}
}

func TestWidestSheet(t *testing.T) {
	cells := strings.Repeat(`<c><v>1</v></c>`, 16_384)
	wb := open(t, parts(t, map[string]string{sheetPart: worksheetNS + `<dimension ref="A1"/><sheetData><row>` + cells + `</row><row r="9"><c r="XFD9" t="str"><v>end</v></c></row></sheetData></worksheet>`}))
	s := wb.Sheets[0]
	if s.Cols() != 16_384 || s.Rows() != 9 {
		t.Fatalf("%d x %d", s.Rows(), s.Cols())
	}
	if row, err := s.Row(9, nil); err != nil || len(row) != 16_384 || row[16_383].Raw != "end" {
		t.Fatalf("%d cells, %v", len(row), err)
	}
}

// Rows, cells and quoted fields that are larger than a block.
func TestLargerThanABlock(t *testing.T) {
	long := strings.Repeat("长文本", 400_000)
	wb := open(t, textFile(t, "a,b\n\""+long+"\",2\n"+strings.Repeat("x,y\n", 300_000)))
	if row, err := wb.Sheets[0].Row(2, nil); err != nil || !strings.HasPrefix(row[0].Raw, "长文本") {
		t.Fatal(err)
	}
	sheet := worksheetNS + `<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>` + long[:3_000_000] + `</t></is></c><c r="B1"><v>2</v></c></row></sheetData></worksheet>`
	wb = open(t, parts(t, map[string]string{sheetPart: sheet}))
	row, err := wb.Sheets[0].Row(1, nil)
	if err != nil || len(row) != 2 || row[0].Raw != long[:3_000_000] || row[1].Raw != "2" {
		t.Fatal(err)
	}
	if got := problemCodes(wb); got != "text-too-long@A1" {
		t.Errorf("problems %q", got)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, path := range []string{parts(t, map[string]string{sheetPart: worksheetNS + `<sheetData/></worksheet>`}), textFile(t, "a,b\n")} {
		if _, err := Open(ctx, path, Options{}); !errors.Is(err, context.Canceled) {
			t.Errorf("%v, want context.Canceled", err)
		}
	}
}

func TestCloseEndsReading(t *testing.T) {
	wb := open(t, textFile(t, "a,b\n"))
	if err := errors.Join(wb.Close(), wb.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := wb.Sheets[0].Row(1, nil); !errors.Is(err, ErrClosed) {
		t.Errorf("%v", err)
	}
	if err := wb.Sheets[0].Scan(1, 9, nil); !errors.Is(err, ErrClosed) {
		t.Errorf("%v", err)
	}
}
