package sheet

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"sync/atomic"
)

// odsNames are the namespaces of OpenDocument 1.0 to 1.3 that are read.
var odsNames = map[string]string{
	"urn:oasis:names:tc:opendocument:xmlns:office:1.0":                     "office",
	"urn:oasis:names:tc:opendocument:xmlns:table:1.0":                      "table",
	"urn:oasis:names:tc:opendocument:xmlns:text:1.0":                       "text",
	"urn:oasis:names:tc:opendocument:xmlns:style:1.0":                      "style",
	"urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0":                  "number",
	"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0":          "fo",
	"urn:oasis:names:tc:opendocument:xmlns:meta:1.0":                       "meta",
	"http://purl.org/dc/elements/1.1/":                                     "dc",
	"urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0": "calcext",
}

// isODS tells an OpenDocument spreadsheet from other zips.
func isODS(a *archive) bool {
	if f := a.has("mimetype"); f != nil && mimetype(f) == "ods" {
		return true
	}
	return a.has("mimetype") == nil && a.has("content.xml") != nil && a.has("META-INF/manifest.xml") != nil
}

// ods reads an OpenDocument spreadsheet.
func (rd *reading) ods(a *archive) (*Workbook, error) {
	if err := rd.odsManifest(a); err != nil {
		return nil, err
	}
	o := newODS(rd, "content.xml")
	if a.has("styles.xml") != nil {
		b, err := a.small(rd.ctx, "styles.xml")
		if err != nil {
			return nil, err
		}
		e := &elements{name: "styles.xml", handler: o, known: odsNames}
		o.e = e
		if err := rd.readElements(bytes.NewReader(b), e, int64(len(b))); err != nil {
			return nil, err
		}
	}
	if err := rd.metaODS(a); err != nil {
		return nil, err
	}
	p, err := a.open("content.xml")
	if err != nil {
		return nil, err
	}
	a.deflated.Store(0)
	tick := func() { rd.share(a.deflated.Load(), p.size) }
	return o.read(p, int64(p.file.UncompressedSize64), tick)
}

// flatODS reads an OpenDocument spreadsheet that is one XML file.
func (rd *reading) flatODS() (*Workbook, error) {
	read := new(atomic.Int64)
	r := &countingReader{r: io.NewSectionReader(rd.file, 0, rd.size), n: read}
	return newODS(rd, "fods").read(r, rd.size, func() { rd.share(read.Load(), rd.size) })
}

// share tells how far the reading is.
func (rd *reading) share(done, all int64) {
	if rd.opt.Progress != nil {
		rd.opt.Progress(min(float64(done)/float64(max(all, 1)), 1), rd.rows)
	}
}

// odsManifest refuses a file with a password.
func (rd *reading) odsManifest(a *archive) error {
	const manifest = "META-INF/manifest.xml"
	if a.has(manifest) == nil {
		return nil
	}
	err := rd.elements(a, manifest, func(_ []string, e xml.StartElement) error {
		if e.Name.Local == "encryption-data" {
			return reject(FileEncrypted, "found", "ods", "fix", "open it, remove the password and save it again")
		}
		return nil
	})
	var r *Rejected
	if errors.As(err, &r) && r.Code == XMLDTD {
		return nil // old writers name a DTD here; nothing of it is read
	}
	return err
}

// odsReading takes the elements of content.xml, styles.xml or a flat file.
type odsReading struct {
	*sink
	e      *elements
	styles odsStyles

	inSheet, inRow, inCell bool
	dropped                bool // the sheet is a copy of another file's
	row                    int  // the row at hand
	rowTimes               int
	rowStyle               string
	rowBegun               bool // it has a cell with content
	columns                int  // named so far
	columnStyles           styledColumns
	col                    int // the last column of the cell before
	c                      odsCell
	note                   *odsNote // the comment at hand
	meta                   *odsMeta // the properties at hand, of a flat file
}

// odsCell is a cell while it is read.
type odsCell struct {
	kind       string // office:value-type
	value      []byte
	valued     bool // the value stands in an attribute
	isError    bool
	formula    bool
	style      []byte
	times      int
	cols, rows int // spanned
	text       []byte
	paragraphs int
	inText     bool
	blank      bool // a line end says nothing here: the paragraph begins, or one came before
}

func newODS(rd *reading, name string) *odsReading {
	return &odsReading{sink: newSink(rd, name), styles: newODSStyles()}
}

func (o *odsReading) read(r io.Reader, size int64, tick func()) (*Workbook, error) {
	o.e = &elements{name: o.name, handler: o, known: odsNames, tick: tick}
	err := o.readElements(r, o.e, size)
	if err != nil {
		if o.inSheet && !o.dropped {
			err = inSheet(err, o.w.sheet.Name)
		}
		return nil, err
	}
	if len(o.sheets) == 0 {
		return nil, reject(FileDamaged, "entry", o.name, "offset", "0", "reason", "it holds no table")
	}
	wb, err := o.workbook(ODS)
	if err == nil {
		wb.Date1904 = o.styles.date1904
	}
	return wb, err
}

// start decides by name and place what an element is; whatever is not known,
// comments, shapes, forms and changes among it, is skipped.
func (o *odsReading) start(name []byte, m markup) (bool, error) {
	switch {
	case o.note != nil:
		return o.note.start(name), nil
	case o.meta != nil:
		o.meta.start(o.e, name, m)
		return true, nil
	case o.c.inText:
		return o.textElement(name, m)
	case o.inCell:
		if string(name) == "office:annotation" && !o.dropped {
			o.note = &odsNote{c: Comment{Sheet: o.w.sheet.Name, Row: o.row, Col: o.col + 1}, most: o.opt.Limits.CellBytes}
			return true, nil
		}
		return o.cellElement(name), nil
	case o.styles.inside:
		return o.styles.start(o.e, name, m), nil
	}
	switch string(name) {
	case "office:document", "office:document-content", "office:document-styles", "office:document-meta", "office:body", "office:spreadsheet",
		"table:calculation-settings", "table:table-columns", "table:table-header-columns", "table:table-column-group",
		"table:table-rows", "table:table-header-rows", "table:table-row-group":
		return true, nil
	case "office:styles", "office:automatic-styles":
		o.styles.inside = true
		return true, nil
	case "office:meta":
		o.meta = &odsMeta{}
		return true, nil
	case "table:null-date":
		o.e.each(m, func(name, value []byte) {
			o.styles.date1904 = o.styles.date1904 || string(name) == "table:date-value" && string(value) == "1904-01-01"
		})
		return true, nil
	case "table:table":
		if o.inSheet {
			return false, nil
		}
		return true, o.beginTable(m)
	}
	if !o.inSheet {
		return false, nil
	}
	switch string(name) {
	case "table:table-source":
		return false, o.drop()
	case "table:table-column":
		o.column(m)
		return true, nil
	case "table:table-row":
		if !o.inRow {
			o.beginRow(m)
			return true, nil
		}
	case "table:table-cell", "table:covered-table-cell":
		if o.inRow {
			o.beginCell(m)
			return true, nil
		}
	}
	return false, nil
}

func (o *odsReading) end(name []byte) error {
	switch {
	case o.note != nil:
		if o.note.end(name) {
			o.comment(o.note.c)
			o.note = nil
		}
		return nil
	case o.meta != nil:
		if o.meta.end(o.reading, name) {
			o.meta = nil
		}
		return nil
	}
	switch string(name) {
	case "office:styles", "office:automatic-styles":
		o.styles.inside = false
	case "table:table":
		o.inSheet = false
		if !o.dropped {
			o.sink.end()
		}
	case "table:table-row":
		return o.finishRow()
	case "table:table-cell", "table:covered-table-cell":
		o.inCell = false
		return o.finishCell()
	case "text:p", "text:h":
		o.c.endParagraph()
	default:
		if o.styles.inside {
			o.styles.end(name)
		}
	}
	return nil
}

func (o *odsReading) beginTable(m markup) error {
	title, hidden := "", false
	o.e.each(m, func(name, value []byte) {
		switch string(name) {
		case "table:name":
			title = attrText(value)
		case "table:style-name":
			hidden = hidden || o.styles.hidden(string(value))
		case "table:display":
			hidden = hidden || string(value) == "false"
		}
	})
	if err := o.begin(title, false); err != nil {
		return err
	}
	if hidden {
		o.hide(o.w.sheet, "hidden")
	}
	o.inSheet, o.inRow, o.dropped = true, false, false
	o.row, o.rowTimes, o.columns, o.columnStyles = 1, 0, 0, o.columnStyles[:0]
	return nil
}

// drop takes back the sheet at hand: a copy of another file's that is kept for
// formulas that refer to it.
func (o *odsReading) drop() error {
	if !o.dropped {
		o.dropped = true
		o.sink.end()
		o.sheets = o.sheets[:len(o.sheets)-1]
		o.problems.of(ExternalLink, "", "count", "1")
	}
	return nil
}

// repeats reads how often something stands.
func repeats(value []byte) int { return max(small(value), 1) }

func (o *odsReading) column(m markup) {
	times, hidden, st := 1, false, ""
	o.e.each(m, func(name, value []byte) {
		switch string(name) {
		case "table:number-columns-repeated":
			times = repeats(value)
		case "table:visibility":
			hidden = string(value) != "visible"
		case "table:default-cell-style-name":
			st = string(value)
		}
	})
	if o.dropped || o.columns >= o.opt.Limits.Columns {
		return
	}
	if hidden {
		o.hideCols(o.columns+1, o.columns+times)
	}
	o.columns += times
	o.columnStyles = append(o.columnStyles, styledColumn{o.columns, st})
}

func (o *odsReading) beginRow(m markup) {
	o.inRow, o.rowBegun, o.rowTimes, o.rowStyle, o.col = true, false, 1, "", 0
	hidden := false
	o.e.each(m, func(name, value []byte) {
		switch string(name) {
		case "table:number-rows-repeated":
			o.rowTimes = repeats(value)
		case "table:visibility":
			hidden = string(value) != "visible"
		case "table:default-cell-style-name":
			o.rowStyle = string(value)
		}
	})
	if hidden && !o.dropped {
		o.hideRows(o.row, o.row+o.rowTimes-1)
	}
}

// finishRow ends a row. Empty ones, however many, cost nothing.
func (o *odsReading) finishRow() error {
	o.inRow = false
	first := o.row
	o.row = min(o.row+o.rowTimes, 1<<40)
	if !o.rowBegun {
		return nil
	}
	o.rowBegun = false
	o.w.row = first
	return o.endRow(o.rowTimes)
}

func (o *odsReading) beginCell(m markup) {
	o.inCell = true
	o.c = odsCell{times: 1, cols: 1, rows: 1, text: o.c.text[:0], value: o.c.value[:0], style: o.c.style[:0]}
	c := &o.c
	o.e.each(m, func(name, value []byte) {
		switch string(name) {
		case "office:value-type":
			c.kind = odsKind(value)
		case "office:value", "office:date-value", "office:time-value", "office:boolean-value", "office:string-value":
			c.value, c.valued = append(c.value[:0], value...), true
		case "calcext:value-type":
			c.isError = string(value) == "error"
		case "table:formula":
			c.formula = len(value) > 0
		case "table:style-name":
			c.style = append(c.style[:0], value...)
		case "table:number-columns-repeated":
			c.times = repeats(value)
		case "table:number-columns-spanned":
			c.cols = repeats(value)
		case "table:number-rows-spanned":
			c.rows = repeats(value)
		}
	})
}

// odsKind gives the value types that there are, so that nothing is allocated.
func odsKind(value []byte) string {
	for _, known := range []string{"string", "float", "percentage", "currency", "date", "time", "boolean"} {
		if string(value) == known {
			return known
		}
	}
	return ""
}

// finishCell takes a cell, as often as it stands.
func (o *odsReading) finishCell() error {
	c := &o.c
	first := o.col + 1
	o.col = min(o.col+c.times, 1<<30)
	if o.dropped {
		return nil
	}
	if c.cols > 1 || c.rows > 1 {
		if err := o.merge(Range{o.row, first, o.row + c.rows - 1, first + c.cols - 1}); err != nil {
			return err
		}
	}
	if c.kind == "" && len(c.text) == 0 && !c.formula {
		return nil
	}
	v, empty := o.valueOf(c, first)
	if empty {
		return nil
	}
	if !o.rowBegun {
		o.rowBegun = true
		if err := o.sink.row(o.row); err != nil {
			return err
		}
	}
	if o.col > o.opt.Limits.Columns {
		return tooLarge("columns", int64(o.col), int64(o.opt.Limits.Columns)).at(o.row, min(o.col, 1<<20))
	}
	return o.putAll(first, o.col, v)
}
