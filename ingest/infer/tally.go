package infer

import (
	"math"
	"strings"

	"gongkai/catalog"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

// sort is what one cell turned out to be by itself.
type sort uint8

const (
	sortText sort = iota
	sortInteger
	sortDecimal
	sortPercent
	sortBool
	sortDate
	sortDatetime
	sortTime
	sortPeriod
	sortError
	sortDamaged
	sorts
)

// places keeps where something was seen: the first ten rows and how many.
type places struct {
	n    int64
	rows [10]int32
	text string // of the first
}

func (p *places) add(row int, text string) {
	if p.n < int64(len(p.rows)) {
		p.rows[p.n] = int32(row)
		if p.n == 0 {
			p.text = text
		}
	}
	p.n++
}

// tally counts what the cells of one column are.
type tally struct {
	plan  *Plan
	col   shape.Column
	cells int64 // that are not blank
	nulls int64 // of them markers
	by    [sorts]places

	markers  map[string]*places
	words    map[string]int64 // distinct texts, up to manyWords
	zeros    places           // digits that begin with 0
	numeric  int64            // Number cells
	coded    int              // digits of a format such as 000000
	codedN   int64            // cells that have it
	percents int64            // Number cells with a percent format
	shown    int              // digits after the point that number formats show
	shownN   int64            // cells that have such a format

	scale, whole int // of what reads with a decimal point
	commaScale   int // of what reads with a decimal comma
	commaWhole   int
	point, comma places // only a point, only a comma makes a number of it
	both         places // either does, with different values
	style        notation
	styles       [8]int64 // cells by notation bit
	footnotes    places
	odds         places
	sign         string // the currency sign of the first that has one
	oneSign      bool   // and of all others
	bigPlain     int64  // numbers of four digits and more without grouping
	pairs        [5]int64
	compact      int64 // 20240503
	yearDot      int64 // 2024.5 as text
	years        int64
	dayFirst     places // 31/01/2024
	monthFirst   places // 01/31/2024
	eitherOrder  places // 03/05/2024
	dotted       int64  // 03.05.2024
	layouts      map[uint16]int64
	padded       [2]int64 // with and without zeros
	clocks       int64    // dates with a time of day that is not midnight
	needYear     places
	badCompact   places // 20240230
	badDates     places // written like dates, of days that no calendar has
	shownTimes   places // numbers that their format shows as times
	overDay      int64  // of them those of a day and more
	alnum        int64  // texts of letters and digits only: codes
	evidence     catalog.Text
	findings     []catalog.Finding
	tooLong      bool      // the finding that numbers are too long is there
	doubled      bool      // the finding that the column is DOUBLE is there
	settled      bool      // text for sure: only markers are looked at
	memo         []verdict // by a hash of the text; its length is a power of two
	isoDates     int64
}

// manyWords bounds how many distinct texts of a column are remembered.
const manyWords = 64

// manySlots bounds the verdicts that are remembered for all columns together.
const manySlots = 1 << 15

// settleAfter is how many cells it takes to call a column text for good.
const settleAfter = 4096

// init readies a tally for one of width columns.
func (t *tally) init(p *Plan, c shape.Column, width int) {
	t.plan, t.col = p, c
	slots := 256
	for slots > 8 && slots*width > manySlots {
		slots /= 2
	}
	t.memo = make([]verdict, slots)
	t.markers, t.words, t.layouts = map[string]*places{}, map[string]int64{}, map[uint16]int64{}
}

func (t *tally) add(c *sheet.Cell, row int) {
	switch c.Kind {
	case sheet.Empty:
		return
	case sheet.Text:
		t.addText(c.Raw, row)
	case sheet.Number:
		t.cells++
		t.addNumber(c, row)
	case sheet.Bool:
		t.cells++
		t.by[sortBool].add(row, c.Raw)
	case sheet.Date:
		t.cells++
		t.addISO(c.Raw, row)
	case sheet.Error:
		t.cells++
		t.by[sortError].add(row, c.Raw)
	}
}

func (t *tally) addNumber(c *sheet.Cell, row int) {
	t.numeric++
	if c.Format > 0 && int(c.Format) < len(t.plan.formats) {
		f := &t.plan.formats[c.Format]
		switch f.Class {
		case sheet.ClassDate, sheet.ClassDatetime, sheet.ClassTime:
			t.addSerial(c, row)
			return
		case sheet.ClassCode:
			if n, ok := plainNumber(c.Raw); ok && n.scale == 0 && n.mantissa >= 0 {
				t.coded, t.codedN = max(t.coded, f.Zeros), t.codedN+1
			}
		case sheet.ClassPercent:
			t.percents++
		case sheet.ClassNumber:
			if f.Decimals > 0 {
				t.shown, t.shownN = max(t.shown, f.Decimals), t.shownN+1
			}
		}
	}
	n, ok := rawNumber(c.Raw)
	if !ok {
		t.by[sortText].add(row, c.Raw)
		return
	}
	if n.damaged() {
		t.by[sortDamaged].add(row, c.Raw)
		return
	}
	t.measure(n)
	if len(c.Raw) == 8 || len(c.Raw) == 4 {
		t.compactOrYear(c.Raw, row)
	}
	switch {
	case n.scale > 0:
		t.by[sortDecimal].add(row, c.Raw)
	default:
		t.by[sortInteger].add(row, c.Raw)
	}
}

func (t *tally) measure(n number) {
	t.scale, t.whole = max(t.scale, n.scale), max(t.whole, n.whole)
	t.commaScale, t.commaWhole = max(t.commaScale, n.scale), max(t.commaWhole, n.whole)
}

func (t *tally) addSerial(c *sheet.Cell, row int) {
	f, ok := c.Float()
	if !ok {
		t.by[sortText].add(row, c.Raw)
		return
	}
	if code, ok := timeFormat(c, t.plan.formats); ok {
		shown := shownTime(f, code)
		t.shownTimes.add(row, shown)
		if f >= 0 && f < 1 {
			t.by[sortTime].add(row, shown)
			return
		}
		t.overDay++ // a length of time: no type holds it
		t.by[sortText].add(row, shown)
		return
	}
	_, micros, ok := serialDate(f, t.plan.date1904)
	switch {
	case !ok:
		t.by[sortText].add(row, c.Raw)
	case micros != 0:
		t.clocks++
		t.by[sortDatetime].add(row, c.Raw)
	default:
		t.by[sortDate].add(row, c.Raw)
	}
}

// serialDate turns a spreadsheet's day number into days since 1970-01-01 and
// microseconds since midnight. ok is false outside of the years 1900 to 9999
// and for the day that 1900 never had.
func serialDate(f float64, date1904 bool) (days, micros int64, ok bool) {
	whole := math.Floor(f)
	micros = int64(math.Round((f-whole)*86_400_000)) * 1000
	if micros == 86_400_000_000 {
		whole, micros = whole+1, 0
	}
	if date1904 {
		whole += 1462
	}
	switch {
	case whole < 1 || whole > 2958465 || whole == 60:
		return 0, 0, false
	case whole < 60:
		return int64(whole) - 25568, micros, true
	}
	return int64(whole) - 25569, micros, true
}

func (t *tally) addISO(s string, row int) {
	d, ok := parseDate(strings.TrimSuffix(s, "Z"))
	switch {
	case !ok:
		t.by[sortText].add(row, s)
	case d.hasClock && d.micros != 0:
		t.clocks++
		t.by[sortDatetime].add(row, s)
	default:
		t.by[sortDate].add(row, s)
	}
}

func (t *tally) addText(raw string, row int) {
	if t.settled {
		t.addSettled(raw, row)
		return
	}
	if n, ok := plainNumber(raw); ok && !n.split {
		switch {
		case n.how == 0:
			t.cells++
			t.plain(n, raw, row)
			return
		case n.scale == 0 && raw[0] == '0':
			t.cells++
			t.measure(n)
			t.zeros.add(row, raw)
			t.by[sortInteger].add(row, raw)
			return
		}
	}
	if len(raw) == 10 && raw[4] == '-' {
		if _, ok := isoDate(raw); ok {
			t.cells++
			t.isoDates++
			t.by[sortDate].add(row, raw)
			return
		}
	}
	t.addVerdict(t.judge(raw), row)
}

// plain counts a number of nothing but digits and a point.
func (t *tally) plain(n number, s string, row int) {
	if n.whole >= 4 {
		t.bigPlain++
	}
	if n.scale == 0 {
		t.measure(n)
		if len(s) == 8 || len(s) == 4 {
			t.compactOrYear(s, row)
		}
		t.by[sortInteger].add(row, s)
		return
	}
	t.scale, t.whole = max(t.scale, n.scale), max(t.whole, n.whole)
	t.point.add(row, s)
	if n.whole == 4 && n.scale <= 2 && yearDot(s) {
		t.yearDot++
	}
	t.by[sortDecimal].add(row, s)
}

func (t *tally) compactOrYear(s string, row int) {
	if len(s) == 4 {
		if s[0] == '1' && s[1] >= '8' || s[0] == '2' && s[1] <= '1' {
			t.years++
		}
		return
	}
	if _, ok := compactDate(s); ok {
		t.compact++
	} else if impossibleCompact(s) {
		t.badCompact.add(row, s)
	}
}

func yearDot(s string) bool {
	_, ok := parsePeriod(s, 0)
	return ok && (s[0] == '1' && s[1] >= '8' || s[0] == '2' && s[1] <= '1')
}

// addSettled counts a cell of a column that is text for sure.
func (t *tally) addSettled(raw string, row int) {
	s := shape.Trim(raw)
	if s == "" {
		return
	}
	t.cells++
	if len(s) <= 24 && shape.NullMarker(s) {
		t.marker(s, row)
		return
	}
	t.by[sortText].n++
}

func (t *tally) marker(s string, row int) {
	t.nulls++
	m := t.markers[s]
	if m == nil {
		m = &places{}
		t.markers[s] = m
	}
	m.add(row, s)
}

func (t *tally) addVerdict(v *verdict, row int) {
	s := shape.Trim(v.text)
	if s == "" {
		return
	}
	t.cells++
	if v.marker {
		t.marker(s, row)
		return
	}
	if len(t.words) <= manyWords {
		t.words[s]++
	}
	switch v.sort {
	case sortInteger, sortDecimal, sortPercent:
		t.addWritten(v, s, row)
	case sortDate, sortDatetime:
		t.addDate(v, s, row)
	case sortPeriod:
		if v.year {
			t.needYear.add(row, s)
		}
		t.by[sortPeriod].add(row, s)
	case sortText:
		t.by[sortText].add(row, s)
		if v.alnum {
			t.alnum++
		}
		if v.badDate {
			t.badDates.add(row, s)
		}
		if n := t.by[sortText].n; n > settleAfter && n*10 > t.cells*9 {
			t.settled = true
		}
	default:
		t.pairs[v.bool.pair]++
		t.by[v.sort].add(row, s)
	}
}

// addWritten counts a number with grouping, currency, or other writing.
func (t *tally) addWritten(v *verdict, s string, row int) {
	t.by[v.sort].add(row, s)
	if v.zero {
		t.zeros.add(row, s)
	}
	if v.ydot {
		t.yearDot++
	}
	if len(s) == 8 || len(s) == 4 {
		t.compactOrYear(s, row)
	}
	switch {
	case v.pOK && !v.cOK:
		t.point.add(row, s)
	case v.cOK && !v.pOK:
		t.comma.add(row, s)
	case v.point.split || v.comma.split:
		t.both.add(row, s)
	}
	n := v.point
	if v.pOK {
		t.scale, t.whole = max(t.scale, v.point.scale+percentScale(v.point)), max(t.whole, v.point.whole)
	} else {
		n = v.comma
	}
	if v.cOK {
		t.commaScale, t.commaWhole = max(t.commaScale, v.comma.scale+percentScale(v.comma)), max(t.commaWhole, v.comma.whole)
	}
	t.style |= n.how
	if n.how&currency != 0 {
		sign := strings.Trim(s, "0123456789., -+()")
		t.oneSign = sign == t.sign || t.styles[1] == 0
		if t.styles[1] == 0 {
			t.sign = sign
		}
	}
	for b := range t.styles {
		if n.how>>b&1 == 1 {
			t.styles[b]++
		}
	}
	if n.how&footnoted != 0 {
		t.footnotes.add(row, s)
	} else if n.how&(odd|fullWidth|bracketed) != 0 {
		t.odds.add(row, s)
	}
}

// percentScale is how many digits a percent sign moves the point.
func percentScale(n number) int {
	if n.how&percentage != 0 {
		return 2
	}
	return 0
}

func (t *tally) addDate(v *verdict, s string, row int) {
	d := &v.date
	if d.form == formShort {
		switch {
		case d.a > 12:
			t.dayFirst.add(row, s)
		case d.b > 12:
			t.monthFirst.add(row, s)
		case d.a != d.b:
			t.eitherOrder.add(row, s)
		}
		if d.layout == '.' {
			t.dotted++
		}
	}
	t.layouts[d.layout]++
	switch d.padded {
	case 1:
		t.padded[0]++
	case -1:
		t.padded[1]++
	}
	if d.hasClock && d.micros != 0 {
		t.clocks++
	}
	t.by[v.sort].add(row, s)
}
