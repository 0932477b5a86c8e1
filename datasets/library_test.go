package datasets_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gongkai/catalog"
	"gongkai/datasets"
	"gongkai/datasets/export"
	"gongkai/datasets/query"
)

// lines builds a version with one table t of these words.
func (h *house) lines(t testing.TB, words ...string) (datasets.Sealed, []catalog.Table) {
	t.Helper()
	var records []catalog.Record
	for i, w := range words {
		records = append(records, catalog.Record{Row: i + 2, Kind: catalog.RowRecord, Values: []catalog.Value{text(w)}})
	}
	return h.build(t, []catalog.Table{{Name: "t", Columns: []catalog.Column{column("word", catalog.TypeText, "VARCHAR")}}}, [][]catalog.Record{records})
}

// TestWhoMayRead walks a dataset through its life and asks at each step as the
// public, as its department and as another.
func TestWhoMayRead(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	ctx := context.Background()
	own := catalog.Actor{Name: "own", Department: h.office.ID}
	other := catalog.Actor{Name: "other", Department: h.office.ID + 1}
	system := catalog.Actor{System: true}
	kind := func(who catalog.Actor, version string) string {
		ref, err := h.lib.Table(ctx, who, "d", version, "")
		if err == nil {
			return fmt.Sprintf("v%d", ref.Version.Number)
		}
		return map[catalog.Kind]string{catalog.NotFound: "missing", catalog.Gone: "gone", catalog.Invalid: "invalid"}[catalog.KindOf(err)]
	}
	expect := func(step string, who catalog.Actor, version, want string) {
		t.Helper()
		if got := kind(who, version); got != want {
			t.Errorf("%s: %q asks for version %q: %s, want %s", step, who.Name, version, got, want)
		}
	}
	expect("before", public, "", "missing")
	expect("before", system, "", "missing")

	d := h.dataset(t, "d")
	s1, t1 := h.lines(t, "one")
	v1 := h.add(t, d, s1, t1, false)
	for _, who := range []catalog.Actor{public, other} {
		expect("draft", who, "", "missing")
		expect("draft", who, "1", "missing")
	}
	for _, who := range []catalog.Actor{own, system} {
		expect("draft", who, "", "missing") // there is no published version
		expect("draft", who, "1", "v1")
	}

	if _, err := h.catalog.Publish(ctx, v1.ID, "own", nil); err != nil {
		t.Fatal(err)
	}
	s2, t2 := h.lines(t, "two", "lines")
	v2 := h.add(t, d, s2, t2, false)
	for _, who := range []catalog.Actor{public, other, own, system} {
		expect("published", who, "", "v1")
		expect("published", who, "1", "v1")
		expect("published", who, "9", "missing")
		expect("published", who, "x", "invalid")
		expect("published", who, "0", "invalid")
	}
	expect("published", public, "2", "missing")
	expect("published", own, "2", "v2")

	if _, err := h.catalog.Publish(ctx, v2.ID, "own", nil); err != nil {
		t.Fatal(err)
	}
	expect("second published", public, "", "v2")
	expect("second published", public, "1", "v1")

	if err := h.catalog.Withdraw(ctx, v1.ID, "own", "wrong figures"); err != nil {
		t.Fatal(err)
	}
	expect("old withdrawn", public, "", "v2")
	expect("old withdrawn", public, "1", "gone")
	expect("old withdrawn", own, "1", "v1")
	if _, _, err := h.lib.Version(ctx, public, "d", "1"); err == nil || !strings.Contains(err.Error(), "wrong figures") {
		t.Errorf("no reason in %v", err)
	}

	if err := h.catalog.Withdraw(ctx, v2.ID, "own", "all wrong"); err != nil {
		t.Fatal(err)
	}
	expect("all withdrawn", public, "", "gone")
	expect("all withdrawn", public, "2", "gone")
	expect("all withdrawn", public, "3", "missing")
	// What it was about, and that it was withdrawn, stays public.
	for _, who := range []catalog.Actor{public, own} {
		if _, err := h.lib.Dataset(ctx, who, "d"); err != nil {
			t.Errorf("the dataset of a withdrawn version, for %+v: %v", who, err)
		}
	}

	closed := h.dataset(t, "closed")
	closed.Open = catalog.OpenNone
	if err := h.catalog.UpdateDataset(ctx, closed); err != nil {
		t.Fatal(err)
	}
	s3, t3 := h.lines(t, "secret")
	v3 := h.add(t, closed, s3, t3, true)
	if _, err := h.lib.Table(ctx, public, "closed", "", ""); catalog.KindOf(err) != catalog.NotFound {
		t.Errorf("a closed dataset: %v", err)
	}
	if err := h.catalog.Withdraw(ctx, v3.ID, "own", "hidden reason"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.lib.Table(ctx, public, "closed", "1", ""); catalog.KindOf(err) != catalog.NotFound {
		t.Errorf("a closed withdrawn dataset: %v", err)
	}
}

// fixOf is what an error tells the client to do.
func fixOf(err error) string {
	var e *catalog.Error
	if errors.As(err, &e) {
		return e.Fix
	}
	return ""
}

func TestWhichTable(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	cols := []catalog.Column{column("a", catalog.TypeText, "VARCHAR")}
	r := []catalog.Record{{Row: 1, Values: []catalog.Value{text("x")}}}
	sealed, tables := h.build(t, []catalog.Table{{Name: "beds", Columns: cols}, {Name: "alarms", Columns: cols}}, [][]catalog.Record{r, r})
	h.add(t, h.dataset(t, "two"), sealed, tables, true)
	_, err := h.lib.Table(context.Background(), public, "two", "", "")
	if catalog.KindOf(err) != catalog.Invalid || !strings.Contains(fixOf(err), "alarms, beds") {
		t.Errorf("no table named: %v", err)
	}
	_, err = h.lib.Table(context.Background(), public, "two", "", "cars")
	if catalog.KindOf(err) != catalog.NotFound || !strings.Contains(fixOf(err), "alarms, beds") {
		t.Errorf("an unknown table: %v", err)
	}
	ref, err := h.lib.Table(context.Background(), public, "two", "1", "alarms")
	if err != nil || ref.Table.Storage != "t2" || ref.Department.Slug != "office" {
		t.Errorf("%+v %v", ref, err)
	}
}

// TestTotalsAreMarkedInExports wants the kind of row in exports of tables that
// have totals, and only there.
func TestTotalsAreMarkedInExports(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	cols := []catalog.Column{column("area", catalog.TypeText, "VARCHAR"), column("n", catalog.TypeInteger, "BIGINT")}
	sealed, tables := h.build(t, []catalog.Table{{Name: "t", Columns: cols}}, [][]catalog.Record{{
		{Row: 2, Kind: catalog.RowRecord, Values: []catalog.Value{text("east"), whole(1)}},
		{Row: 3, Kind: catalog.RowTotal, Values: []catalog.Value{text("all"), whole(1)}}}})
	h.add(t, h.dataset(t, "sums"), sealed, tables, true)
	ref, err := h.lib.Table(context.Background(), public, "sums", "", "")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := h.lib.Copy(context.Background(), ref, query.Request{}, export.Form{Format: export.CSV}, &out); err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(out.String(), "\n")
	if !strings.Contains(first, catalog.ColumnKind) || !strings.Contains(out.String(), "all,1,total") {
		t.Errorf("totals are not marked:\n%s", out.String())
	}
	file, err := h.lib.Export(context.Background(), ref, export.CSV)
	if err != nil {
		t.Fatal(err)
	}
	made, err := os.ReadFile(file.Path)
	if err != nil || !bytes.Equal(made, out.Bytes()) {
		t.Errorf("the file differs from the stream: %v\n%s", err, made)
	}
	out.Reset()
	if err := h.lib.Copy(context.Background(), ref, query.Request{Select: []string{"n"}}, export.Form{Format: export.CSV}, &out); err != nil || strings.Contains(out.String(), catalog.ColumnKind) {
		t.Errorf("a selection was added to: %v\n%s", err, out.String())
	}
}

// TestExportIsMadeOnce asks for one file from many at once, and again from
// another process's point of view.
func TestExportIsMadeOnce(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	ref := h.wide(t, 60_000)
	offered := export.Offered(ref.Table.Columns)
	for _, f := range offered {
		var wg sync.WaitGroup
		var mu sync.Mutex
		files := map[datasets.File]int{}
		for range 12 {
			wg.Go(func() {
				file, err := h.lib.Export(context.Background(), ref, f)
				if err != nil {
					t.Errorf("%s: %v", f, err)
					return
				}
				mu.Lock()
				defer mu.Unlock()
				files[*file]++
			})
		}
		wg.Wait()
		if len(files) != 1 {
			t.Errorf("%s: %d files: %v", f, len(files), files)
		}
		for file := range files {
			data, err := os.ReadFile(file.Path)
			sum := sha256.Sum256(data)
			if err != nil || int64(len(data)) != file.Bytes || hex.EncodeToString(sum[:]) != file.SHA256 {
				t.Errorf("%s is not as told: %v", file.Path, err)
			}
			again, err := datasets.NewLibrary(h.catalog, h.files).Export(context.Background(), ref, f)
			if err != nil || *again != file {
				t.Errorf("%s: another library: %+v %v", f, again, err)
			}
		}
	}
	entries, err := os.ReadDir(filepath.Join(h.dir, "exports", ref.Version.ContentHash))
	if err != nil || len(entries) != len(offered) {
		t.Errorf("%v %v", entries, err)
	}
}

// TestExportOutlivesItsFirstReader goes away at once; the file is made all the
// same.
func TestExportOutlivesItsFirstReader(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	ref := h.wide(t, 100_000)
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(time.Millisecond, cancel)
	if _, err := h.lib.Export(ctx, ref, export.CSV); err == nil {
		t.Skip("the file was made before its reader went")
	}
	if _, err := h.lib.Export(context.Background(), ref, export.CSV); err != nil {
		t.Error(err)
	}
}

// TestFilteredFilesOfTheEngine are read back by an engine of their own.
func TestFilteredFilesOfTheEngine(t *testing.T) {
	for f, from := range map[export.Format]func(path, table string) string{
		export.Parquet: func(path, _ string) string { return "read_parquet('" + path + "')" },
		export.DuckDB:  func(_, table string) string { return `made."` + table + `"` },
	} {
		t.Run(string(f), func(t *testing.T) { filteredFile(t, f, from) })
	}
}

func filteredFile(t *testing.T, f export.Format, from func(path, table string) string) {
	h := newHouse(t, datasets.Config{})
	ref := h.wide(t, 50_000)
	path := filepath.Join(t.TempDir(), "out."+string(f))
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	r := query.Request{Where: "district = 'district-7' and amount > 1.5", OrderBy: "id desc", Select: []string{"id", "name", "amount", "day", "at", "open"}}
	if err := h.lib.Copy(context.Background(), ref, r, export.Form{Format: f}, out); err != nil {
		t.Fatal(err)
	}
	out.Close()
	want := readAll(t, h, ref, r)
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if f == export.DuckDB {
		if _, err := db.Exec("ATTACH '" + path + "' AS made (READ_ONLY)"); err != nil {
			t.Fatal(err)
		}
		var comment string
		if err := db.QueryRow("SELECT comment FROM duckdb_columns() WHERE database_name = 'made' AND column_name = 'amount'").Scan(&comment); err != nil || comment == "" {
			t.Errorf("comment %q: %v", comment, err)
		}
	} else {
		var columns string
		if err := db.QueryRow("SELECT decode(value) FROM parquet_kv_metadata('" + path + "') WHERE decode(key) = 'columns'").Scan(&columns); err != nil || !strings.Contains(columns, `"name":"amount"`) {
			t.Errorf("columns %q: %v", columns, err)
		}
	}
	rows, err := db.Query("SELECT id, name, amount::VARCHAR, \"day\"::VARCHAR, strftime(\"at\", '%Y-%m-%dT%H:%M:%S'), \"open\"::VARCHAR FROM " + from(path, ref.Table.Name))
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		var id int64
		var cells [5]string
		if err := rows.Scan(&id, &cells[0], &cells[1], &cells[2], &cells[3], &cells[4]); err != nil {
			t.Fatal(err)
		}
		if id != want[n][0].I {
			t.Fatalf("row %d: id %d, want %d", n, id, want[n][0].I)
		}
		for i, cell := range cells {
			if cell != want[n][i+1].String() {
				t.Fatalf("row %d: %q, want %q", n, cell, want[n][i+1].String())
			}
		}
		n++
	}
	if rows.Err() != nil || n != len(want) || n == 0 {
		t.Errorf("%d rows, want %d: %v", n, len(want), rows.Err())
	}
	left, err := filepath.Glob(filepath.Join(h.dir, "exports", "filtered*"))
	if err != nil || len(left) != 0 {
		t.Errorf("left: %v %v", left, err)
	}
}

// TestVerifyFindsEveryHarm changes a file and what the catalogue says of it in
// all ways that verify looks for, and wants it named; and the file untouched.
func TestVerifyFindsEveryHarm(t *testing.T) {
	dir := t.TempDir()
	good := buildWide(t, dir, 3000)
	path := filepath.Join(dir, "versions", good.FileHash+".duckdb")
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	verify(t, dir, good)
	for name, harm := range map[string]func(v *catalog.Version){
		"file":                  func(v *catalog.Version) { v.FileHash = strings.Repeat("0", 64) },
		"file hash in the":      func(v *catalog.Version) { v.FileHash = "../../etc/passwd" },
		"size in bytes":         func(v *catalog.Version) { v.Bytes++ },
		"content hash":          func(v *catalog.Version) { v.ContentHash = strings.Repeat("0", 64) },
		"rows of all tables":    func(v *catalog.Version) { v.Rows-- },
		"rows of table records": func(v *catalog.Version) { v.Tables[0].Rows++ },
		"table other":           func(v *catalog.Version) { v.Tables[0].Name = "other" },
		"number of tables":      func(v *catalog.Version) { v.Tables = nil },
	} {
		v := *good
		v.Tables = append([]catalog.Table{}, good.Tables...)
		harm(&v)
		found := datasets.VerifyFile(context.Background(), dir, &v)
		if len(found) == 0 || !strings.HasPrefix(found[0].What, name) {
			t.Errorf("%s: found %v", name, found)
		}
	}
	after, err := os.Stat(path)
	if err != nil || !after.ModTime().Equal(before.ModTime()) || after.Mode() != before.Mode() {
		t.Errorf("verify touched the file: %v %v", after, err)
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("verify left %v %v", entries, err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte{0xff}, before.Size()/2); err != nil {
		t.Fatal(err)
	}
	f.Close()
	if found := datasets.VerifyFile(context.Background(), dir, good); len(found) == 0 || !strings.HasPrefix(found[0].What, "SHA-256") {
		t.Errorf("a flipped byte: %v", found)
	}
}

// TestSameBytesTwice seals the same small build twice: the second takes the
// place of the first while a reader has it open.
func TestSameBytesTwice(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	ref := h.wide(t, 10)
	rows, err := h.lib.Stream(context.Background(), ref, query.Request{})
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	again := buildWide(t, h.dir, 10)
	if again.ContentHash != ref.Version.ContentHash {
		t.Error("another content hash")
	}
	t.Log("same bytes:", again.FileHash == ref.Version.FileHash)
	for _, ok := rows.Next(); ok; _, ok = rows.Next() {
	}
	if rows.Err() != nil {
		t.Error(rows.Err())
	}
}
