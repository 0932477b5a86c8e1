package catalog

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// CitationID is the short, permanent name of a citation, in URLs and in print:
// sixteen letters and digits that follow from what is cited.
type CitationID string

// Citation freezes what somebody quotes: which rows of which version, what they
// were and what they were called. It is never changed.
type Citation struct {
	ID      CitationID
	Dataset DatasetID
	Version int
	Table   string        // API name
	Query   CitationQuery //
	As      CitedAs       // zero for citations of before names were kept
	Content string        // content hash of the version
	Result  string        // SHA-256 of the answer as csv, hex; "" when the version was purged
	Rows    int64         // of the answer
	At      time.Time     // when it was made
}

// CitedAs is what somebody who cites reads beside the rows. Datasets get other
// titles and versions are published again; what stands in print stays.
type CitedAs struct {
	Publisher Text      `json:"publisher,omitzero"`
	Title     Text      `json:"title,omitzero"`
	Table     string    `json:"table,omitempty"`    // its label, where the version has several tables
	Published time.Time `json:"published,omitzero"` // of the version, UTC, to the second
}

// CitationQuery is the query of a citation as it was asked; all empty is the
// whole table.
type CitationQuery struct {
	Select   string `json:"select,omitempty"`
	Where    string `json:"where,omitempty"`
	Q        string `json:"q,omitempty"`
	GroupBy  string `json:"group_by,omitempty"`
	Having   string `json:"having,omitempty"`
	Distinct bool   `json:"distinct,omitempty"`
	OrderBy  string `json:"order_by,omitempty"`
	Totals   string `json:"totals,omitempty"`
	Limit    int    `json:"limit,omitempty"` // the first so many rows; 0 is all
}

// MaxCitationQuery is how many bytes the parameters of a citation may have
// together: each is kept for ever.
const MaxCitationQuery = 4000

// Params gives the query as parameters of a URL that asks for its rows: name
// and value of those that say something.
func (q *CitationQuery) Params() [][2]string {
	var out [][2]string
	for _, p := range [...][2]string{
		{"select", q.Select}, {"where", q.Where}, {"q", q.Q}, {"group_by", q.GroupBy}, {"having", q.Having}, {"order_by", q.OrderBy}, {"totals", q.Totals},
	} {
		if p[1] != "" {
			out = append(out, p)
		}
	}
	if q.Distinct {
		out = append(out, [2]string{"distinct", "true"})
	}
	if q.Limit > 0 {
		out = append(out, [2]string{"limit", strconv.Itoa(q.Limit)})
	}
	return out
}

// Check refuses what is too long to be kept and what is no number of rows.
func (q *CitationQuery) Check() error {
	if q.Limit < 0 {
		e := Errorf(Invalid, "give the number of the first rows that you cite, or leave it out for all", "limit cannot be %d", q.Limit)
		e.Field = "limit"
		return e
	}
	bytes := 0
	for _, p := range q.Params() {
		bytes += len(p[1])
	}
	if bytes > MaxCitationQuery {
		return Errorf(TooLarge, "shorten it: leave out what does not change the answer, or cite a wider query and name the rows in your text",
			"a citation's query may have %d bytes, this one has %d", MaxCitationQuery, bytes)
	}
	return nil
}

// NewCitationID names what is cited: the same rows, asked for in the same words,
// of the same version under the same title have one name.
func NewCitationID(c *Citation) CitationID {
	text, err := json.Marshal(c.Query)
	if err != nil {
		panic(err) // texts, numbers and truth values are always JSON
	}
	as, err := json.Marshal(c.As)
	if err != nil {
		panic(err)
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%d\x00%d\x00%s\x00%s\x00%s\x00%s", c.Dataset, c.Version, c.Content, c.Table, text, as))
	return CitationID(strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10])))
}
