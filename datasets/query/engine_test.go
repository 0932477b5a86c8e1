package query_test

import (
	"database/sql"
	"fmt"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"time"

	duckdb "github.com/duckdb/duckdb-go/v2"

	"gongkai/catalog"
	"gongkai/datasets/query"
)

// engine is a real DuckDB with one stored table.
type engine struct {
	db    *sql.DB
	table *catalog.Table
	from  string
}

// open gives an engine in memory, closed at the end of the test.
func open(t testing.TB) *sql.DB {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	return db
}

// store creates the table that columns describe; rows are canonical texts, nil
// for NULL, with the source row before them.
type storedRow struct {
	row    int64
	kind   catalog.RowKind
	values []*string
}

func store(t testing.TB, db *sql.DB, columns []catalog.Column, rows []storedRow) *engine {
	t.Helper()
	e := &engine{db: db, table: &catalog.Table{Name: "t", Columns: columns}, from: `"memory"."main"."stored table"`}
	var ddl, names strings.Builder
	for _, c := range columns {
		fmt.Fprintf(&ddl, `"%s" %s, `, strings.ReplaceAll(c.Name, `"`, `""`), c.SQLType)
	}
	must(t, db, "CREATE OR REPLACE TABLE "+e.from+" ("+ddl.String()+`_row BIGINT, _row_type VARCHAR)`)
	for _, r := range rows {
		names.Reset()
		var args []any
		for i, v := range r.values {
			fmt.Fprintf(&names, "CAST(? AS %s), ", columns[i].SQLType)
			if v == nil {
				args = append(args, nil)
			} else {
				args = append(args, *v)
			}
		}
		must(t, db, "INSERT INTO "+e.from+" VALUES ("+names.String()+"?, ?)", append(args, r.row, string(r.kind))...)
	}
	return e
}

func must(t testing.TB, db *sql.DB, text string, args ...any) {
	t.Helper()
	if _, err := db.Exec(text, args...); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

// run gives the rows of a bound request, hidden columns included.
func (e *engine) run(b *query.Bound) ([][]catalog.Value, error) {
	text, args := b.SQL(e.from)
	rows, err := e.db.Query(text, args...)
	if err != nil {
		return nil, fmt.Errorf("%s %v: %w", text, args, err)
	}
	defer rows.Close()
	columns := append(b.Columns(), b.Hidden()...)
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	for i, c := range b.Columns() { // the types that are promised are those that come
		if got := types[i].DatabaseTypeName(); c.SQLType != "" && got != c.SQLType && !strings.HasPrefix(got, "ENUM") {
			return nil, fmt.Errorf("column %s is promised as %s and is %s: %s %v", c.Name, c.SQLType, got, text, args)
		}
	}
	var all [][]catalog.Value
	for rows.Next() {
		raw, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range raw {
			into[i] = &raw[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		row := make([]catalog.Value, len(columns))
		for i := range raw {
			row[i] = valueOf(raw[i], columns[i].SQLType)
		}
		all = append(all, row)
	}
	return all, rows.Err()
}

// valueOf makes a Value of what the driver gives.
func valueOf(raw any, sqlType string) catalog.Value {
	switch v := raw.(type) {
	case nil:
		return catalog.Value{}
	case string:
		return catalog.Value{Kind: catalog.TextValue, S: v}
	case int8, int16, int32:
		return catalog.Value{Kind: catalog.IntValue, I: reflect.ValueOf(v).Int()}
	case *big.Int:
		return catalog.Value{Kind: catalog.IntValue, S: v.String()}
	case int64:
		return catalog.Value{Kind: catalog.IntValue, I: v}
	case float64:
		return catalog.Value{Kind: catalog.FloatValue, F: v}
	case bool:
		if v {
			return catalog.Value{Kind: catalog.BoolValue, I: 1}
		}
		return catalog.Value{Kind: catalog.BoolValue}
	case duckdb.Decimal:
		if v.Value.IsInt64() && v.Scale > 0 {
			return catalog.Value{Kind: catalog.DecimalValue, I: v.Value.Int64(), Scale: v.Scale}
		}
		if v.Value.IsInt64() {
			return catalog.Value{Kind: catalog.IntValue, I: v.Value.Int64()}
		}
		return catalog.Value{Kind: catalog.DecimalValue, S: wide(v.Value, int(v.Scale)), Scale: v.Scale}
	case time.Time:
		const day = 86400
		switch sqlType {
		case "DATE":
			return catalog.Value{Kind: catalog.DateValue, I: v.Unix() / day}
		case "TIME":
			return catalog.Value{Kind: catalog.TimeValue, I: v.UnixMicro() - time.Date(v.Year(), v.Month(), v.Day(), 0, 0, 0, 0, time.UTC).UnixMicro()}
		}
		return catalog.Value{Kind: catalog.DatetimeValue, I: v.UnixMicro()}
	}
	panic(fmt.Sprintf("no Value for %T", raw))
}

func wide(n *big.Int, scale int) string {
	sign := ""
	if n.Sign() < 0 {
		sign = "-"
	}
	digits := new(big.Int).Abs(n).String()
	if scale == 0 {
		return sign + digits
	}
	if pad := scale + 1 - len(digits); pad > 0 {
		digits = strings.Repeat("0", pad) + digits
	}
	return sign + digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
}
