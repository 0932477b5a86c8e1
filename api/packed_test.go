package api_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gongkai/catalog"
	"gongkai/datasets"
	"gongkai/datasets/export"
)

// TestPackedDownloads: what was packed before is sent with its length and a
// strong tag of its own; what is packed on the way has neither.
func TestPackedDownloads(t *testing.T) {
	w := newWorld(t)
	path := "/api/v1/datasets/air-quality/export.csv"
	plain := w.get(path, "Accept-Encoding", "identity").want(200)
	live := w.get(path, "Accept-Encoding", "gzip").want(200)
	if !strings.HasPrefix(live.Header.Get("ETag"), "W/") || live.ContentLength != -1 {
		t.Errorf("packed on the way: %v", live.Header)
	}
	lib := datasets.NewLibrary(w.store, w.files)
	ref, err := lib.Table(t.Context(), catalog.Actor{}, "air-quality", "", "")
	w.must(err)
	file, err := lib.Export(t.Context(), ref, export.CSV)
	w.must(err)
	tags := map[string]bool{plain.Header.Get("ETag"): true}
	for _, e := range datasets.Encodings {
		packed, err := lib.Pack(t.Context(), file, e)
		w.must(err)
		a := w.get(path, "Accept-Encoding", string(e)).want(200)
		want, err := os.ReadFile(packed.Path)
		w.must(err)
		tag := a.Header.Get("ETag")
		if !bytes.Equal(a.body, want) || !bytes.Equal(unpack(t, a), plain.body) || a.ContentLength != packed.Bytes ||
			strings.HasPrefix(tag, "W/") || tags[tag] || a.Header.Get("Content-Encoding") != string(e) {
			t.Errorf("%s: %d bytes, %v", e, len(a.body), a.Header)
		}
		tags[tag] = true
		w.get(path, "Accept-Encoding", string(e), "If-None-Match", tag).want(304)
		if head := w.do("HEAD", path, nil, "Accept-Encoding", string(e)).want(200); head.ContentLength != packed.Bytes {
			t.Errorf("%s: HEAD %v", e, head.Header)
		}
		part := w.get(path, "Accept-Encoding", string(e), "Range", "bytes=5-9").want(206)
		if !bytes.Equal(part.body, plain.body[5:10]) || part.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: a range of it %v", e, part.Header)
		}
	}
	// A download that is made anew makes what was packed of it old.
	later := file.ModTime.Add(1e9)
	w.must(os.Chtimes(file.Path, later, later))
	if got := w.get(path, "Accept-Encoding", "gzip").want(200).Header.Get("ETag"); !strings.HasPrefix(got, "W/") {
		t.Errorf("an old packed file is sent: %s", got)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(file.Path), "*.tmp")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}
