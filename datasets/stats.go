package datasets

import (
	"context"
	"math"
	"strconv"
	"strings"
	"time"

	"gongkai/catalog"
	"gongkai/datasets/query"
)

// The sizes of statistics.
const (
	MaxStats     = 50 // columns at once
	DefaultBins  = 20 // of a histogram
	MaxBins      = 100
	mostFrequent = 10
)

// StatsRequest asks what the values of columns are like.
type StatsRequest struct {
	Columns []string      // names; empty: all columns of the table
	Bins    int           // of a histogram; default DefaultBins
	Rows    query.Request // which rows count: Where, Q and Totals
}

// Stats is what the values of columns are like in the rows that were asked for.
type Stats struct {
	Rows    int64
	Columns []ColumnStats
	Omitted []string // columns beyond MaxStats, which may be asked for by name
}

// ColumnStats is what the values of one column are like.
type ColumnStats struct {
	Column    catalog.Column
	Count     int64 // of values
	Missing   int64
	Distinct  int64
	Min, Max  catalog.Value
	Mean      catalog.Value // numbers only
	StdDev    catalog.Value // numbers only
	Quantiles []Quantile    // numbers and days
	Histogram []Bin         // numbers and days
	Top       []ValueCount  // most frequent values; none where all differ
}

// Quantile is the value that a part of all values lie below.
type Quantile struct {
	Part  string
	Value catalog.Value
}

// Bin is a bar of a histogram: values from From to below To; the last bin has
// To in it as well.
type Bin struct {
	From, To catalog.Value
	Count    int64
}

// Stats computes statistics of columns. Errors are those of Page.
func (l *Library) Stats(ctx context.Context, ref *Ref, r StatsRequest) (*Stats, error) {
	if r.Bins == 0 {
		r.Bins = DefaultBins
	}
	if r.Bins < 0 || r.Bins > MaxBins {
		e := catalog.Errorf(catalog.Invalid, "ask for 1 to "+strconv.Itoa(MaxBins)+" bars", "%d is not a number of bars", r.Bins)
		e.Field = "bins"
		return nil, e
	}
	columns, err := statsColumns(ref, r.Columns)
	if err != nil {
		return nil, err
	}
	out := &Stats{}
	if len(columns) > MaxStats {
		if len(r.Columns) > 0 {
			e := catalog.Errorf(catalog.Invalid, "ask for fewer columns at once", "%d columns, the most is %d", len(columns), MaxStats)
			e.Field = "columns"
			return nil, e
		}
		for _, c := range columns[MaxStats:] {
			out.Omitted = append(out.Omitted, c.Name)
		}
		columns = columns[:MaxStats]
	}
	q := filter(r.Rows)
	q.Select, q.Limit = []string{"count(*)"}, 1
	p, err := l.Page(ctx, ref, q)
	if err != nil {
		return nil, err
	}
	out.Rows = p.Rows[0][0].I
	for _, c := range columns {
		s, err := l.columnStats(ctx, ref, c, r, out.Rows)
		if err != nil {
			return nil, err
		}
		out.Columns = append(out.Columns, *s)
	}
	return out, nil
}

func statsColumns(ref *Ref, names []string) ([]catalog.Column, error) {
	if len(names) == 0 {
		return ref.Table.Columns, nil
	}
	var columns []catalog.Column
	for _, name := range names {
		c, err := columnOf(ref, name, "columns")
		if err != nil {
			return nil, err
		}
		own := ref.Table.Successor(c.Name)
		if own == nil {
			e := catalog.Errorf(catalog.Invalid, "name columns of the table", "%s is no column of the table", name)
			e.Field = "columns"
			return nil, e
		}
		columns = append(columns, *own)
	}
	return columns, nil
}

// columnStats computes the statistics of one column.
func (l *Library) columnStats(ctx context.Context, ref *Ref, c catalog.Column, r StatsRequest, rows int64) (*ColumnStats, error) {
	s := &ColumnStats{Column: c}
	name := query.Name(c.Name)
	q := filter(r.Rows)
	q.Limit = 1
	q.Select = []string{"count(" + name + ") as a1", "count(distinct " + name + ") as a2"}
	measured := measure(&c, name)
	if ordered(&c) {
		q.Select = append(q.Select, "min("+name+") as a3", "max("+name+") as a4")
	}
	if measured != "" {
		for i, part := range query.Parts() {
			q.Select = append(q.Select, "quantile("+measured+", "+part+") as q"+strconv.Itoa(i))
		}
	}
	if c.Type.Numeric() {
		q.Select = append(q.Select, "avg("+name+") as a5", "stddev(cast("+name+" as double)) as a6")
	}
	p, err := l.Page(ctx, ref, q)
	if err != nil {
		return nil, err
	}
	row := p.Rows[0]
	s.Count, s.Distinct, s.Missing = row[0].I, row[1].I, rows-row[0].I
	if row = row[2:]; ordered(&c) {
		s.Min, s.Max, row = row[0], row[1], row[2:]
	}
	if measured != "" && s.Count > 0 {
		for i, part := range query.Parts() {
			s.Quantiles = append(s.Quantiles, Quantile{part, ofMeasure(&c, row[i].F)})
		}
		if s.Histogram, err = l.histogram(ctx, ref, &c, measured, s, r); err != nil {
			return nil, err
		}
		row = row[len(query.Parts()):]
	}
	if c.Type.Numeric() && s.Count > 0 {
		s.Mean, s.StdDev = row[0], row[1]
	}
	return s, l.top(ctx, ref, name, s, r)
}

// ordered reports whether a column has a least and a greatest value.
func ordered(c *catalog.Column) bool {
	return c.Type != catalog.TypePeriod && c.SQLType != "BOOLEAN"
}

// measure is a column as a number: itself, or days since 1970; "" where it has
// none.
func measure(c *catalog.Column, name string) string {
	switch {
	case c.Type.Numeric() && c.SQLType != "VARCHAR":
		return name
	case c.SQLType == "DATE" || c.SQLType == "TIMESTAMP":
		return "(date(" + name + ") - '1970-01-01')"
	}
	return ""
}

// ofMeasure turns a number back into what it measures.
func ofMeasure(c *catalog.Column, f float64) catalog.Value {
	if c.Type.Numeric() {
		return catalog.Value{Kind: catalog.FloatValue, F: f}
	}
	return catalog.Value{Kind: catalog.DateValue, I: int64(math.Floor(f))}
}

// amount is a value as a number.
func amount(v catalog.Value) (float64, bool) {
	switch v.Kind {
	case catalog.DateValue:
		return float64(v.I), true
	case catalog.DatetimeValue:
		return math.Floor(float64(v.I) / float64(24*time.Hour/time.Microsecond)), true
	case catalog.IntValue, catalog.DecimalValue, catalog.FloatValue:
		f, err := strconv.ParseFloat(v.String(), 64)
		return f, err == nil
	case catalog.Null, catalog.TextValue, catalog.BoolValue, catalog.TimeValue:
	}
	return 0, false
}

// histogram counts values between the least and the greatest in bins of one
// width.
func (l *Library) histogram(ctx context.Context, ref *Ref, c *catalog.Column, measured string, s *ColumnStats, r StatsRequest) ([]Bin, error) {
	low, ok := amount(s.Min)
	high, ok2 := amount(s.Max)
	if !ok || !ok2 || math.IsInf(high-low, 0) {
		return nil, nil
	}
	bins, width := binWidth(c, low, high, r.Bins)
	out := make([]Bin, bins)
	for i := range out {
		out[i].From, out[i].To = ofMeasure(c, low+float64(i)*width), ofMeasure(c, low+float64(i+1)*width)
	}
	out[0].From = endOf(c, s.Min)
	if !wholeNumbers(c) {
		out[bins-1].To = endOf(c, s.Max)
	}
	q := filter(r.Rows)
	q.And = append(q.And, measured+" is not null")
	bin := spare(ref.Table, "bin")
	q.Select = []string{"floor((cast(" + measured + " as double) - " + plainFloat(low) + ") / " + plainFloat(width) + ") as " + bin, "count(*) as bin_rows"}
	q.GroupBy, q.Limit = bin, MaxPage
	p, err := l.Page(ctx, ref, q)
	if err != nil {
		return nil, err
	}
	for _, row := range p.Rows {
		at := min(max(0, int(row[0].F)), bins-1) // rounding may put the ends beside
		out[at].Count += row[1].I
	}
	return out, nil
}

// binWidth chooses bins; whole numbers and days are not cut.
func binWidth(c *catalog.Column, low, high float64, most int) (bins int, width float64) {
	span := high - low
	if span == 0 {
		return 1, 1
	}
	if wholeNumbers(c) {
		width = math.Ceil((span + 1) / float64(most))
		return min(most, int(math.Ceil((span+1)/width))), width // beyond 2^53 the division is rounded
	}
	return most, span / float64(most)
}

func wholeNumbers(c *catalog.Column) bool { return c.Type == catalog.TypeInteger || !c.Type.Numeric() }

// endOf is an end of a histogram: the value itself, of a datetime its day.
func endOf(c *catalog.Column, v catalog.Value) catalog.Value {
	if f, ok := amount(v); ok && !c.Type.Numeric() {
		return ofMeasure(c, f)
	}
	return v
}

func plainFloat(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

// top adds the most frequent values, where any is there twice.
func (l *Library) top(ctx context.Context, ref *Ref, name string, s *ColumnStats, r StatsRequest) error {
	if s.Distinct == s.Count {
		return nil
	}
	q := filter(r.Rows)
	count := spare(ref.Table, "count")
	q.And = append(q.And, name+" is not null")
	q.Select = []string{name, "count(*) as " + count}
	q.GroupBy, q.OrderBy, q.Limit = name, strings.Join([]string{count + " desc", name}, ", "), mostFrequent
	p, err := l.Page(ctx, ref, q)
	if err != nil {
		return err
	}
	for _, row := range p.Rows {
		s.Top = append(s.Top, ValueCount{row[0], row[1].I})
	}
	return nil
}
