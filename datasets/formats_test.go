package datasets_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	_ "github.com/mattn/go-sqlite3"
	"github.com/xuri/excelize/v2"

	"gongkai/catalog"
	"gongkai/datasets"
	"gongkai/datasets/export"
	"gongkai/datasets/query"
)

const missing = "∅" // how the readers of these tests write a missing value

// edges is a table with a column of every type and values at their ends, and
// what each cell must read as, written by hand.
func edges() (catalog.Table, [][]catalog.Value, [][]string) {
	table := catalog.Table{Name: "edges", Label: "边界", Columns: []catalog.Column{
		{Name: "code", Label: "代码", SourceLabel: "代 码", Type: catalog.TypeText, SQLType: "VARCHAR"},
		{Name: "note", Label: "说明, 全文", Type: catalog.TypeText, SQLType: "VARCHAR", Description: catalog.Text{ZH: "原文"}},
		{Name: "n", Label: "数量", Type: catalog.TypeInteger, SQLType: "BIGINT", Unit: "个"},
		{Name: "huge", Label: "大整数", Type: catalog.TypeInteger, SQLType: "DECIMAL(38,0)"},
		{Name: "amount", Label: "金额（元）", Type: catalog.TypeDecimal, SQLType: "DECIMAL(18,2)", Unit: "元"},
		{Name: "wide", Label: "高精度", Type: catalog.TypeDecimal, SQLType: "DECIMAL(38,3)"},
		{Name: "share", Label: "占比", Type: catalog.TypePercent, SQLType: "DECIMAL(9,4)"},
		{Name: "ratio", Label: "比率", Type: catalog.TypeDecimal, SQLType: "DOUBLE"},
		{Name: "open", Label: "开放", Type: catalog.TypeBoolean, SQLType: "BOOLEAN"},
		{Name: "day", Label: "日期", Type: catalog.TypeDate, SQLType: "DATE"},
		{Name: "at", Label: "时间", Type: catalog.TypeDatetime, SQLType: "TIMESTAMP"},
		{Name: "clock", Label: "时刻", Type: catalog.TypeTime, SQLType: "TIME"},
	}}
	const micro = int64(86400e6)
	dec := func(i int64, scale uint8) catalog.Value {
		return catalog.Value{Kind: catalog.DecimalValue, I: i, Scale: scale}
	}
	of := func(kind catalog.ValueKind, i int64) catalog.Value { return catalog.Value{Kind: kind, I: i} }
	long := strings.Repeat("示例市某某局关于公开某事项的通知，", 400)
	nines := strings.Repeat("9", 35)
	rows := [][]catalog.Value{
		{text("007"), text("=1+1"), whole(1<<63 - 1), {Kind: catalog.IntValue, S: "9" + nines + "99"}, dec(999999999999999999, 2), {Kind: catalog.DecimalValue, S: nines + ".999", Scale: 3}, dec(1250, 4),
			{Kind: catalog.FloatValue, F: 1e308}, of(catalog.BoolValue, 1), of(catalog.DateValue, -719162), of(catalog.DatetimeValue, -25567*micro), of(catalog.TimeValue, micro-1)},
		{text("000000000000000000"), text("a\tb\n\"c\", d;e|f"), whole(-1 << 63), {Kind: catalog.IntValue, S: "-9" + nines + "99"}, dec(-1, 2), {Kind: catalog.DecimalValue, S: "-" + nines + ".999", Scale: 3}, dec(-99999, 4),
			{Kind: catalog.FloatValue, F: 5e-324}, of(catalog.BoolValue, 0), of(catalog.DateValue, 2932896), of(catalog.DatetimeValue, 2932896*micro+micro-1), of(catalog.TimeValue, 0)},
		{text(""), text(long), whole(0), of(catalog.IntValue, 0), dec(0, 2), dec(0, 3), dec(0, 4), {Kind: catalog.FloatValue, F: 0.1}, {}, of(catalog.DateValue, -25508), of(catalog.DatetimeValue, 34200e6), of(catalog.TimeValue, 34200e6)},
		{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}},
		{text("\U0001F600"), text("-2+3"), whole(9007199254740993), of(catalog.IntValue, 7), dec(1250, 2), dec(1, 3), dec(1, 4), {Kind: catalog.FloatValue, F: 12.333333333333334}, of(catalog.BoolValue, 1), of(catalog.DateValue, -25567), of(catalog.DatetimeValue, -1), of(catalog.TimeValue, 1)},
	}
	want := [][]string{
		{"007", "=1+1", "9223372036854775807", "9" + nines + "99", "9999999999999999.99", nines + ".999", "0.1250", "1e308", "true", "0001-01-01", "1900-01-01T00:00:00", "23:59:59.999999"},
		{"000000000000000000", "a\tb\n\"c\", d;e|f", "-9223372036854775808", "-9" + nines + "99", "-0.01", "-" + nines + ".999", "-9.9999", "5e-324", "false", "9999-12-31", "9999-12-31T23:59:59.999999", "00:00:00"},
		{"", long, "0", "0", "0.00", "0.000", "0.0000", "0.1", missing, "1900-03-01", "1970-01-01T09:30:00", "09:30:00"},
		{missing, missing, missing, missing, missing, missing, missing, missing, missing, missing, missing, missing},
		{"\U0001F600", "-2+3", "9007199254740993", "7", "12.50", "0.001", "0.0001", "12.333333333333334", "true", "1900-01-01", "1969-12-31T23:59:59.999999", "00:00:00.000001"},
	}
	return table, rows, want
}

// edgeRef publishes the table.
func edgeRef(t *testing.T) (*house, *datasets.Ref, [][]string) {
	h := newHouse(t, datasets.Config{})
	table, rows, want := edges()
	records := make([]catalog.Record, len(rows))
	for i, row := range rows {
		records[i] = catalog.Record{Row: i + 2, Kind: catalog.RowRecord, Values: row}
	}
	sealed, tables := h.build(t, []catalog.Table{table}, [][]catalog.Record{records})
	h.add(t, h.dataset(t, "edges"), sealed, tables, true)
	ref, err := h.lib.Table(context.Background(), public, "edges", "", "")
	if err != nil {
		t.Fatal(err)
	}
	return h, ref, want
}

// TestOtherReadersAgree reads every format with a program that is not ours,
// from the stored file of the whole table and from a filtered one, cell by cell.
func TestOtherReadersAgree(t *testing.T) {
	h, ref, want := edgeRef(t)
	for f, read := range map[export.Format]func(t *testing.T, path string) [][]string{
		export.CSV: readSeparated(','), export.TSV: readSeparated('\t'), export.JSON: readJSON, export.NDJSON: readJSON, export.XLSX: readXLSX,
		export.Arrow: readArrow, export.SQLite: readSQLite,
		export.Parquet: readDuckDB(func(path string) string { return "read_parquet('" + path + "')" }),
		export.DuckDB:  readDuckDB(func(string) string { return "made.edges" }),
	} {
		t.Run(string(f), func(t *testing.T) {
			file, err := h.lib.Export(t.Context(), ref, f)
			if err != nil {
				t.Fatal(err)
			}
			compareCells(t, f, read(t, file.Path), want)
			var part bytes.Buffer
			r := query.Request{Where: "coalesce(n, 0) <> 0", OrderBy: "n"}
			if err := h.lib.Copy(t.Context(), ref, r, export.Form{Format: f}, &part); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "part"+f.Ext())
			if err := os.WriteFile(path, part.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			compareCells(t, f, read(t, path), [][]string{want[1], want[4], want[0]})
		})
	}
}

func compareCells(t *testing.T, f export.Format, got, want [][]string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d rows, want %d", len(got), len(want))
	}
	table, _, _ := edges()
	for i := range want {
		for j, c := range table.Columns {
			a, b := got[i][j], want[i][j]
			if b == missing && (f == export.CSV || f == export.TSV || f == export.XLSX) || b == "" && f == export.XLSX {
				b = "" // these readers do not tell it from an empty text
			}
			if number := c.Type == catalog.TypeDecimal || c.Type == catalog.TypePercent || c.Type == catalog.TypeInteger; a != b && !(number && sameDigits(a, b)) {
				t.Errorf("row %d, %s: %.80q, want %.80q", i, c.Name, a, b)
			}
		}
	}
}

// sameDigits allows for zeros at the end of a fraction and for exponents, but
// for no other digit.
func sameDigits(a, b string) bool {
	short := func(s string) string {
		if strings.ContainsAny(s, "eE") {
			f, err := strconv.ParseFloat(s, 64)
			if err != nil {
				return s
			}
			s = strconv.FormatFloat(f, 'f', -1, 64)
		}
		if strings.Contains(s, ".") {
			s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
		}
		return s
	}
	return short(a) == short(b)
}

func readSeparated(comma rune) func(t *testing.T, path string) [][]string {
	return func(t *testing.T, path string) [][]string {
		in, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		r := csv.NewReader(in)
		r.Comma = comma
		rows, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if rows[0][0] != "code" {
			t.Errorf("header %q", rows[0])
		}
		return rows[1:]
	}
}

func readJSON(t *testing.T, path string) (rows [][]string) {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if data[0] == '[' {
		if _, err := d.Token(); err != nil {
			t.Fatal(err)
		}
	}
	table, _, _ := edges()
	for d.More() {
		var object map[string]any
		if err := d.Decode(&object); err != nil {
			t.Fatal(err)
		}
		row := make([]string, len(table.Columns))
		for i, c := range table.Columns {
			v, ok := object[c.Name]
			if !ok {
				t.Fatalf("%s is missing in %v", c.Name, object)
			}
			if row[i] = fmt.Sprint(v); v == nil {
				row[i] = missing
			}
			if _, number := v.(json.Number); number && c.Type == catalog.TypeInteger && len(row[i]) > 16 {
				t.Errorf("%s: %s is a number that readers round", c.Name, row[i])
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func readArrow(t *testing.T, path string) (rows [][]string) {
	in, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	r, err := ipc.NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Release()
	if unit, ok := r.Schema().Field(2).Metadata.GetValue("unit"); !ok || unit != "个" {
		t.Errorf("unit %q", unit)
	}
	for r.Next() {
		batch := r.RecordBatch()
		for i := range int(batch.NumRows()) {
			row := make([]string, batch.NumCols())
			for j := range row {
				if row[j] = batch.Column(j).ValueStr(i); batch.Column(j).IsNull(i) {
					row[j] = missing
				}
				switch c := batch.Column(j).(type) {
				case *array.Timestamp:
					if !c.IsNull(i) {
						row[j] = c.Value(i).ToTime(arrow.Microsecond).Format("2006-01-02T15:04:05.999999")
					}
				case *array.Time64:
					row[j] = strings.TrimSuffix(row[j], ".000000")
				}
			}
			rows = append(rows, row)
		}
	}
	if r.Err() != nil {
		t.Fatal(r.Err())
	}
	return rows
}

// readXLSX gives what is shown of moments, and the stored value of all others.
func readXLSX(t *testing.T, path string) (rows [][]string) {
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sheets := f.GetSheetList()
	if len(sheets) != 2 || sheets[0] != "edges" {
		t.Fatalf("sheets %v", sheets)
	}
	cell := func(column, row int, raw bool) string {
		name, err := excelize.CoordinatesToCellName(column+1, row)
		if err != nil {
			t.Fatal(err)
		}
		text, err := f.GetCellValue(sheets[0], name, excelize.Options{RawCellValue: raw})
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	table, _, _ := edges()
	for j, c := range table.Columns {
		if got := cell(j, 1, true); got != c.Label {
			t.Errorf("header %q, want %q", got, c.Label)
		}
		letters, _ := excelize.ColumnNumberToName(j + 1)
		if w, err := f.GetColWidth(sheets[0], letters); err != nil || w < 5 || w > 80 {
			t.Errorf("column %s is %v wide: %v", c.Name, w, err)
		}
	}
	style, err := f.GetCellStyle(sheets[0], "A1")
	if err != nil {
		t.Fatal(err)
	}
	if header, err := f.GetStyle(style); err != nil || header.Font == nil || !header.Font.Bold {
		t.Errorf("the header is not set off: %v %v", header, err)
	}
	if panes, err := f.GetPanes(sheets[0]); err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("the header is not fixed: %+v %v", panes, err)
	}
	all, err := f.GetRows(sheets[0])
	if err != nil {
		t.Fatal(err)
	}
	dimension, err := f.GetSheetDimension(sheets[0])
	if err != nil {
		t.Fatal(err)
	}
	_, last, _ := strings.Cut(dimension, ":")
	_, most, err := excelize.CellNameToCoordinates(last)
	if err != nil {
		most = len(all)
	}
	for i := 2; i <= most; i++ {
		row := make([]string, len(table.Columns))
		for j, c := range table.Columns {
			row[j] = cell(j, i, c.Type != catalog.TypeDate && c.Type != catalog.TypeDatetime && c.Type != catalog.TypeTime)
			switch c.Type {
			case catalog.TypeBoolean:
				row[j] = map[string]string{"1": "true", "0": "false", "": ""}[row[j]]
			case catalog.TypeDatetime:
				row[j] = strings.Replace(row[j], " ", "T", 1)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func readDuckDB(from func(path string) string) func(t *testing.T, path string) [][]string {
	return func(t *testing.T, path string) [][]string {
		db, err := sql.Open("duckdb", "")
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if strings.HasSuffix(path, ".duckdb") {
			if _, err := db.Exec("ATTACH '" + path + "' AS made (READ_ONLY)"); err != nil {
				t.Fatal(err)
			}
		}
		table, _, _ := edges()
		var list []string
		for _, c := range table.Columns {
			list = append(list, "CAST(\""+c.Name+"\" AS VARCHAR)")
		}
		for _, c := range table.Columns {
			var kind string
			if err := db.QueryRow("SELECT typeof(\"" + c.Name + "\") FROM " + from(path) + " LIMIT 1").Scan(&kind); err != nil {
				t.Fatal(err)
			}
			if kind != c.SQLType {
				t.Errorf("%s is %s, want %s", c.Name, kind, c.SQLType)
			}
		}
		return moments(scanned(t, db, "SELECT "+strings.Join(list, ", ")+" FROM "+from(path)))
	}
}

// moments writes DuckDB's timestamps as ours are.
func moments(rows [][]string) [][]string {
	for _, row := range rows {
		row[10] = strings.Replace(row[10], " ", "T", 1)
	}
	return rows
}

// readSQLite checks that what is no number in SQLite is no number in the file.
func readSQLite(t *testing.T, path string) [][]string {
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro&immutable=1")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var ok, unit string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&ok); err != nil || ok != "ok" {
		t.Errorf("integrity: %q %v", ok, err)
	}
	if err := db.QueryRow("SELECT unit FROM _columns WHERE name = 'n'").Scan(&unit); err != nil || unit != "个" {
		t.Errorf("unit %q: %v", unit, err)
	}
	if err := db.QueryRow("SELECT value FROM _about WHERE key = 'dataset'").Scan(&unit); err != nil || unit != "edges" {
		t.Errorf("dataset %q: %v", unit, err)
	}
	rows := scanned(t, db, `SELECT code, note, CAST(n AS TEXT), CAST(huge AS TEXT), CAST(amount AS TEXT), CAST(wide AS TEXT), CAST(share AS TEXT), printf('%!.17g', ratio),
		CASE open WHEN 1 THEN 'true' WHEN 0 THEN 'false' END, day, at, clock FROM edges ORDER BY rowid`)
	kinds := scanned(t, db, "SELECT typeof(code), typeof(n), typeof(huge), typeof(amount), typeof(wide), typeof(open), typeof(day) FROM edges WHERE n IN (9007199254740993, 9223372036854775807) ORDER BY n")
	if got, want := fmt.Sprint(kinds), "[[text integer integer real real integer text] [text integer text text text integer text]]"; got != want {
		t.Errorf("types %s, want %s", got, want)
	}
	for _, row := range rows { // printf of NULL is a zero
		if row[2] == missing {
			row[7] = missing
		}
	}
	return rows
}

func scanned(t *testing.T, db *sql.DB, statement string) (out [][]string) {
	t.Helper()
	rows, err := db.Query(statement)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		cells, into := make([]sql.NullString, len(names)), make([]any, len(names))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		row := make([]string, len(names))
		for i, c := range cells {
			if row[i] = c.String; !c.Valid {
				row[i] = missing
			}
		}
		out = append(out, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}
