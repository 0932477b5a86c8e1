package demo_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"gongkai/catalog"
	"gongkai/cmd/gongkai/demo"
)

// generate writes a city with a small big dataset.
func generate(t *testing.T, dir string) *demo.City {
	t.Helper()
	city, err := demo.Generate(t.Context(), dir, demo.Options{Rows: 3000})
	if err != nil {
		t.Fatal(err)
	}
	return city
}

func hashes(t *testing.T, dir string) map[string]string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]string{}
	for _, e := range list {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(data)
		sums[e.Name()] = hex.EncodeToString(sum[:])
	}
	return sums
}

func TestSameBytesOnEveryRun(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	city := generate(t, a)
	time.Sleep(time.Second) // a clock in the bytes would show
	generate(t, b)
	want, got := hashes(t, a), hashes(t, b)
	for name, sum := range want {
		if got[name] != sum {
			t.Errorf("%s: %s in one run, %s in the next", name, sum, got[name])
		}
	}
	files := 0
	for _, d := range city.Datasets {
		files += len(d.Files)
		for _, r := range d.Recipes {
			if r != "" {
				files++
			}
		}
	}
	if len(want) != files {
		t.Errorf("%d files written, %d named by the city", len(want), files)
	}
}

// TestCity looks at one city from all sides.
func TestCity(t *testing.T) {
	dir := t.TempDir()
	city := generate(t, dir)
	for name, check := range map[string]func(*testing.T, string, *demo.City){
		"large enough": largeEnough, "tree": tree, "metadata is complete": metadataComplete, "files open": filesOpen,
		"documented": documented, "totals hold": totalsHold, "population is revised": populationRevised,
		"big dataset": bigDataset, "nothing personal": nothingPersonal,
	} {
		t.Run(name, func(t *testing.T) { check(t, dir, city) })
	}
}

func largeEnough(t *testing.T, _ string, city *demo.City) {
	publishers, twice := map[string]bool{}, 0
	for _, d := range city.Datasets {
		publishers[d.Department] = true
		if len(d.Files) == 2 {
			twice++
		}
		if len(d.Expect) != len(d.Files) {
			t.Errorf("%s: %d files, %d expectations", d.Slug, len(d.Files), len(d.Expect))
		}
	}
	if len(city.Datasets) < 12 || len(publishers) < 8 || twice < 3 {
		t.Errorf("%d datasets of %d departments, %d with two versions", len(city.Datasets), len(publishers), twice)
	}
}

func tree(t *testing.T, _ string, city *demo.City) {
	levels := map[string]catalog.Level{}
	order := []catalog.Level{catalog.LevelCity, catalog.LevelBureau, catalog.LevelDistrict, catalog.LevelTownship} // from the top
	for _, d := range city.Departments {
		if d.ParentSlug == "" && len(levels) > 0 {
			t.Errorf("%s has no parent", d.Slug)
		}
		if d.ParentSlug != "" && slices.Index(order, levels[d.ParentSlug]) >= slices.Index(order, d.Level) {
			t.Errorf("%s (%s) is below %s (%s)", d.Slug, d.Level, d.ParentSlug, levels[d.ParentSlug])
		}
		if _, twice := levels[d.Slug]; twice {
			t.Errorf("two departments are called %s", d.Slug)
		}
		levels[d.Slug] = d.Level
		if !demo.ValidCreditCode(d.CreditCode) {
			t.Errorf("%s: credit code %s", d.Slug, d.CreditCode)
		}
		for what, empty := range map[string]bool{
			"title": !full(d.Title), "description": !full(d.Description), "address": !full(d.Address), "hours": !full(d.Hours),
			"phone": d.Phone == "", "email": d.Email == "", "division": len(d.DivisionCode) < 6,
		} {
			if empty {
				t.Errorf("%s has no %s", d.Slug, what)
			}
		}
	}
	seen := map[catalog.Level]bool{}
	for _, l := range levels {
		seen[l] = true
	}
	if len(seen) != len(order) {
		t.Errorf("levels: %v", seen)
	}
	for _, d := range city.Datasets {
		if _, ok := levels[d.Department]; !ok {
			t.Errorf("%s is of no department: %s", d.Slug, d.Department)
		}
	}
}

func full(t catalog.Text) bool { return t.ZH != "" && t.EN != "" }

func metadataComplete(t *testing.T, _ string, city *demo.City) {
	slugs, codes := map[string]bool{}, map[string]bool{}
	for _, d := range city.Datasets {
		m := d.Metadata
		if slugs[d.Slug] || codes[m.ResourceCode] {
			t.Errorf("%s or %s is there twice", d.Slug, m.ResourceCode)
		}
		slugs[d.Slug], codes[m.ResourceCode] = true, true
		for field, text := range map[string]catalog.Text{"title": m.Title, "description": m.Description, "spatial": m.Spatial, "share_method": m.ShareMethod, "contact": m.Contact.Name} {
			if !full(text) {
				t.Errorf("%s: %s is not in both languages", d.Slug, field)
			}
		}
		for lang, text := range map[string]string{"zh": m.Description.ZH, "en": m.Description.EN} {
			if n := utf8.RuneCountInString(text); n < 80 || n > 300 {
				t.Errorf("%s: description %s has %d characters", d.Slug, lang, n)
			}
		}
		if len(m.KeywordsZH) < 3 || len(m.KeywordsEN) < 3 {
			t.Errorf("%s: keywords %v %v", d.Slug, m.KeywordsZH, m.KeywordsEN)
		}
		for field, ok := range map[string]bool{
			"theme": known(catalog.Themes, m.Theme), "licence": known(catalog.Licences, m.Licence), "update_cycle": known(catalog.Cycles, string(m.Cycle)),
			"open_attribute": known(catalog.OpenAttributes, string(m.Open)), "sharing_type": known(catalog.SharingTypes, string(m.Sharing)),
			"resource_code": m.ResourceCode != "", "spatial_code": m.SpatialCode != "", "email": m.Contact.Email != "", "phone": m.Contact.Phone != "",
			"open_condition":  m.Open != catalog.OpenConditional || full(m.OpenCondition),
			"share_condition": m.Sharing != catalog.ShareConditional || full(m.ShareCond),
			"temporal":        validPeriod(m.TemporalStart, m.TemporalEnd),
		} {
			if !ok {
				t.Errorf("%s: %s is missing or unknown", d.Slug, field)
			}
		}
	}
}

func known(terms []catalog.Term, code string) bool {
	_, ok := catalog.Lookup(terms, code)
	return ok
}

func validPeriod(start, end string) bool {
	a, err1 := time.Parse(time.DateOnly, start)
	b, err2 := time.Parse(time.DateOnly, end)
	return err1 == nil && err2 == nil && !b.Before(a)
}

func filesOpen(t *testing.T, dir string, city *demo.City) {
	for _, d := range city.Datasets {
		for i, name := range d.Files {
			t.Run(name, func(t *testing.T) {
				path := filepath.Join(dir, name)
				if strings.HasSuffix(path, ".csv") {
					checkCSV(t, path, d.Expect[i].Tables[0])
					return
				}
				checkWorkbook(t, path, d.Expect[i])
			})
		}
	}
}

func checkCSV(t *testing.T, path string, want demo.Table) {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if utf8.Valid(data) {
		t.Error("the file is UTF-8")
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	if err != nil || strings.ContainsRune(string(text), utf8.RuneError) {
		t.Fatalf("the file is not GB18030: %v", err)
	}
	if _, err := simplifiedchinese.GBK.NewEncoder().Bytes(text); err == nil {
		t.Error("the file would be GBK as well: no name takes four bytes")
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\r\n"), "\r\n")
	for rec := range want.Truth {
		if got := strings.Split(lines[rec.Row-1], ","); got[0] != rec.Values[0] || got[1] != rec.Values[1] {
			t.Fatalf("line %d: %v, want %v", rec.Row, got, rec.Values)
		}
	}
	if len(lines) != want.LastRow {
		t.Errorf("%d lines, want %d", len(lines), want.LastRow)
	}
}

// checkWorkbook reads a workbook as Excel shows it and finds the header and
// the first and last records where the expectation says they are.
func checkWorkbook(t *testing.T, path string, want demo.Expect) {
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, table := range want.Tables {
		rows, err := f.GetRows(table.Sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		at := func(row, col int) string {
			if row > len(rows) || col >= len(rows[row-1]) {
				return ""
			}
			return rows[row-1][col]
		}
		if first := strings.Split(table.Columns[0].Label, " / ")[0]; at(table.HeaderRow[0], 0) != first {
			t.Errorf("%s row %d: header %q, want %q", table.Sheet, table.HeaderRow[0], at(table.HeaderRow[0], 0), first)
		}
		n := 0
		for rec := range table.Truth {
			n++
			for i, c := range table.Columns {
				got := at(rec.Row, i)
				if c.Type.Numeric() && rec.Values[i] != "" && !strings.ContainsAny(got, ",[０１２３４５６７８９") && !c.Same(rec.Values[i], got) {
					t.Fatalf("%s row %d %s: %q, want %q", table.Sheet, rec.Row, c.Label, got, rec.Values[i])
				}
				if c.Type == catalog.TypeText && rec.Values[i] != "" && got != "" && got != rec.Values[i] {
					t.Fatalf("%s row %d %s: %q, want %q", table.Sheet, rec.Row, c.Label, got, rec.Values[i])
				}
			}
		}
		if n != table.Rows || table.LastRow < table.FirstRow {
			t.Errorf("%s: %d records, want %d", table.Sheet, n, table.Rows)
		}
	}
}

// documented keeps docs/demo.md complete.
func documented(t *testing.T, _ string, city *demo.City) {
	page, err := os.ReadFile("../../../docs/demo.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range city.Datasets {
		if !strings.Contains(string(page), "| `"+d.Slug+"`") {
			t.Errorf("docs/demo.md does not list %s", d.Slug)
		}
	}
}

// TestStops wants a cancelled context to end the writing.
func TestStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := demo.Generate(ctx, t.TempDir(), demo.Options{Rows: 10}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
