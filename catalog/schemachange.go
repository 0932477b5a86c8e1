package catalog

// SchemaChangeKind says what changed in a schema.
type SchemaChangeKind string

// The kinds of schema changes.
const (
	TableAdded    SchemaChangeKind = "table-added"
	TableRemoved  SchemaChangeKind = "table-removed"
	ColumnAdded   SchemaChangeKind = "column-added"
	ColumnRemoved SchemaChangeKind = "column-removed"
	ColumnRenamed SchemaChangeKind = "column-renamed" // the old name goes on working
	TypeChanged   SchemaChangeKind = "type-changed"
	UnitChanged   SchemaChangeKind = "unit-changed"
	LabelChanged  SchemaChangeKind = "label-changed"
	OrderChanged  SchemaChangeKind = "order-changed"
)

// SchemaChange is one change of a schema. A major one breaks programs, or
// changes what numbers mean; a minor one does not.
type SchemaChange struct {
	Kind   SchemaChangeKind `json:"kind"`
	Major  bool             `json:"major"`
	Table  string           `json:"table"`
	Column string           `json:"column,omitempty"` // its name in the newer version; in the older where it was removed
	Old    string           `json:"old,omitempty"`
	New    string           `json:"new,omitempty"`
}
