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
	if words, ok := wordsOf(err); ok && slices.Contains(theirs, words.Type) {
		return s.blame(words)
	}
	var told *catalog.Error
	switch {
	case errors.Is(err, errMemory):
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
	no := &wire.Refusal{Kind: catalog.Invalid, Fix: "docs/sql.md shows what may be written"}
	message, _, _ := strings.Cut(strings.TrimSpace(words.Message), "\n") // what follows is the line again, or all that there is
	no.Message = ours.ReplaceAllString(message, "")
	if at, err := strconv.Atoi(words.Position); err == nil {
		no.Pos = statement.Character(s.ask.SQL, at)
	}
	switch {
	case words.Subtype == "COLUMN_NOT_FOUND" || strings.Contains(message, "not found in FROM clause") || strings.Contains(message, "does not have a column named"):
		s.noColumn(no, words)
	case strings.Contains(message, "must appear in the GROUP BY clause"):
		no.Fix = "group by the column, or take any_value(column)"
	case words.Type == "Conversion":
		no.Fix = "TRY_CAST gives NULL where a value cannot be converted"
	case strings.Contains(message, "No function matches"), strings.Contains(message, "Could not choose a best candidate"):
		no.Fix = "CAST the argument to the type that the function takes"
	case strings.Contains(message, "Ambiguous reference"):
		no.Fix = "write the table's name or alias before the column: t.column"
	}
	return no
}

// quoted finds the first name that a message has in double quotes.
var quoted = regexp.MustCompile(`"((?:[^"]|"")+)"`)

// noColumn says which columns there are.
func (s *stranger) noColumn(no *wire.Refusal, words engineWords) {
	name := words.Name
	if m := quoted.FindStringSubmatch(words.Message); name == "" && m != nil {
		name = m[1]
	}
	var names, candidates []string
	for _, t := range s.tables {
		for _, c := range t.Columns {
			for _, other := range append([]string{c.Label}, c.Aliases...) {
				if other == name && other != c.Name {
					no.Message, no.Fix = fmt.Sprintf("there is no column %q", name), fmt.Sprintf("the column is named %s here", c.Name)
					return
				}
			}
			names = append(names, c.Name)
		}
	}
	candidates = append(append(candidates, names...), catalog.ColumnRow, catalog.ColumnKind)
	if name != "" {
		no.Message = fmt.Sprintf("there is no column %q", name)
	}
	const most = 50
	list := strings.Join(names[:min(most, len(names))], ", ")
	if len(names) > most {
		list += ", …"
	}
	switch {
	case len(s.tables) == 0:
		no.Fix = `name a table: FROM "dataset"; a text is in single quotes`
	default:
		no.Fix = "the columns are " + list + query.Suggest(name, candidates) + "; a text is in single quotes"
	}
}
