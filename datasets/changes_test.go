package datasets_test

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gongkai/catalog"
	"gongkai/datasets"
	"gongkai/datasets/diff"
)

// versionsOf publishes two versions of one dataset and gives their table.
func versionsOf(t testing.TB, h *house, slug string, tables [2]catalog.Table, rows [2][][]catalog.Value) (old, now *datasets.Ref) {
	t.Helper()
	d := h.dataset(t, slug)
	refs := make([]*datasets.Ref, 2)
	for v := range rows {
		var records []catalog.Record
		for i, values := range rows[v] {
			records = append(records, catalog.Record{Row: i + 2, Kind: catalog.RowRecord, Values: values})
		}
		sealed, made := h.build(t, []catalog.Table{tables[v]}, [][]catalog.Record{records})
		h.add(t, d, sealed, made, true)
		ref, err := h.lib.Table(context.Background(), public, slug, "", "")
		if err != nil {
			t.Fatal(err)
		}
		refs[v] = ref
	}
	return refs[0], refs[1]
}

func changesOf(t interface{ Fatal(...any) }, h *house, old, now *datasets.Ref, key []string) (*datasets.Changes, []string) {
	c, err := h.lib.Changes(context.Background(), old, now, key)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	more, err := h.lib.EachChange(context.Background(), c, 0, 1<<30, func(r *datasets.ChangedRow) error {
		line := string(r.Change)
		for i, p := range c.Comparison.Pairs {
			switch {
			case r.Change == diff.Added:
				line += " " + p.New.Name + "=" + r.New[i].String()
			case r.Change == diff.Removed:
				line += " " + p.New.Name + "=" + r.Old[i].String()
			case r.Differs[i]:
				line += " " + p.New.Name + ":" + r.Old[i].String() + ">" + r.New[i].String()
			}
		}
		lines = append(lines, line)
		return nil
	})
	if err != nil || more {
		t.Fatal(err, more)
	}
	return c, lines
}

// TestChanges tells row by row what became of a small table.
func TestChanges(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	old := catalog.Table{Name: "t", Columns: []catalog.Column{column("id", catalog.TypeInteger, "BIGINT"), column("name", catalog.TypeText, "VARCHAR"), column("n", catalog.TypeInteger, "BIGINT"), column("gone", catalog.TypeText, "VARCHAR")}}
	now := catalog.Table{Name: "t", Key: []string{"id"}, Columns: []catalog.Column{column("id", catalog.TypeInteger, "BIGINT"), column("label", catalog.TypeText, "VARCHAR"), column("n", catalog.TypeDecimal, "DECIMAL(18,2)"), column("new", catalog.TypeText, "VARCHAR")}}
	now.Columns[1].Aliases = []string{"name"}
	two := func(i int64) catalog.Value { return catalog.Value{Kind: catalog.DecimalValue, I: i, Scale: 2} }
	a, b := versionsOf(t, h, "d", [2]catalog.Table{old, now}, [2][][]catalog.Value{
		{{whole(1), text("a"), whole(10), text("x")}, {whole(2), text("b"), whole(20), text("x")}, {whole(3), text("c"), {}, text("x")}, {{}, text("d"), whole(1), text("x")}},
		{{whole(3), text("c"), two(5), text("y")}, {whole(1), text("a"), two(1000), text("y")}, {{}, text("D"), two(100), text("y")}, {whole(4), text("e"), {}, text("y")}},
	})
	c, lines := changesOf(t, h, a, b, nil)
	want := []string{"changed n:>0.05", "removed id=2 label=b n=20", "changed label:d>D", "added id=4 label=e n="}
	if fmt.Sprint(lines) != fmt.Sprint(want) || c.Added != 1 || c.Removed != 1 || c.Changed != 2 || fmt.Sprint(c.Cells) != "[0 1 1]" {
		t.Errorf("%+v\n%q, want\n%q", c, lines, want)
	}
	schema := diff.Schema(a.Version.Tables, b.Version.Tables)
	var kinds []string
	for _, s := range schema {
		kinds = append(kinds, fmt.Sprint(s.Kind, " ", s.Column, " ", s.Major))
	}
	if got := strings.Join(kinds, "; "); got != "column-renamed label false; label-changed label false; type-changed n false; column-removed gone true; column-added new false" {
		t.Error(got)
	}
	if _, err := h.lib.Changes(context.Background(), a, b, []string{"nothing"}); catalog.KindOf(err) != catalog.Invalid || !strings.Contains(err.Error(), "nothing") {
		t.Error(err)
	}
}

// TestChangesAreExact compares random versions with what a few maps say.
func TestChangesAreExact(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		table := catalog.Table{Name: "t", Columns: []catalog.Column{column("k", catalog.TypeText, "VARCHAR"), column("a", catalog.TypeInteger, "BIGINT"), column("b", catalog.TypeText, "VARCHAR")}}
		keyed := rapid.Bool().Draw(rt, "keyed")
		if keyed {
			table.Key = []string{"k"}
		}
		row := rapid.Custom(func(t *rapid.T) []catalog.Value {
			value := func(name string) catalog.Value {
				if rapid.IntRange(0, 4).Draw(t, name) == 0 {
					return catalog.Value{}
				}
				return text(rapid.StringMatching(`[ab]{0,2}`).Draw(t, name))
			}
			return []catalog.Value{value("k"), whole(int64(rapid.IntRange(0, 2).Draw(t, "a"))), value("b")}
		})
		var rows [2][][]catalog.Value
		for v := range rows {
			rows[v] = rapid.SliceOfN(row, 1, 12).Draw(rt, "rows")
		}
		a, b := versionsOf(t, h, fmt.Sprintf("d%d", n), [2]catalog.Table{table, table}, rows)
		c, lines := changesOf(rt, h, a, b, nil)
		want := changesByHand(rows, keyed)
		sort.Strings(lines)
		if fmt.Sprint(lines) != fmt.Sprint(want) || int(c.Added+c.Removed+c.Changed) != len(want) {
			rt.Fatalf("keyed %v\n%q, want\n%q (%+v)", keyed, lines, want, c)
		}
		if got := applied(rt, h, c, rows[0]); fmt.Sprint(got) != fmt.Sprint(linesOf(rows[1])) {
			rt.Fatalf("keyed %v: the changes make of the older rows\n%q, want\n%q", keyed, got, linesOf(rows[1]))
		}
	})
}

// applied does the changes to the older rows, whose first is in row 2.
func applied(t interface{ Fatal(...any) }, h *house, c *datasets.Changes, rows [][]catalog.Value) []string {
	left := map[int64][]catalog.Value{}
	for i, r := range rows {
		left[int64(i+2)] = r
	}
	var added [][]catalog.Value
	if _, err := h.lib.EachChange(context.Background(), c, 0, 1<<30, func(r *datasets.ChangedRow) error {
		row := slices.Clone(left[r.OldRow])
		delete(left, r.OldRow)
		switch r.Change {
		case diff.Removed:
			return nil
		case diff.Added:
			row = make([]catalog.Value, len(r.New))
		}
		for i, v := range r.New {
			v.S = strings.Clone(v.S)
			if r.Change == diff.Added || r.Differs[i] {
				row[i] = v
			}
		}
		added = append(added, row)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for _, r := range left {
		added = append(added, r)
	}
	return linesOf(added)
}

// linesOf writes rows in an order of their own.
func linesOf(rows [][]catalog.Value) []string {
	out := make([]string, 0, len(rows))
	for _, r := range rows {
		out = append(out, fmt.Sprintf("%v", r))
	}
	slices.Sort(out)
	return out
}

// changesByHand pairs rows of one key in their order.
func changesByHand(rows [2][][]catalog.Value, keyed bool) []string {
	names := []string{"k", "a", "b"}
	show := func(change string, row []catalog.Value) string {
		for i, v := range row {
			change += " " + names[i] + "=" + v.String()
		}
		return change
	}
	key := func(row []catalog.Value) string {
		if keyed {
			return fmt.Sprint(row[0].Kind, row[0].S)
		}
		return fmt.Sprintf("%#v", row)
	}
	now := map[string][][]catalog.Value{}
	for _, r := range rows[1] {
		now[key(r)] = append(now[key(r)], r)
	}
	out := []string{}
	for _, r := range rows[0] {
		k := key(r)
		if len(now[k]) == 0 {
			out = append(out, show("removed", r))
			continue
		}
		line := ""
		for i, v := range now[k][0] {
			if v != r[i] {
				line += " " + names[i] + ":" + r[i].String() + ">" + v.String()
			}
		}
		if line != "" {
			out = append(out, "changed"+line)
		}
		now[k] = now[k][1:]
	}
	for _, left := range now {
		for _, r := range left {
			out = append(out, show("added", r))
		}
	}
	sort.Strings(out)
	return out
}

// TestChangesOfAMillionRows says how long both ways take.
func TestChangesOfAMillionRows(t *testing.T) {
	if testing.Short() {
		t.Skip("builds two million rows")
	}
	h := newHouse(t, datasets.Config{})
	d := h.dataset(t, "wide")
	var refs []*datasets.Ref
	for _, n := range []int{1_000_000, 999_000} {
		v := buildWide(t, h.dir, n)
		h.add(t, d, datasets.Sealed{FileHash: v.FileHash, ContentHash: v.ContentHash, Bytes: v.Bytes, Rows: v.Rows}, v.Tables, true)
		ref, err := h.lib.Table(context.Background(), public, "wide", "", "")
		if err != nil {
			t.Fatal(err)
		}
		refs = append(refs, ref)
	}
	for _, key := range [][]string{{"id"}, nil} {
		start := time.Now()
		c, err := h.lib.Changes(context.Background(), refs[0], refs[1], key)
		if err != nil {
			t.Fatal(err)
		}
		counted := time.Since(start)
		n := 0
		if _, err := h.lib.EachChange(context.Background(), c, 0, 1000, func(*datasets.ChangedRow) error { n++; return nil }); err != nil || n != 1000 || c.Removed != 1000 || c.Added+c.Changed != 0 {
			t.Fatalf("%d %+v %v", n, c, err)
		}
		t.Logf("key %v: counted in %s, with rows %s", key, counted, time.Since(start))
	}
}
