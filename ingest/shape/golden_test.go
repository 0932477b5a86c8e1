package shape_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"gongkai/catalog"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

var update = flag.Bool("update", false, "rewrite the expected tables")

const (
	recipeMark = "-- recipe --\n"
	wantMark   = "-- want --\n"
)

// TestTables writes the sheets of testdata/*.txt into workbooks, reads those and
// compares tables, records and findings with what each file says below
// "-- want --"; a recipe may stand before that. Sheets are written as in
// testdata/reading of package ingest: "-- sheet NAME --", then a line for each
// row with cells between bars, #12 a number, *word bold, >word indented by one
// step, ~ a leading wide space; "merge: A1:B2 …" holds for the sheet.
func TestTables(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txt")
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
			got := readCase(t, input)
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

func readCase(t *testing.T, input string) string {
	t.Helper()
	sheets, text, found := strings.Cut(input, recipeMark)
	var recipe *catalog.Recipe
	if found {
		recipe = &catalog.Recipe{}
		if err := json.Unmarshal([]byte(text), recipe); err != nil {
			t.Fatal(err)
		}
	}
	wb := written(t, sheets)
	found2, err := shape.Detect(context.Background(), wb, recipe)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for i := range found2.Tables {
		renderTable(t, &b, &found2.Tables[i])
		placesHold(t, wb, &found2.Tables[i])
	}
	for _, f := range found2.Findings {
		switch f.Code {
		case "header-guessed", "header-joined", "total-row", "total-verified", "unit-found", "several-tables":
			continue // have cases of their own
		}
		if f.Sentence(catalog.ZH) == "" {
			t.Error("no Chinese sentence", f)
		}
		fmt.Fprintf(&b, "%s %s %s: %s", f.Severity, f.Code, f.Where, f.Sentence(catalog.EN))
		if fix := f.Fix(catalog.EN); strings.Contains(fix, `"`) {
			b.WriteString(" " + fix)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// written makes a workbook of the sheets of a case and opens it.
func written(t testing.TB, text string) *sheet.Workbook {
	t.Helper()
	f := excelize.NewFile()
	name, row, first := "", 0, true
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "# "):
		case strings.HasPrefix(line, "-- sheet "):
			name, row = strings.TrimSuffix(strings.TrimPrefix(line, "-- sheet "), " --"), 0
			if first {
				must(t, f.SetSheetName("Sheet1", name))
			} else if _, err := f.NewSheet(name); err != nil {
				t.Fatal(err)
			}
			first = false
		case strings.HasPrefix(line, "merge: "):
			for _, r := range strings.Fields(strings.TrimPrefix(line, "merge: ")) {
				a, b, _ := strings.Cut(r, ":")
				must(t, f.MergeCell(name, a, b))
			}
		default:
			row++
			if line != "" {
				writeRow(t, f, name, row, strings.Split(line, "|"))
			}
		}
	}
	path := filepath.Join(t.TempDir(), "case.xlsx")
	must(t, f.SaveAs(path))
	must(t, f.Close())
	wb, err := sheet.Open(context.Background(), path, sheet.Options{TempDir: t.TempDir()})
	must(t, err)
	t.Cleanup(func() { must(t, wb.Close()) })
	return wb
}

func writeRow(t testing.TB, f *excelize.File, name string, row int, cells []string) {
	t.Helper()
	for i, s := range cells {
		s = strings.TrimSuffix(strings.TrimPrefix(s, " "), " ")
		style := &excelize.Style{Alignment: &excelize.Alignment{}, Font: &excelize.Font{}}
		for ; strings.HasPrefix(s, ">"); s = s[1:] {
			style.Alignment.Indent++
			style.Alignment.Horizontal = "left"
		}
		if bold, ok := strings.CutPrefix(s, "*"); ok && bold != "" {
			style.Font.Bold, s = true, bold
		}
		if s == "" {
			continue
		}
		at := sheet.Address(row, i+1)
		if n, ok := strings.CutPrefix(s, "#"); ok {
			v, err := strconv.ParseFloat(n, 64)
			must(t, err)
			must(t, f.SetCellValue(name, at, v))
		} else {
			must(t, f.SetCellStr(name, at, strings.ReplaceAll(s, "~", "　")))
		}
		if style.Font.Bold || style.Alignment.Indent > 0 {
			id, err := f.NewStyle(style)
			must(t, err)
			must(t, f.SetCellStyle(name, at, at, id))
		}
	}
}

func must(t fataler, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func renderTable(t *testing.T, b *strings.Builder, s *shape.Table) {
	t.Helper()
	fmt.Fprintf(b, "table %s %q sheet %q header %v rows %d-%d", s.Name, s.Label, s.Sheet.Name, s.HeaderRows, s.FirstRow, s.LastRow)
	if s.Decided != nil {
		b.WriteString(" decided")
	}
	b.WriteByte('\n')
	for _, p := range s.Origin.Parts {
		fmt.Fprintf(b, "  part %+v\n", p)
	}
	for _, c := range s.Columns {
		fmt.Fprintf(b, "  %d %s %q", c.Col, c.Name, c.Label)
		if c.Unit != "" {
			fmt.Fprintf(b, " unit %q", c.Unit)
		}
		if c.Made != "" {
			fmt.Fprintf(b, " made %s", c.Made)
		}
		if c.FillDown {
			b.WriteString(" fill-down")
		}
		if c.Decided != nil {
			b.WriteString(" decided")
		}
		b.WriteByte('\n')
	}
	must(t, s.Records(func(r shape.Row) error {
		kind := "record"
		if r.Total {
			kind = "total"
		}
		fmt.Fprintf(b, "  %d %s", r.Row, kind)
		for _, c := range s.Columns {
			b.WriteString(" | ")
			if c.Col <= len(r.Cells) {
				cell := r.Cells[c.Col-1]
				b.WriteString(shape.Trim(cell.Raw))
				if cell.Flags&sheet.Filled != 0 {
					b.WriteString("^")
				}
			}
		}
		b.WriteByte('\n')
		return nil
	}))
}

// placesHold: every value of every record is what the cell says that
// catalog.Table.Place names, and row numbers ascend.
func placesHold(t fataler, wb *sheet.Workbook, s *shape.Table) {
	t.Helper()
	place := catalog.Table{Sheet: s.Sheet.Name, HeaderRow: s.HeaderRows, FirstRow: s.FirstRow, LastRow: s.LastRow, Origin: s.Origin}
	last := 0
	must(t, s.Records(func(r shape.Row) error {
		if r.Row <= last {
			t.Errorf("%s: record %d comes after %d", s.Name, r.Row, last)
		}
		last = r.Row
		for i := range s.Columns {
			c := &s.Columns[i]
			var value sheet.Cell
			if c.Col <= len(r.Cells) {
				value = r.Cells[c.Col-1]
			}
			name, line, row, col := place.Place(int64(r.Row), &catalog.Column{Name: c.Name, Col: c.Col, Made: c.Made})
			said := shape.Trim(value.Raw)
			want := shape.Trim(cellAt(wb, name, row, col))
			switch {
			case said == "" && (c.Made == "" || c.Made == catalog.MadeValue) && shape.Trim(bareCell(wb, name, row, col)) == "":
				want = "" // a merged figure stands in its first row only
			case c.Made == catalog.MadeSheet:
				want = name
			case c.Made == catalog.MadeLevel || c.Made == catalog.MadePath:
				want = said
			case c.Made == catalog.MadeSection && row == 0:
				if said != "" && !strings.Contains(said, " / ") && len(s.TotalRows) == 0 {
					t.Errorf("%s record %d: section %q lies nowhere", s.Name, r.Row, said)
				}
				want = said
			case c.Made == catalog.MadeSection:
				parts := strings.Split(said, " / ")
				said = parts[len(parts)-1]
			case c.Made == catalog.MadeHeading && row == 0:
				want = said // this sheet lacks the column, or the heading has several levels
			case c.Made == catalog.MadeHeading && want == "":
				for k := col; k > 0 && want == ""; k-- { // a heading reaches over blank cells on its right
					want = shape.Trim(cellAt(wb, name, row, k))
				}
				want, said = strings.Join(strings.Fields(want), " "), strings.Join(strings.Fields(said), " ")
			case c.Made == catalog.MadeHeading:
				want, said = strings.Join(strings.Fields(want), " "), strings.Join(strings.Fields(said), " ")
			case value.Flags&sheet.Filled != 0:
				if bare := shape.Trim(bareCell(wb, name, row, col)); bare != "" {
					t.Errorf("%s record %d %s: %q is no blank cell", s.Name, r.Row, c.Name, bare)
				}
				want = said
			}
			if said != want {
				t.Errorf("%s record %d (%s line %d) %s: %q, but %s says %q", s.Name, r.Row, name, line, c.Name, said, shape.Where(name, row, col), want)
			}
		}
		return nil
	}))
}

// cellAt gives what a cell says, or the merged cell that covers it.
func cellAt(wb *sheet.Workbook, name string, row, col int) string {
	for _, sh := range wb.Sheets {
		if sh.Name != name || row == 0 {
			continue
		}
		for _, m := range sh.Merges {
			if m.FirstRow <= row && row <= m.LastRow && m.FirstCol <= col && col <= m.LastCol {
				if s := rawAt(sh, row, col); s != "" {
					return s
				}
				row, col = m.FirstRow, m.FirstCol
			}
		}
		return rawAt(sh, row, col)
	}
	return ""
}

// bareCell gives what a cell itself says.
func bareCell(wb *sheet.Workbook, name string, row, col int) string {
	for _, sh := range wb.Sheets {
		if sh.Name == name && row > 0 {
			return rawAt(sh, row, col)
		}
	}
	return ""
}

func rawAt(sh *sheet.Sheet, row, col int) string {
	cells, err := sh.Row(row, nil)
	if err != nil || col > len(cells) {
		return ""
	}
	return cells[col-1].Raw
}

// fataler is a test, be it one of random cases.
type fataler interface {
	Helper()
	Fatal(...any)
	Errorf(string, ...any)
}
