package export

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"gongkai/catalog"
)

const (
	xmlHead    = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	aboutSheet = "说明 About"
)

// What a number in a cell can be.
const (
	kindNumber = iota
	kindDate
	kindDatetime
	kindTime
)

// The styles that every workbook has, by their number in styles.xml.
const (
	styleHeader = 1 + iota
	styleDate
	styleDatetime
	styleTime
	styleWrap
	styleFirstFree
)

// styleSheet collects the number formats of the columns.
type styleSheet struct {
	formats []string // of the styles from styleFirstFree
}

// longestFormat is the largest scale whose cells show all of their decimals; a
// larger one comes of computed values, which programs show as far as they fit.
const longestFormat = 6

// forColumn gives the styles of a column's cells.
func (s *styleSheet) forColumn(c *catalog.Column) [4]int {
	styles := [4]int{0, styleDate, styleDatetime, styleTime}
	var width, scale int
	_, err := fmt.Sscanf(strings.ToUpper(c.SQLType), "DECIMAL(%d,%d)", &width, &scale)
	exact := err == nil && scale >= 0 && scale <= longestFormat
	switch {
	case c.Type == catalog.TypePercent && exact:
		styles[kindNumber] = s.number(zeros(max(0, scale-2)) + "%")
	case c.Type == catalog.TypePercent:
		styles[kindNumber] = s.number("0.0##%")
	case exact && scale > 0:
		styles[kindNumber] = s.number(zeros(scale))
	}
	return styles
}

// zeros is a number format with that many decimal places.
func zeros(places int) string {
	if places == 0 {
		return "0"
	}
	return "0." + strings.Repeat("0", places)
}

func (s *styleSheet) number(format string) int {
	for i, have := range s.formats {
		if have == format {
			return styleFirstFree + i
		}
	}
	s.formats = append(s.formats, format)
	return styleFirstFree + len(s.formats) - 1
}

func (s *styleSheet) xml() string {
	const firstFormat = 164 // below are the format's own
	formats := append([]string{"yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "hh:mm:ss"}, s.formats...)
	var b strings.Builder
	b.WriteString(xmlHead + `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`)
	fmt.Fprintf(&b, `<numFmts count="%d">`, len(formats))
	for i, f := range formats {
		fmt.Fprintf(&b, `<numFmt numFmtId="%d" formatCode="%s"/>`, firstFormat+i, f)
	}
	b.WriteString(`</numFmts>` +
		`<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
		`<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>` +
		`<fill><patternFill patternType="solid"><fgColor rgb="FFF3F1EB"/><bgColor indexed="64"/></patternFill></fill></fills>` +
		`<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>` +
		`<border><left/><right/><top/><bottom style="thin"><color rgb="FF5B6066"/></bottom><diagonal/></border></borders>` +
		`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>`)
	fmt.Fprintf(&b, `<cellXfs count="%d">`, styleFirstFree+len(s.formats))
	b.WriteString(`<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
		`<xf numFmtId="49" fontId="1" fillId="2" borderId="1" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"><alignment vertical="center" wrapText="1"/></xf>`)
	for i := range formats {
		fmt.Fprintf(&b, `<xf numFmtId="%d" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`, firstFormat+i)
		if i == 2 { // styleWrap stands between the fixed and the free formats
			b.WriteString(`<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>`)
		}
	}
	b.WriteString(`</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`)
	return b.String()
}

// columnWidth guesses a width in characters from what is known before the
// first row: the label, the type and the longest of the usual values.
func columnWidth(c *catalog.Column, label string) float64 {
	width := min(textWidth(label)+2, 40)
	switch c.Type {
	case catalog.TypeDate:
		width = max(width, 11)
	case catalog.TypeDatetime:
		width = max(width, 19)
	case catalog.TypeText, catalog.TypePeriod:
		longest := 0
		for _, v := range c.Profile.Top {
			longest = max(longest, textWidth(v.Value))
		}
		width = max(width, min(longest+1, 50))
	default:
		width = max(width, min(max(len(c.Profile.Min), len(c.Profile.Max))+2, 30))
	}
	return float64(max(width, 9))
}

// textWidth counts wide characters twice.
func textWidth(s string) int { return (len(s)-utf8.RuneCountInString(s))/2 + utf8.RuneCountInString(s) }

// finish writes the sheet about the data and the parts that list the others.
func (b *workbook) finish(meta Meta) error {
	if err := b.about(meta); err != nil {
		return err
	}
	for _, part := range []struct{ name, text string }{
		{"xl/styles.xml", b.styles.xml()},
		{"xl/workbook.xml", b.workbookXML()},
		{"xl/_rels/workbook.xml.rels", b.relations()},
		{"docProps/core.xml", coreXML(meta)},
		{"_rels/.rels", packageRelations},
		{"[Content_Types].xml", b.contentTypes()},
	} {
		w, err := b.zip.Create(part.name)
		if err != nil {
			return err
		}
		if _, err := w.Write([]byte(part.text)); err != nil {
			return err
		}
	}
	return b.zip.Close()
}

// about writes the last sheet: what the data is and what its columns mean.
func (b *workbook) about(meta Meta) error {
	sheets := len(b.names)
	if err := b.openSheet(aboutSheet); err != nil {
		return err
	}
	b.buf = append(b.buf, `<cols><col min="1" max="1" width="24" customWidth="1"/><col min="2" max="2" width="44" customWidth="1"/><col min="3" max="5" width="18" customWidth="1"/></cols><sheetData>`...)
	line := func(style int, texts ...string) error {
		b.openRow()
		for i, t := range texts {
			b.text(&xlsxColumn{ref: append([]byte(`<c r="`), columnLetters(i)...)}, t, style)
		}
		return b.closeRow()
	}
	lines := [][]string{
		{"标题 Title", meta.Title}, {"数据集 Dataset", meta.Dataset}, {"版本 Version", strconv.Itoa(meta.Version)},
		{"数据表 Table", meta.Table}, {"网址 URL", meta.URL}, {"许可 Licence", meta.Licence},
		{"发布时间 Published", stamp(meta.PublishedAt)}, {"行数 Rows", strconv.FormatInt(b.rows, 10)},
	}
	lines = append(lines, b.remarks(sheets)...)
	for _, l := range append(lines, nil) {
		if len(l) > 1 && l[1] == "" {
			continue // nothing is known
		}
		if err := line(styleWrap, l...); err != nil {
			return err
		}
	}
	if err := line(styleHeader, "字段 Column", "标签 Label", "类型 Type", "单位 Unit", "说明 Description"); err != nil {
		return err
	}
	for i := range meta.Columns {
		c := &meta.Columns[i]
		if err := line(styleWrap, c.Name, c.Label, string(c.Type), c.Unit, bothLanguages(c.Description)); err != nil {
			return err
		}
	}
	return b.closeSheet()
}

// remarks says what a reader of the data sheets must know.
func (b *workbook) remarks(sheets int) [][]string {
	var lines [][]string
	const label = "注意 Note"
	if sheets > 1 {
		lines = append(lines, []string{label, fmt.Sprintf("数据分为 %d 个工作表，因为一个工作表最多容纳 %d 行。 The data goes on over %d sheets: one holds %d rows at most.", sheets, b.maxRows, sheets, b.maxRows)})
	}
	if b.notes.shortened > 0 {
		lines = append(lines, []string{label, fmt.Sprintf("%d 个单元格超过 32,767 个字符，已截断并以 … 结尾；完整内容见 CSV。 %d cells are longer than the 32,767 characters that a cell holds; they are cut and end in …, csv has them whole: %s",
			b.notes.shortened, b.notes.shortened, strings.Join(b.notes.cells, ", "))})
	}
	if b.notes.asText > 0 {
		lines = append(lines, []string{label, fmt.Sprintf("%d 个数超过 15 位有效数字，按文本保存以免失真。 %d numbers have more than 15 digits and are text, so that none is rounded.", b.notes.asText, b.notes.asText)})
	}
	if b.notes.early > 0 {
		lines = append(lines, []string{label, fmt.Sprintf("%d 个日期早于 1900 年 3 月，按文本保存。 %d dates lie before March 1900 and are text.", b.notes.early, b.notes.early)})
	}
	return lines
}

func bothLanguages(t catalog.Text) string {
	if t.ZH != "" && t.EN != "" && t.ZH != t.EN {
		return t.ZH + "\n" + t.EN
	}
	return t.In(catalog.ZH)
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func (b *workbook) workbookXML() string {
	var x strings.Builder
	x.WriteString(xmlHead + `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>`)
	for i, name := range b.names {
		fmt.Fprintf(&x, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, attribute(name), i+1, i+1)
	}
	x.WriteString(`</sheets></workbook>`)
	return x.String()
}

func (b *workbook) relations() string {
	const types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	var x strings.Builder
	x.WriteString(xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	for i := range b.names {
		fmt.Fprintf(&x, `<Relationship Id="rId%d" Type="%sworksheet" Target="worksheets/sheet%d.xml"/>`, i+1, types, i+1)
	}
	fmt.Fprintf(&x, `<Relationship Id="rId%d" Type="%sstyles" Target="styles.xml"/></Relationships>`, len(b.names)+1, types)
	return x.String()
}

func (b *workbook) contentTypes() string {
	const office = "application/vnd.openxmlformats-"
	var x strings.Builder
	x.WriteString(xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="` + office + `package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="` + office + `officedocument.spreadsheetml.sheet.main+xml"/>` +
		`<Override PartName="/xl/styles.xml" ContentType="` + office + `officedocument.spreadsheetml.styles+xml"/>` +
		`<Override PartName="/docProps/core.xml" ContentType="` + office + `package.core-properties+xml"/>`)
	for i := range b.names {
		fmt.Fprintf(&x, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="%sofficedocument.spreadsheetml.worksheet+xml"/>`, i+1, office)
	}
	x.WriteString(`</Types>`)
	return x.String()
}

const packageRelations = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
	`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>` +
	`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`

func coreXML(meta Meta) string {
	var x strings.Builder
	x.WriteString(xmlHead + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`)
	x.WriteString(`<dc:title>` + attribute(meta.Title) + `</dc:title>`)
	if t := stamp(meta.PublishedAt); t != "" {
		x.WriteString(`<dcterms:created xsi:type="dcterms:W3CDTF">` + t + `</dcterms:created>`)
	}
	x.WriteString(`</cp:coreProperties>`)
	return x.String()
}

// attribute escapes text for an attribute in double quotes. What XML cannot
// hold is left out: here no _x0000_ is understood.
func attribute(s string) string {
	clean := strings.Map(func(r rune) rune {
		if (r < ' ' && r != '\n' && r != '\t') || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, s)
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\n", " ", "\t", " ").Replace(clean)
}
