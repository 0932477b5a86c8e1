package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gongkai/catalog"
)

// Drift compares tables with those of the last published version. What breaks
// the programs of readers is an error, unless the recipe, which may be nil,
// says so: a table or column that it no longer names may go, an alias keeps
// the old name alive, a declared type or unit may be new. A recipe without
// tables, or a table of it without columns, says nothing about what may go.
// The profiles of both are to be filled in.
func Drift(last, now []catalog.Table, recipe *catalog.Recipe) []catalog.Finding {
	var out []catalog.Finding
	for i := range last {
		l := &last[i]
		n := tableNamed(now, l.Name)
		decided, named := recipeTable(recipe, l.Name)
		switch {
		case n != nil:
			d := drift{last: l, now: n, decided: decided}
			out = append(out, d.table()...)
		case named:
			f := catalog.NewFinding("drift-table-missing", "", nil)
			f.Actual, f.Count = l.Name, max(l.Rows, 1)
			out = append(out, f)
		}
	}
	for i := range now {
		if n := &now[i]; len(last) > 0 && tableNamed(last, n.Name) == nil {
			f := catalog.NewFinding("drift-table-new", n.Sheet, nil)
			f.Table, f.Actual = n.Name, n.Name
			out = append(out, f)
		}
	}
	return out
}

func tableNamed(tables []catalog.Table, name string) *catalog.Table {
	for i := range tables {
		if tables[i].Name == name {
			return &tables[i]
		}
	}
	return nil
}

// recipeTable finds what a recipe says about a table; named is true where it
// wants the table, or says nothing about tables.
func recipeTable(recipe *catalog.Recipe, name string) (t *catalog.RecipeTable, named bool) {
	if recipe == nil || len(recipe.Tables) == 0 {
		return nil, true
	}
	for i := range recipe.Tables {
		if recipe.Tables[i].Name == name {
			return &recipe.Tables[i], true
		}
	}
	return nil, false
}

// mostWatched bounds for how many columns of a table it is asked which values
// are gone.
const mostWatched = 20

// Watched names the columns of a table of the last version whose values should
// be there again: those of its key, and those that sort records into a few
// groups. Ask for each of them, and its Successor, what is gone.
func Watched(last catalog.Table) []string {
	var out []string
	for _, name := range last.Key {
		if last.Column(name) != nil {
			out = append(out, name)
		}
	}
	for i := range last.Columns {
		c := &last.Columns[i]
		p := &c.Profile
		groups := c.Type == catalog.TypeText && c.Made != catalog.MadePeriod && !p.Approx && p.Distinct >= 2 && p.Distinct <= 100 && 2*p.Distinct <= p.Count
		if groups && !slices.Contains(out, c.Name) && len(out) < mostWatched {
			out = append(out, c.Name)
		}
	}
	return out
}

// drift compares one table.
type drift struct {
	last, now *catalog.Table
	decided   *catalog.RecipeTable // nil where the recipe says nothing
	out       []catalog.Finding
}

func (d *drift) add(code string, c *catalog.Column, expected, actual string) *catalog.Finding {
	f := catalog.NewFinding(code, d.now.Sheet, map[string]string{})
	if c != nil {
		f.Args["column"] = c.Label
		if d.now.Column(c.Name) == c {
			f.Where = top(d.now, c)
		}
	}
	f.Table, f.Expected, f.Actual = d.now.Name, expected, actual
	d.out = append(d.out, f)
	return &d.out[len(d.out)-1]
}

// accepted tells of a change that the recipe declares.
func (d *drift) accepted(c *catalog.Column, zh, en, expected, actual string) {
	f := d.add("drift-accepted", c, expected, actual)
	f.Args["what"], f.Args["what_zh"] = en, zh
}

func (d *drift) table() []catalog.Finding {
	d.rows()
	if l, n := headerRows(d.last), headerRows(d.now); l != n {
		d.add("drift-header-moved", nil, l, n)
	}
	matched := map[string]bool{}
	var lost []*catalog.Column
	var order []int
	for i := range d.last.Columns {
		l := &d.last.Columns[i]
		if l.Made == catalog.MadePeriod {
			continue
		}
		n := d.now.Successor(l.Name)
		if n == nil || matched[n.Name] {
			lost = append(lost, l)
			continue
		}
		matched[n.Name] = true
		order = append(order, slices.IndexFunc(d.now.Columns, func(c catalog.Column) bool { return c.Name == n.Name }))
		d.column(l, n)
	}
	d.moved(order)
	for _, l := range lost {
		d.lost(l, matched)
	}
	for i := range d.now.Columns {
		if n := &d.now.Columns[i]; !matched[n.Name] && n.Made != catalog.MadePeriod {
			d.add("drift-column-new", n, "", n.Name)
		}
	}
	return d.out
}

func headerRows(t *catalog.Table) string {
	h := t.HeaderRow
	switch {
	case h == [2]int{}:
		return "–"
	case h[0] == h[1]:
		return strconv.Itoa(h[0])
	}
	return fmt.Sprintf("%d–%d", h[0], h[1])
}

// rows compares how many records there are; a few more or fewer are nothing.
func (d *drift) rows() {
	l, n := d.last.Rows-d.last.TotalRows, d.now.Rows-d.now.TotalRows
	switch {
	case l > 0 && n == 0:
		d.add("drift-no-rows", nil, itoa(l), itoa(n))
	case (2*n < l || n > 2*l) && (n-l >= 5 || l-n >= 5):
		d.add("drift-row-count", nil, itoa(l), itoa(n))
	}
}

// moved tells if columns that stayed stand in another order.
func (d *drift) moved(order []int) {
	if slices.IsSorted(order) {
		return
	}
	var names []string
	for i := 1; i < len(order); i++ {
		if order[i] < order[i-1] {
			names = append(names, d.now.Columns[order[i]].Label)
		}
	}
	f := d.add("drift-columns-reordered", nil, "", strings.Join(names[:min(len(names), mostCells)], ", "))
	f.Count = int64(len(names))
}

// lost judges a column of the last version that is not there: the recipe no
// longer names it, it has a new name, or it is missing.
func (d *drift) lost(l *catalog.Column, matched map[string]bool) {
	if !d.wanted(l.Name) {
		d.add("drift-column-left", l, l.Name, "")
		return
	}
	var best *catalog.Column
	var zh, en string
	for i := range d.now.Columns {
		n := &d.now.Columns[i]
		if matched[n.Name] || n.Made != l.Made {
			continue
		}
		if z, e := resembles(l, n); e != "" {
			best, zh, en = n, z, e
			if n.Col == l.Col {
				break
			}
		}
	}
	if best == nil {
		d.add("drift-column-missing", l, l.Name, "")
		return
	}
	matched[best.Name] = true
	why(d.add("drift-column-renamed", best, l.Name, best.Name), zh, en)
	d.units(l, best)
}

// wanted reports whether the recipe still names a column, or says nothing
// about columns.
func (d *drift) wanted(name string) bool {
	t := d.decided
	if t == nil || len(t.Columns) == 0 || t.SheetColumn == name || t.Unpivot != nil && (t.Unpivot.Heading == name || t.Unpivot.Value == name) {
		return true
	}
	return slices.ContainsFunc(t.Columns, func(c catalog.RecipeColumn) bool {
		return (c.Name == name || slices.Contains(c.Aliases, name)) && !c.Personal.Drops()
	})
}

// declared gives what the recipe says about a column of this version.
func (d *drift) declared(n *catalog.Column) catalog.RecipeColumn {
	if d.decided != nil {
		if c := d.decided.Column(n.Name); c != nil {
			return *c
		}
	}
	return catalog.RecipeColumn{}
}
