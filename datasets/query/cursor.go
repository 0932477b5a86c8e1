package query

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"math/big"
	"strconv"
	"unicode/utf8"

	"gongkai/catalog"
)

// positionKind says how a cursor holds the value of an order key.
type positionKind uint8

const (
	positionNull  positionKind = iota // the row has no value
	positionValue                     // the value itself
	positionLong                      // too long for a URL: it is read from the row again
)

// longestKey is how many bytes of a value a cursor holds.
const longestKey = 200

// position is where a page ended: the order keys and the source row of its
// last row.
type position struct {
	row  int64
	keys []positionKey
}

type positionKey struct {
	kind positionKind
	sql  string
	arg  any
}

// A cursor is, in base64 for URLs: format, seal, query, row, keys. The seal
// finds cursors that were cut or altered; query says for which content and
// query the cursor holds. It is no secret and gives no rights: whoever forges
// one gets a page of the same public rows.
const (
	cursorFormat = 1 // of rows
	groupFormat  = 2 // of groups: how many lie before, for no data changes between pages
	sealBytes    = 6
	queryBytes   = 12
)

// Page gives the cursor of the page that follows: n is how many rows the SQL
// gave, last is the last row to be shown, the Limit-th, with its hidden columns. It is ""
// where no more rows follow.
func (b *Bound) Page(n int, last []catalog.Value) (next string) {
	if b.limit <= 0 || n <= b.Most() || b.GroupLimit(n) {
		return ""
	}
	body := b.fingerprint()
	if b.grouped {
		return sealed(groupFormat, binary.AppendVarint(body, int64(b.offset+b.limit)))
	}
	if len(last) < len(b.items)+2+len(b.keys) {
		return ""
	}
	hidden := last[len(b.items):]
	body = binary.AppendVarint(body, hidden[0].I)
	for i := range b.keys {
		v := hidden[2+i]
		if v.IsNull() {
			body = append(body, byte(positionNull))
			continue
		}
		text := positionText(v)
		if len(text) > longestKey {
			body = append(body, byte(positionLong))
			continue
		}
		body = append(body, byte(positionValue))
		body = binary.AppendUvarint(body, uint64(len(text)))
		body = append(body, text...)
	}
	return sealed(cursorFormat, body)
}

// positionText writes a value into a cursor. Days and times are written as what
// they count: a calculation may lead beyond the years that a text can name.
func positionText(v catalog.Value) []byte {
	if v.Kind == catalog.DateValue || v.Kind == catalog.DatetimeValue {
		return strconv.AppendInt(nil, v.I, 10)
	}
	return v.Append(nil)
}

// sealed makes the text of a cursor.
func sealed(format byte, body []byte) string {
	raw := append([]byte{format}, seal(body)...)
	return base64.RawURLEncoding.EncodeToString(append(raw, body...))
}

// Most is how many rows this page may have: its limit, or what is left of the
// most groups that a query gives.
func (b *Bound) Most() int {
	if b.grouped {
		return min(b.limit, MaxGroups-b.offset)
	}
	return b.limit
}

// GroupLimit reports whether a page whose SQL gave n rows ends at the most
// groups that a query gives, and more would follow.
func (b *Bound) GroupLimit(n int) bool {
	return b.grouped && n > b.Most() && b.offset+b.Most() >= MaxGroups
}

// fingerprint says for which content and query a cursor holds.
func (b *Bound) fingerprint() []byte {
	sum := sha256.Sum256([]byte(b.hash + "\x00" + b.shape()))
	return append([]byte(nil), sum[:queryBytes]...)
}

func seal(body []byte) []byte {
	sum := sha256.Sum256(append([]byte("gongkai cursor "), body...))
	return sum[:sealBytes]
}

func badCursor(format string, args ...any) *catalog.Error {
	err := catalog.Errorf(catalog.Invalid, "leave cursor out to start again at the first page", format, args...)
	err.Field = "cursor"
	return err
}

// readCursor checks a cursor against the request it came with.
func (b *Bound) readCursor(text string) *catalog.Error {
	if b.limit < 0 {
		return badCursor("an export has no cursor: it gives all rows")
	}
	if len(text) > (queryBytes+32+MaxKeys*(longestKey+4))*2 {
		return badCursor("the cursor is too long to be one")
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	format := map[bool]byte{false: cursorFormat, true: groupFormat}[b.grouped]
	if err != nil || len(raw) < 1+sealBytes+queryBytes || raw[0] != cursorFormat && raw[0] != groupFormat {
		return badCursor("the cursor is not one that this server made")
	}
	body := raw[1+sealBytes:]
	if string(seal(body)) != string(raw[1:1+sealBytes]) {
		return badCursor("the cursor was cut or altered")
	}
	if string(body[:queryBytes]) != string(b.fingerprint()) || raw[0] != format {
		return badCursor("the cursor belongs to another version of the data or to another query")
	}
	row, n := binary.Varint(body[queryBytes:])
	if n <= 0 {
		return badCursor("the cursor is incomplete")
	}
	rest := body[queryBytes+n:]
	if !b.grouped {
		return b.readPosition(row, rest)
	}
	if row < 0 || row >= MaxGroups || len(rest) > 0 {
		return badCursor("the cursor is no place among the groups")
	}
	b.offset = int(row)
	return nil
}

// readPosition reads the place behind a row.
func (b *Bound) readPosition(row int64, rest []byte) *catalog.Error {
	p := &position{row: row}
	for _, k := range b.keys {
		var v positionKey
		var ok bool
		if v, rest, ok = readValue(k.expr.typ, rest); !ok {
			return badCursor("the cursor does not fit %s", k.expr.name)
		}
		p.keys = append(p.keys, v)
	}
	if len(rest) > 0 {
		return badCursor("the cursor does not fit order_by")
	}
	b.after = p
	return nil
}

func readValue(t valueType, data []byte) (v positionKey, rest []byte, ok bool) {
	if len(data) == 0 || data[0] > byte(positionLong) {
		return v, nil, false
	}
	v.kind, data = positionKind(data[0]), data[1:]
	if v.kind != positionValue {
		return v, data, true
	}
	size, n := binary.Uvarint(data)
	if n <= 0 || size > longestKey || uint64(len(data)-n) < size {
		return v, nil, false
	}
	text := string(data[n : n+int(size)])
	v.sql, v.arg, ok = keyValue(t, text)
	return v, data[n+int(size):], ok
}

// keyValue makes an argument of what positionText wrote of a value; ok is false
// where the text is no value of the type.
func keyValue(t valueType, text string) (sql string, arg any, ok bool) {
	switch t.class {
	case classText, classPeriod:
		return "?", text, utf8.ValidString(text)
	case classBoolean:
		return "?", text == "true", text == "true" || text == "false"
	case classDate:
		days, err := strconv.ParseInt(text, 10, 32)
		return "(DATE '1970-01-01' + CAST(? AS INTEGER))", days, err == nil
	case classDatetime:
		micros, err := strconv.ParseInt(text, 10, 64)
		return "make_timestamp(CAST(? AS BIGINT))", micros, err == nil
	case classTime:
		text, ok = parseClock(text)
		return "CAST(? AS TIME)", text, ok
	}
	if t.float {
		f, err := strconv.ParseFloat(text, 64)
		return "?", f, err == nil
	}
	d, ok := parseDecimal(text)
	if !ok {
		return "", nil, false
	}
	var unscaled *big.Int
	if unscaled, ok = d.floor(t.scale); !ok || t.compare(unscaled) != 0 {
		return "", nil, false
	}
	sql, arg = t.number(unscaled)
	return sql, arg, true
}
