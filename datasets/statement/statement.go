package statement

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gongkai/catalog"
	"gongkai/datasets/wire"
)

// MaxBytes is how long a statement may be.
const MaxBytes = 32 << 10

// MaxTables is how many tables one statement may name.
const MaxTables = 20

// MaxDepth is how deep the nodes of a statement may lie in one another.
const MaxDepth = 200

// Statement is a statement that was let in.
type Statement struct {
	Tables []wire.Name // each once, in the order in which they are first named
	Params []string    // names of its parameters: 1, 2 for ?, n for $n

	// TakesAll tells that the statement takes all columns of something that it does
	// not name one by one: with * or with PIVOT.
	TakesAll bool

	called map[string]int // names that stand for one table of FROM, in lower case, and which; -1 for several

	direct map[string]string // what a column of the answer is called, and which column of the table it is
	star   bool              // all columns are selected
}

// Direct is the column of the only table that the column of the answer with
// this name is, unchanged; ok is false where it is computed or that is not
// certain.
func (s *Statement) Direct(name string) (column string, ok bool) {
	if column, ok = s.direct[name]; ok {
		return column, column != ""
	}
	return name, s.star
}

// Called is the table, by its place in Tables, that a name in the statement
// stands for, its alias or its own; ok is false where it is not certain.
func (s *Statement) Called(name string) (table int, ok bool) {
	table, ok = s.called[strings.ToLower(name)]
	return table, ok && table >= 0
}

// noteDirect finds the columns that the statement hands through.
func (s *Statement) noteDirect(query any) {
	outer, _ := query.(node)
	n, _ := outer["node"].(node)
	table, _ := n["from_table"].(node)
	items, _ := n["select_list"].([]any)
	if text(n["type"]) != "SELECT_NODE" || text(table["type"]) != "BASE_TABLE" || len(s.Tables) != 1 || table["column_name_alias"] != nil || n["cte_map"] != nil {
		return
	}
	s.direct = map[string]string{}
	for _, v := range items {
		item, _ := v.(node)
		alias := text(item["alias"])
		switch text(item["class"]) {
		case "STAR":
			s.star = s.star || (item["replace_list"] == nil && item["rename_list"] == nil)
		case "COLUMN_REF":
			parts, _ := item["column_names"].([]any)
			if len(parts) == 0 {
				continue
			}
			name := text(parts[len(parts)-1])
			if alias == "" {
				alias = name
			}
			s.direct[alias] = name
		default:
			s.direct[alias] = ""
		}
	}
}

// Check looks at the tree that json_serialize_sql made of sql. The error is a
// *catalog.Error of kind Invalid that says where and what would work instead.
func Check(sql string, tree []byte) (*Statement, error) {
	var doc document
	if err := decode(tree, &doc); err != nil {
		return nil, unreadable(err)
	}
	if doc.Error {
		return nil, doc.refusal(sql)
	}
	w := &walker{sql: sql, params: map[string]bool{}, tables: map[string]int{}}
	switch len(doc.Statements) {
	case 0:
		return nil, catalog.Errorf(catalog.Invalid, onlySelect, "there is no statement")
	case 1:
	default:
		return nil, catalog.Errorf(catalog.Invalid, "send one SELECT at a time; join tables or use UNION ALL to have several results in one",
			"there are %d statements", len(doc.Statements))
	}
	w.query(doc.Statements[0])
	if w.err != nil {
		return nil, w.err
	}
	w.out.noteDirect(doc.Statements[0])
	return &w.out, nil
}

// unreadable explains a tree that is no JSON: the engine writes numbers beyond
// all others as JSON cannot, and Go's reader ends where things lie too deep.
func unreadable(err error) error {
	e := &catalog.Error{Kind: catalog.Invalid, Field: "sql", Cause: err,
		Message: "the statement holds a number that is too large", Fix: "numbers go up to 1.79e308"}
	if strings.Contains(err.Error(), "depth") {
		e.Message, e.Fix = tooDeep, flatter
	}
	return e
}

const (
	tooDeep = "the statement is nested too deep"
	flatter = "write it flatter: IN (…) in place of many ORs, WITH in place of subqueries in subqueries"
)

// document is what json_serialize_sql gives.
type document struct {
	Error      bool   `json:"error"`
	Type       string `json:"error_type"`
	Message    string `json:"error_message"`
	Position   string `json:"position"`
	Statements []node `json:"statements"`
}

// node is a node of the tree; numbers keep their digits.
type node = map[string]any

func decode(tree []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(tree))
	dec.UseNumber()
	return dec.Decode(into)
}

const onlySelect = `send one SELECT (it may begin with WITH), as SELECT * FROM "dataset" LIMIT 10`

// refusal says why the engine's parser made no tree.
func (d *document) refusal(sql string) error {
	if wide := Wide(sql); wide != nil {
		return wide
	}
	word := firstWord(sql)
	begins := slices.Contains([]string{"SELECT", "WITH", "FROM", "VALUES", "TABLE"}, word)
	switch {
	case strings.Contains(d.Message, "Only SELECT statements") && begins:
		return failure(onlySelect, "there is something beside one SELECT")
	case strings.Contains(d.Message, "Only SELECT statements"):
		return failure(onlySelect, "this is no SELECT: %s is not done here", word)
	case strings.Contains(d.Message, "expression depth"):
		return failure(flatter, tooDeep)
	case strings.Contains(d.Message, "parameters"):
		return failure("write all parameters as ?, or all as $name", "the statement mixes parameters of two kinds")
	case strings.Contains(d.Message, "errhint"): // what the parser says of LIMIT 10, 5
		return failure("write LIMIT 5 OFFSET 10 in place of LIMIT 10, 5", "LIMIT takes one number")
	}
	at, err := strconv.Atoi(d.Position)
	if err != nil {
		return failure(onlySelect, "the statement cannot be read: %s", d.Message)
	}
	return syntax(sql, d.Message, at)
}

func failure(fix, format string, args ...any) *catalog.Error {
	e := catalog.Errorf(catalog.Invalid, fix, format, args...)
	e.Field = "sql"
	return e
}

var leadingWord = regexp.MustCompile(`^\W*(\w{1,30})`)

func firstWord(sql string) string {
	if m := leadingWord.FindStringSubmatch(sql); m != nil {
		return strings.ToUpper(m[1])
	}
	return "it"
}

// Character is the character of sql, from 1, at a byte, from 0; 0 where there
// is no such byte.
func Character(sql string, at int) int {
	if at < 0 || at > len(sql) {
		return 0
	}
	return utf8.RuneCountInString(sql[:at]) + 1
}

// pin is how a name says which version it means: by number, as of a day, or by
// the beginning of a content hash.
const pin = `(?:@([0-9]{1,9}|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9a-fA-F]{12,64}))?`

// named is how a table may be named: dataset, dataset.table, either with @ and
// a version.
var named = regexp.MustCompile(`^([^.@]+)` + pin + `(?:\.([^@]+?)` + pin + `)?$`)

// ParseName reads the name of a table. Whether there is such a day or hash is
// the catalogue's business.
func ParseName(schema, table string) (wire.Name, bool) {
	full := table
	if schema != "" {
		full = schema + "." + table
	}
	m := named.FindStringSubmatch(full)
	if m == nil || (m[2] != "" && m[4] != "") || !utf8.ValidString(full) {
		return wire.Name{}, false
	}
	name := wire.Name{Schema: schema, Table: table, Dataset: strings.ToLower(m[1]), Of: m[3], Version: strings.ToLower(m[2] + m[4])}
	return name, strings.Trim(name.Version, "0") != "" || name.Version == ""
}
