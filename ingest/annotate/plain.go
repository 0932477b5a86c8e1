package annotate

import (
	"archive/zip"
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"gongkai/ingest/sheet"
)

// plain writes the cells of a workbook, as they were read, into a new xlsx:
// text as text, numbers as numbers, dates as dates with their formats.
type plain struct {
	job     *job
	wb      *sheet.Workbook
	sheets  []*sheet.Sheet
	zip     *zip.Writer
	w       *bufio.Writer // of the present part
	row     []byte
	formats []plainFormat // of the workbook, then date and date-time
	left    int           // cells that may still be written
}

// plainFormat is a style in the new workbook, bold in style+1.
type plainFormat struct {
	code string
	date bool
}

// plainWorkbook writes the workbook and gives what each sheet is called in it.
func (j *job) plainWorkbook(ctx context.Context, out *os.File) (names map[string]string, err error) {
	if j.src.Workbook.Format != sheet.XLSX {
		j.note(j.words.copied)
	}
	buffered := bufio.NewWriterSize(out, 1<<20)
	p := &plain{job: j, wb: j.src.Workbook, zip: zip.NewWriter(buffered), left: mostCells}
	p.zip.RegisterCompressor(zip.Deflate, deflate)
	for _, f := range p.wb.Formats {
		date := f.Class == sheet.ClassDate || f.Class == sheet.ClassDatetime || f.Class == sheet.ClassTime
		p.formats = append(p.formats, plainFormat{f.Code, date})
	}
	if len(p.formats) == 0 {
		p.formats = []plainFormat{{"General", false}}
	}
	p.formats = append(p.formats[:min(len(p.formats), 20_000)], plainFormat{"yyyy-mm-dd", true}, plainFormat{"yyyy-mm-dd hh:mm:ss", true})
	if p.sheets = p.wb.Sheets; len(p.sheets) == 0 {
		p.sheets = []*sheet.Sheet{{}} // a workbook has one at least
	}
	titles := plainNames(p.sheets)
	if err := p.frame(titles); err != nil {
		return nil, err
	}
	names = map[string]string{}
	for i, s := range p.sheets {
		if _, twice := names[s.Name]; !twice {
			names[s.Name] = titles[i]
		}
		if err := p.sheet(ctx, i+1, s); err != nil {
			return nil, err
		}
	}
	return names, errors.Join(p.zip.Close(), buffered.Flush())
}

// plainNames makes names that spreadsheet programs take: 31 UTF-16 units, none
// of :\/?*[], no quote at the ends, none twice.
func plainNames(sheets []*sheet.Sheet) []string {
	var out []string
	for _, s := range sheets {
		base := strings.Map(func(r rune) rune {
			if r < ' ' || strings.ContainsRune(`:\/?*[]`, r) {
				return '_'
			}
			return r
		}, strings.ToValidUTF8(s.Name, "_"))
		if base = strings.Trim(units(base, 31), "' "); base == "" || strings.EqualFold(base, "history") {
			base = "Sheet" + strconv.Itoa(len(out)+1)
		}
		name := base
		for n := 2; slices.ContainsFunc(out, func(o string) bool { return strings.EqualFold(o, name) }); n++ {
			end := " (" + strconv.Itoa(n) + ")"
			name = units(base, 31-len(end)) + end
		}
		out = append(out, name)
	}
	return out
}

// units gives the beginning of a text that has at most so many UTF-16 units.
func units(s string, most int) string {
	n := 0
	for i, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
		if n > most {
			return s[:i]
		}
	}
	return s
}

// part writes a small part.
func (p *plain) part(name, text string) error {
	w, err := p.zip.Create(name)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`+"\n"+text)
	return err
}

// frame writes all parts but the sheets.
func (p *plain) frame(titles []string) error {
	const office = "application/vnd.openxmlformats-officedocument.spreadsheetml."
	var types, sheets, rels strings.Builder
	for i, title := range titles {
		n := strconv.Itoa(i + 1)
		types.WriteString(`<Override PartName="/xl/worksheets/sheet` + n + `.xml" ContentType="` + office + `worksheet+xml"/>`)
		state := ""
		if p.sheets[i].Hidden {
			state = ` state="hidden"`
		}
		sheets.WriteString(`<sheet name="` + escape(title) + `" sheetId="` + n + `"` + state + ` r:id="rId` + n + `"/>`)
		rels.WriteString(`<Relationship Id="rId` + n + `" Type="` + transitionalRels + `/worksheet" Target="worksheets/sheet` + n + `.xml"/>`)
	}
	date1904 := ""
	if p.wb.Date1904 {
		date1904 = `<workbookPr date1904="1"/>`
	}
	const packageRels = "http://schemas.openxmlformats.org/package/2006/relationships"
	return errors.Join(
		p.part(contentTypesPart, `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">`+
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>`+
			`<Override PartName="/xl/workbook.xml" ContentType="`+office+`sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="`+office+`styles+xml"/>`+types.String()+`</Types>`),
		p.part("_rels/.rels", `<Relationships xmlns="`+packageRels+`"><Relationship Id="rId1" Type="`+transitionalRels+`/officeDocument" Target="xl/workbook.xml"/></Relationships>`),
		p.part("xl/workbook.xml", `<workbook xmlns="`+transitional+`" xmlns:r="`+transitionalRels+`">`+date1904+`<bookViews><workbookView/></bookViews><sheets>`+sheets.String()+`</sheets></workbook>`),
		p.part("xl/_rels/workbook.xml.rels", `<Relationships xmlns="`+packageRels+`">`+rels.String()+
			`<Relationship Id="rIdStyles" Type="`+transitionalRels+`/styles" Target="styles.xml"/></Relationships>`),
		p.part("xl/styles.xml", p.styleSheet()),
	)
}

// styleSheet has two styles for each format: plain and bold.
func (p *plain) styleSheet() string {
	var formats, xfs strings.Builder
	for i, f := range p.formats {
		id := strconv.Itoa(164 + i)
		formats.WriteString(`<numFmt numFmtId="` + id + `" formatCode="` + escape(units(f.code, 255)) + `"/>`)
		if i == 0 {
			id = "0"
		}
		for _, font := range []string{"0", "1"} {
			xfs.WriteString(`<xf numFmtId="` + id + `" fontId="` + font + `" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>`)
		}
	}
	const font = `<sz val="11"/><name val="宋体"/><charset val="134"/></font>`
	n := strconv.Itoa
	return `<styleSheet xmlns="` + transitional + `"><numFmts count="` + n(len(p.formats)) + `">` + formats.String() + `</numFmts>` +
		`<fonts count="2"><font>` + font + `<font><b/>` + font + `</fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
		`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
		`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
		`<cellXfs count="` + n(2*len(p.formats)) + `">` + xfs.String() + `</cellXfs></styleSheet>`
}

// errEnough ends a sheet before its end.
var errEnough = errors.New("enough rows")

func (p *plain) sheet(ctx context.Context, number int, s *sheet.Sheet) error {
	part, err := p.zip.Create("xl/worksheets/sheet" + strconv.Itoa(number) + ".xml")
	if err != nil {
		return err
	}
	p.w = bufio.NewWriterSize(part, bufferedPart)
	p.put(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<worksheet xmlns="` + transitional + `">`)
	p.columns(s)
	p.put("<sheetData>")
	last := 0
	err = s.Scan(1, mostRows, func(r int, cells []sheet.Cell) error {
		if r%4096 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		if p.left -= len(cells); p.left < 0 {
			return errEnough
		}
		last = r
		return p.cells(r, s.HiddenRow(r), cells)
	})
	switch {
	case errors.Is(err, errEnough), err == nil && s.Rows() > mostRows:
		p.job.note(p.job.words.fewerRows(s.Name, last))
	case err != nil:
		return fmt.Errorf("copy sheet %q: %w", s.Name, err)
	}
	p.put("</sheetData>")
	p.merges(s)
	p.put("</worksheet>")
	return p.w.Flush()
}

// columns gives columns the width of their first texts, and hides the hidden.
func (p *plain) columns(s *sheet.Sheet) {
	widths := make([]int, min(s.Cols(), 16_384))
	var buf []sheet.Cell
	for r := 1; r <= min(s.Rows(), 50); r++ {
		row, err := s.Row(r, buf)
		if err != nil {
			break // Scan will tell
		}
		for i := range min(len(row), len(widths)) {
			n := 0
			for _, c := range units(row[i].Raw, 60) {
				n++
				if c > 0x2E7F { // wide characters take two
					n++
				}
			}
			widths[i] = max(widths[i], n)
		}
		buf = row
	}
	if len(widths) == 0 {
		return
	}
	p.put("<cols>")
	for i, w := range widths {
		n, hidden := strconv.Itoa(i+1), ""
		if s.HiddenCol(i + 1) {
			hidden = ` hidden="1"`
		}
		p.put(`<col min="` + n + `" max="` + n + `" width="` + strconv.Itoa(min(max(w+2, 9), 40)) + `" customWidth="1"` + hidden + `/>`)
	}
	p.put("</cols>")
}

func (p *plain) put(text string) { p.w.WriteString(text) } //nolint:errcheck // Flush tells

func (p *plain) cells(r int, hidden bool, cells []sheet.Cell) error {
	b := append(p.row[:0], `<row r="`...)
	b = strconv.AppendInt(b, int64(r), 10)
	if hidden {
		b = append(b, `" hidden="1`...)
	}
	b = append(b, `">`...)
	for i, c := range cells[:min(len(cells), 16_384)] {
		if c.Kind != sheet.Empty {
			b = p.cell(b, r, i+1, c)
		}
	}
	b = append(b, "</row>"...)
	p.row = b
	_, err := p.w.Write(b)
	return err
}

// cell appends one cell.
func (p *plain) cell(b []byte, row, col int, c sheet.Cell) []byte {
	format := int(c.Format)
	if format < 0 || format >= len(p.formats)-2 {
		format = 0
	}
	kind, value, inline := "", "", false
	switch c.Kind {
	case sheet.Number:
		if f, ok := c.Float(); ok && f-f == 0 { // finite
			value = strconv.FormatFloat(f, 'g', -1, 64)
		}
	case sheet.Bool:
		kind, value = "b", "0"
		if c.Raw == "TRUE" {
			value = "1"
		}
	case sheet.Date:
		if serial, clock, ok := serialOf(c.Raw, p.wb.Date1904); ok {
			value = serial
			if !p.formats[format].date {
				format = len(p.formats) - 2
				if clock {
					format++
				}
			}
		}
	case sheet.Error:
		if slices.Contains([]string{"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"}, c.Raw) {
			kind, value = "e", c.Raw
		}
	}
	if value == "" {
		kind, value, inline = "inlineStr", cellText(c.Raw), true
	}
	style := 2 * format
	if c.Flags&sheet.Bold != 0 {
		style++
	}
	b = append(append(append(b, `<c r="`...), sheet.Address(row, col)...), '"')
	if style != 0 {
		b = append(strconv.AppendInt(append(b, ` s="`...), int64(style), 10), '"')
	}
	if kind != "" {
		b = append(append(append(b, ` t="`...), kind...), '"')
	}
	if inline {
		return append(append(append(b, `><is><t xml:space="preserve">`...), value...), "</t></is></c>"...)
	}
	return append(append(append(b, "><v>"...), value...), "</v></c>"...)
}

// serialOf makes of an ISO date the number that workbooks count days with.
// Dates before March 1900 have none that all programs agree on.
func serialOf(iso string, from1904 bool) (serial string, clock, ok bool) {
	for _, layout := range []string{"2006-01-02", "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05", "2006-01-02T15:04"} {
		t, err := time.Parse(layout, iso)
		if err != nil {
			continue
		}
		epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
		first := 61.0
		if from1904 {
			epoch, first = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC), 0
		}
		days := float64(t.Unix()-epoch.Unix())/86400 + float64(t.Nanosecond())/86400e9
		if days < first || t.Year() > 9999 {
			return "", false, false
		}
		return strconv.FormatFloat(days, 'f', -1, 64), layout != "2006-01-02", true
	}
	return "", false, false
}

// merges keeps merged ranges as long as none lies over another: programs
// refuse such a sheet.
func (p *plain) merges(s *sheet.Sheet) {
	var kept []sheet.Range
	for _, m := range s.Merges {
		if len(kept) == 2_000 || m.LastRow > mostRows || m.LastCol > 16_384 || m.FirstRow < 1 || m.FirstCol < 1 {
			continue
		}
		over := func(k sheet.Range) bool {
			return m.FirstRow <= k.LastRow && k.FirstRow <= m.LastRow && m.FirstCol <= k.LastCol && k.FirstCol <= m.LastCol
		}
		if (m.LastRow > m.FirstRow || m.LastCol > m.FirstCol) && !slices.ContainsFunc(kept, over) {
			kept = append(kept, m)
		}
	}
	if len(kept) == 0 {
		return
	}
	p.put(`<mergeCells count="` + strconv.Itoa(len(kept)) + `">`)
	for _, m := range kept {
		p.put(`<mergeCell ref="` + sheet.Address(m.FirstRow, m.FirstCol) + ":" + sheet.Address(m.LastRow, m.LastCol) + `"/>`)
	}
	p.put("</mergeCells>")
}
