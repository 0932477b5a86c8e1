package datasets

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	duck "github.com/duckdb/duckdb-go-bindings"

	"gongkai/catalog"
	"gongkai/datasets/confine"
	"gongkai/datasets/statement"
	"gongkai/datasets/wire"
)

// RunStranger is the whole life of `worker sql`: it limits the process that it
// runs in, starts an engine with nothing in it, waits for one statement of a
// stranger on in, asks for the files of the tables that it names, closes the
// engine and the process against everything else, and answers with rows on out.
// The process is good for nothing afterwards. When in closes the process ends
// at once: nobody would take the rows. The error is one of ours; what is wrong
// with the statement is answered.
func RunStranger(ctx context.Context, in io.Reader, out io.Writer) error {
	s := &stranger{in: bufio.NewReader(in), out: out}
	if err := wire.Expect(s.in, wire.Begin, &s.limits); err != nil {
		return fmt.Errorf("read the limits: %w", err)
	}
	if err := confine.Resources(s.limits.Memory, s.limits.CPU); err != nil {
		return err
	}
	if err := s.open(ctx); err != nil {
		return err
	}
	if err := wire.Send(out, wire.Ready, struct{}{}); err != nil {
		return err
	}
	if err := wire.Expect(s.in, wire.Ask, &s.ask); err != nil {
		if errors.Is(err, io.EOF) { // it was not needed
			return nil
		}
		return fmt.Errorf("read the statement: %w", err)
	}
	if err := wire.Send(out, wire.Took, struct{}{}); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, s.limits.Wall, errSlow)
	defer cancel()
	time.AfterFunc(s.limits.Wall+time.Second, func() { os.Exit(wire.ExitTooLong) })
	err := s.answer(ctx)
	if err == nil {
		return nil
	}
	no := s.refusal(err)
	if s.told {
		no.Cause = "after the first rows: " + no.Cause
	}
	return wire.Send(out, wire.Refused, no)
}

// stranger is one statement on its way.
type stranger struct {
	in     *bufio.Reader
	out    io.Writer
	limits wire.Limits
	ask    wire.Statement
	engine *engine
	conn   *conn
	stmt   *statement.Statement
	views  []tableView // one for each of stmt.Tables
	theirs bool        // it is the statement that is worked on: whatever goes wrong now is its doing
	told   bool        // rows were sent

	renamed []wire.Renamed // columns that the statement names as they were named before
}

// parseSQL asks the engine's parser for the tree of a statement.
const parseSQL = "SELECT CAST(json_serialize_sql(CAST($1 AS VARCHAR), skip_null := true, skip_empty := true, format := false) AS VARCHAR)"

// open starts the engine and makes it ready to parse, so that the first
// statement does not wait for that.
func (s *stranger) open(ctx context.Context) (err error) {
	if s.engine, err = openEngine("", strangerSettings(s.limits)...); err != nil {
		return err
	}
	if s.conn, err = s.engine.connect(); err != nil {
		return err
	}
	s.conn.once = true
	_, err = s.conn.rowsOf(ctx, parseSQL, "SELECT 1")
	return err
}

func (s *stranger) answer(ctx context.Context) error {
	s.theirs = true
	if err := s.parse(ctx); err != nil {
		return err
	}
	s.theirs = false
	if err := wire.Send(s.out, wire.Wants, s.stmt.Tables); err != nil {
		return err
	}
	var granted []wire.Source
	if err := wire.Expect(s.in, wire.Grants, &granted); err != nil {
		return fmt.Errorf("read the files that may be read: %w", err)
	}
	if len(granted) != len(s.stmt.Tables) {
		return fmt.Errorf("%d files for %d tables", len(granted), len(s.stmt.Tables))
	}
	for _, source := range granted {
		s.views = append(s.views, tableView{Source: source})
	}
	go func() {
		s.in.ReadByte() //nolint:errcheck // nothing more is ever sent; it returns when the server is gone
		os.Exit(wire.ExitOrphan)
	}()
	if err := s.attach(ctx); err != nil {
		return err
	}
	if err := strangerLock(s.limits).apply(ctx, s.conn); err != nil {
		return err
	}
	if err := s.proveLocked(ctx); err != nil {
		return err
	}
	if err := confine.OpenNothing(); err != nil {
		return err
	}
	return s.run(ctx)
}

func (s *stranger) parse(ctx context.Context) error {
	if len(s.ask.SQL) > statement.MaxBytes {
		return catalog.Errorf(catalog.Invalid, "shorten it, or give long lists as parameters", "the statement has more than %d bytes", statement.MaxBytes)
	}
	if strings.ContainsRune(s.ask.SQL, 0) {
		return catalog.Errorf(catalog.Invalid, "leave it out", "the statement has a character of code 0")
	}
	rows, err := s.conn.rowsOf(ctx, parseSQL, s.ask.SQL)
	if err != nil {
		return fmt.Errorf("parse: %w", err)
	}
	if len(rows) != 1 || len(rows[0]) != 1 {
		return errors.New("the parser gave no tree")
	}
	s.stmt, err = statement.Check(s.ask.SQL, []byte(rows[0][0].S))
	return err
}

// attach opens the files of the tables and gives each table the name that the
// statement has for it.
func (s *stranger) attach(ctx context.Context) error {
	aliases := map[string]string{}
	for i := range s.views {
		v := &s.views[i]
		alias, ok := aliases[v.Path]
		if !ok {
			alias = "file" + strconv.Itoa(len(aliases)+1)
			aliases[v.Path] = alias
			if err := s.conn.exec(ctx, "ATTACH "+literal(v.Path)+" AS "+quote(alias)+" (READ_ONLY)"); err != nil {
				return fmt.Errorf("attach a version file: %w", err)
			}
		}
		v.alias = alias
		if schema := s.stmt.Tables[i].Schema; schema != "" {
			if err := s.conn.exec(ctx, "CREATE SCHEMA IF NOT EXISTS "+quote(schema)); err != nil {
				return fmt.Errorf("make a schema: %w", err)
			}
		}
		if err := s.makeView(ctx, i); err != nil {
			return err
		}
	}
	return nil
}

// run answers with the rows.
func (s *stranger) run(ctx context.Context) error {
	s.theirs = true // preparing runs what is constant in it
	args, err := s.arguments()
	for err != nil {
		again, wrong := s.resolve(ctx, err)
		if wrong != nil {
			return wrong
		}
		if !again || ctx.Err() != nil {
			return err
		}
		args, err = s.arguments()
	}
	r, err := s.conn.query(ctx, s.ask.SQL, args...)
	if unread := (unreadError{}); errors.As(err, &unread) { // its type was open until the parameters were known
		return catalog.Errorf(catalog.Invalid, readablePart, "a column of the answer is %s, which no format of answers holds", typeWord(unread.t))
	}
	if err != nil {
		return err
	}
	head, err := s.head(r)
	if err != nil {
		return err
	}
	if err := wire.Send(s.out, wire.Head, head); err != nil {
		return err
	}
	s.told = true
	return s.rows(r, head)
}

// arguments puts the values of the parameters into the order in which the
// engine numbers them.
func (s *stranger) arguments() ([]any, error) {
	given := map[string]catalog.Value{}
	for _, p := range s.ask.Params {
		if !slices.Contains(s.stmt.Params, p.Name) {
			return nil, catalog.Errorf(catalog.Invalid, "write ? for each value of a list, $name for each of an object", "the statement has no parameter $%s", p.Name)
		}
		given[p.Name] = p.Value
	}
	prepared, err := s.conn.prepare(s.ask.SQL)
	if err != nil {
		return nil, err
	}
	if err := readable(prepared); err != nil {
		return nil, err
	}
	var args []any
	for i := range int(duck.NParams(prepared.p)) {
		name := duck.ParameterName(prepared.p, duck.IdxT(i+1))
		v, ok := given[name]
		if !ok {
			return nil, catalog.Errorf(catalog.Invalid, `give params: a list for ?, as ["a", 5], or an object for $name, as {"name": "a"}`, "the parameter $%s has no value", name)
		}
		args = append(args, v)
	}
	return args, nil
}

const readablePart = "CAST it to VARCHAR, or take the part that you want: date_diff for a span of time, unnest for a list"

// mostColumns is how many columns an answer may have: as many as a sheet.
const mostColumns = 16_384

// readable reports whether every column of the answer has a type that formats
// can hold.
func readable(s *stmt) error {
	if n := duck.PreparedStatementColumnCount(s.p); n > mostColumns {
		return catalog.Errorf(catalog.Invalid, "name the columns that you want", "the answer would have %d columns, more than %d", n, mostColumns)
	}
	for i := range duck.PreparedStatementColumnCount(s.p) {
		t := duck.PreparedStatementColumnType(s.p, i)
		if t == duck.TypeDecimal || t == duck.TypeInvalid || (&column{}).reader(t) == nil { // invalid: it depends on a parameter
			continue
		}
		return catalog.Errorf(catalog.Invalid, readablePart,
			"column %d (%s) is %s, which no format of answers holds", i+1, duck.PreparedStatementColumnName(s.p, i), typeWord(t))
	}
	return nil
}

func typeWord(t duck.Type) string {
	switch t {
	case duck.TypeInterval:
		return "a span of time (INTERVAL)"
	case duck.TypeList, duck.TypeArray:
		return "a list"
	case duck.TypeStruct, duck.TypeMap, duck.TypeUnion, duck.TypeVariant:
		return "made of several values"
	case duck.TypeUBigInt, duck.TypeUHugeInt:
		return "a number without sign"
	}
	return "of a type of its own"
}

// head describes the columns of the answer. Names that would be there twice
// get a number, for a row of JSON has each key once.
func (s *stranger) head(r *result) ([]wire.Column, error) {
	head := make([]wire.Column, len(r.names))
	used := map[string]int{} // how often the name was there
	for i, name := range r.names {
		unique := name
		for used[unique] > 0 {
			used[name]++
			unique = name + "_" + strconv.Itoa(used[name])
		}
		used[unique]++
		head[i] = wire.Column{Name: unique, Label: name, Type: typeOf(duck.ColumnType(&r.res, duck.IdxT(i)))}
		if c := s.source(name); c != nil {
			head[i].Label, head[i].Unit, head[i].Type = c.Label, c.Unit, c.Type
		}
	}
	return head, nil
}

// source is the column of a table that a column of the answer is, unchanged;
// nil where that is not certain.
func (s *stranger) source(name string) *wire.Column {
	if len(s.views) != 1 {
		return nil
	}
	from, ok := s.stmt.Direct(name)
	if !ok {
		return nil
	}
	at := s.views[0].named(from)
	if at < 0 {
		return nil
	}
	return &s.views[0].Columns[at]
}

func typeOf(t duck.Type) catalog.Type {
	switch t {
	case duck.TypeBoolean:
		return catalog.TypeBoolean
	case duck.TypeTinyInt, duck.TypeSmallInt, duck.TypeInteger, duck.TypeBigInt, duck.TypeUTinyInt, duck.TypeUSmallInt, duck.TypeUInteger, duck.TypeHugeInt:
		return catalog.TypeInteger
	case duck.TypeDecimal, duck.TypeDouble, duck.TypeFloat:
		return catalog.TypeDecimal
	case duck.TypeDate:
		return catalog.TypeDate
	case duck.TypeTime:
		return catalog.TypeTime
	case duck.TypeTimestamp:
		return catalog.TypeDatetime
	}
	return catalog.TypeText
}

// batch is how many bytes of rows go into one frame, about.
const batch = 64 << 10

func (s *stranger) rows(r *result, head []wire.Column) error {
	var names, bytes int64
	for _, c := range head {
		names += int64(len(c.Name)) + 4
	}
	row := make([]catalog.Value, len(head))
	end := wire.Ending{Renamed: s.renamed}
	var buf []byte
	for r.next(row) {
		if end.Rows == s.limits.Rows {
			end.Truncated = wire.TooManyRows
			break
		}
		if bytes += wire.Cost(names, row); bytes > s.limits.Bytes {
			end.Truncated = wire.TooManyBytes
			break
		}
		end.Rows++
		buf = wire.AppendRow(buf, row)
		if len(buf) < batch {
			continue
		}
		if err := wire.Write(s.out, wire.Rows, buf); err != nil {
			return err
		}
		buf = buf[:0]
	}
	if r.err != nil {
		return r.err
	}
	if len(buf) > 0 {
		if err := wire.Write(s.out, wire.Rows, buf); err != nil {
			return err
		}
	}
	return wire.Send(s.out, wire.End, end)
}
