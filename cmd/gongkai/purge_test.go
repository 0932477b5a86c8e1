package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gongkai/catalog"
)

// peopleCSV is a table of grants as plain text, in which a look through the
// folder finds what must not be there; secrets are as of peopleBook.
func peopleCSV(t testing.TB) (path string, secrets []string) {
	t.Helper()
	var b strings.Builder
	b.WriteString("姓名,身份证号,补助项目,补助金额\n")
	for i := range 30 {
		id := residentID(t, fmt.Sprintf("62010219%02d%02d%02d%03d", 50+i, i%12+1, i%28+1, 100+i*7))
		fmt.Fprintf(&b, "王翠花甲,%s,%s,%d\n", id, []string{"临时救助", "医疗救助"}[i%2], 500+50*i)
		secrets = append(secrets, id)
	}
	return writeFile(t, "补助发放.csv", b.String()), append(secrets, "翠花甲")
}

// holders lists the files of a data folder that have one of the secrets as bytes.
func holders(t testing.TB, data string, secrets []string) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(data, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		for _, s := range secrets {
			if bytes.Contains(content, []byte(s)) {
				name, _ := filepath.Rel(data, path)
				paths = append(paths, name)
				break
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// decide puts a recipe that masks the names and drops the numbers.
func decide(t testing.TB, data, dataset, file string) {
	t.Helper()
	var r catalog.Recipe
	if err := json.Unmarshal([]byte(must(t, "inspect", file, "--print-recipe")), &r); err != nil {
		t.Fatal(err)
	}
	for i := range r.Tables[0].Columns {
		switch c := &r.Tables[0].Columns[i]; c.Source {
		case "姓名":
			c.Personal = &catalog.PersonalDecision{Action: catalog.MaskColumn, Basis: "公示要求"}
		case "身份证号":
			c.Personal = &catalog.PersonalDecision{Action: catalog.DropColumn, Basis: "不应公开"}
		}
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	must(t, "recipe", "put", writeFile(t, "recipe.json", string(text)), "--data", data, "--dataset", dataset, "--as", "officer")
}

// TestPurge: a draft with resident IDs is made, looked at and annotated by its
// department; then the columns are hidden, the upload is read again and
// published, and the original is purged. After that no byte of an ID is in the
// data folder, the public version stands, and the record says what happened.
func TestPurge(t *testing.T) {
	data := t.TempDir()
	file, secrets := peopleCSV(t)
	must(t, "publish", writeFile(t, "first.csv", "年度,人数\n2023,1\n2024,2\n"), "--data", data, "--dataset", "other", "--department", "civil", "--quiet")
	if _, errs, code := gk(t, "publish", file, "--data", data, "--dataset", "grants", "--department", "civil"); code != exitRefused {
		t.Fatalf("exit %d\n%s", code, errs)
	}
	secret := token(t, data, "civil")
	s := boot(t, data)
	auth := []string{"Authorization", "Bearer " + secret}
	base := "/api/v1/datasets/grants"
	var list struct{ Data []uploadState }
	s.get(base+"/uploads", 200, auth...).json(t, &list)
	upload := "/api/v1/uploads/" + list.Data[0].ID
	s.get(upload+"/annotated.xlsx", 200, auth...)
	for _, format := range []string{"csv", "json", "parquet", "xlsx"} {
		s.get(base+"/export."+format+"?version=1", 200, auth...)
	}
	if found := strings.Join(holders(t, data, secrets), " "); !strings.Contains(found, "uploads/") || !strings.Contains(found, "catalog.db") || !strings.Contains(found, "exports/") {
		t.Fatalf("the test looks in the wrong places: %s", found)
	}
	decide(t, data, "grants", file)
	s.post(upload+"/reread", "", http.StatusAccepted, auth...)
	s.await(secret, s.url+upload)
	s.post(base+"/versions/2/publish", `{"acknowledge": []}`, http.StatusOK, auth...)

	s.post(upload+"/purge", `{"reason": " "}`, http.StatusBadRequest, auth...)
	s.post(upload+"/purge", `{"reason": "holds resident IDs"}`, http.StatusUnauthorized)
	must(t, "publish", writeFile(t, "roads.csv", "编号,长度\n1,2\n2,3\n"), "--data", data, "--dataset", "roads", "--department", "traffic", "--quiet")
	other := token(t, data, "traffic")
	s.post(upload+"/purge", `{"reason": "holds resident IDs"}`, http.StatusNotFound, "Authorization", "Bearer "+other)
	s.post(upload+"/purge", `{"reason": "holds resident IDs"}`, http.StatusOK, auth...)
	if found := holders(t, data, secrets); len(found) > 0 {
		t.Errorf("still there: %v", found)
	}
	if left, _ := filepath.Glob(filepath.Join(data, "annotated", "*")); len(left) > 0 {
		t.Errorf("annotated workbooks are left: %v", left)
	}
	if left, _ := filepath.Glob(filepath.Join(data, "versions", "*.duckdb")); len(left) != 3 {
		t.Errorf("version files: %v", left)
	}
	wantNone(t, "what the server logged", []byte(s.log.String()), secrets)

	rows := string(s.get(base+"/rows?limit=3", 200).body)
	if !strings.Contains(rows, "王") || strings.Contains(rows, "shenfenzheng") {
		t.Errorf("the public version: %s", rows)
	}
	var view struct {
		State   string
		Purged  *struct{ At, Reason string }
		Version struct{ Number int }
	}
	s.get(upload, 200, auth...).json(t, &view)
	if view.Purged == nil || view.Purged.Reason != "holds resident IDs" {
		t.Errorf("the upload's record: %+v", view)
	}
	s.get(upload+"/annotated.xlsx", http.StatusGone, auth...)
	s.get(base+"/rows?version=1", http.StatusGone, auth...)
	s.get(base+"/versions/1/recipe", http.StatusGone, auth...)
	s.get(base+"/rows?version=1", http.StatusNotFound)
	s.post(upload+"/reread", "", http.StatusConflict, auth...)
	if r := s.upload(secret, "grants", file, "", http.StatusConflict); !strings.Contains(string(r.body), "purged") {
		t.Errorf("sent again: %s", r.body)
	}
	if found := holders(t, data, secrets); len(found) > 0 {
		t.Errorf("there again after it was sent again: %v", found)
	}
	trail := must(t, "audit", "--data", data)
	if !strings.Contains(trail, "upload.purge") || !strings.Contains(trail, "version.purge") || !strings.Contains(trail, "holds resident IDs") {
		t.Errorf("the trail:\n%s", trail)
	}
	if out := must(t, "verify", "--data", data); !strings.Contains(out, "0 differences") || !strings.Contains(out, "2 versions and uploads were purged") {
		t.Errorf("verify: %s", out)
	}
	archive := filepath.Join(t.TempDir(), "b.tar")
	must(t, "backup", archive, "--data", data)
	if found := holders(t, filepath.Dir(archive), secrets); len(found) > 0 {
		t.Error("the backup has it")
	}
	must(t, "restore", archive, "--data", filepath.Join(t.TempDir(), "restored"))
}

// TestOvertakenDrafts: a draft that a later version took the place of goes by
// itself, and its record says so.
func TestOvertakenDrafts(t *testing.T) {
	data := t.TempDir()
	file, secrets := peopleCSV(t)
	gk(t, "publish", file, "--data", data, "--dataset", "grants", "--department", "civil")
	decide(t, data, "grants", file)
	must(t, "reread", "--data", data, "--dataset", "grants", "--as", "officer")
	must(t, "publish", file, "--data", data, "--dataset", "grants", "--department", "civil", "--as", "officer")
	versions := func() int {
		left, _ := filepath.Glob(filepath.Join(data, "versions", "*.duckdb"))
		return len(left)
	}
	boot(t, data).kill() // keeps them for a day
	if n := versions(); n != 2 {
		t.Fatalf("%d version files", n)
	}
	boot(t, data, "--keep-drafts", "1ms")
	for end := time.Now().Add(20 * time.Second); versions() > 1; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the draft stays")
		}
	}
	for _, path := range holders(t, data, secrets) {
		if !strings.HasPrefix(path, "uploads/") {
			t.Errorf("%s has it", path)
		}
	}
	if trail := must(t, "audit", "--data", data); !strings.Contains(trail, "took its place") {
		t.Errorf("the trail:\n%s", trail)
	}
	must(t, "verify", "--data", data)
}

// TestPurgeCommand purges without a server.
func TestPurgeCommand(t *testing.T) {
	data := t.TempDir()
	file, secrets := peopleCSV(t)
	gk(t, "publish", file, "--data", data, "--dataset", "grants", "--department", "civil")
	out := must(t, "purge", "--data", data, "--dataset", "grants", "--version", "1", "--reason", "rejected", "--as", "officer")
	if !strings.Contains(out, "removed version file") {
		t.Errorf("says %s", out)
	}
	for _, path := range holders(t, data, secrets) {
		if !strings.HasPrefix(path, "uploads/") {
			t.Errorf("%s has it", path)
		}
	}
	// The upload is there: it is read again, and then goes with all that came of it.
	if out := must(t, "reread", "--data", data, "--dataset", "grants", "--as", "officer"); !strings.Contains(out, "draft 2") {
		t.Errorf("reread says %s", out)
	}
	fo, err := openFolder(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	defer fo.close()
	d, err := fo.store.DatasetBySlug(t.Context(), "grants")
	if err != nil {
		t.Fatal(err)
	}
	ups, err := fo.store.ListUploads(t.Context(), d.ID)
	if err != nil {
		t.Fatal(err)
	}
	must(t, "purge", "--data", data, "--upload", string(ups[0].ID), "--reason", "holds resident IDs")
	if found := holders(t, data, secrets); len(found) > 0 {
		t.Errorf("still there: %v", found)
	}
	if _, errs, code := gk(t, "publish", file, "--data", data, "--dataset", "grants", "--department", "civil"); code != 1 || !strings.Contains(errs, "purged") {
		t.Errorf("exit %d: %s", code, errs)
	}
	if found := holders(t, data, secrets); len(found) > 0 {
		t.Errorf("there again: %v", found)
	}
	for _, args := range [][]string{
		{"purge", "--data", data, "--upload", "x"}, {"purge", "--data", data, "--reason", "y"}, {"purge", "--data", data, "--dataset", "grants", "--reason", "y"},
	} {
		if _, _, code := gk(t, args...); code != exitUsage {
			t.Errorf("%v: exit %d", args, code)
		}
	}
}

// post sends JSON and wants a status.
func (s *server) post(path, body string, status int, headers ...string) *reply {
	s.t.Helper()
	var in io.Reader
	if body != "" {
		in = strings.NewReader(body)
		headers = append([]string{"Content-Type", "application/json"}, headers...)
	}
	r := s.do("POST", path, in, headers...)
	if r.StatusCode != status {
		s.t.Fatalf("POST %s: %d, want %d\n%.800s", path, r.StatusCode, status, r.body)
	}
	return r
}
