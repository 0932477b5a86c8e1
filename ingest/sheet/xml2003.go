package sheet

import (
	"bytes"
	"io"
	"strings"
	"sync/atomic"
)

// xml2003Names are the namespaces of SpreadsheetML 2003.
var xml2003Names = map[string]string{
	"urn:schemas-microsoft-com:office:spreadsheet": "ss",
	"urn:schemas-microsoft-com:office:excel":       "x",
	"urn:schemas-microsoft-com:office:office":      "o",
}

// xml2003 reads a workbook that Excel 2002 and later saved as "XML
// Spreadsheet 2003".
func (rd *reading) xml2003() (*Workbook, error) {
	read := new(atomic.Int64)
	x := &xml2003Reading{sink: newSink(rd, string(XML2003)), styles: namedStyles{}, known: map[string]int{}}
	x.e = &elements{name: string(XML2003), handler: x, known: xml2003Names, tick: func() { rd.share(read.Load(), rd.size) }}
	r := &countingReader{r: io.NewSectionReader(rd.file, 0, rd.size), n: read}
	if err := rd.readElements(r, x.e, rd.size); err != nil {
		if x.w != nil {
			err = inSheet(err, x.w.sheet.Name)
		}
		return nil, err
	}
	if len(x.sheets) == 0 {
		return nil, reject(FileDamaged, "entry", x.name, "offset", "0", "reason", "it holds no worksheet")
	}
	wb, err := x.workbook(XML2003)
	if err == nil {
		wb.Date1904 = x.date1904
	}
	return wb, err
}

// xml2003Reading takes the elements of the file.
type xml2003Reading struct {
	*sink
	e        *elements
	date1904 bool
	styles   namedStyles
	known    map[string]int // looks of styles that were used
	style    *namedStyle    // at hand

	tableStyle   string
	column       int // the last one that was named
	columnStyles styledColumns
	row, col     int
	rowStyle     string
	rowSpan      int // empty rows that look like it follow
	inRow        bool
	rowBegun     bool
	inCell       bool
	inData       bool
	inVisible    bool
	visible      []byte
	c            xml2003Cell
	note         *Comment // at hand
	about        string   // the element of properties that is open
	text         []byte   // of a comment or property
}

type xml2003Cell struct {
	style        string
	across, down int
	typ          string
	formula      bool
	text         []byte
}

// attrs gives the attributes of a tag without the prefix that they have.
func (x *xml2003Reading) attrs(m markup, fn func(name, value []byte)) {
	x.e.each(m, func(name, value []byte) {
		if i := bytes.IndexByte(name, ':'); i < 0 || string(name[:i]) == "ss" {
			fn(name[i+1:], value)
		}
	})
}

// start takes an element. Comments, phonetic text, names and what else Excel
// keeps are skipped.
func (x *xml2003Reading) start(name []byte, m markup) (bool, error) {
	local := name
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		if prefix := string(name[:i]); prefix == "other" && !x.inData {
			return false, nil
		}
		local = name[i+1:]
	}
	switch {
	case x.note != nil, x.about != "":
		if x.about != "" {
			x.text = x.text[:0]
		}
		return true, nil
	case x.inData:
		if string(local) == "Br" || string(local) == "BR" {
			x.c.text = append(x.c.text, '\n')
		}
		return true, nil
	case x.inCell:
		if string(local) == "Comment" {
			x.beginNote(m)
			return true, nil
		}
		if string(local) != "Data" || x.c.typ != "" {
			return false, nil
		}
		x.inData = true
		x.c.typ = "String"
		x.attrs(m, func(name, value []byte) {
			if string(name) == "Type" {
				x.c.typ = string(value)
			}
		})
		return true, nil
	case x.style != nil:
		x.styleElement(local, m)
		return false, nil
	}
	return x.outside(local, m)
}

func (x *xml2003Reading) outside(local []byte, m markup) (bool, error) {
	switch string(local) {
	case "Workbook", "ExcelWorkbook", "Styles", "WorksheetOptions":
		return true, nil
	case "DocumentProperties", "CustomDocumentProperties":
		x.about = string(local)
		return true, nil
	case "Date1904":
		x.date1904 = true
	case "Style":
		x.beginStyle(m)
		return true, nil
	case "Worksheet":
		if x.w != nil {
			return false, nil
		}
		title := ""
		x.attrs(m, func(name, value []byte) {
			if string(name) == "Name" {
				title = attrText(value)
			}
		})
		x.row = 0
		x.column, x.columnStyles, x.tableStyle = 0, x.columnStyles[:0], ""
		return true, x.begin(title, false)
	case "Visible":
		x.inVisible, x.visible = x.w != nil, x.visible[:0]
		return true, nil
	case "Table":
		x.attrs(m, func(name, value []byte) {
			if string(name) == "StyleID" {
				x.tableStyle = string(value)
			}
		})
		return x.w != nil && !x.inRow, nil
	case "Column":
		if x.w != nil && !x.inRow {
			x.columnTag(m)
		}
	case "Row":
		if x.w != nil && !x.inRow {
			x.beginRow(m)
			return true, nil
		}
	case "Cell":
		if x.inRow {
			x.beginCell(m)
			return true, nil
		}
	}
	return false, nil
}

func (x *xml2003Reading) end(name []byte) error {
	local := name[bytes.IndexByte(name, ':')+1:]
	switch {
	case x.note != nil:
		if string(local) == "Comment" {
			x.note.Text = string(x.text)
			x.comment(*x.note)
			x.note = nil
		}
		return nil
	case x.about != "":
		x.endProperty(string(local))
		return nil
	case x.inData:
		if string(local) == "Data" {
			x.inData = false
		}
		return nil
	case x.inCell:
		x.inCell = false
		return x.finishCell()
	}
	switch string(local) {
	case "Row":
		x.inRow = false
		begun := x.rowBegun
		x.rowBegun = false
		if begun {
			if err := x.endRow(1); err != nil {
				return err
			}
		}
		x.row += x.rowSpan
	case "Style":
		x.style = nil
	case "Visible":
		if state := string(x.visible); x.inVisible && (state == "SheetHidden" || state == "SheetVeryHidden") {
			x.hide(x.w.sheet, map[bool]string{false: "hidden", true: "veryHidden"}[strings.Contains(state, "Very")])
		}
		x.inVisible = false
	case "Worksheet":
		x.sink.end()
	}
	return nil
}

func (x *xml2003Reading) wants() bool {
	return x.inData || x.inVisible || x.note != nil || x.about != ""
}

func (x *xml2003Reading) chars(text []byte) error {
	if x.note != nil || x.about != "" {
		x.text = append(x.text, text[:min(len(text), max(x.opt.Limits.CellBytes-len(x.text), 0))]...)
		return nil
	}
	if x.inVisible {
		if len(x.visible) < 64 {
			x.visible = append(x.visible, text[:min(len(text), 64)]...)
		}
		return nil
	}
	x.c.text = append(x.c.text, text...)
	if n, most := len(x.c.text), x.opt.Limits.CellBytes; n > most {
		return tooLarge("cell-bytes", int64(n), int64(most)).at(min(x.row, 1<<30), min(x.col, 1<<20))
	}
	return nil
}

// beginNote begins the comment of a cell.
func (x *xml2003Reading) beginNote(m markup) {
	x.note, x.text = &Comment{Sheet: x.w.sheet.Name, Row: x.row, Col: x.col}, x.text[:0]
	x.attrs(m, func(name, value []byte) {
		if string(name) == "Author" {
			x.note.Author = attrText(value)
		}
	})
}

// endProperty ends an element among the properties.
func (x *xml2003Reading) endProperty(element string) {
	if element == x.about {
		x.about = ""
		return
	}
	name := officeProperty(strings.ToLower(element))
	if x.about == "CustomDocumentProperties" {
		name = string(unescapeX([]byte(element), 0))
	}
	if name != "" {
		x.property(name, string(x.text))
	}
	x.text = x.text[:0]
}

func (x *xml2003Reading) beginStyle(m markup) {
	x.style = &namedStyle{indent: -1}
	x.attrs(m, func(name, value []byte) {
		switch string(name) {
		case "ID":
			x.styles[attrText(value)] = x.style
		case "Parent":
			x.style.parent = attrText(value)
		}
	})
}

func (x *xml2003Reading) styleElement(local []byte, m markup) {
	st := x.style
	element := string(local)
	x.attrs(m, func(name, value []byte) {
		switch element + " " + string(name) {
		case "NumberFormat Format":
			st.format = attrText(value)
		case "Font Bold":
			st.bold = yesNo(yes(value))
		case "Font StrikeThrough":
			st.strike = yesNo(yes(value))
		case "Alignment Indent":
			st.indent = min(small(value), 255)
		}
	})
}

// look gives the look of a cell: its own style, else its row's, its column's,
// the table's.
func (x *xml2003Reading) look(id string, col int) int {
	if id == "" {
		id = x.rowStyle
	}
	if id == "" {
		id = x.columnStyles.style(col)
	}
	if id == "" {
		id = x.tableStyle
	}
	if n, ok := x.known[id]; ok {
		return n
	}
	const root = "Default"
	name := id
	if x.styles[name] == nil {
		name = root
	}
	whole := x.styles.whole(name, root)
	n := whole.look(&x.looks, ParseFormat(namedFormat(whole.format)))
	if len(x.known) < 100_000 {
		x.known[id] = n
	}
	return n
}

// namedFormat gives the code of a number format that Excel writes by its name,
// here and in pages.
func namedFormat(name string) string {
	switch name {
	case "", "General Number":
		return "General"
	case "General Date":
		return "yyyy/m/d h:mm"
	case "Long Date":
		return `yyyy"年"m"月"d"日"`
	case "Medium Date":
		return "d-mmm-yy"
	case "Short Date":
		return "yyyy/m/d"
	case "Long Time":
		return "h:mm:ss"
	case "Medium Time":
		return "h:mm AM/PM"
	case "Short Time":
		return "h:mm"
	case "Currency", "Euro Currency":
		return `"¤"#,##0.00`
	case "Fixed":
		return "0.00"
	case "Standard":
		return "#,##0.00"
	case "Percent":
		return "0.00%"
	case "Scientific":
		return "0.00E+00"
	case "Yes/No", "True/False", "On/Off":
		return "General"
	}
	return name
}

func (x *xml2003Reading) columnTag(m markup) {
	index, span, hidden, st := x.column+1, 0, false, ""
	x.attrs(m, func(name, value []byte) {
		switch string(name) {
		case "Index":
			index = max(small(value), index)
		case "Span":
			span = small(value)
		case "Hidden":
			hidden = yes(value)
		case "StyleID":
			st = attrText(value)
		}
	})
	if index > x.opt.Limits.Columns {
		return
	}
	if index > x.column+1 {
		x.columnStyles = append(x.columnStyles, styledColumn{index - 1, ""})
	}
	x.column = index + span
	x.columnStyles = append(x.columnStyles, styledColumn{x.column, st})
	if hidden {
		x.hideCols(index, x.column)
	}
}

func (x *xml2003Reading) beginRow(m markup) {
	index, span, hidden := x.row+1, 0, false
	x.rowStyle = ""
	x.attrs(m, func(name, value []byte) {
		switch string(name) {
		case "Index":
			if n := small(value); n > 0 {
				index = n
			}
		case "Span":
			span = small(value)
		case "Hidden":
			hidden = yes(value)
		case "StyleID":
			x.rowStyle = attrText(value)
		}
	})
	if hidden {
		x.hideRows(index, index+span)
	}
	x.row, x.rowSpan = index, span
	x.inRow, x.rowBegun, x.col = true, false, 0
}

func (x *xml2003Reading) beginCell(m markup) {
	x.inCell = true
	x.c = xml2003Cell{text: x.c.text[:0]}
	x.col++
	x.attrs(m, func(name, value []byte) {
		switch string(name) {
		case "Index":
			if n := small(value); n > 0 {
				x.col = n
			}
		case "StyleID":
			x.c.style = attrText(value)
		case "MergeAcross":
			x.c.across = small(value)
		case "MergeDown":
			x.c.down = small(value)
		case "Formula":
			x.c.formula = len(value) > 0
		}
	})
}

func (x *xml2003Reading) finishCell() error {
	c, col := &x.c, x.col
	x.col += c.across
	if c.across > 0 || c.down > 0 {
		if err := x.merge(Range{x.row, col, x.row + c.down, col + c.across}); err != nil {
			return err
		}
	}
	if c.typ == "" && !c.formula || len(c.text) == 0 && !c.formula {
		return nil
	}
	if !x.rowBegun {
		x.rowBegun = true
		if err := x.sink.row(x.row); err != nil {
			return err
		}
	}
	v := cell{kind: Text, raw: c.text, formula: c.formula, valued: c.typ != "", look: x.look(c.style, col)}
	switch c.typ {
	case "Number":
		v.kind = Number
	case "Boolean":
		v.kind = Bool
	case "Error":
		v.kind = Error
	case "DateTime":
		v.kind, v.raw = momentOf(bytes.TrimSpace(c.text), x.class(v.look))
	}
	return x.put(col, v)
}

// momentOf reads a DateTime: Excel writes a clock with every day and a day
// with every clock.
func momentOf(iso []byte, class FormatClass) (Kind, []byte) {
	_, clock, ok := bytes.Cut(iso, []byte("T"))
	if ok && class == ClassTime && (bytes.HasPrefix(iso, []byte("1899-12-3")) || bytes.HasPrefix(iso, []byte("1904-01-01"))) {
		return Text, withoutZeros(clock)
	}
	day := withoutMidnight(iso, class)
	return Date, withoutZeros(day)
}

// withoutZeros drops a fraction of a second that is zero.
func withoutZeros(clock []byte) []byte {
	whole, fraction, ok := bytes.Cut(clock, []byte("."))
	if ok && len(bytes.Trim(fraction, "0")) == 0 {
		return whole
	}
	return clock
}
