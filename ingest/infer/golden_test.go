package infer_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"gongkai/catalog"
	"gongkai/ingest/check"
	"gongkai/ingest/infer"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

var update = flag.Bool("update", false, "rewrite the expected readings")

const (
	wantMark   = "-- want --\n"
	recipeMark = "-- recipe --\n"
)

// TestReading reads the ugly sheets of testdata/reading and compares tables,
// records and findings with what each file says below "-- want --". A file's
// lines before that are: "# ..." a remark, "file: csv" or "delimiter: ;" or
// "merge: A1:D1 ..." or "hidden" settings, "-- recipe --" a recipe in JSON,
// "-- sheet NAME --" a sheet, then one line a row with cells between bars: #12 is a numeric cell, #45000!date one
// with a format, *word a bold one, \| a bar.
func TestReading(t *testing.T) {
	paths, err := filepath.Glob("../testdata/reading/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatal("no cases", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			input, want, _ := strings.Cut(string(b), wantMark)
			wb, recipe := parseCase(t, input)
			got := render(t, wb, recipe)
			if *update {
				if err := os.WriteFile(path, []byte(input+wantMark+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want {
				t.Errorf("reading differs\ngot:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// formats are the number formats that cases may name.
func formats() []sheet.Format {
	return []sheet.Format{{}, {Code: "yyyy-mm-dd", Class: sheet.ClassDate}, {Code: "yyyy-mm-dd hh:mm", Class: sheet.ClassDatetime},
		{Code: "hh:mm", Class: sheet.ClassTime}, {Code: "0.0%", Class: sheet.ClassPercent}, {Code: "000000", Class: sheet.ClassCode, Zeros: 6}, {Code: "#,##0.00", Class: sheet.ClassNumber, Decimals: 2}, {Code: "[h]:mm", Class: sheet.ClassTime}}
}

func formatNamed(name string) int32 {
	return map[string]int32{"date": 1, "datetime": 2, "time": 3, "percent": 4, "code": 5, "money": 6, "elapsed": 7}[name]
}

func parseCase(t *testing.T, text string) (*sheet.Workbook, *catalog.Recipe) {
	t.Helper()
	wb := &sheet.Workbook{Format: sheet.XLSX, Formats: formats()}
	var recipe *catalog.Recipe
	if before, after, found := strings.Cut(text, recipeMark); found {
		body, sheets, _ := strings.Cut(after, "-- sheet")
		var err error
		if recipe, err = catalog.ReadRecipe(strings.NewReader(body)); err != nil {
			t.Fatal(err)
		}
		text = before + "-- sheet" + sheets
	}
	var name string
	var rows [][]sheet.Cell
	var merges []sheet.Range
	hidden, open := false, false
	flush := func() {
		if open {
			s := sheet.FromCells(name, rows)
			s.Merges, s.Hidden = merges, hidden
			wb.Sheets = append(wb.Sheets, s)
		}
		rows, merges, hidden = nil, nil, false
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "# "):
		case line == "file: csv":
			wb.Format, wb.Delimiter = sheet.CSV, ","
		case strings.HasPrefix(line, "delimiter: "):
			wb.Delimiter = strings.TrimPrefix(line, "delimiter: ")
		case strings.HasPrefix(line, "-- sheet"):
			flush()
			name, open = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(line, "-- sheet"), "--")), true
		case strings.HasPrefix(line, "merge: "):
			for _, r := range strings.Fields(strings.TrimPrefix(line, "merge: ")) {
				merges = append(merges, parseRange(t, r))
			}
		case line == "hidden":
			hidden = true
		case open:
			rows = append(rows, parseRow(line))
		}
	}
	flush()
	return wb, recipe
}

func parseRow(line string) []sheet.Cell {
	if line == "" {
		return nil
	}
	var out []sheet.Cell
	for _, s := range strings.Split(strings.ReplaceAll(line, `\|`, "\x00"), "|") {
		s = strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(s, " "), " "), "\x00", "|")
		c := sheet.Cell{}
		if bold, ok := strings.CutPrefix(s, "*"); ok && bold != "" {
			c.Flags, s = sheet.Bold, bold
		}
		switch raw, format, _ := strings.Cut(s, "!"); {
		case s == "":
		case strings.HasPrefix(raw, "#") && !strings.HasPrefix(raw, "#N/") && !strings.HasPrefix(raw, "#REF"):
			c.Kind, c.Raw, c.Format = sheet.Number, raw[1:], formatNamed(format)
		case strings.HasPrefix(raw, "#"):
			c.Kind, c.Raw = sheet.Error, s
		default:
			c.Kind, c.Raw = sheet.Text, strings.ReplaceAll(s, `\n`, "\n")
		}
		out = append(out, c)
	}
	return out
}

func parseRange(t *testing.T, s string) sheet.Range {
	t.Helper()
	m := regexp.MustCompile(`^([A-Z]+)(\d+):([A-Z]+)(\d+)$`).FindStringSubmatch(s)
	if m == nil {
		t.Fatalf("bad range %q", s)
	}
	col := func(s string) (n int) {
		for _, r := range s {
			n = n*26 + int(r-'A') + 1
		}
		return n
	}
	row := func(s string) int { n, _ := strconv.Atoi(s); return n }
	return sheet.Range{FirstRow: row(m[2]), FirstCol: col(m[1]), LastRow: row(m[4]), LastCol: col(m[3])}
}

func render(t *testing.T, wb *sheet.Workbook, recipe *catalog.Recipe) string {
	t.Helper()
	ctx := context.Background()
	found, err := shape.Detect(ctx, wb, recipe)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	findings := found.Findings
	for i := range found.Tables {
		s := &found.Tables[i]
		p, err := infer.Columns(ctx, wb, s, nil)
		if err != nil {
			t.Fatal(err)
		}
		findings = append(findings, p.Findings...)
		fmt.Fprintf(&b, "table %s sheet %q header %v rows %d-%d cols %d-%d", s.Name, s.Sheet.Name, s.HeaderRows, s.FirstRow, s.LastRow, s.FirstCol, s.LastCol)
		for _, x := range []struct{ name, text string }{{"title", s.Title}, {"unit", s.Unit}, {"period", s.Period}} {
			if x.text != "" {
				fmt.Fprintf(&b, " %s %q", x.name, x.text)
			}
		}
		for _, x := range []struct {
			name string
			rows []int
		}{{"totals", s.TotalRows}, {"sections", s.SectionRows}, {"skips", s.SkipRows}} {
			if len(x.rows) > 0 {
				fmt.Fprintf(&b, " %s %v", x.name, x.rows)
			}
		}
		b.WriteByte('\n')
		for _, n := range s.Notes {
			fmt.Fprintf(&b, "  note %q\n", n)
		}
		for _, c := range p.Table.Columns {
			fmt.Fprintf(&b, "  %s %q %s %s", c.Name, c.Label, c.Type, c.SQLType)
			if c.Unit != "" {
				fmt.Fprintf(&b, " unit %q", c.Unit)
			}
			if c.Kind+c.CRS != "" {
				fmt.Fprintf(&b, " is %s", strings.TrimSpace(c.Kind+" "+c.CRS))
			}
			fmt.Fprintf(&b, " -- %s\n", c.Evidence.EN)
		}
		ch := check.New(&p.Table, s.Decided)
		err = p.Records(func(r *catalog.Record) error {
			ch.Record(r)
			fmt.Fprintf(&b, "  %d %s", r.Row, r.Kind)
			for _, v := range r.Values {
				if v.IsNull() {
					b.WriteString(" | ∅")
				} else {
					b.WriteString(" | " + v.String())
				}
			}
			for _, raw := range r.Raw {
				fmt.Fprintf(&b, " {%s %q %s}", p.Table.Columns[raw.Column].Name, raw.Raw, raw.Reason)
			}
			b.WriteByte('\n')
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		findings = append(findings, ch.Findings(&p.Table)...)
	}
	for _, f := range findings {
		fmt.Fprintf(&b, "%s %s %s: %s\n", f.Severity, f.Code, f.Where, f.Sentence(catalog.EN))
	}
	return b.String()
}
