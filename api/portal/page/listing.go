package page

import "time"

// Home is the front page.
type Home struct {
	Frame
	SearchURL   string
	Figures     Figures
	Popular     []Entry // what people come for, in plain language
	Newest      []Item  // by publication, newest first
	Due         []Item  // due soon or late, the latest first
	Departments []DepartmentLine
}

func (*Home) name() string { return "home" }

// Figures are the numbers of a catalogue.
type Figures struct {
	Datasets    int
	Departments int // with at least one dataset
	Rows        int64
	OnTime      int // datasets whose cycle sets a date and that kept it
	Scheduled   int // datasets whose cycle sets a date
}

// OnTimeShare is OnTime of Scheduled in whole percent, rounded down so that
// 100 means all.
func (f Figures) OnTimeShare() int { return f.OnTime * 100 / max(1, f.Scheduled) }

// Entry is a way in with what lies behind it.
type Entry struct {
	Text  string
	URL   string
	Count int
}

// Punctuality says how a dataset stands to its declared update cycle.
type Punctuality string

// The states of a dataset between two publications.
const (
	OnTime     Punctuality = "ontime"
	DueSoon    Punctuality = "soon" // within a tenth of its cycle, at least a day
	Late       Punctuality = "late"
	Unplanned  Punctuality = "unplanned"  // the cycle sets no date
	Historical Punctuality = "historical" // never updated, or not the newest version
)

// Freshness says what a dataset covers, when it came out and when more is due.
type Freshness struct {
	Covers    string // in words, "" where nobody said
	Published time.Time
	Cycle     string    // the update cycle in words
	Due       time.Time // zero where the cycle sets no date
	State     Punctuality
}

// Item is a dataset in a list.
type Item struct {
	Title       string
	URL         string
	Department  Link
	Description string
	Freshness   Freshness
	Rows        int64
}

// DepartmentLine is a department in a list.
type DepartmentLine struct {
	Link
	Depth    int // below the root of the tree, from 0
	Level    string
	Datasets int
}

// Piece is text of which some is marked.
type Piece struct {
	Text string
	Mark bool
}

// Search is the list of datasets that match.
type Search struct {
	Frame
	Action     string // where the search form goes
	Text       string
	Hidden     []Field // what else the form keeps
	Total      int
	Results    []Result
	Facets     []FacetGroup
	Chosen     []Choice
	Sorts      []Option
	Pager      Pager
	Suggestion *Link // where nothing was found and another spelling finds something
	AllURL     string
	Topics     []Entry // where to go when nothing was found
}

func (*Search) name() string { return "search" }

// Field is a hidden form field.
type Field struct{ Name, Value string }

// Result is a dataset that matches, with where it does.
type Result struct {
	Item
	TitlePieces []Piece
	Excerpt     []Piece
	Columns     []string // labels of matching columns
	Formats     []string
}

// FacetGroup is a facet with its values.
type FacetGroup struct {
	Name   string
	Values []FacetValue
	Folded []FacetValue // the rest, behind "show all"
}

// FacetValue narrows a search or, where it is chosen, widens it again.
type FacetValue struct {
	Text   string
	URL    string
	Count  int
	Chosen bool
}

// Choice is a narrowing in force.
type Choice struct{ Facet, Text, RemoveURL string }

// Option is one of several ways of which one is taken.
type Option struct {
	Text    string
	URL     string
	Current bool
}

// Pager says which part of a list is shown and leads to the others.
type Pager struct {
	First, Last, Total int    // results shown, from 1
	Previous, Next     string // URLs, "" where there is none
}

// Departments lists all departments by their place in the tree.
type Departments struct {
	Frame
	Lines    []DepartmentLine
	Datasets int
}

func (*Departments) name() string { return "departments" }

// Department is the page of one department.
type Department struct {
	Frame
	Title       string
	OtherTitle  string // in the other language, "" where it is the same
	Description string
	Level       string
	Trail       []Link // the departments above it
	Facts       []Fact
	Parts       []DepartmentLine // the departments below it
	Datasets    []Item
	SearchURL   string // its datasets in the search
}

func (*Department) name() string { return "department" }

// Fact is a named piece of information; URL makes it a link, Code sets it as code.
type Fact struct {
	Name  string
	Value string
	URL   string
	Code  bool
}

// Failure is a page that says what happened and what to try.
type Failure struct {
	Frame
	Status  int
	Heading string
	Message string // what happened
	Fix     string // what the reader can do, "" where the ways below say it all
	Detail  string // the words of the program, in English, "" where they would not help
	Reason  string // why a version was withdrawn, as the department wrote it
	Ways    []Link // where to go on
}

func (*Failure) name() string { return "failure" }
