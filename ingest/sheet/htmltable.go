package sheet

import (
	"bytes"
	"strings"
)

// What html allows at most.
const (
	pageColSpan = 1000
	pageRowSpan = 65_534
)

// pageCell is a cell of a page while it is read.
type pageCell struct {
	tag        pageTag
	style      css
	header     bool
	cols, rows int
}

// openTable begins a table. One in a cell is text of that cell, unless the
// tables around only lay out the page: no row of theirs has two cells with
// content so far.
func (p *pageReading) openTable(tag *pageTag) error {
	p.tables = true
	if t := p.t; t != nil && (t.nested > 0 || t.widest > 1 || t.filled > 0) && t.inCell {
		t.nested++
		if t.nested == 1 {
			p.problems.at(TableInCell, "", "", max(p.row, 1), max(t.col, 1))
		}
		p.text.line()
		return nil
	}
	if p.t != nil { // it lays out the page, or was not closed
		if p.t.inCell {
			p.layouts++
			p.t.inCell = false
			if !p.t.begun {
				p.row-- // its row holds the other table only
			}
		}
		if err := p.endTable(); err != nil {
			return err
		}
	}
	hidden := p.text.hidden != ""
	if err := p.loose(); err != nil {
		return err
	}
	style := p.styleOf(tag)
	p.t = &pageTable{fresh: true, hidden: hidden || tag.unseen || style.hidden, merges: len(p.w.sheet.Merges)}
	p.spans = p.spans[:0]
	return nil
}

func (p *pageReading) closeTable() error {
	t := p.t
	switch {
	case t == nil:
		p.layouts = max(p.layouts-1, 0)
		return p.loose()
	case t.nested > 0:
		t.nested--
		p.text.line()
		return nil
	}
	return p.endTable()
}

// endTable ends the table at hand.
func (p *pageReading) endTable() error {
	if err := p.endRowTag(); err != nil {
		return err
	}
	p.last = pageEnd{p.row, p.t.width}
	p.t = nil
	p.spans = p.spans[:0]
	return p.loose()
}

// tableElement takes the elements that only tables have.
func (p *pageReading) tableElement(tag *pageTag) error {
	if p.t == nil {
		if p.layouts > 0 || tag.name != "tr" && tag.name != "td" && tag.name != "th" {
			return p.block() // of a table that lays out the page
		}
		if err := p.openTable(&pageTag{name: "table"}); err != nil {
			return err
		}
	}
	t := p.t
	if t.nested > 0 {
		if tag.name == "td" || tag.name == "th" {
			p.text.gap()
		} else {
			p.text.line()
		}
		return nil
	}
	switch tag.name {
	case "tr":
		if err := p.endRowTag(); err != nil {
			return err
		}
		p.beginRow(tag)
	case "td", "th":
		return p.beginCell(tag)
	case "col":
		p.col(tag)
	case "caption":
		if err := p.endRowTag(); err != nil {
			return err
		}
		return p.loose()
	default:
		return p.endRowTag()
	}
	return nil
}

// col reads which columns are hidden. A page of several tables has one set of
// columns: those of the first table that names some.
func (p *pageReading) col(tag *pageTag) {
	t := p.t
	n := min(max(tag.span, 1), pageColSpan)
	if style := p.styleOf(tag); (tag.unseen || style.hidden) && len(p.w.sheet.hiddenCols) < p.opt.Limits.Columns && !p.w.sheet.hiddenCols.has(t.columns+1) {
		p.hideCols(t.columns+1, t.columns+n)
		p.w.sheet.hiddenCols.settle()
	}
	t.columns = min(t.columns+n, 1<<30)
}

func (p *pageReading) beginRow(tag *pageTag) {
	t := p.t
	if t.fresh {
		t.fresh = false
		if p.last.row > 0 {
			p.row++
			t.gap = true
		}
	}
	p.row++
	t.rowStyle = p.styleOf(tag)
	t.inRow, t.begun, t.col, t.filled = true, false, 0, 0
	t.rowStyle.hidden = t.rowStyle.hidden || tag.unseen || t.hidden
}

// beginCell begins a cell, in the first column that no cell above takes.
func (p *pageReading) beginCell(tag *pageTag) error {
	if err := p.endCell(); err != nil {
		return err
	}
	t := p.t
	if !t.inRow {
		p.beginRow(&pageTag{name: "tr"})
	}
	p.text.take()
	t.col = p.free(t.col + 1)
	t.inCell = true
	t.c = pageCell{tag: *tag, style: p.styleOf(tag), header: tag.name == "th",
		cols: min(max(tag.colspan, 1), pageColSpan), rows: min(max(tag.rowspan, 1), pageRowSpan)}
	return nil
}

// free gives the first column from col on that no cell above takes.
func (p *pageReading) free(col int) int {
	first, until := col, 1<<60
	for col <= len(p.spans) && p.spans[col-1].until >= p.row {
		s := &p.spans[col-1]
		if s.free >= p.row {
			until, col = min(until, s.free), s.next
			continue
		}
		until = min(until, s.until)
		col++
	}
	if col > first+1 {
		p.spans[first-1].free, p.spans[first-1].next = until, col
	}
	return col
}

// endCell ends the cell at hand.
func (p *pageReading) endCell() error {
	t := p.t
	if t == nil || !t.inCell {
		return nil
	}
	t.inCell = false
	c, col := &t.c, t.col
	t.col += c.cols - 1
	text := p.text.take()
	if t.col > p.opt.Limits.Columns {
		return tooLarge("columns", int64(t.col), int64(p.opt.Limits.Columns)).at(min(p.row, 1<<30), min(t.col, 1<<20))
	}
	t.width = max(t.width, t.col)
	if c.rows > 1 {
		for len(p.spans) < t.col {
			p.spans = append(p.spans, columnSpan{})
		}
		for i := col; i <= t.col; i++ {
			p.spans[i-1] = columnSpan{until: p.row + c.rows - 1}
		}
	}
	v, ok := p.valueOf(c, text)
	if ok {
		if err := p.takeRow(); err != nil {
			return err
		}
		t.filled++
		if err := p.put(col, v); err != nil {
			return err
		}
	}
	if c.cols > 1 || c.rows > 1 {
		return p.merge(Range{p.row, col, p.row + c.rows - 1, t.col})
	}
	return nil
}

// takeRow begins the row at hand in the spool, at its first cell with content.
func (p *pageReading) takeRow() error {
	if p.t.begun {
		return nil
	}
	p.t.begun = true
	return p.sink.row(p.row)
}

// endRowTag ends the row at hand.
func (p *pageReading) endRowTag() error {
	t := p.t
	if err := p.endCell(); err != nil || !t.inRow {
		return err
	}
	t.inRow = false
	t.widest = max(t.widest, t.filled)
	if t.gap {
		t.gap = false
		if t.width == p.last.width {
			p.goOn()
		}
	}
	if t.rowStyle.hidden && p.row <= p.opt.Limits.Rows {
		p.hideRows(p.row, p.row)
	}
	if !t.begun {
		return nil
	}
	t.begun = false
	return p.endRow(1)
}

// goOn takes back the empty row before a table: it has as many columns as the
// one above, so it is the rest of it. Its first row is at hand.
func (p *pageReading) goOn() {
	p.row--
	p.w.row = p.row
	for i := range p.spans {
		p.spans[i].until--
		p.spans[i].free = 0
	}
	for i := p.t.merges; i < len(p.w.sheet.Merges); i++ {
		p.w.sheet.Merges[i].FirstRow--
		p.w.sheet.Merges[i].LastRow--
	}
}

// valueOf makes a cell of its text and of what spreadsheets write into pages
// beside it: x:num (Excel, WPS), sdval (LibreOffice), data-v (SheetJS).
func (p *pageReading) valueOf(c *pageCell, text []byte) (cell, bool) {
	v := cell{kind: Text, raw: text, valued: true, formula: c.tag.formula}
	code := c.style.format
	if c.tag.format != "" {
		code = c.tag.format
	}
	switch {
	case c.tag.typ == 'n' && len(c.tag.value) > 0:
		v.kind, v.raw = Number, c.tag.value
	case c.tag.typ == 'n':
		if number := bytes.TrimSpace(text); len(number) > 0 {
			if _, _, ok := numeral(number); ok {
				v.kind, v.raw = Number, number
			}
		}
	case c.tag.typ == 'b':
		v.kind = Bool
		if len(c.tag.value) > 0 {
			v.raw = c.tag.value
		}
	case c.tag.typ == 'e':
		v.kind = Error
	case c.tag.typ == 's':
		if len(c.tag.value) > 0 {
			v.raw = bytes.TrimPrefix(c.tag.value, []byte("'"))
		}
		if code == "" {
			code = "@"
		}
	}
	if len(v.raw) == 0 {
		return v, false
	}
	if v.kind == Number {
		if _, _, ok := numeral(v.raw); !ok {
			v.kind, v.raw = Text, text
			if len(text) == 0 {
				return v, false
			}
		}
	}
	v.look = p.look(c, code)
	return v, true
}

// look gives the look of a cell; what its row says counts where it says nothing.
func (p *pageReading) look(c *pageCell, code string) int {
	if code == "" {
		code = p.t.rowStyle.format
	}
	flags := Flag(0)
	bold := c.style.bold
	if bold == "" {
		bold = p.t.rowStyle.bold
	}
	if bold == "yes" || bold == "" && c.header || p.text.boldFirst {
		flags |= Bold
	}
	if c.style.strike == "yes" || p.text.strikeFirst {
		flags |= Strike
	}
	key := code + "\x00" + string(rune(flags)) + string(rune(c.style.indent))
	n, ok := p.known[key]
	if !ok {
		n = p.looks.of(ParseFormat(namedFormat(code)), flags, c.style.indent)
		if len(p.known) < 100_000 {
			p.known[key] = n
		}
	}
	return n
}

// pageTag is a tag of a page with the attributes that count.
type pageTag struct {
	name             string
	class, style     string
	span             int
	colspan, rowspan int
	unseen           bool
	typ              byte // n, b, e, s: what the spreadsheet says the cell is
	value            []byte
	format           string
	formula          bool
	metaName         string // of <meta>
	content          []byte
}

func (t *pageTag) attr(key, value []byte) {
	switch string(key) {
	case "name":
		t.metaName = string(value)
	case "content":
		t.content = value
	case "class":
		t.class = string(value)
	case "style":
		t.style = string(value)
		t.unseen = t.unseen || hiddenStyle(t.style)
	case "hidden":
		t.unseen = true
	case "span":
		t.span = pageNumber(value)
	case "colspan":
		t.colspan = pageNumber(value)
	case "rowspan":
		t.rowspan = pageNumber(value)
	case "x:num":
		t.typ, t.value = 'n', bytes.TrimSpace(value)
	case "sdval":
		t.typ, t.value = 'n', bytes.TrimSpace(value)
	case "x:str":
		t.typ, t.value = 's', bytes.ToValidUTF8(value, nil)
	case "x:bool":
		t.typ, t.value = 'b', bytes.ToUpper(bytes.TrimSpace(value))
	case "x:err":
		t.typ = 'e'
	case "x:fmla":
		t.formula = true
	case "sdnum": // language;language of the format;code
		if parts := strings.SplitN(string(value), ";", 3); len(parts) == 3 {
			t.format = parts[2]
		}
	case "data-t":
		if len(value) == 1 && strings.IndexByte("nbes", value[0]) >= 0 {
			t.typ = value[0]
		}
	case "data-v":
		t.value = bytes.TrimSpace(value)
	case "data-z":
		t.format = string(value)
	}
}

// pageNumber reads a number as browsers do: digits in front, the rest ignored.
func pageNumber(value []byte) int {
	value = bytes.TrimSpace(value)
	n := 0
	for n < len(value) && value[n]-'0' < 10 {
		n++
	}
	return small(value[:min(n, 9)])
}
