package shape_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

func TestIdentifier(t *testing.T) {
	for label, want := range map[string]string{
		"行政区划代码":                  "xingzhengquhuadaima",
		"金额 / 年初预算":               "jine_nianchuyusuan",
		"Größe / Straße":          "grosse_strasse",
		"Total murders":           "total_murders",
		"2019年":                   "y2019nian",
		"10 kV":                   "n10_kv",
		"select":                  "select_value",
		"%":                       "pct",
		"__x__":                   "x",
		"ひらがな":                    "",
		"":                        "",
		"ＰＭ２．５":                   "pm2_5",
		"Schüler_Total_2010/2011": "schuler_total_2010_2011",
	} {
		if got := shape.Identifier(label); got != want {
			t.Errorf("%q: %q, want %q", label, got, want)
		}
	}
}

func TestNullMarker(t *testing.T) {
	for s, want := range map[string]bool{"-": true, "—": true, "…": true, "无": true, "n/a": true, "N/A": true, "..": true, "[c]": true, "保密": true, "0": false, "无锡": false, "x": false, "--x": false, "1-2": false} {
		if got := shape.NullMarker(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

// TestHostileShapes: sheets made to be slow are read in a few seconds.
func TestHostileShapes(t *testing.T) {
	wide := make([][]string, 30)
	for r := range wide {
		wide[r] = make([]string, 16384)
		for c := range wide[r] {
			if wide[r][c] = strconv.Itoa(r * c); r == 0 || c%7 == 0 {
				wide[r][c] = fmt.Sprintf("h%d", c)
			}
			if c%5 == 3 {
				wide[r][c] = ""
			}
		}
	}
	gaps, heads, lone := make([][]string, 120_000), make([][]string, 120_000), make([][]string, 120_000)
	for r := range gaps {
		if r%2 == 0 {
			gaps[r] = []string{"x" + strconv.Itoa(r), strconv.Itoa(r), "2"}
		}
		lone[r] = []string{"text " + strconv.Itoa(r)}
		switch r % 4 {
		case 0:
			heads[r] = []string{"name", "a" + strconv.Itoa(r), "b", "c"}
		case 3:
		default:
			heads[r] = []string{"n", "1", "2", "3"}
		}
	}
	for name, rows := range map[string][][]string{"wide": wide, "gaps": gaps, "heads": heads, "lone": lone} {
		start := time.Now()
		wb := &sheet.Workbook{Format: sheet.XLSX, Formats: []sheet.Format{{}}, Sheets: []*sheet.Sheet{sheet.FromRowsTyped("s", rows)}}
		found, err := shape.Detect(context.Background(), wb, nil)
		if err != nil {
			t.Fatal(name, err)
		}
		if d := time.Since(start); d > 10*time.Second {
			t.Errorf("%s took %v", name, d)
		} else {
			t.Logf("%s: %d tables in %v", name, len(found.Tables), d)
		}
	}
}
