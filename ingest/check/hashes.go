package check

import (
	"hash/maphash"
	"math"
	"math/bits"

	"gongkai/catalog"
)

// What is remembered to find duplicates: rows that come twice are told of as
// far as that goes, unique columns and keys share what is a matter of rules.
const (
	mostRows = 2_000_000  // 32 MB
	mostKeys = 12_000_000 // 192 MB
)

// hashes is a set of hashes, a few bytes each. Two of one hash are taken for
// equal; with 63 bits that is one chance in millions for a table.
type hashes struct {
	slots []uint64 // 0 is free
	n     int
	most  int  // how many are remembered
	full  bool // something was not

	touched uint64 // without a meaning: fetch reads slots for nothing else
}

// add puts a hash in and reports whether it was there. A full set takes no
// more and knows what it has.
func (s *hashes) add(sum uint64) (slot int, known bool) {
	sum |= 1
	if s.n*4 >= len(s.slots)*3 {
		if s.n >= s.most {
			i := s.find(sum)
			s.full = s.full || s.slots[i] != sum
			return i, s.slots[i] == sum
		}
		s.grow()
	}
	i := s.find(sum)
	if s.slots[i] == sum {
		return i, true
	}
	s.slots[i] = sum
	s.n++
	return i, false
}

// hashed is the hash of a record.
type hashed struct {
	sum    uint64
	number int // of the record
}

// hashesAtOnce is how many records wait until their hashes are put in.
const hashesAtOnce = 256

// fetch touches the slots of some hashes one right after the other, so that the
// memory is waited for once and not for each.
func (s *hashes) fetch(all []hashed) {
	if len(s.slots) == 0 {
		return
	}
	for _, h := range all {
		s.touched |= s.slots[int((h.sum|1)>>1)&(len(s.slots)-1)]
	}
}

// find gives the slot that holds a hash, or the free one where it belongs.
func (s *hashes) find(sum uint64) int {
	i := int(sum>>1) & (len(s.slots) - 1)
	for s.slots[i] != 0 && s.slots[i] != sum {
		i = (i + 1) & (len(s.slots) - 1)
	}
	return i
}

// expect makes room for n hashes at once.
func (s *hashes) expect(n int64) {
	n = min(n, int64(s.most))
	s.slots = make([]uint64, 1<<max(bits.Len64(uint64(n*4/3)), 10))
}

func (s *hashes) grow() {
	old := s.slots
	s.slots = make([]uint64, max(1024, 2*len(old)))
	for _, sum := range old {
		if sum != 0 {
			s.slots[s.find(sum)] = sum
		}
	}
}

// mixer hashes values, so that equal ones have equal hashes within a run.
type mixer struct{ seed maphash.Seed }

func newMixer() mixer { return mixer{maphash.MakeSeed()} }

// add adds a value to the hash of the values before it.
func (m mixer) add(h uint64, v *catalog.Value) uint64 {
	x := uint64(v.I) + uint64(v.Kind)<<60
	if v.S != "" {
		x ^= maphash.String(m.seed, v.S)
	}
	if v.F != 0 {
		x ^= math.Float64bits(v.F)
	}
	high, low := bits.Mul64(h^x, 0x9e3779b97f4a7c15)
	return (high ^ low) + 0x2545f4914f6cdd1d
}
