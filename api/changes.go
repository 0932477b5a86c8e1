package api

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"gongkai/api/portal/page"
	"gongkai/catalog"
	"gongkai/datasets"
	"gongkai/datasets/diff"
	"gongkai/datasets/export"
)

// changesView is the answer of getChanges.
type changesView struct {
	From       versionSummary         `json:"from"`
	To         versionSummary         `json:"to"`
	Table      string                 `json:"table"`
	Key        []string               `json:"key"` // empty: rows of equal content are the same
	Major      bool                   `json:"major"`
	Schema     []catalog.SchemaChange `json:"schema"`
	Added      int64                  `json:"added"`
	Removed    int64                  `json:"removed"`
	Changed    int64                  `json:"changed"`
	Columns    []columnChanges        `json:"columns"`
	Data       []rowChange            `json:"data"`
	More       bool                   `json:"more"`
	Next       *string                `json:"next"`
	CSV        string                 `json:"csv_url"`
	comparison *datasets.Changes
}

type columnChanges struct {
	Column  string `json:"column"`
	Changed int64  `json:"changed"`
}

type rowChange struct {
	Change diff.Change                `json:"change"`
	OldRow *int64                     `json:"old_row"`
	NewRow *int64                     `json:"new_row"`
	Key    map[string]json.RawMessage `json:"key"`
	Cells  []cellChange               `json:"cells"`
}

type cellChange struct {
	Column string          `json:"column"`
	Old    json.RawMessage `json:"old"`
	New    json.RawMessage `json:"new"`
}

// compared finds the two versions of a table that a request is about, and
// compares them.
func (s *Server) compared(r *request) (*datasets.Changes, error) {
	ctx, slug, name := r.Context(), r.params.Text("dataset"), r.params.Text("table")
	now, err := s.cfg.Library.Table(ctx, r.who, slug, r.params.Text("to"), name)
	if err != nil {
		return nil, inParameter(err, "to")
	}
	from := r.params.Text("from")
	if from == "" {
		before, err := s.cfg.Library.Before(ctx, r.who, now.Dataset, now.Version)
		if err != nil {
			return nil, err
		}
		if before == nil {
			return nil, catalog.Errorf(catalog.NotFound, "come back when there is a second version, or name another in to", "dataset %q had no public version before version %d", slug, now.Version.Number)
		}
		from = strconv.Itoa(before.Number)
	}
	old, err := s.cfg.Library.Table(ctx, r.who, slug, from, now.Table.Name)
	if err != nil {
		return nil, inParameter(err, "from")
	}
	var key []string
	for _, k := range strings.Split(r.params.Text("key"), ",") {
		if k = strings.TrimSpace(k); k != "" {
			key = append(key, k)
		}
	}
	return s.cfg.Library.Changes(ctx, old, now, key)
}

// inParameter says that a version came from another parameter than version.
func inParameter(err error, name string) error {
	if told, ok := err.(*catalog.Error); ok && told.Field == "version" { //nolint:errorlint // the library gives it unwrapped
		named := *told
		named.Field = name
		return &named
	}
	return err
}

// changesFreshness: two pinned versions never differ in another way.
func (s *Server) changesFreshness(r *request, c *datasets.Changes, kind string) freshness {
	f := s.freshness(r, c.New)
	f.pinned = datasets.Pinned(r.params.Text("from")) && datasets.Pinned(r.params.Text("to"))
	f.private = f.private || !c.Old.Version.State.Public()
	f.tag = nameOf(kind, c.Old.Version.ContentHash, c.New.Version.ContentHash, c.Old.Version.Number, c.New.Version.Number, r.base, r.URL.EscapedPath(), r.URL.Query().Encode())
	return f
}

func (s *Server) getChanges(w http.ResponseWriter, r *request) error {
	if err := mustAccept(r.Request, jsonType); err != nil {
		return err
	}
	c, err := s.compared(r)
	if err != nil {
		return err
	}
	skip, err := skipOf(r)
	if err != nil {
		return err
	}
	view := viewChanges(r, c)
	limit := r.params.Int("limit")
	if view.More, err = s.cfg.Library.EachChange(r.Context(), c, skip, limit, view.add); err != nil {
		return err
	}
	if view.More {
		q := url.Values{"from": {strconv.Itoa(c.Old.Version.Number)}, "to": {strconv.Itoa(c.New.Version.Number)}, "limit": {strconv.Itoa(limit)}, "cursor": {strconv.Itoa(skip + limit)}}
		if k := r.params.Text("key"); k != "" {
			q.Set("key", k)
		}
		next := tableURL(r.base, c.New.Dataset, c.New.Table) + "/changes?" + q.Encode()
		view.Next = &next
	}
	return s.reply(w, r, http.StatusOK, view, s.changesFreshness(r, c, "changes"))
}

func skipOf(r *request) (int, error) {
	text := r.params.Text("cursor")
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, badCursor("this is no cursor of this API")
	}
	return n, nil
}

func viewChanges(r *request, c *datasets.Changes) *changesView {
	v := &changesView{
		From: summarise(r.base, c.New.Dataset, c.Old.Version), To: summarise(r.base, c.New.Dataset, c.New.Version), Table: c.New.Table.Name,
		Key: c.KeyNames(), Schema: diff.Schema([]catalog.Table{*c.Old.Table}, []catalog.Table{*c.New.Table}),
		Added: c.Added, Removed: c.Removed, Changed: c.Changed, Columns: []columnChanges{}, Data: []rowChange{}, comparison: c,
	}
	for _, s := range v.Schema {
		v.Major = v.Major || s.Major
	}
	for i, p := range c.Comparison.Pairs {
		if c.Cells[i] > 0 {
			v.Columns = append(v.Columns, columnChanges{p.New.Name, c.Cells[i]})
		}
	}
	q := url.Values{"from": {strconv.Itoa(c.Old.Version.Number)}, "to": {strconv.Itoa(c.New.Version.Number)}}
	if k := r.params.Text("key"); k != "" {
		q.Set("key", k)
	}
	v.CSV = tableURL(r.base, c.New.Dataset, c.New.Table) + "/changes.csv?" + q.Encode()
	return v
}

// add keeps a row. Of a row that was added or removed all values are told, of
// one that changed those that did.
func (v *changesView) add(r *datasets.ChangedRow) error {
	row := rowChange{Change: r.Change, OldRow: rowOrNull(r.OldRow), NewRow: rowOrNull(r.NewRow), Key: map[string]json.RawMessage{}, Cells: []cellChange{}}
	cmp := v.comparison.Comparison
	for i, p := range cmp.Pairs {
		old, now := export.AppendJSONValue(nil, r.Old[i]), export.AppendJSONValue(nil, r.New[i])
		if cmp.IsKey(i) {
			row.Key[p.New.Name] = now
			if r.Change == diff.Removed {
				row.Key[p.New.Name] = old
			}
			continue
		}
		if r.Change != diff.Changed || r.Differs[i] {
			row.Cells = append(row.Cells, cellChange{p.New.Name, old, now})
		}
	}
	v.Data = append(v.Data, row)
	return nil
}

func rowOrNull(n int64) *int64 {
	if n == 0 {
		return nil
	}
	return &n
}

func (s *Server) getChangesCSV(w http.ResponseWriter, r *request) error {
	c, err := s.compared(r)
	if err != nil {
		return err
	}
	encoding, done, err := s.prepare(w, r.Request, export.CSV.MediaType(), s.changesFreshness(r, c, "changes.csv"))
	if err != nil || done {
		return err
	}
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s-%s-v%d-v%d-changes.csv"`, c.New.Dataset.Slug, c.New.Table.Name, c.Old.Version.Number, c.New.Version.Number))
	if r.Method == http.MethodHead {
		w.WriteHeader(http.StatusOK)
		return nil
	}
	return s.stream(w, encoding, func(out io.Writer) error { return s.cfg.Library.ChangesCSV(r.Context(), c, out) })
}

// feedVersions is how many versions a feed tells of.
const feedVersions = 20

// summaryWait is how long an answer that says what changed in some versions
// waits for comparisons that nobody asked for yet.
const summaryWait = 2 * time.Second

// versionChanges says what changed from the version before to a version.
type versionChanges struct {
	From   *int                   `json:"from"` // null: it is the first
	Major  bool                   `json:"major"`
	Schema []catalog.SchemaChange `json:"schema"`
	Tables []tableChanges         `json:"tables"` // null: not counted yet
}

type tableChanges struct {
	datasets.TableSummary
	URL string `json:"url"`
}

// changesOf compares a version with the one before.
func (s *Server) changesOf(r *request, d *catalog.Dataset, v *catalog.Version) (*versionChanges, error) {
	before, err := s.cfg.Library.Before(r.Context(), r.who, d, v)
	if err != nil {
		return nil, err
	}
	if before == nil {
		return &versionChanges{Schema: []catalog.SchemaChange{}, Tables: []tableChanges{}}, nil
	}
	out := &versionChanges{From: &before.Number, Schema: diff.Schema(before.Tables, v.Tables)}
	for _, c := range out.Schema {
		out.Major = out.Major || c.Major
	}
	sum := s.cfg.Library.SummaryWithin(r.Context(), d, before, v, summaryWait)
	if sum == nil {
		return out, nil
	}
	out.Tables = []tableChanges{}
	q := url.Values{"from": {strconv.Itoa(before.Number)}, "to": {strconv.Itoa(v.Number)}}.Encode()
	for _, t := range sum.Tables {
		out.Tables = append(out.Tables, tableChanges{t, tableURL(r.base, d, &catalog.Table{Name: t.Table}) + "/changes?" + q})
	}
	return out, nil
}

type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  atomPerson  `xml:"author"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomPerson struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID      string     `xml:"id"`
	Title   string     `xml:"title"`
	Updated string     `xml:"updated"`
	Links   []atomLink `xml:"link"`
	Summary string     `xml:"summary"`
}

// getFeed answers with an Atom feed (RFC 4287) of the versions of a dataset and
// what changed in each, newest first.
func (s *Server) getFeed(w http.ResponseWriter, r *request) error {
	ctx, lang := r.Context(), langOf(r)
	d, err := s.cfg.Library.Dataset(ctx, r.who, r.params.Text("dataset"))
	if err != nil {
		return err
	}
	dep, err := s.cfg.Store.Department(ctx, d.Department)
	if err != nil {
		return fmt.Errorf("department of dataset %s: %w", d.Slug, err)
	}
	shown := r.base + "/" + pathOf(lang) + "/datasets/" + d.Slug
	feed := atomFeed{Lang: string(lang), ID: datasetURL(r.base, d), Title: d.Title.In(lang), Updated: d.UpdatedAt.Format(time.RFC3339), Author: atomPerson{dep.Title.In(lang)},
		Links: []atomLink{{"self", "application/atom+xml", r.base + r.URL.EscapedPath() + "?lang=" + string(lang)}, {"alternate", "text/html", shown}}}
	all, err := s.cfg.Store.ListVersions(ctx, d.ID)
	if err != nil {
		return fmt.Errorf("versions of dataset %s: %w", d.Slug, err)
	}
	deadline := time.Now().Add(summaryWait)
	for i := range all {
		if !all[i].State.Public() || len(feed.Entries) == feedVersions {
			continue
		}
		entry, err := s.feedEntry(r, d, all[i].Number, shown, time.Until(deadline))
		if err != nil {
			return err
		}
		feed.Entries = append(feed.Entries, *entry)
	}
	text, err := xml.MarshalIndent(feed, "", " ")
	if err != nil {
		return fmt.Errorf("write the feed: %w", err)
	}
	text = append([]byte(xml.Header), text...)
	f := freshness{tag: nameOf(string(text)), modified: d.UpdatedAt, hosted: s.cfg.BaseURL == "", private: r.who != (catalog.Actor{}) || !d.Public()}
	encoding, done, err := s.prepare(w, r.Request, "application/atom+xml; charset=utf-8", f)
	if err != nil || done {
		return err
	}
	return s.send(w, r.Request, http.StatusOK, encoding, text)
}

func (s *Server) feedEntry(r *request, d *catalog.Dataset, number int, shown string, wait time.Duration) (*atomEntry, error) {
	ctx, lang := r.Context(), langOf(r)
	_, v, err := s.cfg.Library.Version(ctx, r.who, d.Slug, strconv.Itoa(number))
	if err != nil {
		return nil, err
	}
	at := datasetURL(r.base, d) + "/versions/" + strconv.Itoa(v.Number)
	entry := &atomEntry{ID: at, Updated: v.PublishedAt.Format(time.RFC3339), Links: []atomLink{{"alternate", "text/html", shown + "/versions/" + strconv.Itoa(v.Number)}}}
	entry.Title = fmt.Sprintf("第 %d 版", v.Number)
	if lang == catalog.EN {
		entry.Title = fmt.Sprintf("Version %d", v.Number)
	}
	before, err := s.cfg.Library.Before(ctx, r.who, d, v)
	if err != nil {
		return nil, err
	}
	if before == nil {
		entry.Summary = fmt.Sprintf("首次发布，%d 行。", v.Rows)
		if lang == catalog.EN {
			entry.Summary = fmt.Sprintf("First published, %d rows.", v.Rows)
		}
		return entry, nil
	}
	if sum := s.cfg.Library.SummaryWithin(ctx, d, before, v, wait); sum != nil {
		entry.Summary = summaryText(sum, v, lang)
		return entry, nil
	}
	entry.Summary = fmt.Sprintf("%d 行。与第 %d 版相比的变化尚未比对。", v.Rows, before.Number)
	if lang == catalog.EN {
		entry.Summary = fmt.Sprintf("%d rows. What changed since version %d is not compared yet.", v.Rows, before.Number)
	}
	return entry, nil
}

// pathOf is how the portal's addresses name a language.
func pathOf(lang catalog.Lang) string {
	if lang == catalog.EN {
		return "en"
	}
	return "zh"
}

// summaryText says in a sentence or two what changed.
func summaryText(s *datasets.Summary, v *catalog.Version, lang catalog.Lang) string {
	w := page.For(lang)
	var said []string
	for _, t := range s.Tables {
		text := w.ChangedRows(t.Added, t.Removed, t.Changed)
		if table := v.Table(t.Table); table != nil && len(s.Tables) > 1 {
			text = table.Label + w.Colon() + text
		}
		said = append(said, text)
	}
	if schema := w.ChangedSchema(s.Schema); schema != "" {
		said = append(said, schema)
	}
	return strings.Join(said, w.Pause())
}
