package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestBrokenExportsLookBroken: what cannot be computed in the last row, when all
// others have gone out, breaks the connection off, packed or not; a format that
// is made before it is sent is answered with the error.
func TestBrokenExportsLookBroken(t *testing.T) {
	var b strings.Builder
	b.WriteString("代码,数量\n")
	for i := range 300_000 {
		fmt.Fprintf(&b, "%06d,%d\n", i, i%10)
	}
	b.WriteString("无代码,1\n")
	data := t.TempDir()
	must(t, "publish", writeFile(t, "codes.csv", b.String()), "--data", data, "--dataset", "codes", "--department", "office", "--quiet")
	s := boot(t, data, "--prepare=false")
	defer s.kill()
	for _, format := range []string{"csv", "json", "ndjson", "xlsx", "arrow", "parquet", "sqlite"} {
		for _, encoding := range []string{"identity", "gzip"} {
			req, err := http.NewRequest("GET", s.url+"/api/v1/datasets/codes/export."+format+"?select="+url.QueryEscape("cast(daima as integer) as n"), nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Accept-Encoding", encoding)
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			n, err := io.Copy(io.Discard, res.Body)
			res.Body.Close()
			told := res.StatusCode >= 400 && strings.Contains(res.Header.Get("Content-Type"), "problem+json")
			if !told && err == nil {
				t.Errorf("%s, %s: %s and %d bytes look whole", format, encoding, res.Status, n)
			}
			if format == "csv" && (res.StatusCode != http.StatusOK || n < 100_000) {
				t.Errorf("it broke too soon to show anything: %s, %d bytes", res.Status, n)
			}
			if made := format == "parquet" || format == "sqlite"; made && !told {
				t.Errorf("%s: %s", format, res.Status)
			}
		}
	}
}
