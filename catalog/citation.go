package catalog

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// CitationID is the short, permanent name of a citation, in URLs and in print:
// sixteen letters and digits that follow from what is cited.
type CitationID string

// Citation freezes what somebody quotes: which rows of which version, and what
// they were. It is never changed.
type Citation struct {
	ID      CitationID
	Dataset DatasetID
	Version int
	Table   string        // API name
	Query   CitationQuery //
	Content string        // content hash of the version
	Result  string        // SHA-256 of the answer as csv, hex
	Rows    int64         // of the answer
	At      time.Time     // when it was made
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
}

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
	return out
}

// NewCitationID names what is cited: the same rows, asked for in the same words,
// of the same version have one name.
func NewCitationID(c *Citation) CitationID {
	text, err := json.Marshal(c.Query)
	if err != nil {
		panic(err) // texts and truth values are always JSON
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%d\x00%d\x00%s\x00%s\x00%s", c.Dataset, c.Version, c.Content, c.Table, text))
	return CitationID(strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10])))
}
