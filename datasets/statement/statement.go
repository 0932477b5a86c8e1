package statement

import (
	"bytes"
	"encoding/json"
	"regexp"
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
	w := &walker{sql: sql, params: map[string]bool{}, tables: map[string]bool{}}
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
	e := catalog.Errorf(catalog.Invalid, onlySelect, "the statement cannot be read: %s", d.Message)
	e.Field = "sql"
	switch word := firstWord(sql); {
	case strings.Contains(d.Message, "Only SELECT statements") && strings.Contains(" SELECT WITH FROM VALUES TABLE ", " "+word+" "):
		e.Message = "there is something beside one SELECT"
	case strings.Contains(d.Message, "Only SELECT statements"):
		e.Message = "this is no SELECT: " + word + " is not done here"
	case strings.Contains(d.Message, "expression depth"):
		e.Message, e.Fix = tooDeep, flatter
	}
	if at, err := strconv.Atoi(d.Position); err == nil {
		e.Pos = Character(sql, at)
		e.Fix = "look at the SQL before this character; docs/sql.md shows what may be written"
	}
	if strings.Contains(d.Message, "parameters") {
		e.Fix = "write all parameters as ?, or all as $name"
	}
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

// named is how a table may be named: dataset, dataset.table, either with @ and
// the number of a version.
var named = regexp.MustCompile(`^([^.@]+)(?:@([0-9]{1,9}))?(?:\.([^@]+?)(?:@([0-9]{1,9}))?)?$`)

// ParseName reads the name of a table.
func ParseName(schema, table string) (wire.Name, bool) {
	full := table
	if schema != "" {
		full = schema + "." + table
	}
	m := named.FindStringSubmatch(full)
	if m == nil || (m[2] != "" && m[4] != "") || !utf8.ValidString(full) {
		return wire.Name{}, false
	}
	name := wire.Name{Schema: schema, Table: table, Dataset: strings.ToLower(m[1]), Of: m[3]}
	if number := m[2] + m[4]; number != "" {
		v, err := strconv.Atoi(number)
		if err != nil || v < 1 {
			return wire.Name{}, false
		}
		name.Version = v
	}
	return name, true
}
