package datasets

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gongkai/catalog"
	"gongkai/datasets/statement"
	"gongkai/datasets/wire"
)

const asStranger = "GONGKAI_TEST_STRANGER"

// TestStrangerChild is no test: it is the process that runs a statement.
func TestStrangerChild(_ *testing.T) {
	if os.Getenv(asStranger) == "" {
		return
	}
	if err := RunStranger(context.Background(), os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

var strangerLimits = wire.Limits{Memory: 512 << 20, CPU: 20 * time.Second, Wall: 20 * time.Second, Rows: 1000, Bytes: 1 << 20, Threads: 1}

// answer is what came of a statement.
type answer struct {
	names  []wire.Name
	head   []wire.Column
	rows   [][]catalog.Value
	ending wire.Ending
}

// askStranger runs a statement in a process of its own.
func askStranger(t testing.TB, st wire.Statement, source wire.Source) (a answer, err error) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestStrangerChild$")
	cmd.Env = append(os.Environ(), asStranger+"=1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	in, err1 := cmd.StdinPipe()
	pipe, err2 := cmd.StdoutPipe()
	if err := errors.Join(err1, err2, cmd.Start()); err != nil {
		t.Fatal(err)
	}
	defer func() {
		in.Close()
		cmd.Process.Kill()
		cmd.Wait()
	}()
	out := bufio.NewReader(pipe)
	var nothing struct{}
	must := func(err error) {
		if err != nil {
			t.Fatalf("%v\n%s", err, stderr.String())
		}
	}
	must(wire.Send(in, wire.Begin, strangerLimits))
	must(wire.Expect(out, wire.Ready, &nothing))
	must(wire.Send(in, wire.Ask, st))
	must(wire.Expect(out, wire.Took, &nothing))
	if err := wire.Expect(out, wire.Wants, &a.names); err != nil {
		return a, err
	}
	sources := make([]wire.Source, len(a.names))
	for i := range sources {
		sources[i] = source
	}
	must(wire.Send(in, wire.Grants, sources))
	if err := wire.Expect(out, wire.Head, &a.head); err != nil {
		return a, err
	}
	for {
		kind, payload, err := wire.Read(out)
		must(err)
		if kind != wire.Rows {
			return a, wire.Decode(kind, payload, wire.End, &a.ending)
		}
		for len(payload) > 0 {
			row := make([]catalog.Value, len(a.head))
			payload, err = wire.ReadRow(payload, row)
			must(err)
			a.rows = append(a.rows, row)
		}
	}
}

// strangerTable builds a version file with values of every type and some that
// are missing.
func strangerTable(t testing.TB, rows int) (dir string, source wire.Source) {
	t.Helper()
	dir = t.TempDir()
	table := catalog.Table{Name: "t", Storage: "t1"}
	for _, c := range [][2]string{{"n", "BIGINT"}, {"d", "DECIMAL(12,2)"}, {"f", "DOUBLE"}, {"s", "VARCHAR"}, {"b", "BOOLEAN"}, {"day", "DATE"}, {"at", "TIMESTAMP"}} {
		types := map[string]catalog.Type{"BIGINT": catalog.TypeInteger, "VARCHAR": catalog.TypeText, "BOOLEAN": catalog.TypeBoolean, "DATE": catalog.TypeDate, "TIMESTAMP": catalog.TypeDatetime}
		typ := types[c[1]]
		if typ == "" {
			typ = catalog.TypeDecimal
		}
		table.Columns = append(table.Columns, catalog.Column{Name: c[0], Label: c[0], Type: typ, SQLType: c[1]})
		source.Columns = append(source.Columns, wire.Column{Name: c[0], Label: c[0], Type: typ})
	}
	b, err := NewBuilder(dir, BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Abort()
	w, err := b.Table(table)
	if err != nil {
		t.Fatal(err)
	}
	for i := range int64(rows) {
		values := []catalog.Value{
			{Kind: catalog.IntValue, I: i % 17}, {Kind: catalog.DecimalValue, I: i*i*7%100000 - 5000, Scale: 2}, {Kind: catalog.FloatValue, F: float64(i) / 8},
			{Kind: catalog.TextValue, S: []string{"城关区", "云湖区", "", "O'Brien", "a,b"}[i%5]}, {Kind: catalog.BoolValue, I: i & 1},
			{Kind: catalog.DateValue, I: 19000 + i%400}, {Kind: catalog.DatetimeValue, I: 1_700_000_000_000_000 + i*3_600_000_000},
		}
		if i%11 == 0 {
			values[i/11%7] = catalog.Value{}
		}
		if err := w.Append(&catalog.Record{Row: int(i) + 2, Kind: catalog.RowRecord, Values: values}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	sealed, err := b.Seal(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	source.Path, source.Storage = filepath.Join(dir, versionsDir, sealed.FileHash+".duckdb"), "t1"
	return dir, source
}

// draw picks one of a list.
func draw(t *rapid.T, from ...string) string { return rapid.SampledFrom(from).Draw(t, "piece") }

// number, textual and condition draw expressions of the pieces that are allowed.
func drawNumber(t *rapid.T, depth int) string {
	if depth == 0 {
		return draw(t, "n", "d", "_row", "1", "2.5", "NULL")
	}
	a, b := drawNumber(t, depth-1), drawNumber(t, depth-1)
	return draw(t, "("+a+" + "+b+")", "("+a+" - "+b+")", "abs("+a+")", "length("+drawText(t, depth-1)+")", "coalesce("+a+", "+b+")", "year(day)",
		"CASE WHEN "+drawCondition(t, depth-1)+" THEN "+a+" ELSE "+b+" END", "date_diff('day', day, at)", "nullif("+a+", "+b+")", "round("+a+", 1)", "greatest("+a+", "+b+")")
}

func drawText(t *rapid.T, depth int) string {
	if depth == 0 {
		return draw(t, "s", "'x'", "_row_type", "'名'")
	}
	a, b := drawText(t, depth-1), drawText(t, depth-1)
	return draw(t, "upper("+a+")", "("+a+" || "+b+")", "substring("+a+", 1, 2)", "replace("+a+", '区', '')", "strftime(day, '%Y-%m')", "CAST("+drawNumber(t, depth-1)+" AS VARCHAR)", "lpad("+a+", 6, '0')", "monthname(day)")
}

func drawCondition(t *rapid.T, depth int) string {
	if depth == 0 {
		return draw(t, "b", "n > 5", "s = '城关区'", "day >= DATE '2022-06-01'", "d IS NULL", "at < '2023-12-01'", "s LIKE '%区'", "n IN (1, 2, 3)", "n BETWEEN 3 AND 9")
	}
	a, b := drawCondition(t, depth-1), drawCondition(t, depth-1)
	return draw(t, "("+a+" AND "+b+")", "("+a+" OR "+b+")", "NOT "+a, "EXISTS (SELECT 1 FROM tt u WHERE u.n = t.n AND "+strings.ReplaceAll(b, "t.", "u.")+")",
		"n < (SELECT avg(n) FROM tt)", "regexp_matches(s, '^.云')")
}

func drawStatement(t *rapid.T) string {
	var items []string
	from := draw(t, "tt AS t", "tt AS t", `"tt@1" AS t`, "(SELECT * FROM tt WHERE n % 2 = 0) AS t", "tt AS t JOIN (SELECT n AS k, count(*) AS c FROM tt GROUP BY n) AS j ON j.k = t.n")
	grouped := rapid.Bool().Draw(t, "grouped")
	for i := range rapid.IntRange(1, 3).Draw(t, "columns") {
		item := drawText(t, 1)
		switch {
		case grouped && i > 0:
			item = draw(t, "count(*)", "sum(n)", "sum(d)", "max(day)", "min(s)", "avg(n)", "median(d)", "count(DISTINCT s)", "string_agg(s, ';' ORDER BY _row)", "bool_or(b)", "max("+drawNumber(t, 1)+")")
		case !grouped:
			item = draw(t, drawNumber(t, 2), drawText(t, 2), drawCondition(t, 1), "f", "day", "at", "row_number() OVER (PARTITION BY s ORDER BY _row)", "sum(n) OVER (ORDER BY _row ROWS 2 PRECEDING)", "date_trunc('month', day)", "lag(d) OVER (ORDER BY _row)")
		}
		items = append(items, fmt.Sprintf("%s AS c%d", item, i+1))
	}
	sql := "SELECT " + strings.Join(items, ", ") + " FROM " + from
	if rapid.Bool().Draw(t, "where") {
		sql += " WHERE " + drawCondition(t, 2)
	}
	if grouped {
		sql += " GROUP BY ALL"
	}
	if rapid.Bool().Draw(t, "union") {
		sql += " UNION ALL " + sql
	}
	return sql + " ORDER BY ALL" + draw(t, "", " LIMIT 7", " LIMIT 5 OFFSET 3")
}

// TestStrangerAnswersAsTheEngine: what is allowed gives what the engine gives
// to its owner.
func TestStrangerAnswersAsTheEngine(t *testing.T) {
	_, source := strangerTable(t, 200)
	ctx := context.Background()
	e, err := openEngine("", setting{"threads", "1"})
	if err != nil {
		t.Fatal(err)
	}
	defer e.close()
	direct, err := e.connect()
	if err != nil {
		t.Fatal(err)
	}
	defer direct.close()
	for _, sql := range []string{"ATTACH " + literal(source.Path) + " AS v (READ_ONLY)", "CREATE VIEW tt AS FROM v.main.t1", `CREATE VIEW "tt@1" AS FROM tt`} {
		if err := direct.exec(ctx, sql); err != nil {
			t.Fatal(err)
		}
	}
	answered, most := 0, 60
	if testing.Short() {
		most = 10
	}
	for i := range most {
		sql := rapid.Custom(drawStatement).Example(i)
		want, failed := direct.rowsOf(ctx, sql)
		got, err := askStranger(t, wire.Statement{SQL: sql}, source)
		if failed != nil {
			var no *wire.Refusal
			if !errors.As(err, &no) || no.Kind != catalog.Invalid {
				t.Errorf("%s\nthe engine: %v\nthe stranger: %v", sql, failed, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s\n%v", sql, err)
			continue
		}
		answered++
		if !slices.EqualFunc(got.rows, want, func(a, b []catalog.Value) bool { return slices.Equal(a, b) }) || got.ending.Rows != int64(len(want)) {
			t.Errorf("%s\n%d rows, want %d\n%v\n%v", sql, len(got.rows), len(want), got.rows, want)
		}
	}
	if answered < most/2 {
		t.Errorf("only %d of %d statements mean something", answered, most)
	}
}

// TestStrangerIsLocked opens an engine as a stranger's, without the walk over the
// tree: what the walk would let slip is stopped by the engine, and what the engine
// would let slip by the process. Each lock is also left out once, to see that the
// proof notices.
func TestStrangerIsLocked(t *testing.T) {
	dir, source := strangerTable(t, 5)
	outside := filepath.Join(dir, "outside.csv")
	if err := os.WriteFile(outside, []byte("a\n1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	open := func(lock lockdown) *stranger {
		s := &stranger{limits: strangerLimits, views: []tableView{{Source: source}}}
		if err := s.open(ctx); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.engine.close)
		if err := s.conn.exec(ctx, "ATTACH "+literal(source.Path)+" AS file1 (READ_ONLY)"); err != nil {
			t.Fatal(err)
		}
		if err := lock.apply(ctx, s.conn); err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := open(strangerLock(strangerLimits))
	if err := s.proveLocked(ctx); err != nil {
		t.Fatal(err)
	}
	if n, err := s.conn.int64Of(ctx, "SELECT count(*) FROM file1.main.t1"); n != 5 || err != nil {
		t.Errorf("its own file: %d %v", n, err)
	}
	for _, sql := range []string{
		"SELECT * FROM read_csv(" + literal(outside) + ")", "SELECT * FROM read_text('/etc/passwd')", "SELECT * FROM read_blob(" + literal(source.Path) + ")", "SELECT * FROM " + literal(outside),
		"COPY (SELECT 1) TO " + literal(filepath.Join(dir, "planted.csv")), "COPY (SELECT 1) TO " + literal(source.Path+".wal") + " (FORMAT csv)", "EXPORT DATABASE " + literal(dir),
		"ATTACH " + literal(filepath.Join(dir, "new.duckdb")) + " AS other", "ATTACH " + literal(source.Path) + " AS again", "SET enable_external_access = true", "SET disabled_filesystems = ''", "RESET disabled_filesystems",
		"SET lock_configuration = false", "SET memory_limit = '100GB'", "SET threads = 64", "SET temp_directory = '/tmp'", "INSTALL httpfs", "LOAD json", "LOAD '/tmp/x.duckdb_extension'", "CREATE SECRET s (TYPE s3)",
	} {
		if err := s.conn.exec(ctx, sql); err == nil && sql != "LOAD json" { // which is built in
			t.Errorf("the engine did: %s", sql)
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || slices.ContainsFunc(left, func(p string) bool { return strings.Contains(p, "planted") || strings.Contains(p, "new.duckdb") }) {
		t.Errorf("%v %v", left, err)
	}
	for _, without := range []string{"disabled_filesystems", "enable_external_access", "lock_configuration"} {
		lock := strangerLock(strangerLimits)
		lock.sets = slices.DeleteFunc(lock.sets, func(s setting) bool { return s.name == without })
		s := &stranger{limits: strangerLimits, views: []tableView{{Source: source}}}
		if err := s.open(ctx); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.engine.close)
		if err := s.conn.exec(ctx, "ATTACH "+literal(source.Path)+" AS file1 (READ_ONLY)"); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(lock.apply(ctx, s.conn), s.proveLocked(ctx)); err == nil {
			t.Errorf("without %s nothing is noticed", without)
		}
		os.Remove(source.Path + ".wal") // what it could plant then
	}
}

// TestStrangerProcess: limits, caps and the end of the process.
func TestStrangerProcess(t *testing.T) {
	_, source := strangerTable(t, 50)
	a, err := askStranger(t, wire.Statement{SQL: "SELECT * FROM range(5000)"}, source)
	if err != nil || a.ending.Truncated != wire.TooManyRows || len(a.rows) != 1000 {
		t.Errorf("%d rows, %+v, %v", len(a.rows), a.ending, err)
	}
	a, err = askStranger(t, wire.Statement{SQL: "SELECT repeat('x', 900) AS s FROM range(5000)"}, source)
	if err != nil {
		t.Fatal(err)
	}
	if a.ending.Rows != 1000 {
		t.Errorf("%+v", a.ending)
	}
	a, err = askStranger(t, wire.Statement{SQL: "SELECT repeat('\"', 900) AS s FROM range(5000)"}, source)
	if err != nil || a.ending.Truncated != wire.TooManyBytes || a.ending.Rows > 1<<20/1800 || a.ending.Rows != int64(len(a.rows)) {
		t.Errorf("%d rows, %+v, %v", len(a.rows), a.ending, err)
	}
	st := wire.Statement{SQL: "SELECT count(*) AS n FROM x WHERE day >= $day AND s <> $s", Params: []wire.Param{
		{Name: "s", Value: catalog.Value{Kind: catalog.TextValue, S: "城关区"}}, {Name: "day", Value: catalog.Value{Kind: catalog.TextValue, S: "2022-01-20"}}}}
	if a, err = askStranger(t, st, source); err != nil || len(a.rows) != 1 || a.names[0].Dataset != "x" || a.names[0].Pos != 27 {
		t.Errorf("%+v %v", a, err)
	}
	// Without a server it is gone at once.
	cmd := exec.Command(os.Args[0], "-test.run=^TestStrangerChild$")
	cmd.Env = append(os.Environ(), asStranger+"=1")
	in, err := cmd.StdinPipe()
	if err := errors.Join(err, cmd.Start(), wire.Send(in, wire.Begin, strangerLimits), in.Close()); err != nil {
		t.Fatal(err)
	}
	kill := time.AfterFunc(20*time.Second, func() { cmd.Process.Kill() })
	defer kill.Stop()
	if err := cmd.Wait(); err != nil {
		t.Errorf("without a server: %v", err)
	}
}

// TestEngineKnowsTheFunctions: what docs/sql.md lists is there.
func TestEngineKnowsTheFunctions(t *testing.T) {
	e, err := openEngine("")
	if err != nil {
		t.Fatal(err)
	}
	defer e.close()
	c, err := e.connect()
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	// The parser makes these of what is written, or knows them only with OVER.
	own := strings.Fields("nullif ifnull row if position row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value")
	for _, g := range statement.Groups() {
		for _, name := range g.Names {
			n, err := c.int64Of(context.Background(), "SELECT count(*) FROM duckdb_functions() WHERE function_name = $1", name)
			if err != nil {
				t.Fatal(err)
			}
			if n == 0 && !slices.Contains(own, name) {
				t.Errorf("%s: the engine has no %s", g.Title, name)
			}
		}
	}
}

// TestInfiniteDaysAreNone: the engine knows infinite days and times, no format does.
func TestInfiniteDaysAreNone(t *testing.T) {
	_, source := strangerTable(t, 5)
	got, err := askStranger(t, wire.Statement{SQL: `SELECT 'infinity'::DATE, '-infinity'::DATE, 'infinity'::TIMESTAMP, '-infinity'::TIMESTAMP, DATE '1970-01-02'`}, source)
	if err != nil {
		t.Fatal(err)
	}
	want := []catalog.Value{{}, {}, {}, {}, {Kind: catalog.DateValue, I: 1}}
	if len(got.rows) != 1 || !slices.Equal(got.rows[0], want) {
		t.Errorf("%v, want %v", got.rows, want)
	}
}
