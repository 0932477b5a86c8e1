package api_test

import (
	"strings"
	"testing"
)

func TestProvenance(t *testing.T) {
	w := newWorld(t)
	var page struct {
		Data []struct {
			Provenance struct {
				Sheet string
				Row   int
				Cells map[string]struct {
					Cell        *string
					Raw, Reason string
				}
			} `json:"_provenance"`
		}
	}
	w.get("/api/v1/datasets/air-quality/rows?provenance=true&order_by=count+desc&where=count+%3C+10").want(200).json(&page)
	if len(page.Data) != 9 { // one of the ten is beyond 2^53
		t.Fatalf("%d rows", len(page.Data))
	}
	for i, row := range page.Data {
		p := row.Provenance
		if p.Sheet != "Sheet1" || len(p.Cells) != 5 || p.Cells["pm25"].Cell == nil {
			t.Fatalf("row %d: %+v", i, p)
		}
		raw, reason := "", ""
		if p.Row == 9 {
			raw, reason = "—", "null-marker"
		}
		if c := p.Cells["pm25"]; c.Raw != raw || c.Reason != reason || !strings.HasPrefix(*c.Cell, "C") {
			t.Errorf("row %d: %+v", p.Row, c)
		}
		if c := p.Cells["station"]; c.Raw != "" || !strings.HasPrefix(*c.Cell, "A") {
			t.Errorf("row %d: %+v", p.Row, c)
		}
	}
	if a := w.get("/api/v1/datasets/air-quality/rows?provenance=true&select=pm25,_row&limit=1").want(200); !strings.Contains(string(a.body), `"_provenance":{"sheet":"Sheet1","row":2,"cells":{"pm25":{"cell":"C2"}}}`) {
		t.Errorf("%s", a.body)
	}
	if a := w.get("/api/v1/datasets/air-quality/rows?limit=1").want(200); strings.Contains(string(a.body), "_provenance") {
		t.Errorf("without being asked: %s", a.body)
	}
	// As many rows as a page takes, in another order.
	w.get("/api/v1/datasets/air-quality/rows?provenance=true&limit=10000&order_by=pm25+desc").want(200)
}
