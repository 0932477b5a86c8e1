package demo_test

import (
	"encoding/csv"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"gongkai/catalog"
	"gongkai/cmd/gongkai/demo"
)

// totalsHold adds up the records above each total. Only whole numbers and
// amounts are sums; rates, growth and means are not.
func totalsHold(t *testing.T, _ string, city *demo.City) {
	checked := 0
	for _, d := range city.Datasets {
		for _, e := range d.Expect {
			for _, table := range e.Tables {
				if e.Published != nil && slices.ContainsFunc(e.Published[0].Columns, func(c demo.Column) bool { return c.Made == catalog.MadeLevel }) {
					checked += checkLevels(t, d.Slug, e.Published[0])
					continue
				}
				for i, c := range table.Columns {
					if c.Type.Numeric() && c.Type != catalog.TypePercent && !strings.ContainsAny(c.Label, "%率均") {
						checked += checkTotals(t, d.Slug, table, i)
					}
				}
			}
		}
	}
	if checked < 40 {
		t.Errorf("only %d totals were checked", checked)
	}
}

// checkTotals checks one column: a subtotal is the sum since the one before, a
// total the sum of everything.
func checkTotals(t *testing.T, slug string, table demo.Table, col int) (checked int) {
	all, part := new(big.Rat), new(big.Rat)
	for rec := range table.Truth {
		if rec.Values[col] == "" {
			continue
		}
		n, ok := new(big.Rat).SetString(rec.Values[col])
		if !ok {
			t.Fatalf("%s row %d %s: %q is no number", slug, rec.Row, table.Columns[col].Label, rec.Values[col])
		}
		if rec.Kind == catalog.RowRecord {
			all.Add(all, n)
			part.Add(part, n)
			continue
		}
		want := all
		if rec.Values[0] == "小计" {
			want = part
		}
		if n.Cmp(want) != 0 {
			t.Errorf("%s row %d %s: total %s, the records add up to %s", slug, rec.Row, table.Columns[col].Label, n.FloatString(2), want.FloatString(2))
		}
		part = new(big.Rat)
		checked++
	}
	return checked
}

// checkLevels checks that every total of a hierarchy is the sum of the rows one
// level below it.
func checkLevels(t *testing.T, slug string, table demo.Table) (checked int) {
	level := slices.IndexFunc(table.Columns, func(c demo.Column) bool { return c.Made == catalog.MadeLevel })
	sums := map[string][]int64{}
	value := func(rec demo.Record, i int) int64 {
		n, err := strconv.ParseInt(rec.Values[i], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for rec := range table.Truth {
		if at := rec.Values[level+1]; at != "" {
			if sums[at] == nil {
				sums[at] = make([]int64, level)
			}
			for i := 1; i < level-1; i++ {
				sums[at][i] += value(rec, i)
			}
		}
	}
	for rec := range table.Truth {
		if rec.Kind != catalog.RowTotal {
			continue
		}
		at := strings.TrimPrefix(rec.Values[level+1]+" / "+rec.Values[0], " / ")
		for i := 1; i < level-1; i++ {
			if sums[at] == nil || sums[at][i] != value(rec, i) {
				t.Errorf("%s row %d %s: total %s, the rows below add up to %v", slug, rec.Row, table.Columns[i].Label, rec.Values[i], sums[at])
			}
			checked++
		}
	}
	return checked
}

// populationRevised wants the two editions to differ where the note says so.
func populationRevised(t *testing.T, _ string, city *demo.City) {
	for _, d := range city.Datasets {
		if d.Slug != "population-by-district" {
			continue
		}
		var editions [2][]string
		for i := range editions {
			for rec := range d.Expect[i].Tables[0].Truth {
				editions[i] = rec.Values
			}
		}
		for col, label := range d.Expect[0].Tables[0].Columns {
			if revised := label.Label >= "2022年" && label.Label <= "2024年"; revised == (editions[0][col] == editions[1][col]) {
				t.Errorf("%s: %s and %s", label.Label, editions[0][col], editions[1][col])
			}
		}
	}
}

// bigDataset wants the number of rows asked for, in order of time, and
// every code with its zeros.
func bigDataset(t *testing.T, _ string, city *demo.City) {
	table := city.Datasets[len(city.Datasets)-1].Expect[0].Tables[0]
	n, last := 0, ""
	for rec := range table.Truth {
		n++
		if rec.Values[1] < last || rec.Values[1] >= "2026" {
			t.Fatalf("row %d: %s after %s", rec.Row, rec.Values[1], last)
		}
		last = rec.Values[1]
		if len(rec.Values[0]) != 12 || len(rec.Values[3]) != 6 || len(rec.Values[5]) != 4 {
			t.Fatalf("row %d: codes %q %q %q", rec.Row, rec.Values[0], rec.Values[3], rec.Values[5])
		}
	}
	if n != 3000 || table.Rows != n || last < "2025-12-31" {
		t.Errorf("%d rows, the last of %s", n, last)
	}
}

// TestKnownCreditCode checks the arithmetic on codes given out in reality.
func TestKnownCreditCode(t *testing.T) {
	for code, valid := range map[string]bool{"91350100M000100Y43": true, "91350100M000100Y44": false, "91350100M000100Y4": false} {
		if demo.ValidCreditCode(code) != valid {
			t.Errorf("%s: valid is %v", code, !valid)
		}
	}
}

// invented is the one dataset whose workbook holds names and numbers, of nobody:
// it shows what becomes of them.
const invented = "rent-subsidies"

// nothingPersonal reads every cell: no mobile, resident or card number,
// plate or e-mail may be there, no header that asks for one, and every credit
// code must be valid. The numbers of the invented persons are of no province.
func nothingPersonal(t *testing.T, dir string, city *demo.City) {
	digits := regexp.MustCompile(`\d+`)
	plate := regexp.MustCompile(`[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][A-Z0-9]{5}`)
	header := regexp.MustCompile(`姓名|身份证|手机|银行卡|住址|出生日期|联系人|法定代表人|指纹|人脸`)
	credit := regexp.MustCompile(`^[0-9A-Z]{18}$`)
	codes := 0
	eachCell(t, dir, city, func(slug, file, cell string) {
		for _, run := range digits.FindAllString(cell, -1) {
			if slug == invented && len(run) == 18 && strings.HasPrefix(run, "99") {
				continue
			}
			if n := len(run); n == 11 && run[0] == '1' || n == 15 || n >= 16 && n <= 19 {
				t.Errorf("%s: %q looks like a personal number", file, cell)
			}
		}
		if strings.Contains(cell, "@") || plate.MatchString(cell) {
			t.Errorf("%s: %q looks personal", file, cell)
		}
		if slug != invented && len([]rune(cell)) < 20 && header.MatchString(cell) {
			t.Errorf("%s: header %q", file, cell)
		}
		if credit.MatchString(cell) && slug != invented {
			codes++
			if !demo.ValidCreditCode(cell) {
				t.Errorf("%s: credit code %s", file, cell)
			}
		}
	})
	if codes < 500 {
		t.Errorf("only %d credit codes", codes)
	}
}

func eachCell(t *testing.T, dir string, city *demo.City, do func(slug, file, cell string)) {
	for _, d := range city.Datasets {
		for _, name := range d.Files {
			for _, row := range allRows(t, filepath.Join(dir, name)) {
				for _, cell := range row {
					do(d.Slug, name, cell)
				}
			}
		}
	}
}

func allRows(t *testing.T, path string) (all [][]string) {
	if strings.HasSuffix(path, ".csv") {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		rows, err := csv.NewReader(simplifiedchinese.GB18030.NewDecoder().Reader(f)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, rows...)
	}
	return all
}
