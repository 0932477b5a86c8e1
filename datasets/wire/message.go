package wire

import (
	"time"

	"gongkai/catalog"
)

// Exit codes of a worker that did not say how it ended.
const (
	ExitOrphan  = 17 // its server is gone
	ExitTooLong = 18 // it took longer than it may and did not stop when told
)

// Limits is what a statement may cost. The worker sets them on itself before it
// has read anything of a stranger.
type Limits struct {
	Memory  int64         // bytes of private memory of the process; the engine gets half of it
	CPU     time.Duration // processor time of the process, its start included
	Wall    time.Duration // from the statement to the last row
	Rows    int64         // of the answer
	Bytes   int64         // of the answer as JSON, about
	Threads int           // of the engine
}

// Statement is what somebody asks.
type Statement struct {
	SQL    string
	Params []Param
}

// Param is a value for ?, $1 or $name.
type Param struct {
	Name  string // "1" for the first ? and for $1; without the $
	Value catalog.Value
}

// Name is a table as a statement names it.
type Name struct {
	Schema  string // what stands before the dot outside of quotes, or ""
	Table   string // the identifier
	Dataset string // slug
	Of      string // table of the dataset; "" for its only one
	Version string // number, day or beginning of a content hash; "" for the published one
	Pos     int    // character of the statement at which it is first named, from 1
}

// Source is the file that a Name stands for. Path is the server's word, and the
// only path that a worker ever opens.
type Source struct {
	Path    string
	Storage string // name of the table inside the file
	Columns []Column
}

// Column describes a column of a table or of an answer.
type Column struct {
	Name    string
	Label   string
	Unit    string
	Type    catalog.Type
	Aliases []string // names that it had before
}

// Why an answer is not whole.
const (
	TooManyRows  = "rows"
	TooManyBytes = "bytes"
)

// Ending ends an answer.
type Ending struct {
	Rows      int64
	Truncated string // TooManyRows, TooManyBytes, or "" where the answer is whole
	Renamed   []Renamed
}

// Renamed is a column that the statement names as it was named before.
type Renamed struct {
	Table int // place in Wants, from 0
	Old   string
	Name  string // that it has now
}

// Refusal is why there is no answer, or no whole one.
type Refusal struct {
	Kind    catalog.Kind
	Message string
	Fix     string
	Pos     int    // character of the statement, from 1; 0 for none
	Cause   string // for the server's log
}

// Error gives the message.
func (r *Refusal) Error() string { return r.Message }
