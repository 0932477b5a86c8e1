package query

import (
	"strings"

	"gongkai/catalog"
)

// key is a column that rows are ordered by. Rows without a value come last in
// both directions.
type key struct {
	field *field
	desc  bool
}

func (k key) normal() string {
	if k.desc {
		return k.field.column.Name + " desc"
	}
	return k.field.column.Name
}

// parseOrder reads "a desc, b". The row of the source sheet ends every order,
// so that it is total; source order alone is the empty list.
func parseOrder(text string, s *scope) ([]key, *catalog.Error) {
	l := &lexer{field: "order_by", text: text}
	if err := l.check(); err != nil {
		return nil, err
	}
	var keys []key
	total := false
	for {
		k, at, err := parseKey(l, s)
		if err != nil {
			return nil, err
		}
		for _, have := range keys {
			if have.field == k.field {
				return nil, l.fail(at, "name each column once", "%s stands in order_by twice", k.field.column.Name)
			}
		}
		if len(keys) == MaxKeys {
			return nil, l.fail(at, "order by fewer columns", "order_by has more than %d columns", MaxKeys)
		}
		if !total { // what follows the row number changes nothing
			keys = append(keys, k)
			total = k.field.column.Name == catalog.ColumnRow
		}
		more, err := orderContinues(l)
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
	}
	if len(keys) == 1 && total && !keys[0].desc {
		return nil, nil
	}
	return keys, nil
}

const orderFix = "write order_by as name, or name desc, with commas between"

func orderContinues(l *lexer) (bool, *catalog.Error) {
	t, err := l.next()
	switch {
	case err != nil:
		return false, err
	case t.kind == tokenEnd:
		return false, nil
	case t.kind == tokenSymbol && t.text == ",":
		return true, nil
	case strings.EqualFold(t.text, "nulls"):
		return false, l.fail(t.pos, "leave it out", "rows without a value always come last")
	}
	return false, l.fail(t.pos, orderFix, "a comma or the end was expected here, not %s", t)
}

func parseKey(l *lexer, s *scope) (k key, at int, err *catalog.Error) {
	t, err := l.next()
	if err != nil {
		return k, t.pos, err
	}
	if t.kind != tokenName && t.kind != tokenQuoted {
		fix := orderFix
		if t.kind == tokenKeyword {
			fix = `a column of that name is written in double quotes: "` + t.text + `"`
		}
		if t.kind == tokenSymbol && t.text == "-" {
			fix = "write name desc for the greatest first"
		}
		return k, t.pos, l.fail(t.pos, fix, "a column was expected here, not %s", t)
	}
	f, missing := s.find(t.text)
	if missing != nil {
		return k, t.pos, l.fail(t.pos, missing.Fix, "%s", missing.Message)
	}
	k.field = f
	before := l.off
	direction, err := l.next()
	if err != nil {
		return k, t.pos, err
	}
	switch word := strings.ToLower(direction.text); {
	case direction.kind == tokenName && word == "desc":
		k.desc = true
	case direction.kind == tokenName && word == "asc":
	default:
		l.off = before
	}
	return k, t.pos, nil
}

// parseSelect resolves the columns to show.
func parseSelect(names []string, s *scope) ([]*field, *catalog.Error) {
	if len(names) == 0 {
		var all []*field
		for i := range s.fields {
			if !s.fields[i].hidden {
				all = append(all, &s.fields[i])
			}
		}
		return all, nil
	}
	text := strings.Join(names, ",")
	if err := (&lexer{field: "select", text: text}).check(); err != nil {
		return nil, err
	}
	fail := func(off int, fix, format string, args ...any) *catalog.Error {
		return invalid("select", text, off, fix, format, args...)
	}
	var chosen []*field
	seen := map[*field]bool{}
	off := 0
	for _, raw := range names {
		at := off + len(raw) - len(strings.TrimLeft(raw, " \t\n\r"))
		off += len(raw) + 1
		name := strings.TrimSpace(raw)
		if name == "" {
			return nil, fail(at, "write select as name, other_name; leave it out for all columns", "a column name is missing in select")
		}
		if len(name) >= 2 && name[0] == '"' && name[len(name)-1] == '"' {
			name = strings.ReplaceAll(name[1:len(name)-1], `""`, `"`)
		}
		if name == "*" {
			return nil, fail(at, "leave select out for all columns", "* is no column")
		}
		f, missing := s.find(name)
		if missing != nil {
			return nil, fail(at, missing.Fix, "%s", missing.Message)
		}
		if seen[f] {
			return nil, fail(at, "name each column once", "%s stands in select twice", f.column.Name)
		}
		seen[f] = true
		chosen = append(chosen, f)
	}
	return chosen, nil
}
