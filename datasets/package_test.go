package datasets_test

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"gongkai/catalog"
	"gongkai/datasets"
	"gongkai/datasets/query"
)

// TestPackage reads a data package as a stranger would: by its descriptor.
func TestPackage(t *testing.T) {
	h := newHouse(t, datasets.Config{})
	ref := h.wide(t, 300)
	file, err := h.lib.Package(context.Background(), ref.Dataset, ref.Version, datasets.PackageInfo{Homepage: "https://data.example/zh/datasets/wide"})
	if err != nil {
		t.Fatal(err)
	}
	again, err := h.lib.Package(context.Background(), ref.Dataset, ref.Version, datasets.PackageInfo{Homepage: "https://data.example/zh/datasets/wide"})
	if err != nil || *again != *file {
		t.Errorf("%+v %v", again, err)
	}
	z, err := zip.OpenReader(file.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(data)
	}
	checkSums(t, files)
	var about struct {
		Name      string
		Version   string
		Resources []struct {
			Path, Hash string
			Bytes      int
			Schema     catalog.TableSchema
		}
	}
	if err := json.Unmarshal([]byte(files["datapackage.json"]), &about); err != nil {
		t.Fatal(err)
	}
	if about.Name != "wide" || about.Version != "1" || len(about.Resources) != 1 {
		t.Fatalf("%+v", about)
	}
	r := about.Resources[0]
	data := files[r.Path]
	sum := sha256.Sum256([]byte(data))
	if r.Bytes != len(data) || r.Hash != "sha256:"+hex.EncodeToString(sum[:]) {
		t.Errorf("%s: %d bytes, %s", r.Path, r.Bytes, r.Hash)
	}
	rows, err := csv.NewReader(strings.NewReader(data)).ReadAll()
	want := readAll(t, h, ref, query.Request{})
	if err != nil || len(rows) != len(want)+1 || len(rows[0]) != len(r.Schema.Fields) {
		t.Fatalf("%d rows, want %d: %v", len(rows), len(want), err)
	}
	for i, f := range r.Schema.Fields {
		if rows[0][i] != f.Name {
			t.Errorf("column %d is %q in the file and %q in the schema", i, rows[0][i], f.Name)
		}
		if got := rows[len(want)][i]; got != want[len(want)-1][i].String() {
			t.Errorf("%s: %q", f.Name, got)
		}
	}
	for _, part := range []string{ref.Version.ContentHash, "https://data.example/zh/datasets/wide?version=1", "`" + r.Schema.Fields[0].Name + "`"} {
		if !strings.Contains(files["README.md"], part) {
			t.Errorf("README.md does not say %s", part)
		}
	}
	if files["LICENSE.txt"] == "" {
		t.Error("no licence")
	}
}

func checkSums(t *testing.T, files map[string]string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(files["SHA256SUMS"]), "\n")
	if len(lines) != len(files)-1 {
		t.Errorf("%d sums of %d files", len(lines), len(files))
	}
	for _, line := range lines {
		want, name, _ := strings.Cut(line, "  ")
		sum := sha256.Sum256([]byte(files[name]))
		if hex.EncodeToString(sum[:]) != want {
			t.Errorf("%s has another sum", name)
		}
	}
}
