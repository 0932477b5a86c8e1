package datasets

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gongkai/catalog"
	"gongkai/datasets/wire"
)

// A statement names a column by its API name; by a name that it had before, so
// that what people have written goes on working; or by its label, as the
// department wrote it. The engine binds the statement to views that have the API
// names. Only what it then does not find is looked up here: nothing that means
// something already gets another meaning.

// tableView is a table as the statement sees it: a view with the columns that
// the catalogue knows, and those of the row.
type tableView struct {
	wire.Source
	alias   string         // of the attached file
	renamed map[int]string // columns that bear another name in place of their own, by index
	more    []moreName     // other names beside the columns' own
}

type moreName struct {
	name   string
	column int
}

// named finds the column that is called name in the view; -1 is none.
func (v *tableView) named(name string) int {
	for i := range v.Columns {
		called := v.Columns[i].Name
		if other, ok := v.renamed[i]; ok {
			called = other
		}
		if strings.EqualFold(called, name) {
			return i
		}
	}
	for _, m := range v.more {
		if strings.EqualFold(m.name, name) {
			return m.column
		}
	}
	return -1
}

// makeView makes the view of the table that the statement names as its i-th, or
// makes it anew.
func (s *stranger) makeView(ctx context.Context, i int) error {
	v, name := &s.views[i], s.stmt.Tables[i]
	view := "main." + quote(name.Table)
	if name.Schema != "" {
		view = quote(name.Schema) + "." + quote(name.Table)
	}
	var columns []string
	own := map[string]bool{}
	for at, c := range v.Columns {
		own[c.Name] = true
		if other, ok := v.renamed[at]; ok {
			columns = append(columns, quote(c.Name)+" AS "+quote(other))
			continue
		}
		columns = append(columns, quote(c.Name))
	}
	for _, c := range []string{catalog.ColumnRow, catalog.ColumnKind} {
		if !own[c] {
			columns = append(columns, quote(c))
		}
	}
	for _, m := range v.more { // last, so that they move no other
		columns = append(columns, quote(v.Columns[m.column].Name)+" AS "+quote(m.name))
	}
	if err := s.conn.exec(ctx, "CREATE OR REPLACE VIEW "+view+" AS SELECT "+strings.Join(columns, ", ")+" FROM "+quote(v.alias)+".main."+quote(v.Storage)); err != nil {
		return fmt.Errorf("make a view: %w", err)
	}
	return nil
}

// resolve gives a column the name under which the statement looks for it and
// does not find it, where the column had this name before or has this label. It
// reports whether there was one, and preparing is worth another try.
func (s *stranger) resolve(ctx context.Context, failed error) (bool, error) {
	words, ok := wordsOf(failed)
	if !ok || words.Type != "Binder" {
		return false, nil
	}
	name, found := s.missing(words), false
	if name == "" {
		return false, nil
	}
	for _, i := range s.among(words) {
		v := &s.views[i]
		column, err := v.meant(name)
		if err != nil {
			return false, err
		}
		if column < 0 {
			continue
		}
		if s.stmt.TakesAll {
			if other, ok := v.renamed[column]; ok {
				return false, twice(v.Columns[column].Name, name, other)
			}
			if v.renamed == nil {
				v.renamed = map[int]string{}
			}
			v.renamed[column] = name
		} else {
			v.more = append(v.more, moreName{name, column})
		}
		if err := s.makeView(ctx, i); err != nil {
			return false, err
		}
		s.note(i, column, name)
		found = true
	}
	if !found {
		return false, s.namedTwice(name)
	}
	return true, nil
}

// note remembers for the answer that a column was named as it was before.
func (s *stranger) note(table, column int, name string) {
	c := &s.views[table].Columns[column]
	if slices.ContainsFunc(c.Aliases, func(old string) bool { return strings.EqualFold(old, name) }) {
		s.renamed = append(s.renamed, wire.Renamed{Table: table, Old: name, Name: c.Name})
	}
}

// notFound are the engine's words for a name that it does not find, the name in
// the first group.
var notFound = []*regexp.Regexp{
	regexp.MustCompile(`^Referenced column "(.*)" not found in FROM clause`),
	regexp.MustCompile(`^Referenced column "(.*)" was not found because the FROM clause is missing`),
	regexp.MustCompile(`^[A-Z][a-zA-Z ]* ".*" does not have a column named "(.*)"`),
	regexp.MustCompile(`^Column "(?:[^"]*\.)?"?(.*?)"?" in (?:EXCLUDE|REPLACE|RENAME) list not found`),
	regexp.MustCompile(`^Column "(.*)" does not exist on (?:left|right) side of join`),
	regexp.MustCompile(`^Column "(.*)" referenced in UNPIVOT but no matching entry`),
	regexp.MustCompile(`^Could not ORDER BY column "(?:[^"]*\.)?"?(.*?)"?": add the expression`),
}

// missing is the name of a column that the engine did not find; "" where that is
// not what is wrong.
func (s *stranger) missing(words engineWords) string {
	line, _, _ := strings.Cut(strings.TrimSpace(words.Message), "\n")
	for _, pattern := range notFound {
		if m := pattern.FindStringSubmatch(line); m != nil {
			if words.Subtype == "COLUMN_NOT_FOUND" && words.Name != "" {
				return words.Name
			}
			return m[1]
		}
	}
	// HAVING says so of a column that is nowhere, too.
	if m := groupBy.FindStringSubmatch(line); m != nil && !slices.ContainsFunc(s.views, func(v tableView) bool { return v.named(m[1]) >= 0 }) {
		return m[1]
	}
	return ""
}

// meant finds the column of the view that is meant by a name that was not found;
// it is -1 where there is none. Several are an error of the client.
func (v *tableView) meant(name string) (column int, err error) {
	if v.named(name) >= 0 {
		return -1, nil
	}
	found, labelled := v.others(name)
	if len(found) == 0 {
		found = labelled
	}
	switch len(found) {
	case 0:
		return -1, nil
	case 1:
		return found[0], nil
	}
	var names []string
	for _, i := range found {
		names = append(names, v.Columns[i].Name)
	}
	return -1, catalog.Errorf(catalog.Invalid, "name one of them: "+strings.Join(names, ", "), "%d columns are called %q", len(found), name)
}

// others finds the columns that had a name before, and those with it as label.
func (v *tableView) others(name string) (was, labelled []int) {
	for i, c := range v.Columns {
		if slices.ContainsFunc(c.Aliases, func(old string) bool { return strings.EqualFold(old, name) }) {
			was = append(was, i)
		}
		if strings.EqualFold(c.Label, name) {
			labelled = append(labelled, i)
		}
	}
	return was, labelled
}

// tableSaid finds the table that the engine speaks of.
var tableSaid = regexp.MustCompile(`^[A-Z][a-zA-Z ]* "(.*)" does not have a column named`)

// among are the tables in which the engine looked for a name, as far as it
// tells; all of them where it does not.
func (s *stranger) among(words engineWords) []int {
	all := make([]int, len(s.views))
	for i := range all {
		all[i] = i
	}
	m := tableSaid.FindStringSubmatch(words.Message)
	if m == nil {
		return all
	}
	if at, ok := s.stmt.Called(m[1]); ok {
		return []int{at}
	}
	return all
}

// namedTwice explains a name that is not there because the column has taken
// another one; nil where that is not so.
func (s *stranger) namedTwice(name string) error {
	for i := range s.views {
		for column, other := range s.views[i].renamed {
			if strings.EqualFold(s.views[i].Columns[column].Name, name) {
				return twice(name, name, other)
			}
		}
	}
	return nil
}

// twice refuses a statement with * that names a column in two ways: * would
// give the column twice.
func twice(column, one, other string) error {
	return catalog.Errorf(catalog.Invalid, "write "+strconv.Quote(column)+" everywhere", "the statement names one column both %q and %q", one, other)
}
