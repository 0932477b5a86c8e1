package sheet

import (
	"bytes"
	"crypto/md5"
	"crypto/rc4"
	"encoding/binary"
	"unicode/utf16"
)

// openPassword is what Excel encrypts a workbook with whose structure is
// protected: it opens such a file without asking, and so do we. It hides
// nothing.
const openPassword = "VelvetSweatshop"

// biffBlock is how many bytes of the stream are encrypted with one key.
const biffBlock = 1024

// biffCipher decrypts the records of a workbook of Excel 97 to 2003 (40 bits
// of RC4). The heads of records are not encrypted, but count.
type biffCipher struct {
	key   [5]byte
	rc4   *rc4.Cipher
	block int64 // whose key rc4 has, -1 for none
	next  int64 // place in the stream that rc4 is at
	plain []byte
	waste [biffBlock]byte
}

// newBiffCipher makes the cipher of a FILEPASS record; nil where it is of
// another kind or the password is not the one that opens by itself.
func newBiffCipher(rec record) *biffCipher {
	if len(rec.data) < 54 || rec.u16(0) != 1 || rec.u16(2) != 1 || rec.u16(4) != 1 {
		return nil
	}
	salt, verifier, hash := rec.data[6:22], bytes.Clone(rec.data[22:38]), bytes.Clone(rec.data[38:54])
	c := &biffCipher{block: -1, key: biffKey(openPassword, salt)}
	c.at(0)
	c.rc4.XORKeyStream(verifier, verifier)
	c.rc4.XORKeyStream(hash, hash)
	c.block = -1
	if sum := md5.Sum(verifier); !bytes.Equal(sum[:], hash) {
		return nil
	}
	return c
}

// biffKey makes the key that those of the blocks are made of.
func biffKey(password string, salt []byte) (key [5]byte) {
	var b []byte
	for _, u := range utf16.Encode([]rune(password)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	first := md5.Sum(b)
	second := md5.Sum(bytes.Repeat(append(first[:5:5], salt...), 16))
	copy(key[:], second[:])
	return key
}

// at moves the cipher to a place of the stream.
func (c *biffCipher) at(pos int64) {
	block := pos / biffBlock
	if c.block != block || c.next > pos {
		key := md5.Sum(binary.LittleEndian.AppendUint32(c.key[:len(c.key):len(c.key)], uint32(block)))
		c.rc4, _ = rc4.NewCipher(key[:]) // 16 bytes are a key
		c.block, c.next = block, block*biffBlock
	}
	skip := c.waste[:pos-c.next]
	c.rc4.XORKeyStream(skip, skip)
	c.next = pos
}

// open gives the data of a record, valid until the next one is opened.
func (c *biffCipher) open(rec record) []byte {
	c.plain = append(c.plain[:0], rec.data...)
	from := 0
	switch rec.raw {
	case 0x0809, recFilePass, 0x00E1, 0x0194, 0x0195, 0x0196, 0x0138: // read before the password is known
		return c.plain
	case recBoundSheet: // so is where a sheet begins
		from = min(4, len(c.plain))
	}
	pos := rec.at + biffHead + int64(from)
	for b := c.plain[from:]; len(b) > 0; {
		n := min(int64(len(b)), biffBlock-pos%biffBlock)
		c.at(pos)
		c.rc4.XORKeyStream(b[:n], b[:n])
		c.next, pos, b = pos+n, pos+n, b[n:]
	}
	return c.plain
}
