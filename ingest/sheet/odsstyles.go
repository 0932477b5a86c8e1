package sheet

import (
	"strconv"
	"strings"
)

// odsStyles are the cell styles and number formats of an OpenDocument file.
type odsStyles struct {
	inside   bool // the styles are being read
	wants    bool // text of a number format is
	date1904 bool

	cells  namedStyles
	data   map[string]*odsFormat
	tables map[string]bool // hidden ones
	looks  map[string]int  // of cell styles that were used

	style  *namedStyle // at hand
	table  string
	format *odsFormat
	quoted []byte // text of a number format, or a currency
}

// odsFormat is a number format while it is read.
type odsFormat struct {
	kind    string // number-style, percentage-style, ...
	code    strings.Builder
	general bool   // its number shows as many digits as there are
	other   string // of several, the one that a condition names first
}

func newODSStyles() odsStyles {
	return odsStyles{cells: namedStyles{}, data: map[string]*odsFormat{}, tables: map[string]bool{}, looks: map[string]int{}}
}

// hidden reports whether tables of a style are hidden.
func (s *odsStyles) hidden(name string) bool { return s.tables[name] }

// start takes an element among the styles and says whether to look inside.
func (s *odsStyles) start(e *elements, name []byte, m markup) bool {
	attrs := map[string]string{}
	e.each(m, func(name, value []byte) { attrs[string(name)] = attrText(value) })
	if s.format != nil {
		return s.formatElement(name, attrs)
	}
	switch string(name) {
	case "style:style":
		s.style, s.table = nil, ""
		switch attrs["style:family"] {
		case "table":
			s.table = attrs["style:name"]
		case "table-cell":
			s.style = &namedStyle{parent: attrs["style:parent-style-name"], format: attrs["style:data-style-name"], indent: -1}
			s.cells[attrs["style:name"]] = s.style
			clear(s.looks)
		}
		return s.style != nil || s.table != ""
	case "style:table-properties", "style:properties":
		if s.table != "" && attrs["table:display"] == "false" {
			s.tables[s.table] = true
		}
	case "number:number-style", "number:percentage-style", "number:currency-style", "number:date-style", "number:time-style", "number:boolean-style", "number:text-style":
		s.format = &odsFormat{kind: strings.TrimPrefix(string(name), "number:")}
		s.data[attrs["style:name"]] = s.format
		if attrs["number:truncate-on-overflow"] == "false" {
			s.format.code.WriteString("[h]")
		}
		return true
	}
	if s.style != nil {
		s.style.properties(attrs)
	}
	return false
}

// properties takes what a style says of its text.
func (st *namedStyle) properties(attrs map[string]string) {
	for name, value := range attrs {
		switch name {
		case "fo:font-weight":
			n, err := strconv.Atoi(value)
			st.bold = yesNo(value == "bold" || err == nil && n >= 600)
		case "style:text-line-through-style", "style:text-line-through-type", "style:text-crossing-out":
			st.strike = yesNo(value != "none")
		case "fo:margin-left", "fo:margin-start":
			st.indent = indentSteps(value)
		}
	}
}

// indentSteps makes steps of a length: spreadsheets step by 10 points.
func indentSteps(length string) int {
	unit := strings.TrimLeft(length, "0123456789.")
	n, err := strconv.ParseFloat(strings.TrimSuffix(length, unit), 64)
	points := map[string]float64{"pt": 1, "cm": 72 / 2.54, "mm": 72 / 25.4, "in": 72, "px": 0.75}[unit]
	if err != nil {
		return 0
	}
	return int(min(max(n*points/10+0.4, 0), 255))
}

// end closes an element among the styles.
func (s *odsStyles) end(name []byte) {
	switch string(name) {
	case "number:text", "number:currency-symbol":
		if s.format != nil {
			s.format.literal(string(s.quoted))
		}
		s.wants, s.quoted = false, s.quoted[:0]
	case "style:style":
		s.style, s.table = nil, ""
	case "number:number-style", "number:percentage-style", "number:currency-style", "number:date-style", "number:time-style", "number:boolean-style", "number:text-style":
		s.format = nil
	}
}

func (s *odsStyles) chars(text []byte) {
	if len(s.quoted) < 200 {
		s.quoted = append(s.quoted, text[:min(len(text), 200)]...)
	}
}

// formatElement takes an element of a number format; together they make a code
// as Excel writes it.
func (s *odsStyles) formatElement(name []byte, attrs map[string]string) bool {
	f := s.format
	if f.code.Len() > 1000 {
		return false
	}
	long := attrs["number:style"] == "long"
	either := func(short, full string) string {
		if long {
			return full
		}
		return short
	}
	add := ""
	switch string(name) {
	case "number:text", "number:currency-symbol":
		s.wants, s.quoted = true, s.quoted[:0]
		return true
	case "style:map":
		if f.other == "" {
			f.other = attrs["style:apply-style-name"]
		}
	case "number:number":
		add = f.digits(attrs)
	case "number:scientific-number":
		add = f.digits(attrs) + "E+00"
	case "number:fraction":
		add = "# ?/?"
	case "number:text-content":
		add = "@"
	case "number:year":
		add = either("yy", "yyyy")
	case "number:month":
		if add = either("m", "mm"); attrs["number:textual"] == "true" {
			add = either("mmm", "mmmm")
		}
	case "number:day":
		add = either("d", "dd")
	case "number:day-of-week":
		add = either("ddd", "dddd")
	case "number:era":
		add = either("g", "ggg")
	case "number:hours":
		if add = either("h", "hh"); f.code.String() == "[h]" {
			add = ""
		}
	case "number:minutes":
		add = either("m", "mm")
	case "number:seconds":
		if add = either("s", "ss"); attrs["number:decimal-places"] != "" && attrs["number:decimal-places"] != "0" {
			add += ".0"
		}
	case "number:am-pm":
		add = "AM/PM"
	}
	f.code.WriteString(add)
	return false
}

// digits writes the number of a format.
func (f *odsFormat) digits(attrs map[string]string) string {
	places, places0 := attrs["number:decimal-places"], attrs["number:min-decimal-places"]
	least := small([]byte(attrs["number:min-integer-digits"]))
	f.general = places == "" && least < 2 && f.kind == "number-style"
	whole := "#"
	if least > 0 {
		whole = strings.Repeat("0", min(least, 30))
	}
	if attrs["number:grouping"] == "true" {
		whole = "#,##" + whole
		f.general = false
	}
	n := min(small([]byte(places)), 30)
	if n == 0 {
		return whole
	}
	zeros := n
	if places0 != "" {
		zeros = min(small([]byte(places0)), n)
	}
	return whole + "." + strings.Repeat("0", zeros) + strings.Repeat("#", n-zeros)
}

// literal writes text that a format shows as it is.
func (f *odsFormat) literal(text string) {
	switch {
	case text == "":
	case f.kind == "percentage-style" && strings.Contains(text, "%"):
		f.code.WriteString("%")
		f.general = false
	case strings.Trim(text, "-/: ,.") == "":
		f.code.WriteString(text)
	default:
		f.code.WriteString(`"` + strings.ReplaceAll(text, `"`, "") + `"`)
		f.general = false
	}
}

// formatOf gives a number format by its name.
func (s *odsStyles) formatOf(name string) Format {
	f := s.data[name]
	if f != nil && s.data[f.other] != nil { // what positive numbers look like
		f = s.data[f.other]
	}
	if f == nil || f.general || f.kind == "boolean-style" {
		return Format{Code: "General"}
	}
	out := ParseFormat(f.code.String())
	switch {
	case f.kind == "percentage-style":
		out.Class = ClassPercent
	case f.kind == "time-style":
		out.Class, out.Decimals = ClassTime, 0
	case f.kind == "date-style" && out.Class != ClassDatetime:
		out.Class = ClassDate
	}
	return out
}

// look gives the look of a cell style, with what its parents say.
func (s *odsStyles) look(l *looks, name string) int {
	if n, ok := s.looks[name]; ok {
		return n
	}
	whole := s.cells.whole(name, "")
	n := whole.look(l, s.formatOf(whole.format))
	if len(s.looks) < 100_000 {
		s.looks[name] = n
	}
	return n
}
