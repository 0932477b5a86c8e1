package export_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"pgregory.net/rapid"

	"gongkai/catalog"
	"gongkai/datasets/export"
)

// fixed is a stream over rows in memory; every Next spoils the row before, as
// real streams may.
type fixed struct {
	columns []catalog.Column
	rows    [][]catalog.Value
	at      int
	row     []catalog.Value
	err     error
	closed  bool
}

func (f *fixed) Columns() []catalog.Column { return f.columns }
func (f *fixed) Err() error                { return f.err }
func (f *fixed) Close() error              { f.closed = true; return nil }

func (f *fixed) Next() ([]catalog.Value, bool) {
	if f.at == len(f.rows) {
		return nil, false
	}
	f.row = append(f.row[:0], f.rows[f.at]...)
	f.at++
	return f.row, true
}

// columns has one of each type.
var columns = []catalog.Column{
	{Name: "code", Label: "代码", Type: catalog.TypeText, SQLType: "VARCHAR"},
	{Name: "名称", Label: "名称, 全称", Type: catalog.TypeText, SQLType: "VARCHAR"},
	{Name: "n", Label: "数量", Type: catalog.TypeInteger, SQLType: "BIGINT"},
	{Name: "amount", Label: "金额（元）", Type: catalog.TypeDecimal, SQLType: "DECIMAL(18,2)", Unit: "元"},
	{Name: "share", Label: "占比", Type: catalog.TypePercent, SQLType: "DECIMAL(9,4)"},
	{Name: "ratio", Label: "比率", Type: catalog.TypeDecimal, SQLType: "DOUBLE"},
	{Name: "open", Label: "开放", Type: catalog.TypeBoolean, SQLType: "BOOLEAN"},
	{Name: "day", Label: "日期", Type: catalog.TypeDate, SQLType: "DATE"},
	{Name: "at", Label: "时间", Type: catalog.TypeDatetime, SQLType: "TIMESTAMP"},
	{Name: "clock", Label: "时刻", Type: catalog.TypeTime, SQLType: "TIME"},
	{Name: "wide", Label: "大数", Type: catalog.TypeDecimal, SQLType: "DECIMAL(38,3)"},
}

func text(s string) catalog.Value { return catalog.Value{Kind: catalog.TextValue, S: s} }

// anyText draws texts with everything that needs care.
func anyText() *rapid.Generator[string] {
	hard := rapid.SampledFrom([]string{"", " ", "a", "=1+1", "+1", "-1", "@x", "007", "NULL", "∅", `"`, `""`, ",", "\n", "\r\n", "\r", "\t", "_x0041_", "_x005F_", "_x00", "<b>&amp;", "]]>",
		"东城区", "\U0001F600", "\u2028", "\ufffe", "\uffff", "'", `\`, "\x01", "\x1f", "\x7f", "#", "1,000", " x ", "true", "2024-05-03"})
	return rapid.Custom(func(t *rapid.T) string {
		parts := rapid.SliceOfN(rapid.OneOf(hard, rapid.String()), 0, 4).Draw(t, "parts")
		return strings.ReplaceAll(strings.Join(parts, ""), "\x00", "")
	})
}

// anyValue draws a value of a column, NULL often.
func anyValue(t *rapid.T, c *catalog.Column) catalog.Value {
	if rapid.IntRange(0, 5).Draw(t, "null") == 0 {
		return catalog.Value{}
	}
	const day = int64(86400e6)
	days := rapid.OneOf(rapid.Int64Range(-719162, 2932896), rapid.Int64Range(-26000, -25000), rapid.Int64Range(0, 30000))
	switch {
	case c.Type == catalog.TypeText:
		return text(anyText().Draw(t, "text"))
	case c.Name == "wide":
		return catalog.Value{Kind: catalog.DecimalValue, Scale: 3, S: rapid.StringMatching(`-?[1-9][0-9]{18,34}\.[0-9]{3}`).Draw(t, "wide")}
	case c.SQLType == "DOUBLE":
		f := rapid.OneOf(rapid.Float64(), rapid.Float64Range(-1000, 1000)).Filter(func(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) })
		return catalog.Value{Kind: catalog.FloatValue, F: f.Draw(t, "float")}
	case c.Type == catalog.TypeInteger:
		return catalog.Value{Kind: catalog.IntValue, I: rapid.OneOf(rapid.Int64(), rapid.Int64Range(-100, 100), rapid.Int64Range(1<<53-2, 1<<53+2), rapid.Int64Range(1e15-2, 1e15+2)).Draw(t, "int")}
	case c.Type == catalog.TypePercent:
		return catalog.Value{Kind: catalog.DecimalValue, Scale: 4, I: rapid.Int64Range(-99999, 99999).Draw(t, "percent")}
	case c.Type == catalog.TypeDecimal:
		return catalog.Value{Kind: catalog.DecimalValue, Scale: 2, I: rapid.OneOf(rapid.Int64Range(-999, 999), rapid.Int64Range(-999999999999999999, 999999999999999999)).Draw(t, "decimal")}
	case c.Type == catalog.TypeBoolean:
		return catalog.Value{Kind: catalog.BoolValue, I: rapid.Int64Range(0, 1).Draw(t, "bool")}
	case c.Type == catalog.TypeDate:
		return catalog.Value{Kind: catalog.DateValue, I: days.Draw(t, "day")}
	case c.Type == catalog.TypeDatetime:
		return catalog.Value{Kind: catalog.DatetimeValue, I: days.Draw(t, "day")*day + anyClock(t)}
	}
	return catalog.Value{Kind: catalog.TimeValue, I: anyClock(t)}
}

// anyClock draws microseconds of a day, whole seconds and milliseconds among them.
func anyClock(t *rapid.T) int64 {
	unit := rapid.SampledFrom([]int64{1, 1000, 1000000}).Draw(t, "unit")
	return rapid.Int64Range(0, 86400e6/unit-1).Draw(t, "clock") * unit
}

func anyRows(t *rapid.T) [][]catalog.Value {
	n := rapid.IntRange(0, 12).Draw(t, "rows")
	rows := make([][]catalog.Value, n)
	for i := range rows {
		rows[i] = make([]catalog.Value, len(columns))
		for j := range columns {
			rows[i][j] = anyValue(t, &columns[j])
		}
	}
	return rows
}

// written gives the bytes of rows in a format.
func written(t rapid.TB, f export.Format, cols []catalog.Column, rows [][]catalog.Value) []byte {
	t.Helper()
	var b bytes.Buffer
	source := &fixed{columns: cols, rows: rows}
	if err := export.Write(context.Background(), &b, export.Form{Format: f}, source, export.Meta{Title: "标题 <1>", Dataset: "set", Version: 3, Table: "t", Columns: cols}); err != nil {
		t.Fatal(err)
	}
	if !source.closed {
		t.Fatal("the rows stay open")
	}
	return b.Bytes()
}

// valid is a text as formats of text can hold it.
func valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		b.WriteRune(r)
	}
	return b.String()
}

func show(v catalog.Value) string { return fmt.Sprintf("%d:%q", v.Kind, v.String()) }
