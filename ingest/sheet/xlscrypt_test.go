package sheet

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/binary"
	"fmt"
	"testing"
)

// protected encrypts a workbook stream as Excel does, with a FILEPASS record
// behind the first BOF.
func protected(book []byte, password string) []byte {
	salt, verifier := []byte("0123456789abcdef"), []byte("a verifier of 16")
	sum := md5.Sum(verifier)
	c := &biffCipher{block: -1, key: biffKey(password, salt)}
	proof := append(bytes.Clone(verifier), sum[:]...)
	c.at(0)
	c.rc4.XORKeyStream(proof, proof)
	c.block = -1
	pass := biffRecord(0x2F, u16(1), u16(1), u16(1), salt, proof)
	first := 4 + int(binary.LittleEndian.Uint16(book[2:]))
	plain := append(append(bytes.Clone(book[:first]), pass...), book[first:]...)
	r := newBiffReader(context.Background(), bytes.NewReader(plain), int64(len(plain)), "")
	var out []byte
	for {
		rec, ok, err := r.next()
		if err != nil || !ok {
			return out
		}
		if rec.id == recBoundSheet { // all places move by the record that was put in
			rec.data = bytes.Clone(rec.data)
			binary.LittleEndian.PutUint32(rec.data, rec.u32(0)+uint32(len(pass)))
		}
		data := rec.data
		if rec.at > int64(first) {
			data = c.open(rec)
		}
		out = append(out, biffRecord(rec.raw, data)...)
	}
}

// A workbook whose structure is protected is encrypted with a password that
// everybody has. (Also held against 55 workbooks that LibreOffice encrypted.)
func TestXLSProtectedStructure(t *testing.T) {
	var records [][]byte
	for r := range 500 {
		records = append(records, numberRec(r, 0, float64(r)), biffRecord(0xFD, u16(r), u16(1), u16(0), u32(1)))
	}
	globals := [][]byte{sst(narrow("a"), wide("中文"))}
	book := biffBook(bof8, globals, xlsSheetOf{name: "一", records: records}, xlsSheetOf{name: "二", records: [][]byte{numberRec(0, 0, 7)}})
	wb := open(t, xlsFile(t, "Workbook", protected(book, openPassword)))
	want := open(t, xlsFile(t, "Workbook", book))
	for i, s := range want.Sheets {
		if got, want := wb.Sheets[i].Name+dump(t, wb.Sheets[i]), s.Name+dump(t, s); got != want {
			t.Errorf("got %.300s, want %.300s", got, want)
		}
	}
	if s := want.Sheets[0]; s.Rows() != 500 || fmt.Sprint(s.Name) != "一" {
		t.Errorf("%d rows", s.Rows())
	}
	refuse(t, xlsFile(t, "Workbook", protected(book, "secret")), FileEncrypted)
}
