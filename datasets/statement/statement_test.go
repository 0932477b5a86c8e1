package statement_test

import (
	"errors"
	"strings"
	"testing"

	"gongkai/catalog"
	"gongkai/datasets/statement"
)

// tree is what the engine writes of SELECT items FROM from.
func tree(items, from string) string {
	return `{"error":false,"statements":[{"node":{"type":"SELECT_NODE","select_list":[` + items + `],"from_table":` + from + `,"aggregate_handling":"STANDARD_HANDLING"}}]}`
}

const (
	star    = `{"class":"STAR","type":"STAR","query_location":7,"columns":false}`
	table   = `{"type":"BASE_TABLE","query_location":14,"table_name":"bus-stops"}`
	nowhere = `{"type":"EMPTY","query_location":18446744073709551615}`
)

// TestCheck looks at trees by hand; the trees of the engine itself are in the tests
// of datasets and of the program.
func TestCheck(t *testing.T) {
	const sql = `SELECT * FROM "bus-stops"`
	s, err := statement.Check(sql, []byte(tree(star, table)))
	if err != nil || len(s.Tables) != 1 || s.Tables[0].Dataset != "bus-stops" || s.Tables[0].Pos != 15 {
		t.Fatalf("%+v %v", s, err)
	}
	if name, ok := s.Direct("x"); !ok || name != "x" {
		t.Error("a column of * is not handed through")
	}
	for name, bad := range map[string]string{
		"an unknown node":             tree(`{"class":"BOUND_FUNCTION","type":"BOUND_FUNCTION"}`, table),
		"an unknown field":            tree(`{"class":"CONSTANT","type":"VALUE_CONSTANT","value":{},"more":1}`, table),
		"an unknown source":           tree(star, `{"type":"COLUMN_DATA"}`),
		"a field of another node":     tree(star, `{"type":"BASE_TABLE","table_name":"t","function":{}}`),
		"an unknown query":            `{"error":false,"statements":[{"node":{"type":"STATEMENT_NODE"}}]}`,
		"an unknown modifier":         `{"error":false,"statements":[{"node":{"type":"SELECT_NODE","modifiers":[{"type":"LIMIT_ALL"}]}}]}`,
		"a list that is none":         `{"error":false,"statements":[{"node":{"type":"SELECT_NODE","select_list":5}}]}`,
		"a node that is none":         tree(`5`, table),
		"a function without a name":   tree(`{"class":"FUNCTION","type":"FUNCTION"}`, nowhere),
		"a function of a catalogue":   tree(`{"class":"FUNCTION","type":"FUNCTION","function_name":"upper","catalog":"system"}`, nowhere),
		"state that can be exported":  tree(`{"class":"FUNCTION","type":"FUNCTION","function_name":"sum","export_state":true}`, nowhere),
		"a cast to a type with more":  tree(`{"class":"CAST","type":"OPERATOR_CAST","child":{"class":"CONSTANT"},"cast_type":{"id":"VARCHAR","alias":"x"}}`, nowhere),
		"a recursion with two names":  `{"error":false,"statements":[{"node":{"type":"SELECT_NODE","cte_map":{"map":[{"key":"a","value":{"query":{"node":{"type":"RECURSIVE_CTE_NODE","cte_name":"b"}}}}]}}}]}`,
		"two statements":              `{"error":false,"statements":[{"node":{}},{"node":{}}]}`,
		"none":                        `{"error":false,"statements":[]}`,
		"no JSON":                     `inf`,
		"what it refused far away":    `{"error":true,"error_type":"parser","error_message":"syntax error at or near \"x\"","position":"99999"}`,
		"what it refused before all":  `{"error":true,"error_type":"parser","error_message":"syntax error at or near \"x\"","position":"-3"}`,
		"what the parser refused":     `{"error":true,"error_type":"parser","error_message":"syntax error","position":"3"}`,
		"a table function of no kind": tree(star, `{"type":"TABLE_FUNCTION","function":{"class":"CONSTANT"}}`),
	} {
		_, err := statement.Check(sql, []byte(bad))
		var e *catalog.Error
		if !errors.As(err, &e) || e.Kind != catalog.Invalid || e.Message == "" || e.Fix == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParseName(t *testing.T) {
	for text, want := range map[[2]string]struct {
		dataset, of, version string
	}{
		{"", "bus-stops"}: {"bus-stops", "", ""}, {"", "BUS-stops@12"}: {"bus-stops", "", "12"}, {"", "a.b"}: {"a", "b", ""}, {"", "a.b@3"}: {"a", "b", "3"},
		{"", "a@3.b"}: {"a", "b", "3"}, {"a", "b"}: {"a", "b", ""}, {"a@2", "b"}: {"a", "b", "2"}, {"a", "b@2"}: {"a", "b", "2"}, {"", "a.B.c"}: {"a", "B.c", ""},
		{"", "a@2026-01-31"}: {"a", "", "2026-01-31"}, {"", "a@2026-01-31.b"}: {"a", "b", "2026-01-31"}, {"a", "b@0123456789AB"}: {"a", "b", "0123456789ab"},
	} {
		n, ok := statement.ParseName(text[0], text[1])
		if !ok || n.Dataset != want.dataset || n.Of != want.of || n.Version != want.version || n.Schema != text[0] || n.Table != text[1] {
			t.Errorf("%q: %+v %v", text, n, ok)
		}
	}
	for _, text := range [][2]string{{"", ""}, {"", "@1"}, {"", "a@"}, {"", "a@0"}, {"", "a@-1"}, {"", "a@1@2"}, {"a@1", "b@2"}, {"", ".b"}, {"", "a."}, {"", "a@1x"}, {"", "a@9999999999"}, {"", "a@2026-1-31"}, {"", "a@0123456789a"}, {"", "a@000000000000x"}, {"", "a@00"}, {"", "a@1.b@2026-01-31"}, {"", "\xff"}} {
		if n, ok := statement.ParseName(text[0], text[1]); ok {
			t.Errorf("%q is taken for %+v", text, n)
		}
	}
}

func TestCharacter(t *testing.T) {
	for at, want := range map[int]int{0: 1, 3: 2, 6: 3, 7: 0, -1: 0, 1 << 40: 0} {
		if got := statement.Character("名字", at); got != want {
			t.Errorf("byte %d is character %d, want %d", at, got, want)
		}
	}
}

// TestWide: a sign of a Chinese keyboard is found where it is no part of a text,
// a quoted name or a comment.
func TestWide(t *testing.T) {
	for sql, want := range map[string]int{
		"SELECT a，b": 9, "SELECT 'x，y', （1)": 15, `SELECT "名（元）" FROM t；`: 21, "SELECT 1 -- ，\n，": 15, "/* ， */ ；": 9, "SELECT $$，$$，": 13,
		"SELECT 'it''s，'": 0, "SELECT 1": 0, "": 0, "SELECT '，": 0, `SELECT "，`: 0, "SELECT 城关区": 0, "/* ，": 0,
	} {
		got := 0
		if e := statement.Wide(sql); e != nil {
			got = e.Pos
		}
		if got != want {
			t.Errorf("%q: %d, want %d", sql, got, want)
		}
	}
}

// TestNamesOfTables: a name stands for a table of FROM where that is certain.
func TestNamesOfTables(t *testing.T) {
	join := func(left, right string) string {
		return `{"type":"JOIN","join_type":"INNER","ref_type":"REGULAR","left":` + left + `,"right":` + right + `}`
	}
	base := func(name, alias string) string {
		return `{"type":"BASE_TABLE","query_location":14,"table_name":"` + name + `","alias":"` + alias + `"}`
	}
	s, err := statement.Check("SELECT x", []byte(tree(`{"class":"COLUMN_REF","type":"COLUMN_REF","column_names":["x"]}`, join(join(base("a", "A1"), base("b", "")), join(base("a", "twice"), base("b", "twice"))))))
	if err != nil || s.TakesAll {
		t.Fatalf("%+v %v", s, err)
	}
	for name, want := range map[string]int{"a1": 0, "B": 1, "twice": -1, "a": -1, "c": -1} {
		at, ok := s.Called(name)
		if !ok {
			at = -1
		}
		if at != want {
			t.Errorf("%s is table %d, want %d", name, at, want)
		}
	}
	if s, err = statement.Check("SELECT *", []byte(tree(star, table))); err != nil || !s.TakesAll {
		t.Errorf("*: %+v %v", s, err)
	}
}

// FuzzCheck: whatever a tree looks like, Check ends, and names what it lets in.
func FuzzCheck(f *testing.F) {
	call := func(name string) string {
		return `{"class":"FUNCTION","type":"FUNCTION","query_location":7,"function_name":"` + name + `","children":[` + star + `],"order_bys":{"type":"ORDER_MODIFIER"}}`
	}
	for _, seed := range []string{
		tree(star, table), tree(call("sum"), table), tree(call("read_text"), nowhere), tree(star, `{"type":"TABLE_FUNCTION","function":`+call("read_text")+`}`),
		`{"error":false,"statements":[{"node":{"type":"SELECT_NODE","cte_map":{"map":[{"key":"t","value":{"query":{"node":{"type":"RECURSIVE_CTE_NODE","cte_name":"t","left":{"type":"SELECT_NODE"},"right":{"type":"SELECT_NODE","from_table":` + table + `}}}}}]},"from_table":` + table + `}}]}`,
	} {
		f.Add(`SELECT * FROM "bus-stops"`, seed)
	}
	f.Fuzz(func(t *testing.T, sql, tree string) {
		if e := statement.Wide(sql); e != nil && (e.Pos < 1 || e.Pos > len(sql)) {
			t.Fatalf("character %d of %q", e.Pos, sql)
		}
		s, err := statement.Check(sql, []byte(tree))
		if err != nil {
			var e *catalog.Error
			if !errors.As(err, &e) || e.Fix == "" {
				t.Fatalf("%v", err)
			}
			return
		}
		if strings.Contains(tree, "read_text") && !strings.Contains(strings.ReplaceAll(tree, `"function_name":"read_text"`, ""), "read_text") {
			t.Fatalf("let in: %s", tree)
		}
		for _, n := range s.Tables {
			if n.Dataset == "" {
				t.Fatalf("a table without a dataset: %+v", n)
			}
		}
	})
}
