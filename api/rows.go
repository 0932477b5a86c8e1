package api

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"gongkai/catalog"
	"gongkai/datasets"
	"gongkai/datasets/export"
	"gongkai/datasets/query"
	"gongkai/ingest/sheet"
)

// table finds the table that the path names, in the version that the query
// names; without one in the published version.
func (s *Server) table(r *request) (*datasets.Ref, error) {
	return s.cfg.Library.Table(r.Context(), r.who, r.params.Text("dataset"), r.params.Text("version"), r.params.Text("table"))
}

// freshness says how answers about a table may be kept.
func (s *Server) freshness(r *request, ref *datasets.Ref) freshness {
	return freshness{
		pinned: datasets.Pinned(r.params.Text("version")), modified: ref.Version.PublishedAt,
		hosted:  s.cfg.BaseURL == "",
		private: r.who != (catalog.Actor{}) || !ref.Version.State.Public() || !ref.Dataset.Public(),
	}
}

// listRows answers a page of rows.
func (s *Server) listRows(w http.ResponseWriter, r *request) error {
	if err := mustAccept(r.Request, jsonType); err != nil {
		return err
	}
	cursor, err := s.pinCursor(r)
	if err != nil {
		return err
	}
	ref, err := s.table(r)
	if err != nil {
		return err
	}
	q := queryOf(r)
	q.Limit, q.Cursor = r.params.Int("limit"), cursor
	bound, err := query.Bind(q, ref.Table, ref.Version.ContentHash)
	if err != nil {
		return err
	}
	if err := rowsOnly(r, bound); err != nil {
		return err
	}
	if err := s.deprecated(w, r, ref, bound); err != nil {
		return err
	}
	f := s.freshness(r, ref)
	// The page quotes the request in the URL of the next one.
	f.tag = nameOf("rows", ref.Version.ContentHash, ref.Version.Number, bound.Normal(), r.base, r.URL.EscapedPath(), r.URL.Query().Encode())
	encoding, done, err := s.prepare(w, r.Request, jsonType, f)
	if err != nil || done {
		return err
	}
	name := f.etag(encoding, true)
	if kept, ok := s.kept.get(name); ok {
		w.Header()["Link"] = append(w.Header()["Link"], kept.links...)
		return s.deliver(w, r.Request, http.StatusOK, kept.body)
	}
	page, err := s.cfg.Library.Page(r.Context(), ref, q)
	if err != nil {
		return err
	}
	if page.Bytes > largePage {
		defer s.tidy.soon() // after the rows and the body are let go
	}
	body := rowPage{request: r, ref: ref, page: page, bound: bound}
	if r.params.Bool("provenance") {
		if body.originals, err = s.cfg.Library.Originals(r.Context(), ref, page.SourceRows); err != nil {
			return err
		}
	}
	var links []string
	if page.More {
		pinned := strconv.Itoa(ref.Version.Number)
		body.cursor = pinned + "." + page.Next
		body.next = *nextURL(r, url.Values{"cursor": {body.cursor}, "version": {pinned}})
		links = append(links, linkTo(body.next, "next"))
	}
	links = append(links, describedBy(r, ref))
	packed, err := s.pack(encoding, body.appendTo(make([]byte, 0, 64<<10+page.Bytes+page.Bytes/16)))
	if err != nil {
		return err
	}
	s.kept.put(&keptPage{name: name, links: links, body: bytes.Clone(packed)})
	w.Header()["Link"] = append(w.Header()["Link"], links...)
	return s.deliver(w, r.Request, http.StatusOK, packed)
}

// rowsOnly refuses to say where groups come from: of many rows.
func rowsOnly(r *request, bound *query.Bound) error {
	for _, name := range []string{"source", "provenance"} {
		if bound.Grouped() && r.params.Bool(name) {
			e := catalog.Errorf(catalog.Invalid, "leave it out, or ask for rows without group_by, distinct and aggregates", "a group of rows has no %s", name)
			e.Field = name
			return e
		}
	}
	return nil
}

func describedBy(r *request, ref *datasets.Ref) string {
	at := tableURL(r.base, ref.Dataset, ref.Table) + "?version=" + strconv.Itoa(ref.Version.Number)
	return linkTo(at, "describedby") + `; type="application/json"`
}

// pinCursor takes the version out of a cursor: the pages that follow a first
// one come from its version, whatever was published since and whether the
// client repeats version or not.
func (s *Server) pinCursor(r *request) (cursor string, err error) {
	text := r.params.Text("cursor")
	if text == "" {
		if r.params.Has("cursor") {
			return "", badCursor("the cursor is empty")
		}
		return "", nil
	}
	number, cursor, ok := strings.Cut(text, ".")
	version, err := strconv.Atoi(number)
	if !ok || err != nil || version < 1 || cursor == "" {
		return "", badCursor("this is no cursor of this API")
	}
	if asked, err := strconv.Atoi(r.params.Text("version")); err == nil && asked != version && len(r.params.Text("version")) < 10 {
		return "", badCursor("the cursor continues in version " + number + ", not in version " + strconv.Itoa(asked))
	}
	r.params = r.params.With("version", number)
	return cursor, nil
}

func badCursor(message string) error {
	e := catalog.Errorf(catalog.Invalid, "take cursor or next from the page before, with the other parameters unchanged; leave it out to begin", "%s", message)
	e.Field = "cursor"
	return e
}

// rowPage writes a page of rows. It is written by hand, for this is what most
// requests are for and rows have no Go type.
type rowPage struct {
	*request
	ref       *datasets.Ref
	page      *datasets.Page
	bound     *query.Bound
	originals map[datasets.CellKey]datasets.Original // with provenance
	cursor    string
	next      string
}

func (p *rowPage) appendTo(dst []byte) []byte {
	value := export.AppendJSONValue
	if p.params.Text("numbers") == "string" {
		value = export.AppendJSONStrings
	}
	var keys [][]byte
	given := map[string]bool{}
	for i, c := range p.page.Columns {
		key := []byte{','}
		if i == 0 {
			key = nil
		}
		given[c.Name] = true
		keys = append(keys, append(export.AppendJSONText(key, c.Name), ':'))
	}
	source := p.params.Bool("source") && !given[catalog.ColumnRow]
	kind := (p.params.Bool("source") || p.ref.Table.TotalRows > 0) && !given[catalog.ColumnKind] && !p.bound.Grouped()
	dst = append(dst, `{"data":[`...)
	for i, row := range p.page.Rows {
		if i > 0 {
			dst = append(dst, ",\n"...)
		}
		dst = append(dst, '{')
		for c := range row {
			dst = value(append(dst, keys[c]...), row[c])
		}
		if source {
			dst = strconv.AppendInt(appendKey(dst, catalog.ColumnRow), p.page.SourceRows[i], 10)
		}
		if kind {
			dst = export.AppendJSONText(appendKey(dst, catalog.ColumnKind), string(p.page.RowKinds[i]))
		}
		if p.params.Bool("provenance") {
			dst = p.appendProvenance(appendKey(dst, provenanceKey), p.page.SourceRows[i])
		}
		dst = append(dst, '}')
	}
	dst = append(dst, "],\n\"meta\":"...)
	dst = p.appendMeta(dst)
	dst = append(dst, ",\n\"more\":"...)
	dst = strconv.AppendBool(dst, p.page.More)
	dst = appendOrNull(append(dst, `,"cursor":`...), p.cursor)
	dst = appendOrNull(append(dst, `,"next":`...), p.next)
	return append(dst, "}\n"...)
}

// provenanceKey is the key of a row's provenance; names of columns never begin
// with a line.
const provenanceKey = "_provenance"

// appendProvenance says where in the workbook a row and each of its values
// come from, and what a cell said where its value does not give that back.
func (p *rowPage) appendProvenance(dst []byte, row int64) []byte {
	t := p.ref.Table
	name, line, _, _ := t.Place(row, &catalog.Column{})
	dst = export.AppendJSONText(append(dst, `{"sheet":`...), name)
	dst = strconv.AppendInt(append(dst, `,"row":`...), int64(line), 10)
	dst = append(dst, `,"cells":{`...)
	for _, c := range p.page.Columns {
		if c.Name == catalog.ColumnRow || c.Name == catalog.ColumnKind {
			continue
		}
		dst = append(appendKey(dst, c.Name), `{"cell":`...)
		if _, _, r, col := t.Place(row, &c); r > 0 {
			dst = export.AppendJSONText(dst, sheet.Address(r, col))
		} else { // made from something else, or missing on this sheet
			dst = append(dst, "null"...)
		}
		if o, ok := p.originals[datasets.CellKey{Row: row, Column: c.Name}]; ok {
			dst = export.AppendJSONText(append(dst, `,"raw":`...), o.Raw)
			dst = export.AppendJSONText(append(dst, `,"reason":`...), o.Reason)
		}
		dst = append(dst, '}')
	}
	return append(dst, "}}"...)
}

// appendKey adds a key behind what the object has already.
func appendKey(dst []byte, name string) []byte {
	if dst[len(dst)-1] != '{' {
		dst = append(dst, ',')
	}
	return append(export.AppendJSONText(dst, name), ':')
}

func (p *rowPage) appendMeta(dst []byte) []byte {
	v := p.ref.Version
	dst = export.AppendJSONText(append(dst, `{"dataset":`...), p.ref.Dataset.Slug)
	dst = strconv.AppendInt(append(dst, `,"version":`...), int64(v.Number), 10)
	dst = export.AppendJSONText(append(dst, `,"table":`...), p.ref.Table.Name)
	dst = export.AppendJSONText(append(dst, `,"content_hash":`...), v.ContentHash)
	dst = append(dst, `,"columns":[`...)
	for i, c := range p.page.Columns {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendColumn(dst, c)
	}
	dst = strconv.AppendInt(append(dst, `],"count":`...), int64(len(p.page.Rows)), 10)
	dst = strconv.AppendInt(append(dst, `,"limit":`...), int64(p.params.Int("limit")), 10)
	return append(p.appendNotes(dst), '}')
}

// appendNotes tells what a client may not expect: that groups were left out,
// and that a column has another name now. It does so in both languages, for
// pages are kept and are the same for all.
func (p *rowPage) appendNotes(dst []byte) []byte {
	var notes []string
	if p.page.Cut {
		most := strconv.Itoa(query.MaxGroups)
		notes = append(notes, "group-limit", "超过 "+most+" 组，其余没有给出 / there are more than "+most+" groups; the rest is not given",
			"减少分组的字段，或用 where 或 having 过滤 / group by fewer columns, or filter with where or having")
	}
	for _, old := range p.bound.Renamed() {
		notes = append(notes, "old-name", "字段 "+old.Old+" 现名 "+old.Name+" / the column "+old.Old+" is now called "+old.Name, "改用 "+old.Name+" / use "+old.Name)
	}
	if len(notes) == 0 {
		return dst
	}
	dst = append(dst, `,"notes":[`...)
	for i := 0; i < len(notes); i += 3 {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = export.AppendJSONText(append(dst, `{"code":`...), notes[i])
		dst = export.AppendJSONText(append(dst, `,"message":`...), notes[i+1])
		dst = append(export.AppendJSONText(append(dst, `,"fix":`...), notes[i+2]), '}')
	}
	return append(dst, ']')
}

func appendOrNull(dst []byte, text string) []byte {
	if text == "" {
		return append(dst, "null"...)
	}
	return export.AppendJSONText(dst, text)
}
