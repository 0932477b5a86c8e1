package catalog

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// MaxRecipe is how many bytes the JSON of a recipe may have.
const MaxRecipe = 4 << 20

// What a recipe may hold at most.
const (
	maxRecipeTables  = 200
	maxRecipeColumns = 2000 // of one table: what a version file takes
	maxRecipeText    = 40_000
	maxNames         = 1000 // of sheets, markers, aliases, values of an enum
	maxIdentifier    = 1000 // names are never cut, and headings can be long
)

// Check says whether a recipe can be used, as far as that can be told without
// data: names are identifiers and unique, with the aliases among them, codes
// are known, rules can be kept by some value. The error is of kind Invalid; its
// Field is the place in the JSON: tables[0].columns[2].constraints.pattern.
func (r *Recipe) Check() error {
	body, err := json.Marshal(r)
	if err != nil {
		return Errorf(Invalid, "send the recipe as the API gave it", "the recipe is no JSON: %v", err)
	}
	if len(body) > MaxRecipe {
		return Errorf(TooLarge, "leave out the columns that need no decision: they are found out anew", "the recipe has %d bytes, the most is %d", len(body), MaxRecipe)
	}
	if err := r.checkTop(); err != nil {
		return err
	}
	names := map[string]string{}
	for i := range r.Tables {
		at := "tables[" + strconv.Itoa(i) + "]"
		if err := checkTableName(at+".name", r.Tables[i].Name, names); err != nil {
			return err
		}
		if err := r.Tables[i].check(at); err != nil {
			return err
		}
	}
	return nil
}

func (r *Recipe) checkTop() error {
	if len(r.Tables) > maxRecipeTables {
		return invalid("tables", "split the series into several datasets", "%d tables, the most is %d", len(r.Tables), maxRecipeTables)
	}
	if err := checkTexts("encoding", 100, r.Encoding); err != nil {
		return err
	}
	if err := checkList("skip_sheets", r.SkipSheets); err != nil {
		return err
	}
	if len(r.Dictionary) > 10*maxNames {
		return invalid("dictionary", "keep the words that names need", "%d words, the most is %d", len(r.Dictionary), 10*maxNames)
	}
	for _, k := range sortedKeys(r.Dictionary) {
		if field := "dictionary." + k; strings.TrimSpace(k) == "" || strings.TrimSpace(r.Dictionary[k]) == "" {
			return invalid(field, "give a heading and the word that names use for it, or leave the entry out", "the dictionary has an entry without %s", map[bool]string{true: "a heading", false: "a word"}[strings.TrimSpace(k) == ""])
		} else if err := checkTexts(field, 1000, k, r.Dictionary[k]); err != nil {
			return err
		}
	}
	if r.Outside == nil {
		return nil
	}
	if r.Outside.Action != PublishPersonal {
		return invalid("outside.action", "write publish: it says that the information is known and is not part of the tables; else remove it from the workbook", "%q cannot be done outside the tables", r.Outside.Action)
	}
	return r.Outside.check("outside")
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (t *RecipeTable) check(at string) error {
	if len(t.Columns) > maxRecipeColumns {
		return invalid(at+".columns", "split the table, or turn its columns into rows", "%d columns, the most is %d", len(t.Columns), maxRecipeColumns)
	}
	if err := checkTexts(at+".label", maxRecipeText, t.Label); err != nil {
		return err
	}
	if err := checkList(at+".sheets", t.Sheets); err != nil {
		return err
	}
	if h := t.HeaderRows; h != nil && (h[0] < 0 || h[1] < h[0] || h[0] == 0 && h[1] > 0) {
		return invalid(at+".header_rows", "give the first and the last row, such as [3, 5]; [0, 0] says that there is no header", "%d to %d are no header rows", h[0], h[1])
	}
	if err := oneOf(at+".sections", t.Sections, "", "column", "skip"); err != nil {
		return err
	}
	if err := oneOf(at+".hierarchy", t.Hierarchy, "", "columns", "none"); err != nil {
		return err
	}
	names, err := t.checkColumns(at)
	if err != nil {
		return err
	}
	return t.checkUse(at, names)
}

// checkColumns checks each column and gives what their names are, by name.
func (t *RecipeTable) checkColumns(at string) (names map[string]string, err error) {
	names = map[string]string{}
	for i := range t.Columns {
		c := &t.Columns[i]
		here := at + ".columns[" + strconv.Itoa(i) + "]"
		if err := checkName(here+".name", c.Name, names); err != nil {
			return nil, err
		}
		if err := c.check(here); err != nil {
			return nil, err
		}
	}
	for i := range t.Columns {
		here := at + ".columns[" + strconv.Itoa(i) + "].aliases"
		for k, a := range t.Columns[i].Aliases {
			if err := checkName(here+"["+strconv.Itoa(k)+"]", a, names); err != nil {
				return nil, err
			}
		}
	}
	return names, t.checkMade(at, names)
}

// checkMade checks the names of made columns; they may be listed as columns,
// too, but then without a heading of the sheet.
func (t *RecipeTable) checkMade(at string, names map[string]string) error {
	made := [][2]string{}
	if t.SheetColumn != "" {
		made = append(made, [2]string{at + ".sheet_column", t.SheetColumn})
	}
	if u := t.Unpivot; u != nil {
		if len(u.Columns) == 0 {
			return invalid(at+".unpivot.columns", "give the headings of the columns that become rows, such as [\"####年\"], or leave unpivot out", "no columns become rows")
		}
		if err := checkList(at+".unpivot.columns", u.Columns); err != nil {
			return err
		}
		made = append(made, [2]string{at + ".unpivot.heading", u.Heading}, [2]string{at + ".unpivot.value", u.Value})
	}
	taken := map[string]string{}
	for _, m := range made {
		field, name := m[0], m[1]
		if err := checkName(field, name, taken); err != nil {
			return err
		}
		if c := t.Column(name); c != nil && c.Source == "" {
			continue
		}
		if err := checkName(field, name, names); err != nil {
			return err
		}
	}
	return nil
}

// checkUse checks what refers to columns by name. A recipe without columns
// leaves them all to be found out.
func (t *RecipeTable) checkUse(at string, names map[string]string) error {
	known := func(field, name string) error {
		if _, ok := names[name]; ok || len(t.Columns) == 0 {
			return nil
		}
		for _, part := range [...]string{"_start", "_end", "_granularity"} {
			if c := t.Column(strings.TrimSuffix(name, part)); c != nil && c.Name != name && (c.Type == TypePeriod || c.Type == "") {
				return nil
			}
		}
		return invalid(field, "name a column of the table: "+some(t.Columns), "the recipe has no column %q", name)
	}
	seen := map[string]string{}
	for i, name := range t.Key {
		field := at + ".key[" + strconv.Itoa(i) + "]"
		if err := checkName(field, name, seen); err != nil {
			return err
		}
		if err := known(field, name); err != nil {
			return err
		}
		if c := t.Column(name); c != nil && c.Personal != nil && c.Personal.Action != PublishPersonal {
			return invalid(field, "take it out of the key, or decide otherwise about its personal information", "the key names %q, whose values are not published", name)
		}
	}
	if s := t.SmallCounts; s != nil {
		if s.Below < 1 || s.Below > 1000 {
			return invalid(at+".small_counts.below", "give 1 to 1000; 5 is usual, 1 says that no count is too small", "counts below %d", s.Below)
		}
		for i, name := range s.Columns {
			if err := known(at+".small_counts.columns["+strconv.Itoa(i)+"]", name); err != nil {
				return err
			}
		}
	}
	return nil
}

// some lists the names of the first columns.
func some(columns []RecipeColumn) string {
	var out []string
	for i := range columns {
		if i == 10 {
			return strings.Join(out, ", ") + ", …"
		}
		out = append(out, columns[i].Name)
	}
	return strings.Join(out, ", ")
}

func (c *RecipeColumn) check(at string) error {
	if err := checkTexts(at, maxRecipeText, c.Source, c.Label, c.Unit); err != nil {
		return err
	}
	if d := c.Description; d != nil {
		if err := checkTexts(at+".description", maxRecipeText, d.ZH, d.EN); err != nil {
			return err
		}
	}
	if c.Type != "" && !slices.Contains(Types, c.Type) {
		return invalid(at+".type", fmt.Sprintf("give one of %v, or leave it out", Types), "%q is no type", c.Type)
	}
	for _, l := range []struct {
		field string
		list  []string
	}{{".null_markers", c.NullMarkers}, {".keep_markers", c.KeepMarkers}, {".aliases", c.Aliases}} {
		if err := checkList(at+l.field, l.list); err != nil {
			return err
		}
	}
	if err := c.checkAliasUntil(at); err != nil {
		return err
	}
	for _, m := range c.NullMarkers {
		if slices.Contains(c.KeepMarkers, m) {
			return invalid(at+".keep_markers", "name it in one of the two", "%q is a mark for missing values and a value", m)
		}
	}
	if err := oneOf(at+".date_order", c.DateOrder, "", "ymd", "dmy", "mdy"); err != nil {
		return err
	}
	if err := oneOf(at+".decimal_mark", c.DecimalMark, "", ".", ","); err != nil {
		return err
	}
	if err := oneOf(at+".crs", c.CRS, "", WGS84, CGCS2000, GCJ02, BD09); err != nil {
		return err
	}
	if c.Personal != nil {
		if err := oneOf(at+".personal.action", string(c.Personal.Action), string(DropColumn), string(MaskColumn), string(PublishPersonal)); err != nil {
			return err
		}
		if err := c.Personal.check(at + ".personal"); err != nil {
			return err
		}
	}
	if c.Constraints != nil {
		return c.Constraints.Check(at+".constraints", c.Type)
	}
	return nil
}

func (d *PersonalDecision) check(at string) error {
	if strings.TrimSpace(d.Basis) == "" {
		return invalid(at+".basis", "write the legal basis or the reason; the audit trail keeps it", "the decision about personal information names no basis")
	}
	return checkTexts(at+".basis", maxRecipeText, d.Basis)
}

// loneTable is what a table is called that nobody named; it is the one word of
// SQL that a table may be called.
const loneTable = "table"

// checkTableName is checkName for a table.
func checkTableName(field, name string, taken map[string]string) error {
	if name == loneTable {
		return takeName(field, name, taken)
	}
	return checkName(field, name, taken)
}

// checkName wants an identifier that is not taken, and takes it.
func checkName(field, name string, taken map[string]string) error {
	if !Identifier(name) {
		return invalid(field, "use lower-case letters, digits and underscores, beginning with a letter, and no word of SQL, such as total_2024; at most 1,000 characters", "%q is no name that a program can type", name)
	}
	return takeName(field, name, taken)
}

func takeName(field, name string, taken map[string]string) error {
	if other, ok := taken[name]; ok {
		return invalid(field, "give each its own name", "%q is the name of %s already", name, other)
	}
	taken[name] = field
	return nil
}

// Identifier reports whether a name can be that of a column: lower-case ASCII
// letters, digits and underscores, beginning with a letter, and no word that
// queries or SQL give a meaning of its own.
func Identifier(name string) bool { return plainName(name) && !Keyword(name) }

// plainName is Identifier for tables, which may be called table.
func plainName(name string) bool {
	if name == "" || len(name) > maxIdentifier || name[0]-'a' >= 26 {
		return false
	}
	for i := 1; i < len(name); i++ {
		if c := name[i]; c-'a' >= 26 && c-'0' >= 10 && c != '_' {
			return false
		}
	}
	return true
}

// Keyword reports whether queries or SQL give a word a meaning of its own.
func Keyword(name string) bool {
	switch name {
	case "all", "and", "any", "as", "asc", "between", "by", "case", "cast", "column", "create", "cross", "current_date", "default", "delete", "desc", "distinct",
		"drop", "else", "end", "except", "exists", "false", "from", "full", "group", "having", "if", "ilike", "in", "inner", "insert", "intersect", "into", "is", "join", "left", "like", "limit",
		"natural", "not", "null", "offset", "on", "or", "order", "outer", "primary", "references", "right", "select", "set", "some", "table", "then", "timestamp", "to", "true", "union", "unique",
		"update", "user", "using", "values", "when", "where", "window", "with",
		"analyse", "analyze", "anti", "array", "asof", "asymmetric", "both", "check", "collate", "constraint", "current_time", "current_timestamp", "current_user", "deferrable", "describe", "do",
		"fetch", "for", "foreign", "glob", "initially", "isnull", "lambda", "lateral", "leading", "localtime", "localtimestamp", "notnull", "only", "overlaps", "pivot", "pivot_longer", "pivot_wider", "placing", "positional",
		"qualify", "returning", "semi", "session_user", "show", "similar", "summarize", "symmetric", "tablesample", "trailing", "unpivot", "variadic":
		return true
	}
	return false
}

func oneOf(field, word string, words ...string) error {
	if slices.Contains(words, word) {
		return nil
	}
	fix := "give one of " + strings.Join(slices.DeleteFunc(slices.Clone(words), func(w string) bool { return w == "" }), ", ")
	if words[0] == "" {
		fix += ", or leave it out"
	}
	return invalid(field, fix, "%q is nothing that we know", word)
}

// checkList wants a short list of texts without blank ones.
func checkList(field string, list []string) error {
	if len(list) > maxNames {
		return invalid(field, "shorten the list", "%d entries, the most is %d", len(list), maxNames)
	}
	for i, s := range list {
		if strings.TrimSpace(s) == "" {
			return invalid(field+"["+strconv.Itoa(i)+"]", "leave it out", "an entry is blank")
		}
	}
	return checkTexts(field, maxRecipeText, list...)
}

func checkTexts(field string, most int, texts ...string) error {
	for _, s := range texts {
		if len(s) > most {
			return invalid(field, "shorten it", "a text has %d bytes, the most is %d", len(s), most)
		}
		if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
			return invalid(field, "send the recipe as UTF-8 without control characters", "a text is no UTF-8")
		}
	}
	return nil
}
