package api_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
)

// asked writes parameters, percent-encoded, in pairs.
func asked(pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return "?" + q.Encode()
}

func TestGroupsOfRows(t *testing.T) {
	w := newWorld(t)
	rows := "/api/v1/datasets/air-quality/rows"
	p := w.page(rows + asked("select", "station, count(*) as n, avg(pm25) as mean, max(day)", "group_by", "station", "order_by", "n desc, station desc", "limit", "3"))
	if len(p.Data) != 3 || !p.More || p.Data[0]["station"] != "站点09" || p.Data[0]["n"] != json.Number("25") || p.Data[0]["max_day"] != "2024-01-25" {
		t.Fatalf("%+v", p)
	}
	seen := map[string]bool{}
	for next := rows + asked("group_by", "station", "limit", "4"); ; next = *p.Next {
		p = w.page(next)
		for _, r := range p.Data {
			seen[fmt.Sprint(r["station"], r["count"])] = true
		}
		if !p.More {
			break
		}
	}
	if len(seen) != 10 || !seen["站点0325"] {
		t.Errorf("paging through groups gave %v", seen)
	}
	// The sheet's own totals would count everything twice.
	budget := "/api/v1/datasets/budget/tables/income/rows"
	for totals, want := range map[string]string{"": "110.00", "include": "220.00", "exclude": "110.00"} {
		query := asked("select", "sum(amount) as s")
		if totals != "" {
			query += "&totals=" + totals
		}
		if p := w.page(budget + query); len(p.Data) != 1 || fmt.Sprint(p.Data[0]["s"]) != want {
			t.Errorf("totals=%s: %v, want %s", totals, p.Data, want)
		}
	}
	if p := w.page(budget + "?totals=exclude"); len(p.Data) != 2 {
		t.Errorf("%v", p.Data)
	}
	if p := w.page(rows + asked("q", "站点03", "where", "count < 30")); len(p.Data) != 3 {
		t.Errorf("%v", p.Data)
	}
	if p := w.page(rows + asked("select", "station", "distinct", "true")); len(p.Data) != 10 {
		t.Errorf("%v", p.Data)
	}
	if p := w.page(rows + asked("select", `round(pm25 / 10, 1) as "十分之一"`, "limit", "1")); p.Data[0]["十分之一"] != json.Number("0") {
		t.Errorf("%v", p.Data)
	}
	for _, bad := range []struct {
		query, field, fix string
	}{
		{asked("group_by", "station", "source", "true"), "source", "without group_by"},
		{asked("select", "sum(count)", "provenance", "true"), "provenance", "without group_by"},
		{asked("group_by", "statoin"), "group_by", "did you mean station"},
		{asked("group_by", "station", "having", "sum(count) > 'x'"), "having", "write"},
		{asked("totals", "both"), "totals", "include"},
		{asked("select", "cast(station as integer)"), "", "try_cast"},
	} {
		if p := w.get(rows + bad.query).want(400).problem(); p.Field != bad.field || !strings.Contains(p.Fix, bad.fix) {
			t.Errorf("%s: %+v", bad.query, p)
		}
	}
}

func TestExportsOfGroups(t *testing.T) {
	w := newWorld(t)
	export := "/api/v1/datasets/air-quality/export."
	query := asked("select", "valid, count(*) as n, sum(count) as s", "group_by", "valid", "where", "count < 100")
	a := w.get(export + "csv" + query).want(200)
	if want := "valid,n,s\nfalse,49,2442\ntrue,50,2500\n"; strings.ReplaceAll(string(a.body), "\r", "") != want {
		t.Errorf("csv %q, want %q", a.body, want)
	}
	if !strings.Contains(a.Header.Get("Content-Disposition"), "part") {
		t.Errorf("a part is called %s", a.Header.Get("Content-Disposition"))
	}
	for _, format := range []string{"json", "ndjson", "xlsx", "parquet"} {
		if a := w.get(export + format + query).want(200); len(a.body) == 0 {
			t.Errorf("%s is empty", format)
		}
	}
	if a := w.get("/api/v1/datasets/budget/tables/income/export.csv" + asked("select", "sum(amount) as s")).want(200); strings.ReplaceAll(string(a.body), "\r", "") != "s\n110.00\n" {
		t.Errorf("%q", a.body)
	}
}

type facet struct {
	Column struct{ Name, Label, Type string }
	Values []struct {
		Value any
		Count int
	}
	More                    bool
	Rows, Missing, Distinct int
}

func TestFacets(t *testing.T) {
	w := newWorld(t)
	at := "/api/v1/datasets/air-quality/facets"
	var f facet
	w.get(at + asked("column", "站点", "limit", "4")).want(200).json(&f)
	if f.Column.Name != "station" || len(f.Values) != 4 || f.Values[0].Value != "站点00" || f.Values[0].Count != 25 || !f.More || f.Rows != stationRows || f.Distinct != 10 || f.Missing != 0 {
		t.Errorf("%+v", f)
	}
	f = facet{}
	w.get("/api/v1/datasets/air-quality/tables/stations/facets" + asked("column", "station", "search", "点03", "where", "count < 100")).want(200).json(&f)
	if len(f.Values) != 1 || f.Values[0].Count != 10 || f.More || f.Rows != 99 {
		t.Errorf("%+v", f)
	}
	f = facet{}
	w.get(at + asked("column", "month(day)")).want(200).json(&f)
	if len(f.Values) != 1 || f.Values[0].Value != json.Number("1") {
		t.Errorf("%+v", f)
	}
	f = facet{}
	w.get(at + asked("column", "pm25", "where", "count between 5 and 8")).want(200).json(&f)
	if f.Missing != 1 || f.Rows != 3 || f.Distinct != 2 {
		t.Errorf("%+v", f)
	}
	f = facet{}
	w.get("/api/v1/datasets/budget/tables/income/facets" + asked("column", "item")).want(200).json(&f)
	if len(f.Values) != 2 || f.Rows != 2 {
		t.Errorf("totals are among the values: %+v", f)
	}
	for query, field := range map[string]string{"": "column", asked("column", "nope"): "column", asked("column", "sum(count)"): "column", asked("column", "station", "where", "x = 1"): "where", asked("column", "station", "limit", "5000"): "limit"} {
		if p := w.get(at + query).want(400).problem(); p.Field != field || p.Fix == "" {
			t.Errorf("%s: %+v", query, p)
		}
	}
	a := w.get(at + asked("column", "station"))
	w.get(at+asked("column", "station"), "If-None-Match", a.Header.Get("ETag")).want(304)
}

func TestStats(t *testing.T) {
	w := newWorld(t)
	var s struct {
		Rows    int
		Columns []struct {
			Name                     string
			Count, Missing, Distinct int
			Min, Max, Mean           any
			Quantiles                map[string]any
			Histogram                []struct {
				From, To any
				Count    int
			}
			Top []struct {
				Value any
				Count int
			}
		}
		Omitted []string
	}
	w.get("/api/v1/datasets/air-quality/stats" + asked("where", "count < 100", "bins", "10")).want(200).json(&s)
	if s.Rows != 99 || len(s.Columns) != 5 || len(s.Omitted) != 0 {
		t.Fatalf("%+v", s)
	}
	station, day, pm25, count := s.Columns[0], s.Columns[1], s.Columns[2], s.Columns[3]
	if station.Distinct != 10 || station.Min != "站点00" || len(station.Top) != 10 || station.Top[0].Count != 10 || len(station.Histogram) != 0 {
		t.Errorf("%+v", station)
	}
	if day.Min != "2024-01-01" || day.Max != "2024-01-10" || day.Quantiles["0.5"] != "2024-01-06" || len(day.Histogram) != 10 || day.Histogram[9].From != "2024-01-10" || day.Histogram[9].Count != 10 {
		t.Errorf("%+v", day)
	}
	if pm25.Missing != 1 || pm25.Count != 98 || pm25.Min != json.Number("0.05") || len(pm25.Histogram) != 10 {
		t.Errorf("%+v", pm25)
	}
	if count.Count != 99 || count.Mean == nil || count.Max != json.Number("99") || len(count.Top) != 0 {
		t.Errorf("%+v", count)
	}
	for _, c := range s.Columns {
		sum := 0
		for _, b := range c.Histogram {
			sum += b.Count
		}
		if len(c.Histogram) > 0 && sum != c.Count {
			t.Errorf("%s: %d values in the bars, %d in all", c.Name, sum, c.Count)
		}
	}
	if p := w.get("/api/v1/datasets/air-quality/stats" + asked("columns", "station,nope")).want(400).problem(); p.Field != "columns" || !strings.Contains(p.Fix, "station") {
		t.Errorf("%+v", p)
	}
}
