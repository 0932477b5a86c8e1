package infer

import (
	"strings"

	"gongkai/catalog"
	"gongkai/ingest/sheet"
)

const dayMicros = 86_400_000_000

// date decodes a cell of a date or datetime column.
func (c *column) date(cell *sheet.Cell, v *catalog.Value, p *Plan) string {
	var days, micros int64
	reason := reasonNone
	switch cell.Kind {
	case sheet.Number:
		var ok bool
		days, micros, ok = c.serial(cell, p)
		if !ok {
			return reasonMismatch
		}
	case sheet.Text, sheet.Date:
		if d, ok := isoDate(cell.Raw); ok && c.kind == catalog.TypeDate && (cell.Kind == sheet.Date || c.layout == '-' && c.padded == 1) {
			v.Kind, v.I = catalog.DateValue, d
			return reasonNone
		}
		var s string
		if s, reason = c.marked(cell.Raw); reason != reasonNone {
			return reason
		}
		days, micros, reason = c.writtenDate(s, cell.Kind == sheet.Date)
		if reason == reasonMismatch {
			return reason
		}
	default:
		return reasonMismatch
	}
	if c.kind == catalog.TypeDatetime {
		v.Kind, v.I = catalog.DatetimeValue, days*dayMicros+micros
		return reason
	}
	v.Kind, v.I = catalog.DateValue, days
	if micros != 0 {
		*v = catalog.Value{}
		return reasonMismatch
	}
	return reason
}

func (c *column) serial(cell *sheet.Cell, p *Plan) (days, micros int64, ok bool) {
	if c.compact {
		days, ok = compactDate(cell.Raw)
		return days, 0, ok
	}
	if cell.Format <= 0 || int(cell.Format) >= len(p.formats) {
		return 0, 0, false
	}
	switch p.formats[cell.Format].Class {
	case sheet.ClassDate, sheet.ClassDatetime:
	default:
		return 0, 0, false
	}
	f, ok := serialOf(cell.Raw)
	if !ok {
		return 0, 0, false
	}
	return serialDate(f, p.date1904)
}

func (c *column) writtenDate(s string, iso bool) (days, micros int64, reason string) {
	if c.compact {
		if days, ok := compactDate(s); ok {
			return days, 0, reasonNone
		}
		return 0, 0, reasonMismatch
	}
	d, ok := parseDate(strings.TrimSuffix(s, "Z"), c.order == orderYMD)
	if !ok {
		return 0, 0, reasonMismatch
	}
	if days, ok = d.days(c.order); !ok {
		return 0, 0, reasonMismatch
	}
	usual := d.layout == c.layout && (d.padded == 0 || d.padded == c.padded) && d.hasClock == (c.kind == catalog.TypeDatetime)
	if iso || usual {
		return days, d.micros, reasonNone
	}
	return days, d.micros, reasonOther
}

func (c *column) clock(cell *sheet.Cell, v *catalog.Value, p *Plan) string {
	switch cell.Kind {
	case sheet.Number:
		f, ok := cell.Float()
		if !ok || f < 0 || f >= 1 || cell.Format <= 0 || int(cell.Format) >= len(p.formats) || p.formats[cell.Format].Class != sheet.ClassTime {
			return reasonMismatch
		}
		_, micros, _ := serialDate(f+1, p.date1904)
		v.Kind, v.I = catalog.TimeValue, micros
		return reasonNone
	case sheet.Text:
		s, reason := c.marked(cell.Raw)
		if reason != reasonNone {
			return reason
		}
		micros, ok := parseClock(s)
		if !ok {
			return reasonMismatch
		}
		v.Kind, v.I = catalog.TimeValue, micros
		if v.String() != s {
			return reasonOther
		}
		return reasonNone
	}
	return reasonMismatch
}

// period stores the text as written and its first day, last day and length
// beside it.
func (c *column) period(cell *sheet.Cell, v *catalog.Value, p *Plan, at *place, out *catalog.Record) string {
	if cell.Kind != sheet.Text {
		return reasonMismatch
	}
	s, reason := c.marked(cell.Raw)
	if reason != reasonNone {
		return reason
	}
	year := p.yearFor(c, at)
	span, ok := parsePeriod(s, year)
	if !ok || span.needsYear && year == 0 {
		return reasonMismatch
	}
	if c.year == yearAbove && !span.needsYear {
		at.above[c] = yearOf(s)
	}
	v.Kind, v.S = catalog.TextValue, s
	h := out.Values[c.helper : c.helper+3]
	h[0] = catalog.Value{Kind: catalog.DateValue, I: span.start}
	h[1] = catalog.Value{Kind: catalog.DateValue, I: span.end}
	h[2] = catalog.Value{Kind: catalog.TextValue, S: span.granularity}
	return reasonNone
}
