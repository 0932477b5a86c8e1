package api_test

import (
	"bytes"
	"strings"
	"testing"
)

// TestRowsByTheirEnding: the URL of rows with a format behind it is a download
// of the same rows.
func TestRowsByTheirEnding(t *testing.T) {
	w := newWorld(t)
	rows := "/api/v1/datasets/air-quality/rows."
	query := asked("select", "day,count", "where", "count < 100", "order_by", "count desc")
	whole := w.get(rows + "csv" + query).want(200)
	if export := w.get("/api/v1/datasets/air-quality/export.csv" + query).want(200); !bytes.Equal(export.body, whole.body) {
		t.Error("rows.csv differs from export.csv")
	}
	if a := w.get("/api/v1/datasets/air-quality/tables/stations/rows.csv" + query).want(200); !bytes.Equal(a.body, whole.body) {
		t.Error("the rows of the table differ")
	}
	first := w.get(rows + "csv" + query + "&limit=2").want(200)
	if lines := strings.SplitAfter(string(whole.body), "\n"); string(first.body) != strings.Join(lines[:3], "") {
		t.Errorf("the first two rows are %q", first.body)
	}
	if first.Header.Get("ETag") == whole.Header.Get("ETag") {
		t.Error("a part has the ETag of the whole")
	}
	groups := w.get(rows + "csv" + asked("select", "valid, count(*) as n", "group_by", "valid", "limit", "1")).want(200)
	if got := string(groups.body); strings.Count(got, "\n") != 2 || !strings.HasPrefix(got, "valid,n\n") {
		t.Errorf("one group is %q", got)
	}
	for _, format := range []string{"json", "ndjson", "tsv", "xlsx", "parquet", "arrow", "duckdb", "sqlite"} {
		some, all := w.get(rows+format+asked("limit", "3")).want(200), w.get(rows+format).want(200)
		if len(some.body) == 0 || all.Header.Get("Accept-Ranges") != "bytes" || bytes.Equal(some.body, all.body) ||
			!strings.Contains(some.Header.Get("Content-Disposition"), "-part."+format) {
			t.Errorf("%s: %v, %v", format, some.Header, all.Header)
		}
	}
	source := string(w.get(rows + "csv" + asked("select", "count", "limit", "1", "source", "true")).want(200).body)
	if !strings.HasPrefix(source, "count,_row,_row_type\n") || !strings.HasSuffix(source, ",record\n") {
		t.Errorf("with its source %q", source)
	}
	if head := string(w.get(rows + "csv" + asked("limit", "1", "source", "true")).want(200).body); !strings.Contains(head, ",_row,_row_type\n") {
		t.Errorf("all columns with their source %q", head)
	}
	for _, bad := range []string{"csv?limit=0", "csv?cursor=1.MQ", "csv?source=true&distinct=true&select=valid", "csv?limit=99999999999999999999"} {
		if a := w.get(rows + bad); a.StatusCode != 400 {
			t.Errorf("%s: %d", bad, a.StatusCode)
		}
	}
}
