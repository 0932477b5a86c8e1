package diff

import (
	"slices"

	"gongkai/catalog"
)

// Kind says what changed in a schema.
type Kind string

// The kinds of schema changes.
const (
	TableAdded    Kind = "table-added"
	TableRemoved  Kind = "table-removed"
	ColumnAdded   Kind = "column-added"
	ColumnRemoved Kind = "column-removed"
	ColumnRenamed Kind = "column-renamed" // the old name goes on working
	TypeChanged   Kind = "type-changed"
	UnitChanged   Kind = "unit-changed"
	LabelChanged  Kind = "label-changed"
	OrderChanged  Kind = "order-changed"
)

// SchemaChange is one change of a schema. A major one breaks programs, or
// changes what numbers mean; a minor one does not.
type SchemaChange struct {
	Kind   Kind   `json:"kind"`
	Major  bool   `json:"major"`
	Table  string `json:"table"`
	Column string `json:"column,omitempty"` // its name in the newer version; in the older where it was removed
	Old    string `json:"old,omitempty"`
	New    string `json:"new,omitempty"`
}

// Schema compares the tables of two versions, in the order of the older one,
// what was added behind.
func Schema(old, now []catalog.Table) []SchemaChange {
	out := []SchemaChange{}
	for i := range old {
		at := slices.IndexFunc(now, func(t catalog.Table) bool { return t.Name == old[i].Name })
		if at < 0 {
			out = append(out, SchemaChange{Kind: TableRemoved, Major: true, Table: old[i].Name, Old: old[i].Label})
			continue
		}
		out = append(out, columns(&old[i], &now[at])...)
	}
	for i := range now {
		if !slices.ContainsFunc(old, func(t catalog.Table) bool { return t.Name == now[i].Name }) {
			out = append(out, SchemaChange{Kind: TableAdded, Table: now[i].Name, New: now[i].Label})
		}
	}
	return out
}

func columns(old, now *catalog.Table) []SchemaChange {
	var out []SchemaChange
	change := func(kind Kind, major bool, column, was, is string) {
		out = append(out, SchemaChange{kind, major, now.Name, column, was, is})
	}
	last, moved := -1, false
	for i := range old.Columns {
		was := &old.Columns[i]
		is := now.Successor(was.Name)
		if is == nil {
			change(ColumnRemoved, true, was.Name, was.Label, "")
			continue
		}
		at := slices.IndexFunc(now.Columns, func(c catalog.Column) bool { return c.Name == is.Name })
		moved, last = moved || at < last, at
		if is.Name != was.Name {
			change(ColumnRenamed, false, is.Name, was.Name, is.Name)
		}
		if is.Type != was.Type {
			change(TypeChanged, !was.Type.Widens(is.Type), is.Name, string(was.Type), string(is.Type))
		}
		if is.Unit != was.Unit {
			change(UnitChanged, true, is.Name, was.Unit, is.Unit)
		}
		if is.Label != was.Label {
			change(LabelChanged, false, is.Name, was.Label, is.Label)
		}
	}
	for i := range now.Columns {
		if c := &now.Columns[i]; predecessor(old, c) < 0 {
			change(ColumnAdded, false, c.Name, "", c.Label)
		}
	}
	if moved {
		change(OrderChanged, false, "", "", "")
	}
	return out
}

// predecessor finds the column that c was in an older table: the one whose
// Successor it is.
func predecessor(t *catalog.Table, c *catalog.Column) int {
	if at := slices.IndexFunc(t.Columns, func(was catalog.Column) bool { return was.Name == c.Name }); at >= 0 {
		return at
	}
	return slices.IndexFunc(t.Columns, func(was catalog.Column) bool { return slices.Contains(c.Aliases, was.Name) })
}
