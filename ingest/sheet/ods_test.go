package sheet

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

const odsHead = `<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0">`

const odsTestStyles = `<office:automatic-styles>` +
	`<number:percentage-style style:name="N1"><number:number number:decimal-places="2" number:min-integer-digits="1"/><number:text>%</number:text></number:percentage-style>` +
	`<number:date-style style:name="N2"><number:year number:style="long"/><number:text>年</number:text><number:month/><number:text>月</number:text></number:date-style>` +
	`<number:number-style style:name="N3"><number:number number:decimal-places="0" number:min-integer-digits="6"/></number:number-style>` +
	`<number:number-style style:name="N4P0" style:volatile="true"><number:number number:decimal-places="1" number:min-decimal-places="1" number:min-integer-digits="1" number:grouping="true"/></number:number-style>` +
	`<number:text-style style:name="N4"><number:text-content/><style:map style:condition="value()&gt;=0" style:apply-style-name="N4P0"/></number:text-style>` +
	`<number:text-style style:name="N5"><number:text-content/></number:text-style>` +
	`<number:number-style style:name="N0"><number:number number:min-integer-digits="1"/></number:number-style>` +
	`<style:style style:name="base" style:family="table-cell"><style:text-properties fo:font-weight="bold"/></style:style>` +
	`<style:style style:name="pct" style:family="table-cell" style:parent-style-name="base" style:data-style-name="N1"/>` +
	`<style:style style:name="month" style:family="table-cell" style:data-style-name="N2"><style:paragraph-properties fo:margin-left="0.706cm"/></style:style>` +
	`<style:style style:name="code" style:family="table-cell" style:data-style-name="N3"><style:text-properties fo:font-weight="normal" style:text-line-through-style="solid"/></style:style>` +
	`<style:style style:name="num" style:family="table-cell" style:data-style-name="N4"/>` +
	`<style:style style:name="txt" style:family="table-cell" style:data-style-name="N5"/>` +
	`<style:style style:name="gen" style:family="table-cell" style:data-style-name="N0"/>` +
	`<style:style style:name="away" style:family="table"><style:table-properties table:display="false"/></style:style>` +
	`</office:automatic-styles>`

func odsContent(tables string) string {
	return odsHead + odsTestStyles + `<office:body><office:spreadsheet>` + tables + `</office:spreadsheet></office:body></office:document-content>`
}

// odsFile makes an OpenDocument file.
func odsFile(t testing.TB, content string, others map[string]string) string {
	t.Helper()
	all := map[string]string{"_rels/.rels": "-", "xl/workbook.xml": "-", "xl/_rels/workbook.xml.rels": "-", "mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content}
	for name, text := range others {
		all[name] = text
	}
	return parts(t, all)
}

func TestODSCells(t *testing.T) {
	for _, c := range []struct{ name, rows, want, problems string }{
		{"kinds", `<table:table-row><table:table-cell office:value-type="float" office:value="1.50"><text:p>1.5</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>甲</text:p></table:table-cell><table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>WAHR</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="2024-05-03"><text:p>3.5.24</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="2024-05-03T09:30:00"/><table:table-cell office:value-type="time" office:time-value="PT09H30M05S"/><table:table-cell office:value-type="time" office:time-value="PT36H00M00.250000000S"/></table:table-row>`,
			"1: n\"1.50\" t\"甲\" b\"TRUE\" d\"2024-05-03\" d\"2024-05-03T09:30:00\" t\"09:30:05\"#1 t\"36:00:00.25\"#1\n", ""},
		{"styles", `<table:table-row><table:table-cell table:style-name="pct" office:value-type="percentage" office:value="0.125"/><table:table-cell table:style-name="month" office:value-type="date" office:date-value="2024-05-01T00:00:00"/><table:table-cell table:style-name="code" office:value-type="float" office:value="110000"/><table:table-cell table:style-name="num" office:value-type="float" office:value="5"/><table:table-cell table:style-name="txt" office:value-type="string"><text:p>007</text:p></table:table-cell><table:table-cell table:style-name="gen" office:value-type="float" office:value="5"/></table:table-row>`,
			"1: n\"0.125\"b#1 d\"2024-05-01\">2#2 n\"110000\"s#3 n\"5\"#4 t\"007\"#5 n\"5\"\n", ""},
		{"style of row and column", `<table:table-column table:number-columns-repeated="2" table:default-cell-style-name="pct"/><table:table-column table:default-cell-style-name="txt"/><table:table-row><table:table-cell/><table:table-cell office:value-type="float" office:value="1"/><table:table-cell office:value-type="float" office:value="2"/></table:table-row><table:table-row table:default-cell-style-name="code"><table:table-cell office:value-type="float" office:value="1"/></table:table-row>`,
			"1: . n\"1\"b#1 n\"2\"#2\n2: n\"1\"s#3\n", ""},
		{"repeats", `<table:table-row table:number-rows-repeated="3"/><table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="2"/><table:table-cell table:number-columns-repeated="3" office:value-type="float" office:value="7"/><table:table-cell table:number-columns-repeated="16379"/></table:table-row><table:table-row><table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row><table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>`,
			"4: . . n\"7\" n\"7\" n\"7\"\n5: . . n\"7\" n\"7\" n\"7\"\n6: t\"x\"\n", ""},
		{"text", `<table:table-row><table:table-cell office:value-type="string"><office:annotation><text:p>comment</text:p></office:annotation><text:p>  one
  two<text:s text:c="3"/>three<text:tab/>4<text:line-break/>5 </text:p><text:p/><text:p><text:span>b&amp;<text:span>c</text:span></text:span><text:a>link</text:a><text:note><text:p>foot</text:p></text:note><text:ruby><text:ruby-base>汉</text:ruby-base><text:ruby-text>hàn</text:ruby-text></text:ruby>
<draw:frame><draw:text-box><text:p>no</text:p></draw:text-box></draw:frame>
 </text:p></table:table-cell></table:table-row>`,
			"1: t\"  one two   three\\t4\\n5 \\n\\nb&clink汉\"\n", ""},
		{"formulas", `<table:table-row><table:table-cell table:formula="of:=A2" office:value-type="float" office:value="3"/><table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell><table:table-cell table:formula="of:=x" office:value-type="float" office:value="0"><text:p>Err:502</text:p></table:table-cell><table:table-cell table:formula="of:=x"/><table:table-cell table:formula="of:=&quot;&quot;" office:value-type="string" office:string-value=""/><table:table-cell office:value-type="string" office:string-value="a&lt;b"><text:p>shown</text:p></table:table-cell></table:table-row>`,
			"1: n\"3\"f e\"#DIV/0!\"f e\"Err:502\"f . . t\"a<b\"\n", "cell-error@B1 cell-error@C1 formula-without-value@D1"},
		{"spans", `<table:table-row><table:table-cell table:number-columns-spanned="2" table:number-rows-spanned="2" office:value-type="string"><text:p>m</text:p></table:table-cell><table:covered-table-cell/><table:table-cell office:value-type="float" office:value="1"/></table:table-row><table:table-row><table:covered-table-cell table:number-columns-repeated="2"/><table:table-cell office:value-type="float" office:value="2"/></table:table-row>`,
			"1: t\"m\" . n\"1\"\n2: . . n\"2\"\n", ""},
		{"groups", `<table:table-header-columns><table:table-column table:visibility="collapse"/></table:table-header-columns><table:table-header-rows><table:table-row><table:table-cell office:value-type="float" office:value="1"/></table:table-row></table:table-header-rows><table:table-row-group><table:table-rows><table:table-row table:visibility="filter"><table:table-cell office:value-type="float" office:value="2"/><table:table-cell office:value-type="float" office:value="3"/></table:table-row></table:table-rows></table:table-row-group>`,
			"1: n\"1\"h\n2: n\"2\"h n\"3\"\n", ""},
		{"long number", `<table:table-row><table:table-cell office:value-type="float" office:value="110105194912310020"/><table:table-cell office:value-type="float" office:value="12,5"/></table:table-row>`,
			"1: n\"110105194912310020\" t\"12,5\"\n", "number-damaged@A1 number-unreadable@B1"},
		{"nested and foreign", `<table:shapes><draw:object><office:document><office:body><office:spreadsheet><table:table><table:table-row><table:table-cell office:value-type="float" office:value="9"/></table:table-row></table:table></office:spreadsheet></office:body></office:document></draw:object></table:shapes><table:table-row><table:table-cell office:value-type="float" office:value="1"><table:table><table:table-row><table:table-cell><text:p>in</text:p></table:table-cell></table:table-row></table:table></table:table-cell></table:table-row>`,
			"1: n\"1\"\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			content := odsContent(`<table:table table:name="一">` + c.rows + `</table:table>`)
			renamed := strings.NewReplacer("office:", "o:", "table:", "t:", "text:", "office:", "xmlns:office", "xmlns:o", "xmlns:table", "xmlns:t", "xmlns:text", "xmlns:office").Replace(content)
			renamed = strings.NewReplacer("nc:o:xmlns:o:1.0", "", "xmlns:o:1.0", "xmlns:office:1.0", "xmlns:t:1.0", "xmlns:table:1.0", "xmlns:office:1.0\" xmlns:style", "xmlns:text:1.0\" xmlns:style").Replace(renamed)
			flat := filepath.Join(t.TempDir(), "f.fods")
			if err := os.WriteFile(flat, []byte(strings.ReplaceAll(content, "office:document-content", "office:document")), 0o600); err != nil {
				t.Fatal(err)
			}
			for name, path := range map[string]string{"ods": odsFile(t, content, nil), "fods": flat, "other prefixes": odsFile(t, renamed, nil)} {
				wb := open(t, path)
				if got := dump(t, wb.Sheets[0]); got != c.want {
					t.Errorf("%s: got\n%swant\n%s", name, got, c.want)
				}
				if got := problemCodes(wb); got != c.problems {
					t.Errorf("%s: problems %q, want %q", name, got, c.problems)
				}
				if wb.Format != ODS || wb.Sheets[0].Name != "一" {
					t.Errorf("%s: %s %q", name, wb.Format, wb.Sheets[0].Name)
				}
			}
		})
	}
}

func TestODSSheets(t *testing.T) {
	cell := `<table:table-row><table:table-cell table:number-columns-spanned="3" table:number-rows-spanned="2" table:style-name="pct" office:value-type="float" office:value="1"/></table:table-row>`
	wb := open(t, odsFile(t, odsContent(`<table:calculation-settings><table:null-date table:date-value="1904-01-01"/></table:calculation-settings><table:tracked-changes><table:table><table:table-row/></table:table></table:tracked-changes>`+
		`<table:table table:name="a&amp;b">`+cell+`<table:table-row table:number-rows-repeated="4" table:visibility="collapse"/></table:table><table:table table:name="hidden" table:style-name="away">`+cell+`</table:table>`+
		`<table:table table:name="'file:///x.ods'#$S"><table:table-source/>`+cell+`</table:table><table:table table:name="empty"/>`), nil))
	var got []string
	for _, s := range wb.Sheets {
		got = append(got, fmt.Sprint(s.Name, s.Hidden, s.Rows(), s.Merges))
	}
	if want := `[a&bfalse 1 [{1 1 2 3}] hiddentrue 1 [{1 1 2 3}] emptyfalse 0 []]`; fmt.Sprint(got) != want {
		t.Errorf("%v, want %s", got, want)
	}
	if !wb.Date1904 || problemCodes(wb) != "hidden-sheet@ external-link@" {
		t.Errorf("1904 %v, %s", wb.Date1904, problemCodes(wb))
	}
	if s := wb.Sheets[0]; s.HiddenRow(1) || !s.HiddenRow(2) || !s.HiddenRow(5) || s.HiddenRow(6) {
		t.Error("hidden rows")
	}
	if f := wb.Formats[1]; f.Class != ClassPercent || f.Decimals != 2 || f.Code != "0.00%" {
		t.Errorf("%+v", f)
	}
}

// Styles of styles.xml hold too.
func TestODSCommonStyles(t *testing.T) {
	common := strings.ReplaceAll(odsHead+`<office:styles>`+strings.TrimSuffix(strings.TrimPrefix(odsTestStyles, `<office:automatic-styles>`), `</office:automatic-styles>`)+`</office:styles></office:document-content>`, "document-content", "document-styles")
	content := odsHead + `<office:automatic-styles><style:style style:name="own" style:family="table-cell" style:parent-style-name="pct"/></office:automatic-styles><office:body><office:spreadsheet><table:table table:name="s"><table:table-row><table:table-cell table:style-name="own" office:value-type="float" office:value="1"/></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>`
	wb := open(t, odsFile(t, content, map[string]string{"styles.xml": common}))
	if got, want := dump(t, wb.Sheets[0]), "1: n\"1\"b#1\n"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestODSHostile(t *testing.T) {
	table := func(rows string) string { return odsContent(`<table:table table:name="s">` + rows + `</table:table>`) }
	full := func(cols, rows int) string {
		return fmt.Sprintf(`<table:table-row table:number-rows-repeated="%d"><table:table-cell table:number-columns-repeated="%d" office:value-type="float" office:value="1"/></table:table-row>`, rows, cols)
	}
	manifest := map[string]string{"META-INF/manifest.xml": `<manifest:manifest xmlns:manifest="x"><manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry></manifest:manifest>`}
	for _, c := range []struct {
		name, content string
		others        map[string]string
		code          string
	}{
		{"too wide", table(full(16_385, 1)), nil, FileTooLarge},
		{"too many rows", table(full(1, 1_048_577)), nil, FileTooLarge},
		{"value after too many rows", table(`<table:table-row table:number-rows-repeated="999999999"/>` + full(1, 1)), nil, FileTooLarge},
		{"many copies of rows", odsContent(strings.Repeat(`<table:table>`+full(1, 1_048_576)+`</table:table>`, 900)), nil, FileTooLarge},
		{"full sheet", table(full(16_384, 1_048_576)), nil, FileTooLarge},
		{"many copies of cells", table(strings.Repeat(full(16_384, 1), 100_000)), nil, FileTooLarge},
		{"spaces", table(`<table:table-row><table:table-cell office:value-type="string"><text:p>` + strings.Repeat(`<text:s text:c="999999999"/>`, 100) + `</text:p></table:table-cell></table:table-row>`), nil, FileTooLarge},
		{"DTD", `<!DOCTYPE x [<!ENTITY a "b">]>` + table(""), nil, XMLDTD},
		{"DTD in styles", table(""), map[string]string{"styles.xml": `<!DOCTYPE x [<!ENTITY a "b">]><x/>`}, XMLDTD},
		{"unknown entity", table(`<table:table-row><table:table-cell><text:p>&lol;</text:p></table:table-cell></table:table-row>`), nil, FileDamaged},
		{"password", table(""), manifest, FileEncrypted},
		{"password, nothing to see", "-", manifest, FileEncrypted},
		{"no table", odsHead + `<office:body/></office:document-content>`, nil, FileDamaged},
		{"deep", odsHead + strings.Repeat(`<table:table-rows>`, 300), nil, FileDamaged},
		{"crossed tags", table(`<table:table-row><table:table-cell></table:table-row></table:table-cell>`), nil, FileDamaged},
		{"not UTF-8", table("<table:table-row><table:table-cell><text:p>a\xff</text:p></table:table-cell></table:table-row>"), nil, FileDamaged},
		{"sheets", odsContent(strings.Repeat(`<table:table/>`, 1001)), nil, FileTooLarge},
	} {
		t.Run(c.name, func(t *testing.T) { refuse(t, odsFile(t, c.content, c.others), c.code) })
	}
	t.Run("blown", func(t *testing.T) {
		others := map[string]string{"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}
		refuse(t, blown(t, "content.xml", odsHead, " ", `</office:document-content>`, 200<<20, others), ZipBomb)
	})
	// A million repeated empty rows and a thousand hidden ones cost nothing.
	wb := open(t, odsFile(t, table(full(2, 1)+strings.Repeat(`<table:table-row table:number-rows-repeated="100000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>`, 10)), nil))
	if s := wb.Sheets[0]; s.Rows() != 1 || s.Cols() != 2 {
		t.Errorf("%d x %d", s.Rows(), s.Cols())
	}
	// Rows that stand a million times are there.
	wb = open(t, odsFile(t, table(full(3, 1)+full(2, 1_000_000)+`<table:table-row><table:table-cell office:value-type="string"><text:p>end</text:p></table:table-cell></table:table-row>`), nil))
	s := wb.Sheets[0]
	for _, r := range []int{1, 2, 500_000, 1_000_001, 1_000_002} {
		row, err := s.Row(r, nil)
		want := map[int]string{1: "[1 1 1]", 1_000_002: "[end]"}[r]
		if want == "" {
			want = "[1 1]"
		}
		if got := fmt.Sprint(raws(row)); err != nil || got != want {
			t.Errorf("row %d: %s, %v", r, got, err)
		}
	}
}

func raws(row []Cell) []string {
	out := make([]string, len(row))
	for i, c := range row {
		out[i] = c.Raw
	}
	return out
}

func TestClockText(t *testing.T) {
	for in, want := range map[string]string{
		"PT09H30M00S": "09:30:00", "PT0S": "00:00:00", "-PT1H": "-01:00:00", "PT36H15M00.5S": "36:15:00.5", "PT90M": "01:30:00", "PT3661S": "01:01:01",
		"PT1H1H": "01:00:00", "P1D": "P1D", "PT": "00:00:00", "PTxH": "PTxH", "PT-1H": "PT-1H", "09:30": "09:30", "PT1.5H": "PT1.5H", "PT1,25S": "00:00:01.25",
	} {
		if got := string(clockText([]byte(in))); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

// odsWriter writes a small OpenDocument file; equal cells and rows next to
// each other are written once, as programs do.
func odsWriter(rows map[int]map[int]Cell) string {
	var b strings.Builder
	last := 0
	for _, r := range sortedInts(rows) {
		if gap := r - last - 1; gap > 0 {
			fmt.Fprintf(&b, `<table:table-row table:number-rows-repeated="%d"/>`, gap)
		}
		last = r
		b.WriteString(`<table:table-row>`)
		at := 0
		cols := sortedInts(rows[r])
		for i := 0; i < len(cols); i++ {
			c := rows[r][cols[i]]
			if gap := cols[i] - at - 1; gap > 0 {
				fmt.Fprintf(&b, `<table:covered-table-cell table:number-columns-repeated="%d"/>`, gap)
			}
			n := 1
			for i+1 < len(cols) && cols[i+1] == cols[i]+1 && rows[r][cols[i+1]] == c {
				i, n = i+1, n+1
			}
			at = cols[i]
			odsCellOut(&b, c, n)
		}
		b.WriteString(`</table:table-row>`)
	}
	return odsContent(`<table:table table:name="s">` + b.String() + `</table:table>`)
}

func sortedInts[V any](m map[int]V) []int {
	var out []int
	for k := range m {
		out = append(out, k)
	}
	for i := range out {
		for j := i; j > 0 && out[j] < out[j-1]; j-- {
			out[j], out[j-1] = out[j-1], out[j]
		}
	}
	return out
}

func odsCellOut(b *strings.Builder, c Cell, times int) {
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;").Replace
	fmt.Fprintf(b, `<table:table-cell table:number-columns-repeated="%d" `, times)
	switch c.Kind {
	case Number:
		fmt.Fprintf(b, `office:value-type="float" office:value="%s">`, c.Raw)
	case Bool:
		fmt.Fprintf(b, `office:value-type="boolean" office:boolean-value="%s">`, strings.ToLower(c.Raw))
	case Date:
		fmt.Fprintf(b, `office:value-type="date" office:date-value="%s">`, c.Raw)
	default:
		b.WriteString(`office:value-type="string">`)
		for _, line := range strings.Split(c.Raw, "\n") {
			b.WriteString("<text:p>")
			for i, part := range strings.Split(line, " ") {
				if i > 0 {
					b.WriteString("<text:s/>")
				}
				b.WriteString(strings.ReplaceAll(escape(part), "\t", "<text:tab/>"))
			}
			b.WriteString("</text:p>")
		}
	}
	b.WriteString(`</table:table-cell>`)
}

// What is written into an OpenDocument file is read from it.
func TestODSRoundTrip(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		rows := map[int]map[int]Cell{}
		for range rapid.IntRange(1, 30).Draw(rt, "cells") {
			r, c := rapid.IntRange(1, 12).Draw(rt, "row"), rapid.IntRange(1, 20).Draw(rt, "col")
			var v Cell
			switch rapid.IntRange(0, 3).Draw(rt, "kind") {
			case 0:
				v = Cell{Kind: Number, Raw: strconv.FormatFloat(rapid.Float64Range(-1e9, 1e9).Draw(rt, "number"), 'g', -1, 64)}
			case 1:
				v = Cell{Kind: Bool, Raw: rapid.SampledFrom([]string{"TRUE", "FALSE"}).Draw(rt, "bool")}
			case 2:
				v = Cell{Kind: Date, Raw: rapid.SampledFrom([]string{"2024-05-03", "2024-05-03T09:30:00"}).Draw(rt, "date")}
			default:
				text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"合计", " a  b ", "<&>\"", "x\ty", "l1\n\nl2"})).Draw(rt, "text")
				v = Cell{Kind: Text, Raw: strings.Map(func(r rune) rune {
					if r < ' ' && r != '\n' && r != '\t' || r == utf8.RuneError || r == 0xFFFE || r == 0xFFFF {
						return 'x'
					}
					return r
				}, text)}
			}
			if rows[r] == nil {
				rows[r] = map[int]Cell{}
			}
			rows[r][c] = v
		}
		path := filepath.Join(dir, "g.ods")
		if err := os.WriteFile(path, withPart(t, odsFile(t, "-", nil), "content.xml", []byte(odsWriter(rows))), 0o600); err != nil {
			rt.Fatal(err)
		}
		wb, err := Open(context.Background(), path, Options{TempDir: dir})
		if err != nil {
			rt.Fatal(err)
		}
		defer wb.Close()
		for r := 1; r <= 13; r++ {
			got, err := wb.Sheets[0].Row(r, nil)
			if err != nil {
				rt.Fatal(err)
			}
			for c := 1; c <= 21; c++ {
				want, have := rows[r][c], cellAt(got, c)
				if have.Raw != want.Raw && !want.IsEmpty() || have.Kind != want.Kind && !want.IsEmpty() {
					rt.Fatalf("%s: %+v, want %+v", Address(r, c), have, want)
				}
			}
		}
	})
}

// An OpenDocument file cut off anywhere is refused.
func TestODSTruncated(t *testing.T) {
	row := `<table:table-row><table:table-cell office:value-type="float" office:value="%d"/><table:table-cell office:value-type="string"><text:p>单位%d</text:p></table:table-cell></table:table-row>`
	var b strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&b, row, i*7919, i*7919%1000)
	}
	content := odsContent(`<table:table table:name="s">` + b.String() + `</table:table>`)
	whole, err := os.ReadFile(odsFile(t, content, nil))
	if err != nil {
		t.Fatal(err)
	}
	flat := strings.ReplaceAll(content, "office:document-content", "office:document")
	for i := 1; i < 50; i++ {
		for name, text := range map[string]string{"ods": string(whole), "fods": flat} {
			if r := rejected(t, textFile(t, text[:len(text)*i/50]), Options{TempDir: t.TempDir()}); r.Code != FileDamaged {
				t.Errorf("%s cut at %d/50: %v", name, i, r)
			}
		}
	}
}

func FuzzODS(f *testing.F) {
	for _, rows := range []string{
		`<table:table-row table:number-rows-repeated="3"><table:table-cell table:style-name="pct" office:value-type="float" office:value="1"><text:p>a<text:s text:c="2"/>b</text:p></table:table-cell></table:table-row>`,
		`<table:table-column table:visibility="collapse"/><table:table-row><table:table-cell table:number-columns-spanned="2" office:value-type="time" office:time-value="PT1H"/><table:covered-table-cell/></table:table-row>`,
		`<table:table-row><table:table-cell><office:annotation><dc:creator>a</dc:creator><text:p>b<text:s/></text:p></office:annotation></table:table-cell></table:table-row>`,
		`<table:table-row><table:table-cell table:formula="x" office:value-type="string" office:string-value="x&amp;y"><text:p>#N/A</text:p></table:table-cell>`,
	} {
		f.Add([]byte(odsContent(`<table:table table:name="s">` + rows + `</table:table>`)))
	}
	dir := f.TempDir()
	base := odsFile(f, "-", nil)
	f.Fuzz(func(t *testing.T, xml []byte) {
		path := filepath.Join(dir, "f.ods")
		if err := os.WriteFile(path, withPart(t, base, "content.xml", xml), 0o600); err != nil {
			t.Fatal(err)
		}
		readAll(t, path, Options{})
		flat := filepath.Join(dir, "f.fods")
		if err := os.WriteFile(flat, xml, 0o600); err != nil {
			t.Fatal(err)
		}
		readAll(t, flat, Options{})
	})
}
