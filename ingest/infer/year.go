package infer

import (
	"strconv"
	"strings"
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

// yearAt gives the year of a record's periods; 0 where none is known.
func (p *Plan) yearAt(number int) int {
	if p.years == nil {
		return p.year
	}
	line := number
	if k := len(p.source.Origin.Wide); k > 0 {
		line = (number-1)/k + 1
	}
	i := len(p.years) - 1
	for i > 0 && p.years[i].line > line {
		i-- // sheets are few
	}
	return p.years[i].year
}

// yearWords lists the years that periods take.
func (p *Plan) yearWords() string {
	if p.years == nil {
		return strconv.Itoa(p.year)
	}
	words := make([]string, len(p.years))
	for i, y := range p.years {
		words[i] = strconv.Itoa(y.year)
	}
	return strings.Join(words, ", ")
}
