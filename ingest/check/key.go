package check

import (
	"strings"

	"gongkai/catalog"
)

// key finds records that share a key, or have none.
type key struct {
	columns []int    // indices of its columns; none where one is missing
	names   []string // as declared
	missing []string // of them, those that the table has not
	known   hashes
	twice   seen
	blank   seen
	actual  string // the first key that comes again
}

// newKey prepares the key that a recipe declares; nil where it declares none.
func newKey(t *catalog.Table, decided *catalog.RecipeTable) *key {
	names := t.Key
	if len(names) == 0 && decided != nil {
		names = decided.Key
	}
	if len(names) == 0 {
		return nil
	}
	k := &key{names: names}
	for _, name := range names {
		found := false
		for i := range t.Columns {
			if t.Columns[i].Name == name {
				k.columns, found = append(k.columns, i), true
			}
		}
		if !found {
			k.missing = append(k.missing, name)
		}
	}
	if len(k.missing) > 0 {
		k.columns = nil
	}
	return k
}

func (k *key) record(c *Checker, r *catalog.Record) {
	if len(k.columns) == 0 {
		return
	}
	h := uint64(1)
	for _, i := range k.columns {
		v := &r.Values[i]
		if v.Kind == catalog.Null {
			k.blank.add(func() string { return c.where(r.Row, &c.columns[i]) })
			return
		}
		h = c.mix.add(h, v)
	}
	if _, again := k.known.add(h); !again {
		return
	}
	k.twice.add(func() string { return c.where(r.Row, &c.columns[k.columns[0]]) })
	if k.actual == "" {
		var parts []string
		for _, i := range k.columns {
			parts = append(parts, shown(c.columns[i].of, r.Values[i].String()))
		}
		k.actual = strings.Join(parts, ", ")
	}
}

func (k *key) findings(c *Checker) []catalog.Finding {
	var out []catalog.Finding
	for _, x := range []struct {
		code, actual string
		seen         seen
	}{{"key-duplicate", k.actual, k.twice}, {"key-blank", "", k.blank}} {
		if x.seen.n > 0 {
			f := c.finding(x.code, nil, x.seen)
			f.Expected, f.Actual = strings.Join(k.names, ", "), x.actual
			out = append(out, f)
		}
	}
	return out
}
