package infer_test

import (
	"strings"
	"testing"

	"gongkai/catalog"
)

func TestCoordinates(t *testing.T) {
	for _, c := range []struct {
		name     string
		labels   []string
		title    string
		notes    []string
		crs      string // decided
		rows     []string
		kinds    string // of both columns
		wantCRS  string
		findings string // codes
	}{
		{"unknown system", []string{"经度", "纬度"}, "", nil, "", []string{"#116.391|#39.907", "#121.47|#31.23"}, "longitude latitude", "", "coordinates-crs-unknown"},
		{"named in the header", []string{"经度(GCJ-02)", "纬度(GCJ-02)"}, "", nil, "", []string{"#116.391|#39.907"}, "longitude latitude", "GCJ-02", ""},
		{"named by a map", []string{"lng", "lat"}, "", []string{"注：坐标取自百度地图"}, "", []string{"116.391|39.907"}, "longitude latitude", "BD-09", ""},
		{"named in the title", []string{"纬度", "经度"}, "监测点（2000国家大地坐标系）", nil, "", []string{"#39.907|#116.391"}, "latitude longitude", "CGCS2000", ""},
		{"two are named", []string{"经度", "纬度"}, "高德、百度坐标", nil, "", []string{"#116.391|#39.907"}, "longitude latitude", "", "coordinates-crs-unknown"},
		{"the recipe knows", []string{"Longitude", "Latitude"}, "高德", nil, "WGS-84", []string{"#116.391|#39.907"}, "longitude latitude", "WGS-84", ""},
		{"swapped", []string{"经度", "纬度"}, "WGS84", nil, "", []string{"#39.907|#116.391", "#31.2|#121.4"}, "longitude ", "WGS-84", "coordinates-swapped"},
		{"one swapped", []string{"经度", "纬度"}, "WGS84", nil, "", append(numbered(30, func(int) string { return "#116.3|#39.9" }), "#39.907|#116.391"), "longitude latitude", "WGS-84", "coordinates-swapped"},
		{"out of range", []string{"经度", "纬度"}, "WGS84", nil, "", append(numbered(30, func(int) string { return "#116.3|#39.9" }), "#1163.9|#39.9"), "longitude latitude", "WGS-84", "coordinates-out-of-range"},
		{"x and y as maps have them", []string{"X坐标", "Y坐标"}, "WGS84", nil, "", []string{"#116.391|#39.907"}, "longitude latitude", "WGS-84", ""},
		{"x and y as surveys have them", []string{"X坐标", "Y坐标"}, "WGS84", nil, "", []string{"#39.907|#116.391"}, "latitude longitude", "WGS-84", ""},
		{"metres", []string{"X坐标", "Y坐标"}, "", nil, "", []string{"#4410000.5|#500321.25"}, " ", "", ""},
		{"latest and longest", []string{"latest", "longest"}, "", nil, "", []string{"#1.5|#2.5"}, " ", "", ""},
		{"degrees, minutes, seconds", []string{"经度", "纬度"}, "", nil, "", []string{"116°23′29″|39°54′20″", "121°28′10\"|31°13′50\""}, " ", "", "coordinates-as-text coordinates-as-text"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := given{labels: c.labels, title: c.title, notes: c.notes, rows: c.rows, decided: map[string]catalog.RecipeColumn{}}
			if c.crs != "" {
				g.decided[c.labels[0]], g.decided[c.labels[1]] = catalog.RecipeColumn{CRS: c.crs}, catalog.RecipeColumn{CRS: c.crs}
			}
			s := g.read(t)
			a, b := s.Table.Columns[0], s.Table.Columns[1]
			if got := a.Kind + " " + b.Kind; got != c.kinds || a.CRS != c.wantCRS || b.CRS != c.wantCRS {
				t.Errorf("%q %q %q, want %q %q", got, a.CRS, b.CRS, c.kinds, c.wantCRS)
			}
			var codes []string
			for _, f := range s.Findings {
				codes = append(codes, f.Code)
			}
			if got := strings.Join(codes, " "); got != c.findings {
				t.Errorf("findings %s, want %s", got, c.findings)
			}
		})
	}
}

func TestKinds(t *testing.T) {
	for _, c := range []struct {
		label, kind, bad string // bad: the count and first cell of identifier-invalid
		typ              catalog.Type
		rows             []string
	}{
		{"统一社会信用代码", catalog.KindCreditCode, "", catalog.TypeText, []string{"91350100M000100Y43"}},
		{"统一社会信用代码", catalog.KindCreditCode, "1 表!A3", catalog.TypeText, []string{"91350100M000100Y43", "91350100M000100Y44"}},
		{"统一社会信用代码", catalog.KindCreditCode, "1 表!A4", catalog.TypeText, []string{"91350100M000100Y43", "—", "9135010****100Y43"}},
		{"统一社会信用代码", catalog.KindCode, "", catalog.TypeText, []string{"无照经营", "个人", "无照经营"}},
		{"行政区划代码", catalog.KindDivisionCode, "", catalog.TypeText, []string{"110101", "440305", "810000"}},
		{"行政区划代码", catalog.KindDivisionCode, "1 表!A3", catalog.TypeText, []string{"110101", "990305"}},
		{"统计用区划代码", catalog.KindDivisionCode, "", catalog.TypeText, []string{"110101001", "110101001002"}},
		{"邮政编码", catalog.KindCode, "", catalog.TypeText, []string{"110101", "100000"}},
		{"地区编码", catalog.KindDivisionCode, "", catalog.TypeText, []string{"#110101", "#440305"}},
		{"区域编码", catalog.KindDivisionCode, "", catalog.TypeText, []string{"110101", "110102", "110105", "440305", "440306"}},
		{"产品编码", catalog.KindCode, "", catalog.TypeText, []string{"110101", "110102", "990105", "440305", "440306"}},
		{"年份", catalog.KindYear, "", catalog.TypeInteger, []string{"#2021", "#2022", "#2023"}},
		{"编号", catalog.KindCode, "", catalog.TypeText, []string{"007", "008", "009"}},
		{"数量", "", "", catalog.TypeInteger, []string{"110101", "110102"}},
		{"名称", "", "", catalog.TypeText, []string{"甲", "乙"}},
	} {
		s := given{labels: []string{c.label}, rows: c.rows}.read(t)
		kind := c.kind
		if col := s.Table.Columns[0]; col.Kind != kind && !(kind == catalog.KindCode && col.Kind == "") || col.Type != c.typ {
			t.Errorf("%s %v: %s %q, want %s %q (%s)", c.label, c.rows, col.Type, col.Kind, c.typ, kind, col.Evidence.EN)
		}
		f := s.finding("identifier-invalid")
		switch {
		case (f == nil) != (c.bad == ""):
			t.Errorf("%s %v: %+v", c.label, c.rows, f)
		case f != nil:
			n, cell, _ := strings.Cut(c.bad, " ")
			if f.Cells[0] != cell || n != "1" || f.Count != 1 {
				t.Errorf("%s: %+v", c.label, f)
			}
		}
	}
}

// TestCodesKeepKind: what thousands of codes are is still told.
func TestCodesKeepKind(t *testing.T) {
	s := given{labels: []string{"批次"}, rows: numbered(9000, func(i int) string { return "AB-" + string(rune('A'+i%26)) + strings.Repeat("7", 1+i%9) })}.read(t)
	if c := s.Table.Columns[0]; c.Kind != catalog.KindCode || c.Type != catalog.TypeText {
		t.Errorf("%s %q: %s", c.Type, c.Kind, c.Evidence.EN)
	}
}
