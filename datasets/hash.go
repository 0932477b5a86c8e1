package datasets

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"hash"
	"math"

	"gongkai/catalog"
)

// contentHasher computes the content hash of a version: the SHA-256 of its
// schema and rows, which is equal where two versions hold the same data
// although the engine never writes the same bytes twice. It is over
//
//	"gongkai content 1\n"
//	for each table, in sheet order:
//	  0x01, then as text the JSON of its schema (see hashedTable)
//	  for each row, in sheet order:
//	    0x02, then as integer the row number in the sheet,
//	    0x00 for a record or 0x01 for a total, and its values in column order
//	  0x03
//
// A value is 0x00 where it is NULL; else 0x01 and what its SQL type stores:
//
//	VARCHAR    its length in bytes as an unsigned varint, then the bytes
//	BIGINT, DATE (days since 1970), TIME and TIMESTAMP (microseconds), BOOLEAN
//	           a zigzag varint of 64 bits, as encoding/binary writes it
//	DECIMAL    the unscaled integer: low, then high 64 bits, little endian
//	DOUBLE     the IEEE 754 bits, little endian; all NaN are 0x7ff8000000000001,
//	           zero has no sign
//
// Integers and texts of the frame are written as such values without the 0x01.
// It is computed while rows are appended and again from the file by
// VerifyFile.
type contentHasher struct {
	sum hash.Hash
	buf []byte
}

// hashBlock is how many bytes are hashed at once.
const hashBlock = 32 << 10

func newContentHasher() *contentHasher {
	h := &contentHasher{sum: sha256.New(), buf: make([]byte, 0, hashBlock+4096)}
	h.buf = append(h.buf, "gongkai content 1\n"...)
	return h
}

// hashedTable is what the schema of a table contributes: what readers of its
// rows are told. Where a table lay in the workbook, how types were found and
// what was written about columns later is no part of it.
type hashedTable struct {
	Name    string         `json:"name"`
	Label   string         `json:"label"`
	Title   string         `json:"title"`
	Unit    string         `json:"unit"`
	Period  string         `json:"period"`
	Notes   []string       `json:"notes"`
	Columns []hashedColumn `json:"columns"`
}

type hashedColumn struct {
	Name    string       `json:"name"`
	Label   string       `json:"label"`
	Type    catalog.Type `json:"type"`
	SQLType string       `json:"sql_type"`
	Unit    string       `json:"unit"`
}

func (h *contentHasher) table(t *catalog.Table) error {
	s := hashedTable{Name: t.Name, Label: t.Label, Title: t.Title, Unit: t.Unit, Period: t.Period,
		Notes: append([]string{}, t.Notes...), Columns: make([]hashedColumn, len(t.Columns))}
	for i, c := range t.Columns {
		s.Columns[i] = hashedColumn{c.Name, c.Label, c.Type, c.SQLType, c.Unit}
	}
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	h.buf = append(h.buf, 1)
	h.buf = binary.AppendUvarint(h.buf, uint64(len(text)))
	h.buf = append(h.buf, text...)
	h.drain()
	return nil
}

func (h *contentHasher) endTable() {
	h.buf = append(h.buf, 3)
	h.drain()
}

func (h *contentHasher) row(row int64, kind catalog.RowKind) {
	h.drain()
	h.buf = append(h.buf, 2)
	h.buf = binary.AppendVarint(h.buf, row)
	if kind == catalog.RowTotal {
		h.buf = append(h.buf, 1)
	} else {
		h.buf = append(h.buf, 0)
	}
}

func (h *contentHasher) null() { h.buf = append(h.buf, 0) }

func (h *contentHasher) text(s string) {
	h.buf = append(h.buf, 1)
	h.buf = binary.AppendUvarint(h.buf, uint64(len(s)))
	h.buf = append(h.buf, s...)
}

func (h *contentHasher) integer(i int64) {
	h.buf = append(h.buf, 1)
	h.buf = binary.AppendVarint(h.buf, i)
}

func (h *contentHasher) wide(n int128) {
	h.buf = append(h.buf, 1)
	h.buf = binary.LittleEndian.AppendUint64(h.buf, n.lo)
	h.buf = binary.LittleEndian.AppendUint64(h.buf, uint64(n.hi))
}

func (h *contentHasher) float(f float64) {
	u := math.Float64bits(f)
	if f != f {
		u = 0x7ff8000000000001
	}
	h.buf = append(h.buf, 1)
	h.buf = binary.LittleEndian.AppendUint64(h.buf, u)
}

// value adds a value as it was read back from a column stored as st.
func (h *contentHasher) value(v *catalog.Value, st storage) error {
	if v.Kind == catalog.Null {
		h.null()
		return nil
	}
	switch st.kind {
	case storeText:
		h.text(v.S)
	case storeFloat:
		h.float(v.F)
	case storeDecimal:
		n, err := decimalOf(*v, st.scale)
		if err != nil {
			return err
		}
		h.wide(n)
	default:
		h.integer(v.I)
	}
	return nil
}

func (h *contentHasher) drain() {
	if len(h.buf) < hashBlock {
		return
	}
	h.sum.Write(h.buf)
	h.buf = h.buf[:0]
}

// hex ends the hash.
func (h *contentHasher) hex() string {
	h.sum.Write(h.buf)
	h.buf = h.buf[:0]
	return hex.EncodeToString(h.sum.Sum(nil))
}
