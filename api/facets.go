package api

import (
	"bytes"
	"net/http"
	"strconv"

	"gongkai/catalog"
	"gongkai/datasets"
	"gongkai/datasets/export"
	"gongkai/datasets/query"
)

// queryOf reads what a request asks of a table; limit and cursor are the
// caller's.
func queryOf(r *request) query.Request {
	return query.Request{
		Select: query.SplitSelect(r.params.Text("select")), Where: r.params.Text("where"), Q: r.params.Text("q"),
		GroupBy: r.params.Text("group_by"), Having: r.params.Text("having"), Distinct: r.params.Bool("distinct"),
		OrderBy: r.params.Text("order_by"), Totals: r.params.Text("totals"),
	}
}

// filtered is a table with the rows that facets and statistics are about.
type filtered struct {
	ref      *datasets.Ref
	rows     query.Request
	encoding string
	name     string // under which the answer is kept
	done     bool   // the client has the answer already
}

// filter binds which rows are asked about and prepares the answer's headers.
func (s *Server) filter(w http.ResponseWriter, r *request, what string) (filtered, error) {
	if err := mustAccept(r.Request, jsonType); err != nil {
		return filtered{}, err
	}
	ref, err := s.table(r)
	if err != nil {
		return filtered{}, err
	}
	out := filtered{ref: ref, rows: queryOf(r)}
	where := query.Request{Where: out.rows.Where, Q: out.rows.Q, Totals: out.rows.Totals, Limit: 1}
	bound, err := query.Bind(where, ref.Table, ref.Version.ContentHash)
	if err != nil {
		return filtered{}, err
	}
	where.Select = query.SplitSelect(r.params.Text("column") + r.params.Text("columns"))
	if named, err := query.Bind(where, ref.Table, ref.Version.ContentHash); err == nil { // what is wrong with them is told in time
		if err := s.deprecated(w, r, ref, named); err != nil {
			return filtered{}, err
		}
	}
	f := s.freshness(r, ref)
	f.tag = nameOf(what, ref.Version.ContentHash, ref.Version.Number, bound.Normal(), r.URL.EscapedPath(), r.URL.Query().Encode())
	out.encoding, out.done, err = s.prepare(w, r.Request, jsonType, f)
	w.Header().Add("Link", describedBy(r, ref))
	if err != nil || out.done {
		return out, err
	}
	out.name = f.etag(out.encoding, true)
	if kept, ok := s.kept.get(out.name); ok {
		out.done = true
		return out, s.deliver(w, r.Request, http.StatusOK, kept.body)
	}
	return out, nil
}

// answer sends what was computed, and keeps it: the version that it is about
// never changes, and all values of a large table take their time.
func (s *Server) answer(w http.ResponseWriter, r *request, on filtered, body []byte) error {
	packed, err := s.pack(on.encoding, body)
	if err != nil {
		return err
	}
	s.kept.put(&keptPage{name: on.name, body: bytes.Clone(packed)})
	return s.deliver(w, r.Request, http.StatusOK, packed)
}

// listFacets answers which values a column has, and how often.
func (s *Server) listFacets(w http.ResponseWriter, r *request) error {
	if r.params.Text("column") == "" {
		e := catalog.Errorf(catalog.Invalid, "name a column: column=district, or an expression over one row: column=year(day)", "the column is missing")
		e.Field = "column"
		return e
	}
	on, err := s.filter(w, r, "facets")
	if err != nil || on.done {
		return err
	}
	f, err := s.cfg.Library.Facet(r.Context(), on.ref, datasets.FacetRequest{
		Column: r.params.Text("column"), Search: r.params.Text("search"), Limit: r.params.Int("limit"), Rows: on.rows})
	if err != nil {
		return err
	}
	dst := appendColumn([]byte(`{"column":`), f.Column)
	dst = appendCounts(append(dst, `,"values":`...), f.Values, jsonValue(r))
	dst = strconv.AppendBool(append(dst, `,"more":`...), f.More)
	dst = appendInt(dst, "rows", f.Rows)
	dst = appendInt(dst, "missing", f.Missing)
	dst = appendInt(dst, "distinct", f.Distinct)
	dst = appendSource(append(dst, `,"meta":`...), on.ref)
	return s.answer(w, r, on, append(dst, "}\n"...))
}

// getStats answers what the values of columns are like.
func (s *Server) getStats(w http.ResponseWriter, r *request) error {
	on, err := s.filter(w, r, "stats")
	if err != nil || on.done {
		return err
	}
	stats, err := s.cfg.Library.Stats(r.Context(), on.ref, datasets.StatsRequest{
		Columns: query.SplitSelect(r.params.Text("columns")), Bins: r.params.Int("bins"), Rows: on.rows})
	if err != nil {
		return err
	}
	dst := appendInt([]byte{'{'}, "rows", stats.Rows)
	dst = append(dst, `,"columns":[`...)
	for i := range stats.Columns {
		if i > 0 {
			dst = append(dst, ",\n"...)
		}
		dst = appendStats(dst, &stats.Columns[i], jsonValue(r))
	}
	dst = append(dst, `],"omitted":[`...)
	for i, name := range stats.Omitted {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = export.AppendJSONText(dst, name)
	}
	dst = appendSource(append(dst, `],"meta":`...), on.ref)
	return s.answer(w, r, on, append(dst, "}\n"...))
}

// valueWriter adds a value as JSON.
type valueWriter func(dst []byte, v catalog.Value) []byte

func jsonValue(r *request) valueWriter {
	if r.params.Text("numbers") == "string" {
		return export.AppendJSONStrings
	}
	return export.AppendJSONValue
}

func appendStats(dst []byte, c *datasets.ColumnStats, value valueWriter) []byte {
	dst = appendColumn(dst, c.Column)
	dst = dst[:len(dst)-1] // goes on in the same object
	dst = appendInt(dst, "count", c.Count)
	dst = appendInt(dst, "missing", c.Missing)
	dst = appendInt(dst, "distinct", c.Distinct)
	for _, one := range []struct {
		name string
		v    catalog.Value
	}{{"min", c.Min}, {"max", c.Max}, {"mean", c.Mean}, {"stddev", c.StdDev}} {
		dst = value(appendKey(dst, one.name), one.v)
	}
	dst = append(dst, `,"quantiles":{`...)
	for _, q := range c.Quantiles {
		dst = value(appendKey(dst, q.Part), q.Value)
	}
	dst = append(dst, `},"histogram":[`...)
	for i, b := range c.Histogram {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = value(append(dst, `{"from":`...), b.From)
		dst = value(append(dst, `,"to":`...), b.To)
		dst = append(appendInt(dst, "count", b.Count), '}')
	}
	return append(appendCounts(append(dst, `],"top":`...), c.Top, value), '}')
}

func appendCounts(dst []byte, values []datasets.ValueCount, value valueWriter) []byte {
	dst = append(dst, '[')
	for i, v := range values {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = value(append(dst, `{"value":`...), v.Value)
		dst = append(appendInt(dst, "count", v.Count), '}')
	}
	return append(dst, ']')
}

func appendInt(dst []byte, name string, n int64) []byte {
	return strconv.AppendInt(appendKey(dst, name), n, 10)
}

// appendSource says what an answer was made from.
func appendSource(dst []byte, ref *datasets.Ref) []byte {
	dst = export.AppendJSONText(append(dst, `{"dataset":`...), ref.Dataset.Slug)
	dst = strconv.AppendInt(append(dst, `,"version":`...), int64(ref.Version.Number), 10)
	dst = export.AppendJSONText(append(dst, `,"table":`...), ref.Table.Name)
	dst = export.AppendJSONText(append(dst, `,"content_hash":`...), ref.Version.ContentHash)
	return append(dst, '}')
}
