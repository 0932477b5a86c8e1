package datasets

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gongkai/catalog"
	"gongkai/datasets/query"
	"gongkai/datasets/statement"
	"gongkai/datasets/wire"
)

// engineWords is how the engine tells what is wrong with a statement.
type engineWords struct {
	Type     string `json:"exception_type"`
	Message  string `json:"exception_message"`
	Position string `json:"position"`
	Subtype  string `json:"error_subtype"`
	Name     string `json:"name"`
}

// theirs are the types of the engine's errors that a statement is to blame for.
var theirs = []string{"Binder", "Catalog", "Parser", "Conversion", "Out of Range", "Invalid Input", "Mismatch Type", "Invalid type", "Divide by Zero",
	"Not implemented", "Decimal", "Expression", "Parameter Not Resolved", "Parameter Not Allowed", "Syntax", "Unresolved"}

// refusal makes of an error what the client is told. The engine's own word for
// what went wrong comes first: its messages quote the statement, which may hold
// the words that tell a full disk or memory that ran out.
func (s *stranger) refusal(err error) *wire.Refusal {
	words, ok := wordsOf(err)
	if ok && slices.Contains(theirs, words.Type) {
		return s.blame(words)
	}
	var told *catalog.Error
	switch {
	case errors.Is(err, errMemory) || words.Type == "Out of Memory":
		return s.tooMuchMemory(err)
	case errors.Is(err, errSlow) || errors.Is(err, errInterrupted):
		return &wire.Refusal{Kind: catalog.Deadline, Cause: err.Error(), Fix: "filter on fewer rows, join on equal values, group before you join",
			Message: fmt.Sprintf("the statement took longer than the %s that one may take", s.limits.Wall.Round(time.Millisecond))}
	case errors.As(err, &told) && told.Kind == catalog.Invalid:
		return &wire.Refusal{Kind: told.Kind, Message: told.Message, Fix: told.Fix, Pos: told.Pos}
	case s.theirs:
		// Short of memory, the engine and what it is built on say so in many ways.
		return &wire.Refusal{Kind: catalog.Unprocessable, Cause: err.Error(), Fix: "write it in another way, in smaller steps", Message: "the statement broke the process that ran it; nothing else was touched"}
	}
	return &wire.Refusal{Kind: catalog.Internal, Message: "the statement could not be run", Cause: err.Error()}
}

// wordsOf finds what the engine said in an error that comes from it.
func wordsOf(err error) (words engineWords, ok bool) {
	text := err.Error()
	at := strings.IndexByte(text, '{')
	ok = at >= 0 && json.Unmarshal([]byte(text[at:]), &words) == nil && words.Message != ""
	return words, ok
}

func (s *stranger) tooMuchMemory(err error) *wire.Refusal {
	return &wire.Refusal{Kind: catalog.TooLarge, Cause: err.Error(), Fix: "group by fewer values, sort or join fewer rows, and select fewer columns",
		Message: fmt.Sprintf("the statement needs more memory than the %d MB that one may use", s.limits.Memory>>20)}
}

// ours are names that are the worker's own business.
var ours = regexp.MustCompile(`"?\bfile[0-9]+"?\.("?main"?\.)?|"?\bmemory"?\."?main"?\.`)

// blame tells what is wrong with the statement, where and what there is.
func (s *stranger) blame(words engineWords) *wire.Refusal {
	if wide := statement.Wide(s.ask.SQL); wide != nil && statement.HasWide(s.missing(words)) {
		return &wire.Refusal{Kind: wide.Kind, Message: wide.Message, Fix: wide.Fix, Pos: wide.Pos, Cause: words.Message}
	}
	line, _, _ := strings.Cut(strings.TrimSpace(words.Message), "\n") // what follows is the line again, or all that there is
	e := s.explain(words, line)
	if e == nil {
		e = catalog.Errorf(catalog.Invalid, "docs/sql.md shows what may be written", "the engine says: %s", ours.ReplaceAllString(line, ""))
	}
	no := &wire.Refusal{Kind: e.Kind, Message: e.Message, Fix: e.Fix}
	if at, err := strconv.Atoi(words.Position); err == nil {
		no.Pos = statement.Character(s.ask.SQL, at)
	}
	return no
}

// groupBy and compared are how the engine names a column that is not grouped by,
// and two values that are not of one kind.
var (
	groupBy  = regexp.MustCompile(`^column "?(.*?)"? must appear in the GROUP BY clause`)
	compared = regexp.MustCompile(`^Cannot compare values of type (\w+?)(?:_LITERAL)?(?:\(.*\))? and type (\w+?)(?:_LITERAL)?(?:\(.*\))? -`)
)

// explain has words of ours for what goes wrong often; nil is none.
func (s *stranger) explain(words engineWords, line string) *catalog.Error {
	bad := func(fix, format string, args ...any) *catalog.Error {
		return catalog.Errorf(catalog.Invalid, fix, format, args...)
	}
	said := ours.ReplaceAllString(line, "")
	if s.missing(words) != "" {
		return s.noColumn(words)
	}
	if m := groupBy.FindStringSubmatch(line); m != nil {
		return bad("write GROUP BY "+m[1]+" at the end, or take any_value("+m[1]+") or max("+m[1]+")", "the column %q is neither grouped by nor counted or summed up", m[1])
	}
	if m := compared.FindStringSubmatch(line); m != nil {
		return bad("a date or a text is in single quotes, as '2026-01-31'; CAST makes one of the other", "%s cannot be compared with %s", m[1], m[2])
	}
	has := func(part string) bool { return strings.Contains(line, part) }
	switch {
	case has("cannot contain aggregates"):
		return bad("write HAVING in place of WHERE, behind GROUP BY", "counts and sums are not known yet in WHERE")
	case has("ORDER term out of range"):
		return bad("write the number of a column of the answer, or its name", "ORDER BY names a column that the answer does not have")
	case has("Set operations can only apply"):
		return bad("select as many columns on both sides", "both sides of UNION, EXCEPT or INTERSECT must have the same number of columns")
	case words.Type == "Conversion":
		return bad("TRY_CAST gives NULL where a value cannot be converted", "a value cannot be converted: %s", said)
	case has("No function matches"), has("Could not choose a best candidate"):
		return bad("CAST the argument to the type that the function takes", "the function takes other types: %s", said)
	case has("Ambiguous reference"):
		return bad("write the table's name or alias before the column: t.column", "several tables have the column: %s", said)
	case has("Referenced table"):
		return bad("name the table in FROM, or use its alias", "a table that FROM does not name: %s", said)
	}
	return nil
}

// noColumn says which columns there are.
func (s *stranger) noColumn(words engineWords) *catalog.Error {
	name := s.missing(words)
	var names []string
	for i := range s.views {
		v := &s.views[i]
		for at, c := range v.Columns {
			if was, labelled := v.others(name); (slices.Contains(was, at) || slices.Contains(labelled, at)) && !strings.EqualFold(c.Name, name) {
				return catalog.Errorf(catalog.Invalid, "the column is named "+c.Name+" here", "there is no column %q", name)
			}
			if !slices.Contains(names, c.Name) {
				names = append(names, c.Name)
			}
		}
	}
	return catalog.Errorf(catalog.Invalid, s.columnFix(name, names, words), "there is no column %q", name)
}

// columnFix lists the columns and names what the name may be a slip of.
func (s *stranger) columnFix(name string, names []string, words engineWords) string {
	if len(s.views) == 0 {
		return `name a table: FROM "dataset"; a text is in single quotes`
	}
	near := query.Suggest(name, append(slices.Clone(names), catalog.ColumnRow, catalog.ColumnKind))
	const most = 50
	list := strings.Join(names[:min(most, len(names))], ", ")
	if len(names) > most {
		list += ", …"
	}
	if at, err := strconv.Atoi(words.Position); err == nil && near == "" && at < len(s.ask.SQL) && s.ask.SQL[at] == '"' {
		return "a text is in single quotes: " + literal(name) + "; double quotes are for names; the columns are " + list
	}
	return "the columns are " + list + near + "; a text is in single quotes"
}
