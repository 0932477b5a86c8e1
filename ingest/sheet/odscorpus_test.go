package sheet

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// Every cell of every real OpenDocument file and page is what SheetJS reads:
// place, text, number and day; merges and names too.
func TestCorpusODSAndPagesAsSheetJS(t *testing.T) {
	var files []string
	for _, path := range corpus(t, ".ods", ".fods", ".html", ".htm", ".xml", ".xls") {
		head, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Ext(path) != ".xls" || bytes.HasPrefix(head, []byte("<")) {
			files = append(files, path)
		}
	}
	for i, theirs := range sheetJS(t, files) {
		t.Run(filepath.Base(files[i]), func(t *testing.T) {
			wb := open(t, files[i])
			if len(wb.Sheets) != len(theirs.Sheets) {
				t.Fatalf("%d sheets, SheetJS has %d", len(wb.Sheets), len(theirs.Sheets))
			}
			for i, s := range wb.Sheets {
				sameValues(t, wb, s, theirs.Sheets[i])
			}
		})
	}
}

// sameValues compares what the cells hold. SheetJS gives days as serials, and
// in pages it takes what looks like a number for one.
func sameValues(t *testing.T, wb *Workbook, s *Sheet, theirs jsSheet) {
	t.Helper()
	if wb.Format != HTML && s.Name != theirs.Name || len(s.Merges) != len(theirs.Merges) {
		t.Errorf("%q with %d merges, SheetJS has %q with %d", s.Name, len(s.Merges), theirs.Name, len(theirs.Merges))
	}
	values := map[[2]int]string{}
	for _, c := range theirs.Cells {
		values[[2]int{c.Row, c.Col}] = c.Value
	}
	compared := 0
	err := s.Scan(1, 1<<30, func(r int, cells []Cell) error {
		for i, c := range cells {
			at := [2]int{r, i + 1}
			if want, ok := values[at]; !c.IsEmpty() && (!ok || !sameValue(c, want)) {
				t.Errorf("%s!%s: %+v, SheetJS has %q", s.Name, Address(r, i+1), c, want)
			}
			if !c.IsEmpty() {
				compared++
				delete(values, at)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for at, v := range values {
		if v != "" {
			t.Errorf("%s!%s is not there, SheetJS has %q", s.Name, Address(at[0], at[1]), v)
		}
	}
	t.Logf("%s: %d cells compared", s.Name, compared)
}

func sameValue(c Cell, want string) bool {
	if c.Raw == want {
		return true
	}
	theirs, err := strconv.ParseFloat(want, 64)
	if err != nil {
		return false
	}
	if c.Kind == Date {
		day, err := time.Parse(time.DateOnly, c.Raw)
		return err == nil && day.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours()/24 == theirs
	}
	ours, err := strconv.ParseFloat(c.Raw, 64)
	return err == nil && ours == theirs
}

// What is read of the real files, in short, so that it is held without SheetJS.
func TestCorpusODSAndPages(t *testing.T) {
	want := map[string][4]int{"blank_line.ods": {1, 5, 3, 0}, "multilineods.ods": {3, 1, 1, 0}, "file.ods": {1, 4, 5, 0}, "2020.xls": {1, 550, 15, 9}}
	for _, path := range corpus(t, ".ods", ".xls") {
		w, ok := want[filepath.Base(path)]
		if !ok {
			continue
		}
		wb := open(t, path)
		s := wb.Sheets[0]
		if got := [4]int{len(wb.Sheets), s.Rows(), s.Cols(), len(s.Merges)}; got != w || len(wb.Problems) > 0 {
			t.Errorf("%s: sheets, rows, columns, merges %v, want %v; %v", filepath.Base(path), got, w, wb.Problems)
		}
	}
}
