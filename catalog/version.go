package catalog

import (
	"time"
)

// VersionID identifies a version inside one catalogue.
type VersionID int64

// VersionState is where a version stands between upload and archive.
type VersionState string

// The states of a version. A dataset has at most one published version.
const (
	Draft      VersionState = "draft"
	Published  VersionState = "published"
	Superseded VersionState = "superseded" // was published, a newer one is
	Withdrawn  VersionState = "withdrawn"  // was published, readers get 410 and the reason
	Purged     VersionState = "purged"     // was a draft or withdrawn; its rows are gone, its record stays
)

// Public reports whether a version in this state may be read by anybody.
func (s VersionState) Public() bool { return s == Published || s == Superseded }

// Version is an immutable snapshot of a dataset's tables.
type Version struct {
	ID          VersionID
	Dataset     DatasetID
	Number      int // from 1, by dataset
	State       VersionState
	Upload      UploadID
	FileHash    string // SHA-256 of the version file, hex; names it in versions/
	ContentHash string // SHA-256 over schema and canonical rows in sheet order, hex
	Bytes       int64  // of the version file
	Rows        int64  // over all tables, totals included
	CreatedAt   time.Time
	CreatedBy   string
	PublishedAt time.Time // zero while it never was
	PublishedBy string
	WithdrawnAt time.Time // zero while it is not
	Reason      string    // why it was withdrawn
	Purged      Tombstone // stands where its state is Purged
	Recipe      int       // revision of the dataset's recipe that was in force when it was read; 0 for none
	RecipeSent  bool      // it was read with a recipe that came with its upload
	Tables      []Table   // in sheet order; not filled by listings
}

// TakenBack reports whether the version was public once and is not any more: it
// was withdrawn, and may have been purged since.
func (v *Version) TakenBack() bool {
	return v.State == Withdrawn || v.State == Purged && !v.WithdrawnAt.IsZero()
}

// TableID identifies a table inside one catalogue.
type TableID int64

// Table is one rectangle of records in a version.
type Table struct {
	ID        TableID  `json:"-"`
	Name      string   `json:"name"`       // API identifier, unique in the version
	Label     string   `json:"label"`      // as a reader would call it: the title, else the sheet
	Storage   string   `json:"storage"`    // name of the table inside the version file
	Sheet     string   `json:"sheet"`      // "" for text files
	Title     string   `json:"title"`      // as written above the table, or ""
	Unit      string   `json:"unit"`       // of all figures, as written, or ""
	Period    string   `json:"period"`     // as written above the table, or ""
	Notes     []string `json:"notes"`      // below or above the table, as written
	HeaderRow [2]int   `json:"header_row"` // first and last sheet row of the header; 0,0 where there is none
	FirstRow  int      `json:"first_row"`  // first sheet row of the body
	LastRow   int      `json:"last_row"`   // last sheet row of the body, totals included
	Rows      int64    `json:"rows"`       // records, totals included
	TotalRows int64    `json:"total_rows"` // how many of them are totals
	Columns   []Column `json:"columns"`
	Key       []string `json:"key,omitempty"` // API names of the columns that tell records apart, where a recipe names them
	Origin    Origin   `json:"origin,omitzero"`
}

// Column finds a column by its API name; nil where there is none.
func (t *Table) Column(name string) *Column {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}

// Table finds a table by name; nil where there is none.
func (v *Version) Table(name string) *Table {
	for i := range v.Tables {
		if v.Tables[i].Name == name {
			return &v.Tables[i]
		}
	}
	return nil
}

// Successor finds the column that goes on with the column of an older version
// of that name: the one of the name now, else the one that had it before; nil
// where there is none.
func (t *Table) Successor(name string) *Column {
	if c := t.Column(name); c != nil {
		return c
	}
	for i := range t.Columns {
		if t.Columns[i].Was(name) {
			return &t.Columns[i]
		}
	}
	return nil
}

// Type is what the values of a column are.
type Type string

// The types of values. Period comes with three helper columns x_start, x_end
// and x_granularity in the version file.
const (
	TypeText     Type = "text"
	TypeInteger  Type = "integer"
	TypeDecimal  Type = "decimal"
	TypePercent  Type = "percent" // stored as the fraction
	TypeBoolean  Type = "boolean"
	TypeDate     Type = "date"
	TypeDatetime Type = "datetime"
	TypeTime     Type = "time"
	TypePeriod   Type = "period"
)

// Types lists all types.
var Types = []Type{TypeText, TypeInteger, TypeDecimal, TypePercent, TypeBoolean, TypeDate, TypeDatetime, TypeTime, TypePeriod}

// Numeric reports whether values of the type can be added up.
func (t Type) Numeric() bool {
	return t == TypeInteger || t == TypeDecimal || t == TypePercent
}

// Widens reports whether every value of the type is also one of the other, so
// that programs which read the other can mostly go on. A period that became
// text keeps its words, but its helper columns are missed.
func (t Type) Widens(to Type) bool {
	switch t {
	case TypeInteger:
		return to == TypeDecimal
	case TypeDate:
		return to == TypeDatetime
	case TypePeriod:
		return to == TypeText
	case TypeText, TypeDecimal, TypePercent, TypeBoolean, TypeDatetime, TypeTime:
	}
	return false
}

// Column is one field of a table.
type Column struct {
	Name        string       `json:"name"`         // API identifier: what programs type
	Label       string       `json:"label"`        // header levels joined, footnote marks removed
	SourceLabel string       `json:"source_label"` // as written
	Type        Type         `json:"type"`
	SQLType     string       `json:"sql_type"` // how it is stored: VARCHAR, BIGINT, DECIMAL(18,2), ...
	Unit        string       `json:"unit"`
	Description Text         `json:"description"`
	Col         int          `json:"col"`            // column in the source sheet, from 1; 0 where it was made from something else
	Made        Made         `json:"made,omitempty"` // from what; "" for a column of the sheet
	Evidence    Text         `json:"evidence"`       // how the type was decided, for a reader
	Profile     Profile      `json:"profile"`
	Aliases     []string     `json:"aliases,omitempty"`     // names that it had before; they go on working
	AliasUntil  Days         `json:"alias_until,omitempty"` // by alias: the last day on which it works; see Table.On
	Kind        string       `json:"kind,omitempty"`        // what its values are, beyond their type: see KindYear; "" where nothing shows
	CRS         string       `json:"crs,omitempty"`         // of coordinates, where known
	Constraints *Constraints `json:"constraints,omitempty"` // declared rules, as the recipe has them
}

// The kinds of columns: what values are beyond their type.
const (
	KindYear         = "year"          // whole numbers that are years
	KindCode         = "code"          // names made of digits and letters, that nobody adds up
	KindDivisionCode = "division-code" // GB/T 2260: administrative divisions, 6, 9 or 12 digits
	KindCreditCode   = "credit-code"   // GB 32100: unified social credit code
	KindLongitude    = "longitude"     // decimal degrees, east is positive
	KindLatitude     = "latitude"      // decimal degrees, north is positive
)

// Profile summarises the values of a column; totals rows are left out.
type Profile struct {
	Count    int64        `json:"count"`    // values that are not NULL
	Nulls    int64        `json:"nulls"`    //
	Distinct int64        `json:"distinct"` // exact, or an estimate where Estimated
	Approx   bool         `json:"approx"`   // Distinct is an estimate
	Min      string       `json:"min"`      // canonical text; "" where there is no value
	Max      string       `json:"max"`
	Mean     string       `json:"mean"` // numbers only
	Top      []ValueCount `json:"top"`  // most frequent values, most frequent first
}

// ValueCount is a value with how often it occurs.
type ValueCount struct {
	Value string `json:"value"`
	Count int64  `json:"count"`
}

// Severity says what a finding does to publication.
type Severity string

// The severities, worst first.
const (
	SeverityError   Severity = "error"   // blocks publication
	SeverityWarning Severity = "warning" // wants a named acknowledgement
	SeverityInfo    Severity = "info"    // a guess that was made, for the record
)

// Finding is something that was noticed in the data: what, where, what was
// expected, what was there and what to do. Prose is rendered from Code and
// Args in the reader's language; see Rule.
type Finding struct {
	Code     string            `json:"code"` // kebab-case, stable; a key of Rules
	Severity Severity          `json:"severity"`
	Table    string            `json:"table"`    // table name, or "" for the whole file
	Where    string            `json:"where"`    // Sheet!B7, Sheet!B7:B90, or "" for the whole file
	Expected string            `json:"expected"` //
	Actual   string            `json:"actual"`   //
	Args     map[string]string `json:"args"`     // what the sentences of the rule fill in
	Count    int64             `json:"count"`    // cells with this cause, at least 1
	Cells    []string          `json:"cells"`    // the first ten of them, as Sheet!B7
}

// Acknowledgement records who accepted a warning on a version.
type Acknowledgement struct {
	Code string
	By   string
	At   time.Time
}

// Blocking reports whether findings stop publication: any error, or any
// warning that nobody acknowledged.
func Blocking(findings []Finding, acks []Acknowledgement) (errors, warnings []Finding) {
	accepted := map[string]bool{}
	for _, a := range acks {
		accepted[a.Code] = true
	}
	for _, f := range findings {
		switch {
		case f.Severity == SeverityError:
			errors = append(errors, f)
		case f.Severity == SeverityWarning && !accepted[f.Code]:
			warnings = append(warnings, f)
		}
	}
	return errors, warnings
}
