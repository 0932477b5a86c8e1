package datasets

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	duck "github.com/duckdb/duckdb-go-bindings"

	"gongkai/catalog"
	"gongkai/datasets/query"
)

// engine is one DuckDB instance. We speak to it through its C interface
// directly and not through database/sql, for three reasons that were measured:
// a driver row boxes every value (twice the time of a page, five times that of
// an export), the driver materialises whole results where the engine can
// stream them, and its appender takes 0.9 s for a million rows where chunks
// filled in place take half of it.
type engine struct {
	db duck.Database
}

// setting is one of DuckDB's settings. Their order matters: some refuse what
// others forbid.
type setting struct{ name, value string }

// openEngine opens a database file, or an empty database in memory where path
// is "".
func openEngine(path string, settings ...setting) (*engine, error) {
	var config duck.Config
	if duck.CreateConfig(&config) == duck.StateError {
		return nil, errors.New("create engine configuration")
	}
	defer duck.DestroyConfig(&config)
	for _, s := range settings {
		if duck.SetConfig(config, s.name, s.value) == duck.StateError {
			return nil, fmt.Errorf("engine setting %s = %q is not accepted", s.name, s.value)
		}
	}
	var e engine
	var message string
	if duck.OpenExt(path, &e.db, config, &message) == duck.StateError {
		duck.Close(&e.db)
		return nil, fmt.Errorf("open %s: %w", nameOf(path), engineError(message, duck.ErrorTypeInvalid))
	}
	return &e, nil
}

func nameOf(path string) string {
	if path == "" {
		return "engine"
	}
	return path
}

func (e *engine) close() { duck.Close(&e.db) }

// connect opens a connection; it costs about as much as a small query, so
// connections are kept.
func (e *engine) connect() (*conn, error) {
	c := &conn{}
	if duck.Connect(e.db, &c.c) == duck.StateError {
		return nil, errors.New("connect to engine")
	}
	return c, nil
}

// conn is a connection: one query at a time, by one goroutine at a time.
type conn struct {
	c     duck.Connection
	stmts []*stmt // prepared, most recently used last
	reads string  // alias of the attached file that all of them read
	once  bool    // it ends with its process: nothing is freed after a query, for that may crash where memory ran out
}

// keptStatements is how many prepared statements a connection keeps: enough
// for the few shapes of query that a table's readers repeat.
const keptStatements = 8

// stmt is a prepared statement of one connection.
type stmt struct {
	sql string
	p   duck.PreparedStatement
}

func (c *conn) close() {
	c.forget()
	duck.Disconnect(&c.c)
}

// forget drops the prepared statements and the file that they read.
func (c *conn) forget() {
	c.dropStatements()
	c.reads = ""
}

func (c *conn) dropStatements() {
	for _, s := range c.stmts {
		duck.DestroyPrepare(&s.p)
	}
	c.stmts = nil
}

// prepare gives the statement for sql, kept from before where it can.
func (c *conn) prepare(sql string) (*stmt, error) {
	for i, s := range c.stmts {
		if s.sql == sql {
			c.stmts = append(append(c.stmts[:i], c.stmts[i+1:]...), s)
			return s, nil
		}
	}
	s := &stmt{sql: sql}
	if duck.Prepare(c.c, sql, &s.p) == duck.StateError {
		err := engineError(duck.PrepareError(s.p), duck.ErrorTypeInvalid)
		duck.DestroyPrepare(&s.p)
		return nil, err
	}
	if len(c.stmts) == keptStatements {
		duck.DestroyPrepare(&c.stmts[0].p)
		c.stmts = append(c.stmts[:0], c.stmts[1:]...)
	}
	c.stmts = append(c.stmts, s)
	return s, nil
}

// bind sets the arguments of a statement.
func (s *stmt) bind(args []any) error {
	if n := int(duck.NParams(s.p)); n != len(args) {
		return fmt.Errorf("statement has %d parameters, %d given", n, len(args))
	}
	for i, arg := range args {
		if err := s.bindOne(duck.IdxT(i+1), arg); err != nil {
			return fmt.Errorf("parameter %d: %w", i+1, err)
		}
	}
	return nil
}

func (s *stmt) bindOne(i duck.IdxT, arg any) error {
	var state duck.State
	switch v := arg.(type) {
	case nil:
		state = duck.BindNull(s.p, i)
	case string:
		state = duck.BindVarchar(s.p, i, v)
	case int64:
		state = duck.BindInt64(s.p, i, v)
	case int:
		state = duck.BindInt64(s.p, i, int64(v))
	case float64:
		state = duck.BindDouble(s.p, i, v)
	case bool:
		state = duck.BindBoolean(s.p, i, v)
	case catalog.Value:
		return s.bindValue(i, v)
	default:
		return fmt.Errorf("type %T cannot be bound", arg)
	}
	return bound(state)
}

func (s *stmt) bindValue(i duck.IdxT, v catalog.Value) error {
	switch v.Kind {
	case catalog.Null:
		return bound(duck.BindNull(s.p, i))
	case catalog.TextValue:
		return bound(duck.BindVarchar(s.p, i, v.S))
	case catalog.BoolValue:
		return bound(duck.BindBoolean(s.p, i, v.I != 0))
	case catalog.FloatValue:
		return bound(duck.BindDouble(s.p, i, v.F))
	case catalog.DateValue:
		if v.I != int64(int32(v.I)) {
			return fmt.Errorf("date %d is out of range", v.I)
		}
		return bound(duck.BindDate(s.p, i, duck.NewDate(int32(v.I))))
	case catalog.TimeValue:
		return bound(duck.BindTime(s.p, i, duck.NewTime(v.I)))
	case catalog.DatetimeValue:
		return bound(duck.BindTimestamp(s.p, i, duck.NewTimestamp(v.I)))
	case catalog.IntValue:
		if v.S == "" {
			return bound(duck.BindInt64(s.p, i, v.I))
		}
	}
	n, err := decimalOf(v, int(v.Scale))
	if err != nil {
		return err
	}
	return bound(duck.BindDecimal(s.p, i, duck.NewDecimal(38, v.Scale, duck.NewHugeInt(n.lo, n.hi))))
}

func bound(state duck.State) error {
	if state == duck.StateError {
		return errors.New("the engine does not take it")
	}
	return nil
}

// exec runs statements that give no rows anybody wants.
func (c *conn) exec(ctx context.Context, sql string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	done := c.interruptOn(ctx)
	defer done()
	var res duck.Result
	state := duck.Query(c.c, sql, &res)
	defer duck.DestroyResult(&res)
	if state == duck.StateError {
		return withCause(ctx, engineError(duck.ResultError(&res), duck.ResultErrorType(&res)))
	}
	return nil
}

// interruptOn stops the running query when ctx ends. The function it gives is
// called when the query is over; it returns only when no interrupt of this
// query can reach the next one.
func (c *conn) interruptOn(ctx context.Context) (done func()) {
	if ctx.Done() == nil {
		return func() {}
	}
	fired := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		duck.Interrupt(c.c)
		close(fired)
	})
	return func() {
		if !stop() {
			<-fired
		}
	}
}

// query runs one statement and gives its rows as they are computed: the engine
// holds about a megabyte of them and waits for the reader. The result is closed
// before the connection is used again.
func (c *conn) query(ctx context.Context, sql string, args ...any) (*result, error) {
	return c.queryWithin(ctx, 0, sql, args...)
}

// queryWithin is query where the engine may work for at most limit on the start
// and on each further piece of the result; 0 is no limit. However long a reader
// takes over what it has, does not count.
func (c *conn) queryWithin(ctx context.Context, limit time.Duration, sql string, args ...any) (*result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s, err := c.prepare(sql)
	if err != nil {
		return nil, err
	}
	if err := s.bind(args); err != nil {
		return nil, err
	}
	r := &result{ctx: ctx, conn: c, limit: limit, done: c.interruptOn(ctx)}
	var state duck.State
	slow := r.within(func() { state = duck.ExecutePreparedStreaming(s.p, &r.res) })
	if state == duck.StateError {
		err := r.failure(slow)
		r.close()
		return nil, err
	}
	if err := r.describe(); err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

// clear frees what the engine holds for queries that are over. A statement
// that is kept prepared keeps the states of its last run, sorted rows and all;
// and a query that was not read to its end is kept until the next one begins.
func (c *conn) clear() {
	c.dropStatements()
	var res duck.Result
	duck.Query(c.c, "SELECT 1", &res)
	duck.DestroyResult(&res)
}

// int64Of runs a query that gives one integer.
func (c *conn) int64Of(ctx context.Context, sql string, args ...any) (int64, error) {
	rows, err := c.rowsOf(ctx, sql, args...)
	if err != nil {
		return 0, err
	}
	if len(rows) != 1 || len(rows[0]) != 1 || rows[0][0].Kind != catalog.IntValue {
		return 0, fmt.Errorf("%s: not one integer", sql)
	}
	return rows[0][0].I, nil
}

// rowsOf runs a query and keeps all of its rows: for small results.
func (c *conn) rowsOf(ctx context.Context, sql string, args ...any) ([][]catalog.Value, error) {
	r, err := c.query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	defer r.close()
	var rows [][]catalog.Value
	for {
		row := make([]catalog.Value, len(r.cols))
		if !r.next(row) {
			return rows, r.err
		}
		for i := range row {
			row[i].S = strings.Clone(row[i].S)
		}
		rows = append(rows, row)
	}
}

// errInterrupted is in the chain of an error of a query that was stopped.
var errInterrupted = errors.New("query interrupted")

// withCause tells who stopped an interrupted query.
func withCause(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil && errors.Is(err, errInterrupted) {
		return fmt.Errorf("%w: %w", err, cause)
	}
	return err
}

// engineError makes an error of the engine's message. Messages about the disk
// become kind Full: the store may be emptied and go on without a restart.
func engineError(message string, kind duck.ErrorType) error {
	switch {
	case kind == duck.ErrorTypeInterrupt || strings.HasPrefix(message, "INTERRUPT"):
		return errInterrupted
	case kind == duck.ErrorTypeOutOfMemory || isMemoryMessage(message):
		return &catalog.Error{Kind: catalog.TooLarge, Message: "the query needs more memory than it may use",
			Fix: "select fewer columns, filter more, or leave out order_by", Cause: fmt.Errorf("%w: %s", errMemory, message)}
	case isDiskMessage(message):
		return fullError(errors.New(message))
	}
	return errors.New(message)
}

// isMemoryMessage knows the messages of an allocation that failed, which the
// engine does not always call by its kind.
func isMemoryMessage(message string) bool {
	message = strings.ToLower(message)
	for _, sign := range []string{"out of memory error", "bad allocation", "bad_alloc", "failed to pin block", "could not allocate block", "failed to allocate", "failed to re-allocate"} {
		if strings.Contains(message, sign) {
			return true
		}
	}
	return false
}

func isDiskMessage(message string) bool {
	for _, sign := range []string{"No space left", "Disk quota", "File too large", "Input/output error", "Read-only file system", "fsync failed", "max_temp_directory_size"} {
		if strings.Contains(message, sign) {
			return true
		}
	}
	return false
}

// fullError says that bytes could not be made durable, and why.
func fullError(cause error) *catalog.Error {
	return &catalog.Error{Kind: catalog.Full, Message: "the data folder cannot take more data",
		Fix: "nothing was lost; ask the operator to free space on the disk, then try again", Cause: cause}
}

// quote is query.Quote under a name that leaves room for the SQL around it.
func quote(name string) string { return query.Quote(name) }

// literal writes an SQL string.
func literal(text string) string { return `'` + strings.ReplaceAll(text, `'`, `''`) + `'` }

// sizeSetting writes a number of bytes as the engine's settings want it.
func sizeSetting(bytes int64) string {
	return fmt.Sprintf("%dMiB", int64(math.Ceil(float64(bytes)/(1<<20))))
}
