package datasets

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"gongkai/catalog"
	"gongkai/datasets/query"
)

// The most values that a facet gives.
const (
	DefaultFacet = 50
	MaxFacet     = 1000
)

// FacetRequest asks which values a column has, and how often.
type FacetRequest struct {
	Column string        // a column, or an expression over one row such as year(day)
	Search string        // only values that contain this text, in any case; "" all
	Limit  int           // values at most; default DefaultFacet
	Rows   query.Request // which rows count: Where, Q and Totals
}

// ValueCount is a value with how many rows have it.
type ValueCount struct {
	Value catalog.Value
	Count int64
}

// Facet is what a column has in the rows that were asked for.
type Facet struct {
	Column   catalog.Column
	Values   []ValueCount // most frequent first, then by value; NULL among them
	More     bool         // there are more values
	Rows     int64        // that count
	Missing  int64        // of them, without a value
	Distinct int64        // different values in them, whatever was searched for
}

// Facet counts the values of a column. Errors are those of Page.
func (l *Library) Facet(ctx context.Context, ref *Ref, r FacetRequest) (*Facet, error) {
	if r.Limit == 0 {
		r.Limit = DefaultFacet
	}
	if r.Limit < 0 || r.Limit > MaxFacet {
		e := catalog.Errorf(catalog.Invalid, "ask for 1 to "+strconv.Itoa(MaxFacet)+" values, and search within them", "limit %d is not a number of values", r.Limit)
		e.Field = "limit"
		return nil, e
	}
	column, err := columnOf(ref, r.Column, "column")
	if err != nil {
		return nil, err
	}
	f := &Facet{Column: column}
	if ref.Table.Column(column.Name) != nil {
		r.Column = query.Name(column.Name) // however it was written
	}
	if err := l.countFacet(ctx, ref, r, f); err != nil {
		return nil, err
	}
	return f, l.facetValues(ctx, ref, r, f)
}

// columnOf binds the one column that a parameter names.
func columnOf(ref *Ref, text, field string) (catalog.Column, error) {
	b, err := query.Bind(query.Request{Select: []string{text}, Limit: 1}, ref.Table, ref.Version.ContentHash)
	if err == nil && (b.Grouped() || len(b.Columns()) != 1) {
		err = catalog.Errorf(catalog.Invalid, "name one column, or an expression over one row such as year(day)", "%s is not one column", text)
	}
	if err != nil {
		var told *catalog.Error
		if errors.As(err, &told) && told.Kind == catalog.Invalid {
			told.Field = field
		}
		return catalog.Column{}, err
	}
	return b.Columns()[0], nil
}

// spare is a name that no column of the table has.
func spare(t *catalog.Table, name string) string {
	for t.Column(name) != nil {
		name += "_"
	}
	return name
}

// countFacet counts the rows and the different values.
func (l *Library) countFacet(ctx context.Context, ref *Ref, r FacetRequest, f *Facet) error {
	q := filter(r.Rows)
	q.Select, q.Limit = []string{"count(*) as a", "count(" + r.Column + ") as b", "count(distinct " + r.Column + ") as c"}, 1
	p, err := l.Page(ctx, ref, q)
	if err != nil {
		return err
	}
	row := p.Rows[0]
	f.Rows, f.Missing, f.Distinct = row[0].I, row[0].I-row[1].I, row[2].I
	return nil
}

func (l *Library) facetValues(ctx context.Context, ref *Ref, r FacetRequest, f *Facet) error {
	value, count := spare(ref.Table, "value"), spare(ref.Table, "count")
	q := filter(r.Rows)
	q.Select = []string{r.Column + " as " + value, "count(*) as " + count}
	q.GroupBy, q.OrderBy, q.Limit = value, count+" desc, "+value, r.Limit
	if r.Search != "" {
		text := strings.ReplaceAll(r.Search, "'", "''")
		q.Having = "contains(lower(cast(" + value + " as text)), lower('" + text + "'))"
	}
	p, err := l.Page(ctx, ref, q)
	if err != nil {
		return err
	}
	f.More = p.More
	for _, row := range p.Rows {
		f.Values = append(f.Values, ValueCount{row[0], row[1].I})
	}
	return nil
}

// filter keeps of a request which rows it is about.
func filter(r query.Request) query.Request {
	return query.Request{Where: r.Where, And: r.And, Q: r.Q, Totals: r.Totals}
}
