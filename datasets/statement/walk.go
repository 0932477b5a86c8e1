package statement

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"gongkai/catalog"
	"gongkai/datasets/query"
)

// walker goes through a tree. The first thing that is not allowed ends it.
type walker struct {
	sql    string
	out    Statement
	scopes []map[string]bool // names of WITH that may be used here, in lower case
	params map[string]bool
	tables map[string]int // places in out.Tables
	at     int            // byte of the statement that is looked at, from 0
	depth  int
	err    *catalog.Error
}

// visit looks at the value of one field.
type visit func(w *walker, v any)

// fields says what a kind of node may consist of. A field that is not listed is
// refused, whatever it holds.
type fields map[string]visit

// refuse notes why the statement is not run, at the place that is looked at.
func (w *walker) refuse(fix, format string, args ...any) {
	if w.err != nil {
		return
	}
	w.err = catalog.Errorf(catalog.Invalid, fix, format, args...)
	w.err.Field = "sql"
	w.err.Pos = Character(w.sql, w.at)
}

// object enters a node and leaves it again.
func (w *walker) object(v any, look func(n node)) {
	n, ok := v.(node)
	if !ok {
		w.refuse(seeDocs, "the statement has a part that is not known here")
		return
	}
	if w.err != nil {
		return
	}
	before := w.at
	if at, ok := locationOf(n); ok && at <= len(w.sql) {
		w.at = at
	}
	if w.depth++; w.depth > MaxDepth {
		w.refuse(flatter, "the statement is nested deeper than %d levels", MaxDepth)
	}
	look(n)
	w.depth--
	w.at = before
}

func locationOf(n node) (int, bool) {
	number, ok := n["query_location"].(json.Number)
	if !ok {
		return 0, false
	}
	at, err := strconv.Atoi(string(number)) // what has no place has one beyond all numbers
	return at, err == nil && at >= 0
}

const seeDocs = "docs/sql.md lists what may be written"

// walk looks at every field of a node, as its kind allows.
func (w *walker) walk(n node, kind string, allowed fields) {
	// In the order of the text as far as it matters: what FROM names comes before
	// what is selected from it, and the order of errors is always the same.
	keys := make([]string, 0, len(n))
	for key := range n {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int {
		if d := strings.Compare(priority(a), priority(b)); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	for _, key := range keys {
		look, ok := allowed[key]
		if !ok {
			if look, ok = everywhere[key]; !ok {
				w.refuse(seeDocs, "%s with %s is not allowed here", kind, strings.ReplaceAll(key, "_", " "))
				return
			}
		}
		look(w, n[key])
	}
}

func priority(key string) string {
	switch key {
	case "cte_map":
		return "0"
	case "from_table":
		return "1"
	}
	return "2"
}

// everywhere is what any node may have.
var everywhere = fields{"class": anything, "type": anything, "alias": anything, "query_location": anything}

// anything takes what carries no meaning of its own.
func anything(*walker, any) {}

// never takes a field only where it says nothing.
func never(what, fix string) visit {
	return func(w *walker, v any) {
		switch v := v.(type) {
		case nil:
		case bool:
			if v {
				w.refuse(fix, "%s is not allowed here", what)
			}
		case string:
			if v != "" {
				w.refuse(fix, "%s is not allowed here", what)
			}
		default:
			w.refuse(fix, "%s is not allowed here", what)
		}
	}
}

// oneOf takes the listed texts.
func oneOf(what, fix string, texts ...string) visit {
	return func(w *walker, v any) {
		if s, ok := v.(string); !ok || !slices.Contains(texts, s) {
			w.refuse(fix, "%s %v is not allowed here", what, v)
		}
	}
}

// each looks at every element of a list.
func each(look visit) visit {
	return func(w *walker, v any) {
		list, ok := v.([]any)
		if !ok {
			w.refuse(seeDocs, "the statement has a part that is not known here")
		}
		for _, item := range list {
			look(w, item)
		}
	}
}

// part looks at an object that has no kind of its own.
func part(what string, allowed fields) visit {
	return func(w *walker, v any) {
		w.object(v, func(n node) { w.walk(n, what, allowed) })
	}
}

// inScope reports whether a name stands for a WITH.
func (w *walker) inScope(name string) bool {
	for _, scope := range w.scopes {
		if scope[strings.ToLower(name)] {
			return true
		}
	}
	return false
}

// within looks at something while a further name of WITH is known.
func (w *walker) within(name string, look func()) {
	w.scopes = append(w.scopes, map[string]bool{strings.ToLower(name): true})
	look()
	w.scopes = w.scopes[:len(w.scopes)-1]
}

// want notes a table that the statement names, and gives its place.
func (w *walker) want(schema, table string) int {
	name, ok := ParseName(schema, table)
	if wide := Wide(w.sql); wide != nil && HasWide(name.Dataset) && w.err == nil { // no dataset is called so
		w.err = wide
		return -1
	}
	if !ok {
		w.refuse(howToName, "%q names no table", shorten(joined(schema, table)))
		return -1
	}
	key := strings.ToLower(schema + "\x00" + table)
	if at, ok := w.tables[key]; ok {
		return at
	}
	at := len(w.tables)
	if at == MaxTables {
		w.refuse("ask for fewer tables at a time", "the statement names more than %d tables", MaxTables)
		return -1
	}
	w.tables[key] = at
	name.Pos = Character(w.sql, w.at)
	w.out.Tables = append(w.out.Tables, name)
	return at
}

const howToName = `name a table as "dataset" or "dataset.table", with a version as "dataset@3", "dataset@2026-01-31" or "dataset@" and twelve digits or more of its content hash; /api/v1/datasets lists the datasets`

func joined(schema, table string) string {
	if schema == "" {
		return table
	}
	return schema + "." + table
}

func shorten(text string) string {
	if runes := []rune(text); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return text
}

// param notes a parameter.
func (w *walker) param(v any) {
	name, ok := v.(string)
	if !ok {
		w.refuse(seeDocs, "this parameter is not understood")
		return
	}
	if !w.params[name] {
		w.params[name] = true
		w.out.Params = append(w.out.Params, name)
	}
}

// function looks at a name of a function or of an operator, and at how it is
// called.
func (w *walker) function(n node, name string, among map[string]check, kind string) {
	lower := strings.ToLower(name)
	rule, ok := among[lower]
	if !ok && strings.Contains(name, "`") {
		w.refuse("write names in double quotes, texts in single quotes", "` quotes nothing in SQL")
		return
	}
	if !ok {
		w.refuse(w.functionFix(lower, among, kind), "the %s %s is not allowed here", kind, shorten(name))
		return
	}
	if rule != nil {
		rule(w, n)
	}
}

func (w *walker) functionFix(name string, among map[string]check, kind string) string {
	for _, why := range refusals {
		if slices.ContainsFunc(why.names, func(pattern string) bool {
			return name == pattern || strings.HasSuffix(pattern, "*") && strings.HasPrefix(name, pattern[:len(pattern)-1])
		}) {
			return why.fix
		}
	}
	if kind != "function" {
		return "the table functions are " + strings.Join(sortedNames(among), ", ")
	}
	return "the functions that may be used are listed in docs/sql.md" + query.Suggest(name, sortedNames(among))
}
