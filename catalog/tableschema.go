package catalog

import (
	"encoding/json"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// TableSchemaProfile is the profile that our Table Schemas follow.
const TableSchemaProfile = "https://datapackage.org/profiles/2.0/tableschema.json"

// TableSchema is a Frictionless Table Schema, version 2, as far as a recipe and
// a table can say the same.
type TableSchema struct {
	Schema        string          `json:"$schema,omitempty"`
	Fields        []SchemaField   `json:"fields"`
	MissingValues []string        `json:"missingValues,omitempty"`
	PrimaryKey    Names           `json:"primaryKey,omitempty"`
	ForeignKeys   []SchemaForeign `json:"foreignKeys,omitempty"`
}

// Names is a list of names; where there is one, it may be written without the list.
type Names []string

// UnmarshalJSON takes a text or a list of texts.
func (n *Names) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*n = Names{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(n))
}

// SchemaField is a column of a TableSchema.
type SchemaField struct {
	Name          string             `json:"name"`
	Type          string             `json:"type,omitempty"`
	Format        string             `json:"format,omitempty"`
	Title         string             `json:"title,omitempty"`
	Description   string             `json:"description,omitempty"`
	DecimalChar   string             `json:"decimalChar,omitempty"`
	MissingValues []string           `json:"missingValues,omitempty"`
	Constraints   *SchemaConstraints `json:"constraints,omitempty"`
}

// SchemaConstraints are the rules of a SchemaField. Bounds and members of an
// enum are numbers in columns of numbers, texts elsewhere.
type SchemaConstraints struct {
	Required  bool   `json:"required,omitempty"`
	Unique    bool   `json:"unique,omitempty"`
	Enum      []any  `json:"enum,omitempty"`
	Pattern   string `json:"pattern,omitempty"`
	Minimum   any    `json:"minimum,omitempty"`
	Maximum   any    `json:"maximum,omitempty"`
	MinLength int    `json:"minLength,omitempty"`
	MaxLength int    `json:"maxLength,omitempty"`
}

// SchemaForeign is a foreign key of a TableSchema. Its resource is "" for the
// table itself, the name of a table of the same dataset, or dataset/table;
// dataset/ stands for the only table of a dataset.
type SchemaForeign struct {
	Fields    Names `json:"fields"`
	Reference struct {
		Resource string `json:"resource"`
		Fields   Names  `json:"fields"`
	} `json:"reference"`
}

// schemaTypes are the Table Schema types of ours.
var schemaTypes = map[Type]string{
	TypeText: "string", TypeInteger: "integer", TypeDecimal: "number", TypePercent: "number", TypeBoolean: "boolean",
	TypeDate: "date", TypeDatetime: "datetime", TypeTime: "time", TypePeriod: "string",
}

// TableSchemaOf describes a table as its downloads have it. read, which may be
// nil, is how it was read: it knows the marks for missing values.
func TableSchemaOf(t *Table, read *RecipeTable) *TableSchema {
	out := &TableSchema{Schema: TableSchemaProfile, Fields: []SchemaField{}, MissingValues: []string{""}, PrimaryKey: slices.Clone(t.Key)}
	for i := range t.Columns {
		c := &t.Columns[i]
		f := SchemaField{Name: c.Name, Type: schemaTypes[c.Type], Title: c.Label, Description: plainText(&c.Description)}
		if read != nil {
			if r := read.Column(c.Name); r != nil && len(r.NullMarkers) > 0 {
				f.MissingValues = append([]string{""}, r.NullMarkers...)
			}
		}
		f.Constraints = schemaConstraints(c.Constraints, c.Type)
		out.Fields = append(out.Fields, f)
		if c.Constraints != nil && c.Constraints.Reference != nil {
			out.ForeignKeys = append(out.ForeignKeys, foreignKey(c.Name, c.Constraints.Reference))
		}
	}
	return out
}

// plainText is the one text that a Table Schema has room for.
func plainText(t *Text) string {
	if t == nil {
		return ""
	}
	if t.ZH != "" {
		return t.ZH
	}
	return t.EN
}

func schemaConstraints(c *Constraints, of Type) *SchemaConstraints {
	if c == nil {
		return nil
	}
	value := func(s string) any {
		if s == "" {
			return nil
		}
		if n := json.Number(s); of.Numeric() && json.Valid([]byte(s)) {
			return n
		}
		return s
	}
	out := SchemaConstraints{
		Required: c.Required, Unique: c.Unique, Pattern: c.Pattern, Minimum: value(c.Minimum), Maximum: value(c.Maximum),
		MinLength: c.MinLength, MaxLength: c.MaxLength,
	}
	for _, v := range c.Enum {
		out.Enum = append(out.Enum, value(v))
	}
	if reflect.ValueOf(out).IsZero() { // there is a foreign key alone
		return nil
	}
	return &out
}

func foreignKey(column string, r *Reference) SchemaForeign {
	out := SchemaForeign{Fields: Names{column}}
	out.Reference.Fields = Names{r.Column}
	out.Reference.Resource = r.Table
	if r.Dataset != "" {
		out.Reference.Resource = r.Dataset + "/" + r.Table
	}
	return out
}

// ReadTableSchema reads a Table Schema from JSON. What it says beyond
// TableSchema could not be kept, so it is an error with its path in Field.
func ReadTableSchema(from io.Reader) (*TableSchema, error) {
	text, err := readAtMost(from, MaxRecipe)
	if err != nil {
		return nil, err
	}
	var s TableSchema
	if err := readStrict(text, &s); err != nil {
		return nil, err
	}
	return &s, nil
}

// Apply writes into a table of a recipe what a Table Schema says. Fields are
// found by name, also by one that the column had before, else by their title,
// which must then be a column's label or heading: such a column gets the name
// of the field, and its old one becomes an alias. Columns that the schema does
// not name stay as they are. Errors are of kind Invalid with the path in Field.
func (s *TableSchema) Apply(t *RecipeTable) error {
	if len(s.Fields) == 0 && len(s.PrimaryKey) == 0 && len(s.ForeignKeys) == 0 {
		return schemaError("fields", "give the fields, such as {\"fields\": [{\"name\": \"year\", \"type\": \"integer\"}]}", "the schema has no fields")
	}
	columns := make([]*RecipeColumn, len(s.Fields))
	used := map[*RecipeColumn]int{}
	for i := range s.Fields {
		f, at := &s.Fields[i], "fields["+strconv.Itoa(i)+"]"
		c := t.find(f)
		if c == nil {
			if t.helper(f.Name) && f.Constraints == nil {
				continue
			}
			return schemaError(at+".name", "use the name, label or heading of a column: "+some(t.Columns), "there is no column %q", f.Name)
		}
		if before, twice := used[c]; twice {
			return schemaError(at+".name", "name each column once", "this is the column of fields[%d]", before)
		}
		used[c], columns[i] = i, c
	}
	for i, c := range columns {
		if c == nil {
			continue
		}
		if err := s.Fields[i].apply(t, c, s.MissingValues, "fields["+strconv.Itoa(i)+"]"); err != nil {
			return err
		}
	}
	t.Key = nil
	for i, name := range s.PrimaryKey {
		if t.Column(name) == nil && !t.helper(name) {
			return schemaError("primaryKey["+strconv.Itoa(i)+"]", "use names of fields", "there is no field %q", name)
		}
		t.Key = append(t.Key, name)
	}
	return s.applyForeign(t)
}

func (s *TableSchema) applyForeign(t *RecipeTable) error {
	for i := range s.ForeignKeys {
		k, at := &s.ForeignKeys[i], "foreignKeys["+strconv.Itoa(i)+"]"
		if len(k.Fields) != 1 || len(k.Reference.Fields) != 1 {
			return schemaError(at+".fields", "name one field and the one that it refers to", "a foreign key of %d fields cannot be kept", len(k.Fields))
		}
		c := t.Column(k.Fields[0])
		if c == nil {
			return schemaError(at+".fields[0]", "use the name of a field", "there is no field %q", k.Fields[0])
		}
		if c.Constraints == nil {
			c.Constraints = &Constraints{}
		}
		if c.Constraints.Reference != nil {
			return schemaError(at+".fields[0]", "give a field one foreign key", "%q has a foreign key already", k.Fields[0])
		}
		r := &Reference{Table: k.Reference.Resource, Column: k.Reference.Fields[0]}
		if dataset, table, other := strings.Cut(k.Reference.Resource, "/"); other {
			r.Dataset, r.Table = dataset, table
		}
		c.Constraints.Reference = r
	}
	return nil
}

func schemaError(field, fix, format string, args ...any) error {
	e := Errorf(Invalid, fix, format, args...)
	e.Field = field
	return e
}

// find gives the column that a field means; nil where there is none.
func (t *RecipeTable) find(f *SchemaField) *RecipeColumn {
	if c := t.Column(f.Name); c != nil {
		return c
	}
	for i := range t.Columns {
		if slices.Contains(t.Columns[i].Aliases, f.Name) {
			return &t.Columns[i]
		}
	}
	for i := range t.Columns {
		if c := &t.Columns[i]; f.Title != "" && (c.Label == f.Title || c.Source == f.Title) {
			return c
		}
	}
	return nil
}

// helper reports whether a name is that of a column which comes with a period.
func (t *RecipeTable) helper(name string) bool {
	for _, suffix := range [...]string{"_start", "_end", "_granularity"} {
		if of, ok := strings.CutSuffix(name, suffix); ok {
			if c := t.Column(of); c != nil && c.Type == TypePeriod {
				return true
			}
		}
	}
	return false
}

func (f *SchemaField) apply(t *RecipeTable, c *RecipeColumn, missing []string, at string) error {
	if err := f.applyType(c, at); err != nil {
		return err
	}
	if f.Name != c.Name && !slices.Contains(c.Aliases, f.Name) {
		t.rename(c, f.Name)
	}
	if f.Title != "" {
		c.Label = f.Title
	}
	if f.Description != plainText(c.Description) {
		c.Description = describe(f.Description)
	}
	if f.MissingValues != nil {
		missing = f.MissingValues
	}
	c.NullMarkers = nil
	for _, m := range missing {
		if strings.TrimSpace(m) != "" {
			c.NullMarkers = append(c.NullMarkers, m)
		}
	}
	return f.applyConstraints(c, at+".constraints")
}

// rename gives a column another name; the old one goes on working.
func (t *RecipeTable) rename(c *RecipeColumn, name string) {
	for i, k := range t.Key {
		if k == c.Name {
			t.Key[i] = name
		}
	}
	if t.SheetColumn == c.Name {
		t.SheetColumn = name
	}
	if u := t.Unpivot; u != nil {
		if u.Heading == c.Name {
			u.Heading = name
		}
		if u.Value == c.Name {
			u.Value = name
		}
	}
	if s := t.SmallCounts; s != nil {
		for i, k := range s.Columns {
			if k == c.Name {
				s.Columns[i] = name
			}
		}
	}
	c.Aliases = append(c.Aliases, c.Name)
	c.Name = name
}

func describe(s string) *Text {
	switch {
	case s == "":
		return nil
	case strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }):
		return &Text{ZH: s}
	}
	return &Text{EN: s}
}

func (f *SchemaField) applyType(c *RecipeColumn, at string) error {
	if f.Type != "" && f.Type != "any" && (c.Type == "" || schemaTypes[c.Type] != f.Type) {
		switch f.Type {
		case "string":
			c.Type = TypeText
		case "number":
			c.Type = TypeDecimal
		case "integer", "boolean", "date", "datetime", "time":
			c.Type = Type(f.Type)
		default:
			return schemaError(at+".type", "use string, integer, number, boolean, date, datetime or time", "values of type %q cannot be kept", f.Type)
		}
	}
	switch {
	case f.Format == "" || f.Format == "default":
	case c.Type == TypeDate && slices.Contains([]string{"any", "%Y-%m-%d", "%Y/%m/%d", "%d/%m/%Y", "%d.%m.%Y", "%m/%d/%Y"}, f.Format):
		c.DateOrder = map[byte]string{'Y': "ymd", 'd': "dmy", 'm': "mdy"}[f.Format[1]]
	default:
		return schemaError(at+".format", "leave it out: how values are written is found out", "the format %q cannot be kept", f.Format)
	}
	switch f.DecimalChar {
	case "":
	case ".", ",":
		c.DecimalMark = f.DecimalChar
	default:
		return schemaError(at+".decimalChar", `use "." or ","`, "%q is no decimal mark", f.DecimalChar)
	}
	return nil
}

func (f *SchemaField) applyConstraints(c *RecipeColumn, at string) error {
	c.Constraints = nil
	from := f.Constraints
	if from == nil {
		return nil
	}
	out := &Constraints{Required: from.Required, Unique: from.Unique, Pattern: from.Pattern, MinLength: from.MinLength, MaxLength: from.MaxLength}
	var err error
	if out.Minimum, err = boundText(from.Minimum, at+".minimum"); err != nil {
		return err
	}
	if out.Maximum, err = boundText(from.Maximum, at+".maximum"); err != nil {
		return err
	}
	for i, v := range from.Enum {
		s, err := boundText(v, at+".enum["+strconv.Itoa(i)+"]")
		if err != nil {
			return err
		}
		out.Enum = append(out.Enum, s)
	}
	if err := out.Check(at, c.Type); err != nil {
		return err
	}
	c.Constraints = out
	return nil
}

// boundText is a value of a Table Schema as canonical text.
func boundText(v any, at string) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case bool:
		return strconv.FormatBool(v), nil
	case json.Number:
		return v.String(), nil
	}
	return "", schemaError(at, "write a text or a number", "this value cannot be kept")
}
