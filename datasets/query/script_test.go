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
//	column NAME SQLTYPE TYPE LABEL | OLD NAMES, if any
//	row 7 | text | 12.5 | ∅         values in order, ∅ for none
//	total 9 | ...
//
// Each that follows is a case: what is asked, and what is expected.
//
//	select a, "标签"
//	where TEXT                       q, group_by, having, order_by and totals likewise
//	distinct
//	limit N                          all rows where left out
//	sql SELECT ... FROM t            written by hand; it gives the same values in the same order
//	zh SENTENCE                      and en: what Describe says
//	rows 3 1 2                       the source rows found, in order
//	values text | 12.5 | ∅           one line for each row, instead of rows
//	fails message                    what the engine's error is told as, where values are to blame
//	error FIELD POS message ... fix  parts of the message, and of the fix behind =>
type script struct {
	columns []catalog.Column
	stored  []storedRow
	totals  int64
	cases   []scriptCase
}

type scriptCase struct {
	line    int
	request query.Request
	rows    string
	values  []string
	sql     string
	says    map[catalog.Lang]string
	failure string
	fails   string
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
			e.table.TotalRows = s.totals
			must(t, e.db, "CREATE VIEW t AS SELECT * FROM "+e.from)
			for _, c := range s.cases {
				if complaint := c.check(e); complaint != "" {
					t.Errorf("%s:%d: %+v\n%s", file, c.line, c.request, complaint)
				}
			}
		})
	}
	if total < 300 {
		t.Errorf("%d cases, at least 300 are wanted", total)
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
			c := catalog.Column{Name: f[0], SQLType: f[1], Type: catalog.Type(f[2]), Label: f[3]}
			if label, old, ok := strings.Cut(f[3], " | "); ok {
				c.Label, c.Aliases = label, strings.Fields(old)
			}
			s.columns = append(s.columns, c)
			continue
		case "row", "total":
			if word == "total" {
				s.totals++
			}
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
	case "q":
		c.request.Q = rest
	case "group_by":
		c.request.GroupBy = rest
	case "having":
		c.request.Having = rest
	case "distinct":
		c.request.Distinct = true
	case "totals":
		c.request.Totals = rest
	case "sql":
		c.sql, c.checks = strings.TrimSpace(c.sql+" "+rest), c.checks+1
	case "zh", "en":
		if c.says == nil {
			c.says = map[catalog.Lang]string{}
		}
		c.says[map[string]catalog.Lang{"zh": catalog.ZH, "en": catalog.EN}[word]], c.checks = rest, c.checks+1
	case "limit":
		c.request.Limit, _ = strconv.Atoi(rest)
	case "rows":
		c.rows, c.checks = rest, c.checks+1
	case "values":
		c.values, c.checks = append(c.values, rest), c.checks+1
	case "fails":
		c.fails, c.checks = rest, c.checks+1
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
	if c.fails != "" {
		_, err := e.run(b)
		if told := dataFault(err); told == nil || !strings.Contains(told.Message, c.fails) || told.Fix == "" {
			return fmt.Sprintf("got %v, told as %v, want %s", err, told, c.fails)
		}
		return ""
	}
	for lang, want := range c.says {
		if got := query.Describe(b, lang); got != want {
			return "says " + got + "\nwant " + want
		}
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
		if !b.Grouped() {
			found = append(found, row[visible].String())
		}
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
	if c.sql != "" {
		want, err := e.byHand(c.sql)
		if err != nil {
			return c.sql + ": " + err.Error()
		}
		if got := strings.Join(values, "\n"); got != want || got == "" {
			text, args := b.SQL(e.from)
			return fmt.Sprintf("got values\n%s\nby hand\n%s\n%s %v", got, want, text, args)
		}
	}
	if c.sql != "" || c.says != nil && c.rows == "" {
		return ""
	}
	if got := strings.Join(found, " "); got != c.rows {
		text, args := b.SQL(e.from)
		return fmt.Sprintf("got rows %s, want %s\n%s %v", got, c.rows, text, args)
	}
	return ""
}

// byHand gives the values of a statement, as the scripts write them.
func (e *engine) byHand(text string) (string, error) {
	rows, err := e.db.Query(text)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return "", err
	}
	var lines []string
	for rows.Next() {
		raw, into, texts := make([]any, len(types)), make([]any, len(types)), make([]string, len(types))
		for i := range raw {
			into[i] = &raw[i]
		}
		if err := rows.Scan(into...); err != nil {
			return "", err
		}
		for i := range raw {
			v := valueOf(raw[i], types[i].DatabaseTypeName())
			if texts[i] = v.String(); v.IsNull() {
				texts[i] = "∅"
			}
		}
		lines = append(lines, strings.Join(texts, " | "))
	}
	return strings.Join(lines, "\n"), rows.Err()
}

// TestScriptsUseEverything wants each operator and function in a case that is
// compared with SQL or with rows.
func TestScriptsUseEverything(t *testing.T) {
	var text strings.Builder
	for _, word := range []string{"select", "where", "group_by", "having", "order_by"} {
		text.WriteString(strings.Join(scriptLines(t, word), "\n") + "\n")
	}
	all := " " + strings.ToLower(text.String())
	for _, f := range query.Functions() {
		for _, name := range append([]string{f.Name}, f.Also...) {
			if !strings.Contains(all, " "+name+"(") && !strings.Contains(all, "("+name+"(") && !strings.Contains(all, "\n"+name+"(") {
				t.Errorf("no case has the function %s", name)
			}
		}
	}
	for _, o := range query.Operators() {
		for _, name := range append([]string{o.Name}, o.Also...) {
			if !strings.Contains(all, name) {
				t.Errorf("no case has the operator %s", name)
			}
		}
	}
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
