package sheet

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// fuzzBooks are workbook streams of each version, made by hand.
func fuzzBooks() [][]byte {
	cells := [][]byte{
		biffRecord(0xFD, u16(0), u16(0), u16(1), u32(1)), numberRec(0, 1, 1.5), biffRecord(0x27E, u16(0), u16(3), u16(0), rk(-7, true)),
		biffRecord(0xBD, u16(1), u16(0), u16(0), rk(1, false), u16(0), rk(2, true), u16(1)), biffRecord(0x205, u16(2), u16(0), u16(0), u8(1), u8(0)),
		biffRecord(6, u16(2), u16(1), u16(0), []byte{0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, u16(0), u32(0), u16(0)), biffRecord(0x207, labelled(wide("文"))),
		biffRecord(0x204, u16(1), u16(2), u16(0), labelled(narrow("late"))), biffRecord(0xE5, u16(1), u16(0), u16(1), u16(0), u16(2)),
		biffRecord(0x5D, u16(0x15), u16(0x12), u16(0x19), u16(7), make([]byte, 18)), biffRecord(0x1B6, make([]byte, 10), u16(2), u16(16), u32(0)), biffRecord(0x3C, u8(0), "ab"), biffRecord(0x3C, make([]byte, 16)),
		biffRecord(0x1C, u16(2), u16(1), u16(0), u16(7), labelled(narrow("a")), u8(0)), biffRecord(0x208, u16(1), make([]byte, 10), u32(0x20)), biffRecord(0x7D, u16(1), u16(2), u16(0), u16(0), u16(1), u16(0)),
	}
	globals := [][]byte{
		biffRecord(0x42, u16(936)), biffRecord(0x31, u16(200), u16(8), u16(0), u16(700), make([]byte, 8)),
		biffRecord(0x41E, u16(176), labelled(wide("0.00%"))), biffRecord(0xE0, u16(0), u16(176), make([]byte, 16)), biffRecord(0xE0, u16(0), u16(0), make([]byte, 16)),
		biffRecord(0xFC, u32(2), u32(2), labelled(narrow("a")), u16(3), u8(1), "x"), biffRecord(0x3C, u8(0), "abc"),
	}
	return [][]byte{
		biffBook(bof8, globals, xlsSheetOf{name: "一", records: cells}, xlsSheetOf{name: "二", kind: 2}),
		biffBook(bof5, [][]byte{biffRecord(0x42, u16(936)), biffRecord(0x41E, u16(164), "\x040.0%"), biffRecord(0xE0, u16(0), u16(164), make([]byte, 12))},
			xlsSheetOf{name: "s", records: [][]byte{biffRecord(0x204, u16(0), u16(0), u16(0), u16(4), "\xD6\xD0\xCE\xC4"), numberRec(0, 1, 2)}}),
		bytes.Join([][]byte{biffRecord(0x409, u16(4), u16(0x10), u16(0)), biffRecord(0x41E, u16(0), "\x010"), numberRec(3, 1, 2), numberRec(0, 1, 2), eof}, nil),
		bytes.Join([][]byte{biffRecord(0x09, u16(2), u16(0x10)), biffRecord(0x02, u16(0), u16(0), []byte{0, 1, 0}, u16(7)), biffRecord(0x04, u16(0), u16(1), []byte{0, 0, 0}, "\x02ab"), eof}, nil),
	}
}

// Any records are read or refused, with and without a container around them.
func FuzzXLS(f *testing.F) {
	for _, b := range fuzzBooks() {
		f.Add(b)
	}
	f.Add(protected(fuzzBooks()[0], openPassword))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, book []byte) {
		if len(book) == 0 || len(book) > 1<<20 {
			return
		}
		path := filepath.Join(dir, "f.xls")
		if !bareBIFF(book) {
			book = oleOf(512, oleStreamOf{"Workbook", book})
		}
		if err := os.WriteFile(path, book, 0o600); err != nil {
			t.Fatal(err)
		}
		readAll(t, path, Options{})
	})
}

// Any container gives its streams, none longer than the file, or is refused.
func FuzzCFB(f *testing.F) {
	for _, b := range fuzzBooks() {
		f.Add(oleOf(512, oleStreamOf{"Workbook", b}, oleStreamOf{"\x05SummaryInformation", []byte("x")}))
		f.Add(oleOf(4096, oleStreamOf{"Workbook", append(b, make([]byte, 5000)...)}))
	}
	f.Add([]byte(oleMagic))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<20 {
			return
		}
		b = append([]byte(oleMagic), b[min(len(b), len(oleMagic)):]...)
		o, err := openOLE(bytes.NewReader(b), int64(len(b)))
		if err == nil {
			for _, e := range o.children {
				s, err := o.stream(e)
				if err != nil {
					continue
				}
				n, err := io.Copy(io.Discard, io.NewSectionReader(s, 0, 1<<40))
				if err != nil || n != s.size || n > 64*int64(len(b)) {
					t.Fatalf("%d bytes of %d from a file of %d, %v", n, s.size, len(b), err)
				}
			}
		}
		path := filepath.Join(dir, "f.xls")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		readAll(t, path, Options{})
	})
}
