package check

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"gongkai/catalog"
)

// span is a stretch of time that data say they are of: its first and last day.
type span struct {
	start, end time.Time
	text       string // as the data have it
	where      string
	table      string
}

// Freshness holds the latest period that the data themselves name against the
// declared cycle: more than two cycles ago is stale, more than one ahead may be
// a typing error. The profiles of the tables are to be filled in. Data that
// name no period, and cycles without a length, are not judged by their age; a
// zero today judges nothing.
func Freshness(tables []catalog.Table, cycle catalog.UpdateCycle, today time.Time) []catalog.Finding {
	if today.IsZero() {
		return nil
	}
	today = today.UTC().Truncate(24 * time.Hour)
	p := newPeriods()
	var latest span
	var out []catalog.Finding
	for i := range tables {
		s := p.of(&tables[i])
		if s.end.IsZero() {
			continue
		}
		if s.end.After(latest.end) {
			latest = s
		}
		if s.start.After(next(cycle, today)) {
			f := catalog.NewFinding("data-future", s.where, nil)
			f.Table, f.Actual = s.table, s.text
			out = append(out, f)
		}
	}
	if _, known := due(cycle, today); !known || latest.end.IsZero() || !today.After(next(cycle, next(cycle, latest.end))) {
		return out
	}
	f := catalog.NewFinding("data-stale", latest.where, nil)
	f.Table, f.Actual, f.Expected = latest.table, latest.text, string(cycle)
	if term, ok := catalog.Lookup(catalog.Cycles, string(cycle)); ok {
		f.Expected = term.Name.EN
		f.Args = map[string]string{"expected_zh": term.Name.ZH}
	}
	return append(out, f)
}

// due gives the day one cycle later; known is false where the cycle has no
// length. What is fed in real time is looked at by the day.
func due(cycle catalog.UpdateCycle, day time.Time) (at time.Time, known bool) {
	if cycle == catalog.CycleRealtime {
		cycle = catalog.CycleDaily
	}
	return cycle.NextDue(day)
}

// next is due, with a year where the cycle has no length.
func next(cycle catalog.UpdateCycle, day time.Time) time.Time {
	if at, ok := due(cycle, day); ok {
		return at
	}
	return day.AddDate(1, 0, 0)
}

// periods reads periods from texts.
type periods struct{ day, quarter, half, months, month, english, year, since *regexp.Regexp }

func newPeriods() *periods {
	const y = `(?:^|[^0-9])((?:19|20)[0-9]{2})`
	return &periods{
		day:     regexp.MustCompile(y + ` ?[年./-] ?([0-9]{1,2}) ?[月./-] ?([0-9]{1,2})(?:$|[^0-9])`),
		quarter: regexp.MustCompile(y + ` ?年? ?(?:第?([1-4]) ?季|[Qq]([1-4]))`),
		half:    regexp.MustCompile(y + ` ?年? ?([上下])半年`),
		months:  regexp.MustCompile(y + ` ?年 ?([0-9]{1,2}) ?月?份? ?[-—–~～至到] ?([0-9]{1,2}) ?月`),
		month:   regexp.MustCompile(y + ` ?[年./-] ?([0-9]{1,2})(?: ?月|$|[^0-9./-])`),
		english: regexp.MustCompile(`(?i)(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? ((?:19|20)[0-9]{2})`),
		since:   regexp.MustCompile(`(?i)since [0-9]{4}|[0-9]{4} ?年?(?:以来|起)`),
		year:    regexp.MustCompile(y + `\b`),
	}
}

// in gives the latest period that a text names; ok is false where it names
// none. A finer one counts before a coarser one.
func (p *periods) in(text string) (s span, ok bool) {
	plain := p.since.ReplaceAllString(text, "") // where they begin
	plain = strings.NewReplacer("〇", "0", "○", "0", "零", "0", "一", "1", "二", "2", "三", "3", "四", "4", "五", "5", "六", "6", "七", "7", "八", "8", "九", "9").Replace(plain)
	add := func(start time.Time, months, days int) {
		if end := start.AddDate(0, months, days-1); end.After(s.end) {
			s, ok = span{start: start, end: end, text: text}, true
		}
	}
	date := func(y string, m, d int) time.Time {
		n, _ := strconv.Atoi(y) // matched as four digits
		return time.Date(n, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	}
	number := func(s string) int { n, _ := strconv.Atoi(s); return n }
	for _, m := range p.day.FindAllStringSubmatch(plain, -1) {
		if mm, dd := number(m[2]), number(m[3]); mm >= 1 && mm <= 12 && dd >= 1 && dd <= 31 {
			add(date(m[1], mm, dd), 0, 1)
		}
	}
	for _, m := range p.quarter.FindAllStringSubmatch(plain, -1) {
		add(date(m[1], 3*number(m[2]+m[3])-2, 1), 3, 0)
	}
	for _, m := range p.half.FindAllStringSubmatch(plain, -1) {
		add(date(m[1], map[string]int{"上": 1, "下": 7}[m[2]], 1), 6, 0)
	}
	for _, m := range p.months.FindAllStringSubmatch(plain, -1) {
		if from, to := number(m[2]), number(m[3]); from >= 1 && to <= 12 && from <= to {
			add(date(m[1], from, 1), to-from+1, 0)
		}
	}
	if !ok {
		for _, m := range p.month.FindAllStringSubmatch(plain, -1) {
			if mm := number(m[2]); mm >= 1 && mm <= 12 {
				add(date(m[1], mm, 1), 1, 0)
			}
		}
	}
	for _, m := range p.english.FindAllStringSubmatch(text, -1) {
		month, _ := time.Parse("Jan", strings.ToUpper(m[1][:1])+strings.ToLower(m[1][1:3]))
		add(date(m[2], int(month.Month()), 1), 1, 0)
	}
	if !ok {
		for _, m := range p.year.FindAllStringSubmatch(plain, -1) {
			add(date(m[1], 1, 1), 12, 0)
		}
	}
	return s, ok
}

// of gives the latest period of a table: what its columns hold, else what
// stands above it.
func (p *periods) of(t *catalog.Table) (latest span) {
	take := func(s span, where string) {
		if s.end.After(latest.end) {
			latest = s
			latest.where, latest.table = where, t.Name
		}
	}
	years := 0
	for i := range t.Columns {
		if isYear(t.Columns[i].Label) {
			years++
		}
	}
	for i := range t.Columns {
		c := &t.Columns[i]
		if isYear(c.Label) && years >= 2 {
			if s, ok := p.in(c.Label); ok {
				take(s, top(t, c))
			}
			continue
		}
		if s, ok := p.column(c); ok {
			take(s, top(t, c))
		}
	}
	if !latest.end.IsZero() {
		return latest
	}
	for _, text := range [...]string{t.Period, t.Title} {
		if s, ok := p.in(text); ok {
			take(s, t.Sheet)
			return latest
		}
	}
	return latest
}

// column gives the latest period of a column of dates or years, if it is about
// when the data are from.
func (p *periods) column(c *catalog.Column) (s span, ok bool) {
	if c.Profile.Max == "" || planned(c.Label) {
		return s, false
	}
	switch c.Type {
	case catalog.TypeDate, catalog.TypeDatetime:
		day, err := time.Parse(time.DateOnly, c.Profile.Max[:min(len(c.Profile.Max), len(time.DateOnly))])
		return span{start: day, end: day, text: c.Profile.Max}, err == nil
	case catalog.TypeInteger:
		if low := strings.ToLower(strings.TrimSpace(c.Label)); low != "年" && low != "年份" && low != "年度" && low != "year" && low != "统计年份" && low != "统计年度" {
			return s, false
		}
	case catalog.TypeText:
		if c.Made != catalog.MadeHeading && c.Made != catalog.MadeSheet {
			return s, false
		}
	default:
		return s, false
	}
	return p.in(c.Profile.Max)
}

// isYear reports whether a label is a year and nothing else.
func isYear(label string) bool {
	s := strings.TrimSuffix(strings.TrimSpace(label), "年")
	return len(s) == 4 && digits(s) && (s[:2] == "19" || s[:2] == "20")
}

// planned reports whether dates below a label may lie ahead, or long ago,
// whatever the data are of.
func planned(label string) bool {
	low := strings.ToLower(label)
	for _, w := range [...]string{"有效", "到期", "截止", "截至", "期限", "计划", "预计", "拟", "终止", "出生", "expir", "valid", "until", "due", "deadline", "plan", "expected", "forecast", "birth"} {
		if strings.Contains(low, w) {
			return true
		}
	}
	return false
}
