package shape

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/unicode/norm"

	"gongkai/catalog"
	"gongkai/ingest/sheet"
)

// Identifier turns a label into a name that a program can type: lower case
// ASCII letters, digits and underscores, Chinese by pinyin. It never begins
// with a digit or an underscore, is no word of SQL, and is "" where nothing of
// the label can be written so. The same label always gives the same name.
func Identifier(label string) string {
	var b strings.Builder
	py := pinyin.NewArgs()
	gap := false
	word := func(s string) {
		if gap && b.Len() > 0 {
			b.WriteByte('_')
		}
		gap = false
		b.WriteString(s)
	}
	for _, r := range norm.NFKD.String(label) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			word(string(r))
		case r >= 'A' && r <= 'Z':
			word(string(r + 'a' - 'A'))
		case unicode.Is(unicode.Han, r):
			if p := pinyin.SinglePinyin(r, py); len(p) > 0 {
				word(p[0])
			}
		case unicode.Is(unicode.Mn, r): // the accents that NFKD set apart
		default:
			if s := romanOf(r); s != "" {
				word(s)
			} else {
				gap = true
			}
		}
	}
	name := b.String()
	switch {
	case name == "":
		return ""
	case name[0] >= '0' && name[0] <= '9':
		if isYear(name[:min(4, len(name))]) {
			return "y" + name
		}
		return "n" + name
	case catalog.Keyword(name):
		return name + "_value"
	}
	return name
}

// romanOf writes letters that have no ASCII base as they are usually written.
func romanOf(r rune) string {
	switch r {
	case 'ß':
		return "ss"
	case 'ø', 'Ø':
		return "o"
	case 'æ', 'Æ':
		return "ae"
	case 'œ', 'Œ':
		return "oe"
	case 'ł', 'Ł':
		return "l"
	case 'đ', 'Đ', 'ð', 'Ð':
		return "d"
	case 'þ', 'Þ':
		return "th"
	case 'ı':
		return "i"
	case 'μ', 'µ':
		return "u"
	case '%', '‰':
		return "pct"
	}
	return ""
}

// nameColumns gives every column its identifier; the second of one name gets
// _2, a column without a usable label is called by its letter. Columns that a
// recipe knows have the names that it gives; no other takes one of its names
// or aliases, that of a column which is missing now included.
func (n *names) nameColumns(t *Table) {
	pool, given := newNamePool(), map[string]bool{}
	if t.Decided != nil {
		for i := range t.Decided.Columns {
			pool.taken[t.Decided.Columns[i].Name] = true
			for _, alias := range t.Decided.Columns[i].Aliases {
				pool.taken[alias] = true
			}
		}
	}
	var rest []*Column
	for i := range t.Columns {
		c := &t.Columns[i]
		name := c.fixedName
		if c.Decided != nil && c.Decided.Name != "" {
			name = c.Decided.Name
		}
		if name == "" || given[name] {
			rest = append(rest, c)
			continue
		}
		c.Name, given[name], pool.taken[name] = name, true, true
	}
	for _, c := range rest {
		c.Name = pool.free(n.columnName(c))
	}
}

// columnName makes a name of a column's label, words of the dictionary put in.
func (n *names) columnName(c *Column) string {
	if c.Made != "" {
		return string(c.Made)
	}
	name := ""
	for _, whole := range [...]string{c.nameLabel, c.found, c.SourceLabel} {
		if word, ok := n.dictionary[foldLabel(whole)]; ok && name == "" {
			name = Identifier(word)
		}
	}
	if name == "" {
		levels := strings.Split(c.nameLabel, " / ")
		for i := range levels {
			levels[i] = n.translate(levels[i])
		}
		name = Identifier(join(levels))
	}
	if name == "" {
		name = "column_" + strings.ToLower(sheet.ColumnName(c.Col))
	}
	return name
}

// names makes identifiers of labels.
type names struct{ dictionary map[string]string } // folded label to the word for it

func newNames(dictionary map[string]string) *names {
	n := &names{map[string]string{}}
	for label, word := range dictionary {
		if Identifier(word) != "" {
			n.dictionary[foldLabel(label)] = word
		}
	}
	return n
}

func (n *names) translate(label string) string {
	if word, ok := n.dictionary[foldLabel(label)]; ok {
		return word
	}
	return label
}

// namePool hands out names, each once.
type namePool struct {
	taken map[string]bool
	next  map[string]int // the number to try next behind a name that is taken
}

func newNamePool() namePool { return namePool{map[string]bool{}, map[string]int{}} }

func (p namePool) free(name string) string {
	out := name
	for p.taken[out] {
		n := max(p.next[name], 2)
		out, p.next[name] = name+"_"+strconv.Itoa(n), n+1
	}
	p.taken[out] = true
	return out
}

// nameTables names the tables as the recipe does, else by their sheets where
// those have names worth the word, else table, numbered where there are several.
func (n *names) nameTables(tables []Table, recipe *catalog.Recipe) {
	pool := newNamePool()
	for i := range recipe.Tables {
		pool.taken[recipe.Tables[i].Name] = true
	}
	for i := range tables {
		t := &tables[i]
		if t.Decided != nil {
			if t.Decided.Label != "" {
				t.Label = t.Decided.Label
			}
			if t.Name = t.Decided.Name; t.Name != "" {
				continue
			}
		}
		name := Identifier(n.translate(t.Sheet.Name))
		if name == "" || emptySheetName(t.Sheet.Name) {
			name = "table"
		}
		t.Name = pool.free(name)
	}
}

// emptySheetName reports whether a program gave the sheet its name.
func emptySheetName(s string) bool {
	low := strings.ToLower(strings.TrimRight(s, "0123456789 ()（）"))
	switch low {
	case "sheet", "工作表", "{worksheet}", "worksheet", "table", "tabelle", "feuil", "hoja", "":
		return true
	}
	return false
}
