package sheet

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
)

// The codes of Rejected.
const (
	FileEmpty           = "file-empty"
	FileTypeUnknown     = "file-type-unknown"     // found
	FileTypeUnsupported = "file-type-unsupported" // found, fix
	FileEncrypted       = "file-encrypted"
	FileDamaged         = "file-damaged"     // entry, offset, reason
	FileTooLarge        = "file-too-large"   // limit, found, allowed
	ZipBomb             = "zip-bomb"         // entry, limit, found, allowed
	ZipUnsafeEntry      = "zip-unsafe-entry" // entry
	XMLDTD              = "xml-dtd"          // entry, offset
	TextUndecodable     = "text-undecodable" // encoding, row, offset, byte
	EncodingUnknown     = "encoding-unknown" // encoding
)

// The codes of Problem.
const (
	HiddenSheet         = "hidden-sheet"
	ExternalLink        = "external-link"         // count
	FormulaWithoutValue = "formula-without-value" // count, cells
	CellError           = "cell-error"            // error, count, cells
	NumberDamaged       = "number-damaged"        // value of the first, count, cells
	NumberUnreadable    = "number-unreadable"     // a numeric cell that holds no number; kept as text
	TextMissing         = "text-missing"          // a cell names a shared text that is not there
	TextTooLong         = "text-too-long"         // over 32,767 characters; kept
	CellAddress         = "cell-address"          // rows or cells out of order, twice, or with an unreadable address
	UsedRangeEmpty      = "used-range-empty"      // rows: how many formatted rows without content follow
	CSVRaggedRow        = "csv-ragged-row"        // width: usual number of fields, count, cells
	CSVStrayQuote       = "csv-stray-quote"       // count, cells
	CSVOpenQuote        = "csv-open-quote"        // a quote that is never closed; read as a character
	EncodingGuessed     = "encoding-guessed"      // encoding, why
	NULBytes            = "nul-bytes"             // count, cells
	ZipEntrySkipped     = "zip-entry-skipped"     // entry, found: a file of a zip that is no table
	CommentsUnread      = "comments-unread"       // entry, reason: comments or properties that were not read
	TableInCell         = "table-in-cell"         // count, cells: a table inside a cell of a page, read as its text
)

// Rejected says that a file cannot be read as asked, and why. It is bad data,
// not our failure: ingest makes a finding of it.
type Rejected struct {
	Code  string
	Args  map[string]string
	Sheet string
	Cell  string
}

func (r *Rejected) Error() string {
	var b strings.Builder
	b.WriteString("sheet: " + r.Code)
	if r.Sheet != "" {
		fmt.Fprintf(&b, " sheet=%q", r.Sheet)
	}
	if r.Cell != "" {
		b.WriteString(" cell=" + r.Cell)
	}
	for _, k := range sortedKeys(r.Args) {
		fmt.Fprintf(&b, " %s=%q", k, r.Args[k])
	}
	return b.String()
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// reject makes a Rejected from pairs of argument names and values.
func reject(code string, pairs ...string) *Rejected {
	r := &Rejected{Code: code, Args: map[string]string{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		r.Args[pairs[i]] = pairs[i+1]
	}
	return r
}

func tooLarge(limit string, found, allowed int64) *Rejected {
	return reject(FileTooLarge, "limit", limit,
		"found", strconv.FormatInt(found, 10), "allowed", strconv.FormatInt(allowed, 10))
}

// at names the cell where reading ended.
func (r *Rejected) at(row, col int) *Rejected {
	r.Cell = Address(row, col)
	return r
}

// problems gathers what was noticed, places of one kind as one Problem.
type problems struct {
	groups map[problemKey]*problemGroup
	order  []*problemGroup
}

type problemKey struct{ code, sheet, variant string }

type problemGroup struct {
	problem Problem
	count   int
	cells   []string
}

const (
	placesShown   = 10
	problemGroups = 2000 // more kinds of problems than that are noise
)

// at notes a problem of a cell. Problems with different variants are kept
// apart; pairs are the arguments, taken from the first place.
func (p *problems) at(code, sheet, variant string, row, col int, pairs ...string) {
	g := p.group(problemKey{code, sheet, variant}, pairs)
	if g == nil {
		return
	}
	g.count++
	if len(g.cells) < placesShown {
		g.cells = append(g.cells, Address(row, col))
	}
}

// of notes a problem of a whole sheet or file.
func (p *problems) of(code, sheet string, pairs ...string) {
	p.group(problemKey{code, sheet, ""}, pairs)
}

func (p *problems) group(k problemKey, pairs []string) *problemGroup {
	if g := p.groups[k]; g != nil {
		return g
	}
	if len(p.order) >= problemGroups {
		return nil
	}
	if p.groups == nil {
		p.groups = map[problemKey]*problemGroup{}
	}
	g := &problemGroup{problem: Problem{Code: k.code, Sheet: k.sheet, Args: reject("", pairs...).Args}}
	p.groups[k] = g
	p.order = append(p.order, g)
	return g
}

// all gives the problems in the order they were first met.
func (p *problems) all() []Problem {
	out := make([]Problem, 0, len(p.order))
	for _, g := range p.order {
		if g.count > 0 {
			g.problem.Cell = g.cells[0]
			g.problem.Args["count"] = strconv.Itoa(g.count)
			g.problem.Args["cells"] = strings.Join(g.cells, " ")
		}
		out = append(out, g.problem)
	}
	return out
}
