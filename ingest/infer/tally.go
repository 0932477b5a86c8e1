package infer

import (
	"slices"
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

// places keeps where something was seen: the first ten records and how often.
type places struct {
	n    int64
	rows [10]int // numbers of records
	text string  // of the first
}

func (p *places) add(row int, text string) { p.addMany(row, text, 1) }

// addMany counts k times: more than once only what the first ten are known of.
func (p *places) addMany(row int, text string, k int64) {
	if p.n < int64(len(p.rows)) {
		p.rows[p.n] = row
		if p.n == 0 {
			p.text = text
		}
	}
	p.n += k
}

// tally counts what the cells of one column are.
type tally struct {
	plan  *Plan
	col   shape.Column
	at    int   // index of its cells
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
	named        stretch               // where periods with a year stand
	unnamed      stretch               // and those without
	wholeYears   bool                  // of the former some are whole years
	badCompact   places                // 20240230
	badDates     places                // written like dates, of days that no calendar has
	shownTimes   places                // numbers that their format shows as times
	overDay      int64                 // of them those of a day and more
	alnum        int64                 // texts of letters and digits only: codes
	filled       places                // blank cells that have the label above
	totals       [2][3]room            // what totals need, by decimal mark and class
	nullMarks    []string              // that the recipe adds
	keepMarks    []string              // that the recipe makes values
	yearFirst    bool                  // the recipe says that 24/05/03 begins with the year
	texts        int64                 // dates that are texts
	orders       [orders]int64         // of them those that an order of the numbers makes dates of
	mask         mask                  // nothing of the values may be told
	ident        *identifiers          // codes with check digits, or nil
	special      bool                  // one of those: the slow way
	decided      *catalog.RecipeColumn // or nil
	order        catalog.Text          // why a held column of dates has its order
	evidence     catalog.Text
	findings     []catalog.Finding
	tooLong      bool         // the finding that numbers are too long is there
	doubled      bool         // the finding that the column is DOUBLE is there
	settledAt    int64        // values that were seen until then
	settled      bool         // text for sure: only markers are looked at
	memo         []remembered // by a hash of the text; its length is a power of two
	isoDates     int64
	angles       places // degrees, minutes and seconds
}

// manyWords bounds how many distinct texts of a column are remembered.
const manyWords = 64

// manySlots bounds the verdicts that are remembered for all columns together.
const manySlots = 1 << 15

// settleAfter is how many cells it takes to call a column text for good.
const settleAfter = 4096

// init readies a tally for one of width columns.
func (t *tally) init(p *Plan, c shape.Column, width int) {
	t.plan, t.col, t.at = p, c, c.Col-1
	slots := 256
	for slots > 8 && slots*width > manySlots {
		slots /= 2
	}
	t.memo = make([]remembered, slots)
	t.markers, t.words, t.layouts = map[string]*places{}, map[string]int64{}, map[uint16]int64{}
	t.decided = c.Decided
	if d := c.Decided; d != nil {
		t.nullMarks, t.keepMarks, t.yearFirst = d.NullMarkers, d.KeepMarkers, orderOf(d.DateOrder) == orderYMD
		t.mask = maskOf(&c)
	}
	t.ident = identifiersOf(&c)
	t.special = t.marked() || t.ident != nil
}

// marked reports whether the recipe or the shape says more about single cells.
func (t *tally) marked() bool {
	return len(t.nullMarks) > 0 || t.mask != maskNone || t.col.FillDown
}

func (t *tally) add(c *sheet.Cell, row int) {
	if t.special && t.addSpecial(c, row) {
		return
	}
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

// addSpecial sees the cells of columns that the recipe or the header says more
// about; done tells that nothing else is to be found out.
func (t *tally) addSpecial(c *sheet.Cell, row int) (done bool) {
	if c.IsEmpty() {
		return true
	}
	if c.Flags&sheet.Filled != 0 {
		t.filled.add(row, "")
	}
	if t.mask != maskNone {
		t.addMasked(c, row)
		return true
	}
	if len(t.nullMarks) > 0 && c.Kind != sheet.Error {
		if s := shape.Trim(c.Raw); slices.Contains(t.nullMarks, s) {
			t.cells++
			t.marker(s, row, 1)
			return true
		}
	}
	if t.ident != nil && !t.ident.add(c, row) {
		t.ident = nil
		t.special = t.marked()
	}
	return false
}

func (t *tally) addNumber(c *sheet.Cell, row int) {
	t.numeric++
	if c.Format > 0 && int(c.Format) < len(t.plan.formats) {
		f := &t.plan.formats[c.Format]
		switch f.Class {
		case sheet.ClassDate, sheet.ClassDatetime:
			if m, _, scale, ok := fewDigits(c.Raw); ok && scale == 0 && m >= marchOf1900 && m <= lastSerial {
				t.by[sortDate].add(row, c.Raw)
				return
			}
			t.addSerial(c, row)
			return
		case sheet.ClassTime:
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
	_, whole, scale, ok := fewDigits(c.Raw)
	if !ok {
		n, ok := rawNumber(c.Raw)
		if !ok {
			t.by[sortText].add(row, c.Raw)
			return
		}
		if n.damaged() {
			t.by[sortDamaged].add(row, c.Raw)
			return
		}
		whole, scale = n.whole, n.scale
	}
	t.measure(whole, scale)
	if len(c.Raw) == 8 || len(c.Raw) == 4 {
		t.compactOrYear(c.Raw, row, 1)
	}
	if scale > 0 {
		t.by[sortDecimal].add(row, c.Raw)
		return
	}
	t.by[sortInteger].add(row, c.Raw)
}

// measure makes room for a number that reads the same with either decimal mark.
func (t *tally) measure(whole, scale int) {
	if whole > t.whole || scale > t.scale || whole > t.commaWhole || scale > t.commaScale {
		t.scale, t.whole = max(t.scale, scale), max(t.whole, whole)
		t.commaScale, t.commaWhole = max(t.commaScale, scale), max(t.commaWhole, whole)
	}
}

func (t *tally) addSerial(c *sheet.Cell, row int) {
	f, ok := serialOf(c.Raw)
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

func (t *tally) addISO(s string, row int) {
	d, ok := parseDate(strings.TrimSuffix(s, "Z"), false)
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
	if raw == "" {
		return
	}
	if raw[0]-'0' <= 9 || raw[0] == '-' {
		if t.addPlain(raw, row) {
			return
		}
	}
	m := t.recall(raw)
	if m.seen < len(places{}.rows) {
		m.seen++
		t.addVerdict(&m.verdict, row, 1)
		return
	}
	m.due++ // its places are full: only counts are due, and those can wait
}

// addPlain counts what is nothing but digits and a point, or an ISO date: the
// fast way for what seldom comes again.
func (t *tally) addPlain(raw string, row int) bool {
	if n, ok := plainNumber(raw); ok && !n.split {
		switch {
		case n.how == 0:
			t.cells++
			t.plain(n, raw, row)
			return true
		case n.scale == 0 && raw[0] == '0':
			t.cells++
			t.measure(n.whole, 0)
			t.zeros.add(row, raw)
			t.by[sortInteger].add(row, raw)
			return true
		}
	}
	if len(raw) == 10 && raw[4] == '-' {
		if _, ok := isoDate(raw); ok {
			t.cells++
			t.isoDates++
			t.by[sortDate].add(row, raw)
			return true
		}
	}
	return false
}

// plain counts a number of nothing but digits and a point.
func (t *tally) plain(n number, s string, row int) {
	if n.whole >= 4 {
		t.bigPlain++
	}
	if n.scale == 0 {
		t.measure(n.whole, 0)
		if len(s) == 8 || len(s) == 4 {
			t.compactOrYear(s, row, 1)
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

func (t *tally) compactOrYear(s string, row int, k int64) {
	if len(s) == 4 {
		if s[0] == '1' && s[1] >= '8' || s[0] == '2' && s[1] <= '1' {
			t.years += k
		}
		return
	}
	if _, ok := compactDate(s); ok {
		t.compact += k
	} else if impossibleCompact(s) {
		t.badCompact.addMany(row, s, k)
	}
}

func yearDot(s string) bool {
	_, ok := parsePeriod(s, 0)
	return ok && (s[0] == '1' && s[1] >= '8' || s[0] == '2' && s[1] <= '1')
}

// addSettled counts a cell of a column that is text for sure.
func (t *tally) addSettled(raw string, row int) {
	if wordy(raw) {
		t.cells++
		t.by[sortText].n++
		return
	}
	s := shape.Trim(raw)
	if s == "" {
		return
	}
	t.cells++
	if t.marks(s) {
		t.marker(s, row, 1)
		return
	}
	t.by[sortText].n++
}

// marks reports whether a trimmed text stands for a missing value.
func (t *tally) marks(s string) bool {
	return shape.NullMarker(s) && !slices.Contains(t.keepMarks, s)
}

func (t *tally) marker(s string, row int, k int64) {
	t.nulls += k
	m := t.markers[s]
	if m == nil {
		m = &places{}
		t.markers[s] = m
	}
	m.addMany(row, s, k)
}

// settle counts what is still due.
func (t *tally) settle() {
	for i := range t.memo {
		t.memo[i].pay(t)
	}
}
