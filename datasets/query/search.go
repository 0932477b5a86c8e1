package query

import (
	"strings"

	"gongkai/catalog"
)

// bindSearch makes conditions of the words of q: each must occur in one of the
// text columns of a row, in any case, as a part of a longer word as well, for
// Chinese has no spaces. A phrase in double quotes is one word.
func bindSearch(text string, s *scope) ([]expr, *catalog.Error) {
	if err := (&lexer{field: "q", text: text}).check(); err != nil {
		return nil, err
	}
	words := searchWords(text)
	if len(words) > MaxWords {
		return nil, invalid("q", text, 0, "ask for fewer words, or write a condition with where", "q has %d words, the most is %d", len(words), MaxWords)
	}
	var columns []*field
	for i := range s.fields {
		if f := &s.fields[i]; !f.hidden && family(f.typ.class) == classText {
			columns = append(columns, f)
		}
	}
	if len(columns) == 0 {
		return nil, invalid("q", text, 0, "write a condition with where", "the table has no text column to look in")
	}
	var list []expr
	for _, w := range words {
		list = append(list, searchWord(w, columns))
	}
	return list, nil
}

func searchWords(text string) []string {
	var words []string
	for i, part := range strings.Split(text, `"`) {
		if i%2 == 0 {
			words = append(words, strings.Fields(part)...)
		} else if part = strings.Join(strings.Fields(part), " "); part != "" {
			words = append(words, part)
		}
	}
	return words
}

// searchWord is the condition that a word occurs. Words without case, as
// Chinese and numbers, are looked for without folding the columns.
func searchWord(word string, columns []*field) expr {
	folded := strings.ToLower(word)
	cased := folded != word || strings.ToUpper(word) != word
	var sql []string
	var args []any
	for _, f := range columns {
		column := columnSQL(f.column.Name)
		if cased {
			column = "lower(" + column + ")"
		}
		sql, args = append(sql, "contains("+column+", ?)"), append(args, folded)
	}
	x := condition("q "+quoteText(folded), "")
	x.sql, x.args = "(coalesce("+strings.Join(sql, ", FALSE) OR coalesce(")+", FALSE))", args
	quoted := "“" + shorten(word) + "”"
	x.says = catalog.Text{ZH: "含有" + quoted, EN: "a text contains " + quoted}
	return x
}
