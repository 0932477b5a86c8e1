package query_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"gongkai/catalog"
	"gongkai/datasets/query"
)

// A script in testdata is a list of paragraphs. The first describes the table:
//
//	column NAME SQLTYPE TYPE LABEL
//	row 7 | text | 12.5 | ∅         values in order, ∅ for none
//	total 9 | ...
//
// Each that follows is a case: what is asked, and what is expected.
//
//	select a, "标签"
//	where TEXT
//	order_by TEXT
//	limit N                          all rows where left out
//	rows 3 1 2                       the source rows found, in order
//	values text | 12.5 | ∅           one line for each row, instead of rows
//	error FIELD POS message ... fix  parts of the message, and of the fix behind =>
type script struct {
	columns []catalog.Column
	stored  []storedRow
	cases   []scriptCase
}

type scriptCase struct {
	line    int
	request query.Request
	rows    string
	values  []string
	failure string
	checks  int
}

func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.test")
	if err != nil || len(files) == 0 {
		t.Fatal("no scripts", err)
	}
	total := 0
	for _, file := range files {
		s := readScript(t, file)
		total += len(s.cases)
		t.Run(filepath.Base(file), func(t *testing.T) {
			e := store(t, open(t), s.columns, s.stored)
			for _, c := range s.cases {
				if complaint := c.check(e); complaint != "" {
					t.Errorf("%s:%d: %+v\n%s", file, c.line, c.request, complaint)
				}
			}
		})
	}
	if total < 120 {
		t.Errorf("%d cases, at least 120 are wanted", total)
	}
}

func readScript(t *testing.T, file string) *script {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := &script{}
	var c *scriptCase
	for i, line := range strings.Split(string(data), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		word, rest, _ := strings.Cut(strings.TrimRight(line, " "), " ")
		if word == "" {
			c = nil
			continue
		}
		switch word {
		case "column":
			f := strings.SplitN(rest, " ", 4)
			s.columns = append(s.columns, catalog.Column{Name: f[0], SQLType: f[1], Type: catalog.Type(f[2]), Label: f[3]})
			continue
		case "row", "total":
			s.stored = append(s.stored, readRow(t, rest, map[string]catalog.RowKind{"row": catalog.RowRecord, "total": catalog.RowTotal}[word]))
			continue
		}
		if c == nil {
			s.cases = append(s.cases, scriptCase{line: i + 1, request: query.Request{Limit: query.MaxLimit}})
			c = &s.cases[len(s.cases)-1]
		}
		c.read(t, word, rest)
	}
	return s
}

func readRow(t *testing.T, rest string, kind catalog.RowKind) storedRow {
	t.Helper()
	parts := strings.Split(rest, " | ")
	n, err := strconv.ParseInt(parts[0], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	r := storedRow{row: n, kind: kind}
	for _, p := range parts[1:] {
		if p == "∅" {
			r.values = append(r.values, nil)
		} else {
			text := strings.NewReplacer(`\n`, "\n", `\e`, "").Replace(p)
			r.values = append(r.values, &text)
		}
	}
	return r
}

func (c *scriptCase) read(t *testing.T, word, rest string) {
	t.Helper()
	switch word {
	case "select":
		c.request.Select = query.SplitSelect(rest)
	case "where":
		c.request.Where = rest
	case "order_by":
		c.request.OrderBy = rest
	case "limit":
		c.request.Limit, _ = strconv.Atoi(rest)
	case "rows":
		c.rows, c.checks = rest, c.checks+1
	case "values":
		c.values, c.checks = append(c.values, rest), c.checks+1
	case "error":
		c.failure, c.checks = rest, c.checks+1
	default:
		t.Fatalf("line %d: %s is not understood", c.line, word)
	}
}

// check runs a case and says what is not as expected.
func (c *scriptCase) check(e *engine) string {
	if c.checks == 0 {
		return "the case expects nothing"
	}
	b, err := query.Bind(c.request, e.table, "hash")
	if c.failure != "" {
		return c.checkFailure(err)
	}
	if err != nil {
		return describe(err)
	}
	rows, err := e.run(b)
	if err != nil {
		return err.Error()
	}
	visible := len(b.Columns())
	var found, values []string
	for i, row := range rows {
		if i >= c.request.Limit {
			break
		}
		found = append(found, row[visible].String())
		var texts []string
		for _, v := range row[:visible] {
			if v.IsNull() {
				texts = append(texts, "∅")
			} else {
				texts = append(texts, v.String())
			}
		}
		values = append(values, strings.Join(texts, " | "))
	}
	if c.values != nil {
		if strings.Join(values, "\n") != strings.Join(c.values, "\n") {
			return fmt.Sprintf("got values\n%s\nwant\n%s", strings.Join(values, "\n"), strings.Join(c.values, "\n"))
		}
		return ""
	}
	if got := strings.Join(found, " "); got != c.rows {
		text, args := b.SQL(e.from)
		return fmt.Sprintf("got rows %s, want %s\n%s %v", got, c.rows, text, args)
	}
	return ""
}

func describe(err error) string {
	var e *catalog.Error
	if errors.As(err, &e) {
		return fmt.Sprintf("error %s %d %s => %s", e.Field, e.Pos, e.Message, e.Fix)
	}
	return err.Error()
}

func (c *scriptCase) checkFailure(err error) string {
	var e *catalog.Error
	if !errors.As(err, &e) {
		return fmt.Sprintf("got %v, want an error %s", err, c.failure)
	}
	parts := strings.SplitN(c.failure, " ", 3)
	message, fix, _ := strings.Cut(parts[2], " => ")
	if e.Field != parts[0] || strconv.Itoa(e.Pos) != parts[1] || !strings.Contains(e.Message, message) || !strings.Contains(e.Fix, fix) || e.Kind != catalog.Invalid || e.Fix == "" {
		return "got  " + describe(err) + "\nwant error " + c.failure
	}
	return ""
}
