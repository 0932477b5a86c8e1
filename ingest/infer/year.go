package infer

import (
	"strconv"
	"strings"

	"gongkai/catalog"
	"gongkai/ingest/shape"
)

// partYear is the year that the name of a sheet gives to the records from a
// line on.
type partYear struct{ line, year int }

// findYear finds the year of periods that name none: that of the title, else of
// the sheet's name. Where records come from several sheets the title of the
// first says nothing about the others: then the name of every sheet must have
// its year.
func (p *Plan) findYear() {
	t := p.source
	if len(t.Origin.Parts) < 2 {
		if p.year = yearOf(t.Title, t.Period); p.year == 0 {
			p.year = yearOf(t.Sheet.Name)
		}
		return
	}
	for _, part := range t.Origin.Parts {
		year := yearOf(part.Sheet)
		if year == 0 {
			p.years = nil
			return
		}
		p.years = append(p.years, partYear{part.FirstRow + part.Offset, year})
	}
	p.year = p.years[0].year
}

// findYearColumn finds a column that gives records their year: one whose header
// says so, or that was made of sections or headings, and whose values are years
// in nearly every record. It goes before the title.
func (p *Plan) findYearColumn(tallies []tally, records int64) {
	for i := range tallies {
		t := &tallies[i]
		low := strings.ToLower(t.col.Label)
		named := strings.HasPrefix(low, "年") || strings.Contains(low, "年份") || strings.Contains(low, "年度") || word(low, "year")
		made := t.col.Made == catalog.MadeSection || t.col.Made == catalog.MadeHeading || t.col.Made == catalog.MadeSheet
		if (named || made) && t.mask == maskNone && t.needYear.n == 0 && t.yearsNamed()*10 >= records*9 {
			p.yearColumn, p.yearCell = &t.col, t.at
			return
		}
	}
}

// yearsNamed counts the values that name one year.
func (t *tally) yearsNamed() int64 {
	t.settle()
	n := t.years // whole numbers of four digits
	for w, k := range t.words {
		if len(w) != 4 && yearOf(w) != 0 {
			n += k
		}
	}
	return n
}

// stretch is where some records begin and end.
type stretch struct {
	first, last int
	again       bool // and somewhere in between, which nobody took down
}

func (s *stretch) add(row int) {
	switch {
	case row == 0:
		s.again = true
	case s.first == 0:
		s.first, s.last = row, row
	default:
		s.last = row
	}
}

// yearFrom is where the periods of a column that name no year have it from.
type yearFrom uint8

const (
	yearUnknown yearFrom = iota
	yearAround           // its record, the title or the sheet
	yearAbove            // the period above: 2023年1月, 2月, 3月
)

// yearFrom decides where periods without a year have it from. Where others
// name theirs it is the one above if they are months too; if they are whole
// years the title may speak for the months behind them or before them (2021年,
// 2022年, 1月, 2月), and where both take turns nothing tells.
func (t *tally) yearFrom() yearFrom {
	p := t.plan
	named, unnamed := &t.named, &t.unnamed
	switch {
	case p.yearColumn != nil:
		return yearAround
	case named.first > 0 && unnamed.first > 0 && !t.wholeYears && named.first < unnamed.first && !named.again && !unnamed.again && len(p.source.Origin.Parts) < 2:
		return yearAbove
	case p.year == 0:
		return yearUnknown
	case named.first == 0 || unnamed.first == 0:
		return yearAround
	case named.again || unnamed.again || unnamed.first < named.last && named.first < unnamed.last:
		return yearUnknown
	}
	return yearAround
}

// yearAt gives the year of a record's periods; 0 where none is known.
func (p *Plan) yearAt(r *shape.Row) int {
	switch {
	case p.yearColumn != nil && p.yearCell < len(r.Cells):
		return yearOf(r.Cells[p.yearCell].Raw)
	case p.yearColumn != nil:
		return 0
	case p.years == nil:
		return p.year
	}
	line := r.Row
	if k := len(p.source.Origin.Wide); k > 0 {
		line = (line-1)/k + 1
	}
	i := len(p.years) - 1
	for i > 0 && p.years[i].line > line {
		i-- // sheets are few
	}
	return p.years[i].year
}

// yearFor gives the year of a period of column c that names none; 0 where
// nothing tells.
func (p *Plan) yearFor(c *column, at *place) int {
	switch c.year {
	case yearAround:
		return p.yearAt(&at.Row)
	case yearAbove:
		return at.above[c]
	case yearUnknown:
	}
	return 0
}

// yearWords says which years periods take, and from where.
func (p *Plan) yearWords(from yearFrom) (years string, words catalog.Text) {
	switch {
	case from == yearAbove:
		return "", catalog.Text{ZH: "上方的时期", EN: "the period above"}
	case p.yearColumn != nil:
		of := label(*p.yearColumn)
		return "", catalog.Text{ZH: "“" + of + "”列", EN: "the column " + of}
	case p.years == nil:
		return strconv.Itoa(p.year), catalog.Text{ZH: "标题", EN: "the title"}
	}
	all := make([]string, len(p.years))
	for i, y := range p.years {
		all[i] = strconv.Itoa(y.year)
	}
	return strings.Join(all, ", "), catalog.Text{ZH: "工作表名称", EN: "the names of the sheets"}
}
