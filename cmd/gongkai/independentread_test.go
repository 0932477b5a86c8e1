package main

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"

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
