package sheet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

type oleStreamOf struct {
	name string
	data []byte
}

// oleOf makes a compound file of streams; those under 4,096 bytes go to the
// mini stream.
func oleOf(sector int, streams ...oleStreamOf) []byte {
	const free, end, fatSector = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
	var body []byte
	var fat, miniFat []uint32
	var mini []byte
	put := func(data []byte) uint32 {
		if len(data) == 0 {
			return end
		}
		start := uint32(len(fat))
		for n := 0; n < len(data); n += sector {
			fat = append(fat, uint32(len(fat)+1))
		}
		fat[len(fat)-1] = end
		body = append(body, data...)
		body = append(body, make([]byte, (sector-len(body)%sector)%sector)...)
		return start
	}
	entry := func(name string, kind byte, child, right, start uint32, size int) []byte {
		e := make([]byte, 128)
		u := streamName(name)
		copy(e, u)
		binary.LittleEndian.PutUint16(e[64:], uint16(len(u)))
		e[66] = kind
		for at, v := range map[int]uint32{68: free, 72: right, 76: child, 116: start, 120: uint32(size)} {
			binary.LittleEndian.PutUint32(e[at:], v)
		}
		return e
	}
	var entries []byte
	for i, s := range streams {
		right := uint32(i + 2)
		if i == len(streams)-1 {
			right = free
		}
		if len(s.data) >= oleMiniCutoff {
			entries = append(entries, entry(s.name, 2, free, right, put(s.data), len(s.data))...)
			continue
		}
		start := uint32(len(miniFat))
		for n := 0; n < len(s.data); n += oleMiniBytes {
			miniFat = append(miniFat, uint32(len(miniFat)+1))
		}
		miniFat[len(miniFat)-1] = end
		mini = append(mini, s.data...)
		mini = append(mini, make([]byte, (oleMiniBytes-len(mini)%oleMiniBytes)%oleMiniBytes)...)
		entries = append(entries, entry(s.name, 2, free, right, start, len(s.data))...)
	}
	directory := put(append(entry("Root Entry", 5, 1, free, put(mini), len(mini)), entries...))
	var miniBytes []byte
	for _, n := range miniFat {
		miniBytes = binary.LittleEndian.AppendUint32(miniBytes, n)
	}
	for len(miniBytes)%sector != 0 {
		miniBytes = append(miniBytes, 0xFF)
	}
	miniStart := put(miniBytes)
	fats, lists, perList := 1, 0, sector/4-1 // a list names more sectors of the FAT than the header can
	for (len(fat)+fats+lists)*4 > fats*sector || 109+lists*perList < fats {
		if fats++; 109+lists*perList < fats {
			lists++
		}
	}
	head := make([]byte, sector)
	copy(head, oleMagic)
	shift := uint16(9)
	if sector == 4096 {
		shift = 12
	}
	binary.LittleEndian.PutUint16(head[30:], shift)
	binary.LittleEndian.PutUint32(head[44:], uint32(fats))
	binary.LittleEndian.PutUint32(head[48:], directory)
	binary.LittleEndian.PutUint32(head[60:], miniStart)
	binary.LittleEndian.PutUint32(head[64:], uint32(len(miniBytes)/sector))
	binary.LittleEndian.PutUint32(head[68:], end)
	for i := range 109 {
		v := uint32(free)
		if i < fats {
			v = uint32(len(fat) + i)
		}
		binary.LittleEndian.PutUint32(head[76+4*i:], v)
	}
	var listBytes []byte
	for i := range lists {
		if i == 0 {
			binary.LittleEndian.PutUint32(head[68:], uint32(len(fat)+fats))
		}
		for j := range perList {
			v := uint32(free)
			if k := 109 + i*perList + j; k < fats {
				v = uint32(len(fat) + k)
			}
			listBytes = binary.LittleEndian.AppendUint32(listBytes, v)
		}
		next := uint32(len(fat) + fats + i + 1)
		if i == lists-1 {
			next = end
		}
		listBytes = binary.LittleEndian.AppendUint32(listBytes, next)
	}
	binary.LittleEndian.PutUint32(head[72:], uint32(lists))
	for range fats {
		fat = append(fat, fatSector)
	}
	for range lists {
		fat = append(fat, fatSector-1)
	}
	var fatBytes []byte
	for _, n := range fat {
		fatBytes = binary.LittleEndian.AppendUint32(fatBytes, n)
	}
	for len(fatBytes) < fats*sector {
		fatBytes = append(fatBytes, 0xFF)
	}
	return bytes.Join([][]byte{head, body, fatBytes, listBytes}, nil)
}

func TestOLEStreams(t *testing.T) {
	large, small, tiny := bytes.Repeat([]byte("large stream "), 3000), bytes.Repeat([]byte("small"), 300), []byte("x")
	for _, sector := range []int{512, 4096} {
		b := oleOf(sector, oleStreamOf{"Large", large}, oleStreamOf{"small one", small}, oleStreamOf{"\x05tiny", tiny})
		for _, size := range []int{len(b), len(b) + 100} {
			f, err := openOLE(bytes.NewReader(append(b, make([]byte, 100)...)[:size]), int64(size))
			if err != nil {
				t.Fatal(err)
			}
			for name, want := range map[string][]byte{"LARGE": large, "Small One": small, "\x05tiny": tiny} {
				e, ok := f.has(name)
				s, err := f.stream(e)
				if !ok || err != nil || s.cut {
					t.Fatalf("%q: %v %v", name, ok, err)
				}
				got, err := io.ReadAll(io.NewSectionReader(s, 0, 1<<40))
				if err != nil || !bytes.Equal(got, want) {
					t.Errorf("%q: %d bytes, %v, want %d", name, len(got), err, len(want))
				}
				part := make([]byte, 1)
				if _, err := s.ReadAt(part, int64(len(want)-1)); err != nil || part[0] != want[len(want)-1] {
					t.Errorf("%q: last byte %q, %v", name, part, err)
				}
				if n, err := s.ReadAt(part, int64(len(want))); n != 0 || !errors.Is(err, io.EOF) {
					t.Errorf("%q: %d bytes behind the end, %v", name, n, err)
				}
			}
		}
	}
}

// Chains that loop, lead out of the file or share sectors end at once.
func TestOLELoops(t *testing.T) {
	book := biffBook(bof8, nil, xlsSheetOf{name: "s", records: bytes.SplitAfter(bytes.Repeat(numberRec(0, 0, 1), 3000), numberRec(0, 0, 1))})
	whole := oleOf(512, oleStreamOf{"Workbook", book}, oleStreamOf{"small", []byte("x")})
	fatAt := len(whole) - 512*((len(whole)/512*4+511)/512)
	for name, change := range map[string]func(b []byte){
		"a chain to itself": func(b []byte) { binary.LittleEndian.PutUint32(b[fatAt:], 0) },
		"a chain back":      func(b []byte) { binary.LittleEndian.PutUint32(b[fatAt+40:], 3) },
		"out of the file":   func(b []byte) { binary.LittleEndian.PutUint32(b[fatAt+40:], 0x0FFFFFFF) },
		"directory to itself": func(b []byte) {
			d := binary.LittleEndian.Uint32(b[48:])
			binary.LittleEndian.PutUint32(b[fatAt+4*int(d):], d)
		},
		"no directory": func(b []byte) { binary.LittleEndian.PutUint32(b[48:], 0xFFFFFFFE) },
		"no FAT":       func(b []byte) { copy(b[76:512], strings.Repeat("\xFF", 436)) },
		"list of itself": func(b []byte) {
			binary.LittleEndian.PutUint32(b[68:], 1)
			binary.LittleEndian.PutUint32(b[72:], 0xFFFFFFFF)
			binary.LittleEndian.PutUint32(b[512*3-4:], 1)
		},
		"sector size": func(b []byte) { b[30] = 31 },
		"half":        func(b []byte) { clear(b[len(b)/2:]) },
	} {
		t.Run(name, func(t *testing.T) {
			b := bytes.Clone(whole)
			change(b)
			if r := refuse(t, textFile(t, string(b)), FileDamaged); r.Args["reason"] == "" {
				t.Errorf("%v", r)
			}
		})
	}
	// The tree of names in a circle is walked once.
	b := bytes.Clone(whole)
	d := 512 * (1 + int(binary.LittleEndian.Uint32(b[48:])))
	binary.LittleEndian.PutUint32(b[d+128*2+72:], 1)
	binary.LittleEndian.PutUint32(b[d+128*1+68:], 2)
	if wb := open(t, textFile(t, string(b))); wb.Sheets[0].Rows() != 1 {
		t.Error("not read")
	}
}

// A size of 4 GB in the directory costs nothing.
func TestOLELies(t *testing.T) {
	b := oleOf(512, oleStreamOf{"Workbook", bytes.Repeat([]byte{0}, 5000)})
	d := 512 * (1 + int(binary.LittleEndian.Uint32(b[48:])))
	binary.LittleEndian.PutUint32(b[d+128+120:], 0xFFFFFFFF)
	begin := time.Now()
	refuse(t, textFile(t, string(b)), FileDamaged)
	if took := time.Since(begin); took > time.Second {
		t.Errorf("took %v", took)
	}
}
