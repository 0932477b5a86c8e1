package infer

import (
	"slices"
	"strconv"
	"strings"

	"gongkai/catalog"
	"gongkai/ingest/shape"
	"gongkai/ingest/sheet"
)

// quick is how the usual cells of a column are decoded without a detour.
type quick uint8

const (
	quickNone quick = iota
	quickInteger
	quickDecimal
	quickPercent
	quickDate
	quickText
)

// setQuick chooses the quick way for a column.
func (c *column) setQuick() {
	switch {
	case c.mask != maskNone || c.small || len(c.nulls) > 0 || c.source.FillDown || c.double:
	case c.kind == catalog.TypeInteger:
		c.quick = quickInteger
	case c.kind == catalog.TypeDecimal && c.whole+c.scale <= 18:
		c.quick = quickDecimal
	case c.kind == catalog.TypePercent && c.whole+c.scale <= 18:
		c.quick = quickPercent
	case c.kind == catalog.TypeDate && !c.compact:
		c.quick = quickDate
	case c.kind == catalog.TypeText:
		c.quick = quickText
	}
}

// decodeQuick decodes a cell as most of its column are; false leaves it to the
// long way.
func (c *column) decodeQuick(cell *sheet.Cell, v *catalog.Value, p *Plan) bool {
	switch {
	case cell.Kind == sheet.Empty:
		*v = catalog.Value{}
		return true
	case cell.Kind == sheet.Text && c.quick == quickText:
		if !wordy(cell.Raw) {
			return false
		}
		*v = catalog.Value{Kind: catalog.TextValue, S: cell.Raw}
		return true
	case cell.Kind == sheet.Text:
		return c.decodeWritten(cell.Raw, v)
	case cell.Kind != sheet.Number || c.quick == quickText:
		return false
	}
	m, whole, scale, ok := fewDigits(cell.Raw)
	if !ok || scale > c.scale || whole+c.scale > 18 {
		return false
	}
	class := p.class(cell.Format)
	switch {
	case c.quick == quickDate:
		if scale > 0 || class != sheet.ClassDate && class != sheet.ClassDatetime || m < marchOf1900 || m > lastSerial {
			return false
		}
		*v = catalog.Value{Kind: catalog.DateValue, I: m - serialOf1970}
		if p.date1904 {
			v.I += days1904
		}
		return true
	case class == sheet.ClassDate || class == sheet.ClassDatetime || class == sheet.ClassTime:
		return false
	case c.quick == quickInteger:
		*v = catalog.Value{Kind: catalog.IntValue, I: m}
		return true
	case c.quick == quickPercent && class != sheet.ClassPercent:
		return false
	}
	*v = catalog.Value{Kind: catalog.DecimalValue, I: m * powersOfTen[c.scale-scale], Scale: uint8(c.scale)}
	return true
}

// decodeWritten decodes a text that is nothing but a plain number or date, as
// nearly all of a text file are; false leaves it to the long way.
func (c *column) decodeWritten(s string, v *catalog.Value) bool {
	switch c.quick {
	case quickInteger, quickDecimal:
		n, ok := plainNumber(s)
		if !ok || n.how != 0 || n.scale > 0 && c.point != '.' || n.scale > c.scale || n.whole+c.scale > 18 {
			return false
		}
		if c.quick == quickInteger {
			*v = catalog.Value{Kind: catalog.IntValue, I: n.mantissa}
			return n.scale == 0
		}
		*v = catalog.Value{Kind: catalog.DecimalValue, I: n.mantissa * powersOfTen[c.scale-n.scale], Scale: uint8(c.scale)}
		return true
	case quickDate:
		d, ok := isoDate(s)
		*v = catalog.Value{Kind: catalog.DateValue, I: d}
		return ok && c.layout == '-' && c.padded == 1
	case quickNone, quickPercent, quickText:
	}
	return false
}

// class gives what a cell's number format makes of its number.
func (p *Plan) class(format int32) sheet.FormatClass {
	if format <= 0 || int(format) >= len(p.formats) {
		return sheet.ClassGeneral
	}
	return p.formats[format].Class
}

// value decodes one cell into v and says why its raw text must be kept.
func (p *Plan) value(c *column, cell *sheet.Cell, v *catalog.Value, at *place, out *catalog.Record) string {
	if c.mask != maskNone {
		return c.masked(cell, v)
	}
	if cell.Kind == sheet.Error {
		return reasonError
	}
	if len(c.nulls) > 0 && slices.Contains(c.nulls, shape.Trim(cell.Raw)) {
		return reasonMarker
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
	return c.period(cell, v, p, at, out)
}

// masked stores what is left of a personal value.
func (c *column) masked(cell *sheet.Cell, v *catalog.Value) string {
	if cell.Kind == sheet.Error {
		return reasonBlank
	}
	s, reason := c.marked(cell.Raw)
	if reason == reasonNone {
		v.Kind, v.S = catalog.TextValue, c.mask.masked(s)
	}
	return reason
}

// marked trims a text cell and finds out whether it stands for nothing.
func (c *column) marked(raw string) (s, reason string) {
	s = shape.Trim(raw)
	if s == "" {
		return s, reasonBlank
	}
	if shape.NullMarker(s) && !slices.Contains(c.keep, s) {
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
	v.I = n.mantissa * powersOfTen[shift]
	return true
}

// powersOfTen are those that fit 64 bits.
var powersOfTen = [...]int64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18}

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
		if w := boolOf(cell.Raw); w.pair > 0 && w.pair == c.words {
			v.Kind = catalog.BoolValue
			if w.value {
				v.I = 1
			}
			return reasonNone
		}
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
