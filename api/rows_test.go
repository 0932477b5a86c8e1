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

// TestPagesOfEverySort walks lists, groups and different rows page by page while
// newer versions are published: each gives the whole answer of its version once.
// What is no cursor of the query is refused, in words.
func TestPagesOfEverySort(t *testing.T) {
	w := newWorld(t)
	const base = "/api/v1/datasets/air-quality/rows?"
	queries := []string{
		"", "order_by=valid,pm25+desc", "order_by=valid+desc", "where=count+%3E+17&order_by=station+desc,day",
		"group_by=station", "group_by=station,valid&having=count(*)+%3E+3&order_by=count(*)+desc", "select=day,sum(pm25)+as+s&group_by=day&order_by=s+desc",
		"select=station,valid&distinct=true", "select=valid&distinct=true&order_by=valid+desc", "q=%E7%AB%99%E7%82%B901", "order_by=month(day),pm25+*+2+desc&select=station,pm25",
	}
	var whole [][]map[string]any
	for _, q := range queries {
		whole = append(whole, w.page(base+q+"&version=1&limit=10000").Data)
	}
	for i, q := range queries {
		var got []map[string]any
		p := w.page(base + q + "&version=1&limit=7")
		w.publish("air-quality", w.stations(3+i)) // changes nothing for those who are under way
		for {
			got = append(got, p.Data...)
			if p.Meta.Version != 1 {
				t.Fatalf("%s: a page of version %d", q, p.Meta.Version)
			}
			if p.Next == nil {
				break
			}
			for _, other := range []string{"order_by=count", "group_by=valid", "where=count+%3E+1", "select=count"} {
				if !strings.Contains(q, strings.SplitN(other, "=", 2)[0]+"=") && len(got) < 14 {
					w.get(base + q + "&" + other + "&cursor=" + *p.Cursor).want(400).problem()
				}
			}
			p = w.page(*p.Next)
		}
		if fmt.Sprint(got) != fmt.Sprint(whole[i]) {
			t.Errorf("%s: %d rows by pages, %d without", q, len(got), len(whole[i]))
		}
	}
	p := w.page(base + "version=1&limit=5&group_by=station")
	for _, bad := range []string{"1." + (*p.Cursor)[2:len(*p.Cursor)-1], "1.B" + (*p.Cursor)[3:], "2" + (*p.Cursor)[1:], "x" + *p.Cursor, "1.", "-1.a", "99999999999999999999.a", "1.%00"} {
		if e := w.get(base + "limit=5&group_by=station&cursor=" + bad).want(400).problem(); e.Field != "cursor" {
			t.Errorf("cursor %s: %+v", bad, e)
		}
	}
	// A version that is taken back ends those who read it, with its reason.
	w.do("POST", "/api/v1/datasets/air-quality/versions/1/withdraw", strings.NewReader(`{"reason":"数据有误"}`), append(w.bearer("environment"), "Content-Type", "application/json")...).want(200)
	if e := w.get(*p.Next).want(410).problem(); !strings.Contains(e.Detail, "数据有误") {
		t.Errorf("%+v", e)
	}
}
