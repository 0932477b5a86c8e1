package catalog

import (
	"maps"
	"slices"
	"time"
)

// Days are days by name, as 2027-03-31 on the city's clock.
type Days map[string]string

// Was reports whether the column had a name before, also one that ended.
func (c *Column) Was(name string) bool {
	_, dated := c.AliasUntil[name]
	return dated || slices.Contains(c.Aliases, name)
}

// Ended gives the names that a table of Table.On has no more, with their last days.
func (c *Column) Ended() Days {
	out := maps.Clone(c.AliasUntil)
	for _, name := range c.Aliases {
		delete(out, name)
	}
	return out
}

// On gives the table as readers of what is published now have it at a moment:
// without the names whose last day is over. A version that is asked for by its
// number or its hash keeps all names that it was published with, as it keeps
// its rows. It is t itself where no name has ended.
func (t *Table) On(now time.Time) *Table {
	today, out := Day(now), t
	for i := range t.Columns {
		over := func(name string) bool { until, ok := t.Columns[i].AliasUntil[name]; return ok && until < today }
		if !slices.ContainsFunc(t.Columns[i].Aliases, over) {
			continue
		}
		if out == t {
			copied := *t
			copied.Columns = slices.Clone(t.Columns)
			out = &copied
		}
		out.Columns[i].Aliases = slices.DeleteFunc(slices.Clone(t.Columns[i].Aliases), over)
	}
	return out
}

// Sunset is when a name stops working: the end of its last day. It is zero for
// a name that has none.
func (c *Column) Sunset(name string) time.Time {
	start, err := StartOfDay(c.AliasUntil[name])
	if err != nil {
		return time.Time{}
	}
	return start.AddDate(0, 0, 1).UTC()
}

// checkAliasUntil wants a day for each name, and the name among the aliases.
func (c *RecipeColumn) checkAliasUntil(at string) error {
	for _, name := range sortedKeys(c.AliasUntil) {
		field := at + ".alias_until." + name
		if !slices.Contains(c.Aliases, name) {
			return invalid(field, "name it in aliases, too, or take its day out", "%q is no alias of the column", name)
		}
		if _, err := StartOfDay(c.AliasUntil[name]); err != nil {
			return invalid(field, "write the last day on which the old name works as 2027-03-31", "%q is no day", c.AliasUntil[name])
		}
	}
	return nil
}
