package export_test

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"gongkai/catalog"
	"gongkai/datasets/export"
)

func openXLSX(t rapid.TB, data []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestXLSXReadsBackWithExcelize compares value and type of every cell.
func TestXLSXReadsBackWithExcelize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := anyRows(t)
		f := openXLSX(t, written(t, export.XLSX, columns, rows))
		defer f.Close()
		if got := strings.Join(f.GetSheetList(), "|"); got != "t|说明 About" {
			t.Fatal(got)
		}
		for j, c := range columns {
			if got, err := f.GetCellValue("t", address(j, 0)); err != nil || got != c.Label {
				t.Fatalf("header %q %v", got, err)
			}
		}
		for i, row := range rows {
			for j, v := range row {
				if complaint := compareCell(f, "t", address(j, i+1), v); complaint != "" {
					t.Fatalf("%s (%s): %s, want %s", address(j, i+1), columns[j].Name, complaint, show(v))
				}
			}
		}
	})
}

func address(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column+1, row+1)
	if err != nil {
		panic(err)
	}
	return name
}

func compareCell(f *excelize.File, sheet, cell string, v catalog.Value) string {
	got, err := f.GetCellValue(sheet, cell, excelize.Options{RawCellValue: true})
	if err != nil {
		return err.Error()
	}
	kind, err := f.GetCellType(sheet, cell)
	if err != nil {
		return err.Error()
	}
	if formula, err := f.GetCellFormula(sheet, cell); err != nil || formula != "" {
		return "formula " + formula
	}
	want, wantKind := expectCell(v)
	if got != want && !sameNumber(wantKind, got, want) || kind != wantKind {
		return fmt.Sprintf("%q of type %d, expected %q of type %d", got, kind, want, wantKind)
	}
	return ""
}

// expectCell says in words of excelize what the cell of a value must be.
func expectCell(v catalog.Value) (raw string, kind excelize.CellType) {
	const number, inline = excelize.CellTypeUnset, excelize.CellTypeInlineString
	moment := func(t time.Time) string {
		return strconv.FormatFloat(float64(t.UnixMicro())/86400e6+25569, 'f', -1, 64)
	}
	early := time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC)
	switch v.Kind {
	case catalog.Null:
		return "", number
	case catalog.BoolValue:
		return strconv.FormatInt(v.I, 10), excelize.CellTypeBool
	case catalog.DecimalValue:
		if !doubleKeeps(v) {
			return v.String(), inline
		}
		return v.String(), number
	case catalog.IntValue:
		if digits := strings.Trim(strings.ReplaceAll(v.String(), ".", ""), "-"); len(strings.TrimLeft(digits, "0")) > 15 {
			return v.String(), inline
		}
		return v.String(), number
	case catalog.FloatValue:
		return v.String(), number
	case catalog.DateValue:
		if day := time.Unix(v.I*86400, 0).UTC(); !day.Before(early) {
			return moment(day), number
		}
	case catalog.DatetimeValue:
		if at := time.UnixMicro(v.I).UTC(); !at.Before(early) && v.I%1000 == 0 {
			return moment(at), number
		}
	case catalog.TimeValue:
		if v.I%1000 == 0 {
			return strconv.FormatFloat(float64(v.I)/86400e6, 'f', -1, 64), number
		}
	}
	return valid(v.String()), inline
}

// sameNumber allows for another way to write the same double.
func sameNumber(kind excelize.CellType, a, b string) bool {
	x, err1 := strconv.ParseFloat(a, 64)
	y, err2 := strconv.ParseFloat(b, 64)
	return kind == excelize.CellTypeUnset && err1 == nil && err2 == nil && (x == y || math.Abs(x-y) < 1e-9*math.Abs(y) && strings.Contains(a+b, "E"))
}

// TestXLSXShowsTypes: what a reader of the sheet sees.
func TestXLSXShowsTypes(t *testing.T) {
	row := []catalog.Value{text("007"), text("=1+1"), {Kind: catalog.IntValue, I: 42}, {Kind: catalog.DecimalValue, I: 1250, Scale: 2}, {Kind: catalog.DecimalValue, I: 1250, Scale: 4},
		{Kind: catalog.FloatValue, F: 0.5}, {Kind: catalog.BoolValue, I: 1}, {Kind: catalog.DateValue, I: 19846}, {Kind: catalog.DatetimeValue, I: 19846*86400e6 + 34200e6}, {Kind: catalog.TimeValue, I: 34200e6}, {}}
	f := openXLSX(t, written(t, export.XLSX, columns, [][]catalog.Value{row}))
	want := []string{"007", "=1+1", "42", "12.50", "12.50%", "0.5", "TRUE", "2024-05-03", "2024-05-03 09:30:00", "09:30:00", ""}
	for j := range row {
		if got, err := f.GetCellValue("t", address(j, 1)); err != nil || got != want[j] {
			t.Errorf("%s: shown as %q, want %q (%v)", columns[j].Name, got, want[j], err)
		}
	}
	about, err := f.GetRows("说明 About")
	if err != nil {
		t.Fatal(err)
	}
	all := fmt.Sprint(about)
	for _, want := range []string{"标题 <1>", "[版本 Version 3]", "[行数 Rows 1]", "[amount 金额（元） decimal 元]"} {
		if !strings.Contains(all, want) {
			t.Errorf("%s is not on the last sheet: %s", want, all)
		}
	}
	if strings.Contains(all, "URL") {
		t.Errorf("a line without a value is on the last sheet: %s", all)
	}
}

// TestXLSXCutsLongTextsAndSaysSo: the limit counts UTF-16 units.
func TestXLSXCutsLongTextsAndSaysSo(t *testing.T) {
	cols := columns[:1]
	full := strings.Repeat("长", 32767)
	astral := strings.Repeat("\U0001F600", 16384) // 32,768 units
	rows := [][]catalog.Value{{text(full)}, {text(full + "x")}, {text(astral)}, {{Kind: catalog.IntValue, I: 1e15}}, {{Kind: catalog.DateValue, I: -30000}}}
	f := openXLSX(t, written(t, export.XLSX, cols, rows))
	var got []string
	for i := range rows {
		s, err := f.GetCellValue("t", address(0, i+1))
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, s)
	}
	if got[0] != full {
		t.Error("a text of the full length is changed")
	}
	if want := strings.Repeat("长", 32766) + "…"; got[1] != want {
		t.Errorf("%d characters, ends in %q", utf8.RuneCountInString(got[1]), got[1][len(got[1])-6:])
	}
	if want := strings.Repeat("\U0001F600", 16383) + "…"; got[2] != want {
		t.Errorf("%d characters, ends in %q", utf8.RuneCountInString(got[2]), got[2][len(got[2])-6:])
	}
	about, err := f.GetRows("说明 About")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"t!A3 (32768), t!A4 (16384)", "1 numbers have more than 15 digits", "1 dates lie before March 1900"} {
		if !strings.Contains(fmt.Sprint(about), want) {
			t.Errorf("%q is not on the last sheet: %s", want, about)
		}
	}
}

func TestXLSXSheetNames(t *testing.T) {
	for table, want := range map[string]string{
		"": "data", "a/b[c]:*?\\'": "a_b_c______", "说明 About": "data", strings.Repeat("长", 40): strings.Repeat("长", 31),
		strings.Repeat("\U0001F600", 20): strings.Repeat("\U0001F600", 15), "<&\">": `<&">`, "History": "data",
	} {
		var b bytes.Buffer
		if err := export.Write(t.Context(), &b, export.Form{Format: export.XLSX}, &fixed{columns: columns[:1]}, export.Meta{Table: table}); err != nil {
			t.Fatal(err)
		}
		if got := openXLSX(t, b.Bytes()).GetSheetList(); got[0] != want {
			t.Errorf("%q: sheet %q, want %q", table, got[0], want)
		}
	}
}

func TestXLSXRefusesTooManyColumns(t *testing.T) {
	err := export.Write(t.Context(), &bytes.Buffer{}, export.Form{Format: export.XLSX}, &fixed{columns: make([]catalog.Column, 16385)}, export.Meta{})
	if catalog.KindOf(err) != catalog.TooLarge {
		t.Error(err)
	}
}

func TestXLSXIsTheSameEachTime(t *testing.T) {
	rows := benchRows(100)
	if !bytes.Equal(written(t, export.XLSX, columns, rows), written(t, export.XLSX, columns, rows)) {
		t.Error("the same rows give other bytes")
	}
}
