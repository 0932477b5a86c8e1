package export_test

import (
	"bufio"
	"bytes"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"gongkai/catalog"
	"gongkai/datasets/export"
)

// TestCSVReadsBackWithTheStandardLibrary compares every value. The library
// makes LF of a CR LF inside quotes, and cannot tell NULL from "".
func TestCSVReadsBackWithTheStandardLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := anyRows(t)
		data := written(t, export.CSV, columns, rows)
		got, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(rows)+1 {
			t.Fatalf("%d lines for %d rows", len(got), len(rows))
		}
		for i, c := range columns {
			if got[0][i] != c.Name {
				t.Fatalf("header %q, want %q", got[0][i], c.Name)
			}
		}
		for i, row := range rows {
			for j, v := range row {
				want := strings.ReplaceAll(v.String(), "\r\n", "\n")
				if got[i+1][j] != want {
					t.Fatalf("row %d %s: %q, want %q", i, columns[j].Name, got[i+1][j], want)
				}
			}
		}
	})
}

// TestCSVReadsBackWithDuckDB compares every value, byte for byte and NULL
// apart from the empty text.
func TestCSVReadsBackWithDuckDB(t *testing.T) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	file := filepath.Join(t.TempDir(), "t.csv")
	var names []string
	for _, c := range columns {
		names = append(names, fmt.Sprintf("'%s': 'VARCHAR'", c.Name))
	}
	query := fmt.Sprintf("SELECT * FROM read_csv('%s', header=true, auto_detect=false, delim=',', quote='\"', escape='\"', nullstr='', allow_quoted_nulls=false, strict_mode=false, parallel=false, columns={%s})", file, strings.Join(names, ", "))
	rapid.Check(t, func(t *rapid.T) {
		rows := anyRows(t)
		for i := range rows {
			for j := range rows[i] {
				rows[i][j].S = valid(rows[i][j].S)
			}
		}
		if err := os.WriteFile(file, written(t, export.CSV, columns, rows), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := db.Query(query)
		if err != nil {
			t.Fatal(err)
		}
		defer got.Close()
		i := 0
		for ; got.Next(); i++ {
			texts, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
			for j := range texts {
				into[j] = &texts[j]
			}
			if err := got.Scan(into...); err != nil {
				t.Fatal(err)
			}
			for j, v := range rows[i] {
				if texts[j].Valid == v.IsNull() || texts[j].String != v.String() {
					t.Fatalf("row %d %s: %+v, want %s", i, columns[j].Name, texts[j], show(v))
				}
			}
		}
		if err := got.Err(); err != nil || i != len(rows) {
			t.Fatalf("%d rows of %d: %v", i, len(rows), err)
		}
	})
}

// TestJSONReadsBack compares every value with what the standard library reads,
// in both layouts.
func TestJSONReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := anyRows(t)
		var array []map[string]any
		if err := decode(written(t, export.JSON, columns, rows), &array); err != nil {
			t.Fatal(err)
		}
		var lines []map[string]any
		s := bufio.NewScanner(bytes.NewReader(written(t, export.NDJSON, columns, rows)))
		for s.Scan() {
			var object map[string]any
			if err := decode(s.Bytes(), &object); err != nil {
				t.Fatal(err)
			}
			lines = append(lines, object)
		}
		if len(array) != len(rows) || len(lines) != len(rows) {
			t.Fatalf("%d and %d objects for %d rows", len(array), len(lines), len(rows))
		}
		for i, row := range rows {
			for j, v := range row {
				for _, got := range []any{array[i][columns[j].Name], lines[i][columns[j].Name]} {
					if complaint := compareJSON(got, v); complaint != "" {
						t.Fatalf("row %d %s: %s", i, columns[j].Name, complaint)
					}
				}
			}
		}
	})
}

func decode(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	return d.Decode(into)
}

func compareJSON(got any, v catalog.Value) string {
	fits := func(limit int64) bool { return v.S == "" && v.I <= limit && v.I >= -limit }
	var want any
	switch v.Kind {
	case catalog.Null:
	case catalog.BoolValue:
		want = v.I != 0
	case catalog.FloatValue:
		want = json.Number(v.String())
	case catalog.IntValue:
		if want = v.String(); fits(1 << 53) {
			want = json.Number(v.String())
		}
	case catalog.DecimalValue:
		if want = v.String(); doubleKeeps(v) {
			want = json.Number(v.String())
		}
	default:
		want = valid(v.String())
	}
	if got != want {
		return fmt.Sprintf("%#v, want %#v", got, want)
	}
	return ""
}

// doubleKeeps says by other means than the package's own whether the shortest
// text of the nearest double is the same decimal.
func doubleKeeps(v catalog.Value) bool {
	exact, ok := new(big.Rat).SetString(v.String())
	if !ok {
		return false
	}
	double, _ := exact.Float64()
	back, ok := new(big.Rat).SetString(strconv.FormatFloat(double, 'g', -1, 64))
	return ok && back.Cmp(exact) == 0
}

// TestComputedDecimalsAreNumbers: one ratio that a spreadsheet computed gives a
// column seventeen decimals; none of its values is a text for that.
func TestComputedDecimalsAreNumbers(t *testing.T) {
	decimal := func(unscaled int64, s string) catalog.Value {
		return catalog.Value{Kind: catalog.DecimalValue, I: unscaled, S: s, Scale: 17}
	}
	cols := []catalog.Column{{Name: "r", Type: catalog.TypeDecimal, SQLType: "DECIMAL(20,17)"}}
	for _, c := range []struct {
		v          catalog.Value
		json, csv  string
		xlsx, kind string
	}{
		{decimal(3e17, ""), "3", "3", "3", "n"},
		{decimal(30000000000000004, ""), "0.30000000000000004", "0.30000000000000004", "0.30000000000000004", "n"},
		{decimal(0, "100.00000000000000000"), "100", "100", "100", "n"},
		{decimal(1233333333333333400, ""), "12.333333333333334", "12.333333333333334", "12.333333333333334", "n"},
		{decimal(0, "-41.48700000000000000"), "-41.487", "-41.487", "-41.487", "n"},
		{decimal(1233333333333333433, ""), `"12.33333333333333433"`, "12.33333333333333433", "12.33333333333333433", "inlineStr"},
	} {
		rows := [][]catalog.Value{{c.v}}
		if got := string(written(t, export.NDJSON, cols, rows)); got != `{"r":`+c.json+"}\n" {
			t.Errorf("json %q, want %s", got, c.json)
		}
		if got := string(written(t, export.CSV, cols, rows)); got != "r\n"+c.csv+"\n" {
			t.Errorf("csv %q, want %s", got, c.csv)
		}
		f := openXLSX(t, written(t, export.XLSX, cols, rows))
		got, err := f.GetCellValue("t", "A2", excelize.Options{RawCellValue: true})
		kind, err2 := f.GetCellType("t", "A2")
		number := kind == excelize.CellTypeUnset || kind == excelize.CellTypeNumber
		if err != nil || err2 != nil || got != c.xlsx || number != (c.kind == "n") {
			t.Errorf("xlsx %q (%v), want %s %s", got, kind, c.kind, c.xlsx)
		}
	}
}

func TestTextFormatsLookAsDocumented(t *testing.T) {
	cols := []catalog.Column{{Name: "a"}, {Name: "b,c"}}
	rows := [][]catalog.Value{
		{text(`x"y`), {}},
		{text(""), {Kind: catalog.IntValue, I: 1<<53 + 1}},
		{text("plain text"), {Kind: catalog.DecimalValue, I: -5, Scale: 2}},
	}
	for f, want := range map[export.Format]string{
		export.CSV:    "a,\"b,c\"\n\"x\"\"y\",\n\"\",9007199254740993\nplain text,-0.05\n",
		export.JSON:   "[\n{\"a\":\"x\\\"y\",\"b,c\":null},\n{\"a\":\"\",\"b,c\":\"9007199254740993\"},\n{\"a\":\"plain text\",\"b,c\":-0.05}\n]\n",
		export.NDJSON: "{\"a\":\"x\\\"y\",\"b,c\":null}\n{\"a\":\"\",\"b,c\":\"9007199254740993\"}\n{\"a\":\"plain text\",\"b,c\":-0.05}\n",
	} {
		if got := string(written(t, f, cols, rows)); got != want {
			t.Errorf("%s:\n%q, want\n%q", f, got, want)
		}
	}
	for f, want := range map[export.Format]string{export.CSV: "a,\"b,c\"\n", export.JSON: "[\n\n]\n", export.NDJSON: ""} {
		if got := string(written(t, f, cols, nil)); got != want {
			t.Errorf("%s without rows: %q, want %q", f, got, want)
		}
	}
	// A lone missing value must not be an empty line, which readers skip.
	if got := string(written(t, export.CSV, cols[:1], [][]catalog.Value{{{}}})); got != "a\n\"\"\n" {
		t.Errorf("one column: %q", got)
	}
}

func FuzzAppendJSONText(f *testing.F) {
	f.Add("a\"\\\n\x00\xff东")
	f.Fuzz(func(t *testing.T, s string) {
		data := export.AppendJSONText(nil, s)
		var got string
		if err := json.Unmarshal(data, &got); err != nil || got != valid(s) {
			t.Fatalf("%q: %q %v", s, data, err)
		}
	})
}

func TestFormats(t *testing.T) {
	for _, f := range export.Offered(pointColumns("")) {
		for _, name := range []string{string(f), f.Ext(), strings.ToUpper(string(f))} {
			if got, err := export.ParseFormat(name); err != nil || got != f {
				t.Errorf("%s: %s %v", name, got, err)
			}
		}
		if f.MediaType() == "application/octet-stream" {
			t.Errorf("%s has no media type", f)
		}
	}
	if _, err := export.ParseFormat("pdf"); catalog.KindOf(err) != catalog.NotFound {
		t.Error(err)
	}
}

// TestFormatsAreDocumented: every format has its heading.
func TestFormatsAreDocumented(t *testing.T) {
	data, err := os.ReadFile("../../docs/formats.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range export.Offered(pointColumns("")) {
		media, _, _ := strings.Cut(f.MediaType(), ";")
		_, section, ok := strings.Cut(string(data), "\n## "+string(f)+"\n")
		if !ok || f != export.XLSX && !strings.Contains(section, "`"+media+"`") {
			t.Errorf("%s has no heading in docs/formats.md, or not its media type", f)
		}
	}
}
