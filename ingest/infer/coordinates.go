package infer

import (
	"math"
	"strconv"
	"strings"

	"gongkai/catalog"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

// axis is what the heading of a coordinate column says.
type axis uint8

const (
	axisNone axis = iota
	axisLon
	axisLat
	axisX // x坐标: longitude in maps, northing in Chinese surveys
	axisY
)

// axisOf judges a heading. Words within words do not count: "latest", "longest".
func axisOf(label string) axis {
	low := strings.ToLower(label)
	lon := strings.Contains(low, "经度") || strings.Contains(low, "經度") || word(low, "longitude", "longitudes", "lng", "lon", "long")
	lat := strings.Contains(low, "纬度") || strings.Contains(low, "緯度") || word(low, "latitude", "latitudes", "lat")
	x := strings.Contains(low, "x坐标") || strings.Contains(low, "坐标x") || strings.Contains(low, "x 坐标") || strings.Contains(low, "横坐标")
	y := strings.Contains(low, "y坐标") || strings.Contains(low, "坐标y") || strings.Contains(low, "y 坐标") || strings.Contains(low, "纵坐标")
	switch {
	case lon && lat: // 经纬度: both in one cell
		return axisNone
	case lon:
		return axisLon
	case lat:
		return axisLat
	case x && !y:
		return axisX
	case y && !x:
		return axisY
	}
	return axisNone
}

// word reports whether one of some words stands in a text by itself.
func word(text string, words ...string) bool {
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r < 'a' || r > 'z' }) {
		for _, w := range words {
			if part == w {
				return true
			}
		}
	}
	return false
}

// degrees counts what the numbers of one coordinate column may be.
type degrees struct {
	n      int64 // numbers
	beyond [2]places
}

// The ranges of latitudes and longitudes, as indexes of degrees.beyond.
const (
	range90 = iota
	range180
)

func (d *degrees) add(f float64, row int, raw string) {
	d.n++
	if math.Abs(f) > 90 {
		d.beyond[range90].add(row, raw)
	}
	if math.Abs(f) > 180 {
		d.beyond[range180].add(row, raw)
	}
}

// pair is two columns of coordinates that belong together.
type pair struct {
	a, b    int // indexes of tallies; a is longitude or x by its heading
	at      [2]int
	axes    [2]axis
	columns [2]degrees
	swapped places // records whose b is no latitude where a could be one
}

// coordinatePairs finds a column of longitudes and the next one of latitudes
// that is not taken, or the other way round.
func coordinatePairs(tallies []tally) []pair {
	var out []pair
	taken := map[int]bool{}
	match := map[axis]axis{axisLon: axisLat, axisX: axisY}
	for i := range tallies {
		a := axisOf(tallies[i].col.Label)
		other, begins := match[a]
		if !begins || tallies[i].mask != maskNone {
			continue
		}
		best := -1
		for k := range tallies {
			near := best < 0 || distance(k, i) < distance(best, i)
			if axisOf(tallies[k].col.Label) == other && !taken[k] && near && tallies[k].mask == maskNone {
				best = k
			}
		}
		if best >= 0 {
			taken[best] = true
			out = append(out, pair{a: i, b: best, at: [2]int{tallies[i].at, tallies[best].at}, axes: [2]axis{a, other}})
		}
	}
	return out
}

func distance(a, b int) int { return max(a-b, b-a) }

func (q *pair) add(r *shape.Row) {
	var f [2]float64
	var ok [2]bool
	for k, at := range q.at {
		if at >= len(r.Cells) {
			continue
		}
		c := &r.Cells[at]
		if f[k], ok[k] = degree(c); ok[k] {
			q.columns[k].add(f[k], r.Row, c.Raw)
		}
	}
	if ok[0] && ok[1] && math.Abs(f[1]) > 90 && math.Abs(f[1]) <= 180 && math.Abs(f[0]) <= 90 {
		q.swapped.add(r.Row, strings.TrimSpace(r.Cells[q.at[0]].Raw)+", "+strings.TrimSpace(r.Cells[q.at[1]].Raw))
	}
}

func degree(c *sheet.Cell) (float64, bool) {
	if c.Kind != sheet.Number && c.Kind != sheet.Text || c.Raw == "" || len(c.Raw) > 32 {
		return 0, false
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(c.Raw), 64)
	return f, err == nil && !math.IsNaN(f)
}

// locate says of coordinate columns which axis they hold, in which system, and
// what is wrong with them.
func (p *Plan) locate(tallies []tally, pairs []pair) {
	for i := range pairs {
		q := &pairs[i]
		lon, lat := q.a, q.b
		if !p.columns[lon].kind.Numeric() || !p.columns[lat].kind.Numeric() {
			continue
		}
		if q.axes[0] == axisX {
			var ok bool
			if lon, lat, ok = q.planar(); !ok {
				continue
			}
		}
		p.locatePair(tallies, q, lon, lat)
	}
	for i := range tallies {
		t := &tallies[i]
		if p.columns[i].kind != catalog.TypeText || t.angles.n*2 <= t.cells-t.nulls || t.angles.n == 0 {
			continue
		}
		t.finding("coordinates-as-text", &t.angles).Actual = t.angles.text
		t.sayMore("；%d 个以度分秒书写", "; %d are written in degrees, minutes and seconds", t.angles.n)
	}
}

// planar tells which of x and y is the longitude, or that they are no degrees:
// surveys measure metres.
func (q *pair) planar() (lon, lat int, ok bool) {
	x, y := &q.columns[0], &q.columns[1]
	if x.n == 0 || y.n == 0 || x.beyond[range180].n+y.beyond[range180].n > 0 {
		return 0, 0, false
	}
	switch {
	case y.beyond[range90].n == 0:
		return q.a, q.b, true
	case x.beyond[range90].n == 0:
		q.swapped = places{} // no heading says otherwise
		return q.b, q.a, true
	}
	return 0, 0, false
}

func (p *Plan) locatePair(tallies []tally, q *pair, lon, lat int) {
	of := map[int]*degrees{q.a: &q.columns[0], q.b: &q.columns[1]}
	if q.swapped.n > 0 {
		f := tallies[lat].finding("coordinates-swapped", &q.swapped)
		f.Actual = q.swapped.text
	}
	for _, x := range [...]struct {
		i, limit       int
		shown, meaning string
		zh, en         string
	}{
		{lon, range180, "180", catalog.KindLongitude, "经度", "longitude"},
		{lat, range90, "90", catalog.KindLatitude, "纬度", "latitude"},
	} {
		d, t := of[x.i], &tallies[x.i]
		beyond := d.beyond[x.limit].n
		if x.limit == range90 {
			beyond -= q.swapped.n // they are reported as such
		}
		if d.n == 0 || !most(d.n-beyond, d.n) {
			return // no degrees, whatever the heading says
		}
		if beyond > 0 {
			f := t.finding("coordinates-out-of-range", &d.beyond[x.limit])
			f.Actual, f.Expected = d.beyond[x.limit].text, x.shown
		}
		if x.limit == range180 || q.swapped.n*2 < d.n {
			p.columns[x.i].meaning = x.meaning
			t.evidence.ZH += "；表头与取值说明是" + x.zh
			t.evidence.EN += "; " + x.en + " by its header and values"
		}
	}
	p.findCRS(tallies, lon, lat)
}

// findCRS names the coordinate system of a pair: that of the recipe, else the
// one that a heading, else that the title or a note names.
func (p *Plan) findCRS(tallies []tally, lon, lat int) {
	t := p.source
	heading := crsOf(tallies[lon].col.SourceLabel, tallies[lat].col.SourceLabel, tallies[lon].col.Label, tallies[lat].col.Label)
	around := crsOf(append([]string{t.Title, t.Sheet.Name}, t.Notes...)...)
	known := false
	for _, i := range [...]int{lon, lat} {
		c, t := &p.columns[i], &tallies[i]
		switch d := t.decided; {
		case d != nil && d.CRS != "":
			c.crs = d.CRS
			t.sayMore("；坐标系 %s 出自配方", "; system %s from the recipe", c.crs)
		case heading != "":
			c.crs = heading
			t.sayMore("；坐标系 %s 出自表头", "; system %s from the header", c.crs)
		case around != "":
			c.crs = around
			t.sayMore("；坐标系 %s 出自标题或说明", "; system %s from the title or a note", c.crs)
		}
		known = known || c.crs != ""
	}
	if !known {
		tallies[lon].finding("coordinates-crs-unknown", &places{})
	}
}

// crsOf finds the one coordinate system that some texts name; "" where they
// name none or several.
func crsOf(texts ...string) string {
	found := ""
	for _, s := range texts {
		low := strings.ToLower(strings.NewReplacer("-", "", "_", "", " ", "", "（", "(", "）", ")").Replace(s))
		for _, system := range [...]struct {
			name  string
			words []string
		}{
			{catalog.GCJ02, []string{"gcj02", "火星坐标", "高德", "腾讯", "国测局坐标"}},
			{catalog.BD09, []string{"bd09", "百度"}},
			{catalog.CGCS2000, []string{"cgcs2000", "国家2000", "2000国家大地", "2000坐标系", "大地2000"}},
			{catalog.WGS84, []string{"wgs84", "gps坐标", "epsg:4326", "epsg4326"}},
		} {
			for _, w := range system.words {
				if !strings.Contains(low, w) {
					continue
				}
				if found != "" && found != system.name {
					return ""
				}
				found = system.name
			}
		}
	}
	return found
}

// isAngle reports whether a text is degrees, minutes and seconds: 116°23'29",
// 39度54分20秒, N 39° 54.3′.
func isAngle(s string) bool {
	i := strings.Index(s, "°")
	if i < 0 {
		i = strings.Index(s, "度")
	}
	if i < 1 || len(s) > 48 {
		return false
	}
	minutes, digit := false, false
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digit = true
		case r == '\'' || r == '′' || r == '’' || r == '分':
			minutes = true
		case strings.ContainsRune("°度\"″”“‘秒. ,NSEWnsew东西南北经纬北度", r):
		default:
			return false
		}
	}
	return minutes && digit
}
