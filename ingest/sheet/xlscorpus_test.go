package sheet

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update-xls", false, "rewrite testdata/xls-corpus.golden")

// corpusXLS gives the real workbooks of Excel 2 to 2003.
func corpusXLS(t testing.TB) []string {
	t.Helper()
	var out []string
	for _, path := range corpus(t, ".xls", ".et") {
		head, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.HasPrefix(head, []byte(oleMagic)) {
			out = append(out, path)
		}
	}
	if len(out) == 0 {
		t.Skip("no xls among the real files")
	}
	return out
}

// The cells of the real files, agreed with SheetJS (TestCorpusXLSAsSheetJS) and
// LibreOffice, are those of the day when they were agreed on. Only hashes are
// kept: the first digits of the file's, then that of all it holds.
func TestCorpusXLS(t *testing.T) {
	golden := filepath.Join("testdata", "xls-corpus.golden")
	var lines []string
	names := map[string]string{}
	for _, path := range corpusXLS(t) {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.New()
		summarise(t, sum, open(t, path))
		line := fmt.Sprintf("%.6x %x", sha256.Sum256(b), sum.Sum(nil))
		lines = append(lines, line)
		names[line] = filepath.Base(path)
	}
	sort.Strings(lines)
	if *update {
		if err := os.WriteFile(golden, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]string{}
	for _, line := range strings.Fields(strings.ReplaceAll(string(want), " ", "=")) {
		file, cells, _ := strings.Cut(line, "=")
		known[file] = cells
	}
	for _, line := range lines {
		file, cells, _ := strings.Cut(line, " ")
		if k, ok := known[file]; ok && k != cells {
			t.Errorf("%s: its cells are not those that were agreed on", names[line])
		}
	}
}

// summarise writes everything that a workbook holds.
func summarise(t testing.TB, w io.Writer, wb *Workbook) {
	t.Helper()
	fmt.Fprintln(w, wb.Format, wb.Date1904, wb.Encoding)
	for _, s := range wb.Sheets {
		fmt.Fprintf(w, "%q %v %v\n", s.Name, s.Hidden, s.Merges)
		err := s.Scan(1, 1<<30, func(r int, cells []Cell) error {
			fmt.Fprintf(w, "%d %v\n", r, s.HiddenRow(r))
			for i, c := range cells {
				f := wb.Formats[c.Format]
				fmt.Fprintf(w, "%d %d %q %d %d %q %d %d\n", i+1, c.Kind, c.Raw, c.Flags, c.Indent, f.Code, f.Class, f.Decimals)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// jsBook is what SheetJS reads, as testdata/sheetjs.js writes it.
type jsBook struct {
	Date1904 bool
	Sheets   []jsSheet
}

type jsSheet struct {
	Name, Type string
	Hidden     bool
	Cells      []jsCell
	Merges     [][4]int
	Rows, Cols []int // hidden
}

type jsCell struct {
	Row, Col            int
	Type, Value, Format string
}

// sheetJS reads files with SheetJS.
func sheetJS(t testing.TB, files []string) []jsBook {
	t.Helper()
	pack := os.Getenv("GONGKAI_SHEETJS")
	if pack == "" {
		t.Skip("no SheetJS to compare with (npm install xlsx somewhere and set GONGKAI_SHEETJS to its node_modules/xlsx)")
	}
	out, err := exec.Command("node", append([]string{filepath.Join("testdata", "sheetjs.js"), pack}, files...)...).Output()
	if err != nil {
		t.Fatalf("sheetjs: %v", err)
	}
	var books []jsBook
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var b jsBook
		if err := d.Decode(&b); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		books = append(books, b)
	}
	if len(books) != len(files) {
		t.Fatalf("%d books of %d files", len(books), len(files))
	}
	return books
}

// Every cell of every real xls is what SheetJS reads: kind, text, number and
// class of format; merges and what is hidden too.
func TestCorpusXLSAsSheetJS(t *testing.T) {
	files := corpusXLS(t)
	for i, theirs := range sheetJS(t, files) {
		t.Run(filepath.Base(files[i]), func(t *testing.T) { sameAsSheetJS(t, open(t, files[i]), theirs) })
	}
}

func sameAsSheetJS(t *testing.T, wb *Workbook, theirs jsBook) {
	t.Helper()
	var sheets []jsSheet
	for _, s := range theirs.Sheets {
		if s.Type == "sheet" {
			sheets = append(sheets, s)
		}
	}
	if len(sheets) != len(wb.Sheets) || wb.Date1904 != theirs.Date1904 {
		t.Fatalf("%d sheets, SheetJS has %d", len(wb.Sheets), len(sheets))
	}
	for i, s := range wb.Sheets {
		sameSheet(t, wb, s, sheets[i])
	}
}

func sameSheet(t *testing.T, wb *Workbook, s *Sheet, theirs jsSheet) {
	t.Helper()
	if s.Name != theirs.Name || s.Hidden != theirs.Hidden {
		t.Fatalf("%q hidden %v, SheetJS has %q %v", s.Name, s.Hidden, theirs.Name, theirs.Hidden)
	}
	var merges [][4]int
	for _, m := range s.Merges {
		merges = append(merges, [4]int{m.FirstRow, m.FirstCol, m.LastRow, m.LastCol})
	}
	if fmt.Sprint(merges) != fmt.Sprint(theirs.Merges) {
		t.Errorf("%s: merges %v, SheetJS has %v", s.Name, merges, theirs.Merges)
	}
	for _, r := range theirs.Rows {
		if !s.HiddenRow(r) {
			t.Errorf("%s: row %d is not hidden", s.Name, r)
		}
	}
	for _, c := range theirs.Cols {
		if !s.HiddenCol(c) {
			t.Errorf("%s: column %d is not hidden", s.Name, c)
		}
	}
	left := map[[2]int]Cell{}
	err := s.Scan(1, 1<<30, func(r int, cells []Cell) error {
		for i, c := range cells {
			if c.Kind != Empty {
				left[[2]int{r, i + 1}] = c
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	wrong, compared := 0, 0
	for _, c := range theirs.Cells {
		ours := left[[2]int{c.Row, c.Col}]
		delete(left, [2]int{c.Row, c.Col})
		compared++
		if why := differs(wb, ours, c); why != "" {
			if wrong++; wrong <= 5 {
				t.Errorf("%s!%s %s: %+v in %+v, SheetJS has %+v", s.Name, Address(c.Row, c.Col), why, ours, wb.Formats[ours.Format], c)
			}
		}
	}
	t.Logf("%s: %d cells compared", s.Name, compared)
	for at, c := range left {
		if !c.IsEmpty() {
			t.Errorf("%s!%s: %+v is not there for SheetJS", s.Name, Address(at[0], at[1]), c)
		}
	}
}

// differs says in what a cell is not SheetJS's.
func differs(wb *Workbook, ours Cell, c jsCell) string {
	kind := map[string]Kind{"s": Text, "n": Number, "b": Bool, "e": Error}[c.Type]
	switch {
	case kind == Text && c.Value == "" && ours.Kind == Empty:
		return ""
	case ours.Kind != kind && !(ours.IsEmpty() && strings.TrimSpace(c.Value) == ""):
		return "kind"
	case kind == Number:
		f, _ := ours.Float()
		if g, err := strconv.ParseFloat(c.Value, 64); err != nil || f != g {
			return "number"
		}
		if short := strconv.FormatFloat(f, 'f', -1, 64); short != ours.Raw && !strings.Contains(ours.Raw, "E") {
			return "text of number"
		}
		if class := ParseFormat(c.Format).Class; class != wb.Formats[ours.Format].Class {
			return "format"
		}
	case kind == Bool && !strings.EqualFold(ours.Raw, c.Value), kind == Error && ours.Raw != c.Value, kind == Text && ours.Raw != c.Value && !ours.IsEmpty():
		return "text"
	}
	return ""
}
