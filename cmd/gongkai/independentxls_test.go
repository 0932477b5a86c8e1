package main

import (
	"bytes"
	bin "encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"unicode/utf16"

	"github.com/richardlehane/mscfb"
)

// readXLS reads the records of a workbook of Excel 97 (MS-XLS), all at once.
func (b *otherBook) readXLS(raw []byte) error {
	ole, err := mscfb.New(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	for e, err := ole.Next(); err == nil; e, err = ole.Next() {
		if e.Name == "Workbook" {
			stream, err := io.ReadAll(e)
			if err != nil {
				return err
			}
			return b.readBIFF(stream)
		}
	}
	return errors.New("no stream Workbook: a version that is not read here")
}

// biffRec is a record with those that continue it.
type biffRec struct {
	id    uint16
	at    int
	parts [][]byte
}

func (r *biffRec) u16(off int) int {
	if off+2 > len(r.parts[0]) {
		return 0
	}
	return int(bin.LittleEndian.Uint16(r.parts[0][off:]))
}

func biffRecords(stream []byte, from int) []biffRec {
	var out []biffRec
	for depth := 0; from+4 <= len(stream); {
		id, n := bin.LittleEndian.Uint16(stream[from:]), int(bin.LittleEndian.Uint16(stream[from+2:]))
		if from+4+n > len(stream) {
			break
		}
		data := stream[from+4 : from+4+n]
		if id == 0x3C && len(out) > 0 {
			last := &out[len(out)-1]
			last.parts = append(last.parts, data)
		} else {
			out = append(out, biffRec{id, from, [][]byte{data}})
		}
		from += 4 + n
		if id == 0x809 {
			depth++
		} else if id == 0x0A {
			if depth--; depth == 0 {
				break
			}
		}
	}
	return out
}

func (b *otherBook) readBIFF(stream []byte) error {
	var texts []string
	for _, r := range biffRecords(stream, 0) {
		switch r.id {
		case 0x2F:
			return errors.New("it has a password")
		case 0x22:
			b.date1904 = r.u16(0) == 1
		case 0xFC:
			texts = biffSST(r.parts)
		}
	}
	for _, r := range biffRecords(stream, 0) {
		if r.id != 0x85 || r.parts[0][5] != 0 {
			continue
		}
		d := r.parts[0]
		name, _ := biffText([][]byte{d[8:]}, int(d[6]), d[7])
		if err := b.add(name).biffSheet(biffRecords(stream, int(bin.LittleEndian.Uint32(d))), texts); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// biffText reads n characters; behind each break the width is said anew.
func biffText(parts [][]byte, n int, bits byte) (string, [][]byte) {
	var u []uint16
	for n > 0 && len(parts) > 0 {
		d := parts[0]
		for n > 0 && len(d) > 0 {
			if bits&1 == 0 {
				u, d = append(u, uint16(d[0])), d[1:]
			} else {
				u, d = append(u, bin.LittleEndian.Uint16(d)), d[2:]
			}
			n--
		}
		if parts[0] = d; n > 0 {
			if parts = parts[1:]; len(parts) > 0 {
				bits, parts[0] = parts[0][0], parts[0][1:]
			}
		}
	}
	return string(utf16.Decode(u)), parts
}

func biffSST(parts [][]byte) []string {
	parts = append([][]byte{parts[0][8:]}, parts[1:]...)
	take := func(n int) []byte { // fields are never broken, but what follows a text is skipped over breaks
		var out []byte
		for n > 0 && len(parts) > 0 {
			k := min(n, len(parts[0]))
			out, parts[0], n = append(out, parts[0][:k]...), parts[0][k:], n-k
			if len(parts[0]) == 0 && n > 0 {
				parts = parts[1:]
			}
		}
		return out
	}
	var texts []string
	for {
		for len(parts) > 0 && len(parts[0]) == 0 {
			parts = parts[1:]
		}
		if len(parts) == 0 {
			return texts
		}
		head := take(3)
		n, bits, skip := int(bin.LittleEndian.Uint16(head)), head[2], 0
		if bits&8 != 0 {
			skip = 4 * int(bin.LittleEndian.Uint16(take(2)))
		}
		if bits&4 != 0 {
			skip += int(bin.LittleEndian.Uint32(take(4)))
		}
		var text string
		text, parts = biffText(parts, n, bits)
		texts = append(texts, text)
		take(skip)
	}
}

func (s *otherSheet) biffSheet(records []biffRec, texts []string) error {
	depth := 0
	var formula [2]int
	for _, r := range records {
		d := r.parts[0]
		switch r.id {
		case 0x809:
			depth++
		case 0x0A:
			depth--
		}
		if depth != 1 {
			continue
		}
		row, col := r.u16(0)+1, r.u16(2)+1
		switch r.id {
		case 0x203:
			s.set(row, col, 'n', biffFloat(d[6:]))
		case 0x27E:
			s.set(row, col, 'n', biffRK(d[6:]))
		case 0xBD:
			for i := 0; 4+6*i+8 <= len(d); i++ {
				s.set(row, col+i, 'n', biffRK(d[6+6*i:]))
			}
		case 0xFD:
			if n := int(bin.LittleEndian.Uint32(d[6:])); n < len(texts) {
				s.set(row, col, 's', texts[n])
			}
		case 0x204:
			text, _ := biffText([][]byte{d[9:]}, r.u16(6), d[8])
			s.set(row, col, 's', text)
		case 0x205:
			s.biffOther(row, col, d[6], d[7] != 0)
		case 0x06:
			formula = [2]int{row, col}
			switch v := d[6:14]; {
			case v[6] != 0xFF || v[7] != 0xFF:
				s.set(row, col, 'n', biffFloat(v))
			case v[0] == 1 || v[0] == 2:
				s.biffOther(row, col, v[2], v[0] == 2)
			}
		case 0x207:
			text, _ := biffText(append([][]byte{d[3:]}, r.parts[1:]...), r.u16(0), d[2])
			s.set(formula[0], formula[1], 's', text)
		case 0xE5:
			for i := 0; i < r.u16(0); i++ {
				s.merges = append(s.merges, [4]int{r.u16(2+8*i) + 1, r.u16(4+8*i) + 1, r.u16(6+8*i) + 1, r.u16(8+8*i) + 1})
			}
		}
	}
	return nil
}

func (s *otherSheet) biffOther(row, col int, v byte, isError bool) {
	switch {
	case isError:
		s.set(row, col, 'e', map[byte]string{0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}[v])
	case v != 0:
		s.set(row, col, 'b', "TRUE")
	default:
		s.set(row, col, 'b', "FALSE")
	}
}

func biffFloat(b []byte) string {
	return strconv.FormatFloat(math.Float64frombits(bin.LittleEndian.Uint64(b)), 'g', -1, 64)
}

func biffRK(b []byte) string {
	v := bin.LittleEndian.Uint32(b)
	f := math.Float64frombits(uint64(v&^3) << 32)
	if v&2 != 0 {
		f = float64(int32(v) >> 2)
	}
	if v&1 != 0 {
		f /= 100
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}
