package diff

import (
	"slices"

	"gongkai/catalog"
)

// Schema compares the tables of two versions, in the order of the older one,
// what was added behind.
func Schema(old, now []catalog.Table) []catalog.SchemaChange {
	out := []catalog.SchemaChange{}
	for i := range old {
		at := slices.IndexFunc(now, func(t catalog.Table) bool { return t.Name == old[i].Name })
		if at < 0 {
			out = append(out, catalog.SchemaChange{Kind: catalog.TableRemoved, Major: true, Table: old[i].Name, Old: old[i].Label})
			continue
		}
		out = append(out, columns(&old[i], &now[at])...)
	}
	for i := range now {
		if !slices.ContainsFunc(old, func(t catalog.Table) bool { return t.Name == now[i].Name }) {
			out = append(out, catalog.SchemaChange{Kind: catalog.TableAdded, Table: now[i].Name, New: now[i].Label})
		}
	}
	return out
}

func columns(old, now *catalog.Table) []catalog.SchemaChange {
	var out []catalog.SchemaChange
	change := func(kind catalog.SchemaChangeKind, major bool, column, was, is string) {
		out = append(out, catalog.SchemaChange{Kind: kind, Major: major, Table: now.Name, Column: column, Old: was, New: is})
	}
	before := paired(old, now)
	last, moved := -1, false
	for i := range old.Columns {
		was := &old.Columns[i]
		at := slices.Index(before, i)
		if at < 0 {
			change(catalog.ColumnRemoved, true, was.Name, was.Label, "")
			continue
		}
		is := &now.Columns[at]
		moved, last = moved || at < last, at
		if is.Name != was.Name { // the other way round in time, programs know the newer name alone
			change(catalog.ColumnRenamed, !is.Was(was.Name), is.Name, was.Name, is.Name)
		}
		if is.Type != was.Type {
			change(catalog.TypeChanged, !was.Type.Widens(is.Type), is.Name, string(was.Type), string(is.Type))
		}
		if is.Unit != was.Unit {
			change(catalog.UnitChanged, true, is.Name, was.Unit, is.Unit)
		}
		if is.Label != was.Label {
			change(catalog.LabelChanged, false, is.Name, was.Label, is.Label)
		}
	}
	for i := range now.Columns {
		if before[i] < 0 {
			change(catalog.ColumnAdded, false, now.Columns[i].Name, "", now.Columns[i].Label)
		}
	}
	if moved {
		change(catalog.OrderChanged, false, "", "", "")
	}
	return out
}

// paired gives for each column now which of old it was, -1 for none: the one of
// its name, else one that is left and that was renamed to it, or it to that
// where the version called old came later. No column is paired twice.
func paired(old, now *catalog.Table) []int {
	out := make([]int, len(now.Columns))
	taken := make([]bool, len(old.Columns))
	pair := func(same func(was, is *catalog.Column) bool) {
		for i := range now.Columns {
			for j := 0; j < len(old.Columns) && out[i] < 0; j++ {
				if !taken[j] && same(&old.Columns[j], &now.Columns[i]) {
					out[i], taken[j] = j, true
				}
			}
		}
	}
	for i := range out {
		out[i] = -1
	}
	pair(func(was, is *catalog.Column) bool { return was.Name == is.Name })
	pair(func(was, is *catalog.Column) bool { return is.Was(was.Name) })
	pair(func(was, is *catalog.Column) bool { return was.Was(is.Name) })
	return out
}
