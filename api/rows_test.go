package api_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
)

func TestRows(t *testing.T) {
	w := newWorld(t)
	p := w.page("/api/v1/datasets/air-quality/rows?limit=3")
	if len(p.Data) != 3 || !p.More || p.Next == nil || p.Cursor == nil || p.Meta.Version != 1 || p.Meta.Table != "stations" {
		t.Fatalf("%+v", p)
	}
	first := p.Data[0]
	if first["station"] != "站点00" || first["day"] != "2024-01-01" || first["pm25"] != json.Number("0.05") ||
		first["count"] != json.Number("0") || first["valid"] != false {
		t.Errorf("first row %v", first)
	}
	if _, there := first["_row"]; there {
		t.Error("_row is there unasked")
	}
	n, seen := 0, map[string]bool{}
	for next := "/api/v1/datasets/air-quality/tables/stations/rows?limit=60&order_by=pm25%20desc"; ; next = *p.Next {
		p = w.page(next)
		for _, r := range p.Data {
			seen[fmt.Sprint(r["count"])] = true
		}
		n += len(p.Data)
		if !p.More {
			break
		}
	}
	if n != stationRows || len(seen) != stationRows || p.Next != nil || p.Cursor != nil {
		t.Errorf("paging gave %d rows, %d different; last page %v %v", n, len(seen), p.Next, p.Cursor)
	}
	p = w.page("/api/v1/datasets/air-quality/rows?select=count,station&source=true&where=" + url.QueryEscape("station = '站点08' and day = '2024-01-01'"))
	if len(p.Data) != 1 || p.Data[0]["count"] != "9007199254740993" || p.Data[0]["_row"] != json.Number("10") || p.Data[0]["_row_type"] != "record" {
		t.Errorf("%v", p.Data)
	}
	p = w.page("/api/v1/datasets/air-quality/rows?limit=1&numbers=string")
	if p.Data[0]["pm25"] != "0.05" || p.Data[0]["count"] != "0" {
		t.Errorf("%v", p.Data)
	}
	p = w.page("/api/v1/datasets/budget/tables/income/rows")
	if len(p.Data) != 3 || p.Data[2]["_row_type"] != "total" || p.Data[0]["_row_type"] != "record" {
		t.Errorf("totals are not marked: %v", p.Data)
	}
	a := w.get("/api/v1/datasets/air-quality/rows?limit=1")
	if link := strings.Join(a.Header.Values("Link"), ", "); !strings.Contains(link, `rel="next"`) || !strings.Contains(link, `rel="describedby"`) {
		t.Errorf("Link: %s", link)
	}
}
