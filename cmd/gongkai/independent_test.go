package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"

	"gongkai/catalog"
	"gongkai/ingest"
	"gongkai/ingest/sheet"
)

// tally counts what was compared, and why the rest was not.
type tally struct {
	compared int
	ways     map[string]int // how many were compared in which way
	not      map[string]int
	wrong    []string
}

// corpusFiles gives the real files in the order of their names.
func corpusFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(corpusFolder(t), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.HasSuffix(path, ".json") { // those are answers
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestIndependentReaders compares every value that is stored of every file of
// the corpus with the cell that another reader finds at the place that the
// catalogue names for it.
func TestIndependentReaders(t *testing.T) {
	files := corpusFiles(t)
	all := tally{ways: map[string]int{}, not: map[string]int{}}
	for _, path := range files {
		one := tally{ways: all.ways, not: all.not}
		compareFile(t, path, &one)
		for i, w := range one.wrong {
			if i < 5 {
				t.Errorf("%s: %s", filepath.Base(path), w)
			}
		}
		if n := len(one.wrong); n > 5 {
			t.Errorf("%s: %d values are not what another reader finds", filepath.Base(path), n)
		}
		all.compared += one.compared
	}
	missing := 0
	for _, why := range sortedCounts(all.not) {
		missing += all.not[why]
		t.Logf("not compared: %6d %s", all.not[why], why)
	}
	for _, way := range sortedCounts(all.ways) {
		t.Logf("compared: %6d %s", all.ways[way], way)
	}
	share := float64(all.compared) / float64(max(all.compared+missing, 1))
	t.Logf("%d files, %d values compared, %d not: %.2f %%", len(files), all.compared, missing, 100*share)
	if share < 0.985 {
		t.Errorf("only %.2f %% of the values were compared", 100*share)
	}
}

func sortedCounts(m map[string]int) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool { return m[keys[i]] > m[keys[j]] })
	return keys
}

func compareFile(t *testing.T, path string, n *tally) {
	t.Helper()
	wb, err := sheet.Open(context.Background(), path, sheet.Options{TempDir: os.TempDir()})
	if err != nil {
		t.Errorf("%s: %v", path, err)
		return
	}
	defer wb.Close()
	reading, err := ingest.Understand(context.Background(), wb, nil, func(float64, int64) {})
	if err != nil {
		t.Errorf("%s: %v", path, err)
		return
	}
	other := readOther(t, path, wb.Encoding, wb.Delimiter)
	for _, p := range reading.Plans {
		err := p.Records(func(rec *catalog.Record) error {
			for i := range rec.Values {
				compareValue(other, &p.Table, rec, i, n)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// compareValue compares one value, or else the text that is kept beside it.
func compareValue(other *otherBook, table *catalog.Table, rec *catalog.Record, i int, n *tally) {
	c := &table.Columns[i]
	name, line, row, col := table.Place(int64(rec.Row), c)
	s := other.sheets[name]
	if s == nil {
		n.wrong = append(n.wrong, "no sheet "+name)
		return
	}
	if row == 0 {
		compareMade(s, table, rec, i, line, n)
		return
	}
	v, raw, kept := rec.Values[i], "", false
	for _, r := range rec.Raw {
		if r.Column == i {
			raw, kept = r.Raw, true
		}
	}
	cell, where := s.cells[[2]int{row, col}], "cell"
	if strings.TrimSpace(cell.text) == "" && !v.IsNull() {
		if kept && raw == "" {
			kept = false // it says that the cell itself is empty
		}
		cell, where = s.filled(row, col, table.FirstRow)
	}
	n.compared++
	n.ways[where]++
	if kept {
		n.ways["by the text that is kept"]++
		if !sameText(raw, cell) {
			n.wrong = append(n.wrong, fmt.Sprintf("%s!%s keeps %q, the cell is %c %q", name, sheet.Address(row, col), raw, cell.kind, cell.text))
		}
		return
	}
	if c.Made == catalog.MadeSection && s.sameSection(v.S, row, cell) {
		return
	}
	if !sameValue(v, cell, other.date1904) {
		n.wrong = append(n.wrong, fmt.Sprintf("%s!%s is %q (%s), the cell is %c %q", name, sheet.Address(row, col), v.String(), c.Type, cell.kind, cell.text))
	}
}

// compareMade compares a value that comes from no single cell, as far as that
// is simple.
func compareMade(s *otherSheet, table *catalog.Table, rec *catalog.Record, i, line int, n *tally) {
	c, v := &table.Columns[i], rec.Values[i]
	want := ""
	switch c.Made {
	case catalog.MadePeriod: // of a text that is a year and nothing else
		of := i
		for of > 0 && table.Columns[of].Made == catalog.MadePeriod {
			of--
		}
		year := s.cells[[2]int{line, table.Columns[of].Col}].text
		if year = strings.TrimSpace(year); len(year) == 4 && len(digits.FindString(year)) == 4 {
			want = []string{year + "-01-01", year + "-12-31", "year"}[(i-of-1)%3]
		}
	case catalog.MadePath:
		parts := strings.Split(v.S, " / ")
		if !v.IsNull() && s.sameSection(v.S, line+1, otherCell{text: parts[len(parts)-1]}) {
			want = v.S
		}
	case catalog.MadeSection:
		if v.IsNull() {
			n.compared++
			n.ways["no section yet"]++
			return
		}
	case catalog.MadeLevel: // one more than there are labels above
		if i+1 < len(table.Columns) && table.Columns[i+1].Made == catalog.MadePath && !v.IsNull() {
			path := rec.Values[i+1]
			if want = "1"; !path.IsNull() {
				want = strconv.Itoa(strings.Count(path.S, " / ") + 2)
			}
		}
	case "", catalog.MadeSheet, catalog.MadeHeading, catalog.MadeValue:
	}
	if want == "" {
		n.not["made: "+string(c.Made)]++
		return
	}
	n.compared++
	n.ways["made: "+string(c.Made)]++
	if v.String() != want {
		n.wrong = append(n.wrong, fmt.Sprintf("row %d: %s is %q, want %q", line, c.Name, v.String(), want))
	}
}

// filled gives the cell that the documents say stands for an empty one: that of
// the merged range, or the last label above.
func (s *otherSheet) filled(row, col, first int) (otherCell, string) {
	for _, m := range s.merges {
		if row >= m[0] && row <= m[1] && col >= m[2] && col <= m[3] {
			return s.cells[[2]int{m[0], m[2]}], "merged cell"
		}
	}
	for r := row - 1; r >= first; r-- {
		if c := s.cells[[2]int{r, col}]; strings.TrimSpace(c.text) != "" {
			return c, "label filled down"
		}
	}
	return otherCell{}, "cell"
}

// sameSection compares the label of a section: that of the cell, behind those
// of the sections around it, which stand above.
func (s *otherSheet) sameSection(label string, row int, cell otherCell) bool {
	labels := strings.Split(label, " / ")
	if labels[len(labels)-1] != strings.TrimSpace(cell.text) {
		return false
	}
	for _, around := range labels[:len(labels)-1] {
		found := false
		for at, c := range s.cells {
			found = found || at[0] < row && strings.TrimSpace(c.text) == around
		}
		if !found {
			return false
		}
	}
	return true
}

// sameText compares the text that is kept of a cell.
func sameText(raw string, cell otherCell) bool {
	if strings.TrimSpace(raw) == strings.TrimSpace(cell.text) {
		return true
	}
	if cell.kind == 'n' {
		a, err1 := strconv.ParseFloat(raw, 64)
		b, err2 := strconv.ParseFloat(cell.text, 64)
		return err1 == nil && err2 == nil && a == b
	}
	return false
}

// sameValue compares a stored value with a cell by what the documents say
// becomes of it, with a parser that knows nothing of the one in use.
func sameValue(v catalog.Value, cell otherCell, date1904 bool) bool {
	text := strings.TrimSpace(cell.text)
	switch v.Kind {
	case catalog.Null:
		return text == ""
	case catalog.TextValue:
		if v.S == text {
			return true
		}
		a, ok1 := plainNumber(v.S)
		b, ok2 := plainNumber(text)
		return cell.kind == 'n' && ok1 && ok2 && a.Cmp(b) == 0
	case catalog.IntValue, catalog.DecimalValue, catalog.FloatValue:
		if cell.kind == 'n' {
			a, err1 := strconv.ParseFloat(v.String(), 64)
			b, err2 := strconv.ParseFloat(text, 64)
			return err1 == nil && err2 == nil && a == b
		}
		a, ok1 := plainNumber(v.String())
		b, ok2 := plainNumber(text)
		if ok1 && pointGroups.MatchString(text) { // a column may say that the point groups
			c, _ := plainNumber(strings.ReplaceAll(text, ".", ""))
			return a.Cmp(b) == 0 || a.Cmp(c) == 0
		}
		return ok1 && ok2 && a.Cmp(b) == 0
	case catalog.BoolValue:
		yes := regexp.MustCompile(`(?i)^(true|1|是|yes|y|有)$`).MatchString(text)
		return yes == (v.I != 0)
	case catalog.DateValue, catalog.DatetimeValue:
		return sameMoment(v.String(), text, cell.kind, date1904)
	}
	return v.String() == text
}

var pointGroups = regexp.MustCompile(`^-?\d{1,3}(\.\d{3})+$`)

var groups = strings.NewReplacer(",", "", "，", "", " ", "", "\u00a0", "", "'", "", "$", "", "￥", "", "¥", "", "€", "", "£", "")

// plainNumber reads a number as people type it.
func plainNumber(text string) (*big.Rat, bool) {
	text = groups.Replace(norm.NFKC.String(strings.TrimSpace(text)))
	percent := strings.HasSuffix(text, "%")
	text = strings.TrimSuffix(text, "%")
	if inner, ok := strings.CutPrefix(text, "("); ok && strings.HasSuffix(inner, ")") {
		text = "-" + strings.TrimSuffix(inner, ")")
	}
	if len(text) > 60 {
		return nil, false
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok || strings.ContainsAny(text, "/_xXpP") {
		return nil, false
	}
	if percent {
		r.Quo(r, big.NewRat(100, 1))
	}
	return r, true
}

var digits = regexp.MustCompile(`\d+`)

// sameMoment compares a day, with or without a clock.
func sameMoment(iso, text string, kind byte, date1904 bool) bool {
	if kind == 'n' {
		serial, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return false
		}
		epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
		if date1904 {
			epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
		} else if serial < 60 {
			epoch = epoch.AddDate(0, 0, 1)
		}
		at := epoch.Add(time.Duration(serial * 24 * float64(time.Hour))).Round(time.Second)
		return at.Format("2006-01-02") == iso || at.Format("2006-01-02T15:04:05") == iso
	}
	for _, layout := range []string{"2 January 2006", "2 Jan 2006", "Jan 2, 2006", "01/02/2006 03:04:05 PM", "02/01/2006 03:04:05 PM"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.Format("2006-01-02") == iso || at.Format("2006-01-02T15:04:05") == iso
		}
	}
	// The same numbers, in whatever order.
	numbers := func(s string) string {
		var out []int
		for _, d := range digits.FindAllString(norm.NFKC.String(s), -1) {
			n, _ := strconv.Atoi(d)
			out = append(out, n)
		}
		sort.Ints(out)
		return fmt.Sprint(out)
	}
	return numbers(iso) == numbers(text)
}

// TestIndependentReadersOfStored does the same for every ninth file with what is
// stored of it and answered: the rows, and the places that their provenance
// names.
func TestIndependentReadersOfStored(t *testing.T) {
	data := t.TempDir()
	var tables []storedTable
	for i, path := range corpusFiles(t) {
		if i%9 != 0 {
			continue
		}
		slug := fmt.Sprintf("file-%d", i)
		out, _, code := gk(t, "publish", path, "--data", data, "--dataset", slug, "--department", "corpus", "--json")
		var o outcome
		if err := json.Unmarshal([]byte(out), &o); err != nil || code != 0 {
			continue // TestCorpus says which are refused
		}
		for _, table := range o.Tables {
			tables = append(tables, storedTable{slug, table, path})
		}
	}
	s := boot(t, data)
	n := tally{ways: map[string]int{}, not: map[string]int{}}
	for _, table := range tables {
		table.compare(t, s, &n)
	}
	for i, w := range n.wrong {
		if i < 10 {
			t.Error(w)
		}
	}
	t.Logf("%d tables, %d values compared, not %v, wrong %d", len(tables), n.compared, n.not, len(n.wrong))
	if n.compared == 0 {
		t.Error("nothing was compared")
	}
}

type storedTable struct{ dataset, table, path string }

// storedRow is a row as the API answers it.
type storedRow struct {
	values     map[string]any
	provenance struct {
		Sheet string
		Row   int
		Cells map[string]struct {
			Cell *string
			Raw  *string
		}
	}
}

func (r *storedRow) UnmarshalJSON(b []byte) error {
	var p struct {
		Provenance json.RawMessage `json:"_provenance"`
	}
	if err := errors.Join(json.Unmarshal(b, &r.values), json.Unmarshal(b, &p)); err != nil {
		return err
	}
	return json.Unmarshal(p.Provenance, &r.provenance)
}

func (st storedTable) compare(t *testing.T, s *server, n *tally) {
	t.Helper()
	wb, err := sheet.Open(t.Context(), st.path, sheet.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer wb.Close()
	other := readOther(t, st.path, wb.Encoding, wb.Delimiter)
	next := fmt.Sprintf("/api/v1/datasets/%s/tables/%s/rows?limit=5000&provenance=true&numbers=string", st.dataset, url.PathEscape(st.table))
	for next != "" {
		var page struct {
			Data []storedRow
			Next string
		}
		s.get(next, 200).json(t, &page)
		for _, row := range page.Data {
			row.compare(filepath.Base(st.path), other, n)
		}
		next = strings.TrimPrefix(page.Next, s.url)
	}
}

func (r *storedRow) compare(file string, other *otherBook, n *tally) {
	p := &r.provenance
	sh := other.sheets[p.Sheet]
	if sh == nil {
		n.wrong = append(n.wrong, file+": no sheet "+p.Sheet)
		return
	}
	for name, from := range p.Cells {
		if from.Cell == nil {
			n.not["made"]++
			continue
		}
		col, row, err := excelize.CellNameToCoordinates(*from.Cell)
		if err != nil {
			n.wrong = append(n.wrong, file+": "+err.Error())
			continue
		}
		cell, v := sh.cells[[2]int{row, col}], r.values[name]
		if strings.TrimSpace(cell.text) == "" && v != nil {
			if from.Raw != nil && *from.Raw == "" {
				from.Raw = nil
			}
			cell, _ = sh.filled(row, col, 1)
		}
		n.compared++
		same := false
		switch v := v.(type) {
		case nil:
			same = from.Raw == nil && strings.TrimSpace(cell.text) == ""
		case bool:
			same = sameValue(catalog.Value{Kind: catalog.BoolValue, I: map[bool]int64{true: 1}[v]}, cell, other.date1904)
		case string:
			same = sameValue(catalog.Value{Kind: catalog.TextValue, S: v}, cell, other.date1904) || sameValue(catalog.Value{Kind: catalog.IntValue, S: v}, cell, other.date1904) ||
				sameMoment(v, strings.TrimSpace(cell.text), cell.kind, other.date1904) || sh.sameSection(v, row, cell)
		}
		if from.Raw != nil {
			same = sameText(*from.Raw, cell)
		}
		if !same {
			n.wrong = append(n.wrong, fmt.Sprintf("%s %s!%s: %s is %v, the cell is %c %q", file, p.Sheet, *from.Cell, name, v, cell.kind, cell.text))
		}
	}
}
