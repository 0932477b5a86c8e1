package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"gongkai/catalog"
)

// residentID makes a number with its check digit from 17 digits.
func residentID(t testing.TB, digits string) string {
	t.Helper()
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(digits[i]-'0') * w
	}
	return digits + string("10X98765432"[sum%11])
}

// peopleBook writes a workbook of grants with what must not be public, and
// gives the values that nobody may see: numbers, and names but for their first
// character.
func peopleBook(t testing.TB) (path string, secrets []string) {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	rows := [][]any{{"序号", "姓名", "身份证号", "补助项目", "补助金额"}}
	given := []string{"翠花甲", "建国乙", "淑芬丙", "志强丁", "桂英戊", "海燕己", "德明庚", "秀兰辛", "玉珍壬", "文斌癸"}
	for i := range 30 {
		name := []string{"王", "李", "张"}[i%3] + given[i%10]
		id := residentID(t, fmt.Sprintf("62010219%02d%02d%02d%03d", 50+i, i%12+1, i%28+1, 100+i*7))
		rows = append(rows, []any{i + 1, name, id, []string{"临时救助", "医疗救助"}[i%2], 500 + 50*i})
		secrets = append(secrets, id)
	}
	secrets = append(secrets, given...)
	for i, r := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &r); err != nil {
			t.Fatal(err)
		}
	}
	path = filepath.Join(t.TempDir(), "补助发放.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path, secrets
}

// wantNone fails where one of the secrets is in a text.
func wantNone(t testing.TB, where string, text []byte, secrets []string) {
	t.Helper()
	for _, s := range secrets {
		if bytes.Contains(text, []byte(s)) {
			t.Errorf("%s has %q", where, s)
			return
		}
	}
}

// TestPersonal: a workbook with resident IDs is blocked; once the recipe says
// what becomes of them and the upload is read again it can be published, and
// nothing that is served or kept of the version has a byte of them.
func TestPersonal(t *testing.T) {
	data := t.TempDir()
	book, secrets := peopleBook(t)
	must(t, "publish", writeFile(t, "first.csv", "年度,人数\n2023,1\n2024,2\n"), "--data", data, "--dataset", "other", "--department", "civil", "--quiet")
	out, errs, code := gk(t, "publish", book, "--data", data, "--dataset", "grants", "--department", "civil", "--title", "补助", "--json")
	if code != 3 || !strings.Contains(out, "personal-id") {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	wantNone(t, "the answer of publish", []byte(out+errs), secrets)

	recipe := filepath.Join(t.TempDir(), "recipe.json")
	printed := must(t, "inspect", book, "--print-recipe")
	wantNone(t, "the recipe", []byte(printed), secrets)
	var r catalog.Recipe
	if err := json.Unmarshal([]byte(printed), &r); err != nil {
		t.Fatal(err)
	}
	for i := range r.Tables[0].Columns {
		switch c := &r.Tables[0].Columns[i]; c.Source {
		case "姓名":
			c.Personal = &catalog.PersonalDecision{Action: catalog.MaskColumn, Basis: "《社会救助暂行办法》公示要求", By: "forged"}
			c.Constraints = &catalog.Constraints{Pattern: "王翠花甲|.{2,4}"}
		case "身份证号":
			c.Personal = &catalog.PersonalDecision{Action: catalog.DropColumn, Basis: "不应公开"}
		}
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(recipe, text, 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, "recipe", "put", recipe, "--data", data, "--dataset", "grants", "--as", "officer")
	out = must(t, "reread", "--data", data, "--dataset", "grants", "--as", "officer")
	if !strings.Contains(out, "draft 2") || !strings.Contains(out, "finding went: personal-id") {
		t.Errorf("reread says\n%s", out)
	}
	out, errs, code = gk(t, "publish", book, "--data", data, "--dataset", "grants", "--department", "civil", "--as", "officer", "--json")
	if code != 0 {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	wantNone(t, "the answer of publish", []byte(out+errs), secrets)

	got := must(t, "recipe", "get", "--data", data, "--dataset", "grants")
	if !strings.Contains(got, `"by": "officer"`) || strings.Contains(got, "forged") {
		t.Errorf("who decided: %s", got)
	}
	if trail := must(t, "audit", "--data", data); !strings.Contains(trail, "drop ") || !strings.Contains(trail, "不应公开") {
		t.Errorf("the audit trail does not say what was decided:\n%s", trail)
	}
	wantServedWithout(t, data, secrets)
	wantStoredWithout(t, data, secrets)
	must(t, "verify", "--data", data)
}

// wantServedWithout asks the server for all that it serves of the version.
func wantServedWithout(t *testing.T, data string, secrets []string) {
	t.Helper()
	secret := token(t, data, "civil")
	s := boot(t, data)
	base := "/api/v1/datasets/grants"
	var list struct {
		Data []struct{ URL string }
	}
	s.get(base+"/uploads", 200, "Authorization", "Bearer "+secret).json(t, &list)
	upload := strings.TrimPrefix(list.Data[0].URL, s.url)
	paths := []string{
		base, base + "/versions", base + "/versions/2", base + "/tables/table", base + "/tables/table/schema.json",
		base + "/rows?limit=1000", base + "/rows?provenance=true&source=true&limit=1000", "/zh/datasets/grants", "/en/datasets/grants",
		upload, upload + "/findings",
	}
	for _, format := range []string{"csv", "json", "ndjson", "parquet"} {
		paths = append(paths, base+"/export."+format)
	}
	for _, p := range paths {
		wantNone(t, p, s.get(p, http.StatusOK, "Authorization", "Bearer "+secret).body, secrets)
	}
	public := s.get(base+"/versions/2/recipe", 200)
	wantNone(t, "the public recipe", public.body, secrets)
	if strings.Contains(string(public.body), "officer") {
		t.Errorf("the public learns who decided: %s", public.body)
	}
	rows := string(s.get(base+"/rows?limit=3", 200).body)
	if strings.Contains(rows, "shenfenzheng") || !strings.Contains(rows, "王") {
		t.Errorf("rows: %s", rows)
	}
	s.get(base+"/recipe", http.StatusUnauthorized)
	s.get(base+"/rows?version=1", http.StatusNotFound)
}

// wantStoredWithout looks through the file of the published version, and what
// was made of it, as bytes.
func wantStoredWithout(t *testing.T, data string, secrets []string) {
	t.Helper()
	fo, err := openFolder(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	defer fo.close()
	d, err := fo.store.DatasetBySlug(t.Context(), "grants")
	if err != nil {
		t.Fatal(err)
	}
	v, err := fo.store.Version(t.Context(), d.ID, d.Current)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	err = filepath.WalkDir(data, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		exports := strings.Contains(path, string(filepath.Separator)+"exports"+string(filepath.Separator))
		if filepath.Base(path) != v.FileHash+".duckdb" && !exports {
			return nil
		}
		seen++
		content, err := os.ReadFile(path)
		wantNone(t, path, content, secrets)
		return err
	})
	if err != nil || seen == 0 {
		t.Fatalf("%d files, %v", seen, err)
	}
}
