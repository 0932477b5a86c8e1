package sheet

import (
	"bytes"
	"encoding/binary"
	"math"
	"strings"
	"testing"
	"unicode/utf16"
)

// biffRecord makes a record; numbers are written as wide as their type.
func biffRecord(id uint16, parts ...any) []byte {
	var data []byte
	for _, p := range parts {
		switch v := p.(type) {
		case string:
			data = append(data, v...)
		case []byte:
			data = append(data, v...)
		default:
			var err error
			if data, err = binary.Append(data, binary.LittleEndian, v); err != nil {
				panic(err)
			}
		}
	}
	out := binary.LittleEndian.AppendUint16(nil, id)
	return append(binary.LittleEndian.AppendUint16(out, uint16(len(data))), data...)
}

type u8 = uint8
type u16 = uint16
type u32 = uint32

// wide and narrow are texts of Excel 97 as they lie behind their length.
func wide(s string) []byte {
	out := []byte{1}
	for _, u := range utf16.Encode([]rune(s)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

func narrow(latin1 string) []byte { return append([]byte{0}, latin1...) }

// labelled puts the length of a text in front of it.
func labelled(text []byte) []byte {
	n := len(text) - 1
	if text[0]&1 != 0 {
		n /= 2
	}
	return append(binary.LittleEndian.AppendUint16(nil, u16(n)), text...)
}

// sst makes a table of shared texts in one record.
func sst(texts ...[]byte) []byte {
	parts := []any{u32(len(texts)), u32(len(texts))}
	for _, t := range texts {
		parts = append(parts, labelled(t))
	}
	return biffRecord(0xFC, parts...)
}

const (
	bof8 = 0x0600
	bof5 = 0x0500
)

func bof(version, kind u16) []byte {
	if version == bof8 {
		return biffRecord(0x809, version, kind, make([]byte, 12))
	}
	return biffRecord(0x809, version, kind, make([]byte, 4))
}

var eof = biffRecord(0x0A)

// xlsSheetOf is a sheet of a test's workbook.
type xlsSheetOf struct {
	name    string
	state   u8
	kind    u8
	records [][]byte
}

// biffBook makes the workbook stream.
func biffBook(version u16, globals [][]byte, sheets ...xlsSheetOf) []byte {
	head := func(places []int) []byte {
		out := bof(version, bofGlobals)
		for i, s := range sheets {
			name := append([]byte{u8(len(s.name))}, s.name...)
			if version == bof8 {
				w := wide(s.name)
				name = append([]byte{u8(len(w) / 2)}, w...)
			}
			out = append(out, biffRecord(0x85, u32(places[i]), s.state, s.kind, name)...)
		}
		out = append(out, bytes.Join(globals, nil)...)
		return append(out, eof...)
	}
	places := make([]int, len(sheets))
	at := len(head(places))
	var rest []byte
	for i, s := range sheets {
		places[i] = at + len(rest)
		kind := u16(bofSheet)
		if s.kind == 2 {
			kind = bofChart
		}
		rest = append(rest, bof(version, kind)...)
		rest = append(rest, bytes.Join(s.records, nil)...)
		rest = append(rest, eof...)
	}
	return append(head(places), rest...)
}

// oneSheet makes a file of Excel 97 with one sheet.
func oneSheet(t testing.TB, globals [][]byte, records ...[]byte) string {
	t.Helper()
	return textFile(t, string(oleOf(512, oleStreamOf{"Workbook", biffBook(bof8, globals, xlsSheetOf{name: "一", records: records})})))
}

func numberRec(row, col int, v float64) []byte {
	return biffRecord(0x203, u16(row), u16(col), u16(0), v)
}

func rk(v int32, hundredths bool) u32 {
	out := u32(v)<<2 | 2
	if hundredths {
		out |= 1
	}
	return out
}

func TestXLSCells(t *testing.T) {
	formula := func(row, col int, result any, bits u16) []byte {
		return biffRecord(6, u16(row), u16(col), u16(0), result, bits, u32(0), u16(0))
	}
	styles := [][]byte{
		biffRecord(0x31, u16(200), u16(0), u16(0), u16(400), make([]byte, 8)),
		biffRecord(0x31, u16(200), u16(8), u16(0), u16(700), make([]byte, 8)),
		biffRecord(0x41E, u16(176), labelled(wide(`yyyy"年"m"月"`))),
		biffRecord(0xE0, u16(0), u16(0), make([]byte, 16)),
		biffRecord(0xE0, u16(1), u16(10), make([]byte, 16)),
		biffRecord(0xE0, u16(0), u16(176), make([]byte, 4), u8(0x13), make([]byte, 11)),
	}
	for _, c := range []struct {
		name     string
		globals  [][]byte
		records  [][]byte
		want     string
		problems string
	}{
		{"kinds", [][]byte{sst(narrow("caf\xe9"), wide("中文𠮷"), narrow(""))}, [][]byte{
			biffRecord(0xFD, u16(0), u16(0), u16(0), u32(1)), numberRec(0, 1, 1.5),
			biffRecord(0x27E, u16(0), u16(3), u16(0), rk(-7, false)),
			biffRecord(0xBD, u16(1), u16(0), u16(0), rk(1, false), u16(0), rk(12345, true), u16(0), u32(0x3FF00000), u16(2)),
			biffRecord(0x205, u16(2), u16(0), u16(0), u8(1), u8(0)), biffRecord(0x205, u16(2), u16(1), u16(0), u8(0x2A), u8(1)),
			biffRecord(0x204, u16(2), u16(2), u16(0), labelled(narrow("old"))), biffRecord(0xD6, u16(2), u16(3), u16(0), labelled(wide("新")), u16(0)),
			biffRecord(0xFD, u16(2), u16(4), u16(0), u32(0)), biffRecord(0xFD, u16(2), u16(5), u16(0), u32(2)), biffRecord(0x201, u16(2), u16(6), u16(0)),
		}, "1: t\"中文𠮷\" n\"1.5\" . n\"-7\"\n2: n\"1\" n\"123.45\" n\"1\"\n3: b\"TRUE\" e\"#N/A\" t\"old\" t\"新\" t\"café\"\n", "cell-error@B3"},
		{"formulas", nil, [][]byte{
			formula(0, 0, 2.5, 0), formula(0, 1, []byte{0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, 0), biffRecord(0x4BC, "shared"), biffRecord(0x207, labelled(wide("文本"))),
			formula(0, 2, []byte{1, 0, 1, 0, 0, 0, 0xFF, 0xFF}, 0), formula(0, 3, []byte{2, 0, 0x17, 0, 0, 0, 0xFF, 0xFF}, 0), formula(0, 4, []byte{3, 0, 0, 0, 0, 0, 0xFF, 0xFF}, 0),
			formula(0, 5, []byte{0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, 0), formula(0, 6, 0.0, 3), formula(0, 7, 0.0, 1), formula(0, 8, 7.0, 3),
		}, "1: n\"2.5\"f t\"文本\"f b\"TRUE\"f e\"#REF!\"f . . . n\"0\"f n\"7\"f\n", "cell-error@D1 formula-without-value@F1"},
		{"numbers", nil, [][]byte{
			numberRec(0, 0, 0.1), numberRec(0, 1, 110105194912310020), numberRec(0, 2, 1e21), numberRec(0, 3, 1e-7), numberRec(0, 4, math.Copysign(0, -1)),
			numberRec(0, 5, math.NaN()), numberRec(0, 6, 123456789012345), numberRec(0, 7, -1.0/3), biffRecord(0x27E, u16(0), u16(8), u16(0), rk(-1, true)), numberRec(0, 9, 1234567890123456),
		}, "1: n\"0.1\" n\"110105194912310020\" n\"1E+21\" n\"1E-07\" n\"0\" t\"NaN\" n\"123456789012345\" n\"-0.3333333333333333\" n\"-0.01\" n\"1234567890123456\"\n", "number-damaged@B1 number-unreadable@F1"},
		{"styles", styles, [][]byte{
			biffRecord(0x203, u16(0), u16(0), u16(1), 0.5), biffRecord(0x203, u16(0), u16(1), u16(2), 40000.0), biffRecord(0x203, u16(0), u16(2), u16(99), 1.0),
		}, "1: n\"0.5\"bs#1 n\"40000\">3#2 n\"1\"\n", ""},
		{"by columns, one twice", nil, [][]byte{
			numberRec(0, 0, 1), numberRec(1, 0, 2), numberRec(0, 1, 3), numberRec(1, 1, 4), numberRec(0, 0, 9), formula(1, 2, []byte{0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, 0), biffRecord(0x207, labelled(narrow("t"))),
		}, "1: n\"9\" n\"3\"\n2: n\"2\" n\"4\" t\"t\"f\n", "cell-address@A1"},
		{"overlapping", nil, [][]byte{
			biffRecord(0xBD, u16(0), u16(0), u16(0), rk(1, false), u16(0), rk(2, false), u16(1)), numberRec(0, 1, 9),
		}, "1: n\"1\" n\"2\"\n", "cell-address@B1"},
		{"text cut short", nil, [][]byte{biffRecord(0x204, u16(3), u16(0), u16(0), u16(9), u8(0), "abc")}, "4: t\"abc\"\n", ""},
		{"missing text", [][]byte{sst(narrow("a"))}, [][]byte{biffRecord(0xFD, u16(0), u16(0), u16(0), u32(7)), biffRecord(0xFD, u16(0), u16(1), u16(0), u32(math.MaxUint32))}, "", "text-missing@A1"},
		{"zero bytes", nil, [][]byte{biffRecord(0x204, u16(0), u16(0), u16(0), labelled(narrow("a\x00b")))}, "1: t\"a\\x00b\"\n", "nul-bytes@A1"},
		{"charts inside", nil, [][]byte{numberRec(0, 0, 1), bof(bof8, bofChart), numberRec(0, 1, 2), eof, numberRec(0, 2, 3)}, "1: n\"1\" . n\"3\"\n", ""},
		{"phantom range", nil, [][]byte{biffRecord(0x200, u32(0), u32(65536), u16(0), u16(256), u16(0)), biffRecord(0x208, u16(60000), make([]byte, 14)), numberRec(0, 0, 1)}, "1: n\"1\"\n", "used-range-empty@"},
	} {
		t.Run(c.name, func(t *testing.T) {
			wb := open(t, oneSheet(t, c.globals, c.records...))
			if got := dump(t, wb.Sheets[0]); got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
			if got := problemCodes(wb); got != c.problems {
				t.Errorf("problems %q, want %q", got, c.problems)
			}
		})
	}
}

// The table of shared texts goes over many records; wherever one ends within
// the characters of a text, the next one says anew how wide they are.
func TestXLSTextsOverRecords(t *testing.T) {
	next := func(parts ...any) []byte { return biffRecord(0x3C, parts...) }
	table := [][]byte{
		biffRecord(0xFC, u32(5), u32(5), u16(7), u8(0), "abc"),
		next(u8(1), wide("中文")[1:], wide("𠮷")[1:3]),             // wide now, and ends within a character
		next(u8(1), wide("𠮷")[3:], u16(4), u8(8), u16(2), "ri"), // two runs of fonts follow the text
		next(u8(0), "ch", make([]byte, 3)),
		next(make([]byte, 5), u16(2), u8(5), u32(6), wide("音x")[1:], "phon"),
		next("et", u16(3), u8(0)),
		next(u8(1), wide("三字！")[1:], u16(1), u8(0), "z"),
	}
	var cells [][]byte
	for i := range 5 {
		cells = append(cells, biffRecord(0xFD, u16(0), u16(i), u16(0), u32(i)))
	}
	long := strings.Repeat("长", 5000)
	cells = append(cells, biffRecord(0x204, u16(1), u16(0), u16(0), u16(5000), wide(long)[:8001]), next(wide(long)[:1], wide(long)[8001:]))
	wb := open(t, oneSheet(t, table, cells...))
	want := "1: t\"abc中文𠮷\" t\"rich\" t\"音x\" t\"三字！\" t\"z\"\n2: t\"" + long + "\"\n"
	if got := dump(t, wb.Sheets[0]); got != want {
		t.Errorf("got %.200s", got)
	}
}

// A cell whose record is too short for its value is none that anybody wrote.
func TestXLSRecordsCutShort(t *testing.T) {
	for _, rec := range [][]byte{
		biffRecord(0x203, u16(0)), biffRecord(0x203, u16(0), u16(0), u16(0), "1234567"), biffRecord(0xFD), biffRecord(0x27E, u16(1), u16(2)),
		biffRecord(0xBD, u16(1), u16(0)), biffRecord(0x6, u16(2), u16(0)), biffRecord(0x205, u16(2), u16(0), u16(0), u8(1)), biffRecord(0x204, u16(2)),
	} {
		refuse(t, oneSheet(t, nil, rec), FileDamaged)
	}
}
