package sheet

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Every workbook among the real files, written as xlsb by SheetJS, is what
// SheetJS reads of it, and what we read of the original.
func TestCorpusXLSBAsSheetJS(t *testing.T) {
	pack := os.Getenv("GONGKAI_SHEETJS")
	if pack == "" {
		t.Skip("no SheetJS to write xlsb with (npm install xlsx somewhere and set GONGKAI_SHEETJS to its node_modules/xlsx)")
	}
	originals := append(corpusXLS(t), corpus(t, ".xlsx", ".xlsm")...)
	dir := t.TempDir()
	if out, err := exec.Command("node", append([]string{filepath.Join("testdata", "toxlsb.js"), pack, dir}, originals...)...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var files []string
	for i := range originals {
		files = append(files, filepath.Join(dir, strconv.Itoa(i)+".xlsb"))
	}
	for i, theirs := range sheetJS(t, files) {
		t.Run(filepath.Base(originals[i]), func(t *testing.T) {
			wb := open(t, files[i])
			sameAsSheetJS(t, wb, theirs)
			sameCells(t, wb, open(t, originals[i]))
		})
	}
}

// sameCells compares the cells of sheets of one name with those of another
// format: kind, text and class of number format.
func sameCells(t *testing.T, got, want *Workbook) {
	t.Helper()
	byName := map[string]*Sheet{}
	for _, s := range got.Sheets {
		byName[s.Name] = s
	}
	compared := 0
	for _, w := range want.Sheets {
		s := byName[w.Name]
		if s == nil || s.Hidden != w.Hidden || len(s.Merges) != len(w.Merges) {
			t.Errorf("%s is missing, or hidden or merged otherwise", w.Name)
			continue
		}
		err := w.Scan(1, 1<<30, func(r int, cells []Cell) error {
			ours, err := s.Row(r, nil)
			for i, c := range cells {
				if c.IsEmpty() {
					continue
				}
				compared++
				if i >= len(ours) || ours[i].Kind != c.Kind || lines(ours[i].Raw) != lines(c.Raw) && !sameNumber(ours[i], c) || got.Formats[ours[i].Format].Class != want.Formats[c.Format].Class {
					var is Cell
					if i < len(ours) {
						is = ours[i]
					}
					t.Errorf("%s!%s: %+v in %+v, the original has %+v in %+v", w.Name, Address(r, i+1), is, got.Formats[is.Format], c, want.Formats[c.Format])
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d cells as in the original", compared)
}

// lines leaves out what SheetJS makes of line ends.
func lines(text string) string { return strings.ReplaceAll(text, "\r", "") }

func sameNumber(a, b Cell) bool {
	x, ok1 := a.Float()
	y, ok2 := b.Float()
	return ok1 && ok2 && x == y
}
