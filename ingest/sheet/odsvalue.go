package sheet

import (
	"bytes"
	"strconv"
	"strings"
)

// valueOf makes a cell of what was read.
func (o *odsReading) valueOf(c *odsCell, col int) (v cell, empty bool) {
	v = cell{kind: Text, raw: c.text, formula: c.formula, valued: c.valued || c.kind != ""}
	if c.isError || c.formula && isErrorText(c.text) {
		v.kind = Error
	} else if c.valued {
		if v.raw = c.value; bytes.IndexByte(v.raw, '&') >= 0 {
			v.raw = []byte(attrText(c.value))
		}
		switch c.kind {
		case "float", "percentage", "currency":
			v.kind = Number
		case "date":
			v.kind = Date
		case "time":
			v.raw = clockText(v.raw)
		case "boolean":
			v.kind = Bool
		}
	}
	empty = len(v.raw) == 0 && !v.formula
	if !empty {
		v.look = o.look(c, col)
	}
	if v.kind == Date {
		v.raw = withoutMidnight(v.raw, o.class(v.look))
	}
	return v, empty
}

// look finds the look of a cell: its own style, else its row's, else its
// column's; a type that the style does not show counts too.
func (o *odsReading) look(c *odsCell, col int) int {
	st := string(c.style)
	if st == "" {
		st = o.rowStyle
	}
	if st == "" {
		st = o.columnStyles.style(col)
	}
	look := o.styles.look(&o.looks, st)
	switch class := o.class(look); {
	case c.kind == "percentage" && class != ClassPercent:
		return o.restyled(look, "0.00%")
	case c.kind == "time" && class != ClassTime:
		return o.restyled(look, "[h]:mm:ss")
	}
	return look
}

func (k *sink) class(look int) FormatClass { return k.looks.formats[k.looks.styles[look].format].Class }

// restyled gives a look with another number format.
func (k *sink) restyled(look int, code string) int {
	st := k.looks.styles[look]
	return k.looks.of(ParseFormat(code), st.flags, st.indent)
}

// isErrorText recognises the errors that spreadsheets show.
func isErrorText(text []byte) bool {
	switch string(text) {
	case "#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!":
		return true
	}
	code, ok := bytes.CutPrefix(text, []byte("Err:"))
	return ok && len(code) == 3 && small(code) > 0
}

// withoutMidnight leaves out a clock that says nothing.
func withoutMidnight(iso []byte, class FormatClass) []byte {
	day, clock, ok := bytes.Cut(iso, []byte("T"))
	if !ok || class == ClassDatetime || class == ClassTime || len(bytes.Trim(clock, "0:.")) > 0 {
		return iso
	}
	return day
}

// clockText makes 09:30:00 of PT09H30M00S. What cannot be read so stays.
func clockText(iso []byte) []byte {
	rest, sign := string(iso), ""
	if strings.HasPrefix(rest, "-") {
		rest, sign = rest[1:], "-"
	}
	rest, ok := strings.CutPrefix(rest, "PT")
	if !ok {
		return iso
	}
	var hours, minutes int
	seconds := "0"
	for rest != "" {
		i := strings.IndexAny(rest, "HMS")
		if i < 1 {
			return iso
		}
		n, err := strconv.Atoi(rest[:i])
		if err != nil && rest[i] != 'S' || n < 0 || n > 1<<40 {
			return iso
		}
		switch rest[i] {
		case 'H':
			hours = n
		case 'M':
			minutes = n
		case 'S':
			seconds = strings.ReplaceAll(rest[:i], ",", ".")
		}
		rest = rest[i+1:]
	}
	whole, fraction, _ := strings.Cut(seconds, ".")
	s, err := strconv.Atoi(whole)
	if fraction = strings.TrimRight(fraction, "0"); err != nil || s < 0 || s > 1<<40 || strings.Trim(fraction, "0123456789") != "" {
		return iso
	}
	minutes += s / 60
	hours += minutes / 60
	out := []byte(sign)
	for i, n := range []int{hours, minutes % 60, s % 60} {
		if i > 0 {
			out = append(out, ':')
		}
		if n < 10 {
			out = append(out, '0')
		}
		out = strconv.AppendInt(out, int64(n), 10)
	}
	if fraction != "" {
		out = append(append(out, '.'), fraction...)
	}
	return out
}
