package annotate

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"

	"gongkai/ingest/sheet"
)

// mostTag is how long a tag or a comment of a sheet may be.
const mostTag = 8 << 20

// tags copies a stream of XML and stops at every tag.
type tags struct {
	r   *bufio.Reader
	w   *bufio.Writer
	tag []byte
}

// next copies what lies before the next tag and gives that tag, which is not
// written. The error is io.EOF at the end.
func (s *tags) next() ([]byte, error) {
	for {
		if err := s.text(); err != nil {
			return nil, err
		}
		if err := s.markup(); err != nil {
			return nil, err
		}
		if len(s.tag) > 1 && (s.tag[1] == '!' || s.tag[1] == '?') {
			if bytes.HasPrefix(s.tag, []byte("<!D")) || bytes.HasPrefix(s.tag, []byte("<!E")) {
				return nil, odd("a sheet declares types")
			}
			if _, err := s.w.Write(s.tag); err != nil {
				return nil, err
			}
			continue
		}
		return s.tag, nil
	}
}

func (s *tags) text() error {
	for {
		chunk, err := s.r.ReadSlice('<')
		if err == nil {
			_, err = s.w.Write(chunk[:len(chunk)-1])
			return err
		}
		if _, werr := s.w.Write(chunk); werr != nil {
			return werr
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		return readError(err)
	}
}

// markup reads to the end of what begins with <.
func (s *tags) markup() error {
	s.tag = append(s.tag[:0], '<')
	var quote byte
	for {
		chunk, err := s.r.ReadSlice('>')
		at := len(s.tag)
		s.tag = append(s.tag, chunk...)
		if len(s.tag) > mostTag {
			return odd("a sheet holds a tag beyond reason")
		}
		if errors.Is(err, io.EOF) {
			return odd("a sheet ends inside of a tag")
		}
		full := errors.Is(err, bufio.ErrBufferFull)
		if err != nil && !full {
			return readError(err)
		}
		if end := special(s.tag); end != "" {
			if !full && bytes.HasSuffix(s.tag, []byte(end)) {
				return nil
			}
			continue
		}
		for _, c := range s.tag[at:] {
			switch {
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '"' || c == '\'':
				quote = c
			}
		}
		if !full && quote == 0 {
			return nil
		}
	}
}

// special gives how a comment, a section of characters or an instruction ends.
func special(tag []byte) string {
	switch {
	case len(tag) < 2 || tag[1] != '!' && tag[1] != '?':
		return ""
	case tag[1] == '?':
		return "?>"
	case bytes.HasPrefix(tag, []byte("<!--")):
		return "-->"
	case bytes.HasPrefix(tag, []byte("<![CDATA[")):
		return "]]>"
	}
	return ""
}

func readError(err error) error {
	if errors.Is(err, io.EOF) {
		return io.EOF
	}
	return odd("a sheet cannot be read: %v", err)
}

// sheetPatch adds marks to one sheet's XML while it streams by.
type sheetPatch struct {
	tags
	ctx      context.Context
	styles   *styles
	marks    []*mark // still to come, in order
	any      bool    // there were marks
	note     string  // markup of the legacyDrawing to add where there is none
	existing string  // relationship of the legacyDrawing that is there
	prefix   string  // of the sheet's elements
	depth    int
	inData   bool
	pastData bool
	row, col int // the last that went by
	rows     int
	rowStyle int
	rowMarks []*mark // of the row that goes by, still to come
	inMarked bool    // that row had marks
	cols     []colStyle
}

type colStyle struct{ min, max, style int }

// run copies the sheet with its marks.
func (p *sheetPatch) run() error {
	p.any = len(p.marks) > 0
	for {
		t, err := p.next()
		if errors.Is(err, io.EOF) {
			if len(p.marks) > 0 || p.note != "" && p.existing == "" {
				return odd("a sheet has no place for its marks")
			}
			return nil
		}
		if err != nil {
			return err
		}
		if err := p.pass(t); err != nil {
			return err
		}
		if !p.any && p.inData { // nothing more to change
			_, err := io.Copy(p.w, p.r)
			return err
		}
	}
}

// pass writes one tag, changed where need be.
func (p *sheetPatch) pass(t []byte) error {
	closing, self := t[1] == '/', t[len(t)-2] == '/'
	if closing {
		p.depth--
	}
	depth := p.depth
	if !closing && !self {
		p.depth++
	}
	name := localName(t)
	switch depth {
	case 0:
		if !closing {
			p.prefix = parseTag(t).prefix
			break
		}
		p.writeNote()
	case 1:
		return p.passPart(t, string(name), closing, self)
	case 2:
		switch string(name) {
		case "row":
			if p.inData {
				return p.passRow(t, closing, self)
			}
		case "sheetView":
			t = withoutAttr(t, "tabSelected")
		case "col":
			p.noteCol(t)
		}
	case 3:
		if p.inMarked && !closing && string(name) == "c" {
			return p.passCell(t)
		}
	}
	_, err := p.w.Write(t)
	return err
}

// localName is the name of a tag without its prefix.
func localName(t []byte) []byte {
	from := 1
	if t[1] == '/' {
		from = 2
	}
	for i := from; i < len(t); i++ {
		switch t[i] {
		case ':':
			from = i + 1
		case ' ', '\t', '\r', '\n', '/', '>':
			return t[from:i]
		}
	}
	return t[from:]
}

// passPart writes the tag of a part of the sheet.
func (p *sheetPatch) passPart(t []byte, name string, closing, self bool) error {
	switch name {
	case "sheetData":
		p.inData = !closing && !self
		p.pastData = p.pastData || !p.inData
		switch {
		case self && p.any:
			open := bytes.TrimRight(bytes.TrimSuffix(t, []byte("/>")), " \t\r\n")
			p.put(string(open) + ">")
			p.rowsBefore(1 << 30)
			p.put("</" + p.prefix + "sheetData>")
			return nil
		case closing:
			p.rowsBefore(1 << 30)
		}
	case "legacyDrawing":
		if !closing {
			p.existing = relationID(t)
		}
	case "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst", "AlternateContent":
		if p.pastData && !closing {
			p.writeNote()
		}
	}
	_, err := p.w.Write(t)
	return err
}

// writeNote adds the reference to the comments' shapes, once, where the sheet
// has none.
func (p *sheetPatch) writeNote() {
	if p.existing == "" && p.note != "" {
		p.put(prefixed(p.note, p.prefix))
		p.note = ""
	}
}

func (p *sheetPatch) put(text string) { p.w.WriteString(text) } //nolint:errcheck // Flush tells

// relationID is the attribute id of the namespace of relationships.
func relationID(t []byte) string {
	for i := 1; i < len(t); i++ {
		if !bytes.HasPrefix(t[i:], []byte(":id")) {
			continue
		}
		from := i
		for from > 0 && !isSpace(t[from-1]) {
			from--
		}
		if v, _, _, ok := attr(t, string(t[from:i+3])); ok {
			return unescape(v)
		}
	}
	return ""
}

func (p *sheetPatch) noteCol(t []byte) {
	if !p.any || p.inData || p.pastData {
		return
	}
	lo, err1 := strconv.Atoi(attrText(t, "min"))
	hi, err2 := strconv.Atoi(attrText(t, "max"))
	style, err3 := strconv.Atoi(attrText(t, "style"))
	if err1 == nil && err2 == nil && err3 == nil {
		p.cols = append(p.cols, colStyle{lo, hi, style})
	}
}

// passRow writes a row's tag, and the marked rows before it that the sheet
// does not have.
func (p *sheetPatch) passRow(t []byte, closing, self bool) error {
	if closing {
		p.cellsBefore(1 << 30)
		_, err := p.w.Write(t)
		return err
	}
	if p.rows++; p.rows%4096 == 0 {
		if err := p.ctx.Err(); err != nil {
			return err
		}
	}
	number := p.row + 1
	if v, _, _, ok := attr(t, "r"); ok {
		n, err := strconv.Atoi(v)
		if err != nil {
			return odd("row %q", v)
		}
		number = n
	}
	if number < 1 { // programs write a row 0 now and then; it is on no sheet
		p.inMarked = false
		_, err := p.w.Write(t)
		return err
	}
	if number <= p.row {
		return odd("row %d comes after row %d", number, p.row)
	}
	p.rowsBefore(number)
	p.row, p.col, p.rowStyle = number, 0, -1
	if v, _, _, ok := attr(t, "s"); ok {
		if n, err := strconv.Atoi(v); err == nil {
			p.rowStyle = n
		}
	}
	n := 0
	for n < len(p.marks) && p.marks[n].row == number {
		n++
	}
	p.rowMarks, p.marks = p.marks[:n], p.marks[n:]
	p.inMarked = n > 0
	if n == 0 {
		_, err := p.w.Write(t)
		return err
	}
	t = withoutAttr(t, "spans") // cells may be added outside of it
	if !self {
		_, err := p.w.Write(t)
		return err
	}
	p.put(string(bytes.TrimRight(bytes.TrimSuffix(t, []byte("/>")), " \t\r\n")) + ">")
	p.cellsBefore(1 << 30)
	p.put("</" + p.prefix + "row>")
	return nil
}

// rowsBefore adds the marked rows before a number, which the sheet lacks.
func (p *sheetPatch) rowsBefore(number int) {
	for len(p.marks) > 0 && p.marks[0].row < number {
		p.row, p.rowStyle = p.marks[0].row, -1
		n := 0
		for n < len(p.marks) && p.marks[n].row == p.row {
			n++
		}
		p.rowMarks, p.marks = p.marks[:n], p.marks[n:]
		p.put(prefixed(`<row r="`+strconv.Itoa(p.row)+`">`, p.prefix))
		p.cellsBefore(1 << 30)
		p.put("</" + p.prefix + "row>")
	}
}

// cellsBefore adds the marked cells before a column, which the row lacks.
func (p *sheetPatch) cellsBefore(col int) {
	for len(p.rowMarks) > 0 && p.rowMarks[0].col < col {
		m := p.rowMarks[0]
		p.rowMarks = p.rowMarks[1:]
		style := max(p.rowStyle, 0)
		for _, c := range p.cols {
			if p.rowStyle < 0 && m.col >= c.min && m.col <= c.max {
				style = c.style
			}
		}
		p.put(prefixed(`<c r="`+sheet.Address(m.row, m.col)+`" s="`+strconv.Itoa(p.styles.marked(style, m.severity))+`"/>`, p.prefix))
	}
}

// passCell writes the tag of a cell in a row that has marks.
func (p *sheetPatch) passCell(t []byte) error {
	col := p.col + 1
	if v, _, _, ok := attr(t, "r"); ok {
		row, c, ok := address(v)
		if !ok || row != p.row {
			return odd("cell %q in row %d", v, p.row)
		}
		col = c
	}
	if col <= p.col {
		return odd("column %d comes after column %d", col, p.col)
	}
	p.cellsBefore(col)
	p.col = col
	if len(p.rowMarks) > 0 && p.rowMarks[0].col == col {
		style, _ := strconv.Atoi(attrText(t, "s")) // none is 0
		t = withAttr(t, "s", strconv.Itoa(p.styles.marked(style, p.rowMarks[0].severity)))
		p.rowMarks = p.rowMarks[1:]
	}
	_, err := p.w.Write(t)
	return err
}
