package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"math/big"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// What changed between two versions, as the server tells it in json, csv and
// Atom, held against what a few maps make of the rows that it gives.

// reckoned is a table of one version.
type reckoned struct {
	columns []reckonedColumn
	key     []string
	rows    []map[string]any // by API name, with _row and _row_type
}

type reckonedColumn struct {
	Name    string
	Type    string
	Aliases []string
}

// tableOf reads a table with all of its rows.
func (s *server) tableOf(dataset, table, version string) reckoned {
	s.t.Helper()
	var out reckoned
	var about struct {
		Key     []string
		Columns []reckonedColumn
	}
	at := "/api/v1/datasets/" + dataset + "/tables/" + table
	s.get(at+"?version="+version, 200).exact(s.t, &about)
	out.key, out.columns = about.Key, about.Columns
	next := at + "/rows?source=true&limit=1000&version=" + version
	for next != "" {
		var page struct {
			Data []map[string]any
			Next string
		}
		s.get(next, 200).exact(s.t, &page)
		out.rows, next = append(out.rows, page.Data...), page.Next
	}
	return out
}

// exact reads JSON and keeps numbers as they are written.
func (r *reply) exact(t testing.TB, into any) {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(r.body))
	dec.UseNumber()
	if err := dec.Decode(into); err != nil {
		t.Fatalf("%s: not JSON: %v\n%.400s", r.Request.URL, err, r.body)
	}
}

// comparedAs makes values that are the same equal: 10 and 10.00 are one number.
func comparedAs(v any) string {
	if n, ok := v.(json.Number); ok {
		if r, ok := new(big.Rat).SetString(n.String()); ok {
			return "number " + r.RatString()
		}
	}
	return fmt.Sprintf("%T %v", v, v)
}

func rowNumber(t testing.TB, row map[string]any) int {
	t.Helper()
	n, err := strconv.Atoi(fmt.Sprint(row["_row"]))
	if err != nil {
		t.Fatalf("row %v: %v", row, err)
	}
	return n
}

// wantChange is a row that differs, as the maps see it.
type wantChange struct {
	change   string
	old, new int               // rows, 0 for none
	key      map[string]any    //
	cells    map[string][2]any // by the newer name
}

// pairsOf gives for each column of the newer version the older one.
func pairsOf(old, now reckoned) map[string]string {
	out, used := map[string]string{}, map[string]bool{}
	for _, n := range now.columns {
		for _, o := range old.columns {
			if o.Name == n.Name {
				out[n.Name], used[o.Name] = o.Name, true
			}
		}
	}
	for _, n := range now.columns {
		for _, o := range old.columns {
			if _, paired := out[n.Name]; !paired && !used[o.Name] && (slices.Contains(n.Aliases, o.Name) || slices.Contains(o.Aliases, n.Name)) {
				out[n.Name], used[o.Name] = o.Name, true
			}
		}
	}
	return out
}

// reckon pairs rows of one key in their order.
func reckon(t testing.TB, old, now reckoned, key []string) (want map[[2]int]wantChange, pairs map[string]string) {
	t.Helper()
	pairs = pairsOf(old, now)
	by := key
	if len(by) == 0 {
		for name := range pairs {
			by = append(by, name)
		}
		slices.Sort(by)
	}
	keyOf := func(row map[string]any, older bool) string {
		text := fmt.Sprint(row["_row_type"])
		for _, name := range by {
			if older {
				name = pairs[name]
			}
			text += "\x00" + comparedAs(row[name])
		}
		return text
	}
	tell := func(change string, o, n map[string]any) wantChange {
		c := wantChange{change: change, key: map[string]any{}, cells: map[string][2]any{}}
		if o != nil {
			c.old = rowNumber(t, o)
		}
		if n != nil {
			c.new = rowNumber(t, n)
		}
		for name, was := range pairs {
			a, b := o[was], n[name]
			switch {
			case slices.Contains(key, name) && n != nil:
				c.key[name] = b
			case slices.Contains(key, name):
				c.key[name] = a
			case change != "changed" || comparedAs(a) != comparedAs(b):
				c.cells[name] = [2]any{a, b}
			}
		}
		return c
	}
	want = map[[2]int]wantChange{}
	waiting := map[string][]map[string]any{}
	for _, n := range now.rows {
		waiting[keyOf(n, false)] = append(waiting[keyOf(n, false)], n)
	}
	for _, o := range old.rows {
		k := keyOf(o, true)
		var c wantChange
		if same := waiting[k]; len(same) > 0 {
			c, waiting[k] = tell("changed", o, same[0]), same[1:]
			if len(c.cells) == 0 {
				continue
			}
		} else {
			c = tell("removed", o, nil)
		}
		want[[2]int{c.old, c.new}] = c
	}
	for _, left := range waiting {
		for _, n := range left {
			c := tell("added", nil, n)
			want[[2]int{0, c.new}] = c
		}
	}
	return want, pairs
}

// changesAnswer is what the server says.
type changesAnswer struct {
	From, To                struct{ Number int }
	Key                     []string
	Schema                  []struct{ Kind, Column string }
	Added, Removed, Changed int
	Columns                 []struct {
		Column  string
		Changed int
	}
	Data []struct {
		Change string
		OldRow *int `json:"old_row"`
		NewRow *int `json:"new_row"`
		Key    map[string]any
		Cells  []struct {
			Column   string
			Old, New any
		}
	}
	More bool
	Next string
	CSV  string `json:"csv_url"`
}

func number(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

// wantChanges asks for the changes in all forms and holds them against the maps.
// from, to and key are as in the URL.
func (s *server) wantChanges(dataset, table, from, to, key string) (got changesAnswer) {
	s.t.Helper()
	q := url.Values{"limit": {"7"}, "from": {from}, "to": {to}}
	if key != "" {
		q.Set("key", key)
	}
	next := "/api/v1/datasets/" + dataset + "/tables/" + table + "/changes?" + q.Encode()
	where := next
	for next != "" {
		var page changesAnswer
		s.get(next, 200).exact(s.t, &page)
		if page.More != (page.Next != "") {
			s.t.Fatalf("%s: more %v, next %q", next, page.More, page.Next)
		}
		next = page.Next
		page.Data = append(got.Data, page.Data...)
		got = page
	}
	old, now := s.tableOf(dataset, table, strconv.Itoa(got.From.Number)), s.tableOf(dataset, table, strconv.Itoa(got.To.Number))
	want, pairs := reckon(s.t, old, now, got.Key)
	s.wantRows(where, got, want)
	s.wantCSV(where, got, want)
	s.wantApplied(where, got, old, now, pairs)
	return got
}

func (s *server) wantRows(where string, got changesAnswer, want map[[2]int]wantChange) {
	s.t.Helper()
	counts, cells, last := map[string]int{}, map[string]int{}, 0
	for _, d := range got.Data {
		at := [2]int{number(d.OldRow), number(d.NewRow)}
		w, ok := want[at]
		if !ok || w.change != d.Change {
			s.t.Errorf("%s: %s %v, want %+v", where, d.Change, at, w)
			continue
		}
		delete(want, at)
		counts[d.Change]++
		if fmt.Sprint(d.Key) != fmt.Sprint(w.key) || len(d.Cells) != len(w.cells) {
			s.t.Errorf("%s: %v: key %v cells %v, want %+v", where, at, d.Key, d.Cells, w)
		}
		for _, c := range d.Cells {
			if fmt.Sprint(c.Old, c.New) != fmt.Sprint(w.cells[c.Column][0], w.cells[c.Column][1]) {
				s.t.Errorf("%s: %v: %s from %v to %v, want %v", where, at, c.Column, c.Old, c.New, w.cells[c.Column])
			}
			if d.Change == "changed" {
				cells[c.Column]++
			}
		}
		stands := at[1]
		if stands == 0 {
			stands = at[0]
		}
		if stands < last {
			s.t.Errorf("%s: row %v behind row %d", where, at, last)
		}
		last = stands
		want[at] = w
		seen := w
		seen.change = "seen"
		want[at] = seen
	}
	for at, w := range want {
		if w.change != "seen" {
			s.t.Errorf("%s: %s %v is not told", where, w.change, at)
		}
	}
	if counts["added"] != got.Added || counts["removed"] != got.Removed || counts["changed"] != got.Changed {
		s.t.Errorf("%s: counts %+v, told %d %d %d", where, counts, got.Added, got.Removed, got.Changed)
	}
	for _, c := range got.Columns {
		if cells[c.Column] != c.Changed {
			s.t.Errorf("%s: %d changes of %s, told %d", where, cells[c.Column], c.Column, c.Changed)
		}
		delete(cells, c.Column)
	}
	if len(cells) > 0 {
		s.t.Errorf("%s: columns that are not told of: %v", where, cells)
	}
}

// csvText is a JSON value as csv writes it.
func csvText(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

func (s *server) wantCSV(where string, got changesAnswer, want map[[2]int]wantChange) {
	s.t.Helper()
	r := s.get(got.CSV, 200)
	lines, err := csv.NewReader(bytes.NewReader(r.body)).ReadAll()
	if err != nil {
		s.t.Fatalf("%s: %v", got.CSV, err)
	}
	head := append(append([]string{"change", "old_row", "new_row"}, got.Key...), "column", "old", "new")
	if !slices.Equal(lines[0], head) {
		s.t.Errorf("%s: head %v, want %v", where, lines[0], head)
	}
	n := 0
	for _, w := range want {
		n += max(1, len(w.cells))
	}
	if n != len(lines)-1 {
		s.t.Errorf("%s: %d lines, want %d", where, len(lines)-1, n)
	}
	for _, line := range lines[1:] {
		old, _ := strconv.Atoi(line[1])
		now, _ := strconv.Atoi(line[2])
		w, ok := want[[2]int{old, now}]
		cell, there := w.cells[line[len(line)-3]]
		if !ok || !there && len(w.cells) > 0 || line[len(line)-2] != csvText(cell[0]) || line[len(line)-1] != csvText(cell[1]) {
			s.t.Errorf("%s: line %q, want %+v", where, line, w)
		}
		for i, name := range got.Key {
			if line[3+i] != csvText(w.key[name]) {
				s.t.Errorf("%s: line %q, want key %v", where, line, w.key)
			}
		}
	}
}

// wantApplied does to the older rows what the answer says, and wants the newer.
func (s *server) wantApplied(where string, got changesAnswer, old, now reckoned, pairs map[string]string) {
	s.t.Helper()
	names := make([]string, 0, len(pairs))
	for name := range pairs {
		names = append(names, name)
	}
	slices.Sort(names)
	byRow := map[int]map[string]any{}
	for _, o := range old.rows {
		row := map[string]any{}
		for name, was := range pairs {
			row[name] = o[was]
		}
		byRow[rowNumber(s.t, o)] = row
	}
	var result []map[string]any
	for _, d := range got.Data {
		row := byRow[number(d.OldRow)]
		if d.Change != "changed" {
			delete(byRow, number(d.OldRow))
			row = map[string]any{}
			for name, v := range d.Key {
				row[name] = v
			}
		}
		for _, c := range d.Cells {
			row[c.Column] = c.New
		}
		if d.Change == "added" {
			result = append(result, row)
		}
	}
	for _, row := range byRow {
		result = append(result, row)
	}
	lines := func(rows []map[string]any) []string {
		var out []string
		for _, r := range rows {
			line := ""
			for _, name := range names {
				line += comparedAs(r[name]) + " | "
			}
			out = append(out, line)
		}
		slices.Sort(out)
		return out
	}
	a, b := lines(result), lines(now.rows)
	if !slices.Equal(a, b) {
		s.t.Errorf("%s: the changes, done to the older rows, do not make the newer: %d rows, want %d", where, len(a), len(b))
		for i := range min(len(a), len(b)) {
			if a[i] != b[i] {
				s.t.Errorf("first: %s\nwant   %s", a[i], b[i])
				break
			}
		}
	}
}

// atom is a feed as a feed reader sees it.
type atom struct {
	XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string   `xml:"id"`
	Updated string   `xml:"updated"`
	Links   []struct {
		Href string `xml:"href,attr"`
	} `xml:"link"`
	Entries []struct {
		ID      string `xml:"id"`
		Updated string `xml:"updated"`
		Summary string `xml:"summary"`
		Links   []struct {
			Href string `xml:"href,attr"`
		} `xml:"link"`
	} `xml:"entry"`
}

func (s *server) feed(dataset string) atom {
	s.t.Helper()
	var out atom
	if err := xml.Unmarshal(s.get("/api/v1/datasets/"+dataset+"/changes.atom?lang=en", 200).body, &out); err != nil {
		s.t.Fatal(err)
	}
	return out
}

// wantLinks follows what a feed links to, in both languages.
func (s *server) wantLinks(dataset string) {
	s.t.Helper()
	for _, lang := range []string{"zh-CN", "en"} {
		var feed atom
		if err := xml.Unmarshal(s.get("/api/v1/datasets/"+dataset+"/changes.atom?lang="+lang, 200).body, &feed); err != nil {
			s.t.Fatal(err)
		}
		links := []string{}
		for _, e := range feed.Entries {
			links = append(links, e.ID)
			for _, l := range e.Links {
				links = append(links, l.Href)
			}
		}
		for _, l := range feed.Links {
			links = append(links, l.Href)
		}
		for _, l := range links {
			s.get(l, 200)
		}
	}
}

// typedRows writes a csv with a column of each type; edit may change a record
// or give nil to leave it out.
func typedRows(t testing.TB, head string, edit func(n int, record []string) [][]string) string {
	t.Helper()
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	if err := w.Write(strings.Split(head, ",")); err != nil {
		t.Fatal(err)
	}
	for n := range 60 {
		record := []string{
			fmt.Sprintf("A%03d", n/2), []string{"城关区", "安宁区"}[n%2], strconv.Itoa(n * 3), fmt.Sprintf("90071992547409%02d", n), fmt.Sprintf("%d.%02d", n*7, n),
			fmt.Sprintf("%d.%d%%", n, n%10), []string{"是", "否"}[n%3%2], fmt.Sprintf("2024-%02d-%02d", n%12+1, n%28+1), fmt.Sprintf("2024-05-%02d %02d:30:00", n%28+1, n%24),
			fmt.Sprintf("%02d:%02d:00", n%24, n), fmt.Sprintf("%d年%d季度", 2010+n/4, n%4+1), fmt.Sprintf("103.%06d", 800000+n), fmt.Sprintf("36.%06d", 50000+n), fmt.Sprintf("说明，“%d”", n),
		}
		switch {
		case n >= 56: // no key, twice
			record[0] = ""
		case n >= 50: // one key several times
			record[0], record[1] = "A999", "城关区"
		}
		if n%11 == 4 {
			record[4] = "—" // becomes null
		}
		for _, r := range edit(n, record) {
			if err := w.Write(r); err != nil {
				t.Fatal(err)
			}
		}
	}
	w.Flush()
	return writeFile(t, "typed.csv", out.String())
}

const typedHead = "代码,区,数量,大数,金额,占比,有效,日期,时刻,时间,时期,经度,纬度,备注"

const typedRecipe = `{"tables": [{"name": "typed", %s "columns": [
	{"source": "代码", "name": "code"}, {"source": "区", "name": "district"}, {"source": "%s", "name": "%s"%s}, {"source": "大数", "name": "large"},
	{"source": "金额", "name": "amount", "type": "decimal"}, {"source": "占比", "name": "share", "type": "percent"}, {"source": "有效", "name": "valid", "type": "boolean"}, {"source": "日期", "name": "day"},
	{"source": "时刻", "name": "moment"}, {"source": "时间", "name": "clock", "type": "time"}, {"source": "时期", "name": "quarter", "type": "period"}, {"source": "经度", "name": "lon"},
	{"source": "纬度", "name": "lat"}, {"source": "%s", "name": "%s"}]}]}`

// TestChangesOfEveryType compares versions with a column of each type: cells
// that change, rows that come and go, keys that are missing and double, a column
// that is renamed, one that is retyped, one that goes and one that comes.
func TestChangesOfEveryType(t *testing.T) {
	data := t.TempDir()
	publish := func(file, recipe string) {
		t.Helper()
		must(t, "publish", file, "--data", data, "--dataset", "typed", "--department", "finance", "--quiet", "--recipe", writeFile(t, "recipe.json", recipe))
	}
	plain := fmt.Sprintf(typedRecipe, "", "数量", "count", "", "备注", "note")
	publish(typedRows(t, typedHead, func(_ int, r []string) [][]string { return [][]string{r} }), plain)
	var fresh []string
	publish(typedRows(t, typedHead, func(n int, r []string) [][]string {
		switch {
		case n%9 == 1:
			return nil
		case n%9 == 5: // another row between
			fresh = slices.Clone(r)
			fresh[0] = fmt.Sprintf("N%03d", n)
			return [][]string{r, fresh}
		case n%2 == 0 && n < 50: // one cell of each column in turn becomes another row's
			other := []string{"", "", "77", "9007199254741077", "77.70", "77.7%", []string{"否", "是"}[n%3%2], "2023-01-31", "2023-01-31 23:59:59", "23:59:59", "1999年4季度", "104.000001", "35.000001", ""}
			at := 2 + n/2%12
			r[at] = other[at]
		case n == 51: // duplicates change places
			r[13] = "换了"
		}
		return [][]string{r}
	}), plain)
	// count is renamed and becomes decimal, a note goes and a remark comes, and
	// the table declares a key, which the versions before did not.
	publish(typedRows(t, strings.NewReplacer("数量", "数目", "备注", "附注").Replace(typedHead), func(n int, r []string) [][]string {
		if n%10 == 0 {
			r[2] += ".5"
		}
		return [][]string{r}
	}), fmt.Sprintf(typedRecipe, `"key": ["large", "lon"],`, "数目", "number", `, "type": "decimal", "aliases": ["count"], "alias_until": {"count": "2999-12-31"}`, "附注", "remark"))
	s := boot(t, data)
	defer s.kill()
	types := map[string]bool{}
	for _, c := range s.tableOf("typed", "typed", "1").columns {
		types[c.Type] = true
	}
	for _, want := range []string{"text", "integer", "decimal", "percent", "boolean", "date", "datetime", "time", "period"} {
		if !types[want] {
			t.Errorf("the table has no column of type %s: %v", want, types)
		}
	}
	for _, key := range []string{"", "code", "district,code", "large", "quarter_start", "amount,share", "lon,lat", "moment", "clock,day,valid"} {
		if got := s.wantChanges("typed", "typed", "1", "2", key); got.Added*got.Removed == 0 || key != "" && key != "large" && got.Changed == 0 {
			t.Errorf("key %q: %d added, %d removed, %d changed", key, got.Added, got.Removed, got.Changed)
		}
		s.wantChanges("typed", "typed", "2", "1", key)
		s.wantChanges("typed", "typed", "2", "3", key)
		s.wantChanges("typed", "typed", "3", "2", key)
	}
	if got := s.wantChanges("typed", "typed", "2", "2", "code"); got.Added+got.Removed+got.Changed+len(got.Schema) != 0 {
		t.Errorf("a version with itself: %+v", got)
	}
	named := s.wantChanges("typed", "typed", "1", "3", "")
	if fmt.Sprint(named.Key) != "[large lon]" || named.Changed != 6 {
		t.Errorf("by the key that is declared: %+v", named)
	}
	if got := fmt.Sprint(named.Schema); got != "[{column-renamed number} {type-changed number} {label-changed number} {column-removed note} {column-added remark}]" {
		t.Error(got)
	}
	if got := s.wantChanges("typed", "typed", "1", "3", "count"); fmt.Sprint(got.Key) != "[number]" {
		t.Errorf("a key by its old name: %v", got.Key)
	}
	s.wantSelectors(named)
	s.wantLinks("typed")
	s.wantSunset()
	feed := s.feed("typed")
	if len(feed.Entries) != 3 || feed.ID == "" || !strings.Contains(feed.Entries[2].Summary, "First published, 60 rows") {
		t.Fatalf("%+v", feed)
	}
	for i, e := range feed.Entries[:2] {
		to := strconv.Itoa(3 - i)
		c := s.wantChanges("typed", "typed", strconv.Itoa(2-i), to, "")
		want := fmt.Sprintf("%d rows added, %d removed, %d changed", c.Added, c.Removed, c.Changed)
		want = strings.NewReplacer(", 0 removed", "", ", 0 changed", "").Replace(want)
		if to == "3" {
			want += "; column count is now number"
		}
		if !strings.HasPrefix(e.Summary, want) || !strings.HasSuffix(e.ID, "/versions/"+to) {
			t.Errorf("%+v, want %s", e, want)
		}
	}
}

// wantSelectors asks for versions by number, day and hash.
func (s *server) wantSelectors(want changesAnswer) {
	s.t.Helper()
	var one struct {
		ContentHash string `json:"content_hash"`
		PublishedAt string `json:"published_at"`
	}
	s.get("/api/v1/datasets/typed/versions/1", 200).json(s.t, &one)
	for _, from := range []string{"1", one.ContentHash, one.ContentHash[:12]} {
		got := s.wantChanges("typed", "typed", from, "", "")
		if got.From.Number != 1 || got.To.Number != 3 || got.Changed != want.Changed {
			s.t.Errorf("from %s: %+v", from, got)
		}
	}
	day := "2999-01-01" // what was published last
	if got := s.wantChanges("typed", "typed", "1", day, ""); got.To.Number != 3 {
		s.t.Errorf("to %s: %+v", day, got)
	}
	s.get("/api/v1/datasets/typed/changes?from=1999-01-01", 404)
	s.get("/api/v1/datasets/typed/changes?from=9", 404)
	s.get("/api/v1/datasets/typed/changes?from=nonsense", 400)
}

// wantSunset: the last day of an old name came all the way from the recipe, and
// is in what the next workbook is read with.
func (s *server) wantSunset() {
	s.t.Helper()
	r := s.get("/api/v1/datasets/typed/rows?select=count&limit=1", 200)
	if got := r.Header.Get("Sunset"); got != "Tue, 31 Dec 2999 16:00:00 GMT" || r.Header.Get("Deprecation") == "" {
		s.t.Errorf("Sunset %q, Deprecation %q", got, r.Header.Get("Deprecation"))
	}
	if got := s.get("/api/v1/datasets/typed/rows?select=count&limit=1&version=3", 200).Header.Get("Sunset"); got != "" {
		s.t.Errorf("a version that is pinned ends: %q", got)
	}
	if body := string(s.get("/api/v1/datasets/typed/versions/3/recipe", 200).body); !strings.Contains(body, `"alias_until":{"count":"2999-12-31"}`) && !strings.Contains(body, `"count": "2999-12-31"`) {
		s.t.Errorf("the reading forgot the day: %s", body)
	}
	if page := string(s.get("/en/datasets/typed", 200).body); !strings.Contains(page, "works until 2999-12-31") {
		s.t.Error("the page does not say until when the old name works")
	}
}

// TestChangesOfEveryLayout compares tables that lie on several sheets, whose
// columns became rows, with sections, labels filled down and header rows.
func TestChangesOfEveryLayout(t *testing.T) {
	data := t.TempDir()
	path := shapedBook(t)
	publish := func(path string) {
		t.Helper()
		must(t, "publish", path, "--data", data, "--dataset", "shaped", "--department", "finance", "--quiet", "--recipe", writeFile(t, "recipe.json", shapedRecipe))
	}
	publish(path)
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	for cell, value := range map[string]any{"城关区!C4": 77, "城关区!D9": 78, "安宁区!B5": "另一项目", "机构名录!B4": "另一条路", "机构名录!C9": 79} {
		sheet, at, _ := strings.Cut(cell, "!")
		if err := book.SetCellValue(sheet, at, value); err != nil {
			t.Fatal(err)
		}
	}
	if err := book.RemoveRow("安宁区", 12); err != nil {
		t.Fatal(err)
	}
	changed := filepath.Join(t.TempDir(), "changed.xlsx")
	if err := book.SaveAs(changed); err != nil {
		t.Fatal(err)
	}
	publish(changed)
	s := boot(t, data)
	defer s.kill()
	for table, keys := range map[string][]string{"budget": {"", "district,item,year", "item", "year"}, "hospitals": {"", "hospital", "section,hospital"}} {
		for _, key := range keys {
			if table == "hospitals" && strings.HasPrefix(key, "section") && !slices.ContainsFunc(s.tableOf("shaped", table, "1").columns, func(c reckonedColumn) bool { return c.Name == "section" }) {
				continue
			}
			got := s.wantChanges("shaped", table, "1", "2", key)
			s.wantChanges("shaped", table, "2", "1", key)
			if got.Added+got.Removed+got.Changed == 0 {
				t.Errorf("%s by %q: nothing changed", table, key)
			}
		}
	}
	p := s.get("/api/v1/datasets/shaped/changes", 400)
	if !strings.Contains(string(p.body), "budget") {
		t.Errorf("two tables and none named: %s", p.body)
	}
}
