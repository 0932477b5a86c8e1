package sheet

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"
)

// textFile puts bytes into a file.
func textFile(t testing.TB, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.csv")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// decodedText gives a file as UTF-8, as Open understood it.
func decodedText(t testing.TB, path string, wb *Workbook) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rd := &reading{ctx: context.Background(), opt: Options{Encoding: wb.Encoding}, size: int64(len(b))}
	if rd.file, err = os.Open(path); err != nil {
		t.Fatal(err)
	}
	defer rd.file.Close()
	e, err := rd.findEncoding()
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(rd.decoded(bytes.NewReader(b[e.skip:]), e))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// sameAsEncodingCSV compares with the standard library, where that reads the
// text without error. It gives whether it did.
func sameAsEncodingCSV(t failer, s *Sheet, text []byte, delimiter rune) bool {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma, r.FieldsPerRecord = delimiter, -1
	for row := 0; ; {
		want, err := r.Read()
		if errors.Is(err, io.EOF) {
			return true
		}
		if err != nil {
			return false
		}
		// The library counts lines and skips blank ones, we count records.
		var got []Cell
		for row++; ; row++ {
			if got, err = s.Row(row, nil); err != nil {
				t.Fatalf("%v", err)
			}
			if len(got) > 0 || allBlank(want) || row > s.Rows() {
				break
			}
		}
		if allBlank(want) {
			row--
			continue
		}
		for c := 1; c <= max(len(want), len(got)); c++ {
			ours := strings.ReplaceAll(cellAt(got, c).Raw, "\r\n", "\n")
			if theirs := textAt(want, c); ours != theirs && !(strings.HasPrefix(theirs, `="`) && cellAt(got, c).Format == textFormat) {
				t.Errorf("%s: %q, encoding/csv has %q", Address(row, c), ours, theirs)
				return true
			}
		}
	}
}

func allBlank(row []string) bool {
	for _, v := range row {
		if strings.TrimSpace(v) != "" {
			return false
		}
	}
	return true
}

func TestCorpusAsEncodingCSV(t *testing.T) {
	for _, path := range corpus(t, ".csv", ".tsv", ".txt") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			wb := open(t, path)
			text := decodedText(t, path, wb)
			if bytes.Count(text, []byte("\r")) > bytes.Count(text, []byte("\r\n")) {
				t.Skip("lines end with CR only, which encoding/csv does not know")
			}
			compared := sameAsEncodingCSV(t, wb.Sheets[0], text, rune(wb.Delimiter[0]))
			t.Logf("compared %v; %d x %d; %s, %s", compared, wb.Sheets[0].Rows(), wb.Sheets[0].Cols(), wb.Encoding, wb.Why)
			for _, p := range wb.Problems {
				t.Logf("%+v", p)
			}
		})
	}
}

func TestCSV(t *testing.T) {
	for _, c := range []struct{ name, text, want, problems string }{
		{"plain", "a,b\n1,2\n", "1: t\"a\" t\"b\"\n2: t\"1\" t\"2\"\n", ""},
		{"no end of line", "a,b\n1,2", "1: t\"a\" t\"b\"\n2: t\"1\" t\"2\"\n", ""},
		{"mixed line ends", "a,b\r\n1,2\n3,4\r5,6", "1: t\"a\" t\"b\"\n2: t\"1\" t\"2\"\n3: t\"3\" t\"4\"\n4: t\"5\" t\"6\"\n", ""},
		{"blank lines count", "a,b\n\n\r\n1,2\n,\n3,4\n", "1: t\"a\" t\"b\"\n4: t\"1\" t\"2\"\n6: t\"3\" t\"4\"\n", ""},
		{"quotes", "\"a\",\"b,c\",\"d\"\"e\"\"\",\"\"\n\"x\ny\",z,1,2\n", "1: t\"a\" t\"b,c\" t\"d\\\"e\\\"\"\n2: t\"x\\ny\" t\"z\" t\"1\" t\"2\"\n", ""},
		{"spaces around quotes", "a, \"b,c\" ,d\n1,2,3\n", "1: t\"a\" t\"b,c\" t\"d\"\n2: t\"1\" t\"2\" t\"3\"\n", ""},
		{"quote in mid-field", "size,n\n5\" pipe,1\n6\" pipe,2\n", "1: t\"size\" t\"n\"\n2: t\"5\\\" pipe\" t\"1\"\n3: t\"6\\\" pipe\" t\"2\"\n", ""},
		{"quotes not doubled", "\"he said \"hi\" to me\",1\n\"b\",2\n", "1: t\"he said \\\"hi\\\" to me\" t\"1\"\n2: t\"b\" t\"2\"\n", "csv-stray-quote@A1"},
		{"text behind a quote", "\"Foo\" bar,\"baz\"\nc,d\n", "1: t\"\\\"Foo\\\" bar\" t\"baz\"\n2: t\"c\" t\"d\"\n", "csv-stray-quote@A1"},
		{"quote never closed", "a,b\n\"x,1\ny,2\n", "1: t\"a\" t\"b\"\n2: t\"\\\"x\" t\"1\"\n3: t\"y\" t\"2\"\n", "csv-open-quote@A2"},
		{"quote not closed, others follow", "\"x,1\ny,2\n\"p, q\",3\n", "1: t\"\\\"x\" t\"1\"\n2: t\"y\" t\"2\"\n3: t\"p, q\" t\"3\"\n", "csv-open-quote@A1"},
		{"excel text", "code,n\n=\"001\",=1+1\n", "1: t\"code\" t\"n\"\n2: t\"001\"#1 t\"=1+1\"\n", ""},
		{"sep line", "sep=;\r\na;b,c\r\n1;2,5\r\n", "2: t\"a\" t\"b,c\"\n3: t\"1\" t\"2,5\"\n", ""},
		{"semicolons and decimal commas", "a;b;c\n1,5;2,5;3,5\n2,5;3,5;4,5\n", "1: t\"a\" t\"b\" t\"c\"\n2: t\"1,5\" t\"2,5\" t\"3,5\"\n3: t\"2,5\" t\"3,5\" t\"4,5\"\n", ""},
		{"tabs", "a\tb, c\n1\t2, 3\n", "1: t\"a\" t\"b, c\"\n2: t\"1\" t\"2, 3\"\n", ""},
		{"bars", "a|b\n1|2\n", "1: t\"a\" t\"b\"\n2: t\"1\" t\"2\"\n", ""},
		{"one column", "name\n北京\n上海\n", "1: t\"name\"\n2: t\"北京\"\n3: t\"上海\"\n", ""},
		{"title and note", "某市统计表\n单位：万元\na,b,c\n1,2,3\n4,5,6\n注：数据为初步数\n", "1: t\"某市统计表\"\n2: t\"单位：万元\"\n3: t\"a\" t\"b\" t\"c\"\n4: t\"1\" t\"2\" t\"3\"\n5: t\"4\" t\"5\" t\"6\"\n6: t\"注：数据为初步数\"\n", ""},
		{"ragged", "a,b,c\n1,2,3\n1,2\n1,2,3,4\n1,2,3\n", "1: t\"a\" t\"b\" t\"c\"\n2: t\"1\" t\"2\" t\"3\"\n3: t\"1\" t\"2\"\n4: t\"1\" t\"2\" t\"3\" t\"4\"\n5: t\"1\" t\"2\" t\"3\"\n", "csv-ragged-row@A3 csv-ragged-row@A4"},
		{"delimiter at the end", "a,b\n1,2,\n3,4,\n", "1: t\"a\" t\"b\"\n2: t\"1\" t\"2\"\n3: t\"3\" t\"4\"\n", ""},
		{"delimiter at the very end", "a,b\n1,", "1: t\"a\" t\"b\"\n2: t\"1\"\n", ""},
		{"mark", "\xEF\xBB\xBFa,b\n1,2\n", "1: t\"a\" t\"b\"\n2: t\"1\" t\"2\"\n", ""},
		{"end-of-file mark of DOS", "a,b\n1,2\n\x1a", "1: t\"a\" t\"b\"\n2: t\"1\" t\"2\"\n", ""},
		{"zero byte", "a,b\n1,x\x00y\n", "1: t\"a\" t\"b\"\n2: t\"1\" t\"x\\x00y\"\n", "nul-bytes@B2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			wb := open(t, textFile(t, c.text))
			if got := dump(t, wb.Sheets[0]); got != c.want {
				t.Errorf("got\n%swant\n%s%s", got, c.want, wb.Why)
			}
			if got := problemCodes(wb); got != c.problems {
				t.Errorf("problems %q, want %q", got, c.problems)
			}
		})
	}
}

// Where a block ends makes no difference: fields and line ends may be cut.
func TestCSVInPieces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{"a", ",", "\"", "\"\"", "\n", "\r\n", "\r", " ", "=\"1\"", "中", "x,y", "\",\""})).Draw(t, "text"), ""))
		whole, cut := &recorder{}, &recorder{}
		if _, err := newCSVScanner(',', 1<<20, whole).scan(text, true); err != nil {
			t.Fatal(err)
		}
		s, rest := newCSVScanner(',', 1<<20, cut), []byte{}
		for p := 0; p < len(text); {
			n := min(rapid.IntRange(1, 6).Draw(t, "piece"), len(text)-p)
			rest = append(rest, text[p:p+n]...)
			p += n
			used, err := s.scan(rest, p == len(text))
			if err != nil {
				t.Fatal(err)
			}
			rest = append([]byte{}, rest[used:]...)
		}
		if whole.String() != cut.String() {
			t.Fatalf("%q whole\n%s\nin pieces\n%s", text, whole.String(), cut.String())
		}
	})
}

type recorder struct{ strings.Builder }

func (r *recorder) field(row, col int, v []byte, form fieldForm) error {
	r.WriteString(Address(row, col) + " " + string(v) + string('0'+rune(form)) + "|")
	return nil
}

func (r *recorder) line(_, width int) error {
	r.WriteString(string('0'+rune(width)) + "/\n")
	return nil
}

// What encoding/csv reads without error, we read the same.
func TestCSVAsEncodingCSV(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(rapid.SampledFrom([]string{"", "a", "b c", "x,y", "q\"r", "\"", "l\nm", "合计", ";", "="}), 3, 3), 2, 9).Draw(t, "rows")
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		w.UseCRLF = rapid.Bool().Draw(t, "crlf")
		if err := w.WriteAll(append([][]string{{"h1", "h2", "h3"}}, rows...)); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "g.csv")
		if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		wb, err := Open(context.Background(), path, Options{TempDir: dir})
		if err != nil {
			t.Fatal(err)
		}
		defer wb.Close()
		if wb.Delimiter != "," {
			t.Fatalf("delimiter %q for %q", wb.Delimiter, b.String())
		}
		for r, row := range rows {
			got, err := wb.Sheets[0].Row(r+2, nil)
			if err != nil {
				t.Fatal(err)
			}
			for c := range row {
				want := strings.ReplaceAll(row[c], "\n", map[bool]string{true: "\r\n", false: "\n"}[w.UseCRLF])
				if cellAt(got, c+1).Raw != want {
					t.Fatalf("%s: %q, want %q in %q", Address(r+2, c+1), cellAt(got, c+1).Raw, want, b.String())
				}
			}
		}
	})
}

const chineseText = "地区,年份,生产总值（亿元）\n北京市,2023年,43760.7\n天津市,2023年,16737.3\n河北省,2023年,43944.1\n"

func TestEncodings(t *testing.T) {
	enc := func(text string, encode func(string) (string, error)) string {
		t.Helper()
		out, err := encode(text)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	traditional := "地區,年份,生產總值（億元）\n臺北市,2023年,43760.7\n新竹縣,2023年,16737.3\n高雄市,2023年,439\n"
	kana := "都道府県,人口（千人）,カタカナ\n東京都,13960,トウキョウト\n北海道,5224,ホッカイドウ\nおきなわ,1467,あいうえお\n"
	french := "commune;population;région\nMontréal;1 762 949;Québec\nÉvry;53 000;Île-de-France\nNîmes;148 000;Occitanie à l’ouest\n"
	polish := "gmina;ludność\nŁódź;670 642\nGdańsk;486 022\nzażółć gęślą;1\nwłoski książę;2\nmałżeństwo;3\n"
	russian := "город;население\nМосква;13010112\nКазань;1308660\nУфа;1144809\n"
	for _, c := range []struct{ name, bytes, want, first string }{
		{"utf-8", chineseText, "utf-8", "地区"},
		{"utf-8 with mark", "\xEF\xBB\xBF" + chineseText, "utf-8", "地区"},
		{"gb18030", enc(chineseText, simplifiedchinese.GB18030.NewEncoder().String), "gb18030", "地区"},
		{"gb18030, four bytes", enc(chineseText+"𠮷野家,㐀,1\n", simplifiedchinese.GB18030.NewEncoder().String), "gb18030", "地区"},
		{"utf-16le, mark", enc(chineseText, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String), "utf-16le", "地区"},
		{"utf-16be, mark", enc(chineseText, unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String), "utf-16be", "地区"},
		{"utf-16le", enc(chineseText, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String), "utf-16le", "地区"},
		{"utf-16be", enc(chineseText, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder().String), "utf-16be", "地区"},
		{"big5", enc(traditional, traditionalchinese.Big5.NewEncoder().String), "big5", "地區"},
		{"shift_jis", enc(kana, japanese.ShiftJIS.NewEncoder().String), "shift_jis", "都道府県"},
		{"euc-jp", enc(kana, japanese.EUCJP.NewEncoder().String), "euc-jp", "都道府県"},
		{"windows-1252", enc(french, charmap.Windows1252.NewEncoder().String), "windows-1252", "commune"},
		{"windows-1250", enc(polish, charmap.Windows1250.NewEncoder().String), "windows-1250", "gmina"},
		{"windows-1251", enc(russian, charmap.Windows1251.NewEncoder().String), "windows-1251", "город"},
	} {
		t.Run(c.name, func(t *testing.T) {
			wb := open(t, textFile(t, c.bytes))
			if wb.Encoding != c.want {
				t.Errorf("%s, want %s: %s", wb.Encoding, c.want, wb.Why)
			}
			if row, err := wb.Sheets[0].Row(1, nil); err != nil || cellAt(row, 1).Raw != c.first {
				t.Errorf("first cell %q, want %q", cellAt(row, 1).Raw, c.first)
			}
			if wb.Why == "" {
				t.Error("no reason given")
			}
		})
	}
}

func TestUndecodable(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(strings.Repeat(chineseText, 20))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, bytes, declared, row, offset, b string }{
		{"utf-8", "a,b\n北京,\xff\n", "", "2", "11", "0xFF"},
		{"utf-8, cut", chineseText + "北\xe4", "", "5", "", "0xE4"},
		{"ascii", "a,b\n1,\xff\n", "", "2", "6", "0xFF"},
		{"gb18030", gb + "x,\xff,y\n", "", "81", "", "0xFF"},
		{"gb18030 declared utf-8", gb, "utf-8", "1", "0", "0xB5"},
		{"utf-8 declared shift_jis", chineseText + "\xa0", "shift_jis", "1", "", ""},
		{"utf-16, odd", "\xff\xfea\x00,\x00b\x00\n\x001", "", "2", "10", "0x31"},
		{"utf-16, half a pair", "\xff\xfea\x00,\x00b\x00\n\x00\x00\xd8,\x00", "", "2", "10", "0x00"},
		{"unused four bytes", gb + "x,\xfe\x39\xfe\x39,y\n", "", "81", "", "0xFE"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := rejected(t, textFile(t, c.bytes), Options{Encoding: c.declared})
			if r.Code != TextUndecodable || r.Args["row"] != c.row || c.offset != "" && r.Args["offset"] != c.offset || c.b != "" && r.Args["byte"] != c.b {
				t.Errorf("%v", r)
			}
		})
	}
	if r := rejected(t, textFile(t, "a,b\n"), Options{Encoding: "klingon", Name: "甲.csv"}); r.Code != EncodingUnknown || r.Args["file"] != "甲.csv" {
		t.Errorf("%v", r)
	}
}

// TestHalvesOfUTF8: two goroutines find what one finds, wherever characters
// and flaws lie.
func TestHalvesOfUTF8(t *testing.T) {
	for i, flaw := range []string{"", "\xff", "\xe4\xb8", "\xf0\x9f\x98\x80", "\x80\x80\x80\x80\x80", "\xf4\x90\x80\x80"} {
		for shift := range 9 {
			text := strings.Repeat("a", shift) + strings.Repeat("数据😀,", halves/11+1)
			mid := len(text) / 2
			text = text[:mid] + flaw + text[mid:]
			rd := &reading{ctx: context.Background(), size: int64(len(text))}
			var err error
			if rd.file, err = os.Open(textFile(t, text)); err != nil {
				t.Fatal(err)
			}
			whole, err := rd.checkPart(0, rd.size)
			both, err2 := rd.checkUTF8(0)
			if err := errors.Join(err, err2, rd.file.Close()); err != nil || whole != both {
				t.Errorf("flaw %d moved by %d: %+v in halves, %+v as a whole, %v", i, shift, both, whole, err)
			}
		}
	}
}
