package catalog

import (
	"slices"
	"strings"
	"time"
)

// Recipe is the accepted reading of a series of spreadsheets: what the next
// workbook of the series is read with. What it says holds; what it leaves out
// is found out anew. Its JSON form is readable, has a schema (component Recipe
// of openapi.yaml), and can be edited, exported and sent along with an upload.
type Recipe struct {
	Schema     string            `json:"$schema,omitempty"`     // URL of the schema, for editors; not read
	Encoding   string            `json:"encoding,omitempty"`    // of text files
	SkipSheets []string          `json:"skip_sheets,omitempty"` // names of sheets that are not read; * stands for any characters
	Dictionary map[string]string `json:"dictionary,omitempty"`  // heading (or one of its levels) to the word that names use for it
	Tables     []RecipeTable     `json:"tables"`                //
	Outside    *PersonalDecision `json:"outside,omitempty"`     // about personal information outside the tables: comments, properties, hidden sheets. Action publish: it is known and never published
}

// RecipeTable says how one table is read. It is meant for the table on a sheet
// of Sheets that has most of its columns; where no sheet has such a name, for
// the table of any sheet that has most of them, but at least half.
type RecipeTable struct {
	Name        string         `json:"name"`                   // API identifier, unique in the recipe
	Label       string         `json:"label,omitempty"`        // as a reader would call it
	Sheets      []string       `json:"sheets,omitempty"`       // names of sheets; * stands for any characters
	SheetColumn string         `json:"sheet_column,omitempty"` // API name of a column that holds the sheet's name: with it, all sheets of one layout that Sheets names are one table
	HeaderRows  *[2]int        `json:"header_rows,omitempty"`  // first and last sheet row of the header; 0,0: there is none
	Sections    string         `json:"sections,omitempty"`     // what becomes of section rows: column (default) or skip
	Hierarchy   string         `json:"hierarchy,omitempty"`    // what becomes of indents: columns (default) or none
	Unpivot     *Unpivot       `json:"unpivot,omitempty"`      // columns that become rows
	Key         []string       `json:"key,omitempty"`          // API names of the columns that tell records apart
	SmallCounts *SmallCounts   `json:"small_counts,omitempty"` //
	Columns     []RecipeColumn `json:"columns"`                // of the sheet, and made ones
}

// Column finds a column of the recipe by its API name; nil where there is none.
func (t *RecipeTable) Column(name string) *RecipeColumn {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}

// Unpivot turns columns such as one a year into rows: each record of the sheet
// becomes one record for each of them, with the heading and the value.
type Unpivot struct {
	Columns []string `json:"columns"` // source labels of the columns; * stands for any characters, # for digits
	Heading string   `json:"heading"` // API name of the column that takes the headings
	Value   string   `json:"value"`   // API name of the column that takes the values
}

// SmallBelow is the count of people from which on a cell is not small, where no
// recipe says otherwise.
const SmallBelow = 5

// SmallCounts says which cells of a table of counts are too small to publish.
type SmallCounts struct {
	Below    int64    `json:"below"`             // counts above zero and below this are small: 1 to 1000
	Columns  []string `json:"columns,omitempty"` // API names; none: those that count people
	Suppress bool     `json:"suppress"`          // leave small counts out; else they are only named
}

// RecipeColumn says how one column is read.
type RecipeColumn struct {
	Source      string            `json:"source,omitempty"`       // heading as written, levels joined by " / ": the column is found by it. "" for made columns and those without a heading: they are found by name or alias
	Name        string            `json:"name"`                   // API identifier
	Label       string            `json:"label,omitempty"`        //
	Description *Text             `json:"description,omitempty"`  //
	Type        Type              `json:"type,omitempty"`         // holds where nineteen values in twenty have it
	Unit        string            `json:"unit,omitempty"`         //
	NullMarkers []string          `json:"null_markers,omitempty"` // texts that stand for a missing value here, beside the usual ones
	KeepMarkers []string          `json:"keep_markers,omitempty"` // usual marks for a missing value that are values here
	DateOrder   string            `json:"date_order,omitempty"`   // ymd, dmy or mdy
	DecimalMark string            `json:"decimal_mark,omitempty"` // "." or ","
	CRS         string            `json:"crs,omitempty"`          // of coordinates: WGS-84, CGCS2000, GCJ-02 or BD-09
	FillDown    *bool             `json:"fill_down,omitempty"`    // blank cells have the value above
	Aliases     []string          `json:"aliases,omitempty"`      // API names that the column had before; they go on working
	AliasUntil  Days              `json:"alias_until,omitempty"`  // by alias: the last day, as 2027-03-31, on which it works; see Table.On
	Constraints *Constraints      `json:"constraints,omitempty"`  //
	Personal    *PersonalDecision `json:"personal,omitempty"`     //
}

// Constraints are the rules that values must keep, as in Frictionless Table
// Schema v2, "Field Constraints". Bounds are canonical texts of the type.
type Constraints struct {
	Required  bool       `json:"required,omitempty"`
	Unique    bool       `json:"unique,omitempty"`
	Enum      []string   `json:"enum,omitempty"`
	Pattern   string     `json:"pattern,omitempty"` // RE2, of the whole text
	Minimum   string     `json:"minimum,omitempty"`
	Maximum   string     `json:"maximum,omitempty"`
	MinLength int        `json:"min_length,omitempty"` // in characters
	MaxLength int        `json:"max_length,omitempty"`
	Reference *Reference `json:"reference,omitempty"` // a foreign key
}

// Reference names the published column that values must occur in.
type Reference struct {
	Dataset string `json:"dataset"`         // slug; "" for the dataset itself
	Table   string `json:"table,omitempty"` // may be left out where the dataset has one
	Column  string `json:"column"`          // API name
}

// String writes the name as dataset.table.column, without what is left out.
func (r Reference) String() string {
	parts := slices.DeleteFunc([]string{r.Dataset, r.Table, r.Column}, func(s string) bool { return s == "" })
	return strings.Join(parts, ".")
}

// PersonalAction is what an officer decided about personal information.
type PersonalAction string

// The actions. Masking keeps the first character of a name and nothing of an
// identity number; publishing needs a legal basis that the audit trail keeps.
const (
	DropColumn      PersonalAction = "drop"
	MaskColumn      PersonalAction = "mask"
	PublishPersonal PersonalAction = "publish"
)

// PersonalDecision records who decided what about personal information, and on
// what ground.
type PersonalDecision struct {
	Action PersonalAction `json:"action"`
	Basis  string         `json:"basis"`        // legal basis or reason, in words
	By     string         `json:"by,omitempty"` // set by the server
	At     string         `json:"at,omitempty"` // RFC 3339; set by the server
}

// Masks reports whether a mask stands in place of each value; nil decides nothing.
func (d *PersonalDecision) Masks() bool { return d != nil && d.Action == MaskColumn }

// Drops reports whether the column is not stored at all; nil decides nothing.
func (d *PersonalDecision) Drops() bool { return d != nil && d.Action == DropColumn }

// Hides reports whether values are not to be seen by anybody, as they are; nil
// decides nothing.
func (d *PersonalDecision) Hides() bool {
	return d.Masks() || d.Drops()
}

// RecipeRevision is a recipe as a dataset has it: each change makes a new one,
// the newest is in force.
type RecipeRevision struct {
	Number    int // from 1, by dataset
	Recipe    Recipe
	Version   int // the published version whose reading it is; 0 where somebody wrote it
	CreatedAt time.Time
	CreatedBy string
}
