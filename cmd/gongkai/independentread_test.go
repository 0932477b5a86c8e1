package main

import (
	"archive/zip"
	"bytes"
	bin "encoding/binary"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/richardlehane/mscfb"
	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"
	"golang.org/x/text/encoding/htmlindex"
)

// otherBook is a workbook as another reader reads it: excelize for xlsx,
// encoding/csv, and small readers of the whole file for the others. They share
// no code with package sheet and guess nothing.
type otherBook struct {
	date1904 bool
	sheets   map[string]*otherSheet
}

type otherSheet struct {
	cells  map[[2]int]otherCell // by row and column from 1
	merges [][4]int             // first and last row, first and last column
}

// otherCell is a cell: n a number, s a text, b TRUE or FALSE, e an error, d an
// ISO date.
type otherCell struct {
	kind byte
	text string
}

func (b *otherBook) add(name string) *otherSheet {
	s := &otherSheet{cells: map[[2]int]otherCell{}}
	b.sheets[name] = s
	return s
}

func (s *otherSheet) set(row, col int, kind byte, text string) {
	if text != "" {
		s.cells[[2]int{row, col}] = otherCell{kind, text}
	}
}

// readOther reads a file by its first bytes. encoding and delimiter are what we
// found out about a text file: they are not what is compared.
func readOther(t *testing.T, path, encoding, delimiter string) *otherBook {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	out := &otherBook{sheets: map[string]*otherSheet{}}
	switch {
	case bytes.HasPrefix(b, []byte("PK")) && bytes.Contains(b[:200], []byte("opendocument")):
		err = out.readODS(b)
	case bytes.HasPrefix(b, []byte("PK")):
		err = out.readXLSX(path)
	case bytes.HasPrefix(b, []byte("\xD0\xCF\x11\xE0")):
		err = out.readXLS(b)
	case bytes.HasPrefix(b, []byte("<")):
		err = out.readPage(b)
	default:
		err = out.readText(b, encoding, delimiter)
	}
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return out
}

func (b *otherBook) readXLSX(path string) error {
	f, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true})
	if err != nil {
		return err
	}
	defer f.Close()
	if p, err := f.GetWorkbookProps(); err == nil && p.Date1904 != nil {
		b.date1904 = *p.Date1904
	}
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name)
		if err != nil {
			continue // a chart
		}
		s := b.add(name)
		for r, row := range rows {
			for c, text := range row {
				if text == "" {
					continue
				}
				at, err := excelize.CoordinatesToCellName(c+1, r+1)
				if err != nil {
					return err
				}
				kind, err := f.GetCellType(name, at)
				if err != nil {
					return err
				}
				s.set(r+1, c+1, kindOfExcelize(kind, text), text)
			}
		}
		merged, err := f.GetMergeCells(name)
		if err != nil {
			return err
		}
		for _, m := range merged {
			c1, r1, err1 := excelize.CellNameToCoordinates(m.GetStartAxis())
			c2, r2, err2 := excelize.CellNameToCoordinates(m.GetEndAxis())
			if err := errors.Join(err1, err2); err != nil {
				return err
			}
			s.merges = append(s.merges, [4]int{r1, r2, c1, c2})
		}
	}
	return nil
}

func kindOfExcelize(kind excelize.CellType, text string) byte {
	switch kind {
	case excelize.CellTypeBool:
		return 'b'
	case excelize.CellTypeError:
		return 'e'
	case excelize.CellTypeDate:
		return 'd'
	case excelize.CellTypeUnset, excelize.CellTypeNumber:
		return 'n'
	case excelize.CellTypeFormula:
		if _, err := strconv.ParseFloat(text, 64); err == nil {
			return 'n'
		}
	}
	return 's'
}

// readText reads delimited text. encoding/csv leaves blank lines out; they
// count as rows.
func (b *otherBook) readText(raw []byte, encoding, delimiter string) error {
	if codec, err := htmlindex.Get(encoding); err == nil && encoding != "utf-8" {
		if raw, err = codec.NewDecoder().Bytes(raw); err != nil {
			return err
		}
	}
	raw = bytes.TrimPrefix(raw, []byte("\xEF\xBB\xBF"))
	if !bytes.Contains(raw, []byte("\n")) { // of an old Macintosh
		raw = bytes.ReplaceAll(raw, []byte("\r"), []byte("\n"))
	}
	r := csv.NewReader(bytes.NewReader(raw))
	r.FieldsPerRecord, r.LazyQuotes, r.Comma = -1, true, []rune(delimiter + ",")[0]
	s := b.add("")
	for row, behind := 0, 1; ; { // behind: the line behind the record before
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		line, _ := r.FieldPos(0)
		row += line - behind + 1
		for c, text := range fields {
			s.set(row, c+1, 's', text)
		}
		last, _ := r.FieldPos(len(fields) - 1)
		behind = last + strings.Count(fields[len(fields)-1], "\n") + 1
	}
}

// odsElement is an element of content.xml.
type odsElement struct {
	XMLName xml.Name
	Attrs   []xml.Attr   `xml:",any,attr"`
	Nodes   []odsElement `xml:",any"`
	Text    string       `xml:",chardata"`
}

func (e *odsElement) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (e *odsElement) times(name string) int {
	n, err := strconv.Atoi(e.attr(name))
	if err != nil {
		return 1
	}
	return n
}

func (b *otherBook) readODS(raw []byte) error {
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return err
	}
	f, err := z.Open("content.xml")
	if err != nil {
		return err
	}
	defer f.Close()
	d := xml.NewDecoder(f)
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "table" {
			var table odsElement
			if err := d.DecodeElement(&table, &start); err != nil {
				return err
			}
			row := 1
			b.add(table.attr("name")).odsRows(table.Nodes, &row)
		}
	}
}

func (s *otherSheet) odsRows(nodes []odsElement, row *int) {
	for _, e := range nodes {
		switch e.XMLName.Local {
		case "table-rows", "table-header-rows", "table-row-group":
			s.odsRows(e.Nodes, row)
		case "table-row":
			for range min(e.times("number-rows-repeated"), 1000) {
				s.odsRow(e.Nodes, *row)
				*row++
			}
		}
	}
}

func (s *otherSheet) odsRow(cells []odsElement, row int) {
	col := 1
	for _, c := range cells {
		if rows, cols := c.times("number-rows-spanned"), c.times("number-columns-spanned"); rows > 1 || cols > 1 {
			s.merges = append(s.merges, [4]int{row, row + rows - 1, col, col + cols - 1})
		}
		var text string
		kind := byte('s')
		switch c.attr("value-type") {
		case "float", "percentage", "currency":
			kind, text = 'n', c.attr("value")
		case "date":
			kind, text = 'd', c.attr("date-value")
		case "boolean":
			kind, text = 'b', strings.ToUpper(c.attr("boolean-value"))
		default:
			var lines []string
			for _, p := range c.Nodes {
				if p.XMLName.Local == "p" {
					lines = append(lines, p.text())
				}
			}
			text = strings.Join(lines, "\n")
		}
		for range min(c.times("number-columns-repeated"), 1000) {
			s.set(row, col, kind, text)
			col++
		}
	}
}

func (e *odsElement) text() string {
	text := e.Text
	for _, n := range e.Nodes {
		text += n.text()
	}
	return text
}

// readPage reads the tables of a page, one below the other.
func (b *otherBook) readPage(raw []byte) error {
	doc, err := html.Parse(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	s, row := b.add(""), 0
	var taken map[[2]int]bool
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode && n.Data == "table" {
			taken = map[[2]int]bool{}
		}
		if n.Type != html.ElementNode || n.Data != "tr" {
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				walk(c)
			}
			return
		}
		row++
		col := 1
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Data != "td" && c.Data != "th" {
				continue
			}
			for taken[[2]int{row, col}] {
				col++
			}
			rows, cols := pageSpan(c, "rowspan"), pageSpan(c, "colspan")
			for i := range rows {
				for j := range cols {
					taken[[2]int{row + i, col + j}] = true
				}
			}
			if rows > 1 || cols > 1 {
				s.merges = append(s.merges, [4]int{row, row + rows - 1, col, col + cols - 1})
			}
			s.set(row, col, 's', strings.Join(strings.Fields(pageWords(c)), " "))
			col += cols
		}
	}
	walk(doc)
	return nil
}

func pageSpan(n *html.Node, name string) int {
	for _, a := range n.Attr {
		if v, err := strconv.Atoi(a.Val); a.Key == name && err == nil && v > 0 {
			return min(v, 1000)
		}
	}
	return 1
}

func pageWords(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	text := ""
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		text += pageWords(c)
	}
	return text
}

// readXLS reads the records of a workbook of Excel 97 (MS-XLS), all at once.
func (b *otherBook) readXLS(raw []byte) error {
	ole, err := mscfb.New(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	for e, err := ole.Next(); err == nil; e, err = ole.Next() {
		if e.Name == "Workbook" {
			stream, err := io.ReadAll(e)
			if err != nil {
				return err
			}
			return b.readBIFF(stream)
		}
	}
	return errors.New("no stream Workbook: a version that is not read here")
}

// biffRec is a record with those that continue it.
type biffRec struct {
	id    uint16
	at    int
	parts [][]byte
}

func (r *biffRec) u16(off int) int {
	if off+2 > len(r.parts[0]) {
		return 0
	}
	return int(bin.LittleEndian.Uint16(r.parts[0][off:]))
}

func biffRecords(stream []byte, from int) []biffRec {
	var out []biffRec
	for depth := 0; from+4 <= len(stream); {
		id, n := bin.LittleEndian.Uint16(stream[from:]), int(bin.LittleEndian.Uint16(stream[from+2:]))
		if from+4+n > len(stream) {
			break
		}
		data := stream[from+4 : from+4+n]
		if id == 0x3C && len(out) > 0 {
			last := &out[len(out)-1]
			last.parts = append(last.parts, data)
		} else {
			out = append(out, biffRec{id, from, [][]byte{data}})
		}
		from += 4 + n
		if id == 0x809 {
			depth++
		} else if id == 0x0A {
			if depth--; depth == 0 {
				break
			}
		}
	}
	return out
}

func (b *otherBook) readBIFF(stream []byte) error {
	var texts []string
	for _, r := range biffRecords(stream, 0) {
		switch r.id {
		case 0x2F:
			return errors.New("it has a password")
		case 0x22:
			b.date1904 = r.u16(0) == 1
		case 0xFC:
			texts = biffSST(r.parts)
		}
	}
	for _, r := range biffRecords(stream, 0) {
		if r.id != 0x85 || r.parts[0][5] != 0 {
			continue
		}
		d := r.parts[0]
		name, _ := biffText([][]byte{d[8:]}, int(d[6]), d[7])
		if err := b.add(name).biffSheet(biffRecords(stream, int(bin.LittleEndian.Uint32(d))), texts); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// biffText reads n characters; behind each break the width is said anew.
func biffText(parts [][]byte, n int, bits byte) (string, [][]byte) {
	var u []uint16
	for n > 0 && len(parts) > 0 {
		d := parts[0]
		for n > 0 && len(d) > 0 {
			if bits&1 == 0 {
				u, d = append(u, uint16(d[0])), d[1:]
			} else {
				u, d = append(u, bin.LittleEndian.Uint16(d)), d[2:]
			}
			n--
		}
		if parts[0] = d; n > 0 {
			if parts = parts[1:]; len(parts) > 0 {
				bits, parts[0] = parts[0][0], parts[0][1:]
			}
		}
	}
	return string(utf16.Decode(u)), parts
}

func biffSST(parts [][]byte) []string {
	parts = append([][]byte{parts[0][8:]}, parts[1:]...)
	take := func(n int) []byte { // fields are never broken, but what follows a text is skipped over breaks
		var out []byte
		for n > 0 && len(parts) > 0 {
			k := min(n, len(parts[0]))
			out, parts[0], n = append(out, parts[0][:k]...), parts[0][k:], n-k
			if len(parts[0]) == 0 && n > 0 {
				parts = parts[1:]
			}
		}
		return out
	}
	var texts []string
	for {
		for len(parts) > 0 && len(parts[0]) == 0 {
			parts = parts[1:]
		}
		if len(parts) == 0 {
			return texts
		}
		head := take(3)
		n, bits, skip := int(bin.LittleEndian.Uint16(head)), head[2], 0
		if bits&8 != 0 {
			skip = 4 * int(bin.LittleEndian.Uint16(take(2)))
		}
		if bits&4 != 0 {
			skip += int(bin.LittleEndian.Uint32(take(4)))
		}
		var text string
		text, parts = biffText(parts, n, bits)
		texts = append(texts, text)
		take(skip)
	}
}

func (s *otherSheet) biffSheet(records []biffRec, texts []string) error {
	depth := 0
	var formula [2]int
	for _, r := range records {
		d := r.parts[0]
		switch r.id {
		case 0x809:
			depth++
		case 0x0A:
			depth--
		}
		if depth != 1 {
			continue
		}
		row, col := r.u16(0)+1, r.u16(2)+1
		switch r.id {
		case 0x203:
			s.set(row, col, 'n', biffFloat(d[6:]))
		case 0x27E:
			s.set(row, col, 'n', biffRK(d[6:]))
		case 0xBD:
			for i := 0; 4+6*i+8 <= len(d); i++ {
				s.set(row, col+i, 'n', biffRK(d[6+6*i:]))
			}
		case 0xFD:
			if n := int(bin.LittleEndian.Uint32(d[6:])); n < len(texts) {
				s.set(row, col, 's', texts[n])
			}
		case 0x204:
			text, _ := biffText([][]byte{d[9:]}, r.u16(6), d[8])
			s.set(row, col, 's', text)
		case 0x205:
			s.biffOther(row, col, d[6], d[7] != 0)
		case 0x06:
			formula = [2]int{row, col}
			switch v := d[6:14]; {
			case v[6] != 0xFF || v[7] != 0xFF:
				s.set(row, col, 'n', biffFloat(v))
			case v[0] == 1 || v[0] == 2:
				s.biffOther(row, col, v[2], v[0] == 2)
			}
		case 0x207:
			text, _ := biffText(append([][]byte{d[3:]}, r.parts[1:]...), r.u16(0), d[2])
			s.set(formula[0], formula[1], 's', text)
		case 0xE5:
			for i := 0; i < r.u16(0); i++ {
				s.merges = append(s.merges, [4]int{r.u16(2+8*i) + 1, r.u16(4+8*i) + 1, r.u16(6+8*i) + 1, r.u16(8+8*i) + 1})
			}
		}
	}
	return nil
}

func (s *otherSheet) biffOther(row, col int, v byte, isError bool) {
	switch {
	case isError:
		s.set(row, col, 'e', map[byte]string{0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}[v])
	case v != 0:
		s.set(row, col, 'b', "TRUE")
	default:
		s.set(row, col, 'b', "FALSE")
	}
}

func biffFloat(b []byte) string {
	return strconv.FormatFloat(math.Float64frombits(bin.LittleEndian.Uint64(b)), 'g', -1, 64)
}

func biffRK(b []byte) string {
	v := bin.LittleEndian.Uint32(b)
	f := math.Float64frombits(uint64(v&^3) << 32)
	if v&2 != 0 {
		f = float64(int32(v) >> 2)
	}
	if v&1 != 0 {
		f /= 100
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}
