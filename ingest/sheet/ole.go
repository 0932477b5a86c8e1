package sheet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"
	"unicode/utf16"
)

// oleMagic begins every OLE compound file.
const oleMagic = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"

// Sector numbers that are none.
const (
	oleLastSector = 0xFFFFFFFA // no sector has this number or a higher one
	oleNoEntry    = 0xFFFFFFFF
)

const (
	oleEntryBytes = 128
	oleMiniBytes  = 64
	oleMiniCutoff = 4096 // smaller streams lie in the mini stream
	oleEntriesCap = 100_000
)

// oleFile is an OLE compound file: a small file system with FAT chains. The
// files of strangers hold loops, sectors that are not there and sizes that are
// lies, so a chain never has more sectors than the file, and everything that
// is kept grows with the file and not with what it says.
//
// github.com/richardlehane/mscfb reads the same, but follows a looped chain for
// as long as the directory's size says (64 bits), and refuses files whose last
// sector is cut short, which many programs write.
type oleFile struct {
	r        io.ReaderAt
	size     int64
	sector   int64
	fat      []uint32
	miniFat  []uint32
	mini     *oleStream // where the mini sectors lie
	children []oleEntry // streams and storages directly below the root
	class    [16]byte   // of the root
}

type oleEntry struct {
	name   string
	stream bool
	start  uint32
	bytes  int64
}

// openOLE reads the header, the FAT and the directory. A *Rejected says what
// is broken.
func openOLE(r io.ReaderAt, size int64) (*oleFile, error) {
	head := make([]byte, 512)
	if n, err := readUpTo(r, head, 0); err != nil {
		return nil, err
	} else if n < len(head) {
		return nil, oleBroken(int64(n), "the header ends too early")
	}
	shift := binary.LittleEndian.Uint16(head[30:])
	if string(head[:8]) != oleMagic || shift < 9 || shift > 12 {
		return nil, oleBroken(0, "the header cannot be read")
	}
	f := &oleFile{r: r, size: size, sector: 1 << shift}
	if err := f.readFAT(head); err != nil {
		return nil, err
	}
	if err := f.directory(binary.LittleEndian.Uint32(head[48:])); err != nil {
		return nil, err
	}
	if binary.LittleEndian.Uint32(head[64:]) == 0 {
		return f, nil
	}
	mini, err := f.chain(f.fat, binary.LittleEndian.Uint32(head[60:]))
	if err != nil {
		return f, nil //nolint:nilerr // small streams are then missing; the workbook is rarely one
	}
	f.miniFat, err = f.numbers(mini)
	return f, err
}

func oleBroken(offset int64, reason string) *Rejected {
	return reject(FileDamaged, "entry", "OLE file", "offset", strconv.FormatInt(offset, 10), "reason", reason)
}

// readUpTo is ReadAt without an error at the end of the file.
func readUpTo(r io.ReaderAt, b []byte, off int64) (int, error) {
	n, err := r.ReadAt(b, off)
	if err != nil && !errors.Is(err, io.EOF) {
		return n, fmt.Errorf("read spreadsheet: %w", err)
	}
	return n, nil
}

// sectors is how many sectors the file has; the last may be cut short.
func (f *oleFile) sectors() int64 { return max((f.size-1)/f.sector, 0) }

// at is where a sector lies.
func (f *oleFile) at(sector uint32) int64 { return (int64(sector) + 1) * f.sector }

// readFAT gathers the sectors of the FAT: 109 are named in the header, the
// others in a list of sectors of their own.
func (f *oleFile) readFAT(head []byte) error {
	var places []uint32
	most := f.sectors()*4/f.sector + 1
	take := func(list []byte) {
		for ; len(list) >= 4; list = list[4:] {
			if n := binary.LittleEndian.Uint32(list); n < oleLastSector && int64(n) < f.sectors() && int64(len(places)) < most {
				places = append(places, n)
			}
		}
	}
	take(head[76:])
	next := binary.LittleEndian.Uint32(head[68:])
	buf := make([]byte, f.sector)
	for n := int64(0); next < oleLastSector; n++ {
		if n > most || int64(next) >= f.sectors() {
			return oleBroken(f.at(next), "the list of its sectors has no end")
		}
		if got, err := readUpTo(f.r, buf, f.at(next)); err != nil {
			return err
		} else if got < len(buf) {
			return oleBroken(f.at(next), "the list of its sectors ends too early")
		}
		take(buf[:len(buf)-4])
		next = binary.LittleEndian.Uint32(buf[len(buf)-4:])
	}
	var err error
	f.fat, err = f.numbers(places)
	return err
}

// numbers reads whole sectors of sector numbers, as far as they are there.
func (f *oleFile) numbers(places []uint32) ([]uint32, error) {
	out := make([]uint32, 0, int64(len(places))*f.sector/4)
	buf := make([]byte, f.sector)
	for _, s := range places {
		n, err := readUpTo(f.r, buf, f.at(s))
		if err != nil {
			return nil, err
		}
		for b := buf[:n]; len(b) >= 4; b = b[4:] {
			out = append(out, binary.LittleEndian.Uint32(b))
		}
		for b := n / 4; b < len(buf)/4; b++ {
			out = append(out, oleNoEntry)
		}
	}
	return out, nil
}

// chain follows a chain of the FAT from its first sector.
func (f *oleFile) chain(fat []uint32, start uint32) ([]uint32, error) {
	var out []uint32
	for s := start; s < oleLastSector; s = fat[s] {
		if int64(s) >= int64(len(fat)) {
			return nil, oleBroken(f.at(s), "a chain of sectors leads out of the file")
		}
		if len(out) >= len(fat) {
			return nil, oleBroken(f.at(s), "a chain of sectors is a loop")
		}
		out = append(out, s)
	}
	return out, nil
}

// directory reads the entries and keeps those below the root.
func (f *oleFile) directory(start uint32) error {
	places, err := f.chain(f.fat, start)
	if err != nil {
		return err
	}
	if most := int64(oleEntriesCap); int64(len(places))*f.sector/oleEntryBytes > most {
		return tooLarge("ole-entries", int64(len(places))*f.sector/oleEntryBytes, most)
	}
	b := make([]byte, int64(len(places))*f.sector)
	for i, s := range places {
		if _, err := readUpTo(f.r, b[int64(i)*f.sector:int64(i+1)*f.sector], f.at(s)); err != nil {
			return err
		}
	}
	if len(b) < oleEntryBytes {
		return oleBroken(f.at(start), "the directory is missing")
	}
	root := b[:oleEntryBytes]
	copy(f.class[:], root[80:])
	if f.mini, err = f.stream(oleEntry{start: binary.LittleEndian.Uint32(root[116:]), bytes: oleMiniCutoff + int64(binary.LittleEndian.Uint32(root[120:]))}); err != nil {
		f.mini = &oleStream{} // the large streams may be whole
	}
	f.family(b, binary.LittleEndian.Uint32(root[76:]))
	return nil
}

// family keeps an entry and its siblings, which form a tree. Where the tree is
// torn all that can be reached counts.
func (f *oleFile) family(b []byte, first uint32) {
	seen := make([]bool, len(b)/oleEntryBytes)
	todo := []uint32{first}
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if int64(id) >= int64(len(seen)) || seen[id] {
			continue
		}
		seen[id] = true
		e := b[int(id)*oleEntryBytes:][:oleEntryBytes]
		if kind := e[66]; kind == 1 || kind == 2 {
			f.children = append(f.children, oleEntry{
				name: oleName(e), stream: kind == 2,
				start: binary.LittleEndian.Uint32(e[116:]), bytes: int64(binary.LittleEndian.Uint32(e[120:])),
			})
		}
		todo = append(todo, binary.LittleEndian.Uint32(e[68:]), binary.LittleEndian.Uint32(e[72:]))
	}
}

func oleName(e []byte) string {
	n := min(int(binary.LittleEndian.Uint16(e[64:])), 64) / 2
	u := make([]uint16, 0, n)
	for i := range n {
		c := binary.LittleEndian.Uint16(e[2*i:])
		if c == 0 {
			break
		}
		u = append(u, c)
	}
	return string(utf16.Decode(u))
}

// has finds an entry below the root by its name; case does not count.
func (f *oleFile) has(name string) (oleEntry, bool) {
	for _, e := range f.children {
		if strings.EqualFold(e.name, name) {
			return e, true
		}
	}
	return oleEntry{}, false
}

// stream gives the bytes of an entry. It is shorter than the entry says where
// the file or the chain ends before.
func (f *oleFile) stream(e oleEntry) (*oleStream, error) {
	s := &oleStream{r: f.r}
	mini := e.bytes < oleMiniCutoff
	fat, step := f.fat, f.sector
	if mini {
		fat, step = f.miniFat, oleMiniBytes
	}
	chain, err := f.chain(fat, e.start)
	if err != nil {
		return nil, err
	}
	left := e.bytes
	for _, sector := range chain {
		n := min(step, left)
		if mini {
			s.addFrom(f.mini, int64(sector)*step, n)
		} else {
			s.add(f.at(sector), min(n, f.size-f.at(sector)))
		}
		if left -= n; s.size != e.bytes-left {
			break // what follows would stand in the wrong place
		}
	}
	s.cut = s.size < e.bytes
	return s, nil
}

// oleStream is a stream as the pieces of the file that it lies in.
type oleStream struct {
	r      io.ReaderAt
	pieces []olePiece
	size   int64
	cut    bool // the file says that it is longer
}

type olePiece struct{ from, at, bytes int64 } // from in the stream, at in the file

func (s *oleStream) add(at, bytes int64) {
	if bytes <= 0 {
		return
	}
	if n := len(s.pieces); n > 0 && s.pieces[n-1].at+s.pieces[n-1].bytes == at {
		s.pieces[n-1].bytes += bytes
	} else {
		s.pieces = append(s.pieces, olePiece{s.size, at, bytes})
	}
	s.size += bytes
}

// addFrom adds a part of another stream.
func (s *oleStream) addFrom(o *oleStream, from, bytes int64) {
	for i := o.find(from); i < len(o.pieces) && bytes > 0; i++ {
		p := o.pieces[i]
		skip := from - p.from
		n := min(p.bytes-skip, bytes)
		s.add(p.at+skip, n)
		from, bytes = from+n, bytes-n
	}
}

// find gives the piece that holds a place.
func (s *oleStream) find(off int64) int {
	return sort.Search(len(s.pieces), func(i int) bool { return s.pieces[i].from+s.pieces[i].bytes > off })
}

// ReadAt reads from the stream; io.EOF is its end.
func (s *oleStream) ReadAt(b []byte, off int64) (int, error) {
	total := 0
	for i := s.find(off); i < len(s.pieces) && total < len(b); i++ {
		p := s.pieces[i]
		skip := off - p.from
		n, err := s.r.ReadAt(b[total:total+int(min(p.bytes-skip, int64(len(b)-total)))], p.at+skip)
		total, off = total+n, off+int64(n)
		if err != nil && !errors.Is(err, io.EOF) {
			return total, err
		}
		if off < p.from+p.bytes && total < len(b) {
			return total, io.EOF
		}
	}
	if total < len(b) {
		return total, io.EOF
	}
	return total, nil
}
