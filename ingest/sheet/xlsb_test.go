package sheet

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
)

// brtRecord makes a record of a binary workbook; numbers are written as wide as
// their type, texts with their length.
func brtRecord(id int, parts ...any) []byte {
	var data []byte
	for _, p := range parts {
		switch v := p.(type) {
		case string:
			data = append(data, brtWide(v)...)
		case []byte:
			data = append(data, v...)
		default:
			var err error
			if data, err = binary.Append(data, binary.LittleEndian, v); err != nil {
				panic(err)
			}
		}
	}
	return append(brtHead(id, len(data)), data...)
}

func brtHead(id, size int) []byte {
	out := []byte{byte(id)}
	if id >= 0x80 {
		out = []byte{byte(id) | 0x80, byte(id >> 7)}
	}
	for ; size >= 0x80; size >>= 7 {
		out = append(out, byte(size)|0x80)
	}
	return append(out, byte(size))
}

func brtWide(s string) []byte {
	u := utf16.Encode([]rune(s))
	out := binary.LittleEndian.AppendUint32(nil, uint32(len(u)))
	for _, c := range u {
		out = binary.LittleEndian.AppendUint16(out, c)
	}
	return out
}

// brtRow begins a row, brtAt is what stands in front of a cell's value.
func brtRow(row uint32, flags u8) []byte {
	return brtRecord(brtRowHdr, row, u32(0), u16(300), u8(0), flags, make([]byte, 5))
}
func brtAt(col, style u32) []byte { return append(num32(col), num32(style)...) }

func join(records ...[]byte) string { return string(bytes.Join(records, nil)) }

// sheetOfBin makes the part of a sheet.
func sheetOfBin(before [][]byte, cells ...[]byte) string {
	return join(brtRecord(brtBeginSheet), bytes.Join(before, nil), brtRecord(brtBeginSheetData), bytes.Join(cells, nil), brtRecord(brtEndSheetData), brtRecord(brtEndSheet))
}

// binParts makes the parts of a binary workbook with one sheet and what else is
// given.
func binParts(sheet string, others map[string]string) map[string]string {
	all := map[string]string{
		"xl/workbook.xml": "-", bookRels: "-",
		"_rels/.rels": relsElement + `<Relationship Id="a" Type="http://x/officeDocument" Target="xl/workbook.bin"/></Relationships>`,
		"xl/_rels/workbook.bin.rels": relsElement + `<Relationship Id="r1" Type="http://x/worksheet" Target="worksheets/sheet1.bin"/><Relationship Id="r2" Type="http://x/worksheet" Target="worksheets/sheet2.bin"/>` +
			`<Relationship Id="r3" Type="http://x/sharedStrings" Target="sharedStrings.bin"/><Relationship Id="r4" Type="http://x/styles" Target="styles.bin"/></Relationships>`,
		"xl/workbook.bin":          join(brtRecord(brtBeginBook), brtRecord(brtBundleSheet, u32(0), u32(1), "r1", "一"), brtRecord(brtEndBook)),
		"xl/worksheets/sheet1.bin": sheet,
	}
	for name, text := range others {
		all[name] = text
	}
	return all
}

// fullBin is a binary workbook with every kind of record that is read.
func fullBin() map[string]string {
	sheet := sheetOfBin([][]byte{brtRecord(brtColInfo, u32(1), u32(2), u32(9), u32(0), u16(1)), brtRecord(brtColInfo, u32(5), u32(5), u32(9), u32(0), u16(0)), brtRecord(37), brtRecord(900, make([]byte, 300)), brtRecord(38)},
		brtRow(0, 0), brtRecord(brtShared, brtAt(0, 0), u32(1)), brtRecord(brtBlank, brtAt(1, 0)), brtRecord(brtRK, brtAt(2, 1), u32(int32(1250)<<2|3)), brtRecord(brtReal, brtAt(4, 2), 45415.5), brtRecord(brtBool, brtAt(5, 0), u8(1)),
		brtRecord(brtError, brtAt(6, 0), u8(0x2A)), brtRecord(brtText, brtAt(7, 0), "文本𠮷"), brtRecord(brtRichText, brtAt(8, 0), u8(1), "rich", u32(0)),
		brtRow(3, 0x10), brtRecord(brtFmlaText, brtAt(0, 0), "f", u16(0), u32(0), u32(0)), brtRecord(brtFmlaReal, brtAt(1, 3), math.Pi, u16(0), u32(0), u32(0)), brtRecord(brtFmlaBool, brtAt(2, 0), u8(0), u16(0)), brtRecord(brtFmlaError, brtAt(3, 0), u8(7), u16(0)), brtRecord(brtFmlaText, brtAt(4, 0), "", u16(0)),
		brtRow(4, 0), brtRecord(brtRK, brtAt(1, 0), u32(4<<2|2)), brtRecord(13, u32(3), u32(5<<2|2)), brtRecord(12, u32(0)), brtRecord(14, u32(0), u8(0)), brtRecord(15, u32(0), u8(1)), brtRecord(16, u32(0), 2.5), brtRecord(17, u32(0), "s"), brtRecord(18, u32(0), u32(0)),
		brtRow(5, 0), brtRecord(brtBlank, brtAt(3, 0)),
	)
	end := join(brtRecord(brtEndSheet))
	sheet = strings.TrimSuffix(sheet, end) + join(brtRecord(brtMergeCell, u32(0), u32(1), u32(0), u32(2)), brtRecord(brtMergeCell, u32(9), u32(8), u32(0), u32(0))) + end
	return binParts(sheet, map[string]string{
		"xl/workbook.bin": join(brtRecord(brtBeginBook), brtRecord(brtBookProperties, u32(1), u32(0), "x"), brtRecord(brtBundleSheet, u32(0), u32(1), "r1", "一"),
			brtRecord(brtBundleSheet, u32(2), u32(2), "r2", "藏"), brtRecord(brtBundleSheet, u32(0), u32(3), u32(0xFFFFFFFF), "macro"), brtRecord(brtEndBook)),
		"xl/worksheets/sheet2.bin": sheetOfBin(nil, brtRow(0, 0), brtRecord(brtShared, brtAt(0, 0), u32(0))),
		"xl/sharedStrings.bin":     join(brtRecord(brtBeginSST, u32(1<<30), u32(1<<30)), brtRecord(brtSSTItem, u8(0), "共享"), brtRecord(brtSSTItem, u8(1), "甲\nx", u32(1), u32(0)), brtRecord(brtEndSST)),
		"xl/styles.bin": join(brtRecord(brtBeginStyles), brtRecord(brtFormat, u16(164), `yyyy"年"m"月"`), brtRecord(brtFont, u16(200), u16(0), u16(400)), brtRecord(brtFont, u16(200), u16(8), u16(700)),
			brtRecord(626), brtRecord(brtXF, u16(0xFFFF), u16(9), u16(0), make([]byte, 10)), brtRecord(627),
			brtRecord(brtBeginCellXFs, u32(4)), brtRecord(brtXF, u16(0), u16(0), u16(0), make([]byte, 10)), brtRecord(brtXF, u16(0), u16(10), u16(1), make([]byte, 10)), brtRecord(brtXF, u16(0), u16(164), u16(0), make([]byte, 10)),
			brtRecord(brtXF, u16(0), u16(0), u16(0), u16(0), u16(0), u8(0), u8(2), u32(0)), brtRecord(brtEndCellXFs), brtRecord(brtEndStyles)),
		"xl/worksheets/_rels/sheet2.bin.rels": relsElement + `<Relationship Id="c" Type="http://x/comments" Target="../comments1.bin"/></Relationships>`,
		"xl/comments1.bin": join(brtRecord(brtBeginComments), brtRecord(brtCommentAuthor, "王五"), brtRecord(brtBeginComment, u32(0), u32(2), u32(2), u32(1), u32(1), make([]byte, 16)),
			brtRecord(brtCommentText, u8(1), "批注", u32(0)), brtRecord(brtEndComment), brtRecord(brtEndComments)),
		"xl/externalLinks/externalLink1.bin": "x",
	})
}

func TestXLSB(t *testing.T) {
	wb := open(t, parts(t, fullBin()))
	s := wb.Sheets[0]
	want := "1: t\"甲\\nx\" . n\"12.5\"bhs#1 . n\"45415.5\"#2 b\"TRUE\" e\"#N/A\" t\"文本𠮷\" t\"rich\"\n" +
		"4: t\"f\"f n\"3.141592653589793\"fh>2 b\"FALSE\"fh e\"#DIV/0!\"f\n" +
		"5: . n\"4\"h n\"5\"h>2 . e\"#NULL!\" b\"TRUE\" n\"2.5\" t\"s\" t\"共享\"\n"
	if got := dump(t, s); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if !s.HiddenRow(4) || s.HiddenRow(1) || !s.HiddenCol(2) || !s.HiddenCol(3) || s.HiddenCol(6) || fmt.Sprint(s.Merges) != "[{1 1 2 3}]" {
		t.Errorf("hidden or merges: %v", s.Merges)
	}
	if wb.Format != XLSB || !wb.Date1904 || len(wb.Sheets) != 2 || !wb.Sheets[1].Hidden || dump(t, wb.Sheets[1]) != "1: t\"共享\"\n" {
		t.Errorf("%+v", wb)
	}
	wantRemarks(t, wb, "藏!B3 王五: 批注\n")
	if got := problemCodes(wb); got != "hidden-sheet@ external-link@ cell-error@G1 cell-error@D4 cell-error@E5 cell-address@" {
		t.Error(got)
	}
}

// A workbook that SheetJS wrote.
func TestXLSBOfSheetJS(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("testdata", "small.xlsb"))
	if err != nil {
		t.Fatal(err)
	}
	wb := open(t, textFile(t, string(b)))
	want := "1: t\"全市人口\"\n2: t\"地区\" t\"编码\" t\"占比\" t\"日期\"\n3: t\"江宁区\" n\"110000\"#1 n\"0.125\"#2 n\"45415\"#3\n4: t\"云湖区\" n\"120000\"#1 n\"0.5\"#2 n\"-1.5\"#3\n5: b\"TRUE\" e\"#N/A\" n\"0.1\" t\" 空 \"\n"
	if got := dump(t, wb.Sheets[0]); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if got := fmt.Sprint(wb.Sheets[0].Merges, wb.Sheets[1].Hidden, wb.Sheets[1].Name, wb.Formats[1].Class == ClassCode, wb.Formats[2].Class == ClassPercent, wb.Formats[3].Class == ClassDate); got != "[{1 1 1 4}] true藏true true true" {
		t.Error(got)
	}
}

func TestHostileXLSB(t *testing.T) {
	whole := fullBin()["xl/worksheets/sheet1.bin"]
	for _, c := range []struct{ name, sheet, code string }{
		{"empty", "", FileDamaged},
		{"cut", whole[:len(whole)/2], FileDamaged},
		{"no end", strings.TrimSuffix(whole, join(brtRecord(brtEndSheet))), FileDamaged},
		{"xml", worksheetNS + `<sheetData/></worksheet>`, FileDamaged},
		{"too wide", sheetOfBin(nil, brtRow(0, 0), brtRecord(brtRK, brtAt(16384, 0), u32(0))), FileTooLarge},
		{"widest number", sheetOfBin(nil, brtRow(0, 0), brtRecord(brtRK, brtAt(math.MaxUint32, 0), u32(0))), FileTooLarge},
		{"too many rows", sheetOfBin(nil, brtRow(1048576, 0), brtRecord(brtRK, brtAt(0, 0), u32(0))), FileTooLarge},
		{"a cell without a row", sheetOfBin(nil, brtRecord(brtRK, brtAt(0, 0), u32(0))), FileDamaged},
		{"a cell without a value", sheetOfBin(nil, brtRow(0, 0), brtRecord(brtReal, brtAt(0, 0), u32(0))), FileDamaged},
		{"a record that says it is huge", sheetOfBin(nil, brtRow(0, 0), brtHead(brtText, 1<<27)), FileTooLarge},
		{"a record not read that says it is huge", sheetOfBin(nil, brtHead(1000, 1<<28-1)), FileDamaged},
		{"a record larger than the part", sheetOfBin(nil, brtRow(0, 0), brtHead(brtText, 7<<20)), FileDamaged},
	} {
		t.Run(c.name, func(t *testing.T) { refuse(t, parts(t, binParts(c.sheet, nil)), c.code) })
	}
	t.Run("merges", func(t *testing.T) {
		body := strings.Repeat(join(brtRecord(brtMergeCell, u32(0), u32(1<<31), u32(0), u32(1<<31))), 1_000_001)
		if r := refuse(t, parts(t, binParts(sheetOfBin([][]byte{[]byte(body)}), nil)), ZipBomb); r.Args["limit"] != "ratio" {
			t.Error(r)
		}
		wb := open(t, parts(t, binParts(sheetOfBin([][]byte{brtRecord(brtMergeCell, u32(0), u32(1<<31), u32(0), u32(1<<31))}, brtRow(0, 0), brtRecord(brtBool, brtAt(0, 0), u8(1))), nil)))
		if got := fmt.Sprint(wb.Sheets[0].Merges); got != "[{1 1 1048576 16384}]" {
			t.Error(got)
		}
	})
	t.Run("a text longer than its record", func(t *testing.T) {
		wb := open(t, parts(t, binParts(sheetOfBin(nil, brtRow(0, 0), brtRecord(brtText, brtAt(0, 0), u32(math.MaxUint32), u16('a'), u8(1))), nil)))
		if got := dump(t, wb.Sheets[0]); got != "1: t\"a\"\n" {
			t.Error(got)
		}
	})
}

// Any records are read or refused, in each part.
func FuzzXLSB(f *testing.F) {
	full := fullBin()
	f.Add([]byte(full["xl/workbook.bin"]), []byte(full["xl/worksheets/sheet1.bin"]), []byte(full["xl/sharedStrings.bin"]), []byte(full["xl/styles.bin"]), []byte(full["xl/comments1.bin"]))
	f.Add([]byte(full["xl/workbook.bin"]), []byte(sheetOfBin(nil, brtRow(9, 0), brtRecord(brtRK, brtAt(5, 0), u32(2)), brtRecord(brtRK, brtAt(1, 0), u32(2)), brtRow(3, 0))), []byte{}, []byte{}, []byte{})
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, book, sheet, texts, styles, comments []byte) {
		if len(book)+len(sheet)+len(texts)+len(styles)+len(comments) > 1<<20 {
			return
		}
		path := filepath.Join(dir, "f.xlsb")
		storedZip(t, path, map[string]string{
			"_rels/.rels": full["_rels/.rels"], "xl/_rels/workbook.bin.rels": full["xl/_rels/workbook.bin.rels"], "xl/worksheets/_rels/sheet1.bin.rels": full["xl/worksheets/_rels/sheet2.bin.rels"],
			"xl/workbook.bin": string(book), "xl/worksheets/sheet1.bin": string(sheet), "xl/worksheets/sheet2.bin": full["xl/worksheets/sheet2.bin"],
			"xl/sharedStrings.bin": string(texts), "xl/styles.bin": string(styles), "xl/comments1.bin": string(comments),
		})
		readAll(t, path, Options{})
	})
}
