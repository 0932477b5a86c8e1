package infer

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"gongkai/catalog"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

// Reasons for which a cell's raw text is kept: codes of findings. reasonBlank
// stands for a cell without content, of which nothing is kept.
const (
	reasonNone      = ""
	reasonBlank     = "blank"
	reasonMarker    = "null-marker"
	reasonMismatch  = "type-mismatch"
	reasonError     = "cell-error"
	reasonDamaged   = "number-damaged"
	reasonFootnote  = "value-footnoted"
	reasonOther     = "value-interpreted"
	reasonTotal     = "total-row"
	reasonYearAdded = "period-year-added"
)

// batchValues is how many values are decoded before they are handed over, and
// batchRows how many records at most: wide tables take fewer rows at a time.
const (
	batchValues = 1 << 15
	batchRows   = 512
)

// Records decodes every record row in sheet order and calls fn for it; the
// record belongs to Records again when fn returns. It stops at fn's error.
// Decoding runs ahead of fn in a second goroutine.
func (p *Plan) Records(fn func(*catalog.Record) error) error {
	free, full := make(chan *batch, 4), make(chan *batch, 4)
	stop := make(chan struct{})
	for range cap(free) {
		free <- newBatch(len(p.Table.Columns))
	}
	var failed error
	go func() {
		defer close(full)
		failed = p.decode(free, full, stop)
	}()
	err := hand(fn, free, full)
	close(stop)
	if err != nil {
		for range full { // until decoding has seen the stop
		}
		return err
	}
	return failed
}

func hand(fn func(*catalog.Record) error, free, full chan *batch) error {
	for b := range full {
		for i := range b.records[:b.n] {
			if err := fn(&b.records[i]); err != nil {
				return err
			}
		}
		free <- b
	}
	return nil
}

// batch is a run of decoded records with the memory of their values.
type batch struct {
	records []catalog.Record
	n       int
}

func newBatch(width int) *batch {
	rows := min(max(batchValues/max(width, 1), 1), batchRows)
	b := &batch{records: make([]catalog.Record, rows)}
	values := make([]catalog.Value, rows*width)
	for i := range b.records {
		b.records[i].Values = values[i*width : (i+1)*width : (i+1)*width]
	}
	return b
}

// errStopped ends decoding early; it is never returned.
type errStopped struct{}

func (errStopped) Error() string { return "stopped" }

func (p *Plan) decode(free, full chan *batch, stop chan struct{}) error {
	b := <-free
	b.n = 0
	err := p.source.Records(func(r shape.Row) error {
		if b.n == len(b.records) {
			select {
			case full <- b:
			case <-stop:
				return errStopped{}
			}
			select {
			case b = <-free:
				b.n = 0
			case <-stop:
				return errStopped{}
			}
		}
		p.record(&r, &b.records[b.n])
		b.n++
		return nil
	})
	if errors.Is(err, errStopped{}) {
		return nil
	}
	if err != nil {
		return err
	}
	select {
	case full <- b:
	case <-stop:
	}
	return nil
}

func (p *Plan) record(r *shape.Row, out *catalog.Record) {
	out.Row, out.Kind, out.Raw = r.Row, catalog.RowRecord, out.Raw[:0]
	if r.Total {
		out.Kind = catalog.RowTotal
	}
	for i := range p.columns {
		c := &p.columns[i]
		v := &out.Values[i]
		*v = catalog.Value{}
		if c.helper > 0 {
			clear(out.Values[c.helper : c.helper+3])
		}
		if c.source.Col > len(r.Cells) {
			continue
		}
		cell := &r.Cells[c.source.Col-1]
		if cell.Kind == sheet.Empty {
			continue
		}
		reason := p.value(c, cell, v, out)
		if reason == reasonNone || reason == reasonBlank {
			continue
		}
		if r.Total && reason == reasonMismatch {
			reason = reasonTotal
		}
		out.Raw = append(out.Raw, catalog.RawCell{Column: i, Raw: cell.Raw, Reason: reason})
	}
}

// value decodes one cell into v and says why its raw text must be kept.
func (p *Plan) value(c *column, cell *sheet.Cell, v *catalog.Value, out *catalog.Record) string {
	if cell.Kind == sheet.Error {
		return reasonError
	}
	switch c.kind {
	case catalog.TypeText:
		return c.text(cell, v, p)
	case catalog.TypeInteger, catalog.TypeDecimal, catalog.TypePercent:
		n, reason := c.numberOf(cell, p)
		if reason != reasonNone && reason != reasonFootnote && reason != reasonOther {
			return reason
		}
		if !c.put(n, v) {
			return reasonMismatch
		}
		return reason
	case catalog.TypeBoolean:
		return c.boolean(cell, v)
	case catalog.TypeDate, catalog.TypeDatetime:
		return c.date(cell, v, p)
	case catalog.TypeTime:
		return c.clock(cell, v, p)
	}
	return c.period(cell, v, p, out)
}

// marked trims a text cell and finds out whether it stands for nothing.
func (c *column) marked(raw string) (s, reason string) {
	s = shape.Trim(raw)
	if s == "" {
		return s, reasonBlank
	}
	if len(s) <= 24 && shape.NullMarker(s) && !slices.Contains(c.keep, s) {
		return s, reasonMarker
	}
	return s, reasonNone
}

func (c *column) text(cell *sheet.Cell, v *catalog.Value, p *Plan) string {
	v.Kind = catalog.TextValue
	switch cell.Kind {
	case sheet.Text:
		s, reason := c.marked(cell.Raw)
		if reason != reasonNone {
			v.Kind = catalog.Null
			return reason
		}
		v.S = s
		return reasonNone
	case sheet.Number:
		return c.numberAsText(cell, v, p)
	}
	v.S = cell.Raw
	return reasonNone
}

// numberAsText writes a numeric cell of a text column as the sheet shows it,
// as far as that loses nothing.
func (c *column) numberAsText(cell *sheet.Cell, v *catalog.Value, p *Plan) string {
	if cell.Format > 0 && int(cell.Format) < len(p.formats) {
		switch f := &p.formats[cell.Format]; f.Class {
		case sheet.ClassDate, sheet.ClassDatetime:
			if f, ok := cell.Float(); ok {
				if days, micros, ok := serialDate(f, p.date1904); ok {
					d := catalog.Value{Kind: catalog.DateValue, I: days}
					if micros != 0 {
						d = catalog.Value{Kind: catalog.DatetimeValue, I: days*86_400_000_000 + micros}
					}
					v.S = d.String()
					return reasonOther
				}
			}
		case sheet.ClassTime:
			if serial, ok := cell.Float(); ok {
				v.S = shownTime(serial, f.Code)
				return reasonOther
			}
		case sheet.ClassCode:
			if n := f.Zeros; len(cell.Raw) < n && allDigits(cell.Raw) {
				v.S = strings.Repeat("0", n-len(cell.Raw)) + cell.Raw
				if c.pad == n {
					return reasonNone
				}
				return reasonOther
			}
		}
	}
	v.S = cell.Raw
	if n, ok := rawNumber(cell.Raw); ok && n.whole < 16 && n.scale <= 38 {
		v.S = n.text(n.scale)
	}
	return reasonNone
}

// numberOf reads a cell of a numeric column. A percentage comes as its fraction.
func (c *column) numberOf(cell *sheet.Cell, p *Plan) (number, string) {
	switch cell.Kind {
	case sheet.Number:
		if cell.Format > 0 && int(cell.Format) < len(p.formats) {
			switch p.formats[cell.Format].Class {
			case sheet.ClassDate, sheet.ClassDatetime, sheet.ClassTime:
				return number{}, reasonMismatch
			case sheet.ClassPercent:
			default:
				if c.kind == catalog.TypePercent && cell.Raw != "0" {
					return number{}, reasonMismatch
				}
			}
		} else if c.kind == catalog.TypePercent && cell.Raw != "0" {
			return number{}, reasonMismatch
		}
		n, ok := rawNumber(cell.Raw)
		switch {
		case !ok:
			return n, reasonMismatch
		case n.damaged():
			return n, reasonDamaged
		}
		return n, reasonNone
	case sheet.Text:
		return c.writtenNumber(cell.Raw)
	case sheet.Empty:
		return number{}, reasonBlank
	}
	return number{}, reasonMismatch
}

func (c *column) writtenNumber(raw string) (number, string) {
	if n, ok := plainNumber(raw); ok && n.how == 0 && (c.point == '.' || n.scale == 0) && c.kind != catalog.TypePercent {
		return n, reasonNone
	}
	s, reason := c.marked(raw)
	if reason != reasonNone {
		return number{}, reason
	}
	n, ok := textNumber(s, c.point)
	if !ok || (n.how&percentage != 0) != (c.kind == catalog.TypePercent) {
		return n, reasonMismatch
	}
	if n.how&percentage != 0 {
		n.scale += 2
	}
	switch how := n.how &^ c.style; {
	case how&footnoted != 0:
		return n, reasonFootnote
	case how != 0:
		return n, reasonOther
	}
	return n, reasonNone
}

// put stores a number in the column's type; ok is false where it does not fit.
func (c *column) put(n number, v *catalog.Value) bool {
	switch {
	case c.double:
		f, err := strconv.ParseFloat(n.text(n.scale), 64)
		v.Kind, v.F = catalog.FloatValue, f
		return err == nil
	case c.kind == catalog.TypeInteger:
		for n.scale > 0 && n.big == "" && n.mantissa%10 == 0 {
			n.mantissa /= 10
			n.scale--
		}
		if n.scale > 0 || n.whole > 38 {
			return false
		}
		v.Kind, v.I = catalog.IntValue, n.mantissa
		if n.big != "" {
			v.S = n.big
			return c.wide
		}
		return true
	}
	if n.scale > c.scale || n.whole+c.scale > 38 {
		return false
	}
	v.Kind, v.Scale = catalog.DecimalValue, uint8(c.scale)
	shift := c.scale - n.scale
	if n.big != "" || n.whole+c.scale > 18 {
		v.S = n.text(c.scale)
		return true
	}
	v.I = n.mantissa * powerOfTen(shift)
	return true
}

func powerOfTen(n int) int64 {
	p := int64(1)
	for ; n > 0; n-- {
		p *= 10
	}
	return p
}

// text writes a number with scale digits after the point.
func (n number) text(scale int) string {
	digits := n.big
	if digits == "" {
		digits = strconv.FormatInt(n.mantissa, 10)
	}
	sign := ""
	if digits[0] == '-' {
		sign, digits = "-", digits[1:]
	}
	digits += strings.Repeat("0", max(scale-n.scale, 0))
	if pad := scale + 1 - len(digits); pad > 0 {
		digits = strings.Repeat("0", pad) + digits
	}
	if scale == 0 {
		return sign + digits
	}
	return sign + digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
}

func (c *column) boolean(cell *sheet.Cell, v *catalog.Value) string {
	switch cell.Kind {
	case sheet.Bool:
		v.Kind = catalog.BoolValue
		if cell.Raw == "TRUE" {
			v.I = 1
		}
		return reasonNone
	case sheet.Text:
		s, reason := c.marked(cell.Raw)
		if reason != reasonNone {
			return reason
		}
		w := boolOf(s)
		if w.pair == 0 {
			return reasonMismatch
		}
		v.Kind = catalog.BoolValue
		if w.value {
			v.I = 1
		}
		if w.pair != c.words {
			return reasonOther
		}
		return reasonNone
	}
	return reasonMismatch
}

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
	f, ok := cell.Float()
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
	d, ok := parseDate(strings.TrimSuffix(s, "Z"))
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
func (c *column) period(cell *sheet.Cell, v *catalog.Value, p *Plan, out *catalog.Record) string {
	if cell.Kind != sheet.Text {
		return reasonMismatch
	}
	s, reason := c.marked(cell.Raw)
	if reason != reasonNone {
		return reason
	}
	span, ok := parsePeriod(s, p.year)
	if !ok || span.needsYear && p.year == 0 {
		return reasonMismatch
	}
	v.Kind, v.S = catalog.TextValue, s
	h := out.Values[c.helper : c.helper+3]
	h[0] = catalog.Value{Kind: catalog.DateValue, I: span.start}
	h[1] = catalog.Value{Kind: catalog.DateValue, I: span.end}
	h[2] = catalog.Value{Kind: catalog.TextValue, S: span.granularity}
	return reasonNone
}
