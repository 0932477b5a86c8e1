package check

import (
	"slices"
	"strconv"

	"gongkai/catalog"
	"gongkai/ingest/shape"
)

// countPeople finds the columns whose counts may be too small: those that the
// recipe names, else the whole numbers that count people, in a table that
// breaks them down by something.
func (c *Checker) countPeople() {
	below, named := int64(catalog.SmallBelow), []string(nil)
	if c.decided != nil && c.decided.SmallCounts != nil {
		below, named = c.decided.SmallCounts.Below, c.decided.SmallCounts.Columns
	}
	if len(named) == 0 && !c.breaksDown() {
		return
	}
	for i := range c.columns {
		col := &c.columns[i]
		switch {
		case col.helper || col.of.Type != catalog.TypeInteger:
		case len(named) > 0 && slices.Contains(named, col.of.Name),
			len(named) == 0 && shape.CountsPeople(col.of.Label, col.of.Unit):
			col.below = below
		}
	}
}

// breaksDown reports whether a column of words, a period or a made one says
// what each count is about.
func (c *Checker) breaksDown() bool {
	return slices.ContainsFunc(c.columns, func(col column) bool {
		return !col.helper && (col.of.Type == catalog.TypeText || col.of.Made == catalog.MadeSheet || col.of.Made == catalog.MadeSection || col.of.Made == catalog.MadePath || col.of.Made == catalog.MadeHeading)
	})
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
