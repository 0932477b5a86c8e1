package page

import "time"

// Dataset is the page of a dataset, or of one of its versions.
type Dataset struct {
	Frame
	Slug        string
	Title       string
	OtherTitle  string // in the other language, "" where it is the same
	Description string
	Department  Link
	Contact     Contact
	Freshness   Freshness
	Pinned      *Pinned // set on the page of a version
	Tables      []TableTab
	Browser     *Browser // nil where the version has no table
	Download    Download
	Columns     []ColumnCard
	Code        CodeBlock
	Understood  Findings // what was understood when the workbook was read
	Versions    []VersionLine
	Facts       []Fact // the metadata
	Keywords    []Link
	Notes       []string // of the table, as written
	Key         []Link   // columns that tell rows apart, as links to their entries; none where nobody said so
	FeedURL     string   // of the versions, to subscribe to
	Usage       string   // how much it was used lately, in words; "" where it was not
}

func (*Dataset) name() string { return "dataset" }

// Contact answers for a dataset.
type Contact struct{ Name, Email, Phone string }

// Pinned says which version a page shows when the address names one.
type Pinned struct {
	Number    int
	Published time.Time
	Newer     int    // number of the published version where that is another, else 0
	URL       string // of the dataset's own page
}

// TableTab leads to one of several tables of a version.
type TableTab struct {
	Text    string
	URL     string
	Rows    int64
	Current bool
}

// Browser is a page of a table's rows with the form that narrows them.
type Browser struct {
	Caption  string // which table this is
	Action   string // where the form goes
	Hidden   []Field
	Q        string // words to be found in the rows
	Where    string
	OrderBy  string // as typed
	Problem  *QueryProblem
	Sentence string        // what is selected, in words; "" for the whole table as it is
	Chosen   []Choice      // conditions that values below put there, to be taken away
	Values   []ValueFilter // columns with few values, to narrow by one of them
	Sums     []Sum         // over the rows that match; none without a filter
	Examples []Example
	Heads    []ColumnHead
	Rows     []Row
	Total    int64 // rows of the whole table
	Totals   int64 // of them, rows that add others up
	Matching int64 // rows that match the filter; Total without one
	Narrowed bool  // a filter is in force
	Sorted   string
	Later    bool   // this is not the first page
	FirstURL string // the first page
	NextURL  string // "" on the last page
	ResetURL string // without filter and order
	PlainURL string // without the rows that add others up; "" where there are none, or they are out already
}

// ValueFilter offers the most frequent values of a column as filters.
type ValueFilter struct {
	Label  string
	Name   string // of the column in the API
	Values []ValueLink
	Rest   int64 // how many values are not shown
}

// ValueLink narrows a table to the rows that have a value.
type ValueLink struct {
	Text  string
	URL   string
	Count int64
}

// Sum is what the program worked out over the rows that match, one column of
// numbers a line; "" where a figure would say nothing.
type Sum struct{ Label, Unit, Sum, Mean, Min, Max string }

// QueryProblem is an expression that could not be understood, with its place.
type QueryProblem struct {
	Field   string // the form field at fault: where, order_by or ""
	Before  string // what comes before the place
	At      string // what stands there, "" at the end
	After   string
	Pos     int // from 1, 0 where there is no place
	Message string
	Fix     string
}

// Example is an expression that can be tried.
type Example struct{ Text, URL string }

// Long reports whether the text is too long for one line.
func (c Cell) Long() bool { return width(c.Text) > 40 }

// width is how much room a text takes, in Latin letters: Han and full-width
// forms are twice as wide.
func width(text string) int {
	n := 0
	for _, r := range text {
		n++
		if r >= 0x1100 {
			n++
		}
	}
	return n
}

// Align is how the cells of a column are set.
type Align string

// The ways of setting a column.
const (
	AlignText   Align = "text"
	AlignNumber Align = "number" // right, on the decimal point
	AlignFixed  Align = "fixed"  // dates and codes: never broken
)

// ColumnHead heads a column and sorts by it.
type ColumnHead struct {
	Label   string
	Name    string // in the API
	Type    string // in words
	Unit    string
	Align   Align
	SortURL string
	Order   string // ascending, descending or ""
}

// LongEvidence reports whether the evidence is folded away.
func (c ColumnCard) LongEvidence() bool { return width(c.Evidence) > 110 }

// Long reports whether the label is too long for one line.
func (h ColumnHead) Long() bool { return width(h.Label) > 26 }

// Row is a row as it is shown.
type Row struct {
	Source int64 // in the department's sheet, from 1
	Number int64 // of the record, as the API has it
	Total  bool  // a totals row of the sheet
	Cells  []Cell
}

// Cell is a value as it is shown.
type Cell struct {
	Text  string // as people read it
	Exact string // as programs get it, "" where it is the same
	Null  bool
	Pad   string // invisible digits behind it that bring its decimal point into line
	More  string // address of the whole text, where Text is only its beginning
	Align Align
}

// Download is the block of files.
type Download struct {
	Everything []File
	Seen       []File // what the filter leaves; nil without one
	Rows       int64
	SHA256     string  // content hash of the version
	APIURL     string  // of the version's description with all checksums
	Package    string  // URL of the version as a data package
	Cite       []Field // what the form sends that cites what is seen; none for what cannot be cited
}

// File is a download.
type File struct {
	Format string // CSV
	Note   string // what it is good for, in a few words
	URL    string
	Bytes  int64 // 0 where it was never built
	Exact  bool  // Bytes is exact
	SHA256 string
	Media  string // media type; "" for another guise of a format that is listed
	Code   bool   // rather for programs than for people
}

// Wide reports whether name and note are too long for one line.
func (f File) Wide() bool { return width(f.Format)+width(f.Note) > 20 }

// ColumnCard is an entry of the data dictionary.
type ColumnCard struct {
	Label       string
	Name        string
	SourceLabel string // as written in the sheet, "" where it is the label
	SourceCol   string // letters of the sheet's column, "" where it was made
	Type        string
	Unit        string
	Description string
	Evidence    string
	Made        string        // from what it was made, in words; "" for a column of the sheet
	Kind        string        // what its values are beyond their type, in words
	Notes       []string      // what to know before using it: reference system of coordinates, masking
	InKey       bool          // it is part of what tells rows apart
	Rules       []string      // declared rules, in words
	Aliases     []EarlierName // API names that it had before
	Missing     string        // share without a value, in words, "" where none
	Distinct    string
	Min, Max    string // "" where they say nothing
	Mean        string
	Bars        []Bar
}

// Bar is a frequent value with how often it occurs.
type Bar struct {
	Value string
	Count int64
	Width int // of the longest, in percent, at least 1
}

// CodeBlock shows how to call the API.
type CodeBlock struct {
	RowsURL string
	Samples []Sample
	DocsURL string
}

// Sample is a program in one language.
type Sample struct {
	ID   string // curl, python, r
	Name string
	Code string
}

// Findings are what was noticed, the gravest first; those beyond a handful are
// folded away.
type Findings struct{ Shown, Folded []Finding }

// findingsOpen is how many findings are shown before the rest is folded.
const findingsOpen = 6

// NewFindings folds all but the first few away.
func NewFindings(all []Finding) Findings {
	if len(all) <= findingsOpen+1 {
		return Findings{Shown: all}
	}
	return Findings{Shown: all[:findingsOpen], Folded: all[findingsOpen:]}
}

// Len is how many findings there are.
func (f Findings) Len() int { return len(f.Shown) + len(f.Folded) }

// Finding is something that was understood, assumed or found wanting.
type Finding struct {
	Severity string // error, warning, info
	Word     string // the severity in words
	Sentence string
	Where    string
	Expected string
	Actual   string
	Fix      string
	Count    int64
	Accepted string // who acknowledged the warning, ""
}

// VersionLine is a version in the list of versions.
type VersionLine struct {
	Number    int
	URL       string // "" where it cannot be read
	State     string // code
	Word      string // the state in words
	Published time.Time
	Rows      int64
	Hash      string       // of its content
	Reason    string       // why it was withdrawn
	Current   bool         // the one that is shown
	Changes   string       // what changed since the version before, in words; "" where nobody has looked yet
	Files     []ChangeFile // every cell that changed, by table
}

// EarlierName is a name that a column had before.
type EarlierName struct {
	Name string
	Note string // until when it works, in words; "" where it goes on working
}

// ChangeFile is a csv with every cell of a table that changed.
type ChangeFile struct {
	Table string // its label; "" where the dataset has one
	URL   string
}
