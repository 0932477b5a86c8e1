package query

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"

	"gongkai/catalog"
)

// field is a column that a query may name, with its type.
type field struct {
	column catalog.Column
	typ    valueType
	hidden bool // not among the columns that a query without select gives
}

// scope is what names mean: the columns of one table.
type scope struct {
	fields  []field
	byName  map[string]int
	byLabel map[string][]int
	byAlias map[string][]int // names that columns had before
	ended   map[string]int   // those that work no more
	renamed []Renamed        // those that were used
}

// newScope takes the table's columns, helpers of periods among them, and the
// columns that every stored table has.
func newScope(t *catalog.Table) (*scope, error) {
	s := &scope{byName: map[string]int{}, byLabel: map[string][]int{}, byAlias: map[string][]int{}, ended: map[string]int{}}
	for i := range t.Columns {
		if err := s.add(&t.Columns[i], false); err != nil {
			return nil, err
		}
	}
	for _, h := range rowColumns() {
		if err := s.add(&h, true); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func rowColumns() []catalog.Column {
	return []catalog.Column{
		{Name: catalog.ColumnRow, Label: catalog.ColumnRow, Type: catalog.TypeInteger, SQLType: "BIGINT",
			Description: catalog.Text{ZH: "在原工作表中的行号，从 1 开始", EN: "Row in the source sheet, from 1"}},
		{Name: catalog.ColumnKind, Label: catalog.ColumnKind, Type: catalog.TypeText, SQLType: "VARCHAR",
			Description: catalog.Text{ZH: "record 为记录，total 为合计", EN: "record, or total for a row that adds others up"}},
	}
}

func (s *scope) add(c *catalog.Column, hidden bool) error {
	if _, there := s.byName[c.Name]; there {
		return nil // the table's own column comes first
	}
	t, ok := typeOf(c)
	if !ok {
		return catalog.Errorf(catalog.Internal, "tell the operator of this catalogue", "column %s has the storage type %q, which queries do not know", c.Name, c.SQLType)
	}
	s.byName[c.Name] = len(s.fields)
	if !hidden {
		label := foldLabel(c.Label)
		s.byLabel[label] = append(s.byLabel[label], len(s.fields))
		for _, old := range c.Aliases {
			old = strings.ToLower(old)
			s.byAlias[old] = append(s.byAlias[old], len(s.fields))
		}
		for old := range c.Ended() {
			s.ended[old] = len(s.fields)
		}
	}
	s.fields = append(s.fields, field{*c, t, hidden})
	return nil
}

// foldLabel makes labels equal that look alike: width, spaces and case.
func foldLabel(label string) string {
	return strings.ToLower(strings.Join(strings.Fields(width.Fold.String(label)), " "))
}

// find resolves a name: the API name, then one that a column had before, then
// the label.
func (s *scope) find(name string) (*field, *catalog.Error) {
	if i, ok := s.byName[name]; ok {
		return &s.fields[i], nil
	}
	if i, ok := s.byName[strings.ToLower(name)]; ok {
		return &s.fields[i], nil
	}
	if found := s.byAlias[strings.ToLower(name)]; len(found) > 0 {
		if len(found) > 1 {
			return nil, s.ambiguous(found, "%d columns were called %q", name)
		}
		f := &s.fields[found[0]]
		if use := (Renamed{name, f.column.Name}); !slices.Contains(s.renamed, use) {
			s.renamed = append(s.renamed, use)
		}
		return f, nil
	}
	switch found := s.byLabel[foldLabel(name)]; {
	case len(found) == 1:
		return &s.fields[found[0]], nil
	case len(found) > 1:
		return nil, s.ambiguous(found, "%d columns have the label %q", name)
	}
	if i, ok := s.ended[strings.ToLower(name)]; ok {
		c := &s.fields[i].column
		return nil, catalog.Errorf(catalog.Invalid, "use "+c.Name+", as the column is called now; a version that is named by its number keeps the names that it was published with",
			"the column %s is called %s, and its old name worked until %s", shorten(name), c.Name, c.AliasUntil[strings.ToLower(name)])
	}
	return nil, catalog.Errorf(catalog.Invalid, s.offer(name), "there is no column %s", shorten(name)).Mark(catalog.SlipColumn, name)
}

func (s *scope) ambiguous(found []int, format, name string) *catalog.Error {
	names := make([]string, len(found))
	for i, f := range found {
		names[i] = s.fields[f].column.Name
	}
	return catalog.Errorf(catalog.Invalid, "use one of their API names: "+strings.Join(names, ", "),
		format, len(found), shorten(name))
}

// offer says which columns exist, the likeliest first.
func (s *scope) offer(name string) string {
	var names, candidates []string
	for _, f := range s.fields {
		candidates = append(candidates, f.column.Name)
		if f.hidden {
			continue
		}
		candidates = append(candidates, f.column.Label)
		names = append(names, f.column.Name)
	}
	const most = 50
	list := strings.Join(names, ", ")
	if len(names) > most {
		list = strings.Join(names[:most], ", ") + ", … (the table's page lists all)"
	}
	return "the columns are " + list + suggestion(name, candidates)
}

// suggestion is the candidate that the name is most likely a slip of, as the
// end of a sentence; "" where none is near.
func suggestion(name string, candidates []string) string {
	if utf8.RuneCountInString(name) > 60 {
		return ""
	}
	typed := []rune(foldLabel(name))
	best, nearest := "", 1+max(1, len(typed)/3)
	for _, c := range candidates {
		runes := []rune(foldLabel(c))
		if len(runes) > 80 || len(runes) == 0 {
			continue
		}
		d := max(len(typed), len(runes)) - min(len(typed), len(runes))
		if d < nearest { // else the lengths alone are too far apart
			d = distance(typed, runes)
		}
		if len(typed) > 1 && d >= nearest && strings.Contains(string(runes), string(typed)) {
			d = nearest - 1 // a part of a name is near, though not as near as a slip
		}
		if d < nearest {
			best, nearest = c, d
		}
	}
	if best == "" {
		return ""
	}
	if !isName(best) {
		best = `"` + best + `"`
	}
	return "; did you mean " + best + "?"
}

// isName reports whether s needs no double quotes in a query.
func isName(s string) bool {
	l := lexer{text: s}
	t, err := l.next()
	return err == nil && t.kind == tokenName && t.end == len(s)
}

// distance counts the slips (insert, drop, change, swap of neighbours) between
// two words.
func distance(a, b []rune) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := last[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			row[j] = min(change, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// Quote writes an identifier for SQL.
func Quote(name string) string {
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}
