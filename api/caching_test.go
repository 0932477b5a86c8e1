package api_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"gongkai/api"
)

func unpack(t *testing.T, a *answer) []byte {
	t.Helper()
	var r io.Reader = bytes.NewReader(a.body)
	var err error
	switch a.Header.Get("Content-Encoding") {
	case "gzip":
		r, err = gzip.NewReader(r)
	case "zstd":
		r, err = zstd.NewReader(r)
	}
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

func TestEncodings(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{
		"/api/v1/datasets", "/api/v1/datasets/air-quality/rows", "/api/v1/datasets/air-quality/export.csv",
		"/api/v1/datasets/air-quality/export.json", "/api/v1/datasets/air-quality/export.ndjson?where=count%3E5",
		"/api/v1/datasets/air-quality/export.csv?select=station,day", "/openapi.json",
	} {
		want := w.get(path).want(200)
		tags := map[string]bool{}
		for _, c := range []struct{ accept, want string }{
			{"", ""}, {"identity", ""}, {"gzip", "gzip"}, {"zstd", "zstd"}, {"gzip, zstd", "zstd"}, {"gzip;q=1, zstd;q=0.5", "gzip"},
			{"br", ""}, {"gzip;q=0", ""}, {"*", "zstd"}, {"identity;q=0.5, gzip;q=0.2", ""}, {"gzip, deflate, br", "gzip"}, {"x-gzip", "gzip"},
		} {
			a := w.get(path, "Accept-Encoding", c.accept).want(200)
			if a.Header.Get("Content-Encoding") != c.want {
				t.Errorf("%s: %q gives %q, want %q", path, c.accept, a.Header.Get("Content-Encoding"), c.want)
				continue
			}
			if !bytes.Equal(unpack(t, a), want.body) {
				t.Errorf("%s: %q gives another body", path, c.accept)
			}
			if !strings.Contains(strings.Join(a.Header.Values("Vary"), ", "), "Accept-Encoding") {
				t.Errorf("%s: Vary %q", path, a.Header.Values("Vary"))
			}
			tags[c.want+a.Header.Get("ETag")] = true
			not := w.get(path, "Accept-Encoding", c.accept, "If-None-Match", a.Header.Get("ETag")).want(304)
			if len(not.body) != 0 || not.Header.Get("ETag") != a.Header.Get("ETag") {
				t.Errorf("%s: 304 with %v", path, not.Header)
			}
		}
		if len(tags) != 3 {
			t.Errorf("%s: ETags by encoding: %v", path, tags)
		}
		w.get(path, "Accept-Encoding", "identity;q=0, br").want(406).problem()
	}
	for _, format := range []string{"xlsx", "parquet"} {
		a := w.get("/api/v1/datasets/air-quality/export."+format, "Accept-Encoding", "gzip, zstd").want(200)
		if a.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s is compressed twice", format)
		}
	}
}

func TestAccept(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		path, accept string
		status       int
	}{
		{"rows", "application/json", 200}, {"rows", "*/*", 200}, {"rows", "text/html, */*;q=0.1", 200}, {"rows", "application/*", 200}, {"rows", "", 200}, {"rows", " , ", 200},
		{"rows", "text/html", 406}, {"rows", "application/json;q=0", 406}, {"rows", "text/csv", 406}, {"rows", "*/*, application/json;q=0", 406},
		{"export.csv", "text/csv", 200}, {"export.csv", "text/*", 200}, {"export.csv", "application/json", 406},
		{"export.parquet", "application/octet-stream", 200}, {"export.xlsx", "application/json, text/plain, */*", 200},
	} {
		a := w.get("/api/v1/datasets/air-quality/"+c.path, "Accept", c.accept)
		if a.StatusCode != c.status {
			t.Errorf("%s with Accept %s: %d, want %d", c.path, c.accept, a.StatusCode, c.status)
		}
	}
}

func TestFreshness(t *testing.T) {
	w := newWorld(t)
	rows := "/api/v1/datasets/air-quality/rows"
	loose, pinned := w.get(rows).want(200), w.get(rows+"?version=1").want(200)
	if tag := loose.Header.Get("ETag"); !strings.HasPrefix(tag, `W/"`) {
		t.Errorf("ETag without version %s", tag)
	}
	if tag := pinned.Header.Get("ETag"); !strings.HasPrefix(tag, `"`) || !strings.Contains(pinned.Header.Get("Cache-Control"), "max-age=300") {
		t.Errorf("ETag with version %s, %s", tag, pinned.Header.Get("Cache-Control"))
	}
	if loose.Header.Get("Last-Modified") == "" {
		t.Error("no Last-Modified")
	}
	w.get(rows, "If-Modified-Since", loose.Header.Get("Last-Modified")).want(304)
	w.get(rows, "If-Modified-Since", "Mon, 02 Jan 2006 15:04:05 GMT").want(200)
	w.get(rows, "If-None-Match", `"other"`, "If-Modified-Since", loose.Header.Get("Last-Modified")).want(200)
	w.get(rows, "If-None-Match", `"a", `+loose.Header.Get("ETag")).want(304)
	w.get(rows, "If-None-Match", "*").want(304)
	other := w.get(rows + "?limit=5").want(200)
	if other.Header.Get("ETag") == loose.Header.Get("ETag") {
		t.Error("two pages have one ETag")
	}
	first := w.get("/api/v1/datasets/air-quality/export.csv").want(200)
	w.publish("air-quality", w.stations(20))
	w.get(rows, "If-None-Match", loose.Header.Get("ETag")).want(200)
	w.get(rows+"?version=1", "If-None-Match", pinned.Header.Get("ETag")).want(304)
	if a := w.get("/api/v1/datasets/air-quality/export.csv", "If-None-Match", first.Header.Get("ETag")).want(200); bytes.Equal(a.body, first.body) {
		t.Error("the new version is not downloaded")
	}
}

// TestSharedCachesKeepNoHost: where no base URL is set, links begin as the
// request's Host says; no cache may give them to others.
func TestSharedCachesKeepNoHost(t *testing.T) {
	for base, want := range map[string]string{"": "private", "https://data.example.cn": "public"} {
		w := newWorld(t, func(c *api.Config) { c.BaseURL = base })
		for _, path := range []string{"/api/v1/datasets", "/api/v1/departments", "/api/v1/datasets/air-quality/rows", "/api/v1/datasets/air-quality/versions/1",
			"/api/v1/datasets/air-quality/export.csv", "/api/v1/datasets/air-quality/export.csv?select=day&version=1"} {
			if got := w.get(path).want(200).Header.Get("Cache-Control"); !strings.HasPrefix(got, want+", max-age") {
				t.Errorf("base %q: %s has Cache-Control %s, want %s", base, path, got, want)
			}
		}
	}
}

// TestCursorPinsVersion publishes between two pages.
func TestCursorPinsVersion(t *testing.T) {
	w := newWorld(t)
	p := w.page("/api/v1/datasets/air-quality/rows?limit=100")
	w.publish("air-quality", w.stations(5))
	second := w.page(*p.Next)
	bare := w.page("/api/v1/datasets/air-quality/rows?limit=100&cursor=" + *p.Cursor)
	for _, q := range []page{second, bare} {
		if q.Meta.Version != 1 || len(q.Data) != 100 || fmt.Sprint(q.Data[0]["count"]) != "100" {
			t.Errorf("second page: version %d, %d rows", q.Meta.Version, len(q.Data))
		}
	}
	if fresh := w.page("/api/v1/datasets/air-quality/rows"); fresh.Meta.Version != 2 || len(fresh.Data) != 5 {
		t.Errorf("first page anew: %+v", fresh.Meta)
	}
	w.get("/api/v1/datasets/air-quality/rows?limit=100&order_by=day&cursor=" + *p.Cursor).want(400).problem()
}

func TestRanges(t *testing.T) {
	w := newWorld(t)
	for _, format := range []string{"csv", "xlsx", "json", "ndjson", "parquet"} {
		path := "/api/v1/datasets/air-quality/export." + format
		whole := w.get(path).want(200)
		if whole.Header.Get("Accept-Ranges") != "bytes" || whole.ContentLength != int64(len(whole.body)) || len(whole.body) < 200 {
			t.Fatalf("%s: %v", format, whole.Header)
		}
		part := w.get(path, "Range", "bytes=100-149").want(206)
		if !bytes.Equal(part.body, whole.body[100:150]) || part.Header.Get("Content-Range") != fmt.Sprintf("bytes 100-149/%d", len(whole.body)) {
			t.Errorf("%s: part %v", format, part.Header)
		}
		rest := w.get(path, "Range", "bytes=150-", "If-Range", whole.Header.Get("ETag"), "Accept-Encoding", "gzip").want(206)
		if !bytes.Equal(rest.body, whole.body[150:]) || rest.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: resumed %v", format, rest.Header)
		}
		w.get(path, "Range", "bytes=150-", "If-Range", `"other"`).want(200)
		for _, unit := range []string{"x=1", "rows=0-9", "nonsense"} {
			if a := w.get(path, "Range", unit).want(200); !bytes.Equal(a.body, whole.body) {
				t.Errorf("%s: Range %s is not ignored", format, unit)
			}
		}
		a := w.get(path, "Range", "bytes=99999999-").want(http.StatusRequestedRangeNotSatisfiable)
		if a.Header.Get("Content-Range") != fmt.Sprintf("bytes */%d", len(whole.body)) {
			t.Errorf("%s: 416 %v", format, a.Header)
		}
		a.problem()
	}
	a := w.get("/api/v1/datasets/air-quality/export.csv?select=day", "Range", "bytes=0-9").want(200)
	if a.Header.Get("Accept-Ranges") != "none" {
		t.Errorf("a stream takes ranges: %v", a.Header)
	}
}

// TestDownloadsWithoutRoom takes the place away where downloads are kept: they
// are streamed then, for a full disk must not stop reading.
func TestDownloadsWithoutRoom(t *testing.T) {
	w := newWorld(t)
	want := w.get("/api/v1/datasets/air-quality/export.csv?where=count%3E=0").want(200)
	w.must(os.Symlink("/proc/sys", filepath.Join(w.dir, "exports"))) // where nobody can make a folder
	for _, format := range []string{"csv", "json", "ndjson", "xlsx"} {
		a := w.get("/api/v1/datasets/air-quality/export." + format).want(200)
		if a.Header.Get("Accept-Ranges") != "none" || (format == "csv" && !bytes.Equal(a.body, want.body)) {
			t.Errorf("%s: %v", format, a.Header)
		}
	}
	w.must(os.Remove(filepath.Join(w.dir, "exports")))
	if a := w.get("/api/v1/datasets/air-quality/export.csv").want(200); a.Header.Get("Accept-Ranges") != "bytes" {
		t.Errorf("with room again: %v", a.Header)
	}
}
