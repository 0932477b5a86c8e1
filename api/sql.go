package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"gongkai/api/sandbox"
	"gongkai/catalog"
	"gongkai/datasets"
	"gongkai/datasets/export"
	"gongkai/datasets/query"
	"gongkai/datasets/statement"
	"gongkai/datasets/wire"
)

// sqlRequest is a statement as it was sent.
type sqlRequest struct {
	SQL    string          `json:"sql"`
	Params json.RawMessage `json:"params"`
	Format string          `json:"format"`
}

// getSQL runs the statement of the query string.
func (s *Server) getSQL(w http.ResponseWriter, r *request) error {
	return s.sql(w, r, sqlRequest{SQL: r.params.Text("sql"), Params: json.RawMessage(r.params.Text("params")), Format: r.params.Text("format")})
}

// postSQL runs the statement of the body, which is JSON or a form.
func (s *Server) postSQL(w http.ResponseWriter, r *request) error {
	var q sqlRequest
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		if err := s.body(w, r, &q); err != nil {
			return err
		}
		return s.sql(w, r, q)
	}
	if q, err = s.sqlForm(w, r); err != nil {
		return err
	}
	return s.sql(w, r, q)
}

// maxForm is how many bytes a form may have: a statement of the greatest length,
// escaped.
const maxForm = 128 << 10

func (s *Server) sqlForm(w http.ResponseWriter, r *request) (q sqlRequest, err error) {
	in := newProgressReader(w, r.Body, s.cfg.Stall)
	defer in.done()
	text, err := io.ReadAll(io.LimitReader(in, maxForm+1))
	if err != nil {
		return q, catalog.Errorf(catalog.Invalid, "send the request again", "the body broke off")
	}
	if len(text) > maxForm {
		return q, catalog.Errorf(catalog.TooLarge, "send at most "+strconv.Itoa(maxForm)+" bytes", "the body is too large")
	}
	form, err := url.ParseQuery(string(text))
	if err != nil {
		return q, catalog.Errorf(catalog.Invalid, "percent-encode the values", "the form cannot be read")
	}
	for name, values := range form {
		if len(values) > 1 {
			return q, fieldError(name, "give it once", "%s is there %d times", name, len(values))
		}
		switch name {
		case "sql":
			q.SQL = values[0]
		case "params":
			q.Params = json.RawMessage(values[0])
		case "format":
			q.Format = values[0]
		default:
			return q, fieldError(name, "the fields are sql, params and format", "there is no field %q here", shortText(name))
		}
	}
	return q, nil
}

func shortText(text string) string {
	if runes := []rune(text); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return text
}

func fieldError(field, fix, format string, args ...any) error {
	e := catalog.Errorf(catalog.Invalid, fix, format, args...)
	e.Field = shortText(field)
	return e
}

// sqlFormats are those that an answer is given in, the most wanted first.
var sqlFormats = []export.Format{export.JSON, export.CSV, export.NDJSON}

// sqlFormat is the format that was named, or else the one that Accept likes best.
func sqlFormat(r *http.Request, name string) (export.Format, error) {
	if name != "" {
		for _, f := range sqlFormats {
			if string(f) == name {
				return f, mustAccept(r, f.MediaType())
			}
		}
		return "", fieldError("format", "the formats are json, csv and ndjson", "there is no format %q here", shortText(name))
	}
	best, most := export.Format(""), 0.0
	for _, f := range sqlFormats {
		if q := quality(r, f.MediaType()); q > most {
			best, most = f, q
		}
	}
	if best == "" {
		e := catalog.Errorf(notAcceptable, "ask for application/json, text/csv or application/x-ndjson, or leave out the header Accept",
			"this URL answers JSON, CSV and NDJSON, which the header Accept excludes")
		e.Field = "Accept"
		return "", e
	}
	return best, nil
}

// sql runs a statement in a process of its own and answers when it has all
// rows: how long a client takes to read them occupies no process, and what goes
// wrong on the way is still answered with a problem.
func (s *Server) sql(w http.ResponseWriter, r *request, q sqlRequest) error {
	if s.cfg.SQL == nil {
		return catalog.Errorf(catalog.NotFound, "read rows with /api/v1/datasets/{dataset}/rows", "this server answers no SQL")
	}
	format, err := sqlFormat(r.Request, q.Format)
	if err != nil {
		return err
	}
	if strings.TrimSpace(q.SQL) == "" {
		return fieldError("sql", `send a SELECT, as SELECT * FROM "dataset" LIMIT 10`, "the statement is missing")
	}
	if len(q.SQL) > statement.MaxBytes {
		return fieldError("sql", "shorten it, or give long lists as params", "the statement has more than %d bytes", statement.MaxBytes)
	}
	params, err := sqlParams(q.Params)
	if err != nil {
		return err
	}
	found := &tablesOf{s: s}
	rows, err := s.cfg.SQL.Run(r.Context(), askerOf(r.Context()).client.String(), wire.Statement{SQL: q.SQL, Params: params}, found.resolve)
	if err != nil {
		return err
	}
	defer rows.Close()
	for _, ref := range found.refs {
		used(r.Context(), ref.Dataset.Slug, catalog.UsageQuery)
	}
	var body bytes.Buffer
	answer := sqlAnswer{rows: rows, refs: found.refs, versions: found.versions, limits: s.cfg.SQL.Limits()}
	if err := answer.write(r.Context(), &body, format); err != nil {
		return err
	}
	rows.Close() // before the answer is sent
	return s.sendSQL(w, r, format, &answer, body.Bytes())
}

// sendSQL sends an answer. Whether it is whole, and at how many rows and bytes
// answers are cut off, stands in headers, too, for a CSV has no other place; who
// saves one that was cut off finds it in the name of the file.
func (s *Server) sendSQL(w http.ResponseWriter, r *request, format export.Format, answer *sqlAnswer, body []byte) error {
	h := w.Header()
	if why := answer.rows.Ending().Truncated; why != "" {
		h.Set("Result-Truncated", why+"; limit="+strconv.FormatInt(answer.limit(), 10))
		if format != export.JSON {
			h.Set("Content-Disposition", `inline; filename="sql-cut-off-at-`+strconv.FormatInt(answer.limit(), 10)+"-"+why+"."+string(format)+`"`)
		}
	}
	h.Set("Result-Limit", fmt.Sprintf("rows=%d, bytes=%d", answer.limits.Rows, answer.limits.Bytes))
	for _, ref := range answer.refs {
		h.Add("Link", describedBy(r, ref))
	}
	if err := s.oldNames(w, r, answer); err != nil {
		return err
	}
	f := freshness{hosted: s.cfg.BaseURL == "", private: r.who != (catalog.Actor{})}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		f.tag = nameOf("sql", string(body), format)
	}
	h.Add("Vary", "Accept")
	encoding, done, err := s.prepare(w, r.Request, format.MediaType(), f)
	if err != nil || done {
		return err
	}
	return s.send(w, r.Request, http.StatusOK, encoding, body)
}

// oldNames says in the header Deprecation since when the oldest of the columns
// that the statement names as they were named before has another name, and in
// Sunset when the first of these names stops working.
func (s *Server) oldNames(w http.ResponseWriter, r *request, answer *sqlAnswer) error {
	var oldest, first time.Time
	for i, ref := range answer.refs {
		var old []query.Renamed
		for _, c := range answer.rows.Ending().Renamed {
			if c.Table == i {
				old = append(old, query.Renamed{Old: c.Old, Name: c.Name})
			}
		}
		since, err := s.cfg.Library.Deprecated(r.Context(), catalog.Actor{}, ref, old)
		if err != nil {
			return err
		}
		if !since.IsZero() && (oldest.IsZero() || since.Before(oldest)) {
			oldest = since
		}
		if end := sunset(ref, answer.versions[i], old); !end.IsZero() && (first.IsZero() || end.Before(first)) {
			first = end
		}
	}
	if !oldest.IsZero() {
		w.Header().Set("Deprecation", "@"+strconv.FormatInt(oldest.Unix(), 10))
	}
	if !first.IsZero() {
		w.Header().Set("Sunset", first.Format(http.TimeFormat))
	}
	return nil
}

// sqlParams reads params: a list for ?, an object for $name.
func sqlParams(text json.RawMessage) ([]wire.Param, error) {
	if len(bytes.TrimSpace(text)) == 0 || string(bytes.TrimSpace(text)) == "null" {
		return nil, nil
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var given any
	if err := dec.Decode(&given); err != nil || dec.More() {
		return nil, badParams("params is no JSON")
	}
	var params []wire.Param
	add := func(name string, v any) error {
		value, err := sqlValue(v)
		params = append(params, wire.Param{Name: name, Value: value})
		return err
	}
	switch given := given.(type) {
	case []any:
		for i, v := range given {
			if err := add(strconv.Itoa(i+1), v); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		for name, v := range given {
			if err := add(name, v); err != nil {
				return nil, err
			}
		}
	default:
		return nil, badParams("params is neither a list nor an object")
	}
	return params, nil
}

func badParams(message string) error {
	return fieldError("params", `give a JSON list of values for ?, as ["城关区", 75], or an object for $name, as {"district": "城关区"}; values are texts, numbers, true, false and null`, "%s", message)
}

// sqlValue makes a value of JSON; whole numbers and decimals keep their digits.
func sqlValue(v any) (catalog.Value, error) {
	switch v := v.(type) {
	case nil:
		return catalog.Value{}, nil
	case string:
		return catalog.Value{Kind: catalog.TextValue, S: v}, nil
	case bool:
		b := catalog.Value{Kind: catalog.BoolValue}
		if v {
			b.I = 1
		}
		return b, nil
	case json.Number:
		return sqlNumber(string(v))
	}
	return catalog.Value{}, badParams("params holds a value that is no text, number, true, false or null")
}

// sqlNumber keeps every digit up to 38 of them; more, and those with an
// exponent, are floats.
func sqlNumber(text string) (catalog.Value, error) {
	whole, fraction, decimal := strings.Cut(text, ".")
	if digits := len(strings.TrimPrefix(whole, "-")) + len(fraction); !strings.ContainsAny(text, "eE") && digits <= 38 {
		v := catalog.Value{Kind: catalog.IntValue}
		if decimal {
			v = catalog.Value{Kind: catalog.DecimalValue, Scale: uint8(len(fraction))}
		}
		var err error
		if v.I, err = strconv.ParseInt(whole+fraction, 10, 64); err != nil { // beyond 64 bits
			v.I, v.S = 0, text
		}
		return v, nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return catalog.Value{}, badParams("params holds a number that is too large")
	}
	return catalog.Value{Kind: catalog.FloatValue, F: f}, nil
}

// tablesOf finds the tables of a statement, as the public may read them.
type tablesOf struct {
	s        *Server
	refs     []*datasets.Ref
	versions []string // as the statement pins them
}

func (t *tablesOf) resolve(ctx context.Context, names []wire.Name) ([]wire.Source, error) {
	sources := make([]wire.Source, len(names))
	for i, name := range names {
		// Nobody's token opens more: a statement reads what anybody may.
		ref, err := t.s.cfg.Library.Table(ctx, catalog.Actor{}, name.Dataset, name.Version, name.Of)
		if err != nil {
			return nil, t.unknown(ctx, name, err)
		}
		t.refs, t.versions = append(t.refs, ref), append(t.versions, name.Version)
		source := wire.Source{Path: t.s.cfg.Library.File(ref), Storage: ref.Table.Storage}
		for _, c := range ref.Table.Columns {
			source.Columns = append(source.Columns, wire.Column{Name: c.Name, Label: c.Label, Unit: c.Unit, Type: c.Type, Aliases: c.Aliases})
		}
		sources[i] = source
	}
	return sources, nil
}

// unknown says which tables there are instead.
func (t *tablesOf) unknown(ctx context.Context, name wire.Name, err error) error {
	var told *catalog.Error
	if !errors.As(err, &told) || told.Kind == catalog.Internal {
		return err
	}
	e := &catalog.Error{Kind: told.Kind, Message: told.Message, Fix: told.Fix, Field: "sql", Pos: name.Pos}
	if e.Kind == catalog.NotFound {
		e.Kind = catalog.Invalid
	}
	d, missing := t.s.cfg.Library.Dataset(ctx, catalog.Actor{}, name.Dataset)
	switch {
	case missing == nil && told.Kind == catalog.Invalid && told.Field != "version": // several tables, and none named
		_, v, err := t.s.cfg.Library.Version(ctx, catalog.Actor{}, name.Dataset, name.Version)
		if err != nil {
			return e
		}
		var names []string
		for _, table := range v.Tables {
			names = append(names, `"`+d.Slug+"."+table.Name+`"`)
		}
		e.Fix = "name one of them: " + strings.Join(names, ", ")
	case missing != nil:
		e.Message = "there is no dataset " + strconv.Quote(shortText(name.Dataset))
		e.Fix = `the datasets are listed at /api/v1/datasets; name a table as "dataset" or "dataset.table"` + t.nearest(ctx, name.Dataset)
	}
	return e
}

// nearest is the dataset that was most likely meant, as the end of a sentence.
func (t *tablesOf) nearest(ctx context.Context, slug string) string {
	all, err := t.s.cfg.Store.ListDatasets(ctx, catalog.DatasetFilter{PublicOnly: true, Limit: maxDatasets})
	if err != nil {
		return "" // the error at hand says enough
	}
	var slugs []string
	for _, d := range all {
		slugs = append(slugs, d.Slug)
	}
	return query.Suggest(slug, slugs)
}

// sqlAnswer writes the rows of a statement.
type sqlAnswer struct {
	rows     *sandbox.Rows
	refs     []*datasets.Ref
	versions []string // as the statement pins them, one for each of refs
	limits   wire.Limits
}

// appendColumn describes a column as a page of rows does.
func appendColumn(dst []byte, c catalog.Column) []byte {
	dst = export.AppendJSONText(append(dst, `{"name":`...), c.Name)
	dst = export.AppendJSONText(append(dst, `,"label":`...), c.Label)
	dst = export.AppendJSONText(append(dst, `,"type":`...), string(c.Type))
	return append(export.AppendJSONText(append(dst, `,"unit":`...), c.Unit), '}')
}

// limit is the limit that the answer has reached.
func (a *sqlAnswer) limit() int64 {
	if a.rows.Ending().Truncated == wire.TooManyBytes {
		return a.limits.Bytes
	}
	return a.limits.Rows
}

func (a *sqlAnswer) write(ctx context.Context, body *bytes.Buffer, format export.Format) error {
	if format != export.JSON {
		return export.Write(ctx, body, export.Form{Format: format}, a.rows, export.Meta{})
	}
	// The rows are those of the format json, between what describes them.
	body.WriteString(`{"data":`)
	if err := export.Write(ctx, body, export.Form{Format: export.JSON}, a.rows, export.Meta{}); err != nil {
		return err
	}
	body.Truncate(body.Len() - 1) // the end of the line
	body.Write(a.appendMeta([]byte(",\n\"meta\":")))
	return nil
}

// appendMeta ends the envelope, which is that of a page of rows as far as it
// can be.
func (a *sqlAnswer) appendMeta(dst []byte) []byte {
	dst = append(dst, `{"columns":[`...)
	for i, c := range a.rows.Columns() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendColumn(dst, c)
	}
	dst = append(dst, `],"tables":[`...)
	for i, ref := range a.refs {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = export.AppendJSONText(append(dst, `{"dataset":`...), ref.Dataset.Slug)
		dst = strconv.AppendInt(append(dst, `,"version":`...), int64(ref.Version.Number), 10)
		dst = export.AppendJSONText(append(dst, `,"table":`...), ref.Table.Name)
		dst = append(export.AppendJSONText(append(dst, `,"content_hash":`...), ref.Version.ContentHash), '}')
	}
	end := a.rows.Ending()
	dst = strconv.AppendInt(append(dst, `],"count":`...), end.Rows, 10)
	dst = strconv.AppendInt(append(dst, `,"row_limit":`...), a.limits.Rows, 10)
	dst = strconv.AppendInt(append(dst, `,"byte_limit":`...), a.limits.Bytes, 10)
	dst = strconv.AppendBool(append(dst, "},\n\"truncated\":"...), end.Truncated != "")
	dst = appendOrNull(append(dst, `,"truncated_by":`...), end.Truncated)
	return append(dst, "}\n"...)
}
