package diff

import (
	"fmt"
	"slices"
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
	for i := range now.Columns {
		if at := predecessor(old, &now.Columns[i]); at >= 0 {
			c.Pairs = append(c.Pairs, Pair{&old.Columns[at], &now.Columns[i]})
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
			e := catalog.Errorf(catalog.Invalid, "Columns in both versions: "+strings.Join(c.names(), ", ")+".", "%q is no column of both versions", name)
			e.Field = "key"
			return nil, e
		}
		if !slices.Contains(c.Key, at) {
			c.Key = append(c.Key, at)
		}
	}
	if len(c.Pairs) == 0 {
		return nil, catalog.Errorf(catalog.Conflict, "Compare other versions; the changes of the schema say what became of the columns.", "the two versions of table %q have no column in common", now.Name)
	}
	return c, nil
}

// IsKey reports whether a pair is of the key.
func (c *Comparison) IsKey(pair int) bool { return slices.Contains(c.Key, pair) }

func (c *Comparison) find(name string) int {
	return slices.IndexFunc(c.Pairs, func(p Pair) bool { return p.New.Name == name || slices.Contains(p.New.Aliases, name) })
}

func (c *Comparison) names() []string {
	var out []string
	for _, p := range c.Pairs {
		out = append(out, p.New.Name)
	}
	return out
}

// The columns of the SQL before those of the pairs, which come two by two: the
// older value, then the newer.
const (
	ColumnChange = iota // text: a Change
	ColumnOldRow        // row number in the older version, NULL where added
	ColumnNewRow        // row number in the newer version, NULL where removed
	FirstPair
)

// Change says what happened to a row.
type Change string

// The changes.
const (
	Added   Change = "added"
	Removed Change = "removed"
	Changed Change = "changed"
)

// Rows gives the SQL of all rows that differ, in the order of the newer
// version, removed rows where they stood in the older. old and now are the
// tables as FROM names them.
func (c *Comparison) Rows(old, now string) string {
	cols := []string{c.change() + " AS change", `o._row AS old_row`, `n._row AS new_row`}
	for _, p := range c.Pairs {
		cols = append(cols, "o."+query.Quote(p.Old.Name), "n."+query.Quote(p.New.Name))
	}
	return "SELECT " + strings.Join(cols, ", ") + c.joined(old, now) + " ORDER BY coalesce(n._row, o._row), n._row IS NULL DESC"
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

func (c *Comparison) change() string {
	return "CASE WHEN o._row IS NULL THEN 'added' WHEN n._row IS NULL THEN 'removed' ELSE 'changed' END"
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
// where they are stored alike, else as numbers, else as text.
func (p Pair) values(old, now string) (o, n string) {
	o, n = old+query.Quote(p.Old.Name), now+query.Quote(p.New.Name)
	switch {
	case p.Old.SQLType == p.New.SQLType:
		return o, n
	case p.Old.Type.Numeric() && p.New.Type.Numeric() && p.Old.SQLType != "DOUBLE" && p.New.SQLType != "DOUBLE":
		return cast(o, p.common()), cast(n, p.common())
	case p.Old.Type.Numeric() && p.New.Type.Numeric():
		return cast(o, "DOUBLE"), cast(n, "DOUBLE")
	}
	return cast(o, "VARCHAR"), cast(n, "VARCHAR")
}

// common is a type that holds the exact numbers of both columns.
func (p Pair) common() string {
	a, b := digits(p.Old.SQLType), digits(p.New.SQLType)
	whole, scale := max(a.whole, b.whole), max(a.scale, b.scale)
	if whole+scale > 38 {
		return "VARCHAR"
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
