package sheet

import (
	"bytes"
	"errors"
	"io"
	"sync/atomic"

	"golang.org/x/net/html"
)

// html reads the tables of a page, as one sheet: as spreadsheets show it, text
// between the tables is rows of one cell.
func (rd *reading) html() (*Workbook, error) {
	enc, err := rd.pageEncoding()
	if err != nil {
		return nil, err
	}
	p := newPage(rd)
	if err := p.begin("", false); err != nil {
		return nil, err
	}
	if err := p.page(enc); err != nil {
		return nil, err
	}
	if !p.tables {
		return nil, unsupported("html without a table")
	}
	p.end()
	wb, err := p.workbook(HTML)
	if err == nil {
		wb.Encoding, wb.Why, wb.Date1904 = enc.name, enc.why, p.date1904
	}
	return wb, err
}

func newPage(rd *reading) *pageReading {
	return &pageReading{sink: newSink(rd, string(HTML)), classes: map[string]*css{}, known: map[string]int{}}
}

// page reads the file as one page, onto the sheet at hand.
func (p *pageReading) page(enc textEncoding) error {
	read := new(atomic.Int64)
	raw := &countingReader{r: io.NewSectionReader(p.file, enc.skip, p.size-enc.skip), n: read}
	z := html.NewTokenizer(contextReader{p.ctx, p.decoded(raw, enc)})
	z.SetMaxBuf(int(p.opt.Limits.PartBytes))
	for n := 1; ; n++ {
		what := z.Next()
		if n%4096 == 0 {
			p.share(read.Load(), p.size)
		}
		if what == html.ErrorToken {
			if err := z.Err(); errors.Is(err, html.ErrBufferExceeded) {
				return tooLarge("part-bytes", p.opt.Limits.PartBytes+1, p.opt.Limits.PartBytes)
			} else if !errors.Is(err, io.EOF) {
				return err
			}
			return p.finish()
		}
		if err := p.token(z, what); err != nil {
			return err
		}
	}
}

// pageReading takes the tokens of a page. It keeps no tree: a stack of tables
// is not needed, because a table in a cell is either text of that cell or, where
// the cell only lays out the page, a table of its own.
type pageReading struct {
	*sink
	classes map[string]*css
	known   map[string]int // looks that were used
	tables  bool           // there was one

	unseen   int    // elements whose text is not shown that are open
	unseenIn string // the outermost of them
	style    bool   // a style sheet is being read
	date1904 bool
	about    pageAbout
	row      int // the last row that was used
	t        *pageTable
	layouts  int // tables around that only lay out the page
	text     pageText
	last     pageEnd
	spans    []columnSpan
}

// pageEnd is how the last table ended, to see whether the next one goes on.
type pageEnd struct {
	row, width int
}

// pageTable is the table at hand.
type pageTable struct {
	nested   int // tables in the cell at hand
	widest   int // most cells with content in a row
	filled   int // cells with content of the row at hand
	width    int
	inRow    bool
	inCell   bool
	begun    bool // the row is begun in the sink
	fresh    bool // it has no row yet
	hidden   bool
	col      int
	columns  int  // named by <col>
	gap      bool // an empty row was left before its first row
	merges   int  // of the sheet, before the table
	rowStyle css
	c        pageCell
}

// columnSpan says until which row a column is taken by a cell above. Until row
// free the next column without one is column next.
type columnSpan struct{ until, free, next int }

// token takes one token.
func (p *pageReading) token(z *html.Tokenizer, what html.TokenType) error {
	switch what {
	case html.TextToken:
		if p.style {
			p.styleSheet(z.Text())
			return nil
		}
		if p.unseen == 0 {
			return p.addText(z.Text())
		}
		p.aboutText(z.Text())
	case html.CommentToken:
		text := z.Text()
		p.date1904 = p.date1904 || bytes.Contains(text, []byte("<x:Date1904/>"))
		p.aboutComment(text)
	case html.StartTagToken, html.SelfClosingTagToken:
		name, has := z.TagName()
		tag := pageTag{name: string(name)}
		for has {
			var key, value []byte
			key, value, has = z.TagAttr()
			tag.attr(key, value)
		}
		p.aboutTag(&tag)
		return p.open(&tag, what == html.SelfClosingTagToken)
	case html.EndTagToken:
		name, _ := z.TagName()
		p.aboutEnd(string(name))
		return p.close(string(name))
	}
	return nil
}

// unseenElement names elements whose text is not on the page.
func unseenElement(name string) bool {
	switch name {
	case "script", "style", "head", "title", "noscript", "template", "select", "textarea", "button", "svg", "object", "iframe", "rt", "rp", "datalist", "xml", "nav", "noframes", "noembed":
		return true
	}
	return false
}

// blockElement names elements that begin a line of their own.
func blockElement(name string) bool {
	switch name {
	case "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl", "dt", "dd", "pre", "blockquote", "center", "form", "fieldset", "address", "section", "article", "header", "footer", "main", "hr", "body", "caption", "figure", "figcaption":
		return true
	}
	return false
}

func (p *pageReading) open(tag *pageTag, selfClosing bool) error {
	name := tag.name
	switch {
	case name == "body" || p.unseenEnds(name):
		p.unseen, p.style = 0, false // an element that is not closed hides no more
	case unseenElement(name):
		if !selfClosing {
			if p.unseen == 0 {
				p.unseenIn = name
			}
			p.unseen++
			p.style = name == "style"
		}
		return nil
	}
	if p.unseen > 0 {
		return nil
	}
	switch name {
	case "table":
		return p.openTable(tag)
	case "tr", "td", "th", "col", "caption", "tbody", "thead", "tfoot", "colgroup":
		return p.tableElement(tag)
	case "br":
		p.text.br()
	case "b", "strong":
		p.text.bold++
	case "s", "strike", "del":
		p.text.strike++
	default:
		if tag.unseen && !selfClosing && !voidElement(name) {
			p.text.hide(name)
			return nil
		}
		p.text.reopen(name)
		if blockElement(name) {
			return p.block()
		}
	}
	return nil
}

// unseenEnds reports elements that cannot stand in a head or a select, so that
// those were not closed.
func (p *pageReading) unseenEnds(name string) bool {
	switch name {
	case "table", "tr", "td", "th":
		return p.unseen > 0 && !p.style && p.unseenIn != "template" && p.unseenIn != "noscript"
	}
	return false
}

func voidElement(name string) bool {
	switch name {
	case "img", "input", "hr", "wbr", "meta", "link", "area", "base", "embed", "param", "source", "track":
		return true
	}
	return false
}

func (p *pageReading) close(name string) error {
	if unseenElement(name) {
		p.unseen, p.style = max(p.unseen-1, 0), false
		return nil
	}
	if p.unseen > 0 || p.text.close(name) {
		return nil
	}
	switch name {
	case "table":
		return p.closeTable()
	case "tr":
		if p.t != nil && p.t.nested == 0 {
			return p.endRowTag()
		}
	case "td", "th":
		if p.t != nil && p.t.nested == 0 {
			return p.endCell()
		}
	case "thead", "tbody", "tfoot":
		if p.t != nil && p.t.nested == 0 {
			return p.endRowTag()
		}
	case "b", "strong":
		p.text.bold = max(p.text.bold-1, 0)
	case "s", "strike", "del":
		p.text.strike = max(p.text.strike-1, 0)
	default:
		if blockElement(name) {
			return p.block()
		}
	}
	return nil
}

// addText takes text of the page.
func (p *pageReading) addText(text []byte) error {
	if p.text.hidden != "" {
		return nil
	}
	p.text.add(text)
	if n, most := len(p.text.b), p.opt.Limits.CellBytes; n > most {
		return tooLarge("cell-bytes", int64(n), int64(most)).at(min(p.row+1, 1<<30), 1)
	}
	return nil
}

// block begins a line: in a cell a line of its text, elsewhere a row.
func (p *pageReading) block() error {
	if p.t != nil && p.t.inCell {
		p.text.line()
		return nil
	}
	return p.loose()
}

// loose makes rows of one cell of the text between the tables.
func (p *pageReading) loose() error {
	text := p.text.take()
	if len(text) == 0 {
		return nil
	}
	bold := Flag(0)
	if p.text.boldFirst {
		bold = Bold
	}
	for _, line := range bytes.Split(text, []byte("\n")) {
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		p.row++
		if err := p.sink.row(p.row); err != nil {
			return err
		}
		if err := p.put(1, cell{kind: Text, raw: line, look: p.looks.of(p.looks.formats[0], bold, 0)}); err != nil {
			return err
		}
		if err := p.endRow(1); err != nil {
			return err
		}
	}
	p.last = pageEnd{}
	return nil
}

// finish ends what is open at the end of the page.
func (p *pageReading) finish() error {
	for p.t != nil {
		p.t.nested = 0
		if err := p.closeTable(); err != nil {
			return err
		}
	}
	return p.loose()
}
