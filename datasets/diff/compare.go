package diff

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gongkai/catalog"
	"gongkai/datasets/query"
)

// Comparison pairs the columns of two versions of a table and knows by which of
// them their rows are the same row.
type Comparison struct {
	Pairs []Pair
	Key   []int // indices into Pairs; empty: rows have no key, and those of equal content are the same

	Unique [2]bool // no two rows of the older, or newer, version have one key: see Repeats
}

// Pair is a column in both versions.
type Pair struct{ Old, New *catalog.Column }

// Compare pairs the columns of two versions of a table. key names columns by
// their names in the newer one; empty takes the key that it declares. The error
// is of kind Invalid, with Field "key", where a key column is not in both.
func Compare(old, now *catalog.Table, key []string) (*Comparison, error) {
	c := &Comparison{}
	for i, was := range paired(old, now) {
		if was >= 0 {
			c.Pairs = append(c.Pairs, Pair{&old.Columns[was], &now.Columns[i]})
		}
	}
	if len(key) == 0 {
		key = now.Key
		if slices.ContainsFunc(key, func(name string) bool { return c.find(name) < 0 }) {
			key = nil // a declared key that the older version had not yet
		}
	}
	for _, name := range key {
		at := c.find(name)
		if at < 0 {
			e := catalog.Errorf(catalog.Invalid, "columns in both versions: "+strings.Join(c.names(), ", "), "%q is no column of both versions", name)
			e.Field = "key"
			return nil, e
		}
		if !slices.Contains(c.Key, at) {
			c.Key = append(c.Key, at)
		}
	}
	if len(c.Pairs) == 0 {
		return nil, catalog.Errorf(catalog.Conflict, "compare other versions; the changes of the schema say what became of the columns", "the two versions of table %q have no column in common", now.Name)
	}
	return c, nil
}

// IsKey reports whether a pair is of the key.
func (c *Comparison) IsKey(pair int) bool { return slices.Contains(c.Key, pair) }

func (c *Comparison) find(name string) int {
	if at := slices.IndexFunc(c.Pairs, func(p Pair) bool { return p.New.Name == name }); at >= 0 {
		return at
	}
	return slices.IndexFunc(c.Pairs, func(p Pair) bool { return p.Old.Name == name || p.New.Was(name) })
}

func (c *Comparison) names() []string {
	var out []string
	for _, p := range c.Pairs {
		out = append(out, p.New.Name)
	}
	return out
}

// Change says what happened to a row.
type Change string

// The changes.
const (
	Added   Change = "added"
	Removed Change = "removed"
	Changed Change = "changed"
)

// Rows gives the SQL of the numbers of all rows that differ, in the older and
// in the newer version, NULL where there is none: in the order of the newer
// version, removed rows where they stood in the older. old and now are the
// tables as FROM names them.
func (c *Comparison) Rows(old, now string) string {
	return "SELECT o._row, n._row" + c.joined(old, now) + " ORDER BY coalesce(n._row, o._row), n._row IS NULL DESC"
}

// Place is where a row stands in the two versions; 0 where it does not.
type Place struct{ Old, New int64 }

// Change says what happened to the row of a place.
func (p Place) Change() Change {
	switch {
	case p.Old == 0:
		return Added
	case p.New == 0:
		return Removed
	}
	return Changed
}

// Values gives the SQL of the values at some places, in their order: for each
// pair the older value, the newer, and whether they differ. It reads the rows
// that are named and no others. The text of the places is its one argument.
func (c *Comparison) Values(old, now string) string {
	var cols []string
	for _, p := range c.Pairs {
		cols = append(cols, "o."+query.Quote(p.Old.Name), "n."+query.Quote(p.New.Name), p.Differs())
	}
	return "WITH list AS MATERIALIZED (SELECT CAST(string_split(?, ',') AS BIGINT[]) AS l)," +
		" p AS MATERIALIZED (SELECT unnest(range(1, len(l) // 2 + 1)) AS i, unnest(list_slice(l, 1, -1, 2)) AS old_row, unnest(list_slice(l, 2, -1, 2)) AS new_row FROM list)" +
		" SELECT " + strings.Join(cols, ", ") + " FROM p" +
		" LEFT JOIN (SELECT t.* FROM " + old + " AS t SEMI JOIN p ON t._row = p.old_row) AS o ON o._row = p.old_row" +
		" LEFT JOIN (SELECT t.* FROM " + now + " AS t SEMI JOIN p ON t._row = p.new_row) AS n ON n._row = p.new_row ORDER BY p.i"
}

// Places writes places as the argument of Values.
func Places(places []Place) string {
	out := make([]byte, 0, 16*len(places))
	for i, p := range places {
		if i > 0 {
			out = append(out, ',')
		}
		out = strconv.AppendInt(append(strconv.AppendInt(out, p.Old, 10), ','), p.New, 10)
	}
	return string(out)
}

// Counts gives the SQL of one row of numbers: added, removed, changed, and
// for each pair the rows of those changed in which it differs.
func (c *Comparison) Counts(old, now string) string {
	cols := []string{"count(*) FILTER (o._row IS NULL)", "count(*) FILTER (n._row IS NULL)", "count(*) FILTER (o._row IS NOT NULL AND n._row IS NOT NULL)"}
	for _, p := range c.Pairs {
		cols = append(cols, "count(*) FILTER (o._row IS NOT NULL AND n._row IS NOT NULL AND "+p.Differs()+")")
	}
	return "SELECT " + strings.Join(cols, ", ") + c.joined(old, now)
}

// joined pairs the rows and keeps those that differ. Rows of one key, or of
// one content, are paired in their order, so that none is counted twice.
func (c *Comparison) joined(old, now string) string {
	oldKey, newKey := c.keys()
	return " FROM " + numbered(old, oldKey, c.Unique[0]) + " AS o FULL JOIN " + numbered(now, newKey, c.Unique[1]) + " AS n ON o._key = n._key AND o._nth = n._nth" + c.sameKey() +
		" WHERE o._row IS NULL OR n._row IS NULL OR " + c.differ()
}

// keys gives, for both sides, a hash of what makes a row the same row.
func (c *Comparison) keys() (old, now string) {
	pairs := c.Key
	if len(pairs) == 0 {
		for i := range c.Pairs {
			pairs = append(pairs, i)
		}
	}
	var o, n []string
	for _, i := range pairs {
		a, b := c.Pairs[i].values("", "")
		o, n = append(o, a), append(n, b)
	}
	kind := catalog.ColumnKind
	return "hash(" + strings.Join(append(o, kind), ", ") + ")", "hash(" + strings.Join(append(n, kind), ", ") + ")"
}

// sameKey makes sure of what the hash says: two keys of one hash are two rows.
func (c *Comparison) sameKey() string {
	out := ""
	for _, i := range c.Key {
		o, n := c.Pairs[i].values("o.", "n.")
		out += " AND " + o + " IS NOT DISTINCT FROM " + n
	}
	return out
}

func (c *Comparison) differ() string {
	var out []string
	for i, p := range c.Pairs {
		if !c.IsKey(i) {
			out = append(out, p.Differs())
		}
	}
	if len(out) == 0 {
		return "false"
	}
	return strings.Join(out, " OR ")
}

// Repeats gives, for both sides, the SQL of a number that is not zero where
// rows of one key may repeat. Numbering them is what costs most, and mostly
// there are none.
func (c *Comparison) Repeats(old, now string) [2]string {
	oldKey, newKey := c.keys()
	return [2]string{"SELECT count(*) - count(DISTINCT " + oldKey + ") FROM " + old, "SELECT count(*) - count(DISTINCT " + newKey + ") FROM " + now}
}

// numbered is a table whose rows of one key are numbered.
func numbered(from, key string, unique bool) string {
	if unique {
		return "(SELECT *, " + key + " AS _key, 1 AS _nth FROM " + from + ")"
	}
	return "(SELECT *, " + key + " AS _key, row_number() OVER (PARTITION BY " + key + " ORDER BY _row) AS _nth FROM " + from + ")"
}

// Differs gives the SQL of the condition that the two values of a row are not
// the same, with the older row named o and the newer n.
func (p Pair) Differs() string {
	o, n := p.values("o.", "n.")
	return o + " IS DISTINCT FROM " + n
}

// values gives both values of a pair so that they can be compared: as they are
// where they are stored alike, else as numbers or as times, else as text.
func (p Pair) values(old, now string) (o, n string) {
	o, n = old+query.Quote(p.Old.Name), now+query.Quote(p.New.Name)
	a, b := p.Old, p.New
	switch {
	case a.SQLType == b.SQLType:
		return o, n
	case a.Type.Numeric() && b.Type.Numeric() && (a.SQLType == double || b.SQLType == double):
		return cast(o, double), cast(n, double)
	case a.Type.Numeric() && b.Type.Numeric():
		if common := p.common(); common != "" {
			return cast(o, common), cast(n, common)
		}
	case isTime(a) && isTime(b):
		return cast(o, "TIMESTAMP"), cast(n, "TIMESTAMP")
	}
	return asText(o, a, b), asText(n, b, a)
}

// double is the storage of numbers that no exact type holds.
const double = "DOUBLE"

// isTime: a day is the same as its first moment.
func isTime(c *catalog.Column) bool {
	return c.Type == catalog.TypeDate || c.Type == catalog.TypeDatetime
}

// asText is a value as the API writes it, numbers without zeros at the end of
// their fraction; beside those, texts that are numbers are written so, too.
func asText(expr string, c, other *catalog.Column) string {
	text := cast(expr, "VARCHAR")
	switch {
	case c.Type == catalog.TypeDatetime:
		return "replace(" + text + ", ' ', 'T')"
	case c.Type.Numeric() || other.Type.Numeric() && other.Type != catalog.TypeInteger:
		return "CASE WHEN regexp_full_match(" + text + ", '-?[0-9]+[.][0-9]+') THEN rtrim(rtrim(" + text + ", '0'), '.') ELSE " + text + " END"
	}
	return text
}

// common is a type that holds the exact numbers of both columns; "" where none
// does.
func (p Pair) common() string {
	a, b := digits(p.Old.SQLType), digits(p.New.SQLType)
	whole, scale := max(a.whole, b.whole), max(a.scale, b.scale)
	if whole+scale > 38 {
		return ""
	}
	return decimal(whole, scale)
}

func cast(expr, as string) string { return "CAST(" + expr + " AS " + as + ")" }

type size struct{ whole, scale int }

// digits reads the size of an exact number type.
func digits(sqlType string) size {
	var d, s int
	if n, err := fmt.Sscanf(sqlType, "DECIMAL(%d,%d)", &d, &s); n == 2 && err == nil {
		return size{d - s, s}
	}
	return size{19, 0} // BIGINT
}

func decimal(whole, scale int) string { return fmt.Sprintf("DECIMAL(%d,%d)", whole+scale, scale) }
