package sheet

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// smallLimits keep a fuzzed file from taking honest time.
func smallLimits() Limits {
	return Limits{Inflated: 8 << 20, PartBytes: 1 << 20, TextBytes: 8 << 20, CellBytes: 1 << 20, Rows: 100_000, Entries: 100, Comments: 1000, CommentBytes: 1 << 20}
}

// What reading a fuzzed file may take at most.
const (
	fuzzTime  = 5 * time.Second
	fuzzBytes = 256 << 20
)

// readAll opens a file and reads every cell: it may be refused, but not fail,
// nor take long or much.
func readAll(t *testing.T, path string, opt Options) *Workbook {
	t.Helper()
	opt.Limits = smallLimits()
	opt.TempDir = filepath.Dir(path)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	begin := time.Now()
	wb, err := Open(context.Background(), path, opt)
	runtime.ReadMemStats(&after)
	if took, bytes := time.Since(begin), after.TotalAlloc-before.TotalAlloc; took > fuzzTime || bytes > fuzzBytes {
		t.Fatalf("took %v and %d MB", took, bytes>>20)
	}
	if err != nil {
		var r *Rejected
		if !errors.As(err, &r) {
			t.Fatalf("neither read nor refused: %v", err)
		}
		return nil
	}
	t.Cleanup(func() { _ = wb.Close() })
	for _, s := range wb.Sheets {
		last := 0
		err := s.Scan(1, 1<<30, func(r int, cells []Cell) error {
			if r <= last || r > s.Rows() || len(cells) == 0 {
				t.Fatalf("row %d with %d cells after %d of %d", r, len(cells), last, s.Rows())
			}
			last = r
			for i, c := range cells {
				if !utf8.ValidString(c.Raw) {
					t.Fatalf("%s is not UTF-8: %q", Address(r, i+1), c.Raw)
				}
				if _, ok := c.Float(); c.Kind == Number && !ok && !strings.ContainsAny(c.Raw, "eE") {
					t.Fatalf("%s is no number: %q", Address(r, i+1), c.Raw)
				}
				if int(c.Format) >= len(wb.Formats) {
					t.Fatalf("%s has format %d of %d", Address(r, i+1), c.Format, len(wb.Formats))
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if last != s.Rows() {
			t.Fatalf("scanned to row %d of %d", last, s.Rows())
		}
	}
	return wb
}

// storedZip writes a zip whose files are not deflated, for speed.
func storedZip(t testing.TB, path string, files map[string]string) {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range files {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

func FuzzXLSXSheet(f *testing.F) {
	for _, xml := range []string{
		`<sheetData><row r="1"><c r="A1" s="1" t="s"><v>0</v></c><c r="C1"><f>1</f><v>1.5</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells>`,
		`<cols><col min="1" max="9" hidden="1"/></cols><sheetData><row><c t='inlineStr'><is><r><t>a</t></r><rPh><t>b</t></rPh></is></c></row></sheetData>`,
		`<sheetData><row r="9"><c r="C9"><v>1</v></c><c r="A9"><v>2</v></c></row><row r="3"><c t="e"><v>#N/A</v></c></row></sheetData>`,
		`<sheetData><row><c t="str"><v><![CDATA[x]]>&#x41;_x0041_</v></c><c t="b"><v>1</v></c><c t="d"><v>2024</v></c></row></sheetData><!-- x -->`,
		`<sheetData><row><c><v>1e`,
	} {
		f.Add([]byte(worksheetNS + xml + `</worksheet>`))
		f.Add([]byte(prefixed(worksheetNS + xml + `</worksheet>`)))
	}
	dir := f.TempDir()
	base := parts(f, map[string]string{"xl/sharedStrings.xml": testStrings, "xl/styles.xml": testStyles})
	f.Fuzz(func(t *testing.T, xml []byte) {
		path := filepath.Join(dir, "f.xlsx")
		if err := os.WriteFile(path, withPart(t, base, sheetPart, xml), 0o600); err != nil {
			t.Fatal(err)
		}
		readAll(t, path, Options{})
	})
}

// withPart gives a copy of a zip with one more part.
func withPart(t testing.TB, base, name string, content []byte) []byte {
	t.Helper()
	z, err := zip.OpenReader(base)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range z.File {
		if err := w.Copy(e); err != nil {
			t.Fatal(err)
		}
	}
	p, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func FuzzOpen(f *testing.F) {
	b, err := os.ReadFile(parts(f, map[string]string{sheetPart: worksheetNS + `<sheetData><row><c t="s"><v>1</v></c></row></sheetData></worksheet>`, "xl/sharedStrings.xml": testStrings}))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add(b[:len(b)/2])
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Add([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"))
	f.Add([]byte("a,b\n1,2\n"))
	f.Add([]byte("\xFF\xFEa\x00,\x00"))
	f.Add([]byte("<html>"))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(dir, "f")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		readAll(t, path, Options{})
	})
}

func FuzzCSV(f *testing.F) {
	for _, text := range []string{
		"a,b\n1,2\n", "\"a\"\"b\",c\r\n", "a;b\n\"x", "sep=|\na|b\n", "=\"001\",2\n", "\xB5\xD8\xC7\xF8,\xC4\xEA\n", "\xff\xfea\x00,\x00b\x00\n\x00",
		"\"he said \"hi\" x\",1\n", "a\rb\r", " \"x\" ,y\n", "\x1a", "a,\x00\n", chineseText, "\"a\nb\"c,d\n", "\xe9t\xe9,\xe0\n",
	} {
		f.Add([]byte(text), "")
	}
	f.Add([]byte("\x82\xa0,1\n"), "shift_jis")
	f.Add([]byte("a,b"), "utf-16")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, b []byte, encoding string) {
		path := filepath.Join(dir, "f.csv")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		wb := readAll(t, path, Options{Encoding: encoding})
		if wb == nil || wb.Format != CSV || bytes.Count(b, []byte("\r")) != bytes.Count(b, []byte("\r\n")) {
			return
		}
		if !bytes.ContainsAny(b, "\x1a\x00=") && wb.Delimiter == "," && wb.Problems == nil && encoding == "" {
			sameAsEncodingCSV(t, wb.Sheets[0], decodedText(t, path, wb), ',')
		}
	})
}
