package sheet

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// xlsFile puts a workbook stream into a compound file.
func xlsFile(t testing.TB, stream string, book []byte) string {
	t.Helper()
	return textFile(t, string(oleOf(512, oleStreamOf{stream, book})))
}

func TestXLSSheets(t *testing.T) {
	hidden := biffRecord(0x208, u16(1), make([]byte, 10), u32(0x20))
	wb := open(t, xlsFile(t, "Workbook", biffBook(bof8, [][]byte{
		biffRecord(0x22, u16(1)), biffRecord(0x1AE, u16(1), u16(0x0401)), biffRecord(0x1AE, u16(2), labelled(wide("\x01other.xls"))),
	},
		xlsSheetOf{name: "乙", records: [][]byte{
			numberRec(0, 0, 1), numberRec(1, 1, 2), hidden,
			biffRecord(0x7D, u16(1), u16(2), u16(0), u16(0), u16(1), u16(0)), biffRecord(0x7D, u16(9), u16(255), u16(0), u16(0), u16(0), u16(0)),
			biffRecord(0xE5, u16(2), u16(0), u16(1), u16(0), u16(2), u16(3), u16(3), u16(4), u16(4)),
		}},
		xlsSheetOf{name: "图", kind: 2},
		xlsSheetOf{name: "甲", state: 1, records: [][]byte{numberRec(0, 0, 3)}},
		xlsSheetOf{name: "宏", kind: 1, state: 2},
		xlsSheetOf{name: "空"},
	)))
	var got []string
	for _, s := range wb.Sheets {
		got = append(got, fmt.Sprint(s.Name, s.Hidden, strings.TrimSpace(dump(t, s))))
	}
	if want := "[乙false1: n\"1\"\n2: . n\"2\"h 甲true1: n\"3\" 空false]"; fmt.Sprint(got) != want {
		t.Errorf("%v, want %v", got, want)
	}
	s := wb.Sheets[0]
	if !wb.Date1904 || wb.Format != XLS || s.HiddenRow(1) || !s.HiddenRow(2) || s.HiddenCol(1) || !s.HiddenCol(2) || !s.HiddenCol(3) || s.HiddenCol(10) {
		t.Errorf("%+v", s)
	}
	if want := []Range{{1, 1, 2, 3}, {4, 5, 4, 5}}; fmt.Sprint(s.Merges) != fmt.Sprint(want) {
		t.Errorf("merges %v, want %v", s.Merges, want)
	}
	if got := problemCodes(wb); got != "hidden-sheet@ hidden-sheet@ external-link@" {
		t.Errorf("problems %q", got)
	}
}

// A text before Excel 97 is bytes of the code page that the workbook names.
func TestXLSCodePages(t *testing.T) {
	label := func(text string) []byte { return biffRecord(0x204, u16(0), u16(0), u16(0), u16(len(text)), text) }
	for _, c := range []struct {
		page              u16
		bytes, text, name string
		declared          string
	}{
		{936, "\xD6\xD0\xCE\xC4", "中文", "gb18030", ""},
		{950, "\xA4\xA4\xA4\xE5", "中文", "big5", ""},
		{932, "\x93\xFA\x96\x7B", "日本", "shift_jis", ""},
		{1251, "\xCF\xF0", "Пр", "windows-1251", ""},
		{1252, "caf\xE9", "café", "windows-1252", ""},
		{0x8000, "caf\x8E", "café", "macintosh", ""},
		{1252, "\xD6\xD0\xCE\xC4", "中文", "gb18030", "GB18030"},
		{936, "\xD6\xD0\xCE", "中\uFFFD", "gb18030", ""},
		{65001, "\xE4\xB8\xAD\xE4", "中\uFFFD", "utf-8", ""},
	} {
		book := biffBook(bof5, [][]byte{biffRecord(0x42, c.page)}, xlsSheetOf{name: c.bytes, records: [][]byte{label(c.bytes)}})
		wb, err := Open(context.Background(), xlsFile(t, "Book", book), Options{TempDir: t.TempDir(), Encoding: c.declared})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := dump(t, wb.Sheets[0]), fmt.Sprintf("1: t%q\n", c.text); got != want || wb.Encoding != c.name || wb.Why == "" {
			t.Errorf("%d: %s in %s (%s), want %s in %s", c.page, got, wb.Encoding, wb.Why, want, c.name)
		}
		_ = wb.Close()
	}
	// Programs that cannot set the code page leave it Western; the texts tell.
	for text, want := range map[string]string{
		"\xB5\xD8\xC7\xF8\xC9\xFA\xB2\xFA\xD7\xDC\xD6\xB5": "gb18030 地区生产总值 encoding-guessed@",
		"地区生产总值":                        "utf-8 地区生产总值 encoding-guessed@",
		"M\xFCller, Stra\xDFe, caf\xE9": "windows-1252 Müller, Straße, café ",
		"\x93quoted\x94 1998\x962017":   "windows-1252 “quoted” 1998–2017 ",
	} {
		for _, page := range [][]byte{nil, biffRecord(0x42, u16(1252))} {
			wb := open(t, xlsFile(t, "Book", biffBook(bof5, [][]byte{page}, xlsSheetOf{name: "s", records: [][]byte{label(text), biffRecord(0x204, u16(1), u16(0), u16(0), u16(len(text)), text)}})))
			row, err := wb.Sheets[0].Row(1, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := wb.Encoding + " " + row[0].Raw + " " + problemCodes(wb); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		}
	}
	r := rejected(t, xlsFile(t, "Book", biffBook(bof5, nil)), Options{Encoding: "klingon"})
	if r.Code != EncodingUnknown {
		t.Errorf("%v", r)
	}
	if wb := open(t, xlsFile(t, "Book", biffBook(bof5, [][]byte{biffRecord(0x42, u16(7))}, xlsSheetOf{name: "s"}))); problemCodes(wb) != "encoding-guessed@" {
		t.Errorf("problems %q", problemCodes(wb))
	}
}

// Excel 2 to 4 wrote one sheet, without a container.
func TestXLSBeforeExcel5(t *testing.T) {
	old := func(n byte) []byte { return []byte{0, 1 | n<<6, 0} } // attributes: format 1, font n
	for _, c := range []struct {
		name    string
		records [][]byte
		want    string
	}{
		{"Excel 2", [][]byte{
			biffRecord(0x09, u16(2), u16(0x10)), biffRecord(0x31, u16(200), u16(0), "\x05Arial"), biffRecord(0x31, u16(200), u16(1), "\x05Arial"),
			biffRecord(0x1E, "\x07General"), biffRecord(0x1E, "\x050.00%"), biffRecord(0x24, u8(3), u8(4), u16(0)),
			biffRecord(0x02, u16(0), u16(0), old(0), u16(65535)), biffRecord(0x03, u16(0), u16(1), old(1), 0.25), biffRecord(0x04, u16(0), u16(2), old(0), "\x04caf\xE9"),
			biffRecord(0x05, u16(0), u16(3), old(0), u8(7), u8(1)), biffRecord(0x06, u16(0), u16(4), old(0), []byte{0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, u8(0)), biffRecord(0x07, "\x01x"),
			eof,
		}, "1: n\"65535\"#1 n\"0.25\"b#1 t\"café\"#1 e\"#DIV/0!\"h#1 t\"x\"fh#1\n"},
		{"Excel 3", [][]byte{
			biffRecord(0x209, u16(3), u16(0x10), u16(0)), biffRecord(0x231, u16(200), u16(1), u16(0), "\x05Arial"), biffRecord(0x1E, "\x07General"), biffRecord(0x1E, "\x050.00%"),
			biffRecord(0x243, u8(0), u8(1), make([]byte, 10)), biffRecord(0x203, u16(0), u16(0), u16(0), 0.5), biffRecord(0x204, u16(0), u16(1), u16(0), u16(2), "ab"),
			biffRecord(0x206, u16(0), u16(2), u16(0), 3.0, u16(0)), eof,
		}, "1: n\"0.5\"b#1 t\"ab\"b#1 n\"3\"fb#1\n"},
		{"Excel 4", [][]byte{
			biffRecord(0x409, u16(4), u16(0x10), u16(0)), biffRecord(0x41E, u16(0), "\x07General"), biffRecord(0x41E, u16(0), "\x08yyyy/m/d"),
			biffRecord(0x443, u8(0), u8(1), make([]byte, 10)), biffRecord(0x27E, u16(0), u16(0), u16(0), rk(40000, false)), biffRecord(0x406, u16(0), u16(1), u16(0), 3.0, u16(0)),
			biffRecord(0x03, u16(0), u16(2), old(0), 7.0), eof,
		}, "1: n\"40000\"#1 n\"3\"f#1 n\"7\"#1\n"},
		{"a grid's export: no version, no code page, no styles", [][]byte{
			biffRecord(0x809, u16(0), u16(0x10), u32(0)), biffRecord(0x204, u16(0), u16(0), u16(0), u16(8), "\xB5\xD8\xC7\xF8\xC9\xFA\xB2\xFA"),
			biffRecord(0x203, u16(0), u16(1), u16(0), 1.5), biffRecord(0x27E, u16(0), u16(2), u16(0), rk(7, false)), eof,
		}, "1: t\"地区生产\" n\"1.5\" n\"7\"\n"},
	} {
		wb := open(t, textFile(t, string(bytes.Join(c.records, nil))))
		if got := dump(t, wb.Sheets[0]); got != c.want {
			t.Errorf("%s: got\n%swant\n%s", c.name, got, c.want)
		}
		problems := strings.Repeat("cell-error@D1", strings.Count(c.want, "#DIV")) + strings.Repeat("encoding-guessed@", strings.Count(c.want, "地区"))
		if wb.Format != XLS || problemCodes(wb) != problems {
			t.Errorf("%s: %s %q", c.name, wb.Format, problemCodes(wb))
		}
	}
}

// A thousand sheets that are one and the same are refused at once.
func TestXLSSheetsOverEachOther(t *testing.T) {
	sheets := make([]xlsSheetOf, 900)
	for i := range sheets {
		sheets[i].name = "s"
	}
	for r := range 60_000 {
		sheets[899].records = append(sheets[899].records, numberRec(r, 0, 1))
	}
	book := biffBook(bof8, nil, sheets...)
	last := bytes.LastIndex(book, bof(bof8, bofSheet))
	for at := len(bof(bof8, bofGlobals)); book[at] == 0x85; at += 4 + int(book[at+2]) {
		binary.LittleEndian.PutUint32(book[at+4:], uint32(last))
	}
	refuse(t, xlsFile(t, "Workbook", book), FileDamaged)
}

func TestOLEThatIsNoWorkbook(t *testing.T) {
	password := biffRecord(0x2F, make([]byte, 6))
	sheet := xlsSheetOf{name: "s", records: [][]byte{numberRec(0, 0, 1)}}
	whole := biffBook(bof8, nil, sheet)
	for _, c := range []struct {
		name, path, code, found string
	}{
		{"encrypted xlsx", xlsFile(t, "EncryptedPackage", []byte("x")), FileEncrypted, "xlsx"},
		{"encrypted xls", xlsFile(t, "Workbook", biffBook(bof8, [][]byte{password}, sheet)), FileEncrypted, "xls"},
		{"doc", xlsFile(t, "WordDocument", []byte("x")), FileTypeUnsupported, "doc"},
		{"ppt", xlsFile(t, "PowerPoint Document", []byte("x")), FileTypeUnsupported, "ppt"},
		{"mail", xlsFile(t, "__properties_version1.0", []byte("x")), FileTypeUnsupported, "msg"},
		{"other", xlsFile(t, "Contents", []byte("x")), FileTypeUnsupported, "ole"},
		{"chart of Excel 4", textFile(t, string(biffRecord(0x409, u16(4), u16(bofChart), u16(0)))), FileTypeUnsupported, "xls (chart)"},
		{"workbook of Excel 4", textFile(t, string(biffRecord(0x409, u16(4), u16(bofWorkspace), u16(0)))), FileTypeUnsupported, "xls (workbook of Excel 4)"},
		{"no workbook", xlsFile(t, "Workbook", bytes.Repeat([]byte("junk"), 2000)), FileDamaged, ""},
		{"empty stream", xlsFile(t, "Workbook", []byte{0}), FileDamaged, ""},
		{"sheet elsewhere", xlsFile(t, "Workbook", bytes.Replace(whole, biffRecord(0x85)[:2], []byte{0x85, 0}, 1)[:len(whole)-len(numberRec(0, 0, 1))-8]), FileDamaged, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if r := refuse(t, c.path, c.code); r.Args["found"] != c.found {
				t.Errorf("%v, want found %q", r, c.found)
			}
		})
	}
	// A document with a workbook inside is a document.
	nested := oleOf(512, oleStreamOf{"WordDocument", []byte("x")})
	nested = append(nested, streamName("Workbook")...)
	if r := rejected(t, textFile(t, string(nested)), Options{}); r.Args["found"] != "doc" {
		t.Errorf("%v", r)
	}
	// The last EOF may be missing, if the stream ends there.
	wb := open(t, xlsFile(t, "Workbook", whole[:len(whole)-4]))
	if got := dump(t, wb.Sheets[0]); got != "1: n\"1\"\n" {
		t.Error(got)
	}
}

// bigXLS makes a workbook of rows with shared texts, numbers and dates.
func bigXLS(rows int) []byte {
	var texts []any
	for i := range 5000 {
		texts = append(texts, labelled(wide(fmt.Sprintf("单位%d", i))))
	}
	table := biffRecord(0xFC, u32(5000), u32(5000))
	var globals [][]byte
	for len(texts) > 0 {
		n := min(len(texts), 300)
		globals = append(globals, table, biffRecord(0x3C, texts[:n]...))
		texts, table = texts[n:], nil
	}
	sheets := make([]xlsSheetOf, (rows+65535)/65536)
	for i := range sheets {
		sheets[i].name = fmt.Sprint("s", i)
		for r := range min(rows, 65536) {
			sheets[i].records = append(sheets[i].records,
				biffRecord(0x208, u16(r), make([]byte, 14)),
				biffRecord(0xBD, u16(r), u16(0), u16(0), rk(int32(r), false), u16(0), rk(int32(r*37), true), u16(1)),
				biffRecord(0xFD, u16(r), u16(2), u16(0), u32(r%5000)), numberRec(r, 3, float64(r)/7),
				biffRecord(0xFD, u16(r), u16(4), u16(0), u32(r*7%5000)))
		}
		rows -= 65536
	}
	return oleOf(512, oleStreamOf{"Workbook", biffBook(bof8, globals, sheets...)})
}

// Cut off anywhere, or with a wrong byte, a workbook is refused or read, and
// nothing else happens.
func TestXLSTruncated(t *testing.T) {
	b := bigXLS(600)
	for i := 1; i < 50; i++ {
		r := rejected(t, textFile(t, string(b[:len(b)*i/50])), Options{TempDir: t.TempDir()})
		if r.Code != FileDamaged {
			t.Errorf("cut at %d/50: %v", i, r)
		}
	}
	for i := 0; i < 500; i++ {
		broken := bytes.Clone(b)
		broken[len(b)*i/500] ^= 0x55
		wb, err := Open(context.Background(), textFile(t, string(broken)), Options{TempDir: t.TempDir()})
		var r *Rejected
		if err != nil && !errors.As(err, &r) {
			t.Errorf("wrong byte at %d/500: %v", i, err)
		}
		if err == nil {
			_ = wb.Close()
		}
	}
}

func TestXLSLimits(t *testing.T) {
	b := bigXLS(70_000)
	path := filepath.Join(t.TempDir(), "b.xls")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	for limit, l := range map[string]Limits{
		"rows": {Rows: 1000}, "columns": {Columns: 3}, "sheets": {Sheets: 1}, "text-bytes": {TextBytes: 10_000},
		"shared-strings": {SharedStrings: 100}, "shared-bytes": {SharedBytes: 1000}, "cell-bytes": {CellBytes: 5},
	} {
		if r := rejected(t, path, Options{TempDir: t.TempDir(), Limits: l}); r.Code != FileTooLarge || r.Args["limit"] != limit {
			t.Errorf("%s: %v", limit, r)
		}
	}
	var shares []float64
	wb, err := Open(context.Background(), path, Options{TempDir: t.TempDir(), Progress: func(share float64, _ int64) { shares = append(shares, share) }})
	if err != nil {
		t.Fatal(err)
	}
	defer wb.Close()
	if len(wb.Sheets) != 2 || wb.Sheets[0].Rows() != 65536 || wb.Sheets[1].Rows() != 70_000-65536 {
		t.Fatalf("%d sheets", len(wb.Sheets))
	}
	if n := len(shares); n < 3 || shares[n-1] != 1 || shares[0] >= shares[n/2] {
		t.Errorf("progress %v", shares)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Open(ctx, path, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want context.Canceled", err)
	}
}

func BenchmarkXLS(b *testing.B) {
	data := bigXLS(120_000)
	path := filepath.Join(b.TempDir(), "b.xls")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		wb, err := Open(context.Background(), path, Options{TempDir: b.TempDir()})
		if err != nil {
			b.Fatal(err)
		}
		_ = wb.Close()
	}
}

// A sheet written one column after the other is read about as fast.
func TestXLSByColumns(t *testing.T) {
	const rows, cols = 60_000, 8
	var records [][]byte
	for c := range cols {
		for r := range rows {
			records = append(records, numberRec(r, c, float64(r*10+c)))
		}
	}
	path := oneSheet(t, nil, records...)
	begin := time.Now()
	wb := open(t, path)
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
	s := wb.Sheets[0]
	row, err := s.Row(rows, nil)
	if err != nil || s.Rows() != rows || len(row) != cols || row[cols-1].Raw != "599997" || len(wb.Problems) > 0 {
		t.Errorf("%d rows, %v, %v, %v", s.Rows(), row, wb.Problems, err)
	}
	t.Log(time.Since(begin))
}
