package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"gongkai/catalog"
	"gongkai/cmd/gongkai/demo"
)

// TestDemoCity publishes the demo city through the real pipeline and compares
// every table, column and value with what the generator meant.
func TestDemoCity(t *testing.T) {
	rows := 20_000
	if testing.Short() {
		rows = 2_000
	}
	data := t.TempDir()
	must(t, "demo", "--data", data, "--rows", fmt.Sprint(rows))
	// A second run finds everything published and changes nothing.
	if again := must(t, "demo", "--data", data, "--rows", fmt.Sprint(rows)); bytes.Contains([]byte(again), []byte("published:")) {
		t.Errorf("the second run published again:\n%s", again)
	}
	city, err := demo.Generate(context.Background(), t.TempDir(), demo.Options{Rows: rows})
	if err != nil {
		t.Fatal(err)
	}
	s := boot(t, data)
	for _, item := range city.Datasets {
		for i, expect := range item.Expect {
			t.Run(fmt.Sprintf("%s/%d", item.Slug, i+1), func(t *testing.T) {
				s.t = t
				wantVersion(t, s, item.Slug, i+1, expect)
			})
		}
	}
	s.t = t
	runGuides(t, s)
	must(t, "verify", "--data", data)
}

// runGuides asks the demo city what the guides tell newcomers to ask.
func runGuides(t *testing.T, s *server) {
	t.Helper()
	for file, least := range map[string]int{"../../README.md": 3, "../../docs/api.md": 6, "../../docs/sql.md": 6} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		ran := 0
		for _, line := range shellCommands(string(text)) {
			if !strings.HasPrefix(line, "curl ") || strings.Contains(line, "$TOKEN") || strings.Contains(line, "$ID") {
				continue // sharing_test.go follows a citation
			}
			ran++
			if ask, body := curlURL(line); !strings.HasPrefix(ask, "/") {
				t.Errorf("%s: not understood: %s", file, line)
			} else if r := s.curl(ask, body); r.StatusCode/100 != 2 { // 201 where something is made
				t.Errorf("%s: %s\n%d %s", file, line, r.StatusCode, r.body)
			} else if bytes.Contains(r.body, []byte(`"data":[],`)) {
				t.Errorf("%s: %s finds nothing", file, line)
			}
		}
		if ran < least {
			t.Errorf("%s: %d examples, want %d", file, ran, least)
		}
	}
}

// curl sends what a command of the guides sends.
func (s *server) curl(ask, body string) *reply {
	if body == "" {
		return s.do("GET", ask, nil)
	}
	return s.do("POST", ask, strings.NewReader(body), "Content-Type", "application/json")
}

// shellCommands gives the commands of a page: lines, and lines that go on
// because they end in a backslash or stand in quotes.
func shellCommands(page string) (commands []string) {
	command := ""
	for line := range strings.Lines(strings.ReplaceAll(page, "\\\n", " ")) {
		if command == "" && !strings.HasPrefix(strings.TrimSpace(line), "curl ") {
			continue
		}
		command += line
		if _, open := splitShell(command); !open {
			commands = append(commands, strings.TrimSpace(command))
			command = ""
		}
	}
	return commands
}

// curlURL is the path and query that a curl command of the guides asks for, and
// the JSON that it sends, if any.
func curlURL(command string) (ask, body string) {
	path, query := "", []string{}
	words := shellWords(command)
	for i := 1; i < len(words); i++ {
		switch w := words[i]; {
		case w == "-d" || w == "--data-urlencode":
			i++
			name, value, _ := strings.Cut(words[i], "=")
			query = append(query, name+"="+url.QueryEscape(value))
		case w == "--json":
			i++
			body = words[i]
		case w == "-o":
			i++
		case strings.HasPrefix(w, "-"):
		case strings.HasPrefix(w, "#"):
			i = len(words)
		default:
			w = strings.TrimPrefix(strings.TrimPrefix(w, "$BASE"), "http://127.0.0.1:8080")
			var q string
			if path, q, _ = strings.Cut(w, "?"); q != "" {
				query = append(query, q)
			}
		}
	}
	return path + "?" + strings.Join(query, "&"), body
}

// shellWords splits a line as a shell does, as far as the guides need it.
func shellWords(line string) []string {
	words, _ := splitShell(line)
	return words
}

// splitShell also reports whether a quote is still open.
func splitShell(line string) (words []string, within bool) {
	var word strings.Builder
	quote, open, escaped := rune(0), false, false
	for _, r := range line {
		switch {
		case escaped:
			word.WriteRune(r)
			escaped = false
		case quote == '"' && r == '\\':
			escaped = true
		case quote == 0 && (r == '\'' || r == '"'):
			quote, open = r, true
		case r == quote:
			quote = 0
		case quote == 0 && (r == ' ' || r == '\n'):
			if open {
				words = append(words, word.String())
			}
			word.Reset()
			open = false
		default:
			word.WriteRune(r)
			open = true
		}
	}
	if open {
		words = append(words, word.String())
	}
	return words, quote != 0
}

// tableAnswer is what the tests need of a table's description.
type tableAnswer struct {
	Name    string `json:"name"`
	Columns []struct {
		Name, Label, Type, Unit, Made string
		Col                           int
	} `json:"columns"`
}

func wantVersion(t *testing.T, s *server, slug string, number int, want demo.Expect) {
	t.Helper()
	var v struct{ Tables []tableAnswer }
	s.get(fmt.Sprintf("/api/v1/datasets/%s/versions/%d", slug, number), 200).json(t, &v)
	if len(v.Tables) != len(want.Meant()) {
		t.Fatalf("%d tables, want %d: %+v", len(v.Tables), len(want.Meant()), v.Tables)
	}
	for i, w := range want.Meant() {
		var got tableAnswer
		at := fmt.Sprintf("/api/v1/datasets/%s/tables/%s", slug, url.PathEscape(v.Tables[i].Name))
		s.get(fmt.Sprintf("%s?version=%d", at, number), 200).json(t, &got)
		wantTable(t, s, fmt.Sprintf("%s/export.csv?version=%d", at, number), got, w)
	}
}

func wantTable(t *testing.T, s *server, export string, got tableAnswer, want demo.Table) {
	t.Helper()
	made := slices.ContainsFunc(want.Columns, func(c demo.Column) bool { return c.Made != "" })
	var names []string // API names of the columns that the author meant, in their order
	for _, c := range got.Columns {
		if c.Col == 0 && (!made || c.Made == string(catalog.MadePeriod)) {
			continue
		}
		if i := len(names); i < len(want.Columns) {
			w := want.Columns[i]
			if w.Name != "" && (c.Name != w.Name || c.Made != string(w.Made)) {
				t.Errorf("table %s, column %d: %s made of %q, want %s made of %q", got.Name, i+1, c.Name, c.Made, w.Name, w.Made)
			}
			if c.Label != w.Label || c.Type != string(w.Type) || (w.Unit != "" && c.Unit != w.Unit) {
				t.Errorf("table %s, column %d: %s %s %q, want %s %s %q", got.Name, i+1, c.Label, c.Type, c.Unit, w.Label, w.Type, w.Unit)
			}
		}
		names = append(names, c.Name)
	}
	if len(names) != len(want.Columns) {
		t.Fatalf("table %s: %d columns, want %d: %v", got.Name, len(names), len(want.Columns), names)
	}
	for _, name := range names {
		if base, ok := strings.CutSuffix(name, "_2"); ok && slices.Contains(names, base) {
			t.Errorf("table %s: %s and %s have labels that differ, so their names should", got.Name, base, name)
		}
	}
	records, err := csv.NewReader(bytes.NewReader(s.get(export, 200).body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, name := range records[0] {
		at[name] = i
	}
	n, wrong := 0, 0
	for rec := range want.Truth {
		n++
		if n >= len(records) {
			break
		}
		for i, c := range want.Columns {
			if v := records[n][at[names[i]]]; !c.Same(rec.Values[i], v) {
				if wrong++; wrong <= 5 {
					t.Errorf("table %s, sheet row %d, %s: %q, want %q", got.Name, rec.Row, c.Label, v, rec.Values[i])
				}
			}
		}
	}
	if n != len(records)-1 || n != want.Rows {
		t.Errorf("table %s: %d records, want %d", got.Name, len(records)-1, want.Rows)
	}
}
